/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Names, sets of labels and observed types are committed at once by a small system record, apart
 * from the transaction that needs them: two transactions that use the same new name must agree on
 * its number before either of them commits, and a plan made within a transaction must know the
 * types that the transaction itself has written. Rolling back leaves them behind; an unused name,
 * an empty set, a type too many do no harm.
 *
 * The record stands in the log before any record that relies on it, since it was applied before.
 */
#include "storage/txn/names.h"

#include <stdio.h>

#include "storage/txn/engine.h"

/* ---- names ---- */

struct name_wish {
	enum name_kind kind;
	struct str name;
	uint32_t number; /* 0: there is no room */
};

static uint32_t build_name(const struct catalog *newest, void *context, struct buf *ops)
{
	struct name_wish *wish = context;
	struct op op = { .kind = OP_NAME, .element = (uint8_t)wish->kind, .name = wish->name };

	wish->number = catalog_find(newest, wish->kind, wish->name);
	if (wish->number != NAME_NONE)
		return 0;
	if (newest->name_counts[wish->kind] >= DICTIONARY_CHUNK * DICTIONARY_CHUNKS - 1)
		return 0;
	wish->number = newest->name_counts[wish->kind] + 1;
	op.id = wish->number;
	logop_put(ops, &op);
	return 1;
}

/* A name that this transaction has taken from what is committed under it: a number of its own gets
   it when the transaction commits. Until then that is called what nobody can write. */
static enum sqlstate intern_anew(
	struct txn *t, enum name_kind kind, struct str name, uint32_t *out, struct error *e)
{
	struct op op = { .kind = OP_NAME, .element = (uint8_t)kind, .name = name };
	char text[32];
	struct name_wish wish = { .kind = kind };

	wish.name.at = text;
	wish.name.length = (uint32_t)snprintf(text, sizeof text, "%c%c%u", GRAPH_DROPPED,
		GRAPH_SEPARATOR, catalog_name_count(t->catalog, kind));
	TRY(commit_run_system(t->storage, build_name, &wish, e));
	if (wish.number == 0)
		return FAIL(e, E_PROGRAM_LIMIT, "too many names");
	op.id = wish.number;
	overlay_put_catalog(&t->overlay, &op);
	txn_refresh_catalog(t);
	*out = wish.number;
	return OK;
}

enum sqlstate txn_intern(
	struct txn *t, enum name_kind kind, struct str name, uint32_t *out, struct error *e)
{
	struct name_wish wish = { kind, name, 0 };

	*out = catalog_find(t->catalog, kind, name);
	if (*out != NAME_NONE)
		return OK;
	if (name.length == 0)
		return FAIL(e, E_SYNTAX, "a name must not be empty");
	if (name.length > OP_NAME_MAX)
		return FAIL(e, E_NAME_TOO_LONG, "name is longer than %d bytes", OP_NAME_MAX);
	if (t->options.is_read_only)
		return FAIL(e, E_READ_ONLY, "cannot execute a write in a read-only transaction");
	TRY(commit_run_system(t->storage, build_name, &wish, e));
	if (wish.number == 0)
		return FAIL(e, E_PROGRAM_LIMIT, "too many names");
	txn_refresh_catalog(t);
	if (!str_equal(catalog_full_name(t->catalog, kind, wish.number), name))
		return intern_anew(t, kind, name, out, e);
	*out = wish.number;
	return OK;
}

/* ---- sets of labels ---- */

struct labelset_wish {
	const uint32_t *labels;
	uint32_t count;
	uint32_t number;
};

static uint32_t build_labelset(const struct catalog *newest, void *context, struct buf *ops)
{
	struct labelset_wish *wish = context;
	struct op op = { .kind = OP_LABELSET, .number_count = wish->count };

	wish->number = catalog_labelset_find(newest, wish->labels, wish->count);
	if (wish->number != UINT32_MAX)
		return 0;
	if (newest->labelset_count >= DICTIONARY_CHUNK * DICTIONARY_CHUNKS - 1)
		return 0;
	wish->number = newest->labelset_count + 1;
	op.id = wish->number;
	for (uint32_t i = 0; i < wish->count; i++)
		op.numbers[i] = wish->labels[i];
	logop_put(ops, &op);
	return 1;
}

enum sqlstate names_labelset(
	struct txn *t, const uint32_t *labels, uint32_t count, uint32_t *out, struct error *e)
{
	struct labelset_wish wish = { labels, count, UINT32_MAX };

	*out = catalog_labelset_find(t->catalog, labels, count);
	if (*out != UINT32_MAX)
		return OK;
	if (count > OP_NUMBERS_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "a node has more than %d labels", OP_NUMBERS_MAX);
	TRY(commit_run_system(t->storage, build_labelset, &wish, e));
	if (wish.number == UINT32_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "too many combinations of labels");
	txn_refresh_catalog(t);
	*out = wish.number;
	return OK;
}

/* ---- observed types ---- */

struct observe_wish {
	const struct observation *seen;
	uint32_t count;
};

static bool is_known(const struct catalog *c, const struct observation *o)
{
	const struct property_info *p = catalog_property(c, o->element, o->label, o->key);

	return p != NULL && (p->observed & o->bits) == o->bits;
}

static uint32_t build_observations(const struct catalog *newest, void *context, struct buf *ops)
{
	struct observe_wish *wish = context;
	uint32_t count = 0;

	for (uint32_t i = 0; i < wish->count; i++) {
		const struct observation *o = &wish->seen[i];
		struct op op = { .kind = OP_OBSERVE,
			.element = (uint8_t)o->element,
			.label = o->label,
			.key = o->key,
			.bits = o->bits };

		if (is_known(newest, o))
			continue;
		logop_put(ops, &op);
		count++;
	}
	return count;
}

enum sqlstate names_observe(
	struct txn *t, const struct observation *seen, uint32_t count, struct error *e)
{
	struct observe_wish wish = { seen, count };

	TRY(commit_run_system(t->storage, build_observations, &wish, e));
	txn_refresh_catalog(t);
	return OK;
}
