/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * to_char() of numbers and to_number(): numbers by a picture of them, "FM9,990.00". A picture becomes
 * a list of items, of which each writes its part: digits, point, commas, signs, text. Digit items before the
 * point are filled from the right.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "query/eval/decimal_value.h"
#include "query/function/functions.h"

enum { ITEMS_MAX = 1000, ROMAN_WIDTH = 15 };

enum item_kind {
	ITEM_NINE,
	ITEM_ZERO,
	ITEM_POINT,
	ITEM_GROUP,
	ITEM_SIGN,   /* S: + or - beside the digits */
	ITEM_MINUS,  /* MI */
	ITEM_PLUS,   /* PL */
	ITEM_EITHER, /* SG */
	ITEM_CURRENCY,
	ITEM_ORDINAL, /* TH, th */
	ITEM_TEXT,
};

struct item {
	enum item_kind kind;
	char text[4]; /* one character of text; th as it is written */
};

struct picture {
	struct item items[ITEMS_MAX];
	uint32_t count, whole, behind, shift; /* digits before and behind the point; those of V */
	uint32_t zero_from; /* digits before the point that stand before the first 0 */
	bool has_point, has_zero, is_filled, is_bracket, is_roman, has_exponent, has_shift;
	bool has_sign, is_sign_behind, has_own_sign;
};

/* ---- reading a picture ---- */

static bool word_at(struct str f, uint32_t at, const char *word)
{
	uint32_t length = (uint32_t)strlen(word);

	return f.length - at >= length && strncasecmp(f.at + at, word, length) == 0;
}

static enum sqlstate add(
	struct picture *p, enum item_kind kind, const char *text, uint32_t length, struct error *e)
{
	if (p->count == ITEMS_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "number format is too long");
	p->items[p->count].kind = kind;
	memset(p->items[p->count].text, 0, sizeof p->items[0].text);
	memcpy(p->items[p->count].text, text, MIN_OF(length, 3u));
	p->count++;
	return OK;
}

static enum sqlstate add_digit(struct picture *p, bool is_zero, struct error *e)
{
	if (p->has_exponent)
		return FAIL(e, E_SYNTAX, "\"EEEE\" must be the last pattern used");
	if (p->has_point) {
		p->behind++;
	} else if (p->has_shift) {
		p->shift++;
		p->whole++;
	} else {
		if (is_zero && !p->has_zero)
			p->zero_from = p->whole;
		p->has_zero |= is_zero;
		p->whole++;
	}
	return add(p, is_zero ? ITEM_ZERO : ITEM_NINE, "", 0, e);
}

static enum sqlstate add_point(struct picture *p, struct error *e)
{
	if (p->has_point)
		return FAIL(e, E_SYNTAX, "multiple decimal points");
	if (p->has_shift)
		return FAIL(e, E_SYNTAX, "cannot use \"V\" and decimal point together");
	p->has_point = true;
	return add(p, ITEM_POINT, "", 0, e);
}

static enum sqlstate add_sign(struct picture *p, struct error *e)
{
	if (p->has_sign)
		return FAIL(e, E_SYNTAX, "cannot use \"S\" twice");
	if (p->has_own_sign || p->is_bracket)
		return FAIL(
			e, E_SYNTAX, "cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together");
	p->has_sign = true;
	p->is_sign_behind = p->whole > 0 || p->has_point;
	return add(p, ITEM_SIGN, "", 0, e);
}

static enum sqlstate add_own_sign(
	struct picture *p, enum item_kind kind, const char *word, struct error *e)
{
	if (p->has_sign)
		return FAIL(e, E_SYNTAX, "cannot use \"S\" and \"%s\" together", word);
	p->has_own_sign |= kind != ITEM_PLUS;
	return add(p, kind, "", 0, e);
}

/* The word at *at, of several letters; *is_found: there is one, and *at is behind it. */
static enum sqlstate read_word(
	struct picture *p, struct str f, uint32_t *at, bool *is_found, struct error *e)
{
	uint32_t from = *at;

	*is_found = true;
	*at += 2;
	if (word_at(f, from, "FM"))
		return p->is_filled = false, OK;
	if (word_at(f, from, "PR"))
		return p->is_bracket = true, OK;
	if (word_at(f, from, "MI"))
		return add_own_sign(p, ITEM_MINUS, "MI", e);
	if (word_at(f, from, "PL"))
		return add_own_sign(p, ITEM_PLUS, "PL", e);
	if (word_at(f, from, "SG"))
		return add_own_sign(p, ITEM_EITHER, "SG", e);
	if (word_at(f, from, "TH"))
		return add(p, ITEM_ORDINAL, f.at + from, 2, e);
	if (word_at(f, from, "RN"))
		return p->is_roman = true, OK;
	if (word_at(f, from, "EEEE")) {
		*at += 2;
		p->has_exponent = true;
		return OK;
	}
	*at = from;
	*is_found = false;
	return OK;
}

static enum sqlstate read_letter(struct picture *p, char c, struct error *e)
{
	switch (c) {
	case '9':
	case '0':
		return add_digit(p, c == '0', e);
	case '.':
	case 'D':
	case 'd':
		return add_point(p, e);
	case ',':
	case 'G':
	case 'g':
		return add(p, ITEM_GROUP, "", 0, e);
	case 'S':
	case 's':
		return add_sign(p, e);
	case 'L':
	case 'l':
		return add(p, ITEM_CURRENCY, "", 0, e);
	case 'V':
	case 'v':
		p->has_shift = true;
		return OK;
	default:
		return add(p, ITEM_TEXT, &c, 1, e);
	}
}

static enum sqlstate picture_read(struct str f, struct picture *p, struct error *e)
{
	bool is_found = false, is_quoted = false;

	memset(p, 0, sizeof *p);
	p->is_filled = true;
	for (uint32_t i = 0; i < f.length;) {
		if (f.at[i] == '"') {
			is_quoted = !is_quoted;
			i++;
			continue;
		}
		if (is_quoted) {
			TRY(add(p, ITEM_TEXT, &f.at[i++], 1, e));
			continue;
		}
		TRY(read_word(p, f, &i, &is_found, e));
		if (!is_found)
			TRY(read_letter(p, f.at[i++], e));
	}
	return OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* A number taken apart, and how far it is written. */
struct written {
	struct buf *to;
	const struct picture *p;
	struct str whole, behind; /* digits; whole is "0" for less than one */
	uint32_t lead;		  /* digit items before the first digit of `whole` */
	uint32_t relevant;	  /* digits behind the point that are shown */
	uint32_t place, place_behind;
	bool is_negative, is_overflow, has_sign, has_digit;
};

/* The sign stands before the first thing that is no blank. */
static void put_sign(struct written *w)
{
	const struct picture *p = w->p;

	if (w->has_sign)
		return;
	w->has_sign = true;
	if (p->is_bracket && (w->is_negative || p->is_filled))
		buf_put_byte(w->to, w->is_negative ? '<' : ' ');
	else if (p->has_sign && !p->is_sign_behind)
		buf_put_byte(w->to, w->is_negative ? '-' : '+');
	else if (!p->is_bracket && !p->has_sign && !p->has_own_sign &&
		 (w->is_negative || p->is_filled))
		buf_put_byte(w->to, w->is_negative ? '-' : ' ');
}

static void put_blank(struct written *w)
{
	if (w->p->is_filled)
		buf_put_byte(w->to, ' ');
}

static void put_whole_digit(struct written *w)
{
	uint32_t place = w->place++;
	bool is_bare_zero = w->whole.length == 1 && w->whole.at[0] == '0' && !w->p->has_zero &&
			    w->p->behind > 0 && !w->is_overflow;

	if (place < w->lead && !(w->p->has_zero && place >= w->p->zero_from)) {
		put_blank(w);
		return;
	}
	if (place >= w->lead && is_bare_zero && (w->p->is_filled || w->relevant > 0)) {
		put_blank(w);
		return;
	}
	put_sign(w);
	w->has_digit = true;
	if (w->is_overflow)
		buf_put_byte(w->to, '#');
	else
		buf_put_byte(w->to, place < w->lead ? '0' : (uint8_t)w->whole.at[place - w->lead]);
}

static void put_digit(struct written *w, bool is_zero)
{
	uint32_t place;

	if (w->place < w->p->whole) {
		put_whole_digit(w);
		return;
	}
	place = w->place_behind++;
	put_sign(w);
	if (place >= w->relevant && !is_zero)
		return;
	w->has_digit = true;
	buf_put_byte(w->to, w->is_overflow ? '#' : (uint8_t)w->behind.at[place]);
}

static const char *ordinal_of(struct str whole)
{
	char last = whole.at[whole.length - 1];
	bool is_teen = whole.length > 1 && whole.at[whole.length - 2] == '1';

	if (is_teen || last > '3' || last == '0')
		return "th";
	return last == '1' ? "st" : last == '2' ? "nd" : "rd";
}

static void put_ordinal(struct written *w, const char *as_written)
{
	const char *ending = ordinal_of(w->whole);

	if (w->is_negative || w->p->has_point)
		return;
	for (int i = 0; i < 2; i++)
		buf_put_byte(
			w->to, (uint8_t)(as_written[0] == 'T' ? toupper(ending[i]) : ending[i]));
}

/* Signs where they are written, not beside the digits. */
static void put_own_sign(struct written *w, enum item_kind kind)
{
	char sign = w->is_negative ? '-' : '+';

	if (kind == ITEM_EITHER || (kind == ITEM_MINUS && w->is_negative) ||
		(kind == ITEM_PLUS && !w->is_negative))
		buf_put_byte(w->to, (uint8_t)sign);
	else
		put_blank(w);
}

static void put_item(struct written *w, const struct item *item)
{
	switch (item->kind) {
	case ITEM_NINE:
	case ITEM_ZERO:
		put_digit(w, item->kind == ITEM_ZERO);
		break;
	case ITEM_POINT:
		put_sign(w);
		buf_put_byte(w->to, '.');
		break;
	case ITEM_GROUP:
		if (w->has_digit)
			buf_put_byte(w->to, ',');
		else
			put_blank(w);
		break;
	case ITEM_SIGN:
		if (w->p->is_sign_behind)
			buf_put_byte(w->to, w->is_negative ? '-' : '+');
		break;
	case ITEM_CURRENCY:
		buf_put_byte(w->to, ' ');
		break;
	case ITEM_ORDINAL:
		put_ordinal(w, item->text);
		break;
	case ITEM_TEXT:
		buf_put_text(w->to, item->text);
		break;
	default:
		put_own_sign(w, item->kind);
	}
}

/* With FM zeroes at the end are left out, but for those that a 0 of the picture asks for. */
static uint32_t relevant_of(const struct picture *p, struct str behind)
{
	uint32_t count = behind.length, asked = 0, place = 0;
	bool is_behind = false;

	if (p->is_filled)
		return count;
	while (count > 0 && behind.at[count - 1] == '0')
		count--;
	for (uint32_t i = 0; i < p->count; i++) {
		is_behind |= p->items[i].kind == ITEM_POINT;
		if (!is_behind || p->items[i].kind > ITEM_ZERO)
			continue;
		place++;
		if (p->items[i].kind == ITEM_ZERO)
			asked = place;
	}
	return MAX_OF(count, asked);
}

/* The last digit item: the bracket that ends a negative number stands behind it. */
static uint32_t last_digit(const struct picture *p)
{
	uint32_t last = p->count;

	for (uint32_t i = 0; i < p->count; i++) {
		if (p->items[i].kind <= ITEM_POINT)
			last = i;
	}
	return last;
}

static void put_all(struct written *w)
{
	uint32_t last = last_digit(w->p);

	for (uint32_t i = 0; i < w->p->count; i++) {
		put_item(w, &w->p->items[i]);
		if (i == last && w->p->is_bracket && (w->is_negative || w->p->is_filled))
			buf_put_byte(w->to, w->is_negative ? '>' : ' ');
	}
}

static void put_roman(struct buf *to, const struct picture *p, int64_t n)
{
	static const struct {
		int64_t value;
		const char *text;
	} romans[] = { { 1000, "M" }, { 900, "CM" }, { 500, "D" }, { 400, "CD" }, { 100, "C" },
		{ 90, "XC" }, { 50, "L" }, { 40, "XL" }, { 10, "X" }, { 9, "IX" }, { 5, "V" },
		{ 4, "IV" }, { 1, "I" } };
	char text[32] = "";
	size_t used = 0;

	if (n < 1 || n > 3999) {
		buf_put_text(to, "###############");
		return;
	}
	for (size_t i = 0; i < ARRAY_COUNT(romans); i++) {
		for (; n >= romans[i].value; n -= romans[i].value)
			used += (size_t)snprintf(
				text + used, sizeof text - used, "%s", romans[i].text);
	}
	buf_printf(to, "%*s", p->is_filled ? ROMAN_WIDTH : 0, text);
}

static enum sqlstate shifted(
	struct eval *ev, const struct picture *p, const struct decimal **d, struct error *e)
{
	const struct decimal *ten = decimal_of_int64(ev->arena, 10);

	for (uint32_t i = 0; i < p->shift; i++)
		TRY(decimal_multiply(ev->arena, *d, ten, d, e));
	return OK;
}

/* An infinity has more digits than any picture has room for. */
static void put_no_number(const struct picture *p, struct buf *to, const struct decimal *d)
{
	struct written w = { .to = to,
		.p = p,
		.is_negative = d->is_negative,
		.is_overflow = true,
		.relevant = p->behind };

	if (d->kind == DECIMAL_NAN)
		buf_put_text(to, " NaN");
	else
		put_all(&w);
}

static enum sqlstate put_number(struct eval *ev, const struct picture *p, const struct decimal *d,
	struct buf *to, struct error *e)
{
	struct written w = { .to = to, .p = p };
	struct buf digits = { 0 };
	const char *point;
	struct str s;

	TRY(shifted(ev, p, &d, e));
	TRY(decimal_round(ev->arena, d, p->behind, &d, e));
	w.is_negative = d->is_negative;
	decimal_put(&digits, d);
	s = value_str(eval_take_buf(ev, &digits));
	if (w.is_negative)
		s = (struct str){ s.at + 1, s.length - 1 };
	point = memchr(s.at, '.', s.length);
	w.whole = (struct str){ s.at, point == NULL ? s.length : (uint32_t)(point - s.at) };
	if (point != NULL)
		w.behind = (struct str){ point + 1, s.length - w.whole.length - 1 };
	for (digits = (struct buf){ 0 }; digits.length + w.behind.length < p->behind;)
		buf_put_byte(&digits, '0');
	if (digits.length > 0) {
		struct value zeroes = eval_take_buf(ev, &digits);

		w.behind = arena_printf(
			ev->arena, "%.*s%.*s", STR_ARGS(w.behind), STR_ARGS(value_str(zeroes)));
	}
	w.is_overflow = w.whole.length > p->whole;
	w.lead = w.is_overflow ? 0 : p->whole - w.whole.length;
	w.relevant = relevant_of(p, w.behind);
	put_all(&w);
	return OK;
}

static enum sqlstate put_exponent(
	struct eval *ev, const struct picture *p, struct value v, struct buf *to, struct error *e)
{
	double real = v.type == VALUE_DECIMAL ? decimal_to_double(v.decimal) : value_to_double(v);

	(void)ev, (void)e;
	buf_printf(to, "%s%.*e", real < 0 ? "" : " ", (int)p->behind, real);
	return OK;
}

FUNCTION_ROW(number_to_char)
{
	struct picture *p = ARENA_NEW(ev->arena, struct picture);
	const struct decimal *d = eval_decimal(ev->arena, args[0]);
	struct buf b = { 0 };
	enum sqlstate rc = OK;
	int64_t whole = 0;

	(void)count;
	TRY(picture_read(value_str(args[1]), p, e));
	if (p->is_roman)
		put_roman(&b, p, decimal_to_int64(d, &whole) ? whole : 0);
	else if (p->has_exponent)
		rc = put_exponent(ev, p, args[0], &b, e);
	else if (d->kind != DECIMAL_FINITE)
		put_no_number(p, &b, d);
	else
		rc = put_number(ev, p, d, &b, e);
	*out = eval_take_buf(ev, &b);
	return rc;
}

/* ---- to_number ------------------------------------------------------------------------------- */

struct reading {
	struct str s;
	uint32_t at;
	struct buf digits;
	bool is_negative;
};

static bool has_more(const struct reading *r)
{
	return r->at < r->s.length;
}

static void skip_sign(struct reading *r)
{
	while (has_more(r) && strchr(" <+-", r->s.at[r->at]) != NULL) {
		r->is_negative |= r->s.at[r->at] == '-' || r->s.at[r->at] == '<';
		r->at++;
	}
}

static void read_item(struct reading *r, const struct item *item)
{
	char c;

	if (item->kind <= ITEM_ZERO && r->digits.length == 0)
		skip_sign(r);
	c = has_more(r) ? r->s.at[r->at] : '\0';
	switch (item->kind) {
	case ITEM_NINE:
	case ITEM_ZERO:
	case ITEM_POINT:
		if (isdigit((unsigned char)c) || c == '.') {
			buf_put_byte(&r->digits, (uint8_t)c);
			r->at++;
		}
		break;
	case ITEM_GROUP:
		r->at += c == ',';
		break;
	case ITEM_CURRENCY:
	case ITEM_TEXT:
		r->at += c != '\0' && !isdigit((unsigned char)c);
		break;
	case ITEM_ORDINAL:
		r->at += isalpha((unsigned char)c) ? 2 : 0;
		break;
	default:
		skip_sign(r);
	}
}

FUNCTION_ROW(number_of_text)
{
	struct picture *p = ARENA_NEW(ev->arena, struct picture);
	struct reading r = { .s = value_str(args[0]) };
	const struct decimal *d;
	struct value digits;

	(void)count;
	TRY(picture_read(value_str(args[1]), p, e));
	if (p->is_roman || p->has_exponent)
		return FAIL(e, E_NOT_SUPPORTED, "\"%s\" not supported for input",
			p->is_roman ? "RN" : "EEEE");
	for (uint32_t i = 0; i < p->count; i++)
		read_item(&r, &p->items[i]);
	digits = eval_take_buf(ev, &r.digits);
	TRY(decimal_parse(ev->arena, value_str(digits), &d, e));
	for (uint32_t i = 0; i < p->shift; i++)
		TRY(decimal_divide(ev->arena, d, decimal_of_int64(ev->arena, 10), &d, e));
	*out = value_decimal(r.is_negative ? decimal_negate(ev->arena, d) : d);
	return OK;
}
