/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Renaming tables, columns, constraints and indexes. Keys of properties are shared by all labels, so a column
 * gets another name by moving its values to another key, with its indexes made anew.
 */
#include "query/ddl/ddl_index.h"

#include "base/check.h"
#include "query/ddl/run.h"
#include "query/sql/naming.h"

/* ---- tables ---- */

/* Everybody who knows the table by name: foreign keys, sequences. */
static enum sqlstate tell_others(struct ddl *d, struct str old, struct str to)
{
	for (uint32_t i = 0; i < catalog_object_count(d->options.catalog); i++) {
		const struct catalog_object *o = catalog_object_at(d->options.catalog, i);
		struct sequence_definition s;
		struct table *other;
		bool changed = false;

		if (o->kind == OBJECT_SEQUENCE &&
			sequence_definition_get(d->options.catalog, d->arena, o->id, &s) &&
			str_equal(s.owner_table, old)) {
			s.owner_table = to;
			TRY(sequence_definition_save(d->options.txn, &s, d->error));
			ddl_refresh(d);
			continue;
		}
		other = o->kind == OBJECT_TABLE ? table_find(d->options.catalog, d->arena, o->name)
						: NULL;
		for (uint32_t k = 0; other != NULL && k < other->foreign_count; k++) {
			if (!str_equal(other->foreigns[k].table, old))
				continue;
			other->foreigns[k].table = to;
			changed = true;
		}
		if (!changed)
			continue;
		TRY(table_save(d->options.txn, other, d->error));
		ddl_refresh(d);
	}
	return OK;
}

enum sqlstate ddl_rename_table(struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct str old = t->name;

	if (table_name_is_taken(d->options.catalog, action->to.text))
		return DDL_FAIL(d, action->to.at, E_DUPLICATE_TABLE,
			"relation \"%.*s\" already exists", STR_ARGS(action->to.text));
	TRY(schema_label_rename(d->options.txn, t->element, old, action->to.text, d->error));
	t->name = action->to.text;
	for (uint32_t i = 0; i < t->foreign_count; i++) {
		if (str_equal(t->foreigns[i].table, old))
			t->foreigns[i].table = t->name;
	}
	TRY(table_save(d->options.txn, t, d->error));
	ddl_refresh(d);
	return tell_others(d, old, t->name);
}

/* ---- columns ---- */

/* An index to be made again under the other key. */
struct kept_index {
	struct index_definition definition;
	bool is_primary;
};

static uint32_t keep_indexes(struct ddl *d, const struct table *t,
	const struct table_column *column, struct str to, struct kept_index *kept)
{
	const struct catalog *c = d->options.catalog;
	uint32_t count = 0;

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *info = catalog_index_at(c, i);
		struct kept_index *k = &kept[count];
		bool has_it = false;

		if (info->element != t->element || info->label != t->label)
			continue;
		*k = (struct kept_index){ .is_primary = info->id == t->info->primary_index };
		k->definition = (struct index_definition){ .name = arena_str(d->arena, info->name),
			.element = t->element,
			.label = t->name,
			.key_count = info->key_count,
			.is_unique = info->is_unique,
			.is_constraint = info->is_constraint,
			.is_key = k->is_primary };
		for (uint32_t n = 0; n < info->key_count; n++) {
			bool is_it = info->keys[n] == column->key;

			has_it |= is_it;
			k->definition.keys[n] =
				is_it ? to
				      : arena_str(
						d->arena, catalog_name(c, NAME_KEY, info->keys[n]));
		}
		count += has_it;
	}
	return count;
}

static enum sqlstate make_indexes(
	struct ddl *d, struct table *t, const struct kept_index *kept, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t id;

		TRY(schema_index_create(d->options.txn, &kept[i].definition, &id, d->error));
		if (kept[i].is_primary)
			TRY(schema_primary_key(d->options.txn, t->element, t->name, id, d->error));
	}
	ddl_refresh(d);
	t->info = catalog_label(d->options.catalog, t->element, t->label);
	return OK;
}

static enum sqlstate move_values(
	struct ddl *d, const struct table *t, struct str from, struct str to)
{
	struct run run = { .arena = d->arena, .options = &d->options };
	struct buf text = { 0 };

	buf_put_text(&text, t->element == ELEMENT_NODE ? "MATCH (x IS " : "MATCH ()-[x IS ");
	run_put_name(&text, t->name);
	buf_put_text(&text, t->element == ELEMENT_NODE ? ") SET x." : "]->() SET x.");
	run_put_name(&text, to);
	buf_put_text(&text, " = x.");
	run_put_name(&text, from);
	run.text = arena_str(d->arena, buf_str(&text));
	buf_free(&text);
	return run_statement(&run, d->error);
}

/* An expression with one word in place of another. */
static struct str replaced(struct ddl *d, struct str text, struct str from, struct str to)
{
	struct buf made = { 0 };
	struct str out;
	uint32_t i = 0;

	while (i < text.length) {
		uint32_t begin = i;

		while (i < text.length &&
			((text.at[i] >= 'a' && text.at[i] <= 'z') || text.at[i] == '_' ||
				(text.at[i] >= 'A' && text.at[i] <= 'Z') ||
				(i > begin && text.at[i] >= '0' && text.at[i] <= '9')))
			i++;
		if (i > begin && str_equal_nocase((struct str){ text.at + begin, i - begin }, from))
			naming_put_ident(&made, to);
		else
			buf_put(&made, text.at + begin, i - begin);
		if (i < text.length && text.at[i] == '\'') {
			begin = i++;
			while (i < text.length && text.at[i] != '\'')
				i++;
			i += i < text.length;
			buf_put(&made, text.at + begin, i - begin);
		} else if (i < text.length && i == begin) {
			buf_put_byte(&made, (uint8_t)text.at[i++]);
		}
	}
	out = arena_str(d->arena, buf_str(&made));
	buf_free(&made);
	return out;
}

static enum sqlstate rename_in_details(
	struct ddl *d, struct table *t, struct str from, struct str to)
{
	for (uint32_t i = 0; i < t->check_count; i++)
		t->checks[i].text = replaced(d, t->checks[i].text, from, to);
	for (uint32_t i = 0; i < t->column_count; i++) {
		if (t->columns[i].generated_text.length > 0)
			t->columns[i].generated_text =
				replaced(d, t->columns[i].generated_text, from, to);
	}
	for (uint32_t i = 0; i < t->foreign_count; i++) {
		for (uint32_t k = 0; k < t->foreigns[i].count; k++) {
			if (str_equal(t->foreigns[i].columns[k], from))
				t->foreigns[i].columns[k] = to;
		}
	}
	for (uint32_t i = 0; i < catalog_object_count(d->options.catalog); i++) {
		const struct catalog_object *o = catalog_object_at(d->options.catalog, i);
		struct table *other = o->id == t->object || o->kind != OBJECT_TABLE
					      ? NULL
					      : table_find(d->options.catalog, d->arena, o->name);
		bool changed = false;

		for (uint32_t k = 0; other != NULL && k < other->foreign_count; k++) {
			struct table_foreign *f = &other->foreigns[k];

			for (uint32_t n = 0; str_equal(f->table, t->name) && n < f->count; n++) {
				if (!str_equal(f->targets[n], from))
					continue;
				f->targets[n] = to;
				changed = true;
			}
		}
		if (changed)
			TRY(table_save(d->options.txn, other, d->error));
	}
	return OK;
}

enum sqlstate ddl_rename_column(struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct table_column *column = table_column(t, action->name.text);
	struct property_definition property;
	struct ddl_kept_indexes said;
	struct kept_index *kept;
	struct str old = action->name.text;
	uint32_t count;

	if (column == NULL)
		return DDL_FAIL(d, action->name.at, E_NO_COLUMN, "column \"%.*s\" does not exist",
			STR_ARGS(old));
	if (column->is_end)
		return DDL_FAIL(d, action->name.at, E_NOT_SUPPORTED,
			"changing the ends of a table of edges is not supported");
	if (table_column(t, action->to.text) != NULL)
		return DDL_FAIL(d, action->to.at, E_DUPLICATE_COLUMN,
			"column \"%.*s\" of relation \"%.*s\" already exists",
			STR_ARGS(action->to.text), STR_ARGS(t->name));
	TRY(ddl_indexes_drop(d, t, old, &said));
	kept = ARENA_ARRAY(
		d->arena, struct kept_index, catalog_index_count(d->options.catalog) + 1);
	count = keep_indexes(d, t, column, action->to.text, kept);
	column->name = action->to.text;
	TRY(ddl_property(d, column, action->at, &property));
	property.is_not_null = property.is_generated = false;
	TRY(schema_property_add(d->options.txn, t->element, t->name, &property, d->error));
	ddl_refresh(d);
	column->key = catalog_find(d->options.catalog, NAME_KEY, column->name);
	TRY(move_values(d, t, old, column->name));
	TRY(rename_in_details(d, t, old, column->name));
	TRY(table_save(d->options.txn, t, d->error));
	ddl_refresh(d);
	TRY(schema_property_drop(d->options.txn, t->element, t->name, old, d->error));
	TRY(make_indexes(d, t, kept, count));
	property.is_not_null = column->is_not_null;
	property.is_generated = column->generated_text.length > 0;
	TRY(schema_property_change(d->options.txn, t->element, t->name, &property, d->error));
	ddl_refresh(d);
	for (uint32_t i = 0; i < said.count; i++)
		ddl_index_rename(d, &said.all[i], old, column->name);
	return ddl_indexes_make(d, &said);
}

/* ---- constraints and indexes ---- */

const struct index_info *ddl_find_index(struct ddl *d, struct str name)
{
	for (uint32_t i = 0; i < catalog_index_count(d->options.catalog); i++) {
		const struct index_info *info = catalog_index_at(d->options.catalog, i);

		if (str_equal(info->name, name))
			return info;
	}
	return NULL;
}

static enum sqlstate rename_index(struct ddl *d, struct str name, const struct ast_name *to)
{
	if (ddl_find_index(d, to->text) != NULL ||
		table_name_is_taken(d->options.catalog, to->text))
		return DDL_FAIL(d, to->at, E_DUPLICATE_TABLE, "relation \"%.*s\" already exists",
			STR_ARGS(to->text));
	TRY(schema_index_rename(d->options.txn, name, to->text, d->error));
	ddl_refresh(d);
	return OK;
}

enum sqlstate ddl_alter_index(struct ddl *d, const struct ast_alter_table *from)
{
	const struct index_info *info = ddl_find_index(d, from->name.text);

	if (info == NULL && from->if_exists) {
		ddl_notice(d, "NOTICE", OK, "relation \"%.*s\" does not exist, skipping",
			STR_ARGS(from->name.text));
		return OK;
	}
	if (info == NULL)
		return DDL_FAIL(d, from->name.at, E_NO_TABLE,
			"relation \"%.*s\" does not exist", STR_ARGS(from->name.text));
	if (from->actions[0].kind == ACTION_NOTHING)
		return OK;
	return rename_index(d, from->name.text, &from->actions[0].to);
}

enum sqlstate ddl_rename_key(struct ddl *d, struct table *t, const struct ast_action *action)
{
	for (uint32_t i = 0; i < t->check_count; i++) {
		if (!str_equal(t->checks[i].name, action->name.text))
			continue;
		t->checks[i].name = action->to.text;
		return OK;
	}
	for (uint32_t i = 0; i < t->foreign_count; i++) {
		if (!str_equal(t->foreigns[i].name, action->name.text))
			continue;
		t->foreigns[i].name = action->to.text;
		return OK;
	}
	for (uint32_t i = 0; i < catalog_constraint_count(d->options.catalog); i++) {
		const struct constraint_info *info = catalog_constraint_at(d->options.catalog, i);

		if (info->element != t->element || info->label != t->label || info->index == 0 ||
			!str_equal(info->name, action->name.text))
			continue;
		TRY(rename_index(d, action->name.text, &action->to));
		t->info = catalog_label(d->options.catalog, t->element, t->label);
		return OK;
	}
	return DDL_FAIL(d, action->name.at, E_NO_OBJECT,
		"constraint \"%.*s\" for table \"%.*s\" does not exist",
		STR_ARGS(action->name.text), STR_ARGS(t->name));
}
