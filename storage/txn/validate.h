/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Validation: may this transaction commit now? See validate.c.
 */
#ifndef STORAGE_VALIDATE_H
#define STORAGE_VALIDATE_H

#include "base/error.h"
#include "base/lock.h"

struct txn;
struct index_info;

/* OK, or why not: E_SERIALIZATION, E_UNIQUE, E_SNAPSHOT_TOO_OLD. Changes nothing. By the commit
   leader. */
enum sqlstate validate_commit(struct txn *t, struct error *e) HOLDS(engine) MUST_USE;

/* "Key (email)=(x@y) already exists." The keys are read from the map. */
void validate_unique_error(struct error *e, struct txn *t, uint32_t index, const uint8_t *map,
	uint32_t map_size);
/* The same of an index in the making: "Key (…)=(…) is duplicated." Returns E_UNIQUE. */
enum sqlstate validate_build_error(struct error *e, struct txn *t, const struct index_info *info,
	const uint8_t *map, uint32_t map_size);

#endif
