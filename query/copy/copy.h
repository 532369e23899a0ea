/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY label FROM STDIN: rows of text or CSV become nodes or edges; COPY … TO STDOUT the way back.
 * The formats are PostgreSQL's, so that every client's bulk load works. The binary format is the
 * wire's: the caller decodes its rows and hands in values.
 *
 *     bytes, cut anywhere --copy_reader--> fields of a row --copy_in--> elements in the transaction
 *     values of a row ---------------------------------------^
 *
 * Rows are gathered into batches, so that the ends of edges are looked up many at a time. The first
 * bad row ends the load with its line number in the error's context; the caller undoes the
 * statement.
 */
#ifndef QUERY_COPY_COPY_H
#define QUERY_COPY_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/setting.h"
#include "query/parse/ast.h"
#include "query/query.h"
#include "storage/storage.h"

struct copy_in;

struct copy_options {
	struct txn *txn;
	const struct ast_copy *copy;
	const struct settings *settings;
	const struct bind_options *bind;    /* for defaults of tables; lives as long */
	const struct eval_session *session; /* for what they ask about */
	query_notice *notice;
	void *notice_context;
};

/* Checks options and columns and readies the load; `a` outlives it. */
enum sqlstate copy_in_open(struct arena *a, const struct copy_options *options,
	struct copy_in **out, struct error *e) MUST_USE;
/* Frees what is not in the arena. */
void copy_in_close(struct copy_in *c);
bool copy_in_is_binary(const struct copy_in *c);
/* The expected rows' columns; none while a header that names them has not been read. */
uint32_t copy_in_columns(const struct copy_in *c, const struct query_column **columns);
enum sqlstate copy_in_data(
	struct copy_in *c, const uint8_t *data, size_t size, struct error *e) MUST_USE;
/* Binary: a row that the caller decoded, a value for each column; copied. */
enum sqlstate copy_in_row(
	struct copy_in *c, const struct value *values, struct error *e) MUST_USE;
/* Adds to `where` the row after the last, and one of its columns (UINT32_MAX: none). */
void copy_in_where(const struct copy_in *c, uint32_t column, struct error *e);
/* The end of the data: loads what is left. *rows: rows that became (or changed) elements. */
enum sqlstate copy_in_done(struct copy_in *c, uint64_t *rows, struct error *e) MUST_USE;

/* ---- COPY … TO STDOUT ---- */

struct copy_out;

/* COPY label TO as a query: the statement that answers its rows. `a` is for the while; `graph` is the
   session's, empty for main. E_NO_OBJECT, E_WRONG_OBJECT. */
enum sqlstate copy_label_query(struct arena *a, const struct catalog *catalog, struct str graph,
	const struct ast_copy *copy, struct buf *text, struct error *e) MUST_USE;
bool copy_out_is_binary(const struct copy_out *c);
enum sqlstate copy_out_open(struct arena *a, const struct copy_options *options,
	const struct query_column *columns, uint32_t column_count, struct copy_out **out,
	struct error *e) MUST_USE;
void copy_out_close(struct copy_out *c);
/* Appends the header line if one is asked for and was not written yet; whether it did. */
bool copy_out_header(struct copy_out *c, struct buf *to);
/* Appends one row, its line end included. */
enum sqlstate copy_out_row(struct copy_out *c, const struct query_rows *rows, uint32_t row,
	struct buf *to, struct error *e) MUST_USE;

#endif
