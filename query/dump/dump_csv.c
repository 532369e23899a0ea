/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A dump as CSV: a file for each set of labels and each edge label, and load.sql, which makes the schema,
 * loads them by psql's \copy, and makes the rest.
 *
 *     head → look at nodes → write nodes → look at edges → write edges → tail
 *
 * Columns have one type each. If a property has values of several types its elements are in several
 * files. What COPY cannot make (a node without label, a value that is absent where the label has a
 * default) is a statement in a file of its own. Nodes are numbered in the order in which the files are
 * loaded; edges name their ends by these numbers, see dump.c.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array_text.h"
#include "base/check.h"
#include "base/vec.h"
#include "query/dump/dump.h"
#include "query/sql/definition_label.h"

enum { ELEMENTS_AT_ONCE = 256, PIECE_BYTES = 64 << 10, NAME_BYTES = 64, ROW_BITS = 40 };

enum stage { LOOK_AT_NODES, WRITE_NODES, LOOK_AT_EDGES, WRITE_EDGES, WRITE_REST, OVER };

struct csv_column {
	uint32_t key;
	uint8_t type, item; /* enum value_type; item VALUE_NULL: no list had any yet */
};

struct csv_file {
	enum element element;
	uint32_t label; /* labelset or edge label */
	bool is_script; /* statements */
	bool is_begun;	/* its header is written */
	VEC(struct csv_column) columns;
	struct buf data; /* not given out yet */
	uint64_t rows;
	char name[NAME_BYTES];
};

struct dump_csv {
	enum stage stage;
	VEC(struct csv_file *) files;
	size_t loaded;	   /* of the files: those that the script loads already */
	struct buf script; /* not given out yet */
};

struct dump_csv *dump_csv_new(void)
{
	struct dump_csv *c = calloc(1, sizeof *c);

	if (c == NULL)
		PANIC("out of memory");
	return c;
}

void dump_csv_free(struct dump_csv *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->files.count; i++) {
		VEC_FREE(&c->files.at[i]->columns);
		buf_free(&c->files.at[i]->data);
		free(c->files.at[i]);
	}
	VEC_FREE(&c->files);
	buf_free(&c->script);
	free(c);
}

/* ---- which file --------------------------------------------------------------------------- */

/* An element on its way. */
struct passing {
	enum element element;
	uint64_t id;
	uint32_t label;
	const uint32_t *labels; /* whose defaults it gets, as people see them */
	uint32_t label_count;
	struct property *list;
	uint32_t count;
};

static enum name_kind kind_of(enum element element)
{
	return element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
}

static struct csv_column *column_of(struct csv_file *f, uint32_t key)
{
	for (size_t i = 0; i < f->columns.count; i++) {
		if (f->columns.at[i].key == key)
			return &f->columns.at[i];
	}
	return NULL;
}

static uint8_t item_of(struct value v)
{
	return v.type == VALUE_LIST && v.count > 0 ? v.items[0].type : (uint8_t)VALUE_NULL;
}

static bool column_takes(const struct csv_column *c, struct value v)
{
	uint8_t item = item_of(v);

	return c->type == v.type &&
	       (item == VALUE_NULL || c->item == VALUE_NULL || c->item == item);
}

static bool file_takes(struct csv_file *f, const struct passing *x)
{
	if (f->is_script || f->element != x->element || f->label != x->label)
		return false;
	for (uint32_t i = 0; i < x->count; i++) {
		struct csv_column *column = column_of(f, x->list[i].key);

		if (column != NULL && !column_takes(column, x->list[i].value))
			return false;
	}
	return true;
}

static bool lacks_default(const struct catalog *c, const struct passing *x)
{
	for (uint32_t l = 0; l < x->label_count; l++) {
		const struct label_info *info = catalog_label(c, x->element, x->labels[l]);

		for (uint32_t i = 0; info != NULL && i < info->property_count; i++) {
			uint32_t k = 0;

			while (k < x->count && x->list[k].key != info->properties[i].key)
				k++;
			if (k == x->count && !value_is_null(info->properties[i].default_value))
				return true;
		}
	}
	return false;
}

/* COPY takes a name that edges have too for theirs. */
static bool is_ambiguous(const struct catalog *c, const struct passing *x)
{
	const struct label_info *info;

	if (x->element == ELEMENT_EDGE)
		return false;
	info = catalog_label(c, ELEMENT_NODE, x->labels[0]);
	return (info == NULL || !info->is_declared) &&
	       catalog_find(c, NAME_EDGE_LABEL,
		       catalog_full_name(c, NAME_NODE_LABEL, x->labels[0])) != NAME_NONE;
}

static bool is_copied(const struct catalog *c, const struct passing *x)
{
	if (x->label_count == 0 || is_ambiguous(c, x) || lacks_default(c, x))
		return false;
	for (uint32_t i = 0; i < x->count; i++) {
		struct str name = catalog_name(c, NAME_KEY, x->list[i].key);

		if (str_equal(name, STR("_from")) || str_equal(name, STR("_to")))
			return false;
	}
	return true;
}

/* Plain letters of the label behind a number. */
static void name_file(struct csv_file *f, size_t number, struct str label)
{
	int at = snprintf(f->name, sizeof f->name, "%04zu_", number);

	for (uint32_t i = 0; i < label.length && at < NAME_BYTES - 8; i++)
		f->name[at++] = isalnum((unsigned char)label.at[i]) ? label.at[i] : '_';
	snprintf(f->name + at, sizeof f->name - (size_t)at, "%s", f->is_script ? ".sql" : ".csv");
}

static struct csv_file *file_new(
	struct query_dump *d, const struct passing *x, bool is_script)
{
	struct csv_file *f = calloc(1, sizeof *f);
	struct str label = STR("other");

	if (f == NULL)
		PANIC("out of memory");
	f->element = x->element;
	f->label = x->label;
	f->is_script = is_script;
	if (!is_script)
		label = catalog_name(txn_catalog(d->txn), kind_of(x->element), x->labels[0]);
	VEC_PUSH(&d->csv->files, f);
	name_file(f, d->csv->files.count, label);
	return f;
}

/* The first that takes the element as it is; the looking pass makes it so. */
static struct csv_file *file_for(struct query_dump *d, const struct passing *x)
{
	bool is_script = !is_copied(txn_catalog(d->txn), x);
	struct dump_csv *c = d->csv;

	for (size_t i = c->loaded; i < c->files.count; i++) {
		struct csv_file *f = c->files.at[i];

		if (is_script ? f->is_script : file_takes(f, x))
			return f;
	}
	return file_new(d, x, is_script);
}

static void look_at(struct query_dump *d, const struct passing *x)
{
	struct csv_file *f = file_for(d, x);

	for (uint32_t i = 0; i < x->count && !f->is_script; i++) {
		struct csv_column *column = column_of(f, x->list[i].key);

		if (column == NULL) {
			VEC_PUSH(&f->columns, (struct csv_column){ .key = x->list[i].key,
						      .type = x->list[i].value.type });
			column = &f->columns.at[f->columns.count - 1];
		}
		if (column->item == VALUE_NULL)
			column->item = item_of(x->list[i].value);
	}
}

/* ---- rows --------------------------------------------------------------------------------- */

static void put_cell(struct buf *to, struct str text)
{
	bool has_special = text.length == 0 || str_equal(text, STR("\\."));

	for (uint32_t i = 0; i < text.length && !has_special; i++)
		has_special = strchr(",\"\n\r", text.at[i]) != NULL;
	if (has_special)
		buf_put_quoted(to, text, '"');
	else
		buf_put_str(to, text);
}

static void put_text(struct buf *to, struct value v)
{
	if (v.type == VALUE_STRING) {
		buf_put_str(to, value_str(v));
		return;
	}
	if (v.type != VALUE_LIST) {
		value_put_text(to, v);
		return;
	}
	buf_put_byte(to, '{');
	for (uint32_t i = 0; i < v.count; i++) {
		size_t start;

		buf_put_text(to, i == 0 ? "" : ",");
		start = to->length;
		put_text(to, v.items[i]);
		array_text_quote(to, start);
	}
	buf_put_byte(to, '}');
}

static void put_header(struct query_dump *d, struct csv_file *f)
{
	const char *between = "";

	if (f->element == ELEMENT_EDGE) {
		buf_put_text(&f->data, "_from,_to");
		between = ",";
	}
	for (size_t i = 0; i < f->columns.count; i++) {
		buf_put_text(&f->data, between);
		put_cell(&f->data,
			catalog_name(txn_catalog(d->txn), NAME_KEY, f->columns.at[i].key));
		between = ",";
	}
	buf_put_byte(&f->data, '\n');
	f->is_begun = true;
}

static void put_row(struct query_dump *d, struct csv_file *f, const struct passing *x,
	const struct edge_head *edge)
{
	struct buf text = { 0 };
	const char *between = "";

	if (edge != NULL) {
		buf_printf(&f->data, "%llu,%llu", (unsigned long long)d->numbers[edge->source],
			(unsigned long long)d->numbers[edge->target]);
		between = ",";
	}
	for (size_t i = 0; i < f->columns.count; i++) {
		uint32_t k = 0;

		buf_put_text(&f->data, between);
		between = ",";
		while (k < x->count && x->list[k].key != f->columns.at[i].key)
			k++;
		if (k == x->count)
			continue;
		buf_reset(&text);
		put_text(&text, x->list[k].value);
		put_cell(&f->data, buf_str(&text));
	}
	buf_put_byte(&f->data, '\n');
	buf_free(&text);
}

static enum sqlstate write(struct query_dump *d, const struct passing *x,
	const struct edge_head *edge, struct error *e)
{
	struct csv_file *f = file_for(d, x);
	size_t place = 0;

	while (d->csv->files.at[place] != f)
		place++;
	if (edge == NULL)
		dump_number(d, x->id, (uint64_t)(place + 1) << ROW_BITS | f->rows);
	f->rows++;
	if (f->is_script)
		return edge == NULL ? dump_node(d, &f->data, x->id, x->label, e)
				    : dump_edge(d, &f->data, edge, x->id, e);
	if (!f->is_begun)
		put_header(d, f);
	put_row(d, f, x, edge);
	return OK;
}

/* ---- the script --------------------------------------------------------------------------- */

static void put_column_types(struct query_dump *d, struct buf *to, const struct csv_file *f)
{
	for (size_t i = 0; i < f->columns.count; i++) {
		const struct csv_column *column = &f->columns.at[i];
		bool is_list = column->type == VALUE_LIST;
		enum value_type type = (enum value_type)(is_list ? column->item : column->type);

		buf_put_text(to, i > 0 || f->element == ELEMENT_EDGE ? ", " : "");
		dump_put_name(to, catalog_name(txn_catalog(d->txn), NAME_KEY, column->key));
		buf_printf(to, "::%s%s",
			type == VALUE_NULL ? "text" : definition_literal_type(type),
			is_list ? "[]" : "");
	}
}

static void put_copy(struct query_dump *d, struct buf *to, const struct csv_file *f)
{
	const struct catalog *c = txn_catalog(d->txn);
	const uint32_t *labels = &f->label;
	uint32_t count = 1;

	if (f->element == ELEMENT_NODE)
		count = catalog_labelset_shown(c, f->label, &labels);
	buf_put_text(to, "SESSION SET GRAPH ");
	dump_put_name(to, catalog_graph_name(c, catalog_graph_of(c, f->element, labels[0])));
	buf_put_text(to, ";\n\\copy ");
	dump_put_name(to, catalog_name(c, kind_of(f->element), labels[0]));
	if (f->element == ELEMENT_EDGE || f->columns.count > 0) {
		buf_put_text(to, f->element == ELEMENT_EDGE ? " (_from, _to" : " (");
		put_column_types(d, to, f);
		buf_put_byte(to, ')');
	}
	buf_printf(to, " FROM '%s' WITH (FORMAT csv, HEADER", f->name);
	if (f->element == ELEMENT_EDGE)
		buf_put_text(to, ", ENDS_BY_ID");
	for (uint32_t i = 1; i < count; i++) {
		buf_put_text(to, i == 1 ? ", LABELS (" : ", ");
		dump_put_name(to, catalog_name(c, NAME_NODE_LABEL, labels[i]));
	}
	buf_put_text(to, count > 1 ? "))\n" : ")\n");
}

/* What was written since the last time is loaded next; nodes get the numbers that they will have. */
static void load_files(struct query_dump *d)
{
	struct dump_csv *c = d->csv;
	VEC(uint64_t) bases = { 0 };

	for (size_t i = c->loaded; i < c->files.count; i++) {
		const struct csv_file *f = c->files.at[i];

		VEC_PUSH(&bases, d->node_count + 1);
		if (f->element == ELEMENT_NODE)
			d->node_count += f->rows;
		if (f->rows == 0)
			continue; /* an earlier file has grown to take its elements */
		if (f->is_script)
			buf_printf(&c->script,
				"SESSION SET GRAPH main;\nBEGIN;\n\\ir %s\nCOMMIT;\n", f->name);
		else
			put_copy(d, &c->script, f);
	}
	for (uint64_t id = 0; c->stage == WRITE_NODES && id < d->number_room; id++) {
		uint64_t row = d->numbers[id] & ((UINT64_C(1) << ROW_BITS) - 1);

		if (d->numbers[id] != 0)
			d->numbers[id] = bases.at[(d->numbers[id] >> ROW_BITS) - 1] + row;
	}
	c->loaded = c->files.count;
	VEC_FREE(&bases);
	buf_put_text(&c->script, "SESSION SET GRAPH main;\n");
}

/* ---- the stages --------------------------------------------------------------------------- */

static bool is_of_nodes(enum stage stage)
{
	return stage == LOOK_AT_NODES || stage == WRITE_NODES;
}

static enum sqlstate pass(struct query_dump *d, struct passing *x, const struct edge_head *edge,
	struct error *e)
{
	TRY(dump_properties(d, x->element, x->id, &x->list, &x->count, e));
	if (d->csv->stage == LOOK_AT_NODES || d->csv->stage == LOOK_AT_EDGES)
		look_at(d, x);
	else
		TRY(write(d, x, edge, e));
	return OK;
}

static enum sqlstate pass_some(struct query_dump *d, uint32_t *count, struct error *e)
{
	uint64_t ids[ELEMENTS_AT_ONCE];
	uint32_t labelsets[ELEMENTS_AT_ONCE];
	struct edge_head heads[ELEMENTS_AT_ONCE];
	bool are_nodes = is_of_nodes(d->csv->stage);

	TRY(storage_cursor_next(d->cursor, ids, labelsets, ELEMENTS_AT_ONCE, count, e));
	if (!are_nodes && *count > 0)
		TRY(storage_edges_get(d->txn, ids, *count, heads, e));
	for (uint32_t i = 0; i < *count; i++) {
		struct passing x = { .element = are_nodes ? ELEMENT_NODE : ELEMENT_EDGE,
			.id = ids[i],
			.label = are_nodes ? labelsets[i] : heads[i].label,
			.labels = &heads[i].label,
			.label_count = 1 };

		if (are_nodes)
			x.label_count = catalog_labelset_shown(
				txn_catalog(d->txn), labelsets[i], &x.labels);
		TRY(pass(d, &x, are_nodes ? NULL : &heads[i], e));
		arena_reset(d->scratch);
	}
	return OK;
}

static enum sqlstate open_stage(struct query_dump *d, struct error *e)
{
	arena_reset(d->arena);
	return is_of_nodes(d->csv->stage)
		       ? storage_scan_nodes(d->txn, NAME_NONE, d->arena, &d->cursor, e)
		       : storage_scan_edges(d->txn, NAME_NONE, d->arena, &d->cursor, e);
}

static enum sqlstate step_on(struct query_dump *d, struct error *e)
{
	struct dump_csv *c = d->csv;
	uint32_t count;

	if (c->stage == WRITE_REST) {
		TRY(dump_schema_after(&c->script, d->storage, d->txn, d->scratch, e));
		dump_roles(&c->script, d->txn, d->scratch);
		c->stage = OVER;
		return OK;
	}
	if (c->stage == LOOK_AT_NODES && d->cursor == NULL)
		dump_head(d, &c->script);
	if (d->cursor == NULL)
		TRY(open_stage(d, e));
	TRY(pass_some(d, &count, e));
	if (count > 0)
		return OK;
	storage_cursor_close(d->cursor);
	d->cursor = NULL;
	if (c->stage == WRITE_NODES || c->stage == WRITE_EDGES)
		load_files(d);
	c->stage++;
	return OK;
}

/* One that has much to give out, or at the end anything. */
static bool give_out(struct dump_csv *c, struct buf *to)
{
	size_t least = c->stage == OVER ? 1 : PIECE_BYTES;

	for (size_t i = 0; i < c->files.count; i++) {
		struct csv_file *f = c->files.at[i];

		if (f->data.length < least)
			continue;
		buf_printf(to, "%s\n", f->name);
		buf_put(to, f->data.data, f->data.length);
		buf_reset(&f->data);
		return true;
	}
	if (c->script.length < least)
		return false;
	buf_put_text(to, "load.sql\n");
	buf_put(to, c->script.data, c->script.length);
	buf_reset(&c->script);
	return true;
}

enum step dump_csv_next(struct query_dump *d, struct buf *to, struct error *e)
{
	for (;;) {
		if (give_out(d->csv, to))
			return STEP_ROW;
		if (d->csv->stage == OVER)
			return STEP_DONE;
		if (step_on(d, e) != OK)
			return STEP_FAILED;
	}
}
