/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Intervals: see interval.h. Input runs left to right over fields; each field adds to months, days
 * or microseconds. A fraction of a unit runs over into the next smaller kind: of a year into whole
 * months, of a month or week into days and microseconds, of anything shorter into microseconds.
 */
#include "base/interval.h"

#include <math.h>
#include <stdlib.h>

#include "base/datetime.h"

enum { MONTHS_PER_YEAR = 12, DAYS_PER_MONTH = 30, NUMBER_DIGITS_MAX = 18, UNIT_LENGTH_MAX = 12 };

enum unit_kind { UNIT_MICROSECOND, UNIT_DAY, UNIT_MONTH, UNIT_YEAR };

struct unit {
	const char *name;
	enum unit_kind kind;
	int64_t scale; /* microseconds, days, months, or (UNIT_YEAR) months */
};

static const struct unit units[] = {
	{ "us", UNIT_MICROSECOND, 1 },
	{ "usec", UNIT_MICROSECOND, 1 },
	{ "usecs", UNIT_MICROSECOND, 1 },
	{ "usecond", UNIT_MICROSECOND, 1 },
	{ "useconds", UNIT_MICROSECOND, 1 },
	{ "microsecon", UNIT_MICROSECOND, 1 }, /* cut to ten letters, like the input */
	{ "ms", UNIT_MICROSECOND, 1000 },
	{ "msec", UNIT_MICROSECOND, 1000 },
	{ "msecs", UNIT_MICROSECOND, 1000 },
	{ "msecond", UNIT_MICROSECOND, 1000 },
	{ "mseconds", UNIT_MICROSECOND, 1000 },
	{ "millisecon", UNIT_MICROSECOND, 1000 },
	{ "s", UNIT_MICROSECOND, USECS_PER_SECOND },
	{ "sec", UNIT_MICROSECOND, USECS_PER_SECOND },
	{ "secs", UNIT_MICROSECOND, USECS_PER_SECOND },
	{ "second", UNIT_MICROSECOND, USECS_PER_SECOND },
	{ "seconds", UNIT_MICROSECOND, USECS_PER_SECOND },
	{ "m", UNIT_MICROSECOND, USECS_PER_MINUTE },
	{ "min", UNIT_MICROSECOND, USECS_PER_MINUTE },
	{ "mins", UNIT_MICROSECOND, USECS_PER_MINUTE },
	{ "minute", UNIT_MICROSECOND, USECS_PER_MINUTE },
	{ "minutes", UNIT_MICROSECOND, USECS_PER_MINUTE },
	{ "h", UNIT_MICROSECOND, USECS_PER_HOUR },
	{ "hr", UNIT_MICROSECOND, USECS_PER_HOUR },
	{ "hrs", UNIT_MICROSECOND, USECS_PER_HOUR },
	{ "hour", UNIT_MICROSECOND, USECS_PER_HOUR },
	{ "hours", UNIT_MICROSECOND, USECS_PER_HOUR },
	{ "d", UNIT_DAY, 1 },
	{ "day", UNIT_DAY, 1 },
	{ "days", UNIT_DAY, 1 },
	{ "w", UNIT_DAY, 7 },
	{ "week", UNIT_DAY, 7 },
	{ "weeks", UNIT_DAY, 7 },
	{ "mon", UNIT_MONTH, 1 },
	{ "mons", UNIT_MONTH, 1 },
	{ "month", UNIT_MONTH, 1 },
	{ "months", UNIT_MONTH, 1 },
	{ "y", UNIT_YEAR, MONTHS_PER_YEAR },
	{ "yr", UNIT_YEAR, MONTHS_PER_YEAR },
	{ "yrs", UNIT_YEAR, MONTHS_PER_YEAR },
	{ "year", UNIT_YEAR, MONTHS_PER_YEAR },
	{ "years", UNIT_YEAR, MONTHS_PER_YEAR },
	{ "dec", UNIT_YEAR, 10 * MONTHS_PER_YEAR },
	{ "decs", UNIT_YEAR, 10 * MONTHS_PER_YEAR },
	{ "decade", UNIT_YEAR, 10 * MONTHS_PER_YEAR },
	{ "decades", UNIT_YEAR, 10 * MONTHS_PER_YEAR },
	{ "c", UNIT_YEAR, 100 * MONTHS_PER_YEAR },
	{ "cent", UNIT_YEAR, 100 * MONTHS_PER_YEAR },
	{ "century", UNIT_YEAR, 100 * MONTHS_PER_YEAR },
	{ "centuries", UNIT_YEAR, 100 * MONTHS_PER_YEAR },
	{ "mil", UNIT_YEAR, 1000 * MONTHS_PER_YEAR },
	{ "mils", UNIT_YEAR, 1000 * MONTHS_PER_YEAR },
	{ "millennia", UNIT_YEAR, 1000 * MONTHS_PER_YEAR },
	{ "millennium", UNIT_YEAR, 1000 * MONTHS_PER_YEAR },
};

static const struct unit field_units[] = {
	[INTERVAL_YEAR] = { "y", UNIT_YEAR, MONTHS_PER_YEAR },
	[INTERVAL_MONTH] = { "mon", UNIT_MONTH, 1 },
	[INTERVAL_DAY] = { "d", UNIT_DAY, 1 },
	[INTERVAL_HOUR] = { "h", UNIT_MICROSECOND, USECS_PER_HOUR },
	[INTERVAL_MINUTE] = { "m", UNIT_MICROSECOND, USECS_PER_MINUTE },
	[INTERVAL_SECOND] = { "s", UNIT_MICROSECOND, USECS_PER_SECOND },
};

struct reader {
	const char *at, *end;
	struct str text;
	struct error *e;
	int64_t microseconds, days, months; /* the sum so far */
	enum interval_field bare;	    /* what a number without a unit counts, at the end */
	bool has_short_clocks;		    /* 1:02 are minutes and seconds */
};

/* A quantity: whole part and fraction carry the same sign. */
struct quantity {
	int64_t whole;
	double fraction;
	bool is_negative;
};

static enum sqlstate fail_format(const struct reader *r)
{
	return FAIL(r->e, E_DATETIME_FORMAT, "invalid input syntax for type interval: \"%.*s\"",
		STR_ARGS(r->text));
}

static enum sqlstate fail_range(const struct reader *r)
{
	return FAIL(r->e, E_INTERVAL_OVERFLOW, "interval field value out of range: \"%.*s\"",
		STR_ARGS(r->text));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_next(const struct reader *r, char c)
{
	return r->at < r->end && *r->at == c;
}

static bool is_next_digit(const struct reader *r)
{
	return r->at < r->end && is_digit(*r->at);
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || (*r->at >= '\t' && *r->at <= '\r')))
		r->at++;
}

static enum sqlstate add_scaled(const struct reader *r, int64_t *sum, int64_t value, int64_t scale)
{
	int64_t product;

	if (__builtin_mul_overflow(value, scale, &product) ||
		__builtin_add_overflow(*sum, product, sum))
		return fail_range(r);
	return OK;
}

static enum sqlstate add_fraction_us(struct reader *r, double fraction, int64_t scale)
{
	double us = rint(fraction * (double)scale);

	return add_scaled(r, &r->microseconds, (int64_t)us, 1);
}

/* A fraction of `scale` days: whole days first, the rest in microseconds. */
static enum sqlstate add_fraction_days(struct reader *r, double fraction, int64_t scale)
{
	double days = fraction * (double)scale;

	TRY(add_scaled(r, &r->days, (int64_t)days, 1));
	return add_fraction_us(r, days - trunc(days), USECS_PER_DAY);
}

static enum sqlstate add_quantity(
	struct reader *r, const struct quantity *q, const struct unit *unit)
{
	switch (unit->kind) {
	case UNIT_MICROSECOND:
		TRY(add_scaled(r, &r->microseconds, q->whole, unit->scale));
		return add_fraction_us(r, q->fraction, unit->scale);
	case UNIT_DAY:
		TRY(add_scaled(r, &r->days, q->whole, unit->scale));
		return add_fraction_days(r, q->fraction, unit->scale);
	case UNIT_MONTH:
		TRY(add_scaled(r, &r->months, q->whole, unit->scale));
		return add_fraction_days(r, q->fraction, DAYS_PER_MONTH);
	case UNIT_YEAR:
		TRY(add_scaled(r, &r->months, q->whole, unit->scale));
		return add_scaled(
			r, &r->months, (int64_t)rint(q->fraction * (double)unit->scale), 1);
	}
	unreachable();
}

static enum sqlstate read_fraction(struct reader *r, struct quantity *q)
{
	char text[48] = "0.";
	size_t n = 2;

	for (; is_next_digit(r); r->at++)
		if (n < sizeof text - 1)
			text[n++] = *r->at;
	q->fraction = strtod(text, NULL);
	if (q->is_negative)
		q->fraction = -q->fraction;
	return OK;
}

static enum sqlstate read_quantity(struct reader *r, struct quantity *q)
{
	bool has_digits = false;
	int digits = 0;

	*q = (struct quantity){ 0 };
	if (is_next(r, '-') || is_next(r, '+'))
		q->is_negative = *r->at++ == '-';
	for (; is_next_digit(r); r->at++, digits++) {
		if (digits >= NUMBER_DIGITS_MAX)
			return fail_range(r);
		q->whole = q->whole * 10 + (*r->at - '0');
		has_digits = true;
	}
	if (q->is_negative)
		q->whole = -q->whole;
	if (!is_next(r, '.'))
		return has_digits ? OK : fail_format(r);
	r->at++;
	if (!has_digits && !is_next_digit(r))
		return fail_format(r);
	return read_fraction(r, q);
}

/* The rest of 'h:m[:s[.f]]' after the first number; 'm:s.f' when two parts have a fraction. */
static enum sqlstate read_clock(struct reader *r, const struct quantity *first)
{
	struct quantity part[3] = { *first };
	int sign = first->is_negative ? -1 : 1;
	int count = 1;
	int64_t scale;

	while (count < 3 && is_next(r, ':')) {
		r->at++;
		if (!is_next_digit(r))
			return fail_format(r);
		TRY(read_quantity(r, &part[count]));
		if (part[count].whole > (count == 1 ? 59 : 60))
			return fail_range(r);
		if (part[count++].fraction != 0)
			break;
	}
	scale = count == 2 && (part[1].fraction != 0 || r->has_short_clocks) ? USECS_PER_MINUTE
									     : USECS_PER_HOUR;
	for (int i = 0; i < count; i++, scale /= 60) {
		TRY(add_scaled(r, &r->microseconds, (i == 0 ? 1 : sign) * part[i].whole, scale));
		TRY(add_fraction_us(r, (i == 0 ? 1 : sign) * part[i].fraction, scale));
	}
	return OK;
}

/* The rest of 'years-months'. */
static enum sqlstate read_year_month(struct reader *r, const struct quantity *years)
{
	struct quantity months;

	r->at++;
	TRY(read_quantity(r, &months));
	if (months.whole >= MONTHS_PER_YEAR || months.fraction != 0 || years->fraction != 0)
		return fail_range(r);
	TRY(add_scaled(r, &r->months, years->whole, MONTHS_PER_YEAR));
	return add_scaled(r, &r->months, months.whole, years->is_negative ? -1 : 1);
}

/* Takes a word; NULL if there is none or it is no unit. */
static const struct unit *take_unit(struct reader *r)
{
	struct str word = { r->at, 0 };

	while (r->at < r->end && is_letter(*r->at))
		r->at++;
	word.length = (uint32_t)MIN_OF(r->at - word.at, 10);
	for (size_t i = 0; i < ARRAY_COUNT(units); i++)
		if (str_equal_nocase(word, str_of(units[i].name)))
			return &units[i];
	return NULL;
}

/* A number stands alone: days before a time or a number of hours, at the end mostly seconds. */
static enum sqlstate read_bare(struct reader *r, const struct quantity *q)
{
	const char *ahead = r->at;

	if (ahead == r->end)
		return add_quantity(r, q, &field_units[r->bare]);
	if (*ahead == '+' || *ahead == '-')
		ahead++;
	while (ahead < r->end && is_digit(*ahead))
		ahead++;
	if (ahead == r->end ? r->bare != INTERVAL_HOUR : *ahead != ':')
		return fail_format(r);
	return add_quantity(r, q, &field_units[INTERVAL_DAY]);
}

static enum sqlstate read_field(struct reader *r)
{
	struct quantity q;
	const struct unit *unit;

	TRY(read_quantity(r, &q));
	if (is_next(r, ':'))
		return read_clock(r, &q);
	if (is_next(r, '-') && r->at + 1 < r->end && is_digit(r->at[1]))
		return read_year_month(r, &q);
	skip_blanks(r);
	if (r->at == r->end || !is_letter(*r->at))
		return read_bare(r, &q);
	unit = take_unit(r);
	return unit == NULL ? fail_format(r) : add_quantity(r, &q, unit);
}

/* Takes 'ago' if it is what is left. */
static bool take_ago(struct reader *r)
{
	struct str rest = { r->at, (uint32_t)(r->end - r->at) };

	while (rest.length > 0 && rest.at[rest.length - 1] == ' ')
		rest.length--;
	if (!str_equal_nocase(rest, STR("ago")))
		return false;
	r->at = r->end;
	return true;
}

static enum sqlstate read_fields(struct reader *r)
{
	if (is_next(r, '@'))
		r->at++;
	skip_blanks(r);
	do {
		TRY(read_field(r));
		skip_blanks(r);
		if (take_ago(r)) {
			r->microseconds = -r->microseconds;
			r->days = -r->days;
			r->months = -r->months;
		}
	} while (r->at < r->end);
	return OK;
}

/* 'Y-M-D' and 'h:m:s' of ISO 8601's alternative form; the first number is read. */
static enum sqlstate read_iso_alternative(
	struct reader *r, const struct quantity *first, char separator)
{
	static const struct unit date_units[] = { { "y", UNIT_YEAR, MONTHS_PER_YEAR },
		{ "mon", UNIT_MONTH, 1 }, { "d", UNIT_DAY, 1 } };
	static const struct unit time_units[] = { { "h", UNIT_MICROSECOND, USECS_PER_HOUR },
		{ "m", UNIT_MICROSECOND, USECS_PER_MINUTE },
		{ "s", UNIT_MICROSECOND, USECS_PER_SECOND } };
	const struct unit *unit = separator == '-' ? date_units : time_units;
	struct quantity q = *first;

	TRY(add_quantity(r, &q, unit));
	for (int i = 1; i < 3 && is_next(r, separator); i++) {
		r->at++;
		TRY(read_quantity(r, &q));
		TRY(add_quantity(r, &q, unit + i));
	}
	return OK;
}

/* The unit that a designator letter stands for, NULL if none. */
static const struct unit *iso_unit(char letter, bool is_time)
{
	static const struct unit date_units[] = { { "Y", UNIT_YEAR, MONTHS_PER_YEAR },
		{ "M", UNIT_MONTH, 1 }, { "W", UNIT_DAY, 7 }, { "D", UNIT_DAY, 1 } };
	static const struct unit time_units[] = { { "H", UNIT_MICROSECOND, USECS_PER_HOUR },
		{ "M", UNIT_MICROSECOND, USECS_PER_MINUTE },
		{ "S", UNIT_MICROSECOND, USECS_PER_SECOND } };
	const struct unit *table = is_time ? time_units : date_units;
	size_t count = is_time ? ARRAY_COUNT(time_units) : ARRAY_COUNT(date_units);

	for (size_t i = 0; i < count; i++)
		if (table[i].name[0] == letter)
			return &table[i];
	return NULL;
}

static enum sqlstate read_iso(struct reader *r)
{
	bool is_time = false;

	r->at++; /* the P */
	if (r->at == r->end)
		return fail_format(r);
	while (r->at < r->end) {
		const struct unit *unit;
		struct quantity q;

		if (!is_time && is_next(r, 'T')) {
			is_time = true;
			r->at++;
			continue;
		}
		TRY(read_quantity(r, &q));
		if (is_next(r, is_time ? ':' : '-')) {
			TRY(read_iso_alternative(r, &q, *r->at));
			continue;
		}
		unit = r->at == r->end ? NULL : iso_unit(*r->at, is_time);
		if (unit == NULL)
			return fail_format(r);
		r->at++;
		TRY(add_quantity(r, &q, unit));
	}
	return OK;
}

enum sqlstate interval_parse(struct str text, struct interval *value, struct error *e)
{
	return interval_parse_range(text, INTERVAL_ALL, value, e);
}

enum sqlstate interval_parse_range(
	struct str text, uint8_t range, struct interval *value, struct error *e)
{
	struct reader r = { .at = text.at,
		.end = text.at + text.length,
		.text = text,
		.e = e,
		.bare = range == INTERVAL_ALL ? INTERVAL_SECOND : interval_last(range),
		.has_short_clocks = range == interval_range(INTERVAL_MINUTE, INTERVAL_SECOND) };

	skip_blanks(&r);
	while (r.end > r.at && r.end[-1] == ' ')
		r.end--;
	if (r.at == r.end)
		return fail_format(&r);
	TRY(is_next(&r, 'P') ? read_iso(&r) : read_fields(&r));
	if (r.days != (int32_t)r.days || r.months != (int32_t)r.months)
		return fail_range(&r);
	*value = (struct interval){ r.microseconds, (int32_t)r.days, (int32_t)r.months };
	return OK;
}

/* How far the output has come: a positive field after a negative one carries its sign. */
struct put_state {
	bool is_first;
	bool is_after_negative;
};

static void put_field(struct buf *b, struct put_state *s, int32_t value, const char *unit)
{
	if (value == 0)
		return;
	buf_printf(b, "%s%s%d %s%s", s->is_first ? "" : " ",
		s->is_after_negative && value > 0 ? "+" : "", value, unit, value == 1 ? "" : "s");
	s->is_first = false;
	s->is_after_negative = value < 0;
}

void interval_put(struct buf *b, const struct interval *value)
{
	struct put_state s = { .is_first = true };
	bool is_negative = value->microseconds < 0;
	uint64_t size =
		is_negative ? 0 - (uint64_t)value->microseconds : (uint64_t)value->microseconds;

	put_field(b, &s, value->months / MONTHS_PER_YEAR, "year");
	put_field(b, &s, value->months % MONTHS_PER_YEAR, "mon");
	put_field(b, &s, value->days, "day");
	if (!s.is_first && size == 0)
		return;
	buf_printf(b, "%s%s%02llu:%02u", s.is_first ? "" : " ",
		is_negative	      ? "-"
		: s.is_after_negative ? "+"
				      : "",
		(unsigned long long)(size / (uint64_t)USECS_PER_HOUR),
		(unsigned)(size / (uint64_t)USECS_PER_MINUTE % 60));
	datetime_put_seconds(b, (int64_t)(size / 1000000 % 60), (int64_t)(size % 1000000));
}

static __int128 total_us(const struct interval *value)
{
	__int128 days = (__int128)value->months * DAYS_PER_MONTH + value->days;

	return days * USECS_PER_DAY + value->microseconds;
}

int interval_compare(const struct interval *a, const struct interval *b)
{
	__int128 left = total_us(a), right = total_us(b);

	return left < right ? -1 : left > right;
}

static enum sqlstate fail_interval(struct error *e)
{
	return FAIL(e, E_DATETIME_OVERFLOW, "interval out of range");
}

enum sqlstate interval_add(
	const struct interval *a, const struct interval *b, struct interval *sum, struct error *e)
{
	struct interval result;

	if (__builtin_add_overflow(a->months, b->months, &result.months) ||
		__builtin_add_overflow(a->days, b->days, &result.days) ||
		__builtin_add_overflow(a->microseconds, b->microseconds, &result.microseconds))
		return fail_interval(e);
	*sum = result;
	return OK;
}

enum sqlstate interval_negate(
	const struct interval *value, struct interval *negative, struct error *e)
{
	if (value->months == INT32_MIN || value->days == INT32_MIN ||
		value->microseconds == INT64_MIN)
		return fail_interval(e);
	*negative = (struct interval){ -value->microseconds, -value->days, -value->months };
	return OK;
}

enum sqlstate interval_multiply(
	const struct interval *value, double factor, struct interval *product, struct error *e)
{
	double months = value->months * factor;
	double days = value->days * factor;
	/* What the whole months leave over, in days; rounded to a microsecond against drift. */
	double month_rest = rint((months - trunc(months)) * DAYS_PER_MONTH * 1e6) / 1e6;
	double us_rest;

	if (isnan(factor) || fabs(months) > INT32_MAX || fabs(days) > INT32_MAX)
		return fail_interval(e);
	us_rest = rint((days - trunc(days) + month_rest - trunc(month_rest)) * 86400 * 1e6);
	if (fabs(us_rest) >= (double)USECS_PER_DAY) {
		month_rest += us_rest < 0 ? -1 : 1;
		us_rest -= us_rest < 0 ? -(double)USECS_PER_DAY : (double)USECS_PER_DAY;
	}
	us_rest += rint((double)value->microseconds * factor);
	if (fabs(trunc(days) + trunc(month_rest)) > INT32_MAX || fabs(us_rest) >= 9.2e18)
		return fail_interval(e);
	*product = (struct interval){ (int64_t)us_rest, (int32_t)(trunc(days) + trunc(month_rest)),
		(int32_t)months };
	return OK;
}

enum sqlstate timestamp_add_interval(
	int64_t timestamp, const struct interval *value, int64_t *sum, struct error *e)
{
	struct civil civil;
	int64_t months, year, days, result;
	int32_t month;

	*sum = timestamp;
	if (!timestamp_is_finite(timestamp))
		return OK;
	timestamp_split(timestamp, &civil);
	months = (int64_t)civil.year * MONTHS_PER_YEAR + civil.month - 1 + value->months;
	year = months / MONTHS_PER_YEAR - (months % MONTHS_PER_YEAR < 0);
	month = (int32_t)(months - year * MONTHS_PER_YEAR) + 1;
	days = date_of(year, month, MIN_OF(civil.day, month_days(year, month))) + value->days;
	if (__builtin_mul_overflow(days, USECS_PER_DAY, &result) ||
		__builtin_add_overflow(result, timestamp_to_time(timestamp), &result) ||
		__builtin_add_overflow(result, value->microseconds, &result) ||
		result < TIMESTAMP_MIN || result >= TIMESTAMP_END)
		return FAIL(e, E_DATETIME_OVERFLOW, "timestamp out of range");
	*sum = result;
	return OK;
}

int64_t time_add_interval(int64_t time_us, const struct interval *value)
{
	int64_t sum = (time_us + value->microseconds % USECS_PER_DAY) % USECS_PER_DAY;

	return sum < 0 ? sum + USECS_PER_DAY : sum;
}

enum sqlstate timestamp_difference(
	int64_t later, int64_t earlier, struct interval *difference, struct error *e)
{
	int64_t us;

	if (!timestamp_is_finite(later) || !timestamp_is_finite(earlier))
		return FAIL(e, E_DATETIME_OVERFLOW, "cannot subtract infinite timestamps");
	if (__builtin_sub_overflow(later, earlier, &us))
		return fail_interval(e);
	*difference = (struct interval){ us % USECS_PER_DAY, (int32_t)(us / USECS_PER_DAY), 0 };
	return OK;
}
