/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The functions and operators of the language: one row of functions.def each. The binder resolves a
 * name or an operator and its argument types to one of them. The C functions that do what the rows
 * say are in query/function, which stands on the evaluator.
 *
 * A row's `pattern` lists what the function takes and gives, alternatives separated by blanks, one
 * letter a type: "i>i f>f" is abs. It serves the binder (static types), the evaluator (values whose
 * type is known only at run time are checked against it) and SHOW FUNCTIONS.
 *
 *     b BOOL  i INT64  f FLOAT64  n DECIMAL  s STRING  y BYTES  d DATE  t TIME  z TIMETZ  T TIMESTAMP
 *     Z TIMESTAMPTZ  D DURATION  u UUID  l LIST  m MAP  N NODE  E EDGE  P PATH  a anything
 *     B JSONB  X JSON  h JSONPATH
 *     ? what follows may be left out     * the type before may be repeated
 *     results also: A ANY   o OID  c NAME  v VOID  q INT32  C REGCLASS  R REGTYPE  p REGPROC
 *                   S REGNAMESPACE  W REGROLE
 *                     0 1 2 the type of that argument   j the items of argument 0
 *                   Lx a list of x   U the common type of all arguments
 *                   J list 0 with argument 1 as one more item   K list 1 with argument 0
 *
 * Syntax that is neither a function nor an operator is bound to the functions that
 * query/tree/plan.h names (subscript, slice, map_merge); those rows are hidden.
 */
#ifndef QUERY_TYPE_FUNCTION_H
#define QUERY_TYPE_FUNCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "query/parse/ast.h"
#include "query/query.h"

struct aggregate_methods; /* query/function/aggregate.h */
struct eval;
struct column;
struct value;

enum { FUNCTION_ARGS_MAX = 64 };

enum function_kind { FUNCTION_SCALAR, FUNCTION_AGGREGATE };

/* What a function does, kept apart from what it is called and takes: see query/function. */
struct function_body {
	/* One row. Results that need memory take it from the evaluator's arena. */
	enum sqlstate (*row)(struct eval *ev, const struct value *args, uint32_t count,
		struct value *out, struct error *e);
	/* Whole columns at once; false: these forms are not handled, the evaluator loops over
	   `row`. *rc is then untouched. NULL: always the loop. */
	bool (*vector)(struct eval *ev, const struct column *args, uint32_t count, uint32_t rows,
		struct column *out, enum sqlstate *rc, struct error *e);
	const struct aggregate_methods *aggregate; /* AGGREGATE only */
};

struct function {
	const char *name;     /* canonical, lower case; operators: "=", "+", … */
	const char *synonyms; /* comma-separated, lower case; NULL: none */
	enum function_kind kind;
	bool is_strict;	  /* any NULL argument makes the result NULL, without a call */
	bool is_volatile; /* rand(); now() within a statement is not */
	bool needs_graph; /* reads elements through the transaction (labels, properties, …) */
	bool is_lenient;  /* a value of a wrong type, known only at run time, gives NULL */
	bool is_total;	  /* can never fail, whatever the values: may be evaluated early */
	bool is_hidden;	  /* operators and helpers of syntax: not for SHOW FUNCTIONS */
	const char *pattern;
	const char *doc; /* one line */
};

/* How a call was resolved. coerce[i] is the type argument i is to be cast to first (the argument's
   own type where none is needed); TYPE_NULL arguments (NULL literals, untyped parameters) get the
   type the function wants. */
struct function_match {
	const struct function *function;
	struct type result;
	struct type coerce[FUNCTION_ARGS_MAX];
};

/* The function of this name (any case) for these argument types. Returns E_NO_FUNCTION with a
   message as PostgreSQL words it and a hint (a near match by name, or to add casts) when there is
   none. Argument kinds may be TYPE_NULL for parameters whose type is not known yet. count(*) has no
   arguments. */
enum sqlstate function_resolve(struct str name, const struct type *args, uint32_t count,
	struct function_match *out, struct error *e) MUST_USE;
bool function_exists(struct str name);
bool function_is_aggregate(struct str name);

/* What to write instead of the name of a function or procedure elsewhere; NULL if it is none. */
const char *function_slip(struct str name);

/* The operator for these operand types (right.kind unused for unary ones; the operand of a unary
   one is `left`). OP_AND and OP_OR are no functions (BOUND_AND, BOUND_OR). */
enum sqlstate function_resolve_operator(enum ast_op op, struct type left, struct type right,
	bool is_unary, struct function_match *out, struct error *e) MUST_USE;

/* All rows, for SHOW FUNCTIONS; those with is_hidden are not for showing. */
uint32_t function_count(void);
const struct function *function_at(uint32_t position);
uint32_t function_position(const struct function *f);
/* "abs(bigint) -> bigint", alternatives joined by "; ". */
void function_put_signature(struct buf *to, const struct function *f);
/* Where arguments fit no form of a function that there is: its forms become the error's hint. */
void function_hint_forms(struct str name, struct error *e);

/* PostgreSQL's name of a type ("bigint", "text", "bigint[]", "node"), as error messages have it. */
struct function_type_name {
	char text[40];
};
struct function_type_name function_type_name(struct type type);

/* The type both can become without loss of meaning (section 3.2 of the language): false if there is
   none. NULL becomes anything, and anything beside ANY is ANY. */
bool function_common_type(struct type a, struct type b, struct type *out);
/* True if a value of type `from` stands for one of type `to` by itself (INT64 for FLOAT64, DATE for
   TIMESTAMP, …); equal types and NULL do. */
bool function_converts(struct type from, struct type to);

/* For values whose types are known only now: finds the alternative of f's pattern that takes them
   and converts integers to floats where it wants floats. *fits is false if there is none. */
void function_check_values(
	const struct function *f, struct value *args, uint32_t count, bool *fits);

#endif
