/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Commits: a queue, a leader, one flush for a group. See commit.c.
 */
#ifndef STORAGE_COMMIT_H
#define STORAGE_COMMIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/vec.h"
#include "storage/log/wal.h"
#include "storage/txn/touch.h"

struct storage;
struct txn;
struct catalog;

enum commit_state { COMMIT_WAITING, COMMIT_LEADING, COMMIT_DONE };

/* Work that is done between two groups of commits, by the leader, with nothing applied that is not
   also in the log. */
typedef void commit_task(struct storage *s, void *context);
/* Makes the operations of a system record out of the newest catalog: appends them and returns how
   many. */
typedef uint32_t commit_build(const struct catalog *newest, void *context, struct buf *ops);

struct commit_item {
	struct commit_item *next;
	_Atomic uint32_t state; /* enum commit_state; futex word */
	struct txn *txn;	/* one of these three is set */
	commit_task *task;
	commit_build *build;
	void *context;
	const struct buf *foreseen; /* what `build` will append, if that is known; may be NULL */
	bool is_durable;
	bool is_refused; /* what it needs could not be read in: `result` says why */
	struct buf record; /* as the log has it */
	uint32_t op_count;
	uint64_t ts; /* given by the leader; 0: not applied */
	enum sqlstate result;
	struct error *error;
};

struct commit_queue {
	struct mutex mutex;
	struct commit_item *first GUARDED_BY_CLASS(commit_queue);
	struct commit_item **last GUARDED_BY_CLASS(commit_queue);
	bool has_leader GUARDED_BY_CLASS(commit_queue);
	/* the write ticket: while its owner works, commits of others are kept apart */
	struct txn *ticket_owner GUARDED_BY_CLASS(commit_queue);
	bool ticket_is_paused GUARDED_BY_CLASS(commit_queue); /* its owner waits for a lock */
	struct commit_item *kept GUARDED_BY_CLASS(commit_queue);
	struct commit_item **kept_last GUARDED_BY_CLASS(commit_queue);
	struct condition ticket_freed;
	/* the leader's own */
	VEC(struct commit_item *) group;
	VEC(struct wal_span) spans;
	struct buf pending;	    /* records that are not in the log yet */
	struct wal_batch pending_batch;
	uint64_t unflushed_bytes; /* pending, or in the log and not durable */
	struct touch_sum room; /* that what is prefaulted may need */
	bool is_sliced; /* the group is too large to be prefaulted whole */
	uint64_t yield_at_ns;
	uint32_t yield_count;
	_Atomic uint64_t unflushed_since_us; /* for the background flush; 0: nothing to flush */
};

void commit_queue_init(struct commit_queue *q);
void commit_queue_destroy(struct commit_queue *q);

/* Within validation, under the exclusive engine lock: if the group is sliced, leaves the lock to read
   in what validating the elements from `from` on needs. Nothing is changed meanwhile. */
enum sqlstate commit_slice_elements(
	struct txn *t, int element, size_t from, struct error *e) MUST_USE;

/* Lets readers in during long operations of apply. */
void commit_install_yield(struct storage *s);

/* Queues the item and waits until it is done; the calling thread may do the work of others
   meanwhile. No lock may be held. */
void commit_submit(struct storage *s, struct commit_item *item);
/* Runs `task` between two groups and waits for it. */
void commit_run_task(struct storage *s, commit_task *task, void *context);
/* Commits operations that belong to no transaction: names and what was observed. Visible to
   catalogs at once, on disk with the next flush. E_DISK_FULL, E_IO: `build` was not called. */
enum sqlstate commit_run_system(
	struct storage *s, commit_build *build, void *context, struct error *e) MUST_USE;
/* The same for `count` operations that are known beforehand. */
enum sqlstate commit_run_ops(
	struct storage *s, const struct buf *ops, uint32_t count, struct error *e) MUST_USE;
/* Takes the write ticket, waiting for another owner: until it is given back no other transaction
   commits, so that nothing changes that the owner has read since. Errors: E_LOCK_TIMEOUT,
   E_CANCELLED. */
enum sqlstate commit_ticket_take(struct txn *t, struct error *e) MUST_USE;
void commit_ticket_give(struct txn *t);
/* Around a wait of the owner for a lock whose holder must be able to commit. Nothing, for others. */
void commit_ticket_pause(struct txn *t);
void commit_ticket_resume(struct txn *t);
/* Whether a commit that was not durable still waits to be. */
bool commit_has_unflushed(struct storage *s);
/* Puts into the log what waits in memory. By the leader or when there is nobody else. */
void commit_log_pending(struct storage *s);
/* Flushes commits that were not durable, if they have waited for longer than `us`. */
void commit_flush_old(struct storage *s, uint64_t us);

#endif
