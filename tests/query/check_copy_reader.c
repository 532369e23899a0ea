/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY data cut into rows: text and CSV, and the same rows whatever pieces the data comes in.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "query/copy/copy_reader.h"
#include "tests/query/suites.h"

enum { OUTPUT_BYTES = 4096 };

static const struct copy_format text_format = {
	.delimiter = '\t', .null_text = { "\\N", 2 }, .quote = '"', .escape = '"'
};
static const struct copy_format csv_format = {
	.is_csv = true, .delimiter = ',', .null_text = { "", 0 }, .quote = '"', .escape = '"'
};

/* The rows as text: fields in <>, NULL as -, rows by |; an error as its SQLSTATE and line. */
static void read_rows(struct copy_reader *r, struct arena *a, bool at_end, char *out)
{
	struct error e;
	enum step step;

	while ((step = copy_reader_next(r, a, at_end, &e)) == STEP_ROW) {
		for (uint32_t i = 0; i < r->field_count; i++) {
			size_t used = strlen(out);

			if (r->fields[i].is_null)
				snprintf(out + used, OUTPUT_BYTES - used, "-");
			else
				snprintf(out + used, OUTPUT_BYTES - used, "<%.*s>",
					STR_ARGS(r->fields[i].text));
		}
		snprintf(out + strlen(out), OUTPUT_BYTES - strlen(out), "|");
	}
	if (step == STEP_FAILED)
		snprintf(out + strlen(out), OUTPUT_BYTES - strlen(out), "%s at %d",
			sqlstate_code(e.code), (int)r->line);
}

/* Feeds the data in pieces of `piece` bytes. */
static void read_in_pieces(
	const struct copy_format *format, const char *data, size_t piece, char *out)
{
	struct copy_reader *r = malloc(sizeof *r);
	struct arena *a = arena_new(0);
	size_t size = strlen(data);

	out[0] = '\0';
	copy_reader_init(r, format);
	for (size_t at = 0; at < size; at += piece) {
		size_t left = size - at;

		copy_reader_feed(r, (const uint8_t *)data + at, left < piece ? left : piece);
		read_rows(r, a, false, out);
	}
	read_rows(r, a, true, out);
	copy_reader_free(r);
	arena_free(a);
	free(r);
}

static const struct {
	const struct copy_format *format;
	const char *data, *rows;
} cases[] = {
	{ &text_format, "a\tb\nc\td\n", "<a><b>|<c><d>|" },
	{ &text_format, "a\tb\nc\td", "<a><b>|<c><d>|" },
	{ &text_format, "\\N\t\n", "-<>|" },
	{ &text_format, "a\\tb\\n\\\\\tx\\041\\x41\n", "<a\tb\n\\><x!A>|" },
	{ &text_format, "a\\\tb\n", "<a\tb>|" },
	{ &text_format, "a\r\nb\r\n", "<a>|<b>|" },
	{ &text_format, "a\n\\.\nignored\n", "<a>|" },
	{ &text_format, "\n", "<>|" },
	{ &csv_format, "a,b\n\"c,d\",\"e\"\"f\"\n", "<a><b>|<c,d><e\"f>|" },
	{ &csv_format, ",\"\"\n", "-<>|" },
	{ &csv_format, "\"a\nb\",c\r\nd,e\r\n", "<a\nb><c>|<d><e>|" },
	{ &csv_format, "x\"y,z\"w\n", "<xy,zw>|" },
	{ &csv_format, "a,b\n\"open\n", "<a><b>|22P04 at 2" },
	{ &csv_format, "a\n\xff\n", "<a>|22021 at 2" },
	{ &csv_format, "a\n\"x\ny\nz\"\n\xff\n", "<a>|<x\ny\nz>|22021 at 5" },
	{ &csv_format, "", "" },
};

START_TEST(rows_do_not_depend_on_how_the_data_is_cut)
{
	char out[OUTPUT_BYTES];

	for (size_t piece = 1; piece <= 40; piece++) {
		read_in_pieces(cases[_i].format, cases[_i].data, piece, out);
		ck_assert_str_eq(out, cases[_i].rows);
	}
}
END_TEST

START_TEST(too_many_fields_are_refused)
{
	char data[2 * COPY_FIELDS_MAX + 8];
	char *out = malloc(OUTPUT_BYTES);

	memset(data, ',', COPY_FIELDS_MAX + 1);
	data[COPY_FIELDS_MAX + 1] = '\n';
	data[COPY_FIELDS_MAX + 2] = '\0';
	read_in_pieces(&csv_format, data, sizeof data, out);
	ck_assert_ptr_nonnull(strstr(out, "54000 at 1"));
	free(out);
}
END_TEST

Suite *copy_reader_suite(void)
{
	Suite *s = suite_create("copy_reader");
	TCase *t = tcase_create("rows");

	tcase_add_loop_test(t, rows_do_not_depend_on_how_the_data_is_cut, 0,
		(int)(sizeof cases / sizeof cases[0]));
	tcase_add_test(t, too_many_fields_are_refused);
	suite_add_tcase(s, t);
	return s;
}
