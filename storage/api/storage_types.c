/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Counting observed types anew. A type too many does no harm but makes plans general; a type too
 * few would make plans wrong, so one goes only when nobody can have a value of it:
 *
 *     W  the label is watched: every draft from here on notes its types (storage/txn/draft.c)
 *        wait until whatever is open began behind W
 *     S  a snapshot of its own: look at all values
 *        wait until whatever is open began behind S, and so sees what S saw or later drafts
 *     N  the types found at S, and those noted since W, are those observed
 *
 * Nobody waits for this. It waits a moment for others, and leaves things as they are if one stays.
 */
#include <string.h>

#include "base/clock.h"
#include "storage/graph/op.h"
#include "storage/txn/engine.h"

enum { PATIENCE_US = 1000000, LOOK_AGAIN_NS = 1000000, VALUES_AT_ONCE = 256 };

struct recount {
	struct txn *txn; /* whose statement it is: has the schema lock and no changes */
	enum element element;
	uint32_t label;
	const uint32_t *keys;
	uint32_t count;
	uint32_t found[TYPE_WATCH_MOST];
	uint64_t looked_at; /* S */
	bool is_done;
};

static struct op observe_op(const struct recount *r, uint32_t key, uint32_t bits, uint8_t flags)
{
	return (struct op){ .kind = OP_OBSERVE,
		.element = (uint8_t)r->element,
		.label = r->label,
		.key = key,
		.bits = bits,
		.flags = flags };
}

/* Makes a commit, which changes nothing: who sees it sees the watch. */
static uint32_t build_watch(const struct catalog *newest, void *context, struct buf *ops)
{
	const struct recount *r = context;
	struct type_watch *w = &r->txn->storage->type_watch;
	const struct property_info *p = catalog_property(newest, r->element, r->label, r->keys[0]);
	struct op op = observe_op(r, r->keys[0], p == NULL ? 0 : p->observed, 0);

	for (uint32_t i = 0; i < r->count; i++) {
		atomic_store_explicit(&w->keys[i], r->keys[i], memory_order_relaxed);
		atomic_store_explicit(&w->bits[i], 0, memory_order_relaxed);
	}
	atomic_store_explicit(
		&w->label, (uint64_t)r->element << 32 | r->label, memory_order_relaxed);
	/* pairs with note_drafted() */
	atomic_store_explicit(&w->count, r->count, memory_order_seq_cst);
	logop_put(ops, &op);
	return 1;
}

static bool nobody_before(const struct recount *r, uint64_t ts)
{
	return snapshot_none_before(&r->txn->storage->snapshots, ts, r->txn->slot);
}

/* False: somebody stays. */
static enum sqlstate wait_for_older(
	const struct recount *r, uint64_t ts, bool *are_gone, struct error *e)
{
	uint64_t start = clock_monotonic_us();
	bool had_token = storage_run_pause(r->txn->storage);
	const _Atomic int *cancel = r->txn->options.cancel;

	for (;;) {
		*are_gone = nobody_before(r, ts);
		if (*are_gone || clock_monotonic_us() - start > PATIENCE_US)
			break;
		if (cancel != NULL && atomic_load(cancel) != 0)
			break;
		clock_sleep_ns(LOOK_AGAIN_NS);
	}
	run_resume(r->txn->storage, had_token);
	if (!*are_gone && cancel != NULL && atomic_load(cancel) != 0)
		return FAIL(e, E_CANCELLED, "canceling statement due to user request");
	return OK;
}

/* ---- looking ---- */

/* Those without label have facts of their own. */
static bool is_of_label(const struct recount *r, const struct txn *t, uint32_t labelset)
{
	const uint32_t *labels;

	return r->element == ELEMENT_EDGE || r->label != NAME_NONE ||
	       catalog_labelset_labels(t->catalog, labelset, &labels) == 0;
}

static enum sqlstate look_at(struct recount *r, struct txn *t, const uint64_t *ids, uint32_t count,
	struct arena *a, struct error *e)
{
	struct value *columns[TYPE_WATCH_MOST];

	for (uint32_t k = 0; k < r->count; k++)
		columns[k] = ARENA_ARRAY(a, struct value, VALUES_AT_ONCE);
	TRY(storage_properties(t, r->element, ids, count, r->keys, r->count, columns, a, e));
	for (uint32_t k = 0; k < r->count; k++) {
		for (uint32_t i = 0; i < count; i++) {
			if (!value_is_null(columns[k][i]))
				r->found[k] |= TYPE_BIT(columns[k][i].type);
		}
	}
	return OK;
}

static enum sqlstate look_at_all(struct recount *r, struct txn *t, struct error *e)
{
	struct arena *whole = arena_new(0);
	struct arena *a = arena_new(0);
	uint64_t ids[VALUES_AT_ONCE];
	uint32_t labelsets[VALUES_AT_ONCE] = { 0 };
	struct cursor *cursor = NULL;
	uint32_t count = 1;
	enum sqlstate rc;

	rc = r->element == ELEMENT_NODE ? storage_scan_nodes(t, r->label, whole, &cursor, e)
					: storage_scan_edges(t, r->label, whole, &cursor, e);
	while (rc == OK && count > 0) {
		uint32_t kept = 0;

		arena_reset(a);
		rc = storage_cursor_next(cursor, ids, labelsets, VALUES_AT_ONCE, &count, e);
		for (uint32_t i = 0; rc == OK && i < count; i++) {
			if (is_of_label(r, t, labelsets[i]))
				ids[kept++] = ids[i];
		}
		if (rc == OK && kept > 0)
			rc = look_at(r, t, ids, kept, a, e);
	}
	if (cursor != NULL)
		storage_cursor_close(cursor);
	arena_free(a);
	arena_free(whole);
	return rc;
}

/* ---- what was found ---- */

static uint32_t build_types(const struct catalog *newest, void *context, struct buf *ops)
{
	struct recount *r = context;
	struct type_watch *w = &r->txn->storage->type_watch;
	uint32_t count = 0;

	/* who begins now waits for this, or sees what S saw; so does who comes from before */
	r->is_done = nobody_before(r, r->looked_at);
	for (uint32_t i = 0; i < r->count && r->is_done; i++) {
		const struct property_info *p =
			catalog_property(newest, r->element, r->label, r->keys[i]);
		uint32_t bits = r->found[i] |
				atomic_load_explicit(&w->bits[i], memory_order_seq_cst);
		struct op op = observe_op(r, r->keys[i], bits, OP_OBSERVE_ALL);

		if (p == NULL || p->observed == bits)
			continue;
		logop_put(ops, &op);
		count++;
	}
	return count;
}

static enum sqlstate recount(struct recount *r, struct error *e)
{
	struct storage *s = r->txn->storage;
	struct txn_options options = { .isolation = ISOLATION_REPEATABLE_READ,
		.is_read_only = true,
		.cancel = r->txn->options.cancel };
	struct txn *t;
	bool are_gone;
	enum sqlstate rc;

	TRY(commit_run_system(s, build_watch, r, e));
	TRY(wait_for_older(r, atomic_load(&s->visible_ts), &are_gone, e));
	if (!are_gone)
		return OK;
	TRY(txn_begin(s, &options, &t, e));
	r->looked_at = t->snapshot;
	rc = look_at_all(r, t, e);
	if (rc == OK)
		rc = wait_for_older(r, r->looked_at, &are_gone, e);
	if (rc == OK && are_gone)
		rc = commit_run_system(s, build_types, r, e);
	txn_abort(t);
	return rc;
}

enum sqlstate storage_types_recount(struct txn *t, enum element element, uint32_t label,
	const uint32_t *keys, uint32_t count, bool *is_done, struct error *e)
{
	struct recount r = { .txn = t, .element = element, .label = label };
	enum sqlstate rc = OK;

	assert(t->has_schema_lock);
	*is_done = t->options.is_autocommit && t->view_count == 0;
	for (uint32_t at = 0; at < count && *is_done && rc == OK; at += TYPE_WATCH_MOST) {
		r.keys = keys + at;
		r.count = MIN_OF(count - at, (uint32_t)TYPE_WATCH_MOST);
		r.is_done = false;
		memset(r.found, 0, sizeof r.found);
		rc = recount(&r, e);
		atomic_store_explicit(&t->storage->type_watch.count, 0, memory_order_release);
		*is_done = r.is_done;
	}
	return rc;
}
