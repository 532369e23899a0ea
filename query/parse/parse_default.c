/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Expressions that stand alone, as the catalog keeps them: see parse.h.
 */
#include "query/parse/parse.h"

#include "base/check.h"

enum sqlstate parse_sql_text(
	struct arena *a, struct str text, struct ast_expr **out, struct error *e)
{
	struct str select = arena_printf(a, "SELECT %.*s", STR_ARGS(text));
	struct ast_script script;
	const struct ast_clause *clause;

	TRY(parse_script(a, select, NULL, &script, e));
	assert(script.count == 1);
	clause = script.statements[0]->program->queries[0].operands[0].clauses;
	*out = clause->select.projection->items[0].expr;
	return OK;
}

static void strip_regclass(struct ast_expr *x)
{
	struct ast_expr *arg;

	if (x->kind != EXPR_FUNCTION || x->function->arg_count != 1 ||
		!str_equal_nocase(x->function->name.name, STR("nextval")))
		return;
	arg = x->function->args[0];
	if (arg->kind == EXPR_CAST && arg->typed.operand->kind == EXPR_STRING)
		x->function->args[0] = arg->typed.operand;
}

enum sqlstate parse_default_text(
	struct arena *a, struct str text, struct ast_expr **out, struct error *e)
{
	TRY(parse_sql_text(a, text, out, e));
	strip_regclass(*out);
	return OK;
}
