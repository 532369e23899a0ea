/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Plays traces against a running server, by bare sockets: trace FILE…, where PGHOST (a directory) and
 * PGPORT lead. It prints TAP. A file is a list of traces, each on connections of its own:
 *
 *     # name            what the trace shows; it begins one
 *     1> words          what connection 1 sends, one word a message
 *     1< words          what it must get, one word a message, in this order and nothing else
 *     1! hex            bytes that a fresh connection sends instead of a startup packet
 *
 *     sent      Q'text' P'name|text|oid…' B'portal|statement|parameter…' Bf'portal|statement|formats'
 *               Ds'name' Dp'name'
 *               E'portal|most' Cs'name' Cp'name' S H d'data' c f'why' X F
 *     received  1 2 3 n c t(oids) T2(name:oid,name:oid:binary,…) D(value,…) C(tag) E(code@position) N(code) I s
 *               G H A(channel,payload) R K v S(name=value) Z<status> EOF (closed)
 *
 * A received word that ends in ? may also be left out, and one may be less exact than what comes: D stands for every D(…), T2 for every T2(…),
 * E(code) for every E(code@…). ParameterStatus is left out where no S is awaited.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"

enum { CONNECTIONS = 4, LINE = 8192, WAIT_MS = 10000, GRACE_MS = 30, FIELDS = 40 };

struct connection {
	int fd; /* -1: none */
	bool is_closed;
	uint8_t bytes[1 << 16];
	size_t used;
};

static struct connection connections[CONNECTIONS];
static char trace_name[LINE];
static int trace_count, failed_count;
static bool is_failed;

static void complain(const char *what, const char *detail)
{
	if (!is_failed)
		printf("not ok %d - %s\n", trace_count, trace_name);
	printf("#   %s: %s\n", what, detail);
	failed_count += !is_failed;
	is_failed = true;
}

/* --- connections -------------------------------------------------------------------------- */

static void send_bytes(struct connection *c, const void *data, size_t size)
{
	/* A server that closed already is found out when its answer is read. */
	(void)send(c->fd, data, size, MSG_NOSIGNAL);
}

static void open_socket(struct connection *c)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%s", getenv("PGHOST"),
		getenv("PGPORT"));
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	c->used = 0;
	c->is_closed = false;
	if (connect(c->fd, (struct sockaddr *)&address, sizeof address) != 0) {
		perror(address.sun_path);
		exit(1);
	}
}

static uint32_t big_endian(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Whole messages in the buffer begin with their length; 0 if there is none. */
static size_t message_length(const struct connection *c)
{
	size_t length;

	if (c->used < 5)
		return 0;
	length = (size_t)big_endian(c->bytes + 1) + 1;
	return length <= c->used ? length : 0;
}

/* False if nothing came in time, or the server closed. */
static bool read_more(struct connection *c, int wait_ms)
{
	struct pollfd look = { c->fd, POLLIN, 0 };
	ssize_t got;

	if (c->is_closed || c->used == sizeof c->bytes || poll(&look, 1, wait_ms) <= 0)
		return false;
	got = recv(c->fd, c->bytes + c->used, sizeof c->bytes - c->used, 0);
	c->is_closed = got <= 0;
	c->used += got > 0 ? (size_t)got : 0;
	return got > 0;
}

static void drop_message(struct connection *c, size_t length)
{
	memmove(c->bytes, c->bytes + length, c->used - length);
	c->used -= length;
}

static void greet(struct connection *c)
{
	struct buf b = { 0 };
	const char *user = getenv("PGUSER"), *database = getenv("PGDATABASE");
	size_t length;
	bool is_ready = false;

	open_socket(c);
	buf_put(&b, "\0\0\0\0\0\3\0\0user", 13);
	buf_put(&b, user, strlen(user) + 1);
	buf_put(&b, "database", 9);
	buf_put(&b, database, strlen(database) + 1);
	buf_put_byte(&b, 0);
	b.data[3] = (uint8_t)b.length;
	send_bytes(c, b.data, b.length);
	buf_free(&b);
	while (!is_ready) {
		length = message_length(c);
		if (length == 0 && !read_more(c, WAIT_MS)) {
			complain("greeting", "the server does not let the client in");
			return;
		}
		if (length > 0) {
			is_ready = c->bytes[0] == 'Z';
			drop_message(c, length);
		}
	}
}

/* --- sending ------------------------------------------------------------------------------ */

static void put_u16(struct buf *b, unsigned number)
{
	buf_put_byte(b, (uint8_t)(number >> 8));
	buf_put_byte(b, (uint8_t)number);
}

static void put_u32(struct buf *b, uint32_t number)
{
	put_u16(b, number >> 16);
	put_u16(b, number & 0xffff);
}

static void put_text(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text) + 1);
}

/* Of the kind 'f' it has no parameters, but so many formats of results, all of them text. */
static void put_bind(struct buf *b, char kind, const char **fields, int count)
{
	unsigned formats = kind == 'f' ? (unsigned)strtoul(fields[2], NULL, 10) : 0;

	count = kind == 'f' ? 2 : count;
	put_text(b, fields[0]);
	put_text(b, fields[1]);
	put_u16(b, 0);
	put_u16(b, count > 2 ? (unsigned)(count - 2) : 0);
	for (int i = 2; i < count; i++) {
		put_u32(b, (uint32_t)strlen(fields[i]));
		buf_put(b, fields[i], strlen(fields[i]));
	}
	put_u16(b, formats);
	for (unsigned i = 0; i < formats; i++)
		put_u16(b, 0);
}

static void put_parse(struct buf *b, const char **fields, int count)
{
	put_text(b, fields[0]);
	put_text(b, fields[1]);
	put_u16(b, count > 2 ? (unsigned)(count - 2) : 0);
	for (int i = 2; i < count; i++)
		put_u32(b, (uint32_t)strtoul(fields[i], NULL, 10));
}

static void send_word(
	struct connection *c, char type, char kind, const char **fields, int count)
{
	struct buf b = { 0 };
	uint8_t header[5] = { (uint8_t)type };

	switch (type) {
	case 'P':
		put_parse(&b, fields, count);
		break;
	case 'B':
		put_bind(&b, kind, fields, count);
		break;
	case 'E':
		put_text(&b, fields[0]);
		put_u32(&b, count > 1 ? (uint32_t)strtoul(fields[1], NULL, 10) : 0);
		break;
	case 'D':
	case 'C':
		buf_put_byte(&b, (uint8_t)(kind == 's' ? 'S' : 'P'));
		put_text(&b, fields[0]);
		break;
	case 'd':
		buf_put_text(&b, fields[0]);
		break;
	case 'Q':
	case 'f':
		put_text(&b, fields[0]);
		break;
	default:
		break;
	}
	header[1] = (uint8_t)((b.length + 4) >> 24);
	header[2] = (uint8_t)((b.length + 4) >> 16);
	header[3] = (uint8_t)((b.length + 4) >> 8);
	header[4] = (uint8_t)(b.length + 4);
	send_bytes(c, header, sizeof header);
	send_bytes(c, b.data, b.length);
	buf_free(&b);
}

/* The quoted fields of a word, parted by bars; '' in them is one quote, \n a line's end, \xNN a byte. */
static char *take_fields(char *at, const char **fields, int *count)
{
	char *to = ++at;

	fields[(*count)++] = to;
	while (*at != '\0' && (at[0] != '\'' || at[1] == '\'')) {
		if (at[0] == '\\' && at[1] == 'n') {
			*to++ = '\n';
			at += 2;
		} else if (at[0] == '\\' && at[1] == 'x') {
			*to++ = (char)strtol((char[]){ at[2], at[3], 0 }, NULL, 16);
			at += 4;
		} else if (at[0] == '|' && *count < FIELDS) {
			*to++ = '\0';
			fields[(*count)++] = to;
			at++;
		} else {
			at += at[0] == '\'';
			*to++ = *at++;
		}
	}
	at += *at != '\0';
	*to = '\0';
	return at;
}

static void send_words(struct connection *c, char *at)
{
	while (*at != '\0') {
		const char *fields[FIELDS] = { "", "" };
		char type = *at++, kind = 0;
		int count = 0;

		if (type == ' ')
			continue;
		if (((type == 'D' || type == 'C') && *at != '\0') || (type == 'B' && *at == 'f'))
			kind = *at++;
		if (*at == '\'')
			at = take_fields(at, fields, &count);
		send_word(c, type, kind, fields, count);
	}
}

static void send_hex(struct connection *c, const char *at)
{
	struct buf b = { 0 };
	unsigned byte;
	int used;

	open_socket(c);
	while (sscanf(at, " %2x%n", &byte, &used) == 1) {
		buf_put_byte(&b, (uint8_t)byte);
		at += used;
	}
	send_bytes(c, b.data, b.length);
	buf_free(&b);
}

/* --- receiving ---------------------------------------------------------------------------- */

static void show_fields(struct buf *b, const char *at)
{
	const char *code = "?", *position = NULL;

	for (; *at != '\0'; at += strlen(at) + 1) {
		code = *at == 'C' ? at + 1 : code;
		position = *at == 'P' ? at + 1 : position;
	}
	buf_printf(b, "(%s%s%s)", code, position == NULL ? "" : "@",
		position == NULL ? "" : position);
}

static void show_row(struct buf *b, const uint8_t *at)
{
	unsigned count = (unsigned)at[0] << 8 | at[1];

	at += 2;
	buf_put_byte(b, '(');
	for (unsigned i = 0; i < count; i++) {
		uint32_t length = big_endian(at);

		at += 4;
		buf_put_text(b, i == 0 ? "" : ",");
		if (length == UINT32_MAX) {
			buf_put_text(b, "null");
			continue;
		}
		for (uint32_t j = 0; j < length; j++) {
			if (at[j] < ' ')
				buf_printf(b, "\\x%02x", at[j]);
			else
				buf_put_byte(b, at[j] == ' ' ? '_' : at[j]);
		}
		at += length;
	}
	buf_put_byte(b, ')');
}

static void show_columns(struct buf *b, const uint8_t *at)
{
	unsigned count = (unsigned)at[0] << 8 | at[1];

	buf_printf(b, "%u(", count);
	at += 2;
	for (unsigned i = 0; i < count; i++) {
		size_t length = strlen((const char *)at);

		buf_printf(b, "%s%s:%u%s", i == 0 ? "" : ",", (const char *)at,
			big_endian(at + length + 7), at[length + 18] == 1 ? ":binary" : "");
		at += length + 1 + 18;
	}
	buf_put_byte(b, ')');
}

static void show_types(struct buf *b, const uint8_t *at)
{
	unsigned count = (unsigned)at[0] << 8 | at[1];

	buf_put_byte(b, '(');
	for (unsigned i = 0; i < count; i++)
		buf_printf(b, "%s%u", i == 0 ? "" : ",", big_endian(at + 2 + (size_t)4 * i));
	buf_put_byte(b, ')');
}

/* Blanks inside a word would end it. */
static void show_text(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++)
		buf_put_byte(b, (uint8_t)(*text == ' ' ? '_' : *text));
}

static void show_message(struct buf *b, const uint8_t *at)
{
	const char *text = (const char *)at + 5;

	buf_put_byte(b, at[0]);
	switch (at[0]) {
	case 'C':
		buf_put_byte(b, '(');
		show_text(b, text);
		buf_put_byte(b, ')');
		break;
	case 'E':
	case 'N':
		show_fields(b, text);
		break;
	case 'D':
		show_row(b, at + 5);
		break;
	case 'T':
		show_columns(b, at + 5);
		break;
	case 't':
		show_types(b, at + 5);
		break;
	case 'A':
		buf_printf(b, "(%s,", text + 4);
		show_text(b, text + 4 + strlen(text + 4) + 1);
		buf_put_byte(b, ')');
		break;
	case 'S':
		buf_printf(b, "(%s=", text);
		show_text(b, text + strlen(text) + 1);
		buf_put_byte(b, ')');
		break;
	case 'Z':
		buf_put_byte(b, at[5]);
		break;
	default:
		break;
	}
	buf_put_byte(b, 0);
}

/* Whether what came is what the word awaits, which may say less. */
static bool is_awaited(const char *word, const char *came)
{
	size_t length = strlen(word);

	if (strcmp(word, came) == 0)
		return true;
	if (length > 0 && word[length - 1] == ')')
		return strncmp(word, came, length - 1) == 0 && came[length - 1] == '@';
	return strncmp(word, came, length) == 0 &&
	       (came[length] == '(' || (word[0] == 'T' && length == 1));
}

/* The next message as a word; false if none comes. */
static bool next_word(struct connection *c, bool with_settings, int wait_ms, struct buf *word)
{
	size_t length;

	for (;;) {
		while ((length = message_length(c)) == 0) {
			if (read_more(c, wait_ms))
				continue;
			if (!c->is_closed || c->used > 0)
				return false;
			buf_put(word, "EOF", 4);
			return true;
		}
		if (c->bytes[0] == 'S' && !with_settings) {
			drop_message(c, length);
			continue;
		}
		show_message(word, c->bytes);
		drop_message(c, length);
		return true;
	}
}

static void await_words(struct connection *c, char *line)
{
	bool with_settings = strstr(line, "S(") != NULL, is_quiet = false;
	bool is_optional, keeps = false;
	struct buf word = { 0 };
	char *rest = NULL;

	for (char *want = strtok_r(line, " ", &rest); want != NULL && !is_failed;
		want = strtok_r(NULL, " ", &rest)) {
		if (!keeps)
			buf_reset(&word);
		/* What a raw connection gets before any message: one byte. */
		if (want[0] == '\'') {
			while (c->used < 1 && read_more(c, WAIT_MS))
				continue;
			if (c->used < 1 || c->bytes[0] != (uint8_t)want[1])
				complain("awaited one byte", want);
			else
				drop_message(c, 1);
			continue;
		}
		is_optional = want[strlen(want) - 1] == '?';
		if (is_optional)
			want[strlen(want) - 1] = '\0';
		if (!keeps && !next_word(c, with_settings, WAIT_MS, &word))
			complain("nothing came for", want);
		else if (is_optional)
			keeps = !is_awaited(want, (const char *)word.data);
		else if (!is_awaited(want, (const char *)word.data)) {
			complain("awaited", want);
			complain("came", (const char *)word.data);
		}
		keeps = keeps && is_optional;
		is_quiet = want[0] == 'Z' || strcmp(want, "EOF") == 0;
	}
	buf_reset(&word);
	/* After ReadyForQuery more would be found by what follows. */
	if (!is_failed && !is_quiet && next_word(c, with_settings, GRACE_MS, &word))
		complain("came too", (const char *)word.data);
	buf_free(&word);
}

/* --- files -------------------------------------------------------------------------------- */

static void end_trace(void)
{
	for (int i = 0; i < CONNECTIONS; i++) {
		if (connections[i].fd >= 0)
			close(connections[i].fd);
		connections[i].fd = -1;
	}
	if (trace_name[0] != '\0' && !is_failed)
		printf("ok %d - %s\n", trace_count, trace_name);
	trace_name[0] = '\0';
	is_failed = false;
}

static void take_line(char *line)
{
	struct connection *c = &connections[(line[0] - '1') & (CONNECTIONS - 1)];

	if (is_failed)
		return;
	if (c->fd < 0 && line[1] != '!')
		greet(c);
	if (is_failed)
		return;
	if (line[1] == '!')
		send_hex(c, line + 2);
	else if (line[1] == '>')
		send_words(c, line + 2);
	else
		await_words(c, line + 2);
}

static void play(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[LINE];

	if (file == NULL) {
		perror(path);
		exit(1);
	}
	while (fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#') {
			end_trace();
			trace_count++;
			snprintf(trace_name, sizeof trace_name, "%s", line + 2);
		} else if (line[0] >= '1' && line[0] <= '4') {
			take_line(line);
		}
	}
	end_trace();
	fclose(file);
}

int main(int argc, char **argv)
{
	for (int i = 0; i < CONNECTIONS; i++)
		connections[i].fd = -1;
	for (int i = 1; i < argc; i++)
		play(argv[i]);
	printf("1..%d\n", trace_count);
	return failed_count == 0 ? 0 : 1;
}
