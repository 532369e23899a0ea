/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Arenas: memory by lifetime. Always passed, never ambient: server, connection, statement, portal,
 * batch. Freeing or resetting an arena frees everything in it at once.
 *
 * arena_alloc() never returns NULL. Past the arena's limit it goes on out of a reserve and sets a
 * sticky mark that operators test once per batch with arena_is_spent() and turn into 53200. A
 * malloc that really fails is a panic. An arena belongs to one thread at a time; it has no lock.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

struct arena_chunk;

/* Its insides are arena.c's. They stand here so that taking memory, which everything does all the time,
   is a few instructions at the place that needs it. */
struct arena {
	struct arena_chunk *chunk; /* the newest; NULL: none yet */
	unsigned char *at, *end;   /* its free room */
	size_t bytes_max;	   /* SIZE_MAX: no bound */
	size_t bytes_used;	   /* handed out since the last reset */
	bool is_spent;
};

/* A place in an arena to which it can be rewound. */
struct arena_mark {
	void *chunk;
	size_t used;
	size_t total;
};

/* A new arena; bytes_max bounds what it hands out (0: no bound of its own). */
struct arena *arena_new(size_t bytes_max);
void arena_free(struct arena *a);

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

enum { ARENA_ALIGNMENT = 16 };

/* Zero-filled, aligned to ARENA_ALIGNMENT. */
void *arena_alloc(struct arena *a, size_t size) MUST_USE;
/* arena_alloc_raw() with all its cases: no room in the chunk, the limit passed, gaps to poison. */
void *arena_alloc_slowly(struct arena *a, size_t size) MUST_USE;
/* As arena_alloc, but not zero-filled: for big buffers that are written at once. */
static inline MUST_USE void *arena_alloc_raw(struct arena *a, size_t size)
{
#ifndef ARENA_ASAN
	size_t room = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
	unsigned char *result = a->at;

	/* Strictly less, so that no bytes of an arena that has no chunk yet are a place too. */
	if (LIKELY(size < (size_t)(a->end - result) && room <= a->bytes_max - a->bytes_used)) {
		a->at = result + room;
		a->bytes_used += room;
		return result;
	}
#endif
	return arena_alloc_slowly(a, size);
}
/* Like arena_alloc_raw, but NULL when the limit would be passed: for sorts and hash tables. */
void *arena_try_alloc(struct arena *a, size_t size) MUST_USE;
/* Room for new_size bytes holding the first old_size bytes of `old` (which may be NULL). */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size) MUST_USE;

/* arena_reset() where there is something to forget. */
void arena_clear(struct arena *a);
/* Forgets everything but keeps the first chunk, so that a per-batch arena costs no malloc. */
static inline void arena_reset(struct arena *a)
{
	if (a->bytes_used != 0 || a->is_spent)
		arena_clear(a);
}
/* All that was handed out since the last reset, if it stands in one piece, as it was handed out; NULL if it
   does not. */
void *arena_piece(const struct arena *a, size_t *size);
struct arena_mark arena_save(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

/* True once the limit was passed; stays true until reset. */
bool arena_is_spent(const struct arena *a);
size_t arena_bytes_used(const struct arena *a);

/* Copies that live as long as the arena; both end in NUL. */
char *arena_strdup(struct arena *a, const char *text);
struct str arena_str(struct arena *a, struct str s);
/* Formats into the arena. */
struct str arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);

/* ARENA_NEW(a, struct thing): one zeroed object; ARENA_ARRAY(a, struct thing, n): n of them. */
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

#endif
