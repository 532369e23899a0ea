/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * How many transactions the store does through its C interface, by number of threads. 1000 nodes
 * labelled User; a read is begin, get one node, commit; a write is begin, add one labelled node,
 * commit; mixed is four reads to one write. One line a point:
 *
 *     workload=reads threads=50 durability=on ops_per_second=5123456
 *
 * followed on the line by the point's own mean time of a flush, the bound of the closed loop and the
 * target, where there is one. Threads are made before the clock starts and wait at a barrier; each
 * point is the median of some runs; every write is counted afterwards.
 *
 * The bound: a thread that waits for its commits goes round once in two flushes, that in progress
 * when it comes and its own, and the time c that it takes the kernel to wake that many threads and
 * let each of them run. With r operations to a write that is r * threads / (2 * flush + c); one
 * thread alone finds no flush in progress.
 * Flushes are timed while the point runs, c between the points.
 *
 *     concurrent_throughput [-s seconds] [-r runs] [-t threads,…] [-w reads|writes|mixed] [-d
 *     directory]
 */
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rand.h"
#include "bench/bench.h"
#include "storage/storage.h"

enum { USERS = 1000, THREADS_MOST = 256, POINTS_MOST = 16, RUNS_MOST = 15 };

enum workload { READS, WRITES, MIXED };
enum mode { MODE_ON, MODE_EVERY100, MODE_OFF };

static const char *const workload_names[] = { "reads", "writes", "mixed" };
static const char *const mode_names[] = { "on", "every100", "off" };

struct bench {
	struct storage *storage;
	uint32_t user;
	uint64_t first_user;
	enum workload workload;
	enum mode mode;
	uint32_t threads;
	pthread_barrier_t start;
	_Atomic int is_over;
	double seconds;
	double reads_of_two; /* operations per second */
};

struct worker {
	struct bench *bench;
	pthread_t thread;
	uint32_t number;
	uint64_t reads, writes;
	char pad[128];
};

static void read_one(struct bench *b, struct rand *r, const struct txn_options *options)
{
	uint64_t id = b->first_user + rand_below(r, USERS);
	uint32_t labelset;
	struct error e;
	struct txn *t;

	must(txn_begin(b->storage, options, &t, &e), &e, "begin");
	must(storage_nodes_get(t, &id, 1, &labelset, &e), &e, "get");
	if (labelset == LABELSET_ABSENT) {
		fprintf(stderr, "a node is missing\n");
		exit(1);
	}
	must(txn_commit(t, &e), &e, "commit");
}

static void write_one(struct bench *b, struct txn_options *options, uint64_t number)
{
	struct error e;
	struct txn *t;
	uint64_t id;

	options->durability = b->mode == MODE_ON || (b->mode == MODE_EVERY100 && number % 100 == 99)
				      ? DURABILITY_ON
				      : DURABILITY_OFF;
	must(txn_begin(b->storage, options, &t, &e), &e, "begin");
	must(storage_node_add(t, &b->user, 1, NULL, 0, &id, &e), &e, "add");
	must(txn_commit(t, &e), &e, "commit");
}

static void *work(void *context)
{
	struct worker *w = context;
	struct bench *b = w->bench;
	struct rand r = { w->number + 1 };
	struct txn_options options = { .is_autocommit = true };

	storage_thread_attach(b->storage);
	pthread_barrier_wait(&b->start);
	while (!atomic_load_explicit(&b->is_over, memory_order_relaxed)) {
		bool is_write = b->workload == WRITES ||
				(b->workload == MIXED && (w->reads + w->writes) % 5 == 4);

		if (is_write)
			write_one(b, &options, w->writes++);
		else
			read_one(b, &r, &options), w->reads++;
	}
	storage_thread_detach(b->storage);
	return NULL;
}

/* Operations per second of one run. */
static double run_once(struct bench *b, struct worker *workers)
{
	uint64_t before = storage_node_count(b->storage, b->user);
	uint64_t reads = 0;
	uint64_t writes = 0;
	uint64_t start, end;

	atomic_store(&b->is_over, 0);
	pthread_barrier_init(&b->start, NULL, b->threads + 1);
	for (uint32_t i = 0; i < b->threads; i++) {
		workers[i] = (struct worker){ .bench = b, .number = i };
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			abort();
	}
	pthread_barrier_wait(&b->start);
	start = clock_monotonic_ns();
	usleep((useconds_t)(b->seconds * 1e6));
	atomic_store(&b->is_over, 1);
	end = clock_monotonic_ns();
	for (uint32_t i = 0; i < b->threads; i++) {
		pthread_join(workers[i].thread, NULL);
		reads += workers[i].reads;
		writes += workers[i].writes;
	}
	pthread_barrier_destroy(&b->start);
	if (storage_node_count(b->storage, b->user) != before + writes) {
		fprintf(stderr, "writes were lost\n");
		exit(1);
	}
	return (double)(reads + writes) * 1e9 / (double)(end - start);
}

/* ---- the closed loop's bound ---- */

struct wakers {
	_Atomic uint32_t word; /* the round; futex */
	_Atomic uint32_t left; /* threads that have yet to run in it; futex */
	_Atomic int is_over;
};

static void futex_wait(_Atomic uint32_t *word, uint32_t value)
{
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake(_Atomic uint32_t *word, int count)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static void *be_woken(void *context)
{
	struct wakers *w = context;
	uint32_t round = 0;

	for (;;) {
		while (atomic_load(&w->word) == round)
			futex_wait(&w->word, round);
		round = atomic_load(&w->word);
		if (atomic_load(&w->is_over))
			return NULL;
		if (atomic_fetch_sub(&w->left, 1) == 1)
			futex_wake(&w->left, 1);
	}
}

/* Microseconds to wake `threads` threads and hear from each. */
static double measure_wakes(uint32_t threads)
{
	enum { ROUNDS = 300 };
	pthread_t *all = must_allocate(threads, sizeof all[0]);
	double samples[ROUNDS];
	struct wakers w = { 0 };
	double result;

	for (uint32_t i = 0; i < threads; i++) {
		if (pthread_create(&all[i], NULL, be_woken, &w) != 0)
			abort();
	}
	for (int i = 0; i <= ROUNDS; i++) {
		uint64_t start = clock_monotonic_ns();
		uint32_t left;

		atomic_store(&w.left, threads);
		atomic_store(&w.is_over, i == ROUNDS);
		atomic_fetch_add(&w.word, 1);
		futex_wake(&w.word, INT32_MAX);
		while (i < ROUNDS && (left = atomic_load(&w.left)) != 0)
			futex_wait(&w.left, left);
		if (i < ROUNDS)
			samples[i] = (double)(clock_monotonic_ns() - start) / 1e3;
	}
	for (uint32_t i = 0; i < threads; i++)
		pthread_join(all[i], NULL);
	free(all);
	result = median(samples, ROUNDS);
	return result;
}

/* ---- points ---- */

/* The project's targets on two cores; 0: none. */
static double target_of(const struct bench *b)
{
	if (b->workload == READS)
		return b->threads == 1 ? 2.6e6 : b->threads == 50 ? 5e6 : 0;
	if (b->workload == WRITES)
		return b->threads == 20 && b->mode == MODE_ON ? 16e3 : 0;
	return b->threads == 10 && b->mode == MODE_EVERY100 ? 300e3 : 0;
}

/* The runs of a point: operations per second, and microseconds of a flush meanwhile. */
struct point {
	uint32_t runs;
	double results[RUNS_MOST], flush_us[RUNS_MOST];
};

/* Each run against the bound with the flushes that it met: on a busy disk they differ much. */
static void print_bound(struct bench *b, const struct point *p)
{
	double operations = b->workload == MIXED ? 5 : 1;
	double flushes = b->threads == 1 ? 1 : 2;
	double wakes_us = measure_wakes(b->threads);
	double bounds[RUNS_MOST], parts[RUNS_MOST], flush_us[RUNS_MOST];

	for (uint32_t i = 0; i < p->runs; i++) {
		flush_us[i] = p->flush_us[i];
		bounds[i] = operations * b->threads * 1e6 / (flushes * flush_us[i] + wakes_us);
		parts[i] = p->results[i] / bounds[i];
	}
	printf(" flush_us=%.1f wakes_us=%.1f bound=%.0f of_bound=%.2f", median(flush_us, p->runs),
		wakes_us, median(bounds, p->runs), median(parts, p->runs));
	if (b->workload == MIXED && b->threads == 10)
		printf(" target_of_bound=0.80");
}

static void print_point(struct bench *b, const struct point *p)
{
	double target = target_of(b);
	double results[RUNS_MOST], result;

	memcpy(results, p->results, sizeof results);
	result = median(results, p->runs);
	printf("workload=%s threads=%u durability=%s ops_per_second=%.0f",
		workload_names[b->workload], b->threads, mode_names[b->mode], result);
	if (b->workload == READS && b->threads == 2)
		b->reads_of_two = result;
	if (b->workload != READS && b->mode == MODE_ON)
		print_bound(b, p);
	if (b->workload == READS && b->threads == 50 && b->reads_of_two > 0)
		printf(" of_two_threads=%.2f target_of_two_threads=0.90", result / b->reads_of_two);
	if (target > 0)
		printf(" target=%.0f", target);
	putchar('\n');
	fflush(stdout);
}

static void run_point(struct bench *b, uint32_t runs)
{
	struct worker *workers = must_allocate(THREADS_MOST, sizeof workers[0]);
	struct storage_statistics before, after;
	struct point p = { .runs = runs };

	for (uint32_t i = 0; i < runs; i++) {
		storage_statistics(b->storage, &before);
		p.results[i] = run_once(b, workers);
		storage_statistics(b->storage, &after);
		if (after.log_flushes > before.log_flushes)
			p.flush_us[i] = (double)(after.log_flush_ns - before.log_flush_ns) / 1e3 /
					(double)(after.log_flushes - before.log_flushes);
	}
	print_point(b, &p);
	free(workers);
}

/* The mean time of one flush, by commits of one thread. */
static void measure_flush(struct bench *b)
{
	struct txn_options options = { .is_autocommit = true };
	struct storage_statistics before, after;

	b->mode = MODE_ON;
	storage_statistics(b->storage, &before);
	for (uint64_t i = 0; i < 200; i++)
		write_one(b, &options, i);
	storage_statistics(b->storage, &after);
	if (after.log_flushes > before.log_flushes)
		printf("# cores=%ld flush_us=%.1f (commits of one thread)\n",
			sysconf(_SC_NPROCESSORS_ONLN),
			(double)(after.log_flush_ns - before.log_flush_ns) / 1e3 /
				(double)(after.log_flushes - before.log_flushes));
}

static void make_users(struct bench *b)
{
	struct txn_options options = { .is_autocommit = true };
	struct error e;
	struct txn *t;
	uint64_t id;

	must(txn_begin(b->storage, &options, &t, &e), &e, "begin");
	must(txn_intern(t, NAME_NODE_LABEL, STR("User"), &b->user, &e), &e, "name");
	for (int i = 0; i < USERS; i++) {
		must(storage_node_add(t, &b->user, 1, NULL, 0, &id, &e), &e, "add");
		if (i == 0)
			b->first_user = id;
	}
	must(txn_commit(t, &e), &e, "commit");
}

static uint32_t parse_threads(char *text, uint32_t *points)
{
	uint32_t count = 0;
	char *rest = NULL;

	for (char *at = strtok_r(text, ",", &rest); at != NULL; at = strtok_r(NULL, ",", &rest)) {
		unsigned long threads = strtoul(at, NULL, 10);

		if (threads >= 1 && threads <= THREADS_MOST && count < POINTS_MOST)
			points[count++] = (uint32_t)threads;
	}
	return count;
}

static void run_all(
	struct bench *b, const uint32_t *points, uint32_t count, uint32_t runs, const char *only)
{
	for (int workload = READS; workload <= MIXED; workload++) {
		if (only != NULL && strcmp(only, workload_names[workload]) != 0)
			continue;
		for (int mode = MODE_ON; mode <= MODE_OFF; mode++) {
			if (workload == READS && mode != MODE_ON)
				continue;
			for (uint32_t i = 0; i < count; i++) {
				b->workload = (enum workload)workload;
				b->mode = (enum mode)mode;
				b->threads = points[i];
				run_point(b, runs);
			}
		}
	}
}

int main(int argc, char **argv)
{
	uint32_t points[POINTS_MOST] = { 1, 2, 5, 10, 20, 50 };
	uint32_t count = 6;
	uint32_t runs = 5;
	const char *given = NULL;
	char *directory;
	struct storage_options options = { .create = true, .buffer_bytes = UINT64_C(512) << 20 };
	struct bench b = { .seconds = 3 };
	const char *only = NULL;
	struct error e;
	int option;

	while ((option = getopt(argc, argv, "s:r:t:w:d:")) != -1) {
		if (option == 's')
			b.seconds = strtod(optarg, NULL);
		else if (option == 'r')
			runs = (uint32_t)strtoul(optarg, NULL, 10);
		else if (option == 't')
			count = parse_threads(optarg, points);
		else if (option == 'w')
			only = optarg;
		else if (option == 'd')
			given = optarg;
		else
			return 2;
	}
	runs = runs < 1 ? 1 : runs > RUNS_MOST ? RUNS_MOST : runs;
	options.directory = directory = bench_directory(given);
	print_machine();
	must(storage_open(&options, &b.storage, &e), &e, "open");
	storage_thread_attach(b.storage);
	make_users(&b);
	measure_flush(&b);
	run_all(&b, points, count, runs, only);
	storage_thread_detach(b.storage);
	must(storage_close(b.storage, &e), &e, "close");
	bench_remove(directory, given);
	return 0;
}
