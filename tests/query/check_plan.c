/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Plans. tests/query/plan/plans.txt holds statements and the plans they must get, as EXPLAIN shows
 * them without costs: a changed plan shows as a difference in review. With QUIVER_ACCEPT set the
 * file is written anew. The TCK's queries are planned too: the walk for live slots asserts that
 * every slot that is read is made.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "query/parse/parse.h"
#include "query/plan/dump.h"
#include "query/plan/plan_query.h"
#include "tests/query/file_text.h"
#include "tests/query/planner_fixture.h"
#include "tests/query/suites.h"

static struct planner_fixture *const f = &planner_fixture;

static void plan_text(const char *text, struct buf *to)
{
	struct plan *plan = planner_fixture_plan(text, NULL, 0);
	struct plan_dump_options options = { .catalog = txn_catalog(f->txn), .hide_costs = true };

	if (plan == NULL)
		buf_printf(to, "%s: %s\n", sqlstate_code(f->error.code), f->error.message);
	else
		plan_dump(to, plan, &options);
}

/* A block is "=== title", the statement, "---", the plan. */
static void plan_blocks(char *text, struct buf *to)
{
	for (char *block = strstr(text, "=== "); block != NULL;) {
		char *next = strstr(block + 1, "\n=== ");
		char *query = strchr(block, '\n') + 1;
		char *end = strstr(query, "\n---\n");

		ck_assert_ptr_nonnull(end);
		*end = '\0';
		buf_put(to, block, (size_t)(query - block));
		buf_printf(to, "%s\n---\n", query);
		plan_text(query, to);
		block = next == NULL ? NULL : next + 1;
		if (block != NULL)
			buf_put_byte(to, '\n');
	}
}

START_TEST(statements_get_these_plans)
{
	const char *root = getenv("QUIVER_SOURCE");
	struct buf got = { 0 };
	char path[512];
	char *file, *copy;

	snprintf(path, sizeof path, "%s/tests/query/plan/plans.txt", root == NULL ? "." : root);
	file = file_text(path);
	ck_assert_msg(file != NULL, "cannot read %s", path);
	copy = strdup(file);
	plan_blocks(copy, &got);
	if (getenv("QUIVER_ACCEPT") != NULL) {
		FILE *out = fopen(path, "wb");

		ck_assert_ptr_nonnull(out);
		fwrite(got.data, 1, got.length, out);
		fclose(out);
	} else {
		size_t at = 0;

		while (at < got.length && file[at] == (char)got.data[at])
			at++;
		ck_assert_msg(at == got.length && file[at] == '\0',
			"plans differ from %s (QUIVER_ACCEPT=1 rewrites it) at byte %zu:\n%.300s",
			path, at,
			at < got.length ? (char *)got.data + (at > 200 ? at - 200 : 0) : "");
	}
	free(file);
	free(copy);
	buf_free(&got);
}
END_TEST

/* ---- the TCK -------------------------------------------------------------------------------- */

static char *json_text(char *at, struct buf *to)
{
	to->length = 0;
	for (; *at != '"'; at++) {
		if (*at != '\\') {
			buf_put_byte(to, (uint8_t)*at);
			continue;
		}
		at++;
		if (*at == 'n')
			buf_put_byte(to, '\n');
		else if (*at == 't')
			buf_put_byte(to, '\t');
		else
			buf_put_byte(to, (uint8_t)*at);
	}
	buf_put_byte(to, 0);
	return at + 1;
}

static bool plan_if_it_parses(const char *text)
{
	struct bind_options options = { .catalog = txn_catalog(f->txn), .storage = f->storage };
	struct ast_script script;
	struct plan *plan;

	if (parse_script(f->arena, str_of(text), NULL, &script, &f->error) != OK ||
		script.count != 1 || script.statements[0]->kind != STMT_QUERY)
		return false;
	return plan_query(f->arena, script.statements[0], &options, &plan, &f->error) == OK;
}

START_TEST(tck_queries_are_planned_or_refused_cleanly)
{
	const char *data = getenv("QUIVER_DATA");
	const char *root = getenv("QUIVER_SOURCE");
	struct buf query = { 0 };
	char path[512];
	uint32_t planned = 0;
	char *file;

	if (data != NULL)
		snprintf(path, sizeof path, "%s/opencypher-tck.jsonl", data);
	else
		snprintf(path, sizeof path, "%s/../shared/data/opencypher-tck.jsonl",
			root == NULL ? "." : root);
	file = file_text(path);
	if (file == NULL) {
		fprintf(stderr, "# skipped: no TCK at %s (set QUIVER_DATA)\n", path);
		return;
	}
	for (char *at = strstr(file, "\"query\": \""); at != NULL;
		at = strstr(at, "\"query\": \"")) {
		struct arena_mark mark = arena_save(f->arena);

		at = json_text(at + strlen("\"query\": \""), &query);
		planned += plan_if_it_parses((const char *)query.data);
		arena_rewind(f->arena, mark);
	}
	ck_assert_uint_gt(planned, 2000);
	buf_free(&query);
	free(file);
}
END_TEST

/* ---- size ----------------------------------------------------------------------------------- */

static uint32_t node_count(const struct plan_node *n)
{
	uint32_t count = 0;

	for (; n != NULL; n = n->input)
		count++;
	return count;
}

START_TEST(a_list_of_ten_thousand_items_is_one_constant)
{
	struct buf text = { 0 };
	struct plan *plan;
	const struct plan_node *n;

	buf_put_text(&text, "MATCH (n:User) WHERE n.id IN [0");
	for (int i = 1; i < 10000; i++)
		buf_printf(&text, ", %d", i);
	buf_put_text(&text, "] RETURN n.name");
	buf_put_byte(&text, 0);
	plan = planner_fixture_plan((char *)text.data, NULL, 0);
	ck_assert_msg(plan != NULL, "%s", f->error.message);
	for (n = plan->root; n->kind != PLAN_UNWIND; n = n->input)
		;
	ck_assert_int_eq(n->unwind.list->kind, BOUND_CONSTANT);
	ck_assert_uint_eq(n->unwind.list->value.count, 10000);
	buf_free(&text);
}
END_TEST

START_TEST(a_pattern_of_fifty_hops_is_planned_from_its_cheapest_end)
{
	struct buf text = { 0 };
	struct plan *plan;
	const struct plan_node *n;

	buf_put_text(&text, "MATCH (n0)");
	for (int i = 1; i <= 50; i++)
		buf_printf(&text, "-[e%d:KNOWS]->(n%d)", i, i);
	buf_put_text(&text, " WHERE n50.id = 3 AND n50:User RETURN n0.name");
	buf_put_byte(&text, 0);
	plan = planner_fixture_plan((char *)text.data, NULL, 0);
	ck_assert_msg(plan != NULL, "%s", f->error.message);
	ck_assert_uint_lt(node_count(plan->root), 110);
	for (n = plan->root; n->input->kind != PLAN_ONE_ROW; n = n->input)
		;
	ck_assert_uint_eq(n->live_count, 1);
	buf_free(&text);
}
END_TEST

/* Edges by the thousand at each of a few nodes do not multiply from hop to hop. */
START_TEST(walks_reach_no_more_than_there_is)
{
	struct plan *plan = planner_fixture_plan(
		"MATCH (c:City)-[:KNOWS|LIVES_IN]-{0,}(b) WHERE c.name = b.name RETURN b", NULL, 0);

	ck_assert_msg(plan != NULL, "%s", f->error.message);
	for (const struct plan_node *n = plan->root; n != NULL; n = n->input)
		ck_assert_double_le(n->rows, 4 * 2 * (120 + 40));
}
END_TEST

START_TEST(an_insert_of_thousands_of_elements_is_one_node)
{
	struct buf text = { 0 };
	struct plan *plan;

	buf_put_text(&text, "INSERT (n0:User {id: 1000})");
	for (int i = 1; i < 3000; i++)
		buf_printf(&text, ", (n%d:User {id: %d}), (n%d)-[:KNOWS]->(n%d)", i, i + 1000,
			i - 1, i);
	buf_put_byte(&text, 0);
	plan = planner_fixture_plan((char *)text.data, NULL, 0);
	ck_assert_msg(plan != NULL, "%s", f->error.message);
	ck_assert_int_eq(plan->root->input->kind, PLAN_INSERT);
	ck_assert_uint_eq(plan->root->input->insert.count, 5999);
	buf_free(&text);
}
END_TEST

START_TEST(every_kind_of_node_has_a_word_in_explain)
{
	for (int kind = 0; kind < PLAN_KIND_COUNT; kind++) {
		struct plan_node node = { .kind = (enum plan_kind)kind };
		const char *word = dump_node_word(&node);

		ck_assert_msg(word != NULL && word[0] != '\0', "kind %d has none", kind);
	}
}
END_TEST

Suite *plan_suite(void)
{
	Suite *s = suite_create("plan");
	TCase *t = tcase_create("plans");

	tcase_add_checked_fixture(t, planner_fixture_setup, planner_fixture_teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, statements_get_these_plans);
	tcase_add_test(t, every_kind_of_node_has_a_word_in_explain);
	tcase_add_test(t, tck_queries_are_planned_or_refused_cleanly);
	tcase_add_test(t, a_list_of_ten_thousand_items_is_one_constant);
	tcase_add_test(t, a_pattern_of_fifty_hops_is_planned_from_its_cheapest_end);
	tcase_add_test(t, walks_reach_no_more_than_there_is);
	tcase_add_test(t, an_insert_of_thousands_of_elements_is_one_node);
	suite_add_tcase(s, t);
	return s;
}
