/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Hashing of bytes (XXH3, from the xxhash library) and of integers. The values are not stored on
 * disk and may differ between builds.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *data, size_t size);

static inline uint64_t hash_u64(uint64_t x)
{
	x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93u;
	x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93u;
	return x ^ (x >> 32);
}

static inline uint64_t hash_combine(uint64_t a, uint64_t b)
{
	return hash_u64(a * 0x9E3779B97F4A7C15u + b);
}

#endif
