/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The table of procedures, and finding one for a call. See procedure.h.
 *
 * Invariants
 *  P1. A parameter with a default is followed only by parameters with defaults.
 *  P2. A procedure has options exactly if its last parameter is a MAP.
 */
#include "base/edits.h"
#include "query/procedure/procedures.h"
#include "query/type/function.h"

#define LIST(...)                                                                                  \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define NOTHING MUST(NULL, TYPE_NULL)
#define MUST(name, type)                                                                           \
	{                                                                                          \
		name, { type, 0 }, NULL                                                            \
	}
#define MAY(name, type, otherwise)                                                                 \
	{                                                                                          \
		name, { type, 0 }, otherwise                                                       \
	}
#define COLUMN(name, type)                                                                         \
	{                                                                                          \
		name,                                                                              \
		{                                                                                  \
			type, 0                                                                    \
		}                                                                                  \
	}
#define COLUMN_LIST(name, type)                                                                    \
	{                                                                                          \
		name,                                                                              \
		{                                                                                  \
			TYPE_LIST, type                                                            \
		}                                                                                  \
	}
#define PROCEDURE(name, is_write, run, parameters, columns, options, doc)                          \
	{ name, is_write, parameters, columns, options, run, doc },
static const struct procedure procedures[] = {
#include "query/procedure/procedures.def"
};
#undef PROCEDURE

uint32_t procedure_count(void)
{
	return ARRAY_COUNT(procedures);
}

const struct procedure *procedure_at(uint32_t position)
{
	assert(position < ARRAY_COUNT(procedures));
	return &procedures[position];
}

static struct str last_part(struct str name)
{
	uint32_t at = name.length;

	while (at > 0 && name.at[at - 1] != '.')
		at--;
	return (struct str){ name.at + at, name.length - at };
}

/* A name much like this one, qualifiers aside: people come with those of other systems. */
static const char *near_name(struct str name)
{
	const char *best = NULL;
	uint32_t least = UINT32_MAX;
	struct str wanted = last_part(name);

	for (size_t i = 0; i < ARRAY_COUNT(procedures); i++) {
		struct str full = str_of(procedures[i].name);
		uint32_t whole = str_edits(name, full, true);
		uint32_t part = str_edits(wanted, last_part(full), true);
		uint32_t edits = MIN_OF(whole, part);

		if (edits < least) {
			least = edits;
			best = procedures[i].name;
		}
	}
	return least <= (wanted.length > 5 ? 2 : 1) ? best : NULL;
}

static bool type_fits(struct type from, struct type to)
{
	if (from.kind == TYPE_NULL || from.kind == TYPE_ANY || from.kind == to.kind)
		return true;
	return function_converts(from, to);
}

/* Where the arguments go; false if they do not fit. */
static bool place_arguments(
	const struct procedure *p, const struct type *args, uint32_t count, uint32_t *place)
{
	uint32_t parameters = procedure_parameter_count(p);

	if (count > parameters)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		place[i] = i;
		if (i + 1 == count && args[i].kind == TYPE_MAP && p->options[0] != '\0' &&
			(p->parameters[i].otherwise != NULL))
			place[i] = parameters - 1;
		if (!type_fits(args[i], p->parameters[place[i]].type))
			return false;
	}
	return count == parameters || p->parameters[count].otherwise != NULL;
}

static COLD enum sqlstate refuse(struct str name, const struct procedure *p,
	const struct type *args, uint32_t count, struct error *e)
{
	struct buf text = { 0 };
	enum sqlstate rc;
	const char *near = p == NULL ? near_name(name) : NULL;
	const char *slip = p == NULL ? function_slip(name) : NULL;

	for (uint32_t i = 0; i < count; i++)
		buf_printf(&text, "%s%s", i == 0 ? "" : ", ", function_type_name(args[i]).text);
	rc = FAIL(e, E_NO_FUNCTION, "procedure %.*s(%.*s) does not exist",
		(int)MIN_OF(name.length, 128u), name.at, STR_ARGS(buf_str(&text)));
	buf_reset(&text);
	if (p != NULL) {
		procedure_put_parameters(&text, p);
		error_hint(e, "The procedure is %.*s.", STR_ARGS(buf_str(&text)));
	} else if (near != NULL) {
		error_hint(e, "Perhaps you meant the procedure \"%s\".", near);
	} else if (slip != NULL) {
		error_hint(e, "%s", slip);
	} else {
		error_hint(e, "SHOW PROCEDURES lists those there are.");
	}
	buf_free(&text);
	return rc;
}

enum sqlstate procedure_resolve(struct str name, const struct type *args, uint32_t count,
	struct procedure_match *out, struct error *e)
{
	*out = (struct procedure_match){ 0 };
	for (size_t i = 0; i < ARRAY_COUNT(procedures); i++) {
		if (!str_equal_nocase(name, str_of(procedures[i].name)))
			continue;
		out->procedure = &procedures[i];
		if (place_arguments(out->procedure, args, count, out->place))
			return OK;
	}
	return refuse(name, out->procedure, args, count, e);
}
