/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The graph store: the whole public face of storage/. A property graph with transactions
 * (snapshots, write conflicts, record locks), durable by a write-ahead log and checkpoints.
 *
 * Rules that hold for every call here:
 * - A thread calls storage_thread_attach() once before anything else. A transaction belongs to one
 *   thread at a time, but may move between calls.
 * - A call takes the engine lock itself, shared, for one batch, and has released it when it returns;
 *   txn_commit() takes it exclusively for the in-memory apply alone. No caller ever holds it.
 * - Results are copied into the caller's memory; no pointer into a page is handed out. Pointers to
 *   catalog objects live until the transaction's next statement begins or it ends.
 * - Values handed in are copied.
 * - A read that finds a broken page fails with E_DATA_CORRUPTED; a cancelled one with E_CANCELLED.
 */
#ifndef STORAGE_STORAGE_H
#define STORAGE_STORAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "storage/value.h"

struct storage;
struct txn;
struct catalog;
struct store; /* where bytes are kept; see storage/store/store.h */

/* ---- opening ------------------------------------------------------------------------------ */

enum durability {
	DURABILITY_ON,	/* acknowledged after the log is on disk */
	DURABILITY_OFF, /* acknowledged after apply; on disk some 20 ms or 4 MiB of log later */
};

struct wal_target; /* how far a restored log is read; see storage/log/wal.h */

struct storage_options {
	const char *directory;	       /* the data directory */
	struct store *store;	       /* NULL: files in the directory. Otherwise used and closed */
	bool create;		       /* initialise an empty directory */
	uint64_t buffer_bytes;	       /* shared_buffers */
	uint64_t log_segment_bytes;    /* 0: 64 MiB */
	uint64_t checkpoint_log_bytes; /* checkpoint after this much log; 0: 256 MiB */
	uint32_t checkpoint_timeout_ms; /* or after this long; 0: 60 s */
	/* nodes' properties and adjacency lists kept without their pages; 0: none */
	uint64_t node_cache_bytes, edge_cache_bytes;
	uint64_t txn_bytes_max;		/* a transaction's private changes; beyond: 53200 */
	uint64_t
		history_bytes_max; /* versions kept for old snapshots; beyond: 72000; 0: 25 % of buffers */
	uint32_t recovery_report_ms; /* a start that replays the log says so this often; 0: 1 s */
	uint32_t run_tokens; /* plans executing at once; 0: number of cores */
	const char *archive_directory;	 /* whole segments of the log are copied there; NULL: none */
	const struct wal_target *target; /* NULL, but for point-in-time recovery */
	const _Atomic int *cancel;	 /* not 0: reading the log gives up, E_CANCELLED; may be NULL */
};

/* Opens or creates, recovers from the log if needed. Errors: E_NO_FILE (nothing there and !create),
   E_OBJECT_IN_USE (another process has it), E_DATA_CORRUPTED, E_NOT_SUPPORTED (another format
   version), E_IO, E_DISK_FULL. */
enum sqlstate storage_open(
	const struct storage_options *options, struct storage **out, struct error *e) MUST_USE;
/* Ends background work, writes a checkpoint, closes. No transaction may be open. */
enum sqlstate storage_close(struct storage *s, struct error *e);

/* Threads that may be attached to a storage at once; a few are its own. */
enum { STORAGE_THREADS_MAX = 4096, STORAGE_THREADS_OWN = 16 };
/* Panics beyond STORAGE_THREADS_MAX. */
void storage_thread_attach(struct storage *s);
void storage_thread_detach(struct storage *s);

/* Writes a checkpoint now and waits for it. */
enum sqlstate storage_checkpoint(struct storage *s, struct error *e);

/* ---- transactions ------------------------------------------------------------------------- */

enum isolation { ISOLATION_READ_COMMITTED, ISOLATION_REPEATABLE_READ, ISOLATION_SERIALIZABLE };

struct storage_generator;

struct txn_options {
	const struct storage_generator *generator; /* of generated properties; NULL: they stay as they are */
	enum isolation isolation;
	bool is_read_only;
	bool is_autocommit; /* one statement: takes no record locks, conflicts surface at commit */
	enum durability durability;
	uint32_t lock_timeout_ms;  /* 0: wait for ever */
	const _Atomic int *cancel; /* non-zero: give up with E_CANCELLED; may be NULL */
	int32_t owner;		   /* whom storage_locks() names: the number of a session */
};

/* Never blocks and touches nothing shared but this transaction's snapshot slot. */
enum sqlstate txn_begin(struct storage *s, const struct txn_options *options, struct txn **out,
	struct error *e) MUST_USE;
/* A statement starts: under READ COMMITTED it sees what was committed before this call. */
void txn_statement_begin(struct txn *t);
/* For a statement that lost to others again and again: until the transaction's end nobody else
   commits, but while this one waits for a record lock. It has changed nothing yet, and now sees what
   has been committed. E_LOCK_TIMEOUT, E_CANCELLED: another one has the ticket. */
enum sqlstate txn_take_ticket(struct txn *t, struct error *e) MUST_USE;
/* Makes all changes durable and visible, or none: E_SERIALIZATION, E_UNIQUE, E_FOREIGN_KEY, … In
   every case the transaction is gone afterwards. */
enum sqlstate txn_commit(struct txn *t, struct error *e) MUST_USE;
void txn_abort(struct txn *t);
/* A place in this transaction's changes to which txn_rollback_to() and txn_statement_restart()
   return. */
uint64_t txn_savepoint(struct txn *t);
/* Undoes what came after the mark, and lets go of the locks taken since. */
void txn_rollback_to(struct txn *t, uint64_t mark);
/* For a statement that failed while txn_must_restart(): undoes what came after the mark, but keeps
   the locks, one of which it has just waited for, and begins the statement again. */
void txn_statement_restart(struct txn *t, uint64_t mark);
bool txn_has_changes(const struct txn *t);
/* The snapshot's commit timestamp, for EXPLAIN ANALYZE. */
uint64_t txn_snapshot(const struct txn *t);

/* What a statement saw, kept beyond its end: for a cursor that is read from while later statements
   of a READ COMMITTED transaction see more. */
struct txn_view;
/* Keeps the current snapshot and catalog until txn_view_release(), which must come before the
   transaction's end. E_TOO_MANY_CONNECTIONS: too many snapshots are in use. */
enum sqlstate txn_view_hold(struct txn *t, struct txn_view **out, struct error *e) MUST_USE;
/* Exchanges what the transaction sees with what the view holds: before a batch is read through the
   view, and again behind it. Meanwhile nothing may be written and no statement may begin. */
void txn_view_swap(struct txn *t, struct txn_view *view);
void txn_view_release(struct txn *t, struct txn_view *view);

/* The transaction's own changes as they are at one moment: for a statement whose parts do not see
   what its other parts write. */
struct txn_past;
struct txn_past *txn_past_hold(const struct txn *t);
/* Exchanges the transaction's changes with those that the past holds: before something is read as of
   the past, and again behind it. Meanwhile nothing may be written, and nothing begin or end. */
void txn_past_swap(struct txn *t, struct txn_past *past);
/* Also after the transaction's end. */
void txn_past_release(struct txn_past *past);

/* ---- advisory locks ------------------------------------------------------------------------
   Of numbers that mean something to clients alone, and to whom they mean the same. */

struct advisory_lock {
	uint64_t number;
	bool is_pair; /* of two numbers of 32 bits: another thing than the one of 64 */
	bool is_shared;
};
/* The advisory locks that a session holds beyond its transactions. Belongs to one thread at a time. */
struct storage_advisory;
/* owner: the number of the session, as in struct txn_options, whose transaction's locks it does not wait
   for. */
struct storage_advisory *storage_advisory_new(struct storage *s, int32_t owner);
/* Lets go of all. */
void storage_advisory_free(struct storage_advisory *a);
/* Takes a lock, to the transaction's end or, with `a`, until it is given back as often as it was
   taken. *is_taken is false only with is_nowait: another session has it. At most count_max each.
   Errors: E_LIMIT_EXCEEDED, E_LOCK_TIMEOUT, E_DEADLOCK, E_CANCELLED. */
enum sqlstate storage_advisory_take(struct txn *t, struct storage_advisory *a,
	struct advisory_lock lock, bool is_nowait, uint32_t count_max, bool *is_taken,
	struct error *e) MUST_USE;
/* False: it has no such lock. */
bool storage_advisory_give(struct storage_advisory *a, struct advisory_lock lock);
void storage_advisory_give_all(struct storage_advisory *a);

/* Run tokens: a session takes one while a plan executes and gives it back while it waits for its
   client. txn_commit and lock waits give it back by themselves while they wait. */
void storage_run_begin(struct storage *s);
/* The same for a plan that only reads: it takes its token in txn_run_poll(), once that has been
   called so often that the plan is no short one. */
void storage_run_begin_reading(struct storage *s);
/* From within a plan, about once a batch. May wait for a token. */
void txn_run_poll(struct txn *t);
/* Before a wait of the caller's own: gives the token back if the thread has one. True: the caller
   takes it again by storage_run_begin(). */
bool storage_run_pause(struct storage *s);
/* Ends what either began. */
void storage_run_end(struct storage *s);

/* ---- catalog ------------------------------------------------------------------------------ */

/* Dense small numbers, never reused. Node labels, edge labels and property keys are three name
   spaces; number 0 is none of them. */
enum name_kind { NAME_NODE_LABEL, NAME_EDGE_LABEL, NAME_KEY };
enum element { ELEMENT_NODE, ELEMENT_EDGE };
enum { NAME_NONE = 0, LABELSET_EMPTY = 0 };
#define LABELSET_ABSENT UINT32_MAX /* a node that does not exist (any more) */

/* Sets of value types as bits: TYPE_BIT(VALUE_INT) | … (stored types only) */
#define TYPE_BIT(type) (1u << (type))

/* What a declared type says beside its name, also of the items of a list. 0: nothing. */
struct type_modifier {
	uint16_t precision; /* DECIMAL(precision, scale) */
	int16_t scale;	    /* below 0: so many digits before the point are 0 */
	uint32_t length;	   /* STRING(length), in characters */
	bool is_char;		   /* the STRING was declared as CHAR(length) */
	uint8_t width;		   /* in bits: an INT of 16 or 32, a FLOAT of 32 */
	uint8_t seconds;	   /* one more than the digits of a time's seconds behind the point */
	uint8_t range;		   /* the fields of a duration: base/interval.h */
};
enum { SECONDS_DIGITS_MAX = 6 }; /* times are in microseconds */
enum { STRING_LENGTH_MAX = 10485760 }; /* of a declared type, as PostgreSQL's */
static inline bool type_modifier_is_set(struct type_modifier m)
{
	return m.precision > 0 || m.length > 0 || m.width > 0 || m.seconds > 0 ||
	       m.range > 0;
}
/* Precision and scale in one number and back: on disk, and PostgreSQL's typmod less 4. */
static inline uint32_t type_modifier_digits(struct type_modifier m)
{
	return (uint32_t)m.precision << 16 | ((uint32_t)m.scale & 0x7ff);
}
static inline struct type_modifier type_modifier_of_digits(uint32_t digits)
{
	return (struct type_modifier){ .precision = (uint16_t)(digits >> 16),
		.scale = (int16_t)((int)((digits & 0x7ff) ^ 0x400) - 0x400) };
}

struct property_info {
	uint32_t key;
	uint8_t declared;      /* enum value_type, VALUE_NULL: not declared */
	uint8_t declared_item; /* of a LIST: its items' type, VALUE_NULL: any */
	struct type_modifier modifier;
	bool is_not_null;
	bool is_declared;
	bool is_generated; /* struct storage_generator makes its values, nobody else */
	uint32_t observed;	    /* TYPE_BITs of values ever written under this label */
	struct value default_value; /* VALUE_NULL: none */
};

/* A node label and the key that finds its nodes (NAME_NONE: none was said). */
struct edge_end {
	uint32_t label, key;
};

/* What an edge of a label may join. */
struct edge_pair {
	struct edge_end from, to;
};
enum { EDGE_PAIRS_MAX = 64 }; /* of one label */

struct label_info {
	uint32_t id;
	struct str name;
	bool is_declared;
	bool is_closed; /* undeclared keys are refused */
	uint32_t property_count;
	const struct property_info
		*properties;	       /* declared first, in order of declaration, then observed */
	uint32_t hidden_count; /* of KEY_HIDDEN, behind those that are counted */
	uint32_t primary_index; /* of PRIMARY KEY; 0: none */
	uint32_t pair_count;	/* edge labels: declared ends, in order; 0: any */
	const struct edge_pair *pairs;
};

struct index_info {
	uint32_t id;
	struct str name, full_name; /* full_name: as given to schema_index_drop() */
	enum element element;
	uint32_t label;
	uint32_t key_count;
	uint32_t keys[8];
	bool is_unique;
	bool is_ready;	    /* may be scanned; false until the creating transaction commits */
	bool is_constraint; /* made by UNIQUE, KEY or PRIMARY KEY */
	/* Of a unique one: writes may make keys double, until storage_key_check() or the commit looks. That is
	   meant to be at the commit at first. */
	bool is_deferrable, is_deferred;
};

enum constraint_kind { CONSTRAINT_UNIQUE, CONSTRAINT_KEY, CONSTRAINT_NOT_NULL, CONSTRAINT_TYPE };

struct constraint_info {
	struct str name, full_name;
	enum constraint_kind kind;
	enum element element;
	uint32_t label;
	uint32_t index; /* UNIQUE and KEY: the index behind it */
	uint32_t key_count;
	uint32_t keys[8];
};

/* The catalog as this transaction sees it, its own schema changes included. */
const struct catalog *txn_catalog(struct txn *t);
/* Whether it holds changes of this transaction, which nobody else sees. */
bool txn_has_own_catalog(const struct txn *t);
/* Changes whenever anything a plan may depend on changes: schema, names, observed types. */
uint64_t catalog_version(const struct catalog *c);

/* Graphs. What belongs to no other graph belongs to main. Any other graph is a node label of its own,
   its membership, which each of its nodes carries and nobody is shown; it is named by the graph and
   GRAPH_SEPARATOR. The names of the graph's labels, indexes and constraints begin with that. So the
   graphs share dictionaries and nothing else. Names that go in are such full names; those that come
   out are local ones, without the graph. A graph's number is that of its membership. */
enum {
	GRAPH_MAIN = NAME_NONE,
	GRAPH_NONE = INT32_MAX, /* of a label whose name nobody can write */
	GRAPH_SEPARATOR = 0xff, /* neither is a byte of UTF-8 text */
	GRAPH_DROPPED = 0xfe,	/* where the names of dropped graphs begin */
};
/* `name` as it is called in the graph: as it is in main (graph empty). What says its graph stays. */
struct str graph_full_name(struct arena *a, struct str graph, struct str name);
/* What stands behind the graph, and the graph itself, empty for main. */
struct str graph_local_name(struct str full_name);
struct str graph_of_name(struct str full_name);
/* Says in an error which label, property and constraint it is about; names of labels are full ones. */
void graph_error_names(
	struct error *e, struct str label, struct str property, struct str constraint);
/* True if there are others than main, or have been. */
bool catalog_has_graphs(const struct catalog *c);
/* A graph by name; NAME_NONE if there is none (main has no membership). */
uint32_t catalog_graph_find(const struct catalog *c, struct str graph);
/* "main" for GRAPH_MAIN. */
struct str catalog_graph_name(const struct catalog *c, uint32_t graph);
/* The graph of a node label or edge label (of a membership: itself). */
uint32_t catalog_graph_of(const struct catalog *c, enum element element, uint32_t label);
/* True if the node label is a graph's membership. */
bool catalog_is_membership(const struct catalog *c, uint32_t label);
/* The graph of nodes with these labels. */
uint32_t catalog_labelset_graph(const struct catalog *c, uint32_t labelset);

/* NAME_NONE if there is no such name. */
uint32_t catalog_find(const struct catalog *c, enum name_kind kind, struct str name);
struct str catalog_name(const struct catalog *c, enum name_kind kind, uint32_t id);
struct str catalog_full_name(const struct catalog *c, enum name_kind kind, uint32_t id);
/* A key whose name begins with this, which is no byte of UTF-8 text, is hidden: nobody can write it, and
   it is not among an element's properties. Its values are generated, to be the keys of an index. */
enum { KEY_HIDDEN = 0xff };
bool catalog_key_is_hidden(const struct catalog *c, uint32_t key);
/* Names are numbered 1 … count. */
uint32_t catalog_name_count(const struct catalog *c, enum name_kind kind);
/* NULL if the number names no label. ELEMENT_NODE label NAME_NONE: the facts of nodes without
   label. */
const struct label_info *catalog_label(const struct catalog *c, enum element element, uint32_t id);
/* The end with its key: the one that was said, else its label's primary key as it is now, if that is
   of one property. */
struct edge_end catalog_end_with_key(const struct catalog *c, struct edge_end end);
/* What all pairs of an edge label have at one end, with its key; NAME_NONE twice where they differ or
   there is none. */
struct edge_end catalog_edge_end(
	const struct catalog *c, const struct label_info *edge, bool is_source);
/* Whether an edge of the label may join nodes with these labels. */
bool catalog_ends_fit(const struct catalog *c, const struct label_info *edge,
	uint32_t source_labelset, uint32_t target_labelset);
/* The property's facts under a label, NULL if it is neither declared nor ever written. */
const struct property_info *catalog_property(
	const struct catalog *c, enum element element, uint32_t label, uint32_t key);
uint32_t catalog_index_count(const struct catalog *c);
const struct index_info *catalog_index_at(const struct catalog *c, uint32_t position);
const struct index_info *catalog_index(const struct catalog *c, uint32_t id);
uint32_t catalog_constraint_count(const struct catalog *c);
const struct constraint_info *catalog_constraint_at(const struct catalog *c, uint32_t position);

/* Something the query layer keeps in the catalog: a table's details, a sequence, a view, … Kind, name
   and body mean nothing here. Numbers are never reused. */
struct catalog_object {
	uint32_t id;
	uint8_t kind;
	struct str name;
	struct str body;
};
enum { CATALOG_OBJECT_BYTES_MAX = 1 << 19, CATALOG_OBJECTS_MAX = 1 << 16 };
uint32_t catalog_object_count(const struct catalog *c);
const struct catalog_object *catalog_object_at(const struct catalog *c, uint32_t position);
/* NULL if there is none. */
const struct catalog_object *catalog_object(const struct catalog *c, uint32_t id);
const struct catalog_object *catalog_object_find(
	const struct catalog *c, uint8_t kind, struct str name);

/* A node's labels as one number; the labels of it, sorted by number. */
bool catalog_labelset_has(const struct catalog *c, uint32_t labelset, uint32_t label);
uint32_t catalog_labelset_labels(
	const struct catalog *c, uint32_t labelset, const uint32_t **labels);
/* The same without the graph's membership: what people are told. */
uint32_t catalog_labelset_shown(
	const struct catalog *c, uint32_t labelset, const uint32_t **labels);
uint32_t catalog_labelset_count(const struct catalog *c);

/* The number of a name, made if it is new. Not undone by rollback: an unused name is harmless. */
enum sqlstate txn_intern(struct txn *t, enum name_kind kind, struct str name, uint32_t *out,
	struct error *e) MUST_USE;

/* ---- schema: transactional; each holds the schema lock to the transaction's end ------------ */

struct property_definition {
	struct str key;
	enum value_type type;
	enum value_type item_type;
	struct type_modifier modifier;
	bool is_not_null;
	bool is_unique;
	bool is_generated;
	struct value default_value;
};

struct edge_end_definition {
	struct str label;
	struct str key; /* empty: the label's primary key */
};

struct edge_pair_definition {
	struct edge_end_definition from, to;
};

struct label_definition {
	enum element element;
	struct str name;
	uint32_t property_count;
	const struct property_definition *properties;
	uint32_t primary_key_count;
	const struct str *primary_key; /* names of keys */
	struct str primary_name;       /* of its index; empty: made from the label's */
	uint32_t pair_count; /* 0: its edges join anything */
	const struct edge_pair_definition *pairs;
};

/* Declares a label. E_DUPLICATE_OBJECT if it is declared already. Existing data is checked. */
enum sqlstate schema_label_create(struct txn *t, const struct label_definition *d, struct error *e);
/* Deletes the label's elements too if `cascade`; otherwise E_OBJECT_IN_USE when there are any. */
enum sqlstate schema_label_drop(
	struct txn *t, enum element element, struct str name, bool cascade, struct error *e);
enum sqlstate schema_label_rename(
	struct txn *t, enum element element, struct str name, struct str to, struct error *e);
enum sqlstate schema_label_set_closed(
	struct txn *t, enum element element, struct str name, bool is_closed, struct error *e);
/* Another pair of ends for an edge label, or one less; edges that are there must fit those that are
   left (E_CHECK). Without a pair a label joins anything. E_DUPLICATE_OBJECT, E_NO_OBJECT. */
enum sqlstate schema_pair_add(struct txn *t, struct str label, const struct edge_pair_definition *d,
	struct error *e) MUST_USE;
enum sqlstate schema_pair_drop(struct txn *t, struct str label,
	const struct edge_pair_definition *d, struct error *e) MUST_USE;
enum sqlstate schema_property_add(struct txn *t, enum element element, struct str label,
	const struct property_definition *d, struct error *e);
enum sqlstate schema_property_drop(
	struct txn *t, enum element element, struct str label, struct str key, struct error *e);

struct index_definition {
	struct str name; /* empty: made from label and keys */
	enum element element;
	struct str label;
	uint32_t key_count;
	struct str keys[8];
	bool is_unique;
	bool is_constraint;
	bool is_key; /* with is_constraint: the keys must also be NOT NULL */
	bool is_deferrable, is_deferred; /* as index_info has them */
};

enum sqlstate schema_index_create(
	struct txn *t, const struct index_definition *d, uint32_t *id, struct error *e);
/* The number that the next index will have. */
enum sqlstate schema_index_next(struct txn *t, uint32_t *id, struct error *e) MUST_USE;
enum sqlstate schema_index_drop(struct txn *t, struct str name, struct error *e);
/* The constraint that stands on the index, if there is one, takes the name too. */
enum sqlstate schema_index_rename(
	struct txn *t, struct str name, struct str to, struct error *e) MUST_USE;
/* NOT NULL and type constraints; UNIQUE and KEY are made by schema_index_create. Of `d` the key counts,
   and for CONSTRAINT_TYPE the type. */
enum sqlstate schema_constraint_create(struct txn *t, enum constraint_kind kind, struct str name,
	enum element element, struct str label, const struct property_definition *d,
	struct error *e);
enum sqlstate schema_constraint_drop(struct txn *t, struct str name, struct error *e);

/* The unique index `index` of the label is its primary key from here on. */
enum sqlstate schema_primary_key(struct txn *t, enum element element, struct str label,
	uint32_t index, struct error *e) MUST_USE;
/* Another type (VALUE_NULL: none), NOT NULL and, unless it is NULL, another default for a declared
   property. Existing values become what a write would make of them: E_TYPE if that is not of the
   type. */
enum sqlstate schema_property_change(struct txn *t, enum element element, struct str label,
	const struct property_definition *d, struct error *e) MUST_USE;
/* Deletes all its elements, a node's edges too. */
enum sqlstate schema_label_truncate(
	struct txn *t, enum element element, struct str label, struct error *e) MUST_USE;

/* Another graph than main, empty and open. Names of graphs are local ones. */
enum sqlstate schema_graph_create(struct txn *t, struct str graph, struct error *e) MUST_USE;
/* From here on its elements have declared labels only. */
enum sqlstate schema_graph_close(struct txn *t, struct str graph, struct error *e) MUST_USE;
/* With all that is in it. E_NO_GRAPH. */
enum sqlstate schema_graph_drop(struct txn *t, struct str graph, struct error *e) MUST_USE;

/* Makes an object (*id NAME_NONE: gets the next number) or gives number *id another name and body.
   Names may repeat: whoever cares looks first, under the schema lock. */
enum sqlstate schema_object_put(struct txn *t, uint32_t *id, uint8_t kind, struct str name,
	struct str body, struct error *e) MUST_USE;
enum sqlstate schema_object_drop(struct txn *t, uint32_t id, struct error *e) MUST_USE;
/* Takes the lock on the schema and sees its newest state: what is looked up from here on stays. */
enum sqlstate schema_lock(struct txn *t, struct error *e) MUST_USE;

/* ---- sequences -----------------------------------------------------------------------------
   Numbers that no two transactions get: not undone by rollback, logged some way ahead, so that most
   calls touch memory only and a crash skips numbers but repeats none. A sequence is known by a
   number of its own, which storage_sequence_new() gives; what it may count is told at each call. */

struct sequence_rule {
	int64_t start, increment, min, max; /* increment: not 0 */
	bool is_cycle;
};
/* A number for a sequence that has not counted yet. */
uint32_t storage_sequence_new(struct storage *s);
/* E_SEQUENCE_LIMIT at the end. */
enum sqlstate storage_sequence_next(struct txn *t, uint32_t sequence,
	const struct sequence_rule *rule, int64_t *out, struct error *e) MUST_USE;
/* The next call gives the number behind `value`, or `value` itself when it was not called. */
enum sqlstate storage_sequence_set(struct txn *t, uint32_t sequence, int64_t value, bool is_called,
	struct error *e) MUST_USE;
/* The last number given and whether it was; false: never asked. */
bool storage_sequence_last(
	struct storage *s, uint32_t sequence, int64_t *value, bool *is_called);
/* Forgets its numbers when the transaction commits. */
void storage_sequence_drop(struct txn *t, uint32_t sequence);

/* ---- reading: batches ---------------------------------------------------------------------- */

/* The labelset of each node, LABELSET_ABSENT for those this transaction does not see. */
enum sqlstate storage_nodes_get(struct txn *t, const uint64_t *ids, uint32_t count,
	uint32_t *labelsets, struct error *e) MUST_USE;

struct edge_head {
	uint64_t source, target;
	uint32_t label; /* NAME_NONE: this transaction does not see the edge */
};
enum sqlstate storage_edges_get(struct txn *t, const uint64_t *ids, uint32_t count,
	struct edge_head *heads, struct error *e) MUST_USE;

/* columns[k][i] = property keys[k] of ids[i], VALUE_NULL where absent (also for an absent element).
   Text and lists are copied into the arena. */
enum sqlstate storage_properties(struct txn *t, enum element element, const uint64_t *ids,
	uint32_t count, const uint32_t *keys, uint32_t key_count, struct value *const *columns,
	struct arena *a, struct error *e) MUST_USE;

struct property {
	uint32_t key;
	struct value value;
};
/* All properties of one element, sorted by key number. *count = 0 for an absent element. */
enum sqlstate storage_all_properties(struct txn *t, enum element element, uint64_t id,
	struct arena *a, struct property **out, uint32_t *count, struct error *e) MUST_USE;

/* ---- reading: cursors ----------------------------------------------------------------------
   Made in an arena, closed by storage_cursor_close(). A cursor sees its transaction's changes made
   before it was opened; changes made while it is open may or may not be seen. */

struct cursor;
void storage_cursor_close(struct cursor *c);

/* All nodes (label NAME_NONE) or those with the label. */
enum sqlstate storage_scan_nodes(struct txn *t, uint32_t label, struct arena *a,
	struct cursor **out, struct error *e) MUST_USE;
/* All edges (label NAME_NONE) or those with the label. */
enum sqlstate storage_scan_edges(struct txn *t, uint32_t label, struct arena *a,
	struct cursor **out, struct error *e) MUST_USE;

/* Whether the transaction sees an element with the label; this is no scan that is counted. */
enum sqlstate storage_has_element(struct txn *t, enum element element, uint32_t label,
	struct arena *scratch, bool *found, struct error *e) MUST_USE;

/* `equal_count` leading keys equal to `equal`; then, if has_low or has_high, a range of the
   next. */
struct index_range {
	uint32_t equal_count;
	const struct value *equal;
	bool has_low, has_high;
	bool low_is_inclusive, high_is_inclusive;
	struct value low, high;
	bool is_descending;
};
enum sqlstate storage_scan_index(struct txn *t, uint32_t index, const struct index_range *range,
	struct arena *a, struct cursor **out, struct error *e) MUST_USE;

/* The next ids, at most `max` (1 … 1024), *count = 0 at the end. `labelsets` may be NULL (and is
   filled only by node cursors). */
enum sqlstate storage_cursor_next(struct cursor *c, uint64_t *ids, uint32_t *labelsets,
	uint32_t max, uint32_t *count, struct error *e) MUST_USE;

/* One element per composite key value of a unique index: ids[i] = UINT64_MAX where there is
   none. The keys are laid out key_count values per lookup. For COPY, MERGE and point reads: no
   cursor is made. The transaction may have made the index itself. */
enum sqlstate storage_index_lookup(struct txn *t, uint32_t index, const struct value *keys,
	uint32_t count, uint64_t *ids, struct error *e) MUST_USE;

enum direction { DIRECTION_OUT = 1, DIRECTION_IN = 2, DIRECTION_ANY = 3 };

/* Columns of one batch of hops; the caller owns the arrays, each of `capacity`; any but
   source_index and neighbour may be NULL. */
struct hops {
	uint32_t capacity;
	uint32_t count;
	uint32_t *source_index; /* which of the sources, ascending */
	uint64_t *neighbour;
	uint64_t *edge;
	uint32_t *label;
};

/* Which of a node's edges. No labels (label_count 0): those of every label; each label stands once.
   DIRECTION_ANY takes a self-loop once. */
struct edge_filter {
	enum direction direction;
	uint32_t label_count;
	const uint32_t *labels;
};

/* The edges of many sources at once, source by source. The sources and labels are copied. */
enum sqlstate storage_expand(struct txn *t, const uint64_t *sources, uint32_t count,
	const struct edge_filter *filter, struct arena *a, struct cursor **out,
	struct error *e) MUST_USE;
/* Puts new sources into a cursor made by storage_expand, so that a loop allocates once. */
enum sqlstate storage_expand_again(
	struct cursor *c, const uint64_t *sources, uint32_t count, struct error *e) MUST_USE;
/* hops->count = 0 at the end. Resumes inside a hub. */
enum sqlstate storage_expand_next(struct cursor *c, struct hops *hops, struct error *e) MUST_USE;

/* Number of edges at each of some nodes. Where nothing private or older is in play no edge is read,
   but for DIRECTION_ANY, which walks. */
enum sqlstate storage_degrees(struct txn *t, const uint64_t *nodes, uint32_t count,
	const struct edge_filter *filter, uint64_t *degrees, struct error *e) MUST_USE;
/* That of one node, by one label (NAME_NONE: all). */
enum sqlstate storage_degree(struct txn *t, uint64_t node, enum direction direction, uint32_t label,
	uint64_t *degree, struct error *e) MUST_USE;

/* ---- writing ------------------------------------------------------------------------------
   Into the transaction's private changes. Declared types convert implicitly or fail with E_TYPE;
   E_NOT_NULL, E_UNIQUE (naming the constraint), E_NO_COLUMN (closed label) are raised here, at
   once, but for the first after storage_statement_completes_late(). In an explicit transaction a
   change takes the record's lock and may wait: E_LOCK_TIMEOUT, E_DEADLOCK, E_SERIALIZATION
   (REPEATABLE READ and above, or *txn_must_restart under READ COMMITTED). */

/* The error of a value that cannot be converted to what a label declares: E_TYPE with names and a hint. */
enum sqlstate property_type_error(struct str key, struct str label, const struct property_info *p,
	enum value_type found, struct error *e);

/* A generated property whose value is wanted, and the others that the element is to have (sorted by
   key, of their declared types). The value may live in the arena. */
struct storage_generated {
	enum element element;
	uint32_t label, key;
	const struct property *properties;
	uint32_t count;
	struct arena *arena;
};
/* Makes it. Called while an element is written, outside of all locks; it reads and writes nothing.
   NULL is no value; an error is that of the write. */
typedef enum sqlstate storage_generate(void *context, struct txn *t,
	const struct storage_generated *wanted, struct value *out, struct error *e);
/* What an error calls a hidden key of the index; with no text it is left out. The text lives in the
   arena. */
typedef struct str storage_key_text(void *context, struct txn *t, const struct index_info *index,
	uint32_t position, struct arena *a);
struct storage_generator {
	storage_generate *generate;
	storage_key_text *key_text;
	void *context;
};

/* True after a write failed with E_SERIALIZATION under READ COMMITTED because the record changed
   since the statement began: txn_statement_restart() to the savepoint of the statement,
   txn_statement_begin(), run it again. */
bool txn_must_restart(const struct txn *t);

/* How strong the lock of an element is, weakest first. The first two are shared:

                       key share  share  no key update  update
       key share           ·        ·          ·        waits
       share               ·        ·        waits      waits
       no key update       ·      waits      waits      waits    a change that keeps its keys
       update            waits    waits      waits      waits    any other, and its end          */
enum lock_strength {
	STRENGTH_KEY_SHARE,
	STRENGTH_SHARE,
	STRENGTH_NO_KEY_UPDATE,
	STRENGTH_UPDATE,
};
/* The lock of an element, to the transaction's end; an autocommit transaction needs none.
   `is_nowait`: E_LOCK_TIMEOUT instead of waiting. */
enum sqlstate storage_lock(struct txn *t, enum element element, uint64_t id,
	enum lock_strength strength, bool is_nowait, struct error *e) MUST_USE;
/* The lock of a label as a whole, to the transaction's end, which is not an autocommit one:
   STRENGTH_KEY_SHARE is that of those who change elements of the label, STRENGTH_SHARE keeps these away
   and goes together with itself, STRENGTH_UPDATE goes together with nothing. `is_nowait`: E_LOCK_TIMEOUT
   instead of waiting. */
enum sqlstate storage_label_lock(struct txn *t, enum element element, uint32_t label,
	enum lock_strength strength, bool is_nowait, struct error *e) MUST_USE;
enum sqlstate storage_node_add(struct txn *t, const uint32_t *labels, uint32_t label_count,
	const struct property *properties, uint32_t property_count, uint64_t *id,
	struct error *e) MUST_USE;
enum sqlstate storage_edge_add(struct txn *t, uint64_t source, uint64_t target, uint32_t label,
	const struct property *properties, uint32_t property_count, uint64_t *id,
	struct error *e) MUST_USE;
/* Several properties in one step: what is generated or unique is looked at once. */
enum sqlstate storage_properties_set(struct txn *t, enum element element, uint64_t id,
	const struct property *properties, uint32_t count, struct error *e) MUST_USE;
/* VALUE_NULL removes the property. E_GENERATED_ALWAYS: it is a generated one. */
enum sqlstate storage_property_set(struct txn *t, enum element element, uint64_t id, uint32_t key,
	struct value value, struct error *e) MUST_USE;
enum sqlstate storage_labels_change(struct txn *t, uint64_t node, const uint32_t *add,
	uint32_t add_count, const uint32_t *remove, uint32_t remove_count,
	struct error *e) MUST_USE;
/* Deleting what is already deleted by this transaction is no error: *was_deleted is then false.
   Without detach a node that still has edges is refused at the statement's end by
   storage_statement_check(), so that "DELETE n, e" may delete in any order. */
enum sqlstate storage_node_delete(struct txn *t, uint64_t node, bool detach,
	uint64_t *edges_deleted, bool *was_deleted, struct error *e) MUST_USE;
enum sqlstate storage_edge_delete(
	struct txn *t, uint64_t edge, bool *was_deleted, struct error *e) MUST_USE;
/* Until the statement's end its writes may leave out what is NOT NULL: E_NOT_NULL comes from
   storage_statement_check() for what lacks it then. */
void storage_statement_completes_late(struct txn *t);
/* At the end of every writing statement: E_FOREIGN_KEY if a node deleted by it still has edges. */
enum sqlstate storage_statement_check(struct txn *t, struct error *e) MUST_USE;

/* ---- what a statement has changed ------------------------------------------------------------ */

struct storage_change {
	enum element element;
	uint64_t id;
	bool was_there, is_there;
	const void *before; /* storage's own */
};
/* The elements changed since a savepoint, each once, in order of their first change. */
void storage_changes(struct txn *t, uint64_t mark, struct arena *a, struct storage_change **out,
	uint32_t *count);
/* What one of them was at the mark: labelset or edge label, and properties sorted by key. */
enum sqlstate storage_change_before(struct txn *t, const struct storage_change *change,
	struct arena *a, uint32_t *label, struct property **out, uint32_t *count,
	struct error *e) MUST_USE;

/* This transaction relies on element `id` having these keys of a unique index. It shares the element's
   lock, for which it may wait; if the keys are gone then, or (autocommit) at the commit, that is
   E_SERIALIZATION, and *txn_must_restart as for a change. */
enum sqlstate storage_depend(struct txn *t, enum element element, uint64_t id, uint32_t index,
	const struct value *keys, struct error *e) MUST_USE;
/* This transaction takes a key away that others may rely on, and waits for those who do. If one has
   committed since the snapshot: *is_news, for who keeps his snapshot and must look with another;
   else E_SERIALIZATION, at once or (autocommit) at the commit. */
enum sqlstate storage_key_lost(struct txn *t, enum element element, uint64_t id, bool *is_news,
	struct error *e) MUST_USE;
/* E_UNIQUE if another element has the key that this one, which the transaction has changed, has of a
   deferrable unique index. */
enum sqlstate storage_key_check(struct txn *t, enum element element, uint64_t id, uint32_t index,
	struct error *e) MUST_USE;
/* True if the transaction has changed, added or deleted it. */
bool storage_has_changed(const struct txn *t, enum element element, uint64_t id);

/* Makes the observed types of these properties those that somebody may still see a value of. The
   transaction is one statement of its own (else *is_done: false) and has the schema lock
   (schema_lock()). Waits a moment for transactions that began before; if one stays, or it is not done
   for another reason, the types are left as they are. E_CANCELLED, E_IO, E_DISK_FULL. */
enum sqlstate storage_types_recount(struct txn *t, enum element element, uint32_t label,
	const uint32_t *keys, uint32_t count, bool *is_done, struct error *e) MUST_USE;

/* ---- estimates, statistics, care ----------------------------------------------------------- */

/* Counts of the committed state: exact for elements by label, cheap. */
uint64_t storage_node_count(struct storage *s, uint32_t label);
uint64_t storage_edge_count(struct storage *s, uint32_t label);

struct storage_statistics {
	uint64_t commits, aborts, conflicts;
	uint64_t log_bytes, log_flushes, log_flush_ns;
	uint64_t pages_resident, pages_dirty, pages_total, page_misses, page_evictions;
	uint64_t cache_hits; /* reads that missed a page and found what they wanted without it */
	uint64_t page_reads_in_place; /* of the misses: under the exclusive engine lock */
	uint64_t history_entries, history_bytes;
	uint64_t checkpoints, checkpoint_lsn, visible_ts;
	uint64_t recovered_records, recovered_bytes; /* replayed from the log at the start */
	uint64_t recovery_reports;		     /* lines said about it meanwhile */
};
void storage_statistics(struct storage *s, struct storage_statistics *out);

/* What the calling thread's calls did with pages since the thread began: their difference is what one
   statement did. */
struct storage_page_counts {
	uint64_t hits, misses;
};
struct storage_page_counts storage_thread_pages(void);

/* Locks that transactions hold or wait for. */
enum storage_lock_kind {
	STORAGE_LOCK_NODE,
	STORAGE_LOCK_EDGE,
	STORAGE_LOCK_KEY, /* a key of a unique index; `id` stands for it */
	STORAGE_LOCK_LABEL, /* shared by who changed its elements; `id`: twice the label, one more of edges */
	STORAGE_LOCK_SCHEMA,
	STORAGE_LOCK_ADVISORY,
	STORAGE_LOCK_ADVISORY_PAIR,
};
struct storage_lock {
	enum storage_lock_kind kind;
	enum lock_strength strength;
	uint64_t id;
	int32_t owner; /* of struct txn_options: whose transaction it is */
	bool is_granted;
	int64_t waits_since; /* TIMESTAMPTZ; 0: it does not wait */
	int32_t holder;	     /* of one that waits: who has it; 0 if nobody has any more */
};
/* All of them at one moment, at most `most`, in memory that the caller frees. */
struct storage_lock *storage_locks(struct storage *s, size_t most, size_t *count);

/* A line that begins with STORAGE_NOTE says something that is no finding. */
#define STORAGE_NOTE "note: "
#define STORAGE_CHECK_LEVELS 4
typedef void storage_report(void *context, const char *line);
/* How a check beside a running storage is made. */
struct storage_checker {
	int level;		   /* 1 … STORAGE_CHECK_LEVELS */
	storage_report *report;	   /* gets each finding and note */
	void *context;		   /* of report */
	const _Atomic int *cancel; /* not 0: the check gives up, E_CANCELLED; may be NULL */
};
/* Checks a closed store up to `level`: 1 checksums, 2 page order, 3 cross references, 4 replays the
   log from the checkpoint before the last and compares all pages. Each finding is one line to
   `report`, *findings counts them. Writes nothing to the store. */
enum sqlstate storage_check(const struct storage_options *options, int level,
	storage_report *report, void *context, uint64_t *findings, struct error *e);
/* The same on an open store, on a checkpoint that it makes and pins: nobody waits for it. */
enum sqlstate storage_check_beside(struct storage *s, const struct storage_checker *checker,
	uint64_t *findings, struct error *e) MUST_USE;
/* Levels 1 to 3 on the state in memory of this moment. Commits wait until it is done, and reads while
   it looks at the graph: for tests. */
enum sqlstate storage_check_online(struct storage *s, int level, storage_report *report,
	void *context, uint64_t *findings, struct error *e);

/* ---- backup and restore: storage/care/README.md --------------------------------------------- */

/* What an increment builds on: the checkpoint of an earlier backup. */
struct storage_backup_base {
	uint8_t uuid[16]; /* of the database */
	uint64_t sequence, lsn, ts;
};

struct storage_backup;
/* Begins a backup of the running storage, full (base NULL) or incremental: makes a checkpoint and
   pins it. Errors: E_INVALID_VALUE (the base is not one of this database), E_IO, E_DISK_FULL. */
enum sqlstate storage_backup_begin(struct storage *s, const struct storage_backup_base *base,
	struct storage_backup **out, struct error *e) MUST_USE;
/* Appends the next bytes of the stream, at most some 1 MiB, perhaps none. */
enum step storage_backup_next(struct storage_backup *b, struct buf *to, struct error *e) MUST_USE;
void storage_backup_end(struct storage_backup *b);

/* Reads a backup from a file and checks all of it; with base_path (else NULL) also that it completes
   that one. *out: what an increment on it builds on. E_DATA_CORRUPTED, E_INVALID_VALUE, E_NO_FILE,
   E_IO. */
enum sqlstate storage_backup_verify(const char *path, const char *base_path,
	struct storage_backup_base *out, struct error *e) MUST_USE;

struct storage_restore_options {
	const char *directory;	  /* missing or empty */
	const char *const *files; /* a full backup, then increments in their order */
	uint32_t file_count;
	const char *const *archives; /* directories with segments of the log */
	uint32_t archive_count;
	uint64_t stop_lsn;     /* as in struct wal_target; 0: the end of the log */
	uint64_t stop_wall_us; /* since 1970 */
	uint64_t buffer_bytes;
	uint64_t last_sequence; /* the restore's own */
};
struct storage_restored {
	uint64_t lsn, ts; /* what it came to */
};
/* Makes a data directory of backups, every page and sum checked, and recovers it. Errors:
   E_DATA_CORRUPTED (a damaged backup, or one that does not fit the others), E_INVALID_VALUE, E_NO_FILE,
   E_IO, E_DISK_FULL; the directory holds no database then. */
enum sqlstate storage_restore(struct storage_restore_options *options,
	struct storage_restored *out, struct error *e) MUST_USE;

#endif
