/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The abstract syntax tree, third part: tables of SQL, sequences, views, property graphs, and the
 * statements that change rows. Unquoted names in these are folded to lower case, as PostgreSQL does;
 * nowhere else does anything fold.
 */
#ifndef QUERY_PARSE_AST_TABLE_H
#define QUERY_PARSE_AST_TABLE_H

#include "query/parse/ast_query.h"

struct ast_stmt;

/* A piece of the source that is kept as text as well: a type, a DEFAULT, a CHECK, a view. */
struct ast_source {
	uint32_t at;
	struct str text;
	struct ast_expr *expr; /* NULL where it is none */
};

/* A key of an index, or of ON CONFLICT. */
struct ast_index_key {
	struct ast_name key;
	struct ast_source expr; /* an expression instead of the key */
	bool is_descending, is_nulls_first;
};

/* ----------------------------------------------------------------------------- definitions -- */

struct ast_sequence_options {
	bool has_start, has_increment, has_min, has_max, has_cycle, has_restart, has_restart_value;
	bool no_min, no_max, is_cycle;
	int64_t start, increment, min, max, restart;
	struct str type_text;				 /* AS type */
	struct ast_name name;				 /* SEQUENCE NAME, of an identity */
	struct ast_name owned_by_table, owned_by_column; /* OWNED BY t.c; */
	bool owned_by_none;
	uint32_t at;
};

struct ast_column {
	struct ast_name name;
	struct ast_source type;
	struct ast_source default_value;
	bool is_not_null;
	char identity; /* 'a'lways, by 'd'efault; 0 */
	struct ast_source generated; /* GENERATED ALWAYS AS (..) STORED, which stands `at` */
	struct ast_sequence_options *sequence; /* of an identity; NULL: none */
	struct str comment;		       /* that LIKE takes over */
};

/* INDEX: no constraint, but what LIKE takes over. */
enum ast_key_kind {
	AST_KEY_PRIMARY,
	AST_KEY_UNIQUE,
	AST_KEY_CHECK,
	AST_KEY_FOREIGN,
	AST_KEY_INDEX,
};

struct ast_key {
	enum ast_key_kind kind;
	uint32_t at;
	struct ast_name name; /* absent: made from table and columns */
	struct ast_name *columns;
	uint32_t column_count;
	struct ast_source check;
	struct ast_name table;	  /* FOREIGN: what it refers to .. */
	struct ast_name *targets; /* .. by these columns; none: its primary key */
	uint32_t target_count;
	char on_update,
		on_delete; /* 'a' no action, 'r'estrict, 'c'ascade, set 'n'ull, set 'd'efault */
	bool is_deferrable, is_deferred;
	bool is_column; /* written behind its column */
	bool is_unique; /* INDEX */
	const struct ast_index *said; /* INDEX: what is said of it beyond its columns; NULL: nothing */
	struct ast_name index; /* PRIMARY, UNIQUE: USING INDEX name instead of columns */
};

/* What LIKE takes over besides the columns. */
enum ast_like_part {
	LIKE_COMMENTS = 1,
	LIKE_CONSTRAINTS = 2,
	LIKE_DEFAULTS = 4,
	LIKE_GENERATED = 8,
	LIKE_IDENTITY = 16,
	LIKE_INDEXES = 32,
	LIKE_ALL = 63,
};

/* LIKE table {INCLUDING | EXCLUDING part} */
struct ast_like {
	struct ast_name table;
	uint32_t place; /* how many columns stand before it */
	unsigned parts;
};

struct ast_table {
	struct ast_name name;
	bool if_not_exists, is_temporary;
	struct ast_like *likes;
	uint32_t like_count;
	struct ast_column *columns;
	uint32_t column_count;
	struct ast_key *keys;
	uint32_t key_count;
	struct ast_stmt *query; /* AS query, SELECT INTO: columns may then be bare names; or NULL */
	bool has_no_data;	/* WITH NO DATA: only the query's columns count */
};

enum ast_action_kind {
	ACTION_NOTHING, /* OWNER TO, SET (..), CLUSTER ON and their kin */
	ACTION_ADD_COLUMN,
	ACTION_DROP_COLUMN,
	ACTION_RENAME,
	ACTION_RENAME_COLUMN,
	ACTION_RENAME_CONSTRAINT,
	ACTION_TYPE,
	ACTION_SET_DEFAULT,
	ACTION_DROP_DEFAULT,
	ACTION_SET_NOT_NULL,
	ACTION_DROP_NOT_NULL,
	ACTION_ADD_IDENTITY,
	ACTION_DROP_IDENTITY,
	ACTION_ADD_KEY,
	ACTION_DROP_KEY,
	ACTION_OPTIONS,	  /* of a view: SET (..), RESET (..) */
	ACTION_OWNER,	  /* OWNER TO */
	ACTION_VALIDATE,  /* VALIDATE CONSTRAINT */
	ACTION_ALTER_KEY, /* ALTER CONSTRAINT: deferrable or not, in keys[0] */
	ACTION_SET_IDENTITY, /* SET GENERATED, SET option, RESTART of an identity column */
	ACTION_DROP_EXPRESSION, /* of a generated column */
	ACTION_TUNE_COLUMN,  /* SET STORAGE, STATISTICS, COMPRESSION, (option): it must be there */
	ACTION_CLUSTER_ON,   /* CLUSTER ON index: it must be there */
	ACTION_TRIGGER,	     /* ENABLE or DISABLE TRIGGER name */
};

/* check_option, security_invoker, security_barrier. */
struct ast_view_option {
	struct ast_name name;
	struct str value; /* empty: none is written */
};

struct ast_action {
	enum ast_action_kind kind;
	uint32_t at;
	struct ast_name name; /* column or constraint */
	struct ast_name to;
	struct ast_column
		column;	      /* ADD_COLUMN; TYPE, SET_DEFAULT and ADD_IDENTITY use parts of it */
	struct ast_key *keys; /* ADD_COLUMN, ADD_KEY */
	uint32_t key_count;
	struct ast_source using; /* TYPE .. USING expr */
	struct ast_view_option *options; /* OPTIONS */
	uint32_t option_count;
	bool is_reset;
	bool if_exists, is_cascade;
};

struct ast_alter_table {
	struct ast_name name;
	bool if_exists;
	bool is_view; /* ALTER VIEW */
	struct ast_action *actions;
	uint32_t action_count;
};

/* DROP TABLE, VIEW, SEQUENCE, ..; TRUNCATE. */
struct ast_names_statement {
	struct ast_name *names;
	uint32_t count;
	bool if_exists, is_cascade, restarts_identity;
};

struct ast_sequence {
	struct ast_name name;
	struct ast_name rename_to;
	bool if_not_exists, if_exists;
	struct ast_sequence_options options;
};

struct ast_view {
	struct ast_name name;
	bool or_replace, is_materialized, if_not_exists;
	struct ast_name *columns;
	uint32_t column_count;
	struct ast_stmt *query;
	struct str text; /* of the query */
	struct ast_view_option *options;
	uint32_t option_count;
	char check; /* WITH CHECK OPTION: 'l'ocal, 'c'ascaded, 0: not written */
	uint32_t check_at;
};

/* COMMENT ON what name [.column] IS text. */
struct ast_comment {
	struct str what; /* upper case: TABLE, COLUMN, .. */
	struct ast_name table, name;
	bool is_null;
	struct str text;
};

/* SOURCE or DESTINATION of an edge table. */
struct ast_graph_end {
	struct ast_name vertex; /* alias of a vertex table */
	struct ast_name *keys, *columns;
	uint32_t key_count, column_count;
};

/* A label of an element table, and what it shows. */
struct ast_graph_label {
	struct ast_name name;
	bool is_all; /* PROPERTIES ALL COLUMNS, said or not; items else, none of them: NO PROPERTIES */
	struct ast_item *properties;
	uint32_t property_count;
};

enum graph_end { GRAPH_SOURCE, GRAPH_DESTINATION };

/* One element table of a property graph. */
struct ast_graph_table {
	bool is_edge;
	struct ast_name table, alias;
	struct ast_name *keys;
	uint32_t key_count;
	struct ast_graph_end ends[2]; /* of an edge */
	struct ast_graph_label *labels; /* at least one */
	uint32_t label_count;
};

struct ast_property_graph {
	struct ast_name name;
	struct ast_graph_table *tables;
	uint32_t table_count;
};

/* What an element of a pattern may be of, and those labels of it whose properties can be seen. */
struct ast_exposed_table {
	const struct ast_graph_table *table;
	const struct ast_graph_label **labels;
	uint32_t label_count;
};
struct ast_exposed {
	struct ast_exposed_table *tables;
	uint32_t count;
};

enum ast_graph_change {
	GRAPH_CHANGE_ADD_TABLES,
	GRAPH_CHANGE_DROP_TABLES,
	GRAPH_CHANGE_ADD_LABELS,
	GRAPH_CHANGE_DROP_LABEL,
	GRAPH_CHANGE_ADD_PROPERTIES,
	GRAPH_CHANGE_DROP_PROPERTIES,
	GRAPH_CHANGE_RENAME,
	GRAPH_CHANGE_OWNER,
	GRAPH_CHANGE_NOTHING, /* SET SCHEMA public */
};

struct ast_alter_graph {
	enum ast_graph_change kind;
	struct ast_name name;
	bool if_exists, is_cascade;
	bool is_edge;		      /* DROP_TABLES, and all that concern one element table */
	struct ast_property_graph added; /* ADD_TABLES */
	struct ast_name element;	 /* alias of the table that changes */
	struct ast_graph_label *labels;	 /* ADD_LABELS; the one of ADD_PROPERTIES */
	uint32_t label_count;
	struct ast_name label; /* DROP_LABEL, DROP_PROPERTIES */
	struct ast_name *names; /* DROP_TABLES: aliases; DROP_PROPERTIES */
	uint32_t name_count;
	struct ast_name to; /* RENAME, OWNER */
};

/* ------------------------------------------------------------------------------ changing rows -- */

enum ast_dml_kind { DML_INSERT, DML_UPDATE, DML_DELETE, DML_MERGE };
enum ast_conflict { CONFLICT_NONE, CONFLICT_NOTHING, CONFLICT_UPDATE };

/* SET column = expr; expr NULL: DEFAULT. */
struct ast_assignment {
	struct ast_name column;
	struct ast_expr *value;
};

enum ast_when_action { WHEN_INSERT, WHEN_UPDATE, WHEN_DELETE, WHEN_NOTHING };

/* One branch of MERGE INTO. */
struct ast_merge_when {
	bool is_matched;
	enum ast_when_action action;
	uint32_t at;
	struct ast_expr *condition; /* NULL: none */
	struct ast_dml *dml;	    /* what INSERT and UPDATE have of those statements */
};

struct ast_dml {
	enum ast_dml_kind kind;
	struct str source; /* as written: the dump and the text */
	struct ast_name schema; /* a graph; empty: not written */
	struct ast_name table;
	struct ast_name alias;
	struct ast_name *columns; /* INSERT; none: all */
	uint32_t column_count;
	bool is_default_values;
	bool overrides_system, overrides_user;
	struct ast_program *query; /* INSERT: VALUES or SELECT; DEFAULT in VALUES: EXPR_VARIABLE */
	enum ast_conflict conflict;
	uint32_t conflict_at;
	struct ast_index_key *targets; /* ON CONFLICT (..) .. */
	struct ast_source target_where; /* .. WHERE: for a partial index */
	uint32_t target_count;
	struct ast_name target_constraint;
	struct ast_assignment *assignments; /* UPDATE, ON CONFLICT DO UPDATE */
	uint32_t assignment_count;
	struct ast_clause *from; /* UPDATE .. FROM, DELETE .. USING, as a SELECT's; NULL: none;
				    MERGE: its source LEFT JOIN the table ON its condition */
	struct ast_merge_when *whens; /* MERGE */
	uint32_t when_count;
	struct ast_expr *where;
	struct ast_expr *conflict_where;  /* DO UPDATE .. WHERE */
	struct ast_projection *returning; /* NULL: none */
};

#endif
