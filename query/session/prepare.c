/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Prepared statements: a parsed statement with its plan and the description that the client is
 * told. The plan is made again when the catalog moved; the description never changes, since clients
 * rely on it.
 */
#include "query/plan/plan_query.h"
#include "query/session/session.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/datetime.h"
#include "query/copy/copy.h"
#include "query/eval/eval.h"
#include "query/parse/fingerprint.h"
#include "query/session/plan_cache.h"
#include "query/type/type.h"

void bind_options_fill(
	struct query_session *s, const struct query_prepared *p, struct bind_options *options)
{
	*options = (struct bind_options){
		.catalog = txn_catalog(s->txn),
		.storage = s->engine->storage,
		.txn = s->is_read_only ? NULL : s->txn,
		.graph = session_graph_name(s),
		.settings = s->settings,
		.parameters = p->description.parameters,
		.parameter_count = p->description.parameter_count,
		.session_parameters = s->parameters,
		.session_parameter_count = s->parameter_count,
		.cancel = s->options.cancel,
		.notice = s->options.notice,
		.notice_context = s->options.notice_context,
	};
}

enum sqlstate portal_constant(struct query_portal *p, const struct ast_expr *written,
	struct eval *eval, struct bound **out, struct error *e)
{
	struct bind_options options;

	*eval = (struct eval){ .arena = p->arena,
		.lasting = p->arena,
		.settings = p->session->settings,
		.session = &p->session->about };
	bind_options_fill(p->session, p->prepared, &options);
	return bind_constant_expr(p->arena, written, &options, out, e);
}

void portal_exec_options(const struct query_portal *p, struct exec_options *options)
{
	struct query_session *s = p->session;

	*options = (struct exec_options){
		.storage = s->engine->storage,
		.txn = s->txn,
		.plan = p->plan,
		.parameters = p->parameters,
		.session = &s->about,
		.settings = s->settings,
		.cancel = s->options.cancel,
	};
}

const struct ast_stmt *planned_statement(const struct ast_stmt *statement)
{
	switch (statement->kind) {
	case STMT_QUERY:
		return statement;
	case STMT_EXPLAIN:
		return planned_statement(statement->explain.statement);
	case STMT_SESSION_SET_VALUE:
		return statement->value.query;
	case STMT_COPY:
		return statement->copy->query == NULL ? NULL
						      : planned_statement(statement->copy->query);
	case STMT_CREATE_TABLE:
		return statement->table->query;
	default:
		return NULL;
	}
}

static void describe_one_column(
	struct arena *a, struct query_description *d, struct str name, enum type_kind type)
{
	struct query_column *column = ARENA_NEW(a, struct query_column);

	column->name = name;
	column->type.kind = (uint8_t)type;
	d->kind = QUERY_ROWS;
	d->column_count = 1;
	d->columns = column;
}

/* SHOW x answers one column named as the setting is; SHOW ALL three. */
static void describe_show(struct arena *a, struct query_description *d, const struct ast_stmt *st)
{
	static const struct query_column all[] = {
		{ .name = STR("name"), .type = { .kind = TYPE_STRING } },
		{ .name = STR("setting"), .type = { .kind = TYPE_STRING } },
		{ .name = STR("description"), .type = { .kind = TYPE_STRING } },
	};
	struct str name = st->setting->name.text;
	enum setting_id id = setting_find(name);

	if (name.length == 0) {
		d->kind = QUERY_ROWS;
		d->column_count = ARRAY_COUNT(all);
		d->columns = all;
		return;
	}
	if (id != SETTING_COUNT)
		name = str_of(setting_rows[id].name);
	describe_one_column(a, d, arena_str(a, name), TYPE_STRING);
}

static void describe_plan(struct query_description *d, const struct plan *plan)
{
	d->kind = plan->answers_rows ? QUERY_ROWS : QUERY_COMMAND;
	d->column_count = plan->column_count;
	d->columns = plan->columns;
	d->origins = plan->origins;
	d->parameter_count = plan->parameter_count;
	d->parameters = plan->parameters;
}

static void describe(struct query_session *s, struct arena *a, struct query_prepared *p)
{
	struct query_description *d = &p->description;
	const struct ast_stmt *st = p->statement;

	d->serial = ++s->last_serial;
	d->kind = QUERY_COMMAND;
	if (p->plan != NULL)
		describe_plan(d, p->plan);
	switch (st->kind) {
	case STMT_EXPLAIN:
		d->origins = NULL; /* those of the plan's columns, which it does not answer */
		describe_one_column(a, d, STR("QUERY PLAN"), TYPE_STRING);
		if (p->argument_types != NULL)
			d->parameter_count = 0;
		break;
	case STMT_SESSION_SET_VALUE:
		d->kind = QUERY_COMMAND;
		d->column_count = 0;
		break;
	case STMT_SHOW:
		describe_show(a, d, st);
		break;
	case STMT_SHOW_CATALOG:
		d->kind = QUERY_ROWS;
		d->column_count = listing_columns(st->catalog, &d->columns);
		break;
	case STMT_COPY:
		d->kind = st->copy->is_from ? QUERY_COPY_IN : QUERY_COPY_OUT;
		d->column_count = 0;
		break;
	case STMT_CREATE_TABLE:
		d->kind = QUERY_COMMAND; /* what its query answers goes into the table */
		d->column_count = 0;
		break;
	case STMT_COMMIT:
	case STMT_ROLLBACK:
	case STMT_ROLLBACK_TO:
		d->is_transaction_end = true;
		break;
	default:
		break;
	}
	d->is_at_once = d->kind == QUERY_ROWS && (st->kind != STMT_QUERY || p->plan->is_write);
}

static enum sqlstate check_state(
	const struct query_session *s, const struct ast_stmt *statement, struct error *e)
{
	if (s->state != TRANSACTION_FAILED || statement == NULL)
		return OK;
	if (statement->kind == STMT_COMMIT || statement->kind == STMT_ROLLBACK ||
		statement->kind == STMT_ROLLBACK_TO)
		return OK;
	return FAIL(e, E_IN_FAILED_TRANSACTION,
		"current transaction is aborted, commands ignored until end of transaction block");
}

/* The literals of a statement are read before it is run, as in PostgreSQL: also those that no row
   needs. */
static enum sqlstate try_literals(
	struct query_session *s, struct arena *a, const struct plan *plan, struct error *e)
{
	struct eval eval = { .arena = a,
		.lasting = a,
		.settings = s->settings,
		.session = &s->about };
	enum sqlstate rc = OK;
	struct value v;

	for (uint32_t i = 0; i < plan->literal_count && rc == OK; i++) {
		struct type type = plan->literals[i]->type;

		if (!type_is_reg(type) && !type_is_reg(type_item(type)))
			rc = eval_value(&eval, plan->literals[i], NULL, 0, &v, e);
	}
	eval_end(&eval);
	return rc;
}

static enum sqlstate make_plan(struct query_session *s, struct query_prepared *p, struct arena *a,
	const struct type *parameters, uint32_t parameter_count, struct plan **plan,
	struct error *e)
{
	struct bind_options options;
	uint64_t began = clock_monotonic_ns();

	TRY(transaction_ensure(s, s->is_autocommit, e));
	bind_options_fill(s, p, &options);
	options.parameters = parameters;
	options.parameter_count = parameter_count;
	/* The plan may outlive the session that made it. */
	options.graph = arena_str(a, options.graph);
	TRY(plan_query(a, planned_statement(p->statement), &options, plan, e));
	TRY(try_literals(s, a, *plan, e));
	p->parameter_epoch = s->parameter_epoch;
	p->planning_ns = clock_monotonic_ns() - began;
	return OK;
}

/* The statement that EXPLAIN EXECUTE explains is not in the text that was sent. */
static enum sqlstate make_executed_plan(
	struct query_session *s, struct query_prepared *p, struct arena *a, struct plan **plan,
	struct error *e)
{
	enum sqlstate rc = make_plan(s, p, a, p->argument_types, p->argument_count, plan, e);

	if (rc != OK)
		e->byte_offset = -1;
	return rc;
}

/* COPY label TO STDOUT is COPY (MATCH (x IS label) RETURN …) TO STDOUT. The tree is the parser's,
   so the statement is copied rather than changed. */
static enum sqlstate copy_rewrite(
	struct query_session *s, struct arena *a, struct ast_stmt **statement, struct error *e)
{
	struct ast_stmt *st = *statement, *copied;
	struct buf text = { 0 };
	struct query_script script;
	enum sqlstate rc;

	if (st->kind != STMT_COPY || st->copy->is_from || st->copy->query != NULL)
		return OK;
	TRY(transaction_ensure(s, s->is_autocommit, e));
	rc = copy_label_query(
		a, txn_catalog(s->txn), session_graph_name(s), st->copy, &text, e);
	if (rc == OK)
		rc = query_parse(s, a, buf_str(&text), &script, e);
	buf_free(&text);
	TRY(rc);
	copied = ARENA_NEW(a, struct ast_stmt);
	*copied = *st;
	copied->copy = ARENA_NEW(a, struct ast_copy);
	*copied->copy = *st->copy;
	copied->copy->query = script.statements[0];
	*statement = copied;
	return OK;
}

/* SHOW TRANSACTIONS is a query of pg_stat_activity. */
static enum sqlstate show_rewrite(
	struct query_session *s, struct arena *a, struct ast_stmt **statement, struct error *e)
{
	static const char *const text =
		"SELECT pid, usename AS \"user\", application_name AS application, state, "
		"query_start AS \"since\", query FROM pg_stat_activity "
		"WHERE backend_type = 'client backend' AND state <> 'idle' "
		"ORDER BY query_start, pid";
	struct query_script script;

	if ((*statement)->kind != STMT_SHOW_CATALOG ||
		(*statement)->catalog != CATALOG_TRANSACTIONS)
		return OK;
	TRY(query_parse(s, a, str_of(text), &script, e));
	*statement = script.statements[0];
	return OK;
}

enum sqlstate query_prepare(struct query_session *s, struct arena *a, bool takes_arena,
	const struct query_script *script, uint32_t index, const struct type *parameters,
	uint32_t parameter_count, struct query_prepared **out, struct error *e)
{
	struct query_prepared *p = ARENA_NEW(a, struct query_prepared);

	p->arena = a;
	p->engine = s->engine;
	p->prepared_at = timestamp_now();
	p->description.kind = QUERY_EMPTY;
	if (script->count > 0) {
		assert(index < script->count);
		p->statement = script->statements[index];
		p->fingerprint = fingerprint_of(p->statement->text,
			!setting_bool(s->settings, SETTING_standard_conforming_strings));
		TRY(check_state(s, p->statement, e));
		TRY(prepared_name_relations(s, p, e));
		TRY(copy_rewrite(s, a, &p->statement, e));
		TRY(show_rewrite(s, a, &p->statement, e));
		TRY(sql_execute_explain(s, a, p, e));
		if (p->argument_types != NULL)
			TRY(make_executed_plan(s, p, a, &p->plan, e));
		else if (planned_statement(p->statement) != NULL)
			TRY(make_plan(s, p, a, parameters, parameter_count, &p->plan, e));
		if (p->plan != NULL)
			TRY(session_check_access(s, p, e));
		TRY(prepared_check_body(s, p, e));
		describe(s, a, p);
		if (p->statement->kind == STMT_EXECUTE)
			TRY(sql_execute_prepare(s, a, p, e));
		if (p->statement->kind == STMT_FETCH)
			TRY(sql_cursor_describe(s, p, e));
	}
	p->owns_arena = takes_arena;
	*out = p;
	return OK;
}

struct query_prepared *prepared_of_shared(struct query_session *s, struct shared_plan *shared)
{
	struct arena *a = arena_new(0);
	struct query_prepared *p = ARENA_NEW(a, struct query_prepared);

	p->arena = a;
	p->owns_arena = true;
	p->shared = shared;
	p->statement = shared->statement;
	p->plan = shared->plan;
	p->fingerprint = shared->fingerprint;
	p->engine = s->engine;
	p->prepared_at = timestamp_now();
	p->parameter_epoch = s->parameter_epoch;
	describe(s, a, p);
	return p;
}

static bool same_columns(const struct query_description *d, const struct plan *plan)
{
	if (plan->column_count != d->column_count)
		return false;
	for (uint32_t i = 0; i < plan->column_count; i++) {
		if (plan->columns[i].type.kind != d->columns[i].type.kind ||
			plan->columns[i].type.item != d->columns[i].type.item)
			return false;
	}
	return true;
}

enum sqlstate prepared_refresh(struct query_session *s, struct query_prepared *p, struct error *e)
{
	struct arena *a;
	struct plan *plan;
	enum sqlstate rc;

	TRY(prepared_name_relations(s, p, e));
	if (p->plan == NULL || (p->plan->catalog_version == catalog_version(txn_catalog(s->txn)) &&
				       p->parameter_epoch == s->parameter_epoch))
		return OK;
	if (p->portals > 0 && p->plan_arena != NULL)
		return OK; /* an open portal still runs on the plan made last */
	a = arena_new(0);
	rc = p->argument_types != NULL
		     ? make_executed_plan(s, p, a, &plan, e)
		     : make_plan(s, p, a, p->description.parameters,
			       p->description.parameter_count, &plan, e);
	if (rc == OK && p->statement->kind == STMT_QUERY && !same_columns(&p->description, plan))
		rc = FAIL(e, E_NOT_SUPPORTED, "cached plan must not change result type");
	if (rc != OK) {
		arena_free(a);
		return rc;
	}
	exec_kept_drop(p->kept);
	p->kept = NULL;
	arena_free(p->plan_arena);
	p->plan_arena = a;
	p->plan = plan;
	return OK;
}

void prepared_release(struct query_prepared *p)
{
	assert(p->portals > 0);
	p->portals--;
	if (p->is_dropped && p->portals == 0) {
		p->is_dropped = false;
		query_prepared_free(p);
	}
}

void query_prepared_free(struct query_prepared *p)
{
	struct shared_plan *shared;
	struct query_engine *engine;

	if (p == NULL)
		return;
	if (p->portals > 0) {
		p->is_dropped = true;
		return;
	}
	exec_kept_drop(p->kept);
	p->kept = NULL;
	arena_free(p->plan_arena);
	p->plan_arena = NULL;
	arena_free(p->names_arena);
	p->names_arena = NULL;
	shared = p->shared;
	engine = p->engine;
	if (p->owns_arena)
		arena_free(p->arena);
	/* Last: it may be where all of this stood. */
	if (shared != NULL)
		plan_cache_release(engine->plans, shared);
}

const struct query_description *query_describe(const struct query_prepared *p)
{
	return &p->description;
}
