/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Keys and constraints of tables. PRIMARY KEY and UNIQUE are constraints of the label with an index
 * behind them, as CREATE CONSTRAINT makes them; CHECK and FOREIGN KEY stand in the table's details
 * and are enforced by guard.c.
 */
#include "query/ddl/ddl_index.h"

#include <string.h>

#include "base/check.h"
#include "query/ddl/guard.h"
#include "query/type/type.h"

enum { KEY_COLUMNS_MAX = 8 };

static bool constraint_name_is_taken(struct ddl *d, const struct table *t, struct str name)
{
	const struct catalog *c = d->options.catalog;

	for (uint32_t i = 0; i < catalog_constraint_count(c); i++) {
		if (str_equal(catalog_constraint_at(c, i)->name, name))
			return true;
	}
	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		if (str_equal(catalog_index_at(c, i)->name, name))
			return true;
	}
	for (uint32_t i = 0; i < t->check_count; i++) {
		if (str_equal(t->checks[i].name, name))
			return true;
	}
	for (uint32_t i = 0; i < t->foreign_count; i++) {
		if (str_equal(t->foreigns[i].name, name))
			return true;
	}
	return false;
}

/* table_column_column_suffix as PostgreSQL makes it, with a number if it is taken. */
static struct str made_name(
	struct ddl *d, const struct table *t, const struct ast_key *key, const char *suffix)
{
	struct str first = t->name, name;

	for (uint32_t i = 0; i < key->column_count && key->kind != AST_KEY_PRIMARY; i++)
		first = arena_printf(
			d->arena, "%.*s_%.*s", STR_ARGS(first), STR_ARGS(key->columns[i].text));
	first = arena_printf(d->arena, "%.*s_%s", STR_ARGS(first), suffix);
	name = first;
	for (uint32_t i = 1; constraint_name_is_taken(d, t, name); i++)
		name = arena_printf(d->arena, "%.*s%u", STR_ARGS(first), i);
	return name;
}

static enum sqlstate key_name(struct ddl *d, const struct table *t, const struct ast_key *key,
	const char *suffix, struct str *out)
{
	*out = key->name.text;
	if (out->length == 0) {
		*out = made_name(d, t, key, suffix);
		return OK;
	}
	if (constraint_name_is_taken(d, t, *out))
		return DDL_FAIL(d, key->name.at,
			key->kind == AST_KEY_PRIMARY || key->kind == AST_KEY_UNIQUE
				? E_DUPLICATE_TABLE
				: E_DUPLICATE_OBJECT,
			"%s \"%.*s\" already exists",
			key->kind == AST_KEY_PRIMARY || key->kind == AST_KEY_UNIQUE ? "relation"
										    : "constraint",
			STR_ARGS(*out));
	return OK;
}

static enum sqlstate key_columns(
	struct ddl *d, const struct table *t, const struct ast_key *key, struct str *out)
{
	if (key->column_count > KEY_COLUMNS_MAX)
		return DDL_FAIL(d, key->at, E_PROGRAM_LIMIT,
			"a key of more than %d columns is not supported", KEY_COLUMNS_MAX);
	for (uint32_t i = 0; i < key->column_count; i++) {
		const struct table_column *column = table_column(t, key->columns[i].text);

		if (column == NULL)
			return DDL_FAIL_AT(d, key->columns[i].at, E_NO_COLUMN,
				"column \"%.*s\" named in key does not exist",
				STR_ARGS(key->columns[i].text));
		if (column->is_end)
			return DDL_FAIL(d, key->columns[i].at, E_NOT_SUPPORTED,
				"a key of the ends of an edge is not supported");
		out[i] = column->name;
	}
	return OK;
}

/* ---- PRIMARY KEY and UNIQUE ---- */

static enum sqlstate check_repeated(
	struct ddl *d, const struct ast_key *key, const struct str *names)
{
	for (uint32_t i = 1; i < key->column_count; i++) {
		for (uint32_t k = 0; k < i; k++) {
			if (str_equal(names[i], names[k]))
				return DDL_FAIL_AT(d, key->at, E_DUPLICATE_COLUMN,
					"column \"%.*s\" appears twice in %s constraint",
					STR_ARGS(names[i]),
					key->kind == AST_KEY_PRIMARY ? "primary key" : "unique");
		}
	}
	return OK;
}

/* A constraint is of columns, of all rows. */
static enum sqlstate check_plain(
	struct ddl *d, const struct ast_key *key, const struct index_info *index)
{
	const char *fault = index->is_unique ? NULL : "is not a unique index";
	struct ddl_index x;

	ddl_index_read(d, index, &x);
	for (uint32_t i = 0; i < x.said.key_count && fault == NULL; i++) {
		if (x.said.keys[i].expr.text.length > 0)
			fault = "contains expressions";
	}
	if (fault == NULL && x.said.predicate.text.length > 0)
		fault = "is a partial index";
	if (fault == NULL)
		return OK;
	(void)DDL_FAIL_AT(d, key->at, E_WRONG_OBJECT, "%s\"%.*s\" %s",
		fault[0] == 'c' ? "index " : "", STR_ARGS(index->name), fault);
	error_detail(d->error,
		"Cannot create a primary key or unique constraint using such an index.");
	return E_WRONG_OBJECT;
}

/* The index that becomes a constraint. */
static enum sqlstate index_of_key(struct ddl *d, const struct table *t, const struct ast_key *key,
	const struct index_info **out)
{
	const struct index_info *index = ddl_find_index(d, key->index.text);

	*out = index;
	if (index == NULL)
		return DDL_FAIL_AT(d, key->at, E_NO_OBJECT, "index \"%.*s\" does not exist",
			STR_ARGS(key->index.text));
	if (index->is_constraint)
		return DDL_FAIL_AT(d, key->at, E_OBJECT_STATE,
			"index \"%.*s\" is already associated with a constraint",
			STR_ARGS(index->name));
	if (index->element != t->element || index->label != t->label)
		return DDL_FAIL_AT(d, key->at, E_OBJECT_STATE,
			"index \"%.*s\" does not belong to table \"%.*s\"",
			STR_ARGS(index->name), STR_ARGS(t->name));
	return check_plain(d, key, index);
}

/* USING INDEX: the key has the index's columns and its name or takes the place of it. */
static enum sqlstate take_index(struct ddl *d, const struct table *t, struct ast_key *key)
{
	const struct index_info *index;
	struct str name;

	TRY(index_of_key(d, t, key, &index));
	name = arena_str(d->arena, index->name);
	key->column_count = index->key_count;
	key->columns = ARENA_ARRAY(d->arena, struct ast_name, index->key_count);
	for (uint32_t i = 0; i < index->key_count; i++)
		key->columns[i].text = arena_str(
			d->arena, catalog_name(d->options.catalog, NAME_KEY, index->keys[i]));
	if (key->name.text.length == 0)
		key->name.text = name;
	else if (!str_equal(key->name.text, name))
		ddl_notice(d, "NOTICE", OK,
			"ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index \"%.*s\" to "
			"\"%.*s\"",
			STR_ARGS(name), STR_ARGS(key->name.text));
	return ddl_index_drop(d, index);
}

/* A primary key of rows that are there: what is said of one that lacks the value. */
static enum sqlstate holds_nulls(struct ddl *d, const struct table *t, enum sqlstate rc)
{
	struct str column;

	if (rc != E_NOT_NULL)
		return rc;
	column = arena_str(d->arena, str_of(d->error->column));
	FAIL(d->error, E_NOT_NULL, "column \"%.*s\" of relation \"%.*s\" contains null values",
		STR_ARGS(column), STR_ARGS(t->name));
	error_names(d->error, t->name, column, (struct str){ 0 });
	return E_NOT_NULL;
}

static enum sqlstate add_unique(struct ddl *d, struct table *t, const struct ast_key *from)
{
	struct ast_key named = *from, *key = &named;
	bool is_primary = key->kind == AST_KEY_PRIMARY;
	struct index_definition index = { .element = t->element,
		.label = t->name,
		.is_unique = true,
		.is_constraint = true,
		.is_key = is_primary };
	uint32_t id;

	if (is_primary && t->info != NULL && t->info->primary_index != 0)
		return DDL_FAIL_AT(d, key->at, E_TABLE_DEFINITION,
			"multiple primary keys for table \"%.*s\" are not allowed",
			STR_ARGS(t->name));
	if (key->index.text.length > 0)
		TRY(take_index(d, t, key));
	index.key_count = key->column_count;
	TRY(key_columns(d, t, key, index.keys));
	TRY(check_repeated(d, key, index.keys));
	TRY(key_name(d, t, key, is_primary ? "pkey" : "key", &index.name));
	TRY(holds_nulls(d, t, schema_index_create(d->options.txn, &index, &id, d->error)));
	if (is_primary)
		TRY(schema_primary_key(d->options.txn, t->element, t->name, id, d->error));
	ddl_refresh(d);
	t->info = catalog_label(d->options.catalog, t->element, t->label);
	for (uint32_t i = 0; is_primary && i < index.key_count; i++)
		table_column(t, index.keys[i])->is_not_null = true;
	return OK;
}

/* Its name is made of the columns. */
static enum sqlstate add_index(struct ddl *d, struct table *t, const struct ast_key *key)
{
	struct index_definition index = { .element = t->element,
		.label = t->name,
		.key_count = key->column_count,
		.is_unique = key->is_unique };
	uint32_t id;

	if (key->said != NULL) {
		for (uint32_t i = 0; i < key->column_count; i++)
			index.keys[i] = key->columns[i].text;
		return ddl_create_index(d, key->said, &index);
	}
	TRY(key_columns(d, t, key, index.keys));
	TRY(key_name(d, t, key, "idx", &index.name));
	TRY(schema_index_create(d->options.txn, &index, &id, d->error));
	ddl_refresh(d);
	return OK;
}

/* ---- CHECK ---- */

/* A CHECK of the table that is about one column is called by it. */
static void lone_column(struct ddl *d, const struct table *t, struct ast_key *key)
{
	struct ast_name *found = ARENA_NEW(d->arena, struct ast_name);

	key->columns = found;
	key->column_count = 0;
	for (uint32_t i = 0; i < t->column_count; i++) {
		if (!ddl_mentions(key->check.text, t->columns[i].name))
			continue;
		found->text = t->columns[i].name;
		if (++key->column_count > 1) {
			key->column_count = 0;
			return;
		}
	}
}

static enum sqlstate add_check(struct ddl *d, struct table *t, const struct ast_key *key)
{
	struct table_check *grown = ARENA_ARRAY(d->arena, struct table_check, t->check_count + 1);
	struct ast_key named = *key;
	struct str name;

	if (!key->is_column)
		lone_column(d, t, &named);
	TRY(key_name(d, t, &named, "check", &name));
	TRY(guard_check_expr(d->arena, &d->options, t, key->check.expr, d->error));
	for (uint32_t i = 0; i < t->check_count; i++)
		grown[i] = t->checks[i];
	grown[t->check_count] = (struct table_check){ name, key->check.text };
	t->checks = grown;
	t->check_count++;
	return guard_check_rows(d->arena, &d->options, t, &grown[t->check_count - 1], d->error);
}

/* ---- FOREIGN KEY ---- */

/* The unique index behind what a foreign key refers to; NULL if there is none. */
static const struct index_info *referenced_index(
	struct ddl *d, const struct table *target, const struct table_foreign *f)
{
	const struct catalog *c = d->options.catalog;

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);
		bool is_it = index->element == target->element && index->label == target->label &&
			     index->is_unique && index->key_count == f->count;

		for (uint32_t k = 0; is_it && k < f->count; k++)
			is_it = str_equal(catalog_name(c, NAME_KEY, index->keys[k]), f->targets[k]);
		if (is_it)
			return index;
	}
	return NULL;
}

/* REFERENCES t without columns: its primary key. */
static enum sqlstate take_primary(struct ddl *d, const struct table *target,
	const struct ast_key *key, struct table_foreign *f)
{
	const struct catalog *c = d->options.catalog;
	const struct index_info *primary =
		target->info == NULL ? NULL : catalog_index(c, target->info->primary_index);

	if (primary == NULL)
		return DDL_FAIL(d, key->at, E_NO_OBJECT,
			"there is no primary key for referenced table \"%.*s\"",
			STR_ARGS(target->name));
	if (primary->key_count != f->count)
		return DDL_FAIL(d, key->at, E_INVALID_FOREIGN_KEY,
			"number of referencing and referenced columns for foreign key disagree");
	for (uint32_t i = 0; i < f->count; i++)
		f->targets[i] = arena_str(d->arena, catalog_name(c, NAME_KEY, primary->keys[i]));
	return OK;
}

static enum sqlstate take_targets(struct ddl *d, const struct table *target,
	const struct ast_key *key, struct table_foreign *f)
{
	if (key->target_count == 0)
		return take_primary(d, target, key, f);
	if (key->target_count != f->count)
		return DDL_FAIL(d, key->at, E_INVALID_FOREIGN_KEY,
			"number of referencing and referenced columns for foreign key disagree");
	for (uint32_t i = 0; i < f->count; i++) {
		if (table_column(target, key->targets[i].text) == NULL)
			return DDL_FAIL(d, key->targets[i].at, E_NO_COLUMN,
				"column \"%.*s\" referenced in foreign key constraint does not "
				"exist",
				STR_ARGS(key->targets[i].text));
		f->targets[i] = key->targets[i].text;
	}
	if (referenced_index(d, target, f) == NULL)
		return DDL_FAIL(d, key->at, E_INVALID_FOREIGN_KEY,
			"there is no unique constraint matching given keys for referenced table "
			"\"%.*s\"",
			STR_ARGS(target->name));
	return OK;
}

static enum sqlstate check_types(struct ddl *d, const struct table *t, const struct table *target,
	const struct table_foreign *f, uint32_t at)
{
	for (uint32_t i = 0; i < f->count; i++) {
		const struct table_column *from = table_column(t, f->columns[i]);
		const struct table_column *to = table_column(target, f->targets[i]);

		if (type_family(from->type.type) == type_family(to->type.type))
			continue;
		(void)DDL_FAIL(d, at, E_TYPE, "foreign key constraint cannot be implemented");
		error_detail(d->error,
			"Key columns \"%.*s\" and \"%.*s\" are of incompatible types: %.*s and "
			"%.*s.",
			STR_ARGS(from->name), STR_ARGS(to->name), STR_ARGS(from->type.text),
			STR_ARGS(to->type.text));
		return E_TYPE;
	}
	return OK;
}

static enum sqlstate add_foreign(struct ddl *d, struct table *t, const struct ast_key *key)
{
	struct table_foreign *grown =
		ARENA_ARRAY(d->arena, struct table_foreign, t->foreign_count + 1);
	struct table_foreign f = { .count = key->column_count,
		.table = key->table.text,
		.on_update = key->on_update,
		.on_delete = key->on_delete,
		.is_deferrable = key->is_deferrable,
		.is_deferred = key->is_deferred };
	struct table *target = t;

	TRY(key_columns(d, t, key, f.columns));
	if (!str_equal(key->table.text, t->name))
		TRY(ddl_table(d, &key->table, false, &target));
	TRY(take_targets(d, target, key, &f));
	TRY(check_types(d, t, target, &f, key->at));
	TRY(key_name(d, t, key, "fkey", &f.name));
	for (uint32_t i = 0; i < t->foreign_count; i++)
		grown[i] = t->foreigns[i];
	grown[t->foreign_count] = f;
	t->foreigns = grown;
	t->foreign_count++;
	return guard_check_references(
		d->arena, &d->options, t, &grown[t->foreign_count - 1], d->error);
}

enum sqlstate ddl_add_key(struct ddl *d, struct table *t, const struct ast_key *key)
{
	switch (key->kind) {
	case AST_KEY_PRIMARY:
	case AST_KEY_UNIQUE:
		return add_unique(d, t, key);
	case AST_KEY_CHECK:
		return add_check(d, t, key);
	case AST_KEY_FOREIGN:
		return add_foreign(d, t, key);
	case AST_KEY_INDEX:
		return add_index(d, t, key);
	}
	unreachable();
}

/* ---- dropping ---- */

/* A foreign key needs the unique index of what it refers to. */
static enum sqlstate drop_dependants(
	struct ddl *d, const struct table *t, const struct constraint_info *info, bool cascade)
{
	const struct catalog *c = d->options.catalog;

	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);
		struct table *other =
			o->kind == OBJECT_TABLE ? table_find(c, d->arena, o->name) : NULL;

		for (uint32_t k = 0; other != NULL && k < other->foreign_count; k++) {
			struct table_foreign *f = &other->foreigns[k];
			const struct index_info *index;

			if (!str_equal(f->table, t->name))
				continue;
			index = referenced_index(d, t, f);
			if (index == NULL || index->id != info->index)
				continue;
			if (!cascade) {
				(void)FAIL(d->error, E_DEPENDENT,
					"cannot drop constraint %.*s on table %.*s because other "
					"objects depend on it",
					STR_ARGS(info->name), STR_ARGS(t->name));
				error_detail(d->error,
					"constraint %.*s on table %.*s depends on index %.*s",
					STR_ARGS(f->name), STR_ARGS(other->name),
					STR_ARGS(info->name));
				error_hint(d->error, "Use DROP ... CASCADE to drop the dependent "
						     "objects too.");
				return E_DEPENDENT;
			}
			other->foreigns[k--] = other->foreigns[--other->foreign_count];
			TRY(table_save(d->options.txn, other, d->error));
		}
	}
	return OK;
}

/* What a key made NOT NULL stays so. */
static enum sqlstate keep_not_null(
	struct ddl *d, const struct table *t, const uint32_t *keys, uint32_t count)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		struct property_definition property;
		bool is_key = false;

		for (uint32_t k = 0; k < count; k++)
			is_key |= t->columns[i].key == keys[k];
		if (!is_key || !t->columns[i].is_not_null)
			continue;
		TRY(ddl_property(d, &t->columns[i], 0, &property));
		TRY(schema_property_change(
			d->options.txn, t->element, t->name, &property, d->error));
	}
	ddl_refresh(d);
	return OK;
}

static enum sqlstate drop_stored(
	struct ddl *d, struct table *t, struct str name, bool cascade, bool *found)
{
	const struct catalog *c = d->options.catalog;
	uint32_t keys[KEY_COLUMNS_MAX], count;

	for (uint32_t i = 0; i < catalog_constraint_count(c); i++) {
		const struct constraint_info *info = catalog_constraint_at(c, i);

		if (info->element != t->element || info->label != t->label ||
			!str_equal(info->name, name))
			continue;
		*found = true;
		TRY(drop_dependants(d, t, info, cascade));
		count = info->kind == CONSTRAINT_KEY ? info->key_count : 0;
		memcpy(keys, info->keys, sizeof keys);
		TRY(schema_constraint_drop(d->options.txn, name, d->error));
		ddl_refresh(d);
		TRY(keep_not_null(d, t, keys, count));
		t->info = catalog_label(d->options.catalog, t->element, t->label);
		return OK;
	}
	return OK;
}

enum sqlstate ddl_drop_key(
	struct ddl *d, struct table *t, struct str name, bool cascade, bool *found)
{
	*found = false;
	for (uint32_t i = 0; i < t->check_count && !*found; i++) {
		if (!str_equal(t->checks[i].name, name))
			continue;
		*found = true;
		for (uint32_t k = i; k + 1 < t->check_count; k++)
			t->checks[k] = t->checks[k + 1];
		t->check_count--;
	}
	for (uint32_t i = 0; i < t->foreign_count && !*found; i++) {
		if (!str_equal(t->foreigns[i].name, name))
			continue;
		*found = true;
		for (uint32_t k = i; k + 1 < t->foreign_count; k++)
			t->foreigns[k] = t->foreigns[k + 1];
		t->foreign_count--;
	}
	return *found ? OK : drop_stored(d, t, name, cascade, found);
}
