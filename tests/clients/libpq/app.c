/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The sample application in C with libpq: connect, create, query with parameters in text and
 * binary, typed results, a transaction, an error, a cancelled query, COPY. Prints TAP. The same
 * steps are taken by the programs of the other drivers beside it.
 */
#include <endian.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OID_BOOL = 16, OID_INT8 = 20, OID_TEXT = 25, OID_FLOAT8 = 701, OID_JSONB = 3802 };

static PGconn *connection;
static int test_count, failed_count;

static void ok(bool is_ok, const char *promise)
{
	test_count++;
	printf("%s %d - libpq: %s\n", is_ok ? "ok" : "not ok", test_count, promise);
	if (!is_ok) {
		failed_count++;
		printf("# %s", PQerrorMessage(connection));
	}
}

static PGresult *run(const char *query)
{
	return PQexec(connection, query);
}

static bool command(const char *query, const char *tag)
{
	PGresult *result = run(query);
	bool is_ok =
		PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), tag) == 0;

	if (!is_ok)
		printf("# %s: %s %s\n", query, PQcmdStatus(result), PQresultErrorMessage(result));
	PQclear(result);
	return is_ok;
}

/* Whether a query answers one row of one column with this text. */
static bool answers(const char *query, const char *text)
{
	PGresult *result = run(query);
	bool is_ok = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1 &&
		     strcmp(PQgetvalue(result, 0, 0), text) == 0;

	if (!is_ok)
		printf("# %s: %s %s\n", query,
			PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "",
			PQresultErrorMessage(result));
	PQclear(result);
	return is_ok;
}

static bool fails_with(const char *query, const char *sqlstate)
{
	PGresult *result = run(query);
	const char *got = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	bool is_ok = got != NULL && strcmp(got, sqlstate) == 0;

	if (!is_ok)
		printf("# %s: %s\n", query, got == NULL ? "no error" : got);
	PQclear(result);
	return is_ok;
}

static void test_connect(void)
{
	connection = PQconnectdb("application_name=libpq_app");
	ok(PQstatus(connection) == CONNECTION_OK, "connects");
	ok(PQserverVersion(connection) > 0, "the server tells its version");
	ok(PQparameterStatus(connection, "client_encoding") != NULL &&
			strcmp(PQparameterStatus(connection, "client_encoding"), "UTF8") == 0,
		"the server tells its encoding");
}

static void test_create(void)
{
	ok(command("CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING, height FLOAT64, "
		   "is_member BOOL)",
		   "CREATE LABEL"),
		"creates a node label");
	ok(command("CREATE EDGE LABEL KNOWS (since INT64)", "CREATE LABEL"),
		"creates an edge label");
}

static void test_insert(void)
{
	static const char *const names[] = { "Ada", "Grace", "Zoë" };
	bool is_ok = true;

	for (int i = 0; i < 3; i++) {
		char id[12], height[12];
		const char *values[] = { id, names[i], height, i % 2 ? "t" : "f" };
		PGresult *result;

		snprintf(id, sizeof id, "%d", i + 1);
		snprintf(height, sizeof height, "%.2f", 1.5 + i / 10.0);
		result = PQexecParams(connection,
			"INSERT (IS Person {id: $1, name: $2, height: $3, is_member: $4})", 4, NULL,
			values, NULL, NULL, 0);
		is_ok = is_ok && strcmp(PQcmdStatus(result), "INSERT 0 1") == 0;
		PQclear(result);
	}
	ok(is_ok, "inserts nodes with parameters");
	ok(command("MATCH (a IS Person {id: 1}), (b IS Person {id: 2}) "
		   "INSERT (a)-[IS KNOWS {since: 1843}]->(b)",
		   "INSERT 0 1"),
		"inserts an edge");
}

static void test_types(void)
{
	const char *values[] = { "2" };
	PGresult *result = PQexecParams(connection,
		"MATCH (p IS Person {id: $1}) RETURN p.id, p.name, p.height, p.is_member, p, "
		"p.absent",
		1, NULL, values, NULL, NULL, 0);

	ok(PQntuples(result) == 1, "a parameter finds the node");
	if (PQntuples(result) == 1) {
		ok(PQftype(result, 0) == OID_INT8 && PQftype(result, 1) == OID_TEXT &&
				PQftype(result, 2) == OID_FLOAT8 &&
				PQftype(result, 3) == OID_BOOL && PQftype(result, 4) == OID_JSONB,
			"columns carry their types");
		ok(strcmp(PQgetvalue(result, 0, 1), "Grace") == 0 &&
				strcmp(PQgetvalue(result, 0, 2), "1.6") == 0 &&
				strcmp(PQgetvalue(result, 0, 3), "t") == 0,
			"values are right");
		ok(strstr(PQgetvalue(result, 0, 4), "\"Person\"") != NULL, "a node comes as JSON");
		ok(PQgetisnull(result, 0, 5), "a missing property is NULL");
	}
	PQclear(result);
}

static void test_binary(void)
{
	int64_t id = (int64_t)htobe64(3), got = 0;
	const char *values[] = { (const char *)&id };
	int lengths[] = { sizeof id }, formats[] = { 1 };
	Oid types[] = { OID_INT8 };
	PGresult *result =
		PQexecParams(connection, "MATCH (p IS Person) WHERE p.id = $1 RETURN p.id, p.name",
			1, types, values, lengths, formats, 1);

	if (PQntuples(result) == 1 && PQgetlength(result, 0, 0) == sizeof got)
		memcpy(&got, PQgetvalue(result, 0, 0), sizeof got);
	ok(got == id, "binary parameters and results");
	ok(PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 1), "Zoë") == 0,
		"text keeps its UTF-8");
	PQclear(result);
}

static void test_prepared(void)
{
	PGresult *result = PQprepare(connection, "by_id",
		"MATCH (p IS Person {id: $1})-[k IS KNOWS]->(q) RETURN q.name, k.since", 0, NULL);
	const char *values[] = { "1" };
	bool is_ok = PQresultStatus(result) == PGRES_COMMAND_OK;

	PQclear(result);
	for (int i = 0; i < 10; i++) {
		result = PQexecPrepared(connection, "by_id", 1, values, NULL, NULL, 0);
		is_ok = is_ok && PQntuples(result) == 1 &&
			strcmp(PQgetvalue(result, 0, 0), "Grace") == 0;
		PQclear(result);
	}
	ok(is_ok, "a prepared statement runs again and again");
	result = PQdescribePrepared(connection, "by_id");
	ok(PQnparams(result) == 1 && PQparamtype(result, 0) == OID_INT8 && PQnfields(result) == 2,
		"a prepared statement is described");
	PQclear(result);
}

static void test_transaction(void)
{
	bool is_ok = command("BEGIN", "BEGIN") &&
		     command("INSERT (IS Person {id: 10, name: 'gone'})", "INSERT 0 1") &&
		     answers("MATCH (p IS Person) RETURN count(*)", "4") &&
		     command("ROLLBACK", "ROLLBACK");

	ok(is_ok && answers("MATCH (p IS Person) RETURN count(*)", "3"), "rolls back");
	is_ok = command("BEGIN", "BEGIN") &&
		command("INSERT (IS Person {id: 11, name: 'stays'})", "INSERT 0 1") &&
		PQtransactionStatus(connection) == PQTRANS_INTRANS && command("COMMIT", "COMMIT");
	ok(is_ok && answers("MATCH (p IS Person) RETURN count(*)", "4"), "commits");
}

static void test_errors(void)
{
	PGresult *result = run("MATCH (p IS Person RETURN p");
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);

	ok(strcmp(PQresultErrorField(result, PG_DIAG_SQLSTATE), "42601") == 0,
		"a syntax error is 42601");
	ok(position != NULL && strcmp(position, "20") == 0, "it tells the position");
	PQclear(result);
	ok(fails_with("INSERT (IS Person {id: 1})", "23505"), "a duplicate key is 23505");
	ok(fails_with("RETURN 1 / 0", "22012"), "division by zero is 22012");
	command("BEGIN", "BEGIN");
	fails_with("RETURN 1 / 0", "22012");
	ok(PQtransactionStatus(connection) == PQTRANS_INERROR && fails_with("RETURN 1", "25P02"),
		"a failed transaction takes nothing more");
	ok(command("ROLLBACK", "ROLLBACK") && answers("RETURN 1", "1"),
		"after ROLLBACK the session goes on");
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_cancel(void)
{
	PGcancel *cancel = PQgetCancel(connection);
	PGresult *result;
	char message[256];
	double start;

	ok(PQsendQuery(connection,
		   "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*)") ==
			1,
		"sends a query that takes long");
	usleep(200000);
	start = now();
	ok(PQcancel(cancel, message, sizeof message) == 1, "sends a cancel request");
	PQfreeCancel(cancel);
	result = PQgetResult(connection);
	ok(PQresultStatus(result) == PGRES_FATAL_ERROR &&
			strcmp(PQresultErrorField(result, PG_DIAG_SQLSTATE), "57014") == 0,
		"the query ends with 57014");
	printf("# cancelled after %.0f ms\n", (now() - start) * 1000);
	while (result != NULL) {
		PQclear(result);
		result = PQgetResult(connection);
	}
	ok(answers("RETURN 1", "1"), "the session goes on after a cancel");
}

static void test_copy(void)
{
	static const char data[] = "id,name\n100,Katherine\n101,\"Mary, W.\"\n";
	PGresult *result = run("COPY Person FROM STDIN WITH (FORMAT csv, HEADER)");
	bool is_ok = PQresultStatus(result) == PGRES_COPY_IN;

	PQclear(result);
	is_ok = is_ok && PQputCopyData(connection, data, sizeof data - 1) == 1 &&
		PQputCopyEnd(connection, NULL) == 1;
	result = PQgetResult(connection);
	ok(is_ok && strcmp(PQcmdStatus(result), "COPY 2") == 0, "loads CSV");
	while (result != NULL) {
		PQclear(result);
		result = PQgetResult(connection);
	}
	ok(answers("MATCH (p IS Person {id: 101}) RETURN p.name", "Mary, W."),
		"what it loaded is there");
}

static void test_pipeline(void)
{
	bool is_ok = PQenterPipelineMode(connection) == 1;
	int rows = 0;

	for (int i = 0; i < 20; i++)
		is_ok = is_ok &&
			PQsendQueryParams(connection, "MATCH (p IS Person {id: 2}) RETURN p.name",
				0, NULL, NULL, NULL, NULL, 0) == 1;
	is_ok = is_ok && PQpipelineSync(connection) == 1;
	for (int i = 0; i < 20; i++) {
		PGresult *result = PQgetResult(connection);

		rows += PQntuples(result);
		PQclear(result);
		PQclear(PQgetResult(connection));
	}
	PQclear(PQgetResult(connection));
	ok(is_ok && rows == 20 && PQexitPipelineMode(connection) == 1, "pipelines queries");
}

int main(void)
{
	test_connect();
	if (failed_count == 0) {
		test_create();
		test_insert();
		test_types();
		test_binary();
		test_prepared();
		test_transaction();
		test_errors();
		test_cancel();
		test_copy();
		test_pipeline();
	}
	PQfinish(connection);
	printf("1..%d\n", test_count);
	return failed_count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
