/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * How commands end, for a client: with an error or ready for the next one, and with the clock stopped;
 * and how the client itself ends.
 *
 * Invariants
 *  I1  `cancel` is cleared only between two commands, and never when it says SHUTDOWN.
 *  I2  Whatever ends a client on the server's side is said to it as FATAL first.
 */
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "src/client_state.h"

/* --- errors ------------------------------------------------------------------------------- */

/* Faults of the server's own making; the rest is the client's business. */
static bool is_worth_logging(enum sqlstate code)
{
	const char *text = sqlstate_code(code);

	return strncmp(text, "XX", 2) == 0 || strncmp(text, "58", 2) == 0 ||
	       strncmp(text, "53", 2) == 0;
}

/* text: of the statement as far as it is known; empty: what ran last. */
static void log_error(struct client *c, const struct error *e, struct str text)
{
	bool with_text = c->query != NULL && setting_bool(c->base, SETTING_log_error_statement);
	bool is_wanted = is_worth_logging(e->code) || with_text;
	struct log_field fields[] = { log_number("id", c->entry.process_id),
		log_text("code", str_of(sqlstate_code(e->code))),
		log_text("file", str_of(e->file == NULL ? "?" : e->file)),
		log_number("line", e->line), log_text("text", str_of(e->message)),
		log_text("statement", STR("")) };
	uint32_t count = ARRAY_COUNT(fields);

	if (!is_wanted && !log_is_on(LOG_DEBUG))
		return;
	fields[count - 1].text =
		text.length > 0 ? client_loggable(text) : str_of(c->entry.about.query);
	log_event(is_wanted ? LOG_ERROR : LOG_DEBUG, "client", "error", fields,
		with_text ? count : count - 1);
}

/* From the byte in the text that was sent to the character that the client counts. What lies
   beyond that text is in one that the client did not send: a procedure's. */
static void set_position(struct error *e, struct str text)
{
	if (e->position != 0 || e->byte_offset < 0 || text.length == 0 ||
		(uint32_t)e->byte_offset > text.length)
		return;
	e->position = (int)utf8_index(text, MIN_OF((uint32_t)e->byte_offset, text.length)) + 1;
}

/* What a client is told that somebody ended. */
void client_say_ending(struct client *c)
{
	struct error *e = &c->error;

	switch ((enum registry_ending)atomic_load(&c->entry.ending)) {
	case ENDING_NONE:
		/* The cancel of a shutdown is seen before its reason, or nobody is there. */
		if (c->error.code == E_ADMIN_SHUTDOWN)
			break;
		if (c->query == NULL && pgwire_tls_fault(c->wire) != NULL)
			LOG_EVENT(LOG_INFO, "client", "could not accept TLS connection",
				log_number("id", c->entry.process_id),
				log_text("text", str_of(pgwire_tls_fault(c->wire))));
		c->has_ended = true;
		return;
	case ENDING_SHUTDOWN:
		FAIL(e, E_ADMIN_SHUTDOWN, "terminating connection due to administrator command");
		break;
	case ENDING_AUTHENTICATION:
		/* As PostgreSQL: closed without a word. */
		c->has_ended = true;
		return;
	case ENDING_IDLE:
		FAIL(e, E_IDLE_SESSION, "terminating connection due to idle-session timeout");
		break;
	case ENDING_IDLE_IN_TRANSACTION:
		FAIL(e, E_IDLE_IN_TRANSACTION,
			"terminating connection due to idle-in-transaction timeout");
		break;
	case ENDING_TRANSACTION:
		FAIL(e, E_TRANSACTION_TIMEOUT,
			"terminating connection due to transaction timeout");
		break;
	case ENDING_LOST:
		LOG_EVENT(LOG_INFO, "client", "lost", log_number("id", c->entry.process_id));
		c->has_ended = true;
		return;
	}
	c->end = CLIENT_END_KILLED;
	client_end(c);
}

void client_report(struct client *c, struct str text)
{
	struct error *e = &c->error;

	assert(e->code != OK);
	client_clock_stop(c);
	if (c->query != NULL)
		query_fail(c->query);
	log_error(c, e, text);
	client_count_error(c, e->code);
	if (e->code == E_CONNECTION) {
		c->has_ended = true;
		return;
	}
	if (e->code == E_ADMIN_SHUTDOWN) {
		client_say_ending(c);
		return;
	}
	set_position(e, text);
	pgwire_put_error(c->wire, "ERROR", e);
}

void client_fail(struct client *c, struct str text)
{
	client_report(c, text);
	c->skip_to_sync = true;
}

void client_end(struct client *c)
{
	if (c->error.code == E_PASSWORD || c->error.code == E_AUTHORIZATION ||
		c->error.code == E_TOO_MANY_CONNECTIONS)
		LOG_EVENT(LOG_WARNING, "client", "refused", log_number("id", c->entry.process_id),
			log_text("code", str_of(sqlstate_code(c->error.code))),
			log_text("text", str_of(c->error.message)));
	if (c->query == NULL)
		counter_add(counters_mine(c->context->counters), COUNTER_refused, 1);
	else if (c->end != CLIENT_END_KILLED)
		c->end = CLIENT_END_FATAL;
	pgwire_put_error(c->wire, "FATAL", &c->error);
	pgwire_flush_once(c->wire);
	c->has_ended = true;
}

/* --- the end of a command ----------------------------------------------------------------- */

/* The time of a transaction runs from its first statement on. */
static void watch_transaction(struct client *c, bool is_in_transaction)
{
	uint64_t us = setting_us(c->settings, SETTING_transaction_timeout);
	bool is_watched = atomic_load_explicit(
				  &c->entry.transaction_us, memory_order_relaxed) != 0;

	if (is_in_transaction && us > 0 && !is_watched)
		registry_set_transaction_deadline(
			c->context->registry, &c->entry, clock_monotonic_us() + us);
	else if (is_watched && (!is_in_transaction || us == 0))
		registry_set_transaction_deadline(c->context->registry, &c->entry, 0);
}

void client_clock_start(struct client *c)
{
	uint64_t us = setting_us(c->settings, SETTING_statement_timeout);

	if (us > 0)
		registry_set_deadline(c->context->registry, &c->entry, DEADLINE_STATEMENT,
			clock_monotonic_us() + us);
	watch_transaction(c, true);
	us = setting_us(c->settings, SETTING_client_connection_check_interval);
	if (us > 0) {
		registry_set_look(c->context->registry, &c->entry, us);
		c->is_timed = true;
	}
}

void client_clock_stop(struct client *c)
{
	if (c->is_timed)
		registry_set_look(c->context->registry, &c->entry, 0);
	c->is_timed = false;
	registry_set_deadline(c->context->registry, &c->entry, DEADLINE_NONE, 0);
}

/* A request to cancel that came too late must not hit the next command (I1). */
void client_forget_cancel(struct client *c)
{
	int cancel = atomic_load_explicit(&c->entry.cancel, memory_order_relaxed);

	if (cancel == QUERY_CANCEL_USER || cancel == QUERY_CANCEL_TIMEOUT)
		atomic_compare_exchange_strong(&c->entry.cancel, &cancel, QUERY_CANCEL_NONE);
}

void client_set_limits(struct client *c)
{
	uint64_t message = setting_bytes(c->base, SETTING_max_message_size);

	pgwire_set_limits(c->wire, (uint32_t)MIN_OF(message, (uint64_t)INT32_MAX),
		(uint32_t)setting_bytes(c->base, SETTING_max_read_ahead),
		(uint32_t)setting_int(c->base, SETTING_client_write_timeout));
}

/* Settings that a reload changed, unless this session has its own. */
static void take_reload(struct client *c)
{
	uint64_t generation = registry_generation(c->context->registry);

	if (generation == c->base_generation || query_transaction_status(c->query) != 'I')
		return;
	settings_release(c->base);
	c->base = registry_settings(c->context->registry);
	c->base_generation = generation;
	settings_rebase(c->settings, c->base);
	client_set_limits(c);
}

void client_ready(struct client *c)
{
	char status = query_transaction_status(c->query);

	client_clock_stop(c);
	client_forget_cancel(c);
	take_reload(c);
	c->has_run = false;
	watch_transaction(c, status != 'I');
	if (status == 'I') {
		client_portal_close_all(c);
		(void)client_notify(c);
	}
	client_report_settings(c);
	pgwire_put_ready(c->wire, status);
	if (pgwire_flush(c->wire, &c->error) != OK) {
		c->has_ended = true;
	} else if (query_session_is_closed(c->query)) {
		c->end = CLIENT_END_NORMAL;
		c->has_ended = true;
	}
}
