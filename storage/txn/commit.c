/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Group commit. Whoever finds no leader leads: it takes the whole queue, applies it, writes it to
 * the log with one flush, publishes it and wakes its owners; meanwhile the next group gathers.
 *
 *     WAITING ──(leadership handed over by the leader before)── LEADING
 *        └────────────────(the leader is done with the item)──── DONE
 *
 *     leader:  take the queue
 *              read in what validating and applying it will touch (prefault.c)
 *              engine lock exclusive: each in turn: validate, or fail it alone; ts; apply
 *              leave; append to the log, durable if any of the group wants it; if none does, the
 *              records may wait in memory for the next that does, or for the background
 *              publish catalog and timestamp; run tasks; hand over; wake
 *
 * Invariants:
 * C1  One leader at a time. What only it touches (last_ts, the group) needs no lock.
 * C2  The log has the records in the order in which they were applied; those of a group of which any
 *     commit asked for that are durable, with all before them, before the group is published.
 *     Others are published at once and durable soon after. What waits in memory has its room in the
 *     log reserved, and is in the log before a checkpoint begins.
 * C3  Readers see nothing of a commit before it is published: its ts is beyond every snapshot.
 * C4  After a failed write nobody is told anything: the log panics.
 *
 * A big commit lets readers in between two operations when they have waited for 50 microseconds. If
 * pages it needs may not be in memory it goes in slices, with the lock left to read in the next
 * one's; the leader being the only writer, nothing changes meanwhile.
 */
#include "storage/txn/commit.h"

#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "storage/txn/engine.h"
#include "storage/txn/prefault.h"
#include "storage/txn/validate.h"

enum {
	OPS_BETWEEN_CLOCKS = 16,
	APPLY_SLICE_NS = 50000,
	GC_ITEMS_LEAST = 256,
	PENDING_BYTES_MOST = 1 << 18, /* kept in memory before they go to the log */
	UNFLUSHED_BYTES_MOST = 1 << 22, /* neither in memory nor in the log may be more */
	UNFLUSHED_US_MOST = 20000,
	TICKET_SLICE_US = 20000,
	PAGES_AN_OPERATION = 4, /* that it changes, at most roughly; names have a few operations */
};

void commit_queue_init(struct commit_queue *q) UNCHECKED_LOCKING /* nobody else has it yet */
{
	memset(q, 0, sizeof *q);
	mutex_init(&q->mutex);
	q->last = &q->first;
	q->kept_last = &q->kept;
	condition_init(&q->ticket_freed);
}

void commit_queue_destroy(struct commit_queue *q) UNCHECKED_LOCKING /* nor any more */
{
	assert(q->first == NULL);
	assert(q->kept == NULL);
	condition_destroy(&q->ticket_freed);
	VEC_FREE(&q->group);
	VEC_FREE(&q->spans);
	buf_free(&q->pending);
	mutex_destroy(&q->mutex);
}

/* ---- waiting ---- */

static void item_wake(struct commit_item *item, enum commit_state state)
{
	/* pairs with the acquire load in item_wait(); the item may be gone after the store */
	_Atomic uint32_t *word = &item->state;

	atomic_store_explicit(word, state, memory_order_release);
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static enum commit_state item_wait(struct commit_item *item)
{
	for (;;) {
		uint32_t state = atomic_load_explicit(&item->state, memory_order_acquire);

		if (state != COMMIT_WAITING)
			return (enum commit_state)state;
		syscall(SYS_futex, &item->state, FUTEX_WAIT_PRIVATE, COMMIT_WAITING, NULL, NULL, 0);
	}
}

/* ---- applying ---- */

/* Between two operations: readers that have waited long enough get a turn. */
static void apply_pause(void *context) UNCHECKED_LOCKING
{
	struct storage *s = context;
	struct commit_queue *q = &s->commits;

	if (++q->yield_count % OPS_BETWEEN_CLOCKS != 0)
		return;
	if (atomic_load_explicit(&s->lock.waiters, memory_order_relaxed) == 0)
		return;
	if (clock_monotonic_ns() < q->yield_at_ns)
		return;
	engine_lock_let_readers(&s->lock);
	q->yield_at_ns = clock_monotonic_ns() + APPLY_SLICE_NS;
}

static void apply_fetch(
	void *context, struct page_view *view, bool is_done) UNCHECKED_LOCKING
{
	struct storage *s = context;
	struct error e;

	if (is_done) {
		pager_unpin(s->pager);
		return;
	}
	engine_lock_leave_exclusive(&s->lock);
	if (pager_page_in(s->pager, view, &e) != OK)
		PANIC("could not read what a commit changes: %s", e.message);
	engine_lock_enter_exclusive(&s->lock);
	s->commits.yield_at_ns = clock_monotonic_ns() + APPLY_SLICE_NS;
}

void commit_install_yield(struct storage *s)
{
	s->apply.fetch = apply_fetch;
	s->apply.yield = apply_pause;
	s->apply.yield_context = s;
}

/* Lets go of the lock and of what is pinned, and makes room for the next slice. */
static void slice_leave(struct storage *s) UNCHECKED_LOCKING
{
	struct error e;

	engine_lock_leave_exclusive(&s->lock);
	pager_unpin(s->pager);
	memset(&s->commits.room, 0, sizeof s->commits.room);
	if (pager_make_room(s->pager, &e) != OK)
		log_line(LOG_WARNING, "commit", "%s", e.message);
}

static void slice_enter(struct storage *s) UNCHECKED_LOCKING
{
	engine_lock_enter_exclusive(&s->lock);
	s->commits.yield_at_ns = clock_monotonic_ns() + APPLY_SLICE_NS;
}

enum sqlstate commit_slice_elements(struct txn *t, int element, size_t from, struct error *e)
{
	struct storage *s = t->storage;
	enum sqlstate rc;

	if (!s->commits.is_sliced || from % PREFAULT_OPS != 0)
		return OK;
	slice_leave(s);
	rc = prefault_elements(t, element, from, e);
	slice_enter(s);
	return rc;
}

/* What the next slice of operations needs. An error here is met again, where there is no way back,
   by the apply. */
static enum sqlstate slice_ops(
	struct storage *s, const uint8_t *body, size_t size, size_t at, struct error *e)
{
	enum sqlstate rc;

	slice_leave(s);
	rc = prefault_ops(s, body, size, at, e);
	slice_enter(s);
	return rc;
}

static void apply_body(struct storage *s, const uint8_t *body, size_t size)
{
	uint32_t count = 0;
	struct error e;
	struct op op;
	size_t at = 0;

	apply_begin(&s->apply, s->last_ts);
	while (at < size) {
		bool is_op;

		if (s->commits.is_sliced && count % PREFAULT_OPS == 0 && count > 0 &&
			slice_ops(s, body, size, at, &e) != OK)
			log_line(LOG_ERROR, "commit", "%s", e.message);
		count++;
		is_op = logop_next(body, size, &at, &op);
		assert(is_op);
		apply_op(&s->apply, &op);
		apply_pause(s);
	}
	apply_end(&s->apply);
}

static void item_fail(struct commit_item *item, enum sqlstate rc)
{
	item->result = rc;
	item->ts = 0;
}

static void item_apply_txn(struct storage *s, struct commit_item *item) HOLDS(engine)
{
	struct buf *log = &item->txn->overlay.log;
	enum sqlstate rc = validate_commit(item->txn, item->error);

	if (rc == OK && s->commits.is_sliced)
		rc = slice_ops(s, log->data + WAL_RECORD_HEADER_BYTES,
			log->length - WAL_RECORD_HEADER_BYTES, 0, item->error);
	if (rc != OK) {
		item_fail(item, rc);
		return;
	}
	item->ts = ++s->last_ts;
	item->result = OK;
	for (size_t i = 0; i < item->txn->depended.count; i++) {
		const struct dependence *d = &item->txn->depended.at[i];

		s->apply.depended[apply_depended_slot(d->element, d->id)] = item->ts;
	}
	wal_record_set_ts(log->data, item->ts);
	apply_body(s, log->data + WAL_RECORD_HEADER_BYTES, log->length - WAL_RECORD_HEADER_BYTES);
}

static void item_apply_system(struct storage *s, struct commit_item *item) HOLDS(engine)
{
	struct buf *record = &item->record;
	uint32_t count;

	buf_reset(record);
	wal_record_begin(record, WAL_SYS);
	count = item->build(s->apply.catalog, item->context, record);
	item->ts = 0;
	item->result = OK;
	if (count == 0)
		return;
	item->ts = ++s->last_ts;
	wal_record_end(record, 0, item->ts, count);
	apply_body(s, record->data + WAL_RECORD_HEADER_BYTES,
		record->length - WAL_RECORD_HEADER_BYTES);
}

/* Old versions: those that no snapshot needs go; if there are too many, the oldest snapshot goes.
   */
static void history_care(struct storage *s, uint32_t applied) HOLDS(engine)
{
	uint64_t visible = atomic_load_explicit(&s->visible_ts, memory_order_seq_cst);
	struct snapshot_slot *oldest;
	uint64_t horizon = snapshot_horizon(&s->snapshots, visible, &oldest);

	history_collect(&s->history, horizon, GC_ITEMS_LEAST + 4 * applied);
	if (s->history.bytes <= s->history_bytes_max || oldest == NULL)
		return;
	atomic_store_explicit(&oldest->is_too_old, 1, memory_order_relaxed);
}

static void group_apply(struct storage *s)
{
	struct commit_queue *q = &s->commits;
	struct cache_entry *nodes, *lists;
	uint32_t applied = 0;

	engine_lock_enter_exclusive(&s->lock);
	q->yield_at_ns = clock_monotonic_ns() + APPLY_SLICE_NS;
	for (size_t i = 0; i < q->group.count; i++) {
		struct commit_item *item = q->group.at[i];

		if (item->is_refused)
			continue;
		if (item->txn != NULL)
			item_apply_txn(s, item);
		else if (item->build != NULL)
			item_apply_system(s, item);
		applied += item->txn != NULL ? item->txn->overlay.op_count : 1;
	}
	history_care(s, applied);
	nodes = cache_reclaim(&s->node_cache);
	lists = cache_reclaim(&s->edge_cache);
	engine_lock_leave_exclusive(&s->lock);
	cache_free(nodes);
	cache_free(lists);
	pager_unpin(s->pager);
}

/* Of transactions alone, or with those of system records. */
static uint64_t group_operations(struct commit_queue *q, bool with_system)
{
	uint64_t operations = 0;

	for (size_t i = 0; i < q->group.count; i++) {
		if (q->group.at[i]->txn != NULL)
			operations += q->group.at[i]->txn->overlay.op_count;
		else if (with_system)
			operations += q->group.at[i]->foreseen != NULL ? PREFAULT_OPS : 1;
	}
	return operations;
}

/* ---- reading in what will be touched ---- */

static enum sqlstate item_prefault(struct storage *s, struct commit_item *item)
{
	struct error ignored;
	struct error *e = item->error != NULL ? item->error : &ignored;
	struct buf *log;

	if (item->task != NULL)
		return OK;
	if (item->foreseen != NULL)
		return prefault_ops(s, item->foreseen->data, item->foreseen->length, 0, e);
	if (item->txn == NULL)
		return prefault_catalog(s, e);
	log = &item->txn->overlay.log;
	TRY(prefault_elements(item->txn, ELEMENT_NODE, 0, e));
	TRY(prefault_elements(item->txn, ELEMENT_EDGE, 0, e));
	return prefault_ops(s, log->data + WAL_RECORD_HEADER_BYTES,
		log->length - WAL_RECORD_HEADER_BYTES, 0, e);
}

/* Names and the like are few in number and never sliced. */
static void group_prefault(struct storage *s)
{
	struct commit_queue *q = &s->commits;
	bool may_miss = pager_may_miss(s->pager);

	q->is_sliced = may_miss && group_operations(q, false) > PREFAULT_OPS;
	memset(&q->room, 0, sizeof q->room);
	for (size_t i = 0; i < q->group.count; i++) {
		struct commit_item *item = q->group.at[i];
		enum sqlstate rc = OK;

		if (may_miss && (!q->is_sliced || item->txn == NULL))
			rc = item_prefault(s, item);
		item->is_refused = rc != OK;
		if (rc != OK)
			item_fail(item, rc);
	}
}

/* ---- logging and publishing ---- */

static uint64_t group_bytes(struct commit_queue *q)
{
	uint64_t bytes = 4096 + q->pending.length;

	for (size_t i = 0; i < q->group.count; i++) {
		if (q->group.at[i]->txn != NULL)
			bytes += q->group.at[i]->txn->overlay.log.length;
	}
	return bytes;
}

/* The group's records into q->spans. */
static void group_collect(struct commit_queue *q, struct wal_batch *batch)
{
	VEC_CLEAR(&q->spans);
	for (size_t i = 0; i < q->group.count; i++) {
		struct commit_item *item = q->group.at[i];
		const struct buf *record =
			item->txn != NULL ? &item->txn->overlay.log : &item->record;

		if (item->task != NULL || item->ts == 0)
			continue;
		if (batch->first_ts == 0)
			batch->first_ts = item->ts;
		batch->last_ts = item->ts;
		batch->is_durable |= item->is_durable;
		VEC_PUSH(&q->spans, (struct wal_span){ record->data, record->length });
	}
	batch->record_count = (uint32_t)q->spans.count;
}

/* Adds the collected records to those that wait in memory for a write to the log. */
static void pending_add(struct commit_queue *q, const struct wal_batch *batch)
{
	if (q->pending_batch.record_count == 0)
		q->pending_batch.first_ts = batch->first_ts;
	q->pending_batch.last_ts = batch->last_ts;
	q->pending_batch.record_count += batch->record_count;
	for (size_t i = 0; i < q->spans.count; i++)
		buf_put(&q->pending, q->spans.at[i].data, q->spans.at[i].size);
}

/* What is pending, and behind it the collected records. */
static void log_append(struct storage *s, struct wal_batch *batch)
{
	struct commit_queue *q = &s->commits;

	if (q->pending_batch.record_count > 0) {
		struct wal_span first = { q->pending.data, q->pending.length };

		VEC_PUSH(&q->spans, first);
		for (size_t i = q->spans.count - 1; i > 0; i--)
			q->spans.at[i] = q->spans.at[i - 1];
		q->spans.at[0] = first;
		batch->first_ts = q->pending_batch.first_ts;
		batch->record_count += q->pending_batch.record_count;
	}
	batch->spans = q->spans.at;
	batch->span_count = (uint32_t)q->spans.count;
	wal_append_batch(s->wal, batch, NULL);
	buf_reset(&q->pending);
	q->pending_batch.record_count = 0;
	if (!batch->is_durable)
		return;
	q->unflushed_bytes = 0;
	atomic_store_explicit(&q->unflushed_since_us, 0, memory_order_relaxed);
}

static void group_log(struct storage *s)
{
	struct commit_queue *q = &s->commits;
	struct wal_batch batch = { 0 };
	uint64_t since = atomic_load_explicit(&q->unflushed_since_us, memory_order_relaxed);
	uint64_t now = clock_monotonic_us();
	uint64_t bytes = 0;

	group_collect(q, &batch);
	if (batch.record_count == 0)
		return;
	for (size_t i = 0; i < q->spans.count; i++)
		bytes += q->spans.at[i].size;
	atomic_fetch_add_explicit(&s->log_bytes_since, bytes, memory_order_relaxed);
	q->unflushed_bytes += bytes;
	if (q->unflushed_bytes > UNFLUSHED_BYTES_MOST ||
		(since != 0 && now - since > UNFLUSHED_US_MOST))
		batch.is_durable = true;
	if (!batch.is_durable && since == 0)
		atomic_store_explicit(&q->unflushed_since_us, now, memory_order_relaxed);
	if (!batch.is_durable && q->pending.length + bytes <= PENDING_BYTES_MOST)
		pending_add(q, &batch);
	else
		log_append(s, &batch);
}

bool commit_has_unflushed(struct storage *s)
{
	return atomic_load_explicit(&s->commits.unflushed_since_us, memory_order_relaxed) != 0;
}

void commit_log_pending(struct storage *s)
{
	struct commit_queue *q = &s->commits;
	struct wal_batch batch = { 0 };

	if (q->pending_batch.record_count == 0)
		return;
	VEC_CLEAR(&q->spans);
	batch.last_ts = q->pending_batch.last_ts;
	log_append(s, &batch);
}

static void group_publish(struct storage *s)
{
	/* the leader alone changes apply.catalog, so it may read it without the lock */
	struct catalog *newest = s->apply.catalog;
	bool is_new = atomic_load_explicit(&s->published, memory_order_relaxed) != newest;

	/* both pair with the loads in txn_take_snapshot(), which go the other way round */
	atomic_store_explicit(&s->published, newest, memory_order_seq_cst);
	atomic_store_explicit(&s->visible_ts, s->last_ts, memory_order_seq_cst);
	if (is_new)
		catalog_collect(newest, snapshot_catalog_horizon(&s->snapshots, newest->version));
}

/* ---- leading ---- */

static void group_refuse(struct storage *s, enum sqlstate rc, const struct error *cause)
{
	struct commit_queue *q = &s->commits;

	for (size_t i = 0; i < q->group.count; i++) {
		struct commit_item *item = q->group.at[i];

		if (item->error != NULL)
			*item->error = *cause;
		item_fail(item, rc);
	}
}

static void group_run(struct storage *s)
{
	struct commit_queue *q = &s->commits;
	struct error cause;
	uint64_t operations = group_operations(q, true);
	enum sqlstate rc = wal_reserve(s->wal, group_bytes(q), &cause);

	if (rc == OK)
		rc = pager_secure_blocks(
			s->pager, PAGES_AN_OPERATION * (operations + 1), &cause);
	if (rc == OK)
		rc = pager_make_room(s->pager, &cause);
	if (rc == OK) {
		group_prefault(s);
		group_apply(s);
		group_log(s);
		group_publish(s);
	} else {
		group_refuse(s, rc, &cause);
		if (rc == E_DISK_FULL)
			atomic_store_explicit(&s->wants_room, true, memory_order_relaxed);
	}
	for (size_t i = 0; i < q->group.count; i++) {
		struct commit_item *item = q->group.at[i];

		if (item->task != NULL)
			item->task(s, item->context);
	}
}

static void group_take(struct commit_queue *q)
{
	VEC_CLEAR(&q->group);
	lock_commit_queue(&q->mutex);
	while (q->first != NULL) {
		struct commit_item *item = q->first;

		q->first = item->next;
		VEC_PUSH(&q->group, item);
	}
	q->last = &q->first;
	unlock_commit_queue(&q->mutex);
}

/* Gives the lead to the first who waits, if anybody does. */
static void lead_hand_over(struct commit_queue *q)
{
	struct commit_item *next;

	lock_commit_queue(&q->mutex);
	next = q->first;
	if (next == NULL)
		q->has_leader = false;
	unlock_commit_queue(&q->mutex);
	if (next != NULL)
		item_wake(next, COMMIT_LEADING);
}

static void lead(struct storage *s, struct commit_item *own)
{
	struct commit_queue *q = &s->commits;
	struct commit_item *woken[64];
	size_t count;

	group_take(q);
	group_run(s);
	/* the group belongs to the next leader as soon as there is one: wake from a copy */
	count = q->group.count;
	while (count > ARRAY_COUNT(woken)) {
		struct commit_item *item = q->group.at[--count];

		if (item != own)
			item_wake(item, COMMIT_DONE);
	}
	memcpy(woken, q->group.at, count * sizeof woken[0]);
	lead_hand_over(q);
	for (size_t i = 0; i < count; i++) {
		if (woken[i] != own)
			item_wake(woken[i], COMMIT_DONE);
	}
	background_rouse(s, true);
}

/* ---- the write ticket ---- */

static bool is_kept(const struct commit_queue *q, const struct commit_item *item)
	HOLDS(commit_queue)
{
	return q->ticket_owner != NULL && !q->ticket_is_paused && item->txn != NULL &&
	       item->txn != q->ticket_owner;
}

/* Those who were kept apart join the queue; returns one to lead if nobody does. */
static struct commit_item *kept_join(struct commit_queue *q) HOLDS(commit_queue)
{
	struct commit_item *first = q->kept;

	if (first == NULL)
		return NULL;
	*q->last = first;
	q->last = q->kept_last;
	q->kept = NULL;
	q->kept_last = &q->kept;
	if (q->has_leader)
		return NULL;
	q->has_leader = true;
	return q->first;
}

static void do_nothing(struct storage *s, void *context)
{
	(void)s;
	(void)context;
}

enum sqlstate commit_ticket_take(struct txn *t, struct error *e)
{
	struct commit_queue *q = &t->storage->commits;
	uint64_t start = clock_monotonic_us();
	bool had_token = storage_run_pause(t->storage);
	enum sqlstate rc = OK;

	lock_commit_queue(&q->mutex);
	while (q->ticket_owner != NULL && rc == OK) {
		uint64_t now = clock_monotonic_us();

		condition_wait(&q->ticket_freed, &q->mutex, now + TICKET_SLICE_US);
		if (t->options.cancel != NULL && atomic_load(t->options.cancel) != 0)
			rc = FAIL(e, E_CANCELLED, "canceling statement due to user request");
		else if (t->options.lock_timeout_ms != 0 &&
			 now - start > t->options.lock_timeout_ms * UINT64_C(1000))
			rc = FAIL(e, E_LOCK_TIMEOUT, "canceling statement due to lock timeout");
	}
	if (rc == OK)
		q->ticket_owner = t;
	unlock_commit_queue(&q->mutex);
	if (rc == OK)
		commit_run_task(t->storage, do_nothing, NULL); /* behind all that were queued */
	run_resume(t->storage, had_token);
	return rc;
}

static void ticket_set(struct txn *t, struct txn *owner, bool is_paused)
{
	struct commit_queue *q = &t->storage->commits;
	struct commit_item *leader = NULL;

	lock_commit_queue(&q->mutex);
	assert(q->ticket_owner == t);
	q->ticket_owner = owner;
	q->ticket_is_paused = is_paused;
	if (owner == NULL || is_paused)
		leader = kept_join(q);
	if (owner == NULL)
		condition_signal(&q->ticket_freed);
	unlock_commit_queue(&q->mutex);
	if (leader != NULL)
		item_wake(leader, COMMIT_LEADING);
}

void commit_ticket_give(struct txn *t)
{
	ticket_set(t, NULL, false);
	t->has_ticket = false;
}

void commit_ticket_pause(struct txn *t)
{
	if (t->has_ticket)
		ticket_set(t, t, true);
}

void commit_ticket_resume(struct txn *t)
{
	if (!t->has_ticket)
		return;
	ticket_set(t, t, false);
	commit_run_task(t->storage, do_nothing, NULL);
}

void commit_submit(struct storage *s, struct commit_item *item)
{
	struct commit_queue *q = &s->commits;
	bool had_token = storage_run_pause(s);
	bool leads = false;

	item->next = NULL;
	atomic_store_explicit(&item->state, COMMIT_WAITING, memory_order_relaxed);
	lock_commit_queue(&q->mutex);
	if (UNLIKELY(is_kept(q, item))) {
		*q->kept_last = item;
		q->kept_last = &item->next;
	} else {
		*q->last = item;
		q->last = &item->next;
		leads = !q->has_leader;
		q->has_leader = true;
	}
	unlock_commit_queue(&q->mutex);
	if (leads || item_wait(item) == COMMIT_LEADING)
		lead(s, item);
	run_resume(s, had_token);
}

void commit_run_task(struct storage *s, commit_task *task, void *context)
{
	struct commit_item item = { .task = task, .context = context };

	commit_submit(s, &item);
}

enum sqlstate commit_run_system(
	struct storage *s, commit_build *build, void *context, struct error *e)
{
	struct commit_item item = { .build = build, .context = context, .error = e };

	commit_submit(s, &item);
	buf_free(&item.record);
	return item.result;
}

struct known_ops {
	const struct buf *ops;
	uint32_t count;
};

static uint32_t build_known(const struct catalog *newest, void *context, struct buf *ops)
{
	const struct known_ops *known = context;

	(void)newest;
	buf_put(ops, known->ops->data, known->ops->length);
	return known->count;
}

enum sqlstate commit_run_ops(
	struct storage *s, const struct buf *ops, uint32_t count, struct error *e)
{
	struct known_ops known = { ops, count };
	struct commit_item item = {
		.build = build_known, .context = &known, .foreseen = ops, .error = e
	};

	commit_submit(s, &item);
	buf_free(&item.record);
	return item.result;
}

static void flush_task(struct storage *s, void *context)
{
	(void)context;
	commit_log_pending(s);
	s->commits.unflushed_bytes = 0;
	atomic_store_explicit(&s->commits.unflushed_since_us, 0, memory_order_relaxed);
}

void commit_flush_old(struct storage *s, uint64_t us)
{
	uint64_t since = atomic_load_explicit(&s->commits.unflushed_since_us, memory_order_relaxed);

	if (since == 0 || clock_monotonic_us() - since < us)
		return;
	commit_run_task(s, flush_task, NULL);
	wal_sync(s->wal); /* with the next group going on beside it */
}
