/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE TABLE. The label is declared and closed, then each key is added as ALTER TABLE would add
 * it, then the details are saved.
 *
 * A table whose columns _from and _to refer to tables is an edge label: they are no properties but
 * the ends of its edges, given as values of the keys they refer to.
 */
#include "query/ddl/ddl.h"

#include "base/check.h"
#include "query/bind/row_expr.h"
#include "query/ddl/generate.h"
#include "query/ddl/run.h"
#include "query/parse/parse.h"
#include "query/type/type.h"

/* ---- columns ---- */

/* 'x' is kept as 'x'::text, so that its type is said wherever it is shown. */
static struct str default_text(struct ddl *d, const struct ast_source *source, struct str type_text)
{
	uint32_t length = 0;

	if (source->expr->kind != EXPR_STRING)
		return source->text;
	while (length < type_text.length && type_text.at[length] != '(')
		length++;
	return arena_printf(
		d->arena, "%.*s::%.*s", STR_ARGS(source->text), (int)length, type_text.at);
}

static enum sqlstate check_default(
	struct ddl *d, const struct ast_source *source, const struct table_column *to)
{
	struct ast_expr *x;
	struct bound *value;
	enum sqlstate rc;

	TRY(parse_default_text(d->arena, source->text, &x, d->error));
	rc = bind_constant_expr(d->arena, x, &d->options, &value, d->error);
	if (rc == E_NO_COLUMN)
		return DDL_FAIL(d, source->at, E_NOT_SUPPORTED,
			"cannot use column reference in DEFAULT expression");
	if (rc != OK) {
		d->error->byte_offset = (int)source->at;
		return rc;
	}
	if (type_is_element(value->type) || value->type.kind == TYPE_PATH)
		return DDL_FAIL(d, source->at, E_TYPE,
			"column \"%.*s\" is of type %.*s but default expression is of a graph type",
			STR_ARGS(to->name), STR_ARGS(to->type.text));
	return OK;
}

/* What it computes is looked at once all columns are known. */
static enum sqlstate take_generated(
	struct ddl *d, struct str table, const struct ast_column *from, struct table_column *to)
{
	const char *other = from->default_value.expr != NULL || to->type.serial != 0 ? "default"
			    : from->identity != 0				       ? "identity"
										       : NULL;

	if (from->generated.expr == NULL)
		return OK;
	if (other != NULL)
		return DDL_FAIL_AT(d, from->generated.at, E_SYNTAX,
			"both %s and generation expression specified for column \"%.*s\" of table "
			"\"%.*s\"",
			other, STR_ARGS(to->name), STR_ARGS(table));
	to->generated_text = from->generated.text;
	return OK;
}

enum sqlstate ddl_check_generated(struct ddl *d, const struct table *t,
	const struct table_column *column, const struct ast_expr *x)
{
	struct bind_options options = d->options;
	const struct bound *value;

	for (uint32_t i = 0; i < t->column_count; i++) {
		if (t->columns[i].generated_text.length == 0 ||
			!ddl_mentions(column->generated_text, t->columns[i].name))
			continue;
		(void)DDL_FAIL_AT(d, x->at, E_OBJECT_DEFINITION,
			"cannot use generated column \"%.*s\" in column generation expression",
			STR_ARGS(t->columns[i].name));
		error_detail(
			d->error, "A generated column cannot reference another generated column.");
		return E_OBJECT_DEFINITION;
	}
	options.txn = NULL;
	TRY(generate_bind(d->arena, &options, t, column, x, &value, d->error));
	return row_expr_is_immutable(value)
		       ? OK
		       : FAIL(d->error, E_OBJECT_DEFINITION,
				 "generation expression is not immutable");
}

enum sqlstate ddl_column(
	struct ddl *d, struct str table, const struct ast_column *from, struct table_column *to)
{
	enum sqlstate rc;

	*to = (struct table_column){ .name = from->name.text, .is_not_null = from->is_not_null };
	rc = table_type_read(d->arena, from->type.text, &to->type, d->error);
	if (rc != OK) {
		d->error->byte_offset = (int)from->type.at;
		return rc;
	}
	if (from->default_value.expr != NULL) {
		if (to->type.serial != 0 || from->identity != 0)
			return DDL_FAIL(d, from->default_value.at, E_SYNTAX,
				"multiple default values specified for column \"%.*s\" of table "
				"\"%.*s\"",
				STR_ARGS(to->name), STR_ARGS(table));
		TRY(check_default(d, &from->default_value, to));
		to->default_text = default_text(d, &from->default_value, to->type.text);
	}
	TRY(take_generated(d, table, from, to));
	to->identity = from->identity;
	if (from->identity != 0 && !type_is_integer(to->type.type))
		return DDL_FAIL(d, from->type.at, E_INVALID_VALUE,
			"identity column type must be smallint, integer, or bigint");
	if (to->type.serial == 0 && from->identity == 0)
		return OK;
	to->is_not_null = true;
	return ddl_own_sequence(d, table, to, from->identity != 0 ? 'i' : 'a', from->sequence);
}

enum sqlstate ddl_property(struct ddl *d, const struct table_column *column, uint32_t at,
	struct property_definition *out)
{
	struct type type = column->type.type;

	*out = (struct property_definition){ .key = column->name,
		.type = type_stored(type),
		.item_type = type.kind == TYPE_LIST ? type_stored(type_item(type)) : VALUE_NULL,
		.is_not_null = column->is_not_null,
		.is_generated = column->generated_text.length > 0 };
	out->modifier = table_type_modifier(&column->type);
	if (out->type == VALUE_NULL)
		return DDL_FAIL(d, at, E_NOT_SUPPORTED, "columns of type %.*s are not supported",
			STR_ARGS(column->type.text));
	return OK;
}

/* ---- edge tables ---- */

static const struct ast_key *reference_of(const struct ast_table *from, struct str column)
{
	for (uint32_t i = 0; i < from->key_count; i++) {
		const struct ast_key *key = &from->keys[i];

		if (key->kind == AST_KEY_FOREIGN && key->column_count == 1 &&
			str_equal(key->columns[0].text, column))
			return key;
	}
	return NULL;
}

static bool is_end_name(struct str name)
{
	return str_equal(name, STR("_from")) || str_equal(name, STR("_to"));
}

/* What _from or _to refers to must be a node label's key of one column. */
static enum sqlstate end_of(
	struct ddl *d, const struct ast_key *key, struct edge_end_definition *out)
{
	const struct index_info *primary;
	struct table *target;

	TRY(ddl_table(d, &key->table, false, &target));
	if (target->element != ELEMENT_NODE)
		return DDL_FAIL(d, key->table.at, E_INVALID_FOREIGN_KEY,
			"an edge cannot end at the edge label \"%.*s\"", STR_ARGS(target->name));
	out->label = target->name;
	if (key->target_count == 1) {
		out->key = key->targets[0].text;
		return OK;
	}
	primary = target->info == NULL
			  ? NULL
			  : catalog_index(d->options.catalog, target->info->primary_index);
	if (primary == NULL || primary->key_count != 1)
		return DDL_FAIL(d, key->at, E_INVALID_FOREIGN_KEY,
			"there is no primary key of one column for referenced table \"%.*s\"",
			STR_ARGS(target->name));
	out->key = arena_str(
		d->arena, catalog_name(d->options.catalog, NAME_KEY, primary->keys[0]));
	return OK;
}

static enum sqlstate take_ends(
	struct ddl *d, const struct ast_table *from, struct label_definition *label)
{
	const struct ast_key *source = reference_of(from, STR("_from"));
	const struct ast_key *target = reference_of(from, STR("_to"));
	struct edge_pair_definition *pair = ARENA_NEW(d->arena, struct edge_pair_definition);

	label->element = ELEMENT_NODE;
	if (source == NULL && target == NULL)
		return OK;
	if (source == NULL || target == NULL)
		return DDL_FAIL(d, (source == NULL ? target : source)->at, E_TABLE_DEFINITION,
			"a table of edges needs both _from and _to with REFERENCES");
	label->element = ELEMENT_EDGE;
	label->pair_count = 1;
	label->pairs = pair;
	TRY(end_of(d, source, &pair->from));
	return end_of(d, target, &pair->to);
}

/* ---- the table ---- */

static enum sqlstate take_columns(struct ddl *d, const struct ast_table *from, struct table *t,
	struct label_definition *label)
{
	struct property_definition *properties =
		ARENA_ARRAY(d->arena, struct property_definition, from->column_count + 1);

	t->columns = ARENA_ARRAY(d->arena, struct table_column, from->column_count + 1);
	label->properties = properties;
	for (uint32_t i = 0; i < from->column_count; i++) {
		const struct ast_column *column = &from->columns[i];

		if (table_column(t, column->name.text) != NULL)
			return DDL_FAIL(d, column->name.at, E_DUPLICATE_COLUMN,
				"column \"%.*s\" specified more than once",
				STR_ARGS(column->name.text));
		TRY(ddl_column(d, t->name, column, &t->columns[i]));
		t->columns[i].comment = column->comment;
		t->column_count++;
		if (t->element == ELEMENT_EDGE && is_end_name(column->name.text)) {
			t->columns[i].is_end = t->columns[i].is_not_null = true;
			continue;
		}
		TRY(ddl_property(
			d, &t->columns[i], column->type.at, &properties[label->property_count]));
		label->property_count++;
	}
	for (uint32_t i = 0; i < from->column_count; i++) {
		if (t->columns[i].generated_text.length > 0)
			TRY(ddl_check_generated(
				d, t, &t->columns[i], from->columns[i].generated.expr));
	}
	return OK;
}

/* Primary key first: foreign keys may refer to the table itself. */
static enum sqlstate add_keys(struct ddl *d, const struct ast_table *from, struct table *t)
{
	static const enum ast_key_kind order[] = { AST_KEY_PRIMARY, AST_KEY_UNIQUE, AST_KEY_CHECK,
		AST_KEY_FOREIGN, AST_KEY_INDEX };

	for (size_t k = 0; k < ARRAY_COUNT(order); k++) {
		for (uint32_t i = 0; i < from->key_count; i++) {
			const struct ast_key *key = &from->keys[i];
			bool is_end = t->element == ELEMENT_EDGE && key->kind == AST_KEY_FOREIGN &&
				      key->column_count == 1 && is_end_name(key->columns[0].text);

			if (key->kind == order[k] && !is_end)
				TRY(ddl_add_key(d, t, key));
		}
	}
	return OK;
}

/* The label with its columns, as yet without keys. */
static enum sqlstate declare(struct ddl *d, const struct ast_table *from, struct table *t)
{
	struct label_definition label = { .name = from->name.text };

	TRY(take_ends(d, from, &label));
	t->name = label.name;
	t->element = label.element;
	TRY(take_columns(d, from, t, &label));
	TRY(schema_label_create(d->options.txn, &label, d->error));
	TRY(schema_label_set_closed(d->options.txn, t->element, t->name, true, d->error));
	ddl_refresh(d);
	t->label = catalog_find(d->options.catalog,
		t->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL, t->name);
	t->info = catalog_label(d->options.catalog, t->element, t->label);
	TRY(table_save(d->options.txn, t, d->error));
	ddl_refresh(d);
	return OK;
}

static enum sqlstate create(struct ddl *d, const struct ast_table *from)
{
	struct table *t = ARENA_NEW(d->arena, struct table);

	TRY(declare(d, from, t));
	TRY(add_keys(d, from, t));
	TRY(table_save(d->options.txn, t, d->error));
	ddl_refresh(d);
	return OK;
}

enum sqlstate ddl_create_table(struct ddl *d, const struct ast_table *from, const char **tag)
{
	struct str name = from->name.text;
	struct ast_table made = *from;

	if (from->query != NULL)
		*tag = "CREATE TABLE AS";
	if (table_name_is_taken(d->options.catalog, name)) {
		if (!from->if_not_exists)
			return DDL_FAIL(d, from->name.at, E_DUPLICATE_TABLE,
				"relation \"%.*s\" already exists", STR_ARGS(name));
		ddl_notice(d, "NOTICE", E_DUPLICATE_TABLE,
			"relation \"%.*s\" already exists, skipping", STR_ARGS(name));
		return OK;
	}
	if (from->query != NULL)
		TRY(ddl_plan_table_query(d, from, &made));
	if (from->like_count > 0)
		TRY(ddl_expand_likes(d, from, &made));
	TRY(create(d, &made));
	return from->query == NULL ? OK : ddl_fill_table(d, from, tag);
}
