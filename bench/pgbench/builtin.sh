#!/bin/sh
# pgbench unchanged: -i, then its built-in scripts in three protocol modes, and afterwards that no money
# was made: the sums of all balances are that of the history. Beside it, in the same run, PostgreSQL 15
# with its defaults, if its server is installed. Prints transactions a second and their ratio.
#
#     QUIVER_BUILD=build bench/pgbench/builtin.sh [SCALE [SECONDS]]
#
# With --tap it runs a few transactions of each against Quiver alone and prints TAP: a test of make check.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
pgbench=$PG_BINDIR/pgbench
[ -x "$pgbench" ] || pgbench=pgbench
"$pgbench" --version >/dev/null 2>&1 || skip_all "pgbench is not installed"

is_tap=no
scale=${1:-10}
length="-T ${2:-5}"
if [ "${1-}" = --tap ]; then
	is_tap=yes
	scale=1
	length="-t 25"
fi
count=0
status=0

result() {
	count=$((count + 1))
	[ "$1" = ok ] || status=1
	if [ $is_tap = yes ]; then
		echo "$1 $count - $2"
	elif [ "$1" != ok ]; then
		echo "FAILED: $2"
	fi
}

# Runs the rest of the line; its output is kept to be shown if it fails.
try() {
	what=$1
	shift
	if "$@" > "$server_home/out" 2>&1 && ! grep -qE 'ERROR|error:' "$server_home/out"; then
		result ok "$what"
	else
		result "not ok" "$what"
		sed 's/^/# /' "$server_home/out" | tail -n 10
	fi
}

# One script in one mode: leaves its transactions a second in $tps.
run_script() {
	try "$1, $2" "$pgbench" -n -b "$1" -M "$2" -c 4 -j 2 $length
	tps=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$server_home/out")
	failed=$(sed -n 's/^number of failed transactions: \([0-9]*\).*/\1/p' "$server_home/out")
	[ "${failed:-0}" = 0 ] || result "not ok" "$1, $2: $failed transactions failed"
}

sums() {
	"$psql" -X -At -c "SELECT sum($2) FROM $1"
}

check_sums() {
	history=$(sums pgbench_history delta)
	if [ -n "$history" ] && [ "$history" = "$(sums pgbench_accounts abalance)" ] &&
		[ "$history" = "$(sums pgbench_branches bbalance)" ] &&
		[ "$history" = "$(sums pgbench_tellers tbalance)" ]; then
		result ok "the balances are those of the history"
	else
		result "not ok" "the balances are those of the history"
	fi
}

run_all() {
	try "pgbench -i -s $scale" "$pgbench" -i -s "$scale"
	for mode in simple extended prepared; do
		run_script tpcb-like $mode
		eval "$1_tpcb_like_$mode=\$tps"
	done
	check_sums
	for mode in simple extended prepared; do
		for script in simple-update select-only; do
			run_script $script $mode
			eval "$1_$(echo $script | tr - _)_$mode=\$tps"
		done
	done
}

# PostgreSQL on a socket of its own; it does not run as root.
as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		su postgres -s /bin/sh -c "$*"
	else
		sh -c "$*"
	fi
}

other_start() {
	[ -x "$PG_BINDIR/initdb" ] || return 1
	other=$server_home/postgres
	mkdir -p "$other" && chmod 755 "$server_home"
	[ "$(id -u)" != 0 ] || chown postgres "$other"
	as_postgres "$PG_BINDIR/initdb -A trust -U tester -D $other/data >/dev/null" &&
		as_postgres "$PG_BINDIR/pg_ctl -w -D $other/data -o \"-k $other -p $PGPORT -c listen_addresses=\" -l $other/log start >/dev/null" &&
		"$psql" -X -q -h "$other" -d postgres -c 'CREATE DATABASE quiver'
}

server_start
run_all ours
if [ $is_tap = yes ]; then
	try "a second pgbench -i" "$pgbench" -i -s 1
	echo "1..$count"
	server_stop || status=1
	exit $status
fi
server_stop || status=1
has_other=no
if other_start; then
	has_other=yes
	PGHOST=$other
	run_all theirs
	as_postgres "$PG_BINDIR/pg_ctl -w -m fast -D $other/data stop >/dev/null"
	[ "$(id -u)" != 0 ] || rm -rf "$other"
fi
for script in tpcb_like simple_update select_only; do
	for mode in simple extended prepared; do
		eval "a=\$ours_${script}_$mode b=\${theirs_${script}_$mode-0}"
		awk -v s=$script -v m=$mode -v a="${a:-0}" -v b="${b:-0}" 'BEGIN {
			printf "%-14s %-9s quiver %9.0f tps   postgresql %9.0f tps   ratio %s\n",
				s, m, a, b, (b > 0 ? sprintf("%.2f", a / b) : "-") }'
	done
done
exit $status
