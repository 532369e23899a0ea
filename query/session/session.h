/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the files of query/session share: the session, its transaction, prepared statements,
 * portals.
 */
#ifndef QUERY_SESSION_SESSION_H
#define QUERY_SESSION_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "base/setting.h"
#include "base/stripe.h"
#include "base/vec.h"
#include "query/bind/bind.h"
#include "query/exec/exec.h"
#include "query/function/notify.h"
#include "query/function/sequence_memory.h"
#include "query/query.h"
#include "query/role/role.h"
#include "query/table/table.h"
#include "query/tree/plan.h"
#include "storage/storage.h"

struct copy_in;
struct generate;
struct guard;
struct copy_out;
struct plan_cache;
struct shared_plan;

/*
 * A session's transaction.
 *
 *   NONE      --transaction_ensure-->  IMPLICIT   a statement needs one
 *   NONE, IMPLICIT --BEGIN-->          BLOCK
 *   IMPLICIT  --query_sync-->          NONE       committed
 *   IMPLICIT  --query_fail-->          NONE       rolled back
 *   BLOCK     --COMMIT, ROLLBACK-->    NONE
 *   BLOCK     --query_fail-->          FAILED
 *   FAILED    --ROLLBACK, COMMIT-->    NONE       rolled back either way
 *   FAILED    --ROLLBACK TO-->         BLOCK
 */
enum transaction_state {
	TRANSACTION_NONE,
	TRANSACTION_IMPLICIT,
	TRANSACTION_BLOCK,
	TRANSACTION_FAILED,
};

struct savepoint {
	char *name;
	uint64_t mark; /* of the storage transaction's changes */
	size_t settings_mark;
	size_t notify_mark;
};

struct query_engine {
	struct storage *storage;
	struct notify_hub *notify_hub;
	struct plan_cache *plans;
	int64_t started_at; /* TIMESTAMPTZ */
	_Atomic uint64_t next_transaction; /* the next number that one is given */
	struct transaction_counts {
		_Atomic uint64_t commits, rollbacks; /* of transactions that read too */
		uint8_t apart[STRIPE_ALIGN - 16];
	} ended[STRIPES];
};

struct query_session {
	struct query_engine *engine;
	struct query_session_options options;
	char *user, *database;
	struct settings *settings;
	struct eval_session about; /* what functions may ask */
	struct eval_transaction transaction;
	struct storage_advisory *advisory;
	struct rand seeded;	   /* by setseed(); zero: not */

	enum transaction_state state;
	struct txn *txn;    /* NULL until a statement of the transaction needs it */
	bool has_started;   /* a statement ran since the last transaction's end */
	bool is_autocommit; /* what txn was begun with */
	bool is_closed;	    /* by SESSION CLOSE */
	bool is_read_only;
	enum isolation isolation;
	uint64_t epoch; /* one more at each transaction's end: older portals are dead */
	VEC(struct savepoint) savepoints;

	struct map_str statements;    /* name (owned) to struct query_prepared */
	struct map_str cursors;	      /* name (owned) to struct sql_cursor */
	struct query_portal *portals; /* all that are open, linked by next and previous */
	struct query_prepared *unnamed;
	uint64_t last_serial; /* of a description */
	struct sequence_memory sequences;
	struct notifier *notifier;
	struct role_set rights;	 /* of who the session is, as of … */
	uint64_t rights_version; /* … this catalog, and … */
	uint64_t rights_settings; /* … these settings */
	struct guard *guard;	      /* CHECK and FOREIGN KEY, compiled */
	struct generate *generate;    /* generated columns; made with the first transaction */
	/* SESSION SET VALUE: the list is made anew in an arena of its own at each change */
	struct session_parameter *parameters;
	uint32_t parameter_count;
	uint64_t parameter_epoch; /* one more at each change, also of the graph */
	char *graph;		  /* SESSION SET GRAPH; NULL: main */
	struct arena *parameter_arena;
	struct arena *spare;   /* of the portal closed last, so that the next costs no malloc */
	struct arena *scratch; /* for one value at a time */
};

struct query_prepared {
	struct arena *arena; /* where all of it lives */
	bool owns_arena;
	struct query_engine *engine;
	struct shared_plan *shared; /* what statement and plan are of; NULL: the session's own */
	struct ast_stmt *statement; /* NULL: the empty query */
	struct plan *plan; /* of STMT_QUERY and of what EXPLAIN and COPY (query) explain; or NULL */
	struct arena *plan_arena; /* of a plan made anew; NULL: in `arena` */
	struct exec_kept *kept;	  /* operators of the plan, once it ran twice; or NULL */
	struct query_description description;
	const struct value *arguments; /* of EXECUTE; as many as its target has parameters */
	const struct type *argument_types; /* of EXPLAIN EXECUTE, whose plan takes them; else NULL */
	uint32_t argument_count;
	uint64_t parameter_epoch; /* the session's when it was planned */
	uint64_t planning_ns; /* how long planning took */
	uint64_t fingerprint; /* of the statement; 0: the empty query */
	uint32_t portals;     /* open on it: it is freed only when none is left */
	bool is_dropped;
	bool from_sql;	     /* by PREPARE, whose text is … */
	struct str sql;	     /* … this */
	int64_t prepared_at; /* TIMESTAMPTZ */
	uint64_t runs;
};

/* Rows that a command made: cells[row * column_count + column], in the portal's arena. */
struct row_table {
	uint32_t column_count;
	uint32_t row_count;
	uint32_t row_capacity;
	struct value *cells;
};

struct query_portal {
	struct query_session *session;
	struct query_portal *next, *previous;
	struct query_prepared *prepared;
	struct arena *arena;
	const struct plan *plan;
	const struct value *parameters;
	uint32_t parameter_count;
	uint64_t epoch;
	bool is_alone;
	bool is_elsewhere; /* its text is not the one that was sent: errors have no place in that */
	bool is_started;
	bool is_first; /* nothing ran before it in its transaction */
	bool is_done;
	bool is_held; /* its rows are all in `table`: it outlives its transaction */

	struct exec *exec;
	struct txn_view *view; /* what it sees, if statements began since; NULL: what they see */
	struct query_rows batch; /* what exec gave out last */
	uint32_t batch_offset;	 /* rows of it that are given out already */
	struct row_table *table; /* instead: rows of a command or of a write plan */
	uint32_t table_offset;
	const struct value **columns; /* what the caller's query_rows points to */
	struct value *cells;	      /* of the table, turned into columns */

	struct copy_in *copy;
	uint64_t copy_mark; /* of the transaction, before the first row */
	struct copy_out *copy_out;
	struct query_rows copy_rows; /* COPY TO: rows of which some are not written yet */
	uint32_t copy_offset;
	uint64_t copy_count;
	struct query_counts counts;
	char tag[64];
	bool tag_has_rows; /* the rows sent are appended: SELECT 3 */
};

/* ---- transaction.c ---- */

/* Begins what is missing for a statement to run. is_autocommit: see storage.h. */
enum sqlstate transaction_ensure(struct query_session *s, bool is_autocommit, struct error *e);
enum sqlstate transaction_begin(
	struct query_session *s, const struct ast_transaction *modes, struct error *e);
/* *was_rolled_back: the transaction had failed, so the tag is ROLLBACK. */
enum sqlstate transaction_commit(
	struct query_session *s, bool chain, bool *was_rolled_back, struct error *e);
enum sqlstate transaction_rollback(struct query_session *s, bool chain, struct error *e);
enum sqlstate transaction_set(
	struct query_session *s, const struct ast_transaction *modes, struct error *e);
enum sqlstate transaction_savepoint(struct query_session *s, struct str name, struct error *e);
enum sqlstate transaction_release(struct query_session *s, struct str name, struct error *e);
enum sqlstate transaction_rollback_to(struct query_session *s, struct str name, struct error *e);
/* Drops the transaction without a word: the session ends. */
void transaction_abandon(struct query_session *s);
/* Sends a NOTICE or WARNING to the client. */
void session_notice(struct query_session *s, const char *severity, enum sqlstate code,
	const char *format, ...) PRINTF_LIKE(4, 5);
/* CHECK and FOREIGN KEY of all that was changed since the mark; at a commit, those deferred. */
enum sqlstate session_guard(
	struct query_session *s, uint64_t mark, bool is_commit, struct error *e) MUST_USE;
/* The same for who cannot run the changes again: looks once more, with a newer snapshot, where others
   came between. */
enum sqlstate session_guard_again(
	struct query_session *s, uint64_t mark, bool is_commit, struct error *e) MUST_USE;
/* The error of a set cancel flag, OK if it is not set. */
enum sqlstate session_cancelled(const struct query_session *s, struct error *e);

/* ---- prepare.c ---- */

/* The query that a statement runs or explains or copies; NULL if it holds none. */
const struct ast_stmt *planned_statement(const struct ast_stmt *statement);

/* Makes the plan of the prepared statement fit the transaction's catalog. */
enum sqlstate prepared_refresh(struct query_session *s, struct query_prepared *p, struct error *e);
void prepared_release(struct query_prepared *p);
/* A prepared statement of the session's in front of a shared plan, whose reference it takes over. */
struct query_prepared *prepared_of_shared(struct query_session *s, struct shared_plan *shared);
void bind_options_fill(
	struct query_session *s, const struct query_prepared *p, struct bind_options *options);
/* What running the portal's plan takes. */
void portal_exec_options(const struct query_portal *p, struct exec_options *options);
/* An expression without variables that a statement other than a query holds, ready for
   eval_value() with `eval`. Both live in the portal's arena. */
enum sqlstate portal_constant(struct query_portal *p, const struct ast_expr *written,
	struct eval *eval, struct bound **out, struct error *e) MUST_USE;

/* ---- command.c, schema.c, listing.c, explain.c: each runs one statement to its end ---- */

enum sqlstate command_run(struct query_portal *p, struct error *e);
enum sqlstate schema_run(struct query_portal *p, struct error *e);
/* session_parameter.c: SESSION SET VALUE $x = .., SESSION RESET $x and PARAMETERS. */
enum sqlstate session_parameter_set(struct query_portal *p, struct error *e);
enum sqlstate session_parameter_reset(struct query_portal *p, struct error *e);
/* All of them, at RESET ALL, DISCARD ALL and the session's end. */
void session_parameters_forget(struct query_session *s);
/* A label, index or constraint of the session's graph: its full name; empty stays empty. */
struct str schema_name(struct query_portal *p, struct str name);
/* The same, in the session's scratch arena. */
struct str session_full_name(const struct query_session *s, struct str name);
/* Declares a label in a graph (empty: main). */
enum sqlstate schema_define_label(struct query_portal *p, const struct ast_label_definition *from,
	struct str graph, struct error *e);
/* schema_graph.c */
enum sqlstate schema_create_graph(struct query_portal *p, struct error *e);
enum sqlstate schema_drop_graph(struct query_portal *p, struct error *e);
/* schema_graph_type.c */
enum sqlstate schema_create_graph_type(struct query_portal *p, struct error *e);
enum sqlstate schema_drop_graph_type(struct query_portal *p, struct error *e);
/* The session's graph; empty: main. */
struct str session_graph_name(const struct query_session *s);
enum sqlstate session_graph_set(
	struct query_session *s, struct str graph, struct error *e) MUST_USE;
void session_graph_reset(struct query_session *s);
/* schema_procedure.c */
enum sqlstate schema_create_procedure(struct query_portal *p, struct error *e);
enum sqlstate schema_drop_procedure(struct query_portal *p, struct error *e);
enum sqlstate listing_run(struct query_portal *p, enum ast_catalog catalog, struct error *e);
enum sqlstate analyze_run(struct query_portal *p, struct error *e) MUST_USE;
enum sqlstate explain_run(struct query_portal *p, struct error *e);
/* SET x TO a, b: the text that the setting is given, in the portal's arena. The errors of an interval. */
enum sqlstate command_setting_text(const struct query_portal *p, const struct ast_setting *setting,
	struct str *out, struct error *e);
/* maintain.c: LOCK TABLE, REINDEX, CLUSTER. */
enum sqlstate command_maintain(struct query_portal *p, struct error *e) MUST_USE;
bool schema_is_statement(enum ast_stmt_kind kind);
/* EXPLAIN ANALYZE: the statement inside is run. */
bool explain_runs(const struct ast_stmt *statement);
/* The columns that a SHOW LABELS, … answers. */
uint32_t listing_columns(enum ast_catalog catalog, const struct query_column **columns);

/* ---- schema_role.c ---- */

/* Gives `bits` of a thing to the grantees of GRANT or takes them, as its options say; whether that is
   allowed has been looked at. Resets the scratch arena. */
enum sqlstate schema_role_give(struct query_session *s, const struct ast_grant *g,
	struct acl_target target, uint32_t bits, struct error *e) MUST_USE;
/* CREATE, ALTER and DROP ROLE, GRANT, REVOKE. */
enum sqlstate schema_role_run(struct query_portal *p, struct error *e);
/* The role, graph or database of a name: E_NO_OBJECT, E_NO_GRAPH, E_NO_DATABASE. */
enum sqlstate schema_role_need(
	struct query_session *s, const struct ast_name *name, struct role *out, struct error *e);
enum sqlstate schema_role_need_graph(
	struct query_session *s, const struct ast_name *name, uint32_t *out, struct error *e);
enum sqlstate schema_role_need_database(
	struct query_session *s, const struct ast_name *name, struct error *e);
/* schema_default.c: ALTER DEFAULT PRIVILEGES; ALTER ROLE .. SET; REASSIGN and DROP OWNED. */
enum sqlstate schema_default_grant(struct query_portal *p, struct error *e);
enum sqlstate schema_role_setting(struct query_portal *p, struct error *e);
enum sqlstate schema_owned(struct query_portal *p, struct error *e);
/* Adds to the privileges on what a role made just now what its defaults say. */
enum sqlstate schema_default_apply(
	struct query_session *s, uint32_t role, struct acl *to, struct error *e);
/* ALTER GRAPH graph OWNER TO role. */
enum sqlstate schema_role_own_graph(struct query_session *s, const struct ast_name *graph,
	const struct ast_name *role, struct error *e);
/* ALTER label OWNER TO role. */
enum sqlstate schema_role_own(struct query_session *s, enum element element,
	const struct ast_name *label, const struct ast_name *role, struct error *e);
/* ALTER VIEW view OWNER TO role; nothing if there is no such view. */
enum sqlstate schema_role_own_object(struct query_session *s, enum table_object kind,
	const struct ast_name *name, const struct ast_name *role, struct error *e);
/* What the session's user, or the role that it set, may do; in its transaction. */
const struct role_set *session_rights(struct query_session *s);
/* Whether SET ROLE (SET SESSION AUTHORIZATION: is_login) may name this role. */
enum sqlstate session_may_become(
	struct query_session *s, struct str name, bool is_login, struct error *e);

/* ---- access_check.c ---- */

/* E_PRIVILEGE if the session may not run this. */
enum sqlstate session_check_access(
	struct query_session *s, const struct query_prepared *p, struct error *e);
/* After a schema statement: what it made is its user's, what it dropped has no privileges left. */
enum sqlstate session_note_owner(
	struct query_session *s, const struct ast_stmt *statement, struct error *e);

/* ---- sql_prepare.c ---- */

/* DEALLOCATE ALL. */
void session_drop_statements(struct query_session *s);

/* EXECUTE: evaluates the arguments and describes the statement that it runs. */
enum sqlstate sql_execute_prepare(
	struct query_session *s, struct arena *a, struct query_prepared *p, struct error *e);
/* EXPLAIN EXECUTE becomes EXPLAIN of the statement, with the arguments as the plan's parameters. */
enum sqlstate sql_execute_explain(
	struct query_session *s, struct arena *a, struct query_prepared *p, struct error *e);
/* Errors in the queries inside of PREPARE, DECLARE, CREATE VIEW and CREATE PROCEDURE, which are planned
   when those are run. */
enum sqlstate prepared_check_body(
	struct query_session *s, const struct query_prepared *p, struct error *e);
/* PREPARE and DEALLOCATE. */
enum sqlstate sql_prepare_run(struct query_portal *p, struct error *e);
/* Parses and prepares the source of a statement inside another; it owns an arena of its own. */
enum sqlstate prepared_inner_new(struct query_session *s, const struct ast_stmt *inner,
	const struct type *parameters, uint32_t parameter_count, struct query_prepared **out,
	struct error *e);

/* ---- sql_cursor.c ---- */

/* DECLARE, FETCH, MOVE and CLOSE. */
enum sqlstate sql_cursor_run(struct query_portal *p, struct error *e);
/* FETCH answers what its cursor does. */
enum sqlstate sql_cursor_describe(
	struct query_session *s, struct query_prepared *p, struct error *e);
/* Closes all of them: the session ends or is reset. */
void sql_cursors_close(struct query_session *s);
/* The rows of pg_cursors. */
void sql_cursors_tell(struct query_session *s, struct query_facts *facts);

/* ---- portal_view.c ---- */

/* Before a statement begins: open portals keep what they see. Errors: too many snapshots. */
enum sqlstate session_hold_views(struct query_session *s, struct error *e);
/* Whether an open portal depends on the transaction as it is. */
bool session_is_read(const struct query_session *s);
/* Puts the portal's view in the transaction's place, and by a second call back. */
void portal_view_swap(struct query_portal *p);
void portal_view_release(struct query_portal *p);

/* ---- session_tell.c ---- */

/* The rows of a relation that only the session or the layer above can tell of; a query_tell. */
enum sqlstate session_tell(
	void *context, struct str relation, struct query_facts *facts, struct error *e);

/* ---- parameter_text.c ---- */

/* Parameters of types that are written by name (regclass and its kin) come as the names: they become
   the numbers. */
enum sqlstate portal_read_names(
	struct query_portal *p, struct value *parameters, struct error *e) MUST_USE;

/* ---- portal.c ---- */

/* The transaction is about to end: execution stops, and only what is held lives on. */
void session_stop_portals(struct query_session *s);
/* Runs the portal to its end and keeps its rows, so that it outlives its transaction. */
enum sqlstate portal_hold(struct query_portal *p, struct error *e);
/* Up to `count` further rows of `from` into the table of `p`; *moved tells how many. */
enum sqlstate portal_move_rows(struct query_portal *p, struct query_portal *from, uint64_t count,
	bool keeps, uint64_t *moved, struct error *e);

struct row_table *row_table_new(struct arena *a, uint32_t column_count);
/* The cells of a further row, all NULL, for the caller to fill. */
struct value *row_table_add(struct arena *a, struct row_table *t);
void portal_tag(struct query_portal *p, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
