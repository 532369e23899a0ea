/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Opening and closing a storage.
 *
 *     open:   store (lease) → pager (superblock, map) → graph, catalog → log: replay through
 *     apply()
 *             → checkpoint (puts the new writer's epoch into the superblock) → log ready to append
 *     close:  background ends → checkpoint → everything is freed
 */
#include "storage/storage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "storage/api/storage_schema.h"
#include "storage/graph/record.h"
#include "storage/page/checkpoint.h"
#include "storage/storage_care.h"
#include "storage/txn/archive.h"
#include "storage/txn/engine.h"
#include "storage/txn/pin.h"

enum {
	RECORDS_A_LOOK = 256, /* replayed between two looks at the clock */
	RECOVERY_REPORT_MS = 1000,
};
#define BUFFER_BYTES_DEFAULT (UINT64_C(128) << 20)
#define CHECKPOINT_LOG_BYTES_DEFAULT (UINT64_C(256) << 20)
#define CHECKPOINT_TIMEOUT_MS_DEFAULT 60000u
#define TXN_BYTES_DEFAULT (UINT64_C(256) << 20)

/* ---- the pager's view of the engine lock ---- */

static void engine_enter(void *context) UNCHECKED_LOCKING
{
	struct storage *s = context;

	engine_lock_enter_shared(&s->lock, storage_thread_of(s)->slot);
}

static void engine_leave(void *context) UNCHECKED_LOCKING
{
	struct storage *s = context;

	engine_lock_leave_shared(&s->lock, storage_thread_of(s)->slot);
}

static void engine_quiesce(void *context) UNCHECKED_LOCKING
{
	struct storage *s = context;

	engine_lock_enter_exclusive(&s->lock);
	engine_lock_leave_exclusive(&s->lock);
}

/* ---- recovery ---- */

/* A recovery says how far it is, every now and then. */
struct recovery {
	struct storage *storage;
	uint64_t started_us, said_us;
	uint64_t report_us;
	uint64_t records, bytes; /* so far */
	uint64_t bytes_most;	 /* that there can be: up to the end of the last segment */
	const _Atomic int *cancel;
};

static void say_progress(struct recovery *r)
{
	uint64_t now = clock_monotonic_us();

	if (now - r->said_us < r->report_us)
		return;
	r->said_us = now;
	r->storage->recovery_reports++;
	log_line(LOG_INFO, "recovery",
		"log being replayed records=%llu bytes=%llu at_most=%llu seconds=%.1f",
		(unsigned long long)r->records, (unsigned long long)r->bytes,
		(unsigned long long)r->bytes_most, (double)(now - r->started_us) / 1e6);
}

static enum sqlstate replay(void *context, const struct wal_record *record, struct error *e)
{
	struct recovery *r = context;
	struct storage *s = r->storage;
	struct op op;
	size_t at = 0;

	r->records++;
	r->bytes += record->body_size;
	if (r->cancel != NULL && atomic_load_explicit(r->cancel, memory_order_relaxed) != 0)
		return FAIL(e, E_CANCELLED, "reading the log was canceled");
	if (r->records % RECORDS_A_LOOK == 0)
		say_progress(r);
	apply_begin(&s->apply, record->ts);
	while (at < record->body_size) {
		if (!logop_next(record->body, record->body_size, &at, &op))
			return FAIL(e, E_DATA_CORRUPTED,
				"broken operation in the log record of commit %llu",
				(unsigned long long)record->ts);
		apply_op(&s->apply, &op);
	}
	apply_end(&s->apply);
	s->last_ts = record->ts;
	return pager_make_room(s->pager, e);
}

static enum sqlstate recover(struct storage *s, const struct pager_origin *origin,
	const struct storage_options *o, struct error *e)
{
	struct wal_options options = { .store = s->store,
		.target = o->target,
		.from_lsn = origin->lsn,
		.from_crc = origin->log_crc,
		.epoch = origin->epoch };
	struct recovery r = {
		.storage = s, .report_us = s->recovery_report_us, .cancel = o->cancel
	};
	struct wal_scanned scanned;
	struct checkpoint_point point;
	uint64_t first, end;

	memcpy(options.uuid, origin->uuid, sizeof options.uuid);
	TRY(wal_open(&options, &s->wal, e));
	s->last_ts = origin->ts;
	TRY(s->store->ops->log_range(s->store, &first, &end, e));
	r.bytes_most = end > origin->lsn ? end - origin->lsn : 0;
	r.started_us = r.said_us = clock_monotonic_us();
	TRY(wal_scan(s->wal, replay, &r, &scanned, e));
	if (scanned.records > 0)
		log_line(LOG_INFO, "recovery",
			"log replayed records=%llu bytes=%llu torn=%s seconds=%.1f",
			(unsigned long long)scanned.records, (unsigned long long)scanned.bytes,
			scanned.torn_lsn != 0 ? "yes" : "no",
			(double)(clock_monotonic_us() - r.started_us) / 1e6);
	s->recovered_records = scanned.records;
	s->recovered_bytes = scanned.bytes;
	s->epoch = MAX_OF(origin->epoch, scanned.epoch) + 1;
	engine_point(s, &point);
	TRY(checkpoint_write(s->pager, &point, e));
	s->checkpoint_lsn = point.lsn;
	TRY(wal_start(s->wal, s->epoch, e));
	return engine_trim_log(s, origin->lsn, e);
}

static enum sqlstate graph_prepare(struct storage *s, struct error *e)
{
	struct btree tree = { s->pager, 0, 1 };
	struct catalog *catalog = NULL;

	/* new, or its maker died before the first checkpoint with a graph in it */
	if (pager_root_get(s->pager, PAGER_ROOT_CATALOG) == 0) {
		graph_create(&s->graph, s->pager, 1);
		tree.root = btree_create(s->pager, 1);
		pager_root_set(s->pager, PAGER_ROOT_CATALOG, tree.root);
		apply_init(&s->apply, &s->graph, catalog_new(), tree.root);
		return OK;
	}
	TRY(graph_open(&s->graph, s->pager, e));
	tree.root = pager_root_get(s->pager, PAGER_ROOT_CATALOG);
	apply_init(&s->apply, &s->graph, NULL, tree.root);
	TRY(catalog_load(&tree, apply_count_loaded, &s->apply, s->apply.sequences, &catalog, e));
	s->apply.catalog = catalog;
	return OK;
}

/* ---- parts ---- */

static void parts_init(struct storage *s, const struct storage_options *o)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	engine_lock_init(&s->lock);
	snapshot_table_init(&s->snapshots);
	history_init(&s->history);
	cache_init(&s->node_cache, o->node_cache_bytes);
	cache_init(&s->edge_cache, o->edge_cache_bytes);
	tally_init(&s->tallies);
	commit_queue_init(&s->commits);
	record_locks_init(&s->record_locks);
	mutex_init(&s->schema.mutex);
	condition_init(&s->schema.freed);
	mutex_init(&s->checkpoint);
	archive_prepare(&s->archive);
	run_tokens_init(&s->run, o->run_tokens != 0 ? o->run_tokens : (uint32_t)MAX_OF(cores, 1L));
	s->history_bytes_max = o->history_bytes_max;
	if (s->history_bytes_max == 0)
		s->history_bytes_max =
			MAX_OF((o->buffer_bytes != 0 ? o->buffer_bytes : BUFFER_BYTES_DEFAULT) / 4,
				UINT64_C(16) << 20);
	s->recovery_report_us =
		UINT64_C(1000) *
		(o->recovery_report_ms != 0 ? o->recovery_report_ms : RECOVERY_REPORT_MS);
	s->txn_bytes_max = o->txn_bytes_max != 0 ? o->txn_bytes_max : TXN_BYTES_DEFAULT;
	s->checkpoint_log_bytes = o->checkpoint_log_bytes != 0 ? o->checkpoint_log_bytes
							       : CHECKPOINT_LOG_BYTES_DEFAULT;
	s->checkpoint_timeout_ms = o->checkpoint_timeout_ms != 0 ? o->checkpoint_timeout_ms
								 : CHECKPOINT_TIMEOUT_MS_DEFAULT;
}

static void parts_destroy(struct storage *s)
{
	run_tokens_destroy(&s->run);
	archive_destroy(&s->archive);
	mutex_destroy(&s->checkpoint);
	condition_destroy(&s->schema.freed);
	mutex_destroy(&s->schema.mutex);
	record_locks_destroy(&s->record_locks);
	commit_queue_destroy(&s->commits);
	history_destroy(&s->history);
	cache_destroy(&s->node_cache);
	cache_destroy(&s->edge_cache);
	tally_destroy(&s->tallies);
	snapshot_table_destroy(&s->snapshots);
	engine_lock_destroy(&s->lock);
}

static void everything_free(struct storage *s)
{
	if (s->apply.arena != NULL) {
		if (s->apply.catalog == NULL)
			s->apply.catalog = catalog_new();
		if (s->apply.edit != NULL) {
			catalog_edit_discard(s->apply.edit);
			s->apply.edit = NULL;
		}
		apply_destroy(&s->apply);
	}
	graph_close(&s->graph);
	if (s->wal != NULL)
		wal_close(s->wal);
	if (s->pager != NULL)
		pager_close(s->pager);
	if (s->store != NULL)
		s->store->ops->close(s->store);
	parts_destroy(s);
	free(s);
}

/* ---- opening and closing ---- */

enum sqlstate storage_open_quietly(
	const struct storage_options *o, struct storage **out, struct error *e)
{
	struct storage *s = aligned_alloc(128, (sizeof *s + 127) & ~(size_t)127);
	struct pager_options pager = { 0 };
	struct pager_origin origin;
	enum sqlstate rc = OK;

	if (s == NULL) {
		if (o->store != NULL)
			o->store->ops->close(o->store);
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory for the storage");
	}
	memset(s, 0, sizeof *s);
	parts_init(s, o);
	s->store = o->store;
	if (s->store == NULL)
		TRY_GOTO(out, store_file_open(
				      o->directory, o->create, o->log_segment_bytes, &s->store, e));
	pager.store = s->store;
	pager.pool_bytes = o->buffer_bytes != 0 ? o->buffer_bytes : BUFFER_BYTES_DEFAULT;
	pager.create = o->create;
	TRY_GOTO(out, pager_open(&pager, &s->pager, e));
	pager_origin(s->pager, &origin);
	TRY_GOTO(out, graph_prepare(s, e));
	TRY_GOTO(out, archive_init(s, o->archive_directory, e));
	TRY_GOTO(out, recover(s, &origin, o, e));
	s->apply.history = &s->history;
	s->apply.node_cache = &s->node_cache;
	s->apply.edge_cache = &s->edge_cache;
	commit_install_yield(s);
	s->last_ts = MAX_OF(s->last_ts, UINT64_C(1));
	atomic_store(&s->visible_ts, s->last_ts);
	atomic_store(&s->published, s->apply.catalog);
	atomic_store(&s->unfinished_below, s->apply.catalog->index_next);
	atomic_store(&s->next_node, record_end(&s->graph.nodes));
	atomic_store(&s->next_edge, record_end(&s->graph.edges));
	pager_set_engine(
		s->pager, &(struct pager_engine){ s, engine_enter, engine_leave, engine_quiesce });
out:
	if (rc == E_DISK_FULL)
		error_hint(e, "Opening a database writes its log into its pages first. Nothing is "
			      "lost: free some space and start again.");
	if (rc != OK)
		everything_free(s);
	else
		*out = s;
	return rc;
}

enum sqlstate storage_open(
	const struct storage_options *options, struct storage **out, struct error *e)
{
	TRY(storage_open_quietly(options, out, e));
	background_start(*out);
	archive_start(*out);
	return OK;
}

void storage_close_quietly(struct storage *s)
{
	everything_free(s);
}

enum sqlstate storage_close(struct storage *s, struct error *e)
{
	struct checkpoint_point point;
	enum sqlstate rc;

	background_stop(s);
	archive_stop(s);
	assert(s->pins == NULL);
	storage_sequences_settle(s);
	commit_log_pending(s);
	wal_sync(s->wal);
	pager_set_engine(s->pager, &(struct pager_engine){ 0 });
	engine_point(s, &point);
	rc = checkpoint_write(s->pager, &point, e);
	if (rc == OK)
		rc = engine_trim_log(s, s->checkpoint_lsn, e);
	everything_free(s);
	return rc;
}

/* ---- numbers ---- */

uint64_t storage_node_count(struct storage *s, uint32_t label)
{
	struct engine_slot *slot = storage_thread_of(s)->slot;
	uint64_t count;

	engine_lock_enter_shared(&s->lock, slot);
	count = apply_node_count(&s->apply, label);
	engine_lock_leave_shared(&s->lock, slot);
	return count;
}

uint64_t storage_edge_count(struct storage *s, uint32_t label)
{
	struct engine_slot *slot = storage_thread_of(s)->slot;
	uint64_t count;

	engine_lock_enter_shared(&s->lock, slot);
	count = apply_edge_count(&s->apply, label);
	engine_lock_leave_shared(&s->lock, slot);
	return count;
}

struct storage_page_counts storage_thread_pages(void)
{
	return (struct storage_page_counts){ pager_thread_counts.hits,
		pager_thread_counts.misses };
}

void storage_statistics(struct storage *s, struct storage_statistics *out)
{
	struct engine_slot *slot = storage_thread_of(s)->slot;
	struct pager_statistics pages;
	struct wal_statistics log;

	memset(out, 0, sizeof *out);
	pager_statistics(s->pager, &pages);
	wal_statistics(s->wal, &log);
	out->commits = atomic_load_explicit(&s->commit_count, memory_order_relaxed);
	out->aborts = atomic_load_explicit(&s->abort_count, memory_order_relaxed);
	out->conflicts = atomic_load_explicit(&s->conflict_count, memory_order_relaxed);
	out->log_bytes = log.bytes;
	out->log_flushes = log.flushes;
	out->log_flush_ns = log.flush_ns;
	out->pages_resident = pages.pages_resident;
	out->pages_dirty = pages.pages_dirty;
	out->pages_total = pages.pages_total;
	out->page_misses = pages.misses + pages.reads_in_place;
	out->page_reads_in_place = pages.reads_in_place;
	out->page_evictions = pages.evictions;
	engine_lock_enter_shared(&s->lock, slot);
	out->history_entries = s->history.entry_count;
	out->history_bytes = s->history.bytes + s->history.ghosts.bytes;
	engine_lock_leave_shared(&s->lock, slot);
	out->checkpoints = checkpoint_count(s->pager);
	out->checkpoint_lsn = checkpoint_lsn(s->pager);
	out->cache_hits = atomic_load_explicit(&s->node_cache.hits, memory_order_relaxed) +
			  atomic_load_explicit(&s->edge_cache.hits, memory_order_relaxed);
	out->recovered_records = s->recovered_records;
	out->recovered_bytes = s->recovered_bytes;
	out->recovery_reports = s->recovery_reports;
	out->visible_ts = atomic_load_explicit(&s->visible_ts, memory_order_relaxed);
}
