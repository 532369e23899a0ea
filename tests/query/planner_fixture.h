/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A small graph in a temporary directory, and planning of statements against its catalog: for the
 * tests of binder and planner.
 *
 *	(:User {id INT64 primary key, name STRING, born DATE, score FLOAT64, tags STRING[]})
 *	    with an index on name
 *	(:City {name STRING})        undeclared, observed
 *	[:KNOWS {since INT64}]  [:LIVES_IN]  [:LIKES]
 */
#ifndef TESTS_QUERY_PLANNER_FIXTURE_H
#define TESTS_QUERY_PLANNER_FIXTURE_H

#include "base/arena.h"
#include "query/bind/bind.h"
#include "storage/storage.h"

struct planner_fixture {
	char directory[64];
	struct storage *storage;
	struct txn *txn;
	struct arena *arena;
	struct buf notices; /* one line each */
	struct error error;
};
extern struct planner_fixture planner_fixture;

void planner_fixture_setup(void);
void planner_fixture_teardown(void);
/* Plans one statement; NULL and planner_fixture.error if it fails. `types` may be NULL. */
struct plan *planner_fixture_plan(const char *text, const struct type *types, uint32_t count);

#endif
