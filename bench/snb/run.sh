#!/bin/sh
# LDBC SNB's complex interactive queries, as published, beside the same questions in PostgreSQL 15's SQL, over
# its smallest data set: see snb.py, and tests/snb for what is asked.
#
#     QUIVER_BUILD=build bench/snb/run.sh [ROUNDS]
. "${QUIVER_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/postgres.sh"
. "$QUIVER_SOURCE/tests/snb/questions.sh"
server_require
postgres_require
snb_require
. "$QUIVER_SOURCE/bench/python.sh"
server_prepare
server_start
snb_load graph millis
postgres_start
trap bench_end EXIT
(
	PGHOST=$postgres_home PGPORT=$postgres_port
	snb_load tables millis
)
snb_questions v1 | grep '^interactive-complex' > "$snb_made/bench.questions"
"$python" "$QUIVER_SOURCE/bench/snb/snb.py" \
	"host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE" \
	"host=$postgres_home port=$postgres_port user=$PGUSER dbname=$PGDATABASE" \
	"$snb_made/bench.questions" "$snb_data/snb-queries/v1-cypher" "$snb_home/sql" "$@"
