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

struct array_reader {
	struct arena *arena;
	struct str input;
	uint32_t at;
	char *text; /* where the next element's text goes: there is room for all of them */
	struct error *error;
};

static enum sqlstate take_elements(
	struct array_reader *r, uint32_t depth, struct array_text_item **items, uint32_t *count);

/* One element, at which r->at stands; then r->at is at what follows it. */
static enum sqlstate take_item(
	struct array_reader *r, uint32_t depth, struct array_text_item *item)
{
	bool is_quoted;

	*item = (struct array_text_item){ .text = { .at = r->text } };
	if (r->at < r->input.length && r->input.at[r->at] == '{') {
		item->is_array = true;
		r->at++;
		TRY(take_elements(r, depth + 1, &item->items, &item->count));
		skip_blanks(r->input, &r->at);
		return OK;
	}
	if (!take_element(r->input, &r->at, r->text, &item->text.length, &is_quoted))
		return malformed(r->input, r->error);
	item->is_null = !is_quoted && str_equal_nocase(item->text, STR("NULL"));
	r->text += item->text.length;
	return OK;
}

/* The elements and the closing brace; r->at stands behind the opening one. */
static enum sqlstate take_elements(
	struct array_reader *r, uint32_t depth, struct array_text_item **items, uint32_t *count)
{
	uint32_t capacity = 0;
	bool is_more = true;

	if (depth > ARRAY_DIMENSIONS_MAX)
		return FAIL(r->error, E_PROGRAM_LIMIT,
			"number of array dimensions (%u) exceeds the maximum allowed (%d)", depth,
			ARRAY_DIMENSIONS_MAX);
	skip_blanks(r->input, &r->at);
	if (r->at < r->input.length && r->input.at[r->at] == '}')
		is_more = false;
	while (is_more) {
		skip_blanks(r->input, &r->at);
		if (*count == capacity) {
			capacity = capacity == 0 ? 8 : capacity * 2;
			*items = arena_grow(r->arena, *items, *count * sizeof **items,
				capacity * sizeof **items);
		}
		TRY(take_item(r, depth, &(*items)[(*count)++]));
		is_more = r->at < r->input.length && r->input.at[r->at] == ',';
		r->at += is_more;
	}
	if (r->at == r->input.length || r->input.at[r->at++] != '}')
		return malformed(r->input, r->error);
	return OK;
}

/* All arrays beside each other are of one shape. */
static bool is_even(const struct array_text_item *items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (items[i].is_array != items[0].is_array || items[i].count != items[0].count ||
			!is_even(items[i].items, items[i].count))
			return false;
		if (items[i].is_array && items[i].count > 0 &&
			items[i].items[0].is_array != items[0].items[0].is_array)
			return false;
	}
	return true;
}

/* [1:2][1:3]= says how many items there are, which is seen anyway. */
static enum sqlstate take_bounds(struct array_reader *r)
{
	bool is_first = true;

	while (r->at < r->input.length && r->input.at[r->at] == '[') {
		uint32_t from = ++r->at, colon = 0;

		for (; r->at < r->input.length && r->input.at[r->at] != ']'; r->at++)
			colon = r->input.at[r->at] == ':' ? r->at : colon;
		if (colon == 0 || r->at == r->input.length)
			return malformed(r->input, r->error);
		if (!str_equal((struct str){ r->input.at + from, colon - from }, STR("1")))
			return FAIL(r->error, E_NOT_SUPPORTED,
				"arrays whose subscripts do not begin at 1 are not supported");
		r->at++;
		is_first = false;
	}
	skip_blanks(r->input, &r->at);
	if (!is_first && (r->at == r->input.length || r->input.at[r->at++] != '='))
		return malformed(r->input, r->error);
	skip_blanks(r->input, &r->at);
	return OK;
}

enum sqlstate array_text_read(struct arena *a, struct str input, struct array_text_item **items,
	uint32_t *count, struct error *e)
{
	struct array_reader r = { .arena = a, .input = input, .error = e };

	*items = NULL;
	*count = 0;
	r.text = arena_alloc_raw(a, (size_t)input.length + 1);
	skip_blanks(input, &r.at);
	TRY(take_bounds(&r));
	if (r.at == input.length || input.at[r.at++] != '{')
		return malformed(input, e);
	TRY(take_elements(&r, 1, items, count));
	skip_blanks(input, &r.at);
	if (r.at != input.length)
		return malformed(input, e);
	if (is_even(*items, *count))
		return OK;
	(void)malformed(input, e);
	error_detail(e, "Multidimensional arrays must have sub-arrays with matching dimensions.");
	return e->code;
}
