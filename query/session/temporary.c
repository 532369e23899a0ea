/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The life of a session's temporary relations: see temporary.h.
 *
 * A number is a bit, set while a session has it. One whose relations could not be dropped stays set
 * until the server starts again: nobody is to find what others left.
 */
#include "query/session/temporary.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "query/ddl/ddl.h"
#include "query/session/session.h"
#include "query/table/relation_path.h"

enum { NUMBER_WORDS = 256, DELETE_BATCH = 1 << 15, LOCK_TIMEOUT_MS = 10000 };

struct temporary_numbers {
	_Atomic uint64_t taken[NUMBER_WORDS];
};

/* ---- numbers ---- */

struct temporary_numbers *temporary_numbers_new(void)
{
	struct temporary_numbers *n = calloc(1, sizeof *n);

	if (n == NULL)
		PANIC("out of memory for the numbers of temporary relations");
	return n;
}

void temporary_numbers_free(struct temporary_numbers *n)
{
	free(n);
}

/* False if somebody has it. */
static bool take(struct temporary_numbers *n, uint32_t number)
{
	uint64_t bit = UINT64_C(1) << number % 64;

	return (atomic_fetch_or(&n->taken[number / 64], bit) & bit) == 0;
}

static void give_back(struct temporary_numbers *n, uint32_t number)
{
	atomic_fetch_and(&n->taken[number / 64], ~(UINT64_C(1) << number % 64));
}

/* pg_temp_1 has number 0. */
static bool read_number(struct str graph, uint32_t *out)
{
	unsigned long number;
	char digits[12] = "";

	if (graph.length < 9 || graph.length - 8 >= sizeof digits)
		return false;
	memcpy(digits, graph.at + 8, graph.length - 8);
	number = strtoul(digits, NULL, 10);
	*out = (uint32_t)number - 1;
	return number > 0 && number <= NUMBER_WORDS * 64;
}

enum sqlstate temporary_begin(struct query_session *s, struct error *e)
{
	struct settings *settings = s->settings;

	for (uint32_t i = 0; i < NUMBER_WORDS * 64 && settings->temporary[0] == '\0'; i++) {
		if (!take(s->engine->temporary, i))
			continue;
		snprintf(settings->temporary, sizeof settings->temporary, "pg_temp_%u", i + 1);
		settings->generation++;
	}
	return settings->temporary[0] != '\0'
		       ? OK
		       : FAIL(e, E_LIMIT_EXCEEDED, "too many sessions with temporary relations");
}

/* ---- within the session's transaction ---- */

static void begin_ddl(struct query_session *s, struct arena *a, struct ddl *d, struct error *e)
{
	*d = (struct ddl){ .arena = a,
		.options = { .catalog = txn_catalog(s->txn),
			.storage = s->engine->storage,
			.txn = s->txn,
			.settings = s->settings },
		.session = &s->about,
		.error = e };
}

static bool has_graph(struct query_session *s)
{
	struct str graph = temporary_graph(s->settings);

	return graph.length > 0 && catalog_graph_find(txn_catalog(s->txn), graph) != NAME_NONE;
}

enum sqlstate temporary_discard(struct query_session *s, struct error *e)
{
	struct arena *a;
	struct ddl d;
	enum sqlstate rc;

	if (temporary_graph(s->settings).length == 0)
		return OK;
	TRY(transaction_ensure(s, false, e));
	if (!has_graph(s))
		return OK;
	a = arena_new(0);
	begin_ddl(s, a, &d, e);
	rc = ddl_drop_temporary(&d, temporary_graph(s->settings));
	arena_free(a);
	return rc == OK ? session_forget_dropped(s, NULL, e) : rc;
}

enum sqlstate temporary_before_commit(struct query_session *s, struct error *e)
{
	struct arena *a;
	struct ddl d;
	enum sqlstate rc;

	if (temporary_graph(s->settings).length == 0 || !txn_has_changes(s->txn) || !has_graph(s))
		return OK;
	a = arena_new(0);
	begin_ddl(s, a, &d, e);
	rc = ddl_commit_temporary(&d, temporary_graph(s->settings));
	arena_free(a);
	return rc;
}

/* ---- without a session ---- */

/* What one transaction does to a graph; *more: another has to go on. */
typedef enum sqlstate graph_work(struct ddl *d, struct str graph, bool *more);

static enum sqlstate run_work(
	struct storage *storage, struct str graph, graph_work *work, bool *more, struct error *e)
{
	struct txn_options options = { .isolation = ISOLATION_READ_COMMITTED,
		.durability = DURABILITY_OFF,
		.lock_timeout_ms = LOCK_TIMEOUT_MS };
	struct ddl d = { .error = e };
	enum sqlstate rc;

	TRY(txn_begin(storage, &options, &d.options.txn, e));
	d.arena = arena_new(0);
	d.options.storage = storage;
	d.options.catalog = txn_catalog(d.options.txn);
	*more = false;
	rc = work(&d, graph, more);
	if (rc == OK)
		rc = txn_commit(d.options.txn, e);
	else
		txn_abort(d.options.txn);
	arena_free(d.arena);
	return rc;
}

/* Large tables lose their rows first, in transactions of a size that is allowed. */
static enum sqlstate delete_some(struct ddl *d, struct str graph, bool *more)
{
	uint32_t membership = catalog_graph_find(d->options.catalog, graph);
	uint64_t ids[256], edges;
	struct cursor *cursor;
	bool was_deleted;
	uint32_t count = 1, total = 0;
	enum sqlstate rc = OK;

	if (membership == NAME_NONE)
		return OK;
	TRY(storage_scan_nodes(d->options.txn, membership, d->arena, &cursor, d->error));
	while (rc == OK && count > 0 && total < DELETE_BATCH) {
		rc = storage_cursor_next(cursor, ids, NULL, ARRAY_COUNT(ids), &count, d->error);
		for (uint32_t i = 0; rc == OK && i < count; i++)
			rc = storage_node_delete(d->options.txn, ids[i], true, &edges,
				&was_deleted, d->error);
		total += count;
	}
	storage_cursor_close(cursor);
	*more = total >= DELETE_BATCH;
	return rc;
}

static enum sqlstate drop_all(struct ddl *d, struct str graph, bool *more)
{
	*more = false;
	return catalog_graph_find(d->options.catalog, graph) == NAME_NONE
		       ? OK
		       : ddl_drop_temporary(d, graph);
}

static enum sqlstate drop_graph(struct storage *storage, struct str graph)
{
	struct error e = { 0 };
	enum sqlstate rc = OK;
	bool more = true;

	while (rc == OK && more)
		rc = run_work(storage, graph, delete_some, &more, &e);
	if (rc == OK)
		rc = run_work(storage, graph, drop_all, &more, &e);
	if (rc != OK)
		log_line(LOG_WARNING, "query", "cannot drop temporary relations of %.*s: %s",
			STR_ARGS(graph), e.message);
	return rc;
}

void temporary_end(struct query_session *s)
{
	struct str graph = temporary_graph(s->settings);
	uint32_t number;

	if (graph.length == 0 || !read_number(graph, &number))
		return;
	if (drop_graph(s->engine->storage, graph) == OK)
		give_back(s->engine->temporary, number);
}

/* The graphs that there are; their names in the arena. */
static uint32_t find_graphs(struct storage *storage, struct arena *a, struct str **out)
{
	struct txn_options options = { .is_read_only = true };
	const struct catalog *c;
	struct error ignored;
	uint32_t count, found = 0;
	struct txn *txn;

	if (txn_begin(storage, &options, &txn, &ignored) != OK)
		return 0;
	c = txn_catalog(txn);
	count = catalog_name_count(c, NAME_NODE_LABEL);
	*out = ARENA_ARRAY(a, struct str, count + 1);
	for (uint32_t id = 1; id <= count && catalog_has_graphs(c); id++) {
		if (catalog_is_membership(c, id) && temporary_is_graph(c, id))
			(*out)[found++] = arena_str(a, catalog_graph_name(c, id));
	}
	txn_abort(txn);
	return found;
}

void query_engine_sweep(struct query_engine *q)
{
	struct arena *a = arena_new(0);
	struct str *graphs = NULL;
	uint32_t count = find_graphs(q->storage, a, &graphs), number;

	for (uint32_t i = 0; i < count; i++) {
		if (drop_graph(q->storage, graphs[i]) != OK && read_number(graphs[i], &number))
			take(q->temporary, number);
	}
	arena_free(a);
}
