/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Operators: logic, comparison, predicates, arithmetic, IS, CASE. What operands mean together is
 * decided here (language section 4: types of parameters and of literals from the other side); which
 * function computes it is function_resolve_operator()'s matter.
 */
#include "query/bind/binder.h"

/* Where an error about an operator is: at it in SQL, as in PostgreSQL, else where its left side begins. */
static uint32_t place_of(const struct binder *b, const struct ast_expr *x)
{
	return b->is_sql && x->binary.op_at > 0 ? x->binary.op_at : x->at;
}

/* A call whose operands have no type yet: stands for it until the second pass. */
static const struct bound *bound_placeholder(struct binder *b, const struct bound *left,
	const struct bound *right, enum type_kind kind, uint32_t at)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 2);
	struct bound *x = bound_new(b, BOUND_CALL, type_make(kind), at);

	args[0] = left;
	args[1] = right;
	x->args = args;
	x->arg_count = right == NULL ? 1 : 2;
	b->must_rebind = true;
	return x;
}

/* ---- comparison ------------------------------------------------------------------------------ */

static bool type_reads_literals(struct type t)
{
	switch (t.kind) {
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_TIMETZ:
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMPTZ:
	case TYPE_DURATION:
	case TYPE_UUID:
	case TYPE_BYTES:
		return true;
	default:
		return false;
	}
}

/* A string literal beside a date is read as a date (language 4.5). */
static void bind_literal_as(struct binder *b, const struct bound **x, struct type other)
{
	if (bound_is_constant(*x) && (*x)->value.type == VALUE_STRING && type_reads_literals(other))
		*x = bound_cast(b, *x, other);
}

static void bind_untyped_key(struct binder *b, const struct bound *parameter)
{
	if (parameter->kind == BOUND_PARAMETER)
		b->parameter_infos[parameter->index].is_text = true;
}

/* One operand is a parameter without a type: it takes the other's. */
static enum sqlstate bind_untyped_side(
	struct binder *b, const struct bound **untyped, const struct bound *other, struct error *e)
{
	if (other->type.kind == TYPE_NULL && other->kind == BOUND_PROPERTY)
		bind_untyped_key(b, *untyped);
	return binder_infer(b, untyped, other->type, e);
}

static enum sqlstate bind_mismatch(struct binder *b, const char *op, const struct bound *left,
	const struct bound *right, uint32_t at, struct error *e)
{
	char l[TYPE_NAME_SIZE], r[TYPE_NAME_SIZE];

	if (left->kind != BOUND_PARAMETER && right->kind != BOUND_PARAMETER) {
		binder_notice(b, at, NULL, "comparison of %s with %s is never true",
			type_name(left->type, l), type_name(right->type, r));
		return OK;
	}
	FAIL(e, E_NO_FUNCTION, "operator does not exist: %s %s %s", type_name(left->type, l), op,
		type_name(right->type, r));
	error_hint(e,
		"No operator matches the given types. You might need to add explicit type casts.");
	return binder_blame(e, at);
}

static bool types_may_meet(struct type a, struct type b)
{
	enum type_family f = type_family(a);
	enum type_family g = type_family(b);

	if (f == TYPE_FAMILY_UNKNOWN || g == TYPE_FAMILY_UNKNOWN || f == g)
		return true;
	return (f == TYPE_FAMILY_DATETIME && g == TYPE_FAMILY_INSTANT) ||
	       (f == TYPE_FAMILY_INSTANT && g == TYPE_FAMILY_DATETIME);
}

static const char *op_text(enum ast_op op)
{
	static const char *const texts[] = { [OP_EQ] = "=",
		[OP_NE] = "<>",
		[OP_LT] = "<",
		[OP_LE] = "<=",
		[OP_GT] = ">",
		[OP_GE] = ">=",
		[OP_IN] = "IN",
		[OP_DISTINCT_FROM] = "IS DISTINCT FROM" };

	return texts[op];
}

/* What PostgreSQL orders and the language does not: by the sign of how the two compare. */
static enum sqlstate bind_ordered(struct binder *b, enum ast_op op, const char *function,
	const struct bound *const *sides, uint32_t at, const struct bound **out, struct error *e)
{
	const struct bound *args[2] = { sides[0], sides[1] };
	const struct bound *sign;

	TRY(binder_function(b, str_of(function), args, 2, at, &sign, e));
	return binder_operator(b, op, sign,
		bound_constant(b, value_int(0), type_make(TYPE_INT32), at), at, out, e);
}

static enum sqlstate bind_sql_comparison(struct binder *b, enum ast_op op,
	const struct bound *left, const struct bound *right, uint32_t at, const struct bound **out,
	struct error *e)
{
	const struct bound *sides[2];

	TRY(bind_sql_operands(b, op, &left, &right, at, e));
	sides[0] = left;
	sides[1] = right;
	if (op >= OP_EQ && op <= OP_GE && left->type.kind == right->type.kind) {
		if (left->type.kind == TYPE_DURATION)
			return bind_ordered(b, op, "interval_cmp", sides, at, out, e);
		if (left->type.kind == TYPE_JSONB)
			return bind_ordered(b, op, "jsonb_cmp", sides, at, out, e);
	}
	return binder_operator(b, op, left, right, at, out, e);
}

enum sqlstate bind_comparison(struct binder *b, enum ast_op op, const struct bound *left,
	const struct bound *right, uint32_t at, const struct bound **out, struct error *e)
{
	struct type any = type_make(TYPE_ANY);

	if (bound_is_untyped(left) && bound_is_untyped(right)) {
		*out = bound_placeholder(b, left, right, TYPE_BOOL, at);
		return OK;
	}
	if (bound_is_untyped(left))
		TRY(bind_untyped_side(b, &left, right, e));
	else if (bound_is_untyped(right))
		TRY(bind_untyped_side(b, &right, left, e));
	if (bound_is_untyped(left) || bound_is_untyped(right)) {
		*out = bound_placeholder(b, left, right, TYPE_BOOL, at);
		return OK;
	}
	if (b->is_sql)
		return bind_sql_comparison(b, op, left, right, at, out, e);
	bind_literal_as(b, &left, right->type);
	bind_literal_as(b, &right, left->type);
	if (!types_may_meet(left->type, right->type)) {
		TRY(bind_mismatch(b, op_text(op), left, right, at, e));
		left = bound_cast(b, left, any);
		right = bound_cast(b, right, any);
	}
	return binder_operator(b, op, left, right, at, out, e);
}

/* x IN (y): SQL's list of one, unless y is a list itself. */
static enum sqlstate bind_in_operand(struct binder *b, const struct ast_expr *x, struct type item,
	const struct bound **out, struct error *e)
{
	const struct bound *right;
	const struct bound **args;
	struct bound *list;

	TRY(bind_expr(b, x->binary.right, &right, e));
	if (x->binary.is_in_list && bound_is_untyped(right))
		TRY(binder_infer(b, &right, item, e));
	*out = right;
	if (!x->binary.is_in_list || right->type.kind == TYPE_LIST || right->type.kind == TYPE_ANY)
		return OK;
	args = ARENA_ARRAY(b->arena, const struct bound *, 1);
	args[0] = right;
	list = bound_new(b, BOUND_LIST, type_list_of(right->type), x->at);
	list->args = args;
	list->arg_count = 1;
	list->is_volatile = right->is_volatile;
	*out = list;
	return OK;
}

/* String literals in a list beside a date are dates. */
static void bind_list_as(struct binder *b, const struct bound **list, struct type item)
{
	if (type_reads_literals(item) && bound_is_constant(*list) &&
		type_item((*list)->type).kind == TYPE_STRING)
		*list = bound_cast(b, *list, type_list_of(item));
}

/* x IN ($1, $2): the items that have no type take the other side's. */
static enum sqlstate bind_list_infer(
	struct binder *b, const struct bound **list, struct type item, struct error *e)
{
	const struct bound *was = *list;
	const struct bound **args;
	struct bound *now;

	if (was->kind != BOUND_LIST || was->arg_count == 0 || !bound_is_untyped(was->args[0]) ||
		item.kind == TYPE_NULL)
		return OK;
	args = ARENA_ARRAY(b->arena, const struct bound *, was->arg_count);
	for (uint32_t i = 0; i < was->arg_count; i++) {
		args[i] = was->args[i];
		if (bound_is_untyped(args[i]))
			TRY(binder_infer(b, &args[i], item, e));
	}
	now = ARENA_NEW(b->arena, struct bound);
	*now = *was;
	now->args = args;
	now->type = type_list_of(item);
	*list = now;
	return OK;
}

static enum sqlstate bind_in(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound *left;
	const struct bound *right;
	struct type item;

	if (b->is_sql && ast_is_row(x->binary.left))
		return bind_row_in(b, x, out, e);
	TRY(bind_expr(b, x->binary.left, &left, e));
	TRY(bind_in_operand(b, x, left->type, &right, e));
	if (bound_is_untyped(right) && left->type.kind != TYPE_NULL && left->type.kind != TYPE_ANY)
		TRY(binder_infer(b, &right, type_list_of(left->type), e));
	if (bound_is_untyped(left) && right->type.kind == TYPE_LIST)
		TRY(binder_infer(b, &left, type_item(right->type), e));
	TRY(bind_list_infer(b, &right, left->type, e));
	if (bound_is_untyped(left) || bound_is_untyped(right)) {
		*out = bound_placeholder(b, left, right, TYPE_BOOL, x->at);
		return OK;
	}
	if (b->is_sql)
		TRY(bind_sql_in(b, &left, &right, place_of(b, x), e));
	bind_list_as(b, &right, left->type);
	item = type_item(right->type);
	if (right->type.kind == TYPE_LIST && !types_may_meet(left->type, item)) {
		TRY(bind_mismatch(b, "IN", left, right, x->at, e));
		left = bound_cast(b, left, type_make(TYPE_ANY));
	}
	return binder_operator(b, OP_IN, left, right, x->at, out, e);
}

/* ---- logic and arithmetic -------------------------------------------------------------------- */

/* AND and OR lean to the left: the whole chain becomes one node without recursion. */
static enum sqlstate bind_logic(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	enum ast_op op = x->binary.op;
	const char *what = op == OP_AND ? "AND" : "OR";
	const struct ast_expr *first = x;
	const struct ast_expr **operands;
	const struct bound **parts;
	uint32_t count = 1;

	for (; first->kind == EXPR_BINARY && first->binary.op == op; first = first->binary.left)
		count++;
	parts = ARENA_ARRAY(b->arena, const struct bound *, count);
	operands = ARENA_ARRAY(b->arena, const struct ast_expr *, count);
	for (uint32_t i = count; i-- > 1; x = x->binary.left)
		operands[i] = x->binary.right;
	operands[0] = first;
	for (uint32_t i = 0; i < count; i++)
		TRY(bind_condition(b, operands[i], what, &parts[i], e));
	*out = bound_combine(b, op == OP_AND ? BOUND_AND : BOUND_OR, parts, count);
	return OK;
}

static bool type_is_datetime(struct type t)
{
	return t.kind == TYPE_DATE || t.kind == TYPE_TIME || t.kind == TYPE_TIMETZ ||
	       t.kind == TYPE_TIMESTAMP || t.kind == TYPE_TIMESTAMPTZ;
}

/* What an operand without a type must be beside one of type `other`. */
static struct type bind_operand_type(
	const struct binder *b, enum ast_op op, struct type other)
{
	if (type_is_datetime(other) && (op == OP_ADD || op == OP_SUBTRACT))
		return type_make(TYPE_DURATION);
	if (type_is_integer(other) && !b->is_sql)
		return type_make(TYPE_INT64);
	return other;
}

static bool op_is_textual(enum ast_op op)
{
	return op >= OP_STARTS_WITH && op <= OP_REGEX_ISEARCH;
}

/* A regular expression that is written in the statement is tried on an empty text before any row is. */
static enum sqlstate bind_regex_trial(
	struct binder *b, enum ast_op op, const struct bound *pattern, struct error *e)
{
	const struct bound *trial;
	bool is_regex = op == OP_REGEX || op == OP_REGEX_SEARCH || op == OP_REGEX_ISEARCH;

	if (!is_regex || !bound_is_constant(pattern) || pattern->value.type != VALUE_STRING)
		return OK;
	TRY(binder_operator(b, op,
		bound_constant(b, value_string(STR("")), type_make(TYPE_STRING), pattern->at),
		pattern, pattern->at, &trial, e));
	binder_note_literal(b, trial);
	return OK;
}

static enum sqlstate bind_arithmetic(struct binder *b, const struct ast_expr *x,
	const struct bound *left, const struct bound *right, const struct bound **out,
	struct error *e)
{
	enum ast_op op = x->binary.op;

	if (op_is_textual(op)) {
		if (bound_is_untyped(left))
			TRY(binder_infer(b, &left, type_make(TYPE_STRING), e));
		if (bound_is_untyped(right))
			TRY(binder_infer(b, &right, type_make(TYPE_STRING), e));
		TRY(bind_regex_trial(b, op, right, e));
	} else if (bound_is_untyped(left) && !bound_is_untyped(right)) {
		TRY(binder_infer(b, &left, bind_operand_type(b, op, right->type), e));
	} else if (bound_is_untyped(right) && !bound_is_untyped(left)) {
		TRY(binder_infer(b, &right, bind_operand_type(b, op, left->type), e));
	}
	if (bound_is_untyped(left) || bound_is_untyped(right)) {
		*out = bound_placeholder(b, left, right, TYPE_NULL, x->at);
		return OK;
	}
	if (b->is_sql && !op_is_textual(op))
		return bind_sql_arithmetic(b, op, left, right, place_of(b, x), out, e);
	return binder_operator(b, op, left, right, place_of(b, x), out, e);
}

enum sqlstate bind_unary(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound *operand;
	struct value v;

	if (x->binary.op == OP_NOT) {
		TRY(bind_condition(b, x->binary.left, "NOT", &operand, e));
		return binder_operator(b, OP_NOT, operand, NULL, x->at, out, e);
	}
	TRY(bind_expr(b, x->binary.left, &operand, e));
	if (bound_is_untyped(operand)) {
		*out = bound_placeholder(b, operand, NULL, TYPE_NULL, x->at);
		return OK;
	}
	v = operand->value;
	if (x->binary.op == OP_MINUS && bound_is_constant(operand) &&
		(v.type == VALUE_FLOAT || v.type == VALUE_DECIMAL ||
			(v.type == VALUE_INT && v.integer != INT64_MIN))) {
		if (v.type == VALUE_DECIMAL)
			v.decimal = decimal_negate(b->arena, v.decimal);
		else
			v = v.type == VALUE_INT ? value_int(-v.integer) : value_float(-v.real);
		*out = bound_constant(b, v,
			b->is_sql && v.type == VALUE_INT && v.integer == INT32_MIN
				? type_make(TYPE_INT32)
				: operand->type,
			x->at);
		return OK;
	}
	TRY(binder_operator(b, x->binary.op, operand, NULL, x->at, out, e));
	if (b->is_sql && type_is_integer(operand->type) && (*out)->type.kind == TYPE_INT64)
		*out = bound_cast(b, *out, operand->type);
	return OK;
}

/* Chains of + and the like lean left: bound from the innermost outwards, in a loop. */
static bool ast_is_left_chain(const struct ast_expr *x)
{
	return x->kind == EXPR_BINARY && x->binary.op >= OP_ADD;
}

static enum sqlstate bind_left_chain(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct ast_expr **stack;
	const struct ast_expr *first = x;
	const struct bound *left;
	const struct bound *right;
	uint32_t count = 0;

	for (; ast_is_left_chain(first); first = first->binary.left)
		count++;
	stack = ARENA_ARRAY(b->arena, const struct ast_expr *, count);
	for (uint32_t i = count; i-- > 0; x = x->binary.left)
		stack[i] = x;
	TRY(bind_expr(b, first, &left, e));
	for (uint32_t i = 0; i < count; i++) {
		TRY(bind_expr(b, stack[i]->binary.right, &right, e));
		TRY(bind_arithmetic(b, stack[i], left, right, &left, e));
	}
	*out = left;
	return OK;
}

enum sqlstate bind_binary(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound *left;
	const struct bound *right;

	switch (x->binary.op) {
	case OP_AND:
	case OP_OR:
		return bind_logic(b, x, out, e);
	case OP_XOR:
		TRY(bind_condition(b, x->binary.left, "XOR", &left, e));
		TRY(bind_condition(b, x->binary.right, "XOR", &right, e));
		return binder_operator(b, OP_XOR, left, right, x->at, out, e);
	case OP_IN:
		return bind_in(b, x, out, e);
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
	case OP_DISTINCT_FROM:
		if (b->is_sql && ast_is_row(x->binary.left) && ast_is_row(x->binary.right))
			return bind_rows(b, x->binary.op, x->binary.left, x->binary.right,
				place_of(b, x), out, e);
		TRY(bind_expr(b, x->binary.left, &left, e));
		TRY(bind_expr(b, x->binary.right, &right, e));
		return bind_comparison(
			b, x->binary.op, left, right, place_of(b, x), out, e);
	default:
		break;
	}
	/* In a grouped projection each step may be a grouping key: looked up one by one. */
	if (ast_is_left_chain(x) && b->aggregation == NULL)
		return bind_left_chain(b, x, out, e);
	TRY(bind_expr(b, x->binary.left, &left, e));
	TRY(bind_expr(b, x->binary.right, &right, e));
	return bind_arithmetic(b, x, left, right, out, e);
}

enum sqlstate bind_chain(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	uint32_t count = x->chain.op_count;
	const struct bound **parts = ARENA_ARRAY(b->arena, const struct bound *, count);
	const struct bound *left;
	const struct bound *right;

	TRY(bind_expr(b, x->chain.operands[0], &left, e));
	for (uint32_t i = 0; i < count; i++) {
		TRY(bind_expr(b, x->chain.operands[i + 1], &right, e));
		TRY(bind_comparison(b, x->chain.ops[i], left, right, x->at, &parts[i], e));
		left = right;
	}
	*out = bound_combine(b, BOUND_AND, parts, count);
	return OK;
}

/* a = ANY (list) is IN; everything else a quantifier over the list. */
/* Whether the items of all dimensions must be looked for. Parameters have one: their lists are looked up
   in indexes. */
static bool has_dimensions(
	const struct binder *b, const struct bound *item, const struct bound *list)
{
	return b->is_sql && list->type.kind == TYPE_LIST && item->type.kind != TYPE_LIST &&
	       list->kind != BOUND_PARAMETER && list->kind != BOUND_CONSTANT &&
	       list->kind != BOUND_LIST;
}

enum sqlstate bind_compare_some(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 2);
	const struct bound *left;
	struct bound *each;
	struct bound *local;

	TRY(bind_expr(b, x->some.left, &left, e));
	TRY(bind_expr(b, x->some.list, &args[0], e));
	if (bound_is_untyped(args[0]))
		TRY(binder_infer(b, &args[0], type_list_of(left->type), e));
	if (bound_is_untyped(left) && args[0]->type.kind == TYPE_LIST)
		TRY(binder_infer(b, &left, type_item(args[0]->type), e));
	if (b->is_sql)
		TRY(bind_sql_in(b, &left, &args[0], x->at, e));
	if (has_dimensions(b, left, args[0]))
		TRY(binder_function(b, STR("array_flat"), args, 1, x->at, &args[0], e));
	if (x->some.op == OP_EQ && !x->some.is_all)
		return binder_operator(b, OP_IN, left, args[0], x->at, out, e);
	each = bound_new(b, BOUND_QUANTIFIER, type_make(TYPE_BOOL), x->at);
	each->quantifier = x->some.is_all ? QUANTIFIER_ALL : QUANTIFIER_ANY;
	each->index = b->local_depth;
	local = bound_new(b, BOUND_LOCAL, type_item(args[0]->type), x->at);
	local->index = b->local_depth;
	b->local_count = MAX_OF(b->local_count, b->local_depth + 1);
	if (op_is_textual(x->some.op))
		TRY(binder_operator(b, x->some.op, left, local, x->at, &args[1], e));
	else
		TRY(bind_comparison(b, x->some.op, left, local, x->at, &args[1], e));
	each->args = args;
	each->arg_count = 2;
	each->is_volatile = args[0]->is_volatile || args[1]->is_volatile;
	*out = each;
	return OK;
}

/* ---- IS and CASE ----------------------------------------------------------------------------- */

struct bound *bound_case(
	struct binder *b, const struct bound **args, uint32_t count, struct type type, uint32_t at)
{
	struct bound *x = bound_new(b, BOUND_CASE, type, at);

	x->args = args;
	x->arg_count = count;
	for (uint32_t i = 0; i < count; i++)
		x->is_volatile |= args[i]->is_volatile;
	return x;
}

/* NULL counts as not: CASE WHEN condition THEN yes ELSE no. */
static const struct bound *bound_is_true(
	struct binder *b, const struct bound *condition, bool is_negated)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 3);
	struct type type = type_make(TYPE_BOOL);

	args[0] = condition;
	args[1] = bound_constant(b, value_bool(!is_negated), type, condition->at);
	args[2] = bound_constant(b, value_bool(is_negated), type, condition->at);
	return bound_case(b, args, 3, type, condition->at);
}

static enum sqlstate bind_end_of(struct binder *b, const struct ast_expr *x,
	const struct bound *operand, const struct bound **out, struct error *e)
{
	struct str name = x->is.test == IS_SOURCE_OF ? STR("startnode") : STR("endnode");
	const struct bound *edge;

	TRY(bind_expr(b, x->is.of, &edge, e));
	if (edge->type.kind != TYPE_EDGE || operand->type.kind != TYPE_NODE)
		return FAIL_AT(
			e, x->at, E_TYPE, "SOURCE OF and DESTINATION OF need a node and an edge");
	TRY(binder_function(b, name, &edge, 1, x->at, &edge, e));
	TRY(bind_comparison(b, OP_EQ, operand, edge, x->at, out, e));
	return x->is.is_negated ? bound_not(b, *out, out, e) : OK;
}

enum sqlstate bind_is(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound *operand;

	if (b->is_sql && x->is.test == IS_NULL && ast_is_row(x->is.operand))
		return bind_row_is_null(b, x, out, e);
	TRY(bind_expr(b, x->is.operand, &operand, e));
	switch (x->is.test) {
	case IS_UNKNOWN:
		TRY(binder_condition(b, &operand, "IS UNKNOWN", e));
		FALLTHROUGH;
	case IS_NULL:
		*out = bound_is_null(b, operand, x->is.is_negated);
		return OK;
	case IS_TRUE:
		TRY(binder_condition(b, &operand, "IS TRUE", e));
		*out = bound_is_true(b, operand, x->is.is_negated);
		return OK;
	case IS_FALSE:
		TRY(binder_condition(b, &operand, "IS FALSE", e));
		TRY(bound_not(b, operand, &operand, e));
		*out = bound_is_true(b, operand, x->is.is_negated);
		return OK;
	case IS_DIRECTED:
		if (operand->type.kind != TYPE_EDGE)
			return FAIL_AT(e, x->at, E_TYPE, "IS DIRECTED needs an edge");
		/* Every edge is; of NULL nobody knows. */
		TRY(bind_comparison(b, OP_EQ, operand, operand, x->at, out, e));
		return x->is.is_negated ? bound_not(b, *out, out, e) : OK;
	case IS_SOURCE_OF:
	case IS_DESTINATION_OF:
		return bind_end_of(b, x, operand, out, e);
	}
	unreachable();
}

/* WHEN a, b of CASE x: x = a OR x = b. */
static enum sqlstate bind_when(struct binder *b, const struct ast_expr *x,
	const struct bound *operand, const struct ast_when *when, const struct bound **out,
	struct error *e)
{
	const struct bound **tests =
		ARENA_ARRAY(b->arena, const struct bound *, when->condition_count);

	if (operand == NULL)
		return bind_condition(b, when->conditions[0], "CASE/WHEN", out, e);
	for (uint32_t i = 0; i < when->condition_count; i++) {
		const struct bound *value;

		TRY(bind_expr(b, when->conditions[i], &value, e));
		TRY(bind_comparison(b, OP_EQ, operand, value, x->at, &tests[i], e));
	}
	*out = bound_combine(b, BOUND_OR, tests, when->condition_count);
	return OK;
}

enum sqlstate bind_case(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	uint32_t count = 2 * x->conditional.when_count + 1;
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, count);
	const struct bound *operand = NULL;
	struct type type = { .kind = TYPE_NULL };

	if (x->conditional.operand != NULL)
		TRY(bind_expr(b, x->conditional.operand, &operand, e));
	args[count - 1] = bound_constant(b, value_null(), type_make(TYPE_NULL), x->at);
	if (x->conditional.otherwise != NULL)
		TRY(bind_expr(b, x->conditional.otherwise, &args[count - 1], e));
	type = args[count - 1]->type;
	for (uint32_t i = 0; i < x->conditional.when_count; i++) {
		const struct ast_when *when = &x->conditional.whens[i];

		TRY(bind_when(b, x, operand, when, &args[2 * i], e));
		TRY(bind_expr(b, when->result, &args[2 * i + 1], e));
		TRY(binder_unify(
			b, &type, args[2 * i + 1]->type, "CASE", when->result->at, e));
	}
	for (uint32_t i = 0; i < count && type.kind != TYPE_NULL; i++) {
		if (i % 2 == 1 || i == count - 1)
			TRY(binder_coerce(b, &args[i], type, "CASE result", e));
	}
	*out = bound_case(b, args, count, type, x->at);
	return OK;
}
