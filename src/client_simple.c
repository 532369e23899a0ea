/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Query: a string of statements. All of it is parsed before anything runs; its statements share one
 * implicit transaction, which ends with the string. The last statement's CommandComplete goes out
 * only after that transaction is committed, so that what failed is never called complete.
 *
 *     client_query ─ parse ─ run 1 ─ run 2 ─ … ─ finish ─ ReadyForQuery
 *                              │ COPY FROM STDIN: back to the loop, then client_query_resume
 */
#include <stdlib.h>

#include "base/check.h"
#include "src/client_state.h"

#define TAG_SIZE 128

/* Frees what belongs to the statement that ran. */
static void drop_statement(struct client *c)
{
	client_portal_drop(&c->script.portal);
	query_prepared_free(c->script.prepared);
	c->script.prepared = NULL;
}

void client_query_abandon(struct client *c)
{
	if (c->script.arena == NULL)
		return;
	drop_statement(c);
	/* The arena and the room for columns serve the next string. */
	arena_reset(c->script.arena);
	c->spare = c->script.arena;
	c->spare_portal = c->script.portal;
	memset(&c->script, 0, sizeof c->script);
}

static void fail_script(struct client *c)
{
	client_report(c, c->script.script.text);
	client_query_abandon(c);
	if (!c->has_ended)
		client_ready(c);
}

/* After a statement: its tag, and before the last one's the commit. */
static enum sqlstate complete(struct client *c, uint64_t sent, struct error *e)
{
	struct client_script *s = &c->script;
	enum query_kind kind = query_portal_describe(s->portal.query)->kind;
	char tag[TAG_SIZE];

	query_tag(s->portal.query, sent, tag, sizeof tag);
	client_meter_note(c, s->portal.query, sent);
	if (s->index + 1 == s->script.count) {
		/* A portal that is open would hold the transaction's snapshot. */
		drop_statement(c);
		TRY(query_sync(c->query, e));
	}
	if (kind == QUERY_EMPTY)
		pgwire_put_empty_query(c->wire);
	else
		pgwire_put_complete(c->wire, tag);
	client_meter_stop(c, "simple", STR(""));
	return OK;
}

static enum sqlstate run_statement(struct client *c, struct error *e)
{
	struct client_script *s = &c->script;
	const struct query_description *d;
	bool is_alone = s->script.count == 1, is_suspended;
	const uint16_t binary = 1;
	uint64_t sent = 0;

	client_meter_start(c);
	TRY(query_prepare(
		c->query, s->arena, false, &s->script, s->index, NULL, 0, &s->prepared, e));
	d = query_describe(s->prepared);
	if (d->parameter_count > 0) {
		FAIL(e, E_NO_PARAMETER, "there is no parameter $1");
		error_hint(e, "Give it a value by SESSION SET VALUE $name = value, or use PREPARE "
			      "and EXECUTE.");
		return e->code;
	}
	TRY(query_open(c->query, s->prepared, NULL, 0, is_alone, &s->portal.query, e));
	atomic_store_explicit(&c->entry.fingerprint, query_portal_fingerprint(s->portal.query),
		memory_order_relaxed);
	/* FETCH from a cursor that was declared BINARY is the one way to binary rows here. */
	TRY(client_portal_columns(c, &s->portal, d, d->is_binary, &binary, e));
	if (d->kind == QUERY_COPY_IN || d->kind == QUERY_COPY_OUT) {
		TRY(client_copy_begin(c, &s->portal, COPY_SIMPLE, e));
		return c->copy == COPY_NONE ? complete(c, 0, e) : OK;
	}
	s->portal.awaits_rows = d->is_at_once;
	if (d->kind == QUERY_ROWS && !d->is_at_once)
		client_portal_describe(c, &s->portal);
	TRY(client_portal_rows(c, &s->portal, 0, &sent, &is_suspended, e));
	return complete(c, sent, e);
}

static void run_script(struct client *c)
{
	struct client_script *s = &c->script;

	for (; s->index < s->script.count; s->index++) {
		if (run_statement(c, &c->error) != OK) {
			fail_script(c);
			return;
		}
		if (c->copy != COPY_NONE)
			return;
		drop_statement(c);
	}
	client_query_abandon(c);
	client_ready(c);
}

void client_query_resume(struct client *c)
{
	client_meter_resume(c);
	if (complete(c, 0, &c->error) != OK) {
		fail_script(c);
		return;
	}
	drop_statement(c);
	c->script.index++;
	run_script(c);
}

static enum sqlstate parse(struct client *c, struct str text, struct error *e)
{
	struct client_script *s = &c->script;

	s->arena = c->spare == NULL ? arena_new(0) : c->spare;
	s->portal = c->spare_portal;
	c->spare = NULL;
	memset(&c->spare_portal, 0, sizeof c->spare_portal);
	s->script.text = text;
	TRY(pgtype_check_text(text, e));
	/* The message goes when the next one is read, which a COPY does. */
	s->script.text = arena_str(s->arena, text);
	return query_parse(c->query, s->arena, s->script.text, &s->script, e);
}

void client_query(struct client *c, struct str text)
{
	assert(c->script.arena == NULL);
	registry_describe_query(
		&c->entry, client_loggable(text), query_transaction_status(c->query) == 'I');
	client_clock_start(c);
	query_named_drop(c->query, STR(""));
	client_portal_drop(&c->unnamed);
	if (parse(c, text, &c->error) != OK) {
		fail_script(c);
		return;
	}
	if (c->script.script.count == 0) {
		pgwire_put_empty_query(c->wire);
		client_query_abandon(c);
		client_ready(c);
		return;
	}
	run_script(c);
}
