/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Roles in the catalog. The body of an object, little-endian:
 *
 *     u8 version 1, u32 flags, i32 connection limit, i64 valid until, u16 length, verifier,
 *     u16 count, and for each role it is a member of: u32 id, u8 is admin
 */
#include "query/role/role.h"

#include "query/table/label_oid.h"

#include <string.h>

#include "base/check.h"

enum { BODY_VERSION = 1, BODY_MAX = 32 + ROLE_VERIFIER_SIZE + ROLE_PARENTS_MAX * 5 };

/* ---- bytes ---- */

static uint64_t take(const uint8_t **at, const uint8_t *end, uint32_t bytes)
{
	uint64_t number = 0;

	if ((size_t)(end - *at) < bytes) {
		*at = end;
		return 0;
	}
	for (uint32_t i = 0; i < bytes; i++)
		number |= (uint64_t)(*at)[i] << (8 * i);
	*at += bytes;
	return number;
}

static void give(uint8_t **at, uint64_t number, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++)
		*(*at)++ = (uint8_t)(number >> (8 * i));
}

static bool decode(const struct catalog_object *o, struct role *out)
{
	const uint8_t *at = (const uint8_t *)o->body.at, *end = at + o->body.length;
	uint32_t length;

	memset(out, 0, sizeof *out);
	out->id = o->id;
	out->name = o->name;
	if (take(&at, end, 1) != BODY_VERSION)
		return false;
	out->flags = (uint32_t)take(&at, end, 4);
	out->connection_limit = (int32_t)(uint32_t)take(&at, end, 4);
	out->valid_until = (int64_t)take(&at, end, 8);
	length = (uint32_t)take(&at, end, 2);
	if (length >= ROLE_VERIFIER_SIZE || (size_t)(end - at) < length)
		return false;
	memcpy(out->verifier, at, length);
	at += length;
	out->parent_count = (uint32_t)take(&at, end, 2);
	if (out->parent_count > ROLE_PARENTS_MAX)
		return false;
	for (uint32_t i = 0; i < out->parent_count; i++) {
		out->parents[i].id = (uint32_t)take(&at, end, 4);
		out->parents[i].is_admin = take(&at, end, 1) != 0;
	}
	return true;
}

/* ---- reading and writing ---- */

bool role_find(const struct catalog *c, struct str name, struct role *out)
{
	const struct catalog_object *o = catalog_object_find(c, OBJECT_ROLE, name);

	return o != NULL && decode(o, out);
}

bool role_get(const struct catalog *c, uint32_t id, struct role *out)
{
	const struct catalog_object *o = catalog_object(c, id);

	return o != NULL && o->kind == OBJECT_ROLE && decode(o, out);
}

bool role_next(const struct catalog *c, uint32_t *cursor, struct role *out)
{
	while (*cursor < catalog_object_count(c)) {
		const struct catalog_object *o = catalog_object_at(c, (*cursor)++);

		if (o->kind == OBJECT_ROLE && decode(o, out))
			return true;
	}
	return false;
}

/* ---- numbers ---- */

uint32_t role_first(const struct catalog *c)
{
	struct role r;

	for (uint32_t cursor = 0; role_next(c, &cursor, &r);) {
		if ((r.flags & ROLE_SUPERUSER) != 0 && (r.flags & ROLE_LOGIN) != 0)
			return r.id;
	}
	return NAME_NONE;
}

uint32_t role_oid(const struct catalog *c, uint32_t id)
{
	return id == NAME_NONE || id == role_first(c) ? (uint32_t)OID_ROLE_OWNER
						     : label_oid(LABEL_CATALOG_OBJECT, id);
}

bool role_of_oid(const struct catalog *c, uint32_t oid, uint32_t *id)
{
	enum label_object object;
	struct role r;

	*id = NAME_NONE;
	if (oid == OID_ROLE_OWNER) {
		*id = role_first(c);
		return true;
	}
	return label_oid_split(oid, &object, id) && object == LABEL_CATALOG_OBJECT &&
	       role_get(c, *id, &r);
}

enum sqlstate role_put(struct txn *t, struct role *r, struct error *e)
{
	uint8_t body[BODY_MAX], *at = body;
	uint32_t length = (uint32_t)strlen(r->verifier);

	give(&at, BODY_VERSION, 1);
	give(&at, r->flags, 4);
	give(&at, (uint32_t)r->connection_limit, 4);
	give(&at, (uint64_t)r->valid_until, 8);
	give(&at, length, 2);
	memcpy(at, r->verifier, length);
	at += length;
	give(&at, r->parent_count, 2);
	for (uint32_t i = 0; i < r->parent_count; i++) {
		give(&at, r->parents[i].id, 4);
		give(&at, r->parents[i].is_admin, 1);
	}
	return schema_object_put(t, &r->id, OBJECT_ROLE, r->name,
		(struct str){ (const char *)body, (uint32_t)(at - body) }, e);
}

/* Whether something was granted to it, or is its own. */
static bool is_needed(const struct catalog *c, uint32_t id)
{
	uint32_t cursor = 0;
	struct acl a;

	while (acl_next(c, &cursor, &a)) {
		if (a.owner == id || (acl_is_default(a.target) && a.target.label == id))
			return true;
		for (uint32_t i = 0; i < a.count; i++) {
			if (a.entries[i].role == id)
				return true;
		}
	}
	return false;
}

static bool forget_parent(struct role *r, uint32_t id)
{
	for (uint32_t i = 0; i < r->parent_count; i++) {
		if (r->parents[i].id == id) {
			r->parents[i] = r->parents[--r->parent_count];
			return true;
		}
	}
	return false;
}

enum sqlstate role_drop(struct txn *t, const struct role *r, struct error *e)
{
	const struct catalog *c = txn_catalog(t);
	struct role member;

	if (is_needed(c, r->id)) {
		(void)FAIL(e, E_DEPENDENT,
			"role \"%.*s\" cannot be dropped because some objects depend on it",
			STR_ARGS(r->name));
		error_hint(e, "REVOKE what was granted to it, and drop what it owns, first.");
		return e->code;
	}
	for (uint32_t cursor = 0; role_next(txn_catalog(t), &cursor, &member);) {
		/* A change makes a new catalog: the walk begins again. */
		if (forget_parent(&member, r->id)) {
			TRY(role_put(t, &member, e));
			cursor = 0;
		}
	}
	for (int is_database = 0; is_database < 2; is_database++)
		TRY(role_settings_put(
			t, (struct role_setting_key){ r->id, is_database }, STR(""), e));
	return schema_object_drop(t, r->id, e);
}

/* ---- sets ---- */

bool role_set_has(const struct role_set *s, uint32_t id)
{
	for (uint32_t i = 0; i < s->count; i++) {
		if (s->ids[i] == id)
			return true;
	}
	return false;
}

bool role_set_is_admin(const struct catalog *c, const struct role_set *s, uint32_t id)
{
	struct role r;

	for (uint32_t i = 0; i < s->count; i++) {
		if (!role_get(c, s->ids[i], &r))
			continue;
		for (uint32_t j = 0; j < r.parent_count; j++) {
			if (r.parents[j].id == id && r.parents[j].is_admin)
				return true;
		}
	}
	return s->is_superuser;
}

/* The roles that rule by themselves: one of them may log in and do everything. */
static bool has_superuser(const struct catalog *c)
{
	uint32_t cursor = 0;
	struct role r;

	while (role_next(c, &cursor, &r)) {
		if ((r.flags & ROLE_SUPERUSER) != 0 && (r.flags & ROLE_LOGIN) != 0)
			return true;
	}
	return false;
}

/* Appends the roles that its members are members of, and so on: each that is appended is looked at in its
   turn. */
static void add_parents(const struct catalog *c, struct role_set *set, bool only_inherited)
{
	struct role r;

	for (uint32_t i = 0; i < set->count; i++) {
		if (!role_get(c, set->ids[i], &r) ||
			(only_inherited && (r.flags & ROLE_NOINHERIT) != 0))
			continue;
		for (uint32_t j = 0; j < r.parent_count; j++) {
			if (!role_set_has(set, r.parents[j].id) && set->count < ROLE_PARENTS_MAX)
				set->ids[set->count++] = r.parents[j].id;
		}
	}
}

void role_set_of(const struct catalog *c, struct str name, struct role_set *out)
{
	struct role r;

	memset(out, 0, sizeof *out);
	if (!role_find(c, name, &r)) {
		out->is_refused = has_superuser(c);
		out->is_superuser = !out->is_refused;
		return;
	}
	out->flags = r.flags;
	/* SUPERUSER itself is not inherited. */
	out->is_superuser = (r.flags & ROLE_SUPERUSER) != 0;
	out->ids[out->count++] = r.id;
	add_parents(c, out, true);
}

bool role_is_member(const struct catalog *c, struct str name, struct str of)
{
	struct role_set set = { 0 };
	struct role member, group;

	if (!role_find(c, name, &member) || !role_find(c, of, &group))
		return false;
	set.ids[set.count++] = member.id;
	add_parents(c, &set, false);
	return role_set_has(&set, group.id);
}
