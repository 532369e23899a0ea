/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The stack's floor, looked up once a thread: see stack.h.
 */
#include "base/stack.h"

#include <pthread.h>
#include <stdint.h>

#define RESERVE_BYTES ((size_t)384 << 10)
/* Where the system does not tell the size, or says that there is no limit. */
#define DEFAULT_BYTES ((size_t)2 << 20)
#define MOST_BYTES ((size_t)1 << 30)

_Thread_local const char *stack_floor;

void stack_find_floor(void)
{
	const char *here = __builtin_frame_address(0);
	const char *lowest = here - DEFAULT_BYTES;
	pthread_attr_t attributes;
	size_t size;
	void *start;

	if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
		if (pthread_attr_getstack(&attributes, &start, &size) == 0 && size <= MOST_BYTES)
			lowest = start;
		pthread_attr_destroy(&attributes);
	}
	stack_floor = lowest + RESERVE_BYTES;
}

enum sqlstate stack_fail(struct error *e)
{
	(void)FAIL(e, E_TOO_COMPLEX, "stack depth limit exceeded");
	error_detail(e, "The statement is nested too deeply, or has a chain that is too long.");
	error_hint(e, "Make it simpler, or raise the setting max_stack_depth and restart.");
	return E_TOO_COMPLEX;
}
