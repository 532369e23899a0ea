#!/bin/sh
# What the server says of statements, see claims.py. ACCEPT=1 writes it into claims.txt.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
if ! command -v python3 >/dev/null 2>&1; then
	echo "1..0 # SKIP there is no python3"
	exit 0
fi
server_start -c synchronous_commit=off
"$psql" -X -q -v ON_ERROR_STOP=1 -f "$QUIVER_SOURCE/tests/claims/setup.sql" || exit 99
python3 -B "$QUIVER_SOURCE/tests/claims/claims.py" "$PGHOST/.s.PGSQL.$PGPORT" ${ACCEPT:+--accept}
status=$?
server_stop
exit $status
