#!/bin/sh
# Every type of the wire in both forms, both ways; beside PostgreSQL 15 where it is installed.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/postgres.sh"
server_require
[ -x "$QUIVER_BUILD/tests/src/types" ] || skip_all "libpq is not installed"
server_start
"$psql" -X -q -c "CREATE ROLE tester SUPERUSER LOGIN" 2>/dev/null
oracle=
if [ -x "$POSTGRES_BINDIR/initdb" ] && { [ "$(id -u)" != 0 ] || id postgres >/dev/null 2>&1; }; then
	postgres_start
	oracle="host=$postgres_home port=$postgres_port user=${PGUSER:-tester} dbname=postgres"
else
	echo "# PostgreSQL 15 is not installed: its bytes are not compared"
fi
export PGTZ=UTC PGCLIENTENCODING=UTF8
"$QUIVER_BUILD/tests/src/types" "host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE" ${oracle:+"$oracle"}
status=$?
[ -z "$oracle" ] || postgres_stop
server_stop || status=1
exit $status
