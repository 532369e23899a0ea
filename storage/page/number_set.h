/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A set of small numbers that knows its lowest member: a tree of bits, 64 to one, in reserved
 * address space. Adding, removing and asking for the lowest take a few instructions each. The pager
 * keeps the free page numbers in one, since "the lowest free number" is a function of the set alone
 * and not of how it came about.
 */
#ifndef STORAGE_PAGE_NUMBER_SET_H
#define STORAGE_PAGE_NUMBER_SET_H

#include <stdbool.h>
#include <stdint.h>

enum { NUMBER_SET_LEVELS = 5, NUMBER_SET_BITS = 28 };

/* Members are below 2^NUMBER_SET_BITS. Changed under its owner's lock. */
struct number_set {
	/* Bit b of word w of level k + 1: word 64w + b of level k is not 0. */
	uint64_t *level[NUMBER_SET_LEVELS];
	uint64_t words[NUMBER_SET_LEVELS];
	uint64_t count;
};

void number_set_init(struct number_set *s);
void number_set_destroy(struct number_set *s);
/* The number must not be a member. */
void number_set_add(struct number_set *s, uint64_t number);
/* The number must be a member. */
void number_set_remove(struct number_set *s, uint64_t number);
/* UINT64_MAX if the set is empty. */
uint64_t number_set_lowest(const struct number_set *s);

static inline bool number_set_has(const struct number_set *s, uint64_t number)
{
	return (s->level[0][number >> 6] >> (number & 63)) & 1;
}

#endif
