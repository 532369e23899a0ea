/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What is counted of tables and indexes: see tallied.h. Old versions of rows are kept beside the
 * tables, so that no row in them is dead and nothing is to be vacuumed.
 */
#include "query/sql/tallied.h"

#include <string.h>

#include "query/sql/label_table.h"

static bool is_index_of(const struct index_info *index, enum element element, uint32_t label)
{
	return index->element == element && index->label == label;
}

void tallied_label_read(
	struct txn *t, enum element element, uint32_t label, struct tallied *out)
{
	const struct catalog *c = txn_catalog(t);
	bool is_node = element == ELEMENT_NODE;

	memset(out, 0, sizeof *out);
	storage_tally(
		t, is_node ? STORAGE_TALLIED_NODES : STORAGE_TALLIED_EDGES, label, &out->own);
	out->has_indexes = !is_node;
	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);
		struct storage_tally one;

		if (!is_index_of(index, element, label))
			continue;
		out->has_indexes = true;
		storage_tally(t, STORAGE_TALLIED_INDEX, index->id, &one);
		out->index.lookups += one.lookups;
		out->index.found += one.found;
	}
}

void tallied_index_read(struct txn *t, uint32_t index, struct tallied *out)
{
	memset(out, 0, sizeof *out);
	out->is_index = true;
	storage_tally(t, STORAGE_TALLIED_INDEX, index, &out->index);
}

bool tallied_by_oid(struct txn *t, uint32_t oid, struct tallied *out)
{
	enum label_object object;
	struct label_table table;
	uint32_t number;

	if (label_oid_split(oid, &object, &number) && object == LABEL_INDEX &&
		catalog_index(txn_catalog(t), number) != NULL) {
		tallied_index_read(t, number, out);
		return true;
	}
	if (!label_table_by_oid(txn_catalog(t), oid, &table))
		return false;
	tallied_label_read(t, table.element, table.label, out);
	return true;
}

bool tallied_forget(struct txn *t, uint32_t oid)
{
	const struct catalog *c = txn_catalog(t);
	enum label_object object;
	struct label_table table;
	uint32_t number;

	if (label_oid_split(oid, &object, &number) && object == LABEL_INDEX &&
		catalog_index(c, number) != NULL) {
		storage_tally_forget(t, STORAGE_TALLIED_INDEX, number);
		return true;
	}
	if (!label_table_by_oid(c, oid, &table))
		return false;
	storage_tally_forget(t,
		table.element == ELEMENT_NODE ? STORAGE_TALLIED_NODES : STORAGE_TALLIED_EDGES,
		table.label);
	return true;
}

static struct value of_index(const struct tallied *t, const char *column)
{
	if (strcmp(column, "idx_scan") == 0)
		return value_int((int64_t)t->index.lookups);
	if (strcmp(column, "idx_tup_read") == 0 || strcmp(column, "idx_tup_fetch") == 0)
		return value_int((int64_t)t->index.found);
	return value_null();
}

struct value tallied_column(const struct tallied *t, const char *column)
{
	const struct storage_tally *own = &t->own;
	const struct {
		const char *column;
		uint64_t count;
	} counts[] = {
		{ "seq_scan", own->scans },
		{ "seq_tup_read", own->scanned },
		{ "idx_scan", own->lookups + t->index.lookups },
		{ "idx_tup_fetch", own->found + t->index.found },
		{ "n_tup_ins", own->inserted },
		{ "n_tup_upd", own->updated },
		{ "n_tup_del", own->deleted },
		{ "n_tup_hot_upd", 0 },
		{ "n_live_tup", own->elements },
		{ "n_dead_tup", 0 },
		{ "n_mod_since_analyze", own->changes_since },
		{ "n_ins_since_vacuum", own->inserted },
		{ "vacuum_count", 0 },
		{ "autovacuum_count", 0 },
		{ "analyze_count", own->analyses },
		{ "autoanalyze_count", 0 },
	};

	if (t->is_index)
		return of_index(t, column);
	if (!t->has_indexes && strncmp(column, "idx_", 4) == 0)
		return value_null();
	if (strcmp(column, "last_analyze") == 0 && own->analyzed_at != 0) {
		struct value v = value_int(own->analyzed_at);

		v.type = VALUE_TIMESTAMPTZ;
		return v;
	}
	for (uint32_t i = 0; i < ARRAY_COUNT(counts); i++) {
		if (strcmp(counts[i].column, column) == 0)
			return value_int((int64_t)counts[i].count);
	}
	return value_null();
}
