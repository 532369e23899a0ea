/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The bytes of operations, little-endian, without padding. Ids take 6 bytes (u48).
 *
 *     NODE_ADD          1  id:6 labelset:4 size:4 map
 *     NODE_DELETE       2  id:6
 *     NODE_LABELS       3  id:6 labelset:4
 *     EDGE_ADD          4  id:6 label:4 source:6 target:6 size:4 map
 *     EDGE_DELETE       5  id:6
 *     PROPERTY_SET      6  element:1 id:6 key:4 size:4 value
 *     the catalog's    16… element:1 id:6 label:4 key:4 flags:1 type:1 item_type:1 bits:4
 *                          from_label:4 to_label:4 from_key:4 to_key:4
 *                          n:2 n x number:4  length:2 name  size:4 map
 *
 * The catalog's operations are rare, so one shape serves them all. Of a label's pairs of ends the first
 * has members of its own; the further ones are in the numbers, in the same order.
 */
#include "storage/graph/op.h"

#include <string.h>

#include "base/check.h"

enum { ID_SIZE = 6, CATALOG_FIXED_SIZE = 1 + ID_SIZE + 4 + 4 + 3 + 4 + 16 };

static uint8_t *put_u16(uint8_t *to, uint32_t value)
{
	uint16_t v = (uint16_t)value;

	memcpy(to, &v, sizeof v);
	return to + sizeof v;
}

static uint8_t *put_u32(uint8_t *to, uint32_t value)
{
	memcpy(to, &value, sizeof value);
	return to + sizeof value;
}

static uint8_t *put_id(uint8_t *to, uint64_t id)
{
	assert(id >> 48 == 0);
	memcpy(to, &id, ID_SIZE);
	return to + ID_SIZE;
}

static uint8_t *put_bytes(uint8_t *to, const void *data, size_t size)
{
	if (size > 0)
		memcpy(to, data, size);
	return to + size;
}

void logop_put_node_add(
	struct buf *to, uint64_t id, uint32_t labelset, const uint8_t *map, uint32_t map_size)
{
	uint8_t *start = buf_reserve(to, 1 + ID_SIZE + 4 + 4 + (size_t)map_size);
	uint8_t *at = start;

	*at++ = OP_NODE_ADD;
	at = put_id(at, id);
	at = put_u32(at, labelset);
	at = put_u32(at, map_size);
	at = put_bytes(at, map, map_size);
	to->length += (size_t)(at - start);
}

void logop_put_edge_add(
	struct buf *to, const struct op_edge *edge, const uint8_t *map, uint32_t map_size)
{
	uint8_t *start = buf_reserve(to, 1 + 3 * ID_SIZE + 4 + 4 + (size_t)map_size);
	uint8_t *at = start;

	*at++ = OP_EDGE_ADD;
	at = put_id(at, edge->id);
	at = put_u32(at, edge->label);
	at = put_id(at, edge->source);
	at = put_id(at, edge->target);
	at = put_u32(at, map_size);
	at = put_bytes(at, map, map_size);
	to->length += (size_t)(at - start);
}

static void put_catalog(struct buf *to, const struct op *op)
{
	size_t size = 1 + CATALOG_FIXED_SIZE + 2 + 4 * (size_t)op->number_count + 2 +
		      op->name.length + 4 + op->map_size;
	uint8_t *start = buf_reserve(to, size);
	uint8_t *at = start;

	assert(op->number_count <= OP_NUMBERS_MAX);
	assert(op->name.length <= OP_NAME_MAX);
	*at++ = (uint8_t)op->kind;
	*at++ = op->element;
	at = put_id(at, op->id);
	at = put_u32(at, op->label);
	at = put_u32(at, op->key);
	*at++ = op->flags;
	*at++ = op->type;
	*at++ = op->item_type;
	at = put_u32(at, op->bits);
	at = put_u32(at, op->pair.from.label);
	at = put_u32(at, op->pair.to.label);
	at = put_u32(at, op->pair.from.key);
	at = put_u32(at, op->pair.to.key);
	at = put_u16(at, op->number_count);
	for (uint32_t i = 0; i < op->number_count; i++)
		at = put_u32(at, op->numbers[i]);
	at = put_u16(at, op->name.length);
	at = put_bytes(at, op->name.at, op->name.length);
	at = put_u32(at, op->map_size);
	at = put_bytes(at, op->map, op->map_size);
	assert((size_t)(at - start) == size);
	to->length += size;
}

void op_set_pairs(struct op *op, const struct edge_pair *pairs, uint32_t count)
{
	uint32_t *to = op->numbers;

	assert(count <= EDGE_PAIRS_MAX);
	static_assert((EDGE_PAIRS_MAX - 1) * OP_PAIR_NUMBERS <= OP_NUMBERS_MAX, "pairs have room");
	op->pair = count == 0 ? (struct edge_pair){ 0 } : pairs[0];
	for (uint32_t i = 1; i < count; i++) {
		*to++ = pairs[i].from.label;
		*to++ = pairs[i].to.label;
		*to++ = pairs[i].from.key;
		*to++ = pairs[i].to.key;
	}
	op->number_count = (uint32_t)(to - op->numbers);
}

uint32_t op_pairs(const struct op *op, struct edge_pair *pairs)
{
	uint32_t count = 0;

	if (op->pair.from.label == NAME_NONE)
		return 0;
	pairs[count++] = op->pair;
	for (uint32_t i = 0; i + OP_PAIR_NUMBERS <= op->number_count && count < EDGE_PAIRS_MAX;
		i += OP_PAIR_NUMBERS) {
		const uint32_t *n = &op->numbers[i];

		pairs[count++] = (struct edge_pair){ { n[0], n[2] }, { n[1], n[3] } };
	}
	return count;
}

void logop_put(struct buf *to, const struct op *op)
{
	uint8_t *start;
	uint8_t *at;

	if (op_is_catalog(op->kind)) {
		put_catalog(to, op);
		return;
	}
	start = at = buf_reserve(to, 32 + (size_t)op->map_size);
	*at++ = (uint8_t)op->kind;
	switch (op->kind) {
	case OP_NODE_DELETE:
	case OP_EDGE_DELETE:
		at = put_id(at, op->id);
		break;
	case OP_NODE_LABELS:
		at = put_id(at, op->id);
		at = put_u32(at, op->label);
		break;
	case OP_PROPERTY_SET:
		*at++ = op->element;
		at = put_id(at, op->id);
		at = put_u32(at, op->key);
		at = put_u32(at, op->map_size);
		at = put_bytes(at, op->map, op->map_size);
		break;
	case OP_INDEX_FILL:
		at = put_id(at, op->id);
		at = put_id(at, op->source);
		at = put_id(at, op->target);
		break;
	default:
		unreachable();
	}
	to->length += (size_t)(at - start);
}

/* A reader that, once past the end, gives zeroes and says so at the end. */
struct reader {
	const uint8_t *at, *end;
	bool is_short;
};

static uint64_t take(struct reader *r, size_t size)
{
	uint64_t value = 0;

	if ((size_t)(r->end - r->at) < size) {
		r->is_short = true;
		return 0;
	}
	memcpy(&value, r->at, size);
	r->at += size;
	return value;
}

static const uint8_t *take_bytes(struct reader *r, uint32_t size)
{
	const uint8_t *at = r->at;

	if ((size_t)(r->end - r->at) < size) {
		r->is_short = true;
		return NULL;
	}
	r->at += size;
	return at;
}

static void take_map(struct reader *r, struct op *out)
{
	out->map_size = (uint32_t)take(r, 4);
	out->map = take_bytes(r, out->map_size);
}

static void take_catalog(struct reader *r, struct op *out)
{
	out->element = (uint8_t)take(r, 1);
	out->id = take(r, ID_SIZE);
	out->label = (uint32_t)take(r, 4);
	out->key = (uint32_t)take(r, 4);
	out->flags = (uint8_t)take(r, 1);
	out->type = (uint8_t)take(r, 1);
	out->item_type = (uint8_t)take(r, 1);
	out->bits = (uint32_t)take(r, 4);
	out->pair.from.label = (uint32_t)take(r, 4);
	out->pair.to.label = (uint32_t)take(r, 4);
	out->pair.from.key = (uint32_t)take(r, 4);
	out->pair.to.key = (uint32_t)take(r, 4);
	out->number_count = (uint32_t)take(r, 2);
	if (out->number_count > OP_NUMBERS_MAX) {
		r->is_short = true;
		return;
	}
	for (uint32_t i = 0; i < out->number_count; i++)
		out->numbers[i] = (uint32_t)take(r, 4);
	out->name.length = (uint32_t)take(r, 2);
	out->name.at = (const char *)take_bytes(r, out->name.length);
	take_map(r, out);
}

bool logop_next(const uint8_t *data, size_t size, size_t *at, struct op *out)
{
	struct reader r = { data + *at, data + size, false };

	out->kind = (enum op_kind)take(&r, 1);
	switch (out->kind) {
	case OP_NODE_ADD:
		out->id = take(&r, ID_SIZE);
		out->label = (uint32_t)take(&r, 4);
		take_map(&r, out);
		break;
	case OP_NODE_LABELS:
		out->id = take(&r, ID_SIZE);
		out->label = (uint32_t)take(&r, 4);
		break;
	case OP_EDGE_ADD:
		out->id = take(&r, ID_SIZE);
		out->label = (uint32_t)take(&r, 4);
		out->source = take(&r, ID_SIZE);
		out->target = take(&r, ID_SIZE);
		take_map(&r, out);
		break;
	case OP_NODE_DELETE:
	case OP_EDGE_DELETE:
		out->id = take(&r, ID_SIZE);
		break;
	case OP_INDEX_FILL:
		out->id = take(&r, ID_SIZE);
		out->source = take(&r, ID_SIZE);
		out->target = take(&r, ID_SIZE);
		break;
	case OP_PROPERTY_SET:
		out->element = (uint8_t)take(&r, 1);
		out->id = take(&r, ID_SIZE);
		out->key = (uint32_t)take(&r, 4);
		take_map(&r, out);
		break;
	default:
		if (out->kind < OP_NAME || out->kind >= OP_KIND_END)
			return false;
		take_catalog(&r, out);
	}
	*at = (size_t)(r.at - data);
	return !r.is_short;
}
