/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Record locks: which open transaction changes which node, edge or unique key, or wants it to stay as
 * it is. See record_lock.c.
 */
#ifndef STORAGE_RECORD_LOCK_H
#define STORAGE_RECORD_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/lock.h"
#include "base/str.h"
#include "storage/storage.h"

struct txn;

/* The first two are an enum element, whose id is locked. */
enum record_lock_kind {
	RECORD_LOCK_NODE,
	RECORD_LOCK_EDGE,
	RECORD_LOCK_KEY, /* of a unique index: see record_lock_key() */
	RECORD_LOCK_LABEL, /* label_lock.c */
	/* numbers that mean something to clients alone: see advisory.c */
	RECORD_LOCK_ADVISORY,
	RECORD_LOCK_ADVISORY_PAIR,
};

/* One for each owner of the record, and one more each time that he took it more strongly. */
struct record_lock {
	uint64_t id;
	enum record_lock_kind kind;
	enum lock_strength strength;
	struct txn *owner;
	struct record_lock *next;      /* of the bucket, or of the spare ones */
	struct record_lock *next_held; /* of the owner */
};

struct record_locks {
	struct mutex mutex;
	struct condition changed;
	struct record_lock **buckets GUARDED_BY_CLASS(record_lock);
	uint64_t bucket_count GUARDED_BY_CLASS(record_lock); /* a power of two */
	struct record_lock *spare GUARDED_BY_CLASS(record_lock);
	struct txn *waiting GUARDED_BY_CLASS(record_lock); /* who waits for one of them */
	uint64_t advisory GUARDED_BY_CLASS(record_lock); /* advisory locks held by anybody */
	_Atomic uint64_t held;	    /* all others, but shared ones of labels */
	_Atomic uint64_t held_keys; /* of these, RECORD_LOCK_KEY */
	uint64_t clock GUARDED_BY_CLASS(record_lock);
	uint64_t search GUARDED_BY_CLASS(record_lock); /* the number of the last one for a deadlock */
	/* commits of statements of their own that saw that nobody held any lock, or any of a key,
	   and so took none; see record_lock_pass() */
	_Atomic uint64_t passing, passing_keys;
};

/* How far a commit without record locks may go past the table. */
enum record_pass { RECORD_PASS_NONE, RECORD_PASS_KEYS, RECORD_PASS_ALL };

void record_locks_init(struct record_locks *l);
void record_locks_destroy(struct record_locks *l);

/* Takes the record's lock for the transaction, which may have it already, and waits for others whose
   locks forbid that. *waited: it had to. Errors: E_LOCK_TIMEOUT, E_DEADLOCK, E_CANCELLED. No lock may
   be held. */
enum sqlstate record_lock_take(struct txn *t, enum record_lock_kind kind, uint64_t id,
	enum lock_strength strength, bool *waited, struct error *e) MUST_USE;
/* True if the lock is the transaction's, as strong as that. */
bool record_lock_is_owned(struct txn *t, enum record_lock_kind kind, uint64_t id,
	enum lock_strength strength);
/* Takes the lock if nobody has one that forbids it. False: somebody has. */
bool record_lock_try(struct txn *t, enum record_lock_kind kind, uint64_t id,
	enum lock_strength strength);
/* Gives one lock back, which the transaction must have. */
void record_lock_release(struct txn *t, enum record_lock_kind kind, uint64_t id,
	enum lock_strength strength);
/* A commit that holds no locks is about to go: may it go without taking any (RECORD_PASS_ALL), or any
   of keys? If so it counts until record_lock_passed(), and whoever takes a lock meanwhile waits for
   it: what it finds then is what the commit left. */
bool record_lock_pass(struct record_locks *l, enum record_pass pass);
void record_lock_passed(struct record_locks *l, enum record_pass pass);
/* One who holds what the waiting transaction wants; NULL if nobody does. */
struct txn *record_lock_holder(struct record_locks *l, const struct txn *t) HOLDS(record_lock);
/* What stands for a key of a unique index; two keys may share it and then wait for each other. */
uint64_t record_lock_key(uint32_t index, struct str key);
/* Gives back the locks taken last, until the transaction holds no more than `keep`. */
void record_lock_release_to(struct txn *t, uint32_t keep);

#endif
