/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The store at scale, through its C interface, on a real disk. Each mode prints lines of key=value:
 *
 *     random   many nodes: point reads at random, one at a time and in batches
 *     pool     a pool of a tenth of the data: reads at random, all over and of a hot part; writes
 *     hub      one node with very many edges: inserting, looking for an edge, scanning in steps
 *     scan     how long commits take, alone, beside a thread that only spins, and beside a scan of the
 *              whole graph
 *     checkpoint  how long commits take, alone and beside a checkpoint of many pages
 *     size     bytes on disk and in memory for a node and an edge; neighbours of random nodes in
 *              ns/edge beside a plain CSR array in the same run
 *
 *     scale MODE [-n nodes or edges] [-s seconds] [-d directory] [-c checkpoint timeout in ms]
 */
#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/rand.h"
#include "bench/bench.h"
#include "storage/storage.h"

enum { A_COMMIT = 1000, BATCH = 64, HOPS = 1024, DEGREE = 20, A_TURN = 8192, TEXT = 100 };
enum { WRITERS = 4, A_BATCH_NS = 50000 };

struct bench {
	struct storage *storage;
	struct storage_options options;
	const char *given;
	char *directory;
	uint64_t count; /* -n, or the mode's default */
	double seconds;
	uint32_t user, knows, name;
	uint64_t first;
	struct error e;
};

static const struct txn_options relaxed = { .is_autocommit = true, .durability = DURABILITY_OFF };
static const struct txn_options durable = { .is_autocommit = true, .durability = DURABILITY_ON };

/* ---- opening and loading ---- */

static void open_bench(struct bench *b, uint64_t buffer_bytes)
{
	struct txn *t;

	b->options.directory = b->directory;
	b->options.create = true;
	b->options.buffer_bytes = buffer_bytes;
	must(storage_open(&b->options, &b->storage, &b->e), &b->e, "open");
	storage_thread_attach(b->storage);
	must(txn_begin(b->storage, &relaxed, &t, &b->e), &b->e, "begin");
	must(txn_intern(t, NAME_NODE_LABEL, STR("User"), &b->user, &b->e), &b->e, "name");
	must(txn_intern(t, NAME_EDGE_LABEL, STR("KNOWS"), &b->knows, &b->e), &b->e, "name");
	must(txn_intern(t, NAME_KEY, STR("name"), &b->name, &b->e), &b->e, "name");
	must(txn_commit(t, &b->e), &b->e, "commit");
}

static void close_bench(struct bench *b)
{
	storage_thread_detach(b->storage);
	must(storage_close(b->storage, &b->e), &b->e, "close");
}

static struct txn *begin(struct bench *b)
{
	struct txn *t;

	must(txn_begin(b->storage, &relaxed, &t, &b->e), &b->e, "begin");
	return t;
}

static void load_nodes(struct bench *b, uint64_t count, uint32_t text_bytes)
{
	char text[TEXT];
	struct property p = { b->name, value_string((struct str){ text, text_bytes }) };
	struct txn *t = NULL;
	uint64_t id;

	memset(text, 'x', sizeof text);
	for (uint64_t i = 0; i < count; i++) {
		if (t == NULL)
			t = begin(b);
		must(storage_node_add(t, &b->user, 1, &p, text_bytes > 0 ? 1 : 0, &id, &b->e),
			&b->e, "add");
		if (i == 0)
			b->first = id;
		if (i % A_COMMIT == A_COMMIT - 1 || i + 1 == count) {
			must(txn_commit(t, &b->e), &b->e, "commit");
			t = NULL;
		}
	}
}

static void load_edge(struct bench *b, struct txn **t, uint64_t number, uint64_t from, uint64_t to)
{
	uint64_t id;

	if (*t == NULL)
		*t = begin(b);
	must(storage_edge_add(*t, b->first + from, b->first + to, b->knows, NULL, 0, &id, &b->e),
		&b->e, "edge");
	if (number % A_COMMIT != A_COMMIT - 1)
		return;
	must(txn_commit(*t, &b->e), &b->e, "commit");
	*t = NULL;
}

static void load_end(struct bench *b, struct txn *t)
{
	if (t != NULL)
		must(txn_commit(t, &b->e), &b->e, "commit");
}

static double since(uint64_t start_ns)
{
	return (double)(clock_monotonic_ns() - start_ns) / 1e9;
}

/* ---- random reads ---- */

/* Nanoseconds a node, for `batch` at a time out of the first `range`. */
static double read_nodes(struct bench *b, uint64_t range, uint32_t batch)
{
	struct rand r = { 5 };
	uint64_t ids[BATCH], reads = 0;
	uint32_t labelsets[BATCH];
	uint64_t start = clock_monotonic_ns();

	while (since(start) < b->seconds) {
		for (int round = 0; round < 256; round++) {
			struct txn *t = begin(b);

			for (uint32_t i = 0; i < batch; i++)
				ids[i] = b->first + rand_below(&r, range);
			must(storage_nodes_get(t, ids, batch, labelsets, &b->e), &b->e, "get");
			must(txn_commit(t, &b->e), &b->e, "commit");
			reads += batch;
		}
	}
	return since(start) * 1e9 / (double)reads;
}

static double read_properties(struct bench *b, uint64_t range)
{
	struct arena *a = arena_new(0);
	struct rand r = { 6 };
	uint64_t reads = 0;
	uint64_t start = clock_monotonic_ns();

	while (since(start) < b->seconds) {
		for (int round = 0; round < 64; round++) {
			uint64_t id = b->first + rand_below(&r, range);
			struct txn *t = begin(b);
			struct value v;
			struct value *column = &v;

			must(storage_properties(t, ELEMENT_NODE, &id, 1, &b->name, 1, &column, a,
				     &b->e),
				&b->e, "properties");
			must(txn_commit(t, &b->e), &b->e, "commit");
			arena_reset(a);
			reads++;
		}
	}
	arena_free(a);
	return since(start) * 1e9 / (double)reads;
}

static void mode_random(struct bench *b)
{
	uint64_t start;

	b->count = b->count != 0 ? b->count : 10000000;
	open_bench(b, UINT64_C(4) << 30);
	start = clock_monotonic_ns();
	load_nodes(b, b->count, 16);
	printf("mode=random nodes=%llu load_nodes_per_second=%.0f\n", (unsigned long long)b->count,
		(double)b->count / since(start));
	for (int run = 0; run < 3; run++)
		printf("mode=random one_at_a_time_ns=%.0f batch_of_16_ns=%.0f batch_of_64_ns=%.0f "
		       "with_property_ns=%.0f of_1000_nodes_ns=%.0f\n",
			read_nodes(b, b->count, 1), read_nodes(b, b->count, 16),
			read_nodes(b, b->count, 64), read_properties(b, b->count),
			read_nodes(b, 1000, 1));
	close_bench(b);
}

/* ---- a pool of a tenth ---- */

static void print_misses(struct bench *b, const char *what, double ns,
	const struct storage_statistics *before, uint64_t reads)
{
	struct storage_statistics after;

	storage_statistics(b->storage, &after);
	printf("mode=pool workload=%s ns_per_operation=%.0f operations_per_second=%.0f "
	       "misses_per_operation=%.3f reads_under_lock=%llu\n",
		what, ns, 1e9 / ns,
		(double)(after.page_misses - before->page_misses) / (double)(reads + 1),
		(unsigned long long)(after.page_reads_in_place - before->page_reads_in_place));
}

static double write_properties(struct bench *b, uint64_t range, uint64_t *writes)
{
	struct rand r = { 8 };
	uint64_t start = clock_monotonic_ns();

	*writes = 0;
	while (since(start) < b->seconds) {
		uint64_t id = b->first + rand_below(&r, range);
		struct txn *t = begin(b);

		must(storage_property_set(t, ELEMENT_NODE, id, b->name,
			     value_int((int64_t)*writes), &b->e),
			&b->e, "set");
		must(txn_commit(t, &b->e), &b->e, "commit");
		++*writes;
	}
	return since(start) * 1e9 / (double)*writes;
}

static void mode_pool(struct bench *b)
{
	struct storage_statistics s;
	uint64_t writes;
	double ns;

	b->count = b->count != 0 ? b->count : 2000000;
	open_bench(b, UINT64_C(1) << 30);
	load_nodes(b, b->count, TEXT);
	storage_statistics(b->storage, &s);
	close_bench(b);
	open_bench(b, s.pages_total * 16384 / 10);
	printf("mode=pool nodes=%llu data_mb=%llu pool_mb=%llu\n", (unsigned long long)b->count,
		(unsigned long long)(s.pages_total * 16384 >> 20),
		(unsigned long long)(s.pages_total * 16384 / 10 >> 20));
	storage_statistics(b->storage, &s);
	ns = read_properties(b, b->count);
	print_misses(b, "read_all", ns, &s, (uint64_t)(b->seconds * 1e9 / ns));
	(void)read_properties(b, b->count / 50);
	storage_statistics(b->storage, &s);
	ns = read_properties(b, b->count / 50);
	print_misses(b, "read_hot", ns, &s, (uint64_t)(b->seconds * 1e9 / ns));
	storage_statistics(b->storage, &s);
	ns = write_properties(b, b->count, &writes);
	print_misses(b, "write_all", ns, &s, writes);
	close_bench(b);
}

/* ---- a hub ---- */

static void insert_samples(struct bench *b, uint64_t *next, uint64_t nodes, double *samples,
	uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t start = clock_monotonic_ns(), id;
		struct txn *t = begin(b);

		must(storage_edge_add(t, b->first, b->first + *next % nodes, b->knows, NULL, 0, &id,
			     &b->e),
			&b->e, "edge");
		must(txn_commit(t, &b->e), &b->e, "commit");
		samples[i] = (double)(clock_monotonic_ns() - start) / 1e3;
		*next += 7919;
	}
}

/* Nanoseconds an edge for a whole scan in steps of HOPS, each taking up where the last ended. */
static double scan_hub(struct bench *b, uint64_t *edges)
{
	static uint32_t sources[HOPS];
	static uint64_t neighbours[HOPS];
	struct hops hops = {
		.capacity = HOPS, .source_index = sources, .neighbour = neighbours
	};
	struct arena *a = arena_new(0);
	uint64_t start = clock_monotonic_ns();
	struct txn *t = begin(b);
	struct cursor *cursor;

	*edges = 0;
	must(storage_expand(t, &b->first, 1, &(struct edge_filter){ DIRECTION_OUT, 1, &b->knows },
		     a, &cursor, &b->e),
		&b->e, "expand");
	do {
		must(storage_expand_next(cursor, &hops, &b->e), &b->e, "next");
		*edges += hops.count;
	} while (hops.count > 0);
	storage_cursor_close(cursor);
	txn_abort(t);
	arena_free(a);
	return since(start) * 1e9 / (double)*edges;
}

/* Microseconds to learn how many edges the hub has with a label, and to find a node's edge to it. */
static double look_up(struct bench *b, uint64_t nodes)
{
	enum { LOOKS = 2000 };
	static double samples[LOOKS];
	struct rand r = { 9 };

	for (int i = 0; i < LOOKS; i++) {
		uint64_t start = clock_monotonic_ns(), degree;
		uint64_t node = b->first + 1 + rand_below(&r, nodes - 1);
		struct txn *t = begin(b);

		must(storage_degree(t, b->first, DIRECTION_OUT, b->knows, &degree, &b->e), &b->e,
			"degree");
		must(storage_degree(t, node, DIRECTION_IN, b->knows, &degree, &b->e), &b->e,
			"degree");
		txn_abort(t);
		samples[i] = (double)(clock_monotonic_ns() - start) / 1e3;
	}
	return median(samples, LOOKS);
}

static void mode_hub(struct bench *b)
{
	enum { SAMPLES = 3000 };
	static double samples[SAMPLES];
	uint64_t nodes = 1000000, next = 1, loaded = 0, edges;
	struct txn *t = NULL;

	b->count = b->count != 0 ? b->count : 10000000;
	open_bench(b, UINT64_C(4) << 30);
	load_nodes(b, nodes, 0);
	for (uint64_t size = b->count / 100; size <= b->count; size *= 10) {
		uint64_t start = clock_monotonic_ns();
		uint64_t before = loaded;
		double ns;

		for (; loaded < size; loaded++) {
			load_edge(b, &t, loaded, 0, 1 + next % (nodes - 1));
			next += 7919;
		}
		load_end(b, t);
		t = NULL;
		ns = since(start) * 1e9 / (double)(size - before);
		insert_samples(b, &next, nodes, samples, SAMPLES);
		printf("mode=hub edges=%llu load_ns_per_edge=%.0f", (unsigned long long)size, ns);
		printf(" insert_commit_us_p50=%.1f insert_commit_us_p99=%.1f look_up_us=%.2f",
			median(samples, SAMPLES), percentile(samples, SAMPLES, 0.99),
			look_up(b, nodes));
		ns = scan_hub(b, &edges);
		printf(" scan_ns_per_edge=%.1f scanned=%llu\n", ns, (unsigned long long)edges);
		fflush(stdout);
	}
	close_bench(b);
}

/* ---- commits beside a scan ---- */

struct side {
	struct bench *bench;
	pthread_t thread;
	_Atomic int is_over, is_done;
	uint64_t rounds;
	double seconds;
	double *samples; /* microseconds; of a writer */
	size_t count, most;
};

struct times {
	double p50, p99, most; /* microseconds */
	size_t count;
	uint64_t rounds; /* of what went on beside */
	double seconds;	 /* that it took, if it ends by itself */
};

static void *scan_all(void *context)
{
	static uint64_t ids[HOPS];
	struct side *side = context;
	struct bench *b = side->bench;
	struct arena *a = arena_new(0);
	struct error e;

	storage_thread_attach(b->storage);
	while (!atomic_load(&side->is_over)) {
		struct cursor *cursor;
		uint32_t count = 1;
		struct txn *t;

		must(txn_begin(b->storage, &relaxed, &t, &e), &e, "begin");
		must(storage_scan_nodes(t, b->user, a, &cursor, &e), &e, "scan");
		while (count > 0 && !atomic_load(&side->is_over)) {
			storage_run_begin(b->storage);
			must(storage_cursor_next(cursor, ids, NULL, HOPS, &count, &e), &e, "next");
			storage_run_end(b->storage);
		}
		storage_cursor_close(cursor);
		txn_abort(t);
		arena_reset(a);
		side->rounds++;
	}
	arena_free(a);
	storage_thread_detach(b->storage);
	return NULL;
}

static void *write_nodes(void *context)
{
	struct side *side = context;
	struct bench *b = side->bench;
	struct error e;

	storage_thread_attach(b->storage);
	while (!atomic_load(&side->is_over)) {
		uint64_t start = clock_monotonic_ns(), id;
		struct txn *t;

		storage_run_begin(b->storage);
		must(txn_begin(b->storage, &durable, &t, &e), &e, "begin");
		must(storage_node_add(t, &b->user, 1, NULL, 0, &id, &e), &e, "add");
		must(txn_commit(t, &e), &e, "commit");
		storage_run_end(b->storage);
		if (side->count < side->most)
			side->samples[side->count++] =
				(double)(clock_monotonic_ns() - start) / 1e3;
	}
	storage_thread_detach(b->storage);
	return NULL;
}

static void start(struct side *side, struct bench *b, void *(*run)(void *), size_t samples)
{
	*side = (struct side){ .bench = b, .most = samples };
	side->samples = must_allocate(samples + 1, sizeof side->samples[0]);
	if (pthread_create(&side->thread, NULL, run, side) != 0)
		abort();
}

static void stop(struct side *side)
{
	atomic_store(&side->is_over, 1);
	pthread_join(side->thread, NULL);
}

/* What goes on beside the writers. */
enum beside { BESIDE_NOTHING, BESIDE_SPIN, BESIDE_SCAN, BESIDES, BESIDE_CHECKPOINT };

/* Uses a processor as a scan does, and nothing of the store but a run token. */
static void *spin(void *context)
{
	struct side *side = context;
	struct storage *storage = side->bench->storage;

	storage_thread_attach(storage);
	while (!atomic_load(&side->is_over)) {
		uint64_t start = clock_monotonic_ns();

		storage_run_begin(storage);
		while (clock_monotonic_ns() - start < A_BATCH_NS)
			;
		storage_run_end(storage);
		side->rounds++;
	}
	storage_thread_detach(storage);
	return NULL;
}

static void *checkpoint_once(void *context)
{
	struct side *side = context;
	struct storage *storage = side->bench->storage;
	uint64_t start = clock_monotonic_ns();
	struct error e;

	storage_thread_attach(storage);
	must(storage_checkpoint(storage, &e), &e, "checkpoint");
	storage_thread_detach(storage);
	side->seconds = since(start);
	atomic_store(&side->is_done, 1);
	return NULL;
}

/* All writers' times together, for the bench's seconds or until what goes on beside is done. */
static void measure_commits(struct bench *b, const struct side *until, struct times *times)
{
	enum { MOST = 2000000 };
	struct side writers[WRITERS];
	double *all = must_allocate((size_t)WRITERS * MOST, sizeof all[0]);

	for (int i = 0; i < WRITERS; i++)
		start(&writers[i], b, write_nodes, MOST);
	if (until == NULL)
		usleep((useconds_t)(b->seconds * 1e6));
	while (until != NULL && !atomic_load(&until->is_done))
		usleep(1000);
	times->count = 0;
	for (int i = 0; i < WRITERS; i++) {
		stop(&writers[i]);
		memcpy(all + times->count, writers[i].samples, writers[i].count * sizeof all[0]);
		times->count += writers[i].count;
		free(writers[i].samples);
	}
	times->p50 = median(all, times->count);
	times->p99 = percentile(all, times->count, 0.99);
	times->most = percentile(all, times->count, 1);
	free(all);
}

static void measure_beside(struct bench *b, enum beside beside, struct times *times)
{
	static void *(*const runs[])(void *context) = { [BESIDE_SPIN] = spin,
		[BESIDE_SCAN] = scan_all,
		[BESIDE_CHECKPOINT] = checkpoint_once };
	struct side side;

	if (beside != BESIDE_NOTHING)
		start(&side, b, runs[beside], 0);
	measure_commits(b, beside == BESIDE_CHECKPOINT ? &side : NULL, times);
	times->rounds = 0;
	if (beside == BESIDE_NOTHING)
		return;
	stop(&side);
	times->rounds = side.rounds;
	times->seconds = side.seconds;
	free(side.samples);
}

static void print_round(const struct times *all)
{
	const struct times *idle = &all[BESIDE_NOTHING], *busy = &all[BESIDE_SCAN];
	const struct times *spun = &all[BESIDE_SPIN];

	printf("mode=scan idle_p50_us=%.0f idle_p99_us=%.0f beside_spin_p50_us=%.0f "
	       "beside_spin_p99_us=%.0f beside_scan_p50_us=%.0f beside_scan_p99_us=%.0f "
	       "ratio_p99=%.2f commits=%zu/%zu/%zu scans=%llu\n",
		idle->p50, idle->p99, spun->p50, spun->p99, busy->p50, busy->p99,
		busy->p99 / idle->p99, idle->count, spun->count, busy->count,
		(unsigned long long)busy->rounds);
	fflush(stdout);
}

static void mode_scan(struct bench *b)
{
	enum { RUNS = 9 };
	double to_idle[RUNS], to_spin[RUNS];
	struct times all[BESIDES];

	b->count = b->count != 0 ? b->count : 2000000;
	open_bench(b, UINT64_C(1) << 30);
	load_nodes(b, b->count, 16);
	printf("mode=scan nodes=%llu writers=%d\n", (unsigned long long)b->count, WRITERS);
	for (int run = 0; run < RUNS; run++) {
		for (int beside = BESIDE_NOTHING; beside < BESIDES; beside++)
			measure_beside(b, (enum beside)beside, &all[beside]);
		print_round(all);
		to_idle[run] = all[BESIDE_SCAN].p99 / all[BESIDE_NOTHING].p99;
		to_spin[run] = all[BESIDE_SCAN].p99 / all[BESIDE_SPIN].p99;
	}
	printf("mode=scan median_ratio_p99=%.2f target=2.00 median_ratio_p99_to_spin=%.2f\n",
		median(to_idle, RUNS), median(to_spin, RUNS));
	close_bench(b);
}

/* ---- commits beside a checkpoint ---- */

/* Makes most pages of properties dirty. */
static void make_dirty(struct bench *b, uint64_t round)
{
	for (uint64_t i = 0; i < b->count;) {
		struct txn *t = begin(b);

		for (int k = 0; k < A_COMMIT && i < b->count; k++, i += 16)
			must(storage_property_set(t, ELEMENT_NODE, b->first + i, b->name,
				     value_int((int64_t)round), &b->e),
				&b->e, "set");
		must(txn_commit(t, &b->e), &b->e, "commit");
	}
}

static void mode_checkpoint(struct bench *b)
{
	enum { RUNS = 9 };
	double ratios[RUNS];
	struct times idle, busy;

	b->count = b->count != 0 ? b->count : 2000000;
	b->options.checkpoint_timeout_ms = UINT32_MAX;
	b->options.checkpoint_log_bytes = UINT64_C(1) << 40;
	open_bench(b, UINT64_C(1) << 30);
	load_nodes(b, b->count, TEXT);
	for (int run = 0; run < RUNS; run++) {
		struct storage_statistics before, after;

		make_dirty(b, (uint64_t)run);
		measure_beside(b, BESIDE_NOTHING, &idle);
		storage_statistics(b->storage, &before);
		measure_beside(b, BESIDE_CHECKPOINT, &busy);
		storage_statistics(b->storage, &after);
		ratios[run] = busy.p99 / idle.p99;
		printf("mode=checkpoint pages=%llu seconds=%.2f idle_p50_us=%.0f idle_p99_us=%.0f "
		       "idle_most_us=%.0f beside_p50_us=%.0f beside_p99_us=%.0f "
		       "beside_most_us=%.0f ratio_p99=%.2f commits=%zu/%zu\n",
			(unsigned long long)before.pages_dirty, busy.seconds, idle.p50, idle.p99,
			idle.most, busy.p50, busy.p99, busy.most, ratios[run], idle.count,
			busy.count);
		fflush(stdout);
	}
	printf("mode=checkpoint median_ratio_p99=%.2f\n", median(ratios, RUNS));
	close_bench(b);
}

/* ---- size, and neighbours beside an array ---- */

static uint64_t disk_bytes(struct bench *b)
{
	char path[512];
	struct stat status;

	must(storage_checkpoint(b->storage, &b->e), &b->e, "checkpoint");
	snprintf(path, sizeof path, "%s/data", b->directory);
	if (stat(path, &status) != 0)
		return 0;
	return (uint64_t)status.st_blocks * 512;
}

static void print_size(struct bench *b, const char *what, uint64_t count, uint64_t pages_before)
{
	struct storage_statistics s;

	(void)disk_bytes(b);
	storage_statistics(b->storage, &s);
	printf("mode=size element=%s count=%llu bytes_on_disk=%.1f bytes_in_memory=%.1f\n", what,
		(unsigned long long)count,
		(double)(s.pages_total - pages_before) * 16384 / (double)count,
		/* a page in memory is a frame, its translation and the frame's own record */
		(double)(s.pages_total - pages_before) * (16384 + 16 + 32) / (double)count);
}

static uint64_t pages_now(struct bench *b)
{
	struct storage_statistics s;

	storage_statistics(b->storage, &s);
	return s.pages_total;
}

struct csr {
	uint64_t *starts, *targets;
};

/* Of this thread on a processor: both are in memory, and what else runs should not count. */
static double processor_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Both give a processor's seconds for `count` nodes in this order. */
static double scan_csr(const struct csr *csr, const uint64_t *order, uint64_t count, uint64_t *sum)
{
	double start = processor_seconds();

	for (uint64_t i = 0; i < count; i++) {
		uint64_t node = order[i];

		for (uint64_t k = csr->starts[node]; k < csr->starts[node + 1]; k++)
			*sum += csr->targets[k];
	}
	return processor_seconds() - start;
}

static double scan_store(struct bench *b, const uint64_t *order, uint64_t count, uint64_t *sum)
{
	static uint32_t sources[HOPS];
	static uint64_t neighbours[HOPS], ids[BATCH];
	struct hops hops = {
		.capacity = HOPS, .source_index = sources, .neighbour = neighbours
	};
	double start = processor_seconds();
	struct arena *a = arena_new(0);
	struct cursor *cursor = NULL;
	struct txn *t = begin(b);

	for (uint64_t at = 0; at + BATCH <= count; at += BATCH) {
		for (uint32_t i = 0; i < BATCH; i++)
			ids[i] = b->first + order[at + i];
		if (cursor == NULL)
			must(storage_expand(t, ids, BATCH,
				     &(struct edge_filter){ .direction = DIRECTION_OUT }, a,
				     &cursor, &b->e),
				&b->e, "expand");
		else
			must(storage_expand_again(cursor, ids, BATCH, &b->e), &b->e, "again");
		do {
			must(storage_expand_next(cursor, &hops, &b->e), &b->e, "next");
			for (uint32_t i = 0; i < hops.count; i++)
				*sum += hops.neighbour[i];
		} while (hops.count > 0);
	}
	storage_cursor_close(cursor);
	txn_abort(t);
	arena_free(a);
	return processor_seconds() - start;
}

static void load_graph(struct bench *b, struct csr *csr)
{
	struct rand r = { 11 };
	struct txn *t = NULL;
	uint64_t number = 0;

	csr->starts = must_allocate(b->count + 1, sizeof(uint64_t));
	csr->targets = must_allocate(b->count * DEGREE, sizeof(uint64_t));
	for (uint64_t node = 0; node < b->count; node++) {
		for (int i = 0; i < DEGREE; i++, number++) {
			csr->targets[number] = rand_below(&r, b->count);
			load_edge(b, &t, number, node, csr->targets[number]);
		}
		csr->starts[node + 1] = number;
	}
	load_end(b, t);
}

static void mode_size(struct bench *b)
{
	enum { RUNS = 5 };
	uint64_t *order, pages, sum = 0;
	double ratios[RUNS];
	struct rand r = { 12 };
	struct csr csr;

	b->count = b->count != 0 ? b->count : 500000;
	open_bench(b, UINT64_C(8) << 30);
	pages = pages_now(b);
	load_nodes(b, b->count, 0);
	print_size(b, "node", b->count, pages);
	pages = pages_now(b);
	load_graph(b, &csr);
	print_size(b, "edge", b->count * DEGREE, pages);
	order = must_allocate(b->count, sizeof order[0]);
	for (uint64_t i = 0; i < b->count; i++) {
		uint64_t at = rand_below(&r, i + 1);

		order[i] = order[at];
		order[at] = i;
	}
	for (int run = 0; run < RUNS; run++) {
		double edges = (double)b->count * DEGREE;
		double array = 0, store = 0;

		/* by turns, so that what else the machine does meets both */
		for (uint64_t at = 0; at + A_TURN <= b->count; at += A_TURN) {
			array += scan_csr(&csr, order + at, A_TURN, &sum) * 1e9 / edges;
			store += scan_store(b, order + at, A_TURN, &sum) * 1e9 / edges;
		}
		ratios[run] = store / array;
		printf("mode=size neighbours_ns_per_edge=%.2f csr_ns_per_edge=%.2f ratio=%.2f\n",
			store, array, ratios[run]);
	}
	printf("mode=size median_ratio=%.2f target=2.50\n", median(ratios, RUNS));
	fprintf(stderr, "sum %llu\n", (unsigned long long)sum); /* so that it was worked out */
	free(order);
	free(csr.starts);
	free(csr.targets);
	close_bench(b);
}

/* ---- the program ---- */

static const struct mode {
	const char *name;
	void (*run)(struct bench *b);
} modes[] = {
	{ "random", mode_random },
	{ "pool", mode_pool },
	{ "hub", mode_hub },
	{ "scan", mode_scan },
	{ "checkpoint", mode_checkpoint },
	{ "size", mode_size },
};

int main(int argc, char **argv)
{
	struct bench b = { .seconds = 3 };
	const struct mode *mode = NULL;
	int option;

	for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof modes[0]; i++) {
		if (strcmp(argv[1], modes[i].name) == 0)
			mode = &modes[i];
	}
	optind = 2;
	while (mode != NULL && (option = getopt(argc, argv, "n:s:d:c:")) != -1) {
		if (option == 'n')
			b.count = strtoull(optarg, NULL, 10);
		else if (option == 's')
			b.seconds = strtod(optarg, NULL);
		else if (option == 'c')
			b.options.checkpoint_timeout_ms = (uint32_t)strtoul(optarg, NULL, 10);
		else if (option == 'd')
			b.given = optarg;
		else
			mode = NULL;
	}
	if (mode == NULL) {
		fprintf(stderr, "usage: scale random|pool|hub|scan|checkpoint|size [-n count] "
				"[-s seconds] [-d directory]\n");
		return 2;
	}
	print_machine();
	b.directory = bench_directory(b.given);
	mode->run(&b);
	bench_remove(b.directory, b.given);
	return 0;
}
