/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A store that lies: memory with a disk's manners, for tests. Writes go to `now`, which readers
 * see, and wait in a list of pending writes until a sync brings them to `disk`. A crash resolves
 * what is pending in one of several ways, then `now` is what `disk` is. A call given by number can
 * crash the process, fail, be lost, go astray or turn a bit.
 *
 *              write                 sync
 *     caller --------> now + pending ------> disk
 *                                    crash: none, all, some sectors, all but a torn last
 *
 * All of it lies in one shared mapping, so that the workload can run in a child process that
 * really dies, and its parent looks at the remains. Growing and making segments is durable at once,
 * as the file store's is. A recycled segment keeps its old bytes.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "base/lock.h"
#include "base/rand.h"
#include "storage/store/store.h"

enum { SECTOR_BYTES = 4096, PENDING_MOST = 1 << 16, CHUNK_BYTES = 1 << 16 };
static const uint64_t ROOM_BYTES = (uint64_t)1 << 30;
static const uint64_t PENDING_BYTES = (uint64_t)256 << 20;

enum room_name { ROOM_BLOCKS, ROOM_LOG, ROOM_COUNT };

struct room {
	uint8_t *now;
	uint8_t *disk;
	uint8_t is_touched[((uint64_t)1 << 30) / CHUNK_BYTES]; /* chunks that `now` may differ in */
};

struct pending {
	enum room_name room;
	uint64_t offset;
	uint64_t size;
	uint64_t at; /* in pending_bytes */
};

struct store_sim {
	struct store store;
	struct mutex mutex; /* class store: guards all that follows */
	struct rand rand;
	uint64_t segment_bytes;
	_Atomic uint64_t calls;
	enum store_fault fault;
	uint64_t fault_at;
	bool is_lease_lost;
	uint64_t block_count;
	uint64_t log_first, log_end; /* segments */
	uint64_t log_recycled;	     /* segments below it have been used again */
	struct room rooms[ROOM_COUNT];
	uint8_t *pending_bytes;
	uint64_t pending_used;
	uint32_t pending_count;
	struct pending pending[PENDING_MOST];
};

static struct store_sim *of(struct store *s)
{
	return (struct store_sim *)s;
}

/* ---- the disk ----------------------------------------------------------------------------- */

static void bring_to_disk(struct store_sim *s, const struct pending *p, uint64_t size)
{
	memcpy(s->rooms[p->room].disk + p->offset, s->pending_bytes + p->at, size);
}

/* Forgets the pending writes of a room, of every room for ROOM_COUNT. */
static void sync_room(struct store_sim *s, enum room_name room)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < s->pending_count; i++) {
		if (s->pending[i].room == room || room == ROOM_COUNT)
			bring_to_disk(s, &s->pending[i], s->pending[i].size);
		else
			s->pending[kept++] = s->pending[i];
	}
	s->pending_count = kept;
	if (kept == 0)
		s->pending_used = 0;
}

static void put(
	struct store_sim *s, enum room_name room, uint64_t offset, const void *data, uint64_t size)
{
	struct pending *p;

	assert(size > 0);
	assert(offset + size <= ROOM_BYTES);
	assert(size <= PENDING_BYTES);
	/* A disk may write at any time what it was given: here when the list is full. */
	if (s->pending_count == PENDING_MOST || s->pending_used + size > PENDING_BYTES)
		sync_room(s, ROOM_COUNT);
	p = &s->pending[s->pending_count++];
	*p = (struct pending){ room, offset, size, s->pending_used };
	memcpy(s->pending_bytes + p->at, data, size);
	memcpy(s->rooms[room].now + offset, data, size);
	memset(s->rooms[room].is_touched + offset / CHUNK_BYTES, 1,
		(offset + size - 1) / CHUNK_BYTES - offset / CHUNK_BYTES + 1);
	s->pending_used += size;
}

static void resolve_subset(struct store_sim *s, const struct pending *p)
{
	for (uint64_t at = 0; at < p->size; at += SECTOR_BYTES)
		if (rand_below(&s->rand, 2) == 0)
			memcpy(s->rooms[p->room].disk + p->offset + at,
				s->pending_bytes + p->at + at,
				MIN_OF((uint64_t)SECTOR_BYTES, p->size - at));
}

static void resolve(struct store_sim *s, enum store_crash mode)
{
	uint64_t unit = mode == STORE_CRASH_TEAR_512 ? 512 : SECTOR_BYTES;

	for (uint32_t i = 0; i < s->pending_count; i++) {
		const struct pending *p = &s->pending[i];
		bool is_last = i + 1 == s->pending_count;

		if (mode == STORE_CRASH_SUBSET)
			resolve_subset(s, p);
		else if (mode == STORE_CRASH_KEEP || (mode != STORE_CRASH_LOSE && !is_last))
			bring_to_disk(s, p, p->size);
		else if (mode != STORE_CRASH_LOSE)
			bring_to_disk(s, p, rand_below(&s->rand, p->size / unit + 1) * unit);
	}
	s->pending_count = 0;
	s->pending_used = 0;
}

/* ---- faults ------------------------------------------------------------------------------- */

/* Counts a call and says what is to go wrong with it. */
static enum store_fault step(struct store_sim *s) HOLDS(store)
{
	uint64_t call = atomic_fetch_add(&s->calls, 1) + 1;

	if (s->fault == STORE_FAULT_FULL)
		return call >= s->fault_at ? STORE_FAULT_FULL : STORE_FAULT_NONE;
	return call == s->fault_at ? s->fault : STORE_FAULT_NONE;
}

static NORETURN void crash(void)
{
	_exit(STORE_SIM_CRASHED);
}

static COLD enum sqlstate broken(const char *what, struct error *e)
{
	return FAIL(e, E_IO, "could not %s: simulated fault", what);
}

static COLD enum sqlstate full(const char *what, struct error *e)
{
	return FAIL(e, E_DISK_FULL, "could not %s: simulated full disk", what);
}

static void flip(uint8_t *bytes, uint64_t size, uint64_t bit)
{
	bit %= size * 8;
	bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
}

/* One write with whatever fault it draws. */
static enum sqlstate write_room(struct store_sim *s, enum room_name room, uint64_t offset,
	const void *data, uint64_t size, struct error *e) HOLDS(store)
{
	enum store_fault fault = step(s);

	if (fault == STORE_FAULT_IO)
		return broken("write", e);
	if (fault == STORE_FAULT_LOST)
		return OK;
	if (fault == STORE_FAULT_MISDIRECTED && room == ROOM_BLOCKS &&
		offset + size + STORE_BLOCK_BYTES <= s->block_count * STORE_BLOCK_BYTES)
		offset += STORE_BLOCK_BYTES;
	put(s, room, offset, data, size);
	if (fault == STORE_FAULT_CRASH)
		crash();
	if (fault == STORE_FAULT_FLIP) {
		struct pending *p = &s->pending[s->pending_count - 1];
		uint64_t bit = rand_below(&s->rand, size * 8);

		flip(s->pending_bytes + p->at, size, bit);
		flip(s->rooms[room].now + offset, size, bit);
	}
	return OK;
}

/* The step of a call that does nothing when it fails; *fault is left for the caller to act out. */
static enum sqlstate plain_call(struct store_sim *s, const char *doing, enum store_fault *fault,
	struct error *e) HOLDS(store)
{
	*fault = step(s);
	if (*fault == STORE_FAULT_CRASH)
		crash();
	return *fault == STORE_FAULT_IO ? broken(doing, e) : OK;
}

static enum sqlstate read_room(struct store_sim *s, enum room_name room, uint64_t offset,
	void *data, uint64_t size, struct error *e) HOLDS(store)
{
	enum store_fault fault;

	TRY(plain_call(s, "read", &fault, e));
	memcpy(data, s->rooms[room].now + offset, size);
	if (fault == STORE_FAULT_FLIP)
		flip(data, size, rand_below(&s->rand, size * 8));
	return OK;
}

static enum sqlstate sync_call(struct store_sim *s, enum room_name room, struct error *e)
	HOLDS(store)
{
	enum store_fault fault;

	TRY(plain_call(s, "sync", &fault, e));
	if (fault != STORE_FAULT_LOST)
		sync_room(s, room);
	return OK;
}

/* ---- operations --------------------------------------------------------------------------- */

static void sim_close(struct store *store)
{
	(void)store; /* it outlives its users: see store_sim_free() */
}

static void sim_limits(struct store *store, struct store_limits *out)
{
	out->segment_bytes = of(store)->segment_bytes;
	out->append_bytes_best = 1 << 20;
	out->blocks_in_flight = 64;
}

static enum sqlstate sim_lease_renew(struct store *store, struct error *e)
{
	struct store_sim *s = of(store);
	bool is_lost;

	lock_store(&s->mutex);
	is_lost = s->is_lease_lost;
	unlock_store(&s->mutex);
	return is_lost ? FAIL(e, E_OBJECT_IN_USE, "another process has become the writer") : OK;
}

static enum sqlstate sim_superblock_read(
	struct store *store, int copy, void *buffer, struct error *e)
{
	struct store_sim *s = of(store);
	enum sqlstate rc;

	lock_store(&s->mutex);
	rc = read_room(s, ROOM_BLOCKS, (uint64_t)copy * STORE_BLOCK_BYTES, buffer,
		STORE_SUPERBLOCK_BYTES, e);
	unlock_store(&s->mutex);
	return rc;
}

static enum sqlstate sim_superblock_write(
	struct store *store, int copy, const void *buffer, struct error *e)
{
	struct store_sim *s = of(store);
	enum sqlstate rc;

	store_assert_unlocked();
	lock_store(&s->mutex);
	rc = write_room(s, ROOM_BLOCKS, (uint64_t)copy * STORE_BLOCK_BYTES, buffer,
		STORE_SUPERBLOCK_BYTES, e);
	if (rc == OK)
		sync_room(s, ROOM_BLOCKS);
	unlock_store(&s->mutex);
	return rc;
}

static uint64_t sim_block_count(struct store *store)
{
	struct store_sim *s = of(store);
	uint64_t count;

	lock_store(&s->mutex);
	count = s->block_count;
	unlock_store(&s->mutex);
	return count;
}

static enum sqlstate sim_block_grow(struct store *store, uint64_t count, struct error *e)
{
	struct store_sim *s = of(store);
	enum store_fault fault;
	enum sqlstate rc;

	store_assert_unlocked();
	lock_store(&s->mutex);
	rc = plain_call(s, "grow", &fault, e);
	if (rc == OK && (fault == STORE_FAULT_FULL || count > ROOM_BYTES / STORE_BLOCK_BYTES))
		rc = full("grow", e);
	if (rc == OK)
		s->block_count = MAX_OF(s->block_count, count);
	unlock_store(&s->mutex);
	return rc;
}

static enum sqlstate sim_block_read(struct store *store, const struct store_transfer *transfers,
	uint32_t count, struct error *e)
{
	struct store_sim *s = of(store);
	enum sqlstate rc = OK;

	lock_store(&s->mutex);
	for (uint32_t i = 0; i < count && rc == OK; i++) {
		assert(transfers[i].block + transfers[i].count <= s->block_count);
		rc = read_room(s, ROOM_BLOCKS, transfers[i].block * STORE_BLOCK_BYTES,
			transfers[i].buffer, (uint64_t)transfers[i].count * STORE_BLOCK_BYTES, e);
	}
	unlock_store(&s->mutex);
	return rc;
}

static enum sqlstate sim_block_write(struct store *store, const struct store_transfer *transfers,
	uint32_t count, struct error *e)
{
	struct store_sim *s = of(store);
	enum sqlstate rc = OK;

	store_assert_unlocked();
	lock_store(&s->mutex);
	for (uint32_t i = 0; i < count && rc == OK; i++) {
		assert(transfers[i].block >= STORE_SUPERBLOCK_COPIES);
		assert(transfers[i].block + transfers[i].count <= s->block_count);
		rc = write_room(s, ROOM_BLOCKS, transfers[i].block * STORE_BLOCK_BYTES,
			transfers[i].buffer, (uint64_t)transfers[i].count * STORE_BLOCK_BYTES, e);
	}
	unlock_store(&s->mutex);
	return rc;
}

static enum sqlstate sim_block_push(struct store *store, struct error *e)
{
	(void)store;
	(void)e;
	return OK;
}

static enum sqlstate sim_block_sync(struct store *store, struct error *e)
{
	struct store_sim *s = of(store);
	enum sqlstate rc;

	store_assert_unlocked();
	lock_store(&s->mutex);
	rc = sync_call(s, ROOM_BLOCKS, e);
	unlock_store(&s->mutex);
	return rc;
}

static enum sqlstate sim_log_range(
	struct store *store, uint64_t *first, uint64_t *end, struct error *e)
{
	struct store_sim *s = of(store);

	(void)e;
	lock_store(&s->mutex);
	*first = s->log_first * s->segment_bytes;
	*end = s->log_end * s->segment_bytes;
	unlock_store(&s->mutex);
	return OK;
}

/* The bytes of a trimmed segment come back in a new one. */
static void recycle(struct store_sim *s, uint64_t number)
{
	struct room *log = &s->rooms[ROOM_LOG];
	uint64_t from = s->log_recycled * s->segment_bytes;
	uint64_t to = number * s->segment_bytes;

	memcpy(log->now + to, log->now + from, s->segment_bytes);
	memcpy(log->disk + to, log->disk + from, s->segment_bytes);
	s->log_recycled++;
}

static enum sqlstate sim_log_reserve(
	struct store *store, uint64_t from, uint64_t end, bool will_fill, struct error *e)
{
	struct store_sim *s = of(store);
	uint64_t wanted = (end + s->segment_bytes - 1) / s->segment_bytes;
	enum store_fault fault;
	enum sqlstate rc;

	store_assert_unlocked();
	(void)will_fill;
	lock_store(&s->mutex);
	rc = plain_call(s, "make a log segment", &fault, e);
	if (s->log_first == s->log_end)
		s->log_first = s->log_end = s->log_recycled = from / s->segment_bytes;
	if (rc == OK && ((fault == STORE_FAULT_FULL && wanted > s->log_end) ||
				wanted * s->segment_bytes > ROOM_BYTES))
		rc = full("make a log segment", e);
	for (; rc == OK && s->log_end < wanted; s->log_end++)
		if (s->log_recycled < s->log_first)
			recycle(s, s->log_end);
	unlock_store(&s->mutex);
	return rc;
}

static enum sqlstate sim_log_write(struct store *store, uint64_t lsn, const void *data, size_t size,
	bool is_durable, struct error *e)
{
	struct store_sim *s = of(store);
	enum sqlstate rc;

	assert(lsn % STORE_ALIGN == 0);
	assert(size % STORE_ALIGN == 0);
	assert(lsn % s->segment_bytes + size <= s->segment_bytes);
	store_assert_unlocked();
	lock_store(&s->mutex);
	assert(lsn >= s->log_first * s->segment_bytes);
	assert(lsn + size <= s->log_end * s->segment_bytes);
	rc = write_room(s, ROOM_LOG, lsn, data, size, e);
	if (rc == OK && is_durable && s->pending_count > 0) {
		/* This write alone is durable now; what was pending before it still is. */
		struct pending *p = &s->pending[s->pending_count - 1];

		if (p->room == ROOM_LOG && p->offset == lsn) {
			bring_to_disk(s, p, p->size);
			s->pending_count--;
		}
	}
	unlock_store(&s->mutex);
	return rc;
}

static enum sqlstate sim_log_sync(struct store *store, struct error *e)
{
	struct store_sim *s = of(store);
	enum sqlstate rc;

	store_assert_unlocked();
	lock_store(&s->mutex);
	rc = sync_call(s, ROOM_LOG, e);
	unlock_store(&s->mutex);
	return rc;
}

static enum sqlstate sim_log_read(
	struct store *store, uint64_t lsn, void *buffer, size_t size, size_t *got, struct error *e)
{
	struct store_sim *s = of(store);
	enum sqlstate rc = OK;

	store_assert_unlocked();
	*got = 0;
	lock_store(&s->mutex);
	if (lsn >= s->log_first * s->segment_bytes && lsn < s->log_end * s->segment_bytes) {
		*got = MIN_OF(size, s->segment_bytes - lsn % s->segment_bytes);
		rc = read_room(s, ROOM_LOG, lsn, buffer, *got, e);
	}
	unlock_store(&s->mutex);
	return rc;
}

static enum sqlstate sim_log_trim(struct store *store, uint64_t lsn, struct error *e)
{
	struct store_sim *s = of(store);
	enum store_fault fault;
	enum sqlstate rc;

	store_assert_unlocked();
	lock_store(&s->mutex);
	rc = plain_call(s, "trim the log", &fault, e);
	while (rc == OK && s->log_first < lsn / s->segment_bytes && s->log_first + 1 < s->log_end)
		s->log_first++;
	unlock_store(&s->mutex);
	return rc;
}

static const struct store_ops sim_ops = {
	.close = sim_close,
	.limits = sim_limits,
	.lease_renew = sim_lease_renew,
	.superblock_read = sim_superblock_read,
	.superblock_write = sim_superblock_write,
	.block_count = sim_block_count,
	.block_grow = sim_block_grow,
	.block_read = sim_block_read,
	.block_write = sim_block_write,
	.block_push = sim_block_push,
	.block_sync = sim_block_sync,
	.log_range = sim_log_range,
	.log_reserve = sim_log_reserve,
	.log_write = sim_log_write,
	.log_sync = sim_log_sync,
	.log_read = sim_log_read,
	.log_trim = sim_log_trim,
};

/* ---- the test's side ---------------------------------------------------------------------- */

static void *map_shared(uint64_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		PANIC("could not map %llu bytes: errno %d", (unsigned long long)bytes, errno);
	return at;
}

struct store *store_sim_new(uint64_t seed, uint64_t segment_bytes)
{
	struct store_sim *s = map_shared(sizeof *s);

	s->store.ops = &sim_ops;
	mutex_init(&s->mutex);
	s->rand.state = seed;
	s->segment_bytes = segment_bytes == 0 ? 64 << 20 : segment_bytes;
	assert(s->segment_bytes % STORE_ALIGN == 0);
	s->block_count = STORE_SUPERBLOCK_COPIES;
	for (int i = 0; i < ROOM_COUNT; i++) {
		s->rooms[i].now = map_shared(ROOM_BYTES);
		s->rooms[i].disk = map_shared(ROOM_BYTES);
	}
	s->pending_bytes = map_shared(PENDING_BYTES);
	return &s->store;
}

void store_sim_free(struct store *store)
{
	struct store_sim *s = of(store);

	for (int i = 0; i < ROOM_COUNT; i++) {
		munmap(s->rooms[i].now, ROOM_BYTES);
		munmap(s->rooms[i].disk, ROOM_BYTES);
	}
	munmap(s->pending_bytes, PENDING_BYTES);
	munmap(s, sizeof *s);
}

uint64_t store_sim_calls(const struct store *s)
{
	return atomic_load(&((const struct store_sim *)s)->calls);
}

void store_sim_fault(struct store *store, enum store_fault fault, uint64_t at)
{
	struct store_sim *s = of(store);

	lock_store(&s->mutex);
	s->fault = fault;
	s->fault_at = at;
	unlock_store(&s->mutex);
}

static void forget_unwritten(struct room *room)
{
	for (uint64_t i = 0; i < sizeof room->is_touched; i++) {
		if (room->is_touched[i])
			memcpy(room->now + i * CHUNK_BYTES, room->disk + i * CHUNK_BYTES,
				CHUNK_BYTES);
		room->is_touched[i] = 0;
	}
}

void store_sim_restart(struct store *store, enum store_crash mode)
{
	struct store_sim *s = of(store);

	mutex_init(&s->mutex); /* whoever held it is dead */
	resolve(s, mode);
	forget_unwritten(&s->rooms[ROOM_BLOCKS]);
	forget_unwritten(&s->rooms[ROOM_LOG]);
	s->fault = STORE_FAULT_NONE;
	s->fault_at = 0;
	s->is_lease_lost = false;
	atomic_store(&s->calls, 0);
}

void store_sim_steal_lease(struct store *store)
{
	struct store_sim *s = of(store);

	lock_store(&s->mutex);
	s->is_lease_lost = true;
	unlock_store(&s->mutex);
}

void store_sim_flip_block(struct store *store, uint64_t block, uint64_t bit)
{
	struct store_sim *s = of(store);

	flip(s->rooms[ROOM_BLOCKS].now + block * STORE_BLOCK_BYTES, STORE_BLOCK_BYTES, bit);
	flip(s->rooms[ROOM_BLOCKS].disk + block * STORE_BLOCK_BYTES, STORE_BLOCK_BYTES, bit);
}

void store_sim_flip_superblock(struct store *store, int copy, uint64_t bit)
{
	store_sim_flip_block(store, (uint64_t)copy, bit % (STORE_SUPERBLOCK_BYTES * 8));
}

void store_sim_flip_log(struct store *store, uint64_t lsn, uint64_t bit)
{
	struct store_sim *s = of(store);

	flip(s->rooms[ROOM_LOG].now + lsn, STORE_ALIGN, bit);
	flip(s->rooms[ROOM_LOG].disk + lsn, STORE_ALIGN, bit);
}

uint8_t *store_sim_superblock(struct store *store, int copy)
{
	return of(store)->rooms[ROOM_BLOCKS].now + (uint64_t)copy * STORE_BLOCK_BYTES;
}

uint8_t *store_sim_log(struct store *store, uint64_t lsn)
{
	return of(store)->rooms[ROOM_LOG].now + lsn;
}
