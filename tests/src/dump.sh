#!/bin/sh
# quiverctl dump: what it writes makes an equal graph in a new server, for every kind of value and
# schema object, and for LDBC's SNB where its data lies beside the checkout. Prints TAP.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/tap.sh"
server_require
"$quiverctl" check --server "host=/nonexistent" 2>&1 | grep -q "without libpq" &&
	skip_all "quiverctl is built without libpq"

run() {
	"$psql" -X -q -v ON_ERROR_STOP=1 "$@" > "$server_home/said" 2>&1
}

# What the catalogs say, without oids. The columns of A and B, which declare none, have the order in which they were
# written first.
catalogs() {
	"$psql" -X -qAt <<-'END' 2>&1 | sort > "$1"
		SHOW LABELS;
		SELECT conname, contype, conrelid::regclass, pg_get_constraintdef(oid), condeferrable, condeferred FROM pg_constraint;
		SELECT relname, relkind, relowner::regrole, relacl FROM pg_class WHERE oid >= 16384;
		SELECT table_schema, table_name, column_name,
			CASE WHEN table_name NOT IN ('A', 'B') THEN ordinal_position END, column_default, is_nullable, data_type, character_maximum_length, numeric_precision, numeric_scale, is_identity, identity_generation, is_generated, generation_expression FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema');
		SELECT a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.oid >= 16384 AND a.attnum > 0;
		SELECT * FROM pg_sequences;
		SELECT d.classid::regclass, d.objid::regclass, d.refobjid::regclass, d.refobjsubid, d.deptype FROM pg_depend d WHERE d.refobjsubid > 0 AND d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass;
		SELECT schemaname, viewname, definition FROM pg_views WHERE schemaname NOT IN ('pg_catalog', 'information_schema');
		SELECT objoid::regclass, objsubid, description FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid >= 16384;
		SELECT description FROM pg_description WHERE classoid <> 'pg_class'::regclass OR objoid IN (SELECT indexrelid FROM pg_index);
		SELECT description FROM pg_shdescription;
		SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil FROM pg_roles;
		SELECT rolname, rolpassword FROM pg_authid;
		SELECT roleid::regrole, member::regrole, admin_option FROM pg_auth_members;
		SELECT nspname, nspowner::regrole, nspacl FROM pg_namespace WHERE nspname !~ '^pg_';
		SELECT datname, datacl FROM pg_database;
		SELECT defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl FROM pg_default_acl;
		SELECT setdatabase, setrole::regrole, setconfig FROM pg_db_role_setting;
		SELECT r.rolname, c.relname, p.privilege, has_table_privilege(r.oid, c.oid, p.privilege), has_table_privilege(r.oid, c.oid, p.privilege || ' WITH GRANT OPTION') FROM pg_roles r, pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p(privilege) WHERE c.oid >= 16384 AND c.relkind IN ('r', 'v', 'g', 'S') AND NOT r.rolsuper;
		SELECT r.rolname, n.nspname, p.privilege, has_schema_privilege(r.oid, n.oid, p.privilege), has_schema_privilege(r.oid, n.oid, p.privilege || ' WITH GRANT OPTION') FROM pg_roles r, pg_namespace n, unnest(ARRAY['USAGE', 'CREATE']) p(privilege) WHERE NOT r.rolsuper;
		SELECT r.rolname, p.privilege, has_database_privilege(r.oid, d.oid, p.privilege), has_database_privilege(r.oid, d.oid, p.privilege || ' WITH GRANT OPTION') FROM pg_roles r, pg_database d, unnest(ARRAY['CONNECT', 'CREATE', 'TEMPORARY']) p(privilege) WHERE NOT r.rolsuper;
		SELECT r.rolname, c.relname, p.privilege, has_sequence_privilege(r.oid, c.oid, p.privilege), has_sequence_privilege(r.oid, c.oid, p.privilege || ' WITH GRANT OPTION') FROM pg_roles r, pg_class c, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) p(privilege) WHERE c.relkind = 'S' AND NOT r.rolsuper;
		SELECT schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname <> 'pg_catalog';
		SHOW PROCEDURES;
	END
}

# Everything that a dump must keep, without ids.
picture() {
	"$psql" -X -qAt <<-'END' 2>&1 | sort > "$1"
		SHOW CONSTRAINTS;
		SHOW INDEXES;
		SHOW KEYS;
		MATCH (n) RETURN labels(n) AS l, properties(n) AS p ORDER BY l, p;
		MATCH (a)-[e]->(b) RETURN labels(a), properties(a) AS p, type(e) AS t, properties(e) AS q, labels(b), properties(b) AS r ORDER BY p, t, q, r;
		SHOW GRAPHS;
		SHOW GRAPH TYPES;
	END
	for graph in $("$psql" -X -qAt -c 'SHOW GRAPHS' | cut -d '|' -f 1 | grep -v '^main$'); do
		"$psql" -X -qAt <<-END 2>&1 | sort >> "$1"
			SESSION SET GRAPH "$graph";
			SHOW LABELS;
			SHOW CONSTRAINTS;
			SHOW INDEXES;
			SHOW KEYS;
			MATCH (n) RETURN labels(n) AS l, properties(n) AS p ORDER BY l, p;
			MATCH (a)-[e]->(b) RETURN labels(a), properties(a) AS p, type(e) AS t, properties(e) AS q, labels(b), properties(b) AS r ORDER BY p, t, q, r;
		END
	done
}

# round NAME: dump, load into a new server, dump again, compare
round() {
	picture "$server_home/before"
	catalogs "$server_home/catalogs"
	"$quiverctl" dump --server "" --output "$server_home/dump1" > "$server_home/said" 2>&1
	ok $? "$1: dump"
	server_stop
	rm -rf "$server_home/data"
	server_start
	run -f "$server_home/dump1"
	ok $? "$1: load"
	picture "$server_home/after"
	diff "$server_home/before" "$server_home/after" > "$server_home/said" 2>&1
	ok $? "$1: the graph is equal"
	catalogs "$server_home/after"
	diff "$server_home/catalogs" "$server_home/after" > "$server_home/said" 2>&1 &&
		! grep ERROR "$server_home/after" > "$server_home/said"
	ok $? "$1: the catalogs are equal"
	"$quiverctl" dump --server "" > "$server_home/dump2" 2> "$server_home/said"
	sort "$server_home/dump1" > "$server_home/before"
	sort "$server_home/dump2" | diff "$server_home/before" - > "$server_home/said" 2>&1
	ok $? "$1: its dump has the same statements"
	"$quiverctl" check --server "" --level 4 > "$server_home/said" 2>&1
	ok $? "$1: it is sound"
	rm -f "$server_home/dump1" "$server_home/dump2"
}

# round_csv NAME: the same by CSV files
round_csv() {
	picture "$server_home/before"
	catalogs "$server_home/catalogs"
	rm -rf "$server_home/csv1" "$server_home/csv2"
	"$quiverctl" dump --server "" --format csv --output "$server_home/csv1" > "$server_home/said" 2>&1
	ok $? "$1: dump as CSV"
	server_stop
	rm -rf "$server_home/data"
	server_start
	(cd "$server_home/csv1" && run -f load.sql)
	ok $? "$1: load CSV"
	picture "$server_home/after"
	diff "$server_home/before" "$server_home/after" > "$server_home/said" 2>&1
	ok $? "$1: the graph is equal after CSV"
	catalogs "$server_home/after"
	diff "$server_home/catalogs" "$server_home/after" > "$server_home/said" 2>&1
	ok $? "$1: the catalogs are equal after CSV"
	"$quiverctl" dump --server "" --format csv --output "$server_home/csv2" > "$server_home/said" 2>&1
	for file in "$server_home"/csv[12]/load.sql; do
		sort -o "$file" "$file"
	done
	diff -r "$server_home/csv1" "$server_home/csv2" > "$server_home/said" 2>&1
	ok $? "$1: its CSV files are the same"
}

server_prepare
server_start
run <<'E1'
CREATE NODE LABEL City (name STRING PRIMARY KEY, area DECIMAL(8, 2), founded DATE DEFAULT DATE '1900-01-01', tags STRING[]);
CREATE EDGE LABEL ROAD (FROM City(name) TO City(name), km FLOAT64 NOT NULL);
INSERT (:City {name: 'Turin', area: 130.01M, tags: ['a', 'it''s', '']}), (:City {name: 'quo"te'}), (:City {name: 'line
break\', founded: NULL});
MATCH (a:City {name: 'Turin'}), (b:City {name: 'quo"te'}) INSERT (a)-[:ROAD {km: 1.5}]->(b), (b)-[:ROAD {km: CAST('Infinity' AS float8)}]->(b), (a)-[:"odd ""name" {"a b": -9223372036854775808}]->(a);
INSERT (), (:A&B {i: 9223372036854775807, j: -1, f: CAST('NaN' AS float8), g: -0.0e0, d: CAST('-0.00100' AS numeric), b: TRUE,
  x: X'00ff27', dt: DATE '0001-01-01', t: CAST('23:59:59.999999' AS time), tz: CAST('12:00:00+05:30' AS timetz),
  ts: CAST('2020-02-29 12:00:00.5' AS timestamp), tt: CAST('2020-02-29 12:00:00.5+02' AS timestamptz),
  iv: CAST('1 year 2 mons -3 days 04:05:06.7' AS interval), u: CAST('550e8400-e29b-41d4-a716-446655440000' AS uuid),
  l: [1, 2, 3], e: [], n: [CAST('1.50' AS numeric)], s: '', z: 'Zoë 🙂'});
INSERT (:A&B {i: 1, tb: CAST('0044-03-15 12:00:00+00 BC' AS timestamptz), te: CAST('infinity' AS timestamptz), f: CAST('1e300' AS float8), d: CAST('12345678901234567890.5' AS numeric), dt: DATE '2020-02-29',
  tt: CAST('2020-02-29 12:00:00.5+02' AS timestamptz), iv: CAST('1 year -3 days' AS interval), x: X'00ff27',
  ts: CAST('2020-02-29 12:00:00.5' AS timestamp), t: CAST('23:59:59.999999' AS time), tz: CAST('12:00:00+05:30' AS timetz),
  u: CAST('550e8400-e29b-41d4-a716-446655440001' AS uuid), l: [1, 2, 3], e: [], n: [CAST('1.50' AS numeric)], s: '', z: 'Zoë 🙂'});
CREATE INDEX a_i ON NODE A (i, s);
CREATE INDEX road_km ON EDGE ROAD (km);
CREATE CONSTRAINT a_key FOR (x:A) REQUIRE (x.i, x.s) IS NODE KEY;
CREATE CONSTRAINT b_one FOR (x:B) REQUIRE x.u IS UNIQUE;
CREATE CONSTRAINT b_there FOR (x:B) REQUIRE x.z IS NOT NULL;
ALTER NODE City SET CLOSED;
CREATE TABLE town (id serial PRIMARY KEY, name varchar(30) NOT NULL DEFAULT 'x', n numeric(6,2), CHECK (n > 0));
CREATE TABLE street (id int GENERATED BY DEFAULT AS IDENTITY, town int REFERENCES town(id) ON DELETE CASCADE, UNIQUE (town));
INSERT INTO town (name, n) VALUES ('one', 1.5), ('two', NULL);
INSERT INTO street (town) VALUES (1);
COMMENT ON TABLE town IS 'a town''s table';
CREATE SEQUENCE counted INCREMENT BY 2 MINVALUE 1 MAXVALUE 99 START WITH 3 CYCLE;
SELECT nextval('counted'), nextval('counted');
ANALYZE;
CREATE VIEW seen AS SELECT name FROM town;
CREATE GRAPH other;
USE other INSERT (:City {name: 'Turin', area: 'large'})-[:ROAD {km: 'far'}]->(:A {i: 1}), ({bare: TRUE});
SESSION SET GRAPH other;
CREATE NODE LABEL Town (name STRING PRIMARY KEY);
CREATE INDEX a_i ON NODE A (i);
CREATE CONSTRAINT b_one FOR (x:City) REQUIRE x.name IS UNIQUE;
SESSION RESET GRAPH;
CREATE GRAPH "closed one" { NODE City (name STRING PRIMARY KEY), NODE B (z STRING), EDGE ROAD (FROM City TO B, km INT64 NOT NULL) };
USE "closed one" INSERT (:City {name: 'Turin'})-[:ROAD {km: 1}]->(:B {z: 'z'});
SESSION SET GRAPH "closed one";
ALTER NODE B SET OPEN;
SESSION RESET GRAPH;
CREATE GRAPH TYPE lending { NODE City (name STRING PRIMARY KEY, area DECIMAL(8, 2) UNIQUE, founded DATE DEFAULT DATE '1900-01-01'), EDGE ROAD (FROM City TO City, via LIST<STRING>) };
CREATE GRAPH TYPE "like ""that""" LIKE "closed one";
CREATE PROCEDURE plus_one(a INT64) RETURNS (b INT64) AS { RETURN a + 1 AS b };
CREATE ROLE staff NOINHERIT CREATEDB;
CREATE ROLE reader LOGIN PASSWORD 'reader''s secret' CONNECTION LIMIT 3 VALID UNTIL '2099-12-31 23:59:59+00';
CREATE ROLE "odd ""role";
GRANT staff TO reader WITH ADMIN OPTION;
GRANT SELECT ON ALL LABELS IN SCHEMA public TO PUBLIC;
REVOKE SELECT ON B FROM PUBLIC;
GRANT SELECT, INSERT ON NODE LABEL City TO staff WITH GRANT OPTION;
GRANT UPDATE ON NODE LABEL City TO staff;
GRANT SELECT ON EDGE LABEL ROAD TO "odd ""role";
GRANT CREATE ON SCHEMA public TO reader;
GRANT CONNECT ON DATABASE quiver TO PUBLIC;
SESSION SET GRAPH other;
GRANT DELETE ON ALL LABELS IN SCHEMA other TO staff;
REVOKE DELETE ON NODE LABEL Town FROM staff;
GRANT UPDATE ON NODE LABEL City TO reader;
ALTER EDGE ROAD OWNER TO reader;
SESSION RESET GRAPH;
GRANT CREATE ON SCHEMA other TO staff;
ALTER NODE City OWNER TO reader;
SESSION SET GRAPH "closed one";
GRANT DELETE ON NODE LABEL City TO staff;
GRANT INSERT ON NODE LABEL B TO "odd ""role" WITH GRANT OPTION;
GRANT UPDATE ON EDGE LABEL ROAD TO reader;
ALTER NODE B OWNER TO staff;
SESSION RESET GRAPH;
GRANT USAGE ON SCHEMA "closed one" TO reader;
GRANT SELECT ON ALL LABELS IN SCHEMA "closed one" TO reader;
ALTER EDGE ROAD OWNER TO staff;
ALTER GRAPH TYPE lending OWNER TO reader;
GRANT USAGE ON SEQUENCE counted TO staff WITH GRANT OPTION;
GRANT SELECT, UPDATE ON SEQUENCE counted TO "odd ""role";
REVOKE SELECT ON SEQUENCE counted FROM "odd ""role";
ALTER SEQUENCE counted OWNER TO reader;
GRANT SELECT ON seen TO staff WITH GRANT OPTION;
GRANT INSERT ON seen TO reader;
ALTER VIEW seen OWNER TO staff;
GRANT TRUNCATE, REFERENCES, TRIGGER ON town TO reader;
REVOKE CONNECT, TEMPORARY ON DATABASE quiver FROM PUBLIC;
GRANT CONNECT ON DATABASE quiver TO reader, staff WITH GRANT OPTION;
GRANT CREATE ON DATABASE quiver TO "odd ""role";
ALTER DEFAULT PRIVILEGES FOR ROLE reader GRANT SELECT, INSERT ON TABLES TO staff WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE reader IN SCHEMA public GRANT DELETE ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE staff GRANT USAGE ON SEQUENCES TO "odd ""role";
ALTER DEFAULT PRIVILEGES FOR ROLE staff IN SCHEMA public GRANT SELECT ON SEQUENCES TO reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE reader REVOKE TRUNCATE ON TABLES FROM reader;
ALTER ROLE reader SET search_path = public, "odd, name", "a ""quoted"" one";
ALTER ROLE reader SET application_name = 'it''s "his"';
ALTER ROLE reader IN DATABASE quiver SET statement_timeout = '9s';
ALTER ROLE ALL SET lock_timeout = '7s';
ALTER ROLE ALL IN DATABASE quiver SET work_mem = '8MB';
ALTER DATABASE quiver SET idle_session_timeout = '10min';
CREATE ROLE keeper SUPERUSER;
CREATE ROLE "second" SUPERUSER;
CREATE ROLE tester SUPERUSER LOGIN;
ALTER ROLE "second" LOGIN;
E1
ok $? "there is something of everything"
round "everything"
round_csv "everything"
run -c "SELECT nextval('counted')" && grep -q 7 "$server_home/said"
ok $? "a sequence goes on"
run -c "INSERT INTO town (name) VALUES ('three') RETURNING id" && grep -q 3 "$server_home/said"
ok $? "a serial column goes on"
if PGUSER=reader run -c "ALTER NODE City OWNER TO keeper"; then false; else grep -q "must be able to SET ROLE" "$server_home/said"; fi
ok $? "roles are there, an owner may not give to anybody"
PGUSER=reader run -c "ALTER NODE City ADD mayor STRING" && PGUSER=tester run -c "ALTER NODE City DROP mayor"
ok $? "owners own, superusers may"
if PGUSER=reader run -c 'DROP GRAPH TYPE "like ""that"""'; then false; else grep -q "must be owner of graph type" "$server_home/said"; fi
ok $? "graph types have their owners"
PGUSER=reader run -c "DROP GRAPH TYPE lending"
ok $? "which may drop them"
PGUSER=reader PGOPTIONS= "$psql" -X -qAt -c "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('work_mem'), current_setting('idle_session_timeout'), current_setting('search_path')" > "$server_home/said" 2>&1
grep -qx '9s|7s|8MB|10min|public, "odd, name", "a ""quoted"" one"' "$server_home/said"
ok $? "settings of roles and of the database hold"
if PGUSER='odd "role' run -c "SELECT 1"; then false; else grep -qE "not permitted to log in|permission denied" "$server_home/said"; fi
ok $? "who may not connect may not"
PGUSER=reader run -c "CREATE TABLE newest (id serial)" &&
	PGUSER=reader "$psql" -X -qAt -c "SELECT has_table_privilege('staff', 'newest', 'INSERT WITH GRANT OPTION'), has_table_privilege('staff', 'newest', 'DELETE'), has_table_privilege('odd \"role', 'newest', 'DELETE'), has_table_privilege('odd \"role', 'newest', 'SELECT')" > "$server_home/said" 2>&1 &&
	grep -qx 't|t|t|f' "$server_home/said"
ok $? "default privileges are given to what is made"
run -c "DROP TABLE newest"
if PGUSER=reader run -c "MATCH (b:B) RETURN b"; then false; else grep -q "permission denied" "$server_home/said"; fi
ok $? "privileges hold"
"$quiverctl" dump --server "" | sed -n '/^CREATE ROLE/,$p' | sed -n '/GRAPH "closed one"/,/GRAPH "main"/p' > "$server_home/said"
grep -q 'OWNER TO "staff"' "$server_home/said" && grep -q 'GRANT INSERT ON NODE LABEL "B"' "$server_home/said"
ok $? "privileges and owners of another graph's labels are given there"
if run -c "INSERT INTO street (town) VALUES (77)"; then false; else grep -q foreign "$server_home/said"; fi
ok $? "a foreign key holds"
"$quiverctl" dump --server "" > "$server_home/dump1"
if run -f "$server_home/dump1"; then false; else grep -q "a dump is loaded into a new server" "$server_home/said"; fi
ok $? "a dump is not loaded on top of a graph"
rm -f "$server_home/dump1"

server_stop
rm -rf "$server_home/data"
server_start
run <<'E2'
CREATE TABLE kinds (a smallint, b int, c bigint, d real, e double precision, f numeric, g numeric(7,2), h boolean, i text, j varchar(5), k char(3), l bytea, m date, n time, o timetz, p timestamp, q timestamptz, r interval, s uuid, t json, u jsonb, v int[], w text[], x numeric(5,2)[], y varchar, z char);
INSERT INTO kinds VALUES (-32768, -2147483648, -9223372036854775808, 1.5, 'NaN', 'NaN', 12345.67, true, E'a\nb\tc\\', 'ab', 'a', '\x00ff', '0044-03-15 BC', '24:00', '12:00+05:30', 'infinity', '-infinity', '1 year -3 days', '550e8400-e29b-41d4-a716-446655440000', '{"a": [1, "x"]}', '{"b": null}', '{1,3}', '{a,"b c"}', '{1.50,2}', '', 'x');
INSERT INTO kinds (a) VALUES (NULL);
INSERT INTO kinds (d, e, f) VALUES (3.4028235e38, '-Infinity', 1e-20), (-0.0, -0.0, 'Infinity');
CREATE TABLE named (id int CONSTRAINT my_pk PRIMARY KEY, b int CONSTRAINT my_unique UNIQUE, c int CONSTRAINT my_check CHECK (c > 0) DEFAULT 7, d timestamptz DEFAULT now(), e text DEFAULT 'it''s');
CREATE TABLE moved (id int PRIMARY KEY, note text);
CREATE INDEX moved_note ON moved (note);
COMMENT ON INDEX moved_note IS 'of notes';
COMMENT ON CONSTRAINT moved_pkey ON moved IS 'the key';
COMMENT ON SCHEMA public IS 'where tables are';
CREATE TABLE computed (a int, twice int GENERATED ALWAYS AS (a * 2) STORED, note text GENERATED ALWAYS AS ('it''s ' || a) STORED NOT NULL UNIQUE);
INSERT INTO computed (a) VALUES (1), (2);
INSERT (:computed:extra {a: 3});
ALTER TABLE moved RENAME TO moved_on;
CREATE TABLE identified (id int GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 5), x int);
INSERT INTO identified (x) VALUES (1), (2);
CREATE TABLE serials (a smallserial, b serial, c bigserial, x int);
INSERT INTO serials (x) VALUES (1);
ALTER SEQUENCE serials_b_seq RENAME TO other_seq;
CREATE TABLE two (a int, b text, x int, PRIMARY KEY (a, b), UNIQUE (x, a));
CREATE TABLE refers (id int PRIMARY KEY, a int, b text, t int REFERENCES named (b) ON UPDATE CASCADE ON DELETE SET NULL, CONSTRAINT both FOREIGN KEY (a, b) REFERENCES two DEFERRABLE INITIALLY DEFERRED, self int REFERENCES refers ON DELETE RESTRICT);
INSERT INTO two VALUES (1, 'x', 5);
INSERT INTO refers (id, a, b, self) VALUES (1, 1, 'x', 1);
CREATE SEQUENCE plain;
CREATE SEQUENCE down INCREMENT BY -1 MINVALUE -10 MAXVALUE -1 START WITH -2 CYCLE;
CREATE SEQUENCE owned AS smallint OWNED BY named.c;
CREATE TABLE uses (n int DEFAULT nextval('plain'), m int);
INSERT INTO uses (m) VALUES (1);
COMMENT ON TABLE uses IS 'a table';
COMMENT ON COLUMN uses.n IS 'a column';
COMMENT ON SEQUENCE plain IS 'a sequence';
CREATE VIEW one_view (p, q) AS SELECT id, b FROM named;
CREATE VIEW aview AS SELECT p FROM one_view WHERE p > 1;
COMMENT ON VIEW aview IS 'a view''s';
CREATE VIEW matched AS SELECT * FROM GRAPH_TABLE (main MATCH (n IS kinds) COLUMNS (n.a AS a));
CREATE PROPERTY GRAPH shop VERTEX TABLES (named KEY (id) LABEL thing PROPERTIES (b, c), two PROPERTIES (a, x)) EDGE TABLES (refers KEY (id) SOURCE KEY (t) REFERENCES named (b) DESTINATION KEY (a, b) REFERENCES two (a, b) PROPERTIES (id));
ALTER PROPERTY GRAPH shop ALTER VERTEX TABLE named ADD LABEL other PROPERTIES (c || 'x' AS cx) ADD LABEL bare NO PROPERTIES;
COMMENT ON PROPERTY GRAPH shop IS 'a graph''s';
CREATE VIEW shown AS SELECT * FROM GRAPH_TABLE (shop MATCH (n IS other) COLUMNS (n.cx));
CREATE INDEX multi ON kinds (a, b, i);
CREATE UNIQUE INDEX lone ON kinds (s);
CREATE UNIQUE INDEX lowered ON kinds (lower(i) DESC NULLS LAST, a) WHERE b > 0 OR i IN ('x', 'it''s');
CREATE INDEX backwards ON kinds (a DESC, b);
ALTER INDEX lone RENAME TO renamed;
CREATE NODE LABEL P (i16 INT16, i32 INT32, i64 INT64 DEFAULT 5, f32 FLOAT32, f64 FLOAT64, s STRING, s5 STRING(5), b BOOL, y BYTES, d DATE, t LOCAL TIME, tz ZONED TIME, ts LOCAL DATETIME, tt ZONED DATETIME, du DURATION, u UUID, de DECIMAL, de2 DECIMAL(8,2), li LIST<INT64>, ls STRING[], la LIST, PRIMARY KEY (i64, s));
CREATE CONSTRAINT nn FOR (n:P) REQUIRE n.b IS NOT NULL;
CREATE INDEX "Of P" ON NODE P ((i16 + 1), u);
INSERT (:P {b: FALSE, i64: 7, s: 'x', f32: 1.1, li: [1, 2], la: [1, 2], de: 1.10M});
CREATE NODE LABEL "Empty";
CREATE EDGE LABEL E (FROM P TO P, FROM P TO Q (z), FROM Q TO P, w FLOAT64 NOT NULL DEFAULT 1.5, k STRING UNIQUE);
CREATE CONSTRAINT edge_key FOR ()-[e:F]-() REQUIRE (e.a, e.b) IS EDGE KEY;
CREATE CONSTRAINT edge_nn FOR ()-[e:F]-() REQUIRE e.c IS NOT NULL;
CREATE CONSTRAINT typed FOR (n:Q) REQUIRE n.t IS :: DATE;
CREATE CONSTRAINT typed2 FOR (n:Q) REQUIRE n.z IS :: LIST<INT64>;
CREATE INDEX ef ON EDGE F (a, c);
INSERT (a:P {i64: 1, s: 'x', b: TRUE})-[:E]->(a), (a)-[:F {a: 1, b: 2, c: 3}]->(a), (a)-[:F {a: 1, b: 3, c: 3}]->(a);
ALTER EDGE E SET CLOSED;
COMMENT ON TABLE "P" IS 'a label';
COMMENT ON COLUMN "P".s IS 'a property';
COMMENT ON TABLE "E" IS 'an edge label';
ALTER TABLE "P" ADD CHECK (i16 > 0);
ALTER TABLE "P" ALTER COLUMN d SET DEFAULT current_date;
CREATE ROLE keeper SUPERUSER;
CREATE ROLE owner CREATEROLE BYPASSRLS;
CREATE ROLE g1 IN ROLE owner;
CREATE GRAPH owned_graph;
ALTER SCHEMA owned_graph OWNER TO owner;
ALTER SCHEMA public OWNER TO g1;
GRANT ALL ON SCHEMA owned_graph TO g1 WITH GRANT OPTION;
GRANT CREATE, TEMPORARY ON DATABASE quiver TO g1;
CREATE PROCEDURE one_more(a INT64) RETURNS (c INT64) AS { RETURN a + 1 AS c };
CREATE PROCEDURE two_more(a INT64) RETURNS (b INT64) AS { CALL one_more(a) YIELD c RETURN c + 1 AS b };
SESSION SET GRAPH owned_graph;
CREATE NODE LABEL City (name STRING PRIMARY KEY, area DECIMAL(8, 2) DEFAULT 1.5M UNIQUE);
CREATE EDGE LABEL ROAD (FROM City(name) TO City(name));
ALTER NODE City SET CLOSED;
INSERT (:City {name: 'x'})-[:ROAD]->(:City {name: 'y', area: 2M});
CREATE PROCEDURE in_graph() RETURNS (c INT64) AS { MATCH (n:City) RETURN count(*) AS c };
SESSION RESET GRAPH;
ANALYZE;
SESSION SET GRAPH owned_graph;
ALTER NODE City RENAME TO Town;
SESSION RESET GRAPH;
INSERT INTO serials (x) VALUES (2);
CREATE SEQUENCE "Odd 'one";
CREATE TABLE odd_default (id int DEFAULT nextval('"Odd ''one"'), x int);
INSERT INTO odd_default (x) VALUES (1);
CREATE NODE LABEL Bare (a INT64 DEFAULT 1, b STRING);
CREATE EDGE LABEL THIN (a INT64 DEFAULT 1);
INSERT (:Bare {b: 'x'})-[:THIN]->(:Bare {b: 'y'})-[:THIN]->(:Bare {b: 'z'});
MATCH (n:Bare {b: 'y'}) REMOVE n.a;
MATCH (:Bare {b: 'y'})-[e:THIN]->() REMOVE e.a;
CREATE ROLE tester SUPERUSER LOGIN;
E2
ok $? "there are tables, and labels, of every kind"
run <<'E3'
INSERT (:Mixed {k: 1, e: [], s: ''}), (:Mixed {k: 'one', e: [1], s: 'a,"b"'}), (:Mixed {k: 2.5, e: [2, 3], s: E'\\.'}), (:Mixed {e: ['x,y', '', 'NULL']}), (:Mixed&Other {k: 1}), ({k: 1}), (:Mixed), (:WAY {k: 1}), (:Mixed {_from: 1});
MATCH (a:Mixed {k: 1}), (b:Mixed {k: 'one'}) INSERT (a)-[:WAY {_to: 1}]->(b), (a)-[:WAY {k: 1}]->(b), (a)-[:WAY {k: 'x'}]->(a), (b)-[:WAY]->(a);
E3
ok $? "there are properties of several types, and names that COPY uses itself"
round "tables"
round_csv "tables"
run -c "INSERT INTO serials (x) VALUES (3) RETURNING b" && grep -q 3 "$server_home/said"
ok $? "a sequence that was renamed goes on for its column"
run -c "INSERT (n:Bare {b: 'new'}) RETURN n.a" && grep -q 1 "$server_home/said"
ok $? "a default goes on"

csv=${QUIVER_DATA:-$QUIVER_SOURCE/../shared/data}/snb-sf0.003/csv
if [ -d "$csv" ]; then
	server_stop
	rm -rf "$server_home/data"
	server_start
	for file in "$csv"/node_*.csv; do
		label=${file##*/node_}
		label=${label%.csv}
		printf 'CREATE NODE LABEL "%s" (id INT64 PRIMARY KEY);\n' "$label"
		printf "\\\\copy \"%s\" FROM '%s' WITH (FORMAT csv, HEADER)\n" "$label" "$file"
	done > "$server_home/load"
	echo "BEGIN;" >> "$server_home/load"
	for file in "$csv"/edge_*.csv; do
		name=${file##*/edge_}
		name=${name%.csv}
		awk -F, -v from="${name%%_*}" -v to="${name##*_}" -v type="$name" '
			BEGIN { sub(/^[^_]*_/, "", type); sub(/_[^_]*$/, "", type) }
			NR == 1 { key = $3; next }
			{
				printf "MATCH (a:%s {id: %s}), (b:%s {id: %s}) INSERT (a)-[:%s%s]->(b);\n", from, $1,
					to, $2, type, (NF > 2 ? " {" key ": \047" $3 "\047}" : "")
			}' "$file"
	done >> "$server_home/load"
	echo "COMMIT;" >> "$server_home/load"
	run -f "$server_home/load"
	ok $? "SNB is loaded"
	"$psql" -X -qAt -c "MATCH (n) RETURN count(*)" > "$server_home/said"
	[ "$(cat "$server_home/said")" -eq "$(cat "$csv"/node_*.csv | grep -c -v '^id,')" ]
	ok $? "with all its nodes"
	"$psql" -X -qAt -c "MATCH ()-[e]->() RETURN count(*)" > "$server_home/said"
	[ "$(cat "$server_home/said")" -eq "$(cat "$csv"/edge_*.csv | grep -c -v '^src,')" ]
	ok $? "and edges"
	round "SNB"
else
	ok 0 "SNB # SKIP no data at $csv"
fi
tap_end
