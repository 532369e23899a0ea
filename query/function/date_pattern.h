/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The patterns of to_char(), to_date() and to_timestamp(): what stands for a part of a moment.
 */
#ifndef QUERY_FUNCTION_DATE_PATTERN_H
#define QUERY_FUNCTION_DATE_PATTERN_H

#include <stdbool.h>

#include "base/str.h"

/* PATTERN(kind, text), longest first among those that begin alike. */
#define DATE_PATTERNS                                                                              \
	PATTERN(YEAR_COMMA, "Y,YYY")                                                               \
	PATTERN(YEAR, "YYYY")                                                                      \
	PATTERN(YEAR3, "YYY")                                                                      \
	PATTERN(YEAR2, "YY")                                                                       \
	PATTERN(YEAR1, "Y")                                                                        \
	PATTERN(ISO_YEAR, "IYYY")                                                                  \
	PATTERN(ISO_YEAR3, "IYY")                                                                  \
	PATTERN(ISO_YEAR2, "IY")                                                                   \
	PATTERN(ISO_DAY_OF_YEAR, "IDDD")                                                           \
	PATTERN(ISO_DAY, "ID")                                                                     \
	PATTERN(ISO_WEEK, "IW")                                                                    \
	PATTERN(ISO_YEAR1, "I")                                                                    \
	PATTERN(MONTH_NAME, "MONTH")                                                               \
	PATTERN(MONTH_SHORT, "MON")                                                                \
	PATTERN(MONTH, "MM")                                                                       \
	PATTERN(MINUTE, "MI")                                                                      \
	PATTERN(MILLISECOND, "MS")                                                                 \
	PATTERN(MICROSECOND, "US")                                                                 \
	PATTERN(FRACTION, "FF1")                                                                   \
	PATTERN(FRACTION, "FF2")                                                                   \
	PATTERN(FRACTION, "FF3")                                                                   \
	PATTERN(FRACTION, "FF4")                                                                   \
	PATTERN(FRACTION, "FF5")                                                                   \
	PATTERN(FRACTION, "FF6")                                                                   \
	PATTERN(DAY_NAME, "DAY")                                                                   \
	PATTERN(DAY_OF_YEAR, "DDD")                                                                \
	PATTERN(DAY, "DD")                                                                         \
	PATTERN(DAY_SHORT, "DY")                                                                   \
	PATTERN(DAY_OF_WEEK, "D")                                                                  \
	PATTERN(HOUR24, "HH24")                                                                    \
	PATTERN(HOUR12, "HH12")                                                                    \
	PATTERN(HOUR12, "HH")                                                                      \
	PATTERN(SECOND_OF_DAY, "SSSSS")                                                            \
	PATTERN(SECOND_OF_DAY, "SSSS")                                                             \
	PATTERN(SECOND, "SS")                                                                      \
	PATTERN(HALF_DOTS, "A.M.")                                                                 \
	PATTERN(HALF_DOTS, "P.M.")                                                                 \
	PATTERN(HALF, "AM")                                                                        \
	PATTERN(HALF, "PM")                                                                        \
	PATTERN(ERA_DOTS, "A.D.")                                                                  \
	PATTERN(ERA_DOTS, "B.C.")                                                                  \
	PATTERN(ERA, "AD")                                                                         \
	PATTERN(ERA, "BC")                                                                         \
	PATTERN(CENTURY, "CC")                                                                     \
	PATTERN(QUARTER, "Q")                                                                      \
	PATTERN(WEEK, "WW")                                                                        \
	PATTERN(WEEK_OF_MONTH, "W")                                                                \
	PATTERN(JULIAN, "J")                                                                       \
	PATTERN(ROMAN, "RM")                                                                       \
	PATTERN(ZONE_HOUR, "TZH")                                                                  \
	PATTERN(ZONE_MINUTE, "TZM")                                                                \
	PATTERN(ZONE, "TZ")                                                                        \
	PATTERN(OFFSET, "OF")

enum date_pattern_kind {
	PATTERN_NONE,
	PATTERN_YEAR_COMMA,
	PATTERN_YEAR,
	PATTERN_YEAR3,
	PATTERN_YEAR2,
	PATTERN_YEAR1,
	PATTERN_ISO_YEAR,
	PATTERN_ISO_YEAR3,
	PATTERN_ISO_YEAR2,
	PATTERN_ISO_YEAR1,
	PATTERN_ISO_DAY_OF_YEAR,
	PATTERN_ISO_DAY,
	PATTERN_ISO_WEEK,
	PATTERN_MONTH_NAME,
	PATTERN_MONTH_SHORT,
	PATTERN_MONTH,
	PATTERN_MINUTE,
	PATTERN_MILLISECOND,
	PATTERN_MICROSECOND,
	PATTERN_FRACTION,
	PATTERN_DAY_NAME,
	PATTERN_DAY_SHORT,
	PATTERN_DAY_OF_YEAR,
	PATTERN_DAY,
	PATTERN_DAY_OF_WEEK,
	PATTERN_HOUR24,
	PATTERN_HOUR12,
	PATTERN_SECOND_OF_DAY,
	PATTERN_SECOND,
	PATTERN_HALF,
	PATTERN_HALF_DOTS,
	PATTERN_ERA,
	PATTERN_ERA_DOTS,
	PATTERN_CENTURY,
	PATTERN_QUARTER,
	PATTERN_WEEK,
	PATTERN_WEEK_OF_MONTH,
	PATTERN_JULIAN,
	PATTERN_ROMAN,
	PATTERN_ZONE_HOUR,
	PATTERN_ZONE_MINUTE,
	PATTERN_ZONE,
	PATTERN_OFFSET,
};

/* What stands at a place of a format: a pattern, or one character of text. */
struct date_piece {
	enum date_pattern_kind kind; /* NONE: text */
	struct str written;	     /* as it stands there, without what stands around it */
	bool is_bare;		     /* FM before it: not filled up */
	bool has_ordinal;	     /* TH behind it */
	bool is_upper_ordinal;	     /* in capitals */
	bool is_quoted;		     /* text that stood in double quotes */
};

/* Takes the piece at *at and moves behind it; false at the end. */
bool date_piece_next(struct str format, uint32_t *at, bool *is_quoted, struct date_piece *out);

extern const char *const date_months[12], *const date_weekdays[7], *const date_romans[12];

#endif
