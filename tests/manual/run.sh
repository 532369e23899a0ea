#!/bin/sh
# The manual docs/language.md, every statement in it: see manual.py. ACCEPT=1 writes what the server
# says into the page.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
if ! command -v python3 >/dev/null 2>&1; then
	echo "1..0 # SKIP there is no python3"
	exit 0
fi
# A pgbench that only says what to install is none.
pgbench=$PG_BINDIR/pgbench
[ -x "$pgbench" ] || pgbench=pgbench
"$pgbench" --version >/dev/null 2>&1 || pgbench=
server_start -c synchronous_commit=off
first_pid=$server_pid
# pgbench gets a server of its own beside the first.
"$quiverd" -D "$server_home/second" -k "$server_home" -p 5456 -c listen_addresses= \
	-c synchronous_commit=off 2>> "$server_home/log" < /dev/null &
second_pid=$!
tries=0
until PGPORT=5456 "$psql" -X -qAt -c 'SELECT 1' >/dev/null 2>&1 || [ $tries -gt 200 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
python3 "$QUIVER_SOURCE/tests/manual/manual.py" --psql "$psql" --pgbench "$pgbench" \
	--pgbench-port 5456 ${ACCEPT:+--accept}
status=$?
kill -TERM $second_pid
wait $second_pid
server_pid=$first_pid
server_stop
exit $status
