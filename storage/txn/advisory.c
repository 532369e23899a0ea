/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Advisory locks. They stand in the table of record locks, whose waiting and search for deadlocks they
 * share. Those that a session holds beyond its transactions belong to an owner of their own: a struct
 * txn that is never begun, of which nothing is used but what record_lock.c does. How often each of them
 * was taken is counted here.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "storage/txn/engine.h"

struct advisory_held {
	enum record_lock_kind kind;
	enum lock_strength strength;
	uint64_t id;
	uint64_t times;
};

struct storage_advisory {
	struct txn owner;
	VEC(struct advisory_held) held;
};

struct storage_advisory *storage_advisory_new(struct storage *s, int32_t owner)
{
	struct storage_advisory *a = calloc(1, sizeof *a);

	if (a == NULL)
		PANIC("out of memory for advisory locks");
	a->owner.storage = s;
	a->owner.options.owner = owner;
	return a;
}

void storage_advisory_free(struct storage_advisory *a)
{
	if (a == NULL)
		return;
	storage_advisory_give_all(a);
	VEC_FREE(&a->held);
	free(a);
}

static struct advisory_held held_of(struct advisory_lock lock)
{
	return (struct advisory_held){
		.kind = lock.is_pair ? RECORD_LOCK_ADVISORY_PAIR : RECORD_LOCK_ADVISORY,
		.strength = lock.is_shared ? STRENGTH_SHARE : STRENGTH_UPDATE,
		.id = lock.number,
		.times = 1,
	};
}

static struct advisory_held *find(struct storage_advisory *a, const struct advisory_held *wanted)
{
	for (size_t i = 0; i < a->held.count; i++) {
		struct advisory_held *h = &a->held.at[i];

		if (h->id == wanted->id && h->kind == wanted->kind &&
			h->strength == wanted->strength)
			return h;
	}
	return NULL;
}

/* The lock is none that the owner has. */
static enum sqlstate take(struct txn *owner, const struct advisory_held *wanted, bool is_nowait,
	uint32_t count_max, bool *is_taken, struct error *e)
{
	bool waited;

	*is_taken = true;
	if (owner->advisory_count >= count_max) {
		(void)FAIL(e, E_LIMIT_EXCEEDED, "too many advisory locks");
		error_hint(e, "Give some back, or raise max_advisory_locks.");
		return e->code;
	}
	if (!is_nowait)
		return record_lock_take(
			owner, wanted->kind, wanted->id, wanted->strength, &waited, e);
	*is_taken = record_lock_try(owner, wanted->kind, wanted->id, wanted->strength);
	return OK;
}

/* Waits as the transaction would, whose right to commit alone may be what others need. */
static enum sqlstate take_lasting(struct txn *t, struct storage_advisory *a,
	const struct advisory_held *wanted, bool is_nowait, uint32_t count_max, bool *is_taken,
	struct error *e)
{
	struct advisory_held *h = find(a, wanted);
	enum sqlstate rc;

	if (h != NULL) {
		h->times++;
		*is_taken = true;
		return OK;
	}
	a->owner.options.cancel = t->options.cancel;
	a->owner.options.lock_timeout_ms = t->options.lock_timeout_ms;
	commit_ticket_pause(t);
	rc = take(&a->owner, wanted, is_nowait, count_max, is_taken, e);
	commit_ticket_resume(t);
	if (rc == OK && *is_taken)
		VEC_PUSH(&a->held, *wanted);
	return rc;
}

enum sqlstate storage_advisory_take(struct txn *t, struct storage_advisory *a,
	struct advisory_lock lock, bool is_nowait, uint32_t count_max, bool *is_taken,
	struct error *e)
{
	struct advisory_held wanted = held_of(lock);

	if (a != NULL)
		return take_lasting(t, a, &wanted, is_nowait, count_max, is_taken, e);
	*is_taken = true;
	if (record_lock_is_owned(t, wanted.kind, wanted.id, wanted.strength))
		return OK;
	return take(t, &wanted, is_nowait, count_max, is_taken, e);
}

bool storage_advisory_give(struct storage_advisory *a, struct advisory_lock lock)
{
	struct advisory_held wanted = held_of(lock);
	struct advisory_held *h = a == NULL ? NULL : find(a, &wanted);

	if (h == NULL)
		return false;
	if (--h->times > 0)
		return true;
	record_lock_release(&a->owner, h->kind, h->id, h->strength);
	*h = VEC_POP(&a->held);
	return true;
}

void storage_advisory_give_all(struct storage_advisory *a)
{
	if (a == NULL)
		return;
	record_lock_release_to(&a->owner, 0);
	VEC_CLEAR(&a->held);
}
