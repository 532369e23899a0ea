/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * AS COPY OF: the elements of one graph made again in another, nodes first. Names of labels are those of
 * the source, told apart by the graph they are in; keys are shared by all graphs and stay.
 */
#include "query/session/schema_graph.h"

#include "base/map.h"

enum { COPIED_AT_ONCE = 256 };

struct graph_copy {
	struct query_portal *portal;
	uint32_t source, target; /* graphs */
	struct str target_name;
	struct map_u64 nodes; /* of the source: those made of them */
	struct arena *arena;  /* of a batch */
};

/* The label of the target that is called as one of the source is. */
static enum sqlstate label_in_target(struct graph_copy *g, enum name_kind kind, uint32_t label,
	uint32_t *out, struct error *e)
{
	struct txn *txn = g->portal->session->txn;
	struct str name = catalog_name(txn_catalog(txn), kind, label);

	return txn_intern(txn, kind, graph_full_name(g->arena, g->target_name, name), out, e);
}

static enum sqlstate copy_node(
	struct graph_copy *g, uint64_t id, uint32_t labelset, struct error *e)
{
	struct txn *txn = g->portal->session->txn;
	const uint32_t *shown;
	uint32_t count = catalog_labelset_shown(txn_catalog(txn), labelset, &shown);
	uint32_t *labels = ARENA_ARRAY(g->arena, uint32_t, count + 1), property_count;
	struct property *properties;
	uint64_t made;

	for (uint32_t i = 0; i < count; i++)
		labels[i] = shown[i]; /* making a name may move what `shown` points to */
	for (uint32_t i = 0; i < count; i++)
		TRY(label_in_target(g, NAME_NODE_LABEL, labels[i], &labels[i], e));
	labels[count] = g->target;
	TRY(storage_all_properties(
		txn, ELEMENT_NODE, id, g->arena, &properties, &property_count, e));
	TRY(storage_node_add(txn, labels, count + 1, properties, property_count, &made, e));
	map_u64_put(&g->nodes, id, made);
	return OK;
}

static enum sqlstate copy_nodes(struct graph_copy *g, const uint64_t *ids,
	const uint32_t *labelsets, uint32_t count, struct error *e)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct catalog *c = txn_catalog(g->portal->session->txn);

		if (catalog_labelset_graph(c, labelsets[i]) == g->source)
			TRY(copy_node(g, ids[i], labelsets[i], e));
	}
	return OK;
}

static enum sqlstate copy_edge(
	struct graph_copy *g, uint64_t id, const struct edge_head *head, struct error *e)
{
	struct txn *txn = g->portal->session->txn;
	const uint64_t *source = map_u64_find(&g->nodes, head->source);
	const uint64_t *target = map_u64_find(&g->nodes, head->target);
	struct property *properties;
	uint32_t label, count;
	uint64_t made;

	assert(source != NULL);
	assert(target != NULL);
	TRY(label_in_target(g, NAME_EDGE_LABEL, head->label, &label, e));
	TRY(storage_all_properties(txn, ELEMENT_EDGE, id, g->arena, &properties, &count, e));
	return storage_edge_add(txn, *source, *target, label, properties, count, &made, e);
}

static enum sqlstate copy_edges(
	struct graph_copy *g, const uint64_t *ids, uint32_t count, struct error *e)
{
	struct edge_head heads[COPIED_AT_ONCE];

	TRY(storage_edges_get(g->portal->session->txn, ids, count, heads, e));
	for (uint32_t i = 0; i < count; i++) {
		if (heads[i].label != NAME_NONE)
			TRY(copy_edge(g, ids[i], &heads[i], e));
	}
	return OK;
}

/* All elements of a label, those of every label if there is none. */
static enum sqlstate copy_scan(
	struct graph_copy *g, enum element element, uint32_t label, struct error *e)
{
	struct query_session *s = g->portal->session;
	uint64_t ids[COPIED_AT_ONCE];
	uint32_t labelsets[COPIED_AT_ONCE], count = 1;
	struct cursor *cursor = NULL;
	enum sqlstate rc;

	rc = element == ELEMENT_NODE
		     ? storage_scan_nodes(s->txn, label, g->portal->arena, &cursor, e)
		     : storage_scan_edges(s->txn, label, g->portal->arena, &cursor, e);
	while (rc == OK && count > 0) {
		rc = storage_cursor_next(cursor, ids,
			element == ELEMENT_NODE ? labelsets : NULL, COPIED_AT_ONCE, &count, e);
		if (rc == OK)
			rc = session_cancelled(s, e);
		if (rc == OK)
			rc = element == ELEMENT_NODE ? copy_nodes(g, ids, labelsets, count, e)
						     : copy_edges(g, ids, count, e);
		arena_reset(g->arena);
	}
	if (cursor != NULL)
		storage_cursor_close(cursor);
	return rc;
}

static enum sqlstate copy_all(struct graph_copy *g, struct error *e)
{
	const struct catalog *c = txn_catalog(g->portal->session->txn);
	uint32_t label_count = catalog_name_count(c, NAME_EDGE_LABEL);

	/* main is what carries no membership: all nodes are looked at. */
	TRY(copy_scan(g, ELEMENT_NODE, g->source, e));
	for (uint32_t id = 1; id <= label_count; id++) {
		c = txn_catalog(g->portal->session->txn);
		if (catalog_graph_of(c, ELEMENT_EDGE, id) == g->source)
			TRY(copy_scan(g, ELEMENT_EDGE, id, e));
	}
	return OK;
}

enum sqlstate schema_graph_copy(struct query_portal *p, uint32_t source,
	const struct ast_name *target, struct error *e)
{
	struct graph_copy g = {
		.portal = p, .source = source, .target_name = target->text, .arena = arena_new(0)
	};
	enum sqlstate rc;

	g.target = catalog_graph_find(txn_catalog(p->session->txn), target->text);
	rc = copy_all(&g, e);
	map_u64_free(&g.nodes);
	arena_free(g.arena);
	return rc;
}
