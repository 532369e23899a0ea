/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Constraints made ready to run: shared by guard.c and guard_check.c.
 */
#ifndef QUERY_DDL_GUARD_BIND_H
#define QUERY_DDL_GUARD_BIND_H

#include "query/ddl/guard.h"

struct guard_check {
	struct str name;
	const struct bound *expr; /* slot 0: the element */
};

/* A foreign key, with names resolved. */
struct guard_reference {
	const struct table_foreign *foreign;
	const struct table *table, *target;
	uint32_t keys[8];    /* of the referring columns */
	uint32_t targets[8]; /* of what they refer to */
	uint32_t index;	     /* the unique index on the targets, in their order */
	uint32_t order[8];   /* place in keys of the index's n-th key */
};

enum sqlstate guard_bind_check(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct ast_expr *x, const struct bound **out, struct error *e);
/* An expression over the table's columns. */
enum sqlstate guard_bind_value(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct ast_expr *x, struct type to, const struct bound **out,
	struct error *e);
/* The type of a property of an element table. */
enum sqlstate guard_property_type(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct ast_item *item, struct type *out,
	struct error *e) MUST_USE;
/* False if what it refers to is gone. */
bool guard_bind_reference(struct arena *a, const struct catalog *c, const struct table *t,
	const struct table_foreign *f, struct guard_reference *out);

/* Whether elements (all there) satisfy a check; the first that does not is the error. */
enum sqlstate guard_run_check(const struct bind_options *options, struct arena *a,
	const struct table *t, const struct guard_check *check, const uint64_t *ids, uint32_t count,
	struct error *e) MUST_USE;
/* The same for what they refer to. */
enum sqlstate guard_run_reference(const struct bind_options *options, struct arena *a,
	const struct guard_reference *r, const uint64_t *ids, uint32_t count,
	struct error *e) MUST_USE;
/* "(a, b)=(1, 2)" of a detail. */
struct str guard_key_text(struct arena *a, const struct bind_options *options,
	const struct str *names, const struct value *values, uint32_t count);

#endif
