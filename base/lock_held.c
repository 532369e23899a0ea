/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What locks the calling thread holds: see lock_held.h.
 */
#include "base/lock_held.h"

#include <stdio.h>

_Thread_local struct lock_held lock_held;

void lock_describe_held(char *text, size_t size)
{
	size_t used = 0;

	snprintf(text, size, "none");
	for (int i = 0; i < lock_held.count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ", ",
			lock_held.at[i]->name);
}
