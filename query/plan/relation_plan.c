/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Planning FROM relation: the leaf that scans a catalog relation, and the equality that lets it look
 * for one key instead of walking everything.
 */
#include "query/plan/planner.h"
#include "query/sql/builtin.h"
#include "query/sql/relation.h"

enum { RELATION_ROWS_GUESSED = 200, RELATION_ROWS_OF_KEY = 10 };

static struct plan_node *push_relation(struct planner *p, const struct relation *relation,
	struct type element, uint32_t at, struct answer *out)
{
	uint32_t count = relation->column_count;
	struct answer_column *columns = ARENA_ARRAY(p->arena, struct answer_column, count + 1);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count + 1);
	uint32_t *numbers = ARENA_ARRAY(p->arena, uint32_t, count + 1);
	double rows = p->s.top->rows * RELATION_ROWS_GUESSED;
	struct plan_node *node;

	for (uint32_t i = 0; i < count; i++) {
		struct str name = str_of(relation->columns[i].name);
		bool is_element = strcmp(relation->columns[i].type, "anyelement") == 0;
		struct type type = is_element
					   ? element
					   : builtin_static(str_of(relation->columns[i].type));

		numbers[i] = i;
		slots[i] = binder_slot_new(&p->b, type, name);
		if (relation->oid != 0) /* what functions answer comes from nowhere */
			p->b.slots[slots[i]].origin = (struct query_origin){
				.table = relation->oid, .number = (uint16_t)(i + 1)
			};
		columns[i] = (struct answer_column){ .name = name, .at = at, .slot = slots[i] };
	}
	planner_will_read(p, TOUCH_ALL);
	node = planner_push(p, PLAN_RELATION, rows, rows);
	node->relation.relation = relation;
	node->relation.column_count = count;
	node->relation.columns = numbers;
	node->relation.slots = slots;
	p->s.is_single = false;
	*out = (struct answer){ .has_columns = true, .count = count, .columns = columns };
	return node;
}

enum sqlstate plan_relation(struct planner *p, const struct relation *relation, uint32_t at,
	struct answer *out, struct error *e)
{
	(void)e;
	push_relation(p, relation, type_make(TYPE_ANY), at, out);
	return OK;
}

/* ---- functions -------------------------------------------------------------------------------- */

static enum sqlstate coerce_argument(
	struct planner *p, const struct bound **x, char letter, struct error *e)
{
	switch (letter) {
	case 'i':
		return binder_coerce(
			&p->b, x, type_make(TYPE_INT64), "argument of a function", e);
	case 's':
		return binder_coerce(
			&p->b, x, type_make(TYPE_STRING), "argument of a function", e);
	case 'l':
		if (type_base((*x)->type).kind == TYPE_LIST || (*x)->type.kind == TYPE_NULL)
			return OK;
		return FAIL_AT(e, (*x)->at, E_TYPE, "an array is needed here");
	default:
		return OK;
	}
}

enum sqlstate plan_relation_function(struct planner *p, const struct relation *function,
	const struct bound **args, uint32_t count, uint32_t at, struct answer *out, struct error *e)
{
	struct type element = type_make(TYPE_ANY);
	struct plan_node *node;

	assert(function->kind == RELATION_FUNCTION);
	if (count != strlen(function->arguments))
		return FAIL_AT(e, at, E_NO_FUNCTION, "function %s takes %zu arguments, not %u",
			function->name, strlen(function->arguments), count);
	for (uint32_t i = 0; i < count; i++) {
		TRY(coerce_argument(p, &args[i], function->arguments[i], e));
		args[i] = planner_attach(p, args[i]);
	}
	if (count > 0 && type_base(args[0]->type).kind == TYPE_LIST)
		element = type_item(args[0]->type);
	node = push_relation(p, function, element, at, out);
	node->relation.arg_count = count;
	node->relation.args = args;
	return OK;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static uint32_t column_of_slot(const struct plan_node *node, uint32_t slot)
{
	for (uint32_t i = 0; i < node->relation.column_count; i++) {
		if (node->relation.slots[i] == slot)
			return node->relation.columns[i];
	}
	return RELATION_NO_KEY;
}

struct key_check {
	const struct plan_node *node;
	bool is_own; /* reads a column of the relation itself */
};

static void check_slot(void *context, uint32_t slot)
{
	struct key_check *check = context;

	if (column_of_slot(check->node, slot) != RELATION_NO_KEY)
		check->is_own = true;
}

static bool take_side(struct planner *p, struct plan_node *node, const struct bound *column,
	const struct bound *value)
{
	struct key_check check = { .node = node };
	uint32_t number;

	if (column->kind != BOUND_SLOT || value->is_volatile)
		return false;
	number = column_of_slot(node, column->index);
	if (number == RELATION_NO_KEY ||
		strcmp(node->relation.relation->columns[number].type, "oid") != 0)
		return false;
	planner_each_slot(p, value, check_slot, &check);
	if (check.is_own)
		return false;
	node->relation.key_column = number;
	node->relation.key = value;
	node->rows = node->input->rows * RELATION_ROWS_OF_KEY;
	node->cost = node->input->cost + node->rows;
	return true;
}

void plan_relation_key(struct planner *p, const struct bound *predicate)
{
	struct plan_node *node = p->s.top;

	while (node != NULL && node->kind == PLAN_FILTER)
		node = node->input;
	if (node == NULL || node->kind != PLAN_RELATION || node->relation.key != NULL)
		return;
	if (predicate->kind == BOUND_AND) {
		for (uint32_t i = 0; i < predicate->arg_count; i++)
			plan_relation_key(p, predicate->args[i]);
		return;
	}
	if (predicate->kind != BOUND_CALL || predicate->arg_count != 2 ||
		strcmp(predicate->function->name, "=") != 0)
		return;
	if (!take_side(p, node, predicate->args[0], predicate->args[1]))
		take_side(p, node, predicate->args[1], predicate->args[0]);
}
