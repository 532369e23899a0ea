/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Property records against arrays of values.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "storage/graph/property.h"
#include "storage/graph/space.h"
#include "tests/storage/graph_fixture.h"
#include "tests/storage/suites.h"

enum { OWNERS = 150, KEYS = 30 };

static struct graph_fixture fixture;
static struct value model[OWNERS][KEYS + 1]; /* by key; NULL: none. Text lives in fixture.arena */
static uint64_t refs[OWNERS];

static void setup_pool(uint32_t pages)
{
	graph_fixture_open(&fixture, pages);
	memset(model, 0, sizeof(model));
	memset(refs, 0, sizeof(refs));
}

static void setup(void)
{
	setup_pool(FIXTURE_POOL_LARGE);
}

static void teardown(void)
{
	graph_fixture_close(&fixture);
}

static struct value random_text(struct rand *r, uint32_t size)
{
	char *text = arena_alloc(fixture.arena, size + 1);
	uint32_t i;

	for (i = 0; i < size; i++)
		text[i] = (char)('a' + rand_below(r, 26));
	return value_string((struct str){ text, size });
}

static struct value random_decimal(struct rand *r)
{
	char text[64];
	const struct decimal *d;
	struct error e;
	int length = snprintf(text, sizeof text, "%d.%0*d", (int)rand_below(r, 2000) - 1000,
		1 + (int)rand_below(r, 40), (int)rand_below(r, 9));

	ck_assert_int_eq(
		decimal_parse(fixture.arena, (struct str){ text, (uint32_t)length }, &d, &e), OK);
	return value_decimal(d);
}

static struct value random_value(struct rand *r)
{
	struct value *items;

	switch (rand_below(r, 10)) {
	case 9:
		return random_decimal(r);
	case 0:
		return value_null();
	case 1:
		return value_bool(rand_below(r, 2) == 0);
	case 2:
		return value_float(rand_unit(r));
	case 3:
		items = ARENA_ARRAY(fixture.arena, struct value, 3);
		items[0] = value_int(1);
		items[2] = random_text(r, 5);
		return (struct value){ .type = VALUE_LIST, .count = 3, .items = items };
	case 4:
		return random_text(r, (uint32_t)rand_below(r, 40));
	case 5: /* now and then one that makes a chain, of one page or of several */
		if (rand_below(r, 10) == 0)
			return random_text(r, (uint32_t)rand_below(r, 40000));
		return random_text(r, (uint32_t)rand_below(r, 600));
	default:
		return value_int((int64_t)rand_next(r));
	}
}

static void replace(struct rand *r, uint32_t owner)
{
	struct property properties[KEYS];
	struct buf map = { 0 };
	uint32_t n = 0, key;

	for (key = 1; key <= KEYS; key++) {
		model[owner][key] = rand_below(r, 3) == 0 ? random_value(r) : value_null();
		if (!value_is_null(model[owner][key]))
			properties[n++] = (struct property){ key, model[owner][key] };
	}
	property_map_encode(&map, properties, n);
	EXPECT(property_map_is_valid(map.data, map.length));
	refs[owner] = property_replace(
		&fixture.graph, refs[owner], ELEMENT_NODE, owner, map.data, (uint32_t)map.length);
	buf_free(&map);
}

static void change(struct rand *r)
{
	uint32_t owner = (uint32_t)rand_below(r, OWNERS), key;

	switch (rand_below(r, 10)) {
	case 0:
		replace(r, owner);
		break;
	case 1:
		property_delete(&fixture.graph, refs[owner]);
		refs[owner] = 0;
		memset(model[owner], 0, sizeof(model[owner]));
		break;
	default:
		key = 1 + (uint32_t)rand_below(r, KEYS);
		model[owner][key] = random_value(r);
		refs[owner] = property_set(
			&fixture.graph, refs[owner], ELEMENT_NODE, owner, key, model[owner][key]);
	}
}

static void expect_columns(void)
{
	static struct value columns[4][OWNERS];
	static const uint32_t keys[4] = { 17, 3, KEYS, 999 };
	struct value *const at[4] = { columns[0], columns[1], columns[2], columns[3] };
	struct arena *arena = arena_new(0);
	struct error e;
	struct property_batch b = { .refs = refs,
		.count = OWNERS,
		.keys = keys,
		.key_count = 4,
		.columns = at,
		.arena = arena,
		.error = &e };
	struct page_view v;
	uint32_t i, k;

	FIXTURE_READ(&fixture, v, property_columns(&v, &fixture.graph, &b));
	for (i = 0; i < OWNERS; i++) {
		for (k = 0; k < 4; k++) {
			struct value expected = keys[k] <= KEYS ? model[i][keys[k]] : value_null();

			EXPECT(value_same(columns[k][i], expected));
			EXPECT_EQ(columns[k][i].type, expected.type);
		}
	}
	arena_free(arena);
}

static void expect_all(void)
{
	struct graph_check check = graph_fixture_check(&fixture);
	struct arena *arena = arena_new(0);
	uint32_t i, key, n, count;

	for (i = 0; i < OWNERS; i++) {
		struct buf map = { 0 };
		struct property *properties;
		struct page_view v;
		struct error e;

		FIXTURE_READ(&fixture, v, property_read(&v, &fixture.graph, refs[i], &map));
		EXPECT_EQ(property_map_decode(map.data, map.length, arena, &properties, &count, &e),
			OK);
		for (key = 1, n = 0; key <= KEYS; key++) {
			if (value_is_null(model[i][key]))
				continue;
			EXPECT_OP(<, n, count);
			EXPECT_EQ(properties[n].key, key);
			EXPECT(value_same(properties[n].value, model[i][key]));
			n++;
		}
		EXPECT_EQ(n, count);
		buf_free(&map);
		property_check(&check, refs[i], ELEMENT_NODE, i);
	}
	space_check(&check);
	arena_free(arena);
}

static void run(int steps)
{
	struct rand r = { 31 };
	int i;

	for (i = 0; i < steps; i++) {
		change(&r);
		graph_fixture_rest(&fixture);
		if (i % 200 == 0)
			expect_columns();
		if (i % 1000 == 0)
			expect_all();
	}
	expect_columns();
	expect_all();
}

START_TEST(records_match_arrays_of_values)
{
	run(8000);
}
END_TEST

START_TEST(reads_survive_misses_and_bytes_are_the_same)
{
	uint32_t first;

	run(2500);
	first = graph_fixture_digest(&fixture);
	teardown();
	setup_pool(FIXTURE_POOL_SMALL);
	run(2500);
	EXPECT_OP(>, fixture.misses, 10);
	EXPECT_EQ(graph_fixture_digest(&fixture), first);
}
END_TEST

START_TEST(records_survive_reopening)
{
	run(1500);
	graph_fixture_reopen(&fixture);
	expect_columns();
	expect_all();
}
END_TEST

START_TEST(empty_map_is_no_record)
{
	uint64_t ref = property_set(&fixture.graph, 0, ELEMENT_EDGE, 1, 5, value_int(7));

	EXPECT_EQ(graph_ref_kind(ref), GRAPH_REF_PROP);
	EXPECT_EQ(property_set(&fixture.graph, ref, ELEMENT_EDGE, 1, 5, value_null()), 0);
}
END_TEST

START_TEST(a_load_fills_its_pages)
{
	struct pager_statistics before, after;
	uint32_t i;

	pager_statistics(fixture.pager, &before);
	for (i = 0; i < 20000; i++)
		EXPECT_OP(!=, property_set(&fixture.graph, 0, ELEMENT_NODE, i, 1, value_int(i)), 0);
	pager_statistics(fixture.pager, &after);
	/* 12 + 4 + 8 + 8 bytes and a slot of 4: 454 in a page */
	EXPECT_OP(<=, after.pages_total - before.pages_total, 20000 / 454 + 3);
}
END_TEST

START_TEST(broken_maps_are_refused)
{
	struct rand r = { 41 };
	struct buf map = { 0 };
	size_t i;

	replace(&r, 0);
	property_load(&fixture.graph, refs[0], &map);
	EXPECT(property_map_is_valid(map.data, map.length));
	for (i = 0; i < map.length; i++) {
		uint8_t *part = malloc(i + 1);

		memcpy(part, map.data, i);
		EXPECT(!property_map_is_valid(part, i));
		free(part);
	}
	for (i = 0; i < 5000; i++) {
		size_t at = (size_t)rand_below(&r, map.length);
		uint8_t old = map.data[at];

		map.data[at] = (uint8_t)rand_next(&r);
		(void)property_map_is_valid(map.data, map.length);
		map.data[at] = old;
	}
	buf_free(&map);
}
END_TEST

START_TEST(check_finds_a_damaged_record)
{
	uint64_t ref = property_set(&fixture.graph, 0, ELEMENT_NODE, 7, 1, value_int(9));
	struct graph_check check = graph_fixture_check_damage(&fixture);
	struct space_place place = space_place_of(ref);
	uint8_t *record;

	property_check(&check, ref, ELEMENT_NODE, 7);
	EXPECT_EQ(check.findings, 0);
	property_check(&check, ref, ELEMENT_NODE, 8);
	property_check(&check, ref, ELEMENT_EDGE, 7);
	EXPECT_EQ(check.findings, 2);
	record = space_modify(&fixture.graph, SPACE_PROPERTIES, place, NULL);
	record[12 + 7] = VALUE_PATH; /* a type that is never stored */
	property_check(&check, ref, ELEMENT_NODE, 7);
	EXPECT_EQ(check.findings, 3);
}
END_TEST

START_TEST(reader_refuses_a_damaged_record)
{
	uint64_t ref = property_set(&fixture.graph, 0, ELEMENT_NODE, 7, 1, value_int(9));
	struct space_place place = space_place_of(ref);
	struct value column[1], *const columns[1] = { column };
	uint32_t key = 1;
	struct error e;
	struct property_batch b = { .refs = &ref,
		.count = 1,
		.keys = &key,
		.key_count = 1,
		.columns = columns,
		.arena = fixture.arena,
		.error = &e };
	struct page_view v;
	uint8_t *record = space_modify(&fixture.graph, SPACE_PROPERTIES, place, NULL);

	record[12 + 7] = VALUE_PATH;
	page_view_init(&v);
	EXPECT(!property_columns(&v, &fixture.graph, &b));
	EXPECT_EQ(b.failed, E_DATA_CORRUPTED);
	record[8] = 0xFF; /* the map's size reaches over the record's end */
	b.done = 0;
	EXPECT(!property_columns(&v, &fixture.graph, &b));
	EXPECT_EQ(b.failed, OK);
	EXPECT(v.corrupt);
}
END_TEST

Suite *property_suite(void)
{
	Suite *s = suite_create("property");
	TCase *t = tcase_create("property");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, records_match_arrays_of_values);
	tcase_add_test(t, reads_survive_misses_and_bytes_are_the_same);
	tcase_add_test(t, records_survive_reopening);
	tcase_add_test(t, empty_map_is_no_record);
	tcase_add_test(t, a_load_fills_its_pages);
	tcase_add_test(t, broken_maps_are_refused);
	tcase_add_test(t, check_finds_a_damaged_record);
	tcase_add_test(t, reader_refuses_a_damaged_record);
	suite_add_tcase(s, t);
	return s;
}
