/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The lexer: section 2 of the language, token by token.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "query/parse/lex.h"
#include "tests/query/suites.h"

static struct lexer lexer;
static struct error error;
static struct arena *arena;

static void setup(void)
{
	arena = arena_new(0);
	error_clear(&error);
}

static void teardown(void)
{
	arena_free(arena);
}

static void open_text(const char *text)
{
	lex_open(&lexer, str_of(text));
}

/* The kinds of all tokens of a text, in one word each. */
static const char *kinds_of(const char *text)
{
	static char out[1024];
	size_t used = 0;

	open_text(text);
	out[0] = '\0';
	for (;;) {
		struct token t = lex_next(&lexer, &error);
		const char *glue = t.is_adjacent && used > 0 ? "_" : " ";
		const char *word = "?";
		char character[2] = { (char)t.kind, '\0' };

		switch (t.kind) {
		case TOKEN_END:
			return used == 0 ? "" : out + 1;
		case TOKEN_BAD:
			word = "bad";
			break;
		case TOKEN_NAME:
			word = "name";
			break;
		case TOKEN_QUOTED:
			word = "quoted";
			break;
		case TOKEN_STRING:
			word = "string";
			break;
		case TOKEN_BYTES:
			word = "bytes";
			break;
		case TOKEN_INTEGER:
			word = "int";
			break;
		case TOKEN_FLOAT:
			word = "float";
			break;
		case TOKEN_DECIMAL:
			word = "decimal";
			break;
		case TOKEN_PARAMETER:
			word = "param";
			break;
		case TOKEN_NAMED_PARAMETER:
			word = "named";
			break;
		case TOKEN_DOTS:
			word = "..";
			break;
		default:
			word = t.kind < 128 ? character : lex_keyword_text(t.kind);
			break;
		}
		used += (size_t)snprintf(out + used, sizeof out - used, "%s%s", glue, word);
		ck_assert(used < sizeof out);
		if (t.kind == TOKEN_BAD)
			return out + 1;
	}
}

static void check_text(const char *text, const char *expected)
{
	struct token t;
	struct str value;

	open_text(text);
	t = lex_next(&lexer, &error);
	ck_assert_int_eq(lex_text(&lexer, arena, &t, &value, &error), OK);
	ck_assert_uint_eq(value.length, strlen(expected));
	ck_assert_mem_eq(value.at, expected, value.length);
}

START_TEST(every_keyword_is_found_in_any_case_and_rows_are_sorted)
{
	const char *before = "";

	for (uint16_t k = TOKEN_KEYWORD; k < TOKEN_KIND_COUNT; k++) {
		const char *word = lex_keyword_text(k);
		char lower[32];
		struct token t;

		ck_assert_msg(strcmp(before, word) < 0, "%s is not before %s", before, word);
		before = word;
		for (size_t i = 0; i <= strlen(word); i++)
			lower[i] =
				word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] + 32) : word[i];
		open_text(lower);
		t = lex_next(&lexer, &error);
		ck_assert_uint_eq(t.kind, k);
	}
}
END_TEST

START_TEST(reserved_words_are_those_of_the_language)
{
	static const char reserved[] =
		" ALL AND ANY AS ASC ASCENDING BY CALL CASE CREATE CROSS DELETE DESC DESCENDING "
		"DETACH DISTINCT ELSE END EXCEPT EXISTS FALSE FILTER FINISH FOR FROM GROUP HAVING "
		"IN "
		"INSERT INTERSECT IS LET LIMIT MATCH MERGE NEXT NODETACH NOT NULL OFFSET ON "
		"OPTIONAL "
		"OR ORDER OTHERWISE REMOVE RETURN SELECT SET SKIP THEN TRUE UNION UNKNOWN UNWIND "
		"USE "
		"WHEN WHERE WITH XOR YIELD ";

	for (uint16_t k = TOKEN_KEYWORD; k < TOKEN_KIND_COUNT; k++) {
		struct str word = str_of(lex_keyword_text(k));
		char padded[40];

		snprintf(padded, sizeof padded, " %s ", word.at);
		ck_assert_msg(lex_is_plain_name(word) == (strstr(reserved, padded) == NULL), "%s",
			word.at);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *kinds;
} kind_cases[] = {
	{ "", "" },
	{ " \t\r\n", "" },
	{ "match (n)", "MATCH (_name_)" },
	{ "größe _x x1", "name name name" },
	{ "a$1", "name_param" },
	{ "$a$b", "bad" },
	{ "1..3", "int_.._int" },
	{ "1. .5 5.e3 1e5 1e x", "float float float float bad" },
	{ "1.5 .5 5. 1e3 1E-3", "float float float float float" },
	{ "12M 1.5M 1F 2d", "decimal decimal float float" },
	{ "1_000 0x1F 0o17 0b11", "int int int int" },
	{ "1_", "bad" },
	{ "a<-b <= <>", "name_<_-_name <_= <_>" },
	{ "a--b\nc", "name name" },
	{ "a // b\nc /* d /* e */ f */ g", "name name name" },
	{ "(a)--(b)", "(_name_)_-_(_name_)" },
	{ "(a)-->(b)", "(_name_)_-_>_(_name_)" },
	{ "(a)<--(b)", "(_name_)_<_-_(_name_)" },
	{ "(a)<-->(b)", "(_name_)_<_-_>_(_name_)" },
	{ "(a)-->+(b)", "(_name_)_-_>_+_(_name_)" },
	{ "(a)--*(b)", "(_name_)_-_*_(_name_)" },
	{ "(a)<--{2}(b)", "(_name_)_<_-_{_int_}_(_name_)" },
	{ "(a)<-->{1,3}(b)", "(_name_)_<_-_>_{_int_,_int_}_(_name_)" },
	{ "(a)-->{1,3 (b)", "(_name_)" },
	{ "(a)--+ b", "(_name_)" },
	{ "(a) --(b)", "(_name_)" },
	{ "(a)-- (b)", "(_name_)" },
	{ "$1 $name $$a'b$$ $t$ $$ $t$", "param named string string" },
	{ "'a' E'b' e'\\'' N'c' U&'d' X'00' x'ff'",
		"string string string string string bytes bytes" },
	{ "\"a\"\"b\" `c``d`", "quoted quoted" },
	{ "''''", "string" },
	{ "'a\\'", "string" },
	{ "'a", "bad" },
	{ "\"\"", "bad" },
	{ "B'01'", "bad" },
	{ "/* a", "bad" },
	{ "u&x e 'a'", "name_&_name name string" },
};

START_TEST(texts_become_these_tokens)
{
	ck_assert_str_eq(kinds_of(kind_cases[_i].text), kind_cases[_i].kinds);
}
END_TEST

static const struct {
	const char *text;
	const char *value;
} value_cases[] = {
	{ "'it''s'", "it's" },
	{ "'a\\n'", "a\\n" },
	{ "E'a\\n\\t\\\\\\'\\x41\\101\\u00e9\\U0001F600'", "a\n\t\\'AA\xc3\xa9\xf0\x9f\x98\x80" },
	{ "E'\\ud83d\\ude00'", "\xf0\x9f\x98\x80" },
	{ "U&'\\0041\\+01F600\\\\'", "A\xf0\x9f\x98\x80\\" },
	{ "U&'!0041''!!\\' -- c\n UESCAPE '!'", "A'!\\" },
	{ "$$a'b\\n$$", "a'b\\n" },
	{ "$x$a$$b$x$", "a$$b" },
	{ "\"a\"\"b\"", "a\"b" },
	{ "`a``b`", "a`b" },
	{ "X'4142'", "AB" },
	{ "$name", "name" },
	{ "größe", "größe" },
};

START_TEST(literals_have_these_values)
{
	check_text(value_cases[_i].text, value_cases[_i].value);
}
END_TEST

START_TEST(backslashes_escape_in_plain_strings_only_when_told)
{
	struct token t;
	struct str value;

	open_text("'a\\'b\\n'");
	lexer.backslash_escapes = true;
	t = lex_next(&lexer, &error);
	ck_assert_uint_eq(t.kind, TOKEN_STRING);
	ck_assert_int_eq(lex_text(&lexer, arena, &t, &value, &error), OK);
	ck_assert(str_equal(value, STR("a'b\n")));
}
END_TEST

START_TEST(escapes_that_are_no_characters_are_refused)
{
	static const char *const texts[] = { "E'\\xff'", "E'\\u12'", "E'\\ud800'", "E'\\udc00'",
		"E'\\ud800x'", "E'\\0'", "U&'\\0000'", "U&'\\12'", "X'1'", "X'gg'" };

	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct token t;
		struct str value;

		open_text(texts[i]);
		t = lex_next(&lexer, &error);
		ck_assert_msg(lex_text(&lexer, arena, &t, &value, &error) != OK, "%s", texts[i]);
	}
}
END_TEST

START_TEST(integers_reach_two_to_the_63_and_no_further)
{
	struct token t;
	uint64_t value;

	open_text("9223372036854775808 9223372036854775809 0x7fff_ffff_ffff_ffff");
	t = lex_next(&lexer, &error);
	ck_assert_int_eq(lex_integer(&lexer, &t, &value, &error), OK);
	ck_assert(value == (uint64_t)1 << 63);
	t = lex_next(&lexer, &error);
	ck_assert_int_eq(lex_integer(&lexer, &t, &value, &error), E_OUT_OF_RANGE);
	t = lex_next(&lexer, &error);
	ck_assert_int_eq(lex_integer(&lexer, &t, &value, &error), OK);
	ck_assert(value == INT64_MAX);
}
END_TEST

START_TEST(unterminated_things_are_reported_where_they_begin)
{
	open_text("a 'bc");
	lex_next(&lexer, &error);
	ck_assert_uint_eq(lex_next(&lexer, &error).kind, TOKEN_BAD);
	ck_assert_int_eq(error.byte_offset, 2);
	ck_assert_str_eq(error.message, "unterminated quoted string");
}
END_TEST

Suite *lex_suite(void)
{
	Suite *s = suite_create("lex");
	TCase *t = tcase_create("lex");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, every_keyword_is_found_in_any_case_and_rows_are_sorted);
	tcase_add_test(t, reserved_words_are_those_of_the_language);
	tcase_add_loop_test(t, texts_become_these_tokens, 0, ARRAY_COUNT(kind_cases));
	tcase_add_loop_test(t, literals_have_these_values, 0, ARRAY_COUNT(value_cases));
	tcase_add_test(t, backslashes_escape_in_plain_strings_only_when_told);
	tcase_add_test(t, escapes_that_are_no_characters_are_refused);
	tcase_add_test(t, integers_reach_two_to_the_63_and_no_further);
	tcase_add_test(t, unterminated_things_are_reported_where_they_begin);
	suite_add_tcase(s, t);
	return s;
}
