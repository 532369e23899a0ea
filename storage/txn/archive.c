/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Archiving: see archive.h. A segment is whole when the log is durable beyond its end. It is copied
 * under a temporary name, synced and renamed, so that what has the right name is whole. What is there
 * already is compared, never replaced: two servers must not share an archive.
 */
#include "storage/txn/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/directory.h"
#include "base/log.h"
#include "storage/log/wal.h"
#include "storage/txn/engine.h"

enum { COPY_BYTES = 1 << 20, STEP_US = 200000, PATH_BYTES = ARCHIVE_PATH_BYTES + 64 };

uint64_t archive_lsn(const struct archive *a)
{
	if (a->directory[0] == '\0')
		return UINT64_MAX;
	return atomic_load_explicit(&a->done_lsn, memory_order_acquire);
}

static COLD enum sqlstate failed(const char *what, const char *path, struct error *e)
{
	char text[128];

	return FAIL(e, errno == ENOSPC || errno == EDQUOT ? E_DISK_FULL : E_IO,
		"could not %s archived log segment \"%s\": %s", what, path,
		strerror_r(errno, text, sizeof text));
}

/* ---- one segment -------------------------------------------------------------------------- */

/* Hands each piece of a segment to `use`. */
typedef enum sqlstate segment_piece(
	int fd, const uint8_t *data, size_t size, uint64_t offset, struct error *e);

static enum sqlstate each_piece(
	struct storage *s, uint64_t number, int fd, segment_piece *use, struct error *e)
{
	uint64_t bytes = s->archive.segment_bytes;
	uint8_t *buffer = aligned_alloc(STORE_ALIGN, COPY_BYTES);
	enum sqlstate rc = OK;
	size_t got = 0;

	if (buffer == NULL)
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory to copy a log segment");
	for (uint64_t at = 0; rc == OK && at < bytes; at += got) {
		rc = s->store->ops->log_read(
			s->store, number * bytes + at, buffer, COPY_BYTES, &got, e);
		if (rc == OK && got == 0)
			rc = FAIL(e, E_DATA_CORRUPTED,
				"log segment %" PRIX64 " ends before its time", number);
		if (rc == OK)
			rc = use(fd, buffer, got, at, e);
	}
	free(buffer);
	return rc;
}

static enum sqlstate write_piece(
	int fd, const uint8_t *data, size_t size, uint64_t offset, struct error *e)
{
	(void)offset;
	for (size_t at = 0; at < size;) {
		ssize_t n = write(fd, data + at, size - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return failed("write", "new", e);
		at += (size_t)n;
	}
	return OK;
}

static enum sqlstate compare_piece(
	int fd, const uint8_t *data, size_t size, uint64_t offset, struct error *e)
{
	uint8_t other[4096];

	for (size_t at = 0; at < size; at += sizeof other) {
		size_t n = MIN_OF(sizeof other, size - at);

		if (pread(fd, other, n, (off_t)(offset + at)) == (ssize_t)n &&
			memcmp(other, data + at, n) == 0)
			continue;
		FAIL(e, E_OBJECT_IN_USE, "the archive holds another log under the same name");
		error_hint(e, "Give each server, and a restored one too, an archive of its own.");
		return e->code;
	}
	return OK;
}

static enum sqlstate write_segment(
	struct storage *s, uint64_t number, const char *path, struct error *e)
{
	char temporary[PATH_BYTES];
	enum sqlstate rc;
	int fd;

	snprintf(temporary, sizeof temporary, "%s/new", s->archive.directory);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return failed("create", temporary, e);
	rc = each_piece(s, number, fd, write_piece, e);
	if (rc == OK && fsync(fd) != 0)
		rc = failed("sync", temporary, e);
	close(fd);
	if (rc == OK && rename(temporary, path) != 0)
		rc = failed("rename", path, e);
	if (rc != OK)
		return rc;
	if (directory_sync(s->archive.directory) != 0)
		return failed("sync", s->archive.directory, e);
	return OK;
}

static enum sqlstate archive_segment(struct storage *s, uint64_t number, struct error *e)
{
	char path[PATH_BYTES];
	enum sqlstate rc;
	int fd;

	snprintf(path, sizeof path, "%s/%016" PRIx64 ".wal", s->archive.directory, number);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT)
		return failed("open", path, e);
	if (fd < 0)
		return write_segment(s, number, path, e);
	rc = each_piece(s, number, fd, compare_piece, e);
	close(fd);
	return rc;
}

/* ---- all of them -------------------------------------------------------------------------- */

static enum sqlstate archive_whole(struct storage *s, struct error *e)
{
	struct archive *a = &s->archive;
	uint64_t durable = wal_durable_lsn(s->wal);

	for (;;) {
		uint64_t done = atomic_load_explicit(&a->done_lsn, memory_order_relaxed);

		if (done + a->segment_bytes > durable)
			return OK;
		TRY(archive_segment(s, done / a->segment_bytes, e));
		atomic_fetch_add_explicit(&a->segments, 1, memory_order_relaxed);
		/* pairs with archive_lsn(): trimmed only after it is in the archive */
		atomic_store_explicit(&a->done_lsn, done + a->segment_bytes, memory_order_release);
	}
}

static void archive_step(struct storage *s, bool *was_failing)
{
	struct error e;
	bool is_failing;

	error_clear(&e);
	is_failing = archive_whole(s, &e) != OK;
	if (is_failing)
		atomic_fetch_add_explicit(&s->archive.failures, 1, memory_order_relaxed);
	if (is_failing && !*was_failing) /* said once, not at every try */
		log_line(LOG_WARNING, "archive", "%s", e.message);
	*was_failing = is_failing;
}

static void *archive_main(void *context)
{
	struct storage *s = context;
	struct archive *a = &s->archive;
	bool was_failing = false;

	lock_server(&a->mutex);
	while (!a->is_stopping) {
		condition_wait(&a->wake, &a->mutex, clock_monotonic_us() + STEP_US);
		unlock_server(&a->mutex);
		archive_step(s, &was_failing);
		lock_server(&a->mutex);
	}
	unlock_server(&a->mutex);
	return NULL;
}

void archive_prepare(struct archive *a)
{
	mutex_init(&a->mutex);
	condition_init(&a->wake);
}

enum sqlstate archive_init(struct storage *s, const char *directory, struct error *e)
{
	struct archive *a = &s->archive;
	struct store_limits limits;
	struct pager_origin origin;
	struct stat status;
	uint64_t first, end;

	if (directory == NULL || directory[0] == '\0')
		return OK;
	if (strlen(directory) >= sizeof a->directory || stat(directory, &status) != 0 ||
		!S_ISDIR(status.st_mode))
		return FAIL(e, E_NO_FILE, "archive directory \"%s\" does not exist", directory);
	snprintf(a->directory, sizeof a->directory, "%s", directory);
	s->store->ops->limits(s->store, &limits);
	a->segment_bytes = limits.segment_bytes;
	TRY(s->store->ops->log_range(s->store, &first, &end, e));
	pager_origin(s->pager, &origin);
	if (first == end) /* none yet: the first one will hold the checkpoint's position */
		first = origin.lsn / a->segment_bytes * a->segment_bytes;
	atomic_store(&a->done_lsn, first);
	return OK;
}

void archive_start(struct storage *s)
{
	int rc;

	if (s->archive.directory[0] == '\0')
		return;
	rc = pthread_create(&s->archive.thread, NULL, archive_main, s);
	if (rc != 0)
		PANIC("cannot start a thread: %s", strerror(rc));
	s->archive.is_running = true;
}

void archive_stop(struct storage *s)
{
	struct archive *a = &s->archive;
	bool was_failing = false;

	if (!a->is_running)
		return;
	lock_server(&a->mutex);
	a->is_stopping = true;
	condition_signal(&a->wake);
	unlock_server(&a->mutex);
	pthread_join(a->thread, NULL);
	a->is_running = false;
	archive_step(s, &was_failing);
}

void archive_destroy(struct archive *a)
{
	condition_destroy(&a->wake);
	mutex_destroy(&a->mutex);
}
