/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The table of sequences: see sequence.h. Who asks and what is logged is in storage_sequence.c.
 */
#include "storage/graph/sequence.h"

#include <stdlib.h>
#include <string.h>

struct sequence_table *sequence_table_new(void)
{
	struct sequence_table *t = calloc(1, sizeof *t);

	if (t == NULL)
		PANIC("out of memory for sequences");
	mutex_init(&t->mutex);
	condition_init(&t->changed);
	return t;
}

void sequence_table_free(struct sequence_table *t) UNCHECKED_LOCKING /* nobody else has it */
{
	for (size_t i = 0; i < t->all.count; i++)
		free(t->all.at[i]);
	VEC_FREE(&t->all);
	condition_destroy(&t->changed);
	mutex_destroy(&t->mutex);
	free(t);
}

static size_t place_of(const struct sequence_table *t, uint32_t id) HOLDS(sequence)
{
	size_t low = 0, high = t->all.count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (t->all.at[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct sequence *sequence_find(struct sequence_table *t, uint32_t id)
{
	size_t at = place_of(t, id);
	struct sequence *made;

	if (at < t->all.count && t->all.at[at]->id == id)
		return t->all.at[at];
	made = calloc(1, sizeof *made);
	if (made == NULL)
		PANIC("out of memory for a sequence");
	made->id = id;
	VEC_PUSH(&t->all, made);
	memmove(&t->all.at[at + 1], &t->all.at[at],
		(t->all.count - 1 - at) * sizeof(struct sequence *));
	t->all.at[at] = made;
	if (t->next_id <= id)
		t->next_id = id + 1;
	return made;
}

void sequence_recover(struct sequence_table *t, const struct op *op)
{
	struct sequence *s;

	lock_sequence(&t->mutex);
	s = sequence_find(t, (uint32_t)op->id);
	if (op->kind == OP_SEQUENCE_DROP || op->map_size != sizeof s->last) {
		s->has_last = s->has_logged = false;
	} else {
		memcpy(&s->last, op->map, sizeof s->last);
		s->logged = s->last;
		s->is_called = (op->flags & 1) != 0;
		s->has_last = s->has_logged = true;
	}
	unlock_sequence(&t->mutex);
}

struct op sequence_op(uint32_t id, int64_t value, bool is_called, uint8_t *bytes)
{
	memcpy(bytes, &value, sizeof value);
	return (struct op){ .kind = OP_SEQUENCE,
		.id = id,
		.flags = is_called ? 1 : 0,
		.map = bytes,
		.map_size = sizeof value };
}
