/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Dictionaries hold the names of labels and keys, and the sets of labels (as the bytes of their
 * sorted numbers). Entries live in chunks that never move, and hash chains that only grow at their
 * heads: a reader that knows a count sees every entry up to it, since the catalog that told it the
 * count was published after them.
 */
#include "storage/graph/dictionary.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/hash.h"

struct dictionary *dictionary_new(void)
{
	struct dictionary *d = calloc(1, sizeof *d);

	if (d == NULL)
		PANIC("out of memory for a dictionary");
	return d;
}

static struct dictionary_entry *entry_at(const struct dictionary *d, uint32_t number)
{
	struct dictionary_entry *chunk;

	assert(number > 0);
	chunk = atomic_load_explicit(
		&d->chunks[(number - 1) / DICTIONARY_CHUNK], memory_order_acquire);
	assert(chunk != NULL);
	return &chunk[(number - 1) % DICTIONARY_CHUNK];
}

void dictionary_free(struct dictionary *d)
{
	uint32_t count;

	if (d == NULL)
		return;
	count = atomic_load_explicit(&d->count, memory_order_relaxed);
	for (uint32_t n = 1; n <= count; n++)
		free((void *)entry_at(d, n)->text.at);
	for (int i = 0; i < DICTIONARY_CHUNKS; i++)
		free(atomic_load_explicit(&d->chunks[i], memory_order_relaxed));
	free(d);
}

struct dictionary *dictionary_copy(
	const struct dictionary *d, uint32_t count, uint32_t changed, struct str text)
{
	struct dictionary *copy = dictionary_new();

	for (uint32_t n = 1; n <= count; n++) {
		uint32_t number = dictionary_add(copy, n == changed ? text : dictionary_text(d, n));

		assert(number == n);
	}
	return copy;
}

uint32_t dictionary_add(struct dictionary *d, struct str text)
{
	uint32_t number = atomic_load_explicit(&d->count, memory_order_relaxed) + 1;
	_Atomic uint32_t *bucket =
		&d->buckets[hash_bytes(text.at, text.length) % DICTIONARY_BUCKETS];
	uint32_t chunk = (number - 1) / DICTIONARY_CHUNK;
	struct dictionary_entry *entry;
	char *copy;

	if (chunk >= DICTIONARY_CHUNKS)
		return 0;
	if (atomic_load_explicit(&d->chunks[chunk], memory_order_relaxed) == NULL) {
		entry = calloc(DICTIONARY_CHUNK, sizeof *entry);
		if (entry == NULL)
			PANIC("out of memory for a dictionary");
		atomic_store_explicit(&d->chunks[chunk], entry, memory_order_release);
	}
	copy = malloc((size_t)text.length + 1);
	if (copy == NULL)
		PANIC("out of memory for a name");
	if (text.length > 0)
		memcpy(copy, text.at, text.length);
	copy[text.length] = '\0';
	entry = entry_at(d, number);
	entry->text = (struct str){ copy, text.length };
	entry->next = atomic_load_explicit(bucket, memory_order_relaxed);
	/* pairs with the acquire in dictionary_find() */
	atomic_store_explicit(bucket, number, memory_order_release);
	atomic_store_explicit(&d->count, number, memory_order_release);
	return number;
}

uint32_t dictionary_find(const struct dictionary *d, uint32_t count, struct str text)
{
	uint32_t number = atomic_load_explicit(
		&d->buckets[hash_bytes(text.at, text.length) % DICTIONARY_BUCKETS],
		memory_order_acquire);

	while (number != 0) {
		const struct dictionary_entry *entry = entry_at(d, number);

		if (number <= count && str_equal(entry->text, text))
			return number;
		number = entry->next;
	}
	return 0;
}

struct str dictionary_text(const struct dictionary *d, uint32_t number)
{
	return entry_at(d, number)->text;
}
