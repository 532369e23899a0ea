/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The C functions behind functions.def, declared from the table itself, and what they share.
 * Included by function.c and the func_*.c files.
 */
#ifndef QUERY_FUNCTION_FUNCTIONS_H
#define QUERY_FUNCTION_FUNCTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "query/eval/eval.h"
#include "query/type/function.h"
#include "storage/value.h"

/* One row of a scalar function: see struct function. */
#define FUNCTION_ROW(name)                                                                         \
	enum sqlstate name(struct eval *ev, const struct value *args, uint32_t count,              \
		struct value *out, struct error *e)
/* Whole columns: see struct function. */
#define FUNCTION_VECTOR(name)                                                                      \
	bool name(struct eval *ev, const struct column *args, uint32_t count, uint32_t rows,       \
		struct column *out, enum sqlstate *rc, struct error *e)

#define FUNCTION(name, synonyms, flags, pattern, row, vector, doc) FUNCTION_ROW(row);
#define AGGREGATE(name, synonyms, flags, pattern, methods, doc)                                    \
	extern const struct aggregate_methods methods;
#include "query/type/functions.def"
#undef FUNCTION
#undef AGGREGATE

/* Parts of functions that take arguments of several types. */
FUNCTION_ROW(regex_substring);
FUNCTION_ROW(text_similar_part);
FUNCTION_ROW(string_bytes_part);
FUNCTION_ROW(string_bytes_position);
FUNCTION_ROW(string_bytes_overlay);
FUNCTION_ROW(string_bytes_trim);
FUNCTION_ROW(string_bytes_ltrim);
FUNCTION_ROW(string_bytes_rtrim);
FUNCTION_ROW(number_to_char);
FUNCTION_ROW(number_float_exp);

FUNCTION_VECTOR(kernel_equal);
FUNCTION_VECTOR(kernel_not_equal);
FUNCTION_VECTOR(kernel_less);
FUNCTION_VECTOR(kernel_less_equal);
FUNCTION_VECTOR(kernel_greater);
FUNCTION_VECTOR(kernel_greater_equal);
FUNCTION_VECTOR(kernel_add);
FUNCTION_VECTOR(kernel_subtract);
FUNCTION_VECTOR(kernel_multiply);
FUNCTION_VECTOR(kernel_divide);
FUNCTION_VECTOR(kernel_add_checked);
FUNCTION_VECTOR(kernel_subtract_checked);
FUNCTION_VECTOR(kernel_multiply_checked);
FUNCTION_VECTOR(kernel_not);
FUNCTION_VECTOR(kernel_in);

/* func_array.c: arrays that were gathered into one have one shape. E_SUBSCRIPT, E_NULL_NOT_ALLOWED. */
enum sqlstate array_check_gathered(struct value list, struct error *e) MUST_USE;

#endif
