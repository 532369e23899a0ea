/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Sessions: what one connection keeps between its statements. Named prepared statements live here,
 * since the protocol and SQL's PREPARE share one name space.
 */
#include "query/session/session.h"

#include "query/ddl/generate.h"
#include "query/ddl/guard.h"

#include <stdlib.h>

#include "base/datetime.h"
#include "query/function/notify.h"
#include "query/parse/parse.h"
#include "query/plan/view_table.h"
#include "query/session/plan_cache.h"
#include "query/sql/reg_text.h"

struct query_engine *query_engine_new(struct storage *s)
{
	struct query_engine *q = calloc(1, sizeof *q);

	if (q == NULL)
		PANIC("out of memory for the query engine");
	q->storage = s;
	q->notify_hub = notify_hub_new();
	q->plans = plan_cache_new();
	/* above all that were given before the server was started again */
	q->started_at = timestamp_now();
	atomic_init(&q->next_transaction, (uint64_t)q->started_at);
	return q;
}

void query_engine_free(struct query_engine *q)
{
	notify_hub_free(q->notify_hub);
	plan_cache_free(q->plans);
	free(q);
}

static char *duplicate(const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		PANIC("out of memory for a session");
	return copy;
}

static void warn(void *context, const char *message)
{
	session_notice(context, "WARNING", W_WARNING, "%s", message);
}

static const struct eval_catalog catalog = {
	.put_object = reg_put,
	.find_object = reg_find,
	.object_missing = reg_missing,
	.view_columns = view_table_columns,
	.view_writing = view_table_writing,
};

struct query_session *query_session_new(
	struct query_engine *q, const struct query_session_options *options)
{
	struct query_session *s = calloc(1, sizeof *s);

	if (s == NULL)
		PANIC("out of memory for a session");
	s->engine = q;
	s->options = *options;
	s->user = duplicate(options->user);
	s->database = duplicate(options->database);
	s->options.user = s->user;
	s->options.database = s->database;
	s->scratch = arena_new(0);
	s->rights_version = UINT64_MAX;
	s->settings = settings_new((struct settings *)options->defaults);
	s->notifier = notifier_new(
		q->notify_hub, options->process_id, options->wake, options->wake_context);
	s->advisory = storage_advisory_new(q->storage, options->process_id);
	s->transaction.next = &q->next_transaction;
	s->about = (struct eval_session){
		.catalog = &catalog,
		.user = s->user,
		.database = s->database,
		.process_id = options->process_id,
		.sequences = &s->sequences,
		.seeded = &s->seeded,
		.settings = s->settings,
		.tell = session_tell,
		.tell_context = s,
		.storage = q->storage,
		.notifier = s->notifier,
		.advisory = s->advisory,
		.server_start = q->started_at,
		.transaction = &s->transaction,
		.warn = warn,
		.warn_context = s,
		.ask = options->ask,
		.ask_context = options->ask_context,
	};
	return s;
}

void query_session_free(struct query_session *s)
{
	size_t cursor = 0;
	struct str name;
	void *prepared;

	if (s == NULL)
		return;
	sql_cursors_close(s);
	transaction_abandon(s);
	while (map_str_next(&s->statements, &cursor, &name, &prepared)) {
		query_prepared_free(prepared);
		free((char *)name.at);
	}
	map_str_free(&s->statements);
	query_prepared_free(s->unnamed);
	VEC_FREE(&s->savepoints);
	settings_release(s->settings);
	arena_free(s->spare);
	sequence_memory_forget(&s->sequences);
	session_parameters_forget(s);
	guard_free(s->guard);
	generate_free(s->generate);
	notifier_free(s->notifier);
	storage_advisory_free(s->advisory);
	arena_free(s->scratch);
	free(s->graph);
	free(s->user);
	free(s->database);
	free(s);
}

struct settings *query_session_settings(struct query_session *s)
{
	return s->settings;
}

enum sqlstate query_role_find(
	struct query_engine *q, struct str name, struct query_role *out, struct error *e)
{
	struct txn_options options = { .isolation = ISOLATION_READ_COMMITTED,
		.is_read_only = true };
	const struct acl_target database = { ACL_DATABASE, 0 };
	struct role_set set;
	struct role r;
	struct txn *t;

	memset(out, 0, sizeof *out);
	TRY(txn_begin(q->storage, &options, &t, e));
	role_set_of(txn_catalog(t), name, &set);
	out->is_refused = set.is_refused;
	out->is_superuser = set.is_superuser;
	out->can_connect =
		(acl_allowed(txn_catalog(t), database, &set) & PRIVILEGE_CONNECT) != 0;
	out->exists = role_find(txn_catalog(t), name, &r);
	out->can_login = !out->exists || (r.flags & ROLE_LOGIN) != 0;
	out->connection_limit = out->exists ? r.connection_limit : -1;
	out->oid = role_oid(txn_catalog(t), out->exists ? r.id : NAME_NONE);
	out->valid_until = out->exists ? r.valid_until : INT64_MAX;
	if (out->exists)
		memcpy(out->verifier, r.verifier, sizeof out->verifier);
	txn_abort(t);
	return OK;
}

static void apply_settings(struct str pairs, struct settings *to)
{
	struct str name, value;
	struct error ignored;

	while (role_settings_take(&pairs, &name, &value)) {
		error_clear(&ignored);
		if (settings_set_name(to, name, value, SETTING_FROM_CLIENT, &ignored) != OK)
			continue;
	}
}

enum sqlstate query_role_apply_settings(
	struct query_engine *q, struct str user, struct settings *to, struct error *e)
{
	struct txn_options options = { .isolation = ISOLATION_READ_COMMITTED,
		.is_read_only = true };
	struct role r = { .id = NAME_NONE };
	const struct catalog *c;
	struct txn *t;

	TRY(txn_begin(q->storage, &options, &t, e));
	c = txn_catalog(t);
	if (!role_find(c, user, &r))
		r.id = NAME_NONE;
	/* The nearer comes later. */
	for (int is_role = 0; is_role < 2 && (!is_role || r.id != NAME_NONE); is_role++) {
		uint32_t id = is_role ? r.id : NAME_NONE;

		apply_settings(role_settings(c, (struct role_setting_key){ id, false }), to);
		apply_settings(role_settings(c, (struct role_setting_key){ id, true }), to);
	}
	txn_abort(t);
	return OK;
}

enum sqlstate query_role_is_member(struct query_engine *q, struct str user, struct str role,
	bool *out, struct error *e)
{
	struct txn_options options = { .isolation = ISOLATION_READ_COMMITTED,
		.is_read_only = true };
	struct txn *t;

	TRY(txn_begin(q->storage, &options, &t, e));
	*out = role_is_member(txn_catalog(t), user, role);
	txn_abort(t);
	return OK;
}

bool query_is_listening(const struct query_session *s)
{
	return notifier_is_listening(s->notifier);
}

bool query_notification_next(struct query_session *s, struct query_notification *out)
{
	return notifier_next(s->notifier, &out->process_id, &out->channel, &out->payload);
}

enum sqlstate query_parse(struct query_session *s, struct arena *a, struct str text,
	struct query_script *out, struct error *e)
{
	struct parse_options options = {
		.backslash_escapes =
			!setting_bool(s->settings, SETTING_standard_conforming_strings),
		.double_quoted_strings =
			setting_bool(s->settings, SETTING_graph_double_quoted_strings),
		.depth_max = (uint32_t)setting_int(s->settings, SETTING_max_query_depth),
		.text_bytes_max = (uint32_t)setting_bytes(s->settings, SETTING_max_query_length),
	};
	struct ast_script script;

	TRY(parse_script(a, text, &options, &script, e));
	out->count = script.count;
	out->statements = script.statements;
	out->text = script.text;
	return OK;
}

/* ---- named statements ---- */

enum sqlstate query_named_put(
	struct query_session *s, struct str name, struct query_prepared *p, struct error *e)
{
	struct str key;

	if (name.length == 0) {
		query_prepared_free(s->unnamed);
		s->unnamed = p;
		return OK;
	}
	if (map_str_get(&s->statements, name) != NULL)
		return FAIL(e, E_DUPLICATE_STATEMENT, "prepared statement \"%.*s\" already exists",
			STR_ARGS(name));
	if (s->statements.count >=
		(size_t)setting_int(s->settings, SETTING_max_prepared_statements)) {
		(void)FAIL(e, E_LIMIT_EXCEEDED, "too many prepared statements");
		error_hint(e, "Deallocate some, or raise max_prepared_statements.");
		return e->code;
	}
	key = (struct str){ strndup(name.at, name.length), name.length };
	if (key.at == NULL)
		PANIC("out of memory for a statement's name");
	map_str_put(&s->statements, key, p);
	return OK;
}

struct query_prepared *query_named_get(struct query_session *s, struct str name, struct error *e)
{
	struct query_prepared *p =
		name.length == 0 ? s->unnamed : map_str_get(&s->statements, name);

	if (p == NULL && name.length == 0)
		(void)FAIL(e, E_NO_STATEMENT, "unnamed prepared statement does not exist");
	else if (p == NULL)
		(void)FAIL(e, E_NO_STATEMENT, "prepared statement \"%.*s\" does not exist",
			STR_ARGS(name));
	return p;
}

/* The map gives back the value, not the key it owned: find that first. */
static void drop_named(struct query_session *s, struct str name)
{
	size_t cursor = 0;
	struct str key;
	void *prepared;

	while (map_str_next(&s->statements, &cursor, &key, &prepared)) {
		if (str_equal(key, name)) {
			map_str_remove(&s->statements, name);
			query_prepared_free(prepared);
			free((char *)key.at);
			return;
		}
	}
}

void query_named_drop(struct query_session *s, struct str name)
{
	if (name.length == 0) {
		query_prepared_free(s->unnamed);
		s->unnamed = NULL;
	} else if (map_str_get(&s->statements, name) != NULL) {
		drop_named(s, name);
	}
}
