/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the files of storage/txn and storage/storage_*.c share: the bodies of struct storage and
 * struct txn, and the small inline functions with which every call begins and ends.
 */
#ifndef STORAGE_ENGINE_H
#define STORAGE_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "storage/graph/graph.h"
#include "storage/log/wal.h"
#include "storage/page/pager.h"
#include "storage/storage.h"
#include "storage/store/store.h"
#include "storage/txn/apply.h"
#include "storage/txn/archive.h"
#include "storage/txn/cache.h"
#include "storage/txn/commit.h"
#include "storage/txn/engine_lock.h"
#include "storage/txn/history.h"
#include "storage/txn/overlay.h"
#include "storage/txn/pin.h"
#include "storage/txn/record_lock.h"
#include "storage/txn/snapshot.h"
#include "storage/txn/tally.h"

struct checkpoint_point; /* storage/page/checkpoint.h */

enum { THREAD_TXNS_KEPT = 4, READS_BEFORE_POLL = 64, BATCH_MAX = 1024 };

/* One per attached thread and storage. */
struct storage_thread {
	struct storage *storage;
	struct engine_slot *slot;
	struct txn *free_txns;
	uint32_t free_count;
	bool has_token;
	uint32_t free_polls; /* left until the plan that runs here takes a token; 0: none to be taken */
	struct storage_thread *next; /* this thread's attachments to other storages */
};

/* At most `tokens` plans run at once; who waits stands in a queue. */
struct run_waiter {
	struct run_waiter *next;
	struct condition granted;
	bool has_token;
};

struct run_tokens {
	struct mutex mutex;
	uint32_t tokens GUARDED_BY_CLASS(statistics);
	struct run_waiter *first GUARDED_BY_CLASS(statistics);
	/* where the next goes that begins, and the next that comes from a commit or a lock */
	struct run_waiter **last GUARDED_BY_CLASS(statistics);
	struct run_waiter **last_urgent GUARDED_BY_CLASS(statistics);
};

/* Who may change the schema: a transaction, for as long as it lives. */
struct schema_lock {
	struct mutex mutex;
	struct condition freed;
	struct txn *owner GUARDED_BY_CLASS(schema);
	struct txn *waiting GUARDED_BY_CLASS(schema);
};

/* Properties of one label whose types are being counted anew, and the types of what transactions have
   drafted for them since: storage_types.c. Written between two groups of commits. */
enum { TYPE_WATCH_MOST = 64 };
struct type_watch {
	_Atomic uint64_t label; /* element << 32 | label */
	_Atomic uint32_t count; /* of keys; 0: nothing is watched */
	_Atomic uint32_t keys[TYPE_WATCH_MOST];
	_Atomic uint32_t bits[TYPE_WATCH_MOST];
};

/* background.c */
struct background {
	pthread_t thread;
	bool is_running;
	bool is_log_short; /* the thread's own: the log's next segment could not be made */
	_Atomic bool is_stopping;
	_Atomic bool is_asleep;
	_Atomic bool has_history; /* when it fell asleep: old versions that somebody needed */
	_Atomic uint32_t bell;	  /* a futex: counts what is to be heard */
};

struct storage {
	/* what a transaction's begin reads */
	_Alignas(128) _Atomic uint64_t visible_ts; /* the last commit that readers may see */
	_Atomic(struct catalog *) published;	   /* newest catalog with since_ts <= visible_ts */
	/* what writers write */
	_Alignas(128) _Atomic uint64_t next_node;
	_Alignas(128) _Atomic uint64_t next_edge;
	_Alignas(128) struct engine_lock lock;
	struct snapshot_table snapshots;
	struct store *store;
	struct pager *pager;
	struct wal *wal;
	struct graph graph;
	struct history history;
	struct cache node_cache, edge_cache;
	struct tallies tallies;
	struct apply apply;
	struct commit_queue commits;
	struct record_locks record_locks;
	struct schema_lock schema;
	struct type_watch type_watch;
	struct run_tokens run;
	struct background background;
	struct mutex checkpoint;
	uint64_t last_ts;	 /* the last commit applied; guarded by commit leadership */
	uint64_t epoch;		 /* of this writer */
	uint64_t checkpoint_lsn; /* guarded by `checkpoint` */
	struct storage_pin *pins; /* guarded by `checkpoint`: txn/pin.h */
	struct archive archive;
	uint64_t history_bytes_max;
	uint64_t txn_bytes_max;
	uint64_t checkpoint_log_bytes;
	uint32_t checkpoint_timeout_ms;
	_Atomic uint64_t log_bytes_since; /* since the last checkpoint */
	_Atomic uint64_t commit_count, abort_count, conflict_count;
	_Atomic bool wants_room; /* a commit found the disk full: a checkpoint may free something */
	uint64_t recovery_report_us;
	uint64_t recovered_records, recovered_bytes, recovery_reports; /* of the start */
	_Atomic uint64_t own_catalogs; /* how many transactions have made for themselves */
	_Atomic uint32_t unfinished_below; /* unfinished indexes of lower numbers are nobody's */
	bool is_recovering;
};

/* What a serializable transaction has read. Coarse: whole labels. */
struct read_set {
	VEC(uint32_t) labels[2];
	bool has_all[2];
};

/* What a transaction relies on, and what it takes away: storage_depend.c. */
struct dependence {
	enum element element;
	uint64_t id;
	uint32_t index;
	uint32_t key_size;
	size_t key_at; /* in depended_keys */
	uint64_t mark; /* of the overlay: undone with what depends */
};
struct lost_key {
	uint32_t slot;
	uint64_t snapshot; /* with which it was looked that nobody depends on it */
};

/* A label that elements were changed of. */
struct written_label {
	enum element element;
	uint32_t label;
};

struct txn {
	struct storage *storage;
	struct snapshot_slot *slot;
	struct txn_options options;
	uint64_t snapshot;
	uint64_t checked_since; /* the snapshot of the first statement that changed anything */
	const struct catalog *catalog;
	struct catalog *own_catalog; /* with this transaction's schema changes; NULL: none */
	bool is_open;
	bool must_restart;
	bool completes_late; /* NOT NULL is looked at when the statement is done, not at each write */
	bool has_schema_lock;
	bool has_ticket;
	uint32_t unfinished_index; /* that this transaction has built and not yet committed; 0: none */
	uint32_t unfinished_ops;   /* the first changes of the transaction are its making */
	bool unfinished_is_key;	   /* every element must have it … */
	bool unfinished_is_whole;  /* … and as many entries as elements say so */
	uint32_t view_count; /* views held: keep what they look at */
	struct overlay overlay;
	struct read_set reads;
	VEC(struct dependence) depended;
	struct buf depended_keys;
	VEC(struct lost_key) lost;
	VEC(struct written_label) written; /* whose locks it shares: label_lock.c */
	struct record_lock *locks; /* held, newest first */
	uint32_t lock_count;
	uint32_t advisory_count; /* of these, advisory ones */
	uint64_t lock_serial; /* order of first locking; this and what follows: record_lock.c */
	uint64_t wanted_id;
	enum record_lock_kind wanted_kind;
	enum lock_strength wanted_strength;
	bool is_waiting, is_victim;
	uint64_t search; /* the last search for a deadlock that came by, how, and where it went on */
	struct txn *reached_from, *next_reached;
	int64_t waits_since;	  /* TIMESTAMPTZ */
	struct txn *next_waiting; /* in the list of who waits for a record, or for the schema */
	struct arena *scratch;		    /* of one call */
	struct buf key, map, old_map;	    /* scratch */
	struct buf sought;		    /* the key of an index's look-up */
	VEC(struct catalog *) old_catalogs; /* its own, from earlier in the statement */
	struct commit_item commit;
	struct txn *next; /* in a thread's list of free ones */
};

/* label_lock.c: an element of the label is about to change; it may wait. E_SERIALIZATION, E_DEADLOCK,
   E_LOCK_TIMEOUT, E_CANCELLED. */
enum sqlstate label_lock_write(
	struct txn *t, enum element element, uint32_t label, struct error *e) MUST_USE;
/* The same at the commit of a statement of its own. */
enum sqlstate label_lock_commit(struct txn *t, struct error *e) MUST_USE;

/* lock_list.c: puts a transaction into the list of who waits, and takes it out again. */
void txn_waits(struct txn **list, struct txn *t);
void txn_waits_no_more(struct txn **list, struct txn *t);

extern _Thread_local struct storage_thread *storage_threads;

/* The calling thread's attachment. */
struct storage_thread *storage_thread_find(struct storage *s);
static inline struct storage_thread *storage_thread_of(struct storage *s)
{
	struct storage_thread *t = storage_threads;

	return LIKELY(t != NULL && t->storage == s) ? t : storage_thread_find(s);
}

COLD enum sqlstate section_refuse(const struct txn *t, struct error *e);

/* Begins a shared section of a transaction's call: fails when the transaction's snapshot is gone or
   somebody cancelled it, and then holds nothing. */
static inline enum sqlstate section_enter(
	struct txn *t, struct engine_slot *slot, struct error *e) UNCHECKED_LOCKING
{
	engine_lock_enter_shared(&t->storage->lock, slot);
	if (UNLIKELY(atomic_load_explicit(&t->slot->is_too_old, memory_order_relaxed) != 0 ||
		     (t->options.cancel != NULL &&
			     atomic_load_explicit(t->options.cancel, memory_order_relaxed) != 0))) {
		engine_lock_leave_shared(&t->storage->lock, slot);
		return section_refuse(t, e);
	}
	return OK;
}

static inline void section_leave(struct txn *t, struct engine_slot *slot) UNCHECKED_LOCKING
{
	engine_lock_leave_shared(&t->storage->lock, slot);
}

/* Lets a waiting writer go first; between two records of a batch. */
static inline enum sqlstate section_poll(
	struct txn *t, struct engine_slot *slot, uint32_t i, struct error *e) UNCHECKED_LOCKING
{
	if (LIKELY((i + 1) % READS_BEFORE_POLL != 0 || !engine_lock_is_wanted(&t->storage->lock)))
		return OK;
	section_leave(t, slot);
	return section_enter(t, slot, e);
}

/* txn.c */
/* Somebody changed since the snapshot what the statement wants to change: it runs again under READ
   COMMITTED, and fails above. */
COLD enum sqlstate txn_refuse_change(struct txn *t, struct error *e) MUST_USE;
void txn_take_snapshot(struct txn *t, bool with_catalog);
/* The transaction's catalog now is the newest one applied, with its own changes on top. */
void txn_refresh_catalog(struct txn *t);
/* Takes the schema lock, waiting for another transaction that has it. */
enum sqlstate txn_lock_schema(struct txn *t, struct error *e) MUST_USE;
void txn_free_all(struct storage_thread *thread);

/* run.c */
/* Starts and ends the background thread; ending one that never began is nothing. */
void background_start(struct storage *s);
void background_stop(struct storage *s);
COLD void background_rouse_now(struct storage *s);

/* Behind a commit, and at the end of a transaction that only read: there may be something to do.
   Needs no lock and may be called under any. */
static inline void background_rouse(struct storage *s, bool has_written)
{
	const struct background *b = &s->background;

	/* pairs with fall_asleep(): either it sees what was committed, or this sees the flag */
	if (LIKELY(!atomic_load(&b->is_asleep)))
		return;
	if (has_written || atomic_load_explicit(&b->has_history, memory_order_relaxed) ||
		cache_has_retired(&s->node_cache) || cache_has_retired(&s->edge_cache))
		background_rouse_now(s);
}

void run_tokens_init(struct run_tokens *r, uint32_t tokens);
void run_tokens_destroy(struct run_tokens *r);
/* After storage_run_pause(). */
void run_resume(struct storage *s, bool had_token);

/* ---- engine_checkpoint.c ---- */

/* Where the log stands, for a checkpoint taken now. By the commit leader, or before there are threads. */
void engine_point(const struct storage *s, struct checkpoint_point *point);
/* Lets go of the log that nobody needs any more: below the checkpoint before the last (so that the last
   one can be held against a replay), what is pinned, and what has not been archived. */
enum sqlstate engine_trim_log(struct storage *s, uint64_t lsn, struct error *e) MUST_USE;

#endif
