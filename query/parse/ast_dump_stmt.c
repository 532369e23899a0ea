/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The dump, second half: clauses, queries, statements. See ast_dump.h.
 */
#include "query/parse/ast_names.h"

#include "base/check.h"

static void dump_clauses(struct ast_dumper *d, const struct ast_clause *clauses, uint32_t count);
static void dump_stmt(struct ast_dumper *d, const struct ast_stmt *s);

/* ---- clauses ---- */

static void dump_qname(struct ast_dumper *d, const char *what, const struct ast_qname *q)
{
	if (q->name.length > 0)
		ast_dump_line(d, "%s %.*s.%.*s", what, STR_ARGS(q->qualifier), STR_ARGS(q->name));
}

static void dump_name(struct ast_dumper *d, const char *what, const struct ast_name *n)
{
	if (n->text.length > 0)
		ast_dump_line(d, "%s %.*s", what, STR_ARGS(n->text));
}

static void dump_exprs(
	struct ast_dumper *d, const char *what, struct ast_expr *const *exprs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		ast_dump_named(d, what, exprs[i]);
}

static void dump_items(struct ast_dumper *d, const struct ast_item *items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		ast_dump_line(d, "item %.*s", STR_ARGS(items[i].alias.text));
		d->indent++;
		ast_dump_value(d, items[i].expr);
		d->indent--;
	}
}

static void dump_projection(struct ast_dumper *d, const struct ast_projection *p)
{
	ast_dump_line(d, "projection%s%s%s%s", p->is_distinct ? " distinct" : "",
		p->is_all ? " all" : "", p->has_group_by ? " grouped" : "",
		p->lock != ROW_LOCK_NONE ? " locked" : "");
	d->indent++;
	dump_items(d, p->items, p->item_count);
	dump_exprs(d, "group", p->group_by, p->group_by_count);
	ast_dump_sorts(d, p->order_by, p->order_by_count);
	ast_dump_named(d, "offset", p->offset);
	ast_dump_named(d, "limit", p->limit);
	ast_dump_named(d, "where", p->where);
	ast_dump_named(d, "having", p->having);
	d->indent--;
}

static void dump_set_items(
	struct ast_dumper *d, const char *what, const struct ast_set_item *items, uint32_t count)
{
	static const char *const kinds[] = { "property", "replace", "add", "labels" };

	for (uint32_t i = 0; i < count; i++) {
		ast_dump_line(
			d, "%s %s %.*s", what, kinds[items[i].kind], STR_ARGS(items[i].key.text));
		d->indent++;
		ast_dump_value(d, items[i].target);
		ast_dump_named(d, "value", items[i].value);
		ast_dump_names(d, "label", items[i].labels, items[i].label_count);
		d->indent--;
	}
}

static void dump_yield(struct ast_dumper *d, const struct ast_yield *y)
{
	if (y == NULL)
		return;
	ast_dump_line(d, "yield%s", y->is_all ? " all" : "");
	for (uint32_t i = 0; i < y->count; i++)
		ast_dump_line(d, "  %.*s as %.*s", STR_ARGS(y->items[i].name.text),
			STR_ARGS(y->items[i].alias.text));
}

static void dump_from(struct ast_dumper *d, const struct ast_from *f);

static void dump_join(struct ast_dumper *d, const struct ast_join *j)
{
	static const char *const kinds[] = { "cross", "inner", "left", "right", "full" };

	ast_dump_line(d, "%s%s", j->is_natural ? "natural " : "", kinds[j->kind]);
	dump_from(d, j->left);
	dump_from(d, j->right);
	if (j->on != NULL)
		ast_dump_named(d, "on", j->on);
	ast_dump_names(d, "using", j->using, j->using_count);
}

static void dump_from(struct ast_dumper *d, const struct ast_from *f)
{
	static const char *const kinds[] = { "match", "query", "graph table", "relation",
		"subquery", "function", "rows from", "join" };

	ast_dump_line(d, "from %s%s%s", kinds[f->kind], f->is_lateral ? " lateral" : "",
		f->has_ordinality ? " with ordinality" : "");
	d->indent++;
	if (f->function != NULL)
		ast_dump_named(d, "function", f->function);
	for (uint32_t i = 0; i < f->part_count; i++)
		dump_from(d, &f->parts[i]);
	if (f->sample != NULL) {
		dump_name(d, "sample", &f->sample->method);
		ast_dump_named(d, "percent", f->sample->percent);
		if (f->sample->seed != NULL)
			ast_dump_named(d, "seed", f->sample->seed);
	}
	if (f->join != NULL)
		dump_join(d, f->join);
	dump_qname(d, "name", &f->graph);
	dump_clauses(d, f->matches, f->match_count);
	if (f->program != NULL)
		ast_dump_program(d, f->program);
	if (f->pattern != NULL)
		ast_dump_pattern(d, f->pattern);
	dump_items(d, f->columns, f->column_count);
	dump_name(d, "alias", &f->alias);
	ast_dump_names(d, "column", f->column_aliases, f->column_alias_count);
	for (uint32_t i = 0; f->column_types != NULL && i < f->column_alias_count; i++)
		ast_dump_type(d, f->column_types[i]);
	d->indent--;
}

static void dump_call(struct ast_dumper *d, const struct ast_clause *c)
{
	if (c->kind == CLAUSE_CALL_PROCEDURE) {
		ast_dump_line(d, "call%s%s", c->call->is_optional ? " optional" : "",
			c->call->has_args ? " with arguments" : "");
		d->indent++;
		dump_qname(d, "name", &c->call->name);
		dump_exprs(d, "argument", c->call->args, c->call->arg_count);
		dump_yield(d, c->call->yield);
		ast_dump_named(d, "where", c->call->where);
	} else {
		ast_dump_line(d, "%s%s%s%s", c->kind == CLAUSE_NESTED ? "nested" : "call subquery",
			c->nested.is_optional ? " optional" : "",
			c->nested.has_scope ? " scope" : "", c->nested.is_scope_all ? " all" : "");
		d->indent++;
		ast_dump_names(d, "scope", c->nested.scope, c->nested.scope_count);
		ast_dump_program(d, c->nested.program);
	}
	d->indent--;
}

static void dump_reading(struct ast_dumper *d, const struct ast_clause *c)
{
	switch (c->kind) {
	case CLAUSE_MATCH:
		ast_dump_line(d, "match%s", c->match.is_optional ? " optional" : "");
		d->indent++;
		ast_dump_pattern(d, c->match.pattern);
		break;
	case CLAUSE_OPTIONAL:
		ast_dump_line(d, "optional");
		d->indent++;
		dump_clauses(d, c->optional.matches, c->optional.count);
		break;
	case CLAUSE_FILTER:
		ast_dump_line(d, "filter");
		d->indent++;
		ast_dump_value(d, c->filter);
		break;
	case CLAUSE_LET:
		ast_dump_line(d, "let");
		d->indent++;
		for (uint32_t i = 0; i < c->let.count; i++) {
			dump_name(d, "variable", &c->let.bindings[i].name);
			ast_dump_type(d, c->let.bindings[i].type);
			ast_dump_value(d, c->let.bindings[i].value);
		}
		break;
	case CLAUSE_FOR:
		ast_dump_line(d, "for %.*s %s %.*s", STR_ARGS(c->loop.variable.text),
			c->loop.is_offset ? "offset" : "ordinality",
			STR_ARGS(c->loop.ordinal.text));
		d->indent++;
		ast_dump_value(d, c->loop.list);
		break;
	default:
		unreachable();
	}
	d->indent--;
}

static void dump_writing(struct ast_dumper *d, const struct ast_clause *c)
{
	switch (c->kind) {
	case CLAUSE_INSERT:
		ast_dump_line(d, "insert");
		d->indent++;
		ast_dump_pattern(d, c->match.pattern);
		break;
	case CLAUSE_MERGE:
		ast_dump_line(d, "merge");
		d->indent++;
		ast_dump_pattern(d, c->merge.pattern);
		dump_set_items(d, "on create", c->merge.on_create, c->merge.on_create_count);
		dump_set_items(d, "on match", c->merge.on_match, c->merge.on_match_count);
		break;
	case CLAUSE_SET:
	case CLAUSE_REMOVE:
		ast_dump_line(d, c->kind == CLAUSE_SET ? "set" : "remove");
		d->indent++;
		dump_set_items(d, "item", c->set.items, c->set.count);
		break;
	case CLAUSE_DELETE:
		ast_dump_line(d, "delete%s", c->remove.is_detach ? " detach" : "");
		d->indent++;
		dump_exprs(d, "expr", c->remove.exprs, c->remove.count);
		break;
	case CLAUSE_FOREACH:
		ast_dump_line(d, "foreach %.*s", STR_ARGS(c->foreach.variable.text));
		d->indent++;
		ast_dump_value(d, c->foreach.list);
		dump_clauses(d, c->foreach.clauses, c->foreach.count);
		break;
	default:
		unreachable();
	}
	d->indent--;
}

static void dump_values(struct ast_dumper *d, const struct ast_clause *c)
{
	ast_dump_line(d, "values %u x %u", c->values.row_count, c->values.column_count);
	d->indent++;
	dump_exprs(d, "value", c->values.exprs, c->values.row_count * c->values.column_count);
	if (c->values.page != NULL)
		dump_projection(d, c->values.page);
	d->indent--;
}

static void dump_clause(struct ast_dumper *d, const struct ast_clause *c)
{
	static const char *const names[] = {
		[CLAUSE_PAGE] = "page", [CLAUSE_WITH] = "with", [CLAUSE_RETURN] = "return"
	};

	switch (c->kind) {
	case CLAUSE_MATCH:
	case CLAUSE_OPTIONAL:
	case CLAUSE_FILTER:
	case CLAUSE_LET:
	case CLAUSE_FOR:
		dump_reading(d, c);
		break;
	case CLAUSE_INSERT:
	case CLAUSE_MERGE:
	case CLAUSE_SET:
	case CLAUSE_REMOVE:
	case CLAUSE_DELETE:
	case CLAUSE_FOREACH:
		dump_writing(d, c);
		break;
	case CLAUSE_PAGE:
	case CLAUSE_WITH:
	case CLAUSE_RETURN:
		ast_dump_line(d, "%s", names[c->kind]);
		d->indent++;
		dump_projection(d, c->projection);
		d->indent--;
		break;
	case CLAUSE_CALL_PROCEDURE:
	case CLAUSE_CALL_SUBQUERY:
	case CLAUSE_NESTED:
		dump_call(d, c);
		break;
	case CLAUSE_FINISH:
		ast_dump_line(d, "finish");
		break;
	case CLAUSE_DML:
		ast_dump_line(d, "%.*s", STR_ARGS(c->dml->source));
		return;
	case CLAUSE_SELECT:
		ast_dump_line(d, "select");
		d->indent++;
		dump_projection(d, c->select.projection);
		for (uint32_t i = 0; i < c->select.from_count; i++)
			dump_from(d, &c->select.from[i]);
		d->indent--;
		break;
	case CLAUSE_VALUES:
		dump_values(d, c);
		break;
	}
}

static void dump_clauses(struct ast_dumper *d, const struct ast_clause *clauses, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		dump_clause(d, &clauses[i]);
}

static void dump_cte(struct ast_dumper *d, const struct ast_query *q, const struct ast_cte *cte)
{
	ast_dump_line(d, q->is_recursive ? "with recursive" : "with");
	dump_name(d, "name", &cte->name);
	ast_dump_names(d, "column", cte->columns, cte->column_count);
	ast_dump_program(d, cte->program);
}

void ast_dump_program(struct ast_dumper *d, const struct ast_program *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		const struct ast_query *q = &p->queries[i];

		ast_dump_line(d, i == 0 ? "query" : "next");
		d->indent++;
		dump_yield(d, q->yield);
		for (uint32_t k = 0; k < q->cte_count; k++)
			dump_cte(d, q, &q->ctes[k]);
		for (uint32_t k = 0; k < q->operand_count; k++) {
			ast_dump_line(d, "linear op %d", (int)q->ops[k]);
			d->indent++;
			dump_qname(d, "use", &q->operands[k].use);
			dump_clauses(d, q->operands[k].clauses, q->operands[k].clause_count);
			d->indent--;
		}
		if (q->page != NULL)
			dump_projection(d, q->page);
		d->indent--;
	}
}

/* ---- statements ---- */

static void dump_options(struct ast_dumper *d, const struct ast_option *options, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		ast_dump_line(d, "option %.*s kind %d value %.*s", STR_ARGS(options[i].name),
			(int)options[i].kind, STR_ARGS(options[i].value));
		ast_dump_names(d, "  name", options[i].names, options[i].name_count);
	}
}

static void dump_property(struct ast_dumper *d, const struct ast_property *p)
{
	if (p->type == NULL)
		return;
	ast_dump_line(d, "property %.*s%s%s%s", STR_ARGS(p->key.text),
		p->is_not_null ? " not null" : "", p->is_unique ? " unique" : "",
		p->is_primary_key ? " primary key" : "");
	d->indent++;
	ast_dump_type(d, p->type);
	ast_dump_named(d, "default", p->default_value);
	d->indent--;
}

static void dump_edge_pair(struct ast_dumper *d, const struct ast_edge_pair *pair)
{
	dump_name(d, "from", &pair->from.label);
	dump_name(d, "from key", &pair->from.key);
	dump_name(d, "to", &pair->to.label);
	dump_name(d, "to key", &pair->to.key);
}

static void dump_label_definition(struct ast_dumper *d, const struct ast_label_definition *l)
{
	ast_dump_line(d, "label %.*s class %d%s", STR_ARGS(l->label.text), (int)l->class,
		l->if_not_exists ? " if not exists" : "");
	d->indent++;
	for (uint32_t i = 0; i < l->property_count; i++)
		dump_property(d, &l->properties[i]);
	ast_dump_names(d, "primary key", l->primary_key, l->primary_key_count);
	dump_name(d, "primary key's name", &l->primary_name);
	for (uint32_t i = 0; i < l->pair_count; i++)
		dump_edge_pair(d, &l->pairs[i]);
	d->indent--;
}

static void dump_graph(struct ast_dumper *d, const struct ast_graph *g)
{
	static const char *const types[] = { "", " any", " elements", " named", " like" };

	ast_dump_line(d, "graph %.*s%s%s%s", STR_ARGS(g->name.text), types[g->type],
		g->or_replace ? " or replace" : "", g->if_not_exists ? " if not exists" : "");
	dump_name(d, "type", &g->type_name);
	dump_name(d, "copy of", &g->copied);
	for (uint32_t i = 0; i < g->element_count; i++)
		dump_label_definition(d, &g->elements[i]);
}

static void dump_index(struct ast_dumper *d, const struct ast_index *x)
{
	ast_dump_line(d, "index %.*s on %.*s class %d method %d%s%s%s", STR_ARGS(x->name.text),
		STR_ARGS(x->label.text), (int)x->class, (int)x->method,
		x->is_unique ? " unique" : "", x->is_concurrent ? " concurrently" : "",
		x->if_not_exists ? " if not exists" : "");
	for (uint32_t i = 0; i < x->key_count; i++)
		ast_dump_line(d, "  key %.*s%.*s%s%s", STR_ARGS(x->keys[i].key.text),
			STR_ARGS(x->keys[i].expr.text),
			x->keys[i].is_descending ? " desc" : "",
			x->keys[i].is_nulls_first ? " nulls first" : "");
	if (x->where.expr != NULL)
		ast_dump_line(d, "  where %.*s", STR_ARGS(x->where.text));
}

static void dump_constraint(struct ast_dumper *d, const struct ast_constraint *c)
{
	ast_dump_line(d, "constraint %.*s on %.*s class %d kind %d%s", STR_ARGS(c->name.text),
		STR_ARGS(c->label.text), (int)c->class, (int)c->kind,
		c->if_not_exists ? " if not exists" : "");
	ast_dump_names(d, "  key", c->keys, c->key_count);
	ast_dump_type(d, c->type);
}

static void dump_fields(struct ast_dumper *d, const char *what,
	const struct ast_procedure_field *fields, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		dump_name(d, what, &fields[i].name);
		ast_dump_type(d, fields[i].type);
	}
}

static void dump_procedure(struct ast_dumper *d, const struct ast_procedure *p)
{
	ast_dump_line(d, "procedure %.*s.%.*s%s%s%s", STR_ARGS(p->name.qualifier),
		STR_ARGS(p->name.name), p->or_replace ? " or replace" : "",
		p->if_not_exists ? " if not exists" : "", p->has_columns ? " returns" : "");
	dump_fields(d, "parameter", p->parameters, p->parameter_count);
	dump_fields(d, "column", p->columns, p->column_count);
	ast_dump_program(d, p->body);
}

static void dump_schema(struct ast_dumper *d, const struct ast_stmt *s)
{
	switch (s->kind) {
	case STMT_CREATE_GRAPH:
	case STMT_CREATE_GRAPH_TYPE:
		dump_graph(d, s->graph);
		break;
	case STMT_CREATE_LABEL:
		dump_label_definition(d, s->label);
		break;
	case STMT_ALTER_LABEL:
		ast_dump_line(d, "alter %d %.*s class %d name %.*s", (int)s->alter->kind,
			STR_ARGS(s->alter->label.text), (int)s->alter->class,
			STR_ARGS(s->alter->name.text));
		dump_property(d, &s->alter->property);
		ast_dump_type(d, s->alter->type);
		break;
	case STMT_CREATE_INDEX:
		dump_index(d, s->index);
		break;
	case STMT_CREATE_CONSTRAINT:
		dump_constraint(d, s->constraint);
		break;
	case STMT_CREATE_PROCEDURE:
		dump_procedure(d, s->procedure);
		break;
	case STMT_ANALYZE:
	case STMT_VACUUM:
		ast_dump_names(d, "name", s->maintain.names, s->maintain.count);
		break;
	default:
		ast_dump_line(d, "drop %.*s class %d%s%s", STR_ARGS(s->drop.name.text),
			(int)s->drop.class, s->drop.if_exists ? " if exists" : "",
			s->drop.is_cascade ? " cascade" : "");
		ast_dump_names(d, "name", s->drop.more, s->drop.more_count);
		break;
	}
}

static void dump_copy(struct ast_dumper *d, const struct ast_copy *c)
{
	ast_dump_line(d, "%s %.*s", c->is_from ? "from" : "to", STR_ARGS(c->label.text));
	for (uint32_t i = 0; i < c->column_count; i++) {
		dump_name(d, "column", &c->columns[i].key);
		ast_dump_type(d, c->columns[i].type);
	}
	dump_options(d, c->options, c->option_count);
	if (c->query != NULL)
		dump_stmt(d, c->query);
}

static void dump_helper(struct ast_dumper *d, const struct ast_stmt *s)
{
	switch (s->kind) {
	case STMT_EXPLAIN:
		dump_options(d, s->explain.options, s->explain.option_count);
		dump_stmt(d, s->explain.statement);
		break;
	case STMT_PREPARE:
		dump_name(d, "name", &s->prepare.name);
		for (uint32_t i = 0; i < s->prepare.type_count; i++)
			ast_dump_type(d, s->prepare.types[i]);
		dump_stmt(d, s->prepare.statement);
		break;
	case STMT_EXECUTE:
		dump_name(d, "name", &s->execute.name);
		dump_exprs(d, "argument", s->execute.args, s->execute.arg_count);
		break;
	case STMT_DECLARE:
		dump_name(d, "name", &s->declare.name);
		ast_dump_line(d, "binary %d scroll %d no scroll %d hold %d", s->declare.is_binary,
			s->declare.is_scroll, s->declare.is_no_scroll, s->declare.is_hold);
		dump_stmt(d, s->declare.statement);
		break;
	case STMT_FETCH:
		dump_name(d, "cursor", &s->fetch.cursor);
		ast_dump_line(d, "direction %d count %lld move %d", (int)s->fetch.direction,
			(long long)s->fetch.count, s->fetch.is_move);
		break;
	case STMT_NOTIFY:
		dump_name(d, "channel", &s->notify.channel);
		ast_dump_line(d, "payload %.*s", STR_ARGS(s->notify.payload));
		break;
	default:
		dump_name(d, "name", &s->name);
		break;
	}
}

static void dump_session(struct ast_dumper *d, const struct ast_stmt *s)
{
	const struct ast_transaction *t = &s->transaction;

	switch (s->kind) {
	case STMT_SET:
	case STMT_RESET:
	case STMT_SHOW:
		ast_dump_line(d, "setting %.*s scope %d default %d",
			STR_ARGS(s->setting->name.text), (int)s->setting->scope,
			s->setting->is_default);
		dump_options(d, s->setting->values, s->setting->value_count);
		if (s->setting->interval.length > 0)
			ast_dump_line(d, "  interval %.*s", STR_ARGS(s->setting->interval));
		break;
	case STMT_SHOW_CATALOG:
		ast_dump_line(d, "catalog %d", (int)s->catalog);
		break;
	case STMT_DISCARD:
		ast_dump_line(d, "discard %d", (int)s->discard);
		break;
	case STMT_SESSION_SET_VALUE:
		dump_name(d, "parameter", &s->value.name);
		ast_dump_type(d, s->value.type);
		ast_dump_named(d, "value", s->value.expr);
		break;
	case STMT_BEGIN:
	case STMT_COMMIT:
	case STMT_ROLLBACK:
	case STMT_SET_TRANSACTION:
		ast_dump_line(d, "isolation %d access %d deferrable %d chain %d session %d",
			(int)t->isolation, (int)t->access, (int)t->deferrable, t->is_chain,
			t->is_session);
		break;
	case STMT_SESSION_RESET_ALL:
	case STMT_SESSION_RESET_PARAMETERS:
	case STMT_SESSION_RESET_GRAPH:
	case STMT_SET_CONSTRAINTS:
		ast_dump_line(
			d, "constraints%s", s->constraints.is_immediate ? " immediate" : "");
		ast_dump_names(d, "name", s->constraints.names, s->constraints.count);
		break;
	case STMT_SESSION_CLOSE:
	case STMT_CHECKPOINT:
		break;
	default:
		dump_helper(d, s);
		break;
	}
}

static void dump_stmt(struct ast_dumper *d, const struct ast_stmt *s)
{
	ast_dump_line(d, "statement %d parameters %u %u", (int)s->kind, s->parameter_max,
		s->parameter_name_count);
	d->indent++;
	if (s->kind == STMT_QUERY)
		ast_dump_program(d, s->program);
	else if (s->kind == STMT_COPY)
		dump_copy(d, s->copy);
	else if (ast_is_kept_as_text(s->kind))
		ast_dump_line(d, "%.*s", STR_ARGS(s->text));
	else if (s->kind >= STMT_CREATE_GRAPH && s->kind <= STMT_VACUUM)
		dump_schema(d, s);
	else
		dump_session(d, s);
	d->indent--;
}

void ast_dump_stmt(struct buf *out, const struct ast_stmt *s)
{
	struct ast_dumper d = { .out = out };

	dump_stmt(&d, s);
}
