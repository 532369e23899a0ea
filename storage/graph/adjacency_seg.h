/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Segments: the bytes of a list of 2 to 240 edges, wherever they stand. Nothing here touches a page
 * or knows where a segment lives; adjacency.c moves them.
 *
 *     0 u64 node:48 << 8 | is_wide << 4 | direction
 *     8 u16 label_count  10 u16 label_capacity  12 u16 count  14 u16 capacity
 *    16 label_capacity x { u32 label, u16 start, u16 count }, label_count of them in use, sorted
 *       u32 neighbour[capacity], u32 edge[capacity]   (u64 each if is_wide: an id needs it)
 *
 * Invariant
 * A1 The runs of the labels follow each other without a gap and are not empty; within a run entries
 *    ascend strictly by (neighbour, edge). What is not in use is zero.
 */
#ifndef STORAGE_GRAPH_ADJACENCY_SEG_H
#define STORAGE_GRAPH_ADJACENCY_SEG_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "storage/graph/adjacency.h"

struct seg_run {
	uint32_t label;
	uint16_t start;
	uint16_t count;
};

/* On disk. */
struct seg {
	uint64_t owner;
	uint16_t label_count;
	uint16_t label_capacity;
	uint16_t count;
	uint16_t capacity;
	struct seg_run runs[];
};
static_assert(sizeof(struct seg) == 16, "segment header");
static_assert(sizeof(struct seg_run) == 8, "segment run");

/* A list unpacked, with room for one more than a segment can hold. */
struct seg_list {
	uint32_t count;
	struct adjacency_entry entries[ADJACENCY_SEG_MAX + 1];
};

/* Where an entry is or belongs. */
struct seg_spot {
	uint32_t run; /* its label's run, or the one before which that would stand */
	uint32_t at;  /* its place among all entries */
	bool has_run;
	bool is_there;
};

static inline bool seg_is_wide(const struct seg *s)
{
	return (s->owner & 0x10) != 0;
}

static inline uint32_t seg_width(const struct seg *s)
{
	return seg_is_wide(s) ? 8 : 4;
}

static inline const uint8_t *seg_neighbours(const struct seg *s)
{
	return (const uint8_t *)(s->runs + s->label_capacity);
}

static inline const uint8_t *seg_edges(const struct seg *s)
{
	return seg_neighbours(s) + (size_t)s->capacity * seg_width(s);
}

static inline uint64_t seg_id(const uint8_t *column, bool is_wide, uint32_t i)
{
	uint64_t wide;
	uint32_t narrow;

	if (is_wide) {
		memcpy(&wide, column + 8 * (size_t)i, 8);
		return wide;
	}
	memcpy(&narrow, column + 4 * (size_t)i, 4);
	return narrow;
}

static inline int adjacency_entry_order(
	const struct adjacency_entry *a, const struct adjacency_entry *b)
{
	if (a->label != b->label)
		return a->label < b->label ? -1 : 1;
	if (a->neighbour != b->neighbour)
		return a->neighbour < b->neighbour ? -1 : 1;
	return a->edge < b->edge ? -1 : a->edge > b->edge;
}

/* True if the header describes something that fits into `room` bytes. */
bool seg_is_sane(const struct seg *s, uint32_t room);
/* The run of a label, NULL if there is none. */
const struct seg_run *seg_run_find(const struct seg *s, uint32_t label);
/* The first place in a run whose entry is not below (neighbour, edge). */
uint32_t seg_lower_bound(
	const struct seg *s, const struct seg_run *run, uint64_t neighbour, uint64_t edge);
struct seg_spot seg_find(const struct seg *s, const struct adjacency_entry *entry);

/* Adds or removes in place. An insert needs room for the entry, its label and its width: */
bool seg_has_room(
	const struct seg *s, const struct adjacency_entry *entry, const struct seg_spot *spot);
void seg_insert(struct seg *s, const struct adjacency_entry *entry, const struct seg_spot *spot);
void seg_remove(struct seg *s, const struct seg_spot *spot);

void seg_unpack(const struct seg *s, struct seg_list *to);
/* Where an entry belongs in a list; *is_there if it is in it. */
uint32_t seg_list_find(
	const struct seg_list *l, const struct adjacency_entry *entry, bool *is_there);
void seg_list_insert(struct seg_list *l, uint32_t at, const struct adjacency_entry *entry);

/* How a list is to be laid out, with slack for growth, and the bytes that takes. */
struct seg_shape {
	uint32_t size;
	uint16_t capacity;
	uint16_t label_capacity;
	bool is_wide;
};
struct seg_shape seg_shape_of(const struct seg_list *l);
/* Writes the whole segment; `to` has `room` bytes, shape->size or more. */
void seg_pack(const struct seg_list *l, const struct seg_shape *shape, uint64_t node,
	enum direction d, void *to, uint32_t room);

#endif
