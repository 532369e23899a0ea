/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The model test: random operations of several interleaved transactions, every answer of the engine
 * held against the naive graph of model.c at the transaction's snapshot. The seed and the number of
 * steps come from QUIVER_MODEL_SEED and QUIVER_MODEL_OPS.
 *
 * One thread plays all transactions in turn, so a lock that another one holds is never given:
 * explicit transactions wait a millisecond and undo the statement.
 */
#include <stdlib.h>
#include <string.h>

#include "storage/page/pager.h"
#include "storage/storage.h"
#include "storage/storage_care.h"
#include "storage/store/store.h"
#include "storage/txn/engine.h"
#include "tests/storage/model_game.h"
#include "tests/storage/suites.h"

/* ---- the store ---- */

static void game_schema(struct game *g)
{
	struct txn_options options = { .is_autocommit = true };
	struct index_definition unique = { .element = ELEMENT_NODE,
		.label = STR("L0"),
		.key_count = 1,
		.keys = { STR("k0") },
		.is_unique = true,
		.is_constraint = true };
	struct index_definition range = {
		.element = ELEMENT_NODE, .label = STR("L1"), .key_count = 1, .keys = { STR("k1") }
	};
	struct txn *t;
	char name[8];

	MUST(g, txn_begin(g->storage, &options, &t, &g->e));
	for (int i = 0; i < MODEL_LABELS; i++) {
		snprintf(name, sizeof name, "L%d", i);
		MUST(g, txn_intern(t, NAME_NODE_LABEL, str_of(name), &g->labels[i], &g->e));
	}
	for (int i = 0; i < MODEL_EDGE_LABELS; i++) {
		snprintf(name, sizeof name, "E%d", i);
		MUST(g, txn_intern(t, NAME_EDGE_LABEL, str_of(name), &g->edge_labels[i], &g->e));
	}
	for (int i = 0; i < MODEL_KEYS; i++) {
		snprintf(name, sizeof name, "k%d", i);
		MUST(g, txn_intern(t, NAME_KEY, str_of(name), &g->keys[i], &g->e));
	}
	MUST(g, schema_index_create(t, &unique, &g->unique_index, &g->e));
	MUST(g, schema_index_create(t, &range, &g->range_index, &g->e));
	MUST(g, txn_commit(t, &g->e));
}

static struct storage_options game_options(struct game *g)
{
	return (struct storage_options){ .store = g->store,
		.create = true,
		.buffer_bytes = UINT64_C(1) << 19, /* so that reads miss, and caches are asked */
		.node_cache_bytes = UINT64_C(1) << 18,
		.edge_cache_bytes = UINT64_C(1) << 18,
		.history_bytes_max = UINT64_C(1) << 30 };
}

static void game_open(struct game *g)
{
	struct storage_options options = game_options(g);

	MUST(g, storage_open_quietly(&options, &g->storage, &g->e));
	storage_thread_attach(g->storage);
}

/* ---- writing ---- */

static uint32_t some_code(struct game *g, uint32_t key)
{
	if (below(g, 4) == 0)
		return 0;
	return 1 + below(g, key < 2 ? 60 : 200);
}

/* Does another node have this key of the unique index, in what this transaction sees or in what is
   committed? */
static bool key_is_taken(struct game *g, struct player *p, uint64_t id, uint32_t code)
{
	for (size_t i = 0; i < g->model.elements[0].count; i++) {
		struct model_element *e = &g->model.elements[0].at[i];
		struct model_state now = VEC_LAST(&e->states);

		if (e->id == id || model_own(&p->model, ELEMENT_NODE, e->id) != NULL)
			continue;
		if (now.exists && (now.labels & 1) && now.values[0] != 0 &&
			number_of(now.values[0]) == number_of(code))
			return true;
	}
	for (size_t i = 0; i < p->model.changes.count; i++) {
		struct model_change *c = &p->model.changes.at[i];

		if (c->element == ELEMENT_NODE && c->id != id &&
			model_own(&p->model, ELEMENT_NODE, c->id) == c && c->state.exists &&
			(c->state.labels & 1) && c->state.values[0] != 0 &&
			number_of(c->state.values[0]) == number_of(code))
			return true;
	}
	return false;
}

static enum sqlstate write_node_add(struct game *g, struct player *p, struct model_change *c)
{
	struct property list[MODEL_KEYS];
	char rooms[MODEL_KEYS][ROOM];
	uint32_t labels[MODEL_LABELS];
	uint32_t label_count = 0;
	uint32_t count = 0;
	enum sqlstate rc;

	c->element = ELEMENT_NODE;
	c->is_new = true;
	c->state.exists = true;
	for (uint32_t l = 0; l < MODEL_LABELS; l++) {
		if (below(g, 3) == 0) {
			c->state.labels |= 1u << l;
			labels[label_count++] = g->labels[l];
		}
	}
	for (uint32_t k = 0; k < MODEL_KEYS; k++) {
		c->state.values[k] = some_code(g, k);
		list[count].key = g->keys[k];
		list[count++].value = wanted_value(k, c->state.values[k], rooms[k]);
	}
	rc = storage_node_add(p->txn, labels, label_count, list, count, &c->id, &g->e);
	if (rc == OK && c->id >= g->nodes_made)
		g->nodes_made = c->id + 1;
	return rc;
}

static enum sqlstate write_edge_add(struct game *g, struct player *p, struct model_change *c)
{
	char room[ROOM];
	struct property one = { g->keys[2], value_null() };
	enum sqlstate rc;
	bool has_ends;

	c->element = ELEMENT_EDGE;
	c->is_new = true;
	c->state.exists = true;
	c->state.labels = below(g, MODEL_EDGE_LABELS);
	c->state.values[2] = some_code(g, 2);
	c->source = below(g, 2) == 0 ? below(g, 3) : some_node(g); /* a few hubs */
	c->target = below(g, 3) == 0 ? below(g, 3) : some_node(g);
	has_ends = model_see(&g->model, &p->model, ELEMENT_NODE, c->source).exists &&
		   model_see(&g->model, &p->model, ELEMENT_NODE, c->target).exists;
	one.value = wanted_value(2, c->state.values[2], room);
	rc = storage_edge_add(p->txn, c->source, c->target, g->edge_labels[c->state.labels], &one,
		1, &c->id, &g->e);
	if (rc == OK && !has_ends)
		GAME_FAIL(g, "an edge without ends");
	if (rc == E_FOREIGN_KEY && has_ends)
		GAME_FAIL(g, "an edge refused: %s", g->e.message);
	if (rc == OK && c->id >= g->edges_made)
		g->edges_made = c->id + 1;
	return rc;
}

static bool change_start(struct game *g, struct player *p, struct model_change *c)
{
	struct model_change *own = model_own(&p->model, c->element, c->id);
	struct model_element *e = model_find(&g->model, c->element, c->id);

	c->state = model_see(&g->model, &p->model, c->element, c->id);
	if (own != NULL) {
		c->source = own->source;
		c->target = own->target;
		c->is_new = own->is_new;
	} else if (e != NULL) {
		c->source = e->source;
		c->target = e->target;
	}
	return c->state.exists;
}

static enum sqlstate write_property(struct game *g, struct player *p, struct model_change *c)
{
	char room[ROOM];
	uint32_t key = below(g, MODEL_KEYS);
	uint32_t code = some_code(g, key);
	enum sqlstate rc;
	bool exists;

	c->element = (enum element)(below(g, 3) == 0);
	c->id = c->element == ELEMENT_NODE ? some_node(g) : some_edge(g);
	exists = change_start(g, p, c);
	c->state.values[key] = code;
	rc = storage_property_set(
		p->txn, c->element, c->id, g->keys[key], wanted_value(key, code, room), &g->e);
	if (rc == E_NO_OBJECT && exists)
		GAME_FAIL(g, "an element is said to be gone");
	if (rc == OK && !exists)
		GAME_FAIL(g, "a property of what is gone was set");
	return rc;
}

static enum sqlstate write_labels(struct game *g, struct player *p, struct model_change *c)
{
	uint32_t add = below(g, MODEL_LABELS);
	uint32_t remove = below(g, MODEL_LABELS);
	bool has_remove = below(g, 2) && add != remove;
	enum sqlstate rc;
	bool exists;

	c->element = ELEMENT_NODE;
	c->id = some_node(g);
	exists = change_start(g, p, c);
	c->state.labels |= 1u << add;
	if (has_remove)
		c->state.labels &= ~(1u << remove);
	rc = storage_labels_change(
		p->txn, c->id, &g->labels[add], 1, &g->labels[remove], has_remove ? 1 : 0, &g->e);
	if (rc == OK && !exists)
		GAME_FAIL(g, "labels of what is gone were changed");
	return rc;
}

static enum sqlstate write_edge_delete(struct game *g, struct player *p, struct model_change *c)
{
	enum sqlstate rc;
	bool was_deleted;
	bool exists;

	c->element = ELEMENT_EDGE;
	c->id = some_edge(g);
	exists = change_start(g, p, c);
	c->state.exists = false;
	rc = storage_edge_delete(p->txn, c->id, &was_deleted, &g->e);
	if (rc == OK)
		SAME(g, "edge was deleted", was_deleted, exists);
	if (rc == OK && !exists)
		c->element = (enum element)2; /* nothing to note */
	return rc;
}

static enum sqlstate write_node_delete(struct game *g, struct player *p, struct model_change *c)
{
	static struct id_set edges;
	bool is_detaching = below(g, 2);
	enum sqlstate rc;
	uint64_t count;
	bool was_deleted, exists;

	c->element = ELEMENT_NODE;
	c->id = 3 + some_node(g); /* the hubs stay */
	exists = change_start(g, p, c);
	c->state.exists = false;
	edges.count = 0;
	edges.node = c->id;
	edges.direction = DIRECTION_ANY;
	edges.label = -1;
	model_each(&g->model, &p->model, ELEMENT_EDGE, collect_hops, &edges);
	rc = storage_node_delete(p->txn, c->id, is_detaching, &count, &was_deleted, &g->e);
	if (rc == OK)
		rc = storage_statement_check(p->txn, &g->e);
	if (rc == E_FOREIGN_KEY && (is_detaching || edges.count == 0))
		GAME_FAIL(g, "a node is said to have edges");
	if (rc != OK)
		return rc;
	SAME(g, "node was deleted", was_deleted, exists);
	if (!exists) {
		c->element = (enum element)2;
		return OK;
	}
	if (!is_detaching)
		SAME(g, "edges of a node deleted alone", edges.count, 0);
	else
		SAME(g, "edges deleted", count, edges.count);
	for (uint32_t i = 0; i < edges.count; i++) {
		struct model_change edge = { .element = ELEMENT_EDGE, .id = edges.ids[i] };

		change_start(g, p, &edge);
		edge.state.exists = false;
		model_change_put(&p->model, &edge);
	}
	return OK;
}

static enum sqlstate write_once(struct game *g, struct player *p, struct model_change *c)
{
	memset(c, 0, sizeof *c);
	switch (below(g, 12)) {
	case 0:
	case 1:
		return write_node_add(g, p, c);
	case 2:
	case 3:
	case 4:
	case 5:
		return write_edge_add(g, p, c);
	case 6:
	case 7:
	case 8:
		return write_property(g, p, c);
	case 9:
		return write_labels(g, p, c);
	case 10:
		return write_edge_delete(g, p, c);
	default:
		if (below(g, 3) == 0)
			return write_node_delete(g, p, c);
		return write_edge_add(g, p, c);
	}
}

static void unique_compare(
	struct game *g, struct player *p, const struct model_change *c, enum sqlstate rc)
{
	bool is_taken = c->element == ELEMENT_NODE && c->state.exists && (c->state.labels & 1) &&
			c->state.values[0] != 0 && key_is_taken(g, p, c->id, c->state.values[0]);

	if (c->is_new && rc == E_UNIQUE)
		is_taken = key_is_taken(g, p, UINT64_MAX, c->state.values[0]);
	if (rc == E_UNIQUE && !is_taken)
		GAME_FAIL(g, "a key is said to be taken: %s", g->e.message);
	if (rc == OK && is_taken) {
		struct model_state before = model_see(&g->model, &p->model, c->element, c->id);

		/* it had the key before: then the other is newer, and the commit will fail */
		if (!before.exists || before.values[0] != c->state.values[0] ||
			!(before.labels & 1))
			GAME_FAIL(g, "a taken key was given");
	}
}

/* Setting what is already so is not a change. */
static bool is_no_change(struct game *g, struct player *p, const struct model_change *c)
{
	struct model_state before = model_see(&g->model, &p->model, c->element, c->id);

	if (c->is_new || !before.exists || !c->state.exists || before.labels != c->state.labels)
		return false;
	for (uint32_t k = 0; k < MODEL_KEYS; k++) {
		struct value was = wanted_value(k, before.values[k], g->rooms[0]);
		struct value is = wanted_value(k, c->state.values[k], g->rooms[1]);

		if (was.type != is.type || !value_same(was, is))
			return false;
	}
	return true;
}

static void play_write(struct game *g, struct player *p)
{
	uint64_t mark = txn_savepoint(p->txn);
	size_t model_mark = p->model.changes.count;
	struct model_change c;
	enum sqlstate rc = write_once(g, p, &c);

	if (rc == OK || rc == E_UNIQUE)
		unique_compare(g, p, &c, rc);
	if (rc == OK) {
		if (c.element <= ELEMENT_EDGE && !is_no_change(g, p, &c))
			model_change_put(&p->model, &c);
		return;
	}
	if (rc == E_SERIALIZATION && c.element <= ELEMENT_EDGE) {
		if (model_newest(&g->model, c.element, c.id) <= p->model.snapshot &&
			c.element == ELEMENT_EDGE)
			GAME_FAIL(g, "a conflict without reason");
		g->restarts += txn_must_restart(p->txn);
	}
	if (rc == E_LOCK_TIMEOUT)
		g->timeouts++;
	else if (rc != E_SERIALIZATION && rc != E_UNIQUE && rc != E_FOREIGN_KEY &&
		 rc != E_NO_OBJECT)
		GAME_FAIL(g, "unexpected error: %s", g->e.message);
	g->refused++;
	txn_rollback_to(p->txn, mark);
	p->model.changes.count = model_mark;
}

/* ---- beginning and ending ---- */

static void play_begin(struct game *g, struct player *p)
{
	memset(&p->options, 0, sizeof p->options);
	p->options.is_autocommit = below(g, 2);
	p->options.isolation = (enum isolation)below(g, 3);
	p->options.durability = (enum durability)below(g, 2);
	p->options.lock_timeout_ms = 1;
	MUST(g, txn_begin(g->storage, &p->options, &p->txn, &g->e));
	p->model.snapshot = txn_snapshot(p->txn);
	VEC_CLEAR(&p->model.changes);
	p->has_mark = false;
}

static bool conflict_has_reason(struct game *g, struct player *p)
{
	/* coarse by design; or of a snapshot that has moved on since the change was made */
	if (p->options.isolation == ISOLATION_SERIALIZABLE ||
		(p->options.isolation == ISOLATION_READ_COMMITTED && !p->options.is_autocommit))
		return true;
	for (size_t i = 0; i < p->model.changes.count; i++) {
		struct model_change *c = &p->model.changes.at[i];

		if (model_newest(&g->model, c->element, c->id) > p->model.snapshot)
			return true;
		if (c->element == ELEMENT_EDGE && c->is_new &&
			(model_newest(&g->model, ELEMENT_NODE, c->source) > p->model.snapshot ||
				model_newest(&g->model, ELEMENT_NODE, c->target) >
					p->model.snapshot))
			return true;
		if (c->element != ELEMENT_NODE || c->state.exists)
			continue;
		for (size_t k = 0; k < g->model.elements[1].count; k++) {
			struct model_element *e = &g->model.elements[1].at[k];

			if (VEC_LAST(&e->states).ts > p->model.snapshot &&
				(e->source == c->id || e->target == c->id))
				return true;
		}
	}
	return false;
}

static uint64_t newest_ts(struct game *g)
{
	return atomic_load(&g->storage->visible_ts);
}

static void play_commit(struct game *g, struct player *p)
{
	enum sqlstate rc = txn_commit(p->txn, &g->e);

	p->txn = NULL;
	if (rc != OK) {
		g->conflicts++;
		if (rc == E_SERIALIZATION && !conflict_has_reason(g, p))
			GAME_FAIL(g, "a commit failed without reason: %s %s", g->e.message,
				g->e.detail);
		if (rc != E_SERIALIZATION && rc != E_UNIQUE && rc != E_LOCK_TIMEOUT)
			GAME_FAIL(g, "a commit failed: %s", g->e.message);
		return;
	}
	for (size_t i = 0; i < p->model.changes.count; i++) {
		struct model_change *c = &p->model.changes.at[i];

		if (model_newest(&g->model, c->element, c->id) > p->model.snapshot &&
			(p->options.isolation != ISOLATION_READ_COMMITTED ||
				p->options.is_autocommit))
			GAME_FAIL(g,
				"a lost update of %s %" PRIu64 " exists=%d new=%d newest=%" PRIu64
				" snapshot=%" PRIu64 " own=%d autocommit=%d isolation=%d",
				c->element == ELEMENT_NODE ? "node" : "edge", c->id,
				c->state.exists, c->is_new,
				model_newest(&g->model, c->element, c->id), p->model.snapshot,
				model_own(&p->model, c->element, c->id) == c,
				p->options.is_autocommit, (int)p->options.isolation);
	}
	g->commits++;
	if (p->model.changes.count > 0)
		model_commit(&g->model, &p->model, newest_ts(g));
}

static void play_savepoint(struct player *p, bool rolls_back)
{
	if (!rolls_back) {
		p->mark = txn_savepoint(p->txn);
		p->model_mark = p->model.changes.count;
		p->has_mark = true;
	} else if (p->has_mark) {
		txn_rollback_to(p->txn, p->mark);
		p->model.changes.count = p->model_mark;
	}
}

static void play_step(struct game *g, struct player *p)
{
	uint32_t dice = below(g, 100);

	if (p->txn == NULL) {
		play_begin(g, p);
		return;
	}
	if (p->options.isolation == ISOLATION_READ_COMMITTED && !p->options.is_autocommit) {
		txn_statement_begin(p->txn);
		p->model.snapshot = txn_snapshot(p->txn);
	}
	if (dice < 40) {
		play_read(g, p);
	} else if (dice < 85) {
		play_write(g, p);
	} else if (dice < 89) {
		play_savepoint(p, below(g, 2));
	} else if (dice < 92) {
		txn_abort(p->txn);
		p->txn = NULL;
	} else {
		play_commit(g, p);
	}
}

static void everybody_aborts(struct game *g)
{
	for (int i = 0; i < TXNS; i++) {
		if (g->players[i].txn != NULL)
			txn_abort(g->players[i].txn);
		g->players[i].txn = NULL;
	}
}

/* ---- care ---- */

static void print_finding(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "finding: %s\n", line);
}

static void game_check(struct game *g)
{
	uint64_t findings;

	MUST(g, storage_checkpoint(g->storage, &g->e));
	MUST(g, storage_check_online(g->storage, 3, print_finding, NULL, &findings, &g->e));
	SAME(g, "findings", findings, 0);
}

/* The pages of a recovered engine are those of the one that died, byte for byte. */
static void game_restart(struct game *g)
{
	uint64_t limit = pager_page_limit(g->storage->pager);
	uint32_t *crcs = calloc(limit + 1, sizeof crcs[0]);
	bool exists;

	for (uint64_t pid = 1; pid < limit; pid++)
		MUST(g, pager_checksum(g->storage->pager, pid, &exists, &crcs[pid], &g->e));
	commit_flush_old(g->storage, 0);
	storage_thread_detach(g->storage);
	storage_close_quietly(g->storage);
	store_sim_restart(g->store, STORE_CRASH_KEEP);
	game_open(g);
	SAME(g, "number of pages", pager_page_limit(g->storage->pager), limit);
	for (uint64_t pid = 1; pid < limit; pid++) {
		uint32_t crc = 0;

		MUST(g, pager_checksum(g->storage->pager, pid, &exists, &crc, &g->e));
		if (exists)
			SAME(g, "checksum of a recovered page", crc, crcs[pid]);
	}
	free(crcs);
}

static void read_everything(struct game *g)
{
	struct player p = { .options = { .is_autocommit = true } };

	MUST(g, txn_begin(g->storage, &p.options, &p.txn, &g->e));
	p.model.snapshot = UINT64_MAX;
	for (int i = 0; i < 60; i++)
		play_read(g, &p);
	txn_abort(p.txn);
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void game_play(uint64_t seed, uint64_t steps)
{
	struct game *g = calloc(1, sizeof *g);
	struct error e;

	g->seed = seed;
	g->rand.state = seed;
	g->arena = arena_new(0);
	g->store = store_sim_new(seed, UINT64_C(1) << 20);
	game_open(g);
	game_schema(g);
	for (g->step = 0; g->step < steps; g->step++) {
		play_step(g, &g->players[below(g, TXNS)]);
		if (g->step % 5000 == 4999) {
			everybody_aborts(g);
			game_check(g);
			read_everything(g);
		}
		if (g->step % 7000 == 6999) {
			everybody_aborts(g);
			game_restart(g);
			read_everything(g);
		}
	}
	everybody_aborts(g);
	game_check(g);
	fprintf(stderr,
		"model seed=%" PRIu64 " commits=%" PRIu64 " conflicts=%" PRIu64 " refused=%" PRIu64
		" restarts=%" PRIu64 " timeouts=%" PRIu64 " nodes=%zu edges=%zu\n",
		seed, g->commits, g->conflicts, g->refused, g->restarts, g->timeouts,
		g->model.elements[0].count, g->model.elements[1].count);
	storage_thread_detach(g->storage);
	ck_assert_int_eq(storage_close(g->storage, &e), OK);
	store_sim_free(g->store);
	for (int i = 0; i < TXNS; i++)
		VEC_FREE(&g->players[i].model.changes);
	model_free(&g->model);
	arena_free(g->arena);
	free(g);
}

START_TEST(every_answer_is_that_of_a_naive_graph)
{
	game_play(from_environment("QUIVER_MODEL_SEED", 1) + (uint64_t)_i,
		from_environment("QUIVER_MODEL_OPS", OPS_DEFAULT));
}
END_TEST

Suite *model_suite(void)
{
	Suite *suite = suite_create("model");
	TCase *tests = tcase_create("model");

	tcase_set_timeout(tests, 3600);
	tcase_add_loop_test(tests, every_answer_is_that_of_a_naive_graph, 0, 2);
	suite_add_tcase(suite, tests);
	return suite;
}
