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

#if defined(__x86_64__)
/* The instruction takes three cycles but can start each cycle: three streams side by side keep it
   busy. Their values are joined by shifting the first two over the bytes that follow them, a
   multiplication modulo the polynomial by a constant, which tables do a byte at a time. */
enum { STREAM_BYTES = 1360, STREAM_WORDS = STREAM_BYTES / 8 }; /* three in a 4096-byte page */

static uint32_t shift[4][256]; /* over STREAM_BYTES zero bytes */

static uint32_t shifted(uint32_t crc)
{
	return shift[0][crc & 0xFF] ^ shift[1][(crc >> 8) & 0xFF] ^ shift[2][(crc >> 16) & 0xFF] ^
	       shift[3][crc >> 24];
}

/* The shift is linear: the value of a byte is the sum of the values of its bits. */
static void prepare_shift(void)
{
	for (int bit = 0; bit < 32; bit++) {
		uint32_t *row = shift[bit / 8];
		uint32_t low = 1u << (bit % 8);
		uint32_t crc = 1u << bit;

		for (int n = 0; n < STREAM_BYTES; n++)
			crc = (crc >> 8) ^ table[0][crc & 0xFF];
		for (uint32_t i = 0; i < low; i++)
			row[low + i] = row[i] ^ crc;
	}
}

static inline uint64_t word_at(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return word;
}

__attribute__((target("sse4.2"))) static uint64_t three_streams(uint64_t crc, const uint8_t *at)
{
	uint64_t second = 0;
	uint64_t third = 0;

	for (int i = 0; i < STREAM_WORDS; i++, at += 8) {
		crc = __builtin_ia32_crc32di(crc, word_at(at));
		second = __builtin_ia32_crc32di(second, word_at(at + STREAM_BYTES));
		third = __builtin_ia32_crc32di(third, word_at(at + (ptrdiff_t)2 * STREAM_BYTES));
	}
	return shifted(shifted((uint32_t)crc) ^ (uint32_t)second) ^ (uint32_t)third;
}

__attribute__((target("sse4.2"))) static uint32_t crc32c_instruction(
	uint32_t so_far, const void *data, size_t size)
{
	const uint8_t *at = data;
	uint64_t crc = ~so_far;

	for (; size >= 3 * (size_t)STREAM_BYTES; at += 3 * (size_t)STREAM_BYTES) {
		crc = three_streams(crc, at);
		size -= 3 * (size_t)STREAM_BYTES;
	}
	for (; size >= 8; size -= 8, at += 8)
		crc = __builtin_ia32_crc32di(crc, word_at(at));
	for (; size > 0; size--)
		crc = __builtin_ia32_crc32qi((uint32_t)crc, *at++);
	return ~(uint32_t)crc;
}
#endif

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
	prepare_shift();
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

uint32_t crc32c(uint32_t so_far, const void *data, size_t size)
{
	pthread_once(&once, prepare);
#if defined(__x86_64__)
	if (has_instruction)
		return crc32c_instruction(so_far, data, size);
#endif
	return crc32c_table(so_far, data, size);
}
