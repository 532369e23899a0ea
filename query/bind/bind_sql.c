/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What operators mean in SQL clauses, where PostgreSQL's types hold: a literal in quotes takes the
 * other side's type, smaller integers compute in their own width, types that do not compare are an
 * error. In graph clauses bind_operator.c decides alone.
 */
#include "query/bind/binder.h"

static const char *op_text(enum ast_op op)
{
	static const char *const texts[OP_COUNT] = { [OP_EQ] = "=",
		[OP_NE] = "<>",
		[OP_LT] = "<",
		[OP_LE] = "<=",
		[OP_GT] = ">",
		[OP_GE] = ">=",
		[OP_IN] = "=",
		[OP_DISTINCT_FROM] = "=",
		[OP_CONCAT] = "||" };

	return texts[op] == NULL ? "?" : texts[op];
}

static bool is_float(struct type t)
{
	return t.kind == TYPE_FLOAT64 || t.kind == TYPE_FLOAT32;
}

static bool is_moment(struct type t)
{
	return t.kind == TYPE_DATE || t.kind == TYPE_TIMESTAMP || t.kind == TYPE_TIMESTAMPTZ;
}

/* The type two operands are compared in, where one has to be cast for it. */
static struct type common_side(struct type mine, struct type other)
{
	if (mine.kind == TYPE_DECIMAL && is_float(other))
		return type_make(TYPE_FLOAT64);
	if (is_moment(mine) && is_moment(other) && mine.kind != other.kind)
		return type_make(mine.kind == TYPE_TIMESTAMPTZ || other.kind == TYPE_TIMESTAMPTZ
					 ? TYPE_TIMESTAMPTZ
					 : TYPE_TIMESTAMP);
	return mine;
}

static bool types_compare(struct type a, struct type b)
{
	enum type_family f = type_family(a);
	enum type_family g = type_family(b);

	/* json has no equality. */
	if (a.kind == TYPE_JSON || b.kind == TYPE_JSON)
		return false;
	return f == g || f == TYPE_FAMILY_UNKNOWN || g == TYPE_FAMILY_UNKNOWN ||
	       (is_moment(a) && is_moment(b));
}

/* Types of SQL, which have nothing in common with others: not those of graphs, nor any. */
static bool is_sql_type(struct type t)
{
	enum type_family f = type_family(t);

	return f != TYPE_FAMILY_UNKNOWN && f != TYPE_FAMILY_MAP && f != TYPE_FAMILY_NODE &&
	       f != TYPE_FAMILY_EDGE && f != TYPE_FAMILY_PATH && t.kind != TYPE_UNKNOWN;
}

enum sqlstate bind_sql_unify(
	struct type *common, struct type next, const char *what, uint32_t at, struct error *e)
{
	struct type was = *common;
	char x[TYPE_NAME_SIZE], y[TYPE_NAME_SIZE];

	*common = type_unify(was, next);
	if (is_moment(was) && is_moment(next)) {
		*common = common_side(was, next);
		return OK;
	}
	if (common->kind != TYPE_ANY || !is_sql_type(was) || !is_sql_type(next) ||
		type_family(was) == type_family(next))
		return OK;
	return FAIL_AT(e, at, E_TYPE, "%s types %s and %s cannot be matched", what,
		type_name(was, x), type_name(next, y));
}

enum sqlstate binder_unify(struct binder *b, struct type *common, struct type next,
	const char *what, uint32_t at, struct error *e)
{
	if (b->is_sql)
		return bind_sql_unify(common, next, what, at, e);
	*common = type_unify(*common, next);
	return OK;
}

static COLD enum sqlstate no_operator(enum ast_op op, const struct bound *left,
	const struct bound *right, uint32_t at, struct error *e)
{
	char l[TYPE_NAME_SIZE], r[TYPE_NAME_SIZE];

	FAIL(e, E_NO_FUNCTION, "operator does not exist: %s %s %s", type_name(left->type, l),
		op_text(op), type_name(right->type, r));
	error_hint(e, "No operator matches the given name and argument types. "
		      "You might need to add explicit type casts.");
	return binder_blame(e, at);
}

enum sqlstate bind_sql_operands(struct binder *b, enum ast_op op, const struct bound **left,
	const struct bound **right, uint32_t at, struct error *e)
{
	if (bound_is_unknown(*left) && bound_is_unknown(*right)) {
		*left = bound_cast(b, *left, type_make(TYPE_STRING));
		*right = bound_cast(b, *right, type_make(TYPE_STRING));
		return OK;
	}
	if (bound_is_unknown(*left) && (*right)->type.kind != TYPE_NULL)
		*left = bound_cast(b, *left, (*right)->type);
	else if (bound_is_unknown(*right) && (*left)->type.kind != TYPE_NULL)
		*right = bound_cast(b, *right, (*left)->type);
	if (!types_compare((*left)->type, (*right)->type))
		return no_operator(op, *left, *right, at, e);
	*left = bound_cast(b, *left, common_side((*left)->type, (*right)->type));
	*right = bound_cast(b, *right, common_side((*right)->type, (*left)->type));
	return OK;
}

/* A list's items beside x: a literal '{a,b}' is an array of x's type, literals among the items take
   it too; x takes the items' type where it is a literal. */
enum sqlstate bind_sql_in(struct binder *b, const struct bound **left, const struct bound **list,
	uint32_t at, struct error *e)
{
	const struct bound *item;
	struct type type;

	if (bound_is_unknown(*list))
		*list = bound_cast(b, *list,
			type_list_of(
				bound_is_unknown(*left) ? type_make(TYPE_STRING) : (*left)->type));
	if (type_family((*list)->type) != TYPE_FAMILY_LIST)
		return OK;
	type = type_item((*list)->type);
	if (type.kind == TYPE_UNKNOWN && !bound_is_unknown(*left)) {
		type = (*left)->type;
		*list = bound_cast(b, *list, type_list_of(type));
	}
	item = bound_constant(b, value_null(), type, at);
	TRY(bind_sql_operands(b, OP_EQ, left, &item, at, e));
	if (item->type.kind != type.kind)
		*list = bound_cast(b, *list, type_list_of(item->type));
	return OK;
}

static uint32_t width_of(struct type t)
{
	switch (t.kind) {
	case TYPE_INT16:
		return 2;
	case TYPE_INT32:
		return 4;
	default:
		return 8;
	}
}

static struct type integer_of(uint32_t width)
{
	return type_make(width == 2 ? TYPE_INT16 : width == 4 ? TYPE_INT32 : TYPE_INT64);
}

static bool is_scalar(struct type t)
{
	return type_family(t) != TYPE_FAMILY_LIST && type_family(t) != TYPE_FAMILY_PATH &&
	       t.kind != TYPE_BYTES && t.kind != TYPE_JSONB && t.kind != TYPE_ANY;
}

/* A literal beside an operand: of its type, but for the spans that are added to moments. */
static struct type literal_type(enum ast_op op, struct type other)
{
	bool is_time = is_moment(other) || other.kind == TYPE_TIME || other.kind == TYPE_TIMETZ;

	if (other.kind == TYPE_JSONB && op == OP_SUBTRACT)
		return type_make(TYPE_STRING);
	if (is_time && op == OP_ADD)
		return type_make(TYPE_DURATION);
	return other.kind == TYPE_NULL ? type_make(TYPE_STRING) : other;
}

/* text || anything: as text. */
static void concat_operands(struct binder *b, const struct bound **left, const struct bound **right)
{
	struct type text = type_make(TYPE_STRING);

	if (type_is_string((*left)->type) && is_scalar((*right)->type))
		*right = bound_cast(b, *right, text);
	if (type_is_string((*right)->type) && is_scalar((*left)->type))
		*left = bound_cast(b, *left, text);
}

static struct type item_or_self(struct type t)
{
	return type_family(t) == TYPE_FAMILY_LIST ? type_item(t) : t;
}

/* An array takes in what its items compare with, alone or as an array: no list of mixed items comes of
   it, as in the graph language. */
static bool may_concat(const struct bound *left, const struct bound *right)
{
	struct type a = item_or_self(left->type), b = item_or_self(right->type);

	if (type_family(left->type) != TYPE_FAMILY_LIST &&
		type_family(right->type) != TYPE_FAMILY_LIST)
		return true;
	return !is_scalar(a) || !is_scalar(b) || a.kind == TYPE_NULL || b.kind == TYPE_NULL ||
	       a.kind == TYPE_UNKNOWN || b.kind == TYPE_UNKNOWN || types_compare(a, b);
}

/* An array beside NULL stays as it is: NULL is an array without items, unless it has an item's type. */
static const char *concat_function(struct type left, struct type right)
{
	bool is_list = type_family(left) == TYPE_FAMILY_LIST;
	bool is_right_list = type_family(right) == TYPE_FAMILY_LIST;

	if ((is_list && (is_right_list || right.kind == TYPE_NULL)) ||
		(is_right_list && left.kind == TYPE_NULL))
		return "array_cat";
	if (is_list && is_scalar(right))
		return "array_append";
	return is_right_list && is_scalar(left) ? "array_prepend" : NULL;
}

/* Floats do not go out of range in SQL, nor divide by zero; numeric to a power stays numeric. */
static const char *number_function(enum ast_op op, struct type left, struct type right)
{
	static const char *const names[OP_COUNT] = { [OP_ADD] = "float_add",
		[OP_SUBTRACT] = "float_subtract",
		[OP_MULTIPLY] = "float_multiply",
		[OP_DIVIDE] = "float_divide",
		[OP_POWER] = "float_power" };

	if (!type_is_number(left) || !type_is_number(right))
		return NULL;
	if (op == OP_POWER && !is_float(left) && !is_float(right) &&
		(left.kind == TYPE_DECIMAL || right.kind == TYPE_DECIMAL))
		return "sql.power";
	return op == OP_POWER || is_float(left) || is_float(right) ? names[op] : NULL;
}

/* Two reals make a real. */
static enum sqlstate bind_checked(struct binder *b, enum ast_op op, const struct bound *left,
	const struct bound *right, uint32_t at, const struct bound **out, struct error *e)
{
	const struct bound *pair[2] = { left, right };
	const char *name = number_function(op, left->type, right->type);

	TRY(binder_function(b, str_of(name), pair, 2, at, out, e));
	if (op != OP_POWER && left->type.kind == TYPE_FLOAT32 && right->type.kind == TYPE_FLOAT32)
		*out = bound_cast(b, *out, type_make(TYPE_FLOAT32));
	return OK;
}

enum sqlstate bind_sql_arithmetic(struct binder *b, enum ast_op op, const struct bound *left,
	const struct bound *right, uint32_t at, const struct bound **out, struct error *e)
{
	bool is_narrow;

	if (op == OP_CONCAT && bound_is_unknown(left) && is_scalar(right->type))
		left = bound_cast(b, left, type_make(TYPE_STRING));
	else if (op == OP_CONCAT && bound_is_unknown(right) && is_scalar(left->type))
		right = bound_cast(b, right, type_make(TYPE_STRING));
	else if (bound_is_unknown(left) && !bound_is_unknown(right))
		left = bound_cast(b, left, literal_type(op, right->type));
	else if (bound_is_unknown(right) && !bound_is_unknown(left))
		right = bound_cast(b, right, literal_type(op, left->type));
	if (op == OP_CONCAT && !may_concat(left, right))
		return no_operator(op, left, right, at, e);
	if (op == OP_CONCAT)
		concat_operands(b, &left, &right);
	if (left->type.kind == TYPE_DATE && right->type.kind == TYPE_DURATION)
		left = bound_cast(b, left, type_make(TYPE_TIMESTAMP));
	if (right->type.kind == TYPE_DATE && left->type.kind == TYPE_DURATION)
		right = bound_cast(b, right, type_make(TYPE_TIMESTAMP));
	if (op == OP_ADD && left->type.kind == TYPE_TIME && right->type.kind == TYPE_DATE) {
		const struct bound *date = right;

		right = left;
		left = date;
	}
	if (op == OP_ADD && left->type.kind == TYPE_DATE && right->type.kind == TYPE_TIME) {
		left = bound_cast(b, left, type_make(TYPE_TIMESTAMP));
		right = bound_cast(b, right, type_make(TYPE_DURATION));
	}
	if (number_function(op, left->type, right->type) != NULL)
		return bind_checked(b, op, left, right, at, out, e);
	if (op == OP_CONCAT && concat_function(left->type, right->type) != NULL) {
		const struct bound *pair[2] = { left, right };

		for (int i = 0; i < 2; i++) {
			if (pair[i]->type.kind == TYPE_NULL)
				pair[i] = bound_cast(b, pair[i], pair[1 - i]->type);
		}
		return binder_function(
			b, str_of(concat_function(left->type, right->type)), pair, 2, at, out, e);
	}
	TRY(binder_operator(b, op, left, right, at, out, e));
	is_narrow = type_is_integer(left->type) && type_is_integer(right->type) &&
		    (*out)->type.kind == TYPE_INT64;
	if (left->type.kind == TYPE_DATE && right->type.kind == TYPE_DATE &&
		(*out)->type.kind == TYPE_INT64)
		*out = bound_cast(b, *out, type_make(TYPE_INT32));
	if (is_narrow)
		*out = bound_cast(
			b, *out, integer_of(MAX_OF(width_of(left->type), width_of(right->type))));
	return OK;
}

void bind_sql_result(struct binder *b, const struct ast_function *call,
	const struct bound *const *args, const struct bound **out)
{
	static const char *const names[] = { "abs", "mod", "gcd", "lcm", "&", "|", "#", "<<", ">>",
		"~ bits" };
	bool is_one = false;
	uint32_t width = 0;

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		is_one |= str_equal_nocase(call->name.name, str_of(names[i]));
	if (!is_one || (*out)->type.kind != TYPE_INT64)
		return;
	for (uint32_t i = 0; i < call->arg_count; i++)
		width = MAX_OF(width, width_of(args[i]->type));
	*out = bound_cast(b, *out, integer_of(width));
}
