/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Sequences, views, what depends on what, and comments: pg_sequence, pg_sequences,
 * information_schema.sequences, pg_depend, pg_description.
 */
#include <inttypes.h>

#include "query/eval/eval.h"
#include "query/sql/builtin.h"
#include "query/sql/fills.h"
#include "query/sql/graph_definition.h"
#include "query/sql/listed.h"
#include "query/table/comment.h"
#include "query/table/table.h"

enum { CLASS_OF_CLASSES = 1259, CLASS_OF_CONSTRAINTS = 2606, CLASS_OF_DEFAULTS = 2604 };

typedef void sequence_visit(struct relation_scan *s, const struct sequence_definition *d);

static void each_sequence(struct relation_scan *s, sequence_visit *visit)
{
	for (uint32_t i = 0; i < catalog_object_count(s->catalog); i++) {
		const struct catalog_object *o = catalog_object_at(s->catalog, i);
		struct sequence_definition d;

		if (o->kind == OBJECT_SEQUENCE &&
			sequence_definition_get(s->catalog, s->arena, o->id, &d))
			visit(s, &d);
	}
}

/* ---- sequences -------------------------------------------------------------------------------- */

static void add_sequence(struct relation_scan *s, const struct sequence_definition *d)
{
	struct value *row;
	uint32_t oid = label_oid(LABEL_CATALOG_OBJECT, d->object);

	if (!relation_wants(s, pg_sequence_seqrelid, oid))
		return;
	row = relation_add(s);
	row[pg_sequence_seqrelid] = value_int(oid);
	row[pg_sequence_seqtypid] = value_int(builtin_find_text(d->type));
	row[pg_sequence_seqstart] = value_int(d->rule.start);
	row[pg_sequence_seqincrement] = value_int(d->rule.increment);
	row[pg_sequence_seqmax] = value_int(d->rule.max);
	row[pg_sequence_seqmin] = value_int(d->rule.min);
	row[pg_sequence_seqcache] = value_int(1);
	row[pg_sequence_seqcycle] = value_bool(d->rule.is_cycle);
}

RELATION_FILL(sequence)
{
	(void)e;
	each_sequence(s, add_sequence);
	return OK;
}

static void add_sequence_view(struct relation_scan *s, const struct sequence_definition *d)
{
	struct value *row = relation_add(s);

	row[pg_sequences_schemaname] = relation_text("public");
	row[pg_sequences_sequencename] = value_string(d->name);
	row[pg_sequences_sequenceowner] = listed_user(s);
	row[pg_sequences_data_type] = value_int(builtin_find_text(d->type));
	row[pg_sequences_start_value] = value_int(d->rule.start);
	row[pg_sequences_min_value] = value_int(d->rule.min);
	row[pg_sequences_max_value] = value_int(d->rule.max);
	row[pg_sequences_increment_by] = value_int(d->rule.increment);
	row[pg_sequences_cycle] = value_bool(d->rule.is_cycle);
	row[pg_sequences_cache_size] = value_int(1);
}

RELATION_FILL(sequences)
{
	(void)e;
	each_sequence(s, add_sequence_view);
	return OK;
}

static struct value number_text(struct relation_scan *s, int64_t number)
{
	return value_string(arena_printf(s->arena, "%" PRId64, number));
}

static void add_information(struct relation_scan *s, const struct sequence_definition *d)
{
	struct value *row;
	uint32_t type = builtin_find_text(d->type);

	if (d->owner_kind == 'i') /* identity columns tell of theirs themselves */
		return;
	row = relation_add(s);
	row[sequences_sequence_catalog] = listed_database(s);
	row[sequences_sequence_schema] = relation_text("public");
	row[sequences_sequence_name] = value_string(d->name);
	row[sequences_data_type] = value_string(d->type);
	row[sequences_numeric_precision] = value_int(8 * builtin_type_by_oid(type)->length);
	row[sequences_numeric_precision_radix] = value_int(2);
	row[sequences_numeric_scale] = value_int(0);
	row[sequences_start_value] = number_text(s, d->rule.start);
	row[sequences_minimum_value] = number_text(s, d->rule.min);
	row[sequences_maximum_value] = number_text(s, d->rule.max);
	row[sequences_increment] = number_text(s, d->rule.increment);
	row[sequences_cycle_option] = relation_text(d->rule.is_cycle ? "YES" : "NO");
}

RELATION_FILL(info_sequences)
{
	(void)e;
	each_sequence(s, add_information);
	return OK;
}

/* ---- dependencies ----------------------------------------------------------------------------- */

struct dependency {
	uint32_t class, object, ref_class, ref_object;
	int16_t ref_column;
	char kind; /* a automatic, i internal, n normal */
};

static void add_dependency(struct relation_scan *s, const struct dependency *d)
{
	struct value *row;

	if (!relation_wants(s, pg_depend_objid, d->object) ||
		!relation_wants(s, pg_depend_refobjid, d->ref_object))
		return;
	row = relation_add(s);
	row[pg_depend_classid] = value_int(d->class);
	row[pg_depend_objid] = value_int(d->object);
	row[pg_depend_objsubid] = value_int(0);
	row[pg_depend_refclassid] = value_int(d->ref_class);
	row[pg_depend_refobjid] = value_int(d->ref_object);
	row[pg_depend_refobjsubid] = value_int(d->ref_column);
	row[pg_depend_deptype] = relation_char(s, d->kind);
}

/* Sequences belong to their columns. */
static void add_sequences_of(
	struct relation_scan *s, const struct label_table *table, struct dependency d)
{
	struct label_column *columns;
	uint32_t count = label_table_columns(s->catalog, table, s->arena, &columns);

	for (uint32_t i = 0; i < count; i++) {
		if (columns[i].sequence == NAME_NONE)
			continue;
		d.object = label_oid(LABEL_CATALOG_OBJECT, columns[i].sequence);
		d.ref_column = columns[i].number;
		d.kind = columns[i].identity != 0 ? 'i' : 'a';
		add_dependency(s, &d);
	}
}

/* A foreign key needs the columns it refers to, and the index that says that they are a key. */
static void add_foreign(struct relation_scan *s, const struct label_constraint *c)
{
	struct dependency d = { CLASS_OF_CONSTRAINTS, c->oid, CLASS_OF_CLASSES, c->target, 0, 'n' };

	for (uint32_t i = 0; i < c->count; i++) {
		d.ref_column = c->targets[i];
		add_dependency(s, &d);
	}
	d.ref_object = c->target_index;
	d.ref_column = 0;
	if (d.ref_object != 0)
		add_dependency(s, &d);
}

/* Indexes belong to their constraints, constraints and other indexes to the table's columns. */
static void add_keys_of(
	struct relation_scan *s, const struct label_table *table, struct dependency d)
{
	struct label_constraint *constraints;
	uint32_t count = label_table_constraints(s->catalog, table, s->arena, &constraints);

	for (uint32_t i = 0; i < count; i++) {
		const struct label_constraint *c = &constraints[i];
		struct dependency of_index = { CLASS_OF_CLASSES, 0, CLASS_OF_CONSTRAINTS, c->oid, 0,
			'i' };

		d.class = CLASS_OF_CONSTRAINTS;
		d.object = c->oid;
		d.kind = 'a';
		for (uint32_t k = 0; k < c->count; k++) {
			d.ref_column = c->columns[k];
			add_dependency(s, &d);
		}
		if (c->kind == 'f')
			add_foreign(s, c);
		if (c->index == NULL)
			continue;
		of_index.object = label_oid(LABEL_INDEX, c->index->id);
		add_dependency(s, &of_index);
	}
}

static void add_dependencies(
	struct relation_scan *s, const struct label_table *table, void *context)
{
	struct dependency d = {
		.class = CLASS_OF_CLASSES, .ref_class = CLASS_OF_CLASSES, .ref_object = table->oid
	};

	(void)context;
	add_sequences_of(s, table, d);
	add_keys_of(s, table, d);
}

RELATION_FILL(depend)
{
	return relation_each_label(s, add_dependencies, NULL, e);
}

/* ---- comments --------------------------------------------------------------------------------- */

static void add_description_in(struct relation_scan *s, uint32_t class_oid, uint32_t oid,
	int16_t column, struct str comment)
{
	struct value *row;

	if (comment.length == 0 || !relation_wants(s, pg_description_objoid, oid))
		return;
	row = relation_add(s);
	row[pg_description_objoid] = value_int(oid);
	row[pg_description_classoid] = value_int(class_oid);
	row[pg_description_objsubid] = value_int(column);
	row[pg_description_description] = value_string(comment);
}

static void add_description(
	struct relation_scan *s, uint32_t oid, int16_t column, struct str comment)
{
	add_description_in(s, CLASS_OF_CLASSES, oid, column, comment);
}

static bool has_initial(const struct comment *comment)
{
	const struct comment *x;

	for (uint32_t i = 0; (x = comment_initial(i)) != NULL; i++) {
		if (x->class_oid == comment->class_oid && x->oid == comment->oid)
			return true;
	}
	return false;
}

static void add_other_comments(struct relation_scan *s)
{
	const struct comment *x;
	struct comment comment;

	for (uint32_t i = 0; (x = comment_initial(i)) != NULL; i++)
		add_description_in(s, x->class_oid, x->oid, 0,
			comment_find(s->catalog, s->arena, x->class_oid, x->oid));
	for (uint32_t cursor = 0; comment_next(s->catalog, s->arena, &cursor, &comment);) {
		if (!comment_is_shared(comment.class_oid) && !has_initial(&comment))
			add_description_in(s, comment.class_oid, comment.oid, 0, comment.text);
	}
}

RELATION_FILL(shdescription)
{
	struct comment comment;

	(void)e;
	for (uint32_t cursor = 0; comment_next(s->catalog, s->arena, &cursor, &comment);) {
		struct value *row;

		if (!comment_is_shared(comment.class_oid))
			continue;
		row = relation_add(s);
		row[pg_shdescription_objoid] = value_int(comment.oid);
		row[pg_shdescription_classoid] = value_int(comment.class_oid);
		row[pg_shdescription_description] = value_string(comment.text);
	}
	return OK;
}

static enum sqlstate add_comments(struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct label_column *columns;
	uint32_t count;

	(void)e;
	if (l->kind != 'r' || l->relation != NULL)
		return OK;
	add_description(s, l->oid, 0, label_table_comment(s->catalog, &l->table, s->arena));
	count = label_table_columns(s->catalog, &l->table, s->arena, &columns);
	for (uint32_t i = 0; i < count; i++)
		add_description(s, l->oid, columns[i].number, columns[i].comment);
	return OK;
}

static void add_sequence_comment(struct relation_scan *s, const struct sequence_definition *d)
{
	add_description(s, label_oid(LABEL_CATALOG_OBJECT, d->object), 0, d->comment);
}

RELATION_FILL(description)
{
	if (s->at == 0) {
		each_sequence(s, add_sequence_comment);
		add_other_comments(s);
		for (uint32_t i = 0; i < catalog_object_count(s->catalog); i++) {
			const struct catalog_object *o = catalog_object_at(s->catalog, i);
			struct graph_definition g;
			struct view_definition d;

			if (o->kind == OBJECT_PROPERTY_GRAPH) {
				TRY(definition_graph_read(s->catalog, s->arena, o, &g, e));
				add_description(
					s, label_oid(LABEL_CATALOG_OBJECT, o->id), 0, g.comment);
			}
			if (o->kind == OBJECT_VIEW &&
				view_definition_find(s->catalog, s->arena, o->name, &d))
				add_description(
					s, label_oid(LABEL_CATALOG_OBJECT, o->id), 0, d.comment);
		}
	}
	return listed_each(s, add_comments, e);
}
