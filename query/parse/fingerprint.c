/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fingerprints of statements: over the tokens, so that nothing has to be resolved. In the normalised
 * text constants become $n with numbers behind those that the statement's own parameters have. What
 * stands in quotes after PASSWORD is a constant whatever the quotes mean, so that no secret is told.
 */
#include "query/parse/fingerprint.h"

#include "base/hash.h"
#include "query/parse/lex.h"

enum { CONSTANT_MARK = 1, END_MARK = 2 };

struct reader {
	struct lexer lexer;
	struct error error;
	bool is_secret; /* a password follows */
};

static void open_reader(struct reader *r, struct str text, bool backslash_escapes)
{
	lex_open(&r->lexer, text);
	r->lexer.backslash_escapes = backslash_escapes;
	r->lexer.empty_names = true;
	r->is_secret = false;
	error_clear(&r->error);
}

static bool is_password_word(const struct reader *r, const struct token *t)
{
	return str_equal_nocase(
		(struct str){ r->lexer.text + t->at, t->length }, STR("password"));
}

/* False at the end, or at what the parser must have refused. */
static bool next(struct reader *r, struct token *t, bool *is_constant)
{
	*t = lex_next(&r->lexer, &r->error);
	switch (t->kind) {
	case TOKEN_END:
	case TOKEN_BAD:
		return false;
	case TOKEN_STRING:
	case TOKEN_BYTES:
	case TOKEN_INTEGER:
	case TOKEN_FLOAT:
	case TOKEN_DECIMAL:
		*is_constant = true;
		break;
	default:
		*is_constant = t->kind == TOKEN_QUOTED && r->is_secret;
		break;
	}
	r->is_secret = !*is_constant && is_password_word(r, t);
	return true;
}

uint64_t fingerprint_of(struct str text, bool backslash_escapes)
{
	struct reader r;
	struct token t;
	uint64_t hash = END_MARK;
	bool is_constant;

	open_reader(&r, text, backslash_escapes);
	while (next(&r, &t, &is_constant)) {
		if (is_constant || t.kind == TOKEN_PARAMETER)
			hash = hash_combine(hash, CONSTANT_MARK);
		else if (t.kind > TOKEN_KEYWORD || t.kind < TOKEN_NAME)
			hash = hash_combine(hash, t.kind);
		else
			hash = hash_combine(hash, hash_bytes(r.lexer.text + t.at, t.length));
	}
	return hash == 0 ? END_MARK : hash;
}

/* The greatest number of a parameter in the text. */
static uint32_t parameters_in(struct str text, bool backslash_escapes)
{
	struct reader r;
	struct token t;
	uint32_t most = 0, number;
	bool is_constant;

	open_reader(&r, text, backslash_escapes);
	while (next(&r, &t, &is_constant)) {
		if (t.kind == TOKEN_PARAMETER &&
			lex_parameter(&r.lexer, &t, &number, &r.error) == OK && number > most)
			most = number;
	}
	return most;
}

void fingerprint_normalise(
	struct str text, bool backslash_escapes, uint32_t most, struct buf *to)
{
	size_t from = to->length;
	uint32_t number = parameters_in(text, backslash_escapes), copied = 0;
	struct reader r;
	struct token t;
	bool is_constant;

	open_reader(&r, text, backslash_escapes);
	while (to->length - from < most && next(&r, &t, &is_constant)) {
		/* Blanks and comments between the tokens are one blank. */
		if (to->length > from && t.at > copied)
			buf_put_byte(to, ' ');
		copied = t.at + t.length;
		if (is_constant)
			buf_printf(to, "$%u", ++number);
		else
			buf_put(to, text.at + t.at, t.length);
	}
}
