#!/bin/sh
# Histories of random list appends, searched for cycles (append.py), against a server of its own.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null ||
	skip_all "python3 (3.8 or later) is not installed"

server_start -c synchronous_commit=off
status=0
python3 -B "$QUIVER_SOURCE/tests/isolation/append.py" "$server_home/.s.PGSQL.$PGPORT" "$@" || status=1
server_stop || status=1
exit $status
