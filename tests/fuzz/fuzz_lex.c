/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: the lexer alone. Tokens lie behind one another, inside the text, and every one of
 * them has a value or an error. The first byte chooses the lexer's options.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "query/parse/lex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_value(
	const struct lexer *l, struct arena *a, const struct token *t, struct error *e)
{
	struct str text;
	uint64_t integer;
	uint32_t number;
	double value;

	switch (t->kind) {
	case TOKEN_NAME:
	case TOKEN_QUOTED:
	case TOKEN_STRING:
	case TOKEN_NAMED_PARAMETER:
		if (lex_text(l, a, t, &text, e) == OK)
			assert(utf8_is_valid(text));
		break;
	case TOKEN_BYTES:
		if (lex_text(l, a, t, &text, e) == OK)
			assert(text.length * 2 <= t->length);
		break;
	case TOKEN_INTEGER:
		if (lex_integer(l, t, &integer, e) == OK)
			assert(integer <= (uint64_t)INT64_MAX + 1);
		break;
	case TOKEN_FLOAT:
		if (lex_float(l, t, &value, e) == OK)
			assert(value >= 0);
		break;
	case TOKEN_PARAMETER:
		if (lex_parameter(l, t, &number, e) == OK)
			assert(number >= 1 && number <= 65535);
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lexer l;
	struct error e;
	struct arena *a;
	struct str text;
	uint32_t end = 0;

	if (size == 0 || size > 65536)
		return 0;
	text = (struct str){ (const char *)data + 1, (uint32_t)size - 1 };
	if (!utf8_is_valid(text) || memchr(data + 1, 0, size - 1) != NULL)
		return 0;
	a = arena_new(0);
	lex_open(&l, text);
	l.backslash_escapes = (data[0] & 1) != 0;
	l.empty_names = (data[0] & 2) != 0;
	for (;;) {
		struct token t = lex_next(&l, &e);

		assert(t.at >= end);
		if (t.kind == TOKEN_END || t.kind == TOKEN_BAD)
			break;
		assert(t.length > 0);
		end = t.at + t.length;
		assert(end <= text.length);
		read_value(&l, a, &t, &e);
	}
	arena_free(a);
	return 0;
}
