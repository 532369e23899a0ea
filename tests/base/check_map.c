/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/map.c promises, held against an array that needs no hashing.
 */
#include <check.h>
#include <stdio.h>

#include "base/map.h"
#include "base/rand.h"
#include "tests/base/suites.h"

enum { KEY_COUNT = 500, STEP_COUNT = 10000 };

START_TEST(u64_map_agrees_with_an_array)
{
	struct map_u64 m = { 0 };
	uint64_t model[KEY_COUNT] = { 0 }; /* 0: absent */
	struct rand r = { 5 };
	size_t count = 0;

	for (int i = 0; i < STEP_COUNT; i++) {
		uint64_t key = rand_below(&r, KEY_COUNT), value = rand_next(&r) | 1;
		uint64_t *found = map_u64_find(&m, key);

		ck_assert_uint_eq(found == NULL ? 0 : *found, model[key]);
		if (rand_below(&r, 2) == 0) {
			ck_assert_int_eq(map_u64_put(&m, key, value), model[key] != 0);
			count += model[key] == 0;
			model[key] = value;
		} else {
			ck_assert_int_eq(map_u64_remove(&m, key), model[key] != 0);
			count -= model[key] != 0;
			model[key] = 0;
		}
		ck_assert_uint_eq(m.count, count);
	}
	map_u64_free(&m);
}
END_TEST

START_TEST(u64_iteration_visits_each_entry_once)
{
	struct map_u64 m = { 0 };
	bool seen[KEY_COUNT] = { false };
	uint64_t key, value;
	size_t cursor = 0, count = 0;

	for (uint64_t i = 0; i < KEY_COUNT; i++)
		map_u64_put(&m, i, i * 3);
	while (map_u64_next(&m, &cursor, &key, &value)) {
		ck_assert_uint_eq(value, key * 3);
		ck_assert(!seen[key]);
		seen[key] = true;
		count++;
	}
	ck_assert_uint_eq(count, KEY_COUNT);
	map_u64_clear(&m);
	cursor = 0;
	ck_assert(!map_u64_next(&m, &cursor, &key, &value));
	map_u64_free(&m);
}
END_TEST

START_TEST(an_empty_map_answers)
{
	struct map_u64 m = { 0 };
	struct map_str s = { 0 };

	ck_assert_ptr_null(map_u64_find(&m, 0));
	ck_assert_ptr_null(map_u64_find(&m, 1));
	ck_assert(!map_u64_remove(&m, 1));
	ck_assert_ptr_null(map_str_get(&s, STR("x")));
	ck_assert_ptr_null(map_str_remove(&s, STR("x")));
}
END_TEST

START_TEST(find_or_put_counts_words)
{
	struct map_u64 m = { 0 };

	for (int i = 0; i < 10; i++)
		(*map_u64_find_or_put(&m, 7, 100))++;
	ck_assert_uint_eq(*map_u64_find(&m, 7), 110);
	map_u64_free(&m);
}
END_TEST

START_TEST(string_map_agrees_with_an_array)
{
	static char names[KEY_COUNT][12];
	void *model[KEY_COUNT] = { NULL };
	struct map_str m = { 0 };
	struct rand r = { 6 };
	struct str key;
	void *value;
	size_t cursor = 0, count = 0;

	for (int i = 0; i < KEY_COUNT; i++)
		snprintf(names[i], sizeof names[i], "%s%d", i % 2 ? "n" : "", i);
	names[0][0] = '\0'; /* the empty string is a key like any other */
	for (int i = 0; i < STEP_COUNT; i++) {
		uint64_t k = rand_below(&r, KEY_COUNT);
		void *new_value = &names[rand_below(&r, KEY_COUNT)];

		ck_assert_ptr_eq(map_str_get(&m, str_of(names[k])), model[k]);
		if (rand_below(&r, 2) == 0) {
			ck_assert_ptr_eq(map_str_put(&m, str_of(names[k]), new_value), model[k]);
			model[k] = new_value;
		} else {
			ck_assert_ptr_eq(map_str_remove(&m, str_of(names[k])), model[k]);
			model[k] = NULL;
		}
	}
	while (map_str_next(&m, &cursor, &key, &value))
		count++;
	ck_assert_uint_eq(count, m.count);
	map_str_clear(&m);
	ck_assert_uint_eq(m.count, 0);
	map_str_free(&m);
}
END_TEST

Suite *map_suite(void)
{
	Suite *suite = suite_create("map");
	TCase *tests = tcase_create("map");

	tcase_add_test(tests, u64_map_agrees_with_an_array);
	tcase_add_test(tests, u64_iteration_visits_each_entry_once);
	tcase_add_test(tests, an_empty_map_answers);
	tcase_add_test(tests, find_or_put_counts_words);
	tcase_add_test(tests, string_map_agrees_with_an_array);
	suite_add_tcase(suite, tests);
	return suite;
}
