/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What catalog relations tell of the server: pg_stat_activity, pg_stat_ssl, pg_stat_database,
 * pg_stat_wal and pg_stat_bgwriter; client_tell_locks.c has the others. What a session of another
 * user runs, and from where, is told to superusers only.
 */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "src/client_state.h"
#include "storage/storage_tally.h"

enum { LOCKS_LOOKED_AT_MAX = 1000000 };

struct telling {
	struct client *client;
	struct query_facts *facts;
	const struct storage_lock *locks;
	size_t lock_count;
	int64_t count;
};

static struct value text(const char *s)
{
	return s == NULL || s[0] == '\0' ? value_null() : value_string(str_of(s));
}

static const char *state_name(enum registry_activity activity)
{
	switch (activity) {
	case ACTIVITY_IDLE:
		return "idle";
	case ACTIVITY_IDLE_IN_TRANSACTION:
		return "idle in transaction";
	case ACTIVITY_IDLE_IN_FAILED_TRANSACTION:
		return "idle in transaction (aborted)";
	default:
		return "active";
	}
}

static struct value timestamp(int64_t at)
{
	struct value v = value_int(at);

	v.type = at == 0 ? VALUE_NULL : VALUE_TIMESTAMPTZ;
	return v;
}

/* What a session waits for, as PostgreSQL names it. */
static void tell_wait(
	struct telling *t, const struct registry_entry *entry, enum registry_activity activity)
{
	const char *type = activity == ACTIVITY_BUSY ? NULL : "Client";
	const char *event = activity == ACTIVITY_BUSY ? NULL : "ClientRead";

	for (size_t i = 0; i < t->lock_count && activity == ACTIVITY_BUSY; i++) {
		if (t->locks[i].is_granted || t->locks[i].owner != entry->process_id)
			continue;
		type = "Lock";
		event = client_lock_name(t->locks[i].kind);
	}
	query_facts_put(t->facts, "wait_event_type", text(type));
	query_facts_put(t->facts, "wait_event", text(event));
}

static void tell_state(struct telling *t, const struct registry_entry *entry,
	enum registry_activity activity, const struct registry_about *about)
{
	bool is_busy = activity == ACTIVITY_BUSY;
	uint64_t fingerprint = atomic_load_explicit(&entry->fingerprint, memory_order_relaxed);

	query_facts_put(t->facts, "client_addr", text(about->address));
	query_facts_put(t->facts, "client_port", value_int(about->port));
	query_facts_put(t->facts, "backend_start", timestamp(about->started_at));
	query_facts_put(t->facts, "xact_start",
		timestamp(activity == ACTIVITY_IDLE ? 0 : about->transaction_at));
	query_facts_put(t->facts, "query_start", timestamp(about->query_at));
	query_facts_put(t->facts, "state_change",
		timestamp(is_busy && about->query_at != 0 ? about->query_at : about->state_at));
	query_facts_put(t->facts, "state", text(state_name(activity)));
	if (fingerprint != 0)
		query_facts_put(t->facts, "query_id", value_int((int64_t)fingerprint));
	query_facts_put(t->facts, "query", value_string(str_of(about->query)));
	tell_wait(t, entry, activity);
}

static void tell_activity(void *context, const struct registry_entry *entry,
	enum registry_activity activity, const struct registry_about *about)
{
	struct telling *t = context;

	query_facts_add(t->facts);
	query_facts_put(t->facts, "datid", value_int(QUERY_DATABASE_OID));
	query_facts_put(t->facts, "datname", text(about->database));
	query_facts_put(t->facts, "pid", value_int(entry->process_id));
	query_facts_put(t->facts, "usesysid", value_int(about->user_oid));
	query_facts_put(t->facts, "usename", text(about->user));
	query_facts_put(t->facts, "application_name", value_string(str_of(about->application)));
	query_facts_put(t->facts, "backend_type", text("client backend"));
	if (t->client->role.is_superuser || entry->user == t->client->entry.user)
		tell_state(t, entry, activity, about);
	else
		query_facts_put(t->facts, "query", text("<insufficient privilege>"));
}

static void tell_serial(struct telling *t, const struct registry_about *about)
{
	struct arena *a = arena_new(0);
	const struct decimal *serial;
	struct error ignored;

	if (about->client_serial[0] != '\0' &&
		decimal_parse(a, str_of(about->client_serial), &serial, &ignored) == OK)
		query_facts_put(t->facts, "client_serial", value_decimal(serial));
	arena_free(a);
}

static void tell_ssl(void *context, const struct registry_entry *entry,
	enum registry_activity activity, const struct registry_about *about)
{
	struct telling *t = context;

	(void)activity;
	query_facts_add(t->facts);
	query_facts_put(t->facts, "pid", value_int(entry->process_id));
	query_facts_put(t->facts, "ssl", value_bool(about->is_tls));
	if (!about->is_tls)
		return;
	query_facts_put(t->facts, "version", text(about->tls_version));
	query_facts_put(t->facts, "cipher", text(about->tls_cipher));
	query_facts_put(t->facts, "bits", value_int(about->tls_bits));
	query_facts_put(t->facts, "client_dn", text(about->client_dn));
	query_facts_put(t->facts, "issuer_dn", text(about->issuer_dn));
	tell_serial(t, about);
}

/* GSSAPI is not spoken. */
static void tell_gssapi(void *context, const struct registry_entry *entry,
	enum registry_activity activity, const struct registry_about *about)
{
	struct telling *t = context;

	(void)activity;
	(void)about;
	query_facts_add(t->facts);
	query_facts_put(t->facts, "pid", value_int(entry->process_id));
	query_facts_put(t->facts, "gss_authenticated", value_bool(false));
	query_facts_put(t->facts, "encrypted", value_bool(false));
}

static void count_session(void *context, const struct registry_entry *entry,
	enum registry_activity activity, const struct registry_about *about)
{
	struct telling *t = context;

	(void)entry;
	(void)activity;
	(void)about;
	t->count++;
}

static void put_count(struct telling *t, const char *column, uint64_t count)
{
	query_facts_put(t->facts, column, value_int((int64_t)count));
}

static void put_ms(struct telling *t, const char *column, uint64_t us)
{
	query_facts_put(t->facts, column, value_float((double)us / 1000));
}

static void tell_sessions(struct telling *t, const struct counters *n)
{
	put_ms(t, "session_time", counter_get(n, COUNTER_session_us));
	put_ms(t, "active_time", counter_get(n, COUNTER_active_us));
	put_ms(t, "idle_in_transaction_time", counter_get(n, COUNTER_idle_in_transaction_us));
	put_count(t, "sessions", counter_get(n, COUNTER_sessions));
	put_count(t, "sessions_abandoned", counter_get(n, COUNTER_abandoned));
	put_count(t, "sessions_fatal", counter_get(n, COUNTER_fatal));
	put_count(t, "sessions_killed", counter_get(n, COUNTER_killed));
}

/* Nothing is put into temporary files, and how long reads take is not measured. */
static void tell_files(struct telling *t, const struct counters *n)
{
	put_count(t, "temp_files", 0);
	put_count(t, "temp_bytes", 0);
	put_count(t, "checksum_failures", counter_get(n, COUNTER_damages));
	query_facts_put(t->facts, "checksum_last_failure",
		timestamp(atomic_load_explicit(&n->damaged_at, memory_order_relaxed)));
	put_ms(t, "blk_read_time", 0);
	put_ms(t, "blk_write_time", 0);
}

/* As PostgreSQL counts them: what scans and indexes found, and what of it indexes did. */
static void tell_rows(struct telling *t)
{
	struct storage_tally n;

	storage_tally_total(t->client->context->storage, &n);
	put_count(t, "tup_returned", n.scanned + n.found);
	put_count(t, "tup_fetched", n.found);
	put_count(t, "tup_inserted", n.inserted);
	put_count(t, "tup_updated", n.updated);
	put_count(t, "tup_deleted", n.deleted);
}

static void tell_database(struct telling *t)
{
	const struct counters *n = t->client->context->counters;
	struct query_statistics transactions;

	query_statistics(t->client->context->engine, &transactions);
	registry_visit_all(t->client->context->registry, count_session, t);
	query_facts_add(t->facts);
	query_facts_put(t->facts, "datid", value_int(QUERY_DATABASE_OID));
	query_facts_put(t->facts, "datname", text(t->client->entry.about.database));
	query_facts_put(t->facts, "numbackends", value_int(t->count));
	put_count(t, "xact_commit", transactions.commits - atomic_load(&n->commits_before));
	put_count(t, "xact_rollback", transactions.rollbacks - atomic_load(&n->rollbacks_before));
	put_count(t, "blks_read", counter_get(n, COUNTER_page_reads));
	put_count(t, "blks_hit", counter_get(n, COUNTER_page_hits));
	tell_rows(t);
	put_count(t, "conflicts", 0); /* with a standby's recovery: there is none */
	put_count(t, "deadlocks", counter_get(n, COUNTER_deadlocks));
	tell_files(t, n);
	tell_sessions(t, n);
	query_facts_put(t->facts, "stats_reset",
		timestamp(atomic_load_explicit(&n->since, memory_order_relaxed)));
}

static void tell_wal(struct telling *t)
{
	struct storage_statistics s;

	storage_statistics(t->client->context->storage, &s);
	query_facts_add(t->facts);
	put_count(t, "wal_sync", s.log_flushes);
	put_ms(t, "wal_sync_time", s.log_flush_ns / 1000);
}

static void tell_activities(struct telling *t)
{
	struct storage_lock *locks =
		storage_locks(t->client->context->storage, LOCKS_LOOKED_AT_MAX, &t->lock_count);

	t->locks = locks;
	registry_visit_all(t->client->context->registry, tell_activity, t);
	free(locks);
}

enum sqlstate client_tell(
	void *context, struct str relation, struct query_facts *facts, struct error *e)
{
	struct telling t = { .client = context, .facts = facts };

	if (str_equal(relation, STR("pg_stat_activity")))
		tell_activities(&t);
	else if (str_equal(relation, STR("pg_stat_ssl")))
		registry_visit_all(t.client->context->registry, tell_ssl, &t);
	else if (str_equal(relation, STR("pg_stat_gssapi")))
		registry_visit_all(t.client->context->registry, tell_gssapi, &t);
	else if (str_equal(relation, STR("pg_stat_database")))
		tell_database(&t);
	else if (str_equal(relation, STR("pg_stat_wal")))
		tell_wal(&t);
	else
		return client_tell_more(t.client, relation, facts, e);
	return OK;
}
