/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The PostgreSQL wire protocol, versions 3.0 and 3.2, from the server's side: whole decoded
 * messages in, whole encoded messages out, the types' text and binary forms. The public face of
 * pgwire/.
 *
 * A connection (struct pgwire) belongs to one thread at a time; there is no lock and no thread
 * here. pgwire_next() never waits unless it is asked to, so that an idle connection can be handed
 * back to epoll. Output collects in memory and goes out with pgwire_flush(), or by itself when it
 * is large; only then may a call wait for a slow client, and while it waits it keeps reading what
 * the client sends, so that neither side waits for the other for ever.
 *
 * Life of a connection, with what makes each step:
 *
 *     pgwire_new ── pgwire_next: STARTUP ── pgwire_auth_… ── pgwire_next: AUTHENTICATED
 *                └─ pgwire_next: CANCEL (no answer is due)          │
 *     pgwire_put_authentication_ok, _parameter, _backend_key, _ready┘
 *     pgwire_next: QUERY PARSE BIND …  ── answers ── pgwire_put_ready …  ── pgwire_free
 */
#ifndef PGWIRE_PGWIRE_H
#define PGWIRE_PGWIRE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "pgwire/copy_binary.h"
#include "pgwire/pgtype.h"

struct pgwire;

#define PGWIRE_VERSION_3_0 0x30000u
#define PGWIRE_VERSION_3_2 0x30002u
#define PGWIRE_CANCEL_KEY_SIZE 32

/* A server's certificate and what goes with it, shared by connections; counted references, never
   changed. */
struct pgwire_tls;

struct pgwire_tls_options {
	const char *certificate_file, *key_file; /* PEM */
	const char *authority_file; /* whom clients' certificates must be signed by; NULL or empty:
				       clients are asked for none */
	bool is_1_3_only;	    /* else TLS 1.2 too */
};

/* Loads it. Errors: E_CONFIG_FILE naming the file and what is wrong with it, E_INTERNAL. */
enum sqlstate pgwire_tls_new(const struct pgwire_tls_options *options, struct pgwire_tls **out,
	struct error *e) MUST_USE;
/* Both take NULL. */
struct pgwire_tls *pgwire_tls_reference(struct pgwire_tls *tls);
void pgwire_tls_release(struct pgwire_tls *tls);
/* Makes a key and a certificate signed by itself, in two new files, the key for the owner only.
   Errors: E_IO (also if one of them is there), E_INTERNAL. */
enum sqlstate pgwire_tls_write_certificate(
	const char *certificate_file, const char *key_file, struct error *e) MUST_USE;

struct pgwire_options {
	uint32_t message_bytes_max;   /* bound of BIG messages */
	uint32_t ahead_bytes_max;     /* most read of a client that does not read; 0: nothing */
	uint32_t write_timeout_ms;    /* longest wait for a client that does not read; 0: none */
	const _Atomic int *interrupt; /* non-zero ends a wait for the client; may be NULL */
	struct pgwire_tls *tls;	      /* NULL: encryption is refused; a reference is taken */
};

/* A connection over an open socket, which it owns from here on and which stays in blocking mode. */
struct pgwire *pgwire_new(int fd, const struct pgwire_options *options);
/* Closes the socket without sending what is pending. */
void pgwire_free(struct pgwire *w);
int pgwire_fd(const struct pgwire *w);
/* Whether the connection is encrypted. */
bool pgwire_is_tls(const struct pgwire *w);
/* Why TLS failed, or NULL if it did not; for the log. */
const char *pgwire_tls_fault(const struct pgwire *w);
/* Whether the client showed a certificate that was verified. */
bool pgwire_tls_has_peer(const struct pgwire *w);
/* What it says. */
enum pgwire_peer {
	PGWIRE_PEER_COMMON_NAME,
	PGWIRE_PEER_NAME,    /* the whole name as RFC 2253 writes it: CN=…,O=… */
	PGWIRE_PEER_SUBJECT, /* the same as pg_stat_ssl shows it: /O=…/CN=… */
	PGWIRE_PEER_ISSUER,  /* who signed it, likewise */
	PGWIRE_PEER_SERIAL,  /* a number in decimal */
};
/* False if there is no such thing, or one that does not fit or is no plain text. */
bool pgwire_tls_peer(const struct pgwire *w, enum pgwire_peer what, char *to, size_t size);
/* What the connection is encrypted by: OpenSSL's own names, which live for ever; false if it is not. */
bool pgwire_tls_about(
	const struct pgwire *w, const char **version, const char **cipher, int32_t *bits);
/* New limits after a reload. */
void pgwire_set_limits(struct pgwire *w, uint32_t message_bytes_max, uint32_t ahead_bytes_max,
	uint32_t write_timeout_ms);

/* ---- messages in ------------------------------------------------------------------------- */

enum pgwire_type {
	PGWIRE_STARTUP,
	PGWIRE_CANCEL,
	PGWIRE_AUTHENTICATED,
#define MESSAGE_ROW(name, byte, size) PGWIRE_##name,
#include "pgwire/messages.def"
#undef MESSAGE_ROW
};

struct pgwire_pair {
	struct str name, value;
};

struct pgwire_parameter {
	const char *at; /* NULL: SQL null */
	uint32_t length;
};

/* A decoded message. Everything points into the connection's buffers and lives until the next call
   of pgwire_next(). Strings have not been checked to be UTF-8. */
struct pgwire_message {
	enum pgwire_type type;
	union {
		struct {
			struct str user, database, options, replication;
			uint32_t pair_count; /* all other parameters, "_pq_." ones excepted */
			const struct pgwire_pair *pairs;
		} startup;
		struct {
			int32_t process_id;
			uint32_t key_length; /* 4 … 256 */
			const uint8_t *key;
		} cancel;
		struct {
			struct str text;
		} query;
		struct {
			struct str name, text;
			uint32_t oid_count;
			const uint32_t *oids; /* 0: to be inferred */
		} parse;
		struct {
			struct str portal, statement;
			uint32_t format_count; /* 0: all text; 1: for all; else parameter_count */
			const uint16_t *formats; /* as sent: 0 text, 1 binary, others unchecked */
			uint32_t parameter_count;
			const struct pgwire_parameter *parameters;
			uint32_t result_format_count;
			const uint16_t *result_formats;
		} bind;
		struct {
			uint8_t kind; /* 'S' or 'P', or what a client made up */
			struct str name;
		} target; /* DESCRIBE and CLOSE */
		struct {
			struct str portal;
			uint32_t rows_max; /* 0: all */
		} execute;
		struct {
			const uint8_t *data;
			uint32_t size;
		} copy_data;
		struct {
			struct str message;
		} copy_fail;
	};
};

enum pgwire_event {
	PGWIRE_MESSAGE,
	PGWIRE_WOULD_BLOCK, /* no whole message is here, as far as the last read could tell: wait
			       with epoll (level-triggered), which knows better, and ask again */
	PGWIRE_CLOSED,	    /* the client went away; nothing is to be said */
	PGWIRE_FAULT,	    /* *e says why: report it as FATAL and close */
	PGWIRE_MALFORMED,   /* a known message with broken contents: report as ERROR and go on */
};

/* The next whole message. Takes what was read already; else reads once, and only if `wait` is true
   may that block (for as long as the socket's receive timeout allows). */
enum pgwire_event pgwire_next(
	struct pgwire *w, bool wait, struct pgwire_message *m, struct error *e) MUST_USE;
/* Whether a whole or partial message has been read that pgwire_next() has not returned yet. */
bool pgwire_has_input(const struct pgwire *w);
/* Whether what has been read already goes on with Describe messages, at most one Execute, and then
   a Sync: then nothing else will run before that Sync. */
bool pgwire_is_sync_near(const struct pgwire *w);
/* How long a read that may wait waits; 0 for ever. */
void pgwire_set_receive_timeout(struct pgwire *w, uint32_t ms);

/* After STARTUP: admits the client as it is; pgwire_next() then yields AUTHENTICATED. */
void pgwire_auth_trust(struct pgwire *w);
/* After STARTUP: SCRAM-SHA-256, over TLS also with channel binding. `verifier` is
   "SCRAM-SHA-256$4096:salt$stored:server", or empty for a user that does not exist or has no
   password: the exchange then runs all the same and fails at its end. mock_secret makes that
   user's salt the same at every try. */
enum sqlstate pgwire_auth_scram(struct pgwire *w, struct str user, struct str verifier,
	const uint8_t mock_secret[32], struct error *e) MUST_USE;
/* The same for old clients: the password in clear, checked against a verifier of either kind. */
enum sqlstate pgwire_auth_password(struct pgwire *w, struct str user, struct str verifier,
	const uint8_t mock_secret[32], struct error *e) MUST_USE;
/* The same by MD5 if the verifier is "md5…", which pgwire_md5_verifier() makes; else by SCRAM. */
enum sqlstate pgwire_auth_md5(struct pgwire *w, struct str user, struct str verifier,
	const uint8_t mock_secret[32], struct error *e) MUST_USE;
/* Whether a text is a verifier of either kind. */
bool pgwire_is_verifier(struct str text);
/* A new verifier for a password, in at least 256 bytes of room. Errors: E_INTERNAL without
   randomness, or without MD5. */
enum sqlstate pgwire_md5_verifier(
	struct str user, struct str password, char *to, size_t size, struct error *e) MUST_USE;
enum sqlstate pgwire_scram_verifier(
	struct str password, uint32_t iterations, char *to, size_t size, struct error *e) MUST_USE;

/* PGWIRE_VERSION_3_0 or _3_2: what was agreed on. */
uint32_t pgwire_version(const struct pgwire *w);

/* ---- messages out ------------------------------------------------------------------------- */

void pgwire_put_authentication_ok(struct pgwire *w);
void pgwire_put_parameter(struct pgwire *w, struct str name, struct str value);
/* Sends 4 bytes of the key to 3.0 clients and all of it to 3.2 ones. */
void pgwire_put_backend_key(
	struct pgwire *w, int32_t process_id, const uint8_t key[PGWIRE_CANCEL_KEY_SIZE]);
uint32_t pgwire_cancel_key_length(const struct pgwire *w);
void pgwire_put_ready(struct pgwire *w, char status);
void pgwire_put_parse_complete(struct pgwire *w);
void pgwire_put_bind_complete(struct pgwire *w);
void pgwire_put_close_complete(struct pgwire *w);
void pgwire_put_no_data(struct pgwire *w);
void pgwire_put_empty_query(struct pgwire *w);
void pgwire_put_portal_suspended(struct pgwire *w);
void pgwire_put_complete(struct pgwire *w, const char *tag);
void pgwire_put_notification(
	struct pgwire *w, int32_t process_id, struct str channel, struct str payload);
void pgwire_put_parameter_description(struct pgwire *w, uint32_t count, const uint32_t *oids);
/* severity: "ERROR", "FATAL" and so on; "NOTICE" and "WARNING" make a NoticeResponse. Text that is
   not UTF-8 is cut at its first bad byte. */
void pgwire_put_error(struct pgwire *w, const char *severity, const struct error *e);

struct pgwire_column {
	struct str name;
	uint32_t oid;
	uint16_t format; /* 0 text, 1 binary */
	uint16_t number; /* of the table's column, from 1 */
	uint32_t table;	 /* oid of the table it is a column of; 0: none */
	uint32_t modifier; /* of its type, and one; 0: none */
};
void pgwire_put_row_description(
	struct pgwire *w, uint32_t count, const struct pgwire_column *columns);
/* The message that was put last, whole; its bytes last until the next is put. Putting a copy of it is the
   same as making it again. */
struct str pgwire_last_message(const struct pgwire *w);
void pgwire_put_message(struct pgwire *w, struct str whole);
/* CopyInResponse ('G') or CopyOutResponse ('H'). */
void pgwire_put_copy_response(struct pgwire *w, char type, bool is_binary, uint32_t column_count);

/* A DataRow: the caller appends one cell for each column (pgtype_put… or pgwire_put_null) to the
   buffer it gets, then ends the row. Or gives it up with pgwire_row_abandon(). */
struct buf *pgwire_row_begin(struct pgwire *w, uint32_t column_count);
enum sqlstate pgwire_row_end(struct pgwire *w, struct error *e) MUST_USE;
void pgwire_row_abandon(struct pgwire *w);
/* The same for CopyData; what the caller appends is the data. */
struct buf *pgwire_copy_begin(struct pgwire *w);
enum sqlstate pgwire_copy_end(struct pgwire *w, struct error *e) MUST_USE;
void pgwire_put_copy_done(struct pgwire *w);

/* Sends everything pending; waits for a slow client. Errors: E_CONNECTION (the client is gone, does
   not read, or the session was interrupted): close without another word. */
enum sqlstate pgwire_flush(struct pgwire *w, struct error *e) MUST_USE;
/* Sends what the socket takes at once, and no more: for the last words before closing. */
void pgwire_flush_once(struct pgwire *w);
/* Gives large buffers back to the system; for a connection that goes idle. */
void pgwire_trim(struct pgwire *w);

#endif
