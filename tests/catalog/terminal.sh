#!/bin/sh
# psql on a terminal (terminal.py): tab completion, \watch, FETCH_COUNT.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
python3 -c 'import pty, sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null ||
	skip_all "python3 (3.8 or later) is not installed"
python3 -c 'import pty; pty.openpty()' 2>/dev/null || skip_all "this machine gives no terminals"
server_start -c synchronous_commit=off
status=0
python3 -B "$QUIVER_SOURCE/tests/catalog/terminal.py" "$psql" "$server_home" "$PGPORT" || status=1
server_stop || status=1
exit $status
