/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Building an index while reads and writes go on. A statement of its own that creates an index of a
 * label which has elements goes this way; within a block, where a rollback must leave nothing, the
 * index is filled by the commit.
 *
 *     begin    the index is in everybody's catalog, unfinished: each commit keeps it up from here on,
 *              and unique keys are compared with what it has
 *     fill     elements from before, some hundreds at a time, each time a small record in the log
 *     check    of a unique index: no key twice
 *              of a key: as many entries as elements, which the commit compares once more. If some
 *              element has none, or one that no index holds, its label must not change until the
 *              commit
 *     finish   an operation of the statement's transaction: plans made from its commit on may use it
 *
 * If anything fails on the way, or the transaction does not commit, the unfinished index is dropped;
 * after a crash the next start does that.
 */
#include "storage/api/storage_schema.h"

#include <stdlib.h>

#include "storage/graph/property_index.h"
#include "storage/graph/record.h"
#include "storage/txn/draft.h"
#include "storage/txn/read.h"
#include "storage/txn/validate.h"

enum { FILL_IDS = 64, FILL_OPS = 8, CHECK_KEYS = 256 };

/* ---- begin ---- */

static enum sqlstate put_op(struct txn *t, const struct op *op, struct error *e)
{
	struct buf ops = { 0 };
	enum sqlstate rc;

	logop_put(&ops, op);
	rc = commit_run_ops(t->storage, &ops, 1, e);
	buf_free(&ops);
	return rc;
}

/* ---- fill ---- */

/* Keys that the index cannot hold, of elements from before: whoever writes one later is told. */
static enum sqlstate check_keys(struct txn *t, const struct catalog_index *index,
	const uint64_t *ids, uint32_t count, struct error *e)
{
	struct element_state state = { 0 };

	for (uint32_t i = 0; i < count; i++) {
		TRY(read_whole(t, index->info.element, ids[i], &state, &t->map, e));
		if (!element_exists(index->info.element, state.label))
			continue;
		arena_reset(t->scratch);
		if (apply_index_key(index, state.map, state.map_size, t->scratch, &t->key) &&
			t->key.length > PROPERTY_INDEX_VALUE_MAX)
			return FAIL(e, E_PROGRAM_LIMIT,
				"key of %zu bytes exceeds the maximum of %d for index \"%.*s\"",
				t->key.length, PROPERTY_INDEX_VALUE_MAX,
				STR_ARGS(index->info.name));
	}
	return OK;
}

static int compare_ids(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Records that fill in these elements, and whatever lies between them. What has left the label since
   the snapshot may stand behind the others. */
static enum sqlstate fill_some(
	struct txn *t, const struct catalog_index *index, uint64_t *ids, uint32_t count,
	struct error *e)
{
	struct op op = { .kind = OP_INDEX_FILL, .id = index->info.id };
	struct buf ops = { 0 };
	uint32_t op_count = 0;
	enum sqlstate rc;

	qsort(ids, count, sizeof ids[0], compare_ids);
	for (uint32_t from = 0; from < count; from += FILL_IDS) {
		uint32_t end = MIN_OF(from + FILL_IDS, count);

		op.source = ids[from];
		op.target = ids[end - 1] + 1;
		logop_put(&ops, &op);
		op_count++;
	}
	rc = commit_run_ops(t->storage, &ops, op_count, e);
	buf_free(&ops);
	return rc;
}

static enum sqlstate fill(struct txn *t, const struct catalog_index *index, struct error *e)
{
	struct arena *a = arena_new(0);
	uint64_t ids[FILL_IDS * FILL_OPS];
	struct cursor *cursor = NULL;
	enum sqlstate rc;
	uint32_t count;

	if (index->info.element == ELEMENT_NODE)
		rc = storage_scan_nodes(t, index->info.label, a, &cursor, e);
	else
		rc = storage_scan_edges(t, index->info.label, a, &cursor, e);
	while (rc == OK) {
		TRY_GOTO(out, storage_cursor_next(
				      cursor, ids, NULL, ARRAY_COUNT(ids), &count, e));
		if (count == 0)
			break;
		TRY_GOTO(out, check_keys(t, index, ids, count, e));
		TRY_GOTO(out, fill_some(t, index, ids, count, e));
	}
out:
	if (cursor != NULL)
		storage_cursor_close(cursor);
	arena_free(a);
	return rc;
}

/* ---- check ---- */

struct key_check {
	const struct catalog_index *index;
	struct property_index_cursor cursor;
	struct buf last;  /* the key before */
	uint64_t last_id; /* if it is double, one of its elements */
	bool has_last, is_double;
};

/* Both entries of the key, looked for at one moment: between two batches they may be one element's
   before and another's after. False on a miss. */
static bool is_really_double(struct txn *t, struct page_view *v, const struct key_check *c,
	struct str key, bool *answer)
{
	const struct graph *g = &t->storage->graph;
	uint64_t first, second = UINT64_MAX;

	if (!property_index_find(v, g, c->index->root, key, 0, &first))
		return false;
	if (first != UINT64_MAX &&
		!property_index_find(v, g, c->index->root, key, first + 1, &second))
		return false;
	*answer = second != UINT64_MAX;
	return true;
}

/* Some more keys, in one shared section. */
static enum btree_step check_some(struct txn *t, struct page_view *v, struct key_check *c)
{
	for (int i = 0; i < CHECK_KEYS; i++) {
		struct property_index_cursor before = c->cursor;
		enum btree_step step;
		struct str key;
		uint64_t id;

		step = property_index_next(v, &t->storage->graph, &c->cursor, &key, &id);
		if (step != BTREE_ROW)
			return step;
		if (c->has_last && str_equal(buf_str(&c->last), key)) {
			if (!is_really_double(t, v, c, key, &c->is_double)) {
				c->cursor = before;
				return BTREE_MISS;
			}
			if (c->is_double) {
				c->last_id = id;
				return BTREE_END;
			}
		}
		buf_reset(&c->last);
		buf_put_str(&c->last, key);
		c->has_last = true;
	}
	return BTREE_ROW;
}

/* Says which key it is, if its element still has it. */
static enum sqlstate fail_double(struct txn *t, const struct key_check *c, struct error *e)
{
	const struct index_info *info = &c->index->info;
	struct element_state state = { 0 };
	struct buf map = { 0 };
	enum sqlstate rc = read_whole(t, info->element, c->last_id, &state, &map, e);

	if (rc == OK)
		rc = validate_build_error(e, t, info, state.map, state.map_size);
	buf_free(&map);
	return rc;
}

static enum sqlstate check_unique(
	struct txn *t, const struct catalog_index *index, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	struct property_index_bounds all = { 0 };
	struct key_check *c = ARENA_NEW(t->overlay.arena, struct key_check);
	enum btree_step step = BTREE_ROW;
	struct page_view view;
	enum sqlstate rc = OK;

	if (!index->info.is_unique)
		return OK;
	*c = (struct key_check){ .index = index };
	property_index_seek(&c->cursor, index->root, &all);
	page_view_init(&view);
	while (step != BTREE_END && rc == OK) {
		TRY_GOTO(out, section_enter(t, slot, e));
		step = check_some(t, &view, c);
		section_leave(t, slot);
		if (step == BTREE_MISS)
			rc = pager_page_in(t->storage->pager, &view, e);
	}
	if (rc == OK && c->is_double)
		rc = fail_double(t, c, e);
out:
	buf_free(&c->last);
	return rc;
}

/* ---- the whole ---- */

bool index_build_is_apart(struct txn *t, enum element element, uint32_t label)
{
	return t->options.is_autocommit && !t->overlay.has_catalog_ops &&
	       overlay_is_empty(&t->overlay) && schema_has_elements(t, element, label);
}

enum sqlstate index_build_key(struct txn *t, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;

	TRY(section_enter(t, slot, e));
	t->unfinished_is_key = true;
	t->unfinished_is_whole = index_build_is_whole(t);
	section_leave(t, slot);
	return OK;
}

enum sqlstate index_build(struct txn *t, const struct op *create, struct error *e)
{
	const struct catalog_index *index;
	struct op op = *create;

	op.flags |= OP_INDEX_UNFINISHED;
	TRY(put_op(t, &op, e));
	t->unfinished_index = (uint32_t)create->id;
	t->unfinished_is_key = t->unfinished_is_whole = false;
	t->unfinished_ops = 0;
	/* who commits from here on keeps the index up; the snapshot has all who did so before */
	txn_take_snapshot(t, true);
	index = catalog_index_find(t->catalog, t->unfinished_index);
	assert(index != NULL);
	TRY(fill(t, index, e));
	return check_unique(t, index, e);
}
