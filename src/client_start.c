/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * From the startup packet to the first ReadyForQuery:
 *
 *     STARTUP: admitted? which rule of pg_hba.conf?  ->  AUTHENTICATED: session, settings, greeting
 *
 * Everything the packet named is copied, since authentication reads further messages.
 */
#include <ctype.h>
#include <netdb.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/datetime.h"
#include "base/log.h"
#include "src/client_state.h"
#include "src/config.h"
#include "storage/storage_tally.h"

#define VERIFIER_BYTES_MAX 512
#define PASSWD_BYTES_MAX 4096
#define CERTIFICATE_NAME_MAX 1024

/* --- the packet --------------------------------------------------------------------------- */

static void keep_startup(struct client *c, const struct pgwire_message *m)
{
	struct pgwire_pair *pairs;

	c->start = arena_new(0);
	c->startup = *m;
	c->startup.startup.user = arena_str(c->start, m->startup.user);
	c->startup.startup.database = arena_str(c->start, m->startup.database);
	c->startup.startup.options = arena_str(c->start, m->startup.options);
	pairs = ARENA_ARRAY(c->start, struct pgwire_pair, m->startup.pair_count);
	for (uint32_t i = 0; i < m->startup.pair_count; i++) {
		pairs[i].name = arena_str(c->start, m->startup.pairs[i].name);
		pairs[i].value = arena_str(c->start, m->startup.pairs[i].value);
	}
	c->startup.startup.pairs = pairs;
}

static enum sqlstate check_startup(
	struct client *c, const struct pgwire_message *m, struct error *e)
{
	struct str replication = m->startup.replication;

	c->is_care = str_equal_nocase(replication, STR("care"));
	if (!c->is_care && replication.length > 0 && !str_equal_nocase(replication, STR("false")) &&
		!str_equal_nocase(replication, STR("off")) && !str_equal(replication, STR("0")))
		return FAIL(e, E_NOT_SUPPORTED, "replication connections are not supported");
	TRY(pgtype_check_text(m->startup.user, e));
	TRY(pgtype_check_text(m->startup.database, e));
	return registry_admit(c->context->registry, &c->entry,
		(uint32_t)setting_int(c->base, SETTING_max_connections), e);
}

/* --- authentication ----------------------------------------------------------------------- */

/* Whether who is known by that name elsewhere may be the user: by the rule's map, or by the same name. Why
   not is for the log; the client is told that it failed. */
static bool may_be(const struct client *c, const struct hba_verdict *verdict, struct str name)
{
	struct str user = c->startup.startup.user;
	struct error e;
	bool fits;

	if (verdict->map.length == 0)
		return str_equal(user, name);
	error_clear(&e);
	if (ident_fits(c->access->ident, verdict->map, name, user, &fits, &e) == OK && fits)
		return true;
	LOG_EVENT(LOG_WARNING, "client", "no match in the map of names",
		log_text("map", verdict->map), log_text("name", name), log_text("user", user),
		log_text("error", str_of(e.message)));
	return false;
}

/* The one of the operating system's users at the other end of the socket. */
static enum sqlstate check_peer(
	struct client *c, const struct hba_verdict *verdict, struct error *e)
{
	struct str user = c->startup.startup.user;
	struct ucred credentials;
	socklen_t size = sizeof credentials;
	char room[PASSWD_BYTES_MAX];
	struct passwd entry, *found = NULL;

	if (getsockopt(pgwire_fd(c->wire), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 &&
		getpwuid_r(credentials.uid, &entry, room, sizeof room, &found) == 0 &&
		found != NULL && may_be(c, verdict, str_of(found->pw_name))) {
		pgwire_auth_trust(c->wire);
		return OK;
	}
	return FAIL(e, E_AUTHORIZATION, "Peer authentication failed for user \"%.*s\"",
		STR_ARGS(user));
}

static enum sqlstate check_certificate(
	struct client *c, const struct hba_verdict *verdict, struct error *e)
{
	struct str user = c->startup.startup.user;
	char name[CERTIFICATE_NAME_MAX];

	if (verdict->certificate == HBA_CERTIFICATE_NONE)
		return OK;
	if (!pgwire_tls_has_peer(c->wire))
		return FAIL(e, E_AUTHORIZATION, "connection requires a valid client certificate");
	if (verdict->certificate == HBA_CERTIFICATE_CA)
		return OK;
	if (!pgwire_tls_peer(c->wire,
		    verdict->is_by_dn ? PGWIRE_PEER_NAME : PGWIRE_PEER_COMMON_NAME, name,
		    sizeof name) ||
		!may_be(c, verdict, str_of(name)))
		return FAIL(e, E_AUTHORIZATION,
			"certificate authentication failed for user \"%.*s\"", STR_ARGS(user));
	return OK;
}

static enum sqlstate check_password(struct client *c, enum hba_method method, struct error *e)
{
	const uint8_t *secret = c->context->mock_secret;
	struct str user = c->startup.startup.user;
	char verifier[VERIFIER_BYTES_MAX];
	enum sqlstate rc;

	/* The role's own password counts; the file is for users that have no role yet. */
	TRY(query_role_find(c->context->engine, user, &c->role, e));
	memcpy(verifier, c->role.verifier, sizeof verifier);
	explicit_bzero(c->role.verifier, sizeof c->role.verifier);
	if (c->role.valid_until <= timestamp_now())
		verifier[0] = '\0';
	else if (verifier[0] == '\0' && !c->role.is_refused)
		TRY(config_find_verifier(
			c->base, c->context->directory, user, verifier, sizeof verifier, e));
	if (method == HBA_MD5)
		rc = pgwire_auth_md5(c->wire, user, str_of(verifier), secret, e);
	else if (method == HBA_PASSWORD)
		rc = pgwire_auth_password(c->wire, user, str_of(verifier), secret, e);
	else
		rc = pgwire_auth_scram(c->wire, user, str_of(verifier), secret, e);
	explicit_bzero(verifier, sizeof verifier);
	return rc;
}

/* What is said to a client that no rule fits, or one that rejects. */
static enum sqlstate refuse(struct client *c, const char *why, const struct sockaddr *address,
	socklen_t size, struct error *e)
{
	char host[NI_MAXHOST] = "[local]";

	if (address->sa_family != AF_UNIX &&
		getnameinfo(address, size, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
		snprintf(host, sizeof host, "???");
	return FAIL(e, E_AUTHORIZATION, "%s host \"%s\", user \"%.*s\", database \"%.*s\", %s", why,
		host, STR_ARGS(c->startup.startup.user), STR_ARGS(c->startup.startup.database),
		pgwire_is_tls(c->wire) ? "SSL encryption" : "no encryption");
}

static enum sqlstate is_member(
	void *context, struct str user, struct str role, bool *out, struct error *e)
{
	const struct client *c = context;

	return query_role_is_member(c->context->engine, user, role, out, e);
}

static enum sqlstate start_authentication(struct client *c, struct error *e)
{
	struct sockaddr_storage room = { .ss_family = AF_UNSPEC };
	struct sockaddr *address = (struct sockaddr *)&room;
	struct hba_client client = { .user = c->startup.startup.user,
		.database = c->startup.startup.database,
		.is_tls = pgwire_is_tls(c->wire),
		.is_replication = c->is_care,
		.address = address,
		.resolver = &hba_system_resolver,
		.is_member = is_member,
		.context = c };
	socklen_t size = sizeof room;
	struct hba_verdict verdict;
	bool is_found = false;

	/* A client that is gone already has no address and fits nothing. */
	(void)getpeername(pgwire_fd(c->wire), address, &size);
	if (c->access != NULL)
		TRY(hba_find(c->access->hba, &client, &verdict, &is_found, e));
	if (!is_found)
		return refuse(c, "no pg_hba.conf entry for", address, size, e);
	if (verdict.method == HBA_REJECT)
		return refuse(c, "pg_hba.conf rejects connection for", address, size, e);
	TRY(check_certificate(c, &verdict, e));
	switch (verdict.method) {
	case HBA_PEER:
		return check_peer(c, &verdict, e);
	case HBA_SCRAM:
	case HBA_MD5:
	case HBA_PASSWORD:
		return check_password(c, verdict.method, e);
	case HBA_TRUST:
	case HBA_CERT:
	case HBA_REJECT:
		break;
	}
	pgwire_auth_trust(c->wire);
	return OK;
}

void client_start(struct client *c, const struct pgwire_message *m)
{
	keep_startup(c, m);
	if (check_startup(c, &c->startup, &c->error) != OK ||
		start_authentication(c, &c->error) != OK)
		client_end(c);
}

/* --- settings of the packet --------------------------------------------------------------- */

static void send_notice(void *context, const char *severity, const struct error *notice)
{
	/* Ranks of client_min_messages' options: notice is 7, warning 9. */
	struct client *c = context;
	int least = setting_enum(c->settings, SETTING_client_min_messages);
	int rank = strcmp(severity, "WARNING") == 0 ? 9 : strcmp(severity, "NOTICE") == 0 ? 7 : 8;

	if (rank >= least || rank == 8)
		pgwire_put_error(c->wire, severity, notice);
}

static enum sqlstate set_startup(
	struct client *c, struct str name, struct str value, struct error *e)
{
	return settings_set_name(c->settings, name, value, SETTING_FROM_CLIENT, e);
}

/* The next blank-separated word of the options; a backslash keeps the character after it. */
static struct str take_option(struct str *rest, char *to)
{
	struct str word = { to, 0 };

	while (rest->length > 0 && isspace((unsigned char)rest->at[0])) {
		rest->at++;
		rest->length--;
	}
	while (rest->length > 0 && !isspace((unsigned char)rest->at[0])) {
		bool is_escape = rest->at[0] == '\\' && rest->length > 1;

		to[word.length++] = rest->at[is_escape];
		rest->at += 1 + is_escape;
		rest->length -= 1u + is_escape;
	}
	return word;
}

/* name=value; in the --name form a hyphen stands for an underscore. */
static enum sqlstate set_option(struct client *c, struct str word, bool is_long, struct error *e)
{
	char *name = arena_alloc(c->start, word.length + 1);
	const char *equals = word.length == 0 ? NULL : memchr(word.at, '=', word.length);
	uint32_t length;

	if (equals == NULL)
		return FAIL(e, E_SYNTAX, "-c %.*s requires a value", STR_ARGS(word));
	length = (uint32_t)(equals - word.at);
	memcpy(name, word.at, length);
	for (uint32_t i = 0; i < length && is_long; i++)
		name[i] = name[i] == '-' ? '_' : name[i];
	return set_startup(c, (struct str){ name, length },
		(struct str){ equals + 1, word.length - length - 1 }, e);
}

static enum sqlstate set_options(struct client *c, struct str rest, struct error *e)
{
	while (rest.length > 0) {
		char *room = arena_alloc(c->start, rest.length + 1);
		struct str word = take_option(&rest, room);

		if (word.length == 0)
			return OK;
		if (str_equal(word, STR("-c"))) {
			room = arena_alloc(c->start, rest.length + 1);
			TRY(set_option(c, take_option(&rest, room), false, e));
		} else if (word.length > 2 && word.at[0] == '-' &&
			   (word.at[1] == '-' || word.at[1] == 'c')) {
			bool is_long = word.at[1] == '-';

			word.at += 2;
			word.length -= 2;
			TRY(set_option(c, word, is_long, e));
		} else {
			return FAIL(e, E_SYNTAX,
				"invalid command-line argument for server process: %.*s",
				STR_ARGS(word));
		}
	}
	return OK;
}

static enum sqlstate apply_startup(struct client *c, struct error *e)
{
	const struct pgwire_message *m = &c->startup;

	TRY(setting_set(c->settings, SETTING_session_authorization, m->startup.user,
		SETTING_FROM_SERVER, e));
	TRY(setting_set(c->settings, SETTING_is_superuser,
		c->role.is_superuser ? STR("on") : STR("off"), SETTING_FROM_SERVER, e));
	TRY(query_role_apply_settings(c->context->engine, m->startup.user, c->settings, e));
	TRY(set_options(c, m->startup.options, e));
	for (uint32_t i = 0; i < m->startup.pair_count; i++) {
		TRY(pgtype_check_text(m->startup.pairs[i].value, e));
		TRY(set_startup(c, m->startup.pairs[i].name, m->startup.pairs[i].value, e));
	}
	return OK;
}

/* --- the greeting ------------------------------------------------------------------------- */

/* What is a verifier already is kept as it is, so that dumps can be restored. */
static enum sqlstate hash_password(void *context, struct str user, struct str password, char *to,
	size_t size, struct error *e)
{
	struct client *c = context;

	if (pgwire_is_verifier(password)) {
		if (password.length >= size)
			return FAIL(e, E_INVALID_VALUE, "password verifier is too long");
		memcpy(to, password.at, password.length);
		to[password.length] = '\0';
		return OK;
	}
	/* The options of password_encryption in their order: md5, scram-sha-256. */
	if (setting_enum(c->settings, SETTING_password_encryption) == 0)
		return pgwire_md5_verifier(user, password, to, size, e);
	return pgwire_scram_verifier(password,
		(uint32_t)setting_int(c->settings, SETTING_scram_iterations), to, size, e);
}

static enum sqlstate signal_other(
	struct client *c, int64_t process_id, bool is_end, bool *done, struct error *e)
{
	struct registry_signaller who = { c->entry.user, c->role.is_superuser };
	struct error notice;

	*done = false;
	if (process_id > 0 && process_id <= INT32_MAX)
		TRY(registry_signal(
			c->context->registry, (int32_t)process_id, is_end, &who, done, e));
	if (*done)
		return OK;
	error_clear(&notice);
	snprintf(notice.message, sizeof notice.message,
		"PID %lld is not a PostgreSQL server process", (long long)process_id);
	notice.code = W_WARNING;
	send_notice(c, "WARNING", &notice);
	return OK;
}

static void forget_counts(const struct client_context *context)
{
	counters_reset(context->counters, context->engine);
	storage_tally_forget_all(context->storage);
}

static const char *request_name(enum query_request request)
{
	switch (request) {
	case QUERY_FORGET_STATEMENTS:
		return "pg_stat_statements_reset";
	case QUERY_FORGET_COUNTS:
		return "pg_stat_reset";
	case QUERY_FORGET_TABLE:
		return "pg_stat_reset_single_table_counters";
	default:
		return "pg_reload_conf";
	}
}

static enum sqlstate answer_request(
	void *context, enum query_request request, int64_t number, bool *done, struct error *e)
{
	struct client *c = context;

	if (request == QUERY_CANCEL_SESSION || request == QUERY_END_SESSION)
		return signal_other(c, number, request == QUERY_END_SESSION, done, e);
	if (!c->role.is_superuser)
		return FAIL(e, E_PRIVILEGE, "permission denied for function %s",
			request_name(request));
	*done = true;
	if (request == QUERY_FORGET_STATEMENTS)
		statements_reset(c->context->statements, (uint64_t)number);
	else if (request == QUERY_FORGET_COUNTS)
		forget_counts(c->context);
	else if (request == QUERY_RELOAD)
		*done = kill(getpid(), SIGHUP) == 0;
	return OK;
}

static void make_session(struct client *c)
{
	struct query_session_options options = {
		.user = c->startup.startup.user.at,
		.database = setting_text(c->base, SETTING_database_name),
		.process_id = c->entry.process_id,
		.defaults = c->base,
		.cancel = &c->entry.cancel,
		.notice = send_notice,
		.notice_context = c,
		.tell = client_tell,
		.tell_context = c,
		.hash_password = hash_password,
		.hash_context = c,
		.ask = answer_request,
		.ask_context = c,
		.wake = client_ring,
		.wake_context = c,
	};

	c->query = query_session_new(c->context->engine, &options);
	c->settings = query_session_settings(c->query);
}

/* After the proof, so that nobody learns without one which roles there are. */
static enum sqlstate check_role(struct client *c, struct error *e)
{
	struct str user = c->startup.startup.user;
	enum sqlstate rc;

	TRY(query_role_find(c->context->engine, user, &c->role, e));
	explicit_bzero(c->role.verifier, sizeof c->role.verifier);
	if (c->role.is_refused)
		return FAIL(e, E_AUTHORIZATION, "role \"%.*s\" does not exist", STR_ARGS(user));
	if (!c->role.can_login)
		return FAIL(e, E_AUTHORIZATION, "role \"%.*s\" is not permitted to log in",
			STR_ARGS(user));
	rc = registry_admit_user(c->context->registry, &c->entry, user, c->role.is_superuser,
		c->role.is_superuser ? -1 : c->role.connection_limit);
	if (rc == OK)
		return OK;
	return FAIL(e, rc, "too many connections for role \"%.*s\"", STR_ARGS(user));
}

/* The server has one database. Care is of the server, so it need not be named there. */
static enum sqlstate check_database(struct client *c, struct error *e)
{
	struct str name = c->startup.startup.database;
	const char *ours = setting_text(c->base, SETTING_database_name);

	if (c->is_care)
		return OK;
	if (str_equal(name, str_of(ours)) && c->role.can_connect)
		return OK;
	if (str_equal(name, str_of(ours))) {
		FAIL(e, E_PRIVILEGE, "permission denied for database \"%s\"", ours);
		error_detail(e, "User does not have CONNECT privilege.");
		return e->code;
	}
	FAIL(e, E_NO_DATABASE, "database \"%.*s\" does not exist", STR_ARGS(name));
	error_hint(e, "This server has one database, \"%s\".", ours);
	return e->code;
}

/* What does not fit is cut, as PostgreSQL cuts it. */
static void describe_certificate(const struct client *c, struct registry_about *who)
{
	static const enum pgwire_peer parts[] = { PGWIRE_PEER_SUBJECT, PGWIRE_PEER_ISSUER,
		PGWIRE_PEER_SERIAL };
	char *const places[] = { who->client_dn, who->issuer_dn, who->client_serial };
	char text[CERTIFICATE_NAME_MAX];

	for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
		if (pgwire_tls_peer(c->wire, parts[i], text, sizeof text))
			snprintf(places[i], REGISTRY_NAME_SIZE, "%.*s",
				REGISTRY_NAME_SIZE - 1, text);
	}
}

static void describe_client(struct client *c)
{
	struct sockaddr_storage room = { .ss_family = AF_UNSPEC };
	struct sockaddr *address = (struct sockaddr *)&room;
	struct registry_about who = { .user_oid = c->role.oid, .port = -1 };
	socklen_t size = sizeof room;
	char port[NI_MAXSERV];

	(void)getpeername(pgwire_fd(c->wire), address, &size);
	if (address->sa_family != AF_UNIX && address->sa_family != AF_UNSPEC &&
		getnameinfo(address, size, who.address, sizeof who.address, port, sizeof port,
			NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		who.port = (int32_t)strtol(port, NULL, 10);
	who.is_tls = pgwire_tls_about(c->wire, &who.tls_version, &who.tls_cipher, &who.tls_bits);
	describe_certificate(c, &who);
	registry_describe(&c->entry, c->startup.startup.user.at,
		setting_text(c->base, SETTING_database_name), &who);
	c->started_us = clock_monotonic_us();
	c->since_us = clock_coarse_us();
	counter_add(counters_mine(c->context->counters), COUNTER_sessions, 1);
}

static void log_connection(const struct client *c)
{
	struct str application = str_of(setting_text(c->settings, SETTING_application_name));

	if (!setting_bool(c->base, SETTING_log_connections))
		return;
	LOG_EVENT(LOG_INFO, "client", "connected", log_number("id", c->entry.process_id),
		log_text("user", c->startup.startup.user),
		log_text("database", c->startup.startup.database),
		log_text("application", application),
		log_text("host", str_of(c->entry.about.address)),
		log_number("port", c->entry.about.port),
		log_number("tls", pgwire_is_tls(c->wire)));
}

void client_greet(struct client *c)
{
	/* As PostgreSQL does: they are who they say, and yet there may be no place for them. */
	pgwire_put_authentication_ok(c->wire);
	if (check_role(c, &c->error) != OK || check_database(c, &c->error) != OK) {
		client_end(c);
		return;
	}
	describe_client(c);
	make_session(c);
	client_clock_stop(c);
	atomic_store(&c->entry.activity, ACTIVITY_BUSY);
	if (apply_startup(c, &c->error) != OK) {
		client_end(c);
		return;
	}
	log_connection(c);
	/* Never equal: the first report names everything. */
	c->settings_generation = c->settings->generation - 1;
	client_report_settings(c);
	registry_set_key_length(c->context->registry, &c->entry, pgwire_cancel_key_length(c->wire));
	pgwire_put_backend_key(c->wire, c->entry.process_id, c->entry.key);
	arena_free(c->start);
	access_release(c->access);
	c->start = NULL;
	c->access = NULL;
	client_ready(c);
}
