/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Where the graph's structures are found again: their roots are the pager's named numbers.
 */
#include "storage/graph/graph.h"

#include <string.h>

#include "storage/graph/record.h"
#include "storage/graph/space.h"
#include "storage/page/btree.h"

static const enum pager_root label_roots[2] = {
	[ELEMENT_NODE] = PAGER_ROOT_LABEL_INDEX,
	[ELEMENT_EDGE] = PAGER_ROOT_EDGE_LABEL_INDEX,
};

void graph_create(struct graph *g, struct pager *p, uint64_t ts)
{
	int i;

	*g = (struct graph){ .pager = p, .ts = ts };
	record_create(&g->nodes, p, ELEMENT_NODE, ts);
	record_create(&g->edges, p, ELEMENT_EDGE, ts);
	g->space_root = space_create(p, ts);
	pager_root_set(p, PAGER_ROOT_FREE_SPACE, g->space_root);
	for (i = 0; i < 2; i++) {
		g->label_roots[i] = btree_create(p, ts);
		pager_root_set(p, label_roots[i], g->label_roots[i]);
	}
}

enum sqlstate graph_open(struct graph *g, struct pager *p, struct error *e)
{
	enum sqlstate rc;
	int i;

	*g = (struct graph){ .pager = p };
	g->space_root = pager_root_get(p, PAGER_ROOT_FREE_SPACE);
	for (i = 0; i < 2; i++)
		g->label_roots[i] = pager_root_get(p, label_roots[i]);
	TRY_GOTO(out, record_open(&g->nodes, p, ELEMENT_NODE, e));
	TRY_GOTO(out, record_open(&g->edges, p, ELEMENT_EDGE, e));
	if (g->space_root == PAGE_NONE || g->label_roots[0] == PAGE_NONE ||
		g->label_roots[1] == PAGE_NONE)
		rc = FAIL(e, E_DATA_CORRUPTED, "the database has no graph");
out:
	if (rc != OK)
		graph_close(g);
	return rc;
}

void graph_close(struct graph *g)
{
	record_close(&g->nodes);
	record_close(&g->edges);
	buf_free(&g->scratch);
}
