/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY. Out: H, one CopyData a row, c. In: G, then the client's CopyData goes to the query layer as
 * it comes, until CopyDone or CopyFail; Flush and Sync are ignored meanwhile, as PostgreSQL ignores
 * them. After an error the rest of the data is read and dropped by the main loop.
 *
 * Text and CSV are the query layer's, binary data is the wire's: its rows are coded here. Its header
 * goes out in one CopyData with the first row, because clients rely on that.
 */
#include "base/check.h"
#include "src/client_state.h"

#define TAG_SIZE 128
#define ROW_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* --- out ---------------------------------------------------------------------------------- */

static enum sqlstate put_row(struct client *c, struct client_portal *p,
	const struct query_rows *rows, uint32_t index, struct buf *to, struct error *e)
{
	buf_put_byte(to, (uint8_t)(p->column_count >> 8));
	buf_put_byte(to, (uint8_t)p->column_count);
	return client_portal_cells(c, p, to, rows, index, e);
}

static enum sqlstate copy_out_binary(struct client *c, struct client_portal *p, struct error *e)
{
	struct query_rows rows;
	struct buf *to;
	bool is_first = true;
	enum step step;

	while ((step = query_copy_rows(p->query, &rows, e)) == STEP_ROW) {
		for (uint32_t r = 0; r < rows.count; r++) {
			to = pgwire_copy_begin(c->wire);
			if (is_first)
				pgwire_copy_put_header(to);
			is_first = false;
			if (put_row(c, p, &rows, r, to, e) != OK) {
				pgwire_row_abandon(c->wire);
				return e->code;
			}
			TRY(pgwire_copy_end(c->wire, e));
		}
	}
	if (step == STEP_FAILED)
		return e->code;
	to = pgwire_copy_begin(c->wire);
	if (is_first)
		pgwire_copy_put_header(to);
	pgwire_copy_put_trailer(to);
	return pgwire_copy_end(c->wire, e);
}

static enum sqlstate copy_out_text(struct client *c, struct client_portal *p, struct error *e)
{
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
			return OK;
		if (!is_empty)
			TRY(pgwire_copy_end(c->wire, e));
	}
}

static enum sqlstate copy_out(struct client *c, struct client_portal *p, struct error *e)
{
	struct query_copy_format format;

	query_copy_describe(p->query, &format);
	pgwire_put_copy_response(c->wire, 'H', format.is_binary, format.column_count);
	if (format.is_binary) {
		client_portal_copy_columns(c, p, &format);
		if (c->scratch == NULL)
			c->scratch = arena_new(0);
		TRY(copy_out_binary(c, p, e));
	} else {
		TRY(copy_out_text(c, p, e));
	}
	pgwire_put_copy_done(c->wire);
	return OK;
}

/* --- in ----------------------------------------------------------------------------------- */

enum sqlstate client_copy_begin(
	struct client *c, struct client_portal *p, enum client_copy mode, struct error *e)
{
	struct query_copy_format format;

	if (query_portal_describe(p->query)->kind == QUERY_COPY_OUT)
		return copy_out(c, p, e);
	query_copy_describe(p->query, &format);
	pgwire_put_copy_response(c->wire, 'G', format.is_binary, format.column_count);
	if (format.is_binary) {
		client_portal_copy_columns(c, p, &format);
		c->copy_reader = pgwire_copy_reader_new(ROW_BYTES_MAX);
	}
	c->copy = mode;
	c->copy_portal = p;
	/* The client waits for this before it sends anything. */
	return pgwire_flush(c->wire, e);
}

void client_copy_drop(struct client *c)
{
	pgwire_copy_reader_free(c->copy_reader);
	c->copy_reader = NULL;
	c->copy = COPY_NONE;
	c->copy_portal = NULL;
}

static void fail_copy(struct client *c)
{
	enum client_copy mode = c->copy;

	client_copy_drop(c);
	if (mode == COPY_EXTENDED) {
		client_fail(c, STR(""));
		return;
	}
	client_report(c, STR(""));
	client_query_abandon(c);
	if (!c->has_ended)
		client_ready(c);
}

static enum sqlstate finish_data(struct client *c, struct client_portal *p, struct error *e)
{
	if (c->copy_reader != NULL && pgwire_copy_reader_end(c->copy_reader, e) != OK) {
		query_copy_where(p->query, UINT32_MAX, e);
		return e->code;
	}
	return query_copy_done(p->query, e);
}

static void finish_copy(struct client *c)
{
	struct client_portal *p = c->copy_portal;
	enum client_copy mode = c->copy;
	char tag[TAG_SIZE];

	if (finish_data(c, p, &c->error) != OK) {
		fail_copy(c);
		return;
	}
	client_copy_drop(c);
	if (mode == COPY_SIMPLE) {
		client_query_resume(c);
		return;
	}
	query_tag(p->query, 0, tag, sizeof tag);
	pgwire_put_complete(c->wire, tag);
	client_meter_resume(c);
	client_meter_note(c, p->query, 0);
	client_meter_stop(c, "execute", p->name == NULL ? STR("") : str_of(p->name));
	client_clock_stop(c);
}

static enum sqlstate take_row(struct client *c, struct client_portal *p,
	const struct pgwire_parameter *fields, uint32_t count, struct error *e)
{
	struct arena_mark mark = arena_save(c->scratch);
	struct value *values = ARENA_ARRAY(c->scratch, struct value, p->column_count);
	enum sqlstate rc;

	if (count != p->column_count) {
		(void)FAIL(e, E_BAD_COPY, "row field count is %u, expected %u", count,
			p->column_count);
		query_copy_where(p->query, UINT32_MAX, e);
		return e->code;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (result_parameter(p->columns[i].pgtype->oid, 1, fields[i], &c->style,
			    c->scratch, &values[i], e) != OK) {
			query_copy_where(p->query, i, e);
			return e->code;
		}
	}
	rc = query_copy_row(p->query, values, e);
	arena_rewind(c->scratch, mark);
	return rc;
}

static enum sqlstate take_rows(struct client *c, const struct pgwire_message *m, struct error *e)
{
	struct client_portal *p = c->copy_portal;
	const struct pgwire_parameter *fields;
	uint32_t count;

	if (c->scratch == NULL)
		c->scratch = arena_new(0);
	pgwire_copy_reader_feed(c->copy_reader, m->copy_data.data, m->copy_data.size);
	for (;;) {
		switch (pgwire_copy_reader_next(c->copy_reader, &fields, &count, e)) {
		case STEP_ROW:
			TRY(take_row(c, p, fields, count, e));
			break;
		case STEP_DONE:
			return OK;
		case STEP_FAILED:
			query_copy_where(p->query, UINT32_MAX, e);
			return e->code;
		}
	}
}

static enum sqlstate take_data(struct client *c, const struct pgwire_message *m, struct error *e)
{
	if (c->copy_reader != NULL)
		return take_rows(c, m, e);
	return query_copy_data(c->copy_portal->query, m->copy_data.data, m->copy_data.size, e);
}

void client_copy_message(struct client *c, const struct pgwire_message *m)
{
	switch (m->type) {
	case PGWIRE_COPY_DATA:
		if (take_data(c, m, &c->error) != OK)
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
