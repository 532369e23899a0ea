/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * quiverctl backup and restore. A backup is written under a temporary name, read back and checked, and
 * only then gets its name: what has the name is whole.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/directory.h"
#include "src/ctl/ctl.h"
#include "src/ctl/server.h"
#include "storage/storage.h"

enum { PATH_BYTES = 4096 };
#define BUFFER_BYTES (64u << 20)

static enum sqlstate write_file(const struct ctl_options *o, const char *path,
	const struct storage_backup_base *base, struct error *e)
{
	FILE *file = fopen(path, "wbx");
	enum sqlstate rc;

	if (file == NULL)
		return FAIL(e, E_IO, "could not create file \"%s\": %s", path, strerror(errno));
	rc = server_backup(o->server, base, file, e);
	if (rc == OK && (fflush(file) != 0 || fsync(fileno(file)) != 0))
		rc = FAIL(e, E_IO, "could not write file \"%s\": %s", path, strerror(errno));
	fclose(file);
	return rc;
}

/* The file's name is on disk only when its directory is. */
static enum sqlstate name_file(const char *temporary, const char *path, struct error *e)
{
	if (rename(temporary, path) != 0)
		return FAIL(
			e, E_IO, "could not rename file \"%s\": %s", temporary, strerror(errno));
	if (directory_sync_above(path) != 0)
		return FAIL(e, E_IO, "could not sync the directory of \"%s\": %s", path,
			strerror(errno));
	return OK;
}

static enum sqlstate back_up(const struct ctl_options *o, const char *temporary, struct error *e)
{
	struct storage_backup_base base, made;

	if (access(o->output, F_OK) == 0)
		return FAIL(e, E_IO, "file \"%s\" exists already", o->output);
	if (o->base != NULL)
		TRY(storage_backup_verify(o->base, NULL, &base, e));
	TRY(write_file(o, temporary, o->base != NULL ? &base : NULL, e));
	TRY(storage_backup_verify(temporary, o->base, &made, e));
	TRY(name_file(temporary, o->output, e));
	printf("%s: %s backup of checkpoint %" PRIu64 " at log position %" PRIX64 "\n", o->output,
		o->base != NULL ? "incremental" : "full", made.sequence, made.lsn);
	return OK;
}

int ctl_backup(const struct ctl_options *o)
{
	char temporary[PATH_BYTES];
	struct error e;

	error_clear(&e);
	snprintf(temporary, sizeof temporary, "%s.part", o->output);
	if (back_up(o, temporary, &e) == OK)
		return EXIT_SUCCESS;
	(void)unlink(temporary);
	return ctl_complain(&e);
}

int ctl_restore(const char *directory, const char *const *files, uint32_t count,
	const struct ctl_options *o)
{
	struct storage_restore_options options = { .directory = directory,
		.files = files,
		.file_count = count,
		.archives = o->archives,
		.archive_count = o->archive_count,
		.stop_lsn = o->stop_lsn,
		.stop_wall_us = o->stop_wall_us,
		.buffer_bytes = BUFFER_BYTES };
	struct storage_restored restored;
	struct error e;

	error_clear(&e);
	if (storage_restore(&options, &restored, &e) != OK)
		return ctl_complain(&e);
	printf("%s: restored to log position %" PRIX64 ", commit %" PRIu64 "\n", directory,
		restored.lsn, restored.ts);
	return o->will_check ? ctl_check(directory, o) : EXIT_SUCCESS;
}
