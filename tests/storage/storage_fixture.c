/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See storage_fixture.h.
 */
#include "tests/storage/storage_fixture.h"

#include <stdio.h>
#include <string.h>

struct fixture fixture;

static void open_again(void)
{
	struct storage_options options = { .store = fixture.store,
		.create = true,
		.buffer_bytes = UINT64_C(8) << 20,
		.run_tokens = 2 };
	struct txn *t;

	NEEDS(storage_open(&options, &fixture.storage, &fixture.e));
	storage_thread_attach(fixture.storage);
	t = fixture_autocommit();
	NEEDS(txn_intern(t, NAME_NODE_LABEL, STR("Person"), &fixture.person, &fixture.e));
	NEEDS(txn_intern(t, NAME_EDGE_LABEL, STR("KNOWS"), &fixture.knows, &fixture.e));
	NEEDS(txn_intern(t, NAME_KEY, STR("name"), &fixture.name, &fixture.e));
	NEEDS(txn_intern(t, NAME_KEY, STR("age"), &fixture.age, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
}

void fixture_open_with_segments(uint64_t bytes)
{
	memset(&fixture, 0, sizeof fixture);
	fixture.store = store_sim_new(1, bytes);
	open_again();
}

void fixture_open(void)
{
	fixture_open_with_segments(UINT64_C(1) << 20);
}

void fixture_close(void)
{
	storage_thread_detach(fixture.storage);
	NEEDS(storage_close(fixture.storage, &fixture.e));
	store_sim_free(fixture.store);
}

void fixture_reopen(void)
{
	storage_thread_detach(fixture.storage);
	NEEDS(storage_close(fixture.storage, &fixture.e));
	open_again();
}

struct txn *fixture_begin(enum isolation isolation)
{
	struct txn_options options = { .isolation = isolation, .durability = DURABILITY_OFF };
	struct txn *t;
	struct error e;

	ck_assert_int_eq(txn_begin(fixture.storage, &options, &t, &e), OK);
	return t;
}

struct txn *fixture_autocommit(void)
{
	struct txn_options options = { .is_autocommit = true, .durability = DURABILITY_OFF };
	struct txn *t;
	struct error e;

	ck_assert_int_eq(txn_begin(fixture.storage, &options, &t, &e), OK);
	return t;
}

uint64_t fixture_person(int64_t age)
{
	struct txn *t = fixture_autocommit();
	struct property p = { fixture.age, value_int(age) };
	uint64_t id;

	NEEDS(storage_node_add(t, &fixture.person, 1, &p, 1, &id, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	return id;
}

int64_t fixture_age(struct txn *t, uint64_t node)
{
	struct arena *a = arena_new(0);
	struct value v;
	struct value *column = &v;
	struct error e;
	int64_t age;

	ck_assert_int_eq(
		storage_properties(t, ELEMENT_NODE, &node, 1, &fixture.age, 1, &column, a, &e), OK);
	age = v.type == VALUE_INT ? v.integer : INT64_MIN;
	arena_free(a);
	return age;
}

enum sqlstate fixture_set_age(struct txn *t, uint64_t node, int64_t age, struct error *e)
{
	return storage_property_set(t, ELEMENT_NODE, node, fixture.age, value_int(age), e);
}

static void print_finding(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "finding: %s\n", line);
}

void fixture_check(void)
{
	uint64_t findings;

	NEEDS(storage_checkpoint(fixture.storage, &fixture.e));
	NEEDS(storage_check_online(fixture.storage, 3, print_finding, NULL, &findings, &fixture.e));
	ck_assert_uint_eq(findings, 0);
}
