/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_hba.conf: see hba.h. A line becomes fields, a field a list of words; a word that was quoted is
 * never a keyword.
 */
#include "src/hba.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"

#define ADDRESS_BYTES_MAX 16

struct hba_word {
	struct hba_word *next;
	struct str text;
	bool is_quoted;
};

struct hba_rule {
	struct hba_rule *next;
	bool is_local, wants_tls, wants_plain;
	struct hba_word *databases, *users;
	enum { FROM_ALL, FROM_RANGE, FROM_SAME_HOST, FROM_SAME_NET } from;
	int family;
	uint8_t address[ADDRESS_BYTES_MAX], mask[ADDRESS_BYTES_MAX];
	struct hba_verdict verdict;
};

struct hba {
	struct arena *arena;
	struct hba_rule *first, **last;
};

/* --- words -------------------------------------------------------------------------------- */

static void skip_blanks(struct str *line)
{
	while (line->length > 0 && isspace((unsigned char)line->at[0])) {
		line->at++;
		line->length--;
	}
}

/* One word up to a blank, a comma or a comment, quotes taken off. NULL if a quote has no end. */
static struct hba_word *take_word(struct arena *a, struct str *line)
{
	struct hba_word *word = ARENA_NEW(a, struct hba_word);
	char *to = arena_alloc(a, line->length + 1);
	bool in_quotes = false;

	word->text.at = to;
	for (; line->length > 0; line->at++, line->length--) {
		char c = line->at[0];

		if (c == '"') {
			in_quotes = !in_quotes;
			word->is_quoted = true;
			continue;
		}
		if (!in_quotes && (isspace((unsigned char)c) || c == ',' || c == '#'))
			break;
		to[word->text.length++] = c;
	}
	return in_quotes ? NULL : word;
}

/* A field: words with commas between. *list is NULL at the end of the line. */
static enum sqlstate take_field(
	struct arena *a, struct str *line, struct hba_word **list, struct error *e)
{
	struct hba_word **last = list;
	bool has_comma = true;

	*list = NULL;
	while (has_comma) {
		struct hba_word *word;

		skip_blanks(line);
		if (line->length == 0 || line->at[0] == '#')
			return *list == NULL ? OK
					     : FAIL(e, E_CONFIG_FILE, "a list ends in a comma");
		word = take_word(a, line);
		if (word == NULL)
			return FAIL(e, E_CONFIG_FILE, "unterminated quoted string");
		if (word->text.length == 0 && !word->is_quoted)
			return FAIL(e, E_CONFIG_FILE, "unexpected comma");
		*last = word;
		last = &word->next;
		has_comma = line->length > 0 && line->at[0] == ',';
		if (has_comma) {
			line->at++;
			line->length--;
		}
	}
	return OK;
}

static bool is_keyword(const struct hba_word *word, const char *keyword)
{
	return !word->is_quoted && str_equal(word->text, str_of(keyword));
}

/* A field of one word, which must be there. `what` names it. */
static enum sqlstate take_single(struct arena *a, struct str *line, const char *what,
	struct hba_word **word, struct error *e)
{
	TRY(take_field(a, line, word, e));
	if (*word == NULL)
		return FAIL(e, E_CONFIG_FILE, "end-of-line before %s specification", what);
	if ((*word)->next != NULL)
		return FAIL(e, E_CONFIG_FILE, "multiple values specified for %s", what);
	return OK;
}

/* A field of names; the kinds of them that we do not have are refused. */
static enum sqlstate take_names(struct arena *a, struct str *line, const char *what,
	struct hba_word **names, struct error *e)
{
	TRY(take_field(a, line, names, e));
	if (*names == NULL)
		return FAIL(e, E_CONFIG_FILE, "end-of-line before %s specification", what);
	for (const struct hba_word *n = *names; n != NULL; n = n->next) {
		if (n->is_quoted)
			continue;
		if (strchr("+@/", n->text.at[0]) != NULL || is_keyword(n, "samerole") ||
			is_keyword(n, "samegroup"))
			return FAIL(e, E_CONFIG_FILE,
				"%s \"%.*s\": groups, files and regular expressions are not "
				"supported",
				what, STR_ARGS(n->text));
	}
	return OK;
}

/* --- one rule ----------------------------------------------------------------------------- */

static enum sqlstate parse_type(
	struct arena *a, struct str *line, struct hba_rule *rule, struct error *e)
{
	struct hba_word *word;

	TRY(take_single(a, line, "connection type", &word, e));
	rule->is_local = is_keyword(word, "local");
	rule->wants_tls = is_keyword(word, "hostssl");
	rule->wants_plain = is_keyword(word, "hostnossl");
	if (rule->is_local || rule->wants_tls || rule->wants_plain || is_keyword(word, "host"))
		return OK;
	return FAIL(e, E_CONFIG_FILE, "invalid connection type \"%.*s\"", STR_ARGS(word->text));
}

/* An address into `to`; its family, or -1 if it is none. */
static int read_address(struct str text, uint8_t to[ADDRESS_BYTES_MAX])
{
	char copy[INET6_ADDRSTRLEN];

	if (text.length >= sizeof copy)
		return -1;
	memcpy(copy, text.at, text.length);
	copy[text.length] = '\0';
	if (inet_pton(AF_INET, copy, to) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, copy, to) == 1 ? AF_INET6 : -1;
}

/* The number of bits after the slash, or -1. */
static int read_bits(struct str text, int family)
{
	int bits = 0, most = family == AF_INET ? 32 : 128;

	if (text.length == 0 || text.length > 3)
		return -1;
	for (uint32_t i = 0; i < text.length; i++) {
		if (!isdigit((unsigned char)text.at[i]))
			return -1;
		bits = bits * 10 + (text.at[i] - '0');
	}
	return bits > most ? -1 : bits;
}

static void fill_mask(uint8_t mask[ADDRESS_BYTES_MAX], int bits)
{
	for (int i = 0; i < ADDRESS_BYTES_MAX; i++, bits -= 8)
		mask[i] = (uint8_t)(bits >= 8 ? 0xFF : bits <= 0 ? 0 : 0xFF << (8 - bits));
}

static enum sqlstate parse_range(struct arena *a, struct str *line, const struct hba_word *word,
	struct hba_rule *rule, struct error *e)
{
	const char *slash = memchr(word->text.at, '/', word->text.length);
	struct str address = word->text;
	struct hba_word *mask;
	int bits;

	if (slash != NULL)
		address.length = (uint32_t)(slash - address.at);
	rule->family = read_address(address, rule->address);
	if (rule->family < 0) {
		FAIL(e, E_CONFIG_FILE, "invalid IP address \"%.*s\"", STR_ARGS(word->text));
		error_hint(e, "Host names are not supported; write an address.");
		return e->code;
	}
	if (slash != NULL) {
		address.at = slash + 1;
		address.length = word->text.length - address.length - 1;
		bits = read_bits(address, rule->family);
		if (bits < 0)
			return FAIL(e, E_CONFIG_FILE, "invalid CIDR mask in address \"%.*s\"",
				STR_ARGS(word->text));
		fill_mask(rule->mask, bits);
		return OK;
	}
	TRY(take_field(a, line, &mask, e));
	if (mask == NULL || mask->next != NULL) {
		FAIL(e, E_CONFIG_FILE, "end-of-line before netmask specification");
		error_hint(e, "Specify an address range in CIDR notation, or provide a separate "
			      "netmask.");
		return e->code;
	}
	if (read_address(mask->text, rule->mask) != rule->family)
		return FAIL(e, E_CONFIG_FILE, "invalid IP mask \"%.*s\"", STR_ARGS(mask->text));
	return OK;
}

static enum sqlstate parse_address(
	struct arena *a, struct str *line, struct hba_rule *rule, struct error *e)
{
	struct hba_word *word;

	TRY(take_single(a, line, "IP address", &word, e));
	rule->from = is_keyword(word, "all")	    ? FROM_ALL
		     : is_keyword(word, "samehost") ? FROM_SAME_HOST
		     : is_keyword(word, "samenet")  ? FROM_SAME_NET
						    : FROM_RANGE;
	return rule->from == FROM_RANGE ? parse_range(a, line, word, rule, e) : OK;
}

static enum sqlstate parse_method(
	struct arena *a, struct str *line, struct hba_rule *rule, struct error *e)
{
	/* In the order of enum hba_method. */
	static const char *const methods[] = { "trust", "reject", "scram-sha-256", "md5",
		"password", "peer", "cert" };
	struct hba_word *word;
	int method = -1;

	TRY(take_single(a, line, "authentication method", &word, e));
	for (int i = 0; i < (int)ARRAY_COUNT(methods); i++) {
		if (is_keyword(word, methods[i]))
			method = i;
	}
	if (method < 0)
		return FAIL(e, E_CONFIG_FILE, "invalid authentication method \"%.*s\"",
			STR_ARGS(word->text));
	rule->verdict.method = (enum hba_method)method;
	if (method == HBA_PEER && !rule->is_local)
		return FAIL(
			e, E_CONFIG_FILE, "peer authentication is only supported on local sockets");
	if (method == HBA_CERT && !rule->wants_tls)
		return FAIL(e, E_CONFIG_FILE,
			"cert authentication is only supported on hostssl connections");
	if (method == HBA_CERT)
		rule->verdict.certificate = HBA_CERTIFICATE_FULL;
	return OK;
}

static enum sqlstate parse_options(
	struct arena *a, struct str *line, struct hba_rule *rule, struct error *e)
{
	struct hba_word *word;

	for (;;) {
		TRY(take_field(a, line, &word, e));
		if (word == NULL)
			return OK;
		if (word->next == NULL && is_keyword(word, "clientcert=verify-ca") &&
			rule->verdict.method != HBA_CERT)
			rule->verdict.certificate = HBA_CERTIFICATE_CA;
		else if (word->next == NULL && is_keyword(word, "clientcert=verify-full"))
			rule->verdict.certificate = HBA_CERTIFICATE_FULL;
		else
			return FAIL(e, E_CONFIG_FILE, "unrecognized authentication option \"%.*s\"",
				STR_ARGS(word->text));
		if (!rule->wants_tls)
			return FAIL(e, E_CONFIG_FILE,
				"clientcert can only be configured for \"hostssl\" rows");
	}
}

static enum sqlstate parse_line(struct hba *h, struct str line, unsigned number, struct error *e)
{
	struct hba_rule *rule = ARENA_NEW(h->arena, struct hba_rule);

	skip_blanks(&line);
	if (line.length == 0 || line.at[0] == '#')
		return OK;
	rule->verdict.line = number;
	TRY(parse_type(h->arena, &line, rule, e));
	TRY(take_names(h->arena, &line, "database", &rule->databases, e));
	TRY(take_names(h->arena, &line, "role", &rule->users, e));
	if (!rule->is_local)
		TRY(parse_address(h->arena, &line, rule, e));
	TRY(parse_method(h->arena, &line, rule, e));
	TRY(parse_options(h->arena, &line, rule, e));
	*h->last = rule;
	h->last = &rule->next;
	return OK;
}

enum sqlstate hba_parse(struct str text, const char *file_name, struct hba **out, struct error *e)
{
	struct hba *h = calloc(1, sizeof *h);
	unsigned number = 0;

	if (h == NULL)
		PANIC("out of memory");
	h->arena = arena_new(0);
	h->last = &h->first;
	while (text.length > 0) {
		const char *end = memchr(text.at, '\n', text.length);
		uint32_t length = end == NULL ? text.length : (uint32_t)(end - text.at);
		struct error cause;

		error_clear(&cause);
		if (parse_line(h, (struct str){ text.at, length }, ++number, &cause) != OK) {
			FAIL(e, E_CONFIG_FILE, "%s in file \"%s\" line %u", cause.message,
				file_name, number);
			error_hint(e, "%s", cause.hint);
			hba_free(h);
			return e->code;
		}
		text.at += length + (end != NULL);
		text.length -= length + (end != NULL);
	}
	*out = h;
	return OK;
}

void hba_free(struct hba *h)
{
	if (h == NULL)
		return;
	arena_free(h->arena);
	free(h);
}

/* --- looking up --------------------------------------------------------------------------- */

/* The bytes of an internet address; NULL for other families. */
static const uint8_t *address_bytes(const struct sockaddr *address, size_t *size)
{
	*size = address->sa_family == AF_INET ? 4 : 16;
	if (address->sa_family == AF_INET)
		return (const uint8_t *)&((const struct sockaddr_in *)(const void *)address)
			->sin_addr;
	if (address->sa_family == AF_INET6)
		return (const uint8_t *)&((const struct sockaddr_in6 *)(const void *)address)
			->sin6_addr;
	return NULL;
}

static bool is_in_range(
	const uint8_t *address, const uint8_t *range, const uint8_t *mask, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (((address[i] ^ range[i]) & mask[i]) != 0)
			return false;
	}
	return true;
}

/* Whether it is an address of one of this machine's interfaces, or of one of their networks. */
static bool is_near(const struct sockaddr *address, bool whole_net)
{
	size_t size, other_size;
	const uint8_t *bytes = address_bytes(address, &size);
	struct ifaddrs *interfaces;
	bool is_found = false;
	uint8_t exact[ADDRESS_BYTES_MAX];

	fill_mask(exact, 8 * ADDRESS_BYTES_MAX);
	if (getifaddrs(&interfaces) != 0)
		return false;
	for (struct ifaddrs *i = interfaces; i != NULL && !is_found; i = i->ifa_next) {
		const uint8_t *mask = exact, *other;

		if (i->ifa_addr == NULL || i->ifa_addr->sa_family != address->sa_family)
			continue;
		other = address_bytes(i->ifa_addr, &other_size);
		if (whole_net && i->ifa_netmask != NULL)
			mask = address_bytes(i->ifa_netmask, &other_size);
		is_found = other != NULL && mask != NULL && is_in_range(bytes, other, mask, size);
	}
	freeifaddrs(interfaces);
	return is_found;
}

static bool fits_address(const struct hba_rule *rule, const struct sockaddr *address)
{
	size_t size;
	const uint8_t *bytes = address_bytes(address, &size);

	if (bytes == NULL)
		return false;
	if (rule->from == FROM_RANGE)
		return rule->family == address->sa_family &&
		       is_in_range(bytes, rule->address, rule->mask, size);
	return rule->from == FROM_ALL || is_near(address, rule->from == FROM_SAME_NET);
}

static bool fits_database(const struct hba_rule *rule, const struct hba_client *client)
{
	for (const struct hba_word *n = rule->databases; n != NULL; n = n->next) {
		if (is_keyword(n, "all") ||
			(is_keyword(n, "sameuser") && str_equal(client->user, client->database)) ||
			(!is_keyword(n, "replication") && !is_keyword(n, "sameuser") &&
				str_equal(n->text, client->database)))
			return true;
	}
	return false;
}

static bool fits_user(const struct hba_rule *rule, const struct hba_client *client)
{
	for (const struct hba_word *n = rule->users; n != NULL; n = n->next) {
		if (is_keyword(n, "all") || str_equal(n->text, client->user))
			return true;
	}
	return false;
}

bool hba_find(const struct hba *h, const struct hba_client *client, struct hba_verdict *verdict)
{
	bool is_local = client->address->sa_family == AF_UNIX;

	for (const struct hba_rule *rule = h->first; rule != NULL; rule = rule->next) {
		if (rule->is_local != is_local || (rule->wants_tls && !client->is_tls) ||
			(rule->wants_plain && client->is_tls))
			continue;
		if (!is_local && !fits_address(rule, client->address))
			continue;
		if (!fits_database(rule, client) || !fits_user(rule, client))
			continue;
		*verdict = rule->verdict;
		return true;
	}
	return false;
}

unsigned hba_certificate_line(const struct hba *h)
{
	for (const struct hba_rule *rule = h->first; rule != NULL; rule = rule->next) {
		if (rule->verdict.certificate != HBA_CERTIFICATE_NONE)
			return rule->verdict.line;
	}
	return 0;
}

struct str hba_default_text(void)
{
	return STR(
		"# Who may connect, from where, and how they prove who they are. The first line\n"
		"# that fits a client decides; if none does, it is refused. After a change send\n"
		"# SIGHUP to the server.\n"
		"#\n"
		"# TYPE     local: the Unix-domain socket; host: TCP; hostssl: only encrypted;\n"
		"#          hostnossl: only not encrypted\n"
		"# DATABASE all, sameuser, or names with commas\n"
		"# USER     all, or names with commas\n"
		"# ADDRESS  all, samehost, samenet, or address/bits\n"
		"# METHOD   trust: no proof; reject; scram-sha-256: a password, as should be\n"
		"#          before others than yourself can reach this server; md5, password: the\n"
		"#          same for old clients; peer: the name in the operating system, local\n"
		"#          only; cert: a certificate with the user's name, hostssl only\n"
		"#\n"
		"# TYPE  DATABASE  USER  ADDRESS         METHOD\n"
		"local   all       all                   trust\n"
		"host    all       all   127.0.0.1/32    trust\n"
		"host    all       all   ::1/128         trust\n");
}
