/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Encrypted connections, with OpenSSL's client at the other end of a socket pair. Both ends never
 * wait, so that one thread plays both.
 */
#include <check.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/pgwire/peer.h"
#include "tests/pgwire/suites.h"

#define SSL_REQUEST 80877103u
#define STEPS_MAX 1000
#define LARGE (3u << 20)

static char directory[] = "/tmp/check_tls.XXXXXX";
static char certificate_file[64], key_file[64];
static struct pgwire_tls *tls;
static struct peer peer;
static SSL_CTX *client_context;
static SSL *client;
static struct error error;

static struct pgwire_tls_options options_of(bool is_1_3_only)
{
	return (struct pgwire_tls_options){ certificate_file, key_file, NULL, is_1_3_only };
}

/* The certificate is made once, and loaded for each test. */
static void make_files(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(certificate_file, sizeof certificate_file, "%s/server.crt", directory);
	snprintf(key_file, sizeof key_file, "%s/server.key", directory);
	ck_assert_int_eq(pgwire_tls_write_certificate(certificate_file, key_file, &error), OK);
}

static void remove_files(void)
{
	unlink(certificate_file);
	unlink(key_file);
	rmdir(directory);
}

static void setup(void)
{
	struct pgwire_tls_options tls_options = options_of(false);
	struct pgwire_options options = { 1u << 20, 16u << 20, 0, &peer.interrupt, NULL };
	int fds[2];

	ck_assert_int_eq(pgwire_tls_new(&tls_options, &tls, &error), OK);
	options.tls = tls;
	peer = (struct peer){ 0 };
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	peer.fd = fds[0];
	peer.wire = pgwire_new(fds[1], &options);
	client_context = SSL_CTX_new(TLS_client_method());
	client = SSL_new(client_context);
	SSL_set_fd(client, peer.fd);
	ck_assert_int_eq(fcntl(peer.fd, F_SETFL, O_NONBLOCK), 0);
}

static void teardown(void)
{
	SSL_free(client);
	SSL_CTX_free(client_context);
	peer_close(&peer);
	pgwire_tls_release(tls);
}

/* Both sides in turn until the client is through; false if one of them gives up. */
static bool shake_hands(void)
{
	for (int i = 0; i < STEPS_MAX; i++) {
		int result = SSL_connect(client);

		if (result != 1 && SSL_get_error(client, result) != SSL_ERROR_WANT_READ)
			return false;
		if (peer_next(&peer) != PGWIRE_WOULD_BLOCK)
			return false;
		if (result == 1)
			return true;
	}
	return false;
}

static void ask_and_shake_hands(void)
{
	char answer;

	peer_startup(&peer, SSL_REQUEST, "", 0);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
	ck_assert_int_eq(recv(peer.fd, &answer, 1, 0), 1);
	ck_assert_int_eq(answer, 'S');
	ck_assert(!pgwire_has_input(peer.wire));
	ck_assert(shake_hands());
	ck_assert(pgwire_is_tls(peer.wire));
}

static void send_encrypted(const void *data, size_t size)
{
	ck_assert_int_eq(SSL_write(client, data, (int)size), (int)size);
}

#define STARTUP "\0\0\0\x11\0\x03\0\0user\0me\0\0"
#define QUERY "Q\0\0\0\x0dselect 1"

static void admit(void)
{
	send_encrypted(PEER_BYTES(STARTUP));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(peer.message.type, PGWIRE_STARTUP);
	pgwire_auth_trust(peer.wire);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(peer.message.type, PGWIRE_AUTHENTICATED);
}

START_TEST(a_request_is_granted_and_the_startup_packet_comes_encrypted)
{
	ask_and_shake_hands();
	ck_assert_int_ge(SSL_version(client), TLS1_2_VERSION);
	ck_assert_ptr_null(pgwire_tls_fault(peer.wire));
	admit();
	send_encrypted(QUERY, sizeof QUERY);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert(str_equal(peer.message.query.text, STR("select 1")));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
}
END_TEST

START_TEST(plain_bytes_behind_the_request_end_the_connection)
{
	char bytes[64];
	size_t size = sizeof STARTUP - 1;

	memcpy(bytes, "\0\0\0\x08\x04\xd2\x16\x2f", 8);
	memcpy(bytes + 8, STARTUP, size);
	peer_send(&peer, bytes, 8 + size);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_FAULT);
	ck_assert_int_eq(peer.error.code, E_PROTOCOL);
	ck_assert_str_eq(peer.error.message, "received unencrypted data after SSL request");
	ck_assert_int_eq(peer_next(&peer), PGWIRE_CLOSED);
}
END_TEST

START_TEST(a_second_request_inside_is_refused)
{
	ask_and_shake_hands();
	send_encrypted("\0\0\0\x08\x04\xd2\x16\x2f", 8);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_FAULT);
	ck_assert_int_eq(peer.error.code, E_NOT_SUPPORTED);
}
END_TEST

START_TEST(direct_tls_needs_the_protocol_named)
{
	ck_assert_int_eq(SSL_set_alpn_protos(client, (const uint8_t *)"\x0apostgresql", 11), 0);
	ck_assert(shake_hands());
	admit();
}
END_TEST

START_TEST(direct_tls_without_the_protocol_is_closed)
{
	ck_assert(!shake_hands());
	ck_assert_str_eq(pgwire_tls_fault(peer.wire), "direct TLS connection without ALPN");
}
END_TEST

START_TEST(direct_tls_for_another_protocol_is_closed)
{
	ck_assert_int_eq(SSL_set_alpn_protos(client, (const uint8_t *)"\x02h2", 3), 0);
	ck_assert(!shake_hands());
	ck_assert_ptr_nonnull(pgwire_tls_fault(peer.wire));
}
END_TEST

START_TEST(tls_1_1_is_refused)
{
	SSL_set_security_level(client, 0);
	SSL_set_min_proto_version(client, TLS1_VERSION);
	SSL_set_max_proto_version(client, TLS1_1_VERSION);
	peer_startup(&peer, SSL_REQUEST, "", 0);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
	ck_assert_int_eq(recv(peer.fd, &(char){ 0 }, 1, 0), 1);
	ck_assert(!shake_hands());
}
END_TEST

/* After the last WOULD_BLOCK epoll looks at the socket alone: what OpenSSL has read ahead must have
   been given out by then. */
START_TEST(records_that_come_together_are_all_taken_before_waiting)
{
	ask_and_shake_hands();
	admit();
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 10; i++)
			send_encrypted(QUERY, sizeof QUERY);
		ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
		for (int i = 1; i < 10; i++)
			ck_assert_int_eq(pgwire_next(peer.wire, false, &peer.message, &peer.error),
				PGWIRE_MESSAGE);
		ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
	}
}
END_TEST

START_TEST(a_message_larger_than_a_record_is_one_message)
{
	static char query[100000] = "Q\0\x01\x86\x9f";
	size_t sent = 0;

	memset(query + 5, 'x', sizeof query - 6);
	ask_and_shake_hands();
	admit();
	for (int i = 0; i < STEPS_MAX && sent < sizeof query; i++) {
		int more = SSL_write(client, query + sent, (int)MIN_OF(sizeof query - sent, 9000u));

		ck_assert_int_gt(more, 0);
		sent += (size_t)more;
		if (sent < sizeof query)
			ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
	}
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_uint_eq(peer.message.query.text.length, sizeof query - 6);
}
END_TEST

/* The socket fills, and writes are repeated while the client also sends. */
START_TEST(output_larger_than_the_socket_arrives_whole)
{
	static uint8_t expected[LARGE + 5], got[LARGE + 5];
	size_t used = 0;
	struct buf *row;

	ask_and_shake_hands();
	admit();
	for (size_t i = 0; i < LARGE; i++)
		expected[i] = (uint8_t)(i * 7 + i / 255);
	peer.interrupt = 1;
	/* Sends until the socket is full, and gives up: the client reads in this same thread. */
	row = pgwire_copy_begin(peer.wire);
	buf_put(row, expected, LARGE);
	ck_assert_int_eq(pgwire_copy_end(peer.wire, &peer.error), E_CONNECTION);
	for (int i = 0; i < STEPS_MAX * 10 && used < LARGE + 5; i++) {
		int more = SSL_read(client, got + used, (int)(LARGE + 5 - used));

		if (more > 0)
			used += (size_t)more;
		if (i % 8 == 0)
			send_encrypted(QUERY, sizeof QUERY);
		pgwire_flush_once(peer.wire);
	}
	ck_assert_uint_eq(used, LARGE + 5);
	ck_assert_mem_eq(got + 5, expected, LARGE);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
}
END_TEST

START_TEST(the_end_is_said_and_heard)
{
	char byte;
	int result;

	ask_and_shake_hands();
	admit();
	ck_assert_int_eq(SSL_shutdown(client), 0);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_CLOSED);
	pgwire_free(peer.wire);
	peer.wire = NULL;
	result = SSL_read(client, &byte, 1);
	ck_assert_int_eq(SSL_get_error(client, result), SSL_ERROR_ZERO_RETURN);
}
END_TEST

/* Who ends a session shuts its socket for reading; the session's own thread says why. */
START_TEST(a_socket_shut_for_reading_still_takes_the_last_words)
{
	char bytes[256];

	ask_and_shake_hands();
	admit();
	ck_assert_int_eq(shutdown(pgwire_fd(peer.wire), SHUT_RD), 0);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_CLOSED);
	FAIL(&error, E_ADMIN_SHUTDOWN, "the end");
	pgwire_put_error(peer.wire, "FATAL", &error);
	pgwire_flush_once(peer.wire);
	ck_assert_int_gt(SSL_read(client, bytes, sizeof bytes), 5);
	ck_assert_int_eq(bytes[0], 'E');
}
END_TEST

START_TEST(a_key_that_others_may_read_is_refused)
{
	struct pgwire_tls_options tls_options = options_of(false);
	struct pgwire_tls *other;
	struct stat status;

	ck_assert_int_eq(stat(key_file, &status), 0);
	ck_assert_int_eq(status.st_mode & 0777, 0600);
	ck_assert_int_eq(chmod(key_file, 0644), 0);
	ck_assert_int_eq(pgwire_tls_new(&tls_options, &other, &error), E_CONFIG_FILE);
	ck_assert_ptr_nonnull(strstr(error.message, "has group or world access"));
	ck_assert_int_eq(chmod(key_file, 0600), 0);
}
END_TEST

START_TEST(missing_or_wrong_files_are_named)
{
	struct pgwire_tls_options tls_options = options_of(true);
	struct pgwire_tls *other;

	tls_options.certificate_file = "/nonexistent/a.crt";
	ck_assert_int_eq(pgwire_tls_new(&tls_options, &other, &error), E_CONFIG_FILE);
	ck_assert_str_eq(error.message, "could not load server certificate file "
					"\"/nonexistent/a.crt\": No such file or directory");
	tls_options = options_of(true);
	tls_options.key_file = certificate_file;
	ck_assert_int_eq(chmod(certificate_file, 0600), 0);
	ck_assert_int_eq(pgwire_tls_new(&tls_options, &other, &error), E_CONFIG_FILE);
	ck_assert_ptr_nonnull(strstr(error.message, "could not load private key file"));
	tls_options = options_of(true);
	tls_options.authority_file = key_file;
	ck_assert_int_eq(pgwire_tls_new(&tls_options, &other, &error), E_CONFIG_FILE);
	ck_assert_ptr_nonnull(strstr(error.message, "could not load root certificate file"));
}
END_TEST

START_TEST(files_that_are_there_are_not_overwritten)
{
	ck_assert_int_eq(pgwire_tls_write_certificate(certificate_file, key_file, &error), E_IO);
}
END_TEST

Suite *tls_suite(void)
{
	Suite *s = suite_create("tls");
	TCase *t = tcase_create("tls");

	tcase_add_unchecked_fixture(t, make_files, remove_files);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_request_is_granted_and_the_startup_packet_comes_encrypted);
	tcase_add_test(t, plain_bytes_behind_the_request_end_the_connection);
	tcase_add_test(t, a_second_request_inside_is_refused);
	tcase_add_test(t, direct_tls_needs_the_protocol_named);
	tcase_add_test(t, direct_tls_without_the_protocol_is_closed);
	tcase_add_test(t, direct_tls_for_another_protocol_is_closed);
	tcase_add_test(t, tls_1_1_is_refused);
	tcase_add_test(t, records_that_come_together_are_all_taken_before_waiting);
	tcase_add_test(t, a_message_larger_than_a_record_is_one_message);
	tcase_add_test(t, output_larger_than_the_socket_arrives_whole);
	tcase_add_test(t, the_end_is_said_and_heard);
	tcase_add_test(t, a_socket_shut_for_reading_still_takes_the_last_words);
	tcase_add_test(t, a_key_that_others_may_read_is_refused);
	tcase_add_test(t, missing_or_wrong_files_are_named);
	tcase_add_test(t, files_that_are_there_are_not_overwritten);
	suite_add_tcase(s, t);
	return s;
}
