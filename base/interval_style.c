/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The text of intervals in the styles other than postgres, which is in interval.c: what the setting
 * IntervalStyle asks for.
 *
 *     postgres_verbose   @ 1 year 2 mons -3 days 4 hours 5.6 secs ago
 *     sql_standard       1-2    3 4:05:06.7    +1-2 -3 +4:05:06.7 where neither would do
 *     iso_8601           P1Y2M-3DT4H5M6.7S
 *
 * Signs are those of each field; the standard has one for months and one for all the rest, and is
 * followed where that says the same.
 */
#include "base/interval.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "base/datetime.h"

enum { MONTHS_PER_YEAR = 12 };

/* The parts, each with its sign. */
struct fields {
	int64_t years, months, days, hours, minutes, seconds, microseconds;
};

static struct fields split(const struct interval *value)
{
	int64_t us = value->microseconds;

	return (struct fields){ value->months / MONTHS_PER_YEAR, value->months % MONTHS_PER_YEAR,
		value->days, us / USECS_PER_HOUR, us / USECS_PER_MINUTE % 60,
		us / USECS_PER_SECOND % 60, us % USECS_PER_SECOND };
}

/* Seconds without their sign, the fraction without zeroes behind. */
static void put_seconds(struct buf *b, const struct fields *f, int width)
{
	char fraction[8];
	int length;

	buf_printf(b, "%0*" PRIu64, width, (uint64_t)imaxabs(f->seconds));
	if (f->microseconds == 0)
		return;
	length = snprintf(
		fraction, sizeof fraction, ".%06u", (unsigned)imaxabs(f->microseconds));
	while (fraction[length - 1] == '0')
		length--;
	buf_put(b, fraction, (size_t)length);
}

/* ---- postgres_verbose ---- */

struct verbose {
	bool is_empty, is_ago;
};

/* The first part says which way all go: with "ago" behind, later ones have the other sign. */
static void put_verbose_part(struct buf *b, struct verbose *v, int64_t value, const char *unit)
{
	if (value == 0)
		return;
	if (v->is_empty)
		v->is_ago = value < 0;
	value = v->is_ago ? -value : value;
	buf_printf(b, " %" PRId64 " %s%s", value, unit, value == 1 ? "" : "s");
	v->is_empty = false;
}

static void put_verbose(struct buf *b, const struct fields *f)
{
	struct verbose v = { .is_empty = true };
	bool is_negative = f->seconds < 0 || f->microseconds < 0;

	buf_put_byte(b, '@');
	put_verbose_part(b, &v, f->years, "year");
	put_verbose_part(b, &v, f->months, "mon");
	put_verbose_part(b, &v, f->days, "day");
	put_verbose_part(b, &v, f->hours, "hour");
	put_verbose_part(b, &v, f->minutes, "min");
	if (f->seconds != 0 || f->microseconds != 0) {
		if (v.is_empty)
			v.is_ago = is_negative;
		buf_put_text(b, is_negative == v.is_ago ? " " : " -");
		put_seconds(b, f, 1);
		buf_put_text(b, " sec");
		buf_put_text(b, imaxabs(f->seconds) == 1 && f->microseconds == 0 ? "" : "s");
		v.is_empty = false;
	}
	buf_put_text(b, v.is_empty ? " 0" : v.is_ago ? " ago" : "");
}

/* ---- sql_standard ---- */

static bool has_sign(const struct fields *f, bool is_negative)
{
	const int64_t all[] = { f->years, f->months, f->days, f->hours, f->minutes, f->seconds,
		f->microseconds };

	for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
		if (is_negative ? all[i] < 0 : all[i] > 0)
			return true;
	}
	return false;
}

/* What the standard cannot say: every part with its sign. */
static void put_parts(struct buf *b, const struct fields *f)
{
	bool is_months_negative = f->years < 0 || f->months < 0;
	bool is_time_negative =
		f->hours < 0 || f->minutes < 0 || f->seconds < 0 || f->microseconds < 0;

	buf_printf(b, "%c%" PRIu64 "-%" PRIu64 " %c%" PRIu64 " %c%" PRIu64 ":%02" PRIu64 ":",
		is_months_negative ? '-' : '+', (uint64_t)imaxabs(f->years),
		(uint64_t)imaxabs(f->months), f->days < 0 ? '-' : '+', (uint64_t)imaxabs(f->days),
		is_time_negative ? '-' : '+', (uint64_t)imaxabs(f->hours),
		(uint64_t)imaxabs(f->minutes));
	put_seconds(b, f, 2);
}

static void put_standard(struct buf *b, const struct fields *f)
{
	bool has_months = f->years != 0 || f->months != 0;
	bool has_time = f->days != 0 || f->hours != 0 || f->minutes != 0 || f->seconds != 0 ||
			f->microseconds != 0;
	bool is_negative = has_sign(f, true);

	if ((is_negative && has_sign(f, false)) || (has_months && has_time)) {
		put_parts(b, f);
		return;
	}
	if (!has_months && !has_time) {
		buf_put_byte(b, '0');
		return;
	}
	buf_put_text(b, is_negative ? "-" : "");
	if (has_months) {
		buf_printf(b, "%" PRIu64 "-%" PRIu64, (uint64_t)imaxabs(f->years),
			(uint64_t)imaxabs(f->months));
		return;
	}
	if (f->days != 0)
		buf_printf(b, "%" PRIu64 " ", (uint64_t)imaxabs(f->days));
	buf_printf(b, "%" PRIu64 ":%02" PRIu64 ":", (uint64_t)imaxabs(f->hours),
		(uint64_t)imaxabs(f->minutes));
	put_seconds(b, f, 2);
}

/* ---- iso_8601 ---- */

static void put_iso_part(struct buf *b, int64_t value, char unit)
{
	if (value != 0)
		buf_printf(b, "%" PRId64 "%c", value, unit);
}

static void put_iso(struct buf *b, const struct fields *f)
{
	bool has_seconds = f->seconds != 0 || f->microseconds != 0;
	size_t start;

	buf_put_byte(b, 'P');
	start = b->length;
	put_iso_part(b, f->years, 'Y');
	put_iso_part(b, f->months, 'M');
	put_iso_part(b, f->days, 'D');
	if (f->hours != 0 || f->minutes != 0 || has_seconds)
		buf_put_byte(b, 'T');
	put_iso_part(b, f->hours, 'H');
	put_iso_part(b, f->minutes, 'M');
	if (has_seconds) {
		buf_put_text(b, f->seconds < 0 || f->microseconds < 0 ? "-" : "");
		put_seconds(b, f, 1);
		buf_put_byte(b, 'S');
	}
	if (b->length == start)
		buf_put_text(b, "T0S");
}

void interval_put_style(struct buf *b, const struct interval *value, enum interval_style style)
{
	struct fields f = split(value);

	switch (style) {
	case INTERVAL_STYLE_POSTGRES:
		interval_put(b, value);
		return;
	case INTERVAL_STYLE_VERBOSE:
		put_verbose(b, &f);
		return;
	case INTERVAL_STYLE_SQL:
		put_standard(b, &f);
		return;
	case INTERVAL_STYLE_ISO:
		put_iso(b, &f);
		return;
	}
	unreachable();
}

/* ---- reading ---- */

/* Whether the text begins with a minus, and no part behind the first has a sign. */
static bool has_one_minus(struct str text)
{
	if (text.length == 0 || text.at[0] != '-')
		return false;
	for (uint32_t i = 1; i < text.length; i++) {
		if ((text.at[i] == '-' || text.at[i] == '+') && text.at[i - 1] == ' ')
			return false;
	}
	return true;
}

enum sqlstate interval_parse_style(struct str text, enum interval_style style, uint8_t range,
	struct interval *value, struct error *e)
{
	struct interval positive;
	struct error ignored;

	while (text.length > 0 && text.at[0] == ' ') {
		text.at++;
		text.length--;
	}
	/* The least number has no positive one, and must be alone. */
	if (style == INTERVAL_STYLE_SQL && has_one_minus(text) &&
		interval_parse_range((struct str){ text.at + 1, text.length - 1 }, range, &positive,
			&ignored) == OK)
		return interval_negate(&positive, value, e);
	return interval_parse_range(text, range, value, e);
}
