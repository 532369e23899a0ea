/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Cheapest paths: from one node to all (sssp), to one (dijkstra, astar), and the k best to one
 * (kshortest). The searching itself is in path_search.c.
 *
 * The k best are found by Yen's algorithm as Lawler shortened it. Each path found is a row of
 * places of edges; from each of its nodes, but for those before the one where it left the path it
 * came from, the best way to the target is sought that avoids the nodes before it and the edges by
 * which paths with the same beginning go on:
 *
 *	found path   s --- a --- b --- t
 *	deviations   s ..........t     banned: edges that found paths take from s
 *	             s --- a ....t     banned: s, edges that paths beginning s-a take from a
 *
 * Candidates wait in a list; the best is the next path. Equal ones come by number of edges, then by
 * the places of their edges.
 */
#include <math.h>

#include "query/procedure/path_search.h"
#include "query/procedure/procedures.h"

/* ---- from one to all ------------------------------------------------------------------------ */

static enum sqlstate search_begin(struct procedure_call *call, const struct csr_wish *wish,
	struct csr **g, struct path_search *s, struct error *e)
{
	const struct csr_side *side;
	enum direction direction;

	TRY(procedure_direction(call, DIRECTION_OUT, &direction, e));
	TRY(csr_load(call, wish, g, e));
	TRY(csr_need(call, *g, direction, &side, e));
	return path_search_new(call, *g, side, s, e);
}

enum sqlstate algo_sssp(struct procedure_call *call, struct error *e)
{
	struct csr_wish wish = { .wants_weight = true, .weight = call->args[1] };
	struct path_search s;
	uint32_t source;
	double *answer;
	struct csr *g;
	uint64_t *ids;

	TRY(search_begin(call, &wish, &g, &s, e));
	source = csr_find(g, call->args[0]);
	if (source == CSR_NONE)
		return OK;
	TRY(path_search_run(call, &s, source, CSR_NONE, e));
	ids = procedure_array(call, s.touched_count, sizeof *ids, e);
	answer = procedure_array(call, s.touched_count, sizeof *answer, e);
	if (ids == NULL || answer == NULL)
		return e->code;
	for (uint32_t v = 0; v < g->node_count; v++) {
		if (isinf(s.distances[v]))
			continue;
		ids[call->row_count] = g->ids[v];
		answer[call->row_count++] = s.distances[v];
	}
	procedure_answer_ids(call, 0, ids);
	procedure_answer_reals(call, 1, answer);
	return OK;
}

/* ---- paths ---------------------------------------------------------------------------------- */

/* A path as the places of its edges; node i + 1 is the target of place i. */
struct route {
	double distance;
	uint32_t count;	   /* edges */
	uint32_t deviates; /* the first so many edges are those of the path it deviates from */
	const uint64_t *places;
	bool is_taken;
};

/* The way to `target` that a search found, behind the first `kept` edges of `root`. */
static enum sqlstate route_make(struct procedure_call *call, const struct path_search *s,
	uint32_t target, const struct route *root, uint32_t kept, struct route *out,
	struct error *e)
{
	uint32_t count = kept;
	uint64_t *places;

	for (uint32_t v = target; s->parents[v] != CSR_NONE; v = s->parents[v])
		count++;
	places = procedure_array(call, count, sizeof *places, e);
	if (places == NULL)
		return e->code;
	*out = (struct route){ .count = count, .deviates = kept, .places = places };
	for (uint32_t v = target; s->parents[v] != CSR_NONE; v = s->parents[v])
		places[--count] = s->places[v];
	for (uint32_t i = 0; i < kept; i++)
		places[i] = root->places[i];
	for (uint32_t i = 0; i < out->count; i++)
		out->distance += csr_weight(s->side, places[i]);
	return OK;
}

static enum sqlstate route_value(struct procedure_call *call, const struct csr *g,
	const struct csr_side *side, uint32_t source, const struct route *r, struct value *out,
	struct error *e)
{
	struct value_path *path = procedure_array(call, 1, sizeof *path, e);
	uint64_t *ids = procedure_array(call, 2 * (uint64_t)r->count + 1, sizeof *ids, e);

	if (path == NULL || ids == NULL)
		return e->code;
	path->edge_count = r->count;
	path->nodes = ids;
	path->edges = ids + r->count + 1;
	ids[0] = g->ids[source];
	for (uint32_t i = 0; i < r->count; i++) {
		ids[i + 1] = g->ids[side->targets[r->places[i]]];
		ids[r->count + 1 + i] = side->edges[r->places[i]];
	}
	*out = (struct value){ .type = VALUE_PATH, .path = path };
	return OK;
}

/* A search from the node of the first argument to that of the second. */
struct between {
	struct csr *graph;
	struct path_search search;
	uint32_t source, target;
	bool has_ends; /* both nodes are in the graph */
};

static enum sqlstate between_begin(
	struct procedure_call *call, struct value weight, struct between *b, struct error *e)
{
	struct csr_wish wish = { .wants_edges = true, .wants_weight = true, .weight = weight };

	TRY(search_begin(call, &wish, &b->graph, &b->search, e));
	b->source = csr_find(b->graph, call->args[0]);
	b->target = csr_find(b->graph, call->args[1]);
	b->has_ends = b->source != CSR_NONE && b->target != CSR_NONE;
	return OK;
}

static enum sqlstate answer_best(struct procedure_call *call, struct between *b, struct error *e)
{
	struct path_search *s = &b->search;
	struct value row[2];
	struct route route;

	TRY(path_search_run(call, s, b->source, b->target, e));
	if (isinf(s->distances[b->target]))
		return OK;
	TRY(route_make(call, s, b->target, NULL, 0, &route, e));
	TRY(route_value(call, b->graph, s->side, b->source, &route, &row[0], e));
	row[1] = value_float(s->distances[b->target]);
	return procedure_answer_row(call, row, e);
}

enum sqlstate algo_dijkstra(struct procedure_call *call, struct error *e)
{
	struct between b;

	TRY(between_begin(call, call->args[2], &b, e));
	if (!b.has_ends)
		return OK;
	return answer_best(call, &b, e);
}

/* ---- A* ------------------------------------------------------------------------------------- */

struct coordinates {
	double *x, *y; /* NAN: the node has none */
};

static enum sqlstate read_coordinates(struct procedure_call *call, const struct csr *g,
	const uint32_t *keys, struct coordinates *out, struct error *e)
{
	enum { AT_ONCE = 512 };
	struct value xs[AT_ONCE], ys[AT_ONCE], *columns[2] = { xs, ys };

	for (uint32_t v = 0; v < g->node_count; v += AT_ONCE) {
		uint32_t count = MIN_OF(g->node_count - v, (uint32_t)AT_ONCE);
		struct arena_mark mark = arena_save(call->arena);

		TRY(storage_properties(call->ev->txn, ELEMENT_NODE, g->ids + v, count, keys, 2,
			columns, call->arena, e));
		arena_rewind(call->arena, mark);
		for (uint32_t i = 0; i < count; i++) {
			TRY(procedure_real(xs[i], "x", -HUGE_VAL, NAN, &out->x[v + i], e));
			TRY(procedure_real(ys[i], "y", -HUGE_VAL, NAN, &out->y[v + i], e));
		}
		TRY(procedure_poll(call, count, e));
	}
	return OK;
}

/* The straight line from each node to the target; 0 for nodes without coordinates. */
static enum sqlstate make_heuristic(struct procedure_call *call, const struct csr *g,
	uint32_t target, const double **out, struct error *e)
{
	const struct catalog *catalog = txn_catalog(call->ev->txn);
	struct coordinates at;
	struct str x, y;
	double *lines, scale;
	uint32_t keys[2];

	TRY(procedure_real(procedure_option(call, "scale"), "scale", 0, 1, &scale, e));
	TRY(procedure_text(call->args[3], "x", &x, e));
	TRY(procedure_text(call->args[4], "y", &y, e));
	keys[0] = catalog_find(catalog, NAME_KEY, x.at == NULL ? STR("x") : x);
	keys[1] = catalog_find(catalog, NAME_KEY, y.at == NULL ? STR("y") : y);
	if (keys[0] == NAME_NONE || keys[1] == NAME_NONE)
		return FAIL(e, E_NO_COLUMN, "property key \"%.*s\" does not exist",
			STR_ARGS(keys[0] == NAME_NONE ? (x.at == NULL ? STR("x") : x)
						      : (y.at == NULL ? STR("y") : y)));
	lines = procedure_array(call, g->node_count, sizeof *lines, e);
	at.x = procedure_array(call, g->node_count, sizeof *at.x, e);
	at.y = procedure_array(call, g->node_count, sizeof *at.y, e);
	if (lines == NULL || at.x == NULL || at.y == NULL)
		return e->code;
	TRY(read_coordinates(call, g, keys, &at, e));
	for (uint32_t v = 0; v < g->node_count; v++) {
		double line = hypot(at.x[v] - at.x[target], at.y[v] - at.y[target]);

		lines[v] = isnan(line) ? 0 : line * scale;
	}
	*out = lines;
	return OK;
}

enum sqlstate algo_astar(struct procedure_call *call, struct error *e)
{
	struct between b;

	TRY(between_begin(call, call->args[2], &b, e));
	if (!b.has_ends)
		return OK;
	TRY(make_heuristic(call, b.graph, b.target, &b.search.heuristic, e));
	return answer_best(call, &b, e);
}

/* ---- the k best ----------------------------------------------------------------------------- */

struct yen {
	struct procedure_call *call;
	struct between ends;
	struct route *routes; /* found and waiting */
	uint32_t count, capacity;
	uint8_t *is_banned;
	uint64_t *banned;
	uint32_t banned_capacity;
};

static int route_order(const struct route *a, const struct route *b)
{
	if (a->distance != b->distance)
		return a->distance < b->distance ? -1 : 1;
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (uint32_t i = 0; i < a->count; i++) {
		if (a->places[i] != b->places[i])
			return a->places[i] < b->places[i] ? -1 : 1;
	}
	return 0;
}

/* Room for one more, by doubling into a new array of the arena. */
static enum sqlstate grow(
	struct yen *y, void **array, uint32_t *capacity, size_t size, struct error *e)
{
	uint32_t wanted = MAX_OF(*capacity * 2, 16u);
	void *grown = procedure_array(y->call, wanted, size, e);

	if (grown == NULL)
		return e->code;
	if (*capacity > 0)
		memcpy(grown, *array, *capacity * size);
	*array = grown;
	*capacity = wanted;
	return OK;
}

static enum sqlstate yen_add(struct yen *y, const struct route *route, struct error *e)
{
	void *routes = y->routes;

	for (uint32_t i = 0; i < y->count; i++) {
		if (route_order(&y->routes[i], route) == 0)
			return OK;
	}
	if (y->count == y->capacity)
		TRY(grow(y, &routes, &y->capacity, sizeof *route, e));
	y->routes = routes;
	y->routes[y->count++] = *route;
	return OK;
}

/* Bans the edges by which taken paths that begin like `root` go on after `kept` edges. */
static enum sqlstate ban_edges(
	struct yen *y, const struct route *root, uint32_t kept, struct error *e)
{
	void *banned = y->banned;

	y->ends.search.banned_count = 0;
	for (uint32_t i = 0; i < y->count; i++) {
		const struct route *r = &y->routes[i];

		if (!r->is_taken || r->count <= kept ||
			(kept > 0 &&
				memcmp(r->places, root->places, kept * sizeof *r->places) != 0))
			continue;
		if (y->ends.search.banned_count == y->banned_capacity)
			TRY(grow(y, &banned, &y->banned_capacity, sizeof *y->banned, e));
		y->banned = banned;
		y->banned[y->ends.search.banned_count++] = r->places[kept];
	}
	y->ends.search.banned_places = y->banned;
	return OK;
}

static uint32_t route_node(const struct yen *y, const struct route *r, uint32_t i)
{
	return i == 0 ? y->ends.source : y->ends.search.side->targets[r->places[i - 1]];
}

/* All deviations from a path that was just taken. */
static enum sqlstate yen_deviate(struct yen *y, const struct route *root, struct error *e)
{
	struct path_search *search = &y->ends.search;
	uint32_t target = y->ends.target;
	enum sqlstate rc = OK;
	struct route route;

	for (uint32_t i = 0; i < root->count && rc == OK; i++) {
		if (i >= root->deviates) {
			uint32_t spur = route_node(y, root, i);

			TRY_GOTO(out, ban_edges(y, root, i, e));
			y->is_banned[spur] = 1;
			TRY_GOTO(out, path_search_run(y->call, search, spur, target, e));
			if (isfinite(search->distances[target])) {
				TRY_GOTO(out, route_make(y->call, search, target, root, i, &route,
						      e));
				TRY_GOTO(out, yen_add(y, &route, e));
			}
		}
		y->is_banned[route_node(y, root, i)] = 1;
	}
out:
	for (uint32_t i = 0; i < root->count; i++)
		y->is_banned[route_node(y, root, i)] = 0;
	return rc;
}

static struct route *yen_best(const struct yen *y)
{
	struct route *best = NULL;

	for (uint32_t i = 0; i < y->count; i++) {
		struct route *r = &y->routes[i];

		if (!r->is_taken && (best == NULL || route_order(r, best) < 0))
			best = r;
	}
	return best;
}

static enum sqlstate yen_run(struct yen *y, int64_t k, struct error *e)
{
	const struct between *ends = &y->ends;
	struct path_search *search = &y->ends.search;
	struct route first, *best;
	struct value row[3];

	TRY(path_search_run(y->call, search, ends->source, ends->target, e));
	if (isinf(search->distances[ends->target]))
		return OK;
	TRY(route_make(y->call, search, ends->target, NULL, 0, &first, e));
	TRY(yen_add(y, &first, e));
	search->is_banned = y->is_banned;
	for (int64_t i = 0; i < k && (best = yen_best(y)) != NULL; i++) {
		struct route taken;

		best->is_taken = true;
		taken = *best;
		row[0] = value_int(i + 1);
		TRY(route_value(y->call, ends->graph, search->side, ends->source, &taken, &row[1],
			e));
		row[2] = value_float(taken.distance);
		TRY(procedure_answer_row(y->call, row, e));
		if (i + 1 < k)
			TRY(yen_deviate(y, &taken, e));
	}
	return OK;
}

enum sqlstate algo_kshortest(struct procedure_call *call, struct error *e)
{
	struct yen y = { .call = call };
	int64_t k;

	TRY(procedure_integer(call->args[2], "k", 1, 1, &k, e));
	TRY(between_begin(call, call->args[3], &y.ends, e));
	if (!y.ends.has_ends)
		return OK;
	y.is_banned = procedure_array(call, y.ends.graph->node_count, sizeof *y.is_banned, e);
	if (y.is_banned == NULL)
		return e->code;
	return yen_run(&y, k, e);
}
