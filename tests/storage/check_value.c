/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values: every pair of a table of awkward ones must agree in order, sameness, hash and key form;
 * and every value must survive its stored form.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "storage/value.h"
#include "tests/storage/graph_fixture.h"
#include "tests/storage/suites.h"

enum { TABLE_MAX = 300 };

static struct arena *arena;
static struct value table[TABLE_MAX];
static uint32_t count;

static void add(struct value v)
{
	EXPECT_OP(<, count, TABLE_MAX);
	table[count++] = v;
}

static struct value typed(enum value_type type, int64_t n)
{
	return (struct value){ .type = (uint8_t)type, .integer = n };
}

static struct value bytes_of(enum value_type type, const char *text, uint32_t size)
{
	return (struct value){ .type = (uint8_t)type, .count = size, .bytes = text };
}

static struct value list_of(const struct value *items, uint32_t n)
{
	return (struct value){ .type = VALUE_LIST, .count = n, .items = items };
}

static struct value duration_of(int32_t months, int32_t days, int64_t microseconds)
{
	struct value_duration *d = ARENA_NEW(arena, struct value_duration);

	*d = (struct value_duration){ months, days, microseconds };
	return (struct value){ .type = VALUE_DURATION, .duration = d };
}

static void add_numbers(void)
{
	static const double reals[] = { 0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1e-300, -1e-300, 1e300,
		-1e300, 0x1p53, 0x1p53 + 2, -0x1p53, 0x1p62, 0x1p63, -0x1p63, 0x1p64, 5e-324,
		9007199254740991.0, 9223372036854774784.0, INFINITY, -INFINITY, NAN };
	static const int64_t integers[] = { 0, 1, -1, 2, 255, 256, INT64_C(1) << 53,
		(INT64_C(1) << 53) + 1, (INT64_C(1) << 53) - 1, -(INT64_C(1) << 53) - 1,
		INT64_C(1) << 62, (INT64_C(1) << 62) + 1, INT64_MAX, INT64_MAX - 1, INT64_MAX - 512,
		INT64_MIN, INT64_MIN + 1, INT64_MAX - 1023, INT64_MAX - 1024 };
	uint32_t i;

	for (i = 0; i < ARRAY_COUNT(reals); i++)
		add(value_float(reals[i]));
	for (i = 0; i < ARRAY_COUNT(integers); i++)
		add(value_int(integers[i]));
}

static void add_decimals(void)
{
	static const char *const decimals[] = { "0", "0.000", "1", "1.00", "-1.0", "0.5", "0.1",
		"0.1000000000000000055511151231257827021181583404541015625", "-0.1", "1e-400",
		"-1e-400", "1.000000000000000000001", "-1.000000000000000000001",
		"9007199254740992", "9007199254740992.5", "9007199254740993.0",
		"9007199254740993.25", "-9007199254740993", "-9007199254740992.5",
		"9223372036854775807", "9223372036854775807.5", "9223372036854775808",
		"9223372036854775809", "-9223372036854775808", "-9223372036854775808.5",
		"-9223372036854775809", "1e400", "-1e400", "1e308", "123.456", "123.45",
		"-123.4560", "Infinity", "-Infinity", "NaN" };

	for (uint32_t i = 0; i < ARRAY_COUNT(decimals); i++) {
		const struct decimal *d;
		struct error e;

		EXPECT_EQ(decimal_parse(arena, str_of(decimals[i]), &d, &e), OK);
		add(value_decimal(d));
	}
}

static void add_texts(void)
{
	static const struct {
		const char *text;
		uint32_t size;
	} texts[] = { { "", 0 }, { "a", 1 }, { "a\0", 2 }, { "a\0b", 3 }, { "a\0\0", 3 },
		{ "a\xff", 2 }, { "a\1", 2 }, { "ab", 2 }, { "b", 1 }, { "\0", 1 },
		{ "\xff\xff", 2 } };
	uint32_t i;

	for (i = 0; i < ARRAY_COUNT(texts); i++) {
		add(bytes_of(VALUE_STRING, texts[i].text, texts[i].size));
		add(bytes_of(VALUE_BYTES, texts[i].text, texts[i].size));
	}
}

static void setup(void)
{
	static const uint8_t uuids[2][16] = { { 1 }, { 1, 2 } };
	static const enum value_type times[] = { VALUE_DATE, VALUE_TIME, VALUE_TIMESTAMP,
		VALUE_TIMESTAMPTZ };
	struct value zone = typed(VALUE_TIMETZ, 0);
	uint32_t i, scalars;

	arena = arena_new(0);
	count = 0;
	add(value_bool(false));
	add(value_bool(true));
	add_numbers();
	add_decimals();
	add_texts();
	for (i = 0; i < ARRAY_COUNT(times); i++) {
		add(typed(times[i], -5));
		add(typed(times[i], 0));
		add(typed(times[i], INT64_C(86399999999)));
	}
	add(zone);
	zone.count = (uint32_t)-3600;
	add(zone);
	zone.integer = INT64_C(3600000000);
	add(zone);
	add(duration_of(1, 0, 0));
	add(duration_of(0, 30, 0));
	add(duration_of(0, 29, INT64_C(86400000000)));
	add(duration_of(-1, 31, -7));
	add(duration_of(INT32_MAX, INT32_MAX, INT64_MAX));
	add(duration_of(INT32_MIN, INT32_MIN, INT64_MIN));
	for (i = 0; i < 2; i++)
		add((struct value){ .type = VALUE_UUID, .uuid = uuids[i] });
	scalars = count;
	add(list_of(NULL, 0));
	for (i = 0; i + 3 < scalars; i += 2) {
		struct value *items = ARENA_ARRAY(arena, struct value, 3);

		items[0] = table[i];
		items[1] = i % 3 == 0 ? value_null() : table[i + 1];
		items[2] = table[(i * 7) % scalars];
		add(list_of(items, i % 4));
	}
}

static void teardown(void)
{
	arena_free(arena);
}

static int sign(int n)
{
	return n < 0 ? -1 : n > 0;
}

START_TEST(order_sameness_hash_and_key_form_agree)
{
	struct buf a = { 0 }, b = { 0 };
	uint32_t i, j;

	for (i = 0; i < count; i++) {
		for (j = 0; j < count; j++) {
			int order = sign(value_order(table[i], table[j]));

			EXPECT_EQ(order, -sign(value_order(table[j], table[i])));
			EXPECT_EQ(order == 0, value_same(table[i], table[j]));
			if (order == 0)
				EXPECT(value_hash(table[i]) == value_hash(table[j]));
			buf_reset(&a);
			buf_reset(&b);
			value_encode_key(&a, table[i]);
			value_encode_key(&b, table[j]);
			ck_assert_msg(sign(str_compare(buf_str(&a), buf_str(&b))) == order,
				"values %u and %u", i, j);
			/* V3: no form is a prefix of another */
			if (order != 0)
				EXPECT(a.length > b.length ||
					memcmp(a.data, b.data, a.length) != 0);
			EXPECT_EQ(a.data[0],
				value_is_number(table[i]) && isnan(value_to_double(table[i]))
					? value_key_tag(VALUE_NULL) - 1
					: value_key_tag(table[i].type));
		}
	}
	buf_free(&a);
	buf_free(&b);
}
END_TEST

START_TEST(order_is_transitive)
{
	uint32_t i, j, k;

	for (i = 0; i < count; i++)
		for (j = 0; j < count; j++)
			for (k = 0; value_order(table[i], table[j]) <= 0 && k < count; k++)
				if (value_order(table[j], table[k]) <= 0)
					EXPECT_OP(<=, value_order(table[i], table[k]), 0);
}
END_TEST

START_TEST(integers_and_floats_compare_exactly)
{
	struct rand r = { 5 };
	int i;

	for (i = 0; i < 20000; i++) {
		int64_t n = (int64_t)(rand_next(&r) >> rand_below(&r, 64));
		double d = (double)n;
		struct value a = value_int(rand_below(&r, 2) != 0 ? n : -n), b = value_float(d);
		long double exact_a, exact_b;

		if (rand_below(&r, 2) == 0)
			b.real = nextafter(d, rand_below(&r, 2) == 0 ? INFINITY : -INFINITY);
		exact_a = (long double)a.integer;
		exact_b = (long double)b.real;
		EXPECT_EQ(sign(value_order(a, b)), exact_a < exact_b ? -1 : exact_a > exact_b);
	}
}
END_TEST

START_TEST(stored_form_survives)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		struct buf b = { 0 };
		const uint8_t *at;
		struct value v;
		struct error e;
		size_t cut;

		value_encode(&b, table[i]);
		at = b.data;
		EXPECT_EQ(value_decode(&at, b.data + b.length, arena, &v, &e), OK);
		EXPECT(at == b.data + b.length);
		EXPECT_EQ(v.type, table[i].type);
		EXPECT(value_same(v, table[i]));
		EXPECT(value_same(value_copy(arena, v), table[i]));
		for (cut = 0; cut < b.length; cut++) {
			/* an exact copy, so that a read beyond it is found by the sanitizer */
			uint8_t *part = malloc(cut + 1);

			memcpy(part, b.data, cut);
			at = part;
			EXPECT_EQ(value_decode(&at, part + cut, arena, &v, &e), E_DATA_CORRUPTED);
			free(part);
		}
		buf_free(&b);
	}
}
END_TEST

/* A list in a list in a list, `depth` of them, around a number. */
static struct value nested(uint32_t depth)
{
	struct value v = value_int(7);

	for (uint32_t i = 0; i < depth; i++) {
		struct value *items = ARENA_ARRAY(arena, struct value, 2);

		items[0] = v;
		items[1] = i == 0 ? value_null() : v;
		v = (struct value){ .type = VALUE_LIST, .count = 2, .items = items };
	}
	return v;
}

START_TEST(lists_hold_lists_as_deep_as_arrays_are)
{
	for (uint32_t depth = 1; depth <= VALUE_LIST_DEPTH_MAX + 1; depth++) {
		bool fits = depth <= VALUE_LIST_DEPTH_MAX;
		struct value v = nested(depth), read;
		struct buf b = { 0 };
		const uint8_t *at;
		struct error e;

		EXPECT_EQ(value_is_storable(v), fits);
		value_encode(&b, v);
		at = b.data;
		EXPECT_EQ(value_decode(&at, b.data + b.length, arena, &read, &e),
			fits ? OK : E_DATA_CORRUPTED);
		if (fits)
			EXPECT(value_same(v, read));
		buf_free(&b);
	}
}
END_TEST

START_TEST(random_bytes_do_not_decode_out_of_bounds)
{
	struct rand r = { 9 };
	int i;

	for (i = 0; i < 20000; i++) {
		uint32_t size = (uint32_t)rand_below(&r, 40), j;
		uint8_t *bytes = malloc(size + 1);
		const uint8_t *at = bytes;
		struct value v;
		struct error e;

		for (j = 0; j < size; j++)
			bytes[j] = (uint8_t)rand_below(&r, 20);
		if (value_decode(&at, bytes + size, arena, &v, &e) == OK)
			EXPECT(at <= bytes + size);
		free(bytes);
		arena_reset(arena);
	}
}
END_TEST

START_TEST(equality_has_three_values)
{
	struct value one[2] = { value_int(1), value_null() };
	struct value two[2] = { value_int(2), value_null() };
	struct value real[2] = { value_float(1), value_int(3) };

	EXPECT_EQ(value_equal(value_null(), value_int(1)), -1);
	EXPECT_EQ(value_equal(value_int(1), value_float(1)), 1);
	EXPECT_EQ(value_equal(value_int(1), value_string(STR("1"))), 0);
	EXPECT_EQ(value_equal(value_float(NAN), value_float(NAN)), 0);
	EXPECT(value_same(value_float(NAN), value_float(NAN)));
	EXPECT_EQ(value_equal(list_of(one, 2), list_of(two, 2)), 0);
	EXPECT_EQ(value_equal(list_of(one, 2), list_of(real, 2)), -1);
	EXPECT_EQ(value_equal(list_of(one, 1), list_of(real, 1)), 1);
	EXPECT_EQ(value_equal(list_of(one, 1), list_of(real, 2)), 0);
	EXPECT_EQ(value_equal(list_of(real, 1), value_int(1)), 0);
}
END_TEST

/* 2 stands for NaN: no distance between other values may be taken for it. */
START_TEST(comparison_tells_a_sign_and_no_distance)
{
	uint8_t low[16] = { 0 }, high[16] = { 0 };
	bool comparable;
	int order;

	for (int distance = 1; distance < 5; distance++) {
		char text[2] = { '2', (char)('2' + distance) };
		struct value a = value_string((struct str){ &text[0], 1 });
		struct value b = value_string((struct str){ &text[1], 1 });

		value_compare(b, a, &comparable, &order);
		ck_assert(comparable && order == 1);
		value_compare(a, b, &comparable, &order);
		ck_assert(comparable && order == -1);
		high[0] = (uint8_t)distance;
		value_compare((struct value){ .type = VALUE_UUID, .uuid = high },
			(struct value){ .type = VALUE_UUID, .uuid = low }, &comparable, &order);
		ck_assert(comparable && order == 1);
	}
}
END_TEST

START_TEST(less_than_knows_what_it_cannot_compare)
{
	bool comparable;
	int order;

	value_compare(value_int(1), value_string(STR("a")), &comparable, &order);
	EXPECT(!comparable);
	value_compare(value_int(1), value_null(), &comparable, &order);
	EXPECT(!comparable);
	value_compare(value_int(1), value_float(NAN), &comparable, &order);
	EXPECT(comparable && order == 2);
	value_compare(value_int(1), value_float(1.5), &comparable, &order);
	EXPECT(comparable && order < 0);
	value_compare(typed(VALUE_DATE, 1), typed(VALUE_TIMESTAMP, 1), &comparable, &order);
	EXPECT(!comparable);
	value_compare(duration_of(1, 0, 0), duration_of(2, 0, 0), &comparable, &order);
	EXPECT(!comparable);
}
END_TEST

Suite *value_suite(void)
{
	Suite *s = suite_create("value");
	TCase *t = tcase_create("value");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, order_sameness_hash_and_key_form_agree);
	tcase_add_test(t, order_is_transitive);
	tcase_add_test(t, integers_and_floats_compare_exactly);
	tcase_add_test(t, stored_form_survives);
	tcase_add_test(t, lists_hold_lists_as_deep_as_arrays_are);
	tcase_add_test(t, random_bytes_do_not_decode_out_of_bounds);
	tcase_add_test(t, equality_has_three_values);
	tcase_add_test(t, comparison_tells_a_sign_and_no_distance);
	tcase_add_test(t, less_than_knows_what_it_cannot_compare);
	suite_add_tcase(s, t);
	return s;
}
