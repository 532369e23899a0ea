/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The lexer: bytes to tokens, section 2 of the language. It allocates nothing, keeps no state but
 * its place, and has no modes: the parser may copy it, run the copy ahead and throw it away.
 *
 *	blank, comment     skipped; is_adjacent of the next token is false then
 *	word               a name or a keyword, by the first letter's rows of keywords.def
 *	"x" `x`            a quoted name; a doubled quote stands for one
 *	'x' E'x' N'x' U&'x' $t$x$t$   a string; X'x' bytes; B'x' is refused
 *	U&'x' UESCAPE 'c'  one token, so that a token alone says what it means
 *	12 0x1F 1.5 1e3 5M 5F          a number; 1..3 is 1 .. 3
 *	$1 $name           a parameter; $$ and $tag$ open a string
 *	..                 the only operator of two characters that is one token
 *	any other byte     itself; <= and -> are joined by the parser from adjacent characters
 *
 * `--` opens a comment except in )--( )-->( )<--( )<-->( , also with a quantifier: )-->+( )--{1,3}( ;
 * there it is one '-' of length 2. The character before is looked at in the text, which is enough,
 * because a ')' there can only be a token of its own.
 */
#include "query/parse/lex.h"

#include "base/check.h"

enum char_class {
	C_OTHER = 0,
	C_BLANK = 1,
	C_LETTER = 2, /* may start a word: also '_' and every byte from 0x80 on */
	C_DIGIT = 4,
};

enum { RESERVED_CLASS = 1, FREE_CLASS = 0, KEYWORD_LENGTH_MAX = 16 };

struct keyword {
	const char *text;
	uint8_t length;
	bool is_reserved;
};

static const struct keyword keywords[] = {
#define LETTER(c)
#define KEYWORD(word, class) { #word, sizeof(#word) - 1, class##_CLASS },
#include "query/parse/keywords.def"
#undef LETTER
#undef KEYWORD
};

/* The kind of the first keyword with each letter, and one past the last. */
static const uint16_t keyword_first[27] = {
#define LETTER(c) KW_FIRST_##c,
#define KEYWORD(word, class)
#include "query/parse/keywords.def"
#undef LETTER
#undef KEYWORD
	TOKEN_KIND_COUNT,
};

static const uint8_t classes[256] = {
	['\t'] = C_BLANK,
	['\n'] = C_BLANK,
	['\v'] = C_BLANK,
	['\f'] = C_BLANK,
	['\r'] = C_BLANK,
	[' '] = C_BLANK,
	['0' ... '9'] = C_DIGIT,
	['A' ... 'Z'] = C_LETTER,
	['a' ... 'z'] = C_LETTER,
	['_'] = C_LETTER,
	[0x80 ... 0xff] = C_LETTER,
};

static bool is_blank(char c)
{
	return classes[(uint8_t)c] == C_BLANK;
}

static bool is_letter(char c)
{
	return classes[(uint8_t)c] == C_LETTER;
}

static bool is_digit(char c)
{
	return classes[(uint8_t)c] == C_DIGIT;
}

static bool is_word(char c)
{
	return (classes[(uint8_t)c] & (C_LETTER | C_DIGIT)) != 0;
}

void lex_open(struct lexer *l, struct str text)
{
	*l = (struct lexer){ .text = text.at, .length = text.length };
}

/* The byte at an offset, 0 past the end: the text itself holds no 0. */
static char byte_at(const struct lexer *l, uint32_t at)
{
	return at < l->length ? l->text[at] : '\0';
}

static uint16_t fail(struct error *e, uint32_t at, const char *message)
{
	FAIL(e, E_SYNTAX, "%s", message);
	e->byte_offset = (int)at;
	return TOKEN_BAD;
}

static const struct keyword *keyword_find(const char *word, uint32_t length)
{
	char upper[KEYWORD_LENGTH_MAX];
	uint32_t letter;

	if (length > KEYWORD_LENGTH_MAX)
		return NULL;
	for (uint32_t i = 0; i < length; i++)
		upper[i] = word[i] >= 'a' && word[i] <= 'z' ? (char)(word[i] - 32) : word[i];
	letter = (uint8_t)upper[0] - (uint32_t)'A';
	if (letter >= 26)
		return NULL;
	for (uint32_t k = keyword_first[letter]; k < keyword_first[letter + 1]; k++) {
		const struct keyword *row = &keywords[k - TOKEN_KEYWORD];

		if (row->length == length && memcmp(row->text, upper, length) == 0)
			return row;
	}
	return NULL;
}

const char *lex_keyword_text(uint16_t kind)
{
	if (kind < TOKEN_KEYWORD || kind >= TOKEN_KIND_COUNT)
		return NULL;
	return keywords[kind - TOKEN_KEYWORD].text;
}

bool lex_is_plain_name(struct str word)
{
	const struct keyword *row;

	if (word.length == 0 || !is_letter(word.at[0]))
		return false;
	for (uint32_t i = 1; i < word.length; i++) {
		if (!is_word(word.at[i]))
			return false;
	}
	row = keyword_find(word.at, word.length);
	return row == NULL || !row->is_reserved;
}

bool lex_is_keyword(struct str word)
{
	return word.length > 0 && keyword_find(word.at, word.length) != NULL;
}

/* Behind what is written like a quantifier at `at`: + * {2} {1,3}. */
static uint32_t skip_quantifier(const struct lexer *l, uint32_t at)
{
	uint32_t next = at + 1;

	if (byte_at(l, at) == '+' || byte_at(l, at) == '*')
		return next;
	if (byte_at(l, at) != '{')
		return at;
	while (is_digit(byte_at(l, next)) || byte_at(l, next) == ',')
		next++;
	return byte_at(l, next) == '}' ? next + 1 : at;
}

/* )--( )-->( )<--( )<-->( : the openCypher edge shorthands, perhaps with a quantifier. */
static bool is_edge_dashes(const struct lexer *l, uint32_t at)
{
	bool is_after_node = at >= 1 && l->text[at - 1] == ')';
	bool is_after_arrow = at >= 2 && l->text[at - 1] == '<' && l->text[at - 2] == ')';
	uint32_t next = byte_at(l, at + 2) == '>' ? at + 3 : at + 2;

	return (is_after_node || is_after_arrow) && byte_at(l, skip_quantifier(l, next)) == '(';
}

/* Skips a nested comment that starts at `at`; false if it never ends. */
static bool skip_block_comment(struct lexer *l, uint32_t at)
{
	uint32_t depth = 1;

	at += 2;
	while (depth > 0) {
		char c = byte_at(l, at);

		if (at >= l->length)
			return false;
		if (c == '*' && byte_at(l, at + 1) == '/') {
			depth--;
			at++;
		} else if (c == '/' && byte_at(l, at + 1) == '*') {
			depth++;
			at++;
		}
		at++;
	}
	l->at = at;
	return true;
}

/* Moves to the next token's first byte; false if a comment does not end. */
static bool skip_blanks(struct lexer *l)
{
	for (;;) {
		char c = byte_at(l, l->at);
		char next;

		if (is_blank(c)) {
			l->at++;
			continue;
		}
		if (c != '-' && c != '/')
			return true;
		next = byte_at(l, l->at + 1);
		if (c == '/' && next == '*') {
			if (!skip_block_comment(l, l->at))
				return false;
			continue;
		}
		if (next != c || (c == '-' && is_edge_dashes(l, l->at)))
			return true;
		while (l->at < l->length && l->text[l->at] != '\n')
			l->at++;
	}
}

/*
 * Scans a quoted thing whose opening quote is at `at`. A doubled quote continues it and, where
 * backslashes escape, so does a quoted one. Leaves l->at after the closing quote.
 */
static bool scan_quoted(struct lexer *l, struct token *t, uint32_t at, bool has_backslashes)
{
	char quote = l->text[at];

	for (at++; at < l->length; at++) {
		char c = l->text[at];

		if (c == '\\' && has_backslashes) {
			t->is_escaped = true;
			at++;
		} else if (c == quote) {
			if (byte_at(l, at + 1) != quote) {
				l->at = at + 1;
				return true;
			}
			t->is_escaped = true;
			at++;
		}
	}
	l->at = l->length;
	return false;
}

static uint16_t scan_string(
	struct lexer *l, struct token *t, uint32_t quote_at, bool has_backslashes, struct error *e)
{
	if (!scan_quoted(l, t, quote_at, has_backslashes))
		return fail(e, t->at, "unterminated quoted string");
	return TOKEN_STRING;
}

static uint16_t scan_quoted_name(struct lexer *l, struct token *t, struct error *e)
{
	if (!scan_quoted(l, t, t->at, false))
		return fail(e, t->at, "unterminated quoted identifier");
	if (l->at - t->at == 2 && !(l->empty_names && l->text[t->at] == '"'))
		return fail(e, t->at, "zero-length delimited identifier");
	return TOKEN_QUOTED;
}

/* What may stand for a backslash in U&'..': a character that no escape and no text could begin with. */
static bool is_escape_character(char c)
{
	bool is_hex_digit = is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');

	return !is_hex_digit && !is_blank(c) && c != '+' && c != '\'' && c != '"';
}

/* UESCAPE 'c' behind U&'..', where it is there. */
static uint16_t scan_escape_character(struct lexer *l, struct error *e)
{
	static const char word[] = "uescape";
	uint32_t end = l->at;
	uint32_t length = 0;
	uint32_t at;

	if (!skip_blanks(l))
		return fail(e, l->at, "unterminated /* comment");
	at = l->at;
	while (length < sizeof word - 1 && (byte_at(l, at + length) | 32) == word[length])
		length++;
	if (length < sizeof word - 1 || is_word(byte_at(l, at + length))) {
		l->at = end;
		return TOKEN_STRING;
	}
	l->at = at + length;
	if (!skip_blanks(l))
		return fail(e, l->at, "unterminated /* comment");
	at = l->at;
	if (byte_at(l, at) != '\'')
		return fail(e, at, "UESCAPE must be followed by a simple string literal");
	if (!is_escape_character(byte_at(l, at + 1)) || byte_at(l, at + 2) != '\'')
		return fail(e, at, "invalid Unicode escape character");
	l->at = at + 3;
	return TOKEN_STRING;
}

/* A word, or one of the prefixes of a string: E'..' N'..' X'..' B'..' U&'..'. */
static uint16_t scan_word(struct lexer *l, struct token *t, struct error *e)
{
	const char *text = l->text;
	uint32_t at = t->at + 1;
	const struct keyword *row;

	while (at < l->length && is_word(text[at]))
		at++;
	l->at = at;
	if (at == t->at + 1 && byte_at(l, at) == '\'') {
		switch (text[t->at]) {
		case 'e':
		case 'E':
			t->is_escaped = true;
			return scan_string(l, t, at, true, e);
		case 'n':
		case 'N':
			return scan_string(l, t, at, l->backslash_escapes, e);
		case 'x':
		case 'X':
			if (!scan_quoted(l, t, at, false))
				return fail(e, t->at, "unterminated hexadecimal string literal");
			return TOKEN_BYTES;
		case 'b':
		case 'B':
			FAIL(e, E_NOT_SUPPORTED, "bit string literals are not supported");
			e->byte_offset = (int)t->at;
			return TOKEN_BAD;
		default:
			break;
		}
	}
	if (at == t->at + 1 && (text[t->at] | 32) == 'u' && byte_at(l, at) == '&' &&
		byte_at(l, at + 1) == '\'') {
		t->is_escaped = true;
		if (scan_string(l, t, at + 1, false, e) == TOKEN_BAD)
			return TOKEN_BAD;
		return scan_escape_character(l, e);
	}
	row = keyword_find(text + t->at, at - t->at);
	if (row == NULL)
		return TOKEN_NAME;
	t->is_reserved = row->is_reserved;
	return (uint16_t)(TOKEN_KEYWORD + (row - keywords));
}

/* Digits of a base with single underscores between them; where they end. */
static uint32_t scan_digits(const struct lexer *l, uint32_t at, unsigned base)
{
	for (;;) {
		char c = byte_at(l, at);
		bool is_ours;

		if (c == '_') {
			c = byte_at(l, at + 1);
			if (!is_word(c) || c == '_')
				return at;
			at++;
		}
		is_ours = base == 16 ? is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f')
				     : c >= '0' && c < '0' + (int)base;
		if (!is_ours)
			return at;
		at++;
	}
}

static uint16_t scan_based_number(struct lexer *l, struct token *t, unsigned base, struct error *e)
{
	uint32_t end = scan_digits(l, t->at + 2, base);

	if (end == t->at + 2)
		return fail(e, t->at, "malformed integer literal");
	if (is_word(byte_at(l, end)))
		return fail(e, t->at, "trailing junk after numeric literal");
	l->at = end;
	return TOKEN_INTEGER;
}

static uint16_t scan_number(struct lexer *l, struct token *t, struct error *e)
{
	uint16_t kind = TOKEN_INTEGER;
	uint32_t at = t->at;
	char c;

	if (l->text[at] == '0') {
		switch (byte_at(l, at + 1) | 32) {
		case 'x':
			return scan_based_number(l, t, 16, e);
		case 'o':
			return scan_based_number(l, t, 8, e);
		case 'b':
			return scan_based_number(l, t, 2, e);
		default:
			break;
		}
	}
	at = scan_digits(l, at, 10);
	if (byte_at(l, at) == '.' && byte_at(l, at + 1) != '.') {
		kind = TOKEN_FLOAT;
		at = scan_digits(l, at + 1, 10);
	}
	c = byte_at(l, at);
	if (c == 'e' || c == 'E') {
		uint32_t digits = at + 1;

		if (byte_at(l, digits) == '+' || byte_at(l, digits) == '-')
			digits++;
		if (is_digit(byte_at(l, digits))) {
			kind = TOKEN_FLOAT;
			at = scan_digits(l, digits, 10);
		}
		c = byte_at(l, at);
	}
	switch (c | 32) {
	case 'm':
		kind = TOKEN_DECIMAL;
		at++;
		break;
	case 'f':
	case 'd':
		kind = TOKEN_FLOAT;
		at++;
		break;
	default:
		break;
	}
	if (is_word(byte_at(l, at)))
		return fail(e, t->at, "trailing junk after numeric literal");
	l->at = at;
	return kind;
}

/* $tag$ .. $tag$, whose opening tag ends (its second dollar included) at `body`. */
static uint16_t scan_dollar_string(struct lexer *l, struct token *t, uint32_t body, struct error *e)
{
	uint32_t tag_length = body - t->at;
	const char *from = l->text + body;
	const char *end = l->text + l->length;

	while ((size_t)(end - from) >= tag_length) {
		from = memchr(from, '$', (size_t)(end - from));
		if (from == NULL || (size_t)(end - from) < tag_length)
			break;
		if (memcmp(from, l->text + t->at, tag_length) == 0) {
			l->at = (uint32_t)(from - l->text) + tag_length;
			return TOKEN_STRING;
		}
		from++;
	}
	l->at = l->length;
	return fail(e, t->at, "unterminated dollar-quoted string");
}

static uint16_t scan_dollar(struct lexer *l, struct token *t, struct error *e)
{
	uint32_t at = t->at + 1;
	char c = byte_at(l, at);

	if (c == '$')
		return scan_dollar_string(l, t, at + 1, e);
	if (is_digit(c)) {
		at = scan_digits(l, at, 10);
		if (is_word(byte_at(l, at)))
			return fail(e, t->at, "trailing junk after parameter");
		l->at = at;
		return TOKEN_PARAMETER;
	}
	if (!is_letter(c)) {
		l->at = at;
		return '$';
	}
	while (is_word(byte_at(l, at)))
		at++;
	if (byte_at(l, at) == '$')
		return scan_dollar_string(l, t, at + 1, e);
	l->at = at;
	return TOKEN_NAMED_PARAMETER;
}

static uint16_t scan_other(struct lexer *l, struct token *t, char c, struct error *e)
{
	char next = byte_at(l, t->at + 1);

	switch (c) {
	case '\'':
		return scan_string(l, t, t->at, l->backslash_escapes, e);
	case '"':
	case '`':
		return scan_quoted_name(l, t, e);
	case '$':
		return scan_dollar(l, t, e);
	case '.':
		if (next == '.') {
			l->at = t->at + 2;
			return TOKEN_DOTS;
		}
		if (is_digit(next))
			return scan_number(l, t, e);
		break;
	case '-':
		if (next == '-') { /* only an edge shorthand gets here */
			l->at = t->at + 2;
			return '-';
		}
		break;
	default:
		break;
	}
	l->at = t->at + 1;
	return (uint16_t)(uint8_t)c;
}

struct token lex_next(struct lexer *l, struct error *e)
{
	struct token t = { 0 };
	uint8_t class;
	char c;

	if (!skip_blanks(l)) {
		t.at = l->at;
		t.kind = fail(e, l->at, "unterminated /* comment");
		return t;
	}
	t.at = l->at;
	t.is_adjacent = l->at == l->last_end;
	if (l->at >= l->length)
		return t;
	c = l->text[l->at];
	class = classes[(uint8_t)c];
	if (class == C_LETTER)
		t.kind = scan_word(l, &t, e);
	else if (class == C_DIGIT)
		t.kind = scan_number(l, &t, e);
	else
		t.kind = scan_other(l, &t, c, e);
	t.length = l->at - t.at;
	l->last_end = l->at;
	return t;
}
