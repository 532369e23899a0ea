/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values: equality, order, hashing, and two byte forms. The semantics are those of the language
 * manual; nothing here knows of records, transactions or the wire.
 *
 * Invariants
 * V1 value_same(a, b) implies value_hash(a) == value_hash(b).
 * V2 value_order is total, and 0 exactly when value_same.
 * V3 memcmp of two key forms has the sign of value_order, and no form is a prefix of another.
 *
 * The stored form is a type byte and a body, integers little-endian:
 *     BOOL 1 byte · INT, FLOAT, DATE, TIME, TIMESTAMP, TIMESTAMPTZ 8 · TIMETZ 8 + 4 (zone)
 *     DURATION 4 months, 4 days, 8 microseconds · UUID 16
 *     DECIMAL kind (80 added if negative), 2 scale, varint length, bytes of the whole number
 *     STRING, BYTES varint length, bytes · LIST varint count, stored forms (NULL has no body)
 *
 * The key form is in value_key.c.
 */
#include "storage/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/interval.h"

#include "base/decimal.h"
#include "base/hash.h"
#include "storage/value/value_rank.h"

static const struct {
	const char *name;
	uint8_t rank;
} types[] = {
	[VALUE_NULL] = { "NULL", RANK_NULL },
	[VALUE_BOOL] = { "BOOL", RANK_BOOL },
	[VALUE_INT] = { "INT64", RANK_NUMBER },
	[VALUE_FLOAT] = { "FLOAT64", RANK_NUMBER },
	[VALUE_STRING] = { "STRING", RANK_STRING },
	[VALUE_BYTES] = { "BYTES", RANK_BYTES },
	[VALUE_DATE] = { "DATE", RANK_DATE },
	[VALUE_TIME] = { "TIME", RANK_TIME },
	[VALUE_TIMETZ] = { "TIMETZ", RANK_TIMETZ },
	[VALUE_TIMESTAMP] = { "TIMESTAMP", RANK_TIMESTAMP },
	[VALUE_TIMESTAMPTZ] = { "TIMESTAMPTZ", RANK_TIMESTAMPTZ },
	[VALUE_DURATION] = { "DURATION", RANK_DURATION },
	[VALUE_UUID] = { "UUID", RANK_UUID },
	[VALUE_DECIMAL] = { "DECIMAL", RANK_NUMBER },
	[VALUE_LIST] = { "LIST", RANK_LIST },
	[VALUE_MAP] = { "MAP", RANK_MAP },
	[VALUE_NODE] = { "NODE", RANK_NODE },
	[VALUE_EDGE] = { "EDGE", RANK_EDGE },
	[VALUE_PATH] = { "PATH", RANK_PATH },
};

const char *value_type_name(enum value_type type)
{
	if ((unsigned)type >= ARRAY_COUNT(types) || types[type].name == NULL)
		return "unknown";
	return types[type].name;
}

bool value_type_is_storable(enum value_type type)
{
	return type > VALUE_NULL && type <= VALUE_LIST;
}

static bool list_is_storable(struct value v, uint32_t depth)
{
	uint32_t i;

	if (depth > VALUE_LIST_DEPTH_MAX)
		return false;
	for (i = 0; i < v.count; i++) {
		struct value item = v.items[i];
		bool is_scalar = item.type == VALUE_NULL || value_type_is_storable(item.type);

		if (item.type == VALUE_LIST ? !list_is_storable(item, depth + 1) : !is_scalar)
			return false;
	}
	return true;
}

bool value_is_storable(struct value v)
{
	return v.type == VALUE_LIST ? list_is_storable(v, 1) : value_type_is_storable(v.type);
}

static bool is_nan(struct value v)
{
	return (v.type == VALUE_FLOAT && isnan(v.real)) ||
	       (v.type == VALUE_DECIMAL && v.decimal->kind == DECIMAL_NAN);
}

bool value_is_number(struct value v)
{
	return v.type == VALUE_INT || v.type == VALUE_FLOAT || v.type == VALUE_DECIMAL;
}

double value_to_double(struct value v)
{
	assert(value_is_number(v));
	if (v.type == VALUE_DECIMAL)
		return decimal_to_double(v.decimal);
	return v.type == VALUE_INT ? (double)v.integer : v.real;
}

enum type_rank value_type_rank(enum value_type type)
{
	return (enum type_rank)types[type].rank;
}

enum type_rank value_rank(struct value v)
{
	return is_nan(v) ? RANK_NAN : value_type_rank(v.type);
}

#define ORDER_OF(a, b) ((a) < (b) ? -1 : (a) > (b))

/* ---- order ---------------------------------------------------------------------------------- */

/* Exact: no integer is rounded. f is not NaN. */
int value_int_float_order(int64_t i, double f)
{
	int64_t whole;

	if (f >= 0x1p63)
		return -1;
	if (f < -0x1p63)
		return 1;
	whole = (int64_t)f; /* toward zero */
	if (i != whole)
		return i < whole ? -1 : 1;
	return ORDER_OF((double)whole, f);
}

/* Room for a decimal made of an integer. */
union small_decimal {
	struct decimal decimal;
	uint8_t bytes[sizeof(struct decimal) + sizeof(uint64_t)];
};

static const struct decimal *small_decimal(union small_decimal *room, int64_t i)
{
	uint64_t magnitude = i < 0 ? -(uint64_t)i : (uint64_t)i;

	room->decimal = (struct decimal){ .is_negative = i < 0, .limb_count = i != 0 };
	memcpy(room->bytes + offsetof(struct decimal, limbs), &magnitude, sizeof magnitude);
	return &room->decimal;
}

/* b is of any type of number. */
static int decimal_number_order(const struct decimal *a, struct value b)
{
	union small_decimal room;

	if (b.type == VALUE_DECIMAL)
		return decimal_order(a, b.decimal);
	if (b.type == VALUE_FLOAT)
		return decimal_order_double(a, b.real);
	return decimal_order(a, small_decimal(&room, b.integer));
}

/* Neither is NaN. */
static int number_order(struct value a, struct value b)
{
	if (a.type == VALUE_DECIMAL)
		return decimal_number_order(a.decimal, b);
	if (b.type == VALUE_DECIMAL)
		return -decimal_number_order(b.decimal, a);
	if (a.type == VALUE_INT && b.type == VALUE_INT)
		return ORDER_OF(a.integer, b.integer);
	if (a.type == VALUE_INT)
		return value_int_float_order(a.integer, b.real);
	if (b.type == VALUE_INT)
		return -value_int_float_order(b.integer, a.real);
	return ORDER_OF(a.real, b.real);
}

static int duration_order(const struct value_duration *a, const struct value_duration *b)
{
	__int128 span_a = value_duration_span(a), span_b = value_duration_span(b);

	if (span_a != span_b)
		return span_a < span_b ? -1 : 1;
	if (a->months != b->months)
		return a->months < b->months ? -1 : 1;
	return ORDER_OF(a->days, b->days);
}

static int list_order(struct value a, struct value b)
{
	uint32_t i;

	for (i = 0; i < MIN_OF(a.count, b.count); i++) {
		int order = value_order(a.items[i], b.items[i]);

		if (order != 0)
			return order;
	}
	return ORDER_OF(a.count, b.count);
}

static int map_order(struct value a, struct value b)
{
	uint32_t i;

	for (i = 0; i < MIN_OF(a.count, b.count); i++) {
		int order = str_compare(a.entries[i].key, b.entries[i].key);

		if (order == 0)
			order = value_order(a.entries[i].value, b.entries[i].value);
		if (order != 0)
			return order;
	}
	return ORDER_OF(a.count, b.count);
}

static int path_order(const struct value_path *a, const struct value_path *b)
{
	uint32_t shared = MIN_OF(a->edge_count, b->edge_count), i;

	for (i = 0; i <= shared; i++) {
		if (a->nodes[i] != b->nodes[i])
			return a->nodes[i] < b->nodes[i] ? -1 : 1;
		if (i < shared && a->edges[i] != b->edges[i])
			return a->edges[i] < b->edges[i] ? -1 : 1;
	}
	return ORDER_OF(a->edge_count, b->edge_count);
}

/* Of two values of one rank. */
static int order_within(struct value a, struct value b)
{
	switch (value_rank(a)) {
	case RANK_NULL:
	case RANK_NAN:
		return 0;
	case RANK_NUMBER:
		return number_order(a, b);
	case RANK_BOOL:
		return (int)a.boolean - (int)b.boolean;
	case RANK_STRING:
	case RANK_BYTES:
		return str_compare(value_str(a), value_str(b));
	case RANK_UUID:
		return memcmp(a.uuid, b.uuid, 16);
	case RANK_DURATION:
		return duration_order(a.duration, b.duration);
	case RANK_TIMETZ:
		return ORDER_OF(value_timetz_instant(a), value_timetz_instant(b));
	case RANK_NODE:
	case RANK_EDGE:
		return ORDER_OF(a.id, b.id);
	case RANK_LIST:
		return list_order(a, b);
	case RANK_MAP:
		return map_order(a, b);
	case RANK_PATH:
		return path_order(a.path, b.path);
	default: /* DATE, TIME, TIMESTAMP, TIMESTAMPTZ */
		return ORDER_OF(a.integer, b.integer);
	}
}

int value_order(struct value a, struct value b)
{
	int rank_a = value_rank(a), rank_b = value_rank(b);

	if (rank_a != rank_b)
		return rank_a < rank_b ? -1 : 1;
	return order_within(a, b);
}

/* ---- equality ------------------------------------------------------------------------------- */

/* Both walks stop at the first difference, but a NULL before it does not decide: [NULL, 1] = [2, 3]
   is false. */
static int list_equal(struct value a, struct value b)
{
	int result = 1;
	uint32_t i;

	if (a.count != b.count)
		return 0;
	for (i = 0; i < a.count; i++) {
		int equal = value_equal(a.items[i], b.items[i]);

		if (equal == 0)
			return 0;
		if (equal < 0)
			result = -1;
	}
	return result;
}

static int map_equal(struct value a, struct value b)
{
	int result = 1;
	uint32_t i;

	if (a.count != b.count)
		return 0;
	for (i = 0; i < a.count; i++) {
		int equal;

		if (!str_equal(a.entries[i].key, b.entries[i].key))
			return 0;
		equal = value_equal(a.entries[i].value, b.entries[i].value);
		if (equal == 0)
			return 0;
		if (equal < 0)
			result = -1;
	}
	return result;
}

int value_equal(struct value a, struct value b)
{
	if (a.type == VALUE_NULL || b.type == VALUE_NULL)
		return -1;
	if (types[a.type].rank != types[b.type].rank)
		return 0;
	if (is_nan(a) || is_nan(b))
		return 0;
	if (a.type == VALUE_LIST)
		return list_equal(a, b);
	if (a.type == VALUE_MAP)
		return map_equal(a, b);
	return order_within(a, b) == 0;
}

bool value_same(struct value a, struct value b)
{
	if (a.type == b.type && a.type == VALUE_STRING)
		return str_equal(value_str(a), value_str(b));
	return value_order(a, b) == 0;
}

bool value_identical(struct value a, struct value b)
{
	struct buf left = { 0 }, right = { 0 };
	bool is_it;

	if (a.type != b.type)
		return false;
	if (a.type == VALUE_INT)
		return a.integer == b.integer;
	if (a.type == VALUE_STRING)
		return str_equal(value_str(a), value_str(b));
	value_encode(&left, a);
	value_encode(&right, b);
	is_it = str_equal(buf_str(&left), buf_str(&right));
	buf_free(&left);
	buf_free(&right);
	return is_it;
}

/* ---- hashing -------------------------------------------------------------------------------- */

static uint64_t number_hash(struct value v)
{
	uint64_t bits;

	if (v.type == VALUE_DECIMAL) {
		int64_t whole;
		double near = decimal_to_double(v.decimal);

		if (decimal_is_int64(v.decimal, &whole))
			return hash_u64((uint64_t)whole);
		if (!isnan(near) && decimal_order_double(v.decimal, near) != 0)
			return decimal_hash(v.decimal);
		v = value_float(near);
	}
	if (v.type == VALUE_INT)
		return hash_u64((uint64_t)v.integer);
	if (isnan(v.real))
		return hash_u64(UINT64_C(0x7FF8000000000001));
	if (v.real >= -0x1p63 && v.real < 0x1p63 && v.real == trunc(v.real))
		return hash_u64((uint64_t)(int64_t)v.real);
	memcpy(&bits, &v.real, sizeof(bits));
	return hash_u64(bits);
}

static uint64_t composite_hash(struct value v)
{
	uint64_t hash = hash_u64(v.count + UINT64_C(0x100000000));
	uint32_t i;

	for (i = 0; i < v.count; i++) {
		if (v.type == VALUE_MAP) {
			struct str key = v.entries[i].key;

			hash = hash_combine(hash, hash_bytes(key.at, key.length));
			hash = hash_combine(hash, value_hash(v.entries[i].value));
		} else {
			hash = hash_combine(hash, value_hash(v.items[i]));
		}
	}
	return hash;
}

static uint64_t path_hash(const struct value_path *p)
{
	uint64_t hash = hash_u64(p->nodes[0]);
	uint32_t i;

	for (i = 0; i < p->edge_count; i++)
		hash = hash_combine(hash_combine(hash, p->edges[i]), p->nodes[i + 1]);
	return hash;
}

uint64_t value_hash(struct value v)
{
	uint64_t salt = types[v.type].rank;

	switch (v.type) {
	case VALUE_NULL:
		return hash_u64(salt);
	case VALUE_INT:
	case VALUE_FLOAT:
	case VALUE_DECIMAL:
		return number_hash(v);
	case VALUE_BOOL:
		return hash_u64(salt << 8 | v.boolean);
	case VALUE_STRING:
	case VALUE_BYTES:
		return hash_bytes(v.bytes, v.count) ^ salt;
	case VALUE_UUID:
		return hash_bytes(v.uuid, 16) ^ salt;
	case VALUE_DURATION:
		return hash_combine(
			hash_combine((uint32_t)v.duration->months, (uint32_t)v.duration->days),
			(uint64_t)v.duration->microseconds);
	case VALUE_TIMETZ:
		return hash_combine(salt, (uint64_t)value_timetz_instant(v));
	case VALUE_LIST:
	case VALUE_MAP:
		return composite_hash(v);
	case VALUE_PATH:
		return path_hash(v.path);
	default:
		return hash_combine(salt, v.id);
	}
}

/* ---- comparison ----------------------------------------------------------------------------- */

static bool type_has_less_than(enum value_type type)
{
	switch (type) {
	case VALUE_NULL:
	case VALUE_DURATION:
	case VALUE_MAP:
	case VALUE_NODE:
	case VALUE_EDGE:
	case VALUE_PATH:
		return false;
	default:
		return true;
	}
}

void value_compare(struct value a, struct value b, bool *comparable, int *order)
{
	uint32_t i;

	*order = 0;
	*comparable = false;
	if (!type_has_less_than(a.type) || types[a.type].rank != types[b.type].rank)
		return;
	*comparable = true;
	if (is_nan(a) || is_nan(b)) {
		*order = 2;
		return;
	}
	if (a.type != VALUE_LIST) {
		*order = ORDER_OF(order_within(a, b), 0); /* 2 is taken: by NaN */
		return;
	}
	for (i = 0; i < MIN_OF(a.count, b.count); i++) {
		value_compare(a.items[i], b.items[i], comparable, order);
		if (!*comparable || *order != 0)
			return;
	}
	*order = ORDER_OF(a.count, b.count);
}

/* ---- copies --------------------------------------------------------------------------------- */

static const void *bytes_copy(struct arena *a, const void *from, size_t size)
{
	void *to = arena_alloc_raw(a, size == 0 ? 1 : size);

	if (size != 0)
		memcpy(to, from, size);
	return to;
}

static const struct value *items_copy(struct arena *a, const struct value *from, uint32_t count)
{
	struct value *to = ARENA_ARRAY(a, struct value, count);
	uint32_t i;

	for (i = 0; i < count; i++)
		to[i] = value_copy(a, from[i]);
	return to;
}

static const struct value_entry *entries_copy(
	struct arena *a, const struct value_entry *from, uint32_t count)
{
	struct value_entry *to = ARENA_ARRAY(a, struct value_entry, count);
	uint32_t i;

	for (i = 0; i < count; i++) {
		to[i].key = arena_str(a, from[i].key);
		to[i].value = value_copy(a, from[i].value);
	}
	return to;
}

static const struct value_path *path_copy(struct arena *a, const struct value_path *from)
{
	struct value_path *to = ARENA_NEW(a, struct value_path);

	to->edge_count = from->edge_count;
	to->nodes = bytes_copy(a, from->nodes, sizeof(uint64_t) * ((size_t)from->edge_count + 1));
	to->edges = bytes_copy(a, from->edges, sizeof(uint64_t) * from->edge_count);
	return to;
}

struct value value_copy(struct arena *a, struct value v)
{
	switch (v.type) {
	case VALUE_STRING:
	case VALUE_BYTES:
		v.bytes = bytes_copy(a, v.bytes, v.count);
		break;
	case VALUE_UUID:
		v.uuid = bytes_copy(a, v.uuid, 16);
		break;
	case VALUE_DECIMAL:
		v.decimal = decimal_copy(a, v.decimal);
		break;
	case VALUE_DURATION:
		v.duration = bytes_copy(a, v.duration, sizeof(*v.duration));
		break;
	case VALUE_LIST:
		v.items = items_copy(
			a, v.items, v.spare[0] == VALUE_SPARE_NAMED ? 2 * v.count : v.count);
		break;
	case VALUE_MAP:
		v.entries = entries_copy(a, v.entries, v.count);
		break;
	case VALUE_PATH:
		v.path = path_copy(a, v.path);
		break;
	default:
		break;
	}
	return v;
}

/* A multiple of the unit. The infinite ones stay, and where there is no multiple beyond. */
static int64_t round_to(int64_t microseconds, int64_t unit)
{
	int64_t rest = microseconds % unit;
	int64_t away = rest < 0 ? -unit : unit;
	int64_t rounded = microseconds - rest;

	if (microseconds == INT64_MIN || microseconds == INT64_MAX)
		return microseconds;
	if (2 * llabs(rest) >= unit && __builtin_add_overflow(rounded, away, &rounded))
		return microseconds;
	return rounded;
}

struct value value_round_seconds(struct arena *a, struct value v, uint32_t digits)
{
	struct value_duration *duration;
	int64_t unit = 1;

	for (; digits < 6; digits++)
		unit *= 10;
	if (unit == 1)
		return v;
	if (v.type != VALUE_DURATION) {
		v.integer = round_to(v.integer, unit);
		return v;
	}
	duration = ARENA_NEW(a, struct value_duration);
	*duration = *v.duration;
	duration->microseconds = round_to(duration->microseconds, unit);
	v.duration = duration;
	return v;
}

struct value value_cut_duration(struct arena *a, struct value v, uint8_t range)
{
	struct interval i = { v.duration->microseconds, v.duration->days, v.duration->months };
	struct value_duration *cut = ARENA_NEW(a, struct value_duration);

	interval_cut(&i, range);
	*cut = (struct value_duration){ i.months, i.days, i.microseconds };
	v.duration = cut;
	return v;
}

/* ---- the stored form ------------------------------------------------------------------------ */

static void put_varint(struct buf *to, uint32_t n)
{
	while (n >= 0x80) {
		buf_put_byte(to, (uint8_t)(n | 0x80));
		n >>= 7;
	}
	buf_put_byte(to, (uint8_t)n);
}

static bool get_varint(const uint8_t **at, const uint8_t *end, uint32_t *out)
{
	uint64_t n = 0;
	unsigned shift;

	for (shift = 0; shift < 35; shift += 7) {
		uint8_t byte;

		if (*at == end)
			return false;
		byte = *(*at)++;
		n |= (uint64_t)(byte & 0x7F) << shift;
		if (byte < 0x80) {
			*out = (uint32_t)n;
			return n <= UINT32_MAX;
		}
	}
	return false;
}

enum { DECIMAL_NEGATIVE = 0x80 };

static void decimal_encode(struct buf *to, const struct decimal *d)
{
	uint32_t size = d->limb_count * (uint32_t)sizeof(uint64_t);

	while (size > 0 && ((const uint8_t *)d->limbs)[size - 1] == 0)
		size--;
	buf_put_byte(to, (uint8_t)(d->kind | (d->is_negative ? DECIMAL_NEGATIVE : 0)));
	buf_put(to, &d->scale, sizeof d->scale);
	put_varint(to, size);
	if (size != 0)
		buf_put(to, d->limbs, size);
}

void value_encode_body(struct buf *to, struct value v)
{
	uint32_t i;

	switch (v.type) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		buf_put_byte(to, v.boolean);
		break;
	case VALUE_STRING:
	case VALUE_BYTES:
		put_varint(to, v.count);
		if (v.count != 0)
			buf_put(to, v.bytes, v.count);
		break;
	case VALUE_TIMETZ:
		buf_put(to, &v.integer, 8);
		buf_put(to, &v.count, 4);
		break;
	case VALUE_DURATION:
		buf_put(to, &v.duration->months, 4);
		buf_put(to, &v.duration->days, 4);
		buf_put(to, &v.duration->microseconds, 8);
		break;
	case VALUE_UUID:
		buf_put(to, v.uuid, 16);
		break;
	case VALUE_DECIMAL:
		decimal_encode(to, v.decimal);
		break;
	case VALUE_LIST:
		put_varint(to, v.count);
		for (i = 0; i < v.count; i++)
			value_encode(to, v.items[i]);
		break;
	default:
		assert(value_type_is_storable(v.type));
		buf_put(to, &v.integer, 8);
		break;
	}
}

void value_encode(struct buf *to, struct value v)
{
	buf_put_byte(to, v.type);
	value_encode_body(to, v);
}

static COLD enum sqlstate broken(struct error *e)
{
	return FAIL(e, E_DATA_CORRUPTED, "stored property value is broken");
}

static enum sqlstate bytes_decode(
	const uint8_t **at, const uint8_t *end, struct arena *a, struct value *out, struct error *e)
{
	uint32_t size;
	char *text;

	if (!get_varint(at, end, &size) || size > (size_t)(end - *at))
		return broken(e);
	text = arena_alloc_raw(a, (size_t)size + 1);
	memcpy(text, *at, size);
	text[size] = '\0';
	*at += size;
	out->count = size;
	out->bytes = text;
	return OK;
}

static enum sqlstate decimal_decode(
	const uint8_t **at, const uint8_t *end, struct arena *a, struct value *out, struct error *e)
{
	uint8_t head, kind;
	uint16_t scale;
	uint32_t size;

	if (end - *at < 3)
		return broken(e);
	head = *(*at)++;
	memcpy(&scale, *at, sizeof scale);
	*at += sizeof scale;
	if (!get_varint(at, end, &size) || size > (size_t)(end - *at))
		return broken(e);
	kind = head & ~DECIMAL_NEGATIVE;
	if (kind > DECIMAL_NAN || (kind != DECIMAL_FINITE && (size != 0 || scale != 0)))
		return broken(e);
	if (scale > DECIMAL_SCALE_MAX || (size != 0 && (*at)[size - 1] == 0) ||
		(kind != DECIMAL_INFINITE && size == 0 && head != kind))
		return broken(e);
	out->decimal = decimal_of_bytes(a, (enum decimal_kind)kind, head != kind, scale, *at, size);
	*at += size;
	return OK;
}

/* A list in a list is one of a further dimension. */
static enum sqlstate list_decode(const uint8_t **at, const uint8_t *end, uint32_t depth,
	struct arena *a, struct value *out, struct error *e)
{
	struct value *items;
	uint32_t count, i;

	if (!get_varint(at, end, &count) || count > (size_t)(end - *at))
		return broken(e);
	items = ARENA_ARRAY(a, struct value, count == 0 ? 1 : count);
	for (i = 0; i < count; i++) {
		if (*at == end)
			return broken(e);
		if (**at != VALUE_LIST) {
			TRY(value_decode(at, end, a, &items[i], e));
			continue;
		}
		if (depth == VALUE_LIST_DEPTH_MAX)
			return broken(e);
		++*at;
		items[i] = (struct value){ .type = VALUE_LIST };
		TRY(list_decode(at, end, depth + 1, a, &items[i], e));
	}
	out->count = count;
	out->items = items;
	return OK;
}

static enum sqlstate fixed_decode(const uint8_t **at, const uint8_t *end, uint32_t size,
	struct arena *a, struct value *out, struct error *e)
{
	struct value_duration *d;

	if (size > (size_t)(end - *at))
		return broken(e);
	switch (out->type) {
	case VALUE_BOOL:
		if (**at > 1)
			return broken(e);
		out->boolean = **at != 0;
		break;
	case VALUE_TIMETZ:
		memcpy(&out->integer, *at, 8);
		memcpy(&out->count, *at + 8, 4);
		break;
	case VALUE_DURATION:
		d = ARENA_NEW(a, struct value_duration);
		memcpy(&d->months, *at, 4);
		memcpy(&d->days, *at + 4, 4);
		memcpy(&d->microseconds, *at + 8, 8);
		out->duration = d;
		break;
	case VALUE_UUID:
		out->uuid = bytes_copy(a, *at, 16);
		break;
	default:
		memcpy(&out->integer, *at, 8);
		break;
	}
	*at += size;
	return OK;
}

enum sqlstate value_decode_body(const uint8_t **at, const uint8_t *end, enum value_type type,
	struct arena *a, struct value *out, struct error *e)
{
	*out = (struct value){ .type = (uint8_t)type };
	switch (type) {
	case VALUE_NULL:
		return OK;
	case VALUE_INT:
	case VALUE_FLOAT:
	case VALUE_DATE:
	case VALUE_TIME:
	case VALUE_TIMESTAMP:
	case VALUE_TIMESTAMPTZ:
		return fixed_decode(at, end, 8, a, out, e);
	case VALUE_BOOL:
		return fixed_decode(at, end, 1, a, out, e);
	case VALUE_TIMETZ:
		return fixed_decode(at, end, 12, a, out, e);
	case VALUE_DURATION:
	case VALUE_UUID:
		return fixed_decode(at, end, 16, a, out, e);
	case VALUE_STRING:
	case VALUE_BYTES:
		return bytes_decode(at, end, a, out, e);
	case VALUE_LIST:
		return list_decode(at, end, 1, a, out, e);
	case VALUE_DECIMAL:
		return decimal_decode(at, end, a, out, e);
	default:
		return broken(e);
	}
}

enum sqlstate value_decode(
	const uint8_t **at, const uint8_t *end, struct arena *a, struct value *out, struct error *e)
{
	uint8_t type;

	if (*at == end)
		return broken(e);
	type = *(*at)++;
	return value_decode_body(at, end, type, a, out, e);
}
