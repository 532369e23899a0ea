/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A store that shows another one as it was at a pinned checkpoint, with the log up to a bound: an
 * engine can be opened on it, recover, be checked and thrown away, while the store below goes on.
 * What is written goes to a temporary file, and is gone when the view is closed.
 */
#ifndef STORAGE_CARE_STORE_VIEW_H
#define STORAGE_CARE_STORE_VIEW_H

#include "base/error.h"
#include "storage/page/superblock.h"
#include "storage/store/store.h"

/* `parent` is borrowed and outlives the view. log_end 0: the log as far as it is whole. E_IO. */
enum sqlstate store_view_new(struct store *parent, const struct superblock *superblock,
	uint64_t log_end, struct store **out, struct error *e) MUST_USE;

#endif
