/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL 19's catalogs of property graphs.
 */
#include "query/sql/builtin.h"
#include "query/sql/fills.h"
#include "query/sql/listed_graph.h"

/* ---- elements --------------------------------------------------------------------------------- */

static void put_ends(struct relation_scan *s, struct value *row, const struct listed_element *x)
{
	const struct listed_end *source = &x->ends[GRAPH_SOURCE];
	const struct listed_end *target = &x->ends[GRAPH_DESTINATION];

	row[pg_propgraph_element_pgesrcvertexid] = value_int(source->element);
	row[pg_propgraph_element_pgedestvertexid] = value_int(target->element);
	row[pg_propgraph_element_pgesrckey] =
		relation_attnums(s, source->key_numbers, source->key_count);
	row[pg_propgraph_element_pgedestkey] =
		relation_attnums(s, target->key_numbers, target->key_count);
	if (source->element != 0)
		row[pg_propgraph_element_pgesrcref] =
			relation_attnums(s, source->column_numbers, source->column_count);
	if (target->element != 0)
		row[pg_propgraph_element_pgedestref] =
			relation_attnums(s, target->column_numbers, target->column_count);
}

static void add_element(struct relation_scan *s, const struct listed_element *x, void *context)
{
	struct value *row = relation_add(s);

	(void)context;
	row[pg_propgraph_element_oid] = value_int(x->oid);
	row[pg_propgraph_element_pgepgid] = value_int(x->graph.oid);
	row[pg_propgraph_element_pgerelid] = value_int(x->table.oid);
	row[pg_propgraph_element_pgealias] = value_string(x->alias);
	row[pg_propgraph_element_pgekind] = relation_text(x->is_edge ? "e" : "v");
	row[pg_propgraph_element_pgesrcvertexid] = row[pg_propgraph_element_pgedestvertexid] =
		value_int(0);
	row[pg_propgraph_element_pgekey] = relation_attnums(s, x->key_numbers, x->key_count);
	if (x->is_edge)
		put_ends(s, row, x);
}

RELATION_FILL(graph_element)
{
	return listed_graph_elements(s, add_element, NULL, e);
}

/* ---- labels ----------------------------------------------------------------------------------- */

static void add_labels(struct relation_scan *s, const struct listed_element *x, void *context)
{
	(void)context;
	for (uint32_t i = 0; i < x->label_count; i++) {
		const struct listed_label *l = &x->labels[i];
		struct value *row;

		if (!l->is_first)
			continue;
		row = relation_add(s);
		row[pg_propgraph_label_oid] = value_int(l->label);
		row[pg_propgraph_label_pglpgid] = value_int(x->graph.oid);
		row[pg_propgraph_label_pgllabel] = value_string(l->name);
	}
}

RELATION_FILL(graph_label)
{
	return listed_graph_elements(s, add_labels, NULL, e);
}

static void add_element_labels(
	struct relation_scan *s, const struct listed_element *x, void *context)
{
	(void)context;
	for (uint32_t i = 0; i < x->label_count; i++) {
		struct value *row = relation_add(s);

		row[pg_propgraph_element_label_oid] = value_int(x->labels[i].oid);
		row[pg_propgraph_element_label_pgellabelid] = value_int(x->labels[i].label);
		row[pg_propgraph_element_label_pgelelid] = value_int(x->oid);
	}
}

RELATION_FILL(graph_element_label)
{
	return listed_graph_elements(s, add_element_labels, NULL, e);
}

/* ---- properties ------------------------------------------------------------------------------- */

static void add_properties_of_label(struct relation_scan *s, const struct listed_label *l)
{
	for (uint32_t i = 0; i < l->property_count; i++) {
		struct value *row = relation_add(s);

		row[pg_propgraph_label_property_oid] = value_int(l->properties[i].oid);
		row[pg_propgraph_label_property_plppropid] = value_int(l->properties[i].property);
		row[pg_propgraph_label_property_plpellabelid] = value_int(l->oid);
		row[pg_propgraph_label_property_plpexpr] = value_string(l->properties[i].expr);
	}
}

static void add_label_properties(
	struct relation_scan *s, const struct listed_element *x, void *context)
{
	(void)context;
	for (uint32_t i = 0; i < x->label_count; i++)
		add_properties_of_label(s, &x->labels[i]);
}

RELATION_FILL(graph_label_property)
{
	return listed_graph_elements(s, add_label_properties, NULL, e);
}

static void add_property(
	struct relation_scan *s, const struct listed_graph *g, const struct listed_property *p)
{
	const struct builtin_type *builtin = builtin_type_by_oid(p->type);
	struct value *row = relation_add(s);

	row[pg_propgraph_property_oid] = value_int(p->property);
	row[pg_propgraph_property_pgppgid] = value_int(g->oid);
	row[pg_propgraph_property_pgpname] = value_string(p->name);
	row[pg_propgraph_property_pgptypid] = value_int(p->type);
	row[pg_propgraph_property_pgptypmod] = value_int(p->modifier);
	row[pg_propgraph_property_pgpcollation] =
		value_int(builtin == NULL ? 0 : builtin->collation);
}

RELATION_FILL(graph_property)
{
	return listed_graph_properties(s, add_property, e);
}
