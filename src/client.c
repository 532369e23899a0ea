/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The client's loop: one message after the other goes to the function that answers it; when none is
 * there the client is idle, and may be told to leave. See client_state.h for the parts.
 *
 * Invariants
 *  I1  After an error in an extended message nothing but Sync and Terminate has an effect until
 * Sync.
 *  I2  Each Sync and each Query gets exactly one ReadyForQuery, except a Sync during COPY FROM.
 */
#include "src/client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/clock.h"
#include "src/client_state.h"

#define LINGER_MS 50 /* how long a thread stays with a client that was just answered */

/* --- making and freeing ------------------------------------------------------------------- */

static void set_tcp_options(int fd, const struct settings *s)
{
	int on = 1;
	int idle = (int)setting_int(s, SETTING_tcp_keepalives_idle);
	int interval = (int)setting_int(s, SETTING_tcp_keepalives_interval);
	int count = (int)setting_int(s, SETTING_tcp_keepalives_count);

	/* All of these only tune; a socket without them still works. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	if (idle > 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	if (interval > 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
	if (count > 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

struct client *client_new(const struct client_context *context, int fd, bool is_tcp)
{
	struct client *c = calloc(1, sizeof *c);
	struct pgwire_options options = { 0 };

	if (c == NULL)
		PANIC("out of memory");
	c->context = context;
	atomic_init(&c->bell_fd, -1);
	c->watch_fd = -1;
	mutex_init(&c->pass);
	c->base_generation = registry_generation(context->registry);
	c->base = registry_settings(context->registry);
	options.interrupt = &c->entry.ending;
	c->access = registry_access(context->registry);
	/* A socket in the file system is as safe as the file system. */
	options.tls = is_tcp && c->access != NULL ? c->access->tls : NULL;
	c->wire = pgwire_new(fd, &options);
	client_set_limits(c);
	pgwire_set_receive_timeout(c->wire, LINGER_MS);
	if (is_tcp)
		set_tcp_options(fd, c->base);
	follow_init(&c->follow, fd, setting_bool(c->base, SETTING_follow_clients));
	registry_add(context->registry, &c->entry, fd);
	registry_set_deadline(context->registry, &c->entry, DEADLINE_AUTHENTICATION,
		clock_monotonic_us() + setting_us(c->base, SETTING_authentication_timeout));
	return c;
}

/* Memory that only a busy client is worth. */
static void drop_spares(struct client *c)
{
	arena_free(c->scratch);
	arena_free(c->spare);
	free(c->spare_portal.columns);
	c->scratch = NULL;
	c->spare = NULL;
	memset(&c->spare_portal, 0, sizeof c->spare_portal);
}

void client_free(struct client *c)
{
	/* First, so that nobody reaches the socket's number after it is closed. */
	registry_remove(c->context->registry, &c->entry);
	if (c->query != NULL)
		client_count_end(c);
	client_copy_drop(c);
	client_query_abandon(c);
	free(c->cursor.columns);
	client_portal_close_all(c);
	drop_spares(c);
	free(c->unnamed.columns);
	buf_free(&c->described);
	client_types_free(c);
	query_session_free(c->query);
	client_notify_free(c);
	for (int i = 0; i < SETTING_COUNT; i++)
		free(c->reported[i]);
	settings_release(c->base);
	access_release(c->access);
	arena_free(c->start);
	pgwire_free(c->wire);
	mutex_destroy(&c->pass);
	free(c);
}

int client_fd(const struct client *c)
{
	return pgwire_fd(c->wire);
}

int client_watch_fd(const struct client *c)
{
	return c->watch_fd >= 0 ? c->watch_fd : pgwire_fd(c->wire);
}

void client_pass_begin(struct client *c)
{
	lock_pass(&c->pass);
}

void client_pass_end(struct client *c)
{
	unlock_pass(&c->pass);
}

void client_take(struct client *c)
{
	lock_pass(&c->pass);
	unlock_pass(&c->pass);
}

/* --- between commands --------------------------------------------------------------------- */

static void set_idle_deadline(struct client *c)
{
	bool is_idle = query_transaction_status(c->query) == 'I';
	uint64_t us =
		setting_us(c->settings, is_idle ? SETTING_idle_session_timeout
						: SETTING_idle_in_transaction_session_timeout);

	if (us > 0)
		registry_set_deadline(c->context->registry, &c->entry,
			is_idle ? DEADLINE_IDLE : DEADLINE_IDLE_IN_TRANSACTION,
			clock_monotonic_us() + us);
}

static void note_idle(struct client *c)
{
	char status = query_transaction_status(c->query);
	int activity = status == 'I'   ? ACTIVITY_IDLE
		       : status == 'E' ? ACTIVITY_IDLE_IN_FAILED_TRANSACTION
				       : ACTIVITY_IDLE_IN_TRANSACTION;

	if (atomic_load_explicit(&c->entry.activity, memory_order_relaxed) == activity)
		return;
	client_count_active(c, true);
	registry_describe_idle(&c->entry, status != 'I');
	/* Before the look at `stopping`: see registry.h. */
	atomic_store(&c->entry.activity, activity);
}

/* False if the client has to leave instead of waiting. */
static bool go_idle(struct client *c)
{
	bool is_idle;

	/* An error goes out even if no Sync asks for it: some clients send Flush and wait. */
	if (c->skip_to_sync && pgwire_flush(c->wire, &c->error) != OK)
		c->has_ended = true;
	if (c->query == NULL || pgwire_has_input(c->wire) || c->copy != COPY_NONE)
		return true;
	is_idle = query_transaction_status(c->query) == 'I';
	client_notify_prepare(c);
	if (is_idle && client_notify(c) && pgwire_flush(c->wire, &c->error) != OK)
		c->has_ended = true;
	note_idle(c);
	if (is_idle && registry_is_stopping(c->context->registry) != STOPPING_NOT) {
		FAIL(&c->error, E_ADMIN_SHUTDOWN,
			"terminating connection due to administrator command");
		c->end = CLIENT_END_KILLED;
		client_end(c);
		return false;
	}
	set_idle_deadline(c);
	return true;
}

static NOINLINE void begin_busy(struct client *c)
{
	client_clock_stop(c);
	if (atomic_load_explicit(&c->entry.activity, memory_order_relaxed) == ACTIVITY_BUSY)
		return;
	client_forget_cancel(c);
	client_count_active(c, false);
	atomic_store(&c->entry.activity, ACTIVITY_BUSY);
}

/* Before each message; most follow another. */
static void go_busy(struct client *c)
{
	bool is_busy = atomic_load_explicit(&c->entry.activity, memory_order_relaxed) ==
		       ACTIVITY_BUSY;

	if (c->query != NULL &&
		(!is_busy ||
			atomic_load_explicit(&c->entry.deadline_us, memory_order_relaxed) != 0))
		begin_busy(c);
}

/* --- the loop ----------------------------------------------------------------------------- */

static void answer_extended(struct client *c, const struct pgwire_message *m)
{
	switch (m->type) {
	case PGWIRE_PARSE:
		client_parse(c, m);
		break;
	case PGWIRE_BIND:
		client_bind(c, m);
		break;
	case PGWIRE_DESCRIBE:
		client_describe(c, m);
		break;
	case PGWIRE_EXECUTE:
		client_execute(c, m);
		break;
	case PGWIRE_CLOSE:
		client_close(c, m);
		break;
	case PGWIRE_FLUSH:
		if (pgwire_flush(c->wire, &c->error) != OK)
			c->has_ended = true;
		break;
	default:
		FAIL(&c->error, E_PROTOCOL, "unexpected message");
		client_fail(c, STR(""));
		break;
	}
}

/* One message of a client that is greeted. */
static void answer(struct client *c, const struct pgwire_message *m)
{
	if (m->type == PGWIRE_TERMINATE) {
		/* What was said already, an error without its Sync perhaps, still goes out. */
		pgwire_flush_once(c->wire);
		c->end = CLIENT_END_NORMAL;
		c->has_ended = true;
		return;
	}
	if (c->copy != COPY_NONE) {
		client_copy_message(c, m);
		return;
	}
	switch (m->type) {
	case PGWIRE_SYNC:
		client_sync(c);
		return;
	case PGWIRE_COPY_DATA:
	case PGWIRE_COPY_DONE:
	case PGWIRE_COPY_FAIL:
		/* Left over from a COPY that failed. */
		return;
	default:
		break;
	}
	if (c->skip_to_sync)
		return;
	switch (m->type) {
	case PGWIRE_QUERY:
		if (c->is_care)
			client_care(c, m->query.text);
		else
			client_query(c, m->query.text);
		break;
	case PGWIRE_FUNCTION_CALL:
		FAIL(&c->error, E_NOT_SUPPORTED, "function call message is not supported");
		client_report(c, STR(""));
		if (!c->has_ended)
			client_ready(c);
		break;
	default:
		if (c->is_care) {
			FAIL(&c->error, E_PROTOCOL,
				"extended query protocol is not supported in a connection for "
				"care");
			client_fail(c, STR(""));
			break;
		}
		answer_extended(c, m);
		break;
	}
}

static void take_message(struct client *c, const struct pgwire_message *m)
{
	switch (m->type) {
	case PGWIRE_STARTUP:
		client_start(c, m);
		break;
	case PGWIRE_CANCEL:
		registry_cancel(c->context->registry, m->cancel.process_id, m->cancel.key,
			m->cancel.key_length);
		c->has_ended = true;
		break;
	case PGWIRE_AUTHENTICATED:
		client_greet(c);
		break;
	default:
		go_busy(c);
		answer(c, m);
		if (c->scratch != NULL)
			arena_reset(c->scratch);
		break;
	}
}

/* A message of a known type with broken contents. */
static void take_malformed(struct client *c, const struct pgwire_message *m)
{
	if (c->copy != COPY_NONE || c->skip_to_sync)
		return;
	go_busy(c);
	if (m->type != PGWIRE_QUERY) {
		client_fail(c, STR(""));
		return;
	}
	/* A Query has its own ReadyForQuery (I2). */
	client_report(c, STR(""));
	if (!c->has_ended)
		client_ready(c);
}

enum client_state client_run(struct client *c)
{
	struct pgwire_message m;
	bool wait = false;

	while (!c->has_ended) {
		if (atomic_load_explicit(&c->entry.ending, memory_order_relaxed) != ENDING_NONE) {
			client_say_ending(c);
			break;
		}
		switch (pgwire_next(c->wire, wait, &m, &c->error)) {
		case PGWIRE_MESSAGE:
			take_message(c, &m);
			wait = false;
			break;
		case PGWIRE_MALFORMED:
			take_malformed(c, &m);
			break;
		case PGWIRE_FAULT:
			client_end(c);
			break;
		case PGWIRE_CLOSED:
			client_say_ending(c);
			break;
		case PGWIRE_WOULD_BLOCK:
			if (!go_idle(c))
				break;
			/* Who listens wants to be told at once, which only epoll can. */
			if (wait || c->query == NULL || c->watch_fd >= 0) {
				pgwire_trim(c->wire);
				drop_spares(c);
				return CLIENT_WAITS;
			}
			follow_client(&c->follow, client_fd(c));
			wait = true;
			break;
		}
	}
	return CLIENT_ENDED;
}
