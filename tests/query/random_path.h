/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Random path patterns of every form, for check_search.c: as a tree, which an enumerator can go through,
 * and as text.
 */
#ifndef TESTS_QUERY_RANDOM_PATH_H
#define TESTS_QUERY_RANDOM_PATH_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/rand.h"

enum { GRAPH_NODES = 4, ITEMS_MAX = 8, NAMES_MAX = 24, UNBOUNDED = 1000 };

enum kind { A_NODE, AN_EDGE, A_GROUP };
enum mode { NO_MODE, WALK, TRAIL, ACYCLIC, SIMPLE };

struct item {
	enum kind kind;
	int name;      /* -1: none */
	int direction; /* of an edge: 1 out, 2 in, 3 any */
	int limit;     /* condition: id (or w) is at least this; -1: none */
	bool is_quantified, is_question;
	int min, max;
	enum mode mode;	       /* of a group */
	int low, high;	       /* of a group: WHERE low.id <= high.id; -1: none */
	int scope;	       /* of a group that repeats */
	int inner, outer;      /* of it: WHERE inner.id <= outer's id (or w), which may come later */
	struct branch *inside; /* of a group */
};

struct branch {
	struct item items[ITEMS_MAX];
	int count;
	struct branch *other; /* of a union */
	bool is_multiset;
};

/* What is known of a name: whether it is a list outside, or an edge. */
struct name {
	bool is_list, is_edge;
	int scope;
};

struct pattern {
	struct branch *whole;
	enum mode mode;
	const char *selector;
	int k;
	bool is_repeatable, is_every, has_selector, has_union;
	int source, target; /* bound before, or -1 */
	struct name names[NAMES_MAX];
	int name_count;
	int scopes;
};

/* The pattern in hand, and what chance has. */
extern struct pattern pattern;
extern struct rand pattern_random;

/* A number below n. */
int pattern_below(int n);
/* Makes another pattern. */
void pattern_make(void);
/* The mode that the whole path has. */
enum mode pattern_mode(void);
/* The query that asks for its paths and all that they bind. */
void pattern_put(struct buf *out);

#endif
