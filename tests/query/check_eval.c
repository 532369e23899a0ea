/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The evaluator: results of single expressions by both of its ways (by row and by column), and the
 * vector kernels against the row functions on random columns.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "query/eval/cast.h"
#include "query/eval/column.h"
#include "query/eval/eval.h"
#include "query/eval/match.h"
#include "query/type/type.h"
#include "tests/query/plan_fixture.h"
#include "tests/query/suites.h"

static struct eval ev;
static struct value locals[8];
static struct error e;

static void setup(void)
{
	memset(&fixture, 0, sizeof fixture);
	fixture.arena = arena_new(0);
	memset(&ev, 0, sizeof ev);
	ev.arena = ev.lasting = fixture.arena;
	ev.locals = locals;
	error_clear(&e);
}

static void teardown(void)
{
	match_regex_free(ev.regexes);
	arena_free(fixture.arena);
}

/* The text of an expression's value: both ways of evaluating must agree. */
static const char *text_of(struct bound *b)
{
	struct column columns[FIXTURE_SLOTS] = { 0 }, out;
	struct batch batch = { .count = 3, .columns = columns };
	struct value by_row, by_column;
	struct buf text = { 0 };
	const char *copy;
	enum sqlstate rc = eval_value(&ev, b, &batch, 0, &by_row, &e);

	ck_assert_int_eq(eval_column(&ev, b, &batch, &out, &e), rc);
	if (rc != OK)
		return arena_strdup(fixture.arena, e.message);
	by_column = column_value(&out, 2);
	ck_assert(value_same(by_row, by_column));
	if (by_row.type == VALUE_NULL)
		return "NULL";
	ck_assert_int_eq(eval_put_text(&ev, &text, by_row, &e), OK);
	buf_put_byte(&text, '\0');
	copy = arena_strdup(fixture.arena, (const char *)text.data);
	buf_free(&text);
	return copy;
}

#define OP(op, a, b) text_of(bound_operator(op, a, b))
#define ARGS(...)                                                                                  \
	ARRAY_COUNT(((struct bound *[]){ __VA_ARGS__ })), (struct bound *[])                       \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define FN(name, ...) text_of(bound_function(name, ARGS(__VA_ARGS__)))
#define CAST(x, k) text_of(bound_node(BOUND_CAST, TYPE(k), ARGS(x)))
#define I bound_int
#define F bound_float
#define S bound_text
#define ck_text(got, wanted) ck_assert_str_eq(got, wanted)

START_TEST(integer_arithmetic_fails_where_it_has_no_result)
{
	ck_text(OP(OP_ADD, I(2), I(3)), "5");
	ck_text(OP(OP_ADD, I(INT64_MAX), I(1)), "bigint out of range");
	ck_assert_int_eq(e.code, E_OUT_OF_RANGE);
	ck_text(OP(OP_DIVIDE, I(-7), I(2)), "-3");
	ck_text(OP(OP_DIVIDE, I(1), I(0)), "division by zero");
	ck_assert_int_eq(e.code, E_DIVISION_BY_ZERO);
	ck_text(OP(OP_DIVIDE, I(INT64_MIN), I(-1)), "bigint out of range");
	ck_text(OP(OP_MODULO, I(-7), I(2)), "-1");
	ck_text(OP(OP_MODULO, I(INT64_MIN), I(-1)), "0");
	ck_text(OP(OP_MODULO, I(1), I(0)), "division by zero");
	ck_text(OP(OP_MULTIPLY, I(INT64_MAX), I(2)), "bigint out of range");
	ck_text(OP(OP_POWER, I(2), I(10)), "1024");
	ck_text(OP(OP_ADD, bound_null(TYPE_INT64), I(1)), "NULL");
}
END_TEST

START_TEST(float_arithmetic_follows_ieee)
{
	ck_text(OP(OP_DIVIDE, F(1), F(0)), "Infinity");
	ck_text(OP(OP_DIVIDE, F(0), F(0)), "NaN");
	ck_text(OP(OP_DIVIDE, I(7), F(2)), "3.5");
	ck_text(OP(OP_SUBTRACT, F(0.5), I(1)), "-0.5");
}
END_TEST

START_TEST(comparison_is_exact_and_three_valued)
{
	ck_text(OP(OP_EQ, I(1), F(1)), "true");
	ck_text(OP(OP_EQ, I(9007199254740993), F(9007199254740992.0)), "false");
	ck_text(OP(OP_LT, F(9007199254740992.0), I(9007199254740993)), "true");
	ck_text(OP(OP_EQ, F(NAN), F(NAN)), "false");
	ck_text(OP(OP_NE, F(NAN), F(NAN)), "true");
	ck_text(OP(OP_LT, F(NAN), F(1)), "false");
	ck_text(OP(OP_EQ, I(1), S("1")), "false");
	ck_text(OP(OP_LT, I(1), S("1")), "NULL");
	ck_text(OP(OP_EQ, I(1), bound_null(TYPE_NULL)), "NULL");
	ck_text(OP(OP_LT, S("a"), S("b")), "true");
	ck_text(OP(OP_DISTINCT_FROM, bound_null(TYPE_INT64), I(1)), "true");
	ck_text(OP(OP_DISTINCT_FROM, bound_null(TYPE_INT64), bound_null(TYPE_INT64)), "false");
}
END_TEST

START_TEST(and_stops_before_what_would_fail)
{
	struct bound *zero = bound_operator(OP_NE, I(0), I(0));
	struct bound *bad = bound_operator(OP_GT, bound_operator(OP_DIVIDE, I(1), I(0)), I(1));

	ck_text(text_of(bound_node(BOUND_AND, TYPE(TYPE_BOOL), ARGS(zero, bad))), "false");
	ck_text(text_of(bound_node(
			BOUND_OR, TYPE(TYPE_BOOL), ARGS(bound_operator(OP_NOT, zero, NULL), bad))),
		"true");
	ck_text(text_of(bound_node(BOUND_AND, TYPE(TYPE_BOOL), ARGS(bad, zero))),
		"division by zero");
	ck_text(text_of(bound_node(BOUND_AND, TYPE(TYPE_BOOL), ARGS(bound_null(TYPE_BOOL), zero))),
		"false");
	ck_text(text_of(bound_node(BOUND_OR, TYPE(TYPE_BOOL), ARGS(bound_null(TYPE_BOOL), zero))),
		"NULL");
}
END_TEST

START_TEST(strings_are_matched_and_cut_by_characters)
{
	ck_text(OP(OP_ADD, S("ab"), S("c")), "abc");
	ck_text(OP(OP_STARTS_WITH, S("abc"), S("ab")), "true");
	ck_text(OP(OP_ENDS_WITH, S("abc"), S("ab")), "false");
	ck_text(OP(OP_CONTAINS, S("abc"), S("")), "true");
	ck_text(OP(OP_LIKE, S("Grüße"), S("Gr__e")), "true");
	ck_text(OP(OP_LIKE, S("abcabd"), S("%ab_")), "true");
	ck_text(OP(OP_LIKE, S("100%"), S("100\\%")), "true");
	ck_text(OP(OP_LIKE, S("1000"), S("100\\%")), "false");
	ck_text(OP(OP_ILIKE, S("ABC"), S("a%")), "true");
	ck_text(OP(OP_LIKE, S("x"), S("x\\")), "LIKE pattern must not end with escape character");
	ck_text(OP(OP_REGEX, S("grün"), S("gr.n")), "true");
	ck_text(OP(OP_REGEX, S("abc"), S("b")), "false");
	ck_text(OP(OP_REGEX_SEARCH, S("abc"), S("b")), "true");
	ck_text(OP(OP_REGEX, S("ABC"), S("(?i)abc")), "true");
	ck_assert_int_eq(strncmp(OP(OP_REGEX, S("a"), S("(")), "invalid regular", 15), 0);
	ck_text(FN("substring", S("Grüße"), I(2), I(2)), "üß");
	ck_text(FN("substr", S("hello"), I(0), I(3)), "he");
	ck_text(FN("left", S("hello"), I(-2)), "hel");
	ck_text(FN("right", S("hello"), I(2)), "lo");
	ck_text(FN("replace", S("aXbX"), S("X"), S("--")), "a--b--");
	ck_text(FN("reverse", S("Grü")), "ürG");
	ck_text(FN("size", S("Grüße")), "5");
	ck_text(FN("split", S("a,b,"), S(",")), "[\"a\",\"b\",\"\"]");
	ck_text(FN("trim", S("  a ")), "a");
	ck_text(FN("upper", S("abc")), "ABC");
	ck_text(FN("toString", I(5)), "5");
	ck_text(FN("strpos", S("Grüße"), S("ß")), "4");
}
END_TEST

START_TEST(lists_are_joined_cut_and_searched)
{
	struct bound *list = bound_list(ARGS(I(1), I(2), I(3)));
	struct bound *holed = bound_list(ARGS(I(1), bound_null(TYPE_INT64)));

	ck_text(OP(OP_ADD, list, I(4)), "[1,2,3,4]");
	ck_text(OP(OP_CONCAT, list, list), "[1,2,3,1,2,3]");
	ck_text(OP(OP_IN, I(2), list), "true");
	ck_text(OP(OP_IN, I(9), list), "false");
	ck_text(OP(OP_IN, I(9), holed), "NULL");
	ck_text(OP(OP_IN, I(1), holed), "true");
	ck_text(FN("subscript", list, I(-1)), "3");
	ck_text(FN("subscript", list, I(3)), "NULL");
	ck_text(FN("slice", list, I(1), I(3)), "[2,3]");
	ck_text(FN("slice", list, I(-2), bound_null(TYPE_INT64)), "[2,3]");
	ck_text(FN("range", I(0), I(10), I(5)), "[0,5,10]");
	ck_text(FN("range", I(3), I(1)), "[]");
	ck_text(FN("range", I(3), I(1), I(-1)), "[3,2,1]");
	ck_text(FN("range", I(1), I(2), I(0)), "step size cannot equal zero");
	ck_text(FN("head", list), "1");
	ck_text(FN("tail", list), "[2,3]");
	ck_text(FN("reverse", list), "[3,2,1]");
	FN("range", I(0), I(INT64_MAX));
	ck_assert_int_eq(e.code, E_PROGRAM_LIMIT);
}
END_TEST

START_TEST(comprehensions_bind_their_variables)
{
	struct bound *list = bound_list(ARGS(I(1), I(2), I(3)));
	struct bound *x = bound_node(BOUND_LOCAL, TYPE(TYPE_INT64), 0, NULL), *b, *sum;
	struct bound *item = bound_node(BOUND_LOCAL, TYPE(TYPE_INT64), 0, NULL);

	b = bound_node(BOUND_EACH, LIST_OF(TYPE_INT64),
		ARGS(list, bound_operator(OP_GT, x, I(1)), bound_operator(OP_MULTIPLY, x, I(10))));
	ck_text(text_of(b), "[20,30]");
	b = bound_node(
		BOUND_QUANTIFIER, TYPE(TYPE_BOOL), ARGS(list, bound_operator(OP_GT, x, I(2))));
	b->quantifier = QUANTIFIER_SINGLE;
	ck_text(text_of(b), "true");
	b->quantifier = QUANTIFIER_ALL;
	ck_text(text_of(b), "false");
	item->index = 1;
	sum = bound_node(BOUND_REDUCE, TYPE(TYPE_INT64),
		ARGS(I(100), list, bound_operator(OP_ADD, x, item)));
	ck_text(text_of(sum), "106");
}
END_TEST

START_TEST(casts_read_and_write_text)
{
	ck_text(CAST(S(" 42 "), TYPE_INT64), "42");
	ck_text(CAST(S("4x"), TYPE_INT64), "invalid input syntax for type bigint: \"4x\"");
	ck_assert_int_eq(e.code, E_TEXT_REPRESENTATION);
	ck_text(CAST(F(2.5), TYPE_INT64), "2");
	ck_text(CAST(I(70000), TYPE_INT16), "smallint out of range");
	ck_text(CAST(S("yes"), TYPE_BOOL), "true");
	ck_text(CAST(S("2024-02-29"), TYPE_DATE), "2024-02-29");
	ck_text(CAST(S("2024-02-29T12:00:01.5"), TYPE_TIMESTAMP), "2024-02-29 12:00:01.5");
	ck_text(CAST(S("P1M2DT3S"), TYPE_DURATION), "1 mon 2 days 00:00:03");
	ck_text(CAST(S("\\xDEad"), TYPE_BYTES), "\\xdead");
	ck_text(CAST(S("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"), TYPE_UUID),
		"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
	ck_text(CAST(S("nonsense"), TYPE_UUID), "invalid input syntax for type uuid: \"nonsense\"");
	ck_text(CAST(bound_null(TYPE_NULL), TYPE_DATE), "NULL");
	ck_text(FN("toInteger", S("3.9")), "3");
	ck_text(FN("toInteger", S("x")), "NULL");
	ck_text(FN("toFloat", S("1e3")), "1000");
	ck_text(FN("toBoolean", S("maybe")), "NULL");
}
END_TEST

static struct bound *date_of_text(const char *text, enum type_kind kind)
{
	return bound_node(BOUND_CAST, TYPE(kind), ARGS(S(text)));
}

static const char *part_of(struct bound *b, const char *key)
{
	struct bound *p = bound_node(BOUND_PROPERTY, TYPE(TYPE_INT64), ARGS(b));

	p->key = str_of(key);
	return text_of(p);
}

START_TEST(times_add_and_come_apart)
{
	struct bound *d = date_of_text("2024-01-31", TYPE_DATE);
	struct bound *t = date_of_text("2024-12-30 13:14:15.678", TYPE_TIMESTAMP);
	struct bound *month = date_of_text("1 month", TYPE_DURATION);

	ck_text(OP(OP_ADD, d, month), "2024-02-29");
	ck_text(OP(OP_SUBTRACT, t, month), "2024-11-30 13:14:15.678");
	ck_text(OP(OP_SUBTRACT, d, date_of_text("2024-01-01", TYPE_DATE)), "30");
	ck_text(part_of(d, "year"), "2024");
	ck_text(part_of(t, "hour"), "13");
	ck_text(part_of(t, "millisecond"), "678");
	ck_text(part_of(t, "week"), "1");
	ck_text(part_of(d, "dayOfWeek"), "3");
	ck_text(FN("date_trunc", S("week"), t), "2024-12-30 00:00:00");
	ck_text(FN("date_trunc", S("year"), d), "2024-01-01");
	ck_text(FN("duration_between", d, date_of_text("2024-02-02", TYPE_DATE)), "2 days");
	ck_text(OP(OP_EQ, d, date_of_text("2024-01-31", TYPE_TIMESTAMP)), "true");
}
END_TEST

START_TEST(maps_have_sorted_keys_once)
{
	static const struct str keys[] = { { "b", 1 }, { "a", 1 } };
	static const struct str twice[] = { { "a", 1 }, { "a", 1 } };
	struct bound *map = bound_node(BOUND_MAP, TYPE(TYPE_MAP), ARGS(I(1), S("x")));

	map->keys = keys;
	ck_text(text_of(map), "{\"a\":\"x\",\"b\":1}");
	ck_text(FN("subscript", map, S("b")), "1");
	ck_text(FN("keys", map), "[\"a\",\"b\"]");
	map->keys = twice;
	ck_text(text_of(map), "duplicate map key \"a\"");
}
END_TEST

START_TEST(values_of_unknown_type_are_checked_when_there)
{
	struct bound *any = bound_value(value_string(STR("x")), TYPE(TYPE_ANY));
	struct bound *number = bound_value(value_int(2), TYPE(TYPE_ANY));

	ck_text(OP(OP_ADD, number, F(0.5)), "2.5");
	ck_text(OP(OP_ADD, any, S("y")), "xy");
	ck_text(OP(OP_MULTIPLY, any, I(2)),
		"operator * cannot take values of types STRING and INT64");
	ck_assert_int_eq(e.code, E_TYPE);
	ck_text(OP(OP_STARTS_WITH, number, S("y")), "NULL");
}
END_TEST

/* ---- kernels against rows ---- */

static struct column random_column(struct rand *r, struct type type, uint32_t rows)
{
	bool is_constant = rand_below(r, 4) == 0;
	uint32_t cells = is_constant ? 1 : rows;
	struct column c = column_make(fixture.arena, type, cells);

	for (uint32_t i = 0; i < cells; i++) {
		int64_t n = (int64_t)rand_below(r, 9) - 4;
		struct value v = type.kind == TYPE_BOOL ? value_bool(n > 0)
				 : type.kind == TYPE_FLOAT64
					 ? value_float(n == 4 ? NAN : (double)n / 2)
					 : value_int(n);

		column_put(&c, fixture.arena, cells, i, rand_below(r, 5) == 0 ? value_null() : v);
	}
	c.stride = is_constant ? 0 : 1;
	return c;
}

START_TEST(kernels_agree_with_rows)
{
	static const enum ast_op ops[] = { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_ADD,
		OP_SUBTRACT, OP_MULTIPLY };
	static const enum type_kind kinds[] = { TYPE_INT64, TYPE_FLOAT64 };
	enum { ROWS = 97 };
	struct rand r = { .state = 5 };

	for (int round = 0; round < 500; round++) {
		struct column columns[FIXTURE_SLOTS] = { 0 }, out;
		struct batch batch = { .count = ROWS, .columns = columns };
		struct bound *b;
		struct value v;

		fixture.slots[0] = TYPE(kinds[rand_below(&r, 2)]);
		fixture.slots[1] = TYPE(kinds[rand_below(&r, 2)]);
		columns[0] = random_column(&r, fixture.slots[0], ROWS);
		columns[1] = random_column(&r, fixture.slots[1], ROWS);
		b = bound_operator(
			ops[rand_below(&r, ARRAY_COUNT(ops))], bound_slot(0), bound_slot(1));
		ck_assert_int_eq(eval_column(&ev, b, &batch, &out, &e), OK);
		for (uint32_t row = 0; row < ROWS; row++) {
			ck_assert_int_eq(eval_value(&ev, b, &batch, row, &v, &e), OK);
			ck_assert(value_same(v, column_value(&out, row)));
		}
	}
}
END_TEST

/* NULL, NaN, and what is equal in two types; a list as an item, with a NULL inside in some. */
static struct value random_item(struct rand *r)
{
	struct value *items;
	int64_t n = (int64_t)rand_below(r, 60);

	switch (rand_below(r, 6)) {
	case 0:
		return value_int(n);
	case 1:
		return value_float((double)n / 2);
	case 2:
		return value_string(n % 2 == 0 ? STR("a") : STR("b"));
	case 3:
		return value_float(n == 0 ? NAN : -0.0);
	case 4:
		items = ARENA_ARRAY(fixture.arena, struct value, 1);
		items[0] = n == 0 ? value_null() : value_int(n);
		return (struct value){ .type = VALUE_LIST, .count = 1, .items = items };
	default:
		return n == 0 ? value_null() : value_bool(n % 2 == 0);
	}
}

static struct value random_list(struct rand *r)
{
	uint32_t count = rand_below(r, 2) == 0 ? rand_below(r, 9) : rand_below(r, 200);
	struct value *items = ARENA_ARRAY(fixture.arena, struct value, count + 1);

	for (uint32_t i = 0; i < count; i++)
		items[i] = random_item(r);
	return (struct value){ .type = VALUE_LIST, .count = count, .items = items };
}

/* A list stays for some rows, as one that was joined to them does. */
static struct column random_lists(struct rand *r, struct type type, uint32_t rows)
{
	struct column c = column_make(fixture.arena, type, rows);
	struct value list = value_null();

	for (uint32_t row = 0; row < rows; row++) {
		if (rand_below(r, 25) == 0 || row == 0)
			list = rand_below(r, 5) == 0 ? value_null() : random_list(r);
		column_put(&c, fixture.arena, rows, row, list);
	}
	c.stride = rand_below(r, 4) != 0;
	return c;
}

START_TEST(in_lists_by_column_agrees_with_rows)
{
	enum { ROWS = 150 };
	struct rand r = { .state = 7 };
	uint32_t counts[3] = { 0 };

	fixture.slots[0] = TYPE(TYPE_ANY);
	fixture.slots[1] = type_list_of(TYPE(TYPE_ANY));
	for (int round = 0; round < 200; round++) {
		struct column columns[FIXTURE_SLOTS] = { 0 }, out;
		struct batch batch = { .count = ROWS, .columns = columns };
		struct bound *b = bound_operator(OP_IN, bound_slot(0), bound_slot(1));
		struct value v;

		columns[0] = column_make(fixture.arena, fixture.slots[0], ROWS);
		for (uint32_t row = 0; row < ROWS; row++)
			column_put(&columns[0], fixture.arena, ROWS, row, random_item(&r));
		columns[0].stride = 1;
		columns[1] = random_lists(&r, fixture.slots[1], ROWS);
		ck_assert_int_eq(eval_column(&ev, b, &batch, &out, &e), OK);
		for (uint32_t row = 0; row < ROWS; row++) {
			ck_assert_int_eq(eval_value(&ev, b, &batch, row, &v, &e), OK);
			ck_assert(value_same(v, column_value(&out, row)));
			counts[value_is_null(v) ? 2 : v.boolean]++;
		}
	}
	for (int i = 0; i < 3; i++)
		ck_assert_uint_gt(counts[i], 1000);
}
END_TEST

START_TEST(logic_by_column_agrees_with_rows)
{
	enum { ROWS = 61 };
	struct rand r = { .state = 6 };

	for (int round = 0; round < 200; round++) {
		struct column columns[FIXTURE_SLOTS] = { 0 }, out;
		struct batch batch = { .count = ROWS, .columns = columns };
		struct bound *args[3], *b;
		struct value v;

		for (uint32_t i = 0; i < 3; i++) {
			fixture.slots[i] = TYPE(TYPE_BOOL);
			columns[i] = random_column(&r, fixture.slots[i], ROWS);
			args[i] = bound_slot(i);
		}
		b = bound_node(rand_below(&r, 2) ? BOUND_AND : BOUND_OR, TYPE(TYPE_BOOL), 3, args);
		ck_assert_int_eq(eval_column(&ev, b, &batch, &out, &e), OK);
		for (uint32_t row = 0; row < ROWS; row++) {
			ck_assert_int_eq(eval_value(&ev, b, &batch, row, &v, &e), OK);
			ck_assert(value_same(v, column_value(&out, row)));
		}
	}
}
END_TEST

Suite *eval_suite(void)
{
	Suite *s = suite_create("eval");
	TCase *c = tcase_create("expressions");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, integer_arithmetic_fails_where_it_has_no_result);
	tcase_add_test(c, float_arithmetic_follows_ieee);
	tcase_add_test(c, comparison_is_exact_and_three_valued);
	tcase_add_test(c, and_stops_before_what_would_fail);
	tcase_add_test(c, strings_are_matched_and_cut_by_characters);
	tcase_add_test(c, lists_are_joined_cut_and_searched);
	tcase_add_test(c, comprehensions_bind_their_variables);
	tcase_add_test(c, casts_read_and_write_text);
	tcase_add_test(c, times_add_and_come_apart);
	tcase_add_test(c, maps_have_sorted_keys_once);
	tcase_add_test(c, values_of_unknown_type_are_checked_when_there);
	tcase_add_test(c, kernels_agree_with_rows);
	tcase_add_test(c, in_lists_by_column_agrees_with_rows);
	tcase_add_test(c, logic_by_column_agrees_with_rows);
	suite_add_tcase(s, c);
	return s;
}
