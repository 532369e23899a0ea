/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What storage_schema.c and storage_schema_check.c share.
 */
#ifndef STORAGE_API_STORAGE_SCHEMA_H
#define STORAGE_API_STORAGE_SCHEMA_H

#include "storage/txn/read.h"
#include "storage/txn/unfinished_index.h"

/* A schema statement begins: E_READ_ONLY, or waits for the schema lock. */
enum sqlstate schema_begin(struct txn *t, struct error *e) MUST_USE;
/* An operation into the transaction's changes and its own catalog. */
void schema_emit(struct txn *t, const struct op *op);

/* A label by name, as schema statements meet it. */
struct schema_label {
	enum element element;
	uint32_t label;
	struct str name;
	const struct label_info *info; /* NULL: no facts yet */
};

/* A full name as messages show it. */
#define SHOWN(name) STR_ARGS(graph_local_name(name))

/* A declared label: E_NO_OBJECT if there is none of the name. */
enum sqlstate schema_declared_label(struct txn *t, enum element element, struct str name,
	struct schema_label *out, struct error *e) MUST_USE;
/* The label's declaration as an operation, to be changed and emitted. */
struct op schema_label_op(const struct schema_label *l);
/* storage_edge_pair.c: the pairs that a definition gives the label, into its operation. */
enum sqlstate schema_declare_pairs(struct txn *t, const struct schema_label *l,
	const struct label_definition *d, struct op *op, struct error *e) MUST_USE;

/* Calls `visit` with every element of the label that the transaction sees; its state is whole. */
typedef enum sqlstate schema_visit(struct txn *t, void *context, uint64_t id,
	const struct element_state *state, struct error *e);
enum sqlstate schema_each(struct txn *t, enum element element, uint32_t label, schema_visit *visit,
	void *context, struct error *e) MUST_USE;

/* Every element of the label against the transaction's present declarations; what a write would make
   of its values (rounds a number, fills up a text) is done to them. */
enum sqlstate schema_check_existing(
	struct txn *t, enum element element, uint32_t label, struct error *e) MUST_USE;
/* Every edge of the label against the pairs of ends that it now declares. */
enum sqlstate schema_check_ends(struct txn *t, uint32_t label, struct error *e) MUST_USE;
/* Takes the keys of all elements into the overlay's index of an index being made; E_UNIQUE for a
   double. */
enum sqlstate schema_check_unique(struct txn *t, uint32_t index, struct error *e) MUST_USE;
/* Sets a property of every element of the label: to `value` where it has none, or, if `value` is
   NULL, away. */
enum sqlstate schema_fill(struct txn *t, enum element element, uint32_t label, uint32_t key,
	struct value value, struct error *e) MUST_USE;
/* Deletes every element of the label. */
enum sqlstate schema_delete_all(
	struct txn *t, enum element element, uint32_t label, struct error *e) MUST_USE;
bool schema_has_elements(struct txn *t, enum element element, uint32_t label);

/* ---- storage_index_build.c: an index of a label with elements, built beside reads and writes ---- */

/* True if it is built so: a statement of its own that has done nothing else yet. */
bool index_build_is_apart(struct txn *t, enum element element, uint32_t label);
/* Makes and fills the index that the operation creates. After OK the operation is to be put into the
   transaction's log, which finishes it; t->unfinished_index is what there is to drop otherwise. The
   schema lock is held. E_UNIQUE, E_PROGRAM_LIMIT, E_CANCELLED, E_DISK_FULL. */
enum sqlstate index_build(struct txn *t, const struct op *create, struct error *e) MUST_USE;
/* The index just built is of a key. */
enum sqlstate index_build_key(struct txn *t, struct error *e) MUST_USE;
/* The changes of the transaction so far are the making of that index: what they say of the label's
   elements is true whoever changes these meanwhile. */
static inline void index_build_declared(struct txn *t)
{
	t->unfinished_ops = (uint32_t)t->overlay.undo.count;
}

#endif
