#!/bin/sh
# Sessions against each other: each specs/NAME.spec runs in the isolation tester, and what it prints must
# equal expected/NAME.out. Prints TAP. ACCEPT=1 writes the expected files instead, whose diff is then
# reviewed like code. Arguments choose names; none means all.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require

here=$QUIVER_SOURCE/tests/isolation
made=$QUIVER_BUILD/tests/isolation
tester=$made/tester
[ -x "$tester" ] || skip_all "the isolation tester is not built: it needs libpq"
[ $# -gt 0 ] || set -- $(cd "$here/specs" && ls *.spec | sed 's/\.spec$//')
echo "1..$#"
server_start -c synchronous_commit=off
count=0
status=0
for name in "$@"; do
	count=$((count + 1))
	"$tester" "$here/specs/$name.spec" > "$made/$name.out" 2>&1
	if [ -n "${ACCEPT-}" ]; then
		cp "$made/$name.out" "$here/expected/$name.out"
		echo "ok $count - $name # accepted"
	elif diff -u "$here/expected/$name.out" "$made/$name.out" > "$made/$name.diff" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# /' "$made/$name.diff"
		status=1
	fi
done
server_stop || status=1
exit $status
