/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Definitions as text: see definition.h.
 */
#include "query/sql/definition.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "query/eval/eval.h"
#include "query/eval/json_text.h"
#include "query/sql/naming.h"
#include "query/table/table.h"

/* ---- values ---------------------------------------------------------------------------------- */

void definition_put_quoted(struct buf *to, struct str text)
{
	buf_put_byte(to, '\'');
	for (uint32_t i = 0; i < text.length; i++) {
		if (text.at[i] == '\'')
			buf_put_byte(to, '\'');
		buf_put_byte(to, (uint8_t)text.at[i]);
	}
	buf_put_byte(to, '\'');
}

void definition_put_value(struct buf *to, struct value v)
{
	switch (v.type) {
	case VALUE_BOOL:
		buf_put_text(to, v.boolean ? "true" : "false");
		return;
	case VALUE_INT:
		buf_printf(to, v.integer < 0 ? "'%" PRId64 "'::bigint" : "%" PRId64, v.integer);
		return;
	case VALUE_FLOAT:
		buf_printf(to, v.real < 0 ? "'%.17g'::double precision" : "%.17g", v.real);
		return;
	case VALUE_STRING:
		definition_put_quoted(to, value_str(v));
		buf_put_text(to, "::text");
		return;
	default:
		return;
	}
}

/* ---- indexes and constraints ------------------------------------------------------------------ */

static void put_key(struct buf *to, const struct catalog *c, uint32_t key)
{
	naming_put_ident(to, catalog_name(c, NAME_KEY, key));
}

static void put_table(struct eval *ev, struct buf *to, struct naming_object table, bool is_pretty)
{
	struct str schema = STR("public");

	if (is_pretty) {
		naming_put(ev, to, &table);
		return;
	}
	(void)naming_schema(ev, table.schema, &schema);
	naming_put_ident(to, schema);
	buf_put_byte(to, '.');
	naming_put_ident(to, table.name);
}

static struct str text_as(const struct index_text *t, enum definition_text as)
{
	return as == DEFINITION_SOURCE   ? t->source
	       : as == DEFINITION_PRETTY ? t->pretty
					  : t->text;
}

/* A call stands as it is, another expression in parentheses. */
static void put_index_key(struct buf *to, const struct catalog *c,
	const struct table_index_key *key, enum definition_text as)
{
	struct str text = text_as(&key->expr, as);

	if (text.length == 0)
		put_key(to, c, key->key);
	else
		buf_printf(to, definition_called(text).length > 0 ? "%.*s" : "(%.*s)",
			STR_ARGS(text));
}

struct str definition_called(struct str text)
{
	uint32_t name = 0, depth = 0, i;

	while (name < text.length &&
		(text.at[name] == '_' || isalnum((unsigned char)text.at[name])))
		name++;
	if (name == 0 || name == text.length || text.at[name] != '(')
		return (struct str){ 0 };
	for (i = name; i < text.length; i++) {
		depth += text.at[i] == '(';
		depth -= text.at[i] == ')';
		if (depth == 0)
			break;
	}
	if (i + 1 != text.length)
		return (struct str){ 0 };
	return memcmp(text.at, "COALESCE", name) == 0 ? STR("coalesce")
							 : (struct str){ text.at, name };
}

void definition_put_index_keys(struct buf *to, const struct catalog *c,
	const struct table_index *x, enum definition_text as)
{
	struct str predicate = text_as(&x->predicate, as);

	buf_put_byte(to, '(');
	for (uint32_t i = 0; i < x->key_count; i++) {
		const struct table_index_key *key = &x->keys[i];

		buf_put_text(to, i > 0 ? ", " : "");
		put_index_key(to, c, key, as);
		buf_put_text(to, key->is_descending ? " DESC" : "");
		if (key->is_nulls_first != key->is_descending)
			buf_put_text(to, key->is_nulls_first ? " NULLS FIRST" : " NULLS LAST");
	}
	buf_put_byte(to, ')');
	if (predicate.length > 0)
		buf_printf(to, " WHERE %.*s", STR_ARGS(predicate));
}

void definition_put_index(struct eval *ev, struct buf *to, const struct index_info *index,
	uint32_t column, bool is_pretty)
{
	const struct catalog *c = txn_catalog(ev->txn);
	enum definition_text as = is_pretty ? DEFINITION_PRETTY : DEFINITION_FULL;
	struct table_index said;
	enum name_kind kind = index->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
	struct naming_object table = { catalog_name(c, kind, index->label),
		label_schema_oid(catalog_graph_of(c, index->element, index->label)) };

	table_index_read(c, ev->arena, index, &said);
	if (column > 0) {
		if (column <= said.key_count)
			put_index_key(to, c, &said.keys[column - 1], as);
		return;
	}
	buf_printf(to, "CREATE %sINDEX ", index->is_unique ? "UNIQUE " : "");
	naming_put_ident(to, index->name);
	buf_put_text(to, " ON ");
	put_table(ev, to, table, is_pretty);
	buf_put_text(to, " USING btree ");
	definition_put_index_keys(to, c, &said, as);
}

static void put_columns(
	struct eval *ev, struct buf *to, uint32_t table, const int16_t *numbers, uint32_t count)
{
	const struct catalog *c = txn_catalog(ev->txn);
	struct label_column *columns = NULL;
	struct label_table of;
	uint32_t column_count = 0;

	if (label_table_by_oid(c, table, &of))
		column_count = label_table_columns(c, &of, ev->arena, &columns);
	buf_put_byte(to, '(');
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_text(to, ", ");
		if (numbers[i] >= 1 && (uint32_t)numbers[i] <= column_count)
			naming_put_ident(to, columns[numbers[i] - 1].name);
	}
	buf_put_byte(to, ')');
}

/* The action by default goes without saying. */
static void put_action(struct buf *to, const char *event, char action)
{
	if (strchr("rcnd", action) != NULL && action != '\0')
		buf_printf(to, " ON %s %s", event, table_action_text(action));
}

static void put_foreign(struct eval *ev, struct buf *to, const struct label_constraint *constraint)
{
	struct naming_object target;

	buf_put_text(to, " REFERENCES ");
	if (naming_relation(ev, constraint->target, &target))
		naming_put(ev, to, &target);
	put_columns(ev, to, constraint->target, constraint->targets, constraint->count);
	put_action(to, "UPDATE", constraint->on_update);
	put_action(to, "DELETE", constraint->on_delete);
	if (constraint->is_deferrable)
		buf_put_text(to, " DEFERRABLE");
	if (constraint->is_deferred)
		buf_put_text(to, " INITIALLY DEFERRED");
}

void definition_put_constraint(struct eval *ev, struct buf *to, const struct label_table *table,
	const struct label_constraint *constraint, bool is_pretty)
{
	if (constraint->kind == 'c') {
		buf_put_text(to, is_pretty ? "CHECK (" : "CHECK ((");
		buf_put_str(to, constraint->check);
		buf_put_text(to, is_pretty ? ")" : "))");
		return;
	}
	buf_put_text(to, constraint->kind == 'p'   ? "PRIMARY KEY "
			 : constraint->kind == 'u' ? "UNIQUE "
						   : "FOREIGN KEY ");
	put_columns(ev, to, table->oid, constraint->columns, constraint->count);
	if (constraint->kind == 'f')
		put_foreign(ev, to, constraint);
}

/* ---- the property graph ----------------------------------------------------------------------- */

static void put_key_list(struct eval *ev, struct buf *to, const struct label_table *table)
{
	struct label_constraint *constraints;
	uint32_t count = label_table_constraints(
		txn_catalog(ev->txn), table, ev->arena, &constraints);

	for (uint32_t i = 0; i < count; i++) {
		if (constraints[i].kind != 'p')
			continue;
		buf_put_text(to, " KEY ");
		put_columns(ev, to, table->oid, constraints[i].columns, constraints[i].count);
	}
}

static void put_end(struct eval *ev, struct buf *to, const char *side, const char *column,
	struct edge_end end)
{
	const struct catalog *c = txn_catalog(ev->txn);

	if (end.label == NAME_NONE)
		return;
	buf_printf(to, " %s KEY (%s) REFERENCES ", side, column);
	naming_put_ident(to, catalog_name(c, NAME_NODE_LABEL, end.label));
	if (end.key == NAME_NONE)
		return;
	buf_put_text(to, " (");
	put_key(to, c, end.key);
	buf_put_byte(to, ')');
}

static void put_element(struct eval *ev, struct buf *to, const struct label_table *table)
{
	const struct catalog *c = txn_catalog(ev->txn);
	struct label_column *columns;
	uint32_t count = label_table_columns(c, table, ev->arena, &columns);
	const char *glue = " PROPERTIES (";

	buf_put_text(to, "        ");
	naming_put(ev, to, &(struct naming_object){ table->name, table->schema });
	put_key_list(ev, to, table);
	if (table->element == ELEMENT_EDGE) {
		put_end(ev, to, "SOURCE", "_from", catalog_edge_end(c, table->info, true));
		put_end(ev, to, "DESTINATION", "_to", catalog_edge_end(c, table->info, false));
	}
	for (uint32_t i = 0; i < count; i++) {
		if (columns[i].key == NAME_NONE)
			continue;
		buf_put_text(to, glue);
		naming_put_ident(to, columns[i].name);
		glue = ", ";
	}
	buf_put_text(to, strcmp(glue, ", ") == 0 ? ")" : " NO PROPERTIES");
}

static enum sqlstate put_elements(struct eval *ev, struct buf *to, uint32_t graph,
	enum element element, struct error *e)
{
	bool is_node = element == ELEMENT_NODE;
	const char *glue = is_node ? "\n    VERTEX TABLES (\n" : "\n    EDGE TABLES (\n";
	struct label_table table;
	uint64_t at = 0;
	bool found = true, is_any = false;

	for (;;) {
		TRY(label_table_next(ev->txn, ev->arena, &at, &table, &found, e));
		if (!found)
			break;
		if (table.element != element ||
			catalog_graph_of(txn_catalog(ev->txn), element, table.label) != graph)
			continue;
		buf_put_text(to, glue);
		glue = ",\n";
		is_any = true;
		put_element(ev, to, &table);
	}
	if (is_any)
		buf_put_text(to, "\n    )");
	return OK;
}

enum sqlstate definition_put_graph(
	struct eval *ev, struct buf *to, uint32_t graph, struct error *e)
{
	buf_put_text(to, "CREATE PROPERTY GRAPH public.");
	naming_put_ident(to, catalog_graph_name(txn_catalog(ev->txn), graph));
	TRY(put_elements(ev, to, graph, ELEMENT_NODE, e));
	return put_elements(ev, to, graph, ELEMENT_EDGE, e);
}

/* ---- functions -------------------------------------------------------------------------------- */

void definition_put_arguments(struct eval *ev, struct buf *to, const struct proc *p)
{
	uint32_t types[PROC_ARGUMENTS_MAX];
	uint32_t count = proc_arguments(p, types);

	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_text(to, ", ");
		if (p->variadic != 0 && i == count - 1)
			buf_put_text(to, "VARIADIC ");
		naming_put_type(ev, to, types[i], -1, false);
	}
}

void definition_put_result(struct eval *ev, struct buf *to, const struct proc *p)
{
	if (p->flags[3] == 't')
		buf_put_text(to, "SETOF ");
	naming_put_type(ev, to, p->result, -1, false);
}
