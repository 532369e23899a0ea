/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Generated columns: see generate.h.
 */
#include "query/ddl/generate.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/vec.h"
#include "query/bind/row_expr.h"
#include "query/eval/column.h"
#include "query/eval/eval.h"
#include "query/parse/parse.h"
#include "query/sql/definition.h"
#include "query/table/table_index.h"
#include "query/type/type.h"

/* A hidden property, which is a key of an index. */
struct hidden {
	uint32_t key;
	bool is_predicate; /* FALSE is no value */
	const struct bound *expr;
};

/* A label of which columns are generated, or which has hidden properties. */
struct generated {
	const struct table *table;
	const struct bound **exprs; /* by column; NULL: it is not generated */
	uint32_t hidden_count;
	struct hidden *hidden;
};

struct generate {
	struct storage_generator storage;
	struct storage *engine;
	const struct settings *settings;
	struct arena *arena;
	uint64_t version; /* of the catalog */
	VEC(struct generated) labels;
};

/* ---- binding ---- */

enum sqlstate generate_bind(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct table_column *column, const struct ast_expr *x,
	const struct bound **out, struct error *e)
{
	struct type to = column->type.type;
	char wanted[TYPE_NAME_SIZE], found[TYPE_NAME_SIZE];
	struct binder *b;

	TRY(row_expr_binder(a, options, t, ROW_EXPR_GENERATED, x, &b, e));
	TRY(bind_expr(b, x, out, e));
	if (bound_is_untyped(*out))
		TRY(binder_infer(b, out, to, e));
	if (!type_equal((*out)->type, to) && (*out)->type.kind != TYPE_NULL &&
		!type_is_assignable((*out)->type, to)) {
		FAIL(e, E_TYPE,
			"column \"%.*s\" is of type %s but default expression is of type %s",
			STR_ARGS(column->name), type_name(to, wanted),
			type_name((*out)->type, found));
		error_hint(e, "You will need to rewrite or cast the expression.");
		return E_TYPE;
	}
	*out = bound_cast(b, *out, to);
	return OK;
}

/* ---- compiling ---- */

static void forget(struct generate *g)
{
	VEC_CLEAR(&g->labels);
	arena_free(g->arena);
	g->arena = arena_new(0);
}

static enum sqlstate compile_key(struct generate *g, const struct bind_options *options,
	struct generated *out, enum row_expr_use use, const struct index_text *text, uint32_t key,
	struct error *e)
{
	struct hidden hidden = { .key = key, .is_predicate = use == ROW_EXPR_INDEX_PREDICATE };

	if (text->text.length == 0)
		return OK;
	TRY(row_expr_index_text(
		g->arena, options, out->table, use, text->source, &hidden.expr, e));
	out->hidden = arena_grow(g->arena, out->hidden, out->hidden_count * sizeof hidden,
		(out->hidden_count + 1) * sizeof hidden);
	out->hidden[out->hidden_count++] = hidden;
	return OK;
}

static enum sqlstate compile_indexes(struct generate *g, const struct bind_options *options,
	struct generated *out, struct error *e)
{
	struct table_index x;
	uint32_t cursor = 0;

	if (out->table->info == NULL || out->table->info->hidden_count == 0)
		return OK;
	while (table_index_next(options->catalog, g->arena, &cursor, &x)) {
		if (x.element != out->table->element || x.label != out->table->label)
			continue;
		TRY(compile_key(g, options, out, ROW_EXPR_INDEX_PREDICATE, &x.predicate,
			x.predicate_key, e));
		for (uint32_t i = 0; i < x.key_count; i++)
			TRY(compile_key(g, options, out, ROW_EXPR_INDEX_KEY, &x.keys[i].expr,
				x.keys[i].key, e));
	}
	return OK;
}

static enum sqlstate compile(struct generate *g, struct txn *t, enum element element,
	uint32_t label, struct generated *out, struct error *e)
{
	struct bind_options options = { .catalog = txn_catalog(t),
		.storage = g->engine,
		.settings = g->settings };
	struct ast_expr *x;

	out->table = table_of_label(options.catalog, g->arena, element, label);
	out->exprs = ARENA_ARRAY(g->arena, const struct bound *, out->table->column_count + 1);
	for (uint32_t i = 0; i < out->table->column_count; i++) {
		const struct table_column *column = &out->table->columns[i];

		if (column->generated_text.length == 0)
			continue;
		TRY(parse_sql_text(g->arena, column->generated_text, &x, e));
		TRY(generate_bind(
			g->arena, &options, out->table, column, x, &out->exprs[i], e));
	}
	return compile_indexes(g, &options, out, e);
}

static enum sqlstate find(struct generate *g, struct txn *t, enum element element, uint32_t label,
	const struct generated **out, struct error *e)
{
	uint64_t version = catalog_version(txn_catalog(t));
	struct generated made = { 0 };

	if (g->version != version)
		forget(g);
	g->version = version;
	for (size_t i = 0; i < g->labels.count; i++) {
		const struct table *other = g->labels.at[i].table;

		if (other->label == label && other->element == element) {
			*out = &g->labels.at[i];
			return OK;
		}
	}
	TRY(compile(g, t, element, label, &made, e));
	VEC_PUSH(&g->labels, made);
	*out = &g->labels.at[g->labels.count - 1];
	return OK;
}

/* ---- values ---- */

static struct value value_of(const struct storage_generated *wanted, uint32_t key)
{
	for (uint32_t i = 0; i < wanted->count; i++) {
		if (wanted->properties[i].key == key)
			return wanted->properties[i].value;
	}
	return value_null();
}

/* The row that the element is to be, as a batch; computed in it. */
static enum sqlstate evaluate(struct eval *ev, const struct table *t, const struct bound *x,
	const struct storage_generated *wanted, struct value *out, struct error *e)
{
	struct batch row = { .count = 1,
		.columns = ARENA_ARRAY(ev->arena, struct column, t->column_count + 1) };
	struct column made;

	for (uint32_t i = 0; i < t->column_count; i++)
		row.columns[i] = column_constant(ev->arena, t->columns[i].type.type,
			value_of(wanted, t->columns[i].key));
	if (eval_column(ev, x, &row, &made, e) == OK) {
		*out = column_value(&made, 0);
		return OK;
	}
	e->byte_offset = -1; /* it is the row's fault, not the statement's */
	return e->code;
}

/* What makes the values of a key; NULL: its declaration is on the way. */
static const struct bound *expr_of(
	const struct generated *g, uint32_t key, bool *is_predicate)
{
	*is_predicate = false;
	for (uint32_t i = 0; i < g->table->column_count; i++) {
		if (g->table->columns[i].key == key && g->exprs[i] != NULL)
			return g->exprs[i];
	}
	for (uint32_t i = 0; i < g->hidden_count; i++) {
		*is_predicate = g->hidden[i].is_predicate;
		if (g->hidden[i].key == key)
			return g->hidden[i].expr;
	}
	return NULL;
}

static enum sqlstate generate_value(void *context, struct txn *t,
	const struct storage_generated *wanted, struct value *out, struct error *e)
{
	struct generate *g = context;
	struct eval eval = { .arena = wanted->arena,
		.lasting = wanted->arena,
		.txn = t,
		.settings = g->settings };
	const struct generated *found;
	const struct bound *expr;
	enum sqlstate rc = OK;
	bool is_predicate;

	TRY(find(g, t, wanted->element, wanted->label, &found, e));
	expr = expr_of(found, wanted->key, &is_predicate);
	if (expr == NULL)
		*out = value_of(wanted, wanted->key);
	else
		rc = evaluate(&eval, found->table, expr, wanted, out, e);
	if (rc == OK && expr != NULL && is_predicate && !out->boolean)
		*out = value_null();
	eval_end(&eval);
	return rc;
}

static struct str key_text(void *context, struct txn *t, const struct index_info *info,
	uint32_t position, struct arena *a)
{
	struct table_index x;

	(void)context;
	table_index_read(txn_catalog(t), a, info, &x);
	for (uint32_t i = 0; i < x.key_count; i++) {
		struct str text = x.keys[i].expr.pretty;

		if (x.keys[i].key == info->keys[position])
			return definition_called(text).length > 0
				       ? text
				       : arena_printf(a, "(%.*s)", STR_ARGS(text));
	}
	return (struct str){ 0 }; /* the predicate is no part of the key */
}

/* ---- life ---- */

struct generate *generate_new(struct storage *storage, const struct settings *settings)
{
	struct generate *g = calloc(1, sizeof *g);

	if (g == NULL)
		PANIC("out of memory for generated columns");
	g->storage = (struct storage_generator){ generate_value, key_text, g };
	g->engine = storage;
	g->settings = settings;
	g->arena = arena_new(0);
	return g;
}

void generate_free(struct generate *g)
{
	if (g == NULL)
		return;
	VEC_FREE(&g->labels);
	arena_free(g->arena);
	free(g);
}

const struct storage_generator *generate_storage(const struct generate *g)
{
	return &g->storage;
}
