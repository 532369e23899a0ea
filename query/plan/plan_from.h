/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * FROM as a tree of relations and joins, shared by plan_from.c (what stands in it and what its
 * columns are called) and plan_from_join.c (in which order and how it is put on the stream).
 */
#ifndef QUERY_PLAN_PLAN_FROM_H
#define QUERY_PLAN_PLAN_FROM_H

#include "query/plan/plan_table.h"

/* One item of FROM. What it makes has the slots [slot_first, slot_end), for those of an item are
   made one after the other. */
struct from_node {
	const struct ast_from *ast;
	uint32_t slot_first, slot_end;
	/* names: the columns in order, and the tables they belong to */
	uint32_t column_count;
	struct scope_column *columns;
	uint32_t table_count;
	struct variable *tables;
	/* JOIN */
	struct from_node *left, *right;
	enum ast_join_kind join;
	const struct bound *on; /* NULL: none */
	/* else: planned on a stream that begins with ARGUMENT */
	struct stream stream;
	uint32_t row_slot;
	bool is_correlated; /* reads what stands before it in FROM, or outside of the query */
	bool is_chain;	    /* its nodes multiply the rows they stand on, whatever these are */
	const struct table *label; /* the label it scans; NULL: none */
};

/* Puts the items on the stream, joined, with the conjuncts of WHERE as low as they go. */
enum sqlstate plan_from_place(struct planner *p, struct from_node *const *items, uint32_t count,
	const struct bound *where, struct error *e) MUST_USE;

/* plan_from_function.c: what the function, or the functions, of an item answer; *name is what the item
   is called. Sets n->is_chain. */
enum sqlstate plan_from_function(struct planner *p, struct from_node *n, struct answer *out,
	struct str *name, struct error *e) MUST_USE;

/* plan_record.c: json_to_record() and its kin. The answer's only column are the objects; in their place
   come the columns that the item names, E_SYNTAX if it names none. */
enum sqlstate plan_record_columns(struct planner *p, const struct ast_from *f,
	struct answer *answer, struct error *e) MUST_USE;

#endif
