/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The fields of declared intervals: INTERVAL DAY TO MINUTE, INTERVAL SECOND(3). A range is a number of
 * two digits of four bits, one more than the first field and one more than the last.
 *
 * PostgreSQL's type modifier has a bit for each field in its upper half, or all of them set, and the
 * digits of seconds in its lower half, or all bits set.
 */
#include "base/interval.h"

#include "base/datetime.h"

enum { MONTHS_PER_YEAR = 12, ALL_BITS = 0x7fff, NO_DIGITS = 0xffff };

static const struct {
	const char *name;
	uint8_t bit; /* in PostgreSQL's type modifier */
} fields[] = {
	[INTERVAL_YEAR] = { "year", 2 },
	[INTERVAL_MONTH] = { "month", 1 },
	[INTERVAL_DAY] = { "day", 3 },
	[INTERVAL_HOUR] = { "hour", 10 },
	[INTERVAL_MINUTE] = { "minute", 11 },
	[INTERVAL_SECOND] = { "second", 12 },
};

uint8_t interval_range(enum interval_field first, enum interval_field last)
{
	return (uint8_t)((first + 1) << 4 | (last + 1));
}

enum interval_field interval_first(uint8_t range)
{
	assert(range != INTERVAL_ALL);
	return (enum interval_field)((range >> 4) - 1);
}

enum interval_field interval_last(uint8_t range)
{
	assert(range != INTERVAL_ALL);
	return (enum interval_field)((range & 15) - 1);
}

const char *interval_field_name(enum interval_field field)
{
	return fields[field].name;
}

static uint8_t first_field(struct str words, uint32_t *length)
{
	for (int f = 0; f < INTERVAL_FIELDS; f++) {
		struct str name = str_of(fields[f].name);

		*length = name.length;
		if (words.length >= name.length &&
			str_equal((struct str){ words.at, name.length }, name))
			return (uint8_t)f;
	}
	return INTERVAL_FIELDS;
}

uint8_t interval_range_of(struct str words)
{
	uint32_t length, last_length;
	uint8_t first = first_field(words, &length), last = first;
	struct str rest;

	if (first == INTERVAL_FIELDS)
		return INTERVAL_ALL;
	rest = (struct str){ words.at + length, words.length - length };
	if (rest.length > 4 && str_equal((struct str){ rest.at, 4 }, STR(" to "))) {
		rest = (struct str){ rest.at + 4, rest.length - 4 };
		last = first_field(rest, &last_length);
		rest = (struct str){ rest.at + last_length, rest.length - last_length };
	}
	if (last == INTERVAL_FIELDS || rest.length > 0)
		return INTERVAL_ALL;
	return interval_range((enum interval_field)first, (enum interval_field)last);
}

void interval_put_range(struct buf *b, uint8_t range, uint8_t seconds)
{
	if (range != INTERVAL_ALL) {
		buf_printf(b, " %s", fields[interval_first(range)].name);
		if (interval_last(range) != interval_first(range))
			buf_printf(b, " to %s", fields[interval_last(range)].name);
	}
	if (seconds > 0)
		buf_printf(b, "(%u)", seconds - 1u);
}

static int64_t cut(int64_t value, int64_t unit)
{
	return value / unit * unit;
}

void interval_cut(struct interval *v, uint8_t range)
{
	enum interval_field last = range == INTERVAL_ALL ? INTERVAL_SECOND : interval_last(range);

	if (last == INTERVAL_YEAR)
		v->months = (int32_t)cut(v->months, MONTHS_PER_YEAR);
	if (last < INTERVAL_DAY)
		v->days = 0;
	if (last < INTERVAL_HOUR)
		v->microseconds = 0;
	else if (last == INTERVAL_HOUR)
		v->microseconds = cut(v->microseconds, USECS_PER_HOUR);
	else if (last == INTERVAL_MINUTE)
		v->microseconds = cut(v->microseconds, USECS_PER_MINUTE);
}

/* The bits of a range's fields; those of MONTH and YEAR stand the other way round. */
static uint32_t bits_of(uint8_t range)
{
	uint32_t bits = 0;

	for (int f = interval_first(range); f <= (int)interval_last(range); f++)
		bits |= 1u << fields[f].bit;
	return bits;
}

int32_t interval_modifier(uint8_t range, uint8_t seconds)
{
	uint32_t bits = range == INTERVAL_ALL ? ALL_BITS : bits_of(range);

	if (range == INTERVAL_ALL && seconds == 0)
		return -1;
	return (int32_t)(bits << 16 | (seconds == 0 ? NO_DIGITS : seconds - 1u));
}

void interval_modifier_split(int32_t modifier, uint8_t *range, uint8_t *seconds)
{
	uint32_t bits = (uint32_t)modifier >> 16, digits = (uint32_t)modifier & 0xffff;

	*range = INTERVAL_ALL;
	*seconds = 0;
	if (modifier < 0)
		return;
	if (digits != NO_DIGITS)
		*seconds = (uint8_t)(digits + 1);
	for (int first = 0; first < INTERVAL_FIELDS; first++) {
		for (int last = first; last < INTERVAL_FIELDS; last++) {
			uint8_t made = interval_range(
				(enum interval_field)first, (enum interval_field)last);

			if (bits_of(made) == bits)
				*range = made;
		}
	}
}
