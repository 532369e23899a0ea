/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The numbers of sequences, shared by all transactions and versions of the catalog. What a sequence
 * may count up to without another record is `logged`: after a crash it goes on behind that, so
 * numbers may be skipped and none comes twice.
 *
 *     counting ──(next number is beyond logged)── is_busy: the owner commits a record without the
 *        └──────────────(record is on disk)──────────┘     lock; others wait for `changed`
 */
#ifndef STORAGE_SEQUENCE_H
#define STORAGE_SEQUENCE_H

#include "base/lock.h"
#include "base/vec.h"
#include "storage/graph/op.h"

struct sequence {
	uint32_t id;
	bool has_last;	/* it was asked or set at least once */
	bool is_called; /* `last` was given out; false: it is the next to be */
	bool has_logged;
	bool is_busy; /* somebody is logging */
	int64_t last, logged;
	uint32_t ahead; /* numbers to log at once next time */
};

struct sequence_table {
	struct mutex mutex;
	struct condition changed;
	VEC(struct sequence *) all GUARDED_BY_CLASS(sequence); /* in order of id */
	uint32_t next_id GUARDED_BY_CLASS(sequence);
};

struct sequence_table *sequence_table_new(void);
void sequence_table_free(struct sequence_table *t);
/* Made if it is new. */
struct sequence *sequence_find(struct sequence_table *t, uint32_t id) HOLDS(sequence);
/* What a log or the catalog's pages say, while nobody else is there. */
void sequence_recover(struct sequence_table *t, const struct op *op);
/* The operation that says so. `bytes`, of 8, must outlive it. */
struct op sequence_op(uint32_t id, int64_t value, bool is_called, uint8_t *bytes);

#endif
