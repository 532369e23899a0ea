/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Roles and privileges as the catalogs show them: see acl_list.h. Who granted something is not kept;
 * it is shown as granted by the owner, as PostgreSQL does for a member of the owning role.
 */
#include "query/sql/acl_list.h"

#include <stdio.h>

#include "base/setting.h"
#include "query/eval/eval.h"
#include "query/sql/label_table.h"

/* In the order in which PostgreSQL prints them. */
static const struct {
	const char *name;
	uint32_t bit;
	char letter;
} privileges[] = {
	{ "INSERT", PRIVILEGE_INSERT, 'a' },
	{ "SELECT", PRIVILEGE_SELECT, 'r' },
	{ "UPDATE", PRIVILEGE_UPDATE, 'w' },
	{ "DELETE", PRIVILEGE_DELETE, 'd' },
	{ "TRUNCATE", PRIVILEGE_TRUNCATE, 'D' },
	{ "REFERENCES", PRIVILEGE_REFERENCES, 'x' },
	{ "TRIGGER", PRIVILEGE_TRIGGER, 't' },
	{ "USAGE", PRIVILEGE_USAGE, 'U' },
	{ "CREATE", PRIVILEGE_CREATE, 'C' },
	{ "TEMPORARY", PRIVILEGE_TEMPORARY, 'T' },
	{ "CONNECT", PRIVILEGE_CONNECT, 'c' },
	{ "TEMP", PRIVILEGE_TEMPORARY, 0 },
};

uint32_t acl_privilege(struct str word, bool *is_grantable)
{
	struct str ending = STR(" WITH GRANT OPTION");

	*is_grantable = word.length > ending.length &&
			str_equal_nocase((struct str){ word.at + word.length - ending.length,
						 ending.length },
				ending);
	if (*is_grantable)
		word.length -= ending.length;
	for (uint32_t i = 0; i < ARRAY_COUNT(privileges); i++) {
		if (str_equal_nocase(word, str_of(privileges[i].name)))
			return privileges[i].bit;
	}
	return 0;
}

/* ---- names ---- */

static struct str session_user(const struct eval *ev)
{
	return str_of(ev->session == NULL || ev->session->user == NULL ? "" : ev->session->user);
}

struct str acl_current_user(const struct eval *ev)
{
	const char *role = ev->session == NULL || ev->session->settings == NULL
				   ? "none"
				   : setting_text(ev->session->settings, SETTING_role);

	return role[0] == '\0' || strcmp(role, "none") == 0 ? session_user(ev) : str_of(role);
}

struct value acl_owner_name(struct relation_scan *s, struct acl_target target)
{
	struct acl *acl = ARENA_NEW(s->arena, struct acl);

	acl_find(s->catalog, target, acl);
	return value_string(arena_str(s->arena, acl_role_name(s->ev, acl->owner)));
}

const struct role_set *acl_rights(struct eval *ev)
{
	struct role_set *made;

	if (ev->session == NULL || ev->txn == NULL || ev->rights != NULL)
		return ev->rights;
	made = ARENA_NEW(ev->lasting, struct role_set);
	role_set_of(txn_catalog(ev->txn), acl_current_user(ev), made);
	ev->rights = made;
	return made;
}

struct str acl_role_name(const struct eval *ev, uint32_t id)
{
	const struct catalog *c = txn_catalog(ev->txn);
	struct role r;

	if (id == NAME_NONE)
		id = role_first(c);
	if (id != NAME_NONE && role_get(c, id, &r))
		return r.name;
	/* Whoever is connected without a role may do everything, as long as there is no superuser. */
	return role_find(c, session_user(ev), &r) ? STR("quiver") : session_user(ev);
}

bool acl_role_named(const struct eval *ev, struct str name, uint32_t *id)
{
	struct role r;

	*id = NAME_NONE;
	if (role_find(txn_catalog(ev->txn), name, &r)) {
		*id = r.id;
		return true;
	}
	return role_first(txn_catalog(ev->txn)) == NAME_NONE &&
	       str_equal(name, acl_role_name(ev, NAME_NONE));
}

uint32_t acl_owner_oid(const struct catalog *c, const struct acl *acl)
{
	return role_oid(c, acl->owner);
}

/* ---- items ---- */

static bool is_plain(struct str name)
{
	for (uint32_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		if (c != '_' && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
			!(c >= '0' && c <= '9'))
			return false;
	}
	return name.length > 0;
}

static void put_name(struct buf *to, struct str name)
{
	bool is_bare = is_plain(name);

	if (!is_bare)
		buf_put_byte(to, '"');
	for (uint32_t i = 0; i < name.length; i++) {
		if (name.at[i] == '"')
			buf_put_byte(to, '"');
		buf_put_byte(to, (uint8_t)name.at[i]);
	}
	if (!is_bare)
		buf_put_byte(to, '"');
}

static struct str item(struct relation_scan *s, struct str grantee, uint32_t bits,
	uint32_t grantable, struct str owner)
{
	struct buf text = { 0 };
	struct str kept;

	if (grantee.length > 0)
		put_name(&text, grantee);
	buf_put_byte(&text, '=');
	for (uint32_t i = 0; i < ARRAY_COUNT(privileges); i++) {
		if (privileges[i].letter == 0 || (bits & privileges[i].bit) == 0)
			continue;
		buf_put_byte(&text, (uint8_t)privileges[i].letter);
		if ((grantable & privileges[i].bit) != 0)
			buf_put_byte(&text, '*');
	}
	buf_put_byte(&text, '/');
	put_name(&text, owner);
	kept = arena_str(s->arena, buf_str(&text));
	buf_free(&text);
	return kept;
}

/* Those of the entries, behind the `count` that are there. */
static uint32_t add_items(struct relation_scan *s, const struct acl *acl, struct str owner,
	uint32_t known, struct str *items, uint32_t count)
{
	for (uint32_t i = 0; i < acl->count; i++) {
		const struct acl_entry *e = &acl->entries[i];
		struct str grantee = STR("");

		if (e->role != ROLE_PUBLIC)
			grantee = acl_role_name(s->ev, e->role);
		if (e->bits != 0)
			items[count++] =
				item(s, grantee, e->bits & known, e->grantable, owner);
	}
	return count;
}

struct value acl_items(struct relation_scan *s, const struct acl *acl, uint32_t owner_bits)
{
	struct str owner = arena_str(s->arena, acl_role_name(s->ev, acl->owner));
	struct str *items = ARENA_ARRAY(s->arena, struct str, acl->count + 1);

	if (acl->count == 0 || acl->id == NAME_NONE)
		return value_null();
	items[0] = item(s, owner, owner_bits, 0, owner);
	return relation_texts(s, items, add_items(s, acl, owner, owner_bits, items, 1));
}

struct value acl_schema_items(struct relation_scan *s, bool is_public)
{
	struct str owner = is_public ? STR("pg_database_owner")
				     : arena_str(s->arena, acl_role_name(s->ev, NAME_NONE));
	struct acl *acl = ARENA_NEW(s->arena, struct acl);
	struct str *items;

	if (is_public)
		acl_find(s->catalog, (struct acl_target){ ACL_SCHEMA, GRAPH_MAIN }, acl);
	items = ARENA_ARRAY(s->arena, struct str, acl->count + 2);
	items[0] = item(s, owner, PRIVILEGES_SCHEMA, 0, owner);
	items[1] = item(s, STR(""), PRIVILEGE_USAGE, 0, owner);
	return relation_texts(s, items, add_items(s, acl, owner, PRIVILEGES_SCHEMA, items, 2));
}

struct value acl_default_items(struct relation_scan *s, struct acl *acl)
{
	bool is_tables = acl->target.kind == ACL_DEFAULT_TABLES ||
			 acl->target.kind == ACL_DEFAULT_TABLES_PUBLIC;
	bool is_public = acl->target.kind == ACL_DEFAULT_TABLES_PUBLIC ||
			 acl->target.kind == ACL_DEFAULT_SEQUENCES_PUBLIC;
	uint32_t known = is_tables ? PRIVILEGES_LABEL : PRIVILEGES_SEQUENCE;
	struct str owner = arena_str(s->arena, acl_role_name(s->ev, acl->target.label));
	struct str *items = ARENA_ARRAY(s->arena, struct str, acl->count + 1);
	uint32_t count = 0;

	if (!is_public)
		items[count++] = item(s, owner, known, 0, owner);
	return relation_texts(s, items, add_items(s, acl, owner, known, items, count));
}

/* What everybody may do with a thing of each kind, and what its owner. */
static const struct {
	char kind;
	const char *everybody, *owner;
} initial_rights[] = { { 'c', "", "" }, { 'r', "", "arwdDxt" }, { 's', "", "rwU" },
	{ 'd', "Tc", "CTc" }, { 'f', "X", "X" }, { 'l', "U", "U" }, { 'L', "", "rw" },
	{ 'n', "", "UC" }, { 'p', "", "sA" }, { 't', "", "C" }, { 'F', "", "U" }, { 'S', "", "U" },
	{ 'T', "U", "U" } };

static struct value initial_item(
	struct eval *ev, struct str grantee, const char *letters, struct str owner)
{
	struct buf text = { 0 };

	if (grantee.length > 0)
		put_name(&text, grantee);
	buf_printf(&text, "=%s/", letters);
	put_name(&text, owner);
	return eval_take_buf(ev, &text);
}

bool acl_initial_items(struct eval *ev, char kind, uint32_t owner, struct value *out)
{
	struct value *items = ARENA_ARRAY(ev->arena, struct value, 2);
	uint32_t id, count = 0;
	struct str name;

	for (uint32_t i = 0; i < ARRAY_COUNT(initial_rights); i++) {
		if (initial_rights[i].kind != kind)
			continue;
		name = role_of_oid(txn_catalog(ev->txn), owner, &id)
			       ? arena_str(ev->arena, acl_role_name(ev, id))
			       : arena_printf(ev->arena, "%u", owner);
		if (initial_rights[i].everybody[0] != '\0')
			items[count++] =
				initial_item(ev, STR(""), initial_rights[i].everybody, name);
		if (initial_rights[i].owner[0] != '\0')
			items[count++] = initial_item(ev, name, initial_rights[i].owner, name);
		*out = eval_list(items, count);
		return true;
	}
	return false;
}

/* ---- items taken apart ---- */

/* A name as put_name() writes it; *at moves behind it. */
static struct str take_name(struct arena *a, struct str text, uint32_t *at, const char *ends)
{
	struct str name = { arena_alloc(a, text.length + 1), 0 };
	bool is_quoted = false;

	for (; *at < text.length; ++*at) {
		char c = text.at[*at];

		if (c == '"' && is_quoted && *at + 1 < text.length && text.at[*at + 1] == '"') {
			++*at;
		} else if (c == '"') {
			is_quoted = !is_quoted;
			continue;
		} else if (!is_quoted && strchr(ends, c) != NULL) {
			break;
		}
		((char *)name.at)[name.length++] = c;
	}
	return name;
}

static uint32_t bit_of_letter(char letter)
{
	for (uint32_t i = 0; i < ARRAY_COUNT(privileges); i++) {
		if (privileges[i].letter == letter)
			return privileges[i].bit;
	}
	return 0;
}

bool acl_item_read(struct arena *a, struct str text, struct str *grantee, struct str *grantor,
	uint32_t *bits, uint32_t *grantable)
{
	uint32_t at = 0, last = 0;

	*bits = *grantable = 0;
	*grantee = take_name(a, text, &at, "=");
	if (at == text.length)
		return false;
	for (at++; at < text.length && text.at[at] != '/'; at++) {
		if (text.at[at] == '*')
			*grantable |= last;
		else if ((last = bit_of_letter(text.at[at])) == 0)
			return false;
		*bits |= last;
	}
	if (at == text.length)
		return false;
	at++;
	*grantor = take_name(a, text, &at, "");
	return true;
}

const char *acl_privilege_name(uint32_t bit)
{
	for (uint32_t i = 0; i < ARRAY_COUNT(privileges); i++) {
		if (privileges[i].bit == bit)
			return privileges[i].name;
	}
	return "";
}
