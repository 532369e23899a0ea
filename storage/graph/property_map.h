/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The encoded property map: all properties of one element as bytes, in pages, in the log and in a
 * transaction's private changes.
 *
 *     0 u16 count  2 u16 zero
 *     4 count x { u24 key, u8 type, u32 end }  sorted by key; `end`: where the value's bytes end,
 *       counted from the first value's first byte
 *     … the values, each as value_encode_body() writes it, without padding
 */
#ifndef STORAGE_GRAPH_PROPERTY_MAP_H
#define STORAGE_GRAPH_PROPERTY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "storage/storage.h"

enum { PROPERTY_COUNT_MAX = 4096 }; /* properties of one element */
#define PROPERTY_MAP_SIZE_MAX (UINT32_C(256) << 20)
#define PROPERTY_KEY_MAX ((UINT32_C(1) << 24) - 1)

/* Appends the encoded map of properties that are sorted by key, without duplicates and NULLs. */
void property_map_encode(struct buf *to, const struct property *properties, uint32_t count);
/* True if the bytes are a well-formed map, down to the values: for bytes from outside. */
bool property_map_is_valid(const uint8_t *map, size_t size);
/* Number of properties in an encoded map. */
uint32_t property_map_count(const uint8_t *map);
/* The value of one key, VALUE_NULL if it is not there; text and lists are copied into the arena.
   E_DATA_CORRUPTED when the bytes are not a map. */
enum sqlstate property_map_get(const uint8_t *map, size_t size, uint32_t key, struct arena *a,
	struct value *out, struct error *e) MUST_USE;
/* All of them, sorted by key; *out in the arena. */
enum sqlstate property_map_decode(const uint8_t *map, size_t size, struct arena *a,
	struct property **out, uint32_t *count, struct error *e) MUST_USE;
/* Appends the map with one property set, or removed if the value is NULL. `size` 0: an empty
   map. */
void property_map_set(
	struct buf *to, const uint8_t *map, size_t size, uint32_t key, struct value value);

#endif
