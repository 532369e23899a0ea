/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The clauses, for parse_query.c. Each stands at its first keyword and fills kind and body; at and
 * length are the caller's. Private to query/parse.
 */
#ifndef QUERY_PARSE_PARSE_CLAUSE_H
#define QUERY_PARSE_PARSE_CLAUSE_H

#include "query/parse/parser.h"

enum sqlstate parse_match_clause(struct parser *p, struct ast_clause *out);
enum sqlstate parse_filter(struct parser *p, struct ast_clause *out);
enum sqlstate parse_let_clause(struct parser *p, struct ast_clause *out);
enum sqlstate parse_for(struct parser *p, struct ast_clause *out);
enum sqlstate parse_unwind(struct parser *p, struct ast_clause *out);
enum sqlstate parse_page_clause(struct parser *p, struct ast_clause *out);
enum sqlstate parse_call(struct parser *p, bool is_optional, struct ast_clause *out);
enum sqlstate parse_yield(struct parser *p, struct ast_yield **out);
enum sqlstate parse_with(struct parser *p, struct ast_clause *out);
enum sqlstate parse_return(struct parser *p, struct ast_clause *out);
enum sqlstate parse_insert(struct parser *p, struct ast_clause *out);
enum sqlstate parse_merge(struct parser *p, struct ast_clause *out);
enum sqlstate parse_set_clause(struct parser *p, struct ast_clause *out);
enum sqlstate parse_remove(struct parser *p, struct ast_clause *out);
enum sqlstate parse_delete(struct parser *p, struct ast_clause *out);
enum sqlstate parse_foreach(struct parser *p, struct ast_clause *out);

#endif
