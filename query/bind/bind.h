/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Binding: from parsed expressions to typed ones.
 */
#ifndef QUERY_BIND_BIND_H
#define QUERY_BIND_BIND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "query/parse/ast.h"
#include "query/query.h"
#include "query/tree/plan.h"
#include "storage/storage.h"

/* A parameter of the session, $name: SESSION SET VALUE. */
struct session_parameter {
	struct str name;
	struct type type;
	struct value value;
};

struct bind_options {
	const struct catalog *catalog;
	struct storage *storage;         /* for estimates; may be NULL in tests */
	/* For writing statements: names that they make are interned when they are planned, so that
	   a MERGE sees what its own earlier rows created; the plan's catalog_version is that after
	   it. NULL: such names stay unresolved until the executor meets them. */
	struct txn *txn;
	struct str graph;                /* the session's; empty: main */
	const struct settings *settings; /* graph.* settings; may be NULL: defaults */
	bool hides_temporary;            /* names of relations mean none of the session's temporary ones */
	const struct type *parameters;   /* types the client named, TYPE_NULL where it named none */
	uint32_t parameter_count;
	const struct session_parameter *session_parameters;
	uint32_t session_parameter_count;
	const _Atomic int *cancel;       /* enum query_cancel; looked at often; may be NULL */
	query_notice *notice;            /* unknown labels and keys; may be NULL */
	void *notice_context;
};

/* Binds a lone expression without variables (SET x = …, DEFAULT, EXECUTE's arguments). */
enum sqlstate bind_constant_expr(struct arena *a, const struct ast_expr *expr,
	const struct bind_options *options, struct bound **out, struct error *e) MUST_USE;

#endif
