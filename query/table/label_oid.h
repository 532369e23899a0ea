/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The numbers by which PostgreSQL's catalogs know what a graph's catalog has: stable, for they are made
 * of its own numbers.
 */
#ifndef QUERY_TABLE_LABEL_OID_H
#define QUERY_TABLE_LABEL_OID_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers that PostgreSQL gave to its own things. */
enum {
	OID_NAMESPACE_CATALOG = 11,
	OID_NAMESPACE_TOAST = 99,
	OID_NAMESPACE_PUBLIC = 2200,
	OID_NAMESPACE_INFORMATION = 13207,
	OID_ROLE_OWNER = 10,
	OID_ROLE_DATABASE_OWNER = 6171,
	OID_AM_HEAP = 2,
	OID_AM_BTREE = 403,
	OID_USER_FIRST = 16384,
	OID_GRAPH_MAIN = OID_USER_FIRST, /* no label has number 0 */
};

/* What an oid of ours stands for. */
enum label_object {
	LABEL_NODE_TABLE,
	LABEL_EDGE_TABLE,
	LABEL_INDEX,
	LABEL_CONSTRAINT, /* UNIQUE or KEY: by its index */
	LABEL_NODE_ROW,	  /* the type of a node label's rows */
	LABEL_EDGE_ROW,
	LABEL_NODE_ROW_ARRAY,
	LABEL_EDGE_ROW_ARRAY,
	LABEL_NODE_ELEMENT, /* in the property graph: the label's table … */
	LABEL_EDGE_ELEMENT,
	LABEL_NODE_LABEL, /* … the label … */
	LABEL_EDGE_LABEL,
	LABEL_NODE_ELEMENT_LABEL, /* … and that the table has it */
	LABEL_EDGE_ELEMENT_LABEL,
	LABEL_PROPERTY, /* by its key */
	LABEL_CATALOG_OBJECT, /* a sequence, view or property graph: by its catalog object */
	LABEL_OBJECT_COUNT = 16, /* room for more, so that oids stay what they are */
};

uint32_t label_oid(enum label_object object, uint32_t number);
/* The opposite; false if no oid of ours looks so. */
bool label_oid_split(uint32_t oid, enum label_object *object, uint32_t *number);

#endif
