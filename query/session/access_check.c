/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Who may run what. Plans are looked through (query/session/access.h); of the other statements the
 * table below says what they need: a privilege on the schema, the ownership of a label, or to be a
 * superuser. Superusers are asked nothing.
 */
#include "query/session/session.h"

#include "query/session/access.h"
#include "query/table/table.h"

enum { TARGETS_MAX = 64 };

/* The labels that a statement names, as far as they are there. */
struct targets {
	uint32_t count;
	struct acl_target at[TARGETS_MAX];
};

static const struct acl_target schema_target = { ACL_SCHEMA, 0 };

static void add_label(const struct catalog *c, struct str name, enum ast_element_class class,
	struct targets *out)
{
	uint32_t node = catalog_find(c, NAME_NODE_LABEL, name);
	uint32_t edge = catalog_find(c, NAME_EDGE_LABEL, name);

	if (out->count == TARGETS_MAX)
		return;
	if (class != CLASS_EDGE && node != NAME_NONE &&
		catalog_label(c, ELEMENT_NODE, node) != NULL)
		out->at[out->count++] = (struct acl_target){ ACL_NODE, node };
	else if (class != CLASS_NODE && edge != NAME_NONE)
		out->at[out->count++] = (struct acl_target){ ACL_EDGE, edge };
}

/* A view, property graph or graph type, as the kind says. */
static void add_object(const struct catalog *c, enum table_object kind, struct str name,
	struct targets *out)
{
	const struct catalog_object *o = catalog_object_find(c, (uint8_t)kind, name);

	if (o != NULL && out->count < TARGETS_MAX)
		out->at[out->count++] = (struct acl_target){ ACL_OBJECT, o->id };
}

static void add_sequence(const struct catalog *c, struct str name, struct targets *out)
{
	const struct catalog_object *o = catalog_object_find(c, OBJECT_SEQUENCE, name);

	if (o != NULL && out->count < TARGETS_MAX)
		out->at[out->count++] = (struct acl_target){ ACL_SEQUENCE, o->id };
}

/* Those that number a table's columns. */
static void add_sequences_of(struct query_session *s, struct str table, struct targets *out)
{
	const struct table *t = table_look_up(txn_catalog(s->txn), s->scratch, table);

	for (uint32_t i = 0; t != NULL && i < t->column_count; i++) {
		if (t->columns[i].sequence != NAME_NONE && out->count < TARGETS_MAX)
			out->at[out->count++] =
				(struct acl_target){ ACL_SEQUENCE, t->columns[i].sequence };
	}
}

static void add_label_of_index(const struct catalog *c, struct str name, struct targets *out)
{
	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *info = catalog_index_at(c, i);

		if (str_equal(info->name, name) && out->count < TARGETS_MAX)
			out->at[out->count++] = (struct acl_target){
				info->element == ELEMENT_NODE ? ACL_NODE : ACL_EDGE, info->label
			};
	}
}

/* Who makes a property graph owns the tables that it is over. */
static void add_element_tables(
	const struct catalog *c, const struct ast_property_graph *g, struct targets *out)
{
	for (uint32_t i = 0; i < g->table_count; i++)
		add_label(c, g->tables[i].table.text, CLASS_NONE, out);
}

/* What the statement changes that must be its user's own; false if that cannot be said. */
static bool find_targets(
	const struct query_session *session, const struct ast_stmt *s, struct targets *out)
{
	const struct catalog *c = txn_catalog(session->txn);
	struct acl_target graph = { ACL_SCHEMA, 0 };

	out->count = 0;
	switch (s->kind) {
	case STMT_ALTER_LABEL:
		if (s->alter->kind == ALTER_GRAPH_OWNER) {
			graph.label = catalog_graph_find(c, s->alter->label.text);
			out->at[out->count++] = graph;
			return true;
		}
		if (s->alter->kind == ALTER_GRAPH_TYPE_OWNER) {
			add_object(c, OBJECT_GRAPH_TYPE, s->alter->label.text, out);
			return true;
		}
		add_label(
			c, session_full_name(session, s->alter->label.text), s->alter->class, out);
		return true;
	case STMT_DROP_LABEL:
		add_label(c, session_full_name(session, s->drop.name.text), s->drop.class, out);
		return true;
	case STMT_DROP_GRAPH_TYPE:
		add_object(c, OBJECT_GRAPH_TYPE, s->drop.name.text, out);
		return true;
	case STMT_DROP_GRAPH:
		graph.label = catalog_graph_find(c, s->drop.name.text);
		if (graph.label != GRAPH_MAIN)
			out->at[out->count++] = graph;
		return true;
	case STMT_ALTER_TABLE:
		add_label(c, s->alter_table->name.text, CLASS_NONE, out);
		add_object(c, OBJECT_VIEW, s->alter_table->name.text, out);
		return true;
	case STMT_CREATE_PROPERTY_GRAPH:
		add_element_tables(c, s->property_graph, out);
		return true;
	case STMT_ALTER_PROPERTY_GRAPH:
		add_object(c, OBJECT_PROPERTY_GRAPH, s->alter_graph->name.text, out);
		add_element_tables(c, &s->alter_graph->added, out);
		return true;
	case STMT_DROP_PROPERTY_GRAPH:
	case STMT_DROP_VIEW:
		for (uint32_t i = 0; i < s->names->count; i++)
			add_object(c,
				s->kind == STMT_DROP_VIEW ? OBJECT_VIEW : OBJECT_PROPERTY_GRAPH,
				s->names->names[i].text, out);
		return s->names->count <= TARGETS_MAX;
	case STMT_ALTER_INDEX:
		add_label_of_index(c, s->alter_table->name.text, out);
		return true;
	case STMT_CREATE_INDEX:
		add_label(
			c, session_full_name(session, s->index->label.text), s->index->class, out);
		return true;
	case STMT_CREATE_CONSTRAINT:
		add_label(c, session_full_name(session, s->constraint->label.text),
			s->constraint->class, out);
		return true;
	case STMT_DROP_TABLE:
	case STMT_TRUNCATE:
		for (uint32_t i = 0; i < s->names->count; i++)
			add_label(c, s->names->names[i].text, CLASS_NONE, out);
		return s->names->count <= TARGETS_MAX;
	default:
		return false;
	}
}

/* Tables, views and sequences: all are of main. */
static bool is_create(enum ast_stmt_kind kind)
{
	return kind == STMT_CREATE_TABLE || kind == STMT_CREATE_VIEW ||
	       kind == STMT_CREATE_SEQUENCE || kind == STMT_CREATE_PROPERTY_GRAPH;
}

static bool is_role_statement(enum ast_stmt_kind kind)
{
	return kind >= STMT_CREATE_ROLE && kind <= STMT_GRANT;
}

static enum sqlstate must_own(
	const struct catalog *c, struct acl_target target, struct error *e)
{
	if (target.kind == ACL_SCHEMA)
		return FAIL(e, E_PRIVILEGE, "must be owner of graph \"%.*s\"",
			STR_ARGS(catalog_graph_name(c, target.label)));
	if (acl_is_object(target))
		return FAIL(e, E_PRIVILEGE, "must be owner of %s %.*s",
			acl_object_kind(c, target), STR_ARGS(acl_object_name(c, target)));
	return FAIL(e, E_PRIVILEGE, "must be owner of label \"%.*s\"",
		STR_ARGS(catalog_name(c,
			target.kind == ACL_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL,
			target.label)));
}

/* Graphs and their types. What is replaced must be one's own, what is copied one must be allowed to read. */
static enum sqlstate check_create_graph(const struct catalog *c, const struct ast_stmt *statement,
	const struct role_set *who, struct error *e)
{
	const struct ast_graph *g = statement->graph;
	struct targets old = { .count = 0 };
	uint32_t graph = catalog_graph_find(c, g->name.text);

	TRY(access_check(c, (struct acl_target){ ACL_DATABASE, 0 }, PRIVILEGE_CREATE, who, e));
	if (g->or_replace && statement->kind == STMT_CREATE_GRAPH_TYPE)
		add_object(c, OBJECT_GRAPH_TYPE, g->name.text, &old);
	else if (g->or_replace && graph != GRAPH_MAIN)
		old.at[old.count++] = (struct acl_target){ ACL_SCHEMA, graph };
	if (old.count > 0 && !acl_is_owner(c, old.at[0], who))
		return must_own(c, old.at[0], e);
	graph = catalog_graph_find(c, g->copied.text);
	if (graph == GRAPH_MAIN && !str_equal(g->copied.text, STR("main")))
		return OK; /* nothing is copied, or from what is not there */
	return access_check_graph(c, graph, PRIVILEGE_SELECT, who, e);
}

static enum sqlstate check_schema_statement(struct query_session *s,
	const struct ast_stmt *statement, const struct role_set *who, struct error *e)
{
	const struct catalog *c = txn_catalog(s->txn);
	struct targets targets;

	if (statement->kind == STMT_CREATE_GRAPH || statement->kind == STMT_CREATE_GRAPH_TYPE)
		return check_create_graph(c, statement, who, e);
	if (statement->kind == STMT_CREATE_LABEL)
		return access_check(c,
			(struct acl_target){
				ACL_SCHEMA, catalog_graph_find(c, session_graph_name(s)) },
			PRIVILEGE_CREATE, who, e);
	targets.count = 0;
	if (statement->kind == STMT_CREATE_VIEW && statement->view->or_replace)
		add_object(c, OBJECT_VIEW, statement->view->name.text, &targets);
	if (is_create(statement->kind) && targets.count == 0) {
		TRY(access_check(c, schema_target, PRIVILEGE_CREATE, who, e));
		if (statement->kind != STMT_CREATE_PROPERTY_GRAPH)
			return OK;
	}
	if (targets.count == 0 && !find_targets(s, statement, &targets))
		return acl_denied(c, schema_target, e);
	for (uint32_t i = 0; i < targets.count; i++) {
		if (statement->kind == STMT_TRUNCATE)
			TRY(access_check(c, targets.at[i], PRIVILEGE_TRUNCATE, who, e));
		else if (!acl_is_owner(c, targets.at[i], who))
			return must_own(c, targets.at[i], e);
	}
	return OK;
}

/* COPY label FROM inserts into it, or makes the label. */
static enum sqlstate check_copy_in(struct query_session *s, const struct ast_copy *copy,
	const struct role_set *who, struct error *e)
{
	const struct catalog *c = txn_catalog(s->txn);
	struct targets targets = { .count = 0 };
	const struct table *table = table_look_up(c, s->scratch, copy->label.text);

	add_label(c, session_full_name(s, copy->label.text), CLASS_NONE, &targets);
	if (targets.count == 0 && table != NULL && table->object != NAME_NONE)
		add_label(c, copy->label.text, CLASS_NONE, &targets);
	if (targets.count == 0)
		return access_check(c, schema_target, PRIVILEGE_CREATE, who, e);
	return access_check(c, targets.at[0], PRIVILEGE_INSERT, who, e);
}

/* LOCK TABLE wants a right to change the table, or, in a mode that goes together with changes, any. */
static enum sqlstate check_lock(const struct catalog *c, const struct ast_stmt *statement,
	const struct targets *targets, const struct role_set *who, struct error *e)
{
	uint32_t bits = PRIVILEGE_UPDATE | PRIVILEGE_DELETE | PRIVILEGE_TRUNCATE;

	if (statement->maintain.lock != TABLE_LOCK_EXCLUDES)
		bits |= PRIVILEGE_SELECT | PRIVILEGE_INSERT;
	for (uint32_t i = 0; i < targets->count; i++) {
		if ((acl_allowed(c, targets->at[i], who) & bits) == 0)
			return acl_denied(c, targets->at[i], e);
	}
	return OK;
}

/* LOCK TABLE, REINDEX, CLUSTER */
static enum sqlstate check_care(struct query_session *s, const struct ast_stmt *statement,
	const struct role_set *who, struct error *e)
{
	const struct catalog *c = txn_catalog(s->txn);
	const char *what = statement->maintain.what;
	struct targets targets = { .count = 0 };

	if (what != NULL && (what[0] == 'S' || what[0] == 'D'))
		return acl_is_owner(c, schema_target, who) ? OK : must_own(c, schema_target, e);
	for (uint32_t i = 0; i < statement->maintain.count; i++) {
		add_label(c, statement->maintain.names[i].text, CLASS_NONE, &targets);
		add_object(c, OBJECT_VIEW, statement->maintain.names[i].text, &targets);
		add_label_of_index(c, statement->maintain.names[i].text, &targets);
	}
	if (statement->kind == STMT_LOCK_TABLE)
		return check_lock(c, statement, &targets, who, e);
	for (uint32_t i = 0; i < targets.count; i++) {
		if (!acl_is_owner(c, targets.at[i], who))
			return must_own(c, targets.at[i], e);
	}
	return OK;
}

static enum sqlstate check(struct query_session *s, const struct query_prepared *p,
	const struct role_set *who, struct error *e)
{
	const struct ast_stmt *statement = p->statement;
	enum sqlstate rc;

	if (statement->kind == STMT_COPY && statement->copy->is_from)
		return check_copy_in(s, statement->copy, who, e);
	if (statement->kind == STMT_CHECKPOINT)
		return FAIL(e, E_PRIVILEGE, "must be superuser to do CHECKPOINT");
	if (statement->kind >= STMT_CREATE_GRAPH && statement->kind <= STMT_GRANT &&
		!is_role_statement(statement->kind))
		TRY(check_schema_statement(s, statement, who, e));
	if (statement->kind >= STMT_LOCK_TABLE)
		return check_care(s, statement, who, e);
	if (p->plan == NULL)
		return OK;
	rc = access_check_plan(s->scratch, p->plan, txn_catalog(s->txn), who, e);
	arena_reset(s->scratch);
	return rc;
}

enum sqlstate session_check_access(
	struct query_session *s, const struct query_prepared *p, struct error *e)
{
	const struct role_set *who;

	if (p->statement == NULL || s->txn == NULL)
		return OK;
	who = session_rights(s);
	return who->is_superuser ? OK : check(s, p, who, e);
}

/* ---- ownership ---- */

static struct str created_label(const struct query_session *s, const struct ast_stmt *statement,
	enum ast_element_class *class)
{
	*class = CLASS_NONE;
	if (statement->kind == STMT_CREATE_LABEL) {
		*class = statement->label->class;
		return session_full_name(s, statement->label->label.text);
	}
	return statement->kind == STMT_CREATE_TABLE ? statement->table->name.text : STR("");
}

static bool is_of_dropped_graph(const struct catalog *c, enum element element, uint32_t label)
{
	uint32_t graph = catalog_graph_of(c, element, label);

	return graph != GRAPH_MAIN && catalog_graph_find(c, catalog_graph_name(c, graph)) != graph;
}

/* Privileges of labels that are no more. */
static enum sqlstate forget_dropped(struct query_session *s, struct error *e)
{
	struct acl *a = ARENA_NEW(s->scratch, struct acl);
	enum sqlstate rc = OK;

	for (uint32_t cursor = 0; rc == OK && acl_next(txn_catalog(s->txn), &cursor, a);) {
		enum element element = a->target.kind == ACL_NODE ? ELEMENT_NODE : ELEMENT_EDGE;
		bool is_object = acl_is_object(a->target);
		const struct label_info *info;

		if (a->target.kind == ACL_DATABASE || a->target.label == NAME_NONE ||
			acl_is_default(a->target) ||
			(is_object && catalog_object(txn_catalog(s->txn), a->target.label) != NULL))
			continue;
		if (a->target.kind == ACL_SCHEMA)
			element = ELEMENT_NODE; /* its membership */
		info = catalog_label(txn_catalog(s->txn), element, a->target.label);
		if (is_of_dropped_graph(txn_catalog(s->txn), element, a->target.label))
			info = NULL;
		if (!is_object && info != NULL &&
			(info->is_declared || info->property_count > 0))
			continue;
		rc = acl_drop(s->txn, a->target, e);
		cursor = 0;
	}
	arena_reset(s->scratch);
	return rc;
}

/* What the statement made, if it made something that has an owner. */
static void find_made(
	struct query_session *s, const struct ast_stmt *statement, struct targets *out)
{
	const struct catalog *c = txn_catalog(s->txn);
	enum ast_element_class class;
	struct str name = created_label(s, statement, &class);

	out->count = 0;
	if (statement->kind == STMT_CREATE_GRAPH)
		out->at[out->count++] = (struct acl_target){ ACL_SCHEMA,
			catalog_graph_find(c, statement->graph->name.text) };
	else if (statement->kind == STMT_CREATE_GRAPH_TYPE)
		add_object(c, OBJECT_GRAPH_TYPE, statement->graph->name.text, out);
	else if (statement->kind == STMT_CREATE_VIEW)
		add_object(c, OBJECT_VIEW, statement->view->name.text, out);
	else if (statement->kind == STMT_CREATE_PROPERTY_GRAPH)
		add_object(c, OBJECT_PROPERTY_GRAPH, statement->property_graph->name.text, out);
	else if (statement->kind == STMT_CREATE_SEQUENCE)
		add_sequence(c, statement->sequence->name.text, out);
	else if (name.length > 0)
		add_label(c, name, class, out);
	if (statement->kind == STMT_CREATE_TABLE)
		add_sequences_of(s, name, out);
}

/* Who made it owns it, but for sequences, which are whose the table is; and others get what the defaults
   say. */
static enum sqlstate note_made(
	struct query_session *s, struct acl_target target, uint32_t owner, struct error *e)
{
	struct acl *a = ARENA_NEW(s->scratch, struct acl);

	acl_find(txn_catalog(s->txn), target, a);
	if (a->owner != 0 || a->count > 0)
		return OK; /* IF NOT EXISTS or OR REPLACE, and it was there */
	if (target.kind != ACL_SEQUENCE)
		a->owner = owner;
	if (target.kind != ACL_SCHEMA)
		TRY(schema_default_apply(s, owner, a, e));
	return acl_put(s->txn, a, e);
}

static bool takes_away(const struct ast_stmt *statement)
{
	enum ast_stmt_kind kind = statement->kind;

	return kind == STMT_DROP_SEQUENCE || kind == STMT_DROP_LABEL || kind == STMT_DROP_TABLE ||
	       kind == STMT_DROP_GRAPH || kind == STMT_DROP_GRAPH_TYPE ||
	       kind == STMT_DROP_VIEW || kind == STMT_DROP_PROPERTY_GRAPH ||
	       (kind == STMT_ALTER_TABLE && statement->alter_table->actions[0].is_cascade);
}

enum sqlstate session_note_owner(
	struct query_session *s, const struct ast_stmt *statement, struct error *e)
{
	const struct role_set *who = session_rights(s);
	struct targets targets;
	enum sqlstate rc = OK;

	if (takes_away(statement))
		return forget_dropped(s, e);
	if (statement->kind == STMT_ALTER_TABLE &&
		statement->alter_table->actions[0].kind == ACTION_OWNER)
		return schema_role_own_object(s, OBJECT_VIEW, &statement->alter_table->name,
			&statement->alter_table->actions[0].to, e);
	if (statement->kind == STMT_ALTER_PROPERTY_GRAPH &&
		statement->alter_graph->kind == GRAPH_CHANGE_OWNER)
		return schema_role_own_object(s, OBJECT_PROPERTY_GRAPH,
			&statement->alter_graph->name, &statement->alter_graph->to, e);
	find_made(s, statement, &targets);
	for (uint32_t i = 0; i < targets.count && rc == OK; i++)
		rc = note_made(s, targets.at[i], who->count == 0 ? NAME_NONE : who->ids[0], e);
	arena_reset(s->scratch);
	return rc;
}
