/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the metrics say: the text format of Prometheus, version 0.0.4. Names follow its conventions:
 * quiver_ first, base units, _total for what only counts up. docs/server.md lists them.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "src/metrics.h"
#include "storage/storage_tally.h"

static void put_head(struct buf *to, const char *name, const char *type, const char *help)
{
	buf_printf(to, "# HELP quiver_%s %s\n# TYPE quiver_%s %s\n", name, help, name, type);
}

static void put(
	struct buf *to, const char *name, const char *type, const char *help, uint64_t value)
{
	put_head(to, name, type, help);
	buf_printf(to, "quiver_%s %" PRIu64 "\n", name, value);
}

static void put_seconds(struct buf *to, const char *name, const char *help, uint64_t us)
{
	put_head(to, name, "counter", help);
	buf_printf(to, "quiver_%s %.6f\n", name, (double)us / 1e6);
}

struct sessions {
	uint64_t by_state[ACTIVITY_IDLE_IN_FAILED_TRANSACTION + 1];
};

static void count_session(void *context, const struct registry_entry *entry,
	enum registry_activity activity, const struct registry_about *about)
{
	struct sessions *s = context;

	(void)entry;
	(void)about;
	s->by_state[activity]++;
}

static void put_sessions(const struct client_context *c, struct buf *to)
{
	static const char *const states[] = { [ACTIVITY_BUSY] = "active",
		[ACTIVITY_IDLE] = "idle",
		[ACTIVITY_IDLE_IN_TRANSACTION] = "idle in transaction",
		[ACTIVITY_IDLE_IN_FAILED_TRANSACTION] = "idle in transaction (aborted)" };
	struct settings *settings = registry_settings(c->registry);
	struct sessions s = { { 0 } };

	registry_visit_all(c->registry, count_session, &s);
	put_head(to, "sessions", "gauge", "Sessions by state.");
	for (int i = ACTIVITY_BUSY; i <= ACTIVITY_IDLE_IN_FAILED_TRANSACTION; i++)
		buf_printf(to, "quiver_sessions{state=\"%s\"} %" PRIu64 "\n", states[i],
			s.by_state[i]);
	put(to, "sessions_max", "gauge", "Setting max_connections.",
		(uint64_t)setting_int(settings, SETTING_max_connections));
	settings_release(settings);
}

static void put_locks(const struct client_context *c, struct buf *to)
{
	enum { LOCKS_COUNTED_MAX = 100000 };
	size_t count = 0, waiting = 0;
	struct storage_lock *locks = storage_locks(c->storage, LOCKS_COUNTED_MAX, &count);

	for (size_t i = 0; i < count; i++)
		waiting += !locks[i].is_granted;
	free(locks);
	put(to, "locks_held", "gauge", "Locks of nodes, edges, keys and the schema.",
		count - waiting);
	put(to, "locks_awaited", "gauge", "Transactions that wait for a lock.", waiting);
}

static void put_counters(const struct counters *n, struct buf *to)
{
#define ROW(name, field, help) put(to, name, "counter", help, counter_get(n, COUNTER_##field))
	ROW("connections_total", connections, "Connections accepted.");
	ROW("connections_refused_total", refused, "Connections that got no session.");
	ROW("sessions_total", sessions, "Sessions begun.");
	ROW("sessions_abandoned_total", abandoned, "Sessions whose client vanished.");
	ROW("sessions_fatal_total", fatal, "Sessions ended by an error.");
	ROW("sessions_killed_total", killed, "Sessions ended by an administrator or a timeout.");
	ROW("statements_total", statements, "Statements completed.");
	ROW("errors_total", errors, "Errors told to clients.");
	ROW("serialization_failures_total", conflicts, "Errors 40001.");
	ROW("deadlocks_total", deadlocks, "Errors 40P01.");
	ROW("cancels_total", cancels, "Errors 57014: canceled, or timed out.");
	ROW("rows_sent_total", rows_sent, "Rows sent to clients.");
	ROW("page_hits_total", page_hits, "Pages that statements found in memory.");
#undef ROW
	put_seconds(to, "statement_seconds_total", "Time of completed statements.",
		counter_get(n, COUNTER_statement_us));
	put_seconds(to, "active_seconds_total", "Time in which sessions ran something.",
		counter_get(n, COUNTER_active_us));
	put_seconds(to, "idle_in_transaction_seconds_total",
		"Time in which sessions idled in transactions.",
		counter_get(n, COUNTER_idle_in_transaction_us));
}

static void put_storage(const struct storage_statistics *s, struct buf *to)
{
	put(to, "page_reads_total", "counter", "Pages read from the store.", s->page_misses);
	put(to, "page_evictions_total", "counter", "Pages that made room.", s->page_evictions);
	put(to, "cache_hits_total", "counter", "Reads that the node and edge caches answered.",
		s->cache_hits);
	put(to, "pages", "gauge", "Pages of the graph.", s->pages_total);
	put(to, "pages_resident", "gauge", "Pages in memory.", s->pages_resident);
	put(to, "pages_dirty", "gauge", "Pages changed since the last checkpoint.",
		s->pages_dirty);
	put(to, "write_commits_total", "counter", "Commits of transactions that wrote.",
		s->commits);
	put(to, "write_conflicts_total", "counter", "Commits that lost to others.",
		s->conflicts);
	put(to, "log_bytes_total", "counter", "Bytes written to the log.", s->log_bytes);
	put(to, "log_flushes_total", "counter", "Times the log was forced to disk.",
		s->log_flushes);
	put_seconds(to, "log_flush_seconds_total", "Time of those.", s->log_flush_ns / 1000);
	put(to, "checkpoints_total", "counter", "Checkpoints.", s->checkpoints);
	put(to, "old_versions", "gauge", "Old states kept for snapshots.", s->history_entries);
	put(to, "old_version_bytes", "gauge", "Memory of those.", s->history_bytes);
}

static void put_elements(const struct storage_tally *n, struct buf *to)
{
	put(to, "scans_total", "counter", "Scans of all elements, or all of a label.", n->scans);
	put(to, "elements_scanned_total", "counter", "Nodes and edges that they found.",
		n->scanned);
	put(to, "lookups_total", "counter", "Look-ups of keys, and of the edges at a node.",
		n->lookups);
	put(to, "elements_found_total", "counter", "Nodes and edges that they found.", n->found);
	put(to, "elements_inserted_total", "counter", "Nodes and edges inserted.", n->inserted);
	put(to, "elements_updated_total", "counter", "Nodes and edges updated.", n->updated);
	put(to, "elements_deleted_total", "counter", "Nodes and edges deleted.", n->deleted);
}

static void put_plans(const struct query_plan_counts *n, struct buf *to)
{
	put(to, "plan_cache_hits_total", "counter",
		"Statements prepared by the plan that another session had made.", n->hits);
	put(to, "plan_cache_misses_total", "counter", "Statements prepared by a new plan.",
		n->misses);
	put(to, "plan_cache_plans", "gauge", "Plans that sessions share.", n->entries);
	put(to, "plan_cache_bytes", "gauge", "Memory of those.", n->bytes);
}

void metrics_write(const struct client_context *c, struct buf *to)
{
	struct query_statistics transactions;
	struct storage_statistics storage;
	struct storage_tally elements;

	put_head(to, "build_info", "gauge", "1, with the version.");
	buf_printf(to, "quiver_build_info{version=\"%s\"} 1\n", PACKAGE_VERSION);
	put(to, "up", "gauge", "1 as long as the server answers.", 1);
	put_sessions(c, to);
	put_counters(c->counters, to);
	storage_tally_total(c->storage, &elements);
	put_elements(&elements, to);
	query_statistics(c->engine, &transactions);
	put(to, "transactions_committed_total", "counter", "Transactions committed.",
		transactions.commits);
	put(to, "transactions_rolled_back_total", "counter", "Transactions rolled back.",
		transactions.rollbacks);
	put_plans(&transactions.plans, to);
	put_locks(c, to);
	storage_statistics(c->storage, &storage);
	put_storage(&storage, to);
}
