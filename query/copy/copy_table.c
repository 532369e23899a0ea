/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Defaults of COPY into tables: see copy_table.h.
 */
#include "query/copy/copy_table.h"

#include "query/parse/parse.h"
#include "query/table/label_oid.h"
#include "query/tree/plan.h"

static bool is_given(const struct copy_given *given, struct str name)
{
	for (uint32_t i = 0; i < given->count; i++) {
		if (str_equal(given->names[i], name))
			return true;
	}
	return false;
}

/* The default as SQL; of an identity or serial column it is its sequence's next number. That of an
   identity column everybody may have who may write the row. */
static struct str default_text(
	struct arena *a, const struct catalog *c, const struct table_column *column)
{
	struct sequence_definition s;

	if (!sequence_definition_of_column(c, a, column, &s))
		return column->default_text;
	return arena_printf(a,
		column->identity != 0 ? PLAN_FUNCTION_IDENTITY "(%u)" : "nextval(%u::regclass)",
		label_oid(LABEL_CATALOG_OBJECT, s.object));
}

enum sqlstate copy_table_defaults(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct copy_given *given, struct copy_defaults *out,
	struct error *e)
{
	out->items = ARENA_ARRAY(a, struct copy_default, t->column_count + 1);
	out->count = 0;
	for (uint32_t i = 0; i < t->column_count; i++) {
		const struct table_column *column = &t->columns[i];
		struct str text;
		struct ast_expr *x;
		struct bound *expr;

		if (column->is_end || is_given(given, column->name))
			continue;
		text = default_text(a, options->catalog, column);
		if (text.length == 0)
			continue;
		TRY(parse_default_text(a, text, &x, e));
		if (column->identity != 0 && x->kind == EXPR_FUNCTION)
			x->function->is_own = true;
		TRY(bind_constant_expr(a, x, options, &expr, e));
		out->items[out->count++] = (struct copy_default){ column, expr };
	}
	return OK;
}

enum sqlstate copy_table_check(const struct table *t, struct str name, struct error *e)
{
	const struct table_column *column = t == NULL ? NULL : table_column(t, name);

	if (column == NULL || column->generated_text.length == 0)
		return OK;
	FAIL(e, E_INVALID_REFERENCE, "column \"%.*s\" is a generated column", STR_ARGS(name));
	error_detail(e, "Generated columns cannot be used in COPY.");
	return E_INVALID_REFERENCE;
}

bool copy_table_is_closed(struct txn *txn, const struct table *t)
{
	const struct label_info *info = catalog_label(txn_catalog(txn), t->element, t->label);

	return info != NULL && info->is_closed;
}
