/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Property indexes over two keys against a sorted array of entries.
 */
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "storage/graph/property_index.h"
#include "tests/storage/graph_fixture.h"
#include "tests/storage/suites.h"

enum { ENTRIES = 3000 };

struct entry {
	struct value values[2];
	uint64_t id;
};

static struct graph_fixture fixture;
static struct entry model[ENTRIES];
static uint32_t count;
static uint64_t root;

static void setup(void)
{
	graph_fixture_open(&fixture, FIXTURE_POOL_LARGE);
	root = property_index_create(&fixture.graph);
	count = 0;
}

static void teardown(void)
{
	graph_fixture_close(&fixture);
}

static struct value random_value(struct rand *r)
{
	static const char text[] = "a\0ab\0\0abc";

	switch (rand_below(r, 3)) {
	case 0:
		return value_int((int64_t)rand_below(r, 20) - 10);
	case 1:
		return value_float((double)rand_below(r, 40) / 2 - 10);
	default:
		return value_string(
			(struct str){ text + rand_below(r, 4), (uint32_t)rand_below(r, 6) });
	}
}

static int entry_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = value_order(x->values[0], y->values[0]);

	if (order == 0)
		order = value_order(x->values[1], y->values[1]);
	if (order == 0)
		order = x->id < y->id ? -1 : x->id > y->id;
	return order;
}

static void fill(struct rand *r)
{
	struct buf key = { 0 };
	uint32_t i;

	for (i = 0; i < ENTRIES; i++) {
		struct entry e = { { random_value(r), random_value(r) }, rand_below(r, 100000) };

		EXPECT(property_index_key(&key, e.values, 2));
		if (!property_index_add(&fixture.graph, root, buf_str(&key), e.id))
			continue;
		EXPECT(!property_index_add(&fixture.graph, root, buf_str(&key), e.id));
		model[count++] = e;
	}
	for (i = 0; i < count; i += 3) {
		EXPECT(property_index_key(&key, model[i].values, 2));
		EXPECT(property_index_remove(&fixture.graph, root, buf_str(&key), model[i].id));
		EXPECT(!property_index_remove(&fixture.graph, root, buf_str(&key), model[i].id));
		model[i] = model[--count];
	}
	qsort(model, count, sizeof(model[0]), entry_order);
	buf_free(&key);
}

/* One bound of a range: `equal` on the first key alone or on both; is_set false: none. */
struct bound {
	struct value values[2];
	uint32_t value_count;
	bool is_set, is_inclusive;
};

static int bound_order(const struct entry *e, const struct bound *b)
{
	int order = value_order(e->values[0], b->values[0]);

	return order == 0 && b->value_count == 2 ? value_order(e->values[1], b->values[1]) : order;
}

static bool is_inside(const struct entry *e, const struct bound *low, const struct bound *high)
{
	int order;

	if (low->is_set) {
		order = bound_order(e, low);
		if (order < 0 || (order == 0 && !low->is_inclusive))
			return false;
	}
	if (!high->is_set)
		return true;
	order = bound_order(e, high);
	return order < 0 || (order == 0 && high->is_inclusive);
}

static void random_bound(struct rand *r, struct bound *b)
{
	*b = (struct bound){ { random_value(r), random_value(r) }, 1 + (uint32_t)rand_below(r, 2),
		rand_below(r, 4) != 0, rand_below(r, 2) == 0 };
}

static struct str bound_key(const struct bound *b, struct buf *key)
{
	if (!b->is_set)
		return (struct str){ NULL, 0 };
	EXPECT(property_index_key(key, b->values, b->value_count));
	return buf_str(key);
}

static void expect_range(
	const struct bound *low, const struct bound *high, bool is_descending, uint32_t step)
{
	static struct property_index_cursor c;
	struct buf low_key = { 0 }, high_key = { 0 };
	struct property_index_bounds bounds = { bound_key(low, &low_key),
		bound_key(high, &high_key), low->is_inclusive, high->is_inclusive, is_descending };
	uint64_t ids[ENTRIES];
	uint32_t n, i, at = 0;
	struct page_view v;

	property_index_seek(&c, root, &bounds);
	do {
		FIXTURE_READ(
			&fixture, v, property_index_scan(&v, &fixture.graph, &c, ids, step, &n));
		for (i = 0; i < n; i++, at++) {
			uint32_t place;

			do {
				EXPECT_OP(<, at, count);
				place = is_descending ? count - 1 - at : at;
				at += !is_inside(&model[place], low, high);
			} while (!is_inside(&model[place], low, high));
			EXPECT_EQ(ids[i], model[place].id);
		}
	} while (n > 0);
	for (; at < count; at++)
		EXPECT(!is_inside(&model[is_descending ? count - 1 - at : at], low, high));
	buf_free(&low_key);
	buf_free(&high_key);
}

START_TEST(ranges_match_a_sorted_array)
{
	struct rand r = { 1 };
	struct bound low, high;
	int i;

	fill(&r);
	for (i = 0; i < 600; i++) {
		random_bound(&r, &low);
		random_bound(&r, &high);
		if (rand_below(&r, 3) == 0)
			high.values[0] = low.values[0];
		expect_range(
			&low, &high, rand_below(&r, 2) == 0, 1 + (uint32_t)rand_below(&r, 500));
	}
}
END_TEST

START_TEST(lookups_give_the_lowest_id)
{
	struct rand r = { 2 };
	struct buf key = { 0 };
	int i;

	fill(&r);
	for (i = 0; i < 2000; i++) {
		struct value values[2] = { random_value(&r), random_value(&r) };
		uint64_t expected = UINT64_MAX, from = rand_below(&r, 3) * 20000, found = 0;
		struct page_view v;
		uint32_t j;

		for (j = 0; j < count; j++) {
			if (value_same(model[j].values[0], values[0]) &&
				value_same(model[j].values[1], values[1]) && model[j].id >= from)
				expected = MIN_OF(expected, model[j].id);
		}
		EXPECT(property_index_key(&key, values, 2));
		FIXTURE_READ(&fixture, v,
			property_index_find(&v, &fixture.graph, root, buf_str(&key), from, &found));
		EXPECT_EQ(found, expected);
		if (from == 0)
			EXPECT_EQ(property_index_first_now(&fixture.graph, root, buf_str(&key)),
				expected);
	}
	buf_free(&key);
}
END_TEST

START_TEST(a_tag_bounds_a_type)
{
	static struct property_index_cursor c;
	uint8_t tag = value_key_tag(VALUE_INT);
	struct buf key = { 0 }, low = { 0 };
	struct value values[6] = { value_int(5), value_float(7.5), value_string(STR("x")),
		value_bool(true), value_float(0.0 / 0.0), value_int(4) },
		     bound = value_int(4);
	struct property_index_bounds bounds = { .high = { (const char *)&tag, 1 },
		.high_is_inclusive = true };
	struct page_view v;
	uint64_t ids[8];
	uint32_t n, i;

	for (i = 0; i < ARRAY_COUNT(values); i++) {
		EXPECT(property_index_key(&key, &values[i], 1));
		EXPECT(property_index_add(&fixture.graph, root, buf_str(&key), i));
	}
	EXPECT(property_index_key(&low, &bound, 1));
	bounds.low = buf_str(&low);
	property_index_seek(&c, root, &bounds);
	FIXTURE_READ(&fixture, v, property_index_scan(&v, &fixture.graph, &c, ids, 8, &n));
	EXPECT_EQ(n, 2);
	EXPECT_EQ(ids[0], 0);
	EXPECT_EQ(ids[1], 1);
	bound = value_null();
	EXPECT(!property_index_key(&key, &bound, 1));
	buf_free(&key);
	buf_free(&low);
}
END_TEST

Suite *property_index_suite(void)
{
	Suite *s = suite_create("property_index");
	TCase *t = tcase_create("property_index");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, ranges_match_a_sorted_array);
	tcase_add_test(t, lookups_give_the_lowest_id);
	tcase_add_test(t, a_tag_bounds_a_type);
	suite_add_tcase(s, t);
	return s;
}
