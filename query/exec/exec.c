/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Execution: builds the operators of a plan, pulls batches from the root, and gives them out as
 * tagged values. Opening touches the portal's arena alone: no operator allocates anything sized by
 * its input before it is asked for rows.
 *
 * Invariants
 *  X1. Every operator made is on x->ops; exec_close() closes them all, the last made first.
 *  X2. A writing statement's end is checked (storage_statement_check) once, when the root is done.
 */
#include "query/exec/exec.h"

#include <stdlib.h>
#include <string.h>

#include "base/setting.h"
#include "base/stack.h"
#include "query/exec/op.h"

enum {
	WORK_BYTES_DEFAULT = 64 << 20,
	PATH_MAX_DEFAULT = 10000,
};

static struct op *(*const makers[])(struct exec *, const struct plan_node *) = {
	[PLAN_ONE_ROW] = op_one_row_new,
	[PLAN_ARGUMENT] = op_argument_new,
	[PLAN_VALUES] = op_values_new,
	[PLAN_NODE_SCAN] = op_node_scan_new,
	[PLAN_EDGE_SCAN] = op_edge_scan_new,
	[PLAN_INDEX_SCAN] = op_index_scan_new,
	[PLAN_ID_SEEK] = op_id_seek_new,
	[PLAN_EXPAND] = op_expand_new,
	[PLAN_VAR_EXPAND] = op_var_expand_new,
	[PLAN_SHORTEST] = op_shortest_new,
	[PLAN_SEARCH] = op_search_new,
	[PLAN_UNWIND] = op_unwind_new,
	[PLAN_PROCEDURE] = op_procedure_new,
	[PLAN_RELATION] = op_relation_new,
	[PLAN_PROPERTIES] = op_properties_new,
	[PLAN_PROJECT] = op_project_new,
	[PLAN_PATH] = op_path_new,
	[PLAN_FILTER] = op_filter_new,
	[PLAN_DIFFERENT_EDGES] = op_different_new,
	[PLAN_AGGREGATE] = op_aggregate_new,
	[PLAN_DISTINCT] = op_distinct_new,
	[PLAN_WINDOW] = op_window_new,
	[PLAN_SORT] = op_sort_new,
	[PLAN_LIMIT] = op_limit_new,
	[PLAN_EAGER] = op_eager_new,
	[PLAN_DISCARD] = op_discard_new,
	[PLAN_OPTIONAL] = op_optional_new,
	[PLAN_APPLY] = op_apply_new,
	[PLAN_HASH_JOIN] = op_join_new,
	[PLAN_ORDINAL] = op_ordinal_new,
	[PLAN_PROJECT_SET] = op_project_set_new,
	[PLAN_WORKING] = op_working_new,
	[PLAN_WITH] = op_with_new,
	[PLAN_PAST] = op_past_new,
	[PLAN_ONCE] = op_once_new,
	[PLAN_CHECK_OPTION] = op_check_option_new,
	[PLAN_RECURSIVE] = op_recursive_new,
	[PLAN_UNION] = op_set_new,
	[PLAN_INSERT] = op_insert_new,
	[PLAN_MERGE] = op_merge_new,
	[PLAN_SET] = op_update_new,
	[PLAN_DELETE] = op_delete_new,
	[PLAN_FOREACH] = op_foreach_new,
	[PLAN_LOCK] = op_lock_new,
};

static enum sqlstate build_branches(
	struct exec *x, const struct plan_node *node, struct op *op, struct error *e);

/* The operator of a node and of everything below. The room that it takes grows with the square of
   the plan, so it can end for want of memory, or of patience. */
static enum sqlstate build(
	struct exec *x, const struct plan_node *node, struct op **out, struct error *e)
{
	struct op *op;

	assert((size_t)node->kind < ARRAY_COUNT(makers));
	assert(makers[node->kind] != NULL);
	TRY(stack_check(e));
	TRY(eval_poll(&x->eval, e));
	if (UNLIKELY(arena_bytes_used(x->arena) > x->built_bytes_max)) {
		(void)FAIL(e, E_OUT_OF_MEMORY, "out of memory");
		error_detail(e, "The operators of the plan need more memory than they may have.");
		error_hint(e,
			"Make the statement simpler, or raise the setting max_plan_memory.");
		return E_OUT_OF_MEMORY;
	}
	op = makers[node->kind](x, node);
	*out = op;
	if (node->input != NULL)
		TRY(build(x, node->input, &op->input, e));
	if (node->other != NULL)
		TRY(build(x, node->other, &op->other, e));
	return build_branches(x, node, op, e);
}

static enum sqlstate build_branches(
	struct exec *x, const struct plan_node *node, struct op *op, struct error *e)
{
	uint32_t branches = plan_branch_count(node);

	if (branches > 0)
		op->branches = ARENA_ARRAY(x->arena, struct op *, branches);
	for (uint32_t i = 0; i < branches; i++) {
		TRY(build(x, plan_branch(node, i), &op->branches[i], e));
		op->branch_count++;
	}
	return OK;
}

static void set_options(struct exec *x, const struct exec_options *options)
{
	x->options = *options;
	x->eval.txn = options->txn;
	x->eval.parameters = options->parameters;
	x->eval.settings = options->settings;
	x->eval.cancel = options->cancel;
	x->eval.session = options->session;
	if (options->plan->writes_graph)
		storage_statement_completes_late(options->txn);
}

static struct exec *make(struct arena *a, const struct exec_options *options)
{
	struct exec *x = ARENA_NEW(a, struct exec);

	set_options(x, options);
	x->arena = a;
	x->plan = options->plan;
	x->built_bytes_max = SIZE_MAX;
	x->work_bytes = WORK_BYTES_DEFAULT;
	x->path_max = PATH_MAX_DEFAULT;
	if (options->settings != NULL) {
		x->work_bytes = setting_bytes(options->settings, SETTING_work_mem);
		x->built_bytes_max = (size_t)setting_bytes(
					     options->settings, SETTING_max_plan_memory) +
				     arena_bytes_used(a);
		x->path_max = (uint32_t)setting_int(options->settings, SETTING_max_path_length);
	}
	x->eval.arena = x->eval.lasting = a;
	if (x->plan->local_count > 0)
		x->eval.locals = ARENA_ARRAY(a, struct value, x->plan->local_count);
	return x;
}

enum sqlstate exec_open(
	struct arena *a, const struct exec_options *options, struct exec **out, struct error *e)
{
	*out = make(a, options);
	return build(*out, options->plan->root, &(*out)->root, e);
}

/* ---- operators that are kept ---- */

/* The operators are bytes in an arena that point to each other and to the plan. A copy of these bytes,
   taken when they were made and put back over them, is the same as making them again. */
struct exec_kept {
	struct arena *arena;
	struct exec *exec; /* the first thing in the arena */
	void *image;	   /* of the arena up to `made`; NULL: nothing that could be used again */
	size_t size;
	struct arena_mark made;
	uint64_t settings_generation; /* with which they were made */
	bool is_used;
	bool is_dropped;
};

static struct exec_kept *kept_new(void)
{
	struct exec_kept *k = calloc(1, sizeof *k);

	if (k == NULL)
		PANIC("out of memory for operators");
	k->arena = arena_new(0);
	return k;
}

bool exec_kept_is_used(const struct exec_kept *k)
{
	return k != NULL && k->is_used;
}

static void kept_free(struct exec_kept *k)
{
	arena_free(k->arena);
	free(k->image);
	free(k);
}

void exec_kept_drop(struct exec_kept *k)
{
	if (k != NULL && !k->is_used)
		kept_free(k);
	else if (k != NULL)
		k->is_dropped = true;
}

static void take_image(struct exec_kept *k)
{
	void *at = arena_piece(k->arena, &k->size);

	/* Great plans take their time anyway. */
	if (at == NULL || k->exec->has_traces)
		return;
	assert(at == k->exec);
	k->made = arena_save(k->arena);
	k->image = malloc(k->size);
	if (k->image == NULL)
		PANIC("out of memory for operators");
	memcpy(k->image, at, k->size);
}

static bool image_fits(const struct exec_kept *k, const struct exec_options *options)
{
	return k->image != NULL && k->exec->plan == options->plan &&
	       k->settings_generation == options->settings->generation;
}

enum sqlstate exec_open_kept(struct exec_kept **kept, const struct exec_options *options,
	struct exec **out, struct error *e)
{
	struct exec_kept *k = *kept == NULL ? kept_new() : *kept;

	assert(!k->is_used);
	*kept = k;
	k->is_used = true;
	if (LIKELY(image_fits(k, options))) {
		memcpy(k->exec, k->image, k->size);
		set_options(k->exec, options);
		*out = k->exec;
		return OK;
	}
	free(k->image);
	k->image = NULL;
	arena_reset(k->arena);
	*out = k->exec = make(k->arena, options);
	k->exec->kept = k;
	k->settings_generation = options->settings->generation;
	TRY(build(k->exec, options->plan->root, &k->exec->root, e));
	take_image(k);
	return OK;
}

/* The execution is closed: the arena holds nothing but the operators again. */
static void give_back(struct exec_kept *k)
{
	k->is_used = false;
	if (k->is_dropped)
		kept_free(k);
	else if (k->image != NULL)
		arena_rewind(k->arena, k->made);
	else
		arena_reset(k->arena);
}

/* ---- closing ---- */

static void free_arenas(struct exec *x)
{
	for (struct op *op = x->ops; op != NULL; op = op->following) {
		arena_free(op->scratch);
		arena_free(op->cursors);
		arena_free(op->held);
		op->scratch = op->cursors = op->held = NULL;
	}
	arena_free(x->result);
	x->result = NULL;
	x->has_arenas = false;
}

static void free_memory(struct exec *x)
{
	if (x->has_arenas)
		free_arenas(x);
	if (x->plan->is_write) {
		map_u64_free(&x->upserted);
		map_u64_free(&x->changed[ELEMENT_NODE]);
		map_u64_free(&x->changed[ELEMENT_EDGE]);
	}
	eval_end(&x->eval);
}

void exec_close(struct exec *x)
{
	for (struct op *op = x->ops; op != NULL; op = op->following) {
		if (op->close != NULL)
			op->close(op);
	}
	if (x->past != NULL)
		txn_past_release(x->past);
	x->past = NULL;
	free_memory(x);
	if (x->kept != NULL)
		give_back(x->kept);
}

/* ---- results ---- */

/* The arena of this batch's tagged values: the portal's for the first. */
static struct arena *result_arena(struct exec *x)
{
	if (x->columns == NULL) {
		x->columns = ARENA_ARRAY(x->arena, const struct value *, x->plan->column_count + 1);
		return x->arena;
	}
	if (x->result == NULL) {
		x->result = arena_new(0);
		x->has_arenas = true;
	} else {
		arena_reset(x->result);
	}
	return x->result;
}

static const struct value *tagged(struct arena *a, const struct column *c, uint32_t rows)
{
	struct value *values;

	if (c->form == COLUMN_VALUE && (c->stride == 1 || rows == 1))
		return c->values;
	values = arena_alloc_raw(a, sizeof *values * rows);
	for (uint32_t row = 0; row < rows; row++)
		values[row] = column_value(c, row);
	return values;
}

enum step exec_next(struct exec *x, struct query_rows *out, struct error *e)
{
	const struct plan *plan = x->plan;
	struct batch *batch;
	struct arena *a;
	enum step step;

	*out = (struct query_rows){ .column_count = plan->column_count };
	if (x->is_done)
		return STEP_DONE;
	do
		step = op_next(x->root, &batch, e);
	while (step == STEP_ROW && !plan->answers_rows);
	if (step == STEP_DONE) {
		x->is_done = true;
		if (plan->is_write && storage_statement_check(x->options.txn, e) != OK)
			return STEP_FAILED;
	}
	if (step != STEP_ROW)
		return step;
	a = result_arena(x);
	for (uint32_t i = 0; i < plan->column_count; i++)
		x->columns[i] = tagged(a, &batch->columns[plan->column_slots[i]], batch->count);
	out->count = batch->count;
	out->columns = x->columns;
	/* A writing statement has its end still to be checked (X2). */
	out->is_last = x->is_done = x->root->is_over && !plan->is_write;
	return STEP_ROW;
}

/* ---- what it did ---- */

void exec_counters(const struct exec *x, struct exec_counters *out)
{
	*out = x->counters;
}

void exec_measure(const struct exec *x, const struct plan_node *node, struct exec_measure *out)
{
	*out = (struct exec_measure){ 0 };
	for (const struct op *op = x->ops; op != NULL; op = op->following) {
		if (op->node == node)
			*out = op->measure;
	}
}
