#!/bin/sh
# Plays the traces against a server of its own. Prints TAP. With PG_ORACLE=yes against PostgreSQL's
# server at PGHOST, PGPORT as PGUSER in PGDATABASE instead, to see that the traces say the truth.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${QUIVER_BUILD:=$QUIVER_SOURCE/build}"
traces=$QUIVER_SOURCE/tests/traces
if [ "${PG_ORACLE:-no}" = yes ]; then
	exec "$QUIVER_BUILD/tests/traces/trace" "$traces/golden.trace" "$traces/rows.trace"
fi
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
server_start
"$QUIVER_BUILD/tests/traces/trace" "$traces/golden.trace" "$traces/rows.trace" "$traces/own.trace"
status=$?
server_stop || status=1
exit $status
