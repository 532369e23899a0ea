/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * quiverctl dump: the statements that make an equal graph, on stdout or into a new file; or CSV files
 * and the script that loads them, in a new folder.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/ctl/ctl.h"
#include "src/ctl/server.h"

int ctl_dump(const struct ctl_options *o)
{
	FILE *file = o->output == NULL ? stdout : fopen(o->output, "wbx");
	enum sqlstate rc;
	struct error e;

	error_clear(&e);
	if (file == NULL) {
		(void)FAIL(
			&e, E_IO, "could not create file \"%s\": %s", o->output, strerror(errno));
		return ctl_complain(&e);
	}
	rc = server_dump(o->server, file, &e);
	if (rc == OK && (fflush(file) != 0 || (file != stdout && fsync(fileno(file)) != 0)))
		rc = FAIL(&e, E_IO, "could not write the dump: %s", strerror(errno));
	if (file != stdout)
		fclose(file);
	if (rc != OK && o->output != NULL)
		(void)unlink(o->output);
	return rc == OK ? EXIT_SUCCESS : ctl_complain(&e);
}

int ctl_dump_csv(const struct ctl_options *o)
{
	struct error e;

	error_clear(&e);
	if (mkdir(o->output, 0700) != 0) {
		(void)FAIL(&e, E_IO, "could not create directory \"%s\": %s", o->output,
			strerror(errno));
		return ctl_complain(&e);
	}
	return server_dump_csv(o->server, o->output, &e) == OK ? EXIT_SUCCESS : ctl_complain(&e);
}
