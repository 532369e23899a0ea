#!/bin/sh
# Questions about a graph, asked of Quiver, PostgreSQL 15 and Kuzu in turns: questions.toml has them,
# questions.py asks. A system that is not there is left out. Prints each one's median milliseconds and, as
# ratio_to_postgresql and ratio_to_kuzu, how many times as long the other took (medians of the rounds' own).
#
#     QUIVER_BUILD=build bench/questions/run.sh [PEOPLE [ROUNDS]]
. "${QUIVER_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/postgres.sh"
server_require
. "$QUIVER_SOURCE/bench/python.sh"
server_prepare
server_start
quiver="host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE"
postgresql=-
if why=$(postgres_missing); then
	echo "# without PostgreSQL: $why"
else
	postgres_start
	postgresql="host=$postgres_home port=$postgres_port user=$PGUSER dbname=postgres"
fi
trap bench_end EXIT
"$python" "$QUIVER_SOURCE/bench/questions/questions.py" "$quiver" "$postgresql" "$server_home" "$@"
