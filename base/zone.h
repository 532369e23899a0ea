/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The session's time zone: what a timestamptz without an offset means, and with which offset one is
 * shown. A fixed offset: UTC and its other names, hours ('-7', '5.5'), and the POSIX form ('UTC+3',
 * '<+03>-03'), whose sign counts westwards; or a name of the IANA data base ('Europe/Berlin'), as
 * the system has it. Nothing here touches the process's own zone.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/error.h"
#include "base/str.h"

enum { ZONE_NAME_MAX = 64 };

struct zone_rules;

/* May be copied freely. */
struct zone {
	char name[ZONE_NAME_MAX];	/* as SHOW TimeZone prints it */
	int32_t offset_s;		/* seconds east of UTC, for a fixed offset */
	const struct zone_rules *rules; /* NULL for a fixed offset */
};

extern const struct zone zone_utc;

/* The value of SET TimeZone; E_INVALID_VALUE for one that is no zone. */
enum sqlstate zone_parse(struct str text, struct zone *zone, struct error *e) MUST_USE;
/* Seconds east of UTC at an instant, or at a local time: microseconds since 2000-01-01. Of a local
   time that a change skips, the offset before the change; of one that it repeats, that after it. */
int32_t zone_offset_at_instant(const struct zone *zone, int64_t timestamp_us);
int32_t zone_offset_at_local(const struct zone *zone, int64_t timestamp_us);
/* What the zone is called in short at an instant: 'CET', 'UTC', '+03'. Valid as long as the zone. */
struct str zone_short_name(const struct zone *zone, int64_t timestamp_us);

#endif
