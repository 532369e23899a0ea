/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Notifications on their way to the client: before each ReadyForQuery outside a transaction, and
 * without being asked while the client is idle. For that a client that listens is watched by two
 * descriptors: its socket, and a bell (an eventfd) that the notifier rings. An epoll of its own
 * holds both, and the pool watches that one instead of the socket, so that still one event wakes one
 * worker. Clients that do not listen pay nothing.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "src/client_state.h"

void client_ring(void *client)
{
	struct client *c = client;
	int fd = atomic_load(&c->bell_fd);
	uint64_t one = 1;

	/* Without a bell the client looks by itself before it waits; a full counter rings already.
	 */
	if (fd >= 0 && write(fd, &one, sizeof one) < 0)
		return;
}

static NOINLINE void tell_all(struct client *c, struct query_notification *n)
{
	do
		pgwire_put_notification(c->wire, n->process_id, n->channel, n->payload);
	while (query_notification_next(c->query, n));
}

bool client_notify(struct client *c)
{
	struct query_notification n;

	if (LIKELY(!query_notification_next(c->query, &n)))
		return false;
	tell_all(c, &n);
	return true;
}

static bool watch(int epoll_fd, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events };

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Without descriptors the client is told with its next ReadyForQuery only. */
static void make_bell(struct client *c)
{
	int bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int watch_fd = epoll_create1(EPOLL_CLOEXEC);

	if (bell_fd < 0 || watch_fd < 0 || !watch(watch_fd, bell_fd, EPOLLIN) ||
		!watch(watch_fd, pgwire_fd(c->wire), EPOLLIN | EPOLLRDHUP)) {
		LOG_EVENT(LOG_WARNING, "client", "could not watch for notifications",
			log_number("id", c->entry.process_id),
			log_text("text", str_of(strerror(errno))));
		if (bell_fd >= 0)
			close(bell_fd);
		if (watch_fd >= 0)
			close(watch_fd);
		return;
	}
	c->watch_fd = watch_fd;
	atomic_store(&c->bell_fd, bell_fd);
}

void client_notify_prepare(struct client *c)
{
	uint64_t count;
	int fd = atomic_load(&c->bell_fd);

	if (fd < 0 && query_is_listening(c->query))
		make_bell(c);
	else if (fd >= 0 && read(fd, &count, sizeof count) < 0)
		return; /* nobody rang */
}

void client_notify_free(struct client *c)
{
	int fd = atomic_load(&c->bell_fd);

	if (fd >= 0)
		close(fd);
	if (c->watch_fd >= 0)
		close(c->watch_fd);
}
