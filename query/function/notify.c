/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Notifications: see notify.h. A message is made once and shared by the queues it waits in; its
 * bytes are counted from its sender's commit until the last of them gave it out.
 */
#include "query/function/notify.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/lock.h"
#include "base/map.h"
#include "base/vec.h"

#define CHANNEL_SIZE 64	  /* of PostgreSQL's names, with the zero byte */
#define PAYLOAD_SIZE 8000 /* as PostgreSQL's */

struct message {
	uint32_t references; /* guarded by the hub's mutex */
	int32_t process_id;
	struct str channel, payload;
	char text[]; /* both, one after the other */
};

enum wish_kind { WISH_LISTEN, WISH_UNLISTEN, WISH_SEND };

struct wish {
	enum wish_kind kind;
	struct message *message; /* of WISH_LISTEN and WISH_UNLISTEN only its channel counts */
};

struct notify_hub {
	struct mutex mutex;
	struct notifier *first GUARDED_BY_CLASS(notify); /* those that listen */
	uint64_t bytes GUARDED_BY_CLASS(notify);	 /* of messages waiting or reserved */
};

struct notifier {
	struct notify_hub *hub;
	struct notifier *next, *previous; /* guarded by the hub's mutex, as the queue */
	VEC(struct message *) queue;
	size_t queue_at; /* those before are given out */
	VEC(struct message *) channels;
	VEC(struct wish) wishes;
	struct map_str sent;	  /* channel, zero, payload of what the transaction sends */
	struct message *told;	  /* given out last */
	uint64_t reserved;	  /* bytes taken by notifier_before_commit() */
	_Atomic bool has_waiting; /* whether the queue may hold something */
	int32_t process_id;
	void (*wake)(void *);
	void *wake_context;
};

struct notify_hub *notify_hub_new(void)
{
	struct notify_hub *h = calloc(1, sizeof *h);

	if (h == NULL)
		PANIC("out of memory for the notifications");
	mutex_init(&h->mutex);
	return h;
}

void notify_hub_free(struct notify_hub *h)
{
	mutex_destroy(&h->mutex);
	free(h);
}

/* ---- messages ---- */

static struct message *message_new(int32_t process_id, struct str channel, struct str payload)
{
	struct message *m = malloc(sizeof *m + channel.length + 1 + payload.length);

	if (m == NULL)
		PANIC("out of memory for a notification");
	m->references = 1;
	m->process_id = process_id;
	if (channel.length > 0)
		memcpy(m->text, channel.at, channel.length);
	m->text[channel.length] = '\0';
	if (payload.length > 0)
		memcpy(m->text + channel.length + 1, payload.at, payload.length);
	m->channel = (struct str){ m->text, channel.length };
	m->payload = (struct str){ m->text + channel.length + 1, payload.length };
	return m;
}

/* What tells it from others: channel, zero, payload. */
static struct str message_key(const struct message *m)
{
	return (struct str){ m->text, m->channel.length + 1 + m->payload.length };
}

static uint64_t message_bytes(const struct message *m)
{
	return sizeof *m + m->channel.length + 1 + m->payload.length;
}

static void message_release(struct notify_hub *h, struct message *m) HOLDS(notify)
{
	if (--m->references > 0)
		return;
	h->bytes -= message_bytes(m);
	free(m);
}

static enum sqlstate check_channel(struct str channel, struct error *e)
{
	if (channel.length == 0)
		return FAIL(e, E_INVALID_VALUE, "channel name cannot be empty");
	if (channel.length >= CHANNEL_SIZE)
		return FAIL(e, E_INVALID_VALUE, "channel name too long");
	return OK;
}

/* ---- notifiers ---- */

struct notifier *notifier_new(
	struct notify_hub *h, int32_t process_id, void (*wake)(void *), void *wake_context)
{
	struct notifier *n = calloc(1, sizeof *n);

	if (n == NULL)
		PANIC("out of memory for a session");
	n->hub = h;
	n->process_id = process_id;
	n->wake = wake;
	n->wake_context = wake_context;
	return n;
}

static void link_notifier(struct notifier *n) HOLDS(notify)
{
	n->next = n->hub->first;
	n->previous = NULL;
	if (n->next != NULL)
		n->next->previous = n;
	n->hub->first = n;
}

static void unlink_notifier(struct notifier *n) HOLDS(notify)
{
	if (n->previous != NULL)
		n->previous->next = n->next;
	else
		n->hub->first = n->next;
	if (n->next != NULL)
		n->next->previous = n->previous;
}

static void drop_queue(struct notifier *n) HOLDS(notify)
{
	for (size_t i = n->queue_at; i < n->queue.count; i++)
		message_release(n->hub, n->queue.at[i]);
	VEC_FREE(&n->queue);
	n->queue_at = 0;
	atomic_store(&n->has_waiting, false);
}

static void drop_channels(struct notifier *n)
{
	for (size_t i = 0; i < n->channels.count; i++)
		free(n->channels.at[i]);
	VEC_FREE(&n->channels);
}

void notifier_free(struct notifier *n)
{
	notifier_rollback_to(n, 0);
	lock_notify(&n->hub->mutex);
	if (n->channels.count > 0)
		unlink_notifier(n);
	drop_queue(n);
	if (n->told != NULL)
		message_release(n->hub, n->told);
	unlock_notify(&n->hub->mutex);
	drop_channels(n);
	VEC_FREE(&n->wishes);
	map_str_free(&n->sent);
	free(n);
}

/* ---- wishes ---- */

enum sqlstate notifier_listen(struct notifier *n, struct str channel, struct error *e)
{
	TRY(check_channel(channel, e));
	VEC_PUSH(&n->wishes,
		(struct wish){ WISH_LISTEN, message_new(n->process_id, channel, STR("")) });
	return OK;
}

enum sqlstate notifier_unlisten(struct notifier *n, struct str channel, struct error *e)
{
	if (channel.length > 0)
		TRY(check_channel(channel, e));
	else if (n->channels.count == 0 && n->wishes.count == 0)
		return OK;
	VEC_PUSH(&n->wishes,
		(struct wish){ WISH_UNLISTEN, message_new(n->process_id, channel, STR("")) });
	return OK;
}

enum sqlstate notifier_send(
	struct notifier *n, struct str channel, struct str payload, struct error *e)
{
	struct message *m;

	TRY(check_channel(channel, e));
	if (payload.length >= PAYLOAD_SIZE)
		return FAIL(e, E_INVALID_VALUE, "payload string too long");
	m = message_new(n->process_id, channel, payload);
	if (map_str_get(&n->sent, message_key(m)) != NULL) {
		free(m);
		return OK;
	}
	map_str_put(&n->sent, message_key(m), m);
	VEC_PUSH(&n->wishes, (struct wish){ WISH_SEND, m });
	return OK;
}

size_t notifier_mark(const struct notifier *n)
{
	return n->wishes.count;
}

static void give_back_reserved(struct notifier *n)
{
	if (n->reserved == 0)
		return;
	lock_notify(&n->hub->mutex);
	n->hub->bytes -= n->reserved;
	unlock_notify(&n->hub->mutex);
	n->reserved = 0;
}

void notifier_rollback_to(struct notifier *n, size_t mark)
{
	give_back_reserved(n);
	while (n->wishes.count > mark) {
		struct wish wish = VEC_POP(&n->wishes);

		if (wish.kind == WISH_SEND)
			map_str_remove(&n->sent, message_key(wish.message));
		free(wish.message);
	}
}

/* ---- the commit ---- */

enum sqlstate notifier_before_commit(struct notifier *n, uint64_t bytes_max, struct error *e)
{
	uint64_t bytes = 0;
	bool is_full;

	if (n->sent.count == 0)
		return OK;
	assert(n->reserved == 0);
	for (size_t i = 0; i < n->wishes.count; i++) {
		if (n->wishes.at[i].kind == WISH_SEND)
			bytes += message_bytes(n->wishes.at[i].message);
	}
	lock_notify(&n->hub->mutex);
	/* Without a listener nothing will wait. */
	is_full = n->hub->first != NULL && n->hub->bytes + bytes > bytes_max;
	if (!is_full)
		n->hub->bytes += bytes;
	unlock_notify(&n->hub->mutex);
	if (is_full) {
		(void)FAIL(e, E_PROGRAM_LIMIT, "too many notifications in the NOTIFY queue");
		error_hint(e, "A session that listens does not take its notifications: it is in a "
			      "transaction or does not read. Or raise max_notify_queue_size.");
		return e->code;
	}
	n->reserved = bytes;
	return OK;
}

static size_t find_channel(const struct notifier *n, struct str channel)
{
	size_t i = 0;

	while (i < n->channels.count && !str_equal(n->channels.at[i]->channel, channel))
		i++;
	return i;
}

static void change_listening(struct notifier *n, struct wish wish) HOLDS(notify)
{
	bool was_listening = n->channels.count > 0;
	size_t at = find_channel(n, wish.message->channel);

	if (wish.kind == WISH_LISTEN && at == n->channels.count) {
		VEC_PUSH(&n->channels, wish.message);
		if (!was_listening)
			link_notifier(n);
		return;
	}
	if (wish.kind == WISH_UNLISTEN && wish.message->channel.length == 0) {
		drop_channels(n);
	} else if (wish.kind == WISH_UNLISTEN && at < n->channels.count) {
		free(n->channels.at[at]);
		VEC_REMOVE_SWAP(&n->channels, at);
	}
	free(wish.message);
	if (was_listening && n->channels.count == 0) {
		unlink_notifier(n);
		drop_queue(n);
	}
}

static void put_into_queue(struct notifier *to, struct message *m) HOLDS(notify)
{
	m->references++;
	if (to->queue_at == to->queue.count) {
		to->queue_at = 0;
		VEC_CLEAR(&to->queue);
	}
	VEC_PUSH(&to->queue, m);
	atomic_store(&to->has_waiting, true);
	if (to->wake != NULL)
		to->wake(to->wake_context);
}

static void send_message(struct notify_hub *h, struct message *m) HOLDS(notify)
{
	for (struct notifier *to = h->first; to != NULL; to = to->next) {
		if (find_channel(to, m->channel) < to->channels.count)
			put_into_queue(to, m);
	}
	/* The sender's own reference; the bytes go on only with those who wait for it. */
	message_release(h, m);
}

void notifier_commit(struct notifier *n)
{
	if (n->wishes.count == 0)
		return;
	lock_notify(&n->hub->mutex);
	for (size_t i = 0; i < n->wishes.count; i++) {
		if (n->wishes.at[i].kind != WISH_SEND)
			change_listening(n, n->wishes.at[i]);
	}
	for (size_t i = 0; i < n->wishes.count; i++) {
		if (n->wishes.at[i].kind == WISH_SEND)
			send_message(n->hub, n->wishes.at[i].message);
	}
	unlock_notify(&n->hub->mutex);
	n->reserved = 0;
	VEC_CLEAR(&n->wishes);
	map_str_clear(&n->sent);
}

/* ---- telling ---- */

bool notifier_is_listening(const struct notifier *n)
{
	return n->channels.count > 0;
}

static NOINLINE bool take_next(
	struct notifier *n, int32_t *process_id, struct str *channel, struct str *payload)
{
	struct message *m = NULL;

	lock_notify(&n->hub->mutex);
	if (n->told != NULL)
		message_release(n->hub, n->told);
	if (n->queue_at < n->queue.count)
		m = n->queue.at[n->queue_at++];
	if (n->queue_at == n->queue.count)
		atomic_store(&n->has_waiting, false);
	n->told = m;
	unlock_notify(&n->hub->mutex);
	if (m == NULL)
		return false;
	*process_id = m->process_id;
	*channel = m->channel;
	*payload = m->payload;
	return true;
}

bool notifier_next(
	struct notifier *n, int32_t *process_id, struct str *channel, struct str *payload)
{
	if (LIKELY(n->told == NULL && !atomic_load(&n->has_waiting)))
		return false;
	return take_next(n, process_id, channel, payload);
}

bool notifier_channel(const struct notifier *n, size_t index, struct str *channel)
{
	if (index >= n->channels.count)
		return false;
	*channel = n->channels.at[index]->channel;
	return true;
}
