/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The catalog: names, sets of labels, what labels declare and what was observed under them, indexes
 * and constraints. The public look-ups are in storage.h; here is how versions of it come to be.
 *
 * A catalog is immutable once published. A change makes a new version that shares with the old one
 * everything it does not replace. See catalog.c (look-ups), catalog_edit.c (changes) and
 * catalog_store.c (how it is kept in pages).
 */
#ifndef STORAGE_GRAPH_CATALOG_H
#define STORAGE_GRAPH_CATALOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "storage/graph/dictionary.h"
#include "storage/graph/op.h"
#include "storage/page/btree.h"

enum { CATALOG_INDEXES_MAX = 4096 };

/* An index and where its tree is. */
struct catalog_index {
	struct index_info info;
	uint64_t root;	   /* of the B+tree; 0 in the catalog of the transaction that creates it */
	uint64_t ready_ts; /* snapshots from here on may use it */
};

/* A label with its properties and indexes. */
struct catalog_label {
	struct label_info info;
	struct arena *arena; /* everything this label points to */
	struct property_info *properties;
	uint32_t *ordinals; /* [i]: rank of declared properties[i]; UINT32_MAX: not declared */
	uint32_t mask;	    /* slots of by_key less one */
	uint16_t *by_key;   /* hash of key to place in properties plus one */
	uint32_t index_count;
	const struct catalog_index **indexes;
};

/* Something that goes when the last reader of a version has gone. */
struct catalog_garbage {
	void *object;
	void (*free)(void *object);
};

struct catalog {
	uint64_t version;
	uint64_t since_ts;     /* the commit that made it */
	struct dictionary *names[3];
	uint32_t name_counts[3];
	bool has_graphs; /* some node label is a graph's membership */
	struct dictionary *labelsets;
	uint32_t labelset_count;
	struct catalog_label **labels[2]; /* by element and number; entries may be NULL */
	uint32_t label_limits[2];
	const struct catalog_index **indexes;
	uint32_t index_count;
	uint32_t index_next; /* the next index's number */
	const struct constraint_info **constraints;
	uint32_t constraint_count;
	const struct catalog_object **objects; /* by number, ascending */
	uint32_t object_count;
	uint32_t object_next; /* the next object's number */
	/* What follows is of this version alone. The thread that leads commits changes it while others
	   read and copy what is above. */
	struct catalog *older; /* the version before it, until that is freed */
	struct catalog *newer;
	VEC(struct catalog_garbage) replaced; /* parts of the base that this version does without */
	VEC(struct catalog_garbage) fresh;    /* parts made by the edit, until it is published */
	VEC(struct catalog_garbage) garbage;  /* parts that go with this version */
};

/* ---- look-ups beyond storage.h ---- */

/* NULL if the label has no facts. */
const struct catalog_label *catalog_label_find(
	const struct catalog *c, enum element element, uint32_t label);
/* How many properties it has, those counted and the hidden ones behind them. */
uint32_t catalog_label_properties(const struct catalog_label *l);
/* The set of these labels, sorted by number: its number, UINT32_MAX if it has none yet. */
uint32_t catalog_labelset_find(const struct catalog *c, const uint32_t *labels, uint32_t count);
const struct catalog_index *catalog_index_find(const struct catalog *c, uint32_t id);
const struct catalog_index *catalog_index_by_name(const struct catalog *c, struct str full_name);
const struct constraint_info *catalog_constraint_by_name(
	const struct catalog *c, struct str full_name);

/* ---- versions ---- */

/* An empty catalog. */
struct catalog *catalog_new(void);
/* A declared type's modifier in the bits of its operation, and back. */
uint32_t catalog_modifier_bits(struct type_modifier m);
struct type_modifier catalog_modifier_of(uint32_t bits);
/* A new version to be edited; `base` is left as it is. */
struct catalog *catalog_edit_begin(const struct catalog *base);
/* Applies one catalog operation. `root`: of an index being created, otherwise 0. */
void catalog_edit_op(struct catalog *c, const struct op *op, uint64_t root);
/* The version is complete: it takes the place of `base`, which is freed by catalog_collect(). */
void catalog_edit_publish(struct catalog *c, struct catalog *base, uint64_t ts);
/* The version was never published. */
void catalog_edit_discard(struct catalog *c);
/* Frees versions older than `oldest` from the end of the chain that begins at newest. */
void catalog_collect(struct catalog *newest, uint64_t oldest);
/* The last version, with everything. */
void catalog_free(struct catalog *c);

/* ---- pages ---- */

/* Writes what an operation changed into the catalog's tree; `c` is the catalog after it. */
void catalog_store_op(
	const struct btree *t, const struct catalog *c, const struct op *op, uint64_t root);
/* Removes what the operation is about to make unreachable; `c` is the catalog before it. */
void catalog_store_drop(const struct btree *t, const struct catalog *c, const struct op *op);
/* Number of elements: of a labelset (ELEMENT_NODE) or of an edge label. */
void catalog_store_count(
	const struct btree *t, enum element element, uint32_t number, uint64_t count);

/* What storing the count may touch. */
bool catalog_touch_count(struct page_view *v, const struct btree *t, enum element element,
	uint32_t number) MUST_USE;

/* Reads the whole catalog at opening; each count found is handed to `count`, sequences go into
   their table. */
struct sequence_table;
typedef void catalog_count(void *context, enum element element, uint32_t number, uint64_t count);
enum sqlstate catalog_load(const struct btree *t, catalog_count *count, void *context,
	struct sequence_table *sequences, struct catalog **out, struct error *e) MUST_USE;

#endif
