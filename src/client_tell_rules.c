/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What pg_hba_file_rules, pg_ident_file_mappings and pg_file_settings tell: the files as they are now, with
 * what is wrong in them, and not what is in force. For superusers alone.
 */
#include "src/client_state.h"
#include "src/config.h"

#define PATH_BYTES_MAX 4096

struct telling {
	struct arena *arena;
	struct query_facts *facts;
	const struct settings *running;
};

static void put(struct telling *t, const char *column, const char *text)
{
	if (text != NULL)
		query_facts_put(t->facts, column, value_string(str_of(text)));
}

static void put_words(struct telling *t, const char *column, const struct auth_word *words)
{
	struct value *items, list = { .type = VALUE_LIST };
	uint32_t count = 0;

	for (const struct auth_word *w = words; w != NULL; w = w->next)
		list.count++;
	items = ARENA_ARRAY(t->arena, struct value, list.count);
	for (const struct auth_word *w = words; w != NULL; w = w->next)
		items[count++] = value_string(w->text);
	list.items = items;
	query_facts_put(t->facts, column, list);
}

static void tell_rule(void *context, const struct hba_shown *rule)
{
	struct telling *t = context;

	query_facts_add(t->facts);
	query_facts_put(t->facts, "line_number", value_int(rule->line));
	put(t, "error", rule->fault);
	if (rule->fault != NULL)
		return;
	put(t, "type", rule->type);
	put_words(t, "database", rule->databases);
	put_words(t, "user_name", rule->users);
	put(t, "address", rule->address);
	put(t, "netmask", rule->netmask);
	put(t, "auth_method", rule->method);
	if (rule->options != NULL)
		put_words(t, "options", rule->options);
}

static void tell_mapping(void *context, const struct ident_shown *line)
{
	struct telling *t = context;

	query_facts_add(t->facts);
	query_facts_put(t->facts, "line_number", value_int(line->line));
	put(t, "map_name", line->map);
	put(t, "sys_name", line->system_name);
	put(t, "pg_username", line->user);
	put(t, "error", line->fault);
}

static void tell_rules(struct telling *t, struct str text, const char *path)
{
	struct hba *rules = hba_read(text, path);

	hba_visit(rules, tell_rule, t);
	hba_free(rules);
}

static void tell_mappings(struct telling *t, struct str text, const char *path)
{
	struct ident *maps = ident_read(text, path);

	ident_visit(maps, tell_mapping, t);
	ident_free(maps);
}

/* Whether a value of the file is in force, or would be after a reload: nothing is wrong with it, nothing
   behind it sets the same again, and no restart is needed. */
static bool is_applied(const struct telling *t, struct config_reader behind)
{
	enum setting_id id = setting_find(behind.name);
	struct str name = behind.name;
	bool is_last = true;

	behind.quoted = (struct buf){ 0 };
	while (config_next_line(&behind))
		is_last = is_last && !str_equal_nocase(behind.name, name);
	return is_last && (id == SETTING_COUNT || !t->running->is_pending[id]);
}

static void tell_settings(struct telling *t, struct str text, const char *path)
{
	struct config_reader reader = { .text = text };
	struct settings *tried = settings_new(NULL);
	int count = 0;

	while (config_next_line(&reader)) {
		bool is_read = reader.fault.code == OK;
		bool is_good = is_read && settings_set_name(tried, reader.name, reader.value,
						  SETTING_FROM_FILE, &reader.fault) == OK;

		query_facts_add(t->facts);
		put(t, "sourcefile", path);
		query_facts_put(t->facts, "sourceline", value_int(reader.line));
		query_facts_put(t->facts, "seqno", value_int(++count));
		if (is_read) {
			query_facts_put(t->facts, "name", value_string(reader.name));
			query_facts_put(t->facts, "setting", value_string(reader.value));
		}
		query_facts_put(t->facts, "applied", value_bool(is_good && is_applied(t, reader)));
		if (!is_good)
			put(t, "error", reader.fault.message);
	}
	settings_release(tried);
}

enum sqlstate client_tell_files(
	struct client *c, struct str relation, struct query_facts *facts, struct error *e)
{
	static const struct {
		const char *relation, *file;
		void (*tell)(struct telling *t, struct str text, const char *path);
	} files[] = { { "pg_hba_file_rules", HBA_FILE_NAME, tell_rules },
		{ "pg_ident_file_mappings", IDENT_FILE_NAME, tell_mappings },
		{ "pg_file_settings", CONFIG_FILE_NAME, tell_settings } };
	struct telling t = { .facts = facts, .running = c->settings };
	struct buf text = { 0 };
	char path[PATH_BYTES_MAX];
	enum sqlstate rc;
	size_t i = 0;

	while (i < ARRAY_COUNT(files) && !str_equal(relation, str_of(files[i].relation)))
		i++;
	if (i == ARRAY_COUNT(files))
		return OK;
	if (!c->role.is_superuser)
		return FAIL(e, E_PRIVILEGE, "permission denied for view %.*s", STR_ARGS(relation));
	t.arena = arena_new(0);
	rc = access_read(c->context->directory, files[i].file, path, sizeof path, &text, e);
	if (rc == OK)
		files[i].tell(&t, buf_str(&text), path);
	buf_free(&text);
	arena_free(t.arena);
	return rc;
}
