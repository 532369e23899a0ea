/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The walk over all labels that fill functions share, slice by slice.
 */
#include "query/eval/eval.h"
#include "query/sql/fills.h"

enum sqlstate relation_each_label(
	struct relation_scan *s, label_visit *visit, void *context, struct error *e)
{
	struct label_table table;
	bool found;

	/* At least one label: s->at must not stay 0 where rows that came before fill the slice. */
	do {
		TRY(label_table_next(s->ev->txn, s->arena, &s->at, &table, &found, e));
		if (!found) {
			s->at = 0;
			return OK;
		}
		visit(s, &table, context);
	} while (s->row_count < RELATION_SLICE_ROWS);
	return OK;
}

enum sqlstate relation_labels_by_oid(
	struct relation_scan *s, uint32_t column, label_visit *visit, struct error *e)
{
	struct label_table table;
	int64_t key;

	if (!relation_key(s, column, &key))
		return relation_each_label(s, visit, NULL, e);
	if (key > 0 && key <= UINT32_MAX && label_table_by_oid(s->catalog, (uint32_t)key, &table))
		visit(s, &table, NULL);
	return OK;
}
