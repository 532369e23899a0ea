/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Comments as objects of the catalog: see comment.h. The object's name is made of the two numbers, so
 * that it is found by name; no relation has such a name.
 */
#include "query/table/comment.h"

#include <stdio.h>

#include "base/buf.h"
#include "query/query.h"
#include "query/table/body.h"
#include "query/table/label_oid.h"
#include "query/table/table.h"

enum { NAME_SIZE = 32, OID_DATABASE_KEPT = 5 };

/* The database is kept under the number that it had first. */
static struct str name_of(char name[NAME_SIZE], uint32_t class_oid, uint32_t oid)
{
	if (class_oid == COMMENT_ON_DATABASE)
		oid = OID_DATABASE_KEPT;
	snprintf(name, NAME_SIZE, "\xff%u.%u", class_oid, oid);
	return str_of(name);
}

static bool read_comment(const struct catalog_object *o, struct arena *a, struct comment *out)
{
	struct body_reader r;

	if (o == NULL || o->kind != OBJECT_COMMENT || !body_open(&r, a, o->body))
		return false;
	out->class_oid = (uint32_t)body_number(&r);
	out->oid = (uint32_t)body_number(&r);
	if (out->class_oid == COMMENT_ON_DATABASE)
		out->oid = QUERY_DATABASE_OID;
	out->text = body_text(&r);
	return true;
}

const struct comment *comment_initial(uint32_t position)
{
	static const struct comment initial[] = {
		{ COMMENT_ON_SCHEMA, OID_NAMESPACE_CATALOG, { "system catalog schema", 21 } },
		{ COMMENT_ON_SCHEMA, OID_NAMESPACE_TOAST,
			{ "reserved schema for TOAST tables", 32 } },
		{ COMMENT_ON_SCHEMA, OID_NAMESPACE_PUBLIC, { "standard public schema", 22 } },
	};

	return position < ARRAY_COUNT(initial) ? &initial[position] : NULL;
}

static struct str initial_text(uint32_t class_oid, uint32_t oid)
{
	const struct comment *x;

	for (uint32_t i = 0; (x = comment_initial(i)) != NULL; i++) {
		if (x->class_oid == class_oid && x->oid == oid)
			return x->text;
	}
	return (struct str){ 0 };
}

struct str comment_find(
	const struct catalog *c, struct arena *a, uint32_t class_oid, uint32_t oid)
{
	char name[NAME_SIZE];
	struct comment found = { 0 };

	if (!read_comment(catalog_object_find(c, OBJECT_COMMENT, name_of(name, class_oid, oid)), a,
		    &found))
		return initial_text(class_oid, oid);
	return found.text;
}

bool comment_next(const struct catalog *c, struct arena *a, uint32_t *cursor, struct comment *out)
{
	while (*cursor < catalog_object_count(c)) {
		if (read_comment(catalog_object_at(c, (*cursor)++), a, out))
			return true;
	}
	return false;
}

enum sqlstate comment_put(
	struct txn *txn, uint32_t class_oid, uint32_t oid, struct str text, struct error *e)
{
	char name[NAME_SIZE];
	struct str called = name_of(name, class_oid, oid);
	const struct catalog_object *old =
		catalog_object_find(txn_catalog(txn), OBJECT_COMMENT, called);
	uint32_t object = old == NULL ? NAME_NONE : old->id;
	struct buf body = { 0 };
	enum sqlstate rc;

	if (text.length == 0 && initial_text(class_oid, oid).length == 0)
		return object == NAME_NONE ? OK : schema_object_drop(txn, object, e);
	body_begin(&body);
	body_put_number(&body, class_oid);
	body_put_number(&body, oid);
	body_put_text(&body, text);
	rc = schema_object_put(txn, &object, OBJECT_COMMENT, called, buf_str(&body), e);
	buf_free(&body);
	return rc;
}
