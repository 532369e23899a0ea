/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_ident.conf: see ident.h.
 */
#include "src/ident.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/check.h"
#include "src/auth_file.h"

struct ident_line {
	struct ident_line *next;
	const char *file, *fault;
	unsigned number;
	struct str map, system_name, user;
	struct auth_regex *regex; /* of the system name; NULL: it is a name */
};

struct ident {
	struct arena *arena;
	struct ident_line *first, **last;
};

static enum sqlstate take_name(
	const struct auth_field **field, struct str *out, struct error *e)
{
	if (*field == NULL || (*field)->words == NULL)
		return FAIL(e, E_CONFIG_FILE, "missing entry at end of line");
	if ((*field)->words->next != NULL)
		return FAIL(e, E_CONFIG_FILE, "multiple values in ident field");
	*out = (*field)->words->text;
	*field = (*field)->next;
	return OK;
}

static enum sqlstate parse_line(
	const struct auth_line *from, struct ident_line *line, struct error *e)
{
	const struct auth_field *field = from->fields;
	struct str name;

	if (from->fault != NULL)
		return FAIL(e, E_CONFIG_FILE, "%s", from->fault);
	TRY(take_name(&field, &line->map, e));
	TRY(take_name(&field, &line->system_name, e));
	TRY(take_name(&field, &line->user, e));
	name = line->system_name;
	if (name.length == 0 || name.at[0] != '/')
		return OK;
	return auth_regex_new((struct str){ name.at + 1, name.length - 1 }, &line->regex, e);
}

struct ident *ident_read(struct str text, const char *path)
{
	struct ident *m = calloc(1, sizeof *m);

	if (m == NULL)
		PANIC("out of memory");
	m->arena = arena_new(0);
	m->last = &m->first;
	for (const struct auth_line *l = auth_file_parse(m->arena, text, path); l != NULL;
		l = l->next) {
		struct ident_line *line = ARENA_NEW(m->arena, struct ident_line);
		struct error e;

		line->file = l->file;
		line->number = l->number;
		if (parse_line(l, line, &e) != OK)
			line->fault = arena_strdup(m->arena, e.message);
		*m->last = line;
		m->last = &line->next;
	}
	return m;
}

enum sqlstate ident_parse(struct str text, const char *path, struct ident **out, struct error *e)
{
	struct ident *m = ident_read(text, path);

	for (const struct ident_line *l = m->first; l != NULL; l = l->next) {
		if (l->fault == NULL)
			continue;
		FAIL(e, E_CONFIG_FILE, "%s in file \"%s\" line %u", l->fault, l->file, l->number);
		ident_free(m);
		return e->code;
	}
	*out = m;
	return OK;
}

void ident_free(struct ident *m)
{
	if (m == NULL)
		return;
	for (const struct ident_line *l = m->first; l != NULL; l = l->next)
		auth_regex_free(l->regex);
	arena_free(m->arena);
	free(m);
}

/* Whether the user is whom the line means, with \1 replaced by what the expression's group found. */
static bool is_user(struct str meant, struct str group, struct str user)
{
	const char *place = memmem(meant.at, meant.length, "\\1", 2);
	uint32_t before, after;

	if (place == NULL)
		return str_equal(meant, user);
	before = (uint32_t)(place - meant.at);
	after = meant.length - before - 2;
	return user.length == before + group.length + after &&
	       memcmp(user.at, meant.at, before) == 0 &&
	       memcmp(user.at + before, group.at, group.length) == 0 &&
	       memcmp(user.at + before + group.length, place + 2, after) == 0;
}

static enum sqlstate fits_line(const struct ident_line *l, struct str system_name,
	struct str user, bool *fits, struct error *e)
{
	struct str group;

	if (l->regex == NULL) {
		*fits = str_equal(l->system_name, system_name) && str_equal(l->user, user);
		return OK;
	}
	TRY(auth_regex_find(l->regex, system_name, fits, &group, e));
	if (!*fits)
		return OK;
	if (group.at == NULL && memmem(l->user.at, l->user.length, "\\1", 2) != NULL)
		return FAIL(e, E_CONFIG_FILE,
			"regular expression \"%.*s\" has no subexpressions as requested by "
			"backreference in \"%.*s\"",
			(int)l->system_name.length - 1, l->system_name.at + 1, STR_ARGS(l->user));
	*fits = is_user(l->user, group, user);
	return OK;
}

enum sqlstate ident_fits(const struct ident *m, struct str map, struct str system_name,
	struct str user, bool *fits, struct error *e)
{
	*fits = false;
	for (const struct ident_line *l = m->first; l != NULL && !*fits; l = l->next) {
		if (str_equal(l->map, map))
			TRY(fits_line(l, system_name, user, fits, e));
	}
	return OK;
}

struct str ident_default_text(void)
{
	return STR(
		"# Who of the operating system, or of a certificate, may be which user here. A rule\n"
		"# of pg_hba.conf goes by the map that it names with map=; one that names none wants\n"
		"# equal names. After a change send SIGHUP to the server.\n"
		"#\n"
		"# A SYSTEM-NAME that begins with a slash is a regular expression; what its first pair\n"
		"# of parentheses found stands for \\1 in USER.\n"
		"#\n"
		"# MAP  SYSTEM-NAME  USER\n");
}

void ident_visit(const struct ident *m, ident_visitor *visit, void *context)
{
	for (const struct ident_line *l = m->first; l != NULL; l = l->next) {
		struct ident_shown shown = { .line = l->number, .fault = l->fault };

		if (l->fault == NULL) {
			shown.map = l->map.at;
			shown.system_name = l->system_name.at;
			shown.user = l->user.at;
		}
		visit(context, &shown);
	}
}
