/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Objects that the query layer keeps in the catalog. They come and go with the transaction, like
 * all of the schema; their contents are opaque here.
 */
#include "storage/api/storage_schema.h"

#include "storage/txn/engine.h"

enum sqlstate schema_lock(struct txn *t, struct error *e)
{
	return schema_begin(t, e);
}

enum sqlstate schema_object_put(struct txn *t, uint32_t *id, uint8_t kind, struct str name,
	struct str body, struct error *e)
{
	struct op op = { .kind = OP_OBJECT,
		.type = kind,
		.name = name,
		.map = (const uint8_t *)body.at,
		.map_size = body.length };

	TRY(schema_begin(t, e));
	if (name.length > OP_NAME_MAX)
		return FAIL(e, E_NAME_TOO_LONG, "name is longer than %d bytes", OP_NAME_MAX);
	if (body.length > CATALOG_OBJECT_BYTES_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "definition of \"%.*s\" is longer than %d bytes",
			STR_ARGS(name), CATALOG_OBJECT_BYTES_MAX);
	if (*id == NAME_NONE) {
		if (catalog_object_count(t->catalog) >= CATALOG_OBJECTS_MAX)
			return FAIL(e, E_PROGRAM_LIMIT, "too many objects in the catalog");
		*id = t->catalog->object_next;
	}
	op.id = *id;
	schema_emit(t, &op);
	return OK;
}

enum sqlstate schema_object_drop(struct txn *t, uint32_t id, struct error *e)
{
	struct op op = { .kind = OP_OBJECT_DROP, .id = id };

	TRY(schema_begin(t, e));
	if (catalog_object(t->catalog, id) == NULL)
		return FAIL(e, E_NO_OBJECT, "object %u does not exist", id);
	schema_emit(t, &op);
	return OK;
}
