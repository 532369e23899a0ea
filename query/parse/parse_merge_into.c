/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * MERGE INTO, beside which the graph's own MERGE stands in parse_clause.c:
 *
 *	merge = MERGE INTO [ONLY] t [[AS] a] USING item ON expr {when}
 *	when  = WHEN [NOT] MATCHED [AND expr] THEN
 *	        (INSERT [(columns)] [OVERRIDING .. VALUE] (VALUES (..) | DEFAULT VALUES) |
 *	         UPDATE SET list | DELETE | DO NOTHING)
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

static enum sqlstate parse_merge_insert(struct parser *p, struct ast_dml *out)
{
	uint32_t at;

	out->kind = DML_INSERT;
	if (p->token.kind == '(')
		TRY(parse_column_names(p, &out->columns, &out->column_count));
	TRY(parse_overriding(p, out));
	at = p->token.at;
	if (p->token.kind != KW_VALUES && !parse_word(p, "DEFAULT"))
		return parse_fail(p, "VALUES");
	TRY(parse_insert_source(p, out));
	if (out->query == NULL)
		return OK;
	if (out->query->queries[0].operands[0].clauses[0].kind != CLAUSE_VALUES ||
		out->query->queries[0].operands[0].clauses[0].values.row_count != 1)
		return PARSE_ERROR(p, at, E_SYNTAX, "MERGE inserts one row of VALUES");
	return OK;
}

static enum sqlstate parse_action(struct parser *p, struct ast_merge_when *out)
{
	struct ast_dml *dml = ARENA_NEW(p->arena, struct ast_dml);

	out->at = p->token.at;
	out->dml = dml;
	if (!out->is_matched && parse_accept(p, KW_INSERT)) {
		out->action = WHEN_INSERT;
		return parse_merge_insert(p, dml);
	}
	if (out->is_matched && parse_accept_word(p, "UPDATE")) {
		out->action = WHEN_UPDATE;
		dml->kind = DML_UPDATE;
		return parse_assignments(p, dml);
	}
	if (out->is_matched && parse_accept(p, KW_DELETE)) {
		out->action = WHEN_DELETE;
		dml->kind = DML_DELETE;
		return OK;
	}
	out->action = WHEN_NOTHING;
	if (parse_accept_words(p, "DO", "NOTHING"))
		return OK;
	return parse_fail(p, "DO NOTHING");
}

static enum sqlstate parse_when(struct parser *p, struct ast_merge_when *out)
{
	TRY(parse_expect(p, KW_WHEN));
	out->is_matched = !parse_accept(p, KW_NOT);
	TRY(parse_expect_word(p, "MATCHED"));
	if (parse_accept(p, KW_AND))
		TRY(parse_expr(p, &out->condition));
	TRY(parse_expect(p, KW_THEN));
	return parse_action(p, out);
}

/* What MERGE goes through: each row of the source, beside the rows of the table that it matches. */
static void join_target(struct parser *p, struct ast_dml *out, struct ast_expr *on)
{
	struct ast_from *source = out->from->select.from;
	struct ast_from *target = ARENA_NEW(p->arena, struct ast_from);
	struct ast_from *joined = ARENA_NEW(p->arena, struct ast_from);
	struct ast_join *join = ARENA_NEW(p->arena, struct ast_join);

	*target = (struct ast_from){ .kind = FROM_RELATION,
		.at = out->table.at,
		.length = out->table.length,
		/* behind its schema: no WITH query hides it */
		.graph = { .at = out->table.at,
			.length = out->table.length,
			.qualifier = STR("public"),
			.name = out->table.text },
		.alias = out->alias };
	*join = (struct ast_join){ .kind = JOIN_LEFT, .left = source, .right = target, .on = on };
	*joined = (struct ast_from){ .kind = FROM_JOIN,
		.at = source->at,
		.length = source->length,
		.join = join };
	out->from->select.from = joined;
}

enum sqlstate parse_merge_into(struct parser *p, struct ast_dml *out)
{
	struct ast_expr *on;

	parse_advance(p);
	parse_advance(p);
	out->kind = DML_MERGE;
	if (parse_word(p, "ONLY") && parse_is_any_name_token(parse_peek(p, 1)))
		parse_advance(p);
	TRY(parse_table_name(p, "a table", &out->table));
	TRY(parse_dml_alias(p, out));
	TRY(parse_expect_word(p, "USING"));
	TRY(parse_dml_from(p, out));
	if (out->from->select.from_count != 1)
		return PARSE_ERROR(p, out->from->select.from[1].at, E_SYNTAX,
			"MERGE takes its rows from one item; write a subquery or a JOIN");
	TRY(parse_expect(p, KW_ON));
	TRY(parse_expr(p, &on));
	do
		TRY(parse_when(p, PARSE_PUSH(p, out->whens, out->when_count)));
	while (p->token.kind == KW_WHEN);
	if (parse_word(p, "RETURNING"))
		return parse_unsupported(p, p->token.at, "RETURNING of MERGE");
	join_target(p, out, on);
	return OK;
}
