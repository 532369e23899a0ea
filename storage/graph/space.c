/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Slotted pages and the map of their free space. Nothing here knows what a record means.
 *
 * A page of records:
 *
 *     0 page header: count = slots ever used, low = end of the records, high = start of the slots,
 *       garbage = dead bytes below `low`, flags = first free slot + 1 (0: none)
 *    32 records, each at a multiple of 8, growing upward
 *       … free …
 *       slots, slot 0 last in the page, growing downward: u16 offset, u16 size;
 *       of a free slot offset is 0 and size is the next free slot + 1
 *
 * The map: one byte for each page number in FREE_SPACE pages of 16352, kind:3 | class:5, where
 * class is the free bytes / 512, rounded down; 0 is no page of records. They are found through the
 * root:
 *
 *    32 u64 open[4]   by kind: the page that takes the next record, 0: none
 *    64 u64 entry[2040]  pid:44 | best:5 for each kind 1 … 4, where `best` is no less than the
 *       greatest class of the kind in that FREE_SPACE page; a search that finds less lowers it
 *
 * A record goes to the open page of its kind. If it does not fit there, the lowest page with room
 * for it and at least REUSE_CLASS becomes the open page; failing that, a new one. So loads cost one
 * search a page, and pages that lost an eighth of their records are filled again.
 *
 * Invariants
 * S1 Live records lie in [32, low), disjoint, at multiples of 8; low <= high.
 * S2 garbage is low - 32 less the sizes of live records.
 * S3 The byte of a page of records is its kind and class; every other byte is 0.
 */
#include "storage/graph/space.h"

#include <stdlib.h>
#include <string.h>

enum {
	RECORDS_AT = PAGE_HEADER_BYTES,
	SLOT_BYTES = 4,
	CLASS_BYTES = 512,
	CLASS_COUNT = 32,
	REUSE_CLASS = 4,
	KIND_COUNT = 4,
	MAP_PER_PAGE = PAGE_BODY_BYTES,
	ROOT_ENTRIES = (PAGE_BODY_BYTES - 8 * KIND_COUNT) / 8,
	BLOCK = 64, /* bytes of the map looked at together */
};
static_assert(RECORDS_AT + SPACE_RECORD_MAX + SLOT_BYTES <= PAGE_BYTES, "one record fits a page");

struct slot {
	uint16_t offset, size;
};

/* Room that is looked for ahead of the mutators. */
struct space_search {
	enum space_kind kind;
	uint32_t class;
	uint64_t bytes;
};

struct space_root {
	uint64_t open[KIND_COUNT];
	uint64_t entries[ROOT_ENTRIES];
};
static_assert(sizeof(struct space_root) == PAGE_BODY_BYTES, "free-space root");

static enum page_type type_of(enum space_kind kind)
{
	switch (kind) {
	case SPACE_PROPERTIES:
		return PAGE_PROPERTIES;
	case SPACE_SEGMENTS:
		return PAGE_ADJACENCY_SEGMENTS;
	case SPACE_LABELS:
		return PAGE_LABEL;
	}
	unreachable();
}

static uint32_t rounded(uint32_t size)
{
	return (size + 7) & ~7u;
}

/* ---- the map of free space ------------------------------------------------------------------- */

uint64_t space_create(struct pager *p, uint64_t ts)
{
	return pager_allocate(p, PAGE_FREE_SPACE, ts, NULL);
}

static const struct space_root *root_read(const struct graph *g)
{
	return (const void *)pager_require(g->pager, g->space_root, PAGE_FREE_SPACE)->body;
}

static struct space_root *root_modify(struct graph *g)
{
	return (void *)pager_modify(g->pager, g->space_root, PAGE_FREE_SPACE, g->ts)->body;
}

static uint32_t best_of(uint64_t entry, enum space_kind kind)
{
	return (uint32_t)(entry >> (44 + 5 * (kind - 1))) & (CLASS_COUNT - 1);
}

static uint64_t best_set(uint64_t entry, enum space_kind kind, uint32_t class)
{
	unsigned shift = 44 + 5 * (unsigned)(kind - 1);

	return (entry & ~((uint64_t)(CLASS_COUNT - 1) << shift)) | (uint64_t) class << shift;
}

static uint8_t map_byte(enum space_kind kind, uint32_t class)
{
	return (uint8_t)(kind << 5 | class);
}

static uint32_t class_of(const struct page *p)
{
	return ((uint32_t)(p->high - p->low) + p->garbage) / CLASS_BYTES;
}

/* Sets the byte of a page: `byte` 0 when it is freed. Pages beyond the map's reach are not
   tracked. */
static void map_set(struct graph *g, uint64_t pid, enum space_kind kind, uint8_t byte)
{
	uint64_t index = pid / MAP_PER_PAGE, entry;
	struct page *map;

	if (index >= ROOT_ENTRIES)
		return;
	entry = root_read(g)->entries[index];
	if (entry == 0) {
		entry = pager_allocate(g->pager, PAGE_FREE_SPACE, g->ts, &map);
		root_modify(g)->entries[index] = entry;
	} else {
		map = pager_modify(g->pager, graph_ref_pid(entry), PAGE_FREE_SPACE, g->ts);
	}
	map->body[pid % MAP_PER_PAGE] = byte;
	if (byte != 0 && best_of(entry, kind) < byte % CLASS_COUNT)
		root_modify(g)->entries[index] = best_set(entry, kind, byte % CLASS_COUNT);
}

/* The first byte in [least, most] at or after block `from`, MAP_PER_PAGE if there is none; without
   branches inside a block, so that it is compared at once. */
static uint32_t map_find(const uint8_t *map, uint8_t least, uint8_t most)
{
	uint8_t width = (uint8_t)(most - least);
	uint32_t at = 0;

	while (at < MAP_PER_PAGE) {
		uint32_t end = MIN_OF(at + BLOCK, (uint32_t)MAP_PER_PAGE), i;
		uint8_t any = 0;

		for (i = at; i < end; i++)
			any |= (uint8_t)(map[i] - least) <= width;
		if (any) {
			while ((uint8_t)(map[at] - least) > width)
				at++;
			return at;
		}
		at = end;
	}
	return MAP_PER_PAGE;
}

static uint32_t map_best(const uint8_t *map, enum space_kind kind)
{
	uint32_t best = 0, i;

	for (i = 0; i < MAP_PER_PAGE; i++) {
		if (map[i] >> 5 == (uint8_t)kind && (uint32_t)map[i] % CLASS_COUNT > best)
			best = map[i] % CLASS_COUNT;
	}
	return best;
}

/* The lowest page of the kind with this class or better, 0 if there is none. */
static uint64_t map_search(struct graph *g, enum space_kind kind, uint32_t class)
{
	const struct space_root *root = root_read(g);
	uint64_t reach = pager_page_limit(g->pager) / MAP_PER_PAGE + 1;
	uint32_t i, at;

	for (i = 0; i < MIN_OF(reach, (uint64_t)ROOT_ENTRIES); i++) {
		uint64_t entry = root->entries[i];
		const struct page *map;

		if (entry == 0 || best_of(entry, kind) < class)
			continue;
		map = pager_require(g->pager, graph_ref_pid(entry), PAGE_FREE_SPACE);
		at = map_find(map->body, map_byte(kind, class), map_byte(kind, CLASS_COUNT - 1));
		if (at < MAP_PER_PAGE)
			return (uint64_t)i * MAP_PER_PAGE + at;
		root_modify(g)->entries[i] = best_set(entry, kind, map_best(map->body, kind));
	}
	return 0;
}

/* ---- one page -------------------------------------------------------------------------------- */

static struct slot *slot_of(struct page *p, uint32_t i)
{
	return (struct slot *)(void *)((uint8_t *)p + PAGE_BYTES - SLOT_BYTES * (i + 1));
}

static const struct slot *slot_read(const struct page *p, uint32_t i)
{
	return (const struct slot *)(const void *)((const uint8_t *)p + PAGE_BYTES -
						   SLOT_BYTES * (i + 1));
}

static void page_start(struct page *p)
{
	p->low = RECORDS_AT;
	p->high = PAGE_BYTES;
}

/* Bytes that a record needs here: the slot too if there is no free one. */
static bool has_room(const struct page *p, uint32_t size)
{
	uint32_t need = size + (p->flags == 0 ? SLOT_BYTES : 0);

	return (uint32_t)(p->high - p->low) + p->garbage >= need;
}

/* Moves live records together, in order of slot. */
static void compact(struct page *p)
{
	uint8_t copy[PAGE_BYTES];
	uint32_t low = RECORDS_AT, i;

	memcpy(copy, p, PAGE_BYTES);
	for (i = 0; i < p->count; i++) {
		struct slot *s = slot_of(p, i);

		if (s->offset == 0)
			continue;
		memcpy((uint8_t *)p + low, copy + s->offset, s->size);
		s->offset = (uint16_t)low;
		low += s->size;
	}
	memset((uint8_t *)p + low, 0, (uint32_t)p->high - low);
	p->low = (uint16_t)low;
	p->garbage = 0;
}

static uint32_t slot_take(struct page *p)
{
	uint32_t i;

	if (p->flags != 0) {
		i = p->flags - 1u;
		p->flags = slot_of(p, i)->size;
		return i;
	}
	i = p->count++;
	p->high = (uint16_t)(p->high - SLOT_BYTES);
	*slot_of(p, i) = (struct slot){ 0, 0 };
	return i;
}

/* Room for a record in a page that has_room(). */
static void *record_place(struct page *p, uint32_t size, uint32_t *slot)
{
	uint32_t need = size + (p->flags == 0 ? SLOT_BYTES : 0);
	struct slot *s;

	if ((uint32_t)(p->high - p->low) < need)
		compact(p);
	*slot = slot_take(p);
	s = slot_of(p, *slot);
	s->offset = p->low;
	s->size = (uint16_t)size;
	p->low = (uint16_t)(p->low + size);
	assert(p->low <= p->high);
	return (uint8_t *)p + s->offset;
}

/* Zeroes the record's bytes and counts them as dead, or gives them back if they are the last. */
static void record_clear(struct page *p, const struct slot *s)
{
	memset((uint8_t *)p + s->offset, 0, s->size);
	if (s->offset + s->size == p->low)
		p->low = (uint16_t)(p->low - s->size);
	else
		p->garbage = (uint16_t)(p->garbage + s->size);
}

/* ---- records --------------------------------------------------------------------------------- */

static void class_changed(
	struct graph *g, enum space_kind kind, const struct page *p, uint32_t before)
{
	if (class_of(p) != before)
		map_set(g, p->pid, kind, map_byte(kind, class_of(p)));
}

/* A page for a record of `size` bytes, made the open one. */
static struct page *page_for(struct graph *g, enum space_kind kind, uint32_t size)
{
	uint64_t pid = root_read(g)->open[kind];
	uint32_t class = (size + SLOT_BYTES + CLASS_BYTES - 1) / CLASS_BYTES;
	struct page *p;

	if (pid != PAGE_NONE && has_room(pager_require(g->pager, pid, type_of(kind)), size))
		return pager_modify(g->pager, pid, type_of(kind), g->ts);
	if (class < CLASS_COUNT)
		pid = map_search(g, kind, MAX_OF(class, (uint32_t)REUSE_CLASS));
	else
		pid = PAGE_NONE;
	if (pid != PAGE_NONE) {
		p = pager_modify(g->pager, pid, type_of(kind), g->ts);
		assert(has_room(p, size));
	} else {
		pid = pager_allocate(g->pager, type_of(kind), g->ts, &p);
		page_start(p);
		map_set(g, pid, kind, map_byte(kind, class_of(p)));
	}
	root_modify(g)->open[kind] = pid;
	return p;
}

void *space_add(struct graph *g, enum space_kind kind, uint32_t size, struct space_place *place)
{
	struct page *p;
	uint32_t before;
	void *record;

	size = rounded(size);
	assert(size > 0);
	assert(size <= SPACE_RECORD_MAX);
	p = page_for(g, kind, size);
	before = class_of(p);
	record = record_place(p, size, &place->slot);
	place->pid = p->pid;
	class_changed(g, kind, p, before);
	return record;
}

static struct slot *slot_live(struct page *p, uint32_t i)
{
	assert(i < p->count);
	assert(slot_of(p, i)->offset != 0);
	return slot_of(p, i);
}

void *space_modify(struct graph *g, enum space_kind kind, struct space_place place, uint32_t *size)
{
	struct page *p = pager_modify(g->pager, place.pid, type_of(kind), g->ts);
	struct slot *s = slot_live(p, place.slot);

	if (size != NULL)
		*size = s->size;
	return (uint8_t *)p + s->offset;
}

void *space_resize(struct graph *g, enum space_kind kind, struct space_place place, uint32_t size)
{
	struct page *p = pager_modify(g->pager, place.pid, type_of(kind), g->ts);
	struct slot *s = slot_live(p, place.slot);
	uint32_t before = class_of(p), kept = MIN_OF(s->size, rounded(size));
	uint8_t copy[PAGE_BYTES];

	size = rounded(size);
	assert(size > 0);
	if ((uint32_t)(p->high - p->low) + p->garbage + s->size < size)
		return NULL;
	memcpy(copy, (uint8_t *)p + s->offset, kept);
	record_clear(p, s);
	s->offset = 0;
	if ((uint32_t)(p->high - p->low) < size)
		compact(p);
	s->offset = p->low;
	s->size = (uint16_t)size;
	memcpy((uint8_t *)p + s->offset, copy, kept);
	p->low = (uint16_t)(p->low + size);
	class_changed(g, kind, p, before);
	return (uint8_t *)p + s->offset;
}

void space_remove(struct graph *g, enum space_kind kind, struct space_place place)
{
	struct page *p = pager_modify(g->pager, place.pid, type_of(kind), g->ts);
	struct slot *s = slot_live(p, place.slot);
	uint32_t before = class_of(p);

	record_clear(p, s);
	s->offset = 0;
	s->size = p->flags;
	p->flags = (uint16_t)(place.slot + 1);
	if ((uint32_t)p->low - RECORDS_AT == p->garbage && p->pid != root_read(g)->open[kind]) {
		map_set(g, p->pid, kind, 0);
		pager_free(g->pager, p->pid);
		return;
	}
	class_changed(g, kind, p, before);
}

const void *space_read(struct page_view *v, const struct graph *g, enum space_kind kind,
	struct space_place place, uint32_t *size)
{
	const struct page *p = graph_page(v, g, place.pid, type_of(kind));
	const struct slot *s;

	if (UNLIKELY(p == NULL))
		return NULL;
	s = slot_read(p, place.slot);
	if (UNLIKELY(
		    place.slot >= p->count || s->offset == 0 || s->offset + s->size > PAGE_BYTES)) {
		graph_page_broken(v, place.pid);
		return NULL;
	}
	*size = s->size;
	return (const uint8_t *)p + s->offset;
}

/* ---- touching -------------------------------------------------------------------------------- */

static bool map_touch(struct page_view *v, const struct graph *g, uint64_t pid)
{
	const struct page *root = graph_page(v, g, g->space_root, PAGE_FREE_SPACE);
	uint64_t index = pid / MAP_PER_PAGE, entry;

	if (root == NULL)
		return false;
	if (index >= ROOT_ENTRIES)
		return true;
	entry = ((const struct space_root *)(const void *)root->body)->entries[index];
	return entry == 0 || graph_page(v, g, graph_ref_pid(entry), PAGE_FREE_SPACE) != NULL;
}

bool space_touch(struct page_view *v, const struct graph *g, enum space_kind kind,
	struct space_place place)
{
	bool has_page = graph_page(v, g, place.pid, type_of(kind)) != NULL;

	return map_touch(v, g, place.pid) && has_page;
}

/* The pages of one page of the map that searches for room come to, until `bytes` are found. */
static bool candidates_touch(struct page_view *v, const struct graph *g, const struct page *map,
	uint64_t first, struct space_search *s)
{
	bool is_whole = true;

	for (uint32_t i = 0; i < MAP_PER_PAGE && s->bytes > 0; i++) {
		uint32_t class = map->body[i] % CLASS_COUNT;

		if (map->body[i] >> 5 != (uint8_t)s->kind || class < s->class)
			continue;
		is_whole &= graph_page(v, g, first + i, type_of(s->kind)) != NULL;
		s->bytes -= MIN_OF(s->bytes, (uint64_t) class * CLASS_BYTES / 2);
	}
	return is_whole;
}

static bool search_touch(
	struct page_view *v, const struct graph *g, const struct space_root *root,
	struct space_search s)
{
	uint64_t reach = pager_page_limit(g->pager) / MAP_PER_PAGE + 1;
	bool is_whole = true;

	for (uint32_t i = 0; i < MIN_OF(reach, (uint64_t)ROOT_ENTRIES) && s.bytes > 0; i++) {
		uint64_t entry = root->entries[i];
		const struct page *map;

		if (entry == 0 || best_of(entry, s.kind) < s.class)
			continue;
		map = graph_page(v, g, graph_ref_pid(entry), PAGE_FREE_SPACE);
		if (map == NULL)
			is_whole = false;
		else
			is_whole &= candidates_touch(v, g, map, (uint64_t)i * MAP_PER_PAGE, &s);
	}
	return is_whole;
}

bool space_touch_add(struct page_view *v, const struct graph *g, enum space_kind kind,
	uint64_t bytes, uint32_t largest)
{
	const struct page *page = graph_page(v, g, g->space_root, PAGE_FREE_SPACE);
	uint32_t class = (rounded(largest) + SLOT_BYTES + CLASS_BYTES - 1) / CLASS_BYTES;
	const struct space_root *root;
	const struct page *open;

	if (page == NULL)
		return false;
	root = (const void *)page->body;
	if (root->open[kind] != PAGE_NONE) {
		open = graph_page(v, g, root->open[kind], type_of(kind));
		if (open == NULL || !map_touch(v, g, root->open[kind]))
			return false;
		if (has_room(open, (uint32_t)MIN_OF(bytes, (uint64_t)PAGE_BYTES)))
			return true;
	}
	/* new pages, if it comes to that, have the lowest free numbers: these too are in the map */
	if (!map_touch(v, g, pager_next_number(g->pager)))
		return false;
	if (!search_touch(v, g, root, (struct space_search){ kind, REUSE_CLASS, bytes }))
		return false;
	return class <= REUSE_CLASS ||
	       search_touch(v, g, root, (struct space_search){ kind, class, bytes });
}

/* ---- checking -------------------------------------------------------------------------------- */

struct extent {
	uint32_t from, to;
};

static int extent_order(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

static void page_check(struct graph_check *c, const struct page *p)
{
	struct extent extents[PAGE_BYTES / SLOT_BYTES];
	unsigned long long pid = p->pid;
	uint32_t live = 0, bytes = 0, i;

	if (p->low > p->high || p->low < RECORDS_AT ||
		p->high != PAGE_BYTES - SLOT_BYTES * (uint32_t)p->count) {
		graph_finding(c, "record page %llu: bounds are wrong", pid);
		return;
	}
	for (i = 0; i < p->count; i++) {
		const struct slot *s = slot_read(p, i);

		if (s->offset == 0)
			continue;
		extents[live++] = (struct extent){ s->offset, (uint32_t)s->offset + s->size };
		bytes += s->size;
	}
	qsort(extents, live, sizeof(extents[0]), extent_order);
	for (i = 0; i < live; i++) {
		if (extents[i].from < (i == 0 ? (uint32_t)RECORDS_AT : extents[i - 1].to) ||
			extents[i].to > p->low || extents[i].from % 8 != 0)
			graph_finding(c, "record page %llu: records overlap", pid);
	}
	if (bytes + p->garbage != (uint32_t)p->low - RECORDS_AT)
		graph_finding(c, "record page %llu: garbage is miscounted", pid);
}

static void map_check(struct graph_check *c, const struct page *map, uint64_t first, uint64_t entry)
{
	uint32_t i;

	for (i = 0; i < MAP_PER_PAGE; i++) {
		enum space_kind kind = map->body[i] >> 5;
		const struct page *p;

		if (map->body[i] == 0)
			continue;
		if (kind < SPACE_PROPERTIES || kind > SPACE_LABELS ||
			!pager_exists(c->graph->pager, first + i)) {
			graph_finding(c, "free-space map: bad entry for page %llu",
				(unsigned long long)(first + i));
			continue;
		}
		p = pager_require(c->graph->pager, first + i, type_of(kind));
		if (c->visit != NULL)
			c->visit(c->context, first + i);
		if (class_of(p) != map->body[i] % CLASS_COUNT || class_of(p) > best_of(entry, kind))
			graph_finding(c, "free-space map: wrong class for page %llu",
				(unsigned long long)(first + i));
		page_check(c, p);
	}
}

void space_check(struct graph_check *c)
{
	const struct space_root *root = root_read(c->graph);
	uint32_t i;

	if (c->visit != NULL)
		c->visit(c->context, c->graph->space_root);
	for (i = 0; i < ROOT_ENTRIES; i++) {
		uint64_t pid = graph_ref_pid(root->entries[i]);

		if (pid == 0)
			continue;
		if (c->visit != NULL)
			c->visit(c->context, pid);
		map_check(c, pager_require(c->graph->pager, pid, PAGE_FREE_SPACE),
			(uint64_t)i * MAP_PER_PAGE, root->entries[i]);
	}
}
