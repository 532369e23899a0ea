/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE, ALTER and DROP ROLE, GRANT and REVOKE, as PostgreSQL spells them; a label may stand where a
 * table stands there, and a graph where a schema does.
 */
#include "query/parse/ast_role.h"
#include "query/parse/parse_table.h"

#include "base/check.h"

static bool is_role_word(struct parser *p)
{
	return parse_word(p, "ROLE") || parse_word(p, "USER") || parse_word(p, "GROUP");
}

static enum sqlstate parse_role_names(struct parser *p, struct ast_name **out, uint32_t *count)
{
	do {
		parse_accept_word(p, "GROUP");
		TRY(parse_any_name(p, "a role", PARSE_PUSH(p, *out, *count)));
	} while (parse_accept(p, ','));
	return OK;
}

/* ---- options ---- */

static bool accept_flag(struct parser *p, struct ast_role_option *out)
{
	static const struct {
		const char *word;
		uint32_t flag;
		bool is_on;
	} flags[] = {
		{ "SUPERUSER", ROLE_SUPERUSER, true },
		{ "NOSUPERUSER", ROLE_SUPERUSER, false },
		{ "LOGIN", ROLE_LOGIN, true },
		{ "NOLOGIN", ROLE_LOGIN, false },
		{ "CREATEDB", ROLE_CREATEDB, true },
		{ "NOCREATEDB", ROLE_CREATEDB, false },
		{ "CREATEROLE", ROLE_CREATEROLE, true },
		{ "NOCREATEROLE", ROLE_CREATEROLE, false },
		{ "INHERIT", ROLE_NOINHERIT, false },
		{ "NOINHERIT", ROLE_NOINHERIT, true },
		{ "REPLICATION", ROLE_REPLICATION, true },
		{ "NOREPLICATION", ROLE_REPLICATION, false },
		{ "BYPASSRLS", ROLE_BYPASSRLS, true },
		{ "NOBYPASSRLS", ROLE_BYPASSRLS, false },
	};

	for (size_t i = 0; i < ARRAY_COUNT(flags); i++) {
		if (!parse_accept_word(p, flags[i].word))
			continue;
		out->kind = ROLE_OPTION_FLAG;
		out->flag = flags[i].flag;
		out->is_on = flags[i].is_on;
		return true;
	}
	return false;
}

static enum sqlstate parse_limit(struct parser *p, struct ast_role_option *out)
{
	bool is_negative;
	uint32_t number;

	out->kind = ROLE_OPTION_LIMIT;
	TRY(parse_expect_word(p, "LIMIT"));
	is_negative = parse_accept(p, '-');
	TRY(parse_uint(p, &number));
	if (number > INT32_MAX || (is_negative && number != 1))
		return PARSE_ERROR(
			p, out->at, E_INVALID_VALUE, "invalid connection limit: %u", number);
	out->number = is_negative ? -1 : (int32_t)number;
	return OK;
}

/* [ENCRYPTED] PASSWORD 'text' or NULL. */
static enum sqlstate parse_password(struct parser *p, struct ast_role_option *out)
{
	out->kind = ROLE_OPTION_PASSWORD;
	if (parse_accept(p, KW_NULL)) {
		out->is_null = true;
		return OK;
	}
	return parse_string(p, &out->text);
}

/* *is_there: an option began here. */
static enum sqlstate parse_option(
	struct parser *p, bool is_create, struct ast_role_option *out, bool *is_there)
{
	out->at = p->token.at;
	*is_there = true;
	if (accept_flag(p, out))
		return OK;
	if (parse_accept_word(p, "ENCRYPTED")) {
		TRY(parse_expect_word(p, "PASSWORD"));
		return parse_password(p, out);
	}
	if (parse_accept_word(p, "PASSWORD"))
		return parse_password(p, out);
	if (parse_accept_word(p, "CONNECTION"))
		return parse_limit(p, out);
	if (parse_accept_word(p, "VALID")) {
		out->kind = ROLE_OPTION_UNTIL;
		TRY(parse_expect_word(p, "UNTIL"));
		return parse_string(p, &out->text);
	}
	if (is_create && parse_accept(p, KW_IN)) {
		out->kind = ROLE_OPTION_IN;
		if (!parse_accept_word(p, "ROLE"))
			TRY(parse_expect_word(p, "GROUP"));
		return parse_role_names(p, &out->names, &out->name_count);
	}
	if (is_create &&
		(parse_word(p, "ROLE") || parse_word(p, "USER") || parse_word(p, "ADMIN"))) {
		out->kind = parse_word(p, "ADMIN") ? ROLE_OPTION_ADMINS : ROLE_OPTION_MEMBERS;
		parse_advance(p);
		return parse_role_names(p, &out->names, &out->name_count);
	}
	*is_there = false;
	return OK;
}

static enum sqlstate parse_options(struct parser *p, bool is_create, struct ast_role *out)
{
	struct ast_role_option option;
	bool is_there = true;

	parse_accept(p, KW_WITH);
	while (is_there) {
		memset(&option, 0, sizeof option);
		TRY(parse_option(p, is_create, &option, &is_there));
		if (is_there)
			*PARSE_PUSH(p, out->options, out->option_count) = option;
	}
	return OK;
}

/* ---- roles ---- */

bool parse_is_role(struct parser *p)
{
	return is_role_word(p);
}

enum sqlstate parse_create_role(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_CREATE_ROLE;
	out->role = ARENA_NEW(p->arena, struct ast_role);
	out->role->is_user = parse_word(p, "USER");
	parse_advance(p);
	TRY(parse_any_name(p, "a role", &out->role->name));
	return parse_options(p, true, out->role);
}

/* SET x {= | TO} value, RESET x, RESET ALL; false if neither begins here. */
static enum sqlstate parse_role_setting(struct parser *p, const struct ast_name *role,
	const struct ast_name *database, struct ast_stmt *out)
{
	struct ast_role_setting *made = ARENA_NEW(p->arena, struct ast_role_setting);

	out->kind = STMT_ROLE_SETTING;
	out->role_setting = made;
	made->role = *role;
	made->database = *database;
	made->setting = ARENA_NEW(p->arena, struct ast_setting);
	made->is_reset = p->token.kind == KW_RESET;
	if (made->is_reset) {
		parse_advance(p);
		return parse_shown_name(p, made->setting);
	}
	TRY(parse_expect(p, KW_SET));
	return parse_setting_change(p, made->setting);
}

/* ALL, or a name, with IN DATABASE: its settings. */
enum sqlstate parse_alter_role(struct parser *p, struct ast_stmt *out)
{
	struct ast_name role = { 0 }, database = { 0 };

	out->kind = STMT_ALTER_ROLE;
	parse_advance(p);
	if (!parse_accept(p, KW_ALL))
		TRY(parse_any_name(p, "a role", &role));
	if (parse_accept(p, KW_IN)) {
		TRY(parse_expect_word(p, "DATABASE"));
		TRY(parse_any_name(p, "a database", &database));
	}
	if (role.length == 0 || database.length > 0 || p->token.kind == KW_SET ||
		p->token.kind == KW_RESET)
		return parse_role_setting(p, &role, &database, out);
	out->role = ARENA_NEW(p->arena, struct ast_role);
	out->role->name = role;
	if (parse_accept(p, KW_RENAME)) {
		TRY(parse_expect(p, KW_TO));
		return parse_any_name(p, "a role", &out->role->rename_to);
	}
	return parse_options(p, false, out->role);
}

enum sqlstate parse_alter_database(struct parser *p, struct ast_stmt *out)
{
	struct ast_name role = { 0 }, database = { 0 };
	uint32_t at = p->token.at;

	parse_advance(p);
	TRY(parse_any_name(p, "a database", &database));
	if (p->token.kind != KW_SET && p->token.kind != KW_RESET)
		return parse_unsupported(p, at, "ALTER DATABASE but for SET and RESET");
	return parse_role_setting(p, &role, &database, out);
}

enum sqlstate parse_owned(struct parser *p, bool is_drop, struct ast_stmt *out)
{
	out->kind = STMT_OWNED;
	out->owned = ARENA_NEW(p->arena, struct ast_owned);
	parse_advance(p);
	TRY(parse_expect(p, KW_BY));
	TRY(parse_role_names(p, &out->owned->roles, &out->owned->role_count));
	if (is_drop) {
		out->owned->is_cascade = parse_cascade(p);
		return OK;
	}
	TRY(parse_expect(p, KW_TO));
	return parse_any_name(p, "a role", &out->owned->to);
}

enum sqlstate parse_drop_role(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_DROP_ROLE;
	out->names = ARENA_NEW(p->arena, struct ast_names_statement);
	parse_advance(p);
	TRY(parse_if_there(p, &out->names->if_exists));
	return parse_role_names(p, &out->names->names, &out->names->count);
}

/* ---- GRANT and REVOKE ---- */

static uint32_t privilege_of(struct parser *p)
{
	static const struct {
		const char *word;
		uint32_t bit;
	} words[] = { { "SELECT", PRIVILEGE_SELECT }, { "INSERT", PRIVILEGE_INSERT },
		{ "UPDATE", PRIVILEGE_UPDATE }, { "DELETE", PRIVILEGE_DELETE },
		{ "TRUNCATE", PRIVILEGE_TRUNCATE }, { "REFERENCES", PRIVILEGE_REFERENCES },
		{ "TRIGGER", PRIVILEGE_TRIGGER }, { "USAGE", PRIVILEGE_USAGE },
		{ "CREATE", PRIVILEGE_CREATE }, { "CONNECT", PRIVILEGE_CONNECT },
		{ "TEMPORARY", PRIVILEGE_TEMPORARY }, { "TEMP", PRIVILEGE_TEMPORARY } };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (parse_word(p, words[i].word))
			return words[i].bit;
	}
	return 0;
}

/* Privileges if a comma or ON follows them, otherwise names of roles. */
static enum sqlstate parse_what(struct parser *p, struct ast_grant *out)
{
	out->at = p->token.at;
	if (parse_accept(p, KW_ALL)) {
		parse_accept_word(p, "PRIVILEGES");
		out->is_all = true;
		return parse_expect(p, KW_ON);
	}
	do {
		uint32_t bit = out->role_count == 0 ? privilege_of(p) : 0;

		if (bit == 0) {
			TRY(parse_any_name(p, "a privilege or a role",
				PARSE_PUSH(p, out->roles, out->role_count)));
			continue;
		}
		out->privileges |= bit;
		parse_advance(p);
		if (p->token.kind == '(')
			return parse_unsupported(
				p, p->token.at, "a privilege on single columns");
	} while (parse_accept(p, ','));
	if (out->privileges == 0)
		return OK;
	if (out->role_count > 0)
		return parse_fail(p, "a privilege");
	return parse_expect(p, KW_ON);
}

static enum sqlstate parse_objects(struct parser *p, const char *label, struct ast_grant *out)
{
	struct ast_qname name;

	do {
		struct ast_name *to = PARSE_PUSH(p, out->objects, out->object_count);

		memset(&name, 0, sizeof name);
		TRY(parse_qname(p, label, &name));
		*to = (struct ast_name){ .at = name.at, .length = name.length, .text = name.name };
	} while (parse_accept(p, ','));
	return OK;
}

/* ALL TABLES IN SCHEMA public, ALL LABELS IN GRAPH main, ALL SEQUENCES .. */
static enum sqlstate parse_all_in(struct parser *p, struct ast_grant *out)
{
	out->kind = parse_accept_word(p, "SEQUENCES") ? GRANT_ALL_SEQUENCES : GRANT_ALL_LABELS;
	if (out->kind == GRANT_ALL_LABELS && !parse_accept_word(p, "LABELS"))
		TRY(parse_expect_word(p, "TABLES"));
	TRY(parse_expect(p, KW_IN));
	if (!parse_accept(p, KW_GRAPH))
		TRY(parse_expect_word(p, "SCHEMA"));
	return parse_objects(p, "a schema", out);
}

static enum sqlstate parse_on(struct parser *p, struct ast_grant *out)
{
	if (parse_accept(p, KW_ALL))
		return parse_all_in(p, out);
	if (parse_accept(p, KW_GRAPH) || parse_accept_word(p, "SCHEMA")) {
		out->kind = GRANT_SCHEMA;
		return parse_objects(p, "a schema", out);
	}
	if (parse_accept_word(p, "DATABASE")) {
		out->kind = GRANT_DATABASE;
		return parse_objects(p, "a database", out);
	}
	if (parse_word(p, "SEQUENCE") && parse_is_any_name_token(parse_peek(p, 1)) &&
		!parse_sees(p, 1, KW_TO) && !parse_sees(p, 1, KW_FROM)) {
		parse_advance(p);
		out->kind = GRANT_SEQUENCES;
		return parse_objects(p, "a sequence", out);
	}
	if (parse_word(p, "PROPERTY") && parse_sees(p, 1, KW_GRAPH)) {
		parse_advance(p);
		parse_advance(p);
		out->kind = GRANT_PROPERTY_GRAPHS;
		return parse_objects(p, "a property graph", out);
	}
	out->kind = GRANT_LABELS;
	if (parse_accept_pair(p, KW_NODE, KW_LABEL))
		out->class = CLASS_NODE;
	else if (parse_accept_pair(p, KW_EDGE, KW_LABEL))
		out->class = CLASS_EDGE;
	else if (!parse_accept(p, KW_TABLE) && p->token.kind == KW_LABEL &&
		 parse_is_any_name_token(parse_peek(p, 1)) && !parse_sees(p, 1, KW_TO) &&
		 !parse_sees(p, 1, KW_FROM))
		parse_advance(p);
	return parse_objects(p, "a label", out);
}

static enum sqlstate parse_grantees(struct parser *p, struct ast_grant *out)
{
	do {
		struct ast_name *to;

		parse_accept_word(p, "GROUP");
		to = PARSE_PUSH(p, out->grantees, out->grantee_count);
		to->at = p->token.at;
		if (out->kind != GRANT_ROLES && parse_accept_word(p, "PUBLIC"))
			continue;
		TRY(parse_any_name(p, "a role", to));
	} while (parse_accept(p, ','));
	return OK;
}

/* REVOKE GRANT OPTION FOR, REVOKE ADMIN OPTION FOR. */
static enum sqlstate parse_only_option(struct parser *p, struct ast_grant *out)
{
	if (!(parse_word(p, "GRANT") || parse_word(p, "ADMIN")) || !parse_sees_word(p, 1, "OPTION"))
		return OK;
	parse_advance(p);
	parse_advance(p);
	out->only_option = true;
	return parse_expect(p, KW_FOR);
}

/* ON TABLES, ON SEQUENCES: of what is still to be made. */
static enum sqlstate parse_on_future(struct parser *p, struct ast_grant *out)
{
	static const char *const others[] = { "FUNCTIONS", "ROUTINES", "TYPES", "SCHEMAS" };

	for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
		if (parse_word(p, others[i]))
			return parse_unsupported(p, p->token.at, "a default privilege on these");
	}
	out->kind = parse_accept_word(p, "SEQUENCES") ? GRANT_DEFAULT_SEQUENCES
						      : GRANT_DEFAULT_TABLES;
	return out->kind == GRANT_DEFAULT_SEQUENCES ? OK : parse_expect_word(p, "TABLES");
}

/* From GRANT or REVOKE on; kind is GRANT_DEFAULT_TABLES for those of the defaults. */
static enum sqlstate parse_grant_rest(struct parser *p, struct ast_grant *g)
{
	bool is_default = g->kind == GRANT_DEFAULT_TABLES;

	g->is_revoke = p->token.kind == KW_REVOKE;
	parse_advance(p);
	if (g->is_revoke)
		TRY(parse_only_option(p, g));
	TRY(parse_what(p, g));
	if (is_default && g->role_count > 0)
		return parse_fail(p, "a privilege");
	if (g->is_all || g->privileges != 0)
		TRY(is_default ? parse_on_future(p, g) : parse_on(p, g));
	TRY(parse_expect(p, g->is_revoke ? KW_FROM : KW_TO));
	TRY(parse_grantees(p, g));
	if (g->is_revoke) {
		(void)parse_cascade(p);
		return OK;
	}
	if (parse_accept(p, KW_WITH)) {
		if (!parse_accept_word(p, "GRANT"))
			TRY(parse_expect_word(p, "ADMIN"));
		TRY(parse_expect_word(p, "OPTION"));
		g->with_option = true;
	}
	return OK;
}

enum sqlstate parse_grant(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_GRANT;
	out->grant = ARENA_NEW(p->arena, struct ast_grant);
	return parse_grant_rest(p, out->grant);
}

enum sqlstate parse_default_privileges(struct parser *p, struct ast_stmt *out)
{
	struct ast_grant *g = ARENA_NEW(p->arena, struct ast_grant);

	out->kind = STMT_GRANT;
	out->grant = g;
	g->kind = GRANT_DEFAULT_TABLES;
	for (int i = 0; i < 3; i++)
		parse_advance(p);
	if (parse_accept(p, KW_FOR)) {
		if (!parse_accept_word(p, "USER"))
			TRY(parse_expect_word(p, "ROLE"));
		TRY(parse_role_names(p, &g->owners, &g->owner_count));
	}
	if (parse_accept(p, KW_IN)) {
		TRY(parse_expect_word(p, "SCHEMA"));
		TRY(parse_objects(p, "a schema", g));
	}
	if (p->token.kind != KW_GRANT && p->token.kind != KW_REVOKE)
		return parse_fail(p, "GRANT or REVOKE");
	return parse_grant_rest(p, g);
}
