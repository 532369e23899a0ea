#!/bin/sh
# Load against a whole server: run.sh small, the slice of make check; run.sh full, in the sizes that the
# server is meant for; or run.sh MODE COUNT. `make check-load` runs full. Prints TAP. The modes:
#
#     idle N        N idle connections: memory, active clients beside them, and no wake-ups
#     limit N       max_connections is N: the next client is told 53300
#     slow N        N clients ask for a billion rows each and read none
#     half_open N   N clients begin to connect and do not go on
#     pipeline N    N MiB of requests are sent before an answer is read
#     rows N        results of N rows, in constant memory
#     storm N       N clients come at once
#     churn N       for N seconds clients come, ask and go
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
ulimit -n "$(ulimit -H -n)" 2>/dev/null
descriptors=$(ulimit -n)
[ "$descriptors" != unlimited ] || descriptors=1000000
# The address sanitizer keeps what was freed, which would look like memory that is lost.
ASAN_OPTIONS=quarantine_size_mb=4:thread_local_quarantine_size_kb=16${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export ASAN_OPTIONS
# The thread sanitizer has a thread of its own, which wakes by the clock.
case $("$quiverd" --version --build) in
*"sanitizer thread"*) export LOAD_MAY_WAKE=1 ;;
esac
number=0
failed=0
total=0

# load MODE COUNT [SETTING…]: on a server of its own; renumbers what the program prints.
load() {
	mode=$1
	count=$2
	shift 2
	if [ "$mode" != rows ] && [ "$mode" != churn ] && [ "$mode" != pipeline ] &&
		[ "$descriptors" -lt $((count + 100)) ]; then
		total=$((total + 1))
		echo "ok $total - $mode # SKIP $count connections need more than $descriptors open files"
		return
	fi
	server_start "$@"
	SERVER_PID=$server_pid "$QUIVER_BUILD/tests/load/load" "$mode" "$count" > "$server_home/out" || failed=1
	while read -r word number rest; do
		case $word in
		ok) total=$((total + 1)) && echo "ok $total $rest" | sed "s/ - / - $mode: /" ;;
		not) total=$((total + 1)) && echo "not ok $total ${rest#* }" | sed "s/ - / - $mode: /" ;;
		*) echo "$word $number $rest" ;;
		esac
	done < "$server_home/out"
	server_stop || { echo "# the server does not end well"; failed=1; }
	rm -rf "$server_home/data"
}

run_mode() {
	case $1 in
	idle | storm) load "$1" "$2" -c max_connections=$(($2 + 10)) ;;
	limit) load "$1" "$2" -c max_connections="$2" ;;
	slow) load "$1" "$2" -c max_connections=$(($2 + 10)) -c client_write_timeout=3000 ;;
	half_open) load "$1" "$2" -c max_connections=$(($2 + 10)) -c authentication_timeout=3 ;;
	*) load "$1" "$2" ;;
	esac
}

case ${1:-small} in
small)
	set -- idle 300 limit 20 slow 20 half_open 120 pipeline 8 rows 300000 storm 300 churn 1
	;;
full)
	set -- idle 10000 limit 1000 slow 500 half_open 2000 pipeline 15 rows 100000000 storm 5000 churn 30
	;;
esac
server_prepare
while [ $# -ge 2 ]; do
	run_mode "$1" "$2"
	shift 2
done
echo "1..$total"
exit $failed
