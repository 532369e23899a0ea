#!/bin/sh
# Golden sessions: each queries/NAME.cypher runs in psql against a server of its own, and what psql
# prints must equal expected/NAME.out. Prints TAP. ACCEPT=1 writes the expected files instead, whose
# diff is then reviewed like code. Arguments choose names; none means all.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require

here=$QUIVER_SOURCE/tests/regress
made=$QUIVER_BUILD/tests/regress
mkdir -p "$made"
[ $# -gt 0 ] || set -- $(cd "$here/queries" && ls *.cypher | sed 's/\.cypher$//')
echo "1..$#"
count=0
status=0
for name in "$@"; do
	count=$((count + 1))
	(
		server_home=
		server_start -c synchronous_commit=off
		cd "$here/queries"
		"$psql" -X -a -q -v VERBOSITY=verbose -f "$name.cypher" > "$made/$name.out" 2>&1
		server_stop
	)
	# psql names the file and line before each error; only the line says something.
	sed -i "s,^psql:$name\.cypher:,psql:," "$made/$name.out"
	# \conninfo tells the folder of this run.
	sed -i 's,"[^"]*/quiver-test-[A-Za-z0-9]*",FOLDER,' "$made/$name.out"
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
exit $status
