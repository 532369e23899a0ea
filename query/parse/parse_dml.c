/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * INSERT INTO, UPDATE and DELETE FROM: rows of labels as tables.
 *
 *	insert = INSERT INTO t [AS a] [(columns)] [OVERRIDING (SYSTEM|USER) VALUE]
 *	         (DEFAULT VALUES | program | '(' program ')') [conflict] [RETURNING list]
 *	update = UPDATE [ONLY] t [[AS] a] SET list [FROM list] [WHERE expr] [RETURNING list]
 *	delete = DELETE FROM [ONLY] t [[AS] a] [USING list] [WHERE expr] [RETURNING list]
 *
 * MERGE INTO is in parse_merge_into.c.
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

bool parse_is_dml(struct parser *p)
{
	switch (p->token.kind) {
	case KW_INSERT:
		return parse_sees(p, 1, KW_INTO);
	case KW_DELETE:
		return parse_sees(p, 1, KW_FROM);
	case KW_MERGE:
		return parse_sees(p, 1, KW_INTO);
	case KW_UPDATE:
		return parse_is_any_name_token(parse_peek(p, 1));
	default:
		return false;
	}
}

enum sqlstate parse_dml_alias(struct parser *p, struct ast_dml *out)
{
	if (parse_accept(p, KW_AS))
		return parse_folded_name(p, "an alias", &out->alias);
	if (out->kind == DML_INSERT || !parse_is_name_token(&p->token) || parse_word(p, "SET") ||
		parse_word(p, "USING") || parse_word(p, "WHERE") || parse_word(p, "RETURNING"))
		return OK;
	return parse_folded_name(p, NULL, &out->alias);
}

static enum sqlstate parse_returning(struct parser *p, struct ast_dml *out)
{
	struct ast_projection *list;

	if (!parse_accept_word(p, "RETURNING"))
		return OK;
	list = ARENA_NEW(p->arena, struct ast_projection);
	out->returning = list;
	if (parse_is(p, '*')) {
		list->is_all = true;
		list->star_at = p->token.at;
		parse_advance(p);
		if (!parse_accept(p, ','))
			return OK;
	}
	return parse_items(p, true, &list->items, &list->item_count);
}

/* ---- SET ---- */

static enum sqlstate parse_assigned(struct parser *p, struct ast_expr **out)
{
	*out = NULL;
	if (parse_word(p, "DEFAULT") && !parse_sees(p, 1, '(') && !parse_sees(p, 1, '.')) {
		parse_advance(p);
		return OK;
	}
	return parse_expr(p, out);
}

/* SELECT column FROM (program) AS row (column, ..): one column of the row that a subquery gives. */
static struct ast_program *column_of_row(struct parser *p, struct ast_program *program,
	struct ast_name *columns, uint32_t count, uint32_t which)
{
	struct ast_program *made = ARENA_NEW(p->arena, struct ast_program);
	struct ast_query *query = ARENA_NEW(p->arena, struct ast_query);
	struct ast_linear *linear = ARENA_NEW(p->arena, struct ast_linear);
	struct ast_clause *clause = ARENA_NEW(p->arena, struct ast_clause);
	struct ast_projection *select = ARENA_NEW(p->arena, struct ast_projection);
	struct ast_from *from = ARENA_NEW(p->arena, struct ast_from);

	from->kind = FROM_SUBQUERY;
	from->at = program->at;
	from->program = program;
	from->is_row = true;
	from->alias.text = STR("row");
	from->column_aliases = columns;
	from->column_alias_count = count;
	select->items = ARENA_NEW(p->arena, struct ast_item);
	select->item_count = 1;
	select->items[0].expr = parse_new_expr(p, EXPR_VARIABLE, program->at);
	select->items[0].expr->variable.name = columns[which].text;
	clause->kind = CLAUSE_SELECT;
	clause->at = program->at;
	clause->select.projection = select;
	clause->select.from = from;
	clause->select.from_count = 1;
	linear->clauses = clause;
	query->operands = linear;
	query->ops = ARENA_NEW(p->arena, enum ast_set_op);
	made->queries = query;
	made->count = query->operand_count = linear->clause_count = 1;
	made->at = query->at = linear->at = program->at;
	return made;
}

/* (a, b) = (SELECT x, y ..): each column asks the subquery for its own. */
static enum sqlstate parse_row_subquery(
	struct parser *p, struct ast_name *columns, uint32_t count, struct ast_dml *out)
{
	struct ast_program *program;
	uint32_t at = p->token.at;

	parse_advance(p);
	TRY(parse_program(p, &program));
	TRY(parse_expect(p, ')'));
	program->at = at;
	for (uint32_t i = 0; i < count; i++) {
		struct ast_assignment *a = PARSE_PUSH(p, out->assignments, out->assignment_count);

		a->column = columns[i];
		a->value = parse_new_expr(p, EXPR_SUBQUERY, at);
		a->value->subquery.kind = SUBQUERY_VALUE;
		a->value->subquery.program = column_of_row(p, program, columns, count, i);
		TRY(parse_finish_expr(p, a->value, parse_height_shared(p, p->height, count)));
	}
	return OK;
}

/* (a, b) = (x, y), = ROW (x, y), = (SELECT ..) */
static enum sqlstate parse_row_assignment(struct parser *p, struct ast_dml *out)
{
	struct ast_name *columns = NULL;
	uint32_t count = 0, at;

	TRY(parse_column_names(p, &columns, &count));
	TRY(parse_expect(p, '='));
	parse_accept_word(p, "ROW");
	at = p->token.at;
	if (p->token.kind == '(' && (parse_sees(p, 1, KW_SELECT) || parse_sees(p, 1, KW_WITH) ||
					    parse_sees(p, 1, KW_VALUES)))
		return parse_row_subquery(p, columns, count, out);
	TRY(parse_expect(p, '('));
	for (uint32_t i = 0; i < count; i++) {
		struct ast_assignment *a = PARSE_PUSH(p, out->assignments, out->assignment_count);

		a->column = columns[i];
		if (i > 0 && !parse_accept(p, ','))
			break;
		TRY(parse_assigned(p, &a->value));
		if (i + 1 == count && parse_accept(p, ')'))
			return OK;
	}
	return PARSE_ERROR(p, at, E_SYNTAX, "number of columns does not match number of values");
}

enum sqlstate parse_assignments(struct parser *p, struct ast_dml *out)
{
	struct ast_name ignored;

	TRY(parse_expect(p, KW_SET));
	do {
		struct ast_assignment *a;

		if (p->token.kind == '(') {
			TRY(parse_row_assignment(p, out));
			continue;
		}
		a = PARSE_PUSH(p, out->assignments, out->assignment_count);
		TRY(parse_folded_name(p, "a column name", &a->column));
		if (p->token.kind == '[')
			return parse_unsupported(p, p->token.at, "assignment to an array's item");
		while (parse_accept(p, '.')) {
			ignored = a->column; /* t.c = .. is not SQL, and no harm */
			TRY(parse_folded_name(p, "a column name", &a->column));
			(void)ignored;
		}
		TRY(parse_expect(p, '='));
		TRY(parse_assigned(p, &a->value));
	} while (parse_accept(p, ','));
	return OK;
}

/* ---- INSERT ---- */

static enum sqlstate parse_conflict_target(struct parser *p, struct ast_dml *out)
{
	if (parse_word(p, "ON") && parse_sees_word(p, 1, "CONSTRAINT")) {
		parse_advance(p);
		parse_advance(p);
		return parse_folded_name(p, "a constraint", &out->target_constraint);
	}
	if (p->token.kind != '(')
		return OK;
	parse_advance(p);
	do {
		struct ast_index_key *key = PARSE_PUSH(p, out->targets, out->target_count);

		if (p->token.kind == '(' || parse_sees(p, 1, '('))
			TRY(parse_index_expr(p, &key->expr));
		else
			TRY(parse_folded_name(p, "a column name", &key->key));
		TRY(parse_operator_class(p));
	} while (parse_accept(p, ','));
	TRY(parse_expect(p, ')'));
	return parse_accept(p, KW_WHERE) ? parse_source(p, parse_expr, &out->target_where) : OK;
}

static enum sqlstate parse_conflict(struct parser *p, struct ast_dml *out)
{
	if (!parse_word(p, "ON") || !parse_sees_word(p, 1, "CONFLICT"))
		return OK;
	out->conflict_at = p->token.at;
	parse_advance(p);
	parse_advance(p);
	TRY(parse_conflict_target(p, out));
	TRY(parse_expect_word(p, "DO"));
	if (parse_accept_word(p, "NOTHING")) {
		out->conflict = CONFLICT_NOTHING;
		return OK;
	}
	TRY(parse_expect_word(p, "UPDATE"));
	out->conflict = CONFLICT_UPDATE;
	if (out->target_count == 0 && out->target_constraint.length == 0)
		return PARSE_ERROR(p, out->conflict_at, E_SYNTAX,
			"ON CONFLICT DO UPDATE requires inference specification or constraint "
			"name");
	TRY(parse_assignments(p, out));
	return parse_accept(p, KW_WHERE) ? parse_expr(p, &out->conflict_where) : OK;
}

static bool is_query_start(struct parser *p, uint32_t n)
{
	return parse_sees(p, n, KW_SELECT) || parse_sees(p, n, KW_WITH) ||
	       parse_sees(p, n, KW_VALUES) || parse_sees(p, n, KW_MATCH) || parse_sees(p, n, '(');
}

enum sqlstate parse_insert_source(struct parser *p, struct ast_dml *out)
{
	if (parse_accept_words(p, "DEFAULT", "VALUES")) {
		out->is_default_values = true;
		return OK;
	}
	return parse_program(p, &out->query);
}

enum sqlstate parse_overriding(struct parser *p, struct ast_dml *out)
{
	if (!parse_accept_word(p, "OVERRIDING"))
		return OK;
	if (parse_accept_word(p, "SYSTEM"))
		out->overrides_system = true;
	else if (parse_accept_word(p, "USER"))
		out->overrides_user = true;
	else
		return parse_fail(p, "SYSTEM or USER");
	return parse_expect_word(p, "VALUE");
}

static enum sqlstate parse_insert_into(struct parser *p, struct ast_dml *out)
{
	parse_advance(p);
	parse_advance(p);
	TRY(parse_schema_table_name(p, "a table", &out->schema, &out->table));
	TRY(parse_dml_alias(p, out));
	if (p->token.kind == '(' && !is_query_start(p, 1))
		TRY(parse_column_names(p, &out->columns, &out->column_count));
	TRY(parse_overriding(p, out));
	TRY(parse_insert_source(p, out));
	TRY(parse_conflict(p, out));
	return parse_returning(p, out);
}

/* ---- UPDATE and DELETE ---- */

enum sqlstate parse_dml_from(struct parser *p, struct ast_dml *out)
{
	out->from = ARENA_NEW(p->arena, struct ast_clause);
	out->from->kind = CLAUSE_SELECT;
	out->from->at = p->token.at;
	out->from->select.projection = ARENA_NEW(p->arena, struct ast_projection);
	return parse_from(p, out->from);
}

static enum sqlstate parse_dml_where(struct parser *p, struct ast_dml *out)
{
	if (parse_accept(p, KW_WHERE)) {
		if (parse_word(p, "CURRENT") && parse_sees_word(p, 1, "OF"))
			return parse_unsupported(p, p->token.at, "WHERE CURRENT OF");
		TRY(parse_expr(p, &out->where));
	}
	return parse_returning(p, out);
}

static enum sqlstate parse_update(struct parser *p, struct ast_dml *out)
{
	parse_advance(p);
	parse_accept_word(p, "ONLY");
	TRY(parse_schema_table_name(p, "a table", &out->schema, &out->table));
	TRY(parse_dml_alias(p, out));
	TRY(parse_assignments(p, out));
	if (parse_accept(p, KW_FROM))
		TRY(parse_dml_from(p, out));
	return parse_dml_where(p, out);
}

static enum sqlstate parse_delete_from(struct parser *p, struct ast_dml *out)
{
	parse_advance(p);
	parse_advance(p);
	if (parse_word(p, "ONLY") && parse_is_any_name_token(parse_peek(p, 1)))
		parse_advance(p);
	TRY(parse_schema_table_name(p, "a table", &out->schema, &out->table));
	TRY(parse_dml_alias(p, out));
	if (parse_accept_word(p, "USING"))
		TRY(parse_dml_from(p, out));
	return parse_dml_where(p, out);
}

enum sqlstate parse_dml(struct parser *p, struct ast_clause *out)
{
	struct ast_dml *dml = ARENA_NEW(p->arena, struct ast_dml);
	uint32_t at = p->token.at;

	out->kind = CLAUSE_DML;
	out->dml = dml;
	if (p->token.kind == KW_INSERT) {
		dml->kind = DML_INSERT;
		TRY(parse_insert_into(p, dml));
	} else if (p->token.kind == KW_UPDATE) {
		dml->kind = DML_UPDATE;
		TRY(parse_update(p, dml));
	} else if (p->token.kind == KW_MERGE) {
		TRY(parse_merge_into(p, dml));
	} else {
		dml->kind = DML_DELETE;
		TRY(parse_delete_from(p, dml));
	}
	dml->source = (struct str){ p->lexer.text + at, p->end - at };
	return OK;
}

/* ---- SELECT .. FOR UPDATE ---- */

static enum sqlstate parse_lock_strength(struct parser *p, struct ast_projection *out)
{
	enum ast_row_lock lock = ROW_LOCK_UPDATE;

	if (parse_accept_words(p, "KEY", "SHARE"))
		lock = ROW_LOCK_KEY_SHARE;
	else if (parse_accept_word(p, "SHARE"))
		lock = ROW_LOCK_SHARE;
	else if (parse_accept_words(p, "NO", "KEY"))
		lock = ROW_LOCK_NO_KEY_UPDATE;
	if (lock >= ROW_LOCK_NO_KEY_UPDATE)
		TRY(parse_expect_word(p, "UPDATE"));
	if (lock > out->lock)
		out->lock = lock;
	return OK;
}

enum sqlstate parse_locking(struct parser *p, struct ast_projection *out)
{
	while (p->token.kind == KW_FOR) {
		parse_advance(p);
		TRY(parse_lock_strength(p, out));
		if (parse_accept_word(p, "OF")) {
			do {
				TRY(parse_folded_name(p, "a table",
					PARSE_PUSH(p, out->lock_of, out->lock_of_count)));
			} while (parse_accept(p, ','));
		}
		if (parse_accept_word(p, "NOWAIT"))
			out->lock_is_nowait = true;
		else if (parse_accept_words(p, "SKIP", "LOCKED"))
			out->lock_skips = true;
	}
	return OK;
}
