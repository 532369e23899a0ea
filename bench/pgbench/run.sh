#!/bin/sh
# pgbench over three scripts (a point read by key, a read of two hops, an insert) in three protocol
# modes, with 8 clients against a graph of 10000 people who know 10 others each. Prints a line for
# each: transactions a second, mean latency, failures.
#
#     QUIVER_BUILD=build bench/pgbench/run.sh [SECONDS]
#
# With --tap it runs a few transactions of each and prints TAP: a test of make check.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
pgbench=$PG_BINDIR/pgbench
[ -x "$pgbench" ] || pgbench=pgbench
"$pgbench" --version >/dev/null 2>&1 || skip_all "pgbench is not installed"

is_tap=no
length="-T ${1:-10}"
nodes=10000
if [ "${1-}" = --tap ]; then
	is_tap=yes
	length="-t 25"
	nodes=500
fi
here=$QUIVER_SOURCE/bench/pgbench

load() {
	"$psql" -X -q -v ON_ERROR_STOP=1 -c 'CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING)' \
		-c 'CREATE EDGE LABEL KNOWS (FROM Person(id) TO Person(id))' \
		-c 'CREATE NODE LABEL Event (client INT64, value INT64, text STRING)' || return
	awk -v n=$nodes 'BEGIN { for (i = 1; i <= n; i++) print i ",person " i }' |
		"$psql" -X -q -v ON_ERROR_STOP=1 -c '\copy Person (id, name) FROM pstdin WITH (FORMAT csv)' || return
	awk -v n=$nodes 'BEGIN { srand(1); for (i = 1; i <= n; i++) for (k = 0; k < 10; k++) print i "," int(rand() * n) + 1 }' |
		"$psql" -X -q -v ON_ERROR_STOP=1 -c '\copy KNOWS (_from, _to) FROM pstdin WITH (FORMAT csv)'
}

server_start
load || { echo "Bail out! the graph cannot be loaded"; exit 1; }
status=0
count=0
for script in point_read two_hop insert; do
	for mode in simple extended prepared; do
		count=$((count + 1))
		out=$server_home/pgbench.out
		rc=0
		"$pgbench" -n -M $mode -c 8 -j 2 $length -D nodes=$nodes -f "$here/$script.sql" > "$out" 2>&1 || rc=$?
		tps=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$out")
		failed=$(sed -n 's/^number of failed transactions: \([0-9]*\).*/\1/p' "$out")
		if [ $rc -eq 0 ] && [ "${failed:-0}" = 0 ] && [ -n "$tps" ]; then
			verdict=ok
		else
			verdict="not ok"
			status=1
		fi
		if [ $is_tap = yes ]; then
			echo "$verdict $count - pgbench: $script, $mode, 8 clients"
		else
			printf '%-10s  %-8s  %10.0f tps  %8s ms  %s failed\n' "$script" "$mode" "${tps:-0}" \
				"$(sed -n 's/^latency average = \([0-9.]*\) ms/\1/p' "$out")" "${failed:-?}"
		fi
		[ "$verdict" = ok ] || grep -E 'error|ERROR|fatal' "$out" | head -n 5 | sed 's/^/# /'
	done
done
[ $is_tap = no ] || echo "1..$count"
server_stop || status=1
exit $status
