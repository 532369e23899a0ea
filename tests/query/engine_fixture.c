/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See engine_fixture.h.
 */
#include "tests/query/engine_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/setting.h"

struct engine_fixture engine_fixture;

void engine_fixture_setup(void)
{
	struct engine_fixture *f = &engine_fixture;
	struct storage_options options = { .create = true, .buffer_bytes = 64 << 20 };
	struct error e;

	snprintf(f->directory, sizeof f->directory, "/tmp/quiver-check-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->directory));
	options.directory = f->directory;
	ck_assert_msg(storage_open(&options, &f->storage, &e) == OK, "%s", e.message);
	storage_thread_attach(f->storage);
	f->engine = query_engine_new(f->storage);
	f->settings = settings_new(NULL);
}

void engine_fixture_teardown(void)
{
	struct engine_fixture *f = &engine_fixture;
	struct error e;
	char command[128];

	query_engine_free(f->engine);
	settings_release(f->settings);
	storage_thread_detach(f->storage);
	ck_assert_int_eq(storage_close(f->storage, &e), OK);
	snprintf(command, sizeof command, "rm -rf %s", f->directory);
	ck_assert_int_eq(system(command), 0);
}

struct query_session *engine_fixture_session(const char *user, const _Atomic int *cancel)
{
	struct query_session_options options = { .user = user,
		.database = "quiver",
		.process_id = 4711,
		.defaults = engine_fixture.settings,
		.cancel = cancel };

	return query_session_new(engine_fixture.engine, &options);
}
