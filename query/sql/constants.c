/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The fill of relations whose rows are the same in every database: constants.def.
 */
#include "query/sql/constants.h"

#include <stdio.h>
#include <stdlib.h>

#include "query/sql/fills.h"

static const struct {
	const char *relation;
	const char *cells;
} rows[] = {
#define ROW(relation, cells) { #relation, cells },
#include "query/sql/constants.def"
#undef ROW
};

static bool is_one_of(const char *type, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (strcmp(type, *names) == 0)
			return true;
	}
	return false;
}

/* Numbers with one character between each two: "23 26" and "{23,26}". */
static struct value numbers_of(struct relation_scan *s, struct str text)
{
	int64_t *numbers = ARENA_ARRAY(s->arena, int64_t, text.length + 1);
	const char *at = text.at, *end = text.at + text.length;
	uint32_t count = 0;

	if (at < end && *at == '{')
		at++;
	while (at < end && *at != '}') {
		char *after;

		numbers[count++] = strtoll(at, &after, 10);
		assert(after > at);
		at = after + 1;
	}
	return relation_numbers(s, numbers, count);
}

static struct value cell_of(struct relation_scan *s, const char *type, struct str text)
{
	static const char *const numbers[] = { "oid", "int2", "int4", "int8", "xid", "regproc",
		"regtype", NULL };
	static const char *const vectors[] = { "int2vector", "oidvector", "_oid", "_int2", NULL };

	if (str_equal(text, STR("\\N")))
		return value_null();
	if (strcmp(type, "bool") == 0)
		return value_bool(str_equal(text, STR("t")));
	if (strcmp(type, "float4") == 0)
		return value_float(strtod(text.at, NULL));
	if (is_one_of(type, numbers))
		return value_int(strtoll(text.at, NULL, 10));
	if (is_one_of(type, vectors))
		return numbers_of(s, text);
	return value_string(text);
}

static void add_row(struct relation_scan *s, const char *cells)
{
	struct value *row = relation_add(s);

	for (uint32_t i = 0; i < s->relation->column_count; i++) {
		struct str text = { cells, (uint32_t)strcspn(cells, "\t") };

		assert(i == 0 || cells[-1] == '\t');
		row[i] = cell_of(s, s->relation->columns[i].type, text);
		cells += text.length + 1;
	}
	assert(cells[-1] == '\0');
}

/* oid, name, namespace, owner, kind, canmerge, canhash, left, right, …: columns of pg_operator. */
static void read_operator(const char *cells, struct constant_operator *out)
{
	const char *name = strchr(cells, '\t') + 1, *at = name;

	out->oid = (uint32_t)strtoul(cells, NULL, 10);
	snprintf(out->name, sizeof out->name, "%.*s", (int)strcspn(name, "\t"), name);
	for (int i = pg_operator_oprname; i < pg_operator_oprright; i++) {
		at = strchr(at, '\t') + 1;
		if (i + 1 >= pg_operator_oprleft)
			out->types[i + 1 - pg_operator_oprleft] = (uint32_t)strtoul(at, NULL, 10);
	}
}

bool constant_operator_next(uint32_t *at, struct constant_operator *out)
{
	while (*at < ARRAY_COUNT(rows)) {
		uint32_t i = (*at)++;

		if (strcmp(rows[i].relation, "pg_operator") != 0)
			continue;
		read_operator(rows[i].cells, out);
		return true;
	}
	return false;
}

bool constant_operator_find(uint32_t oid, struct constant_operator *out)
{
	for (uint32_t at = 0; constant_operator_next(&at, out);) {
		if (out->oid == oid)
			return true;
	}
	return false;
}

/* varchar has no operators: its values are text. */
static uint32_t same_bytes(uint32_t type)
{
	enum { OID_TEXT = 25, OID_VARCHAR = 1043 };

	return type == OID_VARCHAR ? (uint32_t)OID_TEXT : type;
}

uint32_t constant_operator_by_types(const char *name, uint32_t left, uint32_t right)
{
	struct constant_operator found;

	for (uint32_t at = 0; constant_operator_next(&at, &found);) {
		if (strcmp(found.name, name) == 0 && found.types[0] == same_bytes(left) &&
			found.types[1] == same_bytes(right))
			return found.oid;
	}
	return 0;
}

RELATION_FILL(constants)
{
	(void)e;
	for (uint32_t i = 0; i < ARRAY_COUNT(rows); i++) {
		if (strcmp(rows[i].relation, s->relation->name) == 0)
			add_row(s, rows[i].cells);
	}
	return OK;
}
