/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the files of the parser share: the token cursor, the notes for error messages, and one
 * function per nonterminal that another file needs. Private to query/parse.
 *
 * The parser looks ahead but never backs up: wherever a construct cannot be told from its first
 * tokens, a copy of the lexer runs ahead and looks at the shape (parse_ahead_*). So parsing is one
 * pass, and the token at which it fails is the farthest one.
 *
 * Expected sets: each failed test of a token would have to be remembered for the error message.
 * Good queries should not pay for that, so the first pass notes nothing; if it ends in a plain
 * syntax error the text is parsed again with is_noting set, fails at the same token, and then has
 * the notes.
 */
#ifndef QUERY_PARSE_PARSER_H
#define QUERY_PARSE_PARSER_H

#include "query/parse/lex.h"
#include "query/parse/parse.h"

enum { PARSE_AHEAD_MAX = 12, PARSE_NOTES_MAX = 24 };

struct parser {
	struct lexer lexer;      /* stands behind the last token read ahead */
	struct token token;      /* the current one */
	struct token ahead[PARSE_AHEAD_MAX];
	uint32_t ahead_count;
	uint32_t end;            /* where the last token taken ended */
	uint32_t depth;
	uint32_t depth_max;
	uint32_t height;         /* greatest ast_expr.height of the expression being parsed */
	uint16_t expr_end;       /* '|': it ends the expression, it is no label disjunction; KW_IN:
				    it is no predicate; elsewhere TOKEN_END */
	uint32_t subquery_count; /* subqueries and patterns in expressions so far */
	bool is_pass_over;       /* an error other than a plain syntax error was set */
	struct arena *arena;
	struct error *error;

	/* of the statement being parsed */
	uint32_t statement_at;
	uint32_t parameter_max;
	struct str *parameter_names;
	uint32_t parameter_name_count;

	/* what could have stood at notes_at; only with is_noting */
	bool is_noting;
	uint32_t notes_at;
	uint32_t note_count;
	const char *notes[PARSE_NOTES_MAX];
};

/* ---- tokens (parse.c) ---- */

void parse_advance(struct parser *p);
/* The n-th token after the current one; 0 is the current one. n <= PARSE_AHEAD_MAX. */
const struct token *parse_peek(struct parser *p, uint32_t n);
void parse_note(struct parser *p, const char *label);
void parse_note_kind(struct parser *p, uint16_t kind);

/* Behind the last token, or at one that is none, where advancing goes no further: whoever skips
   tokens stops here. */
static inline bool parse_is_over(const struct parser *p)
{
	return p->token.kind == TOKEN_END || p->token.kind == TOKEN_BAD;
}

static inline bool parse_is(struct parser *p, uint16_t kind)
{
	if (p->token.kind == kind)
		return true;
	if (UNLIKELY(p->is_noting))
		parse_note_kind(p, kind);
	return false;
}

static inline bool parse_accept(struct parser *p, uint16_t kind)
{
	if (!parse_is(p, kind))
		return false;
	parse_advance(p);
	return true;
}

/* Whether the n-th token ahead has this kind; notes nothing. */
static inline bool parse_sees(struct parser *p, uint32_t n, uint16_t kind)
{
	return parse_peek(p, n)->kind == kind;
}

/* As parse_sees, and nothing stands between it and the token before. */
bool parse_sees_adjacent(struct parser *p, uint32_t n, uint16_t kind);
/* Takes the second keyword's token only after the first; or neither. */
bool parse_accept_pair(struct parser *p, uint16_t first, uint16_t second);
enum sqlstate parse_expect(struct parser *p, uint16_t kind);
/* The plain syntax error at the current token; `label` (may be NULL) is what was expected. */
COLD enum sqlstate parse_fail(struct parser *p, const char *label);
/* An error with its own message, at a byte offset. */
#define PARSE_ERROR(p, offset, state, ...)                                                         \
	parse_failed_at((p), (offset), FAIL((p)->error, (state), __VA_ARGS__))
/* The end of PARSE_ERROR: marks an error that was just set as final. */
COLD enum sqlstate parse_failed_at(struct parser *p, uint32_t at, enum sqlstate code);
/* Passes on what a lex_ function returned; its errors are final. */
static inline enum sqlstate parse_lexed(struct parser *p, enum sqlstate code)
{
	if (UNLIKELY(code != OK))
		p->is_pass_over = true;
	return code;
}
/* Says what does the same as a feature that is refused, where that is known. */
void parse_hint_feature(const char *feature, struct error *e);
COLD enum sqlstate parse_unsupported(struct parser *p, uint32_t at, const char *feature);

/* Guards recursion: every nonterminal that can contain itself enters and leaves. */
enum sqlstate parse_enter(struct parser *p);
static inline void parse_leave(struct parser *p)
{
	p->depth--;
}

/* ---- names and lists (parse.c) ---- */

bool parse_is_name_token(const struct token *t);     /* may be a bare name here */
bool parse_is_any_name_token(const struct token *t); /* any word: after . and : and before : */
enum sqlstate parse_name(struct parser *p, const char *label, struct ast_name *out);
enum sqlstate parse_any_name(struct parser *p, const char *label, struct ast_name *out);
enum sqlstate parse_qname(struct parser *p, const char *label, struct ast_qname *out);
enum sqlstate parse_string(struct parser *p, struct str *out);
/* A small unsigned integer token (no sign), at most UINT32_MAX - 1. */
enum sqlstate parse_uint(struct parser *p, uint32_t *out);
/* '(' name {',' name} ')' */
enum sqlstate parse_name_list(struct parser *p, const char *label, struct ast_name **out,
	uint32_t *count);

/* Room for one more item at the end of an arena array; see PARSE_PUSH. */
void *parse_grow(struct parser *p, void *items, uint32_t count, size_t size);
/* PARSE_PUSH(p, items, count): a pointer to a new zeroed item at the end; counts it. */
#define PARSE_PUSH(p, items, count)                                                                \
	((items) = parse_grow((p), (items), (count), sizeof *(items)), &(items)[(count)++])

/* ---- looking ahead (parse_ahead.c) ---- */

/* The current '(' opens a node, and an edge that cannot be an operator, and another node, follow: a
   pattern predicate. */
bool parse_ahead_pattern_predicate(struct parser *p);
/* The pattern predicate goes on with another such edge. */
bool parse_ahead_edge(struct parser *p);
/* At '[': a pattern comprehension [ [p =] (a)-->(b) .. | x ]. */
bool parse_ahead_pattern_comprehension(struct parser *p);
/* At LIST: [] or [a, b ..] follows, so it is no subscript of a variable called list. */
bool parse_ahead_list(struct parser *p);
/* At '(': the token behind the matching ')'. */
struct token parse_ahead_after_parenthesis(struct parser *p);
/* At WITH: a common table expression of SQL. */
bool parse_ahead_cte(struct parser *p);
/* At a '(': a query of SQL stands in it, perhaps in more parentheses. */
bool parse_ahead_query(struct parser *p);
/* At a '(' in EXISTS( .. ): a graph pattern, not a value. */
bool parse_ahead_node(struct parser *p);

/* ---- nonterminals ---- */

enum sqlstate parse_type(struct parser *p, struct ast_type **out);
/* True if a type literal such as DATE '..' or TIMESTAMP WITH TIME ZONE '..' starts here. */
bool parse_is_type_literal(struct parser *p);

enum sqlstate parse_expr(struct parser *p, struct ast_expr **out);
enum sqlstate parse_expr_list(struct parser *p, struct ast_expr ***out, uint32_t *count);
/* An expression that '|' or KW_IN ends, although it could go on with either. */
enum sqlstate parse_expr_until(struct parser *p, uint16_t end, struct ast_expr **out);
/* A primary with its .key and [i] postfixes only: the target of SET. */
enum sqlstate parse_target(struct parser *p, struct ast_expr **out);
enum sqlstate parse_primary(struct parser *p, struct ast_expr **out);
enum sqlstate parse_map(struct parser *p, struct ast_expr **out);
enum sqlstate parse_parameter(struct parser *p, struct ast_expr **out);
enum sqlstate parse_function(
	struct parser *p, uint32_t at, struct ast_qname name, struct ast_expr **out);
struct ast_expr *parse_new_expr(struct parser *p, enum ast_expr_kind kind, uint32_t at);
/* The greatest ast_expr.height. */
uint32_t parse_height_max(const struct parser *p);
/* The height that an operand counts as which stands in the tree so many times: nested in each
   other such operands multiply what has to be walked. */
uint32_t parse_height_shared(const struct parser *p, uint32_t height, uint32_t times);
/* Sets length and height of a finished expression; 54001 if it is too high. */
enum sqlstate parse_finish_expr(struct parser *p, struct ast_expr *e, uint32_t height);
enum sqlstate parse_sort_list(struct parser *p, struct ast_sort **out, uint32_t *count);

enum sqlstate parse_label(struct parser *p, struct ast_label **out);
enum sqlstate parse_label_names(struct parser *p, struct ast_name **out, uint32_t *count);
enum sqlstate parse_graph_pattern(struct parser *p, struct ast_pattern **out);
/* One path with variable and prefix, and nothing else: for MERGE. */
enum sqlstate parse_path_pattern(struct parser *p, struct ast_pattern **out);
/* A pattern predicate or shortestPath(..): ends where an operator could go on. */
enum sqlstate parse_predicate_pattern(struct parser *p, struct ast_pattern **out);
enum sqlstate parse_insert_pattern(struct parser *p, struct ast_pattern **out);

enum sqlstate parse_program(struct parser *p, struct ast_program **out);
/* '{' program '}' */
enum sqlstate parse_nested_program(struct parser *p, struct ast_program **out);
/* A program that is not written out: of one query without clauses, to which they are pushed. */
struct ast_linear *parse_new_program(struct parser *p, uint32_t at, struct ast_program **out);
/* RETURN expr AS alias as its next clause. */
void parse_push_return(
	struct parser *p, struct ast_linear *linear, struct ast_expr *expr, struct str alias);
bool parse_is_program_start(struct parser *p);
/* [OPTIONAL] MATCH clauses, at least one. */
enum sqlstate parse_match_list(struct parser *p, struct ast_clause **out, uint32_t *count);
bool parse_is_match_start(struct parser *p);
enum sqlstate parse_items(
	struct parser *p, bool is_select, struct ast_item **out, uint32_t *count);
/* WINDOW w AS ( .. ), if it is there. */
enum sqlstate parse_windows(struct parser *p, struct ast_projection *out);
/* parse_grouping.c: what stands behind GROUP BY of a SELECT. */
enum sqlstate parse_group_elements(struct parser *p, struct ast_projection *out);
/* At FETCH that limits rows, or at WINDOW of a SELECT: no alias. */
bool parse_is_page_word(struct parser *p);
/* ORDER BY, OFFSET, LIMIT or FETCH, as far as they are there. */
enum sqlstate parse_page(struct parser *p, struct ast_projection *out);
enum sqlstate parse_select(struct parser *p, struct ast_clause *out);
/* TABLE t is SELECT * FROM t. */
enum sqlstate parse_table_query(struct parser *p, struct ast_clause *out);
bool parse_is_table_query(struct parser *p);
enum sqlstate parse_values(struct parser *p, struct ast_clause *out);

enum sqlstate parse_statement(struct parser *p, struct ast_stmt **out);
enum sqlstate parse_query_statement(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_create(struct parser *p, struct ast_stmt *out);
/* parse_procedure.c; behind CREATE [OR REPLACE]. */
enum sqlstate parse_create_procedure(struct parser *p, bool or_replace, struct ast_stmt *out);
/* A dotted name as one. */
enum sqlstate parse_procedure_name(struct parser *p, struct ast_name *out);
enum sqlstate parse_alter(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_drop(struct parser *p, struct ast_stmt *out);
/* At ROLE, USER or GROUP. */
bool parse_is_role(struct parser *p);
enum sqlstate parse_create_role(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_alter_role(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_drop_role(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_grant(struct parser *p, struct ast_stmt *out);
/* At ALTER DEFAULT; at DATABASE, behind ALTER; at OWNED, behind DROP or REASSIGN. */
enum sqlstate parse_default_privileges(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_alter_database(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_owned(struct parser *p, bool is_drop, struct ast_stmt *out);
/* parse_session.c: what follows SET [SESSION | LOCAL] and is no mode of a transaction; and the name behind
   SHOW and RESET, which ALL leaves absent. */
enum sqlstate parse_setting_change(struct parser *p, struct ast_setting *out);
enum sqlstate parse_shown_name(struct parser *p, struct ast_setting *out);
enum sqlstate parse_create_table(struct parser *p, bool is_temporary, struct ast_stmt *out);
/* parse_table_as.c: [INTO table] of a SELECT; then a statement whose first SELECT has one becomes CREATE
   TABLE AS. */
enum sqlstate parse_select_into(struct parser *p, struct ast_projection *out);
void parse_take_into(struct parser *p, struct ast_stmt *s);
enum sqlstate parse_alter_index(struct parser *p, struct ast_stmt *out) MUST_USE;
enum sqlstate parse_alter_table(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_alter_view(struct parser *p, struct ast_stmt *out); /* parse_view.c */
/* DROP TABLE, SEQUENCE, VIEW, SCHEMA, PROPERTY GRAPH; *is_there: it was one. */
enum sqlstate parse_drop_table(struct parser *p, struct ast_stmt *out, bool *is_there);
/* CREATE and DROP EXTENSION. */
enum sqlstate parse_extension(struct parser *p, enum ast_stmt_kind kind, struct ast_stmt *out);
enum sqlstate parse_truncate(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_create_sequence(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_alter_sequence(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_create_view(struct parser *p, bool or_replace, struct ast_stmt *out);
enum sqlstate parse_create_schema(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_comment(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_property_graph(struct parser *p, struct ast_stmt *out);
/* parse_graph.c: at [PROPERTY] GRAPH TYPE, where a graph's type is meant and no graph called "type"; and
   past these words. */
bool parse_is_graph_type(struct parser *p);
void parse_graph_type_words(struct parser *p);
/* Graphs and their types: at GRAPH or PROPERTY, behind CREATE [OR REPLACE]; behind DROP. */
enum sqlstate parse_create_graph(struct parser *p, bool or_replace, struct ast_stmt *out);
enum sqlstate parse_drop_graph(struct parser *p, struct ast_stmt *out);
/* NODE A (..) or EDGE K (..). */
enum sqlstate parse_graph_element(struct parser *p, struct ast_label_definition *out);
enum sqlstate parse_alter_property_graph(struct parser *p, struct ast_stmt *out);
/* INSERT INTO, UPDATE, DELETE FROM. */
enum sqlstate parse_dml(struct parser *p, struct ast_clause *out);
bool parse_is_dml(struct parser *p);
/* [FOR UPDATE ..] of a SELECT. */
enum sqlstate parse_locking(struct parser *p, struct ast_projection *out);
/* The list behind FROM or USING of a SELECT, UPDATE or DELETE. */
enum sqlstate parse_from(struct parser *p, struct ast_clause *out);
/* parse_maintain.c: ANALYZE, VACUUM, CHECKPOINT; LOCK TABLE, REINDEX, CLUSTER, if it is one. */
enum sqlstate parse_maintenance(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_care(struct parser *p, struct ast_stmt *out, bool *is_there);
enum sqlstate parse_set(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_reset(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_show(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_discard(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_session(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_transaction(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_copy(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_explain(struct parser *p, struct ast_stmt *out);
enum sqlstate parse_command(struct parser *p, struct ast_stmt *out);

/* ---- errors (parse_error.c) ---- */

/* Puts the plain syntax error at p->token into words, with the notes as detail and a hint. */
COLD void parse_explain_error(struct parser *p);

#endif
