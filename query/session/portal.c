/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Portals: a prepared statement in execution.
 *
 * A read plan streams: each fetch asks the executor for its next batch. A write plan runs to its
 * end in the first fetch and keeps its rows, because it may have to run again: alone in its
 * implicit transaction it commits by itself and starts over when another commit was first; in a
 * READ COMMITTED block it starts over when a record changed while it waited for its lock. Elements
 * in kept rows are turned into JSON at once, while the transaction that can read them is there.
 */
#include "query/session/session.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "query/copy/copy.h"
#include "query/eval/eval.h"
#include "query/eval/json_text.h"
#include "query/eval/literal_text.h"
#include "query/eval/typed_text.h"
#include "query/tree/batch.h"
#include "query/type/type.h"

/* Marks a STRING value in a row table that is already JSON. */
enum { SPARE_IS_JSON = 1 };
enum {
	RETRIES_ALONE = 3,
	RETRIES_WITH_TICKET = 10,
	RETRIES_IN_BLOCK = 1000,
	TABLE_FIRST_ROWS = 16,
};

/* ---- row tables ---- */

struct row_table *row_table_new(struct arena *a, uint32_t column_count)
{
	struct row_table *t = ARENA_NEW(a, struct row_table);

	t->column_count = column_count;
	return t;
}

struct value *row_table_add(struct arena *a, struct row_table *t)
{
	size_t row_bytes = sizeof(struct value) * t->column_count;

	if (t->row_count == t->row_capacity) {
		uint32_t capacity = t->row_capacity == 0 ? TABLE_FIRST_ROWS : t->row_capacity * 2;

		t->cells = arena_grow(a, t->cells, row_bytes * t->row_count, row_bytes * capacity);
		t->row_capacity = capacity;
	}
	memset(t->cells + (size_t)t->row_count * t->column_count, 0, row_bytes);
	return t->cells + (size_t)t->row_count++ * t->column_count;
}

void portal_tag(struct query_portal *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->tag, sizeof p->tag, format, args);
	va_end(args);
}

/* What every query that reads has: without the cost of a format. */
static void tag_select(struct query_portal *p)
{
	static const char tag[] = "SELECT";

	static_assert(sizeof tag <= sizeof p->tag, "the tag has room");
	memcpy(p->tag, tag, sizeof tag);
	p->tag_has_rows = true;
}

/* What every statement that writes has. */
static void tag_count(struct query_portal *p, struct str name, uint64_t count)
{
	assert(name.length + NUMBER_TEXT_MAX < sizeof p->tag);
	memcpy(p->tag, name.at, name.length);
	(void)number_format_int64((int64_t)count, p->tag + name.length);
}

/* ---- opening and closing ---- */

static bool is_write(const struct query_prepared *p)
{
	if (p->statement == NULL)
		return false;
	if (p->statement->kind == STMT_COPY)
		return p->statement->copy->is_from;
	if (p->statement->kind == STMT_EXPLAIN && !explain_runs(p->statement))
		return false;
	return (p->plan != NULL && p->plan->is_write) || schema_is_statement(p->statement->kind);
}

/* Statements that neither need a transaction nor may start one. */
static bool is_outside_transactions(const struct query_prepared *p)
{
	if (p->statement == NULL)
		return true;
	switch (p->statement->kind) {
	case STMT_BEGIN:
	case STMT_COMMIT:
	case STMT_ROLLBACK:
	case STMT_SET_TRANSACTION:
	case STMT_SAVEPOINT:
	case STMT_RELEASE:
	case STMT_ROLLBACK_TO:
		return true;
	default:
		return false;
	}
}

static const char *write_name(const struct query_prepared *p)
{
	static const char *const tags[] = { "SELECT", "INSERT", "MERGE", "UPDATE", "DELETE",
		"MERGE" };

	if (p->statement->kind == STMT_COPY)
		return "COPY FROM";
	if (p->statement->kind == STMT_CREATE_TABLE)
		return p->plan == NULL ? "CREATE TABLE" : "CREATE TABLE AS";
	return p->plan == NULL ? "a schema statement" : tags[p->plan->tag];
}

/* Writes that gain by knowing that they are a transaction of their own: they take no locks until
   their end, an index is built beside those of others, ANALYZE forgets types. */
static bool stands_alone(const struct query_prepared *p, bool writes)
{
	const struct ast_stmt *st = p->statement;

	return (writes && p->plan != NULL && st->kind != STMT_CREATE_TABLE) ||
	       st->kind == STMT_CREATE_INDEX ||
	       st->kind == STMT_CREATE_CONSTRAINT || st->kind == STMT_ANALYZE ||
	       (st->kind == STMT_ALTER_TABLE && st->alter_table->action_count == 1 &&
		       st->alter_table->actions[0].kind == ACTION_ADD_KEY);
}

static enum sqlstate enter_transaction(
	struct query_session *s, struct query_prepared *p, bool is_alone, struct error *e)
{
	bool writes = is_write(p), was_open = s->txn != NULL;

	if (s->state == TRANSACTION_FAILED)
		return FAIL(e, E_IN_FAILED_TRANSACTION,
			"current transaction is aborted, commands ignored until end of "
			"transaction block");
	TRY(transaction_ensure(s, is_alone && stands_alone(p, writes), e));
	if (writes && s->is_read_only)
		return FAIL(e, E_READ_ONLY, "cannot execute %s in a read-only transaction",
			write_name(p));
	TRY(session_hold_views(s, e));
	/* One that begins just now has its snapshot. */
	if (was_open)
		txn_statement_begin(s->txn);
	TRY(prepared_refresh(s, p, e));
	return session_check_access(s, p, e);
}

static struct value *copy_parameters(
	struct arena *a, const struct value *parameters, uint32_t count)
{
	struct value *copy;

	if (count == 0)
		return NULL;
	copy = arena_alloc_raw(a, sizeof *copy * count);
	for (uint32_t i = 0; i < count; i++)
		copy[i] = value_copy(a, parameters[i]);
	return copy;
}

static enum sqlstate start_exec(struct query_portal *p, struct error *e)
{
	struct exec_options options;

	portal_exec_options(p, &options);
	if (p->prepared->runs > 1 && !exec_kept_is_used(p->prepared->kept))
		return exec_open_kept(&p->prepared->kept, &options, &p->exec, e);
	return exec_open(p->arena, &options, &p->exec, e);
}

static enum sqlstate open_copy(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	struct copy_options options = {
		.txn = s->txn,
		.bind = ARENA_NEW(p->arena, struct bind_options),
		.session = &s->about,
		.copy = p->prepared->statement->copy,
		.settings = s->settings,
		.notice = s->options.notice,
		.notice_context = s->options.notice_context,
	};

	p->copy_mark = txn_savepoint(s->txn);
	bind_options_fill(s, p->prepared, (struct bind_options *)options.bind);
	if (p->prepared->description.kind == QUERY_COPY_IN)
		return copy_in_open(p->arena, &options, &p->copy, e);
	TRY(copy_out_open(
		p->arena, &options, p->plan->columns, p->plan->column_count, &p->copy_out, e));
	return start_exec(p, e);
}

/* EXECUTE opens a portal on its target. */
static enum sqlstate open_execute(struct query_session *s, struct query_prepared *prepared,
	bool is_alone, struct query_portal **out, struct error *e)
{
	struct query_prepared *target =
		query_named_get(s, prepared->statement->execute.name.text, e);

	if (target == NULL)
		return e->code;
	if (query_open(s, target, prepared->arguments, prepared->argument_count, is_alone, out,
		    e) != OK) {
		e->byte_offset = -1;
		return e->code;
	}
	(*out)->is_elsewhere = true;
	return OK;
}

enum sqlstate query_open(struct query_session *s, struct query_prepared *prepared,
	const struct value *parameters, uint32_t parameter_count, bool is_alone,
	struct query_portal **out, struct error *e)
{
	enum sqlstate rc;
	struct arena *a;
	struct query_portal *p;
	struct value *own;

	if (prepared->statement != NULL && prepared->statement->kind == STMT_EXECUTE)
		return open_execute(s, prepared, is_alone, out, e);
	assert(parameter_count == prepared->description.parameter_count);
	if (!is_outside_transactions(prepared))
		TRY(enter_transaction(s, prepared, is_alone, e));
	a = s->spare == NULL ? arena_new(0) : s->spare;
	s->spare = NULL;
	p = ARENA_NEW(a, struct query_portal);
	p->session = s;
	p->prepared = prepared;
	p->arena = a;
	p->plan = prepared->plan;
	if (prepared->argument_types != NULL) { /* EXPLAIN EXECUTE */
		parameters = prepared->arguments;
		parameter_count = prepared->argument_count;
	}
	own = copy_parameters(a, parameters, parameter_count);
	p->parameters = own;
	p->parameter_count = parameter_count;
	p->epoch = s->epoch;
	p->is_alone = is_alone;
	s->about.query = query_portal_text(p);
	p->columns = ARENA_ARRAY(a, const struct value *, prepared->description.column_count);
	prepared->portals++;
	prepared->runs++;
	p->next = s->portals;
	if (p->next != NULL)
		p->next->previous = p;
	s->portals = p;
	if (p->session->txn != NULL)
		TRY_GOTO(fail, portal_read_names(p, own, e));
	if (prepared->description.kind == QUERY_COPY_IN ||
		prepared->description.kind == QUERY_COPY_OUT)
		TRY_GOTO(fail, open_copy(p, e));
	*out = p;
	return OK;

fail:
	query_close(p);
	return rc;
}

bool query_portal_is_alive(const struct query_portal *p)
{
	return p->epoch == p->session->epoch || p->is_done || p->is_held;
}

const struct query_description *query_portal_describe(const struct query_portal *p)
{
	return &p->prepared->description;
}

struct str query_portal_text(const struct query_portal *p)
{
	return p->prepared->statement == NULL ? STR("") : p->prepared->statement->text;
}

static void close_exec(struct query_portal *p)
{
	if (p->exec != NULL)
		exec_close(p->exec);
	p->exec = NULL;
	portal_view_release(p);
}

void session_stop_portals(struct query_session *s)
{
	for (struct query_portal *p = s->portals; p != NULL; p = p->next)
		close_exec(p);
}

static void unlink_portal(struct query_portal *p)
{
	if (p->next != NULL)
		p->next->previous = p->previous;
	if (p->previous != NULL)
		p->previous->next = p->next;
	else
		p->session->portals = p->next;
}

void query_close(struct query_portal *p)
{
	struct query_session *s;
	struct arena *a;

	if (p == NULL)
		return;
	s = p->session;
	a = p->arena;
	unlink_portal(p);
	close_exec(p);
	if (p->copy != NULL)
		copy_in_close(p->copy);
	if (p->copy_out != NULL)
		copy_out_close(p->copy_out);
	prepared_release(p->prepared);
	arena_reset(a);
	if (s->spare == NULL)
		s->spare = a;
	else
		arena_free(a);
}

/* ---- running a plan ---- */

/* Lists of scalars travel as arrays: those stay values. */
static bool is_json_type(struct type type)
{
	uint8_t kind = type.kind == TYPE_LIST ? type.item : type.kind;

	return kind == TYPE_ANY || kind == TYPE_MAP || kind == TYPE_NODE || kind == TYPE_EDGE ||
	       kind == TYPE_PATH || (type.kind == TYPE_LIST && kind == TYPE_LIST);
}

/* As JSON, or in the language's notation if the session asks for that. */
static enum sqlstate put_json(
	struct query_session *s, struct value v, struct buf *to, struct error *e)
{
	struct eval eval = { .arena = s->scratch, .lasting = s->scratch, .settings = s->settings };
	const struct zone *zone = eval_zone(&eval);
	enum sqlstate rc;

	if (setting_enum(s->settings, SETTING_graph_element_format) == ELEMENT_FORMAT_LITERAL)
		rc = literal_text_put(s->txn, s->scratch, zone, v, to, e);
	else
		rc = json_text_put_in_zone(s->txn, s->scratch, zone, v, to, e);
	arena_reset(s->scratch);
	return rc;
}

static enum sqlstate keep_cell(
	struct query_portal *p, struct type type, struct value v, struct value *to, struct error *e)
{
	struct buf json = { 0 };
	enum sqlstate rc;

	if (v.type == VALUE_NULL || v.spare[0] == SPARE_IS_JSON || !is_json_type(type)) {
		*to = value_copy(p->arena, v);
		return OK;
	}
	rc = put_json(p->session, v, &json, e);
	if (rc == OK) {
		*to = value_string(arena_str(p->arena, buf_str(&json)));
		to->spare[0] = SPARE_IS_JSON;
	}
	buf_free(&json);
	return rc;
}

/* Rows that `from` gave out, into the table of `p`. */
static enum sqlstate keep_rows(struct query_portal *p, struct query_portal *from,
	const struct query_rows *rows, struct error *e)
{
	const struct query_column *columns = from->prepared->description.columns;
	enum sqlstate rc = OK;

	portal_view_swap(from);
	for (uint32_t r = 0; r < rows->count && rc == OK; r++) {
		struct value *to = row_table_add(p->arena, p->table);

		for (uint32_t c = 0; c < rows->column_count && rc == OK; c++)
			rc = keep_cell(p, columns[c].type, rows->columns[c][r], to + c, e);
	}
	portal_view_swap(from);
	return rc;
}

static void tag_plan(struct query_portal *p, const struct exec_counters *n)
{
	p->counts.inserted = n->nodes_created + n->edges_created;
	p->counts.deleted = n->nodes_deleted + n->edges_deleted;
	p->counts.updated = MAX_OF(n->elements_changed, n->rows_updated);
	switch (p->plan->tag) {
	case TAG_SELECT:
		tag_select(p);
		break;
	case TAG_INSERT:
		tag_count(p, STR("INSERT 0 "), p->counts.inserted + n->rows_updated);
		break;
	case TAG_MERGE:
		tag_count(p, STR("MERGE "), n->merged);
		break;
	case TAG_MERGE_INTO:
		tag_count(p, STR("MERGE "),
			p->counts.inserted + n->elements_changed + p->counts.deleted);
		break;
	case TAG_UPDATE:
		tag_count(p, STR("UPDATE "), n->elements_changed);
		break;
	case TAG_DELETE:
		tag_count(p, STR("DELETE "), n->nodes_deleted + n->edges_deleted);
		break;
	}
}

static void report_counters(struct query_session *s, const struct exec_counters *n)
{
	if (!setting_bool(s->settings, SETTING_graph_report_counters))
		return;
	session_notice(s, "NOTICE", W_WARNING,
		"nodes created %" PRIu64 ", edges created %" PRIu64 ", nodes deleted %" PRIu64
		", edges deleted %" PRIu64 ", properties set %" PRIu64 ", labels changed %" PRIu64,
		n->nodes_created, n->edges_created, n->nodes_deleted, n->edges_deleted,
		n->properties_set, n->labels_changed);
}

/* One attempt of a write plan, from its first to its last row. */
static enum sqlstate run_write_once(struct query_portal *p, struct error *e)
{
	struct query_rows rows;
	struct exec_counters counters;
	uint64_t mark = txn_savepoint(p->session->txn);
	enum sqlstate rc = OK;
	enum step step;

	p->table = row_table_new(p->arena, p->prepared->description.column_count);
	TRY(start_exec(p, e));
	while (rc == OK && (step = exec_next(p->exec, &rows, e)) != STEP_DONE)
		rc = step == STEP_FAILED ? e->code : keep_rows(p, p, &rows, e);
	if (rc == OK)
		rc = session_guard(p->session, mark, false, e);
	if (rc == OK) {
		exec_counters(p->exec, &counters);
		tag_plan(p, &counters);
		report_counters(p->session, &counters);
	}
	exec_close(p->exec);
	p->exec = NULL;
	return rc;
}

/* Commits an implicit transaction around the portal, which survives it. */
static enum sqlstate commit_alone(struct query_portal *p, struct error *e)
{
	enum sqlstate rc = query_sync(p->session, e);

	p->epoch = p->session->epoch;
	return rc;
}

static enum sqlstate run_write_in_block(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	uint64_t mark = txn_savepoint(s->txn);
	size_t notify_mark = notifier_mark(s->notifier);

	for (int attempt = 0;; attempt++) {
		struct arena_mark place = arena_save(p->arena);
		enum sqlstate rc = run_write_once(p, e);

		if (rc != E_SERIALIZATION || !txn_must_restart(s->txn) ||
			attempt == RETRIES_IN_BLOCK)
			return rc;
		TRY(session_cancelled(s, e));
		TRY(session_hold_views(s, e));
		txn_statement_restart(s->txn, mark);
		notifier_rollback_to(s->notifier, notify_mark);
		arena_rewind(p->arena, place);
	}
}

/* Nobody else commits, and what is changed is locked first: this attempt loses to nobody but to who
   held a lock before it. */
static enum sqlstate run_write_with_ticket(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;

	TRY(transaction_ensure(s, false, e));
	p->epoch = s->epoch;
	TRY(txn_take_ticket(s->txn, e));
	TRY(run_write_in_block(p, e));
	return commit_alone(p, e);
}

/* Alone: on a conflict the whole statement runs again on a new snapshot. A uniqueness violation at
   commit is one too when the statement is a MERGE: it will find what the other created. */
static enum sqlstate run_write_alone(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	bool is_merge = p->plan->tag == TAG_MERGE || p->plan->has_conflict;

	for (int attempt = 0;; attempt++) {
		struct arena_mark mark = arena_save(p->arena);
		enum sqlstate rc;
		bool can_retry;

		if (attempt > RETRIES_ALONE) {
			rc = run_write_with_ticket(p, e);
		} else {
			rc = run_write_once(p, e);
			if (rc == OK)
				rc = commit_alone(p, e);
		}
		can_retry = rc == E_SERIALIZATION || (rc == E_UNIQUE && is_merge);
		if (rc == OK || !can_retry || attempt == RETRIES_ALONE + RETRIES_WITH_TICKET)
			return rc;
		TRY(session_cancelled(s, e));
		query_fail(s);
		arena_rewind(p->arena, mark);
		if (attempt >= RETRIES_ALONE)
			continue;
		TRY(transaction_ensure(s, true, e));
		p->epoch = s->epoch;
	}
}

/* ---- fetching ---- */

static enum sqlstate start(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *statement = p->prepared->statement;

	p->is_started = true;
	p->is_first = !p->session->has_started;
	p->session->has_started = true;
	if (statement == NULL)
		return OK;
	if (statement->kind != STMT_QUERY)
		return command_run(p, e);
	if (!p->plan->is_write) {
		tag_select(p);
		return start_exec(p, e);
	}
	if (p->is_alone && p->session->state == TRANSACTION_IMPLICIT)
		return run_write_alone(p, e);
	return run_write_in_block(p, e);
}

/* Rows of the table, turned into columns a piece at a time. */
static enum step fetch_table(struct query_portal *p, uint32_t rows_max, struct query_rows *out)
{
	struct row_table *t = p->table;
	uint32_t count = MIN_OF(t->row_count - p->table_offset, (uint32_t)BATCH_ROWS);

	if (rows_max > 0 && count > rows_max)
		count = rows_max;
	if (count == 0 || t->column_count == 0)
		return STEP_DONE;
	p->cells = arena_alloc_raw(p->arena, sizeof *p->cells * count * t->column_count);
	for (uint32_t c = 0; c < t->column_count; c++) {
		for (uint32_t r = 0; r < count; r++)
			p->cells[(size_t)c * count + r] =
				t->cells[(size_t)(p->table_offset + r) * t->column_count + c];
		p->columns[c] = p->cells + (size_t)c * count;
	}
	p->table_offset += count;
	*out = (struct query_rows){ count, t->column_count, p->columns, false };
	return STEP_ROW;
}

static enum step fetch_exec(
	struct query_portal *p, uint32_t rows_max, struct query_rows *out, struct error *e)
{
	uint32_t count;

	if (p->batch_offset == p->batch.count) {
		enum step step = exec_next(p->exec, &p->batch, e);

		p->batch_offset = 0;
		if (step != STEP_ROW) {
			p->batch.count = 0;
			return step;
		}
	}
	count = p->batch.count - p->batch_offset;
	if (rows_max > 0 && count > rows_max)
		count = rows_max;
	for (uint32_t c = 0; c < p->batch.column_count; c++)
		p->columns[c] = p->batch.columns[c] + p->batch_offset;
	p->batch_offset += count;
	*out = (struct query_rows){ count, p->batch.column_count, p->columns,
		p->batch.is_last && p->batch_offset == p->batch.count };
	return STEP_ROW;
}

static enum step fetch(
	struct query_portal *p, uint32_t rows_max, struct query_rows *out, struct error *e)
{
	out->count = 0;
	if (!p->is_started && start(p, e) != OK)
		return STEP_FAILED;
	if (p->table != NULL)
		return fetch_table(p, rows_max, out);
	if (p->exec != NULL)
		return fetch_exec(p, rows_max, out, e);
	return STEP_DONE;
}

/* query_fetch for callers that hold the run token already. */
static enum step fetch_inside(
	struct query_portal *p, uint32_t rows_max, struct query_rows *out, struct error *e)
{
	enum step step;

	out->count = 0;
	if (p->is_done)
		return STEP_DONE;
	if (!query_portal_is_alive(p)) {
		(void)FAIL(e, E_NO_CURSOR, "portal does not exist");
		return STEP_FAILED;
	}
	portal_view_swap(p);
	step = fetch(p, rows_max, out, e);
	portal_view_swap(p);
	/* A wait in the storage layer saw the flag, but does not know whose wish it was. */
	if (step == STEP_FAILED && e->code == E_CANCELLED)
		(void)session_cancelled(p->session, e);
	if (step == STEP_FAILED && p->is_elsewhere)
		e->byte_offset = -1;
	if (step == STEP_DONE) {
		p->is_done = true;
		close_exec(p);
	}
	return step;
}

enum step query_fetch(
	struct query_portal *p, uint32_t rows_max, struct query_rows *out, struct error *e)
{
	struct storage *storage = p->session->engine->storage;
	enum step step;

	p->session->about.query = query_portal_text(p);
	if (p->plan != NULL && !p->plan->is_write &&
		p->prepared->statement->kind != STMT_CREATE_TABLE)
		storage_run_begin_reading(storage);
	else
		storage_run_begin(storage);
	step = fetch_inside(p, rows_max, out, e);
	storage_run_end(storage);
	return step;
}

/* ---- for cursors of SQL ---- */

enum sqlstate portal_move_rows(struct query_portal *p, struct query_portal *from, uint64_t count,
	bool keeps, uint64_t *moved, struct error *e)
{
	*moved = 0;
	while (*moved < count) {
		struct query_rows rows;
		uint64_t left = MIN_OF(count - *moved, (uint64_t)BATCH_ROWS);
		enum step step = fetch_inside(from, (uint32_t)left, &rows, e);

		if (step == STEP_FAILED)
			return e->code;
		if (step == STEP_DONE)
			return OK;
		if (keeps)
			TRY(keep_rows(p, from, &rows, e));
		*moved += rows.count;
	}
	return OK;
}

enum sqlstate portal_hold(struct query_portal *p, struct error *e)
{
	struct query_rows rows;
	struct row_table *table = row_table_new(p->arena, p->prepared->description.column_count);
	enum step step;

	while ((step = fetch_inside(p, 0, &rows, e)) == STEP_ROW) {
		struct row_table *own = p->table;
		enum sqlstate rc;

		p->table = table;
		rc = keep_rows(p, p, &rows, e);
		p->table = own;
		TRY(rc);
	}
	if (step == STEP_FAILED)
		return e->code;
	p->table = table;
	p->table_offset = 0;
	p->is_done = false;
	p->is_held = true;
	return OK;
}

void query_tag(const struct query_portal *p, uint64_t rows_sent, char *text, size_t size)
{
	size_t length = strlen(p->tag);

	assert(length + 1 + NUMBER_TEXT_MAX < size);
	memcpy(text, p->tag, length + 1);
	if (p->tag_has_rows) {
		text[length] = ' ';
		(void)number_format_int64((int64_t)rows_sent, text + length + 1);
	}
}

enum sqlstate query_value_json(
	struct query_portal *p, struct value v, struct buf *to, struct error *e)
{
	enum sqlstate rc;

	if (v.type == VALUE_STRING && v.spare[0] == SPARE_IS_JSON) {
		buf_put_str(to, value_str(v));
		return OK;
	}
	portal_view_swap(p);
	rc = put_json(p->session, v, to, e);
	portal_view_swap(p);
	return rc;
}

enum sqlstate query_value_text(struct query_portal *p, struct type type, struct value v,
	struct buf *to, struct error *e)
{
	struct query_session *s = p->session;
	struct eval eval = { .arena = s->scratch,
		.lasting = s->scratch,
		.txn = s->txn,
		.settings = s->settings,
		.session = &s->about };
	enum sqlstate rc;

	portal_view_swap(p);
	rc = eval_put_typed(&eval, to, v, type, e);
	portal_view_swap(p);
	arena_reset(s->scratch);
	return rc;
}

/* ---- COPY ---- */

void query_copy_describe(const struct query_portal *p, struct query_copy_format *out)
{
	if (p->copy == NULL) {
		out->is_binary = copy_out_is_binary(p->copy_out);
		out->columns = p->plan->columns;
		out->column_count = p->plan->column_count;
		return;
	}
	out->is_binary = copy_in_is_binary(p->copy);
	out->column_count = copy_in_columns(p->copy, &out->columns);
}

enum sqlstate query_copy_data(
	struct query_portal *p, const uint8_t *data, size_t size, struct error *e)
{
	struct storage *storage = p->session->engine->storage;
	enum sqlstate rc;

	assert(p->copy != NULL);
	TRY(session_cancelled(p->session, e));
	storage_run_begin(storage);
	rc = copy_in_data(p->copy, data, size, e);
	storage_run_end(storage);
	return rc;
}

enum sqlstate query_copy_row(struct query_portal *p, const struct value *values, struct error *e)
{
	struct storage *storage = p->session->engine->storage;
	enum sqlstate rc;

	assert(p->copy != NULL);
	TRY(session_cancelled(p->session, e));
	storage_run_begin(storage);
	rc = copy_in_row(p->copy, values, e);
	storage_run_end(storage);
	return rc;
}

void query_copy_where(const struct query_portal *p, uint32_t column, struct error *e)
{
	if (p->copy != NULL)
		copy_in_where(p->copy, column, e);
}

enum sqlstate query_copy_done(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	uint64_t rows;

	assert(p->copy != NULL);
	TRY(copy_in_done(p->copy, &rows, e));
	TRY(session_guard_again(s, p->copy_mark, false, e));
	if (p->is_alone && s->state == TRANSACTION_IMPLICIT)
		TRY(commit_alone(p, e));
	portal_tag(p, "COPY %" PRIu64, rows);
	p->is_done = true;
	return OK;
}

static enum step copy_next(struct query_portal *p, struct buf *to, struct error *e)
{
	if (copy_out_header(p->copy_out, to))
		return STEP_ROW;
	if (p->copy_offset == p->copy_rows.count) {
		enum step step = exec_next(p->exec, &p->copy_rows, e);

		p->copy_offset = 0;
		if (step != STEP_ROW) {
			p->copy_rows.count = 0;
			return step;
		}
	}
	if (copy_out_row(p->copy_out, &p->copy_rows, p->copy_offset++, to, e) != OK)
		return STEP_FAILED;
	p->copy_count++;
	return STEP_ROW;
}

/* Around a step of COPY TO, which is a fetch like any other. */
static void copy_begin(struct query_portal *p)
{
	storage_run_begin(p->session->engine->storage);
	portal_view_swap(p);
}

static void copy_end(struct query_portal *p)
{
	portal_view_swap(p);
	storage_run_end(p->session->engine->storage);
}

static void end_copy_out(struct query_portal *p)
{
	portal_tag(p, "COPY %" PRIu64, p->copy_count);
	p->is_done = true;
	close_exec(p);
}

enum step query_copy_next(struct query_portal *p, struct buf *to, struct error *e)
{
	enum step step;

	copy_begin(p);
	step = copy_next(p, to, e);
	copy_end(p);
	if (step == STEP_DONE)
		end_copy_out(p);
	return step;
}

enum step query_copy_rows(struct query_portal *p, struct query_rows *out, struct error *e)
{
	enum step step;

	copy_begin(p);
	step = exec_next(p->exec, out, e);
	copy_end(p);
	if (step == STEP_ROW)
		p->copy_count += out->count;
	if (step == STEP_DONE)
		end_copy_out(p);
	return step;
}
