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

enum dump_part { DUMP_HEAD, DUMP_NODES, DUMP_EDGES, DUMP_TAIL, DUMP_OVER };

struct dump_csv;

struct query_dump {
	struct storage *storage;
	struct txn *txn;
	enum dump_part part;
	struct cursor *cursor;
	struct arena *arena;   /* of the cursor */
	struct arena *scratch; /* of one piece */
	uint64_t *numbers;     /* [node id]: its number in the dump, 0: not dumped */
	uint64_t number_room, node_count;
	struct dump_csv *csv; /* NULL: statements alone */
};

/* ---- dump.c ---- */

/* What makes sure that the server is new, and the schema. */
void dump_head(struct query_dump *d, struct buf *to);
void dump_number(struct query_dump *d, uint64_t id, uint64_t number);
/* A statement that makes it; an edge names its ends by their numbers. */
enum sqlstate dump_node(struct query_dump *d, struct buf *to, uint64_t id, uint32_t labelset,
	struct error *e) MUST_USE;
enum sqlstate dump_edge(struct query_dump *d, struct buf *to, const struct edge_head *edge,
	uint64_t id, struct error *e) MUST_USE;
/* By name; in d->scratch. */
enum sqlstate dump_properties(struct query_dump *d, enum element element, uint64_t id,
	struct property **list, uint32_t *count, struct error *e) MUST_USE;

/* ---- dump_csv.c ---- */

struct dump_csv *dump_csv_new(void);
void dump_csv_free(struct dump_csv *c); /* or NULL */
/* Appends the name of a file, a newline, and what comes behind all that it has already. */
enum step dump_csv_next(struct query_dump *d, struct buf *to, struct error *e) MUST_USE;

/* ---- */

/* "name", with quotes in it doubled. */
void dump_put_name(struct buf *to, struct str name);
/* 'text', likewise. */
void dump_put_text(struct buf *to, struct str text);
/* dump_comment.c: COMMENT ON what keeps no comment itself. */
void dump_put_comments(struct buf *to, const struct catalog *c, struct arena *a);

/* What must be there before the data: sequences, labels, tables, unique keys. */
void dump_schema_before(struct buf *to, struct txn *t, struct arena *a);
/* What is better made when the data is there, or refers to more than one table: indexes, constraints,
   checks, foreign keys, views, procedures, what sequences counted to. */
enum sqlstate dump_schema_after(struct buf *to, struct storage *storage, struct txn *t,
	struct arena *a, struct error *e) MUST_USE;
/* Roles, owners and privileges: after everything else. */
void dump_roles(struct buf *to, struct txn *t, struct arena *a);

#endif
