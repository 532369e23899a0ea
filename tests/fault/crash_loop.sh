#!/bin/sh
# Kills the server with signal 9 while four clients write, starts it again, and looks that no commit
# it acknowledged is lost and that its files are sound. CRASH_ROUNDS rounds, 5 if not set.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require
client=$QUIVER_BUILD/tests/fault/crash_loop
[ -x "$client" ] || skip_all "built without libpq"

rounds=${CRASH_ROUNDS:-5}
server_prepare
journals=$server_home/journals
mkdir "$journals"
total=0
round=1
echo "1..$rounds"

# check_files: the offline check of a store whose server has stopped in good order.
check_files() {
	"$quiverctl" check "$server_home/data" > "$server_home/check.log" 2>&1 && return
	sed 's/^/# check: /' "$server_home/check.log" | head -n 20
	return 1
}

fail_round() {
	echo "not ok $round - $1"
	tail -n 20 "$server_home/log" | sed 's/^/# /'
	kept=${QUIVER_BUILD}/crash-loop-kept
	rm -rf "$kept"
	[ -z "$server_pid" ] || server_kill
	cp -r "$server_home" "$kept" 2>/dev/null && echo "# the store and the journals are kept in $kept"
	exit 1
}

while [ "$round" -le "$rounds" ]; do
	server_start
	rm -f "$journals/begun"
	"$client" write "$journals" 60 > "$server_home/written" 2>&1 &
	writer=$!
	while [ ! -e "$journals/begun" ] && kill -0 $writer 2>/dev/null; do
		sleep 0.02
	done
	# Somewhere between 0.2 and 1 s, other in every round.
	sleep "$(awk -v r="$round" 'BEGIN { srand(r * 7919); printf "%.3f", 0.2 + 0.8 * rand() }')"
	server_kill
	wait $writer || { sed 's/^/# /' "$server_home/written"; fail_round "round $round: the writers met only the crash"; }
	written=$(cat "$server_home/written")
	total=$((total + written))
	server_start
	"$client" verify "$journals" || fail_round "round $round: every acknowledged commit is there"
	if [ $((round % 2)) -eq 0 ]; then
		server_kill # die again, right after the recovery
		server_start
		"$client" verify "$journals" || fail_round "round $round: recovery can be repeated"
	fi
	server_stop || fail_round "round $round: the server stops in good order"
	check_files || fail_round "round $round: quiverctl check finds nothing"
	echo "ok $round - killed after $written commits, $total in all: nothing lost, check clean"
	round=$((round + 1))
done
