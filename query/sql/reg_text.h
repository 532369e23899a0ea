/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What values of regclass, regproc, regprocedure, regtype, regnamespace and regrole are called. The
 * evaluator reaches these through struct eval_catalog, for it stands below the catalog relations.
 */
#ifndef QUERY_SQL_REG_TEXT_H
#define QUERY_SQL_REG_TEXT_H

#include "base/buf.h"
#include "query/eval/eval.h"

/* The name, quoted and qualified where it must be; the number if there is no such object. */
void reg_put(struct eval *ev, struct buf *to, enum type_kind kind, uint32_t oid);
/* The object of that name; 0 if there is none. */
uint32_t reg_find(struct eval *ev, enum type_kind kind, struct str text);
/* Why there is none. */
COLD enum sqlstate reg_missing(
	struct eval *ev, enum type_kind kind, struct str text, struct error *e);

#endif
