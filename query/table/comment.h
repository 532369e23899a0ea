/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Comments on what keeps none itself: indexes, constraints, schemas, the database, roles. Each is an
 * object of the catalog, found by PostgreSQL's numbers of the thing and of the catalog it is in; numbers are
 * never given again, so a comment that outlives its thing is never shown.
 */
#ifndef QUERY_TABLE_COMMENT_H
#define QUERY_TABLE_COMMENT_H

#include "base/arena.h"
#include "base/error.h"
#include "storage/storage.h"

/* The catalogs by their numbers. */
enum comment_class {
	COMMENT_ON_INDEX = 1259, /* pg_class */
	COMMENT_ON_CONSTRAINT = 2606,
	COMMENT_ON_SCHEMA = 2615,
	COMMENT_ON_DATABASE = 1262, /* this and roles are shared: pg_shdescription */
	COMMENT_ON_ROLE = 1260,
};

struct comment {
	uint32_t class_oid, oid;
	struct str text;
};

/* Empty: there is none. */
struct str comment_find(
	const struct catalog *c, struct arena *a, uint32_t class_oid, uint32_t oid);
/* The comments that every database has from the start, until COMMENT ON says something else; NULL behind
   the last. */
const struct comment *comment_initial(uint32_t position);
/* Those that COMMENT ON has made, one by one, with an empty text where it took an initial one away; *cursor begins with 0. False at the end. */
bool comment_next(const struct catalog *c, struct arena *a, uint32_t *cursor, struct comment *out);
static inline bool comment_is_shared(uint32_t class_oid)
{
	return class_oid == COMMENT_ON_DATABASE || class_oid == COMMENT_ON_ROLE;
}
/* An empty text takes it away. */
enum sqlstate comment_put(struct txn *txn, uint32_t class_oid, uint32_t oid, struct str text,
	struct error *e) MUST_USE;

#endif
