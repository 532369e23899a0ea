/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * An empty graph in a store in memory, for the tests of page structures. One thread, no locks.
 */
#ifndef TESTS_STORAGE_GRAPH_FIXTURE_H
#define TESTS_STORAGE_GRAPH_FIXTURE_H

#include <check.h>
#include <stdint.h>

#include "base/arena.h"
#include "storage/graph/graph.h"

struct store;

/* Pools: one that holds everything, and the smallest there is, which misses all the time. */
enum { FIXTURE_POOL_LARGE = 4096, FIXTURE_POOL_SMALL = 32 };

/* As ck_assert(), which writes to a file at every call and is too slow for the loops of a model. */
#define EXPECT(e)                                                                                  \
	do {                                                                                       \
		if (!(e))                                                                          \
			ck_abort_msg("%s", #e);                                                    \
	} while (0)
#define EXPECT_OP(op, a, b)                                                                        \
	do {                                                                                       \
		long long a_ = (long long)(a), b_ = (long long)(b);                                \
		if (!(a_ op b_))                                                                   \
			ck_abort_msg("%s " #op " %s: %lld and %lld", #a, #b, a_, b_);              \
	} while (0)
#define EXPECT_EQ(a, b) EXPECT_OP(==, a, b)

struct graph_fixture {
	struct store *store;
	struct pager *pager;
	struct graph graph;
	struct arena *arena;
	uint64_t misses;   /* reads that had to be started again */
	uint64_t findings; /* of checks of what was damaged */
};

void graph_fixture_open(struct graph_fixture *f, uint32_t pool_pages);
void graph_fixture_close(struct graph_fixture *f);
/* A checkpoint, then the pager and the graph are closed and opened again. */
void graph_fixture_reopen(struct graph_fixture *f);
/* One number for the bytes of all pages. */
uint32_t graph_fixture_digest(struct graph_fixture *f);
/* Between two changes: evicts what the pool has too much. */
void graph_fixture_rest(struct graph_fixture *f);
/* Reads in what a view misses; fails the test if that is damage. */
void graph_fixture_page_in(struct graph_fixture *f, struct page_view *v);
/* A check whose findings fail the test. */
struct graph_check graph_fixture_check(struct graph_fixture *f);
/* The report of it. */
void graph_fixture_report(void *context, const char *line);
/* A check of a structure that the test has damaged: findings are only counted. */
struct graph_check graph_fixture_check_damage(struct graph_fixture *f);
void graph_fixture_count(void *context, const char *line);
/* The body of a page, to be damaged. */
uint8_t *graph_fixture_body(struct graph_fixture *f, uint64_t pid, enum page_type type);

/* Repeats a reader until nothing is missing: FIXTURE_READ(f, v, record_nodes_read(&v, …)); */
#define FIXTURE_READ(f, v, call)                                                                   \
	do {                                                                                       \
		page_view_init(&(v));                                                              \
		while (!(call))                                                                    \
			graph_fixture_page_in((f), &(v));                                          \
	} while (0)

#endif
