/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tables made from what there is: CREATE TABLE AS, SELECT INTO, and LIKE among the columns of CREATE
 * TABLE.
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

/* ---- LIKE ---- */

static enum sqlstate parse_like_part(struct parser *p, unsigned *out)
{
	static const struct {
		const char *word;
		unsigned parts;
	} words[] = { { "ALL", LIKE_ALL }, { "COMMENTS", LIKE_COMMENTS },
		{ "CONSTRAINTS", LIKE_CONSTRAINTS }, { "DEFAULTS", LIKE_DEFAULTS },
		{ "GENERATED", LIKE_GENERATED }, { "IDENTITY", LIKE_IDENTITY },
		{ "INDEXES", LIKE_INDEXES }, { "COMPRESSION", 0 }, { "STATISTICS", 0 },
		{ "STORAGE", 0 } };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (!parse_accept_word(p, words[i].word))
			continue;
		*out = words[i].parts;
		return OK;
	}
	return parse_fail(p, NULL);
}

enum sqlstate parse_table_like(struct parser *p, struct ast_table *out)
{
	struct ast_like *like = PARSE_PUSH(p, out->likes, out->like_count);
	unsigned parts = 0;

	like->place = out->column_count;
	TRY(parse_expect_word(p, "LIKE"));
	TRY(parse_table_name(p, "a table", &like->table));
	for (;;) {
		bool is_included = parse_accept_word(p, "INCLUDING");

		if (!is_included && !parse_accept_word(p, "EXCLUDING"))
			return OK;
		TRY(parse_like_part(p, &parts));
		like->parts = is_included ? like->parts | parts : like->parts & ~parts;
	}
}

/* ---- AS ---- */

/* A list of bare names follows, so that a query must come. */
bool parse_is_column_list(struct parser *p)
{
	return p->token.kind == '(' && parse_is_any_name_token(parse_peek(p, 1)) &&
	       (parse_sees(p, 2, ',') || parse_sees(p, 2, ')'));
}

/* [WITH [NO] DATA] */
static enum sqlstate parse_with_data(struct parser *p, struct ast_table *out)
{
	if (!parse_accept(p, KW_WITH))
		return OK;
	out->has_no_data = parse_accept_word(p, "NO");
	return parse_expect_word(p, "DATA");
}

enum sqlstate parse_table_as(struct parser *p, struct ast_table *out)
{
	uint32_t at;

	TRY(parse_expect(p, KW_AS));
	if (parse_word(p, "EXECUTE"))
		return parse_unsupported(p, p->token.at, "CREATE TABLE AS EXECUTE");
	at = p->token.at;
	out->query = ARENA_NEW(p->arena, struct ast_stmt);
	out->query->at = at;
	TRY(parse_query_statement(p, out->query));
	out->query->length = p->end - at;
	out->query->text = (struct str){ p->lexer.text + at, p->end - at };
	return parse_with_data(p, out);
}

/* ---- SELECT INTO ---- */

/* [[[LOCAL | GLOBAL] TEMP | UNLOGGED] [TABLE]] name, behind the list of a SELECT. */
enum sqlstate parse_select_into(struct parser *p, struct ast_projection *out)
{
	struct ast_table *table;
	uint32_t at;

	if (!parse_accept(p, KW_INTO))
		return OK;
	table = ARENA_NEW(p->arena, struct ast_table);
	out->into = table;
	table->is_temporary = parse_accept_temporary(p);
	if (!table->is_temporary)
		parse_accept_word(p, "UNLOGGED");
	if (p->token.kind == KW_TABLE && parse_is_any_name_token(parse_peek(p, 1)))
		parse_advance(p);
	at = p->token.at;
	TRY(parse_table_name(p, "a table", &table->name));
	return parse_settle_temporary(p, at, &table->is_temporary, &table->name);
}

/* The SELECT that a query begins with; NULL: it begins with something else. */
static struct ast_projection *first_select(const struct ast_program *program)
{
	struct ast_clause *clause = &program->queries[0].operands[0].clauses[0];

	while (clause->kind == CLAUSE_NESTED)
		clause = &clause->nested.program->queries[0].operands[0].clauses[0];
	return clause->kind == CLAUSE_SELECT ? clause->select.projection : NULL;
}

void parse_take_into(struct parser *p, struct ast_stmt *s)
{
	struct ast_projection *select = first_select(s->program);
	struct ast_table *table = select == NULL ? NULL : select->into;

	if (table == NULL)
		return;
	select->into = NULL;
	table->query = ARENA_NEW(p->arena, struct ast_stmt);
	*table->query = *s;
	table->query->length = p->end - s->at;
	table->query->text = (struct str){ p->lexer.text + s->at, p->end - s->at };
	s->kind = STMT_CREATE_TABLE;
	s->table = table;
}
