/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The past of a statement: a transaction's own changes as they were at one moment, for a statement
 * whose parts do not see what its other parts write. A second overlay points to the states that the
 * first one had then: states are immutable and live until the transaction's end, so a copy is one
 * entry of a map for each element that was changed before, and nothing at all in the first statement
 * of a transaction.
 */
#include <stdlib.h>

#include "storage/txn/engine.h"

struct txn_past {
	struct overlay overlay;
};

struct txn_past *txn_past_hold(const struct txn *t)
{
	struct txn_past *past = malloc(sizeof *past);

	assert(t->is_open);
	if (past == NULL)
		PANIC("out of memory for a statement's past");
	overlay_init(&past->overlay);
	overlay_copy_states(&past->overlay, &t->overlay);
	return past;
}

void txn_past_swap(struct txn *t, struct txn_past *past)
{
	struct overlay seen = t->overlay;

	t->overlay = past->overlay;
	past->overlay = seen;
}

void txn_past_release(struct txn_past *past)
{
	overlay_destroy(&past->overlay);
	free(past);
}
