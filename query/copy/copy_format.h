/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The options of COPY, resolved: what the text means.
 */
#ifndef QUERY_COPY_COPY_FORMAT_H
#define QUERY_COPY_COPY_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "query/parse/ast.h"

enum copy_header { COPY_HEADER_NONE, COPY_HEADER_SKIP, COPY_HEADER_MATCH };
enum copy_missing { COPY_MISSING_ERROR, COPY_MISSING_SKIP, COPY_MISSING_CREATE };
enum copy_exists { COPY_EXISTS_ERROR, COPY_EXISTS_SKIP, COPY_EXISTS_UPDATE };

/* Columns that FORCE_QUOTE and its kin name. */
struct copy_names {
	bool is_all; /* * */
	const struct ast_name *items;
	uint32_t count;
};

struct copy_format {
	bool is_csv, is_binary;
	char delimiter, quote, escape;
	struct str null_text;
	enum copy_header header;
	bool ignores_errors; /* ON_ERROR ignore */
	enum copy_missing missing;
	enum copy_exists exists;
	struct str from_key, to_key;   /* "Label.key", empty: not given */
	bool ends_by_id;	       /* _from and _to are what id() gives */
	const struct ast_name *labels; /* further labels of nodes */
	uint32_t label_count;
	struct copy_names force_quote, force_not_null, force_null; /* CSV */
};

/* Errors: 42601 conflicting or unknown options, 0A000 what a format or a direction does not have, 22023
   bad values. */
enum sqlstate copy_format_resolve(
	const struct ast_copy *copy, struct copy_format *out, struct error *e) MUST_USE;

/* The parts of FROM_KEY and TO_KEY: "Label.key", or a label alone; both empty if `option` is. */
void copy_format_split_key(struct str option, struct str *label, struct str *key);

/* ON_ERROR ignore passes over rows whose text is not a value; nothing else. */
bool copy_format_ignores(const struct copy_format *f, enum sqlstate code);

#endif
