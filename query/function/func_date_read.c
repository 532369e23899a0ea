/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * to_date() and to_timestamp(): moments read by a format. Blanks and signs of the format stand for any
 * of them in the text; a number takes the digits that are there, so many at most where another number
 * follows without anything between.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "query/eval/moment.h"
#include "query/function/date_pattern.h"
#include "query/function/functions.h"

/* What was read; has[] by kind of pattern. */
struct reader {
	struct str s;
	uint32_t at;
	int64_t year, month, day, hour, minute, second, micro, day_of_year, week, week_of_month;
	int64_t iso_year, iso_week, iso_day, julian, century, second_of_day, offset_s;
	bool has_year, has_iso_year, has_offset, is_pm, is_half, is_bc;
};

static bool has_more(const struct reader *r)
{
	return r->at < r->s.length;
}

static COLD enum sqlstate bad_value(const struct reader *r, uint32_t from,
	const struct date_piece *p, bool is_name, struct error *e)
{
	uint32_t end = from;

	while (end < r->s.length && end - from < 20 &&
		(is_name ? !isspace((unsigned char)r->s.at[end]) : end - from < p->written.length))
		end++;
	FAIL(e, E_DATETIME_FORMAT, "invalid value \"%.*s\" for \"%.*s\"", (int)(end - from),
		r->s.at + from, STR_ARGS(p->written));
	error_detail(
		e, is_name ? "The given value did not match any of the allowed values for this "
			     "field."
			   : "Value must be an integer.");
	return e->code;
}

static enum sqlstate read_number(
	struct reader *r, const struct date_piece *p, uint32_t most, int64_t *out, struct error *e)
{
	uint32_t used = 0, from;
	bool is_negative = false;

	while (has_more(r) && isspace((unsigned char)r->s.at[r->at]))
		r->at++;
	from = r->at;
	if (has_more(r) && (r->s.at[r->at] == '+' || r->s.at[r->at] == '-'))
		is_negative = r->s.at[r->at++] == '-';
	for (*out = 0; has_more(r) && used < most && isdigit((unsigned char)r->s.at[r->at]); used++)
		*out = *out * 10 + (r->s.at[r->at++] - '0');
	if (used == 0)
		return bad_value(r, from, p, false, e);
	if (is_negative)
		*out = -*out;
	if (p->has_ordinal)
		r->at = MIN_OF(r->at + 2, r->s.length);
	return OK;
}

static enum sqlstate read_name(struct reader *r, const struct date_piece *p,
	const char *const *names, int64_t count, uint32_t most, int64_t *out, struct error *e)
{
	for (int64_t i = count - 1; i >= 0; i--) {
		uint32_t length = MIN_OF((uint32_t)strlen(names[i]), most);

		if (r->s.length - r->at < length ||
			strncasecmp(r->s.at + r->at, names[i], length) != 0)
			continue;
		r->at += length;
		*out = i + 1;
		return OK;
	}
	return bad_value(r, r->at, p, true, e);
}

/* AM and PM, AD and BC: whether it is the second. */
static enum sqlstate read_pair(struct reader *r, const struct date_piece *p,
	const char *const words[2], bool *is_second, struct error *e)
{
	int64_t place = 0;

	TRY(read_name(r, p, words, 2, p->written.length, &place, e));
	*is_second = place == 2;
	return OK;
}

/* Short years are those next to 2020; a century or era completes them. */
static int64_t whole_year(int64_t year, uint32_t digits)
{
	if (digits == 3)
		return year + (year >= 520 ? 1000 : 2000);
	if (digits == 2)
		return year + (year >= 70 ? 1900 : 2000);
	return digits == 1 ? year + 2000 : year;
}

static enum sqlstate read_year(
	struct reader *r, const struct date_piece *p, uint32_t most, bool is_iso, struct error *e)
{
	uint32_t width =
		p->kind == PATTERN_YEAR || p->kind == PATTERN_ISO_YEAR ? 4 : p->written.length;
	uint32_t from, used;
	int64_t year;

	if (is_iso && width < 4)
		width = p->written.length;
	while (has_more(r) && isspace((unsigned char)r->s.at[r->at]))
		r->at++;
	from = r->at;
	TRY(read_number(r, p, most, &year, e));
	used = r->at - from;
	if (width < 4 && used <= width)
		year = whole_year(year, width);
	if (is_iso)
		r->iso_year = year;
	else
		r->year = year;
	r->has_year |= !is_iso;
	r->has_iso_year |= is_iso;
	return OK;
}

/* Y,YYY */
static enum sqlstate read_comma_year(struct reader *r, const struct date_piece *p, struct error *e)
{
	int64_t thousands, rest;

	TRY(read_number(r, p, 9, &thousands, e));
	if (!has_more(r) || r->s.at[r->at] != ',')
		return FAIL(e, E_DATETIME_FORMAT, "invalid input string for \"Y,YYY\"");
	r->at++;
	TRY(read_number(r, p, 3, &rest, e));
	r->year = thousands * 1000 + rest;
	r->has_year = true;
	return OK;
}

static enum sqlstate read_fraction(
	struct reader *r, const struct date_piece *p, uint32_t most, struct error *e)
{
	uint32_t from = r->at;

	TRY(read_number(r, p, most, &r->micro, e));
	for (uint32_t i = r->at - from; i < 6; i++)
		r->micro *= 10;
	return OK;
}

static enum sqlstate read_offset(struct reader *r, const struct date_piece *p, struct error *e)
{
	int64_t part;
	bool is_west = has_more(r) && r->s.at[r->at] == '-';

	if (p->kind == PATTERN_ZONE)
		return FAIL(e, E_NOT_SUPPORTED,
			"formatting field \"%.*s\" is only supported in to_char",
			STR_ARGS(p->written));
	TRY(read_number(r, p, 2, &part, e));
	r->has_offset = true;
	if (p->kind == PATTERN_ZONE_MINUTE)
		r->offset_s += r->offset_s < 0 ? -part * 60 : part * 60;
	else
		r->offset_s = part * 3600;
	if (p->kind != PATTERN_OFFSET || !has_more(r) || r->s.at[r->at] != ':')
		return OK;
	r->at++;
	TRY(read_number(r, p, 2, &part, e));
	r->offset_s += is_west ? -part * 60 : part * 60;
	return OK;
}

/* The patterns that are words; *is_word is false for the others. */
static enum sqlstate read_word(
	struct reader *r, const struct date_piece *p, bool *is_word, struct error *e)
{
	static const char *const halves[] = { "AM", "PM" }, *const dotted[] = { "A.M.", "P.M." };
	static const char *const eras[] = { "AD", "BC" }, *const dotted_eras[] = { "A.D.", "B.C." };
	int64_t unused;

	*is_word = true;
	switch (p->kind) {
	case PATTERN_MONTH_NAME:
		return read_name(r, p, date_months, 12, 20, &r->month, e);
	case PATTERN_MONTH_SHORT:
		return read_name(r, p, date_months, 12, 3, &r->month, e);
	case PATTERN_ROMAN:
		return read_name(r, p, date_romans, 12, 4, &r->month, e);
	case PATTERN_DAY_NAME:
		return read_name(r, p, date_weekdays, 7, 20, &unused, e);
	case PATTERN_DAY_SHORT:
		return read_name(r, p, date_weekdays, 7, 3, &unused, e);
	case PATTERN_HALF:
	case PATTERN_HALF_DOTS:
		r->is_half = true;
		return read_pair(r, p, p->kind == PATTERN_HALF ? halves : dotted, &r->is_pm, e);
	case PATTERN_ERA:
	case PATTERN_ERA_DOTS:
		return read_pair(r, p, p->kind == PATTERN_ERA ? eras : dotted_eras, &r->is_bc, e);
	default:
		*is_word = false;
		return OK;
	}
}

/* Where a number goes, and how many digits it has at most. */
static int64_t *place_of(struct reader *r, enum date_pattern_kind kind, uint32_t *most)
{
	*most = 2;
	switch (kind) {
	case PATTERN_MONTH:
		return &r->month;
	case PATTERN_DAY:
		return &r->day;
	case PATTERN_HOUR12:
		r->is_half = true;
		return &r->hour;
	case PATTERN_HOUR24:
		return &r->hour;
	case PATTERN_MINUTE:
		return &r->minute;
	case PATTERN_SECOND:
		return &r->second;
	case PATTERN_WEEK:
		return &r->week;
	case PATTERN_ISO_WEEK:
		return &r->iso_week;
	case PATTERN_CENTURY:
		return &r->century;
	case PATTERN_DAY_OF_YEAR:
		*most = 3;
		return &r->day_of_year;
	case PATTERN_SECOND_OF_DAY:
		*most = 5;
		return &r->second_of_day;
	case PATTERN_JULIAN:
		*most = 9;
		return &r->julian;
	case PATTERN_WEEK_OF_MONTH:
		*most = 1;
		return &r->week_of_month;
	case PATTERN_ISO_DAY:
		*most = 1;
		return &r->iso_day;
	default:
		return NULL;
	}
}

static enum sqlstate read_piece(
	struct reader *r, const struct date_piece *p, bool is_tight, struct error *e)
{
	bool is_word;
	uint32_t most;
	int64_t *place, unused;

	TRY(read_word(r, p, &is_word, e));
	if (is_word)
		return OK;
	place = place_of(r, p->kind, &most);
	if (place != NULL)
		return read_number(r, p, is_tight ? most : 9, place, e);
	switch (p->kind) {
	case PATTERN_YEAR_COMMA:
		return read_comma_year(r, p, e);
	case PATTERN_ISO_YEAR:
	case PATTERN_ISO_YEAR3:
	case PATTERN_ISO_YEAR2:
	case PATTERN_ISO_YEAR1:
		return read_year(r, p, is_tight ? p->written.length : 9, true, e);
	case PATTERN_MILLISECOND:
		return read_fraction(r, p, is_tight ? 3 : 9, e);
	case PATTERN_MICROSECOND:
		return read_fraction(r, p, 6, e);
	case PATTERN_FRACTION:
		return read_fraction(r, p, (uint32_t)(p->written.at[2] - '0'), e);
	case PATTERN_ZONE:
	case PATTERN_ZONE_HOUR:
	case PATTERN_ZONE_MINUTE:
	case PATTERN_OFFSET:
		return read_offset(r, p, e);
	case PATTERN_DAY_OF_WEEK:
	case PATTERN_ISO_DAY_OF_YEAR:
	case PATTERN_QUARTER:
		return read_number(r, p, is_tight ? p->written.length : 9, &unused, e);
	default:
		return read_year(r, p, is_tight ? p->written.length : 9, false, e);
	}
}

/* Text of the format: blanks and signs are skipped, another character stands for any one. */
static void skip_text(struct reader *r, const struct date_piece *p)
{
	unsigned char c = (unsigned char)p->written.at[0];
	bool is_loose = !p->is_quoted && !isalnum(c);

	while (is_loose && has_more(r) && isspace((unsigned char)r->s.at[r->at]))
		r->at++;
	if (!has_more(r))
		return;
	if (!is_loose || (ispunct((unsigned char)r->s.at[r->at]) && r->s.at[r->at] != '+' &&
				 (r->s.at[r->at] != '-' || c == '-' || !isspace(c))))
		r->at++;
}

static bool is_number_next(struct str f, uint32_t at, bool is_quoted)
{
	struct date_piece next;

	if (!date_piece_next(f, &at, &is_quoted, &next))
		return false;
	return next.kind != PATTERN_NONE && next.kind != PATTERN_HALF &&
	       next.kind != PATTERN_HALF_DOTS && next.kind != PATTERN_ERA &&
	       next.kind != PATTERN_ERA_DOTS && next.kind != PATTERN_MONTH_NAME &&
	       next.kind != PATTERN_MONTH_SHORT && next.kind != PATTERN_DAY_NAME &&
	       next.kind != PATTERN_DAY_SHORT && next.kind != PATTERN_ROMAN;
}

static enum sqlstate read_all(struct reader *r, struct str f, struct error *e)
{
	struct date_piece piece;
	bool is_quoted = false;
	uint32_t at = 0;

	while (date_piece_next(f, &at, &is_quoted, &piece)) {
		if (piece.kind == PATTERN_NONE) {
			skip_text(r, &piece);
			continue;
		}
		while (has_more(r) && isspace((unsigned char)r->s.at[r->at]))
			r->at++;
		if (!has_more(r))
			break;
		TRY(read_piece(r, &piece, is_number_next(f, at, is_quoted), e));
	}
	return OK;
}

/* ---- the moment ------------------------------------------------------------------------------ */

static COLD enum sqlstate out_of_range(const struct reader *r, struct error *e)
{
	return FAIL(e, E_DATETIME_OVERFLOW, "date/time field value out of range: \"%.*s\"",
		(int)MIN_OF(r->s.length, 100u), r->s.at);
}

static enum sqlstate half_hour(struct reader *r, struct error *e)
{
	if (!r->is_half)
		return OK;
	if (r->hour < 1 || r->hour > 12) {
		FAIL(e, E_DATETIME_FORMAT, "hour \"%lld\" is invalid for the 12-hour clock",
			(long long)r->hour);
		error_hint(e, "Use the 24-hour clock, or give an hour between 1 and 12.");
		return e->code;
	}
	r->hour = r->hour % 12 + (r->is_pm ? 12 : 0);
	return OK;
}

static enum sqlstate date_read(struct reader *r, int64_t *days, struct error *e)
{
	int64_t first;

	if (r->julian > 0)
		return *days = r->julian - 2451545, OK;
	if (r->century > 0 && !r->has_year)
		r->year = (r->century - 1) * 100 + 1;
	if (r->is_bc && r->year > 0)
		r->year = 1 - r->year;
	else if (r->year < 0)
		r->year++;
	if (r->has_iso_year) {
		/* The fourth of January is in the first week. */
		first = date_of(r->iso_year, 1, 4);
		*days = first - (moment_weekday(first) - 1) + (MAX_OF(r->iso_week, 1) - 1) * 7 +
			MAX_OF(r->iso_day, 1) - 1;
		return OK;
	}
	if (r->month < 1 || r->month > 12 || r->day < 1 || llabs(r->year) > 300000 ||
		r->day > month_days(r->year, (int32_t)r->month))
		return out_of_range(r, e);
	*days = date_of(r->year, r->month, r->day);
	if (r->day_of_year > 366)
		return out_of_range(r, e);
	if (r->day_of_year > 0)
		*days = date_of(r->year, 1, 1) + r->day_of_year - 1;
	else if (r->week > 0)
		*days = date_of(r->year, 1, 1) + (r->week - 1) * 7;
	else if (r->week_of_month > 0)
		*days = date_of(r->year, r->month, 1) + (r->week_of_month - 1) * 7;
	return OK;
}

static enum sqlstate read_moment(
	struct str s, struct str f, struct reader *r, int64_t *out, struct error *e)
{
	int64_t days = 0;

	*r = (struct reader){ .s = s, .month = 1, .day = 1, .second_of_day = -1 };
	TRY(read_all(r, f, e));
	if (!r->has_year && r->century == 0)
		r->year = 0;
	if (r->hour != 0 || !r->is_half)
		TRY(half_hour(r, e));
	if (r->hour > 24 || r->minute > 59 || r->second > 60)
		return out_of_range(r, e);
	TRY(date_read(r, &days, e));
	*out = days * USECS_PER_DAY + r->hour * USECS_PER_HOUR + r->minute * USECS_PER_MINUTE +
	       r->second * USECS_PER_SECOND + r->micro;
	if (r->second_of_day >= 0)
		*out = days * USECS_PER_DAY + r->second_of_day * USECS_PER_SECOND;
	return OK;
}

FUNCTION_ROW(date_of_text)
{
	struct reader r;
	int64_t local;

	(void)ev, (void)count;
	TRY(read_moment(value_str(args[0]), value_str(args[1]), &r, &local, e));
	*out = (struct value){ .type = VALUE_DATE, .integer = timestamp_to_date(local) };
	return OK;
}

static enum sqlstate of_epoch(double seconds, struct value *out, struct error *e)
{
	if (isinf(seconds))
		*out = value_int(seconds > 0 ? TIMESTAMP_INFINITY : TIMESTAMP_MINUS_INFINITY);
	else if (isnan(seconds))
		return FAIL(e, E_DATETIME_OVERFLOW, "timestamp cannot be NaN");
	else if (!(fabs(seconds) < 1e13))
		return FAIL(e, E_DATETIME_OVERFLOW, "timestamp out of range: \"%g\"", seconds);
	else
		*out = value_int(UNIX_EPOCH_USECS + (int64_t)rint(seconds * 1e6));
	out->type = VALUE_TIMESTAMPTZ;
	return OK;
}

FUNCTION_ROW(date_timestamp_of)
{
	struct reader r;
	int64_t local, instant;

	if (count == 1)
		return of_epoch(value_to_double(args[0]), out, e);
	TRY(read_moment(value_str(args[0]), value_str(args[1]), &r, &local, e));
	if (r.has_offset)
		instant = local - r.offset_s * USECS_PER_SECOND;
	else
		TRY(timestamp_to_instant(local, eval_zone(ev), &instant, e));
	*out = (struct value){ .type = VALUE_TIMESTAMPTZ, .integer = instant };
	return OK;
}
