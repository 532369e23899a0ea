/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * INTERVAL '90' MINUTE, INTERVAL '1 2:03' DAY TO MINUTE: the fields behind the text of a span. They say
 * what a number alone counts, and cut off what is smaller than the last of them. The tree has the text
 * of the span that is meant.
 */
#include <inttypes.h>

#include "base/interval.h"
#include "query/parse/parse_expr.h"
#include "query/parse/parse_table.h"

enum field {
	FIELD_YEAR,
	FIELD_MONTH,
	FIELD_DAY,
	FIELD_HOUR,
	FIELD_MINUTE,
	FIELD_SECOND,
	FIELD_NONE,
};

enum { DIGITS_MAX = 6 };

struct fields {
	enum field first, last;
	uint32_t digits; /* SECOND(digits) */
};

static const char *const words[] = { "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND" };

static enum field field_at(struct parser *p, uint32_t n)
{
	for (int f = FIELD_YEAR; f < FIELD_NONE; f++) {
		if (parse_sees_word(p, n, words[f]))
			return (enum field)f;
	}
	return FIELD_NONE;
}

/* TO: years go with months, days with times of day. */
static bool is_range(enum field first, enum field last)
{
	if (last == FIELD_NONE || last <= first)
		return false;
	return first == FIELD_YEAR ? last == FIELD_MONTH : first >= FIELD_DAY;
}

static enum sqlstate parse_last_field(struct parser *p, struct fields *f)
{
	if (!parse_accept(p, KW_TO))
		return OK;
	f->last = field_at(p, 0);
	if (!is_range(f->first, f->last))
		return parse_fail(p, "a smaller field");
	parse_advance(p);
	return OK;
}

static enum sqlstate parse_fields(struct parser *p, struct fields *f)
{
	parse_advance(p);
	TRY(parse_last_field(p, f));
	if (f->last != FIELD_SECOND || !parse_accept(p, '('))
		return OK;
	TRY(parse_uint(p, &f->digits));
	return parse_expect(p, ')');
}

static bool is_number(struct str text)
{
	bool has_digit = false;

	for (uint32_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (c >= '0' && c <= '9')
			has_digit = true;
		else if (c != '.' && ((c != ' ' && c != '-' && c != '+') || has_digit))
			return false;
	}
	return has_digit;
}

/* Times of two parts are minutes and seconds only where the fields say so. */
static bool is_two_parts(struct str text)
{
	uint32_t colons = 0;

	for (uint32_t i = 0; i < text.length; i++)
		colons += text.at[i] == ':';
	return colons == 1;
}

static struct str with_unit(struct parser *p, const struct fields *f, struct str text)
{
	if (is_number(text))
		return arena_printf(p->arena, "%.*s %s", STR_ARGS(text), words[f->last]);
	if (f->first == FIELD_MINUTE && f->last == FIELD_SECOND && is_two_parts(text))
		return arena_printf(p->arena, "0:%.*s", STR_ARGS(text));
	return text;
}

static int64_t cut(int64_t value, int64_t unit)
{
	return value / unit * unit;
}

static void cut_off(const struct fields *f, struct interval *v)
{
	static const int64_t second = 1000000, units[] = { [FIELD_HOUR] = 3600 * second,
		[FIELD_MINUTE] = 60 * second, [FIELD_SECOND] = 1 };
	int64_t unit = 1;

	if (f->last == FIELD_YEAR)
		v->months = (int32_t)cut(v->months, 12);
	if (f->last < FIELD_DAY)
		v->days = 0;
	if (f->last < FIELD_HOUR) {
		v->microseconds = 0;
		return;
	}
	for (uint32_t i = f->digits; i < DIGITS_MAX; i++)
		unit *= 10;
	if (f->last == FIELD_SECOND)
		v->microseconds += v->microseconds < 0 ? -unit / 2 : unit / 2;
	v->microseconds = cut(v->microseconds, MAX_OF(units[f->last], unit));
}

enum sqlstate parse_interval_fields(struct parser *p, struct str *text)
{
	struct fields f = { field_at(p, 0), FIELD_NONE, DIGITS_MAX };
	struct interval value;
	struct buf made = { 0 };
	struct error not_a_span; /* which who reads the text will say */

	if (f.first == FIELD_NONE)
		return OK;
	f.last = f.first;
	TRY(parse_fields(p, &f));
	*text = with_unit(p, &f, *text);
	if (interval_parse(*text, &value, &not_a_span) != OK)
		return OK;
	cut_off(&f, &value);
	interval_put(&made, &value);
	*text = arena_str(p->arena, buf_str(&made));
	buf_free(&made);
	return OK;
}
