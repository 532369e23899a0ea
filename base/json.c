/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * JSON: see json.h. Recursive descent, one function a kind of value; depth is counted (54001). The
 * input need not be UTF-8 checked before: a string that is not is refused here.
 */
#include "base/json.h"

#include <math.h>

#include "base/number.h"
#include "base/utf8.h"

struct parser {
	struct arena *arena;
	struct str text;
	uint32_t at; /* the next byte */
	int depth;
	struct buf scratch; /* a string with escapes is put together here */
	struct error *e;
};

static enum sqlstate parse_value(struct parser *p, struct json *value);

/* ---- errors ---- */

enum { CONTEXT_BYTES = 49 };

static bool is_word(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
	       c >= 0x80;
}

/* The line the fault is in, as far as the byte behind it. */
static void put_place(const struct parser *p, uint32_t end)
{
	uint32_t line = 1, from = 0, line_from;
	const char *before = "", *behind = "";

	for (uint32_t i = 0; i < MIN_OF(p->at, p->text.length); i++) {
		if (p->text.at[i] == '\n') {
			line++;
			from = i + 1;
		}
	}
	line_from = from;
	if (end - from > CONTEXT_BYTES) {
		from = end - CONTEXT_BYTES;
		while (from < end && ((uint8_t)p->text.at[from] & 0xC0) == 0x80)
			from++;
	}
	if (from - line_from <= 3)
		from = line_from;
	if (from > line_from)
		before = "...";
	if (end < p->text.length && p->text.at[end] != '\n' && p->text.at[end] != '\r')
		behind = "...";
	error_where(p->e, "JSON data, line %u: %s%.*s%s", line, before, (int)(end - from),
		p->text.at + from, behind);
}

static enum sqlstate fail_json(const struct parser *p, const char *reason)
{
	FAIL(p->e, E_TEXT_REPRESENTATION, "invalid input syntax for type json");
	error_detail(p->e, "%s", reason);
	put_place(p, MIN_OF(p->at, p->text.length));
	return p->e->code;
}

/* The end of what stands at a byte: a word, a string, or one sign. */
static uint32_t token_end(const struct parser *p, uint32_t at)
{
	uint32_t end = at;

	if (p->text.at[at] == '"') {
		for (end++; end < p->text.length && p->text.at[end] != '"'; end++)
			end += p->text.at[end] == '\\';
		return MIN_OF(end + 1, p->text.length);
	}
	while (end < p->text.length &&
		(is_word((uint8_t)p->text.at[end]) ||
			(strchr("+-.", p->text.at[end]) != NULL &&
				(p->text.at[at] == '-' ||
					(p->text.at[at] >= '0' && p->text.at[at] <= '9')))))
		end++;
	return MAX_OF(end, at + 1);
}

static bool is_token(struct str token)
{
	char c = token.at[0];

	if (token.length > 1 && c == '"')
		return token.at[token.length - 1] == '"';
	return (c != '"' && strchr("{}[]:,", c) != NULL) || (c >= '1' && c <= '9') || c == '-' ||
	       str_equal(token, STR("0")) || str_equal(token, STR("true")) ||
	       str_equal(token, STR("false")) || str_equal(token, STR("null"));
}

/* What stands at `at` is no part of JSON, or none that may stand there. */
static enum sqlstate fail_token(const struct parser *p, uint32_t at, const char *expected)
{
	struct str token;
	uint32_t end;

	FAIL(p->e, E_TEXT_REPRESENTATION, "invalid input syntax for type json");
	if (at >= p->text.length) {
		error_detail(p->e, "The input string ended unexpectedly.");
		put_place(p, p->text.length);
		return p->e->code;
	}
	end = token_end(p, at);
	token = (struct str){ p->text.at + at, end - at };
	if (expected == NULL || !is_token(token))
		error_detail(p->e, "Token \"%.*s\" is invalid.", STR_ARGS(token));
	else
		error_detail(p->e, "Expected %s, but found \"%.*s\".", expected, STR_ARGS(token));
	put_place(p, end);
	return p->e->code;
}

/* ---- reading ---- */

/* The next byte, or -1 at the end. */
static int peek(const struct parser *p)
{
	return p->at < p->text.length ? (uint8_t)p->text.at[p->at] : -1;
}

static void skip_blanks(struct parser *p)
{
	while (peek(p) == ' ' || peek(p) == '\t' || peek(p) == '\n' || peek(p) == '\r')
		p->at++;
}

static bool take(struct parser *p, char c)
{
	if (peek(p) != c)
		return false;
	p->at++;
	return true;
}

static bool take_word(struct parser *p, struct str word)
{
	struct str rest = { p->text.at + p->at, p->text.length - p->at };

	if (rest.length < word.length || memcmp(rest.at, word.at, word.length) != 0)
		return false;
	p->at += word.length;
	return true;
}

static uint32_t take_digits(struct parser *p)
{
	uint32_t first = p->at;

	while (peek(p) >= '0' && peek(p) <= '9')
		p->at++;
	return p->at - first;
}

static enum sqlstate parse_number(struct parser *p, struct json *value)
{
	uint32_t first = p->at;
	bool is_whole = true;
	uint32_t digits_at;

	take(p, '-');
	digits_at = p->at;
	if (take_digits(p) == 0 || (p->text.at[digits_at] == '0' && p->at - digits_at > 1))
		return fail_token(p, first, NULL);
	if (take(p, '.')) {
		is_whole = false;
		if (take_digits(p) == 0)
			return fail_token(p, first, NULL);
	}
	if (take(p, 'e') || take(p, 'E')) {
		is_whole = false;
		if (!take(p, '+'))
			take(p, '-');
		if (take_digits(p) == 0)
			return fail_token(p, first, NULL);
	}
	if (peek(p) >= 0 && is_word((uint8_t)peek(p)))
		return fail_token(p, first, NULL);
	value->text = arena_str(p->arena, (struct str){ p->text.at + first, p->at - first });
	value->kind = JSON_INTEGER;
	if (is_whole && number_read_int64(value->text, &value->integer) == NUMBER_OK)
		return OK;
	value->kind = JSON_DOUBLE;
	return number_parse_double(value->text, "double precision", &value->number, p->e);
}

static enum sqlstate take_hex4(struct parser *p, uint32_t *unit)
{
	*unit = 0;
	for (int i = 0; i < 4; i++, p->at++) {
		int c = peek(p);

		if (c >= '0' && c <= '9')
			*unit = *unit << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			*unit = *unit << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return fail_json(p, "\"\\u\" must be followed by four hexadecimal digits.");
	}
	return OK;
}

/* After "\u": one code unit, or two that make a surrogate pair. */
static enum sqlstate parse_unicode_escape(struct parser *p)
{
	uint32_t unit, low;
	char bytes[4];

	TRY(take_hex4(p, &unit));
	if (unit == 0)
		return fail_json(p, "\\u0000 cannot be converted to text.");
	if (unit >= 0xD800 && unit < 0xDC00) {
		if (!take_word(p, STR("\\u")))
			return fail_json(p, "Unicode low surrogate must follow a high surrogate.");
		TRY(take_hex4(p, &low));
		if (low < 0xDC00 || low > 0xDFFF)
			return fail_json(p, "Unicode low surrogate must follow a high surrogate.");
		unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
	} else if (unit >= 0xDC00 && unit < 0xE000) {
		return fail_json(p, "Unicode low surrogate must follow a high surrogate.");
	}
	buf_put(&p->scratch, bytes, utf8_encode(unit, bytes));
	return OK;
}

static enum sqlstate fail_escape(struct parser *p, int c)
{
	FAIL(p->e, E_TEXT_REPRESENTATION, "invalid input syntax for type json");
	if (c < 0)
		error_detail(p->e, "The input string ended unexpectedly.");
	else
		error_detail(p->e, "Escape sequence \"\\%c\" is invalid.", c);
	put_place(p, MIN_OF(p->at + 1, p->text.length));
	return p->e->code;
}

static enum sqlstate parse_escape(struct parser *p)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	int c = peek(p);
	const char *found;

	if (c <= 0 || (c != 'u' && strchr(letters, c) == NULL))
		return fail_escape(p, c);
	p->at++;
	if (c == 'u')
		return parse_unicode_escape(p);
	found = strchr(letters, c);
	assert(found != NULL);
	buf_put_byte(&p->scratch, (uint8_t)meanings[found - letters]);
	return OK;
}

static enum sqlstate fail_control(const struct parser *p, int c)
{
	FAIL(p->e, E_TEXT_REPRESENTATION, "invalid input syntax for type json");
	error_detail(p->e, "Character with value 0x%02x must be escaped.", c);
	put_place(p, p->at);
	return p->e->code;
}

/* A string, whose opening quote is next. */
static enum sqlstate parse_string(struct parser *p, struct str *string)
{
	uint32_t plain_from;

	p->at++;
	buf_reset(&p->scratch);
	plain_from = p->at;
	for (;;) {
		int c = peek(p);

		if (c < 0)
			return fail_token(p, plain_from - 1, NULL);
		if (c < 0x20)
			return fail_control(p, c);
		if (c == '"' || c == '\\')
			buf_put(&p->scratch, p->text.at + plain_from, p->at - plain_from);
		p->at++;
		if (c == '"')
			break;
		if (c == '\\') {
			TRY(parse_escape(p));
			plain_from = p->at;
		}
	}
	*string = buf_str(&p->scratch);
	if (!utf8_is_valid(*string))
		return fail_json(p, "Invalid UTF-8 in a string.");
	*string = arena_str(p->arena, *string);
	return OK;
}

/* Appends a new item to an array or object whose last item is *last (NULL: none yet). */
static struct json *append_item(struct parser *p, struct json *parent, struct json **last)
{
	struct json *item = ARENA_NEW(p->arena, struct json);

	if (*last == NULL)
		parent->first = item;
	else
		(*last)->next = item;
	*last = item;
	parent->count++;
	return item;
}

static enum sqlstate parse_member_name(struct parser *p, bool is_first, struct json *item)
{
	skip_blanks(p);
	if (peek(p) != '"')
		return fail_token(p, p->at, is_first ? "string or \"}\"" : "string");
	TRY(parse_string(p, &item->name));
	skip_blanks(p);
	return take(p, ':') ? OK : fail_token(p, p->at, "\":\"");
}

/* Items or members up to the closing bracket; the opening one has been taken. */
static enum sqlstate parse_items(struct parser *p, struct json *parent, char closing)
{
	struct json *last = NULL;

	skip_blanks(p);
	if (take(p, closing))
		return OK;
	do {
		struct json *item = append_item(p, parent, &last);

		if (closing == '}')
			TRY(parse_member_name(p, parent->count == 1, item));
		TRY(parse_value(p, item));
		skip_blanks(p);
	} while (take(p, ','));
	if (take(p, closing))
		return OK;
	return fail_token(p, p->at, closing == '}' ? "\",\" or \"}\"" : "\",\" or \"]\"");
}

static enum sqlstate parse_container(struct parser *p, struct json *value)
{
	enum sqlstate rc;
	bool is_object = peek(p) == '{';

	if (p->depth == JSON_DEPTH_MAX)
		return FAIL(p->e, E_TOO_COMPLEX, "json is nested more than %d levels deep",
			JSON_DEPTH_MAX);
	p->at++;
	p->depth++;
	value->kind = is_object ? JSON_OBJECT : JSON_ARRAY;
	rc = parse_items(p, value, is_object ? '}' : ']');
	p->depth--;
	return rc;
}

static enum sqlstate parse_kind(struct parser *p, struct json *value)
{
	int c = peek(p);

	if (c == '{' || c == '[')
		return parse_container(p, value);
	if (c == '"') {
		value->kind = JSON_STRING;
		return parse_string(p, &value->text);
	}
	if (c == '-' || (c >= '0' && c <= '9'))
		return parse_number(p, value);
	if (take_word(p, STR("null"))) {
		value->kind = JSON_NULL;
		return OK;
	}
	value->kind = JSON_BOOL;
	if (take_word(p, STR("true"))) {
		value->is_true = true;
		return OK;
	}
	if (take_word(p, STR("false")))
		return OK;
	return fail_token(p, p->at, "JSON value");
}

static enum sqlstate parse_value(struct parser *p, struct json *value)
{
	uint32_t from;

	skip_blanks(p);
	from = p->at;
	TRY(parse_kind(p, value));
	value->source = (struct str){ p->text.at + from, p->at - from };
	return OK;
}

enum sqlstate json_parse(
	struct arena *a, struct str text, const struct json **value, struct error *e)
{
	struct parser p = { .arena = a, .text = text, .e = e };
	struct json *root = ARENA_NEW(a, struct json);
	enum sqlstate rc = parse_value(&p, root);

	if (rc == OK) {
		skip_blanks(&p);
		if (p.at != text.length)
			rc = fail_token(&p, p.at, "end of input");
	}
	buf_free(&p.scratch);
	if (rc == OK && arena_is_spent(a))
		rc = FAIL(e, E_OUT_OF_MEMORY, "json is too large");
	*value = rc == OK ? root : NULL;
	return rc;
}

const struct json *json_member(const struct json *object, struct str name)
{
	const struct json *found = NULL;

	if (object->kind != JSON_OBJECT)
		return NULL;
	for (const struct json *member = object->first; member != NULL; member = member->next)
		if (str_equal(member->name, name))
			found = member;
	return found;
}

static void put_escaped(struct buf *b, uint8_t c)
{
	static const char *const short_forms[] = { ['\b'] = "\\b",
		['\t'] = "\\t",
		['\n'] = "\\n",
		['\f'] = "\\f",
		['\r'] = "\\r",
		['"'] = "\\\"",
		['\\'] = "\\\\" };

	if (c < ARRAY_COUNT(short_forms) && short_forms[c] != NULL)
		buf_put_text(b, short_forms[c]);
	else
		buf_printf(b, "\\u%04x", c);
}

void json_put_string(struct buf *b, struct str s)
{
	uint32_t plain_from = 0;

	buf_put_byte(b, '"');
	for (uint32_t i = 0; i < s.length; i++) {
		uint8_t c = (uint8_t)s.at[i];

		if (LIKELY(c >= 0x20 && c != '"' && c != '\\'))
			continue;
		buf_put(b, s.at + plain_from, i - plain_from);
		put_escaped(b, c);
		plain_from = i + 1;
	}
	buf_put(b, s.at + plain_from, s.length - plain_from);
	buf_put_byte(b, '"');
}

void json_put_double(struct buf *b, double value)
{
	char text[NUMBER_TEXT_MAX];
	uint32_t length = number_format_double(value, text);

	if (!isfinite(value)) {
		json_put_string(b, (struct str){ text, length });
		return;
	}
	buf_put(b, text, length);
	if (strpbrk(text, ".e") == NULL)
		buf_put_text(b, ".0");
}

static void put_items(struct buf *b, const struct json *value)
{
	bool is_object = value->kind == JSON_OBJECT;

	buf_put_byte(b, is_object ? '{' : '[');
	for (const struct json *item = value->first; item != NULL; item = item->next) {
		if (item != value->first)
			buf_put_byte(b, ',');
		if (is_object) {
			json_put_string(b, item->name);
			buf_put_byte(b, ':');
		}
		json_put(b, item); /* no deeper than json_parse went */
	}
	buf_put_byte(b, is_object ? '}' : ']');
}

void json_put(struct buf *b, const struct json *value)
{
	switch (value->kind) {
	case JSON_NULL:
		buf_put_text(b, "null");
		break;
	case JSON_BOOL:
		buf_put_text(b, value->is_true ? "true" : "false");
		break;
	case JSON_INTEGER:
		number_put_int64(b, value->integer);
		break;
	case JSON_DOUBLE:
		json_put_double(b, value->number);
		break;
	case JSON_STRING:
		json_put_string(b, value->text);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		put_items(b, value);
		break;
	}
}
