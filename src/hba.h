/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Who may connect, from where, and how they prove who they are: pg_hba.conf in the data directory,
 * in PostgreSQL's syntax. A line is one rule; the first that fits a client decides, and none means
 * no.
 *
 *     local                         DATABASE  USER           METHOD
 *     host | hostssl | hostnossl    DATABASE  USER  ADDRESS  METHOD  [clientcert=verify-…]
 *
 *     DATABASE  all, sameuser, replication (fits none), or names       in lists with commas;
 *     USER      all, or names                                          quoted, a word is a name
 *     ADDRESS   all, samehost, samenet, address/bits, or address and mask
 *     METHOD    trust reject scram-sha-256 md5 password peer cert
 *
 * What PostgreSQL has beyond that (host names, groups, regular expressions, included files, other
 * methods and options) is an error when the file is read: a rule that cannot be kept is not
 * skipped.
 */
#ifndef SRC_HBA_H
#define SRC_HBA_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

#define HBA_FILE_NAME "pg_hba.conf"

enum hba_method {
	HBA_TRUST,
	HBA_REJECT,
	HBA_SCRAM,
	HBA_MD5,
	HBA_PASSWORD,
	HBA_PEER,
	HBA_CERT,
};

/* Whether the client has to show a certificate that one of ssl_ca_file has signed. */
enum hba_certificate {
	HBA_CERTIFICATE_NONE,
	HBA_CERTIFICATE_CA,   /* any */
	HBA_CERTIFICATE_FULL, /* one whose common name is the user's */
};

struct hba;
struct sockaddr;

/* What of a rule is left to do once it fits. */
struct hba_verdict {
	enum hba_method method;
	enum hba_certificate certificate;
	unsigned line; /* where it stands */
};

struct hba_client {
	struct str user, database;
	bool is_tls;
	const struct sockaddr *address; /* AF_UNIX: local */
};

/* Reads a file's text. Errors: E_CONFIG_FILE naming file and line. */
enum sqlstate hba_parse(
	struct str text, const char *file_name, struct hba **out, struct error *e) MUST_USE;
void hba_free(struct hba *h);

/* False if no rule fits. */
bool hba_find(
	const struct hba *h, const struct hba_client *client, struct hba_verdict *verdict) MUST_USE;
/* The first line that asks for a client's certificate, or 0. */
unsigned hba_certificate_line(const struct hba *h);
/* What a new data directory gets: everybody from this machine, without proof. */
struct str hba_default_text(void);

#endif
