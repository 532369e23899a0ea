/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Loading projections. Nodes are scanned label by label; their edges come source by source from
 * storage_expand(), a thousand sources at a time, which is the order of sparse rows already. Two
 * transpositions then sort every row by its far end in linear time:
 *
 *     as loaded  --transpose-->  in  --transpose-->  out       merge of both  -->  any
 *
 * Invariants
 *  G1. Nothing made here changes once csr_load() has returned it, but for sides added by csr_need().
 *  G2. The order of everything depends on the graph alone, so that answers are the same each time.
 */
#include "query/procedure/csr.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/vec.h"

enum { SOURCES_AT_ONCE = 1024, HOPS_AT_ONCE = 1024, LABELS_MAX = 64 };

struct csr_cache {
	uint64_t bytes_max;
	struct csr *graph;
	struct str spec; /* what it was loaded for, as text */
};

struct spec {
	uint32_t node_label_count, edge_label_count; /* 0: all */
	uint32_t node_labels[LABELS_MAX], edge_labels[LABELS_MAX];
	bool wants_edges, has_weight, has_default;
	struct str weight;
	double default_weight;
};

/* What grows while it is loaded. */
struct load {
	struct procedure_call *call;
	const struct spec *spec;
	uint64_t bytes_max;
	struct csr *graph;
	VEC(uint64_t) ids;
	VEC(uint32_t) targets;
	VEC(uint64_t) edges;
	VEC(double) weights;
	uint64_t *offsets;
	uint32_t *dense; /* number of a node by id - first_id, if ids lie close; else NULL */
	struct cursor *cursor;
	struct arena *batch;
};

/* ---- the cache ------------------------------------------------------------------------------- */

struct csr_cache *csr_cache_new(uint64_t bytes_max)
{
	struct csr_cache *c = calloc(1, sizeof *c);

	if (c == NULL)
		PANIC("out of memory: a cache of projections");
	c->bytes_max = bytes_max;
	return c;
}

void csr_cache_clear(struct csr_cache *c)
{
	if (c->graph != NULL)
		arena_free(c->graph->arena);
	c->graph = NULL;
}

void csr_cache_free(struct csr_cache *c)
{
	if (c == NULL)
		return;
	csr_cache_clear(c);
	free(c);
}

/* ---- what is wanted -------------------------------------------------------------------------- */

static enum sqlstate spec_label(struct procedure_call *call, enum name_kind kind, struct value v,
	uint32_t *out, struct error *e)
{
	struct str name;

	TRY(procedure_text(v, kind == NAME_NODE_LABEL ? "labels" : "edges", &name, e));
	*out = catalog_find(
		txn_catalog(call->ev->txn), kind, graph_full_name(call->arena, call->graph, name));
	if (*out == NAME_NONE)
		return FAIL(e, E_NO_OBJECT, "%s label \"%.*s\" does not exist",
			kind == NAME_NODE_LABEL ? "node" : "edge", (int)MIN_OF(name.length, 128u),
			name.at == NULL ? "" : name.at);
	return OK;
}

static enum sqlstate spec_labels(struct procedure_call *call, enum name_kind kind, uint32_t *labels,
	uint32_t *count, struct error *e)
{
	const char *option = kind == NAME_NODE_LABEL ? "labels" : "edges";
	struct value v = procedure_option(call, option);

	if (v.type == VALUE_NULL)
		return OK;
	if (v.type != VALUE_LIST)
		return spec_label(call, kind, v, &labels[(*count)++], e);
	if (v.count > LABELS_MAX || v.count == 0)
		return FAIL(
			e, E_INVALID_VALUE, "\"%s\" must list 1 to %d labels", option, LABELS_MAX);
	for (uint32_t i = 0; i < v.count; i++)
		TRY(spec_label(call, kind, v.items[i], &labels[(*count)++], e));
	return OK;
}

static enum sqlstate spec_read(struct procedure_call *call, const struct csr_wish *wish,
	struct spec *spec, struct error *e)
{
	struct value weight = wish->weight, otherwise;

	*spec = (struct spec){ .wants_edges = wish->wants_edges };
	TRY(spec_labels(call, NAME_NODE_LABEL, spec->node_labels, &spec->node_label_count, e));
	TRY(spec_labels(call, NAME_EDGE_LABEL, spec->edge_labels, &spec->edge_label_count, e));
	if (spec->node_label_count == 0 && call->graph.length > 0)
		spec->node_labels[spec->node_label_count++] =
			catalog_graph_find(txn_catalog(call->ev->txn), call->graph);
	if (!wish->wants_weight)
		return OK;
	if (weight.type == VALUE_NULL)
		weight = procedure_option(call, "weight");
	otherwise = procedure_option(call, "defaultWeight");
	spec->has_weight = weight.type != VALUE_NULL;
	spec->has_default = otherwise.type != VALUE_NULL;
	TRY(procedure_text(weight, "weight", &spec->weight, e));
	return procedure_real(otherwise, "defaultWeight", 0, 1, &spec->default_weight, e);
}

/* Equal texts mean equal projections. */
static struct str spec_text(struct arena *a, const struct spec *spec)
{
	struct str text = arena_printf(a, "%d %d %d %a '%.*s'", spec->wants_edges, spec->has_weight,
		spec->has_default, spec->default_weight, STR_ARGS(spec->weight));

	for (uint32_t i = 0; i < spec->node_label_count; i++)
		text = arena_printf(a, "%.*s n%u", STR_ARGS(text), spec->node_labels[i]);
	for (uint32_t i = 0; i < spec->edge_label_count; i++)
		text = arena_printf(a, "%.*s e%u", STR_ARGS(text), spec->edge_labels[i]);
	return text;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static enum sqlstate out_of_memory(struct error *e)
{
	enum sqlstate rc = FAIL(e, E_OUT_OF_MEMORY, "out of memory");

	error_detail(e, "The projected graph needs more memory than one query may have.");
	error_hint(e, "Raise the setting work_mem, or restrict the procedure to fewer labels.");
	return rc;
}

static void *array_of(struct arena *a, uint64_t count, size_t size, struct error *e)
{
	void *array = arena_try_alloc(a, MAX_OF(count, UINT64_C(1)) * size);

	if (array == NULL)
		(void)out_of_memory(e);
	return array;
}

static enum sqlstate load_check(const struct load *l, struct error *e)
{
	uint64_t bytes = l->ids.capacity * sizeof *l->ids.at +
			 l->targets.capacity * sizeof *l->targets.at +
			 l->edges.capacity * sizeof *l->edges.at +
			 l->weights.capacity * sizeof *l->weights.at;

	return bytes > l->bytes_max ? out_of_memory(e) : OK;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static enum sqlstate load_scan(struct load *l, uint32_t label, struct error *e)
{
	const struct catalog *c = txn_catalog(l->call->ev->txn);
	bool is_of_all = label == NAME_NONE && catalog_has_graphs(c);
	uint64_t ids[SOURCES_AT_ONCE];
	uint32_t labelsets[SOURCES_AT_ONCE];
	uint32_t count;

	arena_reset(l->batch);
	TRY(storage_scan_nodes(l->call->ev->txn, label, l->batch, &l->cursor, e));
	do {
		TRY(storage_cursor_next(l->cursor, ids, labelsets, SOURCES_AT_ONCE, &count, e));
		TRY(procedure_poll(l->call, count, e));
		for (uint32_t i = 0; i < count; i++) {
			if (!is_of_all || catalog_labelset_graph(c, labelsets[i]) == GRAPH_MAIN)
				VEC_PUSH(&l->ids, ids[i]);
		}
		TRY(load_check(l, e));
	} while (count > 0);
	storage_cursor_close(l->cursor);
	l->cursor = NULL;
	return OK;
}

static int by_id(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void ids_sort(struct load *l)
{
	size_t kept = 0;
	bool is_sorted = true;

	for (size_t i = 1; i < l->ids.count && is_sorted; i++)
		is_sorted = l->ids.at[i - 1] < l->ids.at[i];
	if (is_sorted)
		return;
	qsort(l->ids.at, l->ids.count, sizeof *l->ids.at, by_id);
	for (size_t i = 0; i < l->ids.count; i++) {
		if (kept == 0 || l->ids.at[kept - 1] != l->ids.at[i])
			l->ids.at[kept++] = l->ids.at[i];
	}
	l->ids.count = kept;
}

static uint32_t find_id(const uint64_t *ids, uint32_t count, uint64_t id)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && ids[low] == id ? low : CSR_NONE;
}

uint32_t csr_find(const struct csr *g, struct value v)
{
	return v.type == VALUE_NODE ? find_id(g->ids, g->node_count, v.id) : CSR_NONE;
}

static enum sqlstate load_nodes(struct load *l, struct error *e)
{
	struct csr *g = l->graph;
	uint64_t *ids, span;

	if (l->spec->node_label_count == 0)
		TRY(load_scan(l, NAME_NONE, e));
	for (uint32_t i = 0; i < l->spec->node_label_count; i++)
		TRY(load_scan(l, l->spec->node_labels[i], e));
	ids_sort(l);
	if (l->ids.count >= CSR_NONE)
		return FAIL(e, E_PROGRAM_LIMIT, "a projected graph has too many nodes");
	g->node_count = (uint32_t)l->ids.count;
	ids = array_of(g->arena, l->ids.count, sizeof *ids, e);
	if (ids == NULL)
		return e->code;
	if (l->ids.count > 0)
		memcpy(ids, l->ids.at, l->ids.count * sizeof *ids);
	g->ids = ids;
	VEC_FREE(&l->ids);
	span = g->node_count == 0 ? 0 : ids[g->node_count - 1] - ids[0] + 1;
	if (span > UINT64_C(4) * g->node_count + 1024)
		return OK;
	l->dense = malloc((size_t)(span + 1) * sizeof *l->dense);
	if (l->dense == NULL)
		PANIC("out of memory: the numbers of %u nodes", g->node_count);
	memset(l->dense, 0xff, (size_t)span * sizeof *l->dense);
	for (uint32_t i = 0; i < g->node_count; i++)
		l->dense[ids[i] - ids[0]] = i;
	return OK;
}

static uint32_t load_number(const struct load *l, uint64_t id)
{
	const struct csr *g = l->graph;

	if (l->dense == NULL)
		return find_id(g->ids, g->node_count, id);
	if (id < g->ids[0] || id > g->ids[g->node_count - 1])
		return CSR_NONE;
	return l->dense[id - g->ids[0]];
}

/* ---- edges ----------------------------------------------------------------------------------- */

static enum sqlstate weight_of(
	const struct spec *spec, struct value v, uint64_t edge, double *out, struct error *e)
{
	enum sqlstate rc;

	*out = spec->default_weight;
	if (v.type == VALUE_NULL && spec->has_default)
		return OK;
	if (v.type == VALUE_NULL) {
		rc = FAIL(e, E_NULL_NOT_ALLOWED, "edge %" PRIu64 " has no property \"%.*s\"", edge,
			STR_ARGS(spec->weight));
		error_hint(e, "Give the option defaultWeight, or leave such edges out by the "
			      "option edges.");
		return rc;
	}
	if (!value_is_number(v))
		return FAIL(e, E_TYPE, "the weight of edge %" PRIu64 " is a value of type %s", edge,
			value_type_name(v.type));
	*out = value_to_double(v);
	if (!(*out >= 0))
		return FAIL(e, E_INVALID_VALUE,
			"the weight of edge %" PRIu64 " is not a number of at least zero", edge);
	return OK;
}

static enum sqlstate load_weights(
	struct load *l, const uint64_t *edges, uint32_t count, struct error *e)
{
	struct txn *t = l->call->ev->txn;
	uint32_t key = catalog_find(txn_catalog(t), NAME_KEY, l->spec->weight);
	struct value values[HOPS_AT_ONCE], *column = values;
	struct arena_mark mark = arena_save(l->batch);
	double weight;

	memset(values, 0, sizeof values);
	if (key != NAME_NONE)
		TRY(storage_properties(
			t, ELEMENT_EDGE, edges, count, &key, 1, &column, l->batch, e));
	for (uint32_t i = 0; i < count; i++) {
		TRY(weight_of(l->spec, values[i], edges[i], &weight, e));
		VEC_PUSH(&l->weights, weight);
	}
	arena_rewind(l->batch, mark);
	return OK;
}

/* Takes over the hops of a batch of sources that begins with node `first`. */
static enum sqlstate load_hops(
	struct load *l, uint32_t first, const struct hops *hops, struct error *e)
{
	uint64_t kept[HOPS_AT_ONCE];
	uint32_t count = 0;

	for (uint32_t i = 0; i < hops->count; i++) {
		uint32_t target = load_number(l, hops->neighbour[i]);

		if (target == CSR_NONE)
			continue;
		l->offsets[first + hops->source_index[i] + 1]++;
		VEC_PUSH(&l->targets, target);
		kept[count++] = hops->edge[i];
		if (l->spec->wants_edges)
			VEC_PUSH(&l->edges, hops->edge[i]);
	}
	if (l->spec->has_weight && count > 0)
		TRY(load_weights(l, kept, count, e));
	TRY(procedure_poll(l->call, hops->count, e));
	return load_check(l, e);
}

static enum sqlstate load_sources(struct load *l, uint32_t first, struct error *e)
{
	const struct csr *g = l->graph;
	uint32_t count = MIN_OF(g->node_count - first, (uint32_t)SOURCES_AT_ONCE);
	uint32_t index[HOPS_AT_ONCE];
	uint64_t neighbours[HOPS_AT_ONCE], edges[HOPS_AT_ONCE];
	struct hops hops = { .capacity = HOPS_AT_ONCE,
		.source_index = index,
		.neighbour = neighbours,
		.edge = edges };

	if (l->cursor != NULL)
		TRY(storage_expand_again(l->cursor, g->ids + first, count, e));
	else
		TRY(storage_expand(l->call->ev->txn, g->ids + first, count,
			&(struct edge_filter){ DIRECTION_OUT, l->spec->edge_label_count,
				l->spec->edge_labels },
			l->batch, &l->cursor, e));
	do {
		TRY(storage_expand_next(l->cursor, &hops, e));
		TRY(load_hops(l, first, &hops, e));
	} while (hops.count > 0);
	return OK;
}

static enum sqlstate load_edges(struct load *l, struct error *e)
{
	uint32_t nodes = l->graph->node_count;

	arena_reset(l->batch);
	l->offsets = calloc((size_t)nodes + 1, sizeof *l->offsets);
	if (l->offsets == NULL)
		PANIC("out of memory: the edges of %u nodes", nodes);
	for (uint32_t first = 0; first < nodes; first += MIN_OF(nodes - first, SOURCES_AT_ONCE))
		TRY(load_sources(l, first, e));
	for (uint32_t i = 0; i < nodes; i++)
		l->offsets[i + 1] += l->offsets[i];
	return OK;
}

/* ---- sides ----------------------------------------------------------------------------------- */

/* A side to be filled. */
struct side {
	uint64_t *offsets;
	uint32_t *targets;
	uint64_t *edges;
	double *weights;
};

static enum sqlstate side_new(struct csr *g, uint64_t edge_count, const struct csr_side *like,
	struct side *out, struct error *e)
{
	struct arena *a = g->arena;

	*out = (struct side){ 0 };
	out->offsets = array_of(a, (uint64_t)g->node_count + 2, sizeof *out->offsets, e);
	out->targets = array_of(a, edge_count, sizeof *out->targets, e);
	if (like->edges != NULL)
		out->edges = array_of(a, edge_count, sizeof *out->edges, e);
	if (like->weights != NULL)
		out->weights = array_of(a, edge_count, sizeof *out->weights, e);
	if (out->offsets == NULL || out->targets == NULL)
		return e->code;
	if ((like->edges != NULL && out->edges == NULL) ||
		(like->weights != NULL && out->weights == NULL))
		return e->code;
	memset(out->offsets, 0, ((size_t)g->node_count + 2) * sizeof *out->offsets);
	return OK;
}

static struct csr_side side_done(const struct side *s)
{
	return (struct csr_side){ s->offsets, s->targets, s->edges, s->weights };
}

static void side_put(
	struct side *to, uint64_t at, uint32_t target, const struct csr_side *from, uint64_t place)
{
	to->targets[at] = target;
	if (to->edges != NULL)
		to->edges[at] = from->edges[place];
	if (to->weights != NULL)
		to->weights[at] = from->weights[place];
}

/* The edges the other way round; every row sorted. */
static enum sqlstate side_flip(struct procedure_call *call, struct csr *g,
	const struct csr_side *from, struct csr_side *out, struct error *e)
{
	uint64_t count = from->offsets[g->node_count];
	struct side to;

	TRY(side_new(g, count, from, &to, e));
	/* offsets[v + 2] counts; then offsets[v + 1] is where the next edge of v goes, and ends up
	   as the end of its row. */
	for (uint64_t i = 0; i < count; i++)
		to.offsets[from->targets[i] + 2]++;
	for (uint32_t v = 0; v < g->node_count; v++)
		to.offsets[v + 2] += to.offsets[v + 1];
	for (uint32_t v = 0; v < g->node_count; v++) {
		TRY(procedure_poll(call, csr_degree(from, v) + 1, e));
		for (uint64_t i = from->offsets[v]; i < from->offsets[v + 1]; i++)
			side_put(&to, to.offsets[from->targets[i] + 1]++, v, from, i);
	}
	*out = side_done(&to);
	return OK;
}

/* One row of `any`: both rows merged, loops of the second left out. */
static uint64_t side_merge_row(struct side *to, uint64_t at, uint32_t v, const struct csr_side *a,
	const struct csr_side *b)
{
	uint64_t i = a->offsets[v], j = b->offsets[v];

	while (i < a->offsets[v + 1] || j < b->offsets[v + 1]) {
		if (j < b->offsets[v + 1] && b->targets[j] == v)
			j++;
		else if (j == b->offsets[v + 1] ||
			 (i < a->offsets[v + 1] && a->targets[i] <= b->targets[j])) {
			side_put(to, at++, a->targets[i], a, i);
			i++;
		} else {
			side_put(to, at++, b->targets[j], b, j);
			j++;
		}
	}
	return at;
}

static enum sqlstate side_merge(
	struct procedure_call *call, struct csr *g, struct csr_side *out, struct error *e)
{
	const struct csr_side *a = &g->sides[DIRECTION_OUT], *b = &g->sides[DIRECTION_IN];
	struct side to;
	uint64_t at = 0;

	TRY(side_new(g, 2 * a->offsets[g->node_count], a, &to, e));
	for (uint32_t v = 0; v < g->node_count; v++) {
		TRY(procedure_poll(call, csr_degree(a, v) + csr_degree(b, v) + 1, e));
		at = side_merge_row(&to, at, v, a, b);
		to.offsets[v + 1] = at;
	}
	*out = side_done(&to);
	return OK;
}

enum sqlstate csr_need(struct procedure_call *call, struct csr *g, enum direction direction,
	const struct csr_side **out, struct error *e)
{
	*out = &g->sides[direction];
	if (g->sides[direction].offsets != NULL)
		return OK;
	assert(direction == DIRECTION_ANY);
	return side_merge(call, g, &g->sides[direction], e);
}

enum sqlstate csr_simple(struct procedure_call *call, struct csr *g, enum direction direction,
	struct csr_side *out, struct error *e)
{
	const struct csr_side *from;
	uint64_t *offsets, at = 0;
	uint32_t *targets;

	TRY(csr_need(call, g, direction, &from, e));
	offsets = procedure_array(call, (uint64_t)g->node_count + 1, sizeof *offsets, e);
	targets = offsets == NULL
			  ? NULL
			  : procedure_array(call, from->offsets[g->node_count], sizeof *targets, e);
	if (targets == NULL)
		return e->code;
	for (uint32_t v = 0; v < g->node_count; v++) {
		TRY(procedure_poll(call, csr_degree(from, v) + 1, e));
		for (uint64_t i = from->offsets[v]; i < from->offsets[v + 1]; i++) {
			uint32_t target = from->targets[i];

			if (target != v && (at == offsets[v] || targets[at - 1] != target))
				targets[at++] = target;
		}
		offsets[v + 1] = at;
	}
	*out = (struct csr_side){ .offsets = offsets, .targets = targets };
	return OK;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static enum sqlstate load_run(struct load *l, struct error *e)
{
	struct csr *g = l->graph;
	struct csr_side loaded;

	TRY(load_nodes(l, e));
	TRY(load_edges(l, e));
	loaded = (struct csr_side){ .offsets = l->offsets,
		.targets = l->targets.at,
		.edges = l->spec->wants_edges ? l->edges.at : NULL,
		.weights = l->spec->has_weight ? l->weights.at : NULL };
	TRY(side_flip(l->call, g, &loaded, &g->sides[DIRECTION_IN], e));
	return side_flip(l->call, g, &g->sides[DIRECTION_IN], &g->sides[DIRECTION_OUT], e);
}

static void load_free(struct load *l)
{
	if (l->cursor != NULL)
		storage_cursor_close(l->cursor);
	VEC_FREE(&l->ids);
	VEC_FREE(&l->targets);
	VEC_FREE(&l->edges);
	VEC_FREE(&l->weights);
	free(l->offsets);
	free(l->dense);
	arena_free(l->batch);
}

enum sqlstate csr_load(
	struct procedure_call *call, const struct csr_wish *wish, struct csr **out, struct error *e)
{
	struct csr_cache *cache = call->graphs;
	struct arena *arena;
	struct load l;
	struct spec spec;
	struct str text;
	enum sqlstate rc;

	TRY(spec_read(call, wish, &spec, e));
	text = spec_text(call->arena, &spec);
	if (cache->graph != NULL && str_equal(text, cache->spec)) {
		*out = cache->graph;
		return OK;
	}
	csr_cache_clear(cache);
	arena = arena_new(cache->bytes_max);
	l = (struct load){ .call = call,
		.spec = &spec,
		.bytes_max = cache->bytes_max,
		.graph = ARENA_NEW(arena, struct csr),
		.batch = arena_new(0) };
	l.graph->arena = arena;
	rc = load_run(&l, e);
	load_free(&l);
	cache->graph = l.graph; /* owned by the cache either way */
	cache->spec = arena_str(arena, text);
	if (rc != OK)
		csr_cache_clear(cache);
	*out = cache->graph;
	return rc;
}
