#!/bin/sh
# Questions about a graph, asked of Quiver, PostgreSQL 15 and Kuzu in turns: questions.toml has them,
# questions.py asks. A system that is not there is left out. Prints each one's median milliseconds and, as
# ratio_to_postgresql and ratio_to_kuzu, how many times as long the other took (medians of the rounds' own).
#
#     QUIVER_BUILD=build bench/questions/run.sh [PEOPLE [ROUNDS]]
#
# Kuzu and psycopg are installed by pip, at the versions of requirements.txt, into the build folder.
. "${QUIVER_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/postgres.sh"
server_require
here=$QUIVER_SOURCE/bench/questions
venv=$QUIVER_BUILD/bench/questions-venv
if ! [ -x "$venv/bin/python" ] || [ "$here/requirements.txt" -nt "$venv/bin/python" ]; then
	rm -rf "$venv"
	/usr/bin/python3 -m venv "$venv" &&
		"$venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt" &&
		touch "$venv/bin/python" || skip_all "psycopg and Kuzu cannot be installed"
fi
server_prepare
end() {
	postgres_clean
	[ -z "$server_pid" ] || server_kill
	server_clean
}
server_start
quiver="host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE"
postgresql=-
if why=$(postgres_missing); then
	echo "# without PostgreSQL: $why"
else
	postgres_start
	postgresql="host=$postgres_home port=$postgres_port user=$PGUSER dbname=postgres"
fi
trap end EXIT
"$venv/bin/python" "$here/questions.py" "$quiver" "$postgresql" "$server_home" "$@"
