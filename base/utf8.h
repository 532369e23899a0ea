/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * UTF-8: strings are stored and compared as bytes, but positions and lengths that people see count
 * characters (code points). Only utf8_validate() may see bytes from outside; everything else
 * expects valid text and asserts nothing about it.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

/* The byte offset of the first sequence that is not UTF-8 (overlong forms, surrogates and code
   points above U+10FFFF are not), or s.length if all of it is. */
uint32_t utf8_valid_length(struct str s);
static inline bool utf8_is_valid(struct str s)
{
	return utf8_valid_length(s) == s.length;
}

/* Number of characters. */
uint32_t utf8_count(struct str s);
/* Byte offset of the character with this 0-based index; s.length if there are not so many. */
uint32_t utf8_offset(struct str s, uint32_t index);
/* Number of characters before a byte offset, which may be anything up to s.length. */
uint32_t utf8_index(struct str s, uint32_t offset);

/* Cuts blanks at the end that stand beyond so many characters, as SQL fits a text to varchar(n). False:
   something else stands there, and the text is left alone. */
bool utf8_cut_blanks(struct str *text, uint32_t length);

/* Length in bytes, 1 to 4, of the character that starts with this byte. */
uint32_t utf8_size(uint8_t first);
/* Writes a code point (no surrogate, at most 0x10FFFF) into 4 bytes of room; how many it took. */
uint32_t utf8_encode(uint32_t code_point, char *to);
/* The code point at s.at, s not empty; *size gets its length in bytes. */
uint32_t utf8_decode(struct str s, uint32_t *size);

#endif
