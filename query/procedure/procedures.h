/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The C functions behind procedures.def, declared from the table itself. Included by procedure_table.c
 * and by the files that hold them.
 */
#ifndef QUERY_PROCEDURE_PROCEDURES_H
#define QUERY_PROCEDURE_PROCEDURES_H

#include "query/procedure/procedure.h"

/* One call, to its end: see struct procedure. Two rows may share a function. */
#define PROCEDURE(name, is_write, run, parameters, columns, options, doc)                          \
	enum sqlstate run(struct procedure_call *call, struct error *e);
#include "query/procedure/procedures.def"
#undef PROCEDURE

#endif
