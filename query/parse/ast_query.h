/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The abstract syntax tree, first part: types, expressions, patterns, clauses, queries. The rules
 * that hold for all of it (A1-A7), and statements, are in ast.h, which is the header to include.
 */
#ifndef QUERY_PARSE_AST_QUERY_H
#define QUERY_PARSE_AST_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct ast_dml; /* ast_table.h */
struct ast_expr;
struct ast_graph_table; /* ast_table.h */
struct ast_label;
struct ast_path;
struct ast_pattern;
struct ast_program;
struct ast_table;
struct ast_projection;
struct ast_type;

/* A name at a place: a variable, label, key or column. */
struct ast_name {
	uint32_t at;
	uint32_t length; /* of the source slice, quotes included */
	struct str text; /* length 0: absent */
	struct str schema; /* of a relation of SQL, folded; absent: none was written */
};

/* schema.name: the qualifier is absent in most cases; a.b.c keeps "a.b" in qualifier. */
struct ast_qname {
	uint32_t at;
	uint32_t length;
	struct str qualifier;
	struct str name;
};

/* ------------------------------------------------------------------------------------ types -- */

/*
 * The normalised type names of language section 3. AST_TYPE_NAMED is anything else (regclass, name,
 * oid, json ...): the binder looks `name` up or says 42704.
 */
enum ast_type_kind {
	AST_TYPE_NAMED,
	AST_TYPE_BOOL,
	AST_TYPE_INT16,
	AST_TYPE_INT32,
	AST_TYPE_INT64,
	AST_TYPE_FLOAT32,
	AST_TYPE_FLOAT64,
	AST_TYPE_DECIMAL,     /* arguments: precision, scale */
	AST_TYPE_STRING,      /* arguments: maximum length in characters */
	AST_TYPE_BYTES,
	AST_TYPE_UUID,
	AST_TYPE_DATE,
	AST_TYPE_TIME,
	AST_TYPE_TIMETZ,
	AST_TYPE_TIMESTAMP,
	AST_TYPE_TIMESTAMPTZ,
	AST_TYPE_DURATION,
	AST_TYPE_LIST,        /* element: may be NULL (a list of anything) */
	AST_TYPE_RECORD,      /* fields; none: any record (RECORD, MAP) */
	AST_TYPE_NODE,
	AST_TYPE_EDGE,
	AST_TYPE_PATH,
	AST_TYPE_ANY,
	AST_TYPE_NULL,
	AST_TYPE_VECTOR,      /* arguments: dimension */
};

/* One field of a record type: {name :: type}. */
struct ast_type_field {
	struct ast_name name;
	struct ast_type *type;
};

struct ast_type {
	enum ast_type_kind kind;
	uint32_t at;
	uint32_t length;
	struct str qualifier; /* pg_catalog in pg_catalog.int4; absent otherwise */
	struct str name;      /* as spelled, several words joined by one blank */
	int32_t arguments[2]; /* of DECIMAL, STRING, VECTOR and of time precisions */
	uint32_t argument_count;
	uint8_t range;	      /* of an INTERVAL: its fields, as base/interval.h has them */
	bool is_not_null;     /* T NOT NULL */
	struct ast_type *element;
	struct ast_type_field *fields;
	uint32_t field_count;
};

/* ------------------------------------------------------------------------------ expressions -- */

enum ast_expr_kind {
	EXPR_NULL,         /* NULL; also UNKNOWN with is_unknown set */
	EXPR_BOOL,
	EXPR_INT,
	EXPR_FLOAT,
	EXPR_DECIMAL,      /* suffix M: the digits as text */
	EXPR_STRING,
	EXPR_BYTES,        /* X'..', decoded */
	EXPR_PARAMETER,
	EXPR_VARIABLE,     /* also functions without parentheses (current_date): binder decides */
	EXPR_PROPERTY,     /* base.key; also qualified names of SQL */
	EXPR_ALL_COLUMNS,  /* base.* in a SELECT list; base NULL: * behind other items */
	EXPR_INDEX,        /* base[i] */
	EXPR_SLICE,        /* base[a..b] */
	EXPR_CAST,
	EXPR_UNARY,
	EXPR_BINARY,
	EXPR_CHAIN,        /* a < b <= c: each operand is evaluated once */
	EXPR_COMPARE_SOME, /* a = ANY (list), a <> ALL (list) */
	EXPR_IS,           /* x IS [NOT] NULL | TRUE | FALSE | UNKNOWN | SOURCE OF v .. */
	EXPR_IS_TYPED,     /* x IS [NOT] :: type */
	EXPR_IS_LABELED,   /* x:L, x IS [NOT] LABELED l */
	EXPR_LIST,
	EXPR_MAP,
	EXPR_MAP_PROJECTION,
	EXPR_LIST_COMPREHENSION,
	EXPR_PATTERN_COMPREHENSION,
	EXPR_CASE,
	EXPR_FUNCTION,
	EXPR_QUANTIFIER,   /* all(x IN l WHERE p), any, none, single */
	EXPR_REDUCE,
	EXPR_EXISTS,
	EXPR_SUBQUERY,     /* COUNT {..}, COLLECT {..}, VALUE {..}, and a parenthesised SELECT */
	EXPR_PATTERN,      /* a pattern as predicate, or shortestPath(..) as a value */
	EXPR_LET,          /* LET x = 1 IN x + 1 END */
};

enum ast_op {
	/* unary */
	OP_NOT,
	OP_PLUS,
	OP_MINUS,
	/* logic */
	OP_OR,
	OP_XOR,
	OP_AND,
	/* comparison; the only ones in EXPR_CHAIN and EXPR_COMPARE_SOME */
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	/* predicates */
	OP_IN,
	OP_STARTS_WITH,
	OP_ENDS_WITH,
	OP_CONTAINS,
	OP_REGEX,          /* =~, anchored */
	OP_LIKE,
	OP_ILIKE,
	OP_REGEX_SEARCH,   /* ~, not anchored (SQL) */
	OP_REGEX_ISEARCH,  /* ~* */
	OP_DISTINCT_FROM,  /* IS DISTINCT FROM; IS NOT DISTINCT FROM is NOT of it */
	/* arithmetic */
	OP_ADD,
	OP_SUBTRACT,
	OP_CONCAT,         /* || */
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_MODULO,
	OP_POWER,
	OP_COUNT,
};

enum ast_is_test {
	IS_NULL,
	IS_TRUE,
	IS_FALSE,
	IS_UNKNOWN,
	IS_DIRECTED,
	IS_SOURCE_OF,      /* operand is a node, `of` an edge variable */
	IS_DESTINATION_OF,
};

enum ast_cast_form {
	CAST_FUNCTION, /* CAST(x AS T) */
	CAST_COLONS,   /* x :: T */
	CAST_LITERAL,  /* T 'x' */
};

enum ast_quantifier_kind { QUANTIFIER_ALL, QUANTIFIER_ANY, QUANTIFIER_NONE, QUANTIFIER_SINGLE };
enum ast_subquery_kind {
	SUBQUERY_COUNT,
	SUBQUERY_COLLECT,
	SUBQUERY_VALUE,
	SUBQUERY_ROWS, /* made by the binder: COLLECT of column_count columns, as rows */
};

/* key: value in a map; name: expr in a map projection; var = expr in LET. */
struct ast_entry {
	struct ast_name name;
	struct ast_type *type; /* LET x :: type = ..; NULL otherwise */
	struct ast_expr *value;
};

enum ast_map_item_kind {
	MAP_ITEM_KEY,   /* .key */
	MAP_ITEM_ALL,   /* .* */
	MAP_ITEM_ENTRY, /* key: value */
	MAP_ITEM_VARIABLE,
};

struct ast_map_item {
	enum ast_map_item_kind kind;
	struct ast_name name;   /* all but ALL */
	struct ast_expr *value; /* ENTRY only */
};

/* WHEN a, b THEN r. In a searched CASE there is exactly one condition. */
struct ast_when {
	struct ast_expr **conditions;
	uint32_t condition_count;
	struct ast_expr *result;
};

struct ast_sort {
	struct ast_expr *expr;
	bool is_descending;
	bool has_nulls;      /* NULLS FIRST|LAST was written */
	bool is_nulls_first; /* meaningful with has_nulls only */
};

struct ast_expr {
	enum ast_expr_kind kind;
	uint32_t at;
	uint32_t length;
	uint32_t height; /* levels of expressions below and including this one, subqueries too */
	union {
		bool is_unknown;           /* NULL: was written UNKNOWN, has type BOOL */
		bool boolean;              /* BOOL */
		int64_t integer;           /* INT */
		double number;             /* FLOAT */
		struct str text;           /* DECIMAL, STRING, BYTES */
		struct {                   /* PARAMETER */
			uint32_t number;   /* of $7; 0 for $name */
			struct str name;   /* of $name */
		} parameter;
		struct {                   /* VARIABLE */
			struct str name;
			char quote;        /* '"' or '`' when quoted (for a hint), else 0 */
			bool may_be_text;  /* "..", and graph.double_quoted_strings is on */
		} variable;
		struct {                   /* PROPERTY, ALL_COLUMNS (no key) */
			struct ast_expr *base;
			struct ast_name key;
			bool is_column;    /* of the element's table, whatever a property graph
			                      exposes; never parsed */
		} property;
		struct {                   /* INDEX (first only), SLICE (either may be NULL) */
			struct ast_expr *base;
			struct ast_expr *first;
			struct ast_expr *last;
		} index;
		struct {                   /* CAST, IS_TYPED (form unused there) */
			struct ast_expr *operand;
			struct ast_type *type;
			enum ast_cast_form form;
			bool is_negated;   /* IS NOT :: type */
		} typed;
		struct {                   /* UNARY (left only), BINARY */
			enum ast_op op;
			bool is_in_list;   /* IN followed by one parenthesised expression: SQL means
					      a list of one where that is no list itself */
			uint32_t op_at;    /* BINARY: where the operator stands */
			struct ast_expr *left;
			struct ast_expr *right;
		} binary;
		struct {                   /* CHAIN: operands[0] ops[0] operands[1] ops[1] .. */
			struct ast_expr **operands;
			enum ast_op *ops;
			uint32_t op_count; /* at least 2; operands are one more */
		} chain;
		struct {                   /* COMPARE_SOME */
			enum ast_op op;
			bool is_all;
			struct ast_expr *left;
			struct ast_expr *list;
		} some;
		struct {                   /* IS */
			enum ast_is_test test;
			bool is_negated;
			struct ast_expr *operand;
			struct ast_expr *of;
		} is;
		struct {                   /* IS_LABELED */
			struct ast_expr *operand;
			struct ast_label *label;
			bool is_negated;
		} labeled;
		struct {                   /* LIST */
			struct ast_expr **items;
			uint32_t count;
		} list;
		struct {                   /* MAP */
			struct ast_entry *entries;
			uint32_t count;
		} map;
		struct {                   /* MAP_PROJECTION */
			struct ast_expr *base;
			struct ast_map_item *items;
			uint32_t count;
		} map_projection;
		struct {                   /* LIST_COMPREHENSION, QUANTIFIER */
			struct ast_name variable;
			struct ast_expr *list;
			struct ast_expr *where;      /* comprehension: may be NULL */
			struct ast_expr *result;     /* comprehension: may be NULL (the element) */
			enum ast_quantifier_kind quantifier;
		} each;
		struct {                   /* REDUCE */
			struct ast_name accumulator;
			struct ast_name variable;
			struct ast_expr *start;
			struct ast_expr *list;
			struct ast_expr *step;
		} *reduce;
		struct {                   /* PATTERN_COMPREHENSION, PATTERN (pattern only) */
			struct ast_pattern *pattern; /* its where is the comprehension's WHERE */
			struct ast_expr *result;
		} pattern;
		struct {                   /* CASE */
			struct ast_expr *operand;    /* NULL: searched */
			struct ast_when *whens;
			struct ast_expr *otherwise;  /* NULL: none */
			uint32_t when_count;         /* at least 1 */
		} conditional;
		struct ast_function *function;       /* FUNCTION */
		struct {                   /* EXISTS: exactly one of the two; SUBQUERY: program */
			struct ast_pattern *pattern;
			struct ast_program *program;
			enum ast_subquery_kind kind;
			uint32_t column_count;
		} subquery;
		struct {                   /* LET */
			struct ast_entry *bindings;
			uint32_t count;
			struct ast_expr *body;
		} let;
	};
};

/* What a window frame is counted in; DEFAULT: none was written. */
enum ast_frame_unit { FRAME_DEFAULT, FRAME_ROWS, FRAME_RANGE, FRAME_GROUPS };

enum ast_frame_end {
	FRAME_UNBOUNDED_PRECEDING,
	FRAME_PRECEDING, /* by an offset */
	FRAME_CURRENT,
	FRAME_FOLLOWING,
	FRAME_UNBOUNDED_FOLLOWING,
};

/* What EXCLUDE takes out of a frame. */
enum ast_frame_exclusion {
	EXCLUDE_NOTHING,
	EXCLUDE_CURRENT_ROW,
	EXCLUDE_GROUP, /* the row and its peers */
	EXCLUDE_TIES,  /* its peers, not the row */
};

/* OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), OVER w, OVER (w ..) */
struct ast_window {
	uint32_t at;
	struct ast_name base;      /* the window it goes by or adds to; absent: none */
	bool is_reference;         /* OVER w: that window as it is */
	struct ast_expr **partition;
	uint32_t partition_count;
	struct ast_sort *order_by;
	uint32_t order_by_count;
	enum ast_frame_unit unit;
	enum ast_frame_end start, end;
	struct ast_expr *start_offset, *end_offset;
	enum ast_frame_exclusion exclusion;
};

/* WINDOW name AS ( .. ) */
struct ast_named_window {
	struct ast_name name;
	struct ast_window *window;
};

/* f(a, b), count(*), count(DISTINCT x), array_agg(x ORDER BY y) FILTER (WHERE c). */
struct ast_function {
	struct ast_qname name;
	struct ast_expr **args;
	struct ast_name *arg_names; /* f(a => 1): of each argument, empty where it has none */
	bool has_names;
	uint32_t arg_count;
	bool is_variadic; /* the last argument is a list of arguments */
	bool is_star;     /* f(*) */
	bool is_distinct;
	struct ast_sort *order_by;
	uint32_t order_by_count;
	struct ast_sort *within;  /* WITHIN GROUP (ORDER BY ..) */
	uint32_t within_count;
	struct ast_expr *filter;
	struct ast_window *over; /* NULL: no window function */
	bool is_own; /* the server's own call, of a function that nobody else may call */
};

/* --------------------------------------------------------------------------------- patterns -- */

enum ast_label_kind {
	LABEL_NAME,
	LABEL_ANY, /* % */
	LABEL_NOT, /* one part */
	LABEL_AND, /* two or more parts */
	LABEL_OR,
	LABEL_GRAPH, /* bound, not written: an element of the graph with this number */
};

struct ast_label {
	enum ast_label_kind kind;
	uint32_t at;
	uint32_t length;
	struct str name;
	struct ast_label **parts;
	uint32_t part_count;
	const struct ast_exposed *exposed; /* the element tables of a property graph that say what
	                                      keys mean; never parsed, NULL: none */
};

/* Restricts repetition along one path. MODE_DEFAULT: none was written (WALK). */
enum ast_path_mode { MODE_DEFAULT, MODE_WALK, MODE_TRAIL, MODE_SIMPLE, MODE_ACYCLIC };

enum ast_selector {
	SELECT_EVERY,          /* no selector, or ALL */
	SELECT_ANY,            /* ANY k */
	SELECT_ANY_SHORTEST,
	SELECT_ALL_SHORTEST,
	SELECT_SHORTEST,       /* SHORTEST k: the k shortest */
	SELECT_SHORTEST_GROUPS /* SHORTEST k GROUPS: all of the k least lengths */
};

struct ast_prefix {
	uint32_t at;
	uint32_t length;           /* 0: nothing was written */
	enum ast_selector selector;
	enum ast_path_mode mode;
	uint32_t count;            /* k of ANY k and SHORTEST k; 1 when not written */
	bool is_function;          /* written as shortestPath(..) / allShortestPaths(..) */
};

enum ast_element_kind { AST_ELEMENT_NODE, AST_ELEMENT_EDGE, AST_ELEMENT_GROUP };

enum ast_direction {
	AST_DIRECTION_RIGHT, /* -[]-> */
	AST_DIRECTION_LEFT,  /* <-[]- */
	AST_DIRECTION_ANY,   /* -[]-, <-[]-> */
};

/* As a quantifier's `max`: no upper bound. */
#define AST_UNBOUNDED UINT32_MAX

struct ast_quantifier {
	uint32_t at;
	uint32_t length;    /* 0: none was written; min = max = 1 then */
	uint32_t min;
	uint32_t max;
	bool is_question;   /* ?: variables inside become nullable, not lists */
	bool is_in_bracket; /* [e*1..3]: openCypher spelling */
};

/* A node, an edge, or a parenthesised path. */
/* An edge that is a row of a table, or may be of several: what one step over it matches, each a pattern
   between nodes called AST_HOP_LEFT and AST_HOP_RIGHT with the row as a node called AST_HOP_ROW. */
#define AST_HOP_LEFT "left"
#define AST_HOP_ROW "row"
#define AST_HOP_RIGHT "right"
struct ast_hops {
	uint32_t count;
	const struct ast_pattern **patterns;
	struct ast_label *edges; /* labels of edges that it may be as well; NULL: none */
};

struct ast_element {
	enum ast_element_kind kind;
	uint32_t at;
	uint32_t length;              /* 0: an implied node between two edges or at an end */
	enum ast_direction direction; /* EDGE */
	bool is_abbreviated;          /* EDGE without brackets: ->, <-, -, <-> */
	struct ast_name variable;     /* NODE, EDGE; of a GROUP it is group->variable */
	struct ast_label *label;
	struct ast_expr *properties;  /* EXPR_MAP or EXPR_PARAMETER; NULL: none */
	struct ast_expr *where;       /* inline WHERE; also of a GROUP */
	struct ast_path *group;       /* GROUP: the path inside, with its own variable and mode */
	struct ast_quantifier quantifier; /* EDGE, GROUP */
	bool has_subquery;            /* somewhere in its conditions */
	const struct ast_hops *hops;  /* EDGE: rows of tables; never parsed, NULL: it is none */
};

/*
 * One path pattern. In `elements` an EDGE always has a NODE or a GROUP on both sides: the parser
 * puts implied nodes where the text has none. `alternative` chains the further branches of a path
 * union (a | b, a |+| b) [L3]; variable and prefix are those of the first.
 */
struct ast_path {
	uint32_t at;
	uint32_t length;
	struct ast_name variable;
	struct ast_prefix prefix;
	struct ast_element *elements;
	uint32_t element_count;
	struct ast_path *alternative;
	bool is_multiset; /* this branch was joined by |+| */
};

enum ast_match_mode {
	MATCH_MODE_DEFAULT, /* DIFFERENT EDGES in MATCH, REPEATABLE ELEMENTS in GRAPH_TABLE */
	MATCH_MODE_REPEATABLE_ELEMENTS,
	MATCH_MODE_DIFFERENT_EDGES,
};

/* Serves MATCH, INSERT, MERGE, EXISTS, pattern predicates and comprehensions, GRAPH_TABLE. */
struct ast_pattern {
	uint32_t at;
	uint32_t length;
	enum ast_match_mode mode;
	struct ast_path *paths;
	uint32_t path_count;       /* at least 1 */
	uint32_t hint_at;          /* USING INDEX|SCAN|JOIN .. stood there; 0: nowhere. A NOTICE */
	struct ast_prefix keep;    /* KEEP prefix */
	struct ast_expr *where;
	struct ast_name *yield;    /* YIELD variables */
	uint32_t yield_count;
};

/* ------------------------------------------------------------------------ clauses and query -- */

/* expr [AS alias]; an output column is named by alias, else by `source`. */
struct ast_item {
	struct ast_expr *expr;
	struct ast_name alias;
	struct str source; /* the expression's source text, outer blanks trimmed .. */
	uint32_t at;	   /* .. and where it begins */
};

/* The common body of RETURN, WITH, SELECT, and of a clause that is only ORDER BY/OFFSET/LIMIT. */
/* Weakest first. */
enum ast_row_lock {
	ROW_LOCK_NONE,
	ROW_LOCK_KEY_SHARE,
	ROW_LOCK_SHARE,
	ROW_LOCK_NO_KEY_UPDATE,
	ROW_LOCK_UPDATE,
};

struct ast_projection {
	bool is_distinct;
	bool group_is_distinct;    /* GROUP BY DISTINCT: no grouping set twice */
	bool limit_has_ties;       /* FETCH FIRST .. WITH TIES */
	struct ast_expr **distinct_on; /* DISTINCT ON (..), SELECT only */
	uint32_t distinct_on_count;
	bool is_all;               /* a leading *: all variables in scope, before the items */
	bool has_group_by;         /* GROUP BY was written; with count 0 it is GROUP BY () */
	uint32_t star_at;
	struct ast_table *into;    /* SELECT .. INTO table; NULL: none */
	struct ast_item *items;
	uint32_t item_count;
	/* In SELECT also calls of "rollup", "cube" and "grouping sets", whose arguments are again
	   such; there "row" is several keys together, of no arguments the set of none. */
	struct ast_expr **group_by;
	uint32_t group_by_count;
	struct ast_named_window *windows; /* SELECT only */
	uint32_t window_count;
	struct ast_sort *order_by;
	uint32_t order_by_count;
	struct ast_expr *offset;
	struct ast_expr *limit;
	struct ast_expr *where;    /* of WITH: after the projection; of SELECT: before it */
	struct ast_expr *having;   /* SELECT only */
	enum ast_row_lock lock;    /* SELECT .. FOR UPDATE and its kin */
	bool lock_is_nowait, lock_skips;
	struct ast_name *lock_of;  /* OF these; none: all of FROM */
	uint32_t lock_of_count;
};

enum ast_set_kind {
	SET_PROPERTY, /* target.key = value; REMOVE: target.key */
	SET_REPLACE,  /* v = value */
	SET_ADD,      /* v += value */
	SET_LABELS,   /* v:A:B */
};

/* One item of SET, REMOVE and ON CREATE/MATCH SET. */
struct ast_set_item {
	enum ast_set_kind kind;
	uint32_t at;
	uint32_t length;
	struct ast_expr *target;   /* EXPR_VARIABLE except for PROPERTY */
	struct ast_name key;
	struct ast_expr *value;    /* NULL in REMOVE and for LABELS */
	struct ast_name *labels;
	uint32_t label_count;
};

/* name AS variable. */
struct ast_yield_item {
	struct ast_name name;
	struct ast_name alias;
};

struct ast_yield {
	bool is_all; /* YIELD * */
	struct ast_yield_item *items;
	uint32_t count;
};

enum ast_from_kind {
	FROM_MATCH,       /* graph MATCH ..: GQL form */
	FROM_QUERY,       /* [graph] { program } */
	FROM_GRAPH_TABLE,
	FROM_RELATION,    /* catalog relation, label as table, common table expression */
	FROM_SUBQUERY,    /* ( query ) */
	FROM_FUNCTION,    /* f(..) */
	FROM_ROWS,        /* ROWS FROM (f(..), g(..)): side by side */
	FROM_JOIN,
};

struct ast_from;

enum ast_join_kind { JOIN_CROSS, JOIN_INNER, JOIN_LEFT, JOIN_RIGHT, JOIN_FULL };

/* left JOIN right ON .. | USING (..), or NATURAL. */
struct ast_join {
	enum ast_join_kind kind;
	bool is_natural;
	struct ast_from *left, *right;
	struct ast_expr *on;       /* NULL: none */
	struct ast_name *using;
	uint32_t using_count;      /* 0: none */
};

/* TABLESAMPLE method (percent) [REPEATABLE (seed)] */
struct ast_sample {
	struct ast_name method;
	struct ast_expr *percent;
	struct ast_expr *seed;         /* NULL: another sample each time */
};

struct ast_from {
	enum ast_from_kind kind;
	uint32_t at;
	uint32_t length;
	struct ast_qname graph;        /* absent in QUERY without one; RELATION: its name */
	struct ast_clause *matches;    /* MATCH: CLAUSE_MATCH and CLAUSE_OPTIONAL only */
	uint32_t match_count;
	struct ast_program *program;   /* QUERY, SUBQUERY */
	struct ast_expr *function;     /* FUNCTION: EXPR_FUNCTION */
	struct ast_from *parts;        /* ROWS: each a FUNCTION */
	uint32_t part_count;
	struct ast_sample *sample;     /* RELATION; NULL: all of it */
	struct ast_join *join;         /* JOIN; an alias is that of the parenthesised join */
	bool is_lateral;               /* SUBQUERY, FUNCTION, GRAPH_TABLE: LATERAL was written */
	bool has_ordinality;           /* FUNCTION: WITH ORDINALITY */
	struct ast_pattern *pattern;   /* GRAPH_TABLE */
	struct ast_item *columns;      /* GRAPH_TABLE COLUMNS */
	uint32_t column_count;
	struct ast_name alias;
	struct ast_name *column_aliases;
	uint32_t column_alias_count;
	bool is_row;                   /* SUBQUERY behind SET (a, b) =: has just these columns */
	struct ast_type **column_types; /* FUNCTION: one for each alias; NULL: none are written */
};

enum ast_clause_kind {
	CLAUSE_MATCH,          /* [OPTIONAL] MATCH pattern */
	CLAUSE_OPTIONAL,       /* OPTIONAL { match .. } */
	CLAUSE_FILTER,
	CLAUSE_LET,
	CLAUSE_FOR,            /* FOR x IN l, UNWIND l AS x */
	CLAUSE_PAGE,           /* ORDER BY / OFFSET / LIMIT standing alone */
	CLAUSE_CALL_PROCEDURE,
	CLAUSE_CALL_SUBQUERY,
	CLAUSE_WITH,
	CLAUSE_INSERT,         /* INSERT or CREATE */
	CLAUSE_MERGE,
	CLAUSE_SET,
	CLAUSE_REMOVE,
	CLAUSE_DELETE,
	CLAUSE_FOREACH,
	/* these end a linear query */
	CLAUSE_RETURN,
	CLAUSE_FINISH,
	/* these are the only clause of their linear query */
	CLAUSE_DML,            /* INSERT INTO, UPDATE, DELETE FROM, MERGE INTO */
	CLAUSE_NESTED,         /* { program } */
	CLAUSE_SELECT,
	CLAUSE_VALUES,
};

struct ast_clause {
	enum ast_clause_kind kind;
	uint32_t at;
	uint32_t length;
	union {
		struct {                           /* MATCH, INSERT */
			struct ast_pattern *pattern;
			bool is_optional;
			bool is_create;            /* INSERT was spelled CREATE */
		} match;
		struct {                           /* OPTIONAL */
			struct ast_clause *matches;
			uint32_t count;
		} optional;
		struct ast_expr *filter;           /* FILTER */
		struct {                           /* LET */
			struct ast_entry *bindings;
			uint32_t count;
		} let;
		struct {                           /* FOR */
			struct ast_name variable;
			struct ast_expr *list;
			struct ast_name ordinal;   /* WITH ORDINALITY | OFFSET v */
			bool is_offset;            /* counts from 0; ORDINALITY counts from 1 */
		} loop;
		struct ast_projection *projection; /* PAGE, WITH, RETURN */
		struct {                           /* CALL_PROCEDURE */
			struct ast_qname name;
			struct ast_expr **args;
			uint32_t arg_count;
			bool has_args;             /* false: CALL p, arguments from parameters */
			bool is_optional;
			struct ast_yield *yield;   /* NULL: none */
			struct ast_expr *where;
		} *call;
		struct {                           /* CALL_SUBQUERY, NESTED (program only) */
			struct ast_program *program;
			struct ast_name *scope;    /* CALL (a, b) {..} */
			uint32_t scope_count;
			bool has_scope;            /* (..) was written, perhaps empty */
			bool is_scope_all;         /* CALL (*) {..} */
			bool is_optional;
			bool is_parenthesised;     /* NESTED: ( program ), of SQL */
		} nested;
		struct {                           /* MERGE */
			struct ast_pattern *pattern; /* one path */
			struct ast_set_item *on_create;
			struct ast_set_item *on_match;
			uint32_t on_create_count;
			uint32_t on_match_count;
		} merge;
		struct {                           /* SET, REMOVE */
			struct ast_set_item *items;
			uint32_t count;
		} set;
		struct {                           /* DELETE */
			struct ast_expr **exprs;
			uint32_t count;
			bool is_detach;
		} remove;
		struct {                           /* FOREACH: clauses are writing ones only */
			struct ast_name variable;
			struct ast_expr *list;
			struct ast_clause *clauses;
			uint32_t count;
		} foreach;
		struct {                           /* SELECT; WHERE, HAVING in projection */
			struct ast_projection *projection;
			struct ast_from *from;
			uint32_t from_count;       /* 0: constant SELECT */
		} select;
		struct ast_dml *dml;               /* DML */
		struct {                           /* VALUES: rows x columns, row by row */
			struct ast_expr **exprs;
			uint32_t row_count;
			uint32_t column_count;
			struct ast_projection *page; /* NULL, or ORDER BY / OFFSET / LIMIT */
		} values;
	};
};

/* Whether the clause itself changes data; what a subquery in it does is not looked at. */
static inline bool ast_clause_writes(const struct ast_clause *c)
{
	switch (c->kind) {
	case CLAUSE_INSERT:
	case CLAUSE_MERGE:
	case CLAUSE_SET:
	case CLAUSE_REMOVE:
	case CLAUSE_DELETE:
	case CLAUSE_FOREACH:
	case CLAUSE_DML:
		return true;
	default:
		return false;
	}
}

/* [USE g] clause clause .. [result] */
struct ast_linear {
	uint32_t at;
	uint32_t length;
	struct ast_qname use;        /* USE graph, absent without */
	struct ast_clause *clauses;
	uint32_t clause_count;       /* at least 1 */
};

enum ast_set_op {
	SET_OP_NONE, /* of the first operand */
	SET_OP_UNION,
	SET_OP_UNION_ALL,
	SET_OP_EXCEPT,
	SET_OP_EXCEPT_ALL,
	SET_OP_INTERSECT,
	SET_OP_INTERSECT_ALL,
	SET_OP_OTHERWISE,
};

/* name [(columns)] AS [[NOT] MATERIALIZED] ( program ) */
struct ast_cte {
	struct ast_name name;
	struct ast_name *columns;
	uint32_t column_count;
	struct ast_program *program;
};

/* operands[0] ops[1] operands[1] ops[2] operands[2] .., left-associative; ops[0] is NONE. */
struct ast_query {
	uint32_t at;
	uint32_t length;
	struct ast_cte *ctes;        /* WITH .. before the operands; only of SQL */
	uint32_t cte_count;
	bool is_recursive;           /* WITH RECURSIVE */
	struct ast_projection *page; /* ORDER BY / OFFSET / LIMIT of the whole; NULL: none */
	struct ast_linear *operands;
	enum ast_set_op *ops;
	uint32_t operand_count;      /* at least 1 */
	struct ast_yield *yield;     /* NEXT YIELD .. before this query; NULL: none */
};

/* query NEXT query NEXT ..: each takes the rows of the one before. */
struct ast_program {
	uint32_t at;
	uint32_t length;
	struct ast_query *queries;
	uint32_t count;              /* at least 1 */
};

#endif
