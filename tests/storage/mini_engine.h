/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The smallest engine that stands on pager, checkpoint and log: a transaction is a seed, from which
 * a few page operations follow. Beside it runs a model: plain arrays that know nothing of pages.
 * After any number of transactions, checkpoints, evictions and crashes the pages must say what the
 * model says.
 */
#ifndef TESTS_STORAGE_MINI_ENGINE_H
#define TESTS_STORAGE_MINI_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rand.h"
#include "storage/log/wal.h"
#include "storage/page/checkpoint.h"
#include "storage/page/pager.h"
#include "storage/store/store.h"

enum { MINI_PAGES = 400, MINI_WORDS = 4 };

struct mini_model {
	uint64_t limit; /* page numbers given out are below it */
	bool exists[MINI_PAGES];
	uint64_t words[MINI_PAGES][MINI_WORDS];
	uint64_t last_ts[MINI_PAGES];
	uint64_t root;
};

struct mini {
	struct store *store;
	struct pager *pager;
	struct wal *wal;
	uint64_t seed; /* of all transactions */
	uint64_t ts;   /* last applied */
	uint64_t epoch;
	uint64_t pages_wanted; /* about how many pages live */
	struct wal_scanned scanned;
	/* With interleave > 0 a transaction runs at every interleave-th shared section or grace
	   period of background work: what a concurrent writer would do, but the same every time. */
	uint32_t interleave;
	uint32_t interleave_count;
	uint64_t interleave_ts_max;
};

/* The model after transactions 1 … ts. */
void mini_model_after(struct mini_model *model, uint64_t seed, uint64_t ts, uint64_t pages_wanted);

/* Opens (or creates), recovers, writes the checkpoint that begins the new epoch. */
enum sqlstate mini_open(struct mini *m, struct store *store, uint64_t seed, uint64_t pages_wanted,
	uint64_t frames, struct error *e);
void mini_close(struct mini *m);
/* One transaction: applied, then appended. */
void mini_commit(struct mini *m, bool is_durable);
void mini_checkpoint_begin(struct mini *m);
/* Run, end, trim. */
enum sqlstate mini_checkpoint_finish(struct mini *m, struct error *e);
enum sqlstate mini_checkpoint(struct mini *m, struct error *e);
/* Fails the test if the pages differ from the model after m->ts transactions. */
void mini_check(struct mini *m);
/* Fails the test if anything on disk is not right; writes a checkpoint first. */
void mini_verify(struct mini *m);

#endif
