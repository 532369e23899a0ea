/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What all structures of the graph say of a page that is not what it must be: to a reader by its view,
 * to an integrity check as a finding.
 */
#include <stdarg.h>
#include <stdio.h>

#include "storage/graph/graph.h"

void graph_page_broken(struct page_view *v, uint64_t pid)
{
	if (v == NULL)
		PANIC("page %llu is broken", (unsigned long long)pid);
	v->corrupt = true;
	v->corrupt_pid = pid;
	v->expected_type = v->found_type = PAGE_TYPE_NONE;
}

void graph_finding(struct graph_check *c, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	c->findings++;
	c->report(c->context, line);
}
