/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE, ALTER and DROP SEQUENCE, and the sequences that serial and identity columns own.
 */
#include "query/ddl/ddl.h"

#include "base/check.h"

static void limits_of(struct str type, int64_t *min, int64_t *max)
{
	*max = INT64_MAX;
	*min = INT64_MIN;
	if (str_equal(type, STR("smallint")))
		*max = INT16_MAX, *min = INT16_MIN;
	else if (str_equal(type, STR("integer")))
		*max = INT32_MAX, *min = INT32_MIN;
}

static enum sqlstate take_type(
	struct ddl *d, const struct ast_sequence_options *o, struct sequence_definition *s)
{
	struct table_type type;

	if (o->type_text.length == 0)
		return OK;
	TRY(table_type_read(d->arena, o->type_text, &type, d->error));
	if (!str_equal(type.text, STR("smallint")) && !str_equal(type.text, STR("integer")) &&
		!str_equal(type.text, STR("bigint")))
		return DDL_FAIL(d, o->at, E_INVALID_VALUE,
			"sequence type must be smallint, integer, or bigint");
	s->type = type.text;
	return OK;
}

static void take_limits(
	const struct ast_sequence_options *o, bool is_new, struct sequence_definition *s)
{
	struct sequence_rule *r = &s->rule;
	int64_t least, most;

	limits_of(s->type, &least, &most);
	if (o->has_min && !o->no_min)
		r->min = o->min;
	else if (is_new || o->no_min)
		r->min = r->increment > 0 ? 1 : least;
	if (o->has_max && !o->no_max)
		r->max = o->max;
	else if (is_new || o->no_max)
		r->max = r->increment > 0 ? most : -1;
}

static enum sqlstate check_rule(struct ddl *d, uint32_t at, const struct sequence_definition *s)
{
	const struct sequence_rule *r = &s->rule;
	int64_t least, most;

	limits_of(s->type, &least, &most);
	if (r->min < least || r->max > most)
		return DDL_FAIL(d, at, E_INVALID_VALUE,
			"%s (%lld) is out of range for sequence data type %.*s",
			r->max > most ? "MAXVALUE" : "MINVALUE",
			(long long)(r->max > most ? r->max : r->min), STR_ARGS(s->type));
	if (r->min >= r->max)
		return DDL_FAIL(d, at, E_INVALID_VALUE,
			"MINVALUE (%lld) must be less than MAXVALUE (%lld)", (long long)r->min,
			(long long)r->max);
	if (r->start < r->min)
		return DDL_FAIL(d, at, E_INVALID_VALUE,
			"START value (%lld) cannot be less than MINVALUE (%lld)",
			(long long)r->start, (long long)r->min);
	if (r->start > r->max)
		return DDL_FAIL(d, at, E_INVALID_VALUE,
			"START value (%lld) cannot be greater than MAXVALUE (%lld)",
			(long long)r->start, (long long)r->max);
	return OK;
}

static enum sqlstate take_options(struct ddl *d, const struct ast_sequence_options *o, bool is_new,
	struct sequence_definition *s)
{
	struct sequence_rule *r = &s->rule;

	TRY(take_type(d, o, s));
	if (o->has_increment)
		r->increment = o->increment;
	if (r->increment == 0)
		return DDL_FAIL(d, o->at, E_INVALID_VALUE, "INCREMENT must not be zero");
	take_limits(o, is_new, s);
	if (o->has_start)
		r->start = o->start;
	else if (is_new)
		r->start = r->increment > 0 ? r->min : r->max;
	if (o->has_cycle)
		r->is_cycle = o->is_cycle;
	if (o->owned_by_none) {
		s->owner_table = s->owner_column = (struct str){ 0 };
		s->owner_kind = 0;
	} else if (o->owned_by_table.text.length > 0) {
		s->owner_table = o->owned_by_table.text;
		s->owner_column = o->owned_by_column.text;
		s->owner_kind = 'a';
	}
	return check_rule(d, o->at, s);
}

/* An owned sequence goes with its column: the column must know it. */
static enum sqlstate note_owner(
	struct ddl *d, const struct ast_sequence_options *o, const struct sequence_definition *s)
{
	struct table_column *column;
	struct table *t;

	if (o->owned_by_table.text.length == 0)
		return OK;
	TRY(ddl_table(d, &o->owned_by_table, false, &t));
	column = table_column(t, s->owner_column);
	if (column == NULL)
		return DDL_FAIL(d, o->owned_by_column.at, E_NO_COLUMN,
			"column \"%.*s\" of relation \"%.*s\" does not exist",
			STR_ARGS(s->owner_column), STR_ARGS(t->name));
	if (column->sequence == NAME_NONE)
		column->sequence = s->object;
	return table_save(d->options.txn, t, d->error);
}

enum sqlstate ddl_create_sequence(struct ddl *d, const struct ast_sequence *from)
{
	struct sequence_definition s = {
		.name = graph_local_name(from->name.text),
		.full_name = from->name.text,
		.type = STR("bigint"),
		.rule = { .increment = 1 }
	};

	if (table_name_is_taken(d->options.catalog, s.full_name)) {
		if (!from->if_not_exists)
			return DDL_FAIL(d, from->name.at, E_DUPLICATE_TABLE,
				"relation \"%.*s\" already exists", STR_ARGS(s.name));
		ddl_notice(d, "NOTICE", E_DUPLICATE_TABLE,
			"relation \"%.*s\" already exists, skipping", STR_ARGS(s.name));
		return OK;
	}
	TRY(ddl_make_graph(d, s.full_name));
	TRY(take_options(d, &from->options, true, &s));
	s.numbers = storage_sequence_new(d->options.storage);
	TRY(sequence_definition_save(d->options.txn, &s, d->error));
	ddl_refresh(d);
	return note_owner(d, &from->options, &s);
}

static struct str free_name(struct ddl *d, struct str table, struct str column)
{
	struct str name =
		arena_printf(d->arena, "%.*s_%.*s_seq", STR_ARGS(table), STR_ARGS(column));
	struct str first = name;

	for (uint32_t i = 1; table_name_is_taken(d->options.catalog, name); i++)
		name = arena_printf(d->arena, "%.*s%u", STR_ARGS(first), i);
	return name;
}

enum sqlstate ddl_own_sequence(struct ddl *d, struct str table, struct table_column *column,
	char owner_kind, const struct ast_sequence_options *options)
{
	static const struct ast_sequence_options plain = { 0 };
	struct str name = options != NULL ? options->name.text : (struct str){ 0 };
	struct sequence_definition s = {
		.full_name = graph_full_name(d->arena, graph_of_name(table), name),
		.type = column->type.text,
		.rule = { .increment = 1 },
		.owner_table = table,
		.owner_column = column->name,
		.owner_kind = owner_kind };

	if (name.length == 0)
		s.full_name = free_name(d, table, column->name);
	else if (table_name_is_taken(d->options.catalog, s.full_name))
		return DDL_FAIL(d, options->name.at, E_DUPLICATE_TABLE,
			"relation \"%.*s\" already exists", STR_ARGS(name));
	s.name = graph_local_name(s.full_name);
	TRY(ddl_make_graph(d, s.full_name));
	TRY(take_options(d, options == NULL ? &plain : options, true, &s));
	s.numbers = storage_sequence_new(d->options.storage);
	TRY(sequence_definition_save(d->options.txn, &s, d->error));
	ddl_refresh(d);
	column->sequence = s.object;
	if (owner_kind == 'a')
		column->default_text =
			arena_printf(d->arena, "nextval('%.*s'::regclass)", STR_ARGS(s.name));
	return OK;
}

enum sqlstate ddl_restart_sequence(struct ddl *d, struct sequence_definition *s)
{
	storage_sequence_drop(d->options.txn, s->numbers);
	s->numbers = storage_sequence_new(d->options.storage);
	TRY(sequence_definition_save(d->options.txn, s, d->error));
	ddl_refresh(d);
	return OK;
}

static enum sqlstate find_sequence(struct ddl *d, const struct ast_name *name, bool if_exists,
	struct sequence_definition *out, bool *found)
{
	*found = sequence_definition_find(d->options.catalog, d->arena, name->text, out);
	if (*found)
		return OK;
	return ddl_missing(d, name, if_exists);
}

/* Columns that count by the sequence go on doing so under its new name. */
static enum sqlstate rename_in_defaults(struct ddl *d, struct str from, struct str to)
{
	struct str old = arena_printf(d->arena, "nextval('%.*s'::regclass)", DDL_NAME(from));
	const struct catalog *c = d->options.catalog;

	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);
		struct table *t =
			o->kind == OBJECT_TABLE ? table_find(c, d->arena, o->name) : NULL;
		bool is_changed = false;

		if (!str_equal(graph_of_name(o->name), graph_of_name(from)))
			continue;
		for (uint32_t k = 0; t != NULL && k < t->column_count; k++) {
			if (!str_equal(t->columns[k].default_text, old))
				continue;
			t->columns[k].default_text = arena_printf(
				d->arena, "nextval('%.*s'::regclass)", DDL_NAME(to));
			is_changed = true;
		}
		if (is_changed)
			TRY(table_save(d->options.txn, t, d->error));
	}
	ddl_refresh(d);
	return OK;
}

/* OWNER TO: who runs the statement gives it away, unless it goes along with its table. */
static enum sqlstate may_have_owner(struct ddl *d, const struct sequence_definition *s)
{
	if (s->owner_kind == 0)
		return OK;
	(void)FAIL(d->error, E_NOT_SUPPORTED, "cannot change owner of sequence \"%.*s\"",
		STR_ARGS(s->name));
	error_detail(d->error, "Sequence \"%.*s\" is linked to table \"%.*s\".",
		STR_ARGS(s->name), STR_ARGS(s->owner_table));
	return E_NOT_SUPPORTED;
}

enum sqlstate ddl_alter_sequence(struct ddl *d, const struct ast_sequence *from)
{
	struct sequence_definition s;
	bool found;

	TRY(find_sequence(d, &from->name, from->if_exists, &s, &found));
	if (!found)
		return OK;
	if (from->rename_to.text.length > 0) {
		if (table_name_is_taken(d->options.catalog, from->rename_to.text))
			return DDL_FAIL(d, from->rename_to.at, E_DUPLICATE_TABLE,
				"relation \"%.*s\" already exists", DDL_NAME(from->rename_to.text));
		TRY(rename_in_defaults(d, s.full_name, from->rename_to.text));
		s.full_name = from->rename_to.text;
		s.name = graph_local_name(s.full_name);
	}
	if (from->owner.text.length > 0)
		return may_have_owner(d, &s);
	TRY(take_options(d, &from->options, false, &s));
	if (from->options.has_restart) {
		TRY(ddl_restart_sequence(d, &s));
		if (from->options.has_restart_value)
			TRY(storage_sequence_set(
				d->options.txn, s.numbers, from->options.restart, false, d->error));
		return note_owner(d, &from->options, &s);
	}
	TRY(sequence_definition_save(d->options.txn, &s, d->error));
	ddl_refresh(d);
	return note_owner(d, &from->options, &s);
}

enum sqlstate ddl_drop_sequence(struct ddl *d, const struct sequence_definition *s)
{
	storage_sequence_drop(d->options.txn, s->numbers);
	TRY(schema_object_drop(d->options.txn, s->object, d->error));
	ddl_refresh(d);
	return OK;
}

enum sqlstate ddl_drop_sequences(struct ddl *d, const struct ast_names_statement *from)
{
	struct sequence_definition s;
	struct table *owner;
	bool found;

	for (uint32_t i = 0; i < from->count; i++) {
		TRY(find_sequence(d, &from->names[i], from->if_exists, &s, &found));
		if (!found)
			continue;
		owner = s.owner_kind == 0 ? NULL
					  : table_find(d->options.catalog, d->arena, s.owner_table);
		if (owner != NULL && !from->is_cascade) {
			(void)DDL_FAIL(d, from->names[i].at, E_DEPENDENT,
				"cannot drop sequence %.*s because other objects depend on it",
				STR_ARGS(s.name));
			error_detail(d->error,
				"default value for column %.*s of table %.*s depends on sequence "
				"%.*s",
				STR_ARGS(s.owner_column), DDL_NAME(s.owner_table),
				STR_ARGS(s.name));
			error_hint(d->error,
				"Use DROP ... CASCADE to drop the dependent objects too.");
			return E_DEPENDENT;
		}
		TRY(ddl_drop_sequence(d, &s));
		if (owner == NULL || table_column(owner, s.owner_column) == NULL)
			continue;
		table_column(owner, s.owner_column)->sequence = NAME_NONE;
		table_column(owner, s.owner_column)->default_text = (struct str){ 0 };
		TRY(table_save(d->options.txn, owner, d->error));
		ddl_refresh(d);
	}
	return OK;
}
