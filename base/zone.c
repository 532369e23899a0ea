/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Session time zones: see zone.h.
 */
#include "base/zone.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/number.h"
#include "base/zone_file.h"

enum { SECONDS_PER_DAY = 86400, SECONDS_PER_HOUR = 3600, OFFSET_HOURS_MAX = 167 };

const struct zone zone_utc = { "UTC", 0, NULL };

static const char *const utc_names[] = { "UTC", "GMT", "Etc/UTC", "Etc/GMT", "UCT", "Etc/UCT",
	"Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "Greenwich", "Etc/Greenwich", "GMT0",
	"Etc/GMT0", "posixrules" };

static void zone_set(struct zone *zone, struct str name, int32_t offset_s)
{
	snprintf(zone->name, sizeof zone->name, "%.*s", STR_ARGS(name));
	zone->offset_s = offset_s;
	zone->rules = NULL;
}

/* Two digits a unit: "3", "03", "03:30", "03:30:15"; the number of bytes read, 0 if none. */
static uint32_t read_clock(struct str s, int32_t *seconds)
{
	static const int32_t units[] = { SECONDS_PER_HOUR, 60, 1 };
	uint32_t i = 0;

	*seconds = 0;
	for (int unit = 0; unit < 3; unit++) {
		int32_t value = 0;
		uint32_t first = i;

		for (; i < s.length && i < first + 3 && s.at[i] >= '0' && s.at[i] <= '9'; i++)
			value = value * 10 + (s.at[i] - '0');
		if (i == first || (unit > 0 && value > 59) || value > OFFSET_HOURS_MAX)
			return 0;
		*seconds += value * units[unit];
		if (i >= s.length || s.at[i] != ':')
			return i;
		i++;
	}
	return 0;
}

/* Length of the abbreviation at the start: letters, or anything in angle brackets. */
static uint32_t abbreviation_length(struct str s)
{
	uint32_t i = 0;

	if (s.length > 0 && s.at[0] == '<') {
		while (i < s.length && s.at[i] != '>')
			i++;
		return i < s.length ? i + 1 : 0;
	}
	while (i < s.length && ((s.at[i] | 0x20) >= 'a' && (s.at[i] | 0x20) <= 'z'))
		i++;
	return i;
}

/* POSIX: an abbreviation, a sign and an offset that counts westwards. */
static bool read_posix(struct str s, int32_t *offset_s)
{
	uint32_t i = abbreviation_length(s);
	bool is_east;
	int32_t seconds;
	struct str rest;

	if (i >= s.length)
		return false;
	is_east = s.at[i] == '-';
	if (s.at[i] == '+' || s.at[i] == '-')
		i++;
	rest = (struct str){ s.at + i, s.length - i };
	if (rest.length == 0 || read_clock(rest, &seconds) != rest.length)
		return false;
	*offset_s = is_east ? seconds : -seconds;
	return true;
}

static void zone_set_hours(struct zone *zone, double hours)
{
	int32_t offset = (int32_t)rint(hours * SECONDS_PER_HOUR);
	int32_t size = abs(offset);
	char clock[24];

	snprintf(clock, sizeof clock, size % SECONDS_PER_HOUR == 0 ? "%02d" : "%02d:%02d",
		size / SECONDS_PER_HOUR, size / 60 % 60);
	snprintf(zone->name, sizeof zone->name, "<%c%s>%c%s", offset < 0 ? '-' : '+', clock,
		offset < 0 ? '+' : '-', clock);
	zone->offset_s = offset;
	zone->rules = NULL;
}

enum sqlstate zone_parse(struct str text, struct zone *zone, struct error *e)
{
	const struct zone_rules *rules;
	double hours;
	int32_t offset_s;

	for (size_t i = 0; i < ARRAY_COUNT(utc_names); i++) {
		if (str_equal_nocase(text, str_of(utc_names[i]))) {
			zone_set(zone, str_of(utc_names[i]), 0);
			return OK;
		}
	}
	if (number_read_double(text, &hours) == NUMBER_OK && fabs(hours) <= OFFSET_HOURS_MAX) {
		zone_set_hours(zone, hours);
		return OK;
	}
	rules = zone_rules_find(text);
	if (rules != NULL) {
		zone_set(zone, str_of(zone_rules_name(rules)), 0);
		zone->rules = rules;
		return OK;
	}
	if (text.length < ZONE_NAME_MAX && read_posix(text, &offset_s)) {
		zone_set(zone, text, offset_s);
		return OK;
	}
	return FAIL(e, E_INVALID_VALUE, "invalid value for parameter \"TimeZone\": \"%.*s\"",
		STR_ARGS(text));
}

/* To seconds since 1970, downwards. */
static int64_t unix_seconds(int64_t timestamp_us)
{
	int64_t seconds = timestamp_us / USECS_PER_SECOND - (timestamp_us % USECS_PER_SECOND < 0);

	return seconds - UNIX_EPOCH_USECS / USECS_PER_SECOND;
}

int32_t zone_offset_at_instant(const struct zone *zone, int64_t timestamp_us)
{
	if (zone->rules == NULL)
		return zone->offset_s;
	return zone_rules_offset(zone->rules, unix_seconds(timestamp_us));
}

int32_t zone_offset_at_local(const struct zone *zone, int64_t timestamp_us)
{
	int64_t local_s, change_s;
	int32_t before, after;

	if (zone->rules == NULL)
		return zone->offset_s;
	local_s = unix_seconds(timestamp_us);
	before = zone_rules_offset(zone->rules, local_s - SECONDS_PER_DAY);
	if (!zone_rules_next_change(zone->rules, local_s - SECONDS_PER_DAY, &change_s))
		return before;
	after = zone_rules_offset(zone->rules, change_s);
	if (local_s - before < change_s && local_s - after < change_s)
		return before;
	if (local_s - before >= change_s && local_s - after >= change_s)
		return after;
	return before < after ? before : after; /* skipped: before; repeated: after */
}

struct str zone_short_name(const struct zone *zone, int64_t timestamp_us)
{
	struct str name = str_of(zone->name);

	if (zone->rules != NULL)
		return str_of(zone_rules_short_name(zone->rules, unix_seconds(timestamp_us)));
	for (size_t i = 0; i < ARRAY_COUNT(utc_names); i++) {
		if (strcmp(utc_names[i], zone->name) == 0)
			return strstr(zone->name, "G") != NULL ? STR("GMT") : STR("UTC");
	}
	name.length = abbreviation_length(name);
	if (name.length > 2 && name.at[0] == '<')
		name = (struct str){ name.at + 1, name.length - 2 };
	return name;
}
