/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The life of a session's temporary relations. They are of a graph pg_temp_N (query/table/relation_path.h);
 * N is the session's from the first that it makes to its end, and then another's. They go with DISCARD and
 * with the session; those of a server that crashed go before the next serves anybody.
 */
#ifndef QUERY_SESSION_TEMPORARY_H
#define QUERY_SESSION_TEMPORARY_H

#include "base/error.h"
#include "query/query.h"

struct temporary_numbers;

struct temporary_numbers *temporary_numbers_new(void);
void temporary_numbers_free(struct temporary_numbers *n);

/* Gives the session a graph for its temporary relations, if it has none: E_LIMIT_EXCEEDED. The graph is
   made by who first makes something in it. */
enum sqlstate temporary_begin(struct query_session *s, struct error *e) MUST_USE;
/* Drops all that is temporary, in the session's transaction. */
enum sqlstate temporary_discard(struct query_session *s, struct error *e) MUST_USE;
/* What ON COMMIT says of the session's tables, in the transaction that is about to commit. */
enum sqlstate temporary_before_commit(struct query_session *s, struct error *e) MUST_USE;
/* The session ends: drops what is there, in a transaction of its own. */
void temporary_end(struct query_session *s);
#endif
