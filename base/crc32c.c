/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CRC-32C: the reflected polynomial 0x82F63B78, initial value and final xor all ones (RFC 3720).
 */
#include "base/crc32c.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

static uint32_t table[8][256];
static bool has_instruction;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? 0x82F63B78u : 0);
		table[0][i] = crc;
	}
	for (uint32_t i = 0; i < 256; i++)
		for (int t = 1; t < 8; t++)
			table[t][i] = (table[t - 1][i] >> 8) ^ table[0][table[t - 1][i] & 0xFF];
#if defined(__x86_64__)
	has_instruction = __builtin_cpu_supports("sse4.2");
#endif
}

uint32_t crc32c_table(uint32_t so_far, const void *data, size_t size)
{
	const uint8_t *at = data;
	uint32_t crc = ~so_far;

	pthread_once(&once, prepare);
	for (; size > 0; size--)
		crc = (crc >> 8) ^ table[0][(crc ^ *at++) & 0xFF];
	return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc32c_instruction(
	uint32_t so_far, const void *data, size_t size)
{
	const uint8_t *at = data;
	uint64_t crc = ~so_far;

	for (; size >= 8; size -= 8, at += 8) {
		uint64_t word;

		memcpy(&word, at, 8);
		crc = __builtin_ia32_crc32di(crc, word);
	}
	for (; size > 0; size--)
		crc = __builtin_ia32_crc32qi((uint32_t)crc, *at++);
	return ~(uint32_t)crc;
}
#endif

uint32_t crc32c(uint32_t so_far, const void *data, size_t size)
{
	pthread_once(&once, prepare);
#if defined(__x86_64__)
	if (has_instruction)
		return crc32c_instruction(so_far, data, size);
#endif
	return crc32c_table(so_far, data, size);
}
