/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The life of a transaction, and the threads that run them.
 *
 *     free ──txn_begin── open ──txn_commit── (validated, applied, logged) ──┐
 *      ▲                  │ └───txn_abort───────────────────────────────────┤
 *      └──────────────────┴─────────────────────────────────────────────────┘
 *
 * Transaction objects are kept by the threads that ended them, each with its own snapshot slot, so
 * that beginning and ending one that only reads writes to nothing that another thread writes to.
 *
 * A snapshot is a pair: the newest published timestamp S, and the newest catalog that was made by a
 * commit <= S. The commit leader publishes the catalog first and S after it; who meets a catalog
 * from beyond S takes the one before.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "storage/txn/engine.h"
#include "storage/txn/unfinished_index.h"

static_assert((int)STORAGE_THREADS_MAX == (int)ENGINE_SLOTS_MAX,
	"each attached thread has a slot");

_Thread_local struct storage_thread *storage_threads;

/* ---- threads ---- */

struct storage_thread *storage_thread_find(struct storage *s)
{
	struct storage_thread *t = storage_threads;

	while (t != NULL && t->storage != s)
		t = t->next;
	if (t == NULL)
		PANIC("a thread used the storage without storage_thread_attach()");
	return t;
}

/* Zeroed, and alone on its cache lines: what one thread writes, no other thread should wait for. */
static void *allocate_apart(size_t size)
{
	size_t whole = (size + 127) & ~(size_t)127;
	void *at = aligned_alloc(128, whole);

	if (at == NULL)
		PANIC("out of memory: %zu bytes for a thread", whole);
	memset(at, 0, whole);
	return at;
}

void storage_thread_attach(struct storage *s)
{
	struct storage_thread *t = allocate_apart(sizeof *t);

	t->storage = s;
	t->slot = engine_lock_attach(&s->lock);
	t->next = storage_threads;
	storage_threads = t;
}

static void txn_destroy(struct txn *t)
{
	snapshot_slot_give(&t->storage->snapshots, t->slot);
	overlay_destroy(&t->overlay);
	VEC_FREE(&t->reads.labels[0]);
	VEC_FREE(&t->reads.labels[1]);
	buf_free(&t->key);
	buf_free(&t->sought);
	buf_free(&t->map);
	buf_free(&t->old_map);
	VEC_FREE(&t->old_catalogs);
	VEC_FREE(&t->written);
	VEC_FREE(&t->depended);
	VEC_FREE(&t->lost);
	buf_free(&t->depended_keys);
	buf_free(&t->commit.record);
	arena_free(t->scratch);
	free(t);
}

void storage_thread_detach(struct storage *s)
{
	struct storage_thread *t = storage_thread_find(s);
	struct storage_thread **at = &storage_threads;

	assert(!t->has_token);
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	while (t->free_txns != NULL) {
		struct txn *next = t->free_txns->next;

		txn_destroy(t->free_txns);
		t->free_txns = next;
	}
	engine_lock_detach(&s->lock, t->slot);
	free(t);
}

/* ---- snapshots ---- */

void txn_take_snapshot(struct txn *t, bool with_catalog)
{
	struct storage *s = t->storage;
	struct catalog *newest;
	uint64_t ts;

	do {
		ts = atomic_load_explicit(&s->visible_ts, memory_order_acquire);
		/* pairs with the fence in snapshot_horizon(); a new transaction's slot protects all
		   catalogs from here on */
		atomic_exchange_explicit(&t->slot->ts, ts, memory_order_seq_cst);
		newest = atomic_load_explicit(&s->published, memory_order_seq_cst);
	} while (atomic_load_explicit(&s->visible_ts, memory_order_seq_cst) != ts);
	t->snapshot = ts;
	if (overlay_is_empty(&t->overlay)) {
		t->checked_since = ts;
		atomic_store_explicit(&t->slot->since, ts, memory_order_relaxed);
	}
	if (!with_catalog)
		return;
	while (newest->since_ts > ts && newest->older != NULL)
		newest = newest->older;
	t->catalog = newest;
	atomic_store_explicit(&t->slot->catalog, newest->version, memory_order_release);
}

enum sqlstate section_refuse(const struct txn *t, struct error *e)
{
	if (atomic_load_explicit(&t->slot->is_too_old, memory_order_relaxed) != 0)
		return FAIL(e, E_SNAPSHOT_TOO_OLD, "snapshot too old");
	return FAIL(e, E_CANCELLED, "canceling statement due to user request");
}

enum sqlstate txn_refuse_change(struct txn *t, struct error *e)
{
	t->must_restart = t->options.isolation == ISOLATION_READ_COMMITTED;
	return FAIL(e, E_SERIALIZATION, "could not serialize access due to concurrent update");
}

/* ---- begin and end ---- */

static struct txn *txn_new(struct storage *s)
{
	struct txn *t = allocate_apart(sizeof *t);

	t->storage = s;
	t->slot = snapshot_slot_take(&s->snapshots);
	if (t->slot == NULL) {
		free(t);
		return NULL;
	}
	overlay_init(&t->overlay);
	t->scratch = arena_new(0);
	return t;
}

enum sqlstate txn_begin(
	struct storage *s, const struct txn_options *options, struct txn **out, struct error *e)
{
	struct storage_thread *thread = storage_thread_of(s);
	struct txn *t = thread->free_txns;

	if (LIKELY(t != NULL)) {
		thread->free_txns = t->next;
		thread->free_count--;
	} else {
		t = txn_new(s);
		if (t == NULL)
			return FAIL(e, E_TOO_MANY_CONNECTIONS, "too many open transactions");
	}
	assert(!t->is_open);
	t->options = *options;
	t->is_open = true;
	t->must_restart = t->completes_late = false;
	atomic_store_explicit(&t->slot->catalog, 0, memory_order_relaxed);
	txn_take_snapshot(t, true);
	*out = t;
	return OK;
}

/* Callers may hold pointers into these until the statement's end. */
static void old_catalogs_drop(struct txn *t)
{
	if (t->view_count > 0)
		return;
	for (size_t i = 0; i < t->old_catalogs.count; i++)
		catalog_edit_discard(t->old_catalogs.at[i]);
	VEC_CLEAR(&t->old_catalogs);
}

static void own_catalog_drop(struct txn *t)
{
	old_catalogs_drop(t);
	if (t->own_catalog == NULL)
		return;
	catalog_edit_discard(t->own_catalog);
	t->own_catalog = NULL;
}

static void schema_unlock(struct txn *t)
{
	struct schema_lock *l = &t->storage->schema;

	if (!t->has_schema_lock)
		return;
	lock_schema(&l->mutex);
	assert(l->owner == t);
	l->owner = NULL;
	condition_broadcast(&l->freed);
	unlock_schema(&l->mutex);
	t->has_schema_lock = false;
}

/* The transaction is over, one way or the other. */
static void txn_end(struct txn *t)
{
	struct storage_thread *thread = storage_thread_of(t->storage);

	assert(t->view_count == 0);
	if (t->has_ticket)
		commit_ticket_give(t);
	if (t->unfinished_index != 0)
		index_build_give_up(t);
	record_lock_release_to(t, 0);
	own_catalog_drop(t);
	schema_unlock(t);
	overlay_reset(&t->overlay);
	t->reads.has_all[0] = t->reads.has_all[1] = false;
	VEC_CLEAR(&t->reads.labels[0]);
	VEC_CLEAR(&t->reads.labels[1]);
	VEC_CLEAR(&t->depended);
	VEC_CLEAR(&t->lost);
	buf_reset(&t->depended_keys);
	t->is_open = false;
	t->catalog = NULL;
	atomic_store_explicit(&t->slot->is_too_old, 0, memory_order_relaxed);
	/* pairs with the loads in snapshot_horizon(): what this transaction read may go */
	atomic_store_explicit(&t->slot->ts, 0, memory_order_release);
	background_rouse(t->storage, false);
	if (thread->free_count == THREAD_TXNS_KEPT) {
		txn_destroy(t);
		return;
	}
	t->next = thread->free_txns;
	thread->free_txns = t;
	thread->free_count++;
}

void txn_abort(struct txn *t)
{
	assert(t->is_open);
	if (!overlay_is_empty(&t->overlay))
		atomic_fetch_add_explicit(&t->storage->abort_count, 1, memory_order_relaxed);
	txn_end(t);
}

enum sqlstate txn_take_ticket(struct txn *t, struct error *e)
{
	assert(t->is_open);
	assert(!t->has_ticket);
	TRY(commit_ticket_take(t, e));
	t->has_ticket = true;
	txn_take_snapshot(t, true);
	return OK;
}

void txn_statement_begin(struct txn *t)
{
	assert(t->is_open);
	t->must_restart = t->completes_late = false;
	overlay_forget_checks(&t->overlay);
	old_catalogs_drop(t);
	if (t->options.isolation != ISOLATION_READ_COMMITTED)
		return;
	txn_take_snapshot(t, t->own_catalog == NULL);
	if (t->own_catalog != NULL)
		txn_refresh_catalog(t);
}

/* ---- committing ---- */

/* Deleted nodes come last in the log: by then all their edges are gone, in whatever order the
   statements deleted them. */
static void log_deleted_nodes(struct overlay *o)
{
	for (size_t i = 0; i < o->order[ELEMENT_NODE].count; i++) {
		const struct overlay_record *r = o->order[ELEMENT_NODE].at[i];
		struct op op = { .kind = OP_NODE_DELETE, .id = r->id };

		if (overlay_record_exists(r))
			continue;
		logop_put(&o->log, &op);
		o->op_count++;
	}
}

static enum sqlstate lock_label_keys(
	struct txn *t, const struct overlay_record *r, uint32_t label, struct error *e)
{
	const struct catalog_label *l =
		catalog_label_find(t->catalog, (enum element)r->element, label);
	bool waited;

	for (uint32_t i = 0; l != NULL && i < l->index_count; i++) {
		const struct catalog_index *index = l->indexes[i];
		uint64_t id;

		arena_reset(t->scratch);
		if (!index->info.is_unique ||
			!apply_index_key(index, r->map, r->map_size, t->scratch, &t->key))
			continue;
		id = record_lock_key(index->info.id, buf_str(&t->key));
		TRY(record_lock_take(t, RECORD_LOCK_KEY, id, STRENGTH_UPDATE, &waited, e));
	}
	return OK;
}

static enum sqlstate lock_keys(struct txn *t, const struct overlay_record *r, struct error *e)
{
	const uint32_t *labels;
	uint32_t count;

	if (!overlay_record_exists(r))
		return OK;
	if (r->element == ELEMENT_EDGE)
		return lock_label_keys(t, r, r->label, e);
	count = catalog_labelset_labels(t->catalog, r->label, &labels);
	for (uint32_t i = 0; i < count; i++)
		TRY(lock_label_keys(t, r, labels[i], e));
	return OK;
}

/* If it takes a key away that somebody may rely on, all that it changes counts as such. */
static enum sqlstate lock_elements(struct txn *t, enum element element, struct error *e)
{
	bool waited;

	for (size_t i = 0; i < t->overlay.order[element].count; i++) {
		const struct overlay_record *r = t->overlay.order[element].at[i];
		bool keeps_keys = overlay_record_exists(r) && t->lost.count == 0;

		if (!r->is_new)
			TRY(record_lock_take(t, (enum record_lock_kind)element, r->id,
				keeps_keys ? STRENGTH_NO_KEY_UPDATE : STRENGTH_UPDATE, &waited, e));
	}
	return OK;
}

/* What it relies on is to stay. */
static enum sqlstate lock_depended(struct txn *t, struct error *e)
{
	bool waited;

	for (size_t i = 0; i < t->depended.count; i++) {
		const struct dependence *d = &t->depended.at[i];

		TRY(record_lock_take(t, (enum record_lock_kind)d->element, d->id,
			STRENGTH_KEY_SHARE, &waited, e));
	}
	return OK;
}

/* A statement of its own takes no record locks while it runs; but it must not change, under the
   hands of an open transaction, what that one has locked. So it queues for these locks now. */
static enum sqlstate lock_what_changed(
	struct txn *t, enum record_pass *pass, struct error *e)
{
	struct record_locks *l = &t->storage->record_locks;

	*pass = RECORD_PASS_NONE;
	if (!t->options.is_autocommit)
		return OK;
	if (record_lock_pass(l, RECORD_PASS_ALL)) {
		*pass = RECORD_PASS_ALL;
		return OK;
	}
	TRY(label_lock_commit(t, e));
	TRY(lock_elements(t, ELEMENT_NODE, e));
	TRY(lock_elements(t, ELEMENT_EDGE, e));
	TRY(lock_depended(t, e));
	/* who counts as passing waits for no lock any more */
	if (record_lock_pass(l, RECORD_PASS_KEYS)) {
		*pass = RECORD_PASS_KEYS;
		return OK;
	}
	for (int element = 0; element < 2; element++) {
		for (size_t i = 0; i < t->overlay.order[element].count; i++)
			TRY(lock_keys(t, t->overlay.order[element].at[i], e));
	}
	return OK;
}

enum sqlstate txn_commit(struct txn *t, struct error *e)
{
	struct commit_item *item = &t->commit;
	struct overlay *o = &t->overlay;
	enum record_pass pass;
	enum sqlstate rc;

	assert(t->is_open);
	if (overlay_is_empty(o)) {
		txn_end(t);
		return OK;
	}
	rc = lock_what_changed(t, &pass, e);
	if (rc != OK) {
		txn_abort(t);
		return rc;
	}
	log_deleted_nodes(o);
	wal_record_end(&o->log, 0, 0, o->op_count);
	item->txn = t;
	item->is_durable = t->options.durability == DURABILITY_ON;
	item->error = e;
	commit_submit(t->storage, item);
	if (pass != RECORD_PASS_NONE)
		record_lock_passed(&t->storage->record_locks, pass);
	rc = item->result;
	if (rc == OK) {
		t->unfinished_index = 0;
		atomic_fetch_add_explicit(&t->storage->commit_count, 1, memory_order_relaxed);
	} else {
		atomic_fetch_add_explicit(&t->storage->abort_count, 1, memory_order_relaxed);
		if (rc == E_SERIALIZATION)
			atomic_fetch_add_explicit(
				&t->storage->conflict_count, 1, memory_order_relaxed);
	}
	txn_end(t);
	return rc;
}

/* ---- small questions ---- */

/* A mark: how many locks, and how many changes. A change takes more than one byte of the 32 bits
   of a log's size, so that neither part overflows. */
uint64_t txn_savepoint(struct txn *t)
{
	return (uint64_t)t->lock_count << 32 | overlay_mark(&t->overlay);
}

static void recompute_catalog_ops(struct txn *t)
{
	t->overlay.has_catalog_ops = false;
	for (size_t i = 0; i < t->overlay.undo.count; i++) {
		if (t->overlay.undo.at[i].kind == OVERLAY_UNDO_CATALOG)
			t->overlay.has_catalog_ops = true;
	}
}

static void undo_to(struct txn *t, uint64_t mark)
{
	bool had_catalog_ops = t->overlay.has_catalog_ops;

	overlay_rollback(&t->overlay, mark & UINT32_MAX);
	while (t->depended.count > 0 &&
		t->depended.at[t->depended.count - 1].mark > (mark & UINT32_MAX))
		t->depended.count--;
	if (!had_catalog_ops)
		return;
	recompute_catalog_ops(t);
	txn_refresh_catalog(t);
}

void txn_rollback_to(struct txn *t, uint64_t mark)
{
	undo_to(t, mark);
	record_lock_release_to(t, (uint32_t)(mark >> 32));
}

void txn_statement_restart(struct txn *t, uint64_t mark)
{
	undo_to(t, mark);
	txn_statement_begin(t);
}

bool txn_has_changes(const struct txn *t)
{
	return !overlay_is_empty(&t->overlay);
}

uint64_t txn_snapshot(const struct txn *t)
{
	return t->snapshot;
}

bool txn_must_restart(const struct txn *t)
{
	return t->must_restart;
}

const struct catalog *txn_catalog(struct txn *t)
{
	return t->catalog;
}

bool txn_has_own_catalog(const struct txn *t)
{
	return t->own_catalog != NULL;
}

/* ---- the catalog of a transaction ---- */

/* Puts the transaction's catalog operations on top of `base`. */
static struct catalog *own_catalog_make(struct txn *t, const struct catalog *base)
{
	struct catalog *c = catalog_edit_begin(base);
	struct overlay *o = &t->overlay;

	for (size_t i = 0; i < o->undo.count; i++) {
		size_t at = o->undo.at[i].log_before;
		struct op op;
		bool is_op;

		if (o->undo.at[i].kind != OVERLAY_UNDO_CATALOG)
			continue;
		is_op = logop_next(o->log.data, o->log.length, &at, &op);
		assert(is_op);
		catalog_edit_op(c, &op, 0);
	}
	/* a number that no other catalog has: what is made for it serves nobody else, not even this
	   transaction once it has undone some of it */
	c->version = (UINT64_C(1) << 48) + atomic_fetch_add(&t->storage->own_catalogs, 1);
	return c;
}

void txn_refresh_catalog(struct txn *t)
{
	struct storage *s = t->storage;
	struct engine_slot *slot = storage_thread_of(s)->slot;
	struct catalog *old = t->own_catalog;

	engine_lock_enter_shared(&s->lock, slot);
	t->catalog = s->apply.catalog;
	engine_lock_leave_shared(&s->lock, slot);
	t->own_catalog = NULL;
	if (t->overlay.has_catalog_ops) {
		t->own_catalog = own_catalog_make(t, t->catalog);
		t->catalog = t->own_catalog;
	}
	if (old != NULL)
		VEC_PUSH(&t->old_catalogs, old);
}

enum sqlstate txn_lock_schema(struct txn *t, struct error *e)
{
	struct schema_lock *l = &t->storage->schema;
	uint64_t start = clock_monotonic_us();
	bool had_token;
	enum sqlstate rc = OK;

	if (t->has_schema_lock)
		return OK;
	had_token = storage_run_pause(t->storage);
	lock_schema(&l->mutex);
	txn_waits(&l->waiting, t);
	while (l->owner != NULL && rc == OK) {
		uint64_t now = clock_monotonic_us();

		condition_wait(&l->freed, &l->mutex, now + 20000);
		if (t->options.cancel != NULL && atomic_load(t->options.cancel) != 0)
			rc = FAIL(e, E_CANCELLED, "canceling statement due to user request");
		else if (t->options.lock_timeout_ms != 0 &&
			 now - start > t->options.lock_timeout_ms * UINT64_C(1000))
			rc = FAIL(e, E_LOCK_TIMEOUT, "canceling statement due to lock timeout");
	}
	txn_waits_no_more(&l->waiting, t);
	if (rc == OK) {
		l->owner = t;
		t->has_schema_lock = true;
	}
	unlock_schema(&l->mutex);
	run_resume(t->storage, had_token);
	return rc;
}
