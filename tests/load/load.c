/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Many clients, or clients that behave badly, against a running server: load MODE COUNT, one mode a
 * run, with SERVER_PID in the environment. Prints TAP; figures are comments. run.sh starts the server
 * with the settings that a mode needs, and says what COUNT means.
 */
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "tests/load/wire.h"

enum {
	GIB_KB = 1 << 20,
	SLACK_KB = 64 << 10,	/* what any load may cost the server */
	CLIENT_KB = 1 << 10,	/* what one client that does not read may cost: output and sockets */
	ASKS = 200,
	IDLE_MS = 3000,
	SETTLE_MS = 60000,
	CHURN_WIDTH = 16,
};

#define BIG_RESULT                                                                                 \
	"UNWIND range(1, 1000) AS x UNWIND range(1, 1000) AS y UNWIND range(1, 1000) AS z RETURN z"

static int number;
static bool has_failed;

static void report(bool is_ok, const char *promise)
{
	printf("%s %d - %s\n", is_ok ? "ok" : "not ok", ++number, promise);
	fflush(stdout);
	has_failed |= !is_ok;
}

/* --- the server's process ----------------------------------------------------------------- */

/* A number of /proc/PID/status. */
static uint64_t status_of(const char *path, const char *name)
{
	FILE *f = fopen(path, "r");
	char line[256];
	uint64_t value = 0;

	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoull(line + strlen(name) + 1, NULL, 10);
	}
	if (f != NULL)
		fclose(f);
	return value;
}

static uint64_t memory_kb(void)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%s/status", getenv("SERVER_PID"));
	return status_of(path, "VmRSS");
}

/* How often its threads began to wait, so far; a thread that ended takes its part along. */
static uint64_t waits(void)
{
	char folder[64], path[384];
	struct dirent *entry;
	uint64_t sum = 0;
	DIR *d;

	snprintf(folder, sizeof folder, "/proc/%s/task", getenv("SERVER_PID"));
	d = opendir(folder);
	while (d != NULL && (entry = readdir(d)) != NULL) {
		snprintf(path, sizeof path, "%s/%s/status", folder, entry->d_name);
		if (entry->d_name[0] != '.')
			sum += status_of(path, "voluntary_ctxt_switches");
	}
	if (d != NULL)
		closedir(d);
	return sum;
}

/* Processor time so far, in clock ticks. */
static uint64_t ticks(void)
{
	char path[64], text[1024] = "";
	unsigned long user = 0, system = 0;
	const char *at;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%s/stat", getenv("SERVER_PID"));
	f = fopen(path, "r");
	if (f == NULL || fgets(text, sizeof text, f) == NULL)
		exit(1);
	fclose(f);
	at = strrchr(text, ')');
	if (at == NULL ||
		sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
			&system) != 2)
		exit(1);
	return user + system;
}

/* --- clients ------------------------------------------------------------------------------ */

static struct wire *make(uint32_t count)
{
	struct wire *all = calloc(count, sizeof *all);

	if (all == NULL)
		PANIC("out of memory");
	return all;
}

static void end_all(struct wire *all, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		wire_close(&all[i]);
	free(all);
}

static uint32_t open_all(struct wire *all, uint32_t count)
{
	uint32_t open = 0;

	while (open < count && wire_open(&all[open]) && wire_ask(&all[open], "RETURN 1"))
		open++;
	return open;
}

/* A client that came before or comes now is served, so many times. */
static bool is_served(uint32_t asks)
{
	struct wire w;
	bool is_ok = wire_open(&w);

	for (uint32_t i = 0; i < asks && is_ok; i++)
		is_ok = wire_ask(&w, "RETURN 4711") && w.seen.rows == i + 1;
	wire_close(&w);
	return is_ok;
}

/* Waits until nobody but the asking client is connected. */
static bool await_empty(void)
{
	struct wire w;
	uint64_t start = clock_monotonic_us();
	bool is_empty = false;

	if (!wire_open(&w))
		return false;
	while (!is_empty && clock_monotonic_us() - start < SETTLE_MS * UINT64_C(1000)) {
		uint64_t rows = w.seen.rows;

		if (!wire_ask(&w, "SELECT pid FROM pg_stat_activity WHERE usename = 'tester'"))
			break;
		is_empty = w.seen.rows == rows + 1;
		usleep(20000);
	}
	wire_close(&w);
	return is_empty;
}

/* --- the modes ---------------------------------------------------------------------------- */

/* COUNT idle connections; others are served meanwhile; left alone, nothing wakes. */
static void idle(uint32_t count)
{
	struct wire *all = make(count);
	uint64_t before_kb = memory_kb(), start = clock_monotonic_us(), last, now, processor;
	bool is_ok = open_all(all, count) == count;

	report(is_ok, "all connections are open at once");
	printf("# %u connections, %.1f s, server memory %llu KiB, %.1f KiB a connection\n", count,
		(double)(clock_monotonic_us() - start) / 1e6, (unsigned long long)memory_kb(),
		(double)(memory_kb() - before_kb) / count);
	report(is_served(ASKS), "active clients are served beside them");
	report(memory_kb() < GIB_KB, "the server has less than 1 GiB");
	start = clock_monotonic_us();
	now = waits();
	do { /* threads that the opening needed go; what wakes by a clock does so in every round */
		processor = ticks();
		last = now;
		usleep(IDLE_MS * 1000);
		now = waits();
	} while (now != last && clock_monotonic_us() - start < SETTLE_MS * UINT64_C(1000));
	report(now == last || getenv("LOAD_MAY_WAKE") != NULL, "an idle server does not wake");
	report(ticks() == processor, "an idle server uses no processor");
	report(wire_ask(&all[0], "RETURN 1") && wire_ask(&all[count - 1], "RETURN 1"),
		"who was idle is served again");
	end_all(all, count);
}

/* COUNT is max_connections. */
static void limit(uint32_t count)
{
	struct wire *all = make(count), more;
	bool is_refused;

	report(open_all(all, count) == count, "as many clients as max_connections are let in");
	is_refused = !wire_open(&more);
	report(is_refused && strcmp(more.seen.error, "53300") == 0, "the next is told 53300");
	wire_close(&more);
	report(wire_ask(&all[0], "RETURN 1"), "who is in is served");
	wire_close(&all[0]);
	for (int i = 0; !(is_refused = wire_open(&all[0])) && i < 1000; i++) {
		wire_close(&all[0]);
		usleep(10000);
	}
	report(is_refused, "when one goes another gets in");
	end_all(all, count);
}

/* COUNT clients ask for a billion rows and read none. The server's client_write_timeout is short. */
static void slow(uint32_t count)
{
	struct wire *all = make(count);
	uint64_t before_kb = memory_kb(), most_kb = 0;
	struct buf b = { 0 };
	bool is_ok = true;

	wire_put_query(&b, BIG_RESULT);
	for (uint32_t i = 0; i < count && is_ok; i++)
		is_ok = wire_open(&all[i]) && wire_send(&all[i], &b);
	report(is_ok, "clients ask for much and read nothing");
	report(is_served(ASKS), "others are served");
	for (int i = 0; i < 20; i++) {
		most_kb = MAX_OF(most_kb, memory_kb());
		usleep(50000);
	}
	printf("# %u slow readers cost %lld KiB\n", count, (long long)(most_kb - before_kb));
	report(most_kb < before_kb + SLACK_KB + (uint64_t)count * CLIENT_KB,
		"what waits for them is bounded");
	report(await_empty(), "they are sent away in time");
	end_all(all, count);
	buf_free(&b);
}

/* COUNT clients that begin and do not go on. The server's authentication_timeout is short. */
static void half_open(uint32_t count)
{
	static const struct str starts[] = { STR(""), STR("\0"), STR("\0\0\0\x25\0\3\0\0user\0te"),
		STR("\0\0\x27\x10\0\3\0\0user"), STR("\0\0\0\x08\x04\xd2\x16\x2f"),
		STR("\x16\x03\x01\x02") };
	struct wire *all = make(count);
	uint64_t before_kb = memory_kb();
	bool is_ok = true;

	for (uint32_t i = 0; i < count; i++) {
		struct str start = starts[i % ARRAY_COUNT(starts)];

		wire_connect(&all[i]);
		if (start.length > 0 && send(all[i].fd, start.at, start.length, MSG_NOSIGNAL) < 0)
			is_ok = false;
		if (i % 3 == 0)
			(void)shutdown(all[i].fd, SHUT_WR);
	}
	report(is_ok, "clients begin and do not go on");
	report(is_served(ASKS), "others are served");
	printf("# %u half-open connections cost %lld KiB\n", count,
		(long long)(memory_kb() - before_kb));
	report(memory_kb() < before_kb + SLACK_KB + (uint64_t)count * 64, "they cost little");
	for (uint32_t i = 0; i < count && is_ok; i++) {
		char byte;
		struct pollfd look = { all[i].fd, POLLIN, 0 };

		while (is_ok && poll(&look, 1, SETTLE_MS) > 0 && recv(all[i].fd, &byte, 1, 0) > 0)
			;
		is_ok = poll(&look, 1, 0) > 0;
	}
	report(is_ok, "the server closes them in time");
	end_all(all, count);
}

/* COUNT MiB of requests are sent before one answer is read; the answers are as large. */
static void pipeline(uint32_t count)
{
	struct wire w;
	struct buf b = { 0 };
	uint64_t requests = 0;
	bool is_ok = wire_open(&w);

	while (b.length < (size_t)count << 20) {
		wire_put_extended(&b, "UNWIND range(1, 20) AS x RETURN x AS a_number, 'text' AS t");
		requests++;
	}
	report(is_ok && wire_send(&w, &b), "all requests are taken before an answer is read");
	is_ok = wire_await(&w, 1 + requests);
	report(is_ok && w.seen.rows == requests * 20 && w.seen.error[0] == '\0',
		"then all answers come");
	printf("# %llu requests, %zu bytes\n", (unsigned long long)requests, b.length);
	wire_close(&w);
	buf_free(&b);
}

static void stream(const char *text, uint32_t count)
{
	uint64_t before_kb = memory_kb(), most_kb = before_kb, reads = 0;
	uint64_t start = clock_monotonic_us();
	struct buf b = { 0 };
	struct wire w;
	bool is_ok = wire_open(&w);

	wire_put_query(&b, text);
	is_ok = is_ok && wire_send(&w, &b);
	while (is_ok && w.seen.ready < 2) {
		is_ok = wire_read(&w, WIRE_PATIENCE_MS);
		if (reads++ % 4096 == 0)
			most_kb = MAX_OF(most_kb, memory_kb());
	}
	printf("# %s\n", text);
	report(is_ok && w.seen.rows == count, "all rows come");
	most_kb = MAX_OF(most_kb, memory_kb());
	printf("# %u rows, %.1f s, memory rose by %lld KiB\n", count,
		(double)(clock_monotonic_us() - start) / 1e6, (long long)(most_kb - before_kb));
	report(most_kb < before_kb + SLACK_KB, "memory stays where it was");
	wire_close(&w);
	buf_free(&b);
}

/* COUNT rows, made in three ways. */
static void rows(uint32_t count)
{
	char text[160];

	snprintf(text, sizeof text, "UNWIND range(1, %u) AS x RETURN x", count);
	stream(text, count);
	snprintf(text, sizeof text, "SELECT x FROM generate_series(1, %u) AS s (x)", count);
	stream(text, count);
	snprintf(text, sizeof text,
		"UNWIND range(1, %u) AS x UNWIND range(1, 1000) AS y RETURN y", count / 1000);
	stream(text, count / 1000 * 1000);
}

/* COUNT clients come at once, before any of them is answered. */
static void storm(uint32_t count)
{
	struct wire *all = make(count);
	uint64_t start = clock_monotonic_us();
	struct buf b = { 0 };
	uint32_t served = 0;

	wire_put_startup(&b);
	for (uint32_t i = 0; i < count; i++)
		wire_connect(&all[i]);
	for (uint32_t i = 0; i < count; i++)
		(void)wire_send(&all[i], &b);
	for (uint32_t i = 0; i < count; i++)
		served += wire_await(&all[i], 1);
	printf("# %u clients at once, all ready after %.2f s\n", served,
		(double)(clock_monotonic_us() - start) / 1e6);
	report(served == count, "all that came at once are let in");
	end_all(all, count);
	report(await_empty(), "the server lets go of those that left");
	report(is_served(ASKS), "and serves others");
	buf_free(&b);
}

/* For COUNT seconds: connect, start, ask, leave; CHURN_WIDTH clients in turn. */
static void churn(uint32_t count)
{
	uint64_t start = clock_monotonic_us(), end = start + count * UINT64_C(1000000), made = 0;
	uint64_t before_kb, us;
	struct wire all[CHURN_WIDTH];
	struct buf b = { 0 };
	bool is_ok = is_served(ASKS);

	before_kb = memory_kb();
	wire_put_startup(&b);
	wire_put_query(&b, "RETURN 1");
	wire_put_terminate(&b);
	while (is_ok && clock_monotonic_us() < end) {
		for (int i = 0; i < CHURN_WIDTH; i++) {
			wire_connect(&all[i]);
			is_ok &= wire_send(&all[i], &b);
		}
		for (int i = 0; i < CHURN_WIDTH; i++) {
			is_ok &= wire_await(&all[i], 2) && all[i].seen.rows == 1;
			wire_close(&all[i]);
		}
		made += CHURN_WIDTH;
	}
	us = clock_monotonic_us() - start;
	printf("# connections_per_second=%.0f\n", (double)made * 1e6 / (double)us);
	report(is_ok, "every connection is served");
	report(await_empty(), "the server lets go of those that left");
	printf("# %llu connections, memory rose by %lld KiB\n", (unsigned long long)made,
		(long long)(memory_kb() - before_kb));
	report(memory_kb() < before_kb + SLACK_KB, "memory stays where it was");
	buf_free(&b);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(uint32_t count);
	} modes[] = { { "idle", idle }, { "limit", limit }, { "slow", slow },
		{ "half_open", half_open }, { "pipeline", pipeline }, { "rows", rows },
		{ "storm", storm }, { "churn", churn } };
	uint32_t count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	for (size_t i = 0; i < ARRAY_COUNT(modes) && count > 0; i++) {
		if (strcmp(argv[1], modes[i].name) == 0) {
			modes[i].run(count);
			return has_failed ? 1 : 0;
		}
	}
	fprintf(stderr, "usage: load MODE COUNT\n");
	return 2;
}
