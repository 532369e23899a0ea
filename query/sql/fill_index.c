/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_index, pg_constraint and pg_attrdef: what belongs to tables besides their columns.
 */
#include "query/eval/eval.h"
#include "query/sql/builtin.h"
#include "query/sql/constants.h"
#include "query/sql/fills.h"
#include "query/sql/label_table.h"
#include "query/table/table_index.h"

/* ---- pg_index --------------------------------------------------------------------------------- */

/* The default operator class of btree for a type; 0 if there is none. */
static uint32_t operator_class(uint32_t type)
{
	static const struct {
		uint32_t type, class;
	} classes[] = { { 16, 10003 }, { 17, 10006 }, { 18, 10007 }, { 19, 10028 }, { 20, 3124 },
		{ 21, 1979 }, { 23, 1978 }, { 25, 3126 }, { 26, 1981 }, { 700, 10012 },
		{ 701, 3123 }, { 1042, 10004 }, { 1043, 3126 }, { 1082, 3122 },
		{ 1083, 10038 }, { 1114, 3128 }, { 1184, 3127 }, { 1186, 10022 },
		{ 1266, 10041 }, { 1700, 3125 }, { 2950, 10065 }, { 3802, 10088 } };

	for (uint32_t i = 0; i < ARRAY_COUNT(classes); i++) {
		if (classes[i].type == type)
			return classes[i].class;
	}
	return builtin_type_by_array(type) != NULL ? 10000 : 0;
}

/* Of pg_index.indoption. */
enum { OPTION_DESCENDING = 1, OPTION_NULLS_FIRST = 2 };

struct index_vectors {
	int64_t keys[8], collations[8], classes[8], options[8];
};

static void take_vectors(
	struct relation_scan *s, const struct table_index *index, struct index_vectors *v)
{
	enum label_object object =
		index->element == ELEMENT_NODE ? LABEL_NODE_TABLE : LABEL_EDGE_TABLE;
	struct label_column *columns = NULL;
	struct label_table table;
	uint32_t count = 0;

	memset(v, 0, sizeof *v);
	if (label_table_by_oid(s->catalog, label_oid(object, index->label), &table))
		count = label_table_columns(s->catalog, &table, s->arena, &columns);
	for (uint32_t i = 0; i < index->key_count; i++) {
		const struct table_index_key *key = &index->keys[i];
		int16_t number = label_column_number(columns, count, key->key);
		uint32_t oid = number > 0 ? columns[number - 1].type_oid
					  : label_key_type(s->catalog, &table, s->arena, key->key);
		const struct builtin_type *type = builtin_type_by_oid(oid);

		v->keys[i] = number;
		v->options[i] = (key->is_descending ? OPTION_DESCENDING : 0) |
				(key->is_nulls_first ? OPTION_NULLS_FIRST : 0);
		v->collations[i] = type == NULL ? 0 : type->collation;
		v->classes[i] = operator_class(oid);
	}
}

/* The expressions one after the other, as pg_get_expr() gives them. */
static struct value expressions(struct relation_scan *s, const struct table_index *x)
{
	struct str all = { 0 };

	for (uint32_t i = 0; i < x->key_count; i++) {
		struct str text = x->keys[i].expr.text;

		if (text.length > 0)
			all = arena_printf(s->arena, "%.*s%s%.*s", STR_ARGS(all),
				all.length > 0 ? ", " : "", STR_ARGS(text));
	}
	return all.length == 0 ? value_null() : value_string(all);
}

static bool is_primary(const struct catalog *c, const struct index_info *index)
{
	const struct label_info *info = catalog_label(c, index->element, index->label);

	return info != NULL && info->primary_index == index->id;
}

static void add_index(struct relation_scan *s, const struct index_info *index)
{
	static const int falses[] = { pg_index_indnullsnotdistinct, pg_index_indisexclusion,
		pg_index_indisclustered, pg_index_indcheckxmin, pg_index_indisreplident };
	static const int trues[] = { pg_index_indimmediate, pg_index_indislive };
	enum label_object object =
		index->element == ELEMENT_NODE ? LABEL_NODE_TABLE : LABEL_EDGE_TABLE;
	uint32_t oid = label_oid(LABEL_INDEX, index->id), table = label_oid(object, index->label);
	struct table_index said;
	struct index_vectors v;
	struct value *row;

	if (!relation_wants(s, pg_index_indexrelid, oid) ||
		!relation_wants(s, pg_index_indrelid, table))
		return;
	table_index_read(s->catalog, s->arena, index, &said);
	take_vectors(s, &said, &v);
	row = relation_add(s);
	for (uint32_t i = 0; i < ARRAY_COUNT(falses); i++)
		row[falses[i]] = value_bool(false);
	for (uint32_t i = 0; i < ARRAY_COUNT(trues); i++)
		row[trues[i]] = value_bool(true);
	row[pg_index_indexrelid] = value_int(oid);
	row[pg_index_indrelid] = value_int(table);
	row[pg_index_indnatts] = row[pg_index_indnkeyatts] = value_int(said.key_count);
	row[pg_index_indexprs] = expressions(s, &said);
	if (said.predicate.text.length > 0)
		row[pg_index_indpred] = value_string(said.predicate.text);
	row[pg_index_indisunique] = value_bool(index->is_unique);
	row[pg_index_indisprimary] = value_bool(is_primary(s->catalog, index));
	row[pg_index_indisvalid] = row[pg_index_indisready] = value_bool(index->is_ready);
	row[pg_index_indkey] = relation_numbers(s, v.keys, said.key_count);
	row[pg_index_indcollation] = relation_numbers(s, v.collations, said.key_count);
	row[pg_index_indclass] = relation_numbers(s, v.classes, said.key_count);
	row[pg_index_indoption] = relation_numbers(s, v.options, said.key_count);
}

RELATION_FILL(index)
{
	(void)e;
	for (uint32_t i = 0; i < catalog_index_count(s->catalog); i++)
		add_index(s, catalog_index_at(s->catalog, i));
	return OK;
}

/* ---- pg_constraint ---------------------------------------------------------------------------- */

/* The types of a table's columns, by their numbers in pg_attribute. */
static void take_types(struct relation_scan *s, const struct label_table *table,
	const int16_t *numbers, uint32_t count, uint32_t *types)
{
	struct label_column *columns;

	(void)label_table_columns(s->catalog, table, s->arena, &columns);
	for (uint32_t i = 0; i < count; i++)
		types[i] = columns[numbers[i] - 1].type_oid;
}

/* The operator that tells whether keys of these types are equal: that of the type alone where values of
   the other become it. */
static uint32_t equality(uint32_t left, uint32_t right)
{
	uint32_t found = constant_operator_by_types("=", left, right);

	return found != 0 ? found : constant_operator_by_types("=", left, left);
}

static void put_operators(struct relation_scan *s, struct value *row,
	const struct label_table *table, const struct label_constraint *constraint)
{
	uint32_t own[ARRAY_COUNT(constraint->columns)], targets[ARRAY_COUNT(constraint->targets)];
	int64_t operators[3][ARRAY_COUNT(constraint->columns)];
	struct label_table target;

	if (!label_table_by_oid(s->catalog, constraint->target, &target))
		return;
	take_types(s, table, constraint->columns, constraint->count, own);
	take_types(s, &target, constraint->targets, constraint->count, targets);
	for (uint32_t i = 0; i < constraint->count; i++) {
		operators[0][i] = equality(targets[i], own[i]);
		operators[1][i] = equality(targets[i], targets[i]);
		operators[2][i] = equality(own[i], own[i]);
	}
	row[pg_constraint_conpfeqop] = relation_numbers(s, operators[0], constraint->count);
	row[pg_constraint_conppeqop] = relation_numbers(s, operators[1], constraint->count);
	row[pg_constraint_conffeqop] = relation_numbers(s, operators[2], constraint->count);
}

static void put_foreign(struct relation_scan *s, struct value *row,
	const struct label_table *table, const struct label_constraint *constraint)
{
	put_operators(s, row, table, constraint);
	row[pg_constraint_confrelid] = value_int(constraint->target);
	row[pg_constraint_confupdtype] = relation_char(s, constraint->on_update);
	row[pg_constraint_confdeltype] = relation_char(s, constraint->on_delete);
	row[pg_constraint_confmatchtype] = relation_text("s");
	row[pg_constraint_confkey] = relation_attnums(s, constraint->targets, constraint->count);
	row[pg_constraint_conindid] = value_int(constraint->target_index);
}

static void add_constraint(struct relation_scan *s, const struct label_table *table,
	const struct label_constraint *constraint)
{
	struct value *row;

	if (!relation_wants(s, pg_constraint_oid, constraint->oid) ||
		!relation_wants(s, pg_constraint_confrelid, constraint->target))
		return;
	row = relation_add(s);
	row[pg_constraint_oid] = value_int(constraint->oid);
	row[pg_constraint_conname] = value_string(constraint->name);
	row[pg_constraint_connamespace] =
		value_int(constraint->index == NULL
				  ? (uint32_t)OID_NAMESPACE_PUBLIC
				  : label_schema_oid(catalog_graph_of(s->catalog,
					    constraint->index->element, constraint->index->label)));
	row[pg_constraint_contype] = relation_char(s, constraint->kind);
	row[pg_constraint_condeferrable] = value_bool(constraint->is_deferrable);
	row[pg_constraint_condeferred] = value_bool(constraint->is_deferred);
	row[pg_constraint_convalidated] = row[pg_constraint_conislocal] = value_bool(true);
	row[pg_constraint_conrelid] = value_int(table->oid);
	row[pg_constraint_contypid] = row[pg_constraint_conparentid] = value_int(0);
	row[pg_constraint_coninhcount] = value_int(0);
	row[pg_constraint_connoinherit] = value_bool(constraint->kind != 'c');
	row[pg_constraint_conindid] = row[pg_constraint_confrelid] = value_int(0);
	row[pg_constraint_confupdtype] = row[pg_constraint_confdeltype] =
		row[pg_constraint_confmatchtype] = relation_text(" ");
	row[pg_constraint_conkey] = relation_attnums(s, constraint->columns, constraint->count);
	if (constraint->index != NULL)
		row[pg_constraint_conindid] =
			value_int(label_oid(LABEL_INDEX, constraint->index->id));
	if (constraint->kind == 'f')
		put_foreign(s, row, table, constraint);
	if (constraint->kind == 'c')
		row[pg_constraint_conbin] = value_string(constraint->check);
}

static void add_constraints(
	struct relation_scan *s, const struct label_table *table, void *context)
{
	struct label_constraint *constraints;
	uint32_t count = label_table_constraints(s->catalog, table, s->arena, &constraints);

	(void)context;
	for (uint32_t i = 0; i < count; i++)
		add_constraint(s, table, &constraints[i]);
}

RELATION_FILL(constraint)
{
	return relation_labels_by_oid(s, pg_constraint_conrelid, add_constraints, e);
}

/* ---- pg_attrdef ------------------------------------------------------------------------------- */

static void add_defaults(
	struct relation_scan *s, const struct label_table *table, void *context)
{
	struct label_column *columns;
	uint32_t count = label_table_columns(s->catalog, table, s->arena, &columns);

	(void)context;
	for (uint32_t i = 0; i < count; i++) {
		struct str text = columns[i].default_text;
		struct value *row;

		if (columns[i].generated_text.length > 0)
			text = columns[i].generated_text;
		if (text.length == 0)
			continue;
		row = relation_add(s);
		row[pg_attrdef_oid] = value_int(
			label_property_oid(table->element, table->label, columns[i].key));
		row[pg_attrdef_adrelid] = value_int(table->oid);
		row[pg_attrdef_adnum] = value_int(columns[i].number);
		row[pg_attrdef_adbin] = value_string(text);
	}
}

RELATION_FILL(attrdef)
{
	return relation_labels_by_oid(s, pg_attrdef_adrelid, add_defaults, e);
}
