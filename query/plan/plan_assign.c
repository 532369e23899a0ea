/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What is written into a table's column: assignment casts, lengths and precisions, defaults.
 */
#include "query/parse/parse.h"
#include "query/plan/plan_dml.h"
#include "query/table/label_oid.h"



/* ---- casts ----------------------------------------------------------------------------------- */

static enum sqlstate refuse(
	const struct table_column *column, struct type from, uint32_t at, struct error *e)
{
	char found[TYPE_NAME_SIZE], wanted[TYPE_NAME_SIZE];

	FAIL(e, E_TYPE, "column \"%.*s\" is of type %s but expression is of type %s",
		STR_ARGS(column->name), type_name(column->type.type, wanted),
		type_name(from, found));
	error_hint(e, "You will need to rewrite or cast the expression.");
	return binder_blame(e, at);
}

/* A call of one of the functions that make a value fit its type modifier. */
static enum sqlstate fit(struct planner *p, const char *function, int32_t argument,
	const struct bound **value, struct error *e)
{
	uint32_t at = (*value)->at;
	const struct bound *args[2] = { *value,
		bound_constant(&p->b, value_int(argument), type_make(TYPE_INT64), at) };

	enum sqlstate rc = binder_function(&p->b, str_of(function), args, 2, at, value, e);

	if (rc == E_STRING_TRUNCATION)
		e->byte_offset = -1; /* it is the row's fault, not the statement's */
	return rc;
}

static enum sqlstate fit_modifier(struct planner *p, const struct table_column *column,
	const struct bound **value, struct error *e)
{
	int32_t typmod = column->type.typmod;

	if (typmod < 0)
		return OK;
	if (column->type.type.kind == TYPE_VARCHAR)
		TRY(fit(p, "fit_varchar", typmod - 4, value, e));
	else if (column->type.type.kind == TYPE_BPCHAR)
		TRY(fit(p, "fit_char", typmod - 4, value, e));
	/* What fits is of the column's type again. */
	if (!type_equal((*value)->type, column->type.type) &&
		type_is_string(column->type.type) && type_is_string((*value)->type))
		*value = bound_cast(&p->b, *value, column->type.type);
	return OK;
}

enum sqlstate plan_assign(struct planner *p, const struct table *t,
	const struct table_column *column, const struct bound **value, uint32_t at, struct error *e)
{
	struct binder *b = &p->b;
	struct type to = column->type.type;

	if (column->is_end && t->element == ELEMENT_NODE)
		return FAIL_AT(e, at, E_NOT_SUPPORTED, "changing the ends of an edge");
	if (bound_is_untyped(*value))
		TRY(binder_infer(b, value, to, e));
	if ((*value)->type.kind == TYPE_NULL)
		return OK;
	if (to.kind == TYPE_DURATION)
		TRY(bind_interval_text(b, table_type_modifier(&column->type).range, value, e));
	if (!type_equal((*value)->type, to)) {
		bool is_literal = bound_is_constant(*value) && (*value)->value.type == VALUE_STRING;
		bool fits = to.kind == TYPE_ANY || type_is_assignable((*value)->type, to);

		if (!is_literal && !fits)
			return refuse(column, (*value)->type, at, e);
		*value = bound_cast(b, *value, to);
	}
	return fit_modifier(p, column, value, e);
}

/* ---- defaults -------------------------------------------------------------------------------- */

bool plan_is_default(const struct ast_expr *x)
{
	return x->kind == EXPR_VARIABLE && x->variable.quote == 0 &&
	       str_equal_nocase(x->variable.name, STR("default"));
}

static enum sqlstate next_of_sequence(struct planner *p, const struct table_column *column,
	uint32_t at, const struct bound **out, struct error *e)
{
	struct sequence_definition s;
	const struct bound *args[1];

	if (!sequence_definition_of_column(p->b.catalog, p->arena, column, &s))
		return OK;
	args[0] = bound_constant(&p->b, value_int(label_oid(LABEL_CATALOG_OBJECT, s.object)),
		type_make(column->identity != 0 ? TYPE_INT64 : TYPE_REGCLASS), at);
	return binder_function(&p->b,
		column->identity != 0 ? STR(PLAN_FUNCTION_IDENTITY) : STR("nextval"), args, 1, at,
		out, e);
}

enum sqlstate plan_default(struct planner *p, const struct table *t,
	const struct table_column *column, uint32_t at, const struct bound **out, struct error *e)
{
	struct scope *scope = p->b.scope;
	struct ast_expr *x;
	enum sqlstate rc;

	*out = NULL;
	if (column->generated_text.length > 0)
		return OK; /* storage asks for it when it writes the row */
	TRY(next_of_sequence(p, column, at, out, e));
	if (*out == NULL && column->default_text.length > 0) {
		TRY(parse_default_text(p->arena, column->default_text, &x, e));
		p->b.scope = scope_new(p->arena, NULL);
		rc = bind_expr(&p->b, x, out, e);
		p->b.scope = scope;
		if (rc != OK) {
			e->byte_offset = (int)at;
			return rc;
		}
	}
	if (*out != NULL)
		return plan_assign(p, t, column, out, at, e);
	return OK;
}

/* ---- graph clauses --------------------------------------------------------------------------- */

static bool is_given(const struct plan_create *create, uint32_t key)
{
	for (uint32_t i = 0; i < create->assignment_count; i++) {
		if (create->assignments[i].key == key)
			return true;
	}
	return false;
}

static enum sqlstate table_defaults(struct planner *p, struct plan_create *create,
	const struct table *t, uint32_t at, struct error *e)
{
	struct plan_assignment *grown = ARENA_ARRAY(
		p->arena, struct plan_assignment, create->assignment_count + t->column_count + 1);

	for (uint32_t i = 0; i < create->assignment_count; i++)
		grown[i] = create->assignments[i];
	create->assignments = grown;
	for (uint32_t i = 0; i < t->column_count; i++) {
		const struct table_column *column = &t->columns[i];
		const struct bound *value;

		if (column->is_end || is_given(create, column->key))
			continue;
		TRY(plan_default(p, t, column, at, &value, e));
		if (value != NULL)
			grown[create->assignment_count++] =
				(struct plan_assignment){ .key = column->key, .expr = value };
	}
	return OK;
}

enum sqlstate plan_create_defaults(
	struct planner *p, struct plan_create *create, uint32_t at, struct error *e)
{
	for (uint32_t i = 0; i < create->label_count; i++) {
		const struct table *t;

		if (p->b.catalog == NULL || create->labels[i].id == NAME_NONE ||
			catalog_object_count(p->b.catalog) == 0)
			continue;
		t = table_of_label(p->b.catalog, p->arena, create->element, create->labels[i].id);
		if (t->object != NAME_NONE)
			TRY(table_defaults(p, create, t, at, e));
	}
	return OK;
}

/* The column that a property is under the label; NULL: it is none. */
static const struct table_column *column_of(
	struct planner *p, enum element element, const struct bound_label *label, struct str key)
{
	const struct table *t;

	if (label == NULL || label->kind != LABEL_NAME || label->label == NAME_NONE ||
		p->b.catalog == NULL || catalog_object_count(p->b.catalog) == 0)
		return NULL;
	t = table_of_label(p->b.catalog, p->arena, element, label->label);
	return t->object == NAME_NONE ? NULL : table_column(t, key);
}

bool plan_writes_array(
	struct planner *p, enum element element, const struct bound_label *label, struct str key)
{
	const struct table_column *column = column_of(p, element, label, key);

	return column != NULL && column->type.type.kind == TYPE_LIST;
}

enum sqlstate plan_write_column(struct planner *p, enum element element,
	const struct bound_label *label, struct str key, const struct bound **value, uint32_t at,
	struct error *e)
{
	const struct table_column *column = column_of(p, element, label, key);

	(void)at;
	if (column == NULL || (*value)->type.kind == TYPE_NULL)
		return OK;
	if (type_is_integer(column->type.type) && type_is_integer((*value)->type) &&
		!type_equal((*value)->type, column->type.type))
		*value = bound_cast(&p->b, *value, column->type.type);
	return fit_modifier(p, column, value, e);
}
