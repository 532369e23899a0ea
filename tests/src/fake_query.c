/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A query layer that knows a dozen words, for testing the seam without a database: query.h is
 * implemented in full as far as the protocol can tell, the language is
 *
 *     select N       a row with one bigint            rows N        N such rows: 1 to N
 *     return $1      the parameter, as it came        insert        counted, transactional
 *     count          how many inserts are seen        fail          22012 when it runs
 *     wrong          42703 at byte 3 when prepared    copy in       COPY FROM, counts lines
 *     begin commit rollback                           set NAME VALUE
 *     broken         42601 when parsed                notice        a NOTICE, then SELECT 0
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/map.h"
#include "base/number.h"
#include "base/setting.h"
#include "query/query.h"
#include "tests/src/fake.h"

_Atomic int fake_inserts;

enum state { NONE, IMPLICIT, BLOCK, FAILED };

struct query_engine {
	int unused;
};

struct query_session {
	struct query_session_options options;
	struct settings *settings;
	enum state state;
	bool is_closed;
	uint64_t epoch;
	int pending; /* inserts of this transaction */
	struct map_str named;
	struct query_prepared *unnamed;
};

struct ast_stmt {
	struct str text;
};

struct query_prepared {
	struct arena *arena; /* owned, or NULL */
	struct str text;
	struct query_description description;
	struct query_column column;
	struct type parameter;
	int portals;
	bool is_dropped;
};

struct query_portal {
	struct query_session *session;
	struct query_prepared *prepared;
	struct value parameter;
	struct arena *arena;
	uint64_t epoch;
	int64_t at, end; /* rows still to give: at + 1 … end */
	int64_t lines;
	bool is_started, is_done;
	char tag[64];
	bool has_rows;
	struct value cells[4];
	const struct value *columns[1];
};

/* --- session ------------------------------------------------------------------------------ */

struct query_engine *query_engine_new(struct storage *s)
{
	(void)s;
	return calloc(1, sizeof(struct query_engine));
}

void query_engine_free(struct query_engine *q)
{
	free(q);
}

struct query_session *query_session_new(
	struct query_engine *q, const struct query_session_options *options)
{
	struct query_session *s = calloc(1, sizeof *s);

	(void)q;
	s->options = *options;
	s->settings = settings_new((struct settings *)options->defaults);
	return s;
}

static void end(struct query_session *s, bool is_commit)
{
	if (s->state == NONE)
		return;
	if (is_commit) {
		fake_inserts += s->pending;
		settings_commit(s->settings);
	} else {
		settings_rollback(s->settings);
	}
	s->pending = 0;
	s->state = NONE;
	s->epoch++;
}

void query_session_free(struct query_session *s)
{
	size_t cursor = 0;
	struct str name;
	void *p;

	if (s == NULL)
		return;
	end(s, false);
	while (map_str_next(&s->named, &cursor, &name, &p)) {
		query_prepared_free(p);
		free((char *)name.at);
	}
	map_str_free(&s->named);
	query_prepared_free(s->unnamed);
	settings_release(s->settings);
	free(s);
}

struct settings *query_session_settings(struct query_session *s)
{
	return s->settings;
}

bool query_session_is_closed(const struct query_session *s)
{
	return s->is_closed;
}

char query_transaction_status(const struct query_session *s)
{
	return s->state == BLOCK ? 'T' : s->state == FAILED ? 'E' : 'I';
}

enum sqlstate query_sync(struct query_session *s, struct error *e)
{
	(void)e;
	if (s->state == IMPLICIT)
		end(s, true);
	return OK;
}

void query_fail(struct query_session *s)
{
	if (s->state == IMPLICIT) {
		end(s, false);
	} else if (s->state == BLOCK) {
		s->state = FAILED;
		s->epoch++;
	}
}

static void ensure(struct query_session *s)
{
	if (s->state == NONE) {
		settings_begin(s->settings);
		s->state = IMPLICIT;
	}
}

/* --- statements --------------------------------------------------------------------------- */

/* The user me is of the role staff. */
enum sqlstate query_role_is_member(struct query_engine *q, struct str user, struct str role,
	bool *out, struct error *e)
{
	(void)q;
	(void)e;
	*out = str_equal(user, role) ||
	       (str_equal(user, STR("me")) && str_equal(role, STR("staff")));
	return OK;
}

/* Nobody has settings of their own. */
enum sqlstate query_role_apply_settings(
	struct query_engine *q, struct str user, struct settings *to, struct error *e)
{
	(void)q;
	(void)user;
	(void)to;
	(void)e;
	return OK;
}

enum sqlstate query_role_find(
	struct query_engine *q, struct str name, struct query_role *out, struct error *e)
{
	(void)q;
	(void)name;
	(void)e;
	*out = (struct query_role){ .can_login = true,
		.is_superuser = true,
		.can_connect = true,
		.connection_limit = -1,
		.valid_until = INT64_MAX };
	return OK;
}

struct str query_portal_text(const struct query_portal *p)
{
	return p->prepared->text;
}

struct query_counts query_portal_counts(const struct query_portal *p)
{
	(void)p;
	return (struct query_counts){ 0 };
}

enum sqlstate query_value_read(struct query_session *s, struct type type, struct str text,
	struct arena *a, struct value *out, struct error *e)
{
	(void)s;
	(void)type;
	(void)text;
	(void)a;
	*out = value_null();
	return FAIL(e, E_NOT_SUPPORTED, "no names here");
}

uint64_t query_portal_fingerprint(const struct query_portal *p)
{
	(void)p;
	return 0;
}

void query_normalise(
	const struct query_session *s, struct str text, uint32_t most, struct buf *to)
{
	(void)s;
	(void)most;
	buf_put_str(to, text);
}

void query_statistics(const struct query_engine *q, struct query_statistics *out)
{
	(void)q;
	memset(out, 0, sizeof *out);
}

void query_facts_add(struct query_facts *facts)
{
	(void)facts;
}

void query_facts_put(struct query_facts *facts, const char *column, struct value value)
{
	(void)facts;
	(void)column;
	(void)value;
}

bool query_is_listening(const struct query_session *s)
{
	(void)s;
	return false;
}

bool query_notification_next(struct query_session *s, struct query_notification *out)
{
	(void)s;
	(void)out;
	return false;
}

enum sqlstate query_parse(struct query_session *s, struct arena *a, struct str text,
	struct query_script *out, struct error *e)
{
	struct ast_stmt **list = ARENA_ARRAY(a, struct ast_stmt *, text.length + 1);
	uint32_t start = 0, count = 0;

	(void)s;
	for (uint32_t i = 0; i <= text.length; i++) {
		struct str part;

		if (i < text.length && text.at[i] != ';')
			continue;
		part = (struct str){ text.at + start, i - start };
		start = i + 1;
		while (part.length > 0 && part.at[0] == ' ') {
			part.at++;
			part.length--;
		}
		if (part.length == 0)
			continue;
		if (str_equal(part, STR("broken"))) {
			(void)FAIL(e, E_SYNTAX, "syntax error at or near \"broken\"");
			e->byte_offset = (int)(part.at - text.at);
			return e->code;
		}
		list[count] = ARENA_NEW(a, struct ast_stmt);
		list[count++]->text = part;
	}
	*out = (struct query_script){ count, list, text };
	return OK;
}

static bool starts(struct str text, const char *word)
{
	return text.length >= strlen(word) && memcmp(text.at, word, strlen(word)) == 0;
}

static void describe(struct query_prepared *p, const struct type *types, uint32_t count)
{
	struct query_description *d = &p->description;

	d->kind = QUERY_COMMAND;
	d->is_transaction_end = starts(p->text, "commit") || starts(p->text, "rollback");
	if (starts(p->text, "copy in"))
		d->kind = QUERY_COPY_IN;
	if (starts(p->text, "select") || starts(p->text, "rows") || starts(p->text, "count") ||
		starts(p->text, "return")) {
		d->kind = QUERY_ROWS;
		p->column = (struct query_column){ STR("?column?"), { TYPE_INT64, 0 } };
		d->column_count = 1;
		d->columns = &p->column;
	}
	if (starts(p->text, "return")) {
		p->parameter = (struct type){ TYPE_STRING, 0 };
		if (count > 0 && types[0].kind != TYPE_NULL)
			p->parameter = types[0];
		p->column.type = p->parameter;
		d->parameter_count = 1;
		d->parameters = &p->parameter;
	}
}

enum sqlstate query_prepare(struct query_session *s, struct arena *a, bool takes_arena,
	const struct query_script *script, uint32_t index, const struct type *parameters,
	uint32_t parameter_count, struct query_prepared **out, struct error *e)
{
	struct query_prepared *p = ARENA_NEW(a, struct query_prepared);

	p->description.kind = QUERY_EMPTY;
	if (script->count > 0) {
		p->text = script->statements[index]->text;
		describe(p, parameters, parameter_count);
		if (s->state == FAILED && !p->description.is_transaction_end)
			return FAIL(e, E_IN_FAILED_TRANSACTION, "current transaction is aborted");
		if (starts(p->text, "wrong")) {
			(void)FAIL(e, E_NO_COLUMN, "no such thing");
			e->byte_offset = (int)(p->text.at - script->text.at) + 3;
			return e->code;
		}
	}
	p->arena = takes_arena ? a : NULL;
	*out = p;
	return OK;
}

enum sqlstate query_prepare_text(struct query_session *s, struct str text,
	const struct type *parameters, uint32_t parameter_count, struct query_prepared **out,
	struct error *e)
{
	struct arena *a = arena_new(0);
	struct query_script script;
	enum sqlstate rc = query_parse(s, a, arena_str(a, text), &script, e);

	if (rc == OK && script.count > 1)
		rc = FAIL(
			e, E_SYNTAX, "cannot insert multiple commands into a prepared statement");
	if (rc == OK)
		rc = query_prepare(s, a, true, &script, 0, parameters, parameter_count, out, e);
	if (rc != OK)
		arena_free(a);
	return rc;
}

void query_prepared_free(struct query_prepared *p)
{
	if (p == NULL)
		return;
	if (p->portals > 0)
		p->is_dropped = true;
	else
		arena_free(p->arena);
}

const struct query_description *query_describe(const struct query_prepared *p)
{
	return &p->description;
}

enum sqlstate query_named_put(
	struct query_session *s, struct str name, struct query_prepared *p, struct error *e)
{
	if (name.length == 0) {
		query_prepared_free(s->unnamed);
		s->unnamed = p;
		return OK;
	}
	if (map_str_get(&s->named, name) != NULL)
		return FAIL(e, E_DUPLICATE_STATEMENT, "already exists");
	map_str_put(&s->named, (struct str){ strndup(name.at, name.length), name.length }, p);
	return OK;
}

struct query_prepared *query_named_get(struct query_session *s, struct str name, struct error *e)
{
	struct query_prepared *p = name.length == 0 ? s->unnamed : map_str_get(&s->named, name);

	if (p == NULL)
		(void)FAIL(e, E_NO_STATEMENT, "does not exist");
	return p;
}

void query_named_drop(struct query_session *s, struct str name)
{
	size_t cursor = 0;
	struct str key;
	void *p;

	if (name.length == 0) {
		query_prepared_free(s->unnamed);
		s->unnamed = NULL;
		return;
	}
	while (map_str_next(&s->named, &cursor, &key, &p)) {
		if (!str_equal(key, name))
			continue;
		map_str_remove(&s->named, name);
		query_prepared_free(p);
		free((char *)key.at);
		return;
	}
}

/* --- portals ------------------------------------------------------------------------------ */

enum sqlstate query_open(struct query_session *s, struct query_prepared *prepared,
	const struct value *parameters, uint32_t parameter_count, bool is_alone,
	struct query_portal **out, struct error *e)
{
	struct query_portal *p = calloc(1, sizeof *p);

	(void)e;
	(void)is_alone;
	if (!starts(prepared->text, "begin") && !prepared->description.is_transaction_end &&
		s->state != FAILED)
		ensure(s);
	p->arena = arena_new(0);
	p->session = s;
	p->prepared = prepared;
	p->epoch = s->epoch;
	if (parameter_count > 0)
		p->parameter = value_copy(p->arena, parameters[0]);
	prepared->portals++;
	*out = p;
	return OK;
}

bool query_portal_is_alive(const struct query_portal *p)
{
	return p->is_done || p->epoch == p->session->epoch;
}

const struct query_description *query_portal_describe(const struct query_portal *p)
{
	return &p->prepared->description;
}

void query_close(struct query_portal *p)
{
	if (p == NULL)
		return;
	if (--p->prepared->portals == 0 && p->prepared->is_dropped)
		query_prepared_free(p->prepared);
	arena_free(p->arena);
	free(p);
}

static int64_t number_after(struct str text, const char *word)
{
	struct str rest = { text.at + strlen(word), text.length - (uint32_t)strlen(word) };
	int64_t number = 0;

	return number_read_int64(rest, &number) == NUMBER_OK ? number : 0;
}

static enum sqlstate run_set(struct query_portal *p, struct error *e)
{
	struct str rest = { p->prepared->text.at + 4, p->prepared->text.length - 4 };
	const char *blank = memchr(rest.at, ' ', rest.length);
	struct str name = { rest.at, (uint32_t)(blank - rest.at) };

	snprintf(p->tag, sizeof p->tag, "SET");
	return settings_set_name(p->session->settings, name,
		(struct str){ blank + 1, rest.length - name.length - 1 }, SETTING_FROM_SESSION, e);
}

static enum sqlstate run_transaction(struct query_portal *p)
{
	struct query_session *s = p->session;
	bool was_failed = s->state == FAILED;

	if (starts(p->prepared->text, "begin")) {
		ensure(s);
		s->state = BLOCK;
		p->epoch = s->epoch;
		snprintf(p->tag, sizeof p->tag, "BEGIN");
		return OK;
	}
	snprintf(p->tag, sizeof p->tag, "%s",
		starts(p->prepared->text, "commit") && !was_failed ? "COMMIT" : "ROLLBACK");
	end(s, starts(p->prepared->text, "commit") && !was_failed);
	return OK;
}

static enum sqlstate start(struct query_portal *p, struct error *e)
{
	struct str text = p->prepared->text;
	struct error notice;

	p->is_started = true;
	if (starts(text, "begin") || p->prepared->description.is_transaction_end)
		return run_transaction(p);
	if (starts(text, "set "))
		return run_set(p, e);
	if (starts(text, "session close")) {
		p->session->is_closed = true;
		snprintf(p->tag, sizeof p->tag, "SESSION CLOSE");
		return OK;
	}
	if (starts(text, "fail"))
		return FAIL(e, E_DIVISION_BY_ZERO, "division by zero");
	snprintf(p->tag, sizeof p->tag, "SELECT");
	p->has_rows = true;
	if (starts(text, "rows")) {
		p->end = number_after(text, "rows");
	} else if (starts(text, "insert")) {
		p->session->pending++;
		snprintf(p->tag, sizeof p->tag, "INSERT 0 1");
		p->has_rows = false;
	} else if (starts(text, "notice")) {
		(void)FAIL(&notice, W_WARNING, "take notice");
		p->session->options.notice(p->session->options.notice_context, "NOTICE", &notice);
	} else if (p->prepared->description.kind == QUERY_ROWS) {
		p->end = 1;
	}
	return OK;
}

static struct value cell(struct query_portal *p)
{
	struct str text = p->prepared->text;

	if (starts(text, "return"))
		return p->parameter;
	if (starts(text, "count"))
		return value_int(fake_inserts + p->session->pending);
	if (starts(text, "select"))
		return value_int(number_after(text, "select"));
	return value_int(p->at + 1);
}

enum step query_fetch(
	struct query_portal *p, uint32_t rows_max, struct query_rows *out, struct error *e)
{
	*out = (struct query_rows){ 0, 1, p->columns, false };
	if (p->is_done)
		return STEP_DONE;
	if (!p->is_started && start(p, e) != OK)
		return STEP_FAILED;
	while (out->count < ARRAY_COUNT(p->cells) && p->at < p->end &&
		(rows_max == 0 || out->count < rows_max)) {
		p->cells[out->count++] = cell(p);
		p->at++;
	}
	p->columns[0] = p->cells;
	/* Of some statements the end is known beforehand, of others it has to be asked for. */
	out->is_last = p->at == p->end && !starts(p->prepared->text, "rows");
	p->is_done = out->count == 0;
	return p->is_done ? STEP_DONE : STEP_ROW;
}

void query_tag(const struct query_portal *p, uint64_t rows_sent, char *text, size_t size)
{
	if (p->has_rows)
		snprintf(text, size, "%s %llu", p->tag, (unsigned long long)rows_sent);
	else
		snprintf(text, size, "%s", p->tag);
}

enum sqlstate query_value_json(
	struct query_portal *p, struct value v, struct buf *to, struct error *e)
{
	(void)p;
	(void)e;
	buf_printf(to, "{\"type\":%d}", v.type);
	return OK;
}

enum sqlstate query_value_text(
	struct query_portal *p, struct type type, struct value v, struct buf *to, struct error *e)
{
	(void)p;
	(void)e;
	buf_printf(to, "object %d of type %d", (int)v.integer, type.kind);
	return OK;
}

/* The real numbers of the types that tests use. */
static const struct {
	uint32_t oid, array;
} oids[TYPE_KIND_COUNT] = {
	[TYPE_BOOL] = { 16, 1000 },
	[TYPE_INT16] = { 21, 1005 },
	[TYPE_INT32] = { 23, 1007 },
	[TYPE_INT64] = { 20, 1016 },
	[TYPE_FLOAT32] = { 700, 1021 },
	[TYPE_FLOAT64] = { 701, 1022 },
	[TYPE_STRING] = { 25, 1009 },
	[TYPE_BYTES] = { 17, 1001 },
	[TYPE_DATE] = { 1082, 1182 },
	[TYPE_TIME] = { 1083, 1183 },
	[TYPE_TIMETZ] = { 1266, 1270 },
	[TYPE_TIMESTAMP] = { 1114, 1115 },
	[TYPE_TIMESTAMPTZ] = { 1184, 1185 },
	[TYPE_DURATION] = { 1186, 1187 },
	[TYPE_UUID] = { 2950, 2951 },
	[TYPE_DECIMAL] = { 1700, 1231 },
	[TYPE_ANY] = { 3802, 0 },
	[TYPE_VARCHAR] = { 1043, 1015 },
	[TYPE_BPCHAR] = { 1042, 1014 },
	[TYPE_CHAR] = { 18, 1002 },
	[TYPE_NAME] = { 19, 1003 },
	[TYPE_JSON] = { 114, 199 },
	[TYPE_OID] = { 26, 1028 },
	[TYPE_REGCLASS] = { 2205, 2210 },
	[TYPE_INT2VECTOR] = { 22, 1006 },
};

uint32_t query_table_oid(bool is_edge, uint32_t label)
{
	return label * 2 + is_edge;
}

uint32_t query_type_oid(struct type type)
{
	bool is_array = type.kind == TYPE_LIST && type.item != TYPE_NULL && oids[type.item].array;

	if (is_array)
		return oids[type.item].array;
	if (type.kind == TYPE_NULL)
		return oids[TYPE_STRING].oid;
	return oids[type.kind].oid == 0 ? oids[TYPE_ANY].oid : oids[type.kind].oid;
}

bool query_type_of_oid(uint32_t oid, struct type *out)
{
	for (uint8_t k = TYPE_NULL + 1; k < TYPE_KIND_COUNT; k++) {
		if (oid != 0 && (oids[k].oid == oid || oids[k].array == oid)) {
			bool is_array = oids[k].oid != oid;

			out->kind = is_array ? TYPE_LIST : k == TYPE_JSON ? TYPE_ANY : k;
			out->item = is_array ? k : TYPE_NULL;
			return true;
		}
	}
	return false;
}

struct query_portal *query_cursor_portal(struct query_session *s, struct str name)
{
	(void)s;
	(void)name;
	return NULL;
}

void query_cursor_close(struct query_session *s, struct str name)
{
	(void)s;
	(void)name;
}

/* --- COPY --------------------------------------------------------------------------------- */

void query_copy_describe(const struct query_portal *p, struct query_copy_format *out)
{
	(void)p;
	*out = (struct query_copy_format){ false, 2, NULL };
}

enum sqlstate query_copy_row(struct query_portal *p, const struct value *values, struct error *e)
{
	(void)values;
	(void)e;
	p->lines++;
	return OK;
}

void query_copy_where(const struct query_portal *p, uint32_t column, struct error *e)
{
	(void)p;
	(void)column;
	(void)e;
}

enum sqlstate query_copy_data(
	struct query_portal *p, const uint8_t *data, size_t size, struct error *e)
{
	for (size_t i = 0; i < size; i++) {
		if (data[i] == '!')
			return FAIL(e, E_BAD_COPY, "bad data");
		p->lines += data[i] == '\n';
	}
	return OK;
}

enum sqlstate query_copy_done(struct query_portal *p, struct error *e)
{
	(void)e;
	p->is_done = true;
	snprintf(p->tag, sizeof p->tag, "COPY %lld", (long long)p->lines);
	return OK;
}

enum step query_copy_next(struct query_portal *p, struct buf *to, struct error *e)
{
	(void)p;
	(void)to;
	(void)e;
	return STEP_DONE;
}

enum step query_copy_rows(struct query_portal *p, struct query_rows *out, struct error *e)
{
	(void)p;
	(void)out;
	(void)e;
	return STEP_DONE;
}

enum sqlstate query_dump_begin(
	struct storage *s, bool is_csv, struct query_dump **out, struct error *e)
{
	(void)is_csv;
	(void)s;
	(void)out;
	return FAIL(e, E_NOT_SUPPORTED, "the fake has no graph");
}

enum step query_dump_next(struct query_dump *d, struct buf *to, struct error *e)
{
	(void)d;
	(void)to;
	(void)e;
	return STEP_DONE;
}

void query_dump_end(struct query_dump *d)
{
	(void)d;
}
