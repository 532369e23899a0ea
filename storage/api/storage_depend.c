/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Dependences between elements that are no edges: what a transaction wrote is right only as long as
 * another element keeps its key. Whoever depends notes it, whoever takes a key away notes it, and
 * the commit looks at both (txn/validate.c, V6).
 */
#include "storage/graph/property_index.h"
#include "storage/txn/engine.h"

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
	buf_put(&t->depended_keys, t->key.data, t->key.length);
	VEC_PUSH(&t->depended, d);
	return OK;
}

void storage_key_lost(struct txn *t, enum element element, uint64_t id)
{
	VEC_PUSH(&t->lost, (struct lost_key){ apply_depended_slot(element, id), t->snapshot });
}
