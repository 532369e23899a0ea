/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A query engine over a real store in a temporary directory, and sessions of it.
 */
#ifndef TESTS_QUERY_ENGINE_FIXTURE_H
#define TESTS_QUERY_ENGINE_FIXTURE_H

#include "query/query.h"
#include "storage/storage.h"

struct engine_fixture {
	char directory[64];
	struct storage *storage;
	struct query_engine *engine;
	struct settings *settings;
};
extern struct engine_fixture engine_fixture;

/* The calling thread is attached to the store from the one to the other. */
void engine_fixture_setup(void);
void engine_fixture_teardown(void);
/* A session for query_session_free(); `cancel` may be NULL. */
struct query_session *engine_fixture_session(const char *user, const _Atomic int *cancel);

#endif
