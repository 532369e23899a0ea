/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Asking a running server: see server.h.
 */
#include "src/ctl/server.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBPQ
#include <libpq-fe.h>

enum { PATH_BYTES = 4096 };

static enum sqlstate said(const PGconn *connection, struct error *e)
{
	char *end;

	(void)FAIL(e, E_CONNECTION, "%s", PQerrorMessage(connection));
	end = e->message + strlen(e->message);
	while (end > e->message && end[-1] == '\n')
		*--end = '\0';
	return e->code;
}

static enum sqlstate connect_to(const char *where, PGconn **out, struct error *e)
{
	const char *names[] = { "dbname", "replication", "fallback_application_name", NULL };
	const char *values[] = { where, "care", "quiverctl", NULL };

	*out = PQconnectdbParams(names, values, 1);
	if (PQstatus(*out) == CONNECTION_OK)
		return OK;
	(void)said(*out, e);
	PQfinish(*out);
	return e->code;
}

/* ---- check ---- */

static enum sqlstate take_rows(PGconn *connection, PGresult *result, storage_report *report,
	void *context, uint64_t *findings, struct error *e)
{
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return said(connection, e);
	for (int i = 0; i < PQntuples(result); i++)
		report(context, PQgetvalue(result, i, 0));
	if (sscanf(PQcmdStatus(result), "CHECK %" SCNu64, findings) != 1)
		return FAIL(e, E_PROTOCOL, "the server does not say what it found");
	return OK;
}

enum sqlstate server_check(const char *where, int level, storage_report *report, void *context,
	uint64_t *findings, struct error *e)
{
	PGconn *connection;
	PGresult *result;
	char command[32];
	enum sqlstate rc;

	TRY(connect_to(where, &connection, e));
	snprintf(command, sizeof command, "CHECK %d", level);
	result = PQexec(connection, command);
	rc = take_rows(connection, result, report, context, findings, e);
	PQclear(result);
	PQfinish(connection);
	return rc;
}

/* ---- backup ---- */

static void build_command(const struct storage_backup_base *base, char *to, size_t size)
{
	int at = snprintf(to, size, "BACKUP");

	if (base == NULL)
		return;
	at += snprintf(to + at, size - (size_t)at, " SINCE ");
	for (size_t i = 0; i < sizeof base->uuid; i++)
		at += snprintf(to + at, size - (size_t)at, "%02x", base->uuid[i]);
	snprintf(to + at, size - (size_t)at, " %" PRIu64 " %" PRIu64 " %" PRIu64, base->sequence,
		base->lsn, base->ts);
}

/* Where a stream goes, piece by piece as the server cut it. */
struct sink {
	bool (*put)(const struct sink *sink, const char *piece, size_t size);
	FILE *file;
	const char *directory;
};

static bool put_in_file(const struct sink *sink, const char *piece, size_t size)
{
	return fwrite(piece, 1, size, sink->file) == size;
}

/* A file's name, a newline, and what is added to the file. Only plain names of the folder. */
static bool put_in_directory(const struct sink *sink, const char *piece, size_t size)
{
	const char *end = memchr(piece, '\n', size);
	char path[PATH_BYTES];
	FILE *file;
	bool is_good;
	int length;

	if (end == NULL || piece[0] == '.' || memchr(piece, '/', (size_t)(end - piece)) != NULL)
		return false;
	length = snprintf(path, sizeof path, "%s/%.*s", sink->directory, (int)(end - piece), piece);
	if (length < 0 || (size_t)length >= sizeof path)
		return false;
	file = fopen(path, "ab");
	if (file == NULL)
		return false;
	size -= (size_t)(end + 1 - piece);
	is_good = fwrite(end + 1, 1, size, file) == size;
	is_good &= fflush(file) == 0;
	return fclose(file) == 0 && is_good;
}

static enum sqlstate take_stream(PGconn *connection, const struct sink *sink, struct error *e)
{
	char *piece;
	int size;

	while ((size = PQgetCopyData(connection, &piece, 0)) > 0) {
		bool is_written = sink->put(sink, piece, (size_t)size);

		PQfreemem(piece);
		if (!is_written)
			return FAIL(e, E_IO, "could not write what the server sends");
	}
	return size == -1 ? OK : said(connection, e);
}

static enum sqlstate take_end(PGconn *connection, struct error *e)
{
	PGresult *result = PQgetResult(connection);
	bool is_complete = PQresultStatus(result) == PGRES_COMMAND_OK;

	if (!is_complete)
		(void)said(connection, e);
	PQclear(result);
	return is_complete ? OK : e->code;
}

static enum sqlstate copy_out(
	const char *where, const char *command, const struct sink *sink, struct error *e)
{
	PGconn *connection;
	PGresult *result;
	enum sqlstate rc;

	TRY(connect_to(where, &connection, e));
	result = PQexec(connection, command);
	rc = PQresultStatus(result) == PGRES_COPY_OUT ? take_stream(connection, sink, e)
						      : said(connection, e);
	PQclear(result);
	if (rc == OK)
		rc = take_end(connection, e);
	PQfinish(connection);
	return rc;
}

enum sqlstate server_backup(
	const char *where, const struct storage_backup_base *base, FILE *file, struct error *e)
{
	struct sink sink = { .put = put_in_file, .file = file };
	char command[256];

	build_command(base, command, sizeof command);
	return copy_out(where, command, &sink, e);
}

enum sqlstate server_dump(const char *where, FILE *file, struct error *e)
{
	struct sink sink = { .put = put_in_file, .file = file };

	return copy_out(where, "DUMP", &sink, e);
}

enum sqlstate server_dump_csv(const char *where, const char *directory, struct error *e)
{
	struct sink sink = { .put = put_in_directory, .directory = directory };

	return copy_out(where, "DUMP CSV", &sink, e);
}

#else

static enum sqlstate refuse(struct error *e)
{
	FAIL(e, E_NOT_SUPPORTED, "this quiverctl was built without libpq and reaches no server");
	error_hint(e, "Install libpq-dev and build again.");
	return e->code;
}

enum sqlstate server_check(const char *where, int level, storage_report *report, void *context,
	uint64_t *findings, struct error *e)
{
	return refuse(e);
}

enum sqlstate server_backup(
	const char *where, const struct storage_backup_base *base, FILE *file, struct error *e)
{
	return refuse(e);
}

enum sqlstate server_dump(const char *where, FILE *file, struct error *e)
{
	return refuse(e);
}

enum sqlstate server_dump_csv(const char *where, const char *directory, struct error *e)
{
	return refuse(e);
}

#endif
