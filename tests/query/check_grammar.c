/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The written grammar and the fuzzers' corpus, held against what they are to cover: every terminal of
 * every rule stands in a text that is accepted by that rule, no rule goes on for ever or fails badly
 * at a text that is wrong, and every kind of statement, clause, expression, operator, label and item
 * of FROM is in the corpus of the round trip (fuzz_parse.c).
 */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "query/parse/parse.h"
#include "tests/query/file_text.h"
#include "tests/query/suites.h"

/* Under the source's root; to be freed. */
/* ---- terminals ---- */

/* Whether a line of accept.txt that begins with "rule: " has the terminal, in any case. */
static bool accepts(const char *accept, const char *rule, const char *terminal, size_t length)
{
	size_t prefix = strlen(rule);

	for (const char *line = accept; *line != '\0';) {
		size_t rest = strcspn(line, "\n");

		if (strncmp(line, rule, prefix) == 0 && line[prefix] == ':') {
			for (size_t i = prefix + 2; i + length <= rest; i++) {
				if (strncasecmp(line + i, terminal, length) == 0)
					return true;
			}
		}
		line += rest + (line[rest] == '\n');
	}
	return false;
}

/* Blanks out the grammar's own comments. */
static void drop_comments(char *text)
{
	for (char *at = strstr(text, "(*"); at != NULL; at = strstr(at, "(*")) {
		char *end = strstr(at, "*)");

		ck_assert_ptr_nonnull(end);
		for (; at < end + 2; at++)
			*at = *at == '\n' ? '\n' : ' ';
	}
}

/* The terminals of one line of a rule; how many there are. */
static unsigned check_terminals(const char *accept, const char *rule, const char *line)
{
	unsigned count = 0;

	for (; *line != '\0' && *line != '\n'; line++) {
		size_t length;

		if (*line != '\'' && *line != '"')
			continue;
		length = strcspn(line + 1, *line == '"' ? "\"" : "'");
		ck_assert_msg(accepts(accept, rule, line + 1, length),
			"%s: no accepted text has %.*s", rule, (int)length, line + 1);
		line += length + 1;
		count++;
	}
	return count;
}

START_TEST(every_terminal_of_a_rule_stands_in_a_text_that_it_accepts)
{
	char *grammar = file_text_of_source("query/parse/grammar.ebnf");
	char *accept = file_text_of_source("tests/query/parse/accept.txt");
	char rule[64] = "";
	unsigned count = 0;

	drop_comments(grammar);
	for (const char *line = grammar; line != NULL; line = strchr(line, '\n')) {
		char name[64];
		const char *equals;

		line += *line == '\n';
		equals = strchr(line, '=');
		if (sscanf(line, "%63[A-Za-z] =", name) == 1 && equals != NULL) {
			snprintf(rule, sizeof rule, "%s", name);
			count += check_terminals(accept, rule, equals + 1);
		} else if (rule[0] != '\0') {
			count += check_terminals(accept, rule, line);
		}
	}
	ck_assert_uint_gt(count, 1000);
	free(grammar);
	free(accept);
}
END_TEST

/* ---- texts that are wrong ---- */

/* Each in place of each blank of a text, the last with nothing behind; how often that was refused. */
static unsigned spoil(struct arena *a, const char *text, size_t length)
{
	static const char *const wrong[] = { "7R0", ";", "(", ")", ",", "" };
	const struct parse_options options = { 0 };
	struct buf spoilt = { 0 };
	struct ast_script script;
	unsigned refused = 0;
	struct error e;

	for (size_t i = 0; i < length * ARRAY_COUNT(wrong); i++) {
		const char *word = wrong[i % ARRAY_COUNT(wrong)];
		size_t at = i / ARRAY_COUNT(wrong);

		if (text[at] != ' ')
			continue;
		buf_reset(&spoilt);
		buf_printf(&spoilt, "%.*s %s ", (int)at, text, word);
		if (word[0] != '\0')
			buf_put(&spoilt, text + at, length - at);
		arena_reset(a);
		refused += parse_script(a, buf_str(&spoilt), &options, &script, &e) != OK;
	}
	buf_free(&spoilt);
	return refused;
}

START_TEST(what_is_wrong_ends_every_rule)
{
	char *accept = file_text_of_source("tests/query/parse/accept.txt");
	struct arena *a = arena_new(0);
	unsigned refused = 0;

	for (const char *line = accept; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		size_t rule = strcspn(line, ":");

		if (rule < length)
			refused += spoil(a, line + rule + 1, length - rule - 1);
		line += length + (line[length] == '\n');
	}
	ck_assert_uint_gt(refused, 15000);
	arena_free(a);
	free(accept);
}
END_TEST

/* ---- kinds ---- */

/* What the corpus has, by kind. */
struct seen {
	bool statement[STMT_KIND_COUNT];
	bool clause[CLAUSE_VALUES + 1];
	bool expr[EXPR_LET + 1];
	bool op[OP_COUNT];
	bool label[LABEL_OR + 1];
	bool from[FROM_JOIN + 1];
};

/* An item of a projection: itself, and what an operator at its top is. */
static void see_expr(struct seen *s, const struct ast_expr *x)
{
	s->expr[x->kind] = true;
	if (x->kind == EXPR_UNARY || x->kind == EXPR_BINARY)
		s->op[x->binary.op] = true;
}

static void see_projection(struct seen *s, const struct ast_projection *p)
{
	for (uint32_t i = 0; p != NULL && i < p->item_count; i++)
		see_expr(s, p->items[i].expr);
}

static void see_pattern(struct seen *s, const struct ast_pattern *p)
{
	for (uint32_t i = 0; p != NULL && i < p->path_count; i++) {
		for (uint32_t k = 0; k < p->paths[i].element_count; k++) {
			const struct ast_label *l = p->paths[i].elements[k].label;

			if (l != NULL)
				s->label[l->kind] = true;
		}
	}
}

static void see_clause(struct seen *s, const struct ast_clause *c)
{
	s->clause[c->kind] = true;
	if (c->kind == CLAUSE_MATCH)
		see_pattern(s, c->match.pattern);
	if (c->kind == CLAUSE_RETURN || c->kind == CLAUSE_WITH)
		see_projection(s, c->projection);
	if (c->kind != CLAUSE_SELECT)
		return;
	see_projection(s, c->select.projection);
	for (uint32_t i = 0; i < c->select.from_count; i++)
		s->from[c->select.from[i].kind] = true;
}

static void see_statement(struct seen *s, const struct ast_stmt *st)
{
	s->statement[st->kind] = true;
	for (uint32_t q = 0; st->kind == STMT_QUERY && q < st->program->count; q++) {
		const struct ast_query *query = &st->program->queries[q];

		for (uint32_t o = 0; o < query->operand_count; o++) {
			for (uint32_t c = 0; c < query->operands[o].clause_count; c++)
				see_clause(s, &query->operands[o].clauses[c]);
		}
	}
}

/* The first byte of an input holds the options. */
static void see_file(struct seen *s, struct arena *a, const char *path)
{
	struct parse_options options = { 0 };
	char *text = file_text_of_source(path);
	struct ast_script script;
	struct error e;

	options.backslash_escapes = (text[0] & 1) != 0;
	options.double_quoted_strings = (text[0] & 2) != 0;
	if (parse_script(a, str_of(text + 1), &options, &script, &e) == OK) {
		for (uint32_t i = 0; i < script.count; i++)
			see_statement(s, script.statements[i]);
	}
	free(text);
}

static void check_all(const char *what, const bool *seen, size_t count)
{
	struct buf missing = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (!seen[i])
			buf_printf(&missing, " %zu", i);
	}
	ck_assert_msg(missing.length == 0, "the corpus has no %s of kind%.*s", what,
		STR_ARGS(buf_str(&missing)));
	buf_free(&missing);
}

START_TEST(the_corpus_has_every_kind_of_the_tree)
{
	static const char folder[] = "tests/fuzz/corpus/parse";
	const char *root = getenv("QUIVER_SOURCE");
	struct arena *a = arena_new(0);
	struct seen *s = calloc(1, sizeof *s);
	char full[1024];
	DIR *d;

	snprintf(full, sizeof full, "%s/%s", root != NULL ? root : ".", folder);
	d = opendir(full);
	ck_assert_msg(d != NULL, "cannot read %s", full);
	for (const struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d)) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(full, sizeof full, "%s/%s", folder, entry->d_name);
		see_file(s, a, full);
	}
	closedir(d);
	check_all("statement", s->statement, ARRAY_COUNT(s->statement));
	check_all("clause", s->clause, ARRAY_COUNT(s->clause));
	check_all("expression", s->expr, ARRAY_COUNT(s->expr));
	check_all("operator", s->op, ARRAY_COUNT(s->op));
	check_all("label", s->label, ARRAY_COUNT(s->label));
	check_all("item of FROM", s->from, ARRAY_COUNT(s->from));
	free(s);
	arena_free(a);
}
END_TEST

Suite *grammar_suite(void)
{
	Suite *s = suite_create("grammar");
	TCase *t = tcase_create("coverage");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, every_terminal_of_a_rule_stands_in_a_text_that_it_accepts);
	tcase_add_test(t, what_is_wrong_ends_every_rule);
	tcase_add_test(t, the_corpus_has_every_kind_of_the_tree);
	suite_add_tcase(s, t);
	return s;
}
