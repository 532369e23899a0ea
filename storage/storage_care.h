/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What storage.c offers to check.c and to tests of this folder.
 */
#ifndef STORAGE_STORAGE_CARE_H
#define STORAGE_STORAGE_CARE_H

#include "storage/storage.h"

/* As storage_open(), but without the background thread. */
enum sqlstate storage_open_quietly(
	const struct storage_options *o, struct storage **out, struct error *e) MUST_USE;
/* Frees everything and writes nothing: as if the process had stopped. No background thread may run.
   */
void storage_close_quietly(struct storage *s);

/* At closing: what sequences really counted to, so that a clean stop skips no numbers. */
void storage_sequences_settle(struct storage *s);

#endif
