/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * DateStyle: how dates and times are written, and which of day, month and year comes first where
 * that is not clear from the text.
 */
#ifndef BASE_DATE_STYLE_H
#define BASE_DATE_STYLE_H

#include "base/error.h"
#include "base/str.h"

enum date_format { DATE_FORMAT_ISO, DATE_FORMAT_POSTGRES, DATE_FORMAT_SQL, DATE_FORMAT_GERMAN };
enum date_order { DATE_ORDER_MDY, DATE_ORDER_DMY, DATE_ORDER_YMD };

/* Small, handed on by value. */
struct date_style {
	enum date_format format;
	enum date_order order;
};

/* What holds where no session's settings do. */
extern const struct date_style date_style_iso;

enum { DATE_STYLE_SIZE = 16 };

/* A list of a format and an order as SET DateStyle has them, in any case of letters; what it leaves
   out stays as *style has it. Errors: E_INVALID_VALUE with a detail, *style unchanged. */
enum sqlstate date_style_parse(struct str text, struct date_style *style, struct error *e) MUST_USE;
/* As SHOW DateStyle prints it: 'SQL, DMY'. */
void date_style_print(struct date_style style, char text[DATE_STYLE_SIZE]);
/* The style that date_style_print() wrote. */
struct date_style date_style_of(const char *text);

#endif
