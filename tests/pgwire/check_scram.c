/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SCRAM-SHA-256 against the example of RFC 7677 section 3, and what must be refused.
 */
#include "pgwire/scram.h"

#include <check.h>
#include <stdio.h>

#include "base/check.h"
#include "tests/pgwire/peer.h"
#include "tests/pgwire/suites.h"

/* RFC 7677: user "user", password "pencil". */
#define CLIENT_FIRST "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
#define SERVER_NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define SERVER_FIRST "r=rOprNGfwEbeRWgbNEkqO" SERVER_NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define CLIENT_FINAL                                                                               \
	"c=biws,r=rOprNGfwEbeRWgbNEkqO" SERVER_NONCE                                               \
	",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
#define SERVER_FINAL "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

static struct scram scram;
static struct error error;
static char answer[SCRAM_MESSAGE_MAX];
static const uint8_t secret[32] = "a secret of thirty-two bytes ...";

static void setup(void)
{
	static const uint8_t salt[16] = { 0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec,
		0xa0, 0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81 };

	scram = (struct scram){ .verifier = { .iterations = 4096, .salt_size = 16 } };
	memcpy(scram.verifier.salt, salt, sizeof salt);
	ck_assert(scram_verifier_make(&scram.verifier, STR("pencil")));
}

static enum sqlstate first(const char *message)
{
	return scram_first(&scram, str_of(message), SERVER_NONCE, answer, sizeof answer, &error);
}

static enum sqlstate final(const char *message, bool *is_proven)
{
	return scram_final(&scram, str_of(message), is_proven, answer, sizeof answer, &error);
}

START_TEST(the_example_of_the_rfc_is_proven)
{
	bool is_proven;

	ck_assert_int_eq(first(CLIENT_FIRST), OK);
	ck_assert_str_eq(answer, SERVER_FIRST);
	ck_assert_int_eq(final(CLIENT_FINAL, &is_proven), OK);
	ck_assert(is_proven);
	ck_assert_str_eq(answer, SERVER_FINAL);
}
END_TEST

START_TEST(a_doomed_exchange_fails_only_at_its_end)
{
	bool is_proven;

	scram.is_doomed = true;
	ck_assert_int_eq(first(CLIENT_FIRST), OK);
	ck_assert_int_eq(final(CLIENT_FINAL, &is_proven), OK);
	ck_assert(!is_proven);
}
END_TEST

START_TEST(a_wrong_password_is_not_proven)
{
	bool is_proven;

	ck_assert(scram_verifier_make(&scram.verifier, STR("pencil ")));
	ck_assert_int_eq(first(CLIENT_FIRST), OK);
	ck_assert_int_eq(final(CLIENT_FINAL, &is_proven), OK);
	ck_assert(!is_proven);
}
END_TEST

static const char *const bad_first[] = { "", "n", "n,", "n,,", "n,,n=user", "n,,r=abc,n=user",
	"n,a=me,n=user,r=abc", "p=tls-server-end-point,,n=user,r=abc", "x,,n=user,r=abc",
	"n,,m=ext,n=user,r=abc", "n,,n=user,r=", "n,,n=user,r=a\tb" };

START_TEST(a_bad_first_message_is_refused)
{
	ck_assert_int_ne(first(bad_first[_i]), OK);
}
END_TEST

#define NONCE "rOprNGfwEbeRWgbNEkqO" SERVER_NONCE
static const char *const bad_final[] = { "", "c=biws", "c=biws,r=" NONCE, "c=biws,r=" NONCE ",",
	"c=eSws,r=" NONCE ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	"c=biws,r=other,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	"c=biws,r=" NONCE ",p=short", "c=biws,r=" NONCE ",p=dHzb",
	"c=biws,r=" NONCE ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=,x=y",
	"c=biws,r=" NONCE ",p=dHzbZapWIk4jUhN*Ute9ytag9zjfMHgsqmmiz7AndVQ=" };

START_TEST(a_bad_final_message_is_refused)
{
	bool is_proven;

	ck_assert_int_eq(first(CLIENT_FIRST), OK);
	ck_assert_int_eq(final(bad_final[_i], &is_proven), E_PROTOCOL);
	ck_assert(!is_proven);
}
END_TEST

START_TEST(a_verifier_survives_its_text)
{
	struct scram_verifier again;
	char text[SCRAM_VERIFIER_MAX];

	scram_verifier_format(&scram.verifier, text, sizeof text);
	ck_assert(scram_verifier_parse(str_of(text), &again));
	ck_assert_uint_eq(again.iterations, 4096);
	ck_assert_mem_eq(again.salt, scram.verifier.salt, 16);
	ck_assert_mem_eq(again.stored_key, scram.verifier.stored_key, SCRAM_HASH_SIZE);
	ck_assert_mem_eq(again.server_key, scram.verifier.server_key, SCRAM_HASH_SIZE);
	for (size_t cut = 0; cut < strlen(text); cut++)
		ck_assert(!scram_verifier_parse((struct str){ text, (uint32_t)cut }, &again));
}
END_TEST

START_TEST(an_unknown_user_has_the_same_salt_every_time)
{
	struct scram_verifier a, b, c;

	ck_assert(scram_verifier_mock(&a, STR("nobody"), secret));
	ck_assert(scram_verifier_mock(&b, STR("nobody"), secret));
	ck_assert(scram_verifier_mock(&c, STR("someone"), secret));
	ck_assert_mem_eq(a.salt, b.salt, a.salt_size);
	ck_assert_mem_ne(a.salt, c.salt, a.salt_size);
}
END_TEST

START_TEST(an_unknown_user_is_refused_over_the_wire_as_a_wrong_password_is)
{
	struct peer peer;
	char bytes[512];
	size_t got;

	peer_open(&peer);
	peer_startup(&peer, 0x30000, PEER_BYTES("user\0nobody\0\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(
		pgwire_auth_scram(peer.wire, STR("nobody"), STR(""), secret, &peer.error), OK);
	got = peer_receive(&peer, bytes, sizeof bytes);
	ck_assert_uint_eq(got, 24);
	ck_assert_mem_eq(bytes, "R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0", 24);
	peer_message(&peer, 'p', PEER_BYTES("SCRAM-SHA-256\0\0\0\0\x0cn,,n=,r=abcd"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
	got = peer_receive(&peer, bytes, sizeof bytes - 1);
	bytes[got] = '\0';
	ck_assert_uint_gt(got, 9 + 6);
	ck_assert_mem_eq(bytes + 9, "r=abcd", 6);
	{
		char reply[256];
		char *comma = strchr(bytes + 9, ',');
		int length = snprintf(reply, sizeof reply,
			"c=biws,%.*s,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
			(int)(comma - bytes - 9), bytes + 9);

		peer_message(&peer, 'p', reply, (size_t)length);
	}
	ck_assert_int_eq(peer_next(&peer), PGWIRE_FAULT);
	ck_assert_int_eq(peer.error.code, E_PASSWORD);
	ck_assert_str_eq(peer.error.message, "password authentication failed for user \"nobody\"");
	peer_close(&peer);
}
END_TEST

Suite *scram_suite(void)
{
	Suite *s = suite_create("scram");
	TCase *t = tcase_create("scram");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, the_example_of_the_rfc_is_proven);
	tcase_add_test(t, a_doomed_exchange_fails_only_at_its_end);
	tcase_add_test(t, a_wrong_password_is_not_proven);
	tcase_add_loop_test(t, a_bad_first_message_is_refused, 0, (int)ARRAY_COUNT(bad_first));
	tcase_add_loop_test(t, a_bad_final_message_is_refused, 0, (int)ARRAY_COUNT(bad_final));
	tcase_add_test(t, a_verifier_survives_its_text);
	tcase_add_test(t, an_unknown_user_has_the_same_salt_every_time);
	tcase_add_test(t, an_unknown_user_is_refused_over_the_wire_as_a_wrong_password_is);
	suite_add_tcase(s, t);
	return s;
}
