/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Dates and times: the input. One reader takes any of the accepted forms into a struct reading (a
 * date, a time, an offset, each present or not), and each type then takes what it needs from it.
 * What is accepted is listed in datetime.h.
 */
#include "base/datetime.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OFFSET_HOURS_MAX = 15, FRACTION_DIGITS_MAX = 40, DIGITS_MAX = 9 };
enum { YEAR_DIGITS_LEAST = 3 }; /* of a number that is a year wherever it stands */

enum special { SPECIAL_NONE, SPECIAL_INFINITY, SPECIAL_MINUS_INFINITY, SPECIAL_EPOCH };

struct reading {
	enum special special;
	bool is_year_short; /* two digits, which mean a year near 2000 */
	bool has_date, has_time, has_offset;
	bool is_bc;
	int64_t year;
	int32_t month, day;
	int64_t time_us;
	int32_t offset_s; /* east of UTC */
	struct zone zone; /* has_zone: a zone by name, whose offset depends on the time */
	bool has_zone;
};

/* What is left to read, and the whole text and its type for messages. */
struct reader {
	const char *at, *end;
	struct str text;
	const char *type;
	enum date_order order;
	struct error *e;
};

static enum sqlstate fail_format(const struct reader *r)
{
	return FAIL(r->e, E_DATETIME_FORMAT, "invalid input syntax for type %s: \"%.*s\"", r->type,
		STR_ARGS(r->text));
}

static enum sqlstate fail_field(const struct reader *r)
{
	return FAIL(r->e, E_DATETIME_OVERFLOW, "date/time field value out of range: \"%.*s\"",
		STR_ARGS(r->text));
}

static enum sqlstate fail_field_order(const struct reader *r)
{
	enum sqlstate code = fail_field(r);

	error_hint(r->e, "Perhaps you need a different \"datestyle\" setting.");
	return code;
}

static enum sqlstate fail_range(const struct reader *r)
{
	return FAIL(r->e, E_DATETIME_OVERFLOW, "%s out of range: \"%.*s\"",
		r->type[0] == 'd' ? "date" : "timestamp", STR_ARGS(r->text));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || (*r->at >= '\t' && *r->at <= '\r')))
		r->at++;
}

static bool take(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static size_t digits_ahead(const struct reader *r)
{
	size_t n = 0;

	while (r->at + n < r->end && is_digit(r->at[n]))
		n++;
	return n;
}

/* What follows the digits ahead, NUL at the end. */
static char after_digits(const struct reader *r)
{
	size_t n = digits_ahead(r);

	return r->at + n < r->end ? r->at[n] : '\0';
}

/* The number that the next n digits make; n is at most DIGITS_MAX. */
static int32_t take_digits(struct reader *r, size_t n)
{
	int32_t value = 0;

	for (; n > 0; n--)
		value = value * 10 + (*r->at++ - '0');
	return value;
}

/* Takes the next word if it is this one, in any case. */
static bool take_word(struct reader *r, const char *word)
{
	size_t n = 0;

	while (r->at + n < r->end && is_letter(r->at[n]))
		n++;
	if (n != strlen(word) || strncasecmp(r->at, word, n) != 0)
		return false;
	r->at += n;
	return true;
}

/* Digits after a point, rounded to microseconds (which may be a whole second). */
static int64_t take_fraction(struct reader *r)
{
	char text[FRACTION_DIGITS_MAX + 3] = "0.";
	size_t n = digits_ahead(r);

	memcpy(text + 2, r->at, MIN_OF(n, FRACTION_DIGITS_MAX));
	r->at += n;
	return (int64_t)rint(strtod(text, NULL) * 1e6);
}

static enum sqlstate check_date(struct reader *r, const struct reading *out)
{
	if (out->month < 1 || out->month > 12 || out->day < 1 || out->day > 31)
		return fail_field_order(r);
	return OK;
}

static bool is_separator(char c)
{
	return c == '-' || c == '/' || c == '.';
}

static enum sqlstate read_number(struct reader *r, int32_t *number)
{
	size_t n = digits_ahead(r);

	if (n < 1 || n > DIGITS_MAX)
		return fail_format(r);
	*number = take_digits(r, n);
	return OK;
}

static void set_year(struct reading *out, int32_t year, size_t digit_count)
{
	out->year = year;
	out->is_year_short = digit_count < YEAR_DIGITS_LEAST;
}

/* Three numbers with the same sign between them. The first is the year if it has the digits of one,
   or if the order says so. */
static enum sqlstate read_three_numbers(struct reader *r, struct reading *out)
{
	bool is_year_first = digits_ahead(r) >= YEAR_DIGITS_LEAST || r->order == DATE_ORDER_YMD;
	char separator = after_digits(r);
	int32_t numbers[3];
	size_t digit_counts[3];

	if (!is_separator(separator))
		return fail_format(r);
	for (int i = 0; i < 3; i++) {
		if (i > 0 && !take(r, separator))
			return fail_format(r);
		digit_counts[i] = digits_ahead(r);
		TRY(read_number(r, &numbers[i]));
	}
	if (is_year_first) {
		set_year(out, numbers[0], digit_counts[0]);
		out->month = numbers[1];
		out->day = numbers[2];
	} else {
		set_year(out, numbers[2], digit_counts[2]);
		out->month = numbers[r->order == DATE_ORDER_DMY ? 1 : 0];
		out->day = numbers[r->order == DATE_ORDER_DMY ? 0 : 1];
	}
	return check_date(r, out);
}

/* Three numbers, or 'YYYYMMDD'. */
static enum sqlstate read_numeric_date(struct reader *r, struct reading *out)
{
	out->has_date = true;
	if (digits_ahead(r) != 8 || after_digits(r) == '-')
		return read_three_numbers(r, out);
	out->year = take_digits(r, 4);
	out->month = take_digits(r, 2);
	out->day = take_digits(r, 2);
	return check_date(r, out);
}

struct clock_fields {
	int32_t hour, minute, second;
	int64_t microsecond;
};

static enum sqlstate read_noon(struct reader *r, struct clock_fields *c)
{
	const char *before = r->at;
	bool is_pm;

	skip_blanks(r);
	is_pm = take_word(r, "PM");
	if (!is_pm && !take_word(r, "AM")) {
		r->at = before;
		return OK;
	}
	if (c->hour > 12)
		return fail_field(r);
	if (c->hour == 12)
		c->hour = 0;
	c->hour += is_pm ? 12 : 0;
	return OK;
}

/* 'HH:MM[:SS[.f]]', or 'HHMM[SS[.f]]' when is_compact. */
static enum sqlstate read_clock_fields(struct reader *r, bool is_compact, struct clock_fields *c)
{
	size_t n = digits_ahead(r);

	if (is_compact && n != 4 && n != 6)
		return fail_format(r);
	if (n < 1 || n > DIGITS_MAX)
		return fail_format(r);
	c->hour = take_digits(r, is_compact ? 2 : n);
	if (!is_compact && !take(r, ':'))
		return fail_format(r);
	n = is_compact ? 2 : digits_ahead(r);
	if (n < 1 || n > DIGITS_MAX)
		return fail_format(r);
	c->minute = take_digits(r, n);
	if (is_compact ? digits_ahead(r) > 0 : take(r, ':')) {
		n = digits_ahead(r);
		if (n < 1 || n > DIGITS_MAX)
			return fail_format(r);
		c->second = take_digits(r, n);
		if (take(r, '.'))
			c->microsecond = take_fraction(r);
	}
	return OK;
}

static enum sqlstate read_time(struct reader *r, bool is_compact, struct reading *out)
{
	struct clock_fields c = { 0 };

	TRY(read_clock_fields(r, is_compact, &c));
	TRY(read_noon(r, &c));
	if (c.hour > 24 || c.minute > 59 || c.second > 60)
		return fail_field(r);
	out->has_time = true;
	out->time_us = c.hour * USECS_PER_HOUR + c.minute * USECS_PER_MINUTE +
		       c.second * USECS_PER_SECOND + c.microsecond;
	return out->time_us > USECS_PER_DAY ? fail_field(r) : OK;
}

/* '+HH', '+HHMM', '+HH:MM', '+HH:MM:SS'; the sign is at r->at. */
static enum sqlstate read_offset(struct reader *r, struct reading *out)
{
	bool is_minus = *r->at++ == '-';
	size_t n = digits_ahead(r);
	int32_t hours, minutes = 0, seconds = 0;

	if (n < 1 || n > 6)
		return fail_format(r);
	hours = take_digits(r, n <= 2 ? n : 2 - n % 2);
	if (n > 2)
		minutes = take_digits(r, 2);
	if (n > 4)
		seconds = take_digits(r, 2);
	if (n <= 2 && take(r, ':')) {
		n = digits_ahead(r);
		if (n < 1 || n > 2)
			return fail_format(r);
		minutes = take_digits(r, n);
		if (take(r, ':')) {
			n = digits_ahead(r);
			if (n < 1 || n > 2)
				return fail_format(r);
			seconds = take_digits(r, n);
		}
	}
	if (hours > OFFSET_HOURS_MAX || minutes > 59 || seconds > 59)
		return FAIL(r->e, E_ZONE_DISPLACEMENT,
			"time zone displacement out of range: \"%.*s\"", STR_ARGS(r->text));
	out->has_offset = true;
	out->offset_s = (hours * 3600 + minutes * 60 + seconds) * (is_minus ? -1 : 1);
	return OK;
}

static bool take_era(struct reader *r, struct reading *out)
{
	bool is_bc = take_word(r, "BC");

	out->is_bc |= is_bc;
	return is_bc || take_word(r, "AD");
}

/* Abbreviations that stand for one offset, those of PostgreSQL that are in common use: in quarters
   of an hour east of UTC. */
static const struct abbreviation {
	const char *word;
	int8_t quarters;
} abbreviations[] = {
	{ "Z", 0 },
	{ "UTC", 0 },
	{ "GMT", 0 },
	{ "ZULU", 0 },
	{ "WET", 0 },
	{ "BST", 4 },
	{ "CET", 4 },
	{ "MEZ", 4 },
	{ "CEST", 8 },
	{ "MESZ", 8 },
	{ "EET", 8 },
	{ "IST", 8 },
	{ "SAST", 8 },
	{ "EEST", 12 },
	{ "AWST", 32 },
	{ "HKT", 32 },
	{ "JST", 36 },
	{ "KST", 36 },
	{ "ACST", 38 },
	{ "AEST", 40 },
	{ "ACDT", 42 },
	{ "AEDT", 44 },
	{ "NZST", 48 },
	{ "NZDT", 52 },
	{ "EDT", -16 },
	{ "EST", -20 },
	{ "CDT", -20 },
	{ "CST", -24 },
	{ "MDT", -24 },
	{ "MST", -28 },
	{ "PDT", -28 },
	{ "PST", -32 },
	{ "AKDT", -32 },
	{ "AKST", -36 },
	{ "HST", -40 },
};

static bool read_zone_word(struct reader *r, struct reading *out)
{
	enum { QUARTER_S = 15 * 60 };

	for (size_t i = 0; i < ARRAY_COUNT(abbreviations); i++) {
		if (!take_word(r, abbreviations[i].word))
			continue;
		out->has_offset = true;
		out->offset_s = abbreviations[i].quarters * QUARTER_S;
		return true;
	}
	return false;
}

static bool is_of_zone_name(char c)
{
	return is_letter(c) || is_digit(c) || c == '/' || c == '_' || c == '-' || c == '+';
}

/* PostgreSQL's message has the name in lower case. */
static enum sqlstate fail_zone(const struct reader *r, struct str name)
{
	char lower[ZONE_NAME_MAX];
	uint32_t length = MIN_OF(name.length, (uint32_t)sizeof lower);

	for (uint32_t i = 0; i < length; i++)
		lower[i] = name.at[i] >= 'A' && name.at[i] <= 'Z' ? (char)(name.at[i] | 32)
								  : name.at[i];
	return FAIL(r->e, E_INVALID_VALUE, "time zone \"%.*s\" not recognized", (int)length, lower);
}

/* Europe/Berlin, or [Europe/Berlin] behind an offset, which then counts. */
static enum sqlstate read_zone_name(struct reader *r, struct reading *out)
{
	bool is_bracketed = take(r, '[');
	struct str name = { r->at, 0 };

	while (r->at < r->end && is_of_zone_name(*r->at))
		r->at++;
	name.length = (uint32_t)(r->at - name.at);
	if (name.length == 0 || memchr(name.at, '/', name.length) == NULL ||
		(is_bracketed && !take(r, ']')))
		return fail_format(r);
	if (zone_parse(name, &out->zone, r->e) != OK)
		return fail_zone(r, name);
	out->has_zone = true;
	return OK;
}

/* Behind a time: an offset, an abbreviation, the name of a zone. */
static enum sqlstate read_zone(struct reader *r, struct reading *out)
{
	if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
		TRY(read_offset(r, out));
	else
		read_zone_word(r, out);
	skip_blanks(r);
	if (r->at == r->end || (*r->at != '[' && !is_letter(*r->at)))
		return OK;
	if (*r->at != '[' && (out->has_offset || take_era(r, out)))
		return OK;
	return read_zone_name(r, out);
}

/* What may follow date and time: offset, era, in this order. */
static enum sqlstate read_zone_and_era(struct reader *r, struct reading *out)
{
	skip_blanks(r);
	TRY(read_zone(r, out));
	skip_blanks(r);
	take_era(r, out);
	skip_blanks(r);
	return r->at == r->end ? OK : fail_format(r);
}

/* What may follow the date: a time, and what follows that. */
static enum sqlstate read_rest(struct reader *r, struct reading *out)
{
	const char *before = r->at;
	bool is_after_t = out->has_date && (take(r, 'T') || take(r, 't'));

	if (!is_after_t)
		skip_blanks(r);
	if (digits_ahead(r) > 0) {
		bool is_compact = after_digits(r) != ':' && digits_ahead(r) >= 4;

		if (out->has_date && r->at == before)
			return fail_format(r);
		TRY(read_time(r, is_compact, out));
	} else if (is_after_t) {
		return fail_format(r);
	}
	return read_zone_and_era(r, out);
}

/* --- months by name ----------------------------------------------------------------------- */

/* Takes the name of a month, whole or in short; its number, or 0. */
static int32_t take_month(struct reader *r)
{
	static const char *const names[] = { "january", "february", "march", "april", "may",
		"june", "july", "august", "september", "october", "november", "december", "jan",
		"feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (take_word(r, names[i]))
			return (int32_t)(i % 12) + 1;
	}
	return take_word(r, "sept") ? 9 : 0;
}

/* The day of the week says nothing that the date does not. */
static bool take_weekday(struct reader *r)
{
	static const char *const names[] = { "sun", "sunday", "mon", "monday", "tue", "tues",
		"tuesday", "wed", "weds", "wednesday", "thu", "thur", "thurs", "thursday", "fri",
		"friday", "sat", "saturday" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (take_word(r, names[i]))
			return true;
	}
	return false;
}

static void skip_between(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == ',' || is_separator(*r->at)))
		r->at++;
}

/* Whether a month stands by its name before any time: first, or behind a weekday or a number. */
static bool has_named_month(const struct reader *from)
{
	struct reader r = *from;

	take_weekday(&r);
	skip_between(&r);
	r.at += digits_ahead(&r);
	skip_between(&r);
	return take_month(&r) > 0;
}

/* What is known of a date whose month has a name. */
struct named_date {
	int32_t month, day; /* 0: not yet */
	bool has_year;
};

/* Beside the name of a month: the day or the year, which with three digits is clear. */
static enum sqlstate read_day_or_year(
	struct reader *r, struct named_date *date, struct reading *out)
{
	size_t n = digits_ahead(r);
	bool is_long = n >= YEAR_DIGITS_LEAST;
	int32_t number;

	TRY(read_number(r, &number));
	if (is_long && date->has_year && out->is_year_short && date->day == 0) {
		date->day = (int32_t)out->year; /* '08-Jan-1999' where years come first */
		date->has_year = false;
	}
	if (!date->has_year && (is_long || date->day != 0 || r->order == DATE_ORDER_YMD)) {
		set_year(out, number, n);
		date->has_year = true;
		return OK;
	}
	if (date->day != 0 || number == 0)
		return fail_field_order(r);
	date->day = number;
	return OK;
}

/* 'Wed Dec 17 07:37:16 1997', '17-Dec-1997', 'December 17, 1997', and what may follow. */
static enum sqlstate read_named_date(struct reader *r, struct reading *out)
{
	struct named_date date = { 0 };

	take_weekday(r);
	while (!date.has_year || date.month == 0 || date.day == 0) {
		int32_t month;

		skip_between(r);
		month = take_month(r);
		if (month > 0 && date.month > 0)
			return fail_format(r);
		if (month > 0)
			date.month = month;
		else if (after_digits(r) == ':' && !out->has_time)
			TRY(read_time(r, false, out));
		else
			TRY(read_day_or_year(r, &date, out));
	}
	out->has_date = true;
	out->month = date.month;
	out->day = date.day;
	TRY(check_date(r, out));
	return out->has_time ? read_zone_and_era(r, out) : read_rest(r, out);
}

static bool read_special(struct reader *r, struct reading *out)
{
	if (take_word(r, "infinity"))
		out->special = SPECIAL_INFINITY;
	else if (take_word(r, "epoch"))
		out->special = SPECIAL_EPOCH;
	else if (take(r, '-') && take_word(r, "infinity"))
		out->special = SPECIAL_MINUS_INFINITY;
	else
		return false;
	skip_blanks(r);
	return r->at == r->end;
}

/* Whether the text begins with a time rather than with a date. */
static bool starts_with_time(const struct reader *r)
{
	size_t n = digits_ahead(r);
	char next = after_digits(r);

	return next == ':' || (n == 4 && !is_separator(next)) ||
	       (n == 6 && next != '-' && next != '/');
}

/* Two digits of a year mean one near 2000. */
static int64_t whole_year(const struct reading *in)
{
	if (in->is_bc)
		return 1 - in->year;
	if (!in->is_year_short)
		return in->year;
	return in->year + (in->year < 70 ? 2000 : 1900);
}

static enum sqlstate read_any(struct reader *r, struct reading *out)
{
	*out = (struct reading){ 0 };
	skip_blanks(r);
	if (has_named_month(r)) {
		TRY(read_named_date(r, out));
	} else {
		if (r->at < r->end && !is_digit(*r->at))
			return read_special(r, out) ? OK : fail_format(r);
		if (!starts_with_time(r))
			TRY(read_numeric_date(r, out));
		TRY(read_rest(r, out));
	}
	if (!out->has_date)
		return OK;
	if (out->year == 0 && !out->is_year_short)
		return fail_field(r);
	out->year = whole_year(out);
	return out->day > month_days(out->year, out->month) ? fail_field(r) : OK;
}

static struct reader reader_on(
	struct str text, enum date_order order, const char *type, struct error *e)
{
	return (struct reader){ text.at, text.at + text.length, text, type, order, e };
}

enum sqlstate date_parse(
	struct str text, enum date_order order, int32_t *date, struct error *e)
{
	struct reader r = reader_on(text, order, "date", e);
	struct reading in;
	int64_t days;

	TRY(read_any(&r, &in));
	switch (in.special) {
	case SPECIAL_INFINITY:
		*date = DATE_INFINITY;
		return OK;
	case SPECIAL_MINUS_INFINITY:
		*date = DATE_MINUS_INFINITY;
		return OK;
	case SPECIAL_EPOCH:
		*date = UNIX_EPOCH_DAYS;
		return OK;
	case SPECIAL_NONE:
		break;
	}
	if (!in.has_date)
		return fail_format(&r);
	days = date_of(in.year, in.month, in.day);
	if (days < DATE_MIN || days > DATE_MAX)
		return fail_range(&r);
	*date = (int32_t)days;
	return OK;
}

enum sqlstate time_parse(
	struct str text, enum date_order order, int64_t *time_us, struct error *e)
{
	struct reader r = reader_on(text, order, "time", e);
	struct reading in;

	TRY(read_any(&r, &in));
	if (!in.has_time)
		return fail_format(&r);
	*time_us = in.time_us;
	return OK;
}

enum sqlstate timetz_parse(struct str text, enum date_order order, const struct zone *zone,
	struct timetz *value, struct error *e)
{
	struct reader r = reader_on(text, order, "time with time zone", e);
	struct reading in;
	int32_t offset_s;

	TRY(read_any(&r, &in));
	if (!in.has_time)
		return fail_format(&r);
	if (!in.has_offset && in.has_zone && !in.has_date)
		return fail_format(&r); /* its offset depends on the day */
	if (in.has_offset)
		offset_s = in.offset_s;
	else if (in.has_zone)
		offset_s = zone_offset_at_local(&in.zone,
			date_of(in.year, in.month, in.day) * USECS_PER_DAY + in.time_us);
	else
		offset_s = zone_offset_at_instant(zone, timestamp_now());
	*value = (struct timetz){ in.time_us, -offset_s };
	return OK;
}

/* A timestamp in its own local time. */
static enum sqlstate reading_to_timestamp(
	const struct reader *r, const struct reading *in, int64_t *timestamp)
{
	int64_t days;

	switch (in->special) {
	case SPECIAL_INFINITY:
		*timestamp = TIMESTAMP_INFINITY;
		return OK;
	case SPECIAL_MINUS_INFINITY:
		*timestamp = TIMESTAMP_MINUS_INFINITY;
		return OK;
	case SPECIAL_EPOCH:
		*timestamp = UNIX_EPOCH_USECS;
		return OK;
	case SPECIAL_NONE:
		break;
	}
	if (!in->has_date)
		return fail_format(r);
	days = date_of(in->year, in->month, in->day);
	if (__builtin_mul_overflow(days, USECS_PER_DAY, timestamp) ||
		__builtin_add_overflow(*timestamp, in->time_us, timestamp) ||
		*timestamp < TIMESTAMP_MIN || *timestamp >= TIMESTAMP_END)
		return fail_range(r);
	return OK;
}

enum sqlstate timestamp_parse(
	struct str text, enum date_order order, int64_t *timestamp, struct error *e)
{
	struct reader r = reader_on(text, order, "timestamp", e);
	struct reading in;

	TRY(read_any(&r, &in));
	return reading_to_timestamp(&r, &in, timestamp);
}

enum sqlstate timestamptz_parse(struct str text, enum date_order order, const struct zone *zone,
	int64_t *timestamp, struct error *e)
{
	struct reader r = reader_on(text, order, "timestamp with time zone", e);
	struct reading in;
	int64_t local;

	TRY(read_any(&r, &in));
	TRY(reading_to_timestamp(&r, &in, &local));
	*timestamp = local;
	if (in.special != SPECIAL_NONE)
		return OK;
	if (!in.has_offset)
		in.offset_s = zone_offset_at_local(in.has_zone ? &in.zone : zone, local);
	if (__builtin_sub_overflow(local, in.offset_s * USECS_PER_SECOND, timestamp) ||
		*timestamp < TIMESTAMP_MIN || *timestamp >= TIMESTAMP_END)
		return fail_range(&r);
	return OK;
}
