/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_proc and pg_aggregate: the functions that types, operators and the language have.
 */
#include "query/sql/fills.h"
#include "query/sql/label_table.h"
#include "query/sql/proc.h"
#include "query/type/function.h"

enum { OID_LANGUAGE_INTERNAL = 12, OID_TYPE_JSONB = 3802 };

static struct value *add_proc(struct relation_scan *s, uint32_t oid, const char *name,
	const char *flags, const uint32_t *types, uint32_t count)
{
	int64_t arguments[PROC_ARGUMENTS_MAX];
	struct value *row = relation_add(s);

	for (uint32_t i = 0; i < count; i++)
		arguments[i] = types[i];
	row[pg_proc_oid] = value_int(oid);
	row[pg_proc_proname] = row[pg_proc_prosrc] = relation_text(name);
	row[pg_proc_pronamespace] = value_int(OID_NAMESPACE_CATALOG);
	row[pg_proc_proowner] = value_int(OID_ROLE_OWNER);
	row[pg_proc_prolang] = value_int(OID_LANGUAGE_INTERNAL);
	row[pg_proc_procost] = value_float(1);
	row[pg_proc_prorows] = value_float(flags[3] == 't' ? 1000 : 0);
	row[pg_proc_provariadic] = value_int(0);
	row[pg_proc_prosupport] = value_int(0);
	row[pg_proc_prokind] = relation_char(s, flags[0]);
	row[pg_proc_prosecdef] = row[pg_proc_proleakproof] = value_bool(false);
	row[pg_proc_proisstrict] = value_bool(flags[2] == 't');
	row[pg_proc_proretset] = value_bool(flags[3] == 't');
	row[pg_proc_provolatile] = relation_char(s, flags[1]);
	row[pg_proc_proparallel] = relation_text("s");
	row[pg_proc_pronargs] = value_int(count);
	row[pg_proc_pronargdefaults] = value_int(0);
	row[pg_proc_proargtypes] = relation_numbers(s, arguments, count);
	return row;
}

static void add_known(struct relation_scan *s, const struct proc *p)
{
	uint32_t types[PROC_ARGUMENTS_MAX];
	uint32_t count;
	struct value *row;

	if (!relation_wants(s, pg_proc_oid, p->oid))
		return;
	count = proc_arguments(p, types);
	row = add_proc(s, p->oid, p->name, p->flags, types, count);
	row[pg_proc_provariadic] = value_int(p->variadic);
	row[pg_proc_pronargdefaults] = value_int(p->defaults);
	row[pg_proc_prorettype] = value_int(p->result);
}

/* The language's own functions take and give values of many types: they are shown with jsonb. */
static void add_own(struct relation_scan *s, uint32_t position)
{
	const struct function *f = function_at(position);
	uint32_t oid = proc_own_oid(position), count = 0;
	char flags[] = { f->kind == FUNCTION_AGGREGATE ? 'a' : 'f', f->is_volatile ? 'v' : 's',
		f->is_strict ? 't' : 'f', 'f' };
	uint32_t types[FUNCTION_ARGS_MAX];
	struct value *row;

	if (oid == 0 || !relation_wants(s, pg_proc_oid, oid))
		return;
	for (const char *at = f->pattern; *at != '\0' && *at != '>'; at++) {
		if (*at != '?' && *at != '*' && count < FUNCTION_ARGS_MAX)
			types[count++] = OID_TYPE_JSONB;
	}
	row = add_proc(s, oid, f->name, flags, types, count);
	row[pg_proc_prorettype] = value_int(OID_TYPE_JSONB);
}

RELATION_FILL(proc)
{
	(void)e;
	for (uint32_t i = 0; i < proc_count(); i++)
		add_known(s, proc_at(i));
	for (uint32_t i = 0; i < function_count(); i++)
		add_own(s, i);
	return OK;
}

RELATION_FILL(aggregate)
{
	static const int numbers[] = { pg_aggregate_aggnumdirectargs, pg_aggregate_aggtransfn,
		pg_aggregate_aggfinalfn, pg_aggregate_aggcombinefn, pg_aggregate_aggserialfn,
		pg_aggregate_aggdeserialfn, pg_aggregate_aggmtransfn, pg_aggregate_aggminvtransfn,
		pg_aggregate_aggmfinalfn, pg_aggregate_aggsortop, pg_aggregate_aggtranstype,
		pg_aggregate_aggtransspace, pg_aggregate_aggmtranstype,
		pg_aggregate_aggmtransspace };

	(void)e;
	for (uint32_t i = 0; i < proc_count(); i++) {
		const struct proc *p = proc_at(i);
		struct value *row;

		if (p->flags[0] != 'a')
			continue;
		row = relation_add(s);
		for (uint32_t k = 0; k < ARRAY_COUNT(numbers); k++)
			row[numbers[k]] = value_int(0);
		row[pg_aggregate_aggfnoid] = value_int(p->oid);
		row[pg_aggregate_aggkind] = relation_text("n");
		row[pg_aggregate_aggfinalextra] = row[pg_aggregate_aggmfinalextra] =
			value_bool(false);
		row[pg_aggregate_aggfinalmodify] = row[pg_aggregate_aggmfinalmodify] =
			relation_text("r");
	}
	return OK;
}
