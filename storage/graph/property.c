/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Property records in pages. The encoded map itself is property_map.c's; here it is bytes with a
 * size.
 *
 * A record in a PROP page (a slot of space.c) and the first bytes of a chain's pages:
 *
 *     0 u64 owner:56 | element:8   whose properties these are: a reference that leads to another
 *                                  element's record is found out
 *     8 u32 size                   of the map
 *    12 map
 *
 *    32 u64 next                   OVFL: the next page of the chain, 0: none
 *    40 u64 owner:56 | element:8
 *    48 u32 size                   of the whole map; in every page of the chain
 *    52 u32 used                   bytes of it in this page: 16328, the last page fewer
 *    56 bytes
 *
 * Invariants
 * P1 A map of at most PROPERTY_RECORD_INLINE bytes stands in a PROP page, a larger one in a chain.
 * P2 No record holds an empty map: that is the ref 0.
 */
#include "storage/graph/property.h"

#include <string.h>

#include "storage/graph/property_map.h"
#include "storage/graph/space.h"

enum {
	RECORD_HEADER = 12,
	CHAIN_DATA = PAGE_BODY_BYTES - 24,
	PREFETCH_ROWS = 64,
};

struct chain {
	uint64_t next;
	uint64_t owner;
	uint32_t size;
	uint32_t used;
	uint8_t data[CHAIN_DATA];
};
static_assert(sizeof(struct chain) == PAGE_BODY_BYTES, "overflow page");

static uint64_t owner_word(enum element element, uint64_t owner)
{
	return owner << 8 | (uint64_t)element;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void record_fill(
	uint8_t *to, uint32_t room, uint64_t owner, const uint8_t *map, uint32_t size)
{
	memcpy(to, &owner, 8);
	memcpy(to + 8, &size, 4);
	memcpy(to + RECORD_HEADER, map, size);
	memset(to + RECORD_HEADER + size, 0, room - RECORD_HEADER - size);
}

static uint64_t chain_write(struct graph *g, uint64_t owner, const uint8_t *map, uint32_t size)
{
	uint64_t first = PAGE_NONE;
	struct chain *last = NULL;
	uint32_t at = 0;

	while (at < size) {
		struct page *p;
		uint64_t pid = pager_allocate(g->pager, PAGE_OVERFLOW, g->ts, &p);
		struct chain *c = (void *)p->body;

		c->owner = owner;
		c->size = size;
		c->used = MIN_OF(size - at, (uint32_t)CHAIN_DATA);
		memcpy(c->data, map + at, c->used);
		at += c->used;
		if (last == NULL)
			first = pid;
		else
			last->next = pid;
		last = c;
	}
	return graph_ref(GRAPH_REF_OVFL, 0, first);
}

void property_delete(struct graph *g, uint64_t ref)
{
	uint64_t pid = graph_ref_pid(ref);

	switch (graph_ref_kind(ref)) {
	case GRAPH_REF_NONE:
		return;
	case GRAPH_REF_PROP:
		space_remove(g, SPACE_PROPERTIES, space_place_of(ref));
		return;
	case GRAPH_REF_OVFL:
		while (pid != PAGE_NONE) {
			const struct chain *c =
				(const void *)pager_require(g->pager, pid, PAGE_OVERFLOW)->body;
			uint64_t next = c->next;

			pager_free(g->pager, pid);
			pid = next;
		}
		return;
	default:
		unreachable();
	}
}

/* Overwrites a record in its page; false if there is no room for the new map. */
static bool record_rewrite(
	struct graph *g, uint64_t ref, uint64_t owner, const uint8_t *map, uint32_t size)
{
	struct space_place place = space_place_of(ref);
	uint32_t need = RECORD_HEADER + size, room;
	uint8_t *to = space_modify(g, SPACE_PROPERTIES, place, &room);

	if (room < need || room > need + need / 4 + 16) {
		to = space_resize(g, SPACE_PROPERTIES, place, need);
		if (to == NULL)
			return false;
		(void)space_modify(g, SPACE_PROPERTIES, place, &room);
	}
	record_fill(to, room, owner, map, size);
	return true;
}

uint64_t property_replace(struct graph *g, uint64_t ref, enum element element, uint64_t owner,
	const uint8_t *map, uint32_t size)
{
	uint64_t word = owner_word(element, owner);
	struct space_place place;
	uint32_t room;
	void *to;

	if (size == 0 || property_map_count(map) == 0) {
		property_delete(g, ref);
		return 0;
	}
	assert(size <= PROPERTY_MAP_SIZE_MAX);
	if (graph_ref_kind(ref) == GRAPH_REF_PROP && size <= PROPERTY_RECORD_INLINE &&
		record_rewrite(g, ref, word, map, size))
		return ref;
	property_delete(g, ref);
	if (size > PROPERTY_RECORD_INLINE)
		return chain_write(g, word, map, size);
	to = space_add(g, SPACE_PROPERTIES, RECORD_HEADER + size, &place);
	(void)space_modify(g, SPACE_PROPERTIES, place, &room);
	record_fill(to, room, word, map, size);
	return graph_ref(GRAPH_REF_PROP, place.slot, place.pid);
}

uint64_t property_set(struct graph *g, uint64_t ref, enum element element, uint64_t owner,
	uint32_t key, struct value value)
{
	struct buf old = { 0 };

	property_load(g, ref, &old);
	buf_reset(&g->scratch);
	property_map_set(&g->scratch, old.data, old.length, key, value);
	buf_free(&old);
	return property_replace(
		g, ref, element, owner, g->scratch.data, (uint32_t)g->scratch.length);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The map of an inline record; NULL on a miss. */
static const uint8_t *record_map(
	struct page_view *v, const struct graph *g, uint64_t ref, uint32_t *size)
{
	uint32_t room;
	const uint8_t *record = space_read(v, g, SPACE_PROPERTIES, space_place_of(ref), &room);

	if (UNLIKELY(record == NULL))
		return NULL;
	if (UNLIKELY(room < RECORD_HEADER))
		goto broken;
	memcpy(size, record + 8, 4);
	if (UNLIKELY(*size > room - RECORD_HEADER))
		goto broken;
	return record + RECORD_HEADER;
broken:
	graph_page_broken(v, graph_ref_pid(ref));
	return NULL;
}

static bool chain_read(struct page_view *v, const struct graph *g, uint64_t ref, struct buf *to)
{
	uint64_t pid = graph_ref_pid(ref);
	size_t start = to->length;

	while (pid != PAGE_NONE) {
		const struct page *p = graph_page(v, g, pid, PAGE_OVERFLOW);
		const struct chain *c;

		if (p == NULL) {
			to->length = start;
			return false;
		}
		c = (const void *)p->body;
		if (c->used > CHAIN_DATA || to->length - start + c->used > c->size) {
			graph_page_broken(v, pid);
			to->length = start;
			return false;
		}
		buf_put(to, c->data, c->used);
		pid = c->next;
	}
	return true;
}

bool property_read(struct page_view *v, const struct graph *g, uint64_t ref, struct buf *to)
{
	const uint8_t *map;
	uint32_t size;

	switch (graph_ref_kind(ref)) {
	case GRAPH_REF_NONE:
		return true;
	case GRAPH_REF_OVFL:
		return chain_read(v, g, ref, to);
	default:
		map = record_map(v, g, ref, &size);
		if (map == NULL)
			return false;
		buf_put(to, map, size);
		return true;
	}
}

void property_load(struct graph *g, uint64_t ref, struct buf *to)
{
	if (!property_read(NULL, g, ref, to))
		unreachable();
}

bool property_touch(struct page_view *v, const struct graph *g, uint64_t ref)
{
	uint64_t pid = graph_ref_pid(ref);

	if (graph_ref_kind(ref) == GRAPH_REF_PROP)
		return space_touch(v, g, SPACE_PROPERTIES, space_place_of(ref));
	if (ref == 0)
		return true;
	while (pid != PAGE_NONE) {
		const struct page *p = graph_page(v, g, pid, PAGE_OVERFLOW);

		if (p == NULL)
			return false;
		pid = ((const struct chain *)(const void *)p->body)->next;
	}
	return true;
}

static void row_clear(const struct property_batch *b, uint32_t row)
{
	uint32_t k;

	for (k = 0; k < b->key_count; k++)
		b->columns[k][row] = value_null();
}

/* Fills one row from its map; false when that is broken, with b->failed. */
static bool row_fill(struct property_batch *b, uint32_t row, const uint8_t *map, uint32_t size)
{
	uint32_t k;

	for (k = 0; k < b->key_count; k++) {
		b->failed = property_map_get(
			map, size, b->keys[k], b->arena, &b->columns[k][row], b->error);
		if (UNLIKELY(b->failed != OK))
			return false;
	}
	return true;
}

static bool row_fill_from_chain(
	struct page_view *v, const struct graph *g, struct property_batch *b, uint32_t row)
{
	struct buf map = { 0 };
	bool ok = chain_read(v, g, b->refs[row], &map) &&
		  row_fill(b, row, map.data, (uint32_t)map.length);

	buf_free(&map);
	return ok;
}

static bool batch_row(
	struct page_view *v, const struct graph *g, struct property_batch *b, uint32_t row)
{
	uint64_t ref = b->refs[row];
	const uint8_t *map;
	uint32_t size;

	if (ref == 0) {
		row_clear(b, row);
		return true;
	}
	if (graph_ref_kind(ref) == GRAPH_REF_OVFL)
		return row_fill_from_chain(v, g, b, row);
	map = record_map(v, g, ref, &size);
	return map != NULL && row_fill(b, row, map, size);
}

/* Lets the rows of a batch wait for their memory together: pages and slots first, then records.
   Pages that are missing are noted, to be read in one go. */
static void rows_prefetch(
	struct page_view *v, const struct graph *g, const uint64_t *refs, uint32_t count)
{
	const struct page *pages[PREFETCH_ROWS];
	uint32_t i;

	for (i = 0; i < count; i++) {
		bool is_inline = graph_ref_kind(refs[i]) == GRAPH_REF_PROP;

		pages[i] = is_inline ? graph_page(v, g, graph_ref_pid(refs[i]), PAGE_PROPERTIES)
				     : NULL;
		if (pages[i] != NULL)
			__builtin_prefetch(space_slot_address(pages[i], graph_ref_slot(refs[i])));
	}
	for (i = 0; i < count; i++) {
		if (pages[i] != NULL)
			__builtin_prefetch(space_record_address(pages[i], graph_ref_slot(refs[i])));
	}
}

bool property_columns(struct page_view *v, const struct graph *g, struct property_batch *b)
{
	uint32_t ahead = b->done; /* rows up to here were prefetched */
	bool is_whole = true;

	b->failed = OK;
	while (is_whole ? b->done < b->count : ahead < b->count) {
		if (b->done == ahead || !is_whole) {
			uint32_t more = MIN_OF((uint32_t)PREFETCH_ROWS, b->count - ahead);

			/* One row is read at once: nothing to do meanwhile. */
			if (more > 1)
				rows_prefetch(v, g, b->refs + ahead, more);
			ahead += more;
		}
		if (is_whole && !batch_row(v, g, b, b->done)) {
			if (b->failed != OK)
				return false;
			is_whole = false; /* go on, to note what the rest misses */
		}
		b->done += is_whole;
	}
	return is_whole;
}

/* ---- checking -------------------------------------------------------------------------------- */

static void chain_check(struct graph_check *c, uint64_t ref, uint64_t word, const char *name)
{
	uint64_t pid = graph_ref_pid(ref), so_far = 0, size = 0;
	unsigned long long owner = word >> 8;

	while (pid != PAGE_NONE) {
		const struct chain *chain;

		if (!pager_exists(c->graph->pager, pid)) {
			graph_finding(c, "%s %llu: properties in a page that is free", name, owner);
			return;
		}
		chain = (const void *)pager_require(c->graph->pager, pid, PAGE_OVERFLOW)->body;
		if (c->visit != NULL)
			c->visit(c->context, pid);
		so_far += chain->used;
		size = chain->size;
		if (chain->owner != word || chain->used > CHAIN_DATA || so_far > size) {
			graph_finding(c, "%s %llu: chain of properties is broken", name, owner);
			return;
		}
		pid = chain->next;
	}
	if (so_far != size)
		graph_finding(c, "%s %llu: chain of properties is too short", name, owner);
}

void property_check(struct graph_check *c, uint64_t ref, enum element element, uint64_t owner)
{
	uint64_t word = owner_word(element, owner), found;
	const char *name = element == ELEMENT_NODE ? "node" : "edge";
	uint64_t findings = c->findings;
	struct buf map = { 0 };
	uint32_t room;

	if (ref == 0)
		return;
	if (graph_ref_kind(ref) == GRAPH_REF_OVFL) {
		chain_check(c, ref, word, name);
	} else {
		struct page_view v;
		const void *record;

		page_view_init(&v);
		(void)pager_require(c->graph->pager, graph_ref_pid(ref), PAGE_PROPERTIES);
		record = space_read(&v, c->graph, SPACE_PROPERTIES, space_place_of(ref), &room);
		if (record == NULL || room < RECORD_HEADER) {
			graph_finding(c, "%s %llu: no property record where one should be", name,
				(unsigned long long)owner);
			return;
		}
		memcpy(&found, record, 8);
		if (found != word)
			graph_finding(c, "%s %llu: property record belongs to another element",
				name, (unsigned long long)owner);
	}
	if (c->findings != findings)
		return;
	property_load(c->graph, ref, &map);
	if (!property_map_is_valid(map.data, map.length))
		graph_finding(
			c, "%s %llu: property record is broken", name, (unsigned long long)owner);
	buf_free(&map);
}
