/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The operators over hand-built plans: grouping, order, distinct, joins and set operations against
 * naive answers on random rows; subplans, reads and writes on small graphs.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/function/function_body.h"
#include "query/type/function.h"
#include "tests/query/plan_fixture.h"
#include "tests/query/suites.h"

/* Slots 0 … 3 hold input rows, the rest is for what plans add. */
enum { K, V, S, ANY, OUT, OUT2, NODE, NODE2, EDGE, ROW, LIST, END = -1 };

static struct error e;

static void setup(void)
{
	plan_fixture_setup();
	fixture.slots[K] = TYPE(TYPE_INT64);
	fixture.slots[V] = TYPE(TYPE_FLOAT64);
	fixture.slots[S] = TYPE(TYPE_STRING);
	fixture.slots[ANY] = TYPE(TYPE_ANY);
	fixture.slots[OUT] = fixture.slots[OUT2] = fixture.slots[ROW] = TYPE(TYPE_INT64);
	fixture.slots[NODE] = fixture.slots[NODE2] = TYPE(TYPE_NODE);
	fixture.slots[EDGE] = TYPE(TYPE_EDGE);
	fixture.slots[LIST] = LIST_OF(TYPE_INT64);
}

static struct value random_value(struct rand *r, uint32_t slot, uint64_t range)
{
	int64_t n = (int64_t)rand_below(r, range) - (int64_t)(range / 2);

	if (rand_below(r, 8) == 0)
		return value_null();
	switch (slot) {
	case K:
		return value_int(n);
	case V:
		return value_float(n == 3 ? NAN : n == 2 ? -0.0 : (double)n / 2);
	case S:
		return value_string(arena_printf(fixture.arena, "s%s%lld",
			rand_below(r, 2) == 0 ? "omewhat-longer-" : "", (long long)n));
	default:
		return rand_below(r, 2) == 0 ? value_int(n) : random_value(r, S, range);
	}
}

/* PLAN_VALUES of random rows in slots K, V, S, ANY; `rows` gets them too. */
static struct plan_node *random_rows(
	struct rand *r, uint32_t count, uint64_t range, struct value **rows)
{
	struct plan_node *n = plan_node_new(PLAN_VALUES, NULL, K, V, S, ANY, END);
	const struct bound **exprs =
		ARENA_ARRAY(fixture.arena, const struct bound *, count * 4 + 1);
	static const uint32_t slots[] = { K, V, S, ANY };

	*rows = ARENA_ARRAY(fixture.arena, struct value, count * 4 + 1);
	for (uint32_t i = 0; i < count * 4; i++) {
		(*rows)[i] = random_value(r, i % 4, range);
		exprs[i] = bound_value((*rows)[i], fixture.slots[i % 4]);
	}
	n->values.row_count = count;
	n->values.column_count = 4;
	n->values.exprs = exprs;
	n->values.slots = slots;
	return n;
}

static bool same_row(const struct value *a, const struct value *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!value_same(a[i], b[i]))
			return false;
	}
	return true;
}

static const uint32_t four[] = { K, V, S, ANY };

/* ---- order ---- */

static const struct plan_sort_key *sort_keys;
static uint32_t sort_key_count;

static int by_keys(const void *a, const void *b)
{
	const struct value *x = *(struct value *const *)a, *y = *(struct value *const *)b;

	for (uint32_t k = 0; k < sort_key_count; k++) {
		const struct plan_sort_key *key = &sort_keys[k];
		bool x_null = x[key->slot].type == VALUE_NULL,
		     y_null = y[key->slot].type == VALUE_NULL;
		int order = value_order(x[key->slot], y[key->slot]);

		if (x_null && y_null)
			continue;
		if (x_null || y_null)
			return x_null == key->is_nulls_first ? -1 : 1;
		if (order != 0)
			return key->is_descending ? -order : order;
	}
	return x < y ? -1 : x > y; /* stable: rows stand in order of address */
}

START_TEST(sort_orders_as_the_language_says)
{
	struct rand r = { .state = (uint64_t)_i };

	for (int round = 0; round < 30; round++) {
		uint32_t count = (uint32_t)rand_below(&r, 3000);
		struct plan_sort_key keys[2];
		struct value *rows, **order;
		struct plan_node *n;
		struct result result;
		uint64_t limit = rand_below(&r, 2) == 0 ? count : rand_below(&r, 50);

		n = plan_node_new(PLAN_SORT, random_rows(&r, count, 12, &rows), K, V, S, ANY, END);
		for (int k = 0; k < 2; k++) {
			keys[k].slot = (uint32_t)rand_below(&r, 4);
			keys[k].is_descending = rand_below(&r, 2) == 0;
			keys[k].is_nulls_first = rand_below(&r, 2) == 0;
		}
		n->sort.count = 2;
		n->sort.keys = keys;
		if (limit < count)
			n->sort.top_limit = bound_int((int64_t)limit);
		order = calloc(count + 1, sizeof *order);
		for (uint32_t i = 0; i < count; i++)
			order[i] = &rows[i * 4];
		sort_keys = keys;
		sort_key_count = 2;
		qsort(order, count, sizeof *order, by_keys);
		result = plan_run(n, 4, four, false, NULL);
		ck_assert_uint_eq(result.count, MIN_OF(limit, count));
		for (uint32_t i = 0; i < result.count; i++)
			ck_assert(same_row(&result.values[i * 4], order[i], 4));
		free(order);
	}
}
END_TEST

START_TEST(limit_and_offset_cut_what_they_should)
{
	struct rand r = { .state = 1 };

	for (int round = 0; round < 60; round++) {
		uint32_t count = (uint32_t)rand_below(&r, 2500);
		uint64_t offset = rand_below(&r, 1500), limit = rand_below(&r, 1500), wanted;
		struct value *rows;
		struct plan_node *n = plan_node_new(
			PLAN_LIMIT, random_rows(&r, count, 12, &rows), K, V, S, ANY, END);
		struct result result;

		n->limit.offset = bound_int((int64_t)offset);
		n->limit.limit = bound_int((int64_t)limit);
		wanted = offset >= count ? 0 : MIN_OF(limit, count - offset);
		result = plan_run(n, 4, four, false, NULL);
		ck_assert_uint_eq(result.count, wanted);
		for (uint32_t i = 0; i < result.count; i++)
			ck_assert(same_row(&result.values[i * 4], &rows[(offset + i) * 4], 4));
	}
}
END_TEST

START_TEST(negative_limits_are_refused)
{
	struct rand r = { .state = 1 };
	struct value *rows;
	struct plan_node *n =
		plan_node_new(PLAN_LIMIT, random_rows(&r, 1, 12, &rows), K, V, S, ANY, END);

	n->limit.limit = bound_int(-1);
	ck_assert_int_eq(plan_run(n, 0, NULL, false, &e).code, E_LIMIT_VALUE);
	n->limit.limit = NULL;
	n->limit.offset = bound_int(-1);
	ck_assert_int_eq(plan_run(n, 0, NULL, false, &e).code, E_OFFSET_VALUE);
}
END_TEST

/* ---- groups ---- */

static struct plan_aggregate aggregate_of(
	const char *name, struct bound *arg, bool is_distinct, uint32_t slot)
{
	struct function_match m;

	ck_assert_int_eq(function_resolve(str_of(name), arg == NULL ? NULL : &arg->type,
				 arg == NULL ? 0 : 1, &m, &e),
		OK);
	return (struct plan_aggregate){ .function = m.function,
		.body = function_body(m.function),
		.args = { arg, NULL },
		.is_distinct = is_distinct,
		.slot = slot,
		.type = m.result };
}

START_TEST(groups_count_sum_and_deduplicate)
{
	struct rand r = { .state = 100 + (uint64_t)_i };
	static const uint32_t columns[] = { K, OUT, OUT2, ROW };

	for (int round = 0; round < 20; round++) {
		uint32_t count = (uint32_t)rand_below(&r, 3000), groups = 0;
		struct value *rows;
		struct plan_node *in = random_rows(&r, count, 400, &rows);
		struct plan_node *n = plan_node_new(PLAN_AGGREGATE, in, K, OUT, OUT2, ROW, END);
		struct plan_output key = { bound_slot(K), K };
		struct plan_aggregate aggregates[3] = { aggregate_of("count", NULL, false, OUT),
			aggregate_of("sum", bound_slot(K), false, OUT2),
			aggregate_of("count", bound_slot(S), true, ROW) };
		struct result result;

		n->aggregate.key_count = 1;
		n->aggregate.keys = &key;
		n->aggregate.aggregate_count = 3;
		n->aggregate.aggregates = aggregates;
		result = plan_run(n, 4, columns, false, NULL);
		for (uint32_t i = 0; i < count; i++) {
			bool is_new = true;

			for (uint32_t j = 0; j < i && is_new; j++)
				is_new = !value_same(rows[i * 4 + K], rows[j * 4 + K]);
			groups += is_new;
		}
		ck_assert_uint_eq(result.count, groups);
		for (uint32_t g = 0; g < groups; g++) {
			const struct value *row = &result.values[g * 4];
			int64_t members = 0, texts = 0;

			for (uint32_t i = 0; i < count; i++) {
				bool is_new = rows[i * 4 + S].type != VALUE_NULL;

				if (!value_same(rows[i * 4 + K], row[0]))
					continue;
				members++;
				for (uint32_t j = 0; j < i && is_new; j++) {
					is_new = !value_same(rows[j * 4 + K], row[0]) ||
						 !value_same(rows[i * 4 + S], rows[j * 4 + S]);
				}
				texts += is_new;
			}
			ck_assert_int_eq(row[1].integer, members);
			ck_assert_int_eq(row[3].integer, texts);
			if (row[0].type == VALUE_NULL)
				ck_assert_int_eq(row[2].type, VALUE_NULL);
			else
				ck_assert_int_eq(row[2].integer, members * row[0].integer);
		}
	}
}
END_TEST

START_TEST(no_rows_make_one_group_without_keys)
{
	struct rand r = { .state = 1 };
	static const uint32_t columns[] = { OUT, OUT2, LIST };
	struct value *rows;
	struct plan_node *n =
		plan_node_new(PLAN_AGGREGATE, random_rows(&r, 0, 12, &rows), OUT, OUT2, LIST, END);
	struct plan_aggregate aggregates[3] = { aggregate_of("count", NULL, false, OUT),
		aggregate_of("sum", bound_slot(K), false, OUT2),
		aggregate_of("collect", bound_slot(K), false, LIST) };
	struct result result;

	n->aggregate.aggregate_count = 3;
	n->aggregate.aggregates = aggregates;
	result = plan_run(n, 3, columns, false, NULL);
	ck_assert_uint_eq(result.count, 1);
	ck_assert_int_eq(result.values[0].integer, 0);
	ck_assert_int_eq(result.values[1].type, VALUE_NULL);
	ck_assert_int_eq(result.values[2].type, VALUE_LIST);
	ck_assert_uint_eq(result.values[2].count, 0);
}
END_TEST

START_TEST(distinct_keeps_first_of_each)
{
	struct rand r = { .state = 200 + (uint64_t)_i };
	static const uint32_t slots[] = { V, ANY };

	for (int round = 0; round < 20; round++) {
		uint32_t count = (uint32_t)rand_below(&r, 2500), kept = 0;
		struct value *rows;
		struct plan_node *n = plan_node_new(
			PLAN_DISTINCT, random_rows(&r, count, 8, &rows), K, V, S, ANY, END);
		struct result result;

		n->distinct.count = 2;
		n->distinct.slots = slots;
		result = plan_run(n, 4, four, false, NULL);
		for (uint32_t i = 0; i < count; i++) {
			bool is_new = true;

			for (uint32_t j = 0; j < i && is_new; j++) {
				is_new = !value_same(rows[i * 4 + V], rows[j * 4 + V]) ||
					 !value_same(rows[i * 4 + ANY], rows[j * 4 + ANY]);
			}
			if (is_new)
				ck_assert(same_row(&result.values[kept++ * 4], &rows[i * 4], 4));
		}
		ck_assert_uint_eq(result.count, kept);
	}
}
END_TEST

START_TEST(heaps_are_bounded_by_work_mem)
{
	struct rand r = { .state = 1 };
	struct value *rows;
	struct plan_node *in = random_rows(&r, 1, 12, &rows), *unwind, *n;
	struct bound *args[2] = { bound_int(1), bound_int(3000000) };

	unwind = plan_node_new(PLAN_UNWIND, in, K, S, OUT, END);
	unwind->unwind.list = bound_function("range", 2, args);
	unwind->unwind.slot = OUT;
	unwind->unwind.ordinal_slot = SLOT_NONE;
	n = plan_node_new(PLAN_EAGER, unwind, K, S, OUT, END);
	ck_assert_int_eq(plan_run(n, 0, NULL, false, &e).code, E_OUT_OF_MEMORY);
}
END_TEST

/* ---- joins and set operations ---- */

/* The same rows in slots that the other side of a join uses. */
static struct plan_node *renamed(struct plan_node *in, uint32_t from, uint32_t to)
{
	struct plan_output *o = ARENA_NEW(fixture.arena, struct plan_output);
	struct plan_node *n = plan_node_new(PLAN_PROJECT, in, to, END);

	*o = (struct plan_output){ bound_slot(from), to };
	n->project.count = 1;
	n->project.outputs = o;
	return n;
}

START_TEST(hash_join_pairs_equal_keys)
{
	struct rand r = { .state = 300 };
	static const uint32_t left[] = { V }, right[] = { OUT }, columns[] = { V, OUT };

	for (int round = 0; round < 15; round++) {
		uint32_t a = (uint32_t)rand_below(&r, 1500), b = (uint32_t)rand_below(&r, 300);
		struct value *as, *bs;
		struct plan_node *n =
			plan_node_new(PLAN_HASH_JOIN, random_rows(&r, a, 60, &as), V, OUT, END);
		struct result result;
		uint32_t pairs = 0;

		n->other = renamed(random_rows(&r, b, 60, &bs), K, OUT);
		n->join.count = 1;
		n->join.input_slots = left;
		n->join.other_slots = right;
		result = plan_run(n, 2, columns, false, NULL);
		for (uint32_t i = 0; i < a; i++) {
			for (uint32_t j = 0; j < b; j++)
				pairs += value_equal(as[i * 4 + V], bs[j * 4 + K]) == 1;
		}
		ck_assert_uint_eq(result.count, pairs);
		for (uint32_t i = 0; i < pairs; i++)
			ck_assert_int_eq(
				value_equal(result.values[i * 2], result.values[i * 2 + 1]), 1);
	}
}
END_TEST

static uint32_t occurrences(const struct value *rows, uint32_t count, uint32_t step, struct value v)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++)
		n += value_same(rows[i * step], v);
	return n;
}

static uint32_t expected_count(enum ast_set_op op, uint32_t a, uint32_t b)
{
	switch (op) {
	case SET_OP_UNION:
		return a + b > 0;
	case SET_OP_UNION_ALL:
		return a + b;
	case SET_OP_EXCEPT:
		return a > 0 && b == 0;
	case SET_OP_EXCEPT_ALL:
		return a > b ? a - b : 0;
	case SET_OP_INTERSECT:
		return a > 0 && b > 0;
	default:
		return MIN_OF(a, b);
	}
}

START_TEST(set_operations_count_as_sql_counts)
{
	static const enum ast_set_op ops[] = { SET_OP_UNION, SET_OP_UNION_ALL, SET_OP_EXCEPT,
		SET_OP_EXCEPT_ALL, SET_OP_INTERSECT, SET_OP_INTERSECT_ALL };
	static const uint32_t out[] = { OUT }, first[] = { K }, second[] = { K };
	static const uint32_t *const slots[] = { first, second };
	struct rand r = { .state = 400 };

	for (int round = 0; round < 60; round++) {
		uint32_t a = (uint32_t)rand_below(&r, 60), b = (uint32_t)rand_below(&r, 60);
		struct value *as, *bs;
		struct plan_node *branches[2];
		struct plan_node *n = plan_node_new(PLAN_UNION, NULL, OUT, END);
		struct result result;

		branches[0] = random_rows(&r, a, 30, &as);
		branches[1] = random_rows(&r, b, 30, &bs);
		n->set.op = ops[rand_below(&r, ARRAY_COUNT(ops))];
		n->set.branch_count = 2;
		n->set.branches = branches;
		n->set.column_count = 1;
		n->set.slots = out;
		n->set.branch_slots = slots;
		result = plan_run(n, 1, out, false, NULL);
		for (int64_t v = -16; v < 16; v++) {
			struct value key = v == -16 ? value_null() : value_int(v);

			ck_assert_uint_eq(occurrences(result.values, result.count, 1, key),
				expected_count(n->set.op, occurrences(as, a, 4, key),
					occurrences(bs, b, 4, key)));
		}
	}
}
END_TEST

/* ---- graphs ---- */

static uint32_t label, type, key_n;

/* Nodes 0 … count-1 with n = their number, each with edges to i/2 and i/3. */
static uint64_t *make_graph(uint32_t count)
{
	uint64_t *ids = ARENA_ARRAY(fixture.arena, uint64_t, count + 1);

	label = graph_name(NAME_NODE_LABEL, "L");
	type = graph_name(NAME_EDGE_LABEL, "T");
	key_n = graph_name(NAME_KEY, "n");
	for (uint32_t i = 0; i < count; i++)
		ids[i] = graph_node(label, key_n, value_int(i));
	for (uint32_t i = 2; i < count; i++) {
		graph_edge(ids[i], ids[i / 2], type);
		graph_edge(ids[i], ids[i / 3], type);
	}
	return ids;
}

static struct plan_node *one_row(void)
{
	return plan_node_new(PLAN_ONE_ROW, NULL, END);
}

static struct plan_node *scan(struct plan_node *input)
{
	struct plan_node *n = plan_node_new(PLAN_NODE_SCAN, input, NODE, END);

	n->node_scan.slot = NODE;
	n->node_scan.label = label;
	return n;
}

static struct plan_node *properties(struct plan_node *in, uint32_t element, uint32_t slot)
{
	struct plan_node *n = ARENA_NEW(fixture.arena, struct plan_node);
	uint32_t *slots = ARENA_NEW(fixture.arena, uint32_t);
	uint32_t *live = ARENA_ARRAY(fixture.arena, uint32_t, in->live_count + 1);

	*n = (struct plan_node){ .kind = PLAN_PROPERTIES, .input = in };
	memcpy(live, in->live, sizeof *live * in->live_count);
	live[in->live_count] = slot;
	n->live = live;
	n->live_count = in->live_count + 1;
	*slots = slot;
	n->properties.element_slot = element;
	n->properties.element = ELEMENT_NODE;
	n->properties.count = 1;
	n->properties.keys = &key_n;
	n->properties.slots = slots;
	return n;
}

static struct plan_node *expand(struct plan_node *in, enum direction direction)
{
	struct plan_node *n = plan_node_new(PLAN_EXPAND, in, OUT, NODE, NODE2, END);

	n->expand.source_slot = NODE;
	n->expand.target_slot = NODE2;
	n->expand.edge_slot = SLOT_NONE;
	n->expand.direction = direction;
	return n;
}

START_TEST(expand_carries_the_rows_it_came_from)
{
	enum { COUNT = 3000 };
	static const uint32_t columns[] = { OUT, OUT2 };
	struct plan_node *n;
	struct result result;

	make_graph(COUNT);
	n = properties(expand(properties(scan(one_row()), NODE, OUT), DIRECTION_OUT), NODE2, OUT2);
	result = plan_run(n, 2, columns, false, NULL);
	ck_assert_uint_eq(result.count, 2 * (COUNT - 2));
	for (uint32_t i = 0; i < result.count; i++) {
		int64_t from = result.values[i * 2].integer, to = result.values[i * 2 + 1].integer;

		ck_assert(to == from / 2 || to == from / 3);
	}
}
END_TEST

/* OPTIONAL over an expansion backwards: nodes without incoming edges stay, with NULL. */
static struct plan_node *subplan_in(void)
{
	struct plan_node *argument = plan_node_new(PLAN_ARGUMENT, NULL, NODE, ROW, END);
	struct plan_node *n = plan_node_new(PLAN_EXPAND, argument, NODE2, ROW, END);

	argument->argument.row_slot = ROW;
	n->expand.source_slot = NODE;
	n->expand.target_slot = NODE2;
	n->expand.edge_slot = SLOT_NONE;
	n->expand.direction = DIRECTION_IN;
	return n;
}

START_TEST(optional_keeps_rows_without_a_match)
{
	enum { COUNT = 2000 };
	static const uint32_t columns[] = { OUT, NODE2 }, nulls[] = { NODE2 };
	uint32_t without = 0;
	struct plan_node *n;
	struct result result;

	make_graph(COUNT);
	for (uint32_t i = 0; i < COUNT; i++)
		without += 2 * i >= COUNT && i > 1;
	n = plan_node_new(
		PLAN_OPTIONAL, properties(scan(one_row()), NODE, OUT), OUT, NODE, NODE2, END);
	n->other = subplan_in();
	n->optional.row_slot = ROW;
	n->optional.is_per_row = _i == 1;
	n->optional.null_count = 1;
	n->optional.null_slots = nulls;
	result = plan_run(n, 2, columns, false, NULL);
	ck_assert_uint_eq(result.count, 2 * (COUNT - 2) + without);
	for (uint32_t i = 0; i < result.count; i++) {
		if (result.values[i * 2 + 1].type == VALUE_NULL)
			ck_assert_int_ge(2 * result.values[i * 2].integer, COUNT);
	}
}
END_TEST

START_TEST(apply_counts_and_tests_subplans)
{
	enum { COUNT = 1500 };
	static const uint32_t columns[] = { OUT, OUT2 };
	struct plan_node *n;
	struct result result;

	make_graph(COUNT);
	n = plan_node_new(PLAN_APPLY, properties(scan(one_row()), NODE, OUT), OUT, OUT2, NODE, END);
	n->other = subplan_in();
	n->apply.row_slot = ROW;
	n->apply.is_per_row = _i == 1;
	n->apply.apply = APPLY_COUNT;
	n->apply.slot = OUT2;
	result = plan_run(n, 2, columns, false, NULL);
	ck_assert_uint_eq(result.count, COUNT);
	for (uint32_t i = 0; i < COUNT; i++) {
		int64_t at = result.values[i * 2].integer, expected = 0;

		for (int64_t k = 2; k < COUNT; k++)
			expected += (k / 2 == at) + (k / 3 == at);
		ck_assert_int_eq(result.values[i * 2 + 1].integer, expected);
	}
	n = plan_node_new(PLAN_APPLY, properties(scan(one_row()), NODE, OUT), OUT, NODE, END);
	n->other = subplan_in();
	n->apply.row_slot = ROW;
	n->apply.is_per_row = _i == 1;
	n->apply.apply = APPLY_ANTI;
	result = plan_run(n, 1, columns, false, NULL);
	for (uint32_t i = 0; i < result.count; i++)
		ck_assert_int_ge(2 * result.values[i].integer, COUNT);
}
END_TEST

/* ---- writes ---- */

static struct plan_node *unwind(struct bound *list)
{
	struct plan_node *n = plan_node_new(PLAN_UNWIND, one_row(), OUT, END);

	n->unwind.list = list;
	n->unwind.slot = OUT;
	n->unwind.ordinal_slot = SLOT_NONE;
	return n;
}

static struct plan_create *create_node(struct bound *n)
{
	struct plan_create *c = ARENA_NEW(fixture.arena, struct plan_create);
	struct plan_name *name = ARENA_NEW(fixture.arena, struct plan_name);
	struct plan_assignment *a = ARENA_NEW(fixture.arena, struct plan_assignment);

	name->name = STR("L");
	a->new_key = STR("n");
	a->expr = n;
	*c = (struct plan_create){ .element = ELEMENT_NODE,
		.slot = NODE,
		.label_count = 1,
		.labels = name,
		.assignment_count = 1,
		.assignments = a };
	return c;
}

static int64_t sum_of_n(uint32_t *count)
{
	static const uint32_t columns[] = { OUT2 };
	struct result result;
	int64_t sum = 0;

	label = graph_name(NAME_NODE_LABEL, "L");
	key_n = graph_name(NAME_KEY, "n");
	result = plan_run(properties(scan(one_row()), NODE, OUT2), 1, columns, false, NULL);
	*count = result.count;
	for (uint32_t i = 0; i < result.count; i++)
		sum += result.values[i].type == VALUE_NULL ? 0 : result.values[i].integer;
	return sum;
}

START_TEST(insert_makes_one_element_a_row)
{
	struct bound *args[2] = { bound_int(1), bound_int(2000) };
	struct plan_node *n = plan_node_new(
		PLAN_INSERT, unwind(bound_function("range", 2, args)), OUT, NODE, END);
	uint32_t count;

	n->insert.count = 1;
	n->insert.creates = create_node(bound_slot(OUT));
	plan_run(n, 0, NULL, true, NULL);
	ck_assert_int_eq(sum_of_n(&count), 2000 * 2001 / 2);
	ck_assert_uint_eq(count, 2000);
}
END_TEST

START_TEST(properties_refuse_what_they_cannot_hold)
{
	struct bound *args[1] = { bound_value(
		(struct value){ .type = VALUE_MAP }, TYPE(TYPE_MAP)) };
	struct bound *mixed[2] = { bound_int(1), bound_text("a") };
	struct plan_node *n = plan_node_new(PLAN_INSERT, one_row(), NODE, END);

	n->insert.count = 1;
	n->insert.creates = create_node(args[0]);
	ck_assert_int_eq(plan_run(n, 0, NULL, true, &e).code, E_INVALID_VALUE);
	n->insert.creates = create_node(bound_list(2, mixed));
	ck_assert_int_eq(plan_run(n, 0, NULL, true, &e).code, E_INVALID_VALUE);
}
END_TEST

static struct plan_set *set_n(struct bound *target, struct bound *value)
{
	struct plan_set *item = ARENA_NEW(fixture.arena, struct plan_set);

	*item = (struct plan_set){ .kind = SET_PROPERTY,
		.element = ELEMENT_NODE,
		.target = target,
		.assignment = { .new_key = STR("n"), .expr = value } };
	return item;
}

START_TEST(set_evaluates_all_before_it_assigns)
{
	/* Every node takes the n of node 1 plus its own; node 1 itself must not change first. */
	struct bound *one, *key;
	uint64_t *ids = make_graph(1200);
	struct plan_node *in = properties(scan(one_row()), NODE, OUT), *n;
	uint32_t count;

	one = bound_value((struct value){ .type = VALUE_NODE, .id = ids[1] }, TYPE(TYPE_NODE));
	key = bound_node(BOUND_PROPERTY, TYPE(TYPE_INT64), 1, &one);
	key->key = STR("n");
	key->key_number = key_n;
	n = plan_node_new(PLAN_SET, in, NODE, OUT, END);
	n->set_items.count = 1;
	n->set_items.items = set_n(bound_slot(NODE), bound_operator(OP_ADD, bound_slot(OUT), key));
	plan_run(n, 0, NULL, true, NULL);
	ck_assert_int_eq(sum_of_n(&count), 1200 * 1199 / 2 + 1200);
}
END_TEST

START_TEST(deleted_elements_cannot_be_read)
{
	struct bound *doomed[1];
	struct plan_node *n, *in;
	static const uint32_t columns[] = { OUT2 };

	make_graph(10);
	in = plan_node_new(PLAN_EAGER, scan(one_row()), NODE, END);
	n = plan_node_new(PLAN_DELETE, in, NODE, END);
	doomed[0] = bound_slot(NODE);
	n->remove.count = 1;
	n->remove.exprs = (const struct bound *const *)doomed;
	n->remove.is_detach = true;
	ck_assert_int_eq(
		plan_run(properties(n, NODE, OUT2), 1, columns, true, &e).code, E_OBJECT_STATE);
}
END_TEST

START_TEST(delete_refuses_nodes_with_edges_at_the_end)
{
	struct bound *doomed[1];
	struct plan_node *n;

	make_graph(10);
	n = plan_node_new(
		PLAN_DELETE, plan_node_new(PLAN_EAGER, scan(one_row()), NODE, END), NODE, END);
	doomed[0] = bound_slot(NODE);
	n->remove.count = 1;
	n->remove.exprs = (const struct bound *const *)doomed;
	ck_assert_int_eq(plan_run(n, 0, NULL, true, &e).code, E_FOREIGN_KEY);
}
END_TEST

START_TEST(merge_sees_what_its_earlier_rows_created)
{
	struct bound *items[7];
	struct plan_node *n, *argument, *find, *filter;
	static const uint32_t columns[] = { NODE };
	struct result result;
	uint32_t count;

	label = graph_name(NAME_NODE_LABEL, "L");
	key_n = graph_name(NAME_KEY, "n");
	for (int i = 0; i < 7; i++)
		items[i] = bound_int(i % 3);
	argument = plan_node_new(PLAN_ARGUMENT, NULL, OUT, ROW, END);
	argument->argument.row_slot = ROW;
	find = scan(argument);
	find->live = plan_node_new(PLAN_ONE_ROW, NULL, OUT, NODE, ROW, END)->live;
	find->live_count = 3;
	filter = plan_node_new(PLAN_FILTER, properties(find, NODE, OUT2), OUT, NODE, ROW, END);
	filter->filter.predicate = bound_operator(OP_EQ, bound_slot(OUT2), bound_slot(OUT));
	n = plan_node_new(PLAN_MERGE, unwind(bound_list(7, items)), OUT, NODE, END);
	n->other = filter;
	n->merge.row_slot = ROW;
	n->merge.count = 1;
	n->merge.creates = create_node(bound_slot(OUT));
	n->merge.on_match_count = 1;
	n->merge.on_match = set_n(bound_slot(NODE), bound_slot(OUT));
	result = plan_run(n, 1, columns, true, NULL);
	ck_assert_uint_eq(result.count, 7);
	ck_assert_int_eq(sum_of_n(&count), 3);
	ck_assert_uint_eq(count, 3);
}
END_TEST

START_TEST(foreach_runs_its_plan_for_every_element)
{
	struct bound *args[2] = { bound_int(1), bound_int(5) };
	struct plan_node *n = plan_node_new(PLAN_FOREACH, one_row(), END), *argument;
	uint32_t count;

	argument = plan_node_new(PLAN_ARGUMENT, NULL, OUT, END);
	argument->argument.row_slot = ROW;
	n->other = plan_node_new(PLAN_INSERT, argument, OUT, NODE, END);
	n->other->insert.count = 1;
	n->other->insert.creates = create_node(bound_slot(OUT));
	n->foreach.list = bound_function("range", 2, args);
	n->foreach.slot = OUT;
	n->foreach.row_slot = ROW;
	plan_run(n, 0, NULL, true, NULL);
	ck_assert_int_eq(sum_of_n(&count), 15);
}
END_TEST

static void add_writes(TCase *c)
{
	tcase_add_test(c, insert_makes_one_element_a_row);
	tcase_add_test(c, properties_refuse_what_they_cannot_hold);
	tcase_add_test(c, set_evaluates_all_before_it_assigns);
	tcase_add_test(c, deleted_elements_cannot_be_read);
	tcase_add_test(c, delete_refuses_nodes_with_edges_at_the_end);
	tcase_add_test(c, merge_sees_what_its_earlier_rows_created);
	tcase_add_test(c, foreach_runs_its_plan_for_every_element);
}

Suite *exec_suite(void)
{
	Suite *s = suite_create("exec");
	TCase *c = tcase_create("rows"), *g = tcase_create("graphs");

	tcase_add_checked_fixture(c, setup, plan_fixture_teardown);
	tcase_add_checked_fixture(g, setup, plan_fixture_teardown);
	tcase_set_timeout(c, 60);
	tcase_set_timeout(g, 60);
	tcase_add_loop_test(c, sort_orders_as_the_language_says, 0, 2);
	tcase_add_test(c, limit_and_offset_cut_what_they_should);
	tcase_add_test(c, negative_limits_are_refused);
	tcase_add_loop_test(c, groups_count_sum_and_deduplicate, 0, 2);
	tcase_add_test(c, no_rows_make_one_group_without_keys);
	tcase_add_loop_test(c, distinct_keeps_first_of_each, 0, 2);
	tcase_add_test(c, heaps_are_bounded_by_work_mem);
	tcase_add_test(c, hash_join_pairs_equal_keys);
	tcase_add_test(c, set_operations_count_as_sql_counts);
	tcase_add_test(g, expand_carries_the_rows_it_came_from);
	tcase_add_loop_test(g, optional_keeps_rows_without_a_match, 0, 2);
	tcase_add_loop_test(g, apply_counts_and_tests_subplans, 0, 2);
	add_writes(g);
	suite_add_tcase(s, c);
	suite_add_tcase(s, g);
	return s;
}
