/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Dependences between elements that are no edges: what a transaction wrote is right only as long as
 * another element keeps its key. Whoever depends shares the lock of that element, whoever takes its key
 * away has it alone; a statement of its own takes these locks at its commit. What it found before is
 * looked at again there (txn/validate.c, V6).
 */
#include "storage/graph/property_index.h"
#include "storage/txn/draft.h"
#include "storage/txn/engine.h"

/* The element's lock, and whether it still has its key then. `key` is in t->key. */
static enum sqlstate keep_key(struct txn *t, const struct dependence *d,
	const struct catalog_index *index, struct error *e)
{
	uint64_t found;
	bool waited;

	TRY(record_lock_take(t, (enum record_lock_kind)d->element, d->id, STRENGTH_KEY_SHARE,
		&waited, e));
	if (index->root == 0) /* the transaction has made it: nobody changes what is in it */
		return OK;
	TRY(draft_committed_with_key(t, index, buf_str(&t->key), &found, e));
	return found == d->id ? OK : txn_refuse_change(t, e);
}

enum sqlstate storage_depend(struct txn *t, enum element element, uint64_t id, uint32_t index,
	const struct value *keys, struct error *e)
{
	const struct catalog_index *info = catalog_index_find(t->catalog, index);
	struct dependence d = { .element = element, .id = id, .index = index };

	if (info == NULL || overlay_find(&t->overlay, element, id) != NULL)
		return OK; /* its own change is watched anyway */
	if (!property_index_key(&t->key, keys, info->info.key_count))
		return FAIL(e, E_NULL_NOT_ALLOWED, "a key to depend on has a null");
	d.key_at = t->depended_keys.length;
	d.key_size = (uint32_t)t->key.length;
	d.mark = overlay_mark(&t->overlay);
	buf_put(&t->depended_keys, t->key.data, t->key.length);
	VEC_PUSH(&t->depended, d);
	return t->options.is_autocommit ? OK : keep_key(t, &d, info, e);
}

enum sqlstate storage_key_lost(
	struct txn *t, enum element element, uint64_t id, bool *is_news, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	uint32_t slot_of_key = apply_depended_slot(element, id);
	uint64_t newest;
	bool waited;

	*is_news = false;
	if (t->options.is_autocommit) {
		VEC_PUSH(&t->lost, (struct lost_key){ slot_of_key, t->snapshot });
		return OK;
	}
	TRY(record_lock_take(
		t, (enum record_lock_kind)element, id, STRENGTH_UPDATE, &waited, e));
	TRY(section_enter(t, slot, e));
	newest = t->storage->apply.depended[slot_of_key];
	section_leave(t, slot);
	*is_news = newest > t->snapshot;
	if (*is_news && t->options.isolation == ISOLATION_READ_COMMITTED)
		return txn_refuse_change(t, e);
	return OK;
}

bool storage_has_changed(const struct txn *t, enum element element, uint64_t id)
{
	return overlay_find(&t->overlay, element, id) != NULL;
}

enum sqlstate storage_key_check(
	struct txn *t, enum element element, uint64_t id, uint32_t index, struct error *e)
{
	const struct catalog_index *info = catalog_index_find(t->catalog, index);
	const struct overlay_record *own = overlay_find(&t->overlay, element, id);

	if (info == NULL || own == NULL || !overlay_record_exists(own))
		return OK;
	return draft_key_check(t, own, info, e);
}
