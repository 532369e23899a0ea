/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A chain of chunks, newest first, each twice the last up to a ceiling. Under AddressSanitizer each
 * object is followed by a poisoned gap, so that an overrun inside the arena is found.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(at, size) ASAN_POISON_MEMORY_REGION((at), (size))
#define UNPOISON(at, size) ASAN_UNPOISON_MEMORY_REGION((at), (size))
enum { RED_ZONE_BYTES = 16 };
#else
#define POISON(at, size) ((void)0)
#define UNPOISON(at, size) ((void)0)
enum { RED_ZONE_BYTES = 0 };
#endif

enum { CHUNK_FIRST_BYTES = 4096, CHUNK_MAX_BYTES = 1 << 20 };

/* Sizes of chunks and of what is handed out are multiples of the alignment: whatever fits, fits with its
   padding. */
struct arena_chunk {
	struct arena_chunk *older;
	size_t size; /* bytes of data */
	_Alignas(ARENA_ALIGNMENT) unsigned char data[];
};

static size_t padded(size_t size)
{
	return (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
}

/* The newest chunk from `used` on is free. */
static void set_room(struct arena *a, struct arena_chunk *c, size_t used)
{
	a->chunk = c;
	a->at = c == NULL ? NULL : c->data + used;
	a->end = c == NULL ? NULL : c->data + c->size;
	if (c != NULL)
		POISON(a->at, c->size - used);
}

static struct arena_chunk *chunk_new(struct arena_chunk *older, size_t size)
{
	struct arena_chunk *c = malloc(sizeof *c + size);

	if (c == NULL)
		PANIC("out of memory: %zu bytes for an arena", size);
	c->older = older;
	c->size = size;
	return c;
}

static void chunk_free(struct arena_chunk *c)
{
	UNPOISON(c->data, c->size);
	free(c);
}

struct arena *arena_new(size_t bytes_max)
{
	struct arena *a = calloc(1, sizeof *a);

	if (a == NULL)
		PANIC("out of memory for an arena");
	a->bytes_max = bytes_max == 0 ? SIZE_MAX : bytes_max;
	return a;
}

void arena_free(struct arena *a)
{
	struct arena_chunk *older;

	if (a == NULL)
		return;
	for (struct arena_chunk *c = a->chunk; c != NULL; c = older) {
		older = c->older;
		chunk_free(c);
	}
	free(a);
}

static size_t next_chunk_size(const struct arena *a, size_t needed)
{
	size_t size = a->chunk == NULL ? CHUNK_FIRST_BYTES : a->chunk->size * 2;

	if (size > CHUNK_MAX_BYTES)
		size = CHUNK_MAX_BYTES;
	return needed > size ? needed : size;
}

void *arena_alloc_slowly(struct arena *a, size_t size)
{
	size_t room = padded(size + RED_ZONE_BYTES);
	void *result;

	assert(room >= size);
	if (a->chunk == NULL || (size_t)(a->end - a->at) < room)
		set_room(a, chunk_new(a->chunk, next_chunk_size(a, room)), 0);
	result = a->at;
	a->at += room;
	a->bytes_used += room;
	if (a->bytes_used > a->bytes_max)
		a->is_spent = true;
	UNPOISON(result, size);
	return result;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(arena_alloc_raw(a, size), 0, size);
}

void *arena_try_alloc(struct arena *a, size_t size)
{
	if (size > a->bytes_max || a->bytes_used > a->bytes_max - size)
		return NULL;
	return arena_alloc_raw(a, size);
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size)
{
	void *result;

	assert(new_size >= old_size);
	result = arena_alloc_raw(a, new_size);
	if (old_size > 0)
		memcpy(result, old, old_size);
	return result;
}

void arena_clear(struct arena *a)
{
	struct arena_chunk *c = a->chunk;

	while (c != NULL && c->older != NULL) {
		struct arena_chunk *older = c->older;

		chunk_free(c);
		c = older;
	}
	set_room(a, c, 0);
	a->bytes_used = 0;
	a->is_spent = false;
}

void *arena_piece(const struct arena *a, size_t *size)
{
	struct arena_chunk *c = a->chunk;

	if (c == NULL || c->older != NULL)
		return NULL;
	*size = (size_t)(a->at - c->data);
	UNPOISON(c->data, *size);
	return c->data;
}

struct arena_mark arena_save(const struct arena *a)
{
	size_t used = a->chunk == NULL ? 0 : (size_t)(a->at - a->chunk->data);

	return (struct arena_mark){ a->chunk, used, a->bytes_used };
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	struct arena_chunk *c = a->chunk;

	if (mark.chunk == NULL) {
		arena_reset(a);
		return;
	}
	while (c != mark.chunk) {
		struct arena_chunk *older = c->older;

		chunk_free(c);
		c = older;
		assert(older != NULL);
	}
	set_room(a, c, mark.used);
	a->bytes_used = mark.total;
}

bool arena_is_spent(const struct arena *a)
{
	return a->is_spent;
}

size_t arena_bytes_used(const struct arena *a)
{
	return a->bytes_used;
}

struct str arena_str(struct arena *a, struct str s)
{
	char *copy = arena_alloc_raw(a, (size_t)s.length + 1);

	if (s.length > 0)
		memcpy(copy, s.at, s.length);
	copy[s.length] = '\0';
	return (struct str){ copy, s.length };
}

char *arena_strdup(struct arena *a, const char *text)
{
	return (char *)arena_str(a, str_of(text)).at;
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	int length;
	char *text;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(length >= 0);
	text = arena_alloc_raw(a, (size_t)length + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return (struct str){ text, (uint32_t)length };
}
