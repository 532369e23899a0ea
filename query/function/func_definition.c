/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Catalog functions about definitions (pg_get_indexdef and its kin), comments, sizes, and what a
 * server of this kind always answers alike.
 */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "query/function/functions.h"
#include "query/sql/definition.h"
#include "query/sql/graph_definition.h"
#include "query/sql/listed_graph.h"
#include "query/sql/label_table.h"
#include "query/sql/listed.h"
#include "query/sql/naming.h"
#include "query/sql/relation.h"
#include "query/table/comment.h"
#include "query/table/table.h"

static uint32_t oid_of(struct value v)
{
	return v.integer < 0 || v.integer > UINT32_MAX ? 0 : (uint32_t)v.integer;
}

/* ---- indexes and constraints ------------------------------------------------------------------ */

static const struct index_info *index_of(struct eval *ev, struct value v)
{
	enum label_object object;
	uint32_t number;

	if (!label_oid_split(oid_of(v), &object, &number) || object != LABEL_INDEX)
		return NULL;
	return catalog_index(txn_catalog(ev->txn), number);
}

FUNCTION_ROW(catalog_index_definition)
{
	const struct index_info *index = index_of(ev, args[0]);
	struct buf text = { 0 };

	(void)e;
	*out = value_null();
	if (index == NULL)
		return OK;
	definition_put_index(ev, &text, index, count < 2 ? 0 : oid_of(args[1]),
		count > 2 && args[2].boolean);
	*out = eval_take_buf(ev, &text);
	return OK;
}

/* The constraint of this number among a table's. */
static bool constraint_of(struct eval *ev, const struct label_table *table, uint32_t oid,
	struct label_constraint *out)
{
	struct label_constraint *constraints;
	uint32_t count = label_table_constraints(
		txn_catalog(ev->txn), table, ev->arena, &constraints);

	for (uint32_t i = 0; i < count; i++) {
		if (constraints[i].oid == oid) {
			*out = constraints[i];
			return true;
		}
	}
	return false;
}

/* A key says by its index whose it is; checks and foreign keys are looked for. */
static enum sqlstate find_constraint(struct eval *ev, uint32_t oid, struct label_table *table,
	struct label_constraint *out, bool *found, struct error *e)
{
	const struct catalog *c = txn_catalog(ev->txn);
	enum label_object object;
	uint32_t number;
	uint64_t at = 0;

	*found = false;
	if (label_oid_split(oid, &object, &number)) {
		const struct index_info *index = catalog_index(c, number);

		if (object != LABEL_CONSTRAINT || index == NULL)
			return OK;
		object = index->element == ELEMENT_NODE ? LABEL_NODE_TABLE : LABEL_EDGE_TABLE;
		*found = label_table_by_oid(c, label_oid(object, index->label), table) &&
			 constraint_of(ev, table, oid, out);
		return OK;
	}
	for (bool is_more = true; is_more && !*found;) {
		TRY(label_table_next(ev->txn, ev->arena, &at, table, &is_more, e));
		*found = is_more && constraint_of(ev, table, oid, out);
	}
	return OK;
}

FUNCTION_ROW(catalog_constraint_definition)
{
	struct label_constraint constraint;
	struct label_table table;
	struct buf text = { 0 };
	bool found;

	*out = value_null();
	TRY(find_constraint(ev, oid_of(args[0]), &table, &constraint, &found, e));
	if (!found)
		return OK;
	definition_put_constraint(
		ev, &text, &table, &constraint, count > 1 && args[1].boolean);
	*out = eval_take_buf(ev, &text);
	return OK;
}

FUNCTION_ROW(catalog_graph_definition)
{
	const struct catalog *c = txn_catalog(ev->txn);
	struct graph_definition definition;
	struct listed_graph graph;
	struct buf text = { 0 };
	enum sqlstate rc = OK;

	(void)count;
	*out = value_null();
	if (!listed_graph_by_oid(c, oid_of(args[0]), &graph))
		return OK;
	if (graph.object != NULL) {
		TRY(definition_graph_read(c, ev->arena, graph.object, &definition, e));
		definition_graph_put(&text, &definition);
	} else {
		rc = definition_put_graph(ev, &text, graph.graph, e);
	}
	*out = eval_take_buf(ev, &text);
	return rc;
}

/* Expressions stand in the catalogs as their text. */
FUNCTION_ROW(catalog_expression)
{
	(void)ev, (void)count, (void)e;
	*out = args[0];
	return OK;
}

static struct value index_property(const struct table_index_key *key, struct str name)
{
	const struct {
		const char *name;
		bool value;
	} properties[] = { { "asc", !key->is_descending }, { "desc", key->is_descending },
		{ "nulls_first", key->is_nulls_first }, { "nulls_last", !key->is_nulls_first },
		{ "orderable", true }, { "distance_orderable", false }, { "returnable", true },
		{ "search_array", true }, { "search_nulls", true } };

	for (uint32_t i = 0; i < ARRAY_COUNT(properties); i++) {
		if (str_equal_nocase(name, str_of(properties[i].name)))
			return value_bool(properties[i].value);
	}
	return value_null();
}

FUNCTION_ROW(catalog_index_property)
{
	const struct index_info *index = index_of(ev, args[0]);
	struct str name = value_str(args[2]);
	const struct table_index_key *key;
	struct table_index said;

	(void)count, (void)e;
	*out = value_null();
	if (index == NULL)
		return OK;
	table_index_read(txn_catalog(ev->txn), ev->arena, index, &said);
	if (args[1].integer < 1 || args[1].integer > said.key_count)
		return OK;
	key = &said.keys[args[1].integer - 1];
	*out = index_property(key, name);
	return OK;
}

/* ---- functions -------------------------------------------------------------------------------- */

FUNCTION_ROW(catalog_function_arguments)
{
	const struct proc *p = proc_by_oid(oid_of(args[0]));
	struct buf text = { 0 };

	(void)count, (void)e;
	*out = value_null();
	if (p == NULL)
		return OK;
	definition_put_arguments(ev, &text, p);
	*out = eval_take_buf(ev, &text);
	return OK;
}

FUNCTION_ROW(catalog_function_result)
{
	const struct proc *p = proc_by_oid(oid_of(args[0]));
	struct buf text = { 0 };

	(void)count, (void)e;
	*out = value_null();
	if (p == NULL)
		return OK;
	definition_put_result(ev, &text, p);
	*out = eval_take_buf(ev, &text);
	return OK;
}

static const char *volatility_text(char volatility)
{
	return volatility == 'i' ? " IMMUTABLE" : volatility == 's' ? " STABLE" : "";
}

FUNCTION_ROW(catalog_function_definition)
{
	const struct proc *p = proc_by_oid(oid_of(args[0]));
	struct buf text = { 0 };

	(void)count;
	*out = value_null();
	if (p == NULL)
		return OK;
	if (p->flags[0] == 'a')
		return FAIL(e, E_TYPE, "\"%s\" is an aggregate function", p->name);
	buf_put_text(&text, "CREATE OR REPLACE FUNCTION pg_catalog.");
	naming_put_ident(&text, str_of(p->name));
	buf_put_byte(&text, '(');
	definition_put_arguments(ev, &text, p);
	buf_put_text(&text, ")\n RETURNS ");
	definition_put_result(ev, &text, p);
	buf_printf(&text, "\n LANGUAGE internal\n%s PARALLEL SAFE%s\nAS $function$%s$function$\n",
		volatility_text(p->flags[1]), p->flags[2] == 't' ? " STRICT" : "", p->name);
	*out = eval_take_buf(ev, &text);
	return OK;
}

/* ---- comments --------------------------------------------------------------------------------- */

static struct value comment_or_null(struct str comment)
{
	return comment.length == 0 ? value_null() : value_string(comment);
}

/* By the number, and the name of the catalog it is of. */
static struct value kept_comment(struct eval *ev, struct value oid, struct str class_name)
{
	static const struct {
		const char *name;
		enum comment_class class_oid;
	} classes[] = { { "pg_class", COMMENT_ON_INDEX },
		{ "pg_constraint", COMMENT_ON_CONSTRAINT }, { "pg_namespace", COMMENT_ON_SCHEMA },
		{ "pg_database", COMMENT_ON_DATABASE }, { "pg_authid", COMMENT_ON_ROLE } };

	for (size_t i = 0; i < ARRAY_COUNT(classes); i++) {
		if (str_equal(class_name, str_of(classes[i].name)))
			return comment_or_null(comment_find(txn_catalog(ev->txn), ev->arena,
				classes[i].class_oid, oid_of(oid)));
	}
	return value_null();
}

FUNCTION_ROW(catalog_shared_description)
{
	(void)count, (void)e;
	*out = kept_comment(ev, args[0], value_str(args[1]));
	return OK;
}

FUNCTION_ROW(catalog_description)
{
	const struct catalog *c = txn_catalog(ev->txn);
	const struct catalog_object *o;
	struct sequence_definition sequence;
	struct graph_definition graph;
	struct view_definition view;
	struct label_table table;
	enum label_object object;
	uint32_t number;

	*out = kept_comment(
		ev, args[0], count > 1 ? value_str(args[1]) : STR("pg_class"));
	if (count > 1 && !str_equal(value_str(args[1]), STR("pg_class")))
		return OK;
	if (label_table_by_oid(c, oid_of(args[0]), &table))
		*out = comment_or_null(label_table_comment(c, &table, ev->arena));
	if (!label_oid_split(oid_of(args[0]), &object, &number) ||
		object != LABEL_CATALOG_OBJECT || catalog_object(c, number) == NULL)
		return OK;
	o = catalog_object(c, number);
	if (o->kind == OBJECT_PROPERTY_GRAPH) {
		TRY(definition_graph_read(c, ev->arena, o, &graph, e));
		*out = comment_or_null(graph.comment);
	} else if (sequence_definition_get(c, ev->arena, number, &sequence)) {
		*out = comment_or_null(sequence.comment);
	} else if (view_definition_find(c, ev->arena, o->name, &view)) {
		*out = comment_or_null(view.comment);
	}
	return OK;
}

FUNCTION_ROW(catalog_column_description)
{
	const struct catalog *c = txn_catalog(ev->txn);
	struct label_column *columns;
	struct label_table table;
	uint32_t all;

	(void)count, (void)e;
	*out = value_null();
	if (!label_table_by_oid(c, oid_of(args[0]), &table))
		return OK;
	all = label_table_columns(c, &table, ev->arena, &columns);
	if (args[1].integer >= 1 && args[1].integer <= all)
		*out = comment_or_null(columns[args[1].integer - 1].comment);
	return OK;
}

/* ---- views ------------------------------------------------------------------------------------ */

FUNCTION_ROW(catalog_view_definition)
{
	const struct catalog *c = txn_catalog(ev->txn);
	uint32_t oid = args[0].type == VALUE_INT ? oid_of(args[0])
						 : naming_find_relation(ev, value_str(args[0]));
	struct naming_object name;
	struct view_definition view;

	(void)count, (void)e;
	*out = value_null();
	if (naming_relation(ev, oid, &name) && name.schema == OID_NAMESPACE_PUBLIC &&
		view_definition_find(c, ev->arena, name.name, &view))
		*out = value_string(view.text);
	return OK;
}

static bool is_table(struct eval *ev, uint32_t oid)
{
	struct label_table table;

	return label_table_by_oid(txn_catalog(ev->txn), oid, &table);
}

FUNCTION_ROW(catalog_relation_writable)
{
	struct naming_object name;
	uint32_t oid = oid_of(args[0]);

	(void)count, (void)e;
	*out = value_int(0);
	if (is_table(ev, oid))
		*out = value_int(LISTED_WRITABLE);
	else if (naming_relation(ev, oid, &name) && name.schema == OID_NAMESPACE_PUBLIC)
		*out = value_int(listed_view_writable(ev, ev->arena, name.name));
	return OK;
}

FUNCTION_ROW(catalog_column_writable)
{
	struct view_writing writing;
	struct naming_object name;
	uint32_t oid = oid_of(args[0]);
	int64_t number = args[1].integer;

	(void)count, (void)e;
	*out = value_bool(number > 0 && is_table(ev, oid));
	if (number < 1 || is_table(ev, oid) || !naming_relation(ev, oid, &name) ||
		name.schema != OID_NAMESPACE_PUBLIC)
		return OK;
	listed_view_writing(ev, ev->arena, name.name, &writing);
	*out = value_bool(
		number <= (int64_t)writing.column_count && writing.is_written[number - 1]);
	return OK;
}

/* ---- sizes ------------------------------------------------------------------------------------ */

/* Elements of all labels share their pages, so a table's bytes are those of its elements alone,
   guessed from how many there are and how many properties they may have. */
FUNCTION_ROW(catalog_table_size)
{
	uint32_t oid = args[0].type == VALUE_INT ? oid_of(args[0])
						 : naming_find_relation(ev, value_str(args[0]));
	struct naming_object object;

	(void)count;
	if (oid == 0 && args[0].type == VALUE_STRING)
		return naming_no_relation(ev, value_str(args[0]), e);
	*out = naming_relation(ev, oid, &object) ? value_int(0) : value_null();
	return OK;
}

/* As PostgreSQL: a unit is left once ten thousand of it are reached, halves are rounded up. */
static struct value size_text(struct eval *ev, int64_t size)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB", "PB" };
	int64_t limit = 10 * 1024;
	bool is_negative = size < 0;
	uint64_t magnitude = is_negative ? 0 - (uint64_t)size : (uint64_t)size;
	uint32_t unit = 0;

	while (magnitude >= (uint64_t)limit && unit + 1 < ARRAY_COUNT(units)) {
		/* From the first unit on one more bit is kept, to round by. */
		magnitude = unit == 0 ? magnitude >> 9 : magnitude >> 10;
		limit = 20 * 1024 - 1;
		unit++;
	}
	if (unit > 0)
		magnitude = (magnitude + 1) / 2;
	return value_string(arena_printf(ev->arena, "%s%" PRIu64 " %s", is_negative ? "-" : "",
		magnitude, units[unit]));
}

static struct value decimal_text(struct eval *ev, const struct decimal *d, const char *unit)
{
	struct buf text = { 0 };

	decimal_put(&text, d);
	buf_printf(&text, " %s", unit);
	return eval_take_buf(ev, &text);
}

/* Small fractions are shown as they are, and what is beyond 64 bits in the greatest unit. */
static enum sqlstate decimal_size_text(
	struct eval *ev, const struct decimal *d, struct value *out, struct error *e)
{
	const struct decimal *unit = decimal_of_int64(ev->arena, INT64_C(1) << 50);
	double size = decimal_to_double(d);
	int64_t whole;

	if (fabs(size) < 10 * 1024) {
		*out = decimal_text(ev, d, "bytes");
		return OK;
	}
	TRY(decimal_truncate(ev->arena, d, 0, &d, e));
	if (decimal_to_int64(d, &whole)) {
		*out = size_text(ev, whole);
		return OK;
	}
	TRY(decimal_divide(ev->arena, d, unit, &d, e));
	TRY(decimal_round(ev->arena, d, 0, &d, e));
	*out = decimal_text(ev, d, "PB");
	return OK;
}

FUNCTION_ROW(catalog_size_text)
{
	(void)count;
	if (args[0].type == VALUE_DECIMAL)
		return decimal_size_text(ev, args[0].decimal, out, e);
	*out = size_text(ev, args[0].integer);
	return OK;
}

/* ---- always alike ----------------------------------------------------------------------------- */

FUNCTION_ROW(catalog_null)
{
	(void)ev, (void)args, (void)count, (void)e;
	*out = value_null();
	return OK;
}

FUNCTION_ROW(catalog_zero)
{
	(void)ev, (void)args, (void)count, (void)e;
	*out = value_int(0);
	return OK;
}

FUNCTION_ROW(catalog_false)
{
	(void)ev, (void)args, (void)count, (void)e;
	*out = value_bool(false);
	return OK;
}

FUNCTION_ROW(catalog_empty)
{
	(void)ev, (void)args, (void)count, (void)e;
	*out = value_string(STR(""));
	return OK;
}

FUNCTION_ROW(catalog_not_recovering)
{
	(void)ev, (void)args, (void)count, (void)out;
	FAIL(e, E_OBJECT_STATE, "recovery is not in progress");
	error_hint(e, "Recovery control functions can only be executed during recovery.");
	return E_OBJECT_STATE;
}

FUNCTION_ROW(catalog_is_publishable)
{
	uint32_t oid = args[0].type == VALUE_INT ? oid_of(args[0])
						 : naming_find_relation(ev, value_str(args[0]));
	struct naming_object object;
	struct label_table table;

	(void)count, (void)e;
	if (!naming_relation(ev, oid, &object))
		*out = value_null();
	else
		*out = value_bool(label_table_by_oid(txn_catalog(ev->txn), oid, &table));
	return OK;
}

/* ---- sizes read ------------------------------------------------------------------------------- */

/* The digits at the start of a size: [+-] digits [. digits] [e [+-] digits]. */
static uint32_t number_length(struct str s)
{
	uint32_t at = s.length > 0 && strchr("+-", s.at[0]) != NULL, digits = 0, exponent;

	for (; at < s.length && isdigit((unsigned char)s.at[at]); at++)
		digits++;
	if (at < s.length && s.at[at] == '.')
		for (at++; at < s.length && isdigit((unsigned char)s.at[at]); at++)
			digits++;
	if (digits == 0 || at >= s.length || (s.at[at] | 0x20) != 'e')
		return digits == 0 ? 0 : at;
	exponent = at + 1;
	if (exponent < s.length && strchr("+-", s.at[exponent]) != NULL)
		exponent++;
	if (exponent >= s.length || !isdigit((unsigned char)s.at[exponent]))
		return at;
	while (exponent < s.length && isdigit((unsigned char)s.at[exponent]))
		exponent++;
	return exponent;
}

static enum sqlstate unit_of(struct str text, struct str unit, int64_t *out, struct error *e)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB", "PB" };

	*out = 1;
	if (unit.length == 0)
		return OK;
	for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
		*out = INT64_C(1) << (10 * i);
		if (str_equal_nocase(unit, str_of(units[i])))
			return OK;
	}
	FAIL(e, E_INVALID_VALUE, "invalid size: \"%.*s\"", STR_ARGS(text));
	error_detail(e, "Invalid size unit: \"%.*s\".", STR_ARGS(unit));
	error_hint(e, "Valid units are \"bytes\", \"kB\", \"MB\", \"GB\", \"TB\", and \"PB\".");
	return e->code;
}

static struct str without_blanks(struct str s)
{
	while (s.length > 0 && isspace((unsigned char)s.at[0])) {
		s.at++;
		s.length--;
	}
	while (s.length > 0 && isspace((unsigned char)s.at[s.length - 1]))
		s.length--;
	return s;
}

/* pg_size_bytes('1.5 MB') */
FUNCTION_ROW(catalog_size_bytes)
{
	struct str text = value_str(args[0]), s = without_blanks(text), unit;
	uint32_t length = number_length(s);
	const struct decimal *size;
	int64_t factor, bytes;

	(void)count;
	if (length == 0)
		return FAIL(e, E_INVALID_VALUE, "invalid size: \"%.*s\"", STR_ARGS(text));
	unit = without_blanks((struct str){ s.at + length, s.length - length });
	TRY(unit_of(text, unit, &factor, e));
	TRY(decimal_parse(ev->arena, (struct str){ s.at, length }, &size, e));
	TRY(decimal_multiply(ev->arena, size, decimal_of_int64(ev->arena, factor), &size, e));
	if (!decimal_to_int64(size, &bytes))
		return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
	*out = value_int(bytes);
	return OK;
}
