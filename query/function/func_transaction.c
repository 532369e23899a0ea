/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions that ask about the transaction, and advisory locks. A transaction gets its number when it is
 * asked for it; numbers rise, also over a restart of the server, and name nothing that is kept.
 */
#include <stdlib.h>

#include "base/setting.h"
#include "query/function/functions.h"
#include "storage/storage.h"

/* ---- numbers of transactions ---- */

FUNCTION_ROW(transaction_number)
{
	struct eval_transaction *t = ev->session == NULL ? NULL : ev->session->transaction;

	if (t == NULL)
		return FAIL(e, E_NOT_SUPPORTED, "there is no transaction here");
	if (t->number == 0)
		t->number = atomic_fetch_add_explicit(t->next, 1, memory_order_relaxed);
	*out = value_int((int64_t)t->number);
	return OK;
}

/* One that has changed something has a number. */
FUNCTION_ROW(transaction_number_if_any)
{
	const struct eval_transaction *t = ev->session == NULL ? NULL : ev->session->transaction;

	*out = value_null();
	if (t == NULL || (t->number == 0 && (ev->txn == NULL || !txn_has_changes(ev->txn))))
		return OK;
	return transaction_number(ev, args, count, out, e);
}

/* ---- advisory locks ---- */

/* By one number, or by two of 32 bits. */
static enum sqlstate lock_of(const struct value *args, uint32_t count, bool is_shared,
	struct advisory_lock *out, struct error *e)
{
	*out = (struct advisory_lock){ (uint64_t)args[0].integer, count > 1, is_shared };
	if (count == 1)
		return OK;
	for (uint32_t i = 0; i < count; i++) {
		if (args[i].integer != (int32_t)args[i].integer)
			return FAIL(e, E_OUT_OF_RANGE, "integer out of range");
	}
	out->number = out->number << 32 | (uint32_t)args[1].integer;
	return OK;
}

static enum sqlstate take(struct eval *ev, struct advisory_lock lock, bool is_lasting,
	bool is_nowait, bool *is_taken, struct error *e)
{
	const struct eval_session *s = ev->session;

	if (s == NULL || s->advisory == NULL || ev->txn == NULL)
		return FAIL(e, E_NOT_SUPPORTED, "advisory locks cannot be taken here");
	return storage_advisory_take(ev->txn, is_lasting ? s->advisory : NULL, lock, is_nowait,
		(uint32_t)setting_int(s->settings, SETTING_max_advisory_locks), is_taken, e);
}

#define LOCK(name, is_shared, is_lasting)                                                          \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		struct advisory_lock lock;                                                         \
		bool is_taken;                                                                     \
                                                                                                   \
		*out = value_string(STR(""));                                                      \
		TRY(lock_of(args, count, is_shared, &lock, e));                                    \
		return take(ev, lock, is_lasting, false, &is_taken, e);                            \
	}
#define TRY_LOCK(name, is_shared, is_lasting)                                                      \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		struct advisory_lock lock;                                                         \
		bool is_taken;                                                                     \
                                                                                                   \
		TRY(lock_of(args, count, is_shared, &lock, e));                                    \
		TRY(take(ev, lock, is_lasting, true, &is_taken, e));                               \
		*out = value_bool(is_taken);                                                       \
		return OK;                                                                         \
	}

LOCK(advisory_lock, false, true)
LOCK(advisory_lock_shared, true, true)
LOCK(advisory_xact_lock, false, false)
LOCK(advisory_xact_lock_shared, true, false)
TRY_LOCK(advisory_try_lock, false, true)
TRY_LOCK(advisory_try_lock_shared, true, true)
TRY_LOCK(advisory_try_xact_lock, false, false)
TRY_LOCK(advisory_try_xact_lock_shared, true, false)

static enum sqlstate give(
	struct eval *ev, struct advisory_lock lock, struct value *out, struct error *e)
{
	const struct eval_session *s = ev->session;
	bool was_held;

	if (s == NULL || s->advisory == NULL)
		return FAIL(e, E_NOT_SUPPORTED, "advisory locks cannot be given back here");
	was_held = storage_advisory_give(s->advisory, lock);
	*out = value_bool(was_held);
	if (!was_held && s->warn != NULL)
		s->warn(s->warn_context,
			lock.is_shared ? "you don't own a lock of type ShareLock"
				       : "you don't own a lock of type ExclusiveLock");
	return OK;
}

FUNCTION_ROW(advisory_unlock)
{
	struct advisory_lock lock;

	TRY(lock_of(args, count, false, &lock, e));
	return give(ev, lock, out, e);
}

FUNCTION_ROW(advisory_unlock_shared)
{
	struct advisory_lock lock;

	TRY(lock_of(args, count, true, &lock, e));
	return give(ev, lock, out, e);
}

FUNCTION_ROW(advisory_unlock_all)
{
	if (ev->session != NULL)
		storage_advisory_give_all(ev->session->advisory);
	*out = value_string(STR(""));
	return OK;
}

FUNCTION_ROW(advisory_blockers)
{
	enum { LOCKS_LOOKED_AT_MAX = 100000 };
	struct storage *storage = ev->session == NULL ? NULL : ev->session->storage;
	struct storage_lock *locks = NULL;
	struct value *pids;
	size_t lock_count = 0;
	uint32_t found = 0;

	if (storage != NULL)
		locks = storage_locks(storage, LOCKS_LOOKED_AT_MAX, &lock_count);
	pids = arena_alloc(ev->arena, (lock_count + 1) * sizeof *pids);
	for (size_t i = 0; i < lock_count; i++) {
		if (!locks[i].is_granted && locks[i].holder != 0 &&
			locks[i].owner == args[0].integer)
			pids[found++] = value_int(locks[i].holder);
	}
	free(locks);
	*out = eval_list(pids, found);
	return OK;
}
