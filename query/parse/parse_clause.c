/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Clauses: everything that can stand in a linear query, one function each, except MATCH patterns
 * (parse_pattern.c), SELECT (parse_select.c) and how clauses are put together (parse_query.c).
 */
#include "query/parse/parse_clause.h"
#include "query/parse/parse_table.h"

#include "base/check.h"

/* ---- projections ---- */

static enum sqlstate parse_item(struct parser *p, bool is_select, struct ast_item *out)
{
	uint32_t at = p->token.at;

	if (is_select && p->token.kind == '*') {
		out->expr = parse_new_expr(p, EXPR_ALL_COLUMNS, at);
		parse_advance(p);
		return parse_finish_expr(p, out->expr, 1);
	}
	TRY(parse_expr(p, &out->expr));
	out->source = (struct str){ p->lexer.text + at, p->end - at };
	out->at = at;
	if (parse_accept(p, KW_AS)) {
		if (is_select)
			return parse_any_name(p, "a column name", &out->alias);
		return parse_name(p, "a column name", &out->alias);
	}
	if (is_select && parse_is_name_token(&p->token) && !parse_is_page_word(p) &&
		p->token.kind != KW_INTO && !parse_word(p, "RETURNING"))
		return parse_name(p, NULL, &out->alias);
	return OK;
}

enum sqlstate parse_items(struct parser *p, bool is_select, struct ast_item **out, uint32_t *count)
{
	struct ast_item *items = NULL;
	uint32_t n = 0;

	do {
		TRY(parse_item(p, is_select, PARSE_PUSH(p, items, n)));
	} while (parse_accept(p, ','));
	*out = items;
	*count = n;
	return OK;
}

static enum sqlstate parse_sort(struct parser *p, struct ast_sort *out)
{
	TRY(parse_expr(p, &out->expr));
	if (parse_accept(p, KW_DESC) || parse_accept(p, KW_DESCENDING))
		out->is_descending = true;
	else if (!parse_accept(p, KW_ASC))
		parse_accept(p, KW_ASCENDING);
	if (!parse_accept(p, KW_NULLS))
		return OK;
	out->has_nulls = true;
	out->is_nulls_first = parse_accept(p, KW_FIRST);
	return out->is_nulls_first ? OK : parse_expect(p, KW_LAST);
}

enum sqlstate parse_sort_list(struct parser *p, struct ast_sort **out, uint32_t *count)
{
	struct ast_sort *sorts = NULL;
	uint32_t n = 0;

	TRY(parse_expect(p, KW_ORDER));
	TRY(parse_expect(p, KW_BY));
	do {
		TRY(parse_sort(p, PARSE_PUSH(p, sorts, n)));
	} while (parse_accept(p, ','));
	*out = sorts;
	*count = n;
	return OK;
}

bool parse_is_page_word(struct parser *p)
{
	if (p->token.kind == KW_FETCH)
		return parse_sees(p, 1, KW_FIRST) || parse_sees(p, 1, KW_NEXT);
	return p->token.kind == KW_WINDOW && parse_sees(p, 2, KW_AS) && parse_sees(p, 3, '(');
}

/* FETCH (FIRST | NEXT) [count] (ROW | ROWS) (ONLY | WITH TIES): SQL's own way to say LIMIT. */
static enum sqlstate parse_fetch_first(struct parser *p, struct ast_projection *out)
{
	uint32_t at = p->token.at;

	parse_advance(p);
	parse_advance(p);
	if (p->token.kind == KW_ROW || p->token.kind == KW_ROWS) {
		out->limit = parse_new_expr(p, EXPR_INT, at);
		out->limit->integer = 1;
		TRY(parse_finish_expr(p, out->limit, 1));
	} else {
		TRY(parse_expr(p, &out->limit));
	}
	if (!parse_accept(p, KW_ROWS))
		TRY(parse_expect(p, KW_ROW));
	if (parse_accept(p, KW_ONLY))
		return OK;
	TRY(parse_expect(p, KW_WITH));
	if (!parse_accept_word(p, "TIES"))
		return parse_fail(p, "TIES");
	out->limit_has_ties = true;
	if (out->order_by_count == 0)
		return PARSE_ERROR(p, at, E_SYNTAX,
			"WITH TIES cannot be specified without ORDER BY clause");
	return OK;
}

static enum sqlstate parse_limit(struct parser *p, bool *is_there, struct ast_projection *out)
{
	if (!*is_there && p->token.kind == KW_FETCH && parse_is_page_word(p)) {
		*is_there = true;
		return parse_fetch_first(p, out);
	}
	if (*is_there || !parse_accept(p, KW_LIMIT))
		return OK;
	*is_there = true;
	if (parse_accept(p, KW_ALL)) /* LIMIT ALL: SQL's way to say no limit */
		return OK;
	return parse_expr(p, &out->limit);
}

enum sqlstate parse_page(struct parser *p, struct ast_projection *out)
{
	bool has_limit = false;

	if (parse_is(p, KW_ORDER))
		TRY(parse_sort_list(p, &out->order_by, &out->order_by_count));
	TRY(parse_limit(p, &has_limit, out)); /* SQL also puts LIMIT before OFFSET */
	if (parse_accept(p, KW_OFFSET) || parse_accept(p, KW_SKIP)) {
		TRY(parse_expr(p, &out->offset));
		if (!parse_accept(p, KW_ROWS))
			parse_accept(p, KW_ROW);
	}
	return parse_limit(p, &has_limit, out);
}

static enum sqlstate parse_group_by(struct parser *p, struct ast_projection *out)
{
	if (!parse_accept(p, KW_GROUP))
		return OK;
	TRY(parse_expect(p, KW_BY));
	out->has_group_by = true;
	if (p->token.kind == '(' && parse_sees(p, 1, ')')) {
		parse_advance(p);
		return parse_expect(p, ')');
	}
	return parse_expr_list(p, &out->group_by, &out->group_by_count);
}

/* What RETURN and WITH have in common. */
static enum sqlstate parse_projection(struct parser *p, struct ast_projection **out)
{
	struct ast_projection *projection = ARENA_NEW(p->arena, struct ast_projection);

	*out = projection;
	projection->is_distinct = parse_accept(p, KW_DISTINCT);
	if (!projection->is_distinct && p->token.kind == KW_ALL && !parse_sees(p, 1, '('))
		parse_advance(p);
	if (parse_is(p, '*')) {
		projection->is_all = true;
		projection->star_at = p->token.at;
		parse_advance(p);
	}
	if (!projection->is_all || parse_accept(p, ','))
		TRY(parse_items(p, false, &projection->items, &projection->item_count));
	TRY(parse_group_by(p, projection));
	return parse_page(p, projection);
}

enum sqlstate parse_return(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_RETURN;
	parse_advance(p);
	return parse_projection(p, &out->projection);
}

enum sqlstate parse_with(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_WITH;
	parse_advance(p);
	TRY(parse_projection(p, &out->projection));
	if (parse_accept(p, KW_WHERE))
		return parse_expr(p, &out->projection->where);
	return OK;
}

enum sqlstate parse_page_clause(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_PAGE;
	out->projection = ARENA_NEW(p->arena, struct ast_projection);
	return parse_page(p, out->projection);
}

/* ---- reading ---- */

bool parse_is_match_start(struct parser *p)
{
	return parse_is(p, KW_MATCH) || parse_is(p, KW_OPTIONAL);
}

static enum sqlstate parse_match(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_MATCH;
	out->at = p->token.at;
	TRY(parse_expect(p, KW_MATCH));
	TRY(parse_graph_pattern(p, &out->match.pattern));
	out->length = p->end - out->at;
	return OK;
}

static enum sqlstate parse_optional(struct parser *p, struct ast_clause *out)
{
	bool is_brace;

	out->at = p->token.at;
	parse_advance(p);
	if (parse_is(p, KW_MATCH)) {
		uint32_t at = out->at;

		TRY(parse_match(p, out));
		out->match.is_optional = true;
		out->at = at;
	} else if (parse_is(p, KW_CALL)) {
		TRY(parse_call(p, true, out));
	} else {
		out->kind = CLAUSE_OPTIONAL;
		is_brace = parse_accept(p, '{');
		if (!is_brace)
			TRY(parse_expect(p, '('));
		TRY(parse_enter(p));
		TRY(parse_match_list(p, &out->optional.matches, &out->optional.count));
		parse_leave(p);
		TRY(parse_expect(p, is_brace ? '}' : ')'));
	}
	out->length = p->end - out->at;
	return OK;
}

enum sqlstate parse_match_clause(struct parser *p, struct ast_clause *out)
{
	return p->token.kind == KW_OPTIONAL ? parse_optional(p, out) : parse_match(p, out);
}

enum sqlstate parse_match_list(struct parser *p, struct ast_clause **out, uint32_t *count)
{
	struct ast_clause *matches = NULL;
	uint32_t n = 0;

	if (!parse_is_match_start(p))
		return parse_fail(p, NULL);
	do {
		TRY(parse_match_clause(p, PARSE_PUSH(p, matches, n)));
	} while (parse_is_match_start(p));
	*out = matches;
	*count = n;
	return OK;
}

enum sqlstate parse_filter(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_FILTER;
	parse_advance(p);
	parse_accept(p, KW_WHERE);
	return parse_expr(p, &out->filter);
}

enum sqlstate parse_let_clause(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_LET;
	parse_advance(p);
	do {
		struct ast_entry *entry = PARSE_PUSH(p, out->let.bindings, out->let.count);

		if (p->token.kind == KW_VALUE && parse_is_name_token(parse_peek(p, 1)))
			parse_advance(p);
		TRY(parse_name(p, "a variable", &entry->name));
		if (parse_accept(p, KW_TYPED)) {
			TRY(parse_type(p, &entry->type));
		} else if (p->token.kind == ':' && parse_sees_adjacent(p, 1, ':')) {
			parse_advance(p);
			parse_advance(p);
			TRY(parse_type(p, &entry->type));
		}
		TRY(parse_expect(p, '='));
		TRY(parse_expr(p, &entry->value));
	} while (parse_accept(p, ','));
	return OK;
}

enum sqlstate parse_for(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_FOR;
	parse_advance(p);
	TRY(parse_name(p, "a variable", &out->loop.variable));
	TRY(parse_expect(p, KW_IN));
	TRY(parse_expr(p, &out->loop.list));
	if (p->token.kind != KW_WITH)
		return OK;
	if (!parse_sees(p, 1, KW_ORDINALITY) && !parse_sees(p, 1, KW_OFFSET))
		return OK;
	/* FOR x IN l WITH ordinality AS o RETURN ..: a projection of a variable of that name. */
	if (!parse_is_name_token(parse_peek(p, 2)))
		return OK;
	parse_advance(p);
	out->loop.is_offset = p->token.kind == KW_OFFSET;
	parse_advance(p);
	return parse_name(p, "a variable", &out->loop.ordinal);
}

enum sqlstate parse_unwind(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_FOR;
	parse_advance(p);
	TRY(parse_expr(p, &out->loop.list));
	TRY(parse_expect(p, KW_AS));
	return parse_name(p, "a variable", &out->loop.variable);
}

/* ---- CALL ---- */

static enum sqlstate parse_yield_item(struct parser *p, struct ast_yield_item *out)
{
	TRY(parse_any_name(p, "a column name", &out->name));
	if (!parse_accept(p, KW_AS))
		return OK;
	return parse_name(p, "a variable", &out->alias);
}

enum sqlstate parse_yield(struct parser *p, struct ast_yield **out)
{
	struct ast_yield *yield = ARENA_NEW(p->arena, struct ast_yield);

	*out = yield;
	TRY(parse_expect(p, KW_YIELD));
	yield->is_all = parse_accept(p, '*');
	if (yield->is_all)
		return OK;
	if (p->token.kind == '-') { /* openCypher's YIELD - : no columns */
		parse_advance(p);
		return OK;
	}
	do {
		TRY(parse_yield_item(p, PARSE_PUSH(p, yield->items, yield->count)));
	} while (parse_accept(p, ','));
	return OK;
}

static enum sqlstate parse_call_procedure(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_CALL_PROCEDURE;
	TRY(parse_qname(p, "a procedure name", &out->call->name));
	if (parse_accept(p, '(')) {
		out->call->has_args = true;
		if (!parse_is(p, ')'))
			TRY(parse_expr_list(p, &out->call->args, &out->call->arg_count));
		TRY(parse_expect(p, ')'));
	}
	if (!parse_is(p, KW_YIELD))
		return OK;
	TRY(parse_yield(p, &out->call->yield));
	if (parse_accept(p, KW_WHERE))
		return parse_expr(p, &out->call->where);
	return OK;
}

/* The scope list of an inline subquery: () (*) (a, b) */
static enum sqlstate parse_call_scope(struct parser *p, struct ast_clause *out)
{
	if (!parse_is(p, '('))
		return OK;
	out->nested.has_scope = true;
	if (parse_sees(p, 1, '*') || parse_sees(p, 1, ')')) {
		parse_advance(p);
		out->nested.is_scope_all = parse_accept(p, '*');
		return parse_expect(p, ')');
	}
	return parse_name_list(p, "a variable", &out->nested.scope, &out->nested.scope_count);
}

enum sqlstate parse_call(struct parser *p, bool is_optional, struct ast_clause *out)
{
	parse_advance(p);
	if (!parse_is(p, '{') && !parse_is(p, '(')) {
		out->call = arena_alloc(p->arena, sizeof *out->call);
		out->call->is_optional = is_optional;
		return parse_call_procedure(p, out);
	}
	out->kind = CLAUSE_CALL_SUBQUERY;
	out->nested.is_optional = is_optional;
	TRY(parse_call_scope(p, out));
	TRY(parse_nested_program(p, &out->nested.program));
	if (p->token.kind == KW_IN) {
		parse_unsupported(p, p->token.at, "CALL {..} IN TRANSACTIONS");
		error_hint(p->error, "A statement is one transaction; load much data by COPY.");
		return E_NOT_SUPPORTED;
	}
	return OK;
}

/* ---- writing ---- */

enum sqlstate parse_insert(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_INSERT;
	out->match.is_create = p->token.kind == KW_CREATE;
	parse_advance(p);
	if (p->token.kind == KW_INTO)
		return parse_unsupported(p, p->token.at, "INSERT INTO");
	return parse_insert_pattern(p, &out->match.pattern);
}

/* A variable, or the target.key of SET and REMOVE; `kind` is PROPERTY or still open. */
static enum sqlstate parse_item_target(struct parser *p, struct ast_set_item *out)
{
	struct ast_expr *target = NULL;

	out->at = p->token.at;
	TRY(parse_target(p, &target));
	out->target = target;
	if (target->kind == EXPR_PROPERTY) {
		out->kind = SET_PROPERTY;
		out->key = target->property.key;
		out->target = target->property.base;
		return OK;
	}
	out->kind = SET_LABELS;
	if (target->kind == EXPR_VARIABLE)
		return OK;
	(void)PARSE_ERROR(p, out->at, E_SYNTAX, "a property or a variable is expected");
	error_hint(p->error, "The name of a property stands in the text: SET v.key = value.");
	return E_SYNTAX;
}

static enum sqlstate parse_set_item(struct parser *p, struct ast_set_item *out)
{
	TRY(parse_item_target(p, out));
	if (out->kind == SET_PROPERTY) {
		TRY(parse_expect(p, '='));
		TRY(parse_expr(p, &out->value));
	} else if (parse_accept(p, '=')) {
		out->kind = SET_REPLACE;
		TRY(parse_expr(p, &out->value));
	} else if (parse_is(p, '+')) {
		parse_advance(p);
		TRY(parse_expect(p, '='));
		out->kind = SET_ADD;
		TRY(parse_expr(p, &out->value));
	} else {
		if (!parse_accept(p, ':'))
			TRY(parse_expect(p, KW_IS));
		TRY(parse_label_names(p, &out->labels, &out->label_count));
	}
	out->length = p->end - out->at;
	return OK;
}

static enum sqlstate parse_set_items(struct parser *p, struct ast_set_item **items, uint32_t *count)
{
	do {
		TRY(parse_set_item(p, PARSE_PUSH(p, *items, *count)));
	} while (parse_accept(p, ','));
	return OK;
}

enum sqlstate parse_set_clause(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_SET;
	parse_advance(p);
	return parse_set_items(p, &out->set.items, &out->set.count);
}

enum sqlstate parse_merge(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_MERGE;
	parse_advance(p);
	TRY(parse_path_pattern(p, &out->merge.pattern));
	while (parse_accept(p, KW_ON)) {
		if (parse_accept(p, KW_CREATE)) {
			TRY(parse_expect(p, KW_SET));
			TRY(parse_set_items(p, &out->merge.on_create, &out->merge.on_create_count));
		} else {
			TRY(parse_expect(p, KW_MATCH));
			TRY(parse_expect(p, KW_SET));
			TRY(parse_set_items(p, &out->merge.on_match, &out->merge.on_match_count));
		}
	}
	return OK;
}

static enum sqlstate parse_remove_item(struct parser *p, struct ast_set_item *out)
{
	TRY(parse_item_target(p, out));
	if (out->kind == SET_LABELS) {
		if (!parse_accept(p, ':'))
			TRY(parse_expect(p, KW_IS));
		TRY(parse_label_names(p, &out->labels, &out->label_count));
	}
	out->length = p->end - out->at;
	return OK;
}

enum sqlstate parse_remove(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_REMOVE;
	parse_advance(p);
	do {
		TRY(parse_remove_item(p, PARSE_PUSH(p, out->set.items, out->set.count)));
	} while (parse_accept(p, ','));
	return OK;
}

enum sqlstate parse_delete(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_DELETE;
	out->remove.is_detach = p->token.kind == KW_DETACH;
	if (p->token.kind != KW_DELETE)
		parse_advance(p);
	TRY(parse_expect(p, KW_DELETE));
	if (p->token.kind == KW_FROM)
		return parse_unsupported(p, p->token.at, "DELETE FROM");
	return parse_expr_list(p, &out->remove.exprs, &out->remove.count);
}

static enum sqlstate parse_foreach_body(struct parser *p, struct ast_clause *out)
{
	out->at = p->token.at;
	switch (p->token.kind) {
	case KW_INSERT:
	case KW_CREATE:
		TRY(parse_insert(p, out));
		break;
	case KW_MERGE:
		TRY(parse_merge(p, out));
		break;
	case KW_SET:
		TRY(parse_set_clause(p, out));
		break;
	case KW_REMOVE:
		TRY(parse_remove(p, out));
		break;
	case KW_DELETE:
	case KW_DETACH:
	case KW_NODETACH:
		TRY(parse_delete(p, out));
		break;
	case KW_FOREACH:
		TRY(parse_foreach(p, out));
		break;
	default:
		return parse_fail(p, "a writing clause");
	}
	out->length = p->end - out->at;
	return OK;
}

enum sqlstate parse_foreach(struct parser *p, struct ast_clause *out)
{
	out->kind = CLAUSE_FOREACH;
	TRY(parse_enter(p));
	parse_advance(p);
	TRY(parse_expect(p, '('));
	TRY(parse_name(p, "a variable", &out->foreach.variable));
	TRY(parse_expect(p, KW_IN));
	TRY(parse_expr_until(p, '|', &out->foreach.list));
	TRY(parse_expect(p, '|'));
	do {
		TRY(parse_foreach_body(p, PARSE_PUSH(p, out->foreach.clauses, out->foreach.count)));
	} while (!parse_accept(p, ')'));
	parse_leave(p);
	return OK;
}
