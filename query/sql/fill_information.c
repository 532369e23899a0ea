/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * information_schema: schemas, tables, columns and who may do what with them.
 */
#include <inttypes.h>

#include "base/interval.h"
#include "query/eval/eval.h"
#include "query/sql/builtin.h"
#include "query/sql/acl_list.h"
#include "query/sql/fills.h"
#include "query/sql/listed.h"
#include "query/sql/naming.h"
#include "query/table/table.h"

static struct value yes_or_no(bool is_yes)
{
	return relation_text(is_yes ? "YES" : "NO");
}

/* ---- the database ----------------------------------------------------------------------------- */

RELATION_FILL(info_catalog_name)
{
	struct value *row = relation_add(s);

	(void)e;
	row[information_schema_catalog_name_catalog_name] = listed_database(s);
	return OK;
}

static void add_schema(struct relation_scan *s, struct str name)
{
	struct value *row = relation_add(s);

	row[schemata_catalog_name] = listed_database(s);
	row[schemata_schema_name] = value_string(name);
	row[schemata_schema_owner] = str_equal(name, STR("public"))
					     ? relation_text("pg_database_owner")
					     : listed_user(s);
}

RELATION_FILL(info_schemata)
{
	static const char *const names[] = { "pg_toast", "pg_catalog", "public",
		"information_schema" };

	(void)e;
	for (uint32_t i = 0; i < ARRAY_COUNT(names); i++)
		add_schema(s, str_of(names[i]));
	for (uint32_t id = 1; id <= catalog_name_count(s->catalog, NAME_NODE_LABEL); id++) {
		struct str name = catalog_graph_name(s->catalog, id);

		if (catalog_is_membership(s->catalog, id) &&
			catalog_graph_find(s->catalog, name) == id)
			add_schema(s, name);
	}
	return OK;
}

RELATION_FILL(info_enabled_roles)
{
	struct value *row = relation_add(s);

	(void)e;
	row[enabled_roles_role_name] = listed_user(s);
	return OK;
}

RELATION_FILL(info_character_sets)
{
	struct value *row = relation_add(s);

	(void)e;
	row[character_sets_character_set_name] = row[character_sets_form_of_use] =
		relation_text("UTF8");
	row[character_sets_character_repertoire] = relation_text("UCS");
	row[character_sets_default_collate_catalog] = listed_database(s);
	return OK;
}

/* ---- tables ----------------------------------------------------------------------------------- */

static int writable(struct relation_scan *s, const struct listed *l)
{
	return l->view == NAME_NONE ? 0 : listed_view_writable(s->ev, s->arena, l->full_name);
}

static enum sqlstate add_table(struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct value *row = relation_add(s);

	(void)e;
	row[tables_table_catalog] = listed_database(s);
	row[tables_table_schema] = value_string(l->schema);
	row[tables_table_name] = value_string(l->name);
	row[tables_table_type] = relation_text(l->kind == 'v' ? "VIEW" : "BASE TABLE");
	row[tables_is_insertable_into] =
		yes_or_no(l->kind == 'r' || (writable(s, l) & LISTED_INSERTABLE) != 0);
	row[tables_is_typed] = yes_or_no(false);
	return OK;
}

RELATION_FILL(info_tables)
{
	return listed_each(s, add_table, e);
}

static enum sqlstate add_view(struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct view_definition d = { 0 };
	int bits = writable(s, l);
	struct value *row;

	(void)e;
	if (l->kind != 'v')
		return OK;
	row = relation_add(s);
	row[views_table_catalog] = listed_database(s);
	row[views_table_schema] = value_string(l->schema);
	row[views_table_name] = value_string(l->name);
	if (l->view != NAME_NONE &&
		view_definition_find(s->catalog, s->arena, l->full_name, &d))
		row[views_view_definition] = value_string(d.text);
	row[views_check_option] = relation_text(
		d.check == 'l' ? "LOCAL" : d.check == 'c' ? "CASCADED" : "NONE");
	row[views_is_updatable] = yes_or_no(
		(bits & LISTED_UPDATABLE) != 0 && (bits & LISTED_DELETABLE) != 0);
	row[views_is_insertable_into] = yes_or_no((bits & LISTED_INSERTABLE) != 0);
	row[views_is_trigger_updatable] = row[views_is_trigger_deletable] =
		row[views_is_trigger_insertable_into] = yes_or_no(false);
	return OK;
}

RELATION_FILL(info_views)
{
	return listed_each(s, add_view, e);
}

/* ---- columns ---------------------------------------------------------------------------------- */

enum { OID_TEXT = 25, OID_CHARACTER = 1042, OID_VARYING = 1043, OID_NUMERIC = 1700 };
enum { LONGEST_TEXT = 1 << 30, BYTES_PER_CHARACTER = 4, MODIFIER_HEADER = 4 };

static void put_text_size(struct value *row, uint32_t type, int32_t modifier)
{
	bool is_limited = (type == OID_CHARACTER || type == OID_VARYING) && modifier >= 0;

	if (type != OID_TEXT && type != OID_CHARACTER && type != OID_VARYING)
		return;
	row[columns_character_octet_length] = value_int(LONGEST_TEXT);
	if (!is_limited)
		return;
	row[columns_character_maximum_length] = value_int(modifier - MODIFIER_HEADER);
	row[columns_character_octet_length] =
		value_int((int64_t)(modifier - MODIFIER_HEADER) * BYTES_PER_CHARACTER);
}

static void put_number_size(struct value *row, uint32_t type, int32_t modifier)
{
	static const struct {
		uint32_t type;
		int precision;
		bool has_scale;
	} sizes[] = { { 21, 16, true }, { 23, 32, true }, { 20, 64, true }, { 700, 24, false },
		{ 701, 53, false } };

	for (uint32_t i = 0; i < ARRAY_COUNT(sizes); i++) {
		if (sizes[i].type != type)
			continue;
		row[columns_numeric_precision] = value_int(sizes[i].precision);
		row[columns_numeric_precision_radix] = value_int(2);
		if (sizes[i].has_scale)
			row[columns_numeric_scale] = value_int(0);
	}
	if (type != OID_NUMERIC)
		return;
	row[columns_numeric_precision_radix] = value_int(10);
	if (modifier < 0)
		return;
	row[columns_numeric_precision] = value_int(((modifier - MODIFIER_HEADER) >> 16) & 0xffff);
	row[columns_numeric_scale] = value_int((modifier - MODIFIER_HEADER) & 0x7ff);
}

static void put_span(struct relation_scan *s, struct value *row, int32_t modifier)
{
	struct buf words = { 0 };
	struct str text;
	uint8_t range, seconds;

	interval_modifier_split(modifier, &range, &seconds);
	row[columns_datetime_precision] = value_int(seconds == 0 ? 6 : seconds - 1);
	if (range == INTERVAL_ALL)
		return;
	interval_put_range(&words, range, seconds);
	for (size_t i = 0; i < words.length; i++) {
		if (words.data[i] >= 'a')
			words.data[i] = (uint8_t)(words.data[i] - 'a' + 'A');
	}
	text = arena_str(s->arena, buf_str(&words));
	row[columns_interval_type] = value_string((struct str){ text.at + 1, text.length - 1 });
	buf_free(&words);
}

static void put_time_size(
	struct relation_scan *s, struct value *row, uint32_t type, int32_t modifier)
{
	bool is_time = type == 1083 || type == 1114 || type == 1184 || type == 1266;
	bool is_interval = type == 1186;

	if (type == 1082)
		row[columns_datetime_precision] = value_int(0);
	if (is_time)
		row[columns_datetime_precision] = value_int(modifier < 0 ? 6 : modifier);
	if (is_interval)
		put_span(s, row, modifier);
}

static struct value type_text(struct relation_scan *s, uint32_t type)
{
	struct buf text = { 0 };
	struct value made;

	if (builtin_type_by_array(type) != NULL)
		return relation_text("ARRAY");
	naming_put_type(s->ev, &text, type, -1, false);
	made = value_string(arena_str(s->arena, buf_str(&text)));
	buf_free(&text);
	return made;
}

void relation_put_column_type(
	struct relation_scan *s, struct value *row, const struct listed_column *c)
{
	const struct builtin_type *type = builtin_type_by_oid(c->type);
	struct naming_object name = { .name = STR("") };
	int32_t modifier;
	uint32_t base = builtin_domain_base(c->type, &modifier);

	if (base != 0) {
		row[columns_domain_catalog] = listed_database(s);
		row[columns_domain_schema] = relation_text("information_schema");
		row[columns_domain_name] = relation_text(type->name);
	} else {
		base = c->type;
		modifier = c->modifier;
	}
	row[columns_data_type] = type_text(s, base);
	put_text_size(row, base, modifier);
	put_number_size(row, base, modifier);
	put_time_size(s, row, base, modifier);
	if (type != NULL && type->collation != 0 && type->collation != 100) {
		row[columns_collation_catalog] = listed_database(s);
		row[columns_collation_schema] = relation_text("pg_catalog");
		row[columns_collation_name] = relation_text("C");
	}
	naming_type(s->ev, base, &name);
	row[columns_udt_catalog] = listed_database(s);
	row[columns_udt_schema] = relation_text("pg_catalog");
	row[columns_udt_name] = value_string(name.name);
}

static struct value number_text(struct relation_scan *s, int64_t number)
{
	return value_string(arena_printf(s->arena, "%" PRId64, number));
}

static void put_identity(struct relation_scan *s, struct value *row, const struct listed_column *c)
{
	struct sequence_definition d;

	row[columns_is_identity] = yes_or_no(true);
	row[columns_identity_generation] =
		relation_text(c->identity == 'a' ? "ALWAYS" : "BY DEFAULT");
	if (!sequence_definition_get(s->catalog, s->arena, c->sequence, &d))
		return;
	row[columns_identity_start] = number_text(s, d.rule.start);
	row[columns_identity_increment] = number_text(s, d.rule.increment);
	row[columns_identity_maximum] = number_text(s, d.rule.max);
	row[columns_identity_minimum] = number_text(s, d.rule.min);
	row[columns_identity_cycle] = yes_or_no(d.rule.is_cycle);
}

static void add_column(
	struct relation_scan *s, const struct listed *l, const struct listed_column *c,
	bool is_updatable)
{
	struct value *row = relation_add(s);

	row[columns_table_catalog] = listed_database(s);
	row[columns_table_schema] = value_string(l->schema);
	row[columns_table_name] = value_string(l->name);
	row[columns_column_name] = value_string(c->name);
	row[columns_ordinal_position] = value_int(c->number);
	if (c->default_text.length > 0)
		row[columns_column_default] = value_string(c->default_text);
	row[columns_is_nullable] = yes_or_no(!c->is_not_null);
	relation_put_column_type(s, row, c);
	row[columns_dtd_identifier] = value_string(arena_printf(s->arena, "%d", c->number));
	row[columns_is_self_referencing] = row[columns_is_identity] = row[columns_identity_cycle] =
		yes_or_no(false);
	if (c->identity != 0)
		put_identity(s, row, c);
	row[columns_is_generated] =
		relation_text(c->generated_text.length > 0 ? "ALWAYS" : "NEVER");
	if (c->generated_text.length > 0)
		row[columns_generation_expression] = value_string(
			arena_printf(s->arena, "(%.*s)", STR_ARGS(c->generated_text)));
	row[columns_is_updatable] = yes_or_no(is_updatable);
}

static enum sqlstate add_columns(struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct listed_column *columns;
	uint32_t count = listed_columns(s, l, &columns);
	struct view_writing writing = { 0 };

	(void)e;
	if (l->view != NAME_NONE)
		listed_view_writing(s->ev, s->arena, l->full_name, &writing);
	for (uint32_t i = 0; i < count; i++)
		add_column(s, l, &columns[i],
			l->kind == 'r' || (i < writing.column_count && writing.is_written[i]));
	return OK;
}

RELATION_FILL(info_columns)
{
	return listed_each(s, add_columns, e);
}
