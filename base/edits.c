/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The distance of two names: row by row of the table of distances of their beginnings.
 */
#include "base/edits.h"

#include "base/check.h"

uint32_t str_edits(struct str a, struct str b, bool ignore_case)
{
	const int case_bit = ignore_case ? 0x20 : 0;
	uint32_t row[STR_EDITS_BYTES_MAX + 1];

	if (a.length > STR_EDITS_BYTES_MAX || b.length > STR_EDITS_BYTES_MAX)
		return UINT32_MAX;
	for (uint32_t k = 0; k <= b.length; k++)
		row[k] = k;
	for (uint32_t i = 1; i <= a.length; i++) {
		uint32_t diagonal = row[0];

		row[0] = i;
		for (uint32_t k = 1; k <= b.length; k++) {
			bool is_same = (a.at[i - 1] | case_bit) == (b.at[k - 1] | case_bit);
			uint32_t changed = diagonal + (is_same ? 0 : 1);
			uint32_t other = MIN_OF(row[k], row[k - 1]) + 1;

			diagonal = row[k];
			row[k] = MIN_OF(changed, other);
		}
	}
	return row[b.length];
}
