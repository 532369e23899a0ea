/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The fill functions that rows of the .def files name; relation_fill_none stands for relations that
 * are always empty.
 */
#ifndef QUERY_SQL_FILLS_H
#define QUERY_SQL_FILLS_H

#include "query/sql/relation.h"

#define relation_fill_none NULL

#define RELATION_FILL(name)                                                                        \
	enum sqlstate relation_fill_##name(struct relation_scan *s, struct error *e)

RELATION_FILL(above);
RELATION_FILL(aggregate);
RELATION_FILL(attrdef);
RELATION_FILL(attribute);
RELATION_FILL(authid);
RELATION_FILL(class);
RELATION_FILL(constants);
RELATION_FILL(constraint);
RELATION_FILL(database);
RELATION_FILL(index);
RELATION_FILL(namespace);
RELATION_FILL(proc);
RELATION_FILL(roles);
RELATION_FILL(settings);
RELATION_FILL(shadow);
RELATION_FILL(type);
RELATION_FILL(user);

#endif
