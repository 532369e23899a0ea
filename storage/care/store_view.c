/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The view of a store: see store_view.h. One engine uses it, from one thread; blocks written are
 * kept in a temporary file, found by an array over all blocks.
 */
#include "storage/care/store_view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"

struct store_view {
	struct store store;
	struct store *parent;
	uint64_t log_end; /* UINT64_MAX: no bound */
	uint64_t count;	  /* blocks */
	uint32_t *slots;  /* [block]: 1 + its place in the file, 0: not written */
	uint32_t slot_count;
	FILE *file;
	struct superblock copies[STORE_SUPERBLOCK_COPIES];
};

static struct store_view *of(struct store *s)
{
	return (struct store_view *)s;
}

static COLD enum sqlstate failed(const char *what, struct error *e)
{
	char text[128];

	return FAIL(e, errno == ENOSPC || errno == EDQUOT ? E_DISK_FULL : E_IO,
		"could not %s a temporary file: %s", what, strerror_r(errno, text, sizeof text));
}

static void view_close(struct store *store)
{
	struct store_view *v = of(store);

	if (v->file != NULL)
		fclose(v->file);
	free(v->slots);
	free(v);
}

static void view_limits(struct store *store, struct store_limits *out)
{
	of(store)->parent->ops->limits(of(store)->parent, out);
}

static enum sqlstate view_lease_renew(struct store *store, struct error *e)
{
	(void)store;
	(void)e;
	return OK;
}

/* ---- superblock and blocks ---------------------------------------------------------------- */

static enum sqlstate view_superblock_read(
	struct store *store, int copy, void *buffer, struct error *e)
{
	(void)e;
	memcpy(buffer, &of(store)->copies[copy], STORE_SUPERBLOCK_BYTES);
	return OK;
}

static enum sqlstate view_superblock_write(
	struct store *store, int copy, const void *buffer, struct error *e)
{
	(void)e;
	memcpy(&of(store)->copies[copy], buffer, STORE_SUPERBLOCK_BYTES);
	return OK;
}

static uint64_t view_block_count(struct store *store)
{
	return of(store)->count;
}

static enum sqlstate view_block_grow(struct store *store, uint64_t count, struct error *e)
{
	struct store_view *v = of(store);

	(void)e;
	if (count <= v->count)
		return OK;
	v->slots = realloc(v->slots, count * sizeof v->slots[0]);
	if (v->slots == NULL)
		PANIC("out of memory");
	memset(v->slots + v->count, 0, (count - v->count) * sizeof v->slots[0]);
	v->count = count;
	return OK;
}

static enum sqlstate read_one(struct store_view *v, uint64_t block, void *to, struct error *e)
{
	struct store_transfer transfer = { block, 1, to };
	ssize_t n;

	if (block >= v->count)
		return FAIL(e, E_IO, "block %llu does not exist", (unsigned long long)block);
	if (v->slots[block] == 0)
		return v->parent->ops->block_read(v->parent, &transfer, 1, e);
	n = pread(fileno(v->file), to, STORE_BLOCK_BYTES,
		(off_t)(v->slots[block] - 1) * STORE_BLOCK_BYTES);
	return n == STORE_BLOCK_BYTES ? OK : failed("read", e);
}

static enum sqlstate view_block_read(struct store *store, const struct store_transfer *transfers,
	uint32_t count, struct error *e)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < transfers[i].count; k++)
			TRY(read_one(of(store), transfers[i].block + k,
				(uint8_t *)transfers[i].buffer + (size_t)k * STORE_BLOCK_BYTES, e));
	return OK;
}

static enum sqlstate write_one(
	struct store_view *v, uint64_t block, const void *from, struct error *e)
{
	ssize_t n;

	assert(block < v->count);
	if (v->slots[block] == 0)
		v->slots[block] = ++v->slot_count;
	n = pwrite(fileno(v->file), from, STORE_BLOCK_BYTES,
		(off_t)(v->slots[block] - 1) * STORE_BLOCK_BYTES);
	return n == STORE_BLOCK_BYTES ? OK : failed("write", e);
}

static enum sqlstate view_block_write(struct store *store, const struct store_transfer *transfers,
	uint32_t count, struct error *e)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < transfers[i].count; k++)
			TRY(write_one(of(store), transfers[i].block + k,
				(const uint8_t *)transfers[i].buffer +
					(size_t)k * STORE_BLOCK_BYTES,
				e));
	return OK;
}

static enum sqlstate view_sync(struct store *store, struct error *e)
{
	(void)store;
	(void)e;
	return OK;
}

/* ---- log ---------------------------------------------------------------------------------- */

static enum sqlstate view_log_range(
	struct store *store, uint64_t *first, uint64_t *end, struct error *e)
{
	struct store_view *v = of(store);

	TRY(v->parent->ops->log_range(v->parent, first, end, e));
	*end = MIN_OF(*end, v->log_end);
	return OK;
}

static enum sqlstate view_log_reserve(
	struct store *store, uint64_t from, uint64_t end, bool will_fill, struct error *e)
{
	(void)store;
	(void)from;
	(void)end;
	(void)will_fill;
	(void)e;
	return OK;
}

static enum sqlstate view_log_write(struct store *store, uint64_t lsn, const void *data,
	size_t size, bool is_durable, struct error *e)
{
	(void)store;
	(void)data;
	(void)size;
	(void)is_durable;
	return FAIL(e, E_IO, "a view of a store has no log to write to, at %llX",
		(unsigned long long)lsn);
}

static enum sqlstate view_log_read(
	struct store *store, uint64_t lsn, void *buffer, size_t size, size_t *got, struct error *e)
{
	struct store_view *v = of(store);

	*got = 0;
	if (lsn >= v->log_end)
		return OK;
	return v->parent->ops->log_read(
		v->parent, lsn, buffer, (size_t)MIN_OF(size, v->log_end - lsn), got, e);
}

static enum sqlstate view_log_trim(struct store *store, uint64_t lsn, struct error *e)
{
	(void)store;
	(void)lsn;
	(void)e;
	return OK;
}

static const struct store_ops view_ops = {
	.close = view_close,
	.limits = view_limits,
	.lease_renew = view_lease_renew,
	.superblock_read = view_superblock_read,
	.superblock_write = view_superblock_write,
	.block_count = view_block_count,
	.block_grow = view_block_grow,
	.block_read = view_block_read,
	.block_write = view_block_write,
	.block_push = view_sync,
	.block_sync = view_sync,
	.log_range = view_log_range,
	.log_reserve = view_log_reserve,
	.log_write = view_log_write,
	.log_sync = view_sync,
	.log_read = view_log_read,
	.log_trim = view_log_trim,
};

enum sqlstate store_view_new(struct store *parent, const struct superblock *superblock,
	uint64_t log_end, struct store **out, struct error *e)
{
	struct store_view *v = calloc(1, sizeof *v);

	if (v == NULL)
		PANIC("out of memory");
	v->store.ops = &view_ops;
	v->parent = parent;
	v->log_end = log_end == 0 ? UINT64_MAX : log_end;
	v->copies[superblock->sequence & 1] = *superblock;
	v->count = parent->ops->block_count(parent);
	v->slots = calloc(v->count, sizeof v->slots[0]);
	if (v->slots == NULL)
		PANIC("out of memory");
	v->file = tmpfile();
	if (v->file == NULL) {
		(void)failed("create", e);
		view_close(&v->store);
		return e->code;
	}
	*out = &v->store;
	return OK;
}
