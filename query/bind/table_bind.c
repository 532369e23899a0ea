/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Columns of tables as bound expressions: see table_bind.h.
 */
#include "query/bind/table_bind.h"

#include "base/check.h"

static const struct bound *property_of(struct binder *b, const struct bound *element,
	struct str key, uint32_t key_number, struct type type, uint32_t at)
{
	struct bound *x = bound_new(b, BOUND_PROPERTY, type, at);
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 1);

	args[0] = element;
	x->args = args;
	x->arg_count = 1;
	x->key = key;
	x->key_number = key_number;
	return x;
}

/* The end's key where the label's pairs agree in one, else its id. */
static const struct bound *end_value(struct binder *b, const struct table *t,
	const struct table_column *column, const struct bound *end, uint32_t at)
{
	bool is_source = str_equal(column->name, STR("_from"));
	uint32_t key = catalog_edge_end(t->info, is_source).key;
	const struct bound *args[1] = { end };
	const struct bound *id;
	struct error e;

	if (end == NULL)
		return NULL;
	if (key != NAME_NONE)
		return property_of(b, end, catalog_name(b->catalog, NAME_KEY, key), key,
			column->type.type, at);
	if (binder_function(b, STR("element_id"), args, 1, at, &id, &e) != OK)
		return NULL;
	return id;
}

const struct bound *table_column_value(struct binder *b, const struct table *t,
	const struct table_column *column, const struct table_slots *slots, uint32_t at)
{
	if (column->is_end)
		return end_value(b, t, column,
			str_equal(column->name, STR("_from")) ? slots->source : slots->target, at);
	return property_of(b, slots->element, column->name, column->key, column->type.type, at);
}

void table_columns_into(struct binder *b, const struct table *t, const struct table_slots *slots,
	struct scope *scope)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		const struct table_column *column = &t->columns[i];
		const struct bound *value = table_column_value(b, t, column, slots, 0);
		struct variable *v;

		if (value == NULL || scope_find_here(scope, column->name) != NULL)
			continue;
		v = scope_add(scope, column->name);
		v->kind = VARIABLE_EXPR;
		v->is_hidden = true;
		v->is_relational = true;
		v->type = value->type;
		v->expr = value;
	}
}
