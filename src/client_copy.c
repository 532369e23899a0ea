/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY. Out: H, one CopyData a row, c. In: G, then the client's CopyData goes to the query layer as
 * it comes, until CopyDone or CopyFail; Flush and Sync are ignored meanwhile, as PostgreSQL ignores
 * them. After an error the rest of the data is read and dropped by the main loop.
 */
#include "base/check.h"
#include "src/client_state.h"

#define TAG_SIZE 128

static enum sqlstate copy_out(struct client *c, struct client_portal *p, struct error *e)
{
	struct query_copy_format format;

	query_copy_describe(p->query, &format);
	pgwire_put_copy_response(c->wire, 'H', format.is_binary, format.column_count);
	for (;;) {
		struct buf *to = pgwire_copy_begin(c->wire);
		size_t start = to->length;
		enum step step = query_copy_next(p->query, to, e);
		bool is_empty = to->length == start;

		if (step != STEP_ROW || is_empty)
			pgwire_row_abandon(c->wire);
		if (step == STEP_FAILED)
			return e->code;
		if (step == STEP_DONE)
			break;
		if (!is_empty)
			TRY(pgwire_copy_end(c->wire, e));
	}
	pgwire_put_copy_done(c->wire);
	return OK;
}

enum sqlstate client_copy_begin(
	struct client *c, struct client_portal *p, enum client_copy mode, struct error *e)
{
	struct query_copy_format format;

	if (query_portal_describe(p->query)->kind == QUERY_COPY_OUT)
		return copy_out(c, p, e);
	query_copy_describe(p->query, &format);
	pgwire_put_copy_response(c->wire, 'G', format.is_binary, format.column_count);
	c->copy = mode;
	c->copy_portal = p;
	/* The client waits for this before it sends anything. */
	return pgwire_flush(c->wire, e);
}

static void fail_copy(struct client *c)
{
	enum client_copy mode = c->copy;

	c->copy = COPY_NONE;
	c->copy_portal = NULL;
	if (mode == COPY_EXTENDED) {
		client_fail(c, STR(""));
		return;
	}
	client_report(c, STR(""));
	client_query_abandon(c);
	if (!c->has_ended)
		client_ready(c);
}

static void finish_copy(struct client *c)
{
	struct client_portal *p = c->copy_portal;
	char tag[TAG_SIZE];

	if (query_copy_done(p->query, &c->error) != OK) {
		fail_copy(c);
		return;
	}
	if (c->copy == COPY_SIMPLE) {
		c->copy = COPY_NONE;
		c->copy_portal = NULL;
		client_query_resume(c);
		return;
	}
	c->copy = COPY_NONE;
	c->copy_portal = NULL;
	query_tag(p->query, 0, tag, sizeof tag);
	pgwire_put_complete(c->wire, tag);
	client_clock_stop(c);
}

void client_copy_message(struct client *c, const struct pgwire_message *m)
{
	switch (m->type) {
	case PGWIRE_COPY_DATA:
		if (query_copy_data(c->copy_portal->query, m->copy_data.data, m->copy_data.size,
			    &c->error) != OK)
			fail_copy(c);
		break;
	case PGWIRE_COPY_DONE:
		finish_copy(c);
		break;
	case PGWIRE_COPY_FAIL:
		FAIL(&c->error, E_CANCELLED, "COPY from stdin failed: %.*s",
			(int)MIN_OF(m->copy_fail.message.length, 300u), m->copy_fail.message.at);
		fail_copy(c);
		break;
	case PGWIRE_FLUSH:
	case PGWIRE_SYNC:
		break;
	default:
		FAIL(&c->error, E_PROTOCOL, "unexpected message type during COPY from stdin");
		fail_copy(c);
		break;
	}
}
