/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Query text from a tree, second part: patterns, clauses, queries. See ast_text.c.
 */
#include "query/parse/ast_names.h"

#include "base/check.h"

static void put_clauses(struct buf *out, const struct ast_clause *clauses, uint32_t count);

/* ---- patterns ---- */

void ast_text_label(struct buf *out, const struct ast_label *l)
{
	switch (l->kind) {
	case LABEL_NAME:
		ast_text_name(out, l->name);
		return;
	case LABEL_ANY:
		buf_put_byte(out, '%');
		return;
	case LABEL_NOT:
		buf_put_byte(out, '!');
		break;
	default:
		break;
	}
	for (uint32_t i = 0; i < l->part_count; i++) {
		bool is_nested = l->parts[i]->kind == LABEL_AND || l->parts[i]->kind == LABEL_OR;

		if (i > 0)
			buf_put_byte(out, l->kind == LABEL_AND ? '&' : '|');
		buf_put_text(out, is_nested ? "(" : "");
		ast_text_label(out, l->parts[i]);
		buf_put_text(out, is_nested ? ")" : "");
	}
}

static void put_mode(struct buf *out, enum ast_path_mode mode)
{
	static const char *const modes[] = { "", "WALK ", "TRAIL ", "SIMPLE ", "ACYCLIC " };

	buf_put_text(out, modes[mode]);
}

static void put_prefix(struct buf *out, const struct ast_prefix *x)
{
	switch (x->selector) {
	case SELECT_EVERY:
		break;
	case SELECT_ANY:
		buf_printf(out, "ANY %u ", x->count);
		break;
	case SELECT_ANY_SHORTEST:
		buf_put_text(out, "ANY SHORTEST ");
		break;
	case SELECT_ALL_SHORTEST:
		buf_put_text(out, "ALL SHORTEST ");
		break;
	case SELECT_SHORTEST:
	case SELECT_SHORTEST_GROUPS:
		buf_printf(out, "SHORTEST %u ", x->count);
		break;
	}
	put_mode(out, x->mode);
	if (x->selector == SELECT_SHORTEST_GROUPS)
		buf_put_text(out, "GROUPS ");
}

static void put_filler(struct buf *out, const struct ast_element *e)
{
	const struct ast_quantifier *q = &e->quantifier;

	if (e->variable.text.length > 0)
		ast_text_variable(out, e->variable.text);
	if (e->label != NULL) {
		buf_put_byte(out, ':');
		ast_text_label(out, e->label);
	}
	if (q->length != 0 && q->is_in_bracket) {
		buf_printf(out, "*%u..", q->min);
		if (q->max != AST_UNBOUNDED)
			buf_printf(out, "%u", q->max);
	}
	if (e->properties != NULL) {
		buf_put_byte(out, ' ');
		ast_text_value(out, e->properties);
	}
	if (e->where != NULL) {
		buf_put_text(out, " WHERE ");
		ast_text_value(out, e->where);
	}
}

static void put_quantifier(struct buf *out, const struct ast_quantifier *q)
{
	if (q->length == 0 || q->is_in_bracket)
		return;
	if (q->is_question)
		buf_put_byte(out, '?');
	else if (q->max == AST_UNBOUNDED)
		buf_printf(out, "{%u,}", q->min);
	else
		buf_printf(out, "{%u,%u}", q->min, q->max);
}

static void put_path(struct buf *out, const struct ast_path *path);

static void put_element(struct buf *out, const struct ast_element *e)
{
	switch (e->kind) {
	case AST_ELEMENT_NODE:
		buf_put_byte(out, '(');
		put_filler(out, e);
		buf_put_byte(out, ')');
		return;
	case AST_ELEMENT_EDGE:
		buf_put_text(out, e->direction == AST_DIRECTION_LEFT ? "<-[" : "-[");
		put_filler(out, e);
		buf_put_text(out, e->direction == AST_DIRECTION_RIGHT ? "]->" : "]-");
		break;
	case AST_ELEMENT_GROUP:
		buf_put_byte(out, '(');
		put_path(out, e->group);
		if (e->where != NULL) {
			buf_put_text(out, " WHERE ");
			ast_text_value(out, e->where);
		}
		buf_put_byte(out, ')');
		break;
	}
	put_quantifier(out, &e->quantifier);
}

static void put_path(struct buf *out, const struct ast_path *path)
{
	bool is_function = path->prefix.is_function;

	if (path->variable.text.length > 0) {
		ast_text_variable(out, path->variable.text);
		buf_put_text(out, " = ");
	}
	if (is_function)
		buf_put_text(out, path->prefix.selector == SELECT_ANY_SHORTEST
					  ? "shortestPath("
					  : "allShortestPaths(");
	else
		put_prefix(out, &path->prefix);
	for (; path != NULL; path = path->alternative) {
		for (uint32_t i = 0; i < path->element_count; i++)
			put_element(out, &path->elements[i]);
		if (path->alternative != NULL)
			buf_put_text(out, path->alternative->is_multiset ? " |+| " : " | ");
	}
	if (is_function)
		buf_put_byte(out, ')');
}

void ast_text_pattern(struct buf *out, const struct ast_pattern *p)
{
	static const char *const modes[] = { "", "REPEATABLE ELEMENTS ", "DIFFERENT EDGES " };

	buf_put_text(out, modes[p->mode]);
	for (uint32_t i = 0; i < p->path_count; i++) {
		buf_put_text(out, i == 0 ? "" : ", ");
		put_path(out, &p->paths[i]);
	}
	if (p->keep.length != 0) {
		buf_put_text(out, " KEEP ");
		if (p->keep.selector == SELECT_EVERY && p->keep.mode == MODE_DEFAULT)
			buf_put_text(out, "ALL ");
		put_prefix(out, &p->keep);
	}
	if (p->where != NULL) {
		buf_put_text(out, " WHERE ");
		ast_text_value(out, p->where);
	}
	if (p->yield_count > 0) {
		buf_put_text(out, " YIELD ");
		ast_text_names(out, p->yield, p->yield_count);
	}
}

/* ---- projections ---- */

void ast_text_sorts(struct buf *out, const struct ast_sort *sorts, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(out, i == 0 ? " ORDER BY " : ", ");
		ast_text_value(out, sorts[i].expr);
		if (sorts[i].is_descending)
			buf_put_text(out, " DESC");
		if (sorts[i].has_nulls)
			buf_put_text(out, sorts[i].is_nulls_first ? " NULLS FIRST" : " NULLS LAST");
	}
}

static void put_after(struct buf *out, const char *keyword, const struct ast_expr *e)
{
	if (e == NULL)
		return;
	buf_put_text(out, keyword);
	ast_text_value(out, e);
}

/*
 * LIMIT goes first, and is said even if there is none: the parts of a clause that follows must not
 * be taken for this one's.
 */
static void put_page(struct buf *out, const struct ast_projection *p)
{
	ast_text_sorts(out, p->order_by, p->order_by_count);
	if (p->limit_has_ties) {
		put_after(out, " OFFSET ", p->offset);
		buf_put_text(out, " FETCH FIRST (");
		ast_text_value(out, p->limit);
		buf_put_text(out, ") ROWS WITH TIES");
		return;
	}
	if (p->limit == NULL && p->offset != NULL)
		buf_put_text(out, " LIMIT ALL");
	put_after(out, " LIMIT ", p->limit);
	put_after(out, " OFFSET ", p->offset);
}

static void put_items(struct buf *out, const struct ast_item *items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(out, i == 0 ? "" : ", ");
		ast_text_value(out, items[i].expr);
		if (items[i].alias.text.length > 0) {
			buf_put_text(out, " AS ");
			ast_text_variable(out, items[i].alias.text);
		}
	}
}

static void put_columns(struct buf *out, const struct ast_projection *p)
{
	buf_put_text(out, p->is_distinct ? " DISTINCT " : " ");
	if (p->distinct_on_count > 0) {
		buf_put_text(out, "DISTINCT ON (");
		ast_text_list(out, p->distinct_on, p->distinct_on_count);
		buf_put_text(out, ") ");
	}
	if (p->is_all)
		buf_put_text(out, p->item_count > 0 ? "*, " : "*");
	put_items(out, p->items, p->item_count);
}

/* A function of such a name, which stood in parentheses. */
static bool is_named_as_set(const struct ast_expr *x)
{
	struct str name = x->kind == EXPR_FUNCTION ? x->function->name.name : (struct str){ 0 };

	return str_equal_nocase(name, STR("rollup")) || str_equal_nocase(name, STR("cube"));
}

static void put_group_elements(struct buf *out, struct ast_expr *const *exprs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct ast_expr *x = exprs[i];
		bool is_call = x->kind == EXPR_FUNCTION && x->function->name.length == 0;
		struct str name = is_call ? x->function->name.name : (struct str){ 0 };

		buf_put_text(out, i == 0 ? "" : ", ");
		if (is_call && str_equal(name, STR("row"))) {
			buf_put_byte(out, '(');
			ast_text_list(out, x->function->args, x->function->arg_count);
			buf_put_byte(out, ')');
		} else if (str_equal(name, STR("rollup")) || str_equal(name, STR("cube")) ||
			   str_equal(name, STR("grouping sets"))) {
			buf_put_str(out, name);
			buf_put_text(out, " (");
			put_group_elements(out, x->function->args, x->function->arg_count);
			buf_put_byte(out, ')');
		} else if (is_named_as_set(x)) {
			buf_put_byte(out, '(');
			ast_text_value(out, x);
			buf_put_byte(out, ')');
		} else {
			ast_text_value(out, x);
		}
	}
}

static void put_group_by(struct buf *out, const struct ast_projection *p)
{
	if (!p->has_group_by)
		return;
	buf_put_text(out, p->group_by_count == 0 ? " GROUP BY ()" : " GROUP BY ");
	buf_put_text(out, p->group_is_distinct ? "DISTINCT " : "");
	put_group_elements(out, p->group_by, p->group_by_count);
}

static void put_windows(struct buf *out, const struct ast_projection *p)
{
	for (uint32_t i = 0; i < p->window_count; i++) {
		buf_put_text(out, i == 0 ? " WINDOW " : ", ");
		ast_text_variable(out, p->windows[i].name.text);
		buf_put_text(out, " AS ");
		ast_text_window(out, p->windows[i].window);
	}
}

static void put_projection(struct buf *out, const char *keyword, const struct ast_projection *p)
{
	buf_put_text(out, keyword);
	put_columns(out, p);
	put_group_by(out, p);
	put_page(out, p);
	put_after(out, " WHERE ", p->where);
}

/* ---- SELECT ---- */

static void put_parenthesised(struct buf *out, const struct ast_program *program)
{
	buf_put_byte(out, '(');
	ast_text_program(out, program);
	buf_put_byte(out, ')');
}

static void put_from(struct buf *out, const struct ast_from *f);

static void put_join(struct buf *out, const struct ast_join *j)
{
	static const char *const words[] = { " CROSS JOIN ", " JOIN ", " LEFT JOIN ",
		" RIGHT JOIN ", " FULL JOIN " };

	buf_put_byte(out, '(');
	put_from(out, j->left);
	if (j->is_natural)
		buf_put_text(out, " NATURAL");
	buf_put_text(out, words[j->kind]);
	put_from(out, j->right);
	put_after(out, " ON ", j->on);
	if (j->using_count > 0) {
		buf_put_text(out, " USING (");
		ast_text_names(out, j->using, j->using_count);
		buf_put_byte(out, ')');
	}
	buf_put_byte(out, ')');
}

static void put_from_alias(struct buf *out, const struct ast_from *f);

static void put_function(struct buf *out, const struct ast_from *f)
{
	ast_text_expr(out, f->function);
	if (f->has_ordinality)
		buf_put_text(out, " WITH ORDINALITY");
}

static void put_rows(struct buf *out, const struct ast_from *f)
{
	buf_put_text(out, "ROWS FROM (");
	for (uint32_t i = 0; i < f->part_count; i++) {
		buf_put_text(out, i == 0 ? "" : ", ");
		put_function(out, &f->parts[i]);
		put_from_alias(out, &f->parts[i]);
	}
	buf_put_byte(out, ')');
	if (f->has_ordinality)
		buf_put_text(out, " WITH ORDINALITY");
}

static void put_sample(struct buf *out, const struct ast_sample *s)
{
	buf_put_text(out, " TABLESAMPLE ");
	ast_text_name(out, s->method.text);
	buf_put_text(out, " (");
	ast_text_expr(out, s->percent);
	buf_put_byte(out, ')');
	if (s->seed != NULL) {
		buf_put_text(out, " REPEATABLE (");
		ast_text_expr(out, s->seed);
		buf_put_byte(out, ')');
	}
}

static void put_from(struct buf *out, const struct ast_from *f)
{
	if (f->is_lateral)
		buf_put_text(out, "LATERAL ");
	if (f->kind != FROM_GRAPH_TABLE && f->graph.name.length > 0)
		ast_text_qname(out, &f->graph);
	buf_put_byte(out, ' ');
	if (f->kind == FROM_MATCH) {
		put_clauses(out, f->matches, f->match_count);
	} else if (f->kind == FROM_QUERY) {
		buf_put_text(out, "{ ");
		ast_text_program(out, f->program);
		buf_put_text(out, " }");
	} else if (f->kind == FROM_GRAPH_TABLE) {
		buf_put_text(out, "GRAPH_TABLE (");
		ast_text_qname(out, &f->graph);
		buf_put_text(out, " MATCH ");
		ast_text_pattern(out, f->pattern);
		buf_put_text(out, " COLUMNS (");
		put_items(out, f->columns, f->column_count);
		buf_put_text(out, "))");
	} else if (f->kind == FROM_SUBQUERY) {
		put_parenthesised(out, f->program);
	} else if (f->kind == FROM_FUNCTION) {
		put_function(out, f);
	} else if (f->kind == FROM_ROWS) {
		put_rows(out, f);
	} else if (f->kind == FROM_JOIN) {
		put_join(out, f->join);
	}
	put_from_alias(out, f);
	if (f->sample != NULL)
		put_sample(out, f->sample);
}

static void put_from_alias(struct buf *out, const struct ast_from *f)
{
	if (f->alias.text.length > 0) {
		buf_put_text(out, " AS ");
		ast_text_variable(out, f->alias.text);
	}
	if (f->column_alias_count > 0) {
		if (f->alias.text.length == 0)
			buf_put_text(out, " AS");
		buf_put_text(out, " (");
		if (f->column_types == NULL)
			ast_text_names(out, f->column_aliases, f->column_alias_count);
		for (uint32_t i = 0; f->column_types != NULL && i < f->column_alias_count; i++) {
			buf_put_text(out, i == 0 ? "" : ", ");
			ast_text_variable(out, f->column_aliases[i].text);
			buf_put_byte(out, ' ');
			ast_text_type(out, f->column_types[i]);
		}
		buf_put_byte(out, ')');
	}
}

static void put_locking(struct buf *out, const struct ast_projection *p)
{
	static const char *const strengths[] = { [ROW_LOCK_KEY_SHARE] = "KEY SHARE",
		[ROW_LOCK_SHARE] = "SHARE",
		[ROW_LOCK_NO_KEY_UPDATE] = "NO KEY UPDATE",
		[ROW_LOCK_UPDATE] = "UPDATE" };

	if (p->lock == ROW_LOCK_NONE)
		return;
	buf_printf(out, " FOR %s", strengths[p->lock]);
	for (uint32_t i = 0; i < p->lock_of_count; i++) {
		buf_put_text(out, i == 0 ? " OF " : ", ");
		ast_text_name(out, p->lock_of[i].text);
	}
	if (p->lock_is_nowait)
		buf_put_text(out, " NOWAIT");
	if (p->lock_skips)
		buf_put_text(out, " SKIP LOCKED");
}

static void put_select(struct buf *out, const struct ast_clause *c)
{
	const struct ast_projection *p = c->select.projection;

	buf_put_text(out, "SELECT");
	put_columns(out, p);
	for (uint32_t i = 0; i < c->select.from_count; i++) {
		buf_put_text(out, i == 0 ? " FROM " : ", ");
		put_from(out, &c->select.from[i]);
	}
	put_after(out, " WHERE ", p->where);
	put_group_by(out, p);
	put_after(out, " HAVING ", p->having);
	put_windows(out, p);
	put_page(out, p);
	put_locking(out, p);
}

static void put_values(struct buf *out, const struct ast_clause *c)
{
	buf_put_text(out, "VALUES ");
	for (uint32_t i = 0; i < c->values.row_count; i++) {
		buf_put_text(out, i == 0 ? "(" : ", (");
		ast_text_list(out, c->values.exprs + (size_t)i * c->values.column_count,
			c->values.column_count);
		buf_put_byte(out, ')');
	}
	if (c->values.page != NULL)
		put_page(out, c->values.page);
}

/* ---- clauses ---- */

static void put_label_names(struct buf *out, const struct ast_name *labels, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_put_byte(out, i == 0 ? ':' : '&');
		ast_text_name(out, labels[i].text);
	}
}

static void put_set_items(struct buf *out, const struct ast_set_item *items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct ast_set_item *item = &items[i];

		buf_put_text(out, i == 0 ? "" : ", ");
		ast_text_base(out, item->target);
		if (item->kind == SET_PROPERTY) {
			buf_put_byte(out, '.');
			ast_text_name(out, item->key.text);
		}
		put_label_names(out, item->labels, item->label_count);
		put_after(out, item->kind == SET_ADD ? " += " : " = ", item->value);
	}
}

static void put_yield(struct buf *out, const struct ast_yield *y)
{
	if (y == NULL)
		return;
	buf_put_text(out, y->is_all ? " YIELD *" : y->count == 0 ? " YIELD -" : " YIELD ");
	for (uint32_t i = 0; i < y->count; i++) {
		buf_put_text(out, i == 0 ? "" : ", ");
		ast_text_name(out, y->items[i].name.text);
		if (y->items[i].alias.text.length > 0) {
			buf_put_text(out, " AS ");
			ast_text_variable(out, y->items[i].alias.text);
		}
	}
}

static void put_nested(struct buf *out, const struct ast_program *program)
{
	buf_put_text(out, "{ ");
	ast_text_program(out, program);
	buf_put_text(out, " }");
}

static void put_call(struct buf *out, const struct ast_clause *c)
{
	if (c->kind == CLAUSE_CALL_PROCEDURE) {
		buf_put_text(out, c->call->is_optional ? "OPTIONAL CALL " : "CALL ");
		ast_text_qname(out, &c->call->name);
		if (c->call->has_args) {
			buf_put_byte(out, '(');
			ast_text_list(out, c->call->args, c->call->arg_count);
			buf_put_byte(out, ')');
		}
		put_yield(out, c->call->yield);
		put_after(out, " WHERE ", c->call->where);
		return;
	}
	buf_put_text(out, c->nested.is_optional ? "OPTIONAL CALL " : "CALL ");
	if (c->nested.has_scope) {
		buf_put_text(out, c->nested.is_scope_all ? "(*" : "(");
		ast_text_names(out, c->nested.scope, c->nested.scope_count);
		buf_put_text(out, ") ");
	}
	put_nested(out, c->nested.program);
}

static void put_let(struct buf *out, const struct ast_clause *c)
{
	for (uint32_t i = 0; i < c->let.count; i++) {
		buf_put_text(out, i == 0 ? "LET " : ", ");
		ast_text_variable(out, c->let.bindings[i].name.text);
		if (c->let.bindings[i].type != NULL) {
			buf_put_text(out, " :: ");
			ast_text_type(out, c->let.bindings[i].type);
		}
		put_after(out, " = ", c->let.bindings[i].value);
	}
}

static void put_reading(struct buf *out, const struct ast_clause *c)
{
	switch (c->kind) {
	case CLAUSE_MATCH:
		buf_put_text(out, c->match.is_optional ? "OPTIONAL MATCH " : "MATCH ");
		ast_text_pattern(out, c->match.pattern);
		break;
	case CLAUSE_OPTIONAL:
		buf_put_text(out, "OPTIONAL { ");
		put_clauses(out, c->optional.matches, c->optional.count);
		buf_put_text(out, " }");
		break;
	case CLAUSE_FILTER:
		put_after(out, "FILTER ", c->filter);
		break;
	case CLAUSE_LET:
		put_let(out, c);
		break;
	case CLAUSE_FOR:
		buf_put_text(out, "FOR ");
		ast_text_variable(out, c->loop.variable.text);
		put_after(out, " IN ", c->loop.list);
		if (c->loop.ordinal.text.length > 0) {
			buf_put_text(
				out, c->loop.is_offset ? " WITH OFFSET " : " WITH ORDINALITY ");
			ast_text_variable(out, c->loop.ordinal.text);
		}
		break;
	default:
		unreachable();
	}
}

static void put_writing(struct buf *out, const struct ast_clause *c)
{
	switch (c->kind) {
	case CLAUSE_INSERT:
		buf_put_text(out, "INSERT ");
		ast_text_pattern(out, c->match.pattern);
		break;
	case CLAUSE_MERGE:
		buf_put_text(out, "MERGE ");
		ast_text_pattern(out, c->merge.pattern);
		if (c->merge.on_create_count > 0)
			buf_put_text(out, " ON CREATE SET ");
		put_set_items(out, c->merge.on_create, c->merge.on_create_count);
		if (c->merge.on_match_count > 0)
			buf_put_text(out, " ON MATCH SET ");
		put_set_items(out, c->merge.on_match, c->merge.on_match_count);
		break;
	case CLAUSE_SET:
	case CLAUSE_REMOVE:
		buf_put_text(out, c->kind == CLAUSE_SET ? "SET " : "REMOVE ");
		put_set_items(out, c->set.items, c->set.count);
		break;
	case CLAUSE_DELETE:
		buf_put_text(out, c->remove.is_detach ? "DETACH DELETE " : "DELETE ");
		ast_text_list(out, c->remove.exprs, c->remove.count);
		break;
	case CLAUSE_FOREACH:
		buf_put_text(out, "FOREACH (");
		ast_text_variable(out, c->foreach.variable.text);
		put_after(out, " IN ", c->foreach.list);
		buf_put_text(out, " | ");
		put_clauses(out, c->foreach.clauses, c->foreach.count);
		buf_put_byte(out, ')');
		break;
	default:
		unreachable();
	}
}

static void put_clause(struct buf *out, const struct ast_clause *c)
{
	switch (c->kind) {
	case CLAUSE_MATCH:
	case CLAUSE_OPTIONAL:
	case CLAUSE_FILTER:
	case CLAUSE_LET:
	case CLAUSE_FOR:
		put_reading(out, c);
		break;
	case CLAUSE_PAGE:
		put_page(out, c->projection);
		if (c->projection->order_by_count == 0 && c->projection->limit == NULL &&
			c->projection->offset == NULL)
			buf_put_text(out, "LIMIT ALL");
		break;
	case CLAUSE_WITH:
		put_projection(out, "WITH", c->projection);
		break;
	case CLAUSE_RETURN:
		put_projection(out, "RETURN", c->projection);
		break;
	case CLAUSE_FINISH:
		buf_put_text(out, "FINISH");
		break;
	case CLAUSE_NESTED:
		if (c->nested.is_parenthesised)
			put_parenthesised(out, c->nested.program);
		else
			put_nested(out, c->nested.program);
		break;
	case CLAUSE_DML:
		buf_put_str(out, c->dml->source);
		break;
	case CLAUSE_SELECT:
		put_select(out, c);
		break;
	case CLAUSE_VALUES:
		put_values(out, c);
		break;
	case CLAUSE_CALL_PROCEDURE:
	case CLAUSE_CALL_SUBQUERY:
		put_call(out, c);
		break;
	default:
		put_writing(out, c);
		break;
	}
}

static void put_clauses(struct buf *out, const struct ast_clause *clauses, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(out, i == 0 ? "" : " ");
		put_clause(out, &clauses[i]);
	}
}

static void put_ctes(struct buf *out, const struct ast_query *q)
{
	for (uint32_t i = 0; i < q->cte_count; i++) {
		const struct ast_cte *cte = &q->ctes[i];

		buf_put_text(out, i > 0 ? ", " : q->is_recursive ? "WITH RECURSIVE " : "WITH ");
		ast_text_variable(out, cte->name.text);
		if (cte->column_count > 0) {
			buf_put_text(out, " (");
			ast_text_names(out, cte->columns, cte->column_count);
			buf_put_byte(out, ')');
		}
		buf_put_text(out, " AS (");
		ast_text_program(out, cte->program);
		buf_put_byte(out, ')');
	}
	if (q->cte_count > 0)
		buf_put_byte(out, ' ');
}

void ast_text_program(struct buf *out, const struct ast_program *p)
{
	static const char *const ops[] = { "", " UNION ", " UNION ALL ", " EXCEPT ", " EXCEPT ALL ",
		" INTERSECT ", " INTERSECT ALL ", " OTHERWISE " };

	for (uint32_t i = 0; i < p->count; i++) {
		const struct ast_query *q = &p->queries[i];

		buf_put_text(out, i == 0 ? "" : " NEXT");
		put_yield(out, q->yield);
		buf_put_text(out, i == 0 ? "" : " ");
		put_ctes(out, q);
		for (uint32_t k = 0; k < q->operand_count; k++) {
			const struct ast_linear *l = &q->operands[k];

			buf_put_text(out, ops[q->ops[k]]);
			if (l->use.name.length > 0) {
				buf_put_text(out, "USE ");
				ast_text_qname(out, &l->use);
				buf_put_byte(out, ' ');
			}
			put_clauses(out, l->clauses, l->clause_count);
		}
		if (q->page != NULL)
			put_page(out, q->page);
	}
}
