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

/* --- channel binding ---------------------------------------------------------------------- */

static const uint8_t certificate_hash[32] = "the hash of a server certificate";

static void offer_binding(bool is_plus)
{
	scram.is_plus = is_plus;
	scram.endpoint = certificate_hash;
	scram.endpoint_size = sizeof certificate_hash;
}

static const struct {
	bool is_plus;
	const char *header;
	enum sqlstate code;
} headers[] = {
	{ true, "p=tls-server-end-point,,", OK },
	{ true, "p=tls-unique,,", E_PROTOCOL },
	{ true, "n,,", E_PROTOCOL },
	{ true, "y,,", E_PROTOCOL },
	{ false, "n,,", OK },
	{ false, "y,,", E_AUTHORIZATION },
	{ false, "p=tls-server-end-point,,", E_PROTOCOL },
};

START_TEST(the_binding_flag_must_fit_what_was_offered_and_chosen)
{
	char message[128];

	offer_binding(headers[_i].is_plus);
	snprintf(message, sizeof message, "%sn=,r=abcd", headers[_i].header);
	ck_assert_int_eq(first(message), headers[_i].code);
}
END_TEST

/* c is the base64 of "p=tls-server-end-point,," and the hash. */
START_TEST(another_certificate_than_ours_is_refused)
{
	static const char c[] =
		"cD10bHMtc2VydmVyLWVuZC1wb2ludCwsdGhlIGhhc2ggb2YgYSBzZXJ2ZXIgY2VydGlmaWNhdGU=";
	static const char proof[] = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
	char message[512];
	bool is_proven;

	offer_binding(true);
	ck_assert_int_eq(first("p=tls-server-end-point,,n=,r=abcd"), OK);
	snprintf(message, sizeof message, "c=%s,r=abcd%s,p=%s", c, SERVER_NONCE, proof);
	ck_assert_int_eq(final(message, &is_proven), OK);
	scram.endpoint = (const uint8_t *)"another hash, of somebody between";
	ck_assert_int_eq(final(message, &is_proven), E_AUTHORIZATION);
	ck_assert_str_eq(error.message, "SCRAM channel binding check failed");
	snprintf(message, sizeof message, "c=biws,r=abcd%s,p=%s", SERVER_NONCE, proof);
	ck_assert_int_eq(final(message, &is_proven), E_AUTHORIZATION);
}
END_TEST

/* --- passwords of old clients ------------------------------------------------------------- */

static const uint8_t mock[32];

static const struct {
	bool is_md5_stored;
	const char *password;
	enum pgwire_event event;
} passwords[] = {
	{ false, "pencil", PGWIRE_MESSAGE },
	{ false, "pencils", PGWIRE_FAULT },
	{ false, "", PGWIRE_FAULT },
	{ true, "pencil", PGWIRE_MESSAGE },
	{ true, "Pencil", PGWIRE_FAULT },
};

START_TEST(a_password_in_clear_is_checked_against_either_verifier)
{
	char verifier[SCRAM_VERIFIER_MAX], bytes[64];
	struct peer peer;

	scram_verifier_format(&scram.verifier, verifier, sizeof verifier);
	if (passwords[_i].is_md5_stored)
		ck_assert_int_eq(pgwire_md5_verifier(STR("me"), STR("pencil"), verifier,
					 sizeof verifier, &error),
			OK);
	peer_open(&peer);
	peer_startup(&peer, 0x30000, PEER_BYTES("user\0me\0\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(
		pgwire_auth_password(peer.wire, STR("me"), str_of(verifier), mock, &peer.error),
		OK);
	ck_assert_uint_eq(peer_receive(&peer, bytes, sizeof bytes), 9);
	ck_assert_mem_eq(bytes, "R\0\0\0\x08\0\0\0\x03", 9);
	peer_message(&peer, 'p', passwords[_i].password, strlen(passwords[_i].password) + 1);
	ck_assert_int_eq(peer_next(&peer), passwords[_i].event);
	if (passwords[_i].event == PGWIRE_FAULT)
		ck_assert_int_eq(peer.error.code, E_PASSWORD);
	peer_close(&peer);
}
END_TEST

START_TEST(a_user_without_a_verifier_is_refused_in_clear_as_a_wrong_password_is)
{
	struct peer peer;

	peer_open(&peer);
	peer_startup(&peer, 0x30000, PEER_BYTES("user\0nobody\0\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(
		pgwire_auth_password(peer.wire, STR("nobody"), STR(""), mock, &peer.error), OK);
	peer_message(&peer, 'p', PEER_BYTES("x\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_FAULT);
	ck_assert_str_eq(peer.error.message, "password authentication failed for user \"nobody\"");
	peer_close(&peer);
}
END_TEST

/* The stored one is the well-known md5("pencil" "me"); the answer hashes that with the salt. */
START_TEST(an_md5_answer_is_the_hash_of_the_stored_one_and_the_salt)
{
	char verifier[64], answer_text[64], bytes[64], salt[5] = "";
	struct peer peer;

	ck_assert_int_eq(
		pgwire_md5_verifier(STR("me"), STR("pencil"), verifier, sizeof verifier, &error),
		OK);
	ck_assert_str_eq(verifier, "md50a9f5db71eafc5fd35ad0dbcc9d81309");
	for (int is_right = 0; is_right < 2; is_right++) {
		peer_open(&peer);
		peer_startup(&peer, 0x30000, PEER_BYTES("user\0me\0\0"));
		ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
		ck_assert_int_eq(
			pgwire_auth_md5(peer.wire, STR("me"), str_of(verifier), mock, &peer.error),
			OK);
		ck_assert_uint_eq(peer_receive(&peer, bytes, sizeof bytes), 13);
		ck_assert_mem_eq(bytes, "R\0\0\0\x0c\0\0\0\x05", 9);
		memcpy(salt, bytes + 9, 4);
		/* The same function: md5 of the digits and the salt. */
		ck_assert_int_eq(
			pgwire_md5_verifier((struct str){ salt, is_right ? 4 : 3 },
				str_of(verifier + 3), answer_text, sizeof answer_text, &error),
			OK);
		peer_message(&peer, 'p', answer_text, strlen(answer_text) + 1);
		ck_assert_int_eq(peer_next(&peer), is_right ? PGWIRE_MESSAGE : PGWIRE_FAULT);
		peer_close(&peer);
	}
}
END_TEST

START_TEST(md5_without_an_md5_verifier_is_scram)
{
	struct peer peer;
	char bytes[64];

	peer_open(&peer);
	peer_startup(&peer, 0x30000, PEER_BYTES("user\0me\0\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(pgwire_auth_md5(peer.wire, STR("me"), STR(""), mock, &peer.error), OK);
	ck_assert_uint_eq(peer_receive(&peer, bytes, sizeof bytes), 24);
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
	tcase_add_loop_test(t, the_binding_flag_must_fit_what_was_offered_and_chosen, 0,
		(int)ARRAY_COUNT(headers));
	tcase_add_test(t, another_certificate_than_ours_is_refused);
	tcase_add_loop_test(t, a_password_in_clear_is_checked_against_either_verifier, 0,
		(int)ARRAY_COUNT(passwords));
	tcase_add_test(t, a_user_without_a_verifier_is_refused_in_clear_as_a_wrong_password_is);
	tcase_add_test(t, an_md5_answer_is_the_hash_of_the_stored_one_and_the_salt);
	tcase_add_test(t, md5_without_an_md5_verifier_is_scram);
	suite_add_tcase(s, t);
	return s;
}
