/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * ALTER VIEW, and the options of views.
 */
#include "query/ddl/ddl.h"

#include "query/parse/parse.h"
#include "query/plan/plan_query.h"

/* ---- options --------------------------------------------------------------------------------- */

static enum sqlstate read_switch(struct ddl *d, const struct ast_view_option *o, bool *out)
{
	static const struct {
		const char *word;
		bool is_on;
	} words[] = { { "true", true }, { "on", true }, { "yes", true }, { "1", true },
		{ "false", false }, { "off", false }, { "no", false }, { "0", false } };

	*out = o->value.length == 0;
	for (size_t i = 0; !*out && i < ARRAY_COUNT(words); i++) {
		if (!str_equal_nocase(o->value, str_of(words[i].word)))
			continue;
		*out = words[i].is_on;
		return OK;
	}
	return *out ? OK
		    : FAIL(d->error, E_INVALID_VALUE,
			      "invalid value for boolean option \"%.*s\": %.*s",
			      STR_ARGS(o->name.text), STR_ARGS(o->value));
}

static enum sqlstate read_check(struct ddl *d, const struct ast_view_option *o, char *out)
{
	if (str_equal_nocase(o->value, STR("local")))
		*out = 'l';
	else if (str_equal_nocase(o->value, STR("cascaded")))
		*out = 'c';
	else {
		FAIL(d->error, E_INVALID_VALUE,
			"invalid value for enum option \"check_option\": %.*s",
			STR_ARGS(o->value));
		error_detail(d->error, "Valid values are \"local\" and \"cascaded\".");
		return E_INVALID_VALUE;
	}
	return OK;
}

enum sqlstate ddl_view_options(struct ddl *d, struct view_definition *v,
	const struct ast_view_option *options, uint32_t count, bool is_reset)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct ast_view_option *o = &options[i];
		bool *is_on = str_equal(o->name.text, STR("security_invoker")) ? &v->is_invoker
			      : str_equal(o->name.text, STR("security_barrier"))
				      ? &v->is_barrier
				      : NULL;
		bool is_check = str_equal(o->name.text, STR("check_option"));

		if (is_on == NULL && !is_check)
			return FAIL(d->error, E_INVALID_VALUE,
				"unrecognized parameter \"%.*s\"", STR_ARGS(o->name.text));
		if (is_reset && is_check)
			v->check = 0;
		else if (is_reset)
			*is_on = false;
		else if (is_check)
			TRY(read_check(d, o, &v->check));
		else
			TRY(read_switch(d, o, is_on));
	}
	return OK;
}

/* ---- names ----------------------------------------------------------------------------------- */

static enum sqlstate rename_view(
	struct ddl *d, struct view_definition *v, const struct ast_action *action)
{
	if (table_name_is_taken(d->options.catalog, action->to.text))
		return DDL_FAIL(d, action->to.at, E_DUPLICATE_TABLE,
			"relation \"%.*s\" already exists", DDL_NAME(action->to.text));
	v->full_name = action->to.text;
	v->name = graph_local_name(v->full_name);
	return ddl_save_view(d, v);
}

/* From here on all columns have names of their own. */
static enum sqlstate name_columns(struct ddl *d, struct view_definition *v)
{
	struct plan *plan;
	struct str *names;

	TRY(ddl_plan_view(d, v, &plan, d->error));
	names = ARENA_ARRAY(d->arena, struct str, plan->column_count + 1);
	for (uint32_t i = 0; i < plan->column_count; i++)
		names[i] = i < v->column_count ? v->columns[i] : plan->columns[i].name;
	v->columns = names;
	v->column_count = plan->column_count;
	return OK;
}

static enum sqlstate rename_column(
	struct ddl *d, struct view_definition *v, const struct ast_action *action)
{
	struct str *found = NULL;

	TRY(name_columns(d, v));
	for (uint32_t i = 0; i < v->column_count; i++) {
		if (str_equal(v->columns[i], action->to.text))
			return DDL_FAIL(d, action->to.at, E_DUPLICATE_COLUMN,
				"column \"%.*s\" of relation \"%.*s\" already exists",
				STR_ARGS(action->to.text), STR_ARGS(v->name));
		if (str_equal(v->columns[i], action->name.text))
			found = &v->columns[i];
	}
	if (found == NULL)
		return DDL_FAIL(d, action->name.at, E_NO_COLUMN,
			"column \"%.*s\" does not exist", STR_ARGS(action->name.text));
	*found = action->to.text;
	return ddl_save_view(d, v);
}

/* ---- ALTER VIEW ------------------------------------------------------------------------------ */

/* As PostgreSQL calls what it will not do. */
static const char *action_name(enum ast_action_kind kind)
{
	static const char *const names[] = {
		[ACTION_ADD_COLUMN] = "ADD COLUMN",
		[ACTION_DROP_COLUMN] = "DROP COLUMN",
		[ACTION_TYPE] = "ALTER COLUMN ... SET DATA TYPE",
		[ACTION_SET_NOT_NULL] = "ALTER COLUMN ... SET NOT NULL",
		[ACTION_DROP_NOT_NULL] = "ALTER COLUMN ... DROP NOT NULL",
		[ACTION_ADD_IDENTITY] = "ALTER COLUMN ... ADD IDENTITY",
		[ACTION_DROP_IDENTITY] = "ALTER COLUMN ... DROP IDENTITY",
		[ACTION_ADD_KEY] = "ADD CONSTRAINT",
		[ACTION_DROP_KEY] = "DROP CONSTRAINT",
	};

	if ((size_t)kind >= ARRAY_COUNT(names) || names[kind] == NULL)
		return "of this kind";
	return names[kind];
}

static enum sqlstate alter(
	struct ddl *d, struct view_definition *v, const struct ast_action *action)
{
	switch (action->kind) {
	case ACTION_RENAME:
		return rename_view(d, v, action);
	case ACTION_RENAME_COLUMN:
		return rename_column(d, v, action);
	case ACTION_OPTIONS:
		TRY(ddl_view_options(
			d, v, action->options, action->option_count, action->is_reset));
		return ddl_save_view(d, v);
	case ACTION_OWNER:
	case ACTION_NOTHING:
		return OK; /* who owns it is written beside it, by the session */
	default:
		break;
	}
	FAIL(d->error, E_WRONG_OBJECT,
		"ALTER action %s cannot be performed on relation \"%.*s\"",
		action_name(action->kind), STR_ARGS(v->name));
	error_detail(d->error, "This operation is not supported for views.");
	return E_WRONG_OBJECT;
}

enum sqlstate ddl_alter_view(struct ddl *d, const struct ast_alter_table *from)
{
	struct view_definition v;

	if (view_definition_find(d->options.catalog, d->arena, from->name.text, &v)) {
		for (uint32_t i = 0; i < from->action_count; i++)
			TRY(alter(d, &v, &from->actions[i]));
		return OK;
	}
	if (!table_name_is_taken(d->options.catalog, from->name.text))
		return ddl_missing(d, &from->name, from->if_exists);
	return FAIL(d->error, E_WRONG_OBJECT, "\"%.*s\" is not a view",
		DDL_NAME(from->name.text));
}
