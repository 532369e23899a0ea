/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * All tables there are: see listed.h.
 */
#include "query/sql/listed.h"

#include "query/eval/eval.h"
#include "query/sql/builtin.h"
#include "query/table/table.h"

/* The next view among the catalog's objects; scan->at moves over what is none. */
static bool next_view(struct relation_scan *scan, struct listed *out)
{
	uint32_t catalogs = relation_count(), count = catalog_object_count(scan->catalog);

	while (scan->at < (uint64_t)catalogs + count) {
		const struct catalog_object *o = catalog_object_at(
			scan->catalog, (uint32_t)(scan->at++ - catalogs));

		if (o->kind != OBJECT_VIEW)
			continue;
		out->schema = label_object_schema_name(o);
		out->name = graph_local_name(o->name);
		out->full_name = o->name;
		out->oid = label_oid(LABEL_CATALOG_OBJECT, o->id);
		out->kind = 'v';
		out->view = o->id;
		return true;
	}
	return false;
}

enum sqlstate listed_next(
	struct relation_scan *scan, struct listed *out, bool *found, struct error *e)
{
	uint32_t catalogs = relation_count();
	uint64_t at;

	*out = (struct listed){ 0 };
	if (scan->at < catalogs) {
		const struct relation *r = relation_at((uint32_t)scan->at++);

		out->schema = str_of(r->schema);
		out->name = str_of(r->name);
		out->oid = r->oid;
		out->kind = (char)r->kind;
		out->relation = r;
		*found = true;
		return OK;
	}
	if (next_view(scan, out)) {
		*found = true;
		return OK;
	}
	at = scan->at - catalogs - catalog_object_count(scan->catalog);
	TRY(label_table_next(scan->ev->txn, scan->arena, &at, &out->table, found, e));
	scan->at = at + catalogs + catalog_object_count(scan->catalog);
	if (*found)
		out->schema = label_schema_name(
			scan->catalog, out->table.element, out->table.label);
	out->name = out->table.name;
	out->oid = out->table.oid;
	out->kind = 'r';
	return OK;
}

uint32_t listed_type(struct str name)
{
	const struct builtin_type *type = builtin_type_find(name);

	if (type != NULL)
		return type->oid;
	if (name.length < 2 || name.at[0] != '_')
		return 0;
	type = builtin_type_find((struct str){ name.at + 1, name.length - 1 });
	return type == NULL ? 0 : type->array;
}

uint32_t listed_columns(
	struct relation_scan *scan, const struct listed *l, struct listed_column **out)
{
	struct label_column *columns = NULL;
	uint32_t count;

	if (l->relation != NULL)
		count = l->relation->column_count;
	else if (l->view != NAME_NONE)
		count = listed_view_columns(scan->ev, scan->arena, l->view, &columns);
	else
		count = label_table_columns(scan->catalog, &l->table, scan->arena, &columns);
	*out = ARENA_ARRAY(scan->arena, struct listed_column, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		struct listed_column *made = &(*out)[i];

		made->number = (int16_t)(i + 1);
		made->modifier = -1;
		if (l->relation != NULL) {
			made->name = str_of(l->relation->columns[i].name);
			made->type = listed_type(str_of(l->relation->columns[i].type));
			made->is_not_null = l->relation->columns[i].is_not_null;
			continue;
		}
		made->name = columns[i].name;
		made->type = columns[i].type_oid;
		made->is_not_null = columns[i].is_not_null;
		made->modifier = columns[i].modifier;
		made->default_text = columns[i].default_text;
		made->generated_text = columns[i].generated_text;
		made->identity = columns[i].identity;
		made->sequence = columns[i].sequence;
	}
	return count;
}

uint32_t listed_view_columns(
	struct eval *ev, struct arena *a, uint32_t object, struct label_column **out)
{
	*out = NULL;
	if (ev->session == NULL || ev->session->catalog == NULL)
		return 0;
	return ev->session->catalog->view_columns(ev, a, object, out);
}

void listed_view_writing(
	struct eval *ev, struct arena *a, struct str name, struct view_writing *out)
{
	*out = (struct view_writing){ .fault = "There is no catalog." };
	if (ev->session != NULL && ev->session->catalog != NULL)
		ev->session->catalog->view_writing(ev, a, name, out);
}

int listed_view_writable(struct eval *ev, struct arena *a, struct str name)
{
	struct view_writing writing;

	listed_view_writing(ev, a, name, &writing);
	if (writing.fault != NULL)
		return 0;
	return LISTED_DELETABLE |
	       (writing.has_written ? LISTED_UPDATABLE | LISTED_INSERTABLE : 0);
}

struct value listed_user(const struct relation_scan *scan)
{
	const struct eval_session *session = scan->ev->session;

	return relation_text(session == NULL || session->user == NULL ? "" : session->user);
}

struct value listed_database(const struct relation_scan *scan)
{
	const struct eval_session *session = scan->ev->session;

	return relation_text(session == NULL || session->database == NULL ? "" : session->database);
}

enum sqlstate listed_each(struct relation_scan *scan, listed_visit *visit, struct error *e)
{
	struct listed l;
	bool found;

	do {
		TRY(listed_next(scan, &l, &found, e));
		if (!found) {
			scan->at = 0;
			return OK;
		}
		TRY(visit(scan, &l, e));
	} while (scan->row_count < RELATION_SLICE_ROWS);
	return OK;
}
