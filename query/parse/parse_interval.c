/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * INTERVAL '90' MINUTE, INTERVAL DAY TO SECOND(3): the fields of a span of time, behind the name of its type
 * or behind its text.
 */
#include "base/interval.h"
#include "query/parse/parse_expr.h"
#include "query/parse/parse_table.h"

static enum interval_field field_at(struct parser *p, uint32_t n)
{
	int f = 0;

	while (f < INTERVAL_FIELDS &&
		!parse_sees_word(p, n, interval_field_name((enum interval_field)f)))
		f++;
	return (enum interval_field)f;
}

/* TO: years go with months, days with times of day. */
static bool is_range(enum interval_field first, enum interval_field last)
{
	if (last == INTERVAL_FIELDS || last <= first)
		return false;
	return first == INTERVAL_YEAR ? last == INTERVAL_MONTH : first >= INTERVAL_DAY;
}

static enum sqlstate parse_last_field(
	struct parser *p, enum interval_field first, enum interval_field *last)
{
	*last = first;
	if (!parse_accept(p, KW_TO))
		return OK;
	*last = field_at(p, 0);
	if (!is_range(first, *last))
		return parse_fail(p, "a smaller field");
	parse_advance(p);
	return OK;
}

enum sqlstate parse_interval_range(struct parser *p, struct ast_type *t)
{
	enum interval_field first = field_at(p, 0), last;
	uint32_t digits;

	if (t->argument_count > 0 || first == INTERVAL_FIELDS)
		return OK;
	parse_advance(p);
	TRY(parse_last_field(p, first, &last));
	t->range = interval_range(first, last);
	if (last != INTERVAL_SECOND || !parse_accept(p, '('))
		return OK;
	TRY(parse_uint(p, &digits));
	t->arguments[t->argument_count++] = (int32_t)MIN_OF(digits, (uint32_t)INT32_MAX);
	return parse_expect(p, ')');
}
