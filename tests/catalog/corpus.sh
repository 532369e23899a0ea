#!/bin/sh
# What PostgreSQL's clients ask (corpus.py), put to a server of its own; where PostgreSQL 15 is
# installed, to that as well, and the answers compared.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/postgres.sh"
: "${QUIVER_DATA:=$QUIVER_SOURCE/../shared/data}"
server_require
[ -r "$QUIVER_DATA/clients/corpus.json" ] ||
	skip_all "$QUIVER_DATA/clients/corpus.json is not there; QUIVER_DATA names its folder"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null ||
	skip_all "python3 (3.8 or later) is not installed"

server_start -c synchronous_commit=off
status=0
if [ -x "$POSTGRES_BINDIR/initdb" ] && { [ "$(id -u)" != 0 ] || id postgres >/dev/null 2>&1; }; then
	postgres_start ''
	set -- --postgres "$postgres_socket" "$@"
else
	echo "# PostgreSQL 15 is not installed in $POSTGRES_BINDIR: nothing is compared with it"
fi
python3 -B "$QUIVER_SOURCE/tests/catalog/corpus.py" "$QUIVER_DATA/clients/corpus.json" \
	"$server_home/.s.PGSQL.$PGPORT" --least "${CORPUS_LEAST:-224}" "$@" || status=1
server_stop || status=1
exit $status
