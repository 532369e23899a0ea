/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tables made from what there is. CREATE TABLE AS and SELECT INTO become a CREATE TABLE with the query's
 * columns and an INSERT INTO it; LIKE becomes the columns and keys that the other table has.
 */
#include "query/ddl/ddl_index.h"

#include <inttypes.h>

#include "base/check.h"
#include "query/ddl/run.h"
#include "query/parse/parse.h"
#include "query/plan/plan_query.h"
#include "query/type/type.h"

/* ---- AS -------------------------------------------------------------------------------------- */

/* A column of the query as one of the table. */
static enum sqlstate query_column(
	struct ddl *d, const struct plan *plan, uint32_t i, uint32_t at, struct ast_column *out)
{
	struct type type = plan->columns[i].type;
	uint32_t modifier = plan->origins == NULL ? 0 : plan->origins[i].modifier;
	char name[TYPE_NAME_SIZE];
	struct table_type made;

	if (type.kind == TYPE_NULL)
		type = type_make(TYPE_STRING);
	if (out->name.text.length == 0)
		out->name.text = plan->columns[i].name;
	out->name.at = out->type.at = at;
	if (table_type_of(d->arena, type, (int32_t)modifier - 1, &made)) {
		out->type.text = made.text;
		return OK;
	}
	FAIL(d->error, E_NOT_SUPPORTED,
		"column \"%.*s\" has type %s, which no column of a table has",
		STR_ARGS(out->name.text), type_name(type, name));
	error_hint(d->error, "Cast it in the query.");
	d->error->byte_offset = (int)at;
	return E_NOT_SUPPORTED;
}

enum sqlstate ddl_plan_table_query(
	struct ddl *d, const struct ast_table *from, struct ast_table *out)
{
	uint32_t at = from->query->at;
	struct plan *plan;

	*out = *from;
	TRY(plan_query(d->arena, from->query, &d->options, &plan, d->error));
	if (plan->column_count == 0 || plan->is_write)
		return DDL_FAIL_AT(d, at, E_SYNTAX, "a table needs a query with columns");
	if (from->column_count > plan->column_count)
		return DDL_FAIL(d, at, E_SYNTAX, "too many column names were specified");
	out->column_count = plan->column_count;
	out->columns = ARENA_ARRAY(d->arena, struct ast_column, plan->column_count);
	for (uint32_t i = 0; i < plan->column_count; i++) {
		if (i < from->column_count)
			out->columns[i].name = from->columns[i].name;
		TRY(query_column(d, plan, i, at, &out->columns[i]));
	}
	return OK;
}

/* INSERT INTO table query, as the parser would have it. */
static struct ast_stmt *insert_statement(struct ddl *d, const struct ast_table *from)
{
	struct ast_stmt *s = ARENA_NEW(d->arena, struct ast_stmt);
	struct ast_query *query = ARENA_NEW(d->arena, struct ast_query);
	struct ast_linear *linear = ARENA_NEW(d->arena, struct ast_linear);
	struct ast_clause *clause = ARENA_NEW(d->arena, struct ast_clause);

	clause->kind = CLAUSE_DML;
	clause->dml = ARENA_NEW(d->arena, struct ast_dml);
	clause->dml->kind = DML_INSERT;
	clause->dml->table = from->name;
	clause->dml->query = from->query->program;
	linear->clauses = clause;
	query->operands = linear;
	query->ops = ARENA_NEW(d->arena, enum ast_set_op);
	linear->clause_count = query->operand_count = 1;
	*s = *from->query;
	s->program = ARENA_NEW(d->arena, struct ast_program);
	s->program->queries = query;
	s->program->count = 1;
	return s;
}

enum sqlstate ddl_fill_table(struct ddl *d, const struct ast_table *from, const char **tag)
{
	struct exec_counters done;
	struct run run = { .arena = d->arena,
		.options = &d->options,
		.session = d->session,
		.values = d->parameters,
		.types = d->options.parameters,
		.value_count = d->options.parameter_count,
		.counters = &done };

	*tag = "CREATE TABLE AS";
	if (from->has_no_data)
		return OK;
	run.statement = insert_statement(d, from);
	TRY(run_statement(&run, d->error));
	*tag = arena_printf(d->arena, "SELECT %" PRIu64, done.nodes_created).at;
	return OK;
}

/* ---- LIKE ------------------------------------------------------------------------------------ */

static enum sqlstate parsed(
	struct ddl *d, struct str text, bool is_default, struct ast_source *out)
{
	out->text = text;
	return is_default ? parse_default_text(d->arena, text, &out->expr, d->error)
			  : parse_sql_text(d->arena, text, &out->expr, d->error);
}

/* The options of an identity column's sequence, as they are. */
static void like_sequence(struct ddl *d, const struct table_column *column, struct ast_column *out)
{
	struct ast_sequence_options *o = ARENA_NEW(d->arena, struct ast_sequence_options);
	struct sequence_definition s;

	out->identity = column->identity;
	out->sequence = o;
	if (!sequence_definition_get(d->options.catalog, d->arena, column->sequence, &s))
		return;
	o->has_start = o->has_increment = o->has_min = o->has_max = o->has_cycle = true;
	o->start = s.rule.start;
	o->increment = s.rule.increment;
	o->min = s.rule.min;
	o->max = s.rule.max;
	o->is_cycle = s.rule.is_cycle;
}

/* What a serial column takes its numbers from stays that sequence. */
static enum sqlstate like_default(
	struct ddl *d, const struct table_column *column, struct ast_column *out)
{
	struct sequence_definition s;
	struct str text = column->default_text;

	if (text.length == 0 && column->identity == 0 && column->sequence != NAME_NONE &&
		sequence_definition_get(d->options.catalog, d->arena, column->sequence, &s))
		text = arena_printf(d->arena, "nextval('%.*s'::regclass)", STR_ARGS(s.name));
	return text.length == 0 ? OK : parsed(d, text, true, &out->default_value);
}

static enum sqlstate like_column(struct ddl *d, const struct ast_like *like,
	const struct table_column *column, struct ast_column *out)
{
	out->name = like->table;
	out->name.text = column->name;
	out->type = (struct ast_source){ .at = like->table.at, .text = column->type.text };
	out->is_not_null = column->is_not_null;
	if ((like->parts & LIKE_COMMENTS) != 0)
		out->comment = column->comment;
	if ((like->parts & LIKE_GENERATED) != 0 && column->generated_text.length > 0)
		return parsed(d, column->generated_text, false, &out->generated);
	if ((like->parts & LIKE_IDENTITY) != 0 && column->identity != 0)
		like_sequence(d, column, out);
	else if ((like->parts & LIKE_DEFAULTS) != 0)
		return like_default(d, column, out);
	return OK;
}

static struct ast_key *push_key(struct ddl *d, struct ast_table *out)
{
	struct ast_key *grown = ARENA_ARRAY(d->arena, struct ast_key, out->key_count + 1);

	for (uint32_t i = 0; i < out->key_count; i++)
		grown[i] = out->keys[i];
	out->keys = grown;
	return &grown[out->key_count++];
}

static enum sqlstate like_checks(
	struct ddl *d, const struct ast_like *like, const struct table *t, struct ast_table *out)
{
	for (uint32_t i = 0; i < t->check_count; i++) {
		struct ast_key *key = push_key(d, out);

		key->kind = AST_KEY_CHECK;
		key->at = key->name.at = like->table.at;
		key->name.text = t->checks[i].name;
		TRY(parsed(d, t->checks[i].text, false, &key->check));
	}
	return OK;
}

static enum sqlstate like_index(struct ddl *d, const struct ast_like *like,
	const struct table *t, const struct index_info *index, struct ast_table *out)
{
	struct ast_key *key = push_key(d, out);
	struct ast_index *said;
	struct ddl_index x;

	ddl_index_read(d, index, &x);

	key->kind = t->info->primary_index == index->id ? AST_KEY_PRIMARY
		    : index->is_constraint		? AST_KEY_UNIQUE
							: AST_KEY_INDEX;
	key->at = like->table.at;
	key->is_unique = index->is_unique;
	key->is_deferrable = index->is_deferrable;
	key->is_deferred = index->is_deferred;
	key->column_count = x.said.key_count;
	key->columns = ARENA_ARRAY(d->arena, struct ast_name, x.said.key_count);
	for (uint32_t i = 0; i < x.said.key_count; i++)
		key->columns[i].text = x.definition.keys[i];
	if (table_index_is_plain(&x.said))
		return OK;
	key->said = said = ARENA_NEW(d->arena, struct ast_index);
	return ddl_index_statement(d, &x, said);
}

static enum sqlstate like_indexes(
	struct ddl *d, const struct ast_like *like, const struct table *t, struct ast_table *out)
{
	const struct catalog *c = d->options.catalog;

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);

		if (index->element == t->element && index->label == t->label)
			TRY(like_index(d, like, t, index, out));
	}
	return OK;
}

/* A view's columns are all that it has. */
static enum sqlstate like_view(struct ddl *d, const struct ast_like *like,
	const struct view_definition *v, struct ast_column **out, uint32_t *count)
{
	struct plan *plan;

	TRY(ddl_plan_view(d, v, &plan, d->error));
	*out = ARENA_ARRAY(d->arena, struct ast_column, plan->column_count);
	*count = plan->column_count;
	for (uint32_t i = 0; i < plan->column_count; i++) {
		if (i < v->column_count)
			(*out)[i].name.text = v->columns[i];
		TRY(query_column(d, plan, i, like->table.at, &(*out)[i]));
	}
	return OK;
}

static enum sqlstate like_columns(struct ddl *d, const struct ast_like *like,
	const struct table *t, struct ast_column **out, uint32_t *count)
{
	*out = ARENA_ARRAY(d->arena, struct ast_column, t->column_count + 1);
	*count = t->column_count;
	for (uint32_t i = 0; i < t->column_count; i++) {
		if (t->columns[i].is_end)
			return DDL_FAIL_AT(d, like->table.at, E_NOT_SUPPORTED,
				"LIKE of a table of edges is not supported");
		TRY(like_column(d, like, &t->columns[i], &(*out)[i]));
	}
	return OK;
}

/* Puts columns among those that are written. */
static void insert_columns(struct ddl *d, struct ast_table *out, uint32_t place,
	const struct ast_column *columns, uint32_t count)
{
	struct ast_column *all =
		ARENA_ARRAY(d->arena, struct ast_column, out->column_count + count + 1);

	for (uint32_t i = 0; i < out->column_count; i++)
		all[i < place ? i : i + count] = out->columns[i];
	for (uint32_t i = 0; i < count; i++)
		all[place + i] = columns[i];
	out->columns = all;
	out->column_count += count;
}

static enum sqlstate like_nothing(struct ddl *d, const struct ast_like *like)
{
	(void)DDL_FAIL_AT(d, like->table.at, E_NO_TABLE, "relation \"%.*s\" does not exist",
		DDL_NAME(like->table.text));
	return ddl_hint_missing(d, &like->table);
}

static enum sqlstate expand_like(
	struct ddl *d, const struct ast_like *like, uint32_t place, struct ast_table *out)
{
	const struct table *t = table_find(d->options.catalog, d->arena, like->table.text);
	struct ast_column *columns;
	struct view_definition v;
	uint32_t count;

	if (t == NULL &&
		view_definition_find(d->options.catalog, d->arena, like->table.text, &v))
		TRY(like_view(d, like, &v, &columns, &count));
	else if (t == NULL)
		return like_nothing(d, like);
	else
		TRY(like_columns(d, like, t, &columns, &count));
	insert_columns(d, out, place, columns, count);
	if (t != NULL && (like->parts & LIKE_CONSTRAINTS) != 0)
		TRY(like_checks(d, like, t, out));
	if (t != NULL && (like->parts & LIKE_INDEXES) != 0)
		TRY(like_indexes(d, like, t, out));
	return OK;
}

enum sqlstate ddl_expand_likes(struct ddl *d, const struct ast_table *from, struct ast_table *out)
{
	uint32_t before = 0;

	*out = *from;
	for (uint32_t i = 0; i < from->like_count; i++) {
		uint32_t count = out->column_count;

		TRY(expand_like(d, &from->likes[i], from->likes[i].place + before, out));
		before += out->column_count - count;
	}
	return OK;
}
