#!/bin/sh
# Scripts of plain SQL that must do here what they do in PostgreSQL: what psql prints for NAME.sql must
# equal NAME.out, which PostgreSQL 15 printed. Prints TAP. With --record PostgreSQL (the server that
# libpq's variables point to; the database `quiver` is made anew) writes the NAME.out.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
here=$QUIVER_SOURCE/tests/differential

# PostgreSQL tells where in its own source an error is raised; nobody else can.
session() {
	"$psql" -X -a -q -v VERBOSITY=verbose -d quiver -f "$1.sql" 2>&1 | sed '/^LOCATION: /d; s/^psql:[^:]*:/psql:/'
}

cd "$here" || exit 99
if [ "${1-}" = --record ]; then
	for script in *.sql; do
		"$psql" -X -q -d postgres -c 'DROP DATABASE IF EXISTS quiver' -c 'CREATE DATABASE quiver' &&
			session "${script%.sql}" > "${script%.sql}.out" || exit
	done
	exit
fi
server_require
made=$QUIVER_BUILD/tests/differential
mkdir -p "$made"
echo "1..$(ls *.sql | wc -l)"
count=0
status=0
for script in *.sql; do
	name=${script%.sql}
	count=$((count + 1))
	(
		server_home=
		server_start -c synchronous_commit=off
		session "$name" > "$made/$name.out"
		server_stop
	)
	if diff -u "$name.out" "$made/$name.out" > "$made/$name.diff" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# /' "$made/$name.diff"
		status=1
	fi
done
exit $status
