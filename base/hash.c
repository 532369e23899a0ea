/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The one place that includes the xxhash library, which is header only.
 */
#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(const void *data, size_t size)
{
	return XXH3_64bits(data, size);
}
