/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values as JSON text, written straight into a buffer; no tree is built. Keys are in the order of
 * their bytes, so equal values have equal texts:
 *
 *     node  {"id":17,"labels":["Person"],"properties":{…}}
 *     edge  {"end":18,"id":5,"label":"KNOWS","properties":{…},"start":17}
 *     path  {"edges":[…],"nodes":[…]}
 *
 * Invariants
 *  J1. INT64 is written as an integer, FLOAT64 always with a point or exponent.
 *  J2. Depth is bounded by DEPTH_MAX.
 */
#include "query/eval/json_text.h"

#include <stdlib.h>

#include "base/datetime.h"
#include "base/interval.h"
#include "base/json.h"
#include "base/number.h"

enum { DEPTH_MAX = 256 };

struct writer {
	struct txn *txn;
	struct arena *scratch;
	const struct zone *zone;
	struct buf *to;
	int depth;
};

static enum sqlstate put_value(struct writer *w, struct value v, struct error *e);

static void put_quoted_number(struct buf *to, struct value v, const struct zone *zone)
{
	struct timetz timetz;
	struct interval interval;

	buf_put_byte(to, '"');
	switch (v.type) {
	case VALUE_DATE:
		date_put(to, (int32_t)v.integer);
		break;
	case VALUE_TIME:
		time_put(to, v.integer);
		break;
	case VALUE_TIMETZ:
		timetz = (struct timetz){ v.integer, (int32_t)v.count };
		timetz_put(to, &timetz);
		break;
	case VALUE_TIMESTAMP:
		timestamp_put(to, v.integer);
		break;
	case VALUE_TIMESTAMPTZ:
		timestamptz_put(to, v.integer, zone);
		break;
	default:
		assert(v.type == VALUE_DURATION);
		interval = (struct interval){ v.duration->microseconds, v.duration->days,
			v.duration->months };
		interval_put(to, &interval);
	}
	buf_put_byte(to, '"');
}

static void put_quoted_hex(struct buf *to, struct value v)
{
	bool is_uuid = v.type == VALUE_UUID;
	const uint8_t *bytes = is_uuid ? v.uuid : (const uint8_t *)v.bytes;
	uint32_t count = is_uuid ? 16 : v.count;

	buf_put_text(to, is_uuid ? "\"" : "\"\\\\x");
	for (uint32_t i = 0; i < count; i++) {
		if (is_uuid && (i == 4 || i == 6 || i == 8 || i == 10))
			buf_put_byte(to, '-');
		buf_put_byte(to, (uint8_t) "0123456789abcdef"[bytes[i] >> 4]);
		buf_put_byte(to, (uint8_t) "0123456789abcdef"[bytes[i] & 15]);
	}
	buf_put_byte(to, '"');
}

/* A number with all its digits; what JSON has no number for as text. */
static void put_decimal(struct buf *to, const struct decimal *d)
{
	bool is_quoted = d->kind != DECIMAL_FINITE;

	if (is_quoted)
		buf_put_byte(to, '"');
	decimal_put(to, d);
	if (is_quoted)
		buf_put_byte(to, '"');
}

/* ---- elements ---- */

struct named_property {
	struct str name;
	struct value value;
};

static int by_name(const void *a, const void *b)
{
	const struct named_property *left = a, *right = b;

	return str_compare(left->name, right->name);
}

static enum sqlstate put_properties(
	struct writer *w, enum element element, uint64_t id, struct error *e)
{
	const struct catalog *catalog = txn_catalog(w->txn);
	struct named_property *named;
	struct property *properties;
	uint32_t count;

	TRY(storage_all_properties(w->txn, element, id, w->scratch, &properties, &count, e));
	named = arena_alloc_raw(w->scratch, sizeof *named * (count + 1));
	for (uint32_t i = 0; i < count; i++) {
		named[i].name = catalog_name(catalog, NAME_KEY, properties[i].key);
		named[i].value = properties[i].value;
	}
	qsort(named, count, sizeof *named, by_name);
	buf_put_text(w->to, "\"properties\":{");
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_byte(w->to, ',');
		json_put_string(w->to, named[i].name);
		buf_put_byte(w->to, ':');
		TRY(put_value(w, named[i].value, e));
	}
	buf_put_byte(w->to, '}');
	return OK;
}

static int by_str(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static enum sqlstate put_node(struct writer *w, uint64_t id, struct error *e)
{
	const struct catalog *catalog;
	const uint32_t *labels = NULL;
	uint32_t labelset, count = 0;
	struct str *names;

	assert(w->txn != NULL);
	TRY(storage_nodes_get(w->txn, &id, 1, &labelset, e));
	catalog = txn_catalog(w->txn);
	if (labelset != LABELSET_ABSENT)
		count = catalog_labelset_labels(catalog, labelset, &labels);
	names = arena_alloc_raw(w->scratch, sizeof *names * (count + 1));
	for (uint32_t i = 0; i < count; i++)
		names[i] = catalog_name(catalog, NAME_NODE_LABEL, labels[i]);
	qsort(names, count, sizeof *names, by_str);
	buf_printf(w->to, "{\"id\":%llu,\"labels\":[", (unsigned long long)id);
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_byte(w->to, ',');
		json_put_string(w->to, names[i]);
	}
	buf_put_text(w->to, "],");
	TRY(put_properties(w, ELEMENT_NODE, id, e));
	buf_put_byte(w->to, '}');
	return OK;
}

static enum sqlstate put_edge(struct writer *w, uint64_t id, struct error *e)
{
	struct edge_head head;
	struct str label = { "", 0 };

	assert(w->txn != NULL);
	TRY(storage_edges_get(w->txn, &id, 1, &head, e));
	if (head.label != NAME_NONE)
		label = catalog_name(txn_catalog(w->txn), NAME_EDGE_LABEL, head.label);
	else
		head.source = head.target = 0;
	buf_printf(w->to, "{\"end\":%llu,\"id\":%llu,\"label\":", (unsigned long long)head.target,
		(unsigned long long)id);
	json_put_string(w->to, label);
	buf_put_byte(w->to, ',');
	TRY(put_properties(w, ELEMENT_EDGE, id, e));
	buf_printf(w->to, ",\"start\":%llu}", (unsigned long long)head.source);
	return OK;
}

static enum sqlstate put_path(struct writer *w, const struct value_path *path, struct error *e)
{
	buf_put_text(w->to, "{\"edges\":[");
	for (uint32_t i = 0; i < path->edge_count; i++) {
		if (i > 0)
			buf_put_byte(w->to, ',');
		TRY(put_edge(w, path->edges[i], e));
	}
	buf_put_text(w->to, "],\"nodes\":[");
	for (uint32_t i = 0; i <= path->edge_count; i++) {
		if (i > 0)
			buf_put_byte(w->to, ',');
		TRY(put_node(w, path->nodes[i], e));
	}
	buf_put_text(w->to, "]}");
	return OK;
}

/* ---- all values ---- */

static enum sqlstate put_list(struct writer *w, struct value v, struct error *e)
{
	buf_put_byte(w->to, '[');
	for (uint32_t i = 0; i < v.count; i++) {
		if (i > 0)
			buf_put_byte(w->to, ',');
		TRY(put_value(w, v.items[i], e));
	}
	buf_put_byte(w->to, ']');
	return OK;
}

static enum sqlstate put_map(struct writer *w, struct value v, struct error *e)
{
	buf_put_byte(w->to, '{');
	for (uint32_t i = 0; i < v.count; i++) {
		if (i > 0)
			buf_put_byte(w->to, ',');
		json_put_string(w->to, v.entries[i].key);
		buf_put_byte(w->to, ':');
		TRY(put_value(w, v.entries[i].value, e));
	}
	buf_put_byte(w->to, '}');
	return OK;
}

static enum sqlstate put_nested(struct writer *w, struct value v, struct error *e)
{
	enum sqlstate rc;

	if (w->depth >= DEPTH_MAX)
		return FAIL(e, E_TOO_COMPLEX, "a value is nested too deep for JSON");
	w->depth++;
	rc = v.type == VALUE_LIST ? put_list(w, v, e) : put_map(w, v, e);
	w->depth--;
	return rc;
}

static enum sqlstate put_value(struct writer *w, struct value v, struct error *e)
{
	switch ((enum value_type)v.type) {
	case VALUE_NULL:
		buf_put_text(w->to, "null");
		return OK;
	case VALUE_BOOL:
		buf_put_text(w->to, v.boolean ? "true" : "false");
		return OK;
	case VALUE_INT:
		number_put_int64(w->to, v.integer);
		return OK;
	case VALUE_FLOAT:
		json_put_double(w->to, v.real);
		return OK;
	case VALUE_DECIMAL:
		put_decimal(w->to, v.decimal);
		return OK;
	case VALUE_STRING:
		json_put_string(w->to, value_str(v));
		return OK;
	case VALUE_BYTES:
	case VALUE_UUID:
		put_quoted_hex(w->to, v);
		return OK;
	case VALUE_LIST:
	case VALUE_MAP:
		return put_nested(w, v, e);
	case VALUE_NODE:
		return put_node(w, v.id, e);
	case VALUE_EDGE:
		return put_edge(w, v.id, e);
	case VALUE_PATH:
		return put_path(w, v.path, e);
	default:
		put_quoted_number(w->to, v, w->zone);
		return OK;
	}
}

enum sqlstate json_text_put_in_zone(struct txn *t, struct arena *scratch, const struct zone *zone,
	struct value v, struct buf *to, struct error *e)
{
	struct writer w = { t, scratch, zone, to, 0 };

	return put_value(&w, v, e);
}
