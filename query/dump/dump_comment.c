/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Comments on indexes, constraints, schemas and roles as statements; those whose thing is no more are left out, and so
 * is that on the database, which goes by the name it has where the dump is loaded.
 */
#include "query/dump/dump.h"
#include "query/role/role.h"
#include "query/sql/label_table.h"
#include "query/table/comment.h"
#include "query/table/label_oid.h"
#include "query/table/relation_path.h"

struct writer {
	struct buf *to;
	const struct catalog *catalog;
	struct arena *arena;
};

static void put(struct writer *w, const char *kind, struct str name, const struct str *table,
	const struct comment *comment)
{
	buf_printf(w->to, "COMMENT ON %s ", kind);
	dump_put_name(w->to, name);
	if (table != NULL) {
		buf_put_text(w->to, " ON ");
		dump_put_name(w->to, *table);
	}
	buf_put_text(w->to, " IS ");
	dump_put_text(w->to, comment->text);
	buf_put_text(w->to, ";\n");
}

static void put_of_constraint(struct writer *w, const struct comment *comment)
{
	for (uint32_t i = 0; i < catalog_object_count(w->catalog); i++) {
		const struct catalog_object *o = catalog_object_at(w->catalog, i);
		struct label_constraint *all;
		struct label_table table;
		uint32_t count = 0;

		if (o->kind == OBJECT_TABLE && graph_of_name(o->name).length == 0 &&
			label_table_find(w->catalog, o->name, &table))
			count = label_table_constraints(w->catalog, &table, w->arena, &all);
		for (uint32_t k = 0; k < count; k++) {
			if (all[k].oid == comment->oid)
				put(w, "CONSTRAINT", all[k].name, &o->name, comment);
		}
	}
}

static void put_of_index(struct writer *w, const struct comment *comment)
{
	const struct index_info *index;
	enum label_object object;
	uint32_t number;

	if (!label_oid_split(comment->oid, &object, &number) || object != LABEL_INDEX)
		return;
	index = catalog_index(w->catalog, number);
	if (index != NULL &&
		catalog_graph_of(w->catalog, index->element, index->label) == GRAPH_MAIN)
		put(w, "INDEX", index->name, NULL, comment);
}

static void put_of_schema(struct writer *w, const struct comment *comment)
{
	struct str name = STR("public");
	enum label_object object;
	uint32_t graph;

	if (comment->oid != OID_NAMESPACE_PUBLIC) {
		if (!label_oid_split(comment->oid, &object, &graph) ||
			object != LABEL_NODE_TABLE || !catalog_is_membership(w->catalog, graph))
			return;
		name = catalog_graph_name(w->catalog, graph);
		if (catalog_graph_find(w->catalog, name) != graph ||
			temporary_is_graph(w->catalog, graph))
			return;
	}
	put(w, "SCHEMA", name, NULL, comment);
}

static void put_of_role(struct writer *w, const struct comment *comment)
{
	struct role role;
	uint32_t id;

	if (role_of_oid(w->catalog, comment->oid, &id) && role_get(w->catalog, id, &role))
		put(w, "ROLE", role.name, NULL, comment);
}

void dump_put_comments(struct buf *to, const struct catalog *c, struct arena *a)
{
	struct writer w = { to, c, a };
	struct comment comment;

	for (uint32_t cursor = 0; comment_next(c, a, &cursor, &comment);) {
		switch (comment.class_oid) {
		case COMMENT_ON_INDEX:
			put_of_index(&w, &comment);
			break;
		case COMMENT_ON_CONSTRAINT:
			put_of_constraint(&w, &comment);
			break;
		case COMMENT_ON_SCHEMA:
			put_of_schema(&w, &comment);
			break;
		case COMMENT_ON_ROLE:
			put_of_role(&w, &comment);
			break;
		default:
			break;
		}
	}
}
