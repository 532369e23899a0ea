/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SQL's cursors: DECLARE opens a portal that FETCH reads from. They scan forward only. One that was
 * not declared WITH HOLD ends with its transaction; one that was has all its rows read when it is
 * declared.
 */
#include "query/session/session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct sql_cursor {
	struct query_prepared *prepared;
	struct query_portal *portal;
	struct str declaration; /* its text, as long as `prepared` */
	bool is_binary, is_hold;
};

static void close_cursor(struct query_session *s, struct str name)
{
	struct sql_cursor *c = map_str_get(&s->cursors, name);
	size_t place = 0;
	struct str key = { 0 };
	void *value;

	if (c == NULL)
		return;
	while (map_str_next(&s->cursors, &place, &key, &value) && value != c)
		;
	map_str_remove(&s->cursors, name);
	query_close(c->portal);
	query_prepared_free(c->prepared);
	free((char *)key.at);
	free(c);
}

void sql_cursors_close(struct query_session *s)
{
	size_t place = 0;
	struct str name;
	void *value;

	while (map_str_next(&s->cursors, &place, &name, &value)) {
		close_cursor(s, name);
		place = 0;
	}
	map_str_free(&s->cursors);
}

/* The cursor of this name, unless its transaction is over. */
static struct sql_cursor *find(struct query_session *s, struct str name, struct error *e)
{
	struct sql_cursor *c = map_str_get(&s->cursors, name);

	if (c != NULL && (c->portal->is_held || c->portal->epoch == s->epoch))
		return c;
	if (c != NULL)
		close_cursor(s, name);
	(void)FAIL(e, E_NO_CURSOR, "cursor \"%.*s\" does not exist", STR_ARGS(name));
	return NULL;
}

struct query_portal *query_cursor_portal(struct query_session *s, struct str name)
{
	struct error ignored;
	struct sql_cursor *c = find(s, name, &ignored);

	return c == NULL ? NULL : c->portal;
}

void query_cursor_close(struct query_session *s, struct str name)
{
	close_cursor(s, name);
}

static enum sqlstate open_cursor(
	struct query_session *s, const struct ast_stmt *st, struct sql_cursor *c, struct error *e)
{
	enum sqlstate rc;

	TRY(prepared_inner_new(s, st->declare.statement, NULL, 0, &c->prepared, e));
	if (c->prepared->description.kind != QUERY_ROWS) {
		query_prepared_free(c->prepared);
		return FAIL(e, E_SYNTAX, "cannot open a cursor on a statement without rows");
	}
	rc = query_open(s, c->prepared, NULL, 0, false, &c->portal, e);
	if (rc == OK && st->declare.is_hold) {
		rc = portal_hold(c->portal, e);
		if (rc != OK)
			query_close(c->portal);
	}
	if (rc == OK) {
		c->portal->is_elsewhere = true;
		return OK;
	}
	query_prepared_free(c->prepared);
	if (e->byte_offset >= 0)
		e->byte_offset += (int)st->declare.statement->at;
	return rc;
}

static enum sqlstate declare(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_stmt *st = p->prepared->statement;
	struct str name = st->declare.name.text;
	struct error ignored;
	struct sql_cursor opened, *c;

	portal_tag(p, "DECLARE CURSOR");
	if (s->state != TRANSACTION_BLOCK && !st->declare.is_hold)
		return FAIL(e, E_NO_TRANSACTION,
			"DECLARE CURSOR can only be used in transaction blocks");
	if (find(s, name, &ignored) != NULL)
		return FAIL(
			e, E_DUPLICATE_CURSOR, "cursor \"%.*s\" already exists", STR_ARGS(name));
	TRY(open_cursor(s, st, &opened, e));
	c = malloc(sizeof *c);
	name.at = strndup(name.at, name.length);
	if (c == NULL || name.at == NULL)
		PANIC("out of memory for a cursor");
	*c = opened;
	c->declaration = arena_str(c->prepared->arena, st->text);
	c->is_binary = st->declare.is_binary;
	c->is_hold = st->declare.is_hold;
	map_str_put(&s->cursors, name, c);
	return OK;
}

static enum sqlstate count_of(const struct ast_fetch *fetch, uint64_t *count, struct error *e)
{
	switch (fetch->direction) {
	case FETCH_NEXT:
		*count = 1;
		return OK;
	case FETCH_FORWARD:
		*count = (uint64_t)fetch->count;
		if (fetch->count >= 0)
			return OK;
		break;
	default:
		break;
	}
	(void)FAIL(e, E_OBJECT_STATE, "cursor can only scan forward");
	error_hint(e, "Declare a new cursor to read the rows again.");
	return e->code;
}

static enum sqlstate fetch(struct query_portal *p, struct error *e)
{
	const struct ast_fetch *request = &p->prepared->statement->fetch;
	struct sql_cursor *c = find(p->session, request->cursor.text, e);
	uint64_t count = 0, moved = 0;

	if (c == NULL)
		return e->code;
	TRY(count_of(request, &count, e));
	if (!request->is_move)
		p->table = row_table_new(p->arena, p->prepared->description.column_count);
	TRY(portal_move_rows(p, c->portal, count, !request->is_move, &moved, e));
	portal_tag(p, "%s %" PRIu64, request->is_move ? "MOVE" : "FETCH", moved);
	return OK;
}

static enum sqlstate close_named(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	struct str name = p->prepared->statement->name.text;

	if (name.length == 0) {
		portal_tag(p, "CLOSE CURSOR ALL");
		sql_cursors_close(s);
		return OK;
	}
	portal_tag(p, "CLOSE CURSOR");
	if (find(s, name, e) == NULL)
		return e->code;
	close_cursor(s, name);
	return OK;
}

enum sqlstate sql_cursor_run(struct query_portal *p, struct error *e)
{
	switch (p->prepared->statement->kind) {
	case STMT_DECLARE:
		return declare(p, e);
	case STMT_FETCH:
		return fetch(p, e);
	default:
		return close_named(p, e);
	}
}

void sql_cursors_tell(struct query_session *s, struct query_facts *facts)
{
	size_t place = 0;
	struct str name;
	void *value;

	while (map_str_next(&s->cursors, &place, &name, &value)) {
		const struct sql_cursor *c = value;
		struct value at = { .type = VALUE_TIMESTAMPTZ,
			.integer = c->prepared->prepared_at };

		/* One whose transaction is over is there until its name is asked for. */
		if (!c->portal->is_held && c->portal->epoch != s->epoch)
			continue;
		query_facts_add(facts);
		query_facts_put(facts, "name", value_string(name));
		query_facts_put(facts, "statement", value_string(c->declaration));
		query_facts_put(facts, "is_holdable", value_bool(c->is_hold));
		query_facts_put(facts, "is_binary", value_bool(c->is_binary));
		query_facts_put(facts, "is_scrollable", value_bool(false));
		query_facts_put(facts, "creation_time", at);
	}
}

enum sqlstate sql_cursor_describe(
	struct query_session *s, struct query_prepared *p, struct error *e)
{
	const struct sql_cursor *c;

	if (p->statement->fetch.is_move)
		return OK;
	c = find(s, p->statement->fetch.cursor.text, e);
	if (c == NULL)
		return e->code;
	p->description = c->prepared->description;
	p->description.is_at_once = true;
	p->description.is_binary = c->is_binary;
	return OK;
}
