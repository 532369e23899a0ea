#!/bin/sh
# Temporary tables are their session's alone, and go with it: when it ends, when the server is killed, and
# from what quiverctl dump writes. Prints TAP.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/tap.sh"
server_require

ask() {
	"$psql" -X -qAt "$@" 2>&1
}

# is NAME WANTED GOT
is() {
	[ "$2" = "$3" ] || printf 'wanted: %s\ngot: %s\n' "$2" "$3" > "$server_home/said"
	[ "$2" = "$3" ]
	ok $? "$1"
}

# A session in the background that runs what is sent to it by say(), and answers on file 4.
open() {
	mkfifo "$server_home/in" "$server_home/out"
	"$psql" -X -qAt < "$server_home/in" > "$server_home/out" 2>&1 &
	session=$!
	exec 3> "$server_home/in" 4< "$server_home/out"
}

say() {
	printf "%s\n\\\\echo .\n" "$1" >&3
	answer=
	while read -r line <&4 && [ "$line" != . ]; do
		answer=$answer${answer:+ }$line
	done
}

left() {
	ask -c "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname LIKE 'pg\\_temp\\_%'"
}

shut() {
	exec 3>&-
	wait "$session"
	exec 4<&-
	rm -f "$server_home/in" "$server_home/out"
}

server_start
: > "$server_home/said"
ask -c 'CREATE TABLE t (a int)' -c 'INSERT INTO t VALUES (1)' -c "CREATE ROLE bob LOGIN" -c 'GRANT SELECT ON t TO bob'
open
say 'CREATE TEMP TABLE t (a int PRIMARY KEY, b text); CREATE TEMP VIEW v AS SELECT a FROM t; CREATE TEMP SEQUENCE s;'
say "INSERT INTO t SELECT g, 'mine' FROM generate_series(1, 3000) g; SELECT count(*), nextval('s') FROM t; SELECT count(*) FROM v;"
is 'the session has its rows' '3000|1 3000' "$answer"
is 'others see the table that lasts' '1' "$(ask -c 'TABLE t')"
is 'others do not see the view' 'ERROR:  relation "v" does not exist' "$(ask -c 'TABLE v' | head -n 1)"
is 'the catalogs show that there is something' '4' "$(left)"
is 'nobody reads it under its own name' 'ERROR:  cannot access temporary tables of other sessions' \
	"$(ask -c 'TABLE pg_temp_1.t' | head -n 1)"
is 'nor by a pattern of its graph' 'ERROR:  graph "pg_temp_1" does not exist' \
	"$(ask -c 'USE pg_temp_1 MATCH (n) RETURN n' | head -n 1)"
is 'patterns do not meet it' '1' "$(ask -c 'MATCH (n) RETURN count(*)')"
is 'another session has one of the same name' '5' \
	"$(ask -c 'CREATE TEMP TABLE t (a int)' -c 'INSERT INTO t VALUES (5)' -c 'TABLE t')"
is 'which went with it' '4' "$(left)"
is 'who owns nothing makes one' '7' \
	"$(ask -U bob -c 'CREATE TEMP TABLE u (a int)' -c 'INSERT INTO u VALUES (7)' -c 'TABLE u')"
ask -c 'REVOKE TEMPORARY ON DATABASE quiver FROM PUBLIC'
is 'but not without the right to' 'ERROR:  permission denied for database' \
	"$(ask -U bob -c 'CREATE TEMP TABLE u (a int)' | head -n 1)"
if "$quiverctl" check --server "host=/nonexistent" 2>&1 | grep -q "without libpq"; then
	ok 0 'a dump leaves it out # SKIP without libpq'
else
	"$quiverctl" dump --server "" > "$server_home/dump" 2>&1
	! grep -qE 'pg_temp|mine|SEQUENCE' "$server_home/dump"
	ok $? 'a dump leaves it out'
fi
shut
for try in 1 2 3 4 5 6 7 8 9 10; do
	[ "$(left)" = 0 ] && break
	sleep 0.1
done
is 'the session ends, and all is gone' '0' "$(left)"
is 'its schema stays, for the next' '1' \
	"$(ask -c 'CREATE TEMP TABLE w (a int)' -c "SELECT nspname LIKE 'pg_temp_%' FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid WHERE relname = 'w'" | grep -c t)"
open
say 'CREATE TEMP TABLE t (a int PRIMARY KEY); INSERT INTO t SELECT * FROM generate_series(1, 500);'
server_kill
shut 2>/dev/null
server_start
is 'the server is killed, and all is gone' '0' "$(left)"
is 'what lasts is there' '1' "$(ask -c 'TABLE t')"
server_stop
tap_end
