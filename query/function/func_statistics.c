/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_stat_get_… and pg_stat_reset_single_table_counters: what is counted of tables and indexes.
 */
#include "query/function/functions.h"
#include "query/sql/tallied.h"

static uint32_t oid_of(struct value v)
{
	return v.integer < 0 || v.integer > UINT32_MAX ? 0 : (uint32_t)v.integer;
}

/* As PostgreSQL: 0 of what is not there, and where a count is not known. */
static enum sqlstate count_of(struct eval *ev, struct value oid, const char *of_table,
	const char *of_index, struct value *out)
{
	struct tallied t;

	*out = value_int(0);
	if (!tallied_by_oid(ev->txn, oid_of(oid), &t))
		return OK;
	*out = tallied_column(&t, t.is_index ? of_index : of_table);
	if (out->type == VALUE_NULL)
		*out = value_int(0);
	return OK;
}

#define COUNT(name, of_table, of_index)                                                            \
	FUNCTION_ROW(statistics_##name)                                                            \
	{                                                                                          \
		(void)count, (void)e;                                                              \
		return count_of(ev, args[0], of_table, of_index, out);                             \
	}

COUNT(scans, "seq_scan", "idx_scan")
COUNT(returned, "seq_tup_read", "idx_tup_read")
COUNT(fetched, "", "idx_tup_fetch")
COUNT(inserted, "n_tup_ins", "")
COUNT(updated, "n_tup_upd", "")
COUNT(deleted, "n_tup_del", "")
COUNT(live, "n_live_tup", "")
COUNT(changed_since, "n_mod_since_analyze", "")
COUNT(inserted_since, "n_ins_since_vacuum", "")
COUNT(analyses, "analyze_count", "")

FUNCTION_ROW(statistics_analyzed)
{
	struct tallied t;

	(void)count, (void)e;
	*out = value_null();
	if (tallied_by_oid(ev->txn, oid_of(args[0]), &t) && !t.is_index)
		*out = tallied_column(&t, "last_analyze");
	return OK;
}

FUNCTION_ROW(statistics_forget)
{
	const struct eval_session *s = ev->session;
	bool done;

	(void)count;
	*out = value_string(STR(""));
	if (s != NULL && s->ask != NULL)
		TRY(s->ask(s->ask_context, QUERY_FORGET_TABLE, args[0].integer, &done, e));
	(void)tallied_forget(ev->txn, oid_of(args[0]));
	return OK;
}
