#!/bin/sh
# The wire's speed: a point read by key in `pgbench -M prepared`, 8 clients, over TCP on localhost. Side by
# side, in rounds one after the other, so that what else the machine does hits all alike:
#
#     floor        bench/wire_floor, which answers a fixed row and looks nothing up
#     quiver       a graph of 10000 people
#     postgresql   a table of 10000 rows, in PostgreSQL 15 with its defaults, if it is installed
#
# Prints each one's median transactions a second, ratio_to_wire_floor=… and ratio_to_postgresql=…: the
# medians of the rounds' own ratios.
#
#     QUIVER_BUILD=build bench/wire.sh [SECONDS [ROUNDS [PORT]]]      PORT and the two after it are used
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/postgres.sh"
server_require
pgbench=$PG_BINDIR/pgbench
[ -x "$pgbench" ] || pgbench=pgbench
"$pgbench" --version >/dev/null 2>&1 || skip_all "pgbench is not installed"
seconds=${1:-4}
rounds=${2:-5}
first_port=${3:-5461}
nodes=10000
rows() { awk -v n=$nodes 'BEGIN { for (i = 1; i <= n; i++) print i ",person " i }'; }

! "$quiverd" --version --build | grep -q -e 'developer yes' -e 'sanitizer [^n]' ||
	echo "# a build with checks: its figures say nothing"

server_prepare
echo '\set id random(1, 10000)
MATCH (p IS Person {id: :id}) RETURN p.name;' > "$server_home/quiver.sql"
echo '\set id random(1, 10000)
SELECT name FROM person WHERE id = :id;' > "$server_home/postgresql.sql"
cp "$server_home/postgresql.sql" "$server_home/floor.sql"
chmod 755 "$server_home"

# --- the three ---
"$QUIVER_BUILD/bench/wire_floor" "$first_port" &
floor_pid=$!
quiver_port=$((first_port + 1))
PGPORT=$quiver_port
server_start -c listen_addresses=localhost -c ssl=off
"$psql" -X -q -v ON_ERROR_STOP=1 -c 'CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING)'
rows | "$psql" -X -q -v ON_ERROR_STOP=1 -c '\copy Person (id, name) FROM pstdin WITH (FORMAT csv)'

# PostgreSQL's defaults, but for what a read does not touch.
postgres_port=$((first_port + 2))
load_postgresql() {
	"$psql" -X -q -h localhost -p $postgres_port -d postgres -v ON_ERROR_STOP=1 \
		-c 'CREATE TABLE person (id bigint PRIMARY KEY, name text)' &&
		rows | "$psql" -X -q -h localhost -p $postgres_port -d postgres \
			-c '\copy person FROM pstdin WITH (FORMAT csv)' \
			-c 'VACUUM ANALYZE person'
}
end() {
	kill "$floor_pid" 2>/dev/null
	postgres_clean
	[ -z "$server_pid" ] || server_kill
	server_clean
}
trap end EXIT
has_postgresql=no
if ! postgres_missing > /dev/null; then
	postgres_start localhost
	trap end EXIT
	load_postgresql && has_postgresql=yes
fi

# --- the rounds ---
# measure NAME PORT DATABASE: one run; adds its transactions a second to the file NAME.tps.
measure() {
	"$pgbench" -n -M prepared -c 8 -j 2 -T "$seconds" -h localhost -p "$2" -f "$server_home/$1.sql" "$3" \
		> "$server_home/out" 2>&1 || sed 's/^/# /' "$server_home/out"
	tps=$(sed -n 's/^tps = \([0-9]*\).*/\1/p' "$server_home/out")
	echo "${tps:-0}" >> "$server_home/$1.tps"
}
touch "$server_home/postgresql.tps"
round=0
while [ $round -lt "$rounds" ]; do
	measure floor "$first_port" quiver
	measure quiver $quiver_port quiver
	[ $has_postgresql = no ] || measure postgresql $postgres_port postgres
	round=$((round + 1))
done
# The median of the numbers that come in, by the format $1; "none" if there are none.
median() { sort -n | awk -v format="$1" '{ all[NR] = $1 } END {
	if (NR == 0) print "none"; else printf format "\n", (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'; }
# ratio NAME OTHER: of each round's two figures, their median.
ratio() {
	echo "$1=$(paste "$server_home/quiver.tps" "$server_home/$2.tps" |
		awk 'NF == 2 && $2 > 0 { print $1 / $2 }' | median %.2f)"
}
for name in floor quiver postgresql; do
	echo "${name}_tps=$(median %d < "$server_home/$name.tps")"
done
ratio ratio_to_wire_floor floor
ratio ratio_to_postgresql postgresql
