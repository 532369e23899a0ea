/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * B+trees against a sorted array.
 */
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/rand.h"
#include "storage/page/btree.h"
#include "tests/storage/graph_fixture.h"
#include "tests/storage/suites.h"

struct item {
	char *key;
	uint32_t size;
	uint64_t value;
};

struct model {
	struct item *items;
	size_t count, capacity;
};

static struct graph_fixture fixture;
static struct model model;
static struct btree tree;

static void setup_pool(uint32_t pages)
{
	graph_fixture_open(&fixture, pages);
	tree = (struct btree){ fixture.pager, btree_create(fixture.pager, 2), 2 };
	model = (struct model){ 0 };
}

static void setup(void)
{
	setup_pool(FIXTURE_POOL_LARGE);
}

static void teardown(void)
{
	size_t i;

	for (i = 0; i < model.count; i++)
		free(model.items[i].key);
	free(model.items);
	graph_fixture_close(&fixture);
}

static struct str item_key(const struct item *i)
{
	return (struct str){ i->key, i->size };
}

static size_t model_find(struct str key, bool *found)
{
	size_t low = 0, high = model.count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (str_compare(item_key(&model.items[middle]), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*found = low < model.count && str_compare(item_key(&model.items[low]), key) == 0;
	return low;
}

static void model_put(struct str key, uint64_t value)
{
	bool found;
	size_t at = model_find(key, &found);

	if (found) {
		model.items[at].value = value;
		return;
	}
	if (model.count == model.capacity) {
		model.capacity = model.capacity == 0 ? 64 : model.capacity * 2;
		model.items = realloc(model.items, model.capacity * sizeof(*model.items));
	}
	memmove(model.items + at + 1, model.items + at, (model.count - at) * sizeof(*model.items));
	model.items[at].key = malloc(key.length + 1);
	memcpy(model.items[at].key, key.at, key.length);
	model.items[at].size = key.length;
	model.items[at].value = value;
	model.count++;
}

static void model_delete(size_t at)
{
	free(model.items[at].key);
	model.count--;
	memmove(model.items + at, model.items + at + 1, (model.count - at) * sizeof(*model.items));
}

/* Short keys that collide, keys with a long shared head, and a few of the greatest size. */
static struct str random_key(struct rand *r, char *to)
{
	uint32_t size, head = 0, i;

	switch (rand_below(r, 8)) {
	case 0:
		size = (uint32_t)rand_below(r, 4);
		break;
	case 1:
		size = BTREE_KEY_SIZE_MAX - (uint32_t)rand_below(r, 3);
		head = size - 2;
		break;
	case 2:
	case 3:
		head = 12;
		size = head + 2;
		break;
	default:
		size = 8;
	}
	memset(to, 'h', head);
	for (i = head; i < size; i++)
		to[i] = (char)rand_below(r, 256);
	return (struct str){ to, size };
}

static void expect_lookup(struct str key)
{
	struct page_view v;
	bool found, there;
	uint64_t value = 0;
	size_t at = model_find(key, &there);

	FIXTURE_READ(&fixture, v, btree_find(&v, &tree, key, &found, &value));
	EXPECT_EQ(found, there);
	if (there)
		EXPECT_EQ(value, model.items[at].value);
}

static void expect_scan(struct str from, bool is_inclusive, bool is_descending, int steps)
{
	struct btree_cursor c;
	bool exact = false;
	int64_t at;

	if (from.at == NULL)
		at = is_descending ? (int64_t)model.count - 1 : 0;
	else
		at = (int64_t)model_find(from, &exact);
	if (from.at != NULL && is_descending && !(exact && is_inclusive))
		at--;
	if (from.at != NULL && !is_descending && exact && !is_inclusive)
		at++;
	btree_seek(&c, from, is_inclusive, is_descending);
	while (steps-- > 0) {
		enum btree_step step;
		struct page_view v;
		struct str key;
		uint64_t value;

		page_view_init(&v);
		while ((step = btree_next(&v, &tree, &c, &key, &value)) == BTREE_MISS)
			graph_fixture_page_in(&fixture, &v);
		if (at < 0 || (size_t)at >= model.count) {
			EXPECT_EQ(step, BTREE_END);
			return;
		}
		EXPECT_EQ(step, BTREE_ROW);
		EXPECT(str_equal(key, item_key(&model.items[at])));
		EXPECT_EQ(value, model.items[at].value);
		at += is_descending ? -1 : 1;
	}
}

static void expect_sound(void)
{
	uint64_t count = 0;
	struct page_view v;

	EXPECT_EQ(btree_check(&tree, graph_fixture_report, NULL, NULL), 0);
	FIXTURE_READ(&fixture, v, btree_count(&v, &tree, &count));
	EXPECT_EQ(count, model.count);
}

static void change(struct rand *r, uint64_t grow)
{
	char bytes[BTREE_KEY_SIZE_MAX];
	struct str key = random_key(r, bytes);
	bool there;
	size_t at = model_find(key, &there);
	uint64_t value = rand_next(r), old;

	if (rand_below(r, 100) >= grow && model.count > 0) {
		if (!there && rand_below(r, 4) != 0) {
			at = (size_t)rand_below(r, model.count);
			there = true;
			key = item_key(&model.items[at]);
		}
		EXPECT_EQ(btree_delete(&tree, key, &old), there);
		if (there) {
			EXPECT_EQ(old, model.items[at].value);
			model_delete(at);
		}
	} else if (rand_below(r, 2) == 0) {
		EXPECT_EQ(btree_add(&tree, key, value), !there);
		if (!there)
			model_put(key, value);
	} else {
		EXPECT_EQ(btree_put(&tree, key, value), !there);
		model_put(key, value);
	}
}

static void run(uint64_t seed, int steps, int check_every)
{
	struct rand r = { seed };
	char bytes[BTREE_KEY_SIZE_MAX];
	int i;

	for (i = 0; i < steps; i++) {
		change(&r, (i / (steps / 4)) % 2 == 0 ? 80 : 25);
		if (i % 8 == 0)
			expect_lookup(random_key(&r, bytes));
		if (i % 32 == 0)
			expect_scan(random_key(&r, bytes), rand_below(&r, 2) == 0,
				rand_below(&r, 2) == 0, 40);
		if (i % check_every == 0)
			expect_sound();
		graph_fixture_rest(&fixture);
	}
	expect_sound();
	expect_scan((struct str){ NULL, 0 }, true, false, 1 << 30);
	expect_scan((struct str){ NULL, 0 }, true, true, 1 << 30);
}

START_TEST(random_changes_match_a_sorted_array)
{
	run(1, 20000, 1000);
}
END_TEST

START_TEST(reads_survive_misses)
{
	graph_fixture_close(&fixture);
	setup_pool(FIXTURE_POOL_SMALL);
	run(2, 24000, 6000);
	EXPECT_OP(>, fixture.misses, 100);
}
END_TEST

START_TEST(the_same_calls_give_the_same_bytes)
{
	uint32_t first;

	run(3, 4000, 4000);
	first = graph_fixture_digest(&fixture);
	teardown();
	setup_pool(FIXTURE_POOL_SMALL);
	run(3, 4000, 4000);
	EXPECT_EQ(graph_fixture_digest(&fixture), first);
}
END_TEST

static struct str number_key(uint32_t n, uint8_t *to)
{
	int i;

	for (i = 0; i < 4; i++)
		to[i] = (uint8_t)(n >> (24 - 8 * i));
	return (struct str){ (const char *)to, 4 };
}

START_TEST(ascending_keys_fill_their_pages)
{
	uint64_t before = pager_page_limit(fixture.pager), pages;
	uint8_t bytes[4];
	uint32_t i;

	for (i = 0; i < 100000; i++)
		EXPECT(btree_add(&tree, number_key(i, bytes), i));
	pages = pager_page_limit(fixture.pager) - before;
	/* 16 bytes an entry and 1020 entries a page, if pages are full */
	EXPECT_OP(<, pages, 105);
	EXPECT_EQ(btree_check(&tree, graph_fixture_report, NULL, NULL), 0);
}
END_TEST

START_TEST(emptied_tree_gives_its_pages_back)
{
	struct pager_statistics before, after;
	uint8_t bytes[4];
	uint32_t i;

	pager_statistics(fixture.pager, &before);
	for (i = 0; i < 50000; i++)
		EXPECT(btree_add(&tree, number_key(i * 7919u, bytes), i));
	for (i = 0; i < 50000; i++)
		EXPECT(btree_delete(&tree, number_key(i * 7919u, bytes), NULL));
	pager_statistics(fixture.pager, &after);
	EXPECT_EQ(after.pages_total, before.pages_total);
	expect_sound();
	for (i = 0; i < 5000; i++)
		EXPECT(btree_add(&tree, number_key(i, bytes), i));
	btree_destroy(&tree);
	pager_statistics(fixture.pager, &after);
	EXPECT_EQ(after.pages_total, before.pages_total - 2);
}
END_TEST

START_TEST(cursor_goes_on_behind_its_key_when_the_tree_changes)
{
	struct btree_cursor c;
	uint8_t bytes[4];
	struct str key;
	uint64_t value;
	uint32_t i;

	for (i = 0; i < 2000; i += 2)
		EXPECT(btree_add(&tree, number_key(i, bytes), i));
	btree_seek(&c, (struct str){ NULL, 0 }, true, false);
	for (i = 0; i < 2000; i += 2) {
		EXPECT_EQ(btree_next(NULL, &tree, &c, &key, &value), BTREE_ROW);
		EXPECT_EQ(value, i);
		/* what lies behind is removed, what comes before the next is not yet there */
		EXPECT(btree_delete(&tree, number_key(i, bytes), NULL));
		if (i % 6 == 0) {
			EXPECT(btree_add(&tree, number_key(i + 1, bytes), i + 1));
			EXPECT_EQ(btree_next(NULL, &tree, &c, &key, &value), BTREE_ROW);
			EXPECT_EQ(value, i + 1);
		}
	}
	EXPECT_EQ(btree_next(NULL, &tree, &c, &key, &value), BTREE_END);
}
END_TEST

START_TEST(check_finds_keys_out_of_order)
{
	struct page_view v;
	uint8_t bytes[4], *body;
	uint64_t value, leaf;
	bool found;
	uint32_t i;

	for (i = 0; i < 5000; i++)
		EXPECT(btree_add(&tree, number_key(i, bytes), i));
	FIXTURE_READ(&fixture, v, btree_find(&v, &tree, number_key(2500, bytes), &found, &value));
	EXPECT(found);
	/* The leaves were made in ascending order: the third page of the tree is one. */
	leaf = tree.root + 2;
	body = graph_fixture_body(&fixture, leaf, PAGE_BTREE_LEAF);
	body[PAGE_BODY_BYTES - 1] ^= 0x40; /* the last byte of the first cell's key */
	EXPECT_OP(>, btree_check(&tree, graph_fixture_count, NULL, &fixture), 0);
	body[PAGE_BODY_BYTES - 1] ^= 0x40;
	EXPECT_EQ(btree_check(&tree, graph_fixture_report, NULL, NULL), 0);
	body[16] ^= 0x08; /* a slot */
	EXPECT_OP(>, btree_check(&tree, graph_fixture_count, NULL, &fixture), 0);
}
END_TEST

Suite *btree_suite(void)
{
	Suite *s = suite_create("btree");
	TCase *t = tcase_create("model");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, random_changes_match_a_sorted_array);
	tcase_add_test(t, reads_survive_misses);
	tcase_add_test(t, the_same_calls_give_the_same_bytes);
	tcase_add_test(t, ascending_keys_fill_their_pages);
	tcase_add_test(t, emptied_tree_gives_its_pages_back);
	tcase_add_test(t, cursor_goes_on_behind_its_key_when_the_tree_changes);
	tcase_add_test(t, check_finds_keys_out_of_order);
	suite_add_tcase(s, t);
	return s;
}
