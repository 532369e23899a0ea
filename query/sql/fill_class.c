/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_namespace, pg_class and pg_attribute: schemas, the tables that labels are, their indexes, the
 * catalog relations themselves, and the columns of all of these.
 */
#include "query/eval/eval.h"
#include "query/sql/acl_list.h"
#include "query/sql/builtin.h"
#include "query/sql/definition.h"
#include "query/sql/fills.h"
#include "query/sql/listed_graph.h"
#include "query/sql/label_table.h"
#include "query/sql/listed.h"
#include "query/table/table.h"

/* ---- pg_namespace ---------------------------------------------------------------------------- */

static void add_namespace(struct relation_scan *s, uint32_t oid, struct str name)
{
	bool is_public = oid == OID_NAMESPACE_PUBLIC;
	struct value *row;

	if (!relation_wants(s, pg_namespace_oid, oid))
		return;
	row = relation_add(s);
	row[pg_namespace_oid] = value_int(oid);
	row[pg_namespace_nspname] = value_string(name);
	row[pg_namespace_nspowner] = value_int(
		is_public ? OID_ROLE_DATABASE_OWNER : OID_ROLE_OWNER);
	if (is_public || oid == OID_NAMESPACE_CATALOG || oid == OID_NAMESPACE_INFORMATION)
		row[pg_namespace_nspacl] = acl_schema_items(s, is_public);
}

RELATION_FILL(namespace)
{
	(void)e;
	add_namespace(s, OID_NAMESPACE_TOAST, STR("pg_toast"));
	add_namespace(s, OID_NAMESPACE_CATALOG, STR("pg_catalog"));
	add_namespace(s, OID_NAMESPACE_PUBLIC, STR("public"));
	add_namespace(s, OID_NAMESPACE_INFORMATION, STR("information_schema"));
	for (uint32_t id = 1; id <= catalog_name_count(s->catalog, NAME_NODE_LABEL); id++) {
		struct str name = catalog_graph_name(s->catalog, id);

		if (catalog_is_membership(s->catalog, id) &&
			catalog_graph_find(s->catalog, name) == id)
			add_namespace(s, label_schema_oid(id), name);
	}
	return OK;
}

/* ---- pg_class -------------------------------------------------------------------------------- */

static struct value *add_class(
	struct relation_scan *s, uint32_t oid, struct value name, char kind, uint32_t columns)
{
	static const int falses[] = { pg_class_relhasindex, pg_class_relisshared,
		pg_class_relhasrules, pg_class_relhastriggers, pg_class_relhassubclass,
		pg_class_relrowsecurity, pg_class_relforcerowsecurity, pg_class_relispartition };
	static const int zeros[] = { pg_class_reltype, pg_class_reloftype, pg_class_relam,
		pg_class_reltablespace, pg_class_relpages, pg_class_relallvisible,
		pg_class_reltoastrelid, pg_class_relchecks, pg_class_relrewrite,
		pg_class_relfrozenxid, pg_class_relminmxid };
	struct value *row = relation_add(s);

	for (uint32_t i = 0; i < ARRAY_COUNT(falses); i++)
		row[falses[i]] = value_bool(false);
	for (uint32_t i = 0; i < ARRAY_COUNT(zeros); i++)
		row[zeros[i]] = value_int(0);
	row[pg_class_oid] = value_int(oid);
	row[pg_class_relname] = name;
	row[pg_class_relnamespace] = value_int(OID_NAMESPACE_PUBLIC);
	row[pg_class_relowner] = value_int(OID_ROLE_OWNER);
	row[pg_class_relfilenode] = value_int(kind == 'v' ? 0 : oid);
	row[pg_class_reltuples] = value_float(kind == 'v' ? -1 : 0);
	row[pg_class_relpersistence] = relation_text("p");
	row[pg_class_relkind] = relation_char(s, kind);
	row[pg_class_relnatts] = value_int(columns);
	row[pg_class_relispopulated] = value_bool(true);
	row[pg_class_relreplident] = relation_text("n");
	return row;
}

static bool has_index(const struct catalog *c, const struct label_table *table)
{
	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);

		if (index->element == table->element && index->label == table->label)
			return true;
	}
	return false;
}

static uint32_t check_count(struct relation_scan *s, const struct label_table *table)
{
	struct label_constraint *constraints;
	uint32_t all = label_table_constraints(s->catalog, table, s->arena, &constraints);
	uint32_t count = 0;

	for (uint32_t i = 0; i < all; i++)
		count += constraints[i].kind == 'c';
	return count;
}

/* The tables that foreign keys lead from and to: those have triggers, as PostgreSQL's tools take it. */
struct keyed {
	uint32_t count;
	struct str *names;
};

static struct keyed collect_keyed(struct relation_scan *s)
{
	uint32_t objects = catalog_object_count(s->catalog), room = 0;
	struct keyed k = { 0 };

	for (uint32_t i = 0; i < objects; i++) {
		const struct catalog_object *o = catalog_object_at(s->catalog, i);
		const struct table *t = o->kind == OBJECT_TABLE
						? table_find(s->catalog, s->arena, o->name)
						: NULL;

		for (uint32_t f = 0; t != NULL && f < t->foreign_count; f++) {
			if (k.count + 2 > room) {
				uint32_t more = room == 0 ? 16 : 2 * room;

				k.names = arena_grow(s->arena, k.names, room * sizeof *k.names,
					more * sizeof *k.names);
				room = more;
			}
			k.names[k.count++] = t->name;
			k.names[k.count++] = t->foreigns[f].table;
		}
	}
	return k;
}

static bool is_keyed(const struct keyed *k, struct str name)
{
	for (uint32_t i = 0; i < k->count; i++) {
		if (str_equal(k->names[i], name))
			return true;
	}
	return false;
}

static void add_table(
	struct relation_scan *s, const struct label_table *table, const struct keyed *keyed)
{
	bool is_node = table->element == ELEMENT_NODE;
	struct label_column *columns;
	uint32_t count = label_table_columns(s->catalog, table, s->arena, &columns);
	struct value *row = add_class(s, table->oid, value_string(table->name), 'r', count);
	struct acl *acl = ARENA_NEW(s->arena, struct acl);

	row[pg_class_relnamespace] = value_int(table->schema);
	acl_find(s->catalog,
		(struct acl_target){ is_node ? ACL_NODE : ACL_EDGE, table->label }, acl);
	row[pg_class_relowner] = value_int(acl_owner_oid(s->catalog, acl));
	row[pg_class_relacl] = acl_items(s, acl, PRIVILEGES_LABEL);
	row[pg_class_reltype] =
		value_int(label_oid(is_node ? LABEL_NODE_ROW : LABEL_EDGE_ROW, table->label));
	row[pg_class_relam] = value_int(OID_AM_HEAP);
	row[pg_class_relchecks] = value_int(check_count(s, table));
	row[pg_class_relhastriggers] = value_bool(is_keyed(keyed, table->name));
	row[pg_class_relhasindex] = value_bool(has_index(s->catalog, table));
	row[pg_class_relreplident] = relation_text("d");
	row[pg_class_reltuples] = value_float(-1);
}

static void add_index(struct relation_scan *s, const struct index_info *index)
{
	struct table_index said;
	struct value *row;

	table_index_read(s->catalog, s->arena, index, &said);
	row = add_class(s, label_oid(LABEL_INDEX, index->id), value_string(index->name), 'i',
		said.key_count);
	row[pg_class_relnamespace] = value_int(label_schema_oid(
		catalog_graph_of(s->catalog, index->element, index->label)));
	row[pg_class_relam] = value_int(OID_AM_BTREE);
	row[pg_class_relpages] = value_int(1); /* its root; nobody counts the others */
}

/* A graph of the database, as PostgreSQL 19 shows property graphs. Its privileges are its schema's. */
static void add_graph(struct relation_scan *s, const struct listed_graph *g)
{
	struct value *row = add_class(s, g->oid, value_string(g->name), 'g', 0);
	struct acl *acl = ARENA_NEW(s->arena, struct acl);

	acl_find(s->catalog, listed_graph_target(g), acl);
	row[pg_class_relowner] = value_int(acl_owner_oid(s->catalog, acl));
	row[pg_class_relfilenode] = value_int(0);
	row[pg_class_reltuples] = value_float(-1);
}

static void add_graphs(struct relation_scan *s)
{
	struct listed_graph g;
	uint64_t at = 0;

	while (listed_graph_next(s->catalog, &at, &g)) {
		if (g.object == NULL)
			add_graph(s, &g);
	}
}

/* "check_option=local" and the like; NULL: none is set. */
static struct value view_options(struct relation_scan *s, const struct view_definition *v)
{
	struct str items[3];
	uint32_t count = 0;

	if (v->is_barrier)
		items[count++] = STR("security_barrier=true");
	if (v->is_invoker)
		items[count++] = STR("security_invoker=true");
	if (v->check != 0)
		items[count++] = v->check == 'l' ? STR("check_option=local")
						  : STR("check_option=cascaded");
	return count == 0 ? value_null() : relation_texts(s, items, count);
}

static void add_object_details(
	struct relation_scan *s, const struct catalog_object *o, struct value *row)
{
	struct acl *acl = ARENA_NEW(s->arena, struct acl);
	struct view_definition v;

	acl_find(s->catalog, (struct acl_target){ ACL_OBJECT, o->id }, acl);
	row[pg_class_relowner] = value_int(acl_owner_oid(s->catalog, acl));
	row[pg_class_relacl] = acl_items(s, acl, acl_possible(s->catalog, acl->target));
	if (o->kind == OBJECT_VIEW && view_definition_find(s->catalog, s->arena, o->name, &v))
		row[pg_class_reloptions] = view_options(s, &v);
}

/* A sequence, a view or a property graph; tables have their row already. */
static void add_object(struct relation_scan *s, const struct catalog_object *o)
{
	char kind = o->kind == OBJECT_SEQUENCE	       ? 'S'
		    : o->kind == OBJECT_VIEW	       ? 'v'
		    : o->kind == OBJECT_PROPERTY_GRAPH ? 'g'
						       : 0;
	struct acl *acl = ARENA_NEW(s->arena, struct acl);
	struct label_column *columns;
	struct value *row;

	if (kind == 0)
		return;
	row = add_class(s, label_oid(LABEL_CATALOG_OBJECT, o->id), value_string(o->name), kind,
		kind == 'S' ? 3 : listed_view_columns(s->ev, s->arena, o->id, &columns));
	if (kind == 'v' || kind == 'g')
		add_object_details(s, o, row);
	if (kind == 'S') {
		row[pg_class_reltuples] = row[pg_class_relpages] = value_int(1);
		acl_find(s->catalog, (struct acl_target){ ACL_SEQUENCE, o->id }, acl);
		row[pg_class_relacl] = acl_items(s, acl, PRIVILEGES_SEQUENCE);
	}
	if (kind == 'g')
		row[pg_class_reltuples] = value_float(-1);
}

static void add_catalogs(struct relation_scan *s)
{
	for (uint32_t i = 0; i < relation_count(); i++) {
		const struct relation *r = relation_at(i);
		bool is_catalog = strcmp(r->schema, "pg_catalog") == 0;
		struct value *row;
		uint32_t array;

		if (!relation_wants(s, pg_class_oid, r->oid))
			continue;
		row = add_class(
			s, r->oid, relation_text(r->name), (char)r->kind, r->column_count);
		row[pg_class_relnamespace] = value_int(
			is_catalog ? OID_NAMESPACE_CATALOG : OID_NAMESPACE_INFORMATION);
		row[pg_class_reltype] = value_int(relation_row_type(r, &array));
		if (r->kind == RELATION_TABLE)
			row[pg_class_relam] = value_int(OID_AM_HEAP);
	}
}

/* The one relation that is asked for. */
static void add_class_of(struct relation_scan *s, uint32_t oid)
{
	enum label_object object;
	struct listed_graph graph;
	struct label_table table;
	struct keyed keyed;
	uint32_t number;

	if (label_table_by_oid(s->catalog, oid, &table)) {
		keyed = collect_keyed(s);
		add_table(s, &table, &keyed);
		return;
	}
	if (oid < OID_USER_FIRST)
		add_catalogs(s);
	if (listed_graph_by_oid(s->catalog, oid, &graph) && graph.object == NULL)
		add_graph(s, &graph);
	if (!label_oid_split(oid, &object, &number))
		return;
	if (object == LABEL_CATALOG_OBJECT && catalog_object(s->catalog, number) != NULL)
		add_object(s, catalog_object(s->catalog, number));
	if (object == LABEL_INDEX && catalog_index(s->catalog, number) != NULL)
		add_index(s, catalog_index(s->catalog, number));
}

static void visit_table(struct relation_scan *s, const struct label_table *table, void *context)
{
	add_table(s, table, context);
}

RELATION_FILL(class)
{
	struct keyed keyed;
	int64_t key;

	if (relation_key(s, pg_class_oid, &key)) {
		if (key > 0 && key <= UINT32_MAX)
			add_class_of(s, (uint32_t)key);
		return OK;
	}
	if (s->at == 0) {
		add_graphs(s);
		for (uint32_t i = 0; i < catalog_object_count(s->catalog); i++)
			add_object(s, catalog_object_at(s->catalog, i));
		for (uint32_t i = 0; i < catalog_index_count(s->catalog); i++)
			add_index(s, catalog_index_at(s->catalog, i));
		add_catalogs(s);
	}
	keyed = collect_keyed(s);
	return relation_each_label(s, visit_table, &keyed, e);
}

/* ---- pg_attribute ---------------------------------------------------------------------------- */

static struct value *add_attribute(
	struct relation_scan *s, uint32_t table, struct value name, int number, uint32_t type)
{
	static const int falses[] = { pg_attribute_attnotnull, pg_attribute_atthasdef,
		pg_attribute_atthasmissing, pg_attribute_attisdropped };
	static const int empties[] = { pg_attribute_attcompression, pg_attribute_attidentity,
		pg_attribute_attgenerated };
	const struct builtin_type *element = builtin_type_by_array(type);
	const struct builtin_type *base = builtin_type_by_oid(type);
	struct value *row = relation_add(s);

	for (uint32_t i = 0; i < ARRAY_COUNT(falses); i++)
		row[falses[i]] = value_bool(false);
	for (uint32_t i = 0; i < ARRAY_COUNT(empties); i++)
		row[empties[i]] = relation_text("");
	row[pg_attribute_attrelid] = value_int(table);
	row[pg_attribute_attname] = name;
	row[pg_attribute_atttypid] = value_int(type);
	row[pg_attribute_attstattarget] = value_int(-1);
	row[pg_attribute_attnum] = value_int(number);
	row[pg_attribute_attndims] = value_int(element != NULL);
	row[pg_attribute_attcacheoff] = value_int(-1);
	row[pg_attribute_atttypmod] = value_int(-1);
	row[pg_attribute_attislocal] = value_bool(true);
	row[pg_attribute_attinhcount] = value_int(0);
	row[pg_attribute_attlen] = value_int(base == NULL ? -1 : base->length);
	row[pg_attribute_attbyval] = value_bool(base != NULL && base->is_by_value);
	row[pg_attribute_attalign] = relation_char(s,
		base != NULL                            ? base->align
		: element != NULL && element->align == 'd' ? 'd'
							   : 'i');
	row[pg_attribute_attstorage] = relation_char(s, base == NULL ? 'x' : base->storage);
	row[pg_attribute_attcollation] = value_int(base != NULL ? base->collation
					 : element != NULL ? element->collation
							   : 0);
	return row;
}

/* The hidden columns of every table. */
static void add_system_attributes(struct relation_scan *s, uint32_t table)
{
	static const struct {
		const char *name;
		int number;
		uint32_t type;
	} columns[] = { { "ctid", -1, 27 }, { "xmin", -2, 28 }, { "cmin", -3, 29 },
		{ "xmax", -4, 28 }, { "cmax", -5, 29 }, { "tableoid", -6, 26 } };

	for (uint32_t i = 0; i < ARRAY_COUNT(columns); i++) {
		struct value *row = add_attribute(s, table, relation_text(columns[i].name),
			columns[i].number, columns[i].type);

		row[pg_attribute_attnotnull] = value_bool(true);
		row[pg_attribute_attstattarget] = value_int(0);
	}
}

static void add_label_attributes(struct relation_scan *s, const struct label_table *table)
{
	struct label_column *columns;
	uint32_t count = label_table_columns(s->catalog, table, s->arena, &columns);

	for (uint32_t i = 0; i < count; i++) {
		const struct label_column *c = &columns[i];
		struct value *row = add_attribute(s, table->oid, value_string(c->name), c->number,
			c->type_oid);

		row[pg_attribute_atttypmod] = value_int(c->modifier);
		if (c->identity != 0)
			row[pg_attribute_attidentity] = relation_char(s, c->identity);
		row[pg_attribute_attnotnull] = value_bool(c->is_not_null);
		if (c->generated_text.length > 0)
			row[pg_attribute_attgenerated] = relation_char(s, 's');
		row[pg_attribute_atthasdef] =
			value_bool(c->default_text.length > 0 || c->generated_text.length > 0);
	}
	add_system_attributes(s, table->oid);
}

/* What PostgreSQL calls an index's column: by the function of its expression. */
static struct value index_column(struct relation_scan *s, const struct table_index_key *key)
{
	struct str name = definition_called(key->expr.text);

	if (key->expr.text.length == 0)
		name = catalog_name(s->catalog, NAME_KEY, key->key);
	return name.length == 0 ? relation_text("expr") : value_string(name);
}

static void add_index_attributes(struct relation_scan *s, const struct index_info *index)
{
	enum label_object object =
		index->element == ELEMENT_NODE ? LABEL_NODE_TABLE : LABEL_EDGE_TABLE;
	struct label_column *columns;
	struct label_table table;
	struct table_index said;
	uint32_t count;

	if (!label_table_by_oid(s->catalog, label_oid(object, index->label), &table))
		return;
	count = label_table_columns(s->catalog, &table, s->arena, &columns);
	table_index_read(s->catalog, s->arena, index, &said);
	for (uint32_t i = 0; i < said.key_count; i++) {
		uint32_t key = said.keys[i].key;
		int16_t number = label_column_number(columns, count, key);
		uint32_t type = number > 0 ? columns[number - 1].type_oid
					   : label_key_type(s->catalog, &table, s->arena, key);
		struct value *row = add_attribute(s, label_oid(LABEL_INDEX, index->id),
			index_column(s, &said.keys[i]), (int)i + 1, type);

		if (number > 0)
			row[pg_attribute_atttypmod] = value_int(columns[number - 1].modifier);
	}
}

static void add_object_attributes(struct relation_scan *s, const struct catalog_object *o)
{
	struct label_column *columns;
	uint32_t count = listed_view_columns(s->ev, s->arena, o->id, &columns);

	for (uint32_t i = 0; i < count; i++) {
		struct value *row = add_attribute(s, label_oid(LABEL_CATALOG_OBJECT, o->id),
			value_string(columns[i].name), columns[i].number, columns[i].type_oid);

		row[pg_attribute_atttypmod] = value_int(columns[i].modifier);
	}
}

static void add_catalog_attributes(struct relation_scan *s)
{
	for (uint32_t i = 0; i < relation_count(); i++) {
		const struct relation *r = relation_at(i);

		if (!relation_wants(s, pg_attribute_attrelid, r->oid))
			continue;
		for (uint32_t column = 0; column < r->column_count; column++) {
			const struct relation_column *c = &r->columns[column];
			struct value *row = add_attribute(s, r->oid, relation_text(c->name),
				(int)column + 1, listed_type(str_of(c->type)));

			row[pg_attribute_attnotnull] = value_bool(c->is_not_null);
		}
		if (r->kind == RELATION_TABLE)
			add_system_attributes(s, r->oid);
	}
}

static void add_attributes_of(struct relation_scan *s, uint32_t oid)
{
	enum label_object object;
	struct label_table table;
	uint32_t number;

	if (label_table_by_oid(s->catalog, oid, &table)) {
		add_label_attributes(s, &table);
		return;
	}
	if (oid < OID_USER_FIRST)
		add_catalog_attributes(s);
	if (!label_oid_split(oid, &object, &number))
		return;
	if (object == LABEL_CATALOG_OBJECT && catalog_object(s->catalog, number) != NULL)
		add_object_attributes(s, catalog_object(s->catalog, number));
	if (object == LABEL_INDEX && catalog_index(s->catalog, number) != NULL)
		add_index_attributes(s, catalog_index(s->catalog, number));
}

static void visit_label_attributes(
	struct relation_scan *s, const struct label_table *table, void *context)
{
	(void)context;
	add_label_attributes(s, table);
}

RELATION_FILL(attribute)
{
	int64_t key;

	if (relation_key(s, pg_attribute_attrelid, &key)) {
		if (key > 0 && key <= UINT32_MAX)
			add_attributes_of(s, (uint32_t)key);
		return OK;
	}
	if (s->at == 0) {
		add_catalog_attributes(s);
		for (uint32_t i = 0; i < catalog_object_count(s->catalog); i++)
			add_object_attributes(s, catalog_object_at(s->catalog, i));
		for (uint32_t i = 0; i < catalog_index_count(s->catalog); i++)
			add_index_attributes(s, catalog_index_at(s->catalog, i));
	}
	return relation_each_label(s, visit_label_attributes, NULL, e);
}
