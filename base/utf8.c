/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * UTF-8: see utf8.h.
 */
#include "base/utf8.h"

static bool is_continuation(uint8_t byte)
{
	return (byte & 0xC0) == 0x80;
}

uint32_t utf8_size(uint8_t first)
{
	if (first < 0xC0)
		return 1;
	if (first < 0xE0)
		return 2;
	return first < 0xF0 ? 3 : 4;
}

/* Length of the valid sequence at `at`, 0 if there is none; `left` bytes may be read. */
static uint32_t sequence_length(const uint8_t *at, uint32_t left)
{
	uint8_t low = 0x80, high = 0xBF; /* allowed range of the second byte */
	uint32_t size;

	if (at[0] < 0x80)
		return 1;
	if (at[0] < 0xC2 || at[0] > 0xF4)
		return 0;
	size = utf8_size(at[0]);
	if (size > left)
		return 0;
	if (at[0] == 0xE0)
		low = 0xA0; /* shorter would be overlong */
	else if (at[0] == 0xED)
		high = 0x9F; /* beyond are surrogates */
	else if (at[0] == 0xF0)
		low = 0x90;
	else if (at[0] == 0xF4)
		high = 0x8F; /* beyond U+10FFFF */
	if (at[1] < low || at[1] > high)
		return 0;
	for (uint32_t i = 2; i < size; i++)
		if (!is_continuation(at[i]))
			return 0;
	return size;
}

static bool is_ascii_word(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return (word & 0x8080808080808080u) == 0;
}

uint32_t utf8_valid_length(struct str s)
{
	const uint8_t *at = (const uint8_t *)s.at;
	uint32_t i = 0;

	while (i < s.length) {
		uint32_t size;

		if (s.length - i >= 8 && is_ascii_word(at + i)) {
			i += 8;
			continue;
		}
		size = sequence_length(at + i, s.length - i);
		if (size == 0)
			return i;
		i += size;
	}
	return i;
}

uint32_t utf8_count(struct str s)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < s.length; i++)
		count += !is_continuation((uint8_t)s.at[i]);
	return count;
}

uint32_t utf8_offset(struct str s, uint32_t index)
{
	uint32_t i = 0;

	for (; index > 0 && i < s.length; index--)
		i += utf8_size((uint8_t)s.at[i]);
	return i < s.length ? i : s.length;
}

uint32_t utf8_index(struct str s, uint32_t offset)
{
	assert(offset <= s.length);
	return utf8_count((struct str){ s.at, offset });
}

bool utf8_cut_blanks(struct str *text, uint32_t length)
{
	uint32_t end;

	if (text->length <= length)
		return true;
	end = utf8_offset(*text, length);
	for (uint32_t i = end; i < text->length; i++) {
		if (text->at[i] != ' ')
			return false;
	}
	text->length = end;
	return true;
}

uint32_t utf8_encode(uint32_t code_point, char *to)
{
	assert(code_point <= 0x10FFFF);
	if (code_point < 0x80) {
		to[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		to[0] = (char)(0xC0 | code_point >> 6);
		to[1] = (char)(0x80 | (code_point & 0x3F));
		return 2;
	}
	if (code_point < 0x10000) {
		to[0] = (char)(0xE0 | code_point >> 12);
		to[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
		to[2] = (char)(0x80 | (code_point & 0x3F));
		return 3;
	}
	to[0] = (char)(0xF0 | code_point >> 18);
	to[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
	to[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
	to[3] = (char)(0x80 | (code_point & 0x3F));
	return 4;
}

uint32_t utf8_decode(struct str s, uint32_t *size)
{
	const uint8_t *at = (const uint8_t *)s.at;
	uint32_t code_point;

	assert(s.length > 0);
	*size = MIN_OF(utf8_size(at[0]), s.length);
	if (*size == 1)
		return at[0];
	code_point = at[0] & (0x7Fu >> *size);
	for (uint32_t i = 1; i < *size; i++)
		code_point = code_point << 6 | (at[i] & 0x3F);
	return code_point;
}
