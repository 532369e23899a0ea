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
