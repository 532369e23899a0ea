/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The registry: finds the row of functions.def for a name and argument types. A row's pattern is
 * read as it stands; there is no second description of a signature anywhere.
 *
 * Choosing an alternative: every argument costs something against every letter (0 the type itself,
 * 1 a conversion the language makes by itself, 2 "anything"); the cheapest alternative wins, the
 * first of equals. An argument of type ANY fits every letter; then all alternatives that fit stay
 * open, the result is their common type or ANY, and the values are checked when they are there.
 *
 * Invariants
 *  R1. Letters of a pattern and enum type_kind map to one another in LETTERS alone.
 *  R2. At most FUNCTION_ARGS_MAX arguments ever match.
 */
#include "query/type/function.h"

#include <stdio.h>
#include <string.h>

#include "query/type/type.h"

#define STRICT 1u
#define VOLATILE 2u
#define GRAPH 4u
#define LENIENT 8u
#define TOTAL 16u
#define HIDDEN 32u

enum { COST_NEVER = 1000, COST_CONVERT = 1, COST_ANYTHING = 2 };

/* Two dates or times of any type. */
#define MOMENT_PAIRS                                                                               \
	"dd>D dT>D dZ>D dt>D dz>D Td>D TT>D TZ>D Tt>D Tz>D Zd>D ZT>D ZZ>D Zt>D Zz>D "              \
	"td>D tT>D tZ>D tt>D tz>D zd>D zT>D zZ>D zt>D zz>D"

#define FLAGS(f)                                                                                   \
	.is_strict = ((f)&STRICT) != 0, .is_volatile = ((f)&VOLATILE) != 0,                        \
	.needs_graph = ((f)&GRAPH) != 0, .is_lenient = ((f)&LENIENT) != 0,                         \
	.is_total = ((f)&TOTAL) != 0, .is_hidden = ((f)&HIDDEN) != 0

static const struct function functions[] = {
#define FUNCTION(name_, synonyms_, flags, pattern_, row_, vector_, doc_)                           \
	{ .name = name_,                                                                           \
		.synonyms = synonyms_,                                                             \
		.kind = FUNCTION_SCALAR,                                                           \
		FLAGS(flags),                                                                      \
		.pattern = pattern_,                                                               \
		.doc = doc_ },
#define AGGREGATE(name_, synonyms_, flags, pattern_, methods, doc_)                                \
	{ .name = name_,                                                                           \
		.synonyms = synonyms_,                                                             \
		.kind = FUNCTION_AGGREGATE,                                                        \
		FLAGS(flags),                                                                      \
		.pattern = pattern_,                                                               \
		.doc = doc_ },
#include "query/type/functions.def"
#undef FUNCTION
#undef AGGREGATE
};

static const struct {
	char letter;
	uint8_t kind;
} LETTERS[] = {
	{ 'b', TYPE_BOOL },
	{ 'i', TYPE_INT64 },
	{ 'f', TYPE_FLOAT64 },
	{ 'n', TYPE_DECIMAL },
	{ 's', TYPE_STRING },
	{ 'y', TYPE_BYTES },
	{ 'd', TYPE_DATE },
	{ 't', TYPE_TIME },
	{ 'z', TYPE_TIMETZ },
	{ 'T', TYPE_TIMESTAMP },
	{ 'Z', TYPE_TIMESTAMPTZ },
	{ 'D', TYPE_DURATION },
	{ 'u', TYPE_UUID },
	{ 'l', TYPE_LIST },
	{ 'm', TYPE_MAP },
	{ 'N', TYPE_NODE },
	{ 'E', TYPE_EDGE },
	{ 'P', TYPE_PATH },
	{ 'a', TYPE_ANY },
	{ 'A', TYPE_ANY },
	{ 'o', TYPE_OID },
	{ 'c', TYPE_NAME },
	{ 'v', TYPE_VOID },
	{ 'q', TYPE_INT32 },
	{ 'C', TYPE_REGCLASS },
	{ 'R', TYPE_REGTYPE },
	{ 'p', TYPE_REGPROC },
	{ 'S', TYPE_REGNAMESPACE },
	{ 'W', TYPE_REGROLE },
	{ 'B', TYPE_JSONB },
	{ 'X', TYPE_JSON },
	{ 'h', TYPE_JSONPATH },
	{ 'x', TYPE_XID8 },
	{ 'r', TYPE_REGPROCEDURE },
	{ 'O', TYPE_REGOPER },
	{ 'Q', TYPE_REGOPERATOR },
};

static struct type type_of(uint8_t kind)
{
	return (struct type){ .kind = kind, .item = kind == TYPE_LIST ? TYPE_ANY : TYPE_NULL };
}

static uint8_t letter_kind(char letter)
{
	for (size_t i = 0; i < ARRAY_COUNT(LETTERS); i++) {
		if (LETTERS[i].letter == letter)
			return LETTERS[i].kind;
	}
	unreachable();
}

/* ---- types ---- */

static const char *kind_name(uint8_t kind)
{
	static const char *const names[TYPE_KIND_COUNT] = {
#define TYPE(kind, name, ...) [TYPE_##kind] = name,
#include "query/static_types.def"
#undef TYPE
	};

	assert(kind < TYPE_KIND_COUNT);
	return names[kind];
}

struct function_type_name function_type_name(struct type type)
{
	struct function_type_name name;
	bool is_array = type.kind == TYPE_LIST && type.item != TYPE_ANY && type.item != TYPE_NULL;

	snprintf(name.text, sizeof name.text, "%s%s", kind_name(is_array ? type.item : type.kind),
		is_array ? "[]" : "");
	return name;
}

static bool is_integer(uint8_t kind)
{
	return type_is_integer(type_of(kind));
}

static bool is_float(uint8_t kind)
{
	return kind == TYPE_FLOAT64 || kind == TYPE_FLOAT32;
}

bool function_converts(struct type from, struct type to)
{
	from = type_base(from);
	to = type_base(to);
	if (from.kind == to.kind) {
		return from.kind != TYPE_LIST || from.item == to.item || to.item == TYPE_ANY ||
		       from.item == TYPE_NULL;
	}
	if (from.kind == TYPE_NULL || to.kind == TYPE_ANY)
		return true;
	if (to.kind == TYPE_JSONB)
		return from.kind == TYPE_JSON || from.kind == TYPE_MAP || from.kind == TYPE_ANY;
	if (is_integer(from.kind))
		return is_integer(to.kind) || is_float(to.kind) || to.kind == TYPE_DECIMAL;
	if (is_float(from.kind) || from.kind == TYPE_DECIMAL)
		return is_float(to.kind);
	return from.kind == TYPE_DATE && to.kind == TYPE_TIMESTAMP;
}

bool function_common_type(struct type a, struct type b, struct type *out)
{
	struct type item;

	if (a.kind == TYPE_LIST && b.kind == TYPE_LIST) {
		if (!function_common_type((struct type){ .kind = a.item },
			    (struct type){ .kind = b.item }, &item))
			item.kind = TYPE_ANY;
		*out = (struct type){ TYPE_LIST, item.kind };
		return true;
	}
	if (a.kind == TYPE_UNKNOWN && b.kind != TYPE_NULL) {
		*out = b;
		return true;
	}
	if (b.kind == TYPE_UNKNOWN && a.kind != TYPE_NULL) {
		*out = a;
		return true;
	}
	if (type_base(a).kind != a.kind || type_base(b).kind != b.kind)
		return function_common_type(type_base(a), type_base(b), out);
	if (is_integer(a.kind) && is_integer(b.kind))
		*out = (struct type){ .kind = a.kind == b.kind ? a.kind : TYPE_INT64 };
	else if ((is_integer(a.kind) || is_float(a.kind)) &&
		 (is_integer(b.kind) || is_float(b.kind)))
		*out = (struct type){ .kind = a.kind == b.kind ? a.kind : TYPE_FLOAT64 };
	else if (function_converts(a, b))
		*out = b;
	else if (function_converts(b, a))
		*out = a;
	else
		return false;
	return true;
}

/* ---- patterns ---- */

/* One alternative of a pattern, taken apart. */
struct alternative {
	char letters[FUNCTION_ARGS_MAX];
	uint32_t least, most;
	char result[3];
};

/* Reads the alternative at *at and moves past it; false at the pattern's end. */
static bool alternative_next(const char **at, struct alternative *alt)
{
	const char *p = *at;
	bool is_optional = false;

	memset(alt, 0, sizeof *alt);
	while (*p == ' ')
		p++;
	if (*p == '\0')
		return false;
	for (; *p != '>'; p++) {
		if (*p == '?') {
			is_optional = true;
		} else if (*p == '*') {
			assert(alt->most > 0);
			while (alt->most < FUNCTION_ARGS_MAX)
				alt->letters[alt->most++] = p[-1];
		} else {
			assert(alt->most < FUNCTION_ARGS_MAX);
			alt->letters[alt->most++] = *p;
			alt->least += is_optional ? 0 : 1;
		}
	}
	p++;
	for (size_t i = 0; *p != '\0' && *p != ' '; i++)
		alt->result[i] = *p++;
	*at = p;
	return true;
}

static int argument_cost(struct type arg, char letter)
{
	uint8_t kind = letter_kind(letter);

	if (letter == 'a')
		return COST_ANYTHING;
	if (arg.kind == TYPE_NULL || arg.kind == TYPE_ANY)
		return COST_CONVERT;
	if (arg.kind == TYPE_UNKNOWN && kind != TYPE_STRING)
		return kind == TYPE_MAP || kind == TYPE_NODE || kind == TYPE_EDGE ||
				       kind == TYPE_PATH
			       ? COST_NEVER
			       : COST_CONVERT;
	arg = type_base(arg);
	if (arg.kind == kind || (is_integer(arg.kind) && is_integer(kind)) ||
		(is_float(arg.kind) && is_float(kind)))
		return 0;
	return function_converts(arg, type_of(kind)) ? COST_CONVERT : COST_NEVER;
}

static int alternative_cost(const struct alternative *alt, const struct type *args, uint32_t count)
{
	int cost = 0;

	if (count < alt->least || count > alt->most)
		return COST_NEVER;
	for (uint32_t i = 0; i < count; i++) {
		int one = argument_cost(args[i], alt->letters[i]);

		if (one == COST_NEVER)
			return COST_NEVER;
		cost += one;
	}
	return cost;
}

static struct type common_of(const struct type *args, uint32_t count)
{
	struct type common = { .kind = TYPE_NULL };

	for (uint32_t i = 0; i < count; i++) {
		if (!function_common_type(common, args[i], &common))
			return type_of(TYPE_ANY);
	}
	return common;
}

/* A list with one more item of another type. */
static struct type list_with(struct type list, struct type item)
{
	struct type common;

	if (list.kind != TYPE_LIST || item.kind == TYPE_LIST ||
		!function_common_type((struct type){ .kind = list.item }, item, &common))
		common.kind = TYPE_ANY;
	return (struct type){ TYPE_LIST, common.kind };
}

static struct type result_type(const char *result, const struct type *args, uint32_t count)
{
	struct type type;

	switch (result[0]) {
	case '0':
	case '1':
	case '2':
		assert((uint32_t)(result[0] - '0') < count);
		return args[result[0] - '0'];
	case 'j':
		type = type_item(args[0]);
		return type.kind == TYPE_LIST || type.kind == TYPE_NULL ? type_of(TYPE_ANY)
									: type_of(type.kind);
	case 'L':
		type = result_type(result + 1, args, count);
		return (struct type){ TYPE_LIST, type.kind == TYPE_LIST ? TYPE_ANY : type.kind };
	case 'J':
		return list_with(args[0], args[1]);
	case 'K':
		return list_with(args[1], args[0]);
	case 'U':
		return common_of(args, count);
	default:
		return type_of(letter_kind(result[0]));
	}
}

/* What a literal in quotes becomes: text where anything goes, an array of texts. */
static struct type literal_as(char letter)
{
	if (letter == 'l')
		return (struct type){ TYPE_LIST, TYPE_STRING };
	return type_of(letter == 'a' ? TYPE_STRING : letter_kind(letter));
}

static void match_fill(const struct alternative *alt, const struct type *args, uint32_t count,
	struct function_match *out)
{
	for (uint32_t i = 0; i < count; i++) {
		struct type wanted = type_of(letter_kind(alt->letters[i]));

		out->coerce[i] = args[i];
		if (args[i].kind == TYPE_NULL && alt->letters[i] != 'a')
			out->coerce[i] = wanted;
		else if (args[i].kind == TYPE_UNKNOWN)
			out->coerce[i] = literal_as(alt->letters[i]);
		else if (argument_cost(args[i], alt->letters[i]) == COST_CONVERT &&
			 (args[i].kind != TYPE_ANY || wanted.kind == TYPE_JSONB))
			out->coerce[i] = wanted;
	}
	out->result = result_type(alt->result, out->coerce, count);
}

/* An ANY that jsonb is wanted of becomes that beforehand. */
static bool is_dynamic(const struct alternative *alt, const struct type *args, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (args[i].kind == TYPE_ANY && alt->letters[i] != 'B')
			return true;
	}
	return false;
}

/* With arguments known only at run time several alternatives may stay open. */
static void match_dynamic(const struct function *f, const struct type *args, uint32_t count,
	struct function_match *out)
{
	struct function_match other = *out;
	const char *at = f->pattern;
	struct alternative alt;

	while (alternative_next(&at, &alt)) {
		if (alternative_cost(&alt, args, count) >= COST_NEVER)
			continue;
		match_fill(&alt, args, count, &other);
		if (other.result.kind != out->result.kind || other.result.item != out->result.item)
			out->result = type_of(TYPE_ANY);
	}
	for (uint32_t i = 0; i < count; i++) {
		if (args[i].kind != TYPE_NULL || out->result.kind == TYPE_ANY)
			out->coerce[i] = args[i];
	}
}

static bool function_matches(const struct function *f, const struct type *args, uint32_t count,
	struct function_match *out)
{
	const char *at = f->pattern;
	struct alternative alt, best;
	int best_cost = COST_NEVER;

	while (alternative_next(&at, &alt)) {
		int cost = alternative_cost(&alt, args, count);

		if (cost < best_cost) {
			best_cost = cost;
			best = alt;
		}
	}
	if (best_cost == COST_NEVER)
		return false;
	out->function = f;
	match_fill(&best, args, count, out);
	if (is_dynamic(&best, args, count))
		match_dynamic(f, args, count, out);
	return true;
}

/* ---- names ---- */

static bool list_has_name(const char *list, struct str name)
{
	while (list != NULL && *list != '\0') {
		size_t length = strcspn(list, ",");

		if (str_equal_nocase(name, (struct str){ list, (uint32_t)length }))
			return true;
		list += length + (list[length] == ',');
	}
	return false;
}

static const struct function *function_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(functions); i++) {
		if (str_equal_nocase(name, str_of(functions[i].name)))
			return &functions[i];
	}
	for (size_t i = 0; i < ARRAY_COUNT(functions); i++) {
		if (list_has_name(functions[i].synonyms, name))
			return &functions[i];
	}
	return NULL;
}

bool function_exists(struct str name)
{
	return function_find(name) != NULL;
}

bool function_is_aggregate(struct str name)
{
	const struct function *f = function_find(name);

	return f != NULL && f->kind == FUNCTION_AGGREGATE;
}

uint32_t function_count(void)
{
	return ARRAY_COUNT(functions);
}

const struct function *function_at(uint32_t position)
{
	assert(position < ARRAY_COUNT(functions));
	return &functions[position];
}

uint32_t function_position(const struct function *f)
{
	assert(f >= functions && f < functions + ARRAY_COUNT(functions));
	return (uint32_t)(f - functions);
}

/* Edit distance, cut off at `most` + 1. */
static uint32_t name_distance(struct str a, struct str b, uint32_t most)
{
	enum { NAME_MAX_LENGTH = 32 };
	uint32_t row[NAME_MAX_LENGTH + 1];

	if (a.length > NAME_MAX_LENGTH || b.length > NAME_MAX_LENGTH)
		return most + 1;
	for (uint32_t j = 0; j <= b.length; j++)
		row[j] = j;
	for (uint32_t i = 1; i <= a.length; i++) {
		uint32_t diagonal = row[0];

		row[0] = i;
		for (uint32_t j = 1; j <= b.length; j++) {
			bool is_same = (a.at[i - 1] | 0x20) == (b.at[j - 1] | 0x20);
			uint32_t replaced = diagonal + (is_same ? 0 : 1);
			uint32_t other = MIN_OF(row[j], row[j - 1]) + 1;

			diagonal = row[j];
			row[j] = MIN_OF(replaced, other);
		}
	}
	return row[b.length];
}

static const char *near_name(struct str name)
{
	const char *best = NULL;
	uint32_t best_distance = name.length > 5 ? 3 : 2;

	for (size_t i = 0; i < ARRAY_COUNT(functions); i++) {
		uint32_t distance;

		if (functions[i].is_hidden)
			continue;
		distance = name_distance(name, str_of(functions[i].name), best_distance);
		for (const char *at = functions[i].synonyms; at != NULL && *at != '\0';) {
			struct str synonym = { at, (uint32_t)strcspn(at, ",") };

			distance = MIN_OF(distance, name_distance(name, synonym, best_distance));
			at += synonym.length + (at[synonym.length] == ',');
		}
		if (distance < best_distance) {
			best_distance = distance;
			best = functions[i].name;
		}
	}
	return best;
}

const char *function_slip(struct str name)
{
	static const struct {
		const char *name, *hint;
	} slips[] = {
#define SLIP(name_, hint_) { name_, hint_ },
#include "query/type/slips.def"
#undef SLIP
	};

	for (size_t i = 0; i < ARRAY_COUNT(slips); i++) {
		struct str slip = str_of(slips[i].name);
		bool is_prefix = slip.at[slip.length - 1] == '.' && name.length > slip.length;
		struct str same = { name.at, is_prefix ? slip.length : name.length };

		if (str_equal_nocase(same, slip))
			return slips[i].hint;
	}
	return NULL;
}

static COLD enum sqlstate refuse_operator(
	const char *name, struct type left, struct type right, bool is_unary, struct error *e)
{
	enum sqlstate rc;

	if (is_unary && strncmp(name, "unary ", 6) == 0)
		name += 6;
	if (is_unary) {
		rc = FAIL(e, E_NO_FUNCTION, "operator does not exist: %s %s", name,
			function_type_name(left).text);
	} else {
		rc = FAIL(e, E_NO_FUNCTION, "operator does not exist: %s %s %s",
			function_type_name(left).text, name, function_type_name(right).text);
	}
	if (strcmp(name, "&&") == 0 && left.kind != TYPE_LIST && right.kind != TYPE_LIST)
		error_hint(e, "Use AND, or || to join texts.");
	else if (is_unary)
		error_hint(e, "No operator matches the given name and argument type. "
			      "You might need to add an explicit type cast.");
	else
		error_hint(e, "No operator matches the given name and argument types. "
			      "You might need to add explicit type casts.");
	return rc;
}

/* An operator made of signs: @>, ->. */
static bool is_signs(struct str name)
{
	return name.length > 0 && strchr("-@<>#?&|~", name.at[0]) != NULL;
}

static struct function_type_name name_text(struct str name)
{
	struct function_type_name text;

	snprintf(text.text, sizeof text.text, "%.*s", STR_ARGS(name));
	return text;
}

static COLD enum sqlstate refuse(struct str name, const struct function *f, const struct type *args,
	uint32_t count, struct error *e)
{
	char list[256] = "";
	size_t used = 0;
	enum sqlstate rc;
	const char *near, *slip = f == NULL ? function_slip(name) : NULL;

	for (uint32_t i = 0; i < count && used < sizeof list - 44; i++) {
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
			i == 0 ? "" : ", ", function_type_name(args[i]).text);
	}
	if (name.length > 4 && memcmp(name.at, "sql.", 4) == 0)
		name = (struct str){ name.at + 4, name.length - 4 };
	if (count == 2 && is_signs(name))
		return refuse_operator(name_text(name).text, args[0], args[1], false, e);
	rc = FAIL(e, E_NO_FUNCTION, "function %.*s(%s) does not exist",
		(int)MIN_OF(name.length, 128u), name.at, list);
	near = f == NULL ? near_name(name) : NULL;
	if (slip != NULL)
		error_hint(e, "%s", slip);
	else if (near != NULL)
		error_hint(e, "Perhaps you meant the function \"%s\".", near);
	else
		error_hint(e, "No function matches the given name and argument types. "
			      "You might need to add explicit type casts.");
	return rc;
}

enum sqlstate function_resolve(struct str name, const struct type *args, uint32_t count,
	struct function_match *out, struct error *e)
{
	const struct function *f = function_find(name);

	memset(out, 0, sizeof *out);
	if (f != NULL && count <= FUNCTION_ARGS_MAX && function_matches(f, args, count, out))
		return OK;
	return refuse(name, f, args, count, e);
}

/* ---- operators ---- */

static const char *operator_name(enum ast_op op, bool is_unary)
{
	static const char *const names[OP_COUNT] = {
		[OP_NOT] = "not",
		[OP_PLUS] = "unary +",
		[OP_MINUS] = "unary -",
		[OP_XOR] = "xor",
		[OP_EQ] = "=",
		[OP_NE] = "<>",
		[OP_LT] = "<",
		[OP_LE] = "<=",
		[OP_GT] = ">",
		[OP_GE] = ">=",
		[OP_IN] = "in",
		[OP_STARTS_WITH] = "starts with",
		[OP_ENDS_WITH] = "ends with",
		[OP_CONTAINS] = "contains",
		[OP_REGEX] = "=~",
		[OP_LIKE] = "like",
		[OP_ILIKE] = "ilike",
		[OP_REGEX_SEARCH] = "~",
		[OP_REGEX_ISEARCH] = "~*",
		[OP_DISTINCT_FROM] = "is distinct from",
		[OP_ADD] = "+",
		[OP_SUBTRACT] = "-",
		[OP_CONCAT] = "||",
		[OP_MULTIPLY] = "*",
		[OP_DIVIDE] = "/",
		[OP_MODULO] = "%",
		[OP_POWER] = "^",
	};

	assert(op < OP_COUNT);
	assert(names[op] != NULL);
	assert(is_unary == (op == OP_NOT || op == OP_PLUS || op == OP_MINUS));
	return names[op];
}

static bool is_comparison(enum ast_op op)
{
	return (op >= OP_EQ && op <= OP_GE) || op == OP_DISTINCT_FROM;
}

/* Two sides that compare: a DATE against a TIMESTAMP becomes one, a bare NULL the other's type.
   Numbers stay as they are, since they compare exactly. */
static void coerce_comparison(struct function_match *m)
{
	struct type a = m->coerce[0], b = m->coerce[1];

	if (a.kind == TYPE_NULL || (a.kind == TYPE_DATE && b.kind == TYPE_TIMESTAMP))
		m->coerce[0] = b;
	else if (b.kind == TYPE_NULL || (b.kind == TYPE_DATE && a.kind == TYPE_TIMESTAMP))
		m->coerce[1] = a;
}

static void coerce_in(struct function_match *m, struct type left, struct type right)
{
	if (left.kind == TYPE_NULL && right.kind == TYPE_LIST && right.item != TYPE_NULL)
		m->coerce[0] = type_of(right.item);
	else if (right.kind == TYPE_NULL)
		m->coerce[1] = (struct type){ TYPE_LIST,
			left.kind == TYPE_LIST || left.kind == TYPE_NULL ? TYPE_ANY : left.kind };
}

enum sqlstate function_resolve_operator(enum ast_op op, struct type left, struct type right,
	bool is_unary, struct function_match *out, struct error *e)
{
	const char *name = operator_name(op, is_unary);
	const struct function *f = function_find(str_of(name));
	struct type args[2] = { left, right };

	assert(f != NULL);
	memset(out, 0, sizeof *out);
	if (!function_matches(f, args, is_unary ? 1 : 2, out))
		return refuse_operator(name, left, right, is_unary, e);
	if (is_comparison(op))
		coerce_comparison(out);
	else if (op == OP_IN)
		coerce_in(out, left, right);
	return OK;
}

/* ---- signatures and run-time checks ---- */

static void put_result(struct buf *to, const char *result)
{
	if (result[0] >= '0' && result[0] <= '9')
		buf_put_text(to, "same");
	else if (result[0] == 'j' || result[0] == 'U')
		buf_put_text(to, "any");
	else if (result[0] == 'L' || result[0] == 'J' || result[0] == 'K')
		buf_put_text(to, "list");
	else
		buf_put_text(to, kind_name(letter_kind(result[0])));
}

void function_put_signature(struct buf *to, const struct function *f)
{
	const char *at = f->pattern;
	struct alternative alt;

	for (bool is_first = true; alternative_next(&at, &alt); is_first = false) {
		bool is_endless = alt.most == FUNCTION_ARGS_MAX;
		uint32_t shown = is_endless ? MAX_OF(alt.least, 1u) : alt.most;

		buf_printf(to, "%s%s(", is_first ? "" : "; ", f->name);
		for (uint32_t i = 0; i < shown; i++) {
			buf_printf(to, "%s%s%s", i == 0 ? "" : ", ",
				i >= alt.least ? "optional " : "",
				kind_name(letter_kind(alt.letters[i])));
		}
		buf_put_text(to, is_endless ? ", …) -> " : ") -> ");
		put_result(to, alt.result);
	}
}

void function_hint_forms(struct str name, struct error *e)
{
	const struct function *f = function_find(name);
	struct buf forms = { 0 };

	if (f == NULL || f->is_hidden)
		return;
	function_put_signature(&forms, f);
	if (forms.length < sizeof e->hint - 16)
		error_hint(e, "There is %.*s.", STR_ARGS(buf_str(&forms)));
	buf_free(&forms);
}

static int value_cost(struct value v, char letter)
{
	uint8_t kind = letter_kind(letter);

	if (letter == 'a' || v.type == VALUE_NULL)
		return COST_ANYTHING;
	switch (v.type) {
	case VALUE_INT:
		if (kind == TYPE_INT64)
			return 0;
		return kind == TYPE_FLOAT64 || kind == TYPE_DECIMAL ? COST_CONVERT : COST_NEVER;
	case VALUE_FLOAT:
		return kind == TYPE_FLOAT64 ? 0 : COST_NEVER;
	case VALUE_DECIMAL:
		if (kind == TYPE_DECIMAL)
			return 0;
		return kind == TYPE_FLOAT64 ? COST_CONVERT : COST_NEVER;
	case VALUE_BOOL:
		return kind == TYPE_BOOL ? 0 : COST_NEVER;
	case VALUE_STRING:
		return kind == TYPE_STRING ? 0 : COST_NEVER;
	case VALUE_BYTES:
		return kind == TYPE_BYTES ? 0 : COST_NEVER;
	case VALUE_DATE:
		return kind == TYPE_DATE ? 0 : COST_NEVER;
	case VALUE_TIME:
		return kind == TYPE_TIME ? 0 : COST_NEVER;
	case VALUE_TIMETZ:
		return kind == TYPE_TIMETZ ? 0 : COST_NEVER;
	case VALUE_TIMESTAMP:
		return kind == TYPE_TIMESTAMP ? 0 : COST_NEVER;
	case VALUE_TIMESTAMPTZ:
		return kind == TYPE_TIMESTAMPTZ ? 0 : COST_NEVER;
	case VALUE_DURATION:
		return kind == TYPE_DURATION ? 0 : COST_NEVER;
	case VALUE_UUID:
		return kind == TYPE_UUID ? 0 : COST_NEVER;
	case VALUE_LIST:
		return kind == TYPE_LIST ? 0 : COST_NEVER;
	case VALUE_MAP:
		return kind == TYPE_MAP ? 0 : COST_NEVER;
	case VALUE_NODE:
		return kind == TYPE_NODE ? 0 : COST_NEVER;
	case VALUE_EDGE:
		return kind == TYPE_EDGE ? 0 : COST_NEVER;
	case VALUE_PATH:
		return kind == TYPE_PATH ? 0 : COST_NEVER;
	default:
		return COST_NEVER;
	}
}

void function_check_values(const struct function *f, struct value *args, uint32_t count, bool *fits)
{
	const char *at = f->pattern;
	struct alternative alt, best;
	int best_cost = COST_NEVER;

	while (alternative_next(&at, &alt)) {
		int cost = 0;

		if (count < alt.least || count > alt.most)
			continue;
		for (uint32_t i = 0; i < count; i++)
			cost += value_cost(args[i], alt.letters[i]);
		if (cost < best_cost) {
			best_cost = cost;
			best = alt;
		}
	}
	*fits = best_cost < COST_NEVER;
	for (uint32_t i = 0; *fits && i < count; i++) {
		if (best.letters[i] == 'f' && value_is_number(args[i]))
			args[i] = value_float(value_to_double(args[i]));
	}
}
