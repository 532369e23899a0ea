/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The place of a reader among the labels of a list, whatever form the list has.
 */
#include "storage/graph/adjacency.h"

bool adjacency_reader_wants(const struct adjacency_reader *r, uint32_t label)
{
	uint32_t i;

	if (label < r->at.label)
		return false;
	for (i = 0; i < r->label_count; i++) {
		if (r->labels[i] >= label)
			return r->labels[i] == label;
	}
	return r->label_count == 0;
}

void adjacency_reader_pass(struct adjacency_reader *r, uint32_t label)
{
	if (label == UINT32_MAX)
		r->is_done = true;
	else
		r->at = (struct adjacency_entry){ label + 1, 0, 0 };
}
