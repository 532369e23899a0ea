/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * ALTER TABLE. What the declaration of a label holds is changed there; where rows must change, a
 * statement of the graph language runs over them.
 */
#include "query/ddl/ddl_index.h"

#include "base/check.h"
#include "query/ddl/guard_bind.h"
#include "query/ddl/run.h"
#include "query/parse/parse.h"
#include "query/eval/eval.h"
#include "query/type/type.h"

/* ---- rows ---- */

/* MATCH every element SET x.column = expression (in which `x` is the element). */
static enum sqlstate set_all(
	struct ddl *d, const struct table *t, struct str column, struct str expression)
{
	struct run run = { .arena = d->arena, .options = &d->options };
	struct buf text = { 0 };
	enum sqlstate rc;

	buf_put_text(&text, t->element == ELEMENT_NODE ? "MATCH (x IS " : "MATCH ()-[x IS ");
	run_put_name(&text, t->name);
	buf_put_text(&text, t->element == ELEMENT_NODE ? ") SET x." : "]->() SET x.");
	run_put_name(&text, column);
	buf_put_text(&text, " = ");
	buf_put_str(&text, expression);
	run.text = arena_str(d->arena, buf_str(&text));
	buf_free(&text);
	rc = run_statement(&run, d->error);
	if (rc != OK)
		d->error->byte_offset = -1;
	return rc;
}

static enum sqlstate find_column(
	struct ddl *d, struct table *t, const struct ast_name *name, struct table_column **out)
{
	*out = table_column(t, name->text);
	if (*out == NULL)
		return DDL_FAIL(d, name->at, E_NO_COLUMN,
			"column \"%.*s\" of relation \"%.*s\" does not exist", STR_ARGS(name->text),
			STR_ARGS(t->name));
	return OK;
}

static enum sqlstate refuse_end(
	struct ddl *d, const struct table_column *column, const struct ast_action *action)
{
	if (!column->is_end)
		return OK;
	return DDL_FAIL(d, action->at, E_NOT_SUPPORTED,
		"changing the ends of a table of edges is not supported");
}

/* ---- ADD and DROP COLUMN ---- */

static struct table_column *push_column(struct ddl *d, struct table *t)
{
	struct table_column *grown =
		ARENA_ARRAY(d->arena, struct table_column, t->column_count + 1);

	for (uint32_t i = 0; i < t->column_count; i++)
		grown[i] = t->columns[i];
	t->columns = grown;
	return &grown[t->column_count++];
}

static enum sqlstate change_property(
	struct ddl *d, struct table *t, struct table_column *column, uint32_t at)
{
	struct property_definition property;

	TRY(ddl_property(d, column, at, &property));
	TRY(schema_property_change(d->options.txn, t->element, t->name, &property, d->error));
	ddl_refresh(d);
	return OK;
}

static enum sqlstate not_null_error(
	struct ddl *d, const struct table *t, const struct table_column *column, enum sqlstate rc)
{
	if (rc != E_NOT_NULL)
		return rc;
	FAIL(d->error, E_NOT_NULL, "column \"%.*s\" of relation \"%.*s\" contains null values",
		STR_ARGS(column->name), STR_ARGS(t->name));
	error_names(d->error, t->name, column->name, (struct str){ 0 });
	return E_NOT_NULL;
}

static enum sqlstate add_column(struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct property_definition property;
	struct table_column *column;
	bool is_not_null;

	if (table_column(t, action->column.name.text) != NULL) {
		if (!action->if_exists)
			return DDL_FAIL(d, action->column.name.at, E_DUPLICATE_COLUMN,
				"column \"%.*s\" of relation \"%.*s\" already exists",
				STR_ARGS(action->column.name.text), STR_ARGS(t->name));
		ddl_notice(d, "NOTICE", E_DUPLICATE_COLUMN,
			"column \"%.*s\" of relation \"%.*s\" already exists, skipping",
			STR_ARGS(action->column.name.text), STR_ARGS(t->name));
		return OK;
	}
	column = push_column(d, t);
	TRY(ddl_column(d, t->name, &action->column, column));
	if (column->generated_text.length > 0)
		TRY(ddl_check_generated(d, t, column, action->column.generated.expr));
	is_not_null = column->is_not_null;
	column->is_not_null = false;
	TRY(ddl_property(d, column, action->column.type.at, &property));
	TRY(schema_property_add(d->options.txn, t->element, t->name, &property, d->error));
	column->key = catalog_find(txn_catalog(d->options.txn), NAME_KEY, column->name);
	TRY(table_save(d->options.txn, t, d->error));
	ddl_refresh(d);
	if (column->default_text.length > 0)
		TRY(set_all(d, t, column->name, column->default_text));
	if (column->identity != 0) {
		struct sequence_definition s;

		sequence_definition_get(d->options.catalog, d->arena, column->sequence, &s);
		TRY(set_all(d, t, column->name,
			arena_printf(d->arena, "nextval('%.*s')", STR_ARGS(s.name))));
	}
	column->is_not_null = is_not_null;
	if (is_not_null || column->generated_text.length > 0)
		TRY(not_null_error(
			d, t, column, change_property(d, t, column, action->column.type.at)));
	for (uint32_t i = 0; i < action->key_count; i++)
		TRY(ddl_add_key(d, t, &action->keys[i]));
	return OK;
}

bool ddl_mentions(struct str text, struct str name)
{
	bool is_string = false;

	for (uint32_t i = 0; i + name.length <= text.length; i++) {
		char before = i == 0 ? ' ' : text.at[i - 1];
		char after = i + name.length == text.length ? ' ' : text.at[i + name.length];

		if (text.at[i] == '\'')
			is_string = !is_string;
		if (is_string || before == '_' || after == '_' ||
			(before >= '0' && before <= '9') || (before >= 'a' && before <= 'z') ||
			(before >= 'A' && before <= 'Z') || (after >= '0' && after <= '9') ||
			(after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z'))
			continue;
		if (str_equal_nocase((struct str){ text.at + i, name.length }, name))
			return true;
	}
	return false;
}

static bool foreign_has(const struct table_foreign *f, struct str column)
{
	for (uint32_t i = 0; i < f->count; i++) {
		if (str_equal(f->columns[i], column))
			return true;
	}
	return false;
}

static void drop_details(struct table *t, struct str column)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < t->check_count; i++) {
		if (!ddl_mentions(t->checks[i].text, column))
			t->checks[kept++] = t->checks[i];
	}
	t->check_count = kept;
	kept = 0;
	for (uint32_t i = 0; i < t->foreign_count; i++) {
		if (!foreign_has(&t->foreigns[i], column))
			t->foreigns[kept++] = t->foreigns[i];
	}
	t->foreign_count = kept;
}

/* Unique constraints with the column go first, so that foreign keys to them are looked at. */
static enum sqlstate drop_column_keys(
	struct ddl *d, struct table *t, const struct table_column *column, bool cascade)
{
	for (uint32_t i = 0; i < catalog_constraint_count(d->options.catalog); i++) {
		const struct constraint_info *info = catalog_constraint_at(d->options.catalog, i);
		bool has_it = false, found;

		for (uint32_t k = 0; k < info->key_count; k++)
			has_it |= info->keys[k] == column->key;
		if (info->element != t->element || info->label != t->label || !has_it)
			continue;
		TRY(ddl_drop_key(d, t, arena_str(d->arena, info->name), cascade, &found));
		i = UINT32_MAX; /* from the first again */
	}
	return OK;
}

static enum sqlstate drop_column(
	struct ddl *d, struct table *t, const struct ast_action *action);

static enum sqlstate refuse_drop(struct ddl *d, const struct table *t,
	const struct table_column *column, const struct str *made, uint32_t count)
{
	struct buf detail = { 0 };

	for (uint32_t i = count; i > 0; i--)
		buf_printf(&detail, "%s%.*s depends on column %.*s of table %.*s",
			i == count ? "" : "\n", STR_ARGS(made[i - 1]), STR_ARGS(column->name),
			STR_ARGS(t->name));
	FAIL(d->error, E_DEPENDENT,
		"cannot drop column %.*s of table %.*s because other objects depend on it",
		STR_ARGS(column->name), STR_ARGS(t->name));
	error_detail(d->error, "%.*s", STR_ARGS(buf_str(&detail)));
	error_hint(d->error, "Use DROP ... CASCADE to drop the dependent objects too.");
	buf_free(&detail);
	return E_DEPENDENT;
}

/* Columns that are computed from it go with it, or keep it; the last is told of first. */
static enum sqlstate drop_generated(struct ddl *d, struct table *t,
	const struct table_column *column, const struct ast_action *action)
{
	struct str *made = ARENA_ARRAY(d->arena, struct str, t->column_count + 1);
	struct str *names = ARENA_ARRAY(d->arena, struct str, t->column_count + 1);
	struct ast_action also = *action;
	uint32_t count = 0;

	for (uint32_t i = t->column_count; i > 0; i--) {
		if (!ddl_mentions(t->columns[i - 1].generated_text, column->name))
			continue;
		names[count] = t->columns[i - 1].name;
		made[count++] = arena_printf(d->arena, "column %.*s of table %.*s",
			STR_ARGS(t->columns[i - 1].name), STR_ARGS(t->name));
	}
	if (count > 0 && !action->is_cascade)
		return refuse_drop(d, t, column, made, count);
	ddl_notice_cascade(d, made, count);
	for (uint32_t i = 0; i < count; i++) {
		also.name.text = names[i];
		TRY(drop_column(d, t, &also));
	}
	return OK;
}

static enum sqlstate drop_column(struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct table_column *column = table_column(t, action->name.text);
	struct sequence_definition s;
	struct str name;

	if (column == NULL && action->if_exists) {
		ddl_notice(d, "NOTICE", OK,
			"column \"%.*s\" of relation \"%.*s\" does not exist, skipping",
			STR_ARGS(action->name.text), STR_ARGS(t->name));
		return OK;
	}
	TRY(find_column(d, t, &action->name, &column));
	TRY(refuse_end(d, column, action));
	TRY(drop_generated(d, t, column, action));
	column = table_column(t, action->name.text);
	TRY(drop_column_keys(d, t, column, action->is_cascade));
	if (column->sequence != NAME_NONE &&
		sequence_definition_get(d->options.catalog, d->arena, column->sequence, &s))
		TRY(ddl_drop_sequence(d, &s));
	name = column->name;
	TRY(ddl_indexes_drop(d, t, name, NULL));
	drop_details(t, name);
	for (uint32_t i = (uint32_t)(column - t->columns); i + 1 < t->column_count; i++)
		t->columns[i] = t->columns[i + 1];
	t->column_count--;
	TRY(schema_property_drop(d->options.txn, t->element, t->name, name, d->error));
	ddl_refresh(d);
	return OK;
}

/* ---- changing a column ---- */

static enum sqlstate no_default_of(struct ddl *d, const struct table *t,
	const struct table_column *column, const struct ast_action *action)
{
	bool is_generated = column->generated_text.length > 0;

	FAIL(d->error, E_SYNTAX, "column \"%.*s\" of relation \"%.*s\" is %s column",
		STR_ARGS(column->name), STR_ARGS(t->name),
		is_generated ? "a generated" : "an identity");
	if (is_generated && action->kind == ACTION_DROP_DEFAULT)
		error_hint(d->error,
			"Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead.");
	return E_SYNTAX;
}

static enum sqlstate set_default(struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct ast_column from = action->column;
	struct table_column made, *column;

	TRY(find_column(d, t, &action->name, &column));
	TRY(refuse_end(d, column, action));
	if (column->identity != 0 || column->generated_text.length > 0)
		return no_default_of(d, t, column, action);
	if (action->kind == ACTION_DROP_DEFAULT) {
		column->default_text = (struct str){ 0 };
		return OK;
	}
	from.name = action->name;
	from.type.text = column->type.text;
	TRY(ddl_column(d, t->name, &from, &made));
	column->default_text = made.default_text;
	return OK;
}

static enum sqlstate set_not_null(struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct table_column *column;

	TRY(find_column(d, t, &action->name, &column));
	TRY(refuse_end(d, column, action));
	if (action->kind == ACTION_DROP_NOT_NULL && t->info != NULL &&
		t->info->primary_index != 0) {
		const struct index_info *primary =
			catalog_index(d->options.catalog, t->info->primary_index);

		for (uint32_t i = 0; primary != NULL && i < primary->key_count; i++) {
			if (primary->keys[i] == column->key)
				return DDL_FAIL(d, action->name.at, E_TABLE_DEFINITION,
					"column \"%.*s\" is in a primary key",
					STR_ARGS(column->name));
		}
	}
	column->is_not_null = action->kind == ACTION_SET_NOT_NULL;
	return not_null_error(d, t, column, change_property(d, t, column, action->at));
}

/* Every row's new value, of the old columns. */
static enum sqlstate convert_batch(struct ddl *d, const struct table *t,
	const struct table_column *column, const struct bound *value, const uint64_t *ids,
	uint32_t count)
{
	struct arena *a = arena_new(0);
	struct eval eval = {
		.arena = a, .lasting = a, .txn = d->options.txn, .settings = d->options.settings
	};
	struct column elements = { .form = COLUMN_I64,
		.value_type = t->element == ELEMENT_NODE ? VALUE_NODE : VALUE_EDGE,
		.stride = 1,
		.i64 = (int64_t *)(uintptr_t)ids };
	struct batch batch = { .count = count, .columns = &elements };
	struct column made;
	enum sqlstate rc = eval_column(&eval, value, &batch, &made, d->error);

	eval_end(&eval);
	for (uint32_t i = 0; rc == OK && i < count; i++)
		rc = storage_property_set(d->options.txn, t->element, ids[i], column->key,
			column_value(&made, i), d->error);
	arena_free(a);
	return rc;
}

static enum sqlstate convert_rows(struct ddl *d, const struct table *t,
	const struct table_column *column, const struct bound *value)
{
	struct cursor *cursor = NULL;
	uint64_t ids[256];
	uint32_t count = 0;
	enum sqlstate rc;

	if (t->element == ELEMENT_NODE)
		TRY(storage_scan_nodes(d->options.txn, t->label, d->arena, &cursor, d->error));
	else
		TRY(storage_scan_edges(d->options.txn, t->label, d->arena, &cursor, d->error));
	do {
		rc = storage_cursor_next(cursor, ids, NULL, ARRAY_COUNT(ids), &count, d->error);
		if (rc == OK && count > 0)
			rc = convert_batch(d, t, column, value, ids, count);
	} while (rc == OK && count > 0);
	storage_cursor_close(cursor);
	return rc;
}

/* USING's expression, or the column itself. */
static enum sqlstate conversion(struct ddl *d, const struct table *t,
	const struct ast_action *action, struct type to, const struct bound **out)
{
	struct ast_expr *itself = ARENA_NEW(d->arena, struct ast_expr);
	const struct ast_expr *x = action->using.expr;

	itself->kind = EXPR_VARIABLE;
	itself->at = action->at;
	itself->variable.name = action->name.text;
	return guard_bind_value(
		d->arena, &d->options, t, x == NULL ? itself : x, to, out, d->error);
}

/* A cast that PostgreSQL wants written. */
static enum sqlstate refuse_conversion(struct ddl *d, const struct table_column *column,
	const struct table_type *to, uint32_t at)
{
	if (type_is_assignable(column->type.type, to->type))
		return OK;
	(void)DDL_FAIL(d, at, E_TYPE, "column \"%.*s\" cannot be cast automatically to type %.*s",
		STR_ARGS(column->name), STR_ARGS(to->text));
	d->error->byte_offset = -1;
	error_hint(d->error, "You might need to specify \"USING %.*s::%.*s\".",
		STR_ARGS(column->name), STR_ARGS(to->text));
	return E_TYPE;
}

static enum sqlstate refuse_computed(
	struct ddl *d, const struct table *t, const struct table_column *column)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		if (&t->columns[i] == column ||
			!ddl_mentions(t->columns[i].generated_text, column->name))
			continue;
		FAIL(d->error, E_NOT_SUPPORTED,
			"cannot alter type of a column used by a generated column");
		error_detail(d->error, "Column \"%.*s\" is used by generated column \"%.*s\".",
			STR_ARGS(column->name), STR_ARGS(t->columns[i].name));
		return E_NOT_SUPPORTED;
	}
	return OK;
}

static enum sqlstate change_type(struct ddl *d, struct table *t, struct table_column *column,
	const struct ast_action *action)
{
	struct table_type type;
	struct property_definition untyped;
	const struct bound *value;
	enum sqlstate rc;

	rc = table_type_read(d->arena, action->column.type.text, &type, d->error);
	if (rc != OK) {
		d->error->byte_offset = (int)action->column.type.at;
		return rc;
	}
	if (column->generated_text.length > 0) {
		struct ast_expr *x;

		column->type = type;
		TRY(parse_sql_text(d->arena, column->generated_text, &x, d->error));
		TRY(ddl_check_generated(d, t, column, x));
		TRY(table_save(d->options.txn, t, d->error));
		return change_property(d, t, column, action->at);
	}
	if (action->using.text.length == 0)
		TRY(refuse_conversion(d, column, &type, action->name.at));
	if (type_stored(type.type) != type_stored(column->type.type) ||
		action->using.text.length > 0) {
		TRY(conversion(d, t, action, type.type, &value));
		TRY(ddl_property(d, column, action->at, &untyped));
		untyped.type = untyped.item_type = VALUE_NULL;
		TRY(schema_property_change(
			d->options.txn, t->element, t->name, &untyped, d->error));
		ddl_refresh(d);
		TRY(convert_rows(d, t, column, value));
	}
	column->type = type;
	return change_property(d, t, column, action->at);
}

/* Indexes of expressions with the column are made anew: of another type perhaps. */
static enum sqlstate set_type(struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct ddl_kept_indexes kept;
	struct table_column *column;

	TRY(find_column(d, t, &action->name, &column));
	TRY(refuse_end(d, column, action));
	TRY(refuse_computed(d, t, column));
	TRY(ddl_indexes_drop(d, t, column->name, &kept));
	TRY(change_type(d, t, column, action));
	if (kept.count == 0)
		return OK;
	TRY(table_save(d->options.txn, t, d->error));
	ddl_refresh(d);
	return ddl_indexes_make(d, &kept);
}

static enum sqlstate set_identity(struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct table_column *column;
	struct sequence_definition s;

	TRY(find_column(d, t, &action->name, &column));
	if (action->kind == ACTION_ADD_IDENTITY) {
		if (column->identity != 0 || column->default_text.length > 0)
			return DDL_FAIL(d, action->at, E_OBJECT_STATE,
				"column \"%.*s\" of relation \"%.*s\" already has a default value",
				STR_ARGS(column->name), STR_ARGS(t->name));
		if (!column->is_not_null)
			return DDL_FAIL(d, action->at, E_OBJECT_STATE,
				"column \"%.*s\" of relation \"%.*s\" must be declared NOT NULL "
				"before identity can be added",
				STR_ARGS(column->name), STR_ARGS(t->name));
		column->identity = action->column.identity;
		return ddl_own_sequence(d, t->name, column, 'i', action->column.sequence);
	}
	if (column->identity == 0) {
		if (action->if_exists)
			return OK;
		return DDL_FAIL(d, action->at, E_OBJECT_STATE,
			"column \"%.*s\" of relation \"%.*s\" is not an identity column",
			STR_ARGS(column->name), STR_ARGS(t->name));
	}
	column->identity = 0;
	if (sequence_definition_get(d->options.catalog, d->arena, column->sequence, &s))
		TRY(ddl_drop_sequence(d, &s));
	column->sequence = NAME_NONE;
	return OK;
}

/* ---- keys ---- */

static enum sqlstate drop_key(struct ddl *d, struct table *t, const struct ast_action *action)
{
	bool found;

	TRY(ddl_drop_key(d, t, action->name.text, action->is_cascade, &found));
	if (found)
		return OK;
	if (!action->if_exists)
		return DDL_FAIL(d, action->name.at, E_NO_OBJECT,
			"constraint \"%.*s\" of relation \"%.*s\" does not exist",
			STR_ARGS(action->name.text), STR_ARGS(t->name));
	ddl_notice(d, "NOTICE", OK,
		"constraint \"%.*s\" of relation \"%.*s\" does not exist, skipping",
		STR_ARGS(action->name.text), STR_ARGS(t->name));
	return OK;
}

static enum sqlstate no_key(struct ddl *d, const struct table *t, const struct ast_action *action)
{
	return DDL_FAIL(d, action->name.at, E_NO_OBJECT,
		"constraint \"%.*s\" of relation \"%.*s\" does not exist",
		STR_ARGS(action->name.text), STR_ARGS(t->name));
}

static enum sqlstate not_of_kind(
	struct ddl *d, const struct table *t, const struct ast_action *action, const char *kind)
{
	return DDL_FAIL(d, action->name.at, E_WRONG_OBJECT,
		"constraint \"%.*s\" of relation \"%.*s\" is not a %s constraint",
		STR_ARGS(action->name.text), STR_ARGS(t->name), kind);
}

static struct table_foreign *find_foreign(struct table *t, struct str name)
{
	for (uint32_t i = 0; i < t->foreign_count; i++) {
		if (str_equal(t->foreigns[i].name, name))
			return &t->foreigns[i];
	}
	return NULL;
}

/* PRIMARY KEY and UNIQUE. */
static bool has_key(struct ddl *d, const struct table *t, struct str name)
{
	for (uint32_t i = 0; i < catalog_constraint_count(d->options.catalog); i++) {
		const struct constraint_info *info = catalog_constraint_at(d->options.catalog, i);

		if (info->element == t->element && info->label == t->label &&
			str_equal(info->name, name))
			return true;
	}
	return false;
}

/* All constraints are valid: they were looked at when they were added. */
static enum sqlstate validate_key(
	struct ddl *d, struct table *t, const struct ast_action *action)
{
	for (uint32_t i = 0; i < t->check_count; i++) {
		if (str_equal(t->checks[i].name, action->name.text))
			return OK;
	}
	if (find_foreign(t, action->name.text) != NULL)
		return OK;
	return has_key(d, t, action->name.text)
		       ? not_of_kind(d, t, action, "foreign key or check")
		       : no_key(d, t, action);
}

static enum sqlstate alter_key(struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct table_foreign *f = find_foreign(t, action->name.text);

	for (uint32_t i = 0; f == NULL && i < t->check_count; i++) {
		if (str_equal(t->checks[i].name, action->name.text))
			return not_of_kind(d, t, action, "foreign key");
	}
	if (f == NULL)
		return has_key(d, t, action->name.text)
			       ? not_of_kind(d, t, action, "foreign key")
			       : no_key(d, t, action);
	f->is_deferrable = action->keys[0].is_deferrable;
	f->is_deferred = action->keys[0].is_deferred;
	return OK;
}

static enum sqlstate change_identity(
	struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct ast_sequence options = { .options = *action->column.sequence };
	struct table_column *column;
	struct sequence_definition s;

	TRY(find_column(d, t, &action->name, &column));
	if (column->identity == 0)
		return DDL_FAIL(d, action->at, E_OBJECT_STATE,
			"column \"%.*s\" of relation \"%.*s\" is not an identity column",
			STR_ARGS(column->name), STR_ARGS(t->name));
	if (action->column.identity != 0)
		column->identity = action->column.identity;
	if (!sequence_definition_get(d->options.catalog, d->arena, column->sequence, &s))
		return OK;
	options.name.text = s.name;
	options.name.at = action->at;
	return ddl_alter_sequence(d, &options);
}

/* The values stay, and can be written from now on. */
static enum sqlstate drop_expression(
	struct ddl *d, struct table *t, const struct ast_action *action)
{
	struct table_column *column;

	TRY(find_column(d, t, &action->name, &column));
	if (column->generated_text.length > 0) {
		column->generated_text = (struct str){ 0 };
		return change_property(d, t, column, action->at);
	}
	if (!action->if_exists)
		return FAIL(d->error, E_OBJECT_STATE,
			"column \"%.*s\" of relation \"%.*s\" is not a stored generated column",
			STR_ARGS(column->name), STR_ARGS(t->name));
	ddl_notice(d, "NOTICE", OK,
		"column \"%.*s\" of relation \"%.*s\" is not a stored generated column, skipping",
		STR_ARGS(column->name), STR_ARGS(t->name));
	return OK;
}

static enum sqlstate tune_column(struct ddl *d, struct table *t, const struct ast_action *action)
{
	static const char *const kinds[] = { "plain", "external", "extended", "main" };
	struct table_column *column;
	bool is_kind = action->to.text.length == 0;

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		is_kind |= str_equal(action->to.text, str_of(kinds[i]));
	if (!is_kind)
		return FAIL(d->error, E_INVALID_VALUE, "invalid storage type \"%.*s\"",
			STR_ARGS(action->to.text));
	return find_column(d, t, &action->name, &column);
}

static enum sqlstate cluster_on(struct ddl *d, struct table *t, const struct ast_action *action)
{
	const struct index_info *index = ddl_find_index(d, action->name.text);

	if (index != NULL && index->element == t->element && index->label == t->label)
		return OK;
	return FAIL(d->error, E_NO_OBJECT, "index \"%.*s\" for table \"%.*s\" does not exist",
		STR_ARGS(action->name.text), STR_ARGS(t->name));
}

static enum sqlstate no_trigger(struct ddl *d, struct table *t, const struct ast_action *action)
{
	return FAIL(d->error, E_NO_OBJECT, "trigger \"%.*s\" for table \"%.*s\" does not exist",
		STR_ARGS(action->name.text), STR_ARGS(t->name));
}

/* dispatch */
static enum sqlstate run_action(struct ddl *d, struct table *t, const struct ast_action *action)
{
	switch (action->kind) {
	case ACTION_NOTHING:
		return OK;
	case ACTION_ADD_COLUMN:
		return add_column(d, t, action);
	case ACTION_DROP_COLUMN:
		return drop_column(d, t, action);
	case ACTION_RENAME:
		return ddl_rename_table(d, t, action);
	case ACTION_RENAME_COLUMN:
		return ddl_rename_column(d, t, action);
	case ACTION_RENAME_CONSTRAINT:
		return ddl_rename_key(d, t, action);
	case ACTION_TYPE:
		return set_type(d, t, action);
	case ACTION_SET_DEFAULT:
	case ACTION_DROP_DEFAULT:
		return set_default(d, t, action);
	case ACTION_SET_NOT_NULL:
	case ACTION_DROP_NOT_NULL:
		return set_not_null(d, t, action);
	case ACTION_ADD_IDENTITY:
	case ACTION_DROP_IDENTITY:
		return set_identity(d, t, action);
	case ACTION_ADD_KEY:
		return ddl_add_key(d, t, &action->keys[0]);
	case ACTION_DROP_KEY:
		return drop_key(d, t, action);
	case ACTION_VALIDATE:
		return validate_key(d, t, action);
	case ACTION_ALTER_KEY:
		return alter_key(d, t, action);
	case ACTION_SET_IDENTITY:
		return change_identity(d, t, action);
	case ACTION_DROP_EXPRESSION:
		return drop_expression(d, t, action);
	case ACTION_TUNE_COLUMN:
		return tune_column(d, t, action);
	case ACTION_CLUSTER_ON:
		return cluster_on(d, t, action);
	case ACTION_TRIGGER:
		return no_trigger(d, t, action);
	case ACTION_OPTIONS:
	case ACTION_OWNER:
		break; /* of views alone */
	}
	unreachable();
}

enum sqlstate ddl_alter_table(struct ddl *d, const struct ast_alter_table *from)
{
	struct sequence_definition sequence;
	struct view_definition view;
	struct table *t;

	/* ALTER TABLE serves sequences and views too: OWNER TO, RENAME TO */
	if (from->action_count == 1 && from->actions[0].kind == ACTION_NOTHING &&
		sequence_definition_find(d->options.catalog, d->arena, from->name.text, &sequence))
		return OK;
	if (sequence_definition_find(d->options.catalog, d->arena, from->name.text, &sequence) &&
		from->action_count == 1 && from->actions[0].kind == ACTION_RENAME)
		return ddl_alter_sequence(d, &(struct ast_sequence){ .name = from->name,
						.rename_to = from->actions[0].to });
	if (from->is_view ||
		view_definition_find(d->options.catalog, d->arena, from->name.text, &view))
		return ddl_alter_view(d, from);
	TRY(ddl_table(d, &from->name, from->if_exists, &t));
	if (t == NULL)
		return OK;
	for (uint32_t i = 0; i < from->action_count; i++) {
		TRY(run_action(d, t, &from->actions[i]));
		if (from->actions[i].kind == ACTION_NOTHING)
			continue;
		TRY(table_save(d->options.txn, t, d->error));
		ddl_refresh(d);
	}
	return OK;
}
