/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The archiver: copies whole segments of the log to another directory before they are used again, so
 * that a backup can be brought to any later moment. A thread of its own, because a segment is large.
 */
#ifndef STORAGE_TXN_ARCHIVE_H
#define STORAGE_TXN_ARCHIVE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/lock.h"

struct storage;

enum { ARCHIVE_PATH_BYTES = 512 };

struct archive {
	char directory[ARCHIVE_PATH_BYTES]; /* empty: nothing is archived */
	uint64_t segment_bytes;
	_Atomic uint64_t done_lsn; /* everything below it is archived */
	_Atomic uint64_t segments, failures;
	pthread_t thread;
	struct mutex mutex;
	struct condition wake;
	bool is_running;
	bool is_stopping GUARDED_BY_CLASS(server);
};

void archive_prepare(struct archive *a);
/* Before the first trimming of the log; directory NULL: no archive. E_NO_FILE: no such directory. */
enum sqlstate archive_init(struct storage *s, const char *directory, struct error *e) MUST_USE;
void archive_start(struct storage *s);
/* Archives what is whole, then ends. */
void archive_stop(struct storage *s);
void archive_destroy(struct archive *a);
/* The log below it may be trimmed as far as the archive is concerned. */
uint64_t archive_lsn(const struct archive *a);

#endif
