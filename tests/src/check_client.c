/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The protocol's state machine, as golden traces. A script is what a client sends, one word a
 * message; the answer is what comes back, one word a message, both written down as in the table of
 * measured traces:
 *
 *     sent      Q'text' P'name|text' B'portal|statement[|parameter]' Ds'name' Dp'name'
 *               E'portal|max' Cs'name' Cp'name' S H d'data' c f X
 *     received  1 2 3 t n T D C(tag) E(code@position) I s G c N Z<status>
 */
#include "src/client.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/check.h"
#include "tests/src/fake.h"
#include "tests/src/loopback.h"
#include "tests/src/suites.h"

static struct client_context context;
static struct counters counters;
static struct client *client;
static int fd;

/* --- sending ------------------------------------------------------------------------------ */

static void send_message(char type, const void *data, size_t size)
{
	uint8_t header[5] = { (uint8_t)type, 0, 0, (uint8_t)((size + 4) >> 8),
		(uint8_t)(size + 4) };

	ck_assert_int_eq(send(fd, header, 5, MSG_NOSIGNAL), 5);
	if (size > 0)
		ck_assert_int_eq(send(fd, data, size, MSG_NOSIGNAL), (ssize_t)size);
}

/* The fields of a word, parted by bars. */
static void put_fields(struct buf *b, const char *fields[4], int count)
{
	for (int i = 0; i < count; i++) {
		buf_put_text(b, fields[i]);
		buf_put_byte(b, 0);
	}
}

static void send_word(char type, char kind, const char *fields[4], int count)
{
	struct buf b = { 0 };
	uint8_t rows = 0;

	switch (type) {
	case 'Q':
		put_fields(&b, fields, 1);
		break;
	case 'P':
		put_fields(&b, fields, 2);
		buf_put(&b, "\0\0", 2);
		break;
	case 'B':
		put_fields(&b, fields, 2);
		buf_put(&b, "\0\0\0", 3);
		buf_put_byte(&b, count > 2);
		if (count > 2) {
			buf_put(&b, "\0\0\0", 3);
			buf_put_byte(&b, (uint8_t)strlen(fields[2]));
			buf_put_text(&b, fields[2]);
		}
		buf_put(&b, "\0\0", 2);
		break;
	case 'E':
		put_fields(&b, fields, 1);
		rows = count > 1 ? (uint8_t)(fields[1][0] - '0') : 0;
		buf_put(&b, "\0\0\0", 3);
		buf_put_byte(&b, rows);
		break;
	case 'D':
	case 'C':
		buf_put_byte(&b, (uint8_t)(kind == 's' ? 'S' : kind == 'p' ? 'P' : kind));
		put_fields(&b, fields, 1);
		break;
	case 'd':
		buf_put_text(&b, fields[0]);
		break;
	case 'f':
		put_fields(&b, fields, 1);
		break;
	default:
		break;
	}
	send_message(type, b.data, b.length);
	buf_free(&b);
}

/* Sends a script; modifies its copy. */
static void send_script(const char *text)
{
	char copy[1024], *at = copy;

	snprintf(copy, sizeof copy, "%s", text);
	while (*at != '\0') {
		const char *fields[4] = { "", "", "", "" };
		char type = *at++, kind = 0;
		int count = 0;

		if (type == ' ')
			continue;
		if ((type == 'D' || type == 'C') && *at != '\0')
			kind = *at++;
		if (*at == '\'') {
			char *end = strchr(at + 1, '\'');

			*end = '\0';
			fields[count++] = ++at;
			for (; at < end; at++) {
				if (*at == '|') {
					*at = '\0';
					fields[count++] = at + 1;
				}
			}
			at = end + 1;
		}
		send_word(type, kind, fields, count);
	}
}

/* --- receiving ---------------------------------------------------------------------------- */

/* Code and position of an error. */
static void show_error(struct buf *b, const char *at)
{
	const char *code = "?", *position = NULL;

	for (; *at != '\0'; at += strlen(at) + 1) {
		if (*at == 'C')
			code = at + 1;
		if (*at == 'P')
			position = at + 1;
	}
	buf_printf(b, "E(%s%s%s)", code, position == NULL ? "" : "@",
		position == NULL ? "" : position);
}

static void show_message(struct buf *b, const uint8_t *at)
{
	char type = (char)at[0];

	if (b->length > 0)
		buf_put_byte(b, ' ');
	if (type == 'C')
		buf_printf(b, "C(%s)", (const char *)at + 5);
	else if (type == 'E')
		show_error(b, (const char *)at + 5);
	else if (type == 'Z')
		buf_printf(b, "Z%c", at[5]);
	else
		buf_put_byte(b, (uint8_t)type);
}

/* Runs the client until it waits; what it answered, ParameterStatus left out unless asked for. */
static const char *receive(bool with_settings)
{
	static struct buf shown;
	static uint8_t bytes[1 << 20];
	size_t used = 0;
	ssize_t got;

	(void)client_run(client);
	buf_reset(&shown);
	while ((got = recv(fd, bytes + used, sizeof bytes - used, MSG_DONTWAIT)) > 0)
		used += (size_t)got;
	for (size_t at = 0; at < used;) {
		size_t length = (size_t)bytes[at + 1] << 24 | (size_t)bytes[at + 2] << 16 |
				(size_t)bytes[at + 3] << 8 | bytes[at + 4];

		if (bytes[at] != 'S' || with_settings)
			show_message(&shown, bytes + at);
		at += length + 1;
	}
	buf_put_byte(&shown, 0);
	return (const char *)shown.data;
}

/* A literal with the zero byte that ends it. */
#define BYTES(literal) (literal), sizeof(literal)

static void connect_client(const char *startup, size_t size)
{
	static const char database[] = "database\0quiver";
	uint8_t length = (uint8_t)(8 + sizeof database + size);
	uint8_t header[8] = { 0, 0, 0, length, 0, 3, 0, 0 };
	struct timeval short_wait = { 0, 1000 };
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	fd = fds[0];
	client = client_new(&context, fds[1], false);
	/* The moment that a client is waited for with a thread. */
	setsockopt(fds[1], SOL_SOCKET, SO_RCVTIMEO, &short_wait, sizeof short_wait);
	ck_assert_int_eq(send(fd, header, 8, MSG_NOSIGNAL), 8);
	ck_assert_int_eq(send(fd, database, sizeof database, MSG_NOSIGNAL), sizeof database);
	ck_assert_int_eq(send(fd, startup, size, MSG_NOSIGNAL), (ssize_t)size);
}

/* What lets clients in by these rules; without encryption. */
static struct access *let_in(const char *rules)
{
	struct access *a = calloc(1, sizeof *a);
	struct error e;

	ck_assert_ptr_nonnull(a);
	a->references = 1;
	ck_assert_int_eq(hba_parse(str_of(rules), "rules", &a->hba, &e), OK);
	return a;
}

static void setup(void)
{
	fake_inserts = 0;
	context.registry = registry_new(-1);
	registry_publish(context.registry, settings_new(NULL), let_in("local all all trust\n"));
	context.engine = query_engine_new(NULL);
	counters_init(&counters);
	context.counters = &counters;
	context.statements = statements_new();
	context.directory = "/nonexistent";
	connect_client(BYTES("user\0me\0"));
	ck_assert_str_eq(receive(false), "R K ZI");
}

static void teardown(void)
{
	client_free(client);
	close(fd);
	statements_free(context.statements);
	query_engine_free(context.engine);
	registry_free(context.registry);
}

/* --- traces ------------------------------------------------------------------------------- */

static const struct {
	const char *sent, *received;
} traces[] = {
	{ "Q'select 7'", "T D C(SELECT 1) ZI" },
	{ "Q''", "I ZI" },
	{ "Q';'", "I ZI" },
	{ "Q'select 1;begin;select 2'", "T D C(SELECT 1) C(BEGIN) T D C(SELECT 1) ZT" },
	{ "Q'insert;insert;fail;insert' Q'count'",
		"C(INSERT 0 1) C(INSERT 0 1) E(22012) ZI T D C(SELECT 1) ZI" },
	{ "Q'select 1; broken'", "E(42601@11) ZI" },
	{ "Q'select 1; wrong'", "T D C(SELECT 1) E(42703@14) ZI" },
	{ "Q'notice'", "N C(SELECT 0) ZI" },
	{ "Q'return $1'", "E(42P02) ZI" },
	{ "P'|begin' B'|' Dp'' E'' S", "1 2 n C(BEGIN) ZT" },
	{ "P'|' B'|' Dp'' E'' S", "1 2 n I ZI" },
	{ "P'|select 1' B'|' E'' P'|broken' B'|' E'' P'|select 2' B'|' E'' S P'|select 3' B'|' E'' "
	  "S",
		"1 2 D C(SELECT 1) E(42601@1) ZI 1 2 D C(SELECT 1) ZI" },
	{ "P'|select 1; select 2' S", "E(42601) ZI" },
	{ "P'|return $1' Ds'' B'||x' Dp'' E'' S", "1 t T 2 T D C(SELECT 1) ZI" },
	{ "P'|rows 3' B'|' E'|2' S E'|2' S", "1 2 D D s ZI E(34000) ZI" },
	{ "Q'begin' P'|rows 3' B'|' E'|2' S E'|2' S", "C(BEGIN) ZT 1 2 D D s ZT D C(SELECT 1) ZT" },
	{ "P'|rows 2' B'|' E'|2' E'|2' S", "1 2 D D s C(SELECT 0) ZI" },
	{ "P'|select 1' B'|' E'' E'' S", "1 2 D C(SELECT 1) C(SELECT 0) ZI" },
	{ "P'|insert' B'|' E'' E'' S", "1 2 C(INSERT 0 1) E(55000) ZI" },
	{ "P'|insert' B'|' E'' P'|fail' B'|' E'' S Q'count'",
		"1 2 C(INSERT 0 1) 1 2 E(22012) ZI T D C(SELECT 1) ZI" },
	{ "P'a|select 1' P'a|select 2' S", "1 E(42P05) ZI" },
	{ "P'a|select 1' Cs'a' P'a|select 2' S", "1 3 1 ZI" },
	{ "Cs'none' Cp'none' S", "3 3 ZI" },
	{ "DX'' S CX'' S Q'select 1'", "E(08P01) ZI E(08P01) ZI T D C(SELECT 1) ZI" },
	{ "B'|none' S", "E(26000) ZI" },
	{ "Dp'none' S", "E(34000) ZI" },
	{ "Ds'none' S", "E(26000) ZI" },
	{ "E'none' S", "E(34000) ZI" },
	{ "P'|return $1' B'|' S", "1 E(08P01) ZI" },
	{ "P'|select 1' B'p|' B'p|' S", "1 2 E(42P03) ZI" },
	{ "P'|select 1' B'p|' S E'p' S", "1 2 ZI E(34000) ZI" },
	{ "Q'begin' P'|select 1' B'p|' S Q'commit' E'p' S",
		"C(BEGIN) ZT 1 2 ZT C(COMMIT) ZI E(34000) ZI" },
	{ "P'|copy in' B'|' Dp'' E'' S c S", "1 2 n G C(COPY 0) ZI" },
	{ "P'|copy in' B'|' E'' d'a' H c S", "1 2 G C(COPY 0) ZI" },
	{ "P'|copy in' B'|' E'' d'!' d'x' c S Q'select 1'",
		"1 2 G E(22P04) ZI T D C(SELECT 1) ZI" },
	{ "Q'copy in; select 1' d'x' c", "G C(COPY 0) T D C(SELECT 1) ZI" },
	{ "Q'copy in' d'x' f'no'", "G E(57014) ZI" },
	{ "Q'copy in' Q'select 1' Q'select 1'", "G E(08P01) ZI T D C(SELECT 1) ZI" },
	{ "Q'copy in' d'!' d'x' c Q'select 1'", "G E(22P04) ZI T D C(SELECT 1) ZI" },
	{ "d'x' c f'no' Q'select 1'", "T D C(SELECT 1) ZI" },
	{ "P'|select 1' H", "1" },
	{ "P'|broken' H", "E(42601@1)" },
	{ "P'|broken' Ds''", "E(42601@1)" },
	{ "S S", "ZI ZI" },
	{ "Q'begin' Q'fail' P'|commit' B'|' Dp'' E'' S",
		"C(BEGIN) ZT E(22012) ZE 1 2 n C(ROLLBACK) ZI" },
	{ "Q'begin' Q'fail' P'|select 1' S", "C(BEGIN) ZT E(22012) ZE E(25P02) ZE" },
	{ "Q'begin' Q'fail' Q'select 1' Q'rollback'",
		"C(BEGIN) ZT E(22012) ZE E(25P02) ZE C(ROLLBACK) ZI" },
	{ "Q'begin' P'|broken' Q'select 1' S", "C(BEGIN) ZT E(42601@1) ZE" },
	{ "F Q'select 1'", "E(0A000) ZI T D C(SELECT 1) ZI" },
	{ "P'a|select 5' B'|a' E'' B'|a' E'' S B'|a' E'' S",
		"1 2 D C(SELECT 1) 2 D C(SELECT 1) ZI 2 D C(SELECT 1) ZI" },
};

START_TEST(golden_traces_are_answered_as_postgresql_answers_them)
{
	send_script(traces[_i].sent);
	ck_assert_str_eq(receive(false), traces[_i].received);
}
END_TEST

/* Of a parameter, also one that is null; of a result, unless there are no columns. */
START_TEST(a_format_code_that_is_none_is_an_error_of_the_bind)
{
	send_script("P'|return $1'");
	send_message('B', BYTES("\0\0\0\x01\0\x02\0\x01\xff\xff\xff\xff\0"));
	send_script("S");
	ck_assert_str_eq(receive(false), "1 E(22023) ZI");
	send_script("P'|select 1'");
	send_message('B', "\0\0\0\0\0\0\0\x01\0\x02", 10);
	send_script("E'' S");
	ck_assert_str_eq(receive(false), "1 E(22023) ZI");
	send_script("P'|insert'");
	send_message('B', "\0\0\0\0\0\0\0\x01\0\x02", 10);
	send_script("E'' S");
	ck_assert_str_eq(receive(false), "1 2 C(INSERT 0 1) ZI");
}
END_TEST

START_TEST(changed_settings_are_reported_once_before_ready)
{
	send_script("Q'set application_name a;set application_name b'");
	ck_assert_str_eq(receive(true), "C(SET) C(SET) S ZI");
	send_script("Q'select 1'");
	ck_assert_str_eq(receive(true), "T D C(SELECT 1) ZI");
	send_script("Q'begin' Q'set application_name c' Q'rollback'");
	ck_assert_str_eq(receive(true), "C(BEGIN) ZT C(SET) S ZT C(ROLLBACK) S ZI");
}
END_TEST

START_TEST(terminate_ends_the_client_without_a_word)
{
	send_script("Q'begin' Q'insert' X");
	ck_assert_str_eq(receive(false), "C(BEGIN) ZT C(INSERT 0 1) ZT");
	ck_assert_int_eq(client_run(client), CLIENT_ENDED);
	ck_assert_int_eq(fake_inserts, 0);
}
END_TEST

START_TEST(a_closed_session_ends_the_client_once_it_is_answered)
{
	send_script("Q'begin' Q'insert' Q'session close' Q'commit'");
	ck_assert_str_eq(receive(false), "C(BEGIN) ZT C(INSERT 0 1) ZT C(SESSION CLOSE) ZT");
	ck_assert_int_eq(client_run(client), CLIENT_ENDED);
	ck_assert_int_eq(fake_inserts, 0);
}
END_TEST

START_TEST(an_unknown_message_is_fatal)
{
	send_message('y', "", 0);
	ck_assert_str_eq(receive(false), "E(08P01)");
	ck_assert_int_eq(client_run(client), CLIENT_ENDED);
}
END_TEST

START_TEST(a_fast_stop_is_said_to_an_idle_client)
{
	registry_stop(context.registry, STOPPING_FAST);
	ck_assert_str_eq(receive(false), "E(57P01)");
}
END_TEST

START_TEST(a_finishing_stop_waits_for_the_transaction)
{
	send_script("Q'begin'");
	ck_assert_str_eq(receive(false), "C(BEGIN) ZT");
	registry_stop(context.registry, STOPPING_SMART);
	send_script("Q'insert'");
	ck_assert_str_eq(receive(false), "C(INSERT 0 1) ZT");
	send_script("Q'commit'");
	ck_assert_str_eq(receive(false), "C(COMMIT) ZI E(57P01)");
	ck_assert_int_eq(fake_inserts, 1);
}
END_TEST

START_TEST(startup_settings_are_kept_and_unknown_ones_refused)
{
	client_free(client);
	close(fd);
	connect_client(BYTES("user\0me\0datestyle\0DMY\0options\0-c work_mem=1MB --lock-timeout=5\0"
			     "client_encoding\0'utf-8'\0DateStyle\0German\0"));
	ck_assert_str_eq(receive(false), "R K ZI");
	client_free(client);
	close(fd);
	connect_client(BYTES("user\0me\0nothing\0"
			     "1\0"));
	ck_assert_str_eq(receive(false), "R E(42704)");
}
END_TEST

START_TEST(a_database_that_is_not_there_is_refused)
{
	client_free(client);
	close(fd);
	connect_client(BYTES("user\0me\0database\0other\0"));
	ck_assert_str_eq(receive(false), "R E(3D000)");
	client_free(client);
	close(fd);
	registry_publish(
		context.registry, settings_new(NULL), let_in("local all all scram-sha-256"));
	connect_client(BYTES("user\0me\0database\0other\0"));
	ck_assert_str_eq(receive(false), "R");
}
END_TEST

static const struct {
	const char *rules, *received;
} admissions[] = {
	{ "local all all trust", "R K ZI" },
	{ "", "E(28000)" },
	{ "host all all all trust", "E(28000)" },
	{ "local all all reject\nlocal all all trust", "E(28000)" },
	{ "local all you trust", "E(28000)" },
	{ "local all all scram-sha-256", "R" },
	{ "local all all md5", "R" },
	{ "local all all password", "R" },
	{ "local all \"no such user of the system\" trust\nlocal all all peer", "E(28000)" },
};

START_TEST(the_first_rule_that_fits_decides)
{
	client_free(client);
	close(fd);
	registry_publish(context.registry, settings_new(NULL), let_in(admissions[_i].rules));
	connect_client(BYTES("user\0me-whom-nobody-knows\0"));
	ck_assert_str_eq(receive(false), admissions[_i].received);
}
END_TEST

START_TEST(peer_lets_in_who_has_the_name_in_the_system)
{
	const struct passwd *self = getpwuid(getuid());
	struct buf startup = { 0 };

	client_free(client);
	close(fd);
	registry_publish(context.registry, settings_new(NULL), let_in("local all all peer"));
	ck_assert_ptr_nonnull(self);
	buf_put(&startup, "user", 5);
	buf_put(&startup, self->pw_name, strlen(self->pw_name) + 1);
	buf_put_byte(&startup, 0);
	connect_client((const char *)startup.data, startup.length);
	ck_assert_str_eq(receive(false), "R K ZI");
	buf_free(&startup);
}
END_TEST

START_TEST(a_replication_connection_is_refused)
{
	client_free(client);
	close(fd);
	connect_client(BYTES("user\0me\0replication\0true\0"));
	ck_assert_str_eq(receive(false), "E(0A000)");
}
END_TEST

static int option_of(int socket_fd, int level, int option)
{
	int value = 0;
	socklen_t size = sizeof value;

	ck_assert_int_eq(getsockopt(socket_fd, level, option, &value, &size), 0);
	return value;
}

START_TEST(row_44_tcp_clients_get_their_options)
{
	struct settings *settings = settings_new(NULL);
	struct error e;
	int server_end, client_end;
	struct client *c;

	ck_assert_int_eq(setting_set(settings, SETTING_tcp_keepalives_idle, STR("77"),
				 SETTING_FROM_FILE, &e),
		OK);
	registry_publish(context.registry, settings, let_in("host all all all trust\n"));
	loopback_connect(&server_end, &client_end);
	c = client_new(&context, server_end, true);
	ck_assert_int_ne(option_of(server_end, IPPROTO_TCP, TCP_NODELAY), 0);
	ck_assert_int_ne(option_of(server_end, SOL_SOCKET, SO_KEEPALIVE), 0);
	ck_assert_int_eq(option_of(server_end, IPPROTO_TCP, TCP_KEEPIDLE), 77);
	client_free(c);
	close(client_end);
}
END_TEST

Suite *client_suite(void)
{
	Suite *s = suite_create("client");
	TCase *t = tcase_create("client");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, golden_traces_are_answered_as_postgresql_answers_them, 0,
		(int)ARRAY_COUNT(traces));
	tcase_add_test(t, row_44_tcp_clients_get_their_options);
	tcase_add_test(t, a_format_code_that_is_none_is_an_error_of_the_bind);
	tcase_add_test(t, changed_settings_are_reported_once_before_ready);
	tcase_add_test(t, terminate_ends_the_client_without_a_word);
	tcase_add_test(t, a_closed_session_ends_the_client_once_it_is_answered);
	tcase_add_test(t, an_unknown_message_is_fatal);
	tcase_add_test(t, a_fast_stop_is_said_to_an_idle_client);
	tcase_add_test(t, a_finishing_stop_waits_for_the_transaction);
	tcase_add_test(t, startup_settings_are_kept_and_unknown_ones_refused);
	tcase_add_test(t, a_database_that_is_not_there_is_refused);
	tcase_add_loop_test(t, the_first_rule_that_fits_decides, 0, (int)ARRAY_COUNT(admissions));
	tcase_add_test(t, peer_lets_in_who_has_the_name_in_the_system);
	tcase_add_test(t, a_replication_connection_is_refused);
	suite_add_tcase(s, t);
	return s;
}
