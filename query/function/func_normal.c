/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Unicode's normal forms of strings, by utf8proc's tables.
 */
#include <stdlib.h>
#include <utf8proc.h>

#include "query/function/functions.h"

enum { NORMAL_BYTES_MAX = 1 << 28, RESULT_BYTES_MAX = 1 << 30 };

static enum sqlstate form_of(struct str name, utf8proc_option_t *out, struct error *e)
{
	static const struct {
		const char *name;
		int options;
	} forms[] = {
		{ "NFC", UTF8PROC_STABLE | UTF8PROC_COMPOSE },
		{ "NFD", UTF8PROC_STABLE | UTF8PROC_DECOMPOSE },
		{ "NFKC", UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT },
		{ "NFKD", UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT },
	};

	for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
		if (str_equal_nocase(name, str_of(forms[i].name))) {
			*out = (utf8proc_option_t)forms[i].options;
			return OK;
		}
	}
	(void)FAIL(e, E_INVALID_VALUE, "invalid normalization form: %.*s", STR_ARGS(name));
	error_hint(e, "The forms are NFC, NFD, NFKC and NFKD.");
	return e->code;
}

/* args: the text and, if there are two, the form. ASCII is in every form as it stands. */
static enum sqlstate normal(struct eval *ev, const struct value *args, uint32_t count,
	struct str *out, struct error *e)
{
	struct str s = value_str(args[0]);
	utf8proc_option_t options = UTF8PROC_STABLE;
	utf8proc_uint8_t *made;
	utf8proc_ssize_t size;
	uint8_t bits = 0;

	TRY(form_of(count > 1 ? value_str(args[1]) : STR("NFC"), &options, e));
	for (uint32_t i = 0; i < s.length; i++)
		bits |= (uint8_t)s.at[i];
	*out = s;
	if (bits < 0x80)
		return OK;
	if (s.length > NORMAL_BYTES_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "string is too long to be normalized");
	size = utf8proc_map((const utf8proc_uint8_t *)s.at, (utf8proc_ssize_t)s.length, &made,
		options);
	if (size == UTF8PROC_ERROR_NOMEM)
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory");
	if (size < 0)
		return FAIL(e, E_PROGRAM_LIMIT, "string cannot be normalized: %s",
			utf8proc_errmsg(size));
	if (size <= RESULT_BYTES_MAX)
		*out = arena_str(ev->arena, (struct str){ (const char *)made, (uint32_t)size });
	free(made);
	if (size > RESULT_BYTES_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "requested length too large");
	return OK;
}

FUNCTION_ROW(string_normalize)
{
	struct str made;

	TRY(normal(ev, args, count, &made, e));
	*out = value_string(made);
	return OK;
}

FUNCTION_ROW(string_is_normalized)
{
	struct str made;

	TRY(normal(ev, args, count, &made, e));
	*out = value_bool(str_equal(made, value_str(args[0])));
	return OK;
}
