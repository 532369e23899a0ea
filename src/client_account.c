/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What a client's statements are counted as: the server's counters, pg_stat_statements, and the log
 * of those that took long. A statement is measured from when its text or its Execute arrives to
 * where its CommandComplete is made; one that fails is counted as an error only.
 */
#include "base/clock.h"
#include "base/datetime.h"
#include "base/log.h"
#include "src/client_state.h"

void client_meter_start(struct client *c)
{
	memset(&c->meter, 0, sizeof c->meter);
	c->meter.began_us = clock_monotonic_us();
	c->meter.pages = storage_thread_pages();
}

void client_meter_resume(struct client *c)
{
	/* Another thread may serve the client now, whose counts are others. */
	c->meter.pages = storage_thread_pages();
}

void client_meter_note(struct client *c, const struct query_portal *p, uint64_t rows_sent)
{
	struct client_meter *m = &c->meter;
	struct query_counts n = query_portal_counts(p);
	struct storage_page_counts pages = storage_thread_pages();

	m->run.user = c->role.oid;
	m->run.fingerprint = query_portal_fingerprint(p);
	m->run.text = query_portal_text(p);
	m->run.hits = pages.hits - m->pages.hits;
	m->run.misses = pages.misses - m->pages.misses;
	m->rows_sent = rows_sent;
	m->run.rows = MAX_OF(rows_sent, n.copied);
	if (!m->run.is_continued)
		m->run.rows = MAX_OF(m->run.rows, n.inserted + n.updated + n.deleted);
}

/* A statement that may hold a password is not to be logged. */
struct str client_loggable(struct str text)
{
	static const struct str word = STR("password");

	for (uint32_t i = 0; i + word.length <= text.length; i++) {
		/* This runs for every statement: most letters are told apart without a call. */
		if ((text.at[i] | 0x20) == 'p' &&
			str_equal_nocase((struct str){ text.at + i, word.length }, word))
			return STR("(a statement with a password)");
	}
	return text;
}

void client_log_slow(struct client *c, const char *step, struct str name, struct str text)
{
	int64_t least_ms = setting_int(c->settings, SETTING_log_min_duration_statement);
	uint64_t us;

	if (least_ms < 0)
		return;
	us = clock_monotonic_us() - c->meter.began_us;
	if (us < (uint64_t)least_ms * 1000)
		return;
	LOG_EVENT(LOG_INFO, "client", "slow", log_number("id", c->entry.process_id),
		log_text("user", str_of(c->entry.about.user)), log_real("ms", (double)us / 1000),
		log_text("step", str_of(step)), log_text("name", name),
		log_number("rows", (int64_t)c->meter.run.rows),
		log_text("statement", client_loggable(text)));
}

void client_meter_stop(struct client *c, const char *step, struct str name)
{
	struct client_meter *m = &c->meter;
	struct counter_stripe *mine = counters_mine(c->context->counters);

	m->run.us = clock_monotonic_us() - m->began_us;
	if (!m->run.is_continued)
		counter_add(mine, COUNTER_statements, 1);
	counter_add(mine, COUNTER_statement_us, m->run.us);
	counter_add(mine, COUNTER_rows_sent, m->rows_sent);
	counter_add(mine, COUNTER_page_hits, m->run.hits);
	counter_add(mine, COUNTER_page_reads, m->run.misses);
	if (m->run.fingerprint != 0)
		statements_add(c->context->statements, c->query,
			setting_int(c->base, SETTING_statements_max), &m->run);
	client_log_slow(c, step, name, m->run.text);
}

static void note_damage(struct counters *all, struct counter_stripe *mine)
{
	counter_add(mine, COUNTER_damages, 1);
	atomic_store_explicit(&all->damaged_at, timestamp_now(), memory_order_relaxed);
}

void client_count_error(struct client *c, enum sqlstate code)
{
	struct counter_stripe *mine = counters_mine(c->context->counters);

	counter_add(mine, COUNTER_errors, 1);
	if (code == E_SERIALIZATION)
		counter_add(mine, COUNTER_conflicts, 1);
	else if (code == E_DEADLOCK)
		counter_add(mine, COUNTER_deadlocks, 1);
	else if (code == E_CANCELLED)
		counter_add(mine, COUNTER_cancels, 1);
	else if (code == E_DATA_CORRUPTED)
		note_damage(c->context->counters, mine);
}

/* ---- sessions ---- */

void client_count_active(struct client *c, bool was_active)
{
	uint64_t now_us = clock_coarse_us();
	struct counter_stripe *mine = counters_mine(c->context->counters);
	int activity = atomic_load_explicit(&c->entry.activity, memory_order_relaxed);

	if (was_active)
		counter_add(mine, COUNTER_active_us, now_us - c->since_us);
	else if (activity != ACTIVITY_IDLE)
		counter_add(mine, COUNTER_idle_in_transaction_us, now_us - c->since_us);
	c->since_us = now_us;
}

void client_count_end(struct client *c)
{
	struct counter_stripe *mine = counters_mine(c->context->counters);

	counter_add(mine, COUNTER_session_us, clock_monotonic_us() - c->started_us);
	if (c->end == CLIENT_END_ABANDONED)
		counter_add(mine, COUNTER_abandoned, 1);
	else if (c->end == CLIENT_END_FATAL)
		counter_add(mine, COUNTER_fatal, 1);
	else if (c->end == CLIENT_END_KILLED)
		counter_add(mine, COUNTER_killed, 1);
	if (setting_bool(c->base, SETTING_log_disconnections))
		LOG_EVENT(LOG_INFO, "client", "disconnected",
			log_number("id", c->entry.process_id),
			log_text("user", str_of(c->entry.about.user)),
			log_text("database", str_of(c->entry.about.database)),
			log_text("host", str_of(c->entry.about.address)),
			log_real("ms", (double)(clock_monotonic_us() - c->started_us) / 1000));
}
