/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Sequences: no number twice, whatever is rolled back and whenever the process dies; and the objects
 * of the query layer, which come and go with their transaction.
 */
#include <pthread.h>
#include <stdlib.h>

#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"

static const struct sequence_rule counting = {
	.start = 1, .increment = 1, .min = 1, .max = INT64_MAX
};

static int64_t next(uint32_t sequence, const struct sequence_rule *rule)
{
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	int64_t value = INT64_MIN;

	NEEDS(storage_sequence_next(t, sequence, rule, &value, &fixture.e));
	txn_abort(t);
	return value;
}

START_TEST(a_rollback_gives_no_number_back)
{
	uint32_t s = storage_sequence_new(fixture.storage);

	ck_assert_int_eq(next(s, &counting), 1);
	ck_assert_int_eq(next(s, &counting), 2);
	ck_assert_uint_ne(storage_sequence_new(fixture.storage), s);
}
END_TEST

/* ---- crashes: nothing is written that was not written by then, and unsynced writes are lost ---- */

static void crash_open(struct store *store)
{
	struct storage_options options = { .store = store, .create = true };

	NEEDS(storage_open_quietly(&options, &fixture.storage, &fixture.e));
	storage_thread_attach(fixture.storage);
}

static void crash_now(struct store *store, enum store_crash mode)
{
	storage_thread_detach(fixture.storage);
	storage_close_quietly(fixture.storage);
	store_sim_restart(store, mode);
}

static int64_t durable_next(uint32_t sequence)
{
	struct txn_options options = { .durability = DURABILITY_ON };
	int64_t value = INT64_MIN;
	struct txn *t;

	NEEDS(txn_begin(fixture.storage, &options, &t, &fixture.e));
	NEEDS(storage_sequence_next(t, sequence, &counting, &value, &fixture.e));
	txn_abort(t);
	return value;
}

/* Every number is behind all those given before the crash, at any point of counting. */
START_TEST(no_number_comes_twice_after_a_crash)
{
	struct store *store = store_sim_new(1, UINT64_C(1) << 20);
	uint32_t s;
	int64_t last = 0;

	crash_open(store);
	s = storage_sequence_new(fixture.storage);
	for (int round = 1; round <= 4 * STORE_CRASH_MODES; round++) {
		for (int i = 0; i < round * 7; i++) {
			int64_t value = durable_next(s);

			ck_assert_int_gt(value, last);
			last = value;
		}
		if (round % 3 == 0)
			NEEDS(storage_checkpoint(fixture.storage, &fixture.e));
		crash_now(store, (enum store_crash)(round % STORE_CRASH_MODES));
		crash_open(store);
	}
	crash_now(store, (enum store_crash)0);
	store_sim_free(store);
}
END_TEST

/* A clean stop skips none either. */
START_TEST(a_clean_stop_skips_no_number)
{
	uint32_t s = storage_sequence_new(fixture.storage);

	for (int64_t expected = 1; expected <= 100; expected++) {
		ck_assert_int_eq(next(s, &counting), expected);
		if (expected % 17 == 0)
			fixture_reopen();
	}
}
END_TEST

START_TEST(a_sequence_counts_down_ends_and_cycles)
{
	struct sequence_rule rule = { .start = 2, .increment = -1, .min = 0, .max = 2 };
	uint32_t s = storage_sequence_new(fixture.storage);
	struct txn *t;
	int64_t value;

	for (int64_t expected = 2; expected >= 0; expected--)
		ck_assert_int_eq(next(s, &rule), expected);
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	ck_assert_int_eq(storage_sequence_next(t, s, &rule, &value, &fixture.e), E_SEQUENCE_LIMIT);
	txn_abort(t);
	rule.is_cycle = true;
	for (int64_t expected = 2; expected >= 0; expected--)
		ck_assert_int_eq(next(s, &rule), expected);
}
END_TEST

START_TEST(a_sequence_is_set_and_read)
{
	uint32_t s = storage_sequence_new(fixture.storage);
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	int64_t value;
	bool is_called;

	ck_assert(!storage_sequence_last(fixture.storage, s, &value, &is_called));
	NEEDS(storage_sequence_set(t, s, 40, false, &fixture.e));
	txn_abort(t);
	ck_assert(storage_sequence_last(fixture.storage, s, &value, &is_called));
	ck_assert_int_eq(value, 40);
	ck_assert(!is_called);
	ck_assert_int_eq(next(s, &counting), 40);
	ck_assert_int_eq(next(s, &counting), 41);
}
END_TEST

enum { THREADS = 4, NUMBERS_EACH = 500 };

struct asking {
	uint32_t sequence;
	int64_t numbers[NUMBERS_EACH];
};

static void *ask(void *context)
{
	struct asking *a = context;

	storage_thread_attach(fixture.storage);
	storage_run_begin(fixture.storage);
	for (int i = 0; i < NUMBERS_EACH; i++)
		a->numbers[i] = next(a->sequence, &counting);
	storage_run_end(fixture.storage);
	storage_thread_detach(fixture.storage);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

START_TEST(threads_share_the_numbers)
{
	static struct asking all[THREADS];
	static int64_t numbers[THREADS * NUMBERS_EACH];
	pthread_t threads[THREADS];
	uint32_t s = storage_sequence_new(fixture.storage);

	for (int i = 0; i < THREADS; i++) {
		all[i].sequence = s;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, ask, &all[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		for (int n = 0; n < NUMBERS_EACH; n++)
			numbers[i * NUMBERS_EACH + n] = all[i].numbers[n];
	}
	qsort(numbers, THREADS * NUMBERS_EACH, sizeof numbers[0], compare);
	for (int i = 0; i < THREADS * NUMBERS_EACH; i++)
		ck_assert_int_eq(numbers[i], i + 1);
}
END_TEST

START_TEST(objects_come_and_go_with_their_transaction)
{
	const struct catalog_object *o;
	uint32_t first = NAME_NONE, second = NAME_NONE;
	struct txn *t = fixture_autocommit();

	NEEDS(schema_object_put(t, &first, 1, STR("a"), STR("body of a"), &fixture.e));
	NEEDS(schema_object_put(t, &second, 2, STR("a"), STR(""), &fixture.e));
	ck_assert_uint_ne(first, second);
	NEEDS(txn_commit(t, &fixture.e));
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	NEEDS(schema_object_put(t, &first, 1, STR("b"), STR("another"), &fixture.e));
	NEEDS(schema_object_drop(t, second, &fixture.e));
	ck_assert_uint_eq(catalog_object_count(txn_catalog(t)), 1);
	txn_abort(t);
	fixture_reopen();
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	ck_assert_uint_eq(catalog_object_count(txn_catalog(t)), 2);
	o = catalog_object_find(txn_catalog(t), 1, STR("a"));
	ck_assert_ptr_nonnull(o);
	ck_assert_uint_eq(o->id, first);
	ck_assert(str_equal(o->body, STR("body of a")));
	NEEDS(schema_object_put(t, &first, 1, STR("b"), STR("another"), &fixture.e));
	NEEDS(schema_object_drop(t, second, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	fixture_close();
	fixture_open();
}
END_TEST

START_TEST(a_renamed_object_survives_a_restart)
{
	uint32_t id = NAME_NONE, next_id = NAME_NONE;
	struct txn *t = fixture_autocommit();
	const struct catalog_object *o;

	NEEDS(schema_object_put(t, &id, 1, STR("a"), STR("first body, longer"), &fixture.e));
	NEEDS(schema_object_put(t, &id, 1, STR("b"), STR("second"), &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	fixture_reopen();
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	ck_assert_uint_eq(catalog_object_count(txn_catalog(t)), 1);
	o = catalog_object(txn_catalog(t), id);
	ck_assert(str_equal(o->name, STR("b")));
	ck_assert(str_equal(o->body, STR("second")));
	NEEDS(schema_object_put(t, &next_id, 1, STR("c"), STR(""), &fixture.e));
	ck_assert_uint_gt(next_id, id);
	txn_abort(t);
}
END_TEST

Suite *sequence_suite(void)
{
	Suite *s = suite_create("sequence");
	TCase *c = tcase_create("sequence");

	tcase_add_checked_fixture(c, fixture_open, fixture_close);
	tcase_add_test(c, a_rollback_gives_no_number_back);
	tcase_add_test(c, a_clean_stop_skips_no_number);
	tcase_add_test(c, a_sequence_counts_down_ends_and_cycles);
	tcase_add_test(c, a_sequence_is_set_and_read);
	tcase_add_test(c, threads_share_the_numbers);
	tcase_add_test(c, objects_come_and_go_with_their_transaction);
	tcase_add_test(c, a_renamed_object_survives_a_restart);
	suite_add_tcase(s, c);
	c = tcase_create("crash");
	tcase_add_test(c, no_number_comes_twice_after_a_crash);
	suite_add_tcase(s, c);
	return s;
}
