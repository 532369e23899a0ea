/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's built-in types as its catalogs tell of them: the rows of types.def. Static types of
 * expressions (struct type) go to them by number and back.
 */
#ifndef QUERY_SQL_BUILTIN_H
#define QUERY_SQL_BUILTIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "query/query.h"

struct builtin_type {
	uint32_t oid;
	const char *name;
	uint32_t array; /* the type of its arrays; 0: none */
	int16_t length; /* -1: varies, -2: ends with a zero byte */
	bool is_by_value;
	char kind; /* b base, p pseudo, r range, m multirange, d domain (of information_schema) */
	char category;
	bool is_preferred;
	char delimiter;
	uint32_t element;
	/* functions, by their numbers in pg_proc; 0: none */
	uint32_t subscript, input, output, receive, send, modifier_in, modifier_out, analyze;
	char align, storage;
	uint32_t collation;
};

uint32_t builtin_type_count(void);
const struct builtin_type *builtin_type_at(uint32_t position);
/* The type with this number, or NULL. */
const struct builtin_type *builtin_type_by_oid(uint32_t oid);
/* The type whose arrays have this number, or NULL. */
const struct builtin_type *builtin_type_by_array(uint32_t oid);
/* By its name in pg_type, without arrays; NULL if there is none. */
const struct builtin_type *builtin_type_find(struct str name);

/* By the name that SQL has for it, arrays and modifiers included: "character varying(30)[]"; in any
   case. 0 if there is none. */
uint32_t builtin_find_text(struct str text);

/* What a domain is over: the number of its base type, and its modifier. 0 for other types. */
uint32_t builtin_domain_base(uint32_t oid, int32_t *modifier);

/* The static type of what pg_type calls `name` ("int4", "_text"): what the binder gives columns of
   that type. */
struct type builtin_static(struct str name);
/* The number of a static type in pg_type, that which clients are told. */
uint32_t builtin_oid(struct type type);

#endif
