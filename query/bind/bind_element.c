/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Nodes and edges in expressions: properties and their static types, label expressions, and the
 * names that patterns use but the catalog does not know.
 *
 * The type of v.key (language 4.2) follows from the labels that v's pattern allows:
 *
 *	(v:A)      facts under A             (v:A|B)   facts under A and under B, united
 *	(v:A&B)    either; the first with facts        (v), (v:!A), (v:%)   facts under all labels
 *
 * united with what the statement itself writes under that key before.
 */
#include "query/bind/binder.h"

#include <stdio.h>

#include "base/setting.h"
#include "query/eval/moment.h"

/* ---- facts ----------------------------------------------------------------------------------- */

/* The facts of one key gathered over labels. */
struct property_facts {
	uint32_t bits;	      /* declared and observed types */
	struct type declared; /* united; NULL: none */
	bool is_undeclared;   /* some label does not declare it */
	struct type list;     /* of declared lists */
};

static void facts_add(const struct binder *b, enum element element, uint32_t label, uint32_t key,
	struct property_facts *facts)
{
	const struct property_info *info = catalog_property(b->catalog, element, label, key);
	struct type declared;

	if (info == NULL) {
		facts->is_undeclared = true;
		return;
	}
	facts->bits |= info->observed;
	if (info->declared == VALUE_NULL) {
		facts->is_undeclared = true;
		return;
	}
	declared = type_declared(info);
	facts->bits |= TYPE_BIT(info->declared);
	facts->declared = type_unify(facts->declared, declared);
	if (declared.kind == TYPE_LIST)
		facts->list = declared;
}

/* Over the labels of one graph, or (NULL) of all. */
static void facts_add_all(const struct binder *b, enum element element, const uint32_t *graph,
	uint32_t key, struct property_facts *facts)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
	uint32_t count = catalog_name_count(b->catalog, kind);

	facts->is_undeclared = true;
	for (uint32_t label = element == ELEMENT_NODE ? 0 : 1; label <= count; label++) {
		const struct property_info *info =
			catalog_property(b->catalog, element, label, key);

		if (info != NULL &&
			(graph == NULL || catalog_graph_of(b->catalog, element, label) == *graph))
			facts_add(b, element, label, key, facts);
	}
}

static void facts_gather(const struct binder *b, enum element element,
	const struct bound_label *label, uint32_t key, struct property_facts *facts)
{
	struct property_facts part;

	if (label == NULL) {
		facts_add_all(b, element, NULL, key, facts);
		return;
	}
	switch (label->kind) {
	case LABEL_NAME:
		if (label->label != NAME_NONE)
			facts_add(b, element, label->label, key, facts);
		return;
	case LABEL_OR:
		for (uint32_t i = 0; i < label->part_count; i++)
			facts_gather(b, element, label->parts[i], key, facts);
		return;
	case LABEL_AND:
		for (uint32_t i = 0; i < label->part_count; i++) {
			part = (struct property_facts){ 0 };
			facts_gather(b, element, label->parts[i], key, &part);
			if (part.bits != 0) {
				*facts = part;
				return;
			}
		}
		return;
	case LABEL_ANY:
	case LABEL_NOT:
		facts_add_all(b, element, NULL, key, facts);
		return;
	case LABEL_GRAPH:
		facts_add_all(b, element, &label->label, key, facts);
		return;
	}
}

struct type bind_property_type(const struct binder *b, enum element element,
	const struct bound_label *label, struct str key, uint32_t key_number)
{
	struct property_facts facts = { 0 };
	struct type type;

	if (b->catalog != NULL && key_number != NAME_NONE)
		facts_gather(b, element, label, key_number, &facts);
	type = type_of_observed(facts.bits);
	if (!facts.is_undeclared && facts.declared.kind != TYPE_NULL)
		return facts.declared;
	if (type.kind == TYPE_LIST && facts.list.kind == TYPE_LIST)
		type = facts.list;
	if (b->wrote_anything)
		return type_make(TYPE_ANY);
	for (uint32_t i = 0; i < b->written_count; i++) {
		const struct written_type *w = &b->written[i];

		if (w->element == element && str_equal(w->key, key))
			type = type_unify(type, w->type);
	}
	return type;
}

void binder_wrote(struct binder *b, enum element element, struct str key, struct type type)
{
	for (uint32_t i = 0; i < b->written_count; i++) {
		struct written_type *w = &b->written[i];

		if (w->element == element && str_equal(w->key, key)) {
			w->type = type_unify(w->type, type);
			return;
		}
	}
	if (b->written_count == b->written_capacity) {
		uint32_t capacity = b->written_capacity == 0 ? 8 : 2 * b->written_capacity;

		b->written = arena_grow(b->arena, b->written, b->written_count * sizeof *b->written,
			capacity * sizeof *b->written);
		b->written_capacity = capacity;
	}
	b->written[b->written_count++] =
		(struct written_type){ .element = element, .key = key, .type = type };
}

/* ---- names ----------------------------------------------------------------------------------- */

static uint32_t binder_find(const struct binder *b, enum name_kind kind, struct str name)
{
	return b->catalog == NULL ? NAME_NONE : catalog_find(b->catalog, kind, name);
}

struct str binder_label_name(const struct binder *b, struct str name)
{
	return graph_full_name(b->arena, b->graph_name, name);
}

enum sqlstate binder_intern(
	struct binder *b, enum name_kind kind, struct str name, uint32_t *id, struct error *e)
{
	*id = binder_find(b, kind, name);
	if (*id != NAME_NONE || b->options->txn == NULL)
		return OK;
	TRY(txn_intern(b->options->txn, kind, name, id, e));
	b->catalog = txn_catalog(b->options->txn);
	return OK;
}

static bool is_of_graph(const struct binder *b, enum name_kind kind, uint32_t id)
{
	return catalog_graph_of(b->catalog, kind == NAME_NODE_LABEL ? ELEMENT_NODE : ELEMENT_EDGE,
		       id) == b->graph;
}

/* Tells of a name that matches nothing, with the one that was perhaps meant. */
static void bind_unknown_catalog_name(
	struct binder *b, enum name_kind kind, struct str name, uint32_t at)
{
	static const char *const words[] = { [NAME_NODE_LABEL] = "node label",
		[NAME_EDGE_LABEL] = "edge label",
		[NAME_KEY] = "property key" };
	uint32_t count = b->catalog == NULL ? 0 : catalog_name_count(b->catalog, kind);
	char hint[160];

	if (b->options->notice == NULL || b->is_quiet)
		return;
	if (b->options->settings != NULL &&
		!setting_bool(b->options->settings, SETTING_graph_warn_unknown_names))
		return;
	for (uint32_t id = 1; id <= count; id++) {
		struct str near = catalog_name(b->catalog, kind, id);

		if (!str_equal_nocase(near, name))
			continue;
		if (kind != NAME_KEY && !is_of_graph(b, kind, id))
			continue;
		snprintf(hint, sizeof hint, "Perhaps you meant \"%.*s\".",
			MIN_OF((int)near.length, 100), near.at);
		binder_notice(b, at, hint, "%s \"%.*s\" does not exist, so it matches nothing",
			words[kind], STR_ARGS(name));
		return;
	}
	binder_notice(b, at, NULL, "%s \"%.*s\" does not exist, so it matches nothing", words[kind],
		STR_ARGS(name));
}

void bind_warn_unknown_key(struct binder *b, struct ast_name key)
{
	if (binder_find(b, NAME_KEY, key.text) != NAME_NONE || b->wrote_anything)
		return;
	for (uint32_t i = 0; i < b->written_count; i++) {
		if (str_equal(b->written[i].key, key.text))
			return;
	}
	bind_unknown_catalog_name(b, NAME_KEY, key.text, key.at);
}

/* ---- labels ---------------------------------------------------------------------------------- */

enum sqlstate bind_label(struct binder *b, const struct ast_label *l, enum element element,
	const struct bound_label **out, struct error *e)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
	struct bound_label *label = ARENA_NEW(b->arena, struct bound_label);
	const struct bound_label **parts;

	label->kind = l->kind;
	label->exposed = l->exposed;
	*out = label;
	if (l->kind == LABEL_NAME) {
		label->label = binder_find(b, kind, binder_label_name(b, l->name));
		if (label->label == NAME_NONE)
			bind_unknown_catalog_name(b, kind, l->name, l->at);
		return OK;
	}
	parts = ARENA_ARRAY(b->arena, const struct bound_label *, l->part_count);
	for (uint32_t i = 0; i < l->part_count; i++)
		TRY(bind_label(b, l->parts[i], element, &parts[i], e));
	label->parts = parts;
	label->part_count = l->part_count;
	return OK;
}

const struct bound *bound_label_test(
	struct binder *b, const struct bound *operand, const struct bound_label *label, uint32_t at)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 1);
	struct bound *test = bound_new(b, BOUND_LABEL_TEST, type_make(TYPE_BOOL), at);

	args[0] = operand;
	test->args = args;
	test->arg_count = 1;
	test->element = operand->type.kind == TYPE_EDGE ? ELEMENT_EDGE : ELEMENT_NODE;
	test->label = label;
	return test;
}

const struct bound_label *bound_labels_of(const struct binder *b, const struct bound *x)
{
	if (x->kind == BOUND_SLOT)
		return b->slots[x->index].label;
	if (x->kind == BOUND_LOCAL)
		return x->label;
	return NULL;
}

/* ---- properties ------------------------------------------------------------------------------ */

static bool type_has_properties(struct type t)
{
	switch (t.kind) {
	case TYPE_NULL:
	case TYPE_NODE:
	case TYPE_EDGE:
	case TYPE_MAP:
	case TYPE_ANY:
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_TIMETZ:
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMPTZ:
	case TYPE_DURATION:
		return true;
	default:
		return false;
	}
}

enum sqlstate bound_column(struct binder *b, const struct bound *base, struct ast_name key,
	const struct bound **out, struct error *e)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 1);
	enum element element = base->type.kind == TYPE_EDGE ? ELEMENT_EDGE : ELEMENT_NODE;
	char found[TYPE_NAME_SIZE];
	struct bound *x;

	if (!type_has_properties(base->type))
		return FAIL_AT(e, key.at, E_TYPE, "type %s has no property \"%.*s\"",
			type_name(base->type, found), STR_ARGS(key.text));
	if (type_is_element(base->type))
		TRY(bind_declared_key(b, element, bound_labels_of(b, base), key, false, e));
	x = bound_new(b, BOUND_PROPERTY, type_make(TYPE_ANY), key.at);
	args[0] = base;
	x->args = args;
	x->arg_count = 1;
	x->key = key.text;
	x->key_number = binder_find(b, NAME_KEY, key.text);
	x->is_volatile = base->is_volatile;
	if (type_is_element(base->type))
		x->type = bind_property_type(
			b, element, bound_labels_of(b, base), x->key, x->key_number);
	else if (base->type.kind == TYPE_NULL)
		x->type = type_make(TYPE_NULL);
	else if (base->type.kind == TYPE_MAP && base->type.item != TYPE_NULL)
		x->type = type_make(str_equal(key.text, STR("n")) ? TYPE_INT32 : base->type.item);
	else if (base->type.kind != TYPE_MAP && base->type.kind != TYPE_ANY)
		x->type = type_make(
			moment_part_is_text(key.text) ? TYPE_STRING : TYPE_INT64);
	*out = x;
	return OK;
}

static struct str name_of(const struct binder *b, const struct bound *element)
{
	return element->kind == BOUND_SLOT ? b->slots[element->index].name : STR("");
}

enum sqlstate bound_property(struct binder *b, const struct bound *base, struct ast_name key,
	const struct bound **out, struct error *e)
{
	const struct bound_label *label = bound_labels_of(b, base);

	if (label != NULL && label->exposed != NULL)
		return bind_exposed(b, label->exposed, base, name_of(b, base), &key, out, e);
	return bound_column(b, base, key, out, e);
}

/* alias.column of a relation in FROM. */
static enum sqlstate bind_table_column(struct binder *b, const struct variable *table,
	const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct ast_name *key = &x->property.key;
	bool is_quoted = key->length != key->text.length;
	const struct variable *v = is_quoted ? scope_find_here(table->columns, key->text)
					     : scope_find_here_folded(table->columns, key->text);

	if (v == NULL)
		return bind_unknown_column(b, table->name, key->text, x->at, e);
	if (v->is_ambiguous)
		return FAIL_AT(e, x->at, E_AMBIGUOUS, "column reference \"%.*s\" is ambiguous",
			STR_ARGS(key->text));
	*out = v->expr;
	if (v->kind == VARIABLE_EXPR)
		return OK;
	return binder_row_slot(b, v->slot, key->text, x->at, out, e);
}

/* The relation that `a` or `schema.a` names, before a dot; NULL: it is none. */
const struct variable *binder_table(const struct binder *b, const struct ast_expr *x)
{
	const struct variable *v = NULL;
	struct str name;
	bool is_quoted;

	if (x->kind == EXPR_VARIABLE) {
		name = x->variable.name;
		is_quoted = x->variable.quote != 0;
	} else if (x->kind == EXPR_PROPERTY && x->property.base->kind == EXPR_VARIABLE &&
		   scope_find(b->scope, x->property.base->variable.name) == NULL) {
		name = x->property.key.text;
		is_quoted = x->property.key.length != name.length;
	} else {
		return NULL;
	}
	v = is_quoted ? scope_find(b->scope, name) : scope_find_folded(b->scope, name);
	return v != NULL && v->columns != NULL ? v : NULL;
}

enum sqlstate bind_property(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct ast_expr *base = x->property.base;
	const struct variable *table = binder_table(b, base);
	const struct bound *operand;
	char found[TYPE_NAME_SIZE];

	if (table != NULL)
		return bind_table_column(b, table, x, out, e);
	if (base->kind == EXPR_VARIABLE && b->scope->columns != NULL &&
		scope_find_folded(b->scope, base->variable.name) == NULL)
		return bind_unknown_table(b, base->variable.name, x->at, e);
	TRY(bind_expr(b, base, &operand, e));
	if (operand->type.kind == TYPE_LIST)
		return FAIL_AT(e, x->property.key.at, E_TYPE, "type %s has no property \"%.*s\"",
			type_name(operand->type, found), STR_ARGS(x->property.key.text));
	if (x->property.is_column)
		return bound_column(b, operand, x->property.key, out, e);
	return bound_property(b, operand, x->property.key, out, e);
}
