/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Names, types and parameters: what statements mean before they are planned. Mostly tables of a
 * statement and what the binder must make of it.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "query/bind/bind.h"
#include "query/bind/scope.h"
#include "query/type/type.h"
#include "tests/query/planner_fixture.h"
#include "tests/query/suites.h"

static struct planner_fixture *const f = &planner_fixture;

static void put_types(char *to, size_t size, const struct type *types, uint32_t count)
{
	char name[TYPE_NAME_SIZE];

	to[0] = '\0';
	for (uint32_t i = 0; i < count; i++)
		snprintf(to + strlen(to), size - strlen(to), "%s%s", i > 0 ? ", " : "",
			type_name(types[i], name));
}

/* ---- parameters ------------------------------------------------------------------------------ */

static const struct {
	const char *text;
	const char *types; /* or !SQLSTATE@offset */
} parameter_cases[] = {
	{ "MATCH (n:User {id: $1}) RETURN n", "bigint" },
	{ "MATCH (n:User) WHERE $1 = n.name RETURN n", "text" },
	{ "MATCH (n:User) WHERE n.id IN $1 RETURN n", "bigint[]" },
	{ "MATCH (n:User) WHERE n.id IN ($1, $2) RETURN n", "bigint, bigint" },
	{ "MATCH (n:User) WHERE $1 IN n.tags RETURN n", "text" },
	{ "MATCH (n:User) WHERE n.born > $1 RETURN n", "date" },
	{ "MATCH (n:User) WHERE n.name STARTS WITH $1 RETURN n", "text" },
	{ "MATCH (n:User) WHERE $1 + $2 = n.id RETURN n", "bigint, bigint" },
	{ "MATCH (n:User) WHERE n.id + $1 > 3 RETURN n", "bigint" },
	{ "MATCH (n:User) RETURN n SKIP $1 LIMIT $2", "bigint, bigint" },
	{ "RETURN $1::int4, CAST($2 AS STRING), $1 + 1", "integer, text" },
	{ "RETURN $2::date, $1 || 'x'", "text, date" },
	{ "MATCH (n:User) RETURN coalesce(n.score, $1)", "double precision" },
	{ "MATCH (n:User) RETURN CASE n.id WHEN $1 THEN 'a' ELSE $2 END", "bigint, text" },
	{ "UNWIND $1 AS r INSERT (:User {id: r.id})", "list" },
	{ "MATCH (n:User {id: 1}) SET n += $1", "map" },
	{ "INSERT (:User $1)", "map" },
	{ "INSERT (:User {id: $1, name: $2})", "bigint, text" },
	{ "MATCH (n:User {id: 1}) SET n.born = $1", "date" },
	{ "MATCH (n {nowhere: $1}) RETURN n", "text" },
	{ "MATCH (n:User) WHERE NOT $1 AND n.id = 1 RETURN n", "boolean" },
	{ "MATCH (n:User {id: $who}) RETURN $who, $other::date", "bigint, date" },
	{ "RETURN toUpper($1), abs($2::float8)", "text, double precision" },
	{ "RETURN $1", "!42P18@7" },
	{ "RETURN $1 + $2", "!42P18@7" },
	{ "INSERT (:Nobody {id: $1})", "!42P18@21" },
	{ "MATCH (n:User) WHERE n.id = $1 AND n.name = $1 RETURN n", "!42883@35" },
	{ "RETURN $2::int", "!42P18@0" },
	{ "RETURN $1, $name", "!42P02@0" },
};

START_TEST(parameters_take_their_types_from_where_they_stand)
{
	const char *text = parameter_cases[_i].text;
	struct plan *plan = planner_fixture_plan(text, NULL, 0);
	char got[256];

	if (plan == NULL)
		snprintf(got, sizeof got, "!%s@%d", sqlstate_code(f->error.code),
			f->error.byte_offset < 0 ? 0 : f->error.byte_offset);
	else
		put_types(got, sizeof got, plan->parameters, plan->parameter_count);
	ck_assert_msg(strcmp(got, parameter_cases[_i].types) == 0, "%s\n got %s (%s)\nwant %s",
		text, got, plan == NULL ? f->error.message : "", parameter_cases[_i].types);
}
END_TEST

START_TEST(types_that_the_client_names_are_kept_and_checked)
{
	struct type int4 = type_make(TYPE_INT32);
	struct type text = type_make(TYPE_STRING);
	struct plan *plan = planner_fixture_plan("MATCH (n:User {id: $1}) RETURN n.name", &int4, 1);

	ck_assert_ptr_nonnull(plan);
	ck_assert_uint_eq(plan->parameters[0].kind, TYPE_INT32);
	plan = planner_fixture_plan("MATCH (n:User {id: $1}) RETURN n.name", &text, 1);
	ck_assert_ptr_null(plan);
	ck_assert_int_eq(f->error.code, E_NO_FUNCTION);
}
END_TEST

/* ---- columns --------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	const char *columns;
} column_cases[] = {
	{ "RETURN 1, 2.5 AS f, 'x', true, null",
		"1 bigint|f double precision|'x' text|true boolean|null unknown" },
	{ "SELECT 1, 'a' AS b, 1::int2, true",
		"?column? integer|b text|int2 smallint|?column? boolean" },
	{ "MATCH (n:User) RETURN n, n.name, n.born AS b, n.nothing",
		"n node|n.name text|b date|n.nothing unknown" },
	{ "MATCH (n) RETURN n.name, n.id", "n.name text|n.id bigint" },
	{ "MATCH (n:User|City) RETURN n.name", "n.name text" },
	{ "MATCH (n:User&City) RETURN n.id", "n.id bigint" },
	{ "MATCH (n:City) RETURN n.id", "n.id unknown" },
	{ "MATCH (a)-[e:KNOWS]->(b) RETURN e, e.since", "e edge|e.since bigint" },
	{ "MATCH p = (a)-[e:KNOWS]->{1,3}(b) RETURN p, e, nodes(p)",
		"p path|e edge[]|nodes(p) node[]" },
	{ "MATCH (n:User) RETURN count(*), sum(n.id) AS s, avg(n.id) AS a, collect(n.name) AS c",
		"count(*) bigint|s bigint|a double precision|c text[]" },
	{ "RETURN [1, 2.5] AS l, [1, 'a'] AS m, {a: 1} AS r", "l double precision[]|m list|r map" },
	{ "MATCH (n:User) RETURN n.tags[0] AS t, n.tags[0..1] AS s", "t text|s text[]" },
	{ "RETURN [x IN [1, 2] | x * 2.0] AS l", "l double precision[]" },
	{ "RETURN CASE WHEN true THEN 1 ELSE 2.5 END AS c", "c double precision" },
	{ "UNWIND [1, 2] AS x WITH x AS y RETURN y + 1 AS z", "z bigint" },
	{ "INSERT (n:Fresh {k: 'v'}) RETURN n.k", "n.k text" },
	{ "RETURN 1 AS x UNION ALL RETURN 2.5 AS x", "x double precision" },
	{ "MATCH (n:User) RETURN EXISTS { (n)-[:KNOWS]->() } AS e, COUNT { MATCH (n)-[]->() } AS c",
		"e boolean|c bigint" },
	{ "MATCH (n:User) RETURN [(n)-[:KNOWS]->(m) | m.name] AS l", "l text[]" },
	{ "SELECT g.a, b FROM GRAPH_TABLE (main MATCH (n IS User) COLUMNS (n.name AS a, n.id AS "
	  "b)) AS g",
		"a text|b bigint" },
	{ "VALUES (1, 'a'), (2.5, null)", "column1 numeric|column2 text" },
	{ "MATCH (n:User) RETURN n.name NEXT RETURN 1 AS one", "one bigint" },
	{ "RETURN reduce(a = 0, x IN [1, 2] | a + x) AS r", "r bigint" },
};

START_TEST(columns_have_these_names_and_types)
{
	struct plan *plan = planner_fixture_plan(column_cases[_i].text, NULL, 0);
	char name[TYPE_NAME_SIZE];
	char got[512] = "";

	ck_assert_msg(plan != NULL, "%s\n%s", column_cases[_i].text, f->error.message);
	for (uint32_t i = 0; i < plan->column_count; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%.*s %s", i > 0 ? "|" : "",
			STR_ARGS(plan->columns[i].name), type_name(plan->columns[i].type, name));
	ck_assert_msg(strcmp(got, column_cases[_i].columns) == 0, "%s\n got %s\nwant %s",
		column_cases[_i].text, got, column_cases[_i].columns);
}
END_TEST

/* ---- errors ---------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	const char *code;
	int at;
	const char *part; /* of message and hint */
} error_cases[] = {
	{ "MATCH (n) RETURN m", "42703", 17, "variable \"m\" does not exist" },
	{ "MATCH (N) RETURN n", "42703", 17, "Perhaps you meant the variable \"N\"" },
	{ "MATCH (n {name: \"Al\"}) RETURN n", "42703", 16, "single quotes" },
	{ "MATCH (n) WITH n.name AS x RETURN n", "42703", 34, "\"n\"" },
	{ "MATCH (n) WITH n.name RETURN 1", "42601", 15, "needs a name" },
	{ "MATCH (n) RETURN n.name AS a, n.id AS a", "42701", 30, "twice" },
	{ "MATCH (n)-[n]->() RETURN 1", "42804", 11, "is not an edge" },
	{ "MATCH (n) MATCH ()-[e]->(e) RETURN 1", "42804", 20, "is not an edge" },
	{ "UNWIND [1] AS x UNWIND [2] AS x RETURN x", "42712", 30, "already bound" },
	{ "MATCH (n) LET n = 1 RETURN n", "42712", 14, "already bound" },
	{ "MATCH (n) WHERE n.name RETURN n", "42804", 18, "must be type boolean, not type text" },
	{ "MATCH (n) WHERE count(*) > 1 RETURN n", "42803", 16, "not allowed in WHERE" },
	{ "MATCH (n) RETURN sum(count(*))", "42803", 21, "nested" },
	{ "MATCH (n) RETURN n.name, count(*) + n.id", "42803", 36, "grouping key" },
	{ "MATCH (n) RETURN n.name ORDER BY count(*)", "42803", 33, "not allowed in ORDER BY" },
	{ "MATCH (n) RETURN nofunction(n)", "42883", 17, "does not exist" },
	{ "RETURN 1 + true", "42883", 7, "operator does not exist" },
	{ "RETURN 1 LIMIT -1", "2201W", 15, "must not be negative" },
	{ "RETURN 1 SKIP -1", "2201X", 14, "must not be negative" },
	{ "MATCH (n) RETURN n LIMIT n.id", "42703", 25, "\"n\"" },
	{ "RETURN {a: 1, a: 2}", "22030", 14, "duplicate key" },
	{ "MATCH REPEATABLE ELEMENTS (a)-[:KNOWS]->*(b) RETURN a", "42601", 40, "unbounded" },
	{ "MATCH (n)", "42601", -1, "needs RETURN" },
	{ "INSERT (a)-[:K]-(b)", "42601", -1, "direction" },
	{ "INSERT (a)-[]->(b)", "42601", 10, "label" },
	{ "MATCH (a) INSERT (a:X)-[:K]->()", "42601", 18, "already bound" },
	{ "MATCH (a:User) INSERT (a)", "42712", 23, "already bound" },
	{ "INSERT (:User {id: {a: 1}})", "22023", 19, "cannot be of type map" },
	{ "MATCH (n) SET n.name.x = 1", "42804", 14, "only nodes and edges" },
	{ "MATCH ()-[e]->() SET e:L", "42804", 21, "label of an edge" },
	{ "MATCH (n:User) DELETE n.name", "42804", 22, "can be deleted" },
	{ "RETURN 1 AS x UNION RETURN 1 AS y", "42601", 27, "same column names" },
	{ "USE nowhere MATCH (n) RETURN n", "3F000", 4, "graph \"nowhere\" does not exist" },
	{ "SELECT * FROM nowhere", "42P01", 14, "relation \"nowhere\" does not exist" },
	{ "CALL db.nothing()", "42883", 5, "procedure db.nothing" },
	{ "MATCH (n) WHERE (n)-[r]->() RETURN n", "42703", 21, "EXISTS" },
	{ "RETURN [x IN [1] | count(*)]", "42803", 19, "inside a list expression" },
	{ "MATCH p = ()-[]->() RETURN size(p)", "42883", 27, "size(path)" },
	{ "WITH [1] AS es MATCH ()-[es*]->() RETURN 1", "42804", 25, "is not an edge" },
	{ "RETURN 'x'::nosuchtype", "42704", 12, "type \"nosuchtype\" does not exist" },
	{ "MATCH (n:User) WHERE n.id CONTAINS 'x' RETURN n", "42883", 21, "does not exist" },
	{ "RETURN count(*) AS c, [x IN [count(*)] WHERE x > 0] AS l NEXT RETURN zz", "42703", 69,
		"zz" },
};

START_TEST(errors_blame_the_right_place)
{
	const char *text = error_cases[_i].text;
	struct plan *plan = planner_fixture_plan(text, NULL, 0);

	ck_assert_msg(plan == NULL, "%s: planned", text);
	ck_assert_msg(strcmp(sqlstate_code(f->error.code), error_cases[_i].code) == 0, "%s: %s %s",
		text, sqlstate_code(f->error.code), f->error.message);
	ck_assert_msg(error_cases[_i].at < 0 || f->error.byte_offset == error_cases[_i].at,
		"%s: at %d: %s", text, f->error.byte_offset, f->error.message);
	ck_assert_msg(strstr(f->error.message, error_cases[_i].part) != NULL ||
			      strstr(f->error.hint, error_cases[_i].part) != NULL,
		"%s: %s; %s", text, f->error.message, f->error.hint);
}
END_TEST

/* ---- notices --------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	const char *notices;
} notice_cases[] = {
	{ "MATCH (n:user) RETURN n",
		"NOTICE: node label \"user\" does not exist, so it matches nothing (9) "
		"Perhaps you meant \"User\".\n" },
	{ "MATCH ()-[:Knew]->() RETURN 1",
		"NOTICE: edge label \"Knew\" does not exist, so it matches nothing (11)\n" },
	{ "MATCH (n:User) WHERE n.id = 'x' RETURN n",
		"NOTICE: comparison of bigint with text is never true (21)\n" },
	{ "MERGE (n:Unheard {of: 1})", "" },
	{ "INSERT (n:Unheard)", "" },
	/* Bound twice, told once. */
	{ "MATCH (n:user), (m:User) WHERE $1 + $2 = m.id RETURN n",
		"NOTICE: node label \"user\" does not exist, so it matches nothing (9) "
		"Perhaps you meant \"User\".\n" },
};

START_TEST(names_that_match_nothing_are_told_once)
{
	struct plan *plan = planner_fixture_plan(notice_cases[_i].text, NULL, 0);
	struct str got = buf_str(&f->notices);

	ck_assert_msg(plan != NULL, "%s: %s", notice_cases[_i].text, f->error.message);
	ck_assert_msg(str_equal(got, str_of(notice_cases[_i].notices)), "%s: %.*s",
		notice_cases[_i].text, STR_ARGS(got));
}
END_TEST

/* ---- types and scopes ------------------------------------------------------------------------ */

START_TEST(unifying_types_does_not_depend_on_order)
{
	for (int a = 0; a < TYPE_KIND_COUNT; a++) {
		for (int b = 0; b < TYPE_KIND_COUNT; b++) {
			struct type x = { .kind = (uint8_t)a }, y = { .kind = (uint8_t)b };

			ck_assert(type_equal(type_unify(x, y), type_unify(y, x)));
			ck_assert(type_equal(type_unify(x, x), x));
		}
	}
}
END_TEST

START_TEST(observed_types_become_the_narrowest_static_type)
{
	ck_assert_uint_eq(type_of_observed(0).kind, TYPE_NULL);
	ck_assert_uint_eq(type_of_observed(TYPE_BIT(VALUE_INT)).kind, TYPE_INT64);
	ck_assert_uint_eq(
		type_of_observed(TYPE_BIT(VALUE_INT) | TYPE_BIT(VALUE_FLOAT)).kind, TYPE_FLOAT64);
	ck_assert_uint_eq(
		type_of_observed(TYPE_BIT(VALUE_INT) | TYPE_BIT(VALUE_STRING)).kind, TYPE_ANY);
}
END_TEST

START_TEST(a_scope_of_thousands_finds_every_name)
{
	struct arena *a = arena_new(0);
	struct scope *s = scope_new(a, scope_new(a, NULL));

	scope_add(s->parent, STR("outer"))->slot = 7;
	for (uint32_t i = 0; i < 5000; i++)
		scope_add(s, arena_printf(a, "v%u", i))->slot = i;
	for (uint32_t i = 0; i < 5000; i++)
		ck_assert_uint_eq(scope_find(s, arena_printf(a, "v%u", i))->slot, i);
	ck_assert_uint_eq(scope_find(s, STR("outer"))->slot, 7);
	ck_assert_ptr_null(scope_find_here(s, STR("outer")));
	ck_assert_ptr_null(scope_find(s, STR("v5000")));
	arena_free(a);
}
END_TEST

Suite *bind_suite(void)
{
	Suite *s = suite_create("bind");
	TCase *t = tcase_create("statements");

	tcase_add_checked_fixture(t, planner_fixture_setup, planner_fixture_teardown);
	tcase_add_loop_test(t, parameters_take_their_types_from_where_they_stand, 0,
		(int)ARRAY_COUNT(parameter_cases));
	tcase_add_test(t, types_that_the_client_names_are_kept_and_checked);
	tcase_add_loop_test(
		t, columns_have_these_names_and_types, 0, (int)ARRAY_COUNT(column_cases));
	tcase_add_loop_test(t, errors_blame_the_right_place, 0, (int)ARRAY_COUNT(error_cases));
	tcase_add_loop_test(
		t, names_that_match_nothing_are_told_once, 0, (int)ARRAY_COUNT(notice_cases));
	suite_add_tcase(s, t);
	t = tcase_create("types and scopes");
	tcase_add_test(t, unifying_types_does_not_depend_on_order);
	tcase_add_test(t, observed_types_become_the_narrowest_static_type);
	tcase_add_test(t, a_scope_of_thousands_finds_every_name);
	suite_add_tcase(s, t);
	return s;
}
