#!/bin/sh
# Loads the graph of the whole Debian archive through psql's \copy into a fresh server and asks what
# depends on libssl3, transitively. Prints rows a second for each label and for all, and the time of
# the question: best and median of nine.
#
#     QUIVER_BUILD=build bench/archive_load.sh [FOLDER OF CSV]
#
# Without a folder the CSV is made from apt-cache dumpavail. The store is put below TMPDIR (on a disk
# that syncs, if that is what is to be measured: BENCH_HOME=/path).
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
server_prepare
if [ -n "${BENCH_HOME-}" ]; then
	rm -rf "$server_home"
	server_home=$(mktemp -d "$BENCH_HOME/quiver-bench-XXXXXX") || exit 1
	PGHOST=$server_home
fi

csv=${1-}
if [ -z "$csv" ]; then
	csv=$server_home/csv
	mkdir "$csv"
	apt-cache dumpavail | awk -v out="$csv" -f "$QUIVER_SOURCE/tools/package_graph.awk"
fi

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}

server_start
"$psql" -X -q -v ON_ERROR_STOP=1 -f "$QUIVER_SOURCE/share/quickstart/schema.cypher" || exit 1
rows_all=0
ms_all=0
for label in Package Source Section DEPENDS PRE_DEPENDS RECOMMENDS SUGGESTS PROVIDES CONFLICTS BREAKS \
	REPLACES BUILT_FROM IN_SECTION; do
	file=$csv/$(echo $label | tr 'A-Z' 'a-z').csv
	start=$(now_ms)
	tag=$("$psql" -X -At -v ON_ERROR_STOP=1 -c "\\copy $label FROM '$file' WITH (FORMAT csv, HEADER)") || exit 1
	ms=$(($(now_ms) - start))
	rows=${tag#COPY }
	printf '%-12s %8d rows %7d ms %9d rows/s\n' $label "$rows" $ms $((rows * 1000 / (ms + 1)))
	rows_all=$((rows_all + rows))
	ms_all=$((ms_all + ms))
done
printf '%-12s %8d rows %7d ms %9d rows/s\n' all $rows_all $ms_all $((rows_all * 1000 / (ms_all + 1)))

question="MATCH ANY SHORTEST (p IS Package)-[IS DEPENDS|PRE_DEPENDS]->+(gone IS Package {name: 'libssl3'})
	RETURN count(p)"
{
	printf '%s\n' '\timing on'
	for i in 1 2 3 4 5 6 7 8 9; do
		echo "$question;"
	done
} | "$psql" -X -qAt > "$server_home/answers"
printf 'transitive dependants of libssl3: %s in ' "$(grep -v Time "$server_home/answers" | head -n 1)"
sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' "$server_home/answers" | sort -n |
	awk '{ t[NR] = $1 } END { printf "%.1f ms (best), %.1f ms (median)\n", t[1], t[int((NR + 1) / 2)] }'
server_stop
