/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Path patterns of every form against an enumerator that knows nothing of automata: random patterns
 * (nested and quantified parentheses, unions, conditions, modes, selectors) on small random graphs.
 * The enumerator reads the pattern as a backtracking matcher would, iteration by iteration, and
 * tests modes on the finished parts. Rows are compared as multisets of text.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/query/procedure_fixture.h"
#include "tests/query/suites.h"

enum {
	GRAPH_NODES = 4,
	GRAPH_EDGES = 7,
	LENGTH_MAX = 7,
	ITEMS_MAX = 8,
	NAMES_MAX = 24,
	LOG_MAX = 256,
	LINES_MAX = 3000,
	UNBOUNDED = 1000,
	STEPS_MAX = 2000000,
};

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

struct entry {
	int name, id, instance;
	int at; /* after so many edges */
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

static struct rand r;
static int from[GRAPH_EDGES], to[GRAPH_EDGES];
static struct pattern pattern;

/* ---- the enumerator -------------------------------------------------------------------------- */

enum frame_kind { F_BRANCH, F_GROUP, F_CLOSE };

/* What is still to be matched, innermost first. */
struct frame {
	enum frame_kind kind;
	const struct branch *branch;
	int at; /* BRANCH: the next item; GROUP: iterations so far; CLOSE: edges when it began */
	const struct item *item;
	int instance, outer;
	const struct frame *rest;
};

static int nodes[LENGTH_MAX + 2], edges[LENGTH_MAX + 1], length;
static struct entry entries[LOG_MAX];
static int entry_count, instances, instance;
static char *lines[LINES_MAX];
static int line_count, step_count;
static bool is_too_much;

static bool part_is(enum mode mode, int first, int last)
{
	for (int i = first; i < last; i++) {
		for (int k = i + 1; k < last; k++) {
			if (mode == TRAIL && edges[i] == edges[k])
				return false;
			if (mode == SIMPLE && edges[i] == edges[k])
				return false;
		}
	}
	if (mode != ACYCLIC && mode != SIMPLE)
		return true;
	for (int i = first; i <= last; i++) {
		for (int k = i + 1; k <= last; k++) {
			bool closes = mode == SIMPLE && i == first && k == last;

			if (nodes[i] == nodes[k] && !closes)
				return false;
		}
	}
	return true;
}

static enum mode whole_mode(void)
{
	if (pattern.mode > WALK)
		return pattern.mode;
	return pattern.has_selector || pattern.is_repeatable ? WALK : TRAIL;
}

static int bound(int name, int in)
{
	for (int i = entry_count; i-- > 0;) {
		if (entries[i].name == name && entries[i].instance == in)
			return entries[i].id;
	}
	return -1;
}

static void put_value(struct buf *out, int name)
{
	bool is_first = true;

	if (!pattern.names[name].is_list) {
		for (int i = 0; i < entry_count; i++) {
			if (entries[i].name == name) {
				buf_printf(out, ",%d", entries[i].id);
				return;
			}
		}
		buf_put_text(out, ",-");
		return;
	}
	buf_put_text(out, ",[");
	for (int i = 0; i < entry_count; i++) {
		if (entries[i].name != name)
			continue;
		buf_printf(out, "%s%d", is_first ? "" : ",", entries[i].id);
		is_first = false;
	}
	buf_put_text(out, "]");
}

static void put_ints(struct buf *out, const int *at, int count)
{
	buf_put_text(out, "[");
	for (int i = 0; i < count; i++)
		buf_printf(out, "%s%d", i == 0 ? "" : ",", at[i]);
	buf_put_text(out, "]");
}

static void emit(void)
{
	struct buf out = { 0 };

	if (!part_is(whole_mode(), 0, length))
		return;
	if (pattern.source >= 0 && nodes[0] != pattern.source)
		return;
	if (pattern.target >= 0 && nodes[length] != pattern.target)
		return;
	if (line_count == LINES_MAX) {
		is_too_much = true;
		return;
	}
	put_ints(&out, nodes, length + 1);
	buf_put_text(&out, ",");
	put_ints(&out, edges, length);
	for (int i = 0; i < pattern.name_count; i++)
		put_value(&out, i);
	/* what tells bindings apart that look alike outside: where each was made */
	buf_put_byte(&out, '\0');
	for (int i = 0; i < entry_count; i++)
		buf_printf(&out, "%d@%d ", entries[i].name, entries[i].at);
	buf_put_byte(&out, 0);
	lines[line_count++] = (char *)out.data;
}

static void match(const struct frame *f);

static bool bind(int name, int id)
{
	int before = name < 0 || pattern.names[name].is_edge ? -1 : bound(name, instance);

	if (before >= 0)
		return before == id;
	if (name >= 0) {
		/* no check: libcheck's make a system call each */
		if (entry_count == LOG_MAX)
			abort();
		entries[entry_count++] = (struct entry){ name, id, instance, length };
	}
	return true;
}

static void match_edge(const struct item *x, const struct frame *rest)
{
	int kept = entry_count;

	for (int e = 0; e < GRAPH_EDGES && length < LENGTH_MAX; e++) {
		for (int way = 1; way <= 2; way++) {
			int near = way == 1 ? from[e] : to[e], far = way == 1 ? to[e] : from[e];

			if ((x->direction & way) == 0 || near != nodes[length] || e < x->limit)
				continue;
			if (way == 2 && x->direction == 3 && near == far)
				continue;
			edges[length++] = e;
			nodes[length] = far;
			if (part_is(whole_mode() == TRAIL ? TRAIL : WALK, 0, length) &&
				bind(x->name, e))
				match(rest);
			length--;
			entry_count = kept;
		}
	}
}

static void match_item(const struct item *x, const struct frame *rest)
{
	struct frame again = { .kind = F_GROUP, .item = x, .rest = rest };
	int kept = entry_count;

	if (x->kind == A_GROUP || x->is_quantified) {
		again.outer = instance;
		match(&again);
	} else if (x->kind == AN_EDGE) {
		match_edge(x, rest);
	} else if (nodes[length] >= x->limit && bind(x->name, nodes[length])) {
		match(rest);
	}
	entry_count = kept;
}

static void match_iteration(const struct frame *f)
{
	const struct item *x = f->item;
	struct item edge = *x;
	struct branch one = { .count = 1 };
	struct frame again = *f, close, body;
	int before = instance;

	again.at++;
	close = (struct frame){
		.kind = F_CLOSE, .item = x, .at = length, .outer = before, .rest = &again
	};
	if (x->is_quantified)
		instance = ++instances;
	close.instance = instance;
	edge.is_quantified = false;
	one.items[0] = edge;
	for (const struct branch *b = x->kind == A_GROUP ? x->inside : &one; b != NULL;
		b = b->other) {
		int kept = entry_count, inner = instance;

		body = (struct frame){ .kind = F_BRANCH, .branch = b, .rest = &close };
		match(&body);
		entry_count = kept;
		instance = inner;
	}
	instance = before;
}

/* NULL, of another branch of a union, makes it false. */
static bool holds(const struct item *x, int in)
{
	int low = bound(x->low, in), high = bound(x->high, in);

	return low >= 0 && high >= 0 && low <= high;
}

static void match_close(const struct frame *f)
{
	const struct item *x = f->item;
	int inner = instance;

	if (x->kind == A_GROUP && !part_is(x->mode, f->at, length))
		return;
	if (x->kind == A_GROUP && x->low >= 0 && !holds(x, f->instance))
		return;
	instance = f->outer;
	match(f->rest);
	instance = inner;
}

static void match(const struct frame *f)
{
	if (is_too_much)
		return;
	is_too_much = ++step_count > STEPS_MAX;
	if (f == NULL) {
		emit();
	} else if (f->kind == F_CLOSE) {
		match_close(f);
	} else if (f->kind == F_GROUP) {
		int most = f->item->is_quantified ? f->item->max : 1;
		int least = f->item->is_quantified ? f->item->min : 1;

		if (f->at >= least)
			match(f->rest);
		if (f->at < most)
			match_iteration(f);
	} else if (f->at == f->branch->count) {
		match(f->rest);
	} else {
		struct frame next = *f;

		next.at++;
		match_item(&f->branch->items[f->at], &next);
	}
}

static void enumerate(void)
{
	for (int i = 0; i < line_count; i++)
		free(lines[i]);
	line_count = entry_count = instances = instance = step_count = 0;
	is_too_much = false;
	for (const struct branch *b = pattern.whole; b != NULL; b = b->other) {
		for (int n = 0; n < GRAPH_NODES; n++) {
			struct frame f = { .kind = F_BRANCH, .branch = b };

			nodes[0] = n;
			length = 0;
			match(&f);
		}
	}
}

/* ---- random patterns ------------------------------------------------------------------------- */

static int below(int n)
{
	return (int)rand_below(&r, (uint64_t)n);
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
	struct item x = { .kind = A_GROUP, .name = -1, .limit = -1, .mode = NO_MODE };
	bool repeats = below(4) != 0;
	int first = pattern.name_count, inner = scope;

	if (repeats) {
		quantify(&x, may_be_unbounded);
		inner = ++pattern.scopes;
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

static void make_pattern(void)
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
		make_branch(0, 0, false, whole_mode() != WALK || pattern.has_selector, false);
	if (below(10) == 0) {
		pattern.whole->other = make_branch(
			1, 0, false, whole_mode() != WALK || pattern.has_selector, false);
		pattern.whole->is_multiset = below(2) == 0;
		pattern.has_union = !pattern.whole->is_multiset;
		pattern.source = pattern.target = -1;
	}
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

static void put_query(struct buf *out)
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

/* ---- comparing ------------------------------------------------------------------------------- */

struct row {
	char *text;
	int length; /* of the path */
	int path;   /* how much of the text is the path */
	int ends[2];
	int edges[LENGTH_MAX + 1];
};

static struct row got[LINES_MAX], wanted[LINES_MAX];

static struct row row_of(char *text)
{
	struct row row = { .text = text };
	char *at = text + 1;
	int last = 0;

	row.ends[0] = (int)strtol(at, &at, 10);
	last = row.ends[0];
	for (; *at == ','; row.length++)
		last = (int)strtol(at + 1, &at, 10);
	row.ends[1] = last;
	at += 3; /* ],[ */
	for (int i = 0; i < row.length; i++, at++) {
		int edge = (int)strtol(at, &at, 10);

		if (i <= LENGTH_MAX)
			row.edges[i] = edge;
	}
	row.path = (int)(strchr(at - (row.length > 0), ']') + 1 - text);
	return row;
}

static int by_choice(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->ends[0] != y->ends[0])
		return x->ends[0] - y->ends[0];
	if (x->ends[1] != y->ends[1])
		return x->ends[1] - y->ends[1];
	if (x->length != y->length)
		return x->length - y->length;
	for (int i = 0; i < x->length && i <= LENGTH_MAX; i++) {
		if (x->edges[i] != y->edges[i])
			return x->edges[i] - y->edges[i];
	}
	return strcmp(x->text, y->text);
}

static const char *trace_of(const struct row *row)
{
	return row->text + strlen(row->text) + 1;
}

static int by_trace(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = by_choice(a, b);

	return order != 0 ? order : strcmp(trace_of(x), trace_of(y));
}

static int distinct(struct row *rows, int count)
{
	int kept = 0;

	for (int i = 0; i < count; i++) {
		if (kept == 0 || by_trace(&rows[kept - 1], &rows[i]) != 0)
			rows[kept++] = rows[i];
	}
	return kept;
}

static int choose(struct row *rows, int count)
{
	int kept = 0, taken = 0, groups = 0;

	for (int i = 0; i < count; i++) {
		bool is_new = i == 0 || rows[i].ends[0] != rows[i - 1].ends[0] ||
			      rows[i].ends[1] != rows[i - 1].ends[1];
		bool is_longer = i > 0 && rows[i].length != rows[i - 1].length;

		if (is_new)
			taken = groups = 0;
		groups += is_new || is_longer;
		if (pattern.is_every ? groups <= pattern.k : taken < pattern.k)
			rows[kept++] = rows[i];
		taken++;
	}
	return kept;
}

static int take_answer(void)
{
	int count = 0;
	char *at = (char *)answer.text.data;

	for (char *end; (end = strchr(at, '|')) != NULL; at = end + 1) {
		*end = '\0';
		ck_assert_int_lt(count, LINES_MAX);
		got[count] = row_of(at);
		count += got[count].length <= LENGTH_MAX;
	}
	return count;
}

static void compare(const char *query)
{
	static struct row all[LINES_MAX];
	int got_count = take_answer(), count = line_count, all_count;
	bool is_by_path = pattern.has_selector && !pattern.is_every;

	for (int i = 0; i < line_count; i++)
		wanted[i] = row_of(lines[i]);
	qsort(wanted, (size_t)count, sizeof *wanted, by_trace);
	memcpy(all, wanted, sizeof *all * (size_t)count);
	all_count = count;
	if (pattern.has_selector || pattern.has_union)
		count = distinct(wanted, count);
	if (pattern.has_selector)
		count = choose(wanted, count);
	qsort(got, (size_t)got_count, sizeof *got, by_choice);
	ck_assert_msg(got_count == count, "%s: %d rows, should be %d", query, got_count, count);
	for (int i = 0; i < count; i++) {
		if (!is_by_path) {
			ck_assert_msg(strcmp(got[i].text, wanted[i].text) == 0, "%s: %s, not %s",
				query, got[i].text, wanted[i].text);
			continue;
		}
		/* which of the same path's bindings are taken is free */
		ck_assert_msg(got[i].path == wanted[i].path && strncmp(got[i].text, wanted[i].text,
								       (size_t)got[i].path) == 0,
			"%s: %s, not %s", query, got[i].text, wanted[i].text);
		ck_assert_msg(
			bsearch(&got[i], all, (size_t)all_count, sizeof *all, by_choice) != NULL,
			"%s: %s is no match", query, got[i].text);
	}
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void store_graph(void)
{
	struct buf text = { 0 };

	buf_put_text(&text, "INSERT ");
	for (int i = 0; i < GRAPH_NODES; i++)
		buf_printf(&text, "%s(n%d:N {id: %d})", i == 0 ? "" : ", ", i, i);
	for (int i = 0; i < GRAPH_EDGES; i++) {
		from[i] = below(GRAPH_NODES);
		to[i] = below(GRAPH_NODES);
		buf_printf(&text, ", (n%d)-[:E {w: %d}]->(n%d)", from[i], i, to[i]);
	}
	buf_put_byte(&text, 0);
	answer_must((const char *)text.data);
	buf_free(&text);
}

static void lengths_of(const struct branch *b, int *least, int *most)
{
	*least = UNBOUNDED;
	*most = 0;
	for (; b != NULL; b = b->other) {
		int low = 0, high = 0;

		for (int i = 0; i < b->count; i++) {
			const struct item *x = &b->items[i];
			int one[2] = { x->kind == AN_EDGE, x->kind == AN_EDGE };

			if (x->kind == A_GROUP)
				lengths_of(x->inside, &one[0], &one[1]);
			low += one[0] * (x->is_quantified ? x->min : 1);
			high += one[1] * (x->is_quantified ? x->max : 1);
			high = high > UNBOUNDED ? UNBOUNDED : high;
		}
		*least = low < *least ? low : *least;
		*most = high > *most ? high : *most;
	}
}

/* Walks that are longer than those the enumerator tries are many. */
static bool goes_too_far(void)
{
	int least, most;

	lengths_of(pattern.whole, &least, &most);
	if (whole_mode() == TRAIL || whole_mode() == ACYCLIC || whole_mode() == SIMPLE)
		return false;
	return pattern.has_selector ? least > LENGTH_MAX - 2 : most > LENGTH_MAX;
}

/* SEARCH_SEED=n tries other patterns than those of every day; the last ones are of those that once
   kept every walk inside a mode, or every path, and ended with 53200. */
enum { SEARCH_LOOPS = 4 };
static const uint64_t once_too_many[] = { 3 * 7919 + 1013, 1 * 7919 + 1312, 2 * 7919 + 12 };

static uint64_t seed_of(int loop)
{
	const char *text = getenv("SEARCH_SEED");

	if (loop >= SEARCH_LOOPS)
		return once_too_many[loop - SEARCH_LOOPS];
	return (uint64_t)loop * 7919 + (text == NULL ? 1 : strtoull(text, NULL, 10));
}

START_TEST(every_pattern_finds_what_trying_everything_finds)
{
	struct buf query = { 0 };
	int tried = 0, found = 0;

	r.state = seed_of(_i);
	store_graph();
	for (int round = 0; round < 60; round++) {
		make_pattern();
		drop_limits(pattern.whole);
		buf_reset(&query);
		put_query(&query);
		if (goes_too_far())
			continue;
		enumerate();
		if (is_too_much)
			continue;
		if (getenv("SEARCH_SHOW") != NULL)
			fprintf(stderr, "%d.%d %s\n", _i, round, query.data);
		answer_run((const char *)query.data);
		ck_assert_msg(answer.code == OK, "%s: %s", query.data, answer.error.message);
		if (answer.rows == ROWS_MAX)
			continue;
		compare((const char *)query.data);
		tried++;
		found += line_count > 0;
	}
	ck_assert_int_gt(tried, 25);
	ck_assert_int_gt(found, 10);
	buf_free(&query);
}
END_TEST

Suite *search_suite(void)
{
	Suite *s = suite_create("search");
	TCase *c = tcase_create("random patterns");

	tcase_add_checked_fixture(c, procedure_setup, procedure_teardown);
	tcase_set_timeout(c, 120);
	tcase_add_loop_test(c, every_pattern_finds_what_trying_everything_finds, 0,
		SEARCH_LOOPS + (int)ARRAY_COUNT(once_too_many));
	suite_add_tcase(s, c);
	return s;
}
