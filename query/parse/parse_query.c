/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * How clauses make queries, and queries programs; and the rule that a query which only reads must
 * say what it returns.
 *
 *	program = query { NEXT [YIELD ..] query }
 *	query   = linear { UNION | EXCEPT | INTERSECT | OTHERWISE linear }
 *	linear  = [USE g] { clause } [ RETURN .. | FINISH ] | '{' program '}'
 *	        | '(' program ')' | SELECT | VALUES | dml
 */
#include "query/parse/parse_clause.h"

#include "base/check.h"

bool parse_is_program_start(struct parser *p)
{
	switch (p->token.kind) {
	case KW_MATCH:
	case KW_OPTIONAL:
	case KW_FILTER:
	case KW_LET:
	case KW_FOR:
	case KW_UNWIND:
	case KW_ORDER:
	case KW_OFFSET:
	case KW_SKIP:
	case KW_LIMIT:
	case KW_CALL:
	case KW_WITH:
	case KW_INSERT:
	case KW_CREATE:
	case KW_MERGE:
	case KW_SET:
	case KW_REMOVE:
	case KW_DELETE:
	case KW_DETACH:
	case KW_NODETACH:
	case KW_RETURN:
	case KW_FINISH:
	case KW_USE:
	case KW_SELECT:
	case '{':
		return true;
	case KW_VALUES:
	case KW_FOREACH:
		return parse_sees(p, 1, '(');
	case KW_TABLE:
		return parse_is_table_query(p);
	default:
		return parse_is_dml(p);
	}
}

/* One clause, if one starts here. */
static enum sqlstate parse_clause(struct parser *p, bool *is_there, struct ast_clause *out)
{
	switch (p->token.kind) {
	case KW_MATCH:
	case KW_OPTIONAL:
		return parse_match_clause(p, out);
	case KW_FILTER:
		return parse_filter(p, out);
	case KW_LET:
		return parse_let_clause(p, out);
	case KW_FOR:
		return parse_for(p, out);
	case KW_UNWIND:
		return parse_unwind(p, out);
	case KW_ORDER:
	case KW_OFFSET:
	case KW_SKIP:
	case KW_LIMIT:
		return parse_page_clause(p, out);
	case KW_CALL:
		return parse_call(p, false, out);
	case KW_WITH:
		return parse_with(p, out);
	case KW_RETURN:
		return parse_return(p, out);
	case KW_FINISH:
		out->kind = CLAUSE_FINISH;
		parse_advance(p);
		return OK;
	case KW_INSERT:
	case KW_CREATE:
		return parse_insert(p, out);
	case KW_MERGE:
		return parse_merge(p, out);
	case KW_SET:
		return parse_set_clause(p, out);
	case KW_REMOVE:
		return parse_remove(p, out);
	case KW_DELETE:
	case KW_DETACH:
	case KW_NODETACH:
		return parse_delete(p, out);
	case KW_FOREACH:
		return parse_foreach(p, out);
	default:
		*is_there = false;
		return OK;
	}
}

/* { program }, SELECT and VALUES stand alone in their linear query. */
static enum sqlstate parse_lone_clause(struct parser *p, struct ast_linear *out)
{
	struct ast_clause *clause = PARSE_PUSH(p, out->clauses, out->clause_count);

	clause->at = p->token.at;
	if (parse_is_dml(p)) {
		TRY(parse_dml(p, clause));
	} else if (p->token.kind == KW_SELECT) {
		TRY(parse_select(p, clause));
	} else if (parse_is_table_query(p)) {
		TRY(parse_table_query(p, clause));
	} else if (p->token.kind == KW_VALUES) {
		TRY(parse_values(p, clause));
	} else if (parse_accept(p, '(')) {
		clause->kind = CLAUSE_NESTED;
		clause->nested.is_parenthesised = true;
		TRY(parse_program(p, &clause->nested.program));
		TRY(parse_expect(p, ')'));
	} else {
		clause->kind = CLAUSE_NESTED;
		TRY(parse_nested_program(p, &clause->nested.program));
	}
	clause->length = p->end - clause->at;
	return OK;
}

static enum sqlstate parse_clauses(struct parser *p, struct ast_linear *out)
{
	for (;;) {
		struct ast_clause clause = { .at = p->token.at };
		bool is_there = true;

		TRY(parse_clause(p, &is_there, &clause));
		if (!is_there)
			break;
		clause.length = p->end - clause.at;
		*PARSE_PUSH(p, out->clauses, out->clause_count) = clause;
		if (clause.kind == CLAUSE_RETURN || clause.kind == CLAUSE_FINISH)
			return OK;
	}
	if (p->token.kind == KW_LOAD && parse_sees(p, 1, KW_CSV))
		return parse_unsupported(p, p->token.at, "LOAD CSV");
	if (out->clause_count == 0)
		return parse_fail(p, "a clause");
	parse_note(p, "a clause");
	return OK;
}

static enum sqlstate parse_linear(struct parser *p, struct ast_linear *out)
{
	out->at = p->token.at;
	if (parse_accept(p, KW_USE))
		TRY(parse_qname(p, "a graph name", &out->use));
	if (p->token.kind == '{' || p->token.kind == KW_SELECT || p->token.kind == KW_VALUES ||
		parse_is_dml(p) || parse_is_table_query(p) ||
		(p->token.kind == '(' && parse_ahead_query(p)))
		TRY(parse_lone_clause(p, out));
	else
		TRY(parse_clauses(p, out));
	out->length = p->end - out->at;
	return OK;
}

/* The operator between two linear queries; NONE if there is none. */
static enum ast_set_op parse_set_op(struct parser *p)
{
	enum ast_set_op op = SET_OP_NONE;

	if (parse_accept(p, KW_UNION))
		op = SET_OP_UNION;
	else if (parse_accept(p, KW_EXCEPT))
		op = SET_OP_EXCEPT;
	else if (parse_accept(p, KW_INTERSECT))
		op = SET_OP_INTERSECT;
	else if (parse_accept(p, KW_OTHERWISE))
		return SET_OP_OTHERWISE;
	else
		return SET_OP_NONE;
	if (parse_accept(p, KW_ALL))
		return (enum ast_set_op)(op + 1);
	parse_accept(p, KW_DISTINCT);
	return op;
}

static enum sqlstate parse_cte_is_new(struct parser *p, const struct ast_query *query)
{
	const struct ast_name *name = &query->ctes[query->cte_count - 1].name;

	for (uint32_t i = 0; i + 1 < query->cte_count; i++) {
		if (str_equal(query->ctes[i].name.text, name->text))
			return PARSE_ERROR(p, name->at, E_DUPLICATE_ALIAS,
				"WITH query name \"%.*s\" specified more than once",
				STR_ARGS(name->text));
	}
	return OK;
}

/* WITH [RECURSIVE] name [(columns)] AS [[NOT] MATERIALIZED] ( query ), .. */
static enum sqlstate parse_ctes(struct parser *p, struct ast_query *out)
{
	parse_advance(p);
	out->is_recursive = parse_accept(p, KW_RECURSIVE);
	do {
		struct ast_cte *cte = PARSE_PUSH(p, out->ctes, out->cte_count);

		TRY(parse_name(p, "a name", &cte->name));
		TRY(parse_cte_is_new(p, out));
		if (p->token.kind == '(')
			TRY(parse_name_list(
				p, "a column name", &cte->columns, &cte->column_count));
		TRY(parse_expect(p, KW_AS));
		if (parse_accept(p, KW_NOT))
			TRY(parse_expect(p, KW_MATERIALIZED));
		else
			parse_accept(p, KW_MATERIALIZED);
		TRY(parse_expect(p, '('));
		TRY(parse_program(p, &cte->program));
		TRY(parse_expect(p, ')'));
	} while (parse_accept(p, ','));
	return OK;
}

static bool page_is_there(const struct ast_projection *page)
{
	return page->order_by_count > 0 || page->limit != NULL || page->offset != NULL;
}

/* Behind a parenthesised operand a page belongs to the whole; and so does that of a last operand
   that was written without parentheses: SELECT .. UNION SELECT .. ORDER BY 1. */
static enum sqlstate parse_query_page(struct parser *p, struct ast_query *out)
{
	struct ast_clause *last = out->operands[out->operand_count - 1].clauses;
	struct ast_projection *page = ARENA_NEW(p->arena, struct ast_projection);
	struct ast_projection *own;

	if (last->kind == CLAUSE_NESTED) {
		TRY(parse_page(p, page));
		if (page_is_there(page))
			out->page = page;
		return OK;
	}
	if (out->operand_count > 1 && last->kind == CLAUSE_VALUES) {
		out->page = last->values.page;
		last->values.page = NULL;
	}
	if (out->operand_count == 1 || last->kind != CLAUSE_SELECT)
		return OK;
	own = last->select.projection;
	if (!page_is_there(own))
		return OK;
	page->order_by = own->order_by;
	page->order_by_count = own->order_by_count;
	page->limit = own->limit;
	page->offset = own->offset;
	page->limit_has_ties = own->limit_has_ties;
	own->order_by_count = 0;
	own->limit = own->offset = NULL;
	own->limit_has_ties = false;
	out->page = page;
	return OK;
}

/* INTERSECT binds its operands closer than UNION and EXCEPT do: they become one nested query. */
static void parse_push_operand(
	struct parser *p, struct ast_query *out, enum ast_set_op op,
	const struct ast_linear *operand)
{
	struct ast_linear *last = out->operand_count == 0 ? NULL
							  : &out->operands[out->operand_count - 1];
	bool is_close = op == SET_OP_INTERSECT || op == SET_OP_INTERSECT_ALL;
	uint32_t op_count = out->operand_count;

	if (is_close && out->operand_count > 1 && last->clauses->kind >= CLAUSE_NESTED &&
		out->ops[out->operand_count - 1] < SET_OP_INTERSECT) {
		struct ast_program *program = ARENA_NEW(p->arena, struct ast_program);
		struct ast_query *query = ARENA_NEW(p->arena, struct ast_query);
		struct ast_clause *nested = ARENA_NEW(p->arena, struct ast_clause);
		uint32_t count = 0;

		query->at = program->at = last->at;
		query->length = program->length = p->end - last->at;
		*PARSE_PUSH(p, query->ops, count) = SET_OP_NONE;
		*PARSE_PUSH(p, query->ops, count) = op;
		*PARSE_PUSH(p, query->operands, query->operand_count) = *last;
		*PARSE_PUSH(p, query->operands, query->operand_count) = *operand;
		program->queries = query;
		program->count = 1;
		*nested = (struct ast_clause){ .kind = CLAUSE_NESTED,
			.at = last->at,
			.length = query->length,
			.nested = { .program = program, .is_parenthesised = true } };
		*last = (struct ast_linear){ .at = last->at,
			.length = query->length,
			.clauses = nested,
			.clause_count = 1 };
		return;
	}
	*PARSE_PUSH(p, out->ops, op_count) = op;
	*PARSE_PUSH(p, out->operands, out->operand_count) = *operand;
}

static enum sqlstate parse_query(struct parser *p, struct ast_query *out)
{
	enum ast_set_op op = SET_OP_NONE;

	out->at = p->token.at;
	if (p->token.kind == KW_WITH && parse_ahead_cte(p))
		TRY(parse_ctes(p, out));
	do {
		struct ast_linear operand = { 0 };

		TRY(parse_linear(p, &operand));
		parse_push_operand(p, out, op, &operand);
		op = parse_set_op(p);
	} while (op != SET_OP_NONE);
	TRY(parse_query_page(p, out));
	out->length = p->end - out->at;
	return OK;
}

enum sqlstate parse_program(struct parser *p, struct ast_program **out)
{
	struct ast_program *program = ARENA_NEW(p->arena, struct ast_program);
	uint16_t outer = p->expr_end;

	*out = program;
	program->at = p->token.at;
	TRY(parse_enter(p));
	p->expr_end = TOKEN_END;
	for (;;) {
		struct ast_query *query = PARSE_PUSH(p, program->queries, program->count);

		if (program->count > 1 && parse_is(p, KW_YIELD))
			TRY(parse_yield(p, &query->yield));
		TRY(parse_query(p, query));
		if (!parse_accept(p, KW_NEXT))
			break;
	}
	p->expr_end = outer;
	parse_leave(p);
	program->length = p->end - program->at;
	return OK;
}

enum sqlstate parse_nested_program(struct parser *p, struct ast_program **out)
{
	TRY(parse_expect(p, '{'));
	TRY(parse_program(p, out));
	return parse_expect(p, '}');
}

/* ---- a query that reads needs RETURN ---- */

/* Whether the linear query may end as it does. */
static bool is_complete(const struct ast_linear *linear)
{
	const struct ast_clause *last = &linear->clauses[linear->clause_count - 1];

	if (last->kind >= CLAUSE_RETURN)
		return true;
	if (last->kind == CLAUSE_CALL_PROCEDURE && linear->clause_count == 1)
		return true;
	for (uint32_t i = 0; i < linear->clause_count; i++) {
		/* A CALL subquery may write inside; the planner knows. */
		if (ast_clause_writes(&linear->clauses[i]) ||
			linear->clauses[i].kind == CLAUSE_CALL_SUBQUERY)
			return true;
	}
	return false;
}

enum sqlstate parse_query_statement(struct parser *p, struct ast_stmt *out)
{
	const struct ast_query *last;

	out->kind = STMT_QUERY;
	TRY(parse_program(p, &out->program));
	if (p->token.kind != ';' && p->token.kind != TOKEN_END)
		return OK; /* the caller says what it expected */
	last = &out->program->queries[out->program->count - 1];
	for (uint32_t i = 0; i < last->operand_count; i++) {
		if (!is_complete(&last->operands[i]))
			return PARSE_ERROR(
				p, p->token.at, E_SYNTAX, "a query that reads needs RETURN");
	}
	return OK;
}
