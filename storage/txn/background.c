/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The background thread. It cares for what is not urgent: a checkpoint after so much log or so long,
 * flushing commits that did not ask for it, freeing old versions when nobody commits, preparing the
 * next segment of the log.
 *
 *     STEPPING  a step every 10 ms, as long as there are commits and shortly after
 *     ASLEEP    nothing but a checkpoint is due, at most: until then, or until somebody rouses it
 *
 * Who commits, or ends a transaction that old versions were kept for, rouses it; that costs others a
 * look at a flag. So a server that nobody asks anything needs no processor at all.
 */
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "storage/storage.h"
#include "storage/storage_care.h"
#include "storage/txn/engine.h"
#include "storage/txn/unfinished_index.h"

enum {
	STEP_US = 10000,
	FLUSH_AFTER_US = 8000,
	COLLECT_ITEMS = 4096,
	ROOM_AFTER_MS = 500,
	QUIET_STEPS = 8, /* without a commit, before it sleeps: longer than any flush waits */
};

/* Frees old versions that the next commit would free, if one came. */
static void collect_task(struct storage *s, void *context) UNCHECKED_LOCKING
{
	uint64_t visible = atomic_load_explicit(&s->visible_ts, memory_order_seq_cst);
	uint64_t horizon = snapshot_horizon(&s->snapshots, visible, NULL);

	struct cache_entry *nodes, *lists;

	(void)context;
	engine_lock_enter_exclusive(&s->lock);
	history_collect(&s->history, horizon, COLLECT_ITEMS);
	nodes = cache_reclaim(&s->node_cache);
	lists = cache_reclaim(&s->edge_cache);
	engine_lock_leave_exclusive(&s->lock);
	cache_free(nodes);
	cache_free(lists);
	catalog_collect(s->apply.catalog,
		snapshot_catalog_horizon(&s->snapshots, s->apply.catalog->version));
}

static bool has_history(struct storage *s)
{
	struct engine_slot *slot = storage_thread_of(s)->slot;
	bool has;

	engine_lock_enter_shared(&s->lock, slot);
	has = s->history.entry_count > 0 || cache_has_retired(&s->node_cache) ||
	      cache_has_retired(&s->edge_cache);
	engine_lock_leave_shared(&s->lock, slot);
	return has;
}

static void step(struct storage *s, uint64_t *checkpoint_at_ms)
{
	uint64_t log_bytes = atomic_load_explicit(&s->log_bytes_since, memory_order_relaxed);
	uint64_t now_ms = clock_monotonic_us() / 1000;
	enum sqlstate rc;
	struct error e;

	commit_flush_old(s, FLUSH_AFTER_US);
	if (atomic_load_explicit(&s->unfinished_below, memory_order_relaxed) != 0 &&
		index_build_drop_unfinished(s))
		atomic_store_explicit(&s->unfinished_below, 0, memory_order_relaxed);
	if (has_history(s))
		commit_run_task(s, collect_task, NULL);
	rc = wal_prepare(s->wal, &e);
	if (rc != OK && !s->background.is_log_short) /* said once, not at every step */
		log_line(LOG_WARNING, "wal", "%s", e.message);
	s->background.is_log_short = rc != OK;
	if (atomic_load_explicit(&s->wants_room, memory_order_relaxed) &&
		now_ms - *checkpoint_at_ms >= ROOM_AFTER_MS)
		atomic_store_explicit(&s->wants_room, false, memory_order_relaxed);
	else if (log_bytes < s->checkpoint_log_bytes &&
		 (log_bytes == 0 || now_ms - *checkpoint_at_ms < s->checkpoint_timeout_ms))
		return;
	*checkpoint_at_ms = now_ms;
	if (storage_checkpoint(s, &e) != OK)
		log_line(LOG_WARNING, "checkpoint", "%s", e.message);
}

/* ---- sleeping ---- */

/* Until the bell has rung since `rings`, or for so long; 0 us: only the bell. */
static void wait_for_bell(struct background *b, uint32_t rings, uint64_t us)
{
	struct timespec time = { (time_t)(us / 1000000), (long)(us % 1000000) * 1000 };

	syscall(SYS_futex, &b->bell, FUTEX_WAIT_PRIVATE, rings, us == 0 ? NULL : &time, NULL, 0);
}

static void ring(struct background *b)
{
	atomic_fetch_add(&b->bell, 1);
	syscall(SYS_futex, &b->bell, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void background_rouse_now(struct storage *s)
{
	if (atomic_exchange(&s->background.is_asleep, false))
		ring(&s->background);
}

/* What only stepping gets done. Old versions are not of it: somebody holds those, and rouses. */
static bool has_work(struct storage *s)
{
	return commit_has_unflushed(s) ||
	       atomic_load_explicit(&s->unfinished_below, memory_order_relaxed) != 0 ||
	       atomic_load_explicit(&s->wants_room, memory_order_relaxed);
}

/* How long nothing is due; 0: for ever. */
static uint64_t sleep_us(struct storage *s, uint64_t checkpoint_at_ms)
{
	uint64_t due_ms = checkpoint_at_ms + s->checkpoint_timeout_ms;
	uint64_t now_ms = clock_monotonic_us() / 1000;

	if (atomic_load_explicit(&s->log_bytes_since, memory_order_relaxed) == 0)
		return 0;
	return (due_ms > now_ms ? due_ms - now_ms : 1) * 1000;
}

static void fall_asleep(struct storage *s, uint64_t last_ts, uint64_t checkpoint_at_ms)
{
	struct background *b = &s->background;
	uint32_t rings = atomic_load(&b->bell);

	atomic_store(&b->has_history, has_history(s));
	/* Both pair with background_rouse(): either it sees the flag or we see what it did. */
	atomic_store(&b->is_asleep, true);
	if (atomic_load(&s->visible_ts) == last_ts && !has_work(s) &&
		!atomic_load(&b->is_stopping))
		wait_for_bell(b, rings, sleep_us(s, checkpoint_at_ms));
	atomic_store(&b->is_asleep, false);
}

static void *work(void *context)
{
	struct storage *s = context;
	struct background *b = &s->background;
	uint64_t checkpoint_at_ms = clock_monotonic_us() / 1000;
	uint64_t last_ts = 0;
	uint32_t quiet = 0;

	storage_thread_attach(s);
	while (!atomic_load(&b->is_stopping)) {
		uint32_t rings = atomic_load(&b->bell);
		uint64_t ts = atomic_load(&s->visible_ts);

		quiet = ts == last_ts && !has_work(s) ? quiet + 1 : 0;
		last_ts = ts;
		if (quiet > QUIET_STEPS) {
			fall_asleep(s, last_ts, checkpoint_at_ms);
			quiet = 0;
		} else {
			wait_for_bell(b, rings, STEP_US);
		}
		step(s, &checkpoint_at_ms);
	}
	storage_thread_detach(s);
	return NULL;
}

/* ---- life ---- */

void background_start(struct storage *s)
{
	int rc = pthread_create(&s->background.thread, NULL, work, s);

	if (rc != 0)
		PANIC("cannot start a thread: %s", strerror(rc));
	s->background.is_running = true;
}

void background_stop(struct storage *s)
{
	struct background *b = &s->background;

	if (!b->is_running)
		return;
	atomic_store(&b->is_stopping, true);
	ring(b);
	pthread_join(b->thread, NULL);
	b->is_running = false;
}
