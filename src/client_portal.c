/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The protocol's portals: the query layer's, with the formats that Bind asked for; and their rows
 * on the way out.
 */
#include <stdlib.h>

#include "base/check.h"
#include "src/client_state.h"

#define COLUMNS_ON_STACK 32

/* --- columns ------------------------------------------------------------------------------ */

bool client_wants_literals(const struct client *c)
{
	return setting_enum(c->settings, SETTING_graph_element_format) == ELEMENT_FORMAT_LITERAL;
}

/* serial: of the description that they are of. */
static void make_columns(const struct client *c, struct client_portal *p, uint64_t serial,
	uint32_t count, const struct query_column *columns)
{
	bool is_literal = client_wants_literals(c);

	p->is_same = serial != 0 && serial == p->columns_of && is_literal == p->is_literal;
	if (p->is_same)
		return;
	p->columns_of = serial;
	p->is_literal = is_literal;
	if (count > p->column_capacity) {
		free(p->columns);
		p->columns = calloc(count, sizeof *p->columns);
		if (p->columns == NULL)
			PANIC("out of memory");
		p->column_capacity = count;
	}
	p->column_count = count;
	for (uint32_t i = 0; i < count; i++) {
		p->columns[i].type = columns[i].type;
		p->columns[i].is_json = result_oid(columns[i].type) == PGTYPE_JSONB;
		p->columns[i].pgtype = pgtype_find(result_column_oid(columns[i].type, is_literal));
	}
}

enum sqlstate client_portal_columns(const struct client *c, struct client_portal *p,
	const struct query_description *d, uint32_t format_count, const uint16_t *formats,
	struct error *e)
{
	/* As PostgreSQL, which looks at formats only where there are rows to send. */
	if (d->column_count > 0 && format_count > 1 && format_count != d->column_count)
		return FAIL(e, E_PROTOCOL,
			"bind message has %u result formats but query has %u columns", format_count,
			d->column_count);
	make_columns(c, p, d->serial, d->column_count, d->columns);
	for (uint32_t i = 0; i < d->column_count; i++) {
		uint16_t format = format_count == 0 ? 0 : formats[format_count == 1 ? 0 : i];

		p->is_same &= p->columns[i].format == format;
		p->columns[i].format = format;
	}
	return OK;
}

void client_portal_copy_columns(const struct client *c, struct client_portal *p,
	const struct query_copy_format *format)
{
	make_columns(c, p, 0, format->column_count, format->columns);
	for (uint32_t i = 0; i < p->column_count; i++)
		p->columns[i].format = 1;
}

void client_portal_describe(struct client *c, const struct client_portal *p)
{
	const struct query_description *d = query_portal_describe(p->query);
	struct pgwire_column few[COLUMNS_ON_STACK], *columns = few;

	if (d->kind != QUERY_ROWS) {
		pgwire_put_no_data(c->wire);
		return;
	}
	if (p->column_count > COLUMNS_ON_STACK) {
		columns = calloc(p->column_count, sizeof *columns);
		if (columns == NULL)
			PANIC("out of memory");
	}
	for (uint32_t i = 0; i < p->column_count; i++) {
		columns[i].name = d->columns[i].name;
		columns[i].oid = p->columns[i].pgtype->oid;
		columns[i].format = p->columns[i].format;
		columns[i].table = columns[i].modifier = columns[i].number = 0;
		if (d->origins == NULL)
			continue;
		columns[i].table = d->origins[i].table;
		columns[i].number = d->origins[i].number;
		columns[i].modifier = d->origins[i].modifier;
	}
	pgwire_put_row_description(c->wire, p->column_count, columns);
	if (columns != few)
		free(columns);
}

/* --- rows --------------------------------------------------------------------------------- */

enum sqlstate client_portal_cells(struct client *c, struct client_portal *p, struct buf *row,
	const struct query_rows *rows, uint32_t index, struct error *e)
{
	for (uint32_t i = 0; i < p->column_count; i++)
		TRY(result_put(row, p->query, &p->columns[i], rows->columns[i][index], &c->style,
			c->scratch, e));
	return OK;
}

static enum sqlstate send_row(struct client *c, struct client_portal *p,
	const struct query_rows *rows, uint32_t index, struct error *e)
{
	struct buf *row = pgwire_row_begin(c->wire, p->column_count);
	enum sqlstate rc = client_portal_cells(c, p, row, rows, index, e);

	if (rc != OK) {
		pgwire_row_abandon(c->wire);
		return rc;
	}
	return pgwire_row_end(c->wire, e);
}

enum sqlstate client_portal_rows(struct client *c, struct client_portal *p, uint32_t rows_max,
	uint64_t *sent, bool *is_suspended, struct error *e)
{
	struct query_rows rows;
	enum step step;

	*sent = 0;
	*is_suspended = false;
	if (c->scratch == NULL)
		c->scratch = arena_new(0);
	for (;;) {
		uint32_t wanted = rows_max == 0 ? 0 : rows_max - (uint32_t)*sent;

		step = query_fetch(p->query, wanted, &rows, e);
		if (step == STEP_FAILED)
			return e->code;
		if (p->awaits_rows) {
			p->awaits_rows = false;
			client_portal_describe(c, p);
		}
		if (step == STEP_DONE)
			return OK;
		assert(rows.column_count == p->column_count);
		for (uint32_t r = 0; r < rows.count; r++)
			TRY(send_row(c, p, &rows, r, e));
		*sent += rows.count;
		/* That these were the last shows only when the next ones are asked for. */
		if (rows_max != 0 && *sent >= rows_max) {
			*is_suspended = true;
			return OK;
		}
		if (rows.is_last)
			return OK;
	}
}

/* --- names -------------------------------------------------------------------------------- */

void client_portal_drop(struct client_portal *p)
{
	query_close(p->query);
	p->query = NULL;
	p->has_ended = false;
	p->was_run = false;
	p->awaits_rows = false;
}

/* A cursor that SQL declared, as a portal whose rows go out as text. */
static struct client_portal *find_cursor(struct client *c, struct str name)
{
	const struct query_description *d;

	c->cursor.query = query_cursor_portal(c->query, name);
	if (c->cursor.query == NULL)
		return NULL;
	d = query_portal_describe(c->cursor.query);
	make_columns(c, &c->cursor, 0, d->column_count, d->columns);
	for (uint32_t i = 0; i < d->column_count; i++)
		c->cursor.columns[i].format = 0;
	c->cursor.has_ended = false;
	return &c->cursor;
}

struct client_portal *client_portal_find(struct client *c, struct str name)
{
	struct client_portal *p;

	if (name.length == 0)
		return c->unnamed.query == NULL ? NULL : &c->unnamed;
	for (p = c->portals; p != NULL; p = p->next) {
		if (str_equal(str_of(p->name), name))
			return p;
	}
	return find_cursor(c, name);
}

static void free_portal(struct client_portal *p)
{
	client_portal_drop(p);
	free(p->columns);
	free(p->name);
	free(p);
}

void client_portal_close(struct client *c, struct str name)
{
	if (name.length == 0) {
		client_portal_drop(&c->unnamed);
		return;
	}
	for (struct client_portal **at = &c->portals; *at != NULL; at = &(*at)->next) {
		if (str_equal(str_of((*at)->name), name)) {
			struct client_portal *p = *at;

			*at = p->next;
			c->portal_count--;
			free_portal(p);
			return;
		}
	}
	query_cursor_close(c->query, name);
}

void client_portal_close_all(struct client *c)
{
	client_portal_drop(&c->unnamed);
	while (c->portals != NULL) {
		struct client_portal *p = c->portals;

		c->portals = p->next;
		free_portal(p);
	}
	c->portal_count = 0;
}
