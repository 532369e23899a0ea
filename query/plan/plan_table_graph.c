/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Patterns over what CREATE PROPERTY GRAPH made: the graph's definition is text in the catalog; a
 * pattern over it is written anew as one over the labels that its element tables are.
 *
 *	(a IS v)                     (a:table)                  every table whose label fits, joined by |
 *	-[e IS w]->                  -[e:table]->               where the table is a label of edges
 *	(a)-[e IS w]->(b)            (a), (e:table), (b)        where it is one of nodes: its rows stand
 *	                             WHERE e.key = a.column     between the ends by their keys
 *	                             AND e.key = b.column
 *
 * The label of an element remembers the tables, whose PROPERTIES say what a key behind it means
 * (bind_exposed.c). A table of nodes between two ends is no edge to the engine. Where it is quantified,
 * stands in parentheses, in a path with a selector or mode, or is one table of several, the edge
 * stays in its path, for a search whose steps are such patterns (struct ast_hops). It cannot be part of a
 * named path, whose value has edges in it.
 */
#include "query/plan/plan_table.h"
#include "query/plan/plan_view.h"

#include "query/sql/graph_definition.h"

enum { TABLES_MOST = 64 };

struct rewrite {
	struct planner *p;
	struct error *e;
	const struct ast_property_graph *graph;
	struct ast_path *paths; /* what has been written */
	uint32_t path_count, path_capacity;
	struct ast_expr *where;
	uint32_t name_count; /* variables made up */
	bool is_searched;    /* the path is for a search: its edges stay in it */
};

/* ---- the definition -------------------------------------------------------------------------- */

static const struct catalog_object *find_graph(struct planner *p, const struct ast_qname *name)
{
	struct buf folded = { 0 };
	const struct catalog_object *o;

	if (p->b.catalog == NULL || name->name.length == 0)
		return NULL;
	o = catalog_object_find(p->b.catalog, OBJECT_PROPERTY_GRAPH, name->name);
	if (o != NULL)
		return o;
	for (uint32_t i = 0; i < name->name.length; i++) {
		char c = name->name.at[i];

		buf_put_byte(&folded, (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
	}
	o = catalog_object_find(p->b.catalog, OBJECT_PROPERTY_GRAPH, buf_str(&folded));
	buf_free(&folded);
	return o;
}

static struct table *table_of(const struct rewrite *r, const struct ast_graph_table *x)
{
	return table_find(r->p->b.catalog, r->p->arena, x->table.text);
}

/* ---- labels ---------------------------------------------------------------------------------- */

static bool label_fits(const struct ast_label *l, const struct ast_graph_table *t)
{
	bool all = true, any = false;

	if (l == NULL || l->kind == LABEL_ANY)
		return true;
	if (l->kind == LABEL_NAME) {
		for (uint32_t i = 0; i < t->label_count; i++)
			any |= str_equal_nocase(l->name, t->labels[i].name.text);
		return any;
	}
	for (uint32_t i = 0; i < l->part_count; i++) {
		bool fits = label_fits(l->parts[i], t);

		all &= fits;
		any |= fits;
	}
	return l->kind == LABEL_NOT ? !any : l->kind == LABEL_AND ? all : any;
}

/* Whether the expression asks for the label, but for what it excludes; an empty name: for any. */
static bool asks_for(const struct ast_label *l, struct str name)
{
	bool any = false;

	if (l == NULL || l->kind == LABEL_NOT || l->kind == LABEL_ANY)
		return false;
	if (l->kind == LABEL_NAME)
		return name.length == 0 || str_equal_nocase(l->name, name);
	for (uint32_t i = 0; i < l->part_count; i++)
		any |= asks_for(l->parts[i], name);
	return any;
}

/* Of the labels that an element has those show their properties that were asked for; all, where
   none was. */
static struct ast_exposed *expose(struct rewrite *r, const struct ast_label *asked,
	const struct ast_graph_table *const *found, uint32_t count)
{
	struct ast_exposed *out = ARENA_NEW(r->p->arena, struct ast_exposed);
	bool is_all = !asks_for(asked, (struct str){ 0 });

	out->tables = ARENA_ARRAY(r->p->arena, struct ast_exposed_table, count + 1);
	out->count = count;
	for (uint32_t i = 0; i < count; i++) {
		struct ast_exposed_table *x = &out->tables[i];

		x->table = found[i];
		x->labels = ARENA_ARRAY(
			r->p->arena, const struct ast_graph_label *, found[i]->label_count + 1);
		for (uint32_t k = 0; k < found[i]->label_count; k++) {
			const struct ast_graph_label *l = &found[i]->labels[k];

			if (is_all || asks_for(asked, l->name.text))
				x->labels[x->label_count++] = l;
		}
	}
	return out;
}

static enum sqlstate find_tables(struct rewrite *r, const struct ast_element *x,
	const struct ast_graph_table **found, uint32_t *count)
{
	bool is_edge = x->kind == AST_ELEMENT_EDGE;

	*count = 0;
	for (uint32_t i = 0; i < r->graph->table_count; i++) {
		const struct ast_graph_table *t = &r->graph->tables[i];

		if (t->is_edge != is_edge || !label_fits(x->label, t))
			continue;
		if (*count == TABLES_MOST)
			return FAIL_AT(r->e, x->at, E_PROGRAM_LIMIT,
				"more than %d element tables of one pattern element", TABLES_MOST);
		found[(*count)++] = t;
	}
	if (*count == 0 && x->label != NULL && x->label->kind == LABEL_NAME)
		return FAIL_AT(r->e, x->label->at, E_NO_OBJECT,
			"label \"%.*s\" does not exist in the property graph",
			STR_ARGS(x->label->name));
	if (*count == 0)
		return FAIL_AT(r->e, x->at, E_NO_OBJECT,
			"no element table of the property graph has such a label");
	return OK;
}

static struct ast_label *label_named(struct rewrite *r, struct str name, uint32_t at)
{
	struct ast_label *l = ARENA_NEW(r->p->arena, struct ast_label);

	l->kind = LABEL_NAME;
	l->at = at;
	l->name = name;
	return l;
}

/* The element is of one of the tables found. */
static void set_labels(struct rewrite *r, struct ast_element *x,
	const struct ast_graph_table *const *found, uint32_t count)
{
	struct ast_label *any = ARENA_NEW(r->p->arena, struct ast_label);

	any->kind = LABEL_OR;
	any->at = x->at;
	any->parts = ARENA_ARRAY(r->p->arena, struct ast_label *, count);
	any->part_count = count;
	for (uint32_t i = 0; i < count; i++)
		any->parts[i] = label_named(r, found[i]->table.text, x->at);
	if (count == 1)
		any = any->parts[0];
	any->exposed = expose(r, x->label, found, count);
	x->label = any;
}

/* ---- conditions ------------------------------------------------------------------------------ */

static struct ast_expr *expr_new(struct rewrite *r, enum ast_expr_kind kind, uint32_t at)
{
	struct ast_expr *x = ARENA_NEW(r->p->arena, struct ast_expr);

	x->kind = kind;
	x->at = at;
	return x;
}

static struct ast_expr *expr_both(
	struct rewrite *r, enum ast_op op, struct ast_expr *left, struct ast_expr *right)
{
	struct ast_expr *x;

	if (left == NULL || right == NULL)
		return left == NULL ? right : left;
	x = expr_new(r, EXPR_BINARY, left->at);
	x->binary.op = op;
	x->binary.left = left;
	x->binary.right = right;
	return x;
}

/* A column of the table that an element stands for, exposed or not. */
static struct ast_expr *expr_column(
	struct rewrite *r, const struct ast_element *x, struct str column)
{
	struct ast_expr *property = expr_new(r, EXPR_PROPERTY, x->at);

	property->property.base = expr_new(r, EXPR_VARIABLE, x->at);
	property->property.base->variable.name = x->variable.text;
	property->property.base->variable.quote = '"';
	property->property.key = (struct ast_name){ .at = x->at, .text = column };
	property->property.is_column = true;
	return property;
}

static void name_element(struct rewrite *r, struct ast_element *x)
{
	if (x->variable.text.length > 0)
		return;
	x->variable.at = x->at;
	x->variable.text = arena_printf(r->p->arena, "\001%u", r->name_count++);
}

/* ---- ends ------------------------------------------------------------------------------------ */

static const struct ast_graph_table *vertex_of(
	const struct rewrite *r, const struct ast_graph_end *end)
{
	return definition_graph_table(r->graph, end->vertex.text);
}

/* The row of the edge's table and a node at one of its ends. */
static struct ast_expr *end_condition(struct rewrite *r, const struct ast_graph_table *edge,
	const struct ast_element *row, const struct ast_element *node, enum graph_end which)
{
	const struct ast_graph_end *end = &edge->ends[which];
	struct ast_expr *test = expr_new(r, EXPR_IS_LABELED, row->at);

	test->labeled.operand = expr_new(r, EXPR_VARIABLE, row->at);
	test->labeled.operand->variable.name = node->variable.text;
	test->labeled.operand->variable.quote = '"';
	test->labeled.label = label_named(r, vertex_of(r, end)->table.text, row->at);
	for (uint32_t i = 0; i < end->key_count; i++)
		test = expr_both(r, OP_AND, test,
			expr_both(r, OP_EQ, expr_column(r, row, end->keys[i].text),
				expr_column(r, node, end->columns[i].text)));
	return test;
}

/* ---- paths ----------------------------------------------------------------------------------- */

static struct ast_path *push_path(struct rewrite *r, const struct ast_path *like, uint32_t room)
{
	struct ast_path *path;

	if (r->path_count == r->path_capacity) {
		uint32_t wider = r->path_capacity == 0 ? 8 : 2 * r->path_capacity;

		r->paths = arena_grow(r->p->arena, r->paths, r->path_count * sizeof *r->paths,
			wider * sizeof *r->paths);
		r->path_capacity = wider;
	}
	path = &r->paths[r->path_count++];
	*path = *like;
	path->elements = ARENA_ARRAY(r->p->arena, struct ast_element, room + 1);
	path->element_count = 0;
	return path;
}

/* ---- rows as steps --------------------------------------------------------------------------- */

static struct ast_element hop_node(
	struct rewrite *r, const char *variable, struct str table, uint32_t at)
{
	return (struct ast_element){ .kind = AST_ELEMENT_NODE,
		.at = at,
		.variable = { .at = at, .text = str_of(variable) },
		.label = label_named(r, table, at),
		.quantifier = { .min = 1, .max = 1 } };
}

/* That the row leads from the first to the second. */
static struct ast_expr *leads(struct rewrite *r, const struct ast_graph_table *edge,
	const struct ast_element *row, const struct ast_element *from,
	const struct ast_element *to)
{
	return expr_both(r, OP_AND, end_condition(r, edge, row, from, GRAPH_SOURCE),
		end_condition(r, edge, row, to, GRAPH_DESTINATION));
}

static struct ast_expr *expr_not(struct rewrite *r, struct ast_expr *x)
{
	struct ast_expr *not = expr_new(r, EXPR_UNARY, x->at);

	not->binary.op = OP_NOT;
	not->binary.left = x;
	return not;
}

/* One step over the edge's table, from left to right or `is_back`; a row that leads both ways is no step
   back beside one forth. */
static const struct ast_pattern *make_hop(struct rewrite *r, const struct ast_graph_table *edge,
	uint32_t at, bool is_back, bool is_beside)
{
	struct ast_pattern *pattern = ARENA_NEW(r->p->arena, struct ast_pattern);
	const struct ast_graph_end *left = &edge->ends[is_back ? GRAPH_DESTINATION : GRAPH_SOURCE];
	const struct ast_graph_end *right =
		&edge->ends[is_back ? GRAPH_SOURCE : GRAPH_DESTINATION];
	struct ast_element *nodes = ARENA_ARRAY(r->p->arena, struct ast_element, 3);

	nodes[0] = hop_node(r, AST_HOP_LEFT, vertex_of(r, left)->table.text, at);
	nodes[1] = hop_node(r, AST_HOP_ROW, edge->table.text, at);
	nodes[2] = hop_node(r, AST_HOP_RIGHT, vertex_of(r, right)->table.text, at);
	pattern->at = at;
	pattern->paths = ARENA_ARRAY(r->p->arena, struct ast_path, 3);
	pattern->path_count = 3;
	for (int i = 0; i < 3; i++) {
		pattern->paths[i].at = at;
		pattern->paths[i].elements = &nodes[i];
		pattern->paths[i].element_count = 1;
	}
	pattern->where = leads(r, edge, &nodes[1], &nodes[is_back ? 2 : 0],
		&nodes[is_back ? 0 : 2]);
	if (is_beside)
		pattern->where = expr_both(r, OP_AND, pattern->where,
			expr_not(r, leads(r, edge, &nodes[1], &nodes[0], &nodes[2])));
	return pattern;
}

static bool is_row_table(const struct rewrite *r, const struct ast_graph_table *x)
{
	const struct table *t = table_of(r, x);

	return t == NULL || t->element == ELEMENT_NODE;
}

/* The steps of an edge that is a row of some of the tables; of the others it is an edge. */
static enum sqlstate set_hops(struct rewrite *r, struct ast_element *x,
	const struct ast_graph_table *const *found, uint32_t count)
{
	struct ast_hops *hops = ARENA_NEW(r->p->arena, struct ast_hops);
	struct ast_label *edges = ARENA_NEW(r->p->arena, struct ast_label);
	bool may_forth = x->direction != AST_DIRECTION_LEFT;
	bool may_back = x->direction != AST_DIRECTION_RIGHT;

	hops->patterns = ARENA_ARRAY(r->p->arena, const struct ast_pattern *, 2 * count);
	edges->kind = LABEL_OR;
	edges->at = x->at;
	edges->parts = ARENA_ARRAY(r->p->arena, struct ast_label *, count);
	for (uint32_t i = 0; i < count; i++) {
		if (!is_row_table(r, found[i])) {
			edges->parts[edges->part_count++] =
				label_named(r, found[i]->table.text, x->at);
			continue;
		}
		if (may_forth)
			hops->patterns[hops->count++] = make_hop(r, found[i], x->at, false, false);
		if (may_back)
			hops->patterns[hops->count++] =
				make_hop(r, found[i], x->at, true, may_forth);
	}
	if (edges->part_count > 0 && x->variable.text.length > 0)
		return FAIL_AT(r->e, x->variable.at, E_NOT_SUPPORTED,
			"a variable of an edge that is of tables of edges and of other tables is "
			"not supported");
	hops->edges = edges->part_count > 0 ? edges : NULL;
	x->hops = hops;
	if (x->variable.text.length == 0)
		x->label = NULL; /* each step has its own */
	return OK;
}

/* ---- paths, with their edges ----------------------------------------------------------------- */

/* (left)-[x]->(right), of which left is the last that was written: the path ends there, x becomes a
   node of its own, and another path begins at right. */
static void break_path(struct rewrite *r, const struct ast_path *path, uint32_t i,
	const struct ast_graph_table *edge)
{
	struct ast_path *last = &r->paths[r->path_count - 1];
	struct ast_element *left = &last->elements[last->element_count - 1];
	struct ast_element row = path->elements[i], *right = &path->elements[i + 1];
	struct ast_expr *forth = NULL, *back = NULL;

	name_element(r, left);
	name_element(r, &row);
	name_element(r, right);
	for (int is_back = 0; is_back < 2; is_back++) {
		struct ast_expr **to = is_back ? &back : &forth;
		enum ast_direction other = is_back ? AST_DIRECTION_RIGHT : AST_DIRECTION_LEFT;

		if (row.direction == other)
			continue;
		*to = leads(r, edge, &row, is_back ? right : left, is_back ? left : right);
	}
	r->where = expr_both(r, OP_AND, r->where, expr_both(r, OP_OR, forth, back));
	row.kind = AST_ELEMENT_NODE;
	row.is_abbreviated = false;
	row.quantifier.min = row.quantifier.max = 1;
	last = push_path(r, path, 1);
	last->elements[last->element_count++] = row;
	push_path(r, path, path->element_count - i);
}

static enum sqlstate rewrite_edge(
	struct rewrite *r, const struct ast_path *path, uint32_t i)
{
	const struct ast_graph_table *found[TABLES_MOST];
	struct ast_element *x = &path->elements[i];
	struct ast_path *last = &r->paths[r->path_count - 1];
	uint32_t count, row_tables = 0;

	TRY(find_tables(r, x, found, &count));
	set_labels(r, x, found, count);
	for (uint32_t k = 0; k < count; k++)
		row_tables += is_row_table(r, found[k]);
	if (row_tables > 0 && path->variable.text.length > 0)
		return FAIL_AT(r->e, x->at, E_NOT_SUPPORTED,
			"an edge whose table is not one of edges cannot be part of a named path");
	if (row_tables > 0 && count == 1 && x->quantifier.length == 0 && !r->is_searched) {
		break_path(r, path, i, found[0]);
		return OK;
	}
	if (row_tables > 0)
		TRY(set_hops(r, x, found, count));
	last->elements[last->element_count++] = *x;
	return OK;
}

/* A variable that an earlier element has needs no label again. */
static bool is_known(const struct rewrite *r, struct str variable)
{
	for (uint32_t i = 0; variable.length > 0 && i < r->path_count; i++) {
		for (uint32_t k = 0; k < r->paths[i].element_count; k++) {
			if (str_equal(r->paths[i].elements[k].variable.text, variable))
				return true;
		}
	}
	return false;
}

/* Whether one end of an edge's table is `node` and the other may be `other`. */
static bool ends_fit(const struct rewrite *r, const struct ast_graph_end *end,
	const struct ast_graph_end *far, const struct ast_graph_table *node,
	const struct ast_element *other)
{
	return str_equal(end->vertex.text, node->alias.text) &&
	       (other == NULL || other->kind != AST_ELEMENT_NODE ||
		       label_fits(other->label, vertex_of(r, far)));
}

/* Whether a node of the table can stand at that end of the edge `edge[0]`; the other node is
   `edge[1]` where it is left of it, else `edge[-1]`. */
static bool can_stand(const struct rewrite *r, const struct ast_element *edge, bool is_left,
	const struct ast_graph_table *node)
{
	bool may_begin = edge->direction != (is_left ? AST_DIRECTION_LEFT : AST_DIRECTION_RIGHT);
	bool may_end = edge->direction != (is_left ? AST_DIRECTION_RIGHT : AST_DIRECTION_LEFT);
	const struct ast_element *other = is_left ? edge + 1 : edge - 1;

	if (edge->quantifier.length > 0)
		other = NULL;
	for (uint32_t i = 0; i < r->graph->table_count; i++) {
		const struct ast_graph_table *t = &r->graph->tables[i];

		if (t->is_edge && label_fits(edge->label, t) &&
			((may_begin && ends_fit(r, &t->ends[0], &t->ends[1], node, other)) ||
				(may_end && ends_fit(r, &t->ends[1], &t->ends[0], node, other))))
			return true;
	}
	return false;
}

/* Of the tables that a node may be of those stay that its edges can have at that end. */
static void keep_ends(const struct rewrite *r, const struct ast_path *path, uint32_t at,
	const struct ast_graph_table **found, uint32_t *count)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < *count; i++) {
		const struct ast_element *before = at > 0 ? &path->elements[at - 1] : NULL;
		const struct ast_element *after =
			at + 1 < path->element_count ? &path->elements[at + 1] : NULL;
		bool fits = true;

		if (before != NULL && before->kind == AST_ELEMENT_EDGE)
			fits &= can_stand(r, before, false, found[i]);
		if (after != NULL && after->kind == AST_ELEMENT_EDGE)
			fits &= can_stand(r, after, true, found[i]);
		if (fits)
			found[kept++] = found[i];
	}
	if (kept > 0)
		*count = kept;
}

static enum sqlstate rewrite_group(struct rewrite *r, struct ast_element *x);

static enum sqlstate rewrite_path(struct rewrite *r, const struct ast_path *from)
{
	const struct ast_graph_table *found[TABLES_MOST];
	struct ast_path path = *from;
	uint32_t count;

	path.elements = ARENA_ARRAY(r->p->arena, struct ast_element, from->element_count);
	for (uint32_t i = 0; i < from->element_count; i++)
		path.elements[i] = from->elements[i];
	push_path(r, &path, path.element_count);
	for (uint32_t i = 0; i < path.element_count; i++) {
		struct ast_element *x = &path.elements[i];
		struct ast_path *last;

		if (x->kind == AST_ELEMENT_EDGE) {
			TRY(rewrite_edge(r, &path, i));
			continue;
		}
		if (x->kind == AST_ELEMENT_GROUP) {
			TRY(rewrite_group(r, x));
		} else if (x->label != NULL || !is_known(r, x->variable.text)) {
			TRY(find_tables(r, x, found, &count));
			keep_ends(r, from, i, found, &count);
			set_labels(r, x, found, count);
		}
		last = &r->paths[r->path_count - 1];
		last->elements[last->element_count++] = *x;
	}
	return OK;
}

/* A path that stays one: what is inside parentheses, a branch of a union. */
static enum sqlstate rewrite_whole(
	struct rewrite *r, const struct ast_path *from, struct ast_path **out)
{
	struct rewrite inner = {
		.p = r->p, .e = r->e, .graph = r->graph, .is_searched = true
	};

	TRY(rewrite_path(&inner, from));
	assert(inner.path_count == 1);
	*out = &inner.paths[0];
	if (from->alternative != NULL)
		TRY(rewrite_whole(r, from->alternative, &(*out)->alternative));
	return OK;
}

static enum sqlstate rewrite_group(struct rewrite *r, struct ast_element *x)
{
	return rewrite_whole(r, x->group, &x->group);
}

/* A path of the pattern: it falls apart at rows, unless a selector, mode or union is about all of it. */
static enum sqlstate rewrite_top(struct rewrite *r, const struct ast_path *path)
{
	enum ast_path_mode mode = path->prefix.mode;
	struct ast_path *made;

	r->is_searched = path->prefix.selector != SELECT_EVERY || mode > MODE_WALK;
	if (path->alternative == NULL)
		return rewrite_path(r, path);
	TRY(rewrite_whole(r, path, &made));
	*push_path(r, path, 0) = *made;
	return OK;
}

enum sqlstate plan_property_graph(struct planner *p, const struct ast_qname *name,
	const struct ast_pattern **pattern, bool *is_one, struct error *e)
{
	const struct catalog_object *o = find_graph(p, name);
	struct graph_definition definition;
	struct rewrite r = { .p = p, .e = e };
	struct ast_pattern *made;

	*is_one = o != NULL;
	if (o == NULL)
		return OK;
	TRY(definition_graph_read(p->b.catalog, p->arena, o, &definition, e));
	plan_view_use(p, definition.object, RIGHT_SELECT);
	r.graph = definition.graph;
	for (uint32_t i = 0; i < (*pattern)->path_count; i++)
		TRY(rewrite_top(&r, &(*pattern)->paths[i]));
	made = ARENA_NEW(p->arena, struct ast_pattern);
	*made = **pattern;
	made->paths = r.paths;
	made->path_count = r.path_count;
	made->where = expr_both(&r, OP_AND, r.where, made->where);
	*pattern = made;
	return OK;
}
