/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Paths of SQL/JSON: from text to tree, by descent, one function a rule. Words are told apart by where
 * they stand: behind a point every word is a key, before "(" it may be a method.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/stack.h"
#include "base/utf8.h"
#include "query/eval/json_path.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* text: escapes undone */
	TOKEN_QUOTED, /* text: without its quotes */
	TOKEN_DIGITS, /* text: a number */
	TOKEN_NAME,   /* text: a variable, without $ */
	TOKEN_SIGN,   /* sign, perhaps of two characters */
	TOKEN_WRONG,
};

struct token {
	enum token_kind kind;
	struct str text;
	uint16_t sign;
	uint32_t at, length;
};

struct reader {
	struct arena *arena;
	struct str text;
	uint32_t end; /* of the token */
	struct token token;
	uint32_t filters, subscripts; /* that are open: @ and last mean something in them */
	struct error *error;
};

#define SIGNS(a, b) ((uint16_t)((uint8_t)(a) << 8 | (uint8_t)(b)))

static struct json_path_node *node_new(struct reader *r, enum json_path_kind kind)
{
	struct json_path_node *n = arena_alloc(r->arena, sizeof *n);

	n->kind = kind;
	return n;
}

static COLD enum sqlstate fail(struct reader *r)
{
	if (r->token.kind == TOKEN_END)
		return FAIL(r->error, E_SYNTAX, "syntax error at end of jsonpath input");
	return FAIL(r->error, E_SYNTAX, "syntax error at or near \"%.*s\" of jsonpath input",
		(int)MIN_OF(r->token.length, 100u), r->text.at + r->token.at);
}

/* ---- tokens ---------------------------------------------------------------------------------- */

static char at_place(const struct reader *r, uint32_t at)
{
	return at < r->text.length ? r->text.at[at] : '\0';
}

static bool is_word_byte(char c)
{
	return c != '\0' && !isspace((unsigned char)c) &&
	       strchr("?%$.[]{}()|&!=<>@#,*:-+/\"", c) == NULL;
}

static void skip_blanks(struct reader *r)
{
	for (;;) {
		while (isspace((unsigned char)at_place(r, r->end)))
			r->end++;
		if (at_place(r, r->end) != '/' || at_place(r, r->end + 1) != '*')
			return;
		r->end += 2;
		while (r->end < r->text.length &&
			!(at_place(r, r->end) == '*' && at_place(r, r->end + 1) == '/'))
			r->end++;
		r->end = MIN_OF(r->end + 2, r->text.length);
	}
}

/* Hexadecimal digits of an escape; false if there are not so many. */
static bool take_hex(struct reader *r, uint32_t digits, uint32_t *out)
{
	for (*out = 0; digits-- > 0; r->end++) {
		char c = at_place(r, r->end);

		if (!isxdigit((unsigned char)c))
			return false;
		*out = *out << 4 |
		       (uint32_t)(isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return true;
}

/* \u1234, \u{12345}, and the second half of a surrogate pair behind the first. */
static bool take_unicode(struct reader *r, char *to, uint32_t *used)
{
	uint32_t c, low;

	if (at_place(r, r->end) == '{') {
		uint32_t from = ++r->end;

		while (isxdigit((unsigned char)at_place(r, r->end)))
			r->end++;
		low = r->end - from;
		r->end = from;
		if (low == 0 || low > 6 || !take_hex(r, low, &c) || at_place(r, r->end++) != '}')
			return false;
	} else if (!take_hex(r, 4, &c)) {
		return false;
	}
	if (c >= 0xD800 && c <= 0xDBFF) {
		if (at_place(r, r->end) != '\\' || at_place(r, r->end + 1) != 'u')
			return false;
		r->end += 2;
		if (!take_hex(r, 4, &low) || low < 0xDC00 || low > 0xDFFF)
			return false;
		c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
	}
	if (c == 0 || c > 0x10FFFF || (c >= 0xDC00 && c <= 0xDFFF))
		return false;
	*used += utf8_encode(c, to + *used);
	return true;
}

/* Behind a backslash. */
static bool take_escape(struct reader *r, char *to, uint32_t *used)
{
	static const char letters[] = "bfnrtv", meanings[] = "\b\f\n\r\t\v";
	char c = at_place(r, r->end++);
	const char *letter = c == '\0' ? NULL : strchr(letters, c);
	uint32_t number;

	if (c == '\0')
		return false;
	if (c == 'u')
		return take_unicode(r, to, used);
	if (c == 'x') {
		if (!take_hex(r, 2, &number) || number == 0)
			return false;
		*used += utf8_encode(number, to + *used);
		return true;
	}
	to[(*used)++] = letter == NULL ? c : meanings[letter - letters];
	return true;
}

/* Characters up to the closing quote, or those of a word. */
static bool take_text(struct reader *r, bool is_quoted, struct str *out)
{
	char *to = arena_alloc_raw(r->arena, (size_t)(r->text.length - r->end) + 5);
	uint32_t used = 0;

	while (r->end < r->text.length) {
		char c = r->text.at[r->end];

		if (is_quoted ? c == '"' : !is_word_byte(c))
			break;
		r->end++;
		if (c == '\\' && !take_escape(r, to, &used))
			return false;
		else if (c != '\\')
			to[used++] = c;
	}
	*out = (struct str){ to, used };
	if (!is_quoted)
		return true;
	return at_place(r, r->end++) == '"';
}

static void take_digits(struct reader *r)
{
	while (isdigit((unsigned char)at_place(r, r->end)))
		r->end++;
}

/* 1, 1.5, .5, 1e3; 1.type() is not one. */
static bool take_number(struct reader *r)
{
	uint32_t from = r->end, exponent;

	take_digits(r);
	if (at_place(r, from) == '0' && r->end > from + 1)
		return false;
	if (at_place(r, r->end) == '.') {
		r->end++;
		take_digits(r);
	}
	exponent = r->end + 1;
	if ((at_place(r, r->end) | 0x20) == 'e') {
		if (at_place(r, exponent) == '+' || at_place(r, exponent) == '-')
			exponent++;
		if (!isdigit((unsigned char)at_place(r, exponent)))
			return false;
		r->end = exponent;
		take_digits(r);
	}
	r->token.text = (struct str){ r->text.at + from, r->end - from };
	return !is_word_byte(at_place(r, r->end));
}

static void take_sign(struct reader *r)
{
	static const char *const pairs[] = { "&&", "||", "==", "!=", "<>", "<=", ">=", "**" };
	char first = at_place(r, r->end), second = at_place(r, r->end + 1);

	r->token.kind = TOKEN_SIGN;
	r->token.sign = SIGNS(0, first);
	for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
		if (first == pairs[i][0] && second == pairs[i][1])
			r->token.sign = SIGNS(first, second);
	}
	r->end += r->token.sign > 0xFF ? 2 : 1;
}

static bool take_variable(struct reader *r)
{
	char next = at_place(r, r->end + 1);

	if (next != '"' && !is_word_byte(next))
		return false;
	r->end += next == '"' ? 2 : 1;
	r->token.kind = TOKEN_NAME;
	if (!take_text(r, next == '"', &r->token.text))
		r->token.kind = TOKEN_WRONG;
	return true;
}

static void advance(struct reader *r)
{
	char c;

	skip_blanks(r);
	c = at_place(r, r->end);
	r->token = (struct token){ .kind = TOKEN_END, .at = r->end };
	if (r->end >= r->text.length)
		return;
	if (c == '"') {
		r->end++;
		r->token.kind = take_text(r, true, &r->token.text) ? TOKEN_QUOTED : TOKEN_WRONG;
	} else if (isdigit((unsigned char)c) ||
		   (c == '.' && isdigit((unsigned char)at_place(r, r->end + 1)))) {
		r->token.kind = take_number(r) ? TOKEN_DIGITS : TOKEN_WRONG;
	} else if (c == '$' && take_variable(r)) {
		;
	} else if (is_word_byte(c)) {
		r->token.kind = take_text(r, false, &r->token.text) ? TOKEN_WORD : TOKEN_WRONG;
	} else {
		take_sign(r);
	}
	r->token.length = r->end - r->token.at;
}

static bool sees_sign(const struct reader *r, char first, char second)
{
	return r->token.kind == TOKEN_SIGN && r->token.sign == SIGNS(first, second);
}

static bool accept(struct reader *r, char sign)
{
	if (!sees_sign(r, 0, sign))
		return false;
	advance(r);
	return true;
}

static enum sqlstate expect(struct reader *r, char sign)
{
	return accept(r, sign) ? OK : fail(r);
}

static bool sees_word(const struct reader *r, const char *word)
{
	return r->token.kind == TOKEN_WORD && str_equal_nocase(r->token.text, str_of(word));
}

static bool accept_word(struct reader *r, const char *word)
{
	if (!sees_word(r, word))
		return false;
	advance(r);
	return true;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static enum sqlstate parse_predicate(struct reader *r, const struct json_path_node **out);
static enum sqlstate parse_sum(struct reader *r, const struct json_path_node **out);

static enum sqlstate parse_range(struct reader *r, struct json_path_range *out)
{
	TRY(parse_sum(r, &out->from));
	return accept_word(r, "to") ? parse_sum(r, &out->to) : OK;
}

static enum sqlstate parse_items(struct reader *r, struct json_path_node *n)
{
	struct json_path_range *ranges = NULL;
	uint32_t capacity = 0;

	n->kind = PATH_ITEMS;
	r->subscripts++;
	do {
		if (n->range_count == capacity) {
			uint32_t wider = capacity == 0 ? 4 : 2 * capacity;

			ranges = arena_grow(r->arena, ranges, capacity * sizeof *ranges,
				wider * sizeof *ranges);
			capacity = wider;
		}
		ranges[n->range_count] = (struct json_path_range){ 0 };
		TRY(parse_range(r, &ranges[n->range_count++]));
	} while (accept(r, ','));
	r->subscripts--;
	n->ranges = ranges;
	return expect(r, ']');
}

static enum sqlstate parse_level(struct reader *r, uint32_t *out)
{
	char digits[12];

	*out = PATH_DEPTH_LAST;
	if (accept_word(r, "last"))
		return OK;
	if (r->token.kind != TOKEN_DIGITS || r->token.text.length >= 10 ||
		memchr(r->token.text.at, '.', r->token.text.length) != NULL ||
		memchr(r->token.text.at, 'e', r->token.text.length) != NULL)
		return fail(r);
	memcpy(digits, r->token.text.at, r->token.text.length);
	digits[r->token.text.length] = '\0';
	*out = (uint32_t)strtoul(digits, NULL, 10);
	advance(r);
	return OK;
}

/* Behind .**: {2}, {2 to last} */
static enum sqlstate parse_depth(struct reader *r, struct json_path_node *n)
{
	n->kind = PATH_ANY_DEPTH;
	n->last = PATH_DEPTH_LAST;
	if (!accept(r, '{'))
		return OK;
	TRY(parse_level(r, &n->first));
	n->last = n->first;
	if (accept_word(r, "to"))
		TRY(parse_level(r, &n->last));
	return expect(r, '}');
}

static enum sqlstate parse_method(struct reader *r, struct json_path_node *n)
{
	n->kind = PATH_METHOD;
	for (int i = 0; i < METHOD_COUNT; i++) {
		n->method = (enum json_path_method)i;
		if (str_equal_nocase(n->text, str_of(json_path_method_name(n->method))))
			return expect(r, ')');
	}
	if (str_equal_nocase(n->text, STR("datetime")))
		return FAIL(r->error, E_NOT_SUPPORTED,
			"jsonpath item method .datetime() is not supported");
	return fail(r);
}

/* Behind a point. */
static enum sqlstate parse_member(struct reader *r, struct json_path_node *n)
{
	if (sees_sign(r, '*', '*')) {
		advance(r);
		return parse_depth(r, n);
	}
	if (accept(r, '*')) {
		n->kind = PATH_ANY_KEY;
		return OK;
	}
	if (r->token.kind != TOKEN_WORD && r->token.kind != TOKEN_QUOTED)
		return fail(r);
	n->kind = PATH_KEY;
	n->text = r->token.text;
	if (r->token.kind == TOKEN_QUOTED) {
		advance(r);
		return OK;
	}
	advance(r);
	return accept(r, '(') ? parse_method(r, n) : OK;
}

static enum sqlstate parse_filter(struct reader *r, struct json_path_node *n)
{
	n->kind = PATH_FILTER;
	TRY(expect(r, '('));
	r->filters++;
	TRY(parse_predicate(r, &n->left));
	r->filters--;
	return expect(r, ')');
}

static enum sqlstate parse_step(struct reader *r, struct json_path_node **out)
{
	struct json_path_node *n = NULL;

	*out = NULL;
	if (!sees_sign(r, 0, '.') && !sees_sign(r, 0, '[') && !sees_sign(r, 0, '?'))
		return OK;
	*out = n = node_new(r, PATH_ANY_ITEM);
	if (accept(r, '.'))
		return parse_member(r, n);
	if (accept(r, '?'))
		return parse_filter(r, n);
	advance(r);
	if (!accept(r, '*'))
		return parse_items(r, n);
	return expect(r, ']');
}

static enum sqlstate parse_steps(struct reader *r, struct json_path_node *head)
{
	struct json_path_node *last = head, *step;

	while (last->next != NULL)
		last = (struct json_path_node *)(uintptr_t)last->next;
	for (;;) {
		TRY(parse_step(r, &step));
		if (step == NULL)
			return OK;
		last->next = step;
		last = step;
	}
}

/* ---- values ---------------------------------------------------------------------------------- */

static enum sqlstate parse_word_value(struct reader *r, struct json_path_node *n)
{
	if (str_equal(r->token.text, STR("null"))) {
		n->kind = PATH_NULL;
	} else if (str_equal(r->token.text, STR("true")) ||
		   str_equal(r->token.text, STR("false"))) {
		n->kind = PATH_BOOL;
		n->is_true = r->token.text.at[0] == 't';
	} else if (sees_word(r, "last")) {
		n->kind = PATH_LAST;
		if (r->subscripts == 0)
			return FAIL(r->error, E_SYNTAX,
				"LAST is allowed only in array subscripts");
	} else {
		return fail(r);
	}
	advance(r);
	return OK;
}

static enum sqlstate parse_primary(struct reader *r, struct json_path_node **out)
{
	struct json_path_node *n = node_new(r, PATH_ROOT);

	*out = n;
	n->text = r->token.text;
	if (accept(r, '$'))
		return OK;
	if (sees_sign(r, 0, '@')) {
		n->kind = PATH_CURRENT;
		if (r->filters == 0)
			return FAIL(
				r->error, E_SYNTAX, "@ is not allowed in root expressions");
	} else if (r->token.kind == TOKEN_NAME) {
		n->kind = PATH_VARIABLE;
	} else if (r->token.kind == TOKEN_QUOTED) {
		n->kind = PATH_STRING;
	} else if (r->token.kind == TOKEN_DIGITS) {
		n->kind = PATH_NUMBER;
	} else if (r->token.kind == TOKEN_WORD) {
		return parse_word_value(r, n);
	} else {
		return fail(r);
	}
	advance(r);
	return OK;
}

static enum sqlstate parse_exists(struct reader *r, const struct json_path_node **out)
{
	struct json_path_node *n = node_new(r, PATH_EXISTS);

	*out = n;
	advance(r);
	TRY(expect(r, '('));
	TRY(parse_sum(r, &n->left));
	return expect(r, ')');
}

/* (..): what stands in them goes on with its steps; (..) is unknown. */
static enum sqlstate parse_enclosed(struct reader *r, struct json_path_node **out)
{
	const struct json_path_node *inner;
	struct json_path_node *n;

	advance(r);
	TRY(parse_predicate(r, &inner));
	TRY(expect(r, ')'));
	if (accept_word(r, "is")) {
		if (!accept_word(r, "unknown"))
			return fail(r);
		*out = n = node_new(r, PATH_IS_UNKNOWN);
		n->left = inner;
		return OK;
	}
	*out = (struct json_path_node *)(uintptr_t)inner;
	return OK;
}

/* A value with its steps, with signs before it. */
static enum sqlstate parse_signed(struct reader *r, const struct json_path_node **out)
{
	struct json_path_node *n = NULL;

	TRY(stack_check(r->error));
	if (sees_sign(r, 0, '+') || sees_sign(r, 0, '-')) {
		n = node_new(r, sees_sign(r, 0, '+') ? PATH_PLUS : PATH_MINUS);
		advance(r);
		*out = n;
		return parse_signed(r, &n->left);
	}
	if (sees_sign(r, 0, '!')) {
		n = node_new(r, PATH_NOT);
		advance(r);
		*out = n;
		if (sees_word(r, "exists"))
			return parse_exists(r, &n->left);
		if (!sees_sign(r, 0, '('))
			return fail(r);
		advance(r);
		TRY(parse_predicate(r, &n->left));
		return expect(r, ')');
	}
	if (sees_word(r, "exists"))
		return parse_exists(r, out);
	if (sees_sign(r, 0, '('))
		TRY(parse_enclosed(r, &n));
	else
		TRY(parse_primary(r, &n));
	*out = n;
	return parse_steps(r, n);
}

/* ---- operators ------------------------------------------------------------------------------- */

static struct json_path_node *binary(
	struct reader *r, enum json_path_kind kind, const struct json_path_node *left)
{
	struct json_path_node *n = node_new(r, kind);

	n->left = left;
	return n;
}

static enum sqlstate parse_product(struct reader *r, const struct json_path_node **out)
{
	struct json_path_node *n;

	TRY(parse_signed(r, out));
	while (sees_sign(r, 0, '*') || sees_sign(r, 0, '/') || sees_sign(r, 0, '%')) {
		n = binary(r,
			sees_sign(r, 0, '*')   ? PATH_MULTIPLY
			: sees_sign(r, 0, '/') ? PATH_DIVIDE
					       : PATH_MODULO,
			*out);
		advance(r);
		TRY(parse_signed(r, &n->right));
		*out = n;
	}
	return OK;
}

static enum sqlstate parse_sum(struct reader *r, const struct json_path_node **out)
{
	struct json_path_node *n;

	TRY(parse_product(r, out));
	while (sees_sign(r, 0, '+') || sees_sign(r, 0, '-')) {
		n = binary(r, sees_sign(r, 0, '+') ? PATH_ADD : PATH_SUBTRACT, *out);
		advance(r);
		TRY(parse_product(r, &n->right));
		*out = n;
	}
	return OK;
}

static enum sqlstate unknown_flag(struct reader *r, char flag)
{
	FAIL(r->error, E_SYNTAX, "invalid input syntax for type jsonpath");
	error_detail(r->error, "Unrecognized flag character \"%c\" in LIKE_REGEX predicate.", flag);
	return r->error->code;
}

static enum sqlstate parse_flags(struct reader *r, struct json_path_node *n)
{
	struct str flags = r->token.text;
	bool is_expanded = false;

	if (r->token.kind != TOKEN_QUOTED)
		return fail(r);
	for (uint32_t i = 0; i < flags.length; i++) {
		if (flags.at[i] == 'i')
			n->ignores_case = true;
		else if (flags.at[i] == 'q')
			n->is_plain = true;
		else if (flags.at[i] == 's')
			n->has_all_dots = true;
		else if (flags.at[i] == 'm')
			n->has_lines = true;
		else if (flags.at[i] == 'x')
			is_expanded = true;
		else
			return unknown_flag(r, flags.at[i]);
	}
	if (is_expanded && !n->is_plain)
		return FAIL(r->error, E_NOT_SUPPORTED,
			"XQuery \"x\" flag (expanded regular expressions) is not implemented");
	advance(r);
	return OK;
}

static enum sqlstate parse_regex(struct reader *r, const struct json_path_node **out)
{
	struct json_path_node *n = binary(r, PATH_LIKE_REGEX, *out);

	advance(r);
	if (r->token.kind != TOKEN_QUOTED)
		return fail(r);
	n->text = r->token.text;
	*out = n;
	advance(r);
	return accept_word(r, "flag") ? parse_flags(r, n) : OK;
}

static enum sqlstate parse_start(struct reader *r, const struct json_path_node **out)
{
	struct json_path_node *n = binary(r, PATH_STARTS_WITH, *out), *start;

	advance(r);
	if (!accept_word(r, "with") ||
		(r->token.kind != TOKEN_QUOTED && r->token.kind != TOKEN_NAME))
		return fail(r);
	TRY(parse_primary(r, &start));
	n->right = start;
	*out = n;
	return OK;
}

static bool comparison_of(const struct reader *r, enum json_path_kind *out)
{
	static const struct {
		uint16_t sign;
		enum json_path_kind kind;
	} rows[] = { { SIGNS('=', '='), PATH_EQ }, { SIGNS('!', '='), PATH_NE },
		{ SIGNS('<', '>'), PATH_NE }, { SIGNS(0, '<'), PATH_LT },
		{ SIGNS('<', '='), PATH_LE }, { SIGNS(0, '>'), PATH_GT },
		{ SIGNS('>', '='), PATH_GE } };

	for (size_t i = 0; r->token.kind == TOKEN_SIGN && i < ARRAY_COUNT(rows); i++) {
		*out = rows[i].kind;
		if (r->token.sign == rows[i].sign)
			return true;
	}
	return false;
}

static enum sqlstate parse_comparison(struct reader *r, const struct json_path_node **out)
{
	enum json_path_kind kind;
	struct json_path_node *n;

	TRY(parse_sum(r, out));
	if (sees_word(r, "like_regex"))
		return parse_regex(r, out);
	if (sees_word(r, "starts"))
		return parse_start(r, out);
	if (!comparison_of(r, &kind))
		return OK;
	n = binary(r, kind, *out);
	advance(r);
	*out = n;
	return parse_sum(r, &n->right);
}

static enum sqlstate parse_and(struct reader *r, const struct json_path_node **out)
{
	struct json_path_node *n;

	TRY(parse_comparison(r, out));
	while (sees_sign(r, '&', '&')) {
		n = binary(r, PATH_AND, *out);
		advance(r);
		TRY(parse_comparison(r, &n->right));
		*out = n;
	}
	return OK;
}

static enum sqlstate parse_predicate(struct reader *r, const struct json_path_node **out)
{
	struct json_path_node *n;

	TRY(stack_check(r->error));
	TRY(parse_and(r, out));
	while (sees_sign(r, '|', '|')) {
		n = binary(r, PATH_OR, *out);
		advance(r);
		TRY(parse_and(r, &n->right));
		*out = n;
	}
	return OK;
}

enum sqlstate json_path_parse(
	struct arena *a, struct str text, struct json_path *out, struct error *e)
{
	struct reader r = { .arena = a, .text = text, .error = e };

	advance(&r);
	if (r.token.kind == TOKEN_END)
		return FAIL(e, E_TEXT_REPRESENTATION,
			"invalid input syntax for type jsonpath: \"%.*s\"", STR_ARGS(text));
	out->is_lax = !accept_word(&r, "strict");
	if (out->is_lax)
		(void)accept_word(&r, "lax");
	TRY(parse_predicate(&r, &out->root));
	return r.token.kind == TOKEN_END ? OK : fail(&r);
}
