/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See planner_fixture.h.
 */
#include "tests/query/planner_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "query/parse/parse.h"
#include "query/plan/plan_query.h"

struct planner_fixture planner_fixture;

static struct planner_fixture *const f = &planner_fixture;

static void must(enum sqlstate code)
{
	ck_assert_msg(code == OK, "%s", f->error.message);
}

static uint32_t intern(enum name_kind kind, const char *name)
{
	uint32_t id;

	must(txn_intern(f->txn, kind, str_of(name), &id, &f->error));
	return id;
}

static void begin(void)
{
	struct txn_options options = { .isolation = ISOLATION_READ_COMMITTED };

	must(txn_begin(f->storage, &options, &f->txn, &f->error));
	txn_statement_begin(f->txn);
}

static void declare_user(void)
{
	struct property_definition properties[] = {
		{ .key = STR("id"), .type = VALUE_INT },
		{ .key = STR("name"), .type = VALUE_STRING },
		{ .key = STR("born"), .type = VALUE_DATE },
		{ .key = STR("score"), .type = VALUE_FLOAT },
		{ .key = STR("tags"), .type = VALUE_LIST, .item_type = VALUE_STRING },
	};
	struct str primary_key[] = { STR("id") };
	struct label_definition user = { .element = ELEMENT_NODE,
		.name = STR("User"),
		.property_count = ARRAY_COUNT(properties),
		.properties = properties,
		.primary_key_count = 1,
		.primary_key = primary_key };
	struct index_definition by_name = { .name = STR("user_name"),
		.element = ELEMENT_NODE,
		.label = STR("User"),
		.key_count = 1,
		.keys = { STR("name") } };
	uint32_t index;

	must(schema_label_create(f->txn, &user, &f->error));
	must(schema_index_create(f->txn, &by_name, &index, &f->error));
}

/* Forty users in a ring, four cities: enough for estimates to tell apart. */
static void fill(void)
{
	uint32_t user = intern(NAME_NODE_LABEL, "User");
	uint32_t city = intern(NAME_NODE_LABEL, "City");
	uint32_t id = intern(NAME_KEY, "id");
	uint32_t name = intern(NAME_KEY, "name");
	uint32_t knows = intern(NAME_EDGE_LABEL, "KNOWS");
	uint32_t lives = intern(NAME_EDGE_LABEL, "LIVES_IN");
	struct property since = { intern(NAME_KEY, "since"), value_int(2020) };
	uint64_t users[40], cities[4], edge;

	intern(NAME_EDGE_LABEL, "LIKES");
	for (int i = 0; i < 4; i++) {
		struct property p = { name, value_string(STR("Bonn")) };

		must(storage_node_add(f->txn, &city, 1, &p, 1, &cities[i], &f->error));
	}
	for (int i = 0; i < 40; i++) {
		struct property p[] = { { id, value_int(i) }, { name, value_string(STR("Al")) } };

		must(storage_node_add(f->txn, &user, 1, p, 2, &users[i], &f->error));
		must(storage_edge_add(
			f->txn, users[i], cities[i % 4], lives, NULL, 0, &edge, &f->error));
	}
	for (int i = 0; i < 120; i++)
		must(storage_edge_add(f->txn, users[i % 40], users[(i * 7 + 1) % 40], knows, &since,
			1, &edge, &f->error));
}

void planner_fixture_setup(void)
{
	struct storage_options options = { .create = true, .buffer_bytes = 64 << 20 };

	snprintf(f->directory, sizeof f->directory, "/tmp/quiver-check-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->directory));
	options.directory = f->directory;
	must(storage_open(&options, &f->storage, &f->error));
	storage_thread_attach(f->storage);
	begin();
	declare_user();
	fill();
	must(txn_commit(f->txn, &f->error));
	begin();
	f->arena = arena_new(0);
}

void planner_fixture_teardown(void)
{
	char command[128];

	txn_abort(f->txn);
	arena_free(f->arena);
	buf_free(&f->notices);
	f->notices = (struct buf){ 0 };
	storage_thread_detach(f->storage);
	must(storage_close(f->storage, &f->error));
	snprintf(command, sizeof command, "rm -rf %s", f->directory);
	ck_assert_int_eq(system(command), 0);
}

static void note(void *context, const char *severity, const struct error *notice)
{
	(void)context;
	buf_printf(&f->notices, "%s: %s (%d)%s%s\n", severity, notice->message, notice->byte_offset,
		notice->hint[0] == '\0' ? "" : " ", notice->hint);
}

struct plan *planner_fixture_plan(const char *text, const struct type *types, uint32_t count)
{
	struct bind_options options = { .catalog = txn_catalog(f->txn),
		.storage = f->storage,
		.txn = f->txn,
		.parameters = types,
		.parameter_count = count,
		.notice = note };
	struct ast_script script;
	struct plan *plan = NULL;

	f->notices.length = 0;
	if (parse_script(f->arena, str_of(text), NULL, &script, &f->error) != OK)
		return NULL;
	ck_assert_uint_eq(script.count, 1);
	if (plan_query(f->arena, script.statements[0], &options, &plan, &f->error) != OK)
		return NULL;
	return plan;
}
