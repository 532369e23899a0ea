/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A naive graph with its full history, against which the engine's answers are held. Everything is a
 * list that is searched from end to end; nothing here is clever.
 */
#ifndef TESTS_STORAGE_MODEL_H
#define TESTS_STORAGE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "storage/storage.h"

enum { MODEL_LABELS = 4, MODEL_EDGE_LABELS = 3, MODEL_KEYS = 4 };

/* The state of an element from one commit on. Values are codes; 0: no property. */
struct model_state {
	uint64_t ts;
	bool exists;
	uint32_t labels; /* bit i: label i; of an edge: its label's place */
	uint32_t values[MODEL_KEYS];
};

struct model_element {
	uint64_t id;
	uint64_t source, target;
	VEC(struct model_state) states;
};

struct model {
	VEC(struct model_element) elements[2];
};

/* One element as a transaction changed it. */
struct model_change {
	enum element element;
	uint64_t id;
	uint64_t source, target;
	bool is_new;
	struct model_state state;
};

struct model_txn {
	uint64_t snapshot;
	VEC(struct model_change) changes; /* in order; the last for an id counts */
};

void model_free(struct model *m);
struct model_element *model_find(struct model *m, enum element element, uint64_t id);
/* The committed state at a snapshot; does not exist if there is none. */
struct model_state model_at(struct model *m, enum element element, uint64_t id, uint64_t snapshot);
/* The commit that last changed it, 0: none. */
uint64_t model_newest(struct model *m, enum element element, uint64_t id);

struct model_change *model_own(struct model_txn *t, enum element element, uint64_t id);
/* What the transaction sees. */
struct model_state model_see(
	struct model *m, struct model_txn *t, enum element element, uint64_t id);
void model_change_put(struct model_txn *t, const struct model_change *change);
/* Calls back with every element that the transaction sees. */
typedef void model_visit(void *context, uint64_t id, uint64_t source, uint64_t target,
	const struct model_state *state);
void model_each(struct model *m, struct model_txn *t, enum element element, model_visit *visit,
	void *context);
/* The transaction's changes become committed states. */
void model_commit(struct model *m, struct model_txn *t, uint64_t ts);
/* The value that a code stands for under a key; long texts are written to `room`. */
void model_value(uint32_t key, uint32_t code, struct value *out, char *room, uint32_t size);

#endif
