/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A dictionary: byte strings numbered 1, 2, 3, … It only grows, so one dictionary serves all
 * versions of the catalog, each of which knows how many entries it may see. See dictionary.c.
 */
#ifndef STORAGE_GRAPH_DICTIONARY_H
#define STORAGE_GRAPH_DICTIONARY_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/str.h"

enum { DICTIONARY_CHUNK = 1024, DICTIONARY_CHUNKS = 4096, DICTIONARY_BUCKETS = 4096 };

struct dictionary_entry {
	struct str text;
	uint32_t next; /* of the same bucket; 0: the last */
};

struct dictionary {
	_Atomic(struct dictionary_entry *) chunks[DICTIONARY_CHUNKS];
	_Atomic uint32_t buckets[DICTIONARY_BUCKETS];
	_Atomic uint32_t count;
};

struct dictionary *dictionary_new(void);
void dictionary_free(struct dictionary *d);
/* A copy of the first `count` entries, with another text for number `changed` (0: none). */
struct dictionary *dictionary_copy(
	const struct dictionary *d, uint32_t count, uint32_t changed, struct str text);

/* Adds a text, which is copied and aligned to 8 bytes, and returns its number; 0 when full. One
   writer at a time; readers may look meanwhile. */
uint32_t dictionary_add(struct dictionary *d, struct str text);
/* The number of a text among the first `count`, 0 if it is not there. */
uint32_t dictionary_find(const struct dictionary *d, uint32_t count, struct str text);
/* The text of a number that is not beyond the reader's count. */
struct str dictionary_text(const struct dictionary *d, uint32_t number);

#endif
