/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: text to tree to text to tree. Whatever the parser accepts must, written down as
 * canonical text, be accepted again and mean the same; whatever it refuses must come with an error
 * that has a message and a place inside the text. The first byte chooses the lexer's options.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "query/parse/ast_dump.h"
#include "query/parse/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_refusal(enum sqlstate rc, uint32_t length, const struct error *e)
{
	assert(e->code == rc);
	assert(e->message[0] != '\0');
	assert(e->byte_offset <= (int)length);
}

/* `s` again, by way of its canonical text. */
static void check_round_trip(struct arena *a, const struct ast_stmt *s)
{
	struct ast_script again;
	struct buf text = { 0 };
	struct buf first = { 0 };
	struct buf second = { 0 };
	/* `""` is legal with this option only, and nothing else changes by it. */
	struct parse_options options = { .double_quoted_strings = true, .depth_max = 2000 };
	struct error e;
	enum sqlstate rc;

	ast_dump_stmt(&first, s);
	ast_text_stmt(&text, s);
	rc = parse_script(a, buf_str(&text), &options, &again, &e);
	if (rc != OK)
		fprintf(stderr, "refused: %s at %d\n%.*s\n", e.message, e.byte_offset,
			STR_ARGS(buf_str(&text)));
	assert(rc == OK);
	assert(again.count == 1);
	ast_dump_stmt(&second, again.statements[0]);
	if (!str_equal(buf_str(&first), buf_str(&second)))
		fprintf(stderr, "differs:\n%.*s\n%.*s\n%.*s\n", STR_ARGS(buf_str(&text)),
			STR_ARGS(buf_str(&first)), STR_ARGS(buf_str(&second)));
	assert(str_equal(buf_str(&first), buf_str(&second)));
	buf_free(&text);
	buf_free(&first);
	buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parse_options options = { .depth_max = 50 };
	struct ast_script script;
	struct arena *a;
	struct error e;
	struct str text;
	enum sqlstate rc;

	if (size == 0 || size > 4096)
		return 0;
	options.backslash_escapes = (data[0] & 1) != 0;
	options.double_quoted_strings = (data[0] & 2) != 0;
	text = (struct str){ (const char *)data + 1, (uint32_t)size - 1 };
	a = arena_new(0);
	error_clear(&e);
	rc = parse_script(a, text, &options, &script, &e);
	if (rc != OK)
		check_refusal(rc, text.length, &e);
	for (uint32_t i = 0; rc == OK && i < script.count; i++) {
		const struct ast_stmt *s = script.statements[i];

		assert(s->at + s->length <= text.length);
		check_round_trip(a, s);
	}
	arena_free(a);
	return 0;
}
