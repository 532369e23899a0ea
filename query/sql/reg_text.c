/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The names behind regclass, regtype and their kin: see reg_text.h.
 */
#include "query/sql/reg_text.h"

#include <string.h>

#include "base/number.h"
#include "query/role/role.h"
#include "query/sql/acl_list.h"
#include "query/sql/constants.h"
#include "query/sql/naming.h"
#include "query/sql/proc.h"

/* A role has no number of its own to be found by: there is but the session's. */
static bool object_name(
	struct eval *ev, enum type_kind kind, uint32_t oid, struct naming_object *out)
{
	switch (kind) {
	case TYPE_REGCLASS:
		return naming_relation(ev, oid, out);
	case TYPE_REGPROC:
	case TYPE_REGPROCEDURE:
		return naming_function(ev, oid, out);
	default:
		return false;
	}
}

/* "(integer,text)": which of the functions of a name it is. */
static void put_signature(struct eval *ev, struct buf *to, const struct proc *p)
{
	uint32_t types[PROC_ARGUMENTS_MAX], count = proc_arguments(p, types);

	buf_put_byte(to, '(');
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_byte(to, ',');
		naming_put_type(ev, to, types[i], -1, false);
	}
	buf_put_byte(to, ')');
}

/* Whether a name is that of one operator alone. */
static bool is_one_operator(const char *name)
{
	struct constant_operator o;
	uint32_t count = 0;

	for (uint32_t at = 0; constant_operator_next(&at, &o);)
		count += strcmp(o.name, name) == 0;
	return count == 1;
}

/* "=(integer,bigint)"; of REGOPER the name alone, with its schema where it is the name of several. */
static void put_operator(
	struct eval *ev, struct buf *to, enum type_kind kind, const struct constant_operator *o)
{
	if (kind == TYPE_REGOPER && !is_one_operator(o->name))
		buf_put_text(to, "pg_catalog.");
	buf_put_text(to, o->name);
	if (kind == TYPE_REGOPER)
		return;
	buf_put_byte(to, '(');
	for (int i = 0; i < 2; i++) {
		if (i > 0)
			buf_put_byte(to, ',');
		if (o->types[i] == 0)
			buf_put_text(to, "NONE");
		else
			naming_put_type(ev, to, o->types[i], -1, false);
	}
	buf_put_byte(to, ')');
}

void reg_put(struct eval *ev, struct buf *to, enum type_kind kind, uint32_t oid)
{
	bool is_operator = kind == TYPE_REGOPER || kind == TYPE_REGOPERATOR;
	struct constant_operator operator;
	struct naming_object object;
	struct str name;
	uint32_t id;

	if (is_operator && constant_operator_find(oid, &operator))
		put_operator(ev, to, kind, &operator);
	else if (kind == TYPE_REGTYPE && naming_type(ev, oid, &object))
		naming_put_type(ev, to, oid, -1, false);
	else if (kind == TYPE_REGNAMESPACE && naming_schema(ev, oid, &name))
		naming_put_ident(to, name);
	else if (kind == TYPE_REGROLE && ev->txn != NULL &&
		 role_of_oid(txn_catalog(ev->txn), oid, &id))
		naming_put_ident(to, acl_role_name(ev, id));
	else if (object_name(ev, kind, oid, &object)) {
		naming_put(ev, to, &object);
		if (kind == TYPE_REGPROCEDURE && proc_by_oid(oid) != NULL)
			put_signature(ev, to, proc_by_oid(oid));
	} else
		number_put_int64(to, oid);
}

static bool same_but_blanks(struct str a, struct str b)
{
	uint32_t j = 0;

	for (uint32_t i = 0; i < a.length; i++) {
		if (a.at[i] == ' ')
			continue;
		while (j < b.length && b.at[j] == ' ')
			j++;
		if (j == b.length || a.at[i] != b.at[j++])
			return false;
	}
	return j == b.length;
}

/* The function of a name with its arguments; 0 if there is none. */
static uint32_t procedure_find(struct eval *ev, struct str text)
{
	const char *open = text.length == 0 ? NULL : memchr(text.at, '(', text.length);
	uint32_t length = open == NULL ? text.length : (uint32_t)(open - text.at);
	uint32_t first = naming_find_function(ev, (struct str){ text.at, length }), found = 0;
	const struct proc *named = proc_by_oid(first);
	struct str arguments = { open, text.length - length };

	if (open == NULL || named == NULL)
		return open == NULL ? 0 : first;
	for (uint32_t i = 0; i < proc_count() && found == 0; i++) {
		const struct proc *p = proc_at(i);
		struct buf signature = { 0 };

		if (strcmp(p->name, named->name) != 0)
			continue;
		put_signature(ev, &signature, p);
		if (same_but_blanks(buf_str(&signature), arguments))
			found = p->oid;
		buf_free(&signature);
	}
	return found;
}

/* The operator that is written so; 0 if there is none or, of a name alone, more than one. */
static uint32_t operator_find(struct eval *ev, enum type_kind kind, struct str text)
{
	struct constant_operator o;
	uint32_t found = 0, count = 0;

	for (uint32_t at = 0; constant_operator_next(&at, &o);) {
		struct buf written = { 0 };

		put_operator(ev, &written, kind, &o);
		if (same_but_blanks(buf_str(&written), text)) {
			found = o.oid;
			count++;
		}
		buf_free(&written);
	}
	return count == 1 ? found : 0;
}

uint32_t reg_find(struct eval *ev, enum type_kind kind, struct str text)
{
	uint32_t id;

	switch (kind) {
	case TYPE_REGCLASS:
		return naming_find_relation(ev, text);
	case TYPE_REGTYPE:
		return naming_find_type(ev, text);
	case TYPE_REGNAMESPACE:
		return naming_schema_oid(ev, text);
	case TYPE_REGPROCEDURE:
		return procedure_find(ev, text);
	case TYPE_REGOPER:
	case TYPE_REGOPERATOR:
		return operator_find(ev, kind, text);
	case TYPE_REGROLE:
		return ev->txn != NULL && acl_role_named(ev, text, &id)
			       ? role_oid(txn_catalog(ev->txn), id)
			       : 0;
	default:
		return naming_find_function(ev, text);
	}
}

enum sqlstate reg_missing(struct eval *ev, enum type_kind kind, struct str text, struct error *e)
{
	int length = (int)MIN_OF(text.length, 128u);

	switch (kind) {
	case TYPE_REGCLASS:
		return naming_no_relation(ev, text, e);
	case TYPE_REGTYPE:
		return FAIL(e, E_NO_OBJECT, "type \"%.*s\" does not exist", length, text.at);
	case TYPE_REGNAMESPACE:
		return FAIL(e, E_NO_GRAPH, "schema \"%.*s\" does not exist", length, text.at);
	case TYPE_REGROLE:
		return FAIL(e, E_NO_OBJECT, "role \"%.*s\" does not exist", length, text.at);
	case TYPE_REGOPER:
	case TYPE_REGOPERATOR:
		return FAIL(e, E_NO_FUNCTION, "operator does not exist: %.*s", length, text.at);
	case TYPE_REGPROCEDURE:
		if (text.length == 0 || memchr(text.at, '(', text.length) == NULL)
			return FAIL(e, E_TEXT_REPRESENTATION, "expected a left parenthesis");
		FALLTHROUGH;
	default:
		return FAIL(e, E_NO_FUNCTION, "function \"%.*s\" does not exist", length, text.at);
	}
}
