/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The procedures that CALL names: one row of procedures.def each, with its parameters, its result
 * columns and the C function that runs it. The binder resolves a name and argument types to a row
 * (procedure_resolve); the executor runs it once per input row (query/exec/op_procedure.c).
 *
 *     args, options -> run() -> columns of any length, in the call's arena -> batches
 *
 * A procedure makes its whole answer at once, as columns. Scratch and answer come from one arena
 * bounded by work_mem; past that it fails with 53200. Whoever loops over nodes or edges calls
 * procedure_poll(), so that a cancellation is seen within milliseconds.
 *
 * Parameters come in order; those with a default may be left out from the right. The last parameter
 * of many is a MAP of options, which may also stand in the place of the first one left out:
 * graph.pagerank({damping: 0.9}). Which options there are is known when the call is bound.
 */
#ifndef QUERY_PROCEDURE_PROCEDURE_H
#define QUERY_PROCEDURE_PROCEDURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "query/eval/column.h"
#include "query/eval/eval.h"
#include "query/query.h"
#include "query/tree/batch.h"
#include "storage/storage.h"

struct csr_cache;
struct procedure_call;

enum { PROCEDURE_PARAMETERS_MAX = 6, PROCEDURE_COLUMNS_MAX = 6 };

struct procedure_parameter {
	const char *name; /* NULL behind the last */
	struct type type;
	const char *otherwise; /* the default as text, NULL: the argument must be given */
};

struct procedure_column {
	const char *name; /* NULL behind the last */
	struct type type;
};

struct procedure {
	const char *name; /* with its qualifier: "graph.bfs" */
	bool is_write;	  /* a statement that calls it is a write plan */
	struct procedure_parameter parameters[PROCEDURE_PARAMETERS_MAX + 1];
	struct procedure_column columns[PROCEDURE_COLUMNS_MAX + 1];
	const char *options; /* "a, b": what the map of options may hold; empty: no such map */
	enum sqlstate (*run)(struct procedure_call *call, struct error *e);
	const char *doc; /* one line */
};

/* ---- the table ------------------------------------------------------------------------------- */

uint32_t procedure_count(void);
const struct procedure *procedure_at(uint32_t position);
uint32_t procedure_parameter_count(const struct procedure *p);
uint32_t procedure_column_count(const struct procedure *p);
/* "name(parameter TYPE, …)", with the defaults. */
void procedure_put_parameters(struct buf *to, const struct procedure *p);
/* "graph.bfs(source node, options map DEFAULT {}) -> (node node, distance bigint)" */
void procedure_put_signature(struct buf *to, const struct procedure *p);

/* How a call was resolved: argument i is parameter place[i]. */
struct procedure_match {
	const struct procedure *procedure;
	uint32_t place[PROCEDURE_PARAMETERS_MAX];
};

/* The procedure of this name (any case) for these argument types. E_NO_FUNCTION with a hint (a near
   match by name, or the signature) when there is none. Kinds may be TYPE_NULL for parameters whose
   type is not known yet. */
enum sqlstate procedure_resolve(struct str name, const struct type *args, uint32_t count,
	struct procedure_match *out, struct error *e) MUST_USE;
/* E_INVALID_VALUE, with a hint that lists them, unless the procedure has such an option. */
enum sqlstate procedure_check_option(
	const struct procedure *p, struct str name, struct error *e) MUST_USE;

/* ---- running --------------------------------------------------------------------------------- */

enum { PROCEDURE_POLL_WORK = 1 << 15 };

struct procedure_call {
	const struct procedure *procedure;
	const struct value *args; /* one per parameter; NULL: not given, or given as NULL */
	struct eval *ev;	  /* the transaction and the cancel flag */
	struct arena *arena;	  /* answer and scratch, bounded */
	struct str graph;	  /* in force; empty: main */
	struct csr_cache *graphs; /* the projection that the last call loaded */
	uint32_t work;		  /* since the last look at the cancel flag */
	/* the answer */
	uint64_t row_count;
	uint32_t room; /* of the columns, where rows are added one by one */
	struct column columns[PROCEDURE_COLUMNS_MAX]; /* stride 1, in the forms of their types */
};

/* Checks the options and runs it. */
enum sqlstate procedure_run(struct procedure_call *call, struct error *e) MUST_USE;

/* ---- for procedures -------------------------------------------------------------------------- */

/* `count` zeroed things of `size` bytes; NULL, with E_OUT_OF_MEMORY set, past the arena's bound. */
void *procedure_array(
	struct procedure_call *call, uint64_t count, size_t size, struct error *e) MUST_USE;
/* Counts work (about a step along an edge each) and now and then looks at the cancel flag. */
static inline enum sqlstate procedure_poll(
	struct procedure_call *call, uint64_t work, struct error *e)
{
	if (call->work + work < PROCEDURE_POLL_WORK) {
		call->work += (uint32_t)work;
		return OK;
	}
	call->work = 0;
	return eval_poll(call->ev, e);
}

/* The value of an option, NULL if it is not given. */
struct value procedure_option(const struct procedure_call *call, const char *name);
/* An argument or option as a number of at least `least`; `otherwise` if it is NULL. E_TYPE,
   E_INVALID_VALUE. */
enum sqlstate procedure_integer(struct value v, const char *name, int64_t least, int64_t otherwise,
	int64_t *out, struct error *e) MUST_USE;
enum sqlstate procedure_real(struct value v, const char *name, double least, double otherwise,
	double *out, struct error *e) MUST_USE;
/* The text, empty if v is NULL. */
enum sqlstate procedure_text(
	struct value v, const char *name, struct str *out, struct error *e) MUST_USE;
/* The option `direction`: 'out', 'in' or 'any'. */
enum sqlstate procedure_direction(const struct procedure_call *call, enum direction otherwise,
	enum direction *out, struct error *e) MUST_USE;

/* Answer column `i` from machine numbers that live in the call's arena (or the projection's). */
void procedure_answer_ids(struct procedure_call *call, uint32_t i, const uint64_t *ids);
void procedure_answer_integers(struct procedure_call *call, uint32_t i, const int64_t *integers);
void procedure_answer_reals(struct procedure_call *call, uint32_t i, const double *reals);
/* For short answers of mixed types: one more row, from one value per column. */
enum sqlstate procedure_answer_row(
	struct procedure_call *call, const struct value *values, struct error *e) MUST_USE;

#endif
