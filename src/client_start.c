/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * From the startup packet to the first ReadyForQuery:
 *
 *     STARTUP: admitted? which authentication?  ->  AUTHENTICATED: session, settings, greeting
 *
 * Everything the packet named is copied, since authentication reads further messages.
 */
#include <ctype.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "src/client_state.h"
#include "src/config.h"

#define VERIFIER_BYTES_MAX 512

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

	if (replication.length > 0 && !str_equal_nocase(replication, STR("false")) &&
		!str_equal_nocase(replication, STR("off")) && !str_equal(replication, STR("0")))
		return FAIL(e, E_NOT_SUPPORTED, "replication connections are not supported");
	TRY(pgtype_check_text(m->startup.user, e));
	TRY(pgtype_check_text(m->startup.database, e));
	return registry_admit(c->context->registry, &c->entry,
		(uint32_t)setting_int(c->base, SETTING_max_connections), e);
}

static enum sqlstate start_authentication(struct client *c, struct error *e)
{
	struct str user = c->startup.startup.user;
	char verifier[VERIFIER_BYTES_MAX];
	enum sqlstate rc;

	/* The options in their order: trust, scram-sha-256. */
	if (setting_enum(c->base, SETTING_authentication_method) == 0) {
		pgwire_auth_trust(c->wire);
		return OK;
	}
	TRY(config_find_verifier(
		c->base, c->context->directory, user, verifier, sizeof verifier, e));
	rc = pgwire_auth_scram(c->wire, user, str_of(verifier), c->context->mock_secret, e);
	memset(verifier, 0, sizeof verifier);
	return rc;
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

/* A zone or a style that is known but not supported is no reason to turn a client away: its driver
   sends it unasked. It is told what holds instead by ParameterStatus. */
static enum sqlstate set_startup(
	struct client *c, struct str name, struct str value, struct error *e)
{
	enum sqlstate rc = settings_set_name(c->settings, name, value, SETTING_FROM_CLIENT, e);

	if (rc != E_NOT_SUPPORTED)
		return rc;
	send_notice(c, "WARNING", e);
	error_clear(e);
	return OK;
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
	TRY(set_options(c, m->startup.options, e));
	for (uint32_t i = 0; i < m->startup.pair_count; i++) {
		TRY(pgtype_check_text(m->startup.pairs[i].value, e));
		TRY(set_startup(c, m->startup.pairs[i].name, m->startup.pairs[i].value, e));
	}
	return OK;
}

/* --- the greeting ------------------------------------------------------------------------- */

static void refresh_style(struct client *c)
{
	const char *name = setting_text(c->settings, SETTING_timezone);
	struct error ignored;

	/* It was good when it was set; should its file be gone since, UTC is at least honest. */
	if (strcmp(name, c->style.zone.name) != 0 &&
		zone_parse(str_of(name), &c->style.zone, &ignored) != OK)
		c->style.zone = zone_utc;
	/* bytea_output's options in their order: escape, hex. */
	c->style.is_bytea_escape = setting_enum(c->settings, SETTING_bytea_output) == 0;
	c->style.is_float_short = setting_int(c->settings, SETTING_extra_float_digits) > 0;
}

void client_report_settings(struct client *c)
{
	char scratch[SETTING_SHOW_SIZE];

	if (c->settings->generation == c->settings_generation)
		return;
	c->settings_generation = c->settings->generation;
	refresh_style(c);
	for (int id = 0; id < SETTING_COUNT; id++) {
		struct str text;

		if ((setting_rows[id].flags & SETTING_FLAG_REPORT) == 0)
			continue;
		text = setting_show(c->settings, (enum setting_id)id, scratch);
		if (c->reported[id] != NULL && str_equal(text, str_of(c->reported[id])))
			continue;
		free(c->reported[id]);
		c->reported[id] = strndup(text.at, text.length);
		if (c->reported[id] == NULL)
			PANIC("out of memory");
		pgwire_put_parameter(c->wire, str_of(setting_rows[id].name), text);
	}
}

static void make_session(struct client *c)
{
	struct query_session_options options = {
		.user = c->startup.startup.user.at,
		.database = c->startup.startup.database.at,
		.process_id = c->entry.process_id,
		.defaults = c->base,
		.cancel = &c->entry.cancel,
		.notice = send_notice,
		.notice_context = c,
	};

	c->query = query_session_new(c->context->engine, &options);
	c->settings = query_session_settings(c->query);
}

void client_greet(struct client *c)
{
	make_session(c);
	client_clock_stop(c);
	atomic_store(&c->entry.activity, ACTIVITY_BUSY);
	pgwire_put_authentication_ok(c->wire);
	if (apply_startup(c, &c->error) != OK) {
		client_end(c);
		return;
	}
	if (setting_bool(c->base, SETTING_log_connections))
		log_line(LOG_INFO, "client",
			"connected id=%d user=%s database=%s application=%s tls=%d",
			c->entry.process_id, c->startup.startup.user.at,
			c->startup.startup.database.at,
			setting_text(c->settings, SETTING_application_name),
			pgwire_is_tls(c->wire));
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
