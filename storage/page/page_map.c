/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The page map on disk: loading at open, and writing the changed path of the tree at a checkpoint.
 * See page_map.h for the picture.
 */
#include "storage/page/page_map.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "storage/page/reserve.h"
#include "storage/store/store.h"

struct disk_entry {
	uint64_t block;
	uint32_t crc;
	uint32_t zero;
};
static_assert(sizeof(struct disk_entry) == 16, "map entry on disk");

enum { BATCH = 64 };

static uint64_t nodes_at(int level, uint64_t page_limit)
{
	uint64_t n = page_limit;

	for (int k = 0; k <= level; k++)
		n = (n + PAGE_MAP_FANOUT - 1) / PAGE_MAP_FANOUT;
	return n;
}

void page_map_init(struct page_map *m)
{
	memset(m, 0, sizeof *m);
	m->current = reserve_map(sizeof(struct map_entry) * PAGE_LIMIT_MOST);
	m->saved = reserve_map(sizeof(struct map_entry) * PAGE_LIMIT_MOST);
	for (int k = 0; k < PAGE_MAP_LEVELS; k++)
		m->nodes[k] = reserve_map(sizeof(struct map_node) * nodes_at(k, PAGE_LIMIT_MOST));
	m->page_limit = 1;
	number_set_init(&m->free);
}

void page_map_destroy(struct page_map *m)
{
	reserve_unmap(m->current, sizeof(struct map_entry) * PAGE_LIMIT_MOST);
	reserve_unmap(m->saved, sizeof(struct map_entry) * PAGE_LIMIT_MOST);
	for (int k = 0; k < PAGE_MAP_LEVELS; k++)
		reserve_unmap(m->nodes[k], sizeof(struct map_node) * nodes_at(k, PAGE_LIMIT_MOST));
	number_set_destroy(&m->free);
}

/* ---- loading ------------------------------------------------------------------------------ */

struct loading {
	struct page_map *map;
	struct block_space *space;
	const struct superblock *from;
	struct page *page;
};

static enum sqlstate read_node(struct loading *l, int level, uint64_t index, struct error *e)
{
	const struct map_node *node = &l->map->nodes[level][index];
	struct store_transfer transfer = { node->block, 1, l->page };
	const struct page *p = l->page;

	if (!block_space_mark(l->space, node->block))
		return FAIL(e, E_DATA_CORRUPTED,
			"page map node %" PRIu64 " of level %d is in block %" PRIu64
			", which does not exist or is used twice",
			index, level, node->block);
	TRY(l->space->store->ops->block_read(l->space->store, &transfer, 1, e));
	if (p->crc != node->crc || page_checksum(p) != p->crc || p->type != PAGE_MAP ||
		p->encoding != level || p->pid != index || p->count > PAGE_MAP_FANOUT)
		return FAIL(e, E_DATA_CORRUPTED,
			"page map node %" PRIu64 " of level %d in block %" PRIu64 " is damaged",
			index, level, node->block);
	return OK;
}

static enum sqlstate take_leaf(struct loading *l, uint64_t index, struct error *e)
{
	const struct disk_entry *entries = (const struct disk_entry *)l->page->body;
	uint64_t first = index * PAGE_MAP_FANOUT;

	for (uint32_t i = 0; i < PAGE_MAP_FANOUT && first + i < l->from->page_limit; i++) {
		uint64_t pid = first + i;

		if (pid == PAGE_NONE)
			continue;
		if (i >= l->page->count || entries[i].block == 0) {
			number_set_add(&l->map->free, pid);
			continue;
		}
		if (!block_space_mark(l->space, entries[i].block))
			return FAIL(e, E_DATA_CORRUPTED,
				"page %" PRIu64 " is in block %" PRIu64
				", which does not exist or is used twice",
				pid, entries[i].block);
		l->map->current[pid].block = entries[i].block;
		l->map->current[pid].crc = entries[i].crc;
		l->map->saved[pid] = l->map->current[pid];
	}
	return OK;
}

static enum sqlstate take_inner(struct loading *l, int level, uint64_t index, struct error *e)
{
	const struct disk_entry *entries = (const struct disk_entry *)l->page->body;
	uint64_t first = index * PAGE_MAP_FANOUT;
	uint64_t limit = nodes_at(level - 1, l->from->page_limit);

	for (uint32_t i = 0; i < PAGE_MAP_FANOUT && first + i < limit; i++) {
		struct map_node *child = &l->map->nodes[level - 1][first + i];

		if (i >= l->page->count || entries[i].block == 0)
			return FAIL(e, E_DATA_CORRUPTED,
				"page map node %" PRIu64 " of level %d is missing", first + i,
				level - 1);
		child->block = entries[i].block;
		child->crc = entries[i].crc;
	}
	return OK;
}

static enum sqlstate load_levels(struct loading *l, struct error *e)
{
	int top = (int)l->from->map_levels - 1;

	l->map->nodes[top][0].block = l->from->map_block;
	l->map->nodes[top][0].crc = l->from->map_crc;
	for (int level = top; level >= 0; level--) {
		for (uint64_t i = 0; i < nodes_at(level, l->from->page_limit); i++) {
			TRY(read_node(l, level, i, e));
			TRY(level == 0 ? take_leaf(l, i, e) : take_inner(l, level, i, e));
		}
	}
	return OK;
}

enum sqlstate page_map_load(struct page_map *m, const struct superblock *from,
	struct block_space *space, struct error *e)
{
	struct loading l = { .map = m, .space = space, .from = from };
	enum sqlstate rc;

	if (from->map_block == 0 && from->page_limit == 1 && from->map_levels == 0)
		return OK;
	if (from->page_limit == 0 || from->page_limit > PAGE_LIMIT_MOST || from->map_levels == 0 ||
		from->map_levels > PAGE_MAP_LEVELS ||
		nodes_at((int)from->map_levels - 1, from->page_limit) != 1)
		return FAIL(e, E_DATA_CORRUPTED, "superblock describes an impossible page map");
	l.page = aligned_alloc(STORE_ALIGN, PAGE_BYTES);
	if (l.page == NULL)
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory for the page map");
	m->page_limit = from->page_limit;
	rc = load_levels(&l, e);
	free(l.page);
	return rc;
}

/* ---- saving ------------------------------------------------------------------------------- */

void page_map_set_saved(struct page_map *m, uint64_t pid, uint64_t block, uint32_t crc)
{
	m->saved[pid].block = block;
	m->saved[pid].crc = crc;
	/* Pairs with the exchange in page_map_save(): pages of one leaf are of several shards. */
	atomic_store_explicit(
		&m->nodes[0][pid / PAGE_MAP_FANOUT].is_dirty, true, memory_order_release);
}

uint64_t page_map_blocks_bound(uint64_t page_limit, uint64_t changed)
{
	uint64_t bound = 0;

	/* A higher limit alone makes the last nodes new: one more a level. */
	for (int k = 0; k < PAGE_MAP_LEVELS; k++)
		bound += MIN_OF(nodes_at(k, page_limit), changed + 2);
	return bound;
}

struct saving {
	struct page_map *map;
	struct block_space *space;
	uint64_t page_limit;
	struct page *pages; /* BATCH of them */
	struct map_node *targets[BATCH];
	uint32_t count;
};

static void build_node(struct saving *s, struct page *p, int level, uint64_t index)
{
	struct disk_entry *entries = (struct disk_entry *)p->body;
	uint64_t first = index * PAGE_MAP_FANOUT;
	uint64_t limit = level == 0 ? s->page_limit : nodes_at(level - 1, s->page_limit);

	memset(p, 0, sizeof *p);
	p->type = PAGE_MAP;
	p->encoding = (uint8_t)level;
	p->pid = index;
	for (uint32_t i = 0; i < PAGE_MAP_FANOUT && first + i < limit; i++) {
		if (level == 0) {
			entries[i].block = s->map->saved[first + i].block;
			entries[i].crc = s->map->saved[first + i].crc;
		} else {
			entries[i].block = s->map->nodes[level - 1][first + i].block;
			entries[i].crc = s->map->nodes[level - 1][first + i].crc;
		}
		p->count++;
	}
	p->crc = page_checksum(p);
}

static void flush(struct saving *s)
{
	struct error e;

	for (uint32_t done = 0; done < s->count;) {
		struct store_transfer transfer = { .buffer = s->pages + done };

		if (block_space_take(s->space, s->count - done, true, &transfer.block,
			    &transfer.count, &e) != OK ||
			s->space->store->ops->block_write(s->space->store, &transfer, 1, &e) != OK)
			PANIC("could not write the page map: %s", e.message);
		for (uint32_t i = 0; i < transfer.count; i++, done++) {
			struct map_node *node = s->targets[done];

			if (node->block != 0)
				block_space_free_later(s->space, node->block);
			node->block = transfer.block + i;
			node->crc = s->pages[done].crc;
		}
	}
	s->count = 0;
}

static void save_level(struct saving *s, int level)
{
	uint64_t n = nodes_at(level, s->page_limit);

	for (uint64_t i = 0; i < n; i++) {
		struct map_node *node = &s->map->nodes[level][i];

		/* Pairs with page_map_set_saved(). A node that was never written is new. */
		if (!atomic_exchange_explicit(&node->is_dirty, false, memory_order_acquire) &&
			node->block != 0)
			continue;
		build_node(s, s->pages + s->count, level, i);
		s->targets[s->count++] = node;
		if (n > 1 && level + 1 < PAGE_MAP_LEVELS)
			atomic_store_explicit(
				&s->map->nodes[level + 1][i / PAGE_MAP_FANOUT].is_dirty, true,
				memory_order_relaxed);
		if (s->count == BATCH)
			flush(s);
	}
	flush(s);
}

void page_map_save(
	struct page_map *m, uint64_t page_limit, struct superblock *to, struct block_space *space)
{
	struct saving s = { .map = m, .space = space, .page_limit = page_limit };
	int level = 0;

	to->page_limit = page_limit;
	if (page_limit <= 1) {
		to->map_block = 0;
		to->map_crc = 0;
		to->map_levels = 0;
		return;
	}
	s.pages = aligned_alloc(STORE_ALIGN, (size_t)BATCH * PAGE_BYTES);
	if (s.pages == NULL)
		PANIC("out of memory");
	for (;; level++) {
		assert(level < PAGE_MAP_LEVELS);
		save_level(&s, level);
		if (nodes_at(level, page_limit) == 1)
			break;
	}
	to->map_block = m->nodes[level][0].block;
	to->map_crc = m->nodes[level][0].crc;
	to->map_levels = (uint32_t)level + 1;
	free(s.pages);
}
