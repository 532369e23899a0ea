/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY's options: one function an option, found by name in a table.
 */
#include "query/copy/copy_format.h"

#include "base/check.h"

struct seen {
	bool has_delimiter, has_null, has_quote, has_escape;
};

static enum sqlstate bad_value(const struct ast_option *o, struct error *e)
{
	(void)FAIL(e, E_INVALID_VALUE, "COPY option \"%.*s\" has an invalid value: \"%.*s\"",
		STR_ARGS(o->name), STR_ARGS(o->value));
	e->byte_offset = (int)o->at;
	return e->code;
}

static enum sqlstate one_character(const struct ast_option *o, char *out, struct error *e)
{
	struct str v = o->value;

	if (v.length == 2 && v.at[0] == '\\' && v.at[1] == 't')
		v = STR("\t");
	if (v.length != 1 || v.at[0] == '\n' || v.at[0] == '\r') {
		(void)FAIL(e, E_INVALID_VALUE,
			"COPY option \"%.*s\" must be a single one-byte character",
			STR_ARGS(o->name));
		e->byte_offset = (int)o->at;
		return e->code;
	}
	*out = v.at[0];
	return OK;
}

/* The position of the value among `words`, which are separated by blanks. */
static enum sqlstate one_of(
	const struct ast_option *o, const char *const *words, int count, int *out, struct error *e)
{
	for (int i = 0; i < count; i++) {
		if (str_equal_nocase(o->value, str_of(words[i]))) {
			*out = i;
			return OK;
		}
	}
	return bad_value(o, e);
}

static enum sqlstate set_format(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "text", "csv", "binary" };
	int which;

	(void)seen;
	TRY(one_of(o, words, ARRAY_COUNT(words), &which, e));
	f->is_csv = which == 1;
	f->is_binary = which == 2;
	return OK;
}

static enum sqlstate set_header(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "false", "off", "0", "true", "on", "1", "match" };
	int which = 3;

	(void)seen;
	if (o->kind != OPTION_NONE)
		TRY(one_of(o, words, ARRAY_COUNT(words), &which, e));
	f->header = which < 3 ? COPY_HEADER_NONE : which < 6 ? COPY_HEADER_SKIP : COPY_HEADER_MATCH;
	return OK;
}

static enum sqlstate set_delimiter(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	seen->has_delimiter = true;
	return one_character(o, &f->delimiter, e);
}

static enum sqlstate set_null(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	(void)e;
	seen->has_null = true;
	f->null_text = o->value;
	return OK;
}

static enum sqlstate set_quote(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	seen->has_quote = true;
	return one_character(o, &f->quote, e);
}

static enum sqlstate set_escape(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	seen->has_escape = true;
	return one_character(o, &f->escape, e);
}

static enum sqlstate set_encoding(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "utf8", "utf-8", "unicode" };
	int which;

	(void)f;
	(void)seen;
	return one_of(o, words, ARRAY_COUNT(words), &which, e);
}

static enum sqlstate set_on_error(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "stop", "ignore" };
	int which;

	(void)seen;
	TRY(one_of(o, words, ARRAY_COUNT(words), &which, e));
	f->ignores_errors = which == 1;
	return OK;
}

static enum sqlstate set_labels(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	(void)seen;
	if (o->name_count == 0) {
		(void)FAIL(e, E_SYNTAX, "COPY LABELS requires names of labels");
		e->byte_offset = (int)o->at;
		return e->code;
	}
	f->labels = o->names;
	f->label_count = o->name_count;
	return OK;
}

static enum sqlstate set_from_key(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	(void)seen;
	(void)e;
	f->from_key = o->value;
	return OK;
}

static enum sqlstate set_to_key(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	(void)seen;
	(void)e;
	f->to_key = o->value;
	return OK;
}

static enum sqlstate set_ends_by_id(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "", "true", "on", "1", "false", "off", "0" };
	int which;

	(void)seen;
	TRY(one_of(o, words, ARRAY_COUNT(words), &which, e));
	f->ends_by_id = which < 4;
	return OK;
}

static enum sqlstate set_missing(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "error", "skip", "create" };
	int which;

	(void)seen;
	TRY(one_of(o, words, ARRAY_COUNT(words), &which, e));
	f->missing = (enum copy_missing)which;
	return OK;
}

static enum sqlstate set_exists(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "error", "skip", "update" };
	int which;

	(void)seen;
	TRY(one_of(o, words, ARRAY_COUNT(words), &which, e));
	f->exists = (enum copy_exists)which;
	return OK;
}

/* FREEZE asks for nothing that is not done anyway. */
static enum sqlstate set_freeze(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	(void)f;
	(void)seen;
	(void)o;
	(void)e;
	return OK;
}

static const struct {
	const char *name;
	enum sqlstate (*set)(struct copy_format *f, struct seen *seen, const struct ast_option *o,
		struct error *e);
} options[] = {
	{ "FORMAT", set_format },
	{ "HEADER", set_header },
	{ "DELIMITER", set_delimiter },
	{ "NULL", set_null },
	{ "QUOTE", set_quote },
	{ "ESCAPE", set_escape },
	{ "ENCODING", set_encoding },
	{ "ON_ERROR", set_on_error },
	{ "LABELS", set_labels },
	{ "FROM_KEY", set_from_key },
	{ "TO_KEY", set_to_key },
	{ "ENDS_BY_ID", set_ends_by_id },
	{ "MISSING_ENDPOINT", set_missing },
	{ "IF_EXISTS", set_exists },
	{ "FREEZE", set_freeze },
};

static enum sqlstate apply(
	struct copy_format *f, struct seen *seen, const struct ast_option *o, struct error *e)
{
	for (size_t i = 0; i < ARRAY_COUNT(options); i++)
		if (str_equal_nocase(o->name, str_of(options[i].name)))
			return options[i].set(f, seen, o, e);
	(void)FAIL(e, E_SYNTAX, "COPY option \"%.*s\" not recognized", STR_ARGS(o->name));
	e->byte_offset = (int)o->at;
	return e->code;
}

/* What belongs to text alone has no place beside the binary format. */
static enum sqlstate check_binary(
	const struct copy_format *f, const struct seen *seen, struct error *e)
{
	if (!f->is_binary)
		return OK;
	if (seen->has_delimiter)
		return FAIL(e, E_SYNTAX, "cannot specify DELIMITER in BINARY mode");
	if (seen->has_null)
		return FAIL(e, E_SYNTAX, "cannot specify NULL in BINARY mode");
	if (f->header != COPY_HEADER_NONE)
		return FAIL(e, E_NOT_SUPPORTED, "cannot specify HEADER in BINARY mode");
	if (f->ignores_errors)
		return FAIL(e, E_SYNTAX, "only ON_ERROR STOP is allowed in BINARY mode");
	return OK;
}

enum sqlstate copy_format_resolve(
	const struct ast_copy *copy, struct copy_format *out, struct error *e)
{
	struct seen seen = { 0 };

	*out = (struct copy_format){ .quote = '"' };
	for (uint32_t i = 0; i < copy->option_count; i++)
		TRY(apply(out, &seen, &copy->options[i], e));
	if (!seen.has_delimiter)
		out->delimiter = out->is_csv ? ',' : '\t';
	if (!seen.has_null)
		out->null_text = out->is_csv ? STR("") : STR("\\N");
	if (!seen.has_escape)
		out->escape = out->quote;
	TRY(check_binary(out, &seen, e));
	if (!out->is_csv && (seen.has_quote || seen.has_escape))
		return FAIL(e, E_NOT_SUPPORTED, "COPY %s is available only in CSV mode",
			seen.has_quote ? "quote" : "escape");
	if (out->is_csv && out->delimiter == out->quote)
		return FAIL(e, E_INVALID_VALUE, "COPY delimiter and quote must be different");
	return OK;
}

/* "Label.key" of FROM_KEY or TO_KEY. */
void copy_format_split_key(struct str option, struct str *label, struct str *key)
{
	const char *dot = option.length == 0 ? NULL : memchr(option.at, '.', option.length);

	*label = option;
	*key = (struct str){ 0 };
	if (dot == NULL)
		return;
	label->length = (uint32_t)(dot - option.at);
	*key = (struct str){ dot + 1, option.length - label->length - 1 };
}

bool copy_format_ignores(const struct copy_format *f, enum sqlstate code)
{
	if (!f->ignores_errors)
		return false;
	return code == E_TEXT_REPRESENTATION || code == E_DATETIME_FORMAT ||
	       code == E_DATETIME_OVERFLOW || code == E_OUT_OF_RANGE ||
	       code == E_STRING_TRUNCATION;
}
