/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What pg_proc tells of functions: the rows of procs_io.def, procs_operator.def and
 * procs_language.def, which have PostgreSQL's numbers, and after them the language's own functions
 * that PostgreSQL does not know.
 */
#ifndef QUERY_SQL_PROC_H
#define QUERY_SQL_PROC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { PROC_OWN_FIRST = 14000 }; /* the first number of the language's own */

struct proc {
	uint32_t oid;
	const char *name;
	const char *flags; /* kind, volatility, is strict, returns a set */
	uint32_t result;
	const char *arguments; /* numbers of types, a blank between two */
	uint32_t variadic;
	uint32_t defaults;
};

/* Those with PostgreSQL's numbers. */
uint32_t proc_count(void);
const struct proc *proc_at(uint32_t position);
const struct proc *proc_by_oid(uint32_t oid);
/* The first of this name, `count` tells how many there are; NULL if there is none. */
const struct proc *proc_find(struct str name, uint32_t *count);
/* The numbers of its arguments' types; returns how many. */
enum { PROC_ARGUMENTS_MAX = 100 };
uint32_t proc_arguments(const struct proc *p, uint32_t out[PROC_ARGUMENTS_MAX]);

/* The language's own: functions of query/type/functions.def whose names PostgreSQL does not have. The
   oid of the one at a position of that table, 0 if it is none; and back, false if the oid is none. */
uint32_t proc_own_oid(uint32_t position);
bool proc_own_position(uint32_t oid, uint32_t *position);

#endif
