/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Memory that runs out: see failing_memory.h. The names are the linker's.
 */
#include "tests/storage/failing_memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static _Atomic uint64_t calls, failing;

void memory_fail_at(uint64_t at)
{
	atomic_store(&calls, 0);
	atomic_store(&failing, at);
}

uint64_t memory_calls(void)
{
	return atomic_load(&calls);
}

static bool is_refused(void)
{
	return atomic_fetch_add(&calls, 1) + 1 == atomic_load(&failing);
}

void *__wrap_malloc(size_t size)
{
	return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return is_refused() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *at, size_t size)
{
	return is_refused() ? NULL : __real_realloc(at, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return is_refused() ? NULL : __real_aligned_alloc(alignment, size);
}
