/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tests of the file store: making and refusing directories, the lease, blocks, and log segments.
 */
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "storage/store/store.h"
#include "tests/storage/mini_engine.h"
#include "tests/storage/suites.h"

static char directory[128];
static struct store *store;
static struct error e;
static uint8_t *block;

static void setup(void)
{
	const char *parent = getenv("TMPDIR");

	snprintf(directory, sizeof directory, "%s/quiver-store-XXXXXX",
		parent != NULL ? parent : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	block = aligned_alloc(STORE_ALIGN, 4 * STORE_BLOCK_BYTES);
	ck_assert_ptr_nonnull(block);
	store = NULL;
}

static void teardown(void)
{
	char command[256];

	if (store != NULL)
		store->ops->close(store);
	free(block);
	snprintf(command, sizeof command, "rm -rf '%s'", directory);
	ck_assert_int_eq(system(command), 0);
}

static void make_file(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void open_store(void)
{
	ck_assert_msg(store_file_open(directory, true, 1 << 16, &store, &e) == OK, "%s", e.message);
}

START_TEST(missing_directory_is_named)
{
	ck_assert_int_eq(store_file_open("/nowhere/at/all", false, 0, &store, &e), E_NO_FILE);
	ck_assert_ptr_nonnull(strstr(e.message, "\"/nowhere/at/all\""));
}
END_TEST

START_TEST(directory_without_database_is_refused_and_left_alone)
{
	char path[256];

	make_file("letters");
	ck_assert_int_eq(store_file_open(directory, false, 0, &store, &e), E_NO_FILE);
	ck_assert_int_eq(store_file_open(directory, true, 0, &store, &e), E_NO_FILE);
	ck_assert_ptr_nonnull(strstr(e.message, "is not empty and holds no database"));
	snprintf(path, sizeof path, "%s/lock", directory);
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(configuration_file_may_lie_there_before)
{
	make_file("quiver.conf");
	open_store();
}
END_TEST

START_TEST(foreign_data_file_is_corruption)
{
	struct pager_options options = { .create = true };
	struct pager *pager;
	char path[256];
	FILE *file;

	snprintf(path, sizeof path, "%s/data", directory);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	for (int i = 0; i < 10000; i++)
		fputs("not a database ", file);
	fclose(file);
	snprintf(path, sizeof path, "%s/wal", directory);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(store_file_open(directory, true, 0, &store, &e), OK);
	options.store = store;
	ck_assert_int_eq(pager_open(&options, &pager, &e), E_DATA_CORRUPTED);
}
END_TEST

START_TEST(second_opener_is_told_who_has_it)
{
	struct store *second;
	char pid[64];

	open_store();
	ck_assert_int_eq(store_file_open(directory, true, 0, &second, &e), E_OBJECT_IN_USE);
	snprintf(pid, sizeof pid, "(PID %ld)", (long)getpid());
	ck_assert_ptr_nonnull(strstr(e.message, pid));
	store->ops->close(store);
	open_store();
}
END_TEST

START_TEST(blocks_keep_what_was_written)
{
	struct store_transfer t = { 5, 2, NULL };

	open_store();
	ck_assert_int_eq(store->ops->block_grow(store, 100, &e), OK);
	ck_assert_uint_eq(store->ops->block_count(store), 100);
	for (size_t i = 0; i < 2 * STORE_BLOCK_BYTES; i++)
		block[i] = (uint8_t)(i * 7);
	t.buffer = block;
	ck_assert_int_eq(store->ops->block_write(store, &t, 1, &e), OK);
	ck_assert_int_eq(store->ops->block_push(store, &e), OK);
	ck_assert_int_eq(store->ops->block_sync(store, &e), OK);
	store->ops->close(store);
	open_store();
	ck_assert_uint_eq(store->ops->block_count(store), 100);
	t.buffer = block + 2 * STORE_BLOCK_BYTES;
	ck_assert_int_eq(store->ops->block_read(store, &t, 1, &e), OK);
	ck_assert_int_eq(memcmp(block, block + 2 * STORE_BLOCK_BYTES, 2 * STORE_BLOCK_BYTES), 0);
	t.block = 99;
	ck_assert_int_eq(store->ops->block_read(store, &t, 1, &e), E_IO);
}
END_TEST

START_TEST(log_segments_are_made_trimmed_and_used_again)
{
	uint64_t first, end;
	size_t got;

	open_store();
	ck_assert_int_eq(store->ops->log_range(store, &first, &end, &e), OK);
	ck_assert_uint_eq(end, 0);
	ck_assert_int_eq(store->ops->log_reserve(store, 3 << 16, 6 << 16, true, &e), OK);
	ck_assert_int_eq(store->ops->log_range(store, &first, &end, &e), OK);
	ck_assert_uint_eq(first, 3 << 16);
	ck_assert_uint_eq(end, 6 << 16);
	for (uint64_t lsn = first; lsn < end; lsn += 8192) {
		memset(block, (int)(lsn >> 13), 8192);
		ck_assert_int_eq(
			store->ops->log_write(store, lsn, block, 8192, lsn % 16384 == 0, &e), OK);
	}
	ck_assert_int_eq(store->ops->log_sync(store, &e), OK);
	ck_assert_int_eq(store->ops->log_trim(store, 5 << 16, &e), OK);
	ck_assert_int_eq(store->ops->log_range(store, &first, &end, &e), OK);
	ck_assert_uint_eq(first, 5 << 16);
	ck_assert_uint_ge(end, 7 << 16);
	store->ops->close(store);
	open_store();
	ck_assert_int_eq(store->ops->log_read(store, (5 << 16) + 8192, block, 8192, &got, &e), OK);
	ck_assert_uint_eq(got, 8192);
	ck_assert_uint_eq(block[100], (uint8_t)(((5 << 16) + 8192) >> 13));
	ck_assert_int_eq(store->ops->log_read(store, 4 << 16, block, 8192, &got, &e), OK);
	ck_assert_uint_eq(got, 0);
}
END_TEST

enum { MAKERS = 3, SEGMENTS = 40, KEPT = 4 };

/* Segments made ahead, one after the other, some of them filled. */
static void *make_segments(void *context)
{
	bool will_fill = (uintptr_t)context % 2 == 0;
	struct error error;

	for (uint64_t end = 1; end <= SEGMENTS; end++)
		if (store->ops->log_reserve(store, 0, end << 16, will_fill, &error) != OK)
			return store; /* anything */
	return NULL;
}

START_TEST(segments_are_made_and_trimmed_beside_the_writer)
{
	pthread_t threads[MAKERS];
	uint64_t first, end;

	open_store();
	ck_assert_int_eq(store->ops->log_reserve(store, 0, 1 << 16, true, &e), OK);
	for (uintptr_t i = 0; i < MAKERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, make_segments, (void *)i), 0);
	for (uint64_t number = 0; number < SEGMENTS; number++) {
		do
			ck_assert_int_eq(store->ops->log_range(store, &first, &end, &e), OK);
		while (end <= number << 16);
		memset(block, (int)number, 8192);
		ck_assert_int_eq(
			store->ops->log_write(store, number << 16, block, 8192, true, &e), OK);
		if (number >= KEPT)
			ck_assert_int_eq(
				store->ops->log_trim(store, (number - KEPT) << 16, &e), OK);
	}
	for (int i = 0; i < MAKERS; i++) {
		void *failed;

		pthread_join(threads[i], &failed);
		ck_assert_ptr_null(failed);
	}
	store->ops->close(store);
	open_store();
	ck_assert_int_eq(store->ops->log_range(store, &first, &end, &e), OK);
	ck_assert_uint_ge(end, (uint64_t)SEGMENTS << 16);
	for (uint64_t number = SEGMENTS - KEPT; number < SEGMENTS; number++) {
		size_t got;

		ck_assert_int_eq(
			store->ops->log_read(store, number << 16, block, 8192, &got, &e), OK);
		ck_assert_uint_eq(got, 8192);
		ck_assert_uint_eq(block[17], number);
	}
}
END_TEST

START_TEST(gap_among_segments_is_corruption)
{
	char path[256];

	open_store();
	ck_assert_int_eq(store->ops->log_reserve(store, 0, 3 << 16, true, &e), OK);
	store->ops->close(store);
	store = NULL;
	snprintf(path, sizeof path, "%s/wal/0000000000000001.wal", directory);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(store_file_open(directory, true, 0, &store, &e), E_DATA_CORRUPTED);
}
END_TEST

START_TEST(engine_stands_on_files)
{
	struct mini m;

	open_store();
	for (int life = 0; life < 3; life++) {
		ck_assert_msg(mini_open(&m, store, 4, 120, 40, &e) == OK, "%s", e.message);
		for (int i = 0; i < 60; i++) {
			mini_commit(&m, i % 4 == 0);
			ck_assert_int_eq(pager_make_room(m.pager, &e), OK);
			if (i == 30)
				ck_assert_int_eq(mini_checkpoint(&m, &e), OK);
		}
		wal_sync(m.wal);
		mini_check(&m);
		mini_verify(&m);
		mini_close(&m);
		store->ops->close(store);
		open_store();
	}
	ck_assert_int_eq(mini_open(&m, store, 4, 120, 40, &e), OK);
	ck_assert_uint_eq(m.ts, 180);
	mini_check(&m);
	mini_close(&m);
}
END_TEST

Suite *store_suite(void)
{
	Suite *s = suite_create("store");
	TCase *t = tcase_create("file");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, missing_directory_is_named);
	tcase_add_test(t, directory_without_database_is_refused_and_left_alone);
	tcase_add_test(t, configuration_file_may_lie_there_before);
	tcase_add_test(t, foreign_data_file_is_corruption);
	tcase_add_test(t, second_opener_is_told_who_has_it);
	tcase_add_test(t, blocks_keep_what_was_written);
	tcase_add_test(t, log_segments_are_made_trimmed_and_used_again);
	tcase_add_test(t, segments_are_made_and_trimmed_beside_the_writer);
	tcase_add_test(t, gap_among_segments_is_corruption);
	tcase_add_test(t, engine_stands_on_files);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	return s;
}
