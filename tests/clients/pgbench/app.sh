#!/bin/sh
# The application with pgbench, as far as a program goes that runs scripts and shows no rows: in the
# three modes of the protocol, with pipelines, and with its own retries after 40001.

pgbench=${PG_BINDIR:+$PG_BINDIR/}pgbench
psql=${PG_BINDIR:+$PG_BINDIR/}psql
count=0
failed=0

check() {
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "expected: $2" "got:      $3" | sed 's/^/# /'
		failed=$((failed + 1))
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

ask() {
	"$psql" -X -qAt -c "$1" 2>&1
}

# run SCRIPT OPTION…: what pgbench counted.
run() {
	printf '%s\n' "$1" > "$folder/script"
	shift
	"$pgbench" -n -f "$folder/script" "$@" 2>&1 |
		grep -oE 'number of transactions actually processed: [0-9]+|number of failed transactions: [0-9]+|password authentication failed|duplicate key|[Ee]rror.*' |
		sed 's/number of transactions actually //; s/number of //' | paste -sd' '
}

if ! "$pgbench" --version >/dev/null 2>&1; then
	echo "1..0 # SKIP pgbench is not installed"
	exit 0
fi
echo "# version $("$pgbench" --version | sed 's/[^0-9]*\([0-9.]*\).*/\1/')"
echo "# connection $APP_URL, by PGHOST and its kin"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
rows="it shows no rows"

check "connects with TLS and SCRAM" "processed: 1 failed transactions: 0" "$(run "$APP_ONE;" -t 1)"
check "is refused with a wrong password" "password authentication failed" "$(PGPASSWORD=wrong run "$APP_ONE;" -t 1 | grep -o 'password authentication failed' | head -n 1)"
check "declares labels" "processed: 1 failed transactions: 0" "$(run "$APP_LABELS;" -t 1)"
check "loads 1000 nodes in bulk" "processed: 1000 failed transactions: 0 1000|500500" "$(
	run "MATCH (p IS Person) RETURN count(*) + 1 AS id \\gset
INSERT (IS Person {id: :id, name: 'n' || CAST(:id AS STRING)});" -t 1000) $(ask "$APP_COUNT")"
skip "takes parameters of every type in text" "its variables are numbers and text"
skip "takes parameters of every type in binary" "it knows only text"
skip "decodes a node, an edge and a path" "$rows"
check "runs a prepared statement ten times" "processed: 10 failed transactions: 0" \
	"$(run 'MATCH (p IS Person {id: :client_id + 1}) RETURN p.name;' -M prepared -t 10)"
check "commits and rolls back" "1" "$(run "BEGIN;
INSERT (IS Person {id: 2001});
ROLLBACK;
BEGIN;
INSERT (IS Person {id: 2002});
COMMIT;" -t 1 >/dev/null
	ask "MATCH (p IS Person) WHERE p.id IN [2001, 2002] RETURN count(*)")"
check "tries again after 40001" "processed: 200 failed transactions: 0 200" "$(run "$APP_REPEATABLE;
$APP_VISITS;
$APP_VISIT;
COMMIT;" -c 4 -t 50 --max-tries=1000) $(ask "$APP_VISITS")"
skip "goes back to a savepoint" "a script ends with its first error"
skip "fetches 1000 rows piece by piece" "$rows"
skip "cancels a long query" "it does not cancel"
skip "receives a warning" "it does not show them"
check "tells SQLSTATE, position and constraint" "duplicate key" "$(run "$APP_DUPLICATE;" -t 1 | grep -o 'duplicate key' | head -n 1)"
skip "connects again after the session ended" "it gives up"
for mode in simple extended prepared; do
	check "runs with 8 clients, $mode" "processed: 200 failed transactions: 0" \
		"$(run '\set id random(1, 1000)
MATCH (p IS Person {id: :id}) RETURN p.name;' -M $mode -c 8 -j 2 -t 25)"
done
check "pipelines" "processed: 20 failed transactions: 0" "$(run '\startpipeline
MATCH (p IS Person {id: 1}) RETURN p.name;
MATCH (p IS Person {id: 2}) RETURN p.name;
\endpipeline' -M extended -t 20)"
echo "1..$count"
[ $failed -eq 0 ]
