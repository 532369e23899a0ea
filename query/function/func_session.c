/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions that ask about the session. What they answer comes from struct eval_session and the
 * settings; without a session (tests, the offline tool) they answer empty text.
 */
#include <math.h>
#include <time.h>

#include "base/clock.h"
#include "base/datetime.h"
#include "base/setting.h"
#include "query/function/functions.h"
#include "query/function/notify.h"
#include "storage/storage.h"

static struct value text_value(struct eval *ev, const char *text)
{
	return text == NULL ? value_string(STR("")) : eval_string(ev, text, strlen(text));
}

/* Who logged in, or whom SET SESSION AUTHORIZATION named. */
static const char *login_of(const struct eval *ev)
{
	const struct eval_session *s = ev->session;
	const char *named = s == NULL || s->settings == NULL
				    ? ""
				    : setting_text(s->settings, SETTING_session_authorization);

	return s == NULL ? NULL : named[0] != '\0' ? named : s->user;
}

FUNCTION_ROW(session_user)
{
	*out = text_value(ev, login_of(ev));
	return OK;
}

/* The role that is set, whose rights count. */
FUNCTION_ROW(session_current_user)
{
	const struct eval_session *s = ev->session;
	const char *role = s == NULL || s->settings == NULL
				   ? "none"
				   : setting_text(s->settings, SETTING_role);

	*out = text_value(ev, strcmp(role, "none") == 0 || role[0] == '\0' ? login_of(ev) : role);
	return OK;
}

FUNCTION_ROW(session_database)
{
	*out = text_value(ev, ev->session == NULL ? NULL : ev->session->database);
	return OK;
}

FUNCTION_ROW(session_graph)
{
	bool is_main = ev->session == NULL || ev->session->graph == NULL;

	*out = text_value(ev, is_main ? "main" : ev->session->graph);
	return OK;
}

FUNCTION_ROW(session_schema)
{
	*out = value_string(STR("public"));
	return OK;
}

FUNCTION_ROW(session_version)
{
	*out = value_string(STR("PostgreSQL 15.0 compatible, Quiver " PACKAGE_VERSION));
	return OK;
}

FUNCTION_ROW(session_process)
{
	*out = value_int(ev->session == NULL ? 0 : ev->session->process_id);
	return OK;
}

FUNCTION_ROW(session_setting)
{
	bool is_missing_fine = count > 1 && args[1].boolean;
	char scratch[SETTING_SHOW_SIZE];
	enum sqlstate rc;
	struct str text;

	*out = value_null();
	if (ev->settings == NULL)
		return OK;
	rc = settings_show_name(ev->settings, value_str(args[0]), scratch, &text, e);
	if (rc == E_NO_OBJECT && is_missing_fine) {
		error_clear(e);
		return OK;
	}
	TRY(rc);
	*out = value_string(arena_str(ev->arena, text));
	return OK;
}

FUNCTION_ROW(session_set_config)
{
	enum setting_source source = args[2].boolean ? SETTING_FROM_LOCAL : SETTING_FROM_SESSION;

	if (ev->session == NULL || ev->session->settings == NULL)
		return FAIL(e, E_NOT_SUPPORTED, "settings cannot be changed here");
	TRY(settings_set_name(
		ev->session->settings, value_str(args[0]), value_str(args[1]), source, e));
	ev->has_zone = false;
	return session_setting(ev, args, 1, out, e);
}

/* ---- other sessions ---- */

static enum sqlstate ask(const struct eval *ev, enum query_request request, int64_t number,
	struct value *out, struct error *e)
{
	const struct eval_session *s = ev->session;
	bool done = false;

	if (s != NULL && s->ask != NULL)
		TRY(s->ask(s->ask_context, request, number, &done, e));
	*out = value_bool(done);
	return OK;
}

FUNCTION_ROW(session_cancel)
{
	TRY(ask(ev, QUERY_CANCEL_SESSION, args[0].integer, out, e));
	/* It may have been itself. */
	return eval_poll(ev, e);
}

FUNCTION_ROW(session_terminate)
{
	TRY(ask(ev, QUERY_END_SESSION, args[0].integer, out, e));
	return eval_poll(ev, e);
}

FUNCTION_ROW(session_reload)
{
	return ask(ev, QUERY_RELOAD, 0, out, e);
}

/* pg_stat_statements_reset(user, database, statement): of all users; 0 is all statements. */
FUNCTION_ROW(session_forget_statements)
{
	TRY(ask(ev, QUERY_FORGET_STATEMENTS, count > 2 ? args[2].integer : 0, out, e));
	*out = value_string(STR(""));
	return OK;
}

FUNCTION_ROW(session_forget_counts)
{
	TRY(ask(ev, QUERY_FORGET_COUNTS, 0, out, e));
	*out = value_string(STR(""));
	return OK;
}

FUNCTION_ROW(session_notify)
{
	struct str channel = args[0].type == VALUE_NULL ? STR("") : value_str(args[0]);
	struct str payload = args[1].type == VALUE_NULL ? STR("") : value_str(args[1]);

	*out = value_string(STR(""));
	if (ev->session == NULL || ev->session->notifier == NULL)
		return FAIL(e, E_NOT_SUPPORTED, "notifications cannot be sent here");
	return notifier_send(ev->session->notifier, channel, payload, e);
}

/* ---- waiting ---- */

#define SLEEP_STEP_MS 10

/* In small steps, since nobody can wake it: a cancel is seen within one. Others run meanwhile. */
FUNCTION_ROW(session_sleep)
{
	double seconds = args[0].real;
	uint64_t end_us;
	bool has_token = false;
	enum sqlstate rc = OK;

	*out = value_string(STR(""));
	if (isnan(seconds) || seconds <= 0)
		return OK;
	end_us = clock_monotonic_us() + (uint64_t)(fmin(seconds, 1e9) * 1e6);
	if (ev->session != NULL && ev->session->storage != NULL)
		has_token = storage_run_pause(ev->session->storage);
	while (rc == OK) {
		uint64_t now_us = clock_monotonic_us();
		uint64_t left_ns = now_us >= end_us ? 0 : (end_us - now_us) * 1000;
		struct timespec step = { 0, (long)MIN_OF(left_ns, SLEEP_STEP_MS * 1000000ull) };

		if (left_ns == 0)
			break;
		nanosleep(&step, NULL);
		rc = eval_poll(ev, e);
	}
	if (has_token)
		storage_run_begin(ev->session->storage);
	return rc;
}

FUNCTION_ROW(session_sleep_for)
{
	const struct value_duration *d = args[0].duration;
	double days = (double)d->months * 30 + d->days;
	struct value seconds = value_float(days * 86400 + (double)d->microseconds / 1e6);

	return session_sleep(ev, &seconds, count, out, e);
}

FUNCTION_ROW(session_sleep_until)
{
	struct value seconds =
		value_float((double)(args[0].integer - timestamp_now()) / 1e6);

	return session_sleep(ev, &seconds, count, out, e);
}

FUNCTION_ROW(session_client_encoding)
{
	const struct eval_session *s = ev->session;

	*out = text_value(ev, s == NULL || s->settings == NULL
				      ? "UTF8"
				      : setting_text(s->settings, SETTING_client_encoding));
	return OK;
}

FUNCTION_ROW(session_query)
{
	*out = value_string(STR(""));
	if (ev->session != NULL)
		*out = value_string(arena_str(ev->arena, ev->session->query));
	return OK;
}

static struct value instant(int64_t at)
{
	return (struct value){ .type = VALUE_TIMESTAMPTZ, .integer = at };
}

FUNCTION_ROW(session_server_start)
{
	*out = ev->session == NULL ? value_null() : instant(ev->session->server_start);
	return OK;
}

FUNCTION_ROW(session_settings_load)
{
	*out = ev->session == NULL || ev->settings == NULL ? value_null()
							   : instant(settings_loaded(ev->settings));
	return OK;
}
