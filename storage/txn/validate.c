/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Validation at commit, against the newest applied state; under the exclusive engine lock, in the
 * order of commits. What it promises:
 *
 * V1  First committer wins: an element this transaction changed has not been changed by a commit
 *     beyond its snapshot.
 * V2  Both ends of an added edge exist; a deleted node has no edge but those deleted with it.
 * V3  No two elements have the same key of a unique index.
 * V4  Declarations, indexes and constraints that have changed since the snapshot, under which values
 *     were checked, allow what the transaction leaves. One that changes them itself fails then.
 * V6  What it depends on has the keys it had, and nobody depends on a key that it takes away.
 * V5  A serializable transaction would read the same again (by label: coarse, never wrong).
 *
 * The check is of the net effect, not of each operation, since in between a transaction may do what
 * it undoes again.
 */
#include "storage/txn/validate.h"

#include <stdio.h>

#include "storage/graph/adjacency.h"
#include "storage/graph/property_index.h"
#include "storage/graph/record.h"
#include "storage/txn/draft.h"
#include "storage/txn/engine.h"
#include "storage/txn/unfinished_index.h"

static enum sqlstate conflict(struct error *e, const char *detail)
{
	FAIL(e, E_SERIALIZATION, "could not serialize access due to concurrent update");
	error_detail(e, "%s", detail);
	return E_SERIALIZATION;
}

/* What the error calls a key; nothing: it is not to be named. */
static struct str key_text(struct txn *t, const struct index_info *info, uint32_t position)
{
	const struct storage_generator *g = t->options.generator;

	if (!catalog_key_is_hidden(t->catalog, info->keys[position]))
		return catalog_name(t->catalog, NAME_KEY, info->keys[position]);
	return g == NULL ? (struct str){ 0 }
			 : g->key_text(g->context, t, info, position, t->scratch);
}

/* `what`: the end of the sentence. */
static void key_detail(struct error *e, struct txn *t, const struct index_info *info,
	const uint8_t *map, uint32_t map_size, const char *what)
{
	struct buf names = { 0 }, values = { 0 };
	struct error ignored;

	for (uint32_t i = 0; i < info->key_count; i++) {
		struct str name = key_text(t, info, i);
		const char *glue = names.length == 0 ? "" : ", ";
		struct value v = value_null();

		if (name.length == 0)
			continue;
		if (map_size > 0 && property_map_get(map, map_size, info->keys[i], t->scratch, &v,
					    &ignored) != OK)
			v = value_null();
		buf_put_text(&names, glue);
		buf_put_str(&names, name);
		buf_put_text(&values, glue);
		value_put_text(&values, v);
	}
	buf_printf(&names, ")=(%.*s", STR_ARGS(buf_str(&values)));
	error_detail(e, "Key (%.*s) %s.", (int)MIN_OF(names.length, (size_t)400),
		(const char *)names.data, what);
	buf_free(&names);
	buf_free(&values);
}

void validate_unique_error(struct error *e, struct txn *t, uint32_t index, const uint8_t *map,
	uint32_t map_size)
{
	const struct index_info *info = catalog_index(t->catalog, index);
	enum name_kind kind =
		info->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	FAIL(e, E_UNIQUE, "duplicate key value violates unique constraint \"%.*s\"",
		STR_ARGS(info->name));
	error_names(e, catalog_name(t->catalog, kind, info->label), (struct str){ 0 }, info->name);
	key_detail(e, t, info, map, map_size, "already exists");
}

enum sqlstate validate_build_error(struct error *e, struct txn *t, const struct index_info *info,
	const uint8_t *map, uint32_t map_size)
{
	enum name_kind kind =
		info->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	FAIL(e, E_UNIQUE, "could not create unique index \"%.*s\"", STR_ARGS(info->name));
	error_names(e, catalog_name(t->catalog, kind, info->label), (struct str){ 0 }, info->name);
	key_detail(e, t, info, map, map_size, "is duplicated");
	return E_UNIQUE;
}

/* ---- V1, V2 ---- */

static enum sqlstate check_written(struct txn *t, const struct overlay_record *r, struct error *e)
{
	struct storage *s = t->storage;

	if (r->is_new)
		return OK;
	if (history_newest(&s->history, (enum element)r->element, r->id) > t->snapshot)
		return conflict(e, "A record that this transaction changed was changed since.");
	return OK;
}

static enum sqlstate check_end(struct txn *t, uint64_t node, struct error *e)
{
	const struct overlay_record *own = overlay_find(&t->overlay, ELEMENT_NODE, node);
	struct node_head head;

	if (own != NULL) {
		if (overlay_record_exists(own))
			return OK;
		return FAIL(
			e, E_FOREIGN_KEY, "node %llu still has edges", (unsigned long long)node);
	}
	if (record_node_get(&t->storage->graph, node, &head))
		return OK;
	return conflict(e, "A node that an edge was added to was deleted since.");
}

/* How many edges from before this transaction takes away from each node. */
static void count_removed(struct txn *t, struct map_u64 *removed)
{
	struct overlay *o = &t->overlay;

	for (size_t i = 0; i < o->order[ELEMENT_EDGE].count; i++) {
		const struct overlay_record *r = o->order[ELEMENT_EDGE].at[i];

		if (r->is_new || overlay_record_exists(r))
			continue;
		++*map_u64_find_or_put(removed, r->source, 0);
		++*map_u64_find_or_put(removed, r->target, 0);
	}
}

static enum sqlstate check_deleted(struct txn *t, struct error *e)
{
	struct overlay *o = &t->overlay;
	struct graph *g = &t->storage->graph;
	struct map_u64 removed = { 0 };
	enum sqlstate rc = OK;

	if (o->deleted[ELEMENT_NODE] == 0)
		return OK;
	count_removed(t, &removed);
	for (size_t i = 0; i < o->order[ELEMENT_NODE].count && rc == OK; i++) {
		const struct overlay_record *r = o->order[ELEMENT_NODE].at[i];
		const uint64_t *gone;
		uint64_t degree;

		rc = commit_slice_elements(t, ELEMENT_NODE, i, e);
		if (rc != OK)
			break;
		if (r->is_new || overlay_record_exists(r))
			continue;
		gone = map_u64_find(&removed, r->id);
		degree = adjacency_degree_now(g, r->id, DIRECTION_OUT) +
			 adjacency_degree_now(g, r->id, DIRECTION_IN);
		if (degree != (gone == NULL ? 0 : *gone))
			rc = conflict(e, "A deleted node got an edge since.");
	}
	map_u64_free(&removed);
	return rc;
}

/* ---- V3 ---- */

static enum sqlstate check_key(struct txn *t, const struct catalog_index *index,
	const struct overlay_record *r, struct error *e)
{
	struct arena_mark mark = arena_save(t->scratch);
	const struct overlay_record *other;
	uint64_t id;

	if (!apply_index_key(index, r->map, r->map_size, t->scratch, &t->key))
		return OK;
	arena_rewind(t->scratch, mark);
	id = property_index_first_now(&t->storage->graph, index->root, buf_str(&t->key));
	if (id == UINT64_MAX || id == r->id)
		return OK;
	other = overlay_find(&t->overlay, (enum element)r->element, id);
	if (other != NULL) /* has another key by now: the statement that set it looked */
		return OK;
	validate_unique_error(e, t, index->info.id, r->map, r->map_size);
	return E_UNIQUE;
}

/* An index made since the snapshot: the statements did not compare their keys with each other. */
static enum sqlstate check_new_key(struct txn *t, const struct catalog_index *index,
	const struct overlay_record *r, struct error *e)
{
	struct overlay *o = &t->overlay;

	arena_reset(t->scratch);
	if (!apply_index_key(index, r->map, r->map_size, t->scratch, &t->key))
		return OK;
	if (t->key.length > PROPERTY_INDEX_VALUE_MAX)
		return conflict(e, "An index was made since that cannot hold the key.");
	if (!index->info.is_unique ||
		overlay_index_find(o, overlay_index(o, t->catalog, index), buf_str(&t->key),
			r->id) == UINT64_MAX)
		return OK;
	validate_unique_error(e, t, index->info.id, r->map, r->map_size);
	return E_UNIQUE;
}

static enum sqlstate check_label_keys(
	struct txn *t, const struct overlay_record *r, uint32_t label, struct error *e)
{
	const struct catalog_label *l =
		catalog_label_find(t->storage->apply.catalog, (enum element)r->element, label);

	for (uint32_t i = 0; l != NULL && i < l->index_count; i++) {
		if (l->indexes[i]->ready_ts > t->checked_since)
			TRY(check_new_key(t, l->indexes[i], r, e));
		if (l->indexes[i]->info.is_unique)
			TRY(check_key(t, l->indexes[i], r, e));
	}
	return OK;
}

static enum sqlstate check_keys(struct txn *t, const struct overlay_record *r, struct error *e)
{
	const uint32_t *labels;
	uint32_t count;

	if (r->element == ELEMENT_EDGE)
		return check_label_keys(t, r, r->label, e);
	count = catalog_labelset_labels(t->storage->apply.catalog, r->label, &labels);
	for (uint32_t i = 0; i < count; i++)
		TRY(check_label_keys(t, r, labels[i], e));
	return OK;
}

static enum sqlstate check_elements(struct txn *t, enum element element, struct error *e)
{
	bool is_changed = t->storage->apply.schema_changed > t->checked_since;
	struct overlay *o = &t->overlay;

	for (size_t i = 0; i < o->order[element].count; i++) {
		const struct overlay_record *r = o->order[element].at[i];

		TRY(commit_slice_elements(t, (int)element, i, e));
		TRY(check_written(t, r, e));
		if (!overlay_record_exists(r))
			continue;
		if (is_changed && !draft_still_fits(t, r))
			return conflict(e, "The schema was changed since.");
		if (element == ELEMENT_EDGE && r->is_new) {
			TRY(check_end(t, r->source, e));
			TRY(check_end(t, r->target, e));
		}
		TRY(check_keys(t, r, e));
	}
	return OK;
}

/* ---- V4, V5 ---- */

/* A name and the end of an index or constraint are right whatever the elements are like. */
static bool depends_on_data(enum op_kind kind)
{
	return kind != OP_NAME && kind != OP_INDEX_DROP && kind != OP_CONSTRAINT_DROP &&
	       kind < OP_OBJECT;
}

static enum sqlstate check_schema(struct txn *t, struct error *e)
{
	const struct apply *a = &t->storage->apply;
	struct overlay *o = &t->overlay;
	size_t first = 0;

	if (a->schema_changed > t->checked_since) {
		if (o->has_catalog_ops)
			return conflict(e, "The schema was changed since.");
		t->catalog = a->catalog; /* nobody frees it before this transaction ends */
	}
	/* what an index built beside writers has to do with the label is up to date */
	if (t->unfinished_index != 0 && t->unfinished_is_whole && !index_build_is_whole(t))
		return conflict(e, "An element without the key was added since.");
	if (t->unfinished_index != 0 && (!t->unfinished_is_key || t->unfinished_is_whole))
		first = t->unfinished_ops;
	for (size_t i = first; o->has_catalog_ops && i < o->undo.count; i++) {
		size_t at = o->undo.at[i].log_before;
		struct op op;

		if (o->undo.at[i].kind != OVERLAY_UNDO_CATALOG ||
			!logop_next(o->log.data, o->log.length, &at, &op) ||
			!depends_on_data(op.kind))
			continue;
		if (apply_label_changed(a, (enum element)(op.element & 1), op.label) > t->snapshot)
			return conflict(e, "The label was changed since.");
	}
	return OK;
}

static enum sqlstate check_reads(struct txn *t, struct error *e)
{
	const struct apply *a = &t->storage->apply;
	struct read_set *reads = &t->reads;

	if (t->options.isolation != ISOLATION_SERIALIZABLE)
		return OK;
	for (int element = 0; element < 2; element++) {
		if (reads->has_all[element] && a->element_changed[element] > t->snapshot)
			return conflict(
				e, "Something that this transaction read was changed since.");
		for (size_t i = 0; i < reads->labels[element].count; i++) {
			uint32_t label = reads->labels[element].at[i];

			if (apply_label_changed(a, (enum element)element, label) > t->snapshot)
				return conflict(e,
					"Something that this transaction read was changed since.");
		}
	}
	return OK;
}

/* ---- V6 ---- */

static enum sqlstate check_depended(struct txn *t, struct error *e)
{
	const struct apply *a = &t->storage->apply;

	for (size_t i = 0; i < t->depended.count; i++) {
		const struct dependence *d = &t->depended.at[i];
		const struct catalog_index *index = catalog_index_find(a->catalog, d->index);
		struct str key = { (const char *)t->depended_keys.data + d->key_at, d->key_size };

		if (index == NULL ||
			property_index_first_now(&t->storage->graph, index->root, key) != d->id)
			return conflict(e, "An element that this transaction depends on was "
					   "changed since.");
	}
	for (size_t i = 0; i < t->lost.count; i++) {
		if (a->depended[t->lost.at[i].slot] > t->lost.at[i].snapshot)
			return conflict(e, "Somebody depends since on an element that this "
					   "transaction changed.");
	}
	return OK;
}

enum sqlstate validate_commit(struct txn *t, struct error *e)
{
	if (atomic_load_explicit(&t->slot->is_too_old, memory_order_relaxed) != 0)
		return FAIL(e, E_SNAPSHOT_TOO_OLD, "snapshot too old");
	TRY(check_schema(t, e));
	TRY(check_reads(t, e));
	TRY(check_elements(t, ELEMENT_NODE, e));
	TRY(check_elements(t, ELEMENT_EDGE, e));
	TRY(check_depended(t, e));
	return check_deleted(t, e);
}
