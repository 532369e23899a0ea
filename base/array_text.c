/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Arrays as text: see array_text.h.
 */
#include "base/array_text.h"

#include <ctype.h>

#include "base/check.h"

/* --- out ---------------------------------------------------------------------------------- */

static bool needs_quotes(struct str text)
{
	if (text.length == 0 || str_equal_nocase(text, STR("NULL")))
		return true;
	for (uint32_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (c == '"' || c == '\\' || c == '{' || c == '}' || c == ',' ||
			isspace((unsigned char)c))
			return true;
	}
	return false;
}

void array_text_quote(struct buf *b, size_t start)
{
	struct str text = { (const char *)b->data + start, (uint32_t)(b->length - start) };
	size_t extra = 2, from = b->length, to;

	if (!needs_quotes(text))
		return;
	for (uint32_t i = 0; i < text.length; i++)
		extra += text.at[i] == '"' || text.at[i] == '\\';
	(void)buf_reserve(b, extra);
	b->length += extra;
	to = b->length;
	b->data[--to] = '"';
	while (from > start) {
		uint8_t c = b->data[--from];

		b->data[--to] = c;
		if (c == '"' || c == '\\')
			b->data[--to] = '\\';
	}
	b->data[--to] = '"';
	assert(to == start);
}

/* --- in ----------------------------------------------------------------------------------- */

static enum sqlstate malformed(struct str input, struct error *e)
{
	return FAIL(e, E_TEXT_REPRESENTATION, "malformed array literal: \"%.*s\"",
		(int)MIN_OF(input.length, 200u), input.at);
}

static void skip_blanks(struct str input, uint32_t *at)
{
	while (*at < input.length && isspace((unsigned char)input.at[*at]))
		(*at)++;
}

/* Reads one element's text into `to`, which has room for all of the input. False if the literal is
   malformed there. */
static bool take_element(
	struct str input, uint32_t *at, char *to, uint32_t *length, bool *is_quoted)
{
	uint32_t used = 0, kept = 0;
	bool in_quotes = false;

	*is_quoted = false;
	for (; *at < input.length; (*at)++) {
		char c = input.at[*at];

		if (!in_quotes && (c == ',' || c == '}'))
			break;
		if (!in_quotes && c == '{')
			return false;
		if (c == '"') {
			if (!in_quotes && (*is_quoted || used > 0))
				return false;
			in_quotes = !in_quotes;
			*is_quoted = true;
			continue;
		}
		if (*is_quoted && !in_quotes) {
			if (!isspace((unsigned char)c))
				return false;
			continue;
		}
		if (c == '\\') {
			if (++*at == input.length)
				return false;
			c = input.at[*at];
			to[used++] = c;
			kept = used;
			continue;
		}
		to[used++] = c;
		/* Blanks after an unquoted element do not belong to it. */
		if (in_quotes || !isspace((unsigned char)c))
			kept = used;
	}
	*length = kept;
	return !in_quotes && *at < input.length && (*is_quoted || kept > 0);
}

/* Reads the elements and the closing brace; `at` stands behind the opening one. `text` has room for
   all elements' texts, which together are shorter than the literal. */
static bool take_elements(struct arena *a, struct str input, uint32_t *at, char *text,
	struct array_text_item **items, uint32_t *count)
{
	uint32_t capacity = 0;

	while (*at < input.length && (*count > 0 || input.at[*at] != '}')) {
		struct array_text_item *item;
		bool is_quoted;

		skip_blanks(input, at);
		if (*count == capacity) {
			capacity = capacity == 0 ? 8 : capacity * 2;
			*items = arena_grow(
				a, *items, *count * sizeof **items, capacity * sizeof **items);
		}
		item = &(*items)[*count];
		item->text.at = text;
		if (!take_element(input, at, text, &item->text.length, &is_quoted))
			return false;
		item->is_null = !is_quoted && str_equal_nocase(item->text, STR("NULL"));
		text += item->text.length;
		++*count;
		if (input.at[*at] == '}')
			break;
		++*at;
	}
	return *at < input.length;
}

enum sqlstate array_text_read(struct arena *a, struct str input, struct array_text_item **items,
	uint32_t *count, struct error *e)
{
	char *text = arena_alloc_raw(a, (size_t)input.length + 1);
	uint32_t at = 0;

	*items = NULL;
	*count = 0;
	skip_blanks(input, &at);
	if (at == input.length || input.at[at++] != '{')
		return malformed(input, e);
	skip_blanks(input, &at);
	if (at < input.length && input.at[at] == '{')
		return FAIL(e, E_NOT_SUPPORTED, "multidimensional arrays are not supported");
	if (!take_elements(a, input, &at, text, items, count))
		return malformed(input, e);
	at++;
	skip_blanks(input, &at);
	return at == input.length ? OK : malformed(input, e);
}
