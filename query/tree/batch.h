/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Batches: what flows between operators. A batch is up to BATCH_ROWS rows as columns, one column
 * per slot of the plan. Types are static, so a slot's column has one form for the whole life of a
 * plan: machine integers, doubles, or tagged values.
 *
 * Invariants
 *  B1. Row r of a column stands at index r * stride; stride 0 means: the same value in every row.
 *  B2. A column whose `nulls` is NULL has no NULL; otherwise nulls[r * stride] is 1 where it is NULL,
 *      and the data there is zero. A VALUE column marks NULL in the value itself and has no `nulls`.
 *  B3. Only the slots an operator's plan node lists as live are valid in the batches it gives out.
 *  B4. A batch belongs to the operator that gives it out and is valid until its next call; what
 *      values point to lives at least as long, or in the portal's arena.
 */
#ifndef QUERY_TREE_BATCH_H
#define QUERY_TREE_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "query/query.h"
#include "storage/value.h"

enum { BATCH_ROWS = 1024 };

enum column_form {
	COLUMN_I64,   /* BOOL, INT16 … INT64, OID and its kin, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, NODE,
	                 EDGE */
	COLUMN_F64,   /* FLOAT32, FLOAT64 */
	COLUMN_VALUE, /* everything else */
};

struct column {
	uint8_t form;       /* enum column_form */
	uint8_t value_type; /* I64: which enum value_type its integers are */
	uint8_t stride;     /* 0 or 1 */
	uint8_t *nulls;
	union {
		int64_t *i64;
		double *f64;
		struct value *values;
	};
};

struct batch {
	uint32_t count;
	struct column *columns; /* by slot */
};

/* The form of a type's columns, and the value type of I64 forms. */
static inline enum column_form column_form_of(struct type type)
{
	switch (type.kind) {
	case TYPE_BOOL:
	case TYPE_INT16:
	case TYPE_INT32:
	case TYPE_INT64:
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMPTZ:
	case TYPE_NODE:
	case TYPE_EDGE:
	case TYPE_OID:
	case TYPE_XID:
	case TYPE_XID8:
	case TYPE_CID:
	case TYPE_REGPROC:
	case TYPE_REGPROCEDURE:
	case TYPE_REGOPER:
	case TYPE_REGOPERATOR:
	case TYPE_REGCLASS:
	case TYPE_REGTYPE:
	case TYPE_REGROLE:
	case TYPE_REGNAMESPACE:
		return COLUMN_I64;
	case TYPE_FLOAT32:
	case TYPE_FLOAT64:
		return COLUMN_F64;
	default:
		return COLUMN_VALUE;
	}
}

static inline enum value_type column_value_type_of(struct type type)
{
	switch (type.kind) {
	case TYPE_BOOL:
		return VALUE_BOOL;
	case TYPE_DATE:
		return VALUE_DATE;
	case TYPE_TIME:
		return VALUE_TIME;
	case TYPE_TIMESTAMP:
		return VALUE_TIMESTAMP;
	case TYPE_TIMESTAMPTZ:
		return VALUE_TIMESTAMPTZ;
	case TYPE_NODE:
		return VALUE_NODE;
	case TYPE_EDGE:
		return VALUE_EDGE;
	default:
		return VALUE_INT;
	}
}

/* One cell as a tagged value. */
static inline struct value column_value(const struct column *c, uint32_t row)
{
	uint32_t at = row * c->stride;

	if (c->form == COLUMN_VALUE)
		return c->values[at];
	if (c->nulls != NULL && c->nulls[at])
		return value_null();
	if (c->form == COLUMN_F64)
		return value_float(c->f64[at]);
	if (c->value_type == VALUE_BOOL)
		return value_bool(c->i64[at] != 0);
	return (struct value){ .type = c->value_type, .integer = c->i64[at] };
}

static inline bool column_is_null(const struct column *c, uint32_t row)
{
	uint32_t at = row * c->stride;

	if (c->form == COLUMN_VALUE)
		return c->values[at].type == VALUE_NULL;
	return c->nulls != NULL && c->nulls[at];
}

#endif
