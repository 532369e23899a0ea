/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Rows to elements. A batch of rows is read and converted first, then its endpoints are looked up
 * all at once, then its elements are made; so an error names the line of its own row, and a load of
 * edges costs two index lookups of a thousand keys rather than two thousand of one.
 */
#include "query/copy/copy.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "query/bind/bind.h"
#include "query/copy/copy_ends.h"
#include "query/copy/copy_force.h"
#include "query/copy/copy_reader.h"
#include "query/copy/copy_table.h"
#include "query/eval/cast.h"
#include "query/type/type.h"

enum { COPY_BATCH_ROWS = 1024, CLIPPED_MAX = 100 };

enum column_role { COLUMN_PROPERTY, COLUMN_FROM, COLUMN_TO };

struct copy_column {
	enum column_role role;
	struct str name;
	uint32_t key;
	struct type type;
	const struct table_column *column; /* of a table; NULL: none */
	bool is_never_null;		   /* FORCE_NOT_NULL */
	bool is_null_if_quoted;		   /* FORCE_NULL */
};

struct copy_in {
	struct copy_options options;
	struct copy_format format;
	struct arena *arena;	   /* the portal's */
	struct arena *batch_arena; /* reset with every batch */
	struct eval eval;
	struct copy_reader reader;
	enum element element;
	uint32_t label;
	uint32_t *labels; /* of nodes: the label and the further ones */
	uint32_t label_count;
	struct copy_column *columns;
	uint32_t column_count;
	const struct table *table; /* the label as a table; NULL: it has no details */
	struct copy_defaults defaults;
	uint32_t width; /* properties a row may have */
	struct query_column *described; /* the same for the caller, of a binary COPY */
	struct copy_ends *ends; /* of edges */
	uint32_t primary_index; /* IF_EXISTS: how a node that exists is found */
	uint32_t primary_column;
	bool is_header_read;

	uint32_t row_count; /* in the batch */
	uint64_t *lines;
	struct property *properties; /* row by row, column_count each */
	uint32_t *property_counts;
	uint64_t rows_taken; /* of a binary COPY */
	uint64_t loaded, skipped_missing, skipped_exists, skipped_errors;
};

/* ---- the session's graph ---- */

/* Empty: main. */
static struct str graph_name(const struct copy_in *c)
{
	const struct eval_session *session = c->options.session;

	return session == NULL || session->graph == NULL ? (struct str){ 0 }
							  : str_of(session->graph);
}

static struct str full_name(const struct copy_in *c, struct str name)
{
	return graph_full_name(c->arena, graph_name(c), name);
}

/* The label that each node of the graph carries; NAME_NONE in main. */
static enum sqlstate find_membership(const struct copy_in *c, uint32_t *out, struct error *e)
{
	struct str graph = graph_name(c);

	*out = NAME_NONE;
	if (graph.length == 0)
		return OK;
	*out = catalog_graph_find(txn_catalog(c->options.txn), graph);
	if (*out == NAME_NONE)
		return FAIL(e, E_NO_GRAPH, "graph \"%.*s\" does not exist", STR_ARGS(graph));
	return OK;
}

/* ---- columns ---- */

static enum sqlstate intern(
	struct copy_in *c, enum name_kind kind, struct str name, uint32_t *id, struct error *e)
{
	if (name.length == 0)
		return FAIL(e, E_BAD_COPY, "a column of the header has no name");
	return txn_intern(c->options.txn, kind, name, id, e);
}

static const struct property_info *find_property(
	const struct copy_in *c, uint32_t label, uint32_t key)
{
	return catalog_property(txn_catalog(c->options.txn), c->element, label, key);
}

static bool is_declared(const struct copy_in *c, uint32_t label, uint32_t key)
{
	const struct property_info *p = find_property(c, label, key);

	return p != NULL && p->is_declared && p->declared != VALUE_NULL;
}

static struct type declared_type(const struct copy_in *c, uint32_t label, uint32_t key)
{
	const struct property_info *p = find_property(c, label, key);

	if (!is_declared(c, label, key))
		return type_make(TYPE_STRING);
	return type_declared(p);
}

/* Binary data does not say what it is. */
static enum sqlstate no_type(const struct copy_in *c, struct str name, struct error *e)
{
	(void)FAIL(e, E_INDETERMINATE_TYPE, "could not determine the type of column \"%.*s\"",
		STR_ARGS(name));
	error_hint(e,
		"Declare the property on label \"%.*s\", or write its type in the list of "
		"columns: %.*s::type.",
		STR_ARGS(c->options.copy->label.text), STR_ARGS(name));
	return e->code;
}

/* A length or width that the label declares is looked at while a row is read, when ON_ERROR can still
   pass over it. */
static void use_modifier(struct copy_in *c, struct copy_column *column)
{
	const struct catalog *catalog = txn_catalog(c->options.txn);
	const struct property_info *p = find_property(c, c->label, column->key);

	if (p == NULL || p->declared == VALUE_LIST || !type_modifier_is_set(p->modifier))
		return;
	column->column = table_column(
		table_of_label(catalog, c->arena, c->element, c->label), column->name);
	if (column->column != NULL)
		column->type = column->column->type.type;
}

static enum sqlstate set_column(struct copy_in *c, struct copy_column *column, struct str name,
	const struct ast_type *type, struct error *e)
{
	column->name = name;
	if (c->element == ELEMENT_EDGE && str_equal(name, STR("_from"))) {
		column->role = COLUMN_FROM;
		column->type = copy_ends_type(c->ends, true);
		return OK;
	}
	if (c->element == ELEMENT_EDGE && str_equal(name, STR("_to"))) {
		column->role = COLUMN_TO;
		column->type = copy_ends_type(c->ends, false);
		return OK;
	}
	column->role = COLUMN_PROPERTY;
	if (c->table != NULL) {
		column->column = table_column_folded(c->table, c->arena, name);
		if (column->column == NULL && copy_table_is_closed(c->options.txn, c->table))
			return FAIL(e, E_NO_COLUMN,
				"column \"%.*s\" of relation \"%.*s\" does not exist",
				STR_ARGS(name), STR_ARGS(c->table->name));
	}
	if (column->column != NULL) {
		column->name = column->column->name;
		column->key = column->column->key;
		column->type = column->column->type.type;
		return OK;
	}
	TRY(intern(c, NAME_KEY, name, &column->key, e));
	if (type != NULL)
		return bind_type(type, &column->type, e);
	if (c->format.is_binary && !is_declared(c, c->label, column->key))
		return no_type(c, name, e);
	column->type = declared_type(c, c->label, column->key);
	use_modifier(c, column);
	return OK;
}

static enum sqlstate check_columns(struct copy_in *c, struct error *e)
{
	bool has_from = false, has_to = false;

	for (uint32_t i = 0; i < c->column_count; i++) {
		TRY(copy_table_check(c->table, c->columns[i].name, e));
		for (uint32_t j = 0; j < i; j++)
			if (str_equal(c->columns[i].name, c->columns[j].name))
				return FAIL(e, E_DUPLICATE_COLUMN,
					"column \"%.*s\" specified more than once",
					STR_ARGS(c->columns[i].name));
		has_from |= c->columns[i].role == COLUMN_FROM;
		has_to |= c->columns[i].role == COLUMN_TO;
	}
	if (c->element == ELEMENT_EDGE && !(has_from && has_to)) {
		(void)FAIL(e, E_BAD_COPY, "COPY of edges needs the columns \"_from\" and \"_to\"");
		error_hint(e, "Name the columns in a list after the label, or in a HEADER line.");
		return e->code;
	}
	return OK;
}

static enum sqlstate columns_from_list(struct copy_in *c, struct error *e)
{
	const struct ast_copy *copy = c->options.copy;

	c->column_count = copy->column_count;
	c->columns = ARENA_ARRAY(c->arena, struct copy_column, c->column_count);
	for (uint32_t i = 0; i < copy->column_count; i++)
		TRY(set_column(
			c, &c->columns[i], copy->columns[i].key.text, copy->columns[i].type, e));
	return check_columns(c, e);
}

static enum sqlstate columns_from_header(struct copy_in *c, struct error *e)
{
	c->column_count = c->reader.field_count;
	c->columns = ARENA_ARRAY(c->arena, struct copy_column, c->column_count);
	for (uint32_t i = 0; i < c->column_count; i++)
		TRY(set_column(
			c, &c->columns[i], arena_str(c->arena, c->reader.fields[i].text), NULL, e));
	return check_columns(c, e);
}

/* Neither a list nor a header: the declared keys in order, edges with their ends first. */
static enum sqlstate columns_from_declaration(struct copy_in *c, struct error *e)
{
	const struct catalog *catalog = txn_catalog(c->options.txn);
	const struct label_info *info = catalog_label(catalog, c->element, c->label);
	uint32_t count = info == NULL ? 0 : info->property_count;
	uint32_t ends = c->element == ELEMENT_EDGE ? 2 : 0;

	c->columns = ARENA_ARRAY(c->arena, struct copy_column,
		2 + count + (c->table == NULL ? 0 : c->table->column_count));
	for (uint32_t i = 0; c->table != NULL && i < c->table->column_count; i++)
		if (c->table->columns[i].generated_text.length == 0)
			TRY(set_column(c, &c->columns[c->column_count++],
				c->table->columns[i].name, NULL, e));
	if (c->table != NULL)
		return check_columns(c, e);
	if (ends > 0) {
		TRY(set_column(c, &c->columns[0], STR("_from"), NULL, e));
		TRY(set_column(c, &c->columns[1], STR("_to"), NULL, e));
	}
	c->column_count = ends;
	for (uint32_t i = 0; i < count; i++) {
		struct str name = catalog_name(catalog, NAME_KEY, info->properties[i].key);

		if (info->properties[i].is_declared)
			TRY(set_column(c, &c->columns[c->column_count++], arena_str(c->arena, name),
				NULL, e));
	}
	if (c->column_count > 0)
		return OK;
	(void)FAIL(e, E_NO_COLUMN, "label \"%.*s\" has no declared properties",
		STR_ARGS(c->options.copy->label.text));
	error_hint(e, "Name the columns in a list after the label, or give the data a header line "
		      "and COPY the option HEADER.");
	return e->code;
}

static enum sqlstate match_header(struct copy_in *c, struct error *e)
{
	if (c->reader.field_count != c->column_count)
		return FAIL(e, E_BAD_COPY,
			"wrong number of fields in header line: got %" PRIu32 ", expected %" PRIu32,
			c->reader.field_count, c->column_count);
	for (uint32_t i = 0; i < c->column_count; i++)
		if (!str_equal(c->reader.fields[i].text, c->columns[i].name))
			return FAIL(e, E_BAD_COPY,
				"column name mismatch in header line field %" PRIu32
				": got \"%.*s\", expected \"%.*s\"",
				i + 1, STR_ARGS(c->reader.fields[i].text),
				STR_ARGS(c->columns[i].name));
	return OK;
}

/* ---- opening ---- */

static struct copy_place place_of(const struct copy_in *c)
{
	return (struct copy_place){ .arena = c->arena,
		.catalog = txn_catalog(c->options.txn),
		.graph = graph_name(c),
		.copy = c->options.copy,
		.format = &c->format };
}

static enum sqlstate refuse_view(struct copy_in *c, struct str name, struct error *e)
{
	struct view_definition v;

	if (!view_definition_look_up(txn_catalog(c->options.txn), c->arena, name, &v))
		return OK;
	FAIL(e, E_WRONG_OBJECT, "cannot copy to view \"%.*s\"", STR_ARGS(v.name));
	error_hint(e, "To enable copying to a view, provide an INSTEAD OF INSERT trigger.");
	return E_WRONG_OBJECT;
}

/* A label that exists only for edges, or is declared for them, means edges; else nodes. Tables are of
   main: another graph's labels go before them. */
static enum sqlstate resolve_label(struct copy_in *c, struct error *e)
{
	const struct catalog *catalog = txn_catalog(c->options.txn);
	struct str written = c->options.copy->label.text, name = full_name(c, written);
	const struct table *table = table_look_up(catalog, c->arena, written);
	struct copy_place place = place_of(c);
	uint32_t node = catalog_find(catalog, NAME_NODE_LABEL, name);
	uint32_t edge = catalog_find(catalog, NAME_EDGE_LABEL, name);
	/* by its folded name only where nothing has the name as it is written */
	bool is_main = name.length == written.length;

	if (table == NULL && node == NAME_NONE && edge == NAME_NONE)
		TRY(refuse_view(c, written, e));
	if (table != NULL && table->object != NAME_NONE &&
		(node == NAME_NONE || (is_main && str_equal(table->name, written))) &&
		(table->element == ELEMENT_EDGE || !copy_place_names_ends(&place))) {
		c->table = table;
		c->element = table->element;
		c->label = table->label;
		return OK;
	}
	c->element = copy_place_is_edge(&place) ? ELEMENT_EDGE : ELEMENT_NODE;
	return intern(c, c->element == ELEMENT_EDGE ? NAME_EDGE_LABEL : NAME_NODE_LABEL, name,
		&c->label, e);
}

static enum sqlstate open_nodes(struct copy_in *c, struct error *e)
{
	const struct label_info *info;
	uint32_t membership = NAME_NONE;

	if (c->table == NULL)
		TRY(find_membership(c, &membership, e));
	c->labels = ARENA_ARRAY(c->arena, uint32_t, 2 + c->format.label_count);
	c->labels[c->label_count++] = c->label;
	for (uint32_t i = 0; i < c->format.label_count; i++)
		TRY(intern(c, NAME_NODE_LABEL, full_name(c, c->format.labels[i].text),
			&c->labels[c->label_count++], e));
	if (membership != NAME_NONE)
		c->labels[c->label_count++] = membership;
	if (c->format.exists == COPY_EXISTS_ERROR)
		return OK;
	info = catalog_label(txn_catalog(c->options.txn), ELEMENT_NODE, c->label);
	if (info == NULL || info->primary_index == 0)
		return FAIL(e, E_NO_OBJECT, "IF_EXISTS needs a primary key on label \"%.*s\"",
			STR_ARGS(c->options.copy->label.text));
	c->primary_index = info->primary_index;
	return OK;
}

static enum sqlstate open_edges(struct copy_in *c, struct error *e)
{
	struct copy_place place = place_of(c);

	return copy_ends_open(&place, c->label, &c->eval, COPY_BATCH_ROWS, &c->ends, e);
}

static void open_batch(struct copy_in *c)
{
	c->lines = ARENA_ARRAY(c->arena, uint64_t, COPY_BATCH_ROWS);
	c->property_counts = ARENA_ARRAY(c->arena, uint32_t, COPY_BATCH_ROWS);
	c->properties = ARENA_ARRAY(
		c->arena, struct property, (size_t)COPY_BATCH_ROWS * MAX_OF(c->width, 1));
}

static enum sqlstate find_primary_column(struct copy_in *c, struct error *e)
{
	const struct index_info *index;

	if (c->primary_index == 0)
		return OK;
	index = catalog_index(txn_catalog(c->options.txn), c->primary_index);
	for (uint32_t i = 0; i < c->column_count && index->key_count == 1; i++) {
		if (c->columns[i].role == COLUMN_PROPERTY && c->columns[i].key == index->keys[0]) {
			c->primary_column = i;
			return OK;
		}
	}
	return FAIL(e, E_NOT_SUPPORTED,
		"IF_EXISTS needs a primary key of one property among the columns");
}

static void describe_columns(struct copy_in *c)
{
	c->described = ARENA_ARRAY(c->arena, struct query_column, c->column_count);
	for (uint32_t i = 0; i < c->column_count; i++)
		c->described[i] =
			(struct query_column){ c->columns[i].name, c->columns[i].type };
}

static enum sqlstate open_defaults(struct copy_in *c, struct error *e)
{
	struct str *names = ARENA_ARRAY(c->arena, struct str, c->column_count + 1);
	struct copy_given given = { c->column_count, names };

	c->width = c->column_count;
	if (c->table == NULL || c->options.bind == NULL)
		return OK;
	for (uint32_t i = 0; i < c->column_count; i++)
		names[i] = c->columns[i].name;
	TRY(copy_table_defaults(
		c->arena, c->options.bind, c->table, &given, &c->defaults, e));
	c->width += c->defaults.count;
	return OK;
}

/* FORCE_NOT_NULL and FORCE_NULL. */
static enum sqlstate find_forced(struct copy_in *c, struct error *e)
{
	struct str *names = ARENA_ARRAY(c->arena, struct str, c->column_count + 1);
	bool *never = ARENA_ARRAY(c->arena, bool, c->column_count + 1);
	bool *quoted = ARENA_ARRAY(c->arena, bool, c->column_count + 1);
	struct copy_columns columns = { c->column_count, names, c->options.copy->label.text,
		c->table };

	for (uint32_t i = 0; i < c->column_count; i++)
		names[i] = c->columns[i].name;
	TRY(copy_force_find(&columns, "FORCE_NOT_NULL", &c->format.force_not_null, never, e));
	TRY(copy_force_find(&columns, "FORCE_NULL", &c->format.force_null, quoted, e));
	for (uint32_t i = 0; i < c->column_count; i++) {
		c->columns[i].is_never_null = never[i];
		c->columns[i].is_null_if_quoted = quoted[i];
	}
	return OK;
}

static enum sqlstate columns_known(struct copy_in *c, struct error *e)
{
	TRY(find_forced(c, e));
	TRY(open_defaults(c, e));
	open_batch(c);
	describe_columns(c);
	return find_primary_column(c, e);
}

enum sqlstate copy_in_open(
	struct arena *a, const struct copy_options *options, struct copy_in **out, struct error *e)
{
	struct copy_in *c = ARENA_NEW(a, struct copy_in);

	c->options = *options;
	c->arena = a;
	TRY(copy_format_resolve(options->copy, &c->format, e));
	c->is_header_read = c->format.header == COPY_HEADER_NONE;
	TRY(resolve_label(c, e));
	TRY(c->element == ELEMENT_NODE ? open_nodes(c, e) : open_edges(c, e));
	if (options->copy->column_count > 0)
		TRY(columns_from_list(c, e));
	else if (c->format.header != COPY_HEADER_SKIP)
		TRY(columns_from_declaration(c, e));
	if (c->columns != NULL)
		TRY(columns_known(c, e));
	copy_reader_init(&c->reader, &c->format);
	c->batch_arena = arena_new(0);
	c->eval = (struct eval){
		.arena = c->batch_arena,
		.lasting = a,
		.txn = options->txn,
		.session = options->session,
		.settings = options->settings
	};
	*out = c;
	return OK;
}

void copy_in_close(struct copy_in *c)
{
	copy_reader_free(&c->reader);
	eval_end(&c->eval);
	arena_free(c->batch_arena);
	c->batch_arena = NULL;
}

bool copy_in_is_binary(const struct copy_in *c)
{
	return c->format.is_binary;
}

uint32_t copy_in_columns(const struct copy_in *c, const struct query_column **columns)
{
	*columns = c->described;
	return c->column_count;
}

/* ---- errors ---- */

static enum sqlstate at_line(struct copy_in *c, uint64_t line, struct error *e)
{
	error_where(e, "COPY %.*s, line %" PRIu64, STR_ARGS(c->options.copy->label.text), line);
	return e->code;
}

/* As much of the data as an error shows. */
static struct str clipped(struct str text)
{
	text.length = MIN_OF(text.length, (uint32_t)CLIPPED_MAX);
	text.length = utf8_valid_length(text);
	return text;
}

/* "COPY Person, line 3: "7,x"": the row that has just been read is not as it should be. */
static enum sqlstate at_row(struct copy_in *c, struct error *e)
{
	struct str shown = clipped(c->reader.row);

	if (c->reader.row.length == 0)
		return at_line(c, c->reader.line, e);
	error_where(e, "COPY %.*s, line %" PRIu64 ": \"%.*s%s\"",
		STR_ARGS(c->options.copy->label.text), c->reader.line, STR_ARGS(shown),
		shown.length < c->reader.row.length ? "..." : "");
	return e->code;
}

static enum sqlstate at_column(struct copy_in *c, uint32_t column, struct error *e)
{
	struct str text = c->reader.fields[column].text, shown = clipped(text);

	error_where(e, "COPY %.*s, line %" PRIu64 ", column %.*s: \"%.*s%s\"",
		STR_ARGS(c->options.copy->label.text), c->reader.line,
		STR_ARGS(c->columns[column].name), STR_ARGS(shown),
		shown.length < text.length ? "..." : "");
	return e->code;
}

void copy_in_where(const struct copy_in *c, uint32_t column, struct error *e)
{
	uint64_t line = c->rows_taken + 1;

	if (column < c->column_count)
		error_where(e, "COPY %.*s, line %" PRIu64 ", column %.*s",
			STR_ARGS(c->options.copy->label.text), line,
			STR_ARGS(c->columns[column].name));
	else
		error_where(e, "COPY %.*s, line %" PRIu64, STR_ARGS(c->options.copy->label.text),
			line);
}

/* ---- a batch of rows becomes elements ---- */

static const struct property *row_properties(const struct copy_in *c, uint32_t row)
{
	return c->properties + (size_t)row * c->width;
}

static enum sqlstate flush_edges(struct copy_in *c, struct error *e)
{
	struct txn *txn = c->options.txn;
	uint64_t source, target, id;

	TRY(copy_ends_find(c->ends, c->row_count, e));
	for (uint32_t row = 0; row < c->row_count; row++) {
		bool skip = false;

		if (copy_ends_settle(c->ends, row, &source, &target, &skip, e) != OK)
			return at_line(c, c->lines[row], e);
		if (skip) {
			c->skipped_missing++;
			continue;
		}
		if (storage_edge_add(txn, source, target, c->label,
			    row_properties(c, row), c->property_counts[row], &id, e) != OK)
			return at_line(c, c->lines[row], e);
		c->loaded++;
	}
	return OK;
}

/* IF_EXISTS skip or update: *found if the row's node is there already and was dealt with. */
static enum sqlstate settle_existing(struct copy_in *c, uint32_t row, bool *found, struct error *e)
{
	const struct property *properties = row_properties(c, row);
	uint32_t key = c->columns[c->primary_column].key;
	uint64_t id = UINT64_MAX;

	*found = false;
	for (uint32_t i = 0; i < c->property_counts[row]; i++)
		if (properties[i].key == key)
			TRY(storage_index_lookup(
				c->options.txn, c->primary_index, &properties[i].value, 1, &id, e));
	if (id == UINT64_MAX)
		return OK;
	*found = true;
	if (c->format.exists == COPY_EXISTS_SKIP) {
		c->skipped_exists++;
		return OK;
	}
	for (uint32_t i = 0; i < c->property_counts[row]; i++)
		TRY(storage_property_set(c->options.txn, ELEMENT_NODE, id, properties[i].key,
			properties[i].value, e));
	c->loaded++;
	return OK;
}

static enum sqlstate flush_nodes(struct copy_in *c, struct error *e)
{
	uint64_t id;

	for (uint32_t row = 0; row < c->row_count; row++) {
		bool found = false;

		if (c->primary_index != 0 && settle_existing(c, row, &found, e) != OK)
			return at_line(c, c->lines[row], e);
		if (found)
			continue;
		if (storage_node_add(c->options.txn, c->labels, c->label_count,
			    row_properties(c, row), c->property_counts[row], &id, e) != OK)
			return at_line(c, c->lines[row], e);
		c->loaded++;
	}
	return OK;
}

static enum sqlstate flush(struct copy_in *c, struct error *e)
{
	if (c->row_count > 0)
		TRY(c->element == ELEMENT_NODE ? flush_nodes(c, e) : flush_edges(c, e));
	c->row_count = 0;
	arena_reset(c->batch_arena);
	return OK;
}

/* ---- rows ---- */

/* A field that is NULL has the text that stands for it. */
static bool is_null_field(const struct copy_in *c, const struct copy_column *column,
	const struct copy_field *field)
{
	return field->is_null ? !column->is_never_null
			      : column->is_null_if_quoted &&
					str_equal(field->text, c->format.null_text);
}

static enum sqlstate read_field(struct copy_in *c, const struct copy_column *column,
	struct str text, struct value *out, struct error *e)
{
	if (column->type.kind == TYPE_DURATION && column->column != NULL)
		return eval_interval(&c->eval, text,
			table_type_modifier(&column->column->type).range, out, e);
	return eval_cast(&c->eval, value_string(text), column->type, false, out, e);
}

static enum sqlstate convert_field(
	struct copy_in *c, uint32_t column, struct value *out, struct error *e)
{
	const struct copy_field *field = &c->reader.fields[column];
	struct type type = c->columns[column].type;

	*out = value_null();
	if (is_null_field(c, &c->columns[column], field))
		return OK;
	if (type_is_string(type)) {
		*out = value_string(arena_str(c->batch_arena, field->text));
		if (c->columns[column].column != NULL &&
			table_fit(c->batch_arena, c->columns[column].column, out, e) != OK)
			return at_column(c, column, e);
		return OK;
	}
	if (read_field(c, &c->columns[column], field->text, out, e) != OK)
		return at_column(c, column, e);
	return OK;
}

static void row_begin(struct copy_in *c, uint64_t line)
{
	c->property_counts[c->row_count] = 0;
	c->lines[c->row_count] = line;
}

/* One value of the row that row_begin() began; it is counted only when all of them are there. */
static void row_put(struct copy_in *c, uint32_t column, struct value v)
{
	const struct copy_column *to = &c->columns[column];
	uint32_t row = c->row_count;

	if (to->role != COLUMN_PROPERTY)
		copy_ends_put(c->ends, to->role == COLUMN_FROM, row, v);
	else if (v.type != VALUE_NULL)
		c->properties[(size_t)row * c->width + c->property_counts[row]++] =
			(struct property){ to->key, v };
}

/* Columns that the data does not have. */
static enum sqlstate put_defaults(struct copy_in *c, struct error *e)
{
	uint32_t row = c->row_count;

	for (uint32_t i = 0; i < c->defaults.count; i++) {
		const struct table_column *column = c->defaults.items[i].column;
		struct value v;

		TRY(eval_value(&c->eval, c->defaults.items[i].expr, NULL, 0, &v, e));
		if (v.type != VALUE_NULL)
			TRY(eval_cast(&c->eval, v, column->type.type, false, &v, e));
		TRY(table_fit(c->batch_arena, column, &v, e));
		if (v.type != VALUE_NULL)
			c->properties[(size_t)row * c->width + c->property_counts[row]++] =
				(struct property){ column->key, v };
	}
	return OK;
}

static enum sqlstate convert_row(struct copy_in *c, struct error *e)
{
	row_begin(c, c->reader.line);
	for (uint32_t i = 0; i < c->column_count; i++) {
		struct value v;

		TRY(convert_field(c, i, &v, e));
		row_put(c, i, v);
	}
	if (c->defaults.count > 0 && put_defaults(c, e) != OK)
		return at_line(c, c->reader.line, e);
	return OK;
}

static enum sqlstate check_field_count(struct copy_in *c, struct error *e)
{
	if (c->reader.field_count > c->column_count) {
		(void)FAIL(e, E_BAD_COPY, "extra data after last expected column");
		return at_row(c, e);
	}
	if (c->reader.field_count < c->column_count) {
		(void)FAIL(e, E_BAD_COPY, "missing data for column \"%.*s\"",
			STR_ARGS(c->columns[c->reader.field_count].name));
		return at_row(c, e);
	}
	return OK;
}

static enum sqlstate take_header(struct copy_in *c, struct error *e)
{
	enum sqlstate rc = OK;

	c->is_header_read = true;
	if (c->columns == NULL) {
		rc = columns_from_header(c, e);
		if (rc == OK)
			rc = columns_known(c, e);
	} else if (c->format.header == COPY_HEADER_MATCH) {
		rc = match_header(c, e);
	}
	return rc == OK ? OK : at_row(c, e);
}

static enum sqlstate take_row(struct copy_in *c, struct error *e)
{
	enum sqlstate rc;

	if (!c->is_header_read)
		return take_header(c, e);
	TRY(check_field_count(c, e));
	rc = convert_row(c, e);
	if (rc != OK && copy_format_ignores(&c->format, rc)) {
		c->skipped_errors++;
		return OK;
	}
	TRY(rc);
	c->row_count++;
	return c->row_count == COPY_BATCH_ROWS ? flush(c, e) : OK;
}

static enum sqlstate take_rows(struct copy_in *c, bool at_end, struct error *e)
{
	for (;;) {
		enum step step = copy_reader_next(&c->reader, c->batch_arena, at_end, e);

		if (step == STEP_FAILED)
			return at_line(c, c->reader.line, e);
		if (step == STEP_DONE)
			return OK;
		TRY(take_row(c, e));
	}
}

enum sqlstate copy_in_data(struct copy_in *c, const uint8_t *data, size_t size, struct error *e)
{
	copy_reader_feed(&c->reader, data, size);
	return take_rows(c, false, e);
}

enum sqlstate copy_in_row(struct copy_in *c, const struct value *values, struct error *e)
{
	row_begin(c, ++c->rows_taken);
	for (uint32_t i = 0; i < c->column_count; i++) {
		struct value v = value_copy(c->batch_arena, values[i]);

		if (c->columns[i].column != NULL)
			TRY(table_fit(c->batch_arena, c->columns[i].column, &v, e));
		row_put(c, i, v);
	}
	TRY(put_defaults(c, e));
	c->row_count++;
	return c->row_count == COPY_BATCH_ROWS ? flush(c, e) : OK;
}

static void tell_skipped(struct copy_in *c, uint64_t count, const char *why)
{
	struct error notice;

	if (count == 0 || c->options.notice == NULL)
		return;
	(void)FAIL(&notice, W_WARNING, "%" PRIu64 " rows were skipped %s", count, why);
	c->options.notice(c->options.notice_context, "NOTICE", &notice);
}

enum sqlstate copy_in_done(struct copy_in *c, uint64_t *rows, struct error *e)
{
	TRY(take_rows(c, true, e));
	TRY(flush(c, e));
	tell_skipped(c, c->skipped_errors, "due to data type incompatibility");
	tell_skipped(c, c->skipped_missing, "because an end of the edge is missing");
	tell_skipped(c, c->skipped_exists, "because the node exists");
	*rows = c->loaded;
	return OK;
}
