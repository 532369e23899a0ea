/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What tools ask of roles: their names, and what they may do. The answers are those that binding a
 * statement would give (query/session/access.h). A user is named by name or oid, or is who is connected.
 */
#include "query/function/functions.h"
#include "query/sql/acl_list.h"
#include "query/sql/label_table.h"
#include "query/sql/listed.h"
#include "query/sql/naming.h"
#include "query/sql/reg_text.h"
#include "query/sql/relation.h"
#include "query/table/table.h"

static uint32_t oid_of(struct value v)
{
	return v.integer >= 0 && v.integer <= UINT32_MAX ? (uint32_t)v.integer : 0;
}

/* ---- names ---- */

FUNCTION_ROW(catalog_to_role)
{
	uint32_t id;
	bool is_there = acl_role_named(ev, value_str(args[0]), &id);

	(void)count, (void)e;
	*out = is_there ? value_int(role_oid(txn_catalog(ev->txn), id)) : value_null();
	return OK;
}

FUNCTION_ROW(catalog_role_name)
{
	uint32_t oid = oid_of(args[0]), id;

	(void)count, (void)e;
	if (oid == OID_ROLE_DATABASE_OWNER)
		*out = value_string(STR("pg_database_owner"));
	else if (role_of_oid(txn_catalog(ev->txn), oid, &id))
		*out = value_string(arena_str(ev->arena, acl_role_name(ev, id)));
	else
		*out = value_string(arena_printf(ev->arena, "unknown (OID=%u)", oid));
	return OK;
}

/* ---- who ---- */

static enum sqlstate no_role(struct str name, struct error *e)
{
	return FAIL(e, E_NO_OBJECT, "role \"%.*s\" does not exist", STR_ARGS(name));
}

/* The rights of who is asked about: the first of three arguments, or who the session is. PUBLIC has what
   everybody has, and so has an oid that is no role's. */
static enum sqlstate rights_of(struct eval *ev, const struct value *args, bool is_named,
	struct role_set *out, struct error *e)
{
	const struct catalog *c = txn_catalog(ev->txn);
	struct str name = acl_current_user(ev);
	uint32_t id = NAME_NONE;

	*out = (struct role_set){ 0 };
	if (is_named && args[0].type == VALUE_STRING) {
		name = value_str(args[0]);
		if (str_equal(name, STR("public")))
			return OK;
		if (!acl_role_named(ev, name, &id))
			return no_role(name, e);
	} else if (is_named) {
		if (!role_of_oid(c, oid_of(args[0]), &id))
			return OK;
		name = acl_role_name(ev, id);
	}
	role_set_of(c, name, out);
	return OK;
}

static struct str trimmed(struct str s)
{
	while (s.length > 0 && s.at[0] == ' ')
		s = (struct str){ s.at + 1, s.length - 1 };
	while (s.length > 0 && s.at[s.length - 1] == ' ')
		s.length--;
	return s;
}

/* "SELECT, INSERT WITH GRANT OPTION": one of them is enough, as in PostgreSQL. */
struct wish {
	uint32_t bits, grantable; /* any of these */
};

/* The next of the words between commas, without blanks around it; false behind the last. */
static bool next_word(struct str *text, struct str *word)
{
	const char *comma;
	uint32_t length;

	if (text->at == NULL)
		return false;
	comma = text->length == 0 ? NULL : memchr(text->at, ',', text->length);
	length = comma == NULL ? text->length : (uint32_t)(comma - text->at);
	*word = trimmed((struct str){ text->at, length });
	*text = comma == NULL ? (struct str){ 0 }
			      : (struct str){ comma + 1, text->length - length - 1 };
	return true;
}

static enum sqlstate unknown_privilege(struct str word, struct error *e)
{
	return FAIL(e, E_INVALID_VALUE, "unrecognized privilege type: \"%.*s\"", STR_ARGS(word));
}

/* RULE was a privilege of tables once: PostgreSQL still knows the word, and nobody has it. */
static bool is_forgotten(struct str word, uint32_t known)
{
	return known == PRIVILEGES_LABEL && (str_equal_nocase(word, STR("RULE")) ||
						    str_equal_nocase(word,
							    STR("RULE WITH GRANT OPTION")));
}

/* `known`: the privileges that there are of such an object. */
static enum sqlstate read_wish(struct value v, uint32_t known, struct wish *out, struct error *e)
{
	struct str text = value_str(v), word;

	*out = (struct wish){ 0 };
	while (next_word(&text, &word)) {
		bool is_grantable;
		uint32_t bit = acl_privilege(word, &is_grantable);

		if ((bit & known) == 0 && !is_forgotten(word, known))
			return unknown_privilege(word, e);
		*(is_grantable ? &out->grantable : &out->bits) |= bit;
	}
	return OK;
}

static bool is_granted(const struct catalog *c, struct acl_target target,
	const struct role_set *who, const struct wish *wish)
{
	return (acl_allowed(c, target, who) & wish->bits) != 0 ||
	       (acl_grantable(c, target, who) & wish->grantable) != 0;
}

/* ---- tables ---- */

/* The oid of a table given by number or name. Errors: those of naming_no_relation(). */
static enum sqlstate table_of(struct eval *ev, struct value v, uint32_t *oid, struct error *e)
{
	*oid = v.type == VALUE_INT ? oid_of(v) : naming_find_relation(ev, value_str(v));
	return v.type == VALUE_INT || *oid != 0 ? OK : naming_no_relation(ev, value_str(v), e);
}

/* A view or a sequence. */
static bool is_object(struct eval *ev, uint32_t oid, struct acl_target *out)
{
	enum label_object object;
	const struct catalog_object *o;
	uint32_t number;

	if (!label_oid_split(oid, &object, &number) || object != LABEL_CATALOG_OBJECT)
		return false;
	o = catalog_object(txn_catalog(ev->txn), number);
	if (o == NULL || (o->kind != OBJECT_VIEW && o->kind != OBJECT_SEQUENCE))
		return false;
	*out = (struct acl_target){ o->kind == OBJECT_VIEW ? ACL_OBJECT : ACL_SEQUENCE, number };
	return true;
}

/* Of the catalogs everybody may read all but the verifiers of passwords. */
static bool may_use_other(
	struct eval *ev, uint32_t oid, const struct role_set *who, const struct wish *wish)
{
	struct naming_object object;

	if (who->is_superuser)
		return true;
	if (naming_relation(ev, oid, &object) && (str_equal(object.name, STR("pg_authid")) ||
							 str_equal(object.name, STR("pg_shadow"))))
		return false;
	return (wish->bits & PRIVILEGE_SELECT) != 0;
}

/* NULL if there is no such table. */
static struct value ask_table(
	struct eval *ev, uint32_t oid, const struct role_set *who, const struct wish *wish)
{
	const struct catalog *c = txn_catalog(ev->txn);
	struct naming_object object;
	struct label_table table;
	struct acl_target target;

	if (!naming_relation(ev, oid, &object))
		return value_null();
	if (is_object(ev, oid, &target))
		return value_bool(is_granted(c, target, who, wish));
	if (!label_table_by_oid(c, oid, &table))
		return value_bool(may_use_other(ev, oid, who, wish));
	target = (struct acl_target){ table.element == ELEMENT_NODE ? ACL_NODE : ACL_EDGE,
		table.label };
	return value_bool(is_granted(c, target, who, wish));
}

/* As PostgreSQL it looks at who, then at what, then at the privileges: whichever is wrong first is the
   error. */
static enum sqlstate ask_whole_table(struct eval *ev, const struct value *args, uint32_t count,
	uint32_t known, struct value *out, struct error *e)
{
	struct role_set who;
	struct wish wish;
	uint32_t oid;

	TRY(rights_of(ev, args, count == 3, &who, e));
	TRY(table_of(ev, args[count - 2], &oid, e));
	TRY(read_wish(args[count - 1], known, &wish, e));
	*out = ask_table(ev, oid, &who, &wish);
	return OK;
}

FUNCTION_ROW(catalog_table_privilege)
{
	return ask_whole_table(ev, args, count, PRIVILEGES_LABEL, out, e);
}

FUNCTION_ROW(catalog_sequence_privilege)
{
	struct naming_object name;
	struct acl_target target;
	struct role_set who;
	struct wish wish;
	uint32_t oid;

	TRY(rights_of(ev, args, count == 3, &who, e));
	if (args[count - 2].type == VALUE_INT)
		TRY(read_wish(args[count - 1], PRIVILEGES_SEQUENCE, &wish, e));
	TRY(table_of(ev, args[count - 2], &oid, e));
	*out = value_null();
	if (!naming_relation(ev, oid, &name))
		return OK;
	if (!is_object(ev, oid, &target) || target.kind != ACL_SEQUENCE)
		return FAIL(e, E_WRONG_OBJECT, "\"%.*s\" is not a sequence", STR_ARGS(name.name));
	TRY(read_wish(args[count - 1], PRIVILEGES_SEQUENCE, &wish, e));
	*out = ask_table(ev, oid, &who, &wish);
	return OK;
}

/* ---- columns ---- */

#define PRIVILEGES_COLUMN                                                                          \
	(PRIVILEGE_SELECT | PRIVILEGE_INSERT | PRIVILEGE_UPDATE | PRIVILEGE_REFERENCES)

static bool is_column(struct value asked, struct str name, int64_t number)
{
	return asked.type == VALUE_INT ? asked.integer == number
				       : str_equal(value_str(asked), name);
}

static bool is_among(const struct label_column *columns, uint32_t count, struct value asked)
{
	for (uint32_t i = 0; i < count; i++) {
		if (is_column(asked, columns[i].name, columns[i].number))
			return true;
	}
	return false;
}

/* Whether the table has the column, given by name or number. */
static bool has_column(struct eval *ev, uint32_t oid, struct value asked)
{
	const struct relation *r = relation_by_oid(oid);
	struct label_column *columns;
	struct label_table table;
	struct acl_target target;
	uint32_t count;

	for (uint32_t i = 0; r != NULL && i < r->column_count; i++) {
		if (is_column(asked, str_of(r->columns[i].name), i + 1))
			return true;
	}
	if (r != NULL)
		return false;
	if (is_object(ev, oid, &target)) {
		count = listed_view_columns(ev, ev->arena, target.label, &columns);
		for (uint32_t i = 0; i < count; i++)
			columns[i].number = (int16_t)(i + 1);
		return is_among(columns, count, asked);
	}
	if (!label_table_by_oid(txn_catalog(ev->txn), oid, &table))
		return false;
	count = label_table_columns(txn_catalog(ev->txn), &table, ev->arena, &columns);
	return is_among(columns, count, asked);
}

/* Privileges are on whole labels: any column has its table's. */
FUNCTION_ROW(catalog_any_column_privilege)
{
	return ask_whole_table(ev, args, count, PRIVILEGES_COLUMN, out, e);
}

FUNCTION_ROW(catalog_column_privilege)
{
	struct value column = args[count - 2];
	struct naming_object object;
	struct role_set who;
	struct wish wish;
	uint32_t oid;
	bool is_there;

	TRY(rights_of(ev, args, count == 4, &who, e));
	TRY(table_of(ev, args[count - 3], &oid, e));
	is_there = naming_relation(ev, oid, &object) && has_column(ev, oid, column);
	if (!is_there && column.type != VALUE_INT && naming_relation(ev, oid, &object))
		return FAIL(e, E_NO_COLUMN,
			"column \"%.*s\" of relation \"%.*s\" does not exist",
			STR_ARGS(value_str(column)), STR_ARGS(object.name));
	TRY(read_wish(args[count - 1], PRIVILEGES_COLUMN, &wish, e));
	*out = is_there ? ask_table(ev, oid, &who, &wish) : value_null();
	return OK;
}

/* ---- schemas, databases, roles ---- */

/* What is in a schema may be named by everybody. */
static bool may_use_schema(
	struct eval *ev, struct str name, const struct role_set *who, const struct wish *wish)
{
	const struct catalog *c = txn_catalog(ev->txn);
	struct acl_target target = { ACL_SCHEMA, catalog_graph_find(c, name) };

	if ((wish->bits & PRIVILEGE_USAGE) != 0 || who->is_superuser)
		return true;
	return (str_equal(name, STR("public")) || target.label != GRAPH_MAIN) &&
	       is_granted(c, target, who, wish);
}

FUNCTION_ROW(catalog_schema_privilege)
{
	struct value schema = args[count - 2];
	struct role_set who;
	struct wish wish;
	struct str name;
	bool is_there;

	TRY(rights_of(ev, args, count == 3, &who, e));
	if (schema.type == VALUE_INT) {
		is_there = naming_schema(ev, oid_of(schema), &name);
	} else {
		name = value_str(schema);
		is_there = naming_schema_oid(ev, name) != 0;
		if (!is_there)
			return FAIL(e, E_NO_GRAPH, "schema \"%.*s\" does not exist",
				STR_ARGS(name));
	}
	TRY(read_wish(args[count - 1], PRIVILEGES_SCHEMA, &wish, e));
	*out = is_there ? value_bool(may_use_schema(ev, name, &who, &wish)) : value_null();
	return OK;
}

/* There is one: the session's. */
static bool is_database(const struct eval *ev, struct value asked)
{
	if (asked.type == VALUE_INT)
		return oid_of(asked) == QUERY_DATABASE_OID;
	return ev->session == NULL || ev->session->database == NULL ||
	       str_equal(value_str(asked), str_of(ev->session->database));
}

FUNCTION_ROW(catalog_database_privilege)
{
	const struct acl_target target = { ACL_DATABASE, 0 };
	struct value database = args[count - 2];
	struct role_set who;
	struct wish wish;
	bool is_there;

	TRY(rights_of(ev, args, count == 3, &who, e));
	is_there = is_database(ev, database);
	if (!is_there && database.type != VALUE_INT)
		return FAIL(e, E_NO_DATABASE, "database \"%.*s\" does not exist",
			STR_ARGS(value_str(database)));
	TRY(read_wish(args[count - 1], PRIVILEGES_DATABASE, &wish, e));
	*out = is_there ? value_bool(is_granted(txn_catalog(ev->txn), target, &who, &wish))
			: value_null();
	return OK;
}

/* "USAGE, MEMBER WITH ADMIN OPTION": the rights of a role, being a member of it, making others one. */
struct role_wish {
	bool usage, member, admin;
};

static enum sqlstate read_role_wish(struct value v, struct role_wish *out, struct error *e)
{
	static const struct {
		const char *word;
		struct role_wish wish;
	} words[] = { { "USAGE", { .usage = true } }, { "MEMBER", { .member = true } },
		{ "USAGE WITH GRANT OPTION", { .admin = true } },
		{ "USAGE WITH ADMIN OPTION", { .admin = true } },
		{ "MEMBER WITH GRANT OPTION", { .admin = true } },
		{ "MEMBER WITH ADMIN OPTION", { .admin = true } } };
	struct str text = value_str(v), word;

	*out = (struct role_wish){ 0 };
	while (next_word(&text, &word)) {
		uint32_t i = 0;

		while (i < ARRAY_COUNT(words) && !str_equal_nocase(word, str_of(words[i].word)))
			i++;
		if (i == ARRAY_COUNT(words))
			return unknown_privilege(word, e);
		out->usage |= words[i].wish.usage;
		out->member |= words[i].wish.member;
		out->admin |= words[i].wish.admin;
	}
	return OK;
}

/* Whether `who` is to the role what was asked for, one of it at least. */
static bool has_wish(
	struct eval *ev, const struct role_set *who, uint32_t role, const struct role_wish *wish)
{
	const struct catalog *c = txn_catalog(ev->txn);

	if (wish->usage && role_set_has(who, role))
		return true;
	if (wish->member && who->count > 0 &&
		role_is_member(c, acl_role_name(ev, who->ids[0]), acl_role_name(ev, role)))
		return true;
	return wish->admin && role_set_is_admin(c, who, role);
}

/* Nobody is PUBLIC here, and pg_database_owner is a role that has no members but the owner. */
FUNCTION_ROW(catalog_has_role)
{
	const struct catalog *c = txn_catalog(ev->txn);
	struct value role = args[count - 2];
	struct role_wish wish;
	struct role_set who;
	uint32_t id = NAME_NONE;
	bool is_role;

	if (count == 3 && args[0].type == VALUE_STRING &&
		str_equal(value_str(args[0]), STR("public")))
		return no_role(value_str(args[0]), e);
	TRY(rights_of(ev, args, count == 3, &who, e));
	is_role = role.type == VALUE_INT ? role_of_oid(c, oid_of(role), &id)
					 : acl_role_named(ev, value_str(role), &id);
	if (!is_role && role.type != VALUE_INT &&
		!str_equal(value_str(role), STR("pg_database_owner")))
		return no_role(value_str(role), e);
	TRY(read_role_wish(args[count - 1], &wish, e));
	is_role = is_role && id != NAME_NONE;
	*out = value_bool(who.is_superuser || (is_role && has_wish(ev, &who, id, &wish)));
	return OK;
}

/* ---- what is everybody's ---- */

/* Functions, languages, types and the like: there must be such a thing, and such a privilege of it. */
static enum sqlstate check_words(
	struct value v, const char *const *known, uint32_t known_count, struct error *e)
{
	static const struct str ending = STR(" WITH GRANT OPTION");
	struct str text = value_str(v), word;

	while (next_word(&text, &word)) {
		struct str plain = word;
		bool is_known = false;

		if (plain.length > ending.length &&
			str_equal_nocase((struct str){ plain.at + plain.length - ending.length,
						 ending.length },
				ending))
			plain.length -= ending.length;
		for (uint32_t i = 0; i < known_count; i++)
			is_known |= str_equal_nocase(plain, str_of(known[i]));
		if (!is_known)
			return unknown_privilege(word, e);
	}
	return OK;
}

/* What is asked for, as it was found. */
struct thing {
	const char *what;     /* "language", for the error */
	enum sqlstate code;   /* of one that is not there */
	bool is_there;
	bool is_everybodys;   /* else superusers' alone */
};

/* Who, then what, then the privileges, whose one word is `known`. */
static enum sqlstate answer(struct eval *ev, const struct value *args, uint32_t count,
	const struct thing *thing, const char *known, struct value *out, struct error *e)
{
	struct value asked = args[count - 2];
	struct role_set who;

	TRY(rights_of(ev, args, count == 3, &who, e));
	if (!thing->is_there && asked.type != VALUE_INT)
		return FAIL(e, thing->code, "%s \"%.*s\" does not exist", thing->what,
			STR_ARGS(value_str(asked)));
	TRY(check_words(args[count - 1], &known, 1, e));
	*out = thing->is_there ? value_bool(thing->is_everybodys || who.is_superuser)
			       : value_null();
	return OK;
}

struct numbered {
	const char *name;
	uint32_t oid;
};

static bool is_one_of(struct value asked, const struct numbered *all, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (asked.type == VALUE_INT ? oid_of(asked) == all[i].oid
					    : str_equal(value_str(asked), str_of(all[i].name)))
			return true;
	}
	return false;
}

FUNCTION_ROW(catalog_function_privilege)
{
	struct value asked = args[count - 2];
	struct thing thing = { "function", E_NO_FUNCTION, false, true };
	struct naming_object object;
	struct role_set who;

	thing.is_there = asked.type == VALUE_INT
				 ? naming_function(ev, oid_of(asked), &object)
				 : reg_find(ev, TYPE_REGPROCEDURE, value_str(asked)) != 0;
	if (!thing.is_there && asked.type != VALUE_INT) {
		TRY(rights_of(ev, args, count == 3, &who, e));
		return reg_missing(ev, TYPE_REGPROCEDURE, value_str(asked), e);
	}
	return answer(ev, args, count, &thing, "EXECUTE", out, e);
}

FUNCTION_ROW(catalog_language_privilege)
{
	static const struct numbered all[] = { { "internal", 12 }, { "c", 13 }, { "sql", 14 } };
	struct thing thing = { "language", E_NO_OBJECT, false, true };

	thing.is_there = is_one_of(args[count - 2], all, ARRAY_COUNT(all));
	return answer(ev, args, count, &thing, "USAGE", out, e);
}

FUNCTION_ROW(catalog_tablespace_privilege)
{
	static const struct numbered all[] = { { "pg_default", 1663 }, { "pg_global", 1664 } };
	struct thing thing = { "tablespace", E_NO_OBJECT, false, false };

	thing.is_there = is_one_of(args[count - 2], all, ARRAY_COUNT(all));
	return answer(ev, args, count, &thing, "CREATE", out, e);
}

FUNCTION_ROW(catalog_type_privilege)
{
	struct value asked = args[count - 2];
	struct thing thing = { "type", E_NO_OBJECT, false, true };
	struct naming_object object;

	thing.is_there = asked.type == VALUE_INT ? naming_type(ev, oid_of(asked), &object)
						 : naming_find_type(ev, value_str(asked)) != 0;
	return answer(ev, args, count, &thing, "USAGE", out, e);
}

FUNCTION_ROW(catalog_server_privilege)
{
	static const struct thing none = { "server", E_NO_OBJECT, false, false };

	return answer(ev, args, count, &none, "USAGE", out, e);
}

FUNCTION_ROW(catalog_wrapper_privilege)
{
	static const struct thing none = { "foreign-data wrapper", E_NO_OBJECT, false, false };

	return answer(ev, args, count, &none, "USAGE", out, e);
}

/* Nothing is granted on parameters. */
FUNCTION_ROW(catalog_parameter_privilege)
{
	static const char *const words[] = { "SET", "ALTER SYSTEM" };
	struct role_set who;

	TRY(rights_of(ev, args, count == 3, &who, e));
	TRY(check_words(args[count - 1], words, ARRAY_COUNT(words), e));
	*out = value_bool(who.is_superuser);
	return OK;
}
