/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Exact decimal numbers: a whole number of any length and how many of its digits stand behind the
 * point, with NaN and the infinities that PostgreSQL's numeric has. Texts, scales of results, limits
 * and errors are those of numeric. The arithmetic on whole numbers is GMP's
 * (docs/decisions/0090-decimals-by-gmp.md).
 *
 * A decimal is read-only once made and lives in the arena that its maker names. No locks.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

enum {
	DECIMAL_SCALE_MAX = 16383,	   /* digits behind the point */
	DECIMAL_WHOLE_DIGITS_MAX = 131072, /* digits before it */
	DECIMAL_PRECISION_MAX = 1000,	   /* of a declared type */
};

enum decimal_kind { DECIMAL_FINITE, DECIMAL_INFINITE, DECIMAL_NAN };

struct decimal {
	uint8_t kind;	     /* enum decimal_kind */
	bool is_negative;    /* never of zero and NaN */
	uint16_t scale;	     /* the value is the whole number / 10^scale; 0 unless FINITE */
	uint32_t limb_count; /* the least that does; 0 for zero, and unless FINITE */
	uint64_t limbs[];    /* the whole number's magnitude, least significant first */
};

/* ---- making ---- */

const struct decimal *decimal_of_int64(struct arena *a, int64_t i);
/* The value at 15 significant digits, as PostgreSQL converts double precision. */
const struct decimal *decimal_of_double(struct arena *a, double d);
const struct decimal *decimal_copy(struct arena *a, const struct decimal *d);
/* Of a magnitude's bytes, least significant first (no zero byte at the end). */
const struct decimal *decimal_of_bytes(struct arena *a, enum decimal_kind kind, bool is_negative,
	uint16_t scale, const uint8_t *bytes, uint32_t count);
/* Digits with sign, point and exponent, NaN, Infinity; blanks around are skipped.
   E_TEXT_REPRESENTATION, E_OUT_OF_RANGE. */
enum sqlstate decimal_parse(
	struct arena *a, struct str text, const struct decimal **out, struct error *e) MUST_USE;

/* ---- giving out ---- */

/* The text: all digits, never an exponent. */
void decimal_put(struct buf *to, const struct decimal *d);
/* The nearest double; infinite where it is too big. */
double decimal_to_double(const struct decimal *d);
/* The nearest integer, halves away from zero; false if that is none of 64 bits. */
bool decimal_to_int64(const struct decimal *d, int64_t *out);
/* False if the value is not exactly an integer of 64 bits. */
bool decimal_is_int64(const struct decimal *d, int64_t *out);
/* The greatest integer not above; false if that is none of 64 bits. */
bool decimal_floor_int64(const struct decimal *d, int64_t *out);
bool decimal_is_zero(const struct decimal *d);

/* ---- order ---- */

/* Total, by value: -Infinity first, NaN last and equal to itself; 1.0 is 1.00. */
int decimal_order(const struct decimal *a, const struct decimal *b);
/* Exact. d is not NaN. */
int decimal_order_double(const struct decimal *a, double d);
/* Equal for equal values, whatever their scales. */
uint64_t decimal_hash(const struct decimal *d);
/* Bytes whose memcmp orders finite values of one sign, not zero, as decimal_order does; no such
   text is a prefix of another. */
void decimal_put_sortable(struct buf *to, const struct decimal *d);

/* ---- arithmetic: E_OUT_OF_RANGE past the limits above, E_DIVISION_BY_ZERO ---- */

#define DECIMAL_BINARY(name)                                                                       \
	enum sqlstate name(struct arena *arena, const struct decimal *a, const struct decimal *b,  \
		const struct decimal **out, struct error *e)

DECIMAL_BINARY(decimal_add) MUST_USE;
DECIMAL_BINARY(decimal_subtract) MUST_USE;
DECIMAL_BINARY(decimal_multiply) MUST_USE;
/* At least 16 significant digits, and no fewer behind the point than either operand has. */
DECIMAL_BINARY(decimal_divide) MUST_USE;
/* The remainder of the division cut towards zero. */
DECIMAL_BINARY(decimal_modulo) MUST_USE;

const struct decimal *decimal_negate(struct arena *a, const struct decimal *d);
/* To so many digits behind the point; negative: before it. Halves go away from zero. */
enum sqlstate decimal_round(struct arena *a, const struct decimal *d, int64_t digits,
	const struct decimal **out, struct error *e) MUST_USE;
/* The same towards zero. */
enum sqlstate decimal_truncate(struct arena *a, const struct decimal *d, int64_t digits,
	const struct decimal **out, struct error *e) MUST_USE;
enum sqlstate decimal_floor(struct arena *a, const struct decimal *d, const struct decimal **out,
	struct error *e) MUST_USE;
enum sqlstate decimal_ceil(struct arena *a, const struct decimal *d, const struct decimal **out,
	struct error *e) MUST_USE;
/* E_POWER_ARGUMENT of a negative number. */
enum sqlstate decimal_sqrt(struct arena *a, const struct decimal *d, const struct decimal **out,
	struct error *e) MUST_USE;
/* As a value of DECIMAL(precision, scale), which may have a scale below 0: rounded; E_OUT_OF_RANGE "numeric field overflow". */
enum sqlstate decimal_fit(struct arena *a, const struct decimal *d, uint32_t precision,
	int32_t scale, const struct decimal **out, struct error *e) MUST_USE;

/* ---- groups of four digits, the way numeric crosses PostgreSQL's wire ---- */

struct decimal_groups {
	enum decimal_kind kind;
	bool is_negative;
	int32_t weight;		/* of the first group: a power of 10000 */
	uint16_t scale;		/* digits behind the point to be shown */
	uint32_t count;		/* no zero group first or last */
	const uint16_t *groups; /* 0 … 9999, most significant first */
};

/* The groups live in `room`, which is emptied first. */
void decimal_to_groups(struct buf *room, const struct decimal *d, struct decimal_groups *out);
/* Digits beyond `scale` are cut off. E_BINARY_REPRESENTATION of a group above 9999,
   E_OUT_OF_RANGE. */
enum sqlstate decimal_of_groups(struct arena *a, const struct decimal_groups *g,
	const struct decimal **out, struct error *e) MUST_USE;

#endif
