/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Execution: runs a plan in a transaction and gives out batches of its result columns. One struct
 * exec per execution; the plan is shared and read-only.
 */
#ifndef QUERY_EXEC_EXEC_H
#define QUERY_EXEC_EXEC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "query/eval/eval.h"
#include "query/query.h"
#include "query/tree/plan.h"
#include "storage/storage.h"

struct exec;

struct exec_options {
	struct storage *storage;
	struct txn *txn;
	const struct plan *plan;
	const struct value *parameters; /* of the plan's parameter types; outlive the execution */
	const struct eval_session *session; /* for functions that ask about it; may be NULL */
	const struct settings
		*settings; /* limits: work_mem, max_path_length, max_list_size; NULL: defaults */
	const _Atomic int *cancel; /* enum query_cancel; polled once a batch; may be NULL */
	bool is_analyze;	   /* count rows and time per plan node */
};

/* Builds the operators in `a` (the portal's arena). Cheap: a point read is dominated by it. */
enum sqlstate exec_open(struct arena *a, const struct exec_options *options, struct exec **out,
	struct error *e) MUST_USE;

/* Operators that stay with a prepared statement, so that running it again does not make them again. */
struct exec_kept;
/* As exec_open(), with the operators of *kept, which is made if it is NULL and must not be in use. What
   the execution gives out lives in there, until exec_close(). */
enum sqlstate exec_open_kept(struct exec_kept **kept, const struct exec_options *options,
	struct exec **out, struct error *e) MUST_USE;
/* Whether an execution that is not closed has them; false for NULL. */
bool exec_kept_is_used(const struct exec_kept *kept);
/* Frees them, at the latest when the execution that has them is closed. NULL is nothing. */
void exec_kept_drop(struct exec_kept *kept);

/* The next rows (at most BATCH_ROWS). out->columns are the plan's result columns, in order, as
   tagged values; valid until the next call. */
enum step exec_next(struct exec *x, struct query_rows *out, struct error *e) MUST_USE;
/* Closes cursors; the arena is the caller's, or goes back to what is kept. */
void exec_close(struct exec *x);

/* Elements created, created or matched, changed, deleted: the count of the command tag. */
struct exec_counters {
	uint64_t nodes_created, edges_created, nodes_deleted, edges_deleted;
	uint64_t properties_set, labels_changed, elements_changed, merged;
	uint64_t rows_updated; /* by ON CONFLICT DO UPDATE */
};
void exec_counters(const struct exec *x, struct exec_counters *out);

/* With is_analyze: what a plan node did so far. */
struct exec_measure {
	uint64_t rows, batches, loops;
	uint64_t first_ns, total_ns;
};
void exec_measure(const struct exec *x, const struct plan_node *node, struct exec_measure *out);

#endif
