/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Statistics of statements: see statements.h. Shards, each a table under a mutex of its own, so that
 * sessions seldom meet; what is done under it is a few additions, but for a statement that is new.
 */
#include "src/statements.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/datetime.h"
#include "base/hash.h"
#include "base/lock.h"
#include "base/map.h"

enum { SHARDS = 16 };
#define USAGE_DECAY 0.99
#define EVICT_PART 20 /* one of so many goes at a time */

struct shard {
	struct mutex mutex;
	struct map_u64 map GUARDED_BY_CLASS(statistics); /* key to struct statement * */
};

struct statements {
	struct shard shards[SHARDS];
	_Atomic uint64_t evictions;
	_Atomic int64_t since;
};

struct statements *statements_new(void)
{
	struct statements *all = calloc(1, sizeof *all);

	if (all == NULL)
		PANIC("out of memory for statistics of statements");
	for (int i = 0; i < SHARDS; i++)
		mutex_init(&all->shards[i].mutex);
	atomic_init(&all->since, timestamp_now());
	return all;
}

static void free_statement(struct statement *s)
{
	free(s->text);
	free(s);
}

static void forget(struct shard *shard, uint64_t key) HOLDS(statistics)
{
	uint64_t *at = map_u64_find(&shard->map, key);
	struct statement *s = (struct statement *)(uintptr_t)*at;

	map_u64_remove(&shard->map, key);
	free_statement(s);
}

static void forget_all(struct shard *shard) HOLDS(statistics)
{
	uint64_t key, value;

	for (size_t cursor = 0; map_u64_next(&shard->map, &cursor, &key, &value);)
		free_statement((struct statement *)(uintptr_t)value);
	map_u64_free(&shard->map);
}

void statements_free(struct statements *all)
{
	if (all == NULL)
		return;
	for (int i = 0; i < SHARDS; i++) {
		lock_statistics(&all->shards[i].mutex);
		forget_all(&all->shards[i]);
		unlock_statistics(&all->shards[i].mutex);
		mutex_destroy(&all->shards[i].mutex);
	}
	free(all);
}

/* ---- making room ---- */

struct usage {
	uint64_t key;
	double usage;
};

static int by_usage(const void *a, const void *b)
{
	double x = ((const struct usage *)a)->usage, y = ((const struct usage *)b)->usage;

	return (x > y) - (x < y);
}

/* The least used go; of the others the past counts a little less. */
static void evict(struct statements *all, struct shard *shard, size_t keep) HOLDS(statistics)
{
	size_t count = shard->map.count, n = 0, gone;
	struct usage *list = malloc((count + 1) * sizeof *list);
	uint64_t key, value;

	if (list == NULL)
		PANIC("out of memory for statistics of statements");
	for (size_t cursor = 0; map_u64_next(&shard->map, &cursor, &key, &value);) {
		struct statement *s = (struct statement *)(uintptr_t)value;

		s->usage *= USAGE_DECAY;
		list[n++] = (struct usage){ key, s->usage };
	}
	qsort(list, n, sizeof *list, by_usage);
	gone = n > keep ? n - keep : 0;
	gone = MIN_OF(gone + n / EVICT_PART + 1, n);
	for (size_t i = 0; i < gone; i++)
		forget(shard, list[i].key);
	free(list);
	atomic_fetch_add_explicit(&all->evictions, 1, memory_order_relaxed);
}

/* ---- adding ---- */

static struct statement *new_statement(
	const struct query_session *s, const struct statement_run *run)
{
	struct statement *made = calloc(1, sizeof *made);
	struct buf text = { 0 };

	if (made == NULL)
		PANIC("out of memory for statistics of statements");
	query_normalise(s, run->text, STATEMENT_TEXT_MAX, &text);
	made->user = run->user;
	made->fingerprint = run->fingerprint;
	made->text = strndup(text.length == 0 ? "" : (const char *)text.data,
		MIN_OF(text.length, (size_t)STATEMENT_TEXT_MAX));
	if (made->text == NULL)
		PANIC("out of memory for statistics of statements");
	buf_free(&text);
	return made;
}

/* Welford's way: the variance without the difference of two great sums. */
static void add_time(struct statement *s, double ms)
{
	double distance = ms - s->mean_ms;

	s->mean_ms += distance / (double)s->calls;
	s->squares += distance * (ms - s->mean_ms);
	s->least_ms = s->calls == 1 ? ms : fmin(s->least_ms, ms);
	s->most_ms = fmax(s->most_ms, ms);
}

static void add_run(struct statement *s, const struct statement_run *run)
{
	double ms = (double)run->us / 1000;

	s->total_ms += ms;
	s->rows += run->rows;
	s->hits += run->hits;
	s->misses += run->misses;
	if (run->is_continued && s->calls > 0) {
		s->mean_ms += ms / (double)s->calls;
		s->most_ms = fmax(s->most_ms, s->mean_ms);
		return;
	}
	s->calls++;
	s->usage++;
	add_time(s, ms);
}

void statements_add(struct statements *all, const struct query_session *s, int64_t most,
	const struct statement_run *run)
{
	uint64_t key = hash_combine(run->fingerprint, run->user) | 1;
	struct shard *shard = &all->shards[(key >> 32) % SHARDS];
	size_t keep = (size_t)((most + SHARDS - 1) / SHARDS);
	uint64_t *at;

	if (most <= 0)
		return;
	lock_statistics(&shard->mutex);
	at = map_u64_find(&shard->map, key);
	if (at == NULL) {
		if (shard->map.count >= keep)
			evict(all, shard, keep);
		map_u64_put(
			&shard->map, key, (uint64_t)(uintptr_t)new_statement(s, run));
		at = map_u64_find(&shard->map, key);
	}
	add_run((struct statement *)(uintptr_t)*at, run);
	unlock_statistics(&shard->mutex);
}

/* ---- telling ---- */

void statements_visit_all(struct statements *all, statements_visit *visit, void *context)
{
	uint64_t key, value;

	for (int i = 0; i < SHARDS; i++) {
		struct shard *shard = &all->shards[i];

		lock_statistics(&shard->mutex);
		for (size_t cursor = 0; map_u64_next(&shard->map, &cursor, &key, &value);)
			visit(context, (const struct statement *)(uintptr_t)value);
		unlock_statistics(&shard->mutex);
	}
}

static void forget_one(struct shard *shard, uint64_t fingerprint) HOLDS(statistics)
{
	uint64_t key, value, found = 0;

	do {
		found = 0;
		for (size_t cursor = 0; map_u64_next(&shard->map, &cursor, &key, &value);) {
			if (((struct statement *)(uintptr_t)value)->fingerprint == fingerprint)
				found = key;
		}
		if (found != 0)
			forget(shard, found);
	} while (found != 0);
}

void statements_reset(struct statements *all, uint64_t fingerprint)
{
	for (int i = 0; i < SHARDS; i++) {
		struct shard *shard = &all->shards[i];

		lock_statistics(&shard->mutex);
		if (fingerprint == 0)
			forget_all(shard);
		else
			forget_one(shard, fingerprint);
		unlock_statistics(&shard->mutex);
	}
	if (fingerprint == 0) {
		atomic_store(&all->evictions, 0);
		atomic_store(&all->since, timestamp_now());
	}
}

void statements_about(const struct statements *all, uint64_t *evictions, int64_t *since)
{
	*evictions = atomic_load(&all->evictions);
	*since = atomic_load(&all->since);
}
