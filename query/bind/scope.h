/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Scopes: which names mean what at one place of a query. A scope holds variables in the order in
 * which they were bound and looks further in its parent, so that a subquery sees what is outside
 * of it and a comprehension shadows it.
 */
#ifndef QUERY_BIND_SCOPE_H
#define QUERY_BIND_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "query/tree/plan.h"

enum variable_kind {
	VARIABLE_SLOT,	/* a column of the working table: slot */
	VARIABLE_LOCAL, /* of a comprehension, quantifier or reduce: local */
	VARIABLE_EXPR,	/* a name for an expression: LET .. IN, an alias in ORDER BY */
	VARIABLE_TABLE, /* an alias of a relation in FROM: its columns */
};

struct variable {
	struct str name;
	enum variable_kind kind;
	bool is_hidden; /* cannot be listed by `*`: made by the planner, or a table's column */
	bool is_relational; /* of a relation in FROM: found in lower case too */
	bool is_ambiguous;  /* several relations in FROM have a column of this name */
	bool is_column; /* a column of the projection: may be used although rows are grouped */
	struct type type;
	uint32_t at; /* where it was bound, for messages */
	uint32_t slot;
	uint32_t local;
	const struct bound *expr;
	struct str relation; /* TABLE: the name that the alias stands for; empty: no alias */
	const struct bound_label *label; /* LOCAL of an element type: what is known of its labels */
	struct scope *columns;
};

/* A column of a relation in FROM, as `*` lists it; names may repeat. */
struct scope_column {
	struct str name;
	const struct bound *value;
};

struct scope {
	const struct scope_column *columns; /* relations in FROM: what `*` stands for; or NULL */
	uint32_t column_count;
	struct scope *parent;
	struct arena *arena;
	struct variable *variables;
	uint32_t count, capacity;
	uint32_t *buckets;     /* index + 1 by hash of the name, once there are many */
	uint32_t bucket_count; /* a power of two */
};

/* An empty scope inside `parent` (which may be NULL). */
struct scope *scope_new(struct arena *a, struct scope *parent);
/* Adds a variable; the name must not be in this very scope yet. The pointer lives
   until the next. */
struct variable *scope_add(struct scope *s, struct str name);
/* Forgets the variables from the `first` on that are not among the names. */
void scope_retain(struct scope *s, uint32_t first, const struct str *names, uint32_t count);
/* In this scope alone; NULL if it is not there. */
struct variable *scope_find_here(const struct scope *s, struct str name);
/* In this scope or one around it. */
struct variable *scope_find(const struct scope *s, struct str name);
/* As scope_find; an unquoted name that is not there as written is looked for in lower case among
   the names of SQL's relations. */
struct variable *scope_find_folded(const struct scope *s, struct str name);
/* The same in this scope alone. */
struct variable *scope_find_here_folded(const struct scope *s, struct str name);
/* A variable whose name differs in case only, for hints; NULL if there is none. */
const struct variable *scope_find_near(const struct scope *s, struct str name);

#endif
