/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Prefault: what validating and applying commits will touch is read in before the engine lock is
 * taken exclusively. By the commit leader alone. See prefault.c.
 */
#ifndef STORAGE_PREFAULT_H
#define STORAGE_PREFAULT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct storage;
struct txn;
struct page_view;

enum { PREFAULT_OPS = 512 }; /* that are prefaulted, and then applied, at a time */

/* The operations of a record's body from `at` on, PREFAULT_OPS at most. No lock may be held. */
enum sqlstate prefault_ops(struct storage *s, const uint8_t *body, size_t size, size_t at,
	struct error *e) MUST_USE;
/* What validating the elements [from, from + PREFAULT_OPS) of the transaction looks at. */
enum sqlstate prefault_elements(
	struct txn *t, int element, size_t from, struct error *e) MUST_USE;
/* Whatever changes of names and schema touch in the catalog's pages. */
enum sqlstate prefault_catalog(struct storage *s, struct error *e) MUST_USE;

#endif
