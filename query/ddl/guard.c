/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The guard of statements: see guard.h.
 *
 *     changed rows ──┬── CHECK of each label they have
 *                    ├── FOREIGN KEY: the row it refers to is there
 *                    └── referred to, and gone or with another key:
 *                           NO ACTION, RESTRICT   nobody may refer to the old key
 *                           CASCADE, SET NULL     a statement changes those who do; what that
 *                                                 changes is looked at in its turn
 */
#include "query/ddl/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/vec.h"
#include "query/ddl/guard_bind.h"
#include "query/ddl/run.h"
#include "query/parse/parse.h"
#include "query/type/type.h"

enum { CASCADE_ROUNDS_MAX = 100, CHECK_BATCH = 512 };

/* When a constraint is looked at. */
struct deferrable {
	struct str name;
	bool is_deferrable, is_deferred;
};

/* A unique constraint that is not looked at row by row. */
struct guard_unique {
	struct deferrable when;
	uint32_t index;
};

/* The constraints of one label. */
struct guarded {
	const struct table *table;
	VEC(struct guard_unique) uniques;
	struct guard_check *checks;
	uint32_t check_count;
	VEC(const struct guard_reference *) references; /* it refers to others */
	VEC(const struct guard_reference *) referrers;	/* others refer to it */
};

/* What SET CONSTRAINTS said. */
struct deferral {
	char *name; /* of a constraint; NULL: of all */
	bool is_deferred;
};

struct guard {
	VEC(struct deferral) deferrals;
	size_t last_set; /* where those of the last SET CONSTRAINTS begin */
	struct arena *arena;
	uint64_t version;
	VEC(struct guarded) labels;
	bool has_deferred;
};

/* ---- compiling ---- */

struct guard *guard_new(void)
{
	struct guard *g = calloc(1, sizeof *g);

	if (g == NULL)
		PANIC("out of memory for a guard");
	return g;
}

static void forget(struct guard *g)
{
	for (size_t i = 0; i < g->labels.count; i++) {
		VEC_FREE(&g->labels.at[i].uniques);
		VEC_FREE(&g->labels.at[i].references);
		VEC_FREE(&g->labels.at[i].referrers);
	}
	VEC_CLEAR(&g->labels);
	arena_free(g->arena);
	g->arena = NULL;
	g->has_deferred = false;
	g->version = 0;
}

void guard_free(struct guard *g)
{
	if (g == NULL)
		return;
	forget(g);
	guard_rollback_to(g, 0);
	VEC_FREE(&g->deferrals);
	VEC_FREE(&g->labels);
	free(g);
}

/* ---- SET CONSTRAINTS ---- */

static struct deferrable deferrable_of(const struct table_foreign *f)
{
	return (struct deferrable){ f->name, f->is_deferrable, f->is_deferred };
}

static bool is_about(const struct deferral *d, const struct deferrable *f)
{
	return f->is_deferrable && (d->name == NULL || str_equal(str_of(d->name), f->name));
}

/* As it is in this transaction now. */
static bool is_deferred(const struct guard *g, const struct deferrable *f)
{
	for (size_t i = g->deferrals.count; i > 0; i--) {
		if (is_about(&g->deferrals.at[i - 1], f))
			return g->deferrals.at[i - 1].is_deferred;
	}
	return f->is_deferred;
}

static bool was_set_last(const struct guard *g, const struct deferrable *f)
{
	for (size_t i = g->last_set; i < g->deferrals.count; i++) {
		if (is_about(&g->deferrals.at[i], f))
			return true;
	}
	return false;
}

struct named {
	bool is_there, is_deferrable; /* all of that name are */
};

static void note_named(struct named *n, struct str name, struct str wanted, bool is_deferrable)
{
	if (!str_equal(name, wanted))
		return;
	n->is_deferrable = is_deferrable && (n->is_deferrable || !n->is_there);
	n->is_there = true;
}

/* There are constraints of this name, and they can be deferred, if they are to be. */
static enum sqlstate check_name(const struct catalog *c, struct arena *a, struct str name,
	bool is_deferred, struct error *e)
{
	struct named n = { 0 };

	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);
		const struct table *t = o->kind == OBJECT_TABLE ? table_find(c, a, o->name) : NULL;

		for (uint32_t k = 0; t != NULL && k < t->foreign_count; k++)
			note_named(&n, t->foreigns[k].name, name, t->foreigns[k].is_deferrable);
		for (uint32_t k = 0; t != NULL && k < t->check_count; k++)
			note_named(&n, t->checks[k].name, name, false);
	}
	for (uint32_t i = 0; i < catalog_constraint_count(c); i++) {
		const struct constraint_info *info = catalog_constraint_at(c, i);
		const struct index_info *index = catalog_index(c, info->index);

		note_named(&n, info->name, name, index != NULL && index->is_deferrable);
	}
	if (!n.is_there)
		return FAIL(e, E_NO_OBJECT, "constraint \"%.*s\" does not exist", STR_ARGS(name));
	return n.is_deferrable || !is_deferred
		       ? OK
		       : FAIL(e, E_WRONG_OBJECT, "constraint \"%.*s\" is not deferrable",
				 STR_ARGS(name));
}

static void add_deferral(struct guard *g, const struct str *name, bool is_deferred)
{
	struct deferral d = { .is_deferred = is_deferred };

	if (name != NULL) {
		d.name = strndup(name->at, name->length);
		if (d.name == NULL)
			PANIC("out of memory for a constraint's name");
	}
	VEC_PUSH(&g->deferrals, d);
}

enum sqlstate guard_set(struct guard *g, const struct bind_options *options,
	const struct str *names, uint32_t count, bool is_deferred, struct error *e)
{
	struct arena *a = arena_new(0);
	enum sqlstate rc = OK;

	for (uint32_t i = 0; i < count && rc == OK; i++)
		rc = check_name(options->catalog, a, names[i], is_deferred, e);
	arena_free(a);
	TRY(rc);
	g->last_set = g->deferrals.count;
	for (uint32_t i = 0; i < count; i++)
		add_deferral(g, &names[i], is_deferred);
	if (count == 0)
		add_deferral(g, NULL, is_deferred);
	return OK;
}

size_t guard_mark(const struct guard *g)
{
	return g->deferrals.count;
}

void guard_rollback_to(struct guard *g, size_t mark)
{
	while (g->deferrals.count > mark)
		free(VEC_POP(&g->deferrals).name);
}

static struct guarded *guarded_of(struct guard *g, const struct table *t)
{
	for (size_t i = 0; i < g->labels.count; i++) {
		const struct table *other = g->labels.at[i].table;

		if (other->element == t->element && other->label == t->label)
			return &g->labels.at[i];
	}
	VEC_PUSH(&g->labels, (struct guarded){ .table = t });
	return &g->labels.at[g->labels.count - 1];
}

static enum sqlstate compile_checks(
	struct guard *g, const struct bind_options *options, const struct table *t, struct error *e)
{
	struct guarded *label;

	if (t->check_count == 0)
		return OK;
	label = guarded_of(g, t);
	label->checks = ARENA_ARRAY(g->arena, struct guard_check, t->check_count);
	for (uint32_t i = 0; i < t->check_count; i++) {
		struct ast_expr *x;

		label->checks[i].name = t->checks[i].name;
		TRY(parse_sql_text(g->arena, t->checks[i].text, &x, e));
		TRY(guard_bind_check(g->arena, options, t, x, &label->checks[i].expr, e));
		label->check_count++;
	}
	return OK;
}

static void compile_references(
	struct guard *g, const struct bind_options *options, const struct table *t)
{
	for (uint32_t i = 0; i < t->foreign_count; i++) {
		struct guard_reference *r = ARENA_NEW(g->arena, struct guard_reference);

		if (!guard_bind_reference(g->arena, options->catalog, t, &t->foreigns[i], r))
			continue;
		g->has_deferred |= r->foreign->is_deferred;
		if (!t->triggers_are_off)
			VEC_PUSH(&guarded_of(g, t)->references, r);
		if (!r->target->triggers_are_off)
			VEC_PUSH(&guarded_of(g, r->target)->referrers, r);
	}
}

static void compile_uniques(
	struct guard *g, const struct bind_options *options, const struct table *t)
{
	const struct catalog *c = options->catalog;

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);
		struct guard_unique unique = { { arena_str(g->arena, index->name),
						       index->is_deferrable, index->is_deferred },
			index->id };

		if (index->element != t->element || index->label != t->label ||
			!index->is_deferrable)
			continue;
		g->has_deferred |= index->is_deferred;
		VEC_PUSH(&guarded_of(g, t)->uniques, unique);
	}
}

static enum sqlstate compile(struct guard *g, const struct bind_options *options, struct error *e)
{
	const struct catalog *c = options->catalog;

	if (g->version == catalog_version(c))
		return OK;
	forget(g);
	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);
		const struct table *t;

		if (o->kind != OBJECT_TABLE)
			continue;
		if (g->arena == NULL)
			g->arena = arena_new(0);
		t = table_find(c, g->arena, o->name);
		if (t == NULL)
			continue;
		TRY(compile_checks(g, options, t, e));
		compile_references(g, options, t);
		compile_uniques(g, options, t);
	}
	g->version = catalog_version(c);
	return OK;
}

/* ---- one statement ---- */

struct watch {
	struct guard *guard;
	struct bind_options options;
	struct arena *arena;
	struct storage_change *changes;
	uint32_t change_count;
	enum guard_time time;
	struct error *e;
};

static bool is_time(const struct watch *w, const struct deferrable *when)
{
	if (w->time == GUARD_SET)
		return was_set_last(w->guard, when);
	return is_deferred(w->guard, when) == (w->time == GUARD_COMMIT);
}

static bool is_now(const struct watch *w, const struct guard_reference *r)
{
	struct deferrable when = deferrable_of(r->foreign);

	return is_time(w, &when);
}

static bool has_label(const struct watch *w, const struct table *t, uint32_t label)
{
	if (t->element == ELEMENT_EDGE)
		return label == t->label;
	return label != LABELSET_ABSENT &&
	       catalog_labelset_has(w->options.catalog, label, t->label);
}

/* The changed elements that are there and have the label. */
static enum sqlstate present_ids(
	struct watch *w, const struct table *t, uint64_t **out, uint32_t *count)
{
	uint64_t *ids = arena_alloc_raw(w->arena, sizeof *ids * (w->change_count + 1));

	*count = 0;
	for (uint32_t i = 0; i < w->change_count; i++) {
		const struct storage_change *change = &w->changes[i];
		struct edge_head head;
		uint32_t label;

		if (change->element != t->element || !change->is_there)
			continue;
		if (t->element == ELEMENT_NODE) {
			TRY(storage_nodes_get(w->options.txn, &change->id, 1, &label, w->e));
		} else {
			TRY(storage_edges_get(w->options.txn, &change->id, 1, &head, w->e));
			label = head.label;
		}
		if (has_label(w, t, label))
			ids[(*count)++] = change->id;
	}
	*out = ids;
	return OK;
}

static enum sqlstate watch_unique(struct watch *w, const struct guarded *g,
	const struct guard_unique *unique, const uint64_t *ids, uint32_t count)
{
	for (uint32_t i = 0; i < count && is_time(w, &unique->when); i++)
		TRY(storage_key_check(
			w->options.txn, g->table->element, ids[i], unique->index, w->e));
	return OK;
}

static enum sqlstate watch_present(struct watch *w, const struct guarded *g)
{
	uint32_t count;
	uint64_t *ids;

	if (g->check_count == 0 && g->references.count == 0 && g->uniques.count == 0)
		return OK;
	TRY(present_ids(w, g->table, &ids, &count));
	for (size_t i = 0; i < g->uniques.count; i++)
		TRY(watch_unique(w, g, &g->uniques.at[i], ids, count));
	for (uint32_t at = 0; at < count; at += CHECK_BATCH) {
		uint32_t batch = MIN_OF(count - at, (uint32_t)CHECK_BATCH);

		for (uint32_t i = 0; i < g->check_count && w->time == GUARD_STATEMENT; i++)
			TRY(guard_run_check(&w->options, w->arena, g->table, &g->checks[i],
				ids + at, batch, w->e));
		for (size_t i = 0; i < g->references.count; i++) {
			if (is_now(w, g->references.at[i]))
				TRY(guard_run_reference(&w->options, w->arena, g->references.at[i],
					ids + at, batch, w->e));
		}
	}
	return OK;
}

/* ---- those who refer to what went ---- */

static struct value value_of(const struct property *properties, uint32_t count, uint32_t key)
{
	for (uint32_t i = 0; i < count; i++) {
		if (properties[i].key == key)
			return properties[i].value;
	}
	return value_null();
}

/* MATCH (x IS child) WHERE x.a = $1 AND .. */
static void put_match(struct buf *text, const struct guard_reference *r)
{
	bool is_node = r->table->element == ELEMENT_NODE;

	buf_put_text(text, is_node ? "MATCH (x IS " : "MATCH ()-[x IS ");
	run_put_name(text, r->table->name);
	buf_put_text(text, is_node ? ")" : "]->()");
	for (uint32_t i = 0; i < r->foreign->count; i++) {
		char end[16];

		buf_put_text(text, i == 0 ? " WHERE x." : " AND x.");
		run_put_name(text, r->foreign->columns[i]);
		snprintf(end, sizeof end, " = $%u", i + 1);
		buf_put_text(text, end);
	}
}

static void put_assignments(
	struct buf *text, const struct guard_reference *r, char action, uint32_t first_value)
{
	for (uint32_t i = 0; i < r->foreign->count; i++) {
		const struct table_column *column = table_column(r->table, r->foreign->columns[i]);
		char value[16];

		buf_put_text(text, i == 0 ? " SET x." : ", x.");
		run_put_name(text, r->foreign->columns[i]);
		buf_put_text(text, " = ");
		snprintf(value, sizeof value, "$%u", first_value + i);
		if (action == 'c')
			buf_put_text(text, value);
		else if (action == 'd' && column != NULL && column->default_text.length > 0)
			buf_put_str(text, column->default_text);
		else
			buf_put_text(text, "NULL");
	}
}

/* Rows that refer to a key, other than those that the transaction has changed itself. */
struct referrers {
	struct txn *txn; /* whose changes those are; NULL: all count */
	uint32_t count;
};

static enum sqlstate count_row(
	void *context, const struct value *cells, uint32_t count, struct error *e)
{
	struct referrers *found = context;
	enum element element = cells[0].type == VALUE_NODE ? ELEMENT_NODE : ELEMENT_EDGE;

	(void)count;
	(void)e;
	if (found->txn == NULL || !storage_has_changed(found->txn, element, cells[0].id))
		found->count++;
	return OK;
}

static enum sqlstate still_referred(
	struct watch *w, const struct guard_reference *r, const struct value *old)
{
	const struct table_foreign *f = r->foreign;

	FAIL(w->e, E_FOREIGN_KEY,
		"update or delete on table \"%.*s\" violates foreign key constraint \"%.*s\" on "
		"table \"%.*s\"",
		STR_ARGS(r->target->name), STR_ARGS(f->name), STR_ARGS(r->table->name));
	error_detail(w->e, "Key %.*s is still referenced from table \"%.*s\".",
		STR_ARGS(guard_key_text(w->arena, &w->options, f->targets, old, f->count)),
		STR_ARGS(r->table->name));
	graph_error_names(w->e, r->table->full_name, (struct str){ 0 }, f->name);
	return E_FOREIGN_KEY;
}

/* `values`: the old key, then the new one. */
static enum sqlstate react(
	struct watch *w, const struct guard_reference *r, bool is_gone, const struct value *values)
{
	char action = is_gone ? r->foreign->on_delete : r->foreign->on_update;
	struct type types[16];
	struct buf text = { 0 };
	struct referrers found = { 0 };
	uint32_t keys = r->foreign->count;
	struct run run = { .arena = w->arena,
		.options = &w->options,
		.graph = graph_of_name(r->table->full_name),
		.values = values,
		.types = types,
		.value_count = keys };

	for (uint32_t i = 0; i < keys; i++)
		types[i] = types[keys + i] =
			table_column(r->target, r->foreign->targets[i])->type.type;
	put_match(&text, r);
	if (action == 'a' || action == 'r') {
		buf_put_text(&text, " RETURN x LIMIT 1");
		run.row = count_row;
		run.context = &found;
	} else if (action == 'c' && is_gone) {
		buf_put_text(&text, " DETACH DELETE x");
	} else {
		put_assignments(&text, r, action, keys + 1);
		run.value_count = action == 'c' ? keys * 2 : keys;
	}
	run.text = arena_str(w->arena, buf_str(&text));
	buf_free(&text);
	TRY(run_statement(&run, w->e));
	return found.count > 0 ? still_referred(w, r, values) : OK;
}

/* Who refers to the old key and is not on the transaction's snapshot. */
static enum sqlstate look_again(struct watch *w, const struct guard_reference *r, bool is_gone,
	const struct value *values)
{
	char action = is_gone ? r->foreign->on_delete : r->foreign->on_update;
	struct txn_options newest = { .is_read_only = true };
	struct bind_options options = w->options;
	struct referrers found = { .txn = w->options.txn };
	struct type types[8];
	struct buf text = { 0 };
	struct run run = { .arena = w->arena,
		.options = &options,
		.graph = graph_of_name(r->table->full_name),
		.values = values,
		.types = types,
		.value_count = r->foreign->count,
		.row = count_row,
		.context = &found };
	enum sqlstate rc;

	for (uint32_t i = 0; i < r->foreign->count; i++)
		types[i] = table_column(r->target, r->foreign->targets[i])->type.type;
	put_match(&text, r);
	buf_put_text(&text, " RETURN x");
	run.text = arena_str(w->arena, buf_str(&text));
	buf_free(&text);
	TRY(txn_begin(w->options.storage, &newest, &options.txn, w->e));
	rc = run_statement(&run, w->e);
	txn_abort(options.txn);
	if (rc != OK || found.count == 0)
		return rc;
	if (action == 'a' || action == 'r')
		return still_referred(w, r, values);
	/* they cannot be changed either: they changed since */
	return FAIL(w->e, E_SERIALIZATION,
		"could not serialize access due to concurrent update");
}

/* The key as it is now; *is_there: somebody (else, perhaps) has the old one. */
static enum sqlstate old_key_is_there(
	struct watch *w, const struct guard_reference *r, const struct value *old, bool *is_there)
{
	struct value ordered[8];
	uint64_t found;

	for (uint32_t k = 0; k < r->foreign->count; k++)
		ordered[k] = old[r->order[k]];
	TRY(storage_index_lookup(w->options.txn, r->index, ordered, 1, &found, w->e));
	*is_there = found != UINT64_MAX;
	return OK;
}

static enum sqlstate watch_key(struct watch *w, const struct guard_reference *r,
	const struct storage_change *change, const struct property *before, uint32_t count)
{
	uint32_t keys = r->foreign->count;
	struct value values[16], *columns[8];
	bool is_there, is_news, has_null = false;

	for (uint32_t k = 0; k < keys; k++) {
		values[k] = value_of(before, count, r->targets[k]);
		has_null |= value_is_null(values[k]);
		values[keys + k] = value_null();
		columns[k] = &values[keys + k];
	}
	if (has_null)
		return OK;
	TRY(old_key_is_there(w, r, values, &is_there));
	if (is_there)
		return OK;
	TRY(storage_key_lost(w->options.txn, change->element, change->id, &is_news, w->e));
	if (is_news)
		TRY(look_again(w, r, !change->is_there, values));
	if (change->is_there)
		TRY(storage_properties(w->options.txn, change->element, &change->id, 1, r->targets,
			keys, columns, w->arena, w->e));
	return react(w, r, !change->is_there, values);
}

static enum sqlstate watch_gone(struct watch *w, const struct guarded *g)
{
	for (uint32_t i = 0; g->referrers.count > 0 && i < w->change_count; i++) {
		const struct storage_change *change = &w->changes[i];
		struct property *before;
		uint32_t label, count;

		if (change->element != g->table->element || !change->was_there)
			continue;
		TRY(storage_change_before(
			w->options.txn, change, w->arena, &label, &before, &count, w->e));
		if (!has_label(w, g->table, label))
			continue;
		for (size_t k = 0; k < g->referrers.count; k++) {
			if (is_now(w, g->referrers.at[k]))
				TRY(watch_key(w, g->referrers.at[k], change, before, count));
		}
	}
	return OK;
}

static enum sqlstate watch_round(struct watch *w)
{
	for (size_t i = 0; i < w->guard->labels.count; i++)
		TRY(watch_gone(w, &w->guard->labels.at[i]));
	for (size_t i = 0; i < w->guard->labels.count; i++)
		TRY(watch_present(w, &w->guard->labels.at[i]));
	return OK;
}

enum sqlstate guard_statement(struct guard *g, const struct bind_options *options, uint64_t mark,
	enum guard_time time, struct error *e)
{
	struct watch w = { .guard = g, .options = *options, .time = time, .e = e };
	enum sqlstate rc = OK;

	TRY(compile(g, options, e));
	if (g->labels.count == 0 ||
		(time == GUARD_COMMIT && !g->has_deferred && g->deferrals.count == 0))
		return OK;
	w.options.parameters = NULL;
	w.options.parameter_count = 0;
	w.arena = arena_new(0);
	for (int round = 0; rc == OK; round++) {
		uint64_t next = txn_savepoint(options->txn);

		storage_changes(options->txn, mark, w.arena, &w.changes, &w.change_count);
		if (w.change_count == 0)
			break;
		if (round == CASCADE_ROUNDS_MAX) {
			rc = FAIL(e, E_TOO_COMPLEX, "foreign keys cascade too deep");
			break;
		}
		rc = watch_round(&w);
		mark = next;
	}
	if (rc != OK)
		e->byte_offset = -1;
	arena_free(w.arena);
	return rc;
}
