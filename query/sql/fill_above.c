/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The fill of relations whose rows only the layer above knows: see query_tell in query/query.h.
 */
#include "query/eval/eval.h"
#include "query/sql/fills.h"

struct query_facts {
	struct relation_scan *scan;
	struct value *row; /* NULL before the first query_facts_add() */
};

void query_facts_add(struct query_facts *facts)
{
	facts->row = relation_add(facts->scan);
}

void query_facts_put(struct query_facts *facts, const char *column, struct value value)
{
	const struct relation *r = facts->scan->relation;

	assert(facts->row != NULL);
	for (uint32_t i = 0; i < r->column_count; i++) {
		if (strcmp(r->columns[i].name, column) == 0)
			facts->row[i] = value_copy(facts->scan->arena, value);
	}
}

RELATION_FILL(above)
{
	const struct eval_session *session = s->ev->session;
	struct query_facts facts = { .scan = s };

	if (session == NULL || session->tell == NULL)
		return OK;
	return session->tell(session->tell_context, str_of(s->relation->name), &facts, e);
}
