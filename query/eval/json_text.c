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

#include "base/json.h"
#include "base/number.h"
#include "query/eval/element_parts.h"
#include "query/eval/moment.h"

enum { DEPTH_MAX = 256 };

struct writer {
	struct txn *txn;
	struct arena *scratch;
	const struct zone *zone;
	struct buf *to;
	int depth;
	bool is_iso; /* of moments; else they are written as everywhere */
};

static enum sqlstate put_value(struct writer *w, struct value v, struct error *e);

/* As ISO 8601 has it: T between the date and the time, and the minutes of the zone, too. */
static void put_iso_moment(struct buf *to, struct value v, const struct zone *zone)
{
	size_t from = to->length + 1;
	char *blank;

	buf_put_byte(to, '"');
	moment_put(to, v, zone);
	if (v.type == VALUE_TIMESTAMP || v.type == VALUE_TIMESTAMPTZ) {
		blank = memchr(to->data + from, ' ', to->length - from);
		if (blank != NULL)
			*blank = 'T';
		if (v.type == VALUE_TIMESTAMPTZ && to->length - from > 3 &&
			(to->data[to->length - 3] == '+' || to->data[to->length - 3] == '-'))
			buf_put_text(to, ":00");
	}
	buf_put_byte(to, '"');
}

static void put_quoted_moment(struct writer *w, struct value v)
{
	if (w->is_iso) {
		put_iso_moment(w->to, v, w->zone);
		return;
	}
	buf_put_byte(w->to, '"');
	moment_put(w->to, v, w->zone);
	buf_put_byte(w->to, '"');
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

static enum sqlstate put_properties(
	struct writer *w, enum element element, uint64_t id, struct error *e)
{
	struct named_property *named;
	uint32_t count;

	TRY(element_properties_by_name(w->txn, element, id, w->scratch, &named, &count, e));
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

static enum sqlstate put_node(struct writer *w, uint64_t id, struct error *e)
{
	struct str *names;
	uint32_t count;

	assert(w->txn != NULL);
	TRY(element_labels_by_name(w->txn, id, w->scratch, &names, &count, e));
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
		put_quoted_moment(w, v);
		return OK;
	}
}

enum sqlstate json_text_put_in_zone(struct txn *t, struct arena *scratch, const struct zone *zone,
	struct value v, struct buf *to, struct error *e)
{
	struct writer w = { t, scratch, zone, to, 0, false };

	return put_value(&w, v, e);
}

enum sqlstate json_text_put_iso(struct txn *t, struct arena *scratch, const struct zone *zone,
	struct value v, struct buf *to, struct error *e)
{
	struct writer w = { t, scratch, zone, to, 0, true };

	return put_value(&w, v, e);
}
