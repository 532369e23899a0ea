/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Sequences and views as objects of the catalog.
 */
#include "query/table/table.h"

#include "base/buf.h"
#include "base/check.h"
#include "query/table/body.h"

/* ---- sequences ---- */

enum sqlstate sequence_definition_save(
	struct txn *txn, struct sequence_definition *d, struct error *e)
{
	struct buf body = { 0 };
	enum sqlstate rc;

	body_begin(&body);
	body_put_number(&body, d->numbers);
	body_put_number(&body, (uint64_t)d->rule.start);
	body_put_number(&body, (uint64_t)d->rule.increment);
	body_put_number(&body, (uint64_t)d->rule.min);
	body_put_number(&body, (uint64_t)d->rule.max);
	body_put_number(&body, d->rule.is_cycle);
	body_put_text(&body, d->type);
	body_put_text(&body, d->owner_table);
	body_put_text(&body, d->owner_column);
	body_put_number(&body, (uint64_t)(uint8_t)d->owner_kind);
	body_put_text(&body, d->comment);
	rc = schema_object_put(txn, &d->object, OBJECT_SEQUENCE, d->full_name, buf_str(&body), e);
	buf_free(&body);
	return rc;
}

static bool read_sequence(
	const struct catalog_object *o, struct arena *a, struct sequence_definition *out)
{
	struct body_reader r;

	if (o == NULL || o->kind != OBJECT_SEQUENCE || !body_open(&r, a, o->body))
		return false;
	*out = (struct sequence_definition){ .object = o->id, .full_name = arena_str(a, o->name) };
	out->name = graph_local_name(out->full_name);
	out->numbers = (uint32_t)body_number(&r);
	out->rule.start = (int64_t)body_number(&r);
	out->rule.increment = (int64_t)body_number(&r);
	out->rule.min = (int64_t)body_number(&r);
	out->rule.max = (int64_t)body_number(&r);
	out->rule.is_cycle = body_number(&r) != 0;
	out->type = body_text(&r);
	out->owner_table = body_text(&r);
	out->owner_column = body_text(&r);
	out->owner_kind = (char)body_number(&r);
	out->comment = body_text(&r);
	return true;
}

bool sequence_definition_find(
	const struct catalog *c, struct arena *a, struct str name, struct sequence_definition *out)
{
	return read_sequence(catalog_object_find(c, OBJECT_SEQUENCE, name), a, out);
}

bool sequence_definition_get(
	const struct catalog *c, struct arena *a, uint32_t object, struct sequence_definition *out)
{
	return read_sequence(catalog_object(c, object), a, out);
}

bool sequence_definition_of_column(const struct catalog *c, struct arena *a,
	const struct table_column *column, struct sequence_definition *out)
{
	if (column->sequence == NAME_NONE ||
		!sequence_definition_get(c, a, column->sequence, out))
		return false;
	return column->identity != 0 ||
	       str_equal(column->default_text,
		       arena_printf(a, "nextval('%.*s'::regclass)", STR_ARGS(out->name)));
}

/* ---- views ---- */

enum sqlstate view_definition_save(struct txn *txn, struct view_definition *d, struct error *e)
{
	struct buf body = { 0 };
	enum sqlstate rc;

	body_begin(&body);
	body_put_text(&body, d->text);
	body_put_number(&body, d->column_count);
	for (uint32_t i = 0; i < d->column_count; i++)
		body_put_text(&body, d->columns[i]);
	body_put_text(&body, d->comment);
	body_put_number(&body, (uint64_t)(uint8_t)d->check);
	body_put_number(&body, (d->is_invoker ? 1u : 0u) | (d->is_barrier ? 2u : 0u));
	rc = schema_object_put(txn, &d->object, OBJECT_VIEW, d->full_name, buf_str(&body), e);
	buf_free(&body);
	return rc;
}

bool view_definition_find(
	const struct catalog *c, struct arena *a, struct str name, struct view_definition *out)
{
	const struct catalog_object *o = catalog_object_find(c, OBJECT_VIEW, name);
	struct body_reader r;
	uint64_t flags;

	if (o == NULL || !body_open(&r, a, o->body))
		return false;
	*out = (struct view_definition){ .object = o->id, .full_name = arena_str(a, o->name) };
	out->name = graph_local_name(out->full_name);
	out->text = body_text(&r);
	out->column_count = body_count(&r, UINT32_MAX);
	out->columns = ARENA_ARRAY(a, struct str, out->column_count + 1);
	for (uint32_t i = 0; i < out->column_count; i++)
		out->columns[i] = body_text(&r);
	out->comment = body_text(&r);
	out->check = (char)body_number(&r);
	flags = body_number(&r);
	out->is_invoker = (flags & 1) != 0;
	out->is_barrier = (flags & 2) != 0;
	return true;
}
