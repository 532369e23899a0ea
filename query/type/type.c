/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Static types: see type.h. The table below is the only place that lists all of them with their
 * names; everything else is derived from families.
 *
 * Invariants
 *  Y1. type_unify() is commutative, and associative but for numbers beside ANY.
 *  Y2. A list's item is a scalar or element type or ANY, never LIST and never NULL.
 */
#include "query/type/type.h"

#include <stdio.h>

#include "base/interval.h"
#include "storage/storage.h"

static const struct type_row {
	const char *name;
	enum type_kind base;
	enum type_family family;
	enum value_type stored;
	uint32_t oid, array;
} type_rows[TYPE_KIND_COUNT] = {
#define TYPE(kind, name, base, family, stored, oid, array)                                         \
	[TYPE_##kind] = { name, TYPE_##base, TYPE_FAMILY_##family, VALUE_##stored, oid, array },
#include "query/static_types.def"
#undef TYPE
};

struct type type_base(struct type t)
{
	switch (t.kind) {
	case TYPE_LIST:
		return t;
	case TYPE_INT2VECTOR:
		return (struct type){ TYPE_LIST, TYPE_INT16 };
	case TYPE_OIDVECTOR:
		return (struct type){ TYPE_LIST, TYPE_OID };
	case TYPE_RECORD:
		return (struct type){ TYPE_LIST, TYPE_ANY };
	default:
		return type_make(type_rows[t.kind].base);
	}
}

uint32_t query_type_oid(struct type type)
{
	if (type.kind == TYPE_LIST && type_rows[type.item].array != 0 && type.item != TYPE_NULL)
		return type_rows[type.item].array;
	return type_rows[type.kind].oid;
}

/* Where types share a number the first row is what comes in; jsonb is read as dynamic values. */
bool query_type_of_oid(uint32_t oid, struct type *out)
{
	if (oid == type_rows[TYPE_JSONB].oid || oid == type_rows[TYPE_JSON].oid) {
		*out = type_make(TYPE_ANY);
		return true;
	}
	for (uint8_t k = TYPE_NULL + 1; k < TYPE_KIND_COUNT; k++) {
		if (type_rows[k].oid == oid && k != TYPE_LIST) {
			*out = type_make((enum type_kind)k);
			return true;
		}
		if (type_rows[k].array == oid && oid != 0) {
			*out = type_list_of(type_make((enum type_kind)k));
			return true;
		}
	}
	return false;
}

bool type_is_reg(struct type t)
{
	return t.kind >= TYPE_REGPROC && t.kind <= TYPE_REGNAMESPACE;
}

bool type_is_string(struct type t)
{
	return type_rows[t.kind].family == TYPE_FAMILY_STRING;
}

bool type_is_integer(struct type t)
{
	t = type_base(t);
	return t.kind == TYPE_INT16 || t.kind == TYPE_INT32 || t.kind == TYPE_INT64;
}

bool type_is_number(struct type t)
{
	return type_rows[t.kind].family == TYPE_FAMILY_NUMBER;
}

enum type_family type_family(struct type t)
{
	return type_rows[t.kind].family;
}

const char *type_name(struct type t, char buffer[TYPE_NAME_SIZE])
{
	if (t.kind != TYPE_LIST || t.item == TYPE_ANY)
		return type_rows[t.kind].name;
	snprintf(buffer, TYPE_NAME_SIZE, "%s[]", type_rows[t.item].name);
	return buffer;
}

/* DECIMAL gives way to floating point (language 3.2); integers and FLOAT32 make FLOAT64. An oid
   beside a plain integer makes an oid. */
static struct type type_unify_numbers(struct type a, struct type b)
{
	bool is_a_number = type_base(a).kind == a.kind;

	if (is_a_number != (type_base(b).kind == b.kind))
		return is_a_number ? b : a;
	if (!is_a_number)
		return type_make(TYPE_OID);
	if (type_is_integer(a) && type_is_integer(b))
		return type_make(TYPE_INT64);
	if ((a.kind == TYPE_DECIMAL && type_is_integer(b)) ||
		(b.kind == TYPE_DECIMAL && type_is_integer(a)))
		return type_make(TYPE_DECIMAL);
	return type_make(TYPE_FLOAT64);
}

struct type type_unify(struct type a, struct type b)
{
	if (type_equal(a, b) || b.kind == TYPE_NULL)
		return a;
	if (a.kind == TYPE_NULL)
		return b;
	if (a.kind == TYPE_UNKNOWN || b.kind == TYPE_UNKNOWN)
		return a.kind == TYPE_UNKNOWN ? b : a;
	if (type_family(a) != type_family(b) || type_family(a) == TYPE_FAMILY_UNKNOWN)
		return type_make(TYPE_ANY);
	if (type_family(a) == TYPE_FAMILY_NUMBER)
		return type_unify_numbers(a, b);
	if (type_family(a) == TYPE_FAMILY_DATETIME)
		return type_make(TYPE_TIMESTAMP);
	if (type_is_string(a))
		return type_make(TYPE_STRING);
	if (type_family(a) == TYPE_FAMILY_LIST)
		return type_list_of(type_unify(type_item(a), type_item(b)));
	return type_make(TYPE_ANY);
}

struct type type_of_value(enum value_type type, enum value_type item)
{
	switch (type) {
	case VALUE_NULL:
		return type_make(TYPE_NULL);
	case VALUE_BOOL:
		return type_make(TYPE_BOOL);
	case VALUE_INT:
		return type_make(TYPE_INT64);
	case VALUE_FLOAT:
		return type_make(TYPE_FLOAT64);
	case VALUE_STRING:
		return type_make(TYPE_STRING);
	case VALUE_BYTES:
		return type_make(TYPE_BYTES);
	case VALUE_DATE:
		return type_make(TYPE_DATE);
	case VALUE_TIME:
		return type_make(TYPE_TIME);
	case VALUE_TIMETZ:
		return type_make(TYPE_TIMETZ);
	case VALUE_TIMESTAMP:
		return type_make(TYPE_TIMESTAMP);
	case VALUE_TIMESTAMPTZ:
		return type_make(TYPE_TIMESTAMPTZ);
	case VALUE_DURATION:
		return type_make(TYPE_DURATION);
	case VALUE_UUID:
		return type_make(TYPE_UUID);
	case VALUE_DECIMAL:
		return type_make(TYPE_DECIMAL);
	case VALUE_LIST:
		return type_list_of(type_of_value(item, VALUE_NULL));
	case VALUE_MAP:
		return type_make(TYPE_MAP);
	case VALUE_NODE:
		return type_make(TYPE_NODE);
	case VALUE_EDGE:
		return type_make(TYPE_EDGE);
	case VALUE_PATH:
		return type_make(TYPE_PATH);
	}
	unreachable();
}

struct type type_of_observed(uint32_t bits)
{
	uint32_t exact = TYPE_BIT(VALUE_INT) | TYPE_BIT(VALUE_DECIMAL);
	uint32_t numbers = exact | TYPE_BIT(VALUE_FLOAT);

	bits &= ~TYPE_BIT(VALUE_NULL);
	if (bits == 0)
		return type_make(TYPE_NULL);
	if ((bits & (bits - 1)) == 0)
		return type_of_value((enum value_type)__builtin_ctz(bits), VALUE_NULL);
	if ((bits & ~exact) == 0)
		return type_make(TYPE_DECIMAL);
	return type_make((bits & ~numbers) == 0 ? TYPE_FLOAT64 : TYPE_ANY);
}

enum value_type type_stored(struct type t)
{
	return type_rows[t.kind].stored;
}

static bool is_datetime(enum type_family f)
{
	return f == TYPE_FAMILY_DATETIME || f == TYPE_FAMILY_INSTANT;
}

bool type_is_assignable(struct type from, struct type to)
{
	enum type_family f = type_family(from), t = type_family(to);

	if (from.kind == TYPE_ANY || f == t)
		return true;
	if (is_datetime(f) && (is_datetime(t) || t == TYPE_FAMILY_TIME))
		return true;
	if (f == TYPE_FAMILY_TIMETZ && t == TYPE_FAMILY_TIME)
		return true;
	if (f == TYPE_FAMILY_TIME && t == TYPE_FAMILY_DURATION)
		return true;
	return t == TYPE_FAMILY_STRING && f != TYPE_FAMILY_NODE && f != TYPE_FAMILY_EDGE &&
	       f != TYPE_FAMILY_PATH;
}

struct type type_declared(const struct property_info *p)
{
	if (p->declared == VALUE_LIST && p->declared_item == VALUE_NULL)
		return type_list_of(type_make(TYPE_ANY));
	return type_of_value((enum value_type)p->declared, (enum value_type)p->declared_item);
}

/* INTERVAL DAY TO SECOND(3) */
static struct str interval_name(struct arena *a, struct type_modifier m, const char *brackets)
{
	struct buf text = { 0 };
	struct str made;

	interval_put_range(&text, m.range, m.seconds);
	made = arena_printf(a, "INTERVAL%.*s%s", STR_ARGS(buf_str(&text)), brackets);
	buf_free(&text);
	return made;
}

struct str type_declared_name(struct arena *a, const struct property_info *p)
{
	struct type_modifier m = p->modifier;
	bool is_list = p->declared == VALUE_LIST;
	uint8_t stored = is_list ? p->declared_item : p->declared;
	const char *brackets = is_list ? "[]" : "";

	if (m.range != INTERVAL_ALL)
		return interval_name(a, m, brackets);
	if (m.length > 0)
		return arena_printf(
			a, "%s(%u)%s", m.is_char ? "CHAR" : "STRING", m.length, brackets);
	if (m.seconds > 0)
		return arena_printf(a, "%s(%u)%s", value_type_name((enum value_type)stored),
			m.seconds - 1u, brackets);
	if (m.width > 0)
		return arena_printf(a, "%s%u%s", stored == VALUE_FLOAT ? "FLOAT" : "INT",
			(unsigned)m.width, brackets);
	if (m.precision > 0)
		return arena_printf(a, "DECIMAL(%u,%d)%s", m.precision, m.scale, brackets);
	return str_of(value_type_name((enum value_type)p->declared));
}

/* ---- written types --------------------------------------------------------------------------- */

/* Names of PostgreSQL that drivers write and the grammar does not know. */
static const struct {
	const char *name;
	enum type_kind kind;
} type_aliases[] = {
	{ "json", TYPE_ANY },
	{ "jsonb", TYPE_ANY },
	{ "name", TYPE_STRING },
	{ "regclass", TYPE_INT64 },
	{ "regtype", TYPE_INT64 },
	{ "oid", TYPE_INT64 },
	{ "unknown", TYPE_STRING },
	{ "bpchar", TYPE_STRING },
	{ "float4", TYPE_FLOAT32 },
	{ "float8", TYPE_FLOAT64 },
	{ "bool", TYPE_BOOL },
	{ "timetz", TYPE_TIMETZ },
	{ "timestamptz", TYPE_TIMESTAMPTZ },
};

/* Types of PostgreSQL that there are not, and what serves in their place. */
static const struct {
	const char *name, *hint;
} type_substitutes[] = {
	{ "inet", "Keep addresses as text." },
	{ "cidr", "Keep addresses as text." },
	{ "macaddr", "Keep addresses as text." },
	{ "point", "Keep coordinates in columns or properties of their own." },
	{ "box", "Keep coordinates in columns or properties of their own." },
	{ "polygon", "Keep coordinates in columns or properties of their own." },
	{ "geometry", "Keep coordinates in columns or properties of their own." },
	{ "geography", "Keep coordinates in columns or properties of their own." },
	{ "tsvector", "There is no full text search; use text, with LIKE or ~." },
	{ "tsquery", "There is no full text search; use text, with LIKE or ~." },
	{ "citext", "Use text, and compare lower(x)." },
	{ "hstore", "Use jsonb." },
	{ "xml", "Use text." },
	{ "money", "Use numeric(12,2)." },
	{ "bit", "Use boolean, integer or bytea." },
	{ "varbit", "Use boolean, integer or bytea." },
	{ "int4range", "Keep both ends in columns of their own." },
	{ "int8range", "Keep both ends in columns of their own." },
	{ "numrange", "Keep both ends in columns of their own." },
	{ "daterange", "Keep both ends in columns of their own." },
	{ "tsrange", "Keep both ends in columns of their own." },
	{ "tstzrange", "Keep both ends in columns of their own." },
	{ "datetime2", "Use timestamp." },
	{ "tinyint", "Use smallint." },
	{ "mediumint", "Use integer." },
	{ "blob", "Use bytea." },
	{ "clob", "Use text." },
	{ "number", "Use numeric." },
	{ "varchar2", "Use varchar." },
	{ "nvarchar", "Use varchar." },
};

enum sqlstate type_unknown(struct str name, struct error *e)
{
	struct str word = name;

	for (uint32_t i = 0; i < name.length && word.length == name.length; i++) {
		if (name.at[i] == '(' || name.at[i] == '[' || name.at[i] == ' ')
			word.length = i;
	}
	if (str_equal_nocase(word, STR("bit")) || str_equal_nocase(word, STR("varbit")))
		FAIL(e, E_NOT_SUPPORTED, "type %.*s is not supported", STR_ARGS(name));
	else
		FAIL(e, E_NO_OBJECT, "type \"%.*s\" does not exist", STR_ARGS(name));
	for (size_t i = 0; i < ARRAY_COUNT(type_substitutes); i++) {
		if (str_equal_nocase(word, str_of(type_substitutes[i].name)))
			error_hint(e, "%s", type_substitutes[i].hint);
	}
	return e->code;
}

static enum sqlstate type_bind_named(const struct ast_type *type, struct type *out, struct error *e)
{
	for (size_t i = 0; i < ARRAY_COUNT(type_aliases); i++) {
		if (str_equal_nocase(type->name, str_of(type_aliases[i].name))) {
			*out = type_make(type_aliases[i].kind);
			return OK;
		}
	}
	(void)type_unknown(type->name, e);
	e->byte_offset = (int)type->at;
	return e->code;
}

static enum type_kind type_kind_of_ast(enum ast_type_kind kind)
{
	static const uint8_t kinds[] = {
		[AST_TYPE_BOOL] = TYPE_BOOL,
		[AST_TYPE_INT16] = TYPE_INT16,
		[AST_TYPE_INT32] = TYPE_INT32,
		[AST_TYPE_INT64] = TYPE_INT64,
		[AST_TYPE_FLOAT32] = TYPE_FLOAT32,
		[AST_TYPE_FLOAT64] = TYPE_FLOAT64,
		[AST_TYPE_STRING] = TYPE_STRING,
		[AST_TYPE_BYTES] = TYPE_BYTES,
		[AST_TYPE_DECIMAL] = TYPE_DECIMAL,
		[AST_TYPE_UUID] = TYPE_UUID,
		[AST_TYPE_DATE] = TYPE_DATE,
		[AST_TYPE_TIME] = TYPE_TIME,
		[AST_TYPE_TIMETZ] = TYPE_TIMETZ,
		[AST_TYPE_TIMESTAMP] = TYPE_TIMESTAMP,
		[AST_TYPE_TIMESTAMPTZ] = TYPE_TIMESTAMPTZ,
		[AST_TYPE_DURATION] = TYPE_DURATION,
		[AST_TYPE_RECORD] = TYPE_MAP,
		[AST_TYPE_NODE] = TYPE_NODE,
		[AST_TYPE_EDGE] = TYPE_EDGE,
		[AST_TYPE_PATH] = TYPE_PATH,
		[AST_TYPE_ANY] = TYPE_ANY,
		[AST_TYPE_NULL] = TYPE_NULL,
	};

	return (enum type_kind)kinds[kind];
}

static enum sqlstate type_fail_unsupported(const struct ast_type *type, struct error *e)
{
	FAIL(e, E_NOT_SUPPORTED, "type %.*s is not supported", STR_ARGS(type->name));
	e->byte_offset = (int)type->at;
	return E_NOT_SUPPORTED;
}

static enum sqlstate bind_digits_of(
	const struct ast_type *type, struct type_modifier *out, struct error *e)
{
	int32_t precision = type->arguments[0];
	int32_t scale = type->argument_count > 1 ? type->arguments[1] : 0;

	if (type->argument_count == 0)
		return OK;
	if (precision < 1 || precision > DECIMAL_PRECISION_MAX) {
		FAIL(e, E_INVALID_VALUE, "NUMERIC precision %d must be between 1 and %d", precision,
			DECIMAL_PRECISION_MAX);
	} else if (scale < -DECIMAL_PRECISION_MAX || scale > DECIMAL_PRECISION_MAX) {
		FAIL(e, E_INVALID_VALUE, "NUMERIC scale %d must be between %d and %d", scale,
			-DECIMAL_PRECISION_MAX, DECIMAL_PRECISION_MAX);
	} else {
		out->precision = (uint16_t)precision;
		out->scale = (int16_t)scale;
		return OK;
	}
	e->byte_offset = (int)type->at;
	return e->code;
}

/* CHAR alone is CHAR(1), as in SQL. */
static enum sqlstate bind_length_of(
	const struct ast_type *type, struct type_modifier *out, struct error *e)
{
	bool is_char = str_equal_nocase(type->name, STR("char")) ||
		       str_equal_nocase(type->name, STR("character"));
	int32_t length = type->argument_count > 0 ? type->arguments[0] : is_char ? 1 : 0;

	out->is_char = is_char;
	out->length = (uint32_t)length;
	if (type->argument_count == 0)
		return OK;
	if (type->argument_count > 1)
		FAIL(e, E_INVALID_VALUE, "invalid type modifier");
	else if (str_equal_nocase(type->name, STR("text")))
		FAIL(e, E_SYNTAX, "type modifier is not allowed for type \"text\"");
	else if (length < 1)
		FAIL(e, E_INVALID_VALUE, "length for type %.*s must be at least 1",
			STR_ARGS(type->name));
	else if (length > STRING_LENGTH_MAX)
		FAIL(e, E_INVALID_VALUE, "length for type %.*s cannot exceed %d",
			STR_ARGS(type->name), STRING_LENGTH_MAX);
	else
		return OK;
	e->byte_offset = (int)type->at;
	return e->code;
}

/* TIMESTAMP(3): more digits than microseconds have are those of microseconds, as in PostgreSQL. */
static enum sqlstate bind_seconds_of(
	const struct ast_type *type, struct type_modifier *out, struct error *e)
{
	out->range = type->range;
	if (type->argument_count == 0)
		return OK;
	if (type->argument_count > 1) {
		FAIL(e, E_INVALID_VALUE, "invalid type modifier");
		e->byte_offset = (int)type->at;
		return e->code;
	}
	out->seconds = (uint8_t)(MIN_OF(type->arguments[0], SECONDS_DIGITS_MAX) + 1);
	return OK;
}

enum sqlstate bind_type_modifier(
	const struct ast_type *type, struct type_modifier *out, struct error *e)
{
	*out = (struct type_modifier){ 0 };
	switch (type->kind) {
	case AST_TYPE_LIST:
		return type->element == NULL ? OK : bind_type_modifier(type->element, out, e);
	case AST_TYPE_DECIMAL:
		return bind_digits_of(type, out, e);
	case AST_TYPE_STRING:
		return bind_length_of(type, out, e);
	case AST_TYPE_TIME:
	case AST_TYPE_TIMETZ:
	case AST_TYPE_TIMESTAMP:
	case AST_TYPE_TIMESTAMPTZ:
	case AST_TYPE_DURATION:
		return bind_seconds_of(type, out, e);
	case AST_TYPE_INT16:
		out->width = 16;
		return OK;
	case AST_TYPE_INT32:
	case AST_TYPE_FLOAT32:
		out->width = 32;
		return OK;
	default:
		return OK;
	}
}

enum sqlstate bind_type(const struct ast_type *type, struct type *out, struct error *e)
{
	struct type item = { .kind = TYPE_ANY };

	switch (type->kind) {
	case AST_TYPE_NAMED:
		return type_bind_named(type, out, e);
	case AST_TYPE_VECTOR:
		return type_fail_unsupported(type, e);
	case AST_TYPE_LIST:
		if (type->element != NULL)
			TRY(bind_type(type->element, &item, e));
		*out = type_list_of(item);
		return OK;
	default:
		*out = type_make(type_kind_of_ast(type->kind));
		return OK;
	}
}
