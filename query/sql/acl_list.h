/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Roles and privileges as the catalogs show them.
 */
#ifndef QUERY_SQL_ACL_LIST_H
#define QUERY_SQL_ACL_LIST_H

#include "query/role/role.h"
#include "query/sql/relation.h"

struct eval;

/* What a role is called; NAME_NONE is whoever owns what nobody else does. */
struct str acl_role_name(const struct eval *ev, uint32_t id);
/* The role of that name, NAME_NONE for who has none and is connected; false if there is none. */
bool acl_role_named(const struct eval *ev, struct str name, uint32_t *id);
/* Whose rights count: the role that is set, or who is connected. */
struct str acl_current_user(const struct eval *ev);
/* Those rights, found when they are first asked for; NULL: nobody runs it, there is no session. */
const struct role_set *acl_rights(struct eval *ev);
/* The owner's oid. */
uint32_t acl_owner_oid(const struct catalog *c, const struct acl *acl);
/* The name of who owns what the privileges are on. */
struct value acl_owner_name(struct relation_scan *s, struct acl_target target);
/* The privileges as an array of aclitem texts, "ann=r/bob"; NULL if nothing was granted. */
struct value acl_items(
	struct relation_scan *s, const struct acl *acl, uint32_t owner_bits);
/* The same of a schema that everybody may use: public, which the database's owner owns, or a catalog. */
struct value acl_schema_items(struct relation_scan *s, bool is_public);
/* Those that PostgreSQL gives everything of a kind, by its letter (r table, s sequence, ..), as an array;
   false if it is none. The owner by its oid. */
bool acl_initial_items(struct eval *ev, char kind, uint32_t owner, struct value *out);
/* Those of defaults: in the schema public alone the owner is not among them. */
struct value acl_default_items(struct relation_scan *s, struct acl *acl);
/* Takes "ann=r*w/bob" apart: the names without quotes, in the arena; the grantee is empty for PUBLIC. False
   if it is none. */
bool acl_item_read(struct arena *a, struct str text, struct str *grantee, struct str *grantor,
	uint32_t *bits, uint32_t *grantable);
/* The name of a privilege's bit. */
const char *acl_privilege_name(uint32_t bit);
/* The bit of a privilege by its name; 0 if there is none. *is_grantable: WITH GRANT OPTION. */
uint32_t acl_privilege(struct str word, bool *is_grantable);

#endif
