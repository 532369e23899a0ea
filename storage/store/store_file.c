/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A store of files in one directory:
 *
 *     lock          open-file-description lock of the one process that has the database; its pid as
 *     text
 *     data          blocks of 16 KiB, the first four for the superblock's copies; grows, never
 *     shrinks
 *     wal/          log segments, see store_log.c
 *     tmp/          what need not survive: emptied at open
 *     restoring     there while a restore is not done: it is no database yet
 *
 * Block reads and writes go through the page cache of the system: a checkpoint's writes are large
 * and are synced once. It refuses to guess: a short read or write is an error.
 */
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
#include "base/directory.h"
#include "storage/store/store.h"
#include "storage/store/store_log.h"

struct store_file {
	struct store store;
	char path[512];
	int directory;
	int lock;
	int data;
	_Atomic uint64_t block_count;
	struct store_log log;
	bool has_log;
	bool is_restoring;
};

static struct store_file *of(struct store *s)
{
	return (struct store_file *)s;
}

static COLD enum sqlstate failed(
	const struct store_file *s, const char *what, const char *file, struct error *e)
{
	int cause = errno;
	char text[128];

	return FAIL(e, cause == ENOSPC || cause == EDQUOT ? E_DISK_FULL : E_IO,
		"could not %s \"%s/%s\": %s", what, s->path, file,
		strerror_r(cause, text, sizeof text));
}

/* ---- opening ------------------------------------------------------------------------------ */

static bool is_ours(const char *name)
{
	static const char *const names[] = { ".", "..", "lock", "data", "wal", "tmp", "quiver.conf",
		"quiver.auto.conf", "quiver.pid", "lost+found" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Refuses to make a database among somebody else's files. */
static enum sqlstate check_empty(const struct store_file *s, struct error *e)
{
	const struct dirent *entry;
	bool is_foreign = false;
	int fd = openat(s->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd < 0 ? NULL : fdopendir(fd);

	if (listing == NULL) {
		if (fd >= 0)
			close(fd);
		return failed(s, "list", ".", e);
	}
	while ((entry = readdir(listing)) != NULL && !is_foreign)
		is_foreign = !is_ours(entry->d_name);
	closedir(listing);
	if (!is_foreign)
		return OK;
	FAIL(e, E_NO_FILE, "directory \"%s\" exists but is not empty and holds no database",
		s->path);
	error_hint(e, "Name an empty directory, or one that does not exist.");
	return e->code;
}

/* The directory's own name is on disk only when the one above it is. */
static enum sqlstate make_directory(struct store_file *s, struct error *e)
{
	char text[128];

	if (mkdir(s->path, 0700) != 0) {
		if (errno == EEXIST)
			return OK;
		return FAIL(e, errno == ENOSPC ? E_DISK_FULL : E_IO,
			"could not create directory \"%s\": %s", s->path,
			strerror_r(errno, text, sizeof text));
	}
	if (directory_sync_above(s->path) != 0)
		return FAIL(e, E_IO, "could not sync the directory that holds \"%s\": %s", s->path,
			strerror_r(errno, text, sizeof text));
	return OK;
}

static enum sqlstate open_directory(struct store_file *s, bool create, struct error *e)
{
	char text[128];

	if (create)
		TRY(make_directory(s, e));
	s->directory = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->directory >= 0)
		return OK;
	return FAIL(e, errno == ENOENT || errno == ENOTDIR ? E_NO_FILE : E_IO,
		"could not open directory \"%s\": %s", s->path,
		strerror_r(errno, text, sizeof text));
}

static enum sqlstate in_use(const struct store_file *s, struct error *e)
{
	char text[64] = "";
	ssize_t n = pread(s->lock, text, sizeof text - 1, 0);

	if (n > 0)
		text[strcspn(text, "\n")] = '\0';
	FAIL(e, E_OBJECT_IN_USE, "data directory \"%s\" is in use by another process (PID %s)",
		s->path, n > 0 ? text : "unknown");
	error_hint(e, "Is another server running on it?");
	return e->code;
}

static enum sqlstate take_lease(struct store_file *s, struct error *e)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char text[64];
	int size;

	s->lock = openat(s->directory, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock < 0)
		return failed(s, "open", "lock", e);
	if (fcntl(s->lock, F_OFD_SETLK, &lock) != 0) {
		if (errno == EAGAIN || errno == EACCES)
			return in_use(s, e);
		return failed(s, "lock", "lock", e);
	}
	size = snprintf(text, sizeof text, "%ld\n", (long)getpid());
	if (ftruncate(s->lock, 0) != 0 || pwrite(s->lock, text, (size_t)size, 0) != size)
		return failed(s, "write", "lock", e);
	return OK;
}

static enum sqlstate create_files(struct store_file *s, struct error *e)
{
	if (mkdirat(s->directory, "wal", 0700) != 0 && errno != EEXIST)
		return failed(s, "create", "wal", e);
	if (mkdirat(s->directory, "tmp", 0700) != 0 && errno != EEXIST)
		return failed(s, "create", "tmp", e);
	s->data = openat(s->directory, "data", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->data < 0)
		return failed(s, "create", "data", e);
	if (fsync(s->directory) != 0)
		return failed(s, "sync", ".", e);
	return OK;
}

/* The four blocks of the superblock exist from the first moment. */
static enum sqlstate measure_data(struct store_file *s, struct error *e)
{
	const off_t least = (off_t)STORE_SUPERBLOCK_COPIES * STORE_BLOCK_BYTES;
	struct stat status;

	if (fstat(s->data, &status) != 0)
		return failed(s, "examine", "data", e);
	if (!S_ISREG(status.st_mode))
		return FAIL(e, E_DATA_CORRUPTED, "\"%s/data\" is not a file", s->path);
	if (status.st_size < least) {
		errno = posix_fallocate(s->data, 0, least);
		if (errno != 0 || fsync(s->data) != 0)
			return failed(s, "extend", "data", e);
		status.st_size = least;
	}
	atomic_store(&s->block_count, (uint64_t)status.st_size / STORE_BLOCK_BYTES);
	return OK;
}

static enum sqlstate empty_tmp(struct store_file *s, struct error *e)
{
	const struct dirent *entry;
	int fd = openat(s->directory, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd < 0 ? NULL : fdopendir(fd);

	if (listing == NULL) {
		if (fd >= 0)
			close(fd);
		if (mkdirat(s->directory, "tmp", 0700) == 0)
			return OK;
		return failed(s, "open", "tmp", e);
	}
	while ((entry = readdir(listing)) != NULL)
		if (entry->d_name[0] != '.')
			(void)unlinkat(fd, entry->d_name, 0); /* what stays is only waste */
	closedir(listing);
	return OK;
}

/* Nobody opens what a restore has left in the middle, the restore's next try included. */
static enum sqlstate check_restored(const struct store_file *s, struct error *e)
{
	if (faccessat(s->directory, "restoring", F_OK, 0) == 0) {
		FAIL(e, E_NO_FILE, "directory \"%s\" holds a restore that was not finished",
			s->path);
		error_hint(e, "Remove the directory and restore again.");
		return e->code;
	}
	if (!s->is_restoring || faccessat(s->directory, "data", F_OK, 0) != 0)
		return OK;
	FAIL(e, E_INVALID_VALUE, "directory \"%s\" holds a database already", s->path);
	error_hint(e, "Name an empty directory, or one that does not exist.");
	return e->code;
}

/* On disk before the first file of the database is. */
static enum sqlstate mark_restoring(struct store_file *s, struct error *e)
{
	int fd = openat(s->directory, "restoring", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return failed(s, "create", "restoring", e);
	close(fd);
	return fsync(s->directory) == 0 ? OK : failed(s, "sync", ".", e);
}

static enum sqlstate open_files(
	struct store_file *s, bool create, uint64_t segment_bytes, struct error *e)
{
	struct stat status;

	TRY(open_directory(s, create, e));
	TRY(check_restored(s, e));
	if (fstatat(s->directory, "data", &status, 0) != 0) {
		if (!create) {
			FAIL(e, E_NO_FILE, "\"%s\" is not a database directory", s->path);
			error_detail(e, "It has no file \"data\".");
			return e->code;
		}
		TRY(check_empty(s, e)); /* before the first file is made there */
	}
	TRY(take_lease(s, e));
	if (s->is_restoring)
		TRY(mark_restoring(s, e));
	s->data = openat(s->directory, "data", O_RDWR | O_CLOEXEC);
	if (s->data < 0 && errno == ENOENT && create)
		TRY(create_files(s, e));
	else if (s->data < 0)
		return failed(s, "open", "data", e);
	TRY(measure_data(s, e));
	TRY(empty_tmp(s, e));
	s->has_log = true;
	return store_log_open(&s->log, s->directory, s->path, segment_bytes, e);
}

static void file_close(struct store *store)
{
	struct store_file *s = of(store);

	if (s->has_log)
		store_log_close(&s->log);
	if (s->data >= 0)
		close(s->data);
	if (s->lock >= 0)
		close(s->lock); /* and with it the lease */
	if (s->directory >= 0)
		close(s->directory);
	free(s);
}

static void file_limits(struct store *store, struct store_limits *out)
{
	out->segment_bytes = of(store)->log.segment_bytes;
	out->append_bytes_best = 4 << 20;
	out->blocks_in_flight = 64;
}

static enum sqlstate file_lease_renew(struct store *store, struct error *e)
{
	(void)store; /* the kernel keeps the lock as long as the descriptor is open */
	(void)e;
	return OK;
}

/* ---- superblock and blocks ---------------------------------------------------------------- */

static int read_all(int fd, void *buffer, size_t size, uint64_t offset)
{
	uint8_t *at = buffer;

	while (size > 0) {
		ssize_t n = pread(fd, at, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
		at += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

static int write_all(int fd, const void *buffer, size_t size, uint64_t offset)
{
	const uint8_t *at = buffer;

	while (size > 0) {
		ssize_t n = pwrite(fd, at, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
		at += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

static enum sqlstate file_superblock_read(
	struct store *store, int copy, void *buffer, struct error *e)
{
	struct store_file *s = of(store);

	if (read_all(s->data, buffer, STORE_SUPERBLOCK_BYTES, (uint64_t)copy * STORE_BLOCK_BYTES) !=
		0)
		return failed(s, "read", "data", e);
	return OK;
}

static enum sqlstate file_superblock_write(
	struct store *store, int copy, const void *buffer, struct error *e)
{
	struct store_file *s = of(store);

	store_assert_unlocked();
	if (write_all(s->data, buffer, STORE_SUPERBLOCK_BYTES,
		    (uint64_t)copy * STORE_BLOCK_BYTES) != 0)
		return failed(s, "write", "data", e);
	if (fdatasync(s->data) != 0)
		return failed(s, "sync", "data", e);
	return OK;
}

static uint64_t file_block_count(struct store *store)
{
	return atomic_load(&of(store)->block_count);
}

static enum sqlstate file_block_grow(struct store *store, uint64_t count, struct error *e)
{
	struct store_file *s = of(store);
	uint64_t before = atomic_load(&s->block_count);

	store_assert_unlocked();
	if (count <= before)
		return OK;
	errno = posix_fallocate(s->data, (off_t)(before * STORE_BLOCK_BYTES),
		(off_t)((count - before) * STORE_BLOCK_BYTES));
	if (errno != 0)
		return failed(s, "extend", "data", e);
	while (before < count && !atomic_compare_exchange_weak(&s->block_count, &before, count))
		;
	return OK;
}

static enum sqlstate file_block_read(struct store *store, const struct store_transfer *transfers,
	uint32_t count, struct error *e)
{
	struct store_file *s = of(store);

	for (uint32_t i = 0; i < count; i++)
		if (read_all(s->data, transfers[i].buffer,
			    (size_t)transfers[i].count * STORE_BLOCK_BYTES,
			    transfers[i].block * STORE_BLOCK_BYTES) != 0)
			return failed(s, "read", "data", e);
	return OK;
}

static enum sqlstate file_block_write(struct store *store, const struct store_transfer *transfers,
	uint32_t count, struct error *e)
{
	struct store_file *s = of(store);

	store_assert_unlocked();
	for (uint32_t i = 0; i < count; i++)
		if (write_all(s->data, transfers[i].buffer,
			    (size_t)transfers[i].count * STORE_BLOCK_BYTES,
			    transfers[i].block * STORE_BLOCK_BYTES) != 0)
			return failed(s, "write", "data", e);
	return OK;
}

static enum sqlstate file_block_push(struct store *store, struct error *e)
{
	struct store_file *s = of(store);

	store_assert_unlocked();
	if (sync_file_range(s->data, 0, 0, SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER) != 0)
		return failed(s, "write", "data", e);
	return OK;
}

static enum sqlstate file_block_sync(struct store *store, struct error *e)
{
	struct store_file *s = of(store);

	store_assert_unlocked();
	if (fdatasync(s->data) != 0)
		return failed(s, "sync", "data", e);
	return OK;
}

/* ---- log ---------------------------------------------------------------------------------- */

static enum sqlstate file_log_range(
	struct store *store, uint64_t *first, uint64_t *end, struct error *e)
{
	(void)e;
	store_log_range(&of(store)->log, first, end);
	return OK;
}

static enum sqlstate file_log_reserve(
	struct store *store, uint64_t from, uint64_t end, bool will_fill, struct error *e)
{
	return store_log_reserve(&of(store)->log, from, end, will_fill, e);
}

static enum sqlstate file_log_write(struct store *store, uint64_t lsn, const void *data,
	size_t size, bool is_durable, struct error *e)
{
	return store_log_write(&of(store)->log, lsn, data, size, is_durable, e);
}

static enum sqlstate file_log_sync(struct store *store, struct error *e)
{
	return store_log_sync(&of(store)->log, e);
}

static enum sqlstate file_log_read(
	struct store *store, uint64_t lsn, void *buffer, size_t size, size_t *got, struct error *e)
{
	return store_log_read(&of(store)->log, lsn, buffer, size, got, e);
}

static enum sqlstate file_log_trim(struct store *store, uint64_t lsn, struct error *e)
{
	return store_log_trim(&of(store)->log, lsn, e);
}

static const struct store_ops file_ops = {
	.close = file_close,
	.limits = file_limits,
	.lease_renew = file_lease_renew,
	.superblock_read = file_superblock_read,
	.superblock_write = file_superblock_write,
	.block_count = file_block_count,
	.block_grow = file_block_grow,
	.block_read = file_block_read,
	.block_write = file_block_write,
	.block_push = file_block_push,
	.block_sync = file_block_sync,
	.log_range = file_log_range,
	.log_reserve = file_log_reserve,
	.log_write = file_log_write,
	.log_sync = file_log_sync,
	.log_read = file_log_read,
	.log_trim = file_log_trim,
};

static enum sqlstate open_store(const char *directory, bool create, bool is_restoring,
	uint64_t segment_bytes, struct store **out, struct error *e)
{
	struct store_file *s = calloc(1, sizeof *s);
	enum sqlstate rc;

	if (s == NULL)
		PANIC("out of memory");
	s->is_restoring = is_restoring;
	s->store.ops = &file_ops;
	s->directory = -1;
	s->lock = -1;
	s->data = -1;
	*out = NULL;
	if (strlen(directory) >= sizeof s->path - 8) {
		free(s);
		return FAIL(e, E_NO_FILE, "name of the data directory is too long");
	}
	snprintf(s->path, sizeof s->path, "%s", directory);
	rc = open_files(s, create, segment_bytes, e);
	if (rc != OK)
		file_close(&s->store);
	else
		*out = &s->store;
	return rc;
}

enum sqlstate store_file_open(const char *directory, bool create, uint64_t segment_bytes,
	struct store **out, struct error *e)
{
	return open_store(directory, create, false, segment_bytes, out, e);
}

enum sqlstate store_file_restore(
	const char *directory, uint64_t segment_bytes, struct store **out, struct error *e)
{
	return open_store(directory, true, true, segment_bytes, out, e);
}

enum sqlstate store_file_restored(const char *directory, struct error *e)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char text[128];

	if (fd < 0 || unlinkat(fd, "restoring", 0) != 0 || fsync(fd) != 0)
		(void)FAIL(e, E_IO, "could not finish the restore in \"%s\": %s", directory,
			strerror_r(errno, text, sizeof text));
	else
		error_clear(e);
	if (fd >= 0)
		close(fd);
	return e->code;
}
