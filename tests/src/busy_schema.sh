#!/bin/sh
# Schema statements of a table that others write to all the time: none of them fails, neither the
# statements nor the writers, and what is declared holds. Prints TAP.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/tap.sh"
server_require
[ -x "$PG_BINDIR/pgbench" ] || { echo "1..0 # SKIP there is no pgbench"; exit 0; }

run() {
	"$psql" -X -qAt -v ON_ERROR_STOP=1 -c "$1" > "$server_home/said" 2>&1
}

# declare STATEMENT: beside the writers
declare_busy() {
	run "$1"
	ok $? "beside writers: $1"
}

server_start
run 'CREATE TABLE t (id bigint, a int)'
run 'INSERT INTO t SELECT g, g FROM generate_series(1, 20000) g'
echo '\set r random(100000, 900000000000000000)
INSERT INTO t (id, a) VALUES (:r, 1);' > "$server_home/write.sql"
"$PG_BINDIR/pgbench" -n -f "$server_home/write.sql" -c 3 -t 1000000 > "$server_home/written" 2>&1 &
writers=$!
tries=0
until run 'SELECT 1 / (count(*) - 20000) FROM t' || [ $tries -gt 200 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
for round in 1 2 3; do
	declare_busy 'ALTER TABLE t ADD PRIMARY KEY (id)'
	declare_busy 'ALTER TABLE t ALTER COLUMN a SET NOT NULL'
	declare_busy 'ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0)'
	declare_busy 'CREATE INDEX by_a ON t (a)'
	declare_busy 'DROP INDEX by_a'
	declare_busy 'ALTER TABLE t DROP CONSTRAINT positive'
	declare_busy 'ALTER TABLE t ALTER COLUMN a DROP NOT NULL'
	declare_busy 'ALTER TABLE t DROP CONSTRAINT t_pkey'
done
declare_busy 'ALTER TABLE t ADD PRIMARY KEY (id)'
kill -0 "$writers" 2> /dev/null
ok $? "the writers go on"
kill -TERM "$writers" 2> /dev/null
wait "$writers" 2> /dev/null
cp "$server_home/written" "$server_home/said"
! grep -i -q 'error\|aborted' "$server_home/written"
ok $? "no writer failed"
run 'INSERT INTO t (a) VALUES (1)'
[ $? -ne 0 ] && grep -q 'violates not-null' "$server_home/said"
ok $? "the key must not be null"
run 'INSERT INTO t (id, a) VALUES (7, 1)'
[ $? -ne 0 ] && grep -q 'duplicate key' "$server_home/said"
ok $? "nor twice the same"
server_stop
ok $? "the server stops in good order"
"$quiverctl" check "$server_home/data" > "$server_home/said" 2>&1
ok $? "the store is sound"
tap_end
