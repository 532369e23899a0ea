/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Resolution of functions and operators: which alternative is chosen, what type comes out, and how
 * a refusal is worded.
 */
#include <check.h>
#include <string.h>

#include "query/function/function_body.h"
#include "query/type/function.h"
#include "tests/query/suites.h"

#define T(k) ((struct type){ .kind = (k) })
#define L(k) ((struct type){ .kind = TYPE_LIST, .item = (k) })

static struct function_match match;
static struct error e;

static enum sqlstate resolve(const char *name, uint32_t count, const struct type *types)
{
	error_clear(&e);
	return function_resolve(str_of(name), types, count, &match, &e);
}

static enum sqlstate operate(enum ast_op op, struct type left, struct type right)
{
	error_clear(&e);
	return function_resolve_operator(op, left, right, false, &match, &e);
}

START_TEST(names_are_found_in_any_case_and_by_synonym)
{
	struct type text = T(TYPE_STRING);

	ck_assert_int_eq(resolve("toUpper", 1, &text), OK);
	ck_assert_str_eq(match.function->name, "upper");
	ck_assert_int_eq(match.result.kind, TYPE_STRING);
	ck_assert(function_is_aggregate(STR("COLLECT")));
	ck_assert(!function_is_aggregate(STR("upper")));
	ck_assert(!function_exists(STR("nothing")));
}
END_TEST

START_TEST(exact_alternative_is_preferred_to_a_conversion)
{
	struct type i = T(TYPE_INT64), f = T(TYPE_FLOAT64), date = T(TYPE_DATE);

	ck_assert_int_eq(resolve("abs", 1, &i), OK);
	ck_assert_int_eq(match.result.kind, TYPE_INT64);
	ck_assert_int_eq(resolve("abs", 1, &f), OK);
	ck_assert_int_eq(match.result.kind, TYPE_FLOAT64);
	ck_assert_int_eq(resolve("sqrt", 1, &i), OK);
	ck_assert_int_eq(match.coerce[0].kind, TYPE_FLOAT64);
	ck_assert_int_eq(resolve("date", 1, &date), OK);
	ck_assert_int_eq(match.coerce[0].kind, TYPE_DATE);
}
END_TEST

START_TEST(arithmetic_of_integer_and_float_is_float)
{
	ck_assert_int_eq(operate(OP_ADD, T(TYPE_INT64), T(TYPE_FLOAT64)), OK);
	ck_assert_int_eq(match.result.kind, TYPE_FLOAT64);
	ck_assert_int_eq(match.coerce[0].kind, TYPE_FLOAT64);
}
END_TEST

START_TEST(result_of_unknown_argument_types_is_known_if_all_agree)
{
	struct type any = T(TYPE_ANY);

	ck_assert_int_eq(resolve("upper", 1, &any), OK);
	ck_assert_int_eq(match.result.kind, TYPE_STRING);
	ck_assert_int_eq(resolve("abs", 1, &any), OK);
	ck_assert_int_eq(match.result.kind, TYPE_ANY);
	ck_assert_int_eq(operate(OP_ADD, any, T(TYPE_INT64)), OK);
	ck_assert_int_eq(match.result.kind, TYPE_ANY);
	ck_assert_int_eq(match.coerce[1].kind, TYPE_INT64);
}
END_TEST

START_TEST(untyped_operand_takes_the_type_of_the_other)
{
	ck_assert_int_eq(operate(OP_EQ, T(TYPE_NULL), T(TYPE_STRING)), OK);
	ck_assert_int_eq(match.coerce[0].kind, TYPE_STRING);
	ck_assert_int_eq(operate(OP_IN, T(TYPE_INT64), T(TYPE_NULL)), OK);
	ck_assert_int_eq(match.coerce[1].kind, TYPE_LIST);
	ck_assert_int_eq(match.coerce[1].item, TYPE_INT64);
	ck_assert_int_eq(operate(OP_LT, T(TYPE_DATE), T(TYPE_TIMESTAMP)), OK);
	ck_assert_int_eq(match.coerce[0].kind, TYPE_TIMESTAMP);
}
END_TEST

START_TEST(lists_keep_the_type_of_their_items)
{
	struct type list = L(TYPE_STRING);

	ck_assert_int_eq(resolve("head", 1, &list), OK);
	ck_assert_int_eq(match.result.kind, TYPE_STRING);
	ck_assert_int_eq(resolve("tail", 1, &list), OK);
	ck_assert_int_eq(match.result.item, TYPE_STRING);
	ck_assert_int_eq(operate(OP_ADD, list, T(TYPE_INT64)), OK);
	ck_assert_int_eq(match.result.kind, TYPE_LIST);
	ck_assert_int_eq(match.result.item, TYPE_ANY);
}
END_TEST

START_TEST(refusals_are_worded_as_postgresql_words_them)
{
	struct type types[2] = { T(TYPE_STRING), T(TYPE_INT64) };

	ck_assert_int_eq(resolve("foo", 2, types), E_NO_FUNCTION);
	ck_assert_str_eq(e.message, "function foo(text, bigint) does not exist");
	ck_assert_int_eq(resolve("uper", 1, types), E_NO_FUNCTION);
	ck_assert_str_eq(e.hint, "Perhaps you meant the function \"upper\".");
	ck_assert_int_eq(resolve("sqrt", 1, types), E_NO_FUNCTION);
	ck_assert_str_eq(e.message, "function sqrt(text) does not exist");
	ck_assert_ptr_nonnull(strstr(e.hint, "explicit type casts"));
	ck_assert_int_eq(operate(OP_ADD, T(TYPE_STRING), T(TYPE_INT32)), E_NO_FUNCTION);
	ck_assert_str_eq(e.message, "operator does not exist: text + integer");
	ck_assert_int_eq(
		function_resolve_operator(OP_MINUS, T(TYPE_STRING), T(TYPE_NULL), true, &match, &e),
		E_NO_FUNCTION);
	ck_assert_str_eq(e.message, "operator does not exist: - text");
}
END_TEST

START_TEST(every_row_of_the_table_can_be_shown)
{
	for (uint32_t i = 0; i < function_count(); i++) {
		const struct function *f = function_at(i);
		struct buf b = { 0 };

		function_put_signature(&b, f);
		ck_assert_uint_gt(b.length, 0);
		ck_assert(f->doc[0] != '\0');
		ck_assert(f->kind == FUNCTION_AGGREGATE ? function_body(f)->aggregate != NULL
						     : function_body(f)->row != NULL);
		for (const char *p = f->name; *p != '\0'; p++)
			ck_assert(*p < 'A' || *p > 'Z');
		buf_free(&b);
	}
}
END_TEST

Suite *function_suite(void)
{
	Suite *s = suite_create("function");
	TCase *c = tcase_create("resolution");

	tcase_add_test(c, names_are_found_in_any_case_and_by_synonym);
	tcase_add_test(c, exact_alternative_is_preferred_to_a_conversion);
	tcase_add_test(c, arithmetic_of_integer_and_float_is_float);
	tcase_add_test(c, result_of_unknown_argument_types_is_known_if_all_agree);
	tcase_add_test(c, untyped_operand_takes_the_type_of_the_other);
	tcase_add_test(c, lists_keep_the_type_of_their_items);
	tcase_add_test(c, refusals_are_worded_as_postgresql_words_them);
	tcase_add_test(c, every_row_of_the_table_can_be_shown);
	suite_add_tcase(s, c);
	return s;
}
