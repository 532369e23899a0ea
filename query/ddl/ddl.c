/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Dispatch of the statements that define tables, and what they share. See ddl.h.
 */
#include "query/ddl/ddl.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/check.h"

bool ddl_is_statement(enum ast_stmt_kind kind)
{
	return kind >= STMT_CREATE_TABLE && kind <= STMT_DROP_PROPERTY_GRAPH;
}

void ddl_notice(struct ddl *d, const char *severity, enum sqlstate code, const char *format, ...)
{
	struct error notice;
	char text[256];
	va_list args;

	if (d->options.notice == NULL)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	FAIL(&notice, W_WARNING, "%s", text);
	notice.code = code; /* OK too: most notices are 00000 */
	d->options.notice(d->options.notice_context, severity, &notice);
}

void ddl_notice_cascade(struct ddl *d, const struct str *objects, uint32_t count)
{
	struct buf detail = { 0 };
	struct error notice;

	if (count == 1)
		ddl_notice(d, "NOTICE", OK, "drop cascades to %.*s", STR_ARGS(objects[0]));
	if (count < 2 || d->options.notice == NULL)
		return;
	for (uint32_t i = 0; i < count; i++)
		buf_printf(&detail, "%sdrop cascades to %.*s", i == 0 ? "" : "\n",
			STR_ARGS(objects[i]));
	FAIL(&notice, W_WARNING, "drop cascades to %u other objects", count);
	notice.code = OK;
	error_detail(&notice, "%.*s", STR_ARGS(buf_str(&detail)));
	buf_free(&detail);
	d->options.notice(d->options.notice_context, "NOTICE", &notice);
}

void ddl_refresh(struct ddl *d)
{
	d->options.catalog = txn_catalog(d->options.txn);
}

enum sqlstate ddl_lock(struct ddl *d)
{
	TRY(schema_lock(d->options.txn, d->error));
	ddl_refresh(d);
	return OK;
}

enum sqlstate ddl_missing(struct ddl *d, const struct ast_name *name, bool if_exists)
{
	if (!if_exists) {
		(void)DDL_FAIL(d, name->at, E_NO_TABLE, "relation \"%.*s\" does not exist",
			STR_ARGS(name->text));
		table_hint_undeclared(d->options.txn, d->arena, name->text, d->error);
		return d->error->code;
	}
	ddl_notice(d, "NOTICE", OK, "relation \"%.*s\" does not exist, skipping",
		STR_ARGS(name->text));
	return OK;
}

enum sqlstate ddl_table(
	struct ddl *d, const struct ast_name *name, bool if_exists, struct table **out)
{
	*out = table_find(d->options.catalog, d->arena, name->text);
	if (*out != NULL)
		return OK;
	return ddl_missing(d, name, if_exists);
}

/* Graphs are SQL's schemas; there is one, and public is its name. */
static enum sqlstate create_schema(struct ddl *d, const struct ast_names_statement *from)
{
	const struct ast_name *name = &from->names[0];

	if (!str_equal(name->text, STR("public"))) {
		FAIL(d->error, E_NOT_SUPPORTED, "a schema besides \"public\" is not supported");
		error_hint(d->error, "A graph is a schema of its own: CREATE GRAPH name.");
		return d->error->code;
	}
	if (!from->if_exists)
		return DDL_FAIL(
			d, name->at, E_DUPLICATE_SCHEMA, "schema \"public\" already exists");
	ddl_notice(d, "NOTICE", E_DUPLICATE_SCHEMA, "schema \"public\" already exists, skipping");
	return OK;
}

static enum sqlstate drop_schema(struct ddl *d, const struct ast_names_statement *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct ast_name *name = &from->names[i];

		if (str_equal(name->text, STR("public")))
			return DDL_FAIL(d, name->at, E_NOT_SUPPORTED,
				"dropping the schema \"public\" is not supported");
		if (!from->if_exists)
			return DDL_FAIL(d, name->at, E_NO_GRAPH, "schema \"%.*s\" does not exist",
				STR_ARGS(name->text));
		ddl_notice(d, "NOTICE", OK, "schema \"%.*s\" does not exist, skipping",
			STR_ARGS(name->text));
	}
	return OK;
}

/* One extension is there from the start; the language needs none. */
static enum sqlstate create_extension(struct ddl *d, const struct ast_names_statement *from)
{
	const struct ast_name *name = &from->names[0];

	if (!from->if_exists)
		return DDL_FAIL(d, name->at, E_DUPLICATE_OBJECT,
			"extension \"%.*s\" already exists", STR_ARGS(name->text));
	ddl_notice(d, "NOTICE", E_DUPLICATE_OBJECT, "extension \"%.*s\" already exists, skipping",
		STR_ARGS(name->text));
	return OK;
}

static enum sqlstate drop_extensions(struct ddl *d, const struct ast_names_statement *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct ast_name *name = &from->names[i];

		if (str_equal(name->text, STR("plpgsql")))
			return DDL_FAIL(d, name->at, E_NOT_SUPPORTED,
				"dropping the extension \"plpgsql\" is not supported");
		if (!from->if_exists)
			return DDL_FAIL(d, name->at, E_NO_OBJECT,
				"extension \"%.*s\" does not exist", STR_ARGS(name->text));
		ddl_notice(d, "NOTICE", OK, "extension \"%.*s\" does not exist, skipping",
			STR_ARGS(name->text));
	}
	return OK;
}

static const char *tag_of(enum ast_stmt_kind kind)
{
	static const char *const tags[] = {
		[STMT_CREATE_TABLE] = "CREATE TABLE",
		[STMT_ALTER_TABLE] = "ALTER TABLE",
		[STMT_ALTER_INDEX] = "ALTER INDEX",
		[STMT_DROP_TABLE] = "DROP TABLE",
		[STMT_TRUNCATE] = "TRUNCATE TABLE",
		[STMT_CREATE_SEQUENCE] = "CREATE SEQUENCE",
		[STMT_ALTER_SEQUENCE] = "ALTER SEQUENCE",
		[STMT_DROP_SEQUENCE] = "DROP SEQUENCE",
		[STMT_CREATE_VIEW] = "CREATE VIEW",
		[STMT_DROP_VIEW] = "DROP VIEW",
		[STMT_CREATE_SCHEMA] = "CREATE SCHEMA",
		[STMT_DROP_SCHEMA] = "DROP SCHEMA",
		[STMT_CREATE_EXTENSION] = "CREATE EXTENSION",
		[STMT_DROP_EXTENSION] = "DROP EXTENSION",
		[STMT_COMMENT] = "COMMENT",
		[STMT_CREATE_PROPERTY_GRAPH] = "CREATE PROPERTY GRAPH",
		[STMT_ALTER_PROPERTY_GRAPH] = "ALTER PROPERTY GRAPH",
		[STMT_DROP_PROPERTY_GRAPH] = "DROP PROPERTY GRAPH",
	};

	return tags[kind];
}

static enum sqlstate run_ddl(struct ddl *d, const struct ast_stmt *s, const char **tag)
{
	switch (s->kind) {
	case STMT_CREATE_TABLE:
		return ddl_create_table(d, s->table, tag);
	case STMT_ALTER_TABLE:
		return ddl_alter_table(d, s->alter_table);
	case STMT_ALTER_INDEX:
		return ddl_alter_index(d, s->alter_table);
	case STMT_DROP_TABLE:
		return ddl_drop_tables(d, s->names);
	case STMT_TRUNCATE:
		return ddl_truncate(d, s->names);
	case STMT_CREATE_SEQUENCE:
		return ddl_create_sequence(d, s->sequence);
	case STMT_ALTER_SEQUENCE:
		return ddl_alter_sequence(d, s->sequence);
	case STMT_DROP_SEQUENCE:
		return ddl_drop_sequences(d, s->names);
	case STMT_CREATE_VIEW:
		return ddl_create_view(d, s->view);
	case STMT_DROP_VIEW:
		return ddl_drop_views(d, s->names);
	case STMT_CREATE_SCHEMA:
		return create_schema(d, s->names);
	case STMT_DROP_SCHEMA:
		return drop_schema(d, s->names);
	case STMT_CREATE_EXTENSION:
		return create_extension(d, s->names);
	case STMT_DROP_EXTENSION:
		return drop_extensions(d, s->names);
	case STMT_COMMENT:
		return ddl_comment(d, s->comment);
	case STMT_CREATE_PROPERTY_GRAPH:
		return ddl_create_graph(d, s->property_graph);
	case STMT_ALTER_PROPERTY_GRAPH:
		return ddl_alter_property_graph(d, s->alter_graph);
	default:
		assert(s->kind == STMT_DROP_PROPERTY_GRAPH);
		return ddl_drop_graphs(d, s->names);
	}
}

enum sqlstate ddl_run(struct ddl *d, const struct ast_stmt *s, const char **tag)
{
	bool takes_away = s->kind == STMT_ALTER_TABLE || s->kind == STMT_DROP_TABLE ||
			  s->kind == STMT_DROP_VIEW || s->kind == STMT_ALTER_PROPERTY_GRAPH ||
			  s->kind == STMT_DROP_PROPERTY_GRAPH;
	bool has_tables = s->kind == STMT_ALTER_TABLE || s->kind == STMT_DROP_TABLE;
	struct sound_graphs graphs = { 0 };
	struct sound_views views = { 0 };

	*tag = tag_of(s->kind);
	if (s->kind == STMT_ALTER_TABLE && s->alter_table->is_view)
		*tag = "ALTER VIEW";
	TRY(ddl_lock(d));
	if (takes_away)
		ddl_sound_views(d, &views);
	if (has_tables)
		ddl_sound_graphs(d, &graphs);
	TRY(run_ddl(d, s, tag));
	if (graphs.count > 0) {
		TRY(ddl_rename_in_graphs(d, s, &graphs));
		TRY(ddl_check_graphs(d, s, &graphs));
	}
	if (views.count > 0)
		TRY(ddl_rename_in_views(d, s, &views));
	return views.count == 0 ? OK : ddl_check_views(d, s, &views);
}
