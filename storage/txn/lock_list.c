/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The locks that there are, for people to look at: those of records and that of the schema, who
 * holds them and who waits. The list is made under the locks' mutexes, one after the other, so a
 * lock that moves between the two looks may be told of twice or not at all.
 */
#include <stdlib.h>

#include "base/datetime.h"
#include "storage/txn/engine.h"

struct list {
	struct storage_lock *at;
	size_t count, capacity, most;
};

void txn_waits(struct txn **list, struct txn *t)
{
	t->waits_since = timestamp_now();
	t->next_waiting = *list;
	*list = t;
}

void txn_waits_no_more(struct txn **list, struct txn *t)
{
	while (*list != t)
		list = &(*list)->next_waiting;
	*list = t->next_waiting;
	t->next_waiting = NULL;
}

static void add(struct list *l, struct storage_lock lock, const struct txn *t,
	const struct txn *holder)
{
	if (l->count == l->most)
		return;
	if (l->count == l->capacity) {
		l->capacity = l->capacity == 0 ? 64 : l->capacity * 2;
		l->at = realloc(l->at, l->capacity * sizeof *l->at);
		if (l->at == NULL)
			PANIC("out of memory for a list of locks");
	}
	lock.owner = t->options.owner;
	lock.is_granted = t == holder;
	lock.waits_since = t == holder ? 0 : t->waits_since;
	lock.holder = holder == NULL ? 0 : holder->options.owner;
	l->at[l->count++] = lock;
}

static enum storage_lock_kind kind_of(enum record_lock_kind kind)
{
	static const enum storage_lock_kind kinds[] = { [RECORD_LOCK_NODE] = STORAGE_LOCK_NODE,
		[RECORD_LOCK_EDGE] = STORAGE_LOCK_EDGE,
		[RECORD_LOCK_KEY] = STORAGE_LOCK_KEY,
		[RECORD_LOCK_LABEL] = STORAGE_LOCK_LABEL,
		[RECORD_LOCK_ADVISORY] = STORAGE_LOCK_ADVISORY,
		[RECORD_LOCK_ADVISORY_PAIR] = STORAGE_LOCK_ADVISORY_PAIR };

	return kinds[kind];
}

static void add_record_locks(struct record_locks *l, struct list *to)
{
	lock_record_lock(&l->mutex);
	for (const struct txn *t = l->waiting; t != NULL; t = t->next_waiting)
		add(to,
			(struct storage_lock){ .kind = kind_of(t->wanted_kind),
				.strength = t->wanted_strength,
				.id = t->wanted_id },
			t, record_lock_holder(l, t));
	for (uint64_t i = 0; i < l->bucket_count && to->count < to->most; i++) {
		for (const struct record_lock *r = l->buckets[i]; r != NULL; r = r->next)
			add(to,
				(struct storage_lock){ .kind = kind_of(r->kind),
					.strength = r->strength,
					.id = r->id },
				r->owner, r->owner);
	}
	unlock_record_lock(&l->mutex);
}

static void add_schema_lock(struct schema_lock *l, struct list *to)
{
	struct storage_lock lock = { .kind = STORAGE_LOCK_SCHEMA, .strength = STRENGTH_UPDATE };

	lock_schema(&l->mutex);
	for (const struct txn *t = l->waiting; t != NULL; t = t->next_waiting)
		add(to, lock, t, l->owner);
	if (l->owner != NULL)
		add(to, lock, l->owner, l->owner);
	unlock_schema(&l->mutex);
}

struct storage_lock *storage_locks(struct storage *s, size_t most, size_t *count)
{
	struct list list = { .most = most };

	add_schema_lock(&s->schema, &list);
	add_record_locks(&s->record_locks, &list);
	*count = list.count;
	return list.at;
}
