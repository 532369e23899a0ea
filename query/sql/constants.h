/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What constants.def has of operators, for their names and numbers.
 */
#ifndef QUERY_SQL_CONSTANTS_H
#define QUERY_SQL_CONSTANTS_H

#include <stdbool.h>
#include <stdint.h>

enum { CONSTANT_NAME_SIZE = 64 };

struct constant_operator {
	uint32_t oid;
	char name[CONSTANT_NAME_SIZE];
	uint32_t types[2]; /* left and right; 0: none */
};

/* False if there is no operator with that oid. */
bool constant_operator_find(uint32_t oid, struct constant_operator *out);
/* The operators one after the other, *at from 0 on; false at the end. */
bool constant_operator_next(uint32_t *at, struct constant_operator *out);
/* The operator of that name for two types of pg_type, or types that are the same bytes; 0 if there is none. */
uint32_t constant_operator_by_types(const char *name, uint32_t left, uint32_t right);

#endif
