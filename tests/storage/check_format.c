/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The format on disk. A script fills a database with every kind of page; the images of what it
 * wrote, one for each format that is still read, lie in tests/storage/format. Today's bytes must be
 * those of the newest image, and every image must open and hold what the script put in.
 *
 * Who changes the bytes on purpose raises SUPERBLOCK_FORMAT and adds an image:
 *
 *     CK_RUN_SUITE=format QUIVER_FORMAT_WRITE=4.image tests/storage/check_storage; gzip -9n 4.image
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "storage/page/page.h"
#include "storage/page/superblock.h"
#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"

enum {
	PEOPLE = 300,
	HUB_EDGES = 1300, /* above what one leaf holds */
	RING_EDGES = 200,
	LONG_TEXT_BYTES = 40000,
	BLOCKS_MAX = 4096,
	SCALARS = 16,
};

/* ---- the script ------------------------------------------------------------------------------ */

static uint32_t key_of(struct txn *t, const char *name)
{
	uint32_t key;

	NEEDS(txn_intern(t, NAME_KEY, str_of(name), &key, &fixture.e));
	return key;
}

static uint32_t label_of(struct txn *t, enum name_kind kind, const char *name)
{
	uint32_t label;

	NEEDS(txn_intern(t, kind, str_of(name), &label, &fixture.e));
	return label;
}

static struct txn *begin(void)
{
	return fixture_begin(ISOLATION_READ_COMMITTED);
}

static void commit(struct txn *t)
{
	NEEDS(storage_statement_check(t, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
}

/* A value of every type that can be stored. */
static uint32_t all_values(struct arena *a, struct value out[SCALARS])
{
	static const uint8_t uuid[16] = { 0xf8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	static const struct value_duration duration = { 14, -3, 4500000 };
	static const struct value items[] = { { .type = VALUE_INT, .integer = -7 },
		{ .type = VALUE_NULL },
		{ .type = VALUE_STRING, .count = 3, .bytes = "a\xc3\xa9" } };
	const struct decimal *decimal;
	uint32_t n = 0;

	ck_assert_int_eq(decimal_parse(a, STR("-12345.678900"), &decimal, &fixture.e), OK);
	out[n++] = value_bool(true);
	out[n++] = value_int(INT64_MIN);
	out[n++] = value_float(-2.5);
	out[n++] = value_string(STR("short"));
	out[n++] = (struct value){ .type = VALUE_BYTES, .count = 4, .bytes = "\0\1\xfe\xff" };
	out[n++] = (struct value){ .type = VALUE_DATE, .integer = 8825 };
	out[n++] = (struct value){ .type = VALUE_TIME, .integer = 86399999999 };
	out[n++] = (struct value){ .type = VALUE_TIMETZ, .count = 3600, .integer = 1 };
	out[n++] = (struct value){ .type = VALUE_TIMESTAMP, .integer = -1 };
	out[n++] = (struct value){ .type = VALUE_TIMESTAMPTZ, .integer = 762480000000000 };
	out[n++] = (struct value){ .type = VALUE_DURATION, .duration = &duration };
	out[n++] = (struct value){ .type = VALUE_UUID, .uuid = uuid };
	out[n++] = value_decimal(decimal);
	out[n++] = (struct value){ .type = VALUE_LIST, .count = 3, .items = items };
	return n;
}

static struct value long_text(struct arena *a)
{
	char *text = arena_alloc_raw(a, LONG_TEXT_BYTES);

	for (int i = 0; i < LONG_TEXT_BYTES; i++)
		text[i] = (char)('a' + i % 26);
	return value_string((struct str){ text, LONG_TEXT_BYTES });
}

static struct value name_of(struct arena *a, int person)
{
	return value_string(arena_printf(a,
		"a person whose name is long enough to fill more than one leaf, number %d",
		person));
}

static void declare(void)
{
	const struct property_definition properties[] = {
		{ .key = STR("name"), .type = VALUE_STRING, .is_not_null = true },
		{ .key = STR("age"), .type = VALUE_INT, .default_value = value_int(18) },
	};
	const struct label_definition person = { .element = ELEMENT_NODE,
		.name = STR("Person"),
		.property_count = 2,
		.properties = properties };
	const struct index_definition by_name = { .element = ELEMENT_NODE,
		.label = STR("Person"),
		.key_count = 1,
		.keys = { STR("name") },
		.is_unique = true };
	const struct index_definition by_both = { .name = STR("both"),
		.element = ELEMENT_NODE,
		.label = STR("Person"),
		.key_count = 2,
		.keys = { STR("age"), STR("name") } };
	struct txn *t = begin();
	uint32_t index;

	NEEDS(schema_label_create(t, &person, &fixture.e));
	NEEDS(schema_index_create(t, &by_name, &index, &fixture.e));
	NEEDS(schema_index_create(t, &by_both, &index, &fixture.e));
	commit(t);
}

static void add_people(struct arena *a)
{
	struct txn *t = begin();
	uint32_t label = label_of(t, NAME_NODE_LABEL, "Person");
	uint32_t name = key_of(t, "name"), age = key_of(t, "age");
	uint64_t id;

	for (int i = 0; i < PEOPLE; i++) {
		struct property p[] = { { name, name_of(a, i) }, { age, value_int(i % 90) } };

		NEEDS(storage_node_add(t, &label, 1, p, 2, &id, &fixture.e));
	}
	commit(t);
}

/* One node whose properties are everything, two labels, and a text of several pages. */
static void add_all_values(struct arena *a)
{
	struct txn *t = begin();
	uint32_t labels[] = { label_of(t, NAME_NODE_LABEL, "Thing"),
		label_of(t, NAME_NODE_LABEL, "Every Thing") };
	struct property properties[SCALARS + 1];
	struct value values[SCALARS];
	uint32_t count = all_values(a, values);
	uint64_t id;

	for (uint32_t i = 0; i < count; i++)
		properties[i] =
			(struct property){ key_of(t, arena_printf(a, "p%u", i).at), values[i] };
	properties[count] = (struct property){ key_of(t, "text"), long_text(a) };
	NEEDS(storage_node_add(t, labels, 2, properties, count + 1, &id, &fixture.e));
	commit(t);
}

/* Ids are given in order, so the people are the nodes 0 … PEOPLE - 1. */
static void add_edges(uint64_t first)
{
	struct txn *t = begin();
	uint32_t knows = label_of(t, NAME_EDGE_LABEL, "KNOWS");
	uint32_t likes = label_of(t, NAME_EDGE_LABEL, "LIKES");
	uint32_t since = key_of(t, "since");
	uint64_t id;

	for (int i = 0; i < HUB_EDGES; i++)
		NEEDS(storage_edge_add(
			t, first, first + 1 + (uint64_t)i % 7, knows, NULL, 0, &id, &fixture.e));
	for (int i = 0; i < RING_EDGES; i++) {
		struct property p = { since, value_int(1900 + i) };

		NEEDS(storage_edge_add(t, first + 10 + (uint64_t)i,
			first + 10 + (uint64_t)(i + 1) % RING_EDGES, likes, &p, 1, &id,
			&fixture.e));
	}
	commit(t);
}

static void remove_some(uint64_t first)
{
	struct txn *t = begin();
	uint64_t edges;
	bool was_deleted;

	for (int i = 100; i < 120; i++)
		NEEDS(storage_node_delete(
			t, first + (uint64_t)i, true, &edges, &was_deleted, &fixture.e));
	commit(t);
}

static uint64_t first_person(void);

static void run_script(struct arena *a)
{
	uint64_t first;

	declare();
	add_people(a);
	add_all_values(a);
	first = first_person();
	add_edges(first);
	remove_some(first);
}

/* Behind the script, in its own transactions: what formats before 3 do not have. */
static void run_script_of_3(void)
{
	struct txn *t = begin();
	struct sequence_rule rule = { .start = 5, .increment = 5, .min = 1, .max = 1000 };
	uint32_t object = NAME_NONE;
	int64_t number;

	NEEDS(schema_object_put(t, &object, 7, STR("an object"), STR("its body"), &fixture.e));
	commit(t);
	t = begin();
	NEEDS(storage_sequence_next(
		t, storage_sequence_new(fixture.storage), &rule, &number, &fixture.e));
	commit(t);
}

/* ---- what it must have left ------------------------------------------------------------------ */

static struct value property_of(struct txn *t, uint64_t node, const char *name, struct arena *a)
{
	uint32_t key = catalog_find(txn_catalog(t), NAME_KEY, str_of(name));
	struct value v, *column = &v;

	NEEDS(storage_properties(t, ELEMENT_NODE, &node, 1, &key, 1, &column, a, &fixture.e));
	return v;
}

static uint64_t only_node(struct txn *t, const char *label, struct arena *a)
{
	uint32_t number = catalog_find(txn_catalog(t), NAME_NODE_LABEL, str_of(label));
	struct cursor *c;
	uint64_t ids[4] = { 0 };
	uint32_t count;

	NEEDS(storage_scan_nodes(t, number, a, &c, &fixture.e));
	NEEDS(storage_cursor_next(c, ids, NULL, 4, &count, &fixture.e));
	storage_cursor_close(c);
	ck_assert_uint_ge(count, 1);
	return ids[0];
}

static uint64_t first_person(void)
{
	struct arena *a = arena_new(0);
	struct txn *t = begin();
	uint64_t first = only_node(t, "Person", a);

	txn_abort(t);
	arena_free(a);
	return first;
}

static const struct index_info *index_of_keys(struct txn *t, uint32_t key_count)
{
	const struct catalog *c = txn_catalog(t);

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		if (catalog_index_at(c, i)->key_count == key_count)
			return catalog_index_at(c, i);
	}
	ck_abort_msg("no index of %u keys", key_count);
}

static void check_people(struct txn *t, uint64_t first, struct arena *a)
{
	const struct index_info *by_name = index_of_keys(t, 1);
	uint64_t found;

	ck_assert_uint_eq(storage_node_count(fixture.storage,
				  catalog_find(txn_catalog(t), NAME_NODE_LABEL, STR("Person"))),
		PEOPLE - 20);
	for (int i = 0; i < PEOPLE; i++) {
		struct value name = name_of(a, i);
		bool is_there = i < 100 || i >= 120;

		NEEDS(storage_index_lookup(t, by_name->id, &name, 1, &found, &fixture.e));
		ck_assert_uint_eq(found, is_there ? first + (uint64_t)i : UINT64_MAX);
		if (is_there)
			ck_assert_int_eq(property_of(t, found, "age", a).integer, i % 90);
	}
	ck_assert(index_of_keys(t, 2)->is_ready);
}

static void check_all_values(struct txn *t, struct arena *a)
{
	uint64_t node = only_node(t, "Thing", a);
	struct value values[SCALARS];
	uint32_t count = all_values(a, values);

	for (uint32_t i = 0; i < count; i++) {
		struct value got = property_of(t, node, arena_printf(a, "p%u", i).at, a);

		ck_assert_uint_eq(got.type, values[i].type);
		ck_assert_msg(value_same(got, values[i]), "value %u is another one", i);
	}
	ck_assert(value_same(property_of(t, node, "text", a), long_text(a)));
	ck_assert_uint_eq(only_node(t, "Every Thing", a), node);
}

static void check_edges(struct txn *t, uint64_t first)
{
	uint32_t knows = catalog_find(txn_catalog(t), NAME_EDGE_LABEL, STR("KNOWS"));
	uint64_t degree;

	NEEDS(storage_degree(t, first, DIRECTION_OUT, knows, &degree, &fixture.e));
	ck_assert_uint_eq(degree, HUB_EDGES);
	NEEDS(storage_degree(t, first + 1, DIRECTION_IN, NAME_NONE, &degree, &fixture.e));
	ck_assert_uint_eq(degree, HUB_EDGES / 7 + 1);
	ck_assert_uint_eq(
		storage_edge_count(fixture.storage, NAME_NONE), HUB_EDGES + RING_EDGES - 21);
}

static void check_contents(uint32_t format)
{
	struct arena *a = arena_new(0);
	uint64_t first = first_person();
	struct txn *t = begin();
	int64_t number;
	bool is_called;

	check_people(t, first, a);
	check_all_values(t, a);
	check_edges(t, first);
	if (format >= 3) {
		ck_assert_ptr_nonnull(catalog_object_find(txn_catalog(t), 7, STR("an object")));
		ck_assert(storage_sequence_last(fixture.storage, 1, &number, &is_called));
		ck_assert_int_ge(number, 5);
	}
	txn_abort(t);
	fixture_check();
	arena_free(a);
}

/* ---- images ---------------------------------------------------------------------------------- */

struct image {
	uint8_t *bytes; /* the superblock's four blocks, then the others */
	uint64_t blocks;
};

static const char *image_path(uint32_t format)
{
	static char path[512];
	const char *root = getenv("QUIVER_SOURCE");

	snprintf(path, sizeof path, "%s/tests/storage/format/%u.image.gz",
		root == NULL ? "." : root, format);
	return path;
}

static struct image image_read(uint32_t format)
{
	struct image image = { malloc((size_t)BLOCKS_MAX * STORE_BLOCK_BYTES), 0 };
	char command[600];
	FILE *pipe;
	size_t size;

	snprintf(command, sizeof command, "gzip -dc '%s'", image_path(format));
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	size = fread(image.bytes, 1, (size_t)BLOCKS_MAX * STORE_BLOCK_BYTES, pipe);
	ck_assert_int_eq(pclose(pipe), 0);
	ck_assert_uint_eq(size % STORE_BLOCK_BYTES, 0);
	ck_assert_uint_gt(size, 0);
	image.blocks = size / STORE_BLOCK_BYTES;
	return image;
}

static struct image image_of_store(struct store *store)
{
	struct image image = { NULL, store->ops->block_count(store) };
	struct store_transfer all = { STORE_SUPERBLOCK_COPIES, 0, NULL };
	size_t size = (size_t)image.blocks * STORE_BLOCK_BYTES;

	ck_assert_uint_lt(image.blocks, BLOCKS_MAX);
	image.bytes = aligned_alloc(STORE_ALIGN, size);
	memset(image.bytes, 0, size);
	for (int copy = 0; copy < STORE_SUPERBLOCK_COPIES; copy++)
		memcpy(image.bytes + (size_t)copy * STORE_BLOCK_BYTES,
			store_sim_superblock(store, copy), STORE_SUPERBLOCK_BYTES);
	all.count = (uint32_t)image.blocks - STORE_SUPERBLOCK_COPIES;
	all.buffer = image.bytes + (size_t)STORE_SUPERBLOCK_COPIES * STORE_BLOCK_BYTES;
	NEEDS(store->ops->block_read(store, &all, 1, &fixture.e));
	return image;
}

static struct store *store_of_image(const struct image *image)
{
	struct store *store = store_sim_new(1, UINT64_C(1) << 20);
	uint8_t *copy = aligned_alloc(STORE_ALIGN, (size_t)image->blocks * STORE_BLOCK_BYTES);
	struct store_transfer all = { STORE_SUPERBLOCK_COPIES,
		(uint32_t)image->blocks - STORE_SUPERBLOCK_COPIES,
		copy + (size_t)STORE_SUPERBLOCK_COPIES * STORE_BLOCK_BYTES };

	memcpy(copy, image->bytes, (size_t)image->blocks * STORE_BLOCK_BYTES);
	NEEDS(store->ops->block_grow(store, image->blocks, &fixture.e));
	NEEDS(store->ops->block_write(store, &all, 1, &fixture.e));
	NEEDS(store->ops->block_sync(store, &fixture.e));
	for (int i = 0; i < STORE_SUPERBLOCK_COPIES; i++)
		NEEDS(store->ops->superblock_write(
			store, i, copy + (size_t)i * STORE_BLOCK_BYTES, &fixture.e));
	free(copy);
	return store;
}

static void open_quietly(struct store *store)
{
	struct storage_options options = {
		.store = store, .create = true, .buffer_bytes = UINT64_C(16) << 20, .run_tokens = 2
	};

	fixture.store = store;
	NEEDS(storage_open_quietly(&options, &fixture.storage, &fixture.e));
	storage_thread_attach(fixture.storage);
}

static void close_quietly(void)
{
	storage_thread_detach(fixture.storage);
	storage_close_quietly(fixture.storage);
}

/* The database that the script makes, after its last checkpoint. */
static struct image image_of_script(void)
{
	struct arena *a = arena_new(0);
	struct image image;

	memset(&fixture, 0, sizeof fixture);
	open_quietly(store_sim_new(1, UINT64_C(1) << 20));
	run_script(a);
	run_script_of_3();
	NEEDS(storage_checkpoint(fixture.storage, &fixture.e));
	close_quietly();
	image = image_of_store(fixture.store);
	store_sim_free(fixture.store);
	arena_free(a);
	return image;
}

static const struct page *page_at(const struct image *image, uint64_t block)
{
	return (const void *)(image->bytes + block * STORE_BLOCK_BYTES);
}

/* ---- tests ----------------------------------------------------------------------------------- */

START_TEST(the_script_makes_pages_of_every_type)
{
	struct image image = image_of_script();
	bool seen[PAGE_TYPE_COUNT] = { true };

	for (uint64_t b = STORE_SUPERBLOCK_COPIES; b < image.blocks; b++) {
		uint8_t type = page_at(&image, b)->type;

		ck_assert_uint_lt(type, PAGE_TYPE_COUNT);
		seen[type] = true;
	}
	for (int type = 0; type < PAGE_TYPE_COUNT; type++)
		ck_assert_msg(seen[type], "no page of type %d", type);
	free(image.bytes);
}
END_TEST

/* Without what differs from run to run: the database's name, the time, how commits shared flushes. */
static struct superblock newest_superblock(const struct image *image)
{
	struct superblock newest = { 0 }, one;

	for (int copy = 0; copy < STORE_SUPERBLOCK_COPIES; copy++) {
		memcpy(&one, image->bytes + (size_t)copy * STORE_BLOCK_BYTES, sizeof one);
		ck_assert_int_eq(superblock_examine(&one), SUPERBLOCK_VALID);
		if (one.sequence >= newest.sequence)
			newest = one;
	}
	memset(newest.uuid, 0, sizeof newest.uuid);
	newest.wall_us = newest.lsn = 0;
	newest.crc = newest.log_crc = 0;
	return newest;
}

START_TEST(todays_bytes_are_those_of_the_format)
{
	struct image now = image_of_script(), golden = image_read(SUPERBLOCK_FORMAT);
	struct superblock mine_root = newest_superblock(&now);
	struct superblock their_root = newest_superblock(&golden);

	ck_assert_int_eq(memcmp(&mine_root, &their_root, sizeof mine_root), 0);
	ck_assert_uint_eq(now.blocks, golden.blocks);
	for (uint64_t b = STORE_SUPERBLOCK_COPIES; b < now.blocks; b++) {
		const uint8_t *mine = now.bytes + b * STORE_BLOCK_BYTES;
		const uint8_t *theirs = golden.bytes + b * STORE_BLOCK_BYTES;
		int at = sizeof(uint32_t); /* behind the checksum, which would hide the place */

		while (at < STORE_BLOCK_BYTES && mine[at] == theirs[at])
			at++;
		ck_assert_msg(at == STORE_BLOCK_BYTES,
			"block %llu, a page of type %u: byte %d is %02x and was %02x",
			(unsigned long long)b, page_at(&golden, b)->type, at, mine[at], theirs[at]);
		ck_assert_int_eq(memcmp(mine, theirs, STORE_BLOCK_BYTES), 0);
	}
	free(now.bytes);
	free(golden.bytes);
}
END_TEST

START_TEST(every_format_that_is_read_opens_and_is_whole)
{
	uint32_t format = SUPERBLOCK_FORMAT_OLDEST + (uint32_t)_i;
	struct image image = image_read(format);

	memset(&fixture, 0, sizeof fixture);
	open_quietly(store_of_image(&image));
	check_contents(format);
	close_quietly();
	open_quietly(fixture.store); /* now as today's format */
	check_contents(format);
	close_quietly();
	store_sim_free(fixture.store);
	free(image.bytes);
}
END_TEST

/* Not a check: writes the image of today's format where QUIVER_FORMAT_WRITE says. */
START_TEST(an_image_is_written)
{
	struct image image = image_of_script();
	FILE *file = fopen(getenv("QUIVER_FORMAT_WRITE"), "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(image.bytes, STORE_BLOCK_BYTES, image.blocks, file), image.blocks);
	ck_assert_int_eq(fclose(file), 0);
	free(image.bytes);
}
END_TEST

Suite *format_suite(void)
{
	Suite *s = suite_create("format");
	TCase *c = tcase_create("format");

	tcase_set_timeout(c, 60);
	if (getenv("QUIVER_FORMAT_WRITE") != NULL) {
		tcase_add_test(c, an_image_is_written);
	} else {
		tcase_add_test(c, the_script_makes_pages_of_every_type);
		tcase_add_test(c, todays_bytes_are_those_of_the_format);
		tcase_add_loop_test(c, every_format_that_is_read_opens_and_is_whole, 0,
			SUPERBLOCK_FORMAT - SUPERBLOCK_FORMAT_OLDEST + 1);
	}
	suite_add_tcase(s, c);
	return s;
}
