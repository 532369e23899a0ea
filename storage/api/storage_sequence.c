/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Asking sequences for numbers. A number is given out only when a record on disk covers it: a small
 * system record (as names have, txn/names.c) that says how far the sequence may count. The further
 * it is asked the further ahead the next record reaches, so a bulk load waits seldom.
 */
#include <string.h>

#include "storage/api/storage_schema.h"
#include "storage/graph/sequence.h"
#include "storage/storage_care.h"
#include "storage/txn/engine.h"

enum { AHEAD_LEAST = 32, AHEAD_MOST = 8192 };

/* ---- records ---- */

struct sequence_wish {
	uint32_t id;
	int64_t value;
	bool is_called;
};

static uint32_t build_sequence(const struct catalog *newest, void *context, struct buf *ops)
{
	const struct sequence_wish *wish = context;
	uint8_t bytes[8];
	struct op op = sequence_op(wish->id, wish->value, wish->is_called, bytes);

	(void)newest;
	logop_put(ops, &op);
	return 1;
}

static enum sqlstate sequence_log(
	struct storage *s, struct sequence_wish *wish, bool is_durable, struct error *e)
{
	struct commit_item item = {
		.build = build_sequence, .context = wish, .is_durable = is_durable, .error = e
	};

	commit_submit(s, &item);
	buf_free(&item.record);
	return item.result;
}

/* ---- the table, one at a time ---- */

/* The sequence, locked, when nobody is logging for it. While it waits the thread gives its run
   token to who is. */
static struct sequence *sequence_take(struct storage *s, uint32_t id) ACQUIRES(sequence)
{
	struct sequence_table *t = s->apply.sequences;
	struct sequence *q;
	bool had_token;

	lock_sequence(&t->mutex);
	q = sequence_find(t, id);
	while (q->is_busy) {
		unlock_sequence(&t->mutex);
		had_token = storage_run_pause(s);
		lock_sequence(&t->mutex);
		if (q->is_busy)
			condition_wait(&t->changed, &t->mutex, 0);
		unlock_sequence(&t->mutex);
		run_resume(s, had_token);
		lock_sequence(&t->mutex);
	}
	return q;
}

/* Makes a record durable; the lock is left meanwhile and `q` stays ours. */
static enum sqlstate sequence_extend(struct storage *s, struct sequence *q,
	struct sequence_wish *wish, bool is_durable, struct error *e) HOLDS(sequence)
{
	struct sequence_table *t = s->apply.sequences;
	enum sqlstate rc;

	q->is_busy = true;
	unlock_sequence(&t->mutex);
	rc = sequence_log(s, wish, is_durable, e);
	lock_sequence(&t->mutex);
	q->is_busy = false;
	condition_broadcast(&t->changed);
	if (rc != OK)
		return rc;
	q->logged = wish->value;
	q->has_logged = true;
	return OK;
}

/* ---- counting ---- */

static bool following(const struct sequence *q, const struct sequence_rule *r, int64_t *out)
{
	if (!q->has_last) {
		*out = r->start;
		return true;
	}
	if (!q->is_called) {
		*out = q->last;
		return true;
	}
	if (!__builtin_add_overflow(q->last, r->increment, out) && *out >= r->min && *out <= r->max)
		return true;
	*out = r->increment > 0 ? r->min : r->max;
	return r->is_cycle;
}

static bool is_covered(const struct sequence *q, const struct sequence_rule *r, int64_t next)
{
	if (!q->has_logged || !q->has_last || !q->is_called)
		return false;
	if (r->increment > 0)
		return next > q->last && next <= q->logged;
	return next < q->last && next >= q->logged;
}

/* As far ahead of `next` as the limits allow. */
static int64_t reach(const struct sequence *q, const struct sequence_rule *r, int64_t next)
{
	int64_t by, to;

	if (__builtin_mul_overflow((int64_t)q->ahead, r->increment, &by) ||
		__builtin_add_overflow(next, by, &to) || to > r->max || to < r->min)
		return r->increment > 0 ? r->max : r->min;
	return to;
}

static enum sqlstate limit_error(const struct sequence_rule *r, struct error *e)
{
	return FAIL(e, E_SEQUENCE_LIMIT, "nextval: reached %s value of sequence (%lld)",
		r->increment > 0 ? "maximum" : "minimum",
		(long long)(r->increment > 0 ? r->max : r->min));
}

uint32_t storage_sequence_new(struct storage *s)
{
	struct sequence_table *t = s->apply.sequences;
	uint32_t id;

	lock_sequence(&t->mutex);
	if (t->next_id == 0)
		t->next_id = 1;
	id = t->next_id;
	(void)sequence_find(t, id);
	unlock_sequence(&t->mutex);
	return id;
}

enum sqlstate storage_sequence_next(struct txn *t, uint32_t sequence,
	const struct sequence_rule *rule, int64_t *out, struct error *e)
{
	struct storage *s = t->storage;
	struct sequence *q = sequence_take(s, sequence);
	struct sequence_wish wish = { .id = sequence, .is_called = true };
	enum sqlstate rc = OK;
	int64_t next = 0;

	if (!following(q, rule, &next)) {
		rc = limit_error(rule, e);
	} else if (!is_covered(q, rule, next)) {
		q->ahead = q->ahead == 0 ? AHEAD_LEAST : MIN_OF(q->ahead * 2, (uint32_t)AHEAD_MOST);
		wish.value = reach(q, rule, next);
		rc = sequence_extend(s, q, &wish, t->options.durability == DURABILITY_ON, e);
	}
	if (rc == OK) {
		q->last = *out = next;
		q->has_last = q->is_called = true;
	}
	unlock_sequence(&s->apply.sequences->mutex);
	return rc;
}

enum sqlstate storage_sequence_set(
	struct txn *t, uint32_t sequence, int64_t value, bool is_called, struct error *e)
{
	struct storage *s = t->storage;
	struct sequence_wish wish = { sequence, value, is_called };
	struct sequence *q = sequence_take(s, sequence);
	enum sqlstate rc = sequence_extend(s, q, &wish, t->options.durability == DURABILITY_ON, e);

	if (rc == OK) {
		q->last = value;
		q->has_last = true;
		q->is_called = is_called;
		q->ahead = 0;
	}
	unlock_sequence(&s->apply.sequences->mutex);
	return rc;
}

bool storage_sequence_last(struct storage *s, uint32_t sequence, int64_t *value, bool *is_called)
{
	struct sequence *q = sequence_take(s, sequence);
	bool has_last = q->has_last;

	*value = q->last;
	*is_called = q->is_called;
	unlock_sequence(&s->apply.sequences->mutex);
	return has_last;
}

void storage_sequence_drop(struct txn *t, uint32_t sequence)
{
	struct op op = { .kind = OP_SEQUENCE_DROP, .id = sequence };

	schema_emit(t, &op);
}

void storage_sequences_settle(struct storage *s) UNCHECKED_LOCKING /* nobody else is there */
{
	struct sequence_table *t = s->apply.sequences;
	struct error e;

	if (t->all.count == 0)
		return;
	storage_thread_attach(s);
	for (size_t i = 0; i < t->all.count; i++) {
		struct sequence *q = t->all.at[i];
		struct sequence_wish wish = { q->id, q->last, q->is_called };

		if (!q->has_last || (q->has_logged && q->last == q->logged))
			continue;
		(void)sequence_log(s, &wish, false, &e); /* if not, numbers are skipped */
	}
	storage_thread_detach(s);
}
