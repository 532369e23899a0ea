/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The abstract syntax tree: what the parser hands to the binder.
 *
 * Four families of nodes, each a struct with a kind and a union:
 *
 *	ast_script > ast_stmt > ast_program > ast_query > ast_linear > ast_clause
 *	                                                                  |
 *	             ast_pattern > ast_path > ast_element   <-------------+
 *	                                         |          ast_projection > ast_item
 *	             ast_label  <----------------+                             |
 *	             ast_expr   <----------------------------------------------+
 *
 * Invariants
 *  A1. Everything lives in the arena given to parse_script(), except that names and string values
 *      which needed no unescaping point into the statement's text, which lives in that arena too.
 *  A2. A finished tree is never written to again: plans built on it are cached and shared.
 *  A3. `at` and `length` give the node's source slice, in bytes from the start of the whole text
 *      that was parsed (not of the statement). struct error.byte_offset = at is what an error about
 *      the node reports. Parentheses around an expression belong to no node.
 *  A4. Names are unescaped and never folded. A name of length 0 means "absent" (the lexer refuses
 *      empty quoted names). Function, type and setting names keep their spelling; compare them with
 *      str_equal_nocase().
 *  A5. Lists are pointer and count; pointer is NULL when count is 0. Optional nodes are NULL.
 *  A6. Spellings are normalised. [e:K*1..3] is quantifier {1,3}; CREATE ( is INSERT; UNWIND is FOR;
 *      SKIP is OFFSET; != is <>; shortestPath(..) is the ANY SHORTEST prefix; IS L is :L; `--` in
 *      patterns is `-`; PROFILE is EXPLAIN ANALYZE; x NOT IN y is NOT (x IN y). What an error
 *      message needs is kept in flags.
 *  A7. Nesting is bounded by parse_options.depth_max and ast_expr.height by ten times that (a long
 *      chain a + b + c .. is a deep left tree), so walkers may recurse.
 */
#ifndef QUERY_PARSE_AST_H
#define QUERY_PARSE_AST_H

#include "query/parse/ast_query.h"
#include "query/parse/ast_table.h"

struct ast_stmt;

/* ----------------------------------------------------------------------- schema statements -- */

enum ast_element_class { CLASS_NONE, CLASS_NODE, CLASS_EDGE };

/* key [::] type [NOT NULL] [UNIQUE] [PRIMARY KEY] [DEFAULT literal] */
struct ast_property {
	struct ast_name key;
	struct ast_type *type;
	struct ast_expr *default_value;
	bool is_not_null;
	bool is_unique;
	bool is_primary_key;
};

/* A [(key)] */
struct ast_edge_end {
	struct ast_name label;
	struct ast_name key;
};

/* FROM A [(key)] TO B [(key)] */
struct ast_edge_pair {
	struct ast_edge_end from, to;
};

/* CREATE NODE/EDGE L (..); also the element types of a closed graph [L2]. */
struct ast_label_definition {
	enum ast_element_class class;
	bool if_not_exists;
	struct ast_name label;
	struct ast_property *properties;
	uint32_t property_count;
	struct ast_name *primary_key;  /* of PRIMARY KEY (a, b) */
	uint32_t primary_key_count;
	struct ast_name primary_name;  /* CONSTRAINT name PRIMARY KEY .. */
	struct ast_edge_pair *pairs;   /* EDGE */
	uint32_t pair_count;
};

enum ast_alter_kind {
	ALTER_ADD,        /* property */
	ALTER_DROP,       /* name */
	ALTER_ADD_PAIR,   /* pair */
	ALTER_DROP_PAIR,  /* pair, without keys */
	ALTER_TYPE,       /* name, type */
	ALTER_RENAME,     /* name: the new label */
	ALTER_SET_OPEN,
	ALTER_SET_CLOSED,
	ALTER_OWNER,      /* name: a role */
	ALTER_GRAPH_OWNER, /* label: of the graph; name: a role */
	ALTER_GRAPH_TYPE_OWNER,
};

struct ast_alter {
	enum ast_alter_kind kind;
	enum ast_element_class class;
	struct ast_name label;
	struct ast_property property;
	struct ast_edge_pair pair;
	struct ast_name name;
	struct ast_type *type;
};

/* What a graph's elements may be. */
enum ast_graph_type {
	GRAPH_TYPE_UNSAID,   /* CREATE GRAPH: anything, or what the graph holds that is copied */
	GRAPH_TYPE_ANY,
	GRAPH_TYPE_ELEMENTS, /* { elements } */
	GRAPH_TYPE_NAMED,    /* type_name */
	GRAPH_TYPE_LIKE,     /* type_name: of a graph */
};

/* CREATE GRAPH and CREATE GRAPH TYPE */
struct ast_graph {
	bool or_replace;
	bool if_not_exists;
	struct ast_name name;
	enum ast_graph_type type;
	struct ast_name type_name;
	struct ast_label_definition *elements;
	uint32_t element_count;
	struct ast_name copied;        /* the graph of AS COPY OF; absent: it begins empty */
};

enum ast_index_method { INDEX_DEFAULT, INDEX_BTREE, INDEX_HASH };

struct ast_index {
	bool is_unique;
	bool is_concurrent;
	bool if_not_exists;
	bool is_cypher;                /* FOR (v:L) ON (v.k) */
	enum ast_element_class class;  /* NONE: not said */
	enum ast_index_method method;
	struct ast_name name;
	struct ast_name label;
	struct ast_index_key *keys;
	uint32_t key_count;
	struct ast_source where; /* a partial one */
};

enum ast_constraint_kind {
	AST_CONSTRAINT_UNIQUE,
	AST_CONSTRAINT_NOT_NULL,
	AST_CONSTRAINT_KEY,
	AST_CONSTRAINT_TYPE,
};

struct ast_constraint {
	enum ast_constraint_kind kind;
	bool if_not_exists;
	enum ast_element_class class;  /* never NONE */
	struct ast_name name;
	struct ast_name label;
	struct ast_name *keys;
	uint32_t key_count;
	struct ast_type *type;         /* TYPE */
};

/* A parameter or a result column of a procedure. */
struct ast_procedure_field {
	struct ast_name name;
	struct ast_type *type;
};

/* CREATE PROCEDURE name (parameters) [RETURNS (columns)] AS { program } */
struct ast_procedure {
	bool or_replace;
	bool if_not_exists;
	struct ast_qname name;
	struct ast_procedure_field *parameters;
	uint32_t parameter_count;
	bool has_columns;              /* RETURNS was written, perhaps empty */
	struct ast_procedure_field *columns;
	uint32_t column_count;
	struct ast_program *body;
};

/* ------------------------------------------------------------------- other statement bodies -- */

enum ast_option_kind { OPTION_NONE, OPTION_WORD, OPTION_STRING, OPTION_NUMBER, OPTION_NAMES };

/* One option of COPY or EXPLAIN, one value of SET. */
struct ast_option {
	uint32_t at;
	uint32_t length;
	struct str name;            /* upper case as in the documentation; absent in SET */
	enum ast_option_kind kind;  /* NONE: the option was written without a value */
	struct str value;           /* WORD: as spelled, not quoted; NUMBER: its text with sign */
	struct ast_name *names;     /* NAMES: LABELS (B, C) */
	uint32_t name_count;
};

struct ast_copy_column {
	struct ast_name key;
	struct ast_type *type;      /* key::type; NULL: none */
};

struct ast_copy {
	bool is_from;               /* FROM STDIN; else TO STDOUT */
	struct ast_name label;      /* absent with query */
	struct ast_stmt *query;     /* COPY (query) TO STDOUT */
	struct ast_copy_column *columns;
	uint32_t column_count;
	struct ast_option *options; /* legacy options arrive here too: CSV is FORMAT csv */
	uint32_t option_count;
};

enum ast_isolation {
	AST_ISOLATION_UNSET,
	AST_ISOLATION_READ_UNCOMMITTED,
	AST_ISOLATION_READ_COMMITTED,
	AST_ISOLATION_REPEATABLE_READ,
	AST_ISOLATION_SERIALIZABLE,
};

enum ast_access { ACCESS_UNSET, ACCESS_READ_ONLY, ACCESS_READ_WRITE };
enum ast_deferrable { DEFERRABLE_UNSET, DEFERRABLE_YES, DEFERRABLE_NO };

struct ast_transaction {
	enum ast_isolation isolation;
	enum ast_access access;
	enum ast_deferrable deferrable;
	bool is_chain;              /* AND CHAIN */
	bool is_session;            /* SET SESSION CHARACTERISTICS AS TRANSACTION */
};

enum ast_set_scope { SET_SCOPE_SESSION, SET_SCOPE_LOCAL };

/* SET TIME ZONE is name "timezone"; SET NAMES is "client_encoding". */
struct ast_setting {
	struct ast_name name;       /* absent: ALL; "a.b" for dotted names */
	enum ast_set_scope scope;
	bool is_default;            /* SET x TO DEFAULT */
	struct ast_option *values;
	uint32_t value_count;
	struct str interval;        /* SET TIME ZONE INTERVAL '..': instead of values */
	uint8_t interval_range;     /* its fields, as base/interval.h has them */
};

enum ast_catalog {
	CATALOG_LABELS,
	CATALOG_TYPES,
	CATALOG_KEYS,
	CATALOG_INDEXES,
	CATALOG_CONSTRAINTS,
	CATALOG_GRAPHS,
	CATALOG_GRAPH_TYPES,
	CATALOG_FUNCTIONS,
	CATALOG_PROCEDURES,
	CATALOG_TRANSACTIONS,
};

enum ast_fetch_direction {
	FETCH_NEXT,
	FETCH_PRIOR,
	FETCH_FIRST,
	FETCH_LAST,
	FETCH_ABSOLUTE,
	FETCH_RELATIVE,
	FETCH_FORWARD,
	FETCH_BACKWARD,
};

struct ast_fetch {
	enum ast_fetch_direction direction;
	int64_t count;              /* INT64_MAX: ALL */
	bool is_move;
	struct ast_name cursor;
};

/* What a mode of LOCK TABLE keeps others from: nothing, keeping and excluding, changes, all of these. */
enum ast_table_lock {
	TABLE_LOCK_READS,
	TABLE_LOCK_CHANGES,
	TABLE_LOCK_KEEPS,
	TABLE_LOCK_EXCLUDES,
};

enum ast_discard { DISCARD_ALL, DISCARD_PLANS, DISCARD_SEQUENCES, DISCARD_TEMP };

enum ast_stmt_kind {
	STMT_QUERY,            /* program: graph queries, SELECT, VALUES */
	STMT_EXPLAIN,          /* explain */
	STMT_COPY,             /* copy */
	/* session */
	STMT_SET,              /* setting */
	STMT_RESET,            /* setting */
	STMT_SHOW,             /* setting */
	STMT_SHOW_CATALOG,     /* catalog */
	STMT_DISCARD,          /* discard */
	STMT_SESSION_SET_GRAPH,     /* name */
	STMT_SESSION_SET_SCHEMA,    /* name */
	STMT_SESSION_SET_VALUE,     /* value */
	STMT_SESSION_RESET_ALL,     /* RESET [ALL [CHARACTERISTICS]] */
	STMT_SESSION_RESET_PARAMETERS,
	STMT_SESSION_RESET_VALUE,   /* name: the parameter */
	STMT_SESSION_RESET_GRAPH,
	STMT_SESSION_CLOSE,
	/* transaction; all use transaction */
	STMT_BEGIN,
	STMT_COMMIT,
	STMT_ROLLBACK,
	STMT_SET_TRANSACTION,
	STMT_SET_CONSTRAINTS,  /* constraints */
	STMT_SAVEPOINT,        /* name, as for the next two */
	STMT_RELEASE,
	STMT_ROLLBACK_TO,
	/* protocol helpers */
	STMT_PREPARE,          /* prepare */
	STMT_EXECUTE,          /* execute */
	STMT_DEALLOCATE,       /* name; absent: ALL */
	STMT_DECLARE,          /* declare */
	STMT_FETCH,            /* fetch, also MOVE */
	STMT_CLOSE,            /* name; absent: ALL */
	STMT_LISTEN,           /* name */
	STMT_UNLISTEN,         /* name; absent: * */
	STMT_NOTIFY,           /* notify */
	/* schema */
	STMT_CREATE_GRAPH,     /* graph */
	STMT_DROP_GRAPH,       /* drop */
	STMT_CREATE_GRAPH_TYPE, /* graph */
	STMT_DROP_GRAPH_TYPE,  /* drop */
	STMT_CREATE_LABEL,     /* label */
	STMT_ALTER_LABEL,      /* alter */
	STMT_DROP_LABEL,       /* drop */
	STMT_CREATE_INDEX,     /* index */
	STMT_DROP_INDEX,       /* drop */
	STMT_CREATE_CONSTRAINT, /* constraint */
	STMT_DROP_CONSTRAINT,  /* drop */
	STMT_CREATE_PROCEDURE, /* procedure */
	STMT_DROP_PROCEDURE,   /* drop; the name with its qualifier */
	/* tables: ast_table.h */
	STMT_CREATE_TABLE,     /* table */
	STMT_ALTER_TABLE,      /* alter_table */
	STMT_ALTER_INDEX,      /* alter_table: RENAME or nothing */
	STMT_DROP_TABLE,       /* names, as for the other drops and TRUNCATE */
	STMT_TRUNCATE,
	STMT_CREATE_SEQUENCE,  /* sequence */
	STMT_ALTER_SEQUENCE,
	STMT_DROP_SEQUENCE,
	STMT_CREATE_VIEW,      /* view */
	STMT_DROP_VIEW,
	STMT_CREATE_SCHEMA,    /* names */
	STMT_DROP_SCHEMA,
	STMT_CREATE_EXTENSION, /* names: plpgsql */
	STMT_DROP_EXTENSION,   /* names */
	STMT_COMMENT,          /* comment */
	STMT_CREATE_PROPERTY_GRAPH, /* property_graph */
	STMT_ALTER_PROPERTY_GRAPH,  /* alter_graph */
	STMT_DROP_PROPERTY_GRAPH,
	/* roles: ast_role.h */
	STMT_CREATE_ROLE,      /* role */
	STMT_ALTER_ROLE,
	STMT_DROP_ROLE,        /* names */
	STMT_ROLE_SETTING,     /* role_setting: ALTER ROLE, ALTER DATABASE .. SET */
	STMT_OWNED,            /* owned: REASSIGN OWNED, DROP OWNED */
	STMT_GRANT,            /* grant; REVOKE and ALTER DEFAULT PRIVILEGES too */
	/* maintenance */
	STMT_ANALYZE,          /* maintain */
	STMT_VACUUM,           /* maintain */
	STMT_CHECKPOINT,
	STMT_LOCK_TABLE,       /* maintain, as for the next two */
	STMT_REINDEX,
	STMT_CLUSTER,          /* the second name is that of an index */
	STMT_KIND_COUNT,
};

/* What is written, in catalogs and dumps, as it was read. */
static inline bool ast_is_kept_as_text(enum ast_stmt_kind kind)
{
	return (kind >= STMT_CREATE_TABLE && kind <= STMT_GRANT) || kind >= STMT_LOCK_TABLE;
}

struct ast_stmt {
	enum ast_stmt_kind kind;
	uint32_t at;                   /* in the whole text, behind blanks and comments */
	uint32_t length;
	struct str text;               /* the statement's own source, without the semicolon */
	uint32_t parameter_max;        /* highest $n, 0: none */
	struct str *parameter_names;   /* distinct $name, in order of first appearance */
	uint32_t parameter_name_count;
	union {
		struct ast_program *program;
		struct {
			struct ast_stmt *statement;
			struct ast_option *options;  /* ANALYZE, VERBOSE, FORMAT .. */
			uint32_t option_count;
		} explain;
		struct ast_copy *copy;
		struct ast_setting *setting;
		enum ast_catalog catalog;
		enum ast_discard discard;
		struct ast_transaction transaction;
		struct ast_name name;
		struct {
			struct ast_name name;
			struct ast_type *type;       /* NULL: none */
			struct ast_expr *expr;
			struct ast_stmt *query;      /* RETURN expr: what gives the value */
		} value;
		struct {
			struct ast_name name;
			struct ast_type **types;
			uint32_t type_count;
			struct ast_stmt *statement;
		} prepare;
		struct {
			struct ast_name name;
			struct ast_expr **args;
			uint32_t arg_count;
		} execute;
		struct {
			struct ast_name name;
			bool is_binary;
			bool is_scroll;
			bool is_no_scroll;
			bool is_hold;
			struct ast_stmt *statement;
		} declare;
		struct ast_fetch fetch;
		struct {
			struct ast_name channel;
			struct str payload;
		} notify;
		struct ast_graph *graph;
		struct ast_label_definition *label;
		struct ast_alter *alter;
		struct ast_index *index;
		struct ast_constraint *constraint;
		struct ast_procedure *procedure;
		struct {
			struct ast_name name;
			enum ast_element_class class; /* DROP_LABEL */
			bool if_exists;
			bool is_cascade;
			struct ast_name *more; /* DROP_INDEX: further ones */
			uint32_t more_count;
		} drop;
		struct {
			struct ast_name *names; /* none: ALL */
			uint32_t count;
			bool is_immediate;
		} constraints;
		struct ast_table *table;
		struct ast_alter_table *alter_table;
		struct ast_names_statement *names;
		struct ast_sequence *sequence;
		struct ast_view *view;
		struct ast_comment *comment;
		struct ast_property_graph *property_graph;
		struct ast_alter_graph *alter_graph;
		struct ast_role *role;
		struct ast_grant *grant;
		struct ast_role_setting *role_setting;
		struct ast_owned *owned;
		struct {
			struct ast_name *names;      /* none: everything */
			uint32_t count;
			enum ast_table_lock lock;    /* LOCK_TABLE */
			bool is_nowait;
			const char *what;            /* REINDEX: INDEX, TABLE, SCHEMA .. */
			bool is_concurrent;
		} maintain;
	};
};

/* What one query string holds; empty statements are dropped, so count may be 0. */
struct ast_script {
	struct str text;               /* the arena's copy of the whole text */
	struct ast_stmt **statements;
	uint32_t count;
};

#endif
