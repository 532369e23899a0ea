/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What was granted: an object of the catalog for each label, the schema and the database on which
 * something was granted or which somebody owns. Its name is its kind and the label's number, so that
 * a new name of the label changes nothing. Its body, little-endian:
 *
 *     u8 version 1, u32 owner, u16 count, and for each grantee: u32 role, u32 bits, u32 grantable
 *
 * Of the database everybody has PRIVILEGES_DATABASE_PUBLIC as long as there is no entry for everybody.
 */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "query/role/role.h"
#include "query/table/table.h"

enum { BODY_VERSION = 1, BODY_MAX = 8 + ACL_ENTRIES_MAX * 12, KEY_SIZE = 16 };

static uint32_t take_u32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static uint8_t *give_u32(uint8_t *at, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(number >> (8 * i));
	return at + 4;
}

static struct str key_of(struct acl_target target, char room[KEY_SIZE])
{
	snprintf(room, KEY_SIZE, "%c%u", target.kind, target.label);
	return str_of(room);
}

static void decode(const struct catalog_object *o, struct acl *out)
{
	const uint8_t *at = (const uint8_t *)o->body.at;

	out->id = o->id;
	out->count = 0;
	if (o->body.length < 7 || at[0] != BODY_VERSION)
		return;
	out->owner = take_u32(at + 1);
	out->count = MIN_OF((uint32_t)at[5] | (uint32_t)at[6] << 8, (o->body.length - 7) / 12);
	for (uint32_t i = 0; i < out->count; i++) {
		const uint8_t *entry = at + 7 + (size_t)12 * i;

		out->entries[i] = (struct acl_entry){ take_u32(entry), take_u32(entry + 4),
			take_u32(entry + 8) };
	}
}

/* What everybody has on the object when nobody said otherwise. */
static uint32_t public_bits(struct acl_target target)
{
	return target.kind == ACL_DATABASE ? (uint32_t)PRIVILEGES_DATABASE_PUBLIC : 0;
}

static void add_public(struct acl *a)
{
	uint32_t bits = public_bits(a->target);

	for (uint32_t i = 0; i < a->count; i++) {
		if (a->entries[i].role == ROLE_PUBLIC)
			return;
	}
	if (bits != 0 && a->count < ACL_ENTRIES_MAX)
		a->entries[a->count++] = (struct acl_entry){ ROLE_PUBLIC, bits, 0 };
}

/* Whether an entry says what would not be so without it. */
static bool is_telling(const struct acl *a, const struct acl_entry *entry)
{
	return entry->bits != (entry->role == ROLE_PUBLIC ? public_bits(a->target) : 0);
}

void acl_find(const struct catalog *c, struct acl_target target, struct acl *out)
{
	char room[KEY_SIZE];
	const struct catalog_object *o = catalog_object_find(c, OBJECT_ACL, key_of(target, room));

	out->target = target;
	out->id = NAME_NONE;
	out->owner = 0;
	out->count = 0;
	if (o != NULL)
		decode(o, out);
	add_public(out);
}

bool acl_next(const struct catalog *c, uint32_t *cursor, struct acl *out)
{
	while (*cursor < catalog_object_count(c)) {
		const struct catalog_object *o = catalog_object_at(c, (*cursor)++);
		uint32_t label = 0;

		if (o->kind != OBJECT_ACL || o->name.length == 0)
			continue;
		for (uint32_t i = 1; i < o->name.length; i++)
			label = label * 10 + (uint32_t)(o->name.at[i] - '0');
		out->target = (struct acl_target){ (enum acl_kind)o->name.at[0], label };
		decode(o, out);
		return true;
	}
	return false;
}

enum sqlstate acl_put(struct txn *t, struct acl *a, struct error *e)
{
	uint8_t body[BODY_MAX], *at = body;
	char room[KEY_SIZE];
	uint32_t kept = 0;

	for (uint32_t i = 0; i < a->count; i++) {
		if (is_telling(a, &a->entries[i]))
			a->entries[kept++] = a->entries[i];
	}
	a->count = kept;
	if (kept == 0 && a->owner == 0)
		return a->id == NAME_NONE ? OK : schema_object_drop(t, a->id, e);
	*at++ = BODY_VERSION;
	at = give_u32(at, a->owner);
	*at++ = (uint8_t)kept;
	*at++ = (uint8_t)(kept >> 8);
	for (uint32_t i = 0; i < kept; i++) {
		at = give_u32(at, a->entries[i].role);
		at = give_u32(at, a->entries[i].bits);
		at = give_u32(at, a->entries[i].grantable);
	}
	return schema_object_put(t, &a->id, OBJECT_ACL, key_of(a->target, room),
		(struct str){ (const char *)body, (uint32_t)(at - body) }, e);
}

enum sqlstate acl_drop(struct txn *t, struct acl_target target, struct error *e)
{
	struct acl a;

	acl_find(txn_catalog(t), target, &a);
	return a.id == NAME_NONE ? OK : schema_object_drop(t, a.id, e);
}

enum sqlstate acl_grant(
	struct acl *a, uint32_t role, uint32_t bits, bool is_grantable, struct error *e)
{
	uint32_t i = 0;

	while (i < a->count && a->entries[i].role != role)
		i++;
	if (i == ACL_ENTRIES_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "too many roles have privileges on one object");
	if (i == a->count)
		a->entries[a->count++] = (struct acl_entry){ role, 0, 0 };
	a->entries[i].bits |= bits;
	a->entries[i].grantable |= is_grantable ? bits : 0;
	return OK;
}

void acl_revoke(struct acl *a, uint32_t role, uint32_t bits, bool only_grantable)
{
	for (uint32_t i = 0; i < a->count; i++) {
		if (a->entries[i].role != role)
			continue;
		a->entries[i].grantable &= ~bits;
		if (!only_grantable)
			a->entries[i].bits &= ~bits;
	}
}

/* ---- asking ---- */

/* The owner of a graph owns all that is in it. */
static bool owns_graph_of(
	const struct catalog *c, struct acl_target target, const struct role_set *who)
{
	struct acl_target graph = { ACL_SCHEMA, GRAPH_MAIN };
	struct acl a;

	if (target.kind != ACL_NODE && target.kind != ACL_EDGE)
		return false;
	graph.label = catalog_graph_of(
		c, target.kind == ACL_NODE ? ELEMENT_NODE : ELEMENT_EDGE, target.label);
	if (graph.label == GRAPH_MAIN)
		return false;
	acl_find(c, graph, &a);
	return a.owner != 0 && role_set_has(who, a.owner);
}

bool acl_is_owner(const struct catalog *c, struct acl_target target, const struct role_set *who)
{
	struct acl a;

	if (who->is_superuser)
		return true;
	acl_find(c, target, &a);
	return (a.owner != 0 && role_set_has(who, a.owner)) || owns_graph_of(c, target, who);
}

static uint32_t gather(const struct catalog *c, struct acl_target target,
	const struct role_set *who, bool only_grantable)
{
	uint32_t bits = 0;
	struct acl a;

	if (who->is_superuser)
		return UINT32_MAX;
	acl_find(c, target, &a);
	if ((a.owner != 0 && role_set_has(who, a.owner)) || owns_graph_of(c, target, who))
		return UINT32_MAX;
	for (uint32_t i = 0; i < a.count; i++) {
		if (a.entries[i].role == ROLE_PUBLIC || role_set_has(who, a.entries[i].role))
			bits |= only_grantable ? a.entries[i].grantable : a.entries[i].bits;
	}
	return bits;
}

uint32_t acl_allowed(const struct catalog *c, struct acl_target target, const struct role_set *who)
{
	return gather(c, target, who, false);
}

uint32_t acl_grantable(
	const struct catalog *c, struct acl_target target, const struct role_set *who)
{
	return gather(c, target, who, true);
}

static bool is_default_of_tables(struct acl_target target)
{
	return target.kind == ACL_DEFAULT_TABLES || target.kind == ACL_DEFAULT_TABLES_PUBLIC;
}

static bool is_default_of_sequences(struct acl_target target)
{
	return target.kind == ACL_DEFAULT_SEQUENCES || target.kind == ACL_DEFAULT_SEQUENCES_PUBLIC;
}

bool acl_is_default(struct acl_target target)
{
	return is_default_of_tables(target) || is_default_of_sequences(target);
}

bool acl_is_object(struct acl_target target)
{
	return target.kind == ACL_OBJECT || target.kind == ACL_SEQUENCE;
}

struct str acl_object_name(const struct catalog *c, struct acl_target target)
{
	const struct catalog_object *o = catalog_object(c, target.label);

	return o == NULL ? STR("") : o->name;
}

static bool is_of_kind(const struct catalog *c, struct acl_target target, enum table_object kind)
{
	const struct catalog_object *o =
		target.kind == ACL_OBJECT ? catalog_object(c, target.label) : NULL;

	return o != NULL && o->kind == kind;
}

const char *acl_object_kind(const struct catalog *c, struct acl_target target)
{
	if (target.kind == ACL_SEQUENCE)
		return "sequence";
	if (is_of_kind(c, target, OBJECT_GRAPH_TYPE))
		return "graph type";
	return is_of_kind(c, target, OBJECT_PROPERTY_GRAPH) ? "property graph" : "view";
}

uint32_t acl_possible(const struct catalog *c, struct acl_target target)
{
	if (target.kind == ACL_SCHEMA)
		return PRIVILEGES_SCHEMA;
	if (target.kind == ACL_DATABASE)
		return PRIVILEGES_DATABASE;
	if (target.kind == ACL_SEQUENCE || is_default_of_sequences(target))
		return PRIVILEGES_SEQUENCE;
	if (is_of_kind(c, target, OBJECT_GRAPH_TYPE))
		return 0; /* whoever may make a graph may make one of the type */
	return is_of_kind(c, target, OBJECT_PROPERTY_GRAPH) ? (uint32_t)PRIVILEGE_SELECT
							    : PRIVILEGES_LABEL;
}

enum sqlstate acl_denied(const struct catalog *c, struct acl_target target, struct error *e)
{
	enum name_kind kind = target.kind == ACL_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
	struct str name;

	if (target.kind == ACL_SCHEMA && target.label != GRAPH_MAIN)
		return FAIL(e, E_PRIVILEGE, "permission denied for graph \"%.*s\"",
			STR_ARGS(catalog_graph_name(c, target.label)));
	if (target.kind == ACL_SCHEMA)
		return FAIL(e, E_PRIVILEGE, "permission denied for schema public");
	if (target.kind == ACL_DATABASE)
		return FAIL(e, E_PRIVILEGE, "permission denied for database");
	if (acl_is_object(target))
		return FAIL(e, E_PRIVILEGE, "permission denied for %s %.*s",
			acl_object_kind(c, target), STR_ARGS(acl_object_name(c, target)));
	if (target.label == NAME_NONE)
		return FAIL(e, E_PRIVILEGE, "permission denied for nodes without label");
	if (target.kind == ACL_NODE && catalog_is_membership(c, target.label))
		return FAIL(e, E_PRIVILEGE,
			"permission denied for nodes of graph \"%.*s\" without label",
			STR_ARGS(catalog_graph_name(c, target.label)));
	name = catalog_name(c, kind, target.label);
	return FAIL(e, E_PRIVILEGE, "permission denied for label \"%.*s\"", STR_ARGS(name));
}
