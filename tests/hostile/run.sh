#!/bin/sh
# Hostile clients against a whole server: run.sh [SEQUENCES [SEED]]. Prints TAP. Without arguments a short
# slice for make check; `make check-hostile` plays 100000.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
server_start -c max_connections=500 -c authentication_timeout=5
"$psql" -X -q -c 'CREATE NODE LABEL Hostile (id INT64)' || exit 1
"$QUIVER_BUILD/tests/hostile/hostile" "${1:-10000}" "${2:-1}"
status=$?
server_stop || { echo "# the server does not end well"; status=1; }
exit $status
