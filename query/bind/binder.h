/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The binder's inside, shared with the planner: one struct binder per statement being planned.
 *
 * Binding and planning walk the tree together, clause by clause, because the type of a slot must be
 * known before the clause behind it can be bound. The binder owns names, types, parameters and
 * slots; it asks back through two hooks where an expression holds a query of its own.
 */
#ifndef QUERY_BIND_BINDER_H
#define QUERY_BIND_BINDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "query/bind/bind.h"
#include "query/bind/scope.h"
#include "query/tree/plan.h"
#include "query/type/function.h"
#include "query/type/type.h"

/* As FAIL, with the byte offset of the node to blame. */
#define FAIL_AT(e, at, code, ...) (FAIL((e), (code), __VA_ARGS__), binder_blame((e), (at)))

/* What is known of a parameter besides its type. */
struct parameter_info {
	uint32_t at; /* where it first appears */
	bool is_seen;
	bool is_text; /* compared with a key that has no type yet: text, if nothing better */
};

/* Columns on which others of their table depend: its primary key. */
struct slot_keys {
	uint32_t count;
	const uint32_t *slots;
};

/* What is known of a slot while planning. */
struct slot_info {
	struct type type;
	struct query_origin origin;
	struct str relation; /* the item of FROM that it is a column of, for messages */
	const struct slot_keys *keys; /* what it depends on; NULL: nothing known */
	struct str name; /* for EXPLAIN */
	uint32_t at; /* of the pattern's element that it is for; AT_NONE */
	const struct bound_label
		*label; /* NODE, EDGE and lists of them: what its pattern demands */
	bool is_new;	/* is being created by the clause being planned: not yet to
	                                    be read by the operators below it */
};

/* A type that this statement writes under a key: it counts as observed from then on. */
struct written_type {
	enum element element;
	struct str key;
	struct type type;
};

/* A NOTICE that waits until planning has succeeded. */
struct binder_notice {
	struct binder_notice *next;
	struct error error;
};

/* Collects aggregates and knows grouping keys while a projection is bound. */
struct aggregation {
	uint32_t key_count, key_capacity;
	const struct ast_expr **key_exprs; /* grouping keys as written .. */
	const struct bound **keys;	   /* .. as bound, where known (NULL: no) .. */
	uint32_t *key_slots;		   /* .. and the slots they go to */
	/* A slot that is no key but depends on keys becomes one; false: it does not. */
	bool (*dependent)(void *context, uint32_t slot, uint32_t *key_slot);
	void *context;
	/* grouping sets: a bit for each key, and the slot of the set's number behind grouping */
	uint32_t set_count, set_slot;
	const uint64_t *sets;
	bool is_distinct;		   /* keys are the columns of SELECT DISTINCT */
	bool is_grouped;		   /* outside of aggregates only keys may be used */
	uint32_t row_slot_end;		   /* slots before it are of rows not grouped yet .. */
	uint32_t outer_slot_end;	   /* .. and before this one, of a row around the subquery */
	const struct aggregation *around;  /* of the grouped query around the subquery, or NULL */
	bool is_closed;			   /* knows keys only: no aggregates may be added */
	uint32_t count, capacity;
	struct plan_aggregate *aggregates;
	const struct ast_expr **exprs; /* of each aggregate, as first written */
	uint32_t inside;	       /* > 0: an argument of an aggregate is being bound */
};

/* Calls of set-returning functions in the select list being bound: lists, and slots for items. */
struct set_calls {
	uint32_t count, capacity;
	const struct bound **lists;
	uint32_t *slots;
};

/* A window function of a projection, its parts bound. */
struct bound_window {
	const struct ast_expr *expr;
	const struct ast_window *over; /* with what its named windows say */
	struct plan_window plan; /* slots of arguments still to be given */
	const struct bound *args[WINDOW_ARGS_MAX];
	const struct bound *filter, *start_offset, *end_offset, *start_bound, *end_bound;
	const struct bound **partition, **order;
};

/* Collects window functions while a projection is bound. */
struct windowing {
	uint32_t count, capacity;
	struct bound_window *windows;
};

struct binder {
	struct set_calls *set_calls; /* NULL: none may stand here */
	struct arena *arena;
	size_t bytes_max; /* that the arena may hold in the end */
	const struct bind_options *options;
	const struct catalog *catalog;
	struct str text;  /* the statement's own text .. */
	uint32_t text_at; /* .. and where it begins in what was parsed */
	struct slot_info *slots;
	uint32_t slot_count, slot_capacity;
	const struct ast_projection *select; /* the one being bound: its WINDOW clause */
	uint32_t local_depth, local_count;
	struct type *parameters;
	struct parameter_info *parameter_infos;
	uint32_t parameter_count;
	struct str graph_name;	/* the graph in force; empty: main */
	uint32_t graph;		/* its number */
	bool has_use;		/* some clause named a graph: there may be elements of several */
	uint32_t literal_count, literal_capacity;
	const struct bound **literals; /* text that becomes values of other types */
	uint32_t untyped_count; /* references to parameters made without a type */
	const struct str *parameter_names;
	uint32_t parameter_name_count;
	bool is_elsewhere; /* what is being bound is not in the text that was sent: a view's */
	bool is_sql;	  /* a SQL clause is being bound: PostgreSQL's types and rules hold */
	bool has_exact_numbers; /* 1.5 is a decimal, as it is in SQL */
	bool must_rebind; /* an operator was bound before its parameter's type was known */
	struct scope *scope;
	struct aggregation *aggregation; /* NULL: no aggregates here .. */
	const struct aggregation *around; /* of the grouped query around a subquery, or NULL */
	struct windowing *windowing; /* NULL: no window functions here */
	const char *place;		 /* .. because this is a "WHERE", "MATCH" .. */
	struct written_type *written;
	uint32_t written_count, written_capacity;
	bool is_local_subquery; /* binding failed: a subquery where only locals could tell */
	bool is_quiet;	     /* unknown names need no notice: they are about to be made */
	bool wrote_anything; /* a whole map was written: any key may have any type */
	struct binder_notice *notices, **notices_end;
	/* Plans EXISTS, COUNT, COLLECT, VALUE, a pattern as predicate or comprehension. */
	enum sqlstate (*subquery)(
		void *planner, const struct ast_expr *x, const struct bound **out, struct error *e);
	void *planner;
};

/* Which slot a slot of a grouped row is found in as a key; false if it is none. */
bool binder_key_slot(const struct aggregation *a, uint32_t slot, uint32_t *key);
/* A slot of a row that may have been grouped: the grouping key it is, or itself, which a subquery is given
   when it is run. E_GROUPING for one that is no key; `name` is what it was called. */
enum sqlstate binder_row_slot(struct binder *b, uint32_t slot, struct str name, uint32_t at,
	const struct bound **out, struct error *e);
/* Sets the error's place; returns its code. */
enum sqlstate binder_blame(struct error *e, uint32_t at);

/*
 * Readies a binder for the first pass over a statement; binder_pass_again() for a second one, in
 * which the types of all parameters are known. binder_pass_end() tells whether that is needed, and
 * fails with E_INDETERMINATE_TYPE if a parameter has no type.
 */
/* NULL if the session has no such parameter. */
const struct session_parameter *binder_session_parameter(
	const struct bind_options *options, struct str name);
/* To be called wherever binding or planning recurses, and in loops over what the text repeats:
   E_TOO_COMPLEX once the stack is low, E_OUT_OF_MEMORY past max_plan_memory, E_CANCELLED once somebody asked for it. */
enum sqlstate binder_poll(const struct binder *b, struct error *e) MUST_USE;
enum sqlstate binder_begin(struct binder *b, struct arena *a, const struct ast_stmt *statement,
	const struct bind_options *options, struct error *e) MUST_USE;
enum sqlstate binder_pass_end(struct binder *b, bool *again, struct error *e) MUST_USE;
void binder_pass_again(struct binder *b);
/* A reference to parameter `number` (0-based). */
const struct bound *binder_parameter_ref(struct binder *b, uint32_t number, uint32_t at);

/* ---- slots ----------------------------------------------------------------------------------- */

uint32_t binder_slot_new(struct binder *b, struct type type, struct str name);
/* The slot holds what x is: it comes from where that comes from. */
void binder_slot_is(struct binder *b, uint32_t slot, const struct bound *x);
/* The slot is for the element of a pattern that stands there; the first place counts. */
void binder_slot_at(struct binder *b, uint32_t slot, uint32_t at);
/* A BOUND_SLOT of it. */
const struct bound *binder_slot_ref(struct binder *b, uint32_t slot, uint32_t at);

/* ---- making bound expressions ---------------------------------------------------------------- */

struct bound *bound_new(struct binder *b, enum bound_kind kind, struct type type, uint32_t at);
struct bound *bound_constant(struct binder *b, struct value v, struct type type, uint32_t at);
/* AND and OR of the given ones, flattened; one of one is that one. */
const struct bound *bound_combine(
	struct binder *b, enum bound_kind kind, const struct bound *const *parts, uint32_t count);
const struct bound *bound_cast(struct binder *b, const struct bound *x, struct type to);
/* A call of an operator or of a function by name on bound arguments; types are coerced. */
enum sqlstate binder_operator(struct binder *b, enum ast_op op, const struct bound *left,
	const struct bound *right, uint32_t at, const struct bound **out, struct error *e);
enum sqlstate binder_function(struct binder *b, struct str name, const struct bound **args,
	uint32_t count, uint32_t at, const struct bound **out, struct error *e);
const struct bound *bound_is_null(struct binder *b, const struct bound *x, bool is_negated);
enum sqlstate bound_not(
	struct binder *b, const struct bound *x, const struct bound **out, struct error *e);
bool bound_is_constant(const struct bound *x);
/* A parameter whose type nobody has said yet, or something made of such. */
bool bound_is_untyped(const struct bound *x);

/* The type as written; in SQL clauses INT and INTEGER have four bytes, and PostgreSQL's types are
   kept apart. */
enum sqlstate binder_type(struct binder *b, const struct ast_type *type, struct type *out,
	struct error *e) MUST_USE;
/* A literal in quotes of a SQL clause: no context has given it a type yet. */
bool bound_is_unknown(const struct bound *x);
/* Makes *x have type `to`: gives a type to what has none, widens implicitly (language 3.2);
   E_TYPE with `what` ("argument of LIMIT") otherwise. */
enum sqlstate binder_coerce(struct binder *b, const struct bound **x, struct type to,
	const char *what, struct error *e);
/* $1::JSONB and $1::ANY: the one place that says a parameter is of any type. */
void binder_infer_any(struct binder *b, const struct bound **x);
/* An expression of constants alone that is evaluated before the statement is run, for its errors. */
void binder_note_literal(struct binder *b, const struct bound *cast);
/* Gives parameters in an expression without a type this one. */
enum sqlstate binder_infer(
	struct binder *b, const struct bound **x, struct type to, struct error *e);
/* *x as a condition: BOOL, or E_TYPE "argument of WHERE must be type boolean". */
enum sqlstate binder_condition(
	struct binder *b, const struct bound **x, const char *what, struct error *e);

/* ---- binding --------------------------------------------------------------------------------- */

enum sqlstate bind_expr(struct binder *b, const struct ast_expr *x, const struct bound **out,
	struct error *e) MUST_USE;
/* bind_expr and binder_condition. */
enum sqlstate bind_condition(struct binder *b, const struct ast_expr *x, const char *what,
	const struct bound **out, struct error *e) MUST_USE;

/* The entries of a map as written, sorted by key; E_DUPLICATE_KEY_NAME for two of one key. */
enum sqlstate bind_entries(struct binder *b, const struct ast_expr *x,
	const struct ast_entry *const **out, struct error *e) MUST_USE;

/* bind_operator.c: one function per kind of expression, called by bind_expr() alone. */
enum sqlstate bind_unary(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
enum sqlstate bind_binary(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
enum sqlstate bind_chain(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
enum sqlstate bind_compare_some(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
enum sqlstate bind_is(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
enum sqlstate bind_case(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
/* `=` of two bound operands, with the rules for parameters and literals of language section 4. */
enum sqlstate bind_comparison(struct binder *b, enum ast_op op, const struct bound *left,
	const struct bound *right, uint32_t at, const struct bound **out, struct error *e);

/* bind_sql.c: widens *common to hold values of `next` too; in SQL E_TYPE "CASE types a and b cannot be
   matched" where nothing does. */
enum sqlstate binder_unify(struct binder *b, struct type *common, struct type next,
	const char *what, uint32_t at, struct error *e) MUST_USE;
/* The same, whatever is being bound. */
enum sqlstate bind_sql_unify(struct type *common, struct type next, const char *what, uint32_t at,
	struct error *e) MUST_USE;
/* bind_sql.c: operands of a comparison, and arithmetic, by PostgreSQL's rules. Nothing is untyped. */
enum sqlstate bind_sql_operands(struct binder *b, enum ast_op op, const struct bound **left,
	const struct bound **right, uint32_t at, struct error *e) MUST_USE;
/* Functions and operators on bits of smaller integers give such. */
void bind_sql_result(struct binder *b, const struct ast_function *call,
	const struct bound *const *args, const struct bound **out);
enum sqlstate bind_sql_in(struct binder *b, const struct bound **left, const struct bound **list,
	uint32_t at, struct error *e) MUST_USE;
enum sqlstate bind_sql_arithmetic(struct binder *b, enum ast_op op, const struct bound *left,
	const struct bound *right, uint32_t at, const struct bound **out,
	struct error *e) MUST_USE;

/* bind_array.c: a[1][2] of SQL, an item of an array. *is_array: it is one. */
enum sqlstate bind_array_item(struct binder *b, const struct ast_expr *x, bool *is_array,
	const struct bound **out, struct error *e);
/* a[1:2][3] of SQL, an array's items from one to another in each dimension, where one of the
   subscripts is such a pair; a number alone means as far as that. *is_array: it is one. */
enum sqlstate bind_array_slices(struct binder *b, const struct ast_expr *x, bool *is_array,
	const struct bound **out, struct error *e);
/* Whether subscripts that are assigned to have a pair of ends; then arrays are assigned, else an item. */
bool bind_array_is_slice(const struct ast_expr *place);
/* The array with what is assigned at the place. */
enum sqlstate bind_array_assign(struct binder *b, const struct ast_expr *place,
	const struct bound *array, const struct bound *value, const struct bound **out,
	struct error *e) MUST_USE;
/* bind_cast.c: x::t and its other forms. */
enum sqlstate bind_cast(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
/* A value taken in as one of the type that is written: what is longer than the type allows is
   E_STRING_TRUNCATION. */
/* Text that is written where an interval of these fields is wanted: of INTERVAL HOUR '1' is one hour. */
enum sqlstate bind_interval_text(struct binder *b, uint8_t range, const struct bound **x,
	struct error *e) MUST_USE;
enum sqlstate bind_taken_in(struct binder *b, const struct ast_type *type, const struct bound **x,
	struct error *e) MUST_USE;

/* bind_named.c: a call with every argument at its place, none by name. */
enum sqlstate bind_positional(struct binder *b, const struct ast_function *call,
	struct ast_function **out, struct error *e) MUST_USE;

/* f(.., VARIADIC list) */
enum sqlstate bind_variadic(struct binder *b, const struct ast_function *call,
	const struct bound **args, uint32_t at, const struct bound **out,
	struct error *e) MUST_USE;

/* bind_window.c: f(..) OVER (..) */
bool bind_is_window_name(struct str name);
enum sqlstate bind_window(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);

/* bind_unknown.c: names that nobody knows. The names in scope are those of SQL's relations alone. */
bool binder_is_relational(const struct binder *b);
/* E_NO_COLUMN; the qualifier may be empty. */
enum sqlstate bind_unknown_column(struct binder *b, struct str qualifier, struct str name,
	uint32_t at, struct error *e);
/* E_NO_TABLE for what stands before a dot. */
enum sqlstate bind_unknown_table(
	struct binder *b, struct str name, uint32_t at, struct error *e);

/* bind_row.c: row values of SQL. */
bool ast_is_row(const struct ast_expr *x);
enum sqlstate bind_row(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
/* A field of a row value in the form that it has there. */
void binder_row_field(struct binder *b, const struct bound **field);
/* Two row values, field by field. */
enum sqlstate bind_rows(struct binder *b, enum ast_op op, const struct ast_expr *left,
	const struct ast_expr *right, uint32_t at, const struct bound **out, struct error *e);
/* A row value IN rows, or a query of rows. */
enum sqlstate bind_row_in(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
enum sqlstate bind_row_is_null(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);

/* bind_aggregate.c */
enum sqlstate bind_aggregate(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
/* Whether an aggregate of SQL gives what it is given: bits of an integer are as wide, arrays of arrays have but
   more dimensions, what is real stays so. */
bool bind_keeps_type(struct str name, struct type type);
/* f(..) WITHIN GROUP (ORDER BY ..) */
enum sqlstate bind_ordered_set(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
/* GROUPING(a, b): which of these keys the row's grouping set does not have, as bits. */
enum sqlstate bind_grouping(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);

/* bind_call.c */
enum sqlstate bind_function(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
/* The list an expression ranges over; without a type it is any list. E_TYPE. */
enum sqlstate bind_loop_list(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
enum sqlstate bind_each(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
enum sqlstate bind_quantifier(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
enum sqlstate bind_reduce(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
bool ast_has_aggregate(const struct ast_expr *x);
/* The name to resolve: in SQL clauses what is SQL's own goes before. */
struct str bind_function_name(struct binder *b, const struct ast_qname *name);
/* PostgreSQL sums bigints, and makes means of all integers, as numerics. */
void bind_sum_exactly(
	struct binder *b, struct str name, const struct bound **args, struct type *types);

/* bind_declared.c: what labels declare, where it is wrong for all that the pattern allows. */
/* E_NO_COLUMN for a key that a closed label does not have; is_new: the element has no other labels. */
enum sqlstate bind_declared_key(struct binder *b, enum element element,
	const struct bound_label *label, struct ast_name name, bool is_new,
	struct error *e) MUST_USE;
/* E_TYPE for a value that cannot be stored in a key as it is declared. */
enum sqlstate bind_declared_type(struct binder *b, enum element element,
	const struct bound_label *label, struct ast_name key, const struct bound *value,
	struct error *e) MUST_USE;
/* E_INVALID_VALUE for a label that the closed type of the graph in force does not declare. */
enum sqlstate bind_declared_label(
	struct binder *b, enum element element, struct ast_name name, struct error *e) MUST_USE;

/* bind_element.c */
enum sqlstate bind_property(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e);
/* The same, whatever a property graph says of its keys. */
enum sqlstate bound_column(struct binder *b, const struct bound *base, struct ast_name key,
	const struct bound **out, struct error *e) MUST_USE;
/* bind_exposed.c: what a property graph says of the key; E_NO_COLUMN, with the variable's name. */
enum sqlstate bind_exposed(struct binder *b, const struct ast_exposed *from,
	const struct bound *base, struct str variable, const struct ast_name *key,
	const struct bound **out, struct error *e) MUST_USE;
/* The expression of an item, in SQL whatever it is used in, among the names in the scope. */
enum sqlstate bind_graph_property(struct binder *b, const struct ast_item *item,
	const struct bound **out, struct error *e) MUST_USE;
/* Of conditions and results in turn, and at the end what holds otherwise. */
struct bound *bound_case(
	struct binder *b, const struct bound **args, uint32_t count, struct type type, uint32_t at);
enum sqlstate bound_property(struct binder *b, const struct bound *base, struct ast_name key,
	const struct bound **out, struct error *e);
/* The relation in FROM that `a` or `schema.a` names before a dot; NULL: it is none. */
const struct variable *binder_table(const struct binder *b, const struct ast_expr *x);
/* A NOTICE if a pattern asks for a property that nothing has ever had and this statement does not write. */
void bind_warn_unknown_key(struct binder *b, struct ast_name key);
/* A label expression of a pattern or predicate; unknown names raise a NOTICE. */
enum sqlstate bind_label(struct binder *b, const struct ast_label *l, enum element element,
	const struct bound_label **out, struct error *e);
const struct bound *bound_label_test(struct binder *b, const struct bound *operand,
	const struct bound_label *label, uint32_t at);
/* What is known of the labels of the element (or of the list's elements) an expression yields. */
const struct bound_label *bound_labels_of(const struct binder *b, const struct bound *x);
/* The static type of key under the labels a pattern allows; label NULL: any. */
struct type bind_property_type(const struct binder *b, enum element element,
	const struct bound_label *label, struct str key, uint32_t key_number);
/* Remembers that the statement writes such a property. */
void binder_wrote(struct binder *b, enum element element, struct str key, struct type type);
/* The full name of a label of the graph in force. */
struct str binder_label_name(const struct binder *b, struct str name);
/* Makes the named graph (empty: main) the one in force; false: there is none such. */
bool binder_use_graph(struct binder *b, struct str graph);
/* The number of a name that the statement is about to write, made if it can be (see
   bind_options.txn); NAME_NONE otherwise. */
enum sqlstate binder_intern(
	struct binder *b, enum name_kind kind, struct str name, uint32_t *id, struct error *e);

/* The text of an expression; empty if it stands outside of the statement's. */
struct str binder_source(const struct binder *b, const struct ast_expr *x);
/* bind_set.c: functions that give a row for each item of a list. */
enum set_function {
	SET_NONE,
	SET_UNNEST,
	SET_SERIES,
	SET_SUBSCRIPTS,
	SET_EXPANDED,
	SET_ANCESTORS, /* of a partition: there are no partitions, so none */
	SET_LISTED,    /* what a function of a list gives: binder_set_listed() */
};
struct set_listed {
	const char *name;
	const char *list;   /* the function that gives the list */
	const char *column; /* what its column is called; NULL: as the function or its alias */
	enum type_kind item; /* LIST: an array of texts */
	bool is_pair;	    /* the items are names and values: columns key and value */
	bool is_record;	    /* the items are objects, whose columns the statement names */
};
/* NULL if it is none. */
const struct set_listed *binder_set_listed(struct str name);
enum set_function binder_set_function(struct str name);
/* The list whose items the rows are. */
enum sqlstate bind_set_list(struct binder *b, enum set_function set,
	const struct ast_function *call, const struct bound **out, struct error *e) MUST_USE;
/* The type of the rows. */
struct type bind_set_item(enum set_function set, struct str name, const struct bound *list);
/* A call in an expression: the slot its items go to, noted in b->set_calls. */
enum sqlstate bind_set_call(struct binder *b, enum set_function set,
	const struct ast_function *call, const struct bound **out, struct error *e) MUST_USE;

/* True if two expressions are written alike but for blanks: GROUP BY and ORDER BY match by it. */
bool binder_same_source(const struct binder *b, const struct ast_expr *x, const struct ast_expr *y);
/* Adds a notice; the last pass's are sent when planning has succeeded. */
void binder_notice(struct binder *b, uint32_t at, const char *hint, const char *format, ...)
	PRINTF_LIKE(4, 5);
void binder_send_notices(struct binder *b);

#endif
