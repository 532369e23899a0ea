/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Finding tables: a label's declaration and the object beside it become one struct table. The
 * object says order, spelling and SQL texts; the declaration says what is enforced (NOT NULL), so
 * that schema statements of either language are seen by both.
 */
#include "query/table/table.h"

#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "query/table/body.h"
#include "query/type/type.h"

static enum name_kind names_of(enum element element)
{
	return element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
}

/* ---- the object's bytes ---- */

/* A generated column has its expression in the place of a default, and is told by its identity. */
enum { IDENTITY_GENERATED = 's' };

static void put_column(struct buf *to, const struct table_column *c)
{
	bool is_generated = c->generated_text.length > 0;

	body_put_text(to, c->name);
	body_put_text(to, c->type.text);
	body_put_text(to, is_generated ? c->generated_text : c->default_text);
	body_put_number(to, is_generated ? IDENTITY_GENERATED : (uint64_t)(uint8_t)c->identity);
	body_put_number(to, c->sequence);
	body_put_number(to, c->is_end);
	body_put_text(to, c->comment);
}

static void put_foreign(struct buf *to, const struct table_foreign *f)
{
	body_put_text(to, f->name);
	body_put_number(to, f->count);
	for (uint32_t i = 0; i < f->count; i++) {
		body_put_text(to, f->columns[i]);
		body_put_text(to, f->targets[i]);
	}
	body_put_text(to, f->table);
	body_put_number(to, (uint64_t)(uint8_t)f->on_update);
	body_put_number(to, (uint64_t)(uint8_t)f->on_delete);
	body_put_number(to, (f->is_deferrable ? 1u : 0u) | (f->is_deferred ? 2u : 0u));
}

enum sqlstate table_save(struct txn *txn, struct table *t, struct error *e)
{
	struct buf body = { 0 };
	enum sqlstate rc;

	body_begin(&body);
	body_put_number(&body, t->element);
	body_put_text(&body, t->comment);
	body_put_number(&body, t->column_count);
	for (uint32_t i = 0; i < t->column_count; i++)
		put_column(&body, &t->columns[i]);
	body_put_number(&body, t->check_count);
	for (uint32_t i = 0; i < t->check_count; i++) {
		body_put_text(&body, t->checks[i].name);
		body_put_text(&body, t->checks[i].text);
	}
	body_put_number(&body, t->foreign_count);
	for (uint32_t i = 0; i < t->foreign_count; i++)
		put_foreign(&body, &t->foreigns[i]);
	rc = schema_object_put(txn, &t->object, OBJECT_TABLE, t->name, buf_str(&body), e);
	buf_free(&body);
	return rc;
}

static void read_column(struct body_reader *r, const struct catalog *c, struct table_column *out)
{
	struct error ignored;

	out->name = body_text(r);
	if (table_type_read(r->arena, body_text(r), &out->type, &ignored) != OK)
		out->type = (struct table_type){
			.text = STR("text"), .type = type_make(TYPE_STRING), .typmod = -1
		};
	out->default_text = body_text(r);
	out->identity = (char)body_number(r);
	if (out->identity == IDENTITY_GENERATED) {
		out->generated_text = out->default_text;
		out->default_text = (struct str){ 0 };
		out->identity = 0;
	}
	out->sequence = (uint32_t)body_number(r);
	out->is_end = body_number(r) != 0;
	out->comment = body_text(r);
	out->key = out->is_end ? NAME_NONE : catalog_find(c, NAME_KEY, out->name);
}

static void read_foreign(struct body_reader *r, struct table_foreign *out)
{
	uint64_t flags;

	out->name = body_text(r);
	out->count = body_count(r, ARRAY_COUNT(out->columns));
	for (uint32_t i = 0; i < out->count; i++) {
		out->columns[i] = body_text(r);
		out->targets[i] = body_text(r);
	}
	out->table = body_text(r);
	out->on_update = (char)body_number(r);
	out->on_delete = (char)body_number(r);
	flags = body_number(r);
	out->is_deferrable = (flags & 1) != 0;
	out->is_deferred = (flags & 2) != 0;
}

static enum element object_element(struct arena *a, const struct catalog_object *o)
{
	struct body_reader r;

	return body_open(&r, a, o->body) && body_number(&r) == ELEMENT_EDGE ? ELEMENT_EDGE
									    : ELEMENT_NODE;
}

static bool read_object(struct table *t, const struct catalog *c, struct arena *a,
	const struct catalog_object *object)
{
	struct body_reader r;

	if (!body_open(&r, a, object->body))
		return false;
	t->object = object->id;
	(void)body_number(&r);
	t->comment = body_text(&r);
	t->column_count = body_count(&r, UINT32_MAX);
	t->columns = ARENA_ARRAY(a, struct table_column, t->column_count + 1);
	for (uint32_t i = 0; i < t->column_count; i++)
		read_column(&r, c, &t->columns[i]);
	t->check_count = body_count(&r, UINT32_MAX);
	t->checks = ARENA_ARRAY(a, struct table_check, t->check_count + 1);
	for (uint32_t i = 0; i < t->check_count; i++) {
		t->checks[i].name = body_text(&r);
		t->checks[i].text = body_text(&r);
	}
	t->foreign_count = body_count(&r, UINT32_MAX);
	t->foreigns = ARENA_ARRAY(a, struct table_foreign, t->foreign_count + 1);
	for (uint32_t i = 0; i < t->foreign_count; i++)
		read_foreign(&r, &t->foreigns[i]);
	return true;
}

/* ---- labels without details ---- */

static struct table_type declared_type(struct arena *a, const struct property_info *p)
{
	struct table_type out = { .typmod = -1 };
	char buffer[TYPE_NAME_SIZE];
	struct error ignored;

	if (type_modifier_is_set(p->modifier) &&
		table_type_read(a, type_declared_name(a, p), &out, &ignored) == OK) {
		if (p->modifier.is_char) /* a text, which nothing fills up */
			out.type = type_declared(p);
		return out;
	}
	out.typmod = -1;
	out.type = type_declared(p);
	if (out.type.kind == TYPE_NULL)
		out.type = type_make(TYPE_ANY);
	out.text = arena_str(a, str_of(type_name(out.type, buffer)));
	return out;
}

static void declared_column(struct arena *a, const struct catalog *c, const struct property_info *p,
	struct table_column *out)
{
	out->name = arena_str(a, catalog_name(c, NAME_KEY, p->key));
	out->key = p->key;
	out->is_not_null = p->is_not_null;
	out->type = declared_type(a, p);
}

/* What stands in _from or _to: the key that the label's pairs agree in, else the id of the node. */
static struct table_type end_type(
	const struct catalog *c, struct arena *a, const struct label_info *edge, bool is_source)
{
	static const struct table_type id = {
		.text = STR("bigint"), .type = { .kind = TYPE_INT64 }, .typmod = -1
	};
	static const struct property_info undeclared = { .declared = VALUE_NULL };
	struct edge_end end = catalog_edge_end(c, edge, is_source);
	const struct property_info *p = catalog_property(c, ELEMENT_NODE, end.label, end.key);

	if (end.key == NAME_NONE)
		return id;
	return declared_type(a, p != NULL && p->is_declared ? p : &undeclared);
}

static void end_column(struct table *t, const struct catalog *c, struct arena *a, struct str name)
{
	t->columns[t->column_count++] = (struct table_column){ .name = name,
		.is_end = true,
		.is_not_null = true,
		.type = end_type(c, a, t->info, str_equal(name, STR("_from"))) };
}

static void columns_of_label(struct table *t, const struct catalog *c, struct arena *a)
{
	uint32_t most = 2 + (t->info == NULL ? 0 : t->info->property_count);

	t->columns = ARENA_ARRAY(a, struct table_column, most);
	if (t->element == ELEMENT_EDGE) {
		end_column(t, c, a, STR("_from"));
		end_column(t, c, a, STR("_to"));
	}
	for (uint32_t i = 0; t->info != NULL && i < t->info->property_count; i++) {
		if (t->info->properties[i].is_declared)
			declared_column(
				a, c, &t->info->properties[i], &t->columns[t->column_count++]);
	}
}

static bool declares_a_property(const struct table *t)
{
	for (uint32_t i = 0; t->info != NULL && i < t->info->property_count; i++) {
		if (t->info->properties[i].is_declared)
			return true;
	}
	return false;
}

void table_add_observed(struct table *t, const struct catalog *c, struct arena *a)
{
	if (t->object != NAME_NONE || t->info == NULL || declares_a_property(t))
		return;
	/* columns_of_label() left room for them. */
	for (uint32_t i = 0; i < t->info->property_count; i++) {
		const struct property_info *p = &t->info->properties[i];
		struct type type = type_of_observed(p->observed);
		char buffer[TYPE_NAME_SIZE];
		const char *text = type.kind == TYPE_ANY ? "jsonb" : type_name(type, buffer);

		if (type.kind == TYPE_NULL)
			continue;
		t->columns[t->column_count++] = (struct table_column){
			.name = arena_str(a, catalog_name(c, NAME_KEY, p->key)),
			.key = p->key,
			.type = { .text = arena_str(a, str_of(text)),
				.type = type,
				.typmod = -1 },
		};
	}
}

/* A table that CREATE TABLE made has given its ends types, which pairs that ALTER EDGE adds may end. */
static void settle_ends(struct table *t, const struct catalog *c, struct arena *a)
{
	for (uint32_t i = 0; i < t->column_count && t->info->pair_count > 1; i++) {
		bool is_source = str_equal(t->columns[i].name, STR("_from"));

		if (t->columns[i].is_end &&
			catalog_edge_end(c, t->info, is_source).label == NAME_NONE)
			t->columns[i].type = end_type(c, a, t->info, is_source);
	}
}

/* ---- finding ---- */

static const struct catalog_object *details_of(
	const struct catalog *c, struct arena *a, enum element element, struct str name)
{
	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);

		if (o->kind == OBJECT_TABLE && str_equal(o->name, name) &&
			object_element(a, o) == element)
			return o;
	}
	return NULL;
}

static void take_not_null(struct table *t, const struct catalog *c)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		const struct property_info *p =
			catalog_property(c, t->element, t->label, t->columns[i].key);

		t->columns[i].is_not_null = t->columns[i].is_end || (p != NULL && p->is_not_null);
	}
}

struct table *table_of_label(
	const struct catalog *c, struct arena *a, enum element element, uint32_t label)
{
	struct table *t = ARENA_NEW(a, struct table);
	const struct catalog_object *object;

	t->name = arena_str(a, catalog_name(c, names_of(element), label));
	t->element = element;
	t->label = label;
	t->info = catalog_label(c, element, label);
	object = catalog_graph_of(c, element, label) == GRAPH_MAIN
			 ? details_of(c, a, element, t->name)
			 : NULL; /* tables are in main */
	if (object == NULL || t->info == NULL || !t->info->is_declared ||
		!read_object(t, c, a, object))
		columns_of_label(t, c, a);
	else
		settle_ends(t, c, a);
	take_not_null(t, c);
	return t;
}

static bool is_declared(const struct catalog *c, enum element element, uint32_t label)
{
	const struct label_info *info =
		label == NAME_NONE ? NULL : catalog_label(c, element, label);

	return info != NULL && info->is_declared;
}

struct table *table_find(const struct catalog *c, struct arena *a, struct str name)
{
	uint32_t node = catalog_find(c, NAME_NODE_LABEL, name);
	uint32_t edge = catalog_find(c, NAME_EDGE_LABEL, name);

	if (is_declared(c, ELEMENT_NODE, node))
		return table_of_label(c, a, ELEMENT_NODE, node);
	if (is_declared(c, ELEMENT_EDGE, edge))
		return table_of_label(c, a, ELEMENT_EDGE, edge);
	return NULL;
}

static struct str folded(struct arena *a, struct str name)
{
	char *text = arena_alloc_raw(a, name.length + 1);

	for (uint32_t i = 0; i < name.length; i++) {
		char letter = name.at[i];

		text[i] = letter >= 'A' && letter <= 'Z' ? (char)(letter + 32) : letter;
	}
	return (struct str){ text, name.length };
}

struct table *table_look_up(const struct catalog *c, struct arena *a, struct str name)
{
	struct table *found = table_find(c, a, name);

	return found != NULL ? found : table_find(c, a, folded(a, name));
}

bool view_definition_look_up(
	const struct catalog *c, struct arena *a, struct str name, struct view_definition *out)
{
	return view_definition_find(c, a, name, out) ||
	       (table_find(c, a, name) == NULL &&
		       view_definition_find(c, a, folded(a, name), out));
}

struct table_column *table_column_folded(const struct table *t, struct arena *a, struct str name)
{
	struct table_column *found = table_column(t, name);

	return found != NULL ? found : table_column(t, folded(a, name));
}

struct table_column *table_column(const struct table *t, struct str name)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		if (str_equal(t->columns[i].name, name))
			return &t->columns[i];
	}
	return NULL;
}

bool table_name_is_taken(const struct catalog *c, struct str name)
{
	uint32_t node = catalog_find(c, NAME_NODE_LABEL, name);
	uint32_t edge = catalog_find(c, NAME_EDGE_LABEL, name);

	if (is_declared(c, ELEMENT_NODE, node) || is_declared(c, ELEMENT_EDGE, edge))
		return true;
	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);

		if (o->kind != OBJECT_TABLE && str_equal(o->name, name))
			return true;
	}
	return false;
}

const char *table_action_text(char action)
{
	switch (action) {
	case 'r':
		return "RESTRICT";
	case 'c':
		return "CASCADE";
	case 'n':
		return "SET NULL";
	case 'd':
		return "SET DEFAULT";
	default:
		return "NO ACTION";
	}
}

void table_hint_undeclared(struct txn *txn, struct arena *scratch, struct str name, struct error *e)
{
	static const char *const words[] = { [ELEMENT_NODE] = "NODE", [ELEMENT_EDGE] = "EDGE" };
	struct error ignored;

	for (int i = 0; i < 2; i++) {
		enum element element = i == 0 ? ELEMENT_NODE : ELEMENT_EDGE;
		uint32_t label = catalog_find(txn_catalog(txn), names_of(element), name);
		bool found = false;

		if (label == NAME_NONE ||
			storage_has_element(txn, element, label, scratch, &found, &ignored) != OK ||
			!found)
			continue;
		error_hint(e, "The label is not declared: CREATE %s LABEL \"%.*s\" (..) does that.",
			words[element], STR_ARGS(name));
		return;
	}
}
