/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Care: the check beside a running engine and its replay, backups, restores, the archive and recovery
 * to a point in time; on real files, since that is what they are for.
 */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "storage/care/stream.h"
#include "storage/graph/record.h"
#include "storage/log/wal.h"
#include "storage/page/pager.h"
#include "storage/storage_care.h"
#include "storage/store/store.h"
#include "storage/txn/engine.h"
#include "tests/storage/suites.h"

enum { PATHS = 8, PATH_BYTES = 256, SEGMENT_BYTES = 64 << 10 };

struct place {
	char root[PATH_BYTES];
	char data[PATH_BYTES], copy[PATH_BYTES], archive[PATH_BYTES];
	char files[PATHS][PATH_BYTES];
	struct storage *s;
	uint32_t thing, link, number, text;
};
static struct place place;
static struct error e;

#define NEEDS(call)                                                                                \
	do {                                                                                       \
		if ((call) != OK)                                                                  \
			ck_abort_msg("%s: %s %s", #call, e.message, e.detail);                     \
	} while (0)

static void remove_tree(const char *path)
{
	char command[PATH_BYTES + 16];

	snprintf(command, sizeof command, "rm -rf '%s'", path);
	ck_assert_int_eq(system(command), 0);
}

static void place_make(void)
{
	const char *parent = getenv("TMPDIR");

	memset(&place, 0, sizeof place);
	snprintf(place.root, sizeof place.root, "%s/quiver-care-XXXXXX",
		parent != NULL ? parent : "/tmp");
	ck_assert_ptr_ne(mkdtemp(place.root), NULL);
	snprintf(place.data, PATH_BYTES, "%.200s/data", place.root);
	snprintf(place.copy, PATH_BYTES, "%.200s/copy", place.root);
	snprintf(place.archive, PATH_BYTES, "%.200s/archive", place.root);
	ck_assert_int_eq(mkdir(place.archive, 0700), 0);
	for (int i = 0; i < PATHS; i++)
		snprintf(place.files[i], PATH_BYTES, "%.200s/backup%d", place.root, i);
}

static void place_remove(void)
{
	remove_tree(place.root);
}

static void open_at(const char *directory, bool has_archive)
{
	struct storage_options options = { .directory = directory,
		.create = true,
		.buffer_bytes = UINT64_C(2) << 20,
		.log_segment_bytes = SEGMENT_BYTES,
		.archive_directory = has_archive ? place.archive : NULL };
	struct txn_options one = { .is_autocommit = true };
	struct txn *t;

	NEEDS(storage_open(&options, &place.s, &e));
	storage_thread_attach(place.s);
	NEEDS(txn_begin(place.s, &one, &t, &e));
	NEEDS(txn_intern(t, NAME_NODE_LABEL, STR("Thing"), &place.thing, &e));
	NEEDS(txn_intern(t, NAME_EDGE_LABEL, STR("LINK"), &place.link, &e));
	NEEDS(txn_intern(t, NAME_KEY, STR("number"), &place.number, &e));
	NEEDS(txn_intern(t, NAME_KEY, STR("text"), &place.text, &e));
	NEEDS(txn_commit(t, &e));
}

static void close_now(void)
{
	storage_thread_detach(place.s);
	NEEDS(storage_close(place.s, &e));
}

/* Commit k: a node with number k, an edge from the first node to it, and a text of some length. Every
   seventh deletes the node before it. */
static void commit(uint32_t k)
{
	static const char letters[3000] = { 'x' };
	struct txn_options one = { .is_autocommit = true };
	struct property p[2] = { { place.number, value_int(k) },
		{ place.text, value_string((struct str){ letters, 100 + k * 37 % 2900 }) } };
	uint64_t node, edge, edges;
	struct txn *t;
	bool was_deleted;

	NEEDS(txn_begin(place.s, &one, &t, &e));
	NEEDS(storage_node_add(t, &place.thing, 1, p, 2, &node, &e));
	if (k > 0)
		NEEDS(storage_edge_add(t, 0, node, place.link, p, 1, &edge, &e));
	if (k % 7 == 6)
		NEEDS(storage_node_delete(t, k - 1, true, &edges, &was_deleted, &e));
	if (k > 0)
		NEEDS(storage_property_set(t, ELEMENT_NODE, 0, place.number, value_int(k), &e));
	NEEDS(txn_commit(t, &e));
}

/* How many commits the store holds; everything else must follow from it. */
static uint32_t commits_there(void)
{
	struct txn_options one = { .is_autocommit = true, .is_read_only = true };
	struct arena *a = arena_new(0);
	struct property *list;
	uint32_t count, k;
	uint64_t degree;
	struct txn *t;

	NEEDS(txn_begin(place.s, &one, &t, &e));
	NEEDS(storage_all_properties(t, ELEMENT_NODE, 0, a, &list, &count, &e));
	k = count == 0 ? UINT32_MAX : (uint32_t)list[0].value.integer;
	NEEDS(storage_degree(t, 0, DIRECTION_OUT, place.link, &degree, &e));
	ck_assert_uint_eq(storage_node_count(place.s, place.thing), k + 1 - (k + 1) / 7);
	ck_assert_uint_eq(degree, count == 0 ? 0 : k - (k + 1) / 7);
	txn_abort(t);
	arena_free(a);
	return k + 1;
}

static void print_finding(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "%s\n", line);
}

struct lines {
	uint32_t count, of_replay, notes;
};

static void count_line(void *context, const char *line)
{
	struct lines *l = context;

	l->count++;
	l->of_replay += strstr(line, "not what the log makes") != NULL;
	l->notes += strncmp(line, STORAGE_NOTE, strlen(STORAGE_NOTE)) == 0;
}

static void check_beside(void)
{
	struct storage_checker printing = { .level = 4, .report = print_finding };
	struct lines lines = { 0 };
	struct storage_checker counting = { 4, count_line, &lines, NULL };
	uint64_t findings;

	NEEDS(storage_check_beside(place.s, &printing, &findings, &e));
	ck_assert_uint_eq(findings, 0);
	NEEDS(storage_check_beside(place.s, &counting, &findings, &e));
	ck_assert_uint_eq(lines.notes, 0);
}

static void check_closed(const char *directory, uint32_t notes)
{
	struct storage_options options = { .directory = directory };
	struct lines lines = { 0 };
	uint64_t findings;

	NEEDS(storage_check(&options, 4, print_finding, NULL, &findings, &e));
	ck_assert_uint_eq(findings, 0);
	NEEDS(storage_check(&options, 4, count_line, &lines, &findings, &e));
	ck_assert_uint_eq(lines.notes, notes);
}

/* ---- backups ---- */

static void write_piece(FILE *file, struct buf *piece)
{
	ck_assert_uint_eq(fwrite(piece->data, 1, piece->length, file), piece->length);
	buf_reset(piece);
}

/* Between two pieces `between` commits happen, and now and then a checkpoint. */
static void back_up(int index, int base, uint32_t *k, uint32_t between)
{
	FILE *file = fopen(place.files[index], "wb");
	struct storage_backup_base from;
	struct storage_backup *b;
	struct buf piece = { 0 };
	uint32_t pieces = 0;
	enum step step;

	ck_assert_ptr_ne(file, NULL);
	if (base >= 0)
		NEEDS(storage_backup_verify(place.files[base], NULL, &from, &e));
	NEEDS(storage_backup_begin(place.s, base >= 0 ? &from : NULL, &b, &e));
	while ((step = storage_backup_next(b, &piece, &e)) == STEP_ROW) {
		write_piece(file, &piece);
		for (uint32_t i = 0; i < between; i++)
			commit((*k)++);
		if (between > 0 && pieces++ % 2 == 0)
			NEEDS(storage_checkpoint(place.s, &e));
	}
	ck_assert_int_eq(step, STEP_DONE);
	storage_backup_end(b);
	fclose(file);
	buf_free(&piece);
	NEEDS(storage_backup_verify(
		place.files[index], base >= 0 ? place.files[base] : NULL, &from, &e));
}

static enum sqlstate restore(uint32_t files, uint64_t lsn, uint64_t wall_us, bool has_archive)
{
	const char *paths[PATHS], *archives[] = { place.archive };
	struct storage_restore_options options = { .directory = place.copy,
		.files = paths,
		.file_count = files,
		.archives = archives,
		.archive_count = has_archive ? 1 : 0,
		.stop_lsn = lsn,
		.stop_wall_us = wall_us,
		.buffer_bytes = UINT64_C(1) << 20 };
	struct storage_restored restored;

	for (uint32_t i = 0; i < files; i++)
		paths[i] = place.files[i];
	remove_tree(place.copy);
	return storage_restore(&options, &restored, &e);
}

static uint32_t restored_commits(void)
{
	struct storage *running = place.s; /* or closed already */
	uint32_t k;

	check_closed(place.copy, 0);
	open_at(place.copy, false);
	k = commits_there();
	check_beside();
	commit(k); /* and it goes on */
	ck_assert_uint_eq(commits_there(), k + 1);
	close_now();
	place.s = running;
	return k;
}

START_TEST(a_check_beside_the_engine_replays_what_happened_and_finds_nothing)
{
	place_make();
	open_at(place.data, false);
	for (uint32_t k = 0; k < 300; k++) {
		commit(k);
		if (k % 60 == 59)
			check_beside();
	}
	close_now();
	check_closed(place.data, 0);
	open_at(place.data, false);
	ck_assert_uint_eq(commits_there(), 300);
	close_now();
	place_remove();
}
END_TEST

START_TEST(a_check_that_is_cancelled_leaves_nothing_behind)
{
	_Atomic int cancel = 1;
	struct storage_checker checker = { 4, print_finding, NULL, &cancel };
	struct storage_options closed = { .cancel = &cancel };
	uint64_t findings;

	place_make();
	open_at(place.data, false);
	for (uint32_t k = 0; k < 100; k++)
		commit(k);
	ck_assert_int_eq(storage_check_beside(place.s, &checker, &findings, &e), E_CANCELLED);
	error_clear(&e);
	atomic_store(&cancel, 0);
	NEEDS(storage_check_beside(place.s, &checker, &findings, &e));
	ck_assert_uint_eq(findings, 0);
	commit(100);
	ck_assert_uint_eq(commits_there(), 101);
	close_now();
	closed.directory = place.data;
	atomic_store(&cancel, 1);
	ck_assert_int_eq(
		storage_check(&closed, 4, print_finding, NULL, &findings, &e), E_CANCELLED);
	check_closed(place.data, 0);
	place_remove();
}
END_TEST

START_TEST(a_replay_finds_a_page_that_was_changed_behind_the_logs_back)
{
	struct lines lines = { 0 };
	struct storage_checker checker = { 4, count_line, &lines, NULL };
	struct node_head head;
	uint64_t findings;
	struct page *p;

	place_make();
	open_at(place.data, false);
	for (uint32_t k = 0; k < 100; k++)
		commit(k);
	engine_lock_enter_exclusive(&place.s->lock);
	ck_assert(record_node_get(&place.s->graph, 1, &head));
	p = pager_modify(place.s->pager, graph_ref_pid(head.property_ref), PAGE_PROPERTIES,
		place.s->last_ts);
	p->body[80] ^= 1; /* within a text, which no structure contradicts */
	engine_lock_leave_exclusive(&place.s->lock);
	NEEDS(storage_check_beside(place.s, &checker, &findings, &e));
	ck_assert_uint_eq(lines.of_replay, 1);
	close_now();
	place_remove();
}
END_TEST

START_TEST(a_full_backup_and_increments_restore_the_graph)
{
	uint32_t k = 0;

	place_make();
	open_at(place.data, false);
	for (; k < 200; k++)
		commit(k);
	back_up(0, -1, &k, 0);
	NEEDS(restore(1, 0, 0, false));
	ck_assert_uint_eq(restored_commits(), 200);
	for (; k < 230; k++)
		commit(k);
	back_up(1, 0, &k, 0);
	for (; k < 400; k++)
		commit(k);
	back_up(2, 1, &k, 0);
	close_now();
	NEEDS(restore(2, 0, 0, false));
	ck_assert_uint_eq(restored_commits(), 230);
	NEEDS(restore(3, 0, 0, false));
	ck_assert_uint_eq(restored_commits(), 400);
	place_remove();
}
END_TEST

START_TEST(an_increment_is_smaller_and_refuses_another_base)
{
	struct storage_backup_base from;
	struct stat full, increment;
	uint32_t k = 0;

	place_make();
	open_at(place.data, false);
	for (; k < 600; k++)
		commit(k);
	back_up(0, -1, &k, 0);
	commit(k++);
	back_up(1, 0, &k, 0);
	back_up(2, -1, &k, 0);
	close_now();
	ck_assert_int_eq(stat(place.files[0], &full), 0);
	ck_assert_int_eq(stat(place.files[1], &increment), 0);
	ck_assert_int_lt(increment.st_size, full.st_size / 3);
	ck_assert_int_eq(
		storage_backup_verify(place.files[1], place.files[2], &from, &e), E_INVALID_VALUE);
	/* an increment alone is no backup, and a full one is no increment */
	memcpy(place.files[0], place.files[1], PATH_BYTES);
	ck_assert_int_eq(restore(1, 0, 0, false), E_INVALID_VALUE);
	place_remove();
}
END_TEST

START_TEST(a_backup_beside_writers_and_checkpoints_is_one_moment)
{
	uint32_t before, there, k = 0;

	place_make();
	open_at(place.data, false);
	for (; k < 300; k++)
		commit(k);
	before = k;
	back_up(0, -1, &k, 3);
	ck_assert_uint_gt(k, before);
	for (uint32_t i = 0; i < 20; i++)
		commit(k++);
	back_up(1, 0, &k, 2);
	close_now();
	check_closed(place.data, 0);
	NEEDS(restore(1, 0, 0, false));
	there = restored_commits();
	ck_assert_uint_ge(there, before);
	NEEDS(restore(2, 0, 0, false));
	ck_assert_uint_gt(restored_commits(), there);
	place_remove();
}
END_TEST

static long file_size(const char *path)
{
	struct stat status;

	ck_assert_int_eq(stat(path, &status), 0);
	return (long)status.st_size;
}

static void flip(const char *path, long at)
{
	FILE *file = fopen(path, "r+b");
	int byte;

	ck_assert_ptr_ne(file, NULL);
	ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
	byte = fgetc(file);
	ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
	ck_assert_int_ne(fputc(byte ^ 0x10, file), EOF);
	fclose(file);
}

START_TEST(a_damaged_backup_is_refused)
{
	struct storage_backup_base from;
	uint32_t k = 0;
	long size;

	place_make();
	open_at(place.data, false);
	for (; k < 40; k++)
		commit(k);
	back_up(0, -1, &k, 1);
	close_now();
	size = file_size(place.files[0]);
	for (long at = 0; at < size; at += 1 + size / 61) {
		flip(place.files[0], at);
		ck_assert_int_ne(storage_backup_verify(place.files[0], NULL, &from, &e), OK);
		flip(place.files[0], at);
	}
	NEEDS(storage_backup_verify(place.files[0], NULL, &from, &e));
	ck_assert_int_eq(truncate(place.files[0], size - 1), 0);
	ck_assert_int_eq(restore(1, 0, 0, false), E_DATA_CORRUPTED);
	place_remove();
}
END_TEST

/* ---- to a point in time ---- */

enum { MOMENTS = 240, RESTART_EVERY = 70 };

struct moments {
	uint64_t lsn[MOMENTS + 1]; /* [k]: where commit k begins */
	uint64_t wall_us[MOMENTS];
};

static void live_through(struct moments *m, uint32_t *k)
{
	open_at(place.data, true);
	for (; *k < MOMENTS; (*k)++) {
		if (*k == 30)
			back_up(0, -1, k, 0);
		if (*k % RESTART_EVERY == RESTART_EVERY - 1) { /* another writer's epoch */
			close_now();
			open_at(place.data, true);
		}
		m->lsn[*k] = wal_next_lsn(place.s->wal);
		commit(*k);
		m->wall_us[*k] = (uint64_t)clock_wall_us();
		usleep(200);
	}
	m->lsn[MOMENTS] = wal_next_lsn(place.s->wal);
	close_now();
}

START_TEST(a_restore_reaches_every_moment_that_the_archive_holds)
{
	struct moments m;
	uint32_t k = 0, last;

	place_make();
	live_through(&m, &k);
	NEEDS(restore(1, 0, 0, true));
	last = restored_commits();
	ck_assert_uint_gt(last, MOMENTS - 60); /* all but the segment that is not full yet */
	for (k = 31; k < last; k += 13) {
		NEEDS(restore(1, m.lsn[k], 0, true));
		ck_assert_uint_eq(restored_commits(), k);
		NEEDS(restore(1, 0, m.wall_us[k], true));
		ck_assert_uint_eq(restored_commits(), k + 1);
	}
	place_remove();
}
END_TEST

START_TEST(an_archive_is_not_shared_by_two_servers)
{
	struct moments m;
	uint32_t k = 0;

	place_make();
	live_through(&m, &k);
	NEEDS(restore(1, m.lsn[100], 0, true));
	open_at(place.copy, true);
	for (k = 100; k < 200; k++)
		commit(k);
	while (atomic_load(&place.s->archive.failures) == 0)
		usleep(10000);
	close_now();
	place_remove();
}
END_TEST

START_TEST(the_log_waits_for_an_archive_that_fails)
{
	uint64_t first, end;
	uint32_t k = 0;

	place_make();
	open_at(place.data, true);
	ck_assert_int_eq(rmdir(place.archive), 0);
	for (; k < 150; k++)
		commit(k);
	NEEDS(storage_checkpoint(place.s, &e));
	NEEDS(storage_checkpoint(place.s, &e));
	NEEDS(place.s->store->ops->log_range(place.s->store, &first, &end, &e));
	ck_assert_uint_eq(first, 0);
	ck_assert_int_eq(mkdir(place.archive, 0700), 0);
	while (archive_lsn(&place.s->archive) + SEGMENT_BYTES <= wal_durable_lsn(place.s->wal))
		usleep(10000);
	NEEDS(storage_checkpoint(place.s, &e));
	NEEDS(place.s->store->ops->log_range(place.s->store, &first, &end, &e));
	ck_assert_uint_gt(first, 0);
	close_now();
	place_remove();
}
END_TEST

Suite *care_suite(void)
{
	Suite *suite = suite_create("care");
	TCase *tests = tcase_create("care");

	tcase_set_timeout(tests, 600);
	tcase_add_test(tests, a_check_beside_the_engine_replays_what_happened_and_finds_nothing);
	tcase_add_test(tests, a_check_that_is_cancelled_leaves_nothing_behind);
	tcase_add_test(tests, a_replay_finds_a_page_that_was_changed_behind_the_logs_back);
	tcase_add_test(tests, a_full_backup_and_increments_restore_the_graph);
	tcase_add_test(tests, an_increment_is_smaller_and_refuses_another_base);
	tcase_add_test(tests, a_backup_beside_writers_and_checkpoints_is_one_moment);
	tcase_add_test(tests, a_damaged_backup_is_refused);
	tcase_add_test(tests, a_restore_reaches_every_moment_that_the_archive_holds);
	tcase_add_test(tests, an_archive_is_not_shared_by_two_servers);
	tcase_add_test(tests, the_log_waits_for_an_archive_that_fails);
	suite_add_tcase(suite, tests);
	return suite;
}
