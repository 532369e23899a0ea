/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Arithmetic of static types: families, common types, and the way from stored value types to them.
 */
#ifndef QUERY_TYPE_TYPE_H
#define QUERY_TYPE_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "query/parse/ast.h"
#include "query/query.h"
#include "storage/storage.h"
#include "storage/value.h"

/* Types that can ever be equal to each other share a family. */
enum type_family {
	TYPE_FAMILY_UNKNOWN, /* NULL and ANY: may be equal to anything */
	TYPE_FAMILY_BOOL,
	TYPE_FAMILY_NUMBER,
	TYPE_FAMILY_STRING,
	TYPE_FAMILY_BYTES,
	TYPE_FAMILY_DATETIME, /* DATE, TIMESTAMP: convert into each other */
	TYPE_FAMILY_INSTANT,  /* TIMESTAMPTZ */
	TYPE_FAMILY_TIME,
	TYPE_FAMILY_TIMETZ,
	TYPE_FAMILY_DURATION,
	TYPE_FAMILY_UUID,
	TYPE_FAMILY_LIST,
	TYPE_FAMILY_MAP,
	TYPE_FAMILY_NODE,
	TYPE_FAMILY_EDGE,
	TYPE_FAMILY_PATH,
	TYPE_FAMILY_JSON,
	TYPE_FAMILY_JSONB,
};

static inline struct type type_make(enum type_kind kind)
{
	return (struct type){ .kind = (uint8_t)kind };
}

static inline struct type type_list_of(struct type item)
{
	bool is_plain = item.kind != TYPE_LIST && item.kind != TYPE_NULL;

	return (struct type){ .kind = TYPE_LIST, .item = is_plain ? item.kind : TYPE_ANY };
}

/* The type whose values, operators and functions this one shares: text of name, bigint of oid,
   smallint[] of int2vector; itself where it stands alone. */
struct type type_base(struct type t);

/* The items' type of a LIST; ANY for everything else. */
static inline struct type type_item(struct type list)
{
	struct type base = type_base(list);

	return type_make(base.kind == TYPE_LIST ? (enum type_kind)base.item : TYPE_ANY);
}

static inline bool type_equal(struct type a, struct type b)
{
	return a.kind == b.kind && (a.kind != TYPE_LIST || a.item == b.item);
}

static inline bool type_is_element(struct type t)
{
	return t.kind == TYPE_NODE || t.kind == TYPE_EDGE;
}

bool type_is_integer(struct type t);
bool type_is_number(struct type t);
enum type_family type_family(struct type t);

/* One of the types whose values PostgreSQL writes by name: regclass and its kin. */
bool type_is_reg(struct type t);
/* text, varchar, name and the like, and literals that may still become anything. */
bool type_is_string(struct type t);

enum { TYPE_NAME_SIZE = 40 };
/* The type as messages name it, PostgreSQL's word where it has one ("bigint", "text[]"); written to
   `buffer` where it is a list's, else static. */
const char *type_name(struct type t, char buffer[TYPE_NAME_SIZE]);

/* The type that holds values of both; ANY if only that does. NULL gives way to anything. */
struct type type_unify(struct type a, struct type b);

/* The static type of a stored value type; `item`: of a LIST, VALUE_NULL when not known. */
struct type type_of_value(enum value_type type, enum value_type item);
/* Of a set of TYPE_BITs: NULL for none; the number type that holds several kinds of numbers; ANY
   else. */
struct type type_of_observed(uint32_t bits);
/* Whether PostgreSQL assigns the one type to the other without a cast being written. */
bool type_is_assignable(struct type from, struct type to);
/* The type that a property is declared with, TYPE_NULL if with none; LIST alone is of anything. */
struct type type_declared(const struct property_info *p);
/* The declared type of a property as it was written: DECIMAL(10,2). In the arena or static. */
struct str type_declared_name(struct arena *a, const struct property_info *p);
/* The value type a property of this type is stored as; VALUE_NULL: cannot be stored or not one. */
enum value_type type_stored(struct type t);

/* There is no type of the name, as it is written: E_NO_OBJECT, of bits E_NOT_SUPPORTED, with a hint at what serves
   in its place where others have it. */
enum sqlstate type_unknown(struct str name, struct error *e);
/* A written type to a static type; E_NO_OBJECT for unknown names. */
enum sqlstate bind_type(const struct ast_type *type, struct type *out, struct error *e) MUST_USE;
/* The digits of DECIMAL(precision, scale), all zero of any other type; E_INVALID_VALUE. */
enum sqlstate bind_type_modifier(
	const struct ast_type *type, struct type_modifier *out, struct error *e) MUST_USE;

#endif
