/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The catalog and schema statements: names, declarations, indexes and constraints, what they demand
 * of data that is there and of data that comes, and that all of it survives a restart.
 */
#include <pthread.h>
#include <string.h>

#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"

static enum sqlstate declare_user(struct txn *t, bool is_closed)
{
	struct property_definition properties[] = {
		{ .key = STR("mail"), .type = VALUE_STRING },
		{ .key = STR("score"), .type = VALUE_FLOAT, .default_value = value_float(1.5) },
	};
	struct str key = STR("mail");
	struct label_definition user = { .element = ELEMENT_NODE,
		.name = STR("User"),
		.property_count = 2,
		.properties = properties,
		.primary_key_count = 1,
		.primary_key = &key };

	TRY(schema_label_create(t, &user, &fixture.e));
	if (is_closed)
		return schema_label_set_closed(t, ELEMENT_NODE, STR("User"), true, &fixture.e);
	return OK;
}

static void declare_and_commit(bool is_closed)
{
	struct txn *t = fixture_autocommit();

	NEEDS(declare_user(t, is_closed));
	NEEDS(txn_commit(t, &fixture.e));
}

/* Adds a User in a transaction of its own; `mail` may be NULL. */
static enum sqlstate add_user(const char *mail, const char *key, struct value value, uint64_t *id)
{
	struct txn *t = fixture_autocommit();
	struct property properties[2];
	uint32_t count = 0;
	uint32_t user;
	enum sqlstate rc;

	NEEDS(txn_intern(t, NAME_NODE_LABEL, STR("User"), &user, &fixture.e));
	if (mail != NULL) {
		NEEDS(txn_intern(t, NAME_KEY, STR("mail"), &properties[count].key, &fixture.e));
		properties[count++].value = value_string(str_of(mail));
	}
	if (key != NULL) {
		NEEDS(txn_intern(t, NAME_KEY, str_of(key), &properties[count].key, &fixture.e));
		properties[count++].value = value;
	}
	rc = storage_node_add(t, &user, 1, properties, count, id, &fixture.e);
	if (rc != OK) {
		txn_abort(t);
		return rc;
	}
	return txn_commit(t, &fixture.e);
}

static const struct label_info *user_info(struct txn *t)
{
	uint32_t user = catalog_find(txn_catalog(t), NAME_NODE_LABEL, STR("User"));

	return catalog_label(txn_catalog(t), ELEMENT_NODE, user);
}

START_TEST(names_have_numbers_that_survive_a_restart)
{
	uint32_t before = fixture.age;
	struct txn *t;

	fixture_reopen();
	ck_assert_uint_eq(fixture.age, before);
	t = fixture_autocommit();
	ck_assert_uint_eq(catalog_find(txn_catalog(t), NAME_KEY, STR("nobody")), NAME_NONE);
	ck_assert(str_equal(catalog_name(txn_catalog(t), NAME_KEY, before), STR("age")));
	txn_abort(t);
}
END_TEST

START_TEST(a_declaration_is_seen_by_its_transaction_and_after_commit_by_all)
{
	struct txn *t = fixture_autocommit();
	struct txn *other;

	NEEDS(declare_user(t, false));
	ck_assert(user_info(t)->is_declared);
	ck_assert_uint_eq(user_info(t)->property_count, 2);
	other = fixture_autocommit();
	ck_assert(user_info(other) == NULL || !user_info(other)->is_declared);
	txn_abort(other);
	NEEDS(txn_commit(t, &fixture.e));
	for (int i = 0; i < 2; i++) {
		const struct label_info *info;

		t = fixture_autocommit();
		info = user_info(t);
		ck_assert(info->is_declared);
		ck_assert_uint_ne(info->primary_index, 0);
		ck_assert(catalog_index(txn_catalog(t), info->primary_index)->is_ready);
		ck_assert_int_eq(info->properties[0].declared, VALUE_STRING);
		ck_assert(info->properties[0].is_not_null);
		ck_assert_int_eq(info->properties[1].declared, VALUE_FLOAT);
		ck_assert(info->properties[1].default_value.real == 1.5);
		ck_assert_uint_eq(catalog_constraint_count(txn_catalog(t)), 1);
		txn_abort(t);
		fixture_reopen();
	}
}
END_TEST

START_TEST(an_aborted_declaration_leaves_nothing)
{
	struct txn *t = fixture_autocommit();

	NEEDS(declare_user(t, false));
	txn_abort(t);
	t = fixture_autocommit();
	ck_assert(user_info(t) == NULL || !user_info(t)->is_declared);
	ck_assert_uint_eq(catalog_index_count(txn_catalog(t)), 0);
	NEEDS(declare_user(t, false)); /* the lock is free again */
	txn_abort(t);
}
END_TEST

START_TEST(declared_properties_are_enforced)
{
	uint64_t id;

	declare_and_commit(false);
	ck_assert_int_eq(add_user(NULL, NULL, value_null(), &id), E_NOT_NULL);
	ck_assert_int_eq(add_user("a", "score", value_string(STR("x")), &id), E_TYPE);
	ck_assert_int_eq(add_user("a", "score", value_int(3), &id), OK);
	ck_assert_int_eq(add_user("a", NULL, value_null(), &id), E_UNIQUE);
	ck_assert_str_eq(fixture.e.constraint, "User_pkey");
	ck_assert_int_eq(add_user("b", "extra", value_int(3), &id), OK);
	fixture_check();
}
END_TEST

/* A user whose mail is set, if it is, after it was made. */
static enum sqlstate add_late(struct txn *t, const char *mail)
{
	uint32_t user = catalog_find(txn_catalog(t), NAME_NODE_LABEL, STR("User"));
	uint32_t key = catalog_find(txn_catalog(t), NAME_KEY, STR("mail"));
	uint64_t id;

	TRY(storage_node_add(t, &user, 1, NULL, 0, &id, &fixture.e));
	if (mail != NULL)
		TRY(storage_property_set(t, ELEMENT_NODE, id, key, value_string(str_of(mail)),
			&fixture.e));
	return storage_statement_check(t, &fixture.e);
}

START_TEST(what_must_not_be_null_may_come_late_in_a_statement_that_says_so)
{
	struct txn *t;

	declare_and_commit(false);
	t = fixture_autocommit();
	ck_assert_int_eq(add_late(t, "a"), E_NOT_NULL);
	txn_abort(t);
	t = fixture_autocommit();
	storage_statement_completes_late(t);
	ck_assert_int_eq(add_late(t, "a"), OK);
	/* and in that one alone */
	ck_assert_int_eq(add_late(t, "b"), E_NOT_NULL);
	storage_statement_completes_late(t);
	ck_assert_int_eq(add_late(t, NULL), E_NOT_NULL);
	ck_assert_str_eq(fixture.e.column, "mail");
	txn_abort(t);
	fixture_check();
}
END_TEST

START_TEST(integers_become_floats_and_defaults_fill_in)
{
	struct property *list;
	struct arena *a = arena_new(0);
	uint64_t first, second;
	uint32_t count;
	struct txn *t;

	declare_and_commit(false);
	NEEDS(add_user("a", "score", value_int(3), &first));
	NEEDS(add_user("b", NULL, value_null(), &second));
	t = fixture_autocommit();
	NEEDS(storage_all_properties(t, ELEMENT_NODE, first, a, &list, &count, &fixture.e));
	ck_assert_int_eq(list[1].value.type, VALUE_FLOAT);
	ck_assert(list[1].value.real == 3.0);
	NEEDS(storage_all_properties(t, ELEMENT_NODE, second, a, &list, &count, &fixture.e));
	ck_assert_uint_eq(count, 2);
	ck_assert(list[1].value.real == 1.5);
	txn_abort(t);
	arena_free(a);
}
END_TEST

START_TEST(a_closed_label_refuses_other_keys)
{
	uint64_t id;

	declare_and_commit(true);
	ck_assert_int_eq(add_user("a", "extra", value_int(3), &id), E_NO_COLUMN);
	ck_assert_int_eq(add_user("a", "score", value_int(3), &id), OK);
}
END_TEST

START_TEST(the_index_of_a_primary_key_finds_what_was_added)
{
	struct value key = value_string(STR("b"));
	uint64_t first, second, found;
	struct txn *t;

	declare_and_commit(false);
	NEEDS(add_user("a", NULL, value_null(), &first));
	NEEDS(add_user("b", NULL, value_null(), &second));
	for (int i = 0; i < 2; i++) {
		t = fixture_autocommit();
		NEEDS(storage_index_lookup(
			t, user_info(t)->primary_index, &key, 1, &found, &fixture.e));
		ck_assert_uint_eq(found, second);
		txn_abort(t);
		fixture_reopen();
	}
}
END_TEST

static enum sqlstate index_age(struct txn *t, bool is_unique, uint32_t *id)
{
	struct index_definition d = { .name = STR("by_age"),
		.element = ELEMENT_NODE,
		.label = STR("Person"),
		.key_count = 1,
		.keys = { STR("age") },
		.is_unique = is_unique };

	return schema_index_create(t, &d, id, &fixture.e);
}

START_TEST(an_index_over_existing_data_finds_it_after_its_commit)
{
	struct value key = value_int(70);
	uint64_t ids[100];
	uint64_t found;
	uint32_t index;
	struct txn *t;

	for (int i = 0; i < 100; i++)
		ids[i] = fixture_person(i);
	t = fixture_autocommit();
	NEEDS(index_age(t, true, &index));
	ck_assert(!catalog_index(txn_catalog(t), index)->is_ready);
	NEEDS(txn_commit(t, &fixture.e));
	t = fixture_autocommit();
	NEEDS(storage_index_lookup(t, index, &key, 1, &found, &fixture.e));
	ck_assert_uint_eq(found, ids[70]);
	txn_abort(t);
	fixture_check();
}
END_TEST

START_TEST(a_unique_index_over_doubles_is_refused)
{
	struct txn *t;
	uint32_t index;

	fixture_person(7);
	fixture_person(7);
	t = fixture_autocommit();
	ck_assert_int_eq(index_age(t, true, &index), E_UNIQUE);
	txn_abort(t);
	t = fixture_autocommit();
	NEEDS(index_age(t, false, &index));
	NEEDS(txn_commit(t, &fixture.e));
	fixture_check();
}
END_TEST

START_TEST(a_unique_index_sees_doubles_made_in_its_own_transaction)
{
	struct property p = { fixture.age, value_int(7) };
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	uint64_t id;
	uint32_t index;

	fixture_person(7);
	txn_statement_begin(t);
	NEEDS(index_age(t, true, &index));
	p.key = fixture.age;
	ck_assert_int_eq(storage_node_add(t, &fixture.person, 1, &p, 1, &id, &fixture.e), E_UNIQUE);
	p.value = value_int(8);
	NEEDS(storage_node_add(t, &fixture.person, 1, &p, 1, &id, &fixture.e));
	ck_assert_int_eq(storage_node_add(t, &fixture.person, 1, &p, 1, &id, &fixture.e), E_UNIQUE);
	NEEDS(txn_commit(t, &fixture.e));
	fixture_check();
}
END_TEST

START_TEST(an_index_fails_its_commit_if_the_label_changed_meanwhile)
{
	struct txn *t;
	uint32_t index;

	fixture_person(7);
	t = fixture_begin(ISOLATION_READ_COMMITTED); /* a statement of its own would not mind */
	NEEDS(index_age(t, true, &index));
	fixture_person(7);
	ck_assert_int_eq(txn_commit(t, &fixture.e), E_SERIALIZATION);
	fixture_check();
}
END_TEST

static enum sqlstate add_ages(struct txn *t, int64_t age, int times)
{
	struct property p = { fixture.age, value_int(age) };
	enum sqlstate rc = OK;
	uint64_t id;

	for (int i = 0; i < times && rc == OK; i++)
		rc = storage_node_add(t, &fixture.person, 1, &p, 1, &id, &fixture.e);
	return rc;
}

static void index_age_now(bool is_unique)
{
	struct txn *t = fixture_autocommit();
	uint32_t index;

	NEEDS(index_age(t, is_unique, &index));
	NEEDS(txn_commit(t, &fixture.e));
}

START_TEST(a_new_index_takes_in_what_an_open_writer_commits_later)
{
	struct value key = value_int(3);
	uint64_t node = fixture_person(1);
	uint64_t found;
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);

	NEEDS(fixture_set_age(t, node, 3, &fixture.e));
	index_age_now(false);
	NEEDS(txn_commit(t, &fixture.e));
	t = fixture_autocommit();
	NEEDS(storage_index_lookup(t, 1, &key, 1, &found, &fixture.e));
	ck_assert_uint_eq(found, node);
	txn_abort(t);
	fixture_check();
}
END_TEST

START_TEST(a_new_unique_index_refuses_doubles_of_an_open_writer)
{
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);

	NEEDS(add_ages(t, 3, 2));
	index_age_now(true);
	ck_assert_int_eq(txn_commit(t, &fixture.e), E_UNIQUE);
	ck_assert_str_eq(fixture.e.constraint, "by_age");
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	NEEDS(add_ages(t, 3, 1));
	NEEDS(txn_commit(t, &fixture.e));
	fixture_check();
}
END_TEST

START_TEST(a_new_index_refuses_a_longer_key_than_it_can_hold)
{
	static char text[8000]; /* PROPERTY_INDEX_VALUE_MAX is less */
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	struct property p = { fixture.age, value_null() };
	uint64_t id;

	memset(text, 'x', sizeof text);
	p.value = value_string((struct str){ text, sizeof text });
	NEEDS(storage_node_add(t, &fixture.person, 1, &p, 1, &id, &fixture.e));
	index_age_now(false);
	ck_assert_int_eq(txn_commit(t, &fixture.e), E_SERIALIZATION);
	fixture_check();
}
END_TEST

START_TEST(a_new_declaration_fails_only_open_writers_that_break_it)
{
	struct txn *fits = fixture_begin(ISOLATION_READ_COMMITTED);
	struct txn *breaks = fixture_begin(ISOLATION_READ_COMMITTED);
	struct txn *t = fixture_autocommit();
	uint64_t id;

	NEEDS(add_ages(fits, 3, 2));
	NEEDS(storage_node_add(breaks, &fixture.person, 1, NULL, 0, &id, &fixture.e));
	NEEDS(schema_constraint_create(t, CONSTRAINT_NOT_NULL, STR("has_age"), ELEMENT_NODE,
		STR("Person"), &(struct property_definition){ .key = STR("age") },
		&fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	NEEDS(txn_commit(fits, &fixture.e));
	ck_assert_int_eq(txn_commit(breaks, &fixture.e), E_SERIALIZATION);
	fixture_check();
}
END_TEST

START_TEST(a_writer_of_several_statements_is_held_against_all_changes_since_the_first)
{
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);

	txn_statement_begin(t);
	NEEDS(add_ages(t, 3, 2));
	index_age_now(true);
	txn_statement_begin(t);
	NEEDS(add_ages(t, 4, 1));
	ck_assert_int_eq(txn_commit(t, &fixture.e), E_UNIQUE);
	fixture_check();
}
END_TEST

START_TEST(a_dropped_index_is_gone_and_its_pages_are_free)
{
	struct txn *t;
	uint32_t index;

	for (int i = 0; i < 50; i++)
		fixture_person(i);
	t = fixture_autocommit();
	NEEDS(index_age(t, true, &index));
	NEEDS(txn_commit(t, &fixture.e));
	t = fixture_autocommit();
	NEEDS(schema_index_drop(t, STR("by_age"), &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	fixture_person(3);
	fixture_check();
	fixture_reopen();
	t = fixture_autocommit();
	ck_assert_uint_eq(catalog_index_count(txn_catalog(t)), 0);
	ck_assert_int_eq(schema_index_drop(t, STR("by_age"), &fixture.e), E_NO_OBJECT);
	txn_abort(t);
}
END_TEST

START_TEST(types_are_observed_before_the_commit_that_writes_them)
{
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	struct property p = { fixture.name, value_int(1) };
	const struct property_info *info;
	uint64_t id;

	NEEDS(storage_node_add(t, &fixture.person, 1, &p, 1, &id, &fixture.e));
	info = catalog_property(txn_catalog(t), ELEMENT_NODE, fixture.person, fixture.name);
	ck_assert_uint_eq(info->observed, TYPE_BIT(VALUE_INT));
	p.value = value_string(STR("x"));
	NEEDS(storage_node_add(t, &fixture.person, 1, &p, 1, &id, &fixture.e));
	info = catalog_property(txn_catalog(t), ELEMENT_NODE, fixture.person, fixture.name);
	ck_assert_uint_eq(info->observed, TYPE_BIT(VALUE_INT) | TYPE_BIT(VALUE_STRING));
	txn_abort(t);
}
END_TEST

/* ---- types counted anew ---- */

static uint32_t observed_of(struct txn *t, uint32_t label, uint32_t key)
{
	const struct property_info *p = catalog_property(txn_catalog(t), ELEMENT_NODE, label, key);

	return p == NULL ? 0 : p->observed;
}

static uint32_t observed_now(uint32_t label, uint32_t key)
{
	struct txn *t = fixture_autocommit();
	uint32_t bits = observed_of(t, label, key);

	txn_abort(t);
	return bits;
}

static bool recount(uint32_t label, uint32_t key)
{
	struct txn *t = fixture_autocommit();
	bool is_done;

	NEEDS(schema_lock(t, &fixture.e));
	NEEDS(storage_types_recount(t, ELEMENT_NODE, label, &key, 1, &is_done, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	return is_done;
}

static void set_name(uint64_t id, struct value v)
{
	struct txn *t = fixture_autocommit();

	NEEDS(storage_property_set(t, ELEMENT_NODE, id, fixture.name, v, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
}

START_TEST(types_counted_anew_are_those_of_values)
{
	uint64_t id = fixture_person(1), bare;
	struct property p = { fixture.name, value_bool(true) };
	struct txn *t;

	set_name(id, value_string(STR("x")));
	set_name(id, value_int(1));
	ck_assert_uint_eq(observed_now(fixture.person, fixture.name),
		TYPE_BIT(VALUE_INT) | TYPE_BIT(VALUE_STRING));
	t = fixture_autocommit();
	NEEDS(storage_node_add(t, NULL, 0, &p, 1, &bare, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	ck_assert(recount(fixture.person, fixture.name));
	ck_assert_uint_eq(observed_now(fixture.person, fixture.name), TYPE_BIT(VALUE_INT));
	fixture_reopen();
	ck_assert_uint_eq(observed_now(fixture.person, fixture.name), TYPE_BIT(VALUE_INT));
	set_name(id, value_null());
	ck_assert(recount(fixture.person, fixture.name));
	t = fixture_autocommit();
	ck_assert_ptr_null(
		catalog_property(txn_catalog(t), ELEMENT_NODE, fixture.person, fixture.name));
	txn_abort(t);
	/* the nodes without label have facts of their own */
	ck_assert(recount(NAME_NONE, fixture.name));
	ck_assert_uint_eq(observed_now(NAME_NONE, fixture.name), TYPE_BIT(VALUE_BOOL));
	fixture_reopen();
	ck_assert_uint_eq(observed_now(fixture.person, fixture.name), 0);
	ck_assert_uint_eq(observed_now(fixture.person, fixture.age), TYPE_BIT(VALUE_INT));
	fixture_check();
}
END_TEST

START_TEST(a_type_that_somebody_may_see_is_not_forgotten)
{
	uint64_t id = fixture_person(1);
	uint32_t both = TYPE_BIT(VALUE_INT) | TYPE_BIT(VALUE_STRING);
	struct txn *writer, *reader;

	set_name(id, value_int(1));
	writer = fixture_begin(ISOLATION_READ_COMMITTED);
	NEEDS(storage_property_set(writer, ELEMENT_NODE, id, fixture.name,
		value_string(STR("x")), &fixture.e));
	txn_statement_begin(writer);
	ck_assert(!recount(fixture.person, fixture.name));
	ck_assert_uint_eq(observed_now(fixture.person, fixture.name), both);
	NEEDS(txn_commit(writer, &fixture.e));
	reader = fixture_begin(ISOLATION_REPEATABLE_READ);
	set_name(id, value_int(2));
	ck_assert(!recount(fixture.person, fixture.name));
	ck_assert_uint_eq(observed_now(fixture.person, fixture.name), both);
	txn_abort(reader);
	/* within a transaction block what was seen may be looked at again */
	reader = fixture_begin(ISOLATION_READ_COMMITTED);
	NEEDS(schema_lock(reader, &fixture.e));
	{
		bool is_done;

		NEEDS(storage_types_recount(reader, ELEMENT_NODE, fixture.person, &fixture.name, 1,
			&is_done, &fixture.e));
		ck_assert(!is_done);
	}
	txn_abort(reader);
	ck_assert(recount(fixture.person, fixture.name));
	ck_assert_uint_eq(observed_now(fixture.person, fixture.name), TYPE_BIT(VALUE_INT));
}
END_TEST

enum { CHANGES_OF_TYPE = 3000 };

/* Changes the type of a value again and again; whoever could see a value must be told its type. */
static void *change_types(void *context)
{
	uint64_t id = *(uint64_t *)context;
	struct arena *a = arena_new(0);
	struct error e;

	storage_thread_attach(fixture.storage);
	for (int i = 0; i < CHANGES_OF_TYPE; i++) {
		struct value v = i % 3 == 0 ? value_string(STR("x")) : value_int(i);
		struct value *column = &v;
		struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);

		ck_assert_int_eq(
			storage_property_set(t, ELEMENT_NODE, id, fixture.name, v, &e), OK);
		txn_statement_begin(t);
		if ((observed_of(t, fixture.person, fixture.name) & TYPE_BIT(v.type)) == 0)
			ck_abort_msg("a type that change %d wrote is not observed", i);
		ck_assert_int_eq(txn_commit(t, &e), OK);
		t = fixture_begin(ISOLATION_READ_COMMITTED);
		ck_assert_int_eq(storage_properties(t, ELEMENT_NODE, &id, 1, &fixture.name, 1,
					 &column, a, &e),
			OK);
		if ((observed_of(t, fixture.person, fixture.name) & TYPE_BIT(v.type)) == 0)
			ck_abort_msg("a type that is there is not observed");
		txn_abort(t);
		arena_reset(a);
	}
	arena_free(a);
	storage_thread_detach(fixture.storage);
	return NULL;
}

START_TEST(types_are_counted_anew_beside_writers)
{
	uint64_t id = fixture_person(1);
	uint32_t forgotten = 0;
	pthread_t writer;

	set_name(id, value_string(STR("x")));
	ck_assert_int_eq(pthread_create(&writer, NULL, change_types, &id), 0);
	while (pthread_tryjoin_np(writer, NULL) != 0) {
		if (recount(fixture.person, fixture.name))
			forgotten++;
	}
	ck_assert(recount(fixture.person, fixture.name));
	ck_assert_uint_eq(observed_now(fixture.person, fixture.name), TYPE_BIT(VALUE_INT));
	ck_assert_uint_gt(forgotten, 0);
	fixture_check();
}
END_TEST

START_TEST(a_renamed_label_keeps_its_nodes)
{
	uint64_t ids[4];
	struct arena *a = arena_new(0);
	struct cursor *c;
	struct txn *t;
	uint32_t count;

	fixture_person(1);
	t = fixture_autocommit();
	NEEDS(schema_label_rename(t, ELEMENT_NODE, STR("Person"), STR("Human"), &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	t = fixture_autocommit();
	ck_assert_uint_eq(
		catalog_find(txn_catalog(t), NAME_NODE_LABEL, STR("Human")), fixture.person);
	ck_assert_uint_eq(catalog_find(txn_catalog(t), NAME_NODE_LABEL, STR("Person")), NAME_NONE);
	NEEDS(storage_scan_nodes(t, fixture.person, a, &c, &fixture.e));
	NEEDS(storage_cursor_next(c, ids, NULL, 4, &count, &fixture.e));
	ck_assert_uint_eq(count, 1);
	storage_cursor_close(c);
	txn_abort(t);
	arena_free(a);
	fixture_check();
}
END_TEST

START_TEST(a_used_label_is_dropped_only_with_its_elements)
{
	struct txn *t;

	fixture_person(1);
	t = fixture_autocommit();
	ck_assert_int_eq(schema_label_drop(t, ELEMENT_NODE, STR("Person"), false, &fixture.e),
		E_OBJECT_IN_USE);
	txn_abort(t);
	t = fixture_autocommit();
	NEEDS(schema_label_drop(t, ELEMENT_NODE, STR("Person"), true, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	ck_assert_uint_eq(storage_node_count(fixture.storage, NAME_NONE), 0);
	fixture_check();
}
END_TEST

START_TEST(edges_must_join_the_declared_labels)
{
	static const struct edge_pair_definition pair = { { STR("Person"), { 0 } },
		{ STR("Car"), { 0 } } };
	struct label_definition owns = { .element = ELEMENT_EDGE,
		.name = STR("OWNS"),
		.pair_count = 1,
		.pairs = &pair };
	struct txn *t = fixture_autocommit();
	uint64_t a, b, edge;
	uint32_t car, label;

	NEEDS(schema_label_create(t, &owns, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	a = fixture_person(1);
	t = fixture_autocommit();
	NEEDS(txn_intern(t, NAME_NODE_LABEL, STR("Car"), &car, &fixture.e));
	NEEDS(txn_intern(t, NAME_EDGE_LABEL, STR("OWNS"), &label, &fixture.e));
	NEEDS(storage_node_add(t, &car, 1, NULL, 0, &b, &fixture.e));
	NEEDS(storage_edge_add(t, a, b, label, NULL, 0, &edge, &fixture.e));
	ck_assert_int_eq(storage_edge_add(t, b, a, label, NULL, 0, &edge, &fixture.e), E_CHECK);
	NEEDS(txn_commit(t, &fixture.e));
	fixture_check();
}
END_TEST

Suite *catalog_suite(void)
{
	Suite *suite = suite_create("catalog");
	TCase *tests = tcase_create("catalog");

	tcase_add_checked_fixture(tests, fixture_open, fixture_close);
	tcase_add_test(tests, names_have_numbers_that_survive_a_restart);
	tcase_add_test(tests, a_declaration_is_seen_by_its_transaction_and_after_commit_by_all);
	tcase_add_test(tests, an_aborted_declaration_leaves_nothing);
	tcase_add_test(tests, declared_properties_are_enforced);
	tcase_add_test(tests, what_must_not_be_null_may_come_late_in_a_statement_that_says_so);
	tcase_add_test(tests, integers_become_floats_and_defaults_fill_in);
	tcase_add_test(tests, a_closed_label_refuses_other_keys);
	tcase_add_test(tests, the_index_of_a_primary_key_finds_what_was_added);
	tcase_add_test(tests, an_index_over_existing_data_finds_it_after_its_commit);
	tcase_add_test(tests, a_unique_index_over_doubles_is_refused);
	tcase_add_test(tests, a_unique_index_sees_doubles_made_in_its_own_transaction);
	tcase_add_test(tests, an_index_fails_its_commit_if_the_label_changed_meanwhile);
	tcase_add_test(tests, a_new_index_takes_in_what_an_open_writer_commits_later);
	tcase_add_test(tests, a_new_unique_index_refuses_doubles_of_an_open_writer);
	tcase_add_test(tests, a_new_index_refuses_a_longer_key_than_it_can_hold);
	tcase_add_test(
		tests, a_writer_of_several_statements_is_held_against_all_changes_since_the_first);
	tcase_add_test(tests, a_new_declaration_fails_only_open_writers_that_break_it);
	tcase_add_test(tests, a_dropped_index_is_gone_and_its_pages_are_free);
	tcase_add_test(tests, types_are_observed_before_the_commit_that_writes_them);
	tcase_add_test(tests, types_counted_anew_are_those_of_values);
	tcase_add_test(tests, a_type_that_somebody_may_see_is_not_forgotten);
	tcase_add_test(tests, types_are_counted_anew_beside_writers);
	tcase_add_test(tests, a_renamed_label_keeps_its_nodes);
	tcase_add_test(tests, a_used_label_is_dropped_only_with_its_elements);
	tcase_add_test(tests, edges_must_join_the_declared_labels);
	suite_add_tcase(suite, tests);
	return suite;
}
