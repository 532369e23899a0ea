/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Indexes of expressions, partial ones, and those that say an order: see ddl_index.h.
 *
 * What is said of an index is written down first, then its hidden properties are declared, by which
 * storage asks for the values of all rows (generate.c), and then the index is made. All of it is one
 * transaction: after a crash there is the whole index or nothing of it.
 */
#include "query/ddl/ddl_index.h"

#include <stdio.h>

#include "base/check.h"
#include "query/bind/row_expr.h"
#include "query/parse/parse.h"
#include "query/sql/definition.h"
#include "query/type/type.h"

enum { INDEX_KEYS_MAX = ARRAY_COUNT(((struct index_definition *)NULL)->keys) };

static const struct table *table_of(struct ddl *d, enum element element, uint32_t label)
{
	return table_of_label(d->options.catalog, d->arena, element, label);
}

static uint32_t label_of(struct ddl *d, const struct index_definition *x)
{
	return catalog_find(d->options.catalog,
		x->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL, x->label);
}

/* ---- what the statement says ---- */

bool ddl_index_says_more(const struct ast_index *from)
{
	bool says = from->where.expr != NULL;

	for (uint32_t i = 0; i < from->key_count; i++)
		says |= from->keys[i].expr.expr != NULL || from->keys[i].is_descending ||
			from->keys[i].is_nulls_first;
	return says;
}

static enum sqlstate take_text(struct ddl *d, const struct table *t, enum row_expr_use use,
	const struct ast_source *from, struct index_text *out)
{
	const struct bound *x;

	TRY(row_expr_index(d->arena, &d->options, t, use, from->expr, &x, d->error));
	*out = row_expr_text(d->arena, t, x, from->text);
	return OK;
}

static enum sqlstate take_key(struct ddl *d, const struct table *t,
	const struct ast_index_key *from, struct table_index_key *out)
{
	out->is_descending = from->is_descending;
	out->is_nulls_first = from->is_nulls_first;
	return from->expr.expr == NULL
		       ? OK
		       : take_text(d, t, ROW_EXPR_INDEX_KEY, &from->expr, &out->expr);
}

/* table_column_function_idx, as PostgreSQL makes it. */
static void take_name(struct ddl *d, const struct table *t, const struct ast_index *from,
	struct ddl_index *x)
{
	struct str name = t->name;

	for (uint32_t i = 0; i < from->key_count; i++) {
		const struct ast_expr *e = from->keys[i].expr.expr;
		struct str part = e == NULL ? x->definition.keys[i]
					    : definition_called(x->said.keys[i].expr.text);

		if (part.length == 0)
			part = STR("expr");

		name = arena_printf(d->arena, "%.*s_%.*s", STR_ARGS(name), STR_ARGS(part));
	}
	name = arena_printf(d->arena, "%.*s_idx", STR_ARGS(name));
	x->definition.name = name;
	for (uint32_t i = 1; ddl_find_index(d, x->definition.name) != NULL; i++)
		x->definition.name = arena_printf(d->arena, "%.*s%u", STR_ARGS(name), i);
}

enum sqlstate ddl_create_index(
	struct ddl *d, const struct ast_index *from, const struct index_definition *to)
{
	struct ddl_index x = { .definition = *to };
	const struct table *t;

	TRY(ddl_lock(d));
	x.said.label = label_of(d, to);
	x.said.element = to->element;
	if (x.said.label == NAME_NONE)
		return FAIL(d->error, E_NO_TABLE, "relation \"%.*s\" does not exist",
			STR_ARGS(to->label));
	t = table_of(d, to->element, x.said.label);
	x.said.key_count = from->key_count;
	x.said.predicate_key = NAME_NONE;
	for (uint32_t i = 0; i < from->key_count; i++)
		TRY(take_key(d, t, &from->keys[i], &x.said.keys[i]));
	if (from->where.expr != NULL)
		TRY(take_text(
			d, t, ROW_EXPR_INDEX_PREDICATE, &from->where, &x.said.predicate));
	if (x.definition.name.length == 0)
		take_name(d, t, from, &x);
	return ddl_index_make(d, &x);
}

static enum sqlstate parsed(struct ddl *d, const struct index_text *text, struct ast_source *out)
{
	out->text = text->source;
	return parse_sql_text(d->arena, text->source, &out->expr, d->error);
}

enum sqlstate ddl_index_statement(
	struct ddl *d, const struct ddl_index *x, struct ast_index *out)
{
	*out = (struct ast_index){ .is_unique = x->definition.is_unique,
		.key_count = x->said.key_count,
		.keys = ARENA_ARRAY(d->arena, struct ast_index_key, x->said.key_count) };
	for (uint32_t i = 0; i < x->said.key_count; i++) {
		const struct table_index_key *key = &x->said.keys[i];

		out->keys[i].key.text = x->definition.keys[i];
		out->keys[i].is_descending = key->is_descending;
		out->keys[i].is_nulls_first = key->is_nulls_first;
		if (key->expr.text.length > 0)
			TRY(parsed(d, &key->expr, &out->keys[i].expr));
	}
	return x->said.predicate.text.length == 0
		       ? OK
		       : parsed(d, &x->said.predicate, &out->where);
}

/* ---- what there is ---- */

void ddl_index_read(struct ddl *d, const struct index_info *info, struct ddl_index *out)
{
	const struct catalog *c = d->options.catalog;
	const struct label_info *label = catalog_label(c, info->element, info->label);
	enum name_kind kind = info->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	*out = (struct ddl_index){ .is_primary =
					   label != NULL && label->primary_index == info->id };
	table_index_read(c, d->arena, info, &out->said);
	out->definition = (struct index_definition){
		.name = arena_str(d->arena, info->full_name),
		.element = info->element,
		.label = arena_str(d->arena, catalog_full_name(c, kind, info->label)),
		.key_count = out->said.key_count,
		.is_unique = info->is_unique,
		.is_constraint = info->is_constraint,
		.is_key = out->is_primary,
	};
	for (uint32_t i = 0; i < out->said.key_count; i++) {
		if (out->said.keys[i].expr.text.length == 0)
			out->definition.keys[i] = arena_str(
				d->arena, catalog_name(c, NAME_KEY, out->said.keys[i].key));
	}
}

bool ddl_index_mentions(const struct ddl_index *x, struct str column)
{
	bool mentions = ddl_mentions(x->said.predicate.source, column);

	for (uint32_t i = 0; i < x->said.key_count; i++)
		mentions = mentions || str_equal(x->definition.keys[i], column) ||
			   ddl_mentions(x->said.keys[i].expr.source, column);
	return mentions;
}

void ddl_index_rename(struct ddl *d, struct ddl_index *x, struct str from, struct str to)
{
	struct index_text *text = &x->said.predicate;

	text->source = ddl_replace_word(d, text->source, from, to);
	for (uint32_t i = 0; i < x->said.key_count; i++) {
		text = &x->said.keys[i].expr;
		text->source = ddl_replace_word(d, text->source, from, to);
		if (str_equal(x->definition.keys[i], from))
			x->definition.keys[i] = to;
	}
}

/* ---- making ---- */

/* A hidden property of the label that is not in use. */
static enum sqlstate free_key(
	struct ddl *d, const struct table_index *x, struct str *name, uint32_t *key)
{
	const struct property_info *p;
	uint32_t number = 0;

	do {
		*name = arena_printf(d->arena, "%c%u", KEY_HIDDEN, number++);
		TRY(txn_intern(d->options.txn, NAME_KEY, *name, key, d->error));
		p = catalog_property(txn_catalog(d->options.txn), x->element, x->label, *key);
	} while (p != NULL && p->is_declared);
	return OK;
}

/* The values of the expression under a property of their own. The texts, as the columns are now, are
   written down before the values are asked for. */
static enum sqlstate add_hidden(struct ddl *d, const struct ddl_index *x, uint32_t index,
	struct str name, enum row_expr_use use, struct index_text *text)
{
	const struct table *t = table_of(d, x->said.element, x->said.label);
	struct table_column column = { .name = name };
	struct property_definition property;
	const struct bound *value;

	TRY(row_expr_index_text(d->arena, &d->options, t, use, text->source, &value, d->error));
	*text = row_expr_text(d->arena, t, value, text->source);
	TRY(table_index_save(d->options.txn, index, &x->said, d->error));
	if (!table_type_of(d->arena, value->type, -1, &column.type))
		return FAIL(d->error, E_NOT_SUPPORTED,
			"an index of an expression of this type is not supported");
	TRY(ddl_property(d, &column, 0, &property));
	property.is_generated = true;
	TRY(schema_property_add(
		d->options.txn, x->said.element, x->definition.label, &property, d->error));
	ddl_refresh(d);
	return OK;
}

/* The keys as storage has them, the predicate's before all; each hidden one gets a property. */
static enum sqlstate make_hidden(
	struct ddl *d, struct ddl_index *x, uint32_t index, struct index_definition *out)
{
	struct table_index *said = &x->said;
	struct str predicate = { 0 };

	out->key_count = 0;
	if (said->predicate.text.length > 0) {
		TRY(free_key(d, said, &predicate, &said->predicate_key));
		TRY(add_hidden(d, x, index, predicate, ROW_EXPR_INDEX_PREDICATE,
			&said->predicate));
		out->keys[out->key_count++] = predicate;
	}
	for (uint32_t i = 0; i < said->key_count; i++) {
		struct str name = x->definition.keys[i];

		if (said->keys[i].expr.text.length == 0) {
			TRY(txn_intern(
				d->options.txn, NAME_KEY, name, &said->keys[i].key, d->error));
		} else {
			TRY(free_key(d, said, &name, &said->keys[i].key));
			TRY(add_hidden(
				d, x, index, name, ROW_EXPR_INDEX_KEY, &said->keys[i].expr));
		}
		out->keys[out->key_count++] = name;
	}
	return OK;
}

static bool has_hidden(const struct table_index *x)
{
	bool has = x->predicate.text.length > 0;

	for (uint32_t i = 0; i < x->key_count; i++)
		has |= x->keys[i].expr.text.length > 0;
	return has;
}

enum sqlstate ddl_index_make(struct ddl *d, struct ddl_index *x)
{
	struct index_definition definition = x->definition;
	uint32_t id;

	if (x->said.key_count + (x->said.predicate.text.length > 0 ? 1 : 0) > INDEX_KEYS_MAX)
		return FAIL(d->error, E_TOO_MANY_ARGUMENTS,
			"cannot use more than %d keys in an index, and one less in a partial one",
			INDEX_KEYS_MAX);
	if (has_hidden(&x->said)) {
		TRY(schema_index_next(d->options.txn, &id, d->error));
		TRY(make_hidden(d, x, id, &definition));
	}
	TRY(schema_index_create(d->options.txn, &definition, &id, d->error));
	ddl_refresh(d);
	for (uint32_t i = 0; i < x->said.key_count && !has_hidden(&x->said); i++)
		x->said.keys[i].key =
			catalog_find(d->options.catalog, NAME_KEY, x->definition.keys[i]);
	if (!table_index_is_plain(&x->said))
		TRY(table_index_save(d->options.txn, id, &x->said, d->error));
	if (x->is_primary)
		TRY(schema_primary_key(
			d->options.txn, x->said.element, definition.label, id, d->error));
	ddl_refresh(d);
	return OK;
}

/* ---- dropping ---- */

static enum sqlstate drop_hidden(
	struct ddl *d, const struct ddl_index *x, const struct index_text *text, uint32_t key)
{
	if (text->text.length == 0)
		return OK;
	TRY(schema_property_drop(d->options.txn, x->said.element, x->definition.label,
		catalog_name(d->options.catalog, NAME_KEY, key), d->error));
	ddl_refresh(d);
	return OK;
}

enum sqlstate ddl_index_drop(struct ddl *d, const struct index_info *info)
{
	uint32_t id = info->id;
	struct ddl_index x;

	ddl_index_read(d, info, &x);
	TRY(schema_index_drop(d->options.txn, x.definition.name, d->error));
	ddl_refresh(d);
	TRY(drop_hidden(d, &x, &x.said.predicate, x.said.predicate_key));
	for (uint32_t i = 0; i < x.said.key_count; i++)
		TRY(drop_hidden(d, &x, &x.said.keys[i].expr, x.said.keys[i].key));
	TRY(table_index_forget(d->options.txn, id, d->error));
	ddl_refresh(d);
	return OK;
}

enum sqlstate ddl_indexes_forget(struct ddl *d, enum element element, uint32_t label)
{
	const struct catalog *c = d->options.catalog;

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *info = catalog_index_at(c, i);

		if (info->element == element && info->label == label)
			TRY(table_index_forget(d->options.txn, info->id, d->error));
	}
	ddl_refresh(d);
	return OK;
}

enum sqlstate ddl_indexes_drop(struct ddl *d, const struct table *t, struct str column,
	struct ddl_kept_indexes *out)
{
	uint32_t count = catalog_index_count(d->options.catalog), at = 0;
	struct ddl_index *all = ARENA_ARRAY(d->arena, struct ddl_index, count + 1);

	if (out != NULL)
		*out = (struct ddl_kept_indexes){ .all = all };
	while (at < catalog_index_count(d->options.catalog)) {
		const struct index_info *info = catalog_index_at(d->options.catalog, at);
		struct ddl_index x;

		at++;
		if (info->element != t->element || info->label != t->label)
			continue;
		ddl_index_read(d, info, &x);
		if (table_index_is_plain(&x.said) || !ddl_index_mentions(&x, column))
			continue;
		if (out != NULL)
			all[out->count++] = x;
		TRY(ddl_index_drop(d, info));
		at = 0;
	}
	return OK;
}

enum sqlstate ddl_indexes_make(struct ddl *d, struct ddl_kept_indexes *kept)
{
	for (uint32_t i = 0; i < kept->count; i++)
		TRY(ddl_index_make(d, &kept->all[i]));
	return OK;
}
