/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Shortest paths through a lattice, whose number grows with its side as binomials do: all of them in a
 * small one, and a few of many millions in a large one, under every mode.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/query/procedure_fixture.h"
#include "tests/query/suites.h"

enum { SMALL = 4, SMALL_PATHS = 20, LARGE = 15, SOME = 10 };

/* Selectors and what stands between the corners; how many of the small lattice's paths they take. */
static const struct {
	const char *selector, *between;
	uint32_t paths;
} forms[] = {
	{ "ALL SHORTEST", "-[:E]->+", SMALL_PATHS },
	{ "ALL SHORTEST", "-[:E]-+", SMALL_PATHS },
	{ "ALL SHORTEST TRAIL", "-[:E]->+", SMALL_PATHS },
	{ "ALL SHORTEST TRAIL", "-[:E]-+", SMALL_PATHS },
	{ "ALL SHORTEST ACYCLIC", "-[:E]-+", SMALL_PATHS },
	{ "ALL SHORTEST SIMPLE", "-[:E]-+", SMALL_PATHS },
	{ "ALL SHORTEST", "((c)-[:E]->(d) WHERE c.x <= d.x)+", SMALL_PATHS },
	{ "ALL SHORTEST", "(TRAIL (c)-[:E]-(d)-[:E]-(e))+", SMALL_PATHS },
	{ "SHORTEST 1 TRAIL GROUPS", "-[:E]-+", SMALL_PATHS },
	{ "SHORTEST 2 GROUPS", "-[:E]->+", SMALL_PATHS },
	{ "SHORTEST 2 ACYCLIC GROUPS", "-[:E]->+", SMALL_PATHS },
	{ "SHORTEST 12 TRAIL", "-[:E]-+", 12 },
	{ "ANY 12 SIMPLE", "-[:E]->+", 12 },
	{ "ALL SHORTEST", "(()-[:E]->() | ()-[:E]->())+", SMALL_PATHS },
};

static void store_lattice(int side)
{
	char text[400];

	for (int x = 0; x < side; x++) {
		snprintf(text, sizeof text,
			"UNWIND range(0, %d) AS y INSERT (:L {x: %d, y: y, name: y * 1000 + %d})",
			side - 1, x, x);
		answer_must(text);
	}
	answer_must("MATCH (a:L), (b:L) WHERE b.x = a.x + 1 AND b.y = a.y INSERT (a)-[:E]->(b)");
	answer_must("MATCH (a:L), (b:L) WHERE b.x = a.x AND b.y = a.y + 1 INSERT (a)-[:E]->(b)");
}

/* Whether the rows, each ended by '|', are all different. */
static bool rows_differ(char *text)
{
	for (char *row = text, *end; (end = strchr(row, '|')) != NULL; row = end + 1) {
		char kept = end[1];

		end[1] = '\0';
		if (strstr(text, row) != row)
			return false;
		end[1] = kept;
	}
	return true;
}

static void ask(int form, int side, const char *limit)
{
	char text[600];

	snprintf(text, sizeof text,
		"MATCH (a:L {x: 0, y: 0}) MATCH (b:L {x: %d, y: %d}) MATCH p = %s (a)%s(b) "
		"RETURN length(p) AS length, [n IN nodes(p) | n.name] AS names%s",
		side - 1, side - 1, forms[form].selector, forms[form].between, limit);
	answer_must(text);
	for (uint32_t i = 0; i < answer.rows; i++)
		ck_assert_msg(answer.numbers[i][0] == 2 * (side - 1), "%s", text);
	ck_assert_msg(rows_differ((char *)answer.text.data), "%s", text);
}

START_TEST(every_shortest_path_comes_once)
{
	store_lattice(SMALL);
	ask(_i, SMALL, "");
	ck_assert_uint_eq(answer.rows, forms[_i].paths);
}
END_TEST

START_TEST(a_few_of_millions_of_shortest_paths_come_at_once)
{
	store_lattice(LARGE);
	ask(_i, LARGE, " LIMIT 10");
	ck_assert_uint_eq(answer.rows, SOME);
}
END_TEST

Suite *lattice_suite(void)
{
	Suite *s = suite_create("lattice");
	TCase *c = tcase_create("lattice");

	tcase_add_checked_fixture(c, procedure_setup, procedure_teardown);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, every_shortest_path_comes_once, 0, (int)ARRAY_COUNT(forms));
	tcase_add_loop_test(c, a_few_of_millions_of_shortest_paths_come_at_once, 0,
		(int)ARRAY_COUNT(forms));
	suite_add_tcase(s, c);
	return s;
}
