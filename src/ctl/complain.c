/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * How the commands say what went wrong.
 */
#include <stdio.h>
#include <stdlib.h>

#include "src/ctl/ctl.h"

int ctl_complain(const struct error *e)
{
	fprintf(stderr, "quiverctl: %s\n", e->message);
	if (e->detail[0] != '\0')
		fprintf(stderr, "DETAIL: %s\n", e->detail);
	if (e->hint[0] != '\0')
		fprintf(stderr, "HINT: %s\n", e->hint);
	return EXIT_FAILURE;
}
