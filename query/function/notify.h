/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * LISTEN, NOTIFY, UNLISTEN. One hub an engine knows who listens; each session has a notifier, which
 * collects what its transaction asks for and holds what others told it.
 *
 *     notifier_listen, _unlisten, _send    the transaction wishes; a rollback forgets
 *     notifier_before_commit               room for what it sends is taken, or it fails
 *     notifier_commit                      listening changes, then what was sent goes to all queues
 *     notifier_next                        what is to be told to the client
 *
 * A notifier belongs to its session's thread, but for its queue, which the hub's mutex guards. What
 * is waiting in all queues together is bounded: who sends into a full one fails.
 */
#ifndef QUERY_FUNCTION_NOTIFY_H
#define QUERY_FUNCTION_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct notify_hub;
struct notifier;

struct notify_hub *notify_hub_new(void);
/* No notifier may be left. */
void notify_hub_free(struct notify_hub *h);

/* wake (may be NULL) is called by other threads, under the hub's mutex, when something was put into
   the empty queue; it must neither block nor call back. */
struct notifier *notifier_new(
	struct notify_hub *h, int32_t process_id, void (*wake)(void *), void *wake_context);
void notifier_free(struct notifier *n);

/* Each is carried out at the commit. An empty channel of notifier_unlisten() means all.
   E_INVALID_VALUE if a channel is empty or has 64 bytes or more, a payload 8000 or more. */
enum sqlstate notifier_listen(struct notifier *n, struct str channel, struct error *e);
enum sqlstate notifier_unlisten(struct notifier *n, struct str channel, struct error *e);
/* What the transaction sends twice is told once. */
enum sqlstate notifier_send(
	struct notifier *n, struct str channel, struct str payload, struct error *e);

/* Savepoints: where the transaction's wishes are, and back to there. */
size_t notifier_mark(const struct notifier *n);
void notifier_rollback_to(struct notifier *n, size_t mark);

/* E_PROGRAM_LIMIT if more than bytes_max would wait. Either _commit or _rollback_to(0) must follow.
   */
enum sqlstate notifier_before_commit(struct notifier *n, uint64_t bytes_max, struct error *e);
void notifier_commit(struct notifier *n);

bool notifier_is_listening(const struct notifier *n);
/* False if there is nothing. The strings live until the next call. */
bool notifier_next(
	struct notifier *n, int32_t *process_id, struct str *channel, struct str *payload);
/* The channels listened to, one after the other: index 0, 1, … until false. */
bool notifier_channel(const struct notifier *n, size_t index, struct str *channel);

#endif
