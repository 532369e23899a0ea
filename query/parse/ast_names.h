/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What ast_dump*.c and ast_text*.c share. Private to query/parse.
 */
#ifndef QUERY_PARSE_AST_NAMES_H
#define QUERY_PARSE_AST_NAMES_H

#include "query/parse/ast_dump.h"

/* ---- dumps ---- */

struct ast_dumper {
	struct buf *out;
	uint32_t indent;
};

/* One line: indentation, the formatted words, an end of line. */
void ast_dump_line(struct ast_dumper *d, const char *format, ...) PRINTF_LIKE(2, 3);
void ast_dump_value(struct ast_dumper *d, const struct ast_expr *e);
/* The same one level deeper below a line of its own; nothing if e is NULL. */
void ast_dump_named(struct ast_dumper *d, const char *name, const struct ast_expr *e);
void ast_dump_names(
	struct ast_dumper *d, const char *what, const struct ast_name *names, uint32_t count);
void ast_dump_type(struct ast_dumper *d, const struct ast_type *t);
void ast_dump_pattern(struct ast_dumper *d, const struct ast_pattern *p);
void ast_dump_label(struct ast_dumper *d, const struct ast_label *l);
void ast_dump_program(struct ast_dumper *d, const struct ast_program *p);
void ast_dump_sorts(struct ast_dumper *d, const struct ast_sort *sorts, uint32_t count);

/* ---- text ---- */

/* A name where any word may stand (labels, keys), quoted if it must be. */
void ast_text_name(struct buf *out, struct str name);
/* A name that must not be taken for a keyword (variables, aliases). */
void ast_text_variable(struct buf *out, struct str name);
/* An expression as it stands, without parentheses around it. */
void ast_text_value(struct buf *out, const struct ast_expr *e);
/* The same with parentheses unless it is a primary. */
void ast_text_operand(struct buf *out, const struct ast_expr *e);
/* What a .key, [i] or :L is put behind. */
void ast_text_base(struct buf *out, const struct ast_expr *e);
void ast_text_qname(struct buf *out, const struct ast_qname *name);
/* Variables, separated by commas. */
void ast_text_names(struct buf *out, const struct ast_name *names, uint32_t count);
void ast_text_string(struct buf *out, struct str s);
void ast_text_type(struct buf *out, const struct ast_type *t);
void ast_text_list(struct buf *out, struct ast_expr *const *items, uint32_t count);
void ast_text_sorts(struct buf *out, const struct ast_sort *sorts, uint32_t count);
/* A window in its parentheses. */
void ast_text_window(struct buf *out, const struct ast_window *w);
void ast_text_pattern(struct buf *out, const struct ast_pattern *p);
void ast_text_label(struct buf *out, const struct ast_label *l);
void ast_text_program(struct buf *out, const struct ast_program *p);

#endif
