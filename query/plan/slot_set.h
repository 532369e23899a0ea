/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Sets of slots, as bits. All sets of one walk have room for the same slots; SLOT_NONE is in none.
 */
#ifndef QUERY_PLAN_SLOT_SET_H
#define QUERY_PLAN_SLOT_SET_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "query/tree/plan.h"

struct slot_set {
	uint64_t *words;
	uint32_t word_count;
};

static inline void set_put(struct slot_set *s, uint32_t slot)
{
	if (slot != SLOT_NONE)
		s->words[slot / 64] |= UINT64_C(1) << (slot % 64);
}

static inline void set_drop(struct slot_set *s, uint32_t slot)
{
	if (slot != SLOT_NONE)
		s->words[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
}

static inline bool set_has(const struct slot_set *s, uint32_t slot)
{
	return slot != SLOT_NONE && (s->words[slot / 64] >> (slot % 64) & 1) != 0;
}

static inline void set_add(struct slot_set *s, const struct slot_set *other)
{
	for (uint32_t i = 0; i < s->word_count; i++)
		s->words[i] |= other->words[i];
}

static inline uint32_t set_count(const struct slot_set *s)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < s->word_count; i++)
		count += (uint32_t)__builtin_popcountll(s->words[i]);
	return count;
}

static inline void set_clear(struct slot_set *s)
{
	memset(s->words, 0, s->word_count * sizeof *s->words);
}

#endif
