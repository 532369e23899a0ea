/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Numbers of catalog objects: see label_oid.h.
 */
#include "query/table/label_oid.h"

uint32_t label_oid(enum label_object object, uint32_t number)
{
	return OID_USER_FIRST + number * LABEL_OBJECT_COUNT + object;
}

bool label_oid_split(uint32_t oid, enum label_object *object, uint32_t *number)
{
	if (oid < OID_USER_FIRST || oid > INT32_MAX)
		return false;
	if (oid == OID_GRAPH_MAIN)
		return false;
	*object = (oid - OID_USER_FIRST) % LABEL_OBJECT_COUNT;
	*number = (oid - OID_USER_FIRST) / LABEL_OBJECT_COUNT;
	return true;
}
