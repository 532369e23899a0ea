/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/arena.c promises.
 */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rand.h"
#include "tests/base/suites.h"

START_TEST(allocations_are_zeroed_aligned_and_apart)
{
	struct arena *a = arena_new(0);
	static const unsigned char zeroes[300];
	unsigned char full[300];
	struct rand r = { 1 };
	unsigned char *last = NULL;
	size_t last_size = 0;

	memset(full, 0xAB, sizeof full);
	for (int i = 0; i < 2000; i++) {
		size_t size = rand_below(&r, 300) + 1;
		unsigned char *at = arena_alloc(a, size);

		ck_assert_uint_eq((uintptr_t)at % 16, 0);
		ck_assert_mem_eq(at, zeroes, size);
		memset(at, 0xAB, size);
		if (last != NULL)
			ck_assert_mem_eq(last, full, last_size);
		last = at;
		last_size = size;
	}
	arena_free(a);
}
END_TEST

START_TEST(limit_sets_a_sticky_mark_and_still_serves)
{
	struct arena *a = arena_new(1000);

	ck_assert_ptr_nonnull(arena_alloc(a, 500));
	ck_assert(!arena_is_spent(a));
	ck_assert_ptr_null(arena_try_alloc(a, 600));
	ck_assert(!arena_is_spent(a));
	ck_assert_ptr_nonnull(arena_alloc(a, 600));
	ck_assert(arena_is_spent(a));
	arena_reset(a);
	ck_assert(!arena_is_spent(a));
	ck_assert_uint_eq(arena_bytes_used(a), 0);
	arena_free(a);
}
END_TEST

START_TEST(a_copy_of_a_piece_put_back_is_what_was_there)
{
	struct arena *a = arena_new(0);
	size_t size, again;
	char *first, *copy;

	ck_assert_ptr_null(arena_piece(a, &size));
	first = arena_strdup(a, "first");
	(void)arena_strdup(a, "second");
	ck_assert_ptr_eq(arena_piece(a, &size), first);
	copy = malloc(size);
	ck_assert_ptr_nonnull(copy);
	memcpy(copy, first, size);
	memcpy(first, "other", sizeof "other");
	memcpy(first, copy, size);
	ck_assert_str_eq(first, "first");
	(void)arena_strdup(a, "third");
	ck_assert_ptr_eq(arena_piece(a, &again), first);
	ck_assert_uint_gt(again, size);
	ck_assert_ptr_nonnull(arena_alloc(a, 100000));
	ck_assert_ptr_null(arena_piece(a, &size));
	arena_reset(a);
	ck_assert_ptr_nonnull(arena_piece(a, &size));
	ck_assert_uint_eq(size, 0);
	free(copy);
	arena_free(a);
}
END_TEST

START_TEST(rewind_gives_back_what_came_after_the_mark)
{
	struct arena *a = arena_new(0);
	char *kept = arena_strdup(a, "kept");
	struct arena_mark mark = arena_save(a);
	size_t used = arena_bytes_used(a);

	for (int i = 0; i < 100; i++)
		memset(arena_alloc(a, 5000), 1, 5000);
	arena_rewind(a, mark);
	ck_assert_uint_eq(arena_bytes_used(a), used);
	ck_assert_str_eq(kept, "kept");
	memset(arena_alloc(a, 100), 2, 100);
	ck_assert_str_eq(kept, "kept");
	arena_free(a);
}
END_TEST

START_TEST(mark_of_an_empty_arena_rewinds_to_empty)
{
	struct arena *a = arena_new(0);
	struct arena_mark mark = arena_save(a);

	memset(arena_alloc(a, 64), 1, 64);
	arena_rewind(a, mark);
	ck_assert_uint_eq(arena_bytes_used(a), 0);
	arena_free(a);
}
END_TEST

START_TEST(grow_keeps_the_old_bytes)
{
	struct arena *a = arena_new(0);
	char *at = arena_strdup(a, "graph");

	at = arena_grow(a, at, 6, 6000);
	ck_assert_str_eq(at, "graph");
	ck_assert_ptr_nonnull(arena_grow(a, NULL, 0, 10));
	arena_free(a);
}
END_TEST

START_TEST(text_is_copied_and_formatted)
{
	struct arena *a = arena_new(0);
	struct str s = arena_str(a, (struct str){ "abcdef", 3 });
	struct str f = arena_printf(a, "%d-%s", 42, "x");

	ck_assert_str_eq(s.at, "abc");
	ck_assert_str_eq(f.at, "42-x");
	ck_assert_uint_eq(f.length, 4);
	arena_free(a);
}
END_TEST

START_TEST(nothing_is_a_place_too)
{
	struct arena *a = arena_new(0);
	char *first;

	ck_assert_ptr_nonnull(arena_alloc_raw(a, 0));
	arena_reset(a);
	/* A chunk filled to its last byte, piece by piece, and the piece behind it. */
	first = arena_alloc_raw(a, 16);
	memset(first, 1, 16);
	for (int i = 1; i < 300; i++)
		memset(arena_alloc_raw(a, 16), 2, 16);
	ck_assert_int_eq(first[15], 1);
	ck_assert_ptr_nonnull(arena_alloc_raw(a, 0));
	ck_assert_uint_ge(arena_bytes_used(a), 300u * 16u);
	arena_free(a);
}
END_TEST

START_TEST(reset_takes_the_mark_away_even_if_nothing_is_left)
{
	struct arena *a = arena_new(100);
	struct arena_mark mark;

	ck_assert_ptr_nonnull(arena_alloc(a, 16));
	arena_reset(a);
	mark = arena_save(a);
	ck_assert_ptr_nonnull(arena_alloc(a, 200));
	arena_rewind(a, mark);
	ck_assert_uint_eq(arena_bytes_used(a), 0);
	ck_assert(arena_is_spent(a));
	arena_reset(a);
	ck_assert(!arena_is_spent(a));
	arena_free(a);
}
END_TEST

Suite *arena_suite(void)
{
	Suite *suite = suite_create("arena");
	TCase *tests = tcase_create("arena");

	tcase_add_test(tests, allocations_are_zeroed_aligned_and_apart);
	tcase_add_test(tests, limit_sets_a_sticky_mark_and_still_serves);
	tcase_add_test(tests, a_copy_of_a_piece_put_back_is_what_was_there);
	tcase_add_test(tests, rewind_gives_back_what_came_after_the_mark);
	tcase_add_test(tests, mark_of_an_empty_arena_rewinds_to_empty);
	tcase_add_test(tests, grow_keeps_the_old_bytes);
	tcase_add_test(tests, text_is_copied_and_formatted);
	tcase_add_test(tests, nothing_is_a_place_too);
	tcase_add_test(tests, reset_takes_the_mark_away_even_if_nothing_is_left);
	suite_add_tcase(suite, tests);
	return suite;
}
