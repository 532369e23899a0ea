/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/zone_file.c promises. Named zones are held against PostgreSQL where the system has zone
 * files; rules and damage are tested with a file made here.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/datetime.h"
#include "base/zone_file.h"
#include "tests/base/suites.h"
#include "tests/base/vectors.h"

/* The parts of a file's second half; the first is left empty, as nobody reads it. */
struct parts {
	uint32_t change_count;
	int64_t changes[4];
	uint8_t kinds[4];
	int32_t offsets[4]; /* one of each kind, so many as are not 0, at least one */
	const char *rule;
};

static void put_big_endian(struct buf *b, uint64_t value, int size)
{
	for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
		buf_put_byte(b, (uint8_t)(value >> shift));
}

static void put_header(struct buf *b, uint32_t changes, uint32_t types)
{
	buf_put(b, "TZif2", 5);
	for (int i = 0; i < 15 + 3 * 4; i++)
		buf_put_byte(b, 0);
	put_big_endian(b, changes, 4);
	put_big_endian(b, types, 4);
	put_big_endian(b, 4, 4);
}

static void put_file(struct buf *b, const struct parts *p)
{
	uint32_t types = 1;

	while (types < 4 && p->offsets[types] != 0)
		types++;
	put_header(b, 0, 1);
	buf_put(b, "\0\0\0\0\0\0ABC", 10);
	put_header(b, p->change_count, types);
	for (uint32_t i = 0; i < p->change_count; i++)
		put_big_endian(b, (uint64_t)p->changes[i], 8);
	buf_put(b, p->kinds, p->change_count);
	for (uint32_t i = 0; i < types; i++) {
		put_big_endian(b, (uint32_t)p->offsets[i], 4);
		buf_put(b, "\0\0", 2);
	}
	buf_put(b, "ABC", 4);
	buf_printf(b, "\n%s\n", p->rule);
}

static struct zone_rules *read_parts(const struct parts *p)
{
	struct buf b = { 0 };
	struct zone_rules *z;

	put_file(&b, p);
	z = zone_rules_read(STR("Test/Zone"), b.data, b.length);
	buf_free(&b);
	return z;
}

static int64_t unix_of(const char *text)
{
	int64_t timestamp;
	struct error e;

	ck_assert_int_eq(timestamp_parse(str_of(text), DATE_ORDER_MDY, &timestamp, &e), OK);
	return (timestamp - UNIX_EPOCH_USECS) / USECS_PER_SECOND;
}

static const struct parts two_changes = { 2, { 1000, 2000 }, { 1, 0 }, { 3600, 7200 }, "" };

START_TEST(named_zones_are_postgresqls)
{
	struct vectors v;
	struct buf b = { 0 };
	struct error e;

	if (zone_rules_find(STR("Europe/Berlin")) == NULL)
		return; /* no zone files on this system */
	vectors_open(&v, "zones.tsv");
	while (vectors_next(&v)) {
		struct zone zone;
		int64_t timestamp;
		enum sqlstate rc;

		buf_reset(&b);
		rc = zone_parse(
			(struct str){ v.column[0].at + 12, v.column[0].length - 12 }, &zone, &e);
		if (rc == OK)
			rc = timestamptz_parse(v.column[1], DATE_ORDER_MDY, &zone, &timestamp, &e);
		if (rc == OK)
			timestamptz_put(&b, timestamp, &zone, date_style_iso);
		vectors_compare(&v, 2, rc, &b, &e);
	}
	buf_free(&b);
	vectors_close(&v);
}
END_TEST

START_TEST(changes_hold_from_their_instant_on)
{
	struct zone_rules *z = read_parts(&two_changes);
	int64_t change;

	ck_assert_ptr_nonnull(z);
	ck_assert_str_eq(zone_rules_name(z), "Test/Zone");
	ck_assert_int_eq(zone_rules_offset(z, 999), 3600);
	ck_assert_int_eq(zone_rules_offset(z, 1000), 7200);
	ck_assert_int_eq(zone_rules_offset(z, 1999), 7200);
	ck_assert_int_eq(zone_rules_offset(z, 2000), 3600);
	ck_assert(zone_rules_next_change(z, 999, &change));
	ck_assert_int_eq(change, 1000);
	ck_assert(zone_rules_next_change(z, 1000, &change));
	ck_assert_int_eq(change, 2000);
	ck_assert(!zone_rules_next_change(z, 2000, &change));
	zone_rules_free(z);
}
END_TEST

START_TEST(the_rule_holds_after_the_last_change)
{
	struct parts p = { .offsets = { 3600 }, .rule = "CET-1CEST,M3.5.0,M10.5.0/3" };
	struct zone_rules *z = read_parts(&p);
	int64_t change;

	ck_assert_ptr_nonnull(z);
	ck_assert_int_eq(zone_rules_offset(z, unix_of("2400-03-26 00:59:59")), 3600);
	ck_assert_int_eq(zone_rules_offset(z, unix_of("2400-03-26 01:00:00")), 7200);
	ck_assert_int_eq(zone_rules_offset(z, unix_of("2400-10-29 00:59:59")), 7200);
	ck_assert_int_eq(zone_rules_offset(z, unix_of("2400-10-29 01:00:00")), 3600);
	ck_assert(zone_rules_next_change(z, unix_of("2400-11-01 00:00:00"), &change));
	ck_assert_int_eq(change, unix_of("2401-03-25 01:00:00"));
	zone_rules_free(z);
}
END_TEST

START_TEST(rules_of_the_south_and_by_day_of_year_are_understood)
{
	struct parts south = { .offsets = { 36000 }, .rule = "<+10>-10<+11>,M10.1.0,M4.1.0/3" };
	struct parts by_day = { .offsets = { -18000 }, .rule = "EST5EDT,J60,300/1:30" };
	struct parts fixed = { .offsets = { 0 }, .rule = "<+0530>-5:30" };
	struct zone_rules *z = read_parts(&south);

	ck_assert_ptr_nonnull(z);
	ck_assert_int_eq(zone_rules_offset(z, unix_of("2100-01-01 00:00:00")), 39600);
	ck_assert_int_eq(zone_rules_offset(z, unix_of("2100-07-01 00:00:00")), 36000);
	zone_rules_free(z);
	z = read_parts(&by_day);
	ck_assert_ptr_nonnull(z);
	ck_assert_int_eq(zone_rules_offset(z, unix_of("2104-03-01 06:59:59")), -18000);
	ck_assert_int_eq(zone_rules_offset(z, unix_of("2104-03-01 07:00:00")), -14400);
	zone_rules_free(z);
	z = read_parts(&fixed);
	ck_assert_ptr_nonnull(z);
	ck_assert_int_eq(zone_rules_offset(z, 0), 19800);
	zone_rules_free(z);
}
END_TEST

START_TEST(damaged_files_are_refused)
{
	static const char *const bad_rules[] = { "CET", "CET-1CEST,", "CET-1CEST,M3.5.0", "-1",
		"CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0x",
		"CET-1CEST,M3.9.0,M10.5.0" };
	struct buf b = { 0 };
	struct parts p = two_changes;

	put_file(&b, &p);
	for (size_t size = 0; size < b.length; size++) {
		uint8_t *copy = malloc(size + 1);

		memcpy(copy, b.data, size);
		ck_assert_ptr_null(zone_rules_read(STR("x"), copy, size));
		free(copy);
	}
	for (size_t i = 0; i < b.length; i++) {
		b.data[i] ^=
			0xFF; /* whatever this makes of it, nothing is read outside the bytes */
		zone_rules_free(zone_rules_read(STR("x"), b.data, b.length));
		b.data[i] ^= 0xFF;
	}
	buf_free(&b);
	for (size_t i = 0; i < ARRAY_COUNT(bad_rules); i++) {
		p.rule = bad_rules[i];
		ck_assert_msg(read_parts(&p) == NULL, "%s", bad_rules[i]);
	}
	p = two_changes;
	p.changes[1] = 1000;
	ck_assert_ptr_null(read_parts(&p));
}
END_TEST

Suite *zone_file_suite(void)
{
	Suite *suite = suite_create("zone_file");
	TCase *tests = tcase_create("zone_file");

	tcase_add_test(tests, named_zones_are_postgresqls);
	tcase_add_test(tests, changes_hold_from_their_instant_on);
	tcase_add_test(tests, the_rule_holds_after_the_last_change);
	tcase_add_test(tests, rules_of_the_south_and_by_day_of_year_are_understood);
	tcase_add_test(tests, damaged_files_are_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
