/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Catalog functions about names: types and tables by number and back, what search_path leads to,
 * quoting.
 */
#include <stdlib.h>

#include "base/setting.h"
#include "query/eval/cast.h"
#include "query/function/functions.h"
#include "query/sql/label_table.h"
#include "query/sql/naming.h"
#include "query/sql/reg_text.h"
#include "query/sql/relation.h"
#include "query/table/relation_path.h"

enum { ENCODING_UTF8 = 6 };

static uint32_t oid_of(struct value v)
{
	return v.integer < 0 || v.integer > UINT32_MAX ? 0 : (uint32_t)v.integer;
}

/* ---- names and numbers ------------------------------------------------------------------------ */

FUNCTION_ROW(catalog_format_type)
{
	bool is_given = !value_is_null(args[1]);
	struct buf text = { 0 };

	(void)count, (void)e;
	*out = value_null();
	if (value_is_null(args[0]))
		return OK;
	naming_put_type(ev, &text, oid_of(args[0]),
		is_given ? (int32_t)args[1].integer : -1, is_given);
	*out = eval_take_buf(ev, &text);
	return OK;
}

static struct value found_or_null(uint32_t oid)
{
	return oid == 0 ? value_null() : value_int(oid);
}

FUNCTION_ROW(catalog_to_relation)
{
	(void)count, (void)e;
	*out = found_or_null(naming_find_relation(ev, value_str(args[0])));
	return OK;
}

FUNCTION_ROW(catalog_to_type)
{
	(void)count, (void)e;
	*out = found_or_null(naming_find_type(ev, value_str(args[0])));
	return OK;
}

FUNCTION_ROW(catalog_to_function)
{
	(void)count, (void)e;
	*out = found_or_null(naming_find_function(ev, value_str(args[0])));
	return OK;
}

FUNCTION_ROW(catalog_to_procedure)
{
	(void)count, (void)e;
	*out = found_or_null(reg_find(ev, TYPE_REGPROCEDURE, value_str(args[0])));
	return OK;
}

FUNCTION_ROW(catalog_to_operator)
{
	(void)count, (void)e;
	*out = found_or_null(reg_find(ev, TYPE_REGOPER, value_str(args[0])));
	return OK;
}

FUNCTION_ROW(catalog_to_operator_of)
{
	(void)count, (void)e;
	*out = found_or_null(reg_find(ev, TYPE_REGOPERATOR, value_str(args[0])));
	return OK;
}

FUNCTION_ROW(catalog_to_schema)
{
	(void)ev, (void)count, (void)e;
	*out = found_or_null(naming_schema_oid(ev, value_str(args[0])));
	return OK;
}

/* ---- encodings -------------------------------------------------------------------------------- */

FUNCTION_ROW(catalog_encoding_name)
{
	(void)ev, (void)count, (void)e;
	*out = value_string(args[0].integer == ENCODING_UTF8 ? STR("UTF8")
			    : args[0].integer == 0          ? STR("SQL_ASCII")
							    : STR(""));
	return OK;
}

FUNCTION_ROW(catalog_encoding_number)
{
	struct str name = value_str(args[0]);
	bool is_utf8 = str_equal_nocase(name, STR("utf8")) ||
		       str_equal_nocase(name, STR("utf-8")) ||
		       str_equal_nocase(name, STR("unicode"));

	(void)ev, (void)count, (void)e;
	*out = value_int(is_utf8				 ? ENCODING_UTF8
			 : str_equal_nocase(name, STR("sql_ascii")) ? 0
								   : -1);
	return OK;
}

FUNCTION_ROW(catalog_encoding_bytes)
{
	(void)ev, (void)count, (void)e;
	*out = args[0].integer == ENCODING_UTF8 ? value_int(4)
	       : args[0].integer == 0		? value_int(1)
						: value_null();
	return OK;
}

FUNCTION_ROW(catalog_encoding)
{
	(void)ev, (void)args, (void)count, (void)e;
	*out = value_string(STR("UTF8"));
	return OK;
}

/* ---- search_path ------------------------------------------------------------------------------ */

FUNCTION_ROW(catalog_schemas)
{
	struct str path = relation_path(ev->settings), name;
	struct value *names = ARENA_ARRAY(ev->arena, struct value, path.length + 3);
	uint32_t found = 0;

	(void)count, (void)e;
	if (args[0].boolean && naming_schema_oid(ev, STR("pg_temp")) != 0)
		names[found++] = value_string(temporary_graph(ev->settings));
	if (args[0].boolean)
		names[found++] = value_string(STR("pg_catalog"));
	while (relation_path_next(&path, &name)) {
		bool is_there = naming_schema_oid(ev, name) != 0;

		if (is_there && !(args[0].boolean && str_equal(name, STR("pg_catalog"))))
			names[found++] = value_string(name);
	}
	*out = eval_list(names, found);
	return OK;
}

static struct value visible(
	const struct eval *ev, bool is_found, const struct naming_object *object)
{
	return is_found ? value_bool(naming_is_on_path(ev, object->schema)) : value_null();
}

FUNCTION_ROW(catalog_table_is_visible)
{
	struct naming_object object;
	bool is_found = naming_relation(ev, oid_of(args[0]), &object);

	(void)count, (void)e;
	*out = is_found ? value_bool(naming_is_visible(ev, &object)) : value_null();
	return OK;
}

FUNCTION_ROW(catalog_type_is_visible)
{
	struct naming_object object;
	bool is_found = naming_type(ev, oid_of(args[0]), &object);

	(void)count, (void)e;
	*out = visible(ev, is_found, &object);
	return OK;
}

FUNCTION_ROW(catalog_function_is_visible)
{
	struct naming_object object;
	bool is_found = naming_function(ev, oid_of(args[0]), &object);

	(void)count, (void)e;
	*out = visible(ev, is_found, &object);
	return OK;
}

/* Operators, collations and the like are all in pg_catalog. */
FUNCTION_ROW(catalog_is_visible)
{
	(void)ev, (void)args, (void)count, (void)e;
	*out = value_bool(true);
	return OK;
}

/* ---- quoting ---------------------------------------------------------------------------------- */

FUNCTION_ROW(catalog_quote_ident)
{
	struct buf text = { 0 };

	(void)count, (void)e;
	naming_put_ident(&text, value_str(args[0]));
	*out = eval_take_buf(ev, &text);
	return OK;
}

FUNCTION_ROW(catalog_quote_literal)
{
	struct buf text = { 0 };
	struct value v = args[0];

	(void)count;
	if (v.type != VALUE_STRING)
		TRY(eval_cast(ev, v, (struct type){ .kind = TYPE_STRING }, false, &v, e));
	naming_put_literal(&text, value_str(v));
	*out = eval_take_buf(ev, &text);
	return OK;
}

FUNCTION_ROW(catalog_quote_nullable)
{
	if (!value_is_null(args[0]))
		return catalog_quote_literal(ev, args, count, out, e);
	*out = value_string(STR("NULL"));
	return OK;
}

FUNCTION_ROW(catalog_type_names)
{
	struct buf text = { 0 };

	(void)count, (void)e;
	for (uint32_t i = 0; i < args[0].count; i++) {
		if (i > 0)
			buf_put_text(&text, ", ");
		naming_put_type(ev, &text, oid_of(args[0].items[i]), -1, false);
	}
	*out = eval_take_buf(ev, &text);
	return OK;
}
