/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The application in C with libpq; the steps are those of the README beside it. Beyond them: a
 * pipeline.
 */
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLE_COLUMNS = 15, ROWS = 1000, QUERY_SIZE = 1024 };

static PGconn *connection;
static int test_count, failed_count;
static char warning_code[6];

static const char *text(const char *name)
{
	const char *found = getenv(name);

	return found == NULL ? "" : found;
}

static void ok(bool is_ok, const char *promise)
{
	printf("%s %d - %s\n", is_ok ? "ok" : "not ok", ++test_count, promise);
	if (!is_ok) {
		failed_count++;
		printf("# %s\n", PQerrorMessage(connection));
	}
	fflush(stdout);
}

/* Whether a query succeeds; and if `value` is given, whether it answers one row that begins so. */
static bool answers_on(PGconn *on, const char *query, const char *value)
{
	PGresult *result = PQexec(on, query);
	ExecStatusType status = PQresultStatus(result);
	bool is_ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (value != NULL)
		is_ok = is_ok && PQntuples(result) == 1 &&
			strcmp(PQgetvalue(result, 0, 0), value) == 0;
	PQclear(result);
	return is_ok;
}

static bool answers(const char *query, const char *value)
{
	return answers_on(connection, query, value);
}

static bool does(const char *query)
{
	return answers(query, NULL);
}

static bool field_is(const PGresult *result, int field, const char *expected)
{
	const char *got = PQresultErrorField(result, field);

	return expected == NULL ? got == NULL : got != NULL && strcmp(got, expected) == 0;
}

static bool fails_with(const char *query, const char *sqlstate)
{
	PGresult *result = PQexec(connection, query);
	bool is_ok = field_is(result, PG_DIAG_SQLSTATE, sqlstate);

	PQclear(result);
	return is_ok;
}

/* Runs a query with `count` parameters in text; whether it answers one row of this one value. */
static bool answers_with(const char *query, const char *value, int count, ...)
{
	const char *values[4];
	PGresult *result;
	va_list args;
	bool is_ok;

	va_start(args, count);
	for (int i = 0; i < count; i++)
		values[i] = va_arg(args, const char *);
	va_end(args);
	result = PQexecParams(connection, query, count, NULL, values, NULL, NULL, 0);
	is_ok = value == NULL ? PQresultStatus(result) == PGRES_COMMAND_OK
			      : PQntuples(result) == 1 &&
					strcmp(PQgetvalue(result, 0, 0), value) == 0;
	PQclear(result);
	return is_ok;
}

/* --- connecting --------------------------------------------------------------------------- */

static void keep_code(void *context, const PGresult *result)
{
	const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	(void)context;
	snprintf(warning_code, sizeof warning_code, "%s", code == NULL ? "" : code);
}

static PGconn *open_connection(const char *password)
{
	const char *words[] = { "dbname", "password", NULL };
	const char *values[] = { text("APP_URL"), password, NULL };
	PGconn *opened = PQconnectdbParams(words, values, 1);

	PQsetNoticeReceiver(opened, keep_code, NULL);
	return opened;
}

static bool connect_again(void)
{
	connection = open_connection("secret");
	return PQstatus(connection) == CONNECTION_OK && PQsslInUse(connection) == 1 &&
	       PQserverVersion(connection) >= 150000 && answers(text("APP_ONE"), "1");
}

static bool is_refused(void)
{
	PGconn *refused = open_connection("wrong");
	bool is_ok = PQstatus(refused) == CONNECTION_BAD &&
		     strstr(PQerrorMessage(refused),
			     "password authentication failed for user \"app\"") != NULL;

	PQfinish(refused);
	return is_ok;
}

static bool reconnects(void)
{
	bool has_ended = does(text("APP_IDLE"));

	usleep(500000);
	has_ended = has_ended && !does(text("APP_ONE")) && PQstatus(connection) == CONNECTION_BAD;
	PQreset(connection);
	return has_ended && answers(text("APP_ONE"), "1");
}

/* --- loading and samples ------------------------------------------------------------------ */

static bool loads(void)
{
	PGresult *result = PQexec(connection, text("APP_COPY"));
	bool is_ok = PQresultStatus(result) == PGRES_COPY_IN;
	char line[32];

	PQclear(result);
	for (int i = 1; i <= ROWS && is_ok; i++) {
		int length = snprintf(line, sizeof line, "%d\tn%d\n", i, i);

		is_ok = PQputCopyData(connection, line, length) == 1;
	}
	is_ok = is_ok && PQputCopyEnd(connection, NULL) == 1;
	result = PQgetResult(connection);
	is_ok = is_ok && strcmp(PQcmdStatus(result), "COPY 1000") == 0;
	PQclear(result);
	PQclear(PQgetResult(connection));
	return is_ok && answers(text("APP_COUNT"), "1000");
}

static const char *const sample_text[SAMPLE_COLUMNS] = { "1", "t", "4294967296123", "-0.25",
	"Zoë \"q\" \\ 雪", "\\x00ff275c", "12345678-1234-5678-1234-567812345678", "2024-02-29",
	"12:34:56.789012", "2024-02-29 12:34:56.789012", "2024-02-29 12:34:56.789012+00",
	"2 days 03:04:05", "{1,-2,3}", "{a,\"b,\\\"c\\\"\",\"\"}", "12.5" };

#define BYTES(bytes) { bytes, sizeof bytes - 1 }
#define HEAD(oid) "\0\0\0\1\0\0\0\0\0\0\0" oid "\0\0\0\3\0\0\0\1"
#define UUID_QUARTER "\x12\x34\x56\x78"
#define MOMENT "\0\2\265\203\101\162\206\24"

static const struct {
	const char *at;
	int length;
} sample_binary[SAMPLE_COLUMNS] = { BYTES("\0\0\0\0\0\0\0\1"), BYTES("\1"),
	BYTES("\0\0\3\350\0\0\0\173"), BYTES("\277\320\0\0\0\0\0\0"), BYTES("Zoë \"q\" \\ 雪"),
	BYTES("\0\377'\\"), BYTES(UUID_QUARTER UUID_QUARTER UUID_QUARTER UUID_QUARTER),
	BYTES("\0\0\42\171"), BYTES("\0\0\0\12\213\346\46\24"), BYTES(MOMENT), BYTES(MOMENT),
	BYTES("\0\0\0\2\222\125\123\100\0\0\0\2\0\0\0\0"),
	BYTES(HEAD("\24") "\0\0\0\10\0\0\0\0\0\0\0\1\0\0\0\10\377\377\377\377\377\377\377\376"
			  "\0\0\0\10\0\0\0\0\0\0\0\3"),
	BYTES(HEAD("\31") "\0\0\0\1a\0\0\0\5b,\"c\"\0\0\0\0"),
	BYTES("\0\2\0\0\0\0\0\1\0\14\23\210") };

static bool takes_samples(bool is_binary)
{
	const char *values[SAMPLE_COLUMNS];
	int lengths[SAMPLE_COLUMNS], formats[SAMPLE_COLUMNS];
	PGresult *result;
	bool is_ok;

	for (int i = 0; i < SAMPLE_COLUMNS; i++) {
		values[i] = is_binary ? sample_binary[i].at : sample_text[i];
		lengths[i] = is_binary ? sample_binary[i].length : (int)strlen(sample_text[i]);
		formats[i] = is_binary;
	}
	result = PQexecParams(connection, text("APP_SAMPLE"), SAMPLE_COLUMNS, NULL, values, lengths,
		formats, 0);
	is_ok = strcmp(PQcmdStatus(result), "INSERT 0 1") == 0;
	PQclear(result);
	result = PQexecParams(connection, text("APP_SAMPLE_READ"), 1, NULL, values, lengths,
		formats, is_binary);
	is_ok = is_ok && PQntuples(result) == 1;
	for (int i = 0; i < SAMPLE_COLUMNS && is_ok; i++) {
		is_ok = PQgetlength(result, 0, i) == lengths[i] &&
			memcmp(PQgetvalue(result, 0, i), values[i], (size_t)lengths[i]) == 0;
		if (!is_ok)
			printf("# column %s: %s\n", PQfname(result, i), PQgetvalue(result, 0, i));
	}
	PQclear(result);
	return is_ok && answers(text("APP_SAMPLE_TEXT"), text("APP_SAMPLE_EXPECTED")) &&
	       does(text("APP_SAMPLE_DROP"));
}

static bool decodes(void)
{
	PGresult *result;
	bool is_ok = does(text("APP_EDGE"));

	result = PQexec(connection, text("APP_ELEMENTS"));
	is_ok = is_ok && PQntuples(result) == 1 && PQftype(result, 0) == 3802 &&
		strstr(PQgetvalue(result, 0, 0),
			"\"labels\":[\"Person\"],\"properties\":{\"id\":1,\"name\":\"n1\"}") !=
			NULL &&
		strstr(PQgetvalue(result, 0, 1),
			"\"label\":\"KNOWS\",\"properties\":{\"since\":1843}") != NULL &&
		strncmp(PQgetvalue(result, 0, 2), "{\"edges\":[{", 11) == 0;
	PQclear(result);
	return is_ok;
}

static bool runs_prepared(void)
{
	PGresult *result = PQprepare(connection, "by_id", text("APP_NAME"), 0, NULL);
	bool is_ok = PQresultStatus(result) == PGRES_COMMAND_OK;

	PQclear(result);
	result = PQdescribePrepared(connection, "by_id");
	is_ok = is_ok && PQnparams(result) == 1 && PQparamtype(result, 0) == 20 &&
		PQnfields(result) == 1 && PQftype(result, 0) == 25;
	PQclear(result);
	for (int i = 1; i <= 10 && is_ok; i++) {
		char id[12], name[13];
		const char *values[] = { id };

		snprintf(id, sizeof id, "%d", i);
		snprintf(name, sizeof name, "n%d", i);
		result = PQexecPrepared(connection, "by_id", 1, values, NULL, NULL, 0);
		is_ok = PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), name) == 0;
		PQclear(result);
	}
	return is_ok;
}

/* Each answer is described as this Bind wants it, whatever the one before was told. */
static bool describes_as_asked(void)
{
	static const struct {
		const char *name;
		int format;
		Oid type;
	} turns[] = { { "by_id", 0, 25 }, { "by_id", 0, 25 }, { "by_id", 1, 25 },
		{ "by_id", 1, 25 }, { "number", 1, 20 }, { "number", 1, 20 }, { "by_id", 0, 25 },
		{ "number", 0, 20 }, { "by_id", 0, 25 } };
	const char *values[] = { "1" };
	PGresult *result = PQprepare(connection, "number", "RETURN CAST($1 AS INT64)", 0, NULL);
	bool is_ok = PQresultStatus(result) == PGRES_COMMAND_OK;

	PQclear(result);
	for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
		result = PQexecPrepared(
			connection, turns[i].name, 1, values, NULL, NULL, turns[i].format);
		is_ok = is_ok && PQnfields(result) == 1 && PQftype(result, 0) == turns[i].type &&
			PQfformat(result, 0) == turns[i].format;
		PQclear(result);
	}
	/* The name now stands for something else. */
	is_ok = is_ok && does("DEALLOCATE number");
	result = PQprepare(
		connection, "number", "RETURN CAST($1 AS INT64) = 1 AS is_one", 0, NULL);
	PQclear(result);
	result = PQexecPrepared(connection, "number", 1, values, NULL, NULL, 0);
	is_ok = is_ok && PQftype(result, 0) == 16 && strcmp(PQfname(result, 0), "is_one") == 0;
	PQclear(result);
	return is_ok;
}

/* --- transactions ------------------------------------------------------------------------- */

static bool commits(void)
{
	bool is_ok = does("BEGIN") && answers_with(text("APP_PERSON"), NULL, 2, "2001", "gone") &&
		     does("ROLLBACK") && does("BEGIN") &&
		     answers_with(text("APP_PERSON"), NULL, 2, "2002", "stays") && does("COMMIT");

	return is_ok && !answers_with(text("APP_NAME"), "gone", 1, "2001") &&
	       answers_with(text("APP_NAME"), "stays", 1, "2002");
}

static bool retries(void)
{
	PGconn *other = open_connection("secret");
	bool is_ok = does(text("APP_REPEATABLE")) && does(text("APP_VISITS")) &&
		     answers_on(other, text("APP_VISIT"), NULL) &&
		     fails_with(text("APP_VISIT"), "40001") && does("ROLLBACK");

	PQfinish(other);
	return is_ok && does(text("APP_REPEATABLE")) && does(text("APP_VISIT")) && does("COMMIT") &&
	       answers(text("APP_VISITS"), "2");
}

static bool goes_back(void)
{
	return does("BEGIN") && answers_with(text("APP_PERSON"), NULL, 2, "2003", "stays") &&
	       does("SAVEPOINT here") && fails_with(text("APP_DUPLICATE"), "23505") &&
	       PQtransactionStatus(connection) == PQTRANS_INERROR &&
	       does("ROLLBACK TO SAVEPOINT here") && does("COMMIT") &&
	       answers_with(text("APP_NAME"), "stays", 1, "2003");
}

static bool fetches(void)
{
	char query[QUERY_SIZE];
	PGresult *result;
	int seen = 0;
	bool is_ok;

	snprintf(query, sizeof query, "DECLARE pieces CURSOR FOR %s", text("APP_IDS"));
	is_ok = does("BEGIN") && does(query);
	result = PQdescribePortal(connection, "pieces");
	is_ok = is_ok && PQnfields(result) == 1 && PQftype(result, 0) == 20;
	PQclear(result);
	while (is_ok) {
		int count;

		result = PQexec(connection, "FETCH FORWARD 100 FROM pieces");
		count = PQntuples(result);

		for (int i = 0; i < count; i++)
			is_ok = is_ok && strtol(PQgetvalue(result, i, 0), NULL, 10) == ++seen;
		PQclear(result);
		if (count == 0)
			break;
		is_ok = is_ok && count == 100;
	}
	return is_ok && seen == ROWS && does("COMMIT");
}

/* --- errors ------------------------------------------------------------------------------- */

static bool cancels(void)
{
	PGcancel *cancel = PQgetCancel(connection);
	PGresult *result;
	char message[256];
	bool is_ok = PQsendQuery(connection, text("APP_LONG")) == 1;

	usleep(300000);
	is_ok = is_ok && PQcancel(cancel, message, sizeof message) == 1;
	PQfreeCancel(cancel);
	result = PQgetResult(connection);
	is_ok = is_ok && field_is(result, PG_DIAG_SQLSTATE, "57014");
	while (result != NULL) {
		PQclear(result);
		result = PQgetResult(connection);
	}
	return is_ok && answers(text("APP_ONE"), "1");
}

static bool is_warned(void)
{
	warning_code[0] = '\0';
	return does(text("APP_WARNING")) && strcmp(warning_code, "25P01") == 0;
}

static bool tells_errors(void)
{
	PGresult *syntax = PQexec(connection, text("APP_SYNTAX"));
	PGresult *duplicate = PQexec(connection, text("APP_DUPLICATE"));
	bool is_ok = field_is(syntax, PG_DIAG_SQLSTATE, "42601") &&
		     field_is(syntax, PG_DIAG_STATEMENT_POSITION, "20") &&
		     field_is(duplicate, PG_DIAG_SQLSTATE, "23505") &&
		     field_is(duplicate, PG_DIAG_CONSTRAINT_NAME, "Person_pkey");

	PQclear(syntax);
	PQclear(duplicate);
	return is_ok;
}

static bool pipelines(void)
{
	const char *values[] = { "2" };
	bool is_ok = PQenterPipelineMode(connection) == 1;
	int rows = 0;

	for (int i = 0; i < 20; i++)
		is_ok = is_ok && PQsendQueryParams(connection, text("APP_NAME"), 1, NULL, values,
					 NULL, NULL, 0) == 1;
	is_ok = is_ok && PQpipelineSync(connection) == 1;
	for (int i = 0; i < 20; i++) {
		PGresult *result = PQgetResult(connection);

		rows += PQntuples(result);
		PQclear(result);
		PQclear(PQgetResult(connection));
	}
	PQclear(PQgetResult(connection));
	return is_ok && rows == 20 && PQexitPipelineMode(connection) == 1;
}

/* A parameter that only its cast gives a type. */
static bool takes_json(void)
{
	return answers_with("RETURN $1::JSONB", "{\"a\":[1,null]}", 1, "{ \"a\": [1, null] }") &&
	       answers_with("RETURN ($1::JSONB).a[0]", "1", 1, "{\"a\":[1]}");
}

int main(void)
{
	int version = PQlibVersion();

	printf("# version %d.%d\n# connection %s\n", version / 10000, version % 10000,
		text("APP_URL"));
	ok(connect_again(), "connects with TLS and SCRAM");
	if (failed_count == 0) {
		ok(is_refused(), "is refused with a wrong password");
		ok(does(text("APP_LABELS")), "declares labels");
		ok(loads(), "loads 1000 nodes in bulk");
		ok(takes_samples(false), "takes parameters of every type in text");
		ok(takes_samples(true), "takes parameters of every type in binary");
		ok(decodes(), "decodes a node, an edge and a path");
		ok(runs_prepared(), "runs a prepared statement ten times");
		ok(describes_as_asked(), "describes each answer in the format that was asked for");
		ok(commits(), "commits and rolls back");
		ok(retries(), "tries again after 40001");
		ok(goes_back(), "goes back to a savepoint");
		ok(fetches(), "fetches 1000 rows piece by piece");
		ok(cancels(), "cancels a long query");
		ok(is_warned(), "receives a warning");
		ok(tells_errors(), "tells SQLSTATE, position and constraint");
		ok(reconnects(), "connects again after the session ended");
		ok(takes_json(), "takes a parameter of any type as JSON");
		ok(pipelines(), "runs twenty queries in one pipeline");
	}
	PQfinish(connection);
	printf("1..%d\n", test_count);
	return failed_count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
