/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The smallest engine: see mini_engine.h.
 */
#include "tests/storage/mini_engine.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"

#undef fail

static enum page_type type_of(uint64_t pid)
{
	return (enum page_type)(PAGE_NODE_HEADS + pid % 3);
}

/* ---- what a transaction does, told to the pager or to the model ---------------------------- */

struct target {
	struct pager *pager;
	struct mini_model *model;
};

static uint64_t limit_of(const struct target *t)
{
	return t->pager != NULL ? pager_page_limit(t->pager) : t->model->limit;
}

static bool exists_in(const struct target *t, uint64_t pid)
{
	return t->pager != NULL ? pager_exists(t->pager, pid) : t->model->exists[pid];
}

static void do_allocate(struct target *t, uint64_t ts)
{
	uint64_t pid = 1;

	if (t->pager != NULL) {
		/* The type depends on the number, which only the pager knows: the lowest free one.
		   */
		while (pager_exists(t->pager, pid))
			pid++;
		pager_allocate(t->pager, type_of(pid), ts, NULL);
		return;
	}
	while (t->model->exists[pid])
		pid++;
	ck_assert_uint_lt(pid, MINI_PAGES);
	t->model->limit = MAX_OF(t->model->limit, pid + 1);
	t->model->exists[pid] = true;
	t->model->last_ts[pid] = ts;
	memset(t->model->words[pid], 0, sizeof t->model->words[pid]);
}

static void do_free(struct target *t, uint64_t pid)
{
	if (t->pager != NULL)
		pager_free(t->pager, pid);
	else
		t->model->exists[pid] = false;
}

static void do_write(struct target *t, uint64_t pid, uint32_t word, uint64_t value, uint64_t ts)
{
	if (t->pager != NULL) {
		struct page *p = pager_modify(t->pager, pid, type_of(pid), ts);

		memcpy(p->body + word * 4000, &value, sizeof value);
		return;
	}
	t->model->words[pid][word] = value;
	t->model->last_ts[pid] = ts;
}

static void do_root(struct target *t, uint64_t value)
{
	if (t->pager != NULL)
		pager_root_set(t->pager, PAGER_ROOT_CATALOG, value);
	else
		t->model->root = value;
}

static uint64_t pick(const struct target *t, struct rand *r)
{
	uint64_t limit = limit_of(t);
	uint64_t start = rand_below(r, limit);

	for (uint64_t i = 0; i < limit; i++) {
		uint64_t pid = (start + i) % limit;

		if (pid != PAGE_NONE && exists_in(t, pid))
			return pid;
	}
	return PAGE_NONE;
}

static void apply(struct target *t, uint64_t seed, uint64_t ts, uint64_t pages_wanted)
{
	struct rand r = { hash_combine(seed, ts) };
	uint64_t count = 1 + rand_below(&r, 12);

	for (uint64_t i = 0; i < count; i++) {
		uint64_t dice = rand_below(&r, 100);
		uint64_t pid = pick(t, &r);

		if (pid == PAGE_NONE || dice < (limit_of(t) < pages_wanted ? 50u : 10u))
			do_allocate(t, ts);
		else if (dice < 20)
			do_free(t, pid);
		else
			do_write(t, pid, (uint32_t)rand_below(&r, MINI_WORDS), rand_next(&r), ts);
	}
	do_root(t, ts * 7);
}

void mini_model_after(struct mini_model *model, uint64_t seed, uint64_t ts, uint64_t pages_wanted)
{
	struct target t = { .model = model };

	memset(model, 0, sizeof *model);
	model->limit = 1;
	for (uint64_t i = 1; i <= ts; i++)
		apply(&t, seed, i, pages_wanted);
}

/* ---- the engine --------------------------------------------------------------------------- */

static void interleave(void *context)
{
	struct mini *m = context;

	if (m->interleave == 0 || m->ts >= m->interleave_ts_max)
		return;
	if (++m->interleave_count % m->interleave == 0)
		mini_commit(m, false);
}

static void nothing(void *context)
{
	(void)context;
}

static enum sqlstate replay(void *context, const struct wal_record *record, struct error *e)
{
	struct mini *m = context;
	struct target t = { .pager = m->pager };
	uint64_t seed;

	ck_assert_uint_eq(record->body_size, sizeof seed);
	ck_assert_uint_eq(record->ts, m->ts + 1);
	memcpy(&seed, record->body, sizeof seed);
	ck_assert_uint_eq(seed, m->seed);
	apply(&t, seed, record->ts, m->pages_wanted);
	m->ts = record->ts;
	return pager_make_room(m->pager, e);
}

static struct checkpoint_point here(const struct mini *m)
{
	return (struct checkpoint_point){ .lsn = wal_next_lsn(m->wal),
		.ts = m->ts,
		.epoch = m->epoch,
		.log_crc = wal_last_crc(m->wal) };
}

static enum sqlstate recover(struct mini *m, const struct pager_origin *origin, struct error *e)
{
	struct wal_options options = { .store = m->store,
		.from_lsn = origin->lsn,
		.from_crc = origin->log_crc,
		.epoch = origin->epoch };
	struct checkpoint_point point;

	memcpy(options.uuid, origin->uuid, sizeof options.uuid);
	TRY(wal_open(&options, &m->wal, e));
	m->ts = origin->ts;
	TRY(wal_scan(m->wal, replay, m, &m->scanned, e));
	m->epoch = origin->epoch + 1;
	point = here(m);
	TRY(checkpoint_write(m->pager, &point, e));
	return wal_start(m->wal, m->epoch, e);
}

enum sqlstate mini_open(struct mini *m, struct store *store, uint64_t seed, uint64_t pages_wanted,
	uint64_t frames, struct error *e)
{
	struct pager_options options = { .store = store,
		.pool_bytes = frames * PAGE_BYTES,
		.reserve_bytes = (uint64_t)1 << 30,
		.create = true,
		.engine = { m, interleave, nothing, interleave } };
	struct pager_origin origin;
	enum sqlstate rc;

	memset(m, 0, sizeof *m);
	m->store = store;
	m->seed = seed;
	m->pages_wanted = pages_wanted;
	TRY(pager_open(&options, &m->pager, e));
	pager_origin(m->pager, &origin);
	rc = recover(m, &origin, e);
	if (rc != OK)
		mini_close(m);
	return rc;
}

void mini_close(struct mini *m)
{
	if (m->wal != NULL)
		wal_close(m->wal);
	pager_close(m->pager);
	memset(m, 0, sizeof *m);
}

void mini_commit(struct mini *m, bool is_durable)
{
	struct target t = { .pager = m->pager };
	struct buf b = { 0 };
	size_t start = wal_record_begin(&b, WAL_TXN);
	struct wal_span span;
	struct wal_batch batch;

	buf_put(&b, &m->seed, sizeof m->seed);
	m->ts++;
	apply(&t, m->seed, m->ts, m->pages_wanted);
	wal_record_end(&b, start, 0, 1);
	wal_record_set_ts(b.data + start, m->ts);
	span = (struct wal_span){ b.data, b.length };
	batch = (struct wal_batch){ .spans = &span,
		.span_count = 1,
		.record_count = 1,
		.first_ts = m->ts,
		.last_ts = m->ts,
		.is_durable = is_durable };
	wal_append_batch(m->wal, &batch, NULL);
	buf_free(&b);
}

void mini_checkpoint_begin(struct mini *m)
{
	struct checkpoint_point point = here(m);

	checkpoint_begin(m->pager, &point);
}

enum sqlstate mini_checkpoint_finish(struct mini *m, struct error *e)
{
	TRY(checkpoint_run(m->pager, e));
	checkpoint_end(m->pager);
	return wal_trim(m->wal, checkpoint_lsn(m->pager), e);
}

enum sqlstate mini_checkpoint(struct mini *m, struct error *e)
{
	mini_checkpoint_begin(m);
	return mini_checkpoint_finish(m, e);
}

/* ---- checking ----------------------------------------------------------------------------- */

static const struct page *get(struct mini *m, uint64_t pid)
{
	struct page_view view;
	struct error e;

	for (;;) {
		const struct page *p;

		page_view_init(&view);
		p = pager_get(m->pager, pid, type_of(pid), &view);
		if (p != NULL)
			return p;
		ck_assert(page_view_is_incomplete(&view));
		ck_assert_msg(pager_page_in(m->pager, &view, &e) == OK, "page %" PRIu64 ": %s", pid,
			e.message);
	}
}

void mini_check(struct mini *m)
{
	struct mini_model *model = calloc(1, sizeof *model);
	uint32_t was_interleaved = m->interleave;

	ck_assert_ptr_nonnull(model);
	m->interleave = 0;
	mini_model_after(model, m->seed, m->ts, m->pages_wanted);
	ck_assert_uint_eq(pager_page_limit(m->pager), model->limit);
	ck_assert_uint_eq(pager_root_get(m->pager, PAGER_ROOT_CATALOG), model->root);
	for (uint64_t pid = 1; pid < model->limit; pid++) {
		const struct page *p;

		ck_assert_int_eq(pager_exists(m->pager, pid), model->exists[pid]);
		if (!model->exists[pid])
			continue;
		p = get(m, pid);
		ck_assert_uint_eq(p->last_ts, model->last_ts[pid]);
		for (uint32_t w = 0; w < MINI_WORDS; w++) {
			uint64_t value;

			memcpy(&value, p->body + w * 4000, sizeof value);
			ck_assert_msg(value == model->words[pid][w],
				"page %" PRIu64 " word %u at ts %" PRIu64, pid, w, m->ts);
		}
	}
	m->interleave = was_interleaved;
	free(model);
}

static void report(void *context, const char *line)
{
	(void)context;
	ck_abort_msg("%s", line);
}

void mini_verify(struct mini *m)
{
	uint64_t findings;
	struct error e;

	m->interleave = 0;
	ck_assert_msg(mini_checkpoint(m, &e) == OK, "%s", e.message);
	ck_assert_msg(pager_verify(m->pager, report, NULL, NULL, &findings, &e) == OK, "%s",
		e.message);
	ck_assert_uint_eq(findings, 0);
}
