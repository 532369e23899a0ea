/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The insides of a client, shared by the client files alone. What each file does:
 *
 *     client.c           the loop, idle
 *     client_outcome.c   errors, ReadyForQuery, the clock of a command, a client's end
 *     client_settings.c  what follows from the session's settings
 *     client_start.c     startup packet, authentication, greeting
 *     client_simple.c    Query
 *     client_extended.c  Parse, Bind, Describe, Execute, Close, Sync, Flush
 *     client_portal.c    rows out, portals
 *     client_copy.c      COPY in and out
 *     client_tell.c      rows of pg_stat_activity and its kin; also client_tell_locks.c, _rules.c
 *     client_account.c   what statements and sessions are counted and logged as
 *     client_notify.c    notifications: bell, and telling them
 *     client_care.c      Query of a connection for care: backup and check
 *
 * The protocol's state, and who changes it:
 *
 *     NORMAL ──error in an extended message (client_fail)──> skip_to_sync ──Sync──> NORMAL
 *     NORMAL ──COPY FROM STDIN (copy_begin)──> copy SIMPLE, EXTENDED ──CopyDone, CopyFail──> NORMAL
 */
#ifndef SRC_CLIENT_STATE_H
#define SRC_CLIENT_STATE_H

#include "base/arena.h"
#include "base/lock.h"
#include "src/auth_file.h"
#include "src/client.h"
#include "src/follow.h"
#include "src/result.h"
#include "storage/storage.h"

enum client_copy { COPY_NONE, COPY_SIMPLE, COPY_EXTENDED };

/* A portal of the protocol: the query layer's, and in which formats its rows go out. */
struct client_portal {
	struct client_portal *next;
	char *name;		       /* NULL: the unnamed one */
	struct query_portal *query;    /* NULL: the unnamed one is not there */
	struct result_column *columns; /* of a portal that answers rows */
	uint32_t column_count, column_capacity;
	uint64_t columns_of; /* the description that the columns are of, by its serial; 0: none */
	bool is_literal; /* with which they were made */
	bool is_same;	 /* as those before, formats and all */
	bool has_ended;
	bool was_run; /* counted as a call */
	bool awaits_rows; /* RowDescription goes out when the first rows are there */
};

/* How a client went, for pg_stat_database. */
enum client_end {
	CLIENT_END_ABANDONED, /* its connection broke */
	CLIENT_END_NORMAL,
	CLIENT_END_FATAL,
	CLIENT_END_KILLED,
};

/* The statement that runs, as it will be counted. */
struct client_meter {
	uint64_t began_us;
	struct storage_page_counts pages; /* of the thread, when it began */
	struct statement_run run;
	uint64_t rows_sent;
};

/* OIDs that Parse named and that differ from what their types go out as. */
struct client_types {
	struct client_types *next;
	const struct query_prepared *prepared;
	uint32_t count;
	uint32_t oids[];
};

/* A Query string on its way; kept across a COPY in it. */
struct client_script {
	struct arena *arena; /* NULL: none is on its way */
	struct query_script script;
	uint32_t index; /* of the statement that runs */
	struct query_prepared *prepared;
	struct client_portal portal;
};

struct client {
	struct registry_entry entry;
	const struct client_context *context;
	struct pgwire *wire;
	struct settings *base; /* the server's settings, referenced */
	uint64_t base_generation;
	struct access *access;	     /* referenced until the client is let in */
	struct query_role role;	     /* of the user, when it logged in */
	struct query_session *query; /* NULL until authenticated */

	struct arena *start; /* user, database and settings of the startup packet */
	struct pgwire_message startup;

	struct settings *settings;    /* the query session's */
	uint64_t settings_generation; /* that `style` and `reported` were made from */
	struct pgtype_style style;
	char *reported[SETTING_COUNT]; /* what the client was told last */

	_Atomic int bell_fd; /* eventfd, rung by who has a notification for the client; -1: none */
	int watch_fd;	     /* epoll of the socket and the bell; -1: none */
	struct mutex pass;   /* held while a worker arms watch_fd for the next: client_pass_begin() */

	struct follow follow; /* the thread, to where the client runs */

	bool is_care; /* begun with replication=care: its queries are those of client_care.c */
	bool skip_to_sync;
	bool has_ended; /* nothing more is to be said */
	bool has_run;	/* something ran in the implicit transaction */
	bool is_timed;	/* the client is looked for while it waits for an answer */
	enum client_end end;
	struct client_meter meter;
	uint64_t started_us; /* the session, on clock_monotonic_us() */
	uint64_t since_us;   /* its activity, on clock_coarse_us() */
	enum client_copy copy;
	struct client_portal *copy_portal;
	struct pgwire_copy_reader *copy_reader; /* of a binary COPY in */
	struct client_portal unnamed;
	struct buf described;  /* what Describe answered last for the unnamed portal … */
	uint64_t described_of; /* … of this serial; 0: nothing */
	struct client_portal *portals; /* the named ones */
	struct client_portal cursor;   /* one that SQL declared, looked up last; not owned */
	uint32_t portal_count;
	struct client_types *types;
	struct client_script script;
	struct arena *spare; /* of the last script, for the next one; or NULL */
	struct client_portal spare_portal;
	struct arena *scratch; /* of one message */
	struct error error;
};

/* ---- client_outcome.c ---- */

/* Something failed outside of an extended message: tells the client, and the query layer. `text`:
   what byte_offset counts in, or empty. */
void client_report(struct client *c, struct str text);
/* The same for an extended message: also discards everything up to Sync. */
void client_fail(struct client *c, struct str text);
/* Says a last error and ends. */
void client_end(struct client *c);
/* Somebody ended the client, or it went: says what is to be said. */
void client_say_ending(struct client *c);
/* ParameterStatus for what changed, ReadyForQuery, and everything out. */
void client_ready(struct client *c);
/* A statement starts: its timeout runs. And ends. */
void client_clock_start(struct client *c);
void client_clock_stop(struct client *c);
/* A request to cancel that came too late is not to hit the next command. */
void client_forget_cancel(struct client *c);
/* What the server's settings allow the connection. */
void client_set_limits(struct client *c);

/* ---- client_start.c ---- */

void client_start(struct client *c, const struct pgwire_message *m);
void client_greet(struct client *c);

/* ---- client_settings.c ---- */

/* Sends the settings that the client is told of and does not know yet; refreshes the style. */
void client_report_settings(struct client *c);

/* ---- client_simple.c ---- */

void client_query(struct client *c, struct str text);
/* After a COPY: goes on with the string. */
void client_query_resume(struct client *c);
/* After a failed COPY: gives the string up. */
void client_query_abandon(struct client *c);

/* ---- client_care.c ---- */

/* Query on a connection for care: BACKUP, CHECK, CHECKPOINT. */
void client_care(struct client *c, struct str text);

/* ---- client_extended.c ---- */

void client_parse(struct client *c, const struct pgwire_message *m);
void client_bind(struct client *c, const struct pgwire_message *m);
void client_describe(struct client *c, const struct pgwire_message *m);
void client_execute(struct client *c, const struct pgwire_message *m);
void client_close(struct client *c, const struct pgwire_message *m);
void client_sync(struct client *c);
void client_types_free(struct client *c);

/* ---- client_portal.c ---- */

/* Fills the portal's columns from its description and the formats asked for. E_PROTOCOL if there
   are neither none, one, nor as many formats as columns. */
enum sqlstate client_portal_columns(const struct client *c, struct client_portal *p,
	const struct query_description *d, uint32_t format_count, const uint16_t *formats,
	struct error *e);
/* The same for the columns of a binary COPY. */
void client_portal_copy_columns(const struct client *c, struct client_portal *p,
	const struct query_copy_format *format);
/* Whether nodes, edges, paths and the like go out in the language's notation. */
bool client_wants_literals(const struct client *c);
/* RowDescription or NoData. */
void client_portal_describe(struct client *c, const struct client_portal *p);
/* Sends at most rows_max rows (0: all). *is_suspended: there may be more. */
enum sqlstate client_portal_rows(struct client *c, struct client_portal *p, uint32_t rows_max,
	uint64_t *sent, bool *is_suspended, struct error *e);
/* Appends the cells of one row of the batch. */
enum sqlstate client_portal_cells(struct client *c, struct client_portal *p, struct buf *row,
	const struct query_rows *rows, uint32_t index, struct error *e);
void client_portal_drop(struct client_portal *p);
/* NULL if there is none. SQL's cursors are in the same name space; one of those is good until the
   next call. */
struct client_portal *client_portal_find(struct client *c, struct str name);
void client_portal_close(struct client *c, struct str name);
void client_portal_close_all(struct client *c);

/* ---- client_tell.c ---- */

/* For the query session: the rows of relations that tell of the server's sessions. */
enum sqlstate client_tell(
	void *context, struct str relation, struct query_facts *facts, struct error *e);

/* ---- client_tell_locks.c, client_tell_rules.c ---- */

/* The same for the relations that client_tell.c does not know. */
enum sqlstate client_tell_more(
	struct client *c, struct str relation, struct query_facts *facts, struct error *e);
/* And for those that client_tell_locks.c does not know. */
enum sqlstate client_tell_files(
	struct client *c, struct str relation, struct query_facts *facts, struct error *e);
/* What pg_locks and pg_stat_activity call it. */
const char *client_lock_name(enum storage_lock_kind kind);

/* ---- client_account.c ---- */

/* A statement starts; it goes on after its COPY got data. */
void client_meter_start(struct client *c);
void client_meter_resume(struct client *c);
/* Its last rows are out: takes down what the portal knows, as long as it is there. The statement's text
   must live until client_meter_stop(). */
void client_meter_note(struct client *c, const struct query_portal *p, uint64_t rows_sent);
/* It is complete: counts and logs it. step: "simple", "execute"; name: of statement or portal. */
void client_meter_stop(struct client *c, const char *step, struct str name);
/* Logs Parse, Bind, … if it took long since client_meter_start(). */
void client_log_slow(struct client *c, const char *step, struct str name, struct str text);
/* The text of a statement, or instead of one that may hold a password that it does. */
struct str client_loggable(struct str text);
void client_count_error(struct client *c, enum sqlstate code);
/* Its activity changes, from busy or from what the registry says. */
void client_count_active(struct client *c, bool was_active);
void client_count_end(struct client *c);

/* ---- client_notify.c ---- */

/* For the query session: something is to be told. Called by other threads. */
void client_ring(void *client);
/* Appends what is to be told, outside a transaction; true if there was something. */
bool client_notify(struct client *c);
/* Before waiting: a client that listens gets its bell, the bell is silenced. */
void client_notify_prepare(struct client *c);
void client_notify_free(struct client *c);

/* ---- client_copy.c ---- */

/* A statement that is COPY: takes it to its end (TO), or to where the client's data is awaited
   (FROM, with c->copy set). */
enum sqlstate client_copy_begin(
	struct client *c, struct client_portal *p, enum client_copy mode, struct error *e);
void client_copy_message(struct client *c, const struct pgwire_message *m);
/* Forgets a COPY FROM that is on its way, if one is. */
void client_copy_drop(struct client *c);

#endif
