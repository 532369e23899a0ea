/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Typed growable arrays on the heap, for long-lived lists whose length is not known beforehand
 * (lists that die with a statement belong into an arena). All zeroes is an empty, valid array.
 *
 *     VEC(struct page *) pages = { 0 };
 *     VEC_PUSH(&pages, page);
 *     for (size_t i = 0; i < pages.count; i++) use(pages.at[i]);
 *     VEC_FREE(&pages);
 *
 * Growth may move the items: pointers into the array do not survive a push. Growth that malloc
 * refuses is a panic.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/check.h"

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *at;                                                                          \
		size_t count;                                                                      \
		size_t capacity;                                                                   \
	}

enum { VEC_FIRST_COUNT = 8 };

/* What VEC_RESERVE does: room for `needed` items of item_size bytes; returns where they are now. */
static inline void *vec_grown(void *at, size_t *capacity, size_t needed, size_t item_size)
{
	size_t wanted = *capacity == 0 ? VEC_FIRST_COUNT : *capacity;

	if (needed <= *capacity)
		return at;
	while (wanted < needed)
		wanted *= 2;
	assert(wanted <= SIZE_MAX / 2 / item_size);
	at = realloc(at, wanted * item_size);
	if (at == NULL)
		PANIC("out of memory: %zu bytes for an array", wanted * item_size);
	*capacity = wanted;
	return at;
}

/* Makes room for `more` further items; count does not change. */
#define VEC_RESERVE(v, more)                                                                       \
	((v)->at = vec_grown(                                                                      \
		 (v)->at, &(v)->capacity, (v)->count + (size_t)(more), sizeof *(v)->at))
#define VEC_PUSH(v, ...)                                                                           \
	do {                                                                                       \
		VEC_RESERVE((v), 1);                                                               \
		(v)->at[(v)->count++] = (__VA_ARGS__);                                             \
	} while (0)
/* Removes the last item and yields it; the array must not be empty. */
#define VEC_POP(v) ((v)->at[--(v)->count])
#define VEC_LAST(v) ((v)->at[(v)->count - 1])
/* Removes item i by moving the last one into its place. */
#define VEC_REMOVE_SWAP(v, i) ((v)->at[i] = (v)->at[--(v)->count])
#define VEC_CLEAR(v) ((v)->count = 0)
#define VEC_FREE(v)                                                                                \
	do {                                                                                       \
		free((v)->at);                                                                     \
		(v)->at = NULL;                                                                    \
		(v)->count = (v)->capacity = 0;                                                    \
	} while (0)

#endif
