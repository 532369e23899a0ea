#!/bin/sh
# Scripts of plain SQL that must do here what they do in PostgreSQL: what psql prints for NAME.sql must
# equal NAME.out, which PostgreSQL 15 printed. Prints TAP.
#
#     run.sh               this server
#     run.sh --postgres    PostgreSQL itself, where it is installed: the .out files are what it prints
#     run.sh --record      writes the .out files from the PostgreSQL that libpq's variables point to (its
#                          database `quiver` is made anew)
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/postgres.sh"
here=$QUIVER_SOURCE/tests/differential

# A script that begins with a word on it has the types of each statement's columns printed before the
# statement is run. PostgreSQL tells where in its own source an error is raised; nobody else can.
session() {
	if head -n 1 "$1.sql" | grep -q '^-- Each statement is described'; then
		sed 's/;$/ \\gdesc\n\\g/' "$1.sql" | psql_verbose | sed 's/^psql:[0-9]*: //'
	else
		psql_verbose < "$1.sql"
	fi
}

psql_verbose() {
	"$psql" -X -a -q -v VERBOSITY=verbose -d quiver -f - 2>&1 |
		sed '/^LOCATION: /d; s/^psql:[^:]*:/psql:/'
}

database_new() {
	"$psql" -X -q -d postgres -c 'DROP DATABASE IF EXISTS quiver' -c 'CREATE DATABASE quiver'
}

cd "$here" || exit 99
case ${1-} in
--record)
	for script in *.sql; do
		database_new && session "${script%.sql}" > "${script%.sql}.out" || exit
	done
	exit
	;;
--postgres)
	postgres_require
	server_prepare
	postgres_start
	PGHOST=$postgres_home PGPORT=$postgres_port
	made=$QUIVER_BUILD/tests/differential/postgres
	;;
*)
	server_require
	made=$QUIVER_BUILD/tests/differential
	;;
esac
mkdir -p "$made"
echo "1..$(ls *.sql | wc -l)"
count=0
status=0
for script in *.sql; do
	name=${script%.sql}
	count=$((count + 1))
	if [ "${1-}" = --postgres ]; then
		database_new
		session "$name" > "$made/$name.out"
	else
		(
			server_home=
			server_start -c synchronous_commit=off
			session "$name" > "$made/$name.out"
			server_stop
		)
	fi
	if diff -u "$name.out" "$made/$name.out" > "$made/$name.diff" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# /' "$made/$name.diff"
		status=1
	fi
done
exit $status
