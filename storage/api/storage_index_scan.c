/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Scans of an index, in the order of its keys, and look-ups of whole keys.
 *
 * A step covers a range of keys in one shared section and gathers three kinds of hits: entries of
 * the tree; ghosts of the range; changes of this transaction (found and sorted at opening). A tree
 * entry counts if its element still had that key in the snapshot; a ghost counts if the element had
 * the key then and has it no longer. The hits of the range are then sorted together.
 */
#include "storage/api/storage_scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "storage/api/storage_schema.h"

/* ---- opening ---- */

static void bound_append(struct buf *to, struct value v)
{
	if (to->length < PROPERTY_INDEX_VALUE_MAX)
		value_encode_key(to, v);
}

/* The bounds as key forms; false if nothing can match. */
static bool bounds_make(const struct index_range *r, struct buf *low, struct buf *high,
	struct property_index_bounds *out)
{
	for (uint32_t i = 0; i < r->equal_count; i++) {
		if (value_is_null(r->equal[i]))
			return false;
		bound_append(low, r->equal[i]);
		bound_append(high, r->equal[i]);
	}
	if (low->length > PROPERTY_INDEX_VALUE_MAX)
		return false;
	out->low_is_inclusive = out->high_is_inclusive = true;
	if ((r->has_low && value_is_null(r->low)) || (r->has_high && value_is_null(r->high)))
		return false;
	if (r->has_low) {
		bound_append(low, r->low);
		out->low_is_inclusive = r->low_is_inclusive;
	} else if (r->has_high) {
		buf_put_byte(low, value_key_tag((enum value_type)r->high.type));
	}
	if (r->has_high) {
		bound_append(high, r->high);
		out->high_is_inclusive = r->high_is_inclusive;
	} else if (r->has_low) {
		buf_put_byte(high, value_key_tag((enum value_type)r->low.type));
	}
	out->low = buf_str(low);
	out->high = buf_str(high);
	out->low.length = MIN_OF(out->low.length, (uint32_t)PROPERTY_INDEX_VALUE_MAX);
	out->high.length = MIN_OF(out->high.length, (uint32_t)PROPERTY_INDEX_VALUE_MAX);
	if (out->low.length == 0)
		out->low.at = NULL;
	if (out->high.length == 0)
		out->high.at = NULL;
	out->is_descending = r->is_descending;
	return true;
}

/* How a key stands to a bound of which it may have more: a key that begins with it is equal. */
static int compare_prefix(struct str key, struct str bound)
{
	uint32_t shared = MIN_OF(key.length, bound.length);
	int order = memcmp(key.at, bound.at, shared);

	if (order != 0)
		return order;
	return key.length < bound.length ? -1 : 0;
}

static bool key_is_in(const struct property_index_bounds *b, struct str key)
{
	int order;

	if (b->low.at != NULL) {
		order = compare_prefix(key, b->low);
		if (order < 0 || (order == 0 && !b->low_is_inclusive))
			return false;
	}
	if (b->high.at != NULL) {
		order = compare_prefix(key, b->high);
		if (order > 0 || (order == 0 && !b->high_is_inclusive))
			return false;
	}
	return true;
}

static int compare_places(struct str key, uint64_t id, struct str other, uint64_t other_id)
{
	int order = str_compare(key, other);

	if (order != 0)
		return order;
	return id < other_id ? -1 : id > other_id;
}

static int compare_hits(const void *a, const void *b)
{
	const struct index_hit *left = a;
	const struct index_hit *right = b;

	return compare_places(left->key, left->id, right->key, right->id);
}

static int compare_hits_down(const void *a, const void *b)
{
	return compare_hits(b, a);
}

static void hits_sort(const struct index_state *x, struct index_hit *hits, size_t count)
{
	if (count > 1)
		qsort(hits, count, sizeof hits[0],
			x->bounds.is_descending ? compare_hits_down : compare_hits);
}

/* This transaction's changes that have a key in the range. */
static void own_gather(struct txn *t, struct index_state *x, const struct catalog_index *index)
{
	struct overlay *o = &t->overlay;
	struct overlay_index *changes;

	if (overlay_is_empty(o))
		return;
	changes = overlay_index(o, t->catalog, index);
	for (size_t i = 0; i < changes->entries.count; i++) {
		const struct overlay_index_entry *entry = &changes->entries.at[i];
		struct str key = { (const char *)changes->keys.data + entry->key_at,
			entry->key_size };

		if (entry->record->is_base || !key_is_in(&x->bounds, key) ||
			!overlay_index_is_live(o, index->info.element, entry))
			continue;
		if (x->own_arena == NULL)
			x->own_arena = arena_new(0);
		VEC_PUSH(&x->own, (struct index_hit){ arena_str(x->own_arena, key),
					  entry->record->id, entry->record, false });
	}
	hits_sort(x, x->own.at, x->own.count);
}

static enum sqlstate index_check(
	struct txn *t, uint32_t id, const struct catalog_index **out, struct error *e)
{
	const struct catalog_index *index = catalog_index_find(t->catalog, id);

	if (index == NULL)
		return FAIL(e, E_NO_OBJECT, "index %u does not exist", id);
	if (index->root == 0 || !index->info.is_ready)
		return FAIL(e, E_OBJECT_STATE, "index \"%.*s\" cannot be used before its commit",
			STR_ARGS(index->info.name));
	if (index->ready_ts > t->snapshot)
		return FAIL(e, E_SERIALIZATION,
			"could not serialize access due to a concurrently created index");
	*out = index;
	return OK;
}

enum sqlstate storage_scan_index(struct txn *t, uint32_t index, const struct index_range *range,
	struct arena *a, struct cursor **out, struct error *e)
{
	const struct catalog_index *info;
	struct buf low = { 0 };
	struct buf high = { 0 };
	struct index_state *x;
	struct cursor *c;

	TRY(index_check(t, index, &info, e));
	if (read_is_noted(t))
		read_note_label(t, info->info.element, info->info.label);
	c = cursor_new(t, CURSOR_INDEX, a);
	x = &c->index;
	x->id = index;
	x->own_end = (uint32_t)t->overlay.order[info->info.element].count;
	x->is_empty = !bounds_make(range, &low, &high, &x->bounds);
	if (!x->is_empty) {
		if (x->bounds.low.at != NULL)
			x->bounds.low = arena_str(a, x->bounds.low);
		if (x->bounds.high.at != NULL)
			x->bounds.high = arena_str(a, x->bounds.high);
		property_index_seek(&x->tree, info->root, &x->bounds);
		own_gather(t, x, info);
	}
	buf_free(&low);
	buf_free(&high);
	*out = c;
	return OK;
}

void cursor_close_index(struct cursor *c)
{
	tally_add_two(c->tallies, STORAGE_TALLIED_INDEX, c->index.id, TALLY_LOOKUPS, 1, c->found);
	VEC_FREE(&c->index.hits);
	VEC_FREE(&c->index.own);
	if (c->index.own_arena != NULL)
		arena_free(c->index.own_arena);
	if (c->index.batch != NULL)
		arena_free(c->index.batch);
}

/* ---- one step ---- */

/* What a hit is held against. */
struct hit_check {
	struct txn *txn;
	const struct catalog_index *index;
	struct page_view *view;
	struct arena *keys; /* for the keys it makes */
	uint32_t own_end;   /* elements changed after these are not ours to leave out */
};

/* What is the element's key in this state? False: it has none. *is_whole false: a miss. */
static bool state_key(const struct hit_check *c, const struct element_state *state, struct str *key,
	bool *is_whole)
{
	struct txn *t = c->txn;
	const struct catalog *catalog = t->storage->apply.catalog;
	const struct catalog_index *index = c->index;
	struct buf *map = &t->key;
	struct buf form = { 0 };
	bool has_key;

	if (!element_exists(index->info.element, state->label))
		return false;
	if (index->info.element == ELEMENT_NODE
			? !catalog_labelset_has(catalog, state->label, index->info.label)
			: state->label != index->info.label)
		return false;
	buf_reset(map);
	if (!read_map(t, c->view, state, map)) {
		*is_whole = false;
		return false;
	}
	has_key = apply_index_key(index, map->data, map->length, c->keys, &form);
	if (has_key)
		*key = arena_str(c->keys, buf_str(&form));
	buf_free(&form);
	return has_key;
}

/* True if the overlay had the element when the cursor was opened. */
static bool is_own(const struct hit_check *c, uint64_t id)
{
	const struct overlay_record *own =
		overlay_find(&c->txn->overlay, c->index->info.element, id);

	return own != NULL && own->order < c->own_end;
}

/* True if the hit belongs to the snapshot. *is_whole false: a miss. */
static bool hit_counts(const struct hit_check *c, const struct index_hit *hit, bool *is_whole)
{
	struct txn *t = c->txn;
	struct storage *s = t->storage;
	enum element element = c->index->info.element;
	struct element_state then, now;
	struct str key;

	if (hit->own != NULL) {
		const struct overlay_record *own = overlay_find(&t->overlay, element, hit->id);

		return own != NULL && overlay_record_exists(own);
	}
	if (is_own(c, hit->id))
		return false;
	if (!hit->is_ghost && !history_may_differ(&s->history, element, hit->id, t->snapshot))
		return true;
	if (!read_snapshot(t, c->view, element, hit->id, &then) ||
		!read_page(s, c->view, element, hit->id, &now)) {
		*is_whole = false;
		return false;
	}
	if (!state_key(c, &then, &key, is_whole) || !str_equal(key, hit->key))
		return false;
	if (!hit->is_ghost)
		return true;
	return !(state_key(c, &now, &key, is_whole) && str_equal(key, hit->key));
}

static void ghosts_gather(struct cursor *c, struct str after, uint64_t after_id, bool has_after,
	struct str until, uint64_t until_id, bool has_until)
{
	struct index_state *x = &c->index;
	const struct ghost_set *ghosts = &c->txn->storage->history.ghosts;
	uint8_t bytes[GHOST_KEY_SIZE_MAX];
	struct str prefix = { (const char *)bytes, GHOST_INDEX_PREFIX_SIZE };
	const struct ghost *g;

	if (ghosts->count == 0)
		return;
	ghost_key_index(bytes, x->id, (struct str){ "", 0 }, 0);
	g = ghost_seek(ghosts, prefix);
	for (; g != NULL && ghost_has_prefix(g, prefix); g = ghost_next(g)) {
		struct str key = ghost_key(g);
		uint64_t id = ghost_id(g);
		int sign = x->bounds.is_descending ? -1 : 1;

		key.at += GHOST_INDEX_PREFIX_SIZE;
		key.length -= GHOST_INDEX_PREFIX_SIZE + 8;
		if (g->ts <= c->txn->snapshot || !key_is_in(&x->bounds, key))
			continue;
		if (has_after && sign * compare_places(key, id, after, after_id) <= 0)
			continue;
		if (has_until && sign * compare_places(key, id, until, until_id) > 0)
			continue;
		VEC_PUSH(&x->hits, (struct index_hit){ arena_str(x->batch, key), id, NULL, true });
	}
}

/* Entries of the tree, at most max. *count < max and no miss: the range is at its end. */
static bool tree_gather(struct cursor *c, struct page_view *v, uint32_t max)
{
	struct index_state *x = &c->index;
	struct graph *g = &c->txn->storage->graph;

	while (x->hits.count < max) {
		struct str key;
		uint64_t id;
		enum btree_step step = property_index_next(v, g, &x->tree, &key, &id);

		if (step == BTREE_MISS)
			return false;
		if (step == BTREE_END) {
			x->is_base_done = true;
			return true;
		}
		VEC_PUSH(&x->hits, (struct index_hit){ arena_str(x->batch, key), id, NULL, false });
	}
	return true;
}

/* Gathers, checks and sorts one range; what belongs to the snapshot becomes pending. In a shared
   section. False on a miss: the range will be covered again. */
static bool index_step(
	struct cursor *c, const struct catalog_index *index, struct page_view *v, uint32_t max)
{
	struct index_state *x = &c->index;
	bool has_after = x->last.at != NULL;
	struct str after = x->last;
	uint64_t after_id = x->last_id;
	struct str until = { NULL, 0 };
	uint64_t until_id = 0;
	struct hit_check check = { c->txn, index, v, x->batch, x->own_end };
	bool is_whole = tree_gather(c, v, max);
	size_t from_tree = x->hits.count;
	size_t own_end = x->own_at;

	if (!is_whole && from_tree == 0)
		return false;
	if (!x->is_base_done) {
		until = x->hits.at[from_tree - 1].key;
		until_id = x->hits.at[from_tree - 1].id;
	}
	page_view_init(v);
	ghosts_gather(c, after, after_id, has_after, until, until_id, !x->is_base_done);
	for (; own_end < x->own.count; own_end++) {
		const struct index_hit *own = &x->own.at[own_end];
		int order =
			until.at == NULL ? -1 : compare_places(own->key, own->id, until, until_id);

		if ((x->bounds.is_descending && until.at != NULL ? -order : order) > 0)
			break;
		VEC_PUSH(&x->hits, *own);
	}
	if (x->hits.count > from_tree)
		hits_sort(x, x->hits.at, x->hits.count);
	is_whole = true;
	for (size_t i = 0; i < x->hits.count && is_whole; i++) {
		if (hit_counts(&check, &x->hits.at[i], &is_whole))
			pending_push(&x->pending, c->arena, x->hits.at[i].id, 0);
	}
	if (!is_whole)
		return false;
	x->own_at = own_end;
	if (until.at != NULL) {
		char *kept = x->last_bytes;

		memcpy(kept, until.at, until.length);
		x->last = (struct str){ kept, until.length };
		x->last_id = until_id;
	}
	return true;
}

/* A step that can be taken back: on a miss the cursor stands where it stood. */
static bool index_try(
	struct cursor *c, const struct catalog_index *index, struct page_view *v, uint32_t max)
{
	struct index_state *x = &c->index;
	struct property_index_cursor *before = x->saved;
	bool was_done = x->is_base_done;

	if (x->batch == NULL)
		x->batch = arena_new(0);
	if (before == NULL)
		before = x->saved = arena_alloc_raw(c->arena, sizeof *before);
	*before = x->tree;
	arena_reset(x->batch);
	VEC_CLEAR(&x->hits);
	if (index_step(c, index, v, max))
		return true;
	x->tree = *before;
	x->is_base_done = was_done;
	x->pending.count = x->pending.taken = 0;
	return false;
}

/* Fills the label sets of nodes. */
static enum sqlstate labels_fill(struct cursor *c, const struct catalog_index *index,
	const uint64_t *ids, uint32_t *labelsets, uint32_t count, struct error *e)
{
	if (labelsets == NULL || index->info.element != ELEMENT_NODE)
		return OK;
	return storage_nodes_get(c->txn, ids, count, labelsets, e);
}

enum sqlstate cursor_next_index(struct cursor *c, uint64_t *ids, uint32_t *labelsets, uint32_t max,
	uint32_t *count, struct error *e)
{
	struct index_state *x = &c->index;
	struct txn *t = c->txn;
	struct storage *s = t->storage;
	struct engine_slot *slot = storage_thread_of(s)->slot;
	const struct catalog_index *index;
	struct page_view view;

	*count = 0;
	if (x->is_empty)
		return OK;
	TRY(index_check(t, x->id, &index, e));
	page_view_init(&view);
	while (x->pending.count == 0 && !x->is_base_done) {
		bool is_whole = false;
		bool is_gone;

		TRY(section_enter(t, slot, e));
		is_gone = catalog_index_find(s->apply.catalog, x->id) == NULL;
		if (!is_gone)
			is_whole = index_try(c, index, &view, MIN_OF(max, (uint32_t)BATCH_MAX));
		section_leave(t, slot);
		if (is_gone)
			return FAIL(e, E_SERIALIZATION,
				"could not serialize access due to a concurrently dropped index");
		if (!is_whole)
			TRY(pager_page_in(s->pager, &view, e));
	}
	*count = pending_take(&x->pending, ids, NULL, max);
	c->found += *count;
	return labels_fill(c, index, ids, labelsets, *count, e);
}

/* ---- whole keys ---- */

/* The element that has the key in the snapshot or in the transaction's changes. False on a miss. */
static bool lookup_one(const struct hit_check *c, struct str key, uint64_t *id)
{
	struct txn *t = c->txn;
	const struct catalog_index *index = c->index;
	struct graph *g = &t->storage->graph;
	const struct ghost_set *ghosts = &t->storage->history.ghosts;
	uint8_t bytes[GHOST_KEY_SIZE_MAX];
	struct str prefix = { (const char *)bytes, GHOST_INDEX_PREFIX_SIZE + key.length };
	struct index_hit hit = { key, 0, NULL, false };
	bool is_whole = true;

	*id = UINT64_MAX;
	for (uint64_t from = 0;; from = hit.id + 1) {
		if (!property_index_find(c->view, g, index->root, key, from, &hit.id))
			return false;
		if (hit.id == UINT64_MAX)
			break;
		if (hit_counts(c, &hit, &is_whole))
			*id = hit.id;
		if (*id != UINT64_MAX || !is_whole)
			return is_whole;
	}
	if (ghosts->count == 0)
		return true;
	ghost_key_index(bytes, index->info.id, key, 0);
	hit.is_ghost = true;
	for (const struct ghost *at = ghost_seek(ghosts, prefix);
		at != NULL && ghost_has_prefix(at, prefix); at = ghost_next(at)) {
		hit.id = ghost_id(at);
		if (at->ts <= t->snapshot || at->key_size != prefix.length + 8)
			continue;
		if (hit_counts(c, &hit, &is_whole))
			*id = hit.id;
		if (*id != UINT64_MAX || !is_whole)
			return is_whole;
	}
	return true;
}

/* In a unique index that the transaction has made: its overlay holds every key, those from before too
   (schema_check_unique()); that of a statement's past is filled now. Who adds one beside it makes the
   commit fail (txn/validate.c, V4). */
static enum sqlstate lookup_own(struct txn *t, const struct catalog_index *index,
	const struct value *keys, uint32_t count, uint64_t *ids, struct error *e)
{
	struct overlay_index *own = overlay_index(&t->overlay, t->catalog, index);
	uint32_t width = index->info.key_count;
	struct buf key = { 0 };

	if (!own->is_whole) {
		TRY(schema_check_unique(t, index->info.id, e));
		own = overlay_index(&t->overlay, t->catalog, index);
	}
	for (uint32_t i = 0; i < count; i++) {
		ids[i] = UINT64_MAX;
		if (property_index_key(&key, keys + (size_t)i * width, width) &&
			key.length <= PROPERTY_INDEX_VALUE_MAX)
			ids[i] = overlay_index_find(&t->overlay, own, buf_str(&key), UINT64_MAX);
	}
	buf_free(&key);
	return OK;
}

static enum sqlstate lookup(struct txn *t, uint32_t index, const struct value *keys,
	uint32_t count, uint64_t *ids, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	const struct catalog_index *info;
	struct overlay_index *own = NULL;
	struct buf *key = &t->sought;
	struct page_view view;
	struct hit_check check = { .txn = t, .view = &view, .own_end = UINT32_MAX };
	enum sqlstate rc = OK;

	info = catalog_index_find(t->catalog, index);
	if (info != NULL && info->root == 0 && info->info.is_unique)
		return lookup_own(t, info, keys, count, ids, e);
	TRY(index_check(t, index, &info, e));
	if (read_is_noted(t))
		read_note_label(t, info->info.element, info->info.label);
	if (!overlay_is_empty(&t->overlay))
		own = overlay_index(&t->overlay, t->catalog, info);
	arena_reset(t->scratch);
	check.index = info;
	check.keys = t->scratch;
	page_view_init(&view);
	for (uint32_t i = 0; i < count && rc == OK;) {
		bool is_whole = false;

		ids[i] = UINT64_MAX;
		if (!property_index_key(
			    key, keys + (size_t)i * info->info.key_count, info->info.key_count) ||
			key->length > PROPERTY_INDEX_VALUE_MAX) {
			i++;
			continue;
		}
		if (own != NULL)
			ids[i] = overlay_index_find(&t->overlay, own, buf_str(key), UINT64_MAX);
		if (ids[i] != UINT64_MAX) {
			i++;
			continue;
		}
		rc = section_enter(t, slot, e);
		if (rc != OK)
			break;
		if (catalog_index_find(t->storage->apply.catalog, index) == NULL)
			rc = FAIL(e, E_SERIALIZATION,
				"could not serialize access due to a concurrently dropped index");
		else
			is_whole = lookup_one(&check, buf_str(key), &ids[i]);
		section_leave(t, slot);
		if (is_whole)
			i++;
		else if (rc == OK)
			rc = pager_page_in(t->storage->pager, &view, e);
	}
	return rc;
}

enum sqlstate storage_index_lookup(struct txn *t, uint32_t index, const struct value *keys,
	uint32_t count, uint64_t *ids, struct error *e)
{
	uint32_t found = 0;

	TRY(lookup(t, index, keys, count, ids, e));
	for (uint32_t i = 0; i < count; i++)
		found += ids[i] != UINT64_MAX;
	tally_add_two(
		&t->storage->tallies, STORAGE_TALLIED_INDEX, index, TALLY_LOOKUPS, count, found);
	return OK;
}
