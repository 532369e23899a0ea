/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What pg_stat_statements tells: how often each statement ran, how long it took, what it read.
 * Statements that differ in constants alone are one. Memory is bounded: at most the setting
 * pg_stat_statements.max of them are kept, with at most STATEMENT_TEXT_MAX bytes of text each; when
 * there are more, those go that were used least.
 */
#ifndef SRC_STATEMENTS_H
#define SRC_STATEMENTS_H

#include <stdint.h>

#include "base/str.h"
#include "query/query.h"

enum { STATEMENT_TEXT_MAX = 4096 };

struct statements;
struct statements *statements_new(void);
void statements_free(struct statements *all);

/* One run of a statement. */
struct statement_run {
	uint32_t user;	      /* oid */
	uint64_t fingerprint; /* query_portal_fingerprint() */
	struct str text;      /* of the statement; looked at if it is a new one */
	uint64_t us;
	uint64_t rows, hits, misses;
	bool is_continued; /* further rows of a portal that was counted before */
};
/* Adds it; most: the setting. By any thread. */
void statements_add(struct statements *all, const struct query_session *s, int64_t most,
	const struct statement_run *run);

/* What is known of one. */
struct statement {
	uint32_t user;
	uint64_t fingerprint;
	uint64_t calls, rows, hits, misses;
	double total_ms, least_ms, most_ms, mean_ms;
	double squares; /* sum of squared distances from the mean, ms² */
	double usage;	/* calls, of which old ones count less */
	char *text;
};
/* Calls back for each; not under a lock that the callback could miss, but it must not call back. */
typedef void statements_visit(void *context, const struct statement *s);
void statements_visit_all(struct statements *all, statements_visit *visit, void *context);
/* Forgets the one with that number, of all users; 0: all of them. */
void statements_reset(struct statements *all, uint64_t fingerprint);
/* How often old ones had to go, and since when (TIMESTAMPTZ) all that is counted. */
void statements_about(const struct statements *all, uint64_t *evictions, int64_t *since);

#endif
