/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/decimal.h promises: results, scales and errors of PostgreSQL's numeric; an order that
 * agrees with doubles, with hashes and with the sortable form.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/number.h"
#include "base/rand.h"
#include "tests/base/suites.h"
#include "tests/base/vectors.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new(0);
}

static void teardown(void)
{
	arena_free(arena);
}

static const struct decimal *decimal(struct str text)
{
	const struct decimal *d;
	struct error e;

	ck_assert_int_eq(decimal_parse(arena, text, &d, &e), OK);
	return d;
}

typedef enum sqlstate binary_function(struct arena *a, const struct decimal *left,
	const struct decimal *right, const struct decimal **out, struct error *e);
typedef enum sqlstate unary_function(
	struct arena *a, const struct decimal *d, const struct decimal **out, struct error *e);

static const struct {
	const char *name;
	binary_function *binary;
	unary_function *unary;
} functions[] = {
	{ "+", decimal_add, NULL },
	{ "-", decimal_subtract, NULL },
	{ "*", decimal_multiply, NULL },
	{ "/", decimal_divide, NULL },
	{ "%", decimal_modulo, NULL },
	{ "sqrt", NULL, decimal_sqrt },
	{ "ceil", NULL, decimal_ceil },
	{ "floor", NULL, decimal_floor },
};

static enum sqlstate with_number(const struct decimal *d, struct str function, struct str argument,
	const struct decimal **out, struct error *e)
{
	char text[32];
	unsigned precision, scale;

	snprintf(text, sizeof text, "%.*s", STR_ARGS(argument));
	if (str_equal(function, STR("round")))
		return decimal_round(arena, d, strtol(text, NULL, 10), out, e);
	if (str_equal(function, STR("trunc")))
		return decimal_truncate(arena, d, strtol(text, NULL, 10), out, e);
	ck_assert(str_equal(function, STR("fit")));
	ck_assert_int_eq(sscanf(text, "%u,%u", &precision, &scale), 2);
	return decimal_fit(arena, d, precision, scale, out, e);
}

static enum sqlstate to_bigint(const struct decimal *d, struct buf *b, struct error *e)
{
	int64_t integer;

	if (d->kind != DECIMAL_FINITE)
		return FAIL(e, E_NOT_SUPPORTED, "cannot convert %s to bigint",
			d->kind == DECIMAL_NAN ? "NaN" : "infinity");
	if (!decimal_to_int64(d, &integer))
		return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
	number_put_int64(b, integer);
	return OK;
}

static enum sqlstate compute(struct vectors *v, struct buf *b, struct error *e)
{
	struct str function = v->column[0];
	const struct decimal *left, *out;
	double number;

	if (str_equal(function, STR("float8"))) {
		ck_assert_int_eq(number_read_double(v->column[1], &number), NUMBER_OK);
		decimal_put(b, decimal_of_double(arena, number));
		return OK;
	}
	TRY(decimal_parse(arena, v->column[1], &left, e));
	if (str_equal(function, STR("order"))) {
		number_put_int64(b, decimal_order(left, decimal(v->column[2])));
		return OK;
	}
	if (str_equal(function, STR("bigint")))
		return to_bigint(left, b, e);
	out = left;
	for (size_t i = 0; i < ARRAY_COUNT(functions); i++) {
		if (!str_equal(function, str_of(functions[i].name)))
			continue;
		if (functions[i].unary != NULL)
			TRY(functions[i].unary(arena, left, &out, e));
		else
			TRY(functions[i].binary(arena, left, decimal(v->column[2]), &out, e));
		decimal_put(b, out);
		return OK;
	}
	if (!str_equal(function, STR("text")))
		TRY(with_number(left, function, v->column[2], &out, e));
	decimal_put(b, out);
	return OK;
}

START_TEST(results_are_those_of_postgresql)
{
	struct vectors v;
	struct buf b = { 0 };
	struct error e;

	vectors_open(&v, "decimal.tsv");
	while (vectors_next(&v)) {
		buf_reset(&b);
		vectors_compare(&v, 3, compute(&v, &b, &e), &b, &e);
	}
	buf_free(&b);
	vectors_close(&v);
}
END_TEST

/* Numbers that are close to each other, and to doubles. */
static const char *const ladder[] = { "-Infinity", "-1e400", "-1e20", "-9007199254740993.5",
	"-9007199254740993", "-9007199254740992", "-123.456", "-123.45", "-1.000000000000000001",
	"-1", "-0.1", "-1e-400", "0", "1e-400", "0.1", "0.10000000000000000001", "0.5", "1",
	"1.000000000000000001", "9007199254740992", "9007199254740992.5", "9007199254740993",
	"9223372036854775807", "9223372036854775807.5", "9223372036854775808", "1e20", "1e400",
	"Infinity", "NaN" };

START_TEST(order_is_that_of_the_ladder)
{
	for (size_t i = 0; i < ARRAY_COUNT(ladder); i++) {
		for (size_t j = 0; j < ARRAY_COUNT(ladder); j++) {
			int order = decimal_order(
				decimal(str_of(ladder[i])), decimal(str_of(ladder[j])));

			ck_assert_int_eq(order, (i > j) - (i < j));
		}
	}
}
END_TEST

START_TEST(order_against_a_double_is_exact)
{
	static const double doubles[] = { -INFINITY, -1e300, -9007199254740992.0, -0.1, -5e-324, 0,
		5e-324, 0.1, 0.5, 1, 9007199254740992.0, 1e20, INFINITY };
	struct buf exact = { 0 };

	for (size_t i = 0; i < ARRAY_COUNT(doubles); i++) {
		const struct decimal *same;

		buf_reset(&exact);
		buf_printf(&exact, "%.1100f", doubles[i]);
		same = decimal(buf_str(&exact));
		ck_assert_int_eq(decimal_order_double(same, doubles[i]), 0);
		ck_assert(decimal_to_double(same) == doubles[i]);
		for (size_t j = 0; j < ARRAY_COUNT(ladder); j++) {
			const struct decimal *d = decimal(str_of(ladder[j]));

			ck_assert_int_eq(
				decimal_order_double(d, doubles[i]), decimal_order(d, same));
		}
	}
	buf_free(&exact);
}
END_TEST

START_TEST(hash_and_sortable_form_do_not_see_trailing_zeros)
{
	struct buf a = { 0 }, b = { 0 };
	const struct decimal *left = decimal(STR("-120.50")), *right = decimal(STR("-120.500000"));

	decimal_put_sortable(&a, left);
	decimal_put_sortable(&b, right);
	ck_assert_uint_eq(decimal_hash(left), decimal_hash(right));
	ck_assert(str_equal(buf_str(&a), buf_str(&b)));
	ck_assert_uint_ne(decimal_hash(left), decimal_hash(decimal(STR("120.5"))));
	buf_free(&a);
	buf_free(&b);
}
END_TEST

static const struct decimal *random_decimal(struct rand *r)
{
	char text[64];
	int length = 0, digits = 1 + (int)(rand_next(r) % 12);

	if (rand_next(r) % 2 == 0)
		text[length++] = '-';
	for (int i = 0; i < digits; i++)
		text[length++] = (char)('0' + rand_next(r) % 3);
	text[length++] = '.';
	for (int i = 0; i < 6; i++)
		text[length++] = (char)('0' + rand_next(r) % 2);
	length += snprintf(text + length, 16, "e%d", (int)(rand_next(r) % 9) - 4);
	return decimal((struct str){ text, (uint32_t)length });
}

START_TEST(sortable_form_orders_as_the_values_do)
{
	struct rand r = { 3 };
	struct buf a = { 0 }, b = { 0 };

	for (int i = 0; i < 5000; i++) {
		const struct decimal *left = random_decimal(&r), *right = random_decimal(&r);
		int order;

		if (decimal_is_zero(left) || decimal_is_zero(right) ||
			left->is_negative != right->is_negative)
			continue;
		buf_reset(&a);
		buf_reset(&b);
		decimal_put_sortable(&a, left);
		decimal_put_sortable(&b, right);
		order = memcmp(a.data, b.data, MIN_OF(a.length, b.length));
		ck_assert_int_eq((order > 0) - (order < 0), decimal_order(left, right));
	}
	buf_free(&a);
	buf_free(&b);
}
END_TEST

START_TEST(groups_lead_back_to_the_same_text)
{
	struct buf a = { 0 }, b = { 0 }, room = { 0 };
	struct error e;

	for (size_t i = 0; i < ARRAY_COUNT(ladder); i++) {
		const struct decimal *d = decimal(str_of(ladder[i])), *back;
		struct decimal_groups groups;

		decimal_to_groups(&room, d, &groups);
		ck_assert_int_eq(decimal_of_groups(arena, &groups, &back, &e), OK);
		buf_reset(&a);
		buf_reset(&b);
		decimal_put(&a, d);
		decimal_put(&b, back);
		ck_assert(str_equal(buf_str(&a), buf_str(&b)));
	}
	buf_free(&a);
	buf_free(&b);
	buf_free(&room);
}
END_TEST

START_TEST(groups_are_cut_at_the_point)
{
	struct decimal_groups g;
	struct buf room = { 0 };

	decimal_to_groups(&room, decimal(STR("-12345.6789012")), &g);
	ck_assert_uint_eq(g.count, 4);
	ck_assert_int_eq(g.weight, 1);
	ck_assert_uint_eq(g.scale, 7);
	ck_assert(g.is_negative);
	ck_assert_uint_eq(g.groups[0], 1);
	ck_assert_uint_eq(g.groups[1], 2345);
	ck_assert_uint_eq(g.groups[2], 6789);
	ck_assert_uint_eq(g.groups[3], 120);
	decimal_to_groups(&room, decimal(STR("0.00001234")), &g);
	ck_assert_uint_eq(g.count, 1);
	ck_assert_int_eq(g.weight, -2);
	ck_assert_uint_eq(g.groups[0], 1234);
	buf_free(&room);
}
END_TEST

Suite *decimal_suite(void)
{
	Suite *s = suite_create("decimal");
	TCase *t = tcase_create("decimal");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, results_are_those_of_postgresql);
	tcase_add_test(t, order_is_that_of_the_ladder);
	tcase_add_test(t, order_against_a_double_is_exact);
	tcase_add_test(t, hash_and_sortable_form_do_not_see_trailing_zeros);
	tcase_add_test(t, sortable_form_orders_as_the_values_do);
	tcase_add_test(t, groups_lead_back_to_the_same_text);
	tcase_add_test(t, groups_are_cut_at_the_point);
	suite_add_tcase(s, t);
	return s;
}
