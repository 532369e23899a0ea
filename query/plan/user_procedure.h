/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Procedures that CREATE PROCEDURE made. The catalog keeps the statement's canonical text; a CALL
 * parses it and plans the body in its place, so that types, locks and writes are known as if the
 * body had been written there.
 */
#ifndef QUERY_PLAN_USER_PROCEDURE_H
#define QUERY_PLAN_USER_PROCEDURE_H

#include "base/arena.h"
#include "base/error.h"
#include "query/bind/bind.h"
#include "query/parse/ast.h"
#include "storage/storage.h"

/* The kind of catalog object that a procedure is. */
enum { USER_PROCEDURE_OBJECT = 'P', USER_PROCEDURE_DEPTH_MAX = 16 };

/* Found by its whole name, in any case; NULL if there is none. */
const struct catalog_object *procedure_user_find(const struct catalog *c, struct str name);
/* "a.b.name". */
struct str procedure_user_name(struct arena *a, const struct ast_qname *name);
/* The definition kept in the catalog; its positions begin at `offset`. E_SYNTAX if it cannot be read
   any more. */
enum sqlstate procedure_user_parse(struct arena *a, const struct catalog_object *object,
	uint32_t offset, const struct ast_stmt **out, struct error *e) MUST_USE;
/* "name(a bigint) -> (b text)", as procedure_put_signature() has it. */
enum sqlstate procedure_user_put_signature(
	struct buf *to, const struct ast_procedure *procedure, struct error *e) MUST_USE;

/* Plans the body of a CREATE PROCEDURE with arguments of the declared types, for its errors, and
   says whether it writes. */
enum sqlstate procedure_user_check(struct arena *a, const struct ast_stmt *statement,
	const struct bind_options *options, bool *is_write, struct error *e) MUST_USE;

#endif
