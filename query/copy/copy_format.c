/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY's options: one function an option, found by name in a table; then what the options have to do with
 * each other, in the order in which PostgreSQL looks.
 */
#include "query/copy/copy_format.h"

#include "base/check.h"

/* Texts of one character, which cannot be told to be that before all options are known. */
struct given {
	struct str delimiter, quote, escape;
	bool has_delimiter, has_null, has_quote, has_escape;
};

typedef enum sqlstate set_option(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e);

static enum sqlstate fail_at(const struct ast_option *o, struct error *e)
{
	e->byte_offset = (int)o->at;
	return e->code;
}

/* "format" of FORMAT, as messages have it. */
static struct str shown(const struct ast_option *o, char *room, size_t size)
{
	uint32_t length = (uint32_t)MIN_OF(o->name.length, size);

	for (uint32_t i = 0; i < length; i++) {
		char c = o->name.at[i];

		room[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	return (struct str){ room, length };
}

/* The option's name in small letters, as an argument of a format. */
#define SHOWN(o) STR_ARGS(shown((o), (char[64]){ 0 }, 64))

static enum sqlstate needs_value(const struct ast_option *o, struct error *e)
{
	return o->kind == OPTION_NONE
		       ? FAIL(e, E_SYNTAX, "%.*s requires a parameter", SHOWN(o))
		       : OK;
}

static int place_of(struct str value, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal_nocase(value, str_of(words[i])))
			return (int)i;
	}
	return -1;
}

/* One of the words, by its place. */
static enum sqlstate one_of(const struct ast_option *o, const char *const *words, size_t count,
	int *out, struct error *e)
{
	TRY(needs_value(o, e));
	*out = place_of(o->value, words, count);
	if (*out >= 0)
		return OK;
	(void)FAIL(e, E_INVALID_VALUE, "COPY %.*s \"%.*s\" not recognized", SHOWN(o),
		STR_ARGS(o->value));
	return fail_at(o, e);
}

/* A word of truth, or none: true. False: it is neither. */
static bool is_boolean(const struct ast_option *o, bool *out)
{
	static const char *const words[] = { "false", "off", "0", "true", "on", "1" };
	int place = o->kind == OPTION_NONE ? 3 : place_of(o->value, words, ARRAY_COUNT(words));

	*out = place >= 3;
	return place >= 0;
}

static enum sqlstate boolean(const struct ast_option *o, bool *out, struct error *e)
{
	return is_boolean(o, out)
		       ? OK
		       : FAIL(e, E_SYNTAX, "%.*s requires a Boolean value", SHOWN(o));
}

/* ---- PostgreSQL's options ---- */

static enum sqlstate set_format(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "text", "csv", "binary" };
	int which;

	(void)given;
	TRY(one_of(o, words, ARRAY_COUNT(words), &which, e));
	f->is_csv = which == 1;
	f->is_binary = which == 2;
	return OK;
}

static enum sqlstate set_header(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	bool is_on;

	(void)given;
	if (is_boolean(o, &is_on))
		f->header = is_on ? COPY_HEADER_SKIP : COPY_HEADER_NONE;
	else if (str_equal_nocase(o->value, STR("match")))
		f->header = COPY_HEADER_MATCH;
	else
		return FAIL(
			e, E_SYNTAX, "%.*s requires a Boolean value or \"match\"", SHOWN(o));
	return OK;
}

static enum sqlstate set_delimiter(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	(void)f;
	given->has_delimiter = true;
	given->delimiter = o->value;
	return needs_value(o, e);
}

static enum sqlstate set_null(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	given->has_null = true;
	f->null_text = o->value;
	return needs_value(o, e);
}

static enum sqlstate set_quote(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	(void)f;
	given->has_quote = true;
	given->quote = o->value;
	return needs_value(o, e);
}

static enum sqlstate set_escape(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	(void)f;
	given->has_escape = true;
	given->escape = o->value;
	return needs_value(o, e);
}

/* What the encodings that PostgreSQL knows and the server does not begin with. */
static bool is_other_encoding(struct str name)
{
	static const char *const beginnings[] = { "sql_ascii", "latin", "iso", "win", "koi8", "euc",
		"mule", "sjis", "shift", "big5", "gbk", "gb18030", "uhc", "johab", "abc", "tcvn",
		"alt", "mskanji", "vscii", "windows" };

	for (size_t i = 0; i < ARRAY_COUNT(beginnings); i++) {
		struct str b = str_of(beginnings[i]);

		if (name.length >= b.length &&
			str_equal_nocase((struct str){ name.at, b.length }, b))
			return true;
	}
	return false;
}

static enum sqlstate set_encoding(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "utf8", "utf-8", "unicode" };

	(void)f;
	(void)given;
	TRY(needs_value(o, e));
	if (place_of(o->value, words, ARRAY_COUNT(words)) >= 0)
		return OK;
	if (is_other_encoding(o->value))
		(void)FAIL(e, E_NOT_SUPPORTED, "COPY with encoding \"%.*s\" is not supported",
			STR_ARGS(o->value));
	else
		(void)FAIL(e, E_INVALID_VALUE,
			"argument to option \"%.*s\" must be a valid encoding name", SHOWN(o));
	return fail_at(o, e);
}

/* FREEZE asks for nothing that is not done anyway. */
static enum sqlstate set_freeze(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	bool ignored;

	(void)f;
	(void)given;
	return boolean(o, &ignored, e);
}

static enum sqlstate column_names(
	const struct ast_option *o, bool may_be_all, struct copy_names *out, struct error *e)
{
	out->is_all = may_be_all && o->kind == OPTION_WORD && str_equal(o->value, STR("*"));
	out->items = o->names;
	out->count = o->name_count;
	if (out->is_all || o->kind == OPTION_NAMES)
		return OK;
	(void)FAIL(e, E_INVALID_VALUE,
		"argument to option \"%.*s\" must be a list of column names", SHOWN(o));
	return fail_at(o, e);
}

static enum sqlstate set_force_quote(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	(void)given;
	return column_names(o, true, &f->force_quote, e);
}

static enum sqlstate set_force_not_null(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	(void)given;
	return column_names(o, false, &f->force_not_null, e);
}

static enum sqlstate set_force_null(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	(void)given;
	return column_names(o, false, &f->force_null, e);
}

/* ---- options of its own ---- */

static enum sqlstate set_on_error(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "stop", "ignore" };
	int which;

	(void)given;
	TRY(one_of(o, words, ARRAY_COUNT(words), &which, e));
	f->ignores_errors = which == 1;
	return OK;
}

static enum sqlstate set_labels(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	(void)given;
	if (o->name_count == 0) {
		(void)FAIL(e, E_SYNTAX, "COPY LABELS requires names of labels");
		return fail_at(o, e);
	}
	f->labels = o->names;
	f->label_count = o->name_count;
	return OK;
}

static enum sqlstate set_from_key(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	(void)given;
	f->from_key = o->value;
	return needs_value(o, e);
}

static enum sqlstate set_to_key(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	(void)given;
	f->to_key = o->value;
	return needs_value(o, e);
}

static enum sqlstate set_ends_by_id(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	(void)given;
	return boolean(o, &f->ends_by_id, e);
}

static enum sqlstate set_missing(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "error", "skip", "create" };
	int which;

	(void)given;
	TRY(one_of(o, words, ARRAY_COUNT(words), &which, e));
	f->missing = (enum copy_missing)which;
	return OK;
}

static enum sqlstate set_exists(
	struct copy_format *f, struct given *given, const struct ast_option *o, struct error *e)
{
	static const char *const words[] = { "error", "skip", "update" };
	int which;

	(void)given;
	TRY(one_of(o, words, ARRAY_COUNT(words), &which, e));
	f->exists = (enum copy_exists)which;
	return OK;
}

/* ---- all of them ---- */

static const struct option {
	const char *name;
	set_option *set;
	bool is_of_from; /* of no use with COPY TO */
} options[] = {
	{ "FORMAT", set_format, false },
	{ "HEADER", set_header, false },
	{ "DELIMITER", set_delimiter, false },
	{ "NULL", set_null, false },
	{ "QUOTE", set_quote, false },
	{ "ESCAPE", set_escape, false },
	{ "ENCODING", set_encoding, false },
	{ "FREEZE", set_freeze, false },
	{ "FORCE_QUOTE", set_force_quote, false },
	{ "FORCE_NOT_NULL", set_force_not_null, false },
	{ "FORCE_NULL", set_force_null, false },
	{ "ON_ERROR", set_on_error, true },
	{ "LABELS", set_labels, true },
	{ "FROM_KEY", set_from_key, false },
	{ "TO_KEY", set_to_key, false },
	{ "ENDS_BY_ID", set_ends_by_id, false },
	{ "MISSING_ENDPOINT", set_missing, true },
	{ "IF_EXISTS", set_exists, true },
};

static const struct option *option_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
		if (str_equal_nocase(name, str_of(options[i].name)))
			return &options[i];
	}
	return NULL;
}

/* The option at `place` of the statement; the ones before it have been applied. */
static enum sqlstate apply(struct copy_format *f, struct given *given, const struct ast_copy *copy,
	uint32_t place, struct error *e)
{
	const struct ast_option *o = &copy->options[place];
	const struct option *option = option_find(o->name);

	if (option == NULL) {
		(void)FAIL(e, E_SYNTAX, "option \"%.*s\" not recognized", SHOWN(o));
		return fail_at(o, e);
	}
	for (uint32_t i = 0; i < place; i++) {
		if (option_find(copy->options[i].name) == option) {
			(void)FAIL(e, E_SYNTAX, "conflicting or redundant options");
			return fail_at(o, e);
		}
	}
	if (option->is_of_from && !copy->is_from) {
		(void)FAIL(e, E_NOT_SUPPORTED, "COPY %s only available using COPY FROM",
			option->name);
		return fail_at(o, e);
	}
	return option->set(f, given, o, e);
}

/* ---- how they fit together ---- */

/* What belongs to text alone has no place beside the binary format. */
static enum sqlstate check_binary(
	const struct copy_format *f, const struct given *given, struct error *e)
{
	if (!f->is_binary)
		return OK;
	if (given->has_delimiter)
		return FAIL(e, E_SYNTAX, "cannot specify DELIMITER in BINARY mode");
	if (given->has_null)
		return FAIL(e, E_SYNTAX, "cannot specify NULL in BINARY mode");
	if (f->ignores_errors)
		return FAIL(e, E_SYNTAX, "only ON_ERROR STOP is allowed in BINARY mode");
	return OK;
}

static enum sqlstate one_character(const char *what, struct str text, char *out, struct error *e)
{
	if (text.length != 1)
		return FAIL(e, E_NOT_SUPPORTED,
			"COPY %s must be a single one-byte character", what);
	*out = text.at[0];
	return OK;
}

static bool has_byte(struct str text, char c)
{
	return text.length > 0 && memchr(text.at, c, text.length) != NULL;
}

static enum sqlstate check_delimiter(
	struct copy_format *f, const struct given *given, struct error *e)
{
	static const char taken[] = "\\.abcdefghijklmnopqrstuvwxyz0123456789";
	struct str text = given->has_delimiter ? given->delimiter
			  : f->is_csv	       ? STR(",")
					       : STR("\t");

	/* psql's and others' way to write a tab where backslashes mean nothing */
	if (str_equal(text, STR("\\t")))
		text = STR("\t");
	TRY(one_character("delimiter", text, &f->delimiter, e));
	if (f->delimiter == '\n' || f->delimiter == '\r')
		return FAIL(e, E_INVALID_VALUE,
			"COPY delimiter cannot be newline or carriage return");
	if (has_byte(f->null_text, '\n') || has_byte(f->null_text, '\r'))
		return FAIL(e, E_INVALID_VALUE,
			"COPY null representation cannot use newline or carriage return");
	if (!f->is_csv && strchr(taken, f->delimiter) != NULL)
		return FAIL(e, E_INVALID_VALUE, "COPY delimiter cannot be \"%c\"", f->delimiter);
	if (f->is_binary && f->header != COPY_HEADER_NONE)
		return FAIL(e, E_NOT_SUPPORTED, "cannot specify HEADER in BINARY mode");
	return OK;
}

static enum sqlstate only_in_csv(const char *what, struct error *e)
{
	return FAIL(e, E_NOT_SUPPORTED, "COPY %s available only in CSV mode", what);
}

static enum sqlstate check_quote(
	struct copy_format *f, const struct given *given, struct error *e)
{
	f->quote = f->escape = '"';
	if (given->has_quote && !f->is_csv)
		return only_in_csv("quote", e);
	if (given->has_quote)
		TRY(one_character("quote", given->quote, &f->quote, e));
	f->escape = f->quote;
	if (f->is_csv && f->delimiter == f->quote)
		return FAIL(e, E_INVALID_VALUE, "COPY delimiter and quote must be different");
	if (given->has_escape && !f->is_csv)
		return only_in_csv("escape", e);
	return given->has_escape ? one_character("escape", given->escape, &f->escape, e) : OK;
}

static enum sqlstate check_force(const struct copy_names *names, const char *what,
	const char *direction, bool is_csv, struct error *e)
{
	if (!names->is_all && names->count == 0)
		return OK;
	if (!is_csv)
		return only_in_csv(what, e);
	return direction[0] == '\0' ? OK
				    : FAIL(e, E_NOT_SUPPORTED,
					      "COPY %s only available using COPY %s", what,
					      direction);
}

static enum sqlstate check_null(const struct copy_format *f, struct error *e)
{
	if (has_byte(f->null_text, f->delimiter))
		return FAIL(e, E_NOT_SUPPORTED,
			"COPY delimiter must not appear in the NULL specification");
	if (f->is_csv && has_byte(f->null_text, f->quote))
		return FAIL(e, E_NOT_SUPPORTED,
			"CSV quote character must not appear in the NULL specification");
	return OK;
}

enum sqlstate copy_format_resolve(
	const struct ast_copy *copy, struct copy_format *out, struct error *e)
{
	const char *to = copy->is_from ? "TO" : "", *from = copy->is_from ? "" : "FROM";
	struct given given = { 0 };

	*out = (struct copy_format){ 0 };
	for (uint32_t i = 0; i < copy->option_count; i++)
		TRY(apply(out, &given, copy, i, e));
	if (!copy->is_from && out->header == COPY_HEADER_MATCH)
		return FAIL(
			e, E_NOT_SUPPORTED, "cannot use \"match\" with HEADER in COPY TO");
	TRY(check_binary(out, &given, e));
	if (!given.has_null)
		out->null_text = out->is_csv ? STR("") : STR("\\N");
	TRY(check_delimiter(out, &given, e));
	TRY(check_quote(out, &given, e));
	TRY(check_force(&out->force_quote, "force quote", to, out->is_csv, e));
	TRY(check_force(&out->force_not_null, "force not null", from, out->is_csv, e));
	TRY(check_force(&out->force_null, "force null", from, out->is_csv, e));
	return check_null(out, e);
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
