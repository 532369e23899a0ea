/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The settings that sessions begin with, by role and database: an object of the catalog each, named by
 * the role's number and whether they are the database's own, whose body is the pairs as role.h has them.
 */
#include <stdio.h>
#include <string.h>

#include "query/role/role.h"

enum { KEY_SIZE = 16 };

static struct str key_text(struct role_setting_key key, char room[KEY_SIZE])
{
	snprintf(room, KEY_SIZE, "%c%u", key.is_database ? 'd' : 'a', key.role);
	return str_of(room);
}

struct str role_settings(const struct catalog *c, struct role_setting_key key)
{
	char room[KEY_SIZE];
	const struct catalog_object *o =
		catalog_object_find(c, OBJECT_ROLE_SETTINGS, key_text(key, room));

	return o == NULL ? STR("") : o->body;
}

bool role_settings_next(const struct catalog *c, uint32_t *cursor, struct role_setting_key *key,
	struct str *settings)
{
	while (*cursor < catalog_object_count(c)) {
		const struct catalog_object *o = catalog_object_at(c, (*cursor)++);

		if (o->kind != OBJECT_ROLE_SETTINGS || o->name.length == 0)
			continue;
		*key = (struct role_setting_key){ .is_database = o->name.at[0] == 'd' };
		for (uint32_t i = 1; i < o->name.length; i++)
			key->role = key->role * 10 + (uint32_t)(o->name.at[i] - '0');
		*settings = o->body;
		return true;
	}
	return false;
}

static bool take_text(struct str *from, struct str *out)
{
	const char *end = from->length == 0 ? NULL : memchr(from->at, '\0', from->length);

	if (end == NULL)
		return false;
	*out = (struct str){ from->at, (uint32_t)(end - from->at) };
	*from = (struct str){ end + 1, from->length - out->length - 1 };
	return true;
}

bool role_settings_take(struct str *settings, struct str *name, struct str *value)
{
	return take_text(settings, name) && take_text(settings, value);
}

enum sqlstate role_settings_put(
	struct txn *t, struct role_setting_key key, struct str settings, struct error *e)
{
	char room[KEY_SIZE];
	struct str name = key_text(key, room);
	const struct catalog_object *o =
		catalog_object_find(txn_catalog(t), OBJECT_ROLE_SETTINGS, name);
	uint32_t id = o == NULL ? NAME_NONE : o->id;

	if (settings.length == 0)
		return id == NAME_NONE ? OK : schema_object_drop(t, id, e);
	return schema_object_put(t, &id, OBJECT_ROLE_SETTINGS, name, settings, e);
}
