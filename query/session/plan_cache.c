/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Plans that sessions share: see plan_cache.h. One mutex for all: it is taken once for each statement that
 * is prepared and once for each that is dropped, and held for a look-up or a few links.
 *
 * Invariants
 *  I1  Listed plans stand in the map by their hash and in the list by their last use.
 *  I2  A plan that is neither listed nor referenced is freed at once.
 */
#include "query/session/plan_cache.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/lock.h"
#include "base/map.h"

struct plan_cache {
	struct mutex mutex;
	struct map_u64 map GUARDED_BY_CLASS(plan_cache); /* hash to struct shared_plan * */
	struct shared_plan *newest GUARDED_BY_CLASS(plan_cache);
	struct shared_plan *oldest GUARDED_BY_CLASS(plan_cache);
	struct query_plan_counts counts GUARDED_BY_CLASS(plan_cache);
};

struct plan_cache *plan_cache_new(void)
{
	struct plan_cache *c = calloc(1, sizeof *c);

	if (c == NULL)
		PANIC("out of memory for shared plans");
	mutex_init(&c->mutex);
	return c;
}

static uint64_t hash_of(const struct plan_key *key)
{
	uint64_t hash = hash_bytes(key->text.at, key->text.length);

	hash = hash_combine(hash, hash_bytes(key->graph.at, key->graph.length));
	for (uint32_t i = 0; i < key->type_count; i++)
		hash = hash_combine(hash, (uint64_t)key->types[i].kind << 8 | key->types[i].item);
	return hash_combine(hash, key->settings) | 1;
}

static bool same_key(const struct plan_key *a, const struct plan_key *b)
{
	if (!str_equal(a->text, b->text) || !str_equal(a->graph, b->graph) ||
		a->type_count != b->type_count || a->settings != b->settings)
		return false;
	for (uint32_t i = 0; i < a->type_count; i++) {
		if (a->types[i].kind != b->types[i].kind || a->types[i].item != b->types[i].item)
			return false;
	}
	return true;
}

/* ---- the list ---- */

static void link_newest(struct plan_cache *c, struct shared_plan *p) HOLDS(plan_cache)
{
	p->newer = NULL;
	p->older = c->newest;
	if (c->newest != NULL)
		c->newest->newer = p;
	else
		c->oldest = p;
	c->newest = p;
}

static void unlink_plan(struct plan_cache *c, struct shared_plan *p) HOLDS(plan_cache)
{
	if (p->newer != NULL)
		p->newer->older = p->older;
	else
		c->newest = p->older;
	if (p->older != NULL)
		p->older->newer = p->newer;
	else
		c->oldest = p->newer;
}

/* No longer found; frees it if nobody uses it (I2). */
static void forget(struct plan_cache *c, struct shared_plan *p) HOLDS(plan_cache)
{
	map_u64_remove(&c->map, p->hash);
	unlink_plan(c, p);
	p->is_listed = false;
	c->counts.entries--;
	c->counts.bytes -= p->bytes;
	if (p->references == 0)
		arena_free(p->arena);
}

void plan_cache_free(struct plan_cache *c)
{
	lock_plan_cache(&c->mutex);
	while (c->oldest != NULL) {
		assert(c->oldest->references == 0);
		forget(c, c->oldest);
	}
	map_u64_free(&c->map);
	unlock_plan_cache(&c->mutex);
	mutex_destroy(&c->mutex);
	free(c);
}

/* ---- finding and adding ---- */

static struct shared_plan *look_up(struct plan_cache *c, uint64_t hash) HOLDS(plan_cache)
{
	uint64_t *at = map_u64_find(&c->map, hash);

	return at == NULL ? NULL : (struct shared_plan *)(uintptr_t)*at;
}

struct shared_plan *plan_cache_find(struct plan_cache *c, const struct plan_key *key)
{
	uint64_t hash = hash_of(key);
	struct shared_plan *p;

	lock_plan_cache(&c->mutex);
	p = look_up(c, hash);
	if (p != NULL && !same_key(&p->key, key))
		p = NULL;
	if (p != NULL) {
		p->references++;
		unlink_plan(c, p);
		link_newest(c, p);
		c->counts.hits++;
	} else {
		c->counts.misses++;
	}
	unlock_plan_cache(&c->mutex);
	return p;
}

void plan_cache_add(struct plan_cache *c, struct shared_plan *p, uint64_t bytes_max)
{
	struct shared_plan *present;

	p->references = 1;
	p->is_listed = false;
	p->hash = hash_of(&p->key);
	p->bytes = arena_bytes_used(p->arena);
	lock_plan_cache(&c->mutex);
	present = look_up(c, p->hash);
	if (present != NULL && present->plan->catalog_version < p->plan->catalog_version) {
		forget(c, present);
		present = NULL;
	}
	if (present == NULL && p->bytes <= bytes_max) {
		while (c->counts.bytes + p->bytes > bytes_max)
			forget(c, c->oldest);
		map_u64_put(&c->map, p->hash, (uint64_t)(uintptr_t)p);
		link_newest(c, p);
		p->is_listed = true;
		c->counts.entries++;
		c->counts.bytes += p->bytes;
	}
	unlock_plan_cache(&c->mutex);
}

void plan_cache_release(struct plan_cache *c, struct shared_plan *p)
{
	bool is_last;

	lock_plan_cache(&c->mutex);
	assert(p->references > 0);
	is_last = --p->references == 0 && !p->is_listed;
	unlock_plan_cache(&c->mutex);
	if (is_last)
		arena_free(p->arena);
}

void plan_cache_counts(struct plan_cache *c, struct query_plan_counts *out)
{
	lock_plan_cache(&c->mutex);
	*out = c->counts;
	unlock_plan_cache(&c->mutex);
}
