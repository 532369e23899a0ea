/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The crash matrix: a scripted workload on the simulated store dies at each of its I/O calls in
 * turn, in every way that a machine may leave its disk. Then the store must open again, hold every
 * acknowledged commit and a prefix of the script besides, pass the integrity check, and survive a
 * second crash during the recovery itself. QUIVER_CRASH_FULL=1 tries every call in every way;
 * otherwise the ways take turns.
 *
 * The workload runs in a child process, since a failed write stops the process; the store's memory
 * is shared with it.
 *
 * The script: commit k sets the counter of node 0 to k, adds a node with number k and an edge to it
 * from node 0. Some commits do more; what the graph looks like after k commits is a function of k.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/page/pager.h"
#include "storage/storage.h"
#include "storage/storage_care.h"
#include "storage/store/store.h"
#include "storage/txn/engine.h"
#include "tests/storage/child.h"
#include "tests/storage/suites.h"

enum {
	COMMITS = 26,
	INDEX_AT = 4, /* creates the index */
	CHECKPOINT_AT = 9,
	LONG_AT = 11,  /* a text of many pages */
	OFF_FROM = 13, /* these do not wait for the disk */
	OFF_TO = 15,
	HIDDEN_AT = 16, /* creates an index of an expression: its values and the index, all or nothing */
	BACKUP_AT = 23,
	DELETE_AT = 18, /* deletes the node of commit 2 and its edge */
	SECOND_CHECKPOINT_AT = 20,
	MANY_AT = 22, /* more edges than a segment holds */
	MANY = 300,
	LONG_BYTES = 40000,
};

struct names {
	uint32_t thing, link, number, text;
	uint32_t index;
};

struct shared {
	_Atomic uint32_t acknowledged;
	_Atomic uint32_t is_finished;
};

static struct shared *shared;

#define GIVE_UP(call)                                                                              \
	do {                                                                                       \
		struct error e_;                                                                   \
		(void)e_;                                                                          \
		if ((call) != OK)                                                                  \
			_exit(3);                                                                  \
	} while (0)

static struct storage_options options_of(struct store *store)
{
	return (struct storage_options){
		.store = store, .create = true, .buffer_bytes = UINT64_C(1) << 20
	};
}

/* ---- the script ---- */

/* The expression: the number twice. */
static enum sqlstate twice(void *context, struct txn *t, const struct storage_generated *wanted,
	struct value *out, struct error *e)
{
	uint32_t number = catalog_find(txn_catalog(t), NAME_KEY, STR("number"));

	(void)context, (void)e;
	*out = value_null();
	for (uint32_t i = 0; i < wanted->count; i++) {
		if (wanted->properties[i].key == number)
			*out = value_int(wanted->properties[i].value.integer * 2);
	}
	return OK;
}

static struct str no_text(void *context, struct txn *t, const struct index_info *index,
	uint32_t position, struct arena *a)
{
	(void)context, (void)t, (void)index, (void)position, (void)a;
	return (struct str){ 0 };
}

static const struct storage_generator generator = { twice, no_text, NULL };

static void create_hidden(struct txn *t)
{
	struct property_definition property = {
		.key = STR("\xff" "0"), .type = VALUE_INT, .is_generated = true
	};
	struct index_definition index = { .name = STR("thing_twice"),
		.element = ELEMENT_NODE,
		.label = STR("Thing"),
		.key_count = 1,
		.keys = { STR("\xff" "0") } };
	struct label_definition label = { .element = ELEMENT_NODE, .name = STR("Thing") };
	struct error e;
	uint32_t made;

	GIVE_UP(schema_label_create(t, &label, &e));
	GIVE_UP(schema_property_add(t, ELEMENT_NODE, STR("Thing"), &property, &e));
	GIVE_UP(schema_index_create(t, &index, &made, &e));
}

static void intern_all(struct txn *t, struct names *n)
{
	struct error e;

	GIVE_UP(txn_intern(t, NAME_NODE_LABEL, STR("Thing"), &n->thing, &e));
	GIVE_UP(txn_intern(t, NAME_EDGE_LABEL, STR("LINK"), &n->link, &e));
	GIVE_UP(txn_intern(t, NAME_KEY, STR("number"), &n->number, &e));
	GIVE_UP(txn_intern(t, NAME_KEY, STR("text"), &n->text, &e));
}

static void do_extra(struct txn *t, const struct names *n, uint32_t k, uint64_t node)
{
	static char text[LONG_BYTES];
	struct index_definition index = { .name = STR("thing_number"),
		.element = ELEMENT_NODE,
		.label = STR("Thing"),
		.key_count = 1,
		.keys = { STR("number") },
		.is_unique = false };
	uint64_t edges, id;
	struct error e;
	uint32_t made;
	bool was_deleted;

	if (k == INDEX_AT)
		GIVE_UP(schema_index_create(t, &index, &made, &e));
	if (k == HIDDEN_AT)
		create_hidden(t);
	if (k == LONG_AT) {
		memset(text, 'x', sizeof text);
		GIVE_UP(storage_property_set(t, ELEMENT_NODE, node, n->text,
			value_string((struct str){ text, sizeof text }), &e));
	}
	if (k == DELETE_AT)
		GIVE_UP(storage_node_delete(t, 2, true, &edges, &was_deleted, &e));
	for (int i = 0; k == MANY_AT && i < MANY; i++)
		GIVE_UP(storage_edge_add(t, node, 0, n->link, NULL, 0, &id, &e));
}

static void do_commit(struct storage *s, uint32_t k)
{
	struct txn_options options = { .is_autocommit = true, .generator = &generator };
	struct property one;
	struct names n;
	uint64_t node, edge;
	struct error e;
	struct txn *t;

	options.durability = k >= OFF_FROM && k <= OFF_TO ? DURABILITY_OFF : DURABILITY_ON;
	GIVE_UP(txn_begin(s, &options, &t, &e));
	intern_all(t, &n);
	one = (struct property){ n.number, value_int(k) };
	GIVE_UP(storage_node_add(t, &n.thing, 1, &one, 1, &node, &e));
	if (k > 0) {
		GIVE_UP(storage_property_set(t, ELEMENT_NODE, 0, n.number, one.value, &e));
		GIVE_UP(storage_edge_add(t, 0, node, n.link, &one, 1, &edge, &e));
	}
	do_extra(t, &n, k, node);
	GIVE_UP(txn_commit(t, &e));
	if (options.durability == DURABILITY_ON)
		atomic_store(&shared->acknowledged, k + 1);
}

/* A backup of it all, and commits while it is made. */
static void back_up(struct storage *s, uint32_t *k)
{
	struct storage_backup *b;
	struct buf piece = { 0 };
	struct error e;
	enum step step;

	GIVE_UP(storage_backup_begin(s, NULL, &b, &e));
	while ((step = storage_backup_next(b, &piece, &e)) == STEP_ROW) {
		buf_reset(&piece);
		if (*k < COMMITS)
			do_commit(s, (*k)++);
	}
	storage_backup_end(b);
	buf_free(&piece);
	if (step != STEP_DONE)
		_exit(3);
}

static void script(struct store *store)
{
	struct storage_options options = options_of(store);
	struct storage *s;
	struct error e;

	GIVE_UP(storage_open_quietly(&options, &s, &e));
	storage_thread_attach(s);
	for (uint32_t k = 0; k < COMMITS;) {
		bool is_checkpoint = k == CHECKPOINT_AT || k == SECOND_CHECKPOINT_AT;

		do_commit(s, k++);
		if (is_checkpoint)
			GIVE_UP(storage_checkpoint(s, &e));
		if (k == BACKUP_AT)
			back_up(s, &k);
	}
	storage_thread_detach(s);
	GIVE_UP(storage_close(s, &e));
	atomic_store(&shared->is_finished, 1);
}

static void only_open(struct store *store)
{
	struct storage_options options = options_of(store);
	struct storage *s;
	struct error e;

	GIVE_UP(storage_open_quietly(&options, &s, &e));
	storage_close_quietly(s);
}

/* Runs `work` in a child that dies at I/O call `at` (0: not at all). */
static void run_child(struct store *store, void (*work)(struct store *), uint64_t at)
{
	pid_t child = child_fork();

	if (child == 0) {
		if (at != 0)
			store_sim_fault(store, STORE_FAULT_CRASH, at);
		work(store);
		_exit(0);
	}
	(void)child_wait(child);
}

/* ---- what must be there ---- */

static void print_finding(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "finding: %s\n", line);
}

static uint64_t count_scan(struct txn *t, uint32_t label, bool is_node)
{
	struct arena *a = arena_new(0);
	uint64_t ids[256];
	uint64_t sum = 0;
	uint32_t count;
	struct cursor *c;
	struct error e;

	ck_assert_int_eq(is_node ? storage_scan_nodes(t, label, a, &c, &e)
				 : storage_scan_edges(t, label, a, &c, &e),
		OK);
	do {
		ck_assert_int_eq(storage_cursor_next(c, ids, NULL, 256, &count, &e), OK);
		sum += count;
	} while (count > 0);
	storage_cursor_close(c);
	arena_free(a);
	return sum;
}

/* Every node has the value of the expression, or none has; and nobody sees it among the others. */
static void hidden_verify(struct txn *t, uint32_t k)
{
	uint32_t key = catalog_find(txn_catalog(t), NAME_KEY, STR("\xff" "0"));
	struct arena *a = arena_new(0);
	struct property *list;
	struct error e;
	uint32_t count;

	for (uint64_t id = 0; id <= k && k >= HIDDEN_AT; id++) {
		struct value *values, *columns[1];

		if (id == 2 && k >= DELETE_AT)
			continue;
		values = ARENA_ARRAY(a, struct value, 1);
		columns[0] = values;
		ck_assert_int_eq(storage_properties(
					 t, ELEMENT_NODE, &id, 1, &key, 1, columns, a, &e),
			OK);
		ck_assert_int_eq(values[0].type, VALUE_INT);
		ck_assert_int_eq(values[0].integer, (id == 0 ? k : (int64_t)id) * 2);
		ck_assert_int_eq(
			storage_all_properties(t, ELEMENT_NODE, id, a, &list, &count, &e), OK);
		ck_assert_uint_eq(count, id == LONG_AT ? 2 : 1);
	}
	arena_free(a);
}

/* The number of commits that the graph holds; everything else follows from it. */
static uint32_t state_verify(struct storage *s)
{
	struct txn_options options = { .is_autocommit = true, .is_read_only = true };
	struct arena *a = arena_new(0);
	struct property *list;
	const struct catalog *c;
	uint32_t thing, link, count, k;
	uint64_t out, in;
	struct error e;
	struct txn *t;

	ck_assert_int_eq(txn_begin(s, &options, &t, &e), OK);
	c = txn_catalog(t);
	thing = catalog_find(c, NAME_NODE_LABEL, STR("Thing"));
	link = catalog_find(c, NAME_EDGE_LABEL, STR("LINK"));
	ck_assert_int_eq(storage_all_properties(t, ELEMENT_NODE, 0, a, &list, &count, &e), OK);
	if (count == 0) {
		ck_assert_uint_eq(storage_node_count(s, NAME_NONE), 0);
		txn_abort(t);
		arena_free(a);
		return 0;
	}
	k = (uint32_t)list[0].value.integer;
	ck_assert_uint_eq(count_scan(t, thing, true), k + 1 - (k >= DELETE_AT));
	ck_assert_uint_eq(storage_node_count(s, thing), k + 1 - (k >= DELETE_AT));
	ck_assert_uint_eq(
		count_scan(t, link, false), k - (k >= DELETE_AT) + (k >= MANY_AT ? MANY : 0));
	ck_assert_int_eq(storage_degree(t, 0, DIRECTION_OUT, link, &out, &e), OK);
	ck_assert_int_eq(storage_degree(t, 0, DIRECTION_IN, link, &in, &e), OK);
	ck_assert_uint_eq(out, k - (k >= DELETE_AT));
	ck_assert_uint_eq(in, k >= MANY_AT ? MANY : 0);
	ck_assert_uint_eq(catalog_index_count(c), (k >= INDEX_AT) + (k >= HIDDEN_AT));
	hidden_verify(t, k);
	if (k >= LONG_AT) {
		ck_assert_int_eq(
			storage_all_properties(t, ELEMENT_NODE, LONG_AT, a, &list, &count, &e), OK);
		ck_assert_uint_eq(count, 2);
		ck_assert_uint_eq(list[1].value.count, LONG_BYTES);
	}
	txn_abort(t);
	arena_free(a);
	return k + 1;
}

static uint64_t checksum_all(struct storage *s)
{
	uint64_t limit = pager_page_limit(s->pager);
	uint64_t sum = limit;
	struct error e;

	for (uint64_t pid = 1; pid < limit; pid++) {
		uint32_t crc = 0;
		bool exists;

		ck_assert_int_eq(pager_checksum(s->pager, pid, &exists, &crc, &e), OK);
		sum = sum * 31 + crc;
	}
	return sum;
}

static uint64_t open_and_verify(struct store *store, uint64_t at)
{
	struct storage_options options = options_of(store);
	uint64_t findings, sum;
	struct storage *s;
	uint32_t commits;
	struct error e;

	if (storage_open_quietly(&options, &s, &e) != OK)
		ck_abort_msg("crash at call %llu: %s", (unsigned long long)at, e.message);
	storage_thread_attach(s);
	commits = state_verify(s);
	ck_assert_uint_ge(commits, atomic_load(&shared->acknowledged));
	ck_assert_int_eq(storage_check_online(s, 3, print_finding, NULL, &findings, &e), OK);
	if (findings != 0)
		ck_abort_msg("crash at call %llu: findings", (unsigned long long)at);
	sum = checksum_all(s);
	storage_thread_detach(s);
	storage_close_quietly(s);
	return sum;
}

static void crash_once(uint64_t at, enum store_crash mode)
{
	struct store *store = store_sim_new(at * 8 + (uint64_t)mode, UINT64_C(1) << 20);
	uint64_t first, second;

	atomic_store(&shared->acknowledged, 0);
	run_child(store, script, at);
	store_sim_restart(store, mode);
	/* a second crash, while it recovers */
	run_child(store, only_open, store_sim_calls(store) + 1 + at * 7 % 40);
	store_sim_restart(store, (enum store_crash)((mode + at) % STORE_CRASH_MODES));
	first = open_and_verify(store, at);
	store_sim_restart(store, STORE_CRASH_LOSE);
	second = open_and_verify(store, at);
	ck_assert_uint_eq(first, second);
	store_sim_free(store);
}

START_TEST(a_crash_at_any_call_loses_nothing_acknowledged)
{
	bool is_full = getenv("QUIVER_CRASH_FULL") != NULL;
	struct store *store = store_sim_new(1, UINT64_C(1) << 20);
	uint64_t calls;

	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
	run_child(store, script, 0);
	ck_assert_uint_eq(atomic_load(&shared->is_finished), 1);
	ck_assert_uint_eq(atomic_load(&shared->acknowledged), COMMITS);
	calls = store_sim_calls(store);
	store_sim_restart(store, STORE_CRASH_LOSE);
	open_and_verify(store, 0);
	store_sim_free(store);
	ck_assert_uint_gt(calls, 50);
	for (uint64_t at = 1; at <= calls; at++) {
		for (int mode = 0; mode < STORE_CRASH_MODES; mode++) {
			if (is_full || at % STORE_CRASH_MODES == (uint64_t)mode)
				crash_once(at, (enum store_crash)mode);
		}
	}
	munmap(shared, 4096);
}
END_TEST

Suite *crash_suite(void)
{
	Suite *suite = suite_create("crash");
	TCase *tests = tcase_create("crash");

	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, a_crash_at_any_call_loses_nothing_acknowledged);
	suite_add_tcase(suite, tests);
	return suite;
}
