/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What plan_dump.c and plan_dump_expr.c share: where text goes and how things are called in it.
 */
#ifndef QUERY_PLAN_DUMP_H
#define QUERY_PLAN_DUMP_H

#include "query/plan/plan_dump.h"

struct dump {
	struct buf *to;
	const struct plan *plan;
	const struct plan_dump_options *options;
	bool is_json; /* details come as BEGIN name TEXT text, one behind the other */
};
enum { DUMP_DETAIL_BEGIN = 1, DUMP_DETAIL_TEXT = 2 };

/* plan_dump.c: what a node is called, what it is about, and more about it; `line` is where the
   node's line begins. */
const char *dump_node_word(const struct plan_node *n);
void dump_target(struct dump *d, const struct plan_node *n);
void dump_details(struct dump *d, const struct plan_node *n, size_t line);

/* The variable's name, n.key, or #number. */
void dump_slot(struct dump *d, uint32_t slot);
/* As dump_slot, but nothing for a slot without a name. */
void dump_slot_name(struct dump *d, uint32_t slot);
void dump_name(struct dump *d, enum name_kind kind, uint32_t id);
void dump_expr(struct dump *d, const struct bound *x);
/* Several, separated by commas. */
void dump_exprs(struct dump *d, const struct bound *const *exprs, uint32_t count);

#endif
