#!/bin/sh
# Applications with an object-relational mapper and migrations, as they would run on PostgreSQL: what
# each prints must equal NAME/expected.out, which PostgreSQL 15 made it print. Then walk.cypher walks the
# same rows as a graph, and must give walk.out. Prints TAP.
#
#     run.sh [NAME…]             the named ones; none means all
#     run.sh --record [NAME…]    runs them on the PostgreSQL that libpq's variables point to (the database
#                                `quiver` is made anew) and writes their expected.out
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
clients=$QUIVER_SOURCE/tests/apps
made=$QUIVER_BUILD/apps
mkdir -p "$made"
. "$QUIVER_SOURCE/tests/clients/install.sh"
export TZ=UTC PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
count=0
status=0

report() {
	count=$((count + 1))
	[ "$1" = ok ] || status=1
	echo "$1 $count - $2"
}

# run_app NAME: prints what it prints.
run_app() (
	cd "$clients/$1" && PATH="$made/venv-$1/bin:$PATH" timeout 300 sh app.sh 2>&1
)

# check NAME WHAT EXPECTED FOUND
check() {
	if diff -u "$3" "$4" > "$4.diff" 2>&1; then
		report ok "$1: $2"
	else
		report "not ok" "$1: $2"
		head -n 60 "$4.diff" | sed 's/^/# /'
	fi
}

test_app() {
	server_home=
	server_start
	run_app "$1" > "$made/$1.out"
	check "$1" "runs as on PostgreSQL" "$clients/$1/expected.out" "$made/$1.out"
	"$psql" -X -a -q -f "$clients/$1/walk.cypher" > "$made/$1.walk" 2>&1
	check "$1" "the same rows are a graph" "$clients/$1/walk.out" "$made/$1.walk"
	server_stop || report "not ok" "$1: the server stops in good order"
	rm -rf "$server_home"
}

every_app() {
	for folder in "$clients"/*/; do
		basename "$folder"
	done
}

mode=test
[ "${1-}" != --record ] || { mode=record; shift; }
[ $mode = record ] || server_require
for name in ${*:-$(every_app)}; do
	if ! install_python "$name"; then
		count=$((count + 1))
		echo "ok $count - $name # SKIP $why"
	elif [ $mode = record ]; then
		"$psql" -X -q -d postgres -c 'DROP DATABASE IF EXISTS quiver' -c 'CREATE DATABASE quiver' &&
			PGDATABASE=quiver run_app "$name" > "$clients/$name/expected.out" || exit
	else
		test_app "$name"
	fi
done
echo "1..$count"
exit $status
