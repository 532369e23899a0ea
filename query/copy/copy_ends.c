/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Ends of edges by their keys: see copy_ends.h.
 *
 *     _from ─ from.values ─ a key column for each node key of that side ─┐
 *     _to ─── to.values ─── the same ────────────────────────────────────┴─ pairs ─ nodes of the row
 */
#include "query/copy/copy_ends.h"

#include <inttypes.h>

#include "base/check.h"
#include "query/eval/cast.h"
#include "query/type/type.h"

/* One node label and key, of all pairs that have them at the same side. */
struct end {
	struct edge_end end;
	uint32_t index;
	struct type type;
	struct value *keys; /* of the batch, in the key's type; NULL: it cannot be one */
	uint64_t *ids;	    /* UINT64_MAX: there is no such node */
};

struct side {
	const char *column;
	struct type type;
	struct value *values; /* of the batch, as they were read */
	struct end *ends;
	uint32_t end_count;
};

struct pair {
	struct end *from, *to;
};

struct copy_ends {
	struct copy_place place;
	struct eval *eval;
	uint32_t rows;
	struct side from, to;
	struct pair *pairs; /* one of ids if the keys are none */
	uint32_t pair_count;
};

/* ---- opening ---- */

/* The unique index on exactly (label, key). */
static uint32_t find_index(const struct catalog *catalog, struct edge_end end)
{
	for (uint32_t i = 0; i < catalog_index_count(catalog); i++) {
		const struct index_info *index = catalog_index_at(catalog, i);

		if (index->element == ELEMENT_NODE && index->label == end.label &&
			index->is_unique && index->key_count == 1 && index->keys[0] == end.key)
			return index->id;
	}
	return 0;
}

static void side_open(struct copy_ends *c, struct side *s, const char *column, uint32_t ends)
{
	s->column = column;
	s->values = ARENA_ARRAY(c->place.arena, struct value, c->rows);
	s->ends = ARENA_ARRAY(c->place.arena, struct end, ends);
}

static struct end *end_add(struct copy_ends *c, struct side *s, struct edge_end wanted)
{
	struct end *end = &s->ends[s->end_count++];

	end->end = wanted;
	end->type = s->type;
	end->keys = s->values;
	end->ids = ARENA_ARRAY(c->place.arena, uint64_t, c->rows);
	return end;
}

static enum sqlstate end_open(struct copy_ends *c, struct side *s, struct edge_end wanted,
	struct end **out, struct error *e)
{
	struct end *end;

	for (uint32_t i = 0; i < s->end_count; i++) {
		*out = &s->ends[i];
		if ((*out)->end.label == wanted.label && (*out)->end.key == wanted.key)
			return OK;
	}
	*out = end = end_add(c, s, wanted);
	end->type = copy_end_type(c->place.catalog, wanted);
	end->index = find_index(c->place.catalog, wanted);
	if (!type_equal(end->type, s->type))
		end->keys = ARENA_ARRAY(c->place.arena, struct value, c->rows);
	return end->index == 0 ? copy_pairs_fail(&c->place, s == &c->from,
					 "the key has no unique index", e)
			       : OK;
}

enum sqlstate copy_ends_open(const struct copy_place *p, uint32_t edge, struct eval *eval,
	uint32_t rows, struct copy_ends **out, struct error *e)
{
	struct copy_ends *c = ARENA_NEW(p->arena, struct copy_ends);
	struct copy_pairs pairs;

	TRY(copy_pairs_find(p, edge, &pairs, e));
	c->place = *p;
	c->eval = eval;
	c->rows = rows;
	side_open(c, &c->from, "_from", pairs.count + 1);
	side_open(c, &c->to, "_to", pairs.count + 1);
	c->from.type = copy_pairs_type(p->catalog, &pairs, true);
	c->to.type = copy_pairs_type(p->catalog, &pairs, false);
	c->pairs = ARENA_ARRAY(p->arena, struct pair, pairs.count + 1);
	for (uint32_t i = 0; i < pairs.count; i++) {
		struct pair *pair = &c->pairs[c->pair_count++];

		TRY(end_open(c, &c->from, pairs.items[i].from, &pair->from, e));
		TRY(end_open(c, &c->to, pairs.items[i].to, &pair->to, e));
	}
	if (pairs.count == 0)
		c->pairs[c->pair_count++] =
			(struct pair){ end_add(c, &c->from, (struct edge_end){ 0 }),
				end_add(c, &c->to, (struct edge_end){ 0 }) };
	*out = c;
	return OK;
}

static const struct side *side_of(const struct copy_ends *c, bool is_source)
{
	return is_source ? &c->from : &c->to;
}

struct type copy_ends_type(const struct copy_ends *c, bool is_source)
{
	return side_of(c, is_source)->type;
}

/* ---- a batch ---- */

void copy_ends_put(struct copy_ends *c, bool is_source, uint32_t row, struct value v)
{
	assert(row < c->rows);
	side_of(c, is_source)->values[row] = v;
}

static void take_ids(struct end *end, uint32_t count)
{
	for (uint32_t row = 0; row < count; row++)
		end->ids[row] = value_is_null(end->keys[row]) || end->keys[row].integer < 0
					? UINT64_MAX
					: (uint64_t)end->keys[row].integer;
}

/* A text that is no value of the key's type is the key of none of its nodes. */
static void convert(struct copy_ends *c, const struct side *s, struct end *end, uint32_t count)
{
	struct error none;

	for (uint32_t row = 0; row < count; row++) {
		if (value_is_null(s->values[row]) ||
			eval_cast(c->eval, s->values[row], end->type, false, &end->keys[row],
				&none) != OK)
			end->keys[row] = value_null();
	}
}

static enum sqlstate find_side(
	struct copy_ends *c, const struct side *s, uint32_t count, struct error *e)
{
	for (uint32_t i = 0; i < s->end_count; i++) {
		struct end *end = &s->ends[i];

		if (end->index == 0) {
			take_ids(end, count);
			continue;
		}
		if (end->keys != s->values)
			convert(c, s, end, count);
		TRY(storage_index_lookup(
			c->eval->txn, end->index, end->keys, count, end->ids, e));
	}
	return OK;
}

enum sqlstate copy_ends_find(struct copy_ends *c, uint32_t count, struct error *e)
{
	TRY(find_side(c, &c->from, count, e));
	return find_side(c, &c->to, count, e);
}

/* ---- a row ---- */

static enum sqlstate fail_null(const struct side *s, struct error *e)
{
	return FAIL(e, E_NOT_NULL, "null value in column \"%s\"", s->column);
}

static enum sqlstate fail_missing(
	struct copy_ends *c, const struct end *end, uint32_t row, struct error *e)
{
	struct buf text = { 0 };

	if (end->index == 0)
		return FAIL(
			e, E_FOREIGN_KEY, "there is no node %" PRId64, end->keys[row].integer);
	if (eval_put_text(c->eval, &text, end->keys[row], e) == OK)
		(void)FAIL(e, E_FOREIGN_KEY,
			"there is no node of label \"%.*s\" whose \"%.*s\" is \"%.*s\"",
			STR_ARGS(catalog_name(
				txn_catalog(c->eval->txn), NAME_NODE_LABEL, end->end.label)),
			STR_ARGS(catalog_name(txn_catalog(c->eval->txn), NAME_KEY, end->end.key)),
			STR_ARGS(buf_str(&text)));
	buf_free(&text);
	return e->code;
}

/* Several pairs: none of them, or more than one, has nodes with the row's keys. */
static enum sqlstate fail_pairs(
	struct copy_ends *c, uint32_t row, enum sqlstate code, const char *what, struct error *e)
{
	struct buf from = { 0 }, to = { 0 };

	if (eval_put_text(c->eval, &from, c->from.values[row], e) == OK &&
		eval_put_text(c->eval, &to, c->to.values[row], e) == OK) {
		(void)FAIL(e, code,
			"%s of edge label \"%.*s\" has nodes with the keys \"%.*s\" and "
			"\"%.*s\"",
			what, STR_ARGS(c->place.copy->label.text), STR_ARGS(buf_str(&from)),
			STR_ARGS(buf_str(&to)));
		if (code == E_CARDINALITY)
			error_hint(e, "Choose one by the options FROM_KEY 'Label.key' and TO_KEY "
				      "'Label.key'.");
	}
	buf_free(&from);
	buf_free(&to);
	return e->code;
}

static enum sqlstate create(
	struct copy_ends *c, const struct end *end, uint32_t row, struct error *e)
{
	struct property property = { end->end.key, end->keys[row] };
	uint32_t graph =
		catalog_graph_of(txn_catalog(c->eval->txn), ELEMENT_NODE, end->end.label);
	uint32_t labels[2] = { end->end.label, graph };

	/* An earlier row of this batch may have made it. */
	TRY(storage_index_lookup(
		c->eval->txn, end->index, &end->keys[row], 1, &end->ids[row], e));
	if (end->ids[row] != UINT64_MAX)
		return OK;
	return storage_node_add(c->eval->txn, labels, graph == GRAPH_MAIN ? 1 : 2, &property, 1,
		&end->ids[row], e);
}

/* Sees to it that one end of the only pair is there. */
static enum sqlstate settle_end(
	struct copy_ends *c, const struct end *end, uint32_t row, struct error *e)
{
	if (end->ids[row] != UINT64_MAX)
		return OK;
	return c->place.format->missing == COPY_MISSING_CREATE && end->index != 0
		       ? create(c, end, row, e)
		       : fail_missing(c, end, row, e);
}

static bool is_there(const struct pair *pair, uint32_t row)
{
	return pair->from->ids[row] != UINT64_MAX && pair->to->ids[row] != UINT64_MAX;
}

/* Nodes with labels of several pairs count once. */
static enum sqlstate choose(
	struct copy_ends *c, uint32_t row, const struct pair **out, struct error *e)
{
	*out = NULL;
	for (uint32_t i = 0; i < c->pair_count; i++) {
		const struct pair *pair = &c->pairs[i];

		if (!is_there(pair, row))
			continue;
		if (*out != NULL && ((*out)->from->ids[row] != pair->from->ids[row] ||
					    (*out)->to->ids[row] != pair->to->ids[row]))
			return fail_pairs(c, row, E_CARDINALITY, "more than one pair", e);
		*out = pair;
	}
	return OK;
}

enum sqlstate copy_ends_settle(struct copy_ends *c, uint32_t row, uint64_t *source,
	uint64_t *target, bool *skip, struct error *e)
{
	const struct pair *pair;

	TRY(choose(c, row, &pair, e));
	*skip = pair == NULL && c->place.format->missing == COPY_MISSING_SKIP;
	if (*skip)
		return OK;
	if (value_is_null(c->from.values[row]))
		return fail_null(&c->from, e);
	if (value_is_null(c->to.values[row]))
		return fail_null(&c->to, e);
	if (pair == NULL && c->pair_count > 1)
		return fail_pairs(c, row, E_FOREIGN_KEY, "no pair", e);
	if (pair == NULL)
		pair = &c->pairs[0];
	TRY(settle_end(c, pair->from, row, e));
	TRY(settle_end(c, pair->to, row, e));
	*source = pair->from->ids[row];
	*target = pair->to->ids[row];
	return OK;
}
