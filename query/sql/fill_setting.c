/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_settings: the table of settings with this session's values.
 */
#include <inttypes.h>

#include "base/setting.h"
#include "query/eval/eval.h"
#include "query/sql/fills.h"

static const char *const unit_names[] = {
	[SETTING_UNIT_NONE] = NULL,
	[SETTING_UNIT_B] = "B",
	[SETTING_UNIT_KB] = "kB",
	[SETTING_UNIT_MB] = "MB",
	[SETTING_UNIT_MS] = "ms",
	[SETTING_UNIT_S] = "s",
	[SETTING_UNIT_MIN] = "min",
};
static const char *const context_names[] = {
	[SETTING_INTERNAL] = "internal",
	[SETTING_POSTMASTER] = "postmaster",
	[SETTING_SIGHUP] = "sighup",
	[SETTING_USER] = "user",
};
static const char *const type_names[] = {
	[SETTING_TYPE_BOOL] = "bool",
	[SETTING_TYPE_INT] = "integer",
	[SETTING_TYPE_FLOAT] = "real",
	[SETTING_TYPE_STRING] = "string",
	[SETTING_TYPE_ENUM] = "enum",
};
static const char *const source_names[] = {
	[SETTING_FROM_DEFAULT] = "default",
	[SETTING_FROM_FILE] = "configuration file",
	[SETTING_FROM_COMMAND_LINE] = "command line",
	[SETTING_FROM_CLIENT] = "client",
	[SETTING_FROM_SERVER] = "override",
	[SETTING_FROM_SESSION] = "session",
	[SETTING_FROM_LOCAL] = "session",
};

static struct value number_text(struct relation_scan *s, enum setting_type type, double number)
{
	if (type == SETTING_TYPE_BOOL)
		return relation_text(number != 0 ? "on" : "off");
	if (type == SETTING_TYPE_FLOAT)
		return value_string(arena_printf(s->arena, "%g", number));
	return value_string(arena_printf(s->arena, "%.0f", number));
}

/* A number in the setting's unit, without the unit. */
static struct value setting_now(struct relation_scan *s, enum setting_id id)
{
	const struct setting_row *row = &setting_rows[id];
	const struct settings *settings = s->ev->settings;
	char scratch[SETTING_SHOW_SIZE];

	if (row->type == SETTING_TYPE_INT)
		return value_string(
			arena_printf(s->arena, "%" PRId64, setting_int(settings, id)));
	return value_string(arena_str(s->arena, setting_show(settings, id, scratch)));
}

static struct value setting_default(struct relation_scan *s, const struct setting_row *row)
{
	bool is_text = row->type == SETTING_TYPE_STRING || row->type == SETTING_TYPE_ENUM;

	if (is_text)
		return row->default_text == NULL ? value_null() : relation_text(row->default_text);
	return number_text(s, row->type, row->default_number);
}

/* "a,b,c" as a list. */
static struct value options_list(struct relation_scan *s, const char *options)
{
	struct str texts[32];
	uint32_t count = 0;

	while (*options != '\0' && count < ARRAY_COUNT(texts)) {
		size_t length = strcspn(options, ",");

		texts[count++] = (struct str){ options, (uint32_t)length };
		options += length + (options[length] == ',');
	}
	return relation_texts(s, texts, count);
}

static void add_setting(struct relation_scan *s, enum setting_id id)
{
	const struct setting_row *row = &setting_rows[id];
	bool is_number = row->type == SETTING_TYPE_INT || row->type == SETTING_TYPE_FLOAT;
	struct value *out = relation_add(s);

	out[pg_settings_name] = relation_text(row->name);
	out[pg_settings_setting] = setting_now(s, id);
	if (unit_names[row->unit] != NULL)
		out[pg_settings_unit] = relation_text(unit_names[row->unit]);
	out[pg_settings_category] = relation_text("Quiver");
	out[pg_settings_short_desc] = relation_text(row->description);
	out[pg_settings_context] = relation_text((row->flags & SETTING_FLAG_SUPERUSER) != 0
							 ? "superuser"
							 : context_names[row->context]);
	out[pg_settings_vartype] = relation_text(type_names[row->type]);
	out[pg_settings_source] = relation_text(source_names[s->ev->settings->sources[id]]);
	if (is_number) {
		out[pg_settings_min_val] = number_text(s, row->type, row->least);
		out[pg_settings_max_val] = number_text(s, row->type, row->most);
	}
	if (row->type == SETTING_TYPE_ENUM)
		out[pg_settings_enumvals] = options_list(s, row->options);
	out[pg_settings_boot_val] = out[pg_settings_reset_val] = setting_default(s, row);
	out[pg_settings_pending_restart] = value_bool(s->ev->settings->is_pending[id]);
}

RELATION_FILL(settings)
{
	enum setting_id ids[SETTING_COUNT];

	(void)e;
	if (s->ev->settings == NULL)
		return OK;
	setting_ids_by_name(ids);
	for (int i = 0; i < SETTING_COUNT; i++) {
		if (setting_is_shown(s->ev->settings, ids[i]))
			add_setting(s, ids[i]);
	}
	return OK;
}
