/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A set of small numbers that knows its lowest member: see number_set.h.
 */
#include "storage/page/number_set.h"

#include "base/check.h"
#include "storage/page/reserve.h"

void number_set_init(struct number_set *s)
{
	uint64_t bits = (uint64_t)1 << NUMBER_SET_BITS;

	for (int k = 0; k < NUMBER_SET_LEVELS; k++) {
		s->words[k] = (bits + 63) / 64;
		s->level[k] = reserve_map(s->words[k] * sizeof(uint64_t));
		bits = s->words[k];
	}
	assert(bits == 1);
	s->count = 0;
}

void number_set_destroy(struct number_set *s)
{
	for (int k = 0; k < NUMBER_SET_LEVELS; k++)
		reserve_unmap(s->level[k], s->words[k] * sizeof(uint64_t));
}

void number_set_add(struct number_set *s, uint64_t number)
{
	assert(number < (uint64_t)1 << NUMBER_SET_BITS);
	assert(!number_set_has(s, number));
	s->count++;
	for (int k = 0; k < NUMBER_SET_LEVELS; k++) {
		uint64_t *word = &s->level[k][number >> 6];
		uint64_t before = *word;

		*word |= (uint64_t)1 << (number & 63);
		if (before != 0)
			return;
		number >>= 6;
	}
}

void number_set_remove(struct number_set *s, uint64_t number)
{
	assert(number_set_has(s, number));
	s->count--;
	for (int k = 0; k < NUMBER_SET_LEVELS; k++) {
		uint64_t *word = &s->level[k][number >> 6];

		*word &= ~((uint64_t)1 << (number & 63));
		if (*word != 0)
			return;
		number >>= 6;
	}
}

uint64_t number_set_lowest(const struct number_set *s)
{
	uint64_t at = 0;

	if (s->count == 0)
		return UINT64_MAX;
	for (int k = NUMBER_SET_LEVELS - 1; k >= 0; k--)
		at = at << 6 | (uint64_t)__builtin_ctzll(s->level[k][at]);
	return at;
}
