/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * ANALYZE: looks at a sample of each label's elements and leaves what it found in the catalog, for
 * the planner. A sample is drawn from all ids of the label, each with the same chance; from it come
 * the part of NULLs, the number of distinct values (estimated from how many values the sample has
 * once, after Haas and Stokes), a histogram of numbers, and for edges which labels the nodes at
 * their ends have. Types of values that the sample lacks are looked for in all values, and forgotten
 * if there are none.
 */
#include "query/session/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "query/plan/statistics.h"
#include "query/table/table.h"
#include "storage/storage_tally.h"

enum { SAMPLE_MOST = 20000, SAMPLE_BATCH = 512 };

struct sample {
	struct query_session *session;
	struct txn *txn;
	enum element element;
	uint32_t label;
	uint64_t seen; /* elements of the label */
	uint32_t count;
	uint64_t ids[SAMPLE_MOST];
	bool keeps_types; /* somebody may see values of any types: they are left as they are */
	/* of one property */
	struct property_statistics found;
	uint32_t value_count, number_count, types;
	uint64_t hashes[SAMPLE_MOST];
	double numbers[SAMPLE_MOST];
};

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int compare_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* ---- drawing ---- */

static void draw(struct sample *s, struct rand *r, const uint64_t *ids, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t at = s->seen++;

		if (at < SAMPLE_MOST) {
			s->ids[s->count++] = ids[i];
			continue;
		}
		at = rand_below(r, s->seen);
		if (at < SAMPLE_MOST)
			s->ids[at] = ids[i];
	}
}

static enum sqlstate draw_all(struct sample *s, struct error *e)
{
	struct arena *a = arena_new(0);
	struct rand r = { s->label + 1 };
	uint64_t ids[SAMPLE_BATCH];
	struct cursor *cursor = NULL;
	uint32_t count = 1;
	enum sqlstate rc;

	s->seen = s->count = 0;
	rc = s->element == ELEMENT_NODE ? storage_scan_nodes(s->txn, s->label, a, &cursor, e)
					: storage_scan_edges(s->txn, s->label, a, &cursor, e);
	while (rc == OK && count > 0) {
		rc = storage_cursor_next(cursor, ids, NULL, SAMPLE_BATCH, &count, e);
		if (rc == OK)
			draw(s, &r, ids, count);
	}
	if (cursor != NULL)
		storage_cursor_close(cursor);
	arena_free(a);
	if (rc == OK)
		qsort(s->ids, s->count, sizeof s->ids[0], compare_u64);
	return rc;
}

/* ---- properties ---- */

static void note_value(struct sample *s, struct value v)
{
	if (value_is_null(v))
		return;
	s->types |= TYPE_BIT(v.type);
	s->hashes[s->value_count++] = value_hash(v);
	if (value_is_number(v))
		s->numbers[s->number_count++] = value_to_double(v);
}

static enum sqlstate read_values(struct sample *s, uint32_t key, struct error *e)
{
	struct arena *a = arena_new(0);
	struct value values[SAMPLE_BATCH];
	struct value *column = values;
	enum sqlstate rc = OK;

	s->value_count = s->number_count = s->types = 0;
	for (uint32_t at = 0; rc == OK && at < s->count; at += SAMPLE_BATCH) {
		uint32_t count = MIN_OF((uint32_t)SAMPLE_BATCH, s->count - at);

		rc = storage_properties(
			s->txn, s->element, s->ids + at, count, &key, 1, &column, a, e);
		for (uint32_t i = 0; rc == OK && i < count; i++)
			note_value(s, values[i]);
		arena_reset(a);
	}
	arena_free(a);
	return rc;
}

/* Distinct values of all, from those of the sample: n * d / (n - f1 + f1 * n / N). */
static double estimate_distinct(struct sample *s)
{
	double n = s->value_count, d = 0, once = 0;
	double all = (double)s->seen * (1 - s->found.null_part);

	qsort(s->hashes, s->value_count, sizeof s->hashes[0], compare_u64);
	for (uint32_t i = 0; i < s->value_count;) {
		uint32_t end = i + 1;

		while (end < s->value_count && s->hashes[end] == s->hashes[i])
			end++;
		d++;
		once += end == i + 1;
		i = end;
	}
	if (n == 0)
		return 0;
	return MIN_OF(MAX_OF(n * d / (n - once + once * n / MAX_OF(all, n)), d), MAX_OF(all, d));
}

static void make_histogram(struct sample *s)
{
	struct property_statistics *f = &s->found;

	/* of a mixture of types only the numbers would be counted */
	if (s->number_count < STATISTICS_BUCKETS || s->number_count < s->value_count)
		return;
	qsort(s->numbers, s->number_count, sizeof s->numbers[0], compare_double);
	f->bound_count = STATISTICS_BUCKETS + 1;
	for (uint32_t i = 0; i <= STATISTICS_BUCKETS; i++) {
		uint64_t at = (uint64_t)i * (s->number_count - 1) / STATISTICS_BUCKETS;

		f->bounds[i] = s->numbers[at];
	}
}

static enum sqlstate keep(struct sample *s, struct str name, const void *body, uint32_t size,
	struct error *e)
{
	const struct catalog_object *old =
		catalog_object_find(txn_catalog(s->txn), OBJECT_STATISTICS, name);
	uint32_t id = old == NULL ? NAME_NONE : old->id;

	return schema_object_put(
		s->txn, &id, OBJECT_STATISTICS, name, (struct str){ body, size }, e);
}

static enum sqlstate analyze_property(struct sample *s, uint32_t key, struct error *e)
{
	char name[STATISTICS_NAME_SIZE];

	memset(&s->found, 0, sizeof s->found);
	s->found.version = STATISTICS_VERSION;
	TRY(read_values(s, key, e));
	s->found.null_part = 1 - (double)s->value_count / MAX_OF(s->count, 1u);
	s->found.distinct = estimate_distinct(s);
	make_histogram(s);
	return keep(s, statistics_property_name(name, s->element, s->label, key), &s->found,
		sizeof s->found, e);
}

/* ---- ends of edges ---- */

static void count_label(struct end_statistics *end, uint32_t label)
{
	uint32_t i = 0;

	while (i < STATISTICS_LABELS && end->labels[i] != label && end->labels[i] != NAME_NONE)
		i++;
	if (i == STATISTICS_LABELS)
		return;
	end->labels[i] = label;
	end->parts[i]++;
}

static enum sqlstate note_labels(
	struct sample *s, struct end_statistics *end, const uint64_t *nodes, struct error *e)
{
	uint32_t sets[SAMPLE_BATCH];

	for (uint32_t at = 0; at < s->count; at += SAMPLE_BATCH) {
		uint32_t count = MIN_OF((uint32_t)SAMPLE_BATCH, s->count - at);

		TRY(storage_nodes_get(s->txn, nodes + at, count, sets, e));
		for (uint32_t i = 0; i < count; i++) {
			const uint32_t *labels;
			uint32_t n = sets[i] == LABELSET_ABSENT
					     ? 0
					     : catalog_labelset_labels(
						       txn_catalog(s->txn), sets[i], &labels);

			for (uint32_t k = 0; k < n; k++)
				count_label(end, labels[k]);
		}
	}
	for (uint32_t i = 0; i < STATISTICS_LABELS; i++)
		end->parts[i] /= MAX_OF(s->count, 1u);
	return OK;
}

static enum sqlstate analyze_ends(struct sample *s, struct error *e)
{
	struct edge_statistics found = { .version = STATISTICS_VERSION };
	struct edge_head heads[SAMPLE_BATCH];
	char name[STATISTICS_NAME_SIZE];
	uint64_t *ends = malloc(2 * SAMPLE_MOST * sizeof ends[0]);
	uint64_t *targets = ends + SAMPLE_MOST;
	enum sqlstate rc = OK;

	if (ends == NULL)
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory");
	for (uint32_t at = 0; at < s->count; at += SAMPLE_BATCH) {
		uint32_t count = MIN_OF((uint32_t)SAMPLE_BATCH, s->count - at);

		TRY_GOTO(out, storage_edges_get(s->txn, s->ids + at, count, heads, e));
		for (uint32_t i = 0; i < count; i++) {
			ends[at + i] = heads[i].source;
			targets[at + i] = heads[i].target;
		}
	}
	TRY_GOTO(out, note_labels(s, &found.source, ends, e));
	TRY_GOTO(out, note_labels(s, &found.target, targets, e));
	rc = keep(s, statistics_edge_name(name, s->label), &found, sizeof found, e);
out:
	free(ends);
	return rc;
}

/* ---- labels ---- */

/* A type that is observed and was not found. */
static bool has_doubtful_type(const struct sample *s, uint32_t key)
{
	const struct property_info *p =
		catalog_property(txn_catalog(s->txn), s->element, s->label, key);

	return p != NULL && (p->observed & ~s->types) != 0;
}

static enum sqlstate recount_types(
	struct sample *s, const uint32_t *keys, uint32_t count, struct error *e)
{
	bool is_done = true;

	if (count > 0 && !s->keeps_types)
		TRY(storage_types_recount(s->txn, s->element, s->label, keys, count, &is_done, e));
	s->keeps_types |= !is_done;
	return OK;
}

static enum sqlstate analyze_label(struct sample *s, struct error *e)
{
	const struct label_info *info = catalog_label(txn_catalog(s->txn), s->element, s->label);
	uint32_t keys[1024], doubtful[1024];
	uint32_t count = 0, doubtful_count = 0;

	TRY(draw_all(s, e));
	/* keeping what was found makes another catalog: the label's facts are copied */
	for (uint32_t i = 0; info != NULL && i < info->property_count; i++) {
		if (count < ARRAY_COUNT(keys))
			keys[count++] = info->properties[i].key;
	}
	for (uint32_t i = 0; i < count; i++) {
		TRY(session_cancelled(s->session, e));
		TRY(analyze_property(s, keys[i], e));
		if (has_doubtful_type(s, keys[i]))
			doubtful[doubtful_count++] = keys[i];
	}
	if (s->element == ELEMENT_EDGE && s->count > 0)
		TRY(analyze_ends(s, e));
	TRY(recount_types(s, doubtful, doubtful_count, e));
	storage_tally_analyzed(s->txn, s->element, s->label);
	return OK;
}

/* Nodes without label, for which no statistics are kept. */
static enum sqlstate analyze_bare(struct sample *s, struct error *e)
{
	const struct label_info *info =
		catalog_label(txn_catalog(s->txn), ELEMENT_NODE, NAME_NONE);
	uint32_t keys[1024];
	uint32_t count = 0;

	s->element = ELEMENT_NODE;
	s->label = NAME_NONE;
	for (uint32_t i = 0; info != NULL && i < info->property_count; i++) {
		if (count < ARRAY_COUNT(keys))
			keys[count++] = info->properties[i].key;
	}
	return recount_types(s, keys, count, e);
}

/* The full name of a label; none (empty) means every label there is. */
static bool is_meant(const struct sample *s, enum element element, uint32_t label, struct str name)
{
	const struct catalog *c = txn_catalog(s->txn);
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	if (name.length == 0)
		return true;
	return !(element == ELEMENT_NODE && catalog_is_membership(c, label)) &&
	       str_equal(name, catalog_full_name(c, kind, label));
}

static enum sqlstate analyze_named(struct sample *s, struct str name, bool *found, struct error *e)
{
	static const enum name_kind kinds[2] = { NAME_NODE_LABEL, NAME_EDGE_LABEL };

	for (int element = 0; element < 2; element++) {
		uint32_t count = catalog_name_count(txn_catalog(s->txn), kinds[element]);

		for (uint32_t label = 1; label <= count; label++) {
			if (!is_meant(s, (enum element)element, label, name))
				continue;
			*found = true;
			s->element = (enum element)element;
			s->label = label;
			TRY(analyze_label(s, e));
		}
	}
	return OK;
}

static enum sqlstate no_label(const struct sample *s, struct str name, struct error *e)
{
	(void)FAIL(e, E_NO_OBJECT, "label \"%.*s\" does not exist", STR_ARGS(name));
	return table_hint_case(
		txn_catalog(s->txn), session_full_name(s->session, name), e);
}

static enum sqlstate analyze_all(
	struct sample *s, const struct ast_name *names, uint32_t count, struct error *e)
{
	bool found = false;

	TRY(schema_lock(s->txn, e));
	if (count == 0) {
		TRY(analyze_named(s, (struct str){ "", 0 }, &found, e));
		return analyze_bare(s, e);
	}
	for (uint32_t i = 0; i < count; i++) {
		found = false;
		TRY(analyze_named(s, session_full_name(s->session, names[i].text), &found, e));
		if (!found)
			return no_label(s, names[i].text, e);
	}
	return OK;
}

enum sqlstate analyze_run(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *statement = p->prepared->statement;
	struct sample *s = malloc(sizeof *s);
	enum sqlstate rc;

	if (s == NULL)
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory");
	memset(s, 0, sizeof *s);
	s->session = p->session;
	s->txn = p->session->txn;
	rc = analyze_all(s, statement->maintain.names, statement->maintain.count, e);
	free(s);
	portal_tag(p, "ANALYZE");
	return rc;
}
