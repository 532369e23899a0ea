/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Statements that are neither queries nor schema: settings, transactions, and the helpers that
 * drivers send by themselves. Each is one small function; the table at the end says which serves
 * what.
 */
#include "query/session/session.h"
#include "query/session/temporary.h"

#include <stdio.h>

#include "base/interval.h"
#include "base/utf8.h"
#include "query/parse/parse.h"
#include "query/sql/naming.h"

/* ---- settings ---- */

/* A name of search_path, quoted where it needs to be. A word is in small letters, as SQL has it, unless a
   graph has just that name. */
static void put_schema(
	const struct query_session *s, const struct ast_option *value, struct buf *to)
{
	bool is_graph = catalog_graph_find(txn_catalog(s->txn), value->value) != NAME_NONE;
	struct str name = arena_str(s->scratch, value->value);
	char *at = (char *)name.at;

	for (uint32_t i = 0; i < name.length && value->kind == OPTION_WORD && !is_graph; i++) {
		if (at[i] >= 'A' && at[i] <= 'Z')
			at[i] = (char)(at[i] - 'A' + 'a');
	}
	naming_put_ident(to, name);
}

static struct str joined_values(const struct query_portal *p, const struct ast_setting *setting)
{
	bool is_path = setting_find(setting->name.text) == SETTING_search_path;
	struct buf text = { 0 };
	struct str made;

	for (uint32_t i = 0; i < setting->value_count; i++) {
		buf_put_text(&text, i == 0 ? "" : ", ");
		if (is_path)
			put_schema(p->session, &setting->values[i], &text);
		else
			buf_put_str(&text, setting->values[i].value);
	}
	made = arena_str(p->arena, buf_str(&text));
	buf_free(&text);
	return made;
}

/* SET TIME ZONE INTERVAL '-08:30': the hours, as a number would say them. */
static enum sqlstate interval_hours(
	struct arena *a, const struct ast_setting *setting, struct str *out, struct error *e)
{
	struct interval span;
	struct buf shown = { 0 };
	const char *what;

	TRY(interval_parse_range(setting->interval, setting->interval_range, &span, e));
	interval_cut(&span, setting->interval_range);
	*out = arena_printf(a, "%.10f", (double)span.microseconds / 3600e6);
	what = span.months != 0 ? "months" : span.days != 0 ? "days" : NULL;
	if (what == NULL)
		return OK;
	interval_put(&shown, &span);
	(void)FAIL(e, E_INVALID_VALUE,
		"invalid value for parameter \"TimeZone\": \"INTERVAL '%.*s'\"",
		STR_ARGS(buf_str(&shown)));
	error_detail(e, "Cannot specify %s in time zone interval.", what);
	buf_free(&shown);
	return e->code;
}

enum sqlstate command_setting_text(const struct query_portal *p, const struct ast_setting *setting,
	struct str *out, struct error *e)
{
	if (setting->interval.length > 0)
		return interval_hours(p->arena, setting, out, e);
	*out = joined_values(p, setting);
	return OK;
}

/* SET ROLE and SET SESSION AUTHORIZATION: *is_done if it was one of them. */
static enum sqlstate set_identity(
	struct query_portal *p, const struct ast_setting *setting, bool *is_done, struct error *e)
{
	struct query_session *s = p->session;
	bool is_login = str_equal(setting->name.text, STR("session_authorization"));
	struct str name = is_login ? str_of(s->user) : STR("none");

	*is_done = is_login;
	if (!is_login && !str_equal_nocase(setting->name.text, STR("role")))
		return OK;
	if (!setting->is_default && setting->value_count == 1)
		name = setting->values[0].value;
	TRY(session_may_become(s, name, is_login, e));
	if (!is_login)
		return OK;
	/* Whoever one becomes: a role that was set before does not go along. */
	TRY(setting_set(s->settings, SETTING_role, STR("none"), SETTING_FROM_SESSION, e));
	return setting_set(
		s->settings, SETTING_session_authorization, name, SETTING_FROM_SERVER, e);
}

static enum sqlstate run_set(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_setting *setting = p->prepared->statement->setting;
	enum setting_source source =
		setting->scope == SET_SCOPE_LOCAL ? SETTING_FROM_LOCAL : SETTING_FROM_SESSION;
	struct str text;
	bool is_done;

	portal_tag(p, "SET");
	if (source == SETTING_FROM_LOCAL && s->state != TRANSACTION_BLOCK) {
		session_notice(s, "WARNING", E_NO_TRANSACTION,
			"SET LOCAL can only be used in transaction blocks");
		return OK;
	}
	TRY(set_identity(p, setting, &is_done, e));
	if (is_done)
		return OK;
	if (setting->is_default)
		return settings_reset_name(s->settings, setting->name.text, source, e);
	TRY(command_setting_text(p, setting, &text, e));
	return settings_set_name(s->settings, setting->name.text, text, source, e);
}

/* Those that become immediate are looked at now. */
static enum sqlstate run_set_constraints(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	struct query_session *s = p->session;
	struct bind_options options = { .catalog = txn_catalog(s->txn) };
	struct str *names = ARENA_ARRAY(p->arena, struct str, st->constraints.count + 1);

	portal_tag(p, "SET CONSTRAINTS");
	if (s->state != TRANSACTION_BLOCK)
		session_notice(s, "WARNING", E_NO_TRANSACTION,
			"SET CONSTRAINTS can only be used in transaction blocks");
	for (uint32_t i = 0; i < st->constraints.count; i++)
		names[i] = st->constraints.names[i].text;
	TRY(guard_set(s->guard, &options, names, st->constraints.count,
		!st->constraints.is_immediate, e));
	if (!st->constraints.is_immediate || !txn_has_changes(s->txn))
		return OK;
	return session_guard_again(s, 0, GUARD_SET, e);
}

static enum sqlstate run_reset(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	struct str name = p->prepared->statement->setting->name.text;

	portal_tag(p, "RESET");
	if (str_equal(name, STR("session_authorization")))
		return setting_set(p->session->settings, SETTING_session_authorization,
			str_of(s->user), SETTING_FROM_SERVER, e);
	if (name.length > 0)
		return settings_reset_name(s->settings, name, SETTING_FROM_SESSION, e);
	settings_reset_all(s->settings);
	return OK;
}

static void show_all(struct query_portal *p)
{
	enum setting_id ids[SETTING_COUNT];

	setting_ids_by_name(ids);
	for (int i = 0; i < SETTING_COUNT; i++) {
		char scratch[SETTING_SHOW_SIZE];
		struct str text;
		struct value *row;

		if (!setting_is_shown(p->session->settings, ids[i]))
			continue;
		text = setting_show(p->session->settings, ids[i], scratch);
		row = row_table_add(p->arena, p->table);
		row[0] = value_string(str_of(setting_rows[ids[i]].name));
		row[1] = value_string(arena_str(p->arena, text));
		row[2] = value_string(str_of(setting_rows[ids[i]].description));
	}
}

static enum sqlstate run_show(struct query_portal *p, struct error *e)
{
	struct str name = p->prepared->statement->setting->name.text;
	char scratch[SETTING_SHOW_SIZE];
	struct str text;

	portal_tag(p, "SHOW");
	p->table = row_table_new(p->arena, p->prepared->description.column_count);
	if (name.length == 0) {
		show_all(p);
		return OK;
	}
	if (settings_show_name(p->session->settings, name, scratch, &text, e) != OK) {
		parse_hint_slip(p->prepared->statement->text, 0, e);
		return e->code;
	}
	row_table_add(p->arena, p->table)[0] = value_string(arena_str(p->arena, text));
	return OK;
}

/* ---- the session as a whole ---- */

/* VACUUM and DISCARD ALL stand alone: not in a block, nor behind others in a pipeline or a Query. */
static enum sqlstate check_stands_alone(
	const struct query_portal *p, const char *name, struct error *e)
{
	if (p->session->state == TRANSACTION_BLOCK)
		return FAIL(e, E_ACTIVE_TRANSACTION,
			"%s cannot run inside a transaction block", name);
	if (!p->is_first)
		return FAIL(
			e, E_ACTIVE_TRANSACTION, "%s cannot be executed within a pipeline", name);
	return OK;
}

static enum sqlstate run_discard(struct query_portal *p, struct error *e)
{
	static const char *const tags[] = { "DISCARD ALL", "DISCARD PLANS", "DISCARD SEQUENCES",
		"DISCARD TEMP" };
	struct query_session *s = p->session;
	enum ast_discard what = p->prepared->statement->discard;

	portal_tag(p, "%s", tags[what]);
	if (what == DISCARD_TEMP)
		return temporary_discard(s, e);
	if (what != DISCARD_ALL)
		return OK;
	TRY(check_stands_alone(p, "DISCARD ALL", e));
	TRY(temporary_discard(s, e));
	settings_reset_all(s->settings);
	sql_cursors_close(s);
	session_parameters_forget(s);
	session_graph_reset(s);
	session_drop_statements(s);
	storage_advisory_give_all(s->advisory);
	return notifier_unlisten(s->notifier, STR(""), e);
}

static enum sqlstate run_checkpoint(struct query_portal *p, struct error *e)
{
	portal_tag(p, "CHECKPOINT");
	return storage_checkpoint(p->session->engine->storage, e);
}

/* The one schema that a session can be set to is that of its graph. */
static enum sqlstate check_schema(struct query_portal *p, struct str name, struct error *e)
{
	struct str graph = session_graph_name(p->session);

	if (str_equal_nocase(name, graph.length == 0 ? STR("public") : graph))
		return OK;
	FAIL(e, E_NO_GRAPH, "schema \"%.*s\" is not the current one", STR_ARGS(name));
	error_hint(e, "SESSION SET GRAPH name makes a graph the session's.");
	e->byte_offset = (int)p->prepared->statement->name.at;
	return e->code;
}

static enum sqlstate run_graph_setting(struct query_portal *p, struct error *e)
{
	struct str name = p->prepared->statement->name.text;

	portal_tag(p, "SET");
	if (p->prepared->statement->kind == STMT_SESSION_SET_SCHEMA)
		return check_schema(p, name, e);
	TRY(transaction_ensure(p->session, p->session->is_autocommit, e));
	if (session_graph_set(p->session, name, e) == OK)
		return OK;
	e->byte_offset = (int)p->prepared->statement->name.at;
	return e->code;
}

/* ---- transactions ---- */

/* START TRANSACTION is BEGIN, but has a tag of its own. */
static bool begins_with_start(struct str text)
{
	return text.length > 5 && str_equal_nocase((struct str){ text.at, 5 }, STR("start"));
}

static enum sqlstate run_transaction(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_stmt *st = p->prepared->statement;
	bool was_rolled_back = false;

	switch (st->kind) {
	case STMT_BEGIN:
		portal_tag(p, begins_with_start(st->text) ? "START TRANSACTION" : "BEGIN");
		return transaction_begin(s, &st->transaction, e);
	case STMT_COMMIT:
		TRY(transaction_commit(s, st->transaction.is_chain, &was_rolled_back, e));
		portal_tag(p, was_rolled_back ? "ROLLBACK" : "COMMIT");
		return OK;
	case STMT_ROLLBACK:
		portal_tag(p, "ROLLBACK");
		return transaction_rollback(s, st->transaction.is_chain, e);
	case STMT_SET_TRANSACTION:
		portal_tag(p, "SET");
		return transaction_set(s, &st->transaction, e);
	case STMT_SAVEPOINT:
		portal_tag(p, "SAVEPOINT");
		return transaction_savepoint(s, st->name.text, e);
	case STMT_RELEASE:
		portal_tag(p, "RELEASE");
		return transaction_release(s, st->name.text, e);
	default:
		assert(st->kind == STMT_ROLLBACK_TO);
		portal_tag(p, "ROLLBACK");
		return transaction_rollback_to(s, st->name.text, e);
	}
}

/* A channel is a name: what is longer than a name may be is cut, as PostgreSQL does. */
static struct str channel_name(const struct query_session *s, struct str name)
{
	uint32_t most = (uint32_t)setting_int(s->settings, SETTING_max_identifier_length);

	if (name.length > most)
		name.length = (uint32_t)utf8_valid_length((struct str){ name.at, most });
	return name;
}

static enum sqlstate run_notify(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_stmt *st = p->prepared->statement;

	switch (st->kind) {
	case STMT_LISTEN:
		portal_tag(p, "LISTEN");
		return notifier_listen(s->notifier, channel_name(s, st->name.text), e);
	case STMT_UNLISTEN:
		portal_tag(p, "UNLISTEN");
		return notifier_unlisten(s->notifier, channel_name(s, st->name.text), e);
	default:
		assert(st->kind == STMT_NOTIFY);
		portal_tag(p, "NOTIFY");
		return notifier_send(s->notifier, channel_name(s, st->notify.channel.text),
			st->notify.payload, e);
	}
}

/* ---- the table ---- */

static enum sqlstate not_supported(struct query_portal *p, struct error *e)
{
	(void)FAIL(e, E_NOT_SUPPORTED, "this statement is not supported");
	e->byte_offset = (int)p->prepared->statement->at;
	return e->code;
}

static enum sqlstate run_nothing(struct query_portal *p, const char *tag)
{
	portal_tag(p, "%s", tag);
	return OK;
}

/* dispatch */
enum sqlstate command_run(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;

	if (schema_is_statement(st->kind))
		return schema_run(p, e);
	switch (st->kind) {
	case STMT_EXPLAIN:
		return explain_run(p, e);
	case STMT_SET:
		return run_set(p, e);
	case STMT_RESET:
		return run_reset(p, e);
	case STMT_SHOW:
		return run_show(p, e);
	case STMT_SHOW_CATALOG:
		return listing_run(p, st->catalog, e);
	case STMT_DISCARD:
		return run_discard(p, e);
	case STMT_SESSION_SET_GRAPH:
	case STMT_SESSION_SET_SCHEMA:
		return run_graph_setting(p, e);
	case STMT_SESSION_SET_VALUE:
		return session_parameter_set(p, e);
	case STMT_SESSION_RESET_VALUE:
	case STMT_SESSION_RESET_PARAMETERS:
		return session_parameter_reset(p, e);
	case STMT_SESSION_RESET_ALL:
		session_parameters_forget(p->session);
		settings_reset_all(p->session->settings);
		session_graph_reset(p->session);
		return run_nothing(p, "RESET");
	case STMT_SESSION_CLOSE:
		p->session->is_closed = true;
		return run_nothing(p, "SESSION CLOSE");
	case STMT_SESSION_RESET_GRAPH:
		session_graph_reset(p->session);
		return run_nothing(p, "RESET");
	case STMT_BEGIN:
	case STMT_COMMIT:
	case STMT_ROLLBACK:
	case STMT_SET_TRANSACTION:
	case STMT_SAVEPOINT:
	case STMT_RELEASE:
	case STMT_ROLLBACK_TO:
		return run_transaction(p, e);
	case STMT_SET_CONSTRAINTS:
		return run_set_constraints(p, e);
	case STMT_PREPARE:
	case STMT_DEALLOCATE:
		return sql_prepare_run(p, e);
	case STMT_DECLARE:
	case STMT_FETCH:
	case STMT_CLOSE:
		return sql_cursor_run(p, e);
	case STMT_LISTEN:
	case STMT_UNLISTEN:
	case STMT_NOTIFY:
		return run_notify(p, e);
	case STMT_ANALYZE:
		return analyze_run(p, e);
	case STMT_VACUUM:
		TRY(check_stands_alone(p, "VACUUM", e));
		return run_nothing(p, "VACUUM");
	case STMT_CHECKPOINT:
		return run_checkpoint(p, e);
	default:
		break;
	}
	return st->kind >= STMT_LOCK_TABLE ? command_maintain(p, e) : not_supported(p, e);
}
