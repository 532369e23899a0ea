/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Settings: one row each in settings.def, from which come the ids, the table, the help text and the
 * commented file that a new data directory gets.
 *
 * A `struct settings` is one full set of values. The server has one; it never changes after it is
 * published (a reload makes a new one), so sessions read it without a lock. A session's set starts
 * as a view of the server's and keeps its own text only for what differs:
 *
 *      compiled defaults <- file <- command line        the server's set, shared, immutable
 *                                      ^ base
 *                  startup packet <- SET <- SET LOCAL    the session's set, one thread at a time
 *
 * RESET goes back to what the startup packet left. A session brackets each transaction with
 * settings_mark() and settings_commit() / settings_rollback(): SET dies with a rollback, SET LOCAL
 * with either end. Names with a dot that are no row are stored as they come.
 */
#ifndef BASE_SETTING_H
#define BASE_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

enum setting_id {
#define SETTING_BOOL(id, ...) SETTING_##id,
#define SETTING_INT(id, ...) SETTING_##id,
#define SETTING_FLOAT(id, ...) SETTING_##id,
#define SETTING_STRING(id, ...) SETTING_##id,
#define SETTING_ENUM(id, ...) SETTING_##id,
#include "base/settings.def"
#undef SETTING_BOOL
#undef SETTING_INT
#undef SETTING_FLOAT
#undef SETTING_STRING
#undef SETTING_ENUM
	SETTING_COUNT, /* also: not one of ours */
};

enum setting_type {
	SETTING_TYPE_BOOL,
	SETTING_TYPE_INT,
	SETTING_TYPE_FLOAT,
	SETTING_TYPE_STRING,
	SETTING_TYPE_ENUM
};
enum setting_unit {
	SETTING_UNIT_NONE,
	SETTING_UNIT_B,
	SETTING_UNIT_KB,
	SETTING_UNIT_MB,
	SETTING_UNIT_MS,
	SETTING_UNIT_S,
	SETTING_UNIT_MIN
};
enum setting_context { SETTING_INTERNAL, SETTING_POSTMASTER, SETTING_SIGHUP, SETTING_USER };

/* Where a value comes from; also what it may change: a row of context POSTMASTER takes values of
   FILE and COMMAND_LINE only, one of context INTERNAL only of SERVER. */
enum setting_source {
	SETTING_FROM_DEFAULT,
	SETTING_FROM_FILE,
	SETTING_FROM_COMMAND_LINE,
	SETTING_FROM_CLIENT,  /* the startup packet: what RESET returns to */
	SETTING_FROM_SERVER,  /* the server itself: session_authorization, transaction_isolation */
	SETTING_FROM_SESSION, /* SET */
	SETTING_FROM_LOCAL,   /* SET LOCAL: until the transaction ends */
};

enum setting_flag {
	SETTING_FLAG_NONE = 0,
	SETTING_FLAG_REPORT = 1, /* changes are told to the client (ParameterStatus) */
	SETTING_FLAG_LIST = 2,	 /* a list of names: SET x = a, b */
	SETTING_FLAG_HIDE = 4,	 /* accepted for PostgreSQL's clients, no effect */
	SETTING_FLAG_SUPERUSER = 8, /* of context USER, but for superusers alone: is_superuser is on */
	SETTING_FLAG_PRIVATE = 16,  /* shown to superusers alone */
};

struct setting_row {
	const char *name; /* as SHOW ALL prints it */
	const char *description;
	const char *default_text; /* of strings and enums */
	const char *options;	  /* of enums: "a,b,c" */
	enum setting_type type;
	enum setting_unit unit;
	enum setting_context context;
	unsigned flags;	       /* of enum setting_flag */
	double default_number; /* of bool, int, float */
	double least, most;
};
extern const struct setting_row setting_rows[SETTING_COUNT];

union setting_value {
	int64_t integer; /* bool: 0 or 1; int: in the row's unit; enum: index into the options */
	double real;
	const char *text;
};

struct settings {
	union setting_value values[SETTING_COUNT];
	uint8_t sources[SETTING_COUNT]; /* of enum setting_source */
	bool is_owned[SETTING_COUNT];	/* a text that this set must free */
	bool is_pending[SETTING_COUNT]; /* the file has another value, for the next start */
	uint64_t generation;		/* counts changes: equal means nothing was changed */
	struct settings *base;		/* counted reference, or NULL */
	struct setting_undo *undo;	/* what an end of transaction restores */
	size_t undo_count, undo_capacity;
	struct setting_custom *custom; /* names with a dot */
	size_t custom_count;
	struct setting_startup *startup; /* what RESET returns to, where that is not `base` */
	size_t startup_count;
	bool in_transaction;
	char temporary[24]; /* the schema that pg_temp means in search_path, pg_temp_N; empty: none yet */
	int64_t made_at; /* TIMESTAMPTZ */
	_Atomic int references;
};

/* A new set: the values of `base` (which gains a reference), or the defaults if that is NULL.
   The caller owns one reference. */
struct settings *settings_new(struct settings *base);
/* When the values were read that these stand on: at the start, or by a reload. TIMESTAMPTZ. */
int64_t settings_loaded(const struct settings *s);
/* One more reference, for a set that is shared and no longer changed. */
struct settings *settings_reference(struct settings *s);
/* Drops a reference; the last one frees. NULL is allowed. */
void settings_release(struct settings *s);
/* A reload: values of `s` that came from `base` now come from `next`. */
void settings_rebase(struct settings *s, struct settings *next);

/* All rows by name, as SHOW ALL lists them. */
void setting_ids_by_name(enum setting_id to[SETTING_COUNT]);
/* The row of a name (in any case of letters), or SETTING_COUNT. */
enum setting_id setting_find(struct str name);

static inline int64_t setting_int(const struct settings *s, enum setting_id id)
{
	return s->values[id].integer;
}

static inline bool setting_bool(const struct settings *s, enum setting_id id)
{
	return s->values[id].integer != 0;
}

/* The index of the chosen option, in the order of the row's list. */
static inline int setting_enum(const struct settings *s, enum setting_id id)
{
	return (int)s->values[id].integer;
}

static inline double setting_float(const struct settings *s, enum setting_id id)
{
	return s->values[id].real;
}

/* A string setting's text, valid until it is next changed. */
static inline const char *setting_text(const struct settings *s, enum setting_id id)
{
	return s->values[id].text;
}

/* Values with a unit, in bytes and in microseconds. */
uint64_t setting_bytes(const struct settings *s, enum setting_id id);
uint64_t setting_us_of(enum setting_id id, int64_t value);
static inline uint64_t setting_us(const struct settings *s, enum setting_id id)
{
	/* Most timeouts are off. */
	return s->values[id].integer == 0 ? 0 : setting_us_of(id, s->values[id].integer);
}
/* synchronous_commit has several spellings of yes: this is the answer. */
bool setting_commit_is_synchronous(const struct settings *s);

/* Sets a value from text as quiver.conf and SET have it ('128MB', '30s', 'on'). Nothing is changed
   on failure. Errors: 22023 bad value, 55P02 cannot be changed from this source, 42501 by superusers
   only. */
enum sqlstate setting_set(struct settings *s, enum setting_id id, struct str text,
	enum setting_source source, struct error *e) MUST_USE;
/* Back to what the startup packet, or else the server, had. Errors: 55P02. */
enum sqlstate setting_reset(struct settings *s, enum setting_id id, enum setting_source source,
	struct error *e) MUST_USE;
/* RESET ALL: everything of context USER. */
void settings_reset_all(struct settings *s);

/* Room that a number or a bool needs to be shown. */
#define SETTING_SHOW_SIZE 48
/* The value as SHOW prints it; strings point into the set, all else is written to `scratch`. */
struct str setting_show(
	const struct settings *s, enum setting_id id, char scratch[SETTING_SHOW_SIZE]);

/* Whether the session of a set may see the value of a row. */
static inline bool setting_is_shown(const struct settings *s, enum setting_id id)
{
	return (setting_rows[id].flags & SETTING_FLAG_PRIVATE) == 0 ||
	       setting_bool(s, SETTING_is_superuser);
}

/* The same by name, including names with a dot that are no row. Errors: also 42704 for a name
   without a dot that is no row, 42602-like names are 22023, 42501 for a value that is not shown. */
enum sqlstate settings_set_name(struct settings *s, struct str name, struct str text,
	enum setting_source source, struct error *e) MUST_USE;
enum sqlstate settings_reset_name(
	struct settings *s, struct str name, enum setting_source source, struct error *e) MUST_USE;
enum sqlstate settings_show_name(const struct settings *s, struct str name,
	char scratch[SETTING_SHOW_SIZE], struct str *text, struct error *e) MUST_USE;

/* A place to which settings can be rolled back: at a transaction's start (where it is always 0)
   and at each savepoint. Outside of a transaction nothing is remembered. */
void settings_begin(struct settings *s);
size_t settings_mark(const struct settings *s);
/* Undoes every change since `mark`. */
void settings_rollback_to(struct settings *s, size_t mark);
/* The transaction's end: SET stays, SET LOCAL goes. */
void settings_commit(struct settings *s);
/* The transaction's other end: both go. */
void settings_rollback(struct settings *s);

#endif
