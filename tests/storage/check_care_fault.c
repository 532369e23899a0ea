/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Faults at each call of archiving, full and incremental backups, and restores to a point in time, on
 * real files and one at a time (lying_disk.h, failing_memory.h):
 *
 *     kept        the process dies, and a write half done; what it wrote is on disk
 *     lost        the same, and what was not synced is not
 *     I/O error   EIO, once
 *     disk full   from then on
 *     memory      none, once: the call fails or the process stops
 *
 * The script makes commits with an archive, a full backup at one place and an increment at another.
 * Whatever happens to it, the database opens again with every acknowledged commit, and backups that
 * were finished restore, with the archive, to exactly the moment that is asked for. A restore that
 * does not say that it is done leaves what cannot be opened, or all of it.
 *
 * QUIVER_CRASH_FULL=1 tries every call; otherwise every STEP-th.
 *
 * Commit k adds node k with number k, and sets the counter of node 0 to k.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/log/wal.h"
#include "storage/storage_care.h"
#include "storage/txn/engine.h"
#include "tests/storage/child.h"
#include "tests/storage/failing_memory.h"
#include "tests/storage/lying_disk.h"
#include "tests/storage/suites.h"

enum {
	COMMITS = 56,
	CHECKPOINT_AT = 8,
	FULL_AT = 12,
	SECOND_CHECKPOINT_AT = 20,
	INCREMENT_AT = 26,
	TARGET = 40,
	MORE = 24, /* afterwards, so that the archive holds all before */
	STEP = 23,
	SEGMENT_BYTES = 64 << 10,
	TEXT_BYTES = 3000,
	PATH_BYTES = 160,
};

/* How a child ends, besides by a fault. */
enum { RIGHT = 0, REFUSED = 3, NOT_OPEN = 15, WRONG = 16 };

enum trouble { TROUBLE_KEPT, TROUBLE_LOST, TROUBLE_IO, TROUBLE_FULL, TROUBLE_MEMORY, TROUBLES };

static struct place {
	char root[PATH_BYTES], data[PATH_BYTES], copy[PATH_BYTES], archive[PATH_BYTES];
	char files[2][PATH_BYTES];
} place;

/* What a child tells its parent. */
static struct told {
	_Atomic uint32_t acknowledged, backups;
	_Atomic uint64_t disk_calls, memory_calls;
	uint64_t lsn[COMMITS + 1]; /* where commit k begins */
} * told;

#define GIVE_UP(call)                                                                              \
	do {                                                                                       \
		if ((call) != OK)                                                                  \
			_exit(REFUSED);                                                            \
	} while (0)

static void make_place(void)
{
	const char *parent = getenv("TMPDIR");

	snprintf(place.root, 100, "%.70s/quiver-faults-XXXXXX", parent != NULL ? parent : "/tmp");
	ck_assert_ptr_ne(mkdtemp(place.root), NULL);
	snprintf(place.data, PATH_BYTES, "%.100s/data", place.root);
	snprintf(place.copy, PATH_BYTES, "%.100s/copy", place.root);
	snprintf(place.archive, PATH_BYTES, "%.100s/archive", place.root);
	snprintf(place.files[0], PATH_BYTES, "%.100s/full", place.root);
	snprintf(place.files[1], PATH_BYTES, "%.100s/increment", place.root);
	told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(told, MAP_FAILED);
}

static void remove_tree(const char *path)
{
	char command[PATH_BYTES + 16];

	snprintf(command, sizeof command, "rm -rf '%s'", path);
	ck_assert_int_eq(system(command), 0);
}

static void remove_place(void)
{
	disk_watch_no_more();
	remove_tree(place.root);
	munmap(told, sizeof *told);
}

/* An empty place, and nothing told. */
static void empty_place(void)
{
	memset(told, 0, sizeof *told);
	remove_tree(place.data);
	remove_tree(place.copy);
	remove_tree(place.archive);
	for (int i = 0; i < 2; i++)
		(void)unlink(place.files[i]);
	ck_assert_int_eq(mkdir(place.archive, 0700), 0);
}

/* ---- the script --------------------------------------------------------------------------- */

static enum sqlstate open_at(
	const char *directory, bool create, bool has_archive, struct storage **s, struct error *e)
{
	struct storage_options options = { .directory = directory,
		.create = create,
		.buffer_bytes = UINT64_C(1) << 20,
		.log_segment_bytes = SEGMENT_BYTES,
		.archive_directory = has_archive ? place.archive : NULL };

	TRY(storage_open(&options, s, e));
	storage_thread_attach(*s);
	return OK;
}

static void close_all(struct storage *s)
{
	struct error e;

	storage_thread_detach(s);
	GIVE_UP(storage_close(s, &e));
}

static enum sqlstate commit_in(struct txn *t, uint32_t k, struct error *e)
{
	static const char letters[TEXT_BYTES] = { 'x' };
	uint32_t thing, number, text;
	struct property p[2];
	uint64_t node;

	TRY(txn_intern(t, NAME_NODE_LABEL, STR("Thing"), &thing, e));
	TRY(txn_intern(t, NAME_KEY, STR("number"), &number, e));
	TRY(txn_intern(t, NAME_KEY, STR("text"), &text, e));
	p[0] = (struct property){ number, value_int(k) };
	p[1] = (struct property){ text,
		value_string((struct str){ letters, 100 + k * 37 % 2900 }) };
	TRY(storage_node_add(t, &thing, 1, p, 2, &node, e));
	return k == 0 ? OK : storage_property_set(t, ELEMENT_NODE, 0, number, value_int(k), e);
}

static void commit(struct storage *s, uint32_t k)
{
	struct txn_options options = { .is_autocommit = true };
	struct error e;
	struct txn *t;

	GIVE_UP(txn_begin(s, &options, &t, &e));
	GIVE_UP(commit_in(t, k, &e));
	GIVE_UP(txn_commit(t, &e));
}

static void back_up(struct storage *s, int index)
{
	FILE *file = fopen(place.files[index], "wb");
	struct storage_backup_base base;
	struct storage_backup *b;
	struct buf piece = { 0 };
	struct error e;
	enum step step;

	if (file == NULL)
		_exit(WRONG);
	if (index > 0)
		GIVE_UP(storage_backup_verify(place.files[0], NULL, &base, &e));
	GIVE_UP(storage_backup_begin(s, index > 0 ? &base : NULL, &b, &e));
	while ((step = storage_backup_next(b, &piece, &e)) == STEP_ROW) {
		if (fwrite(piece.data, 1, piece.length, file) != piece.length)
			_exit(WRONG);
		buf_reset(&piece);
	}
	storage_backup_end(b);
	buf_free(&piece);
	if (fclose(file) != 0)
		_exit(WRONG);
	GIVE_UP(step == STEP_DONE ? OK : e.code);
	atomic_store(&told->backups, (uint32_t)index + 1);
}

static void script(void)
{
	struct storage *s;
	struct error e;

	GIVE_UP(open_at(place.data, true, true, &s, &e));
	for (uint32_t k = 0; k < COMMITS; k++) {
		told->lsn[k] = wal_next_lsn(s->wal);
		commit(s, k);
		atomic_store(&told->acknowledged, k + 1);
		if (k == CHECKPOINT_AT || k == SECOND_CHECKPOINT_AT)
			GIVE_UP(storage_checkpoint(s, &e));
		if (k == FULL_AT)
			back_up(s, 0);
		if (k == INCREMENT_AT)
			back_up(s, 1);
	}
	close_all(s);
}

static void ignore(void *context, const char *line)
{
	(void)context;
	(void)line;
}

/* The number of commits that the graph holds; everything else follows from it. */
static uint32_t commits_in(struct storage *s)
{
	struct txn_options one = { .is_autocommit = true, .is_read_only = true };
	struct arena *a = arena_new(0);
	uint32_t there = 0, counter = 0;
	uint64_t findings;
	struct error e;
	struct txn *t;

	if (storage_check_online(s, 3, ignore, NULL, &findings, &e) != OK || findings > 0 ||
		txn_begin(s, &one, &t, &e) != OK)
		_exit(WRONG);
	for (uint64_t id = 0; id < COMMITS + MORE; id++) {
		struct property *list;
		uint32_t count;

		if (storage_all_properties(t, ELEMENT_NODE, id, a, &list, &count, &e) != OK)
			_exit(WRONG);
		if (count == 0)
			break;
		if (id == 0)
			counter = (uint32_t)list[0].value.integer + 1;
		else if (list[0].value.integer != (int64_t)id)
			_exit(WRONG);
		there++;
	}
	if (there != counter || storage_node_count(s, NAME_NONE) != there)
		_exit(WRONG);
	txn_abort(t);
	arena_free(a);
	return there;
}

/* Opens what the script left, and goes on. */
static void look_and_go_on(void)
{
	struct storage *s;
	struct error e;
	uint32_t k;

	if (open_at(place.data, true, true, &s, &e) != OK)
		_exit(NOT_OPEN);
	k = commits_in(s);
	if (k < atomic_load(&told->acknowledged))
		_exit(WRONG);
	for (uint32_t i = 0; i < MORE && k < COMMITS + MORE; i++)
		commit(s, k++);
	close_all(s);
}

static enum sqlstate restore(uint32_t file_count, uint32_t target, struct error *e)
{
	const char *files[] = { place.files[0], place.files[1] };
	const char *archives[] = { place.archive };
	struct storage_restore_options options = { .directory = place.copy,
		.files = files,
		.file_count = file_count,
		.archives = archives,
		.archive_count = 1,
		.stop_lsn = target == 0 ? 0 : told->lsn[target],
		.buffer_bytes = UINT64_C(1) << 20 };
	struct storage_restored restored;

	return storage_restore(&options, &restored, e);
}

static void restore_to_target(void)
{
	struct error e;

	GIVE_UP(restore(2, TARGET, &e));
}

/* How many commits the restored database holds. */
static uint32_t restored_commits(void)
{
	struct storage *s;
	struct error e;
	uint32_t k;

	if (open_at(place.copy, false, false, &s, &e) != OK)
		_exit(NOT_OPEN);
	k = commits_in(s);
	close_all(s);
	return k;
}

static void look_at_target(void)
{
	if (restored_commits() != TARGET)
		_exit(WRONG);
}

/* What the backups and the archive that the script left are good for. */
static void look_at_backups(void)
{
	uint32_t backups = atomic_load(&told->backups);
	uint32_t acknowledged = atomic_load(&told->acknowledged), k;
	struct error e;

	if (backups == 0)
		return;
	if (restore(backups, 0, &e) != OK)
		_exit(WRONG);
	k = restored_commits();
	if (k <= (backups == 1 ? FULL_AT : INCREMENT_AT))
		_exit(WRONG);
	for (uint32_t i = 1; i <= backups; i++) {
		uint32_t target = i == 1 ? FULL_AT + 5 : INCREMENT_AT + 5;

		if (acknowledged <= target)
			continue;
		remove_tree(place.copy);
		if (restore(i, target, &e) != OK || restored_commits() != target)
			_exit(WRONG);
	}
}

/* ---- children ----------------------------------------------------------------------------- */

static void meet(enum trouble trouble, uint64_t at)
{
	static const enum disk_fault faults[] = { [TROUBLE_KEPT] = DISK_FAULT_CRASH,
		[TROUBLE_LOST] = DISK_FAULT_CRASH,
		[TROUBLE_IO] = DISK_FAULT_IO,
		[TROUBLE_FULL] = DISK_FAULT_FULL,
		[TROUBLE_MEMORY] = DISK_FAULT_NONE };

	disk_fail_at(at == 0 ? DISK_FAULT_NONE : faults[trouble], at);
	memory_fail_at(trouble == TROUBLE_MEMORY ? at : 0);
}

static int run_child(void (*work)(void), enum trouble trouble, uint64_t at)
{
	pid_t child = child_fork();

	if (child == 0) {
		meet(trouble, at);
		work();
		atomic_store(&told->disk_calls, disk_calls());
		atomic_store(&told->memory_calls, memory_calls());
		_exit(RIGHT);
	}
	return child_wait(child);
}

static void must_be_right(void (*work)(void), const char *what, enum trouble trouble, uint64_t at)
{
	int status = run_child(work, TROUBLE_KEPT, 0);

	if (status != RIGHT)
		ck_abort_msg("%s after trouble %d at call %llu: %x", what, (int)trouble,
			(unsigned long long)at, status);
}

/* How many calls there are at which the work can meet the trouble. */
static uint64_t calls_of(enum trouble trouble)
{
	return trouble == TROUBLE_MEMORY ? atomic_load(&told->memory_calls)
					 : atomic_load(&told->disk_calls);
}

static uint64_t step_of(enum trouble trouble)
{
	if (getenv("QUIVER_CRASH_FULL") != NULL)
		return 1;
	return trouble == TROUBLE_MEMORY ? STEP * 7 : STEP;
}

START_TEST(trouble_beside_an_archive_and_backups_costs_nothing_acknowledged)
{
	enum trouble trouble = (enum trouble)_i;
	uint64_t calls;

	make_place();
	disk_watch(place.root);
	empty_place();
	must_be_right(script, "script", trouble, 0);
	calls = calls_of(trouble);
	ck_assert_uint_eq(atomic_load(&told->backups), 2);
	ck_assert_uint_gt(calls, 100);
	for (uint64_t at = 1; at <= calls; at += step_of(trouble)) {
		empty_place();
		disk_watch(place.root);
		(void)run_child(script, trouble, at);
		if (trouble == TROUBLE_LOST)
			disk_lose();
		must_be_right(look_and_go_on, "database", trouble, at);
		must_be_right(look_at_backups, "backups", trouble, at);
	}
	remove_place();
}
END_TEST

START_TEST(a_restore_in_trouble_leaves_all_or_what_cannot_be_opened)
{
	enum trouble trouble = (enum trouble)_i;
	uint64_t calls;

	make_place();
	disk_watch(place.root);
	empty_place();
	must_be_right(script, "script", trouble, 0);
	must_be_right(look_and_go_on, "database", trouble, 0);
	must_be_right(restore_to_target, "restore", trouble, 0);
	calls = calls_of(trouble);
	must_be_right(look_at_target, "restored", trouble, 0);
	ck_assert_uint_gt(calls, 50);
	for (uint64_t at = calls + 1; at >= 1;
		at = at > step_of(trouble) ? at - step_of(trouble) : 0) {
		int status;

		remove_tree(place.copy);
		disk_watch(place.root);
		status = run_child(restore_to_target, trouble, at);
		if (trouble == TROUBLE_LOST) /* also of one that says that it is done */
			disk_lose();
		if (status == RIGHT) {
			must_be_right(look_at_target, "restored", trouble, at);
			continue;
		}
		status = run_child(look_at_target, TROUBLE_KEPT, 0);
		if (status != RIGHT && WEXITSTATUS(status) != NOT_OPEN)
			ck_abort_msg("left by trouble %d at call %llu: %x", (int)trouble,
				(unsigned long long)at, status);
	}
	remove_place();
}
END_TEST

Suite *care_fault_suite(void)
{
	Suite *suite = suite_create("care_fault");
	TCase *tests = tcase_create("care_fault");

	tcase_set_timeout(tests, 3600);
	tcase_add_loop_test(tests, trouble_beside_an_archive_and_backups_costs_nothing_acknowledged,
		0, TROUBLES);
	tcase_add_loop_test(
		tests, a_restore_in_trouble_leaves_all_or_what_cannot_be_opened, 0, TROUBLES);
	suite_add_tcase(suite, tests);
	return suite;
}
