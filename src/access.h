/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * By what clients get in: the rules of pg_hba.conf, the maps of pg_ident.conf and the server's certificate. Made whole from
 * the settings and files at start and at each reload, then published by the registry and never
 * changed; counted references.
 */
#ifndef SRC_ACCESS_H
#define SRC_ACCESS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/setting.h"
#include "pgwire/pgwire.h"
#include "src/hba.h"
#include "src/ident.h"

struct access {
	_Atomic int references;
	struct hba *hba;
	struct ident *ident;
	struct pgwire_tls *tls; /* NULL: no encryption */
};

/* Makes the files that are missing, before the first access_load(): pg_hba.conf, pg_ident.conf,
   and unless settings say otherwise a key and a certificate signed by itself. Errors: E_IO, E_INTERNAL. */
enum sqlstate access_prepare(
	const struct settings *s, const char *directory, struct error *e) MUST_USE;

/* Reads everything that the settings name; file names are relative to the data directory. Errors:
   E_CONFIG_FILE, E_IO, E_INTERNAL; then nothing is made. */
enum sqlstate access_load(const struct settings *s, const char *directory, struct access **out,
	struct error *e) MUST_USE;

/* One of the files in the data directory, as text that the caller frees. pg_ident.conf may be missing.
   Errors: E_CONFIG_FILE, E_IO. */
enum sqlstate access_read(const char *directory, const char *name, char *path, size_t path_size,
	struct buf *text, struct error *e) MUST_USE;

/* Both take NULL. */
struct access *access_reference(struct access *a);
void access_release(struct access *a);

#endif
