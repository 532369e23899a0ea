/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Catalog relations that tell of the session itself: pg_prepared_statements and pg_cursors. What this layer does not
 * know either, the one above it tells.
 */
#include "query/session/session.h"

#include "query/table/label_oid.h"

static struct value parameter_types(struct arena *a, const struct query_description *d)
{
	struct value *items = ARENA_ARRAY(a, struct value, d->parameter_count);

	for (uint32_t i = 0; i < d->parameter_count; i++)
		items[i] = value_int(query_type_oid(d->parameters[i]));
	return (struct value){ .type = VALUE_LIST, .count = d->parameter_count, .items = items };
}

static void tell_statement(
	struct query_facts *facts, struct arena *a, struct str name, const struct query_prepared *p)
{
	struct value at = { .type = VALUE_TIMESTAMPTZ, .integer = p->prepared_at };
	struct str text = p->statement == NULL ? STR("") : p->statement->text;

	query_facts_add(facts);
	query_facts_put(facts, "name", value_string(name));
	query_facts_put(facts, "statement", value_string(p->from_sql ? p->sql : text));
	query_facts_put(facts, "prepare_time", at);
	query_facts_put(facts, "parameter_types", parameter_types(a, &p->description));
	query_facts_put(facts, "from_sql", value_bool(p->from_sql));
	/* A plan knows no parameter's value: all are what PostgreSQL calls generic. */
	query_facts_put(facts, "generic_plans", value_int((int64_t)p->runs));
	query_facts_put(facts, "custom_plans", value_int(0));
}

enum sqlstate session_tell(
	void *context, struct str relation, struct query_facts *facts, struct error *e)
{
	struct query_session *s = context;
	size_t cursor = 0;
	struct str name;
	struct arena *a;
	void *prepared;

	if (str_equal(relation, STR("pg_cursors"))) {
		sql_cursors_tell(s, facts);
		return OK;
	}
	if (!str_equal(relation, STR("pg_prepared_statements")))
		return s->options.tell == NULL ? OK
					       : s->options.tell(s->options.tell_context, relation,
							 facts, e);
	a = arena_new(0);
	while (map_str_next(&s->statements, &cursor, &name, &prepared))
		tell_statement(facts, a, name, prepared);
	arena_free(a);
	return OK;
}

uint32_t query_table_oid(bool is_edge, uint32_t label)
{
	return label_oid(is_edge ? LABEL_EDGE_TABLE : LABEL_NODE_TABLE, label);
}
