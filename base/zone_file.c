/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Zone files: see zone_file.h. A file is
 *
 *     header (44 bytes), body with 32-bit times      skipped
 *     header, body with 64-bit times                 the changes: instants, and what holds from each
 *     newline, a rule in the form of POSIX's TZ, newline      what holds after the last change
 *
 * A file's lengths are checked against its size before anything is read by them (Z1). The rule
 * names the two changes of a year by month, week and day, or by day of year.
 */
#include "base/zone_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/lock.h"
#include "base/vec.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum { HEADER_BYTES = 44, FILE_BYTES_MAX = 1 << 20, CHANGES_MAX = 5000, DAY_S = 86400 };

/* When in a year a change is: month, week (5: the last) and day of week; or day of year. */
struct year_moment {
	char kind; /* 'M', 'J' (1 to 365, the leap day not counted) or '0' (0 to 365) */
	int32_t month, week, day;
	int32_t time_s; /* local time of day, may be negative or beyond 24 h */
};

/* 'CET', '+03'; PostgreSQL prints as many letters. */
struct short_name {
	char text[11];
};

struct zone_rules {
	char name[64];
	uint32_t change_count;
	int64_t *changes; /* instants, ascending */
	int32_t *offsets; /* offsets[i + 1] holds from changes[i]; offsets[0] before the first */
	struct short_name *names; /* of the same */
	bool has_rule;		  /* what follows holds from the last change on */
	bool has_summer;
	int32_t winter_s, summer_s;
	struct short_name winter, summer;
	struct year_moment summer_start, summer_end;
};

/* Text of a rule, or bytes of a file, still to be read. */
struct reader {
	const char *at, *end;
	bool is_broken;
};

static uint64_t take_big_endian(const uint8_t *at, int size)
{
	uint64_t value = 0;

	for (int i = 0; i < size; i++)
		value = value << 8 | at[i];
	return value;
}

static bool take(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static int32_t take_number(struct reader *r)
{
	int32_t value = 0;
	const char *first = r->at;

	for (; r->at < r->end && *r->at >= '0' && *r->at <= '9' && value < 100000; r->at++)
		value = value * 10 + (*r->at - '0');
	if (r->at == first)
		r->is_broken = true;
	return value;
}

/* '[+-]h[:m[:s]]' in seconds. */
static int32_t take_clock(struct reader *r)
{
	bool is_negative = take(r, '-');
	int32_t seconds;

	if (!is_negative)
		take(r, '+');
	seconds = take_number(r) * 3600;
	if (take(r, ':'))
		seconds += take_number(r) * 60;
	if (take(r, ':'))
		seconds += take_number(r);
	return is_negative ? -seconds : seconds;
}

static void set_short_name(struct short_name *name, const char *from, const char *end)
{
	snprintf(name->text, sizeof name->text, "%.*s", (int)(end - from), from);
}

/* The abbreviation of a zone: letters, or anything in angle brackets. */
static void take_abbreviation(struct reader *r, struct short_name *name)
{
	const char *first = r->at;

	if (take(r, '<')) {
		while (r->at < r->end && *r->at != '>')
			r->at++;
		set_short_name(name, first + 1, r->at);
		take(r, '>');
	} else {
		while (r->at < r->end && (*r->at | 0x20) >= 'a' && (*r->at | 0x20) <= 'z')
			r->at++;
		set_short_name(name, first, r->at);
	}
	if (r->at == first)
		r->is_broken = true;
}

static void take_moment(struct reader *r, struct year_moment *m)
{
	if (!take(r, ','))
		r->is_broken = true;
	m->kind = '0';
	if (take(r, 'M')) {
		m->kind = 'M';
		m->month = take_number(r);
		r->is_broken = r->is_broken || !take(r, '.');
		m->week = take_number(r);
		r->is_broken = r->is_broken || !take(r, '.');
		m->day = take_number(r);
		r->is_broken = r->is_broken || m->month < 1 || m->month > 12 || m->week < 1 ||
			       m->week > 5 || m->day > 6;
	} else {
		if (take(r, 'J'))
			m->kind = 'J';
		m->day = take_number(r);
		r->is_broken = r->is_broken || m->day > 366;
	}
	m->time_s = take(r, '/') ? take_clock(r) : 2 * 3600;
}

/* 'CET-1CEST,M3.5.0,M10.5.0/3': offsets count westwards. False if it is not understood. */
static bool read_rule(struct zone_rules *z, struct reader *r)
{
	take_abbreviation(r, &z->winter);
	z->winter_s = -take_clock(r);
	z->summer_s = z->winter_s + 3600;
	z->has_summer = r->at < r->end;
	if (z->has_summer) {
		take_abbreviation(r, &z->summer);
		if (r->at < r->end && *r->at != ',')
			z->summer_s = -take_clock(r);
		take_moment(r, &z->summer_start);
		take_moment(r, &z->summer_end);
	}
	z->has_rule = !r->is_broken && r->at == r->end;
	return z->has_rule;
}

/* The six counts of a header, in the order of the file. */
struct counts {
	uint64_t utc, standard, leap, change, type, letter;
};

static bool read_header(const uint8_t *at, size_t left, struct counts *c)
{
	if (left < HEADER_BYTES || memcmp(at, "TZif", 4) != 0)
		return false;
	c->utc = take_big_endian(at + 20, 4);
	c->standard = take_big_endian(at + 24, 4);
	c->leap = take_big_endian(at + 28, 4);
	c->change = take_big_endian(at + 32, 4);
	c->type = take_big_endian(at + 36, 4);
	c->letter = take_big_endian(at + 40, 4);
	return c->change <= CHANGES_MAX && c->type >= 1 && c->type <= 256;
}

/* Bytes of a body whose times have so many bytes. */
static uint64_t body_size(const struct counts *c, uint64_t time_size)
{
	return c->change * (time_size + 1) + c->type * 6 + c->letter + c->leap * (time_size + 4) +
	       c->standard + c->utc;
}

/* The type at `type`: an offset, whether it is summer, and where its name is among the letters.
   False if the name is nowhere. */
static bool read_type(struct zone_rules *z, uint32_t index, const uint8_t *type,
	const uint8_t *letters, const struct counts *c)
{
	const char *first = (const char *)letters + type[5];
	const char *end = (const char *)letters + c->letter;

	if (first >= end)
		return false;
	z->offsets[index] = (int32_t)take_big_endian(type, 4);
	set_short_name(&z->names[index], first, end);
	return true;
}

static bool read_changes(struct zone_rules *z, const uint8_t *body, const struct counts *c)
{
	const uint8_t *kinds = body + c->change * 8;
	const uint8_t *types = kinds + c->change;
	const uint8_t *letters = types + c->type * 6;

	z->change_count = (uint32_t)c->change;
	z->changes = calloc(c->change + 1, sizeof *z->changes);
	z->offsets = calloc(c->change + 1, sizeof *z->offsets);
	z->names = calloc(c->change + 1, sizeof *z->names);
	if (z->changes == NULL || z->offsets == NULL || z->names == NULL)
		PANIC("out of memory for a time zone");
	if (!read_type(z, 0, types, letters, c))
		return false;
	for (uint32_t i = 0; i < z->change_count; i++) {
		z->changes[i] = (int64_t)take_big_endian(body + i * 8, 8);
		if (kinds[i] >= c->type || (i > 0 && z->changes[i] <= z->changes[i - 1]))
			return false;
		if (!read_type(z, i + 1, types + kinds[i] * 6, letters, c))
			return false;
	}
	return true;
}

/* Fills z from a file; false if it is damaged. */
static bool read_file(struct zone_rules *z, const uint8_t *bytes, size_t size)
{
	struct counts first, c;
	uint64_t at, end;
	struct reader rule;

	if (!read_header(bytes, size, &first) || bytes[4] < '2')
		return false;
	at = HEADER_BYTES + body_size(&first, 4);
	if (at > size || !read_header(bytes + at, size - at, &c)) /* Z1 */
		return false;
	at += HEADER_BYTES;
	end = at + body_size(&c, 8);
	if (end >= size || bytes[end] != '\n' || bytes[size - 1] != '\n' || end + 1 > size - 1)
		return false;
	rule.at = (const char *)bytes + end + 1;
	rule.end = (const char *)bytes + size - 1;
	rule.is_broken = false;
	if (rule.at < rule.end && !read_rule(z, &rule))
		return false;
	return read_changes(z, bytes + at, &c);
}

struct zone_rules *zone_rules_read(struct str name, const uint8_t *bytes, size_t size)
{
	struct zone_rules *z = calloc(1, sizeof *z);

	if (z == NULL)
		PANIC("out of memory for a time zone");
	snprintf(z->name, sizeof z->name, "%.*s", STR_ARGS(name));
	if (read_file(z, bytes, size))
		return z;
	zone_rules_free(z);
	return NULL;
}

void zone_rules_free(struct zone_rules *z)
{
	if (z == NULL)
		return;
	free(z->changes);
	free(z->offsets);
	free(z->names);
	free(z);
}

const char *zone_rules_name(const struct zone_rules *z)
{
	return z->name;
}

/* The day, as days since 2000-01-01, that a moment names in a year. */
static int64_t moment_day(const struct year_moment *m, int64_t year)
{
	int64_t first, weekday, day;

	if (m->kind == '0')
		return date_of(year, 1, 1) + m->day;
	if (m->kind == 'J')
		return date_of(year, 1, 1) + m->day - 1 + (m->day > 59 && year_is_leap(year));
	first = date_of(year, m->month, 1);
	weekday = first + 6 - date_floor_div(first + 6, 7) * 7; /* 2000-01-01 was a Saturday */
	day = (m->day - weekday + 7) % 7 + (m->week - 1) * 7;
	if (day >= month_days(year, m->month))
		day -= 7;
	return first + day;
}

/* The instant of a moment at whose local time `offset_s` still holds. */
static int64_t moment_instant(const struct year_moment *m, int64_t year, int32_t offset_s)
{
	return (moment_day(m, year) - UNIX_EPOCH_DAYS) * DAY_S + m->time_s - offset_s;
}

static int64_t year_of(int64_t unix_s)
{
	struct civil civil;

	date_split(date_floor_div(unix_s, DAY_S) + UNIX_EPOCH_DAYS, &civil);
	return civil.year;
}

static bool rule_is_summer(const struct zone_rules *z, int64_t unix_s)
{
	int64_t year, start, end;

	if (!z->has_summer)
		return false;
	year = year_of(unix_s + z->winter_s);
	start = moment_instant(&z->summer_start, year, z->winter_s);
	end = moment_instant(&z->summer_end, year, z->summer_s);
	if (start < end)
		return unix_s >= start && unix_s < end;
	return unix_s < end || unix_s >= start;
}

/* Number of changes at or before an instant. */
static uint32_t changes_until(const struct zone_rules *z, int64_t unix_s)
{
	uint32_t low = 0, high = z->change_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (z->changes[middle] <= unix_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int32_t zone_rules_offset(const struct zone_rules *z, int64_t unix_s)
{
	uint32_t passed = changes_until(z, unix_s);

	if (passed == z->change_count && z->has_rule)
		return rule_is_summer(z, unix_s) ? z->summer_s : z->winter_s;
	return z->offsets[passed];
}

const char *zone_rules_short_name(const struct zone_rules *z, int64_t unix_s)
{
	uint32_t passed = changes_until(z, unix_s);

	if (passed == z->change_count && z->has_rule)
		return rule_is_summer(z, unix_s) ? z->summer.text : z->winter.text;
	return z->names[passed].text;
}

bool zone_rules_next_change(const struct zone_rules *z, int64_t unix_s, int64_t *change_s)
{
	uint32_t passed = changes_until(z, unix_s);
	int64_t year;
	bool is_found = false;

	if (passed < z->change_count) {
		*change_s = z->changes[passed];
		return true;
	}
	if (!z->has_rule || !z->has_summer)
		return false;
	year = year_of(unix_s);
	for (int64_t y = year - 1; y <= year + 1; y++) {
		int64_t candidates[] = { moment_instant(&z->summer_start, y, z->winter_s),
			moment_instant(&z->summer_end, y, z->summer_s) };

		for (int i = 0; i < 2; i++) {
			if (candidates[i] > unix_s && (!is_found || candidates[i] < *change_s)) {
				*change_s = candidates[i];
				is_found = true;
			}
		}
	}
	return is_found;
}

/* --- zones by name ------------------------------------------------------------------------ */

static struct mutex known_mutex = MUTEX_INITIALIZER;
static VEC(struct zone_rules *) known GUARDED_BY_CLASS(zone);

/* A name becomes part of a path: letters, digits, '_', '+', '-', and '/' between words. */
static bool is_sane_name(struct str name)
{
	if (name.length == 0 || name.length >= 64 || name.at[0] == '/' || name.at[0] == '-')
		return false;
	for (uint32_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '_' || c == '+' || c == '-' || c == '/'))
			return false;
	}
	return true;
}

static struct zone_rules *load(const char *name)
{
	char path[128];
	struct zone_rules *z = NULL;
	uint8_t *bytes;
	FILE *file;
	size_t size;

	snprintf(path, sizeof path, ZONE_FOLDER "%s", name);
	file = fopen(path, "re");
	if (file == NULL)
		return NULL;
	bytes = malloc(FILE_BYTES_MAX);
	if (bytes == NULL)
		PANIC("out of memory for a time zone");
	size = fread(bytes, 1, FILE_BYTES_MAX, file);
	if (size < FILE_BYTES_MAX)
		z = zone_rules_read(str_of(name), bytes, size);
	free(bytes);
	fclose(file);
	return z;
}

/* 'america/new_york' as 'America/New_York'. */
static void capitalize(char *name)
{
	bool is_start = true;

	for (; *name != '\0'; name++) {
		if (is_start && *name >= 'a' && *name <= 'z')
			*name = (char)(*name - 'a' + 'A');
		is_start = *name == '/' || *name == '_' || *name == '-';
	}
}

static const struct zone_rules *find_known(struct str name) HOLDS(zone)
{
	for (size_t i = 0; i < known.count; i++)
		if (str_equal_nocase(str_of(known.at[i]->name), name))
			return known.at[i];
	return NULL;
}

const struct zone_rules *zone_rules_find(struct str name)
{
	const struct zone_rules *found;
	struct zone_rules *z;
	char copy[64];

	if (!is_sane_name(name))
		return NULL;
	memcpy(copy, name.at, name.length);
	copy[name.length] = '\0';
	lock_zone(&known_mutex);
	found = find_known(name);
	if (found == NULL) {
		z = load(copy);
		if (z == NULL) {
			capitalize(copy);
			z = load(copy);
		}
		if (z != NULL)
			VEC_PUSH(&known, z);
		found = z;
	}
	unlock_zone(&known_mutex);
	return found;
}
