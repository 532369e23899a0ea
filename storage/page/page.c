/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The one thing that every page has in common besides its header: its checksum.
 */
#include "storage/page/page.h"

#include "base/crc32c.h"

uint32_t page_checksum(const struct page *p)
{
	return crc32c(0, (const uint8_t *)p + sizeof p->crc, PAGE_BYTES - sizeof p->crc);
}
