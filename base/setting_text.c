/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Setting values as text, read and written the way PostgreSQL does: numbers with units (fractions
 * are rounded to the row's own unit), bools by any unique beginning, enums by name, and the few
 * strings that have rules of their own.
 */
#include "base/setting_text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date_style.h"
#include "base/zone.h"

struct unit {
	const char *name;
	double factor; /* in bytes, or in microseconds */
};

static const struct unit memory_units[] = { { "B", 1 }, { "kB", 1024.0 }, { "MB", 1048576.0 },
	{ "GB", 1073741824.0 }, { "TB", 1099511627776.0 } };
static const struct unit time_units[] = { { "us", 1 }, { "ms", 1e3 }, { "s", 1e6 }, { "min", 60e6 },
	{ "h", 3600e6 }, { "d", 86400e6 } };

static bool is_memory(enum setting_unit unit)
{
	return unit == SETTING_UNIT_B || unit == SETTING_UNIT_KB || unit == SETTING_UNIT_MB;
}

/* The factor of a row's own unit. */
static double unit_factor(enum setting_unit unit)
{
	switch (unit) {
	case SETTING_UNIT_KB:
		return memory_units[1].factor;
	case SETTING_UNIT_MB:
		return memory_units[2].factor;
	case SETTING_UNIT_MS:
		return time_units[1].factor;
	case SETTING_UNIT_S:
		return time_units[2].factor;
	case SETTING_UNIT_MIN:
		return time_units[3].factor;
	case SETTING_UNIT_B:
	case SETTING_UNIT_NONE:
		break;
	}
	return 1;
}

static const char *unit_name(enum setting_unit unit)
{
	static const char *const names[] = { "", "B", "kB", "MB", "ms", "s", "min" };

	return names[unit];
}

uint64_t setting_bytes(const struct settings *s, enum setting_id id)
{
	assert(is_memory(setting_rows[id].unit));
	return (uint64_t)s->values[id].integer * (uint64_t)unit_factor(setting_rows[id].unit);
}

uint64_t setting_us_of(enum setting_id id, int64_t value)
{
	assert(setting_rows[id].unit >= SETTING_UNIT_MS);
	return (uint64_t)value * (uint64_t)unit_factor(setting_rows[id].unit);
}

bool setting_commit_is_synchronous(const struct settings *s)
{
	static const bool answers[] = { true, false, true, true, true, true, false, true, false,
		true, false };
	int option = setting_enum(s, SETTING_synchronous_commit);

	assert(option < (int)ARRAY_COUNT(answers));
	return answers[option];
}

static struct str trim(struct str s)
{
	while (s.length > 0 && isspace((unsigned char)s.at[0])) {
		s.at++;
		s.length--;
	}
	while (s.length > 0 && isspace((unsigned char)s.at[s.length - 1]))
		s.length--;
	return s;
}

/* The part of `text` that a message shows. */
static int shown_length(struct str text)
{
	return (int)MIN_OF(text.length, 100u);
}

static enum sqlstate fail_value(const struct setting_row *row, struct str text, struct error *e)
{
	return FAIL(e, E_INVALID_VALUE, "invalid value for parameter \"%s\": \"%.*s\"", row->name,
		shown_length(text), text.at);
}

/* --- bool and enum ------------------------------------------------------------------------ */

int setting_option_index(const char *options, struct str text)
{
	const char *at = options;

	for (int index = 0;; index++) {
		const char *comma = strchr(at, ',');
		size_t length = comma == NULL ? strlen(at) : (size_t)(comma - at);

		if (str_equal_nocase(text, (struct str){ at, (uint32_t)length }))
			return index;
		if (comma == NULL)
			return -1;
		at = comma + 1;
	}
}

static bool parse_bool(struct str text, int64_t *value)
{
	static const struct {
		const char *name;
		uint32_t least; /* letters that make it unique */
		int64_t value;
	} words[] = { { "true", 1, 1 }, { "false", 1, 0 }, { "yes", 1, 1 }, { "no", 1, 0 },
		{ "on", 2, 1 }, { "off", 2, 0 }, { "1", 1, 1 }, { "0", 1, 0 } };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (text.length >= words[i].least && text.length <= strlen(words[i].name) &&
			strncasecmp(text.at, words[i].name, text.length) == 0) {
			*value = words[i].value;
			return true;
		}
	}
	return false;
}

static void hint_options(const struct setting_row *row, struct error *e)
{
	char list[256];
	size_t used = 0;

	for (const char *at = row->options; *at != '\0' && used + 3 < sizeof list; at++) {
		list[used++] = *at;
		if (*at == ',')
			list[used++] = ' ';
	}
	list[used] = '\0';
	error_hint(e, "Available values: %s.", list);
}

/* --- numbers ------------------------------------------------------------------------------ */

static enum sqlstate fail_unit(const struct setting_row *row, struct str text, struct error *e)
{
	fail_value(row, text, e);
	if (is_memory(row->unit))
		error_hint(e, "Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", "
			      "and \"TB\".");
	else if (row->unit != SETTING_UNIT_NONE)
		error_hint(e, "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", "
			      "\"h\", and \"d\".");
	return e->code;
}

/* The factor from a written unit to the row's; 0 if the row has no such unit. */
static double scale_of(const struct setting_row *row, const char *name)
{
	const struct unit *units = is_memory(row->unit) ? memory_units : time_units;
	size_t count = is_memory(row->unit) ? ARRAY_COUNT(memory_units) : ARRAY_COUNT(time_units);

	if (row->unit == SETTING_UNIT_NONE)
		return 0;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(units[i].name, name) == 0)
			return units[i].factor / unit_factor(row->unit);
	}
	return 0;
}

static enum sqlstate fail_range(const struct setting_row *row, double number, struct error *e)
{
	const char *unit = unit_name(row->unit);
	const char *space = unit[0] == '\0' ? "" : " ";

	return FAIL(e, E_INVALID_VALUE,
		"%.15g%s%s is outside the valid range for parameter \"%s\" (%.15g .. %.15g)",
		number, space, unit, row->name, row->least, row->most);
}

static enum sqlstate parse_number(
	const struct setting_row *row, struct str text, double *number, struct error *e)
{
	struct str trimmed = trim(text);
	bool is_octal = trimmed.length > 1 && trimmed.at[0] == '0';
	char copy[64], *end;

	if (trimmed.length == 0 || trimmed.length >= sizeof copy)
		return fail_value(row, text, e);
	memcpy(copy, trimmed.at, trimmed.length);
	copy[trimmed.length] = '\0';
	*number = strtod(copy, &end);
	if (is_octal && strspn(copy, "01234567") == trimmed.length)
		*number = (double)strtoll(copy, &end, 8);
	if (end == copy || isnan(*number) || isalpha((unsigned char)copy[0]))
		return fail_value(row, text, e);
	while (isspace((unsigned char)*end))
		end++;
	if (*end != '\0') {
		double scale = scale_of(row, end);

		if (scale == 0)
			return fail_unit(row, text, e);
		*number *= scale;
	}
	if (row->type == SETTING_TYPE_INT)
		*number = rint(*number);
	if (*number < row->least || *number > row->most)
		return fail_range(row, *number, e);
	return OK;
}

enum sqlstate setting_text_parse(
	enum setting_id id, struct str text, union setting_value *value, struct error *e)
{
	const struct setting_row *row = &setting_rows[id];
	double number;

	switch (row->type) {
	case SETTING_TYPE_BOOL:
		if (!parse_bool(trim(text), &value->integer))
			return FAIL(e, E_INVALID_VALUE, "parameter \"%s\" requires a Boolean value",
				row->name);
		return OK;
	case SETTING_TYPE_ENUM:
		value->integer = setting_option_index(row->options, trim(text));
		if (value->integer < 0) {
			fail_value(row, text, e);
			hint_options(row, e);
			return e->code;
		}
		return OK;
	case SETTING_TYPE_INT:
		TRY(parse_number(row, text, &number, e));
		value->integer = (int64_t)number;
		return OK;
	case SETTING_TYPE_FLOAT:
		return parse_number(row, text, &value->real, e);
	case SETTING_TYPE_STRING:
		break;
	}
	unreachable();
}

/* --- strings with rules ------------------------------------------------------------------- */

/* UTF8 in any spelling: utf8, UTF-8, unicode; asyncpg sends it with its own quotes. */
static bool is_utf8_name(struct str text)
{
	char letters[16];
	size_t used = 0;

	for (uint32_t i = 0; i < text.length; i++) {
		if (!isalnum((unsigned char)text.at[i]))
			continue;
		if (used + 1 == sizeof letters)
			return false;
		letters[used++] = (char)tolower((unsigned char)text.at[i]);
	}
	letters[used] = '\0';
	return strcmp(letters, "utf8") == 0 || strcmp(letters, "unicode") == 0;
}

enum sqlstate setting_text_check(enum setting_id id, const char *present, struct str *text,
	char canonical[SETTING_CANONICAL_SIZE], struct error *e)
{
	const struct setting_row *row = &setting_rows[id];

	if (text->length > 0 && memchr(text->at, '\0', text->length) != NULL)
		return FAIL(e, E_INVALID_VALUE, "parameter \"%s\" must not contain a zero byte",
			row->name);
	if (id == SETTING_timezone) {
		struct zone zone;

		TRY(zone_parse(*text, &zone, e));
		snprintf(canonical, SETTING_CANONICAL_SIZE, "%s", zone.name);
		*text = str_of(canonical);
		return OK;
	}
	if (id == SETTING_datestyle) {
		struct date_style style = date_style_of(present);

		TRY(date_style_parse(*text, &style, e));
		date_style_print(style, canonical);
		*text = str_of(canonical);
		return OK;
	}
	if (id == SETTING_client_encoding) {
		if (!is_utf8_name(*text)) {
			fail_value(row, *text, e);
			error_detail(e, "Only UTF8 is supported.");
			return e->code;
		}
		*text = STR("UTF8");
	}
	return OK;
}

/* --- showing ------------------------------------------------------------------------------ */

static struct str show_option(const char *options, int64_t index)
{
	const char *at = options;
	const char *comma;

	while (index-- > 0)
		at = strchr(at, ',') + 1;
	comma = strchr(at, ',');
	return (struct str){ at, comma == NULL ? (uint32_t)strlen(at) : (uint32_t)(comma - at) };
}

/* A number in the largest unit that divides it, as PostgreSQL shows it. */
static struct str show_int(const struct setting_row *row, int64_t value, char *scratch)
{
	const struct unit *units = is_memory(row->unit) ? memory_units : time_units;
	size_t count = is_memory(row->unit) ? ARRAY_COUNT(memory_units) : ARRAY_COUNT(time_units);
	const char *name = unit_name(row->unit);

	if (row->unit != SETTING_UNIT_NONE && value > 0) {
		int64_t base = value * (int64_t)unit_factor(row->unit);

		for (size_t i = count; i-- > 0;) {
			if (base % (int64_t)units[i].factor == 0) {
				value = base / (int64_t)units[i].factor;
				name = units[i].name;
				break;
			}
		}
	} else {
		name = "";
	}
	if (row == &setting_rows[SETTING_unix_socket_permissions])
		snprintf(scratch, SETTING_SHOW_SIZE, "%04llo", (unsigned long long)value);
	else
		snprintf(scratch, SETTING_SHOW_SIZE, "%lld%s", (long long)value, name);
	return str_of(scratch);
}

struct str setting_show(
	const struct settings *s, enum setting_id id, char scratch[SETTING_SHOW_SIZE])
{
	const struct setting_row *row = &setting_rows[id];

	assert(id < SETTING_COUNT);
	switch (row->type) {
	case SETTING_TYPE_BOOL:
		return s->values[id].integer != 0 ? STR("on") : STR("off");
	case SETTING_TYPE_INT:
		return show_int(row, s->values[id].integer, scratch);
	case SETTING_TYPE_FLOAT:
		snprintf(scratch, SETTING_SHOW_SIZE, "%.15g", s->values[id].real);
		return str_of(scratch);
	case SETTING_TYPE_STRING:
		return str_of(s->values[id].text);
	case SETTING_TYPE_ENUM:
		return show_option(row->options, s->values[id].integer);
	}
	unreachable();
}
