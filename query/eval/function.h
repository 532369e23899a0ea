/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The functions and operators of the language: one row of functions.def each. The binder resolves a
 * name or an operator and its argument types to one of them; the evaluator calls it.
 */
#ifndef QUERY_EVAL_FUNCTION_H
#define QUERY_EVAL_FUNCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "query/parse/ast.h"
#include "query/query.h"

struct eval;
struct column;
struct value;

enum { FUNCTION_ARGS_MAX = 8 };

enum function_kind { FUNCTION_SCALAR, FUNCTION_AGGREGATE };

struct function {
	const char *name;       /* canonical, lower case; operators: "=", "+", … */
	enum function_kind kind;
	bool is_strict;         /* any NULL argument makes the result NULL, without a call */
	bool is_volatile;       /* rand(), now() within a statement is not */
	bool needs_graph;       /* reads elements through the transaction (labels, properties, …) */
	const char *signature;  /* for SHOW FUNCTIONS and error hints */
	const char *doc;        /* one line */
	/* One row. Results that need memory take it from the evaluator's arena. */
	enum sqlstate (*row)(struct eval *ev, const struct value *args, uint32_t count,
		struct value *out, struct error *e);
	/* Whole columns at once; NULL: the evaluator loops over `row`. */
	enum sqlstate (*vector)(struct eval *ev, const struct column *args, uint32_t count,
		uint32_t rows, struct column *out, struct error *e);
	const struct aggregate_methods *aggregate; /* AGGREGATE only */
};

/* How a call was resolved. coerce[i] is the type argument i is to be cast to first (the argument's
   own type where none is needed); TYPE_NULL arguments (NULL literals, untyped parameters) get the type the
   function wants. */
struct function_match {
	const struct function *function;
	struct type result;
	struct type coerce[FUNCTION_ARGS_MAX];
};

/* The function of this name (any case) for these argument types. Returns E_NO_FUNCTION with a message
   as PostgreSQL words it and a hint naming a near match ("there is toUpper(text)") when there is none.
   Argument kinds may be TYPE_NULL for parameters whose type is not known yet. */
enum sqlstate function_resolve(struct str name, const struct type *args, uint32_t count,
	struct function_match *out, struct error *e);
bool function_exists(struct str name);
bool function_is_aggregate(struct str name);

/* The operator for these operand types (right.kind unused for unary ones). */
enum sqlstate function_resolve_operator(enum ast_op op, struct type left, struct type right,
	bool is_unary, struct function_match *out, struct error *e);

/* All rows, for SHOW FUNCTIONS. */
uint32_t function_count(void);
const struct function *function_at(uint32_t position);

#endif
