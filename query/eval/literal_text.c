/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values in the notation of the language. Labels and keys are in the order of their bytes, as in JSON:
 *
 *     node  (:Author:Person {name: 'Al'})      edge  [:KNOWS {since: 1843}]
 *     path  <(:Person)-[:KNOWS]->(:Person)<-[:LIKES]-()>
 *     list  [1, 2.0, 'it''s', DATE '2024-02-29', null]       map  {a: 1, "b c": true}
 *
 * Depth is bounded by DEPTH_MAX.
 */
#include "query/eval/literal_text.h"

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
};

static enum sqlstate put_value(struct writer *w, struct value v, struct error *e);

/* ---- words ---- */

static bool is_word(struct str name)
{
	for (uint32_t i = 0; i < name.length; i++) {
		char c = name.at[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!is_letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return name.length > 0;
}

static void put_name(struct buf *to, struct str name)
{
	if (is_word(name))
		buf_put_str(to, name);
	else
		buf_put_quoted(to, name, '"');
}

/* ---- scalars ---- */

static void put_hex(struct buf *to, struct value v)
{
	buf_put_text(to, "x'");
	for (uint32_t i = 0; i < v.count; i++)
		buf_printf(to, "%02x", (unsigned char)v.bytes[i]);
	buf_put_byte(to, '\'');
}

static void put_uuid(struct buf *to, const uint8_t *bytes)
{
	buf_put_text(to, "UUID '");
	for (int i = 0; i < 16; i++)
		buf_printf(to, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", bytes[i]);
	buf_put_byte(to, '\'');
}

static void put_moment(struct buf *to, struct value v, const struct zone *zone)
{
	static const char *const words[] = { [VALUE_DATE] = "DATE '",
		[VALUE_TIME] = "TIME '",
		[VALUE_TIMETZ] = "TIMETZ '",
		[VALUE_TIMESTAMP] = "TIMESTAMP '",
		[VALUE_TIMESTAMPTZ] = "TIMESTAMPTZ '",
		[VALUE_DURATION] = "DURATION '" };

	buf_put_text(to, words[v.type]);
	moment_put(to, v, zone);
	buf_put_byte(to, '\'');
}

/* ---- elements ---- */

/* {key: value, …}, or nothing if there are none; `before` stands in front. */
static enum sqlstate put_properties(struct writer *w, enum element element, uint64_t id,
	const char *before, struct error *e)
{
	struct named_property *named;
	uint32_t count;

	TRY(element_properties_by_name(w->txn, element, id, w->scratch, &named, &count, e));
	if (count == 0)
		return OK;
	buf_put_text(w->to, before);
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(w->to, i == 0 ? "{" : ", ");
		put_name(w->to, named[i].name);
		buf_put_text(w->to, ": ");
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
	buf_put_byte(w->to, '(');
	for (uint32_t i = 0; i < count; i++) {
		buf_put_byte(w->to, ':');
		put_name(w->to, names[i]);
	}
	TRY(put_properties(w, ELEMENT_NODE, id, count == 0 ? "" : " ", e));
	buf_put_byte(w->to, ')');
	return OK;
}

/* In a path: between its arrow's parts, as it is passed from the node `from`. */
static enum sqlstate put_edge(struct writer *w, uint64_t id, const uint64_t *from, struct error *e)
{
	struct edge_head head;
	bool is_forward;

	assert(w->txn != NULL);
	TRY(storage_edges_get(w->txn, &id, 1, &head, e));
	is_forward = from != NULL && head.source == *from;
	if (from != NULL)
		buf_put_text(w->to, is_forward ? "-" : "<-");
	buf_put_byte(w->to, '[');
	if (head.label != NAME_NONE) {
		buf_put_byte(w->to, ':');
		put_name(w->to, catalog_name(txn_catalog(w->txn), NAME_EDGE_LABEL, head.label));
	}
	TRY(put_properties(w, ELEMENT_EDGE, id, " ", e));
	buf_put_byte(w->to, ']');
	if (from != NULL)
		buf_put_text(w->to, is_forward ? "->" : "-");
	return OK;
}

static enum sqlstate put_path(struct writer *w, const struct value_path *path, struct error *e)
{
	buf_put_byte(w->to, '<');
	TRY(put_node(w, path->nodes[0], e));
	for (uint32_t i = 0; i < path->edge_count; i++) {
		TRY(put_edge(w, path->edges[i], &path->nodes[i], e));
		TRY(put_node(w, path->nodes[i + 1], e));
	}
	buf_put_byte(w->to, '>');
	return OK;
}

/* ---- all values ---- */

static enum sqlstate put_list(struct writer *w, struct value v, struct error *e)
{
	buf_put_byte(w->to, '[');
	for (uint32_t i = 0; i < v.count; i++) {
		if (i > 0)
			buf_put_text(w->to, ", ");
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
			buf_put_text(w->to, ", ");
		put_name(w->to, v.entries[i].key);
		buf_put_text(w->to, ": ");
		TRY(put_value(w, v.entries[i].value, e));
	}
	buf_put_byte(w->to, '}');
	return OK;
}

static enum sqlstate put_nested(struct writer *w, struct value v, struct error *e)
{
	enum sqlstate rc;

	if (w->depth >= DEPTH_MAX)
		return FAIL(e, E_TOO_COMPLEX, "a value is nested too deep to be written");
	w->depth++;
	rc = v.type == VALUE_LIST ? put_list(w, v, e) : put_map(w, v, e);
	w->depth--;
	return rc;
}

static void put_scalar(struct writer *w, struct value v)
{
	switch ((enum value_type)v.type) {
	case VALUE_NULL:
		buf_put_text(w->to, "null");
		break;
	case VALUE_BOOL:
		buf_put_text(w->to, v.boolean ? "true" : "false");
		break;
	case VALUE_INT:
		number_put_int64(w->to, v.integer);
		break;
	case VALUE_FLOAT:
		json_put_double(w->to, v.real);
		break;
	case VALUE_DECIMAL:
		decimal_put(w->to, v.decimal);
		buf_put_byte(w->to, 'M');
		break;
	case VALUE_STRING:
		buf_put_quoted(w->to, value_str(v), '\'');
		break;
	case VALUE_BYTES:
		put_hex(w->to, v);
		break;
	case VALUE_UUID:
		put_uuid(w->to, v.uuid);
		break;
	default:
		put_moment(w->to, v, w->zone);
		break;
	}
}

static enum sqlstate put_value(struct writer *w, struct value v, struct error *e)
{
	switch ((enum value_type)v.type) {
	case VALUE_LIST:
	case VALUE_MAP:
		return put_nested(w, v, e);
	case VALUE_NODE:
		return put_node(w, v.id, e);
	case VALUE_EDGE:
		return put_edge(w, v.id, NULL, e);
	case VALUE_PATH:
		return put_path(w, v.path, e);
	default:
		put_scalar(w, v);
		return OK;
	}
}

enum sqlstate literal_text_put(struct txn *t, struct arena *scratch, const struct zone *zone,
	struct value v, struct buf *to, struct error *e)
{
	struct writer w = { t, scratch, zone, to, 0 };

	return put_value(&w, v, e);
}
