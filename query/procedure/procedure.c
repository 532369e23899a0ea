/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * One procedure: its signature as text, its options, and what all of them share when they run. See
 * procedure.h.
 */
#include "query/procedure/procedure.h"

#include <inttypes.h>
#include <math.h>

#include "query/type/function.h"

/* ---- a row ----------------------------------------------------------------------------------- */

uint32_t procedure_parameter_count(const struct procedure *p)
{
	uint32_t count = 0;

	while (p->parameters[count].name != NULL)
		count++;
	return count;
}

uint32_t procedure_column_count(const struct procedure *p)
{
	uint32_t count = 0;

	while (p->columns[count].name != NULL)
		count++;
	return count;
}

void procedure_put_parameters(struct buf *to, const struct procedure *p)
{
	buf_put_text(to, p->name);
	buf_put_byte(to, '(');
	for (uint32_t i = 0; i < procedure_parameter_count(p); i++) {
		const struct procedure_parameter *parameter = &p->parameters[i];

		buf_printf(to, "%s%s %s", i == 0 ? "" : ", ", parameter->name,
			function_type_name(parameter->type).text);
		if (parameter->otherwise != NULL)
			buf_printf(to, " DEFAULT %s", parameter->otherwise);
	}
	buf_put_byte(to, ')');
}

void procedure_put_signature(struct buf *to, const struct procedure *p)
{
	procedure_put_parameters(to, p);
	buf_put_text(to, " -> (");
	for (uint32_t i = 0; i < procedure_column_count(p); i++)
		buf_printf(to, "%s%s %s", i == 0 ? "" : ", ", p->columns[i].name,
			function_type_name(p->columns[i].type).text);
	buf_put_byte(to, ')');
}

enum sqlstate procedure_check_option(const struct procedure *p, struct str name, struct error *e)
{
	enum sqlstate rc;

	for (const char *at = p->options; *at != '\0';) {
		uint32_t length = (uint32_t)strcspn(at, ",");

		if (str_equal((struct str){ at, length }, name))
			return OK;
		at += length;
		at += strspn(at, ", ");
	}
	rc = FAIL(e, E_INVALID_VALUE, "procedure %s has no option \"%.*s\"", p->name,
		(int)MIN_OF(name.length, 64u), name.at);
	error_hint(e, "Its options are %s.", p->options);
	return rc;
}

/* ---- running --------------------------------------------------------------------------------- */

static struct value options_of(const struct procedure_call *call)
{
	if (call->procedure->options[0] == '\0')
		return value_null();
	return call->args[procedure_parameter_count(call->procedure) - 1];
}

enum sqlstate procedure_run(struct procedure_call *call, struct error *e)
{
	struct value options = options_of(call);

	call->row_count = 0;
	call->room = call->work = 0;
	memset(call->columns, 0, sizeof call->columns);
	for (uint32_t i = 0; options.type == VALUE_MAP && i < options.count; i++)
		TRY(procedure_check_option(call->procedure, options.entries[i].key, e));
	return call->procedure->run(call, e);
}

void *procedure_array(struct procedure_call *call, uint64_t count, size_t size, struct error *e)
{
	void *array = NULL;

	if (count < SIZE_MAX / 2 / size)
		array = arena_try_alloc(call->arena, MAX_OF(count, UINT64_C(1)) * size);
	if (array != NULL)
		return memset(array, 0, MAX_OF(count, UINT64_C(1)) * size);
	(void)FAIL(e, E_OUT_OF_MEMORY, "out of memory");
	error_detail(e, "The procedure needs more memory than one query may have.");
	error_hint(e, "Raise the setting work_mem, or restrict the procedure to fewer labels.");
	return NULL;
}

struct value procedure_option(const struct procedure_call *call, const char *name)
{
	struct value options = options_of(call);

	for (uint32_t i = 0; options.type == VALUE_MAP && i < options.count; i++) {
		if (str_equal(options.entries[i].key, str_of(name)))
			return options.entries[i].value;
	}
	return value_null();
}

static enum sqlstate wrong_type(
	struct value v, const char *name, const char *wanted, struct error *e)
{
	return FAIL(e, E_TYPE, "\"%s\" must be %s, not a value of type %s", name, wanted,
		value_type_name(v.type));
}

enum sqlstate procedure_integer(struct value v, const char *name, int64_t least, int64_t otherwise,
	int64_t *out, struct error *e)
{
	*out = otherwise;
	if (v.type == VALUE_NULL)
		return OK;
	if (v.type != VALUE_INT)
		return wrong_type(v, name, "an integer", e);
	if (v.integer < least)
		return FAIL(e, E_INVALID_VALUE, "\"%s\" must be at least %" PRId64, name, least);
	*out = v.integer;
	return OK;
}

enum sqlstate procedure_real(struct value v, const char *name, double least, double otherwise,
	double *out, struct error *e)
{
	*out = otherwise;
	if (v.type == VALUE_NULL)
		return OK;
	if (!value_is_number(v))
		return wrong_type(v, name, "a number", e);
	*out = value_to_double(v);
	if (!(*out >= least) || isinf(*out))
		return FAIL(
			e, E_INVALID_VALUE, "\"%s\" must be at least %g and finite", name, least);
	return OK;
}

enum sqlstate procedure_text(struct value v, const char *name, struct str *out, struct error *e)
{
	*out = (struct str){ 0 };
	if (v.type == VALUE_NULL)
		return OK;
	if (v.type != VALUE_STRING)
		return wrong_type(v, name, "a string", e);
	*out = value_str(v);
	return OK;
}

enum sqlstate procedure_direction(const struct procedure_call *call, enum direction otherwise,
	enum direction *out, struct error *e)
{
	static const struct {
		const char *name;
		enum direction direction;
	} words[] = { { "out", DIRECTION_OUT }, { "in", DIRECTION_IN }, { "any", DIRECTION_ANY },
		{ "outgoing", DIRECTION_OUT }, { "incoming", DIRECTION_IN },
		{ "both", DIRECTION_ANY } };
	struct str word;
	enum sqlstate rc;

	*out = otherwise;
	TRY(procedure_text(procedure_option(call, "direction"), "direction", &word, e));
	if (word.at == NULL)
		return OK;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (str_equal_nocase(word, str_of(words[i].name))) {
			*out = words[i].direction;
			return OK;
		}
	}
	rc = FAIL(e, E_INVALID_VALUE, "\"%.*s\" is not a direction", (int)MIN_OF(word.length, 64u),
		word.at);
	error_hint(e, "A direction is 'out', 'in' or 'any'.");
	return rc;
}

/* ---- answers --------------------------------------------------------------------------------- */

void procedure_answer_ids(struct procedure_call *call, uint32_t i, const uint64_t *ids)
{
	call->columns[i] = (struct column){ .form = COLUMN_I64,
		.value_type = column_value_type_of(call->procedure->columns[i].type),
		.stride = 1,
		.i64 = (int64_t *)ids };
}

void procedure_answer_integers(struct procedure_call *call, uint32_t i, const int64_t *integers)
{
	procedure_answer_ids(call, i, (const uint64_t *)integers);
}

void procedure_answer_reals(struct procedure_call *call, uint32_t i, const double *reals)
{
	call->columns[i] =
		(struct column){ .form = COLUMN_F64, .stride = 1, .f64 = (double *)reals };
}

enum sqlstate procedure_answer_row(
	struct procedure_call *call, const struct value *values, struct error *e)
{
	uint32_t count = procedure_column_count(call->procedure);
	uint32_t row = (uint32_t)call->row_count, room = call->room;

	if (row == room) {
		room = row == 0 ? 16 : row * 2;
		if (room > UINT32_MAX / 4)
			return FAIL(e, E_PROGRAM_LIMIT, "a procedure answers too many rows");
		for (uint32_t i = 0; i < count; i++) {
			struct column old = call->columns[i];

			call->columns[i] =
				column_make(call->arena, call->procedure->columns[i].type, room);
			for (uint32_t r = 0; r < row; r++)
				column_put(&call->columns[i], call->arena, room, r,
					column_value(&old, r));
		}
		call->room = room;
	}
	for (uint32_t i = 0; i < count; i++)
		column_put(&call->columns[i], call->arena, room, row, values[i]);
	call->row_count++;
	return OK;
}
