/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Checkpoints of the engine: a moment in which log, graph and superblock agree, and afterwards the log
 * below it let go.
 */
#include "storage/page/checkpoint.h"
#include "storage/txn/engine.h"
#include "storage/txn/pin.h"

void engine_point(const struct storage *s, struct checkpoint_point *point)
{
	point->lsn = wal_next_lsn(s->wal);
	point->ts = s->last_ts;
	point->epoch = s->epoch;
	point->log_crc = wal_last_crc(s->wal);
}

enum sqlstate engine_trim_log(struct storage *s, uint64_t lsn, struct error *e)
{
	return wal_trim(s->wal, care_log_bound(s, lsn), e);
}

static void checkpoint_task(struct storage *s, void *context) UNCHECKED_LOCKING
{
	struct checkpoint_point *point = context;

	commit_log_pending(s);
	wal_sync(s->wal);
	s->commits.unflushed_bytes = 0;
	atomic_store_explicit(&s->commits.unflushed_since_us, 0, memory_order_relaxed);
	engine_lock_enter_exclusive(&s->lock);
	engine_point(s, point);
	checkpoint_begin(s->pager, point);
	engine_lock_leave_exclusive(&s->lock);
	atomic_store_explicit(&s->log_bytes_since, 0, memory_order_relaxed);
}

enum sqlstate storage_checkpoint(struct storage *s, struct error *e)
{
	struct checkpoint_point point;
	enum sqlstate rc;

	lock_checkpoint(&s->checkpoint);
	checkpoint_prepare(s->pager);
	commit_run_task(s, checkpoint_task, &point);
	rc = checkpoint_run(s->pager, e);
	if (rc == OK) {
		checkpoint_end(s->pager);
		rc = engine_trim_log(s, s->checkpoint_lsn, e);
		s->checkpoint_lsn = point.lsn;
	}
	unlock_checkpoint(&s->checkpoint);
	return rc;
}
