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

void reg_put(struct eval *ev, struct buf *to, enum type_kind kind, uint32_t oid)
{
	struct naming_object object;
	struct str name;
	uint32_t id;

	if (kind == TYPE_REGTYPE && naming_type(ev, oid, &object))
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
	case TYPE_REGROLE:
		return ev->txn != NULL && acl_role_named(ev, text, &id)
			       ? role_oid(txn_catalog(ev->txn), id)
			       : 0;
	default:
		return naming_find_function(ev, text);
	}
}
