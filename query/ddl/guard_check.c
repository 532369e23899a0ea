/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Binding and running one CHECK or the near end of one FOREIGN KEY over elements.
 */
#include "query/ddl/guard_bind.h"

#include "base/buf.h"
#include "base/check.h"
#include "query/bind/binder.h"
#include "query/bind/table_bind.h"
#include "query/ddl/run.h"
#include "query/eval/column.h"
#include "query/eval/json_text.h"
#include "query/parse/parse.h"

/* ---- binding ---- */

static enum sqlstate row_binder(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct ast_expr *x, const char *place, struct binder **out,
	struct error *e)
{
	struct ast_stmt statement = { .at = x->at, .text = { .at = "", .length = 0 } };
	struct binder *b = ARENA_NEW(a, struct binder);
	const struct bound *element;
	uint32_t slot;

	TRY(binder_begin(b, a, &statement, options, e));
	b->scope = scope_new(a, NULL);
	b->place = place;
	slot = binder_slot_new(
		b, type_make(t->element == ELEMENT_NODE ? TYPE_NODE : TYPE_EDGE), t->name);
	assert(slot == 0);
	element = binder_slot_ref(b, slot, x->at);
	table_columns_into(b, t, &(struct table_slots){ .element = element }, b->scope);
	*out = b;
	return OK;
}

enum sqlstate guard_bind_check(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct binder *b;

	TRY(row_binder(a, options, t, x, "CHECK", &b, e));
	return bind_condition(b, x, "CHECK", out, e);
}

enum sqlstate guard_bind_value(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct ast_expr *x, struct type to, const struct bound **out,
	struct error *e)
{
	struct binder *b;

	TRY(row_binder(a, options, t, x, "CHECK", &b, e));
	TRY(bind_expr(b, x, out, e));
	*out = bound_cast(b, *out, to);
	return OK;
}

enum sqlstate guard_property_type(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct ast_item *item, struct type *out, struct error *e)
{
	const struct bound *bound;
	struct binder *b;

	TRY(row_binder(a, options, t, item->expr, "property definition expressions", &b, e));
	TRY(bind_graph_property(b, item, &bound, e));
	*out = bound->type;
	return OK;
}

enum sqlstate guard_check_expr(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct ast_expr *x, struct error *e)
{
	const struct bound *ignored;

	return guard_bind_check(a, options, t, x, &ignored, e);
}

static uint32_t place_of(const struct guard_reference *r, uint32_t key)
{
	for (uint32_t i = 0; i < r->foreign->count; i++) {
		if (r->targets[i] == key)
			return i;
	}
	return UINT32_MAX;
}

bool guard_bind_reference(struct arena *a, const struct catalog *c, const struct table *t,
	const struct table_foreign *f, struct guard_reference *out)
{
	const struct table *target = table_find(c, a, f->table);

	*out = (struct guard_reference){ .foreign = f, .table = t, .target = target };
	if (target == NULL)
		return false;
	for (uint32_t i = 0; i < f->count; i++) {
		out->keys[i] = catalog_find(c, NAME_KEY, f->columns[i]);
		out->targets[i] = catalog_find(c, NAME_KEY, f->targets[i]);
	}
	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);
		bool is_it = index->element == target->element && index->label == target->label &&
			     index->is_unique && index->key_count == f->count;

		for (uint32_t k = 0; is_it && k < f->count; k++) {
			out->order[k] = place_of(out, index->keys[k]);
			is_it = out->order[k] != UINT32_MAX;
		}
		if (!is_it)
			continue;
		out->index = index->id;
		return true;
	}
	return false;
}

/* ---- errors ---- */

struct str guard_key_text(struct arena *a, const struct bind_options *options,
	const struct str *names, const struct value *values, uint32_t count)
{
	struct buf text = { 0 };
	struct str made;

	(void)options;
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(&text, i == 0 ? "(" : ", ");
		buf_put_str(&text, names[i]);
	}
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(&text, i == 0 ? ")=(" : ", ");
		value_put_text(&text, values[i]);
	}
	buf_put_byte(&text, ')');
	made = arena_str(a, buf_str(&text));
	buf_free(&text);
	return made;
}

static enum sqlstate check_error(const struct bind_options *options, struct arena *a,
	const struct table *t, const struct guard_check *check, uint64_t id, struct error *e)
{
	struct buf row = { 0 };

	FAIL(e, E_CHECK, "new row for relation \"%.*s\" violates check constraint \"%.*s\"",
		STR_ARGS(t->name), STR_ARGS(check->name));
	graph_error_names(e, t->full_name, (struct str){ 0 }, check->name);
	for (uint32_t i = 0; i < t->column_count; i++) {
		struct value v = value_null(), *columns[1] = { &v };
		struct error ignored;

		buf_put_text(&row, i == 0 ? "" : ", ");
		if (!t->columns[i].is_end &&
			storage_properties(options->txn, t->element, &id, 1, &t->columns[i].key, 1,
				columns, a, &ignored) == OK)
			value_put_text(&row, v);
	}
	error_detail(e, "Failing row contains (%.*s).", (int)MIN_OF(row.length, (size_t)400),
		(const char *)row.data);
	buf_free(&row);
	return E_CHECK;
}

/* ---- running ---- */

enum sqlstate guard_run_check(const struct bind_options *options, struct arena *a,
	const struct table *t, const struct guard_check *check, const uint64_t *ids, uint32_t count,
	struct error *e)
{
	struct eval eval = {
		.arena = a, .lasting = a, .txn = options->txn, .settings = options->settings
	};
	struct batch batch = { .count = count };
	struct column column = { .form = COLUMN_I64,
		.value_type = t->element == ELEMENT_NODE ? VALUE_NODE : VALUE_EDGE,
		.stride = 1,
		.i64 = (int64_t *)(uintptr_t)ids };
	struct column answer;
	enum sqlstate rc;

	batch.columns = &column;
	rc = eval_column(&eval, check->expr, &batch, &answer, e);
	eval_end(&eval);
	TRY(rc);
	for (uint32_t i = 0; i < count; i++) {
		struct value v = column_value(&answer, i);

		if (v.type == VALUE_BOOL && !v.boolean)
			return check_error(options, a, t, check, ids[i], e);
	}
	return OK;
}

static enum sqlstate missing(const struct bind_options *options, struct arena *a,
	const struct guard_reference *r, const struct value *values, struct error *e)
{
	const struct table_foreign *f = r->foreign;

	FAIL(e, E_FOREIGN_KEY,
		"insert or update on table \"%.*s\" violates foreign key constraint \"%.*s\"",
		STR_ARGS(r->table->name), STR_ARGS(f->name));
	error_detail(e, "Key %.*s is not present in table \"%.*s\".",
		STR_ARGS(guard_key_text(a, options, f->columns, values, f->count)),
		STR_ARGS(r->target->name));
	graph_error_names(e, r->table->full_name, (struct str){ 0 }, f->name);
	return E_FOREIGN_KEY;
}

enum sqlstate guard_run_reference(const struct bind_options *options, struct arena *a,
	const struct guard_reference *r, const uint64_t *ids, uint32_t count, struct error *e)
{
	uint32_t keys = r->foreign->count;

	for (uint32_t i = 0; i < count; i++) {
		struct value values[8], ordered[8], *columns[8];
		bool has_null = false;
		uint64_t found;

		for (uint32_t k = 0; k < keys; k++)
			columns[k] = &values[k];
		TRY(storage_properties(
			options->txn, r->table->element, &ids[i], 1, r->keys, keys, columns, a, e));
		for (uint32_t k = 0; k < keys; k++) {
			ordered[k] = values[r->order[k]];
			has_null |= value_is_null(ordered[k]);
		}
		if (has_null)
			continue;
		TRY(storage_index_lookup(options->txn, r->index, ordered, 1, &found, e));
		if (found == UINT64_MAX)
			return missing(options, a, r, values, e);
		TRY(storage_depend(options->txn, r->target->element, found, r->index, ordered, e));
	}
	return OK;
}

/* ---- schema statements: all rows ---- */

struct all_rows {
	const struct bind_options *options;
	struct arena *arena;
	const struct table *table;
	const struct guard_check *check;
	const struct guard_reference *reference;
};

static enum sqlstate run_all(const struct all_rows *all, struct error *e)
{
	struct txn *txn = all->options->txn;
	struct cursor *cursor = NULL;
	uint64_t ids[256];
	uint32_t count = 0;
	enum sqlstate rc = OK;

	if (all->table->element == ELEMENT_NODE)
		TRY(storage_scan_nodes(txn, all->table->label, all->arena, &cursor, e));
	else
		TRY(storage_scan_edges(txn, all->table->label, all->arena, &cursor, e));
	do {
		struct arena *a = arena_new(0);

		rc = storage_cursor_next(cursor, ids, NULL, ARRAY_COUNT(ids), &count, e);
		if (rc == OK && count > 0)
			rc = all->check != NULL ? guard_run_check(all->options, a, all->table,
							  all->check, ids, count, e)
						: guard_run_reference(all->options, a,
							  all->reference, ids, count, e);
		arena_free(a);
	} while (rc == OK && count > 0);
	storage_cursor_close(cursor);
	return rc;
}

enum sqlstate guard_check_rows(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct table_check *check, struct error *e)
{
	struct guard_check made = { .name = check->name };
	struct all_rows all = { .options = options, .arena = a, .table = t, .check = &made };
	struct ast_expr *x;
	enum sqlstate rc;

	TRY(parse_sql_text(a, check->text, &x, e));
	TRY(guard_bind_check(a, options, t, x, &made.expr, e));
	rc = run_all(&all, e);
	if (rc != E_CHECK)
		return rc;
	FAIL(e, E_CHECK, "check constraint \"%.*s\" of relation \"%.*s\" is violated by some row",
		STR_ARGS(check->name), STR_ARGS(t->name));
	graph_error_names(e, t->full_name, (struct str){ 0 }, check->name);
	return E_CHECK;
}

enum sqlstate guard_check_references(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct table_foreign *foreign, struct error *e)
{
	struct guard_reference made;
	struct all_rows all = { .options = options, .arena = a, .table = t, .reference = &made };

	if (!guard_bind_reference(a, options->catalog, t, foreign, &made))
		return OK;
	return run_all(&all, e);
}
