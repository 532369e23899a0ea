/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The extended protocol: Parse, Bind, Describe, Execute, Close, Sync. Each function answers one
 * message; on an error it reports and everything up to Sync is discarded.
 */
#include <stdlib.h>

#include "base/check.h"
#include "src/client_state.h"

#define TAG_SIZE 128
#define PARAMETERS_MAX 65535

static struct arena *scratch(struct client *c)
{
	if (c->scratch == NULL)
		c->scratch = arena_new(0);
	return c->scratch;
}

/* --- the types that Parse named ----------------------------------------------------------- */

static const struct client_types *find_types(
	const struct client *c, const struct query_prepared *prepared)
{
	for (const struct client_types *t = c->types; t != NULL; t = t->next) {
		if (t->prepared == prepared)
			return t;
	}
	return NULL;
}

static void forget_types(struct client *c, const struct query_prepared *prepared)
{
	for (struct client_types **at = &c->types; *at != NULL; at = &(*at)->next) {
		if ((*at)->prepared == prepared) {
			struct client_types *t = *at;

			*at = t->next;
			free(t);
			return;
		}
	}
}

void client_types_free(struct client *c)
{
	while (c->types != NULL)
		forget_types(c, c->types->prepared);
}

/* Remembers the OIDs where one of them is not what its type goes out as: a value of varchar or
   numeric has to be read as what the client said it is. */
static void remember_types(
	struct client *c, const struct query_prepared *prepared, const struct pgwire_message *m)
{
	const struct query_description *d = query_describe(prepared);
	struct client_types *t;
	bool is_needed = false;

	/* A new statement may stand where an old one was. */
	forget_types(c, prepared);
	for (uint32_t i = 0; i < MIN_OF(m->parse.oid_count, d->parameter_count); i++) {
		uint32_t oid = m->parse.oids[i];

		is_needed |=
			oid != 0 && oid != PGTYPE_UNKNOWN && oid != result_oid(d->parameters[i]);
	}
	if (!is_needed)
		return;
	t = calloc(1, sizeof *t + d->parameter_count * sizeof t->oids[0]);
	if (t == NULL)
		PANIC("out of memory");
	t->prepared = prepared;
	t->count = d->parameter_count;
	for (uint32_t i = 0; i < d->parameter_count; i++) {
		uint32_t oid = i < m->parse.oid_count ? m->parse.oids[i] : 0;

		t->oids[i] = oid == 0 || oid == PGTYPE_UNKNOWN ? result_oid(d->parameters[i]) : oid;
	}
	t->next = c->types;
	c->types = t;
}

static uint32_t parameter_oid(
	const struct client_types *t, const struct query_description *d, uint32_t index)
{
	return t != NULL && index < t->count ? t->oids[index] : result_oid(d->parameters[index]);
}

/* --- Parse -------------------------------------------------------------------------------- */

static enum sqlstate read_types(
	struct client *c, const struct pgwire_message *m, struct type **types, struct error *e)
{
	*types = ARENA_ARRAY(scratch(c), struct type, m->parse.oid_count);
	for (uint32_t i = 0; i < m->parse.oid_count; i++)
		TRY(result_type(m->parse.oids[i], &(*types)[i], e));
	return OK;
}

static enum sqlstate prepare(struct client *c, const struct pgwire_message *m,
	struct query_prepared **out, struct error *e)
{
	struct type *types;

	TRY(pgtype_check_text(m->parse.name, e));
	TRY(pgtype_check_text(m->parse.text, e));
	TRY(read_types(c, m, &types, e));
	return query_prepare_text(c->query, m->parse.text, types, m->parse.oid_count, out, e);
}

void client_parse(struct client *c, const struct pgwire_message *m)
{
	struct query_prepared *prepared;

	client_clock_start(c);
	client_meter_start(c);
	if (prepare(c, m, &prepared, &c->error) != OK) {
		client_fail(c, m->parse.text);
		return;
	}
	if (m->parse.name.length == 0)
		query_named_drop(c->query, STR(""));
	if (query_named_put(c->query, m->parse.name, prepared, &c->error) != OK) {
		query_prepared_free(prepared);
		client_fail(c, STR(""));
		return;
	}
	remember_types(c, prepared, m);
	pgwire_put_parse_complete(c->wire);
	client_log_slow(c, "parse", m->parse.name, m->parse.text);
	client_clock_stop(c);
}

/* --- Bind --------------------------------------------------------------------------------- */

static enum sqlstate check_counts(
	const struct pgwire_message *m, const struct query_description *d, struct error *e)
{
	if (m->bind.format_count > 1 && m->bind.format_count != m->bind.parameter_count)
		return FAIL(e, E_PROTOCOL,
			"bind message has %u parameter formats but %u parameters",
			m->bind.format_count, m->bind.parameter_count);
	if (m->bind.parameter_count != d->parameter_count)
		return FAIL(e, E_PROTOCOL,
			"bind message supplies %u parameters, but prepared statement \"%.*s\" "
			"requires %u",
			m->bind.parameter_count, STR_ARGS(m->bind.statement), d->parameter_count);
	return OK;
}

/* Names the portal and the parameter, never its value. */
static void say_where(const struct pgwire_message *m, uint32_t index, struct error *e)
{
	if (m->bind.portal.length == 0)
		error_where(e, "unnamed portal parameter $%u", index + 1);
	else
		error_where(
			e, "portal \"%.*s\" parameter $%u", STR_ARGS(m->bind.portal), index + 1);
}

static enum sqlstate check_format(uint16_t format, struct error *e)
{
	if (format > 1)
		return FAIL(e, E_INVALID_VALUE, "unsupported format code: %d", (int16_t)format);
	return OK;
}

/* Where there are no rows to send the codes are not looked at. */
static enum sqlstate check_result_formats(
	const struct pgwire_message *m, const struct query_description *d, struct error *e)
{
	for (uint32_t i = 0; d->column_count > 0 && i < m->bind.result_format_count; i++)
		TRY(check_format(m->bind.result_formats[i], e));
	return OK;
}

static enum sqlstate read_parameter(struct client *c, uint32_t oid, uint16_t format,
	struct pgwire_parameter from, struct value *out, struct error *e)
{
	struct str text = { from.at, from.length };
	struct type type;

	TRY(check_format(format, e));
	if (from.at == NULL || format != 0 || oid == PGTYPE_INT8 || !result_is_named(oid, &type))
		return result_parameter(oid, format, from, &c->style, c->scratch, out, e);
	TRY(pgtype_check_text(text, e));
	return query_value_read(c->query, type, text, c->scratch, out, e);
}

static enum sqlstate read_parameters(struct client *c, const struct pgwire_message *m,
	const struct query_prepared *prepared, struct value **out, struct error *e)
{
	const struct query_description *d = query_describe(prepared);
	const struct client_types *types = c->types == NULL ? NULL : find_types(c, prepared);
	struct value *values;

	TRY(check_counts(m, d, e));
	values = ARENA_ARRAY(scratch(c), struct value, d->parameter_count);
	for (uint32_t i = 0; i < d->parameter_count; i++) {
		uint16_t format = m->bind.format_count == 0
					  ? 0
					  : m->bind.formats[m->bind.format_count == 1 ? 0 : i];

		if (read_parameter(c, parameter_oid(types, d, i), format, m->bind.parameters[i],
			    &values[i], e) != OK) {
			say_where(m, i, e);
			return e->code;
		}
	}
	*out = values;
	return OK;
}

/* The place for a new portal; a name must be free, the unnamed one is replaced. */
static enum sqlstate make_portal(
	struct client *c, struct str name, struct client_portal **out, struct error *e)
{
	struct client_portal *p;

	if (name.length == 0) {
		client_portal_drop(&c->unnamed);
		*out = &c->unnamed;
		return OK;
	}
	TRY(pgtype_check_text(name, e));
	p = client_portal_find(c, name);
	if (p != NULL && !query_portal_is_alive(p->query))
		client_portal_close(c, name);
	else if (p != NULL)
		return FAIL(
			e, E_DUPLICATE_CURSOR, "cursor \"%.*s\" already exists", STR_ARGS(name));
	if (c->portal_count >= (uint32_t)setting_int(c->settings, SETTING_max_prepared_statements))
		return FAIL(e, E_LIMIT_EXCEEDED, "too many portals");
	p = calloc(1, sizeof *p);
	if (p == NULL)
		PANIC("out of memory");
	p->name = strndup(name.at, name.length);
	if (p->name == NULL)
		PANIC("out of memory");
	*out = p;
	return OK;
}

static enum sqlstate bind(struct client *c, const struct pgwire_message *m, struct error *e)
{
	struct query_prepared *prepared = query_named_get(c->query, m->bind.statement, e);
	const struct query_description *d;
	struct client_portal *p = NULL;
	struct value *values = NULL;
	enum sqlstate rc;

	if (prepared == NULL)
		return e->code;
	d = query_describe(prepared);
	TRY(read_parameters(c, m, prepared, &values, e));
	TRY(check_result_formats(m, d, e));
	TRY(make_portal(c, m->bind.portal, &p, e));
	rc = query_open(c->query, prepared, values, d->parameter_count,
		!c->has_run && pgwire_is_sync_near(c->wire), &p->query, e);
	if (rc == OK)
		rc = client_portal_columns(
			c, p, d, m->bind.result_format_count, m->bind.result_formats, e);
	if (rc != OK) {
		client_portal_drop(p);
		if (p != &c->unnamed) {
			free(p->columns);
			free(p->name);
			free(p);
		}
		return rc;
	}
	if (p == &c->unnamed && !p->is_same)
		c->described_of = 0;
	if (p != &c->unnamed) {
		p->next = c->portals;
		c->portals = p;
		c->portal_count++;
	}
	return OK;
}

void client_bind(struct client *c, const struct pgwire_message *m)
{
	bool may_be_slow = setting_int(c->settings, SETTING_log_min_duration_statement) >= 0;

	client_clock_start(c);
	if (may_be_slow)
		client_meter_start(c);
	if (bind(c, m, &c->error) != OK) {
		client_fail(c, STR(""));
		return;
	}
	pgwire_put_bind_complete(c->wire);
	if (may_be_slow)
		client_log_slow(c, "bind", m->bind.statement,
			query_portal_text(client_portal_find(c, m->bind.portal)->query));
	client_clock_stop(c);
}

/* --- Describe ----------------------------------------------------------------------------- */

/* In a failed transaction nothing may be said that would have to be looked up. */
static enum sqlstate check_aborted(
	const struct client *c, const struct query_description *d, struct error *e)
{
	if (d->kind != QUERY_ROWS || query_transaction_status(c->query) != 'E')
		return OK;
	return FAIL(e, E_IN_FAILED_TRANSACTION,
		"current transaction is aborted, commands ignored until end of transaction block");
}

static enum sqlstate describe_statement(struct client *c, struct str name, struct error *e)
{
	struct query_prepared *prepared = query_named_get(c->query, name, e);
	const struct query_description *d;
	const struct client_types *types;
	bool is_literal = client_wants_literals(c);
	struct pgwire_column *columns;
	uint32_t *oids;

	if (prepared == NULL)
		return e->code;
	d = query_describe(prepared);
	TRY(check_aborted(c, d, e));
	types = find_types(c, prepared);
	oids = ARENA_ARRAY(scratch(c), uint32_t, d->parameter_count);
	for (uint32_t i = 0; i < d->parameter_count; i++)
		oids[i] = parameter_oid(types, d, i);
	pgwire_put_parameter_description(c->wire, d->parameter_count, oids);
	if (d->kind != QUERY_ROWS) {
		pgwire_put_no_data(c->wire);
		return OK;
	}
	columns = ARENA_ARRAY(c->scratch, struct pgwire_column, d->column_count);
	for (uint32_t i = 0; i < d->column_count; i++) {
		columns[i].name = d->columns[i].name;
		columns[i].oid = result_column_oid(d->columns[i].type, is_literal);
		if (d->origins == NULL)
			continue;
		columns[i].table = d->origins[i].table;
		columns[i].number = d->origins[i].number;
		columns[i].modifier = d->origins[i].modifier;
	}
	pgwire_put_row_description(c->wire, d->column_count, columns);
	return OK;
}

static enum sqlstate find_portal(
	struct client *c, struct str name, struct client_portal **out, struct error *e)
{
	*out = client_portal_find(c, name);
	if (*out == NULL || !query_portal_is_alive((*out)->query))
		return FAIL(e, E_NO_CURSOR, "portal \"%.*s\" does not exist", STR_ARGS(name));
	return OK;
}

/* Clients ask for it each time that they run a prepared statement: the same again is not made again. */
static void describe_portal(struct client *c, const struct client_portal *p)
{
	bool is_unnamed = p == &c->unnamed;

	if (is_unnamed && c->described_of != 0 && c->described_of == p->columns_of) {
		pgwire_put_message(c->wire, buf_str(&c->described));
		return;
	}
	client_portal_describe(c, p);
	if (!is_unnamed)
		return;
	buf_reset(&c->described);
	buf_put_str(&c->described, pgwire_last_message(c->wire));
	c->described_of = p->columns_of;
}

void client_describe(struct client *c, const struct pgwire_message *m)
{
	struct client_portal *p;
	enum sqlstate rc;

	if (m->target.kind == 'S') {
		rc = describe_statement(c, m->target.name, &c->error);
	} else if (m->target.kind != 'P') {
		rc = FAIL(&c->error, E_PROTOCOL, "invalid DESCRIBE message subtype %d",
			m->target.kind);
	} else {
		rc = find_portal(c, m->target.name, &p, &c->error);
		if (rc == OK)
			describe_portal(c, p);
	}
	if (rc != OK)
		client_fail(c, STR(""));
}

/* --- Execute ------------------------------------------------------------------------------ */

/* A portal that came to its end before. */
static enum sqlstate execute_again(
	struct client *c, struct client_portal *p, enum query_kind kind, struct error *e)
{
	char tag[TAG_SIZE];

	if (kind != QUERY_ROWS)
		return FAIL(e, E_OBJECT_STATE, "portal \"%s\" cannot be run",
			p->name == NULL ? "" : p->name);
	query_tag(p->query, 0, tag, sizeof tag);
	pgwire_put_complete(c->wire, tag);
	return OK;
}

static void count_execute(struct client *c, const struct client_portal *p, uint64_t sent)
{
	client_meter_note(c, p->query, sent);
	client_meter_stop(c, "execute", p->name == NULL ? STR("") : str_of(p->name));
}

/* For pg_stat_activity. The same statement again and again is known already: neither looked through for
   what is not to be shown nor copied. */
static void describe_run(struct client *c, struct str text)
{
	bool is_first = query_transaction_status(c->query) == 'I';

	if (registry_is_described(&c->entry, text))
		registry_describe_again(&c->entry, is_first);
	else
		registry_describe_query(&c->entry, client_loggable(text), is_first);
}

static enum sqlstate execute(struct client *c, const struct pgwire_message *m, struct error *e)
{
	struct client_portal *p;
	enum query_kind kind;
	char tag[TAG_SIZE];
	uint64_t sent;
	bool is_suspended;

	TRY(find_portal(c, m->execute.portal, &p, e));
	kind = query_portal_describe(p->query)->kind;
	if (kind == QUERY_EMPTY) {
		pgwire_put_empty_query(c->wire);
		return OK;
	}
	if (p->has_ended)
		return execute_again(c, p, kind, e);
	c->has_run = true;
	describe_run(c, query_portal_text(p->query));
	atomic_store_explicit(
		&c->entry.fingerprint, query_portal_fingerprint(p->query), memory_order_relaxed);
	client_meter_start(c);
	c->meter.run.is_continued = p->was_run;
	p->was_run = true;
	if (kind == QUERY_COPY_IN || kind == QUERY_COPY_OUT) {
		p->has_ended = true;
		TRY(client_copy_begin(c, p, COPY_EXTENDED, e));
		if (c->copy != COPY_NONE)
			return OK;
		sent = 0;
	} else {
		TRY(client_portal_rows(c, p, m->execute.rows_max, &sent, &is_suspended, e));
		if (is_suspended) {
			pgwire_put_portal_suspended(c->wire);
			count_execute(c, p, sent);
			return OK;
		}
		p->has_ended = true;
	}
	query_tag(p->query, sent, tag, sizeof tag);
	pgwire_put_complete(c->wire, tag);
	count_execute(c, p, sent);
	return OK;
}

void client_execute(struct client *c, const struct pgwire_message *m)
{
	client_clock_start(c);
	if (execute(c, m, &c->error) != OK) {
		client_fail(c, STR(""));
		return;
	}
	if (c->copy == COPY_NONE)
		client_clock_stop(c);
}

/* --- Close and Sync ----------------------------------------------------------------------- */

void client_close(struct client *c, const struct pgwire_message *m)
{
	struct error ignored;

	if (m->target.kind == 'P') {
		client_portal_close(c, m->target.name);
	} else if (m->target.kind != 'S') {
		FAIL(&c->error, E_PROTOCOL, "invalid CLOSE message subtype %d", m->target.kind);
		client_fail(c, STR(""));
		return;
	} else {
		forget_types(c, query_named_get(c->query, m->target.name, &ignored));
		query_named_drop(c->query, m->target.name);
	}
	pgwire_put_close_complete(c->wire);
}

void client_sync(struct client *c)
{
	c->skip_to_sync = false;
	if (query_sync(c->query, &c->error) != OK)
		client_report(c, STR(""));
	if (!c->has_ended)
		client_ready(c);
}
