/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What a schema statement does with the elements that are there: look at each of them as the
 * transaction sees them, or change each. That nobody adds others meanwhile is checked at the commit
 * (txn/validate.c, V4).
 */
#include "storage/api/storage_schema.h"

#include "storage/graph/property_index.h"
#include "storage/txn/draft.h"
#include "storage/txn/validate.h"

enum { EACH_BATCH = 256 };

enum sqlstate schema_each(struct txn *t, enum element element, uint32_t label, schema_visit *visit,
	void *context, struct error *e)
{
	struct arena *a = arena_new(0);
	struct cursor *cursor = NULL;
	struct buf map = { 0 };
	uint64_t ids[EACH_BATCH];
	uint32_t count = 0;
	enum sqlstate rc;

	if (element == ELEMENT_NODE)
		TRY_GOTO(out, storage_scan_nodes(t, label, a, &cursor, e));
	else
		TRY_GOTO(out, storage_scan_edges(t, label, a, &cursor, e));
	do {
		TRY_GOTO(out, storage_cursor_next(cursor, ids, NULL, EACH_BATCH, &count, e));
		for (uint32_t i = 0; i < count; i++) {
			struct element_state state;

			TRY_GOTO(out, read_whole(t, element, ids[i], &state, &map, e));
			if (element_exists(element, state.label))
				TRY_GOTO(out, visit(t, context, ids[i], &state, e));
		}
	} while (count > 0);
out:
	storage_cursor_close(cursor);
	buf_free(&map);
	arena_free(a);
	return rc;
}

/* ---- declarations ---- */

struct existing {
	enum element element;
	struct arena *arena; /* of one element: a write uses the transaction's */
};

/* An element that does not look as its labels now say is written again: that makes all of it fit. */
static enum sqlstate rewrite(struct txn *t, struct draft *d, const struct property *before,
	uint32_t count, struct error *e)
{
	bool differs = d->count != count;

	for (uint32_t i = 0; i < count && !differs; i++)
		differs = d->properties[i].key != before[i].key ||
			  !value_identical(d->properties[i].value, before[i].value);
	return differs ? storage_properties_set(t, d->element, d->id, NULL, 0, e) : OK;
}

static enum sqlstate visit_existing(struct txn *t, void *context, uint64_t id,
	const struct element_state *state, struct error *e)
{
	const struct existing *all = context;
	enum element element = all->element;
	struct draft d = { .element = element, .id = id, .arena = all->arena };
	struct property *before = NULL;
	uint32_t count = 0;

	arena_reset(all->arena);
	TRY(draft_read(t, &d, state->label, state->map, state->map_size, e));
	if (state->map_size > 0)
		TRY(property_map_decode(state->map, state->map_size, d.arena, &before, &count, e));
	TRY(draft_fit(t, &d, e));
	return rewrite(t, &d, before, count, e);
}

enum sqlstate schema_check_existing(
	struct txn *t, enum element element, uint32_t label, struct error *e)
{
	struct existing all = { element, arena_new(0) };
	enum sqlstate rc = schema_each(t, element, label, visit_existing, &all, e);

	arena_free(all.arena);
	return rc;
}

static enum sqlstate visit_ends(struct txn *t, void *context, uint64_t id,
	const struct element_state *state, struct error *e)
{
	uint64_t ends[2] = { state->source, state->target };
	uint32_t label = state->label, labelsets[2];

	(void)context;
	(void)id;
	TRY(storage_nodes_get(t, ends, 2, labelsets, e));
	return draft_fit_ends(t, label, labelsets, e);
}

enum sqlstate schema_check_ends(struct txn *t, uint32_t label, struct error *e)
{
	const struct label_info *info = catalog_label(t->catalog, ELEMENT_EDGE, label);

	if (info == NULL || info->pair_count == 0)
		return OK;
	return schema_each(t, ELEMENT_EDGE, label, visit_ends, NULL, e);
}

/* ---- uniqueness ---- */

static enum sqlstate visit_unique(struct txn *t, void *context, uint64_t id,
	const struct element_state *state, struct error *e)
{
	const struct catalog_index *index = context;
	struct overlay *o = &t->overlay;
	struct overlay_record base = {
		.id = id, .label = state->label, .element = (uint8_t)index->info.element
	};
	struct overlay_index *x;

	TRY(draft_has_room(t, e));
	arena_reset(t->scratch);
	if (!apply_index_key(index, state->map, state->map_size, t->scratch, &t->key))
		return OK;
	if (t->key.length > PROPERTY_INDEX_VALUE_MAX)
		return FAIL(e, E_PROGRAM_LIMIT,
			"key of %zu bytes exceeds the maximum of %d for index \"%.*s\"",
			t->key.length, PROPERTY_INDEX_VALUE_MAX, STR_ARGS(index->info.name));
	if (!index->info.is_unique)
		return OK;
	x = overlay_index(o, t->catalog, index);
	if (overlay_index_find(o, x, buf_str(&t->key), id) != UINT64_MAX)
		return validate_build_error(e, t, &index->info, state->map, state->map_size);
	if (overlay_find(o, index->info.element, id) == NULL)
		overlay_index_add_base(o, x, &base, buf_str(&t->key));
	return OK;
}

enum sqlstate schema_check_unique(struct txn *t, uint32_t index, struct error *e)
{
	const struct catalog_index *info = catalog_index_find(t->catalog, index);

	assert(info != NULL);
	overlay_index_forget(&t->overlay, index);
	TRY(schema_each(t, info->info.element, info->info.label, visit_unique, (void *)info, e));
	overlay_index(&t->overlay, t->catalog, info)->is_whole = info->info.is_unique;
	return OK;
}

/* ---- changing all ---- */

struct fill {
	enum element element;
	uint32_t key;
	struct value value;
};

static enum sqlstate visit_fill(struct txn *t, void *context, uint64_t id,
	const struct element_state *state, struct error *e)
{
	const struct fill *fill = context;
	struct value now = value_null();

	arena_reset(t->scratch);
	if (state->map_size > 0)
		TRY(property_map_get(state->map, state->map_size, fill->key, t->scratch, &now, e));
	if (value_is_null(now) == value_is_null(fill->value))
		return OK;
	return storage_property_set(t, fill->element, id, fill->key, fill->value, e);
}

enum sqlstate schema_fill(struct txn *t, enum element element, uint32_t label, uint32_t key,
	struct value value, struct error *e)
{
	struct fill fill = { element, key, value };

	return schema_each(t, element, label, visit_fill, &fill, e);
}

static enum sqlstate visit_delete(struct txn *t, void *context, uint64_t id,
	const struct element_state *state, struct error *e)
{
	bool was_deleted;

	(void)state;
	if (*(const enum element *)context == ELEMENT_EDGE)
		return storage_edge_delete(t, id, &was_deleted, e);
	return storage_node_delete(t, id, true, NULL, &was_deleted, e);
}

enum sqlstate schema_delete_all(
	struct txn *t, enum element element, uint32_t label, struct error *e)
{
	return schema_each(t, element, label, visit_delete, &element, e);
}

static enum sqlstate visit_stop(struct txn *t, void *context, uint64_t id,
	const struct element_state *state, struct error *e)
{
	(void)t;
	(void)id;
	(void)state;
	*(bool *)context = true;
	return FAIL(e, E_CANCELLED, "found");
}

bool schema_has_elements(struct txn *t, enum element element, uint32_t label)
{
	struct error ignored;
	bool found = false;

	return schema_each(t, element, label, visit_stop, &found, &ignored) != OK && found;
}
