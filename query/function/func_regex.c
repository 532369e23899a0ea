/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's functions of regular expressions that replace and split, and SIMILAR TO and ESCAPE,
 * which become such and LIKE's own escapes. What others share with them is in func_regex.h.
 */
#include "query/function/func_regex.h"

#include <string.h>

#include "base/utf8.h"
#include "query/function/functions.h"

static COLD enum sqlstate no_global(const char *function, struct error *e)
{
	FAIL(e, E_INVALID_VALUE, "%s() does not support the \"global\" option", function);
	if (strcmp(function, "regexp_match") == 0)
		error_hint(e, "Use the regexp_matches function instead.");
	return e->code;
}

/* A letter becomes an option of the library's; NULL if it is none. */
static const char *option_of(char letter)
{
	switch (letter) {
	case 'c':
	case 's':
	case 'e':
	case 't':
	case 'g':
	case 'i':
	case 'q':
		return "";
	case 'm':
	case 'n':
		return "(?m)(?-s)";
	case 'p':
		return "(?-s)";
	case 'w':
		return "(?m)";
	case 'x':
		return "(?x)";
	default:
		return NULL;
	}
}

enum sqlstate regex_search_init(struct eval *ev, struct regex_search *out, const struct value *args,
	const struct value *options, const char *function, struct error *e)
{
	struct buf b = { 0 };
	bool is_literal = false;

	*out = (struct regex_search){ .text = value_str(args[0]), .pattern = value_str(args[1]) };
	for (uint32_t i = 0; options != NULL && i < options->count; i++) {
		char c = options->bytes[i];

		if (option_of(c) == NULL) {
			buf_free(&b);
			return FAIL(
				e, E_INVALID_VALUE, "invalid regular expression option: \"%c\"", c);
		}
		buf_put_text(&b, option_of(c));
		out->is_global |= c == 'g';
		out->is_nocase = c == 'i' || (out->is_nocase && c != 'c');
		is_literal |= c == 'q';
	}
	if (b.length > 0 || is_literal) {
		buf_put_text(&b, is_literal ? "\\Q" : "");
		buf_put_str(&b, out->pattern);
		out->pattern = value_str(eval_take_buf(ev, &b));
	}
	buf_free(&b);
	return out->is_global && function != NULL ? no_global(function, e) : OK;
}

enum sqlstate regex_search_at(struct eval *ev, const struct regex_search *s, uint32_t from,
	struct match_places *out, struct error *e)
{
	return match_regex_places(ev, s->text, from, s->pattern,
		s->is_nocase ? MATCH_SEARCH_NOCASE : MATCH_SEARCH, out, e);
}

enum sqlstate regex_bad(const char *parameter, int64_t value, struct error *e)
{
	return FAIL(e, E_INVALID_VALUE, "invalid value for parameter \"%s\": %lld", parameter,
		(long long)value);
}

enum sqlstate regex_start(struct str text, int64_t start, uint32_t *from, struct error *e)
{
	if (start < 1)
		return regex_bad("start", start, e);
	*from = start - 1 > (int64_t)utf8_count(text) ? text.length + 1
						      : utf8_offset(text, (uint32_t)(start - 1));
	return OK;
}

uint32_t regex_search_next(const struct regex_search *s, const struct match_places *m)
{
	uint32_t at = m->to[0], size;

	if (m->to[0] != m->from[0])
		return at;
	if (at >= s->text.length)
		return at + 1;
	(void)utf8_decode((struct str){ s->text.at + at, s->text.length - at }, &size);
	return at + size;
}

struct value regex_group(
	struct eval *ev, struct str text, const struct match_places *m, uint32_t group)
{
	if (group >= m->count || m->from[group] == UINT32_MAX)
		return value_null();
	return eval_string(ev, text.at + m->from[group], m->to[group] - m->from[group]);
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

/* What is replaced: the nth match from a byte on, or all of them (nth 0). */
struct replacing {
	struct regex_search search;
	struct str by;
	uint32_t from;
	int64_t nth;
};

static enum sqlstate replace_in(
	struct eval *ev, const struct replacing *r, struct buf *to, struct error *e)
{
	struct str s = r->search.text;
	struct match_places m;
	uint32_t at = 0;
	int64_t number = 0;

	for (uint32_t from = r->from; from <= s.length;) {
		TRY(regex_search_at(ev, &r->search, from, &m, e));
		if (m.count == 0)
			break;
		from = regex_search_next(&r->search, &m);
		if (r->nth != 0 && ++number != r->nth)
			continue;
		buf_put(to, s.at + at, m.from[0] - at);
		put_replacement(to, s, r->by, &m);
		at = m.to[0];
		if (r->nth != 0)
			break;
	}
	buf_put(to, s.at + at, s.length - at);
	return OK;
}

/* regexp_replace(text, pattern, by [, options]) or (text, pattern, by, start [, nth [, options]]). */
FUNCTION_ROW(regex_replace)
{
	bool has_options = count == 4 && args[3].type == VALUE_STRING,
	     has_start = count > 3 && !has_options;
	const struct value *options = has_options ? &args[3] : count > 5 ? &args[5] : NULL;
	struct replacing r = { .by = value_str(args[2]) };
	struct buf b = { 0 };
	enum sqlstate rc;

	TRY(regex_search_init(ev, &r.search, args, options, NULL, e));
	r.nth = count > 4 ? args[4].integer : r.search.is_global ? 0 : 1;
	if (has_start)
		TRY(regex_start(r.search.text, args[3].integer, &r.from, e));
	if (r.nth < 0)
		return regex_bad("n", r.nth, e);
	rc = replace_in(ev, &r, &b, e);
	*out = eval_take_buf(ev, &b);
	return rc;
}

/* Empty matches at the ends and right behind a match cut nothing. */
FUNCTION_ROW(regex_split)
{
	struct regex_search search;
	struct match_places m;
	struct value *items =
		arena_alloc_raw(ev->arena, sizeof *items * ((size_t)args[0].count + 2));
	uint32_t used = 0, at = 0;
	struct str s = value_str(args[0]);

	TRY(regex_search_init(
		ev, &search, args, count > 2 ? &args[2] : NULL, "regexp_split_to_array", e));
	for (uint32_t from = 0; from < s.length;) {
		TRY(regex_search_at(ev, &search, from, &m, e));
		if (m.count == 0 || m.from[0] >= s.length)
			break;
		from = regex_search_next(&search, &m);
		if (m.to[0] == m.from[0] && m.to[0] == at)
			continue;
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

/* SQL's pattern as a regular expression. */
static void put_similar(struct buf *b, struct str s, char escape)
{
	for (uint32_t i = 0; i < s.length; i++) {
		char c = s.at[i];

		if (escape != '\0' && c == escape && i + 1 < s.length) {
			buf_put_byte(b, '\\');
			buf_put_byte(b, (uint8_t)s.at[++i]);
		} else if (c == '%') {
			buf_put_text(b, ".*");
		} else if (c == '_') {
			buf_put_byte(b, '.');
		} else {
			if (strchr(".^$\\", c) != NULL)
				buf_put_byte(b, '\\');
			buf_put_byte(b, (uint8_t)c);
		}
	}
}

FUNCTION_ROW(text_similar)
{
	struct buf b = { 0 };
	enum sqlstate rc;
	char escape;
	bool matches = false;

	TRY(escape_of(count > 2 ? &args[2] : NULL, &escape, e));
	put_similar(&b, value_str(args[1]), escape);
	rc = match_regex(ev, value_str(args[0]), buf_str(&b), MATCH_WHOLE, &matches, e);
	buf_free(&b);
	*out = value_bool(matches);
	return rc;
}

/* Where the escape character and a double quote stand; the pattern's end if they do not. */
static uint32_t mark_of(struct str s, uint32_t at, char escape)
{
	while (at + 1 < s.length && (s.at[at] != escape || s.at[at + 1] != '"'))
		at += s.at[at] == escape ? 2 : 1;
	return at + 1 < s.length ? at : s.length;
}

/* substring(text FROM pattern FOR escape): what stands between the two marks of the pattern, of which the
   first part takes as little as it can. */
FUNCTION_ROW(text_similar_part)
{
	struct str s = value_str(args[1]);
	struct match_places m;
	struct buf b = { 0 };
	uint32_t first, second;
	struct value regex;
	char escape;

	(void)count;
	TRY(escape_of(&args[2], &escape, e));
	first = mark_of(s, 0, escape);
	second = first < s.length ? mark_of(s, first + 2, escape) : s.length;
	if (first < s.length) {
		buf_put_text(&b, "\\A(?U:");
		put_similar(&b, (struct str){ s.at, first }, escape);
		buf_put_text(&b, ")(");
		put_similar(&b, (struct str){ s.at + first + 2, second - first - 2 }, escape);
		buf_put_text(&b, ")(?:");
		if (second < s.length)
			put_similar(&b, (struct str){ s.at + second + 2, s.length - second - 2 },
				escape);
		buf_put_text(&b, ")\\z");
	} else {
		buf_put_text(&b, "\\A(?:");
		put_similar(&b, s, escape);
		buf_put_text(&b, ")\\z");
	}
	regex = eval_take_buf(ev, &b);
	TRY(match_regex_places(ev, value_str(args[0]), 0, value_str(regex), MATCH_SEARCH, &m, e));
	*out = regex_group(ev, value_str(args[0]), &m, first < s.length ? 1 : 0);
	return OK;
}
