/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY, EXPLAIN, and the helpers of the protocol that SQL also spells: prepared statements,
 * cursors, notifications. COPY's three generations of option syntax all become one list of options.
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

/* ---- options: name [value] ---- */

static struct str upper(struct parser *p, struct str s)
{
	char *copy = (char *)arena_str(p->arena, s).at;

	for (uint32_t i = 0; i < s.length; i++) {
		if (copy[i] >= 'a' && copy[i] <= 'z')
			copy[i] = (char)(copy[i] - 32);
	}
	return (struct str){ copy, s.length };
}

static enum sqlstate parse_option_value(struct parser *p, struct ast_option *out)
{
	struct ast_name word = { 0 };
	uint32_t at = p->token.at;

	if (p->token.kind == TOKEN_STRING) {
		out->kind = OPTION_STRING;
		return parse_string(p, &out->value);
	}
	if (p->token.kind == '(') {
		out->kind = OPTION_NAMES;
		return parse_name_list(p, "a name", &out->names, &out->name_count);
	}
	if (p->token.kind == '*') { /* FORCE_QUOTE * */
		out->kind = OPTION_WORD;
		out->value = STR("*");
		parse_advance(p);
		return OK;
	}
	if (parse_is_any_name_token(&p->token)) {
		out->kind = p->token.kind == TOKEN_QUOTED ? OPTION_STRING : OPTION_WORD;
		TRY(parse_any_name(p, "a value", &word));
		out->value = word.text;
		return OK;
	}
	if (p->token.kind == '-' || p->token.kind == '+')
		parse_advance(p);
	if (p->token.kind != TOKEN_INTEGER && p->token.kind != TOKEN_FLOAT)
		return parse_fail(p, "a value");
	out->kind = OPTION_NUMBER;
	parse_advance(p);
	out->value = (struct str){ p->lexer.text + at, p->end - at };
	return OK;
}

/* LABELS 'B' and LABELS B say what LABELS (B) says. */
static void make_names(struct parser *p, struct ast_option *o)
{
	if (!str_equal(o->name, STR("LABELS")) ||
		(o->kind != OPTION_STRING && o->kind != OPTION_WORD))
		return;
	o->kind = OPTION_NAMES;
	*PARSE_PUSH(p, o->names, o->name_count) =
		(struct ast_name){ .at = o->at, .text = o->value };
}

/* '(' option {',' option} ')' */
static enum sqlstate parse_options(struct parser *p, struct ast_option **out, uint32_t *count)
{
	TRY(parse_expect(p, '('));
	do {
		struct ast_option *o = PARSE_PUSH(p, *out, *count);
		struct ast_name name = { 0 };

		o->at = p->token.at;
		TRY(parse_any_name(p, "an option", &name));
		o->name = upper(p, name.text);
		if (!parse_is(p, ',') && !parse_is(p, ')'))
			TRY(parse_option_value(p, o));
		make_names(p, o);
		o->length = p->end - o->at;
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

static struct ast_option *push_option(
	struct parser *p, struct ast_option **out, uint32_t *count, struct str name)
{
	struct ast_option *o = PARSE_PUSH(p, *out, *count);

	o->at = p->token.at;
	o->length = p->token.length;
	o->name = name;
	return o;
}

static void push_word(struct parser *p, struct ast_option **out, uint32_t *count, struct str name,
	struct str word)
{
	struct ast_option *o = push_option(p, out, count, name);

	o->kind = OPTION_WORD;
	o->value = word;
	parse_advance(p);
}

/* ---- COPY ---- */

/* DELIMITER [AS] 'c' and its kin. */
static enum sqlstate parse_legacy_string(struct parser *p, struct ast_copy *out, struct str name)
{
	struct ast_option *o = push_option(p, &out->options, &out->option_count, name);

	parse_advance(p);
	parse_accept(p, KW_AS);
	o->kind = OPTION_STRING;
	TRY(parse_string(p, &o->value));
	o->length = p->end - o->at;
	return OK;
}

/* FORCE QUOTE *, FORCE NOT NULL a, b, FORCE NULL a, b */
static enum sqlstate parse_legacy_force(struct parser *p, struct ast_copy *out)
{
	struct ast_option *o =
		push_option(p, &out->options, &out->option_count, STR("FORCE_QUOTE"));

	parse_advance(p);
	if (parse_accept(p, KW_NOT)) {
		TRY(parse_expect(p, KW_NULL));
		o->name = STR("FORCE_NOT_NULL");
	} else if (parse_accept(p, KW_NULL)) {
		o->name = STR("FORCE_NULL");
	} else {
		TRY(parse_expect(p, KW_QUOTE));
	}
	if (p->token.kind == '*') {
		o->kind = OPTION_WORD;
		o->value = STR("*");
		parse_advance(p);
		return OK;
	}
	o->kind = OPTION_NAMES;
	do {
		TRY(parse_any_name(p, "a column name", PARSE_PUSH(p, o->names, o->name_count)));
	} while (parse_accept(p, ','));
	return OK;
}

static enum sqlstate parse_legacy_options(struct parser *p, struct ast_copy *out)
{
	for (;;) {
		switch (p->token.kind) {
		case KW_CSV:
			push_word(p, &out->options, &out->option_count, STR("FORMAT"), STR("csv"));
			break;
		case KW_BINARY:
			push_word(
				p, &out->options, &out->option_count, STR("FORMAT"), STR("binary"));
			break;
		case KW_HEADER:
			push_word(p, &out->options, &out->option_count, STR("HEADER"), STR("true"));
			break;
		case KW_FREEZE:
			parse_advance(p);
			break;
		case KW_DELIMITER:
			TRY(parse_legacy_string(p, out, STR("DELIMITER")));
			break;
		case KW_NULL:
			TRY(parse_legacy_string(p, out, STR("NULL")));
			break;
		case KW_QUOTE:
			TRY(parse_legacy_string(p, out, STR("QUOTE")));
			break;
		case KW_ESCAPE:
			TRY(parse_legacy_string(p, out, STR("ESCAPE")));
			break;
		case KW_ENCODING:
			TRY(parse_legacy_string(p, out, STR("ENCODING")));
			break;
		case KW_FORCE:
			TRY(parse_legacy_force(p, out));
			break;
		default:
			return OK;
		}
	}
}

static enum sqlstate parse_copy_columns(struct parser *p, struct ast_copy *out)
{
	TRY(parse_expect(p, '('));
	do {
		struct ast_copy_column *c = PARSE_PUSH(p, out->columns, out->column_count);

		TRY(parse_any_name(p, "a column name", &c->key));
		if (p->token.kind == ':') {
			parse_advance(p);
			TRY(parse_expect(p, ':'));
			TRY(parse_type(p, &c->type));
		}
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

static enum sqlstate parse_copy_direction(struct parser *p, struct ast_copy *out)
{
	uint16_t stream;

	if (out->query == NULL && parse_accept(p, KW_FROM))
		out->is_from = true;
	else
		TRY(parse_expect(p, KW_TO));
	stream = out->is_from ? KW_STDIN : KW_STDOUT;
	if (p->token.kind == TOKEN_STRING || p->token.kind == TOKEN_NAME) {
		(void)PARSE_ERROR(p, p->token.at, E_PRIVILEGE,
			"COPY to or from a file on the server is not allowed");
		error_hint(p->error,
			"Write STDIN or STDOUT; in psql \\copy reads and writes files of the "
			"client.");
		return E_PRIVILEGE;
	}
	/* PostgreSQL takes either word in either direction. */
	if (!parse_accept(p, stream))
		TRY(parse_expect(p, out->is_from ? KW_STDOUT : KW_STDIN));
	return OK;
}

/* [USING] DELIMITERS 'c': older still than the options without parentheses. */
static enum sqlstate parse_delimiters(struct parser *p, struct ast_copy *out)
{
	bool is_old = parse_word(p, "DELIMITERS") ||
		      (parse_word(p, "USING") && parse_sees_word(p, 1, "DELIMITERS"));

	if (!is_old)
		return OK;
	parse_accept_word(p, "USING");
	return parse_legacy_string(p, out, STR("DELIMITER"));
}

static enum sqlstate parse_copy_options(struct parser *p, struct ast_copy *out)
{
	TRY(parse_delimiters(p, out));
	parse_accept(p, KW_WITH);
	if (parse_is(p, '('))
		return parse_options(p, &out->options, &out->option_count);
	return parse_legacy_options(p, out);
}

enum sqlstate parse_copy(struct parser *p, struct ast_stmt *out)
{
	struct ast_copy *copy = ARENA_NEW(p->arena, struct ast_copy);

	out->kind = STMT_COPY;
	out->copy = copy;
	parse_advance(p);
	if (parse_accept(p, '(')) {
		TRY(parse_statement(p, &copy->query));
		if (copy->query->kind != STMT_QUERY)
			return PARSE_ERROR(p, copy->query->at, E_SYNTAX, "COPY needs a query");
		TRY(parse_expect(p, ')'));
	} else {
		/* COPY BINARY L: the oldest spelling. */
		if (p->token.kind == KW_BINARY && parse_is_any_name_token(parse_peek(p, 1)) &&
			!parse_sees(p, 1, KW_FROM) && !parse_sees(p, 1, KW_TO))
			push_word(p, &copy->options, &copy->option_count, STR("FORMAT"),
				STR("binary"));
		TRY(parse_any_name(p, "a label", &copy->label));
		/* public.label: the schema says nothing here */
		if (parse_accept(p, '.'))
			TRY(parse_any_name(p, "a label", &copy->label));
		if (parse_is(p, '('))
			TRY(parse_copy_columns(p, copy));
	}
	TRY(parse_copy_direction(p, copy));
	TRY(parse_copy_options(p, copy));
	if (copy->is_from && parse_is(p, KW_WHERE))
		return parse_unsupported(p, p->token.at, "COPY FROM with WHERE");
	return OK;
}

/* ---- EXPLAIN ---- */

static void push_flag(struct parser *p, struct ast_stmt *out, struct str name)
{
	push_option(p, &out->explain.options, &out->explain.option_count, name);
	parse_advance(p);
}

static bool is_explainable(const struct ast_stmt *s)
{
	return s->kind == STMT_QUERY || s->kind == STMT_EXECUTE || s->kind == STMT_DECLARE ||
	       s->kind == STMT_COPY;
}

enum sqlstate parse_explain(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_EXPLAIN;
	if (p->token.kind == KW_PROFILE) {
		push_flag(p, out, STR("ANALYZE"));
	} else {
		parse_advance(p);
		if (p->token.kind == '(') {
			TRY(parse_options(p, &out->explain.options, &out->explain.option_count));
		} else {
			if (p->token.kind == KW_ANALYZE || p->token.kind == KW_ANALYSE)
				push_flag(p, out, STR("ANALYZE"));
			if (p->token.kind == KW_VERBOSE)
				push_flag(p, out, STR("VERBOSE"));
		}
	}
	TRY(parse_statement(p, &out->explain.statement));
	if (!is_explainable(out->explain.statement))
		return PARSE_ERROR(
			p, out->explain.statement->at, E_SYNTAX, "EXPLAIN needs a query");
	return OK;
}

/* ---- prepared statements ---- */

static enum sqlstate parse_prepare(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_PREPARE;
	if (p->token.kind == KW_TRANSACTION)
		return parse_unsupported(p, p->token.at, "a two-phase commit");
	TRY(parse_name(p, "a statement name", &out->prepare.name));
	if (parse_accept(p, '(')) {
		do {
			TRY(parse_type(
				p, PARSE_PUSH(p, out->prepare.types, out->prepare.type_count)));
		} while (parse_accept(p, ','));
		TRY(parse_expect(p, ')'));
	}
	TRY(parse_expect(p, KW_AS));
	TRY(parse_statement(p, &out->prepare.statement));
	if (out->prepare.statement->kind != STMT_QUERY)
		return PARSE_ERROR(
			p, out->prepare.statement->at, E_SYNTAX, "PREPARE needs a query");
	p->parameter_max = 0; /* they belong to the prepared statement */
	p->parameter_names = NULL;
	p->parameter_name_count = 0;
	return OK;
}

static enum sqlstate parse_execute(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_EXECUTE;
	TRY(parse_name(p, "a statement name", &out->execute.name));
	if (!parse_accept(p, '('))
		return OK;
	TRY(parse_expr_list(p, &out->execute.args, &out->execute.arg_count));
	return parse_expect(p, ')');
}

/* ---- cursors ---- */

static enum sqlstate parse_declare(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_DECLARE;
	TRY(parse_name(p, "a cursor name", &out->declare.name));
	while (!parse_is(p, KW_CURSOR)) {
		if (parse_accept(p, KW_BINARY))
			out->declare.is_binary = true;
		else if (parse_accept(p, KW_SCROLL))
			out->declare.is_scroll = true;
		else if (parse_accept_pair(p, KW_NO, KW_SCROLL))
			out->declare.is_no_scroll = true;
		else
			TRY(parse_expect(p, KW_INSENSITIVE));
	}
	parse_advance(p);
	if (parse_accept_pair(p, KW_WITH, KW_HOLD))
		out->declare.is_hold = true;
	else
		parse_accept_pair(p, KW_WITHOUT, KW_HOLD);
	TRY(parse_expect(p, KW_FOR));
	TRY(parse_statement(p, &out->declare.statement));
	if (out->declare.statement->kind != STMT_QUERY)
		return PARSE_ERROR(
			p, out->declare.statement->at, E_SYNTAX, "a cursor needs a query");
	return OK;
}

static enum sqlstate parse_fetch_count(struct parser *p, int64_t sign, struct ast_fetch *out)
{
	uint32_t value = 0;

	if (parse_accept(p, '-'))
		sign = -sign;
	else
		parse_accept(p, '+');
	TRY(parse_uint(p, &value));
	out->count = sign * (int64_t)value;
	return OK;
}

/* The word of a direction, or NEXT's default when none is there. */
static enum sqlstate parse_fetch_direction(struct parser *p, struct ast_fetch *out)
{
	static const struct {
		uint16_t kind;
		enum ast_fetch_direction direction;
		bool has_count;
	} words[] = {
		{ KW_NEXT, FETCH_NEXT, false },
		{ KW_PRIOR, FETCH_PRIOR, false },
		{ KW_FIRST, FETCH_FIRST, false },
		{ KW_LAST, FETCH_LAST, false },
		{ KW_ABSOLUTE, FETCH_ABSOLUTE, true },
		{ KW_RELATIVE, FETCH_RELATIVE, true },
		{ KW_FORWARD, FETCH_FORWARD, false },
		{ KW_BACKWARD, FETCH_BACKWARD, false },
	};

	out->direction = FETCH_FORWARD;
	out->count = 1;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		const struct token *next = parse_peek(p, 1);

		/* A cursor may be called first: then nothing follows. */
		if (p->token.kind != words[i].kind ||
			(next->kind == TOKEN_END || next->kind == ';'))
			continue;
		parse_advance(p);
		out->direction = words[i].direction;
		if (words[i].has_count)
			return parse_fetch_count(p, 1, out);
		break;
	}
	if (out->direction != FETCH_FORWARD && out->direction != FETCH_BACKWARD)
		return OK;
	if (p->token.kind == KW_ALL) {
		parse_advance(p);
		out->count = INT64_MAX;
	} else if (p->token.kind == TOKEN_INTEGER || p->token.kind == '-' || p->token.kind == '+') {
		return parse_fetch_count(p, 1, out);
	}
	return OK;
}

static enum sqlstate parse_fetch(struct parser *p, bool is_move, struct ast_stmt *out)
{
	out->kind = STMT_FETCH;
	out->fetch.is_move = is_move;
	TRY(parse_fetch_direction(p, &out->fetch));
	if (!parse_accept(p, KW_FROM))
		parse_accept(p, KW_IN);
	return parse_name(p, "a cursor name", &out->fetch.cursor);
}

/* ---- the rest ---- */

/* CLOSE c, DEALLOCATE s, UNLISTEN c: a name, or the word that stands for all of them. */
static enum sqlstate parse_name_or_all(
	struct parser *p, enum ast_stmt_kind kind, uint16_t all, struct ast_stmt *out)
{
	out->kind = kind;
	if (parse_accept(p, all))
		return OK;
	return parse_name(p, "a name", &out->name);
}

static enum sqlstate parse_notify(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_NOTIFY;
	TRY(parse_name(p, "a channel name", &out->notify.channel));
	if (!parse_accept(p, ','))
		return OK;
	return parse_string(p, &out->notify.payload);
}

enum sqlstate parse_command(struct parser *p, struct ast_stmt *out)
{
	uint16_t kind = p->token.kind;

	parse_advance(p);
	switch (kind) {
	case KW_PREPARE:
		return parse_prepare(p, out);
	case KW_EXECUTE:
		return parse_execute(p, out);
	case KW_DEALLOCATE:
		if (p->token.kind == KW_PREPARE && !parse_sees(p, 1, TOKEN_END) &&
			!parse_sees(p, 1, ';'))
			parse_advance(p);
		return parse_name_or_all(p, STMT_DEALLOCATE, KW_ALL, out);
	case KW_DECLARE:
		return parse_declare(p, out);
	case KW_FETCH:
	case KW_MOVE:
		return parse_fetch(p, kind == KW_MOVE, out);
	case KW_CLOSE:
		return parse_name_or_all(p, STMT_CLOSE, KW_ALL, out);
	case KW_LISTEN:
		out->kind = STMT_LISTEN;
		return parse_name(p, "a channel name", &out->name);
	case KW_UNLISTEN:
		return parse_name_or_all(p, STMT_UNLISTEN, '*', out);
	default:
		assert(kind == KW_NOTIFY);
		return parse_notify(p, out);
	}
}
