/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The log's room of the file store: segments as files wal/%016x.wal in the data directory, named by
 * number. A segment appears whole (made under another name, filled, synced, renamed) or not at all,
 * and is used again by renaming it. Used by store_file.c only.
 */
#ifndef STORAGE_STORE_STORE_LOG_H
#define STORAGE_STORE_STORE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/lock.h"

enum { STORE_SEGMENT_BYTES_DEFAULT = 64 << 20, STORE_SEGMENT_BYTES_LEAST = 64 << 10 };

struct store_log {
	int directory;	/* descriptor of wal/ */
	char path[512]; /* for messages */
	uint64_t segment_bytes;
	struct mutex mutex;			/* class store */
	uint64_t first GUARDED_BY_CLASS(store); /* segments [first, end) exist */
	uint64_t end GUARDED_BY_CLASS(store);
	/* One thread at a time makes and removes segments; it does not hold the mutex meanwhile. */
	bool is_changing GUARDED_BY_CLASS(store);
	struct condition changed;
	_Atomic uint32_t hurried; /* commits that wait for a segment */
	/* The segment being written; the descriptors are the writer's, but are replaced under the
	   mutex. */
	uint64_t number;
	int plain;		  /* O_DIRECT if it can be had; -1: none */
	int synced;		  /* the same with O_DSYNC */
	_Atomic bool is_unsynced; /* something was written through `plain` */
};

/* `parent` is the data directory; segment_bytes 0: the default. What exists decides. */
enum sqlstate store_log_open(struct store_log *l, int parent, const char *path,
	uint64_t segment_bytes, struct error *e) MUST_USE;
void store_log_close(struct store_log *l);
/* As the members of struct store_ops of the same name. */
void store_log_range(struct store_log *l, uint64_t *first, uint64_t *end);
enum sqlstate store_log_reserve(
	struct store_log *l, uint64_t from, uint64_t end, bool will_fill, struct error *e) MUST_USE;
enum sqlstate store_log_write(struct store_log *l, uint64_t lsn, const void *data, size_t size,
	bool is_durable, struct error *e) MUST_USE;
enum sqlstate store_log_sync(struct store_log *l, struct error *e) MUST_USE;
enum sqlstate store_log_read(struct store_log *l, uint64_t lsn, void *buffer, size_t size,
	size_t *got, struct error *e) MUST_USE;
enum sqlstate store_log_trim(struct store_log *l, uint64_t lsn, struct error *e) MUST_USE;

#endif
