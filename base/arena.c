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

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

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

enum { ALIGNMENT = 16, CHUNK_FIRST_BYTES = 4096, CHUNK_MAX_BYTES = 1 << 20 };

struct chunk {
	struct chunk *older;
	size_t size; /* bytes of data */
	size_t used;
	_Alignas(ALIGNMENT) unsigned char data[];
};

struct arena {
	struct chunk *chunk; /* newest */
	size_t bytes_max;
	size_t bytes_used;   /* handed out since the last reset */
	bool is_spent;
};

static struct chunk *chunk_new(struct chunk *older, size_t size)
{
	struct chunk *c = malloc(sizeof *c + size);

	if (c == NULL)
		PANIC("out of memory: %zu bytes for an arena", size);
	c->older = older;
	c->size = size;
	c->used = 0;
	POISON(c->data, c->size);
	return c;
}

static void chunk_free(struct chunk *c)
{
	UNPOISON(c->data, c->size);
	free(c);
}

struct arena *arena_new(size_t bytes_max)
{
	struct arena *a = calloc(1, sizeof *a);

	if (a == NULL)
		PANIC("out of memory for an arena");
	a->bytes_max = bytes_max;
	return a;
}

void arena_free(struct arena *a)
{
	struct chunk *older;

	if (a == NULL)
		return;
	for (struct chunk *c = a->chunk; c != NULL; c = older) {
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

void *arena_alloc_raw(struct arena *a, size_t size)
{
	size_t room = (size + RED_ZONE_BYTES + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	struct chunk *c = a->chunk;
	void *result;

	assert(room >= size);
	if (c == NULL || c->size - c->used < room) {
		c = chunk_new(c, next_chunk_size(a, room));
		a->chunk = c;
	}
	result = c->data + c->used;
	c->used += room;
	a->bytes_used += room;
	if (UNLIKELY(a->bytes_max != 0 && a->bytes_used > a->bytes_max))
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
	if (a->bytes_max != 0 && (size > a->bytes_max || a->bytes_used > a->bytes_max - size))
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

void arena_reset(struct arena *a)
{
	struct chunk *c = a->chunk;

	while (c != NULL && c->older != NULL) {
		struct chunk *older = c->older;

		chunk_free(c);
		c = older;
	}
	if (c != NULL) {
		c->used = 0;
		POISON(c->data, c->size);
	}
	a->chunk = c;
	a->bytes_used = 0;
	a->is_spent = false;
}

struct arena_mark arena_save(const struct arena *a)
{
	return (struct arena_mark){ a->chunk, a->chunk == NULL ? 0 : a->chunk->used,
		a->bytes_used };
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	if (mark.chunk == NULL) {
		arena_reset(a);
		return;
	}
	while (a->chunk != mark.chunk) {
		struct chunk *older = a->chunk->older;

		chunk_free(a->chunk);
		a->chunk = older;
		assert(older != NULL);
	}
	a->chunk->used = mark.used;
	a->bytes_used = mark.total;
	POISON(a->chunk->data + mark.used, a->chunk->size - mark.used);
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
