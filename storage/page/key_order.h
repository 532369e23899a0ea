/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The order of the B-tree's keys, where a search asks for it a dozen times.
 */
#ifndef STORAGE_KEY_ORDER_H
#define STORAGE_KEY_ORDER_H

#include <endian.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"

/* str_compare(), several bytes at a time and without a call: most keys differ early. */
static inline int key_order(struct str a, struct str b)
{
	uint32_t shared = MIN_OF(a.length, b.length), i = 0;

	for (; i + 8 <= shared; i += 8) {
		uint64_t x, y;

		memcpy(&x, a.at + i, 8);
		memcpy(&y, b.at + i, 8);
		if (x != y)
			return be64toh(x) < be64toh(y) ? -1 : 1;
	}
	if (i + 4 <= shared) {
		uint32_t x, y;

		memcpy(&x, a.at + i, 4);
		memcpy(&y, b.at + i, 4);
		if (x != y)
			return be32toh(x) < be32toh(y) ? -1 : 1;
		i += 4;
	}
	for (; i < shared; i++) {
		if (a.at[i] != b.at[i])
			return (uint8_t)a.at[i] < (uint8_t)b.at[i] ? -1 : 1;
	}
	return (a.length > b.length) - (a.length < b.length);
}

#endif
