/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Schema statements: labels, properties, indexes, constraints. Translates the tree into the storage
 * layer's definitions; what may and may not be is decided there.
 */
#include "query/session/schema_graph.h"

#include "query/ddl/ddl_index.h"
#include "query/eval/cast.h"
#include "query/eval/eval.h"
#include "query/table/table.h"
#include "query/type/type.h"

enum { INDEX_KEYS_MAX = 8, RETRIES = 2, RETYPED_AT_ONCE = 256 };

static enum element element_of(enum ast_element_class class)
{
	return class == CLASS_EDGE ? ELEMENT_EDGE : ELEMENT_NODE;
}

static enum sqlstate property_type(const struct ast_type *written, enum value_type *type,
	enum value_type *item, struct error *e)
{
	struct type bound;

	TRY(bind_type(written, &bound, e));
	*type = type_stored(bound);
	*item = bound.kind == TYPE_LIST ? type_stored(type_item(bound)) : VALUE_NULL;
	if (written->kind == AST_TYPE_LIST && written->element == NULL)
		*item = VALUE_NULL; /* LIST alone: of anything */
	if (*type != VALUE_NULL)
		return OK;
	(void)FAIL(e, E_INVALID_VALUE, "type %.*s cannot be the type of a property",
		STR_ARGS(written->name));
	e->byte_offset = (int)written->at;
	return e->code;
}

/* A literal, also with its type before or behind it, or a list of such. */
static bool is_literal(const struct bound *x)
{
	if (x->kind == BOUND_CONSTANT)
		return true;
	if (x->kind != BOUND_CAST && x->kind != BOUND_LIST)
		return false;
	for (uint32_t i = 0; i < x->arg_count; i++) {
		if (!is_literal(x->args[i]))
			return false;
	}
	return true;
}

static enum sqlstate define_default(
	struct query_portal *p, const struct ast_expr *written, struct value *out, struct error *e)
{
	struct bound *bound;
	struct eval eval;

	TRY(portal_constant(p, written, &eval, &bound, e));
	if (is_literal(bound))
		return eval_value(&eval, bound, NULL, 0, out, e);
	(void)FAIL(e, E_NOT_SUPPORTED, "a default value must be a literal");
	e->byte_offset = (int)written->at;
	return e->code;
}

/* The type that a property is declared with. */
static enum sqlstate define_type(
	const struct ast_type *from, struct property_definition *to, struct error *e)
{
	TRY(property_type(from, &to->type, &to->item_type, e));
	return bind_type_modifier(from, &to->modifier, e);
}

static enum sqlstate define_property(struct query_portal *p, const struct ast_property *from,
	struct property_definition *to, struct error *e)
{
	to->key = from->key.text;
	to->is_not_null = from->is_not_null || from->is_primary_key;
	to->is_unique = from->is_unique;
	TRY(define_type(from->type, to, e));
	if (from->default_value == NULL)
		return OK;
	return define_default(p, from->default_value, &to->default_value, e);
}

static enum sqlstate define_primary_key(struct query_portal *p,
	const struct ast_label_definition *from, struct label_definition *to, struct error *e)
{
	struct str *keys =
		ARENA_ARRAY(p->arena, struct str, from->primary_key_count + from->property_count);

	for (uint32_t i = 0; i < from->primary_key_count; i++)
		keys[to->primary_key_count++] = from->primary_key[i].text;
	for (uint32_t i = 0; i < from->property_count; i++) {
		if (!from->properties[i].is_primary_key)
			continue;
		if (to->primary_key_count > 0) {
			(void)FAIL(e, E_INVALID_VALUE,
				"multiple primary keys for label \"%.*s\" are not allowed",
				STR_ARGS(from->label.text));
			e->byte_offset = (int)from->properties[i].key.at;
			return e->code;
		}
		keys[to->primary_key_count++] = from->properties[i].key.text;
	}
	to->primary_key = keys;
	return OK;
}

struct str schema_name(struct query_portal *p, struct str name)
{
	if (name.length == 0)
		return name;
	return graph_full_name(p->arena, session_graph_name(p->session), name);
}

static bool is_label_declared(struct query_portal *p, enum element element, struct str name)
{
	const struct catalog *c = txn_catalog(p->session->txn);
	uint32_t id = catalog_find(c, element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL,
		schema_name(p, name));
	const struct label_info *info = id == NAME_NONE ? NULL : catalog_label(c, element, id);

	return info != NULL && info->is_declared;
}

/* IF [NOT] EXISTS: a notice instead of an error. */
static void skipping(struct query_portal *p, struct str name, bool exists)
{
	session_notice(p->session, "NOTICE", exists ? E_DUPLICATE_OBJECT : W_WARNING,
		"\"%.*s\" %s, skipping", STR_ARGS(name),
		exists ? "already exists" : "does not exist");
}

static struct edge_end_definition define_end(
	struct query_portal *p, const struct ast_edge_end *from, struct str graph)
{
	return (struct edge_end_definition){
		graph_full_name(p->arena, graph, from->label.text), from->key.text
	};
}

static struct edge_pair_definition define_pair(
	struct query_portal *p, const struct ast_edge_pair *from, struct str graph)
{
	return (struct edge_pair_definition){ define_end(p, &from->from, graph),
		define_end(p, &from->to, graph) };
}

enum sqlstate schema_define_label(struct query_portal *p, const struct ast_label_definition *from,
	struct str graph, struct error *e)
{
	struct property_definition *properties =
		ARENA_ARRAY(p->arena, struct property_definition, from->property_count);
	struct edge_pair_definition *pairs =
		ARENA_ARRAY(p->arena, struct edge_pair_definition, from->pair_count);
	struct label_definition to = {
		.element = element_of(from->class),
		.name = graph_full_name(p->arena, graph, from->label.text),
		.property_count = from->property_count,
		.properties = properties,
		.pair_count = from->pair_count,
		.pairs = pairs,
	};

	if (from->primary_name.text.length > 0)
		to.primary_name = graph_full_name(p->arena, graph, from->primary_name.text);
	for (uint32_t i = 0; i < from->pair_count; i++)
		pairs[i] = define_pair(p, &from->pairs[i], graph);
	for (uint32_t i = 0; i < from->property_count; i++)
		TRY(define_property(p, &from->properties[i], &properties[i], e));
	TRY(define_primary_key(p, from, &to, e));
	return schema_label_create(p->session->txn, &to, e);
}

static enum sqlstate create_label(struct query_portal *p, struct error *e)
{
	const struct ast_label_definition *from = p->prepared->statement->label;

	portal_tag(p, "CREATE LABEL");
	if (from->if_not_exists &&
		is_label_declared(p, element_of(from->class), from->label.text)) {
		skipping(p, from->label.text, true);
		return OK;
	}
	return schema_define_label(p, from, session_graph_name(p->session), e);
}

/* ---- ALTER key TYPE ---- */

/* Values of one property, cast one after the other. */
struct retyping {
	struct query_portal *portal;
	enum element element;
	uint32_t label, key;
	struct type to;
};

static enum sqlstate retype_batch(const struct retyping *r, const uint64_t *ids, uint32_t count,
	struct arena *a, struct error *e)
{
	struct query_session *s = r->portal->session;
	struct eval eval = { .arena = a, .lasting = a, .txn = s->txn, .settings = s->settings };
	struct value *values = ARENA_ARRAY(a, struct value, count);

	TRY(session_cancelled(s, e));
	TRY(storage_properties(s->txn, r->element, ids, count, &r->key, 1, &values, a, e));
	for (uint32_t i = 0; i < count; i++) {
		struct value made;

		if (value_is_null(values[i]))
			continue;
		TRY(eval_cast(&eval, values[i], r->to, false, &made, e));
		TRY(storage_property_set(s->txn, r->element, ids[i], r->key, made, e));
	}
	return OK;
}

static enum sqlstate retype_all(const struct retyping *r, struct error *e)
{
	struct txn *txn = r->portal->session->txn;
	struct arena *a = arena_new(0);
	struct cursor *cursor = NULL;
	uint64_t ids[RETYPED_AT_ONCE];
	uint32_t count = 1;
	enum sqlstate rc;

	rc = r->element == ELEMENT_NODE
		     ? storage_scan_nodes(txn, r->label, r->portal->arena, &cursor, e)
		     : storage_scan_edges(txn, r->label, r->portal->arena, &cursor, e);
	while (rc == OK && count > 0) {
		rc = storage_cursor_next(cursor, ids, NULL, RETYPED_AT_ONCE, &count, e);
		if (rc == OK)
			rc = retype_batch(r, ids, count, a, e);
		arena_reset(a);
	}
	if (cursor != NULL)
		storage_cursor_close(cursor);
	arena_free(a);
	return rc;
}

/* Its values and its default become values of the type, or that is an error. */
static enum sqlstate retype(struct query_portal *p, const struct retyping *r, struct str label,
	const struct property_info *old, struct property_definition *d, struct error *e)
{
	struct query_session *s = p->session;
	struct eval eval = {
		.arena = p->arena, .lasting = p->arena, .txn = s->txn, .settings = s->settings
	};
	struct property_definition untyped = { .key = d->key, .is_not_null = old->is_not_null };
	bool is_declared = old->is_declared;

	d->is_not_null = old->is_not_null;
	if (!value_is_null(old->default_value))
		TRY(eval_cast(&eval, old->default_value, r->to, false, &d->default_value, e));
	if (is_declared)
		TRY(schema_property_change(s->txn, r->element, label, &untyped, e));
	TRY(retype_all(r, e));
	return is_declared ? schema_property_change(s->txn, r->element, label, d, e)
			   : schema_constraint_create(s->txn, CONSTRAINT_TYPE, (struct str){ 0 },
				     r->element, label, d, e);
}

/* What has no declared type gets one. */
static enum sqlstate change_type(struct query_portal *p, enum element element, struct str label,
	struct property_definition *d, struct error *e)
{
	struct txn *txn = p->session->txn;
	const struct catalog *c = txn_catalog(txn);
	const struct ast_alter *alter = p->prepared->statement->alter;
	struct retyping r = { .portal = p, .element = element };
	const struct property_info *old;

	r.label = catalog_find(
		c, element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL, label);
	r.key = catalog_find(c, NAME_KEY, d->key);
	old = r.label == NAME_NONE || r.key == NAME_NONE
		      ? NULL
		      : catalog_property(c, element, r.label, r.key);
	if (old == NULL || (!old->is_declared && old->declared != VALUE_NULL))
		return schema_constraint_create(
			txn, CONSTRAINT_TYPE, (struct str){ 0 }, element, label, d, e);
	if (old->is_declared && old->declared == d->type && old->declared_item == d->item_type) {
		d->is_not_null = old->is_not_null;
		return schema_property_change(txn, element, label, d, e);
	}
	TRY(bind_type(alter->type, &r.to, e));
	return retype(p, &r, label, old, d, e);
}

/* ---- ALTER, DROP ---- */

static enum sqlstate alter_type_owner(struct query_portal *p, struct error *e)
{
	const struct ast_alter *alter = p->prepared->statement->alter;

	TRY(schema_lock(p->session->txn, e));
	if (catalog_object_find(txn_catalog(p->session->txn), OBJECT_GRAPH_TYPE,
		    alter->label.text) == NULL)
		return schema_no_graph_type(&alter->label, e);
	return schema_role_own_object(
		p->session, OBJECT_GRAPH_TYPE, &alter->label, &alter->name, e);
}

static enum sqlstate alter_label(struct query_portal *p, struct error *e)
{
	const struct ast_alter *alter = p->prepared->statement->alter;
	struct txn *txn = p->session->txn;
	enum element element = element_of(alter->class);
	struct str label = schema_name(p, alter->label.text);
	struct property_definition property = { 0 };
	struct edge_pair_definition pair =
		define_pair(p, &alter->pair, session_graph_name(p->session));

	portal_tag(p, "ALTER LABEL");
	switch (alter->kind) {
	case ALTER_ADD:
		TRY(define_property(p, &alter->property, &property, e));
		return schema_property_add(txn, element, label, &property, e);
	case ALTER_DROP:
		return schema_property_drop(txn, element, label, alter->name.text, e);
	case ALTER_ADD_PAIR:
		return schema_pair_add(txn, label, &pair, e);
	case ALTER_DROP_PAIR:
		return schema_pair_drop(txn, label, &pair, e);
	case ALTER_TYPE:
		property.key = alter->name.text;
		TRY(define_type(alter->type, &property, e));
		return change_type(p, element, label, &property, e);
	case ALTER_RENAME:
		return schema_label_rename(
			txn, element, label, schema_name(p, alter->name.text), e);
	case ALTER_OWNER:
		return schema_role_own(p->session, element, &alter->label, &alter->name, e);
	case ALTER_GRAPH_OWNER:
		portal_tag(p, "ALTER SCHEMA");
		return schema_role_own_graph(p->session, &alter->label, &alter->name, e);
	case ALTER_GRAPH_TYPE_OWNER:
		portal_tag(p, "ALTER GRAPH TYPE");
		return alter_type_owner(p, e);
	default:
		return schema_label_set_closed(
			txn, element, label, alter->kind == ALTER_SET_CLOSED, e);
	}
}

static void begin_ddl(struct query_portal *p, struct ddl *d, struct error *e)
{
	*d = (struct ddl){ .arena = p->arena,
		.session = &p->session->about,
		.parameters = p->parameters,
		.error = e };
	bind_options_fill(p->session, p->prepared, &d->options);
}

static enum sqlstate drop_label(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	enum element element = element_of(st->drop.class);
	struct ast_name name = st->drop.name;
	struct ast_names_statement names = {
		.count = 1, .names = &name, .is_cascade = st->drop.is_cascade
	};
	struct ddl d;

	portal_tag(p, "DROP LABEL");
	if (st->drop.if_exists && !is_label_declared(p, element, st->drop.name.text)) {
		skipping(p, st->drop.name.text, false);
		return OK;
	}
	begin_ddl(p, &d, e);
	return ddl_drop_label(&d, element, schema_name(p, name.text), &names);
}

/* ON L without NODE or EDGE: whichever kind has such a label, nodes first. */
static enum element index_element(struct query_portal *p, const struct ast_index *index)
{
	const struct catalog *c = txn_catalog(p->session->txn);
	struct str label = schema_name(p, index->label.text);

	if (index->class != CLASS_NONE)
		return element_of(index->class);
	if (catalog_find(c, NAME_NODE_LABEL, label) == NAME_NONE &&
		catalog_find(c, NAME_EDGE_LABEL, label) != NAME_NONE)
		return ELEMENT_EDGE;
	return ELEMENT_NODE;
}

static const struct index_info *find_index(struct query_portal *p, struct str name)
{
	const struct catalog *c = txn_catalog(p->session->txn);

	for (uint32_t i = 0; i < catalog_index_count(c); i++)
		if (str_equal(catalog_index_at(c, i)->full_name, schema_name(p, name)))
			return catalog_index_at(c, i);
	return NULL;
}

static bool has_index(struct query_portal *p, struct str name)
{
	return find_index(p, name) != NULL;
}

static bool has_constraint(struct query_portal *p, struct str name)
{
	const struct catalog *c = txn_catalog(p->session->txn);

	for (uint32_t i = 0; i < catalog_constraint_count(c); i++)
		if (str_equal(catalog_constraint_at(c, i)->full_name, schema_name(p, name)))
			return true;
	return false;
}

static enum sqlstate too_many_keys(uint32_t at, struct error *e)
{
	(void)FAIL(e, E_TOO_MANY_ARGUMENTS, "cannot use more than %d keys in an index",
		INDEX_KEYS_MAX);
	e->byte_offset = (int)at;
	return e->code;
}

/* A name of SQL: folded unless it was quoted. */
static struct str folded(struct query_portal *p, const struct ast_name *name)
{
	const struct ast_stmt *st = p->prepared->statement;
	char first = name->length == 0 ? '"' : st->text.at[name->at - st->at];
	char *text;

	if (first == '"' || first == '`')
		return name->text;
	text = arena_alloc_raw(p->arena, name->text.length + 1);
	for (uint32_t i = 0; i < name->text.length; i++) {
		char c = name->text.at[i];

		text[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return (struct str){ text, name->text.length };
}

static enum sqlstate refuse_view(struct query_portal *p, struct str name, struct error *e)
{
	struct view_definition v;

	if (!view_definition_look_up(txn_catalog(p->session->txn), p->arena, name, &v))
		return OK;
	FAIL(e, E_WRONG_OBJECT, "cannot create index on relation \"%.*s\"", STR_ARGS(v.name));
	error_detail(e, "This operation is not supported for views.");
	return E_WRONG_OBJECT;
}

/* An index on a table of SQL: its names are SQL's. */
static enum sqlstate table_index(struct query_portal *p, const struct ast_index *index,
	struct index_definition *to, struct error *e)
{
	const struct table *t = table_look_up(
		txn_catalog(p->session->txn), p->arena, index->label.text);

	if (session_graph_name(p->session).length > 0)
		return OK; /* tables are in main */
	if (t == NULL && index->class == CLASS_NONE && !index->is_cypher)
		TRY(refuse_view(p, index->label.text, e));
	if (t == NULL || t->object == NAME_NONE || index->is_cypher || index->class != CLASS_NONE)
		return OK;
	to->name = folded(p, &index->name);
	to->label = t->name;
	to->element = t->element;
	for (uint32_t i = 0; i < index->key_count; i++) {
		if (index->keys[i].expr.expr != NULL)
			continue;
		to->keys[i] = folded(p, &index->keys[i].key);
		if (table_column(t, to->keys[i]) == NULL)
			return FAIL(e, E_NO_COLUMN, "column \"%.*s\" does not exist",
				STR_ARGS(to->keys[i]));
		if (table_column(t, to->keys[i])->is_end)
			return FAIL(e, E_NOT_SUPPORTED,
				"an index on the ends of edges is not supported: they are found "
				"without");
	}
	if (has_index(p, to->name) && !index->if_not_exists)
		return FAIL(e, E_DUPLICATE_TABLE, "relation \"%.*s\" already exists",
			STR_ARGS(to->name));
	return OK;
}

/* Whether the label and the keys are those of the definition. */
static bool is_over(const struct catalog *c, const struct index_definition *d, enum element element,
	uint32_t label, uint32_t key_count, const uint32_t *keys)
{
	enum name_kind kind = d->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	if (element != d->element || label != catalog_find(c, kind, d->label) ||
		key_count != d->key_count)
		return false;
	for (uint32_t i = 0; i < key_count; i++) {
		if (keys[i] != catalog_find(c, NAME_KEY, d->keys[i]))
			return false;
	}
	return true;
}

/* IF NOT EXISTS without a name: an index or constraint like it; empty: there is none. */
static struct str like_index(struct query_portal *p, const struct index_definition *d)
{
	const struct catalog *c = txn_catalog(p->session->txn);

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);

		if (index->is_unique >= d->is_unique &&
			is_over(c, d, index->element, index->label, index->key_count, index->keys))
			return index->name;
	}
	return (struct str){ 0 };
}

static struct str like_constraint(
	struct query_portal *p, const struct index_definition *d, enum constraint_kind kind)
{
	const struct catalog *c = txn_catalog(p->session->txn);

	for (uint32_t i = 0; i < catalog_constraint_count(c); i++) {
		const struct constraint_info *x = catalog_constraint_at(c, i);

		if (x->kind == kind &&
			is_over(c, d, x->element, x->label, x->key_count, x->keys))
			return x->name;
	}
	return (struct str){ 0 };
}

/* True: there is one already, and the client has been told. */
static bool skips(struct query_portal *p, bool if_not_exists, struct str like)
{
	if (!if_not_exists || like.length == 0)
		return false;
	skipping(p, graph_local_name(like), true);
	return true;
}

static enum sqlstate create_index(struct query_portal *p, struct error *e)
{
	const struct ast_index *index = p->prepared->statement->index;
	struct index_definition to = {
		.name = schema_name(p, index->name.text),
		.element = index_element(p, index),
		.label = schema_name(p, index->label.text),
		.key_count = index->key_count,
		.is_unique = index->is_unique,
	};
	struct ddl d;
	uint32_t id;

	portal_tag(p, "CREATE INDEX");
	if (index->key_count > INDEX_KEYS_MAX)
		return too_many_keys(index->keys[INDEX_KEYS_MAX].key.at, e);
	for (uint32_t i = 0; i < index->key_count; i++)
		to.keys[i] = index->keys[i].key.text;
	TRY(table_index(p, index, &to, e));
	if (index->if_not_exists && to.name.length > 0 && has_index(p, graph_local_name(to.name))) {
		session_notice(p->session, "NOTICE", E_DUPLICATE_TABLE,
			"relation \"%.*s\" already exists, skipping",
			STR_ARGS(graph_local_name(to.name)));
		return OK;
	}
	if (ddl_index_says_more(index)) {
		begin_ddl(p, &d, e);
		return ddl_create_index(&d, index, &to);
	}
	if (to.name.length == 0 && skips(p, index->if_not_exists, like_index(p, &to)))
		return OK;
	return schema_index_create(p->session->txn, &to, &id, e);
}

static enum sqlstate create_constraint(struct query_portal *p, struct error *e)
{
	const struct ast_constraint *from = p->prepared->statement->constraint;
	struct index_definition to = {
		.name = schema_name(p, from->name.text),
		.element = element_of(from->class),
		.label = schema_name(p, from->label.text),
		.key_count = from->key_count,
		.is_unique = true,
		.is_constraint = true,
		.is_key = from->kind == AST_CONSTRAINT_KEY,
	};
	struct property_definition typed = { .key = from->keys[0].text };
	static const enum constraint_kind kinds[] = {
		[AST_CONSTRAINT_UNIQUE] = CONSTRAINT_UNIQUE,
		[AST_CONSTRAINT_KEY] = CONSTRAINT_KEY,
		[AST_CONSTRAINT_NOT_NULL] = CONSTRAINT_NOT_NULL,
		[AST_CONSTRAINT_TYPE] = CONSTRAINT_TYPE,
	};
	uint32_t id;

	portal_tag(p, "CREATE CONSTRAINT");
	if (from->if_not_exists && from->name.text.length > 0 &&
		has_constraint(p, from->name.text)) {
		skipping(p, from->name.text, true);
		return OK;
	}
	if (from->key_count > INDEX_KEYS_MAX)
		return too_many_keys(from->keys[INDEX_KEYS_MAX].at, e);
	for (uint32_t i = 0; i < from->key_count; i++)
		to.keys[i] = from->keys[i].text;
	if (from->name.text.length == 0 &&
		skips(p, from->if_not_exists, like_constraint(p, &to, kinds[from->kind])))
		return OK;
	if (from->kind == AST_CONSTRAINT_TYPE || from->kind == AST_CONSTRAINT_NOT_NULL) {
		if (from->kind == AST_CONSTRAINT_TYPE)
			TRY(define_type(from->type, &typed, e));
		return schema_constraint_create(p->session->txn,
			from->kind == AST_CONSTRAINT_TYPE ? CONSTRAINT_TYPE : CONSTRAINT_NOT_NULL,
			to.name, to.element, to.label, &typed, e);
	}
	return schema_index_create(p->session->txn, &to, &id, e);
}

static enum sqlstate drop_index(
	struct query_portal *p, const struct ast_name *written, bool if_exists, struct error *e)
{
	const struct index_info *index;
	struct str name = written->text;
	struct ddl d;

	if (!has_index(p, name))
		name = folded(p, written);
	if (if_exists && !has_index(p, name)) {
		session_notice(p->session, "NOTICE", OK,
			"index \"%.*s\" does not exist, skipping", STR_ARGS(name));
		return OK;
	}
	begin_ddl(p, &d, e);
	TRY(ddl_lock(&d));
	index = find_index(p, name);
	return index != NULL && !index->is_constraint
		       ? ddl_index_drop(&d, index)
		       : schema_index_drop(p->session->txn, schema_name(p, name), e);
}

static enum sqlstate drop_indexes(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;

	portal_tag(p, "DROP INDEX");
	TRY(drop_index(p, &st->drop.name, st->drop.if_exists, e));
	for (uint32_t i = 0; i < st->drop.more_count; i++)
		TRY(drop_index(p, &st->drop.more[i], st->drop.if_exists, e));
	return OK;
}

static enum sqlstate drop_constraint(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;

	portal_tag(p, "DROP CONSTRAINT");
	if (st->drop.if_exists && !has_constraint(p, st->drop.name.text)) {
		skipping(p, st->drop.name.text, false);
		return OK;
	}
	return schema_constraint_drop(p->session->txn, schema_name(p, st->drop.name.text), e);
}

bool schema_is_statement(enum ast_stmt_kind kind)
{
	return (kind >= STMT_CREATE_GRAPH && kind <= STMT_DROP_PROCEDURE) ||
	       ddl_is_statement(kind) || (kind >= STMT_CREATE_ROLE && kind <= STMT_GRANT);
}

/* Tables, sequences, views: query/ddl. */
static enum sqlstate run_ddl(struct query_portal *p, struct error *e)
{
	struct ddl d;
	const char *tag = "";

	begin_ddl(p, &d, e);
	TRY(ddl_run(&d, p->prepared->statement, &tag));
	portal_tag(p, "%s", tag);
	return OK;
}

static enum sqlstate run(struct query_portal *p, struct error *e)
{
	switch (p->prepared->statement->kind) {
	case STMT_CREATE_LABEL:
		return create_label(p, e);
	case STMT_ALTER_LABEL:
		return alter_label(p, e);
	case STMT_DROP_LABEL:
		return drop_label(p, e);
	case STMT_CREATE_INDEX:
		return create_index(p, e);
	case STMT_DROP_INDEX:
		return drop_indexes(p, e);
	case STMT_CREATE_CONSTRAINT:
		return create_constraint(p, e);
	case STMT_DROP_CONSTRAINT:
		return drop_constraint(p, e);
	case STMT_CREATE_GRAPH:
		return schema_create_graph(p, e);
	case STMT_DROP_GRAPH:
		return schema_drop_graph(p, e);
	case STMT_CREATE_GRAPH_TYPE:
		return schema_create_graph_type(p, e);
	case STMT_DROP_GRAPH_TYPE:
		return schema_drop_graph_type(p, e);
	case STMT_CREATE_PROCEDURE:
		return schema_create_procedure(p, e);
	case STMT_DROP_PROCEDURE:
		return schema_drop_procedure(p, e);
	case STMT_CREATE_ROLE:
	case STMT_ALTER_ROLE:
	case STMT_DROP_ROLE:
	case STMT_ROLE_SETTING:
	case STMT_OWNED:
	case STMT_GRANT:
		return schema_role_run(p, e);
	default:
		return run_ddl(p, e);
	}
}

/* Alone it commits by itself, so that what only the commit finds (a duplicate, a conflict) is this
   statement's error. */
static enum sqlstate run_alone(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;

	TRY(run(p, e));
	TRY(session_note_owner(s, p->prepared->statement, e));
	TRY(query_sync(s, e));
	p->epoch = s->epoch;
	return OK;
}

/* A statement that is held against a label which others change meanwhile runs again with the write
   ticket: they wait then, and it wins. */
enum sqlstate schema_run(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	bool is_autocommit = s->is_autocommit;

	if (!p->is_alone || s->state != TRANSACTION_IMPLICIT) {
		TRY(run(p, e));
		return session_note_owner(s, p->prepared->statement, e);
	}
	for (int attempt = 0;; attempt++) {
		enum sqlstate rc = run_alone(p, e);

		if (rc != E_SERIALIZATION || attempt == RETRIES)
			return rc;
		TRY(session_cancelled(s, e));
		query_fail(s);
		TRY(transaction_ensure(s, is_autocommit, e));
		p->epoch = s->epoch;
		/* in this order: the schema's owner must be able to commit */
		TRY(schema_lock(s->txn, e));
		TRY(txn_take_ticket(s->txn, e));
	}
}
