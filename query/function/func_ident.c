/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * parse_ident: a qualified name as it is written in SQL, taken apart.
 */
#include <ctype.h>
#include <string.h>

#include "query/function/functions.h"

static bool begins_name(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 128;
}

static bool goes_on(char c)
{
	return begins_name(c) || isdigit((unsigned char)c) || c == '$';
}

static uint32_t blanks_end(struct str s, uint32_t at)
{
	while (at < s.length && isspace((unsigned char)s.at[at]))
		at++;
	return at;
}

static COLD enum sqlstate refuse(struct str s, const char *why, struct error *e)
{
	FAIL(e, E_INVALID_VALUE, "string is not a valid identifier: \"%.*s\"",
		(int)MIN_OF(s.length, 150u), s.at);
	if (why != NULL)
		error_detail(e, "%s", why);
	return e->code;
}

/* A name in quotes, which are doubled inside. */
static enum sqlstate read_quoted(
	struct eval *ev, struct str s, uint32_t *at, struct value *out, struct error *e)
{
	struct buf b = { 0 };
	uint32_t i = *at + 1;

	while (i < s.length && (s.at[i] != '"' || (i + 1 < s.length && s.at[i + 1] == '"'))) {
		buf_put_byte(&b, (uint8_t)s.at[i]);
		i += s.at[i] == '"' ? 2 : 1;
	}
	*out = eval_take_buf(ev, &b);
	if (i >= s.length)
		return refuse(s, "String has unclosed double quotes.", e);
	*at = i + 1;
	return out->count > 0 ? OK : refuse(s, "Quoted identifier must not be empty.", e);
}

static struct value read_plain(struct eval *ev, struct str s, uint32_t *at)
{
	uint32_t from = *at;
	char *to;

	while (*at < s.length && goes_on(s.at[*at]))
		++*at;
	to = arena_alloc_raw(ev->arena, (size_t)(*at - from) + 1);
	for (uint32_t i = from; i < *at; i++)
		to[i - from] = (char)(s.at[i] >= 'A' && s.at[i] <= 'Z' ? s.at[i] | 0x20 : s.at[i]);
	return value_string((struct str){ to, *at - from });
}

static enum sqlstate read_part(struct eval *ev, struct str s, bool is_first, uint32_t *at,
	struct value *out, struct error *e)
{
	if (*at < s.length && s.at[*at] == '"')
		return read_quoted(ev, s, at, out, e);
	if (*at < s.length && begins_name(s.at[*at])) {
		*out = read_plain(ev, s, at);
		return OK;
	}
	if (*at < s.length && s.at[*at] == '.')
		return refuse(s, "No valid identifier before \".\".", e);
	return refuse(s, is_first ? NULL : "No valid identifier after \".\".", e);
}

/* The second argument: whether nothing may stand behind the name. */
FUNCTION_ROW(string_parse_ident)
{
	struct str s = value_str(args[0]);
	bool is_strict = count < 2 || args[1].boolean;
	struct value *parts = arena_alloc_raw(ev->arena, sizeof *parts * ((size_t)s.length + 1));
	uint32_t used = 0, at = blanks_end(s, 0);

	for (;;) {
		TRY(read_part(ev, s, used == 0, &at, &parts[used], e));
		used++;
		at = blanks_end(s, at);
		if (at >= s.length || s.at[at] != '.')
			break;
		at = blanks_end(s, at + 1);
	}
	if (is_strict && at < s.length)
		return refuse(s, NULL, e);
	*out = eval_list(parts, used);
	return OK;
}

/* Behind the name there are zero bytes, which as "char" are empty, and so is what is no character alone. */
FUNCTION_ROW(ident_byte)
{
	enum { NAME_BYTES = 64 };
	struct str name = value_str(args[0]);
	int64_t at = args[1].integer;

	(void)ev, (void)count, (void)e;
	if (at < 0 || at >= NAME_BYTES)
		*out = value_null();
	else if (at >= name.length || (name.at[at] & 0x80) != 0)
		*out = value_string(STR(""));
	else
		*out = value_string((struct str){ name.at + at, 1 });
	return OK;
}
