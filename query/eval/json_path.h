/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Paths of SQL/JSON (the type jsonpath): their trees, their text, and what they find in a value.
 *
 *     [strict | lax] expr
 *     expr       a path, a literal, + - * / %, a predicate (== != <> < <= > >= && || ! starts with,
 *                like_regex, exists(), is unknown)
 *     path       $ | @ | $name | last | (expr), then .key  .*  .**  .**{2 to 3}  [*]  [0, 2 to last]
 *                ?(predicate)  .method()
 *
 * In lax mode arrays are taken apart where something else is wanted, what is no array is one of one item,
 * and what is not there is nothing; in strict mode these are errors. The method datetime() is not known.
 */
#ifndef QUERY_EVAL_JSON_PATH_H
#define QUERY_EVAL_JSON_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "query/eval/eval.h"

enum json_path_kind {
	PATH_NULL,
	PATH_BOOL,
	PATH_NUMBER,
	PATH_STRING,
	PATH_VARIABLE,
	PATH_ROOT,
	PATH_CURRENT,
	PATH_LAST,
	/* steps */
	PATH_KEY,
	PATH_ANY_KEY,
	PATH_ANY_DEPTH,
	PATH_ANY_ITEM,
	PATH_ITEMS,
	PATH_FILTER,
	PATH_METHOD,
	/* predicates */
	PATH_OR,
	PATH_AND,
	PATH_NOT,
	PATH_IS_UNKNOWN,
	PATH_EXISTS,
	PATH_EQ,
	PATH_NE,
	PATH_LT,
	PATH_LE,
	PATH_GT,
	PATH_GE,
	PATH_STARTS_WITH,
	PATH_LIKE_REGEX,
	/* arithmetic */
	PATH_ADD,
	PATH_SUBTRACT,
	PATH_MULTIPLY,
	PATH_DIVIDE,
	PATH_MODULO,
	PATH_PLUS,
	PATH_MINUS,
};

enum json_path_method {
	METHOD_TYPE,
	METHOD_SIZE,
	METHOD_ABS,
	METHOD_FLOOR,
	METHOD_CEILING,
	METHOD_DOUBLE,
	METHOD_KEYVALUE,
	METHOD_COUNT
};

/* In brackets: one subscript, or from one to another. */
struct json_path_range {
	const struct json_path_node *from, *to; /* to: NULL where there is but one */
};

enum { PATH_DEPTH_LAST = INT32_MAX };

struct json_path_node {
	enum json_path_kind kind;
	bool is_true;		 /* BOOL */
	bool ignores_case;	 /* LIKE_REGEX: flag "i" */
	bool is_plain;		 /* LIKE_REGEX: flag "q", a text and no expression */
	bool has_all_dots;	 /* LIKE_REGEX: flag "s", a point stands for a new line, too */
	bool has_lines;		 /* LIKE_REGEX: flag "m", ^ and $ stand at each line's ends */
	enum json_path_method method;
	struct str text;	 /* KEY, STRING, NUMBER, VARIABLE; LIKE_REGEX: the expression */
	uint32_t first, last;	 /* ANY_DEPTH: levels, from 0 */
	const struct json_path_range *ranges; /* ITEMS */
	uint32_t range_count;
	const struct json_path_node *left, *right; /* operands; of one the left */
	const struct json_path_node *next;	   /* the step behind */
};

struct json_path {
	bool is_lax;
	const struct json_path_node *root;
};

/* json_path_parse.c: reads a path into the arena. E_SYNTAX, E_TOO_COMPLEX, E_NOT_SUPPORTED, and
   E_TEXT_REPRESENTATION for nothing at all. */
enum sqlstate json_path_parse(
	struct arena *a, struct str text, struct json_path *out, struct error *e) MUST_USE;

/* json_path_text.c: the path as PostgreSQL writes it. */
void json_path_put(struct buf *to, const struct json_path *path);
const char *json_path_operator(enum json_path_kind kind);
const char *json_path_method_name(enum json_path_method method);

/* What a path found, in order. */
struct json_found {
	const struct json **items;
	uint32_t count, capacity;
	bool is_one_enough; /* to be set before: what comes after the first is not looked for */
};

/* json_path_run.c: follows the path from `root`; `variables` is an object or NULL. Errors of class 22 are
   those of the data, which a caller may pass over; E_NO_OBJECT for an unknown variable. */
enum sqlstate json_path_run(struct eval *ev, const struct json_path *path, const struct json *root,
	const struct json *variables, struct json_found *out, struct error *e) MUST_USE;

#endif
