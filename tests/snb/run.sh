#!/bin/sh
# LDBC's Social Network Benchmark: its published queries, as they are, over the graph of its smallest data
# set, and the same questions in SQL. What PostgreSQL 15 answers to the SQL is in expected/. Prints TAP.
#
#     run.sh               this server: the queries over the graph, the SQL over views of it
#     run.sh --postgres    PostgreSQL itself, where it is installed: the SQL over tables
#     run.sh --record      writes expected/ from PostgreSQL
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/postgres.sh"
. "$QUIVER_SOURCE/tests/snb/questions.sh"

# compare SET WHAT: what was answered to a set with what is expected.
compare() {
	awk -v "what=$1 by $2" -f "$snb_home/compare.awk" "$snb_home/expected/$1.out" "$snb_made/$1.$2.out"
}

# graph DATES SET…: a server with the graph is asked the sets, in the language of the graph and, but for
# writes, in SQL.
graph() (
	server_home=
	server_start -c synchronous_commit=off
	snb_load graph "$1" || echo "not ok - the graph is loaded"
	shift
	for set in "$@"; do
		snb_ask_graph "$set" > "$snb_made/$set.graph.out"
		compare "$set" graph
		[ "$set" = "${set%-writes}" ] || continue
		snb_ask_tables "$set" > "$snb_made/$set.views.out"
		compare "$set" views
	done
	server_stop || echo "not ok - the server ends"
)

# tables DATES SET…: a database of PostgreSQL with the tables is asked the sets.
tables() {
	"$psql" -X -q -d postgres -c "CREATE DATABASE $1"
	PGDATABASE=$1
	snb_load tables "$1"
	shift
	for set in "$@"; do
		if [ "$mode" = --record ]; then
			snb_ask_tables "$set" > "$snb_home/expected/$set.out"
		else
			snb_ask_tables "$set" > "$snb_made/$set.tables.out"
			compare "$set" tables
		fi
	done
}

numbered() {
	awk '/^(not )?ok/ {
		sub(/ok/, "ok " ++count)
		failed = failed || /^not/
	}
	{ print }
	END {
		print "1.." count
		exit failed
	}'
}

mode=${1-}
where=graph
server_require
snb_require
if [ -n "$mode" ]; then
	postgres_require
	server_prepare
	postgres_start
	PGHOST=$postgres_home PGPORT=$postgres_port
	where=tables
fi
{
	$where millis v1 v2 v1-writes v2-writes
	$where moments bi
} | numbered
