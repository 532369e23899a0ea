/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * EXPLAIN's text. One line a node:
 *
 *	Read Plan (shared lock on graph main)
 *	  Sort  (cost=0.00..42.00 rows=10)              Sort Key: m.name
 *	    ->  Filter  (cost=0.00..30.00 rows=10)      Filter: m.age > $1
 *	          ->  Expand  (a)-[:KNOWS]->(m)  (cost=..)
 *
 * that is: what it does and to what, estimates (and actual figures), then details from a fixed
 * column on. The input comes below its reader; a second plan follows it, marked by what it is.
 */
#include "query/plan/plan_dump.h"

#include "query/plan/dump.h"
#include "query/procedure/procedure.h"
#include "query/sql/relation.h"
#include "query/table/table_index.h"
#include "query/type/function.h"

enum { DUMP_DETAIL_COLUMN = 48 };

/* ---- targets: what a node works on ----------------------------------------------------------- */

/* What has no keys to hash is compared pair by pair; with nothing to compare, every pair is kept. */
static const char *join_word(const struct plan_node *n)
{
	static const char *const hash_words[] = { [PLAN_JOIN_INNER] = "Hash Join",
		[PLAN_JOIN_LEFT] = "Hash Left Join",
		[PLAN_JOIN_FULL] = "Hash Full Join" };
	static const char *const loop_words[] = { [PLAN_JOIN_INNER] = "Nested Loop",
		[PLAN_JOIN_LEFT] = "Nested Loop Left Join",
		[PLAN_JOIN_FULL] = "Nested Loop Full Join" };

	if (n->join.count > 0)
		return hash_words[n->join.kind];
	if (n->join.kind == PLAN_JOIN_INNER && n->join.residual == NULL)
		return "Cartesian Product";
	return loop_words[n->join.kind];
}

const char *dump_node_word(const struct plan_node *n)
{
	static const char *const words[] = {
		[PLAN_ONE_ROW] = "One Row",
		[PLAN_ARGUMENT] = "Argument",
		[PLAN_VALUES] = "Values",
		[PLAN_NODE_SCAN] = "Node Scan",
		[PLAN_EDGE_SCAN] = "Edge Scan",
		[PLAN_INDEX_SCAN] = "Node Index Scan",
		[PLAN_ID_SEEK] = "Id Seek",
		[PLAN_EXPAND] = "Expand",
		[PLAN_VAR_EXPAND] = "Expand",
		[PLAN_SHORTEST] = "Shortest Path",
		[PLAN_SEARCH] = "Path Search",
		[PLAN_UNWIND] = "Unwind",
		[PLAN_PROJECT_SET] = "Project Set",
		[PLAN_WORKING] = "Working Rows",
		[PLAN_ORDINAL] = "Ordinal",
		[PLAN_PROCEDURE] = "Procedure Call",
		[PLAN_RELATION] = "Catalog Scan",
		[PLAN_PROPERTIES] = "Properties",
		[PLAN_PROJECT] = "Project",
		[PLAN_PATH] = "Path",
		[PLAN_FILTER] = "Filter",
		[PLAN_DIFFERENT_EDGES] = "Different Edges",
		[PLAN_AGGREGATE] = "Aggregate",
		[PLAN_DISTINCT] = "Distinct",
		[PLAN_WINDOW] = "Window",
		[PLAN_SORT] = "Sort",
		[PLAN_LIMIT] = "Limit",
		[PLAN_EAGER] = "Eager",
		[PLAN_DISCARD] = "Discard",
		[PLAN_OPTIONAL] = "Optional",
		[PLAN_APPLY] = "Apply",
		[PLAN_UNION] = "Union",
		[PLAN_RECURSIVE] = "Recursive Union",
		[PLAN_INSERT] = "Insert",
		[PLAN_MERGE] = "Merge",
		[PLAN_SET] = "Set",
		[PLAN_DELETE] = "Delete",
		[PLAN_FOREACH] = "Foreach",
		[PLAN_LOCK] = "Lock Rows",
		[PLAN_WITH] = "With",
		[PLAN_PAST] = "Past",
		[PLAN_ONCE] = "Once",
		[PLAN_CHECK_OPTION] = "Check Option",
	};
	static const char *const set_words[] = { [SET_OP_NONE] = "Union",
		[SET_OP_UNION] = "Union",
		[SET_OP_UNION_ALL] = "Append",
		[SET_OP_EXCEPT] = "Except",
		[SET_OP_EXCEPT_ALL] = "Except All",
		[SET_OP_INTERSECT] = "Intersect",
		[SET_OP_INTERSECT_ALL] = "Intersect All",
		[SET_OP_OTHERWISE] = "Otherwise" };

	if (n->kind == PLAN_INDEX_SCAN && n->index_scan.element == ELEMENT_EDGE)
		return "Edge Index Scan";
	if (n->kind == PLAN_UNION)
		return set_words[n->set.op];
	if (n->kind == PLAN_HASH_JOIN)
		return join_word(n);
	if (n->kind == PLAN_APPLY && n->apply.apply == APPLY_SEMI)
		return "Semi Apply";
	if (n->kind == PLAN_APPLY && n->apply.apply == APPLY_ANTI)
		return "Anti Apply";
	if (n->kind == PLAN_EXPAND && n->expand.is_degree)
		return "Degree";
	return words[n->kind];
}

static void dump_labels(struct dump *d, const uint32_t *labels, uint32_t count, bool is_nothing)
{
	if (is_nothing)
		buf_put_text(d->to, ":(nothing)");
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(d->to, i == 0 ? ":" : "|");
		dump_name(d, NAME_EDGE_LABEL, labels[i]);
	}
}

static void dump_end(struct dump *d, uint32_t slot)
{
	buf_put_byte(d->to, '(');
	dump_slot_name(d, slot);
	buf_put_byte(d->to, ')');
}

static void dump_hop(struct dump *d, const struct plan_node *n)
{
	dump_end(d, n->expand.source_slot);
	buf_put_text(d->to, n->expand.direction == DIRECTION_IN ? "<-[" : "-[");
	dump_slot_name(d, n->expand.edge_slot);
	dump_labels(d, n->expand.labels, n->expand.label_count, n->expand.is_nothing);
	buf_put_text(d->to, n->expand.direction == DIRECTION_OUT ? "]->" : "]-");
	dump_end(d, n->expand.target_slot);
}

static void dump_hops(struct dump *d, const struct plan_node *n)
{
	dump_end(d, n->var_expand.source_slot);
	buf_put_text(d->to, n->var_expand.direction == DIRECTION_IN ? "<-[" : "-[");
	dump_slot_name(d, n->var_expand.edges_slot);
	dump_labels(d, n->var_expand.labels, n->var_expand.label_count, n->var_expand.is_nothing);
	buf_put_text(d->to, n->var_expand.direction == DIRECTION_OUT ? "]->" : "]-");
	if (n->var_expand.max == AST_UNBOUNDED)
		buf_printf(d->to, "{%u,}", n->var_expand.min);
	else
		buf_printf(d->to, "{%u,%u}", n->var_expand.min, n->var_expand.max);
	dump_end(d, n->var_expand.target_slot);
}

static void dump_call(struct dump *d, const struct plan_node *n)
{
	buf_printf(d->to, "%s(", n->procedure.procedure->name);
	for (uint32_t i = 0; i < n->procedure.arg_count; i++) {
		if (i > 0)
			buf_put_text(d->to, ", ");
		dump_expr(d, n->procedure.args[i]);
	}
	buf_put_byte(d->to, ')');
}

static void dump_relation(struct dump *d, const struct plan_node *n)
{
	const struct relation *relation = n->relation.relation;

	buf_printf(d->to, "%s.%s", relation->schema, relation->name);
	if (relation->kind == RELATION_FUNCTION) {
		buf_put_byte(d->to, '(');
		for (uint32_t i = 0; i < n->relation.arg_count; i++) {
			buf_put_text(d->to, i > 0 ? ", " : "");
			dump_expr(d, n->relation.args[i]);
		}
		buf_put_byte(d->to, ')');
	}
	if (n->relation.key == NULL)
		return;
	buf_printf(d->to, " (%s = ", relation->columns[n->relation.key_column].name);
	dump_expr(d, n->relation.key);
	buf_put_byte(d->to, ')');
}

/* A key of an index: the property, or what the index says of it. */
static void dump_key(struct dump *d, const struct index_info *index, uint32_t position)
{
	const struct catalog *c = d->options->catalog;
	struct arena *a;
	struct table_index said;

	if (!catalog_key_is_hidden(c, index->keys[position])) {
		dump_name(d, NAME_KEY, index->keys[position]);
		return;
	}
	a = arena_new(0);
	table_index_read(c, a, index, &said);
	for (uint32_t i = 0; i < said.key_count; i++) {
		if (said.keys[i].key == index->keys[position])
			buf_put_str(d->to, said.keys[i].expr.pretty);
	}
	if (said.predicate_key == index->keys[position])
		buf_printf(d->to, "(%.*s)", STR_ARGS(said.predicate.pretty));
	arena_free(a);
}

static void dump_key_condition(struct dump *d, const struct index_info *index, uint32_t position,
	const char *op, const struct bound *value, const char **glue)
{
	buf_put_text(d->to, *glue);
	*glue = " AND ";
	dump_key(d, index, position);
	buf_put_text(d->to, op);
	dump_expr(d, value);
}

static void dump_index_scan(struct dump *d, const struct plan_node *n)
{
	const struct catalog *catalog = d->options->catalog;
	const struct index_info *index =
		catalog == NULL ? NULL : catalog_index(catalog, n->index_scan.index);
	bool is_node = n->index_scan.element == ELEMENT_NODE;
	uint32_t equal = n->index_scan.equal_count;
	const char *glue = "";

	dump_slot_name(d, n->index_scan.slot);
	if (index == NULL) {
		buf_printf(d->to, " using index %u", n->index_scan.index);
		return;
	}
	buf_put_byte(d->to, ':');
	dump_name(d, is_node ? NAME_NODE_LABEL : NAME_EDGE_LABEL, index->label);
	buf_printf(d->to, " using %.*s (", STR_ARGS(index->name));
	for (uint32_t i = 0; i < equal; i++)
		dump_key_condition(d, index, i, " = ", n->index_scan.equal[i], &glue);
	if (n->index_scan.low != NULL)
		dump_key_condition(d, index, equal,
			n->index_scan.low_is_inclusive ? " >= " : " > ", n->index_scan.low, &glue);
	if (n->index_scan.high != NULL)
		dump_key_condition(d, index, equal,
			n->index_scan.high_is_inclusive ? " <= " : " < ", n->index_scan.high,
			&glue);
	buf_put_byte(d->to, ')');
}

static void dump_scan_label(struct dump *d, enum name_kind kind, uint32_t label, bool is_nothing)
{
	if (is_nothing) {
		buf_put_text(d->to, ":(nothing)");
	} else if (label != NAME_NONE) {
		buf_put_byte(d->to, ':');
		dump_name(d, kind, label);
	}
}

static void dump_slots(struct dump *d, const uint32_t *slots, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(d->to, i > 0 ? ", " : "");
		dump_slot(d, slots[i]);
	}
}

static void dump_edge_scan(struct dump *d, const struct plan_node *n)
{
	dump_end(d, n->edge_scan.source_slot);
	buf_put_text(d->to, "-[");
	dump_slot_name(d, n->edge_scan.slot);
	dump_scan_label(d, NAME_EDGE_LABEL, n->edge_scan.label, n->edge_scan.is_nothing);
	buf_put_text(d->to, "]->");
	dump_end(d, n->edge_scan.target_slot);
}

static void dump_parts(struct dump *d, const struct plan_path_part *parts, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(d->to, i > 0 ? ", " : "");
		dump_slot(d, parts[i].slot);
	}
}

static void dump_creates(struct dump *d, const struct plan_create *creates, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct plan_create *c = &creates[i];
		bool is_node = c->element == ELEMENT_NODE;

		buf_put_text(d->to, i > 0 ? ", " : "");
		if (!is_node)
			dump_end(d, c->source_slot);
		buf_put_text(d->to, is_node ? "(" : "-[");
		dump_slot_name(d, c->slot);
		for (uint32_t k = 0; k < c->label_count; k++) {
			struct str name = graph_local_name(c->labels[k].name);

			if (name.length == 0) /* the graph's membership */
				continue;
			buf_put_byte(d->to, k == 0 ? ':' : '&');
			buf_put_str(d->to, name);
		}
		buf_put_text(d->to, is_node ? ")" : "]->");
		if (!is_node)
			dump_end(d, c->target_slot);
	}
}

void dump_target(struct dump *d, const struct plan_node *n)
{
	switch (n->kind) {
	case PLAN_NODE_SCAN:
		dump_slot_name(d, n->node_scan.slot);
		dump_scan_label(d, NAME_NODE_LABEL, n->node_scan.label, n->node_scan.is_nothing);
		return;
	case PLAN_EDGE_SCAN:
		dump_edge_scan(d, n);
		return;
	case PLAN_INDEX_SCAN:
		dump_index_scan(d, n);
		return;
	case PLAN_ID_SEEK:
		dump_slot_name(d, n->id_seek.slot);
		buf_put_text(d->to, " (id = ");
		dump_expr(d, n->id_seek.id);
		buf_put_byte(d->to, ')');
		return;
	case PLAN_EXPAND:
		dump_hop(d, n);
		return;
	case PLAN_SEARCH:
		buf_put_str(d->to, n->search.program->text);
		return;
	case PLAN_VAR_EXPAND:
	case PLAN_SHORTEST:
		dump_hops(d, n);
		return;
	case PLAN_UNWIND:
		dump_expr(d, n->unwind.list);
		return;
	case PLAN_PROCEDURE:
		dump_call(d, n);
		return;
	case PLAN_RELATION:
		dump_relation(d, n);
		return;
	case PLAN_PROPERTIES:
		dump_slots(d, n->properties.slots, n->properties.count);
		return;
	case PLAN_PATH:
		dump_slot(d, n->path.slot);
		return;
	case PLAN_INSERT:
		dump_creates(d, n->insert.creates, n->insert.count);
		return;
	case PLAN_MERGE:
		dump_creates(d, n->merge.creates, n->merge.count);
		return;
	case PLAN_FOREACH:
		dump_expr(d, n->foreach.list);
		return;
	default:
		return;
	}
}

/* ---- details --------------------------------------------------------------------------------- */

static void dump_detail(struct dump *d, size_t line, bool *is_first, const char *name)
{
	size_t width = d->to->length - line;

	if (d->is_json) {
		buf_printf(d->to, "%c%s%c", DUMP_DETAIL_BEGIN, name, DUMP_DETAIL_TEXT);
		return;
	}
	if (*is_first) {
		buf_put_text(d->to, "  ");
		for (width += 2; width < DUMP_DETAIL_COLUMN; width++)
			buf_put_byte(d->to, ' ');
	} else {
		buf_put_text(d->to, "   ");
	}
	*is_first = false;
	buf_printf(d->to, "%s: ", name);
}

static void dump_sort(struct dump *d, const struct plan_node *n)
{
	for (uint32_t i = 0; i < n->sort.count; i++) {
		const struct plan_sort_key *key = &n->sort.keys[i];

		buf_put_text(d->to, i > 0 ? ", " : "");
		dump_slot(d, key->slot);
		buf_put_text(d->to, key->is_descending ? " DESC" : "");
		if (key->is_nulls_first != key->is_descending)
			buf_put_text(d->to, key->is_nulls_first ? " NULLS FIRST" : " NULLS LAST");
	}
}

static void dump_aggregates(struct dump *d, const struct plan_node *n)
{
	for (uint32_t i = 0; i < n->aggregate.aggregate_count; i++) {
		const struct plan_aggregate *a = &n->aggregate.aggregates[i];

		buf_put_text(d->to, i > 0 ? ", " : "");
		buf_printf(d->to, "%s(%s", a->function->name, a->is_distinct ? "DISTINCT " : "");
		if (a->args[0] == NULL || a->is_weighted)
			buf_put_byte(d->to, '*');
		else
			dump_exprs(d, a->args, a->args[1] == NULL ? 1 : 2);
		buf_put_byte(d->to, ')');
		if (a->filter == NULL)
			continue;
		buf_put_text(d->to, " FILTER (WHERE ");
		dump_expr(d, a->filter);
		buf_put_byte(d->to, ')');
	}
}

static void dump_outputs(struct dump *d, const struct plan_output *outputs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(d->to, i > 0 ? ", " : "");
		dump_expr(d, outputs[i].expr);
	}
}

static void dump_selector(struct dump *d, enum ast_selector selector, uint32_t count)
{
	static const char *const selectors[] = { [SELECT_EVERY] = "ALL",
		[SELECT_ANY] = "ANY",
		[SELECT_ANY_SHORTEST] = "ANY SHORTEST",
		[SELECT_ALL_SHORTEST] = "ALL SHORTEST",
		[SELECT_SHORTEST] = "SHORTEST",
		[SELECT_SHORTEST_GROUPS] = "SHORTEST GROUPS" };

	buf_put_text(d->to, selectors[selector]);
	if (count > 1)
		buf_printf(d->to, " %u", count);
}

static const char *const mode_words[] = { [MODE_DEFAULT] = "WALK",
	[MODE_WALK] = "WALK",
	[MODE_TRAIL] = "TRAIL",
	[MODE_SIMPLE] = "SIMPLE",
	[MODE_ACYCLIC] = "ACYCLIC" };

static void dump_hops_details(
	struct dump *d, const struct plan_node *n, size_t line, bool *is_first)
{
	if (n->kind == PLAN_SHORTEST) {
		dump_detail(d, line, is_first, "Selector");
		dump_selector(d, n->var_expand.selector, n->var_expand.count);
	}
	dump_detail(d, line, is_first, "Mode");
	buf_put_text(
		d->to, n->var_expand.only_reachable ? "REACHABLE" : mode_words[n->var_expand.mode]);
	if (n->var_expand.target_is_bound) {
		dump_detail(d, line, is_first, "Target");
		buf_put_text(d->to, "bound");
	}
	if (n->var_expand.hop_filter != NULL) {
		dump_detail(d, line, is_first, "Hop Filter");
		dump_expr(d, n->var_expand.hop_filter);
	}
}

static void dump_search_details(
	struct dump *d, const struct plan_node *n, size_t line, bool *is_first)
{
	if (n->search.selector != SELECT_EVERY) {
		dump_detail(d, line, is_first, "Selector");
		dump_selector(d, n->search.selector, n->search.count);
	}
	dump_detail(d, line, is_first, "Mode");
	buf_put_text(d->to, mode_words[n->search.mode]);
	dump_detail(d, line, is_first, "From");
	dump_slot_name(d, n->search.source_slot);
	if (n->search.target_is_bound) {
		dump_detail(d, line, is_first, "Target");
		buf_put_text(d->to, "bound");
	}
}

static void dump_expand_details(
	struct dump *d, const struct plan_node *n, size_t line, bool *is_first)
{
	if (n->expand.target_is_bound) {
		dump_detail(d, line, is_first, "Target");
		buf_put_text(d->to, "bound");
	}
	if (n->expand.edge_is_bound) {
		dump_detail(d, line, is_first, "Edge");
		buf_put_text(d->to, "bound");
	}
}

static void dump_limit(struct dump *d, const struct plan_node *n, size_t line, bool *is_first)
{
	if (n->limit.limit != NULL) {
		dump_detail(d, line, is_first, "Limit");
		dump_expr(d, n->limit.limit);
	}
	if (n->limit.offset != NULL) {
		dump_detail(d, line, is_first, "Offset");
		dump_expr(d, n->limit.offset);
	}
}

static void dump_sets(struct dump *d, const struct plan_set *sets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct plan_set *s = &sets[i];

		buf_put_text(d->to, i > 0 ? ", " : "");
		dump_expr(d, s->target);
		for (uint32_t k = 0; k < s->label_count; k++) {
			buf_put_byte(d->to, ':');
			buf_put_str(d->to, graph_local_name(s->labels[k].name));
		}
		if (s->kind == SET_PROPERTY) {
			buf_put_byte(d->to, '.');
			buf_put_str(d->to, s->assignment.new_key);
		}
		if (s->assignment.expr == NULL)
			continue;
		buf_put_text(d->to, s->kind == SET_ADD ? " += " : " = ");
		dump_expr(d, s->assignment.expr);
	}
}

static void dump_join_details(
	struct dump *d, const struct plan_node *n, size_t line, bool *is_first)
{
	if (n->join.count > 0)
		dump_detail(d, line, is_first, "Join");
	for (uint32_t i = 0; i < n->join.count; i++) {
		buf_put_text(d->to, i > 0 ? " AND " : "");
		dump_slot(d, n->join.input_slots[i]);
		buf_put_text(d->to, " = ");
		dump_slot(d, n->join.other_slots[i]);
	}
	if (n->join.residual == NULL)
		return;
	dump_detail(d, line, is_first, "Join Filter");
	dump_expr(d, n->join.residual);
}

static void dump_aggregate_details(
	struct dump *d, const struct plan_node *n, size_t line, bool *is_first)
{
	if (n->aggregate.key_count > 0) {
		dump_detail(d, line, is_first, "Group Key");
		dump_outputs(d, n->aggregate.keys, n->aggregate.key_count);
	}
	if (n->aggregate.aggregate_count > 0) {
		dump_detail(d, line, is_first, "Output");
		dump_aggregates(d, n);
	}
}

void dump_details(struct dump *d, const struct plan_node *n, size_t line)
{
	bool is_first = true;

	switch (n->kind) {
	case PLAN_EXPAND:
		dump_expand_details(d, n, line, &is_first);
		return;
	case PLAN_SEARCH:
		dump_search_details(d, n, line, &is_first);
		return;
	case PLAN_VAR_EXPAND:
	case PLAN_SHORTEST:
		dump_hops_details(d, n, line, &is_first);
		return;
	case PLAN_PROJECT:
		dump_detail(d, line, &is_first, "Output");
		dump_outputs(d, n->project.outputs, n->project.count);
		return;
	case PLAN_FILTER:
		dump_detail(d, line, &is_first, "Filter");
		dump_expr(d, n->filter.predicate);
		return;
	case PLAN_CHECK_OPTION:
		dump_detail(d, line, &is_first, "Check");
		dump_expr(d, n->check_option.predicate);
		return;
	case PLAN_DIFFERENT_EDGES:
		dump_detail(d, line, &is_first, "Edges");
		dump_parts(d, n->different.parts, n->different.part_count);
		return;
	case PLAN_AGGREGATE:
		dump_aggregate_details(d, n, line, &is_first);
		return;
	case PLAN_WINDOW:
		dump_detail(d, line, &is_first, "Partition");
		dump_slots(d, n->window.partition, n->window.partition_count);
		return;
	case PLAN_DISTINCT:
		dump_detail(d, line, &is_first, "Key");
		dump_slots(d, n->distinct.slots, n->distinct.count);
		return;
	case PLAN_SORT:
		dump_detail(d, line, &is_first, "Sort Key");
		dump_sort(d, n);
		if (n->sort.top_limit == NULL)
			return;
		dump_detail(d, line, &is_first, "Top");
		dump_expr(d, n->sort.top_limit);
		return;
	case PLAN_LIMIT:
		dump_limit(d, n, line, &is_first);
		return;
	case PLAN_HASH_JOIN:
		dump_join_details(d, n, line, &is_first);
		return;
	case PLAN_SET:
		dump_detail(d, line, &is_first, "Set");
		dump_sets(d, n->set_items.items, n->set_items.count);
		return;
	case PLAN_DELETE:
		dump_detail(d, line, &is_first, n->remove.is_detach ? "Detach Delete" : "Delete");
		dump_exprs(d, n->remove.exprs, n->remove.count);
		return;
	default:
		return;
	}
}

/* ---- the tree -------------------------------------------------------------------------------- */

static void dump_figures(struct dump *d, const struct plan_node *n)
{
	const struct plan_dump_options *o = d->options;
	struct plan_actual actual;

	if (!o->hide_costs)
		buf_printf(d->to, "  (cost=0.00..%.2f rows=%.0f)", n->cost, n->rows);
	if (o->actual == NULL)
		return;
	if (!o->actual(o->context, n, &actual)) {
		buf_put_text(d->to, " (never executed)");
		return;
	}
	buf_put_text(d->to, " (actual");
	if (!o->hide_times)
		buf_printf(d->to, " time=%.3f..%.3f", (double)actual.first_ns / 1e6,
			(double)actual.total_ns / 1e6);
	buf_printf(d->to, " rows=%llu loops=%llu)", (unsigned long long)actual.rows,
		(unsigned long long)actual.loops);
}

static void dump_indent(struct dump *d, int level)
{
	for (int i = 0; i < (level == 0 ? 2 : 6 * level - 2); i++)
		buf_put_byte(d->to, ' ');
	buf_put_text(d->to, level == 0 ? "" : "->  ");
}

static void dump_node(struct dump *d, const struct plan_node *n, int level)
{
	for (; n != NULL; n = n->input, level++) {
		size_t line = d->to->length, before;

		if (n->kind == PLAN_ONE_ROW && level > 0)
			return;
		dump_indent(d, level);
		buf_put_text(d->to, dump_node_word(n));
		buf_put_text(d->to, "  ");
		before = d->to->length;
		dump_target(d, n);
		if (d->to->length == before)
			d->to->length -= 2;
		dump_figures(d, n);
		dump_details(d, n, line);
		buf_put_byte(d->to, '\n');
		if (n->other != NULL)
			dump_node(d, n->other, level + 1);
		for (uint32_t i = 0; i < plan_branch_count(n); i++)
			dump_node(d, plan_branch(n, i), level + 1);
	}
}

void plan_dump(struct buf *to, const struct plan *plan, const struct plan_dump_options *options)
{
	struct dump d = { .to = to, .plan = plan, .options = options };

	buf_put_text(to, plan->is_write ? "Write Plan (exclusive lock on graph "
					: "Read Plan (shared lock on graph ");
	if (plan->graph_count == 0 || options->catalog == NULL)
		buf_put_text(to, "main");
	for (uint32_t i = 0; i < plan->graph_count && options->catalog != NULL; i++) {
		buf_put_text(to, i > 0 ? ", " : "");
		if (i == PLAN_GRAPHS_MOST)
			buf_put_text(to, "..");
		else
			buf_put_str(to, catalog_graph_name(options->catalog, plan->graphs[i]));
	}
	buf_put_text(to, ")\n");
	dump_node(&d, plan->root, 0);
}
