/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The relations that statements other than queries name. Where a name means a temporary relation the
 * statement is copied with its full name, so that whoever runs it needs to know nothing of search_path.
 * It is done anew each time the statement is run: what a name means may have changed. Queries look
 * their names up while they are planned.
 */
#include "query/session/session.h"

#include <string.h>

#include "query/parse/ast_role.h"
#include "query/session/temporary.h"
#include "query/table/relation_path.h"

struct namer {
	struct query_session *session;
	struct arena *arena;
	struct error *error;
};

/* ---- names ---- */

static enum sqlstate put_name(struct namer *n, struct ast_name *name)
{
	const struct catalog *c = txn_catalog(n->session->txn);
	const struct settings *settings = n->session->settings;
	struct str found = { 0 };

	if (name->text.length > 0 && name->schema.length == 0) {
		found = temporary_find(c, settings, n->arena, name->text);
	} else if (temporary_is_schema(name->schema)) {
		if (temporary_find_schema(c, settings, name->schema, &found, n->error) != OK) {
			n->error->byte_offset = (int)name->at;
			return n->error->code;
		}
		found = graph_full_name(n->arena, found, name->text);
	}
	if (found.length > 0)
		name->text = found;
	return OK;
}

static enum sqlstate put_names(struct namer *n, struct ast_name **names, uint32_t count)
{
	struct ast_name *copy = ARENA_ARRAY(n->arena, struct ast_name, count + 1);

	for (uint32_t i = 0; i < count; i++) {
		copy[i] = (*names)[i];
		TRY(put_name(n, &copy[i]));
	}
	*names = copy;
	return OK;
}

/* A new name for what has the other. */
static void put_beside(struct namer *n, const struct ast_name *other, struct ast_name *name)
{
	if (name->text.length > 0)
		name->text = graph_full_name(n->arena, graph_of_name(other->text), name->text);
}

#define COPY_OF(n, pointer, type)                                                                  \
	(pointer = memcpy(ARENA_NEW((n)->arena, type), pointer, sizeof(type)))

/* ---- tables ---- */

/* A foreign key of a table that is made may lead to the table itself. */
static enum sqlstate put_keys(struct namer *n, const struct ast_name *table,
	struct ast_key **keys, uint32_t count)
{
	struct ast_key *copy = ARENA_ARRAY(n->arena, struct ast_key, count + 1);

	for (uint32_t i = 0; i < count; i++) {
		bool is_own;

		copy[i] = (*keys)[i];
		is_own = copy[i].table.schema.length == 0 &&
			 str_equal(copy[i].table.text, graph_local_name(table->text));
		if (is_own)
			copy[i].table.text = table->text;
		else
			TRY(put_name(n, &copy[i].table));
		put_beside(n, table, &copy[i].index);
	}
	*keys = copy;
	return OK;
}

static enum sqlstate put_table(struct namer *n, struct ast_table *t)
{
	struct ast_like *likes = ARENA_ARRAY(n->arena, struct ast_like, t->like_count + 1);

	if (t->is_temporary)
		TRY(put_name(n, &t->name));
	for (uint32_t i = 0; i < t->like_count; i++) {
		likes[i] = t->likes[i];
		TRY(put_name(n, &likes[i].table));
	}
	t->likes = likes;
	return put_keys(n, &t->name, &t->keys, t->key_count);
}

static enum sqlstate put_alter(struct namer *n, struct ast_alter_table *a)
{
	struct ast_action *actions =
		ARENA_ARRAY(n->arena, struct ast_action, a->action_count + 1);

	TRY(put_name(n, &a->name));
	for (uint32_t i = 0; i < a->action_count; i++) {
		actions[i] = a->actions[i];
		if (actions[i].kind == ACTION_RENAME)
			put_beside(n, &a->name, &actions[i].to);
		if (actions[i].kind == ACTION_CLUSTER_ON)
			put_beside(n, &a->name, &actions[i].name);
		TRY(put_keys(n, &a->name, &actions[i].keys, actions[i].key_count));
	}
	a->actions = actions;
	return OK;
}

static enum sqlstate put_sequence(struct namer *n, struct ast_sequence *s, bool is_new)
{
	if (!is_new || s->is_temporary)
		TRY(put_name(n, &s->name));
	put_beside(n, &s->name, &s->rename_to);
	return put_name(n, &s->options.owned_by_table);
}

/* COMMENT ON TABLE a.b: the schema stands where a column's table does. */
static enum sqlstate put_comment(struct namer *n, struct ast_comment *c)
{
	if (str_equal(c->what, STR("COLUMN")) || str_equal(c->what, STR("CONSTRAINT")))
		return put_name(n, &c->table);
	if (!str_equal(c->what, STR("TABLE")) && !str_equal(c->what, STR("VIEW")) &&
		!str_equal(c->what, STR("SEQUENCE")) && !str_equal(c->what, STR("INDEX")))
		return OK;
	c->name.schema = c->table.text;
	return put_name(n, &c->name);
}

/* ---- what labels have, too: in another graph than main its own come first ---- */

static bool is_of_graph(const struct namer *n, const struct ast_name *name)
{
	return name->schema.length == 0 && session_graph_name(n->session).length > 0;
}

static enum sqlstate put_index(struct namer *n, struct ast_index *x)
{
	if (x->class != CLASS_NONE || x->is_cypher || is_of_graph(n, &x->label))
		return OK;
	TRY(put_name(n, &x->label));
	put_beside(n, &x->label, &x->name);
	return OK;
}

static enum sqlstate put_dropped_indexes(struct namer *n, struct ast_stmt *s)
{
	if (is_of_graph(n, &s->drop.name))
		return OK;
	TRY(put_name(n, &s->drop.name));
	return put_names(n, &s->drop.more, s->drop.more_count);
}

static enum sqlstate put_care(struct namer *n, struct ast_stmt *s)
{
	const char *what = s->kind == STMT_REINDEX ? s->maintain.what : NULL;
	bool is_whole = what != NULL && (what[0] == 'S' || what[0] == 'D');

	if (s->maintain.count == 0 || is_whole || is_of_graph(n, &s->maintain.names[0]))
		return OK;
	return put_names(n, &s->maintain.names, s->maintain.count);
}

/* ---- statements ---- */

/* dispatch */
static enum sqlstate put_statement(struct namer *n, struct ast_stmt *s)
{
	switch (s->kind) {
	case STMT_CREATE_TABLE:
		return put_table(n, COPY_OF(n, s->table, struct ast_table));
	case STMT_ALTER_TABLE:
	case STMT_ALTER_INDEX:
		return put_alter(n, COPY_OF(n, s->alter_table, struct ast_alter_table));
	case STMT_DROP_TABLE:
	case STMT_TRUNCATE:
	case STMT_DROP_SEQUENCE:
	case STMT_DROP_VIEW:
		COPY_OF(n, s->names, struct ast_names_statement);
		return put_names(n, &s->names->names, s->names->count);
	case STMT_CREATE_SEQUENCE:
	case STMT_ALTER_SEQUENCE:
		return put_sequence(n, COPY_OF(n, s->sequence, struct ast_sequence),
			s->kind == STMT_CREATE_SEQUENCE);
	case STMT_CREATE_VIEW:
		COPY_OF(n, s->view, struct ast_view);
		return s->view->is_temporary ? put_name(n, &s->view->name) : OK;
	case STMT_COMMENT:
		return put_comment(n, COPY_OF(n, s->comment, struct ast_comment));
	case STMT_CREATE_INDEX:
		return put_index(n, COPY_OF(n, s->index, struct ast_index));
	case STMT_DROP_INDEX:
		return put_dropped_indexes(n, s);
	case STMT_COPY:
		COPY_OF(n, s->copy, struct ast_copy);
		return is_of_graph(n, &s->copy->label) ? OK : put_name(n, &s->copy->label);
	case STMT_GRANT:
		COPY_OF(n, s->grant, struct ast_grant);
		return s->grant->kind == GRANT_LABELS || s->grant->kind == GRANT_SEQUENCES
			       ? put_names(n, &s->grant->objects, s->grant->object_count)
			       : OK;
	default:
		return put_care(n, s);
	}
}

static bool names_relations(enum ast_stmt_kind kind)
{
	return kind == STMT_COPY || kind == STMT_CREATE_INDEX || kind == STMT_DROP_INDEX ||
	       kind == STMT_GRANT || kind == STMT_ANALYZE || kind == STMT_VACUUM ||
	       kind >= STMT_LOCK_TABLE ||
	       (kind >= STMT_CREATE_TABLE && kind <= STMT_DROP_VIEW) || kind == STMT_COMMENT;
}

static bool makes_temporary(const struct ast_stmt *s)
{
	return (s->kind == STMT_CREATE_TABLE && s->table->is_temporary) ||
	       (s->kind == STMT_CREATE_SEQUENCE && s->sequence->is_temporary) ||
	       (s->kind == STMT_CREATE_VIEW && s->view->is_temporary);
}

/* COPY label TO has become a query with the names in it. */
static bool is_settled(const struct query_prepared *p)
{
	return p->written != NULL && p->statement->kind == STMT_COPY &&
	       p->statement->copy->query != NULL;
}

enum sqlstate prepared_name_relations(
	struct query_session *s, struct query_prepared *p, struct error *e)
{
	struct namer n = { .session = s, .error = e };
	struct ast_stmt *named;

	if (p->statement == NULL || !names_relations(p->statement->kind) || is_settled(p))
		return OK;
	if (p->written == NULL)
		p->written = p->statement;
	if (makes_temporary(p->written))
		TRY(temporary_begin(s, e));
	if (temporary_graph(s->settings).length == 0 || (p->names_arena != NULL && p->portals > 0))
		return OK;
	TRY(transaction_ensure(s, s->is_autocommit, e));
	if (p->names_arena == NULL)
		p->names_arena = arena_new(0);
	else
		arena_reset(p->names_arena);
	n.arena = p->names_arena;
	named = ARENA_NEW(n.arena, struct ast_stmt);
	*named = *p->written;
	p->statement = p->written;
	TRY(put_statement(&n, named));
	p->statement = named;
	return OK;
}
