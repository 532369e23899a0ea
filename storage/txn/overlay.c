/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The overlay. A change appends its operation to the log, makes a new state of the element and
 * notes the state before in the undo list:
 *
 *     log   [op][op][op]…            what the commit writes
 *     undo  {id, state before, length of the log before} …
 *     map   id → present state
 *
 * A savepoint is a length of the undo list; rolling back takes notes off its end and restores what
 * they say. States are never changed and never freed before the end, so a pointer to one identifies
 * it for good.
 *
 * The lists of added edges and the changes by index are built when somebody asks, by catching up
 * with what was changed since the last time: a load that never reads its own rows pays nothing for
 * them.
 */
#include "storage/txn/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "storage/txn/apply.h"

enum { KEEP_BYTES = 1 << 20 };

void overlay_init(struct overlay *o)
{
	memset(o, 0, sizeof *o);
	o->arena = arena_new(0);
}

static void index_free(struct overlay_index *x)
{
	map_u64_free(&x->heads);
	VEC_FREE(&x->entries);
	buf_free(&x->keys);
	free(x);
}

static void indexes_clear(struct overlay *o)
{
	for (size_t i = 0; i < o->indexes.count; i++)
		index_free(o->indexes.at[i]);
	VEC_CLEAR(&o->indexes);
}

static void big_free(struct overlay *o)
{
	buf_free(&o->log);
	VEC_FREE(&o->undo);
	VEC_FREE(&o->hops);
	map_u64_free(&o->lists);
	for (int element = 0; element < 2; element++) {
		map_u64_free(&o->records[element]);
		VEC_FREE(&o->order[element]);
	}
}

void overlay_forget_checks(struct overlay *o)
{
	VEC_CLEAR(&o->unchecked);
	VEC_CLEAR(&o->incomplete[ELEMENT_NODE]);
	VEC_CLEAR(&o->incomplete[ELEMENT_EDGE]);
}

void overlay_reset(struct overlay *o)
{
	if (o->undo.count == 0 && o->indexes.count == 0 && arena_bytes_used(o->arena) == 0)
		return;
	if (overlay_bytes(o) > KEEP_BYTES)
		big_free(o);
	buf_reset(&o->log);
	VEC_CLEAR(&o->undo);
	VEC_CLEAR(&o->hops);
	overlay_forget_checks(o);
	map_u64_clear(&o->lists);
	for (int element = 0; element < 2; element++) {
		map_u64_clear(&o->records[element]);
		VEC_CLEAR(&o->order[element]);
		o->deleted[element] = 0;
	}
	indexes_clear(o);
	o->op_count = 0;
	o->hops_done = 0;
	o->has_catalog_ops = false;
	arena_reset(o->arena);
}

void overlay_destroy(struct overlay *o)
{
	big_free(o);
	indexes_clear(o);
	VEC_FREE(&o->indexes);
	VEC_FREE(&o->unchecked);
	VEC_FREE(&o->incomplete[ELEMENT_NODE]);
	VEC_FREE(&o->incomplete[ELEMENT_EDGE]);
	buf_free(&o->scratch);
	arena_free(o->arena);
}

static uint64_t index_bytes(const struct overlay *o)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < o->indexes.count; i++) {
		const struct overlay_index *x = o->indexes.at[i];

		sum += x->keys.capacity + x->entries.capacity * sizeof x->entries.at[0] +
		       x->heads.capacity * sizeof(struct map_u64_slot);
	}
	return sum;
}

uint64_t overlay_bytes(const struct overlay *o)
{
	return index_bytes(o) + o->log.capacity + o->undo.capacity * sizeof o->undo.at[0] +
	       arena_bytes_used(o->arena) +
	       (o->records[0].capacity + o->records[1].capacity) * sizeof(struct map_u64_slot) +
	       o->hops.capacity * sizeof o->hops.at[0];
}

/* ---- changes ---- */

static bool is_deleted_from_before(const struct overlay_record *r)
{
	return r != NULL && !r->is_new && !overlay_record_exists(r);
}

void overlay_put(struct overlay *o, struct overlay_place place, const struct overlay_record *state)
{
	struct overlay_record *r = arena_alloc_raw(o->arena, sizeof *r);
	uint64_t *slot = map_u64_find_or_put(&o->records[state->element], state->id, 0);
	struct overlay_record *before = (struct overlay_record *)(uintptr_t)*slot;

	*r = *state;
	r->is_base = false;
	if (before == NULL) {
		r->order = (uint32_t)o->order[state->element].count;
		VEC_PUSH(&o->order[state->element], r);
	} else {
		r->order = before->order;
		o->order[state->element].at[r->order] = r;
	}
	*slot = (uint64_t)(uintptr_t)r;
	o->deleted[state->element] +=
		(uint32_t)is_deleted_from_before(r) - (uint32_t)is_deleted_from_before(before);
	VEC_PUSH(&o->undo, (struct overlay_undo){ before, state->id, place.log_before,
				   place.ops_before, state->element });
}

const uint8_t *overlay_keep(struct overlay *o, const uint8_t *bytes, size_t size)
{
	uint8_t *copy;

	if (size == 0)
		return NULL;
	copy = arena_alloc_raw(o->arena, size);
	memcpy(copy, bytes, size);
	return copy;
}

void overlay_put_catalog(struct overlay *o, const struct op *op)
{
	struct overlay_place place = overlay_begin(o);

	logop_put(&o->log, op);
	o->op_count++;
	o->has_catalog_ops = true;
	VEC_PUSH(&o->undo, (struct overlay_undo){ NULL, 0, place.log_before, place.ops_before,
				   OVERLAY_UNDO_CATALOG });
}

void overlay_copy_states(struct overlay *to, const struct overlay *from)
{
	assert(overlay_is_empty(to));
	for (int element = 0; element < 2; element++) {
		for (size_t i = 0; i < from->order[element].count; i++) {
			struct overlay_record *r = from->order[element].at[i];

			map_u64_put(&to->records[element], r->id, (uint64_t)(uintptr_t)r);
			VEC_PUSH(&to->order[element], r);
			VEC_PUSH(&to->undo,
				(struct overlay_undo){ .id = r->id, .kind = r->element });
		}
		to->deleted[element] = from->deleted[element];
	}
}

uint64_t overlay_mark(const struct overlay *o)
{
	return o->undo.count;
}

static void undo_one(struct overlay *o, const struct overlay_undo *u)
{
	struct overlay_record *now;

	o->log.length = u->log_before;
	o->op_count = u->ops_before;
	if (u->kind == OVERLAY_UNDO_CATALOG)
		return;
	now = overlay_find(o, (enum element)u->kind, u->id);
	o->deleted[u->kind] +=
		(uint32_t)is_deleted_from_before(u->before) - (uint32_t)is_deleted_from_before(now);
	if (u->before != NULL) {
		o->order[u->kind].at[u->before->order] = u->before;
		map_u64_put(&o->records[u->kind], u->id, (uint64_t)(uintptr_t)u->before);
		return;
	}
	map_u64_remove(&o->records[u->kind], u->id);
	assert(VEC_LAST(&o->order[u->kind])->id == u->id);
	o->order[u->kind].count--;
}

void overlay_rollback(struct overlay *o, uint64_t mark)
{
	assert(mark <= o->undo.count);
	if (mark == o->undo.count)
		return;
	while (o->undo.count > mark) {
		undo_one(o, &VEC_LAST(&o->undo));
		o->undo.count--;
	}
	overlay_forget_checks(o);
	if (o->hops_done > o->order[ELEMENT_EDGE].count) {
		map_u64_clear(&o->lists);
		VEC_CLEAR(&o->hops);
		o->hops_done = 0;
	}
	/* stale entries say so themselves; what came back must be looked at again */
	for (size_t i = 0; i < o->indexes.count; i++)
		o->indexes.at[i]->done = 0;
}

/* ---- added edges by node ---- */

static uint64_t list_key(uint64_t node, enum direction direction)
{
	return node << 1 | (direction == DIRECTION_IN ? 1 : 0);
}

static void hop_add(struct overlay *o, uint64_t key, struct overlay_hop hop)
{
	uint64_t *head = map_u64_find_or_put(&o->lists, key, 0);

	hop.next = (uint32_t)*head;
	VEC_PUSH(&o->hops, hop);
	*head = o->hops.count;
}

const struct overlay_hop *overlay_hops(struct overlay *o, uint64_t node, enum direction direction)
{
	const uint64_t *head;

	while (o->hops_done < o->order[ELEMENT_EDGE].count) {
		const struct overlay_record *r = o->order[ELEMENT_EDGE].at[o->hops_done++];

		if (!r->is_new)
			continue;
		hop_add(o, list_key(r->source, DIRECTION_OUT),
			(struct overlay_hop){ r->id, r->target, r->label, 0 });
		hop_add(o, list_key(r->target, DIRECTION_IN),
			(struct overlay_hop){ r->id, r->source, r->label, 0 });
	}
	head = map_u64_find(&o->lists, list_key(node, direction));
	return head == NULL ? NULL : overlay_hop_at(o, (uint32_t)*head);
}

/* ---- changes by index ---- */

static struct overlay_index *index_get(struct overlay *o, uint32_t id)
{
	struct overlay_index *x;

	for (size_t i = 0; i < o->indexes.count; i++) {
		if (o->indexes.at[i]->id == id)
			return o->indexes.at[i];
	}
	x = calloc(1, sizeof *x);
	if (x == NULL)
		PANIC("out of memory for a transaction's index");
	x->id = id;
	VEC_PUSH(&o->indexes, x);
	return x;
}

void overlay_index_forget(struct overlay *o, uint32_t id)
{
	for (size_t i = 0; i < o->indexes.count; i++) {
		if (o->indexes.at[i]->id != id)
			continue;
		index_free(o->indexes.at[i]);
		o->indexes.at[i] = VEC_LAST(&o->indexes);
		o->indexes.count--;
		return;
	}
}

static void entry_add(struct overlay_index *x, const struct overlay_record *r, struct str key)
{
	uint64_t *head = map_u64_find_or_put(&x->heads, hash_bytes(key.at, key.length), 0);

	for (uint64_t at = *head; at != 0; at = x->entries.at[at - 1].next) {
		if (x->entries.at[at - 1].record == r)
			return;
	}
	VEC_PUSH(&x->entries,
		(struct overlay_index_entry){ r, x->keys.length, key.length, (uint32_t)*head });
	*head = x->entries.count;
	buf_put(&x->keys, key.at, key.length);
}

static bool record_has_label(
	const struct catalog *c, const struct overlay_record *r, uint32_t label)
{
	if (!overlay_record_exists(r))
		return false;
	return r->element == ELEMENT_NODE ? catalog_labelset_has(c, r->label, label)
					  : r->label == label;
}

struct overlay_index *overlay_index(
	struct overlay *o, const struct catalog *c, const struct catalog_index *index)
{
	struct overlay_index *x = index_get(o, index->info.id);

	for (; x->done < o->undo.count; x->done++) {
		const struct overlay_undo *u = &o->undo.at[x->done];
		const struct overlay_record *r;
		struct arena_mark mark;

		if (u->kind != index->info.element)
			continue;
		r = overlay_find(o, index->info.element, u->id);
		assert(r != NULL);
		if (!record_has_label(c, r, index->info.label))
			continue;
		mark = arena_save(o->arena);
		if (apply_index_key(index, r->map, r->map_size, o->arena, &o->scratch))
			entry_add(x, r, buf_str(&o->scratch));
		arena_rewind(o->arena, mark);
	}
	return x;
}

bool overlay_index_is_live(
	const struct overlay *o, enum element element, const struct overlay_index_entry *entry)
{
	const struct overlay_record *now = overlay_find(o, element, entry->record->id);

	return entry->record->is_base ? now == NULL : now == entry->record;
}

uint64_t overlay_index_find(
	struct overlay *o, struct overlay_index *x, struct str key, uint64_t except)
{
	const uint64_t *head = map_u64_find(&x->heads, hash_bytes(key.at, key.length));

	for (uint64_t at = head == NULL ? 0 : *head; at != 0; at = x->entries.at[at - 1].next) {
		const struct overlay_index_entry *entry = &x->entries.at[at - 1];
		struct str found = { (const char *)x->keys.data + entry->key_at, entry->key_size };

		if (entry->record->id == except || !str_equal(found, key))
			continue;
		if (overlay_index_is_live(o, (enum element)entry->record->element, entry))
			return entry->record->id;
	}
	return UINT64_MAX;
}

void overlay_index_add_base(struct overlay *o, struct overlay_index *x,
	const struct overlay_record *base, struct str key)
{
	struct overlay_record *r = arena_alloc_raw(o->arena, sizeof *r);

	*r = *base;
	r->is_base = true;
	x->has_base = true;
	entry_add(x, r, key);
}
