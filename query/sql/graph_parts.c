/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Numbers of the parts of property graphs: see graph_parts.h.
 */
#include "query/sql/graph_parts.h"

#include <stdlib.h>

#include "base/check.h"

static int compare(const void *a, const void *b)
{
	const struct graph_part_name *x = &((const struct graph_part *)a)->name;
	const struct graph_part_name *y = &((const struct graph_part *)b)->name;
	int order = (int)x->kind - (int)y->kind;

	if (order == 0)
		order = str_compare(x->alias, y->alias);
	if (order == 0)
		order = str_compare(x->label, y->label);
	return order != 0 ? order : str_compare(x->property, y->property);
}

static const struct graph_part *find(const struct graph_parts *parts, struct graph_part_name name)
{
	struct graph_part part = { .name = name };

	return parts->count == 0 ? NULL
				 : bsearch(&part, parts->parts, parts->count, sizeof part, compare);
}

uint32_t definition_part_number(const struct graph_parts *parts, struct graph_part_name name)
{
	const struct graph_part *found = find(parts, name);

	assert(found != NULL);
	return found->number;
}

/* ---- the list -------------------------------------------------------------------------------- */

static void add(struct graph_parts *to, enum graph_part_kind kind, struct str alias,
	struct str label, struct str property)
{
	to->parts[to->count++] = (struct graph_part){ .name = { kind, alias, label, property } };
}

static void add_label(
	struct graph_parts *to, struct str alias, const struct ast_graph_label *l)
{
	struct str none = { "", 0 };

	add(to, GRAPH_PART_LABEL, none, l->name.text, none);
	add(to, GRAPH_PART_ELEMENT_LABEL, alias, l->name.text, none);
	for (uint32_t i = 0; i < l->property_count; i++) {
		struct str property = l->properties[i].alias.text;

		add(to, GRAPH_PART_PROPERTY, none, none, property);
		add(to, GRAPH_PART_LABEL_PROPERTY, alias, l->name.text, property);
	}
}

/* Labels and properties that several element tables have are one part. */
static void sort_and_merge(struct graph_parts *parts)
{
	uint32_t count = 0;

	qsort(parts->parts, parts->count, sizeof *parts->parts, compare);
	for (uint32_t i = 0; i < parts->count; i++) {
		if (i == 0 || compare(&parts->parts[count - 1], &parts->parts[i]) != 0)
			parts->parts[count++] = parts->parts[i];
	}
	parts->count = count;
}

static void list(struct arena *a, const struct ast_property_graph *g, struct graph_parts *out)
{
	struct str none = { "", 0 };
	uint32_t most = 0;

	for (uint32_t i = 0; i < g->table_count; i++) {
		most += 1 + 2 * g->tables[i].label_count;
		for (uint32_t k = 0; k < g->tables[i].label_count; k++)
			most += 2 * g->tables[i].labels[k].property_count;
	}
	*out = (struct graph_parts){ .parts = ARENA_ARRAY(a, struct graph_part, most + 1) };
	for (uint32_t i = 0; i < g->table_count; i++) {
		const struct ast_graph_table *x = &g->tables[i];

		add(out, GRAPH_PART_ELEMENT, x->alias.text, none, none);
		for (uint32_t k = 0; k < x->label_count; k++)
			add_label(out, x->alias.text, &x->labels[k]);
	}
	sort_and_merge(out);
}

/* ---- numbers --------------------------------------------------------------------------------- */

void definition_parts_read(struct arena *a, const struct ast_property_graph *g,
	struct body_reader *numbers, struct graph_parts *out)
{
	uint32_t kept;

	list(a, g, out);
	out->next = numbers == NULL ? 0 : (uint32_t)body_number(numbers);
	kept = numbers == NULL ? 0 : body_count(numbers, out->count);
	for (uint32_t i = 0; i < out->count; i++)
		out->parts[i].number =
			i < kept ? (uint32_t)body_number(numbers) : out->next++;
}

void definition_parts_follow(struct arena *a, const struct ast_property_graph *g,
	const struct graph_parts *before, struct graph_parts *out)
{
	list(a, g, out);
	out->next = before->next;
	for (uint32_t i = 0; i < out->count; i++) {
		const struct graph_part *old = find(before, out->parts[i].name);

		out->parts[i].number = old != NULL ? old->number : out->next++;
	}
}

void definition_parts_put(struct buf *to, const struct graph_parts *parts)
{
	body_put_number(to, parts->next);
	body_put_number(to, parts->count);
	for (uint32_t i = 0; i < parts->count; i++)
		body_put_number(to, parts->parts[i].number);
}
