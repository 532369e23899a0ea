/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's functions of regular expressions, and SIMILAR TO and ESCAPE, which become such and
 * LIKE's own escapes. Flags: g all matches, i ignoring case; others are refused.
 */
#include <string.h>

#include "base/utf8.h"
#include "query/eval/functions.h"
#include "query/eval/match.h"

struct flags {
	bool is_global, is_nocase;
};

static enum sqlstate flags_of(const struct value *v, struct flags *out, struct error *e)
{
	*out = (struct flags){ 0 };
	for (uint32_t i = 0; v != NULL && i < v->count; i++) {
		char c = v->bytes[i];

		if (c == 'g')
			out->is_global = true;
		else if (c == 'i')
			out->is_nocase = true;
		else if (c != 'c')
			return FAIL(
				e, E_INVALID_VALUE, "invalid regular expression option: \"%c\"", c);
	}
	return OK;
}

static enum sqlstate find(struct eval *ev, struct str s, uint32_t from, struct str pattern,
	bool is_nocase, struct match_places *out, struct error *e)
{
	return match_regex_places(
		ev, s, from, pattern, is_nocase ? MATCH_SEARCH_NOCASE : MATCH_SEARCH, out, e);
}

/* \1 to \9 and \& in a replacement. */
static void put_replacement(
	struct buf *to, struct str s, struct str by, const struct match_places *m)
{
	for (uint32_t i = 0; i < by.length; i++) {
		char c = i + 1 < by.length ? by.at[i + 1] : '\0';
		uint32_t group = c == '&' ? 0 : (uint32_t)(c - '0');

		if (by.at[i] != '\\') {
			buf_put_byte(to, (uint8_t)by.at[i]);
			continue;
		}
		i++;
		if (c == '\\')
			buf_put_byte(to, '\\');
		else if ((c == '&' || (c >= '1' && c <= '9')) && group < m->count &&
			 m->from[group] != UINT32_MAX)
			buf_put(to, s.at + m->from[group], m->to[group] - m->from[group]);
	}
}

static enum sqlstate replace_all(struct eval *ev, const struct value *args, struct flags flags,
	struct buf *to, struct error *e)
{
	struct str s = value_str(args[0]), by = value_str(args[2]);
	struct match_places m;
	uint32_t at = 0, size;

	for (uint32_t from = 0; from <= s.length;) {
		TRY(find(ev, s, from, value_str(args[1]), flags.is_nocase, &m, e));
		if (m.count == 0)
			break;
		buf_put(to, s.at + at, m.from[0] - at);
		put_replacement(to, s, by, &m);
		at = from = m.to[0];
		if (m.to[0] == m.from[0] && from < s.length) {
			(void)utf8_decode((struct str){ s.at + from, s.length - from }, &size);
			buf_put(to, s.at + from, size);
			at = from += size;
		} else if (m.to[0] == m.from[0]) {
			break;
		}
		if (!flags.is_global)
			break;
	}
	buf_put(to, s.at + at, s.length - at);
	return OK;
}

FUNCTION_ROW(regex_replace)
{
	struct buf b = { 0 };
	struct flags flags;
	enum sqlstate rc;

	TRY(flags_of(count > 3 ? &args[3] : NULL, &flags, e));
	rc = replace_all(ev, args, flags, &b, e);
	*out = eval_take_buf(ev, &b);
	return rc;
}

FUNCTION_ROW(regex_match)
{
	struct str s = value_str(args[0]);
	struct match_places m;
	struct flags flags;
	struct value *items;
	uint32_t first;

	TRY(flags_of(count > 2 ? &args[2] : NULL, &flags, e));
	TRY(find(ev, s, 0, value_str(args[1]), flags.is_nocase, &m, e));
	*out = value_null();
	if (m.count == 0)
		return OK;
	first = m.count > 1 ? 1 : 0;
	items = arena_alloc_raw(ev->arena, sizeof *items * m.count);
	for (uint32_t i = first; i < m.count; i++)
		items[i - first] = m.from[i] == UINT32_MAX
					   ? value_null()
					   : eval_string(ev, s.at + m.from[i], m.to[i] - m.from[i]);
	*out = eval_list(items, m.count - first);
	return OK;
}

FUNCTION_ROW(regex_substring)
{
	struct value list;

	TRY(regex_match(ev, args, 2, &list, e));
	*out = list.type == VALUE_NULL ? list : list.items[0];
	return OK;
}

FUNCTION_ROW(regex_split)
{
	struct str s = value_str(args[0]);
	struct match_places m;
	struct flags flags;
	struct value *items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)s.length + 2));
	uint32_t used = 0, at = 0, size;

	TRY(flags_of(count > 2 ? &args[2] : NULL, &flags, e));
	for (uint32_t from = 0; from < s.length;) {
		TRY(find(ev, s, from, value_str(args[1]), flags.is_nocase, &m, e));
		if (m.count == 0 || m.from[0] >= s.length)
			break;
		if (m.to[0] == m.from[0]) {
			(void)utf8_decode(
				(struct str){ s.at + m.to[0], s.length - m.to[0] }, &size);
			from = m.to[0] + size;
			if (m.to[0] == at)
				continue;
		} else {
			from = m.to[0];
		}
		items[used++] = eval_string(ev, s.at + at, m.from[0] - at);
		at = m.to[0];
	}
	items[used++] = eval_string(ev, s.at + at, s.length - at);
	*out = eval_list(items, used);
	return OK;
}

/* ---- SIMILAR TO and ESCAPE ------------------------------------------------------------------- */

static enum sqlstate escape_of(const struct value *v, char *escape, struct error *e)
{
	*escape = '\\';
	if (v == NULL)
		return OK;
	if (v->count > 1)
		return FAIL(e, E_INVALID_VALUE, "invalid escape string");
	*escape = v->count == 0 ? '\0' : v->bytes[0];
	return OK;
}

FUNCTION_ROW(text_like_escape)
{
	struct str s = value_str(args[0]);
	struct buf b = { 0 };
	char escape;

	TRY(escape_of(&args[1], &escape, e));
	for (uint32_t i = 0; i < s.length; i++) {
		if (escape != '\0' && s.at[i] == escape && i + 1 < s.length) {
			buf_put_byte(&b, '\\');
			buf_put_byte(&b, (uint8_t)s.at[++i]);
			continue;
		}
		if (s.at[i] == '\\')
			buf_put_byte(&b, '\\');
		buf_put_byte(&b, (uint8_t)s.at[i]);
	}
	*out = eval_take_buf(ev, &b);
	return OK;
}

FUNCTION_ROW(text_similar)
{
	struct str s = value_str(args[1]);
	struct buf b = { 0 };
	enum sqlstate rc;
	char escape;
	bool matches = false;

	TRY(escape_of(count > 2 ? &args[2] : NULL, &escape, e));
	for (uint32_t i = 0; i < s.length; i++) {
		char c = s.at[i];

		if (escape != '\0' && c == escape && i + 1 < s.length) {
			buf_put_byte(&b, '\\');
			buf_put_byte(&b, (uint8_t)s.at[++i]);
		} else if (c == '%') {
			buf_put_text(&b, ".*");
		} else if (c == '_') {
			buf_put_byte(&b, '.');
		} else {
			if (strchr(".^$\\", c) != NULL)
				buf_put_byte(&b, '\\');
			buf_put_byte(&b, (uint8_t)c);
		}
	}
	rc = match_regex(ev, value_str(args[0]), buf_str(&b), MATCH_WHOLE, &matches, e);
	buf_free(&b);
	*out = value_bool(matches);
	return rc;
}
