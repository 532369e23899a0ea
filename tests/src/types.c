/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Every type of the wire's table, in and out, in text and in binary, through a whole server:
 * types CONNINFO [CONNINFO-OF-POSTGRESQL]. It prints TAP. For each type a value
 *
 *     goes out as text and as binary; comes in as that binary and goes out as the same text;
 *     comes in as text and goes out as the same binary;
 *
 * and where there is a PostgreSQL, both forms are what it sends for the same value. A type that is
 * new in the table and has no value here fails.
 */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "pgwire/pgwire.h"

enum { OID_LIMIT = 10000, TEXT_MAX = 1024 };

struct sample {
	uint32_t oid;
	const char *value; /* as text; NULL: none comes in, `expression` makes one */
	const char *expression;
};

static const struct sample samples[] = {
	{ PGTYPE_BOOL, "t", NULL },
	{ PGTYPE_BYTEA, "\\x00ff27", NULL },
	{ PGTYPE_CHAR, "x", NULL },
	{ PGTYPE_NAME, "a name", NULL },
	{ PGTYPE_INT8, "-9223372036854775808", NULL },
	{ PGTYPE_INT2, "-32768", NULL },
	{ PGTYPE_INT4, "2147483647", NULL },
	{ PGTYPE_TEXT, "a \"b\" \\ ä ,{}", NULL },
	{ PGTYPE_OID, "4294967295", NULL },
	{ PGTYPE_REGPROC, "pg_backend_pid", NULL },
	{ PGTYPE_TID, "(0,1)", NULL },
	{ PGTYPE_XID, "4294967295", NULL },
	{ PGTYPE_XID8, "18446744073", NULL },
	{ PGTYPE_CID, "7", NULL },
	{ PGTYPE_REGPROCEDURE, "pg_backend_pid()", NULL },
	{ PGTYPE_REGOPER, "||/", NULL },
	{ PGTYPE_REGOPERATOR, "=(integer,bigint)", NULL },
	{ PGTYPE_REGCLASS, "pg_class", NULL },
	{ PGTYPE_REGTYPE, "integer", NULL },
	{ PGTYPE_REGNAMESPACE, "pg_catalog", NULL },
	{ PGTYPE_REGROLE, "tester", NULL },
	{ PGTYPE_JSON, "{\"a\":1,\"b\":[1,null]}", NULL },
	{ PGTYPE_FLOAT4, "1.5e-07", NULL },
	{ PGTYPE_FLOAT8, "-1.7976931348623157e+308", NULL },
	{ PGTYPE_BPCHAR, "ab", NULL },
	{ PGTYPE_VARCHAR, "ab c", NULL },
	{ PGTYPE_DATE, "0044-03-15 BC", NULL },
	{ PGTYPE_TIME, "23:59:59.999999", NULL },
	{ PGTYPE_TIMESTAMP, "2024-02-29 12:34:56.789", NULL },
	{ PGTYPE_TIMESTAMPTZ, "infinity", NULL },
	{ PGTYPE_INTERVAL, "1 year -2 mons +3 days -04:05:06.7", NULL },
	{ PGTYPE_TIMETZ, "01:02:03+05:30", NULL },
	{ PGTYPE_NUMERIC, "-123456789012345678901234567890.00123400", NULL },
	{ PGTYPE_UUID, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL },
	{ PGTYPE_JSONB, "{\"a\": 1, \"b\": [1, null]}", NULL },
	{ PGTYPE_INT2VECTOR, "1 -2 3", NULL },
	{ PGTYPE_OIDVECTOR, "1 2 3", NULL },
	{ PGTYPE_JSONPATH, "$.\"a\"[*]?(@ > 1)", NULL },
	/* What PostgreSQL takes from no client either. */
	{ PGTYPE_VOID, NULL, "pg_sleep(0)" },
	{ PGTYPE_UNKNOWN, NULL, NULL },   /* goes out as text */
	{ PGTYPE_NODE_TREE, NULL, NULL }, /* no value of it is there */
	{ PGTYPE_ANYARRAY, NULL, NULL },  /* nor of this */
	{ PGTYPE_ACLITEM, NULL, NULL },	  /* has no binary form in PostgreSQL */
	{ PGTYPE_RECORD, NULL, NULL },
};

static int count, failed;
static PGconn *server, *oracle;

static void tell(bool is_right, const char *type, const char *what, const char *why)
{
	count++;
	failed += !is_right;
	printf("%sok %d - %s %s\n", is_right ? "" : "not ", count, type, what);
	if (!is_right)
		printf("#   %s\n", why);
}

static const struct sample *find_sample(uint32_t oid)
{
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		if (samples[i].oid == oid)
			return &samples[i];
	}
	return NULL;
}

/* "{value,NULL}", everything quoted. */
static void make_array(const char *value, char *to)
{
	char *at = to;

	*at++ = '{';
	*at++ = '"';
	for (; *value != '\0' && at < to + TEXT_MAX - 16; value++) {
		if (*value == '"' || *value == '\\')
			*at++ = '\\';
		*at++ = *value;
	}
	memcpy(at, "\",NULL}", sizeof "\",NULL}");
}

static bool is_row(const PGresult *r)
{
	return PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;
}

static bool same(const PGresult *a, const PGresult *b)
{
	return is_row(a) && is_row(b) && PQftype(a, 0) == PQftype(b, 0) &&
	       PQgetlength(a, 0, 0) == PQgetlength(b, 0, 0) &&
	       memcmp(PQgetvalue(a, 0, 0), PQgetvalue(b, 0, 0), (size_t)PQgetlength(a, 0, 0)) == 0;
}

static const char *why(const PGresult *a, const PGresult *b)
{
	static char text[2 * TEXT_MAX];

	if (!is_row(a) || !is_row(b))
		snprintf(text, sizeof text, "%s%s", PQresultErrorMessage(a),
			PQresultErrorMessage(b));
	else
		snprintf(text, sizeof text,
			"types %u and %u, %d and %d bytes: \"%.200s\" and \"%.200s\"",
			PQftype(a, 0), PQftype(b, 0), PQgetlength(a, 0, 0), PQgetlength(b, 0, 0),
			PQgetvalue(a, 0, 0), PQgetvalue(b, 0, 0));
	return text;
}

/* SELECT $1::type of a parameter in one form, with the result in one. */
static PGresult *cross(PGconn *c, const struct pgtype *type, const char *value, int length,
	int format, int result_format)
{
	char sql[128];
	Oid oid = type->oid;

	/* character alone is of one letter. */
	snprintf(sql, sizeof sql, "SELECT $1::%s%s",
		strncmp(type->name, "character", 9) == 0 && strchr(type->name, 'v') == NULL
			? "bpchar"
			: type->name,
		type->oid == 1014 ? "[]" : "");
	return PQexecParams(c, sql, 1, &oid, &value, &length, &format, result_format);
}

static void check_type(const struct pgtype *type, const char *value)
{
	PGresult *text = cross(server, type, value, 0, 0, 0);
	PGresult *binary = cross(server, type, value, 0, 0, 1);
	PGresult *back = cross(server, type, is_row(binary) ? PQgetvalue(binary, 0, 0) : "",
		is_row(binary) ? PQgetlength(binary, 0, 0) : 0, 1, 0);
	PGresult *again = cross(server, type, is_row(binary) ? PQgetvalue(binary, 0, 0) : "",
		is_row(binary) ? PQgetlength(binary, 0, 0) : 0, 1, 1);

	tell(is_row(text) && PQftype(text, 0) == type->oid, type->name, "goes in and out as text",
		why(text, text));
	tell(same(text, back), type->name, "comes in as binary and goes out as text",
		why(text, back));
	tell(same(binary, again), type->name, "goes in and out as binary", why(binary, again));
	if (oracle != NULL) {
		PGresult *its_text = cross(oracle, type, value, 0, 0, 0);
		PGresult *its_binary = cross(oracle, type, value, 0, 0, 1);

		tell(same(text, its_text), type->name, "is PostgreSQL's text", why(text, its_text));
		/* Roles and relations have other numbers there. */
		if (type->oid != PGTYPE_REGROLE && type->element_oid != PGTYPE_REGROLE)
			tell(same(binary, its_binary), type->name, "is PostgreSQL's binary",
				why(binary, its_binary));
		PQclear(its_text);
		PQclear(its_binary);
	}
	PQclear(text);
	PQclear(binary);
	PQclear(back);
	PQclear(again);
}

static void check_expression(const struct pgtype *type, const char *expression)
{
	char sql[128];
	PGresult *text, *binary;

	snprintf(sql, sizeof sql, "SELECT %s", expression);
	text = PQexecParams(server, sql, 0, NULL, NULL, NULL, NULL, 0);
	binary = PQexecParams(server, sql, 0, NULL, NULL, NULL, NULL, 1);
	tell(is_row(text) && PQftype(text, 0) == type->oid, type->name, "goes out as text",
		why(text, text));
	tell(is_row(binary) && PQftype(binary, 0) == type->oid, type->name, "goes out as binary",
		why(binary, binary));
	PQclear(text);
	PQclear(binary);
}

static PGconn *open_connection(const char *conninfo)
{
	PGconn *c = PQconnectdb(conninfo);

	if (PQstatus(c) != CONNECTION_OK) {
		printf("Bail out! %s\n", PQerrorMessage(c));
		return NULL;
	}
	return c;
}

int main(int argc, char **argv)
{
	server = open_connection(argc > 1 ? argv[1] : "");
	oracle = argc > 2 ? open_connection(argv[2]) : NULL;
	if (server == NULL || (argc > 2 && oracle == NULL))
		return 1;
	for (uint32_t oid = 1; oid < OID_LIMIT; oid++) {
		const struct pgtype *type = pgtype_find(oid);
		const struct sample *own = type == NULL ? NULL : find_sample(oid);
		const struct sample *item = type == NULL ? NULL : find_sample(type->element_oid);
		char array[TEXT_MAX];

		if (type == NULL)
			continue;
		tell(own != NULL || item != NULL, type->name, "has a value here", "it has none");
		if (own != NULL && own->value != NULL) {
			check_type(type, own->value);
		} else if (own != NULL && own->expression != NULL) {
			check_expression(type, own->expression);
		} else if (own == NULL && item != NULL && item->value != NULL) {
			make_array(item->value, array);
			check_type(type, array);
		}
	}
	printf("1..%d\n", count);
	PQfinish(server);
	PQfinish(oracle);
	return failed != 0;
}
