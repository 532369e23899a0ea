/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Checking an element before it is written: everything that the statement itself is told about.
 * What only the commit can know (somebody else was first) is checked in txn/validate.c.
 */
#include "storage/txn/draft.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "storage/graph/property_index.h"
#include "storage/graph/record.h"
#include "storage/txn/names.h"
#include "storage/txn/validate.h"

static const int64_t MICROSECONDS_PER_DAY = INT64_C(86400000000);

/* ---- the list of properties ---- */

static int compare_u32(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

uint32_t draft_sort_labels(uint32_t *labels, uint32_t count)
{
	uint32_t kept = 0;

	if (count > 1)
		qsort(labels, count, sizeof labels[0], compare_u32);
	for (uint32_t i = 0; i < count; i++) {
		if (kept == 0 || labels[kept - 1] != labels[i])
			labels[kept++] = labels[i];
	}
	return kept;
}

struct property *draft_find(const struct draft *d, uint32_t key)
{
	for (uint32_t i = 0; i < d->count; i++) {
		if (d->properties[i].key == key)
			return &d->properties[i];
	}
	return NULL;
}

static void draft_reserve(struct draft *d)
{
	uint32_t larger;

	if (d->count < d->capacity)
		return;
	larger = d->capacity == 0 ? 16 : d->capacity * 2;
	d->properties = arena_grow(d->arena, d->properties, d->count * sizeof d->properties[0],
		larger * sizeof d->properties[0]);
	d->capacity = larger;
}

void draft_set(struct draft *d, uint32_t key, struct value value)
{
	uint32_t at = 0;

	while (at < d->count && d->properties[at].key < key)
		at++;
	if (at < d->count && d->properties[at].key == key) {
		d->properties[at].value = value;
		if (value_is_null(value)) {
			d->count--;
			memmove(d->properties + at, d->properties + at + 1,
				(d->count - at) * sizeof d->properties[0]);
		}
		return;
	}
	if (value_is_null(value))
		return;
	draft_reserve(d);
	memmove(d->properties + at + 1, d->properties + at,
		(d->count - at) * sizeof d->properties[0]);
	d->properties[at] = (struct property){ key, value };
	d->count++;
}

static bool is_sorted(const struct draft *d)
{
	for (uint32_t i = 0; i < d->count; i++) {
		if (value_is_null(d->properties[i].value))
			return false;
		if (i > 0 && d->properties[i - 1].key >= d->properties[i].key)
			return false;
	}
	return true;
}

void draft_sort(struct draft *d)
{
	struct property *given = d->properties;
	uint32_t count = d->count;

	if (is_sorted(d))
		return;
	d->properties = NULL;
	d->count = d->capacity = 0;
	for (uint32_t i = 0; i < count; i++)
		draft_set(d, given[i].key, given[i].value);
}

/* ---- declarations ---- */

static bool convert_item(struct value *v, enum value_type to, struct arena *a)
{
	if (v->type == to)
		return true;
	if (to == VALUE_FLOAT && value_is_number(*v)) {
		*v = value_float(value_to_double(*v));
		return true;
	}
	if (to == VALUE_DECIMAL && v->type == VALUE_INT) {
		*v = value_decimal(decimal_of_int64(a, v->integer));
		return true;
	}
	if (to == VALUE_TIMESTAMP && v->type == VALUE_DATE) {
		v->type = VALUE_TIMESTAMP;
		v->integer *= MICROSECONDS_PER_DAY;
		return true;
	}
	return false;
}

static bool convert_list(struct value *v, enum value_type item, struct arena *a)
{
	struct value *items;

	if (v->type != VALUE_LIST)
		return false;
	if (item == VALUE_NULL)
		return true;
	items = ARENA_ARRAY(a, struct value, v->count + 1);
	for (uint32_t i = 0; i < v->count; i++) {
		items[i] = v->items[i];
		if (!value_is_null(items[i]) && !(items[i].type == VALUE_LIST
							? convert_list(&items[i], item, a)
							: convert_item(&items[i], item, a)))
			return false;
	}
	v->items = items;
	return true;
}

/* Of a declared type's width. */
static enum sqlstate fit_number(struct value *v, uint8_t width, struct error *e)
{
	if (v->type == VALUE_FLOAT && width == 32) {
		double rounded = (double)(float)v->real;

		if (isinf(rounded) && !isinf(v->real))
			return FAIL(e, E_OUT_OF_RANGE, "value out of range: overflow");
		v->real = rounded;
		return OK;
	}
	if (v->type != VALUE_INT)
		return OK;
	if (width == 16 && (v->integer < INT16_MIN || v->integer > INT16_MAX))
		return FAIL(e, E_OUT_OF_RANGE, "smallint out of range");
	if (width == 32 && (v->integer < INT32_MIN || v->integer > INT32_MAX))
		return FAIL(e, E_OUT_OF_RANGE, "integer out of range");
	return OK;
}

/* Blanks beyond the length go, anything else is an error: as SQL wants it. */
static enum sqlstate fit_length(struct value *v, struct type_modifier m, struct error *e)
{
	struct str text = value_str(*v);

	if (!utf8_cut_blanks(&text, m.length))
		return FAIL(e, E_STRING_TRUNCATION, "value too long for type %s(%u)",
			m.is_char ? "character" : "character varying", m.length);
	*v = value_string(text);
	return OK;
}

/* A value, or each of a list's, to what its declared type says beside its name. */
static enum sqlstate fit_modifier(
	struct value *v, struct type_modifier m, struct arena *a, struct error *e)
{
	struct value *items;

	if (v->type == VALUE_DECIMAL && m.precision > 0)
		return decimal_fit(a, v->decimal, m.precision, m.scale, &v->decimal, e);
	if (v->type == VALUE_STRING && m.length > 0)
		return fit_length(v, m, e);
	if (m.width > 0 && v->type != VALUE_LIST)
		return fit_number(v, m.width, e);
	if (m.range > 0 && v->type == VALUE_DURATION)
		*v = value_cut_duration(a, *v, m.range);
	if (m.seconds > 0 && v->type != VALUE_LIST) {
		*v = value_round_seconds(a, *v, m.seconds - 1u);
		return OK;
	}
	if (v->type != VALUE_LIST || !type_modifier_is_set(m))
		return OK;
	items = ARENA_ARRAY(a, struct value, v->count + 1);
	for (uint32_t i = 0; i < v->count; i++) {
		items[i] = v->items[i];
		TRY(fit_modifier(&items[i], m, a, e));
	}
	v->items = items;
	return OK;
}

static void hint_conversion(const struct property_info *p, enum value_type found, struct error *e)
{
	bool is_list = p->declared == VALUE_LIST;
	enum value_type wanted = (enum value_type)(is_list ? p->declared_item : p->declared);

	if (is_list && found != VALUE_LIST)
		error_hint(e, "Write a list.");
	else if (wanted == VALUE_DECIMAL && (is_list || found == VALUE_FLOAT))
		error_hint(e, is_list ? "Write decimals as 12.50M, or convert with :: DECIMAL[]."
				      : "Write a decimal as 12.50M, or convert with :: DECIMAL.");
	else if (wanted == VALUE_INT && found == VALUE_FLOAT)
		error_hint(e, "Convert with :: INT64, which rounds.");
	else
		error_hint(e, "You will need to rewrite or cast the expression.");
}

enum sqlstate property_type_error(struct str key, struct str label, const struct property_info *p,
	enum value_type found, struct error *e)
{
	FAIL(e, E_TYPE,
		"property \"%.*s\" of label \"%.*s\" is of type %s but the value is of type %s",
		STR_ARGS(key), STR_ARGS(label), value_type_name((enum value_type)p->declared),
		value_type_name(found));
	error_names(e, label, key, (struct str){ 0 });
	hint_conversion(p, found, e);
	return E_TYPE;
}

enum sqlstate draft_fit_value(struct txn *t, enum element element, uint32_t label,
	const struct property_info *p, struct value *value, struct arena *a, struct error *e)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
	enum value_type type = (enum value_type)p->declared;
	bool fits;

	if (value_is_null(*value) || type == VALUE_NULL)
		return OK;
	fits = type == VALUE_LIST ? convert_list(value, (enum value_type)p->declared_item, a)
				  : convert_item(value, type, a);
	return fits ? fit_modifier(value, p->modifier, a, e)
		    : property_type_error(catalog_name(t->catalog, NAME_KEY, p->key),
			      catalog_name(t->catalog, kind, label), p,
			      (enum value_type)value->type, e);
}

/* The declared properties, in order of declaration. */
static void failing_row(
	struct txn *t, struct draft *d, uint32_t label, struct error *e)
{
	const struct label_info *info = catalog_label(t->catalog, d->element, label);
	struct buf row = { 0 };

	for (uint32_t i = 0; info != NULL && i < info->property_count; i++) {
		const struct property *p = draft_find(d, info->properties[i].key);

		if (!info->properties[i].is_declared)
			continue;
		buf_put_text(&row, row.length == 0 ? "" : ", ");
		value_put_text(&row, p == NULL ? value_null() : p->value);
	}
	error_detail(e, "Failing row contains (%.*s).", (int)MIN_OF(row.length, (size_t)400),
		(const char *)row.data);
	buf_free(&row);
}

static enum sqlstate not_null_error(
	struct txn *t, struct draft *d, uint32_t label, uint32_t key, struct error *e)
{
	enum name_kind kind = d->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
	struct str name = catalog_name(t->catalog, NAME_KEY, key);

	FAIL(e, E_NOT_NULL,
		"null value in column \"%.*s\" of relation \"%.*s\" violates not-null constraint",
		STR_ARGS(name), STR_ARGS(catalog_name(t->catalog, kind, label)));
	graph_error_names(
		e, catalog_full_name(t->catalog, kind, label), name, (struct str){ 0 });
	failing_row(t, d, label, e);
	return E_NOT_NULL;
}

/* The value that a generated property must have. */
static enum sqlstate generate(struct txn *t, struct draft *d, const struct label_info *info,
	const struct property_info *p, struct error *e)
{
	const struct storage_generator *g = t->options.generator;
	struct storage_generated wanted = { d->element, info->id, p->key, d->properties, d->count,
		d->arena };
	struct value made;

	if (g == NULL)
		return OK;
	TRY(g->generate(g->context, t, &wanted, &made, e));
	TRY(draft_fit_value(t, d->element, info->id, p, &made, d->arena, e));
	draft_set(d, p->key, made);
	return OK;
}

/* Behind all others: they are made of those. */
static enum sqlstate fit_generated(struct txn *t, struct draft *d, const struct label_info *info,
	uint32_t *missing, struct error *e)
{
	for (uint32_t i = 0; i < info->property_count + info->hidden_count; i++) {
		const struct property_info *p = &info->properties[i];

		if (!p->is_generated)
			continue;
		if (!d->is_recheck)
			TRY(generate(t, d, info, p, e));
		if (p->is_not_null && draft_find(d, p->key) == NULL && *missing == NAME_NONE)
			*missing = p->key;
	}
	return OK;
}

static enum sqlstate fit_label(
	struct txn *t, struct draft *d, const struct label_info *info, struct error *e)
{
	uint32_t missing = NAME_NONE;
	bool has_generated = false;

	for (uint32_t i = 0; i < info->property_count + info->hidden_count; i++) {
		const struct property_info *p = &info->properties[i];
		struct property *found;

		has_generated |= p->is_generated;
		if (p->is_generated ||
			(!p->is_declared && !p->is_not_null && p->declared == VALUE_NULL))
			continue;
		found = draft_find(d, p->key);
		if (found == NULL && d->is_new && !value_is_null(p->default_value)) {
			draft_set(d, p->key, p->default_value);
			found = draft_find(d, p->key);
		}
		if (found == NULL && p->is_not_null && missing == NAME_NONE)
			missing = p->key;
		if (found != NULL)
			TRY(draft_fit_value(
				t, d->element, info->id, p, &found->value, d->arena, e));
	}
	if (has_generated)
		TRY(fit_generated(t, d, info, &missing, e));
	if (missing == NAME_NONE)
		return OK;
	d->is_incomplete = true;
	return d->completes_late ? OK : not_null_error(t, d, info->id, missing, e);
}

bool draft_has_generated(const struct txn *t, const struct draft *d)
{
	for (uint32_t l = 0; l < d->label_count; l++) {
		const struct label_info *info = catalog_label(t->catalog, d->element, d->labels[l]);

		if (info != NULL && info->hidden_count > 0)
			return true;
		for (uint32_t i = 0; info != NULL && i < info->property_count; i++) {
			if (info->properties[i].is_generated)
				return true;
		}
	}
	return false;
}

bool draft_is_generated(const struct txn *t, const struct draft *d, uint32_t key)
{
	for (uint32_t i = 0; i < d->label_count; i++) {
		const struct property_info *p =
			catalog_property(t->catalog, d->element, d->labels[i], key);

		if (p != NULL && p->is_generated)
			return true;
	}
	return false;
}

/* With a closed label among them, every key must be declared by one of the labels. */
static enum sqlstate fit_closed(struct txn *t, struct draft *d, uint32_t closed, struct error *e)
{
	enum name_kind kind = d->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	for (uint32_t i = 0; i < d->count; i++) {
		bool is_declared = false;

		for (uint32_t l = 0; l < d->label_count && !is_declared; l++) {
			const struct property_info *p = catalog_property(
				t->catalog, d->element, d->labels[l], d->properties[i].key);

			is_declared = p != NULL && p->is_declared;
		}
		if (!is_declared)
			return FAIL(e, E_NO_COLUMN,
				"property \"%.*s\" is not declared for label \"%.*s\"",
				STR_ARGS(catalog_name(t->catalog, NAME_KEY, d->properties[i].key)),
				STR_ARGS(catalog_name(t->catalog, kind, closed)));
	}
	return OK;
}

/* In a graph of closed type every label is one that it declares. */
static enum sqlstate fit_graph_type(
	struct txn *t, const struct draft *d, uint32_t graph, struct error *e)
{
	const struct label_info *membership = catalog_label(t->catalog, ELEMENT_NODE, graph);
	uint32_t first = d->element == ELEMENT_NODE ? 1 : 0;
	struct str name = catalog_graph_name(t->catalog, graph);

	if (membership == NULL || !membership->is_declared)
		return FAIL(e, E_NO_GRAPH, "graph \"%.*s\" does not exist", STR_ARGS(name));
	if (!membership->is_closed)
		return OK;
	if (d->label_count == first)
		return FAIL(e, E_INVALID_VALUE,
			"a node of graph \"%.*s\" must have a label that its type declares",
			STR_ARGS(name));
	for (uint32_t i = first; i < d->label_count; i++) {
		const struct label_info *info = catalog_label(t->catalog, d->element, d->labels[i]);
		enum name_kind kind =
			d->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

		if (info == NULL || !info->is_declared)
			return FAIL(e, E_INVALID_VALUE,
				"the type of graph \"%.*s\" declares no %s label \"%.*s\"",
				STR_ARGS(name), d->element == ELEMENT_NODE ? "node" : "edge",
				STR_ARGS(catalog_name(t->catalog, kind, d->labels[i])));
	}
	return OK;
}

/* All labels are of one graph, and that graph is there. */
static enum sqlstate fit_graph(struct txn *t, const struct draft *d, struct error *e)
{
	uint32_t graph;

	if (!catalog_has_graphs(t->catalog) || d->label_count == 0)
		return OK;
	graph = catalog_graph_of(t->catalog, d->element, d->labels[0]);
	for (uint32_t i = 1; i < d->label_count; i++) {
		if (catalog_graph_of(t->catalog, d->element, d->labels[i]) != graph)
			return FAIL(
				e, E_INVALID_VALUE, "a node cannot have labels of several graphs");
	}
	return graph == GRAPH_MAIN ? OK : fit_graph_type(t, d, graph, e);
}

enum sqlstate draft_fit(struct txn *t, struct draft *d, struct error *e)
{
	uint32_t closed = NAME_NONE;

	TRY(fit_graph(t, d, e));
	for (uint32_t i = 0; i < d->count; i++) {
		if (d->properties[i].value.type > VALUE_LIST)
			return FAIL(e, E_TYPE, "a value of type %s cannot be stored in a property",
				value_type_name((enum value_type)d->properties[i].value.type));
	}
	for (uint32_t i = 0; i < d->label_count; i++) {
		const struct label_info *info = catalog_label(t->catalog, d->element, d->labels[i]);

		if (info == NULL)
			continue;
		TRY(fit_label(t, d, info, e));
		if (info->is_closed)
			closed = d->labels[i];
	}
	if (closed != NAME_NONE)
		TRY(fit_closed(t, d, closed, e));
	if (d->count > PROPERTY_COUNT_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "an element has at most %d properties",
			PROPERTY_COUNT_MAX);
	return OK;
}

/* "(A)->(B), (C)->(D)" */
static void put_pairs(const struct catalog *c, const struct label_info *edge, struct buf *to)
{
	for (uint32_t i = 0; i < edge->pair_count; i++) {
		const struct edge_pair *pair = &edge->pairs[i];

		buf_printf(to, "%s(%.*s)->(%.*s)", i == 0 ? "" : ", ",
			STR_ARGS(catalog_name(c, NAME_NODE_LABEL, pair->from.label)),
			STR_ARGS(catalog_name(c, NAME_NODE_LABEL, pair->to.label)));
	}
}

static enum sqlstate fail_ends(struct txn *t, const struct label_info *edge, struct error *e)
{
	struct buf pairs = { 0 };

	(void)FAIL(e, E_CHECK, "an edge \"%.*s\" cannot join nodes with these labels",
		STR_ARGS(edge->name));
	put_pairs(t->catalog, edge, &pairs);
	error_detail(e, "The edges join %.*s.", STR_ARGS(buf_str(&pairs)));
	buf_free(&pairs);
	return e->code;
}

enum sqlstate draft_fit_ends(
	struct txn *t, uint32_t label, const uint32_t labelsets[2], struct error *e)
{
	const struct label_info *info = catalog_label(t->catalog, ELEMENT_EDGE, label);
	struct edge_end ends[2];

	if (catalog_ends_fit(t->catalog, info, labelsets[0], labelsets[1]))
		return OK;
	ends[0] = info->pairs[0].from;
	ends[1] = info->pairs[0].to;
	for (int i = 0; i < 2 && info->pair_count == 1; i++) {
		if (!catalog_labelset_has(t->catalog, labelsets[i], ends[i].label))
			return FAIL(e, E_CHECK,
				"the %s node of an edge \"%.*s\" must have the label \"%.*s\"",
				i == 0 ? "source" : "target", STR_ARGS(info->name),
				STR_ARGS(catalog_name(
					t->catalog, NAME_NODE_LABEL, ends[i].label)));
	}
	return fail_ends(t, info, e);
}

static uint32_t labelset_now(struct txn *t, uint64_t node)
{
	const struct overlay_record *own = overlay_find(&t->overlay, ELEMENT_NODE, node);
	struct node_head head;

	if (own != NULL)
		return own->label;
	return record_node_get(&t->storage->graph, node, &head) ? head.labelset : LABELSET_ABSENT;
}

static bool ends_still_fit(struct txn *t, const struct overlay_record *r)
{
	const struct label_info *info = catalog_label(t->catalog, ELEMENT_EDGE, r->label);

	if (!r->is_new || info == NULL || info->pair_count == 0)
		return true;
	return catalog_ends_fit(
		t->catalog, info, labelset_now(t, r->source), labelset_now(t, r->target));
}

enum sqlstate draft_read(const struct txn *t, struct draft *d, uint32_t label, const uint8_t *map,
	uint32_t map_size, struct error *e)
{
	const uint32_t *labels;

	d->label = d->labels[0] = label;
	d->label_count = 1;
	if (d->element == ELEMENT_NODE) {
		d->label_count = catalog_labelset_labels(t->catalog, label, &labels);
		assert(d->label_count <= DRAFT_LABELS_MAX);
		for (uint32_t i = 0; i < d->label_count; i++)
			d->labels[i] = labels[i];
	}
	if (map_size > 0)
		TRY(property_map_decode(map, map_size, d->arena, &d->properties, &d->count, e));
	d->capacity = d->count;
	return OK;
}

static uint32_t missing_key(const struct draft *d, const struct label_info *info)
{
	for (uint32_t i = 0; info != NULL && i < info->property_count; i++) {
		const struct property_info *p = &info->properties[i];

		if (p->is_not_null && draft_find(d, p->key) == NULL)
			return p->key;
	}
	return NAME_NONE;
}

enum sqlstate draft_is_complete(struct txn *t, const struct overlay_record *r, struct error *e)
{
	struct draft d = { .element = (enum element)r->element, .arena = t->scratch };

	arena_reset(t->scratch);
	TRY(draft_read(t, &d, r->label, r->map, r->map_size, e));
	for (uint32_t i = 0; i < d.label_count; i++) {
		const struct label_info *info = catalog_label(t->catalog, d.element, d.labels[i]);
		uint32_t key = missing_key(&d, info);

		if (key != NAME_NONE)
			return not_null_error(t, &d, d.labels[i], key, e);
	}
	return OK;
}

bool draft_still_fits(struct txn *t, const struct overlay_record *r)
{
	struct draft d = { .element = (enum element)r->element,
		.is_new = r->is_new,
		.is_recheck = true,
		.arena = t->scratch };
	struct error e;

	arena_reset(t->scratch);
	if (d.element == ELEMENT_EDGE && !ends_still_fit(t, r))
		return false;
	if (draft_read(t, &d, r->label, r->map, r->map_size, &e) != OK)
		return false;
	if (draft_has_generated(t, &d))
		return false; /* they may have been made by another rule, or not at all */
	if (draft_fit(t, &d, &e) != OK)
		return false;
	buf_reset(&t->map);
	if (d.count > 0)
		property_map_encode(&t->map, d.properties, d.count);
	return t->map.length == r->map_size &&
	       (r->map_size == 0 || memcmp(t->map.data, r->map, r->map_size) == 0);
}

/* ---- unique keys ---- */

enum sqlstate draft_committed_with_key(struct txn *t, const struct catalog_index *index,
	struct str key, uint64_t *id, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	struct page_view view;
	uint64_t from = 0;

	page_view_init(&view);
	for (;;) {
		bool is_whole, is_gone;

		TRY(section_enter(t, slot, e));
		/* it may have been dropped since, and its pages be another's */
		is_gone = catalog_index_find(t->storage->apply.catalog, index->info.id) == NULL;
		is_whole = is_gone || property_index_find(&view, &t->storage->graph, index->root,
					      key, from, id);
		section_leave(t, slot);
		if (is_gone) {
			*id = UINT64_MAX;
			return OK;
		}
		if (!is_whole) {
			TRY(pager_page_in(t->storage->pager, &view, e));
			continue;
		}
		if (*id == UINT64_MAX ||
			overlay_find(&t->overlay, index->info.element, *id) == NULL)
			return OK;
		from = *id + 1;
	}
}

static enum sqlstate key_too_long(const struct catalog_index *index, size_t size, struct error *e)
{
	return FAIL(e, E_PROGRAM_LIMIT,
		"key of %zu bytes exceeds the maximum of %d for index \"%.*s\"", size,
		PROPERTY_INDEX_VALUE_MAX, STR_ARGS(index->info.name));
}

/* True if the element had the same key before the write. */
static bool had_key(
	struct txn *t, const struct draft *d, const struct catalog_index *index, struct str key)
{
	struct buf old = { 0 };
	bool had = false;

	if (d->is_new || !element_exists(d->element, d->old_label))
		return false;
	if (d->element == ELEMENT_NODE &&
		!catalog_labelset_has(t->catalog, d->old_label, index->info.label))
		return false;
	if (apply_index_key(index, d->old_map, d->old_map_size, d->arena, &old))
		had = str_equal(buf_str(&old), key);
	buf_free(&old);
	return had;
}

/* An open transaction that writes a key keeps others from it until its end. */
static enum sqlstate key_lock(
	struct txn *t, const struct catalog_index *index, struct str key, struct error *e)
{
	uint64_t id = record_lock_key(index->info.id, key);
	bool waited;

	if (t->options.is_autocommit)
		return OK;
	TRY(record_lock_take(t, RECORD_LOCK_KEY, id, STRENGTH_UPDATE, &waited, e));
	/* what the other committed may now be found by the statement */
	if (waited && t->options.isolation == ISOLATION_READ_COMMITTED)
		return txn_refuse_change(t, e);
	return OK;
}

/* Another key: who wants the element to keep the one it has is waited for. */
static enum sqlstate lock_rekeyed(struct txn *t, const struct draft *d, struct error *e)
{
	const struct overlay_record *own = overlay_find(&t->overlay, d->element, d->id);
	bool waited;

	if (t->options.is_autocommit || (own != NULL && own->is_new))
		return OK;
	return record_lock_take(
		t, (enum record_lock_kind)d->element, d->id, STRENGTH_UPDATE, &waited, e);
}

/* Somebody has the key. A statement that could not see that one runs again, where it may; above
   READ COMMITTED the transaction must, with a snapshot that shows it. */
static enum sqlstate key_taken(struct txn *t, const struct catalog_index *index, uint64_t other,
	const struct buf *map, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	uint64_t newest;

	if (!t->options.is_autocommit &&
		overlay_find(&t->overlay, index->info.element, other) == NULL) {
		TRY(section_enter(t, slot, e));
		newest = history_newest(&t->storage->history, index->info.element, other);
		section_leave(t, slot);
		if (newest > t->snapshot)
			return txn_refuse_change(t, e);
	}
	validate_unique_error(e, t, index->info.id, map->data, (uint32_t)map->length);
	return E_UNIQUE;
}

static enum sqlstate unique_index(struct txn *t, struct draft *d, const struct catalog_index *index,
	const struct buf *map, struct error *e)
{
	struct overlay *o = &t->overlay;
	uint64_t other = UINT64_MAX;
	struct str key;

	if (!apply_index_key(index, map->data, map->length, d->arena, &t->key))
		return OK;
	if (t->key.length > PROPERTY_INDEX_VALUE_MAX)
		return key_too_long(index, t->key.length, e);
	key = buf_str(&t->key);
	if (!index->info.is_unique || had_key(t, d, index, key))
		return OK;
	if (!d->is_new)
		TRY(lock_rekeyed(t, d, e));
	TRY(key_lock(t, index, key, e));
	if (index->info.is_deferrable)
		return OK;
	if (!overlay_is_empty(o))
		other = overlay_index_find(o, overlay_index(o, t->catalog, index), key, d->id);
	if (other == UINT64_MAX && index->root != 0)
		TRY(draft_committed_with_key(t, index, key, &other, e));
	if (other == UINT64_MAX || other == d->id)
		return OK;
	return key_taken(t, index, other, map, e);
}

enum sqlstate draft_unique(struct txn *t, struct draft *d, const struct buf *map, struct error *e)
{
	for (uint32_t i = 0; i < d->label_count; i++) {
		const struct catalog_label *l =
			catalog_label_find(t->catalog, d->element, d->labels[i]);

		for (uint32_t k = 0; l != NULL && k < l->index_count; k++) {
			if (l->indexes[k]->info.is_unique ||
				map->length > PROPERTY_INDEX_VALUE_MAX / 2)
				TRY(unique_index(t, d, l->indexes[k], map, e));
		}
	}
	return OK;
}

enum sqlstate draft_key_check(struct txn *t, const struct overlay_record *r,
	const struct catalog_index *index, struct error *e)
{
	struct overlay *o = &t->overlay;
	uint64_t other;

	arena_reset(t->scratch);
	if (!apply_index_key(index, r->map, r->map_size, t->scratch, &t->key))
		return OK;
	other = overlay_index_find(o, overlay_index(o, t->catalog, index), buf_str(&t->key), r->id);
	if (other == UINT64_MAX && index->root != 0)
		TRY(draft_committed_with_key(t, index, buf_str(&t->key), &other, e));
	if (other == UINT64_MAX || other == r->id)
		return OK;
	validate_unique_error(e, t, index->info.id, r->map, r->map_size);
	return E_UNIQUE;
}

/* ---- observed types ---- */

/* The transaction's catalog may be from before types were forgotten: so the newest is asked as well,
   which need not have a label that the transaction made. */
static bool is_news(const struct txn *t, const struct catalog *newest, const struct draft *d,
	uint32_t label, const struct property *p)
{
	const struct property_info *info = catalog_property(t->catalog, d->element, label, p->key);

	if (info == NULL || (info->observed & TYPE_BIT(p->value.type)) == 0)
		return true;
	info = newest == t->catalog ? NULL : catalog_property(newest, d->element, label, p->key);
	return info != NULL && (info->observed & TYPE_BIT(p->value.type)) == 0;
}

/* For ANALYZE, which counts types beside this: storage_types.c. */
static void note_drafted(
	struct type_watch *w, const struct draft *d, uint32_t label, const struct property *p)
{
	uint32_t count = atomic_load_explicit(&w->count, memory_order_acquire);

	if (atomic_load_explicit(&w->label, memory_order_relaxed) !=
		((uint64_t)d->element << 32 | label))
		return;
	for (uint32_t i = 0; i < count; i++) {
		if (atomic_load_explicit(&w->keys[i], memory_order_relaxed) == p->key)
			atomic_fetch_or_explicit(
				&w->bits[i], TYPE_BIT(p->value.type), memory_order_seq_cst);
	}
}

enum sqlstate draft_observe(struct txn *t, struct draft *d, struct error *e)
{
	static const uint32_t no_label = NAME_NONE;
	const uint32_t *labels = d->label_count == 0 ? &no_label : d->labels;
	uint32_t label_count = MAX_OF(d->label_count, 1u);
	struct type_watch *watch = &t->storage->type_watch;
	/* in this order: who finds nothing watched finds what a count that has ended forgot */
	bool is_watched = atomic_load_explicit(&watch->count, memory_order_acquire) != 0;
	const struct catalog *newest =
		atomic_load_explicit(&t->storage->published, memory_order_acquire);
	struct observation *news = NULL;
	uint32_t count = 0;

	for (uint32_t l = 0; l < label_count; l++) {
		for (uint32_t i = 0; i < d->count; i++) {
			const struct property *p = &d->properties[i];

			if (UNLIKELY(is_watched))
				note_drafted(watch, d, labels[l], p);
			else if (LIKELY(!is_news(t, newest, d, labels[l], p)))
				continue;
			if (news == NULL)
				news = ARENA_ARRAY(d->arena, struct observation,
					(size_t)label_count * d->count);
			news[count++] = (struct observation){ d->element, labels[l], p->key,
				TYPE_BIT(p->value.type) };
		}
	}
	return count == 0 ? OK : names_observe(t, news, count, e);
}
