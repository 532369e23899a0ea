/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the files that parse tables share. SQL has many words that stand in one place only; they are
 * compared as text (parse_word) and are no keywords.
 */
#ifndef QUERY_PARSE_PARSE_TABLE_H
#define QUERY_PARSE_PARSE_TABLE_H

#include "query/parse/parser.h"

/* The n-th token ahead is this word, not quoted; `word` in upper case. */
bool parse_sees_word(struct parser *p, uint32_t n, const char *word);
static inline bool parse_word(struct parser *p, const char *word)
{
	return parse_sees_word(p, 0, word);
}
bool parse_accept_word(struct parser *p, const char *word);
/* Both or neither. */
bool parse_accept_words(struct parser *p, const char *first, const char *second);
enum sqlstate parse_expect_word(struct parser *p, const char *word);

/* Folded to lower case unless quoted. */
enum sqlstate parse_folded_name(struct parser *p, const char *label, struct ast_name *out);
/* [public.]name; another schema is 3F000. */
/* [schema '.'] table: `schema` stays as it is where none is written. */
enum sqlstate parse_schema_table_name(
	struct parser *p, const char *label, struct ast_name *schema, struct ast_name *out);
enum sqlstate parse_table_name(struct parser *p, const char *label, struct ast_name *out);
/* '(' name {',' name} ')' */
enum sqlstate parse_column_names(struct parser *p, struct ast_name **out, uint32_t *count);
/* What `parse` reads, with its text. */
enum sqlstate parse_source(struct parser *p,
	enum sqlstate (*parse)(struct parser *p, struct ast_expr **out), struct ast_source *out);
/* parse_schema.c: '(' expr ')' or the call of a function, the text without the parentheses; COLLATE and an
   operator class. */
enum sqlstate parse_index_expr(struct parser *p, struct ast_source *out);
enum sqlstate parse_operator_class(struct parser *p);
/* '(' program ')', or without the parentheses, up to the end of the expression or program. */
enum sqlstate parse_source_expr(struct parser *p, struct ast_source *out);

enum sqlstate parse_if_not_there(struct parser *p, bool *out); /* [IF NOT EXISTS] */
enum sqlstate parse_if_there(struct parser *p, bool *out);     /* [IF EXISTS] */
bool parse_cascade(struct parser *p);			       /* [CASCADE | RESTRICT] */

/* parse_dml.c: parts of INSERT INTO, UPDATE and DELETE FROM. */
enum sqlstate parse_dml_alias(struct parser *p, struct ast_dml *out);	  /* [[AS] name] */
enum sqlstate parse_assignments(struct parser *p, struct ast_dml *out);	  /* SET list */
enum sqlstate parse_overriding(struct parser *p, struct ast_dml *out);	  /* [OVERRIDING ..] */
enum sqlstate parse_insert_source(struct parser *p, struct ast_dml *out); /* the rows */
enum sqlstate parse_dml_from(struct parser *p, struct ast_dml *out);	  /* list of items */
/* parse_merge_into.c */
enum sqlstate parse_merge_into(struct parser *p, struct ast_dml *out);

/* WITH (..) USING INDEX TABLESPACE x. */
enum sqlstate parse_storage_noise(struct parser *p);

/* A column with its type and constraints; keys go to the list. */
enum sqlstate parse_column(
	struct parser *p, struct ast_column *out, struct ast_key **keys, uint32_t *key_count);
enum sqlstate parse_column_type(struct parser *p, struct ast_column *out);
/* parse_table_as.c */
/* LIKE table .. among the columns. */
enum sqlstate parse_table_like(struct parser *p, struct ast_table *out);
/* At '(': names without types, of CREATE TABLE AS. */
bool parse_is_column_list(struct parser *p);
/* AS query [WITH [NO] DATA] */
enum sqlstate parse_table_as(struct parser *p, struct ast_table *out);

/* [CONSTRAINT name] PRIMARY KEY (..) and its kin. */
enum sqlstate parse_table_key(struct parser *p, struct ast_key *out);
bool parse_is_table_key(struct parser *p);
/* {[NOT] DEFERRABLE | INITIALLY .. | NOT VALID | NO INHERIT} */
enum sqlstate parse_deferral(struct parser *p, struct ast_key *out);
/* SET SCHEMA public, which is where all relations are. */
enum sqlstate parse_set_schema(struct parser *p);
/* What follows ALTER TABLE name. */
enum sqlstate parse_table_action(struct parser *p, struct ast_action *out);
/* AS IDENTITY's and CREATE SEQUENCE's. */
enum sqlstate parse_sequence_options(struct parser *p, struct ast_sequence_options *out);

#endif
