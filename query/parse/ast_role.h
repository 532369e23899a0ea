/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Trees of CREATE, ALTER and DROP ROLE, GRANT and REVOKE.
 */
#ifndef QUERY_PARSE_AST_ROLE_H
#define QUERY_PARSE_AST_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "query/parse/ast_names.h"
#include "query/parse/ast_rights.h"

enum ast_role_option_kind {
	ROLE_OPTION_FLAG,     /* flag, is_on */
	ROLE_OPTION_PASSWORD, /* text; is_null */
	ROLE_OPTION_LIMIT,    /* number */
	ROLE_OPTION_UNTIL,    /* text */
	ROLE_OPTION_IN,       /* names: roles that the new one becomes a member of */
	ROLE_OPTION_MEMBERS,  /* names: roles that become members of the new one */
	ROLE_OPTION_ADMINS,   /* the same WITH ADMIN OPTION */
};

struct ast_role_option {
	enum ast_role_option_kind kind;
	uint32_t flag; /* enum role_flag */
	bool is_on;
	bool is_null;
	int32_t number;
	struct str text;
	struct ast_name *names;
	uint32_t name_count;
	uint32_t at;
};

/* CREATE, ALTER. */
struct ast_role {
	struct ast_name name;
	struct ast_name rename_to; /* ALTER .. RENAME TO; absent: the options */
	bool is_user;		   /* CREATE USER: may log in unless it says otherwise */
	struct ast_role_option *options;
	uint32_t option_count;
};

/* ALTER ROLE .. SET, ALTER DATABASE .. SET: what sessions begin with. */
struct ast_role_setting {
	struct ast_name role;	  /* absent: all roles */
	struct ast_name database; /* absent: all databases, of which there is one */
	struct ast_setting *setting;
	bool is_reset; /* of all settings where the setting has no name */
};

/* REASSIGN OWNED BY roles TO to; DROP OWNED BY roles. */
struct ast_owned {
	struct ast_name *roles;
	uint32_t role_count;
	struct ast_name to; /* absent: DROP */
	bool is_cascade;
};

enum ast_grant_kind {
	GRANT_ROLES,
	GRANT_LABELS, /* objects, of class */
	GRANT_PROPERTY_GRAPHS,
	GRANT_ALL_LABELS,
	GRANT_SEQUENCES,
	GRANT_ALL_SEQUENCES,
	GRANT_SCHEMA,
	GRANT_DATABASE,
	GRANT_DEFAULT_TABLES, /* ALTER DEFAULT PRIVILEGES; objects: schemas */
	GRANT_DEFAULT_SEQUENCES,
};

struct ast_grant {
	enum ast_grant_kind kind;
	bool is_revoke;
	bool only_option; /* REVOKE GRANT OPTION FOR, ADMIN OPTION FOR */
	bool with_option; /* WITH GRANT OPTION, WITH ADMIN OPTION */
	bool is_all;	  /* ALL [PRIVILEGES] */
	uint32_t privileges; /* of enum privilege */
	uint32_t at;	     /* of the privileges */
	struct ast_name *roles; /* GRANT_ROLES: what is granted */
	uint32_t role_count;
	enum ast_element_class class; /* GRANT_LABELS; NONE: not said */
	struct ast_name *objects;
	uint32_t object_count;
	struct ast_name *grantees; /* PUBLIC has an empty text */
	uint32_t grantee_count;
	struct ast_name *owners; /* of the defaults; none: who says it */
	uint32_t owner_count;
};

#endif
