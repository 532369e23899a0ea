/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the files of decimal numbers share: the way between a decimal and GMP's whole numbers.
 * Private to base/decimal*.c.
 */
#ifndef BASE_DECIMAL_NUMBER_H
#define BASE_DECIMAL_NUMBER_H

#include <gmp.h>

#include "base/decimal.h"

/* The whole number of a finite decimal, with its sign: a view, not to be changed or cleared. */
mpz_srcptr decimal_view(mpz_t view, const struct decimal *d);
/* power = 10^digits; the caller has initialised it. */
void decimal_power(mpz_t power, uint64_t digits);
/* whole / 10^scale as a decimal in the arena. E_OUT_OF_RANGE past the limits. */
enum sqlstate decimal_make(struct arena *a, mpz_srcptr whole, int64_t scale,
	const struct decimal **out, struct error *e) MUST_USE;
/* NaN or an infinity. */
const struct decimal *decimal_special(struct arena *a, enum decimal_kind kind, bool is_negative);
/* Divides by 10^digits; halves go away from zero, or everything towards it. */
void decimal_cut(mpz_t whole, uint64_t digits, bool is_rounded);
/* The number of digits of the magnitude; 0 for zero. */
uint64_t decimal_digit_count(mpz_srcptr whole);
COLD enum sqlstate decimal_overflow(struct error *e);

#endif
