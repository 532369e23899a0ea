/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Run tokens. Plans that spin on the processor must not crowd out those who commit: with more
 * runnable threads than cores, a commit leader would wait a scheduler's slice for every turn. So at
 * most as many plans run at once as there are tokens, and whoever waits for a commit, a lock or its
 * client gives its token back meanwhile.
 *
 * Plans that only read begin without one: most are over in microseconds, and taking turns at the
 * tokens would cost such a plan more than its work. One that is still running after some batches
 * takes a token then, as the others do at once.
 *
 * A token that is given back goes to the first in the queue, never past it to somebody who comes
 * just then: a scan that gives its token back after every batch would take it again at once. Who
 * comes from a commit or a lock goes before all who begin, in turn: others may wait for what it does
 * next.
 */
#include "storage/storage.h"

#include "storage/txn/engine.h"

void run_tokens_init(
	struct run_tokens *r, uint32_t tokens) UNCHECKED_LOCKING /* nobody else has it yet */
{
	mutex_init(&r->mutex);
	r->tokens = tokens;
	r->first = NULL;
	r->last = r->last_urgent = &r->first;
}

void run_tokens_destroy(struct run_tokens *r) UNCHECKED_LOCKING
{
	assert(r->first == NULL);
	mutex_destroy(&r->mutex);
}

enum { FREE_POLLS = 64 }; /* batches that a reading plan pulls before it takes a token */

static void wait_for_token(struct run_tokens *r, bool is_urgent) HOLDS(statistics)
{
	struct run_waiter w = { .has_token = false };
	struct run_waiter ***last = is_urgent ? &r->last_urgent : &r->last;

	condition_init(&w.granted);
	w.next = **last;
	**last = &w;
	if (w.next == NULL)
		r->last = &w.next;
	if (is_urgent)
		r->last_urgent = &w.next;
	while (!w.has_token)
		condition_wait(&w.granted, &r->mutex, 0);
	condition_destroy(&w.granted);
}

static void take_token(struct storage *s, bool is_urgent)
{
	struct storage_thread *t = storage_thread_of(s);
	struct run_tokens *r = &s->run;

	assert(!t->has_token);
	lock_statistics(&r->mutex);
	if (r->tokens > 0)
		r->tokens--;
	else
		wait_for_token(r, is_urgent);
	unlock_statistics(&r->mutex);
	t->has_token = true;
}

void storage_run_begin(struct storage *s)
{
	take_token(s, false);
}

void storage_run_begin_reading(struct storage *s)
{
	struct storage_thread *t = storage_thread_of(s);

	assert(!t->has_token);
	t->free_polls = FREE_POLLS;
}

void txn_run_poll(struct txn *t)
{
	struct storage_thread *thread = storage_thread_of(t->storage);

	if (LIKELY(thread->free_polls == 0))
		return;
	thread->free_polls--;
	if (UNLIKELY(thread->free_polls == 0))
		take_token(t->storage, false);
}

void storage_run_end(struct storage *s)
{
	struct storage_thread *t = storage_thread_of(s);
	struct run_tokens *r = &s->run;
	struct run_waiter *w;

	t->free_polls = 0;
	if (!t->has_token)
		return;
	t->has_token = false;
	lock_statistics(&r->mutex);
	w = r->first;
	if (w == NULL) {
		r->tokens++;
	} else {
		r->first = w->next;
		if (r->last == &w->next)
			r->last = &r->first;
		if (r->last_urgent == &w->next)
			r->last_urgent = &r->first;
		w->has_token = true;
		condition_signal(&w->granted); /* it cannot go before we unlock */
	}
	unlock_statistics(&r->mutex);
}

bool storage_run_pause(struct storage *s)
{
	if (!storage_thread_of(s)->has_token)
		return false;
	storage_run_end(s);
	return true;
}

void run_resume(struct storage *s, bool had_token)
{
	if (had_token)
		take_token(s, true);
}
