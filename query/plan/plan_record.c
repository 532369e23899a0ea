/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * json_to_record() and its kin in FROM: the statement names the columns of their objects, and each is a
 * member of the object as a value of the type written beside it.
 */
#include "query/plan/plan_from.h"

/* A member: json as it is, arrays from lists, all else as its text. */
static enum sqlstate member_value(struct planner *p, const struct bound *object, struct str name,
	struct type type, const struct bound **out, struct error *e)
{
	const struct bound *pair[2] = { object,
		bound_constant(&p->b, value_string(name), type_make(TYPE_STRING), object->at) };
	bool is_json = type.kind == TYPE_JSON || type.kind == TYPE_JSONB;
	bool is_list = type.kind == TYPE_LIST;

	TRY(binder_function(
		&p->b, is_json || is_list ? STR("->") : STR("->>"), pair, 2, object->at, out, e));
	if (is_list)
		TRY(binder_function(
			&p->b, STR("json_texts_or_null_of"), out, 1, object->at, out, e));
	return OK;
}

enum sqlstate plan_record_columns(
	struct planner *p, const struct ast_from *f, struct answer *answer, struct error *e)
{
	const struct bound *object = binder_slot_ref(&p->b, answer->columns[0].slot, f->at);
	struct answer_column *columns =
		ARENA_ARRAY(p->arena, struct answer_column, f->column_alias_count + 1);

	if (f->column_types == NULL)
		return FAIL_AT(e, f->at, E_SYNTAX,
			"a column definition list is required for functions returning \"record\"");
	for (uint32_t i = 0; i < f->column_alias_count; i++) {
		struct str name = plan_from_alias(p, &f->column_aliases[i]);
		const struct bound *value;
		struct type type;

		TRY(binder_type(&p->b, f->column_types[i], &type, e));
		TRY(member_value(p, object, name, type, &value, e));
		TRY(bind_taken_in(&p->b, f->column_types[i], &value, e));
		columns[i].name = name;
		columns[i].at = f->at;
		columns[i].slot = planner_project(p, value, name);
	}
	answer->columns = columns;
	answer->count = f->column_alias_count;
	return OK;
}
