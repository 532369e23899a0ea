/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Procedures that users made, as the catalog keeps them: finding, reading, showing.
 */
#include "query/plan/user_procedure.h"

#include <string.h>

#include "query/parse/parse.h"
#include "query/type/type.h"

const struct catalog_object *procedure_user_find(const struct catalog *c, struct str name)
{
	for (uint32_t i = 0; c != NULL && i < catalog_object_count(c); i++) {
		const struct catalog_object *object = catalog_object_at(c, i);

		if (object->kind == USER_PROCEDURE_OBJECT && str_equal_nocase(object->name, name))
			return object;
	}
	return NULL;
}

struct str procedure_user_name(struct arena *a, const struct ast_qname *name)
{
	if (name->qualifier.length == 0)
		return name->name;
	return arena_printf(a, "%.*s.%.*s", STR_ARGS(name->qualifier), STR_ARGS(name->name));
}

enum sqlstate procedure_user_parse(struct arena *a, const struct catalog_object *object,
	uint32_t offset, const struct ast_stmt **out, struct error *e)
{
	char *text = arena_alloc_raw(a, (size_t)offset + object->body.length + 1);
	struct ast_script script;

	memset(text, ' ', offset);
	memcpy(text + offset, object->body.at, object->body.length);
	TRY(parse_script(a, (struct str){ text, offset + object->body.length }, NULL, &script, e));
	if (script.count != 1 || script.statements[0]->kind != STMT_CREATE_PROCEDURE)
		return FAIL(e, E_DATA_CORRUPTED, "procedure %.*s is kept as something else",
			STR_ARGS(object->name));
	*out = script.statements[0];
	return OK;
}

static enum sqlstate put_fields(struct buf *to, const struct ast_procedure_field *fields,
	uint32_t count, struct error *e)
{
	for (uint32_t i = 0; i < count; i++) {
		char name[TYPE_NAME_SIZE];
		struct type type;

		TRY(bind_type(fields[i].type, &type, e));
		buf_printf(to, "%s%.*s %s", i == 0 ? "" : ", ", STR_ARGS(fields[i].name.text),
			type_name(type, name));
	}
	return OK;
}

enum sqlstate procedure_user_put_signature(
	struct buf *to, const struct ast_procedure *procedure, struct error *e)
{
	if (procedure->name.qualifier.length > 0)
		buf_printf(to, "%.*s.", STR_ARGS(procedure->name.qualifier));
	buf_printf(to, "%.*s(", STR_ARGS(procedure->name.name));
	TRY(put_fields(to, procedure->parameters, procedure->parameter_count, e));
	buf_put_byte(to, ')');
	if (!procedure->has_columns)
		return OK;
	buf_put_text(to, " -> (");
	TRY(put_fields(to, procedure->columns, procedure->column_count, e));
	buf_put_byte(to, ')');
	return OK;
}
