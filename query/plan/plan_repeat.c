/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Parenthesised paths that are no variable-length edge: of several edges, without a quantifier, or
 * with variables under "?". A pattern with such paths becomes a union of patterns without them, one
 * for every way to choose how often each is repeated:
 *
 *	MATCH (s) ((x)-[e]->(y)-[f]->(z) WHERE x.v < z.v){1,2} (t) WHERE w
 *	= CALL { MATCH (s)-[e1]->(y1)-[f1]->(t) ..                    RETURN s, [s] AS x, [e1] AS e, ..
 *	         UNION ALL
 *	         MATCH (s)-[e1]->(y1)-[f1]->(z1)-[e2]->(y2)-[f2]->(t) .. RETURN s, [s, z1] AS x, .. }
 *
 * Where two nodes stand side by side they are one node: it has the first's name, and what the second
 * says of it becomes a condition. A condition written inside sees its own repetition's elements
 * (LET x = s, y = y1, .. IN condition END), the pattern's WHERE sees lists. Without an upper bound
 * there are UNBOUNDED_TIMES repetitions at most: a match with one more is an error, not lost.
 */
#include "query/plan/match.h"

enum {
	UNBOUNDED_TIMES = 8,
	ALTERNATIVES_MAX = 128,
	ELEMENTS_MAX = 4000,
	GROUPS_MAX = 8,
};

/* A variable of the pattern and what it is in the alternative that is being made. */
struct repeat_variable {
	struct str name;
	bool is_list, is_nullable;
	uint32_t count;
	struct str *items; /* the elements' names, as they were before nodes were joined */
};

struct repeat {
	struct planner *p;
	const struct ast_pattern *pattern;
	const struct match_options *options;
	uint32_t group_count;
	uint32_t times[GROUPS_MAX]; /* of this alternative */
	uint32_t least[GROUPS_MAX], most[GROUPS_MAX];
	bool is_unbounded[GROUPS_MAX];
	/* of the alternative being made */
	struct repeat_variable *variables;
	uint32_t variable_count;
	struct str (*joined)[2]; /* a name, and the name of the node that it is */
	uint32_t joined_count;
	struct ast_element *elements; /* of the path being made */
	uint32_t element_count;
	uint32_t made, fresh;
	uint32_t size; /* elements of this alternative, at most */
};

static bool is_repeated(const struct ast_element *x)
{
	const struct ast_path *path = x->group;

	if (x->kind == AST_ELEMENT_EDGE)
		return x->quantifier.is_question && x->variable.text.length > 0;
	if (x->kind != AST_ELEMENT_GROUP)
		return false;
	return x->quantifier.length == 0 || x->quantifier.is_question || path->element_count != 3 ||
	       path->elements[1].quantifier.length > 0 ||
	       path->elements[1].kind != AST_ELEMENT_EDGE;
}

bool plan_is_repeat(const struct ast_pattern *pattern)
{
	for (uint32_t i = 0; i < pattern->path_count; i++) {
		for (uint32_t k = 0; k < pattern->paths[i].element_count; k++) {
			if (is_repeated(&pattern->paths[i].elements[k]))
				return true;
		}
	}
	return false;
}

/* ---- pieces of tree ------------------------------------------------------------------------- */

static struct ast_expr *new_expr(struct repeat *r, enum ast_expr_kind kind, uint32_t at)
{
	struct ast_expr *x = ARENA_NEW(r->p->arena, struct ast_expr);

	x->kind = kind;
	x->at = at;
	return x;
}

/* The node that a name stands for, after joining. */
static struct str joined_name(const struct repeat *r, struct str name)
{
	for (uint32_t i = r->joined_count; i-- > 0;) {
		if (str_equal(r->joined[i][0], name))
			name = r->joined[i][1];
	}
	return name;
}

static struct ast_expr *variable(struct repeat *r, struct str name, uint32_t at)
{
	struct ast_expr *x = new_expr(r, EXPR_VARIABLE, at);

	x->variable.name = name;
	x->variable.quote = '`';
	return x;
}

static struct ast_expr *binary(
	struct repeat *r, enum ast_op op, struct ast_expr *left, struct ast_expr *right)
{
	struct ast_expr *x;

	if (left == NULL || right == NULL)
		return left == NULL ? right : left;
	x = new_expr(r, EXPR_BINARY, left->at);
	x->binary.op = op;
	x->binary.left = left;
	x->binary.right = right;
	return x;
}

static struct ast_name new_name(struct repeat *r, uint32_t at)
{
	return (struct ast_name){ .at = at, .text = arena_printf(r->p->arena, " %u", ++r->fresh) };
}

static bool is_bound_outside(const struct repeat *r, struct str name)
{
	return scope_find(r->p->b.scope, name) != NULL;
}

/* ---- variables ------------------------------------------------------------------------------ */

static struct repeat_variable *find_variable(struct repeat *r, struct str name)
{
	for (uint32_t i = 0; i < r->variable_count; i++) {
		if (str_equal(r->variables[i].name, name))
			return &r->variables[i];
	}
	r->variables[r->variable_count] = (struct repeat_variable){ .name = name };
	r->variables[r->variable_count].items = ARENA_ARRAY(r->p->arena, struct str, r->size + 1);
	return &r->variables[r->variable_count++];
}

static void add_variable(struct repeat *r, struct str name)
{
	struct repeat_variable *v;

	if (name.length == 0)
		return;
	v = find_variable(r, name);
	v->count = 1;
	v->items[0] = name;
}

/* What the variable is outside of the parentheses. */
static struct ast_expr *variable_value(
	struct repeat *r, const struct repeat_variable *v, uint32_t at)
{
	struct ast_expr *list;

	if (!v->is_list && v->count == 0)
		return new_expr(r, EXPR_NULL, at);
	if (!v->is_list)
		return variable(r, joined_name(r, v->items[0]), at);
	list = new_expr(r, EXPR_LIST, at);
	list->list.items = ARENA_ARRAY(r->p->arena, struct ast_expr *, v->count + 1);
	list->list.count = v->count;
	for (uint32_t i = 0; i < v->count; i++)
		list->list.items[i] = variable(r, joined_name(r, v->items[i]), at);
	return list;
}

/* LET name = what it is, .. IN x END, for the variables that are not just themselves. */
static struct ast_expr *with_variables(struct repeat *r, struct ast_expr *x)
{
	struct ast_expr *let;

	if (x == NULL)
		return NULL;
	let = new_expr(r, EXPR_LET, x->at);
	let->length = x->length;
	let->let.bindings = ARENA_ARRAY(r->p->arena, struct ast_entry, r->variable_count + 1);
	for (uint32_t i = 0; i < r->variable_count; i++) {
		const struct repeat_variable *v = &r->variables[i];
		struct ast_entry *entry = &let->let.bindings[let->let.count];

		if (!v->is_list && v->count == 1 && str_equal(joined_name(r, v->items[0]), v->name))
			continue;
		entry->name = (struct ast_name){ .at = x->at, .text = v->name };
		entry->value = variable_value(r, v, x->at);
		let->let.count++;
	}
	let->let.body = x;
	return let->let.count == 0 ? x : let;
}

/* ---- elements ------------------------------------------------------------------------------- */

static struct ast_expr *labeled(struct repeat *r, struct str name, struct ast_label *label)
{
	struct ast_expr *x;

	if (label == NULL)
		return NULL;
	x = new_expr(r, EXPR_IS_LABELED, label->at);
	x->labeled.operand = variable(r, name, label->at);
	x->labeled.label = label;
	return x;
}

static enum sqlstate properties_as_condition(struct repeat *r, struct str name,
	const struct ast_expr *map, struct ast_expr **condition, struct error *e)
{
	if (map == NULL)
		return OK;
	if (map->kind != EXPR_MAP)
		return FAIL_AT(e, map->at, E_NOT_SUPPORTED,
			"a parameter in place of a map beside a parenthesised path is not "
			"supported");
	for (uint32_t i = 0; i < map->map.count; i++) {
		struct ast_expr *property = new_expr(r, EXPR_PROPERTY, map->at);

		property->property.base = variable(r, name, map->at);
		property->property.key = map->map.entries[i].name;
		*condition = binary(r, OP_AND, *condition,
			binary(r, OP_EQ, property, map->map.entries[i].value));
	}
	return OK;
}

/* Two nodes side by side are one: `b` is said of `a`. */
static enum sqlstate join_nodes(
	struct repeat *r, struct ast_element *a, const struct ast_element *b, struct error *e)
{
	struct ast_expr *condition = NULL;
	struct str kept, other;

	if (a->variable.text.length == 0)
		a->variable = b->variable.text.length > 0 ? b->variable : new_name(r, a->at);
	kept = a->variable.text;
	other = b->variable.text;
	TRY(properties_as_condition(r, kept, b->properties, &condition, e));
	condition = binary(r, OP_AND, labeled(r, kept, b->label), condition);
	condition = binary(r, OP_AND, condition, b->where);
	if (other.length > 0 && !str_equal(kept, other) && is_bound_outside(r, other))
		condition = binary(r, OP_AND, condition,
			binary(r, OP_EQ, variable(r, kept, a->at), variable(r, other, a->at)));
	else if (other.length > 0 && !str_equal(kept, other)) {
		r->joined[r->joined_count][0] = other;
		r->joined[r->joined_count++][1] = kept;
	}
	a->where = binary(r, OP_AND, a->where, condition);
	return OK;
}

static enum sqlstate push(struct repeat *r, const struct ast_element *x, struct error *e)
{
	struct ast_element *last = &r->elements[r->element_count - 1];

	if (r->element_count > 0 && x->kind == AST_ELEMENT_NODE && last->kind == AST_ELEMENT_NODE)
		return join_nodes(r, last, x, e);
	if (++r->made > ELEMENTS_MAX)
		return FAIL_AT(e, r->pattern->at, E_TOO_COMPLEX,
			"the parenthesised paths of a pattern repeat too often");
	r->elements[r->element_count++] = *x;
	return OK;
}

/* LET x = the repetition's x, .. IN expression END */
static struct ast_expr *in_repetition(
	struct repeat *r, const struct ast_path *path, const struct str *names, struct ast_expr *x)
{
	struct ast_expr *let;

	if (x == NULL)
		return NULL;
	let = new_expr(r, EXPR_LET, x->at);
	let->length = x->length;
	let->let.bindings = ARENA_ARRAY(r->p->arena, struct ast_entry, path->element_count + 1);
	for (uint32_t i = 0; i < path->element_count; i++) {
		const struct ast_name *name = &path->elements[i].variable;

		if (name->text.length == 0 || str_equal(name->text, names[i]))
			continue;
		let->let.bindings[let->let.count++] =
			(struct ast_entry){ .name = *name, .value = variable(r, names[i], x->at) };
	}
	let->let.body = x;
	return let->let.count == 0 ? x : let;
}

static struct ast_expr *map_in_repetition(struct repeat *r, const struct ast_path *path,
	const struct str *names, struct ast_expr *map)
{
	struct ast_expr *copy;

	if (map == NULL || map->kind != EXPR_MAP)
		return map;
	copy = new_expr(r, EXPR_MAP, map->at);
	*copy = *map;
	copy->map.entries = ARENA_ARRAY(r->p->arena, struct ast_entry, map->map.count + 1);
	for (uint32_t i = 0; i < map->map.count; i++) {
		copy->map.entries[i] = map->map.entries[i];
		copy->map.entries[i].value =
			in_repetition(r, path, names, map->map.entries[i].value);
	}
	return copy;
}

/* The elements' names in one repetition: fresh ones, but the written where there is just one. */
static struct str *name_repetition(
	struct repeat *r, const struct ast_element *x, const struct ast_path *path)
{
	struct str *names = ARENA_ARRAY(r->p->arena, struct str, path->element_count + 1);

	for (uint32_t i = 0; i < path->element_count; i++) {
		struct str name = path->elements[i].variable.text;
		struct repeat_variable *v;

		names[i] = name;
		if (name.length == 0)
			continue;
		if (x->quantifier.length > 0)
			names[i] = new_name(r, x->at).text;
		v = find_variable(r, name);
		v->items[v->count++] = names[i];
	}
	return names;
}

static enum sqlstate push_repetition(
	struct repeat *r, const struct ast_element *x, const struct ast_path *path, struct error *e)
{
	struct str *names = name_repetition(r, x, path);
	struct ast_element *last;

	for (uint32_t i = 0; i < path->element_count; i++) {
		struct ast_element inner = path->elements[i];

		inner.variable.text = names[i];
		inner.where = in_repetition(r, path, names, inner.where);
		inner.properties = map_in_repetition(r, path, names, inner.properties);
		TRY(push(r, &inner, e));
	}
	last = &r->elements[r->element_count - 1];
	if (x->kind == AST_ELEMENT_GROUP)
		last->where =
			binary(r, OP_AND, last->where, in_repetition(r, path, names, x->where));
	return OK;
}

/* An edge under "?" as a path of its own. */
static const struct ast_path *path_of(struct repeat *r, const struct ast_element *x)
{
	struct ast_path *path;

	if (x->kind == AST_ELEMENT_GROUP)
		return x->group;
	path = ARENA_NEW(r->p->arena, struct ast_path);
	path->elements = ARENA_ARRAY(r->p->arena, struct ast_element, 3);
	path->element_count = 3;
	path->elements[0] = path->elements[2] = (struct ast_element){
		.kind = AST_ELEMENT_NODE, .at = x->at, .quantifier = { .min = 1, .max = 1 }
	};
	path->elements[1] = *x;
	path->elements[1].quantifier = path->elements[0].quantifier;
	return path;
}

static enum sqlstate push_repeated(
	struct repeat *r, const struct ast_element *x, uint32_t group, struct error *e)
{
	const struct ast_path *path = path_of(r, x);

	for (uint32_t i = 0; i < path->element_count; i++) {
		struct repeat_variable *v;

		if (path->elements[i].variable.text.length == 0)
			continue;
		v = find_variable(r, path->elements[i].variable.text);
		v->is_list = x->quantifier.length > 0 && !x->quantifier.is_question;
		v->is_nullable = x->quantifier.is_question;
	}
	for (uint32_t k = 0; k < r->times[group]; k++)
		TRY(push_repetition(r, x, path, e));
	return OK;
}

/* ---- one alternative ------------------------------------------------------------------------ */

static enum sqlstate make_path(struct repeat *r, const struct ast_path *path, uint32_t *group,
	struct ast_path *out, struct error *e)
{
	static const struct ast_element empty = { .kind = AST_ELEMENT_NODE,
		.quantifier = { .min = 1, .max = 1 } };

	r->elements = ARENA_ARRAY(r->p->arena, struct ast_element, r->size + 1);
	r->element_count = 0;
	add_variable(r, path->variable.text);
	for (uint32_t i = 0; i < path->element_count; i++) {
		const struct ast_element *x = &path->elements[i];

		if (is_repeated(x)) {
			TRY(push_repeated(r, x, (*group)++, e));
			continue;
		}
		if (x->kind != AST_ELEMENT_GROUP)
			add_variable(r, x->variable.text);
		else
			for (uint32_t k = 0; k < 3; k++)
				add_variable(r, x->group->elements[k].variable.text);
		TRY(push(r, x, e));
	}
	if (r->element_count == 0)
		TRY(push(r, &empty, e));
	*out = *path;
	out->elements = r->elements;
	out->element_count = r->element_count;
	return OK;
}

/* Names of joined nodes, wherever the alternative has them. */
static void rename_joined(struct repeat *r, struct ast_pattern *pattern)
{
	for (uint32_t i = 0; i < pattern->path_count; i++) {
		for (uint32_t k = 0; k < pattern->paths[i].element_count; k++) {
			struct ast_element *x = &pattern->paths[i].elements[k];

			x->variable.text = joined_name(r, x->variable.text);
			x->where = with_variables(r, x->where);
		}
	}
}

/* Names in LET bindings made before nodes were joined. */
static void rename_bindings(struct repeat *r, struct ast_expr *x)
{
	if (x == NULL)
		return;
	if (x->kind == EXPR_VARIABLE && x->variable.name.length > 0 &&
		x->variable.name.at[0] == ' ')
		x->variable.name = joined_name(r, x->variable.name);
	if (x->kind == EXPR_LET) {
		for (uint32_t i = 0; i < x->let.count; i++)
			rename_bindings(r, x->let.bindings[i].value);
		rename_bindings(r, x->let.body);
	}
	if (x->kind == EXPR_BINARY) {
		rename_bindings(r, x->binary.left);
		rename_bindings(r, x->binary.right);
	}
	if (x->kind == EXPR_IS_LABELED)
		rename_bindings(r, x->labeled.operand);
	if (x->kind == EXPR_PROPERTY)
		rename_bindings(r, x->property.base);
	for (uint32_t i = 0; x->kind == EXPR_MAP && i < x->map.count; i++)
		rename_bindings(r, x->map.entries[i].value);
}

/* How many elements and variables the alternative has at most. */
static uint32_t alternative_size(const struct repeat *r)
{
	uint32_t size = 0, group = 0;

	for (uint32_t i = 0; i < r->pattern->path_count; i++) {
		const struct ast_path *path = &r->pattern->paths[i];

		size++;
		for (uint32_t k = 0; k < path->element_count; k++) {
			const struct ast_element *x = &path->elements[k];
			uint32_t inner = x->kind == AST_ELEMENT_GROUP ? x->group->element_count : 3;

			size += inner;
			if (is_repeated(x))
				size += inner * r->times[group++];
		}
	}
	return size;
}

static enum sqlstate make_pattern(struct repeat *r, struct ast_pattern **out, struct error *e)
{
	const struct ast_pattern *pattern = r->pattern;
	struct ast_pattern *made = ARENA_NEW(r->p->arena, struct ast_pattern);
	uint32_t group = 0;

	r->size = alternative_size(r);
	r->variables = ARENA_ARRAY(r->p->arena, struct repeat_variable, r->size + 1);
	r->variable_count = r->joined_count = 0;
	r->joined = arena_alloc(r->p->arena, sizeof *r->joined * (r->size + 1));
	*made = *pattern;
	made->paths = ARENA_ARRAY(r->p->arena, struct ast_path, pattern->path_count);
	for (uint32_t i = 0; i < pattern->path_count; i++)
		TRY(make_path(r, &pattern->paths[i], &group, &made->paths[i], e));
	for (uint32_t i = 0; i < pattern->path_count; i++) {
		for (uint32_t k = 0; k < made->paths[i].element_count; k++) {
			rename_bindings(r, made->paths[i].elements[k].where);
			rename_bindings(r, made->paths[i].elements[k].properties);
		}
	}
	rename_joined(r, made);
	made->where = with_variables(r, binary(r, OP_AND, pattern->where, r->options->where));
	if (pattern->mode == MATCH_MODE_DEFAULT && r->options->is_repeatable)
		made->mode = MATCH_MODE_REPEATABLE_ELEMENTS;
	*out = made;
	return OK;
}

/* RETURN of what the pattern binds and nobody had bound before. */
static struct ast_projection *make_return(struct repeat *r)
{
	struct ast_projection *projection = ARENA_NEW(r->p->arena, struct ast_projection);
	uint32_t at = r->pattern->at;

	projection->items = ARENA_ARRAY(r->p->arena, struct ast_item, r->variable_count + 1);
	for (uint32_t i = 0; i < r->variable_count; i++) {
		struct ast_item *item = &projection->items[projection->item_count];

		if (is_bound_outside(r, r->variables[i].name))
			continue;
		item->expr = variable_value(r, &r->variables[i], at);
		item->alias = (struct ast_name){ .at = at, .text = r->variables[i].name };
		projection->item_count++;
	}
	if (projection->item_count == 0) {
		projection->items[0].expr = new_expr(r, EXPR_BOOL, at);
		projection->items[0].alias = new_name(r, at);
		projection->item_count = 1;
	}
	return projection;
}

static struct ast_expr *too_often(struct repeat *r)
{
	struct ast_expr *x = new_expr(r, EXPR_FUNCTION, r->pattern->at);

	x->function = ARENA_NEW(r->p->arena, struct ast_function);
	x->function->name.name = STR(PLAN_FUNCTION_REPEATS_TOO_OFTEN);
	return x;
}

static enum sqlstate make_alternative(struct repeat *r, struct ast_linear *out, struct error *e)
{
	struct ast_clause *clauses = ARENA_ARRAY(r->p->arena, struct ast_clause, 3);
	bool is_guard = false;
	uint32_t count = 0;

	for (uint32_t i = 0; i < r->group_count; i++)
		is_guard |= r->is_unbounded[i] && r->times[i] == r->most[i];
	clauses[count].kind = CLAUSE_MATCH;
	clauses[count].at = r->pattern->at;
	TRY(make_pattern(r, &clauses[count++].match.pattern, e));
	if (is_guard) {
		clauses[count].kind = CLAUSE_FILTER;
		clauses[count].at = r->pattern->at;
		clauses[count++].filter = too_often(r);
	}
	clauses[count].kind = CLAUSE_RETURN;
	clauses[count].at = r->pattern->at;
	clauses[count++].projection = make_return(r);
	*out = (struct ast_linear){
		.at = r->pattern->at, .clauses = clauses, .clause_count = count
	};
	return OK;
}

/* ---- all alternatives ----------------------------------------------------------------------- */

static enum sqlstate check_group(
	const struct ast_path *path, const struct ast_element *x, struct error *e)
{
	if (path->prefix.selector != SELECT_EVERY)
		return FAIL_AT(e, path->prefix.at, E_NOT_SUPPORTED,
			"a selector of paths that have a parenthesised path of several edges is "
			"not supported");
	if (x->kind != AST_ELEMENT_GROUP)
		return OK;
	if (x->group->alternative != NULL)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED, "a union of paths is not supported");
	if (x->group->variable.text.length > 0)
		return FAIL_AT(e, x->group->variable.at, E_NOT_SUPPORTED,
			"a path variable inside a parenthesised path is not supported");
	if (x->group->prefix.mode == MODE_ACYCLIC || x->group->prefix.mode == MODE_SIMPLE)
		return FAIL_AT(e, x->group->prefix.at, E_NOT_SUPPORTED,
			"a path mode inside a parenthesised path is not supported");
	for (uint32_t i = 0; i < x->group->element_count; i++) {
		if (x->group->elements[i].kind == AST_ELEMENT_GROUP)
			return FAIL_AT(e, x->group->elements[i].at, E_NOT_SUPPORTED,
				"a parenthesised path inside another is not supported");
	}
	return OK;
}

static enum sqlstate add_group(
	struct repeat *r, const struct ast_path *path, const struct ast_element *x, struct error *e)
{
	uint32_t n = r->group_count;
	bool has_quantifier = x->quantifier.length > 0;

	TRY(check_group(path, x, e));
	if (n == GROUPS_MAX)
		return FAIL_AT(e, x->at, E_TOO_COMPLEX,
			"a pattern has more than %d parenthesised paths", GROUPS_MAX);
	r->least[n] = has_quantifier ? x->quantifier.min : 1;
	r->most[n] = has_quantifier ? x->quantifier.max : 1;
	r->is_unbounded[n] = r->most[n] == AST_UNBOUNDED;
	if (r->is_unbounded[n])
		r->most[n] = MAX_OF(r->least[n], (uint32_t)UNBOUNDED_TIMES) + 1;
	if (r->is_unbounded[n] && path->prefix.mode <= MODE_WALK &&
		(r->pattern->mode == MATCH_MODE_REPEATABLE_ELEMENTS || r->options->is_repeatable))
		return FAIL_AT(e, x->at, E_SYNTAX,
			"a quantifier without an upper bound needs a restrictive path mode");
	r->times[n] = r->least[n];
	r->group_count++;
	return OK;
}

/* The next choice of times; false behind the last. */
static bool next_choice(struct repeat *r)
{
	for (uint32_t i = 0; i < r->group_count; i++) {
		if (r->times[i] < r->most[i]) {
			r->times[i]++;
			return true;
		}
		r->times[i] = r->least[i];
	}
	return false;
}

static enum sqlstate make_program(struct repeat *r, struct ast_program **out, struct error *e)
{
	struct ast_query *query = ARENA_NEW(r->p->arena, struct ast_query);
	uint64_t count = 1;

	for (uint32_t i = 0; i < r->group_count; i++) {
		count *= (uint64_t)r->most[i] - r->least[i] + 1;
		if (count > ALTERNATIVES_MAX)
			return FAIL_AT(e, r->pattern->at, E_TOO_COMPLEX,
				"the parenthesised paths of a pattern repeat too often");
	}
	query->operands = ARENA_ARRAY(r->p->arena, struct ast_linear, count);
	query->ops = ARENA_ARRAY(r->p->arena, enum ast_set_op, count);
	do {
		query->ops[query->operand_count] =
			query->operand_count == 0 ? SET_OP_NONE : SET_OP_UNION_ALL;
		TRY(make_alternative(r, &query->operands[query->operand_count++], e));
	} while (next_choice(r));
	*out = ARENA_NEW(r->p->arena, struct ast_program);
	(*out)->at = r->pattern->at;
	(*out)->queries = query;
	(*out)->count = 1;
	return OK;
}

enum sqlstate plan_repeat(struct planner *p, const struct ast_pattern *pattern,
	const struct match_options *options, struct error *e)
{
	struct repeat *r = ARENA_NEW(p->arena, struct repeat);
	struct plan_call call = { .seen = scope_new(p->arena, p->b.scope) };
	struct ast_program *program = NULL;
	struct answer answer;

	*r = (struct repeat){ .p = p, .pattern = pattern, .options = options };
	if (options->is_merge)
		return FAIL_AT(e, pattern->at, E_SYNTAX, "MERGE takes no parenthesised path");
	for (uint32_t i = 0; i < pattern->path_count; i++) {
		for (uint32_t k = 0; k < pattern->paths[i].element_count; k++) {
			if (is_repeated(&pattern->paths[i].elements[k]))
				TRY(add_group(
					r, &pattern->paths[i], &pattern->paths[i].elements[k], e));
		}
	}
	TRY(make_program(r, &program, e));
	call.program = program;
	TRY(plan_call_program(p, &call, &answer, e));
	if (answer.count == 1 && answer.columns[0].name.at[0] == ' ')
		answer.count = 0;
	return plan_call_columns(p, &answer, e);
}
