/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Indexes as objects of the catalog: see table_index.h. The object's name is made of the index's number,
 * so that renaming does not touch it; no relation has such a name.
 */
#include "query/table/table_index.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/check.h"
#include "query/table/body.h"
#include "query/table/table.h"

enum { NAME_SIZE = 32 };
enum { IS_DESCENDING = 1, IS_NULLS_FIRST = 2 };

static struct str name_of(char name[NAME_SIZE], uint32_t index)
{
	snprintf(name, NAME_SIZE, "\xffindex.%u", index);
	return str_of(name);
}

static const struct catalog_object *object_of(const struct catalog *c, uint32_t index)
{
	char name[NAME_SIZE];

	return catalog_object_find(c, OBJECT_INDEX, name_of(name, index));
}

static struct index_text read_text(struct body_reader *r)
{
	struct index_text out;

	out.source = body_text(r);
	out.text = body_text(r);
	out.pretty = body_text(r);
	return out;
}

static bool read_object(const struct catalog_object *o, struct arena *a, struct table_index *out)
{
	struct body_reader r;

	if (o == NULL || o->kind != OBJECT_INDEX || !body_open(&r, a, o->body))
		return false;
	*out = (struct table_index){ .element = body_number(&r) == ELEMENT_EDGE ? ELEMENT_EDGE
										: ELEMENT_NODE };
	out->label = (uint32_t)body_number(&r);
	out->predicate = read_text(&r);
	out->predicate_key = (uint32_t)body_number(&r);
	out->key_count = body_count(&r, ARRAY_COUNT(out->keys));
	for (uint32_t i = 0; i < out->key_count; i++) {
		struct table_index_key *key = &out->keys[i];
		uint64_t flags;

		key->key = (uint32_t)body_number(&r);
		key->expr = read_text(&r);
		flags = body_number(&r);
		key->is_descending = (flags & IS_DESCENDING) != 0;
		key->is_nulls_first = (flags & IS_NULLS_FIRST) != 0;
	}
	return true;
}

void table_index_read(const struct catalog *c, struct arena *a, const struct index_info *info,
	struct table_index *out)
{
	if (read_object(object_of(c, info->id), a, out))
		return;
	*out = (struct table_index){ .element = info->element,
		.label = info->label,
		.key_count = info->key_count };
	for (uint32_t i = 0; i < info->key_count; i++)
		out->keys[i].key = info->keys[i];
}

bool table_index_next(
	const struct catalog *c, struct arena *a, uint32_t *cursor, struct table_index *out)
{
	while (*cursor < catalog_object_count(c)) {
		if (read_object(catalog_object_at(c, (*cursor)++), a, out))
			return true;
	}
	return false;
}

bool table_index_is_plain(const struct table_index *x)
{
	bool is_plain = x->predicate.text.length == 0;

	for (uint32_t i = 0; i < x->key_count; i++)
		is_plain = is_plain && x->keys[i].expr.text.length == 0 &&
			   !x->keys[i].is_descending &&
			   !x->keys[i].is_nulls_first;
	return is_plain;
}

bool table_index_has_hidden(const struct catalog *c, const struct index_info *info)
{
	for (uint32_t i = 0; i < info->key_count; i++) {
		if (catalog_key_is_hidden(c, info->keys[i]))
			return true;
	}
	return false;
}

static void put_text(struct buf *to, const struct index_text *t)
{
	body_put_text(to, t->source);
	body_put_text(to, t->text);
	body_put_text(to, t->pretty);
}

enum sqlstate table_index_save(
	struct txn *txn, uint32_t index, const struct table_index *x, struct error *e)
{
	const struct catalog_object *old = object_of(txn_catalog(txn), index);
	uint32_t object = old == NULL ? NAME_NONE : old->id;
	struct buf body = { 0 };
	char name[NAME_SIZE];
	enum sqlstate rc;

	body_begin(&body);
	body_put_number(&body, x->element);
	body_put_number(&body, x->label);
	put_text(&body, &x->predicate);
	body_put_number(&body, x->predicate_key);
	body_put_number(&body, x->key_count);
	for (uint32_t i = 0; i < x->key_count; i++) {
		body_put_number(&body, x->keys[i].key);
		put_text(&body, &x->keys[i].expr);
		body_put_number(&body, (x->keys[i].is_descending ? IS_DESCENDING : 0u) |
					       (x->keys[i].is_nulls_first ? IS_NULLS_FIRST : 0u));
	}
	rc = schema_object_put(
		txn, &object, OBJECT_INDEX, name_of(name, index), buf_str(&body), e);
	buf_free(&body);
	return rc;
}

enum sqlstate table_index_forget(struct txn *txn, uint32_t index, struct error *e)
{
	const struct catalog_object *old = object_of(txn_catalog(txn), index);

	return old == NULL ? OK : schema_object_drop(txn, old->id, e);
}
