/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The pairs of ends that an edge label declares: CREATE EDGE LABEL with FROM A TO B, and what ALTER
 * adds and drops. A label without a pair joins anything.
 */
#include "storage/api/storage_schema.h"

#include <string.h>

static enum sqlstate declare_end(struct txn *t, const struct edge_end_definition *d,
	struct edge_end *out, struct error *e)
{
	const struct label_info *info;
	const struct index_info *primary;

	TRY(txn_intern(t, NAME_NODE_LABEL, d->label, &out->label, e));
	out->key = NAME_NONE;
	if (d->key.length > 0)
		return txn_intern(t, NAME_KEY, d->key, &out->key, e);
	info = catalog_label(t->catalog, ELEMENT_NODE, out->label);
	if (info == NULL || info->primary_index == 0)
		return OK;
	primary = catalog_index(t->catalog, info->primary_index);
	if (primary != NULL)
		out->key = primary->keys[0];
	return OK;
}

/* The place of the pair with these labels; `count` if there is none. */
static uint32_t pair_find(
	const struct edge_pair *pairs, uint32_t count, const struct edge_pair *wanted)
{
	uint32_t i = 0;

	while (i < count && (pairs[i].from.label != wanted->from.label ||
				    pairs[i].to.label != wanted->to.label))
		i++;
	return i;
}

static enum sqlstate declare_pair(struct txn *t, const struct schema_label *l,
	const struct edge_pair_definition *d, struct edge_pair *pairs, uint32_t *count,
	struct error *e)
{
	struct edge_pair pair;

	TRY(declare_end(t, &d->from, &pair.from, e));
	TRY(declare_end(t, &d->to, &pair.to, e));
	if (pair_find(pairs, *count, &pair) < *count)
		return FAIL(e, E_DUPLICATE_OBJECT,
			"edge label \"%.*s\" has the pair \"%.*s\" to \"%.*s\" already",
			SHOWN(l->name), SHOWN(d->from.label), SHOWN(d->to.label));
	if (*count == EDGE_PAIRS_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "an edge label has at most %d pairs of ends",
			EDGE_PAIRS_MAX);
	pairs[(*count)++] = pair;
	return OK;
}

enum sqlstate schema_declare_pairs(struct txn *t, const struct schema_label *l,
	const struct label_definition *d, struct op *op, struct error *e)
{
	struct edge_pair pairs[EDGE_PAIRS_MAX];
	uint32_t count = 0;

	for (uint32_t i = 0; i < d->pair_count; i++)
		TRY(declare_pair(t, l, &d->pairs[i], pairs, &count, e));
	op_set_pairs(op, pairs, count);
	return OK;
}

/* The pairs of a declared edge label, to be changed by set_pairs(). */
static enum sqlstate take_pairs(struct txn *t, struct str label, struct schema_label *l,
	struct edge_pair *pairs, uint32_t *count, struct error *e)
{
	TRY(schema_begin(t, e));
	TRY(schema_declared_label(t, ELEMENT_EDGE, label, l, e));
	*count = l->info->pair_count;
	memcpy(pairs, l->info->pairs, *count * sizeof pairs[0]);
	return OK;
}

static void set_pairs(struct txn *t, const struct schema_label *l, const struct edge_pair *pairs,
	uint32_t count)
{
	struct op op = schema_label_op(l);

	op_set_pairs(&op, pairs, count);
	schema_emit(t, &op);
}

enum sqlstate schema_pair_add(
	struct txn *t, struct str label, const struct edge_pair_definition *d, struct error *e)
{
	struct edge_pair pairs[EDGE_PAIRS_MAX];
	struct schema_label l;
	uint32_t count;

	TRY(take_pairs(t, label, &l, pairs, &count, e));
	TRY(declare_pair(t, &l, d, pairs, &count, e));
	set_pairs(t, &l, pairs, count);
	/* a further one allows what was not allowed; the first forbids */
	return count == 1 ? schema_check_ends(t, l.label, e) : OK;
}

enum sqlstate schema_pair_drop(
	struct txn *t, struct str label, const struct edge_pair_definition *d, struct error *e)
{
	struct edge_pair pairs[EDGE_PAIRS_MAX], gone;
	struct schema_label l;
	uint32_t count, at;

	TRY(take_pairs(t, label, &l, pairs, &count, e));
	gone.from.label = catalog_find(t->catalog, NAME_NODE_LABEL, d->from.label);
	gone.to.label = catalog_find(t->catalog, NAME_NODE_LABEL, d->to.label);
	at = pair_find(pairs, count, &gone);
	if (at == count)
		return FAIL(e, E_NO_OBJECT,
			"edge label \"%.*s\" has no pair \"%.*s\" to \"%.*s\"", SHOWN(label),
			SHOWN(d->from.label), SHOWN(d->to.label));
	memmove(&pairs[at], &pairs[at + 1], (count - at - 1) * sizeof pairs[0]);
	set_pairs(t, &l, pairs, count - 1);
	return schema_check_ends(t, l.label, e);
}
