/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Memory that runs out: see failing_memory.h.
 */
#include "tests/storage/failing_memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* The linker's names. */
void *real_malloc(size_t size) asm("__real_malloc");
void *real_calloc(size_t count, size_t size) asm("__real_calloc");
void *real_realloc(void *at, size_t size) asm("__real_realloc");
void *real_aligned_alloc(size_t alignment, size_t size) asm("__real_aligned_alloc");
void *failing_malloc(size_t size) asm("__wrap_malloc");
void *failing_calloc(size_t count, size_t size) asm("__wrap_calloc");
void *failing_realloc(void *at, size_t size) asm("__wrap_realloc");
void *failing_aligned_alloc(size_t alignment, size_t size) asm("__wrap_aligned_alloc");

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

void *failing_malloc(size_t size)
{
	return is_refused() ? NULL : real_malloc(size);
}

void *failing_calloc(size_t count, size_t size)
{
	return is_refused() ? NULL : real_calloc(count, size);
}

void *failing_realloc(void *at, size_t size)
{
	return is_refused() ? NULL : real_realloc(at, size);
}

void *failing_aligned_alloc(size_t alignment, size_t size)
{
	return is_refused() ? NULL : real_aligned_alloc(alignment, size);
}
