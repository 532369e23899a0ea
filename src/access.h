/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * By what clients get in: the rules of pg_hba.conf and the server's certificate. Made whole from
 * the settings and files at start and at each reload, then published by the registry and never
 * changed; counted references.
 */
#ifndef SRC_ACCESS_H
#define SRC_ACCESS_H

#include "base/error.h"
#include "base/setting.h"
#include "pgwire/pgwire.h"
#include "src/hba.h"

struct access {
	_Atomic int references;
	struct hba *hba;
	struct pgwire_tls *tls; /* NULL: no encryption */
};

/* Makes the files that are missing, before the first access_load(): pg_hba.conf, and unless
   settings say otherwise a key and a certificate signed by itself. Errors: E_IO, E_INTERNAL. */
enum sqlstate access_prepare(
	const struct settings *s, const char *directory, struct error *e) MUST_USE;

/* Reads everything that the settings name; file names are relative to the data directory. Errors:
   E_CONFIG_FILE, E_IO, E_INTERNAL; then nothing is made. */
enum sqlstate access_load(const struct settings *s, const char *directory, struct access **out,
	struct error *e) MUST_USE;

/* Both take NULL. */
struct access *access_reference(struct access *a);
void access_release(struct access *a);

#endif
