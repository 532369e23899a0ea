/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Making random path patterns, and writing them as queries.
 */
#include "tests/query/random_path.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct pattern pattern;
struct rand pattern_random;

enum mode pattern_mode(void)
{
	if (pattern.mode > WALK)
		return pattern.mode;
	return pattern.has_selector || pattern.is_repeatable ? WALK : TRAIL;
}

/* ---- random patterns ------------------------------------------------------------------------- */

int pattern_below(int n)
{
	return (int)rand_below(&pattern_random, (uint64_t)n);
}

static int below(int n)
{
	return pattern_below(n);
}

static int new_name(int scope, bool is_list, bool is_edge)
{
	if (pattern.name_count == NAMES_MAX || below(3) == 0)
		return -1;
	pattern.names[pattern.name_count] = (struct name){ is_list, is_edge, scope };
	return pattern.name_count++;
}

static void quantify(struct item *x, bool may_be_unbounded)
{
	x->is_quantified = true;
	x->is_question = below(5) == 0;
	x->min = x->is_question ? 0 : below(3);
	x->max = x->is_question ? 1 : x->min + below(3);
	if (!x->is_question && x->max == 0)
		x->max = 1;
	if (!x->is_question && may_be_unbounded && below(2) == 0)
		x->max = UNBOUNDED;
}

static struct branch *make_branch(
	int depth, int scope, bool is_list, bool may_be_unbounded, bool needs_edge);

static struct item make_node(int scope, bool is_list)
{
	return (struct item){ .kind = A_NODE,
		.name = new_name(scope, is_list, false),
		.limit = below(6) == 0 ? 1 : -1,
		.low = -1 };
}

static struct item make_edge(int scope, bool is_list, bool may_be_unbounded, bool may_repeat)
{
	struct item x = { .kind = AN_EDGE,
		.direction = 1 + below(3),
		.limit = below(6) == 0 ? 2 : -1,
		.low = -1 };

	x.name = -1;
	if (may_repeat && below(4) == 0) {
		quantify(&x, may_be_unbounded);
		scope = ++pattern.scopes;
		is_list |= !x.is_question;
	}
	x.name = new_name(scope, is_list, true);
	return x;
}

/* Two of the scope's own nodes made since `first`, for a condition. */
static void make_condition(struct item *x, int scope, int first)
{
	int found[2] = { -1, -1 }, count = 0;

	x->low = x->high = -1;
	for (int i = first; i < pattern.name_count; i++) {
		if (pattern.names[i].scope == scope && !pattern.names[i].is_edge)
			found[count++ == 0 ? 0 : 1] = i;
	}
	if (count < 2 || x->inside->other != NULL || below(2) == 0)
		return;
	x->low = found[below(2)];
	x->high = x->low == found[0] ? found[1] : found[0];
}

static struct item make_group(int depth, int scope, bool is_list, bool may_be_unbounded)
{
	struct item x = { .kind = A_GROUP, .name = -1, .limit = -1, .mode = NO_MODE, .outer = -1 };
	bool repeats = below(4) != 0;
	int first = pattern.name_count, inner = scope;

	if (repeats) {
		quantify(&x, may_be_unbounded);
		x.scope = inner = ++pattern.scopes;
	}
	if (below(3) == 0)
		x.mode = (enum mode)(TRAIL + below(3));
	x.inside = make_branch(depth + 1, inner, is_list || (repeats && !x.is_question),
		may_be_unbounded || x.mode != NO_MODE, repeats);
	if (below(6) == 0) {
		x.inside->other = make_branch(
			depth + 1, inner, is_list || (repeats && !x.is_question), false, repeats);
		x.inside->is_multiset = true;
	}
	make_condition(&x, inner, first);
	return x;
}

/* One of the names of a scope, a node's if asked; -1: there is none. */
static int pick_name(int scope, bool is_node)
{
	int found[NAMES_MAX], count = 0;

	for (int i = 0; i < pattern.name_count; i++) {
		if (pattern.names[i].scope == scope && !(is_node && pattern.names[i].is_edge))
			found[count++] = i;
	}
	return count == 0 ? -1 : found[below(count)];
}

/* Conditions inside parts that repeat on what is around them, before or behind. */
static void reach_out(struct branch *b, int scope)
{
	for (int i = 0; i < b->count; i++) {
		struct item *x = &b->items[i];

		if (x->kind != A_GROUP || x->scope == 0 || below(3) != 0)
			continue;
		x->inner = pick_name(x->scope, true);
		x->outer = x->inner < 0 ? -1 : pick_name(scope, false);
	}
}

/* An iteration needs an edge: then there is one that is no option. */
static struct branch *make_branch(
	int depth, int scope, bool is_list, bool may_be_unbounded, bool needs_edge)
{
	struct branch *b = calloc(1, sizeof *b);
	int parts = 1 + below(2);

	b->items[b->count++] = make_node(scope, is_list);
	for (int i = 0; i < parts; i++) {
		if (depth < 2 && below(2) == 0 && (!needs_edge || i + 1 < parts))
			b->items[b->count++] = make_group(depth, scope, is_list, may_be_unbounded);
		else
			b->items[b->count++] =
				make_edge(scope, is_list, may_be_unbounded, !needs_edge);
		needs_edge &= b->items[b->count - 1].kind != AN_EDGE;
		b->items[b->count++] = make_node(scope, is_list);
	}
	reach_out(b, scope);
	return b;
}

static void free_branch(struct branch *b)
{
	if (b == NULL)
		return;
	for (int i = 0; i < b->count; i++)
		free_branch(b->items[i].inside);
	free_branch(b->other);
	free(b);
}

/* A limit can be written only where there is a name. */
static void drop_limits(struct branch *b)
{
	for (; b != NULL; b = b->other) {
		for (int i = 0; i < b->count; i++) {
			if (b->items[i].name < 0)
				b->items[i].limit = -1;
			drop_limits(b->items[i].inside);
		}
	}
}

void pattern_make(void)
{
	static const char *const selectors[] = { "", "", "ALL ", "ANY ", "ANY 2 ", "ANY SHORTEST ",
		"ALL SHORTEST ", "SHORTEST 1 ", "SHORTEST 3 ", "SHORTEST 1 GROUPS ",
		"SHORTEST 2 GROUPS " };
	static const int counts[] = { 0, 0, 0, 1, 2, 1, 1, 1, 3, 1, 2 };
	int choice = below((int)ARRAY_COUNT(selectors));

	free_branch(pattern.whole);
	pattern = (struct pattern){ .selector = selectors[choice],
		.k = counts[choice],
		.has_selector = counts[choice] > 0,
		.is_every = choice == 6 || choice >= 9,
		.is_repeatable = below(3) == 0,
		.mode = (enum mode)below(5),
		.source = below(4) == 0 ? below(GRAPH_NODES) : -1,
		.target = below(4) == 0 ? below(GRAPH_NODES) : -1 };
	pattern.whole =
		make_branch(0, 0, false, pattern_mode() != WALK || pattern.has_selector, false);
	if (below(10) == 0) {
		pattern.whole->other = make_branch(
			1, 0, false, pattern_mode() != WALK || pattern.has_selector, false);
		pattern.whole->is_multiset = below(2) == 0;
		pattern.has_union = !pattern.whole->is_multiset;
		pattern.source = pattern.target = -1;
	}
	drop_limits(pattern.whole);
}

/* ---- their text ------------------------------------------------------------------------------ */

static const char *const mode_words[] = { "", "WALK ", "TRAIL ", "ACYCLIC ", "SIMPLE " };

static void put_quantifier(struct buf *out, const struct item *x)
{
	if (!x->is_quantified)
		return;
	if (x->is_question)
		buf_put_text(out, "?");
	else if (x->max == UNBOUNDED)
		buf_printf(out, "{%d,}", x->min);
	else
		buf_printf(out, "{%d,%d}", x->min, x->max);
}

static void put_branch(struct buf *out, const struct branch *b);

static void put_filler(struct buf *out, const struct item *x, const char *key)
{
	if (x->name >= 0)
		buf_printf(out, "v%d", x->name);
	if (x->limit < 0)
		return;
	if (x->name >= 0)
		buf_printf(out, " WHERE v%d.%s >= %d", x->name, key, x->limit);
}

static void put_group(struct buf *out, const struct item *x)
{
	bool hides = x->inside->items[0].kind != A_NODE;

	/* a mode stands before a parenthesis, and so does a group inside a group */
	buf_printf(out, "(%s", mode_words[x->mode]);
	ck_assert(!hides);
	put_branch(out, x->inside);
	if (x->low >= 0)
		buf_printf(out, " WHERE v%d.id <= v%d.id", x->low, x->high);
	if (x->outer >= 0)
		buf_printf(out, " %s v%d.id <= v%d.%s", x->low < 0 ? "WHERE" : "AND", x->inner,
			x->outer, pattern.names[x->outer].is_edge ? "w" : "id");
	buf_put_text(out, ")");
}

static void put_branch(struct buf *out, const struct branch *b)
{
	for (; b != NULL; b = b->other) {
		for (int i = 0; i < b->count; i++) {
			const struct item *x = &b->items[i];

			if (x->kind == A_GROUP) {
				put_group(out, x);
			} else if (x->kind == A_NODE) {
				buf_put_text(out, "(");
				put_filler(out, x, "id");
				buf_put_text(out, ")");
			} else {
				buf_put_text(out, x->direction == 2 ? "<-[" : "-[");
				put_filler(out, x, "w");
				buf_put_text(out, x->direction == 1 ? "]->" : "]-");
			}
			put_quantifier(out, x);
		}
		if (b->other != NULL)
			buf_put_text(out, b->is_multiset ? " |+| " : " | ");
	}
}

void pattern_put(struct buf *out)
{
	struct item *items = pattern.whole->items;
	int last = pattern.whole->count - 1;

	if (items[0].name < 0)
		pattern.source = -1;
	if (items[last].name < 0)
		pattern.target = -1;
	if (pattern.source >= 0)
		buf_printf(out, "MATCH (v%d {id: %d}) ", items[0].name, pattern.source);
	if (pattern.target >= 0)
		buf_printf(out, "MATCH (v%d {id: %d}) ", items[last].name, pattern.target);
	buf_put_text(out, "MATCH ");
	if (pattern.is_repeatable)
		buf_put_text(out, "REPEATABLE ELEMENTS ");
	buf_printf(out, "p = %s%s", pattern.selector, mode_words[pattern.mode]);
	if (strncmp(pattern.selector, "SHORTEST", 8) == 0 &&
		strstr(pattern.selector, "GROUPS") != NULL) {
		out->length -= strlen("GROUPS ") + strlen(mode_words[pattern.mode]);
		buf_printf(out, "%sGROUPS ", mode_words[pattern.mode]);
	}
	put_branch(out, pattern.whole);
	buf_put_text(out, " RETURN [n IN nodes(p) | n.id] AS n, [e IN edges(p) | e.w] AS e");
	for (int i = 0; i < pattern.name_count; i++) {
		const char *key = pattern.names[i].is_edge ? "w" : "id";

		if (pattern.names[i].is_list)
			buf_printf(out, ", [x IN v%d | x.%s] AS o%d", i, key, i);
		else
			buf_printf(out, ", v%d.%s AS o%d", i, key, i);
	}
	buf_put_byte(out, 0);
}
