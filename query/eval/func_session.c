/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions that ask about the session. What they answer comes from struct eval_session and the
 * settings; without a session (tests, the offline tool) they answer empty text.
 */
#include "base/setting.h"
#include "query/eval/functions.h"

static struct value text_value(struct eval *ev, const char *text)
{
	return text == NULL ? value_string(STR("")) : eval_string(ev, text, strlen(text));
}

FUNCTION_ROW(session_user)
{
	*out = text_value(ev, ev->session == NULL ? NULL : ev->session->user);
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
	if (rc != OK && is_missing_fine) {
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
