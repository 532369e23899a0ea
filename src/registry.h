/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The list of connected clients, and what another thread may do to one of them: cancel its query,
 * give it a deadline's consequence, end it. Also the server's published settings and whether it is
 * stopping. All shared state of src/ is here.
 *
 *     activity   STARTING ─ BUSY ⇄ IDLE, IDLE_IN_TRANSACTION   set by the client
 *     cancel     NONE → USER, TIMEOUT, SHUTDOWN   set by others, cleared between queries
 *     ending     NONE → a reason                  set once by others; the client says it and leaves
 *
 * A thread that ends a client sets `ending` and shuts the socket for reading, which wakes the
 * client wherever it waits. A client that goes idle sets `activity` before it looks at `stopping`,
 * and the one who stops the server sets `stopping` before it looks at `activity`: one of them sees
 * the other.
 */
#ifndef SRC_REGISTRY_H
#define SRC_REGISTRY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/lock.h"
#include "base/setting.h"
#include "pgwire/pgwire.h"
#include "query/query.h"
#include "src/access.h"

enum registry_activity {
	ACTIVITY_STARTING,
	ACTIVITY_BUSY,
	ACTIVITY_IDLE,
	ACTIVITY_IDLE_IN_TRANSACTION,
	ACTIVITY_IDLE_IN_FAILED_TRANSACTION,
};

/* Why a client must leave. */
enum registry_ending {
	ENDING_NONE,
	ENDING_SHUTDOWN,
	ENDING_AUTHENTICATION, /* took too long */
	ENDING_IDLE,
	ENDING_IDLE_IN_TRANSACTION,
	ENDING_TRANSACTION, /* took too long */
	ENDING_LOST,	    /* nobody is at the other end */
};

enum registry_stopping {
	STOPPING_NOT,
	STOPPING_SMART, /* clients leave when they are idle outside a transaction */
	STOPPING_FAST,	/* clients leave now */
};

/* What a deadline is for: that of the client's state, of which one is set at a time. */
enum registry_deadline {
	DEADLINE_NONE,
	DEADLINE_AUTHENTICATION,
	DEADLINE_STATEMENT,
	DEADLINE_IDLE,
	DEADLINE_IDLE_IN_TRANSACTION,
};

enum { REGISTRY_NAME_SIZE = 64, REGISTRY_QUERY_SIZE = 1024 };

/* What others may read about a client; texts that are too long are cut. */
struct registry_about {
	char user[REGISTRY_NAME_SIZE], database[REGISTRY_NAME_SIZE];
	char application[REGISTRY_NAME_SIZE];
	char query[REGISTRY_QUERY_SIZE]; /* the one that runs or ran last */
	char address[REGISTRY_NAME_SIZE]; /* of the client; empty: a socket in the file system */
	int32_t port;			  /* of the client; -1: such a socket */
	uint32_t user_oid;
	int64_t started_at; /* TIMESTAMPTZ, as the next */
	/* as of the visit; those of an entry are its own: */
	int64_t query_at, transaction_at, state_at; /* 0: in none */
	const char *tls_version, *tls_cipher; /* OpenSSL's own; NULL: not encrypted */
	int32_t tls_bits;
	bool is_tls;
	/* Of the client's certificate; empty: it showed none. */
	char client_dn[REGISTRY_NAME_SIZE], issuer_dn[REGISTRY_NAME_SIZE];
	char client_serial[REGISTRY_NAME_SIZE];
};

/* One client, embedded in its own structure. */
struct registry_entry {
	struct registry_entry *next,
		*previous; /* guarded by the registry's mutex, as the next two */
	int fd;
	uint32_t key_length; /* 0: cannot be cancelled yet */
	int32_t process_id;
	uint8_t key[PGWIRE_CANCEL_KEY_SIZE];
	bool is_admitted;	      /* counts against max_connections */
	struct mutex about_mutex;     /* of class session */
	struct registry_about about;  /* guarded by it */
	uint32_t query_length;	      /* of about.query; the client's own thread's alone */
	/* What changes with each statement is written by the client's own thread, without a lock: who
	   reads may find a time beside the text of the statement before. */
	_Atomic int64_t query_at, transaction_at, state_at;
	uint64_t user;		      /* hash of the name of who is let in; 0: not yet */
	bool is_superuser;	      /* guarded by the registry's mutex */
	_Atomic uint64_t fingerprint; /* of what it runs; 0: not known yet */
	_Atomic int cancel;	      /* enum query_cancel */
	_Atomic int ending;	      /* enum registry_ending */
	_Atomic int activity;	      /* enum registry_activity */
	_Atomic int deadline_kind;    /* enum registry_deadline */
	_Atomic uint64_t deadline_us; /* on clock_monotonic_us(); 0: none */
	_Atomic uint64_t transaction_us; /* when its transaction has taken too long; 0: never */
	_Atomic uint64_t look_us;	 /* when to look whether the client is there; 0: never */
	_Atomic uint64_t look_every_us;
};

struct registry;

/* wake_fd: an eventfd that is written when an earlier deadline than all others is set. */
struct registry *registry_new(int wake_fd);
/* No client may be left. */
void registry_free(struct registry *r);

/* The server's settings: a reference that the caller releases. */
struct settings *registry_settings(struct registry *r);
/* By what new clients get in: a reference that the caller releases. */
struct access *registry_access(struct registry *r);
/* Publishes new ones (takes over the references) and counts the generation up. */
void registry_publish(struct registry *r, struct settings *s, struct access *a);
uint64_t registry_generation(const struct registry *r);

/* A client connected: gives it its process id and a random key. */
void registry_add(struct registry *r, struct registry_entry *entry, int fd);
/* It is known to its client from here on: cancel requests may name it. */
void registry_set_key_length(struct registry *r, struct registry_entry *entry, uint32_t key_length);
/* Counts it as a session. E_TOO_MANY_CONNECTIONS beyond `most`, E_CANNOT_CONNECT_NOW when stopping.
   */
enum sqlstate registry_admit(
	struct registry *r, struct registry_entry *entry, uint32_t most, struct error *e);
/* The user is known: E_TOO_MANY_CONNECTIONS (nothing is said in an error) if `most` sessions of them are
   there already; -1: no limit. */
enum sqlstate registry_admit_user(struct registry *r, struct registry_entry *entry,
	struct str user, bool is_superuser, int32_t most);
/* Who it is, at its start and when the application's name changes. Of `who` user_oid, address, port
   and what is known of its encryption are taken. */
void registry_describe(struct registry_entry *entry, const char *user, const char *database,
	const struct registry_about *who);
void registry_describe_application(struct registry_entry *entry, const char *application);
/* What it runs from now on; is_first: and begins a transaction by it. */
void registry_describe_query(struct registry_entry *entry, struct str text, bool is_first);
/* The same, for the text that it ran last: only the times are new. */
void registry_describe_again(struct registry_entry *entry, bool is_first);
/* Whether `text`, whole, is what registry_describe_query() was told last. For the client's own
   thread, which alone writes it. */
bool registry_is_described(const struct registry_entry *entry, struct str text);
/* It waits from now on, in a transaction or not. */
void registry_describe_idle(struct registry_entry *entry, bool is_in_transaction);
/* Calls back for each client that is let in, with a copy of what is known of it; nothing may be locked
   in the callback. */
typedef void registry_visit(void *context, const struct registry_entry *entry,
	enum registry_activity activity, const struct registry_about *about);
void registry_visit_all(struct registry *r, registry_visit *visit, void *context);
/* The client is gone; nobody else touches the entry or its socket afterwards. */
void registry_remove(struct registry *r, struct registry_entry *entry);
/* How many are connected. */
uint32_t registry_count(const struct registry *r);

/* A cancel request: without effect unless process id and key fit and the client is busy. */
void registry_cancel(struct registry *r, int32_t process_id, const uint8_t *key, uint32_t length);

/* Who wishes something of another session. */
struct registry_signaller {
	uint64_t user; /* as in struct registry_entry */
	bool is_superuser;
};
/* What another session wishes: cancels what the client runs, or ends it. *found: false if there is none
   of that number among those let in. E_PRIVILEGE: it belongs to somebody else. */
enum sqlstate registry_signal(struct registry *r, int32_t process_id, bool is_end,
	const struct registry_signaller *who, bool *found, struct error *e) MUST_USE;
/* What is said to be the user's number, without a session of it. */
uint64_t registry_user(struct str name);

/* Sets the deadline of the client's state; us 0 takes it away. */
void registry_set_deadline(struct registry *r, struct registry_entry *entry,
	enum registry_deadline kind, uint64_t deadline_us);
/* The transaction's end by force; us 0 takes it away. */
void registry_set_transaction_deadline(
	struct registry *r, struct registry_entry *entry, uint64_t deadline_us);
/* Looks whether the client is there, again and again; 0 stops that. */
void registry_set_look(struct registry *r, struct registry_entry *entry, uint64_t every_us);
/* Carries out the deadlines that have passed; the next one, or 0 if there is none. */
uint64_t registry_expire(struct registry *r, uint64_t now_us);

enum registry_stopping registry_is_stopping(const struct registry *r);
void registry_stop(struct registry *r, enum registry_stopping how);

#endif
