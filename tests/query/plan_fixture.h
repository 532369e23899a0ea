/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Plans built by hand, for tests of the evaluator and the executor that do not want a planner
 * between them and what they test. A store in a temporary directory, one open transaction, one
 * arena.
 */
#ifndef TESTS_QUERY_PLAN_FIXTURE_H
#define TESTS_QUERY_PLAN_FIXTURE_H

#include "base/arena.h"
#include "base/rand.h"
#include "query/exec/exec.h"
#include "query/tree/plan.h"
#include "storage/storage.h"

enum { FIXTURE_SLOTS = 32 };

struct plan_fixture {
	char directory[64];
	struct storage *storage;
	struct txn *txn;
	struct arena *arena;
	struct type slots[FIXTURE_SLOTS];
	_Atomic int cancel;
};
extern struct plan_fixture fixture;

void plan_fixture_setup(void);
void plan_fixture_teardown(void);

#define TYPE(k) ((struct type){ .kind = (k) })
#define LIST_OF(k) ((struct type){ .kind = TYPE_LIST, .item = (k) })

/* Expressions. */
struct bound *bound_value(struct value v, struct type type);
struct bound *bound_int(int64_t i);
struct bound *bound_float(double f);
struct bound *bound_text(const char *text);
struct bound *bound_null(enum type_kind kind);
struct bound *bound_slot(uint32_t slot);
struct bound *bound_list(uint32_t count, struct bound **items);
/* As the binder does: resolves, puts casts where they are asked for; fails the test if there is
   none. */
struct bound *bound_operator(enum ast_op op, struct bound *left, struct bound *right);
struct bound *bound_function(const char *name, uint32_t count, struct bound **args);
struct bound *bound_node(
	enum bound_kind kind, struct type type, uint32_t count, struct bound **args);

/* A plan node whose live slots end with UINT32_MAX. */
struct plan_node *plan_node_new(enum plan_kind kind, struct plan_node *input, ...);

/* Runs a plan to its end: all rows of these columns, values[row * column_count + column], in the
   fixture's arena. Fails the test on an error unless `e` is given. */
struct result {
	uint32_t count, column_count;
	struct value *values;
	enum sqlstate code;
};
struct result plan_run(struct plan_node *root, uint32_t column_count, const uint32_t *columns,
	bool is_write, struct error *e);

/* Graph. */
uint64_t graph_node(uint32_t label, uint32_t key, struct value v);
uint64_t graph_edge(uint64_t source, uint64_t target, uint32_t label);
uint32_t graph_name(enum name_kind kind, const char *name);

#endif
