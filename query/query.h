/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The query layer's whole public face: text in, typed rows out. The life of one query:
 *
 *     query_parse    text -> statements            syntax errors, all of them before anything runs
 *     query_prepare  statement -> prepared         names, types, plan; errors carry a position
 *     query_open     prepared + parameters -> portal
 *     query_fetch    portal -> rows, batch by batch; or query_copy_* for COPY
 *     query_close    portal
 *
 * A session belongs to one thread at a time. Nothing here knows the wire; strings and values are
 * those of storage/value.h. The engine lock is never held when a call returns.
 */
#ifndef QUERY_QUERY_H
#define QUERY_QUERY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "storage/value.h"

struct storage;
struct settings;
struct query_engine;
struct query_session;
struct query_prepared;
struct query_portal;

/* ---- types ---------------------------------------------------------------------------------- */

/* A static type. INT16, INT32 and FLOAT32 exist as types of columns, casts and parameters; their
   values compute as VALUE_INT and VALUE_FLOAT. ANY is a value whose type is known only when it is
   there; NULL the type of a bare NULL. */
/* The number of the one database in pg_database: that of the first that somebody makes in PostgreSQL. */
enum { QUERY_DATABASE_OID = 16384 };

enum type_kind {
#define TYPE(kind, ...) TYPE_##kind,
#include "query/static_types.def"
#undef TYPE
	TYPE_KIND_COUNT,
};

struct type {
	uint8_t kind; /* enum type_kind */
	uint8_t item; /* of a LIST: its items' kind (TYPE_ANY when they differ or are lists); of a MAP
			 that is a pair {n: subscript, x: item}: x's kind, NULL of other maps */
};

/* PostgreSQL's number of a type: that which clients are told. */
uint32_t query_type_oid(struct type type);
/* The type with that number; false if there is none. */
bool query_type_of_oid(uint32_t oid, struct type *out);

/* ---- engine and sessions
   ---------------------------------------------------------------------- */

/* One per server: the store and what sessions share. The storage outlives it. */
struct query_engine *query_engine_new(struct storage *s);
void query_engine_free(struct query_engine *q);

/* Plans that sessions share: of preparing a text, how often there was one and how often none; those
   that are kept. */
struct query_plan_counts {
	uint64_t hits, misses, entries, bytes;
};

/* Transactions since the engine was made, those that only read too. */
struct query_statistics {
	uint64_t commits, rollbacks;
	struct query_plan_counts plans;
};
void query_statistics(const struct query_engine *q, struct query_statistics *out);

/* Why a running statement should stop; src sets it from another thread, query polls it. */
enum query_cancel {
	QUERY_CANCEL_NONE,
	QUERY_CANCEL_USER,     /* 57014 "canceling statement due to user request" */
	QUERY_CANCEL_TIMEOUT,  /* 57014 "canceling statement due to statement timeout" */
	QUERY_CANCEL_SHUTDOWN, /* 57P01 "terminating connection due to administrator command" */
};

/* A NOTICE or WARNING for the client; `notice` lives only during the call. */
typedef void query_notice(void *context, const char *severity, const struct error *notice);

/* Catalog relations that only the layer above can tell of (pg_stat_activity, pg_roles, …): those
   whose row in a .def file of query/sql names the fill `above`. It is called with the relation's
   name and makes rows with query_facts_add(); a relation that it does not know stays empty. */
struct query_facts;
typedef enum sqlstate query_tell(
	void *context, struct str relation, struct query_facts *facts, struct error *e);
/* Begins a row, all NULL. */
void query_facts_add(struct query_facts *facts);
/* Sets a column of it; the value is copied, and has the column's type. No effect if the relation
   has no such column. */
/* PostgreSQL's number of the table that a label is. */
uint32_t query_table_oid(bool is_edge, uint32_t label);
void query_facts_put(struct query_facts *facts, const char *column, struct value value);

/* What functions ask of the layer above. */
enum query_request {
	QUERY_CANCEL_SESSION, /* cancels what the session with that number runs */
	QUERY_END_SESSION,
	QUERY_FORGET_STATEMENTS, /* pg_stat_statements from zero: that with this number, 0 all */
	QUERY_FORGET_COUNTS,	 /* pg_stat_database and what is counted by table, from zero */
	QUERY_FORGET_TABLE, /* whether the user may: what is counted of one is for the asker to forget */
	QUERY_RELOAD,		 /* reads the configuration again */
};
/* *done: false if there is no such session. E_PRIVILEGE if the user may not. */
typedef enum sqlstate query_ask(void *context, enum query_request request, int64_t number,
	bool *done, struct error *e);

/* Makes of a password, or of a verifier as it stands in the catalog, what a role keeps. */
typedef enum sqlstate query_hash_password(void *context, struct str user, struct str password,
	char *to, size_t size, struct error *e);

struct query_session_options {
	const char *user;
	const char *database;
	int32_t process_id;		 /* what pg_backend_pid() answers */
	const struct settings *defaults; /* the server's settings; the session starts from a copy */
	const _Atomic int *cancel;	 /* enum query_cancel; owned by the caller */
	query_notice *notice;
	void *notice_context;
	query_tell *tell; /* may be NULL */
	void *tell_context;
	query_ask *ask; /* may be NULL: there is nobody to ask */
	void *ask_context;
	query_hash_password *hash_password; /* may be NULL: roles get no passwords */
	void *hash_context;
	/* Called by other threads when the session has a notification to tell; may be NULL. It must
	   neither block nor call back. */
	void (*wake)(void *context);
	void *wake_context;
};

struct query_session *query_session_new(
	struct query_engine *q, const struct query_session_options *options);
/* Rolls back what is open. */
void query_session_free(struct query_session *s);

/* What is known of a role when somebody logs in as it. */
struct query_role {
	bool exists;
	bool is_refused; /* it does not exist, and would have to */
	bool can_login, is_superuser;
	bool can_connect; /* to the database */
	uint32_t oid; /* as pg_roles has it */
	int32_t connection_limit; /* -1: none */
	int64_t valid_until;	  /* TIMESTAMPTZ; INT64_MAX: for ever */
	char verifier[512];	  /* empty: no password */
};
/* Errors: those of beginning a transaction. */
enum sqlstate query_role_find(
	struct query_engine *q, struct str name, struct query_role *out, struct error *e);

/* Gives a session that begins the settings of its user and of the database (ALTER ROLE, ALTER DATABASE ..
   SET), as if its startup packet had them; what is not good any more is left out. Errors: those of beginning a
   transaction. */
enum sqlstate query_role_apply_settings(
	struct query_engine *q, struct str user, struct settings *to, struct error *e) MUST_USE;

/* Whether the user is a member of the role, at one remove or more, or that itself; nobody is of a role that
   does not exist. Whether rights come with it does not matter. Errors: those of beginning a transaction. */
enum sqlstate query_role_is_member(struct query_engine *q, struct str user, struct str role,
	bool *out, struct error *e) MUST_USE;

/* The session's settings, for reading and for startup parameters; what SET changes. */
struct settings *query_session_settings(struct query_session *s);

/* 'I' idle, 'T' in a transaction block, 'E' in a failed one: the byte of ReadyForQuery. */
char query_transaction_status(const struct query_session *s);

/* Whether SESSION CLOSE ran: once what was asked is answered, the connection is to be closed. */
bool query_session_is_closed(const struct query_session *s);

/* The end of a simple Query string or a Sync: commits the implicit transaction if one is open. */
enum sqlstate query_sync(struct query_session *s, struct error *e);
/* A statement (or the protocol around it) failed: rolls the implicit transaction back, or puts the
   transaction block into the failed state. Portals of the transaction are dead from here on. */
void query_fail(struct query_session *s);

/* What NOTIFY told. The strings live until the next call. */
struct query_notification {
	int32_t process_id; /* of who said it */
	struct str channel, payload;
};
/* The next of them; false if there is none. For times outside a transaction. */
bool query_notification_next(struct query_session *s, struct query_notification *out);
/* Whether there may be any without the session doing something. */
bool query_is_listening(const struct query_session *s);

/* ---- statements
   ---------------------------------------------------------------------------------- */

/* The statements of one string; in the arena given to query_parse, which must outlive it. */
struct query_script {
	uint32_t count; /* empty statements are not counted; 0: an empty query */
	struct ast_stmt *const *statements; /* query's own */
	struct str text;
};

/* Splits and parses; E_SYNTAX and its kin with byte_offset into `text`. */
enum sqlstate query_parse(struct query_session *s, struct arena *a, struct str text,
	struct query_script *out, struct error *e) MUST_USE;

enum query_kind {
	QUERY_ROWS,	/* answers rows, perhaps none */
	QUERY_COMMAND,	/* answers only a command tag */
	QUERY_COPY_IN,	/* wants data by query_copy_data */
	QUERY_COPY_OUT, /* gives data by query_copy_next */
	QUERY_EMPTY,	/* the empty query */
};

/* Resolves names and types and plans one statement of a script (`index` == count == 0: the empty
   query). `parameters` holds the types the client named, TYPE_NULL where it named none; the
   result knows them all (E_INDETERMINATE_TYPE otherwise). Everything is made in `a`, the arena
   of the script: with takes_arena the prepared statement owns that arena from here on (on
   failure it stays the caller's), otherwise the arena must outlive it. In a failed transaction
   only COMMIT and ROLLBACK may be prepared (25P02). */
enum sqlstate query_prepare(struct query_session *s, struct arena *a, bool takes_arena,
	const struct query_script *script, uint32_t index, const struct type *parameters,
	uint32_t parameter_count, struct query_prepared **out, struct error *e) MUST_USE;
/* The same for a text of one statement, parsed too (E_SYNTAX if it has several); or its plan is taken that
   another session made for the same text and types. Owns its memory. */
enum sqlstate query_prepare_text(struct query_session *s, struct str text,
	const struct type *parameters, uint32_t parameter_count, struct query_prepared **out,
	struct error *e) MUST_USE;
void query_prepared_free(struct query_prepared *p);

/* What is known of a column besides its type, where it is a table's or a cast says so. */
struct query_origin {
	uint32_t modifier; /* PostgreSQL's type modifier and one; 0: none */
	uint32_t table;	   /* oid; 0: of no table */
	uint16_t number;   /* of the column in it, from 1 */
};

struct query_column {
	struct str name;
	struct type type;
};

/* What Describe tells. Lives as long as the prepared statement. */
struct query_description {
	enum query_kind kind;
	uint32_t column_count;
	const struct query_column *columns;
	const struct query_origin *origins; /* of the columns; NULL: nothing known */
	uint32_t parameter_count;
	const struct type *parameters;
	bool is_transaction_end; /* COMMIT or ROLLBACK [TO]: may run in a failed transaction */
	bool is_at_once; /* its rows come when all its work is done: what fails fails before them */
	bool is_binary;	 /* rows of a cursor that was declared BINARY */
	uint64_t serial; /* the session has one such description with this number; 0: many */
};
const struct query_description *query_describe(const struct query_prepared *p);

/* Named prepared statements, one name space for the protocol's and SQL's; "" is the unnamed one and
   is replaced silently. The session owns what it is given. */
enum sqlstate query_named_put(
	struct query_session *s, struct str name, struct query_prepared *p, struct error *e);
/* NULL with E_NO_STATEMENT if there is none. */
struct query_prepared *query_named_get(struct query_session *s, struct str name, struct error *e);
/* No error if there is none. */
void query_named_drop(struct query_session *s, struct str name);

/* ---- portals
   ------------------------------------------------------------------------------------- */

/* Binds parameters (copied; of the described types) and readies execution. If the schema or the
   types moved since the statement was prepared it is planned anew; E_NOT_SUPPORTED "cached plan
   must not change result type" if it would answer with other columns. A portal dies with its
   transaction: query_portal_is_alive() tells. `is_alone`: nothing else will run in this implicit
   transaction, so the statement commits by itself before its last rows are given out, and is
   retried on conflict. */
enum sqlstate query_open(struct query_session *s, struct query_prepared *p,
	const struct value *parameters, uint32_t parameter_count, bool is_alone,
	struct query_portal **out, struct error *e) MUST_USE;
bool query_portal_is_alive(const struct query_portal *p);
const struct query_description *query_portal_describe(const struct query_portal *p);
/* The source text of its statement; lives as long as the portal. */
struct str query_portal_text(const struct query_portal *p);
/* Always allowed, also after an error. Closing a portal before its end abandons it. */
void query_close(struct query_portal *p);

/* The open portal of a cursor that SQL declared, for the protocol to describe and run; the session
   owns it. NULL if there is none of this name. */
struct query_portal *query_cursor_portal(struct query_session *s, struct str name);
/* CLOSE; no error if there is none. */
void query_cursor_close(struct query_session *s, struct str name);

/* columns[c][r]; lives until the next call on the portal. */
struct query_rows {
	uint32_t count;
	uint32_t column_count;
	const struct value *const *columns;
	bool is_last; /* no rows follow: fetching once more would say STEP_DONE; false says nothing */
};

/* The next rows, at most rows_max (0: as many as suit). STEP_ROW: out->count > 0. STEP_DONE: the
   end; the tag is ready. STEP_FAILED: *e says why and the caller calls query_fail(). Commands do
   their work in the first call and answer STEP_DONE. */
enum step query_fetch(struct query_portal *p, uint32_t rows_max, struct query_rows *out,
	struct error *e) MUST_USE;

/* What the portal's statement changed so far. */
struct query_counts {
	uint64_t inserted, updated, deleted; /* elements */
	uint64_t copied;		     /* rows of a COPY */
};
struct query_counts query_portal_counts(const struct query_portal *p);
/* Statements that differ in constants alone have the same number; 0: the empty query. */
uint64_t query_portal_fingerprint(const struct query_portal *p);
/* Appends such a statement's text with parameters in the places of constants, which makes it free of
   secrets; at most about `most` bytes. */
void query_normalise(
	const struct query_session *s, struct str text, uint32_t most, struct buf *to);

/* The command tag without its count, its count (has_count) and whether it is of the INSERT 0 n
   form: query_tag() writes the whole text, "SELECT 3". rows_sent: rows of this Execute. */
void query_tag(const struct query_portal *p, uint64_t rows_sent, char *text, size_t size);

/* The options of graph.element_format, in their order. */
enum { ELEMENT_FORMAT_JSON, ELEMENT_FORMAT_LITERAL };

/* A value as JSON text, as docs/language.md section "JSON" lays it down (keys sorted by bytes); in
   the language's notation under graph.element_format = literal. Nodes, edges and paths are read
   through the portal's transaction. */
enum sqlstate query_value_json(
	struct query_portal *p, struct value v, struct buf *to, struct error *e) MUST_USE;

/* The opposite, of JSON that json_parse() read; made in the arena, names and texts stay where they are. */
struct json;
struct value query_json_value(const struct json *json, struct arena *a);

/* A value of one of the types that PostgreSQL writes by name (regclass and its kin, vectors) as
   text. */
enum sqlstate query_value_text(struct query_portal *p, struct type type, struct value v,
	struct buf *to, struct error *e) MUST_USE;

/* The opposite, of a parameter: types that PostgreSQL reads by name, for which a transaction is begun
   if there is none. The value is in `a` or in the text. */
enum sqlstate query_value_read(struct query_session *s, struct type type, struct str text,
	struct arena *a, struct value *out, struct error *e) MUST_USE;

/* ---- COPY
   ------------------------------------------------------------------------------------------ */

struct query_copy_format {
	bool is_binary; /* the caller codes rows of values; else text or CSV is coded here */
	uint32_t column_count;
	const struct query_column *columns; /* if binary: names and types of a row's fields */
};
void query_copy_describe(const struct query_portal *p, struct query_copy_format *out);
/* COPY FROM, text and CSV: bytes as they come, cut anywhere. Errors carry the line number in `where`. */
enum sqlstate query_copy_data(
	struct query_portal *p, const uint8_t *data, size_t size, struct error *e) MUST_USE;
/* COPY FROM, binary: one row, a value for each column, of its type; they are copied. */
enum sqlstate query_copy_row(
	struct query_portal *p, const struct value *values, struct error *e) MUST_USE;
/* Says in `where` which row of the data, and which field of it (UINT32_MAX: none), the caller could
   not make out. */
void query_copy_where(const struct query_portal *p, uint32_t column, struct error *e);
/* The client is done; the tag is ready afterwards. */
enum sqlstate query_copy_done(struct query_portal *p, struct error *e) MUST_USE;
/* COPY TO, text and CSV: the next chunk (one row) appended to `to`. */
enum step query_copy_next(struct query_portal *p, struct buf *to, struct error *e) MUST_USE;
/* COPY TO, binary: the next rows, which live until the next call. */
enum step query_copy_rows(
	struct query_portal *p, struct query_rows *out, struct error *e) MUST_USE;

/* ---- dump ----------------------------------------------------------------------------------- */

/* The whole graph and its schema as statements that make an equal one in a new server; one snapshot.
   The thread is attached to the storage. With `is_csv` elements are rows of CSV files that a script,
   load.sql, loads by COPY. */
struct query_dump;
enum sqlstate query_dump_begin(
	struct storage *s, bool is_csv, struct query_dump **out, struct error *e) MUST_USE;
/* Appends the next statements, whole ones; of CSV a file's name, a newline, and more of the file. */
enum step query_dump_next(struct query_dump *d, struct buf *to, struct error *e) MUST_USE;
void query_dump_end(struct query_dump *d);

#endif
