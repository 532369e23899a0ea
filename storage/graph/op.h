/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Operations: what a transaction does, in the form in which the log keeps it. A transaction's
 * private changes are collected in this very form, so that a commit writes out what is there
 * already. apply.c turns operations into pages, catalog_edit.c into a new catalog. See op.c for the
 * bytes.
 */
#ifndef STORAGE_GRAPH_OP_H
#define STORAGE_GRAPH_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "storage/storage.h"

/* The numbers are on disk: append only. */
enum op_kind {
	OP_NODE_ADD = 1,
	OP_NODE_DELETE = 2,
	OP_NODE_LABELS = 3,
	OP_EDGE_ADD = 4,
	OP_EDGE_DELETE = 5,
	OP_PROPERTY_SET = 6, /* an empty value removes the property */
	OP_INDEX_FILL = 7,   /* puts the elements [source, target) of its label into index `id` */
	OP_NAME = 16,	     /* a name gets a number, or a number another name */
	OP_LABELSET = 17,    /* a set of labels gets a number */
	OP_OBSERVE = 18,     /* types of values that are there under a label */
	OP_LABEL = 19,	     /* a label's declaration, whole */
	OP_LABEL_DROP = 20,
	OP_PROPERTY = 21, /* a declared property, whole */
	OP_PROPERTY_DROP = 22,
	OP_INDEX_CREATE = 23,
	OP_INDEX_DROP = 24,
	OP_CONSTRAINT_CREATE = 25,
	OP_CONSTRAINT_DROP = 26,
	OP_OBJECT = 27,	     /* an object whose meaning is the query layer's, whole */
	OP_OBJECT_DROP = 28,
	OP_SEQUENCE = 29,    /* how far a sequence may have counted */
	OP_SEQUENCE_DROP = 30,
	OP_KIND_END,
};

/* Which members count depends on the kind; pointers point into the bytes read, the label lists into
   `numbers`. */
struct op {
	enum op_kind kind;
	uint8_t element; /* enum element; OP_NAME: enum name_kind */
	uint64_t id;	 /* of the node or edge; else the number of what the op is about */
	uint32_t label;	 /* labelset, label or edge label */
	uint32_t key;
	uint64_t source, target;
	const uint8_t *map; /* encoded property map, encoded value, or the bytes of a default */
	uint32_t map_size;
	struct str name;
	/* OP_LABEL: is_declared 1, is_closed 2. OP_PROPERTY: is_not_null 1, is_declared 2, is_generated 4. OP_INDEX_CREATE: unique
	   1, constraint 2, OP_INDEX_UNFINISHED and the like. OP_OBSERVE: OP_OBSERVE_ALL. OP_SEQUENCE: has been
	   asked 1 */
	uint8_t flags;
	/* OP_PROPERTY; OP_CONSTRAINT_CREATE: kind and type; OP_OBJECT: type is its kind */
	uint8_t type, item_type;
	/* OP_PROPERTY: precision << 16 | scale; OP_OBSERVE: types; OP_CONSTRAINT_CREATE, OP_LABEL:
	   an index */
	uint32_t bits;
	struct edge_pair pair; /* OP_LABEL: the first one, its labels NAME_NONE if there is none */
	/* OP_LABELSET: labels; OP_INDEX_CREATE, OP_CONSTRAINT_CREATE: keys; OP_LABEL: the further
	   pairs, OP_PAIR_NUMBERS each */
	uint32_t number_count;
	uint32_t numbers[256];
};
enum { OP_NUMBERS_MAX = 256, OP_NAME_MAX = 255 };
/* Flag of OP_INDEX_CREATE: kept up from now on, but not filled and not to be read yet. The same
   operation without it makes the index ready. The others are as in struct index_info. */
enum { OP_INDEX_UNFINISHED = 4, OP_INDEX_DEFERRABLE = 8, OP_INDEX_DEFERRED = 16 };

/* The pairs of an edge label into an OP_LABEL and out of it; `pairs` has room for EDGE_PAIRS_MAX. */
enum { OP_PAIR_NUMBERS = 4 };
void op_set_pairs(struct op *op, const struct edge_pair *pairs, uint32_t count);
uint32_t op_pairs(const struct op *op, struct edge_pair *pairs);

/* Flag of OP_OBSERVE: these types and no others. */
enum { OP_OBSERVE_ALL = 1 };

/* Appends one operation. The first three are those of bulk loads and take no struct. */
void logop_put_node_add(
	struct buf *to, uint64_t id, uint32_t labelset, const uint8_t *map, uint32_t map_size);
struct op_edge {
	uint64_t id, source, target;
	uint32_t label;
};
void logop_put_edge_add(
	struct buf *to, const struct op_edge *edge, const uint8_t *map, uint32_t map_size);
void logop_put(struct buf *to, const struct op *op);

/* Reads the operation at *at and moves *at behind it; false: the bytes are none. */
bool logop_next(const uint8_t *data, size_t size, size_t *at, struct op *out);

static inline bool op_is_catalog(enum op_kind kind)
{
	return kind >= OP_NAME;
}

#endif
