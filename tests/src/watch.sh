#!/bin/sh
# What a whole server tells of itself: sessions, counters, locks, statements, the log, the metrics.
# Prints TAP.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
command -v python3 > /dev/null || skip_all "python3 is not installed"
count=0
status=0

# check NAME CONDITION…: the condition is a command.
check() {
	name=$1
	shift
	count=$((count + 1))
	if "$@"; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		printf '%s\n' "$said" | tail -n 25 | sed 's/^/# /'
		status=1
	fi
}

# ask STATEMENT…: each in a message of its own, all in one session; keeps what is answered.
ask() {
	for statement in "$@"; do
		set -- "$@" -c "$statement"
		shift
	done
	said=$("$psql" -X -qAt -v VERBOSITY=verbose "$@" 2>&1)
}

is() {
	[ "$said" = "$1" ]
}

has() {
	printf '%s\n' "$said" | grep -qE -e "$1"
}

has_not() {
	! has "$1"
}

# wait_for SQL: until it answers t.
wait_for() {
	tries=0
	until [ "$("$psql" -X -qAt -c "$1" 2>&1)" = t ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || return 1
		sleep 0.05
	done
}

# begin_session NAME STATEMENTS…: one that stays, with a pipe to tell it more.
begin_session() {
	mkfifo "$server_home/$1"
	PGAPPNAME=$1 "$psql" -X -qAt < "$server_home/$1" > "$server_home/$1.out" 2>&1 &
	eval "session_$1=\$!"
}

# Hardly ever in use, and another for each run.
metrics_port=$((20000 + $$ % 10000))
server_start -c log_connections=on -c log_disconnections=on -c log_min_duration_statement=0 \
	-c "metrics_port=$metrics_port" -c authentication_timeout=2 -c log_error_statement=on

# ---- sessions ----
ask "CREATE TABLE t (id int PRIMARY KEY, v text)" "INSERT INTO t VALUES (1, 'a'), (2, 'b')"
begin_session holder
begin_session waiter
exec 8> "$server_home/holder" 9> "$server_home/waiter"
echo "BEGIN; UPDATE t SET v = 'x' WHERE id = 1;" >&8
wait_for "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'holder' AND state = 'idle in transaction'"
echo "BEGIN; UPDATE t SET v = 'y' WHERE id = 1;" >&9
wait_for "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'waiter' AND wait_event_type = 'Lock'"
ask "SELECT state, wait_event_type, wait_event, xact_start <= query_start, query_start <= state_change,
	backend_start <= xact_start, client_port, client_addr IS NULL, backend_type, usesysid, datid, query_id IS NOT NULL
	FROM pg_stat_activity WHERE application_name = 'holder'"
check "pg_stat_activity tells of a session that idles in a transaction" \
	is "idle in transaction|Client|ClientRead|t|t|t|-1|t|client backend|10|16384|t"
ask "SELECT state, wait_event_type, wait_event, query FROM pg_stat_activity WHERE application_name = 'waiter'"
check "and of one that waits for a lock" is "active|Lock|node|UPDATE t SET v = 'y' WHERE id = 1;"
ask "SELECT count(*) FROM pg_stat_activity a JOIN pg_database d ON d.oid = a.datid JOIN pg_roles r ON r.oid = a.usesysid WHERE pid = pg_backend_pid() AND r.rolname = a.usename AND d.datname = a.datname"
check "its oids are those of pg_database and pg_roles" is 1

# ---- locks ----
ask "SELECT a.application_name, l.locktype, l.mode, l.granted, l.waitstart IS NULL FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'node' ORDER BY 1"
check "pg_locks has a lock that is held and one that is awaited" \
	is "holder|node|ExclusiveLock|t|t
waiter|node|ExclusiveLock|f|f"
ask "SELECT count(DISTINCT classid::text || ' ' || objid::text || ' ' || objsubid) FROM pg_locks WHERE locktype = 'node'"
check "both of the same element" is 1
ask "BEGIN" "CREATE TABLE u (id int)" "SELECT locktype, granted FROM pg_locks WHERE pid = pg_backend_pid()" "ROLLBACK"
check "a schema change holds the schema's lock" has '^schema\|t$'
echo "ROLLBACK;" >&8
wait_for "SELECT count(*) = 0 FROM pg_locks WHERE NOT granted"
echo "SELECT nonsense;" >&9
wait_for "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'waiter' AND state = 'idle in transaction (aborted)'"
check "a failed transaction is told as such" [ $? = 0 ]
exec 8>&- 9>&-
wait "$session_holder" "$session_waiter" 2>/dev/null
wait_for "SELECT count(*) = 0 FROM pg_locks"
check "locks are gone with their transactions" [ $? = 0 ]

# ---- the database ----
before=$("$psql" -X -qAt -F ' ' -c "SELECT xact_commit, xact_rollback, tup_inserted, tup_updated, tup_deleted, sessions FROM pg_stat_database")
ask "BEGIN" "INSERT INTO t VALUES (3, 'c')" "COMMIT" "BEGIN" "INSERT INTO t VALUES (4, 'd')" "ROLLBACK" \
	"UPDATE t SET v = 'z' WHERE id = 3" "DELETE FROM t WHERE id = 3"
set -- $before
ask "SELECT xact_commit - $1 >= 4, xact_rollback - $2 >= 1, tup_inserted - $3, tup_updated - $4, tup_deleted - $5, sessions - $6, blks_hit > 0, blks_read >= 0, numbackends, stats_reset < now(), session_time > 0, active_time > 0, deadlocks FROM pg_stat_database"
check "pg_stat_database counts" is "t|t|2|1|1|2|t|t|1|t|t|t|0"
ask "SELECT key FROM pg_stat_database d, jsonb_each_text(to_jsonb(d)) e WHERE value IS NULL ORDER BY key"
check "and tells all but what has never been" is "checksum_last_failure"
ask "SELECT pg_stat_reset()" "SELECT tup_inserted, sessions FROM pg_stat_database"
check "pg_stat_reset counts from zero" has '^0\|0$'

# ---- tables and indexes ----
counts="seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del, n_live_tup, n_dead_tup, n_mod_since_analyze, last_analyze IS NOT NULL, analyze_count"
ask "CREATE TABLE read (id int PRIMARY KEY, v text)" "CREATE TABLE hub (id int PRIMARY KEY)" \
	"INSERT INTO hub VALUES (1), (2)" "MATCH (h IS hub) UNWIND range(1, 50) AS i CREATE (h)-[IS SPOKE]->(IS Rim {n: i})" \
	"SELECT pg_stat_reset_single_table_counters(i::regclass) FROM unnest(ARRAY['read', 'read_pkey', '\"Rim\"', '\"SPOKE\"']) i"
ask "INSERT INTO read SELECT g, 'v' FROM generate_series(1, 10) g" "SELECT FROM read WHERE v = 'v'" "SELECT v FROM read WHERE id = 3" \
	"SELECT v FROM read WHERE id = 11" "UPDATE read SET v = 'w' WHERE id <= 2" "DELETE FROM read WHERE id = 10" "ANALYZE read" \
	"UPDATE read SET v = 'x' WHERE id = 1" \
	"SELECT $counts FROM pg_stat_user_tables WHERE relname = 'read'"
check "pg_stat_user_tables tells how a table is used" has '^2\|19\|5\|5\|10\|3\|1\|9\|0\|1\|t\|1$'
ask "SELECT idx_scan, idx_tup_read, idx_tup_fetch FROM pg_stat_user_indexes WHERE indexrelname = 'read_pkey'"
check "pg_stat_user_indexes how an index is" is "5|5|5"
ask "SELECT pg_stat_get_numscans('read'::regclass), pg_stat_get_tuples_returned('read'::regclass), pg_stat_get_numscans('read_pkey'::regclass), pg_stat_get_tuples_fetched('read_pkey'::regclass), pg_stat_get_tuples_inserted('read'::regclass), pg_stat_get_tuples_updated('read'::regclass), pg_stat_get_tuples_deleted('read'::regclass), pg_stat_get_live_tuples('read'::regclass), pg_stat_get_mod_since_analyze('read'::regclass), pg_stat_get_analyze_count('read'::regclass), pg_stat_get_last_analyze_time('read'::regclass) <= now(), pg_stat_get_numscans(1)"
check "functions tell the same" is "2|19|5|5|10|3|1|9|1|1|t|0"
ask "MATCH (h IS hub {id: 1})-[IS SPOKE]->(r) RETURN count(r.n)" "MATCH (r IS Rim {n: 1}) SET r.n = 2, r.m = 3 SET r.o = 4" \
	"SELECT idx_scan, idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'SPOKE'" \
	"SELECT idx_scan IS NULL, n_tup_upd FROM pg_stat_user_tables WHERE relname = 'Rim'"
check "edges at a node are look-ups of their label" has '^1\|50$'
check "an element counts once for a statement" has '^t\|2$'
before=$("$psql" -X -qAt -F ' ' -c "SELECT tup_returned, tup_fetched, tup_inserted FROM pg_stat_database")
ask "SELECT v FROM read WHERE id = 3" "SELECT FROM read WHERE v = 'none'" "BEGIN" "INSERT INTO read VALUES (20, 'v')" "ROLLBACK"
set -- $before
ask "SELECT tup_returned - $1, tup_fetched - $2, tup_inserted - $3 FROM pg_stat_database"
check "pg_stat_database has the sums, also of what was rolled back" is "10|1|1"
ask "SELECT count(*) FROM pg_stat_user_tables" "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'Rim'" \
	"SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'Rim'"
check "looking is not counted" has '^1
1$'
ask "SELECT count(*) = count(heap_blks_read) FROM pg_statio_user_tables WHERE heap_blks_read IS NULL" "SELECT count(*) > 3, count(heap_blks_read) FROM pg_statio_user_tables"
check "pages are not counted by table" has '^t\|0$'
ask "SELECT pg_stat_reset_single_table_counters('read'::regclass)" "SELECT $counts FROM pg_stat_user_tables WHERE relname = 'read'"
check "one table can be counted from zero" has '^0\|0\|6\|6\|0\|0\|0\|9\|0\|0\|f\|0$'
ask "SELECT pg_stat_reset()" "SELECT $counts FROM pg_stat_user_tables WHERE relname = 'read'"
check "and all can" has '^0\|0\|0\|0\|0\|0\|0\|9\|0\|0\|f\|0$'
ask "DROP TABLE read" "MATCH (n IS Rim) DETACH DELETE n" "DROP TABLE hub"

# ---- statements ----
ask "SELECT pg_stat_statements_reset()"
ask "SELECT v FROM t WHERE id = 1" "SELECT v  FROM t /* 2 */ WHERE id = 2" "PREPARE p AS SELECT v FROM t WHERE id = \$1" "EXECUTE p(1)"
ask "SELECT query, calls, rows, total_exec_time >= max_exec_time, min_exec_time <= mean_exec_time, mean_exec_time <= max_exec_time, shared_blks_hit > 0, shared_blks_read, toplevel, queryid <> 0 FROM pg_stat_statements WHERE query LIKE 'SELECT v%'"
check "pg_stat_statements joins what differs in constants alone" \
	is 'SELECT v FROM t WHERE id = $1|3|3|t|t|t|t|0|t|t'
ask "SELECT DISTINCT key FROM pg_stat_statements s, jsonb_each_text(to_jsonb(s)) e WHERE value IS NULL ORDER BY key"
check "and tells all but what is not known" is "shared_blks_dirtied
shared_blks_written
wal_bytes
wal_fpi
wal_records"
ask "INSERT INTO t SELECT g, 'many' FROM generate_series(10, 19) g" "SELECT rows FROM pg_stat_statements WHERE query LIKE 'INSERT INTO t%'"
check "rows of statements that write are those written" is 10
said=$(printf 'SELECT v FROM t WHERE id = $1 \\bind 1 \\g\n' | "$psql" -X -qAt 2>&1 || true)
ask "CREATE ROLE someone PASSWORD 'hidden words'" "SELECT query FROM pg_stat_statements WHERE query LIKE 'CREATE ROLE%'"
check "no constant is kept, and so no password" is 'CREATE ROLE someone PASSWORD $1'
ask "SELECT count(*) = 1 FROM pg_stat_statements s JOIN pg_stat_activity a ON a.query_id = s.queryid WHERE a.pid = pg_backend_pid() AND s.query LIKE 'SELECT count%'" \
	"SELECT count(*) = 1 FROM pg_stat_statements s JOIN pg_stat_activity a ON a.query_id = s.queryid WHERE a.pid = pg_backend_pid() AND s.query LIKE 'SELECT count%'"
check "its queryid is that of pg_stat_activity" has '^t$'
ask "SELECT pg_stat_statements_reset(0, 0, queryid) IS NOT NULL FROM pg_stat_statements WHERE query LIKE 'INSERT INTO t%'" \
	"SELECT count(*) FROM pg_stat_statements WHERE query LIKE 'INSERT INTO t%'"
check "one statement can be forgotten" has '^0$'
ask "DROP ROLE someone"

# ---- rights ----
ask "CREATE ROLE tester SUPERUSER LOGIN" "CREATE ROLE plain LOGIN" "CREATE ROLE other LOGIN"
begin_session boss
exec 8> "$server_home/boss"
echo "SELECT 'the secret of tester';" >&8
wait_for "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'boss' AND state = 'idle' AND query <> ''"
pid=$("$psql" -X -qAt -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'boss'")
said=$(PGUSER=plain "$psql" -X -qAt -c "SELECT usename, state, client_port, query FROM pg_stat_activity WHERE application_name = 'boss'" 2>&1)
check "another's session is not told of" is "tester|||<insufficient privilege>"
said=$(PGUSER=plain "$psql" -X -qAt -c "SELECT query, queryid FROM pg_stat_statements WHERE userid <> (SELECT oid FROM pg_roles WHERE rolname = 'plain')" 2>&1)
check "nor another's statements" has_not 'secret|SELECT|[0-9]'
said=$(PGUSER=plain "$psql" -X -qAt -v VERBOSITY=verbose -c "SELECT pg_cancel_backend($pid)" 2>&1)
check "a superuser's statement is not everybody's to cancel" has "42501: must be a superuser to cancel superuser query"
said=$(PGUSER=plain "$psql" -X -qAt -v VERBOSITY=verbose -c "SELECT pg_terminate_backend($pid)" 2>&1)
check "nor its session to end" has "42501: must be a superuser to terminate superuser process"
said=$(PGUSER=plain "$psql" -X -qAt -v VERBOSITY=verbose -c "SELECT pg_stat_reset_single_table_counters('t'::regclass)" 2>&1)
check "counting a table from zero is for superusers" has "42501: permission denied for function pg_stat_reset_single_table_counters"
for function in pg_stat_reset pg_stat_statements_reset pg_reload_conf; do
	said=$(PGUSER=plain "$psql" -X -qAt -v VERBOSITY=verbose -c "SELECT $function()" 2>&1)
	check "$function is for superusers" has "42501: permission denied for function $function"
done
said=$(PGUSER=plain "$psql" -X -qAt -v VERBOSITY=verbose -c "SET log_min_duration_statement = -1" 2>&1)
check "nobody else hides what they do from the log" has "42501: permission denied to set parameter"
exec 8>&-
wait "$session_boss" 2>/dev/null
mkfifo "$server_home/low"
PGAPPNAME=low PGUSER=plain "$psql" -X -qAt < "$server_home/low" > "$server_home/low.out" 2>&1 &
low=$!
exec 8> "$server_home/low"
echo "SELECT pg_sleep(60);" >&8
wait_for "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'low' AND state = 'active'"
pid=$("$psql" -X -qAt -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'low'")
said=$(PGUSER=other "$psql" -X -qAt -v VERBOSITY=verbose -c "SELECT pg_cancel_backend($pid)" 2>&1)
check "nor is another's" has "42501: must be a member of the role whose query is being canceled"
said=$(PGUSER=plain "$psql" -X -qAt -c "SELECT pg_cancel_backend($pid)" 2>&1)
check "one's own is" is t
wait_for "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'low' AND state = 'idle'"
said=$(cat "$server_home/low.out")
check "and it is canceled" has "canceling statement due to user request"
said=$(PGUSER=plain "$psql" -X -qAt -c "SELECT pg_terminate_backend($pid)" 2>&1)
wait_for "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'low'"
check "one's own session can be ended" [ $? = 0 ]
exec 8>&-
wait "$low" 2>/dev/null

# ---- a client that vanishes ----
mkfifo "$server_home/vanishing"
PGOPTIONS="-c client_connection_check_interval=20" PGAPPNAME=vanishing \
	"$psql" -X -qAt -c "SELECT pg_sleep(60)" > /dev/null 2>&1 &
vanishing=$!
wait_for "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'vanishing' AND state = 'active'"
kill -KILL "$vanishing"
wait "$vanishing" 2>/dev/null
wait_for "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'vanishing'"
check "row 44: a statement ends whose client has vanished" [ $? = 0 ]
ask "SELECT sessions_abandoned > 0 FROM pg_stat_database"
check "and is counted as abandoned" is t

# ---- a client that says nothing ----
said=$(python3 - "$server_home/.s.PGSQL.5455" <<'PY'
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(20)
s.connect(sys.argv[1])
print(s.recv(100))
PY
)
check "row 39: authentication_timeout closes a connection that says nothing" is "b''"

# ---- the log ----
PGAPPNAME='sly level=error' "$psql" -X -qAt -c "SELECT 1 AS logged" -c "SELECT no_such_thing" > /dev/null 2>&1
wait_for "SELECT true"
said=$(cat "$server_home/log")
check "connections are logged" has ' info client connected id=[0-9]+ user=tester database=quiver application="sly level=error" host="" port=-1 tls=0$'
check "disconnections are logged" has ' info client disconnected id=[0-9]+ user=tester database=quiver host="" ms=[0-9.]+$'
check "slow statements are logged" has ' info client slow id=[0-9]+ user=tester ms=[0-9.]+ step=simple name="" rows=1 statement="SELECT 1 AS logged"$'
check "failed statements are logged" has ' error client error id=[0-9]+ code=42703 .* statement="SELECT no_such_thing"$'
check "no password is logged" has_not "hidden words"
if python3 -c 'import psycopg2' 2>/dev/null; then :; fi
cat > "$server_home/extended.pgbench" <<'SQL'
SELECT v AS by_execute FROM t WHERE id = 1;
SQL
if [ -x "$PG_BINDIR/pgbench" ]; then
	"$PG_BINDIR/pgbench" -n -M prepared -t 3 -f "$server_home/extended.pgbench" > /dev/null 2>&1
	said=$(cat "$server_home/log")
	check "slow statements of the extended protocol are logged" \
		has ' step=execute name="" rows=1 statement="SELECT v AS by_execute FROM t WHERE id = 1"$'
	check "so is their Parse" has ' step=parse name=P[0-9]*_0 '
	check "and their Bind" has ' step=bind name=P[0-9]*_0 '
	ask "SELECT calls, rows FROM pg_stat_statements WHERE query LIKE 'SELECT v AS by_execute%'"
	check "pg_stat_statements counts each Execute" is "3|3"
fi
echo "log_format = json" >> "$server_home/data/quiver.conf"
echo "pg_stat_statements.max = 32" >> "$server_home/data/quiver.conf"
ask "SELECT pg_reload_conf()"
wait_for "SELECT current_setting('log_format') = 'json'"
check "pg_reload_conf reads the configuration again" [ $? = 0 ]
PGAPPNAME='a "b" ä' "$psql" -X -qAt -c "SELECT 'json line'" > /dev/null 2>&1
said=$(grep '^{' "$server_home/log" | python3 -c 'import json, sys
rows = [json.loads(line) for line in sys.stdin]
print(any(r["message"] == "connected" and r["application"] == "a \"b\" ä" and r["level"] == "info" for r in rows),
	any(r["message"] == "slow" and r["statement"] == "SELECT '"'json line'"'" and r["ms"] > 0 for r in rows))')
check "lines can be JSON" is "True True"

# ---- bounds ----
for i in $(seq 1 300); do echo "SELECT $i AS c$i;"; done | "$psql" -X -qAt > /dev/null
ask "SELECT count(*) <= 48, (SELECT dealloc > 0 AND stats_reset < now() FROM pg_stat_statements_info) FROM pg_stat_statements"
check "no more statements are kept than pg_stat_statements.max" is "t|t"

# ---- metrics ----
fetch() {
	said=$(python3 - "$metrics_port" "$1" <<'PY'
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
s.sendall(sys.argv[2].encode().decode("unicode_escape").encode())
data = b""
while True:
    part = s.recv(65536)
    if not part: break
    data += part
print(data.decode())
PY
)
}
fetch 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'
check "the metrics answer" has '^HTTP/1.1 200 OK'
check "by their version" has 'Content-Type: text/plain; version=0.0.4; charset=utf-8'
check "with sessions" has '^quiver_sessions\{state="idle"\} [0-9]+$'
check "with statements" has '^quiver_statements_total [1-9][0-9]*$'
check "with commits" has '^quiver_transactions_committed_total [1-9][0-9]*$'
said=$(printf '%s\n' "$said" | sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' | while read -r metric; do
	grep -qF "\`$metric\`" "$QUIVER_SOURCE/docs/server.md" || echo "$metric"
done)
check "all of them are documented" is ""
fetch 'GET / HTTP/1.1\r\n\r\n'
check "nothing else is there" has '^HTTP/1.1 404 '
fetch 'POST /metrics HTTP/1.1\r\n\r\n'
check "nothing can be posted" has '^HTTP/1.1 405 '
said=$(python3 - "$metrics_port" <<'PY'
import socket, sys
port = int(sys.argv[1])
many = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(20)]
big = many[0]
try:
    big.sendall(b"x" * 100000)
except OSError:
    pass
print("open")
PY
)
ask "SELECT 'served'"
check "who asks and says nothing harms nobody" is served
if ss -ltn 2>/dev/null | grep -q ":$metrics_port "; then
	said=$(ss -ltn | grep ":$metrics_port ")
	check "only this machine can ask" has "127.0.0.1:$metrics_port"
fi
echo "1..$count"
server_stop || status=1
exit $status
