/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What catalog relations tell of locks and of statements: pg_locks, pg_stat_statements and
 * pg_stat_statements_info. What the statements of another user are is told to superusers only.
 *
 * An element or a key is told by its number of 64 bits, as PostgreSQL tells advisory locks: the upper
 * half in classid, the lower one in objid.
 */
#include <math.h>
#include <stdlib.h>

#include "src/client_state.h"

enum { LOCKS_TOLD_MAX = 1000000 };

const char *client_lock_name(enum storage_lock_kind kind)
{
	static const char *const names[] = { [STORAGE_LOCK_NODE] = "node",
		[STORAGE_LOCK_EDGE] = "edge",
		[STORAGE_LOCK_KEY] = "key",
		[STORAGE_LOCK_LABEL] = "relation",
		[STORAGE_LOCK_SCHEMA] = "schema",
		[STORAGE_LOCK_ADVISORY] = "advisory",
		[STORAGE_LOCK_ADVISORY_PAIR] = "advisory" };

	return names[kind];
}

/* As PostgreSQL calls the modes of tuples' locks. */
static const char *mode_name(const struct storage_lock *l)
{
	static const char *const names[] = { [STRENGTH_KEY_SHARE] = "AccessShareLock",
		[STRENGTH_SHARE] = "RowShareLock",
		[STRENGTH_NO_KEY_UPDATE] = "ExclusiveLock",
		[STRENGTH_UPDATE] = "AccessExclusiveLock" };

	if (l->kind >= STORAGE_LOCK_ADVISORY)
		return l->strength == STRENGTH_SHARE ? "ShareLock" : "ExclusiveLock";
	if (l->kind == STORAGE_LOCK_KEY || l->kind == STORAGE_LOCK_SCHEMA)
		return "ExclusiveLock";
	if (l->kind == STORAGE_LOCK_LABEL && l->strength == STRENGTH_KEY_SHARE)
		return "RowExclusiveLock";
	return names[l->strength];
}

static struct value timestamp(int64_t at)
{
	struct value v = value_int(at);

	v.type = at == 0 ? VALUE_NULL : VALUE_TIMESTAMPTZ;
	return v;
}

static void put_name(struct query_facts *facts, const char *column, const char *name)
{
	query_facts_put(facts, column, value_string(str_of(name)));
}

static void tell_lock(struct query_facts *facts, const struct storage_lock *l)
{
	query_facts_add(facts);
	put_name(facts, "locktype", client_lock_name(l->kind));
	query_facts_put(facts, "database", value_int(QUERY_DATABASE_OID));
	query_facts_put(facts, "pid", value_int(l->owner));
	put_name(facts, "mode", mode_name(l));
	query_facts_put(facts, "granted", value_bool(l->is_granted));
	query_facts_put(facts, "fastpath", value_bool(false));
	query_facts_put(facts, "waitstart", timestamp(l->waits_since));
	if (l->kind == STORAGE_LOCK_SCHEMA)
		return;
	if (l->kind == STORAGE_LOCK_LABEL) {
		query_facts_put(facts, "relation",
			value_int(query_table_oid((l->id & 1) != 0, (uint32_t)(l->id >> 1))));
		return;
	}
	query_facts_put(facts, "classid", value_int((int64_t)(l->id >> 32)));
	query_facts_put(facts, "objid", value_int((int64_t)(l->id & UINT32_MAX)));
	query_facts_put(
		facts, "objsubid", value_int(l->kind == STORAGE_LOCK_ADVISORY_PAIR ? 2 : 1));
}

static void tell_locks(struct client *c, struct query_facts *facts)
{
	size_t count;
	struct storage_lock *locks = storage_locks(c->context->storage, LOCKS_TOLD_MAX, &count);

	for (size_t i = 0; i < count; i++)
		tell_lock(facts, &locks[i]);
	free(locks);
}

/* ---- statements ---- */

struct telling {
	struct client *client;
	struct query_facts *facts;
};

static void put_count(struct query_facts *facts, const char *column, uint64_t count)
{
	query_facts_put(facts, column, value_int((int64_t)count));
}

static void put_ms(struct query_facts *facts, const char *column, double ms)
{
	query_facts_put(facts, column, value_float(ms));
}

/* What is never there, and so none: planning is not counted, nor is time of reading measured; there are no
   temporary relations and files and no code is made. Not known, and so NULL: pages changed and written, and
   what went into the log. */
static void tell_nothing(struct query_facts *facts)
{
	static const char *const counts[] = { "plans", "local_blks_hit", "local_blks_read",
		"local_blks_dirtied", "local_blks_written", "temp_blks_read", "temp_blks_written",
		"jit_functions", "jit_inlining_count", "jit_optimization_count",
		"jit_emission_count" };
	static const char *const times[] = { "total_plan_time", "min_plan_time", "max_plan_time",
		"mean_plan_time", "stddev_plan_time", "blk_read_time", "blk_write_time",
		"temp_blk_read_time", "temp_blk_write_time", "jit_generation_time",
		"jit_inlining_time", "jit_optimization_time", "jit_emission_time" };

	for (size_t i = 0; i < ARRAY_COUNT(counts); i++)
		put_count(facts, counts[i], 0);
	for (size_t i = 0; i < ARRAY_COUNT(times); i++)
		put_ms(facts, times[i], 0);
}

static void tell_statement(void *context, const struct statement *s)
{
	struct telling *t = context;
	struct query_facts *facts = t->facts;
	bool is_open = t->client->role.is_superuser || s->user == t->client->role.oid;

	query_facts_add(facts);
	query_facts_put(facts, "userid", value_int(s->user));
	query_facts_put(facts, "dbid", value_int(QUERY_DATABASE_OID));
	query_facts_put(facts, "toplevel", value_bool(true));
	if (is_open)
		query_facts_put(facts, "queryid", value_int((int64_t)s->fingerprint));
	put_name(facts, "query", is_open ? s->text : "<insufficient privilege>");
	put_count(facts, "calls", s->calls);
	put_ms(facts, "total_exec_time", s->total_ms);
	put_ms(facts, "min_exec_time", s->least_ms);
	put_ms(facts, "max_exec_time", s->most_ms);
	put_ms(facts, "mean_exec_time", s->mean_ms);
	put_ms(facts, "stddev_exec_time", s->calls == 0 ? 0 : sqrt(s->squares / (double)s->calls));
	put_count(facts, "rows", s->rows);
	put_count(facts, "shared_blks_hit", s->hits);
	put_count(facts, "shared_blks_read", s->misses);
	tell_nothing(facts);
}

static void tell_statements(struct client *c, struct query_facts *facts)
{
	struct telling t = { c, facts };

	statements_visit_all(c->context->statements, tell_statement, &t);
}

static void tell_statements_info(struct client *c, struct query_facts *facts)
{
	uint64_t evictions;
	int64_t since;

	statements_about(c->context->statements, &evictions, &since);
	query_facts_add(facts);
	put_count(facts, "dealloc", evictions);
	query_facts_put(facts, "stats_reset", timestamp(since));
}

enum sqlstate client_tell_more(
	struct client *c, struct str relation, struct query_facts *facts, struct error *e)
{
	if (str_equal(relation, STR("pg_locks")))
		tell_locks(c, facts);
	else if (str_equal(relation, STR("pg_stat_statements")))
		tell_statements(c, facts);
	else if (str_equal(relation, STR("pg_stat_statements_info")))
		tell_statements_info(c, facts);
	else
		return client_tell_files(c, relation, facts, e);
	return OK;
}
