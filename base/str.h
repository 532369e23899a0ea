/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A string as pointer and length, passed by value. It owns nothing, need not end in NUL and may
 * contain any byte.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

struct str {
	const char *at;
	uint32_t length; /* bytes */
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
/* For printf: "%.*s", STR_ARGS(s) */
#define STR_ARGS(s) (int)(s).length, (s).at

static inline struct str str_of(const char *text)
{
	return (struct str){ text, (uint32_t)strlen(text) };
}

static inline bool str_equal(struct str a, struct str b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

/* Ignores the case of ASCII letters only: keywords, function and setting names. */
static inline bool str_equal_nocase(struct str a, struct str b)
{
	return a.length == b.length && (a.length == 0 || strncasecmp(a.at, b.at, a.length) == 0);
}

/* Byte order, which for UTF-8 is code point order. */
static inline int str_compare(struct str a, struct str b)
{
	uint32_t shared = a.length < b.length ? a.length : b.length;
	int order = shared == 0 ? 0 : memcmp(a.at, b.at, shared);

	if (order != 0)
		return order;
	return a.length < b.length ? -1 : a.length > b.length;
}

#endif
