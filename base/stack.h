/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * How much is left of a thread's stack. What a client sends decides how deep parsing, planning and
 * running recurse; whatever recurses with it and can fail asks here first, so that a statement that
 * is nested too deeply, or chained too long, is an error and never the end of the server. A reserve
 * stays for what does not ask: short recursions over what was checked, and libraries.
 */
#ifndef BASE_STACK_H
#define BASE_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/check.h"
#include "base/error.h"

/* The lowest address that may be used, of the calling thread; NULL: not asked for yet. */
extern _Thread_local const char *stack_floor;

void stack_find_floor(void);
/* E_TOO_COMPLEX. */
COLD enum sqlstate stack_fail(struct error *e);

static inline bool stack_is_low(void)
{
	if (UNLIKELY(stack_floor == NULL))
		stack_find_floor();
	return UNLIKELY((const char *)__builtin_frame_address(0) < stack_floor);
}

/* E_TOO_COMPLEX once only the reserve is left. */
static inline enum sqlstate stack_check(struct error *e)
{
	return stack_is_low() ? stack_fail(e) : OK;
}

#endif
