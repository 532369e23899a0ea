#!/bin/sh
# Sessions against each other: each specs/NAME.spec runs in the isolation tester, and what it prints must
# equal expected/NAME.out. Prints TAP. ACCEPT=1 writes the expected files instead, whose diff is then
# reviewed like code. Arguments choose names; none means all. Most of the time is silence, so six
# servers share the work.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require

here=$QUIVER_SOURCE/tests/isolation
made=$QUIVER_BUILD/tests/isolation
tester=$made/tester
lanes=6
[ -x "$tester" ] || skip_all "the isolation tester is not built: it needs libpq"
[ $# -gt 0 ] || set -- $(cd "$here/specs" && ls *.spec | sed 's/\.spec$//')

# Every so manieth name, from the one given on.
run_lane() {
	lane=$1
	shift
	server_home=
	server_start -c synchronous_commit=off
	turn=0
	for name in "$@"; do
		[ $((turn % lanes)) -ne "$lane" ] ||
			"$tester" "$here/specs/$name.spec" > "$made/$name.out" 2>&1
		turn=$((turn + 1))
	done
	server_stop || echo "the server of lane $lane did not stop in good order" > "$made/lane.$lane"
}

rm -f "$made"/lane.* "$made"/*.out
lane=0
while [ $lane -lt $lanes ]; do
	(run_lane $lane "$@") > "$made/log.$lane" 2>&1 &
	lane=$((lane + 1))
done
wait

echo "1..$(($# + 1))"
count=0
status=0
for name in "$@"; do
	count=$((count + 1))
	if [ -n "${ACCEPT-}" ] && cp "$made/$name.out" "$here/expected/$name.out"; then
		echo "ok $count - $name # accepted"
	elif diff -u "$here/expected/$name.out" "$made/$name.out" > "$made/$name.diff" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# /' "$made/$name.diff"
		status=1
	fi
done
cat "$made"/lane.* 2>/dev/null | sed 's/^/# /' > "$made/ends"
if [ -s "$made/ends" ]; then
	echo "not ok $((count + 1)) - the servers stop in good order"
	cat "$made/ends" "$made"/log.*
	status=1
else
	echo "ok $((count + 1)) - the servers stop in good order"
fi
exit $status
