/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Numbers and their text. Output is PostgreSQL's, letter for letter: the shortest digits that read
 * back as the same value, '1e+20', 'NaN', '-Infinity'. Input is strict: the whole text must be the
 * number (blanks around it are allowed), and a value that does not fit is reported, never clamped.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/error.h"
#include "base/str.h"

enum { NUMBER_TEXT_MAX = 32 }; /* room for any number below, its NUL included */

enum number_result { NUMBER_OK, NUMBER_MALFORMED, NUMBER_TOO_BIG };

/* Both write a NUL-ended text into NUMBER_TEXT_MAX bytes and return its length. */
uint32_t number_format_int64(int64_t value, char *to);
uint32_t number_format_double(double value, char *to);
/* As number_format_double, with the fewest digits that tell apart values of single precision. */
uint32_t number_format_float(float value, char *to);
void number_put_int64(struct buf *b, int64_t value);
void number_put_double(struct buf *b, double value);
void number_put_float(struct buf *b, float value);

/* Decimal digits with an optional sign; blanks around them are skipped. */
enum number_result number_read_int64(struct str text, int64_t *value) MUST_USE;
/* Decimal, exponent, NaN, Infinity (any case, also "inf"); too big also means: not zero, but too
   small to tell from it. */
enum number_result number_read_double(struct str text, double *value) MUST_USE;
enum number_result number_read_float(struct str text, float *value) MUST_USE;

/* The same with PostgreSQL's errors: E_TEXT_REPRESENTATION, E_OUT_OF_RANGE; `type` is the type's
   name in the message ("bigint", "double precision"). */
enum sqlstate number_parse_int64(
	struct str text, const char *type, int64_t *value, struct error *e) MUST_USE;
enum sqlstate number_parse_double(
	struct str text, const char *type, double *value, struct error *e) MUST_USE;

#endif
