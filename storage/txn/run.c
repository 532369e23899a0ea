/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Run tokens. Plans that spin on the processor must not crowd out those who commit: with more
 * runnable threads than cores, a commit leader would wait a scheduler's slice for every turn. So at
 * most as many plans run at once as there are tokens, and whoever waits for a commit, a lock or its
 * client gives its token back meanwhile.
 */
#include "storage/storage.h"

#include "storage/txn/engine.h"

void run_tokens_init(
	struct run_tokens *r, uint32_t tokens) UNCHECKED_LOCKING /* nobody else has it yet */
{
	mutex_init(&r->mutex);
	condition_init(&r->freed);
	r->tokens = tokens;
	r->waiting = 0;
}

void run_tokens_destroy(struct run_tokens *r)
{
	condition_destroy(&r->freed);
	mutex_destroy(&r->mutex);
}

void storage_run_begin(struct storage *s)
{
	struct storage_thread *t = storage_thread_of(s);
	struct run_tokens *r = &s->run;

	assert(!t->has_token);
	lock_statistics(&r->mutex);
	r->waiting++;
	while (r->tokens == 0)
		condition_wait(&r->freed, &r->mutex, 0);
	r->waiting--;
	r->tokens--;
	unlock_statistics(&r->mutex);
	t->has_token = true;
}

void storage_run_end(struct storage *s)
{
	struct storage_thread *t = storage_thread_of(s);
	struct run_tokens *r = &s->run;

	assert(t->has_token);
	t->has_token = false;
	lock_statistics(&r->mutex);
	r->tokens++;
	if (r->waiting > 0)
		condition_signal(&r->freed);
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
		storage_run_begin(s);
}
