/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Touching: gets, through a view, every page that applying operations will read or change, so that
 * the apply under the exclusive engine lock finds them all in memory. See touch.c.
 */
#ifndef STORAGE_TXN_TOUCH_H
#define STORAGE_TXN_TOUCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "storage/txn/apply.h"

enum { TOUCH_SPACE_KINDS = 4 };

/* Room that operations may need, by enum space_kind. */
struct touch_sum {
	uint64_t bytes[TOUCH_SPACE_KINDS];
	uint32_t largest[TOUCH_SPACE_KINDS];
};

struct touch {
	const struct apply *apply;
	struct page_view *view;
	struct arena *arena; /* scratch */
	struct buf map, new_map, key;
	struct touch_sum sum;
	struct touch_sum before; /* of those touched earlier, to be applied with them */
};

void touch_init(struct touch *t, const struct apply *apply, struct page_view *view);
void touch_destroy(struct touch *t);

/* Forgets the room asked for but `before`: a new attempt. */
void touch_begin(struct touch *t);
/* One operation; false if pages were missing, and then the view says which. Engine lock: shared, by
   the commit leader. */
bool touch_op(struct touch *t, const struct op *op) MUST_USE;
/* After the operations: where their records will find room. */
bool touch_room(struct touch *t) MUST_USE;
/* What validating a new or changed element looks at: its keys in unique indexes. */
bool touch_keys(struct touch *t, enum element element, uint32_t label, uint64_t id,
	struct buf map) MUST_USE;

#endif
