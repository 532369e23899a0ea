/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The naive graph: see model.h.
 */
#include "tests/storage/model.h"

#include <stdio.h>
#include <string.h>

void model_free(struct model *m)
{
	for (int element = 0; element < 2; element++) {
		for (size_t i = 0; i < m->elements[element].count; i++)
			VEC_FREE(&m->elements[element].at[i].states);
		VEC_FREE(&m->elements[element]);
	}
}

struct model_element *model_find(struct model *m, enum element element, uint64_t id)
{
	for (size_t i = 0; i < m->elements[element].count; i++) {
		if (m->elements[element].at[i].id == id)
			return &m->elements[element].at[i];
	}
	return NULL;
}

static struct model_state state_at(const struct model_element *e, uint64_t snapshot)
{
	struct model_state absent = { 0 };

	for (size_t i = e->states.count; i > 0; i--) {
		if (e->states.at[i - 1].ts <= snapshot)
			return e->states.at[i - 1];
	}
	return absent;
}

struct model_state model_at(struct model *m, enum element element, uint64_t id, uint64_t snapshot)
{
	struct model_element *e = model_find(m, element, id);
	struct model_state absent = { 0 };

	return e == NULL ? absent : state_at(e, snapshot);
}

uint64_t model_newest(struct model *m, enum element element, uint64_t id)
{
	struct model_element *e = model_find(m, element, id);

	return e == NULL ? 0 : VEC_LAST(&e->states).ts;
}

struct model_change *model_own(struct model_txn *t, enum element element, uint64_t id)
{
	for (size_t i = t->changes.count; i > 0; i--) {
		if (t->changes.at[i - 1].element == element && t->changes.at[i - 1].id == id)
			return &t->changes.at[i - 1];
	}
	return NULL;
}

struct model_state model_see(
	struct model *m, struct model_txn *t, enum element element, uint64_t id)
{
	struct model_change *own = model_own(t, element, id);

	return own != NULL ? own->state : model_at(m, element, id, t->snapshot);
}

void model_change_put(struct model_txn *t, const struct model_change *change)
{
	VEC_PUSH(&t->changes, *change);
}

void model_each(struct model *m, struct model_txn *t, enum element element, model_visit *visit,
	void *context)
{
	for (size_t i = 0; i < m->elements[element].count; i++) {
		struct model_element *e = &m->elements[element].at[i];
		struct model_state state = state_at(e, t->snapshot);

		if (model_own(t, element, e->id) == NULL && state.exists)
			visit(context, e->id, e->source, e->target, &state);
	}
	for (size_t i = 0; i < t->changes.count; i++) {
		struct model_change *c = &t->changes.at[i];

		if (c->element == element && model_own(t, element, c->id) == c && c->state.exists)
			visit(context, c->id, c->source, c->target, &c->state);
	}
}

void model_commit(struct model *m, struct model_txn *t, uint64_t ts)
{
	for (size_t i = 0; i < t->changes.count; i++) {
		struct model_change *c = &t->changes.at[i];
		struct model_element *e = model_find(m, c->element, c->id);

		if (model_own(t, c->element, c->id) != c)
			continue;
		if (e == NULL) {
			struct model_element new = {
				.id = c->id, .source = c->source, .target = c->target
			};

			VEC_PUSH(&m->elements[c->element], new);
			e = &VEC_LAST(&m->elements[c->element]);
		}
		c->state.ts = ts;
		VEC_PUSH(&e->states, c->state);
	}
}

void model_value(uint32_t key, uint32_t code, struct value *out, char *room, uint32_t size)
{
	uint32_t length;

	if (code == 0) {
		*out = value_null();
		return;
	}
	switch (key) {
	case 0:
	case 1:
		*out = code % 7 == 0 ? value_float((double)code) : value_int((int64_t)code - 20);
		return;
	case 2: /* now and then longer than a record, or than a page */
		length = code % 50 == 0 ? 5000 : code % 51 == 0 ? 20000 : code % 40;
		length = length < 8 ? 8 : length;
		memset(room, 'a' + (int)(code % 26), length < size ? length : size);
		snprintf(room, size, "%u", code);
		room[strlen(room)] = '.';
		*out = value_string((struct str){ room, length < size ? length : size });
		return;
	default:
		*out = code % 2 == 0 ? value_bool(code % 4 == 0) : value_float((double)code / 3);
	}
}
