/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Types of columns, from any spelling to PostgreSQL's own and its type modifier.
 */
#include "query/table/table.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/interval.h"
#include "query/type/type.h"

/* What the numbers in parentheses mean. */
enum argument_rule { NO_ARGUMENT, LENGTH, ONE_CHARACTER, PRECISION_SCALE, SECONDS, SPAN };

struct type_spelling {
	const char *spelling;
	const char *name; /* where arguments go, a % stands */
	enum type_kind kind;
	enum argument_rule rule;
	char serial;
};

static const struct type_spelling spellings[] = {
	{ "int", "integer", TYPE_INT32, NO_ARGUMENT, 0 },
	{ "int4", "integer", TYPE_INT32, NO_ARGUMENT, 0 },
	{ "int32", "integer", TYPE_INT32, NO_ARGUMENT, 0 },
	{ "integer", "integer", TYPE_INT32, NO_ARGUMENT, 0 },
	{ "int8", "bigint", TYPE_INT64, NO_ARGUMENT, 0 },
	{ "int64", "bigint", TYPE_INT64, NO_ARGUMENT, 0 },
	{ "bigint", "bigint", TYPE_INT64, NO_ARGUMENT, 0 },
	{ "int2", "smallint", TYPE_INT16, NO_ARGUMENT, 0 },
	{ "int16", "smallint", TYPE_INT16, NO_ARGUMENT, 0 },
	{ "smallint", "smallint", TYPE_INT16, NO_ARGUMENT, 0 },
	{ "serial", "integer", TYPE_INT32, NO_ARGUMENT, 'i' },
	{ "serial4", "integer", TYPE_INT32, NO_ARGUMENT, 'i' },
	{ "bigserial", "bigint", TYPE_INT64, NO_ARGUMENT, 'b' },
	{ "serial8", "bigint", TYPE_INT64, NO_ARGUMENT, 'b' },
	{ "smallserial", "smallint", TYPE_INT16, NO_ARGUMENT, 's' },
	{ "serial2", "smallint", TYPE_INT16, NO_ARGUMENT, 's' },
	{ "real", "real", TYPE_FLOAT32, NO_ARGUMENT, 0 },
	{ "float4", "real", TYPE_FLOAT32, NO_ARGUMENT, 0 },
	{ "float32", "real", TYPE_FLOAT32, NO_ARGUMENT, 0 },
	{ "double precision", "double precision", TYPE_FLOAT64, NO_ARGUMENT, 0 },
	{ "double", "double precision", TYPE_FLOAT64, NO_ARGUMENT, 0 },
	{ "float", "double precision", TYPE_FLOAT64, NO_ARGUMENT, 0 },
	{ "float8", "double precision", TYPE_FLOAT64, NO_ARGUMENT, 0 },
	{ "float64", "double precision", TYPE_FLOAT64, NO_ARGUMENT, 0 },
	{ "numeric", "numeric%", TYPE_DECIMAL, PRECISION_SCALE, 0 },
	{ "decimal", "numeric%", TYPE_DECIMAL, PRECISION_SCALE, 0 },
	{ "dec", "numeric%", TYPE_DECIMAL, PRECISION_SCALE, 0 },
	{ "boolean", "boolean", TYPE_BOOL, NO_ARGUMENT, 0 },
	{ "bool", "boolean", TYPE_BOOL, NO_ARGUMENT, 0 },
	{ "text", "text", TYPE_STRING, NO_ARGUMENT, 0 },
	{ "string", "text", TYPE_STRING, NO_ARGUMENT, 0 },
	{ "varchar", "character varying%", TYPE_VARCHAR, LENGTH, 0 },
	{ "character varying", "character varying%", TYPE_VARCHAR, LENGTH, 0 },
	{ "char varying", "character varying%", TYPE_VARCHAR, LENGTH, 0 },
	{ "char", "character%", TYPE_BPCHAR, ONE_CHARACTER, 0 },
	{ "character", "character%", TYPE_BPCHAR, ONE_CHARACTER, 0 },
	{ "bpchar", "bpchar", TYPE_BPCHAR, LENGTH, 0 },
	{ "json", "json", TYPE_JSON, NO_ARGUMENT, 0 },
	{ "jsonb", "jsonb", TYPE_JSONB, NO_ARGUMENT, 0 },
	{ "bytea", "bytea", TYPE_BYTES, NO_ARGUMENT, 0 },
	{ "bytes", "bytea", TYPE_BYTES, NO_ARGUMENT, 0 },
	{ "uuid", "uuid", TYPE_UUID, NO_ARGUMENT, 0 },
	{ "date", "date", TYPE_DATE, NO_ARGUMENT, 0 },
	{ "time", "time% without time zone", TYPE_TIME, SECONDS, 0 },
	{ "time without time zone", "time% without time zone", TYPE_TIME, SECONDS, 0 },
	{ "local time", "time% without time zone", TYPE_TIME, SECONDS, 0 },
	{ "timetz", "time% with time zone", TYPE_TIMETZ, SECONDS, 0 },
	{ "time with time zone", "time% with time zone", TYPE_TIMETZ, SECONDS, 0 },
	{ "zoned time", "time% with time zone", TYPE_TIMETZ, SECONDS, 0 },
	{ "timestamp", "timestamp% without time zone", TYPE_TIMESTAMP, SECONDS, 0 },
	{ "timestamp without time zone", "timestamp% without time zone", TYPE_TIMESTAMP, SECONDS,
		0 },
	{ "datetime", "timestamp% without time zone", TYPE_TIMESTAMP, SECONDS, 0 },
	{ "local datetime", "timestamp% without time zone", TYPE_TIMESTAMP, SECONDS, 0 },
	{ "timestamptz", "timestamp% with time zone", TYPE_TIMESTAMPTZ, SECONDS, 0 },
	{ "timestamp with time zone", "timestamp% with time zone", TYPE_TIMESTAMPTZ, SECONDS, 0 },
	{ "zoned datetime", "timestamp% with time zone", TYPE_TIMESTAMPTZ, SECONDS, 0 },
	{ "interval", "interval%", TYPE_DURATION, SPAN, 0 },
	{ "duration", "interval%", TYPE_DURATION, SPAN, 0 },
};

/* STRING(n) of the graph language. */
static const struct type_spelling sized_string = { "string", "character varying%", TYPE_VARCHAR,
	LENGTH, 0 };

enum { SPELLING_MOST = 64, LENGTH_MOST = 10485760, PRECISION_MOST = 1000 };

/* A spelling taken apart. */
struct spelled {
	char words[SPELLING_MOST];
	uint32_t length;
	int64_t arguments[2];
	uint32_t argument_count;
	uint8_t range; /* of an interval */
	bool is_list;
};

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static void add_word(struct spelled *s, struct str word)
{
	if (s->length > 0 && s->length < SPELLING_MOST - 1)
		s->words[s->length++] = ' ';
	for (uint32_t i = 0; i < word.length && s->length < SPELLING_MOST - 1; i++) {
		char c = word.at[i];

		s->words[s->length++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
}

/* (10, -2): false if it is not that. */
/* Only the last of them, a scale, may be below 0. */
static bool take_arguments(struct spelled *s, struct str text, uint32_t *at)
{
	bool is_negative = false;

	for (uint32_t i = *at + 1; i < text.length; i++) {
		char c = text.at[i];

		if (c == ')') {
			*at = i + 1;
			s->arguments[s->argument_count] *= is_negative ? -1 : 1;
			s->argument_count++;
			return true;
		}
		if (c == '-' && s->arguments[s->argument_count] == 0)
			is_negative = true;
		else if (c == ',' && s->argument_count == 0)
			s->argument_count = 1;
		else if (c >= '0' && c <= '9' && s->arguments[s->argument_count] < INT32_MAX)
			s->arguments[s->argument_count] =
				s->arguments[s->argument_count] * 10 + (c - '0');
		else if (c != ' ')
			return false;
	}
	return false;
}

static bool take_apart(struct spelled *s, struct str text)
{
	uint32_t at = 0;

	while (at < text.length) {
		uint32_t from = at;
		char c = text.at[at];

		if (c == '(') {
			if (!take_arguments(s, text, &at))
				return false;
		} else if (c == '[') {
			s->is_list = true;
			break;
		} else if (c == '.') { /* pg_catalog.int4 */
			s->length = 0;
			at++;
		} else if (is_word_byte(c)) {
			while (at < text.length && is_word_byte(text.at[at]))
				at++;
			add_word(s, (struct str){ text.at + from, at - from });
		} else {
			at++;
		}
	}
	return true;
}

static void cut_end(struct spelled *s, const char *end)
{
	struct str words = { s->words, s->length };
	struct str tail = str_of(end);

	if (words.length > tail.length &&
		str_equal((struct str){ words.at + words.length - tail.length, tail.length }, tail))
		s->length -= tail.length;
}

/* The digits of seconds behind the point. */
static enum sqlstate seconds_of(const struct spelled *s, int32_t *out, struct error *e)
{
	if (s->argument_count > 1)
		return FAIL(e, E_INVALID_VALUE, "invalid type modifier");
	*out = (int32_t)MIN_OF(s->arguments[0], (int64_t)SECONDS_DIGITS_MAX);
	return OK;
}

static enum sqlstate span_typmod(const struct spelled *s, int32_t *out, struct error *e)
{
	int32_t digits = -1;

	if (s->argument_count > 0)
		TRY(seconds_of(s, &digits, e));
	*out = interval_modifier(s->range, (uint8_t)(digits + 1));
	return OK;
}

/* interval day to second: the type, and its fields. */
static void take_range(struct spelled *s)
{
	const struct str type = STR("interval ");

	if (s->length <= type.length || !str_equal((struct str){ s->words, type.length }, type))
		return;
	s->range = interval_range_of(
		(struct str){ s->words + type.length, s->length - type.length });
	if (s->range != INTERVAL_ALL)
		s->length = type.length - 1;
}

static enum sqlstate typmod_of(
	const struct spelled *s, enum argument_rule rule, int32_t *out, struct error *e)
{
	int64_t first = s->arguments[0], second = s->arguments[1];

	*out = -1;
	if (rule == SPAN)
		return span_typmod(s, out, e);
	if (rule == ONE_CHARACTER && s->argument_count == 0)
		first = 1;
	else if (s->argument_count == 0)
		return OK;
	switch (rule) {
	case LENGTH:
	case ONE_CHARACTER:
		if (first < 1)
			return FAIL(e, E_INVALID_VALUE, "length for type %.*s must be at least 1",
				(int)s->length, s->words);
		if (first > LENGTH_MOST)
			return FAIL(e, E_INVALID_VALUE, "length for type %.*s cannot exceed %d",
				(int)s->length, s->words, LENGTH_MOST);
		*out = (int32_t)first + 4;
		return OK;
	case PRECISION_SCALE:
		if (first < 1 || first > PRECISION_MOST)
			return FAIL(e, E_INVALID_VALUE,
				"NUMERIC precision %lld must be between 1 and %d", (long long)first,
				PRECISION_MOST);
		if (second < -PRECISION_MOST || second > PRECISION_MOST)
			return FAIL(e, E_INVALID_VALUE,
				"NUMERIC scale %lld must be between %d and %d", (long long)second,
				-PRECISION_MOST, PRECISION_MOST);
		*out = (int32_t)type_modifier_digits((struct type_modifier){
			       .precision = (uint16_t)first, .scale = (int16_t)second }) +
		       4;
		return OK;
	case SECONDS:
		return seconds_of(s, out, e);
	default:
		return FAIL(e, E_SYNTAX, "type modifier is not allowed for type \"%.*s\"",
			(int)s->length, s->words);
	}
}

static void put_digits(char *text, size_t size, int32_t typmod)
{
	struct type_modifier m = type_modifier_of_digits((uint32_t)typmod - 4);

	snprintf(text, size, "(%u,%d)", m.precision, m.scale);
}

static void put_span(struct buf *to, int32_t typmod)
{
	uint8_t range, seconds;

	interval_modifier_split(typmod, &range, &seconds);
	interval_put_range(to, range, seconds);
}

static void put_arguments(struct buf *to, enum argument_rule rule, int32_t typmod)
{
	char text[48] = "";

	if (typmod < 0)
		return;
	if (rule == SPAN) {
		put_span(to, typmod);
		return;
	}
	if (rule == PRECISION_SCALE)
		put_digits(text, sizeof text, typmod);
	else
		snprintf(text, sizeof text, "(%d)", rule == SECONDS ? typmod : typmod - 4);
	buf_put_text(to, text);
}

static struct str printed(
	struct arena *a, const struct type_spelling *found, const struct spelled *s, int32_t typmod)
{
	struct buf text = { 0 };
	struct str made;

	for (const char *c = found->name; *c != '\0'; c++) {
		if (*c == '%')
			put_arguments(&text, found->rule, typmod);
		else
			buf_put_byte(&text, (uint8_t)*c);
	}
	if (s->is_list)
		buf_put_text(&text, "[]");
	made = arena_str(a, buf_str(&text));
	buf_free(&text);
	return made;
}

static void take_spelling(
	const struct type_spelling *found, bool is_list, struct table_type *out)
{
	out->type = type_make(found->kind);
	if (is_list)
		out->type = type_list_of(out->type);
	out->serial = found->serial;
	out->is_numeric = found->rule == PRECISION_SCALE;
	out->is_seconds = found->rule == SECONDS;
}

enum sqlstate table_type_read(
	struct arena *a, struct str text, struct table_type *out, struct error *e)
{
	const struct type_spelling *found = NULL;
	struct spelled s = { .length = 0 };
	bool is_whole = take_apart(&s, text);

	*out = (struct table_type){ .typmod = -1 };
	cut_end(&s, " not null");
	if (s.length > 6 && str_equal((struct str){ s.words + s.length - 6, 6 }, STR(" array"))) {
		cut_end(&s, " array");
		s.is_list = true;
	}
	take_range(&s);
	for (size_t i = 0; i < ARRAY_COUNT(spellings) && is_whole; i++) {
		if (str_equal((struct str){ s.words, s.length }, str_of(spellings[i].spelling)))
			found = &spellings[i];
	}
	if (found != NULL && found->kind == TYPE_STRING && s.argument_count > 0 &&
		str_equal(str_of(found->spelling), STR("string")))
		found = &sized_string;
	if (found == NULL)
		return type_unknown(text, e);
	TRY(typmod_of(&s, found->rule, &out->typmod, e));
	out->text = printed(a, found, &s, out->typmod);
	take_spelling(found, s.is_list, out);
	return OK;
}

bool table_type_of(struct arena *a, struct type type, int32_t typmod, struct table_type *out)
{
	struct spelled s = { .is_list = type.kind == TYPE_LIST };
	enum type_kind kind = s.is_list ? type_item(type).kind : type.kind;

	for (size_t i = 0; i < ARRAY_COUNT(spellings); i++) {
		const struct type_spelling *found = &spellings[i];

		if (found->kind != kind || (typmod < 0 && found->rule == ONE_CHARACTER))
			continue;
		*out = (struct table_type){ .typmod = typmod };
		out->text = printed(a, found, &s, typmod);
		take_spelling(found, s.is_list, out);
		return true;
	}
	return false;
}
