/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Matching text. LIKE is our own: greedy on the last %, so it takes |text| * |pattern| steps at
 * worst and never recurses. Regular expressions are PCRE2's, with UTF-8, and with limits on steps,
 * depth and heap, so that no expression can hold a thread for long
 * (docs/decisions/0020-regular-expressions.md).
 *
 * Invariants
 *  M1. Positions are moved by whole characters; both texts are valid UTF-8.
 *  M2. A cache belongs to one execution and is freed by match_regex_free().
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "query/eval/match.h"

#include <pcre2.h>
#include <stdlib.h>
#include <wctype.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "query/eval/eval.h"

enum {
	REGEX_COUNT_MAX = 64,	   /* expressions kept; then the cache starts afresh */
	REGEX_STEPS_MAX = 2000000, /* a few tens of milliseconds */
	REGEX_HEAP_KIB_MAX = 20000,
	REGEX_PATTERN_BYTES_MAX = 65536,
};

/* ---- LIKE ---- */

static uint32_t char_at(struct str s, uint32_t at, uint32_t *size, bool ignore_case)
{
	uint8_t first = (uint8_t)s.at[at];
	uint32_t c;

	if (LIKELY(first < 0x80)) {
		*size = 1;
		return ignore_case && first >= 'A' && first <= 'Z' ? first | 0x20u : first;
	}
	c = utf8_decode((struct str){ s.at + at, s.length - at }, size);
	return ignore_case ? (uint32_t)towlower((wint_t)c) : c;
}

struct like {
	struct str text, pattern;
	uint32_t t, p;		 /* where each stands */
	uint32_t back_t, back_p; /* where to go on after the last %, UINT32_MAX: none yet */
	bool ignore_case;
};

/* One character of the pattern against one of the text; true if both moved on. */
static bool like_step(struct like *l)
{
	uint32_t t_size, p_size, wanted, at = l->p;
	bool is_any;

	if (l->p >= l->pattern.length)
		return false;
	is_any = l->pattern.at[l->p] == '_';
	if (l->pattern.at[l->p] == '\\')
		at++;
	wanted = char_at(l->pattern, at, &p_size, l->ignore_case);
	if (char_at(l->text, l->t, &t_size, l->ignore_case) != wanted && !is_any)
		return false;
	l->t += t_size;
	l->p = at + p_size;
	return true;
}

static bool like_ends_in_escape(struct str pattern)
{
	uint32_t count = 0;

	while (count < pattern.length && pattern.at[pattern.length - 1 - count] == '\\')
		count++;
	return count % 2 == 1;
}

enum sqlstate match_like(
	struct str text, struct str pattern, bool ignore_case, bool *matches, struct error *e)
{
	struct like l = { text, pattern, 0, 0, 0, UINT32_MAX, ignore_case };
	uint32_t size;

	*matches = false;
	if (like_ends_in_escape(pattern))
		return FAIL(e, E_INVALID_VALUE, "LIKE pattern must not end with escape character");
	while (l.t < text.length) {
		if (l.p < pattern.length && pattern.at[l.p] == '%') {
			l.back_p = ++l.p;
			l.back_t = l.t;
		} else if (!like_step(&l)) {
			if (l.back_p == UINT32_MAX)
				return OK;
			(void)char_at(text, l.back_t, &size, false);
			l.back_t += size;
			l.t = l.back_t;
			l.p = l.back_p;
		}
	}
	while (l.p < pattern.length && pattern.at[l.p] == '%')
		l.p++;
	*matches = l.p == pattern.length;
	return OK;
}

/* ---- regular expressions ---- */

struct regex {
	struct str pattern;
	uint64_t hash;
	enum match_regex_form form;
	pcre2_code *code;
};

struct regex_cache {
	struct regex items[REGEX_COUNT_MAX];
	uint32_t count;
	pcre2_match_data *match;
	pcre2_match_context *context;
};

static void forget_all(struct regex_cache *c)
{
	for (uint32_t i = 0; i < c->count; i++) {
		pcre2_code_free(c->items[i].code);
		free((void *)c->items[i].pattern.at);
	}
	c->count = 0;
}

void match_regex_free(struct regex_cache *cache)
{
	if (cache == NULL)
		return;
	forget_all(cache);
	pcre2_match_data_free(cache->match);
	pcre2_match_context_free(cache->context);
	free(cache);
}

static struct regex_cache *cache_new(void)
{
	struct regex_cache *c = calloc(1, sizeof *c);

	if (c == NULL)
		PANIC("out of memory for regular expressions");
	c->match = pcre2_match_data_create(MATCH_GROUPS_MAX, NULL);
	c->context = pcre2_match_context_create(NULL);
	if (c->match == NULL || c->context == NULL)
		PANIC("out of memory for regular expressions");
	pcre2_set_match_limit(c->context, REGEX_STEPS_MAX);
	pcre2_set_heap_limit(c->context, REGEX_HEAP_KIB_MAX);
	return c;
}

/* PostgreSQL's constraints of words, which PCRE has other words for; NULL: none. */
static const char *word_constraint(char letter)
{
	switch (letter) {
	case 'y':
		return "\\b";
	case 'Y':
		return "\\B";
	case 'm':
		return "\\b(?=\\w)";
	case 'M':
		return "\\b(?<=\\w)";
	default:
		return NULL;
	}
}

/* The expression as PCRE is to read it, up to `most` bytes of it; how many of the pattern these are. */
static size_t put_pattern(struct buf *to, struct str pattern, size_t most)
{
	bool is_class = false;
	uint32_t i = 0;

	for (; i < pattern.length && to->length < most; i++) {
		char c = pattern.at[i];
		bool is_escape = c == '\\' && i + 1 < pattern.length;
		const char *word =
			is_escape && !is_class ? word_constraint(pattern.at[i + 1]) : NULL;

		if (word != NULL)
			buf_put_text(to, word);
		else
			buf_put(to, pattern.at + i, is_escape ? 2 : 1);
		if (c == '[' && !is_class) {
			is_class = true; /* what closes it is no member of it in the first place */
			if (i + 1 < pattern.length && pattern.at[i + 1] == '^')
				buf_put_byte(to, (uint8_t)pattern.at[++i]);
			if (i + 1 < pattern.length && pattern.at[i + 1] == ']')
				buf_put_byte(to, (uint8_t)pattern.at[++i]);
		} else if (c == ']') {
			is_class = false;
		}
		i += is_escape;
	}
	return i;
}

static enum sqlstate regex_fault(
	struct str pattern, int code, size_t at, struct error *e)
{
	struct buf ignored = { 0 };
	PCRE2_UCHAR text[128];

	at = put_pattern(&ignored, pattern, at);
	buf_free(&ignored);
	pcre2_get_error_message(code, text, sizeof text);
	FAIL(e, E_REGEX, "invalid regular expression: %s", (const char *)text);
	error_detail(e, "The fault is at byte %zu of the expression.", at);
	return E_REGEX;
}

static enum sqlstate regex_compile(
	struct str pattern, enum match_regex_form form, pcre2_code **out, struct error *e)
{
	uint32_t options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOTALL | PCRE2_NEVER_BACKSLASH_C;
	struct buf text = { 0 };
	PCRE2_SIZE at = 0;
	int code = 0;

	if (pattern.length > REGEX_PATTERN_BYTES_MAX)
		return FAIL(e, E_REGEX, "invalid regular expression: it is too long");
	if (form == MATCH_WHOLE)
		options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
	if (form == MATCH_SEARCH_NOCASE)
		options |= PCRE2_CASELESS;
	put_pattern(&text, pattern, SIZE_MAX);
	*out = pcre2_compile(text.length == 0 ? (PCRE2_SPTR) "" : (PCRE2_SPTR)text.data,
		text.length, options, &code, &at, NULL);
	buf_free(&text);
	if (*out == NULL)
		return regex_fault(pattern, code, at, e);
	(void)pcre2_jit_compile(*out, PCRE2_JIT_COMPLETE);
	return OK;
}

static enum sqlstate regex_find(struct regex_cache *c, struct str pattern,
	enum match_regex_form form, pcre2_code **out, struct error *e)
{
	uint64_t hash = hash_bytes(pattern.at, pattern.length);
	struct regex *r;
	char *copy;

	for (uint32_t i = 0; i < c->count; i++) {
		r = &c->items[i];
		if (r->hash == hash && r->form == form && str_equal(r->pattern, pattern)) {
			*out = r->code;
			return OK;
		}
	}
	TRY(regex_compile(pattern, form, out, e));
	if (c->count == REGEX_COUNT_MAX)
		forget_all(c);
	copy = malloc((size_t)pattern.length + 1);
	if (copy == NULL)
		PANIC("out of memory for regular expressions");
	if (pattern.length > 0)
		memcpy(copy, pattern.at, pattern.length);
	c->items[c->count++] = (struct regex){ { copy, pattern.length }, hash, form, *out };
	return OK;
}

enum sqlstate match_regex(struct eval *ev, struct str text, struct str pattern,
	enum match_regex_form form, bool *matches, struct error *e)
{
	pcre2_code *code;
	int found;

	if (ev->regexes == NULL)
		ev->regexes = cache_new();
	TRY(regex_find(ev->regexes, pattern, form, &code, e));
	found = pcre2_match(code, (PCRE2_SPTR)(text.at == NULL ? "" : text.at), text.length, 0,
		PCRE2_NO_UTF_CHECK, ev->regexes->match, ev->regexes->context);
	*matches = found >= 0;
	if (found >= 0 || found == PCRE2_ERROR_NOMATCH)
		return OK;
	return FAIL(e, E_REGEX, "regular expression takes too many steps on this text");
}

/* Groups of an expression, as far as they are told. */
static uint32_t regex_groups(const pcre2_code *code)
{
	uint32_t groups = 0;

	(void)pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
	return MIN_OF(groups, MATCH_GROUPS_MAX - 1u);
}

enum sqlstate match_regex_places(struct eval *ev, struct str text, uint32_t start,
	struct str pattern, enum match_regex_form form, struct match_places *out, struct error *e)
{
	PCRE2_SIZE *places;
	pcre2_code *code;
	int found;

	*out = (struct match_places){ 0 };
	if (ev->regexes == NULL)
		ev->regexes = cache_new();
	TRY(regex_find(ev->regexes, pattern, form, &code, e));
	found = pcre2_match(code, (PCRE2_SPTR)(text.at == NULL ? "" : text.at), text.length, start,
		PCRE2_NO_UTF_CHECK, ev->regexes->match, ev->regexes->context);
	if (found == PCRE2_ERROR_NOMATCH)
		return OK;
	if (found < 0)
		return FAIL(
			e, E_REGEX, "regular expression takes too many steps on this text");
	places = pcre2_get_ovector_pointer(ev->regexes->match);
	out->count = regex_groups(code) + 1;
	for (uint32_t i = 0; i < out->count; i++) {
		bool is_in = (uint32_t)found > i && places[2 * i] != PCRE2_UNSET;

		out->from[i] = is_in ? (uint32_t)places[2 * i] : UINT32_MAX;
		out->to[i] = is_in ? (uint32_t)places[2 * i + 1] : UINT32_MAX;
	}
	return OK;
}
