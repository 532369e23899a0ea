/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The pairs of ends of a COPY: see copy_pair.h.
 */
#include "query/copy/copy_pair.h"

#include "query/type/type.h"

struct str copy_place_name(const struct copy_place *p, struct str name)
{
	return graph_full_name(p->arena, p->graph, name);
}

bool copy_place_names_ends(const struct copy_place *p)
{
	if (p->format->from_key.length > 0 || p->format->to_key.length > 0 || p->format->ends_by_id)
		return true;
	for (uint32_t i = 0; i < p->copy->column_count; i++) {
		if (str_equal(p->copy->columns[i].key.text, STR("_from")) ||
			str_equal(p->copy->columns[i].key.text, STR("_to")))
			return true;
	}
	return false;
}

bool copy_place_is_edge(const struct copy_place *p)
{
	struct str name = copy_place_name(p, p->copy->label.text);
	uint32_t node = catalog_find(p->catalog, NAME_NODE_LABEL, name);
	const struct label_info *info =
		node == NAME_NONE ? NULL : catalog_label(p->catalog, ELEMENT_NODE, node);

	if (copy_place_names_ends(p))
		return true;
	return catalog_find(p->catalog, NAME_EDGE_LABEL, name) != NAME_NONE &&
	       (info == NULL || !info->is_declared);
}

enum sqlstate copy_pairs_fail(
	const struct copy_place *p, bool is_source, const char *why, struct error *e)
{
	(void)FAIL(e, E_NO_OBJECT, "COPY cannot find the nodes that edges of \"%.*s\" join: %s",
		STR_ARGS(p->copy->label.text), why);
	error_hint(e,
		"Declare the ends (CREATE EDGE %.*s (FROM A TO B)) with a primary key on their "
		"labels, or give the option %s 'Label.key', or ENDS_BY_ID.",
		STR_ARGS(p->copy->label.text), is_source ? "FROM_KEY" : "TO_KEY");
	e->byte_offset = (int)p->copy->label.at;
	return e->code;
}

static struct edge_end *end_of(struct edge_pair *pair, bool is_source)
{
	return is_source ? &pair->from : &pair->to;
}

/* FROM_KEY or TO_KEY 'Label.key': of the pairs those with that label, if there are any, and its key. */
static void narrow(const struct copy_place *p, struct str option, bool is_source,
	struct copy_pairs *pairs)
{
	struct edge_end given;
	struct str label, key;
	uint32_t kept = 0;

	if (option.length == 0)
		return;
	copy_format_split_key(option, &label, &key);
	given.label = catalog_find(p->catalog, NAME_NODE_LABEL, copy_place_name(p, label));
	given.key = catalog_find(p->catalog, NAME_KEY, key);
	for (uint32_t i = 0; i < pairs->count; i++) {
		if (end_of(&pairs->items[i], is_source)->label == given.label)
			pairs->items[kept++] = pairs->items[i];
	}
	pairs->count = MAX_OF(kept, 1);
	for (uint32_t i = 0; i < pairs->count; i++)
		*end_of(&pairs->items[i], is_source) = given;
}

/* The end's key: the one that is said, else the primary key of its label. */
static enum sqlstate complete(
	const struct copy_place *p, bool is_source, struct edge_end *end, struct error *e)
{
	const struct label_info *node;

	if (end->label == NAME_NONE)
		return copy_pairs_fail(p, is_source, "their label is not known", e);
	node = catalog_label(p->catalog, ELEMENT_NODE, end->label);
	if (end->key == NAME_NONE && node != NULL && node->primary_index != 0)
		end->key = catalog_index(p->catalog, node->primary_index)->keys[0];
	if (end->key == NAME_NONE)
		return copy_pairs_fail(p, is_source, "the label has no primary key", e);
	return OK;
}

enum sqlstate copy_pairs_find(
	const struct copy_place *p, uint32_t edge, struct copy_pairs *out, struct error *e)
{
	const struct label_info *info = catalog_label(p->catalog, ELEMENT_EDGE, edge);

	*out = (struct copy_pairs){ .count = 0 };
	if (p->format->ends_by_id)
		return OK;
	if (info != NULL && info->pair_count > 0) {
		out->count = info->pair_count;
		memcpy(out->items, info->pairs, info->pair_count * sizeof out->items[0]);
	}
	out->count = MAX_OF(out->count, 1);
	narrow(p, p->format->from_key, true, out);
	narrow(p, p->format->to_key, false, out);
	for (uint32_t i = 0; i < out->count; i++) {
		TRY(complete(p, true, &out->items[i].from, e));
		TRY(complete(p, false, &out->items[i].to, e));
	}
	return OK;
}

struct type copy_end_type(const struct catalog *c, struct edge_end end)
{
	const struct property_info *p = catalog_property(c, ELEMENT_NODE, end.label, end.key);

	return p == NULL || !p->is_declared || p->declared == VALUE_NULL ? type_make(TYPE_STRING)
									 : type_declared(p);
}

struct type copy_pairs_type(const struct catalog *c, const struct copy_pairs *pairs, bool is_source)
{
	struct type type = type_make(TYPE_INT64);

	for (uint32_t i = 0; i < pairs->count; i++) {
		const struct edge_pair *pair = &pairs->items[i];
		struct type one = copy_end_type(c, is_source ? pair->from : pair->to);

		if (i > 0 && !type_equal(type, one))
			return type_make(TYPE_STRING);
		type = one;
	}
	return type;
}
