/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reserved address space: see reserve.h.
 */
#include "storage/page/reserve.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"

void *reserve_map(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		PANIC("could not reserve %zu bytes of address space: errno %d", bytes, errno);
	return at;
}

void reserve_unmap(void *at, size_t bytes)
{
	int rc = munmap(at, bytes);

	assert(rc == 0);
}

void reserve_forget(void *at, size_t bytes)
{
	int rc = madvise(at, bytes, MADV_DONTNEED);

	assert(rc == 0);
}

void reserve_advise_huge(void *at, size_t bytes)
{
	/* Only advice: a kernel without large pages says no, and nothing is lost. */
	(void)madvise(at, bytes, MADV_HUGEPAGE);
}
