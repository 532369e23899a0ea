/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The worker threads: see pool.h.
 *
 * Invariants
 *  I1  A client's descriptor is armed for one event (EPOLLONESHOT), so one worker has it at a time;
 *      arming it again is the last thing that worker does with the client. The C language knows
 *      nothing of epoll, so client_park() and client_take() say that the one comes before the other.
 *  I2  `idle` counts the workers inside epoll_wait. Who takes it from one to zero starts another.
 */
#include "src/pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "src/client.h"
#include "storage/storage.h"

#define SURPLUS_IDLE_MS 5000
#define STACK_BYTES (2u << 20) /* expressions and patterns recurse to a bounded depth */
#define JOIN_STEP_NS 1000000

struct pool {
	struct pool_options options;
	int epoll_fd;
	int stop_fd; /* readable once the pool ends */
	_Atomic uint32_t threads;
	_Atomic uint32_t idle;
};

static void *work(void *argument);

static enum sqlstate start_worker(struct pool *p, struct error *e)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int result;

	atomic_fetch_add(&p->threads, 1);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	result = pthread_create(&thread, &attributes, work, p);
	pthread_attr_destroy(&attributes);
	if (result == 0)
		return OK;
	atomic_fetch_sub(&p->threads, 1);
	return FAIL(e, E_LIMIT_EXCEEDED, "could not start a worker thread: %s", strerror(result));
}

/* This worker was the last idle one (I2). Without another the server goes on, only narrower. */
static void start_another(struct pool *p)
{
	struct error e;

	if (atomic_load(&p->threads) >= p->options.thread_max)
		return;
	if (start_worker(p, &e) != OK)
		log_line(LOG_WARNING, "server", "%s", e.message);
}

static void serve(struct pool *p, struct client *c)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT };
	int operation = EPOLL_CTL_MOD;
	int fd, next_fd;

	client_take(c);
	fd = client_watch_fd(c);
	event.data.ptr = c;
	if (client_run(c) == CLIENT_WAITS) {
		next_fd = client_watch_fd(c);
		/* It began to listen: another descriptor stands for it from here on. */
		if (next_fd != fd) {
			(void)epoll_ctl(p->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
			operation = EPOLL_CTL_ADD;
		}
		client_park(c);
		if (epoll_ctl(p->epoll_fd, operation, next_fd, &event) == 0)
			return;
	}
	client_free(c);
}

/* True if this thread is one more than the base and may go; then it is counted off. */
static bool leave_as_surplus(struct pool *p)
{
	uint32_t threads = atomic_load(&p->threads);

	while (threads > p->options.thread_base) {
		if (atomic_compare_exchange_weak(&p->threads, &threads, threads - 1))
			return true;
	}
	return false;
}

static void *work(void *argument)
{
	struct pool *p = argument;
	struct storage *storage = p->options.storage;

	storage_thread_attach(storage);
	for (;;) {
		bool is_surplus = atomic_load(&p->threads) > p->options.thread_base;
		struct epoll_event event;
		int count;

		atomic_fetch_add(&p->idle, 1);
		count = epoll_wait(p->epoll_fd, &event, 1, is_surplus ? SURPLUS_IDLE_MS : -1);
		if (atomic_fetch_sub(&p->idle, 1) == 1 && count == 1 && event.data.ptr != NULL)
			start_another(p);
		if (count == 1 && event.data.ptr == NULL)
			break;
		if (count == 1)
			serve(p, event.data.ptr);
		else if (count == 0 && leave_as_surplus(p)) {
			storage_thread_detach(storage);
			return NULL;
		}
	}
	storage_thread_detach(storage);
	atomic_fetch_sub(&p->threads, 1);
	return NULL;
}

enum sqlstate pool_new(const struct pool_options *options, struct pool **out, struct error *e)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct pool *p = calloc(1, sizeof *p);

	if (p == NULL)
		PANIC("out of memory");
	assert(options->thread_base > 0);
	p->options = *options;
	p->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	p->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->epoll_fd < 0 || p->stop_fd < 0 ||
		epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, p->stop_fd, &event) != 0) {
		FAIL(e, E_IO, "could not create the worker pool: %s", strerror(errno));
		pool_free(p);
		return e->code;
	}
	if (start_worker(p, e) != OK) {
		pool_free(p);
		return e->code;
	}
	*out = p;
	return OK;
}

enum sqlstate pool_add(struct pool *p, struct client *c, struct error *e)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT };

	event.data.ptr = c;
	client_park(c);
	if (epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, client_fd(c), &event) != 0)
		return FAIL(e, E_IO, "could not watch a connection: %s", strerror(errno));
	return OK;
}

void pool_free(struct pool *p)
{
	struct timespec step = { 0, JOIN_STEP_NS };
	uint64_t one = 1;

	if (p->stop_fd >= 0 && write(p->stop_fd, &one, sizeof one) < 0)
		log_line(LOG_WARNING, "server", "could not stop the workers");
	while (atomic_load(&p->threads) > 0)
		nanosleep(&step, NULL);
	if (p->epoll_fd >= 0)
		close(p->epoll_fd);
	if (p->stop_fd >= 0)
		close(p->stop_fd);
	free(p);
}
