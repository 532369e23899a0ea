/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: the data of COPY FROM, as text, CSV and binary. The first byte chooses the format,
 * the second its options, the third the size of the pieces; the rest is the data. However the data
 * is cut, the same rows come out of it, up to the same error.
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "pgwire/pgwire.h"
#include "query/copy/copy_reader.h"

enum { INPUT_MAX = 16384, ROW_BYTES_MAX = 4096, HEADER = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came out: rows, a hash of all their fields, and the error at the end. */
struct outcome {
	uint64_t rows, hash;
	enum sqlstate end;
};

static void add(struct outcome *o, bool is_null, const void *at, size_t length)
{
	o->hash = o->hash * 31 + (is_null ? 1 : 2 + hash_bytes(at, length));
}

/* --- text and CSV ------------------------------------------------------------------------- */

static bool take_rows(struct copy_reader *r, struct arena *a, bool at_end, struct outcome *o)
{
	struct error e;

	for (;;) {
		switch (copy_reader_next(r, a, at_end, &e)) {
		case STEP_DONE:
			return true;
		case STEP_FAILED:
			o->end = e.code;
			return false;
		case STEP_ROW:
			break;
		}
		o->rows++;
		for (uint32_t i = 0; i < r->field_count; i++)
			add(o, r->fields[i].is_null, r->fields[i].text.at,
				r->fields[i].is_null ? 0 : r->fields[i].text.length);
		arena_reset(a);
	}
}

static struct outcome read_text(
	const struct copy_format *format, const uint8_t *data, size_t size, size_t step)
{
	static struct copy_reader r;
	struct outcome o = { .end = OK };
	struct arena *a = arena_new(0);
	bool goes_on = true;

	copy_reader_init(&r, format);
	for (size_t at = 0; at < size && goes_on; at += step) {
		copy_reader_feed(&r, data + at, MIN_OF(step, size - at));
		goes_on = take_rows(&r, a, false, &o);
	}
	if (goes_on)
		(void)take_rows(&r, a, true, &o);
	copy_reader_free(&r);
	arena_free(a);
	return o;
}

/* --- binary ------------------------------------------------------------------------------- */

static bool take_binary(struct pgwire_copy_reader *r, struct outcome *o)
{
	const struct pgwire_parameter *fields;
	uint32_t count;
	struct error e;

	for (;;) {
		switch (pgwire_copy_reader_next(r, &fields, &count, &e)) {
		case STEP_DONE:
			return true;
		case STEP_FAILED:
			o->end = e.code;
			return false;
		case STEP_ROW:
			break;
		}
		o->rows++;
		for (uint32_t i = 0; i < count; i++)
			add(o, fields[i].at == NULL, fields[i].at, fields[i].length);
	}
}

static struct outcome read_binary(const uint8_t *data, size_t size, size_t step)
{
	struct pgwire_copy_reader *r = pgwire_copy_reader_new(ROW_BYTES_MAX);
	struct outcome o = { .end = OK };
	bool goes_on = true;
	struct error e;

	for (size_t at = 0; at < size && goes_on; at += step) {
		pgwire_copy_reader_feed(r, data + at, MIN_OF(step, size - at));
		goes_on = take_binary(r, &o);
	}
	if (goes_on)
		o.end = pgwire_copy_reader_end(r, &e);
	pgwire_copy_reader_free(r);
	return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char delimiters[] = "\t,;|";
	struct copy_format format = { .delimiter = '\t', .quote = '"', .escape = '"' };
	struct outcome whole, cut;
	size_t step;

	if (size <= HEADER || size > INPUT_MAX)
		return 0;
	format.is_csv = data[0] % 3 == 1;
	format.delimiter = delimiters[data[1] % 4];
	format.escape = (data[1] & 4) != 0 ? '\\' : '"';
	format.quote = (data[1] & 8) != 0 ? '\'' : '"';
	format.null_text = (data[1] & 16) != 0 ? STR("NULL") : format.is_csv ? STR("") : STR("\\N");
	step = 1 + data[2];
	if (data[0] % 3 == 2) {
		whole = read_binary(data + HEADER, size - HEADER, size);
		cut = read_binary(data + HEADER, size - HEADER, step);
	} else {
		whole = read_text(&format, data + HEADER, size - HEADER, size);
		cut = read_text(&format, data + HEADER, size - HEADER, step);
	}
	assert(whole.end == cut.end);
	assert(whole.rows == cut.rows);
	assert(whole.hash == cut.hash);
	return 0;
}
