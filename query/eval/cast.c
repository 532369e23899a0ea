/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Casts between the types of the language. From text everything can be read that the type's text
 * form allows; to text everything but elements and paths goes. Strict casts raise the errors of the
 * parsers in base/; lenient ones (toInteger and its kin) give NULL instead, and cut floats towards
 * zero where a strict cast rounds to the nearest integer as PostgreSQL does.
 *
 * Invariants
 *  X1. NULL casts to NULL, whatever the type.
 *  X2. The result fits the type (type_takes_value), or there is an error.
 */
#include "query/eval/cast.h"

#include <math.h>
#include <string.h>

#include "base/array_text.h"
#include "base/calendar.h"
#include "base/datetime.h"
#include "base/interval.h"
#include "base/number.h"
#include "base/setting.h"
#include "base/utf8.h"
#include "query/eval/column.h"
#include "query/eval/decimal_value.h"
#include "query/eval/json_text.h"
#include "query/type/function.h"

#define INT64_LIMIT 9223372036854775808.0 /* 2^63 */

static COLD enum sqlstate refuse(struct value v, struct type type, struct error *e)
{
	return FAIL(e, E_TYPE, "cannot cast a value of type %s to %s", value_type_name(v.type),
		function_type_name(type).text);
}

static COLD enum sqlstate malformed(const char *type, struct str text, struct error *e)
{
	return FAIL(e, E_TEXT_REPRESENTATION, "invalid input syntax for type %s: \"%.*s\"", type,
		(int)MIN_OF(text.length, 100u), text.at);
}

static struct str trimmed(struct str s)
{
	while (s.length > 0 && strchr(" \t\n\r\f\v", s.at[0]) != NULL) {
		s.at++;
		s.length--;
	}
	while (s.length > 0 && strchr(" \t\n\r\f\v", s.at[s.length - 1]) != NULL)
		s.length--;
	return s;
}

/* ---- numbers and booleans ---- */

static bool is_prefix_of(struct str s, const char *word, uint32_t least)
{
	return s.length >= least && s.length <= strlen(word) &&
	       strncasecmp(s.at, word, s.length) == 0;
}

static enum sqlstate bool_of_text(struct str text, struct value *out, struct error *e)
{
	struct str s = trimmed(text);

	if (is_prefix_of(s, "true", 1) || is_prefix_of(s, "yes", 1) || is_prefix_of(s, "on", 2) ||
		str_equal(s, STR("1")))
		*out = value_bool(true);
	else if (is_prefix_of(s, "false", 1) || is_prefix_of(s, "no", 1) ||
		 is_prefix_of(s, "off", 2) || str_equal(s, STR("0")))
		*out = value_bool(false);
	else
		return malformed("boolean", text, e);
	return OK;
}

static enum sqlstate to_bool(struct value v, bool is_lenient, struct value *out, struct error *e)
{
	struct str s;

	switch (v.type) {
	case VALUE_BOOL:
		*out = v;
		return OK;
	case VALUE_INT:
		*out = value_bool(v.integer != 0);
		return OK;
	case VALUE_STRING:
		s = trimmed(value_str(v));
		if (is_lenient && !str_equal_nocase(s, STR("true")) &&
			!str_equal_nocase(s, STR("false")))
			return malformed("boolean", s, e);
		return bool_of_text(value_str(v), out, e);
	default:
		return refuse(v, (struct type){ .kind = TYPE_BOOL }, e);
	}
}

static enum sqlstate int_of_float(double f, bool is_lenient, int64_t *out, struct error *e)
{
	double whole = is_lenient ? trunc(f) : rint(f);

	if (!(whole >= -INT64_LIMIT && whole < INT64_LIMIT))
		return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
	*out = (int64_t)whole;
	return OK;
}

static enum sqlstate int_of_text(
	struct str text, const char *type, bool is_lenient, int64_t *out, struct error *e)
{
	double f;

	if (is_lenient && number_read_int64(text, out) == NUMBER_MALFORMED) {
		if (number_read_double(text, &f) != NUMBER_OK)
			return malformed(type, text, e);
		return int_of_float(f, true, out, e);
	}
	return number_parse_int64(text, type, out, e);
}

/* Lenient conversion cuts towards zero, as it does of floats. */
static enum sqlstate int_of_decimal(
	const struct decimal *d, bool is_lenient, const char *type, int64_t *out, struct error *e)
{
	if (d->kind != DECIMAL_FINITE)
		return FAIL(e, E_NOT_SUPPORTED, "cannot convert %s to %s",
			d->kind == DECIMAL_NAN ? "NaN" : "infinity", type);
	if (is_lenient) {
		if (!decimal_floor_int64(d, out))
			return FAIL(e, E_OUT_OF_RANGE, "%s out of range", type);
		if (d->is_negative && !decimal_is_int64(d, &(int64_t){ 0 }))
			++*out;
		return OK;
	}
	if (!decimal_to_int64(d, out))
		return FAIL(e, E_OUT_OF_RANGE, "%s out of range", type);
	return OK;
}

static enum sqlstate to_int(
	struct value v, struct type type, bool is_lenient, struct value *out, struct error *e)
{
	struct function_type_name name = function_type_name(type);
	int64_t least = INT64_MIN, most = INT64_MAX, i;

	switch (v.type) {
	case VALUE_BOOL:
		i = v.boolean;
		break;
	case VALUE_INT:
		i = v.integer;
		break;
	case VALUE_FLOAT:
		TRY(int_of_float(v.real, is_lenient, &i, e));
		break;
	case VALUE_DECIMAL:
		TRY(int_of_decimal(v.decimal, is_lenient, name.text, &i, e));
		break;
	case VALUE_STRING:
		TRY(int_of_text(value_str(v), name.text, is_lenient, &i, e));
		break;
	default:
		return refuse(v, type, e);
	}
	if (type.kind == TYPE_INT16) {
		least = INT16_MIN;
		most = INT16_MAX;
	} else if (type.kind == TYPE_INT32) {
		least = INT32_MIN;
		most = INT32_MAX;
	} else if (type.kind != TYPE_INT64) {
		if (i < 0 && i >= INT32_MIN)
			i += (int64_t)UINT32_MAX + 1;
		least = 0;
		most = UINT32_MAX;
	}
	if ((i < least || i > most) && v.type == VALUE_STRING)
		return FAIL(e, E_OUT_OF_RANGE, "value \"%.*s\" is out of range for type %s",
			STR_ARGS(value_str(v)), name.text);
	if (i < least || i > most)
		return FAIL(e, E_OUT_OF_RANGE, "%s out of range", name.text);
	*out = value_int(i);
	return OK;
}

static enum sqlstate to_float(struct value v, struct type type, struct value *out, struct error *e)
{
	double f;

	switch (v.type) {
	case VALUE_INT:
	case VALUE_FLOAT:
		f = value_to_double(v);
		break;
	case VALUE_DECIMAL:
		f = value_to_double(v);
		if (isinf(f) && v.decimal->kind == DECIMAL_FINITE)
			return FAIL(e, E_OUT_OF_RANGE, "value out of range: overflow");
		break;
	case VALUE_STRING:
		TRY(number_parse_double(value_str(v), function_type_name(type).text, &f, e));
		break;
	default:
		return refuse(v, type, e);
	}
	if (type.kind == TYPE_FLOAT32) {
		float narrow = (float)f;

		if (isinf(narrow) && !isinf(f))
			return FAIL(e, E_OUT_OF_RANGE, "value out of range: overflow");
		f = narrow;
	}
	*out = value_float(f);
	return OK;
}

/* ---- text and bytes ---- */

static void put_hex(struct buf *to, const uint8_t *bytes, uint32_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (uint32_t i = 0; i < count; i++) {
		buf_put_byte(to, (uint8_t)digits[bytes[i] >> 4]);
		buf_put_byte(to, (uint8_t)digits[bytes[i] & 15]);
	}
}

static void put_uuid(struct buf *to, const uint8_t *uuid)
{
	static const uint8_t groups[] = { 4, 2, 2, 2, 6 };
	uint32_t at = 0;

	for (size_t i = 0; i < ARRAY_COUNT(groups); i++) {
		if (i > 0)
			buf_put_byte(to, '-');
		put_hex(to, uuid + at, groups[i]);
		at += groups[i];
	}
}

static enum interval_style interval_style(const struct eval *ev)
{
	return ev->settings == NULL
		       ? INTERVAL_STYLE_POSTGRES
		       : (enum interval_style)setting_enum(ev->settings, SETTING_intervalstyle);
}

static struct date_style date_style(const struct eval *ev)
{
	return ev->settings == NULL ? date_style_iso
				    : date_style_of(setting_text(ev->settings, SETTING_datestyle));
}

static void put_temporal(struct eval *ev, struct buf *to, struct value v)
{
	struct timetz timetz;
	struct interval interval;

	switch (v.type) {
	case VALUE_DATE:
		date_put(to, (int32_t)v.integer, date_style(ev));
		return;
	case VALUE_TIME:
		time_put(to, v.integer);
		return;
	case VALUE_TIMETZ:
		timetz = (struct timetz){ v.integer, (int32_t)v.count };
		timetz_put(to, &timetz);
		return;
	case VALUE_TIMESTAMP:
		timestamp_put(to, v.integer, date_style(ev));
		return;
	case VALUE_TIMESTAMPTZ:
		timestamptz_put(to, v.integer, eval_zone(ev), date_style(ev));
		return;
	default:
		interval = (struct interval){ v.duration->microseconds, v.duration->days,
			v.duration->months };
		interval_put_style(to, &interval, interval_style(ev));
	}
}

enum sqlstate eval_put_text(struct eval *ev, struct buf *to, struct value v, struct error *e)
{
	switch ((enum value_type)v.type) {
	case VALUE_NULL:
		return OK;
	case VALUE_BOOL:
		buf_put_text(to, v.boolean ? "true" : "false");
		return OK;
	case VALUE_INT:
		number_put_int64(to, v.integer);
		return OK;
	case VALUE_FLOAT:
		number_put_double(to, v.real);
		return OK;
	case VALUE_DECIMAL:
		decimal_put(to, v.decimal);
		return OK;
	case VALUE_STRING:
		buf_put_str(to, value_str(v));
		return OK;
	case VALUE_BYTES:
		buf_put_text(to, "\\x");
		put_hex(to, (const uint8_t *)v.bytes, v.count);
		return OK;
	case VALUE_UUID:
		put_uuid(to, v.uuid);
		return OK;
	case VALUE_LIST:
	case VALUE_MAP:
	case VALUE_NODE:
	case VALUE_EDGE:
	case VALUE_PATH:
		return json_text_put_in_zone(ev->txn, ev->arena, eval_zone(ev), v, to, e);
	default:
		put_temporal(ev, to, v);
		return OK;
	}
}

static enum sqlstate to_string(struct eval *ev, struct value v, struct value *out, struct error *e)
{
	struct buf b = { 0 };
	enum sqlstate rc;

	if (v.type == VALUE_STRING) {
		*out = v;
		return OK;
	}
	if (v.type == VALUE_NODE || v.type == VALUE_EDGE || v.type == VALUE_PATH)
		return refuse(v, (struct type){ .kind = TYPE_STRING }, e);
	rc = eval_put_text(ev, &b, v, e);
	*out = eval_take_buf(ev, &b);
	return rc;
}

static enum sqlstate to_decimal(struct eval *ev, struct value v, struct value *out, struct error *e)
{
	*out = (struct value){ .type = VALUE_DECIMAL };
	if (v.type == VALUE_STRING)
		return decimal_parse(ev->arena, value_str(v), &out->decimal, e);
	if (!value_is_number(v))
		return refuse(v, (struct type){ .kind = TYPE_DECIMAL }, e);
	out->decimal = eval_decimal(ev->arena, v);
	return OK;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

enum sqlstate eval_bytes_of_escapes(
	struct eval *ev, struct str s, struct value *out, struct error *e)
{
	char *bytes = arena_alloc_raw(ev->arena, (size_t)s.length + 1);
	uint32_t used = 0;

	for (uint32_t i = 0; i < s.length; i++) {
		const char *at = s.at + i;
		uint32_t left = s.length - i;

		bytes[used++] = *at;
		if (*at != '\\')
			continue;
		if (left > 1 && at[1] == '\\') {
			i++;
		} else if (left > 3 && at[1] <= '3' && is_octal(at[1]) && is_octal(at[2]) &&
			   is_octal(at[3])) {
			bytes[used - 1] =
				(char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
			i += 3;
		} else {
			return FAIL(e, E_TEXT_REPRESENTATION,
				"invalid input syntax for type bytea");
		}
	}
	*out = (struct value){ .type = VALUE_BYTES, .count = used, .bytes = bytes };
	return OK;
}

/* Pairs of digits, between which blanks may stand. */
static enum sqlstate hex_read(struct eval *ev, struct str s, struct value *out, struct error *e)
{
	uint8_t *bytes = arena_alloc_raw(ev->arena, s.length + 1);
	uint32_t count = 0, size;

	for (uint32_t i = 0; i < s.length;) {
		int digits[2];

		if (strchr(" \n\t\r", s.at[i]) != NULL) {
			i++;
			continue;
		}
		for (int half = 0; half < 2; half++, i++) {
			if (i == s.length)
				return FAIL(e, E_INVALID_VALUE,
					"invalid hexadecimal data: odd number of digits");
			digits[half] = hex_digit(s.at[i]);
			if (digits[half] >= 0)
				continue;
			(void)utf8_decode((struct str){ s.at + i, s.length - i }, &size);
			return FAIL(e, E_INVALID_VALUE, "invalid hexadecimal digit: \"%.*s\"",
				(int)size, s.at + i);
		}
		bytes[count++] = (uint8_t)(digits[0] << 4 | digits[1]);
	}
	*out = (struct value){ .type = VALUE_BYTES, .count = count, .bytes = (const char *)bytes };
	return OK;
}

static enum sqlstate to_bytes(struct eval *ev, struct value v, struct value *out, struct error *e)
{
	struct str s = value_str(v);

	if (v.type == VALUE_BYTES) {
		*out = v;
		return OK;
	}
	if (v.type != VALUE_STRING)
		return refuse(v, (struct type){ .kind = TYPE_BYTES }, e);
	if (s.length < 2 || s.at[0] != '\\' || (s.at[1] | 0x20) != 'x')
		return eval_bytes_of_escapes(ev, s, out, e);
	return hex_read(ev, (struct str){ s.at + 2, s.length - 2 }, out, e);
}

static enum sqlstate to_uuid(struct eval *ev, struct value v, struct value *out, struct error *e)
{
	struct str s = trimmed(value_str(v));
	uint8_t *uuid;
	uint32_t digits = 0;

	if (v.type == VALUE_UUID) {
		*out = v;
		return OK;
	}
	if (v.type != VALUE_STRING)
		return refuse(v, (struct type){ .kind = TYPE_UUID }, e);
	uuid = arena_alloc(ev->arena, 16);
	if (s.length >= 2 && s.at[0] == '{' && s.at[s.length - 1] == '}')
		s = (struct str){ s.at + 1, s.length - 2 };
	for (uint32_t i = 0; i < s.length; i++) {
		int digit = hex_digit(s.at[i]);

		if (s.at[i] == '-' && digits > 0 && digits % 4 == 0 && s.at[i - 1] != '-')
			continue;
		if (digit < 0 || digits >= 32)
			return malformed("uuid", value_str(v), e);
		uuid[digits / 2] |= (uint8_t)(digits % 2 == 0 ? digit << 4 : digit);
		digits++;
	}
	if (digits != 32)
		return malformed("uuid", value_str(v), e);
	*out = (struct value){ .type = VALUE_UUID, .uuid = uuid };
	return OK;
}

/* ---- time ---- */

static struct value temporal(enum value_type type, int64_t i)
{
	return (struct value){ .type = (uint8_t)type, .integer = i };
}

static enum sqlstate to_date(struct eval *ev, struct value v, struct value *out, struct error *e)
{
	int64_t local = v.integer;
	int32_t date;

	switch (v.type) {
	case VALUE_DATE:
		*out = v;
		return OK;
	case VALUE_STRING:
		TRY(date_parse(value_str(v), date_style(ev).order, &date, e));
		*out = temporal(VALUE_DATE, date);
		return OK;
	case VALUE_TIMESTAMPTZ:
		local = timestamp_to_local(v.integer, eval_zone(ev));
		FALLTHROUGH;
	case VALUE_TIMESTAMP:
		*out = temporal(VALUE_DATE, timestamp_to_date(local));
		return OK;
	default:
		return refuse(v, (struct type){ .kind = TYPE_DATE }, e);
	}
}

static enum sqlstate to_time(struct eval *ev, struct value v, struct value *out, struct error *e)
{
	int64_t local = v.integer;

	switch (v.type) {
	case VALUE_TIME:
		*out = v;
		return OK;
	case VALUE_TIMETZ:
		*out = temporal(VALUE_TIME, v.integer);
		return OK;
	case VALUE_DURATION:
		local = v.duration->microseconds % USECS_PER_DAY;
		*out = temporal(VALUE_TIME, local < 0 ? local + USECS_PER_DAY : local);
		return OK;
	case VALUE_STRING:
		TRY(time_parse(value_str(v), date_style(ev).order, &local, e));
		*out = temporal(VALUE_TIME, local);
		return OK;
	case VALUE_TIMESTAMPTZ:
		local = timestamp_to_local(v.integer, eval_zone(ev));
		FALLTHROUGH;
	case VALUE_TIMESTAMP:
		*out = value_null();
		if (timestamp_is_finite(local))
			*out = temporal(VALUE_TIME, timestamp_to_time(local));
		return OK;
	default:
		return refuse(v, (struct type){ .kind = TYPE_TIME }, e);
	}
}

static enum sqlstate to_timetz(struct eval *ev, struct value v, struct value *out, struct error *e)
{
	const struct zone *zone = eval_zone(ev);
	struct timetz t;

	if (v.type == VALUE_TIMETZ) {
		*out = v;
		return OK;
	}
	if (v.type == VALUE_STRING) {
		TRY(timetz_parse(value_str(v), date_style(ev).order, zone, &t, e));
	} else {
		struct value time;

		TRY(to_time(ev, v, &time, e));
		if (time.type == VALUE_NULL) {
			*out = time;
			return OK;
		}
		t = (struct timetz){ time.integer, -zone_offset_at_instant(zone, eval_now(ev)) };
	}
	*out = temporal(VALUE_TIMETZ, t.time_us);
	out->count = (uint32_t)t.zone_west_s;
	return OK;
}

static enum sqlstate to_timestamp(
	struct eval *ev, struct value v, struct value *out, struct error *e)
{
	int64_t t = v.integer;

	switch (v.type) {
	case VALUE_TIMESTAMP:
		break;
	case VALUE_STRING:
		TRY(timestamp_parse(value_str(v), date_style(ev).order, &t, e));
		break;
	case VALUE_DATE:
		TRY(date_to_timestamp((int32_t)v.integer, &t, e));
		break;
	case VALUE_TIMESTAMPTZ:
		t = timestamp_to_local(v.integer, eval_zone(ev));
		break;
	default:
		return refuse(v, (struct type){ .kind = TYPE_TIMESTAMP }, e);
	}
	*out = temporal(VALUE_TIMESTAMP, t);
	return OK;
}

static enum sqlstate to_timestamptz(
	struct eval *ev, struct value v, struct value *out, struct error *e)
{
	struct value local;
	int64_t t;

	if (v.type == VALUE_TIMESTAMPTZ) {
		*out = v;
		return OK;
	}
	if (v.type == VALUE_STRING) {
		TRY(timestamptz_parse(value_str(v), date_style(ev).order, eval_zone(ev), &t, e));
	} else {
		TRY(to_timestamp(ev, v, &local, e));
		TRY(timestamp_to_instant(local.integer, eval_zone(ev), &t, e));
	}
	*out = temporal(VALUE_TIMESTAMPTZ, t);
	return OK;
}

static void put_interval(struct eval *ev, struct interval i, struct value *out)
{
	struct value_duration *d = arena_alloc_raw(ev->arena, sizeof *d);

	*d = (struct value_duration){ i.months, i.days, i.microseconds };
	*out = (struct value){ .type = VALUE_DURATION, .duration = d };
}

enum sqlstate eval_interval(
	struct eval *ev, struct str text, uint8_t range, struct value *out, struct error *e)
{
	struct interval i;

	TRY(interval_parse_style(text, interval_style(ev), range, &i, e));
	put_interval(ev, i, out);
	return OK;
}

static enum sqlstate to_duration(
	struct eval *ev, struct value v, struct value *out, struct error *e)
{
	if (v.type == VALUE_STRING)
		return eval_interval(ev, value_str(v), INTERVAL_ALL, out, e);
	if (v.type == VALUE_DURATION)
		*out = v;
	else if (v.type == VALUE_TIME)
		put_interval(ev, (struct interval){ .microseconds = v.integer }, out);
	else
		return refuse(v, (struct type){ .kind = TYPE_DURATION }, e);
	return OK;
}

/* ---- all of them ---- */

static enum sqlstate list_of_items(struct eval *ev, const struct array_text_item *texts,
	uint32_t count, struct type item, struct value *out, struct error *e)
{
	struct value *items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)count + 1));

	for (uint32_t i = 0; i < count; i++) {
		items[i] = value_null();
		if (texts[i].is_array)
			TRY(list_of_items(
				ev, texts[i].items, texts[i].count, item, &items[i], e));
		else if (!texts[i].is_null)
			TRY(eval_cast(ev, value_string(texts[i].text), item, false, &items[i], e));
	}
	*out = eval_list(items, count);
	return OK;
}

/* An array as PostgreSQL writes it. */
static enum sqlstate list_of_text(
	struct eval *ev, struct str text, struct type item, struct value *out, struct error *e)
{
	struct array_text_item *texts;
	uint32_t count;

	TRY(array_text_read(ev->arena, text, &texts, &count, e));
	return list_of_items(ev, texts, count, item, out, e);
}

static enum sqlstate to_list(struct eval *ev, struct value v, struct type type, bool is_lenient,
	struct value *out, struct error *e)
{
	struct type item = { .kind = type.item };
	struct value *items;

	if (v.type == VALUE_STRING && item.kind != TYPE_ANY && item.kind != TYPE_NULL)
		return list_of_text(ev, value_str(v), item, out, e);
	if (v.type != VALUE_LIST)
		return refuse(v, type, e);
	*out = v;
	if (item.kind == TYPE_ANY || item.kind == TYPE_NULL)
		return OK;
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)v.count + 1));
	/* A list in it is a further dimension. */
	for (uint32_t i = 0; i < v.count; i++)
		TRY(eval_cast(ev, v.items[i], v.items[i].type == VALUE_LIST ? type : item,
			is_lenient, &items[i], e));
	*out = eval_list(items, v.count);
	return OK;
}

static enum sqlstate cast_to(struct eval *ev, struct value v, struct type type, bool is_lenient,
	struct value *out, struct error *e)
{
	switch ((enum type_kind)type.kind) {
	case TYPE_BOOL:
		return to_bool(v, is_lenient, out, e);
	case TYPE_INT16:
	case TYPE_INT32:
	case TYPE_INT64:
	case TYPE_OID:
	case TYPE_XID:
	case TYPE_XID8:
	case TYPE_CID:
	case TYPE_REGPROC:
	case TYPE_REGPROCEDURE:
	case TYPE_REGOPER:
	case TYPE_REGOPERATOR:
	case TYPE_REGCLASS:
	case TYPE_REGTYPE:
	case TYPE_REGROLE:
	case TYPE_REGNAMESPACE:
		return to_int(v, type, is_lenient, out, e);
	case TYPE_FLOAT32:
	case TYPE_FLOAT64:
		return to_float(v, type, out, e);
	case TYPE_DECIMAL:
		return to_decimal(ev, v, out, e);
	case TYPE_STRING:
	case TYPE_UNKNOWN:
	case TYPE_VARCHAR:
	case TYPE_BPCHAR:
	case TYPE_CHAR:
	case TYPE_NAME:
	case TYPE_ACLITEM:
	case TYPE_NODE_TREE:
	case TYPE_ANYARRAY:
	case TYPE_JSONPATH:
	case TYPE_TID:
		return to_string(ev, v, out, e);
	case TYPE_BYTES:
		return to_bytes(ev, v, out, e);
	case TYPE_UUID:
		return to_uuid(ev, v, out, e);
	case TYPE_DATE:
		return to_date(ev, v, out, e);
	case TYPE_TIME:
		return to_time(ev, v, out, e);
	case TYPE_TIMETZ:
		return to_timetz(ev, v, out, e);
	case TYPE_TIMESTAMP:
		return to_timestamp(ev, v, out, e);
	case TYPE_TIMESTAMPTZ:
		return to_timestamptz(ev, v, out, e);
	case TYPE_DURATION:
		return to_duration(ev, v, out, e);
	case TYPE_LIST:
		return to_list(ev, v, type, is_lenient, out, e);
	case TYPE_NULL:
	case TYPE_ANY:
		*out = v;
		return OK;
	default:
		if (!type_takes_value(type, v))
			return refuse(v, type, e);
		*out = v;
		return OK;
	}
}

enum sqlstate eval_cast(struct eval *ev, struct value v, struct type type, bool is_lenient,
	struct value *out, struct error *e)
{
	enum sqlstate rc;

	*out = value_null();
	if (v.type == VALUE_NULL)
		return OK;
	rc = cast_to(ev, v, type, is_lenient, out, e);
	if (rc == OK || !is_lenient)
		return rc;
	error_clear(e);
	*out = value_null();
	return OK;
}
