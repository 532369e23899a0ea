#!/bin/sh
# Runs the application (README.md) through every driver, each against a fresh server; prints TAP. A
# driver that cannot be installed is skipped with the reason.
#
#     run.sh [DRIVER…]      the named ones; none means all
#     run.sh --quick        those that need no long compilation
#     run.sh --all          all, and the table in docs/clients.md must say what they did
#     run.sh --write        all, and the table is rewritten
#     run.sh --table        none: the table is rewritten from what each said when it ran last
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require

clients=$QUIVER_SOURCE/tests/clients
made=$QUIVER_BUILD/clients
mkdir -p "$made/results"
. "$clients/application.sh"
. "$clients/install.sh"
. "$clients/report.sh"
count=0
status=0

not_ok() {
	count=$((count + 1))
	status=1
	echo "not ok $count - $1"
}

# A server that lets the user app in by TLS and SCRAM, and nobody else by TCP.
start_server() {
	server_home=
	server_prepare
	for _ in 1 2 3 4 5 6 7 8 9; do
		PGPORT=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
		"$psql" -X -h 127.0.0.1 -c '' 2>&1 | grep -q refused && break
	done
	server_start -c listen_addresses=127.0.0.1
	echo secret | "$quiverctl" password "$server_home/data" app
	printf '%s\n' 'local all tester trust' 'hostssl all app 127.0.0.1/32 scram-sha-256' > "$server_home/data/pg_hba.conf"
	kill -HUP "$server_pid"
	export PGHOST=127.0.0.1 PGUSER=app PGPASSWORD=secret PGSSLMODE=require TZ=UTC \
		APP_URL="postgres://app:secret@127.0.0.1:$PGPORT/quiver?sslmode=require"
	tries=0
	until "$psql" -X -c '' 2>/dev/null || [ $tries -gt 100 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
}

# In a shell of its own, which the server's variables and traps end with.
run_program() (
	start_server
	timeout 120 $2 > "$made/$1.tap" 2> "$made/$1.err"
	echo $? > "$made/$1.rc"
	sed "s/:$PGPORT\b/:5455/g; s/port=$PGPORT\b/port=5455/g; s/\b$PGPORT\b/5455/g" "$made/$1.tap" > "$made/results/$1"
	server_stop || echo "# the server ended with $?" >> "$made/$1.err"
)

# One program's TAP, renumbered; and every step must be in it.
collect() {
	while IFS= read -r line; do
		case $line in
		ok* | "not ok"*)
			count=$((count + 1))
			echo "$line" | sed -E "s/^(not ok|ok) [0-9]* *-? */\1 $count - $1: /"
			;;
		1..*) ;;
		*) echo "# ${line#\# }" ;;
		esac
	done < "$made/$1.tap"
	! grep -q '^not ok' "$made/$1.tap" || status=1
	if [ "$(cat "$made/$1.rc")" -ne 0 ] && ! grep -q '^not ok' "$made/$1.tap"; then
		not_ok "$1: runs to its end"
		tail -n 8 "$made/$1.err" | sed 's/^/# /'
	fi
	while IFS= read -r step; do
		grep -qE "^(not )?ok [0-9]+ - $step( # SKIP .*)?$" "$made/$1.tap" || not_ok "$1: $step (it did not say)"
	done < "$clients/steps.txt"
}

run_driver() {
	rm -f "$made/results/$1"
	if ! install_driver "$1"; then
		count=$((count + 1))
		echo "ok $count - $1 # SKIP $why"
		return
	fi
	run_program "$1" "$command" && collect "$1"
}

every_driver() {
	for folder in "$clients"/*/; do
		basename "$folder"
	done
}

mode=${1:---some}
case $mode in
--quick) drivers=$(every_driver | while read -r d; do is_slow "$d" || echo "$d"; done) ;;
--all | --write) drivers=$(every_driver) ;;
--some) drivers=$(every_driver) ;;
--table) drivers= ;;
*) drivers=$* ;;
esac
for driver in $drivers; do
	run_driver "$driver"
done
case $mode in
--write | --table) report_write ;;
--all) report_check ;;
esac
echo "1..$count"
exit $status
