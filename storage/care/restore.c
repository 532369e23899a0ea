/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Putting a data directory together: a full backup, increments on top of it, archived segments of the
 * log behind it, and recovery to the end of the log or to a target.
 *
 * Page n goes to block n + 3, so a later increment writes over an earlier one; then every page is read
 * back and held against the last map, the map is written behind the pages, and last the superblock.
 * The directory holds no database until it is recovered to its target too: store_file_restore().
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "storage/care/stream.h"
#include "storage/log/wal.h"
#include "storage/page/page_map.h"
#include "storage/storage_care.h"
#include "storage/store/store.h"

enum { COPY_BYTES = 1 << 20, PATH_BYTES = 1024 };

struct restoring {
	const struct storage_restore_options *options;
	struct store *store;
	struct backup_reader reader; /* of the file being read */
	struct backup_reader before; /* of the one before */
	uint8_t *buffer;	     /* aligned */
};

static uint64_t block_of(uint64_t pid)
{
	return pid + STORE_SUPERBLOCK_COPIES - 1;
}

/* ---- one file ----------------------------------------------------------------------------- */

static enum sqlstate open_target(struct restoring *r, struct error *e)
{
	if (r->store == NULL)
		TRY(store_file_restore(
			r->options->directory, r->reader.head.segment_bytes, &r->store, e));
	return r->store->ops->block_grow(r->store, block_of(r->reader.map_count), e);
}

static enum sqlstate write_log(
	struct restoring *r, uint64_t lsn, const void *data, uint64_t size, struct error *e)
{
	uint64_t segment = r->reader.head.segment_bytes;

	TRY(r->store->ops->log_reserve(r->store, lsn, lsn + size, false, e));
	while (size > 0) {
		uint64_t n = MIN_OF(MIN_OF(size, segment - lsn % segment), COPY_BYTES);

		memcpy(r->buffer, data, n);
		TRY(r->store->ops->log_write(r->store, lsn, r->buffer, n, false, e));
		data = (const uint8_t *)data + n;
		lsn += n;
		size -= n;
	}
	return OK;
}

static enum sqlstate take(void *context, enum backup_kind kind, uint64_t number,
	const uint8_t *payload, uint32_t size, struct error *e)
{
	struct restoring *r = context;
	struct store_transfer transfer = { block_of(number), 1, r->buffer };

	switch (kind) {
	case BACKUP_HEAD:
		return open_target(r, e);
	case BACKUP_PAGE:
		memcpy(r->buffer, payload, size);
		return r->store->ops->block_write(r->store, &transfer, 1, e);
	case BACKUP_LOG:
		/* that of the last file counts; an earlier one's is below its checkpoint */
		return r->reader.head.superblock.sequence == r->options->last_sequence
			       ? write_log(r, number, payload, size, e)
			       : OK;
	case BACKUP_MAP:
	case BACKUP_END:
		break;
	}
	return OK;
}

static enum sqlstate read_file(struct restoring *r, uint32_t index, struct error *e)
{
	backup_reader_init(&r->reader, take, r);
	TRY(backup_reader_file(&r->reader, r->options->files[index], e));
	if (index == 0 && r->reader.head.base_sequence != 0)
		return FAIL(e, E_INVALID_VALUE,
			"\"%s\" is an incremental backup: name the full "
			"one it builds on before it",
			r->options->files[index]);
	if (index > 0)
		TRY(backup_reader_against(&r->reader, &r->before, e));
	return OK;
}

/* ---- map and superblock ------------------------------------------------------------------- */

static enum sqlstate check_page(struct restoring *r, uint64_t pid, struct error *e)
{
	struct store_transfer transfer = { block_of(pid), 1, r->buffer };
	const struct page *p = (const struct page *)r->buffer;

	TRY(r->store->ops->block_read(r->store, &transfer, 1, e));
	if ((p->crc | BACKUP_PAGE_EXISTS) != r->reader.map[pid] || page_checksum(p) != p->crc)
		return FAIL(e, E_DATA_CORRUPTED,
			"page %" PRIu64 " is not what the backup's map says", pid);
	return OK;
}

static enum sqlstate fill_map(struct restoring *r, struct page_map *map, struct error *e)
{
	for (uint64_t pid = 1; pid < r->reader.map_count; pid++) {
		if (r->reader.map[pid] == 0)
			continue;
		TRY(check_page(r, pid, e));
		map->saved[pid].block = block_of(pid);
		map->saved[pid].crc = (uint32_t)r->reader.map[pid];
	}
	map->page_limit = r->reader.map_count;
	return OK;
}

static enum sqlstate write_map(struct restoring *r, struct superblock *s, struct error *e)
{
	uint64_t limit = r->reader.map_count;
	struct block_space space;
	struct page_map map;
	enum sqlstate rc;

	block_space_init(&space, r->store);
	page_map_init(&map);
	TRY_GOTO(out, fill_map(r, &map, e));
	for (uint64_t pid = 1; pid < limit; pid++)
		(void)block_space_mark(&space, block_of(pid));
	TRY_GOTO(out, block_space_reserve(&space, page_map_blocks_bound(limit, limit), e));
	page_map_save(&map, limit, s, &space);
	block_space_unreserve(&space);
out:
	page_map_destroy(&map);
	block_space_destroy(&space);
	return rc;
}

static enum sqlstate finish(struct restoring *r, struct error *e)
{
	struct superblock s = r->reader.head.superblock;

	TRY(write_map(r, &s, e));
	s.block_count = r->store->ops->block_count(r->store);
	TRY(r->store->ops->block_sync(r->store, e));
	TRY(r->store->ops->log_sync(r->store, e));
	return superblock_save(r->store, &s, e);
}

/* ---- archived segments -------------------------------------------------------------------- */

static enum sqlstate copy_segment(
	struct restoring *r, const char *path, uint64_t number, int fd, struct error *e)
{
	uint64_t bytes = r->reader.head.segment_bytes;
	uint8_t *piece = malloc(COPY_BYTES);
	enum sqlstate rc = OK;
	struct stat status;

	if (piece == NULL)
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory to copy log segment \"%s\"", path);
	if (fstat(fd, &status) != 0 || (uint64_t)status.st_size != bytes)
		rc = FAIL(e, E_DATA_CORRUPTED, "log segment \"%s\" has the wrong size", path);
	for (uint64_t at = 0; rc == OK && at < bytes;) {
		ssize_t n = pread(fd, piece, (size_t)MIN_OF(COPY_BYTES, bytes - at), (off_t)at);

		if (n <= 0 || n % STORE_ALIGN != 0)
			rc = FAIL(e, E_IO, "could not read log segment \"%s\"", path);
		else
			rc = write_log(r, number * bytes + at, piece, (uint64_t)n, e);
		at += n > 0 ? (uint64_t)n : 0;
	}
	free(piece);
	return rc;
}

/* *found: one of the archives has it, and it was copied. */
static enum sqlstate fetch_segment(
	struct restoring *r, uint64_t number, bool *found, struct error *e)
{
	char path[PATH_BYTES];

	*found = false;
	for (uint32_t i = 0; i < r->options->archive_count; i++) {
		enum sqlstate rc;
		int fd;

		snprintf(path, sizeof path, "%s/%016" PRIx64 ".wal", r->options->archives[i],
			number);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return FAIL(e, E_IO, "could not open log segment \"%s\": %s", path,
				strerror(errno));
		rc = copy_segment(r, path, number, fd, e);
		close(fd);
		*found = true;
		return rc;
	}
	return OK;
}

static enum sqlstate fetch_archive(struct restoring *r, struct error *e)
{
	uint64_t number = r->reader.head.superblock.lsn / r->reader.head.segment_bytes;
	bool found = r->options->archive_count > 0;

	for (; found; number++)
		TRY(fetch_segment(r, number, &found, e));
	return OK;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static enum sqlstate restore_files(struct restoring *r, struct error *e)
{
	for (uint32_t i = 0; i < r->options->file_count; i++) {
		if (i > 0) {
			backup_reader_free(&r->before);
			r->before = r->reader;
		}
		TRY(read_file(r, i, e));
	}
	TRY(fetch_archive(r, e));
	return finish(r, e);
}

enum sqlstate storage_backup_verify(
	const char *path, const char *base_path, struct storage_backup_base *out, struct error *e)
{
	struct backup_reader r, base;
	const struct superblock *s = &r.head.superblock;
	enum sqlstate rc;

	backup_reader_init(&r, NULL, NULL);
	backup_reader_init(&base, NULL, NULL);
	rc = backup_reader_file(&r, path, e);
	if (rc == OK && base_path != NULL)
		rc = backup_reader_file(&base, base_path, e);
	if (rc == OK && base_path != NULL)
		rc = backup_reader_against(&r, &base, e);
	memcpy(out->uuid, s->uuid, sizeof out->uuid);
	out->sequence = s->sequence;
	out->lsn = s->lsn;
	out->ts = s->ts;
	backup_reader_free(&base);
	backup_reader_free(&r);
	return rc;
}

/* The sequence of the last file, whose log counts. */
static enum sqlstate find_last(struct storage_restore_options *o, struct error *e)
{
	struct backup_reader r;
	enum sqlstate rc;

	backup_reader_init(&r, NULL, NULL);
	rc = backup_reader_file(&r, o->files[o->file_count - 1], e);
	o->last_sequence = r.head.superblock.sequence;
	backup_reader_free(&r);
	return rc;
}

/* Reads the log, to the target if there is one, and makes a checkpoint of what it came to. Closes the
   store. */
static enum sqlstate recover_once(const struct storage_restore_options *o, struct store *store,
	struct storage_restored *out, struct error *e)
{
	struct wal_target to = { o->stop_lsn, o->stop_wall_us };
	struct storage_options options = {
		.store = store, .buffer_bytes = o->buffer_bytes, .target = &to
	};
	struct storage_statistics numbers;
	struct storage *s;

	TRY(storage_open_quietly(&options, &s, e));
	storage_thread_attach(s);
	storage_statistics(s, &numbers);
	out->lsn = numbers.checkpoint_lsn;
	out->ts = numbers.visible_ts;
	storage_thread_detach(s);
	return storage_close(s, e);
}

enum sqlstate storage_restore(
	struct storage_restore_options *options, struct storage_restored *out, struct error *e)
{
	struct restoring r = { .options = options };
	enum sqlstate rc;

	assert(options->file_count > 0);
	TRY(find_last(options, e));
	r.buffer = aligned_alloc(STORE_ALIGN, COPY_BYTES);
	if (r.buffer == NULL)
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory to restore a backup");
	rc = restore_files(&r, e);
	if (rc == OK)
		rc = recover_once(options, r.store, out, e);
	else if (r.store != NULL)
		r.store->ops->close(r.store);
	backup_reader_free(&r.reader);
	backup_reader_free(&r.before);
	free(r.buffer);
	return rc == OK ? store_file_restored(options->directory, e) : rc;
}
