/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * All property graphs and their element tables: see listed_graph.h.
 */
#include "query/sql/listed_graph.h"

#include "base/map.h"
#include "query/eval/eval.h"
#include "query/sql/builtin.h"
#include "query/sql/graph_definition.h"
#include "query/table/table.h"

/* ---- graphs ---------------------------------------------------------------------------------- */

/* A graph of the database that is there: main, or a membership that still goes by its name. */
static bool graph_at(const struct catalog *c, uint32_t graph, struct listed_graph *out)
{
	if (graph != GRAPH_MAIN && !catalog_is_membership(c, graph))
		return false;
	*out = (struct listed_graph){
		.oid = graph == GRAPH_MAIN ? (uint32_t)OID_GRAPH_MAIN : label_schema_oid(graph),
		.name = catalog_graph_name(c, graph),
		.graph = graph,
	};
	return graph == GRAPH_MAIN || catalog_graph_find(c, out->name) == graph;
}

static bool object_at(const struct catalog_object *o, struct listed_graph *out)
{
	if (o == NULL || o->kind != OBJECT_PROPERTY_GRAPH)
		return false;
	*out = (struct listed_graph){
		.oid = label_oid(LABEL_CATALOG_OBJECT, o->id),
		.name = o->name,
		.object = o,
	};
	return true;
}

bool listed_graph_next(const struct catalog *c, uint64_t *at, struct listed_graph *out)
{
	uint32_t labels = catalog_name_count(c, NAME_NODE_LABEL) + 1;
	uint32_t objects = catalog_object_count(c);

	while (*at < (uint64_t)labels + objects) {
		uint32_t position = (uint32_t)(*at)++;
		bool found = position < labels
				     ? graph_at(c, position, out)
				     : object_at(catalog_object_at(c, position - labels), out);

		if (found)
			return true;
	}
	return false;
}

bool listed_graph_by_oid(const struct catalog *c, uint32_t oid, struct listed_graph *out)
{
	enum label_object object;
	uint32_t number;

	if (oid == OID_GRAPH_MAIN)
		return graph_at(c, GRAPH_MAIN, out);
	if (!label_oid_split(oid, &object, &number))
		return false;
	if (object == LABEL_CATALOG_OBJECT)
		return object_at(catalog_object(c, number), out);
	return object == LABEL_NODE_TABLE && number <= catalog_name_count(c, NAME_NODE_LABEL) &&
	       graph_at(c, number, out);
}

struct acl_target listed_graph_target(const struct listed_graph *g)
{
	if (g->object != NULL)
		return (struct acl_target){ ACL_OBJECT, g->object->id };
	return (struct acl_target){ ACL_SCHEMA, g->graph };
}

/* ---- labels as element tables ---------------------------------------------------------------- */

static uint32_t oid_of(const struct label_table *table, enum label_object of_node)
{
	/* An edge's object follows that of a node. */
	enum label_object object = table->element == ELEMENT_NODE ? of_node : of_node + 1;

	return label_oid(object, table->label);
}

static void take_names(struct relation_scan *s, const struct label_column *columns,
	const int16_t *numbers, uint32_t count, struct str **names, int16_t **out)
{
	*names = ARENA_ARRAY(s->arena, struct str, count + 1);
	*out = ARENA_ARRAY(s->arena, int16_t, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		(*names)[i] = columns[numbers[i] - 1].name;
		(*out)[i] = numbers[i];
	}
}

static void take_primary_key(struct relation_scan *s, struct listed_element *x,
	const struct label_column *columns)
{
	struct label_constraint *constraints;
	uint32_t count = label_table_constraints(s->catalog, &x->table, s->arena, &constraints);

	for (uint32_t i = 0; i < count; i++) {
		if (constraints[i].kind != 'p')
			continue;
		x->key_count = constraints[i].count;
		take_names(s, columns, constraints[i].columns, x->key_count, &x->keys,
			&x->key_numbers);
	}
}

/* What an edge label says of one of its ends. */
static void take_end(struct relation_scan *s, struct listed_element *x,
	const struct label_column *columns, bool is_source)
{
	struct edge_end from = catalog_edge_end(s->catalog, x->table.info, is_source);
	struct listed_end *end = &x->ends[is_source ? GRAPH_SOURCE : GRAPH_DESTINATION];
	int16_t number = is_source ? 1 : 2;
	struct label_column *others;
	struct label_table vertex;
	uint32_t count;

	end->key_count = 1;
	take_names(s, columns, &number, 1, &end->keys, &end->key_numbers);
	if (from.label == NAME_NONE ||
		!label_table_by_oid(s->catalog, label_oid(LABEL_NODE_TABLE, from.label), &vertex))
		return;
	end->element = label_oid(LABEL_NODE_ELEMENT, from.label);
	end->alias = vertex.name;
	count = label_table_columns(s->catalog, &vertex, s->arena, &others);
	number = label_column_number(others, count, from.key);
	end->column_count = from.key != NAME_NONE && number > 0;
	take_names(s, others, &number, end->column_count, &end->columns, &end->column_numbers);
}

/* Keys are of all graphs; a property is of one. */
static uint32_t property_oid(uint32_t graph, uint32_t key)
{
	return graph == GRAPH_MAIN ? label_oid(LABEL_PROPERTY, key)
				   : label_property_oid(ELEMENT_NODE, graph, key);
}

static void take_properties(struct relation_scan *s, const struct listed_element *x,
	struct listed_label *l, const struct label_column *columns, uint32_t count)
{
	l->properties = ARENA_ARRAY(s->arena, struct listed_property, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		const struct label_column *c = &columns[i];

		if (c->key == NAME_NONE)
			continue;
		l->properties[l->property_count++] = (struct listed_property){
			.oid = label_property_oid(x->table.element, x->table.label, c->key),
			.property = property_oid(x->graph.graph, c->key),
			.name = c->name,
			.expr = c->name,
			.type = c->type_oid,
			.modifier = c->modifier,
		};
	}
}

static void visit_label(struct relation_scan *s, const struct label_table *table,
	listed_graph_visit *visit, void *context)
{
	struct listed_element x = { .table = *table, .alias = table->name };
	struct listed_label *l = ARENA_NEW(s->arena, struct listed_label);
	struct label_column *columns;
	uint32_t count = label_table_columns(s->catalog, table, s->arena, &columns);

	if (!graph_at(s->catalog, catalog_graph_of(s->catalog, table->element, table->label),
		    &x.graph))
		return;
	x.oid = oid_of(table, LABEL_NODE_ELEMENT);
	x.is_edge = table->element == ELEMENT_EDGE;
	take_primary_key(s, &x, columns);
	for (int side = 0; x.is_edge && count >= 2 && side < 2; side++)
		take_end(s, &x, columns, side == GRAPH_SOURCE);
	l->oid = oid_of(table, LABEL_NODE_ELEMENT_LABEL);
	l->label = oid_of(table, LABEL_NODE_LABEL);
	l->name = table->name;
	l->is_first = true;
	x.label_count = 1;
	x.labels = l;
	take_properties(s, &x, l, columns, count);
	visit(s, &x, context);
}

/* ---- what CREATE PROPERTY GRAPH made ----------------------------------------------------------- */

/* A graph whose element tables are listed. */
struct made_graph {
	struct relation_scan *s;
	struct listed_graph graph;
	struct graph_definition definition;
	struct graph_parts parts;
};

/* The number of a part. Those of label properties have a range of their own: in the catalog of these the
   one above belongs to the properties of labels. */
static uint32_t part_oid(const struct made_graph *g, struct graph_part_name name)
{
	uint32_t number = definition_part_number(&g->parts, name) & 0xffff;

	if (name.kind == GRAPH_PART_LABEL_PROPERTY)
		return (g->graph.object->id & 0x7fff) << 16 | number;
	return label_property_oid(ELEMENT_EDGE, g->graph.object->id, number);
}

static void take_columns(struct relation_scan *s, const struct label_column *columns,
	uint32_t column_count, const struct ast_name *from, uint32_t count, struct str **names,
	int16_t **numbers)
{
	*names = ARENA_ARRAY(s->arena, struct str, count + 1);
	*numbers = ARENA_ARRAY(s->arena, int16_t, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		(*names)[i] = from[i].text;
		for (uint32_t k = 0; k < column_count; k++) {
			if (str_equal(columns[k].name, from[i].text))
				(*numbers)[i] = columns[k].number;
		}
	}
}

static void take_made_end(const struct made_graph *g, const struct ast_graph_end *from,
	const struct label_column *columns, uint32_t count, struct listed_end *to)
{
	const struct ast_graph_table *vertex =
		definition_graph_table(g->definition.graph, from->vertex.text);
	struct label_column *others = NULL;
	struct label_table table;
	uint32_t other_count = 0;

	to->alias = from->vertex.text;
	to->element =
		part_oid(g, (struct graph_part_name){ GRAPH_PART_ELEMENT, .alias = to->alias });
	to->key_count = from->key_count;
	take_columns(g->s, columns, count, from->keys, from->key_count, &to->keys,
		&to->key_numbers);
	if (label_table_find(g->s->catalog, vertex->table.text, &table))
		other_count = label_table_columns(g->s->catalog, &table, g->s->arena, &others);
	to->column_count = from->column_count;
	take_columns(g->s, others, other_count, from->columns, from->column_count, &to->columns,
		&to->column_numbers);
}

/* A property's type as it was found when the graph was made; what is older than that has its column's. */
static void take_type(const struct made_graph *g, const struct label_column *columns,
	uint32_t count, struct listed_property *to)
{
	const struct graph_definition *d = &g->definition;
	struct table_type type;
	struct error ignored;

	to->modifier = -1;
	for (uint32_t i = 0; i < d->property_count; i++) {
		if (!str_equal(d->properties[i].name, to->name) ||
			table_type_read(g->s->arena, d->properties[i].type, &type, &ignored) != OK)
			continue;
		to->type = builtin_find_text(type.text);
		if (to->type == 0)
			to->type = builtin_oid(type.type);
		to->modifier = type.typmod;
	}
	for (uint32_t i = 0; to->type == 0 && i < count; i++) {
		if (!str_equal(columns[i].name, to->expr))
			continue;
		to->type = columns[i].type_oid;
		to->modifier = columns[i].modifier;
	}
}

static struct str expr_text(struct relation_scan *s, const struct ast_item *item)
{
	struct buf text = { 0 };
	struct str out;

	definition_graph_put_expr(&text, item);
	out = arena_str(s->arena, buf_str(&text));
	buf_free(&text);
	return out;
}

static bool is_first(const struct made_graph *g, uint32_t table, struct str label)
{
	for (uint32_t i = 0; i < table; i++) {
		if (definition_graph_label(&g->definition.graph->tables[i], label) != NULL)
			return false;
	}
	return true;
}

static void take_made_label(const struct made_graph *g, uint32_t table, uint32_t at,
	const struct label_column *columns, uint32_t count, struct listed_label *to)
{
	const struct ast_graph_table *x = &g->definition.graph->tables[table];
	const struct ast_graph_label *from = &x->labels[at];
	struct graph_part_name name = { GRAPH_PART_LABEL, .label = from->name.text };

	to->name = from->name.text;
	to->is_first = is_first(g, table, to->name);
	to->label = part_oid(g, name);
	name.kind = GRAPH_PART_ELEMENT_LABEL;
	name.alias = x->alias.text;
	to->oid = part_oid(g, name);
	to->property_count = from->property_count;
	to->properties = ARENA_ARRAY(g->s->arena, struct listed_property, from->property_count + 1);
	name.kind = GRAPH_PART_LABEL_PROPERTY;
	for (uint32_t i = 0; i < from->property_count; i++) {
		struct listed_property *p = &to->properties[i];

		p->name = name.property = from->properties[i].alias.text;
		p->expr = expr_text(g->s, &from->properties[i]);
		p->oid = part_oid(g, name);
		p->property = part_oid(g, (struct graph_part_name){ GRAPH_PART_PROPERTY,
						  .property = p->name });
		take_type(g, columns, count, p);
	}
}

static void visit_made_table(
	const struct made_graph *g, uint32_t at, listed_graph_visit *visit, void *context)
{
	const struct ast_graph_table *from = &g->definition.graph->tables[at];
	struct listed_element x = { .graph = g->graph, .alias = from->alias.text };
	struct relation_scan *s = g->s;
	struct label_column *columns;
	uint32_t count;

	if (!label_table_find(s->catalog, from->table.text, &x.table))
		return;
	count = label_table_columns(s->catalog, &x.table, s->arena, &columns);
	x.oid = part_oid(g, (struct graph_part_name){ GRAPH_PART_ELEMENT, .alias = x.alias });
	x.is_edge = from->is_edge;
	x.key_count = from->key_count;
	take_columns(s, columns, count, from->keys, from->key_count, &x.keys, &x.key_numbers);
	for (int side = 0; x.is_edge && side < 2; side++)
		take_made_end(g, &from->ends[side], columns, count, &x.ends[side]);
	x.label_count = from->label_count;
	x.labels = ARENA_ARRAY(s->arena, struct listed_label, x.label_count + 1);
	for (uint32_t i = 0; i < x.label_count; i++)
		take_made_label(g, at, i, columns, count, &x.labels[i]);
	visit(s, &x, context);
}

static enum sqlstate visit_made(struct relation_scan *s, const struct catalog_object *o,
	listed_graph_visit *visit, void *context, struct error *e)
{
	struct made_graph g = { .s = s };

	if (!object_at(o, &g.graph))
		return OK;
	TRY(definition_graph_read(s->catalog, s->arena, o, &g.definition, e));
	definition_graph_parts(s->arena, &g.definition, &g.parts);
	for (uint32_t i = 0; i < g.definition.graph->table_count; i++)
		visit_made_table(&g, i, visit, context);
	return OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

enum sqlstate listed_graph_elements(struct relation_scan *s, listed_graph_visit *visit,
	void *context, struct error *e)
{
	uint64_t labels = (uint64_t)catalog_name_count(s->catalog, NAME_NODE_LABEL) +
			  catalog_name_count(s->catalog, NAME_EDGE_LABEL);
	struct label_table table;
	bool found;

	do {
		if (s->at < labels) {
			TRY(label_table_next(s->ev->txn, s->arena, &s->at, &table, &found, e));
			if (found)
				visit_label(s, &table, visit, context);
		} else if (s->at < labels + catalog_object_count(s->catalog)) {
			TRY(visit_made(s,
				catalog_object_at(s->catalog, (uint32_t)(s->at++ - labels)), visit,
				context, e));
		} else {
			s->at = 0;
			return OK;
		}
	} while (s->row_count < RELATION_SLICE_ROWS);
	return OK;
}

/* Each property of a graph is told of once. */
struct property_walk {
	listed_graph_visit_property *visit;
	struct map_u64 done; /* their oids */
};

static void visit_properties(struct relation_scan *s, const struct listed_element *x, void *context)
{
	struct property_walk *w = context;

	for (uint32_t i = 0; i < x->label_count; i++) {
		for (uint32_t k = 0; k < x->labels[i].property_count; k++) {
			const struct listed_property *p = &x->labels[i].properties[k];

			if (!map_u64_put(&w->done, p->property, 1))
				w->visit(s, &x->graph, p);
		}
	}
}

enum sqlstate listed_graph_properties(
	struct relation_scan *s, listed_graph_visit_property *visit, struct error *e)
{
	struct property_walk w = { .visit = visit };
	enum sqlstate rc;

	do
		rc = listed_graph_elements(s, visit_properties, &w, e);
	while (rc == OK && s->at != 0);
	map_u64_free(&w.done);
	return rc;
}
