/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What labels declare, held against what a statement reads and writes before it is run: keys that a
 * closed label does not have, values that cannot be of the declared type, labels that a graph of
 * closed type does not have. Only what is wrong for every element that the pattern allows is refused
 * here; the rest is found by the storage when it is written.
 */
#include "query/bind/binder.h"

#include "base/edits.h"

enum { DISTANCE_MAX = 2 };

static enum name_kind label_kind(enum element element)
{
	return element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
}

/* ---- keys of closed labels ------------------------------------------------------------------- */

/* A closed label that every element has which the expression allows; NULL: there need be none. */
static const struct label_info *closed_label(
	const struct binder *b, enum element element, const struct bound_label *label)
{
	const struct label_info *found = NULL;

	/* That a graph is closed is said by each of its labels too. */
	if (element == ELEMENT_NODE && label->kind == LABEL_NAME && label->label == b->graph)
		return NULL;
	if (label->kind == LABEL_NAME && label->label != NAME_NONE) {
		found = catalog_label(b->catalog, element, label->label);
		return found != NULL && found->is_closed ? found : NULL;
	}
	if (label->kind != LABEL_AND && label->kind != LABEL_OR)
		return NULL;
	for (uint32_t i = 0; i < label->part_count; i++) {
		const struct label_info *part = closed_label(b, element, label->parts[i]);

		if (label->kind == LABEL_OR && part == NULL)
			return NULL;
		if (part != NULL && found == NULL)
			found = part;
	}
	return found;
}

static bool is_declared(
	const struct binder *b, enum element element, uint32_t label, uint32_t key)
{
	const struct property_info *p = catalog_property(b->catalog, element, label, key);

	return p != NULL && p->is_declared;
}

static bool is_declared_by(const struct binder *b, enum element element,
	const struct bound_label *label, uint32_t key)
{
	if (label->kind == LABEL_NAME)
		return label->label != NAME_NONE && is_declared(b, element, label->label, key);
	for (uint32_t i = 0; i < label->part_count; i++) {
		if (is_declared_by(b, element, label->parts[i], key))
			return true;
	}
	return false;
}

/* Labels that the pattern does not name may come with a node as well. */
static bool is_declared_by_any(const struct binder *b, uint32_t key)
{
	uint32_t count = catalog_name_count(b->catalog, NAME_NODE_LABEL);

	for (uint32_t label = 1; label <= count; label++) {
		if (is_declared(b, ELEMENT_NODE, label, key))
			return true;
	}
	return false;
}

/* Names the key of the label that was perhaps meant. */
static void hint_near_key(const struct binder *b, const struct label_info *label, struct str name,
	struct error *e)
{
	uint32_t nearest = DISTANCE_MAX + 1;
	struct str near = { 0 };

	for (uint32_t i = 0; i < label->property_count; i++) {
		struct str key = catalog_name(b->catalog, NAME_KEY, label->properties[i].key);
		uint32_t distance = str_edits(key, name, false);

		if (label->properties[i].is_declared && distance < nearest &&
			distance <= name.length / 2) {
			nearest = distance;
			near = key;
		}
	}
	if (near.length > 0)
		error_hint(e, "Perhaps you meant \"%.*s\".", STR_ARGS(near));
}

enum sqlstate bind_declared_key(struct binder *b, enum element element,
	const struct bound_label *label, struct ast_name name, bool is_new, struct error *e)
{
	const struct label_info *closed;
	uint32_t key;

	if (b->catalog == NULL || label == NULL)
		return OK;
	closed = closed_label(b, element, label);
	if (closed == NULL)
		return OK;
	key = catalog_find(b->catalog, NAME_KEY, name.text);
	if (key != NAME_NONE && is_declared_by(b, element, label, key))
		return OK;
	if (key != NAME_NONE && element == ELEMENT_NODE && !is_new && is_declared_by_any(b, key))
		return OK;
	FAIL(e, E_NO_COLUMN, "property \"%.*s\" is not declared for label \"%.*s\"",
		STR_ARGS(name.text),
		STR_ARGS(catalog_name(b->catalog, label_kind(element), closed->id)));
	hint_near_key(b, closed, name.text, e);
	return binder_blame(e, name.at);
}

/* ---- types of properties --------------------------------------------------------------------- */

/* Whether some value of type `from` may be stored as `to`: the storage converts no further. The only
   floats that become decimals are those written as plain numbers (has_exact_numbers). */
static bool type_may_become(struct type from, struct type to, bool is_literal)
{
	if (from.kind == TYPE_NULL || from.kind == TYPE_ANY || from.kind == TYPE_UNKNOWN ||
		to.kind == TYPE_NULL || to.kind == TYPE_ANY)
		return true;
	if (type_stored(from) == VALUE_LIST && type_stored(to) == VALUE_LIST)
		return type_may_become(type_item(from), type_item(to), is_literal);
	if (type_stored(from) == type_stored(to))
		return true;
	if (type_is_integer(from))
		return type_is_number(to);
	if (to.kind == TYPE_DECIMAL)
		return false;
	/* A property with integers and floats is FLOAT64 as a whole. */
	if (type_is_number(from) && type_is_number(to))
		return !is_literal;
	return from.kind == TYPE_DATE && to.kind == TYPE_TIMESTAMP;
}

static enum sqlstate bind_type_under(struct binder *b, enum element element, uint32_t label,
	struct ast_name key, const struct bound *value, struct error *e)
{
	uint32_t number = catalog_find(b->catalog, NAME_KEY, key.text);
	const struct property_info *p =
		number == NAME_NONE ? NULL : catalog_property(b->catalog, element, label, number);

	if (p == NULL || p->declared == VALUE_NULL ||
		type_may_become(value->type, type_declared(p), bound_is_constant(value)))
		return OK;
	(void)property_type_error(key.text, catalog_name(b->catalog, label_kind(element), label), p,
		type_stored(value->type), e);
	return binder_blame(e, value->at);
}

enum sqlstate bind_declared_type(struct binder *b, enum element element,
	const struct bound_label *label, struct ast_name key, const struct bound *value,
	struct error *e)
{
	if (b->catalog == NULL || label == NULL)
		return OK;
	if (label->kind == LABEL_NAME && label->label != NAME_NONE)
		return bind_type_under(b, element, label->label, key, value, e);
	for (uint32_t i = 0; label->kind == LABEL_AND && i < label->part_count; i++)
		TRY(bind_declared_type(b, element, label->parts[i], key, value, e));
	return OK;
}

/* ---- labels of closed graphs ----------------------------------------------------------------- */

enum sqlstate bind_declared_label(
	struct binder *b, enum element element, struct ast_name name, struct error *e)
{
	const struct label_info *graph, *label = NULL;
	uint32_t id;

	if (b->catalog == NULL || b->graph == GRAPH_MAIN)
		return OK;
	graph = catalog_label(b->catalog, ELEMENT_NODE, b->graph);
	if (graph == NULL || !graph->is_closed)
		return OK;
	id = catalog_find(b->catalog, label_kind(element), binder_label_name(b, name.text));
	if (id != NAME_NONE)
		label = catalog_label(b->catalog, element, id);
	if (label != NULL && label->is_declared)
		return OK;
	return FAIL_AT(e, name.at, E_INVALID_VALUE,
		"the type of graph \"%.*s\" declares no %s label \"%.*s\"", STR_ARGS(b->graph_name),
		element == ELEMENT_NODE ? "node" : "edge", STR_ARGS(name.text));
}
