/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Who may connect, from where, and how they prove who they are: pg_hba.conf in the data directory,
 * in PostgreSQL 15's syntax with the regular expressions and included files of 16. A line is one
 * rule; the first that fits a client decides, and none means no. auth_file.h says how lines are cut.
 *
 *     local                         DATABASE  USER           METHOD  [OPTION=VALUE …]
 *     host | hostssl | hostnossl    DATABASE  USER  ADDRESS  METHOD  [OPTION=VALUE …]
 *     | hostnogssenc
 *
 *     DATABASE  all, sameuser, samerole, replication, names, /expression
 *     USER      all, names, +role (its members), /expression
 *     ADDRESS   all, samehost, samenet, address/bits, address and mask, name of a host, .domain
 *     METHOD    trust reject scram-sha-256 md5 password peer cert
 *     OPTION    map (peer, cert), clientcert, clientname (hostssl)
 *
 * A rule that cannot be kept here (other methods and options) is an error when the file is read, and
 * not skipped.
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
	HBA_CERTIFICATE_FULL, /* one whose name is the user's, by the map if there is one */
};

struct hba;
struct hba_rule;
struct sockaddr;

/* What of a rule is left to do once it fits; its texts live as long as the rules. */
struct hba_verdict {
	enum hba_method method;
	enum hba_certificate certificate;
	bool is_by_dn;	    /* the certificate's whole name counts, and not the common name alone */
	struct str map;	    /* of pg_ident.conf; empty: names must be equal */
	const char *file;   /* where it stands */
	unsigned line;
};

/* How names of hosts are found out. Both may take seconds; they are called without a lock. */
struct hba_resolver {
	bool (*name_of)(const struct sockaddr *address, char *to, size_t size);
	bool (*has_address)(const char *name, const struct sockaddr *address);
};
/* By the system's resolver. */
extern const struct hba_resolver hba_system_resolver;

struct hba_client {
	struct str user, database;
	bool is_tls;
	bool is_replication;		/* what `replication` stands for */
	const struct sockaddr *address; /* AF_UNIX: local */
	const struct hba_resolver *resolver;
	/* Whether the user is, at one remove or more, a member of the role, or that itself. */
	enum sqlstate (*is_member)(
		void *context, struct str user, struct str role, bool *out, struct error *e);
	void *context;
};

/* Reads a file's text; `path` is its name, by which those that it includes are found. Errors:
   E_CONFIG_FILE naming file and line of what is wrong first. */
enum sqlstate hba_parse(
	struct str text, const char *path, struct hba **out, struct error *e) MUST_USE;
/* The same, but what is wrong is left in its rule: for hba_visit(). */
struct hba *hba_read(struct str text, const char *path);
/* Takes NULL. */
void hba_free(struct hba *h);

/* *found: false if no rule fits. Errors: those of is_member, and E_CONFIG_FILE if an expression takes too
   many steps. */
enum sqlstate hba_find(const struct hba *h, const struct hba_client *client,
	struct hba_verdict *verdict, bool *found, struct error *e) MUST_USE;
/* The first rule that asks for a client's certificate; false if none does. */
bool hba_asks_certificate(const struct hba *h, struct hba_verdict *verdict);
/* What a new data directory gets: everybody from this machine, without proof. */
struct str hba_default_text(void);

/* ---- for pg_hba_file_rules ---- */

/* A list of texts; NULL: none. */
struct auth_word;

/* A rule as it is shown. Texts are NULL where it has none. */
struct hba_shown {
	const char *file;
	unsigned line;
	const char *fault; /* what is wrong with it: then there is nothing more */
	const char *type, *address, *netmask, *method;
	const struct auth_word *databases, *users, *options; /* auth_file.h */
};
typedef void hba_visitor(void *context, const struct hba_shown *shown);
/* Calls back for each rule; texts live as long as the rules. */
void hba_visit(const struct hba *h, hba_visitor *visit, void *context);

#endif
