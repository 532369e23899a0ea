/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The two forms of the types and of arrays; shared by the pgtype files alone.
 */
#ifndef PGWIRE_PGTYPE_FORMS_H
#define PGWIRE_PGTYPE_FORMS_H

#include "pgwire/pgtype.h"

/* Append the contents of a cell, without its length. */
void pgtype_text_put(struct buf *b, const struct pgtype *type, const struct pgtype_datum *d,
	const struct pgtype_style *style);
void pgtype_binary_put(struct buf *b, const struct pgtype *type, const struct pgtype_datum *d);
void pgtype_array_text_put(struct buf *b, const struct pgtype *type, const struct pgtype_datum *d,
	const struct pgtype_style *style);
void pgtype_array_binary_put(
	struct buf *b, const struct pgtype *type, const struct pgtype_datum *d);

enum sqlstate pgtype_text_get(const struct pgtype *type, struct str input,
	const struct pgtype_style *style, struct arena *a, struct pgtype_datum *d, struct error *e);
enum sqlstate pgtype_binary_get(const struct pgtype *type, struct str input, struct arena *a,
	struct pgtype_datum *d, struct error *e);
enum sqlstate pgtype_array_text_get(const struct pgtype *type, struct str input,
	const struct pgtype_style *style, struct arena *a, struct pgtype_datum *d, struct error *e);
enum sqlstate pgtype_array_binary_get(const struct pgtype *type, struct str input, struct arena *a,
	struct pgtype_datum *d, struct error *e);

/* Unsigned integers of four bytes: oid and its kin. */
static inline bool pgtype_is_number_of_object(const struct pgtype *type)
{
	return type->form == PGTYPE_FORM_INTEGER && type->size == 4 && type->oid != PGTYPE_INT4 &&
	       type->oid != PGTYPE_DATE;
}

/* 22P02 invalid input syntax for type …: "…" */
enum sqlstate pgtype_fail_text(const struct pgtype *type, struct str input, struct error *e);
/* 22P03 incorrect binary data format */
enum sqlstate pgtype_fail_binary(const struct pgtype *type, struct error *e);

#endif
