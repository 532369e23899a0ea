/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Errors about names of SQL that nobody knows, with the hints that PostgreSQL gives: a column whose
 * name is nearly that, the alias that hides a table's name.
 */
#include "base/edits.h"
#include "query/bind/binder.h"

enum { DISTANCE_MAX = 3 };

struct near {
	uint32_t distance; /* of the nearest so far */
	uint32_t count;
	struct str tables[2], columns[2];
};

/* Three names equally near are none; nor is one that differs in more than half. */
static void look_at(
	struct near *n, struct str table, struct str column, struct str name, uint32_t penalty)
{
	uint32_t distance;

	if (penalty > n->distance)
		return;
	distance = str_edits(column, name, false);
	if (distance > name.length / 2 || distance > DISTANCE_MAX)
		return;
	distance += penalty;
	if (distance > n->distance)
		return;
	if (distance < n->distance)
		n->count = 0;
	n->distance = distance;
	if (n->count == 2) {
		n->count = 0;
		n->distance = distance == 0 ? 0 : distance - 1;
		return;
	}
	n->tables[n->count] = table;
	n->columns[n->count++] = column;
}

static void look_in(
	struct near *n, const struct variable *table, struct str qualifier, struct str name)
{
	uint32_t penalty = qualifier.length > 0 ? str_edits(table->name, qualifier, false) : 0;

	for (uint32_t i = 0; i < table->columns->column_count; i++)
		look_at(n, table->name, table->columns->columns[i].name, name, penalty);
}

bool binder_is_relational(const struct binder *b)
{
	for (const struct scope *s = b->scope; b->is_sql && s != NULL; s = s->parent) {
		for (uint32_t i = 0; i < s->count; i++) {
			const struct variable *v = &s->variables[i];

			if (!v->is_relational && !v->is_column)
				return false;
		}
	}
	return b->is_sql;
}

enum sqlstate bind_unknown_column(
	struct binder *b, struct str qualifier, struct str name, uint32_t at, struct error *e)
{
	struct near n = { .distance = DISTANCE_MAX + 1 };

	for (const struct scope *s = b->scope; s != NULL; s = s->parent) {
		for (uint32_t i = 0; i < s->count; i++) {
			if (s->variables[i].columns != NULL)
				look_in(&n, &s->variables[i], qualifier, name);
		}
	}
	if (qualifier.length > 0)
		FAIL(e, E_NO_COLUMN, "column %.*s.%.*s does not exist", STR_ARGS(qualifier),
			STR_ARGS(name));
	else
		FAIL(e, E_NO_COLUMN, "column \"%.*s\" does not exist", STR_ARGS(name));
	if (n.count == 1)
		error_hint(e, "Perhaps you meant to reference the column \"%.*s.%.*s\".",
			STR_ARGS(n.tables[0]), STR_ARGS(n.columns[0]));
	else if (n.count == 2)
		error_hint(e,
			"Perhaps you meant to reference the column \"%.*s.%.*s\" or the column "
			"\"%.*s.%.*s\".",
			STR_ARGS(n.tables[0]), STR_ARGS(n.columns[0]), STR_ARGS(n.tables[1]),
			STR_ARGS(n.columns[1]));
	return binder_blame(e, at);
}

enum sqlstate bind_unknown_table(struct binder *b, struct str name, uint32_t at, struct error *e)
{
	for (const struct scope *s = b->scope; s != NULL; s = s->parent) {
		for (uint32_t i = 0; i < s->count; i++) {
			const struct variable *v = &s->variables[i];

			if (v->columns == NULL || !str_equal_nocase(v->relation, name))
				continue;
			FAIL(e, E_NO_TABLE,
				"invalid reference to FROM-clause entry for table \"%.*s\"",
				STR_ARGS(name));
			error_hint(e, "Perhaps you meant to reference the table alias \"%.*s\".",
				STR_ARGS(v->name));
			return binder_blame(e, at);
		}
	}
	(void)FAIL_AT(
		e, at, E_NO_TABLE, "missing FROM-clause entry for table \"%.*s\"", STR_ARGS(name));
	if (scope_find(b->scope, name) != NULL)
		error_hint(e, "Write %.*s {.*}, or properties(%.*s).", STR_ARGS(name),
			STR_ARGS(name));
	return E_NO_TABLE;
}
