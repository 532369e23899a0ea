/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * to_char() of moments and spans. A span has no place in a calendar: its parts are what it counts.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "query/eval/moment.h"
#include "query/function/date_pattern.h"
#include "query/function/functions.h"

const char *const date_months[12] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };
const char *const date_weekdays[7] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday", "Sunday" };
const char *const date_romans[12] = { "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X",
	"XI", "XII" };

/* ---- formats --------------------------------------------------------------------------------- */

static const struct {
	enum date_pattern_kind kind;
	const char *text;
} patterns[] = {
#define PATTERN(kind, text) { PATTERN_##kind, text },
	DATE_PATTERNS
#undef PATTERN
};

static bool word_at(struct str f, uint32_t at, const char *word)
{
	uint32_t length = (uint32_t)strlen(word);

	return f.length - at >= length && strncasecmp(f.at + at, word, length) == 0;
}

static void find_pattern(struct str f, uint32_t *at, struct date_piece *out)
{
	for (size_t i = 0; i < ARRAY_COUNT(patterns); i++) {
		if (!word_at(f, *at, patterns[i].text))
			continue;
		out->kind = patterns[i].kind;
		out->written = (struct str){ f.at + *at, (uint32_t)strlen(patterns[i].text) };
		*at += out->written.length;
		if (word_at(f, *at, "TH")) {
			out->has_ordinal = true;
			out->is_upper_ordinal = f.at[*at] == 'T';
			*at += 2;
		}
		return;
	}
	out->written = (struct str){ f.at + *at, 1 };
	++*at;
}

bool date_piece_next(struct str format, uint32_t *at, bool *is_quoted, struct date_piece *out)
{
	*out = (struct date_piece){ 0 };
	while (*at < format.length && format.at[*at] == '"') {
		*is_quoted = !*is_quoted;
		++*at;
	}
	out->is_quoted = *is_quoted;
	if (*at >= format.length)
		return false;
	if (*is_quoted || format.at[*at] == '\\') {
		*at += format.at[*at] == '\\' && *at + 1 < format.length;
		out->is_quoted = true;
		out->written = (struct str){ format.at + *at, 1 };
		++*at;
		return true;
	}
	while (word_at(format, *at, "FM") || word_at(format, *at, "TM") ||
		word_at(format, *at, "FX")) {
		out->is_bare |= !word_at(format, *at, "FX");
		*at += 2;
	}
	if (*at < format.length)
		find_pattern(format, at, out);
	return out->written.length > 0;
}

/* ---- moments --------------------------------------------------------------------------------- */

struct shown {
	struct civil civil; /* of a span: what it counts */
	int64_t days, time_us, offset_s;
	struct str zone;
	bool is_span, has_zone;
};

/* In the case of the pattern: MONTH, Month, month. Filled up to nine places unless FM is before it. */
static void put_name(struct buf *to, const char *name, uint32_t length, const struct date_piece *p,
	bool is_filled)
{
	bool is_upper = isupper((unsigned char)p->written.at[1]) != 0;
	bool is_capital = isupper((unsigned char)p->written.at[0]) != 0;

	for (uint32_t i = 0; i < length; i++) {
		bool up = is_upper || (is_capital && i == 0);

		buf_put_byte(to, (uint8_t)(up ? toupper(name[i]) : tolower(name[i])));
	}
	for (uint32_t i = length; is_filled && !p->is_bare && i < 9; i++)
		buf_put_byte(to, ' ');
}

/* One of two words, as the pattern is written: PM, pm, P.M., p.m. */
static void put_word(struct buf *to, const char *word, const struct date_piece *p)
{
	bool is_upper = isupper((unsigned char)p->written.at[0]) != 0;
	bool has_dots = p->kind == PATTERN_HALF_DOTS || p->kind == PATTERN_ERA_DOTS;

	for (; *word != '\0'; word++) {
		buf_put_byte(to, (uint8_t)(is_upper ? *word : tolower(*word)));
		if (has_dots)
			buf_put_byte(to, '.');
	}
}

static void put_roman_month(struct buf *to, const struct shown *s, const struct date_piece *p)
{
	const char *roman = date_romans[s->civil.month - 1];
	size_t length = strlen(roman);

	for (size_t i = 0; i < length; i++)
		buf_put_byte(
			to, (uint8_t)(islower((unsigned char)p->written.at[0]) ? tolower(roman[i])
									       : roman[i]));
	for (size_t i = length; !p->is_bare && i < 4; i++)
		buf_put_byte(to, ' ');
}

/* The patterns that are words; false for the others. */
static bool put_words(struct buf *to, const struct date_piece *p, const struct shown *s)
{
	const char *month = s->is_span ? "" : date_months[s->civil.month - 1];
	const char *day = s->is_span ? "" : date_weekdays[moment_weekday(s->days) - 1];

	switch (p->kind) {
	case PATTERN_MONTH_NAME:
		put_name(to, month, (uint32_t)strlen(month), p, true);
		return true;
	case PATTERN_MONTH_SHORT:
		put_name(to, month, 3, p, false);
		return true;
	case PATTERN_DAY_NAME:
		put_name(to, day, (uint32_t)strlen(day), p, true);
		return true;
	case PATTERN_DAY_SHORT:
		put_name(to, day, 3, p, false);
		return true;
	case PATTERN_HALF:
	case PATTERN_HALF_DOTS:
		put_word(to, s->civil.hour % 24 < 12 ? "AM" : "PM", p);
		return true;
	case PATTERN_ERA:
	case PATTERN_ERA_DOTS:
		put_word(to, s->civil.year <= 0 ? "BC" : "AD", p);
		return true;
	case PATTERN_ROMAN:
		if (s->civil.month > 0)
			put_roman_month(to, s, p);
		return true;
	default:
		return false;
	}
}

static void put_offset(struct buf *to, const struct date_piece *p, const struct shown *s)
{
	long long hours = llabs(s->offset_s) / 3600, minutes = llabs(s->offset_s) / 60 % 60;
	char sign = s->offset_s < 0 ? '-' : '+';
	bool is_lower = islower((unsigned char)p->written.at[0]);

	if (!s->has_zone)
		return;
	if (p->kind == PATTERN_ZONE_HOUR)
		buf_printf(to, "%c%02lld", sign, hours);
	else if (p->kind == PATTERN_ZONE_MINUTE)
		buf_printf(to, "%02lld", minutes);
	else if (p->kind == PATTERN_OFFSET && minutes == 0)
		buf_printf(to, p->is_bare ? "%c%lld" : "%c%02lld", sign, hours);
	else if (p->kind == PATTERN_OFFSET)
		buf_printf(to, "%c%02lld:%02lld", sign, hours, minutes);
	else
		for (uint32_t i = 0; i < s->zone.length; i++)
			buf_put_byte(to, is_lower ? (uint8_t)tolower((uint8_t)s->zone.at[i])
						  : (uint8_t)s->zone.at[i]);
}

/* A number and the places it is filled up to. */
struct digits {
	int64_t number;
	int width;
};

static struct digits clock_digits(const struct date_piece *p, const struct shown *s)
{
	static const int64_t tens[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };
	const struct civil *c = &s->civil;
	int places = p->written.at[p->written.length - 1] - '0';

	switch (p->kind) {
	case PATTERN_HOUR24:
		return (struct digits){ c->hour, 2 };
	case PATTERN_HOUR12:
		return (struct digits){ c->hour % 12 == 0 ? 12 : c->hour % 12, 2 };
	case PATTERN_MINUTE:
		return (struct digits){ c->minute, 2 };
	case PATTERN_SECOND:
		return (struct digits){ c->second, 2 };
	case PATTERN_MILLISECOND:
		return (struct digits){ c->microsecond / 1000, 3 };
	case PATTERN_MICROSECOND:
		return (struct digits){ c->microsecond, 6 };
	case PATTERN_FRACTION:
		return (struct digits){ c->microsecond / tens[6 - places], places };
	case PATTERN_SECOND_OF_DAY:
		return (struct digits){ s->time_us / USECS_PER_SECOND, 1 };
	default:
		return (struct digits){ 0, -1 };
	}
}

static int64_t day_of_year(const struct shown *s)
{
	return s->is_span ? s->days : s->days - date_of(s->civil.year, 1, 1) + 1;
}

static struct digits day_digits(const struct date_piece *p, const struct shown *s)
{
	const struct civil *c = &s->civil;
	int64_t week_year = s->is_span ? 0 : moment_week_year(s->days);

	switch (p->kind) {
	case PATTERN_MONTH:
		return (struct digits){ c->month, 2 };
	case PATTERN_DAY:
		return (struct digits){ c->day, 2 };
	case PATTERN_DAY_OF_YEAR:
		return (struct digits){ day_of_year(s), 3 };
	case PATTERN_DAY_OF_WEEK:
		return (struct digits){ moment_weekday(s->days) % 7 + 1, 1 };
	case PATTERN_ISO_DAY:
		return (struct digits){ moment_weekday(s->days), 1 };
	case PATTERN_ISO_DAY_OF_YEAR:
		return (struct digits){ (moment_week(s->days) - 1) * 7 + moment_weekday(s->days),
			3 };
	case PATTERN_ISO_WEEK:
		return (struct digits){ moment_week(s->days), 2 };
	case PATTERN_WEEK:
		return (struct digits){ (day_of_year(s) - 1) / 7 + 1, 2 };
	case PATTERN_WEEK_OF_MONTH:
		return (struct digits){ (c->day - 1) / 7 + 1, 1 };
	case PATTERN_QUARTER:
		return (struct digits){ (c->month - 1) / 3 + 1, 1 };
	case PATTERN_JULIAN:
		return (struct digits){ s->days + 2451545, 1 };
	case PATTERN_ISO_YEAR:
		return (struct digits){ week_year, 4 };
	case PATTERN_ISO_YEAR3:
		return (struct digits){ week_year % 1000, 3 };
	case PATTERN_ISO_YEAR2:
		return (struct digits){ week_year % 100, 2 };
	case PATTERN_ISO_YEAR1:
		return (struct digits){ week_year % 10, 1 };
	default:
		return (struct digits){ 0, 0 };
	}
}

/* Years before the first count back from 1. */
static struct digits year_digits(const struct date_piece *p, const struct shown *s)
{
	int64_t year = s->is_span || s->civil.year > 0 ? s->civil.year : 1 - s->civil.year;

	switch (p->kind) {
	case PATTERN_YEAR:
		return (struct digits){ year, 4 };
	case PATTERN_YEAR3:
		return (struct digits){ year % 1000, 3 };
	case PATTERN_YEAR2:
		return (struct digits){ year % 100, 2 };
	case PATTERN_YEAR1:
		return (struct digits){ year % 10, 1 };
	case PATTERN_CENTURY:
		if (s->is_span)
			return (struct digits){ year / 100, 2 };
		return (struct digits){
			s->civil.year > 0 ? (year + 99) / 100 : -((year + 99) / 100), 2
		};
	default:
		return (struct digits){ 0, -1 };
	}
}

static void put_ordinal(struct buf *to, int64_t number, bool is_upper)
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };
	int64_t last = llabs(number) % 10, teen = llabs(number) / 10 % 10;
	const char *ending = endings[teen == 1 || last > 3 ? 0 : last];

	for (int i = 0; i < 2; i++)
		buf_put_byte(to, (uint8_t)(is_upper ? toupper(ending[i]) : ending[i]));
}

static void put_piece(struct buf *to, const struct date_piece *p, const struct shown *s)
{
	struct digits d;

	if (put_words(to, p, s))
		return;
	if (p->kind >= PATTERN_ZONE_HOUR) {
		put_offset(to, p, s);
		return;
	}
	if (p->kind == PATTERN_YEAR_COMMA) {
		d.number = s->is_span || s->civil.year > 0 ? s->civil.year : 1 - s->civil.year;
		buf_printf(
			to, "%lld,%03lld", (long long)d.number / 1000, (long long)d.number % 1000);
		return;
	}
	d = clock_digits(p, s);
	if (d.width < 0)
		d = year_digits(p, s);
	if (d.width < 0)
		d = day_digits(p, s);
	if (d.number < 0 && p->kind != PATTERN_DAY)
		d.width++;
	buf_printf(to, "%0*lld", p->is_bare ? 0 : d.width, (long long)d.number);
	if (p->has_ordinal)
		put_ordinal(to, d.number, p->is_upper_ordinal);
}

/* ---- the function ---------------------------------------------------------------------------- */

static void shown_span(struct shown *s, const struct value_duration *d)
{
	int64_t rest = d->microseconds;

	s->is_span = true;
	s->days = d->months * INT64_C(30) + d->days;
	s->time_us = rest;
	s->civil.year = d->months / 12;
	s->civil.month = d->months % 12;
	s->civil.day = d->days;
	s->civil.hour = (int32_t)(rest / USECS_PER_HOUR);
	rest %= USECS_PER_HOUR;
	s->civil.minute = (int32_t)(rest / USECS_PER_MINUTE);
	rest %= USECS_PER_MINUTE;
	s->civil.second = (int32_t)(rest / USECS_PER_SECOND);
	s->civil.microsecond = (int32_t)(rest % USECS_PER_SECOND);
}

static void shown_moment(struct eval *ev, struct shown *s, struct value v)
{
	int64_t local = v.integer;

	if (v.type == VALUE_TIMESTAMPTZ) {
		const struct zone *zone = eval_zone(ev);

		local = timestamp_to_local(v.integer, zone);
		s->offset_s = (local - v.integer) / USECS_PER_SECOND;
		s->has_zone = true;
		s->zone = zone_short_name(zone, v.integer);
	}
	timestamp_split(local, &s->civil);
	s->days = timestamp_to_date(local);
	s->time_us = timestamp_to_time(local);
}

/* What only a day of a calendar has. */
static bool needs_calendar(enum date_pattern_kind kind)
{
	switch (kind) {
	case PATTERN_MONTH_NAME:
	case PATTERN_MONTH_SHORT:
	case PATTERN_DAY_NAME:
	case PATTERN_DAY_SHORT:
	case PATTERN_DAY_OF_WEEK:
	case PATTERN_ISO_DAY:
	case PATTERN_ERA:
	case PATTERN_ERA_DOTS:
	case PATTERN_ZONE:
	case PATTERN_ZONE_HOUR:
	case PATTERN_ZONE_MINUTE:
	case PATTERN_OFFSET:
		return true;
	default:
		return false;
	}
}

static enum sqlstate check_span(const struct date_piece *p, struct error *e)
{
	if (!needs_calendar(p->kind))
		return OK;
	FAIL(e, E_DATETIME_FORMAT, "invalid format specification for an interval value");
	error_hint(e, "Intervals are not tied to specific calendar dates.");
	return e->code;
}

FUNCTION_ROW(date_to_char)
{
	struct str f = value_str(args[1]);
	struct shown s = { 0 };
	struct buf b = { 0 };
	struct date_piece piece;
	bool is_quoted = false;
	uint32_t at = 0;

	if (value_is_number(args[0]))
		return number_to_char(ev, args, count, out, e);
	*out = value_null();
	if (args[0].type == VALUE_DURATION)
		shown_span(&s, args[0].duration);
	else if (!timestamp_is_finite(args[0].integer))
		return OK;
	else
		shown_moment(ev, &s, args[0]);
	while (date_piece_next(f, &at, &is_quoted, &piece)) {
		if (s.is_span && check_span(&piece, e) != OK) {
			buf_free(&b);
			return e->code;
		}
		if (piece.kind == PATTERN_NONE)
			buf_put_str(&b, piece.written);
		else
			put_piece(&b, &piece, &s);
	}
	*out = eval_take_buf(ev, &b);
	return OK;
}
