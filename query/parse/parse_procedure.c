/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE PROCEDURE and the name in DROP PROCEDURE.
 */
#include "query/parse/parser.h"

/* name [::] type */
static enum sqlstate parse_field(struct parser *p, struct ast_procedure_field *out)
{
	TRY(parse_name(p, "a name", &out->name));
	if (parse_accept(p, ':'))
		TRY(parse_expect(p, ':'));
	return parse_type(p, &out->type);
}

static enum sqlstate parse_fields(
	struct parser *p, struct ast_procedure_field **out, uint32_t *count)
{
	TRY(parse_expect(p, '('));
	if (parse_accept(p, ')'))
		return OK;
	do {
		TRY(parse_field(p, PARSE_PUSH(p, *out, *count)));
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

enum sqlstate parse_create_procedure(struct parser *p, bool or_replace, struct ast_stmt *out)
{
	struct ast_procedure *procedure = ARENA_NEW(p->arena, struct ast_procedure);

	out->kind = STMT_CREATE_PROCEDURE;
	out->procedure = procedure;
	procedure->or_replace = or_replace;
	TRY(parse_expect(p, KW_PROCEDURE));
	if (p->token.kind == KW_IF && parse_sees(p, 1, KW_NOT)) {
		parse_advance(p);
		parse_advance(p);
		TRY(parse_expect(p, KW_EXISTS));
		procedure->if_not_exists = true;
	}
	TRY(parse_qname(p, "a procedure name", &procedure->name));
	TRY(parse_fields(p, &procedure->parameters, &procedure->parameter_count));
	if (parse_accept(p, KW_RETURNS)) {
		procedure->has_columns = true;
		TRY(parse_fields(p, &procedure->columns, &procedure->column_count));
	}
	TRY(parse_expect(p, KW_AS));
	return parse_nested_program(p, &procedure->body);
}

enum sqlstate parse_procedure_name(struct parser *p, struct ast_name *out)
{
	struct ast_qname name = { 0 };

	TRY(parse_qname(p, "a procedure name", &name));
	out->at = name.at;
	out->length = name.length;
	out->text = name.name;
	if (name.qualifier.length > 0)
		out->text = arena_printf(p->arena, "%.*s.%.*s", STR_ARGS(name.qualifier),
			STR_ARGS(name.name));
	return OK;
}
