/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The program of a PLAN_SEARCH: a path pattern as an automaton whose states are hops. A state is
 * "this hop has just been taken" (state 0: nothing has been yet); a step leads from a state to the
 * next hop, or to the end, and says what is to be done at the node in between.
 *
 *	(s) ((x)-[e]->(y)-[f]->(z) WHERE x.v < z.v){1,2} (t)
 *
 *	state 0: start   on arrival  BIND s
 *	state 1: -[e]->  on arrival  BIND y
 *	state 2: -[f]->  on arrival  BIND z, CHECK x.v < z.v, LEAVE 1
 *	step 0 -> 1      ENTER 1, BIND x
 *	step 1 -> 2      nothing
 *	step 2 -> 1      ENTER 1, BIND x
 *	step 2 -> end    EXIT 1, BIND t
 *
 * A group is a parenthesised path; an iteration of it lies between ENTER and LEAVE. ENTER counts and
 * fails above the upper bound, EXIT fails below the lower one and sets the count back.
 *
 * A variable is bound at most once per iteration of the group that is its scope. What a condition or
 * the world outside sees of it is a view: the one element of the iteration in hand, or the list of
 * all elements since an outer iteration began.
 *
 * A condition may read a variable that is bound only later in the same iteration, and cannot wait for
 * it where that is behind more iterations of its own. Then the variable is guessed before: the search
 * goes on once for each element that it may be, and where it is bound it must be that one.
 *
 *	(s) (()-->(x) WHERE x.v < m.v)* (m)-->(t)	GUESS m, ENTER 1 ... EXIT 1, BIND m
 */
#ifndef QUERY_TREE_SEARCH_H
#define QUERY_TREE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "query/parse/ast_query.h"
#include "storage/storage.h"

struct plan_node;

enum {
	SEARCH_NONE = UINT32_MAX,
	SEARCH_END = UINT32_MAX, /* as the state a step leads to */
	SEARCH_GROUPS_MAX = 64,	 /* groups are bits of a word; group 0 is the whole path */
};

enum search_op_kind {
	SEARCH_BIND,
	SEARCH_ENTER,
	SEARCH_LEAVE,
	SEARCH_EXIT,
	SEARCH_CHECK,
	SEARCH_GUESS,
	SEARCH_SETTLE, /* at the end of an iteration: what was guessed has been bound */
};

struct search_op {
	enum search_op_kind kind;
	uint32_t number; /* of the variable, group or check */
};

enum search_kind { SEARCH_NODE, SEARCH_EDGE, SEARCH_PATH };

/* Rows that are edges are told from edges by this bit of their number. */
#define SEARCH_ROW (UINT64_C(1) << 63)

/* A step over rows of a table: a subplan over rows that hold the node it begins at. */
struct search_hop {
	struct plan_node *sub;
	uint32_t row_slot;
	bool is_per_row;
	uint32_t source_slot, edge_slot, target_slot;
};

struct search_variable {
	enum search_kind kind;
	bool is_row; /* EDGE: rows of tables, which are nodes to all else */
	uint32_t group;	     /* its scope: bound once per iteration of it */
	uint32_t of_group;   /* PATH: the group whose iterations it is */
	uint32_t known_slot; /* NODE: the node that it must be, bound before; or SLOT_NONE */
	bool is_repeated;    /* it may be bound when a BIND comes, and must then be the same */
	bool is_optional;    /* another branch of a union may be taken, and it stay unbound */
	uint32_t guess;	     /* NODE, EDGE: its number among those guessed; SEARCH_NONE */
};

struct search_view {
	uint32_t variable;
	uint32_t group; /* looked for since this one's iteration began */
	uint32_t slot;
	bool is_list;
};

struct search_group {
	uint32_t min, max; /* AST_UNBOUNDED: no upper bound */
	bool is_counted;   /* has a quantifier */
	enum ast_path_mode mode;
};

struct search_state {
	enum direction direction;
	uint32_t label_count;
	const uint32_t *labels;
	bool is_nothing;
	uint32_t hop;	   /* by this one's subplan; SEARCH_NONE: along edges */
	uint32_t variable; /* of the edge; SEARCH_NONE: it has none */
	uint32_t op_count;
	const struct search_op *ops; /* on arrival */
	uint64_t enters;	     /* groups that these enter */
	uint64_t inside;	     /* groups with a restrictive mode around the hop */
	uint64_t still_inside;	     /* .. that the arrival has not left */
	uint32_t view_count;	     /* what conditions still to come read: two paths that are in */
	const uint32_t *views;	     /* one state at one node and agree on this have one future */
};

struct search_step {
	uint32_t from, to;
	uint32_t op_count;
	const struct search_op *ops;
	uint64_t enters;
	uint32_t signature; /* equal for steps that bind the same variables */
};

/* A condition as a subplan over rows that hold the views it reads: rows that come out pass. */
struct search_check {
	struct plan_node *sub;
	uint32_t row_slot;
	bool is_per_row;
	uint32_t view_count;
	const uint32_t *views;
	bool is_early; /* reads what is only guessed yet */
};

struct search {
	uint32_t variable_count, view_count, group_count, state_count, step_count, check_count,
		hop_count, guess_count;
	const struct search_variable *variables;
	const struct search_view *views;
	const struct search_group *groups;
	const struct search_state *states;
	const struct search_step *steps;
	struct search_check *checks;
	struct search_hop *hops;
	uint32_t out_count; /* views that are slots of the output */
	uint32_t *outs;
	bool has_unknown; /* a label in it is not in the graph (yet) */
	bool is_distinct; /* equal paths count once: path unions */
	struct str text;  /* of the pattern, for EXPLAIN */
};

/* What a thread counts: the iterations of each group, and behind them what it has guessed. */
static inline uint32_t search_counter_count(const struct search *s)
{
	return s->group_count + s->guess_count;
}

#endif
