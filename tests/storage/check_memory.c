/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Memory that runs out at each call of a scripted workload, one at a time: opening, schema, writes,
 * reads, a build of an index, checkpoints, a backup, the check, a recovery, closing; and restoring.
 *
 * Where memory is asked for, one of two things may happen (docs/decisions/0210-memory-that-runs-out.md):
 * the call fails with E_OUT_OF_MEMORY and the engine goes on, or the process stops and says so. Then
 * the store opens again, holds every acknowledged commit and a prefix of the script besides, and is
 * sound. Under the address sanitizer a process that goes on must have lost no memory either.
 *
 * QUIVER_MEMORY_FULL=1 tries every call; otherwise every STEP-th.
 *
 * Commit k adds node number k with three edges to the one before it.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/storage.h"
#include "storage/storage_care.h"
#include "storage/store/store.h"
#include "tests/storage/failing_memory.h"
#include "tests/storage/suites.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#define HAS_LEAKS() (__lsan_do_recoverable_leak_check() != 0)
#else
#define HAS_LEAKS() false
#endif

enum {
	COMMITS = 24,
	CHECKPOINT_AT = 8,
	RECOVERY_AT = 14,
	BLOCK_AT = 10, /* explicit, with a savepoint */
	INDEX_AT = 18,
	TEXT_BYTES = 5000,
	STEP = 31,
	BUFFER_BYTES = 1 << 20,
	SAID_BYTES = 4096,
	PATH_BYTES = 128,
};

/* How a child ends, besides by a signal. */
enum { FINE = 0, WRONG_CODE = 11, LEAKED = 12, UNSOUND = 13, LOST = 14, NOT_OPEN = 15 };

struct shared {
	_Atomic uint32_t acknowledged, refused;
	_Atomic uint64_t calls;
};
static struct shared *shared;

struct names {
	uint32_t thing, link, number, text;
};

/* E_OUT_OF_MEMORY is counted; another error is not what may happen. */
static bool is_fine(enum sqlstate rc, const struct error *e)
{
	if (rc == OK)
		return true;
	if (e->code != E_OUT_OF_MEMORY) {
		dprintf(STDERR_FILENO, "not E_OUT_OF_MEMORY: %s\n", e->message);
		_exit(WRONG_CODE);
	}
	atomic_fetch_add(&shared->refused, 1);
	return false;
}

/* ---- the script ---- */

static enum sqlstate find_names(struct txn *t, struct names *n, struct error *e)
{
	TRY(txn_intern(t, NAME_NODE_LABEL, STR("Thing"), &n->thing, e));
	TRY(txn_intern(t, NAME_EDGE_LABEL, STR("LINK"), &n->link, e));
	TRY(txn_intern(t, NAME_KEY, STR("number"), &n->number, e));
	return txn_intern(t, NAME_KEY, STR("text"), &n->text, e);
}

static enum sqlstate declare(struct txn *t, struct error *e)
{
	struct property_definition properties[] = {
		{ .key = STR("number"), .type = VALUE_INT, .is_not_null = true },
		{ .key = STR("text"),
			.type = VALUE_STRING,
			.default_value = value_string(STR("-")) },
	};
	struct str key = STR("number");
	struct label_definition label = { .element = ELEMENT_NODE,
		.name = STR("Thing"),
		.property_count = 2,
		.properties = properties,
		.primary_key_count = 1,
		.primary_key = &key };

	return schema_label_create(t, &label, e);
}

static enum sqlstate add(struct txn *t, uint32_t k, struct error *e)
{
	static const char letters[TEXT_BYTES] = { 'x' };
	struct property p[2];
	struct names n;
	uint64_t node, edge, before = UINT64_MAX;
	struct value key = value_int((int64_t)k - 1);

	TRY(find_names(t, &n, e));
	TRY(storage_index_lookup(t,
		catalog_label(txn_catalog(t), ELEMENT_NODE, n.thing)->primary_index, &key, 1,
		&before, e));
	p[0] = (struct property){ n.number, value_int(k) };
	p[1] = (struct property){ n.text,
		value_string((struct str){ letters, k % 5 == 0 ? TEXT_BYTES : 10 }) };
	TRY(storage_node_add(t, &n.thing, 1, p, 2, &node, e));
	for (uint32_t i = 0; k > 0 && i < 3; i++)
		TRY(storage_edge_add(t, node, before, n.link, p, 1, &edge, e));
	return OK;
}

static enum sqlstate build_index(struct txn *t, struct error *e)
{
	struct index_definition index = { .name = STR("thing_text"),
		.element = ELEMENT_NODE,
		.label = STR("Thing"),
		.key_count = 1,
		.keys = { STR("number") } };
	uint32_t made;

	return schema_index_create(t, &index, &made, e);
}

/* Something added, rolled back to a savepoint, and added again. */
static enum sqlstate add_twice(struct txn *t, uint32_t k, struct error *e)
{
	uint64_t mark = txn_savepoint(t);

	TRY(add(t, k, e));
	txn_rollback_to(t, mark);
	return add(t, k, e);
}

enum what { DECLARE, ADD, ADD_TWICE, INDEX };

static enum sqlstate transaction(struct storage *s, enum what what, uint32_t k, struct error *e)
{
	struct txn_options options = { .is_autocommit = what != ADD_TWICE };
	enum sqlstate rc = OK;
	struct txn *t;

	TRY(txn_begin(s, &options, &t, e));
	switch (what) {
	case DECLARE:
		rc = declare(t, e);
		break;
	case ADD:
		rc = add(t, k, e);
		break;
	case ADD_TWICE:
		rc = add_twice(t, k, e);
		break;
	case INDEX:
		rc = build_index(t, e);
		break;
	}
	if (rc == OK)
		rc = storage_statement_check(t, e);
	if (rc == OK)
		return txn_commit(t, e);
	txn_abort(t);
	return rc;
}

/* Reads by label, by key and along edges. */
static enum sqlstate read_in(struct txn *t, struct arena *a, uint32_t *found, struct error *e)
{
	uint64_t ids[COMMITS + 1], neighbours[8];
	uint32_t sources[8], hop_count = 0, count, property_count;
	struct hops hops = { .capacity = 8, .source_index = sources, .neighbour = neighbours };
	struct property *list;
	struct cursor *c;
	enum sqlstate rc;

	*found = 0;
	TRY(storage_scan_nodes(t,
		catalog_find(txn_catalog(t), NAME_NODE_LABEL, STR("Thing")), a, &c, e));
	rc = storage_cursor_next(c, ids, NULL, COMMITS + 1, &count, e);
	storage_cursor_close(c);
	TRY(rc);
	for (uint32_t i = 0; i < count; i++) {
		TRY(storage_all_properties(t, ELEMENT_NODE, ids[i], a, &list, &property_count, e));
		if (property_count != 2 || list[0].value.integer != i)
			return OK; /* not what was written: *found tells */
	}
	*found = count;
	if (count == 0)
		return OK;
	TRY(storage_expand(
		t, ids, count, &(struct edge_filter){ .direction = DIRECTION_ANY }, a, &c, e));
	do {
		rc = storage_expand_next(c, &hops, e);
		hop_count += rc == OK ? hops.count : 0;
	} while (rc == OK && hops.count > 0);
	storage_cursor_close(c);
	if (rc == OK && hop_count != 6 * (count - 1))
		*found = UINT32_MAX;
	return rc;
}

static enum sqlstate read_all(struct storage *s, uint32_t *found, struct error *e)
{
	struct txn_options one = { .is_autocommit = true, .is_read_only = true };
	enum sqlstate rc;
	struct arena *a;
	struct txn *t;

	TRY(txn_begin(s, &one, &t, e));
	a = arena_new(0);
	rc = read_in(t, a, found, e);
	arena_free(a);
	txn_abort(t);
	return rc;
}

static enum sqlstate back_up(struct storage *s, FILE *to, struct error *e)
{
	struct buf piece = { 0 };
	struct storage_backup *b;
	enum step step;

	TRY(storage_backup_begin(s, NULL, &b, e));
	while ((step = storage_backup_next(b, &piece, e)) == STEP_ROW) {
		if (to != NULL && fwrite(piece.data, 1, piece.length, to) != piece.length)
			_exit(WRONG_CODE);
		buf_reset(&piece);
	}
	storage_backup_end(b);
	buf_free(&piece);
	return step == STEP_DONE ? OK : e->code;
}

static void ignore(void *context, const char *line)
{
	(void)context;
	(void)line;
}

static struct storage *opened(struct store *store, struct error *e)
{
	struct storage_options options = { .store = store,
		.create = true,
		.buffer_bytes = BUFFER_BYTES,
		.node_cache_bytes = BUFFER_BYTES,
		.edge_cache_bytes = BUFFER_BYTES };
	struct storage *s;

	/* A start that finds no memory fails and is tried again. */
	while (!is_fine(storage_open_quietly(&options, &s, e), e))
		error_clear(e);
	storage_thread_attach(s);
	return s;
}

static struct storage *recovered(struct storage *s, struct store *store, struct error *e)
{
	storage_thread_detach(s);
	storage_close_quietly(s);
	return opened(store, e);
}

static void care_for(struct storage *s, struct error *e)
{
	struct storage_checker checker = { .level = 4, .report = ignore };
	uint64_t findings = 0;

	(void)is_fine(back_up(s, NULL, e), e);
	if (is_fine(storage_check_beside(s, &checker, &findings, e), e) && findings > 0)
		_exit(UNSOUND);
}

static void script(struct store *store)
{
	struct error e = { 0 };
	struct storage *s = opened(store, &e);
	uint32_t found = 0;

	while (!is_fine(transaction(s, DECLARE, 0, &e), &e))
		error_clear(&e);
	for (uint32_t k = 0; k < COMMITS;) {
		if (is_fine(transaction(s, k == BLOCK_AT ? ADD_TWICE : ADD, k, &e), &e)) {
			atomic_store(&shared->acknowledged, ++k);
			if (k == CHECKPOINT_AT)
				(void)is_fine(storage_checkpoint(s, &e), &e);
			if (k == RECOVERY_AT)
				s = recovered(s, store, &e);
			if (k == INDEX_AT)
				(void)is_fine(transaction(s, INDEX, k, &e), &e);
		}
		if (k % 8 == 0 && is_fine(read_all(s, &found, &e), &e) && found != k)
			_exit(LOST);
	}
	care_for(s, &e);
	storage_thread_detach(s);
	(void)is_fine(storage_close(s, &e), &e);
}

/* ---- afterwards ---- */

static void look(struct store *store)
{
	struct error e = { 0 };
	struct storage_options options = {
		.store = store, .create = true, .buffer_bytes = BUFFER_BYTES
	};
	uint64_t findings = 0;
	uint32_t found = 0;
	struct storage *s;

	if (storage_open_quietly(&options, &s, &e) != OK)
		_exit(NOT_OPEN);
	storage_thread_attach(s);
	if (storage_check_online(s, 3, ignore, NULL, &findings, &e) != OK || findings > 0)
		_exit(UNSOUND);
	if (read_all(s, &found, &e) != OK || found < atomic_load(&shared->acknowledged) ||
		found > atomic_load(&shared->acknowledged) + 1)
		_exit(LOST);
	storage_thread_detach(s);
	storage_close_quietly(s);
}

/* ---- children ---- */

/* Runs `work` in a child whose allocation number `at` fails; what it says goes into `said`. */
static int run_child(void (*work)(struct store *), struct store *store, uint64_t at, char *said)
{
	struct rlimit no_core = { 0, 0 };
	FILE *file = tmpfile();
	pid_t child;
	int status;

	ck_assert_ptr_ne(file, NULL);
	fflush(NULL);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		dup2(fileno(file), STDERR_FILENO);
		setrlimit(RLIMIT_CORE, &no_core);
		memory_fail_at(at);
		work(store);
		atomic_store(&shared->calls, memory_calls());
		memory_fail_at(0);
		_exit(HAS_LEAKS() ? LEAKED : FINE);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	rewind(file);
	said[fread(said, 1, SAID_BYTES - 1, file)] = '\0';
	fclose(file);
	return status;
}

/* The process went on, or stopped because it said that there is no memory. */
static bool has_ended_well(int status, const char *said)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status) == FINE;
	return WTERMSIG(status) == SIGABRT && strstr(said, "PANIC") != NULL &&
	       strstr(said, "out of memory") != NULL;
}

static uint64_t share_and_count(void (*work)(struct store *), struct store *store)
{
	char said[SAID_BYTES];
	int status;

	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
	status = run_child(work, store, 0, said);
	if (status != FINE)
		ck_abort_msg("without any failure: %x: %s", status, said);
	ck_assert_uint_eq(atomic_load(&shared->refused), 0);
	return atomic_load(&shared->calls);
}

static uint64_t step(void)
{
	return getenv("QUIVER_MEMORY_FULL") != NULL ? 1 : STEP;
}

START_TEST(memory_that_runs_out_at_any_call_loses_nothing_acknowledged)
{
	struct store *store = store_sim_new(1, UINT64_C(1) << 20);
	uint64_t calls = share_and_count(script, store), gone_on = 0, stopped = 0;
	char said[SAID_BYTES];

	store_sim_free(store);
	ck_assert_uint_gt(calls, 300);
	for (uint64_t at = 1; at <= calls; at += step()) {
		int status;

		store = store_sim_new(at, UINT64_C(1) << 20);
		atomic_store(&shared->acknowledged, 0);
		atomic_store(&shared->refused, 0);
		status = run_child(script, store, at, said);
		if (!has_ended_well(status, said))
			ck_abort_msg("allocation %llu: %x: %s", (unsigned long long)at, status,
				said);
		gone_on += WIFEXITED(status) && atomic_load(&shared->refused) > 0;
		stopped += !WIFEXITED(status);
		store_sim_restart(store, STORE_CRASH_LOSE);
		status = run_child(look, store, 0, said);
		if (status != FINE)
			ck_abort_msg("after allocation %llu: %x: %s", (unsigned long long)at,
				status, said);
		store_sim_free(store);
	}
	if (getenv("QUIVER_MEMORY_FULL") != NULL)
		fprintf(stderr,
			"memory: %llu calls, %llu refused and went on, %llu stopped the process\n",
			(unsigned long long)calls, (unsigned long long)gone_on,
			(unsigned long long)stopped);
	ck_assert_uint_gt(stopped, 0);
	munmap(shared, 4096);
}
END_TEST

/* ---- restoring ---- */

static char root[PATH_BYTES], backup_file[PATH_BYTES + 16], copy[PATH_BYTES + 16];

static void remove_tree(const char *path)
{
	char command[PATH_BYTES + 32];

	snprintf(command, sizeof command, "rm -rf '%s'", path);
	ck_assert_int_eq(system(command), 0);
}

static void make_backup(struct store *store)
{
	FILE *file = fopen(backup_file, "wb");
	struct error e = { 0 };
	struct storage *s = opened(store, &e);

	if (file == NULL || transaction(s, DECLARE, 0, &e) != OK)
		_exit(WRONG_CODE);
	for (uint32_t k = 0; k < COMMITS; k++)
		if (transaction(s, ADD, k, &e) != OK)
			_exit(WRONG_CODE);
	if (back_up(s, file, &e) != OK || fclose(file) != 0)
		_exit(WRONG_CODE);
	storage_thread_detach(s);
	storage_close_quietly(s);
}

static void restore(struct store *unused)
{
	const char *files[] = { backup_file };
	struct storage_restore_options options = {
		.directory = copy, .files = files, .file_count = 1, .buffer_bytes = BUFFER_BYTES
	};
	struct storage_restored restored;
	struct error e = { 0 };

	(void)unused;
	if (is_fine(storage_restore(&options, &restored, &e), &e))
		atomic_store(&shared->acknowledged, COMMITS);
}

/* A restore that failed is begun again from nothing; one that says it is done is whole. */
static void look_at_restored(struct store *unused)
{
	struct storage_options options = { .directory = copy, .buffer_bytes = BUFFER_BYTES };
	struct error e = { 0 };
	uint64_t findings = 0;
	uint32_t found = 0;
	struct storage *s;

	(void)unused;
	if (storage_check(&options, 3, ignore, NULL, &findings, &e) != OK || findings > 0)
		_exit(UNSOUND);
	if (storage_open_quietly(&options, &s, &e) != OK)
		_exit(NOT_OPEN);
	storage_thread_attach(s);
	if (read_all(s, &found, &e) != OK || found != COMMITS)
		_exit(LOST);
	storage_thread_detach(s);
	storage_close_quietly(s);
}

START_TEST(memory_that_runs_out_in_a_restore_leaves_the_backup_as_it_was)
{
	const char *parent = getenv("TMPDIR");
	struct store *store = store_sim_new(1, UINT64_C(1) << 20);
	char said[SAID_BYTES];
	uint64_t calls;

	snprintf(root, sizeof root, "%.80s/quiver-memory-XXXXXX", parent != NULL ? parent : "/tmp");
	ck_assert_ptr_ne(mkdtemp(root), NULL);
	snprintf(backup_file, sizeof backup_file, "%s/backup", root);
	snprintf(copy, sizeof copy, "%s/copy", root);
	(void)share_and_count(make_backup, store);
	store_sim_free(store);
	calls = share_and_count(restore, NULL);
	ck_assert_uint_gt(calls, 20);
	for (uint64_t at = 1; at <= calls; at += step()) {
		int status;

		remove_tree(copy);
		atomic_store(&shared->acknowledged, 0);
		status = run_child(restore, NULL, at, said);
		if (!has_ended_well(status, said))
			ck_abort_msg("allocation %llu: %x: %s", (unsigned long long)at, status,
				said);
		if (atomic_load(&shared->acknowledged) == 0) {
			remove_tree(copy);
			ck_assert_int_eq(run_child(restore, NULL, 0, said), FINE);
		}
		status = run_child(look_at_restored, NULL, 0, said);
		if (status != FINE)
			ck_abort_msg("after allocation %llu: %x: %s", (unsigned long long)at,
				status, said);
	}
	remove_tree(root);
}
END_TEST

Suite *memory_suite(void)
{
	Suite *suite = suite_create("memory");
	TCase *tests = tcase_create("memory");

	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, memory_that_runs_out_at_any_call_loses_nothing_acknowledged);
	tcase_add_test(tests, memory_that_runs_out_in_a_restore_leaves_the_backup_as_it_was);
	suite_add_tcase(suite, tests);
	return suite;
}
