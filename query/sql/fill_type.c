/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_type: the built-in types and their arrays, and for every table and catalog the type of its rows.
 */
#include "query/eval/eval.h"
#include "query/sql/builtin.h"
#include "query/sql/fills.h"
#include "query/sql/label_table.h"

/* Functions of arrays and of rows, by their numbers in pg_proc. */
enum {
	PROC_ARRAY_SUBSCRIPT = 6179,
	PROC_ARRAY_IN = 750,
	PROC_ARRAY_OUT = 751,
	PROC_ARRAY_RECEIVE = 2400,
	PROC_ARRAY_SEND = 2401,
	PROC_ARRAY_ANALYZE = 3816,
	PROC_RECORD_IN = 2290,
	PROC_RECORD_OUT = 2291,
	PROC_RECORD_RECEIVE = 2402,
	PROC_RECORD_SEND = 2403,
};

static void put_functions(struct value *row, const struct builtin_type *t)
{
	row[pg_type_typsubscript] = value_int(t->subscript);
	row[pg_type_typinput] = value_int(t->input);
	row[pg_type_typoutput] = value_int(t->output);
	row[pg_type_typreceive] = value_int(t->receive);
	row[pg_type_typsend] = value_int(t->send);
	row[pg_type_typmodin] = value_int(t->modifier_in);
	row[pg_type_typmodout] = value_int(t->modifier_out);
	row[pg_type_typanalyze] = value_int(t->analyze);
}

static struct value *add_type(struct relation_scan *s, const struct builtin_type *t,
	struct value name, uint32_t namespace)
{
	struct value *row = relation_add(s);

	row[pg_type_oid] = value_int(t->oid);
	row[pg_type_typname] = name;
	row[pg_type_typnamespace] = value_int(namespace);
	row[pg_type_typowner] = value_int(OID_ROLE_OWNER);
	row[pg_type_typlen] = value_int(t->length);
	row[pg_type_typbyval] = value_bool(t->is_by_value);
	row[pg_type_typtype] = relation_char(s, t->kind);
	row[pg_type_typcategory] = relation_char(s, t->category);
	row[pg_type_typispreferred] = value_bool(t->is_preferred);
	row[pg_type_typisdefined] = value_bool(true);
	row[pg_type_typdelim] = relation_char(s, t->delimiter);
	row[pg_type_typrelid] = value_int(0);
	row[pg_type_typelem] = value_int(t->element);
	row[pg_type_typarray] = value_int(t->array);
	put_functions(row, t);
	row[pg_type_typalign] = relation_char(s, t->align);
	row[pg_type_typstorage] = relation_char(s, t->storage);
	row[pg_type_typnotnull] = value_bool(false);
	row[pg_type_typbasetype] = value_int(0);
	row[pg_type_typtypmod] = value_int(-1);
	row[pg_type_typndims] = value_int(0);
	row[pg_type_typcollation] = value_int(t->collation);
	return row;
}

/* What all arrays have in common. */
static struct builtin_type array_type(uint32_t oid, uint32_t element, char align)
{
	return (struct builtin_type){
		.oid = oid,
		.length = -1,
		.kind = 'b',
		.category = 'A',
		.delimiter = ',',
		.element = element,
		.subscript = PROC_ARRAY_SUBSCRIPT,
		.input = PROC_ARRAY_IN,
		.output = PROC_ARRAY_OUT,
		.receive = PROC_ARRAY_RECEIVE,
		.send = PROC_ARRAY_SEND,
		.analyze = PROC_ARRAY_ANALYZE,
		.align = align,
		.storage = 'x',
	};
}

static struct value array_name(struct relation_scan *s, struct str name)
{
	return value_string(arena_printf(s->arena, "_%.*s", STR_ARGS(name)));
}

static uint32_t namespace_of(const struct builtin_type *t)
{
	return t->kind == 'd' ? OID_NAMESPACE_INFORMATION : OID_NAMESPACE_CATALOG;
}

static void add_builtin(struct relation_scan *s, const struct builtin_type *t)
{
	struct value *row = add_type(s, t, relation_text(t->name), namespace_of(t));
	int32_t modifier;

	row[pg_type_typbasetype] = value_int(builtin_domain_base(t->oid, &modifier));
	row[pg_type_typtypmod] = value_int(modifier);
	/* The one domain of information_schema with a default. */
	if (t->kind == 'd' && strcmp(t->name, "time_stamp") == 0)
		row[pg_type_typdefault] = relation_text("CURRENT_TIMESTAMP(2)");
}

static void add_builtins(struct relation_scan *s)
{
	for (uint32_t i = 0; i < builtin_type_count(); i++) {
		const struct builtin_type *t = builtin_type_at(i);
		struct builtin_type array =
			array_type(t->array, t->oid, t->align == 'd' ? 'd' : 'i');

		if (relation_wants(s, pg_type_oid, t->oid))
			add_builtin(s, t);
		if (t->array == 0 || builtin_type_by_oid(t->array) != NULL ||
			!relation_wants(s, pg_type_oid, t->array))
			continue;
		array.delimiter = t->delimiter;
		array.collation = t->collation;
		array.modifier_in = t->modifier_in;
		array.modifier_out = t->modifier_out;
		add_type(s, &array, array_name(s, str_of(t->name)), namespace_of(t));
	}
}

/* What has rows: their type and that of arrays of them. */
struct row_owner {
	struct str name;
	uint32_t schema, oid, row, array;
};

static void add_row_types(struct relation_scan *s, const struct row_owner *o)
{
	struct builtin_type of_array = array_type(o->array, o->row, 'd'), composite = of_array;
	struct value *row;

	if (relation_wants(s, pg_type_oid, o->array))
		add_type(s, &of_array, array_name(s, o->name), o->schema);
	if (!relation_wants(s, pg_type_oid, o->row))
		return;
	composite.oid = o->row;
	composite.array = o->array;
	composite.element = 0;
	composite.kind = 'c';
	composite.category = 'C';
	composite.subscript = composite.analyze = 0;
	composite.input = PROC_RECORD_IN;
	composite.output = PROC_RECORD_OUT;
	composite.receive = PROC_RECORD_RECEIVE;
	composite.send = PROC_RECORD_SEND;
	row = add_type(s, &composite, value_string(o->name), o->schema);
	row[pg_type_typrelid] = value_int(o->oid);
}

static void add_rows_of_label(
	struct relation_scan *s, const struct label_table *table, void *context)
{
	bool is_node = table->element == ELEMENT_NODE;
	struct row_owner owner = {
		.name = table->name,
		.schema = table->schema,
		.oid = table->oid,
		.row = label_oid(is_node ? LABEL_NODE_ROW : LABEL_EDGE_ROW, table->label),
		.array = label_oid(
			is_node ? LABEL_NODE_ROW_ARRAY : LABEL_EDGE_ROW_ARRAY, table->label),
	};

	(void)context;
	add_row_types(s, &owner);
}

static void add_rows_of_catalogs(struct relation_scan *s)
{
	for (uint32_t i = 0; i < relation_count(); i++) {
		const struct relation *r = relation_at(i);
		bool is_catalog = strcmp(r->schema, "pg_catalog") == 0;
		struct row_owner owner = {
			.name = str_of(r->name),
			.schema = is_catalog ? OID_NAMESPACE_CATALOG : OID_NAMESPACE_INFORMATION,
			.oid = r->oid,
		};

		owner.row = relation_row_type(r, &owner.array);
		if (owner.row != 0)
			add_row_types(s, &owner);
	}
}

RELATION_FILL(type)
{
	int64_t key;

	if (s->at == 0) {
		add_builtins(s);
		add_rows_of_catalogs(s);
	}
	if (relation_key(s, pg_type_oid, &key) && key < OID_USER_FIRST)
		return OK;
	return relation_each_label(s, add_rows_of_label, NULL, e);
}
