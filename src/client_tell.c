/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What catalog relations tell of the server's sessions: pg_stat_activity, pg_stat_ssl and
 * pg_stat_database. What a session of another user runs is told to superusers only.
 */
#include <string.h>

#include "src/client_state.h"

struct telling {
	struct client *client;
	struct query_facts *facts;
	int64_t count;
};

static struct value text(const char *s)
{
	return value_string(str_of(s));
}

static const char *state_name(enum registry_activity activity)
{
	switch (activity) {
	case ACTIVITY_IDLE:
		return "idle";
	case ACTIVITY_IDLE_IN_TRANSACTION:
		return "idle in transaction";
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

static void tell_activity(void *context, const struct registry_entry *entry,
	enum registry_activity activity, const struct registry_about *about)
{
	struct telling *t = context;
	bool is_open = t->client->role.is_superuser || entry->user == t->client->entry.user;

	query_facts_add(t->facts);
	query_facts_put(t->facts, "pid", value_int(entry->process_id));
	query_facts_put(t->facts, "datname", text(about->database));
	query_facts_put(t->facts, "usename", text(about->user));
	query_facts_put(t->facts, "application_name", text(about->application));
	query_facts_put(t->facts, "backend_type", text("client backend"));
	query_facts_put(t->facts, "backend_start", timestamp(about->started_at));
	query_facts_put(
		t->facts, "query", text(is_open ? about->query : "<insufficient privilege>"));
	if (!is_open)
		return;
	query_facts_put(t->facts, "query_start", timestamp(about->query_at));
	query_facts_put(t->facts, "state", text(state_name(activity)));
}

static void tell_ssl(void *context, const struct registry_entry *entry,
	enum registry_activity activity, const struct registry_about *about)
{
	struct telling *t = context;

	(void)activity;
	query_facts_add(t->facts);
	query_facts_put(t->facts, "pid", value_int(entry->process_id));
	query_facts_put(t->facts, "ssl", value_bool(about->is_tls));
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

enum sqlstate client_tell(
	void *context, struct str relation, struct query_facts *facts, struct error *e)
{
	struct telling t = { context, facts, 0 };
	struct registry *r = t.client->context->registry;

	(void)e;
	if (str_equal(relation, STR("pg_stat_activity"))) {
		registry_visit_all(r, tell_activity, &t);
	} else if (str_equal(relation, STR("pg_stat_ssl"))) {
		registry_visit_all(r, tell_ssl, &t);
	} else if (str_equal(relation, STR("pg_stat_database"))) {
		registry_visit_all(r, count_session, &t);
		query_facts_add(facts);
		query_facts_put(facts, "datname", text(t.client->entry.about.database));
		query_facts_put(facts, "numbackends", value_int(t.count));
	}
	return OK;
}
