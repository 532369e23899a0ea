/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The parser, against four oracles: tests/query/parse/accept.txt and reject.txt with texts for
 * every rule of grammar.ebnf, dump.txt with trees, and the round trip text, tree, text, tree over
 * all accepted texts and over the openCypher TCK's queries.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "query/parse/ast_dump.h"
#include "query/parse/parse.h"
#include "tests/query/file_text.h"
#include "tests/query/suites.h"

static struct arena *arena;
static struct error error;
static struct ast_script script;

static void setup(void)
{
	arena = arena_new(0);
	error_clear(&error);
}

static void teardown(void)
{
	arena_free(arena);
}

/* ---- files ---- */

/* A whole file into the heap, NUL-terminated; NULL if it is not there. */
/* With QUIVER_ACCEPT the golden file is written instead of compared; review the difference. */
static void golden(const char *path, struct buf *made, const char *expected)
{
	const char *root = getenv("QUIVER_SOURCE");
	char full[1024];
	FILE *file;

	buf_put_byte(made, 0);
	if (getenv("QUIVER_ACCEPT") == NULL) {
		ck_assert_msg(strcmp((char *)made->data, expected) == 0, "%s differs", path);
		return;
	}
	snprintf(full, sizeof full, "%s/%s", root != NULL ? root : ".", path);
	file = fopen(full, "w");
	ck_assert_ptr_nonnull(file);
	fwrite(made->data, 1, made->length - 1, file);
	fclose(file);
}

/* The next line of *text, cut off there; NULL at the end. */
static char *next_line(char **text)
{
	char *line = *text;
	char *end = strchr(line, '\n');

	if (*line == '\0')
		return NULL;
	if (end == NULL) {
		*text = line + strlen(line);
	} else {
		*end = '\0';
		*text = end + 1;
	}
	return line;
}

/* ---- helpers ---- */

static enum sqlstate parse(const char *text)
{
	return parse_script(arena, str_of(text), NULL, &script, &error);
}

static struct ast_stmt *parse_one(const char *text)
{
	ck_assert_msg(parse(text) == OK, "%s: %s", text, error.message);
	ck_assert_uint_eq(script.count, 1);
	return script.statements[0];
}

static const struct ast_clause *clause_of(const struct ast_stmt *s, uint32_t i)
{
	return &s->program->queries[0].operands[0].clauses[i];
}

static const struct ast_expr *return_of(const char *text)
{
	return clause_of(parse_one(text), 0)->projection->items[0].expr;
}

/* Text to tree to text to tree. */
static void check_round_trip(const struct ast_stmt *s)
{
	struct ast_script again;
	struct buf text = { 0 };
	struct buf first = { 0 };
	struct buf second = { 0 };
	struct parse_options options = { .double_quoted_strings = true };

	ast_dump_stmt(&first, s);
	ast_text_stmt(&text, s);
	ck_assert_msg(parse_script(arena, buf_str(&text), &options, &again, &error) == OK,
		"%.*s: %s", STR_ARGS(buf_str(&text)), error.message);
	ck_assert_uint_eq(again.count, 1);
	ast_dump_stmt(&second, again.statements[0]);
	ck_assert_msg(str_equal(buf_str(&first), buf_str(&second)), "%.*s\n%.*s%.*s",
		STR_ARGS(buf_str(&text)), STR_ARGS(buf_str(&first)), STR_ARGS(buf_str(&second)));
	buf_free(&text);
	buf_free(&first);
	buf_free(&second);
}

/* ---- golden files ---- */

START_TEST(every_rule_of_the_grammar_has_accepted_and_refused_texts)
{
	char *grammar = file_text_of_source("query/parse/grammar.ebnf");
	char *accept = file_text_of_source("tests/query/parse/accept.txt");
	char *reject = file_text_of_source("tests/query/parse/reject.txt");
	char *rest = grammar;
	unsigned rules = 0;

	for (char *line = next_line(&rest); line != NULL; line = next_line(&rest)) {
		char name[64];
		char key[80];

		if (sscanf(line, "%63[A-Za-z] =", name) != 1 || strchr(line, '=') == NULL)
			continue;
		rules++;
		snprintf(key, sizeof key, "\n%s: ", name);
		ck_assert_msg(strstr(accept, key) != NULL ||
				      strncmp(accept, key + 1, strlen(key) - 1) == 0,
			"accept %s", name);
		ck_assert_msg(strstr(reject, key) != NULL ||
				      strncmp(reject, key + 1, strlen(key) - 1) == 0,
			"reject %s", name);
	}
	ck_assert_uint_gt(rules, 100);
	free(grammar);
	free(accept);
	free(reject);
}
END_TEST

START_TEST(accepted_texts_parse_and_survive_the_round_trip)
{
	char *file = file_text_of_source("tests/query/parse/accept.txt");
	char *rest = file;

	for (char *line = next_line(&rest); line != NULL; line = next_line(&rest)) {
		char *text = strstr(line, ": ");

		ck_assert_ptr_nonnull(text);
		ck_assert_msg(parse(text + 2) == OK, "%s: %s", line, error.message);
		for (uint32_t i = 0; i < script.count; i++)
			check_round_trip(script.statements[i]);
	}
	free(file);
}
END_TEST

/* The error as reject.txt has it. */
static void put_error(struct buf *out)
{
	buf_printf(
		out, "\t%s @%d %s\n", sqlstate_code(error.code), error.byte_offset, error.message);
	if (error.detail[0] != '\0')
		buf_printf(out, "\t%s\n", error.detail);
	if (error.hint[0] != '\0')
		buf_printf(out, "\t%s\n", error.hint);
}

START_TEST(refused_texts_get_these_errors)
{
	char *file = file_text_of_source("tests/query/parse/reject.txt");
	char *whole = file_text_of_source("tests/query/parse/reject.txt");
	char *rest = file;
	struct buf made = { 0 };

	for (char *line = next_line(&rest); line != NULL; line = next_line(&rest)) {
		char *text = strstr(line, ": ");

		if (line[0] == '\t')
			continue;
		ck_assert_ptr_nonnull(text);
		error_clear(&error);
		ck_assert_msg(parse(text + 2) != OK, "accepted: %s", line);
		buf_printf(&made, "%s\n", line);
		put_error(&made);
	}
	golden("tests/query/parse/reject.txt", &made, whole);
	buf_free(&made);
	free(file);
	free(whole);
}
END_TEST

START_TEST(trees_and_their_texts_look_like_this)
{
	char *file = file_text_of_source("tests/query/parse/dump.txt");
	char *whole = file_text_of_source("tests/query/parse/dump.txt");
	char *rest = file;
	struct buf made = { 0 };

	for (char *line = next_line(&rest); line != NULL; line = next_line(&rest)) {
		struct ast_stmt *s;

		if (strncmp(line, "== ", 3) != 0)
			continue;
		s = parse_one(line + 3);
		buf_printf(&made, "%s\n-> ", line);
		ast_text_stmt(&made, s);
		buf_put_byte(&made, '\n');
		ast_dump_stmt(&made, s);
	}
	golden("tests/query/parse/dump.txt", &made, whole);
	buf_free(&made);
	free(file);
	free(whole);
}
END_TEST

/* ---- the TCK ---- */

/* Undoes the escapes of a JSON string up to its closing quote, in place; returns behind it. */
static char *json_string(char *from, struct buf *out)
{
	buf_reset(out);
	for (; *from != '"' && *from != '\0'; from++) {
		if (*from != '\\') {
			buf_put_byte(out, (uint8_t)*from);
			continue;
		}
		from++;
		if (*from == 'n' || *from == 't' || *from == 'r')
			buf_put_byte(out, *from == 'n' ? '\n' : *from == 't' ? '\t' : '\r');
		else if (*from == 'u')
			buf_put_byte(out, 'u'), from += 4;
		else
			buf_put_byte(out, (uint8_t)*from);
	}
	return from;
}

START_TEST(tck_queries_survive_the_round_trip)
{
	const char *data = getenv("QUIVER_DATA");
	const char *root = getenv("QUIVER_SOURCE");
	struct parse_options options = { .backslash_escapes = true, .double_quoted_strings = true };
	struct buf query = { 0 };
	char path[1024];
	char *file;
	unsigned accepted = 0;

	if (data != NULL)
		snprintf(path, sizeof path, "%s/opencypher-tck.jsonl", data);
	else
		snprintf(path, sizeof path, "%s/../shared/data/opencypher-tck.jsonl",
			root != NULL ? root : ".");
	file = file_text(path);
	if (file == NULL) {
		fprintf(stderr, "# skipped: no TCK at %s (set QUIVER_DATA)\n", path);
		return;
	}
	for (char *at = strstr(file, "\"query\": \""); at != NULL;
		at = strstr(at, "\"query\": \"")) {
		struct arena_mark mark = arena_save(arena);

		at = json_string(at + strlen("\"query\": \""), &query);
		if (parse_script(arena, buf_str(&query), &options, &script, &error) == OK) {
			accepted++;
			for (uint32_t i = 0; i < script.count; i++)
				check_round_trip(script.statements[i]);
		}
		arena_rewind(arena, mark);
	}
	ck_assert_uint_gt(accepted, 3000);
	buf_free(&query);
	free(file);
}
END_TEST

/* ---- single promises ---- */

START_TEST(statements_keep_their_slices_and_empty_ones_are_dropped)
{
	ck_assert_int_eq(parse(" ; RETURN 1 ;; /* x */ SELECT ';' -- y\n;"), OK);
	ck_assert_uint_eq(script.count, 2);
	ck_assert(str_equal(script.statements[0]->text, STR("RETURN 1")));
	ck_assert_uint_eq(script.statements[0]->at, 3);
	ck_assert(str_equal(script.statements[1]->text, STR("SELECT ';'")));
	ck_assert_int_eq(parse(" ; -- nothing"), OK);
	ck_assert_uint_eq(script.count, 0);
}
END_TEST

START_TEST(an_error_in_a_later_statement_has_its_place_in_the_whole_text)
{
	ck_assert_int_eq(parse("RETURN 1; RETURN"), E_SYNTAX);
	ck_assert_int_eq(error.byte_offset, 16);
	ck_assert_str_eq(error.message, "syntax error at end of input");
}
END_TEST

START_TEST(columns_are_named_by_their_source_text)
{
	const struct ast_clause *c =
		clause_of(parse_one("RETURN n . name  , (count( * )) AS c"), 0);

	ck_assert(str_equal(c->projection->items[0].source, STR("n . name")));
	ck_assert(str_equal(c->projection->items[1].source, STR("(count( * ))")));
	ck_assert(str_equal(c->projection->items[1].alias.text, STR("c")));
}
END_TEST

START_TEST(parameters_are_counted_and_names_collected_once)
{
	const struct ast_stmt *s = parse_one("RETURN $2, $7, $1");

	ck_assert_uint_eq(s->parameter_max, 7);
	s = parse_one("RETURN $a, $b, $a");
	ck_assert_uint_eq(s->parameter_name_count, 2);
	ck_assert(str_equal(s->parameter_names[1], STR("b")));
	s = parse_one("EXPLAIN RETURN $3");
	ck_assert_uint_eq(s->parameter_max, 3);
	s = parse_one("PREPARE p AS RETURN $3");
	ck_assert_uint_eq(s->parameter_max, 0);
	ck_assert_uint_eq(s->prepare.statement->parameter_max, 3);
}
END_TEST

START_TEST(the_least_integer_can_be_written)
{
	const struct ast_expr *e = return_of("RETURN -9223372036854775808");

	ck_assert_int_eq(e->kind, EXPR_INT);
	ck_assert(e->integer == INT64_MIN);
}
END_TEST

START_TEST(operators_bind_as_documented)
{
	static const char *const cases[][2] = {
		{ "a OR b AND c", "a OR (b AND c)" },
		{ "a XOR b AND c OR d", "(a XOR (b AND c)) OR d" },
		{ "NOT a = b AND c", "(NOT (a = b)) AND c" },
		{ "a = b IN c", "a = (b IN c)" },
		{ "a IS NULL = b", "(a IS NULL) = b" },
		{ "a + b * c ^ -d", "a + (b * (c ^ (-d)))" },
		{ "-a ^ b", "(-a) ^ b" },
		{ "-a.b[0]::int", "-CAST(a.b[0] AS INT64)" },
		{ "a - b - c", "(a - b) - c" },
		{ "a || b + c", "(a || b) + c" },
		{ "a < b < c", "a < b < c" },
		{ "(a < b) < c", "(a < b) < c" },
		{ "a STARTS WITH b + c", "a STARTS WITH (b + c)" },
		{ "a <- b", "a < (-b)" },
		{ "(a) - [b, c] - (d)", "(a - [b, c]) - d" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct buf text = { 0 };
		char query[128];

		snprintf(query, sizeof query, "RETURN %s", cases[i][0]);
		ast_text_expr(&text, return_of(query));
		ck_assert_msg(str_equal(buf_str(&text), str_of(cases[i][1])), "%s: %.*s",
			cases[i][0], STR_ARGS(buf_str(&text)));
		buf_free(&text);
	}
}
END_TEST

START_TEST(edges_always_stand_between_two_nodes)
{
	const struct ast_path *path = &clause_of(parse_one("MATCH -[e]->-[f]->(b)- RETURN 1"), 0)
					       ->match.pattern->paths[0];

	ck_assert_uint_eq(path->element_count, 7);
	for (uint32_t i = 0; i < path->element_count; i++)
		ck_assert_int_eq(
			path->elements[i].kind, i % 2 == 0 ? AST_ELEMENT_NODE : AST_ELEMENT_EDGE);
	ck_assert_uint_eq(path->elements[0].length, 0);
	ck_assert_uint_gt(path->elements[4].length, 0);
}
END_TEST

START_TEST(both_spellings_of_a_quantifier_are_one)
{
	static const struct {
		const char *text;
		uint32_t min;
		uint32_t max;
	} cases[] = {
		{ "-[e*]->", 1, AST_UNBOUNDED },
		{ "-[e*2]->", 2, 2 },
		{ "-[e*1..3]->", 1, 3 },
		{ "-[e*..3]->", 1, 3 },
		{ "-[e*2..]->", 2, AST_UNBOUNDED },
		{ "-[e]->*", 0, AST_UNBOUNDED },
		{ "-[e]->+", 1, AST_UNBOUNDED },
		{ "-[e]->{2}", 2, 2 },
		{ "-[e]->{,3}", 0, 3 },
		{ "-[e]->{2,}", 2, AST_UNBOUNDED },
		{ "-[e]->?", 0, 1 },
		{ "->", 1, 1 },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct ast_quantifier *q;
		char query[64];

		snprintf(query, sizeof query, "MATCH (a)%s(b) RETURN a", cases[i].text);
		q = &clause_of(parse_one(query), 0)->match.pattern->paths[0].elements[1].quantifier;
		ck_assert_msg(
			q->min == cases[i].min && q->max == cases[i].max, "%s", cases[i].text);
	}
}
END_TEST

/* `open` `count` times, then `middle`, then `close` as often. */
static enum sqlstate parse_nest(
	const char *before, const char *open, const char *middle, const char *close, int count)
{
	struct buf b = { 0 };
	enum sqlstate rc;

	buf_put_text(&b, before);
	for (int i = 0; i < count; i++)
		buf_put_text(&b, open);
	buf_put_text(&b, middle);
	for (int i = 0; i < count; i++)
		buf_put_text(&b, close);
	rc = parse_script(arena, buf_str(&b), NULL, &script, &error);
	buf_free(&b);
	return rc;
}

START_TEST(deep_nesting_is_too_complex_not_a_crash)
{
	static const char *const nests[][4] = {
		{ "RETURN ", "(", "1", ")" },
		{ "RETURN ", "[", "1", "]" },
		{ "RETURN ", "- ", "1", "" },
		{ "RETURN ", "NOT ", "1", "" },
		{ "RETURN ", "{a: ", "1", "}" },
		{ "RETURN ", "EXISTS { RETURN ", "1", "}" },
		{ "", "{ ", "RETURN 1", "}" },
		{ "MATCH ", "(", "(a)->(b)", ")" },
		{ "MATCH (n:", "!", "A", "" },
		{ "MATCH (n:", "(", "A", ")" },
		{ "RETURN 1::", "LIST<", "INT", ">" },
		{ "", "EXPLAIN ", "RETURN 1", "" },
		{ "", "FOREACH (x IN l | ", "DELETE x", ")" },
		{ "OPTIONAL ", "{ MATCH (a) OPTIONAL ", "{ MATCH (b) }", "}" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(nests); i++)
		ck_assert_msg(parse_nest(nests[i][0], nests[i][1], nests[i][2], nests[i][3],
				      100000) == E_TOO_COMPLEX,
			"%s", nests[i][1]);
	ck_assert_int_eq(parse_nest("RETURN ", "(", "1", ")", 150), OK);
}
END_TEST

START_TEST(long_chains_have_a_limit_and_long_lists_have_none)
{
	ck_assert_int_eq(parse_nest("RETURN 1", " + 1", "", "", 1900), OK);
	ck_assert_int_eq(parse_nest("RETURN 1", " + 1", "", "", 100000), E_TOO_COMPLEX);
	ck_assert_int_eq(parse_nest("RETURN a", ".a", "", "", 100000), E_TOO_COMPLEX);
	ck_assert_int_eq(parse_nest("RETURN [1", ", 1", "]", "", 100000), OK);
	ck_assert_int_eq(parse_nest("RETURN 1 < 1", " < 1", "", "", 100000), OK);
	ck_assert_int_eq(parse_nest("RETURN a IN (1", ", 1", ")", "", 100000), OK);
}
END_TEST

START_TEST(text_that_is_not_utf8_or_too_long_is_refused)
{
	struct parse_options options = { .text_bytes_max = 10 };
	static const char zero[] = { 'R', 'E', 0, 'T' };

	ck_assert_int_eq(parse("RETURN '\xff'"), E_NOT_IN_REPERTOIRE);
	ck_assert_int_eq(error.byte_offset, 8);
	ck_assert_int_eq(parse_script(arena, (struct str){ zero, 4 }, NULL, &script, &error),
		E_NOT_IN_REPERTOIRE);
	ck_assert_int_eq(error.byte_offset, 2);
	ck_assert_int_eq(parse_script(arena, STR("RETURN 1234"), &options, &script, &error),
		E_PROGRAM_LIMIT);
}
END_TEST

START_TEST(tree_does_not_point_into_the_callers_text)
{
	char text[] = "MATCH (abc:Label) RETURN abc.name";
	const struct ast_stmt *s = parse_one(text);

	memset(text, 'x', sizeof text - 1);
	ck_assert(str_equal(
		clause_of(s, 0)->match.pattern->paths[0].elements[0].label->name, STR("Label")));
}
END_TEST

/* ---- registration ---- */

static TCase *files_case(void)
{
	TCase *t = tcase_create("files");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, every_rule_of_the_grammar_has_accepted_and_refused_texts);
	tcase_add_test(t, accepted_texts_parse_and_survive_the_round_trip);
	tcase_add_test(t, refused_texts_get_these_errors);
	tcase_add_test(t, trees_and_their_texts_look_like_this);
	tcase_add_test(t, tck_queries_survive_the_round_trip);
	return t;
}

Suite *parse_suite(void)
{
	Suite *s = suite_create("parse");
	TCase *t = tcase_create("promises");

	suite_add_tcase(s, files_case());
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, statements_keep_their_slices_and_empty_ones_are_dropped);
	tcase_add_test(t, an_error_in_a_later_statement_has_its_place_in_the_whole_text);
	tcase_add_test(t, columns_are_named_by_their_source_text);
	tcase_add_test(t, parameters_are_counted_and_names_collected_once);
	tcase_add_test(t, the_least_integer_can_be_written);
	tcase_add_test(t, operators_bind_as_documented);
	tcase_add_test(t, edges_always_stand_between_two_nodes);
	tcase_add_test(t, both_spellings_of_a_quantifier_are_one);
	tcase_add_test(t, deep_nesting_is_too_complex_not_a_crash);
	tcase_add_test(t, long_chains_have_a_limit_and_long_lists_have_none);
	tcase_add_test(t, text_that_is_not_utf8_or_too_long_is_refused);
	tcase_add_test(t, tree_does_not_point_into_the_callers_text);
	suite_add_tcase(s, t);
	return s;
}
