/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Inside of a dump: what its schema and its data part share.
 */
#ifndef QUERY_DUMP_DUMP_H
#define QUERY_DUMP_DUMP_H

#include "base/arena.h"
#include "base/buf.h"
#include "query/query.h"
#include "storage/storage.h"

/* "name", with quotes in it doubled. */
void dump_put_name(struct buf *to, struct str name);
/* 'text', likewise. */
void dump_put_text(struct buf *to, struct str text);
/* A literal of the language that has exactly this value and type. */
void dump_put_value(struct buf *to, struct value v);

/* What must be there before the data: sequences, labels, tables, unique keys. */
void dump_schema_before(struct buf *to, struct txn *t, struct arena *a);
/* What is better made when the data is there, or refers to more than one table: indexes, constraints,
   checks, foreign keys, views, procedures, what sequences counted to. */
enum sqlstate dump_schema_after(struct buf *to, struct storage *storage, struct txn *t,
	struct arena *a, struct error *e) MUST_USE;
/* Roles, owners and privileges: after everything else. */
void dump_roles(struct buf *to, struct txn *t, struct arena *a);

#endif
