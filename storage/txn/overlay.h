/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The overlay: one transaction's private changes. Its log is the very record that a commit writes;
 * everything else here is there to find changes again. It belongs to one thread at a time and has
 * no lock. See overlay.c.
 */
#ifndef STORAGE_OVERLAY_H
#define STORAGE_OVERLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "storage/graph/catalog.h"
#include "storage/log/wal.h"
#include "storage/storage.h"

/* The state of one changed element. Immutable: a further change makes another. */
struct overlay_record {
	uint64_t id;
	uint64_t source, target; /* of an edge */
	uint32_t label;		 /* labelset or edge label; LABELSET_ABSENT, NAME_NONE: deleted */
	uint32_t map_size;
	const uint8_t *map;
	uint32_t order; /* place in the overlay's order of first change */
	uint8_t element;
	bool is_new;  /* made by this transaction */
	bool is_base; /* not a change: see overlay_index_add_base() */
};

enum { OVERLAY_UNDO_CATALOG = 2 }; /* otherwise an enum element */

struct overlay_undo {
	struct overlay_record *before; /* NULL: the element was not in the overlay */
	uint64_t id;
	uint32_t log_before;
	uint32_t ops_before;
	uint8_t kind;
};

struct overlay_hop {
	uint64_t edge, neighbour;
	uint32_t label;
	uint32_t next; /* of the same list, plus one; 0: the last */
};

struct overlay_index_entry {
	const struct overlay_record *record;
	size_t key_at;
	uint32_t key_size;
	uint32_t next;
};

/* The changed elements of one index, by key. */
struct overlay_index {
	uint32_t id;
	size_t done;	      /* changes already looked at */
	bool is_whole;	      /* holds all of them: not in a statement's past (past.c) */
	bool has_base;	      /* also holds the unchanged elements: its tree is not made yet */
	struct map_u64 heads; /* hash of key to entry plus one */
	VEC(struct overlay_index_entry) entries;
	struct buf keys;
};

struct overlay {
	struct arena *arena;
	struct buf log;
	uint32_t op_count;
	struct map_u64 records[2];	       /* by element: id to struct overlay_record * */
	VEC(struct overlay_record *) order[2]; /* present states, in order of first change */
	VEC(struct overlay_undo) undo;
	uint32_t deleted[2]; /* elements from before that are deleted */
	bool has_catalog_ops;
	struct map_u64 lists; /* node and direction to hop plus one */
	VEC(struct overlay_hop) hops;
	size_t hops_done; /* edges already in the lists */
	VEC(struct overlay_index *) indexes;
	VEC(uint64_t) unchecked; /* nodes deleted without detach by this statement */
	VEC(uint64_t) incomplete[2]; /* by element: written by it, and lacking what is NOT NULL */
	struct buf scratch;
};

void overlay_init(struct overlay *o);
/* Nothing is left to be checked at the statement's end. */
void overlay_forget_checks(struct overlay *o);
/* Forgets everything; big memory goes, small memory stays for the next transaction. */
void overlay_reset(struct overlay *o);
void overlay_destroy(struct overlay *o);

static inline bool overlay_is_empty(const struct overlay *o)
{
	return o->undo.count == 0;
}

/* Memory held for the changes so far. */
uint64_t overlay_bytes(const struct overlay *o);

/* The changed state of an element, NULL if this transaction did not change it. */
static inline struct overlay_record *overlay_find(
	const struct overlay *o, enum element element, uint64_t id)
{
	const uint64_t *found;

	if (o->records[element].count == 0)
		return NULL;
	found = map_u64_find(&o->records[element], id);
	return found == NULL ? NULL : (struct overlay_record *)(uintptr_t)*found;
}

static inline bool overlay_record_exists(const struct overlay_record *r)
{
	return r->element == ELEMENT_NODE ? r->label != LABELSET_ABSENT : r->label != NAME_NONE;
}

/* A further state of an element: `state` is copied into the overlay (its map must live there
   already, see overlay_keep). The caller has appended the operation, if any, between begin and
   this. */
struct overlay_place {
	uint32_t log_before;
	uint32_t ops_before;
};
static inline struct overlay_place overlay_begin(struct overlay *o)
{
	if (o->log.length == 0)
		wal_record_begin(&o->log, WAL_TXN);
	return (struct overlay_place){ (uint32_t)o->log.length, o->op_count };
}
void overlay_put(struct overlay *o, struct overlay_place place, const struct overlay_record *state);
/* A copy of bytes that lives as long as the overlay's contents. */
const uint8_t *overlay_keep(struct overlay *o, const uint8_t *bytes, size_t size);
/* An operation of the catalog. */
void overlay_put_catalog(struct overlay *o, const struct op *op);

/* The present states of `from` as changes of the empty overlay `to`, which must not outlive it and is
   for reading alone: it has no log. */
void overlay_copy_states(struct overlay *to, const struct overlay *from);

uint64_t overlay_mark(const struct overlay *o);
void overlay_rollback(struct overlay *o, uint64_t mark);

/* The first of the edges added at a node, NULL if there is none; overlay_hop_next() gives the
   others. An edge may have been deleted since: ask overlay_find(). */
const struct overlay_hop *overlay_hops(struct overlay *o, uint64_t node, enum direction direction);
static inline const struct overlay_hop *overlay_hop_at(const struct overlay *o, uint32_t place)
{
	return place == 0 ? NULL : &o->hops.at[place - 1];
}

/* The index's changes, brought up to date. */
struct overlay_index *overlay_index(
	struct overlay *o, const struct catalog *c, const struct catalog_index *index);
/* The first element >= *at that has this key now, other than `except`; UINT64_MAX: none. */
uint64_t overlay_index_find(
	struct overlay *o, struct overlay_index *x, struct str key, uint64_t except);
/* True if the entry is the element's present state. */
bool overlay_index_is_live(
	const struct overlay *o, enum element element, const struct overlay_index_entry *entry);
/* An unchanged element, for an index that this transaction creates. */
void overlay_index_add_base(struct overlay *o, struct overlay_index *x,
	const struct overlay_record *base, struct str key);

/* An index is new: another one, rolled back, may have had its number. */
void overlay_index_forget(struct overlay *o, uint32_t id);

#endif
