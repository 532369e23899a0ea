/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * How far two names are apart, for hints that say which one was meant.
 */
#ifndef BASE_EDITS_H
#define BASE_EDITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { STR_EDITS_BYTES_MAX = 255 };

/* How many bytes must be put in, taken out or changed to make one name of the other (Levenshtein's
   distance); the case of ASCII letters may count for nothing. UINT32_MAX if either is longer than
   STR_EDITS_BYTES_MAX. */
uint32_t str_edits(struct str a, struct str b, bool ignore_case);

#endif
