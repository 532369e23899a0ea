/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * format(): a text with places for arguments, %[n$][-][width]kind.
 *
 *     kind   s as text, I as an identifier, L as a literal, % a percent sign
 *     width  a number, or * for the next argument, *n$ for the n-th; what is shorter is filled up with
 *            blanks at its start, with - (or a negative width) at its end
 */
#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "query/eval/typed_text.h"
#include "query/function/functions.h"
#include "query/sql/naming.h"

enum { WIDTH_MAX = 1 << 28 };

struct format {
	struct eval *ev;
	const struct value *args; /* args[0] is the text */
	uint32_t count, next;
	struct str text;
	uint32_t at;
};

struct place {
	uint32_t number; /* of the argument; 0: the next */
	int64_t width;	 /* negative: filled at the end */
	char kind;
};

static COLD enum sqlstate too_few(struct error *e)
{
	return FAIL(e, E_INVALID_VALUE, "too few arguments for format()");
}

static char current(const struct format *f)
{
	return f->at < f->text.length ? f->text.at[f->at] : '\0';
}

/* Digits, if there are some. */
static enum sqlstate take_number(struct format *f, int64_t *out, bool *is_there, struct error *e)
{
	*is_there = isdigit((unsigned char)current(f));
	for (*out = 0; isdigit((unsigned char)current(f)); f->at++) {
		*out = *out * 10 + (current(f) - '0');
		if (*out > INT32_MAX)
			return FAIL(e, E_OUT_OF_RANGE, "number is out of range");
	}
	return OK;
}

/* n$ of an argument; n is at least 1. */
static enum sqlstate take_position(
	struct format *f, int64_t number, uint32_t *out, struct error *e)
{
	if (number == 0)
		return FAIL(e, E_INVALID_VALUE,
			"format specifies argument 0, but arguments are numbered from 1");
	if (number >= f->count)
		return too_few(e);
	*out = (uint32_t)number;
	f->at++;
	return OK;
}

/* Behind *: the width is an argument. */
static enum sqlstate take_width_argument(struct format *f, int64_t *width, struct error *e)
{
	uint32_t place = 0;
	struct value v;
	int64_t number;
	bool is_there;

	f->at++;
	TRY(take_number(f, &number, &is_there, e));
	if (is_there && current(f) != '$')
		return FAIL(e, E_INVALID_VALUE,
			"width argument position must be ended by \"$\"");
	if (is_there)
		TRY(take_position(f, number, &place, e));
	if (place > 0)
		f->next = place;
	if (f->next >= f->count)
		return too_few(e);
	v = f->args[f->next++];
	if (v.type != VALUE_NULL && v.type != VALUE_INT)
		return FAIL(e, E_TYPE, "a width of format() is an integer, not a value of type %s",
			value_type_name(v.type));
	*width = v.type == VALUE_NULL ? 0 : v.integer;
	return OK;
}

static enum sqlstate take_place(struct format *f, struct place *out, struct error *e)
{
	bool is_number, is_left = false;
	int64_t number;

	*out = (struct place){ 0 };
	TRY(take_number(f, &number, &is_number, e));
	if (is_number && current(f) == '$') {
		TRY(take_position(f, number, &out->number, e));
		is_number = false;
	}
	while (!is_number && current(f) == '-') {
		is_left = true;
		f->at++;
	}
	if (!is_number && current(f) == '*')
		TRY(take_width_argument(f, &out->width, e));
	else if (!is_number)
		TRY(take_number(f, &out->width, &is_number, e));
	else
		out->width = number;
	if (is_left && out->width > 0)
		out->width = -out->width;
	if (f->at >= f->text.length) {
		FAIL(e, E_INVALID_VALUE, "unterminated format() type specifier");
		error_hint(e, "For a single \"%%\" use \"%%%%\".");
		return e->code;
	}
	out->kind = f->text.at[f->at++];
	return OK;
}

static enum sqlstate put_argument(
	struct format *f, struct buf *to, char kind, struct value v, struct error *e)
{
	struct buf b = { 0 };
	enum sqlstate rc;
	struct str s;

	if (kind == 'I' && v.type == VALUE_NULL)
		return FAIL(e, E_NULL_NOT_ALLOWED,
			"null values cannot be formatted as an SQL identifier");
	if (kind == 'L' && v.type == VALUE_NULL)
		buf_put_text(to, "NULL");
	if (v.type == VALUE_NULL)
		return OK;
	rc = eval_put_shown(f->ev, &b, v, e);
	s = buf_str(&b);
	if (kind == 'I')
		naming_put_ident(to, s);
	else if (kind == 'L')
		naming_put_literal(to, s);
	else
		buf_put_str(to, s);
	buf_free(&b);
	return rc;
}

static void put_blanks(struct buf *to, int64_t count)
{
	while (count-- > 0)
		buf_put_byte(to, ' ');
}

static enum sqlstate put_place(struct format *f, struct buf *to, struct error *e)
{
	struct place place;
	struct buf b = { 0 };
	enum sqlstate rc;
	int64_t fill;

	TRY(take_place(f, &place, e));
	if (place.kind == '%') {
		buf_put_byte(to, '%');
		return OK;
	}
	if (strchr("sIL", place.kind) == NULL) {
		FAIL(e, E_INVALID_VALUE, "unrecognized format() type specifier \"%c\"", place.kind);
		error_hint(e, "For a single \"%%\" use \"%%%%\".");
		return e->code;
	}
	if (place.number > 0)
		f->next = place.number;
	if (f->next >= f->count)
		return too_few(e);
	if (place.width > WIDTH_MAX || place.width < -WIDTH_MAX)
		return FAIL(e, E_OUT_OF_RANGE, "number is out of range");
	rc = put_argument(f, &b, place.kind, f->args[f->next++], e);
	fill = (place.width < 0 ? -place.width : place.width) - utf8_count(buf_str(&b));
	put_blanks(to, place.width > 0 ? fill : 0);
	buf_put_str(to, buf_str(&b));
	put_blanks(to, place.width < 0 ? fill : 0);
	buf_free(&b);
	return rc;
}

static enum sqlstate format_all(struct format *f, struct buf *to, struct error *e)
{
	while (f->at < f->text.length) {
		char c = f->text.at[f->at++];

		if (c == '%')
			TRY(put_place(f, to, e));
		else
			buf_put_byte(to, (uint8_t)c);
	}
	return OK;
}

FUNCTION_ROW(text_format)
{
	struct format f = { .ev = ev, .args = args, .count = count, .next = 1 };
	struct buf b = { 0 };
	enum sqlstate rc;

	*out = value_null();
	if (args[0].type == VALUE_NULL)
		return OK;
	f.text = value_str(args[0]);
	rc = format_all(&f, &b, e);
	*out = eval_take_buf(ev, &b);
	return rc;
}
