/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A graph pattern while it is being planned: nodes and edges by number, predicates that wait for
 * what they read, paths that wait for their parts.
 *
 *	plan_match.c    pattern        -> struct match     (names, types, predicates)
 *	plan_order.c    struct match   -> plan             (which element when)
 *	plan_access.c   node, edge     -> scan or seek     (indexes)
 */
#ifndef QUERY_PLAN_MATCH_H
#define QUERY_PLAN_MATCH_H

#include "query/plan/planner.h"

struct match_node {
	uint32_t slot;
	uint32_t variable_slot; /* of the variable; another one if that had to be cast */
	bool is_placed;
	bool is_outer;			 /* bound before this pattern */
	const struct bound_label *label; /* of its first mention; NULL: none */
	uint32_t first_edge;		 /* list of the edges at it: match.links */
	uint32_t first_sarg;		 /* list of predicates on its keys: match.sargs */
	double rows;			 /* by its own best access, cached; < 0: not known */
};

enum match_edge_kind { MATCH_EDGE_ONE, MATCH_EDGE_VAR, MATCH_EDGE_SHORTEST, MATCH_EDGE_SEARCH };

struct match_search; /* match_search.h */

struct match_edge {
	enum match_edge_kind kind;
	uint32_t slot;		  /* EDGE, or LIST of EDGE; always there, dropped if unread */
	uint32_t from, to;	  /* nodes */
	enum direction direction; /* seen from `from` */
	bool is_placed, is_outer;
	bool is_nothing;
	bool has_unknown; /* a label of several is not in the graph (yet) */
	uint32_t group;	  /* edges of one group (not 0) are to be different */
	double fanout[2]; /* from `from`, from `to`; cached, < 0: not known */
	uint32_t label_count;
	const uint32_t *labels;
	uint32_t min, max;
	enum ast_path_mode mode;
	enum ast_selector selector;
	uint32_t count;
	const struct bound *hop_filter;
	uint32_t hop_edge_slot, hop_source_slot, hop_target_slot;
	uint32_t hop_property_count;
	struct plan_hop_property *hop_properties;
	uint32_t first_sarg;
	struct match_search *search; /* MATCH_EDGE_SEARCH */
	uint32_t need_count, need_capacity;
	uint32_t *needs;  /* slots of the pattern that conditions inside read */
	bool reads_outer; /* they read what was bound before the pattern */
};

/* An edge at a node. */
struct match_link {
	uint32_t edge, next;
};

struct match_predicate {
	const struct bound *expr;
	uint32_t waiting; /* slots of the pattern that are not there yet */
	bool is_done;
	uint32_t scan_label; /* a label test that a scan of this label makes needless */
};

/* A predicate `element.key op value` that an index may serve. */
enum sarg_kind { SARG_EQUAL, SARG_LOW, SARG_HIGH, SARG_IN, SARG_ID, SARG_ID_IN };
struct match_sarg {
	enum sarg_kind kind;
	uint32_t predicate;
	uint32_t key;
	bool is_inclusive;
	bool is_exact; /* the index answers it alone: no filter afterwards */
	const struct bound *value;
	uint32_t next;
};

struct match_path {
	uint32_t slot;
	uint32_t left_slot, right_slot;  /* of a group: lists of its first and last nodes, or NONE */
	uint32_t waiting;
	bool is_done;
	uint32_t part_count;
	const struct plan_path_part *parts;
};

/* A predicate or path that waits for a slot. */
struct match_wait {
	uint32_t item;
	bool is_path;
	uint32_t next;
};

#define MATCH_NONE UINT32_MAX

struct match {
	struct planner *p;
	uint32_t first_slot, slot_end; /* the pattern's own slots */
	uint32_t *waits;	       /* by slot - first_slot: list in wait_list */
	bool *is_ready;		       /* by slot - first_slot */
	struct match_node *nodes;
	struct match_edge *edges;
	struct match_link *links;
	struct match_predicate *predicates;
	struct match_sarg *sargs;
	struct match_path *paths;
	struct match_wait *wait_list;
	uint32_t node_count, node_capacity;
	uint32_t edge_count, edge_capacity;
	uint32_t link_count, link_capacity;
	uint32_t predicate_count, predicate_capacity;
	uint32_t sarg_count, sarg_capacity;
	uint32_t path_count, path_capacity;
	uint32_t wait_count, wait_capacity;
	uint32_t *ready; /* predicates ready to be filtered by */
	uint32_t ready_count, ready_capacity;
	uint32_t hop_edge;               /* the edge whose hop filter is being bound */
	uint32_t *placed; /* edges placed so far, in that order */
	uint32_t placed_count;
	uint32_t placed_first; /* those before belong to another stream, see plan_join.c */
	const bool *apart;     /* slots of that other stream, by slot - first_slot; or NULL */
};

/* Room for one more item of a growing array in the planner's arena. */
void *match_grow(struct match *m, void *at, uint32_t count, uint32_t *capacity, size_t size);
#define MATCH_PUSH(m, array, ...)                                                                  \
	((m)->array##s = match_grow((m), (m)->array##s, (m)->array##_count,                        \
		 &(m)->array##_capacity, sizeof *(m)->array##s),                                   \
		(m)->array##s[(m)->array##_count] = (__VA_ARGS__), (m)->array##_count++)

/* How a node (or an edge) is come by without one to start from. */
enum access_kind { ACCESS_ALL, ACCESS_LABEL, ACCESS_INDEX, ACCESS_ID, ACCESS_NOTHING };
struct access {
	enum access_kind kind;
	double rows;
	uint32_t label;
	const struct index_info *index;
	bool is_unique;
	uint32_t equal_count;
	uint32_t equal[8];  /* sargs, by key of the index */
	uint32_t in;	    /* a sarg IN as the last of them, or MATCH_NONE */
	uint32_t low, high; /* sargs or MATCH_NONE */
	uint32_t id;	    /* sarg */
};

/* plan_group.c: quantified parenthesised paths of one edge become edges; afterwards nodes alternate
   with edges and parenthesised paths. */
void plan_form_paths(
	struct planner *p, const struct ast_pattern *pattern, const struct ast_pattern **out);
/* plan_yield.c. KEEP: the pattern with its prefix before each path; as it is without. E_SYNTAX if a
   path has a prefix of its own. */
enum sqlstate plan_keep_prefix(
	struct planner *p, const struct ast_pattern **pattern, struct error *e) MUST_USE;
/* YIELD: of the variables in the scope from the `first` on only those that it names stay visible. */
enum sqlstate plan_yield(struct planner *p, const struct ast_pattern *pattern, uint32_t first,
	struct error *e) MUST_USE;

/* plan_access.c */
/* Notes a predicate as a sarg of the node or edge it is about. */
void match_note_sargs(struct match *m, uint32_t predicate);
void match_node_access(struct match *m, uint32_t node, struct access *out);
void match_edge_access(struct match *m, uint32_t edge, struct access *out);
/* Puts the scan or seek onto the stream. */
void match_scan_node(struct match *m, uint32_t node, const struct access *access);
void match_scan_edge(struct match *m, uint32_t edge, const struct access *access);
/* True if all that a sarg's value reads is there. */
bool match_sarg_is_ready(const struct match *m, uint32_t sarg);

/* plan_order.c */
/* Places everything; afterwards all predicates are filtered by and all paths made. */
enum sqlstate match_place(struct match *m, struct error *e) MUST_USE;
bool match_slot_is_ready(const struct match *m, uint32_t slot);
/* True if the slot can be read in the stream being planned. */
bool match_slot_is_here(const struct match *m, uint32_t slot);
/* Places a node by its best access, then all that is connected to it. */
enum sqlstate match_place_component(struct match *m, uint32_t node, struct error *e) MUST_USE;
void match_flush(struct match *m);
void match_push_ready(struct match *m, uint32_t predicate);
struct plan_path_part match_edge_part(const struct match_edge *edge);

/* plan_join.c */
/* Plans the component of an unplaced node apart and joins it by hash, if equalities allow. */
enum sqlstate match_place_by_join(
	struct match *m, uint32_t node, bool *is_placed, struct error *e) MUST_USE;

/* ---- match_map.c; plan_match.c, for plan_search.c ---------------------------------------------------------- */

enum direction match_direction(enum ast_direction direction);
/* The labels an edge may have as a plain list, if its expression is one. */
bool match_edge_label_list(
	struct match *m, const struct bound_label *label, struct match_edge *edge);
/* key = value for each entry of a map, one test for a parameter as a whole map. `out` has room for
   match_map_count() of them. */
enum sqlstate match_map(struct match *m, const struct ast_expr *map, const struct bound *element,
	const struct bound **out, uint32_t *count, struct error *e) MUST_USE;
uint32_t match_map_count(const struct ast_expr *map);
/* Splits at AND. */
void match_add_predicate(struct match *m, const struct bound *x, uint32_t scan_label);
/* A condition inside the edge reads the slot: it must be there before the edge is placed. */
void match_need(struct match *m, uint32_t edge, uint32_t slot);

#endif
