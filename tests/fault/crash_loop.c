/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The client side of crash_loop.sh:
 *
 *     crash_loop write FOLDER SECONDS   commits as fast as four writers can, until the server dies
 *                                       or the time is over, and keeps a journal of it
 *     crash_loop verify FOLDER          holds the journal against what the server has
 *
 * A writer's journal is a file of lines: "a N" before it sends transaction N, "c N" once the server
 * acknowledged the commit. Each transaction makes two nodes and an edge between them and moves the
 * writer's counter, in one of three ways: a statement, a block, a block of prepared statements.
 *
 * What must hold after any crash: an acknowledged transaction is there (V1), whole (V2) and once
 * (V3); what is there was at least attempted (V4); the counter names the last one (V5).
 */
#include <inttypes.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"

enum { WRITER_COUNT = 4, STATEMENT_MAX = 512 };

struct writer {
	int id;
	const char *folder;
	double seconds;
	FILE *journal;
	int64_t next; /* the number of its next transaction */
	int64_t acknowledged_count;
};

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "# crash_loop: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static FILE *journal_open(const char *folder, int id, const char *mode)
{
	char path[512];

	snprintf(path, sizeof path, "%s/writer-%d", folder, id);
	return fopen(path, mode);
}

/* One line of a journal: false at its end. */
static bool journal_next(FILE *journal, char *kind, int64_t *number)
{
	return fscanf(journal, " %c %" SCNd64, kind, number) == 2;
}

static void journal_put(struct writer *w, char kind)
{
	fprintf(w->journal, "%c %" PRId64 "\n", kind, w->next);
	fflush(w->journal); /* to the kernel, which survives: only the server is killed */
}

static bool run(PGconn *c, const char *statement)
{
	PGresult *result = PQexec(c, statement);
	ExecStatusType status = PQresultStatus(result);
	bool is_ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (!is_ok && PQstatus(c) == CONNECTION_OK) {
		const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);

		/* A server that is being killed may still say so; anything else is an error. */
		if (code == NULL || strncmp(code, "57P", 3) != 0)
			fail(statement, PQresultErrorMessage(result));
	}
	PQclear(result);
	return is_ok;
}

PRINTF_LIKE(2, 3) static bool run_format(PGconn *c, const char *format, ...)
{
	char text[STATEMENT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return run(c, text);
}

static bool commit_in_one_statement(PGconn *c, int id, int64_t number)
{
	return run_format(c,
		"MATCH (w IS Writer {id: %d}) SET w.last = %" PRId64
		" INSERT (IS Part {writer: %d, number: %" PRId64 ", half: 1})-[IS PAIR]->"
		"(IS Part {writer: %d, number: %" PRId64 ", half: 2})",
		id, number, id, number, id, number);
}

static bool commit_in_a_block(PGconn *c, int id, int64_t number)
{
	return run(c, "BEGIN") &&
	       run_format(c, "INSERT (IS Part {writer: %d, number: %" PRId64 ", half: 1})", id,
		       number) &&
	       run_format(c, "MATCH (w IS Writer {id: %d}) SET w.last = %" PRId64, id, number) &&
	       run_format(c,
		       "MATCH (a IS Part {writer: %d, number: %" PRId64 "}) "
		       "INSERT (a)-[IS PAIR]->(IS Part {writer: %d, number: %" PRId64 ", half: 2})",
		       id, number, id, number) &&
	       run(c, "COMMIT");
}

static bool run_prepared(PGconn *c, const char *name, int count, const char *const *values)
{
	PGresult *result = PQexecPrepared(c, name, count, values, NULL, NULL, 0);
	bool is_ok = PQresultStatus(result) == PGRES_COMMAND_OK;

	PQclear(result);
	return is_ok;
}

static bool commit_prepared(PGconn *c, int id, int64_t number)
{
	char id_text[12], number_text[24];
	const char *values[] = { id_text, number_text };

	snprintf(id_text, sizeof id_text, "%d", id);
	snprintf(number_text, sizeof number_text, "%" PRId64, number);
	return run(c, "BEGIN") && run_prepared(c, "pair", 2, values) &&
	       run_prepared(c, "counter", 2, values) && run(c, "COMMIT");
}

static bool prepare(PGconn *c)
{
	PGresult *pair = PQprepare(c, "pair",
		"INSERT (IS Part {writer: $1, number: $2, half: 1})-[IS PAIR]->"
		"(IS Part {writer: $1, number: $2, half: 2})",
		0, NULL);
	PGresult *counter =
		PQprepare(c, "counter", "MATCH (w IS Writer {id: $1}) SET w.last = $2", 0, NULL);
	bool is_ok = PQresultStatus(pair) == PGRES_COMMAND_OK &&
		     PQresultStatus(counter) == PGRES_COMMAND_OK;

	PQclear(pair);
	PQclear(counter);
	return is_ok;
}

static void *writer_run(void *context)
{
	static bool (*const ways[])(PGconn *, int, int64_t) = { commit_in_one_statement,
		commit_in_a_block, commit_prepared };
	struct writer *w = context;
	double until = now() + w->seconds;
	PGconn *c = PQconnectdb("");
	bool is_alive = PQstatus(c) == CONNECTION_OK && prepare(c);

	for (; is_alive && now() < until; w->next++) {
		journal_put(w, 'a');
		is_alive = ways[w->next % 3](c, w->id, w->next);
		if (is_alive) {
			journal_put(w, 'c');
			w->acknowledged_count++;
		}
	}
	PQfinish(c);
	return NULL;
}

/* In the second round all labels exist already, which the server notices. */
static void ignore_notice(void *unused, const char *message)
{
	(void)unused;
	(void)message;
}

/* Labels, and the counters, when they are not there yet. */
static void make_schema(void)
{
	PGconn *c = PQconnectdb("");

	if (PQstatus(c) != CONNECTION_OK)
		fail("connect", PQerrorMessage(c));
	PQsetNoticeProcessor(c, ignore_notice, NULL);
	run(c, "CREATE NODE LABEL IF NOT EXISTS Writer (id INT64 PRIMARY KEY, last INT64)");
	run(c, "CREATE NODE LABEL IF NOT EXISTS Part (writer INT64, number INT64, half INT64)");
	run(c, "CREATE INDEX IF NOT EXISTS part_number ON NODE Part (number)");
	run(c, "CREATE EDGE LABEL IF NOT EXISTS PAIR");
	for (int i = 0; i < WRITER_COUNT; i++)
		run_format(c, "MERGE (IS Writer {id: %d})", i);
	PQfinish(c);
}

/* For who is about to kill the server: from here on that is what is tried. */
static void say_begun(const char *folder)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof path, "%s/begun", folder);
	file = fopen(path, "w");
	if (file == NULL)
		fail(path, "cannot be written");
	fclose(file);
}

static int write_all(const char *folder, double seconds)
{
	pthread_t threads[WRITER_COUNT];
	struct writer writers[WRITER_COUNT];
	int64_t acknowledged = 0, number;
	char kind;

	make_schema();
	say_begun(folder);
	for (int i = 0; i < WRITER_COUNT; i++) {
		FILE *before = journal_open(folder, i, "r");

		writers[i] =
			(struct writer){ .id = i, .folder = folder, .seconds = seconds, .next = 1 };
		while (before != NULL && journal_next(before, &kind, &number))
			writers[i].next = number + 1;
		if (before != NULL)
			fclose(before);
		writers[i].journal = journal_open(folder, i, "a");
		if (writers[i].journal == NULL)
			fail(folder, "cannot write a journal");
		pthread_create(&threads[i], NULL, writer_run, &writers[i]);
	}
	for (int i = 0; i < WRITER_COUNT; i++) {
		pthread_join(threads[i], NULL);
		fclose(writers[i].journal);
		acknowledged += writers[i].acknowledged_count;
	}
	printf("%" PRId64 "\n", acknowledged);
	return EXIT_SUCCESS;
}

static int64_t number_at(const PGresult *result, int row, int column)
{
	return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

/* How often each of a writer's transactions is there: counts[number]; *last gets the greatest. */
static uint8_t *present_counts(PGconn *c, int id, int64_t size, int64_t *last)
{
	uint8_t *counts = calloc((size_t)size, 1);
	char text[STATEMENT_MAX];
	PGresult *result;

	snprintf(text, sizeof text,
		"MATCH (a IS Part {writer: %d, half: 1})-[IS PAIR]->(b IS Part {writer: %d, half: "
		"2}) "
		"WHERE a.number = b.number RETURN a.number",
		id, id);
	result = PQexec(c, text);
	if (counts == NULL || PQresultStatus(result) != PGRES_TUPLES_OK)
		fail(text, PQerrorMessage(c));
	*last = 0;
	for (int row = 0; row < PQntuples(result); row++) {
		int64_t number = number_at(result, row, 0);

		if (number < 0 || number >= size)
			fail("V4", "a transaction is there that nobody attempted");
		counts[number]++;
		*last = number > *last ? number : *last;
	}
	PQclear(result);
	return counts;
}

/* What a query answers with one number. */
static int64_t one_number(PGconn *c, const char *query)
{
	PGresult *result = PQexec(c, query);
	int64_t number;

	if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
		fail(query, PQerrorMessage(c));
	number = number_at(result, 0, 0);
	PQclear(result);
	return number;
}

static int64_t count_parts(PGconn *c, int id)
{
	char text[STATEMENT_MAX];

	snprintf(text, sizeof text, "MATCH (p IS Part {writer: %d}) RETURN count(*)", id);
	return one_number(c, text);
}

static int64_t last_of_writer(PGconn *c, int id)
{
	char text[STATEMENT_MAX];

	snprintf(text, sizeof text, "MATCH (w IS Writer {id: %d}) RETURN coalesce(w.last, 0)", id);
	return one_number(c, text);
}

/* The number of broken promises about one writer. */
static int verify_writer(PGconn *c, const char *folder, int id)
{
	FILE *journal = journal_open(folder, id, "r");
	int64_t attempted = 0, number, last, pairs = 0;
	int broken = 0;
	uint8_t *counts;
	char kind;

	while (journal != NULL && journal_next(journal, &kind, &number))
		attempted = number;
	counts = present_counts(c, id, attempted + 1, &last);
	if (journal != NULL)
		rewind(journal);
	while (journal != NULL && journal_next(journal, &kind, &number)) {
		if (kind == 'c' && counts[number] == 0) {
			printf("# V1: writer %d: acknowledged transaction %" PRId64 " is lost\n",
				id, number);
			broken++;
		}
	}
	for (int64_t i = 0; i <= attempted; i++) {
		pairs += counts[i];
		if (counts[i] > 1) {
			printf("# V3: writer %d: transaction %" PRId64 " is there %d times\n", id,
				i, counts[i]);
			broken++;
		}
	}
	if (count_parts(c, id) != 2 * pairs) {
		printf("# V2: writer %d: half a transaction is there\n", id);
		broken++;
	}
	if (last_of_writer(c, id) != last) {
		printf("# V5: writer %d: the counter does not name transaction %" PRId64 "\n", id,
			last);
		broken++;
	}
	if (journal != NULL)
		fclose(journal);
	free(counts);
	return broken;
}

static int verify_all(const char *folder)
{
	PGconn *c = PQconnectdb("");
	int broken = 0;

	if (PQstatus(c) != CONNECTION_OK)
		fail("connect", PQerrorMessage(c));
	for (int i = 0; i < WRITER_COUNT; i++)
		broken += verify_writer(c, folder, i);
	PQfinish(c);
	return broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "write") == 0)
		return write_all(argv[2], strtod(argv[3], NULL));
	if (argc == 3 && strcmp(argv[1], "verify") == 0)
		return verify_all(argv[2]);
	fprintf(stderr, "usage: crash_loop write FOLDER SECONDS | crash_loop verify FOLDER\n");
	return EXIT_FAILURE;
}
