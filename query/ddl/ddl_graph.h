/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the files about property graphs share: definitions that change with what they stand on.
 */
#ifndef QUERY_DDL_DDL_GRAPH_H
#define QUERY_DDL_DDL_GRAPH_H

#include "query/ddl/ddl.h"
#include "query/sql/graph_definition.h"

/* Holds the definition against the rules of SQL/PGQ and keeps it. */
enum sqlstate ddl_save_graph(struct ddl *d, struct graph_definition *g) MUST_USE;

/* What goes with what a statement takes away: "edge e of property graph g", for "table t" does. */
struct graph_loss {
	struct str what, cause;
};
struct graph_losses {
	uint32_t count, capacity;
	struct graph_loss *items;
};
void ddl_lose(
	struct ddl *d, struct graph_losses *losses, struct str what, struct str cause);
/* Edge tables go with the vertex tables at their ends: `causes` by place, empty for what stays. */
void ddl_lose_edges(struct ddl *d, const struct graph_definition *g, struct str *causes,
	struct graph_losses *losses);
/* E_DEPENDENT if anything is lost; with `is_cascade` a notice. */
enum sqlstate ddl_tell_losses(
	struct ddl *d, const struct graph_losses *losses, bool is_cascade) MUST_USE;
/* Without the element tables that have a cause to go, and without the i-th property. */
void ddl_graph_keep(struct ast_property_graph *graph, const struct str *causes);
void ddl_graph_drop_item(struct ast_graph_label *label, uint32_t i);

#endif
