/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A dump: statements that make an equal graph in an empty server.
 *
 *     guard → schema → nodes → edges → indexes, constraints and the rest
 *
 * All of it is one snapshot. Nodes are numbered from 1 in the order in which the dump inserts them, and
 * edges name their ends by these numbers: a new server gives ids in the same order, one by one, to a
 * session that is alone; id 0 goes to a node of the guard, which ends the load in any other server.
 */
#include "query/dump/dump.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "query/sql/definition_label.h"

enum { ELEMENTS_AT_ONCE = 256, PIECE_BYTES = 256 << 10 };

/* ---- literals ----------------------------------------------------------------------------- */

void dump_put_name(struct buf *to, struct str name)
{
	buf_put_quoted(to, name, '"');
}

void dump_put_text(struct buf *to, struct str text)
{
	buf_put_quoted(to, text, '\'');
}

/* ---- elements ----------------------------------------------------------------------------- */

/* Whose defaults an element gets. */
struct element_labels {
	enum element element;
	const uint32_t *labels;
	uint32_t count;
};

/* By name, so that equal graphs have equal dumps whatever numbers their keys have. */
static void sort_by_name(const struct catalog *c, struct property *list, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		struct property p = list[i];
		struct str name = catalog_name(c, NAME_KEY, p.key);
		uint32_t at = i;

		for (; at > 0; at--) {
			if (str_compare(catalog_name(c, NAME_KEY, list[at - 1].key), name) <= 0)
				break;
			list[at] = list[at - 1];
		}
		list[at] = p;
	}
}

/* What is generated is made again by whoever loads the dump. */
static enum sqlstate drop_generated(struct query_dump *d, enum element element, uint64_t id,
	struct property *list, uint32_t *count, struct error *e)
{
	const struct catalog *c = txn_catalog(d->txn);
	const uint32_t *labels;
	struct edge_head edge;
	uint32_t labelset, label_count = 1, kept = 0;

	if (element == ELEMENT_NODE) {
		TRY(storage_nodes_get(d->txn, &id, 1, &labelset, e));
		label_count = catalog_labelset_labels(c, labelset, &labels);
	} else {
		TRY(storage_edges_get(d->txn, &id, 1, &edge, e));
		labels = &edge.label;
	}
	for (uint32_t i = 0; i < *count; i++) {
		bool is_generated = false;

		for (uint32_t l = 0; l < label_count; l++) {
			const struct property_info *p =
				catalog_property(c, element, labels[l], list[i].key);

			is_generated |= p != NULL && p->is_generated;
		}
		if (!is_generated)
			list[kept++] = list[i];
	}
	*count = kept;
	return OK;
}

enum sqlstate dump_properties(struct query_dump *d, enum element element, uint64_t id,
	struct property **list, uint32_t *count, struct error *e)
{
	TRY(storage_all_properties(d->txn, element, id, d->scratch, list, count, e));
	TRY(drop_generated(d, element, id, *list, count, e));
	sort_by_name(txn_catalog(d->txn), *list, *count);
	return OK;
}

static bool has_property(const struct property *list, uint32_t count, uint32_t key)
{
	for (uint32_t i = 0; i < count; i++) {
		if (list[i].key == key)
			return true;
	}
	return false;
}

/* Whoever inserts gets the defaults of labels: what the element does not have goes again. */
static void put_removals(struct query_dump *d, struct buf *to, const struct element_labels *of,
	const struct property *list, uint32_t count)
{
	const struct catalog *c = txn_catalog(d->txn);
	const char *between = " REMOVE x.";

	for (uint32_t l = 0; l < of->count; l++) {
		const struct label_info *info = catalog_label(c, of->element, of->labels[l]);

		for (uint32_t i = 0; info != NULL && i < info->property_count; i++) {
			const struct property_info *p = &info->properties[i];

			if (value_is_null(p->default_value) || has_property(list, count, p->key))
				continue;
			buf_put_text(to, between);
			dump_put_name(to, catalog_name(c, NAME_KEY, p->key));
			between = ", x.";
		}
	}
}

static void put_properties(
	struct query_dump *d, struct buf *to, const struct property *list, uint32_t count)
{
	const struct catalog *c = txn_catalog(d->txn);

	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(to, i == 0 ? " {" : ", ");
		dump_put_name(to, catalog_name(c, NAME_KEY, list[i].key));
		buf_put_text(to, ": ");
		definition_put_literal(to, list[i].value);
	}
	if (count > 0)
		buf_put_byte(to, '}');
}

void dump_number(struct query_dump *d, uint64_t id, uint64_t number)
{
	if (id >= d->number_room) {
		uint64_t room = MAX_OF(id + 1, 2 * d->number_room);

		d->numbers = realloc(d->numbers, room * sizeof d->numbers[0]);
		if (d->numbers == NULL)
			PANIC("out of memory");
		memset(d->numbers + d->number_room, 0,
			(room - d->number_room) * sizeof d->numbers[0]);
		d->number_room = room;
	}
	d->numbers[id] = number;
}

static void put_use(struct query_dump *d, struct buf *to, uint32_t graph)
{
	if (graph == GRAPH_MAIN)
		return;
	buf_put_text(to, "USE ");
	dump_put_name(to, catalog_graph_name(txn_catalog(d->txn), graph));
	buf_put_byte(to, ' ');
}

enum sqlstate dump_node(
	struct query_dump *d, struct buf *to, uint64_t id, uint32_t labelset, struct error *e)
{
	const struct catalog *c = txn_catalog(d->txn);
	struct element_labels of = { .element = ELEMENT_NODE };
	struct property *list;
	uint32_t count;

	of.count = catalog_labelset_shown(c, labelset, &of.labels);
	TRY(dump_properties(d, ELEMENT_NODE, id, &list, &count, e));
	put_use(d, to, catalog_labelset_graph(c, labelset));
	buf_put_text(to, "INSERT (x");
	for (uint32_t i = 0; i < of.count; i++) {
		buf_put_byte(to, i == 0 ? ':' : '&');
		dump_put_name(to, catalog_name(c, NAME_NODE_LABEL, of.labels[i]));
	}
	put_properties(d, to, list, count);
	buf_put_byte(to, ')');
	put_removals(d, to, &of, list, count);
	buf_put_text(to, ";\n");
	return OK;
}

enum sqlstate dump_edge(struct query_dump *d, struct buf *to, const struct edge_head *edge,
	uint64_t id, struct error *e)
{
	struct element_labels of = { ELEMENT_EDGE, &edge->label, 1 };
	struct property *list;
	uint32_t count;

	assert(edge->source < d->number_room);
	assert(edge->target < d->number_room);
	TRY(dump_properties(d, ELEMENT_EDGE, id, &list, &count, e));
	put_use(d, to, catalog_graph_of(txn_catalog(d->txn), ELEMENT_EDGE, edge->label));
	buf_printf(to,
		"MATCH (a), (b) WHERE id(a) = %" PRIu64 " AND id(b) = %" PRIu64 " INSERT (a)-[x:",
		d->numbers[edge->source], d->numbers[edge->target]);
	dump_put_name(to, catalog_name(txn_catalog(d->txn), NAME_EDGE_LABEL, edge->label));
	put_properties(d, to, list, count);
	buf_put_text(to, "]->(b)");
	put_removals(d, to, &of, list, count);
	buf_put_text(to, ";\n");
	return OK;
}

/* ---- the parts ---------------------------------------------------------------------------- */

void dump_head(struct query_dump *d, struct buf *to)
{
	buf_put_text(to, "-- A graph of Quiver. Load it into a new server, in one session:\n"
			 "--     psql -X -v ON_ERROR_STOP=1 -f FILE\n"
			 "SET TIME ZONE 'UTC';\n"
			 "INSERT (n) RETURN CASE WHEN id(n) = 0 THEN 0 ELSE CAST(\n"
			 "    'a dump is loaded into a new server, this one has had nodes: '\n"
			 "    || CAST(id(n) AS text)\n"
			 "    AS int8) END AS guard;\n"
			 "MATCH (n) DELETE n;\n");
	dump_schema_before(to, d->txn, d->scratch);
}

static enum sqlstate next_part(struct query_dump *d, struct error *e)
{
	if (d->cursor != NULL)
		storage_cursor_close(d->cursor);
	d->cursor = NULL;
	d->part++;
	arena_reset(d->arena);
	if (d->part == DUMP_NODES)
		return storage_scan_nodes(d->txn, NAME_NONE, d->arena, &d->cursor, e);
	if (d->part == DUMP_EDGES)
		return storage_scan_edges(d->txn, NAME_NONE, d->arena, &d->cursor, e);
	return OK;
}

static enum sqlstate put_nodes(
	struct query_dump *d, struct buf *to, uint32_t *count, struct error *e)
{
	uint64_t ids[ELEMENTS_AT_ONCE];
	uint32_t labelsets[ELEMENTS_AT_ONCE];

	TRY(storage_cursor_next(d->cursor, ids, labelsets, ELEMENTS_AT_ONCE, count, e));
	buf_put_text(to, *count > 0 ? "BEGIN;\n" : "");
	for (uint32_t i = 0; i < *count; i++) {
		dump_number(d, ids[i], ++d->node_count);
		TRY(dump_node(d, to, ids[i], labelsets[i], e));
	}
	buf_put_text(to, *count > 0 ? "COMMIT;\n" : "");
	return OK;
}

static enum sqlstate put_edges(
	struct query_dump *d, struct buf *to, uint32_t *count, struct error *e)
{
	uint64_t ids[ELEMENTS_AT_ONCE];
	struct edge_head heads[ELEMENTS_AT_ONCE];

	TRY(storage_cursor_next(d->cursor, ids, NULL, ELEMENTS_AT_ONCE, count, e));
	if (*count > 0)
		TRY(storage_edges_get(d->txn, ids, *count, heads, e));
	buf_put_text(to, *count > 0 ? "BEGIN;\n" : "");
	for (uint32_t i = 0; i < *count; i++)
		TRY(dump_edge(d, to, &heads[i], ids[i], e));
	buf_put_text(to, *count > 0 ? "COMMIT;\n" : "");
	return OK;
}

static enum sqlstate put_part(struct query_dump *d, struct buf *to, struct error *e)
{
	uint32_t count = 0;

	arena_reset(d->scratch);
	switch (d->part) {
	case DUMP_HEAD:
		dump_head(d, to);
		break;
	case DUMP_NODES:
		TRY(put_nodes(d, to, &count, e));
		break;
	case DUMP_EDGES:
		TRY(put_edges(d, to, &count, e));
		break;
	case DUMP_TAIL:
		TRY(dump_schema_after(to, d->storage, d->txn, d->scratch, e));
		dump_roles(to, d->txn, d->scratch);
		break;
	case DUMP_OVER:
		return OK;
	}
	return count == 0 ? next_part(d, e) : OK;
}

enum step query_dump_next(struct query_dump *d, struct buf *to, struct error *e)
{
	size_t start = to->length;

	if (d->csv != NULL)
		return dump_csv_next(d, to, e);
	if (d->part == DUMP_OVER)
		return STEP_DONE;
	while (d->part != DUMP_OVER && to->length - start < PIECE_BYTES)
		if (put_part(d, to, e) != OK)
			return STEP_FAILED;
	return STEP_ROW;
}

enum sqlstate query_dump_begin(
	struct storage *s, bool is_csv, struct query_dump **out, struct error *e)
{
	struct txn_options options = { .isolation = ISOLATION_REPEATABLE_READ,
		.is_read_only = true };
	struct query_dump *d = calloc(1, sizeof *d);
	enum sqlstate rc;

	if (d == NULL)
		PANIC("out of memory");
	d->storage = s;
	rc = txn_begin(s, &options, &d->txn, e);
	if (rc != OK) {
		free(d);
		return rc;
	}
	d->arena = arena_new(0);
	d->scratch = arena_new(0);
	if (is_csv)
		d->csv = dump_csv_new();
	*out = d;
	return OK;
}

void query_dump_end(struct query_dump *d)
{
	if (d->cursor != NULL)
		storage_cursor_close(d->cursor);
	dump_csv_free(d->csv);
	txn_abort(d->txn);
	arena_free(d->arena);
	arena_free(d->scratch);
	free(d->numbers);
	free(d);
}
