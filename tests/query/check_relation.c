/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The table of catalog relations: its rows fit together, and names find them as search_path says.
 * What the relations hold is tested by whole sessions (tests/regress).
 */
#include <check.h>

#include "base/setting.h"
#include "query/sql/builtin.h"
#include "query/sql/label_table.h"
#include "query/sql/relation.h"
#include "tests/query/suites.h"

START_TEST(relations_have_distinct_numbers_and_names)
{
	for (uint32_t i = 0; i < relation_count(); i++) {
		const struct relation *r = relation_at(i);

		ck_assert_msg(r->oid > 0 && r->oid < OID_USER_FIRST, "%s", r->name);
		ck_assert_ptr_eq(relation_by_oid(r->oid), r);
		ck_assert_ptr_eq(relation_find(str_of(r->schema), str_of(r->name)), r);
	}
}
END_TEST

START_TEST(columns_of_a_relation_have_distinct_names)
{
	for (uint32_t i = 0; i < relation_count(); i++) {
		const struct relation *r = relation_at(i);

		ck_assert_uint_gt(r->column_count, 0);
		for (uint32_t a = 0; a < r->column_count; a++) {
			for (uint32_t b = 0; b < a; b++)
				ck_assert_str_ne(r->columns[a].name, r->columns[b].name);
		}
	}
}
END_TEST

START_TEST(builtin_types_have_distinct_numbers)
{
	for (uint32_t i = 0; i < builtin_type_count(); i++) {
		const struct builtin_type *t = builtin_type_at(i);

		ck_assert_ptr_eq(builtin_type_by_oid(t->oid), t);
		ck_assert_ptr_eq(builtin_type_find(str_of(t->name)), t);
		if (t->array != 0)
			ck_assert_ptr_eq(builtin_type_by_array(t->array), t);
	}
}
END_TEST

static const struct relation *resolve(const char *path, const char *qualifier, const char *name)
{
	struct settings *settings = settings_new(NULL);
	const struct relation *found;
	struct error e = { 0 };

	ck_assert_int_eq(settings_set_name(settings, STR("search_path"), str_of(path),
				 SETTING_FROM_SESSION, &e),
		OK);
	found = relation_resolve(settings, str_of(qualifier), str_of(name));
	settings_release(settings);
	return found;
}

START_TEST(unqualified_names_are_looked_for_along_the_path)
{
	const struct relation *class = relation_find(STR("pg_catalog"), STR("pg_class"));

	ck_assert_ptr_nonnull(class);
	ck_assert_ptr_eq(resolve("public", "", "pg_class"), class);
	ck_assert_ptr_eq(resolve("", "", "pg_class"), class);
	ck_assert_ptr_eq(resolve("public", "", "PG_CLASS"), class);
	ck_assert_ptr_eq(resolve("public", "pg_catalog", "pg_class"), class);
	ck_assert_ptr_eq(resolve("public", "quiver.pg_catalog", "pg_class"), class);
	ck_assert_ptr_null(resolve("public", "information_schema", "pg_class"));
	ck_assert_ptr_null(resolve("public", "", "tables"));
	ck_assert_ptr_nonnull(resolve("\"$user\", \"information_schema\"", "", "tables"));
	ck_assert_ptr_nonnull(resolve("public, pg_catalog", "", "pg_class"));
	ck_assert_ptr_null(resolve("public", "", "pg_classes"));
}
END_TEST

START_TEST(numbers_of_labels_go_both_ways)
{
	for (int object = 0; object < LABEL_OBJECT_COUNT; object++) {
		for (uint32_t number = 1; number < 100000; number += 777) {
			uint32_t oid = label_oid((enum label_object)object, number), back;
			enum label_object what;

			ck_assert_uint_ge(oid, OID_USER_FIRST);
			ck_assert(label_oid_split(oid, &what, &back));
			ck_assert_int_eq(what, object);
			ck_assert_uint_eq(back, number);
		}
	}
}
END_TEST

START_TEST(numbers_of_properties_are_no_others)
{
	enum label_object object;
	uint32_t number;

	ck_assert_uint_ne(label_property_oid(ELEMENT_NODE, 1, 2),
		label_property_oid(ELEMENT_NODE, 2, 1));
	ck_assert_uint_ne(label_property_oid(ELEMENT_NODE, 1, 2),
		label_property_oid(ELEMENT_EDGE, 1, 2));
	ck_assert(!label_oid_split(label_property_oid(ELEMENT_NODE, 1, 2), &object, &number));
	ck_assert(!label_oid_split(1259, &object, &number));
}
END_TEST

Suite *relation_suite(void)
{
	Suite *s = suite_create("relation");
	TCase *t = tcase_create("relation");

	tcase_add_test(t, relations_have_distinct_numbers_and_names);
	tcase_add_test(t, columns_of_a_relation_have_distinct_names);
	tcase_add_test(t, builtin_types_have_distinct_numbers);
	tcase_add_test(t, unqualified_names_are_looked_for_along_the_path);
	tcase_add_test(t, numbers_of_labels_go_both_ways);
	tcase_add_test(t, numbers_of_properties_are_no_others);
	suite_add_tcase(s, t);
	return s;
}
