# Sourced by run.sh: the application that every driver's program runs, written down once. A program
# takes the texts from the environment and turns $1, $2, … into its driver's placeholders; README.md
# says what each step does with them.

# The marks of a parameter are the shell's too.
# shellcheck disable=SC2016
export \
	APP_LABELS='CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING);
CREATE EDGE LABEL KNOWS (FROM Person(id) TO Person(id), since INT64);
CREATE NODE LABEL Sample (id INT64 PRIMARY KEY, flag BOOL, n INT64, f FLOAT64, s STRING, b BYTES, u UUID, d DATE, t TIME, ts TIMESTAMP, tz TIMESTAMPTZ, i DURATION, ns INT64[], ss STRING[], m DECIMAL)' \
	APP_COPY='COPY Person (id, name) FROM STDIN' \
	APP_COPY_BINARY='COPY Person (id, name) FROM STDIN WITH (FORMAT binary)' \
	APP_LOAD='FOR i IN range(1, 1000) INSERT (IS Person {id: i, name: $1 || CAST(i AS STRING)})' \
	APP_COUNT='MATCH (p IS Person) RETURN count(*) AS n, sum(p.id) AS total' \
	APP_NAME='MATCH (p IS Person {id: $1}) RETURN p.name AS name' \
	APP_PERSON='INSERT (IS Person {id: $1, name: $2})' \
	APP_SAMPLE='INSERT (IS Sample {id: $1, flag: $2, n: $3, f: $4, s: $5, b: $6, u: $7, d: $8, t: $9, ts: $10, tz: $11, i: $12, ns: $13, ss: $14, m: $15})' \
	APP_SAMPLE_READ='MATCH (x IS Sample {id: $1}) RETURN x.id AS id, x.flag AS flag, x.n AS n, x.f AS f, x.s AS s, x.b AS b, x.u AS u, x.d AS d, x.t AS t, x.ts AS ts, x.tz AS tz, x.i AS i, x.ns AS ns, x.ss AS ss, x.m AS m' \
	APP_SAMPLE_TEXT='MATCH (x IS Sample {id: 1}) RETURN CAST(properties(x) AS STRING) AS text' \
	APP_SAMPLE_EXPECTED='{"b":"\\x00ff275c","d":"2024-02-29","f":-0.25,"flag":true,"i":"2 days 03:04:05","id":1,"m":12.5,"n":4294967296123,"ns":[1,-2,3],"s":"Zoë \"q\" \\ 雪","ss":["a","b,\"c\"",""],"t":"12:34:56.789012","ts":"2024-02-29 12:34:56.789012","tz":"2024-02-29 12:34:56.789012+00","u":"12345678-1234-5678-1234-567812345678"}' \
	APP_SAMPLE_DROP='MATCH (x IS Sample) DELETE x' \
	APP_EDGE='MATCH (a IS Person {id: 1}), (b IS Person {id: 2}) INSERT (a)-[IS KNOWS {since: 1843}]->(b)' \
	APP_ELEMENTS='MATCH p = (a IS Person {id: 1})-[k IS KNOWS]->(b) RETURN a, k, p' \
	APP_VISIT='MATCH (p IS Person {id: 1}) SET p.visits = coalesce(p.visits, 0) + 1' \
	APP_VISITS='MATCH (p IS Person {id: 1}) RETURN CAST(p.visits AS INT64) AS visits' \
	APP_REPEATABLE='BEGIN ISOLATION LEVEL REPEATABLE READ' \
	APP_IDS='MATCH (p IS Person) WHERE p.id <= 1000 RETURN p.id AS id ORDER BY p.id' \
	APP_LONG='FOR a IN range(1, 100000) FOR b IN range(1, 100000) RETURN count(*) AS n' \
	APP_WARNING='ROLLBACK' \
	APP_SYNTAX='MATCH (p IS Person RETURN p' \
	APP_DUPLICATE='INSERT (IS Person {id: 1})' \
	APP_IDLE='SET idle_session_timeout = 100' \
	APP_ONE='RETURN 1 AS one'
