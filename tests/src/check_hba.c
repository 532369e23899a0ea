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
#include <sys/stat.h>

#include "base/check.h"
#include "src/auth_file.h"
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
	{ "local all, # x", "end-of-line before role specification" },
	{ "local \"all all trust", "end-of-line before role specification" },
	{ "local \\", "end-of-line before role specification" },
	{ "local all @missing trust",
		"could not open file \"missing\": No such file or directory" },
	{ "include missing", "could not open file \"missing\": No such file or directory" },
	{ "include_dir missing",
		"could not open directory \"missing\": No such file or directory" },
	{ "\"include\" missing", "invalid connection type \"include\"" },
	{ "local all /( trust", "invalid regular expression \"(\": missing closing parenthesis" },
	{ "hostgssenc all all all trust", "hostgssenc record cannot match because GSSAPI is not "
					  "supported by this build" },
	{ "host all all all ident",
		"invalid authentication method \"ident\": not supported by this build" },
	{ "local all all ldap",
		"invalid authentication method \"ldap\": not supported by this build" },
	{ "local all all kerberos", "invalid authentication method \"kerberos\"" },
	{ "local all all \"trust\"", "invalid authentication method \"trust\"" },
	{ "local all all trust,md5", "multiple values specified for authentication type" },
	{ "local all all trust map", "authentication option not in name=value format: map" },
	{ "local all all trust mop=x", "unrecognized authentication option name: \"mop\"" },
	{ "local all all trust map=x", "authentication option \"map\" is only valid for "
				       "authentication methods peer and cert" },
	{ "host all all 127.0.0.1 trust", "invalid IP mask \"trust\"" },
	{ "host all all 127.0.0.1", "end-of-line before netmask specification" },
	{ "host all all 127.0.0.1 ffff:: trust", "IP address and mask do not match" },
	{ "host all all 127.0.0.1/33 trust", "invalid CIDR mask in address \"127.0.0.1/33\"" },
	{ "host all all 127.0.0.1/ trust", "invalid CIDR mask in address \"127.0.0.1/\"" },
	{ "host all all ::1/129 trust", "invalid CIDR mask in address \"::1/129\"" },
	{ "host all all 127.0.0.256/8 trust",
		"specifying both host name and CIDR mask is invalid: \"127.0.0.256/8\"" },
	{ "host all all a.org,b.org trust", "multiple values specified for host address" },
	{ "host all all all peer", "peer authentication is only supported on local sockets" },
	{ "host all all all cert", "cert authentication is only supported on hostssl connections" },
	{ "host all all all scram-sha-256 clientcert=verify-ca",
		"clientcert can only be configured for \"hostssl\" rows" },
	{ "host all all all scram-sha-256 clientname=CN",
		"clientname can only be configured for \"hostssl\" rows" },
	{ "hostssl all all all trust clientcert=1", "invalid value for clientcert: \"1\"" },
	{ "hostssl all all all cert clientname=SN", "invalid value for clientname: \"SN\"" },
	{ "hostssl all all all cert clientcert=verify-ca",
		"clientcert only accepts \"verify-full\" when using \"cert\" authentication" },
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
	{ "local db ,all trust", "", "me", "db", false, 1, HBA_TRUST },
	{ "local a,,db, all me peer", "", "me", "db", false, 1, HBA_PEER },
	{ "local \\\n  all all \\\r\n trust\n#local", "", "me", "db", false, 1, HBA_TRUST },
	{ "# \\\n all all trust\nlocal all all md5", "", "me", "db", false, 3, HBA_MD5 },
	{ "local \"d\"\"b\" all trust", "", "me", "d\"b", false, 1, HBA_TRUST },
	{ "local all all ident", "", "me", "db", false, 1, HBA_PEER },
	{ "local \"all\" all trust", "", "me", "db", false, 0, HBA_TRUST },
	{ "local \"all\" all trust", "", "me", "all", false, 1, HBA_TRUST },
	{ "local all \"a b, c\" trust", "", "a b, c", "db", false, 1, HBA_TRUST },
	{ "local sameuser all trust", "", "me", "db", false, 0, HBA_TRUST },
	{ "local sameuser all trust", "", "me", "me", false, 1, HBA_TRUST },
	{ "local sameuser all trust", "", "me", "sameuser", false, 0, HBA_TRUST },
	{ "local samerole all trust", "", "me", "staff", false, 1, HBA_TRUST },
	{ "local samegroup all trust", "", "me", "me", false, 1, HBA_TRUST },
	{ "local samerole all trust", "", "you", "staff", false, 0, HBA_TRUST },
	{ "local \"samerole\" all trust", "", "me", "staff", false, 0, HBA_TRUST },
	{ "local all +staff trust", "", "me", "db", false, 1, HBA_TRUST },
	{ "local all +staff trust", "", "you", "db", false, 0, HBA_TRUST },
	{ "local all \"+staff\" trust", "", "me", "db", false, 0, HBA_TRUST },
	{ "local all \"+staff\" trust", "", "+staff", "db", false, 1, HBA_TRUST },
	{ "local replication all trust", "", "me", "replication", false, 0, HBA_TRUST },
	{ "local /^d.$ all trust", "", "me", "db", false, 1, HBA_TRUST },
	{ "local all /^m,/y trust", "", "you", "db", false, 1, HBA_TRUST },
	{ "local all /^m trust", "", "you", "db", false, 0, HBA_TRUST },
	{ "local all \"/^m\" trust", "", "me", "db", false, 0, HBA_TRUST },
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
	{ "hostnogssenc all all all trust", "10.0.0.1", "me", "db", true, 1, HBA_TRUST },
	/* 10.0.0.1 is one.example.org, and says so; 10.0.0.2 says so only; 10.0.0.9 is nobody. */
	{ "host all all One.Example.org trust", "10.0.0.1", "me", "db", false, 1, HBA_TRUST },
	{ "host all all one.example.org trust", "10.0.0.2", "me", "db", false, 0, HBA_TRUST },
	{ "host all all one.example.org trust", "10.0.0.9", "me", "db", false, 0, HBA_TRUST },
	{ "host all all .example.org trust", "10.0.0.1", "me", "db", false, 1, HBA_TRUST },
	{ "host all all .ample.org trust", "10.0.0.1", "me", "db", false, 0, HBA_TRUST },
	{ "host all all .one.example.org trust", "10.0.0.1", "me", "db", false, 0, HBA_TRUST },
	{ "host all all example.org trust", "10.0.0.1", "me", "db", false, 0, HBA_TRUST },
	{ "host all all \"all\" trust", "10.0.0.1", "me", "db", false, 0, HBA_TRUST },
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

static bool name_of(const struct sockaddr *address, char *to, size_t size)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)address;
	uint32_t number = ntohl(four->sin_addr.s_addr);

	snprintf(to, size, "one.example.org");
	return number == 0x0A000001 || number == 0x0A000002;
}

static bool has_address(const char *name, const struct sockaddr *address)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)address;

	return strcmp(name, "one.example.org") == 0 && ntohl(four->sin_addr.s_addr) == 0x0A000001;
}

static const struct hba_resolver resolver = { name_of, has_address };

static enum sqlstate is_member(
	void *context, struct str user, struct str role, bool *out, struct error *e)
{
	(void)context;
	if (str_equal(role, STR("broken")))
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory");
	*out = str_equal(user, role) ||
	       (str_equal(user, STR("me")) && str_equal(role, STR("staff")));
	return OK;
}

static struct hba_client client_of(
	const char *user, const char *database, bool is_tls, struct sockaddr_storage *address)
{
	return (struct hba_client){ .user = str_of(user),
		.database = str_of(database),
		.is_tls = is_tls,
		.address = (const struct sockaddr *)address,
		.resolver = &resolver,
		.is_member = is_member };
}

START_TEST(the_first_rule_that_fits_is_found)
{
	struct sockaddr_storage address;
	struct hba_client client =
		client_of(cases[_i].user, cases[_i].database, cases[_i].is_tls, &address);
	struct hba_verdict verdict = { 0 };
	bool is_found;
	struct hba *h;

	fill_address(cases[_i].from, &address);
	ck_assert_int_eq(hba_parse(str_of(cases[_i].rules), "f", &h, &error), OK);
	ck_assert_int_eq(hba_find(h, &client, &verdict, &is_found, &error), OK);
	ck_assert_int_eq(is_found, cases[_i].line != 0);
	ck_assert_uint_eq(verdict.line, cases[_i].line);
	ck_assert_int_eq(verdict.method, cases[_i].method);
	hba_free(h);
}
END_TEST

START_TEST(a_connection_for_care_is_a_replication)
{
	struct sockaddr_storage address;
	struct hba_client client = client_of("me", "db", false, &address);
	struct hba_verdict verdict;
	bool is_found;
	struct hba *h;

	fill_address("", &address);
	client.is_replication = true;
	ck_assert_int_eq(hba_parse(STR("local replication all peer"), "f", &h, &error), OK);
	ck_assert_int_eq(hba_find(h, &client, &verdict, &is_found, &error), OK);
	ck_assert(is_found);
	hba_free(h);
}
END_TEST

/* Else a rule that rejects might be passed over. */
START_TEST(a_membership_that_cannot_be_looked_up_refuses)
{
	struct sockaddr_storage address;
	struct hba_client client = client_of("me", "db", false, &address);
	struct hba_verdict verdict;
	bool is_found;
	struct hba *h;

	fill_address("", &address);
	ck_assert_int_eq(hba_parse(STR("local all +broken reject\nlocal all all trust"), "f", &h,
				 &error),
		OK);
	ck_assert_int_eq(hba_find(h, &client, &verdict, &is_found, &error), E_OUT_OF_MEMORY);
	hba_free(h);
}
END_TEST

START_TEST(options_go_with_the_verdict)
{
	struct hba_verdict verdict;
	struct hba *h;

	ck_assert_int_eq(
		hba_parse(STR("local all all trust\n"
			      "hostssl all all all cert map=people clientname=DN\n"),
			"f", &h, &error),
		OK);
	ck_assert(hba_asks_certificate(h, &verdict));
	ck_assert_uint_eq(verdict.line, 2);
	ck_assert_int_eq(verdict.certificate, HBA_CERTIFICATE_FULL);
	ck_assert(verdict.is_by_dn);
	ck_assert(str_equal(verdict.map, STR("people")));
	hba_free(h);
	ck_assert_int_eq(hba_parse(STR("hostssl all all all trust"), "f", &h, &error), OK);
	ck_assert(!hba_asks_certificate(h, &verdict));
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
		struct hba_client client = client_of("me", "db", false, &address);
		struct hba_verdict verdict;
		bool is_found;

		fill_address(from[i], &address);
		ck_assert_int_eq(hba_find(h, &client, &verdict, &is_found, &error), OK);
		ck_assert_int_eq(is_found, i < 3);
	}
	hba_free(h);
}
END_TEST

/* --- files that others include ------------------------------------------------------------ */

static char folder[] = "/tmp/quiver-hba-XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void make_folder(void)
{
	char path[256];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/more", folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	write_file("names", "them, you # and\n\n@others\n");
	write_file("others", "\"me\"");
	write_file("more/2.conf", "local all all trust");
	write_file("more/1.conf", "local all @../names reject\n");
	write_file("more/.hidden.conf", "bad");
	write_file("more/3.txt", "bad");
	write_file("itself", "include itself");
	write_file("wrong", "local all all trust\n\nbad");
}

static void remove_folder(void)
{
	static const char *const names[] = { "names", "others", "more/1.conf", "more/2.conf",
		"more/.hidden.conf", "more/3.txt", "itself", "wrong", "more", "" };
	char path[256];

	for (int i = 0; i < (int)ARRAY_COUNT(names); i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		ck_assert_int_eq(remove(path), 0);
	}
}

/* Where the rule for the user stands; "": there is none. */
static void find_in_folder(const char *rules, const char *user, const char *name, unsigned line)
{
	struct sockaddr_storage address;
	struct hba_client client = client_of(user, "db", false, &address);
	struct hba_verdict verdict;
	char path[256];
	bool is_found;
	struct hba *h;

	fill_address("", &address);
	snprintf(path, sizeof path, "%s/pg_hba.conf", folder);
	ck_assert_int_eq(hba_parse(str_of(rules), path, &h, &error), OK);
	ck_assert_int_eq(hba_find(h, &client, &verdict, &is_found, &error), OK);
	ck_assert_int_eq(is_found, name[0] != '\0');
	if (is_found) {
		snprintf(path, sizeof path, "%s/%s", folder, name);
		ck_assert_str_eq(verdict.file, path);
		ck_assert_uint_eq(verdict.line, line);
	}
	hba_free(h);
}

START_TEST(files_are_included)
{
	char message[512], path[256];
	struct hba *h;

	make_folder();
	find_in_folder("local all @names trust", "me", "pg_hba.conf", 1);
	find_in_folder("local all nobody,@names trust", "you", "pg_hba.conf", 1);
	find_in_folder("local all @names trust", "nobody", "", 0);
	find_in_folder("\ninclude_dir more", "me", "more/1.conf", 1);
	find_in_folder("include_dir more", "nobody", "more/2.conf", 1);
	find_in_folder("include_if_exists missing\ninclude more/2.conf", "me", "more/2.conf", 1);
	find_in_folder("local all \"@names\" trust", "@names", "pg_hba.conf", 1);
	snprintf(path, sizeof path, "%s/pg_hba.conf", folder);
	ck_assert_int_eq(hba_parse(STR("include wrong"), path, &h, &error), E_CONFIG_FILE);
	snprintf(message, sizeof message,
		"invalid connection type \"bad\" in file \"%s/wrong\" line 3", folder);
	ck_assert_str_eq(error.message, message);
	ck_assert_int_eq(hba_parse(STR("include itself"), path, &h, &error), E_CONFIG_FILE);
	ck_assert_ptr_nonnull(strstr(error.message, "maximum nesting depth exceeded"));
	remove_folder();
}
END_TEST

/* --- as they are shown -------------------------------------------------------------------- */

static void print_words(FILE *to, const struct auth_word *words)
{
	for (const struct auth_word *w = words; w != NULL; w = w->next)
		fprintf(to, "%.*s;", STR_ARGS(w->text));
	fputc(' ', to);
}

static void print_rule(void *context, const struct hba_shown *r)
{
	FILE *to = context;

	if (r->fault != NULL) {
		fprintf(to, "%u error %s\n", r->line, r->fault);
		return;
	}
	fprintf(to, "%u %s ", r->line, r->type);
	print_words(to, r->databases);
	print_words(to, r->users);
	fprintf(to, "%s %s %s ", r->address == NULL ? "-" : r->address,
		r->netmask == NULL ? "-" : r->netmask, r->method);
	print_words(to, r->options);
	fputc('\n', to);
}

START_TEST(rules_are_shown_with_what_is_wrong)
{
	char *shown;
	size_t size;
	FILE *to = open_memstream(&shown, &size);
	struct hba *h = hba_read(STR("local a,\"b c\" +r peer map=m\nbad\nhost all all 10.1.0.0/16 "
				     "md5\nhostssl all all ::1/128 cert clientname=DN map=n\n"
				     "host all all .org trust\nhost all all samenet trust"),
		"f");

	hba_visit(h, print_rule, to);
	hba_free(h);
	fclose(to);
	ck_assert_str_eq(shown,
		"1 local a;b c; +r; - - peer map=m; \n"
		"2 error invalid connection type \"bad\"\n"
		"3 host all; all; 10.1.0.0 255.255.0.0 md5  \n"
		"4 hostssl all; all; ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff cert "
		"clientname=DN;map=n; \n"
		"5 host all; all; .org - trust  \n"
		"6 host all; all; samenet - trust  \n");
	free(shown);
}
END_TEST

Suite *hba_suite(void)
{
	Suite *s = suite_create("hba");
	TCase *t = tcase_create("hba");

	tcase_add_loop_test(
		t, a_bad_line_is_refused_with_file_and_number, 0, (int)ARRAY_COUNT(bad));
	tcase_add_loop_test(t, the_first_rule_that_fits_is_found, 0, (int)ARRAY_COUNT(cases));
	tcase_add_test(t, a_connection_for_care_is_a_replication);
	tcase_add_test(t, a_membership_that_cannot_be_looked_up_refuses);
	tcase_add_test(t, options_go_with_the_verdict);
	tcase_add_test(t, files_are_included);
	tcase_add_test(t, rules_are_shown_with_what_is_wrong);
	tcase_add_test(t, the_default_lets_in_this_machine_alone);
	suite_add_tcase(s, t);
	return s;
}
