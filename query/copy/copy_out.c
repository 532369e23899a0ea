/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Rows of a query as COPY text or CSV. Values are written as casting them to text writes them, lists
 * of one type as arrays, elements, paths and other lists as JSON.
 */
#include "query/copy/copy.h"

#include "base/array_text.h"
#include "query/copy/copy_force.h"
#include "query/eval/cast.h"
#include "query/eval/json_text.h"

struct copy_out {
	struct copy_format format;
	const struct query_column *columns;
	uint32_t column_count;
	struct eval eval;
	struct arena *scratch; /* of one row */
	struct buf cell;
	bool *is_quoted; /* by column: FORCE_QUOTE */
	bool is_header_due;
};

static enum sqlstate find_quoted(
	struct copy_out *c, struct arena *a, const struct copy_options *options, struct error *e)
{
	struct str *names = ARENA_ARRAY(a, struct str, c->column_count + 1);
	struct copy_columns columns = { .count = c->column_count,
		.names = names,
		.relation = options->copy->label.text };

	for (uint32_t i = 0; i < c->column_count; i++)
		names[i] = c->columns[i].name;
	if (columns.relation.length > 0)
		columns.table =
			table_look_up(txn_catalog(options->txn), a, columns.relation);
	c->is_quoted = ARENA_ARRAY(a, bool, c->column_count + 1);
	return copy_force_find(
		&columns, "FORCE_QUOTE", &c->format.force_quote, c->is_quoted, e);
}

enum sqlstate copy_out_open(struct arena *a, const struct copy_options *options,
	const struct query_column *columns, uint32_t column_count, struct copy_out **out,
	struct error *e)
{
	struct copy_out *c = ARENA_NEW(a, struct copy_out);

	TRY(copy_format_resolve(options->copy, &c->format, e));
	c->columns = columns;
	c->column_count = column_count;
	TRY(find_quoted(c, a, options, e));
	c->scratch = arena_new(0);
	c->eval = (struct eval){ .arena = c->scratch,
		.lasting = a,
		.txn = options->txn,
		.settings = options->settings };
	c->is_header_due = c->format.header != COPY_HEADER_NONE;
	*out = c;
	return OK;
}

bool copy_out_is_binary(const struct copy_out *c)
{
	return c->format.is_binary;
}

void copy_out_close(struct copy_out *c)
{
	buf_free(&c->cell);
	arena_free(c->scratch);
}

static void put_text_cell(struct buf *to, const struct copy_format *f, struct str text)
{
	static const char from[] = "\b\f\n\r\t\v\\", into[] = "bfnrtv\\";

	for (uint32_t i = 0; i < text.length; i++) {
		char c = text.at[i];
		const char *known = c == '\0' ? NULL : strchr(from, c);

		if (known != NULL || c == f->delimiter)
			buf_put_byte(to, '\\');
		buf_put_byte(to, (uint8_t)(known == NULL ? c : into[known - from]));
	}
}

/* A line that is the mark of the end would be taken for it. */
static bool needs_quotes(const struct copy_out *c, struct str text)
{
	const struct copy_format *f = &c->format;

	if (str_equal(text, f->null_text) ||
		(c->column_count == 1 && str_equal(text, STR("\\."))))
		return true;
	for (uint32_t i = 0; i < text.length; i++) {
		char at = text.at[i];

		if (at == f->delimiter || at == f->quote || at == '\n' || at == '\r')
			return true;
	}
	return false;
}

static void put_csv_cell(struct buf *to, const struct copy_format *f, struct str text)
{
	buf_put_byte(to, (uint8_t)f->quote);
	for (uint32_t i = 0; i < text.length; i++) {
		if (text.at[i] == f->quote || text.at[i] == f->escape)
			buf_put_byte(to, (uint8_t)f->escape);
		buf_put_byte(to, (uint8_t)text.at[i]);
	}
	buf_put_byte(to, (uint8_t)f->quote);
}

static void put_cell(struct copy_out *c, struct buf *to, struct str text, bool is_quoted)
{
	if (!c->format.is_csv)
		put_text_cell(to, &c->format, text);
	else if (is_quoted || needs_quotes(c, text))
		put_csv_cell(to, &c->format, text);
	else
		buf_put_str(to, text);
}

/* A list of scalars of one type, which travels as an array everywhere else too. */
static bool is_array(struct type type)
{
	return type.kind == TYPE_LIST && type.item != TYPE_NULL && type.item < TYPE_LIST;
}

static enum sqlstate put_array(struct copy_out *c, struct value list, struct error *e)
{
	buf_put_byte(&c->cell, '{');
	for (uint32_t i = 0; i < list.count; i++) {
		size_t start;

		if (i > 0)
			buf_put_byte(&c->cell, ',');
		if (list.items[i].type == VALUE_LIST) { /* of a further dimension */
			TRY(put_array(c, list.items[i], e));
			continue;
		}
		start = c->cell.length;
		if (list.items[i].type == VALUE_NULL) {
			buf_put_text(&c->cell, "NULL");
			continue;
		}
		TRY(eval_put_text(&c->eval, &c->cell, list.items[i], e));
		array_text_quote(&c->cell, start);
	}
	buf_put_byte(&c->cell, '}');
	return OK;
}

bool copy_out_header(struct copy_out *c, struct buf *to)
{
	if (!c->is_header_due)
		return false;
	c->is_header_due = false;
	for (uint32_t i = 0; i < c->column_count; i++) {
		if (i > 0)
			buf_put_byte(to, (uint8_t)c->format.delimiter);
		put_cell(c, to, c->columns[i].name, false);
	}
	buf_put_byte(to, '\n');
	return true;
}

enum sqlstate copy_out_row(struct copy_out *c, const struct query_rows *rows, uint32_t row,
	struct buf *to, struct error *e)
{
	arena_reset(c->scratch);
	for (uint32_t i = 0; i < c->column_count; i++) {
		struct value v = rows->columns[i][row];

		if (i > 0)
			buf_put_byte(to, (uint8_t)c->format.delimiter);
		if (v.type == VALUE_NULL) {
			buf_put_str(to, c->format.null_text);
			continue;
		}
		buf_reset(&c->cell);
		if (is_array(c->columns[i].type))
			TRY(put_array(c, v, e));
		else if (v.type >= VALUE_LIST)
			TRY(json_text_put_in_zone(
				c->eval.txn, c->scratch, eval_zone(&c->eval), v, &c->cell, e));
		else
			TRY(eval_put_text(&c->eval, &c->cell, v, e));
		put_cell(c, to, buf_str(&c->cell), c->is_quoted[i]);
	}
	buf_put_byte(to, '\n');
	return OK;
}
