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
#include "query/bind/binder.h"
#include "query/eval/column.h"
#include "query/eval/eval.h"
#include "query/parse/parse.h"
#include "query/type/type.h"

/* A label of which columns are generated. */
struct generated {
	const struct table *table;
	const struct bound **exprs; /* by column; NULL: it is not generated */
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

/* The other columns as names; what is generated cannot be made of what is generated. */
static void add_columns(struct binder *b, const struct table *t)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		const struct table_column *column = &t->columns[i];
		uint32_t slot = binder_slot_new(b, column->type.type, column->name);
		struct variable *v;

		assert(slot == i);
		if (column->is_end || column->generated_text.length > 0)
			continue;
		v = scope_add(b->scope, column->name);
		v->kind = VARIABLE_EXPR;
		v->is_relational = true;
		v->type = column->type.type;
		v->expr = binder_slot_ref(b, slot, 0);
	}
}

enum sqlstate generate_bind(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct table_column *column, const struct ast_expr *x,
	const struct bound **out, struct error *e)
{
	struct ast_stmt statement = { .at = x->at, .text = { .at = "", .length = 0 } };
	struct binder *b = ARENA_NEW(a, struct binder);
	struct type to = column->type.type;
	char wanted[TYPE_NAME_SIZE], found[TYPE_NAME_SIZE];

	TRY(binder_begin(b, a, &statement, options, e));
	b->scope = scope_new(a, NULL);
	b->is_sql = true;
	b->place = "column generation expressions";
	add_columns(b, t);
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

/* Functions of the moment and of the session give the same within one statement alone. */
static bool is_stable(const char *name)
{
	static const char *const names[] = { "current_timestamp", "current_date", "current_time",
		"localtime", "localtimestamp", "current_user", "session_user", "user",
		"current_schema", "current_setting", "current_catalog",
		"current_database", "age", "to_char", "to_timestamp", "to_date",
		"nextval", "currval", "lastval", "pg_typeof" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

bool generate_is_immutable(const struct bound *x)
{
	if (x->is_volatile || (x->kind == BOUND_CALL && x->function != NULL &&
				      is_stable(x->function->name)))
		return false;
	for (uint32_t i = 0; i < x->arg_count; i++) {
		if (x->args[i] != NULL && !generate_is_immutable(x->args[i]))
			return false;
	}
	return true;
}

/* ---- compiling ---- */

static void forget(struct generate *g)
{
	VEC_CLEAR(&g->labels);
	arena_free(g->arena);
	g->arena = arena_new(0);
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
	return OK;
}

static enum sqlstate find(struct generate *g, struct txn *t, enum element element, uint32_t label,
	const struct generated **out, struct error *e)
{
	uint64_t version = catalog_version(txn_catalog(t));
	struct generated made;

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

static enum sqlstate generate_value(void *context, struct txn *t,
	const struct storage_generated *wanted, struct value *out, struct error *e)
{
	struct generate *g = context;
	struct eval eval = { .arena = wanted->arena,
		.lasting = wanted->arena,
		.txn = t,
		.settings = g->settings };
	const struct generated *found;
	enum sqlstate rc = OK;
	uint32_t i = 0;

	TRY(find(g, t, wanted->element, wanted->label, &found, e));
	while (i < found->table->column_count &&
		(found->table->columns[i].key != wanted->key || found->exprs[i] == NULL))
		i++;
	if (i < found->table->column_count)
		rc = evaluate(&eval, found->table, found->exprs[i], wanted, out, e);
	else
		*out = value_of(wanted, wanted->key); /* its declaration is on the way */
	eval_end(&eval);
	return rc;
}

/* ---- life ---- */

struct generate *generate_new(struct storage *storage, const struct settings *settings)
{
	struct generate *g = calloc(1, sizeof *g);

	if (g == NULL)
		PANIC("out of memory for generated columns");
	g->storage = (struct storage_generator){ generate_value, g };
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
