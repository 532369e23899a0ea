/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The schema of a dump. Labels that CREATE TABLE made, or that have what only it can say, are written as
 * tables, others as labels. Defaults come after the data, which they would otherwise add to; so do
 * checks and foreign keys, which may look at several tables.
 */
#include <inttypes.h>

#include "base/check.h"
#include "query/dump/dump.h"
#include "query/plan/statistics.h"
#include "query/plan/user_procedure.h"
#include "query/role/role.h"
#include "query/sql/definition.h"
#include "query/sql/definition_label.h"
#include "query/sql/graph_definition.h"
#include "query/table/table.h"
#include "query/type/type.h"

struct schema {
	struct buf *to;
	struct storage *storage; /* NULL before the data */
	const struct catalog *catalog;
	struct arena *arena;
	uint32_t graph; /* the session's, when the dump is loaded */
};

/* UNIQUE comes with the other constraints. */
static struct definition_writer writer_of(const struct schema *s)
{
	return (struct definition_writer){ s->to, s->catalog, s->arena, false };
}

static const char *class_of(enum element element)
{
	return element == ELEMENT_NODE ? "NODE" : "EDGE";
}

/* ---- graphs ------------------------------------------------------------------------------- */

static bool is_membership(struct schema *s, enum element element, uint32_t label)
{
	return element == ELEMENT_NODE && catalog_is_membership(s->catalog, label);
}

/* The graph of the label if it is one of closed type, whose labels CREATE GRAPH makes. */
static uint32_t closed_graph_of(struct schema *s, enum element element, uint32_t label)
{
	uint32_t graph = catalog_graph_of(s->catalog, element, label);
	const struct label_info *info =
		graph == GRAPH_MAIN ? NULL : catalog_label(s->catalog, ELEMENT_NODE, graph);

	return info != NULL && info->is_closed ? graph : (uint32_t)GRAPH_MAIN;
}

static void go_to(struct schema *s, uint32_t graph)
{
	if (s->graph == graph)
		return;
	s->graph = graph;
	buf_put_text(s->to, "SESSION SET GRAPH ");
	dump_put_name(s->to, catalog_graph_name(s->catalog, graph));
	buf_put_text(s->to, ";\n");
}

/* The statements that follow are about the label's graph. */
static void go_to_graph(struct schema *s, enum element element, uint32_t label)
{
	go_to(s, catalog_graph_of(s->catalog, element, label));
}

/* ---- labels ------------------------------------------------------------------------------- */

static void put_label(struct schema *s, enum element element, const struct label_info *l)
{
	buf_printf(s->to, "CREATE %s LABEL ", class_of(element));
	definition_put_label(writer_of(s), element, l);
	buf_put_text(s->to, ";\n");
}

static void put_rule(struct schema *s, const struct sequence_definition *d)
{
	buf_printf(s->to,
		"INCREMENT BY %" PRId64 " MINVALUE %" PRId64 " MAXVALUE %" PRId64
		" START WITH %" PRId64 "%s",
		d->rule.increment, d->rule.min, d->rule.max, d->rule.start,
		d->rule.is_cycle ? " CYCLE" : "");
}

static void put_identity(struct schema *s, const struct table_column *column)
{
	struct sequence_definition d;

	buf_printf(s->to, " GENERATED %s AS IDENTITY",
		column->identity == 'a' ? "ALWAYS" : "BY DEFAULT");
	if (!sequence_definition_get(s->catalog, s->arena, column->sequence, &d))
		return;
	buf_put_text(s->to, " (SEQUENCE NAME ");
	dump_put_name(s->to, d.name);
	buf_put_byte(s->to, ' ');
	put_rule(s, &d);
	buf_put_byte(s->to, ')');
}

static void put_table(struct schema *s, const struct table *t)
{
	buf_put_text(s->to, "CREATE TABLE ");
	dump_put_name(s->to, t->name);
	for (uint32_t i = 0; i < t->column_count; i++) {
		const struct table_column *column = &t->columns[i];

		buf_put_text(s->to, i == 0 ? " (" : ", ");
		dump_put_name(s->to, column->name);
		buf_put_byte(s->to, ' ');
		buf_put_str(s->to, column->type.text);
		if (column->identity != 0)
			put_identity(s, column);
		if (column->generated_text.length > 0)
			buf_printf(s->to, " GENERATED ALWAYS AS (%.*s) STORED",
				STR_ARGS(column->generated_text));
		if (column->is_not_null)
			buf_put_text(s->to, " NOT NULL");
	}
	if (t->info != NULL && t->info->primary_index != 0) {
		buf_put_text(s->to, t->column_count == 0 ? " (" : ", ");
		definition_put_primary(writer_of(s), t->info);
	}
	buf_put_text(s->to, t->column_count == 0 ? " ();\n" : ");\n");
}

/* NULL: the label is written as a label. */
static struct table *details_of(struct schema *s, enum element element, uint32_t label)
{
	struct table *t = table_of_label(s->catalog, s->arena, element, label);

	return t != NULL && t->object != NAME_NONE ? t : NULL;
}

/* No column has a list of any items as its type. */
static bool has_any_list(const struct label_info *l)
{
	for (uint32_t i = 0; i < l->property_count; i++) {
		const struct property_info *p = &l->properties[i];

		if (p->is_declared && p->declared == VALUE_LIST && p->declared_item == VALUE_NULL)
			return true;
	}
	return false;
}

static bool is_written_as_table(struct schema *s, enum element element, uint32_t label)
{
	const struct label_info *l = catalog_label(s->catalog, element, label);

	return element == ELEMENT_NODE && l != NULL && !has_any_list(l) &&
	       details_of(s, element, label) != NULL;
}

static void put_labels(struct schema *s, enum element element)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	for (uint32_t id = 1; id <= catalog_name_count(s->catalog, kind); id++) {
		const struct label_info *l = catalog_label(s->catalog, element, id);

		if (l == NULL || !l->is_declared || is_membership(s, element, id) ||
			closed_graph_of(s, element, id) != GRAPH_MAIN)
			continue;
		go_to_graph(s, element, id);
		if (is_written_as_table(s, element, id))
			put_table(s, details_of(s, element, id));
		else
			put_label(s, element, l);
	}
}

static void put_graphs(struct schema *s)
{
	for (uint32_t id = 1; id <= catalog_name_count(s->catalog, NAME_NODE_LABEL); id++) {
		struct str name = catalog_graph_name(s->catalog, id);

		if (!catalog_is_membership(s->catalog, id) ||
			catalog_graph_find(s->catalog, name) != id)
			continue;
		buf_put_text(s->to, "CREATE GRAPH ");
		dump_put_name(s->to, name);
		if (catalog_label(s->catalog, ELEMENT_NODE, id)->is_closed) {
			buf_put_byte(s->to, ' ');
			definition_put_graph_type(writer_of(s), id);
		}
		buf_put_text(s->to, ";\n");
	}
}

/* ---- comments ----------------------------------------------------------------------------- */

/* `column`: of the table that the object is; NULL: none. */
static void put_comment(struct schema *s, const char *kind, struct str name,
	const struct str *column, struct str text)
{
	if (text.length == 0)
		return;
	buf_printf(s->to, "COMMENT ON %s ", kind);
	dump_put_name(s->to, name);
	if (column != NULL) {
		buf_put_byte(s->to, '.');
		dump_put_name(s->to, *column);
	}
	buf_put_text(s->to, " IS ");
	dump_put_text(s->to, text);
	buf_put_text(s->to, ";\n");
}

/* ---- sequences ---------------------------------------------------------------------------- */

static void put_sequence(struct schema *s, const struct sequence_definition *d)
{
	if (d->owner_kind == 'i')
		return; /* its column makes it */
	buf_put_text(s->to, "CREATE SEQUENCE ");
	dump_put_name(s->to, d->name);
	buf_printf(s->to, " AS %.*s ", STR_ARGS(d->type));
	put_rule(s, d);
	buf_put_text(s->to, ";\n");
}

static void put_sequence_state(struct schema *s, const struct sequence_definition *d)
{
	struct buf name = { 0 };
	int64_t value;
	bool is_called;

	put_comment(s, "SEQUENCE", d->name, NULL, d->comment);
	if (d->owner_kind == 'a') {
		buf_put_text(s->to, "ALTER SEQUENCE ");
		dump_put_name(s->to, d->name);
		buf_put_text(s->to, " OWNED BY ");
		dump_put_name(s->to, d->owner_table);
		buf_put_byte(s->to, '.');
		dump_put_name(s->to, d->owner_column);
		buf_put_text(s->to, ";\n");
	}
	if (!storage_sequence_last(s->storage, d->numbers, &value, &is_called))
		return;
	dump_put_name(&name, d->name);
	buf_put_text(s->to, "SELECT setval(");
	dump_put_text(s->to, buf_str(&name));
	buf_printf(s->to, ", %" PRId64 ", %s);\n", value, is_called ? "true" : "false");
	buf_free(&name);
}

static void put_sequences(
	struct schema *s, void (*put)(struct schema *, const struct sequence_definition *))
{
	for (uint32_t i = 0; i < catalog_object_count(s->catalog); i++) {
		const struct catalog_object *o = catalog_object_at(s->catalog, i);
		struct sequence_definition d;

		if (o->kind == OBJECT_SEQUENCE &&
			sequence_definition_get(s->catalog, s->arena, o->id, &d))
			put(s, &d);
	}
}

void dump_schema_before(struct buf *to, struct txn *t, struct arena *a)
{
	struct schema s = { to, NULL, txn_catalog(t), a, GRAPH_MAIN };

	put_graphs(&s);
	put_sequences(&s, put_sequence);
	put_labels(&s, ELEMENT_NODE);
	put_labels(&s, ELEMENT_EDGE);
	go_to(&s, GRAPH_MAIN);
}

/* ---- after the data ----------------------------------------------------------------------- */

static void put_indexes(struct schema *s)
{
	for (uint32_t i = 0; i < catalog_index_count(s->catalog); i++) {
		const struct index_info *index = catalog_index_at(s->catalog, i);
		enum name_kind kind =
			index->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
		struct table_index said;

		if (index->is_constraint)
			continue;
		go_to_graph(s, index->element, index->label);
		buf_printf(s->to, "CREATE %sINDEX ", index->is_unique ? "UNIQUE " : "");
		dump_put_name(s->to, index->name);
		buf_printf(s->to, " ON %s ", class_of(index->element));
		dump_put_name(s->to, catalog_name(s->catalog, kind, index->label));
		buf_put_byte(s->to, ' ');
		table_index_read(s->catalog, s->arena, index, &said);
		if (table_index_is_plain(&said))
			definition_put_keys(writer_of(s), index->keys, index->key_count, "");
		else
			definition_put_index_keys(s->to, s->catalog, &said, DEFINITION_SOURCE);
		buf_put_text(s->to, ";\n");
	}
}

static void put_requirement(struct schema *s, const struct constraint_info *c)
{
	const struct property_info *p;

	switch (c->kind) {
	case CONSTRAINT_UNIQUE:
		buf_put_text(s->to, "UNIQUE");
		return;
	case CONSTRAINT_KEY:
		buf_printf(s->to, "%s KEY", class_of(c->element));
		return;
	case CONSTRAINT_NOT_NULL:
		buf_put_text(s->to, "NOT NULL");
		return;
	case CONSTRAINT_TYPE:
		p = catalog_property(s->catalog, c->element, c->label, c->keys[0]);
		buf_put_text(s->to, ":: ");
		definition_put_property_type(writer_of(s), p);
		return;
	}
}

static bool is_primary(struct schema *s, const struct constraint_info *c)
{
	const struct label_info *l = catalog_label(s->catalog, c->element, c->label);

	return c->kind == CONSTRAINT_KEY && l != NULL && l->is_declared &&
	       l->primary_index == c->index && c->index != 0;
}

static void put_constraints(struct schema *s)
{
	for (uint32_t i = 0; i < catalog_constraint_count(s->catalog); i++) {
		const struct constraint_info *c = catalog_constraint_at(s->catalog, i);
		bool is_node = c->element == ELEMENT_NODE;

		if (is_primary(s, c))
			continue;
		go_to_graph(s, c->element, c->label);
		buf_put_text(s->to, "CREATE CONSTRAINT IF NOT EXISTS ");
		dump_put_name(s->to, c->name);
		buf_put_text(s->to, is_node ? " FOR (x:" : " FOR ()-[x:");
		dump_put_name(
			s->to, catalog_name(s->catalog, is_node ? NAME_NODE_LABEL : NAME_EDGE_LABEL,
				       c->label));
		buf_put_text(s->to, is_node ? ") REQUIRE " : "]-() REQUIRE ");
		definition_put_keys(writer_of(s), c->keys, c->key_count, "x.");
		buf_put_text(s->to, " IS ");
		put_requirement(s, c);
		buf_put_text(s->to, ";\n");
	}
}

/* How the label was made: CREATE TABLE closes, and so does the type of a graph. */
static bool is_made_closed(struct schema *s, enum element element, uint32_t label)
{
	return closed_graph_of(s, element, label) != GRAPH_MAIN ||
	       is_written_as_table(s, element, label);
}

static void put_closed(struct schema *s, enum element element)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	for (uint32_t id = 1; id <= catalog_name_count(s->catalog, kind); id++) {
		const struct label_info *l = catalog_label(s->catalog, element, id);

		if (l == NULL || !l->is_declared || is_membership(s, element, id) ||
			l->is_closed == is_made_closed(s, element, id))
			continue;
		go_to_graph(s, element, id);
		buf_printf(s->to, "ALTER %s ", class_of(element));
		dump_put_name(s->to, l->name);
		buf_put_text(s->to, l->is_closed ? " SET CLOSED;\n" : " SET OPEN;\n");
	}
}

/* ---- what only tables have ---------------------------------------------------------------- */

static void begin_alter(struct schema *s, const struct table *t)
{
	buf_put_text(s->to, "ALTER TABLE ");
	dump_put_name(s->to, t->name);
}

static void put_names(struct schema *s, const struct str *names, uint32_t count)
{
	buf_put_byte(s->to, '(');
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(s->to, i == 0 ? "" : ", ");
		dump_put_name(s->to, names[i]);
	}
	buf_put_byte(s->to, ')');
}

static void put_foreign(struct schema *s, const struct table *t, const struct table_foreign *f)
{
	begin_alter(s, t);
	buf_put_text(s->to, " ADD CONSTRAINT ");
	dump_put_name(s->to, f->name);
	buf_put_text(s->to, " FOREIGN KEY ");
	put_names(s, f->columns, f->count);
	buf_put_text(s->to, " REFERENCES ");
	dump_put_name(s->to, f->table);
	buf_put_byte(s->to, ' ');
	put_names(s, f->targets, f->count);
	buf_printf(s->to, " ON UPDATE %s ON DELETE %s%s%s;\n", table_action_text(f->on_update),
		table_action_text(f->on_delete), f->is_deferrable ? " DEFERRABLE" : "",
		f->is_deferred ? " INITIALLY DEFERRED" : "");
}

static void put_details(struct schema *s, const struct table *t)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		const struct table_column *column = &t->columns[i];

		put_comment(s, "COLUMN", t->name, &column->name, column->comment);
		if (column->default_text.length == 0 || column->identity != 0)
			continue;
		begin_alter(s, t);
		buf_put_text(s->to, " ALTER COLUMN ");
		dump_put_name(s->to, column->name);
		buf_printf(s->to, " SET DEFAULT %.*s;\n", STR_ARGS(column->default_text));
	}
	for (uint32_t i = 0; i < t->check_count; i++) {
		begin_alter(s, t);
		buf_put_text(s->to, " ADD CONSTRAINT ");
		dump_put_name(s->to, t->checks[i].name);
		buf_printf(s->to, " CHECK (%.*s);\n", STR_ARGS(t->checks[i].text));
	}
	for (uint32_t i = 0; i < t->foreign_count; i++)
		put_foreign(s, t, &t->foreigns[i]);
	put_comment(s, "TABLE", t->name, NULL, t->comment);
}

static void put_tables(struct schema *s, enum element element)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	for (uint32_t id = 1; id <= catalog_name_count(s->catalog, kind); id++) {
		const struct table *t = details_of(s, element, id);

		if (t != NULL)
			put_details(s, t);
	}
}

static void put_view(struct schema *s, const struct view_definition *v)
{
	buf_put_text(s->to, "CREATE VIEW ");
	dump_put_name(s->to, v->name);
	if (v->column_count > 0)
		put_names(s, v->columns, v->column_count);
	if (v->is_invoker || v->is_barrier)
		buf_printf(s->to, " WITH (security_invoker = %s, security_barrier = %s)",
			v->is_invoker ? "true" : "false", v->is_barrier ? "true" : "false");
	buf_printf(s->to, " AS %.*s", STR_ARGS(v->text));
	if (v->check != 0)
		buf_printf(s->to, "\n  WITH %s CHECK OPTION",
			v->check == 'l' ? "LOCAL" : "CASCADED");
	buf_put_text(s->to, ";\n");
	put_comment(s, "VIEW", v->name, NULL, v->comment);
}

static enum sqlstate put_property_graph(
	struct schema *s, const struct catalog_object *o, struct error *e)
{
	struct graph_definition g;

	TRY(definition_graph_read(s->catalog, s->arena, o, &g, e));
	definition_graph_put(s->to, &g);
	buf_put_text(s->to, ";\n");
	put_comment(s, "PROPERTY GRAPH", g.name, NULL, g.comment);
	return OK;
}

/* Views, procedures and graph types, in the order in which they were made, since one may use another. */
static enum sqlstate put_objects(struct schema *s, struct error *e)
{
	bool has_statistics = false;

	for (uint32_t i = 0; i < catalog_object_count(s->catalog); i++) {
		const struct catalog_object *o = catalog_object_at(s->catalog, i);
		struct view_definition v;

		if (o->kind == USER_PROCEDURE_OBJECT) {
			buf_printf(s->to, "%.*s;\n", STR_ARGS(o->body));
		} else if (o->kind == OBJECT_VIEW) {
			if (!view_definition_find(s->catalog, s->arena, o->name, &v))
				return FAIL(e, E_DATA_CORRUPTED, "view \"%.*s\" cannot be read",
					STR_ARGS(o->name));
			put_view(s, &v);
		} else if (o->kind == OBJECT_PROPERTY_GRAPH) {
			TRY(put_property_graph(s, o, e));
		} else if (o->kind == OBJECT_GRAPH_TYPE) {
			buf_put_text(s->to, "CREATE GRAPH TYPE ");
			dump_put_name(s->to, o->name);
			buf_printf(s->to, " %.*s;\n", STR_ARGS(o->body));
		} else if (o->kind == OBJECT_STATISTICS) {
			has_statistics = true;
		} else if (o->kind != OBJECT_TABLE && o->kind != OBJECT_SEQUENCE &&
			   o->kind != OBJECT_ROLE && o->kind != OBJECT_ACL &&
			   o->kind != OBJECT_COMMENT) {
			buf_put_text(s->to, "-- not in this dump: an object of kind ");
			buf_printf(s->to, "%d\n", o->kind);
		}
	}
	if (has_statistics)
		buf_put_text(s->to, "ANALYZE;\n");
	return OK;
}

enum sqlstate dump_schema_after(
	struct buf *to, struct storage *storage, struct txn *t, struct arena *a, struct error *e)
{
	struct schema s = { to, storage, txn_catalog(t), a, GRAPH_MAIN };

	put_indexes(&s);
	put_constraints(&s);
	go_to(&s, GRAPH_MAIN);
	put_tables(&s, ELEMENT_NODE);
	put_tables(&s, ELEMENT_EDGE);
	put_closed(&s, ELEMENT_NODE);
	put_closed(&s, ELEMENT_EDGE);
	go_to(&s, GRAPH_MAIN);
	put_sequences(&s, put_sequence_state);
	dump_put_comments(to, s.catalog, a);
	return put_objects(&s, e);
}
