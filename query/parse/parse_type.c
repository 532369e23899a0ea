/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Types: section 3 of the language. Synonyms are normalised; a name nobody knows here is kept for
 * the binder, which also knows PostgreSQL's (regclass, oid, name).
 *
 *	type      = [qualifier '.'] typeName [ '(' int [',' int] ')' ] { '[' [int] ']' }
 *	            [ NOT NULL ]
 *	typeName  = DOUBLE [PRECISION] | CHARACTER [VARYING] | INTERVAL [field [TO field]]
 *	          | (TIME|TIMESTAMP) [(WITH|WITHOUT) TIME ZONE]
 *	          | (LOCAL|ZONED) (TIME|DATETIME) | (LIST|ARRAY) ['<' type '>']
 *	          | [RECORD] '{' [field {',' field}] '}' | word
 *	field     = name [('::' | TYPED)] type
 */
#include "query/parse/parser.h"

#include "base/check.h"
#include "query/parse/parse.h"
#include "query/parse/parse_expr.h"
#include "query/parse/parse_table.h"

struct type_name {
	const char *name;
	enum ast_type_kind kind;
};

static const struct type_name type_names[] = {
	{ "ANY", AST_TYPE_ANY },
	{ "BIGINT", AST_TYPE_INT64 },
	{ "BOOL", AST_TYPE_BOOL },
	{ "BOOLEAN", AST_TYPE_BOOL },
	{ "BYTEA", AST_TYPE_BYTES },
	{ "BYTES", AST_TYPE_BYTES },
	{ "CHAR", AST_TYPE_STRING },
	{ "CHARACTER", AST_TYPE_STRING },
	{ "DATE", AST_TYPE_DATE },
	{ "DATETIME", AST_TYPE_TIMESTAMP },
	{ "DEC", AST_TYPE_DECIMAL },
	{ "DECIMAL", AST_TYPE_DECIMAL },
	{ "DOUBLE", AST_TYPE_FLOAT64 },
	{ "DURATION", AST_TYPE_DURATION },
	{ "EDGE", AST_TYPE_EDGE },
	{ "FLOAT", AST_TYPE_FLOAT64 },
	{ "FLOAT32", AST_TYPE_FLOAT32 },
	{ "FLOAT4", AST_TYPE_FLOAT32 },
	{ "FLOAT64", AST_TYPE_FLOAT64 },
	{ "FLOAT8", AST_TYPE_FLOAT64 },
	{ "INT", AST_TYPE_INT64 },
	{ "INT16", AST_TYPE_INT16 },
	{ "INT2", AST_TYPE_INT16 },
	{ "INT32", AST_TYPE_INT32 },
	{ "INT4", AST_TYPE_INT32 },
	{ "INT64", AST_TYPE_INT64 },
	{ "INT8", AST_TYPE_INT64 },
	{ "INTEGER", AST_TYPE_INT64 },
	{ "INTERVAL", AST_TYPE_DURATION },
	{ "MAP", AST_TYPE_RECORD },
	{ "NODE", AST_TYPE_NODE },
	{ "NULL", AST_TYPE_NULL },
	{ "NUMERIC", AST_TYPE_DECIMAL },
	{ "PATH", AST_TYPE_PATH },
	{ "REAL", AST_TYPE_FLOAT32 },
	{ "RECORD", AST_TYPE_RECORD },
	{ "RELATIONSHIP", AST_TYPE_EDGE },
	{ "SMALLINT", AST_TYPE_INT16 },
	{ "STRING", AST_TYPE_STRING },
	{ "TEXT", AST_TYPE_STRING },
	{ "TIME", AST_TYPE_TIME },
	{ "TIMESTAMP", AST_TYPE_TIMESTAMP },
	{ "TIMESTAMPTZ", AST_TYPE_TIMESTAMPTZ },
	{ "TIMETZ", AST_TYPE_TIMETZ },
	{ "UUID", AST_TYPE_UUID },
	{ "VARCHAR", AST_TYPE_STRING },
	{ "VECTOR", AST_TYPE_VECTOR },
	{ "VERTEX", AST_TYPE_NODE },
};

enum ast_type_kind parse_type_kind(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(type_names); i++) {
		if (str_equal_nocase(name, str_of(type_names[i].name)))
			return type_names[i].kind;
	}
	return AST_TYPE_NAMED;
}

static enum sqlstate parse_field(struct parser *p, struct ast_type_field *out)
{
	TRY(parse_any_name(p, "a field name", &out->name));
	if (parse_is(p, ':') && parse_sees_adjacent(p, 1, ':')) {
		parse_advance(p);
		parse_advance(p);
	} else {
		parse_accept(p, KW_TYPED);
	}
	return parse_type(p, &out->type);
}

static enum sqlstate parse_fields(struct parser *p, struct ast_type *t)
{
	t->kind = AST_TYPE_RECORD;
	TRY(parse_expect(p, '{'));
	if (parse_accept(p, '}'))
		return OK;
	do {
		TRY(parse_field(p, PARSE_PUSH(p, t->fields, t->field_count)));
	} while (parse_accept(p, ','));
	return parse_expect(p, '}');
}

/* WITH TIME ZONE, WITHOUT TIME ZONE behind TIME and TIMESTAMP. */
static void parse_zone(struct parser *p, struct ast_type *t)
{
	bool is_with = p->token.kind == KW_WITH;

	if (!is_with && p->token.kind != KW_WITHOUT)
		return;
	if (!parse_sees(p, 1, KW_TIME) || !parse_sees(p, 2, KW_ZONE))
		return;
	parse_advance(p);
	parse_advance(p);
	parse_advance(p);
	if (is_with)
		t->kind = t->kind == AST_TYPE_TIME ? AST_TYPE_TIMETZ : AST_TYPE_TIMESTAMPTZ;
}

/* LOCAL TIME, ZONED DATETIME and their kin; the first word has been taken. */
static enum sqlstate parse_local_or_zoned(struct parser *p, struct ast_type *t, bool is_zoned)
{
	if (parse_accept(p, KW_TIME))
		t->kind = is_zoned ? AST_TYPE_TIMETZ : AST_TYPE_TIME;
	else if (parse_accept(p, KW_DATETIME) || parse_accept(p, KW_TIMESTAMP))
		t->kind = is_zoned ? AST_TYPE_TIMESTAMPTZ : AST_TYPE_TIMESTAMP;
	else
		return parse_fail(p, NULL);
	return OK;
}

static enum sqlstate parse_type_arguments(struct parser *p, struct ast_type *t)
{
	if (p->token.kind != '(')
		return OK;
	parse_advance(p);
	do {
		uint32_t value = 0;
		bool is_negative;

		if (t->argument_count == 2)
			return parse_fail(p, "\")\"");
		is_negative = t->kind == AST_TYPE_DECIMAL && parse_accept(p, '-');
		TRY(parse_uint(p, &value));
		if (value > INT32_MAX)
			return PARSE_ERROR(p, p->token.at, E_OUT_OF_RANGE, "integer out of range");
		t->arguments[t->argument_count++] =
			is_negative ? -(int32_t)value : (int32_t)value;
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

static enum sqlstate parse_element_type(struct parser *p, struct ast_type *t)
{
	t->kind = AST_TYPE_LIST;
	if (!parse_accept(p, '<'))
		return OK;
	TRY(parse_type(p, &t->element));
	return parse_expect(p, '>');
}

/* FLOAT(n): n binary digits at least. */
static enum sqlstate take_float_digits(struct parser *p, struct ast_type *t, uint32_t at)
{
	enum { REAL_DIGITS = 24, DOUBLE_DIGITS = 53 };
	int32_t digits = t->arguments[0];

	if (digits < 1)
		return PARSE_ERROR(p, at, E_INVALID_VALUE,
			"precision for type float must be at least 1 bit");
	if (digits > DOUBLE_DIGITS)
		return PARSE_ERROR(p, at, E_INVALID_VALUE,
			"precision for type float must be less than 54 bits");
	t->kind = digits <= REAL_DIGITS ? AST_TYPE_FLOAT32 : AST_TYPE_FLOAT64;
	t->argument_count = 0;
	return OK;
}

static enum sqlstate parse_named_type(struct parser *p, struct ast_type *t)
{
	uint16_t first = p->token.kind;
	struct ast_name word = { 0 };
	uint32_t arguments_at;
	bool is_word;

	TRY(parse_any_name(p, "a type", &word));
	if (parse_is(p, '.')) {
		parse_advance(p);
		t->qualifier = word.text;
		TRY(parse_any_name(p, "a type", &word));
	}
	if (str_equal_nocase(word.text, STR("national")) &&
		(p->token.kind == KW_CHARACTER || p->token.kind == KW_CHAR)) {
		first = p->token.kind;
		TRY(parse_any_name(p, "a type", &word));
	}
	is_word = first >= TOKEN_KEYWORD;
	t->name = word.text;
	t->kind = parse_type_kind(word.text);
	if (str_equal_nocase(t->name, STR("bit")) && parse_accept(p, KW_VARYING))
		t->name = STR("bit varying");
	if (!is_word || t->qualifier.length > 0)
		return parse_type_arguments(p, t);
	switch (first) {
	case KW_DOUBLE:
		parse_accept(p, KW_PRECISION);
		return OK;
	case KW_CHARACTER:
	case KW_CHAR:
		if (parse_accept(p, KW_VARYING))
			t->name = STR("varchar");
		break;
	case KW_LOCAL:
	case KW_ZONED:
		TRY(parse_local_or_zoned(p, t, first == KW_ZONED));
		break;
	case KW_LIST:
	case KW_ARRAY:
		return parse_element_type(p, t);
	case KW_RECORD:
		return p->token.kind == '{' ? parse_fields(p, t) : OK;
	default:
		break;
	}
	arguments_at = parse_peek(p, 1)->at;
	TRY(parse_type_arguments(p, t));
	if (first == KW_TIME || first == KW_TIMESTAMP)
		parse_zone(p, t);
	if (first == KW_INTERVAL)
		return parse_interval_range(p, t);
	if (first == KW_FLOAT && t->argument_count == 1)
		return take_float_digits(p, t, arguments_at);
	return OK;
}

/* T[] T[3] T ARRAY: wraps the type once for each pair of brackets. */
static enum sqlstate parse_array_suffix(struct parser *p, struct ast_type **type)
{
	uint32_t levels = 0;

	for (;;) {
		struct ast_type *list;
		bool is_bracket = p->token.kind == '[';

		if (!is_bracket && p->token.kind != KW_ARRAY && p->token.kind != KW_LIST)
			return OK;
		if (++levels > p->depth_max)
			return PARSE_ERROR(p, p->token.at, E_TOO_COMPLEX, "statement too complex");
		parse_advance(p);
		if (is_bracket) {
			if (p->token.kind == TOKEN_INTEGER)
				parse_advance(p);
			TRY(parse_expect(p, ']'));
		}
		list = ARENA_NEW(p->arena, struct ast_type);
		list->kind = AST_TYPE_LIST;
		list->at = (*type)->at;
		list->length = p->end - list->at;
		list->element = *type;
		*type = list;
	}
}

enum sqlstate parse_type(struct parser *p, struct ast_type **out)
{
	struct ast_type *t = ARENA_NEW(p->arena, struct ast_type);

	TRY(parse_enter(p));
	t->at = p->token.at;
	if (p->token.kind == '{')
		TRY(parse_fields(p, t));
	else
		TRY(parse_named_type(p, t));
	t->length = p->end - t->at;
	TRY(parse_array_suffix(p, &t));
	if (p->token.kind == KW_NOT && parse_sees(p, 1, KW_NULL)) {
		parse_advance(p);
		parse_advance(p);
		t->is_not_null = true;
		t->length = p->end - t->at;
	}
	*out = t;
	parse_leave(p);
	return OK;
}

/* What a type before it is the type of: a string or a parameter. */
static bool sees_text(struct parser *p, uint32_t n)
{
	return parse_sees(p, n, TOKEN_STRING) || parse_sees(p, n, TOKEN_PARAMETER) ||
	       parse_sees(p, n, TOKEN_NAMED_PARAMETER);
}

/* How many tokens the (n) or (n, m) there takes; 0: there is none. */
static uint32_t argument_tokens(struct parser *p, uint32_t at)
{
	if (!parse_sees(p, at, '(') || !parse_sees(p, at + 1, TOKEN_INTEGER))
		return 0;
	if (parse_sees(p, at + 2, ')'))
		return 3;
	return parse_sees(p, at + 2, ',') && parse_sees(p, at + 3, TOKEN_INTEGER) &&
			       parse_sees(p, at + 4, ')')
		       ? 5
		       : 0;
}

/* How many words the type's name has. */
static uint32_t name_tokens(struct parser *p)
{
	uint32_t at = 1;

	if (p->token.kind == KW_DOUBLE && parse_sees(p, 1, KW_PRECISION))
		return 2;
	if (parse_word(p, "NATIONAL") &&
		(parse_sees(p, 1, KW_CHARACTER) || parse_sees(p, 1, KW_CHAR)))
		at = 2;
	return at + parse_sees(p, at, KW_VARYING);
}

bool parse_is_type_literal(struct parser *p)
{
	uint32_t skip;

	switch (p->token.kind) {
	case KW_DATE:
	case KW_DATETIME:
	case KW_UUID:
		return sees_text(p, 1);
	case KW_TIMESTAMPTZ:
	case KW_TIMETZ:
	case KW_DURATION:
	case KW_INTERVAL:
		return sees_text(p, 1 + argument_tokens(p, 1));
	case KW_TIME:
	case KW_TIMESTAMP:
		skip = argument_tokens(p, 1);
		return sees_text(p, 1 + skip) ||
		       (parse_sees(p, 2 + skip, KW_TIME) && parse_sees(p, 3 + skip, KW_ZONE) &&
			       sees_text(p, 4 + skip));
	case KW_LOCAL:
	case KW_ZONED:
		return sees_text(p, 2);
	default:
		/* int4 '5', double precision '1', numeric(3, 1) '2.5' */
		skip = name_tokens(p);
		return parse_is_name_token(&p->token) &&
		       parse_sees(p, skip + argument_tokens(p, skip), TOKEN_STRING);
	}
}
