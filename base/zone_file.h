/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Time zones by name, read from the system's zone files (/usr/share/zoneinfo, the format of RFC
 * 8536). What was read stays for the life of the process, is never changed, and is shared by all
 * threads. Seconds are counted since 1970 here, as in those files.
 */
#ifndef BASE_ZONE_FILE_H
#define BASE_ZONE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

struct zone_rules;

/* The zone of this name, NULL if there is none or its file is damaged. The name is looked up as it
   is and with capitals at the starts of its words; zone_rules_name() tells which it was. */
const struct zone_rules *zone_rules_find(struct str name);
const char *zone_rules_name(const struct zone_rules *z);

/* Makes rules from the bytes of a zone file, NULL if they are no such file. For tests; the caller
   frees them. */
struct zone_rules *zone_rules_read(struct str name, const uint8_t *bytes, size_t size);
void zone_rules_free(struct zone_rules *z);

/* Seconds east of UTC at an instant. */
int32_t zone_rules_offset(const struct zone_rules *z, int64_t unix_s);
/* What the zone is called in short at an instant: 'CET', '+03'. */
const char *zone_rules_short_name(const struct zone_rules *z, int64_t unix_s);
/* The first instant after this one at which the offset may change; false if there is none. */
bool zone_rules_next_change(const struct zone_rules *z, int64_t unix_s, int64_t *change_s);

#endif
