/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reads the file of an isolation test. The syntax is PostgreSQL's for the same purpose, a little
 * different where a graph's patterns are full of braces, and where one test is for several levels:
 *
 *     # a comment
 *     levels "read committed" "serializable"    the whole test once for each; may be left out
 *     setup { … }                               any number; each block is sent as one string
 *     teardown { … }
 *     session NAME
 *     setup { … }                               the session's own, before each order
 *     step NAME { … }                           one string, sent when the order says so
 *     step NAME cancel SESSION                  cancels what that session waits for
 *     teardown { … }
 *     permutation STEP STEP(*) …                an order; (*) says that the step waits, for one that
 *                                               ends by itself and might be over before a look
 *
 * Braces in a block nest; those in quotes do not count. A session is declared before it is
 * cancelled, a step before the order that uses it.
 */
#include "tests/isolation/spec.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 63 };

struct reader {
	const char *path;
	char *text;
	const char *at;
	int line;
	int session; /* the one whose steps are being read, or SPEC_NOBODY */
};

static void syntax(const struct reader *r, const char *what, const char *word)
{
	fprintf(stderr, "%s:%d: %s \"%s\"\n", r->path, r->line, what, word);
	exit(EXIT_FAILURE);
}

static char *copy(const char *from, size_t length)
{
	char *to = malloc(length + 1);

	if (to == NULL)
		abort();
	memcpy(to, from, length);
	to[length] = '\0';
	return to;
}

static void load(struct reader *r)
{
	FILE *file = fopen(r->path, "r");
	size_t capacity = 1 << 20;
	size_t length;

	if (file == NULL) {
		perror(r->path);
		exit(EXIT_FAILURE);
	}
	r->text = malloc(capacity);
	if (r->text == NULL)
		abort();
	length = fread(r->text, 1, capacity - 1, file);
	r->text[length] = '\0';
	r->at = r->text;
	r->line = 1;
	fclose(file);
}

static void skip_blank(struct reader *r)
{
	for (;;) {
		if (*r->at == '#')
			r->at += strcspn(r->at, "\n");
		else if (isspace((unsigned char)*r->at))
			r->line += *r->at++ == '\n';
		else
			return;
	}
}

/* A word, or what stands in double quotes; false at the end of the file. */
static bool word_next(struct reader *r, char *word)
{
	size_t length;

	skip_blank(r);
	if (*r->at == '\0')
		return false;
	if (*r->at == '"') {
		length = strcspn(++r->at, "\"\n");
	} else {
		length = strcspn(r->at, " \t\n#\"{}");
	}
	if (length == 0 || length > WORD_MAX)
		syntax(r, "no word at", "here");
	memcpy(word, r->at, length);
	word[length] = '\0';
	r->at += length;
	r->at += *r->at == '"';
	return true;
}

static void word_need(struct reader *r, char *word)
{
	if (!word_next(r, word))
		syntax(r, "unexpected", "end of file");
}

/* Past a string in quotes. */
static const char *skip_quoted(const char *at)
{
	char quote = *at++;

	while (*at != '\0' && *at != quote)
		at++;
	return *at == '\0' ? at : at + 1;
}

/* The text between two braces, without the blanks around it. */
static char *block_next(struct reader *r)
{
	const char *start;
	const char *end;
	int depth = 1;

	skip_blank(r);
	if (*r->at != '{')
		syntax(r, "expected a block in braces instead of",
			copy(r->at, strcspn(r->at, "\n")));
	start = ++r->at;
	while (depth > 0) {
		if (*r->at == '\0')
			syntax(r, "unexpected", "end of file in a block");
		if (*r->at == '\'' || *r->at == '"') {
			r->at = skip_quoted(r->at);
			continue;
		}
		depth += (*r->at == '{') - (*r->at == '}');
		r->at++;
	}
	end = r->at - 1;
	for (const char *c = start; c < end; c++)
		r->line += *c == '\n';
	while (start < end && isspace((unsigned char)*start))
		start++;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	return copy(start, (size_t)(end - start));
}

static int find_session(struct reader *r, const struct spec *spec, const char *name)
{
	for (int i = 0; i < spec->session_count; i++) {
		if (strcmp(spec->sessions[i].name, name) == 0)
			return i;
	}
	syntax(r, "no session", name);
	return SPEC_NOBODY;
}

static int find_step(const struct spec *spec, const char *name)
{
	for (int i = 0; i < spec->step_count; i++) {
		if (strcmp(spec->steps[i].name, name) == 0)
			return i;
	}
	return SPEC_NOBODY;
}

/* The list's next place, unless it is full. */
static int add(struct reader *r, int *count, int max)
{
	if (*count == max)
		syntax(r, "too many", "of these");
	return (*count)++;
}

static void read_session(struct reader *r, struct spec *spec)
{
	char word[WORD_MAX + 1];

	r->session = add(r, &spec->session_count, SPEC_SESSIONS_MAX);
	word_need(r, word);
	spec->sessions[r->session].name = copy(word, strlen(word));
}

static void read_step(struct reader *r, struct spec *spec)
{
	struct spec_step *step = &spec->steps[add(r, &spec->step_count, SPEC_STEPS_MAX)];
	char word[WORD_MAX + 1];

	if (r->session == SPEC_NOBODY)
		syntax(r, "a step outside a session:", "step");
	word_need(r, word);
	spec->step_count--;
	if (find_step(spec, word) != SPEC_NOBODY)
		syntax(r, "a second step", word);
	spec->step_count++;
	step->name = copy(word, strlen(word));
	step->session = r->session;
	step->cancels = SPEC_NOBODY;
	skip_blank(r);
	if (*r->at == '{') {
		step->text = block_next(r);
		return;
	}
	word_need(r, word);
	if (strcmp(word, "cancel") != 0)
		syntax(r, "expected a block or \"cancel\" instead of", word);
	word_need(r, word);
	step->cancels = find_session(r, spec, word);
	step->text = copy(word, strlen(word));
}

static void read_levels(struct reader *r, struct spec *spec)
{
	char word[WORD_MAX + 1];

	for (;;) {
		skip_blank(r);
		if (*r->at != '"')
			return;
		word_need(r, word);
		spec->levels[add(r, &spec->level_count, SPEC_LEVELS_MAX)] =
			copy(word, strlen(word));
	}
}

/* The names up to the end of the line. */
static void read_permutation(struct reader *r, struct spec *spec)
{
	struct spec_permutation *p =
		&spec->permutations[add(r, &spec->permutation_count, SPEC_PERMUTATIONS_MAX)];

	for (;;) {
		struct spec_use use;
		char word[WORD_MAX + 1];
		char *mark;

		r->at += strspn(r->at, " \t");
		if (*r->at == '\n' || *r->at == '\0' || *r->at == '#')
			return;
		word_need(r, word);
		mark = strstr(word, "(*)");
		use.must_wait = mark != NULL;
		if (mark != NULL)
			*mark = '\0';
		use.step = find_step(spec, word);
		if (use.step == SPEC_NOBODY)
			syntax(r, "no step", word);
		p->uses[add(r, &p->use_count, SPEC_USES_MAX)] = use;
	}
}

static void read_setup(struct reader *r, struct spec *spec)
{
	if (r->session != SPEC_NOBODY)
		spec->sessions[r->session].setup = block_next(r);
	else
		spec->setups[add(r, &spec->setup_count, SPEC_BLOCKS_MAX)] = block_next(r);
}

static void read_teardown(struct reader *r, struct spec *spec)
{
	if (r->session != SPEC_NOBODY)
		spec->sessions[r->session].teardown = block_next(r);
	else
		spec->teardowns[add(r, &spec->teardown_count, SPEC_BLOCKS_MAX)] = block_next(r);
}

void spec_read(struct spec *spec, const char *path)
{
	static const struct {
		const char *word;
		void (*read)(struct reader *r, struct spec *spec);
	} parts[] = {
		{ "levels", read_levels },
		{ "setup", read_setup },
		{ "teardown", read_teardown },
		{ "session", read_session },
		{ "step", read_step },
		{ "permutation", read_permutation },
	};
	struct reader r = { .path = path, .session = SPEC_NOBODY };
	char word[WORD_MAX + 1];

	memset(spec, 0, sizeof *spec);
	load(&r);
	while (word_next(&r, word)) {
		size_t i = 0;

		while (i < sizeof parts / sizeof parts[0] && strcmp(parts[i].word, word) != 0)
			i++;
		if (i == sizeof parts / sizeof parts[0])
			syntax(&r, "unknown", word);
		parts[i].read(&r, spec);
	}
	if (spec->permutation_count == 0)
		syntax(&r, "no", "permutation");
	free(r.text);
}
