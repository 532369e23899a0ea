/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See file_text.h.
 */
#include "tests/query/file_text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

enum { PIECE_BYTES = 65536 };

char *file_text(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct buf b = { 0 };
	size_t got;

	if (file == NULL)
		return NULL;
	do {
		got = fread(buf_reserve(&b, PIECE_BYTES), 1, PIECE_BYTES, file);
		b.length += got;
	} while (got > 0);
	fclose(file);
	buf_put_byte(&b, 0);
	return (char *)b.data;
}

char *file_text_of_source(const char *path)
{
	const char *root = getenv("QUIVER_SOURCE");
	char full[1024];
	char *text;

	snprintf(full, sizeof full, "%s/%s", root != NULL ? root : ".", path);
	text = file_text(full);
	ck_assert_msg(text != NULL, "cannot read %s", full);
	return text;
}
