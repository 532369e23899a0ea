/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What pg_proc tells of functions: see proc.h.
 */
#include "query/sql/proc.h"

#include <stdlib.h>

#include "base/check.h"
#include "query/type/function.h"

static const struct proc procs[] = {
#define PROC(...) { __VA_ARGS__ },
#include "query/sql/procs_io.def"

#include "query/sql/procs_operator.def"

#include "query/sql/procs_language.def"
#undef PROC
};

uint32_t proc_count(void)
{
	return ARRAY_COUNT(procs);
}

const struct proc *proc_at(uint32_t position)
{
	assert(position < ARRAY_COUNT(procs));
	return &procs[position];
}

const struct proc *proc_by_oid(uint32_t oid)
{
	for (uint32_t i = 0; i < ARRAY_COUNT(procs); i++) {
		if (procs[i].oid == oid)
			return &procs[i];
	}
	return NULL;
}

const struct proc *proc_find(struct str name, uint32_t *count)
{
	const struct proc *first = NULL;

	*count = 0;
	for (uint32_t i = 0; i < ARRAY_COUNT(procs); i++) {
		if (!str_equal(name, str_of(procs[i].name)))
			continue;
		if (first == NULL)
			first = &procs[i];
		++*count;
	}
	return first;
}

uint32_t proc_arguments(const struct proc *p, uint32_t out[PROC_ARGUMENTS_MAX])
{
	const char *at = p->arguments;
	uint32_t count = 0;

	while (*at != '\0' && count < PROC_ARGUMENTS_MAX) {
		char *end;

		out[count++] = (uint32_t)strtoul(at, &end, 10);
		assert(end > at);
		at = end;
	}
	return count;
}

uint32_t proc_own_oid(uint32_t position)
{
	const struct function *f = function_at(position);
	uint32_t count;

	if (f->is_hidden || proc_find(str_of(f->name), &count) != NULL)
		return 0;
	return PROC_OWN_FIRST + position;
}

bool proc_own_position(uint32_t oid, uint32_t *position)
{
	if (oid < PROC_OWN_FIRST || oid - PROC_OWN_FIRST >= function_count())
		return false;
	*position = oid - PROC_OWN_FIRST;
	return proc_own_oid(*position) != 0;
}
