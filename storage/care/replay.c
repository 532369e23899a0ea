/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Replaying: see replay.h. Pages are a function of the log, so an engine that starts at the first
 * checkpoint and applies what lies between must come to the second's pages, byte for byte.
 *
 * The first checkpoint may be gone: once the second was durable its blocks could be used again. So all
 * of it is read and checked first; then the engine on it may rely on its pages.
 */
#include "storage/care/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "storage/care/store_view.h"
#include "storage/log/wal.h"
#include "storage/page/pager.h"
#include "storage/storage_care.h"
#include "storage/txn/engine.h"

enum { POOL_BYTES = 16 << 20 };

struct replaying {
	struct store *store;
	const struct superblock *from, *to;
	const struct storage_checker *checker;
	uint64_t *findings;
};

static enum sqlstate poll(const struct replaying *r, struct error *e)
{
	const _Atomic int *cancel = r->checker->cancel;

	if (cancel != NULL && atomic_load_explicit(cancel, memory_order_relaxed) != 0)
		return FAIL(e, E_CANCELLED, "check was canceled");
	return OK;
}

static void ignore(void *context, const char *line)
{
	(void)context;
	(void)line;
}

/* A pager on a view of one of the checkpoints. */
static enum sqlstate open_pager(const struct replaying *r, const struct superblock *at,
	struct store **view, struct pager **out, struct error *e)
{
	struct pager_options options = { .pool_bytes = POOL_BYTES };

	TRY(store_view_new(r->store, at, at->lsn, view, e));
	options.store = *view;
	if (pager_open(&options, out, e) == OK)
		return OK;
	(*view)->ops->close(*view);
	return e->code;
}

/* Whether the first checkpoint is still whole, and the log behind it. */
static enum sqlstate is_there(const struct replaying *r, bool *out, struct error *e)
{
	uint64_t first, end, damages = 0;
	struct store *view;
	struct pager *pager;
	enum sqlstate rc;

	*out = false;
	TRY(r->store->ops->log_range(r->store, &first, &end, e));
	if (r->from->lsn != r->to->lsn && (first > r->from->lsn || end < r->to->lsn))
		return OK;
	rc = open_pager(r, r->from, &view, &pager, e);
	if (rc == E_DATA_CORRUPTED) {
		error_clear(e);
		return OK;
	}
	if (rc != OK)
		return rc;
	rc = pager_verify(pager, ignore, NULL, r->checker->cancel, &damages, e);
	pager_close(pager);
	view->ops->close(view);
	*out = rc == OK && damages == 0;
	return rc;
}

static void tell(const struct replaying *r, uint64_t pid, const char *what)
{
	char line[160];

	snprintf(line, sizeof line, "page %" PRIu64 ": %s", pid, what);
	r->checker->report(r->checker->context, line);
	(*r->findings)++;
}

static enum sqlstate compare(
	const struct replaying *r, struct pager *replayed, struct pager *written, struct error *e)
{
	uint64_t limit = MAX_OF(pager_page_limit(replayed), pager_page_limit(written));

	for (uint64_t pid = 1; pid < limit; pid++) {
		bool is_replayed = false, is_written = false;
		uint32_t crc_replayed = 0, crc_written = 0;

		if (pid < pager_page_limit(replayed))
			TRY(pager_checksum(replayed, pid, &is_replayed, &crc_replayed, e));
		if (pid < pager_page_limit(written))
			TRY(pager_checksum(written, pid, &is_written, &crc_written, e));
		if (is_replayed != is_written)
			tell(r, pid,
				is_written ? "the log does not make it"
					   : "the log makes it, and it is not there");
		else if (crc_replayed != crc_written)
			tell(r, pid, "is not what the log makes of it");
		if (pid % 1024 != 0)
			continue;
		TRY(poll(r, e));
		TRY(pager_make_room(replayed, e));
		TRY(pager_make_room(written, e));
	}
	return OK;
}

static enum sqlstate replay_and_compare(struct replaying *r, struct error *e)
{
	struct storage_options options = {
		.buffer_bytes = POOL_BYTES, .cancel = r->checker->cancel
	};
	struct storage *s = NULL;
	struct store *view;
	struct pager *written;
	enum sqlstate rc;

	TRY(store_view_new(r->store, r->from, r->to->lsn, &options.store, e));
	TRY(storage_open_quietly(&options, &s, e)); /* closes its store in any case */
	rc = open_pager(r, r->to, &view, &written, e);
	if (rc == OK) {
		if (wal_next_lsn(s->wal) != r->to->lsn)
			tell(r, 0, "the log ends before the checkpoint that was made of it");
		else
			rc = compare(r, s->pager, written, e);
		pager_close(written);
		view->ops->close(view);
	}
	storage_close_quietly(s);
	return rc;
}

enum sqlstate replay_compare(struct store *store, const struct superblock *from,
	const struct superblock *to, const struct storage_checker *checker, uint64_t *findings,
	struct error *e)
{
	struct replaying r = { store, from, to, checker, findings };
	bool is_whole;

	TRY(is_there(&r, &is_whole, e));
	if (is_whole)
		return replay_and_compare(&r, e);
	checker->report(checker->context,
		STORAGE_NOTE "nothing was replayed: the checkpoint before the last one, "
			     "or the log behind it, is not there any more");
	return OK;
}

enum sqlstate replay_find(struct store *store, struct superblock *newest, struct superblock *before,
	bool *has_before, struct error *e)
{
	bool found, is_empty;

	*has_before = false;
	TRY(superblock_load(store, newest, &found, &is_empty, e));
	if (!found)
		return is_empty ? FAIL(e, E_NO_FILE, "there is no database")
				: FAIL(e, E_DATA_CORRUPTED, "no copy of the superblock is valid");
	for (int copy = 0; copy < STORE_SUPERBLOCK_COPIES; copy++) {
		struct superblock other;

		TRY(store->ops->superblock_read(store, copy, &other, e));
		if (superblock_examine(&other) != SUPERBLOCK_VALID ||
			other.sequence + 1 != newest->sequence)
			continue;
		*before = other;
		*has_before = true;
	}
	return OK;
}
