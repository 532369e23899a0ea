/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What value.c and value_key.c share: the ranks of types in ORDER BY, and what orders values within.
 */
#ifndef STORAGE_VALUE_VALUE_RANK_H
#define STORAGE_VALUE_VALUE_RANK_H

#include "storage/value.h"

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY (86400 * US_PER_SECOND)

/* Ascending. */
enum type_rank {
	RANK_MAP,
	RANK_NODE,
	RANK_EDGE,
	RANK_LIST,
	RANK_PATH,
	RANK_TIMESTAMPTZ,
	RANK_TIMESTAMP,
	RANK_DATE,
	RANK_TIMETZ,
	RANK_TIME,
	RANK_DURATION,
	RANK_STRING,
	RANK_BYTES,
	RANK_UUID,
	RANK_BOOL,
	RANK_NUMBER,
	RANK_NAN,
	RANK_NULL,
};

enum type_rank value_type_rank(enum value_type type);
/* As that of its type, but NaN has a rank of its own. */
enum type_rank value_rank(struct value v);
/* Exact: no integer is rounded. f is not NaN. */
int value_int_float_order(int64_t i, double f);

/* TIMETZ: microseconds since midnight UTC of its day. */
static inline int64_t value_timetz_instant(struct value v)
{
	return v.integer + (int64_t)(int32_t)v.count * US_PER_SECOND;
}

/* In microseconds, a month being 30 days. */
static inline __int128 value_duration_span(const struct value_duration *d)
{
	return ((__int128)d->months * 30 + d->days) * US_PER_DAY + d->microseconds;
}

#endif
