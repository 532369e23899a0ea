/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Cutting pg_hba.conf and pg_ident.conf into lines, fields and words: see auth_file.h.
 */
#include "src/auth_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "src/config.h"

#define PATH_BYTES_MAX 4096

/* Where the next line goes, and how deep in included files its text is. */
struct reading {
	struct arena *arena;
	struct auth_line **last;
	unsigned depth;
};

static void parse_text(struct reading *r, struct str text, const char *path);

bool auth_word_is(const struct auth_word *word, const char *keyword)
{
	return !word->is_quoted && str_equal(word->text, str_of(keyword));
}

/* --- words -------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* What is left of a text or a line. Lines are joined and words are cut out where they stand: each
   becomes a text of its own in the bytes that it was read from. */
struct rest {
	char *at, *end; /* one more byte is there */
};

/* The next word and whether a comma follows it at once; NULL at the end of the line. Quotes go, two of
   them inside quotes are one; quotes that are not closed end with the line. */
static struct auth_word *take_word(struct arena *a, struct rest *line, bool *has_comma)
{
	bool in_quotes = false, was_quote = false, has_quotes = false, is_quoted;
	struct auth_word *word;
	char *from, *to;

	*has_comma = false;
	while (line->at < line->end && (is_blank(*line->at) || *line->at == ','))
		line->at++;
	from = to = line->at;
	is_quoted = line->at < line->end && *line->at == '"';
	for (; line->at < line->end && !*has_comma; line->at++) {
		char c = *line->at;

		if (!in_quotes && (is_blank(c) || c == '#'))
			break;
		*has_comma = !in_quotes && c == ',';
		if (!*has_comma && (c != '"' || was_quote))
			*to++ = c;
		was_quote = in_quotes && c == '"' && !was_quote;
		has_quotes |= c == '"';
		in_quotes ^= c == '"';
	}
	if (line->at < line->end && *line->at == '#')
		line->end = line->at;
	if (to == from && !has_quotes)
		return NULL;
	line->at += line->at < line->end && !*has_comma;
	*to = '\0';
	word = ARENA_NEW(a, struct auth_word);
	word->text = (struct str){ from, (uint32_t)(to - from) };
	word->is_quoted = is_quoted;
	return word;
}

/* --- included files ----------------------------------------------------------------------- */

/* A name as the file at `from` means it. */
static const char *resolve(struct arena *a, const char *from, struct str name)
{
	const char *slash = strrchr(from, '/');

	if (slash == NULL || (name.length > 0 && name.at[0] == '/'))
		return arena_str(a, name).at;
	return arena_printf(a, "%.*s/%.*s", (int)(slash - from), from, STR_ARGS(name)).at;
}

/* What is wrong, or NULL. A file that is not there has no lines if that is allowed. */
static const char *parse_file(struct reading *r, const char *path, bool may_miss)
{
	struct buf text = { 0 };
	const char *fault = NULL;
	struct error e;
	bool exists;

	if (r->depth >= AUTH_FILE_DEPTH_MAX)
		return arena_printf(r->arena,
			"could not open file \"%s\": maximum nesting depth exceeded", path)
			.at;
	r->depth++;
	if (config_read_file(path, &text, &exists, &e) != OK)
		fault = arena_strdup(r->arena, e.message);
	else if (!exists && !may_miss)
		fault = arena_printf(
			r->arena, "could not open file \"%s\": %s", path, strerror(ENOENT))
				.at;
	else
		parse_text(r, buf_str(&text), path);
	buf_free(&text);
	r->depth--;
	return fault;
}

/* The words of a file in the place of @name. Returns where the next word goes. */
static struct auth_word **take_file(struct reading *r, const char *from, struct str name,
	struct auth_word **last, const char **fault)
{
	struct auth_line *lines = NULL;
	struct reading inner = { r->arena, &lines, r->depth };
	const char *path = resolve(r->arena, from, name);

	*fault = parse_file(&inner, path, false);
	for (const struct auth_line *l = lines; l != NULL && *fault == NULL; l = l->next) {
		*fault = l->fault;
		for (const struct auth_field *f = l->fields; f != NULL; f = f->next) {
			*last = f->words;
			while (*last != NULL)
				last = &(*last)->next;
		}
	}
	return last;
}

static int is_rules_file(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 5 &&
	       strcmp(entry->d_name + length - 5, ".conf") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static const char *parse_directory(struct reading *r, const char *path)
{
	const char *fault = NULL;
	struct dirent **entries;
	int count = scandir(path, &entries, is_rules_file, by_name);

	if (count < 0)
		return arena_printf(r->arena, "could not open directory \"%s\": %s", path,
			strerror(errno))
			.at;
	for (int i = 0; i < count; i++) {
		if (fault == NULL)
			fault = parse_file(r,
				arena_printf(r->arena, "%s/%s", path, entries[i]->d_name).at,
				false);
		free(entries[i]);
	}
	free(entries);
	return fault;
}

/* Whether the line is one that includes others; then they are read. */
static bool include(struct reading *r, struct auth_line *line)
{
	const struct auth_word *what, *name;
	const char *path;

	if (line->fault != NULL || line->fields->words == NULL || line->fields->next == NULL ||
		line->fields->next->next != NULL)
		return false;
	what = line->fields->words;
	name = line->fields->next->words;
	if (what->next != NULL || name == NULL || name->next != NULL)
		return false;
	path = resolve(r->arena, line->file, name->text);
	if (auth_word_is(what, "include"))
		line->fault = parse_file(r, path, false);
	else if (auth_word_is(what, "include_if_exists"))
		line->fault = parse_file(r, path, true);
	else if (auth_word_is(what, "include_dir"))
		line->fault = parse_directory(r, path);
	else
		return false;
	return true;
}

/* --- lines -------------------------------------------------------------------------------- */

/* A field: words with commas between. False at the end of the line. */
static bool take_field(struct reading *r, struct auth_line *line, struct rest *rest,
	struct auth_field **out)
{
	struct auth_field *field = ARENA_NEW(r->arena, struct auth_field);
	struct auth_word **last = &field->words;
	bool has_comma = true, is_there = false;

	while (has_comma && line->fault == NULL) {
		struct auth_word *word = take_word(r->arena, rest, &has_comma);

		if (word == NULL)
			break;
		is_there = true;
		if (!word->is_quoted && word->text.length > 1 && word->text.at[0] == '@') {
			struct str name = { word->text.at + 1, word->text.length - 1 };

			last = take_file(r, line->file, name, last, &line->fault);
			continue;
		}
		*last = word;
		last = &word->next;
	}
	*out = field;
	return is_there;
}

/* One line of the text, joined with those that continue it; their count. */
static unsigned take_line(struct rest *text, struct rest *line)
{
	unsigned count = 0;
	bool goes_on = true;

	line->at = line->end = text->at;
	while (goes_on && text->at < text->end) {
		char *end = memchr(text->at, '\n', (size_t)(text->end - text->at));
		size_t length = (size_t)((end == NULL ? text->end : end) - text->at);
		char *next = end == NULL ? text->end : end + 1;

		while (length > 0 && text->at[length - 1] == '\r')
			length--;
		goes_on = length > 0 && text->at[length - 1] == '\\';
		length -= goes_on;
		memmove(line->end, text->at, length);
		line->end += length;
		text->at = next;
		count++;
	}
	return count;
}

static void parse_text(struct reading *r, struct str text, const char *path)
{
	struct str copy = arena_str(r->arena, text);
	struct rest rest = { (char *)copy.at, (char *)copy.at + copy.length };
	unsigned number = 1;

	while (rest.at < rest.end) {
		struct auth_line *line = ARENA_NEW(r->arena, struct auth_line);
		struct auth_field **last = &line->fields;
		struct rest of_line;

		line->file = path;
		line->number = number;
		number += take_line(&rest, &of_line);
		while (take_field(r, line, &of_line, last))
			last = &(*last)->next;
		*last = NULL;
		if ((line->fields == NULL && line->fault == NULL) ||
			(include(r, line) && line->fault == NULL))
			continue;
		*r->last = line;
		r->last = &line->next;
	}
}

struct auth_line *auth_file_parse(struct arena *a, struct str text, const char *path)
{
	struct auth_line *first = NULL;
	struct reading r = { a, &first, 0 };

	parse_text(&r, text, arena_strdup(a, path));
	return first;
}
