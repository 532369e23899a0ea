/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The evaluator: bound expressions over batches. eval_column() gives a whole column, with vector
 * kernels where the forms allow; eval_value() one row, for what must stop early (CASE, the right
 * side of AND, comprehensions). Results live in the arena that the caller set, or are shared with
 * the batch, the plan or the parameters.
 */
#ifndef QUERY_EVAL_EVAL_H
#define QUERY_EVAL_EVAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/rand.h"
#include "base/zone.h"
#include "query/tree/batch.h"
#include "query/tree/plan.h"

struct eval;
struct label_column; /* query/sql/label_table.h */
struct notifier;
struct regex_cache;
struct sequence_memory;
struct settings;
struct view_writing;

/* What the evaluator asks of the catalog relations, and these of the planner: both stand above. */
struct eval_catalog {
	/* The text of a regclass, regtype or the like (query/sql/reg_text.h), and what is meant by
	   one; 0: nothing. */
	void (*put_object)(struct eval *ev, struct buf *to, enum type_kind kind, uint32_t oid);
	uint32_t (*find_object)(struct eval *ev, enum type_kind kind, struct str text);
	/* The error of such a text that means nothing. */
	enum sqlstate (*object_missing)(
		struct eval *ev, enum type_kind kind, struct str text, struct error *e);
	/* The columns of the view with this catalog object, in the arena; none if its query does not
	   plan any more. */
	uint32_t (*view_columns)(
		struct eval *ev, struct arena *a, uint32_t object, struct label_column **out);
	/* What may be written through the view of this name. */
	void (*view_writing)(
		struct eval *ev, struct arena *a, struct str name, struct view_writing *out);
};

/* What functions may ask about the session. */
/* The session's transaction, as functions see it. */
struct eval_transaction {
	uint64_t number;	 /* 0: nobody has asked for it */
	_Atomic uint64_t *next; /* of all sessions */
};

struct eval_session {
	const struct eval_catalog *catalog; /* NULL: objects are numbers, views have no columns */
	const char *user;
	const char *database;
	const char *graph; /* NULL: main */
	int32_t process_id;
	struct settings *settings; /* what set_config changes; may be NULL */
	query_tell *tell;	   /* rows of relations that the layer above knows; may be NULL */
	void *tell_context;
	struct rand *seeded; /* the numbers that setseed() chose; zero: none, random() chooses; may be NULL */
	struct sequence_memory *sequences; /* what nextval remembers; may be NULL */
	struct storage *storage;	   /* whose run token a wait gives back; may be NULL */
	struct notifier *notifier;	   /* what pg_notify sends by; may be NULL */
	struct storage_advisory *advisory; /* locks beyond transactions; may be NULL */
	struct eval_transaction *transaction; /* may be NULL */
	struct str query; /* the text that the client sent */
	int64_t server_start; /* TIMESTAMPTZ */
	void (*warn)(void *context, const char *message); /* a WARNING for the client; may be NULL */
	void *warn_context;
	query_ask *ask;			   /* reaches the layer above; may be NULL */
	void *ask_context;
};

/* One per execution. All zeroes but the first group is valid. */
struct eval {
	struct arena *arena;   /* where results go; the owner resets it between batches */
	struct arena *lasting; /* lives as long as the execution: caches */
	struct txn *txn;       /* NULL: expressions without elements only */
	const struct value *parameters;
	struct value *locals;		    /* plan.local_count of them */
	const struct settings *settings;    /* may be NULL: defaults */
	const struct eval_session *session; /* may be NULL */
	const _Atomic int *cancel;	    /* enum query_cancel; may be NULL */
	/* made when first needed */
	struct regex_cache *regexes;
	struct zone zone;
	struct rand random;
	int64_t now; /* the statement's time, TIMESTAMPTZ */
	uint32_t list_max;
	bool has_zone, has_now, has_random;
	bool has_deleted; /* this statement deleted elements: reads of them are 55000 */
};

/* The expression for every row of the batch. out's form is that of b->type. */
enum sqlstate eval_column(struct eval *ev, const struct bound *b, const struct batch *in,
	struct column *out, struct error *e) MUST_USE;
/* The expression for one row; `in` may be NULL where no slot is read. */
enum sqlstate eval_value(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e) MUST_USE;
/* The rows where the predicate is TRUE, ascending, into `selected` (room for in->count). */
enum sqlstate eval_filter(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t *selected, uint32_t *count, struct error *e) MUST_USE;

/* Frees what was made when it was first needed and is in no arena. Whoever evaluates expressions calls it
   at the end, whatever came of them. */
void eval_end(struct eval *ev);

/* The error of a cancel flag that is set. */
COLD enum sqlstate eval_fail_cancelled(int reason, struct error *e);
/* The error of a cancel flag (enum query_cancel; NULL: there is none), OK if it is not set. */
static inline enum sqlstate eval_cancelled(const _Atomic int *cancel, struct error *e)
{
	int reason = cancel == NULL ? QUERY_CANCEL_NONE
				    : atomic_load_explicit(cancel, memory_order_relaxed);

	return LIKELY(reason == QUERY_CANCEL_NONE) ? OK : eval_fail_cancelled(reason, e);
}
/* E_CANCELLED or E_ADMIN_SHUTDOWN once somebody asked for it. To be called in every long loop. */
static inline enum sqlstate eval_poll(const struct eval *ev, struct error *e)
{
	return eval_cancelled(ev->cancel, e);
}

/* For functions: the session's time zone, the statement's time, the limit on lists. */
const struct zone *eval_zone(struct eval *ev);
int64_t eval_now(struct eval *ev);
uint32_t eval_list_max(struct eval *ev);
/* E_PROGRAM_LIMIT if a list of `count` items is too long. */
enum sqlstate eval_check_list(struct eval *ev, uint64_t count, struct error *e);

/* E_INVALID_VALUE unless a property can hold the value: a scalar, a list of scalars of one family, NULL. */
enum sqlstate eval_check_property(struct value v, struct error *e) MUST_USE;
/* A string or list whose bytes or items are in the evaluator's arena. */
struct value eval_string(struct eval *ev, const char *text, size_t length);
struct value eval_list(const struct value *items, uint32_t count);
/* The bytes of a buffer as a string in the arena; frees the buffer. */
struct value eval_take_buf(struct eval *ev, struct buf *b);

/* A property of one element, map or temporal value; NULL where there is none. */
enum sqlstate eval_property(struct eval *ev, struct value base, struct str key, uint32_t key_number,
	struct value *out, struct error *e) MUST_USE;
/* Fails with E_OBJECT_STATE if one of the elements was deleted by this statement. NULLs are
   skipped. */
enum sqlstate eval_check_present(struct eval *ev, enum element element, const uint64_t *ids,
	uint32_t count, struct error *e) MUST_USE;

#endif
