/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values: what a property holds and what an expression yields. Sixteen bytes, passed by value;
 * longer parts (text, lists, maps, paths) stand elsewhere, in an arena that the maker names, and
 * are read-only once made. The semantics of equality and order are those of docs/language.md.
 */
#ifndef STORAGE_VALUE_H
#define STORAGE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/str.h"

/* The numbers are stored on disk: append only. */
enum value_type {
	VALUE_NULL = 0,
	VALUE_BOOL = 1,
	VALUE_INT = 2,	  /* 64 bits */
	VALUE_FLOAT = 3,  /* IEEE 754 double */
	VALUE_STRING = 4, /* UTF-8 */
	VALUE_BYTES = 5,
	VALUE_DATE = 6,		/* days since 2000-01-01 */
	VALUE_TIME = 7,		/* microseconds since midnight */
	VALUE_TIMETZ = 8,	/* microseconds since midnight; offset seconds west in `count` */
	VALUE_TIMESTAMP = 9,	/* microseconds since 2000-01-01 00:00 */
	VALUE_TIMESTAMPTZ = 10, /* microseconds since 2000-01-01 00:00 UTC */
	VALUE_DURATION = 11,
	VALUE_UUID = 12,
	VALUE_DECIMAL = 13,
	VALUE_LIST = 14,
	/* never stored as a property */
	VALUE_MAP = 32,
	VALUE_NODE = 33,
	VALUE_EDGE = 34,
	VALUE_PATH = 35,
};

struct value {
	uint8_t type;   /* enum value_type */
	uint8_t spare[3];
	uint32_t count; /* bytes of STRING and BYTES, items of LIST, entries of MAP */
	union {
		bool boolean;
		int64_t integer; /* also DATE, TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ */
		double real;
		const char *bytes;               /* STRING, BYTES */
		const struct value *items;       /* LIST */
		const struct value_entry *entries; /* MAP, sorted by key bytes */
		const struct value_duration *duration;
		const struct decimal *decimal;
		const uint8_t *uuid;             /* 16 bytes */
		uint64_t id;                     /* NODE, EDGE */
		const struct value_path *path;
	};
};

/* In a LIST's spare[0]: it is a row whose fields have names. They are strings and stand behind its
   items, as many, not counted. */
enum { VALUE_SPARE_NAMED = 2 };

struct value_entry {
	struct str key;
	struct value value;
};

struct value_duration {
	int32_t months;
	int32_t days;
	int64_t microseconds;
};

/* nodes has edge_count + 1 ids; edge i joins node i and node i + 1, in either direction. */
struct value_path {
	uint32_t edge_count;
	const uint64_t *nodes;
	const uint64_t *edges;
};

static inline struct value value_null(void)
{
	return (struct value){ .type = VALUE_NULL };
}

static inline struct value value_bool(bool b)
{
	return (struct value){ .type = VALUE_BOOL, .boolean = b };
}

static inline struct value value_int(int64_t i)
{
	return (struct value){ .type = VALUE_INT, .integer = i };
}

static inline struct value value_float(double f)
{
	return (struct value){ .type = VALUE_FLOAT, .real = f };
}

static inline struct value value_decimal(const struct decimal *d)
{
	return (struct value){ .type = VALUE_DECIMAL, .decimal = d };
}

static inline struct value value_string(struct str s)
{
	return (struct value){ .type = VALUE_STRING, .count = s.length, .bytes = s.at };
}

static inline struct str value_str(struct value v)
{
	return (struct str){ v.bytes, v.count };
}

static inline bool value_is_null(struct value v)
{
	return v.type == VALUE_NULL;
}

/* "INT64", "STRING", …: the type's name in messages. */
const char *value_type_name(enum value_type type);

/* INT, FLOAT or DECIMAL. */
bool value_is_number(struct value v);
/* A number as the nearest double. */
double value_to_double(struct value v);

/* Three-valued equality of docs/language.md: -1 unknown (a NULL took part), 0 false, 1 true. Numbers
   compare numerically and exactly; other families are never equal; NaN equals nothing. */
int value_equal(struct value a, struct value b);

/* Equivalence, for DISTINCT, GROUP BY and keys: as equality, but NULL is NULL and NaN is NaN. */
bool value_same(struct value a, struct value b);
/* Whether they are stored by the same bytes: not DECIMAL 1.5 and 1.50, nor FLOAT 0 and -0. */
bool value_identical(struct value a, struct value b);
/* Equal for values that are the same, so INT 1, FLOAT 1.0 and DECIMAL 1.00 share it. */
uint64_t value_hash(struct value v);

/* `<` and its kin: false in *comparable if the two cannot be ordered (then the result is NULL);
   otherwise *order is negative, zero or positive. NaN: comparable, but *order is unordered (2). */
void value_compare(struct value a, struct value b, bool *comparable, int *order);

/* The total order of ORDER BY: MAP, NODE, EDGE, LIST, PATH, TIMESTAMPTZ, TIMESTAMP, DATE, TIMETZ,
   TIME, DURATION, STRING, BYTES, UUID, BOOL, numbers, NaN, NULL. */
int value_order(struct value a, struct value b);

/* A deep copy into the arena. */
struct value value_copy(struct arena *a, struct value v);

/* A time, date and time or duration with its seconds rounded to so many digits (at most 6) behind the
   point, half a unit away from zero. A duration is made in the arena. */
struct value value_round_seconds(struct arena *a, struct value v, uint32_t digits);
/* A duration, made in the arena, without what is smaller than the fields of the range: base/interval.h. */
struct value value_cut_duration(struct arena *a, struct value v, uint8_t range);

/* The stored form: type byte, then the value; lists recursively. Only types that may be stored. */
void value_encode(struct buf *to, struct value v);
/* Decodes one value from [*at, end), moves *at past it; text and lists are copied into the arena.
   E_DATA_CORRUPTED when the bytes are not a value. */
enum sqlstate value_decode(const uint8_t **at, const uint8_t *end, struct arena *a,
	struct value *out, struct error *e);

/* The order-preserving form for index keys: memcmp on two forms orders as value_order does, and
   numbers that are equal have equal forms. The form is self-delimiting, so that the forms of
   several values joined make a composite key. NULL is not indexed. */
void value_encode_key(struct buf *to, struct value v);
/* The first byte of the form of every value of this type; numbers share theirs. As a prefix
   it bounds the range of a type's values (NaN has a byte of its own, above all numbers). */
uint8_t value_key_tag(enum value_type type);

/* True for the types that a property may have. */
bool value_type_is_storable(enum value_type type);
/* The same of a value: a list must hold scalars, NULLs, or lists, as deep as this at most: an array of several
   dimensions. */
enum { VALUE_LIST_DEPTH_MAX = 6 };
bool value_is_storable(struct value v);
/* As value_encode and value_decode, for a value whose type is kept elsewhere: no type byte. */
void value_encode_body(struct buf *to, struct value v);
enum sqlstate value_decode_body(const uint8_t **at, const uint8_t *end, enum value_type type,
	struct arena *a, struct value *out, struct error *e);

/* A value as the detail of an error shows it. */
void value_put_text(struct buf *to, struct value v);

#endif
