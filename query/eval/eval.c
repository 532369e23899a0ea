/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The evaluator by column. Calls evaluate their arguments to columns first and then run a vector
 * kernel or loop over the row function; an expression whose arguments are the same in every row is
 * computed once (stride 0). Forms that must stop early go through eval_row.c row by row, except AND
 * and OR of operands that cannot fail, which are computed whole: stopping early saves nothing there
 * that a caller could notice.
 *
 * Invariants
 *  E1. The column given out has the form of the expression's type.
 *  E2. Nothing that can fail is evaluated for a row where the language says it is not.
 *  E3. Volatile expressions are evaluated for every row.
 */
#include "query/eval/eval.h"

#include <string.h>

#include "base/clock.h"
#include "base/datetime.h"
#include "base/setting.h"
#include "base/stack.h"
#include "query/eval/cast.h"
#include "query/eval/column.h"
#include "query/eval/eval_internal.h"
#include "query/eval/match.h"
#include "query/eval/typed_text.h"
#include "query/type/function.h"
#include "query/type/type.h"
#include "storage/storage.h"

enum { POLL_ROWS = 64, LIST_MAX_DEFAULT = 16777216 };

/* ---- the session's part ---- */

enum sqlstate eval_fail_cancelled(int reason, struct error *e)
{
	if (reason == QUERY_CANCEL_TIMEOUT)
		return FAIL(e, E_CANCELLED, "canceling statement due to statement timeout");
	if (reason == QUERY_CANCEL_SHUTDOWN)
		return FAIL(
			e, E_ADMIN_SHUTDOWN, "terminating connection due to administrator command");
	return FAIL(e, E_CANCELLED, "canceling statement due to user request");
}

const struct zone *eval_zone(struct eval *ev)
{
	struct error ignored;

	if (!ev->has_zone) {
		ev->has_zone = true;
		ev->zone = zone_utc;
		if (ev->settings != NULL &&
			zone_parse(str_of(setting_text(ev->settings, SETTING_timezone)), &ev->zone,
				&ignored) != OK)
			ev->zone = zone_utc;
	}
	return &ev->zone;
}

int64_t eval_now(struct eval *ev)
{
	if (!ev->has_now) {
		ev->has_now = true;
		ev->now = timestamp_now();
	}
	return ev->now;
}

uint32_t eval_list_max(struct eval *ev)
{
	if (ev->list_max == 0) {
		ev->list_max = LIST_MAX_DEFAULT;
		if (ev->settings != NULL)
			ev->list_max = (uint32_t)setting_int(ev->settings, SETTING_max_list_size);
	}
	return ev->list_max;
}

enum sqlstate eval_check_list(struct eval *ev, uint64_t count, struct error *e)
{
	enum sqlstate rc;

	if (count <= eval_list_max(ev))
		return OK;
	rc = FAIL(e, E_PROGRAM_LIMIT, "list size exceeds the maximum of %u elements",
		eval_list_max(ev));
	error_hint(e, "The limit is the setting max_list_size.");
	return rc;
}

void eval_end(struct eval *ev)
{
	if (ev->regexes != NULL)
		match_regex_free(ev->regexes);
	ev->regexes = NULL;
}

struct value eval_string(struct eval *ev, const char *text, size_t length)
{
	return value_string(arena_str(ev->arena, (struct str){ text, (uint32_t)length }));
}

struct value eval_list(const struct value *items, uint32_t count)
{
	return (struct value){ .type = VALUE_LIST, .count = count, .items = items };
}

struct value eval_take_buf(struct eval *ev, struct buf *b)
{
	struct value v = eval_string(ev, (const char *)b->data, b->length);

	buf_free(b);
	return v;
}

/* ---- what needs no rows ---- */

/* True if the expression cannot fail whatever the values (E2). */
static bool is_total(const struct bound *b)
{
	switch (b->kind) {
	case BOUND_CONSTANT:
	case BOUND_PARAMETER:
	case BOUND_SLOT:
		return true;
	case BOUND_CALL:
		if (!b->function->is_total ||
			(eval_call_is_dynamic(b) && !b->function->is_lenient &&
				strchr(b->function->pattern, 'a') == NULL))
			return false;
		break;
	case BOUND_AND:
	case BOUND_OR:
	case BOUND_IS_TYPED:
	case BOUND_LABEL_TEST:
		break;
	default:
		return false;
	}
	for (uint32_t i = 0; i < b->arg_count; i++) {
		if (!is_total(b->args[i]))
			return false;
	}
	return true;
}

/* The loop over eval_value(), for everything without a way of its own. */
static enum sqlstate column_by_rows(struct eval *ev, const struct bound *b, const struct batch *in,
	struct column *out, struct error *e)
{
	struct value v;

	*out = column_make(ev->arena, b->type, in->count);
	for (uint32_t row = 0; row < in->count; row++) {
		if (row % POLL_ROWS == POLL_ROWS - 1)
			TRY(eval_poll(ev, e));
		TRY(eval_value(ev, b, in, row, &v, e));
		column_put(out, ev->arena, in->count, row, v);
	}
	return OK;
}

/* ---- calls ---- */

/* Not inline: its array would be in each frame of a deep expression. */
static NOINLINE enum sqlstate call_rows(struct eval *ev, const struct bound *b,
	const struct column *args, uint32_t rows, struct column *out, struct error *e)
{
	bool is_dynamic = eval_call_is_dynamic(b);
	bool is_checked = b->type.kind == TYPE_NULL || is_dynamic;
	struct value values[FUNCTION_ARGS_MAX], v;

	*out = column_make(ev->arena, b->type, rows);
	for (uint32_t row = 0; row < rows; row++) {
		if (row % POLL_ROWS == POLL_ROWS - 1)
			TRY(eval_poll(ev, e));
		for (uint32_t i = 0; i < b->arg_count; i++)
			values[i] = column_value(&args[i], row);
		TRY(eval_call(ev, b, values, b->arg_count, is_dynamic, &v, e));
		if (is_checked && b->type.kind != TYPE_NULL && !type_takes_value(b->type, v))
			return eval_error_at(b, type_refuses_value(b->type, v, e), e);
		column_put(out, ev->arena, rows, row, v);
	}
	return OK;
}

static enum sqlstate column_call(struct eval *ev, const struct bound *b, const struct batch *in,
	struct column *out, struct error *e)
{
	struct column few[ARGS_FEW], *args = few;
	bool is_constant = !b->function->is_volatile;
	uint32_t rows = in->count;
	enum sqlstate rc = OK;

	assert(b->arg_count <= FUNCTION_ARGS_MAX);
	if (b->arg_count > ARGS_FEW)
		args = arena_alloc_raw(ev->arena, sizeof *args * b->arg_count);
	for (uint32_t i = 0; i < b->arg_count; i++) {
		TRY(eval_column(ev, b->args[i], in, &args[i], e));
		is_constant &= args[i].stride == 0;
	}
	if (is_constant && rows > 0)
		rows = 1;
	*out = (struct column){ .form = (uint8_t)column_form_of(b->type),
		.value_type = (uint8_t)column_value_type_of(b->type) };
	if (b->body->vector != NULL && out->form != COLUMN_VALUE &&
		b->body->vector(ev, args, b->arg_count, rows, out, &rc, e)) {
		if (rc != OK)
			return eval_error_at(b, rc, e);
	} else {
		TRY(call_rows(ev, b, args, rows, out, e));
	}
	if (is_constant)
		out->stride = 0;
	return OK;
}

/* ---- logic ---- */

/* acc = acc AND x (or OR), three-valued: 0 false, 1 true, 2 unknown. */
static uint8_t logic_step(uint8_t acc, uint8_t x, bool is_or)
{
	uint8_t decides = is_or ? 1 : 0;

	if (acc == decides || x == decides)
		return decides;
	return acc == 2 || x == 2 ? 2 : x;
}

static uint8_t logic_of(const struct column *c, uint32_t row)
{
	struct value v;

	if (LIKELY(c->form == COLUMN_I64)) {
		uint32_t at = row * c->stride;

		return c->nulls != NULL && c->nulls[at] ? 2 : c->i64[at] != 0;
	}
	v = column_value(c, row);
	return v.type == VALUE_BOOL ? v.boolean : 2;
}

/* One operand over all rows, or, if it may fail, over the rows that are not decided yet. */
static enum sqlstate logic_operand(struct eval *ev, const struct bound *b, uint32_t operand,
	const struct batch *in, uint8_t *acc, struct error *e)
{
	const struct bound *arg = b->args[operand];
	bool is_or = b->kind == BOUND_OR;
	uint8_t decides = is_or ? 1 : 0;
	struct column c;
	struct value v;

	if (operand == 0 || is_total(arg)) {
		TRY(eval_column(ev, arg, in, &c, e));
		for (uint32_t row = 0; row < in->count; row++)
			acc[row] = logic_step(acc[row], logic_of(&c, row), is_or);
		return OK;
	}
	for (uint32_t row = 0; row < in->count; row++) {
		if (acc[row] == decides)
			continue;
		if (row % POLL_ROWS == POLL_ROWS - 1)
			TRY(eval_poll(ev, e));
		TRY(eval_value(ev, arg, in, row, &v, e));
		acc[row] = logic_step(acc[row], v.type == VALUE_BOOL ? v.boolean : 2, is_or);
	}
	return OK;
}

static enum sqlstate column_logic(struct eval *ev, const struct bound *b, const struct batch *in,
	struct column *out, struct error *e)
{
	uint8_t *acc = arena_alloc_raw(ev->arena, in->count + 1);
	bool has_null = false;

	memset(acc, b->kind == BOUND_OR ? 0 : 1, in->count);
	for (uint32_t i = 0; i < b->arg_count; i++)
		TRY(logic_operand(ev, b, i, in, acc, e));
	*out = column_make(ev->arena, b->type, in->count);
	for (uint32_t row = 0; row < in->count; row++) {
		out->i64[row] = acc[row] == 1;
		has_null |= acc[row] == 2;
	}
	if (!has_null)
		return OK;
	out->nulls = acc;
	for (uint32_t row = 0; row < in->count; row++)
		acc[row] = acc[row] == 2;
	return OK;
}

/* ---- casts ---- */

/* Integers that need no look: into eight bytes, and between the types of numbers of objects. */
static bool cast_keeps_integer(const struct bound *b)
{
	struct type from = b->args[0]->type;

	return b->type.kind == TYPE_INT64 ||
	       (type_is_integer(b->type) && type_base(b->type).kind != b->type.kind &&
		       type_base(from).kind != from.kind);
}

static enum sqlstate column_cast(struct eval *ev, const struct bound *b, const struct batch *in,
	struct column *out, struct error *e)
{
	struct column arg;
	uint32_t rows = in->count;
	bool is_integer;
	struct value v;

	TRY(eval_column(ev, b->args[0], in, &arg, e));
	is_integer = arg.form == COLUMN_I64 && arg.value_type == VALUE_INT;
	if (b->type.kind == TYPE_FLOAT64 && is_integer) {
		*out = column_convert(ev->arena, &arg, b->type, rows);
		return OK;
	}
	if ((cast_keeps_integer(b) && is_integer) ||
		(b->type.kind == TYPE_FLOAT64 && arg.form == COLUMN_F64)) {
		*out = arg;
		return OK;
	}
	if (arg.stride == 0 && rows > 0)
		rows = 1;
	*out = column_make(ev->arena, b->type, rows);
	for (uint32_t row = 0; row < rows; row++) {
		enum sqlstate rc =
			eval_cast_bound(ev, b, column_value(&arg, row), &v, e);

		if (rc != OK)
			return eval_error_at(b, rc, e);
		column_put(out, ev->arena, rows, row, v);
	}
	out->stride = arg.stride;
	return OK;
}

/* ---- elements ---- */

enum sqlstate eval_check_present(
	struct eval *ev, enum element element, const uint64_t *ids, uint32_t count, struct error *e)
{
	uint32_t labelset;
	struct edge_head head;

	for (uint32_t i = 0; i < count; i++) {
		bool is_absent;

		if (element == ELEMENT_NODE) {
			TRY(storage_nodes_get(ev->txn, &ids[i], 1, &labelset, e));
			is_absent = labelset == LABELSET_ABSENT;
		} else {
			TRY(storage_edges_get(ev->txn, &ids[i], 1, &head, e));
			is_absent = head.label == NAME_NONE;
		}
		if (is_absent)
			return FAIL(e, E_OBJECT_STATE, "%s %llu was deleted by this statement",
				element == ELEMENT_NODE ? "node" : "edge",
				(unsigned long long)ids[i]);
	}
	return OK;
}

/* The ids of an element column without its NULL rows; rows[i] says which row ids[i] came from. */
static uint32_t present_ids(const struct column *c, uint32_t count, uint64_t *ids, uint32_t *rows)
{
	uint32_t used = 0;

	for (uint32_t row = 0; row < count; row++) {
		if (column_is_null(c, row))
			continue;
		rows[used] = row;
		ids[used++] = (uint64_t)c->i64[row * c->stride];
	}
	return used;
}

struct id_list {
	uint64_t *ids;
	uint32_t *rows;
	uint32_t count;
};

static struct id_list id_list_of(struct eval *ev, const struct column *c, uint32_t rows)
{
	struct id_list list;

	list.ids = arena_alloc_raw(ev->arena, sizeof *list.ids * (rows + 1));
	list.rows = arena_alloc_raw(ev->arena, sizeof *list.rows * (rows + 1));
	list.count = present_ids(c, rows, list.ids, list.rows);
	return list;
}

static enum sqlstate label_test_nodes(struct eval *ev, const struct bound *b,
	const struct id_list *list, struct column *out, struct error *e)
{
	uint32_t *sets = arena_alloc_raw(ev->arena, sizeof *sets * (list->count + 1));
	const struct catalog *catalog = txn_catalog(ev->txn);
	uint32_t last = LABELSET_ABSENT;
	bool last_matches = eval_labelset_matches(catalog, last, b->label);

	TRY(storage_nodes_get(ev->txn, list->ids, list->count, sets, e));
	for (uint32_t i = 0; i < list->count; i++) {
		if (sets[i] != last) {
			last = sets[i];
			last_matches = eval_labelset_matches(catalog, last, b->label);
		}
		out->i64[list->rows[i]] = last_matches;
	}
	return OK;
}

static enum sqlstate label_test_edges(struct eval *ev, const struct bound *b,
	const struct id_list *list, struct column *out, struct error *e)
{
	struct edge_head *heads = arena_alloc_raw(ev->arena, sizeof *heads * (list->count + 1));

	TRY(storage_edges_get(ev->txn, list->ids, list->count, heads, e));
	for (uint32_t i = 0; i < list->count; i++)
		out->i64[list->rows[i]] = eval_edge_label_matches(heads[i].label, b->label);
	return OK;
}

static enum sqlstate column_label_test(struct eval *ev, const struct bound *b,
	const struct batch *in, struct column *out, struct error *e)
{
	struct column element;
	struct id_list list;

	TRY(eval_column(ev, b->args[0], in, &element, e));
	if (element.form != COLUMN_I64)
		return column_by_rows(ev, b, in, out, e);
	list = id_list_of(ev, &element, in->count);
	*out = column_make(ev->arena, b->type, in->count);
	for (uint32_t row = 0; list.count < in->count && row < in->count; row++)
		column_put(out, ev->arena, in->count, row,
			column_is_null(&element, row) ? value_null() : value_bool(false));
	if (element.value_type == VALUE_NODE)
		return label_test_nodes(ev, b, &list, out, e);
	return label_test_edges(ev, b, &list, out, e);
}

static enum sqlstate column_property(struct eval *ev, const struct bound *b, const struct batch *in,
	struct column *out, struct error *e)
{
	uint32_t key = b->key_number;
	struct column element;
	struct id_list list;
	struct value *values;
	enum element kind;

	TRY(eval_column(ev, b->args[0], in, &element, e));
	if (element.form != COLUMN_I64 || element.value_type < VALUE_NODE)
		return column_by_rows(ev, b, in, out, e);
	kind = element.value_type == VALUE_NODE ? ELEMENT_NODE : ELEMENT_EDGE;
	list = id_list_of(ev, &element, in->count);
	if (ev->has_deleted)
		TRY(eval_check_present(ev, kind, list.ids, list.count, e));
	if (key == NAME_NONE)
		key = catalog_find(txn_catalog(ev->txn), NAME_KEY, b->key);
	if (key == NAME_NONE) {
		*out = column_constant(ev->arena, b->type, value_null());
		return OK;
	}
	values = arena_alloc_raw(ev->arena, sizeof *values * (list.count + 1));
	TRY(storage_properties(
		ev->txn, kind, list.ids, list.count, &key, 1, &values, ev->arena, e));
	*out = column_make(ev->arena, b->type, in->count);
	for (uint32_t row = 0; list.count < in->count && row < in->count; row++)
		column_put(out, ev->arena, in->count, row, value_null());
	for (uint32_t i = 0; i < list.count; i++) {
		if (!type_takes_value(b->type, values[i]) && b->type.kind != TYPE_NULL)
			return eval_error_at(b, type_refuses_value(b->type, values[i], e), e);
		if (out->nulls != NULL)
			out->nulls[list.rows[i]] = 0;
		column_put(out, ev->arena, in->count, list.rows[i], values[i]);
	}
	return OK;
}

/* ---- the switch ---- */

static enum sqlstate column_is_typed(struct eval *ev, const struct bound *b, const struct batch *in,
	struct column *out, struct error *e)
{
	struct column arg;

	TRY(eval_column(ev, b->args[0], in, &arg, e));
	*out = column_make(ev->arena, b->type, in->count);
	for (uint32_t row = 0; row < in->count; row++) {
		out->i64[row] = b->tested.kind == TYPE_NULL
					? column_is_null(&arg, row)
					: eval_is_typed(column_value(&arg, row), b->tested);
	}
	return OK;
}

static enum sqlstate column_list(struct eval *ev, const struct bound *b, const struct batch *in,
	struct column *out, struct error *e)
{
	struct column *args = arena_alloc_raw(ev->arena, sizeof *args * (b->arg_count + 1));
	struct value *items;
	struct value v;

	for (uint32_t i = 0; i < b->arg_count; i++)
		TRY(eval_column(ev, b->args[i], in, &args[i], e));
	*out = column_make(ev->arena, b->type, in->count);
	assert(out->form == COLUMN_VALUE);
	for (uint32_t row = 0; row < in->count; row++) {
		items = arena_alloc_raw(ev->arena, sizeof *items * (2 * b->arg_count + 1));
		for (uint32_t i = 0; i < b->arg_count; i++)
			items[i] = column_value(&args[i], row);
		v = eval_make_row(b, items);
		if (b->kind == BOUND_MAP)
			TRY(eval_make_map(ev, b->keys, items, b->arg_count, &v, e));
		out->values[row] = v;
	}
	return OK;
}

static void mark_json(struct eval *ev, struct type type, uint32_t rows, struct column *c)
{
	struct column marked = column_make(ev->arena, type, rows);

	assert(marked.form == COLUMN_VALUE);
	for (uint32_t row = 0; row < rows; row++)
		marked.values[row] = eval_marked_json(ev, type, column_value(c, row));
	*c = marked;
}

enum sqlstate eval_column(struct eval *ev, const struct bound *b, const struct batch *in,
	struct column *out, struct error *e)
{
	TRY(stack_check(e));
	switch (b->kind) {
	case BOUND_CONSTANT:
		*out = column_constant(ev->arena, b->type, b->value);
		return OK;
	case BOUND_PARAMETER:
		*out = column_constant(ev->arena, b->type, ev->parameters[b->index]);
		return OK;
	case BOUND_SLOT:
		*out = in->columns[b->index];
		if (out->form != column_form_of(b->type))
			*out = column_convert(ev->arena, out, b->type, in->count);
		if (eval_type_is_json(b->type))
			mark_json(ev, b->type, in->count, out);
		return OK;
	case BOUND_CALL:
		return column_call(ev, b, in, out, e);
	case BOUND_AND:
	case BOUND_OR:
		return column_logic(ev, b, in, out, e);
	case BOUND_CAST:
		return column_cast(ev, b, in, out, e);
	case BOUND_LIST:
	case BOUND_MAP:
		return column_list(ev, b, in, out, e);
	case BOUND_PROPERTY:
		return column_property(ev, b, in, out, e);
	case BOUND_LABEL_TEST:
		return column_label_test(ev, b, in, out, e);
	case BOUND_IS_TYPED:
		return column_is_typed(ev, b, in, out, e);
	default:
		return column_by_rows(ev, b, in, out, e);
	}
}

enum sqlstate eval_filter(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t *selected, uint32_t *count, struct error *e)
{
	struct column c;
	uint32_t used = 0;

	*count = 0;
	if (in->count == 0)
		return OK;
	TRY(eval_column(ev, b, in, &c, e));
	for (uint32_t row = 0; row < in->count; row++) {
		selected[used] = row;
		used += logic_of(&c, row) == 1;
	}
	*count = used;
	return OK;
}
