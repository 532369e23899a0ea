/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What follows from the session's settings: the style of values in text, and what the client is told of.
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "src/client_state.h"

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
	c->style.date_style = date_style_of(setting_text(c->settings, SETTING_datestyle));
	c->style.interval_style =
		(enum interval_style)setting_enum(c->settings, SETTING_intervalstyle);
	c->style.is_float_short = setting_int(c->settings, SETTING_extra_float_digits) > 0;
}

void client_report_settings(struct client *c)
{
	char scratch[SETTING_SHOW_SIZE];

	if (c->settings->generation == c->settings_generation)
		return;
	c->settings_generation = c->settings->generation;
	registry_describe_application(
		&c->entry, setting_text(c->settings, SETTING_application_name));
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
