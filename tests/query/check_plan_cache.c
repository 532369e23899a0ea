/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Plans that sessions share, through query.h: when one is taken, that it is never the wrong one, that it
 * outlives its maker, its bound, and sessions of several threads beside schema changes.
 */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rand.h"
#include "base/setting.h"
#include "tests/query/engine_fixture.h"
#include "tests/query/suites.h"

enum { NODES = 20, THREADS = 4, TURNS = 300 };

#define READ "MATCH (n:Thing {id: $1}) RETURN n.name"

static void set(struct query_session *s, enum setting_id id, const char *text)
{
	struct error e;

	ck_assert_msg(setting_set(query_session_settings(s), id, str_of(text),
			      SETTING_FROM_SERVER, &e) == OK,
		"%s", e.message);
}

/* The portal's rows, each value's text followed by |; the portal is closed. */
static void read_rows(struct query_portal *p, struct buf *out)
{
	struct query_rows rows;
	struct error e;
	enum step step;

	while ((step = query_fetch(p, 0, &rows, &e)) == STEP_ROW) {
		for (uint32_t i = 0; i < rows.count && rows.column_count > 0; i++) {
			if (rows.columns[0][i].type == VALUE_STRING)
				buf_put_str(out, value_str(rows.columns[0][i]));
			else
				ck_assert_int_eq(
					query_value_json(p, rows.columns[0][i], out, &e), OK);
			buf_put_byte(out, '|');
		}
	}
	if (step == STEP_FAILED)
		buf_printf(out, "!%s", sqlstate_code(e.code));
	query_close(p);
}

/* Prepares a text as Parse does; NULL: it failed with *code. */
static struct query_prepared *prepare(
	struct query_session *s, const char *text, enum sqlstate *code)
{
	struct query_prepared *p = NULL;
	struct error e;

	*code = query_prepare_text(s, str_of(text), NULL, 0, &p, &e);
	if (*code != OK)
		query_fail(s);
	return *code == OK ? p : NULL;
}

/* Runs it with $1, if it has one, and commits. */
static void run_prepared(
	struct query_session *s, struct query_prepared *p, int64_t id, struct buf *out)
{
	struct value value = value_int(id);
	struct query_portal *portal;
	struct error e;

	if (query_open(s, p, &value, query_describe(p)->parameter_count, true, &portal, &e) == OK)
		read_rows(portal, out);
	else
		buf_printf(out, "!%s", sqlstate_code(e.code));
	if (query_sync(s, &e) != OK)
		buf_printf(out, "!%s", sqlstate_code(e.code));
}

/* Prepares, runs and drops; what it says is valid until the next call. */
static const char *run(struct query_session *s, const char *text, int64_t id)
{
	static struct buf out;
	enum sqlstate code;
	struct query_prepared *p = prepare(s, text, &code);

	buf_reset(&out);
	if (p == NULL)
		buf_printf(&out, "!%s", sqlstate_code(code));
	else
		run_prepared(s, p, id, &out);
	query_prepared_free(p);
	buf_put_byte(&out, '\0');
	return (const char *)out.data;
}

#define EXPECT(session, text, id, expected) ck_assert_str_eq(run(session, text, id), expected)

static struct query_plan_counts counts(void)
{
	struct query_statistics all;

	query_statistics(engine_fixture.engine, &all);
	return all.plans;
}

/* What the next EXPECT has to do: take a plan, or not. */
#define EXPECT_HIT(session, text, id, expected)                                                    \
	do {                                                                                       \
		uint64_t before = counts().hits;                                                   \
		EXPECT(session, text, id, expected);                                               \
		ck_assert_uint_eq(counts().hits, before + 1);                                      \
	} while (0)
#define EXPECT_MISS(session, text, id, expected)                                                   \
	do {                                                                                       \
		uint64_t before = counts().hits;                                                   \
		EXPECT(session, text, id, expected);                                               \
		ck_assert_uint_eq(counts().hits, before);                                          \
	} while (0)

static struct query_session *one, *two;

static void setup(void)
{
	engine_fixture_setup();
	one = engine_fixture_session("tester", NULL);
	two = engine_fixture_session("tester", NULL);
	EXPECT(one, "CREATE NODE Thing (id INT64 PRIMARY KEY, name STRING)", 0, "");
	EXPECT(one,
		"UNWIND range(1, 20) AS i "
		"INSERT (:Thing {id: i, name: 'thing ' || CAST(i AS STRING)})",
		0, "");
}

static void teardown(void)
{
	query_session_free(one);
	query_session_free(two);
	engine_fixture_teardown();
}

START_TEST(another_session_takes_the_plan_and_outlives_its_maker)
{
	struct query_session *third = engine_fixture_session("tester", NULL);
	struct buf out = { 0 };
	enum sqlstate code;
	struct query_prepared *p;

	EXPECT_MISS(third, READ, 3, "thing 3|");
	p = prepare(two, READ, &code);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(counts().hits, 1);
	query_session_free(third);
	/* Out of the cache too: the statement holds on to what it uses. */
	set(one, SETTING_plan_cache_size, "1kB");
	EXPECT_MISS(one, "MATCH (n:Thing) RETURN count(*)", 0, "20|");
	set(one, SETTING_plan_cache_size, "16MB");
	run_prepared(two, p, 4, &out);
	ck_assert_mem_eq(out.data, "thing 4|", 8);
	query_prepared_free(p);
	buf_free(&out);
}
END_TEST

START_TEST(each_session_runs_with_its_own_parameters_at_the_same_time)
{
	enum sqlstate code;
	struct query_prepared *a = prepare(one, READ, &code), *b = prepare(two, READ, &code);
	struct buf out = { 0 };

	ck_assert_uint_eq(counts().hits, 1);
	run_prepared(one, a, 1, &out);
	run_prepared(two, b, 2, &out);
	query_prepared_free(a);
	run_prepared(two, b, 3, &out);
	ck_assert_mem_eq(out.data, "thing 1|thing 2|thing 3|", 24);
	query_prepared_free(b);
	buf_free(&out);
}
END_TEST

START_TEST(a_plan_of_another_catalog_is_not_taken)
{
	enum sqlstate code;
	struct query_prepared *p = prepare(one, READ, &code);
	struct buf out = { 0 };

	EXPECT(two, "CREATE INDEX thing_name ON Thing (name)", 0, "");
	EXPECT(two, READ, 5, "thing 5|");
	ck_assert_uint_eq(counts().entries, 1);
	EXPECT_HIT(one, READ, 6, "thing 6|");
	/* What was prepared before is planned anew by its session. */
	run_prepared(one, p, 7, &out);
	ck_assert_mem_eq(out.data, "thing 7|", 8);
	query_prepared_free(p);
	EXPECT(two, "DROP NODE LABEL Thing CASCADE", 0, "");
	EXPECT(two, "CREATE NODE Thing (id STRING PRIMARY KEY, name INT64)", 0, "");
	EXPECT(two, "INSERT (:Thing {id: 'x', name: 9})", 0, "");
	EXPECT_MISS(one, "MATCH (n:Thing) RETURN n.name", 0, "9|");
	EXPECT_HIT(two, "MATCH (n:Thing) RETURN n.name", 0, "9|");
	buf_free(&out);
}
END_TEST

START_TEST(changes_of_the_own_transaction_are_not_shared)
{
	const char *text = "MATCH (n:Fresh) RETURN n.x";

	EXPECT(one, "BEGIN", 0, "");
	EXPECT(one, "CREATE NODE Fresh (x INT64)", 0, "");
	EXPECT(one, "INSERT (:Fresh {x: 1})", 0, "");
	EXPECT_MISS(one, text, 0, "1|");
	EXPECT_MISS(one, text, 0, "1|");
	EXPECT_MISS(two, text, 0, "");
	EXPECT(one, "ROLLBACK", 0, "");
	EXPECT(one, text, 0, "");
	EXPECT(two, text, 0, "");
}
END_TEST

START_TEST(what_writes_is_not_shared)
{
	uint64_t entries = counts().entries;

	EXPECT_MISS(one, "MATCH (n:Thing {id: $1}) SET n.name = 'new'", 1, "");
	EXPECT_MISS(two, "MATCH (n:Thing {id: $1}) SET n.name = 'new'", 1, "");
	EXPECT_MISS(one, "BEGIN", 0, "");
	EXPECT_MISS(one, "COMMIT", 0, "");
	ck_assert_uint_eq(counts().entries, entries);
}
END_TEST

START_TEST(what_the_text_means_is_part_of_the_key)
{
	const char *quoted = "RETURN \"a\"", *relation = "SELECT count(*) > 0 FROM pg_class";
	struct error e;
	struct query_prepared *p;
	struct type text = { .kind = TYPE_STRING };

	EXPECT_MISS(one, quoted, 0, "!42703");
	set(one, SETTING_graph_double_quoted_strings, "on");
	EXPECT_MISS(one, quoted, 0, "a|");
	EXPECT_HIT(one, quoted, 0, "a|");
	EXPECT_MISS(two, quoted, 0, "!42703");
	EXPECT_MISS(one, relation, 0, "true|");
	set(two, SETTING_search_path, "nowhere");
	EXPECT_MISS(two, relation, 0, "true|");
	set(two, SETTING_search_path, "public");
	/* The types that the client names. */
	EXPECT_MISS(one, "RETURN $1::int8", 1, "1|");
	ck_assert_int_eq(
		query_prepare_text(one, STR("RETURN $1"), &text, 1, &p, &e), OK);
	ck_assert_int_eq(query_describe(p)->parameters[0].kind, TYPE_STRING);
	query_prepared_free(p);
	text.kind = TYPE_INT64;
	ck_assert_int_eq(
		query_prepare_text(two, STR("RETURN $1"), &text, 1, &p, &e), OK);
	ck_assert_int_eq(query_describe(p)->parameters[0].kind, TYPE_INT64);
	query_prepared_free(p);
}
END_TEST

START_TEST(graphs_and_parameters_of_the_session_keep_plans_apart)
{
	const char *text = "MATCH (n) RETURN count(*)";

	EXPECT(one, "CREATE GRAPH apart ANY", 0, "");
	EXPECT_MISS(one, text, 0, "20|");
	EXPECT(two, "SESSION SET GRAPH apart", 0, "");
	EXPECT_MISS(two, text, 0, "0|");
	EXPECT_HIT(one, text, 0, "20|");
	EXPECT(one, "SESSION SET VALUE $x = 5", 0, "");
	EXPECT_MISS(one, "RETURN $x", 0, "5|");
	EXPECT(one, "SESSION SET VALUE $x = 6", 0, "");
	EXPECT_MISS(one, "RETURN $x", 0, "6|");
}
END_TEST

START_TEST(rights_are_looked_at_for_each_session)
{
	struct query_session *stranger;

	EXPECT(one, "CREATE ROLE boss SUPERUSER", 0, "");
	EXPECT(one, "CREATE ROLE stranger", 0, "");
	stranger = engine_fixture_session("stranger", NULL);
	EXPECT(one, READ, 8, "thing 8|");
	EXPECT_HIT(stranger, READ, 8, "!42501");
	query_session_free(stranger);
}
END_TEST

START_TEST(memory_is_bounded_and_the_least_used_goes)
{
	char text[64];

	set(one, SETTING_plan_cache_size, "100kB");
	for (int i = 0; i < 200; i++) {
		snprintf(text, sizeof text, "MATCH (n:Thing) RETURN n.id + %d", i);
		ck_assert_int_ne(run(one, text, 0)[0], '!');
		EXPECT(one, READ, 1, "thing 1|");
		ck_assert_uint_le(counts().bytes, 100 << 10);
	}
	ck_assert_uint_gt(counts().entries, 3);
	ck_assert_uint_lt(counts().entries, 200);
	EXPECT_HIT(one, READ, 1, "thing 1|");
	EXPECT_MISS(one, "MATCH (n:Thing) WHERE n.id = 1 RETURN n.id + 0", 0, "1|");
	set(two, SETTING_plan_cache_size, "0");
	EXPECT_MISS(two, READ, 1, "thing 1|");
}
END_TEST

/* ---- threads ---- */

struct turn {
	uint64_t seed;
	uint32_t wrong;
};

static void one_turn(struct query_session *s, struct rand *r, struct turn *t)
{
	static const char *const texts[] = { READ, "MATCH (n:Thing {id: $1}) RETURN n.id",
		"MATCH (n:Thing) WHERE n.id = $1 RETURN n.name" };
	uint32_t which = (uint32_t)rand_below(r, 3);
	int64_t id = (int64_t)rand_below(r, NODES) + 1;
	struct buf out = { 0 };
	enum sqlstate code;
	struct query_prepared *p = prepare(s, texts[which], &code);
	char expected[32];

	snprintf(expected, sizeof expected, which == 1 ? "%lld|" : "thing %lld|", (long long)id);
	if (p != NULL)
		run_prepared(s, p, id, &out);
	t->wrong += p == NULL || out.length != strlen(expected) ||
		    memcmp(out.data, expected, out.length) != 0;
	query_prepared_free(p);
	buf_free(&out);
}

static void *read_along(void *argument)
{
	struct turn *t = argument;
	struct rand r = { t->seed };
	struct query_session *s;

	storage_thread_attach(engine_fixture.storage);
	s = engine_fixture_session("tester", NULL);
	for (int i = 0; i < TURNS; i++) {
		one_turn(s, &r, t);
		if (rand_below(&r, 50) == 0) {
			query_session_free(s);
			s = engine_fixture_session("tester", NULL);
		}
	}
	query_session_free(s);
	storage_thread_detach(engine_fixture.storage);
	return NULL;
}

START_TEST(threads_share_plans_beside_schema_changes)
{
	struct turn turns[THREADS] = { 0 };
	pthread_t threads[THREADS];

	for (uint32_t i = 0; i < THREADS; i++) {
		turns[i].seed = i + 1;
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, read_along, &turns[i]), 0);
	}
	for (int i = 0; i < 10; i++) {
		EXPECT(one, "CREATE INDEX thing_name ON Thing (name)", 0, "");
		EXPECT(one, "DROP INDEX thing_name", 0, "");
	}
	for (uint32_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		ck_assert_uint_eq(turns[i].wrong, 0);
	}
	ck_assert_uint_gt(counts().hits, THREADS * TURNS / 2);
	ck_assert_uint_le(counts().entries, 3);
}
END_TEST

Suite *plan_cache_suite(void)
{
	Suite *s = suite_create("plan_cache");
	TCase *t = tcase_create("plan_cache");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, another_session_takes_the_plan_and_outlives_its_maker);
	tcase_add_test(t, each_session_runs_with_its_own_parameters_at_the_same_time);
	tcase_add_test(t, a_plan_of_another_catalog_is_not_taken);
	tcase_add_test(t, changes_of_the_own_transaction_are_not_shared);
	tcase_add_test(t, what_writes_is_not_shared);
	tcase_add_test(t, what_the_text_means_is_part_of_the_key);
	tcase_add_test(t, graphs_and_parameters_of_the_session_keep_plans_apart);
	tcase_add_test(t, rights_are_looked_at_for_each_session);
	tcase_add_test(t, memory_is_bounded_and_the_least_used_goes);
	tcase_add_test(t, threads_share_plans_beside_schema_changes);
	suite_add_tcase(s, t);
	return s;
}
