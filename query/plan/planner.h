/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The planner's inside: one struct planner per statement being planned.
 *
 * A plan grows from its leaf upwards. The stream is its top so far, with what planning must know of
 * the rows that come out: which properties are fetched, whether there is at most one row, what has
 * been read and written on the way. A subquery is planned on a stream of its own that begins with
 * PLAN_ARGUMENT.
 */
#ifndef QUERY_PLAN_PLANNER_H
#define QUERY_PLAN_PLANNER_H

#include <stdbool.h>
#include <stdint.h>

#include "query/bind/binder.h"
#include "query/tree/plan.h"

/* What clauses read and write, so that a clause sees all of what was written before it and nothing
   of what is written after it. */
enum touch {
	TOUCH_NODES = 1,      /* which nodes there are, and their labels */
	TOUCH_EDGES = 2,      /* which edges there are */
	TOUCH_PROPERTIES = 4, /* of elements that were there before */
	TOUCH_ALL = 7,
};

/* A property that is in a slot already. */
struct fetched {
	uint32_t element_slot, key, slot;
};

struct stream {
	struct plan_node *top;
	bool is_single;		/* at most one row (per outer row, in a subplan) */
	bool is_per_row;	/* a subplan that must be run for each outer row alone */
	bool is_subplan;	/* begins with ARGUMENT */
	unsigned reads, writes; /* of enum touch, since the last PLAN_EAGER */
	struct fetched *fetched;
	uint32_t fetched_count, fetched_capacity;
};

/* A subquery that was planned when its expression was bound and waits to be put into the stream. */
struct pending {
	uint32_t slot; /* what the expression refers to */
	enum plan_apply apply;
	struct plan_node *sub;
	uint32_t row_slot, result_slot;
	uint32_t at; /* AT_NONE in SQL */
	bool is_per_row;
	unsigned reads, writes;
	uint32_t outer_count;
	const uint32_t *outer_slots; /* which slots of the outer stream it needs */
	/* Grouped rows have their keys in slots of their own: what the subquery knows them by. */
	uint32_t key_count;
	const struct plan_output *keys;
};

/* One column of what a query answers. */
struct answer_column {
	struct str name;
	uint32_t at;
	uint32_t slot;
};

struct answer {
	bool has_columns; /* false: ends with FINISH or a writing clause */
	uint32_t count;
	struct answer_column *columns;
};

/* A row of a label that FROM brought in. */
struct planned_row {
	struct str name; /* its alias */
	uint32_t slot;
};

/* A common table expression that may be named here; each reference plans it anew. */
struct cte {
	const struct cte *outer; /* those it sees itself, and those around them */
	const struct ast_cte *ast;
	struct scope *scope;	 /* around its query */
	bool is_recursive;
	/* while its own recursive part is being planned: what that reads of the round before; of a
	   query that changes data: what it returns */
	struct cte_recursion *recursion;
};

struct cte_recursion {
	uint32_t number;
	bool is_read;	      /* the name was used */
	struct answer answer; /* names and types of its columns: the slots of the first branch */
	struct plan_node *top; /* of a query that changes data: its plan */
};

struct planner {
	const struct cte *ctes;
	struct binder b;
	struct arena *arena;
	struct stream s;
	struct pending *pendings;
	uint32_t pending_count, pending_capacity;
	bool is_write;
	bool writes_graph; /* as the plan's */
	bool is_top;   /* the next program to be planned is the statement's own */
	bool has_past; /* WITH queries of the statement write: its parts do not see each other's changes */
	bool has_tag;
	bool has_conflict;
	struct planned_row *rows; /* of labels in FROM, for FOR UPDATE */
	uint32_t row_count, row_capacity;
	enum plan_tag tag;
	uint32_t graphs[PLAN_GRAPHS_MOST]; /* that it reads or writes; one more in graph_count: */
	uint32_t graph_count;		   /* there are more of them than that */
	uint32_t call_depth; /* procedures within procedures */
	uint32_t view_depth; /* views within views */
	uint32_t view;	     /* whose owner's rights count for the nodes that are made now */
	bool hides_temporary; /* in the text of a view that others see, too: as bind_options has it */
	uint32_t temporary_count; /* how often a name meant a temporary relation */
	struct plan_view_use *view_uses;
	uint32_t view_use_count, view_use_capacity;
};

/* ---- plan_build.c: nodes, and getting expressions onto the stream ---------------------------- */

/* A node on top of the stream; rows are estimated as given, cost adds `work` to that of the
   input. */
struct plan_node *planner_push(struct planner *p, enum plan_kind kind, double rows, double work);
/* A fresh stream from ONE_ROW; the old one is returned to be put back. */
struct stream planner_stream_new(struct planner *p);
/* A fresh stream from ARGUMENT. */
struct stream planner_stream_sub(struct planner *p, uint32_t *row_slot);
/* The row slot of the ARGUMENT that a stream began with (of several branches, the first); SLOT_NONE: it
   began with something else. */
uint32_t plan_row_slot(const struct plan_node *n);
/* Slots before it are of the rows around the stream; 0: there are none. */
uint32_t planner_outer_slot_end(const struct planner *p);
/* Every ARGUMENT of `row_slot` in the tree becomes such a leaf. */
void plan_leaf_becomes(struct plan_node *n, uint32_t row_slot, const struct plan_node *leaf);
/* The stream `sub`, which began with ARGUMENT, as a subplan of a new ARGUMENT, so that above it the
   rows around are there; `inner_slot` numbers them for the subplan. Nodes that give out only what they
   make themselves keep such a slot, from planner_inner_slot(); SLOT_NONE: there are no rows around. */
uint32_t planner_inner_slot(struct planner *p);
struct plan_node *plan_beside_outer(struct planner *p, struct plan_node *sub, uint32_t inner_slot);

/* Readies an expression for evaluation on top of the stream: fetches the properties it needs and
   applies its subqueries, and rewrites it to refer to their slots. */
const struct bound *planner_attach(struct planner *p, const struct bound *x);
/* Attaches and evaluates: the slot the value is in. A slot stays what it is. */
uint32_t planner_project(struct planner *p, const struct bound *x, struct str name);
/* The same for several at once, with one PROJECT. */
void planner_project_all(struct planner *p, const struct bound *const *exprs,
	const struct str *names, uint32_t count, uint32_t *slots);
/* Keeps the rows where all are true. */
void planner_filter(struct planner *p, const struct bound *const *predicates, uint32_t count);
/* LIMIT and OFFSET; either may be NULL. */
void planner_limit(struct planner *p, const struct bound *offset, const struct bound *limit);
/* Forgets fetched properties: rows were regrouped or elements written. */
void planner_forget(struct planner *p);
/* What another stream, now joined to this one, had fetched is there too. */
void planner_adopt(struct planner *p, const struct stream *other);

/* Announces reading or writing by the next operator; puts an EAGER in between where one could
   otherwise see the other. */
void planner_will_read(struct planner *p, unsigned touch);
void planner_will_write(struct planner *p, unsigned touch, enum plan_tag tag);
/* What the stream reads is as it was when the statement began, whatever its WITH queries wrote. */
void planner_past(struct planner *p);

const struct pending *planner_pending(const struct planner *p, uint32_t slot);
struct pending *planner_pending_new(struct planner *p);
/* Runs the subquery of which the slot is the answer, if it is one, here; what it reads is there. */
void planner_apply_slot(struct planner *p, uint32_t slot);

/* Calls back for every slot an expression reads, subqueries' outer slots included. */
typedef void slot_visitor(void *context, uint32_t slot);
void bound_each_slot(const struct bound *x, slot_visitor *visit, void *context);
void planner_each_slot(
	const struct planner *p, const struct bound *x, slot_visitor *visit, void *context);

/* plan_join.c: values of these types are equal just when a hash join finds them the same (NaN
   apart). */
bool planner_type_joins(struct type a, struct type b);

/* plan_from.c: the name of an alias of SQL, in lower case unless it is quoted. */
struct str plan_from_alias(struct planner *p, const struct ast_name *name);

/* ---- plan_live.c ----------------------------------------------------------------------------- */

/* Slots that a subplan reads but does not make: those below `first`. */
const uint32_t *plan_outer_slots(
	struct planner *p, const struct plan_node *sub, uint32_t first, uint32_t *count);
/* Computes live slots top-down, drops what nobody reads. E_TOO_COMPLEX. */
enum sqlstate plan_live(struct planner *p, struct plan_node **root, const uint32_t *slots,
	uint32_t count, struct error *e);

/* ---- plan_degree.c --------------------------------------------------------------------------- */

/* Has hops that are only counted read the store's counts. Behind plan_live(). */
enum sqlstate plan_degrees(struct planner *p, struct plan_node *n, struct error *e);

/* ---- cost.c ---------------------------------------------------------------------------------- */

double cost_nodes(const struct planner *p, uint32_t label);
double cost_edges(const struct planner *p, uint32_t label);
/* Hops per node with `source_label` (NAME_NONE: any) in one direction over these labels. */
double cost_fanout(const struct planner *p, uint32_t source_label, const uint32_t *labels,
	uint32_t label_count, enum direction direction);
/* Part of a label's elements whose property equals a value, lies below (is_upper) or above one;
   `otherwise` where ANALYZE has found nothing or the value is not known. */
struct cost_property {
	enum element element;
	uint32_t label, key;
};
double cost_equal_part(const struct planner *p, enum element element, uint32_t label, uint32_t key,
	double otherwise);
double cost_range_part(const struct planner *p, const struct cost_property *x,
	const struct bound *value, bool is_upper, double otherwise);
/* Part of rows for which a predicate holds. */
double cost_selectivity(const struct bound *predicate);
/* Part of nodes that satisfy a label expression. */
double cost_label_part(const struct planner *p, const struct bound_label *label);

/* ---- clauses --------------------------------------------------------------------------------- */

/* plan_match.c: a graph pattern's rows onto the stream; new variables into the current scope. */
struct match_options {
	bool is_repeatable;	/* REPEATABLE ELEMENTS unless the pattern says otherwise */
	bool is_merge;		/* all of the pattern is to be matched as MERGE creates it */
	struct ast_expr *where; /* a further condition on it, or NULL */
};
enum sqlstate plan_pattern(struct planner *p, const struct ast_pattern *pattern,
	const struct match_options *options, struct error *e) MUST_USE;
/* What is to blame when the element may not be read or made: its label, if it has one. */
uint32_t plan_element_place(const struct ast_element *x);
enum sqlstate plan_match(struct planner *p, const struct ast_clause *c, struct error *e) MUST_USE;
enum sqlstate plan_optional(
	struct planner *p, const struct ast_clause *c, struct error *e) MUST_USE;

/* plan_project.c: RETURN, WITH, SELECT, ORDER BY. */
enum sqlstate plan_projection(struct planner *p, const struct ast_projection *projection,
	enum ast_clause_kind kind, struct answer *out, struct error *e) MUST_USE;
enum sqlstate plan_page(
	struct planner *p, const struct ast_projection *page, struct error *e) MUST_USE;
/* plan_window.c: what was collected while a projection was bound. */
void plan_windows(struct planner *p, const struct windowing *all);
/* Replaces the scope by the columns of an answer. */
enum sqlstate plan_scope_of(
	struct planner *p, const struct answer *answer, struct scope *parent, struct error *e);

/* plan_write.c */
enum sqlstate plan_insert(struct planner *p, const struct ast_clause *c, struct error *e) MUST_USE;
enum sqlstate plan_merge(struct planner *p, const struct ast_clause *c, struct error *e) MUST_USE;
enum sqlstate plan_set(struct planner *p, const struct ast_clause *c, struct error *e) MUST_USE;
enum sqlstate plan_delete(struct planner *p, const struct ast_clause *c, struct error *e) MUST_USE;
enum sqlstate plan_foreach(struct planner *p, const struct ast_clause *c, struct error *e) MUST_USE;

/* plan_subquery.c */
enum sqlstate plan_subquery(void *planner, const struct ast_expr *x, const struct bound **out,
	struct error *e) MUST_USE;
enum sqlstate plan_call(struct planner *p, const struct ast_clause *c, struct error *e) MUST_USE;
/* plan_reduce.c: reduce over a list that is in a slot, begun with what is in another, onto the stream,
   which is a subplan's. *slot: the accumulator's end; no row where there is no list. */
struct plan_reduce {
	const struct ast_expr *expr;
	uint32_t list_slot, start_slot;
};
enum sqlstate plan_reduce(struct planner *p, const struct plan_reduce *r, uint32_t *slot,
	struct error *e) MUST_USE;
/* A program as a subplan for each row of the stream. `finish` may change the answer's columns on top
   of the subplan; the scope is then the outer one. */
struct plan_call {
	const struct ast_program *program;
	struct scope *seen; /* what it sees */
	bool is_optional;
	enum sqlstate (*finish)(
		struct planner *p, void *context, struct answer *answer, struct error *e);
	void *context;
};
enum sqlstate plan_call_program(struct planner *p, const struct plan_call *call,
	struct answer *answer, struct error *e) MUST_USE;
/* The columns of the answer become variables of the current scope. */
enum sqlstate plan_call_columns(
	struct planner *p, const struct answer *answer, struct error *e) MUST_USE;

/* plan_select.c */
enum sqlstate plan_select(struct planner *p, const struct ast_clause *c, struct answer *out,
	struct error *e) MUST_USE;
enum sqlstate plan_values(struct planner *p, const struct ast_clause *c, struct answer *out,
	struct error *e) MUST_USE;

/* procedure/user_plan.c: CALL of a procedure that CREATE PROCEDURE made; *found is false if there is
   none of this name. */
enum sqlstate plan_user_procedure(struct planner *p, const struct ast_clause *clause, bool is_alone,
	struct answer *out, bool *found, struct error *e) MUST_USE;

/* plan.c: a leaf as the stream `start` has, on a stream of its own; the linear queries of one query
   and what joins them. */
void plan_branch_begin(struct planner *p, const struct stream *start);
enum sqlstate plan_query_operands(struct planner *p, const struct ast_query *query,
	struct answer *out, struct error *e) MUST_USE;

/* plan_cte.c: the common table expressions of a query become known; plan_cte_leave() forgets
   them. */
const struct cte *plan_cte_enter(struct planner *p, const struct ast_query *query);
void plan_cte_leave(struct planner *p, const struct cte *before);
/* Those queries behind `before` that change data are planned now, each on a stream of its own;
   E_NOT_SUPPORTED unless the query is the statement's own. */
enum sqlstate plan_cte_writes(struct planner *p, const struct cte *before, bool is_top,
	struct error *e) MUST_USE;
/* They are to be run before the stream, which is that of the whole statement. */
void plan_cte_run(struct planner *p, const struct cte *before);
/* NULL if no such name is known. */
const struct cte *plan_cte_find(const struct planner *p, const struct ast_qname *name);
/* A branch over its own rows again and again, until it gives none. The first branch gives the first
   rows, the second reads those of the round before. */
struct plan_recursion {
	struct stream start; /* what both branches begin on: plan_branch_begin() */
	struct plan_node *branches[2];
	uint32_t *slots[2]; /* of the columns, in each branch */
};
/* The rows of the round before onto the stream of the second branch. */
void plan_recursion_read(
	struct planner *p, struct cte_recursion *columns, struct answer *out);
/* What both branches give, in the place of the stream. */
void plan_recursion_push(struct planner *p, const struct plan_recursion *r, enum ast_set_op op,
	const struct cte_recursion *columns, struct answer *out);
/* Its rows onto the stream. */
enum sqlstate plan_cte(struct planner *p, const struct ast_qname *name, struct answer *out,
	struct error *e) MUST_USE;

/* ORDER BY, OFFSET and LIMIT of an answer, by its columns' names and places. */
enum sqlstate plan_answer_page(struct planner *p, const struct ast_projection *page,
	const struct answer *answer, struct error *e) MUST_USE;

/* procedure/procedure_plan.c: CALL of a procedure. Alone it answers columns, else *out stays. */
enum sqlstate plan_procedure(struct planner *p, const struct ast_clause *clause, bool is_alone,
	struct answer *out, struct error *e) MUST_USE;

/* sql/relation_plan.c: a catalog relation onto the stream, all its columns as the answer. */
enum sqlstate plan_relation(struct planner *p, const struct relation *relation, uint32_t at,
	struct answer *out, struct error *e) MUST_USE;
/* The same for a function in FROM (relation_find_function) and its bound arguments, which may read
   the stream's slots: LATERAL. E_NO_FUNCTION, E_TYPE. */
enum sqlstate plan_relation_function(struct planner *p, const struct relation *function,
	const struct bound **args, uint32_t count, uint32_t at, struct answer *out,
	struct error *e) MUST_USE;
/* If the top of the stream scans a catalog relation and the predicate demands that one of its oids
   be some value known below: lets the scan look for that alone. The predicate is to be tested all
   the same. planner_filter() does this by itself. */
void plan_relation_key(struct planner *p, const struct bound *predicate);

/* plan.c */
enum sqlstate plan_program(struct planner *p, const struct ast_program *program, struct answer *out,
	struct error *e) MUST_USE;
enum sqlstate plan_clause(struct planner *p, const struct ast_clause *c, struct answer *out,
	struct error *e) MUST_USE;
/* The graph in force, to be put back behind a part that may name another. */
struct graph_in_force {
	struct str name;
	uint32_t number;
};
struct graph_in_force plan_graph_keep(const struct planner *p);
/* True if an element must have a label of the graph in force to match. */
bool plan_label_is_of_graph(const struct bound_label *label);
/* What every element of the graph in force is, and no other; NULL where there is only main. */
const struct bound_label *plan_graph_label(const struct binder *b, enum element element);
/* The statement reads or writes the graph in force. */
void plan_graph_note(struct planner *p);
void plan_graph_back(struct planner *p, struct graph_in_force graph);
/* Puts the named graph in force, if one is named; E_NO_GRAPH. */
enum sqlstate plan_graph_name(
	struct planner *p, const struct ast_qname *name, struct error *e) MUST_USE;

/* E_DUPLICATE_ALIAS if the name is bound in the current scope, else a new variable in a new
   slot. */
enum sqlstate planner_declare(struct planner *p, const struct ast_name *name, struct type type,
	uint32_t *slot, struct error *e) MUST_USE;

#endif
