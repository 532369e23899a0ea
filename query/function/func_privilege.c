/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What tools ask of roles: their names, and what they may do. The answers are those that binding a
 * statement would give (query/session/access.h). A user is named by name or oid, or is who is connected.
 */
#include "query/function/functions.h"
#include "query/sql/acl_list.h"
#include "query/sql/label_table.h"
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

/* The rights of who is asked about: the first of three arguments, or who the session is. *is_there is
   false for an oid that is no role's: such a one may do nothing. */
static enum sqlstate rights_of(struct eval *ev, const struct value *args, bool is_named,
	struct role_set *out, bool *is_there, struct error *e)
{
	const struct catalog *c = txn_catalog(ev->txn);
	struct str name = acl_current_user(ev);
	uint32_t id = NAME_NONE;

	*is_there = true;
	if (is_named && args[0].type == VALUE_STRING) {
		name = value_str(args[0]);
		if (str_equal(name, STR("public"))) {
			*out = (struct role_set){ 0 };
			return OK;
		}
		if (!acl_role_named(ev, name, &id))
			return no_role(name, e);
	} else if (is_named) {
		*is_there = role_of_oid(c, oid_of(args[0]), &id);
		name = acl_role_name(ev, id);
	}
	if (*is_there)
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

/* Calls that know other words: of functions, types, parameters. */
static bool is_other_privilege(struct str word)
{
	static const char *const names[] = { "EXECUTE", "SET", "ALTER SYSTEM", "MEMBER", "RULE" };
	struct str ending = STR(" WITH GRANT OPTION");

	if (word.length > ending.length &&
		str_equal_nocase((struct str){ word.at + word.length - ending.length,
					 ending.length },
			ending))
		word.length -= ending.length;
	for (uint32_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (str_equal_nocase(word, str_of(names[i])))
			return true;
	}
	return false;
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

/* `known`: the privileges that there are of such an object. */
static enum sqlstate read_wish(struct value v, uint32_t known, struct wish *out, struct error *e)
{
	struct str text = value_str(v), word;

	*out = (struct wish){ 0 };
	while (next_word(&text, &word)) {
		bool is_grantable;
		uint32_t bit = acl_privilege(word, &is_grantable);

		if ((bit & known) == 0 && (bit != 0 || !is_other_privilege(word)))
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

/* The oid of a table given by number or name; 0 with E_NO_TABLE for a name of none. */
static enum sqlstate table_of(struct eval *ev, struct value v, uint32_t *oid, struct error *e)
{
	if (v.type == VALUE_INT) {
		*oid = oid_of(v);
		return OK;
	}
	*oid = naming_find_relation(ev, value_str(v));
	if (*oid == 0)
		return FAIL(e, E_NO_TABLE, "relation \"%.*s\" does not exist",
			STR_ARGS(value_str(v)));
	return OK;
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

static enum sqlstate ask_table(struct eval *ev, const struct value *args, bool is_named,
	uint32_t oid, const struct wish *wish, struct value *out, struct error *e)
{
	struct naming_object object;
	struct label_table table;
	struct acl_target target;
	struct role_set who;
	bool is_there;

	TRY(rights_of(ev, args, is_named, &who, &is_there, e));
	*out = value_null();
	if (!naming_relation(ev, oid, &object))
		return OK;
	*out = value_bool(false);
	if (!is_there)
		return OK;
	if (is_object(ev, oid, &target)) {
		*out = value_bool(is_granted(txn_catalog(ev->txn), target, &who, wish));
		return OK;
	}
	if (!label_table_by_oid(txn_catalog(ev->txn), oid, &table)) {
		*out = value_bool(may_use_other(ev, oid, &who, wish));
		return OK;
	}
	target = (struct acl_target){ table.element == ELEMENT_NODE ? ACL_NODE : ACL_EDGE,
		table.label };
	*out = value_bool(is_granted(txn_catalog(ev->txn), target, &who, wish));
	return OK;
}

FUNCTION_ROW(catalog_table_privilege)
{
	struct wish wish;
	uint32_t oid;

	TRY(table_of(ev, args[count - 2], &oid, e));
	TRY(read_wish(args[count - 1], PRIVILEGES_LABEL, &wish, e));
	return ask_table(ev, args, count == 3, oid, &wish, out, e);
}

FUNCTION_ROW(catalog_sequence_privilege)
{
	struct naming_object name;
	struct acl_target target;
	struct wish wish;
	uint32_t oid;

	TRY(table_of(ev, args[count - 2], &oid, e));
	*out = value_null();
	if (!naming_relation(ev, oid, &name))
		return OK;
	if (!is_object(ev, oid, &target) || target.kind != ACL_SEQUENCE)
		return FAIL(e, E_WRONG_OBJECT, "\"%.*s\" is not a sequence", STR_ARGS(name.name));
	TRY(read_wish(args[count - 1], PRIVILEGES_SEQUENCE, &wish, e));
	return ask_table(ev, args, count == 3, oid, &wish, out, e);
}

/* ---- columns ---- */

#define PRIVILEGES_COLUMN                                                                          \
	(PRIVILEGE_SELECT | PRIVILEGE_INSERT | PRIVILEGE_UPDATE | PRIVILEGE_REFERENCES)

static bool is_column(struct value asked, struct str name, int64_t number)
{
	return asked.type == VALUE_INT ? asked.integer == number
				       : str_equal(value_str(asked), name);
}

/* Whether the table has the column, given by name or number. Of views it is not known here, and true. */
static bool has_column(struct eval *ev, uint32_t oid, struct value asked)
{
	const struct relation *r = relation_by_oid(oid);
	struct label_column *columns;
	struct label_table table;
	uint32_t count;

	for (uint32_t i = 0; r != NULL && i < r->column_count; i++) {
		if (is_column(asked, str_of(r->columns[i].name), i + 1))
			return true;
	}
	if (r != NULL || !label_table_by_oid(txn_catalog(ev->txn), oid, &table))
		return r == NULL;
	count = label_table_columns(txn_catalog(ev->txn), &table, ev->arena, &columns);
	for (uint32_t i = 0; i < count; i++) {
		if (is_column(asked, columns[i].name, columns[i].number))
			return true;
	}
	return false;
}

/* Privileges are on whole labels: a column has its table's. */
FUNCTION_ROW(catalog_column_privilege)
{
	struct value column = args[count - 2];
	struct naming_object object;
	struct wish wish;
	uint32_t oid;

	TRY(table_of(ev, args[count - 3], &oid, e));
	TRY(read_wish(args[count - 1], PRIVILEGES_COLUMN, &wish, e));
	TRY(ask_table(ev, args, count == 4, oid, &wish, out, e));
	if (out->type == VALUE_NULL || has_column(ev, oid, column))
		return OK;
	*out = value_null();
	if (column.type == VALUE_INT || !naming_relation(ev, oid, &object))
		return OK;
	return FAIL(e, E_NO_COLUMN, "column \"%.*s\" of relation \"%.*s\" does not exist",
		STR_ARGS(value_str(column)), STR_ARGS(object.name));
}

/* ---- schemas, databases, roles ---- */

FUNCTION_ROW(catalog_schema_privilege)
{
	struct acl_target target = { ACL_SCHEMA, GRAPH_MAIN };
	struct value schema = args[count - 2];
	struct role_set who;
	struct wish wish;
	struct str name;
	bool is_there;

	TRY(rights_of(ev, args, count == 3, &who, &is_there, e));
	TRY(read_wish(args[count - 1], PRIVILEGES_SCHEMA, &wish, e));
	if (schema.type == VALUE_INT && !naming_schema(ev, oid_of(schema), &name)) {
		*out = value_null();
		return OK;
	}
	if (schema.type != VALUE_INT)
		name = value_str(schema);
	if (naming_schema_oid(ev, name) == 0)
		return FAIL(e, E_NO_GRAPH, "schema \"%.*s\" does not exist", STR_ARGS(name));
	target.label = catalog_graph_find(txn_catalog(ev->txn), name);
	/* What is in a schema may be named by everybody. */
	*out = value_bool(is_there && ((wish.bits & PRIVILEGE_USAGE) != 0 || who.is_superuser ||
					      ((str_equal(name, STR("public")) ||
						       target.label != GRAPH_MAIN) &&
						      is_granted(txn_catalog(ev->txn), target,
							      &who, &wish))));
	return OK;
}

FUNCTION_ROW(catalog_database_privilege)
{
	const struct acl_target database = { ACL_DATABASE, 0 };
	struct role_set who;
	struct wish wish;
	bool is_there;

	TRY(rights_of(ev, args, count == 3, &who, &is_there, e));
	TRY(read_wish(args[count - 1], PRIVILEGES_DATABASE, &wish, e));
	*out = value_bool(is_there && is_granted(txn_catalog(ev->txn), database, &who, &wish));
	return OK;
}

FUNCTION_ROW(catalog_has_role)
{
	struct value role = args[count - 2];
	struct role_set who;
	struct wish wish;
	bool is_there, is_role;
	uint32_t id;

	TRY(rights_of(ev, args, count == 3, &who, &is_there, e));
	TRY(read_wish(args[count - 1], PRIVILEGE_USAGE, &wish, e));
	if (role.type == VALUE_INT) {
		is_role = role_of_oid(txn_catalog(ev->txn), oid_of(role), &id);
	} else {
		is_role = acl_role_named(ev, value_str(role), &id);
		if (!is_role && !str_equal(value_str(role), STR("pg_database_owner")))
			return no_role(value_str(role), e);
	}
	*out = value_bool(is_there && (who.is_superuser || (is_role && id != NAME_NONE &&
								   role_set_has(&who, id))));
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

static enum sqlstate answer(struct eval *ev, const struct value *args, uint32_t count,
	const char *const *known, uint32_t known_count, struct value *out, struct error *e)
{
	struct role_set who;
	bool is_there;

	TRY(rights_of(ev, args, count == 3, &who, &is_there, e));
	TRY(check_words(args[count - 1], known, known_count, e));
	*out = value_bool(is_there);
	return OK;
}

/* A thing asked for by name; one asked for by number is taken to be there. */
static enum sqlstate check_known(struct value asked, bool is_known, enum sqlstate code,
	const char *what, struct error *e)
{
	if (asked.type == VALUE_INT || is_known)
		return OK;
	return FAIL(e, code, "%s \"%.*s\" does not exist", what, STR_ARGS(value_str(asked)));
}

static bool is_one_of(struct value asked, const char *const *names, uint32_t count)
{
	for (uint32_t i = 0; asked.type == VALUE_STRING && i < count; i++) {
		if (str_equal(value_str(asked), str_of(names[i])))
			return true;
	}
	return false;
}

static const char *const usage[] = { "USAGE" };

FUNCTION_ROW(catalog_function_privilege)
{
	static const char *const execute[] = { "EXECUTE" };
	struct value asked = args[count - 2];

	TRY(check_known(asked,
		asked.type == VALUE_STRING &&
			reg_find(ev, TYPE_REGPROCEDURE, value_str(asked)) != 0,
		E_NO_FUNCTION, "function", e));
	return answer(ev, args, count, execute, ARRAY_COUNT(execute), out, e);
}

FUNCTION_ROW(catalog_language_privilege)
{
	static const char *const names[] = { "internal", "c", "sql", "plpgsql" };
	struct value asked = args[count - 2];

	TRY(check_known(asked, is_one_of(asked, names, ARRAY_COUNT(names)), E_NO_OBJECT,
		"language", e));
	return answer(ev, args, count, usage, ARRAY_COUNT(usage), out, e);
}

FUNCTION_ROW(catalog_tablespace_privilege)
{
	static const char *const names[] = { "pg_default", "pg_global" };
	static const char *const create[] = { "CREATE" };
	struct value asked = args[count - 2];

	TRY(check_known(asked, is_one_of(asked, names, ARRAY_COUNT(names)), E_NO_OBJECT,
		"tablespace", e));
	return answer(ev, args, count, create, ARRAY_COUNT(create), out, e);
}

FUNCTION_ROW(catalog_type_privilege)
{
	struct value asked = args[count - 2];

	TRY(check_known(asked,
		asked.type == VALUE_STRING && naming_find_type(ev, value_str(asked)) != 0,
		E_NO_OBJECT, "type", e));
	return answer(ev, args, count, usage, ARRAY_COUNT(usage), out, e);
}

FUNCTION_ROW(catalog_server_privilege)
{
	TRY(check_known(args[count - 2], false, E_NO_OBJECT, "server", e));
	return answer(ev, args, count, usage, ARRAY_COUNT(usage), out, e);
}

FUNCTION_ROW(catalog_wrapper_privilege)
{
	TRY(check_known(args[count - 2], false, E_NO_OBJECT, "foreign-data wrapper", e));
	return answer(ev, args, count, usage, ARRAY_COUNT(usage), out, e);
}

FUNCTION_ROW(catalog_parameter_privilege)
{
	static const char *const words[] = { "SET", "ALTER SYSTEM" };

	return answer(ev, args, count, words, ARRAY_COUNT(words), out, e);
}

FUNCTION_ROW(catalog_default_rights)
{
	struct str kind = value_str(args[0]);

	(void)count;
	if (kind.length == 1 &&
		acl_initial_items(ev, kind.at[0], (uint32_t)args[1].integer, out))
		return OK;
	return FAIL(e, E_INVALID_VALUE, "unrecognized object type abbreviation: %.*s",
		STR_ARGS(kind));
}
