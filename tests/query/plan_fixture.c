/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Plans built by hand. See plan_fixture.h.
 */
#include "tests/query/plan_fixture.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/function/function_body.h"
#include "query/type/function.h"

struct plan_fixture fixture;

void plan_fixture_setup(void)
{
	struct storage_options options = {
		.create = true, .buffer_bytes = 64 << 20, .txn_bytes_max = 1u << 30
	};
	struct txn_options txn = { .durability = DURABILITY_OFF };
	struct error e;

	memset(&fixture, 0, sizeof fixture);
	snprintf(fixture.directory, sizeof fixture.directory, "/tmp/quiver-check-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fixture.directory));
	options.directory = fixture.directory;
	ck_assert_msg(storage_open(&options, &fixture.storage, &e) == OK, "%s", e.message);
	storage_thread_attach(fixture.storage);
	ck_assert_msg(txn_begin(fixture.storage, &txn, &fixture.txn, &e) == OK, "%s", e.message);
	txn_statement_begin(fixture.txn);
	fixture.arena = arena_new(0);
}

void plan_fixture_teardown(void)
{
	char command[128];
	struct error e;

	txn_abort(fixture.txn);
	storage_thread_detach(fixture.storage);
	ck_assert_int_eq(storage_close(fixture.storage, &e), OK);
	arena_free(fixture.arena);
	snprintf(command, sizeof command, "rm -rf %s", fixture.directory);
	ck_assert_int_eq(system(command), 0);
}

/* ---- expressions ---- */

struct bound *bound_node(
	enum bound_kind kind, struct type type, uint32_t count, struct bound **args)
{
	struct bound *b = ARENA_NEW(fixture.arena, struct bound);
	const struct bound **copy = ARENA_ARRAY(fixture.arena, const struct bound *, count + 1);

	for (uint32_t i = 0; i < count; i++)
		copy[i] = args[i];
	b->kind = kind;
	b->type = type;
	b->arg_count = count;
	b->args = copy;
	return b;
}

struct bound *bound_value(struct value v, struct type type)
{
	struct bound *b = bound_node(BOUND_CONSTANT, type, 0, NULL);

	b->value = v;
	return b;
}

struct bound *bound_int(int64_t i)
{
	return bound_value(value_int(i), TYPE(TYPE_INT64));
}

struct bound *bound_float(double f)
{
	return bound_value(value_float(f), TYPE(TYPE_FLOAT64));
}

struct bound *bound_text(const char *text)
{
	return bound_value(value_string(arena_str(fixture.arena, str_of(text))), TYPE(TYPE_STRING));
}

struct bound *bound_null(enum type_kind kind)
{
	return bound_value(value_null(), TYPE(kind));
}

struct bound *bound_slot(uint32_t slot)
{
	struct bound *b = bound_node(BOUND_SLOT, fixture.slots[slot], 0, NULL);

	b->index = slot;
	return b;
}

struct bound *bound_list(uint32_t count, struct bound **items)
{
	return bound_node(
		BOUND_LIST, LIST_OF(count == 0 ? TYPE_ANY : items[0]->type.kind), count, items);
}

static struct bound *call_of(const struct function_match *m, uint32_t count, struct bound **args)
{
	struct bound *coerced[FUNCTION_ARGS_MAX], *call;

	for (uint32_t i = 0; i < count; i++) {
		coerced[i] = args[i];
		if (m->coerce[i].kind != args[i]->type.kind && args[i]->type.kind != TYPE_ANY)
			coerced[i] = bound_node(BOUND_CAST, m->coerce[i], 1, &args[i]);
	}
	call = bound_node(BOUND_CALL, m->result, count, coerced);
	call->function = m->function;
	call->body = function_body(m->function);
	return call;
}

struct bound *bound_operator(enum ast_op op, struct bound *left, struct bound *right)
{
	struct bound *args[2] = { left, right };
	struct function_match m;
	struct error e;

	ck_assert_msg(
		function_resolve_operator(op, left->type,
			right == NULL ? TYPE(TYPE_NULL) : right->type, right == NULL, &m, &e) == OK,
		"%s", e.message);
	return call_of(&m, right == NULL ? 1 : 2, args);
}

struct bound *bound_function(const char *name, uint32_t count, struct bound **args)
{
	struct type types[FUNCTION_ARGS_MAX] = { 0 };
	struct function_match m;
	struct error e;

	for (uint32_t i = 0; i < count; i++)
		types[i] = args[i]->type;
	ck_assert_msg(function_resolve(str_of(name), types, count, &m, &e) == OK, "%s", e.message);
	return call_of(&m, count, args);
}

/* ---- plans ---- */

struct plan_node *plan_node_new(enum plan_kind kind, struct plan_node *input, ...)
{
	struct plan_node *n = ARENA_NEW(fixture.arena, struct plan_node);
	uint32_t *live = ARENA_ARRAY(fixture.arena, uint32_t, FIXTURE_SLOTS), slot;
	va_list args;

	n->kind = kind;
	n->input = input;
	va_start(args, input);
	while ((slot = va_arg(args, uint32_t)) != UINT32_MAX)
		live[n->live_count++] = slot;
	va_end(args);
	n->live = live;
	return n;
}

static void keep_rows(struct result *r, const struct query_rows *rows, uint32_t *capacity)
{
	if (r->count + rows->count > *capacity) {
		uint32_t wider = (r->count + rows->count) * 2;

		r->values = arena_grow(fixture.arena, r->values,
			sizeof *r->values * r->count * r->column_count,
			sizeof *r->values * wider * r->column_count);
		*capacity = wider;
	}
	for (uint32_t i = 0; i < rows->count; i++) {
		for (uint32_t c = 0; c < r->column_count; c++) {
			r->values[r->count * r->column_count + c] =
				value_copy(fixture.arena, rows->columns[c][i]);
		}
		r->count++;
	}
}

struct result plan_run(struct plan_node *root, uint32_t column_count, const uint32_t *columns,
	bool is_write, struct error *e)
{
	struct plan plan = { .root = root,
		.slot_count = FIXTURE_SLOTS,
		.slots = fixture.slots,
		.local_count = 8,
		.column_count = column_count,
		.answers_rows = column_count > 0,
		.column_slots = columns,
		.is_write = is_write };
	struct exec_options options = { .storage = fixture.storage,
		.txn = fixture.txn,
		.plan = &plan,
		.cancel = &fixture.cancel };
	struct result r = { .column_count = column_count };
	struct arena *portal = arena_new(0);
	struct query_rows rows;
	struct exec *x;
	struct error own;
	uint32_t capacity = 0;
	enum step step = STEP_FAILED;

	if (e == NULL)
		e = &own;
	error_clear(e);
	if (exec_open(portal, &options, &x, e) == OK) {
		while ((step = exec_next(x, &rows, e)) == STEP_ROW)
			keep_rows(&r, &rows, &capacity);
		if (step == STEP_DONE)
			ck_assert_int_eq(exec_next(x, &rows, e), STEP_DONE);
		exec_close(x);
	}
	if (step == STEP_FAILED)
		r.code = e->code;
	ck_assert_msg(e != &own || step == STEP_DONE, "%s", own.message);
	arena_free(portal);
	return r;
}

/* ---- graph ---- */

uint32_t graph_name(enum name_kind kind, const char *name)
{
	struct error e;
	uint32_t id;

	ck_assert_msg(txn_intern(fixture.txn, kind, str_of(name), &id, &e) == OK, "%s", e.message);
	return id;
}

uint64_t graph_node(uint32_t label, uint32_t key, struct value v)
{
	struct property p = { key, v };
	struct error e;
	uint64_t id;

	ck_assert_msg(storage_node_add(
			      fixture.txn, &label, 1, &p, key == NAME_NONE ? 0 : 1, &id, &e) == OK,
		"%s", e.message);
	return id;
}

uint64_t graph_edge(uint64_t source, uint64_t target, uint32_t label)
{
	struct error e;
	uint64_t id;

	ck_assert_msg(storage_edge_add(fixture.txn, source, target, label, NULL, 0, &id, &e) == OK,
		"%s", e.message);
	return id;
}
