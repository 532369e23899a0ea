/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Keys behind elements of a property graph: each element table says what it shows under a name, a
 * column of its own or an expression over its row.
 *
 *	one table, or the same column in all		the column or the expression
 *	several						CASE WHEN v IS LABELED t THEN .. ELSE NULL END
 *
 * A table that has the label but not the property has NULL under it.
 */
#include "query/bind/binder.h"

#include "query/bind/table_bind.h"
#include "query/parse/ast_table.h"

/* What one element table shows. */
struct shown {
	const struct table *table;
	const struct ast_item *item; /* NULL: nothing of that name */
	bool is_any;		     /* a label without declared properties: the key itself */
};

static struct shown find_shown(
	const struct binder *b, const struct ast_exposed_table *from, const struct ast_name *key)
{
	struct shown out = { .table = table_find(b->catalog, b->arena, from->table->table.text) };
	bool is_quoted = key->length != key->text.length;

	for (uint32_t i = 0; i < from->label_count; i++) {
		const struct ast_graph_label *l = from->labels[i];

		out.is_any |= l->is_all;
		for (uint32_t k = 0; k < l->property_count && out.item == NULL; k++) {
			struct str name = l->properties[k].alias.text;

			if (is_quoted ? str_equal(name, key->text)
				      : str_equal_nocase(name, key->text))
				out.item = &l->properties[k];
		}
	}
	return out;
}

/* The column that it is to all who show it; empty: there is none such. */
static struct str common_column(
	const struct shown *shown, uint32_t count, const struct ast_name *key)
{
	struct str column = { 0 };

	for (uint32_t i = 0; i < count; i++) {
		const struct ast_item *item = shown[i].item;
		struct str name = shown[i].is_any ? key->text : (struct str){ 0 };

		if (item != NULL && item->expr->kind != EXPR_VARIABLE)
			return (struct str){ 0 };
		if (item != NULL)
			name = item->expr->variable.name;
		if (column.length > 0 && name.length > 0 && !str_equal(column, name))
			return (struct str){ 0 };
		column = name.length > 0 ? name : column;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (shown[i].item == NULL && !shown[i].is_any && shown[i].table != NULL &&
			table_column(shown[i].table, column) != NULL)
			return (struct str){ 0 };
	}
	return column;
}

enum sqlstate bind_graph_property(
	struct binder *b, const struct ast_item *item, const struct bound **out, struct error *e)
{
	struct str text = b->text;
	uint32_t text_at = b->text_at;
	bool is_sql = b->is_sql;
	enum sqlstate rc;

	b->text = item->source;
	b->text_at = item->at;
	b->is_sql = true;
	rc = bind_expr(b, item->expr, out, e);
	if (rc == OK && (*out)->type.kind == TYPE_UNKNOWN)
		rc = binder_coerce(b, out, type_make(TYPE_STRING), "property", e);
	b->text = text;
	b->text_at = text_at;
	b->is_sql = is_sql;
	return rc;
}

static enum sqlstate bind_item(struct binder *b, const struct shown *shown,
	const struct bound *base, const struct bound **out, struct error *e)
{
	struct table_slots slots = { .element = base };
	struct scope *outer = b->scope;
	enum sqlstate rc;

	b->scope = scope_new(b->arena, NULL);
	table_columns_into(b, shown->table, &slots, b->scope);
	rc = bind_graph_property(b, shown->item, out, e);
	b->scope = outer;
	return rc;
}

static enum sqlstate bind_shown(struct binder *b, const struct shown *shown,
	const struct bound *base, const struct ast_name *key, const struct bound **out,
	struct error *e)
{
	if (shown->table == NULL || (shown->item == NULL && !shown->is_any)) {
		*out = bound_constant(b, value_null(), type_make(TYPE_NULL), key->at);
		return OK;
	}
	return shown->item != NULL ? bind_item(b, shown, base, out, e)
				   : bound_column(b, base, *key, out, e);
}

static struct bound_label *label_of(struct binder *b, const struct table *t)
{
	struct bound_label *label = ARENA_NEW(b->arena, struct bound_label);

	label->kind = LABEL_NAME;
	label->label = t == NULL ? NAME_NONE : t->label;
	return label;
}

static enum sqlstate bind_by_table(struct binder *b, const struct shown *shown, uint32_t count,
	const struct bound *base, const struct ast_name *key, const struct bound **out,
	struct error *e)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 2 * count + 1);
	struct type type = type_make(TYPE_NULL);

	for (uint32_t i = 0; i < count; i++) {
		args[2 * i] = bound_label_test(b, base, label_of(b, shown[i].table), key->at);
		TRY(bind_shown(b, &shown[i], base, key, &args[2 * i + 1], e));
		TRY(binder_unify(b, &type, args[2 * i + 1]->type, "CASE", key->at, e));
	}
	args[2 * count] = bound_constant(b, value_null(), type_make(TYPE_NULL), key->at);
	for (uint32_t i = 0; i <= count && type.kind != TYPE_NULL; i++)
		TRY(binder_coerce(
			b, &args[i < count ? 2 * i + 1 : 2 * i], type, "CASE result", e));
	*out = bound_case(b, args, 2 * count + 1, type, key->at);
	return OK;
}

enum sqlstate bind_exposed(struct binder *b, const struct ast_exposed *from,
	const struct bound *base, struct str variable, const struct ast_name *key,
	const struct bound **out, struct error *e)
{
	struct shown *shown = ARENA_ARRAY(b->arena, struct shown, from->count + 1);
	bool is_there = false;
	struct str column;

	for (uint32_t i = 0; i < from->count; i++) {
		shown[i] = find_shown(b, &from->tables[i], key);
		is_there |= shown[i].item != NULL || shown[i].is_any;
	}
	if (!is_there)
		return FAIL_AT(e, key->at, E_NO_COLUMN,
			"property \"%.*s\" for element variable \"%.*s\" not found",
			STR_ARGS(key->text), STR_ARGS(variable));
	column = common_column(shown, from->count, key);
	if (column.length > 0)
		return bound_column(b, base,
			(struct ast_name){ .at = key->at, .length = key->length, .text = column },
			out, e);
	if (from->count == 1)
		return bind_shown(b, shown, base, key, out, e);
	return bind_by_table(b, shown, from->count, base, key, out, e);
}
