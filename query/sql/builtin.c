/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's built-in types: see builtin.h.
 */
#include "query/sql/builtin.h"

#include "base/check.h"
#include "query/type/type.h"

static const struct builtin_type types[] = {
#define TYPE(...) { __VA_ARGS__ },
#include "query/sql/types.def"
#undef TYPE
};

uint32_t builtin_type_count(void)
{
	return ARRAY_COUNT(types);
}

const struct builtin_type *builtin_type_at(uint32_t position)
{
	assert(position < ARRAY_COUNT(types));
	return &types[position];
}

const struct builtin_type *builtin_type_by_oid(uint32_t oid)
{
	for (uint32_t i = 0; i < ARRAY_COUNT(types); i++) {
		if (types[i].oid == oid)
			return &types[i];
	}
	return NULL;
}

const struct builtin_type *builtin_type_by_array(uint32_t oid)
{
	for (uint32_t i = 0; i < ARRAY_COUNT(types); i++) {
		if (types[i].array == oid && oid != 0)
			return &types[i];
	}
	return NULL;
}

const struct builtin_type *builtin_type_find(struct str name)
{
	for (uint32_t i = 0; i < ARRAY_COUNT(types); i++) {
		if (str_equal(name, str_of(types[i].name)))
			return &types[i];
	}
	return NULL;
}

/* Other spellings of types than those of pg_type. */
static const struct {
	const char *text;
	uint32_t oid;
} type_synonyms[] = {
	{ "int", 23 },
	{ "dec", 1700 },
	{ "decimal", 1700 },
	{ "char", 1042 },
	{ "character", 1042 },
	{ "boolean", 16 },
	{ "bigint", 20 },
	{ "smallint", 21 },
	{ "integer", 23 },
	{ "real", 700 },
	{ "float", 701 },
	{ "double precision", 701 },
	{ "character varying", 1043 },
	{ "time without time zone", 1083 },
	{ "time with time zone", 1266 },
	{ "timestamp without time zone", 1114 },
	{ "timestamp with time zone", 1184 },
	{ "bit varying", 1562 },
	{ "string", 25 },
};

static uint32_t builtin_find_word(struct str text)
{
	char folded[64];
	const struct builtin_type *type;

	for (uint32_t i = 0; i < ARRAY_COUNT(type_synonyms); i++) {
		if (str_equal_nocase(text, str_of(type_synonyms[i].text)))
			return type_synonyms[i].oid;
	}
	if (text.length >= sizeof folded)
		return 0;
	for (uint32_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		folded[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	type = builtin_type_find((struct str){ folded, text.length });
	return type == NULL ? 0 : type->oid;
}

/* Cuts the parentheses of a modifier out: "timestamp(3) with time zone". */
static struct str without_modifier(struct str text, char made[64])
{
	uint32_t length = 0;
	bool is_inside = false;

	for (uint32_t i = 0; i < text.length && length < 64; i++) {
		is_inside = is_inside || text.at[i] == '(';
		if (!is_inside)
			made[length++] = text.at[i];
		is_inside = is_inside && text.at[i] != ')';
	}
	while (length > 0 && made[length - 1] == ' ')
		length--;
	return (struct str){ made, length };
}

uint32_t builtin_find_text(struct str text)
{
	char made[64];
	uint32_t oid;
	bool is_array;

	text = without_modifier(text, made);
	is_array = text.length > 2 && memcmp(text.at + text.length - 2, "[]", 2) == 0;
	while (text.length > 2 && memcmp(text.at + text.length - 2, "[]", 2) == 0)
		text.length -= 2;
	oid = builtin_find_word(text);
	return is_array && oid != 0 ? builtin_type_by_oid(oid)->array : oid;
}

uint32_t builtin_domain_base(uint32_t oid, int32_t *modifier)
{
	static const struct {
		const char *name, *base;
		int32_t modifier;
	} domains[] = { { "cardinal_number", "int4", -1 }, { "character_data", "varchar", -1 },
		{ "sql_identifier", "name", -1 }, { "time_stamp", "timestamptz", 2 },
		{ "yes_or_no", "varchar", 7 } };
	const struct builtin_type *type = builtin_type_by_oid(oid);

	*modifier = -1;
	if (type == NULL || type->kind != 'd')
		return 0;
	for (uint32_t i = 0; i < ARRAY_COUNT(domains); i++) {
		if (strcmp(domains[i].name, type->name) != 0)
			continue;
		*modifier = domains[i].modifier;
		return builtin_type_find(str_of(domains[i].base))->oid;
	}
	unreachable();
}

/* ---- static types ---------------------------------------------------------------------------- */

struct static_type {
	const char *name;
	enum type_kind kind;
};

/* A kind may have several names; what stands not here is text. */
static const struct static_type statics[] = {
	{ "bool", TYPE_BOOL },
	{ "int2", TYPE_INT16 },
	{ "int4", TYPE_INT32 },
	{ "int8", TYPE_INT64 },
	{ "float4", TYPE_FLOAT32 },
	{ "float8", TYPE_FLOAT64 },
	{ "text", TYPE_STRING },
	{ "bytea", TYPE_BYTES },
	{ "date", TYPE_DATE },
	{ "time", TYPE_TIME },
	{ "timetz", TYPE_TIMETZ },
	{ "timestamp", TYPE_TIMESTAMP },
	{ "timestamptz", TYPE_TIMESTAMPTZ },
	{ "interval", TYPE_DURATION },
	{ "uuid", TYPE_UUID },
	{ "numeric", TYPE_DECIMAL },
	{ "jsonb", TYPE_JSONB },
	{ "json", TYPE_JSON },
	{ "jsonpath", TYPE_JSONPATH },
	{ "name", TYPE_NAME },
	{ "char", TYPE_CHAR },
	{ "varchar", TYPE_VARCHAR },
	{ "bpchar", TYPE_BPCHAR },
	{ "aclitem", TYPE_ACLITEM },
	{ "pg_node_tree", TYPE_NODE_TREE },
	{ "tid", TYPE_TID },
	{ "oid", TYPE_OID },
	{ "xid", TYPE_XID },
	{ "xid8", TYPE_XID8 },
	{ "cid", TYPE_CID },
	{ "regproc", TYPE_REGPROC },
	{ "regprocedure", TYPE_REGPROCEDURE },
	{ "regoper", TYPE_REGOPER },
	{ "regoperator", TYPE_REGOPERATOR },
	{ "regclass", TYPE_REGCLASS },
	{ "regtype", TYPE_REGTYPE },
	{ "regrole", TYPE_REGROLE },
	{ "regnamespace", TYPE_REGNAMESPACE },
	{ "int2vector", TYPE_INT2VECTOR },
	{ "oidvector", TYPE_OIDVECTOR },
	{ "record", TYPE_RECORD },
	{ "anyarray", TYPE_ANYARRAY },
	{ "void", TYPE_VOID },
	{ "sql_identifier", TYPE_NAME },
	{ "character_data", TYPE_VARCHAR },
	{ "yes_or_no", TYPE_VARCHAR },
	{ "cardinal_number", TYPE_INT32 },
	{ "time_stamp", TYPE_TIMESTAMPTZ },
};

struct type builtin_static(struct str name)
{
	if (name.length > 1 && name.at[0] == '_')
		return type_list_of(
			builtin_static((struct str){ name.at + 1, name.length - 1 }));
	for (uint32_t i = 0; i < ARRAY_COUNT(statics); i++) {
		if (str_equal(name, str_of(statics[i].name)))
			return type_make(statics[i].kind);
	}
	return type_make(TYPE_STRING);
}

uint32_t builtin_oid(struct type type)
{
	return query_type_oid(type);
}
