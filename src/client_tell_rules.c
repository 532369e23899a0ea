/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What pg_hba_file_rules and pg_ident_file_mappings tell: the files as they are now, with what is wrong
 * in them, and not the rules in force. For superusers alone.
 */
#include "src/client_state.h"

#define PATH_BYTES_MAX 4096

struct telling {
	struct arena *arena;
	struct query_facts *facts;
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

enum sqlstate client_tell_files(
	struct client *c, struct str relation, struct query_facts *facts, struct error *e)
{
	bool is_rules = str_equal(relation, STR("pg_hba_file_rules"));
	struct telling t = { .facts = facts };
	struct buf text = { 0 };
	char path[PATH_BYTES_MAX];
	enum sqlstate rc;

	if (!is_rules && !str_equal(relation, STR("pg_ident_file_mappings")))
		return OK;
	if (!c->role.is_superuser)
		return FAIL(e, E_PRIVILEGE, "permission denied for view %.*s", STR_ARGS(relation));
	t.arena = arena_new(0);
	rc = access_read(c->context->directory, is_rules ? HBA_FILE_NAME : IDENT_FILE_NAME, path,
		sizeof path, &text, e);
	if (rc == OK)
		(is_rules ? tell_rules : tell_mappings)(&t, buf_str(&text), path);
	buf_free(&text);
	arena_free(t.arena);
	return rc;
}
