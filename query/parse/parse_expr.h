/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What parse_expr.c and parse_sql_expr.c share: operators seen ahead, and the making of their nodes.
 */
#ifndef QUERY_PARSE_PARSE_EXPR_H
#define QUERY_PARSE_PARSE_EXPR_H

#include "query/parse/parser.h"

enum precedence {
	PREC_NONE = 0,
	PREC_OR,
	PREC_XOR,
	PREC_AND,
	PREC_NOT,
	PREC_COMPARISON,
	PREC_PREDICATE,
	PREC_OTHER, /* SQL's operators that are none of these: -> @> & | << .. */
	PREC_SUM,
	PREC_PRODUCT,
	PREC_POWER,
	PREC_UNARY,
};

/* Forms of SQL that have a grammar of their own behind the operator. */
enum infix_form {
	INFIX_PLAIN,
	INFIX_BETWEEN,
	INFIX_SIMILAR,
	INFIX_OVERLAPS,
	INFIX_ISNULL,
	INFIX_NOTNULL,
	INFIX_AT_ZONE,
	INFIX_COLLATE,
};

/* An infix or postfix operator that is seen at the current token, not yet taken. */
struct infix {
	enum precedence precedence; /* NONE: there is none */
	enum ast_op op;
	uint32_t token_count;
	bool is_negated; /* NOT IN, NOT LIKE .. */
	bool is_is;	 /* IS ..: has its own grammar */
	enum infix_form form;
	const char *call; /* the function that the operator is; NULL: op */
};

enum sqlstate parse_binary(struct parser *p, enum precedence least, struct ast_expr **out);
enum sqlstate parse_make_unary(struct parser *p, enum ast_op op, uint32_t at,
	struct ast_expr *operand, struct ast_expr **out);
enum sqlstate parse_make_binary(struct parser *p, enum ast_op op, uint32_t at,
	struct ast_expr **left, struct ast_expr *right);
/* A call of a function by name on finished expressions. */
enum sqlstate parse_make_call(struct parser *p, const char *name, uint32_t at,
	struct ast_expr *const *args, uint32_t count, struct ast_expr **out);

/* parse_sql_expr.c: an operator of SQL at the current token; false if there is none. */
bool parse_sql_infix(struct parser *p, struct infix *out);
/* Takes what INFIX_BETWEEN and its kin begin; *left becomes the whole. */
enum sqlstate parse_sql_form(
	struct parser *p, const struct infix *found, uint32_t at, struct ast_expr **left);
/* Behind IS [NOT]: [NFC|NFD|NFKC|NFKD] NORMALIZED; *is_taken: it was there. */
enum sqlstate parse_sql_normalized(
	struct parser *p, uint32_t at, bool is_negated, struct ast_expr **left, bool *is_taken);
/* LIKE pattern ESCAPE 'x': *pattern with its escape character made \. */
enum sqlstate parse_sql_escape(struct parser *p, struct ast_expr **pattern);
/* The arguments of EXTRACT, POSITION, SUBSTRING, TRIM, OVERLAY and NORMALIZE where keywords stand between,
   behind their '('. *is_taken is false, and nothing is taken, where they are ordinary. */
enum sqlstate parse_sql_arguments(struct parser *p, struct ast_function *f, bool *is_taken);
/* parse_window.c: at OVER. */
enum sqlstate parse_over(struct parser *p, struct ast_window **out);

/* parse_interval.c: the fields of an INTERVAL that is not written with an argument, if they stand there. */
enum sqlstate parse_interval_range(struct parser *p, struct ast_type *t);

/* name[1][2:3], at the first bracket. */
enum sqlstate parse_subscripts(
	struct parser *p, const struct ast_name *name, struct ast_expr **out);

#endif
