/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/array_text.c promises; the cases were answered by PostgreSQL 15.
 */
#include <check.h>

#include "base/array_text.h"
#include "tests/base/suites.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new(0);
}

static void teardown(void)
{
	arena_free(arena);
}

static const struct {
	const char *text, *again; /* again: written once more; NULL: malformed */
} cases[] = {
	{ "{}", "{}" },
	{ " { } ", "{}" },
	{ "{1,2}", "{1,2}" },
	{ "{ 1 , a b }", "{1,\"a b\"}" },
	{ "{NULL,null,\"NULL\"}", "{NULL,NULL,\"NULL\"}" },
	{ "{\"\",\"a\\\"b\\\\\",x\\,y}", "{\"\",\"a\\\"b\\\\\",\"x,y\"}" },
	{ "{\"{}\"}", "{\"{}\"}" },
	{ "", NULL },
	{ "1,2", NULL },
	{ "{1,}", NULL },
	{ "{,1}", NULL },
	{ "{1", NULL },
	{ "{\"1}", NULL },
	{ "{1}2", NULL },
	{ "{a\"b\"}", NULL },
	{ "{\"a\"b}", NULL },
	{ "{1,{2}}", NULL },
};

START_TEST(texts_are_read_and_written)
{
	struct array_text_item *items;
	struct buf b = { 0 };
	struct error e;
	uint32_t count;
	enum sqlstate rc = array_text_read(arena, str_of(cases[_i].text), &items, &count, &e);

	if (cases[_i].again == NULL) {
		ck_assert_int_eq(rc, E_TEXT_REPRESENTATION);
		return;
	}
	ck_assert_int_eq(rc, OK);
	buf_put_byte(&b, '{');
	for (uint32_t i = 0; i < count; i++) {
		size_t start;

		if (i > 0)
			buf_put_byte(&b, ',');
		start = b.length;
		if (items[i].is_null) {
			buf_put_text(&b, "NULL");
			continue;
		}
		buf_put_str(&b, items[i].text);
		array_text_quote(&b, start);
	}
	buf_put_byte(&b, '}');
	ck_assert(str_equal(buf_str(&b), str_of(cases[_i].again)));
	buf_free(&b);
}
END_TEST

START_TEST(dimensions_nest)
{
	struct array_text_item *items;
	struct error e;
	uint32_t count;
	struct str text = STR("[1:2][1:2]={ {1,NULL} ,{\"}\",4}}");

	ck_assert_int_eq(array_text_read(arena, text, &items, &count, &e), OK);
	ck_assert_uint_eq(count, 2);
	ck_assert(items[0].is_array && items[0].items[1].is_null);
	ck_assert(str_equal(items[1].items[0].text, STR("}")));
	ck_assert(str_equal(items[1].items[1].text, STR("4")));
}
END_TEST

START_TEST(uneven_arrays_are_refused)
{
	static const char *const texts[] = { "{{1},{2,3}}", "{{1},2}", "{{{1}},{2}}", "{{1}",
		"{{1}{2}}" };
	struct array_text_item *items;
	struct error e;
	uint32_t count;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		ck_assert_int_eq(array_text_read(arena, str_of(texts[i]), &items, &count, &e),
			E_TEXT_REPRESENTATION);
	ck_assert_int_eq(array_text_read(arena, STR("{{{{{{{1}}}}}}}"), &items, &count, &e),
		E_PROGRAM_LIMIT);
	ck_assert_int_eq(
		array_text_read(arena, STR("[0:1]={1,2}"), &items, &count, &e), E_NOT_SUPPORTED);
}
END_TEST

Suite *array_text_suite(void)
{
	Suite *s = suite_create("array_text");
	TCase *t = tcase_create("array_text");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, texts_are_read_and_written, 0, sizeof cases / sizeof cases[0]);
	tcase_add_test(t, dimensions_nest);
	tcase_add_test(t, uneven_arrays_are_refused);
	suite_add_tcase(s, t);
	return s;
}
