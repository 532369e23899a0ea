/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Whole statements through query.h against a real store in a temporary directory: what a client
 * would see, without a wire.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/setting.h"
#include "tests/query/engine_fixture.h"
#include "tests/query/suites.h"

enum { OUTPUT_BYTES = 16384 };

static struct query_session *session, *other;

static void setup(void)
{
	engine_fixture_setup();
	session = engine_fixture_session("tester", NULL);
	other = engine_fixture_session("tester", NULL);
}

static void teardown(void)
{
	query_session_free(session);
	query_session_free(other);
	engine_fixture_teardown();
}

/* ---- running statements, results as text ---- */

static void put_value(struct query_portal *p, struct value v, struct buf *out)
{
	struct error e;

	if (v.type == VALUE_STRING)
		buf_put_str(out, value_str(v));
	else if (v.type == VALUE_NULL)
		buf_put_text(out, "-");
	else
		ck_assert_msg(query_value_json(p, v, out, &e) == OK, "%s", e.message);
}

static void put_rows(struct query_portal *p, const struct query_rows *rows, struct buf *out)
{
	for (uint32_t r = 0; r < rows->count; r++) {
		for (uint32_t c = 0; c < rows->column_count; c++) {
			if (c > 0)
				buf_put_byte(out, ',');
			put_value(p, rows->columns[c][r], out);
		}
		buf_put_byte(out, '|');
	}
}

static void put_error(const struct error *e, struct buf *out)
{
	buf_printf(out, "!%s", sqlstate_code(e->code));
}

static enum sqlstate run_portal(
	struct query_portal *p, const char *copy_data, struct buf *out, struct error *e)
{
	struct query_rows rows;
	uint64_t sent = 0;
	enum step step;
	char tag[96];

	if (query_portal_describe(p)->kind == QUERY_COPY_IN) {
		TRY(query_copy_data(p, (const uint8_t *)copy_data, strlen(copy_data), e));
		TRY(query_copy_done(p, e));
	} else if (query_portal_describe(p)->kind == QUERY_COPY_OUT) {
		while ((step = query_copy_next(p, out, e)) == STEP_ROW)
			;
		if (step == STEP_FAILED)
			return e->code;
	} else {
		while ((step = query_fetch(p, 0, &rows, e)) == STEP_ROW) {
			sent += rows.count;
			put_rows(p, &rows, out);
		}
		if (step == STEP_FAILED)
			return e->code;
	}
	query_tag(p, sent, tag, sizeof tag);
	buf_put_text(out, tag);
	return OK;
}

static enum sqlstate run_statement(struct query_session *s, struct arena *a,
	const struct query_script *script, uint32_t index, const char *copy_data, struct buf *out,
	struct error *e)
{
	struct query_prepared *prepared;
	struct query_portal *portal;
	enum sqlstate rc;

	TRY(query_prepare(s, a, false, script, index, NULL, 0, &prepared, e));
	rc = query_open(s, prepared, NULL, 0, script->count == 1, &portal, e);
	if (rc == OK) {
		rc = run_portal(portal, copy_data, out, e);
		query_close(portal);
	}
	query_prepared_free(prepared);
	return rc;
}

/* Runs a simple query string; the text is valid until the next call. */
static const char *run_copy(struct query_session *s, const char *text, const char *copy_data)
{
	static struct buf out;
	struct arena *a = arena_new(0);
	struct query_script script;
	struct error e;
	enum sqlstate rc;

	buf_reset(&out);
	rc = query_parse(s, a, str_of(text), &script, &e);
	for (uint32_t i = 0; rc == OK && i < script.count; i++) {
		if (i > 0)
			buf_put_text(&out, "; ");
		rc = run_statement(s, a, &script, i, copy_data, &out, &e);
	}
	if (rc == OK)
		rc = query_sync(s, &e);
	if (rc != OK) {
		put_error(&e, &out);
		query_fail(s);
	}
	buf_put_byte(&out, '\0');
	arena_free(a);
	return (const char *)out.data;
}

static const char *run(const char *text)
{
	return run_copy(session, text, NULL);
}

#define EXPECT(text, expected) ck_assert_str_eq(run(text), expected)
#define EXPECT_OTHER(text, expected) ck_assert_str_eq(run_copy(other, text, NULL), expected)

/* ---- tests ---- */

START_TEST(created_elements_are_found)
{
	EXPECT("CREATE (:Person {name: 'Ann', age: 30})-[:KNOWS {since: 2001}]->(:Person {name: "
	       "'Bob'})",
		"INSERT 0 3");
	EXPECT("MATCH (a:Person)-[k:KNOWS]->(b) RETURN a.name, k.since, b.name, b.age",
		"Ann,2001,Bob,-|SELECT 1");
	EXPECT("MATCH (n:Person) RETURN n.name ORDER BY n.name DESC", "Bob|Ann|SELECT 2");
	EXPECT("MATCH (n) RETURN count(*)", "2|SELECT 1");
}
END_TEST

START_TEST(changes_are_seen_by_later_statements)
{
	EXPECT("INSERT (:P {k: 1}), (:P {k: 2})", "INSERT 0 2");
	EXPECT("MATCH (n:P {k: 1}) SET n.v = n.k + 10 RETURN n.v", "11|UPDATE 1");
	EXPECT("MATCH (n:P) RETURN n.k, n.v ORDER BY n.k", "1,11|2,-|SELECT 2");
	EXPECT("MATCH (n:P {k: 2}) DELETE n", "DELETE 1");
	EXPECT("MATCH (n:P) RETURN count(n)", "1|SELECT 1");
	EXPECT("MERGE (n:P {k: 3}) RETURN n.k", "3|MERGE 1");
	EXPECT("MERGE (n:P {k: 3}) ON MATCH SET n.seen = true RETURN n.seen", "true|MERGE 1");
	EXPECT("MATCH (n:P) RETURN count(n)", "2|SELECT 1");
}
END_TEST

START_TEST(a_transaction_is_undone_as_a_whole)
{
	EXPECT("BEGIN", "BEGIN");
	EXPECT("INSERT (:T {k: 1})", "INSERT 0 1");
	EXPECT("MATCH (n:T) RETURN count(n)", "1|SELECT 1");
	EXPECT_OTHER("MATCH (n:T) RETURN count(n)", "0|SELECT 1");
	EXPECT("ROLLBACK", "ROLLBACK");
	EXPECT("MATCH (n:T) RETURN count(n)", "0|SELECT 1");
	EXPECT("BEGIN; INSERT (:T {k: 2}); COMMIT", "BEGIN; INSERT 0 1; COMMIT");
	EXPECT_OTHER("MATCH (n:T) RETURN n.k", "2|SELECT 1");
}
END_TEST

START_TEST(a_failed_statement_fails_its_block)
{
	EXPECT("BEGIN", "BEGIN");
	EXPECT("INSERT (:F {k: 1})", "INSERT 0 1");
	EXPECT("RETURN 1 / 0", "!22012");
	ck_assert_int_eq(query_transaction_status(session), 'E');
	EXPECT("RETURN 1", "!25P02");
	EXPECT("COMMIT", "ROLLBACK");
	ck_assert_int_eq(query_transaction_status(session), 'I');
	EXPECT("MATCH (n:F) RETURN count(n)", "0|SELECT 1");
	EXPECT("INSERT (:F); RETURN 1 / 0", "INSERT 0 1; !22012");
	EXPECT("MATCH (n:F) RETURN count(n)", "0|SELECT 1");
}
END_TEST

START_TEST(a_savepoint_can_be_returned_to)
{
	EXPECT("BEGIN; INSERT (:S {k: 1}); SAVEPOINT a; INSERT (:S {k: 2})",
		"BEGIN; INSERT 0 1; SAVEPOINT; INSERT 0 1");
	EXPECT("RETURN 1 / 0", "!22012");
	EXPECT("ROLLBACK TO a", "ROLLBACK");
	EXPECT("MATCH (n:S) RETURN n.k", "1|SELECT 1");
	EXPECT("COMMIT", "COMMIT");
	EXPECT_OTHER("MATCH (n:S) RETURN n.k", "1|SELECT 1");
	EXPECT("ROLLBACK TO a", "!25P01");
}
END_TEST

START_TEST(snapshots_are_as_the_isolation_says)
{
	EXPECT("INSERT (:I {v: 1})", "INSERT 0 1");
	EXPECT("BEGIN ISOLATION LEVEL REPEATABLE READ", "BEGIN");
	EXPECT("MATCH (n:I) RETURN n.v", "1|SELECT 1");
	EXPECT_OTHER("MATCH (n:I) SET n.v = 2", "UPDATE 1");
	EXPECT("MATCH (n:I) RETURN n.v", "1|SELECT 1");
	EXPECT("MATCH (n:I) SET n.v = 3", "!40001");
	EXPECT("ROLLBACK", "ROLLBACK");
	EXPECT("BEGIN", "BEGIN");
	EXPECT("MATCH (n:I) RETURN n.v", "2|SELECT 1");
	EXPECT_OTHER("MATCH (n:I) SET n.v = 4", "UPDATE 1");
	EXPECT("MATCH (n:I) RETURN n.v", "4|SELECT 1");
	EXPECT("COMMIT", "COMMIT");
}
END_TEST

START_TEST(a_read_only_transaction_refuses_writes)
{
	EXPECT("BEGIN READ ONLY", "BEGIN");
	EXPECT("INSERT (:R)", "!25006");
	EXPECT("ROLLBACK", "ROLLBACK");
	EXPECT("SET default_transaction_read_only = on", "SET");
	EXPECT("INSERT (:R)", "!25006");
	EXPECT("RETURN 1", "1|SELECT 1");
}
END_TEST

START_TEST(schema_is_enforced)
{
	EXPECT("CREATE NODE User (id INT PRIMARY KEY, name STRING NOT NULL)", "CREATE LABEL");
	EXPECT("CREATE NODE User (id INT)", "!42710");
	EXPECT("CREATE NODE IF NOT EXISTS User (id INT)", "CREATE LABEL");
	EXPECT("INSERT (:User {id: 1, name: 'a'})", "INSERT 0 1");
	EXPECT("INSERT (:User {id: 1, name: 'b'})", "!23505");
	EXPECT("INSERT (:User {id: 2})", "!23502");
	EXPECT("INSERT (:User {id: 'x', name: 'b'})", "!42804");
	EXPECT("MATCH (u:User {id: 1}) RETURN u.name", "a|SELECT 1");
	EXPECT("SHOW INDEXES", "User_pkey,node,User,id,true|SHOW");
}
END_TEST

START_TEST(copy_loads_nodes_and_edges)
{
	EXPECT("CREATE NODE City (id INT PRIMARY KEY, name STRING)", "CREATE LABEL");
	EXPECT("CREATE EDGE ROAD (FROM City TO City, km FLOAT)", "CREATE LABEL");
	ck_assert_str_eq(run_copy(session, "COPY City FROM STDIN WITH (FORMAT csv, HEADER)",
				 "id,name\n1,Bern\n2,\"Paris, F\"\n3,\n"),
		"COPY 3");
	ck_assert_str_eq(run_copy(session, "COPY ROAD (_from, _to, km) FROM STDIN",
				 "1\t2\t500.5\n2\t3\t\\N\n"),
		"COPY 2");
	EXPECT("MATCH (a:City)-[r:ROAD]->(b:City) RETURN a.name, r.km, b.id ORDER BY a.id",
		"Bern,500.5,2|Paris, F,-,3|SELECT 2");
	ck_assert_str_eq(
		run_copy(session, "COPY City (id, name) FROM STDIN", "4\tx\n4\ty\n"), "!23505");
	ck_assert_str_eq(
		run_copy(session, "COPY ROAD (_from, _to) FROM STDIN", "1\t2\n1\t99\n"), "!23503");
	EXPECT("MATCH (a:City) RETURN count(a)", "3|SELECT 1");
	EXPECT("COPY City TO STDOUT WITH (FORMAT csv, HEADER)",
		"id,name\n1,Bern\n2,\"Paris, F\"\n3,\nCOPY 3");
}
END_TEST

START_TEST(settings_follow_the_transaction)
{
	EXPECT("SET application_name = 'x'", "SET");
	EXPECT("BEGIN; SET application_name = 'y'; ROLLBACK", "BEGIN; SET; ROLLBACK");
	EXPECT("SHOW application_name", "x|SHOW");
	EXPECT("BEGIN; SET LOCAL application_name = 'z'; COMMIT", "BEGIN; SET; COMMIT");
	EXPECT("SHOW application_name", "x|SHOW");
	EXPECT("RESET application_name", "RESET");
	EXPECT("SHOW application_name", "|SHOW");
	EXPECT("SHOW no_such_setting", "!42704");
}
END_TEST

START_TEST(a_plan_follows_the_schema)
{
	struct arena *a = arena_new(0);
	struct query_script script;
	struct query_prepared *p;
	struct query_portal *portal;
	struct query_rows rows;
	struct value id = value_int(7);
	struct error e;

	EXPECT("CREATE NODE U (id INT, name STRING)", "CREATE LABEL");
	EXPECT("INSERT (:U {id: 7, name: 'seven'})", "INSERT 0 1");
	ck_assert_int_eq(
		query_parse(session, a, STR("MATCH (u:U {id: $1}) RETURN u.name"), &script, &e),
		OK);
	ck_assert_msg(query_prepare(session, a, true, &script, 0, NULL, 0, &p, &e) == OK, "%s",
		e.message);
	ck_assert_int_eq(query_sync(session, &e), OK);
	EXPECT("CREATE UNIQUE INDEX u_id ON U (id)", "CREATE INDEX");
	ck_assert_int_eq(query_open(session, p, &id, 1, true, &portal, &e), OK);
	ck_assert_int_eq(query_fetch(portal, 0, &rows, &e), STEP_ROW);
	ck_assert_int_eq(rows.count, 1);
	ck_assert(str_equal(value_str(rows.columns[0][0]), STR("seven")));
	query_close(portal);
	ck_assert_int_eq(query_sync(session, &e), OK);
	query_prepared_free(p);
}
END_TEST

START_TEST(analyze_forgets_types_that_are_gone)
{
	EXPECT("INSERT (:U {k: 1}), (:U {k: 'one'})", "INSERT 0 2");
	EXPECT("SHOW KEYS", "U,node,k,-,false,INT64, STRING|SHOW");
	EXPECT("ANALYZE", "ANALYZE");
	EXPECT("SHOW KEYS", "U,node,k,-,false,INT64, STRING|SHOW");
	EXPECT("MATCH (u:U {k: 'one'}) SET u.k = 2", "UPDATE 1");
	/* a block may have seen values of it */
	EXPECT("BEGIN; ANALYZE U; COMMIT", "BEGIN; ANALYZE; COMMIT");
	EXPECT("SHOW KEYS", "U,node,k,-,false,INT64, STRING|SHOW");
	EXPECT("ANALYZE U", "ANALYZE");
	EXPECT("SHOW KEYS", "U,node,k,-,false,INT64|SHOW");
	EXPECT("MATCH (u:U) DELETE u", "DELETE 2");
	EXPECT("ANALYZE", "ANALYZE");
	EXPECT("SHOW KEYS", "SHOW");
}
END_TEST

/* Fetches the first rows of a text with $1; *is_last as they say. Returns how many they are. */
static uint32_t fetch_first(const char *text, int64_t parameter, bool *is_last)
{
	struct arena *a = arena_new(0);
	struct query_script script;
	struct query_prepared *p;
	struct query_portal *portal;
	struct query_rows rows, more;
	struct value value = value_int(parameter);
	struct error e;
	enum step step;

	ck_assert_int_eq(query_parse(session, a, str_of(text), &script, &e), OK);
	ck_assert_msg(query_prepare(session, a, true, &script, 0, NULL, 0, &p, &e) == OK, "%s",
		e.message);
	ck_assert_int_eq(query_open(session, p, &value, 1, true, &portal, &e), OK);
	step = query_fetch(portal, 1, &rows, &e);
	ck_assert_int_ne(step, STEP_FAILED);
	*is_last = step == STEP_DONE || rows.is_last;
	ck_assert(!*is_last || query_fetch(portal, 1, &more, &e) == STEP_DONE);
	query_close(portal);
	ck_assert_int_eq(query_sync(session, &e), OK);
	query_prepared_free(p);
	return step == STEP_DONE ? 0 : rows.count;
}

START_TEST(the_end_of_a_point_read_is_known_at_once)
{
	bool is_last;

	EXPECT("CREATE NODE V (id INT, at INT)", "CREATE LABEL");
	EXPECT("CREATE UNIQUE INDEX v_id ON V (id)", "CREATE INDEX");
	EXPECT("UNWIND range(1, 3) AS i INSERT (:V {id: i, at: i % 2})", "INSERT 0 3");
	ck_assert_int_eq(fetch_first("MATCH (v:V {id: $1}) RETURN v.at", 2, &is_last), 1);
	ck_assert(is_last);
	ck_assert_int_eq(fetch_first("MATCH (v:V {id: $1}) RETURN v.at + 1", 2, &is_last), 1);
	ck_assert(is_last);
	ck_assert_int_eq(fetch_first("MATCH (v:V {id: $1}) RETURN v.at", 9, &is_last), 0);
	/* Not the last: rows that are given out in parts. */
	ck_assert_int_eq(fetch_first("MATCH (v:V {at: $1}) RETURN v.id", 1, &is_last), 1);
	ck_assert(!is_last);
	ck_assert_int_eq(fetch_first("MATCH (v:V) WHERE EXISTS { MATCH (w:V {id: v.at + $1}) } "
				     "RETURN v.id ORDER BY v.id",
				 1, &is_last),
		1);
	ck_assert(!is_last);
}
END_TEST

START_TEST(a_session_closes_itself_alone)
{
	ck_assert(!query_session_is_closed(session));
	EXPECT("BEGIN; SESSION CLOSE", "BEGIN; SESSION CLOSE");
	ck_assert(query_session_is_closed(session));
	ck_assert(!query_session_is_closed(other));
}
END_TEST

START_TEST(explain_tells_its_times_where_they_are_asked_for)
{
	ck_assert_ptr_null(strstr(
		run("EXPLAIN (ANALYZE, COSTS off, TIMING off) RETURN 1 AS x"), "Time: "));
	ck_assert_ptr_nonnull(strstr(
		run("EXPLAIN (COSTS off, TIMING off, SUMMARY on) RETURN 1 AS x"),
		"Planning Time: "));
	ck_assert_ptr_nonnull(strstr(
		run("EXPLAIN (ANALYZE, SUMMARY, TIMING off) RETURN 1 AS x"),
		"Execution Time: "));
	EXPECT("EXPLAIN (ANALYSE_IT) RETURN 1 AS x", "!42601");
}
END_TEST

START_TEST(labels_without_properties_are_listed)
{
	EXPECT("CREATE (:Bare)-[:PLAIN]->(:Bare)", "INSERT 0 3");
	EXPECT("SHOW LABELS", "Bare,node,false,false,2,-|PLAIN,edge,false,false,1,-|SHOW");
}
END_TEST

START_TEST(statements_can_be_prepared_in_sql)
{
	EXPECT("INSERT (:Q {k: 1}), (:Q {k: 2}), (:Q {k: 3})", "INSERT 0 3");
	EXPECT("PREPARE q (int) AS MATCH (n:Q) WHERE n.k > $1 RETURN n.k ORDER BY n.k", "PREPARE");
	EXPECT("EXECUTE q(1)", "2|3|SELECT 2");
	EXPECT("EXECUTE q('2')", "3|SELECT 1");
	EXPECT("EXECUTE q", "!42601");
	EXPECT("EXECUTE nobody", "!26000");
	EXPECT("PREPARE q AS RETURN 1", "!42P05");
	EXPECT("SELECT name, from_sql, generic_plans, prepare_time <= now(), "
	       "parameter_types[1]::text, statement FROM pg_prepared_statements",
		"q,true,2,true,bigint,"
		"PREPARE q (int) AS MATCH (n:Q) WHERE n.k > $1 RETURN n.k ORDER BY n.k|SELECT 1");
	EXPECT_OTHER("SELECT count(*) FROM pg_prepared_statements", "0|SELECT 1");
	EXPECT("DEALLOCATE q", "DEALLOCATE");
	EXPECT("SELECT count(*) FROM pg_prepared_statements", "0|SELECT 1");
	EXPECT("EXECUTE q(1)", "!26000");
}
END_TEST

START_TEST(cursors_scan_forward)
{
	EXPECT("DECLARE c CURSOR FOR UNWIND [1, 2, 3] AS x RETURN x", "!25P01");
	EXPECT("BEGIN; DECLARE c CURSOR FOR UNWIND [1, 2, 3, 4] AS x RETURN x",
		"BEGIN; DECLARE CURSOR");
	EXPECT("FETCH c", "1|FETCH 1");
	EXPECT("MOVE 1 FROM c", "MOVE 1");
	EXPECT("FETCH FORWARD 5 FROM c", "3|4|FETCH 2");
	EXPECT("FETCH c", "FETCH 0");
	EXPECT("COMMIT", "COMMIT");
	EXPECT("FETCH c", "!34000");
	EXPECT("INSERT (:Held {k: 1})", "INSERT 0 1");
	EXPECT("DECLARE h CURSOR WITH HOLD FOR MATCH (n:Held) RETURN n", "DECLARE CURSOR");
	EXPECT("MATCH (n:Held) DELETE n", "DELETE 1");
	EXPECT("FETCH h", "{\"id\":0,\"labels\":[\"Held\"],\"properties\":{\"k\":1}}|FETCH 1");
	EXPECT("CLOSE h", "CLOSE CURSOR");
	EXPECT("CLOSE h", "!34000");
}
END_TEST

START_TEST(a_suspended_portal_ends_with_its_transaction)
{
	struct arena *a = arena_new(0);
	struct query_script script;
	struct query_prepared *p;
	struct query_portal *portal;
	struct query_rows rows;
	struct error e;

	EXPECT("UNWIND range(1, 5000) AS i INSERT (:Many {i: i})", "INSERT 0 5000");
	ck_assert_int_eq(
		query_parse(session, a, STR("MATCH (n:Many) RETURN n.i"), &script, &e), OK);
	ck_assert_int_eq(query_prepare(session, a, true, &script, 0, NULL, 0, &p, &e), OK);
	ck_assert_int_eq(query_open(session, p, NULL, 0, false, &portal, &e), OK);
	ck_assert_int_eq(query_fetch(portal, 10, &rows, &e), STEP_ROW);
	ck_assert_int_eq(rows.count, 10);
	ck_assert_int_eq(query_sync(session, &e), OK);
	ck_assert(!query_portal_is_alive(portal));
	ck_assert_int_eq(query_fetch(portal, 10, &rows, &e), STEP_FAILED);
	ck_assert_int_eq(e.code, E_NO_CURSOR);
	query_close(portal);
	query_prepared_free(p);
}
END_TEST

/* ---- statements that run again: their operators are kept ---- */

static const char *const again_texts[] = {
	"MATCH (v:A {id: $1}) RETURN v.at, v.id",
	"MATCH (v:A) WHERE v.id > $1 RETURN v.id, v.at",
	"MATCH (v:A) WHERE v.id > $1 RETURN v.id ORDER BY v.at, v.id DESC LIMIT 4 OFFSET 1",
	"MATCH (v:A) WHERE v.id > $1 RETURN v.at AS at, count(*), sum(v.id) ORDER BY at",
	"MATCH (v:A {id: $1})-[:TO]->(w) RETURN w.id",
	"MATCH (v:A {id: $1})-[:TO]->{1,3}(w) RETURN count(*)",
	"MATCH p = ANY SHORTEST (v:A {id: $1})-[:TO]->{1,9}(w:A {id: 9}) RETURN length(p)",
	"MATCH (v:A {id: $1}) OPTIONAL MATCH (v)-[:NONE]->(w) RETURN v.id, w.id",
	"UNWIND range(1, $1 + 2) AS x RETURN DISTINCT x % 2",
	"MATCH (v:A), (w:A {id: v.at + $1}) RETURN v.id + w.id AS s ORDER BY s",
	"MATCH (v:A) WHERE EXISTS { MATCH (v)-[:TO]->(w:A) WHERE w.id > $1 } RETURN v.id",
	"SELECT id FROM \"A\" WHERE id > $1 UNION SELECT at FROM \"A\" WHERE at >= $1",
	"SELECT id, row_number() OVER (ORDER BY id) FROM \"A\" WHERE id >= $1",
	"WITH r AS (SELECT id FROM \"A\" WHERE id > $1) SELECT count(*) FROM r, r AS s",
	"RETURN 6 / ($1 - 3)",
	"INSERT (:B {id: $1})",
	"MATCH (b:B) WHERE b.id >= $1 SET b.at = b.id + $1",
	"MERGE (b:B {id: $1}) ON CREATE SET b.at = 0",
	"MATCH (b:B {id: $1}) DELETE b",
};

/* What EXECUTE of a statement that never ran says, undone. */
static void run_fresh(const char *text, int parameter, char *out, size_t size)
{
	char command[512];

	(void)snprintf(command, sizeof command, "PREPARE fresh (int) AS %s", text);
	EXPECT(command, "PREPARE");
	EXPECT("BEGIN", "BEGIN");
	(void)snprintf(command, sizeof command, "EXECUTE fresh(%d)", parameter);
	(void)snprintf(out, size, "%s", run(command));
	EXPECT("ROLLBACK", "ROLLBACK");
	EXPECT("DEALLOCATE fresh", "DEALLOCATE");
}

START_TEST(a_statement_that_runs_again_starts_afresh)
{
	char command[512], expected[OUTPUT_BYTES];

	EXPECT("CREATE NODE A (id INT PRIMARY KEY, at INT)", "CREATE LABEL");
	EXPECT("UNWIND range(1, 9) AS i INSERT (:A {id: i, at: i % 3})", "INSERT 0 9");
	EXPECT("MATCH (v:A), (w:A {id: v.id + 1}) INSERT (v)-[:TO]->(w)", "INSERT 0 8");
	for (size_t i = 0; i < ARRAY_COUNT(again_texts); i++) {
		(void)snprintf(
			command, sizeof command, "PREPARE again (int) AS %s", again_texts[i]);
		ck_assert_msg(strcmp(run(command), "PREPARE") == 0, "%s", command);
		for (int turn = 0; turn < 9; turn++) {
			run_fresh(again_texts[i], turn % 5, expected, sizeof expected);
			(void)snprintf(command, sizeof command, "EXECUTE again(%d)", turn % 5);
			ck_assert_msg(strcmp(run(command), expected) == 0, "%s, turn %d: not %s",
				again_texts[i], turn, expected);
		}
		EXPECT("DEALLOCATE again", "DEALLOCATE");
	}
}
END_TEST

START_TEST(operators_that_are_kept_follow_settings_and_schema)
{
	EXPECT("UNWIND range(1, 20000) AS i INSERT (:Big {i: i})", "INSERT 0 20000");
	EXPECT("PREPARE s (int) AS MATCH (n:Big) WHERE n.i > $1 RETURN n.i ORDER BY n.i DESC "
	       "LIMIT 1 OFFSET 19000",
		"PREPARE");
	for (int turn = 0; turn < 3; turn++)
		EXPECT("EXECUTE s(0)", "1000|SELECT 1");
	EXPECT("SET work_mem = 64", "SET");
	EXPECT("EXECUTE s(0)", "!53200");
	EXPECT("RESET work_mem", "RESET");
	EXPECT("EXECUTE s(0)", "1000|SELECT 1");
	EXPECT("BEGIN", "BEGIN");
	EXPECT("SET LOCAL work_mem = 64", "SET");
	EXPECT("EXECUTE s(0)", "!53200");
	EXPECT("ROLLBACK", "ROLLBACK");
	EXPECT("EXECUTE s(0)", "1000|SELECT 1");
	EXPECT("CREATE INDEX big_i ON Big (i)", "CREATE INDEX");
	EXPECT("EXECUTE s(0)", "1000|SELECT 1");
	EXPECT("MATCH (n:Big) WHERE n.i > 19500 DELETE n", "DELETE 500");
	EXPECT("DROP INDEX big_i", "DROP INDEX");
	for (int turn = 0; turn < 3; turn++)
		EXPECT("EXECUTE s(0)", "500|SELECT 1");
}
END_TEST

/* The next row of a portal, which must be this number. */
static void expect_row(struct query_portal *p, int64_t number)
{
	struct query_rows rows;
	struct error e;

	ck_assert_int_eq(query_fetch(p, 1, &rows, &e), STEP_ROW);
	ck_assert_int_eq(rows.columns[0][0].integer, number);
}

START_TEST(portals_of_one_statement_do_not_meet)
{
	struct arena *a = arena_new(0);
	struct query_script script;
	struct query_prepared *p;
	struct query_portal *portals[3];
	struct error e;

	ck_assert_int_eq(query_parse(session, a, STR("UNWIND range($1, 5000) AS x RETURN x"),
				 &script, &e),
		OK);
	ck_assert_int_eq(query_prepare(session, a, true, &script, 0, NULL, 0, &p, &e), OK);
	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < 3; i++) {
			struct value from = value_int(10 * i);

			ck_assert_int_eq(
				query_open(session, p, &from, 1, false, &portals[i], &e), OK);
			expect_row(portals[i], 10 * i);
		}
		for (int row = 1; row < 2000; row++) {
			for (int i = 0; i < 3; i++)
				expect_row(portals[i], 10 * i + row);
		}
		query_close(portals[turn]);
		for (int i = 0; i < 3; i++) {
			if (i != turn)
				expect_row(portals[i], 10 * i + 2000);
		}
		/* At the last turn the statement is dropped before its portals. */
		if (turn == 2)
			query_prepared_free(p);
		for (int i = 0; i < 3; i++) {
			if (i != turn)
				query_close(portals[i]);
		}
		ck_assert_int_eq(query_sync(session, &e), OK);
	}
}
END_TEST

Suite *session_suite(void)
{
	Suite *s = suite_create("session");
	TCase *t = tcase_create("statements");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, created_elements_are_found);
	tcase_add_test(t, changes_are_seen_by_later_statements);
	tcase_add_test(t, a_transaction_is_undone_as_a_whole);
	tcase_add_test(t, a_failed_statement_fails_its_block);
	tcase_add_test(t, a_savepoint_can_be_returned_to);
	tcase_add_test(t, snapshots_are_as_the_isolation_says);
	tcase_add_test(t, a_read_only_transaction_refuses_writes);
	tcase_add_test(t, schema_is_enforced);
	tcase_add_test(t, copy_loads_nodes_and_edges);
	tcase_add_test(t, settings_follow_the_transaction);
	tcase_add_test(t, a_plan_follows_the_schema);
	tcase_add_test(t, analyze_forgets_types_that_are_gone);
	tcase_add_test(t, the_end_of_a_point_read_is_known_at_once);
	tcase_add_test(t, a_session_closes_itself_alone);
	tcase_add_test(t, explain_tells_its_times_where_they_are_asked_for);
	tcase_add_test(t, labels_without_properties_are_listed);
	tcase_add_test(t, statements_can_be_prepared_in_sql);
	tcase_add_test(t, cursors_scan_forward);
	tcase_add_test(t, a_suspended_portal_ends_with_its_transaction);
	tcase_add_test(t, a_statement_that_runs_again_starts_afresh);
	tcase_add_test(t, operators_that_are_kept_follow_settings_and_schema);
	tcase_add_test(t, portals_of_one_statement_do_not_meet);
	suite_add_tcase(s, t);
	return s;
}
