/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A path search while its pattern is being planned: the tree of what was written, with names and
 * conditions bound. plan_search.c makes it; plan_automaton.c makes the program of it, once the
 * order of the pattern says from which end the search begins.
 */
#ifndef QUERY_PLAN_MATCH_SEARCH_H
#define QUERY_PLAN_MATCH_SEARCH_H

#include "query/plan/match.h"
#include "query/tree/search.h"

struct search_condition {
	const struct bound *expr;
	uint32_t at;
	bool is_emitted;
	struct search_condition *next;
};

struct search_branch;

/* A node, an edge or a parenthesised path. */
struct search_item {
	enum ast_element_kind kind;
	const struct ast_element *ast;
	uint32_t scope;			 /* group whose variables its conditions see */
	uint32_t variable;		 /* SEARCH_NONE: nobody asks for it */
	uint32_t group;			 /* GROUP */
	struct match_edge edge;		 /* EDGE: labels and direction */
	const struct bound_label *label; /* EDGE: to be tested, if it is no plain list */
	struct search_branch *body;
	struct search_condition *conditions;
};

/* Elements one after the other; `alternative` is what may stand in their place. */
struct search_branch {
	struct search_item *items;
	uint32_t item_count;
	struct search_branch *alternative;
	struct search_condition *conditions; /* all of its items' that still wait for a place */
};

/* Names and scopes beside the program's own tables. */
struct search_named {
	struct ast_name name; /* empty: anonymous */
	uint32_t branch;      /* of a union, in which it was named last; 0: of none */
};
struct search_scope {
	uint32_t parent; /* group around it */
	uint32_t scope;	 /* this group if it repeats, else the nearest around it that does; 0 */
	bool is_question;
	struct scope *names; /* of a group that repeats */
};

struct match_search {
	struct match *m;
	const struct ast_path *path; /* with the selector and mode of the whole */
	enum ast_path_mode mode;
	enum ast_selector selector;
	uint32_t count;
	uint32_t edge; /* of the match */
	struct search_branch *top;
	uint32_t ends[2]; /* variables of the first and last node */
	uint32_t variable_count, view_count, group_count;
	struct search_variable *variables;
	struct search_named *named;
	struct search_view *views;
	struct search_group *groups;
	struct search_scope *scopes;
	uint32_t variable_capacity, view_capacity, named_capacity;
	uint32_t out_count;
	uint32_t *outs; /* views */
	bool has_unknown, is_distinct;
	uint32_t guess_count; /* variables that are guessed, in the direction planned last */
	/* while the tree is made: the branch of a union, and variables that the branches beside it have
	   named */
	uint32_t branch, branch_count, beside_first, beside_end;
};

/* Declares what a parenthesised path (or a whole path, wrapped into one) brings; x[0] is that
   element, x[-1] and x[1] are the nodes around it, and the last edge of the match is its place. */
enum sqlstate match_add_search(struct match *m, const struct ast_path *path,
	const struct ast_element *x, struct match_search **out, struct error *e) MUST_USE;
/* Binds the conditions inside, once all names of the pattern are known. */
enum sqlstate match_search_conditions(struct match_search *s, struct error *e) MUST_USE;
/* Takes a condition of one of its end nodes over, if that reads what is inside: it must hold before
   paths are selected. */
bool match_search_takes(struct match_search *s, const struct bound *condition, uint32_t at);

/* plan_automaton.c: the search as a node on the stream. */
enum sqlstate match_push_search(struct match_search *s, bool is_reversed, bool is_bound,
	double rows, struct error *e) MUST_USE;
/* Paths per row, as an estimate; INFINITY: the search cannot go this way. */
double match_search_fanout(struct match_search *s, bool is_reversed);

/* plan_guess.c */
/* A condition reads a view before it is there: its variable is to be guessed. false if that cannot
   be. */
bool match_guess(struct match_search *s, const struct search_view *view);
void match_guess_nothing(struct match_search *s);
/* All conditions wait for a place again. */
void match_conditions_wait(struct match_search *s);
/* Whether a condition inside the item reads the variable. */
bool match_item_reads(
	struct match_search *s, const struct search_item *item, uint32_t variable);

#endif
