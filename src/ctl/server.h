/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What quiverctl asks of a running server, through libpq, on a connection for care
 * (src/client_care.c). Without libpq each says E_NOT_SUPPORTED. `where` is a connection string of
 * libpq; what it leaves out comes from PGHOST, PGPORT and their like.
 */
#ifndef SRC_CTL_SERVER_H
#define SRC_CTL_SERVER_H

#include <stdio.h>

#include "storage/storage.h"

enum sqlstate server_check(const char *where, int level, storage_report *report, void *context,
	uint64_t *findings, struct error *e) MUST_USE;
/* Writes the stream of a backup to a file; base NULL: a full one. */
enum sqlstate server_backup(const char *where, const struct storage_backup_base *base, FILE *file,
	struct error *e) MUST_USE;

/* Writes the statements of a dump to a file. */
enum sqlstate server_dump(const char *where, FILE *file, struct error *e) MUST_USE;

/* Files in a folder: load.sql, which loads the others. */
enum sqlstate server_dump_csv(const char *where, const char *directory, struct error *e) MUST_USE;

#endif
