/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The columns that FORCE_QUOTE and its kin name: see copy_force.h.
 */
#include "query/copy/copy_force.h"

static uint32_t place_of(const struct copy_columns *columns, struct str name)
{
	uint32_t i = 0;

	while (i < columns->count && !str_equal(columns->names[i], name))
		i++;
	return i;
}

static enum sqlstate fail_name(const struct copy_columns *columns, const char *option,
	struct str name, struct error *e)
{
	if (columns->relation.length == 0)
		return FAIL(e, E_NO_COLUMN, "column \"%.*s\" does not exist", STR_ARGS(name));
	if (columns->table != NULL && table_column(columns->table, name) == NULL)
		return FAIL(e, E_NO_COLUMN, "column \"%.*s\" of relation \"%.*s\" does not exist",
			STR_ARGS(name), STR_ARGS(columns->relation));
	return FAIL(e, E_INVALID_REFERENCE, "%s column \"%.*s\" not referenced by COPY", option,
		STR_ARGS(name));
}

enum sqlstate copy_force_find(const struct copy_columns *columns, const char *option,
	const struct copy_names *names, bool *out, struct error *e)
{
	for (uint32_t i = 0; names->is_all && i < columns->count; i++)
		out[i] = true;
	for (uint32_t i = 0; i < names->count; i++) {
		struct str name = names->items[i].text;
		uint32_t place = place_of(columns, name);

		if (place == columns->count)
			return fail_name(columns, option, name, e);
		if (out[place])
			return FAIL(e, E_DUPLICATE_COLUMN,
				"column \"%.*s\" specified more than once", STR_ARGS(name));
		out[place] = true;
	}
	return OK;
}
