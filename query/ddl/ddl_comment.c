/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COMMENT ON. Tables, columns, sequences, views and property graphs keep their own; of all else
 * query/table/comment.h does.
 */
#include "query/ddl/ddl.h"

#include "query/eval/eval.h"
#include "query/role/role.h"
#include "query/sql/label_table.h"
#include "query/sql/naming.h"
#include "query/table/comment.h"
#include "query/table/label_oid.h"

static enum sqlstate comment_column(struct ddl *d, const struct ast_comment *from)
{
	struct table_column *column;
	struct table *t;

	TRY(ddl_table(d, &from->table, false, &t));
	column = table_column(t, from->name.text);
	if (column == NULL)
		return DDL_FAIL(d, from->name.at, E_NO_COLUMN,
			"column \"%.*s\" of relation \"%.*s\" does not exist",
			STR_ARGS(from->name.text), STR_ARGS(t->name));
	column->comment = from->text;
	return table_save(d->options.txn, t, d->error);
}

static enum sqlstate comment_table(struct ddl *d, const struct ast_comment *from)
{
	struct table *t;

	TRY(ddl_table(d, &from->name, false, &t));
	t->comment = from->text;
	return table_save(d->options.txn, t, d->error);
}

static enum sqlstate comment_sequence(struct ddl *d, const struct ast_comment *from)
{
	struct sequence_definition s;

	if (!sequence_definition_find(d->options.catalog, d->arena, from->name.text, &s))
		return ddl_missing(d, &from->name, false);
	s.comment = from->text;
	return sequence_definition_save(d->options.txn, &s, d->error);
}

static enum sqlstate comment_view(struct ddl *d, const struct ast_comment *from)
{
	struct view_definition v;

	if (!view_definition_find(d->options.catalog, d->arena, from->name.text, &v))
		return ddl_missing(d, &from->name, false);
	v.comment = from->text;
	return view_definition_save(d->options.txn, &v, d->error);
}

static enum sqlstate put(
	struct ddl *d, enum comment_class class_oid, uint32_t oid, const struct ast_comment *from)
{
	return comment_put(d->options.txn, class_oid, oid, from->text, d->error);
}

static enum sqlstate comment_index(struct ddl *d, const struct ast_comment *from)
{
	const struct index_info *index = ddl_find_index(d, from->name.text);

	if (index != NULL)
		return put(d, COMMENT_ON_INDEX, label_oid(LABEL_INDEX, index->id), from);
	if (!table_name_is_taken(d->options.catalog, from->name.text))
		return ddl_missing(d, &from->name, false);
	return FAIL(d->error, E_WRONG_OBJECT, "\"%.*s\" is not an index",
		STR_ARGS(from->name.text));
}

static enum sqlstate comment_constraint(struct ddl *d, const struct ast_comment *from)
{
	struct label_constraint *all;
	struct label_table table;
	struct table *t;
	uint32_t count = 0;

	TRY(ddl_table(d, &from->table, false, &t));
	if (label_table_find(d->options.catalog, t->name, &table))
		count = label_table_constraints(d->options.catalog, &table, d->arena, &all);
	for (uint32_t i = 0; i < count; i++) {
		if (str_equal(all[i].name, from->name.text))
			return put(d, COMMENT_ON_CONSTRAINT, all[i].oid, from);
	}
	return FAIL(d->error, E_NO_OBJECT,
		"constraint \"%.*s\" for table \"%.*s\" does not exist",
		STR_ARGS(from->name.text), STR_ARGS(t->name));
}

static enum sqlstate comment_schema(struct ddl *d, const struct ast_comment *from)
{
	struct eval eval = { .arena = d->arena, .txn = d->options.txn };
	uint32_t oid = naming_schema_oid(&eval, from->name.text);

	if (oid == 0)
		return FAIL(d->error, E_NO_GRAPH, "schema \"%.*s\" does not exist",
			STR_ARGS(from->name.text));
	return put(d, COMMENT_ON_SCHEMA, oid, from);
}

static enum sqlstate comment_database(struct ddl *d, const struct ast_comment *from)
{
	if (d->session == NULL || !str_equal(from->name.text, str_of(d->session->database)))
		return FAIL(d->error, E_NO_DATABASE, "database \"%.*s\" does not exist",
			STR_ARGS(from->name.text));
	return put(d, COMMENT_ON_DATABASE, QUERY_DATABASE_OID, from);
}

static enum sqlstate comment_role(struct ddl *d, const struct ast_comment *from)
{
	struct role role;

	if (!role_find(d->options.catalog, from->name.text, &role))
		return FAIL(d->error, E_NO_OBJECT, "role \"%.*s\" does not exist",
			STR_ARGS(from->name.text));
	return put(d, COMMENT_ON_ROLE, role_oid(d->options.catalog, role.id), from);
}

enum sqlstate ddl_comment(struct ddl *d, const struct ast_comment *from)
{
	static const struct {
		const char *what;
		enum sqlstate (*run)(struct ddl *, const struct ast_comment *);
	} kinds[] = { { "TABLE", comment_table }, { "COLUMN", comment_column },
		{ "SEQUENCE", comment_sequence }, { "VIEW", comment_view },
		{ "INDEX", comment_index }, { "CONSTRAINT", comment_constraint },
		{ "SCHEMA", comment_schema }, { "DATABASE", comment_database },
		{ "ROLE", comment_role }, { "PROPERTY", ddl_comment_graph } };

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		if (str_equal(from->what, str_of(kinds[i].what)))
			return kinds[i].run(d, from);
	}
	return OK; /* of an extension nothing is kept */
}
