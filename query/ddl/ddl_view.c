/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Views: making and dropping them, and what may not be taken away because they read it.
 *
 * A view is kept as the text of its query, so nothing says what it reads. Instead all views are planned
 * before a statement that takes something away, and again behind it: who can then no longer be planned
 * depends on what is gone.
 */
#include "query/ddl/ddl.h"

#include <ctype.h>
#include <stdio.h>

#include "base/check.h"
#include "base/buf.h"
#include "query/parse/parse.h"
#include "query/plan/plan_query.h"
#include "query/sql/naming.h"
#include "query/type/type.h"

enum sqlstate ddl_plan_view(
	struct ddl *d, const struct view_definition *v, struct plan **plan, struct error *e)
{
	struct bind_options options = d->options;
	struct ast_script script;

	options.notice = NULL;
	TRY(parse_script(d->arena, v->text, NULL, &script, e));
	return plan_query(d->arena, script.statements[0], &options, plan, e);
}

static bool is_sound(struct ddl *d, const struct view_definition *v, struct error *e)
{
	struct plan *plan;

	return ddl_plan_view(d, v, &plan, e) == OK;
}

/* ---- CREATE VIEW ----------------------------------------------------------------------------- */

static struct str column_name(
	const struct view_definition *v, const struct plan *plan, uint32_t i)
{
	return i < v->column_count ? v->columns[i] : plan->columns[i].name;
}

/* OR REPLACE keeps the columns that there are, and may add others behind them. */
static enum sqlstate check_columns(struct ddl *d, const struct view_definition *old,
	const struct view_definition *made, const struct plan *plan)
{
	char before[TYPE_NAME_SIZE], now[TYPE_NAME_SIZE];
	struct plan *past;
	struct error ignored;

	if (ddl_plan_view(d, old, &past, &ignored) != OK)
		return OK;
	if (plan->column_count < past->column_count)
		return FAIL(d->error, E_TABLE_DEFINITION, "cannot drop columns from view");
	for (uint32_t i = 0; i < past->column_count; i++) {
		struct str name = column_name(old, past, i);

		if (!str_equal(name, column_name(made, plan, i))) {
			FAIL(d->error, E_TABLE_DEFINITION,
				"cannot change name of view column \"%.*s\" to \"%.*s\"",
				STR_ARGS(name), STR_ARGS(column_name(made, plan, i)));
			error_hint(d->error, "Drop the view and make it again.");
			return E_TABLE_DEFINITION;
		}
		if (!type_equal(past->columns[i].type, plan->columns[i].type))
			return FAIL(d->error, E_TABLE_DEFINITION,
				"cannot change data type of view column \"%.*s\" from %s to %s",
				STR_ARGS(name), type_name(past->columns[i].type, before),
				type_name(plan->columns[i].type, now));
	}
	return OK;
}

/* Only what can be written needs to be checked. */
static enum sqlstate check_option(struct ddl *d, const struct view_definition *v)
{
	struct view_writing writing;

	if (v->check == 0)
		return OK;
	plan_view_writing(d->arena, v->name, &d->options, &writing);
	if (writing.fault == NULL && writing.has_written)
		return OK;
	FAIL(d->error, E_NOT_SUPPORTED,
		"WITH CHECK OPTION is supported only on automatically updatable views");
	error_hint(d->error, "%s",
		writing.fault != NULL
			? writing.fault
			: "Views that have no updatable columns are not automatically updatable.");
	return E_NOT_SUPPORTED;
}

enum sqlstate ddl_save_view(struct ddl *d, struct view_definition *v)
{
	struct error found;

	TRY(view_definition_save(d->options.txn, v, d->error));
	ddl_refresh(d);
	if (!is_sound(d, v, &found) && found.code == E_TOO_COMPLEX)
		return FAIL(d->error, E_TOO_COMPLEX,
			"infinite recursion detected in rules for relation \"%.*s\"",
			STR_ARGS(v->name));
	return check_option(d, v);
}

enum sqlstate ddl_plan_new_view(struct ddl *d, const struct ast_view *from, struct plan **plan)
{
	if (from->query->parameter_max > 0)
		return DDL_FAIL(d, from->name.at, E_NO_PARAMETER, "a view cannot have parameters");
	TRY(plan_query(d->arena, from->query, &d->options, plan, d->error));
	if ((*plan)->column_count == 0 || (*plan)->is_write)
		return DDL_FAIL(d, from->query->at, E_SYNTAX, "a view needs a query with columns");
	if (from->column_count > (*plan)->column_count)
		return DDL_FAIL(d, from->columns[0].at, E_SYNTAX,
			"CREATE VIEW specifies more column names than columns");
	return OK;
}

/* The only star of the list of a query that is one SELECT: where it is, how long, what stands before its
   dot. False if there is none. */
struct star {
	uint32_t at, length;
	struct str table;    /* with the dot; empty: all tables */
	uint32_t place, count; /* which columns are of it */
};

static bool find_star(struct ddl *d, struct str text, const struct plan *plan, struct star *out)
{
	const struct ast_projection *select;
	const struct ast_linear *linear;
	struct ast_script script;
	struct error ignored;
	uint32_t stars = 0;

	if (parse_script(d->arena, text, NULL, &script, &ignored) != OK)
		return false;
	linear = &script.statements[0]->program->queries[0].operands[0];
	if (script.statements[0]->program->count != 1 || linear->clauses[0].kind != CLAUSE_SELECT ||
		script.statements[0]->program->queries[0].operand_count != 1)
		return false;
	select = linear->clauses[0].select.projection;
	*out = (struct star){ .at = select->star_at, .length = 1 };
	stars += select->is_all;
	for (uint32_t i = 0; i < select->item_count; i++) {
		const struct ast_expr *x = select->items[i].expr;

		if (x->kind != EXPR_ALL_COLUMNS || stars++ > 0)
			continue;
		*out = (struct star){ .at = x->at, .length = x->length, .place = i };
		if (x->property.base != NULL)
			out->table = (struct str){ text.at + x->at, x->length - 1 };
	}
	out->count = plan->column_count - (select->item_count - (select->is_all ? 0 : 1));
	return stars == 1 && out->count <= plan->column_count;
}

/* A star means the columns that there are now, not those that come: the text gets their names. Where two
   have the same name the star stays. */
static void expand_star(struct ddl *d, struct view_definition *v, const struct plan *plan)
{
	struct view_definition made = *v;
	struct buf text = { 0 };
	struct error ignored;
	struct plan *now;
	struct star star;

	if (!find_star(d, v->text, plan, &star))
		return;
	buf_put(&text, v->text.at, star.at);
	for (uint32_t i = 0; i < star.count; i++) {
		buf_put_text(&text, i == 0 ? "" : ", ");
		buf_put_str(&text, star.table);
		naming_put_ident(&text, plan->columns[star.place + i].name);
	}
	buf_put(&text, v->text.at + star.at + star.length,
		v->text.length - star.at - star.length);
	made.text = arena_str(d->arena, buf_str(&text));
	buf_free(&text);
	if (ddl_plan_view(d, &made, &now, &ignored) == OK &&
		now->column_count == plan->column_count)
		v->text = made.text;
}

enum sqlstate ddl_create_view(struct ddl *d, const struct ast_view *from)
{
	struct view_definition v = {
		.name = from->name.text, .text = from->text, .column_count = from->column_count
	};
	struct view_definition old;
	struct plan *plan;

	if (view_definition_find(d->options.catalog, d->arena, v.name, &old) && from->or_replace)
		v.object = old.object;
	else if (table_name_is_taken(d->options.catalog, v.name))
		return DDL_FAIL(d, from->name.at, E_DUPLICATE_TABLE,
			"relation \"%.*s\" already exists", STR_ARGS(v.name));
	TRY(ddl_plan_new_view(d, from, &plan));
	v.columns = ARENA_ARRAY(d->arena, struct str, v.column_count + 1);
	for (uint32_t i = 0; i < v.column_count; i++)
		v.columns[i] = from->columns[i].text;
	if (v.object != NAME_NONE)
		TRY(check_columns(d, &old, &v, plan));
	expand_star(d, &v, plan);
	if (v.object != NAME_NONE)
		v.comment = old.comment;
	TRY(ddl_view_options(d, &v, from->options, from->option_count, false));
	if (from->check != 0)
		v.check = from->check;
	return ddl_save_view(d, &v);
}

/* DROP VIEW of what is another kind of relation. */
static enum sqlstate no_view(struct ddl *d, const struct ast_name *name)
{
	struct sequence_definition s;
	const char *kind = NULL;

	if (table_find(d->options.catalog, d->arena, name->text) != NULL)
		kind = "table";
	else if (sequence_definition_find(d->options.catalog, d->arena, name->text, &s))
		kind = "sequence";
	if (kind == NULL)
		return DDL_FAIL(d, name->at, E_NO_TABLE, "view \"%.*s\" does not exist",
			STR_ARGS(name->text));
	FAIL(d->error, E_WRONG_OBJECT, "\"%.*s\" is not a view", STR_ARGS(name->text));
	error_hint(d->error, "Use DROP %s to remove a %s.", kind[0] == 't' ? "TABLE" : "SEQUENCE",
		kind);
	return E_WRONG_OBJECT;
}

enum sqlstate ddl_drop_views(struct ddl *d, const struct ast_names_statement *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct ast_name *name = &from->names[i];
		struct view_definition v;

		if (view_definition_find(d->options.catalog, d->arena, name->text, &v)) {
			TRY(schema_object_drop(d->options.txn, v.object, d->error));
			ddl_refresh(d);
		} else if (from->if_exists) {
			ddl_notice(d, "NOTICE", OK, "view \"%.*s\" does not exist, skipping",
				STR_ARGS(name->text));
		} else {
			return no_view(d, name);
		}
	}
	return OK;
}

/* ---- what views read ------------------------------------------------------------------------- */

void ddl_sound_views(struct ddl *d, struct sound_views *out)
{
	const struct catalog *c = d->options.catalog;
	struct error ignored;

	*out = (struct sound_views){ 0 };
	out->views = ARENA_ARRAY(d->arena, struct view_definition, catalog_object_count(c) + 1);
	out->plans = ARENA_ARRAY(d->arena, struct plan *, catalog_object_count(c) + 1);
	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);
		struct view_definition *v = &out->views[out->count];

		if (o->kind == OBJECT_VIEW && view_definition_find(c, d->arena, o->name, v) &&
			ddl_plan_view(d, v, &out->plans[out->count], &ignored) == OK)
			out->count++;
	}
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) != 0 || c == '_' || (c & 0x80) != 0;
}

static bool mentions(struct str text, struct str name)
{
	for (uint32_t i = 0; i + name.length <= text.length; i++) {
		uint32_t end = i + name.length;

		if (str_equal_nocase((struct str){ text.at + i, name.length }, name) &&
			(i == 0 || !is_word(text.at[i - 1])) &&
			(end == text.length || !is_word(text.at[end])))
			return true;
	}
	return false;
}

/* "label l of vertex v of property graph g" and its kin. */
static struct str graph_culprit(struct ddl *d, const struct ast_alter_graph *a)
{
	const char *kind = a->is_edge ? "edge" : "vertex";

	switch (a->kind) {
	case GRAPH_CHANGE_DROP_TABLES:
		return arena_printf(d->arena, "%s %.*s of property graph %.*s", kind,
			STR_ARGS(a->names[0].text), STR_ARGS(a->name.text));
	case GRAPH_CHANGE_DROP_LABEL:
		return arena_printf(d->arena, "label %.*s of %s %.*s of property graph %.*s",
			STR_ARGS(a->label.text), kind, STR_ARGS(a->element.text),
			STR_ARGS(a->name.text));
	case GRAPH_CHANGE_DROP_PROPERTIES:
		return arena_printf(d->arena,
			"property %.*s of label %.*s of %s %.*s of property graph %.*s",
			STR_ARGS(a->names[0].text), STR_ARGS(a->label.text), kind,
			STR_ARGS(a->element.text), STR_ARGS(a->name.text));
	default:
		return arena_printf(
			d->arena, "property graph %.*s", STR_ARGS(a->name.text));
	}
}

/* "table t", "view v", "column c of table t": what the statement took away and the view reads. */
static struct str culprit(struct ddl *d, const struct ast_stmt *s, struct str text)
{
	const struct ast_names_statement *names = s->names;
	const struct ast_alter_table *alter = s->alter_table;
	uint32_t which = 0;

	if (s->kind == STMT_ALTER_PROPERTY_GRAPH)
		return graph_culprit(d, s->alter_graph);
	if (s->kind == STMT_ALTER_TABLE) {
		for (uint32_t i = 0; i < alter->action_count; i++) {
			if (alter->actions[i].kind == ACTION_DROP_COLUMN &&
				mentions(text, alter->actions[i].name.text))
				return arena_printf(d->arena, "column %.*s of table %.*s",
					STR_ARGS(alter->actions[i].name.text),
					STR_ARGS(alter->name.text));
		}
		return arena_printf(d->arena, "table %.*s", STR_ARGS(alter->name.text));
	}
	for (uint32_t i = 0; i < names->count; i++) {
		if (mentions(text, names->names[i].text))
			which = i;
	}
	return arena_printf(d->arena, "%s %.*s",
		s->kind == STMT_DROP_VIEW		    ? "view"
		: s->kind == STMT_DROP_PROPERTY_GRAPH ? "property graph"
						      : "table",
		STR_ARGS(names->names[which].text));
}

/* What a view depends on: a view that depends on it itself, or what the statement took away. */
static struct str reason(
	struct ddl *d, const struct ast_stmt *s, const struct sound_views *broken, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++) {
		if (mentions(broken->views[i].text, broken->views[k].name))
			return arena_printf(
				d->arena, "view %.*s", STR_ARGS(broken->views[k].name));
	}
	return culprit(d, s, broken->views[i].text);
}

static enum sqlstate refuse(
	struct ddl *d, const struct ast_stmt *s, const struct sound_views *broken)
{
	struct str what = culprit(d, s, broken->views[0].text);
	bool can_cascade = s->kind == STMT_ALTER_TABLE ? what.at[0] == 'c'
			   : s->kind == STMT_ALTER_PROPERTY_GRAPH
				   ? s->alter_graph->kind != GRAPH_CHANGE_RENAME
				   : true;
	char detail[sizeof d->error->detail] = "";
	size_t used = 0;

	for (uint32_t i = 0; i < broken->count && used < sizeof detail; i++) {
		struct str on = reason(d, s, broken, i);

		used += (size_t)snprintf(detail + used, sizeof detail - used,
			"%sview %.*s depends on %.*s", i > 0 ? "\n" : "",
			STR_ARGS(broken->views[i].name), STR_ARGS(on));
	}
	FAIL(d->error, E_DEPENDENT, "cannot %s %.*s because other objects depend on it",
		can_cascade ? "drop" : "alter", STR_ARGS(what));
	error_detail(d->error, "%s", detail);
	error_hint(d->error, "%s",
		can_cascade ? "Use DROP ... CASCADE to drop the dependent objects too."
			    : "Drop the views first, and make them again.");
	return E_DEPENDENT;
}

bool ddl_is_cascade(const struct ast_stmt *s)
{
	bool cascades = false;

	if (s->kind == STMT_ALTER_PROPERTY_GRAPH)
		return s->alter_graph->is_cascade;
	if (s->kind != STMT_ALTER_TABLE)
		return s->names->is_cascade;
	for (uint32_t i = 0; i < s->alter_table->action_count; i++)
		cascades |= s->alter_table->actions[i].is_cascade;
	return cascades;
}

enum sqlstate ddl_check_views(
	struct ddl *d, const struct ast_stmt *s, const struct sound_views *before)
{
	struct sound_views broken = { 0 };
	struct view_definition now;
	struct error ignored;
	struct str *gone;

	broken.views = ARENA_ARRAY(d->arena, struct view_definition, before->count + 1);
	for (uint32_t i = 0; i < before->count; i++) {
		const struct view_definition *v = &before->views[i];

		if (view_definition_find(d->options.catalog, d->arena, v->name, &now) &&
			!is_sound(d, &now, &ignored))
			broken.views[broken.count++] = now;
	}
	if (broken.count > 0 && !ddl_is_cascade(s))
		return refuse(d, s, &broken);
	gone = ARENA_ARRAY(d->arena, struct str, broken.count + 1);
	for (uint32_t i = 0; i < broken.count; i++)
		gone[i] = arena_printf(d->arena, "view %.*s", STR_ARGS(broken.views[i].name));
	ddl_notice_cascade(d, gone, broken.count);
	for (uint32_t i = 0; i < broken.count; i++) {
		TRY(schema_object_drop(d->options.txn, broken.views[i].object, d->error));
		ddl_refresh(d);
	}
	return OK;
}
