/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A session's transaction, implicit or a block: the state machine drawn in session.h. The storage
 * transaction is begun only when a statement needs it, so that BEGIN costs nothing and SET
 * TRANSACTION can still choose its isolation.
 */
#include "query/session/session.h"
#include "query/session/temporary.h"

#include "query/ddl/generate.h"
#include "query/ddl/guard.h"
#include "query/eval/eval.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { GUARD_RETRIES = 1000 };

/* The order of the setting's options. */
static const enum isolation isolation_of_setting[] = {
	ISOLATION_READ_COMMITTED, /* read uncommitted is accepted and means this */
	ISOLATION_READ_COMMITTED,
	ISOLATION_REPEATABLE_READ,
	ISOLATION_SERIALIZABLE,
};

static const struct {
	enum isolation isolation;
	const char *name;
} isolation_of_ast[] = {
	[AST_ISOLATION_UNSET] = { ISOLATION_READ_COMMITTED, "read committed" },
	[AST_ISOLATION_READ_UNCOMMITTED] = { ISOLATION_READ_COMMITTED, "read uncommitted" },
	[AST_ISOLATION_READ_COMMITTED] = { ISOLATION_READ_COMMITTED, "read committed" },
	[AST_ISOLATION_REPEATABLE_READ] = { ISOLATION_REPEATABLE_READ, "repeatable read" },
	[AST_ISOLATION_SERIALIZABLE] = { ISOLATION_SERIALIZABLE, "serializable" },
};

void session_notice(
	struct query_session *s, const char *severity, enum sqlstate code, const char *format, ...)
{
	struct error notice;
	va_list args;

	if (s->options.notice == NULL)
		return;
	error_clear(&notice);
	notice.code = code;
	va_start(args, format);
	vsnprintf(notice.message, sizeof notice.message, format, args);
	va_end(args);
	s->options.notice(s->options.notice_context, severity, &notice);
}

enum sqlstate session_cancelled(const struct query_session *s, struct error *e)
{
	return eval_cancelled(s->options.cancel, e);
}

static void show_modes(struct query_session *s, struct str isolation)
{
	struct error ignored;
	enum sqlstate rc = setting_set(s->settings, SETTING_transaction_isolation,
		isolation, SETTING_FROM_SERVER, &ignored);

	assert(rc == OK);
	rc = setting_set(s->settings, SETTING_transaction_read_only,
		s->is_read_only ? STR("on") : STR("off"), SETTING_FROM_SERVER, &ignored);
	assert(rc == OK);
}

static void show_deferrable(struct query_session *s, bool is_deferrable)
{
	struct error ignored;
	enum sqlstate rc = setting_set(s->settings, SETTING_transaction_deferrable,
		is_deferrable ? STR("on") : STR("off"), SETTING_FROM_SERVER, &ignored);

	assert(rc == OK);
}

/* A transaction starts, implicit or not: its modes are the session's defaults. */
static void take_defaults(struct query_session *s)
{
	char scratch[SETTING_SHOW_SIZE];

	s->isolation = isolation_of_setting[setting_enum(
		s->settings, SETTING_default_transaction_isolation)];
	s->is_read_only = setting_bool(s->settings, SETTING_default_transaction_read_only);
	settings_begin(s->settings);
	if (setting_bool(s->settings, SETTING_transaction_deferrable) !=
		setting_bool(s->settings, SETTING_default_transaction_deferrable))
		show_deferrable(s, setting_bool(s->settings,
					   SETTING_default_transaction_deferrable));
	if (setting_enum(s->settings, SETTING_transaction_isolation) !=
			setting_enum(s->settings, SETTING_default_transaction_isolation) ||
		setting_bool(s->settings, SETTING_transaction_read_only) != s->is_read_only)
		show_modes(s, setting_show(s->settings,
				      SETTING_default_transaction_isolation, scratch));
}

static enum sqlstate begin_storage(struct query_session *s, bool is_autocommit, struct error *e)
{
	struct txn_options options = {
		.isolation = s->isolation,
		.is_read_only = s->is_read_only,
		.is_autocommit = is_autocommit,
		.durability =
			setting_commit_is_synchronous(s->settings) ? DURABILITY_ON : DURABILITY_OFF,
		.lock_timeout_ms = (uint32_t)setting_int(s->settings, SETTING_lock_timeout),
		.cancel = s->options.cancel,
		.owner = s->options.process_id,
	};

	assert(s->txn == NULL);
	if (s->generate == NULL)
		s->generate = generate_new(s->engine->storage, s->settings);
	options.generator = generate_storage(s->generate);
	s->is_autocommit = is_autocommit;
	return txn_begin(s->engine->storage, &options, &s->txn, e);
}

enum sqlstate transaction_ensure(struct query_session *s, bool is_autocommit, struct error *e)
{
	assert(s->state != TRANSACTION_FAILED);
	if (s->state == TRANSACTION_NONE) {
		take_defaults(s);
		s->state = TRANSACTION_IMPLICIT;
	}
	if (s->txn != NULL && s->is_autocommit != is_autocommit &&
		s->state == TRANSACTION_IMPLICIT && !txn_has_changes(s->txn) &&
		!session_is_read(s)) {
		txn_abort(s->txn);
		s->txn = NULL;
	}
	if (s->txn == NULL)
		return begin_storage(s, is_autocommit && s->state == TRANSACTION_IMPLICIT, e);
	return OK;
}

static void forget_savepoints(struct query_session *s, size_t keep)
{
	while (s->savepoints.count > keep)
		free(VEC_POP(&s->savepoints).name);
}

/* The transaction is over, one way or the other. */
static void end(struct query_session *s)
{
	s->txn = NULL;
	s->transaction.number = 0;
	s->state = TRANSACTION_NONE;
	s->epoch++;
	s->has_started = false;
	forget_savepoints(s, 0);
	guard_rollback_to(s->guard, 0);
}

static void count_end(struct query_session *s, bool was_committed)
{
	struct transaction_counts *n = &s->engine->ended[stripe_of_thread()];

	atomic_fetch_add_explicit(
		was_committed ? &n->commits : &n->rollbacks, 1, memory_order_relaxed);
}

static void roll_back(struct query_session *s)
{
	session_stop_portals(s);
	if (s->txn != NULL)
		txn_abort(s->txn);
	if (s->state != TRANSACTION_NONE) {
		settings_rollback(s->settings);
		count_end(s, false);
	}
	notifier_rollback_to(s->notifier, 0);
	end(s);
}

enum sqlstate session_guard(
	struct query_session *s, uint64_t mark, enum guard_time time, struct error *e)
{
	struct bind_options options = { .catalog = txn_catalog(s->txn),
		.storage = s->engine->storage,
		.txn = s->txn,
		.settings = s->settings };

	return guard_statement(s->guard, &options, mark, time, e);
}

enum sqlstate session_guard_again(
	struct query_session *s, uint64_t mark, enum guard_time time, struct error *e)
{
	uint64_t start = txn_savepoint(s->txn);

	for (int attempt = 0;; attempt++) {
		enum sqlstate rc = session_guard(s, mark, time, e);

		if (rc != E_SERIALIZATION || !txn_must_restart(s->txn) || attempt == GUARD_RETRIES)
			return rc;
		TRY(session_cancelled(s, e));
		txn_statement_restart(s->txn, start);
	}
}

/* What is deferred is looked at now; if that fails, the transaction is rolled back. */
static enum sqlstate commit_guarded(struct query_session *s, struct error *e)
{
	enum sqlstate rc;

	if (s->txn == NULL)
		return OK;
	rc = txn_has_changes(s->txn) ? session_guard_again(s, 0, GUARD_COMMIT, e) : OK;
	if (rc == OK)
		rc = temporary_before_commit(s, e);
	if (rc == OK)
		rc = notifier_before_commit(s->notifier,
			setting_bytes(s->settings, SETTING_max_notify_queue_size), e);
	if (rc == OK)
		return txn_commit(s->txn, e);
	txn_abort(s->txn);
	return rc;
}

static enum sqlstate commit(struct query_session *s, struct error *e)
{
	enum sqlstate rc;

	session_stop_portals(s);
	rc = commit_guarded(s, e);
	/* The storage layer saw the flag, but does not know whose wish it was. */
	if (rc == E_CANCELLED && session_cancelled(s, e) != OK)
		rc = e->code;
	count_end(s, rc == OK);
	if (rc == OK) {
		settings_commit(s->settings);
		notifier_commit(s->notifier);
	} else {
		settings_rollback(s->settings);
		notifier_rollback_to(s->notifier, 0);
	}
	end(s);
	return rc;
}

static enum sqlstate apply_modes(
	struct query_session *s, const struct ast_transaction *modes, struct error *e)
{
	const char *name = isolation_of_ast[modes->isolation].name;

	if (modes->isolation != AST_ISOLATION_UNSET) {
		if (s->txn != NULL && isolation_of_ast[modes->isolation].isolation != s->isolation)
			return FAIL(e, E_ACTIVE_TRANSACTION,
				"SET TRANSACTION ISOLATION LEVEL must be called before any query");
		s->isolation = isolation_of_ast[modes->isolation].isolation;
	}
	if (modes->access == ACCESS_READ_WRITE && s->is_read_only && s->txn != NULL)
		return FAIL(e, E_ACTIVE_TRANSACTION,
			"transaction read-write mode must be set before any query");
	if (modes->access != ACCESS_UNSET)
		s->is_read_only = modes->access == ACCESS_READ_ONLY;
	if (modes->deferrable != DEFERRABLE_UNSET)
		show_deferrable(s, modes->deferrable == DEFERRABLE_YES);
	if (modes->isolation == AST_ISOLATION_UNSET)
		name = s->isolation == ISOLATION_SERIALIZABLE	   ? "serializable"
		       : s->isolation == ISOLATION_REPEATABLE_READ ? "repeatable read"
								   : "read committed";
	show_modes(s, str_of(name));
	return OK;
}

enum sqlstate transaction_begin(
	struct query_session *s, const struct ast_transaction *modes, struct error *e)
{
	if (s->state == TRANSACTION_BLOCK) {
		session_notice(s, "WARNING", E_ACTIVE_TRANSACTION,
			"there is already a transaction in progress");
		return OK;
	}
	assert(s->state != TRANSACTION_FAILED);
	if (s->state == TRANSACTION_NONE)
		take_defaults(s);
	/* An implicit transaction that did nothing yet may still change its mind. */
	if (s->txn != NULL && !txn_has_changes(s->txn) && !session_is_read(s)) {
		txn_abort(s->txn);
		s->txn = NULL;
	}
	s->state = TRANSACTION_BLOCK;
	return apply_modes(s, modes, e);
}

/* But for the isolation, which the tree tells apart further than the storage does. */
static struct ast_transaction modes_of(const struct query_session *s)
{
	return (struct ast_transaction){
		.access = s->is_read_only ? ACCESS_READ_ONLY : ACCESS_READ_WRITE,
		.deferrable = setting_bool(s->settings, SETTING_transaction_deferrable)
				      ? DEFERRABLE_YES
				      : DEFERRABLE_NO,
	};
}

/* AND CHAIN: a new block with the modes of the one that ended. */
static void chain_block(struct query_session *s, enum isolation isolation,
	const struct ast_transaction *modes)
{
	struct error ignored;
	enum sqlstate rc;

	take_defaults(s);
	s->state = TRANSACTION_BLOCK;
	s->isolation = isolation;
	rc = apply_modes(s, modes, &ignored);
	assert(rc == OK);
}

enum sqlstate transaction_commit(
	struct query_session *s, bool chain, bool *was_rolled_back, struct error *e)
{
	enum isolation isolation = s->isolation;
	struct ast_transaction modes = modes_of(s);

	*was_rolled_back = s->state == TRANSACTION_FAILED;
	if (s->state != TRANSACTION_BLOCK && s->state != TRANSACTION_FAILED) {
		if (chain)
			return FAIL(e, E_NO_TRANSACTION,
				"COMMIT AND CHAIN can only be used in transaction blocks");
		session_notice(
			s, "WARNING", E_NO_TRANSACTION, "there is no transaction in progress");
		return OK;
	}
	if (*was_rolled_back)
		roll_back(s);
	else
		TRY(commit(s, e));
	if (chain)
		chain_block(s, isolation, &modes);
	return OK;
}

enum sqlstate transaction_rollback(struct query_session *s, bool chain, struct error *e)
{
	enum isolation isolation = s->isolation;
	struct ast_transaction modes = modes_of(s);

	if (s->state != TRANSACTION_BLOCK && s->state != TRANSACTION_FAILED) {
		if (chain)
			return FAIL(e, E_NO_TRANSACTION,
				"ROLLBACK AND CHAIN can only be used in transaction blocks");
		session_notice(
			s, "WARNING", E_NO_TRANSACTION, "there is no transaction in progress");
		return OK;
	}
	roll_back(s);
	if (chain)
		chain_block(s, isolation, &modes);
	return OK;
}

enum sqlstate transaction_set(
	struct query_session *s, const struct ast_transaction *modes, struct error *e)
{
	static const struct str levels[] = {
		[AST_ISOLATION_READ_UNCOMMITTED] = STR("read uncommitted"),
		[AST_ISOLATION_READ_COMMITTED] = STR("read committed"),
		[AST_ISOLATION_REPEATABLE_READ] = STR("repeatable read"),
		[AST_ISOLATION_SERIALIZABLE] = STR("serializable"),
	};

	if (!modes->is_session) {
		if (s->state != TRANSACTION_BLOCK) {
			session_notice(s, "WARNING", E_NO_TRANSACTION,
				"SET TRANSACTION can only be used in transaction blocks");
			return OK;
		}
		return apply_modes(s, modes, e);
	}
	if (modes->isolation != AST_ISOLATION_UNSET)
		TRY(setting_set(s->settings, SETTING_default_transaction_isolation,
			levels[modes->isolation], SETTING_FROM_SESSION, e));
	if (modes->access != ACCESS_UNSET)
		TRY(setting_set(s->settings, SETTING_default_transaction_read_only,
			modes->access == ACCESS_READ_ONLY ? STR("on") : STR("off"),
			SETTING_FROM_SESSION, e));
	if (modes->deferrable != DEFERRABLE_UNSET)
		TRY(setting_set(s->settings, SETTING_default_transaction_deferrable,
			modes->deferrable == DEFERRABLE_YES ? STR("on") : STR("off"),
			SETTING_FROM_SESSION, e));
	return OK;
}

/* ---- savepoints ---- */

static enum sqlstate need_block(const struct query_session *s, const char *command, struct error *e)
{
	if (s->state == TRANSACTION_BLOCK || s->state == TRANSACTION_FAILED)
		return OK;
	return FAIL(e, E_NO_TRANSACTION, "%s can only be used in transaction blocks", command);
}

/* Its place in the list, from the newest; SIZE_MAX if there is none. */
static enum sqlstate find_savepoint(
	const struct query_session *s, struct str name, size_t *at, struct error *e)
{
	for (size_t i = s->savepoints.count; i > 0; i--) {
		if (str_equal(str_of(s->savepoints.at[i - 1].name), name)) {
			*at = i - 1;
			return OK;
		}
	}
	return FAIL(e, E_NO_SAVEPOINT, "savepoint \"%.*s\" does not exist", STR_ARGS(name));
}

enum sqlstate transaction_savepoint(struct query_session *s, struct str name, struct error *e)
{
	struct savepoint point;

	TRY(need_block(s, "SAVEPOINT", e));
	TRY(transaction_ensure(s, false, e));
	point.name = strndup(name.at, name.length);
	if (point.name == NULL)
		PANIC("out of memory for a savepoint");
	point.mark = txn_savepoint(s->txn);
	point.guard_mark = guard_mark(s->guard);
	point.settings_mark = settings_mark(s->settings);
	point.notify_mark = notifier_mark(s->notifier);
	VEC_PUSH(&s->savepoints, point);
	return OK;
}

enum sqlstate transaction_release(struct query_session *s, struct str name, struct error *e)
{
	size_t at;

	TRY(need_block(s, "RELEASE SAVEPOINT", e));
	TRY(find_savepoint(s, name, &at, e));
	forget_savepoints(s, at);
	return OK;
}

enum sqlstate transaction_rollback_to(struct query_session *s, struct str name, struct error *e)
{
	size_t at;

	TRY(need_block(s, "ROLLBACK TO SAVEPOINT", e));
	TRY(find_savepoint(s, name, &at, e));
	assert(s->txn != NULL);
	txn_rollback_to(s->txn, s->savepoints.at[at].mark);
	settings_rollback_to(s->settings, s->savepoints.at[at].settings_mark);
	notifier_rollback_to(s->notifier, s->savepoints.at[at].notify_mark);
	guard_rollback_to(s->guard, s->savepoints.at[at].guard_mark);
	forget_savepoints(s, at + 1);
	s->state = TRANSACTION_BLOCK;
	return OK;
}

/* ---- what the protocol asks ---- */

bool query_session_is_closed(const struct query_session *s)
{
	return s->is_closed;
}

char query_transaction_status(const struct query_session *s)
{
	switch (s->state) {
	case TRANSACTION_BLOCK:
		return 'T';
	case TRANSACTION_FAILED:
		return 'E';
	default:
		return 'I';
	}
}

enum sqlstate query_sync(struct query_session *s, struct error *e)
{
	s->has_started = false;
	if (s->state != TRANSACTION_IMPLICIT)
		return OK;
	return commit(s, e);
}

void query_fail(struct query_session *s)
{
	if (s->state == TRANSACTION_IMPLICIT) {
		roll_back(s);
	} else if (s->state == TRANSACTION_BLOCK) {
		s->state = TRANSACTION_FAILED;
		session_stop_portals(s);
		/* Nothing behind the last savepoint can be saved: let go of locks at once. */
		if (s->savepoints.count > 0 && s->txn != NULL) {
			txn_rollback_to(s->txn, VEC_LAST(&s->savepoints).mark);
		} else if (s->txn != NULL) {
			txn_abort(s->txn);
			s->txn = NULL;
		}
		s->epoch++;
	}
}

void transaction_abandon(struct query_session *s)
{
	if (s->state != TRANSACTION_NONE)
		roll_back(s);
}
