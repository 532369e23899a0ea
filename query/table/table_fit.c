/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Text made to fit varchar(n) and char(n). The digits of decimals and times are the storage layer's.
 */
#include <string.h>

#include "base/interval.h"
#include "base/utf8.h"
#include "query/table/table.h"
#include "query/type/type.h"

enum sqlstate table_fit_text(
	struct arena *a, struct str *text, int64_t length, bool pads, struct error *e)
{
	uint32_t missing;
	char *padded;

	if (!utf8_cut_blanks(text, (uint32_t)length))
		return FAIL(e, E_STRING_TRUNCATION, "value too long for type %s(%lld)",
			pads ? "character" : "character varying", (long long)length);
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

struct type_modifier table_type_modifier(const struct table_type *type)
{
	struct type item = type->type.kind == TYPE_LIST ? type_item(type->type) : type->type;
	uint32_t typmod = (uint32_t)type->typmod - 4;

	if (item.kind == TYPE_INT16)
		return (struct type_modifier){ .width = 16 };
	if (item.kind == TYPE_INT32 || item.kind == TYPE_FLOAT32)
		return (struct type_modifier){ .width = 32 };
	if (type->typmod < 0)
		return (struct type_modifier){ 0 };
	if (type->is_numeric)
		return type_modifier_of_digits(typmod);
	if (item.kind == TYPE_DURATION) {
		struct type_modifier span = { 0 };

		interval_modifier_split(type->typmod, &span.range, &span.seconds);
		return span;
	}
	if (type->is_seconds)
		return (struct type_modifier){ .seconds = (uint8_t)(type->typmod + 1) };
	if (item.kind == TYPE_VARCHAR || item.kind == TYPE_BPCHAR)
		return (struct type_modifier){
			.length = typmod, .is_char = item.kind == TYPE_BPCHAR
		};
	return (struct type_modifier){ 0 };
}

enum sqlstate table_fit(
	struct arena *a, const struct table_column *column, struct value *v, struct error *e)
{
	enum type_kind kind = (enum type_kind)column->type.type.kind;
	struct str text;

	if (v->type != VALUE_STRING || column->type.typmod < 5)
		return OK;
	text = value_str(*v);
	if (kind == TYPE_VARCHAR || kind == TYPE_BPCHAR)
		TRY(table_fit_text(a, &text, column->type.typmod - 4, kind == TYPE_BPCHAR, e));
	else if (kind == TYPE_STRING && !utf8_cut_blanks(&text, (uint32_t)column->type.typmod - 4))
		return FAIL(e, E_STRING_TRUNCATION, "value too long for type %.*s",
			STR_ARGS(column->type.text));
	*v = value_string(text);
	return OK;
}
