/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Text made to fit varchar(n) and char(n). Precision and scale of decimals are the storage layer's.
 */
#include <string.h>

#include "base/utf8.h"
#include "query/table/table.h"

static bool is_blank(struct str text, uint32_t from)
{
	for (uint32_t i = from; i < text.length; i++) {
		if (text.at[i] != ' ')
			return false;
	}
	return true;
}

/* Blanks beyond the length go, anything else is an error: as SQL wants it. */
static enum sqlstate cut(struct str *text, int64_t length, const char *type, struct error *e)
{
	uint32_t end;

	if (text->length <= (uint64_t)length || utf8_count(*text) <= (uint64_t)length)
		return OK;
	end = utf8_offset(*text, (uint32_t)length);
	if (!is_blank(*text, end))
		return FAIL(e, E_STRING_TRUNCATION, "value too long for type %s(%lld)", type,
			(long long)length);
	text->length = end;
	return OK;
}

enum sqlstate table_fit_text(
	struct arena *a, struct str *text, int64_t length, bool pads, struct error *e)
{
	uint32_t missing;
	char *padded;

	TRY(cut(text, length, pads ? "character" : "character varying", e));
	missing = pads ? (uint32_t)length - utf8_count(*text) : 0;
	if (missing == 0)
		return OK;
	padded = arena_alloc_raw(a, text->length + missing);
	if (text->length > 0)
		memcpy(padded, text->at, text->length);
	memset(padded + text->length, ' ', missing);
	*text = (struct str){ padded, text->length + missing };
	return OK;
}

enum sqlstate table_fit(
	struct arena *a, const struct table_column *column, struct value *v, struct error *e)
{
	struct str text, type = column->type.text;
	bool pads;

	if (v->type != VALUE_STRING || column->type.typmod < 5 || column->type.is_numeric)
		return OK;
	pads = type.length < 12 || memcmp(type.at, "character va", 12) != 0;
	text = value_str(*v);
	TRY(table_fit_text(a, &text, column->type.typmod - 4, pads, e));
	*v = value_string(text);
	return OK;
}
