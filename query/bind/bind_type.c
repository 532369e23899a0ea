/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Written types in SQL clauses: PostgreSQL's names, which keep apart what the graph language does
 * not (integer and bigint, varchar and text, oid and bigint, json and jsonb).
 */
#include "query/bind/binder.h"

/* By the names of pg_type and the standard's, lower case. */
static const struct sql_type {
	const char *name;
	enum type_kind kind;
} sql_types[] = {
	{ "int", TYPE_INT32 },
	{ "integer", TYPE_INT32 },
	{ "oid", TYPE_OID },
	{ "xid", TYPE_XID },
	{ "xid8", TYPE_XID8 },
	{ "cid", TYPE_CID },
	{ "name", TYPE_NAME },
	{ "json", TYPE_JSON },
	{ "jsonb", TYPE_JSONB },
	{ "jsonpath", TYPE_JSONPATH },
	{ "varchar", TYPE_VARCHAR },
	{ "bpchar", TYPE_BPCHAR },
	{ "character", TYPE_BPCHAR },
	{ "nchar", TYPE_BPCHAR },
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
	{ "aclitem", TYPE_ACLITEM },
	{ "pg_node_tree", TYPE_NODE_TREE },
	{ "tid", TYPE_TID },
	{ "void", TYPE_VOID },
	{ "unknown", TYPE_UNKNOWN },
	{ "sql_identifier", TYPE_NAME },
	{ "character_data", TYPE_VARCHAR },
	{ "yes_or_no", TYPE_VARCHAR },
	{ "cardinal_number", TYPE_INT32 },
	{ "time_stamp", TYPE_TIMESTAMPTZ },
};

/* "char" in quotes is PostgreSQL's type of one byte; char is character(1). */
static bool type_is_quoted(const struct binder *b, const struct ast_type *type)
{
	uint32_t at = type->at - b->text_at;

	return type->at >= b->text_at && at < b->text.length && b->text.at[at] == '"';
}

enum sqlstate binder_type(
	struct binder *b, const struct ast_type *type, struct type *out, struct error *e)
{
	struct type item;

	if (!b->is_sql)
		return bind_type(type, out, e);
	if (type->kind == AST_TYPE_LIST && type->element != NULL) {
		TRY(binder_type(b, type->element, &item, e));
		/* PostgreSQL's arrays of any number of dimensions have one type. */
		*out = item.kind == TYPE_LIST ? item : type_list_of(item);
		return OK;
	}
	if (str_equal_nocase(type->name, STR("char"))) {
		bool is_byte = type_is_quoted(b, type) || type->qualifier.length > 0;

		*out = type_make(is_byte ? TYPE_CHAR : TYPE_BPCHAR);
		if (type->argument_count == 0 || !is_byte)
			return OK;
	}
	for (size_t i = 0; i < ARRAY_COUNT(sql_types); i++) {
		if (str_equal_nocase(type->name, str_of(sql_types[i].name))) {
			*out = type_make(sql_types[i].kind);
			return OK;
		}
	}
	return bind_type(type, out, e);
}
