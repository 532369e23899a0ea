/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A disk that lies: see lying_disk.h. The journal holds what undoes each call, and is undone from its
 * end. An entry names its file by the number of its inode, since a file may be renamed meanwhile.
 */
#include "tests/storage/lying_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

/* The linker's names. */
int real_open(const char *path, int flags, ...) asm("__real_open");
int real_openat(int at, const char *path, int flags, ...) asm("__real_openat");
ssize_t real_pread(int fd, void *to, size_t size, off_t offset) asm("__real_pread");
ssize_t real_pwrite(int fd, const void *from, size_t size, off_t offset) asm("__real_pwrite");
ssize_t real_write(int fd, const void *from, size_t size) asm("__real_write");
int real_fsync(int fd) asm("__real_fsync");
int real_fdatasync(int fd) asm("__real_fdatasync");
int real_ftruncate(int fd, off_t size) asm("__real_ftruncate");
int real_posix_fallocate(int fd, off_t offset, off_t size) asm("__real_posix_fallocate");
int real_rename(const char *from, const char *to) asm("__real_rename");
int real_renameat(int a, const char *from, int b, const char *to) asm("__real_renameat");
int real_mkdir(const char *path, mode_t mode) asm("__real_mkdir");
int real_mkdirat(int at, const char *path, mode_t mode) asm("__real_mkdirat");
size_t real_fread(void *to, size_t size, size_t count, FILE *f) asm("__real_fread");

int lying_open(const char *path, int flags, ...) asm("__wrap_open");
int lying_openat(int at, const char *path, int flags, ...) asm("__wrap_openat");
ssize_t lying_pread(int fd, void *to, size_t size, off_t offset) asm("__wrap_pread");
ssize_t lying_pwrite(int fd, const void *from, size_t size, off_t offset) asm("__wrap_pwrite");
ssize_t lying_write(int fd, const void *from, size_t size) asm("__wrap_write");
int lying_fsync(int fd) asm("__wrap_fsync");
int lying_fdatasync(int fd) asm("__wrap_fdatasync");
int lying_ftruncate(int fd, off_t size) asm("__wrap_ftruncate");
int lying_posix_fallocate(int fd, off_t offset, off_t size) asm("__wrap_posix_fallocate");
int lying_rename(const char *from, const char *to) asm("__wrap_rename");
int lying_renameat(int a, const char *from, int b, const char *to) asm("__wrap_renameat");
int lying_mkdir(const char *path, mode_t mode) asm("__wrap_mkdir");
int lying_mkdirat(int at, const char *path, mode_t mode) asm("__wrap_mkdirat");
size_t lying_fread(void *to, size_t size, size_t count, FILE *f) asm("__wrap_fread");

enum { ENTRIES_MOST = 1 << 14, NAME_BYTES = 256, TORN_BYTES = 4096 };
static const uint64_t BYTES_MOST = UINT64_C(1) << 30; /* address space; little of it is touched */

enum entry_kind { ENTRY_NONE, ENTRY_BYTES, ENTRY_SIZE, ENTRY_MADE, ENTRY_RENAMED };

struct entry {
	enum entry_kind kind;
	ino_t file;	 /* or, of MADE and RENAMED, the directory */
	uint64_t offset; /* of BYTES; the size before, of SIZE */
	uint64_t size, at;
	char name[NAME_BYTES], before[NAME_BYTES]; /* whole paths */
};

struct journal {
	_Atomic uint64_t calls;
	uint32_t count;
	uint64_t bytes_used;
	char root[NAME_BYTES];
	struct entry entries[ENTRIES_MOST];
};

static struct journal *journal; /* NULL: nobody watches */
static uint8_t *bytes;
static enum disk_fault fault;
static uint64_t fault_at;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *map_shared(uint64_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert(at != MAP_FAILED);
	return at;
}

void disk_watch(const char *root)
{
	disk_watch_no_more();
	journal = map_shared(sizeof *journal);
	bytes = map_shared(BYTES_MOST);
	snprintf(journal->root, sizeof journal->root, "%s", root);
}

void disk_watch_no_more(void)
{
	if (journal == NULL)
		return;
	munmap(journal, sizeof *journal);
	munmap(bytes, BYTES_MOST);
	journal = NULL;
}

void disk_fail_at(enum disk_fault f, uint64_t at)
{
	fault = f;
	fault_at = at;
	atomic_store(&journal->calls, 0);
}

uint64_t disk_calls(void)
{
	return atomic_load(&journal->calls);
}

/* ---- the journal -------------------------------------------------------------------------- */

/* The path of an open file, or of a name in an open directory; false: not below the root. */
static bool find_path(int fd, const char *name, char *path)
{
	char link[64], directory[NAME_BYTES];
	ssize_t n;

	if (fd == AT_FDCWD || (name != NULL && name[0] == '/')) {
		snprintf(path, NAME_BYTES, "%s", name);
	} else {
		snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
		n = readlink(link, directory, sizeof directory - 1);
		if (n < 0)
			return false;
		directory[n] = '\0';
		n = snprintf(path, NAME_BYTES, "%s%s%s", directory, name != NULL ? "/" : "",
			name != NULL ? name : "");
		assert(n < NAME_BYTES);
	}
	return strncmp(path, journal->root, strlen(journal->root)) == 0;
}

static ino_t directory_of(const char *path)
{
	char directory[NAME_BYTES];
	struct stat status;

	snprintf(directory, sizeof directory, "%s", path);
	*strrchr(directory, '/') = '\0';
	return stat(directory, &status) == 0 ? status.st_ino : 0;
}

static struct entry *entry_new(enum entry_kind kind, ino_t file)
{
	struct entry *at = &journal->entries[journal->count++];

	assert(journal->count < ENTRIES_MOST);
	*at = (struct entry){ .kind = kind, .file = file };
	return at;
}

static void note_name(enum entry_kind kind, const char *path, const char *before)
{
	struct entry *at = entry_new(kind, directory_of(path));

	snprintf(at->name, NAME_BYTES, "%s", path);
	snprintf(at->before, NAME_BYTES, "%s", before);
}

/* What stands where a write will be, and how long the file is. */
static void note_write(int fd, uint64_t offset, uint64_t size)
{
	char path[NAME_BYTES];
	struct stat status;
	struct entry *at;
	int reader;

	if (!find_path(fd, NULL, path) || fstat(fd, &status) != 0)
		return;
	if (offset + size > (uint64_t)status.st_size)
		entry_new(ENTRY_SIZE, status.st_ino)->offset = (uint64_t)status.st_size;
	if (offset >= (uint64_t)status.st_size || size == 0)
		return;
	at = entry_new(ENTRY_BYTES, status.st_ino);
	at->offset = offset;
	at->size = MIN_OF(size, (uint64_t)status.st_size - offset);
	at->at = journal->bytes_used;
	journal->bytes_used += at->size;
	assert(journal->bytes_used <= BYTES_MOST);
	reader = real_open(path, O_RDONLY);
	assert(reader >= 0);
	if (real_pread(reader, bytes + at->at, at->size, (off_t)offset) != (ssize_t)at->size)
		unreachable();
	close(reader);
}

/* A file or a directory is on disk. */
static void note_sync(int fd)
{
	struct stat status;
	uint32_t kept = 0;

	if (fstat(fd, &status) != 0)
		return;
	for (uint32_t i = 0; i < journal->count; i++)
		if (journal->entries[i].file != status.st_ino)
			journal->entries[kept++] = journal->entries[i];
	journal->count = kept;
	if (kept == 0)
		journal->bytes_used = 0;
}

/* ---- coming back -------------------------------------------------------------------------- */

static ino_t wanted;
static char found[NAME_BYTES];

static int look_at(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)kind;
	(void)place;
	if (status->st_ino != wanted)
		return 0;
	snprintf(found, sizeof found, "%s", path);
	return 1;
}

static void undo_in_file(const struct entry *at)
{
	int fd;

	wanted = at->file;
	if (nftw(journal->root, look_at, 8, FTW_PHYS) != 1)
		return;
	fd = real_open(found, O_WRONLY);
	assert(fd >= 0);
	if (at->kind == ENTRY_SIZE && real_ftruncate(fd, (off_t)at->offset) != 0)
		unreachable();
	if (at->kind == ENTRY_BYTES &&
		real_pwrite(fd, bytes + at->at, at->size, (off_t)at->offset) != (ssize_t)at->size)
		unreachable();
	close(fd);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

uint32_t disk_lose(void)
{
	uint32_t count = journal->count;

	for (uint32_t i = count; i-- > 0;) {
		const struct entry *at = &journal->entries[i];

		if (at->kind == ENTRY_BYTES || at->kind == ENTRY_SIZE)
			undo_in_file(at);
		else if (at->kind == ENTRY_RENAMED)
			(void)real_rename(at->name, at->before);
		else
			(void)nftw(at->name, remove_one, 8, FTW_PHYS | FTW_DEPTH);
	}
	journal->count = 0;
	journal->bytes_used = 0;
	return count;
}

/* ---- faults ------------------------------------------------------------------------------- */

/* Counts a call. 0: it may happen; else the errno that it fails with. */
static int step(bool may_be_full)
{
	uint64_t call;

	if (journal == NULL)
		return 0;
	call = atomic_fetch_add(&journal->calls, 1) + 1;
	if (fault == DISK_FAULT_FULL && may_be_full && call >= fault_at)
		return ENOSPC;
	if (fault == DISK_FAULT_IO && call == fault_at)
		return EIO;
	if (fault == DISK_FAULT_CRASH && call == fault_at)
		return -1;
	return 0;
}

/* As step(), for calls of which nothing happens at a crash. */
static int step_whole(bool may_be_full)
{
	int rc = step(may_be_full);

	if (rc < 0)
		_exit(DISK_CRASHED);
	errno = rc;
	return rc;
}

static void journal_lock(void)
{
	pthread_mutex_lock(&mutex);
}

static void journal_unlock(void)
{
	pthread_mutex_unlock(&mutex);
}

/* ---- the calls ---------------------------------------------------------------------------- */

int lying_openat(int at, const char *path, int flags, ...)
{
	char whole[NAME_BYTES];
	va_list list;
	bool is_new;
	int fd;
	mode_t mode;

	va_start(list, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
	va_end(list);
	if (journal == NULL)
		return real_openat(at, path, flags, mode);
	if (step_whole((flags & O_CREAT) != 0) != 0)
		return -1;
	journal_lock();
	is_new = (flags & O_CREAT) != 0 && faccessat(at, path, F_OK, 0) != 0;
	fd = real_openat(at, path, flags, mode);
	if (fd >= 0 && is_new && find_path(at, path, whole))
		note_name(ENTRY_MADE, whole, "");
	journal_unlock();
	return fd;
}

int lying_open(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
	va_end(list);
	return lying_openat(AT_FDCWD, path, flags, mode);
}

ssize_t lying_pread(int fd, void *to, size_t size, off_t offset)
{
	return step_whole(false) != 0 ? -1 : real_pread(fd, to, size, offset);
}

size_t lying_fread(void *to, size_t size, size_t count, FILE *f)
{
	if (step_whole(false) != 0) /* nothing can be read from what is open for writing */
		dup2(real_open("/dev/null", O_WRONLY), fileno(f));
	return real_fread(to, size, count, f);
}

ssize_t lying_pwrite(int fd, const void *from, size_t size, off_t offset)
{
	int rc = step(true);
	ssize_t n;

	if (rc > 0) {
		errno = rc;
		return -1;
	}
	if (journal == NULL)
		return real_pwrite(fd, from, size, offset);
	journal_lock();
	if (rc < 0) { /* torn: on disk or not, by what comes then */
		size = size / 2 / TORN_BYTES * TORN_BYTES;
		note_write(fd, (uint64_t)offset, size);
		if (size > 0 && real_pwrite(fd, from, size, offset) != (ssize_t)size)
			unreachable();
		_exit(DISK_CRASHED);
	}
	if ((fcntl(fd, F_GETFL) & O_DSYNC) == 0)
		note_write(fd, (uint64_t)offset, size);
	n = real_pwrite(fd, from, size, offset);
	journal_unlock();
	return n;
}

ssize_t lying_write(int fd, const void *from, size_t size)
{
	ssize_t n;

	if (journal == NULL || fd <= STDERR_FILENO)
		return real_write(fd, from, size);
	if (step_whole(true) != 0)
		return -1;
	journal_lock();
	note_write(fd, (uint64_t)lseek(fd, 0, SEEK_CUR), size);
	n = real_write(fd, from, size);
	journal_unlock();
	return n;
}

static int sync_with(int (*call)(int), int fd)
{
	int rc;

	if (journal == NULL)
		return call(fd);
	if (step_whole(false) != 0)
		return -1;
	journal_lock();
	rc = call(fd);
	if (rc == 0)
		note_sync(fd);
	journal_unlock();
	return rc;
}

int lying_fsync(int fd)
{
	return sync_with(real_fsync, fd);
}

int lying_fdatasync(int fd)
{
	return sync_with(real_fdatasync, fd);
}

int lying_ftruncate(int fd, off_t size)
{
	return step_whole(false) != 0 ? -1 : real_ftruncate(fd, size);
}

int lying_posix_fallocate(int fd, off_t offset, off_t size)
{
	int rc = step_whole(true);

	if (rc != 0)
		return rc;
	if (journal == NULL)
		return real_posix_fallocate(fd, offset, size);
	journal_lock();
	note_write(fd, (uint64_t)offset + (uint64_t)size, 0); /* its size only */
	rc = real_posix_fallocate(fd, offset, size);
	journal_unlock();
	return rc;
}

int lying_renameat(int a, const char *from, int b, const char *to)
{
	char before[NAME_BYTES], after[NAME_BYTES];
	int rc;

	if (journal == NULL)
		return real_renameat(a, from, b, to);
	if (step_whole(true) != 0)
		return -1;
	journal_lock();
	rc = real_renameat(a, from, b, to);
	if (rc == 0 && find_path(a, from, before) && find_path(b, to, after))
		note_name(ENTRY_RENAMED, after, before);
	journal_unlock();
	return rc;
}

int lying_rename(const char *from, const char *to)
{
	return lying_renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int lying_mkdirat(int at, const char *path, mode_t mode)
{
	char whole[NAME_BYTES];
	int rc;

	if (journal == NULL)
		return real_mkdirat(at, path, mode);
	if (step_whole(true) != 0)
		return -1;
	journal_lock();
	rc = real_mkdirat(at, path, mode);
	if (rc == 0 && find_path(at, path, whole))
		note_name(ENTRY_MADE, whole, "");
	journal_unlock();
	return rc;
}

int lying_mkdir(const char *path, mode_t mode)
{
	return lying_mkdirat(AT_FDCWD, path, mode);
}
