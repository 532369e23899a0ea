/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reading test vectors: see vectors.h.
 */
#include "tests/base/vectors.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

void vectors_open(struct vectors *v, const char *file_name)
{
	const char *source = getenv("QUIVER_SOURCE");
	char path[512];

	*v = (struct vectors){ 0 };
	snprintf(path, sizeof path, "%s/tests/base/vectors/%s", source == NULL ? "." : source,
		file_name);
	v->file = fopen(path, "r");
	ck_assert_msg(v->file != NULL, "cannot open %s", path);
}

bool vectors_next(struct vectors *v)
{
	char *at = v->line;

	if (fgets(v->line, sizeof v->line, v->file) == NULL)
		return false;
	v->line_number++;
	v->line[strcspn(v->line, "\n")] = '\0';
	for (int i = 0; i < VECTOR_COLUMNS_MAX; i++) {
		size_t length = strcspn(at, "\t");

		v->column[i] = (struct str){ at, (uint32_t)length };
		at += length + (at[length] == '\t');
	}
	return true;
}

void vectors_compare(
	struct vectors *v, int at, enum sqlstate rc, const struct buf *text, const struct error *e)
{
	struct str got = rc == OK ? buf_str(text) : str_of(e->message);
	const char *code = sqlstate_code(rc);

	if (str_equal(v->column[at], str_of(code)) && str_equal(v->column[at + 1], got))
		return;
	v->mismatch_count++;
	fprintf(stderr, "# line %d, %.*s: expected %.*s %.*s, got %s %.*s\n", v->line_number,
		STR_ARGS(v->column[1]), STR_ARGS(v->column[at]), STR_ARGS(v->column[at + 1]), code,
		STR_ARGS(got));
}

void vectors_close(struct vectors *v)
{
	fclose(v->file);
	ck_assert_int_gt(v->line_number, 0);
	ck_assert_int_eq(v->mismatch_count, 0);
}
