/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * x IN list. Of a column of lists, those that one long list follows itself in are tested by a set of its
 * items, which is made once and then asked for each row:
 *
 *	[7, NULL, 3, [1], 7]    ->    slots: 7 3    has_null    (a list is no scalar: it is in no set)
 *
 * Three values: x is in the list (TRUE), or it is not and the list has a NULL (NULL), or not (FALSE).
 * NULL and NaN are in no list; lists and maps may have NULLs inside, so they are compared one by one.
 *
 * Invariants
 *  I1. Scalars that are equal have equal hashes, whatever their types (V1 of storage/value/value.c).
 *  I2. Two rows with the same items in memory have the same list.
 */
#include "query/eval/column.h"
#include "query/function/functions.h"
#include "query/type/type.h"

enum {
	ITEMS_MIN = 8,		/* a shorter list is read as quickly as hashed */
	ITEMS_MAX = 1 << 24,	/* a longer list is not worth the memory */
	ROWS_AHEAD = 8		/* a set is made where at least so many rows more ask it */
};

struct item_set {
	const struct value *items; /* of the list; NULL: there is no set yet */
	uint32_t count;
	uint32_t *slots; /* place in the list + 1, 0: free; at most half full */
	uint32_t slot_mask;
	bool has_null;
};

static bool is_scalar(struct value v)
{
	return v.type != VALUE_NULL && v.type != VALUE_LIST && v.type != VALUE_MAP;
}

/* The slot of an item equal to x, or the free one where it would go. */
static uint32_t find_slot(const struct item_set *s, struct value x)
{
	uint32_t at = (uint32_t)value_hash(x) & s->slot_mask;

	while (s->slots[at] != 0 && value_equal(s->items[s->slots[at] - 1], x) <= 0)
		at = (at + 1) & s->slot_mask;
	return at;
}

static void set_make(struct item_set *s, struct arena *a, struct value list)
{
	uint32_t slot_count = 2 * ITEMS_MIN;

	while (slot_count < 2 * list.count)
		slot_count *= 2;
	*s = (struct item_set){ .items = list.items, .count = list.count };
	s->slots = arena_alloc(a, sizeof *s->slots * slot_count);
	s->slot_mask = slot_count - 1;
	for (uint32_t i = 0; i < list.count; i++) {
		struct value item = list.items[i];

		s->has_null |= item.type == VALUE_NULL;
		/* NaN equals nothing: many of them would only fill the way to others. */
		if (is_scalar(item) && value_equal(item, item) > 0)
			s->slots[find_slot(s, item)] = i + 1;
	}
}

static bool is_set_of(const struct item_set *s, struct value list)
{
	return s->items != NULL && s->items == list.items && s->count == list.count;
}

static struct value in_set(const struct item_set *s, struct value x)
{
	if (s->slots[find_slot(s, x)] != 0)
		return value_bool(true);
	return s->has_null ? value_null() : value_bool(false);
}

static struct value in_list(struct value x, struct value list)
{
	bool has_null = false;

	if (list.type == VALUE_NULL)
		return list;
	for (uint32_t i = 0; i < list.count; i++) {
		int equal = value_equal(x, list.items[i]);

		if (equal > 0)
			return value_bool(true);
		has_null |= equal < 0;
	}
	return has_null ? value_null() : value_bool(false);
}

/* Whether the list is long and still the same some rows later. */
static bool is_worth_a_set(const struct column *lists, uint32_t row, uint32_t rows)
{
	struct value list = column_value(lists, row), later;

	if (list.count <= ITEMS_MIN || list.count > ITEMS_MAX || rows - row <= ROWS_AHEAD)
		return false;
	later = column_value(lists, row + ROWS_AHEAD);
	return later.type == VALUE_LIST && later.items == list.items && later.count == list.count;
}

FUNCTION_ROW(operator_in)
{
	*out = in_list(args[0], args[1]);
	return OK;
}

FUNCTION_VECTOR(kernel_in)
{
	struct item_set set = { 0 };

	/* Any value may stand where the type is not known: the row function's caller looks. */
	for (uint32_t row = 0; row < rows; row++) {
		enum value_type type = column_value(&args[1], row).type;

		if (type != VALUE_LIST && type != VALUE_NULL)
			return false;
	}
	*out = column_make(ev->arena, type_make(TYPE_BOOL), rows);
	*rc = OK;
	for (uint32_t row = 0; row < rows && *rc == OK; row++) {
		struct value x = column_value(&args[0], row), list = column_value(&args[1], row);

		*rc = eval_poll(ev, e);
		if (list.type == VALUE_LIST && is_scalar(x) && !is_set_of(&set, list) &&
			is_worth_a_set(&args[1], row, rows))
			set_make(&set, ev->arena, list);
		column_put(out, ev->arena, rows, row,
			list.type == VALUE_LIST && is_scalar(x) && is_set_of(&set, list)
				? in_set(&set, x)
				: in_list(x, list));
	}
	return true;
}
