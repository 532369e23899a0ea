/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Rows and fields of COPY text and CSV, as PostgreSQL defines them. A field without escapes is
 * given out where it stands; only one with escapes or quotes is copied.
 */
#include "query/copy/copy_reader.h"

#include "base/utf8.h"

void copy_reader_init(struct copy_reader *r, const struct copy_format *format)
{
	memset(r, 0, sizeof *r);
	r->format = format;
	r->next_line = 1;
}

void copy_reader_free(struct copy_reader *r)
{
	buf_free(&r->input);
}

void copy_reader_feed(struct copy_reader *r, const uint8_t *data, size_t size)
{
	size_t left = r->input.length - r->at;

	if (r->at > 0 && left > 0)
		memmove(r->input.data, r->input.data + r->at, left);
	r->input.length = left;
	r->at = 0;
	buf_put(&r->input, data, size);
}

static enum sqlstate add_field(
	struct copy_reader *r, struct str text, bool is_null, struct error *e)
{
	if (r->field_count == COPY_FIELDS_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "a row has more than %d columns", COPY_FIELDS_MAX);
	r->fields[r->field_count++] = (struct copy_field){ text, is_null };
	return OK;
}

/* ---- text ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The character that stands after a backslash at *at; moves *at past it. */
static char unescape_one(const char **at, const char *end)
{
	static const char from[] = "bfnrtv", to[] = "\b\f\n\r\t\v";
	char c = *(*at)++;
	const char *known = c == '\0' ? NULL : strchr(from, c);
	int value = 0;

	if (known != NULL)
		return to[known - from];
	if (c >= '0' && c <= '7') {
		value = c - '0';
		for (int i = 0; i < 2 && *at < end && **at >= '0' && **at <= '7'; i++)
			value = value * 8 + (*(*at)++ - '0');
		return (char)(value & 0xFF);
	}
	if (c == 'x' && *at < end && hex_digit(**at) >= 0) {
		for (int i = 0; i < 2 && *at < end && hex_digit(**at) >= 0; i++)
			value = value * 16 + hex_digit(*(*at)++);
		return (char)(value & 0xFF);
	}
	return c;
}

static struct str unescape(struct arena *a, struct str raw)
{
	char *copy = arena_alloc_raw(a, raw.length);
	const char *at = raw.at, *end = raw.at + raw.length;
	uint32_t length = 0;

	while (at < end) {
		char c = *at++;

		copy[length++] = c == '\\' && at < end ? unescape_one(&at, end) : c;
	}
	return (struct str){ copy, length };
}

/* The end of the field that starts at `at`: the delimiter or the line's end. */
static const char *text_field_end(const char *at, const char *end, char delimiter, bool *escaped)
{
	*escaped = false;
	for (; at < end && *at != delimiter; at++) {
		if (*at != '\\')
			continue;
		*escaped = true;
		if (at + 1 < end)
			at++;
	}
	return at;
}

static enum sqlstate split_text(
	struct copy_reader *r, struct str line, struct arena *a, struct error *e)
{
	const char *at = line.at, *end = line.at + line.length;

	for (;;) {
		bool escaped;
		const char *stop = text_field_end(at, end, r->format->delimiter, &escaped);
		struct str raw = { at, (uint32_t)(stop - at) };
		bool is_null = str_equal(raw, r->format->null_text);

		TRY(add_field(r, escaped && !is_null ? unescape(a, raw) : raw, is_null, e));
		if (stop == end)
			return OK;
		at = stop + 1;
	}
}

/* One line of text format, its end included in *size; false when it is not whole. */
static bool find_line(const struct copy_reader *r, bool at_end, struct str *line, size_t *size)
{
	const char *from = (const char *)r->input.data + r->at;
	size_t left = r->input.length - r->at;
	const char *newline = left == 0 ? NULL : memchr(from, '\n', left);

	if (newline == NULL && (!at_end || left == 0))
		return false;
	*size = newline == NULL ? left : (size_t)(newline - from) + 1;
	*line = (struct str){ from, (uint32_t)(newline == NULL ? left : *size - 1) };
	if (line->length > 0 && from[line->length - 1] == '\r')
		line->length--;
	return true;
}

/* ---- CSV ---- */

struct csv_scan {
	const char *at, *end;
	struct arena *arena;
	uint64_t newlines; /* inside quotes */
	bool at_row_end;
};

enum csv_result { CSV_FIELD, CSV_INCOMPLETE, CSV_UNTERMINATED };

/* Copies a field with quotes in it. `from` is its first byte. */
static enum csv_result scan_quoted(
	struct csv_scan *s, const struct copy_format *f, const char *from, struct str *out)
{
	char *copy = arena_alloc_raw(s->arena, (size_t)(s->end - from));
	uint32_t length = 0;
	bool in_quotes = false;

	for (s->at = from; s->at < s->end; s->at++) {
		char c = *s->at;

		if (!in_quotes && (c == f->delimiter || c == '\n')) {
			*out = (struct str){ copy, length };
			return CSV_FIELD;
		}
		if (in_quotes && c == f->escape && s->at + 1 < s->end &&
			(s->at[1] == f->quote || s->at[1] == f->escape)) {
			copy[length++] = *++s->at;
			continue;
		}
		if (c == f->quote) {
			in_quotes = !in_quotes;
			continue;
		}
		if (in_quotes && c == '\n')
			s->newlines++;
		if (!in_quotes && c == '\r' && s->at + 1 < s->end && s->at[1] == '\n')
			continue;
		copy[length++] = c;
	}
	*out = (struct str){ copy, length };
	return in_quotes ? CSV_UNTERMINATED : CSV_INCOMPLETE;
}

/* One field from s->at up to, not including, its delimiter or line end. CSV_INCOMPLETE: the data
   ends first (then *out is what there is of it). */
static enum csv_result scan_csv_field(
	struct csv_scan *s, const struct copy_format *f, struct str *out, bool *was_quoted)
{
	const char *from = s->at;

	*was_quoted = false;
	for (; s->at < s->end; s->at++) {
		char c = *s->at;

		if (c == f->quote) {
			*was_quoted = true;
			return scan_quoted(s, f, from, out);
		}
		if (c == f->delimiter || c == '\n')
			break;
	}
	*out = (struct str){ from, (uint32_t)(s->at - from) };
	if ((s->at == s->end || *s->at == '\n') && out->length > 0 && from[out->length - 1] == '\r')
		out->length--;
	return s->at < s->end ? CSV_FIELD : CSV_INCOMPLETE;
}

/* STEP_DONE: the row is not whole. */
static enum step split_csv(
	struct copy_reader *r, struct arena *a, bool at_end, size_t *size, struct error *e)
{
	const char *start = (const char *)r->input.data + r->at;
	struct csv_scan s = { start, (const char *)r->input.data + r->input.length, a, 0, false };

	if (s.at == s.end)
		return STEP_DONE;
	for (;;) {
		struct str text;
		bool was_quoted;
		enum csv_result result = scan_csv_field(&s, r->format, &text, &was_quoted);

		if (result != CSV_FIELD && !at_end)
			return STEP_DONE;
		if (result == CSV_UNTERMINATED) {
			r->line = r->next_line;
			(void)FAIL(e, E_BAD_COPY, "unterminated CSV quoted field");
			return STEP_FAILED;
		}
		if (add_field(r, text, !was_quoted && str_equal(text, r->format->null_text), e) !=
			OK)
			return STEP_FAILED;
		if (s.at == s.end || *s.at == '\n')
			break;
		s.at++;
	}
	*size = (size_t)(s.at - start) + (s.at < s.end);
	r->next_line += s.newlines;
	return STEP_ROW;
}

/* ---- both ---- */

static enum step split(
	struct copy_reader *r, struct arena *a, bool at_end, size_t *size, struct error *e)
{
	struct str line;

	if (r->format->is_csv)
		return split_csv(r, a, at_end, size, e);
	if (!find_line(r, at_end, &line, size))
		return STEP_DONE;
	if (str_equal(line, STR("\\."))) {
		(void)add_field(r, line, false, e);
		return STEP_ROW;
	}
	return split_text(r, line, a, e) == OK ? STEP_ROW : STEP_FAILED;
}

static bool is_end_mark(const struct copy_reader *r)
{
	return r->field_count == 1 && str_equal(r->fields[0].text, STR("\\."));
}

static struct str without_end(struct str row)
{
	if (row.length > 0 && row.at[row.length - 1] == '\n')
		row.length--;
	if (row.length > 0 && row.at[row.length - 1] == '\r')
		row.length--;
	return row;
}

enum step copy_reader_next(struct copy_reader *r, struct arena *a, bool at_end, struct error *e)
{
	size_t size = 0;
	enum step step;
	struct str row;

	if (r->is_ended) {
		r->at = r->input.length;
		return STEP_DONE;
	}
	r->field_count = 0;
	r->line = r->next_line;
	r->row = (struct str){ 0 };
	step = split(r, a, at_end, &size, e);
	if (step == STEP_DONE && r->input.length - r->at > COPY_ROW_BYTES_MAX) {
		(void)FAIL(e, E_PROGRAM_LIMIT, "a row of COPY data is longer than %d bytes",
			COPY_ROW_BYTES_MAX);
		return STEP_FAILED;
	}
	if (step != STEP_ROW)
		return step;
	row = (struct str){ (const char *)r->input.data + r->at, (uint32_t)size };
	r->at += size;
	r->next_line++;
	if (is_end_mark(r)) {
		r->is_ended = true;
		return STEP_DONE;
	}
	if (!utf8_is_valid(row)) {
		(void)FAIL(e, E_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\"");
		return STEP_FAILED;
	}
	r->row = without_end(row);
	return STEP_ROW;
}
