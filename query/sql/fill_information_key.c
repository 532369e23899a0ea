/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * information_schema: the constraints of tables and the columns they are about.
 */
#include "query/eval/eval.h"
#include "query/sql/fills.h"
#include "query/sql/listed.h"
#include "query/table/table.h"

static struct value yes_or_no(bool is_yes)
{
	return relation_text(is_yes ? "YES" : "NO");
}

/* PostgreSQL makes up a name for a NOT NULL, which is a check to the standard. */
static struct value not_null_name(
	struct relation_scan *s, const struct listed *l, const struct label_column *c)
{
	return value_string(arena_printf(
		s->arena, "%u_%u_%d_not_null", (unsigned)OID_NAMESPACE_PUBLIC, l->oid, c->number));
}

/* ---- table_constraints ------------------------------------------------------------------------ */

static struct value *add_constraint(
	struct relation_scan *s, const struct listed *l, struct value name, const char *type)
{
	struct value *row = relation_add(s);

	row[table_constraints_constraint_catalog] = row[table_constraints_table_catalog] =
		listed_database(s);
	row[table_constraints_constraint_schema] = row[table_constraints_table_schema] =
		value_string(l->schema);
	row[table_constraints_constraint_name] = name;
	row[table_constraints_table_name] = value_string(l->name);
	row[table_constraints_constraint_type] = relation_text(type);
	row[table_constraints_is_deferrable] = row[table_constraints_initially_deferred] =
		yes_or_no(false);
	row[table_constraints_enforced] = yes_or_no(true);
	return row;
}

static const char *constraint_type(char kind)
{
	switch (kind) {
	case 'p':
		return "PRIMARY KEY";
	case 'u':
		return "UNIQUE";
	case 'f':
		return "FOREIGN KEY";
	default:
		return "CHECK";
	}
}

static enum sqlstate add_constraints(
	struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct label_constraint *constraints;
	struct label_column *columns;
	uint32_t count;

	(void)e;
	if (l->kind != 'r' || l->relation != NULL)
		return OK;
	count = label_table_constraints(s->catalog, &l->table, s->arena, &constraints);
	for (uint32_t i = 0; i < count; i++) {
		const struct label_constraint *c = &constraints[i];
		struct value *row =
			add_constraint(s, l, value_string(c->name), constraint_type(c->kind));

		row[table_constraints_is_deferrable] = yes_or_no(c->is_deferrable);
		row[table_constraints_initially_deferred] = yes_or_no(c->is_deferred);
		if (c->kind == 'u')
			row[table_constraints_nulls_distinct] = yes_or_no(true);
	}
	count = label_table_columns(s->catalog, &l->table, s->arena, &columns);
	for (uint32_t i = 0; i < count; i++) {
		if (columns[i].is_not_null)
			add_constraint(s, l, not_null_name(s, l, &columns[i]), "CHECK");
	}
	return OK;
}

RELATION_FILL(info_table_constraints)
{
	return listed_each(s, add_constraints, e);
}

/* ---- key_column_usage and constraint_column_usage ---------------------------------------------- */

static void add_key_column(struct relation_scan *s, const struct listed *l,
	const struct label_constraint *c, const struct label_column *columns, uint32_t i)
{
	struct value *row = relation_add(s);

	row[key_column_usage_constraint_catalog] = row[key_column_usage_table_catalog] =
		listed_database(s);
	row[key_column_usage_constraint_schema] = row[key_column_usage_table_schema] =
		value_string(l->schema);
	row[key_column_usage_constraint_name] = value_string(c->name);
	row[key_column_usage_table_name] = value_string(l->name);
	row[key_column_usage_column_name] = value_string(columns[c->columns[i] - 1].name);
	row[key_column_usage_ordinal_position] = value_int(i + 1);
	if (c->kind == 'f')
		row[key_column_usage_position_in_unique_constraint] = value_int(i + 1);
}

static enum sqlstate add_key_columns(
	struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct label_constraint *constraints;
	struct label_column *columns;
	uint32_t count;

	(void)e;
	if (l->kind != 'r' || l->relation != NULL)
		return OK;
	label_table_columns(s->catalog, &l->table, s->arena, &columns);
	count = label_table_constraints(s->catalog, &l->table, s->arena, &constraints);
	for (uint32_t k = 0; k < count; k++) {
		for (uint32_t i = 0; constraints[k].kind != 'c' && i < constraints[k].count; i++) {
			if (constraints[k].columns[i] > 0)
				add_key_column(s, l, &constraints[k], columns, i);
		}
	}
	return OK;
}

RELATION_FILL(info_key_column_usage)
{
	return listed_each(s, add_key_columns, e);
}

/* A foreign key uses the columns it refers to, other constraints their own. */
static void add_usage(struct relation_scan *s, const struct label_constraint *c, struct value table,
	struct value column)
{
	struct value *row = relation_add(s);

	row[constraint_column_usage_table_catalog] =
		row[constraint_column_usage_constraint_catalog] = listed_database(s);
	row[constraint_column_usage_table_schema] = row[constraint_column_usage_constraint_schema] =
		c->index == NULL ? relation_text("public")
				 : value_string(label_schema_name(
					   s->catalog, c->index->element, c->index->label));
	row[constraint_column_usage_table_name] = table;
	row[constraint_column_usage_column_name] = column;
	row[constraint_column_usage_constraint_name] = value_string(c->name);
}

static enum sqlstate add_usages(struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct label_constraint *constraints;
	uint32_t count;

	(void)e;
	if (l->kind != 'r' || l->relation != NULL)
		return OK;
	count = label_table_constraints(s->catalog, &l->table, s->arena, &constraints);
	for (uint32_t k = 0; k < count; k++) {
		const struct label_constraint *c = &constraints[k];
		bool is_foreign = c->kind == 'f';
		const int16_t *numbers = is_foreign ? c->targets : c->columns;
		struct label_table table = l->table;
		struct label_column *columns;

		if (is_foreign && !label_table_by_oid(s->catalog, c->target, &table))
			continue;
		label_table_columns(s->catalog, &table, s->arena, &columns);
		for (uint32_t i = 0; i < c->count; i++) {
			if (numbers[i] > 0)
				add_usage(s, c, value_string(table.name),
					value_string(columns[numbers[i] - 1].name));
		}
	}
	return OK;
}

RELATION_FILL(info_constraint_column_usage)
{
	return listed_each(s, add_usages, e);
}

/* ---- referential_constraints, check_constraints ------------------------------------------------- */

/* The name of the key of the table it refers to; NULL if there is none. */
static struct value key_name(struct relation_scan *s, const struct label_constraint *c)
{
	struct label_constraint *keys;
	struct label_table table;
	uint32_t count;

	if (!label_table_by_oid(s->catalog, c->target, &table))
		return value_null();
	count = label_table_constraints(s->catalog, &table, s->arena, &keys);
	for (uint32_t i = 0; i < count; i++) {
		if (keys[i].index != NULL &&
			label_oid(LABEL_INDEX, keys[i].index->id) == c->target_index)
			return value_string(keys[i].name);
	}
	return value_null();
}

static enum sqlstate add_references(
	struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct label_constraint *constraints;
	uint32_t count;

	(void)e;
	if (l->kind != 'r' || l->relation != NULL)
		return OK;
	count = label_table_constraints(s->catalog, &l->table, s->arena, &constraints);
	for (uint32_t k = 0; k < count; k++) {
		const struct label_constraint *c = &constraints[k];
		struct value *row;

		if (c->kind != 'f')
			continue;
		row = relation_add(s);
		row[referential_constraints_constraint_catalog] =
			row[referential_constraints_unique_constraint_catalog] = listed_database(s);
		row[referential_constraints_constraint_schema] =
			row[referential_constraints_unique_constraint_schema] =
				value_string(l->schema);
		row[referential_constraints_constraint_name] = value_string(c->name);
		row[referential_constraints_unique_constraint_name] = key_name(s, c);
		row[referential_constraints_match_option] = relation_text("NONE");
		row[referential_constraints_update_rule] =
			relation_text(table_action_text(c->on_update));
		row[referential_constraints_delete_rule] =
			relation_text(table_action_text(c->on_delete));
	}
	return OK;
}

RELATION_FILL(info_referential_constraints)
{
	return listed_each(s, add_references, e);
}

static void add_check(
	struct relation_scan *s, const struct listed *l, struct value name, struct value clause)
{
	struct value *row = relation_add(s);

	row[check_constraints_constraint_catalog] = listed_database(s);
	row[check_constraints_constraint_schema] = value_string(l->schema);
	row[check_constraints_constraint_name] = name;
	row[check_constraints_check_clause] = clause;
}

static enum sqlstate add_checks(struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct label_constraint *constraints;
	struct label_column *columns;
	uint32_t count;

	(void)e;
	if (l->kind != 'r' || l->relation != NULL)
		return OK;
	count = label_table_constraints(s->catalog, &l->table, s->arena, &constraints);
	for (uint32_t i = 0; i < count; i++) {
		if (constraints[i].kind == 'c')
			add_check(s, l, value_string(constraints[i].name),
				value_string(arena_printf(
					s->arena, "((%.*s))", STR_ARGS(constraints[i].check))));
	}
	count = label_table_columns(s->catalog, &l->table, s->arena, &columns);
	for (uint32_t i = 0; i < count; i++) {
		if (columns[i].is_not_null)
			add_check(s, l, not_null_name(s, l, &columns[i]),
				value_string(arena_printf(
					s->arena, "%.*s IS NOT NULL", STR_ARGS(columns[i].name))));
	}
	return OK;
}

RELATION_FILL(info_check_constraints)
{
	return listed_each(s, add_checks, e);
}
