/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Plans: what the planner hands to the executor. A tree of plan nodes, read-only once built, shared
 * by all executions; run-time state lives in the executor's operators.
 *
 * Every variable and every intermediate result has a slot: a number that is its column in the
 * batches of the whole plan, subplans included. A plan node says which slots are live in its
 * output; an operator that multiplies or drops rows carries only those over.
 *
 * Correlated subplans (OPTIONAL, EXISTS, MERGE, CALL) begin with PLAN_ARGUMENT, which passes on a
 * whole batch of outer rows; its row_slot numbers them, so that the operator above can tell which
 * outer row a result belongs to. A subplan that counts, sorts or limits is run row by row.
 */
#ifndef QUERY_TREE_PLAN_H
#define QUERY_TREE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "query/parse/ast.h"
#include "query/query.h"
#include "query/tree/search.h"
#include "storage/storage.h"
#include "storage/value.h"

#define SLOT_NONE UINT32_MAX
#define AT_NONE UINT32_MAX /* no place in the text that was sent: as a byte offset, -1 */

struct function; /* query/type/function.h */
struct function_body;
struct plan_node;
struct relation; /* query/sql/relation.h */

/* ---- expressions: typed, names resolved ------------------------------------------------------ */

enum bound_kind {
	BOUND_CONSTANT,    /* value */
	BOUND_PARAMETER,   /* index, 0-based */
	BOUND_SLOT,        /* index: slot */
	BOUND_LOCAL,       /* index: variable of an enclosing comprehension, quantifier or reduce */
	BOUND_CALL,        /* function(args); operators are functions too */
	BOUND_AND,         /* args, three-valued, left to right, stops early */
	BOUND_OR,
	BOUND_CASE,        /* args: condition, result, condition, result, …, otherwise (always there) */
	BOUND_COALESCE,    /* args, stops early */
	BOUND_CAST,        /* args[0] to `type`; is_lenient: NULL instead of an error (toInteger) */
	BOUND_LIST,        /* args: items */
	BOUND_MAP,         /* args: values; keys */
	BOUND_PROPERTY,    /* args[0].key of a NODE, EDGE, MAP, temporal or ANY value */
	BOUND_LABEL_TEST,  /* args[0] (NODE or EDGE) has the label expression */
	BOUND_EACH,        /* comprehension: list args[0]; local `index`; args[1] where (or NULL);
	                      args[2] result (or NULL: the element) */
	BOUND_QUANTIFIER,  /* list args[0]; local `index`; args[1] predicate; quantifier */
	BOUND_REDUCE,      /* start args[0]; list args[1]; step args[2]; locals index (accumulator) and
	                      index + 1 (element) */
	BOUND_IS_TYPED,    /* args[0] IS :: tested, two-valued; tested TYPE_NULL: IS NULL */
};

/*
 * Syntax that has neither a kind above nor an enum ast_op is bound to a function of these names:
 *	subscript(base, index)      base[index] of a LIST, MAP, NODE, EDGE or ANY
 *	slice(list, from, to)       list[from..to]; a NULL constant of type NULL is an open end
 *	decimal_fit(n, p, s)        DECIMAL(p, s) of a DECIMAL
 *	round_seconds(t, n)         a time with n digits of seconds behind the point
 *	cut_duration(d, range)      INTERVAL DAY TO HOUR of a DURATION
 *	map_merge(map, map)         .* in a map projection; the second wins
 *	count_weights(n)            count(*) of rows that stand for n each
 *	name_byte(name, index)      name[index] of SQL
 *	next_of_identity(oid)       nextval() without asking for rights; nobody else can call it
 * NOT is function_resolve_operator(OP_NOT, .., is_unary). IS TRUE is a CASE. A PROPERTY whose
 * argument is a slot of a PLAN_PROPERTIES below becomes a SLOT; other PROPERTY expressions (of new
 * elements in ON CREATE SET, of locals) are left for the evaluator. PROPERTY with key_number
 * NAME_NONE of a NODE or EDGE looks `key` up at run time: the statement itself may have made it.
 */
#define PLAN_FUNCTION_SUBSCRIPT "subscript"
#define PLAN_FUNCTION_SLICE "slice"
#define PLAN_FUNCTION_DECIMAL_FIT "decimal_fit"
#define PLAN_FUNCTION_HAS_PROPERTIES "has_properties"
#define PLAN_FUNCTION_ROUND_SECONDS "round_seconds"
#define PLAN_FUNCTION_CUT_DURATION "cut_duration"
#define PLAN_FUNCTION_MAP_MERGE "map_merge"
#define PLAN_FUNCTION_COUNT_WEIGHTS "count_weights"
#define PLAN_FUNCTION_NAME_BYTE "name_byte"
#define PLAN_FUNCTION_IDENTITY "next_of_identity"

/* A label expression with names resolved; NAME_NONE names match nothing. */
struct bound_label {
	enum ast_label_kind kind;
	uint32_t label;                /* LABEL_NAME: of a node or an edge, as the context says;
					  LABEL_GRAPH: the graph */
	uint32_t part_count;
	const struct bound_label *const *parts;
	const struct ast_exposed *exposed; /* says what keys mean; NULL: themselves */
};

struct bound {
	enum bound_kind kind;
	struct type type;
	uint32_t at;                   /* byte offset in the text, for errors at run time; AT_NONE */
	bool is_lenient;
	bool is_sql;                   /* CAST: by PostgreSQL's rules: arrays are text as {a,b} */
	bool is_variadic;              /* CALL: the last argument is a list of arguments */
	bool is_volatile;              /* this or something below must be evaluated for every row */
	enum ast_quantifier_kind quantifier;
	enum element element;          /* LABEL_TEST */
	struct type tested;            /* IS_TYPED */
	uint32_t index;
	uint32_t arg_count;
	const struct bound *const *args;
	const struct function *function; /* CALL */
	const struct function_body *body;
	struct value value;            /* CONSTANT */
	struct str key;                /* PROPERTY */
	uint32_t key_number;           /* PROPERTY: NAME_NONE if the catalog has no such key */
	const struct str *keys;        /* MAP; LIST: the names of a row's fields, or NULL */
	const struct bound_label *label;
	uint32_t modifier;             /* of the type, as struct query_origin has it */
	uint32_t weight;               /* what is not a leaf below and here, what is shared as often
	                                  as it is run; 0: not weighed yet, or a leaf */
};

/* ---- plan nodes ------------------------------------------------------------------------------ */

enum plan_kind {
	/* leaves */
	PLAN_ONE_ROW,       /* one row, no columns */
	PLAN_ARGUMENT,      /* the outer rows of a subplan */
	PLAN_VALUES,        /* rows of expressions */
	/* these multiply their input's rows (input never NULL) */
	PLAN_NODE_SCAN,
	PLAN_EDGE_SCAN,
	PLAN_INDEX_SCAN,
	PLAN_ID_SEEK,
	PLAN_EXPAND,
	PLAN_VAR_EXPAND,
	PLAN_SHORTEST,
	PLAN_SEARCH,
	PLAN_UNWIND,
	PLAN_PROCEDURE,
	PLAN_RELATION,
	PLAN_PROJECT_SET,   /* a row for each item of the longest of some lists */
	PLAN_WORKING,       /* what the round before of a PLAN_RECURSIVE gave, or a PLAN_WITH */
	PLAN_ORDINAL,       /* numbers its input's rows: a subplan's, for each outer row anew */
	/* these add columns */
	PLAN_PROPERTIES,
	PLAN_PROJECT,
	PLAN_PATH,
	/* these drop, order or gather rows */
	PLAN_FILTER,
	PLAN_DIFFERENT_EDGES,
	PLAN_AGGREGATE,
	PLAN_WINDOW,
	PLAN_DISTINCT,
	PLAN_SORT,
	PLAN_LIMIT,
	PLAN_EAGER,         /* takes all its input before it gives out the first row */
	PLAN_DISCARD,       /* runs its input to the end and gives out nothing: FINISH, writes */
	/* these have a second plan */
	PLAN_OPTIONAL,      /* subplan per outer row; a row of NULLs where it yields nothing */
	PLAN_APPLY,         /* subplan per outer row, as `apply` says */
	PLAN_HASH_JOIN,     /* other is built, input probes */
	PLAN_UNION,         /* and the other set operations */
	PLAN_RECURSIVE,     /* UNION [ALL] whose second branch is run over its own rows */
	/* these write */
	PLAN_INSERT,
	PLAN_MERGE,
	PLAN_SET,           /* SET and REMOVE */
	PLAN_DELETE,
	PLAN_FOREACH,
	PLAN_LOCK,          /* takes the locks of rows: SELECT .. FOR UPDATE */
	PLAN_WITH,          /* runs other to its end and keeps its rows, before it passes on its input's */
	PLAN_PAST,          /* passes on rows read as of the beginning of the first PLAN_WITH */
	PLAN_ONCE,          /* drops, or refuses, rows whose element has come before */
	PLAN_CHECK_OPTION,  /* refuses rows that the view they were written through does not show */
};
enum { PLAN_KIND_COUNT = PLAN_CHECK_OPTION + 1 };

/* What is done with a view, or a property graph. */
enum plan_right { RIGHT_SELECT, RIGHT_INSERT, RIGHT_UPDATE, RIGHT_DELETE };
struct plan_view_use {
	uint32_t view;   /* its catalog object */
	uint32_t within; /* the view whose owner needs the right; NAME_NONE: who runs the statement */
	enum plan_right right;
};

/* What may be written through a view: its rows, and which of its columns. */
struct view_writing {
	const char *fault; /* why its rows cannot be deleted, with full stop; NULL: they can */
	uint32_t column_count;
	const bool *is_written; /* by column: INSERT and UPDATE may give it a value */
	bool has_written;	/* one of them can */
};

struct plan_sort_key {
	uint32_t slot;
	bool is_descending;
	bool is_nulls_first;
};

struct plan_output {           /* expression into slot */
	const struct bound *expr;
	uint32_t slot;
};

struct plan_aggregate {
	const struct function *function;
	const struct function_body *body;
	const struct bound *args[2];    /* args[0] NULL: count(*) */
	const struct bound *filter;     /* may be NULL */
	bool is_distinct;
	bool is_weighted;               /* count(*) of rows that stand for as many as args[0] says */
	/* ORDER BY inside of its parentheses: the order its rows are taken in; slots of the keys are
	   not used */
	uint32_t order_count;
	const struct bound **order;
	const struct plan_sort_key *order_keys;
	uint32_t slot;
	struct type type;
	bool has_place; /* its errors have a place in the text: not in SQL, as in PostgreSQL */
	uint32_t at;
};

enum plan_window_kind {
	WINDOW_ROW_NUMBER,
	WINDOW_RANK,
	WINDOW_DENSE_RANK,
	WINDOW_PERCENT_RANK,
	WINDOW_CUME_DIST,
	WINDOW_NTILE,
	WINDOW_LAG,
	WINDOW_LEAD,
	WINDOW_FIRST_VALUE,
	WINDOW_LAST_VALUE,
	WINDOW_NTH_VALUE,
	WINDOW_AGGREGATE, /* function over the frame */
};

enum { WINDOW_ARGS_MAX = 3 };

struct plan_window {
	enum plan_window_kind kind;
	const struct function *function; /* AGGREGATE */
	const struct function_body *body;
	uint32_t arg_count;
	uint32_t args[WINDOW_ARGS_MAX]; /* slots */
	uint32_t filter;                /* slot of a BOOL, or SLOT_NONE */
	enum ast_frame_unit unit;
	enum ast_frame_end start, end;
	uint32_t start_offset, end_offset; /* slots, or SLOT_NONE */
	enum ast_frame_exclusion exclusion;
	/* RANGE BETWEEN x PRECEDING AND y FOLLOWING: slots of the ORDER BY column less or more the
	   offset, where a row's frame ends; SLOT_NONE: none */
	uint32_t start_bound, end_bound;
	bool is_descending;             /* the ORDER BY column */
	uint32_t slot;                  /* of the result */
};

/* The value of one property: key = expr. */
struct plan_assignment {
	uint32_t key;                   /* NAME_NONE: new_key is to be interned at run time */
	struct str new_key;
	const struct bound *expr;
	bool is_array;                  /* of a column of SQL, which holds arrays of any dimensions */
};

/* Labels and keys that the catalog does not have yet are interned when the plan first runs. */
struct plan_name {
	uint32_t id;                    /* NAME_NONE: `name` is to be interned at run time */
	struct str name;
};

struct plan_create {                    /* one element of INSERT or MERGE */
	enum element element;
	uint32_t slot;                  /* where the new element goes */
	uint32_t source_slot, target_slot; /* EDGE */
	uint32_t label_count;
	const struct plan_name *labels;
	uint32_t assignment_count;
	const struct plan_assignment *assignments;
	const struct bound *properties; /* a whole map (parameter); or NULL */
	bool is_row;                    /* of INSERT INTO: an end that is not there is 23503 */
	uint32_t at;
};

struct plan_set {
	enum ast_set_kind kind;
	bool is_remove;
	enum element element;           /* of the target; ANY when unknown: is_any */
	bool is_any;
	const struct bound *target;     /* NODE, EDGE or NULL */
	struct plan_assignment assignment; /* SET_PROPERTY; SET_REPLACE and SET_ADD: expr only */
	uint32_t label_count;
	const struct plan_name *labels;
	uint32_t at;
};

enum plan_apply {
	APPLY_INNER,        /* rows of the subplan */
	APPLY_SEMI,         /* outer rows that have a result */
	APPLY_ANTI,         /* outer rows that have none */
	APPLY_EXISTS,       /* BOOL into `slot` */
	APPLY_COUNT,        /* number of results into `slot` */
	APPLY_COLLECT,      /* LIST of result_slot into `slot` */
	APPLY_VALUE,        /* result_slot of the only result into `slot`; NULL: none; more: 21000 */
};

/* Which rows without a partner a join gives out, with NULLs in their partner's place. */
enum plan_join {
	PLAN_JOIN_INNER, /* none */
	PLAN_JOIN_LEFT,  /* those of the input */
	PLAN_JOIN_FULL,  /* those of both sides */
};

enum plan_part { PART_NODE, PART_EDGE, PART_EDGES /* LIST of EDGE */ };
struct plan_path_part {
	enum plan_part part;
	uint32_t slot;
};

struct plan_node {
	enum plan_kind kind;
	struct plan_node *input;        /* NULL for leaves */
	struct plan_node *other;        /* OPTIONAL, APPLY, HASH_JOIN, MERGE, FOREACH: the second plan */
	uint32_t live_count;
	const uint32_t *live;           /* slots valid in the output, ascending */
	double rows;                    /* estimate */
	double cost;
	uint32_t view;                  /* whose owner's rights count (catalog object); NAME_NONE:
					   those of who runs the statement */
	union {
		struct {                /* ARGUMENT */
			uint32_t row_slot;
		} argument;
		struct {                /* VALUES */
			uint32_t row_count, column_count;
			const struct bound *const *exprs; /* row by row */
			const uint32_t *slots;
		} values;
		struct {                /* NODE_SCAN */
			uint32_t slot;
			uint32_t label; /* NAME_NONE: all; is_nothing: none at all */
			bool is_nothing;
		} node_scan;
		struct {                /* EDGE_SCAN; the slots of ends may be SLOT_NONE */
			uint32_t slot, source_slot, target_slot;
			uint32_t label;
			bool is_nothing;
			bool has_unknown;
		} edge_scan;
		struct {                /* INDEX_SCAN: per input row, elements with these keys */
			uint32_t slot;
			uint32_t source_slot, target_slot; /* edges: the ends, or SLOT_NONE */
			uint32_t index;
			enum element element;
			uint32_t equal_count;
			const struct bound *const *equal;
			const struct bound *low, *high; /* NULL: none */
			bool low_is_inclusive, high_is_inclusive, is_descending;
			bool is_unique_lookup;          /* all keys of a unique index are given */
			bool has_unknown;               /* of an edge: see expand */
		} index_scan;
		struct {                /* ID_SEEK: the element with this id, if it exists */
			uint32_t slot;
			enum element element;
			const struct bound *id; /* INT64 or LIST of them */
		} id_seek;
		struct {                /* EXPAND: one hop */
			uint32_t source_slot;
			uint32_t edge_slot;     /* SLOT_NONE: nobody asks for the edge */
			uint32_t target_slot;
			enum direction direction;
			uint32_t label_count;
			const uint32_t *labels; /* none: every label */
			bool is_nothing;        /* only unknown labels were asked for */
			bool has_unknown;       /* one of them was unknown */
			bool target_is_bound;   /* keep hops that end in target_slot's node */
			bool edge_is_bound;     /* keep hops over edge_slot's edge */
			bool is_degree;         /* a row for each source that has hops, their number
			                           in target_slot */
			uint32_t at;            /* of the edge in the text; AT_NONE */
		} expand;
		struct {                /* VAR_EXPAND, SHORTEST: min … max hops */
			uint32_t source_slot, target_slot;
			uint32_t edges_slot;    /* LIST of EDGE in path order; SLOT_NONE */
			uint32_t at;            /* of the edges in the text; AT_NONE */
			enum direction direction;
			uint32_t label_count;
			const uint32_t *labels;
			bool is_nothing, has_unknown;
			bool target_is_bound;
			uint32_t min, max;      /* AST_UNBOUNDED: no upper bound */
			enum ast_path_mode mode;
			enum ast_selector selector;
			uint32_t count;         /* k of the selector */
			bool is_reversed;       /* planned against the pattern: edges are to be
			                           listed from target to source */
			bool only_reachable;    /* nobody asks for edges or multiplicity (DISTINCT
			                           above): each target once per source */
			/* predicate on each hop: edge in hop_edge_slot, its ends in
			   hop_source_slot and hop_target_slot; NULL: none */
			const struct bound *hop_filter;
			uint32_t hop_edge_slot, hop_source_slot, hop_target_slot;
			/* properties the hop filter needs are fetched into these */
			uint32_t hop_property_count;
			const struct plan_hop_property *hop_properties;
		} var_expand;
		struct {                /* SEARCH: paths of any form */
			const struct search *program;
			uint32_t source_slot, target_slot;
			uint32_t edges_slot;    /* LIST of EDGE in path order; SLOT_NONE */
			uint32_t at;            /* of the path's inside in the text; AT_NONE */
			bool target_is_bound, is_reversed;
			enum ast_path_mode mode;
			enum ast_selector selector;
			uint32_t count;         /* k of the selector */
		} search;
		struct {                /* UNWIND */
			const struct bound *list;
			uint32_t slot;
			uint32_t ordinal_slot;  /* SLOT_NONE: none */
			int64_t ordinal_first;  /* 0 or 1 */
		} unwind;
		struct {                /* PROCEDURE */
			const struct procedure *procedure;
			uint32_t arg_count;
			const struct bound *const *args;
			uint32_t column_count;
			const uint32_t *columns; /* which of its columns … */
			const uint32_t *slots;   /* … go into which slots */
			struct str graph;        /* in force; empty: main */
			uint32_t at;             /* of the call; AT_NONE */
		} procedure;
		struct {                /* RELATION: per input row, rows of a catalog relation */
			const struct relation *relation;
			uint32_t column_count;
			const uint32_t *columns; /* which of its columns … */
			const uint32_t *slots;   /* … go into which slots */
			uint32_t arg_count;      /* of a function in FROM */
			const struct bound *const *args;
			const struct bound *key; /* NULL: all rows; else only those … */
			uint32_t key_column;     /* … whose column of this number is `key` */
		} relation;
		struct {                /* PROJECT_SET */
			uint32_t count;
			const struct bound *const *lists;
			const uint32_t *slots;  /* of their items */
		} project_set;
		struct {                /* WORKING */
			uint32_t number;        /* set.working of its RECURSIVE, or that of its WITH */
			uint32_t column_count;
			const uint32_t *slots;
		} working;
		struct {                /* WITH; other makes these slots, read by WORKING */
			uint32_t number;
			uint32_t column_count;
			const uint32_t *slots;
		} with;
		struct {                /* ONCE: NULL is no element */
			uint32_t slot;  /* NODE or EDGE */
			bool is_refused; /* the second time is 21000 instead of dropped */
		} once;
		struct {                /* CHECK_OPTION */
			const struct bound *predicate;
			struct str view;
			uint32_t column_count;
			const uint32_t *columns; /* slots of the table's row, for the error */
		} check_option;
		struct {                /* ORDINAL */
			uint32_t slot;
		} ordinal;
		struct {                /* PROPERTIES: of one element variable, several keys at once */
			uint32_t element_slot;
			enum element element;
			uint32_t at; /* in the text: who asked first */
			uint32_t count;
			const uint32_t *keys;
			const uint32_t *slots;
		} properties;
		struct {                /* PROJECT */
			uint32_t count;
			const struct plan_output *outputs;
		} project;
		struct {                /* PATH */
			uint32_t slot;
			uint32_t part_count;
			const struct plan_path_part *parts;
		} path;
		struct {                /* FILTER: keeps rows where it is TRUE */
			const struct bound *predicate;
		} filter;
		struct {                /* DIFFERENT_EDGES: no edge twice among these */
			uint32_t part_count;
			const struct plan_path_part *parts; /* EDGE and EDGES */
			uint32_t known_count;   /* the first so many are known to differ already */
		} different;
		struct {                /* AGGREGATE; key_count 0: one group, also over no rows */
			uint32_t key_count;
			const struct plan_output *keys;
			uint32_t aggregate_count;
			const struct plan_aggregate *aggregates;
			/* GROUPING SETS: the last key is the number of the set; these have a
			   group although there are no rows */
			uint32_t empty_set_count;
			const uint32_t *empty_sets;
			/* in a subplan: for plan_beside_outer(), should it be needed */
			uint32_t row_slot;
		} aggregate;
		struct {                /* WINDOW: the input is sorted by partition and peers */
			uint32_t partition_count, peer_count;
			const uint32_t *partition, *peers; /* slots: the same in one partition,
			                                      and in rows that are peers */
			uint32_t count;
			const struct plan_window *functions;
		} window;
		struct {                /* DISTINCT */
			uint32_t count;
			const uint32_t *slots;
		} distinct;
		struct {                /* SORT; top: only the first offset + limit rows are asked for */
			uint32_t count;
			const struct plan_sort_key *keys;
			const struct bound *top_limit, *top_offset; /* NULL: none */
		} sort;
		struct {                /* LIMIT */
			const struct bound *offset, *limit; /* NULL: none */
		} limit;
		struct {                /* OPTIONAL: other is the subplan */
			uint32_t row_slot;      /* that of its ARGUMENT */
			bool is_per_row;
			uint32_t null_count;
			const uint32_t *null_slots; /* set to NULL where there is no result */
		} optional;
		struct {                /* APPLY: other is the subplan */
			uint32_t row_slot;
			bool is_per_row;
			enum plan_apply apply;
			uint32_t slot, result_slot;
			bool is_weighted;       /* COUNT: a row of other stands for as many as … */
			uint32_t weight_slot;   /* … this slot says */
			uint32_t at;            /* of the subquery; AT_NONE in SQL, as in PostgreSQL */
		} apply;
		struct {                /* HASH_JOIN; count 0: every row with every row */
			enum plan_join kind;
			bool is_rebuilt;        /* other reads what changes between runs */
			uint32_t count;
			const uint32_t *input_slots, *other_slots; /* equal in value_same's sense, not NULL */
			const struct bound *residual; /* a pair must also satisfy this; NULL: nothing */
		} join;
		struct {                /* UNION: branches' result columns go to `slots` */
			enum ast_set_op op;
			uint32_t branch_count;
			struct plan_node *const *branches;
			uint32_t column_count;
			const uint32_t *slots;
			const uint32_t *const *branch_slots;
			uint32_t working;       /* RECURSIVE: its number, of the statement's own */
			uint32_t row_slot;      /* as of AGGREGATE */
		} set;
		struct {                /* INSERT: in this order */
			uint32_t count;
			const struct plan_create *creates;
		} insert;
		struct {                /* MERGE: other is the match; creates when it yields nothing */
			uint32_t row_slot;
			uint32_t count;
			const struct plan_create *creates;
			uint32_t on_create_count, on_match_count;
			const struct plan_set *on_create, *on_match;
			uint32_t path_part_count;
			/* INSERT .. ON CONFLICT: NULLs are allowed; what matches is dropped, or
			   changed where on_match_where is TRUE and dropped otherwise */
			bool is_upsert, drops_matches;
			const struct bound *on_match_where;
		} merge;
		struct {                /* SET */
			uint32_t count;
			const struct plan_set *items;
		} set_items;
		struct {                /* DELETE */
			uint32_t count;
			const struct bound *const *exprs;
			bool is_detach;
		} remove;
		struct {                /* LOCK */
			uint32_t count;
			const uint32_t *slots; /* of nodes and edges */
			enum lock_strength strength;
			bool is_nowait, skips;
		} lock;
		struct {                /* FOREACH: other is run once per element, from its ARGUMENT */
			const struct bound *list;
			uint32_t slot;
			uint32_t row_slot;
		} foreach;
	};
};

/* The node's inputs are its set.branches. */
static inline bool plan_has_branches(const struct plan_node *n)
{
	return n->kind == PLAN_UNION || n->kind == PLAN_RECURSIVE;
}

/* Further plans below a node, beside input and other: branches of set operations, conditions of a
   search and behind them its steps over rows. */
static inline uint32_t plan_branch_count(const struct plan_node *n)
{
	if (n->kind == PLAN_SEARCH)
		return n->search.program->check_count + n->search.program->hop_count;
	return plan_has_branches(n) ? n->set.branch_count : 0;
}

static inline struct plan_node *plan_branch(const struct plan_node *n, uint32_t i)
{
	const struct search *program = n->search.program;

	if (n->kind != PLAN_SEARCH)
		return n->set.branches[i];
	return i < program->check_count ? program->checks[i].sub
					: program->hops[i - program->check_count].sub;
}

struct plan_hop_property {
	uint32_t element_slot;  /* hop_edge_slot, hop_source_slot or hop_target_slot */
	enum element element;
	uint32_t key;
	uint32_t slot;
};

/* The tag of a statement: SELECT n, INSERT 0 n, MERGE n, UPDATE n, DELETE n, MERGE n of rows changed
   in any way. */
enum plan_tag { TAG_SELECT, TAG_INSERT, TAG_MERGE, TAG_UPDATE, TAG_DELETE, TAG_MERGE_INTO };

enum { PLAN_GRAPHS_MOST = 8 };

struct plan {
	struct plan_node *root;
	uint32_t slot_count;
	const struct type *slots;           /* type of each slot */
	const struct str *slot_names;       /* for EXPLAIN: variable or n.key; empty: none */
	const uint32_t *slot_places;        /* where the element of a pattern stands; AT_NONE */
	uint32_t local_count;               /* variables of comprehensions */
	bool answers_rows;                  /* perhaps of no columns */
	uint32_t column_count;
	const struct query_column *columns;
	const struct query_origin *origins; /* of the columns */
	const uint32_t *column_slots;
	uint32_t parameter_count;
	const struct type *parameters;
	bool is_write;                      /* write plan: exclusive lock at commit; else read plan */
	bool writes_graph;                  /* by clauses of the graph language: one may set
	                                       what another left out and is NOT NULL */
	enum plan_tag tag;
	bool has_conflict;                  /* INSERT .. ON CONFLICT */
	uint32_t temporary_count;           /* names that mean temporary relations; a name may count twice */
	uint32_t graphs[PLAN_GRAPHS_MOST];  /* that it reads or writes by patterns; none: SQL alone */
	uint32_t graph_count;               /* PLAN_GRAPHS_MOST + 1: there are more */
	uint32_t view_use_count;
	const struct plan_view_use *view_uses;
	uint32_t literal_count;             /* text that becomes values of other types .. */
	const struct bound *const *literals; /* .. to be tried before anything is run */
	uint64_t catalog_version;           /* the catalog it was planned against */
};

#endif
