/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What a session remembers of the numbers it got from sequences: currval() and lastval().
 */
#ifndef QUERY_FUNCTION_SEQUENCE_MEMORY_H
#define QUERY_FUNCTION_SEQUENCE_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct sequence_number {
	uint32_t sequence; /* storage's number of it */
	int64_t value;
};

struct sequence_memory {
	VEC(struct sequence_number) numbers;
	bool has_last;
	uint32_t last; /* the sequence that nextval() asked last */
};

/* setval() gives currval() a value, but lastval() is about nextval() alone. */
static inline void sequence_memory_note(
	struct sequence_memory *m, uint32_t sequence, int64_t value, bool is_next)
{
	m->has_last |= is_next;
	if (is_next)
		m->last = sequence;
	for (size_t i = 0; i < m->numbers.count; i++) {
		if (m->numbers.at[i].sequence != sequence)
			continue;
		m->numbers.at[i].value = value;
		return;
	}
	VEC_PUSH(&m->numbers, (struct sequence_number){ sequence, value });
}

static inline bool sequence_memory_find(
	const struct sequence_memory *m, uint32_t sequence, int64_t *value)
{
	for (size_t i = 0; i < m->numbers.count; i++) {
		*value = m->numbers.at[i].value;
		if (m->numbers.at[i].sequence == sequence)
			return true;
	}
	return false;
}

static inline void sequence_memory_forget(struct sequence_memory *m)
{
	VEC_FREE(&m->numbers);
	m->has_last = false;
}

#endif
