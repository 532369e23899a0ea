#!/bin/sh
# Roles and privileges against a whole server. Prints TAP.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
count=0
status=0

# as USER STATEMENT…: all in one session; what is said is kept.
as() {
	who=$1
	shift
	set -- "$@" ""
	arguments=
	: > "$server_home/sql"
	for statement in "$@"; do
		[ -z "$statement" ] || echo "$statement;" >> "$server_home/sql"
	done
	PGUSER=$who "$psql" -X -qAt -v ON_ERROR_STOP=0 -v VERBOSITY=verbose -f "$server_home/sql" \
		> "$server_home/said" 2>&1
}

# says NAME WORDS: they are among what was said last.
says() {
	count=$((count + 1))
	if grep -qF -e "$2" "$server_home/said"; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/# /' "$server_home/said"
		status=1
	fi
}

# fine NAME: nothing was refused.
fine() {
	count=$((count + 1))
	if grep -qE 'ERROR|FATAL' "$server_home/said"; then
		echo "not ok $count - $1"
		sed 's/^/# /' "$server_home/said"
		status=1
	else
		echo "ok $count - $1"
	fi
}

server_start
as tester "CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING)" \
	"CREATE NODE LABEL Secret (id INT64 PRIMARY KEY)" \
	"CREATE EDGE LABEL KNOWS (FROM Person(id) TO Person(id))" \
	"CREATE EDGE LABEL HIDES (FROM Person(id) TO Secret(id))" \
	"INSERT (:Person {id: 1, name: 'Ann'})-[:KNOWS]->(:Person {id: 2, name: 'Bo'})" \
	"MATCH (p IS Person WHERE p.id = 1) INSERT (p)-[:HIDES]->(:Secret {id: 7})" \
	"CREATE ROLE reader LOGIN" "CREATE ROLE staff" "CREATE USER writer IN ROLE staff"
fine "roles are made by a user of a graph that has none"

as reader "MATCH (p IS Person) RETURN p.name"
says "a role may read nothing at first" "42501"
as reader "SELECT name FROM Person"
says "nor by SELECT" "42501"
as reader "COPY Person (id) TO STDOUT"
says "nor by COPY" "42501"
as tester "GRANT SELECT ON Person TO reader" "GRANT SELECT ON EDGE LABEL KNOWS TO reader"
fine "privileges are granted"
as reader "MATCH (p IS Person) RETURN p.name ORDER BY p.id"
says "what was granted may be read" "Ann"
as reader "MATCH (a IS Person)-[e IS KNOWS]->(b IS Person) RETURN b.name"
says "over an edge too" "Bo"
as reader "MATCH (a IS Person)-[e]->(b IS Person) RETURN b.name"
says "not over edges of any label" "42501"
as reader "MATCH (a IS Person)-[e IS KNOWS]->(b) RETURN b"
says "not to nodes of any label" "42501"
as reader "MATCH (s IS Secret) RETURN s.id"
says "not another label" "42501"
as reader "MATCH (n) RETURN count(*)"
says "not everything" "42501"
as reader "MATCH (p IS Person) WHERE EXISTS { MATCH (p)-[IS HIDES]->(IS Secret) } RETURN p.id"
says "not inside EXISTS" "42501"
as reader "INSERT (:Person {id: 3})"
says "reading is not writing" "42501"
as reader "MATCH (p IS Person WHERE p.id = 1) SET p.name = 'x'"
says "nor changing" "42501"
as reader "MATCH (p IS Person WHERE p.id = 1) DETACH DELETE p"
says "nor deleting" "42501"
as reader "CREATE NODE LABEL Own (id INT64)"
says "nor declaring" "permission denied for schema public"
as reader "DROP NODE LABEL Person"
says "nor dropping" "must be owner"
as reader "CREATE ROLE more SUPERUSER"
says "nor making superusers" "42501"
as reader "GRANT SELECT ON Secret TO reader"
says "nor granting oneself" "42501"
as reader "SELECT rolpassword FROM pg_authid"
says "nor seeing verifiers" "42501"

# Every kind of statement that reaches a label, by somebody who may not.
while read -r denied; do
	as reader "$denied"
	says "$denied" "42501"
done <<'STATEMENTS'
SELECT id FROM Secret
SELECT count(*) FROM Person p JOIN Secret s ON s.id = p.id
SELECT 1 WHERE EXISTS (SELECT 1 FROM Secret)
SELECT (SELECT max(id) FROM Secret)
SELECT p.id FROM Person p WHERE p.id IN (SELECT id FROM Secret)
WITH s AS (SELECT id FROM Secret) SELECT * FROM s
SELECT id FROM Person UNION SELECT id FROM Secret
SELECT * FROM GRAPH_TABLE (main MATCH (s IS Secret) COLUMNS (s.id AS id))
INSERT INTO "Secret" (id) VALUES (9)
INSERT INTO "Person" (id) SELECT 9
UPDATE "Person" SET name = 'x' WHERE id = 1
UPDATE "Secret" SET id = 8
DELETE FROM "Person" WHERE id = 1
DELETE FROM "Secret"
TRUNCATE "Person"
COPY Secret TO STDOUT
COPY (SELECT id FROM Secret) TO STDOUT
COPY (MATCH (s IS Secret) RETURN s.id) TO STDOUT
COPY Person (id) FROM STDIN
MATCH (s IS Secret) RETURN count(*)
MATCH (a)-[e]->(b) RETURN count(*)
MATCH (a IS Person)-[e IS HIDES]->(b IS Secret) RETURN b.id
MATCH (a IS Person)-[IS KNOWS]->{1,3}(b) RETURN count(*)
MATCH p = ANY SHORTEST (a IS Person)-[IS KNOWS]->*(b IS Person) RETURN count(*)
MATCH (a IS Person) OPTIONAL MATCH (a)-[IS HIDES]->(s IS Secret) RETURN s.id
MATCH (a IS Person) RETURN COUNT { MATCH (a)-[IS HIDES]->(IS Secret) }
MATCH (a IS Person) RETURN [(a)-[IS HIDES]->(s IS Secret) | s.id]
MATCH (a IS Person WHERE a.id = 1) SET a.name = 'x'
MATCH (a IS Person WHERE a.id = 1) REMOVE a.name
MATCH (a IS Person WHERE a.id = 1) SET a:Secret
MATCH (a IS Person WHERE a.id = 1) DETACH DELETE a
INSERT (:Secret {id: 9})
INSERT (:Unheard {id: 9})
MATCH (a IS Person WHERE a.id = 1) INSERT (a)-[:KNOWS]->(a)
MERGE (s:Secret {id: 9})
MERGE (p:Person {id: 9})
CALL graph.pagerank() YIELD node RETURN count(*)
EXPLAIN SELECT id FROM Secret
EXPLAIN ANALYZE MATCH (s IS Secret) RETURN s.id
PREPARE secretly AS SELECT id FROM Secret
DECLARE secretly CURSOR WITH HOLD FOR SELECT id FROM Secret
CREATE VIEW secretly AS SELECT id FROM Secret
CREATE TABLE mine (id int)
CREATE NODE LABEL Mine (id INT64)
CREATE EDGE LABEL MINE (FROM Person TO Person)
CREATE SEQUENCE mine
CREATE INDEX ON Person (name)
CREATE INDEX FOR (p:Person) ON (p.name)
ALTER TABLE "Person" ADD COLUMN more text
ALTER NODE LABEL Person ADD more STRING
ALTER TABLE "Person" RENAME TO People
DROP TABLE "Person"
DROP NODE LABEL Person
DROP EDGE LABEL KNOWS
GRANT SELECT ON Secret TO reader
REVOKE SELECT ON Person FROM reader
ALTER ROLE writer PASSWORD 'x'
ALTER ROLE reader SUPERUSER
DROP ROLE writer
GRANT staff TO reader
CREATE ROLE more
SET SESSION AUTHORIZATION writer
CHECKPOINT
SELECT rolpassword FROM pg_authid
SELECT passwd FROM pg_shadow
STATEMENTS

as tester "GRANT INSERT, UPDATE, DELETE, SELECT ON Person TO staff"
as writer "INSERT (:Person {id: 4, name: 'Cy'})" "MATCH (p IS Person WHERE p.id = 4) SET p.name = 'Di'" \
	"MATCH (p IS Person WHERE p.id = 4) RETURN p.name" "MATCH (p IS Person WHERE p.id = 4) DELETE p"
fine "a member writes by the rights of its role"
as writer "SET ROLE staff" "SELECT current_setting('role')"
says "and may become it" "staff"
as reader "SET ROLE staff"
says "who is no member may not" "42501"
as reader "SELECT set_config('role', 'staff', false)" "INSERT (:Person {id: 9})"
says "by no other way" "42501"
as tester "REVOKE INSERT ON Person FROM staff"
as writer "INSERT (:Person {id: 5})"
says "what is revoked is gone" "42501"

as tester "BEGIN" "GRANT SELECT ON Secret TO reader" "ROLLBACK"
as reader "MATCH (s IS Secret) RETURN s.id"
says "a grant that is rolled back was none" "42501"
as tester "GRANT CREATE ON SCHEMA public TO writer"
as writer "CREATE NODE LABEL Mine (id INT64)" "INSERT (:Mine {id: 1})" "MATCH (m IS Mine) RETURN m.id" \
	"GRANT SELECT ON Mine TO reader" "DROP NODE LABEL Nothing"
says "one may drop what is there only" "ERROR"
as writer "ALTER NODE Mine OWNER TO reader"
says "but gives it to nobody who it cannot become" "must be able to SET ROLE"
as writer "ALTER NODE Mine OWNER TO staff" "ALTER NODE Mine OWNER TO writer"
fine "and to its own role"
as reader "MATCH (m IS Mine) RETURN m.id + 4710"
says "who made a label owns it and may grant it" "4711"

as tester "SELECT relname, pg_get_userbyid(relowner), relacl FROM pg_class WHERE relname IN ('Person', 'Secret') ORDER BY 1"
says "relacl shows what was granted" 'Person|tester|{tester=arwdDxt/tester,reader=r/tester,staff=rwd/tester}'
says "and nothing where nothing was" "Secret|tester|"
as tester "SELECT pg_get_userbyid(relowner), relacl FROM pg_class WHERE relname = 'Mine'"
says "a label's owner is shown" "writer|{writer=arwdDxt/writer,reader=r/writer}"
as tester "SELECT concat(pg_get_userbyid(a.grantee), ' ', a.privilege_type, ' ', a.is_grantable) FROM pg_class c, aclexplode(c.relacl) a WHERE relname = 'Person' AND a.grantee <> c.relowner"
says "aclexplode takes it apart" "staff UPDATE f"
as tester "SELECT nspacl FROM pg_namespace WHERE nspname = 'public'"
says "nspacl shows rights on the schema" "writer=C/"
as tester "SELECT r.rolname || ' has ' || m.rolname FROM pg_auth_members JOIN pg_roles r ON r.oid = roleid JOIN pg_roles m ON m.oid = member"
says "pg_auth_members shows members" "staff has writer"
as tester "SELECT rolname || ' ' || rolcanlogin || rolsuper, oid::regrole FROM pg_roles WHERE rolname IN ('reader', 'staff') ORDER BY 1"
says "pg_roles shows who may log in" "reader truefalse|reader"
says "and who may not" "staff falsefalse|staff"
as tester "SELECT usename FROM pg_user ORDER BY 1"
says "pg_user shows who may log in" "reader"
as reader "SELECT concat(has_table_privilege('\"Person\"', 'SELECT'), has_table_privilege('\"Person\"', 'INSERT'), has_table_privilege('\"Secret\"', 'SELECT'),
	has_table_privilege('writer', '\"Person\"', 'UPDATE'), has_schema_privilege('writer', 'public', 'CREATE'), has_schema_privilege('public', 'CREATE'),
	pg_has_role('writer', 'staff', 'MEMBER'), pg_has_role('staff', 'MEMBER'), has_table_privilege('pg_authid', 'SELECT'))"
says "has_…_privilege answer what binding would" "tffttftff"
as reader "SELECT has_table_privilege('nobody there', '\"Person\"', 'SELECT')"
says "of a role that is not there too" 'role "nobody there" does not exist'
as tester "SELECT grantee || ' ' || privilege_type FROM information_schema.table_privileges WHERE table_name = 'Person' AND grantee <> 'tester'"
says "information_schema shows grants" "staff DELETE"
as tester "SELECT string_agg(DISTINCT grantee || ' ' || column_name || ' ' || privilege_type, ', ' ORDER BY grantee || ' ' || column_name || ' ' || privilege_type)
	FROM information_schema.column_privileges WHERE table_name IN ('Person', 'KNOWS') AND grantee <> 'tester'"
says "and those on columns" "reader _from SELECT, reader _to SELECT, reader id SELECT, reader name SELECT, staff id SELECT, staff id UPDATE, staff name SELECT, staff name UPDATE"
as reader "SELECT string_agg(DISTINCT grantor || ' ' || grantee, ', ') FROM information_schema.role_table_grants"
says "of which one sees those of one's own roles" "quiver reader, writer reader"
as reader "SELECT concat(has_column_privilege('\"Person\"', 'name', 'SELECT'), has_column_privilege('writer', '\"Person\"', 1::int2, 'UPDATE'), has_column_privilege('\"Person\"', 77::int2, 'SELECT') IS NULL, has_column_privilege('pg_class', 'relname', 'SELECT'))"
says "has_column_privilege says the same" "tttt"
as reader "SELECT has_column_privilege('\"Person\"', 'nothing', 'SELECT')"
says "of a column that is not there too" 'column "nothing" of relation "Person" does not exist'
as reader "SELECT has_column_privilege('\"Person\"', 'name', 'DELETE')"
says "and of a privilege that columns have not" 'unrecognized privilege type: "DELETE"'
as writer "SELECT current_user || ' ' || session_user" "SET ROLE staff" "SELECT current_user || ' ' || session_user"
says "current_user is the role that is set" "staff writer"
as tester "GRANT SELECT (name) ON Person TO reader"
says "privileges on single columns are refused clearly" "0A000"
as tester "GRANT CREATE ON DATABASE nothing TO reader"
says "a database that is not there" 'database "nothing" does not exist'
as tester "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader" \
	"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO reader WITH GRANT OPTION" \
	"CREATE TABLE later (id serial)" \
	"SELECT concat(has_table_privilege('reader', 'later', 'SELECT'), has_table_privilege('reader', 'later', 'INSERT'), has_sequence_privilege('reader', 'later_id_seq', 'USAGE WITH GRANT OPTION'), has_sequence_privilege('reader', 'later_id_seq', 'UPDATE'))"
says "what is made later gets the default privileges" "tftf"
as reader "SELECT count(*) FROM later"
says "which hold" "0"
as tester "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM reader" \
	"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM reader" "SELECT count(*) FROM pg_default_acl"
says "until they are taken back" "0"
as tester "ALTER ROLE reader SET work_mem = '9MB'" "ALTER DATABASE quiver SET lock_timeout = '7s'" "ALTER ROLE reader IN DATABASE quiver SET lock_timeout TO '8s'"
as reader "SELECT concat(current_setting('work_mem'), ' ', current_setting('lock_timeout'))" "SET work_mem = '1MB'" "RESET work_mem" "SHOW work_mem"
says "a session begins with its role's settings, and returns to them" "9MB 8s
9MB"
as tester "SHOW lock_timeout" "SELECT setconfig[1] FROM pg_db_role_setting WHERE setdatabase = 0"
says "and with those of the database" "7s
work_mem=9MB"
as reader "ALTER ROLE writer SET work_mem = '2MB'"
says "others' settings are not everybody's to change" "permission denied"
as reader "ALTER ROLE reader RESET ALL" "SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = 0"
says "but one's own are" "0"
as tester "ALTER ROLE reader SET no_such_setting = 1"
says "a setting must be one" 'unrecognized configuration parameter "no_such_setting"'
as tester "ALTER DATABASE quiver RESET lock_timeout" "ALTER ROLE reader IN DATABASE quiver RESET ALL" "CREATE ROLE leaver" "CREATE ROLE heir" \
	"ALTER NODE later OWNER TO leaver" "GRANT USAGE ON SEQUENCE later_id_seq TO leaver"
as tester "DROP OWNED BY leaver"
says "what a role owns is not dropped with it" "0A000"
as tester "REASSIGN OWNED BY leaver TO heir" "DROP OWNED BY leaver" "DROP ROLE leaver" "SELECT pg_get_userbyid(relowner), (SELECT relacl FROM pg_class WHERE relname = 'later_id_seq') FROM pg_class WHERE relname = 'later'"
says "it goes to another, and what was granted goes" "heir|"
as tester "DROP TABLE later" "DROP ROLE heir"
as reader "SELECT concat(datacl IS NULL, has_database_privilege('quiver', 'CONNECT'), has_database_privilege('quiver', 'CREATE')) FROM pg_database"
says "everybody may connect" "ttf"
as tester "REVOKE CONNECT ON DATABASE quiver FROM PUBLIC"
as reader "RETURN 1"
says "until that is taken from them" 'permission denied for database "quiver"'
as tester "SELECT concat(array_to_string(datacl, ' '), has_database_privilege('reader', 'quiver', 'CONNECT')) FROM pg_database"
says "as is told" "tester=CTc/tester =T/testerf"
as tester "GRANT CONNECT ON DATABASE quiver TO reader"
as reader "RETURN 'let ' || 'in'"
says "and given to them" "let in"
as writer "RETURN 1"
says "not to others" 'permission denied for database "quiver"'
"$quiverctl" dump --server "" > "$server_home/said" 2>&1
grep -q "without libpq" "$server_home/said" && echo "REVOKE CONNECT ON DATABASE quiver FROM PUBLIC;" > "$server_home/said"
says "a dump says so" "REVOKE CONNECT ON DATABASE quiver FROM PUBLIC;"
as tester "GRANT CONNECT ON DATABASE quiver TO PUBLIC" "REVOKE CONNECT ON DATABASE quiver FROM reader" "SELECT concat('acl ', datacl IS NULL) FROM pg_database"
says "what is as at first needs nobody to say so" "acl t"
as tester "DROP ROLE reader"
says "a role with privileges is needed" "2BP01"
as tester "ALTER ROLE reader NOLOGIN"
as reader "RETURN 1"
says "NOLOGIN" "is not permitted to log in"
as tester "ALTER ROLE reader LOGIN CONNECTION LIMIT 0"
as reader "RETURN 1"
says "CONNECTION LIMIT" "too many connections for role"
as tester "CREATE ROLE tester SUPERUSER LOGIN PASSWORD 'tester''s secret'" "CREATE ROLE late LOGIN PASSWORD 'late''s secret' VALID UNTIL '2001-01-01'"
as stranger "RETURN 1"
says "once there is a superuser, who has no role is refused" 'role "stranger" does not exist'

as tester "SELECT 'application ' || application_name, 'runs ' || query FROM pg_stat_activity"
says "sessions are told of, and what they run" "runs SELECT 'application"

server_stop || status=1
server_start -c log_min_duration_statement=0
as writer "MATCH (p IS Person) RETURN count(*)"
fine "all of it outlives a restart"
as tester "ALTER ROLE late PASSWORD 'late''s secret' VALID UNTIL 'infinity'"
{ echo "local all late scram-sha-256"; echo "local all all trust"; } > "$server_home/data/pg_hba.conf"
kill -HUP "$server_pid"
sleep 0.3
PGPASSWORD="late's secret" as late "RETURN 'let ' || 'in'"
says "a password set by SQL is asked for" "let in"
PGPASSWORD=wrong as late "RETURN 1"
says "a wrong one is refused" "password authentication failed"
as tester "ALTER ROLE late VALID UNTIL '2001-01-01'"
PGPASSWORD="late's secret" as late "RETURN 1"
says "VALID UNTIL" "password authentication failed"
as tester "create role keeper superuser login" "create role plain login"
PGUSER=plain "$quiverctl" dump --server "" > "$server_home/said" 2>&1
grep -q "without libpq" "$server_home/said" && echo "must be superuser" > "$server_home/said"
says "only a superuser may dump the store" "must be superuser"

# Views: who asks needs the right to the view, its owner those to what it reads.
as tester "CREATE TABLE hidden (id int PRIMARY KEY, word text, level int)" \
	"INSERT INTO hidden VALUES (1, 'one', 1), (2, 'two', 2)" \
	"CREATE VIEW low AS SELECT id, word FROM hidden WHERE level < 2" \
	"CREATE VIEW asker WITH (security_invoker) AS SELECT id FROM hidden" \
	"CREATE ROLE viewer LOGIN" "CREATE ROLE maker LOGIN" "GRANT SELECT ON low, asker TO viewer" \
	"GRANT CREATE ON SCHEMA public TO maker" "GRANT SELECT ON hidden TO maker"
fine "GRANT ON a view"
as viewer "SELECT word FROM low"
says "a view is read with its owner's rights" "one"
as viewer "SELECT word FROM hidden"
says "what it reads stays closed" "42501"
as viewer "SELECT id FROM asker"
says "security_invoker: the rights of who asks" "permission denied for label \"hidden\""
as viewer "INSERT INTO low VALUES (3, 'three')"
says "INSERT needs a right of its own" "permission denied for view low"
as tester "GRANT INSERT, UPDATE ON low TO viewer"
as viewer "INSERT INTO low VALUES (3, 'three')" "UPDATE low SET word = 'uno' WHERE id = 1 RETURNING word"
says "a view is written with its owner's rights" "uno"
as viewer "DELETE FROM low"
says "DELETE is another right" "permission denied for view low"
as viewer "UPDATE low SET word = (SELECT word FROM hidden WHERE id = 2)"
says "what the statement itself reads is its user's matter" "permission denied for label \"hidden\""
as viewer "DROP VIEW low"
says "a view is its owner's" "must be owner of view low"
as viewer "CREATE OR REPLACE VIEW low AS SELECT id FROM hidden"
says "also to be made anew" "must be owner of view low"
as maker "CREATE VIEW made AS SELECT * FROM hidden" "GRANT SELECT, INSERT ON made TO viewer"
fine "who makes a view owns it"
as viewer "SELECT count(*) FROM made"
fine "and may let others read it"
as viewer "INSERT INTO made VALUES (9, 'nine', 9)"
says "but gives away no more than they have" "permission denied for label \"hidden\""
as tester "REVOKE SELECT ON hidden FROM maker"
as viewer "SELECT * FROM made"
says "nor longer" "permission denied for label \"hidden\""
as tester "ALTER VIEW made OWNER TO staff" "SELECT viewowner FROM pg_views WHERE viewname = 'made'"
says "ALTER VIEW OWNER TO" "staff"
as tester "SELECT has_table_privilege('viewer', 'low', 'UPDATE'), has_table_privilege('viewer', 'low', 'DELETE')" \
	"SELECT relacl FROM pg_class WHERE relname = 'low'"
says "has_table_privilege() of a view" "t|f"
says "and its aclitems" "viewer=arw/tester"
as tester "REVOKE ALL ON low FROM viewer"
as viewer "SELECT * FROM low"
says "REVOKE ON a view" "permission denied for view low"
as tester "DROP VIEW made, low, asker" "DROP TABLE hidden" "DROP ROLE viewer" \
	"REVOKE CREATE ON SCHEMA public FROM maker" "DROP ROLE maker"
fine "with a view its grants go"

# Property graphs: who asks needs the right to the graph and to the tables it is over.
as tester "CREATE TABLE spot (id int PRIMARY KEY, word text)" "INSERT INTO spot VALUES (1, 'here')" \
	"CREATE PROPERTY GRAPH places VERTEX TABLES (spot)" "CREATE ROLE walker LOGIN" "CREATE ROLE warden LOGIN"
walk="SELECT word FROM GRAPH_TABLE (places MATCH (s IS spot) COLUMNS (s.word))"
as walker "$walk"
says "a property graph is closed at first" "permission denied for property graph places"
as tester "GRANT SELECT ON PROPERTY GRAPH places TO walker"
as walker "$walk"
says "GRANT ON PROPERTY GRAPH opens the graph, not its tables" "permission denied for label \"spot\""
as tester "GRANT SELECT ON spot TO walker"
as walker "$walk"
says "both together let read" "here"
as tester "GRANT UPDATE ON PROPERTY GRAPH places TO walker"
says "only SELECT can be granted" "invalid privilege type for property graph"
as walker "ALTER PROPERTY GRAPH places RENAME TO mine"
says "ALTER PROPERTY GRAPH is its owner's" "must be owner of property graph places"
as walker "DROP PROPERTY GRAPH places"
says "and so is DROP" "must be owner of property graph places"
as tester "ALTER PROPERTY GRAPH places OWNER TO warden"
as warden "ALTER PROPERTY GRAPH places RENAME TO sights"
fine "OWNER TO"
as warden "ALTER PROPERTY GRAPH sights ADD VERTEX TABLES (spot AS other)"
says "element tables must be one's own" "must be owner of label \"spot\""
as tester "SELECT pg_get_userbyid(relowner), relacl FROM pg_class WHERE relname = 'sights'"
says "pg_class tells of both" "warden|{warden=r/warden,walker=r/warden}"
as tester "REVOKE SELECT ON PROPERTY GRAPH sights FROM walker"
as walker "SELECT word FROM GRAPH_TABLE (sights MATCH (s IS spot) COLUMNS (s.word))"
says "REVOKE ON PROPERTY GRAPH" "permission denied for property graph sights"
as tester "DROP PROPERTY GRAPH sights" "REVOKE SELECT ON spot FROM walker" "DROP TABLE spot" "DROP ROLE walker" "DROP ROLE warden"
fine "with the graph its grants go"

# Graph types, and graphs that are copies.
as tester "CREATE ROLE maker LOGIN" "CREATE ROLE copier LOGIN" "CREATE GRAPH TYPE shelf { NODE Book }" \
	"CREATE GRAPH stock { NODE Book (isbn STRING), NODE Price, EDGE COSTS }" \
	"USE stock INSERT (:Book {isbn: '1'})-[:COSTS]->(:Price)" "GRANT USAGE ON SCHEMA stock TO copier"
as maker "CREATE GRAPH TYPE mine { NODE A }"
says "a graph type needs CREATE on the database" "permission denied for database"
as tester "GRANT CREATE ON DATABASE quiver TO maker" "GRANT CREATE ON DATABASE quiver TO copier"
as maker "CREATE GRAPH TYPE mine { NODE A }" "CREATE OR REPLACE GRAPH TYPE mine { NODE B }" \
	"CREATE GRAPH a_shelf TYPED shelf" "USE a_shelf INSERT (:Book)"
fine "who has it makes types, and graphs of any type"
as maker "DROP GRAPH TYPE shelf"
says "a type is its owner's to drop" "must be owner of graph type shelf"
as maker "CREATE OR REPLACE GRAPH TYPE shelf { NODE B }"
says "and to replace" "must be owner of graph type shelf"
as maker "ALTER GRAPH TYPE shelf OWNER TO maker"
says "and to give away" "must be owner of graph type shelf"
as copier "DROP GRAPH TYPE mine"
says "who made it owns it" "must be owner of graph type mine"
as maker "CREATE OR REPLACE GRAPH stock"
says "a graph is its owner's to replace" "must be owner of graph \"stock\""
as copier "CREATE GRAPH copied AS COPY OF stock"
says "a copy needs the right to read all of it" "permission denied for"
as tester "SESSION SET GRAPH stock" "GRANT SELECT ON NODE LABEL Book TO copier" "GRANT SELECT ON EDGE LABEL COSTS TO copier"
as copier "CREATE GRAPH copied AS COPY OF stock"
says "label by label" "permission denied for"
as copier "CREATE GRAPH empty LIKE stock"
fine "the type of a graph is no secret"
as tester "GRANT SELECT ON ALL LABELS IN SCHEMA stock TO copier"
as copier "CREATE GRAPH copied AS COPY OF stock" "USE copied MATCH (b:Book)-[:COSTS]->() SET b.isbn = '2'"
fine "who copies owns the copy"
as copier "CREATE GRAPH copied2 AS COPY OF main"
says "main is no exception" "permission denied for"
as tester "ALTER GRAPH TYPE shelf OWNER TO maker"
as maker "DROP GRAPH TYPE shelf" "DROP GRAPH TYPE mine" "DROP GRAPH a_shelf"
fine "OWNER TO for types"
as tester "DROP GRAPH stock" "DROP GRAPH copied" "DROP GRAPH empty" "REVOKE CREATE ON DATABASE quiver FROM maker" \
	"REVOKE CREATE ON DATABASE quiver FROM copier" "DROP ROLE maker" "DROP ROLE copier"
fine "with types and graphs their owners go"
cp "$server_home/log" "$server_home/said"
count=$((count + 1))
if grep -qF "s secret" "$server_home/log"; then
	echo "not ok $count - no password stands in the log"
	status=1
else
	echo "ok $count - no password stands in the log"
fi
echo "1..$count"
server_stop || status=1
exit $status
