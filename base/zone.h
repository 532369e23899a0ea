/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The session's time zone: what a timestamptz without an offset means, and with which offset one is
 * shown. Fixed offsets only: UTC and its other names, hours ('-7', '5.5'), and the POSIX form
 * ('UTC+3', '<+03>-03'), whose sign counts westwards. Names of the IANA data base are refused by
 * name, since a wrong offset would be worse than none. Nothing here touches the process's zone.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/error.h"
#include "base/str.h"

enum { ZONE_NAME_MAX = 64 };

struct zone {
	char name[ZONE_NAME_MAX]; /* as SHOW TimeZone prints it */
	int32_t offset_s;	  /* seconds east of UTC */
};

extern const struct zone zone_utc;

/* The value of SET TimeZone; E_INVALID_VALUE for one that is no zone, E_NOT_SUPPORTED for one that
   needs the IANA data base. */
enum sqlstate zone_parse(struct str text, struct zone *zone, struct error *e) MUST_USE;
/* Seconds east of UTC at an instant, or at a local time: microseconds since 2000-01-01. */
int32_t zone_offset_at_instant(const struct zone *zone, int64_t timestamp_us);
int32_t zone_offset_at_local(const struct zone *zone, int64_t timestamp_us);

#endif
