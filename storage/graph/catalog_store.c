/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The catalog in pages: a B+tree whose root is PAGER_ROOT_CATALOG. What is kept is the operation
 * that makes each thing (op.h), so that loading is the same code as changing.
 *
 *     '0' index:4                  → root page of the index's tree
 *     '1' kind:1 number:4          name
 *     '2' number:4                 set of labels
 *     '3' element:1 label:4        declaration of a label
 *     '4' element:1 label:4 key:4  declared property
 *     '5' element:1 label:4 key:4  observed types of a property
 *     '6' index:4                  index
 *     '7' name                     constraint
 *     '8' element:1 number:4       → number of elements: by labelset, by edge label
 *     '9' number:4                 how far a sequence has counted
 *     'a' number:4                 object of the query layer
 *
 * Those without an arrow are objects of many bytes, eight to an entry: behind the key stands a u16,
 * 0 for the length, n for the n-th eight bytes. Loading goes in order of keys, so everything is
 * known before it is referred to.
 */
#include <string.h>

#include "base/check.h"
#include "storage/graph/catalog.h"
#include "storage/graph/sequence.h"
#include "storage/page/btree.h"
#include "storage/page/pager.h"

enum { KEY_MAX = 300, PIECE = 8 };

struct key {
	uint8_t bytes[KEY_MAX];
	uint32_t size;
};

static void key_u16(struct key *k, uint32_t value)
{
	k->bytes[k->size++] = (uint8_t)(value >> 8);
	k->bytes[k->size++] = (uint8_t)value;
}

static void key_u32(struct key *k, uint32_t value)
{
	key_u16(k, value >> 16);
	key_u16(k, value & 0xFFFF);
}

static struct str key_str(const struct key *k)
{
	return (struct str){ (const char *)k->bytes, k->size };
}

static struct key key_numbered(char tag, uint32_t number)
{
	struct key k = { .size = 1 };

	k.bytes[0] = (uint8_t)tag;
	key_u32(&k, number);
	return k;
}

static struct key key_element(char tag, uint8_t element, uint32_t number)
{
	struct key k = { .size = 2 };

	k.bytes[0] = (uint8_t)tag;
	k.bytes[1] = element;
	key_u32(&k, number);
	return k;
}

static struct key key_property(char tag, uint8_t element, uint32_t label, uint32_t key)
{
	struct key k = key_element(tag, element, label);

	key_u32(&k, key);
	return k;
}

static struct key key_constraint(struct str name)
{
	struct key k = { .size = 1 };

	assert(name.length < KEY_MAX - 8);
	k.bytes[0] = '7';
	memcpy(k.bytes + 1, name.at, name.length);
	k.size += name.length;
	return k;
}

static struct key key_piece(const struct key *object, uint32_t number)
{
	struct key k = *object;

	key_u16(&k, number);
	return k;
}

static uint32_t piece_count(uint64_t length)
{
	return (uint32_t)((length + PIECE - 1) / PIECE);
}

/* ---- writing ---- */

static void object_delete(const struct btree *t, const struct key *object)
{
	struct key k = key_piece(object, 0);
	uint64_t length;

	if (!btree_delete(t, key_str(&k), &length))
		return;
	for (uint32_t n = 1; n <= piece_count(length); n++) {
		k = key_piece(object, n);
		btree_delete(t, key_str(&k), NULL);
	}
}

static void object_put(const struct btree *t, const struct key *object, const struct op *op)
{
	struct buf bytes = { 0 };
	struct key k = key_piece(object, 0);

	object_delete(t, object);
	logop_put(&bytes, op);
	btree_put(t, key_str(&k), bytes.length);
	for (uint32_t n = 1; n <= piece_count(bytes.length); n++) {
		size_t at = (size_t)(n - 1) * PIECE;
		uint64_t piece = 0;

		memcpy(&piece, bytes.data + at, MIN_OF(bytes.length - at, (size_t)PIECE));
		k = key_piece(object, n);
		btree_put(t, key_str(&k), piece);
	}
	buf_free(&bytes);
}

static void store_observed(const struct btree *t, const struct catalog *c, const struct op *op)
{
	const struct property_info *p =
		catalog_property(c, (enum element)op->element, op->label, op->key);
	struct key k = key_property('5', op->element, op->label, op->key);
	struct op whole = *op;

	if (p == NULL || p->observed == 0) {
		object_delete(t, &k);
		return;
	}
	whole.bits = p->observed;
	whole.flags = 0;
	object_put(t, &k, &whole);
}

void catalog_store_op(
	const struct btree *t, const struct catalog *c, const struct op *op, uint64_t root)
{
	struct key k;

	switch (op->kind) {
	case OP_NAME:
		k = key_element('1', op->element, (uint32_t)op->id);
		break;
	case OP_LABELSET:
		k = key_numbered('2', (uint32_t)op->id);
		break;
	case OP_OBSERVE:
		store_observed(t, c, op);
		return;
	case OP_LABEL:
		k = key_element('3', op->element, op->label);
		break;
	case OP_PROPERTY:
		k = key_property('4', op->element, op->label, op->key);
		break;
	case OP_INDEX_CREATE:
		k = key_numbered('0', (uint32_t)op->id);
		btree_put(t, key_str(&k), root);
		k = key_numbered('6', (uint32_t)op->id);
		break;
	case OP_CONSTRAINT_CREATE:
		k = key_constraint(op->name);
		break;
	case OP_SEQUENCE:
		k = key_numbered('9', (uint32_t)op->id);
		break;
	case OP_OBJECT:
		k = key_numbered('a', (uint32_t)op->id);
		break;
	default:
		return;
	}
	object_put(t, &k, op);
}

static void drop_label(const struct btree *t, const struct catalog *c, const struct op *op)
{
	const struct label_info *info = catalog_label(c, (enum element)op->element, op->label);
	struct key k = key_element('3', op->element, op->label);

	object_delete(t, &k);
	if (info == NULL)
		return;
	for (uint32_t i = 0; i < info->property_count + info->hidden_count; i++) {
		k = key_property('4', op->element, op->label, info->properties[i].key);
		object_delete(t, &k);
	}
}

void catalog_store_drop(const struct btree *t, const struct catalog *c, const struct op *op)
{
	struct key k;

	switch (op->kind) {
	case OP_LABEL_DROP:
		drop_label(t, c, op);
		break;
	case OP_PROPERTY_DROP:
		k = key_property('4', op->element, op->label, op->key);
		object_delete(t, &k);
		break;
	case OP_INDEX_DROP:
		k = key_numbered('0', (uint32_t)op->id);
		btree_delete(t, key_str(&k), NULL);
		k = key_numbered('6', (uint32_t)op->id);
		object_delete(t, &k);
		break;
	case OP_CONSTRAINT_DROP:
		k = key_constraint(op->name);
		object_delete(t, &k);
		break;
	case OP_SEQUENCE_DROP:
		k = key_numbered('9', (uint32_t)op->id);
		object_delete(t, &k);
		break;
	case OP_OBJECT_DROP:
		k = key_numbered('a', (uint32_t)op->id);
		object_delete(t, &k);
		break;
	default:
		break;
	}
}

void catalog_store_count(
	const struct btree *t, enum element element, uint32_t number, uint64_t count)
{
	struct key k = key_element('8', (uint8_t)element, number);

	btree_put(t, key_str(&k), count);
}

bool catalog_touch_count(
	struct page_view *v, const struct btree *t, enum element element, uint32_t number)
{
	struct key k = key_element('8', (uint8_t)element, number);

	return btree_touch(v, t, key_str(&k));
}

/* ---- loading ---- */

struct loader {
	struct btree tree;
	struct btree_cursor cursor;
	struct page_view view;
	struct catalog *catalog;
	catalog_count *count;
	void *context;
	struct sequence_table *sequences;
	VEC(uint64_t) roots; /* [index id] */
	struct buf object;
	struct error *e;
};

static uint32_t read_u32(const char *at)
{
	const uint8_t *b = (const uint8_t *)at;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static enum sqlstate load_next(struct loader *l, struct str *key, uint64_t *value, bool *is_end)
{
	for (;;) {
		enum btree_step step = btree_next(&l->view, &l->tree, &l->cursor, key, value);

		*is_end = step == BTREE_END;
		if (step != BTREE_MISS)
			return OK;
		TRY(pager_page_in(l->tree.pager, &l->view, l->e));
	}
}

static enum sqlstate load_root(struct loader *l, struct str key, uint64_t root)
{
	uint32_t id = read_u32(key.at + 1);

	if (id >= CATALOG_INDEXES_MAX * 16u)
		return FAIL(l->e, E_DATA_CORRUPTED, "index number %u in the catalog", id);
	while (l->roots.count <= id)
		VEC_PUSH(&l->roots, 0);
	l->roots.at[id] = root;
	return OK;
}

/* One whole object, of which the entry with the length was just read. */
static enum sqlstate load_object(struct loader *l, uint64_t length)
{
	struct op op;
	size_t at = 0;
	uint64_t root = 0;
	bool is_end;

	if (length > UINT64_C(1) << 20)
		return FAIL(l->e, E_DATA_CORRUPTED, "object of impossible size in the catalog");
	buf_reset(&l->object);
	for (uint32_t n = 1; n <= piece_count(length); n++) {
		uint64_t piece = 0;
		struct str key;

		TRY(load_next(l, &key, &piece, &is_end));
		if (is_end)
			return FAIL(l->e, E_DATA_CORRUPTED, "object cut off in the catalog");
		buf_put(&l->object, &piece, PIECE);
	}
	if (!logop_next(l->object.data, (size_t)length, &at, &op) || !op_is_catalog(op.kind))
		return FAIL(l->e, E_DATA_CORRUPTED, "broken object in the catalog");
	if (op.kind == OP_SEQUENCE) {
		sequence_recover(l->sequences, &op);
		return OK;
	}
	if (op.kind == OP_INDEX_CREATE && op.id < l->roots.count)
		root = l->roots.at[op.id];
	catalog_edit_op(l->catalog, &op, root);
	return OK;
}

static enum sqlstate load_all(struct loader *l)
{
	for (;;) {
		struct str key;
		uint64_t value;
		bool is_end;

		TRY(load_next(l, &key, &value, &is_end));
		if (is_end)
			return OK;
		if (key.at[0] == '0')
			TRY(load_root(l, key, value));
		else if (key.at[0] == '8')
			l->count(l->context, (enum element)key.at[1], read_u32(key.at + 2), value);
		else
			TRY(load_object(l, value));
	}
}

enum sqlstate catalog_load(const struct btree *t, catalog_count *count, void *context,
	struct sequence_table *sequences, struct catalog **out, struct error *e)
{
	struct loader l = { .tree = *t,
		.count = count,
		.context = context,
		.sequences = sequences,
		.e = e };
	struct catalog *base = catalog_new();
	enum sqlstate rc;

	l.catalog = catalog_edit_begin(base);
	page_view_init(&l.view);
	btree_seek(&l.cursor, (struct str){ NULL, 0 }, true, false);
	rc = load_all(&l);
	VEC_FREE(&l.roots);
	buf_free(&l.object);
	catalog_edit_publish(l.catalog, base, 0);
	catalog_collect(l.catalog, UINT64_MAX);
	if (rc != OK)
		catalog_free(l.catalog);
	else
		*out = l.catalog;
	return rc;
}
