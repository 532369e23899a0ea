/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Where the engine's bytes are kept: the one narrow door through which all its I/O goes. A store
 * has three rooms, and knows nothing of what is in them:
 *
 *   superblock   four copies of 4096 bytes, each rewritten in place and durable on return
 *   blocks       numbered slots of 16 KiB; no order between writes until block_sync()
 *   log          an endless byte string addressed by LSN, kept in segments of equal size; segment n
 *                holds the bytes [n * segment_bytes, (n + 1) * segment_bytes)
 *
 * and a lease: one writer at a time. Implementations: files in a directory (store_file.c) and
 * memory that can lie, tear and crash (store_sim.c).
 *
 * A store never retries and never hides a failure. What a failure means is the caller's business: a
 * failed durable write or sync is fatal for the process, since nobody knows what is on disk then.
 *
 * Threads: every operation may be called from several threads at once, as long as they do not touch
 * the same bytes; log_write() has one caller at a time. No operation may be called with the
 * engine lock held, except block_read() by the pager's counted fallback.
 */
#ifndef STORAGE_STORE_STORE_H
#define STORAGE_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/lock.h"

enum {
	STORE_BLOCK_BYTES = 16384,
	STORE_ALIGN = 4096, /* of log positions, sizes and of every buffer handed in */
	STORE_SUPERBLOCK_BYTES = 4096,
	STORE_SUPERBLOCK_COPIES = 4, /* they live in blocks 0 … 3, which hold nothing else */
};

struct store_limits {
	uint64_t segment_bytes;	    /* of the log; a multiple of STORE_ALIGN */
	uint32_t append_bytes_best; /* the size of one log write that gives full bandwidth */
	uint32_t blocks_in_flight;  /* block operations worth giving in one call */
};

/* One transfer of `count` blocks that lie one after the other, in the store and in memory. The
   buffer is aligned to STORE_ALIGN. */
struct store_transfer {
	uint64_t block;
	uint32_t count;
	void *buffer;
};

struct store;

/* All return OK, E_IO (the message names the operation and the cause) or, where said, E_DISK_FULL.
   */
struct store_ops {
	/* Ends the lease and frees the store. */
	void (*close)(struct store *s);
	void (*limits)(struct store *s, struct store_limits *out);
	/* E_OBJECT_IN_USE once somebody else has become the writer. */
	enum sqlstate (*lease_renew)(struct store *s, struct error *e);

	/* copy: 0 … 3. A copy never written reads as zeroes. The write is durable on return. */
	enum sqlstate (*superblock_read)(struct store *s, int copy, void *buffer, struct error *e);
	enum sqlstate (*superblock_write)(
		struct store *s, int copy, const void *buffer, struct error *e);

	/* Number of blocks, the four of the superblock included. */
	uint64_t (*block_count)(struct store *s);
	/* Makes room for at least `count` blocks in all, so that writing them cannot fail for lack
	   of space. E_DISK_FULL: nothing has changed. Never shrinks. */
	enum sqlstate (*block_grow)(struct store *s, uint64_t count, struct error *e);
	enum sqlstate (*block_read)(struct store *s, const struct store_transfer *transfers,
		uint32_t count, struct error *e);
	enum sqlstate (*block_write)(struct store *s, const struct store_transfer *transfers,
		uint32_t count, struct error *e);
	/* Block writes that returned before this call are on their way to disk, none of them left
	   in memory, when it returns; not durable. After it a sync is short, and what others write
	   meanwhile waits for no long queue. An error means that writes were lost. */
	enum sqlstate (*block_push)(struct store *s, struct error *e);
	/* Every block write that returned before this call is durable when it returns. */
	enum sqlstate (*block_sync)(struct store *s, struct error *e);

	/* The positions for which segments exist: [*first, *end), both multiples of segment_bytes;
	   0 and 0 when there is none. */
	enum sqlstate (*log_range)(
		struct store *s, uint64_t *first, uint64_t *end, struct error *e);
	/* Makes segments exist for every position below `end`, beginning with the one that holds
	   `from` if there are none yet. will_fill: also write zeroes, which makes later durable
	   writes faster; leave it out when they are large and come at once. A recycled segment
	   still holds old bytes. E_DISK_FULL: writing below the old end still works. */
	enum sqlstate (*log_reserve)(
		struct store *s, uint64_t from, uint64_t end, bool will_fill, struct error *e);
	/* Position and size are multiples of STORE_ALIGN, the bytes lie within one existing
	   segment. is_durable: on disk when it returns. */
	enum sqlstate (*log_write)(struct store *s, uint64_t lsn, const void *data, size_t size,
		bool is_durable, struct error *e);
	/* Every log write that returned before this call is durable when it returns. */
	enum sqlstate (*log_sync)(struct store *s, struct error *e);
	/* Reads up to `size` bytes (a multiple of STORE_ALIGN) of one segment; *got is less where
	   the segment ends and 0 where there is none. */
	enum sqlstate (*log_read)(struct store *s, uint64_t lsn, void *buffer, size_t size,
		size_t *got, struct error *e);
	/* Segments that lie wholly below `lsn` are recycled or removed. */
	enum sqlstate (*log_trim)(struct store *s, uint64_t lsn, struct error *e);
};

/* Developer builds: what every operation but block_read() asserts of the calling thread. */
static inline void store_assert_unlocked(void)
{
	lock_assert_not_held(&lock_class_engine);
}

/* The head of every implementation. */
struct store {
	const struct store_ops *ops;
};

/* Files in `directory`, and the lease on it. With `create` the directory is made if it is missing
   and its files if it is empty. segment_bytes counts only where there is no log yet (0: 64 MiB).
   Errors: E_NO_FILE (no such directory, or no database in it), E_OBJECT_IN_USE (another process
   has it; the message names its pid), E_IO, E_DISK_FULL. */
enum sqlstate store_file_open(const char *directory, bool create, uint64_t segment_bytes,
	struct store **out, struct error *e) MUST_USE;

/* As store_file_open() with `create`, for a restore: whatever is made there is no database, and nobody
   opens it (E_NO_FILE), until store_file_restored(). E_INVALID_VALUE: there is one already. */
enum sqlstate store_file_restore(const char *directory, uint64_t segment_bytes, struct store **out,
	struct error *e) MUST_USE;
/* What was restored is whole and synced; the store may be closed. */
enum sqlstate store_file_restored(const char *directory, struct error *e) MUST_USE;

/* ---- the simulator ------------------------------------------------------------------------- */

/* What of the writes not yet synced is on the disk after a crash. */
enum store_crash {
	STORE_CRASH_LOSE,      /* none of them */
	STORE_CRASH_KEEP,      /* all of them */
	STORE_CRASH_SUBSET,    /* each or not, by the seed: this also reorders them */
	STORE_CRASH_TEAR_512,  /* all but the last, and of that one a part, cut at 512 bytes */
	STORE_CRASH_TEAR_4096, /* the same, cut at 4096 bytes */
	STORE_CRASH_MODES,
};

enum store_fault {
	STORE_FAULT_NONE,
	/* The call does not happen, or not wholly, and the process ends at once with the exit
	   status STORE_SIM_CRASHED: run the workload in a child process. */
	STORE_FAULT_CRASH,
	STORE_FAULT_IO,		 /* E_IO, once */
	STORE_FAULT_FULL,	 /* E_DISK_FULL, from then on, of the calls that may say so */
	STORE_FAULT_LOST,	 /* a write that reports success and does not happen */
	STORE_FAULT_MISDIRECTED, /* a block write that lands one block further */
	STORE_FAULT_FLIP,	 /* one bit of what is read or written is turned */
};

enum { STORE_SIM_CRASHED = 86 };

/* A store in memory, shared with child processes: what a child wrote before it crashed is there for
   the parent. The same seed and calls give the same bytes. At most 1 GiB of blocks and 1 GiB of
   log. segment_bytes 0: 64 MiB. */
struct store *store_sim_new(uint64_t seed, uint64_t segment_bytes);
/* A simulator survives close() by its users, so that it can be opened again; this frees it. */
void store_sim_free(struct store *s);
/* Calls counted so far: superblock, block and log reads and writes, syncs, grow, reserve, trim. */
uint64_t store_sim_calls(const struct store *s);
/* Lets the fault happen at call number `at` (as store_sim_calls() will count it; the first is 1).
   */
void store_sim_fault(struct store *s, enum store_fault fault, uint64_t at);
/* The machine comes back after a crash: unsynced writes are resolved by `mode`, faults and the
   count of calls are forgotten, the lease is free. Nobody may be using the store. */
void store_sim_restart(struct store *s, enum store_crash mode);
/* Somebody else becomes the writer: lease_renew() fails from now on. */
void store_sim_steal_lease(struct store *s);
/* Turns one bit at rest, for tests of detection. */
void store_sim_flip_block(struct store *s, uint64_t block, uint64_t bit);
void store_sim_flip_superblock(struct store *s, int copy, uint64_t bit);
void store_sim_flip_log(struct store *s, uint64_t lsn, uint64_t bit);
/* The bytes as the next reader would see them; for tests that forge. */
uint8_t *store_sim_superblock(struct store *s, int copy);
uint8_t *store_sim_log(struct store *s, uint64_t lsn);

#endif
