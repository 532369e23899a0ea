/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CRC-32C (Castagnoli), the checksum of pages and log batches. Uses SSE4.2 where the processor has
 * it; the table otherwise. Both give the same value.
 */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of `data`; a first call passes 0, a further one the value so far. */
uint32_t crc32c(uint32_t so_far, const void *data, size_t size);
/* The portable form, for the test that holds both against each other. */
uint32_t crc32c_table(uint32_t so_far, const void *data, size_t size);

#endif
