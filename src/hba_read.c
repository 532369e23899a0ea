/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Making rules of the lines of pg_hba.conf: see hba.h.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "src/hba_rule.h"

const char *const hba_type_names[] = { "local", "host", "hostssl", "hostnossl", "hostnogssenc" };
const char *const hba_method_names[] = { "trust", "reject", "scram-sha-256", "md5", "password",
	"peer", "cert" };

/* --- fields ------------------------------------------------------------------------------- */

/* The next field's words. `what` names it. */
static enum sqlstate take_list(const struct auth_field **field, const char *what,
	struct auth_word **words, struct error *e)
{
	if (*field == NULL)
		return FAIL(e, E_CONFIG_FILE, "end-of-line before %s specification", what);
	*words = (*field)->words;
	*field = (*field)->next;
	return OK;
}

/* The same of one word. `all_of_them` names more. */
static enum sqlstate take_single(const struct auth_field **field, const char *what,
	const char *all_of_them, struct auth_word **word, struct error *e)
{
	TRY(take_list(field, what, word, e));
	if (*word == NULL)
		return FAIL(e, E_CONFIG_FILE, "end-of-line before %s specification", what);
	if ((*word)->next != NULL) {
		FAIL(e, E_CONFIG_FILE, "multiple values specified for %s", all_of_them);
		error_hint(e, "Specify exactly one %s per line.", what);
		return e->code;
	}
	return OK;
}

/* Names of databases or users, of which some are expressions. */
static enum sqlstate take_names(const struct auth_field **field, const char *what,
	struct auth_word **names, struct error *e)
{
	TRY(take_list(field, what, names, e));
	for (struct auth_word *n = *names; n != NULL; n = n->next) {
		struct str text = n->text;

		if (n->is_quoted || text.length < 2 || text.at[0] != '/')
			continue;
		TRY(auth_regex_new(
			(struct str){ text.at + 1, text.length - 1 }, &n->regex, e));
	}
	return OK;
}

static int find_word(const struct auth_word *word, const char *const *names, int count)
{
	for (int i = 0; i < count; i++) {
		if (auth_word_is(word, names[i]))
			return i;
	}
	return -1;
}

/* --- addresses ---------------------------------------------------------------------------- */

/* An address into `to`; its family, or -1 if it is none. */
static int read_address(struct str text, uint8_t to[HBA_ADDRESS_BYTES])
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

void hba_fill_mask(uint8_t mask[HBA_ADDRESS_BYTES], int bits)
{
	for (int i = 0; i < HBA_ADDRESS_BYTES; i++, bits -= 8)
		mask[i] = (uint8_t)(bits >= 8 ? 0xFF : bits <= 0 ? 0 : 0xFF << (8 - bits));
}

/* address/bits */
static enum sqlstate parse_cidr(
	struct str text, const char *slash, struct hba_rule *rule, struct error *e)
{
	struct str address = { text.at, (uint32_t)(slash - text.at) };
	struct str bits = { slash + 1, text.length - address.length - 1 };
	int count;

	rule->family = read_address(address, rule->address);
	if (rule->family < 0)
		return FAIL(e, E_CONFIG_FILE,
			"specifying both host name and CIDR mask is invalid: \"%.*s\"",
			STR_ARGS(text));
	count = read_bits(bits, rule->family);
	if (count < 0)
		return FAIL(e, E_CONFIG_FILE, "invalid CIDR mask in address \"%.*s\"",
			STR_ARGS(text));
	hba_fill_mask(rule->mask, count);
	return OK;
}

static enum sqlstate parse_mask(
	const struct auth_field **field, struct hba_rule *rule, struct error *e)
{
	struct auth_word *mask;
	int family;

	if (*field == NULL) {
		FAIL(e, E_CONFIG_FILE, "end-of-line before netmask specification");
		error_hint(e, "Specify an address range in CIDR notation, or provide a separate "
			      "netmask.");
		return e->code;
	}
	TRY(take_single(field, "netmask", "netmask", &mask, e));
	family = read_address(mask->text, rule->mask);
	if (family < 0)
		return FAIL(e, E_CONFIG_FILE, "invalid IP mask \"%.*s\"", STR_ARGS(mask->text));
	if (family != rule->family)
		return FAIL(e, E_CONFIG_FILE, "IP address and mask do not match");
	return OK;
}

static enum sqlstate parse_address(
	const struct auth_field **field, struct hba_rule *rule, struct error *e)
{
	/* In the order of enum hba_from. */
	static const char *const kinds[] = { "all", "samehost", "samenet" };
	struct auth_word *word;
	const char *slash;
	int kind;

	TRY(take_single(field, "IP address", "host address", &word, e));
	kind = find_word(word, kinds, (int)ARRAY_COUNT(kinds));
	rule->from = kind < 0 ? FROM_RANGE : (enum hba_from)kind;
	if (rule->from != FROM_RANGE)
		return OK;
	slash = memchr(word->text.at, '/', word->text.length);
	if (slash != NULL)
		return parse_cidr(word->text, slash, rule, e);
	rule->family = read_address(word->text, rule->address);
	if (rule->family >= 0)
		return parse_mask(field, rule, e);
	if (word->text.length == 0)
		return FAIL(e, E_CONFIG_FILE, "invalid IP address \"\"");
	rule->from = FROM_NAME;
	rule->host = word->text.at;
	return OK;
}

/* --- methods and options ------------------------------------------------------------------ */

static enum sqlstate parse_method(
	const struct auth_field **field, struct hba_rule *rule, struct error *e)
{
	/* PostgreSQL's, of what it can be built without. */
	static const char *const others[] = { "gss", "sspi", "pam", "bsd", "ldap", "radius",
		"ident" };
	struct auth_word *word;
	int method;

	TRY(take_single(field, "authentication method", "authentication type", &word, e));
	/* On a socket the operating system knows the user, and there is nobody else to ask. */
	method = auth_word_is(word, "ident") && rule->type == HBA_LOCAL
			 ? HBA_PEER
			 : find_word(word, hba_method_names, HBA_CERT + 1);
	if (method < 0) {
		bool is_known = find_word(word, others, (int)ARRAY_COUNT(others)) >= 0;

		return FAIL(e, E_CONFIG_FILE, "invalid authentication method \"%.*s\"%s",
			STR_ARGS(word->text),
			is_known ? ": not supported by this build" : "");
	}
	rule->verdict.method = (enum hba_method)method;
	if (method == HBA_PEER && rule->type != HBA_LOCAL)
		return FAIL(
			e, E_CONFIG_FILE, "peer authentication is only supported on local sockets");
	if (method == HBA_CERT && rule->type != HBA_HOSTSSL)
		return FAIL(e, E_CONFIG_FILE,
			"cert authentication is only supported on hostssl connections");
	if (method == HBA_CERT)
		rule->verdict.certificate = HBA_CERTIFICATE_FULL;
	return OK;
}

static enum sqlstate check_hostssl(
	const struct hba_rule *rule, const char *option, struct error *e)
{
	if (rule->type == HBA_HOSTSSL)
		return OK;
	return FAIL(e, E_CONFIG_FILE, "%s can only be configured for \"hostssl\" rows", option);
}

static enum sqlstate set_clientcert(struct hba_rule *rule, struct str value, struct error *e)
{
	TRY(check_hostssl(rule, "clientcert", e));
	if (str_equal(value, STR("verify-full"))) {
		rule->verdict.certificate = HBA_CERTIFICATE_FULL;
		return OK;
	}
	if (!str_equal(value, STR("verify-ca")))
		return FAIL(e, E_CONFIG_FILE, "invalid value for clientcert: \"%.*s\"",
			STR_ARGS(value));
	if (rule->verdict.method == HBA_CERT)
		return FAIL(e, E_CONFIG_FILE,
			"clientcert only accepts \"verify-full\" when using \"cert\" "
			"authentication");
	rule->verdict.certificate = HBA_CERTIFICATE_CA;
	return OK;
}

static enum sqlstate set_clientname(struct hba_rule *rule, struct str value, struct error *e)
{
	TRY(check_hostssl(rule, "clientname", e));
	rule->verdict.is_by_dn = str_equal(value, STR("DN"));
	if (rule->verdict.is_by_dn || str_equal(value, STR("CN")))
		return OK;
	return FAIL(
		e, E_CONFIG_FILE, "invalid value for clientname: \"%.*s\"", STR_ARGS(value));
}

static enum sqlstate set_map(struct hba_rule *rule, struct str value, struct error *e)
{
	if (rule->verdict.method != HBA_PEER && rule->verdict.method != HBA_CERT)
		return FAIL(e, E_CONFIG_FILE,
			"authentication option \"map\" is only valid for authentication methods "
			"peer and cert");
	rule->verdict.map = value;
	return OK;
}

static enum sqlstate parse_option(
	const struct auth_word *word, struct hba_rule *rule, struct error *e)
{
	const char *equals = memchr(word->text.at, '=', word->text.length);
	struct str name, value;

	if (equals == NULL)
		return FAIL(e, E_CONFIG_FILE,
			"authentication option not in name=value format: %.*s",
			STR_ARGS(word->text));
	name = (struct str){ word->text.at, (uint32_t)(equals - word->text.at) };
	value = (struct str){ equals + 1, word->text.length - name.length - 1 };
	if (str_equal(name, STR("map")))
		return set_map(rule, value, e);
	if (str_equal(name, STR("clientcert")))
		return set_clientcert(rule, value, e);
	if (str_equal(name, STR("clientname")))
		return set_clientname(rule, value, e);
	return FAIL(e, E_CONFIG_FILE, "unrecognized authentication option name: \"%.*s\"",
		STR_ARGS(name));
}

static enum sqlstate parse_options(
	const struct auth_field *field, struct hba_rule *rule, struct error *e)
{
	struct auth_word **last = &rule->options;

	for (; field != NULL; field = field->next) {
		*last = field->words;
		for (; *last != NULL; last = &(*last)->next)
			TRY(parse_option(*last, rule, e));
	}
	return OK;
}

/* --- rules -------------------------------------------------------------------------------- */

static enum sqlstate parse_type(
	const struct auth_field **field, struct hba_rule *rule, struct error *e)
{
	struct auth_word *word;
	int type;

	TRY(take_single(field, "connection type", "connection type", &word, e));
	if (auth_word_is(word, "hostgssenc"))
		return FAIL(e, E_CONFIG_FILE,
			"hostgssenc record cannot match because GSSAPI is not supported by this "
			"build");
	type = find_word(word, hba_type_names, HBA_HOSTNOGSSENC + 1);
	if (type < 0)
		return FAIL(e, E_CONFIG_FILE, "invalid connection type \"%.*s\"",
			STR_ARGS(word->text));
	rule->type = (enum hba_type)type;
	return OK;
}

static enum sqlstate parse_rule(
	const struct auth_line *line, struct hba_rule *rule, struct error *e)
{
	const struct auth_field *field = line->fields;

	if (line->fault != NULL)
		return FAIL(e, E_CONFIG_FILE, "%s", line->fault);
	TRY(parse_type(&field, rule, e));
	TRY(take_names(&field, "database", &rule->databases, e));
	TRY(take_names(&field, "role", &rule->users, e));
	if (rule->type != HBA_LOCAL)
		TRY(parse_address(&field, rule, e));
	TRY(parse_method(&field, rule, e));
	return parse_options(field, rule, e);
}

struct hba *hba_read(struct str text, const char *path)
{
	struct hba *h = calloc(1, sizeof *h);

	if (h == NULL)
		PANIC("out of memory");
	h->arena = arena_new(0);
	h->last = &h->first;
	for (const struct auth_line *l = auth_file_parse(h->arena, text, path); l != NULL;
		l = l->next) {
		struct hba_rule *rule = ARENA_NEW(h->arena, struct hba_rule);
		struct error e;

		error_clear(&e);
		rule->verdict.file = l->file;
		rule->verdict.line = l->number;
		if (parse_rule(l, rule, &e) != OK) {
			rule->fault = arena_strdup(h->arena, e.message);
			rule->hint = arena_strdup(h->arena, e.hint);
		}
		*h->last = rule;
		h->last = &rule->next;
	}
	return h;
}

enum sqlstate hba_parse(struct str text, const char *path, struct hba **out, struct error *e)
{
	struct hba *h = hba_read(text, path);

	for (const struct hba_rule *rule = h->first; rule != NULL; rule = rule->next) {
		if (rule->fault == NULL)
			continue;
		FAIL(e, E_CONFIG_FILE, "%s in file \"%s\" line %u", rule->fault,
			rule->verdict.file, rule->verdict.line);
		error_hint(e, "%s", rule->hint);
		hba_free(h);
		return e->code;
	}
	*out = h;
	return OK;
}

static void free_regexes(const struct auth_word *words)
{
	for (; words != NULL; words = words->next)
		auth_regex_free(words->regex);
}

void hba_free(struct hba *h)
{
	if (h == NULL)
		return;
	for (const struct hba_rule *rule = h->first; rule != NULL; rule = rule->next) {
		free_regexes(rule->databases);
		free_regexes(rule->users);
	}
	arena_free(h->arena);
	free(h);
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
		"# DATABASE all, sameuser, samerole, or names with commas\n"
		"# USER     all, or names with commas; +role: its members\n"
		"# ADDRESS  all, samehost, samenet, address/bits, or the name of a host\n"
		"# METHOD   trust: no proof; reject; scram-sha-256: a password, as should be\n"
		"#          before others than yourself can reach this server; md5, password: the\n"
		"#          same for old clients; peer: the name in the operating system, local\n"
		"#          only; cert: a certificate with the user's name, hostssl only\n"
		"# OPTIONS  clientcert=verify-ca, verify-full: a certificate too, hostssl only;\n"
		"#          map=NAME: other names by pg_ident.conf, peer and cert only\n"
		"#\n"
		"# TYPE  DATABASE  USER  ADDRESS         METHOD\n"
		"local   all       all                   trust\n"
		"host    all       all   127.0.0.1/32    trust\n"
		"host    all       all   ::1/128         trust\n");
}
