/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Plans as JSON, by the keys that PostgreSQL uses for its own: Node Type, Startup Cost, Total Cost,
 * Plan Rows, Actual Rows, Plans; what only this server has to tell goes by the words of the text.
 */
#include <string.h>

#include "base/json.h"
#include "query/plan/dump.h"

/* Where the next member goes. */
struct writing {
	struct dump d;
	struct buf *to;
	struct buf text; /* of one node */
	int level;
};

static void put_indent(struct writing *j)
{
	for (int i = 0; i < 2 * j->level; i++)
		buf_put_byte(j->to, ' ');
}

/* The name of the next member; the first of an object follows its brace. */
static void put_name(struct writing *j, struct str name)
{
	if (j->to->data[j->to->length - 1] != '{')
		buf_put_byte(j->to, ',');
	buf_put_byte(j->to, '\n');
	put_indent(j);
	json_put_string(j->to, name);
	buf_put_text(j->to, ": ");
}

static void put_number(struct writing *j, const char *name, double number, int digits)
{
	put_name(j, str_of(name));
	buf_printf(j->to, "%.*f", digits, number);
}

static void put_figures(struct writing *j, const struct plan_node *n)
{
	const struct plan_dump_options *o = j->d.options;
	struct plan_actual actual = { 0 };

	if (!o->hide_costs) {
		put_number(j, "Startup Cost", 0, 2);
		put_number(j, "Total Cost", n->cost, 2);
		put_number(j, "Plan Rows", n->rows, 0);
	}
	if (o->actual == NULL)
		return;
	(void)o->actual(o->context, n, &actual);
	if (!o->hide_times) {
		put_number(j, "Actual Startup Time", (double)actual.first_ns / 1e6, 3);
		put_number(j, "Actual Total Time", (double)actual.total_ns / 1e6, 3);
	}
	put_number(j, "Actual Rows", (double)actual.rows, 0);
	put_number(j, "Actual Loops", (double)actual.loops, 0);
}

static void put_details(struct writing *j, const struct plan_node *n)
{
	const char *at, *end;

	buf_reset(&j->text);
	dump_details(&j->d, n, 0);
	at = (const char *)j->text.data;
	end = at + j->text.length;
	while (at < end) {
		const char *text = memchr(at, DUMP_DETAIL_TEXT, (size_t)(end - at));
		const char *next;

		if (text == NULL)
			return;
		next = memchr(text, DUMP_DETAIL_BEGIN, (size_t)(end - text));
		if (next == NULL)
			next = end;
		put_name(j, (struct str){ at + 1, (uint32_t)(text - at - 1) });
		json_put_string(j->to, (struct str){ text + 1, (uint32_t)(next - text - 1) });
		at = next;
	}
}

static void put_node(struct writing *j, const struct plan_node *n);

/* One of a node's inputs, as an item of its "Plans". */
static void put_input(struct writing *j, const struct plan_node *n, bool *has_some)
{
	if (n == NULL || n->kind == PLAN_ONE_ROW)
		return;
	if (!*has_some) {
		put_name(j, STR("Plans"));
		buf_put_byte(j->to, '[');
	} else {
		buf_put_byte(j->to, ',');
	}
	*has_some = true;
	buf_put_byte(j->to, '\n');
	j->level++;
	put_indent(j);
	put_node(j, n);
	j->level--;
}

static void put_node(struct writing *j, const struct plan_node *n)
{
	bool has_some = false;

	buf_put_byte(j->to, '{');
	j->level++;
	put_name(j, STR("Node Type"));
	json_put_string(j->to, str_of(dump_node_word(n)));
	buf_reset(&j->text);
	dump_target(&j->d, n);
	if (j->text.length > 0) {
		put_name(j, STR("Target"));
		json_put_string(j->to, buf_str(&j->text));
	}
	put_figures(j, n);
	put_details(j, n);
	put_input(j, n->other, &has_some);
	for (uint32_t i = 0; i < plan_branch_count(n); i++)
		put_input(j, plan_branch(n, i), &has_some);
	put_input(j, n->input, &has_some);
	if (has_some) {
		buf_put_byte(j->to, '\n');
		put_indent(j);
		buf_put_byte(j->to, ']');
	}
	j->level--;
	buf_put_byte(j->to, '\n');
	put_indent(j);
	buf_put_byte(j->to, '}');
}

static void put_graphs(struct writing *j)
{
	const struct plan *plan = j->d.plan;
	const struct catalog *c = j->d.options->catalog;

	put_name(j, STR("Graphs"));
	buf_put_byte(j->to, '[');
	if (plan->graph_count == 0 || c == NULL)
		json_put_string(j->to, STR("main"));
	for (uint32_t i = 0; c != NULL && i < MIN_OF(plan->graph_count, PLAN_GRAPHS_MOST); i++) {
		buf_put_text(j->to, i > 0 ? ", " : "");
		json_put_string(j->to, catalog_graph_name(c, plan->graphs[i]));
	}
	buf_put_byte(j->to, ']');
}

void plan_dump_json(
	struct buf *to, const struct plan *plan, const struct plan_dump_options *options)
{
	struct writing j = { .to = to, .level = 2 };

	j.d = (struct dump){ .to = &j.text, .plan = plan, .options = options, .is_json = true };
	put_name(&j, STR("Plan"));
	put_node(&j, plan->root);
	put_name(&j, STR("Access"));
	json_put_string(to, plan->is_write ? STR("write") : STR("read"));
	put_graphs(&j);
	buf_free(&j.text);
}
