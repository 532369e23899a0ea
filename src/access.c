/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * By what clients get in: see access.h.
 *
 * A new data directory is given a certificate, so that clients which insist on encryption are
 * served at once. It is made only under the default names and only if neither file is there: a name
 * that somebody chose, or half a pair, is a mistake to be told of and not to be papered over.
 */
#include "src/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "src/config.h"

#define PATH_BYTES_MAX 4096

/* A file's name as the settings have it; empty stays empty. */
static const char *find_path(
	const struct settings *s, enum setting_id id, const char *directory, char *to)
{
	const char *name = setting_text(s, id);
	bool is_absolute = name[0] == '/' || name[0] == '\0';

	snprintf(to, PATH_BYTES_MAX, "%s%s%s", is_absolute ? "" : directory, is_absolute ? "" : "/",
		name);
	return to;
}

static bool is_default(const struct settings *s, enum setting_id id)
{
	return s->sources[id] == SETTING_FROM_DEFAULT;
}

enum sqlstate access_prepare(const struct settings *s, const char *directory, struct error *e)
{
	char certificate[PATH_BYTES_MAX], key[PATH_BYTES_MAX], path[PATH_BYTES_MAX];

	snprintf(path, sizeof path, "%s/%s", directory, HBA_FILE_NAME);
	TRY(config_write_file(path, hba_default_text(), e));
	snprintf(path, sizeof path, "%s/%s", directory, IDENT_FILE_NAME);
	TRY(config_write_file(path, ident_default_text(), e));
	if (!setting_bool(s, SETTING_ssl) || !is_default(s, SETTING_ssl_cert_file) ||
		!is_default(s, SETTING_ssl_key_file))
		return OK;
	find_path(s, SETTING_ssl_cert_file, directory, certificate);
	find_path(s, SETTING_ssl_key_file, directory, key);
	if (access(certificate, F_OK) == 0 || access(key, F_OK) == 0)
		return OK;
	TRY(pgwire_tls_write_certificate(certificate, key, e));
	log_line(LOG_INFO, "server", "made a self-signed certificate %s", certificate);
	return OK;
}

static enum sqlstate load_tls(
	const struct settings *s, const char *directory, struct pgwire_tls **out, struct error *e)
{
	char certificate[PATH_BYTES_MAX], key[PATH_BYTES_MAX], authorities[PATH_BYTES_MAX];
	struct pgwire_tls_options options = {
		.certificate_file = find_path(s, SETTING_ssl_cert_file, directory, certificate),
		.key_file = find_path(s, SETTING_ssl_key_file, directory, key),
		.authority_file = find_path(s, SETTING_ssl_ca_file, directory, authorities),
		/* The options in their order: TLSv1.2, TLSv1.3. */
		.is_1_3_only = setting_enum(s, SETTING_ssl_min_protocol_version) == 1,
	};

	return setting_bool(s, SETTING_ssl) ? pgwire_tls_new(&options, out, e) : OK;
}

/* Certificates that nobody can verify would be asked for in vain. */
static enum sqlstate check_rules(const struct settings *s, const struct hba *h, struct error *e)
{
	struct hba_verdict verdict;

	if (!hba_asks_certificate(h, &verdict) || setting_text(s, SETTING_ssl_ca_file)[0] != '\0')
		return OK;
	FAIL(e, E_CONFIG_FILE,
		"client certificates can only be checked if a root certificate store is available "
		"in file \"%s\" line %u",
		verdict.file, verdict.line);
	error_hint(e, "Make sure the configuration parameter \"ssl_ca_file\" is set.");
	return e->code;
}

enum sqlstate access_read(const char *directory, const char *name, char *path, size_t path_size,
	struct buf *text, struct error *e)
{
	bool exists;

	snprintf(path, path_size, "%s/%s", directory, name);
	TRY(config_read_file(path, text, &exists, e));
	if (exists || strcmp(name, IDENT_FILE_NAME) == 0)
		return OK;
	return FAIL(e, E_CONFIG_FILE, "file \"%s\" is missing", path);
}

static enum sqlstate load_rules(
	const struct settings *s, const char *directory, struct access *a, struct error *e)
{
	char path[PATH_BYTES_MAX];
	struct buf text = { 0 };
	enum sqlstate rc;

	TRY_GOTO(out, access_read(directory, HBA_FILE_NAME, path, sizeof path, &text, e));
	TRY_GOTO(out, hba_parse(buf_str(&text), path, &a->hba, e));
	TRY_GOTO(out, check_rules(s, a->hba, e));
	buf_reset(&text);
	TRY_GOTO(out, access_read(directory, IDENT_FILE_NAME, path, sizeof path, &text, e));
	TRY_GOTO(out, ident_parse(buf_str(&text), path, &a->ident, e));
out:
	buf_free(&text);
	return rc;
}

enum sqlstate access_load(
	const struct settings *s, const char *directory, struct access **out, struct error *e)
{
	struct access *a = calloc(1, sizeof *a);

	if (a == NULL)
		PANIC("out of memory");
	a->references = 1;
	if (load_rules(s, directory, a, e) != OK ||
		load_tls(s, directory, &a->tls, e) != OK) {
		access_release(a);
		return e->code;
	}
	*out = a;
	return OK;
}

struct access *access_reference(struct access *a)
{
	if (a != NULL)
		atomic_fetch_add_explicit(&a->references, 1, memory_order_relaxed);
	return a;
}

void access_release(struct access *a)
{
	if (a == NULL || atomic_fetch_sub_explicit(&a->references, 1, memory_order_acq_rel) > 1)
		return;
	hba_free(a->hba);
	ident_free(a->ident);
	pgwire_tls_release(a->tls);
	free(a);
}
