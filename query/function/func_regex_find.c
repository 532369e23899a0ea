/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's functions that look for what a regular expression matches: which, where, how often.
 */
#include "base/utf8.h"
#include "query/function/func_regex.h"
#include "query/function/functions.h"

/* The groups of a match, the whole where there are none. */
static struct value groups_of(struct eval *ev, struct str text, const struct match_places *m)
{
	uint32_t first = m->count > 1 ? 1 : 0;
	struct value *items = arena_alloc_raw(ev->arena, sizeof *items * m->count);

	for (uint32_t i = first; i < m->count; i++)
		items[i - first] = regex_group(ev, text, m, i);
	return eval_list(items, m->count - first);
}

/* The first match with the options of the third argument, if there is one. */
static enum sqlstate first_match(struct eval *ev, const struct value *args, uint32_t count,
	const char *function, struct match_places *m, struct error *e)
{
	struct regex_search s;

	TRY(regex_search_init(ev, &s, args, count > 2 ? &args[2] : NULL, function, e));
	return regex_search_at(ev, &s, 0, m, e);
}

FUNCTION_ROW(regex_match)
{
	struct match_places m;

	TRY(first_match(ev, args, count, "regexp_match", &m, e));
	*out = m.count == 0 ? value_null() : groups_of(ev, value_str(args[0]), &m);
	return OK;
}

/* The groups of each match; of the first alone without g. */
FUNCTION_ROW(regex_matches)
{
	struct regex_search s;
	struct match_places m;
	struct value *items =
		arena_alloc_raw(ev->arena, sizeof *items * ((size_t)args[0].count + 2));
	uint32_t used = 0;

	TRY(regex_search_init(ev, &s, args, count > 2 ? &args[2] : NULL, NULL, e));
	for (uint32_t from = 0; from <= s.text.length;) {
		TRY(regex_search_at(ev, &s, from, &m, e));
		if (m.count == 0)
			break;
		items[used++] = groups_of(ev, s.text, &m);
		if (!s.is_global)
			break;
		from = regex_search_next(&s, &m);
	}
	*out = eval_list(items, used);
	return OK;
}

FUNCTION_ROW(regex_like)
{
	struct match_places m;

	TRY(first_match(ev, args, count, "regexp_like", &m, e));
	*out = value_bool(m.count > 0);
	return OK;
}

/* substring(text FROM pattern): the first group, or the whole. */
FUNCTION_ROW(regex_substring)
{
	struct match_places m;

	TRY(first_match(ev, args, count, NULL, &m, e));
	*out = regex_group(ev, value_str(args[0]), &m, m.count > 1 ? 1 : 0);
	return OK;
}

/* Where the third argument, if there is one, says to begin. */
static enum sqlstate start_of(
	const struct value *args, uint32_t count, uint32_t *from, struct error *e)
{
	return regex_start(value_str(args[0]), count > 2 ? args[2].integer : 1, from, e);
}

/* regexp_count(text, pattern [, start [, options]]) */
FUNCTION_ROW(regex_count)
{
	struct regex_search s;
	struct match_places m;
	uint32_t from;
	int64_t found = 0;

	TRY(start_of(args, count, &from, e));
	TRY(regex_search_init(ev, &s, args, count > 3 ? &args[3] : NULL, "regexp_count", e));
	while (from <= s.text.length) {
		TRY(regex_search_at(ev, &s, from, &m, e));
		if (m.count == 0)
			break;
		found++;
		from = regex_search_next(&s, &m);
	}
	*out = value_int(found);
	return OK;
}

/* The nth match from a byte on; count 0: there are fewer. */
static enum sqlstate nth_match(struct eval *ev, const struct regex_search *s, uint32_t from,
	int64_t nth, struct match_places *m, struct error *e)
{
	*m = (struct match_places){ 0 };
	while (from <= s->text.length) {
		TRY(regex_search_at(ev, s, from, m, e));
		if (m->count == 0 || --nth == 0)
			return OK;
		from = regex_search_next(s, m);
	}
	m->count = 0;
	return OK;
}

/* regexp_instr(text, pattern [, start [, n [, endoption [, options [, subexpr]]]]]) */
FUNCTION_ROW(regex_place)
{
	int64_t nth = count > 3 ? args[3].integer : 1, end = count > 4 ? args[4].integer : 0;
	int64_t group = count > 6 ? args[6].integer : 0;
	struct regex_search s;
	struct match_places m;
	uint32_t from;

	TRY(start_of(args, count, &from, e));
	if (nth < 1)
		return regex_bad("n", nth, e);
	if (end != 0 && end != 1)
		return regex_bad("endoption", end, e);
	if (group < 0)
		return regex_bad("subexpr", group, e);
	TRY(regex_search_init(ev, &s, args, count > 5 ? &args[5] : NULL, "regexp_instr", e));
	TRY(nth_match(ev, &s, from, nth, &m, e));
	*out = value_int(0);
	if (group < (int64_t)m.count && m.from[group] != UINT32_MAX)
		*out = value_int(1 + utf8_index(s.text, end == 1 ? m.to[group] : m.from[group]));
	return OK;
}

/* regexp_substr(text, pattern [, start [, n [, options [, subexpr]]]]) */
FUNCTION_ROW(regex_part)
{
	int64_t nth = count > 3 ? args[3].integer : 1, group = count > 5 ? args[5].integer : 0;
	struct regex_search s;
	struct match_places m;
	uint32_t from;

	TRY(start_of(args, count, &from, e));
	if (nth < 1)
		return regex_bad("n", nth, e);
	if (group < 0)
		return regex_bad("subexpr", group, e);
	TRY(regex_search_init(ev, &s, args, count > 4 ? &args[4] : NULL, "regexp_substr", e));
	TRY(nth_match(ev, &s, from, nth, &m, e));
	*out = regex_group(ev, s.text, &m, (uint32_t)MIN_OF(group, (int64_t)UINT32_MAX));
	return OK;
}
