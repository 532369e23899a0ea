/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The settings' rows, from settings.def, and their names.
 */
#include <stdlib.h>
#include <strings.h>

#include "base/setting.h"

const struct setting_row setting_rows[SETTING_COUNT] = {
#define NONE 0
#define SETTING_BOOL(id, name, value, context, flags, text)                                        \
	[SETTING_##id] = { name, text, NULL, NULL, SETTING_TYPE_BOOL, SETTING_UNIT_NONE,           \
		SETTING_##context, flags, value, 0, 1 },
#define SETTING_INT(id, name, value, least, most, unit, context, flags, text)                      \
	[SETTING_##id] = { name, text, NULL, NULL, SETTING_TYPE_INT, SETTING_UNIT_OF_##unit,       \
		SETTING_##context, flags, value, least, most },
#define SETTING_FLOAT(id, name, value, least, most, context, flags, text)                          \
	[SETTING_##id] = { name, text, NULL, NULL, SETTING_TYPE_FLOAT, SETTING_UNIT_NONE,          \
		SETTING_##context, flags, value, least, most },
#define SETTING_STRING(id, name, value, context, flags, text)                                      \
	[SETTING_##id] = { name, text, value, NULL, SETTING_TYPE_STRING, SETTING_UNIT_NONE,        \
		SETTING_##context, flags, 0, 0, 0 },
#define SETTING_ENUM(id, name, value, options, context, flags, text)                               \
	[SETTING_##id] = { name, text, value, options, SETTING_TYPE_ENUM, SETTING_UNIT_NONE,       \
		SETTING_##context, flags, 0, 0, 0 },
#define REPORT SETTING_FLAG_REPORT
#define LIST SETTING_FLAG_LIST
#define HIDE SETTING_FLAG_HIDE
#define SUPERUSER SETTING_FLAG_SUPERUSER
#define PRIVATE SETTING_FLAG_PRIVATE
#define SETTING_UNIT_OF_NONE SETTING_UNIT_NONE
#define SETTING_UNIT_OF_B SETTING_UNIT_B
#define SETTING_UNIT_OF_KB SETTING_UNIT_KB
#define SETTING_UNIT_OF_MB SETTING_UNIT_MB
#define SETTING_UNIT_OF_MS SETTING_UNIT_MS
#define SETTING_UNIT_OF_S SETTING_UNIT_S
#define SETTING_UNIT_OF_MIN SETTING_UNIT_MIN
#include "base/settings.def"
#undef SETTING_BOOL
#undef SETTING_INT
#undef SETTING_FLOAT
#undef SETTING_STRING
#undef SETTING_ENUM
#undef NONE
#undef REPORT
#undef LIST
#undef HIDE
#undef SUPERUSER
#undef PRIVATE
};

enum setting_id setting_find(struct str name)
{
	for (int id = 0; id < SETTING_COUNT; id++) {
		if (str_equal_nocase(name, str_of(setting_rows[id].name)))
			return (enum setting_id)id;
	}
	return SETTING_COUNT;
}

static int compare_names(const void *a, const void *b)
{
	const enum setting_id *x = a, *y = b;

	return strcasecmp(setting_rows[*x].name, setting_rows[*y].name);
}

void setting_ids_by_name(enum setting_id to[SETTING_COUNT])
{
	for (int id = 0; id < SETTING_COUNT; id++)
		to[id] = (enum setting_id)id;
	qsort(to, SETTING_COUNT, sizeof to[0], compare_names);
}
