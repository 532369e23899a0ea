/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Growth of id sets and maps. Both take zeroed memory from their arena and give none back; whoever
 * owns the arena resets it between searches.
 *
 * Invariants
 *  I1. A map is at most three quarters full; its slots are a power of two.
 */
#include "query/exec/id_set.h"

enum { FIRST_PAGES = 8, FIRST_SLOTS = 64 };

void id_set_grow(struct id_set *s, uint64_t page)
{
	if (page >= s->page_count) {
		uint64_t wider = s->page_count == 0 ? FIRST_PAGES : s->page_count;
		uint64_t **pages;

		while (wider <= page)
			wider *= 2;
		pages = arena_alloc(s->arena, sizeof *pages * wider);
		if (s->page_count > 0)
			memcpy(pages, s->pages, sizeof *pages * s->page_count);
		s->pages = pages;
		s->page_count = wider;
	}
	if (s->pages[page] == NULL)
		s->pages[page] = arena_alloc(s->arena, sizeof(uint64_t) * ID_SET_PAGE_WORDS);
}

static uint32_t find_slot(const struct id_map *m, uint64_t id)
{
	uint32_t at = (uint32_t)hash_u64(id) & m->mask;

	while (m->slots[at].value != 0 && m->slots[at].id != id)
		at = (at + 1) & m->mask;
	return at;
}

uint32_t id_map_get(const struct id_map *m, uint64_t id)
{
	return m->slots == NULL ? ID_MAP_NONE : m->slots[find_slot(m, id)].value - 1;
}

static void map_grow(struct id_map *m)
{
	struct id_map old = *m;
	uint32_t slots = old.slots == NULL ? FIRST_SLOTS : (old.mask + 1) * 2;

	m->slots = arena_alloc(m->arena, sizeof *m->slots * slots);
	m->mask = slots - 1;
	for (uint32_t i = 0; old.slots != NULL && i <= old.mask; i++) {
		if (old.slots[i].value != 0)
			m->slots[find_slot(m, old.slots[i].id)] = old.slots[i];
	}
}

void id_map_put(struct id_map *m, uint64_t id, uint32_t value)
{
	uint32_t at;

	if (m->slots == NULL || (uint64_t)m->count * 4 >= (uint64_t)m->mask * 3)
		map_grow(m);
	at = find_slot(m, id);
	m->count += m->slots[at].value == 0;
	m->slots[at].id = id;
	m->slots[at].value = value + 1;
}
