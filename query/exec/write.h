/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Changing the graph: what INSERT, MERGE, SET, REMOVE and DELETE share. Everything goes through the
 * storage layer's writes into the transaction's private changes.
 */
#ifndef QUERY_EXEC_WRITE_H
#define QUERY_EXEC_WRITE_H

#include "query/exec/op.h"

/* The numbers of a list of creates or set items whose names may be new: labels and keys, interned
   when the plan first runs. One per operator. */
struct write_names {
	bool is_known;
	uint32_t **labels; /* per create or item */
	uint32_t **keys;   /* per create: one per assignment; per item: one */
};

enum sqlstate write_names_of_creates(struct op *op, struct write_names *names,
	const struct plan_create *creates, uint32_t count, struct error *e) MUST_USE;
enum sqlstate write_names_of_items(struct op *op, struct write_names *names,
	const struct plan_set *items, uint32_t count, struct error *e) MUST_USE;

/* Creates the elements for every row of the batch, row by row, and puts their columns into it.
   is_merge: a NULL property is E_NULL_NOT_ALLOWED instead of absent. */
enum sqlstate write_create(struct op *op, const struct write_names *names,
	const struct plan_create *creates, uint32_t count, bool is_merge, struct batch *b,
	struct error *e) MUST_USE;

/* The right-hand sides and targets of set items for one batch, computed before anything is
   assigned. */
struct write_values {
	struct column *targets;
	struct column *values; /* of items that have one */
};
/* In ev->arena (op_eval). */
enum sqlstate write_evaluate(struct op *op, const struct plan_set *items, uint32_t count,
	const struct batch *b, struct write_values *out, struct error *e) MUST_USE;
/* Assigns them for row `row`, in the order of the items. */
enum sqlstate write_assign(struct op *op, const struct write_names *names,
	const struct plan_set *items, uint32_t count, const struct write_values *values,
	uint32_t row, struct error *e) MUST_USE;

/* Deletes an element, or what a list or path consists of; NULL is nothing. */
enum sqlstate write_delete(struct op *op, struct value v, bool is_detach, struct error *e) MUST_USE;

#endif
