/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Which rule of pg_hba.conf fits a client, and how rules are shown: see hba.h.
 *
 * The name of a client's host counts only if its address is among those that the name has: else whoever
 * owns the address could claim any name.
 */
#include "src/hba.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "src/hba_rule.h"

/* --- addresses ---------------------------------------------------------------------------- */

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
	uint8_t exact[HBA_ADDRESS_BYTES];

	hba_fill_mask(exact, 8 * HBA_ADDRESS_BYTES);
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

/* --- names of hosts ----------------------------------------------------------------------- */

static bool system_name_of(const struct sockaddr *address, char *to, size_t size)
{
	socklen_t length = address->sa_family == AF_INET ? sizeof(struct sockaddr_in)
							 : sizeof(struct sockaddr_in6);

	return getnameinfo(address, length, to, (socklen_t)size, NULL, 0, NI_NAMEREQD) == 0;
}

static bool system_has_address(const char *name, const struct sockaddr *address)
{
	struct addrinfo hints = { .ai_family = address->sa_family, .ai_socktype = SOCK_STREAM };
	size_t size, other_size;
	const uint8_t *bytes = address_bytes(address, &size);
	struct addrinfo *addresses;
	bool is_found = false;

	if (getaddrinfo(name, NULL, &hints, &addresses) != 0)
		return false;
	for (const struct addrinfo *i = addresses; i != NULL && !is_found; i = i->ai_next) {
		const uint8_t *other = address_bytes(i->ai_addr, &other_size);

		is_found = i->ai_family == address->sa_family && other != NULL &&
			   memcmp(bytes, other, size) == 0;
	}
	freeaddrinfo(addresses);
	return is_found;
}

const struct hba_resolver hba_system_resolver = { system_name_of, system_has_address };

/* What the search for one client's rule found out about its host. */
struct host {
	enum { HOST_UNASKED, HOST_NAMED, HOST_CONFIRMED, HOST_UNKNOWN } state;
	char name[NI_MAXHOST];
};

static bool fits_name(const char *pattern, struct str name)
{
	uint32_t length = (uint32_t)strlen(pattern);
	struct str end = { name.at + name.length - length, length };

	if (pattern[0] != '.')
		return str_equal_nocase(str_of(pattern), name);
	return length < name.length && str_equal_nocase(str_of(pattern), end);
}

static bool fits_host(const char *pattern, const struct hba_client *client, struct host *host)
{
	const struct hba_resolver *resolver = client->resolver;

	if (host->state == HOST_UNASKED)
		host->state = resolver->name_of(client->address, host->name, sizeof host->name)
				      ? HOST_NAMED
				      : HOST_UNKNOWN;
	if (host->state == HOST_UNKNOWN || !fits_name(pattern, str_of(host->name)))
		return false;
	if (host->state == HOST_NAMED)
		host->state = resolver->has_address(host->name, client->address) ? HOST_CONFIRMED
										 : HOST_UNKNOWN;
	return host->state == HOST_CONFIRMED;
}

/* --- looking up --------------------------------------------------------------------------- */

static bool fits_type(const struct hba_rule *rule, const struct hba_client *client)
{
	if ((rule->type == HBA_LOCAL) != (client->address->sa_family == AF_UNIX))
		return false;
	return (rule->type != HBA_HOSTSSL || client->is_tls) &&
	       (rule->type != HBA_HOSTNOSSL || !client->is_tls);
}

static bool fits_address(
	const struct hba_rule *rule, const struct hba_client *client, struct host *host)
{
	size_t size;
	const uint8_t *bytes = address_bytes(client->address, &size);

	if (bytes == NULL)
		return rule->type == HBA_LOCAL;
	switch (rule->from) {
	case FROM_ALL:
		return true;
	case FROM_RANGE:
		return rule->family == client->address->sa_family &&
		       is_in_range(bytes, rule->address, rule->mask, size);
	case FROM_NAME:
		return fits_host(rule->host, client, host);
	case FROM_SAME_HOST:
	case FROM_SAME_NET:
		break;
	}
	return is_near(client->address, rule->from == FROM_SAME_NET);
}

/* A name, or an expression that is found in it. */
static enum sqlstate fits_word(
	const struct auth_word *word, struct str name, bool *fits, struct error *e)
{
	struct str group;

	if (word->regex != NULL)
		return auth_regex_find(word->regex, name, fits, &group, e);
	*fits = str_equal(word->text, name);
	return OK;
}

static enum sqlstate fits_database(
	const struct auth_word *n, const struct hba_client *client, bool *fits, struct error *e)
{
	if (auth_word_is(n, "all"))
		*fits = true;
	else if (auth_word_is(n, "sameuser"))
		*fits = str_equal(client->user, client->database);
	else if (auth_word_is(n, "samerole") || auth_word_is(n, "samegroup"))
		return client->is_member(client->context, client->user, client->database, fits, e);
	else if (auth_word_is(n, "replication"))
		*fits = client->is_replication;
	else
		return fits_word(n, client->database, fits, e);
	return OK;
}

static enum sqlstate fits_user(
	const struct auth_word *n, const struct hba_client *client, bool *fits, struct error *e)
{
	if (!n->is_quoted && n->text.length > 0 && n->text.at[0] == '+')
		return client->is_member(client->context, client->user,
			(struct str){ n->text.at + 1, n->text.length - 1 }, fits, e);
	if (!auth_word_is(n, "all"))
		return fits_word(n, client->user, fits, e);
	*fits = true;
	return OK;
}

static enum sqlstate fits_names(const struct hba_rule *rule, const struct hba_client *client,
	bool *fits, struct error *e)
{
	*fits = false;
	for (const struct auth_word *n = rule->databases; n != NULL && !*fits; n = n->next)
		TRY(fits_database(n, client, fits, e));
	if (!*fits)
		return OK;
	*fits = false;
	for (const struct auth_word *n = rule->users; n != NULL && !*fits; n = n->next)
		TRY(fits_user(n, client, fits, e));
	return OK;
}

enum sqlstate hba_find(const struct hba *h, const struct hba_client *client,
	struct hba_verdict *verdict, bool *found, struct error *e)
{
	struct host host = { .state = HOST_UNASKED };

	*found = false;
	for (const struct hba_rule *rule = h->first; rule != NULL && !*found; rule = rule->next) {
		if (!fits_type(rule, client) || !fits_address(rule, client, &host))
			continue;
		TRY(fits_names(rule, client, found, e));
		if (*found)
			*verdict = rule->verdict;
	}
	return OK;
}

bool hba_asks_certificate(const struct hba *h, struct hba_verdict *verdict)
{
	for (const struct hba_rule *rule = h->first; rule != NULL; rule = rule->next) {
		if (rule->verdict.certificate == HBA_CERTIFICATE_NONE)
			continue;
		*verdict = rule->verdict;
		return true;
	}
	return false;
}

/* --- showing ------------------------------------------------------------------------------ */

static void show_address(const struct hba_rule *rule, struct hba_shown *shown,
	char address[INET6_ADDRSTRLEN], char mask[INET6_ADDRSTRLEN])
{
	static const char *const kinds[] = { "all", "samehost", "samenet" };

	if (rule->type == HBA_LOCAL)
		return;
	if (rule->from == FROM_NAME) {
		shown->address = rule->host;
		return;
	}
	if (rule->from != FROM_RANGE) {
		shown->address = kinds[rule->from];
		return;
	}
	shown->address = inet_ntop(rule->family, rule->address, address, INET6_ADDRSTRLEN);
	shown->netmask = inet_ntop(rule->family, rule->mask, mask, INET6_ADDRSTRLEN);
}

void hba_visit(const struct hba *h, hba_visitor *visit, void *context)
{
	char address[INET6_ADDRSTRLEN], mask[INET6_ADDRSTRLEN];

	for (const struct hba_rule *rule = h->first; rule != NULL; rule = rule->next) {
		struct hba_shown shown = { .file = rule->verdict.file,
			.line = rule->verdict.line,
			.fault = rule->fault };

		if (rule->fault == NULL) {
			shown.type = hba_type_names[rule->type];
			shown.databases = rule->databases;
			shown.users = rule->users;
			show_address(rule, &shown, address, mask);
			shown.method = hba_method_names[rule->verdict.method];
			shown.options = rule->options;
		}
		visit(context, &shown);
	}
}
