/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Roles and privileges. A role is an object of the catalog, and so is what was granted on a label or
 * on the schema: both are as transactional and as durable as labels are.
 *
 * As long as no role may log in as a superuser, a user without a role may do everything, as
 * pg_hba.conf lets them in: a new graph has no roles. From then on a user without a role is refused.
 * A user that has a role has its rights from the start.
 *
 * Everything here reads a transaction's catalog; strings live as long as it.
 */
#ifndef QUERY_ROLE_ROLE_H
#define QUERY_ROLE_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "query/parse/ast_rights.h"
#include "storage/storage.h"

/* Kinds of catalog objects (storage.h), beside those of query/table/table.h; on disk. */
enum { OBJECT_ROLE = 'R', OBJECT_ACL = 'A', OBJECT_ROLE_SETTINGS = 'G' };

enum { ROLE_PARENTS_MAX = 64, ROLE_VERIFIER_SIZE = 512 };
#define ROLE_FOREVER INT64_MAX

struct role_parent {
	uint32_t id; /* the role it is a member of */
	bool is_admin;
};

struct role {
	uint32_t id; /* of the catalog object; NAME_NONE: not there yet */
	struct str name;
	uint32_t flags;		  /* of enum role_flag */
	int32_t connection_limit; /* -1: none */
	int64_t valid_until;	  /* TIMESTAMPTZ; ROLE_FOREVER */
	char verifier[ROLE_VERIFIER_SIZE]; /* empty: no password */
	uint32_t parent_count;
	struct role_parent parents[ROLE_PARENTS_MAX];
};

/* False if there is no role of that name, or with that number. */
bool role_find(const struct catalog *c, struct str name, struct role *out);
bool role_get(const struct catalog *c, uint32_t id, struct role *out);
/* The roles one after the other: false at the end. */
bool role_next(const struct catalog *c, uint32_t *cursor, struct role *out);
/* The superuser that may log in and was there first: it has the oid of PostgreSQL's own, 10, and owns what nobody else
   does. NAME_NONE: there is none, and 10 is whoever is connected without a role. */
uint32_t role_first(const struct catalog *c);
/* What catalogs number a role by, and back; NAME_NONE is 10 and 10 may be NAME_NONE. False if there is
   no role with that oid. */
uint32_t role_oid(const struct catalog *c, uint32_t id);
bool role_of_oid(const struct catalog *c, uint32_t oid, uint32_t *id);
/* Writes it; a new one gets its id. Under the schema lock. */
enum sqlstate role_put(struct txn *t, struct role *r, struct error *e) MUST_USE;
/* Drops it with its memberships. E_DEPENDENT if it owns or was granted something. */
enum sqlstate role_drop(struct txn *t, const struct role *r, struct error *e) MUST_USE;

/* ---- settings of sessions ---- */

/* Whose: of a role (NAME_NONE: of all), in the database or in all databases, of which there is one. */
struct role_setting_key {
	uint32_t role;
	bool is_database;
};
/* "name\0value\0…"; empty if there are none. */
struct str role_settings(const struct catalog *c, struct role_setting_key key);
bool role_settings_next(const struct catalog *c, uint32_t *cursor, struct role_setting_key *key,
	struct str *settings);
/* Takes the first pair off; false at the end. */
bool role_settings_take(struct str *settings, struct str *name, struct str *value);
/* Writes them, or drops them if there are none. Under the schema lock. */
enum sqlstate role_settings_put(struct txn *t, struct role_setting_key key, struct str settings,
	struct error *e) MUST_USE;

/* Whose rights somebody has: their own and those of the roles they are members of. */
struct role_set {
	bool is_superuser;
	bool is_refused; /* there is no such role, and there would have to be one */
	uint32_t flags;	 /* of the role itself */
	uint32_t count;	 /* ids[0] is the role itself; 0: a user without a role */
	uint32_t ids[ROLE_PARENTS_MAX];
};
void role_set_of(const struct catalog *c, struct str name, struct role_set *out);
/* Whether the one is a member of the other, at one remove or more, or that itself; NOINHERIT does not
   matter. */
bool role_is_member(const struct catalog *c, struct str name, struct str of);
bool role_set_has(const struct role_set *s, uint32_t id);
/* Whether they may make others members of the role. */
bool role_set_is_admin(const struct catalog *c, const struct role_set *s, uint32_t id);

/* ---- privileges ---- */

#define PRIVILEGES_LABEL 127u
#define PRIVILEGES_SCHEMA (PRIVILEGE_USAGE | PRIVILEGE_CREATE)
#define PRIVILEGES_SEQUENCE (PRIVILEGE_SELECT | PRIVILEGE_UPDATE | PRIVILEGE_USAGE)
#define PRIVILEGES_DATABASE (PRIVILEGE_CREATE | PRIVILEGE_CONNECT | PRIVILEGE_TEMPORARY)
/* What everybody may do with the database until it is taken from them. */
#define PRIVILEGES_DATABASE_PUBLIC (PRIVILEGE_CONNECT | PRIVILEGE_TEMPORARY)
#define ROLE_PUBLIC 0u /* as a grantee: everybody */

/* What privileges are on. */
enum acl_kind {
	ACL_NODE = 'n',
	ACL_EDGE = 'e',
	ACL_SCHEMA = 's',
	ACL_DATABASE = 'd',
	ACL_OBJECT = 'v', /* a view, a property graph or a graph type */
	ACL_SEQUENCE = 'q',
	/* What a role's new tables and sequences get: all, and those in the schema public. */
	ACL_DEFAULT_TABLES = 'T',
	ACL_DEFAULT_TABLES_PUBLIC = 't',
	ACL_DEFAULT_SEQUENCES = 'Q',
	ACL_DEFAULT_SEQUENCES_PUBLIC = 'p',
};
struct acl_target {
	enum acl_kind kind;
	uint32_t label; /* of NODE and EDGE; NAME_NONE or a graph's membership: nodes without label;
			   of SCHEMA: the graph; of OBJECT and SEQUENCE: its catalog object;
			   of DEFAULT: the role, NAME_NONE: who has none */
};

enum { ACL_ENTRIES_MAX = 256 };
struct acl_entry {
	uint32_t role; /* ROLE_PUBLIC: everybody */
	uint32_t bits;
	uint32_t grantable; /* of the bits: may be granted further */
};
struct acl {
	struct acl_target target;
	uint32_t id;	/* of the catalog object; NAME_NONE: not there yet */
	uint32_t owner; /* a role; 0: superusers alone */
	uint32_t count;
	struct acl_entry entries[ACL_ENTRIES_MAX];
};

/* Empty if nothing was ever granted; that of the database has what everybody may do. */
void acl_find(const struct catalog *c, struct acl_target target, struct acl *out);
bool acl_next(const struct catalog *c, uint32_t *cursor, struct acl *out);
/* Writes it, or drops it if it says nothing. Under the schema lock. */
enum sqlstate acl_put(struct txn *t, struct acl *a, struct error *e) MUST_USE;
/* The label is gone. */
enum sqlstate acl_drop(struct txn *t, struct acl_target target, struct error *e) MUST_USE;
/* Gives a role bits, or takes them; E_PROGRAM_LIMIT if there are too many entries. */
enum sqlstate acl_grant(struct acl *a, uint32_t role, uint32_t bits, bool is_grantable,
	struct error *e) MUST_USE;
void acl_revoke(struct acl *a, uint32_t role, uint32_t bits, bool only_grantable);

/* What of the bits these roles may do; owners and superusers may do all. */
uint32_t acl_allowed(
	const struct catalog *c, struct acl_target target, const struct role_set *who);
bool acl_is_owner(const struct catalog *c, struct acl_target target, const struct role_set *who);
/* What of the bits they may grant further. */
uint32_t acl_grantable(
	const struct catalog *c, struct acl_target target, const struct role_set *who);
/* Whether it is one of ACL_DEFAULT_…. */
bool acl_is_default(struct acl_target target);
/* Whether it is an OBJECT or a SEQUENCE; its name, and "view", "property graph",
   "graph type" or "sequence". */
bool acl_is_object(struct acl_target target);
struct str acl_object_name(const struct catalog *c, struct acl_target target);
const char *acl_object_kind(const struct catalog *c, struct acl_target target);
/* What may be granted on a target. */
uint32_t acl_possible(const struct catalog *c, struct acl_target target);
/* E_PRIVILEGE "permission denied for …". */
COLD enum sqlstate acl_denied(const struct catalog *c, struct acl_target target, struct error *e);

#endif
