/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Log segments as files: see store_log.h.
 *
 * Durable writes go through a descriptor with O_DIRECT and O_DSYNC into blocks that were filled
 * with zeroes before: that is one device write, with no journal commit of the file system behind
 * it. Where O_DIRECT is refused (tmpfs, some network file systems) the same is done without it.
 *
 * Invariant: only the segment being written can have unsynced bytes. The writer syncs a segment
 * before it goes on to the next.
 */
#include "storage/store/store_log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "storage/store/store.h"

enum { FILL_BYTES = 1 << 20, REST_NS_MOST = 50000000, SPARE_SEGMENTS = 3, NAME_BYTES = 32 };

static void segment_name(uint64_t number, char *name)
{
	snprintf(name, NAME_BYTES, "%016" PRIx64 ".wal", number);
}

static bool parse_name(const char *name, uint64_t *number)
{
	char check[NAME_BYTES];

	if (strlen(name) != 20 || strspn(name, "0123456789abcdef") != 16)
		return false;
	*number = strtoull(name, NULL, 16);
	segment_name(*number, check);
	return strcmp(name, check) == 0;
}

static COLD enum sqlstate failed(
	const struct store_log *l, const char *what, uint64_t number, struct error *e)
{
	int cause = errno;
	char text[128];

	return FAIL(e, cause == ENOSPC || cause == EDQUOT ? E_DISK_FULL : E_IO,
		"could not %s log segment %016" PRIx64 " in \"%s\": %s", what, number, l->path,
		strerror_r(cause, text, sizeof text));
}

/* ---- opening ------------------------------------------------------------------------------ */

static enum sqlstate find_segments(struct store_log *l, struct error *e)
{
	uint64_t first = UINT64_MAX, end = 0, count = 0, number;
	const struct dirent *entry;
	int fd = openat(l->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd < 0 ? NULL : fdopendir(fd);

	if (listing == NULL) {
		if (fd >= 0)
			close(fd);
		return failed(l, "list", 0, e);
	}
	while ((entry = readdir(listing)) != NULL) {
		if (!parse_name(entry->d_name, &number))
			continue;
		first = MIN_OF(first, number);
		end = MAX_OF(end, number + 1);
		count++;
	}
	closedir(listing);
	if (count == 0)
		return OK;
	if (end - first != count) {
		FAIL(e, E_DATA_CORRUPTED, "log segments in \"%s\" are missing", l->path);
		error_detail(e, "There are %" PRIu64 " of %" PRIu64 ".", count, end - first);
		return e->code;
	}
	lock_store(&l->mutex);
	l->first = first;
	l->end = end;
	unlock_store(&l->mutex);
	return OK;
}

/* The size of the segments there are decides over the one asked for. */
static enum sqlstate learn_segment_bytes(struct store_log *l, struct error *e)
{
	char name[NAME_BYTES];
	struct stat status;
	uint64_t first, end;

	store_log_range(l, &first, &end);
	if (first == end)
		return OK;
	lock_store(&l->mutex);
	first = l->first;
	unlock_store(&l->mutex);
	segment_name(first, name);
	if (fstatat(l->directory, name, &status, 0) != 0)
		return failed(l, "examine", first, e);
	if (status.st_size < STORE_SEGMENT_BYTES_LEAST || status.st_size % STORE_ALIGN != 0)
		return FAIL(e, E_DATA_CORRUPTED,
			"log segment %016" PRIx64 " in \"%s\" has size %lld", first, l->path,
			(long long)status.st_size);
	l->segment_bytes = (uint64_t)status.st_size;
	return OK;
}

enum sqlstate store_log_open(
	struct store_log *l, int parent, const char *path, uint64_t segment_bytes, struct error *e)
{
	memset(l, 0, sizeof *l);
	mutex_init(&l->mutex);
	condition_init(&l->changed);
	l->plain = -1;
	l->synced = -1;
	snprintf(l->path, sizeof l->path, "%s/wal", path);
	l->segment_bytes = segment_bytes == 0 ? STORE_SEGMENT_BYTES_DEFAULT : segment_bytes;
	l->segment_bytes = MAX_OF(l->segment_bytes, STORE_SEGMENT_BYTES_LEAST);
	l->segment_bytes = l->segment_bytes / STORE_ALIGN * STORE_ALIGN;
	l->directory = openat(parent, "wal", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->directory < 0)
		return FAIL(e, errno == ENOENT ? E_DATA_CORRUPTED : E_IO,
			"could not open directory \"%s\": errno %d", l->path, errno);
	TRY(find_segments(l, e));
	return learn_segment_bytes(l, e);
}

static void close_writer(struct store_log *l)
{
	if (l->plain >= 0)
		close(l->plain);
	if (l->synced >= 0)
		close(l->synced);
	l->plain = -1;
	l->synced = -1;
}

void store_log_close(struct store_log *l)
{
	close_writer(l);
	if (l->directory >= 0)
		close(l->directory);
	condition_destroy(&l->changed);
	mutex_destroy(&l->mutex);
}

void store_log_range(struct store_log *l, uint64_t *first, uint64_t *end)
{
	lock_store(&l->mutex);
	*first = l->first * l->segment_bytes;
	*end = l->end * l->segment_bytes;
	unlock_store(&l->mutex);
}

/* ---- making segments ---------------------------------------------------------------------- */

/* Waits for another thread that makes or removes segments. */
static void change_begin(struct store_log *l) HOLDS(store)
{
	while (l->is_changing)
		condition_wait(&l->changed, &l->mutex, 0);
	l->is_changing = true;
}

static void change_end(struct store_log *l) HOLDS(store)
{
	l->is_changing = false;
	condition_broadcast(&l->changed);
}

enum filling {
	FILL_NOT,
	FILL_FAST,
	FILL_GENTLY /* each piece on disk before the next one, with rests: commits flush meanwhile */
};

static int push_piece(struct store_log *l, int fd, uint64_t at, uint64_t size, uint64_t start_ns)
{
	if (sync_file_range(fd, (off_t)at, (off_t)size,
		    SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER) != 0)
		return -1;
	if (atomic_load(&l->hurried) == 0)
		clock_sleep_ns(MIN_OF(clock_monotonic_ns() - start_ns, (uint64_t)REST_NS_MOST));
	return 0;
}

static int fill(struct store_log *l, int fd, enum filling filling)
{
	uint64_t bytes = filling == FILL_NOT ? 0 : l->segment_bytes;
	void *zeroes = calloc(1, FILL_BYTES);
	uint64_t at = 0;

	if (zeroes == NULL)
		PANIC("out of memory");
	while (at < bytes) {
		uint64_t start = clock_monotonic_ns();
		ssize_t n = pwrite(fd, zeroes, MIN_OF(FILL_BYTES, bytes - at), (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (filling == FILL_GENTLY && push_piece(l, fd, at, (uint64_t)n, start) != 0)
			break;
		at += (uint64_t)n;
	}
	free(zeroes);
	return at == bytes ? 0 : -1;
}

static enum sqlstate make_segment(
	struct store_log *l, uint64_t number, enum filling filling, struct error *e)
{
	char name[NAME_BYTES];
	enum sqlstate rc = OK;
	int fd = openat(l->directory, "new", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return failed(l, "create", number, e);
	errno = posix_fallocate(fd, 0, (off_t)l->segment_bytes);
	if (errno != 0 || fill(l, fd, filling) != 0 || fsync(fd) != 0)
		rc = failed(l, "fill", number, e);
	close(fd);
	segment_name(number, name);
	if (rc == OK && renameat(l->directory, "new", l->directory, name) != 0)
		rc = failed(l, "rename", number, e);
	if (rc == OK && fsync(l->directory) != 0)
		rc = failed(l, "sync", number, e);
	if (rc != OK)
		unlinkat(l->directory, "new", 0);
	return rc;
}

enum sqlstate store_log_reserve(
	struct store_log *l, uint64_t from, uint64_t end, bool will_fill, struct error *e)
{
	uint64_t wanted = (end + l->segment_bytes - 1) / l->segment_bytes;
	enum filling filling = FILL_NOT;
	enum sqlstate rc = OK;

	store_assert_unlocked();
	if (!will_fill)
		atomic_fetch_add(&l->hurried, 1);
	lock_store(&l->mutex);
	change_begin(l);
	if (will_fill)
		filling = l->plain >= 0 ? FILL_GENTLY : FILL_FAST;
	if (l->first == l->end)
		l->first = l->end = from / l->segment_bytes;
	while (l->end < wanted && rc == OK) {
		uint64_t number = l->end;

		unlock_store(&l->mutex);
		rc = make_segment(l, number, filling, e);
		lock_store(&l->mutex);
		if (rc == OK)
			l->end++;
	}
	change_end(l);
	unlock_store(&l->mutex);
	if (!will_fill)
		atomic_fetch_sub(&l->hurried, 1);
	return rc;
}

/* Under the name of segment `as`. */
static enum sqlstate recycle(struct store_log *l, uint64_t number, uint64_t as, struct error *e)
{
	char from[NAME_BYTES];
	char to[NAME_BYTES];

	segment_name(number, from);
	segment_name(as, to);
	if (renameat(l->directory, from, l->directory, to) != 0)
		return failed(l, "rename", number, e);
	return OK;
}

static enum sqlstate discard(struct store_log *l, uint64_t number, struct error *e)
{
	char name[NAME_BYTES];

	segment_name(number, name);
	if (unlinkat(l->directory, name, 0) != 0)
		return failed(l, "remove", number, e);
	return OK;
}

enum sqlstate store_log_trim(struct store_log *l, uint64_t lsn, struct error *e)
{
	uint64_t keep = lsn / l->segment_bytes;
	enum sqlstate rc = OK;
	bool was_changed = false;

	store_assert_unlocked();
	lock_store(&l->mutex);
	change_begin(l);
	/* The last segment stays, whatever is asked: the range must not become empty. */
	while (rc == OK && l->first < keep && l->first + 1 < l->end) {
		uint64_t number = l->first, end = l->end;
		bool is_spare = end < keep + SPARE_SEGMENTS;

		unlock_store(&l->mutex);
		rc = is_spare ? recycle(l, number, end, e) : discard(l, number, e);
		lock_store(&l->mutex);
		if (rc != OK)
			break;
		was_changed = true;
		l->first++;
		l->end += is_spare;
	}
	unlock_store(&l->mutex);
	if (was_changed && rc == OK && fsync(l->directory) != 0)
		rc = failed(l, "sync", keep, e);
	lock_store(&l->mutex);
	change_end(l);
	unlock_store(&l->mutex);
	return rc;
}

/* ---- writing ------------------------------------------------------------------------------ */

static int open_segment(const struct store_log *l, uint64_t number, int flags)
{
	char name[NAME_BYTES];
	int fd;

	segment_name(number, name);
	fd = openat(l->directory, name, flags | O_DIRECT | O_CLOEXEC);
	if (fd < 0 && errno == EINVAL)
		fd = openat(l->directory, name, flags | O_CLOEXEC);
	return fd;
}

/* Goes on to another segment, after what was written to the last one is on disk. */
static enum sqlstate switch_segment(struct store_log *l, uint64_t number, struct error *e)
{
	enum sqlstate rc = OK;

	if (l->plain >= 0 && atomic_exchange(&l->is_unsynced, false) && fdatasync(l->plain) != 0)
		return failed(l, "sync", l->number, e);
	lock_store(&l->mutex);
	close_writer(l);
	l->number = number;
	l->plain = open_segment(l, number, O_RDWR);
	l->synced = open_segment(l, number, O_RDWR | O_DSYNC);
	if (l->plain < 0 || l->synced < 0) {
		rc = failed(l, "open", number, e);
		close_writer(l);
	}
	unlock_store(&l->mutex);
	return rc;
}

enum sqlstate store_log_write(struct store_log *l, uint64_t lsn, const void *data, size_t size,
	bool is_durable, struct error *e)
{
	uint64_t number = lsn / l->segment_bytes;
	uint64_t offset = lsn % l->segment_bytes;
	const uint8_t *at = data;

	store_assert_unlocked();
	assert(lsn % STORE_ALIGN == 0);
	assert(size % STORE_ALIGN == 0);
	assert((uintptr_t)data % STORE_ALIGN == 0);
	assert(offset + size <= l->segment_bytes);
	if (l->plain < 0 || l->number != number)
		TRY(switch_segment(l, number, e));
	if (!is_durable)
		atomic_store(&l->is_unsynced, true);
	while (size > 0) {
		ssize_t n = pwrite(is_durable ? l->synced : l->plain, at, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || n % STORE_ALIGN != 0)
			return failed(l, "write", number, e);
		at += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	return OK;
}

enum sqlstate store_log_sync(struct store_log *l, struct error *e)
{
	enum sqlstate rc = OK;
	int fd = -1;

	store_assert_unlocked();
	/* The writer may go on to another segment meanwhile, and closes its descriptor. */
	lock_store(&l->mutex);
	if (l->plain >= 0)
		fd = dup(l->plain);
	unlock_store(&l->mutex);
	if (fd < 0)
		return l->plain < 0 ? OK : failed(l, "sync", l->number, e);
	/* is_unsynced stays: the writer must not leave the segment before its bytes are on disk. */
	if (fdatasync(fd) != 0)
		rc = failed(l, "sync", l->number, e);
	close(fd);
	return rc;
}

/* ---- reading ------------------------------------------------------------------------------ */

enum sqlstate store_log_read(
	struct store_log *l, uint64_t lsn, void *buffer, size_t size, size_t *got, struct error *e)
{
	uint64_t number = lsn / l->segment_bytes;
	uint64_t offset = lsn % l->segment_bytes;
	char name[NAME_BYTES];
	enum sqlstate rc = OK;
	int fd;

	store_assert_unlocked();
	*got = 0;
	segment_name(number, name);
	fd = openat(l->directory, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? OK : failed(l, "open", number, e);
	size = MIN_OF(size, l->segment_bytes - offset);
	while (*got < size) {
		ssize_t n =
			pread(fd, (uint8_t *)buffer + *got, size - *got, (off_t)(offset + *got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = failed(l, "read", number, e);
		if (n <= 0)
			break;
		*got += (size_t)n;
	}
	close(fd);
	return rc;
}
