/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Record locks. A statement of an open transaction that changes a node or an edge, or writes the
 * key of a unique index, takes its lock first and keeps it to the transaction's end; a second
 * transaction that wants it waits, unless both only share it. One mutex guards the table, one
 * condition wakes all who wait: waits are rare and short, and while a thread waits it holds neither
 * the engine lock nor a run token.
 *
 * Who waits looks at its blockers, at those these wait for, and so on; if one of them is itself there
 * is a deadlock, and the transaction of that circle that locked first anything last gives way.
 *
 * Advisory locks stand in the same table, so that a circle of both kinds is found. They are a session's:
 * its transaction and what keeps its locks beyond transactions (advisory.c) do not wait for each other,
 * and who waits for one of them waits for what the session waits for.
 *
 * A commit of a statement of its own holds no locks until then. If nobody else holds any it goes
 * without, but is counted as passing; whoever takes a lock waits until those that passed are over.
 */
#include "storage/txn/record_lock.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "storage/txn/engine.h"

enum { BUCKETS_LEAST = 1024, WAIT_SLICE_US = 10000 };

static struct record_lock **buckets_new(uint64_t count)
{
	struct record_lock **buckets = calloc(count, sizeof(struct record_lock *));

	if (buckets == NULL)
		PANIC("out of memory for record locks");
	return buckets;
}

void record_locks_init(struct record_locks *l) UNCHECKED_LOCKING /* nobody else has it yet */
{
	memset(l, 0, sizeof *l);
	mutex_init(&l->mutex);
	condition_init(&l->changed);
	l->bucket_count = BUCKETS_LEAST;
	l->buckets = buckets_new(l->bucket_count);
}

void record_locks_destroy(struct record_locks *l) UNCHECKED_LOCKING
{
	while (l->spare != NULL) {
		struct record_lock *next = l->spare->next;

		free(l->spare);
		l->spare = next;
	}
	free(l->buckets);
	condition_destroy(&l->changed);
	mutex_destroy(&l->mutex);
}

static struct record_lock **bucket_of(
	struct record_locks *l, enum record_lock_kind kind, uint64_t id) HOLDS(record_lock)
{
	return &l->buckets[hash_u64(id * 4 + (uint64_t)kind) & (l->bucket_count - 1)];
}

static bool is_advisory(enum record_lock_kind kind)
{
	return kind >= RECORD_LOCK_ADVISORY;
}

static bool is_same_session(const struct txn *a, const struct txn *b)
{
	return a == b || (a->options.owner != 0 && a->options.owner == b->options.owner);
}

/* Of a label: who changes its elements goes together with others who do, who only keeps them as they are
   with others of those, and who excludes both with nobody. */
static bool labels_conflict(enum lock_strength a, enum lock_strength b)
{
	return a != b || a == STRENGTH_UPDATE;
}

static bool conflicts(enum record_lock_kind kind, enum lock_strength a, enum lock_strength b)
{
	/* the weakest that each waits for */
	static const enum lock_strength least[] = { [STRENGTH_KEY_SHARE] = STRENGTH_UPDATE,
		[STRENGTH_SHARE] = STRENGTH_NO_KEY_UPDATE,
		[STRENGTH_NO_KEY_UPDATE] = STRENGTH_SHARE,
		[STRENGTH_UPDATE] = STRENGTH_KEY_SHARE };

	return kind == RECORD_LOCK_LABEL ? labels_conflict(a, b) : b >= least[a];
}

static bool is_of(const struct record_lock *lock, enum record_lock_kind kind, uint64_t id)
{
	return lock->id == id && lock->kind == kind;
}

/* Whether an owner of the lock lets the transaction have it, too, whatever the strength. */
static bool is_no_blocker(const struct txn *owner, const struct txn *t, enum record_lock_kind kind)
{
	return owner == t || (is_advisory(kind) && is_same_session(owner, t));
}

/* From `at` on, the next lock that another has and that forbids this one. */
static struct record_lock *blocker_next(struct record_lock *at, const struct txn *t,
	enum record_lock_kind kind, uint64_t id, enum lock_strength strength)
{
	while (at != NULL && (!is_of(at, kind, id) || is_no_blocker(at->owner, t, kind) ||
				     !conflicts(kind, strength, at->strength)))
		at = at->next;
	return at;
}

static struct record_lock *blocker_find(struct record_locks *l, const struct txn *t,
	enum record_lock_kind kind, uint64_t id, enum lock_strength strength) HOLDS(record_lock)
{
	return blocker_next(*bucket_of(l, kind, id), t, kind, id, strength);
}

/* Whether who has the one has the other: an advisory lock must be exactly as strong, and one that shares
   a label is no stronger than another that does. */
static bool covers(enum record_lock_kind kind, enum lock_strength has, enum lock_strength wanted)
{
	if (is_advisory(kind))
		return has == wanted;
	if (kind == RECORD_LOCK_LABEL)
		return has == wanted || has == STRENGTH_UPDATE;
	return has >= wanted;
}

/* True if the transaction has it, as strong as that. */
static bool is_owned(struct record_locks *l, const struct txn *t, enum record_lock_kind kind,
	uint64_t id, enum lock_strength strength) HOLDS(record_lock)
{
	struct record_lock *at = *bucket_of(l, kind, id);

	while (at != NULL && (!is_of(at, kind, id) || at->owner != t ||
				     !covers(kind, at->strength, strength)))
		at = at->next;
	return at != NULL;
}

bool record_lock_is_owned(
	struct txn *t, enum record_lock_kind kind, uint64_t id, enum lock_strength strength)
{
	struct record_locks *l = &t->storage->record_locks;
	bool is_mine;

	lock_record_lock(&l->mutex);
	is_mine = is_owned(l, t, kind, id, strength);
	unlock_record_lock(&l->mutex);
	return is_mine;
}

struct txn *record_lock_holder(struct record_locks *l, const struct txn *t)
{
	struct record_lock *lock =
		blocker_find(l, t, t->wanted_kind, t->wanted_id, t->wanted_strength);

	return lock == NULL ? NULL : lock->owner;
}

/* Twice as many buckets; a transaction that inserts much holds many locks. */
static void buckets_grow(struct record_locks *l) HOLDS(record_lock)
{
	struct record_lock **old = l->buckets;
	uint64_t old_count = l->bucket_count;

	l->bucket_count *= 2;
	l->buckets = buckets_new(l->bucket_count);
	for (uint64_t i = 0; i < old_count; i++) {
		while (old[i] != NULL) {
			struct record_lock *lock = old[i];
			struct record_lock **bucket = bucket_of(l, lock->kind, lock->id);

			old[i] = lock->next;
			lock->next = *bucket;
			*bucket = lock;
		}
	}
	free(old);
}

/* What only who locks a whole label waits for. */
static bool is_shared_label(enum record_lock_kind kind, enum lock_strength strength)
{
	return kind == RECORD_LOCK_LABEL && strength == STRENGTH_KEY_SHARE;
}

static void lock_add(struct record_locks *l, struct txn *t, enum record_lock_kind kind, uint64_t id,
	enum lock_strength strength) HOLDS(record_lock)
{
	struct record_lock *lock = l->spare;
	struct record_lock **bucket;

	if (atomic_load_explicit(&l->held, memory_order_relaxed) + l->advisory >= l->bucket_count)
		buckets_grow(l);
	bucket = bucket_of(l, kind, id);
	if (lock != NULL) {
		l->spare = lock->next;
	} else {
		lock = malloc(sizeof *lock);
		if (lock == NULL)
			PANIC("out of memory for a record lock");
	}
	if (t->locks == NULL)
		t->lock_serial = ++l->clock;
	*lock = (struct record_lock){ id, kind, strength, t, *bucket, t->locks };
	*bucket = lock;
	t->locks = lock;
	t->lock_count++;
	if (is_advisory(kind)) {
		l->advisory++;
		t->advisory_count++;
		return;
	}
	if (is_shared_label(kind, strength))
		return;
	if (kind == RECORD_LOCK_KEY)
		atomic_fetch_add_explicit(&l->held_keys, 1, memory_order_seq_cst);
	atomic_fetch_add_explicit(&l->held, 1, memory_order_seq_cst);
}

/* ---- deadlocks ---- */

/* Of the circle that leads from `last` back to `t`. */
static struct txn *youngest_of(struct txn *t, struct txn *last)
{
	struct txn *youngest = t;

	for (struct txn *at = last; at != t; at = at->reached_from) {
		if (at->lock_serial > youngest->lock_serial)
			youngest = at;
	}
	return youngest;
}

/* Who of the owner's session waits; NULL if nobody. A session may own by two, its transaction and
   what keeps its advisory locks. */
static struct txn *waiter_of(struct record_locks *l, struct txn *owner) HOLDS(record_lock)
{
	struct txn *at = l->waiting;

	if (owner->is_waiting)
		return owner;
	if (l->advisory == 0)
		return NULL;
	while (at != NULL && !is_same_session(at, owner))
		at = at->next_waiting;
	return at;
}

/* The transaction that must give way, since `t` waits for itself; NULL: no deadlock. */
static struct txn *find_victim(struct record_locks *l, struct txn *t) HOLDS(record_lock)
{
	struct txn *last = t;

	l->search++;
	t->next_reached = NULL;
	for (struct txn *at = t; at != NULL; at = at->next_reached) {
		enum record_lock_kind kind = at->wanted_kind;
		uint64_t id = at->wanted_id;
		struct record_lock *lock = blocker_find(l, at, kind, id, at->wanted_strength);

		for (; lock != NULL;
			lock = blocker_next(lock->next, at, kind, id, at->wanted_strength)) {
			struct txn *owner = waiter_of(l, lock->owner);

			if (owner == t)
				return youngest_of(t, at);
			if (owner == NULL || owner->search == l->search)
				continue;
			owner->search = l->search;
			owner->reached_from = at;
			owner->next_reached = NULL;
			last->next_reached = owner;
			last = owner;
		}
	}
	return NULL;
}

/* One round of waiting; OK to look again. */
static enum sqlstate wait_once(struct record_locks *l, struct txn *t, uint64_t deadline_us,
	struct error *e) HOLDS(record_lock)
{
	uint64_t now = clock_monotonic_us();

	if (t->is_victim)
		return FAIL(e, E_DEADLOCK, "deadlock detected");
	if (t->options.cancel != NULL && atomic_load(t->options.cancel) != 0)
		return FAIL(e, E_CANCELLED, "canceling statement due to user request");
	if (deadline_us != 0 && now >= deadline_us)
		return FAIL(e, E_LOCK_TIMEOUT, "canceling statement due to lock timeout");
	condition_wait(&l->changed, &l->mutex,
		deadline_us == 0 ? now + WAIT_SLICE_US : MIN_OF(deadline_us, now + WAIT_SLICE_US));
	return OK;
}

static uint64_t deadline_of(const struct txn *t)
{
	if (t->options.lock_timeout_ms == 0)
		return 0;
	return clock_monotonic_us() + t->options.lock_timeout_ms * UINT64_C(1000);
}

/* Until nobody has a lock any more that forbids what t->wanted_… says. */
static enum sqlstate wait_for(struct record_locks *l, struct txn *t, struct error *e)
	HOLDS(record_lock)
{
	uint64_t deadline = deadline_of(t);
	enum sqlstate rc = OK;

	t->is_waiting = true;
	t->is_victim = false;
	if (t->locks == NULL)
		t->lock_serial = ++l->clock;
	txn_waits(&l->waiting, t);
	for (;;) {
		struct txn *victim;

		if (rc != OK || record_lock_holder(l, t) == NULL)
			break;
		victim = find_victim(l, t);
		if (victim != NULL && victim != t) {
			victim->is_victim = true;
			condition_broadcast(&l->changed);
		} else if (victim == t) {
			t->is_victim = true;
		}
		rc = wait_once(l, t, deadline, e);
	}
	t->is_waiting = false;
	t->is_victim = false;
	txn_waits_no_more(&l->waiting, t);
	return rc;
}

/* ---- passing ---- */

bool record_lock_pass(struct record_locks *l, enum record_pass pass)
{
	_Atomic uint64_t *passing = pass == RECORD_PASS_ALL ? &l->passing : &l->passing_keys;
	_Atomic uint64_t *held = pass == RECORD_PASS_ALL ? &l->held : &l->held_keys;

	/* both this and lock_add() write theirs before they read the other's */
	atomic_fetch_add_explicit(passing, 1, memory_order_seq_cst);
	if (atomic_load_explicit(held, memory_order_seq_cst) == 0)
		return true;
	record_lock_passed(l, pass);
	return false;
}

void record_lock_passed(struct record_locks *l, enum record_pass pass)
{
	_Atomic uint64_t *passing = pass == RECORD_PASS_ALL ? &l->passing : &l->passing_keys;

	atomic_fetch_sub_explicit(passing, 1, memory_order_seq_cst);
	if (atomic_load_explicit(&l->held, memory_order_seq_cst) == 0)
		return;
	lock_record_lock(&l->mutex);
	condition_broadcast(&l->changed);
	unlock_record_lock(&l->mutex);
}

static bool has_passing(struct record_locks *l, enum record_lock_kind kind)
{
	if (is_advisory(kind))
		return false;
	return atomic_load_explicit(&l->passing, memory_order_seq_cst) != 0 ||
	       (kind == RECORD_LOCK_KEY &&
		       atomic_load_explicit(&l->passing_keys, memory_order_seq_cst) != 0);
}

/* The lock is taken, so that no further commit passes; those that did must be over. They wait for
   no lock, so this ends with the flush in progress. */
static enum sqlstate wait_for_passing(struct record_locks *l, struct txn *t,
	enum record_lock_kind kind, struct error *e) HOLDS(record_lock)
{
	uint64_t deadline = deadline_of(t);
	enum sqlstate rc = OK;

	t->is_victim = false;
	while (rc == OK && has_passing(l, kind))
		rc = wait_once(l, t, deadline, e);
	return rc;
}

/* ---- taking and giving back ---- */

enum sqlstate record_lock_take(struct txn *t, enum record_lock_kind kind, uint64_t id,
	enum lock_strength strength, bool *waited, struct error *e)
{
	struct record_locks *l = &t->storage->record_locks;
	enum sqlstate rc = OK;
	bool has_paused = false;
	bool had_token = false;

	*waited = false;
	lock_record_lock(&l->mutex);
	if (is_owned(l, t, kind, id, strength)) {
		unlock_record_lock(&l->mutex);
		return OK;
	}
	t->wanted_kind = kind;
	t->wanted_id = id;
	t->wanted_strength = strength;
	if (record_lock_holder(l, t) != NULL) {
		*waited = true;
		/* nothing is locked by a token: giving it back early loses nothing */
		unlock_record_lock(&l->mutex);
		had_token = storage_run_pause(t->storage);
		has_paused = true;
		commit_ticket_pause(t);
		lock_record_lock(&l->mutex);
		rc = wait_for(l, t, e);
	}
	if (rc == OK) {
		lock_add(l, t, kind, id, strength);
		if (!is_shared_label(kind, strength) && has_passing(l, kind)) {
			unlock_record_lock(&l->mutex);
			had_token |= storage_run_pause(t->storage);
			has_paused = true;
			commit_ticket_pause(t);
			lock_record_lock(&l->mutex);
			rc = wait_for_passing(l, t, kind, e);
		}
	}
	unlock_record_lock(&l->mutex);
	if (has_paused)
		commit_ticket_resume(t);
	run_resume(t->storage, had_token);
	return rc;
}

uint64_t record_lock_key(uint32_t index, struct str key)
{
	/* bucket_of() shifts it */
	return hash_combine(hash_bytes(key.at, key.length), index) >> 2;
}

bool record_lock_try(
	struct txn *t, enum record_lock_kind kind, uint64_t id, enum lock_strength strength)
{
	struct record_locks *l = &t->storage->record_locks;
	bool is_free;

	assert(is_advisory(kind)); /* else who passes would have to be waited for */
	lock_record_lock(&l->mutex);
	is_free = blocker_find(l, t, kind, id, strength) == NULL;
	if (is_free && !is_owned(l, t, kind, id, strength))
		lock_add(l, t, kind, id, strength);
	unlock_record_lock(&l->mutex);
	return is_free;
}

/* Takes the lock at *held out of the table and of its owner's list. */
static void lock_remove(struct record_locks *l, struct record_lock **held) HOLDS(record_lock)
{
	struct record_lock *lock = *held;
	struct record_lock **at = bucket_of(l, lock->kind, lock->id);

	while (*at != lock)
		at = &(*at)->next;
	*at = lock->next;
	*held = lock->next_held;
	lock->next = l->spare;
	l->spare = lock;
	lock->owner->lock_count--;
	if (is_advisory(lock->kind)) {
		l->advisory--;
		lock->owner->advisory_count--;
	}
}

void record_lock_release_to(struct txn *t, uint32_t keep)
{
	struct record_locks *l = &t->storage->record_locks;
	uint64_t count = 0;
	uint64_t keys = 0;

	VEC_CLEAR(&t->written); /* what is kept is found again */
	if (t->lock_count <= keep)
		return;
	lock_record_lock(&l->mutex);
	while (t->lock_count > keep) {
		count += !is_advisory(t->locks->kind) &&
			 !is_shared_label(t->locks->kind, t->locks->strength);
		keys += t->locks->kind == RECORD_LOCK_KEY;
		lock_remove(l, &t->locks);
	}
	atomic_fetch_sub_explicit(&l->held, count, memory_order_relaxed);
	atomic_fetch_sub_explicit(&l->held_keys, keys, memory_order_relaxed);
	condition_broadcast(&l->changed);
	unlock_record_lock(&l->mutex);
}

void record_lock_release(
	struct txn *t, enum record_lock_kind kind, uint64_t id, enum lock_strength strength)
{
	struct record_locks *l = &t->storage->record_locks;
	struct record_lock **held = &t->locks;

	assert(is_advisory(kind));
	lock_record_lock(&l->mutex);
	while (!is_of(*held, kind, id) || (*held)->strength != strength)
		held = &(*held)->next_held;
	lock_remove(l, held);
	condition_broadcast(&l->changed);
	unlock_record_lock(&l->mutex);
}
