#!/bin/sh
# The LDBC ACID scenarios (acid.py) against a server of its own, at each isolation level. Quick by
# default: fewer transactions and shorter sleeps; ACID_FULL=1 runs them as they are written.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
: "${QUIVER_DATA:=$QUIVER_SOURCE/../shared/data}"
server_require
[ -r "$QUIVER_DATA/ldbc-acid.json" ] ||
	skip_all "$QUIVER_DATA/ldbc-acid.json is not there; QUIVER_DATA names its folder"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null ||
	skip_all "python3 (3.8 or later) is not installed"

server_start -c synchronous_commit=off
status=0
python3 -B "$QUIVER_SOURCE/tests/isolation/acid.py" "$QUIVER_DATA/ldbc-acid.json" \
	"$server_home/.s.PGSQL.$PGPORT" ${ACID_FULL:+--full} "$@" || status=1
server_stop || status=1
exit $status
