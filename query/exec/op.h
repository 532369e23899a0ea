/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Operators: the running form of plan nodes. Each gives out batches by its next(), pulled from
 * above; the plan stays read-only, all state is here. The files op_*.c hold one operator (or one
 * close family) each; op.c what they share; exec.c builds the tree and runs it.
 *
 * Memory of an operator
 *   x->arena      the portal's: operator structs, things made once
 *   op->arena     what this batch's values point to; valid until the operator's next call. The
 *                 first batch's is the portal's arena, so that a point read allocates nothing else
 *   op->cursors   storage cursors; remade when the operator starts over
 *   op->held      what was computed for an input batch that gives several output batches
 *   heaps         of sorts, hash tables and the like: their own arenas, bounded by work_mem
 *
 * Invariants
 *  O1. op_begin() comes before anything an operator allocates for its output; op_eval() right
 *      before anything is evaluated, because the input has pointed the evaluator at its own arena.
 *  O2. An operator that adds columns writes them into its input's batch and hands that on; one that
 *      multiplies, drops or reorders rows has columns of its own.
 *  O3. After STEP_DONE an operator gives STEP_DONE again until it is rewound.
 *  O4. Every operator is on the list x->ops, which closes all of them, whatever happened before.
 */
#ifndef QUERY_EXEC_OP_H
#define QUERY_EXEC_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "query/eval/column.h"
#include "query/eval/eval.h"
#include "query/exec/exec.h"
#include "query/tree/batch.h"
#include "query/tree/plan.h"
#include "storage/storage.h"

struct exec;

struct op {
	enum step (*next)(struct op *op, struct batch **out, struct error *e);
	void (*rewind)(
		struct op *op); /* start over, with new outer rows; children are done already */
	void (*close)(struct op *op); /* what arenas do not free */
	struct exec *x;
	const struct plan_node *node;
	struct op *input, *other;
	struct op **branches; /* of set operations */
	uint32_t branch_count;
	struct arena *arena;
	struct arena *scratch; /* NULL until the second batch */
	struct arena *cursors; /* NULL until something is opened again */
	struct arena *held;    /* NULL until a second input batch needs something held */
	struct batch batch;    /* columns NULL until op_own_columns() */
	uint32_t carry_count;  /* slots copied over from the input's rows */
	const uint32_t *carry;
	uint32_t want; /* rows to ask for: small at first */
	bool was_called, had_cursor, had_held;
	bool is_over; /* known to have no rows behind those it gave last; false says nothing */
	struct exec_measure measure;
	struct op *following; /* on x->ops */
};

/* The leaf of a subplan; whoever runs the subplan sets the rows. */
struct op_argument {
	struct op op;
	const struct batch *outer;
	uint32_t first, count;
	bool is_given;
	struct op_argument *following;
};

struct exec {
	struct arena *arena;
	struct exec_options options;
	const struct plan *plan;
	struct eval eval;
	struct op *root;
	struct op *ops;
	struct op_argument *arguments;
	struct exec_counters counters;
	struct map_u64 upserted; /* ids of rows that ON CONFLICT inserted or changed */
	struct map_u64 changed[2]; /* ids of elements that SET counted, by enum element */
	size_t built_bytes_max; /* that the arena may hold once all operators are made */
	uint64_t work_bytes;
	uint32_t path_max;
	struct txn_past *past; /* op_with.c: NULL until a WITH query that writes has begun */
	bool is_past;	       /* what is read now is read as of it */
	bool is_done;
	bool has_arenas;       /* an operator has a second one */
	bool has_traces;       /* making the operators did more than to fill the arena */
	struct exec_kept *kept; /* where all of this stands; NULL: in an arena of the caller's */
	const struct value **columns; /* what query_rows points to */
	struct arena *result;	      /* tagged values, from the second batch on */
};

/* ---- for operators (op.c) ---- */

/* The next batch of a child, measured, with cancellation and memory limits looked at. Never gives
   an empty batch. */
enum step op_next(struct op *op, struct batch **out, struct error *e) MUST_USE;
/* Starts over, children first. */
void op_rewind(struct op *op);

/* A zeroed operator struct of `size` bytes that begins with a struct op, on the list. */
void *op_make(struct exec *x, const struct plan_node *node, size_t size);
/* Resets what the last batch was made of and returns op->arena. */
struct arena *op_begin(struct op *op);
/* The evaluator, pointed at op->arena. */
struct eval *op_eval(struct op *op);
/* Where storage cursors go; what was opened before must be closed. */
struct arena *op_cursor_arena(struct op *op);
/* Where things go that last as long as the input batch: forgets those of the batch before. */
struct arena *op_hold(struct op *op);
/* op->batch.columns, made if need be. */
struct column *op_own_columns(struct op *op);
/* Called in place of a scan for a name that the graph does not know: a serializable transaction has
   then read that there is no such element, and must fail if another brings one. */
void op_note_nothing(struct exec *x, enum element element);
/* Works out op->carry: live slots that the input has, without those this operator produces. */
void op_carry_init(struct op *op, const uint32_t *produced, uint32_t produced_count);
/* Gathers the carried columns: row i of the output is row index[i] of `in`. */
void op_carry(struct op *op, const struct batch *in, const uint32_t *index, uint32_t count);
/* The carried columns, all of one row. */
void op_carry_row(struct op *op, const struct batch *in, uint32_t row);
/* Rows to ask for next; grows from call to call up to BATCH_ROWS. */
uint32_t op_want(struct op *op);
/* True if `slot` is live in the node's output. */
bool op_is_live(const struct plan_node *node, uint32_t slot);
/* The type of a slot. */
struct type op_slot_type(const struct op *op, uint32_t slot);
struct type *op_slot_types(
	const struct op *op, struct arena *a, const uint32_t *slots, uint32_t count);
/* Sets a column to machine integers, stride 1; SLOT_NONE is ignored. */
void op_set_ids(struct batch *b, uint32_t slot, enum value_type type, const uint64_t *ids);

/* An arena for a sort or a hash table, bounded by work_mem. The operator frees it in close(). */
struct arena *op_heap_new(struct op *op);
/* E_OUT_OF_MEMORY once a heap has passed its bound. */
enum sqlstate op_heap_check(const struct arena *heap, struct error *e) MUST_USE;
enum sqlstate op_out_of_memory(struct error *e);
/* STEP_FAILED for an error, `otherwise` for OK. */
static inline enum step op_step(enum sqlstate rc, enum step otherwise)
{
	return LIKELY(rc == OK) ? otherwise : STEP_FAILED;
}

#define TRY_STEP(call)                                                                             \
	do {                                                                                       \
		if (UNLIKELY((call) != OK))                                                        \
			return STEP_FAILED;                                                        \
	} while (0)

/* ---- subplans ---- */

/* Gives rows [first, first + count) of `outer` to the subplan's ARGUMENT leaves and starts it over.
   */
void op_subplan_start(struct op *sub, uint32_t row_slot, const struct batch *outer, uint32_t first,
	uint32_t count);

/* What a PLAN_WITH keeps for those who read it; run already when its input is. */
struct row_store;
const struct row_store *op_with_rows(const struct op *op);

/* ---- makers, one per plan kind ---- */

struct op *op_one_row_new(struct exec *x, const struct plan_node *node);
struct op *op_argument_new(struct exec *x, const struct plan_node *node);
struct op *op_values_new(struct exec *x, const struct plan_node *node);
struct op *op_node_scan_new(struct exec *x, const struct plan_node *node);
struct op *op_edge_scan_new(struct exec *x, const struct plan_node *node);
struct op *op_index_scan_new(struct exec *x, const struct plan_node *node);
struct op *op_id_seek_new(struct exec *x, const struct plan_node *node);
struct op *op_expand_new(struct exec *x, const struct plan_node *node);
struct op *op_var_expand_new(struct exec *x, const struct plan_node *node);
struct op *op_shortest_new(struct exec *x, const struct plan_node *node);
struct op *op_search_new(struct exec *x, const struct plan_node *node);
struct op *op_unwind_new(struct exec *x, const struct plan_node *node);
struct op *op_procedure_new(struct exec *x, const struct plan_node *node);
struct op *op_relation_new(struct exec *x, const struct plan_node *node);
struct op *op_properties_new(struct exec *x, const struct plan_node *node);
struct op *op_project_new(struct exec *x, const struct plan_node *node);
struct op *op_path_new(struct exec *x, const struct plan_node *node);
struct op *op_filter_new(struct exec *x, const struct plan_node *node);
struct op *op_different_new(struct exec *x, const struct plan_node *node);
struct op *op_aggregate_new(struct exec *x, const struct plan_node *node);
struct op *op_distinct_new(struct exec *x, const struct plan_node *node);
struct op *op_window_new(struct exec *x, const struct plan_node *node);
struct op *op_sort_new(struct exec *x, const struct plan_node *node);
struct op *op_limit_new(struct exec *x, const struct plan_node *node);
struct op *op_eager_new(struct exec *x, const struct plan_node *node);
struct op *op_discard_new(struct exec *x, const struct plan_node *node);
struct op *op_optional_new(struct exec *x, const struct plan_node *node);
struct op *op_apply_new(struct exec *x, const struct plan_node *node);
struct op *op_ordinal_new(struct exec *x, const struct plan_node *node);
struct op *op_project_set_new(struct exec *x, const struct plan_node *node);
struct op *op_recursive_new(struct exec *x, const struct plan_node *node);
struct op *op_working_new(struct exec *x, const struct plan_node *node);
struct op *op_with_new(struct exec *x, const struct plan_node *node);
struct op *op_past_new(struct exec *x, const struct plan_node *node);
struct op *op_check_option_new(struct exec *x, const struct plan_node *node);
struct op *op_once_new(struct exec *x, const struct plan_node *node);
struct op *op_join_new(struct exec *x, const struct plan_node *node);
struct op *op_set_new(struct exec *x, const struct plan_node *node);
struct op *op_insert_new(struct exec *x, const struct plan_node *node);
struct op *op_merge_new(struct exec *x, const struct plan_node *node);
struct op *op_update_new(struct exec *x, const struct plan_node *node);
struct op *op_delete_new(struct exec *x, const struct plan_node *node);
struct op *op_foreach_new(struct exec *x, const struct plan_node *node);
struct op *op_lock_new(struct exec *x, const struct plan_node *node);

#endif
