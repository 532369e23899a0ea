/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The running server. The main thread waits in one poll() for new connections, signals and the next
 * deadline of any client; everything else happens in the workers of pool.c.
 *
 *     SIGTERM  finish: no new clients; idle ones leave, busy ones when their transaction ends;
 *              after SMART_SECONDS as SIGINT
 *     SIGINT   fast: every client is told 57P01, its transaction is rolled back
 *     SIGQUIT  at once, without a checkpoint; the log repeats what is missing at the next start
 *     SIGHUP   read the configuration again
 */
#include "src/server.h"

#include <errno.h>
#include <openssl/rand.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "src/client.h"
#include "src/listener.h"
#include "src/metrics.h"
#include "src/pool.h"
#include "storage/storage.h"

#define SMART_SECONDS 60
#define STOPPING_STEP_MS 20
#define UNADMITTED_MAX 200     /* connections beyond max_connections, for cancels and refusals */
#define ACCEPT_PAUSE_US 100000 /* when the process has no more descriptors */

struct server {
	struct client_context context;
	const struct config *config;
	struct listeners listeners;
	struct pool *pool;
	struct counters counters;
	struct metrics *metrics; /* NULL: none are offered */
	int wake_fd, signal_fd;
	uint64_t accept_after_us;
	uint64_t fast_at_us; /* SIGTERM's patience ends; 0: not stopping, or fast already */
	uint32_t connections_max;
};

static void fill_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGQUIT);
	sigaddset(set, SIGHUP);
}

void server_block_signals(void)
{
	sigset_t set;

	fill_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* One descriptor a client; the system's soft limit is mostly far below what it allows. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* --- connections -------------------------------------------------------------------------- */

static void add_client(struct server *s, int fd, bool is_tcp)
{
	struct client *c;
	struct error e;

	if (registry_count(s->context.registry) >= s->connections_max + UNADMITTED_MAX) {
		close(fd);
		return;
	}
	counter_add(counters_mine(&s->counters), COUNTER_connections, 1);
	c = client_new(&s->context, fd, is_tcp);
	if (pool_add(s->pool, c, &e) != OK) {
		log_line(LOG_WARNING, "server", "%s", e.message);
		client_free(c);
	}
}

static void accept_clients(struct server *s, const struct listener *listener)
{
	/* A few at a time, so that signals and deadlines get their turn in a storm. */
	for (int i = 0; i < 64; i++) {
		int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0) {
			add_client(s, fd, listener->is_tcp);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			log_line(LOG_WARNING, "server", "could not accept a connection: %s",
				strerror(errno));
			s->accept_after_us = clock_monotonic_us() + ACCEPT_PAUSE_US;
		}
		if (errno != EINTR && errno != ECONNABORTED)
			return;
	}
}

/* --- signals ------------------------------------------------------------------------------ */

static void reload(struct server *s)
{
	struct settings *running = registry_settings(s->context.registry);
	struct settings *next = NULL;
	struct access *access;
	struct error e;

	if (config_load(s->config, running, &next, &e) != OK ||
		access_load(next, s->config->directory, &access, &e) != OK) {
		log_line(LOG_ERROR, "server", "configuration was not changed: %s", e.message);
		settings_release(next);
	} else {
		/* The options of both in their order are those of the enums. */
		log_set_level((enum log_level)setting_enum(next, SETTING_log_level));
		log_set_format((enum log_format)setting_enum(next, SETTING_log_format));
		registry_publish(s->context.registry, next, access);
		log_line(LOG_INFO, "server", "configuration reloaded");
	}
	settings_release(running);
}

static void stop(struct server *s, enum registry_stopping how)
{
	if (registry_is_stopping(s->context.registry) >= how)
		return;
	log_line(LOG_INFO, "server", "received %s shutdown request",
		how == STOPPING_SMART ? "finishing" : "fast");
	listener_close_all(&s->listeners);
	s->fast_at_us = how == STOPPING_SMART
				? clock_monotonic_us() + SMART_SECONDS * UINT64_C(1000000)
				: 0;
	registry_stop(s->context.registry, how);
}

static void take_signal(struct server *s)
{
	struct signalfd_siginfo info;

	if (read(s->signal_fd, &info, sizeof info) != sizeof info)
		return;
	switch (info.ssi_signo) {
	case SIGHUP:
		reload(s);
		break;
	case SIGTERM:
		stop(s, STOPPING_SMART);
		break;
	case SIGINT:
		stop(s, STOPPING_FAST);
		break;
	case SIGQUIT:
		log_line(LOG_WARNING, "server", "received immediate shutdown request");
		_exit(2);
	default:
		break;
	}
}

/* --- the loop ----------------------------------------------------------------------------- */

/* How long poll() may sleep: until the next deadline, or for ever. */
static int sleep_ms(const struct server *s, uint64_t now_us, uint64_t next_us)
{
	uint64_t ms;

	if (registry_is_stopping(s->context.registry) != STOPPING_NOT)
		return STOPPING_STEP_MS;
	if (s->accept_after_us > now_us && (next_us == 0 || s->accept_after_us < next_us))
		next_us = s->accept_after_us;
	if (next_us == 0)
		return -1;
	ms = next_us <= now_us ? 0 : (next_us - now_us) / 1000 + 1;
	return (int)MIN_OF(ms, (uint64_t)INT32_MAX);
}

/* What poll() waits for: signals, the wake-up, listeners, and who asks for metrics. */
struct waits {
	struct pollfd fds[2 + LISTENER_COUNT_MAX + METRICS_FDS_MAX];
	uint32_t listening, metrics;
};

static void fill_waits(const struct server *s, uint64_t now_us, struct waits *w)
{
	w->listening = s->accept_after_us > now_us ? 0 : s->listeners.count;
	w->fds[0] = (struct pollfd){ s->signal_fd, POLLIN, 0 };
	w->fds[1] = (struct pollfd){ s->wake_fd, POLLIN, 0 };
	for (uint32_t i = 0; i < w->listening; i++)
		w->fds[2 + i] = (struct pollfd){ s->listeners.list[i].fd, POLLIN, 0 };
	w->metrics = metrics_poll(s->metrics, &w->fds[2 + w->listening]);
}

static void take_waits(struct server *s, const struct waits *w)
{
	uint64_t count;

	if ((w->fds[1].revents & POLLIN) != 0 && read(s->wake_fd, &count, sizeof count) < 0 &&
		errno != EAGAIN)
		PANIC("could not read an eventfd");
	for (uint32_t i = 0; i < w->listening; i++) {
		if ((w->fds[2 + i].revents & POLLIN) != 0)
			accept_clients(s, &s->listeners.list[i]);
	}
	metrics_serve(s->metrics, &w->fds[2 + w->listening], w->metrics);
	if ((w->fds[0].revents & POLLIN) != 0)
		take_signal(s);
}

static void serve(struct server *s)
{
	struct waits w;

	while (registry_is_stopping(s->context.registry) == STOPPING_NOT ||
		registry_count(s->context.registry) > 0) {
		uint64_t now_us = clock_monotonic_us();
		uint64_t next_us = registry_expire(s->context.registry, now_us);
		uint64_t metrics_us = metrics_expire(s->metrics, now_us);

		if (metrics_us != 0 && (next_us == 0 || metrics_us < next_us))
			next_us = metrics_us;
		if (s->fast_at_us != 0 && now_us >= s->fast_at_us)
			stop(s, STOPPING_FAST);
		fill_waits(s, now_us, &w);
		if (poll(w.fds, 2 + w.listening + w.metrics, sleep_ms(s, now_us, next_us)) > 0)
			take_waits(s, &w);
	}
}

static enum sqlstate open_descriptors(struct server *s, struct error *e)
{
	sigset_t set;

	fill_signals(&set);
	s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->wake_fd < 0 || s->signal_fd < 0)
		return FAIL(e, E_IO, "could not create a descriptor: %s", strerror(errno));
	if (RAND_bytes(s->context.mock_secret, sizeof s->context.mock_secret) != 1)
		return FAIL(e, E_INTERNAL, "no random numbers");
	return OK;
}

static uint32_t base_threads(const struct settings *settings)
{
	int64_t threads = setting_int(settings, SETTING_worker_threads);

	if (threads == 0)
		threads = sysconf(_SC_NPROCESSORS_ONLN);
	return threads < 1 ? 1 : (uint32_t)threads;
}

static enum sqlstate listen_and_serve(
	struct server *s, const struct settings *settings, struct error *e)
{
	uint16_t port = (uint16_t)setting_int(settings, SETTING_metrics_port);
	enum sqlstate rc;

	storage_thread_attach(s->context.storage);
	query_engine_sweep(s->context.engine);
	storage_thread_detach(s->context.storage);
	TRY(metrics_open(port, &s->context, &s->metrics, e));
	rc = listener_open_all(settings, &s->listeners, e);
	if (rc == OK) {
		log_line(LOG_INFO, "server", "ready to accept connections");
		storage_thread_attach(s->context.storage);
		serve(s);
		storage_thread_detach(s->context.storage);
	}
	metrics_close(s->metrics);
	return rc;
}

enum sqlstate server_run(struct storage *storage, struct settings *settings,
	const struct config *config, struct error *e)
{
	struct server s = { .config = config, .wake_fd = -1, .signal_fd = -1 };
	struct pool_options options = { .storage = storage };
	struct access *access = NULL;
	enum sqlstate rc;

	raise_descriptor_limit();
	s.connections_max = (uint32_t)setting_int(settings, SETTING_max_connections);
	options.thread_base = base_threads(settings);
	/* Beyond, clients wait for a thread instead of the other way round. */
	options.thread_max = MIN_OF(s.connections_max + 1,
		(uint32_t)(STORAGE_THREADS_MAX - STORAGE_THREADS_OWN));
	options.stack_bytes = (size_t)setting_bytes(settings, SETTING_max_stack_depth);
	s.context.directory = config->directory;
	TRY_GOTO(out, open_descriptors(&s, e));
	TRY_GOTO(out, access_prepare(settings, config->directory, e));
	TRY_GOTO(out, access_load(settings, config->directory, &access, e));
	s.context.registry = registry_new(s.wake_fd);
	registry_publish(s.context.registry, settings_reference(settings), access);
	s.context.engine = query_engine_new(storage);
	s.context.storage = storage;
	counters_init(&s.counters);
	s.context.counters = &s.counters;
	s.context.statements = statements_new();
	rc = pool_new(&options, &s.pool, e);
	if (rc == OK) {
		rc = listen_and_serve(&s, settings, e);
		pool_free(s.pool);
	}
	statements_free(s.context.statements);
	query_engine_free(s.context.engine);
	registry_free(s.context.registry);
out:
	if (s.wake_fd >= 0)
		close(s.wake_fd);
	if (s.signal_fd >= 0)
		close(s.signal_fd);
	settings_release(settings);
	return rc;
}
