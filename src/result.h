/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Between the query layer's values and the wire's types: which OID a static type travels as, cells
 * out, parameters in. Nodes, edges, paths, maps and dynamic values travel as jsonb.
 */
#ifndef SRC_RESULT_H
#define SRC_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "pgwire/pgwire.h"
#include "query/query.h"

/* The OID of a column or parameter. */
uint32_t result_oid(struct type type);
/* Of a column: what travels as jsonb is text if the session wants it in the language's notation. */
uint32_t result_column_oid(struct type type, bool is_literal);
/* The static type of an OID from Parse: TYPE_NULL for 0 and unknown. Errors: E_NO_OBJECT. */
enum sqlstate result_type(uint32_t oid, struct type *type, struct error *e) MUST_USE;

/* How one column is written; made once a row description. */
struct result_column {
	struct type type;
	uint16_t format;
	bool is_json; /* JSON, or literal text in its place */
	const struct pgtype *pgtype;
};

/* Appends one cell. `a` holds what an array needs for a moment. Errors: of reading elements for
   JSON; E_INTERNAL if a value does not have its column's type. */
enum sqlstate result_put(struct buf *row, struct query_portal *p,
	const struct result_column *column, struct value v, const struct pgtype_style *style,
	struct arena *a, struct error *e) MUST_USE;

/* Whether the query layer reads and writes values of that type as text, by name; and the type. */
bool result_is_named(uint32_t oid, struct type *type);

/* A parameter of a type, from its wire form of this OID, as a value in the arena or the message. */
enum sqlstate result_parameter(uint32_t oid, uint16_t format, struct pgwire_parameter parameter,
	const struct pgtype_style *style, struct arena *a, struct value *out,
	struct error *e) MUST_USE;

#endif
