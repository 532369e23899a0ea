/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: whatever a client may send. The first byte chooses whether the bytes are the start
 * of a connection or follow a good startup packet; the rest arrives in two pieces. Bind's
 * parameters are read as every type in the format they claim, and what could be read must survive
 * being written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "pgwire/pgwire.h"

#define MESSAGE_BYTES_MAX 65536
#define ROUNDS_MAX 10000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct pgtype_style style = { .zone = { "UTC", 0, NULL }, .is_float_short = true };

static const uint32_t oids[] = { PGTYPE_BOOL, PGTYPE_BYTEA, PGTYPE_INT8, PGTYPE_INT2, PGTYPE_INT4,
	PGTYPE_TEXT, PGTYPE_OID, PGTYPE_JSON, PGTYPE_FLOAT4, PGTYPE_FLOAT8, PGTYPE_DATE,
	PGTYPE_TIME, PGTYPE_TIMESTAMP, PGTYPE_TIMESTAMPTZ, PGTYPE_INTERVAL, PGTYPE_TIMETZ,
	PGTYPE_NUMERIC, PGTYPE_UUID, PGTYPE_JSONB, 1000, 1001, 1005, 1007, 1009, 1016, 1022, 1115,
	1182, 1187, 1270, 2951, 3807 };

/* A value that was read is written in binary and read again: the same bytes come out twice. */
static void cross(const struct pgtype *type, const struct pgtype_datum *d, struct arena *a)
{
	struct buf first = { 0 }, second = { 0 };
	struct pgtype_datum again;
	struct error e;
	struct str cell;
	enum sqlstate rc;

	if (type->oid == PGTYPE_NUMERIC)
		return;
	pgtype_put(&first, type, 0, d, &style);
	buf_reset(&first);
	pgtype_put(&first, type, 1, d, &style);
	cell = (struct str){ (const char *)first.data + 4, (uint32_t)first.length - 4 };
	rc = pgtype_get(type, 1, cell, &style, a, &again, &e);
	assert(rc == OK);
	pgtype_put(&second, type, 1, &again, &style);
	assert(first.length == second.length);
	assert(memcmp(first.data, second.data, first.length) == 0);
	buf_free(&first);
	buf_free(&second);
}

static void read_parameter(struct pgwire_parameter p, uint16_t format)
{
	struct arena *a = arena_new(0);

	for (size_t i = 0; i < ARRAY_COUNT(oids) && p.at != NULL; i++) {
		const struct pgtype *type = pgtype_find(oids[i]);
		struct pgtype_datum d;
		struct error e;

		if (pgtype_get(type, format, (struct str){ p.at, p.length }, &style, a, &d, &e) ==
			OK)
			cross(type, &d, a);
	}
	arena_free(a);
}

/* Touches every byte that the message claims to have. */
static void use(const struct pgwire_message *m)
{
	volatile uint32_t sum = 0; /* so that the reading is not optimised away */

	switch (m->type) {
	case PGWIRE_PARSE:
		for (uint32_t i = 0; i < m->parse.oid_count; i++)
			sum += m->parse.oids[i];
		break;
	case PGWIRE_BIND:
		for (uint32_t i = 0; i < MIN_OF(m->bind.parameter_count, 8u); i++) {
			uint32_t at = m->bind.format_count == 1 ? 0 : i;

			/* The server refuses a code above 1 before it looks at the value. */
			read_parameter(m->bind.parameters[i],
				at < m->bind.format_count ? m->bind.formats[at] & 1 : 0);
		}
		for (uint32_t i = 0; i < m->bind.result_format_count; i++)
			sum += m->bind.result_formats[i];
		break;
	case PGWIRE_COPY_DATA:
		for (uint32_t i = 0; i < m->copy_data.size; i++)
			sum += m->copy_data.data[i];
		break;
	case PGWIRE_STARTUP:
		for (uint32_t i = 0; i < m->startup.pair_count; i++)
			sum += m->startup.pairs[i].name.length;
		break;
	default:
		break;
	}
	(void)sum;
}

/* Takes what is there. False once the connection is over. */
static bool take_all(struct pgwire *w)
{
	struct pgwire_message m;
	struct error e;

	for (int i = 0; i < ROUNDS_MAX; i++) {
		switch (pgwire_next(w, false, &m, &e)) {
		case PGWIRE_MESSAGE:
			use(&m);
			if (m.type == PGWIRE_CANCEL)
				return false;
			if (m.type == PGWIRE_STARTUP)
				pgwire_auth_trust(w);
			(void)pgwire_is_sync_near(w);
			break;
		case PGWIRE_MALFORMED:
			pgwire_put_error(w, "ERROR", &e);
			break;
		case PGWIRE_FAULT:
			pgwire_put_error(w, "FATAL", &e);
			pgwire_flush_once(w);
			return false;
		case PGWIRE_CLOSED:
			return false;
		case PGWIRE_WOULD_BLOCK:
			return true;
		}
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t startup[] = "\0\0\0\x11\0\x03\0\0user\0me\0";
	struct pgwire_options options = { MESSAGE_BYTES_MAX, 1u << 20, 100, NULL, NULL };
	struct pgwire *w;
	size_t half;
	int fds[2];

	if (size < 2 || size > MESSAGE_BYTES_MAX || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
		return 0;
	w = pgwire_new(fds[1], &options);
	if ((data[0] & 1) != 0 && send(fds[0], startup, sizeof startup, MSG_DONTWAIT) < 0)
		abort();
	half = 1 + data[0] % (size - 1);
	if (send(fds[0], data + 1, half - 1, MSG_DONTWAIT) >= 0 && take_all(w) && take_all(w) &&
		send(fds[0], data + half, size - half, MSG_DONTWAIT) >= 0 && take_all(w))
		(void)take_all(w);
	pgwire_free(w);
	close(fds[0]);
	return 0;
}
