/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Locks of labels as wholes: LOCK TABLE. Who changes an element of a label shares the label's lock
 * (STRENGTH_KEY_SHARE), from its first such change to its end. Who wants the elements to stay as they are
 * shares it with others who want that (STRENGTH_SHARE), or has it alone (STRENGTH_UPDATE); both wait for
 * those who change, and they for them. A commit of a statement of its own shares the locks of what it changed only if somebody holds
 * locks at all; having waited, it has to run again, for it may have missed what was changed meanwhile.
 *
 * The locks of those who change do not count as held: commits that pass the table of locks (record_lock.h) go
 * together with them.
 */
#include "storage/txn/engine.h"

static uint64_t lock_id(enum element element, uint32_t label)
{
	return (uint64_t)label << 1 | (uint64_t)element;
}

enum sqlstate label_lock_write(
	struct txn *t, enum element element, uint32_t label, struct error *e)
{
	struct written_label written = { element, label };
	bool waited = false;

	for (size_t i = 0; i < t->written.count; i++) {
		if (t->written.at[i].label == label && t->written.at[i].element == element)
			return OK;
	}
	if (!t->options.is_autocommit)
		TRY(record_lock_take(t, RECORD_LOCK_LABEL, lock_id(element, label),
			STRENGTH_KEY_SHARE, &waited, e));
	VEC_PUSH(&t->written, written);
	if (waited && t->options.isolation == ISOLATION_READ_COMMITTED)
		return txn_refuse_change(t, e);
	return OK;
}

enum sqlstate label_lock_commit(struct txn *t, struct error *e)
{
	bool waited;

	for (size_t i = 0; i < t->written.count; i++) {
		const struct written_label *w = &t->written.at[i];

		TRY(record_lock_take(t, RECORD_LOCK_LABEL, lock_id(w->element, w->label),
			STRENGTH_KEY_SHARE, &waited, e));
		if (waited)
			return FAIL(e, E_SERIALIZATION,
				"could not serialize access due to concurrent update");
	}
	return OK;
}

enum sqlstate storage_label_lock(struct txn *t, enum element element, uint32_t label,
	enum lock_strength strength, bool is_nowait, struct error *e)
{
	uint32_t timeout_ms = t->options.lock_timeout_ms;
	enum sqlstate rc;
	bool waited;

	assert(!t->options.is_autocommit);
	if (is_nowait)
		t->options.lock_timeout_ms = 1;
	rc = record_lock_take(
		t, RECORD_LOCK_LABEL, lock_id(element, label), strength, &waited, e);
	t->options.lock_timeout_ms = timeout_ms;
	return rc;
}
