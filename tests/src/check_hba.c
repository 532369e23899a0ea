/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_hba.conf: which lines are refused with what words, and which rule fits whom.
 */
#include "src/hba.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "tests/src/suites.h"

static struct error error;

static const struct {
	const char *line, *message;
} bad[] = {
	{ "hist all all all trust", "invalid connection type \"hist\"" },
	{ "\"local\" all all trust", "invalid connection type \"local\"" },
	{ "local,host all all trust", "multiple values specified for connection type" },
	{ "local", "end-of-line before database specification" },
	{ "local all", "end-of-line before role specification" },
	{ "local all all", "end-of-line before authentication method specification" },
	{ "local all all # trust", "end-of-line before authentication method specification" },
	{ "local all, trust", "end-of-line before role specification" },
	{ "local all all, # x", "a list ends in a comma" },
	{ "local , all trust", "unexpected comma" },
	{ "local \"all all trust", "unterminated quoted string" },
	{ "local all +staff trust",
		"role \"+staff\": groups, files and regular expressions are not supported" },
	{ "local @dbs all trust",
		"database \"@dbs\": groups, files and regular expressions are not supported" },
	{ "local all all ident", "invalid authentication method \"ident\"" },
	{ "local all all trust map=x", "unrecognized authentication option \"map=x\"" },
	{ "host all all 127.0.0.1 trust", "invalid IP mask \"trust\"" },
	{ "host all all 127.0.0.1", "end-of-line before netmask specification" },
	{ "host all all 127.0.0.1 ffff:: trust", "invalid IP mask \"ffff::\"" },
	{ "host all all 127.0.0.1/33 trust", "invalid CIDR mask in address \"127.0.0.1/33\"" },
	{ "host all all 127.0.0.1/ trust", "invalid CIDR mask in address \"127.0.0.1/\"" },
	{ "host all all ::1/129 trust", "invalid CIDR mask in address \"::1/129\"" },
	{ "host all all 127.0.0.256/8 trust", "invalid IP address \"127.0.0.256/8\"" },
	{ "host all all example.org trust", "invalid IP address \"example.org\"" },
	{ "host all all all peer", "peer authentication is only supported on local sockets" },
	{ "host all all all cert", "cert authentication is only supported on hostssl connections" },
	{ "host all all all scram-sha-256 clientcert=verify-ca",
		"clientcert can only be configured for \"hostssl\" rows" },
	{ "hostssl all all all cert clientcert=verify-ca",
		"unrecognized authentication option \"clientcert=verify-ca\"" },
};

START_TEST(a_bad_line_is_refused_with_file_and_number)
{
	char text[256], message[512];
	struct hba *h;

	snprintf(text, sizeof text, "# rules\nlocal all all trust\n%s\nlocal\n", bad[_i].line);
	snprintf(message, sizeof message, "%s in file \"the file\" line 3", bad[_i].message);
	ck_assert_int_eq(hba_parse(str_of(text), "the file", &h, &error), E_CONFIG_FILE);
	ck_assert_str_eq(error.message, message);
}
END_TEST

/* Whom the rules let in; `line` 0: no rule fits. */
static const struct {
	const char *rules, *from, *user, *database;
	bool is_tls;
	unsigned line;
	enum hba_method method;
} cases[] = {
	{ "", "", "me", "db", false, 0, HBA_TRUST },
	{ "host all all all trust", "", "me", "db", false, 0, HBA_TRUST },
	{ "local all all trust", "", "me", "db", false, 1, HBA_TRUST },
	{ "local all all trust", "127.0.0.1", "me", "db", false, 0, HBA_TRUST },
	{ "\n# x\nlocal all all trust", "", "me", "db", false, 3, HBA_TRUST },
	{ "local all you reject\nlocal all me md5", "", "me", "db", false, 2, HBA_MD5 },
	{ "local all all reject\nlocal all all trust", "", "me", "db", false, 1, HBA_REJECT },
	{ "local a,db,c all password", "", "me", "db", false, 1, HBA_PASSWORD },
	{ "local a, db all peer", "", "me", "db", false, 1, HBA_PEER },
	{ "local \"all\" all trust", "", "me", "db", false, 0, HBA_TRUST },
	{ "local \"all\" all trust", "", "me", "all", false, 1, HBA_TRUST },
	{ "local all \"a b, c\" trust", "", "a b, c", "db", false, 1, HBA_TRUST },
	{ "local sameuser all trust", "", "me", "db", false, 0, HBA_TRUST },
	{ "local sameuser all trust", "", "me", "me", false, 1, HBA_TRUST },
	{ "local sameuser all trust", "", "me", "sameuser", false, 0, HBA_TRUST },
	{ "local replication all trust", "", "me", "replication", false, 0, HBA_TRUST },
	{ "local all me trust", "", "Me", "db", false, 0, HBA_TRUST },
	{ "hostssl all all all trust", "10.0.0.1", "me", "db", false, 0, HBA_TRUST },
	{ "hostssl all all all cert", "10.0.0.1", "me", "db", true, 1, HBA_CERT },
	{ "hostnossl all all all trust", "10.0.0.1", "me", "db", true, 0, HBA_TRUST },
	{ "hostnossl all all all trust", "10.0.0.1", "me", "db", false, 1, HBA_TRUST },
	{ "host all all 10.1.0.0/16 trust", "10.1.255.1", "me", "db", true, 1, HBA_TRUST },
	{ "host all all 10.1.0.0/16 trust", "10.2.0.0", "me", "db", true, 0, HBA_TRUST },
	{ "host all all 10.1.2.3/13 trust", "10.7.0.0", "me", "db", false, 1, HBA_TRUST },
	{ "host all all 10.1.2.3/13 trust", "10.8.0.0", "me", "db", false, 0, HBA_TRUST },
	{ "host all all 10.1.0.0 255.255.0.0 scram-sha-256", "10.1.9.9", "me", "db", false, 1,
		HBA_SCRAM },
	{ "host all all 0.0.0.0/0 trust", "::1", "me", "db", false, 0, HBA_TRUST },
	{ "host all all ::/0 trust", "10.0.0.1", "me", "db", false, 0, HBA_TRUST },
	{ "host all all fe80::/10 trust", "febf::1", "me", "db", false, 1, HBA_TRUST },
	{ "host all all fe80::/10 trust", "fec0::1", "me", "db", false, 0, HBA_TRUST },
	{ "host all all samehost trust", "127.0.0.1", "me", "db", false, 1, HBA_TRUST },
	{ "host all all samehost trust", "240.0.0.1", "me", "db", false, 0, HBA_TRUST },
	{ "host all all samenet trust", "127.1.2.3", "me", "db", false, 1, HBA_TRUST },
	{ "host all all samenet trust", "240.0.0.1", "me", "db", false, 0, HBA_TRUST },
};

/* An empty text is the socket in the file system. */
static void fill_address(const char *text, struct sockaddr_storage *to)
{
	struct sockaddr_in *four = (struct sockaddr_in *)to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof *to);
	to->ss_family = AF_UNIX;
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1)
		to->ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1)
		to->ss_family = AF_INET6;
}

START_TEST(the_first_rule_that_fits_is_found)
{
	struct sockaddr_storage address;
	struct hba_client client = { str_of(cases[_i].user), str_of(cases[_i].database),
		cases[_i].is_tls, (const struct sockaddr *)&address };
	struct hba_verdict verdict = { 0 };
	struct hba *h;

	fill_address(cases[_i].from, &address);
	ck_assert_int_eq(hba_parse(str_of(cases[_i].rules), "f", &h, &error), OK);
	ck_assert_int_eq(hba_find(h, &client, &verdict), cases[_i].line != 0);
	ck_assert_uint_eq(verdict.line, cases[_i].line);
	ck_assert_int_eq(verdict.method, cases[_i].method);
	hba_free(h);
}
END_TEST

START_TEST(certificates_are_asked_for_where_that_is_said)
{
	struct hba *h;

	ck_assert_int_eq(
		hba_parse(STR("local all all trust\n"
			      "hostssl all all all scram-sha-256 clientcert=verify-full\n"),
			"f", &h, &error),
		OK);
	ck_assert_uint_eq(hba_certificate_line(h), 2);
	hba_free(h);
	ck_assert_int_eq(hba_parse(STR("hostssl all all all trust"), "f", &h, &error), OK);
	ck_assert_uint_eq(hba_certificate_line(h), 0);
	hba_free(h);
}
END_TEST

START_TEST(the_default_lets_in_this_machine_alone)
{
	static const char *const from[] = { "", "127.0.0.1", "::1", "127.0.0.2", "10.0.0.1" };
	struct hba *h;

	ck_assert_int_eq(hba_parse(hba_default_text(), "f", &h, &error), OK);
	for (int i = 0; i < (int)ARRAY_COUNT(from); i++) {
		struct sockaddr_storage address;
		struct hba_client client = { STR("me"), STR("db"), false,
			(const struct sockaddr *)&address };
		struct hba_verdict verdict;

		fill_address(from[i], &address);
		ck_assert_int_eq(hba_find(h, &client, &verdict), i < 3);
	}
	hba_free(h);
}
END_TEST

Suite *hba_suite(void)
{
	Suite *s = suite_create("hba");
	TCase *t = tcase_create("hba");

	tcase_add_loop_test(
		t, a_bad_line_is_refused_with_file_and_number, 0, (int)ARRAY_COUNT(bad));
	tcase_add_loop_test(t, the_first_rule_that_fits_is_found, 0, (int)ARRAY_COUNT(cases));
	tcase_add_test(t, certificates_are_asked_for_where_that_is_said);
	tcase_add_test(t, the_default_lets_in_this_machine_alone);
	suite_add_tcase(s, t);
	return s;
}
