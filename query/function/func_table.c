/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What tables need of functions: sequences, and values made to fit varchar(n) and char(n).
 */
#include "query/function/functions.h"
#include "query/function/sequence_memory.h"
#include "query/sql/naming.h"
#include "query/table/table.h"

/* ---- lengths ---- */

FUNCTION_ROW(table_fit_varchar)
{
	struct str text = value_str(args[0]);

	(void)count;
	TRY(table_fit_text(ev->arena, &text, args[1].integer, false, e));
	*out = value_string(text);
	return OK;
}

FUNCTION_ROW(table_fit_char)
{
	struct str text = value_str(args[0]);

	(void)count;
	TRY(table_fit_text(ev->arena, &text, args[1].integer, true, e));
	*out = value_string(text);
	return OK;
}

/* ---- sequences ---- */

/* 'public."Name"', name, NAME: as an identifier of SQL is read. */
static struct str sequence_name(struct eval *ev, struct str text)
{
	char *name = arena_alloc_raw(ev->arena, text.length + 1);
	uint32_t length = 0;
	bool is_quoted = false;

	for (uint32_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (c == '"' && is_quoted && i + 1 < text.length && text.at[i + 1] == '"')
			name[length++] = text.at[i++];
		else if (c == '"')
			is_quoted = !is_quoted;
		else if (c == '.' && !is_quoted)
			length = 0;
		else
			name[length++] = !is_quoted && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return (struct str){ name, length };
}

static enum sqlstate find_by_oid(
	struct eval *ev, struct value oid, struct sequence_definition *out, struct error *e)
{
	struct naming_object object;

	if (oid.integer < 0 || oid.integer > UINT32_MAX ||
		!naming_relation(ev, (uint32_t)oid.integer, &object))
		return FAIL(e, E_NO_TABLE, "could not open relation with OID %lld",
			(long long)oid.integer);
	if (!sequence_definition_find(txn_catalog(ev->txn), ev->arena, object.name, out))
		return FAIL(e, E_WRONG_OBJECT, "\"%.*s\" is not a sequence", STR_ARGS(object.name));
	return OK;
}

static enum sqlstate find(
	struct eval *ev, struct value name, struct sequence_definition *out, struct error *e)
{
	const struct catalog *c;

	if (ev->txn == NULL)
		return FAIL(e, E_NOT_SUPPORTED, "sequences cannot be asked here");
	c = txn_catalog(ev->txn);
	if (name.type == VALUE_INT)
		return find_by_oid(ev, name, out, e);
	if (sequence_definition_find(c, ev->arena, value_str(name), out) ||
		sequence_definition_find(c, ev->arena, sequence_name(ev, value_str(name)), out))
		return OK;
	return naming_no_relation(ev, value_str(name), e);
}

FUNCTION_ROW(sequence_nextval)
{
	struct sequence_definition s;
	enum sqlstate rc;
	int64_t value;

	(void)count;
	TRY(find(ev, args[0], &s, e));
	rc = storage_sequence_next(ev->txn, s.numbers, &s.rule, &value, e);
	if (rc == E_SEQUENCE_LIMIT)
		return FAIL(e, rc, "nextval: reached %s value of sequence \"%.*s\" (%lld)",
			s.rule.increment > 0 ? "maximum" : "minimum", STR_ARGS(s.name),
			(long long)(s.rule.increment > 0 ? s.rule.max : s.rule.min));
	TRY(rc);
	if (ev->session != NULL && ev->session->sequences != NULL)
		sequence_memory_note(ev->session->sequences, s.numbers, value, true);
	*out = value_int(value);
	return OK;
}

FUNCTION_ROW(sequence_currval)
{
	struct sequence_definition s;
	int64_t value;

	(void)count;
	TRY(find(ev, args[0], &s, e));
	if (ev->session == NULL || ev->session->sequences == NULL ||
		!sequence_memory_find(ev->session->sequences, s.numbers, &value))
		return FAIL(e, E_OBJECT_STATE,
			"currval of sequence \"%.*s\" is not yet defined in this session",
			STR_ARGS(s.name));
	*out = value_int(value);
	return OK;
}

FUNCTION_ROW(sequence_lastval)
{
	const struct sequence_memory *m = ev->session == NULL ? NULL : ev->session->sequences;
	int64_t value;

	(void)args;
	(void)count;
	if (m == NULL || !m->has_last || !sequence_memory_find(m, m->last, &value))
		return FAIL(e, E_OBJECT_STATE, "lastval is not yet defined in this session");
	*out = value_int(value);
	return OK;
}

FUNCTION_ROW(sequence_setval)
{
	bool is_called = count < 3 || args[2].boolean;
	struct sequence_definition s;

	TRY(find(ev, args[0], &s, e));
	if (args[1].integer < s.rule.min || args[1].integer > s.rule.max)
		return FAIL(e, E_OUT_OF_RANGE,
			"setval: value %lld is out of bounds for sequence \"%.*s\" (%lld..%lld)",
			(long long)args[1].integer, STR_ARGS(s.name), (long long)s.rule.min,
			(long long)s.rule.max);
	TRY(storage_sequence_set(ev->txn, s.numbers, args[1].integer, is_called, e));
	if (is_called && ev->session != NULL && ev->session->sequences != NULL)
		sequence_memory_note(ev->session->sequences, s.numbers, args[1].integer, false);
	*out = args[1];
	return OK;
}

FUNCTION_ROW(sequence_of_column)
{
	const struct catalog *c;
	const struct table *t;
	const struct table_column *column;
	struct sequence_definition s;

	(void)count;
	*out = value_null();
	if (ev->txn == NULL)
		return OK;
	c = txn_catalog(ev->txn);
	t = table_look_up(c, ev->arena, sequence_name(ev, value_str(args[0])));
	if (t == NULL)
		return naming_no_relation(ev, value_str(args[0]), e);
	column = table_column(t, value_str(args[1]));
	if (column == NULL)
		return FAIL(e, E_NO_COLUMN, "column \"%.*s\" of relation \"%.*s\" does not exist",
			STR_ARGS(value_str(args[1])), STR_ARGS(t->name));
	if (column->sequence != NAME_NONE &&
		sequence_definition_get(c, ev->arena, column->sequence, &s)) {
		struct buf text = { 0 };

		buf_put_text(&text, "public.");
		buf_put_str(&text, s.name);
		*out = eval_take_buf(ev, &text);
	}
	return OK;
}
