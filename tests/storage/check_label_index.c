/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Label containers against bit sets: a crowded label, a thin one, and ids far apart.
 */
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "storage/graph/label_index.h"
#include "storage/graph/space.h"
#include "storage/page/btree.h"
#include "tests/storage/graph_fixture.h"
#include "tests/storage/suites.h"

enum { LABELS = 4, RANGE = 200000 };

static struct graph_fixture fixture;
static uint8_t *model[LABELS + 1]; /* by label and id */

static void setup_pool(uint32_t pages)
{
	uint32_t i;

	graph_fixture_open(&fixture, pages);
	for (i = 1; i <= LABELS; i++)
		model[i] = calloc(RANGE, 1);
}

static void setup(void)
{
	setup_pool(FIXTURE_POOL_LARGE);
}

static void teardown(void)
{
	uint32_t i;

	for (i = 1; i <= LABELS; i++)
		free(model[i]);
	graph_fixture_close(&fixture);
}

static uint64_t random_id(struct rand *r, uint32_t label)
{
	return rand_below(r, label == 1 ? 9000 : label == 2 ? 70000 : RANGE);
}

static void change(struct rand *r, bool grows)
{
	uint32_t label = 1 + (uint32_t)rand_below(r, LABELS);
	uint64_t id = random_id(r, label);
	uint8_t *has = &model[label][id];

	if (rand_below(r, 100) < (grows ? 80 : 20)) {
		EXPECT_EQ(label_index_add(&fixture.graph, ELEMENT_NODE, label, id), !*has);
		*has = 1;
	} else {
		EXPECT_EQ(label_index_remove(&fixture.graph, ELEMENT_NODE, label, id), *has);
		*has = 0;
	}
}

static void expect_scan(struct rand *r, uint32_t label)
{
	struct label_scan s = { .element = ELEMENT_NODE,
		.label = label,
		.from = rand_below(r, 2) == 0 ? 0 : rand_below(r, RANGE),
		.end = rand_below(r, 2) == 0 ? UINT64_MAX : rand_below(r, RANGE) };
	uint64_t ids[700], next = s.from, end = MIN_OF(s.end, (uint64_t)RANGE), count = 0,
			   total = 0;
	struct page_view v;
	uint32_t n, i;
	bool whole;

	do {
		page_view_init(&v);
		whole = label_index_scan(
			&v, &fixture.graph, &s, ids, 1 + (uint32_t)rand_below(r, 700), &n);
		for (i = 0; i < n; i++, next++) {
			while (next < end && !model[label][next])
				next++;
			EXPECT_EQ(ids[i], next);
		}
		if (!whole)
			graph_fixture_page_in(&fixture, &v);
	} while (!whole || n > 0);
	for (; next < end; next++)
		EXPECT_EQ(model[label][next], 0);
	FIXTURE_READ(
		&fixture, v, label_index_count(&v, &fixture.graph, ELEMENT_NODE, label, &count));
	for (i = 0; i < RANGE; i++)
		total += model[label][i];
	EXPECT_EQ(count, total);
}

static void expect_has(struct rand *r)
{
	uint32_t label = 1 + (uint32_t)rand_below(r, LABELS);
	uint64_t id = random_id(r, label);
	struct page_view v;
	bool has;

	FIXTURE_READ(
		&fixture, v, label_index_has(&v, &fixture.graph, ELEMENT_NODE, label, id, &has));
	EXPECT_EQ(has, model[label][id]);
}

static void run(uint64_t seed, int steps)
{
	struct graph_check check = graph_fixture_check(&fixture);
	struct rand r = { seed }, reads = { seed + 100 }; /* misses draw more of the latter */
	int i;

	for (i = 0; i < steps; i++) {
		change(&r, (i / (steps / 4)) % 2 == 0);
		graph_fixture_rest(&fixture);
		if (i % 10 == 0)
			expect_has(&reads);
		if (i % (steps / 20) == 0) {
			expect_scan(&reads, 1 + (uint32_t)rand_below(&reads, LABELS));
			label_index_check(&check, ELEMENT_NODE);
			space_check(&check);
		}
	}
	for (i = 1; i <= LABELS; i++)
		expect_scan(&reads, (uint32_t)i);
	label_index_check(&check, ELEMENT_NODE);
	label_index_check(&check, ELEMENT_EDGE);
}

START_TEST(containers_match_bit_sets)
{
	run(1, 60000);
}
END_TEST

START_TEST(reads_survive_misses_and_bytes_are_the_same)
{
	uint32_t first;

	run(2, 20000);
	first = graph_fixture_digest(&fixture);
	teardown();
	setup_pool(FIXTURE_POOL_SMALL);
	run(2, 20000);
	EXPECT_EQ(graph_fixture_digest(&fixture), first);
}
END_TEST

START_TEST(whole_label_loads_and_empties)
{
	struct graph_check check = graph_fixture_check(&fixture);
	struct pager_statistics before, after;
	uint64_t id;

	pager_statistics(fixture.pager, &before);
	for (id = 0; id < RANGE; id++)
		EXPECT(label_index_add(&fixture.graph, ELEMENT_EDGE, 3, id));
	label_index_check(&check, ELEMENT_EDGE);
	for (id = 0; id < RANGE; id++)
		EXPECT(label_index_remove(&fixture.graph, ELEMENT_EDGE, 3, id));
	label_index_check(&check, ELEMENT_EDGE);
	pager_statistics(fixture.pager, &after);
	EXPECT_OP(<=, after.pages_total, before.pages_total + 2);
}
END_TEST

START_TEST(ids_far_apart_are_found)
{
	static const uint64_t far[] = { 0, 65535, 65536, UINT64_C(1) << 40,
		(UINT64_C(1) << 44) - 1 };
	struct label_scan s = { .element = ELEMENT_NODE, .label = 2, .end = UINT64_MAX };
	struct page_view v;
	uint64_t ids[10];
	uint32_t n, i;

	for (i = 0; i < ARRAY_COUNT(far); i++)
		EXPECT(label_index_add(&fixture.graph, ELEMENT_NODE, 2, far[i]));
	EXPECT(label_index_add(&fixture.graph, ELEMENT_NODE, 3, 1));
	FIXTURE_READ(&fixture, v, label_index_scan(&v, &fixture.graph, &s, ids, 10, &n));
	EXPECT_EQ(n, ARRAY_COUNT(far));
	for (i = 0; i < n; i++)
		EXPECT_EQ(ids[i], far[i]);
}
END_TEST

START_TEST(check_finds_a_damaged_container)
{
	struct graph_check check = graph_fixture_check_damage(&fixture);
	struct btree tree = { fixture.pager, fixture.graph.label_roots[ELEMENT_NODE], 2 };
	static const char key[8] = { 0, 0, 0, 1, 0, 0, 0, 0 };
	uint64_t id, ref;
	uint16_t *low;

	for (id = 0; id < 4; id++)
		EXPECT(label_index_add(&fixture.graph, ELEMENT_NODE, 1, id * 3));
	label_index_check(&check, ELEMENT_NODE);
	EXPECT_EQ(check.findings, 0);
	EXPECT(btree_get(&tree, (struct str){ key, 8 }, &ref));
	low = (uint16_t *)space_modify(&fixture.graph, SPACE_LABELS, space_place_of(ref), NULL) + 4;
	low[1] = 7; /* 0 7 6 9 */
	label_index_check(&check, ELEMENT_NODE);
	EXPECT_EQ(check.findings, 1);
}
END_TEST

Suite *label_index_suite(void)
{
	Suite *s = suite_create("label_index");
	TCase *t = tcase_create("label_index");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, containers_match_bit_sets);
	tcase_add_test(t, reads_survive_misses_and_bytes_are_the_same);
	tcase_add_test(t, whole_label_loads_and_empties);
	tcase_add_test(t, ids_far_apart_are_found);
	tcase_add_test(t, check_finds_a_damaged_container);
	suite_add_tcase(s, t);
	return s;
}
