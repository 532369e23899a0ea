#!/bin/sh
# Statements that nest or chain more than a thread's stack, or anybody's patience, holds: each is
# answered, by rows or by an error that says what is too much, and the server goes on. Prints TAP.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/tap.sh"
server_require
server_start -c max_query_depth="${DEEP_QUERY_DEPTH:-2000}"
started=$server_pid

# repeated N TEXT
repeated() {
	awk -v n="$1" -v text="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", text }'
}

# survives NAME: the statement lies in a file. Too complex (54001), too much memory (53200), too long
# (57014) it may be; arrays have six dimensions (54000), what is not there is 0A000, regular expressions a depth (2201B), and names of
# tables are there once (42712).
survives() {
	"$psql" -X -qAt -v VERBOSITY=sqlstate -c "SET statement_timeout = '2s'" -f "$server_home/text" \
		> "$server_home/said" 2>&1
	! grep -v 'ERROR:  \(54001\|54000\|53200\|57014\|0A000\|2201B\|42712\)$' "$server_home/said" | grep -q 'psql:' &&
		[ "$("$psql" -X -qAt -c 'SELECT 1' 2>&1)" = 1 ] && kill -0 "$started"
	ok $? "$1"
}

# chain NAME FIRST REPEATED LAST, nest NAME FIRST OPENING MIDDLE CLOSING LAST, each of two lengths
chain() {
	for n in 2500 60000; do
		{ printf '%s' "$2"; repeated $n "$3"; echo "$4;"; } > "$server_home/text"
		survives "$1, $n of them"
	done
}

nest() {
	for n in 2500 20000; do
		{ printf '%s' "$2"; repeated $n "$3"; printf '%s' "$4"; repeated $n "$5"; echo "$6;"; } > "$server_home/text"
		survives "$1, $n deep"
	done
}

chain "sums" "SELECT 1" " + 1" ""
chain "sums in the language" "RETURN 1" " + 1" ""
chain "text put together" "RETURN 'a'" " || 'a'" ""
chain "XOR" "RETURN true" " XOR true" ""
chain "comparisons" "RETURN 1" " = 1" ""
chain "casts" "SELECT 1" "::int::text" ""
chain "operators of JSON" "SELECT '{}'::jsonb" " -> 'a'" ""
chain "AT TIME ZONE" "SELECT now()" " AT TIME ZONE 'UTC'" ""
chain "NOT" "RETURN " "NOT " "true"
chain "clauses of WITH" "WITH 1 AS a " "WITH a + 1 AS a " "RETURN a"
chain "UNION ALL" "SELECT 1" " UNION ALL SELECT 1" ""
chain "EXCEPT" "SELECT 1" " EXCEPT SELECT 1" ""
chain "joins" "SELECT oid FROM pg_am a" " JOIN pg_am USING (oid)" ""
chain "patterns" "MATCH (a)" ", ()-->()" " RETURN a"
chain "branches of UNION" "RETURN 1 AS a" " UNION RETURN 1 AS a" ""
chain "edges of a pattern" "MATCH (a)" "-[]->()" " RETURN a"
chain "optional patterns" "MATCH (a) " "OPTIONAL MATCH (a)-[]->() " "RETURN a"
nest "parentheses" "SELECT " "(" "1" ")" ""
nest "lists" "RETURN " "[" "1" "]" ""
nest "calls" "SELECT " "abs(" "1" ")" ""
nest "CASE" "SELECT " "CASE WHEN true THEN " "1" " END" ""
nest "scalar subqueries" "SELECT " "(SELECT " "1" ")" ""
nest "tables of subqueries" "SELECT * FROM " "(SELECT * FROM " "(SELECT 1) x" ") x" ""
nest "joins in parentheses" "SELECT oid FROM " "(" "pg_am a" " JOIN pg_am USING (oid))" ""
nest "EXISTS" "MATCH (a) WHERE " "EXISTS { MATCH (b) WHERE " "true" " RETURN b }" " RETURN a"
nest "CALL" "" "CALL { " "RETURN 1 AS a" " } RETURN a" ""
nest "arrays as text" "SELECT '" "{" "1" "}" "'::int[]"
nest "JSON as text" "SELECT '" "[" "1" "]" "'::jsonb"
nest "regular expressions" "SELECT 'a' ~ '" "(" "a" ")" "'"

# What is used twice at each level: its work would double with each.
twice() {
	{ printf '%s' "$2"; repeated 60 "$3"; printf '%s' "$4"; repeated 60 "$5"; echo ";"; } > "$server_home/text"
	survives "$1, 60 deep"
}
twice "BETWEEN" "SELECT " "(" "true" " BETWEEN true AND true)"
twice "BETWEEN SYMMETRIC" "SELECT " "(" "true" " BETWEEN SYMMETRIC true AND true)"
twice "nullif" "SELECT " "nullif(" "1" ", 2)"
twice "CASE of a value" "SELECT " "CASE " "1" " WHEN 1 THEN 1 WHEN 2 THEN 2 END"
twice "comparisons chained" "RETURN " "(1 < " "true" " < 3)"
twice "rows compared" "SELECT " "((" "1" ", 1) < (1, 1))::int"
twice "LET" "RETURN " "LET x = " "1" " IN x + x END"

"$psql" -X -qAt -c "RETURN $(repeated 900 '1 + ')1" > "$server_home/said" 2>&1
[ "$(cat "$server_home/said")" = 901 ]
ok $? "a chain that is long, but not too long, is answered"

# What takes no depth but work, each item with each other one: it ends when its time is over.
ends() {
	timeout 30 "$psql" -X -qAt -v VERBOSITY=sqlstate -c "SET statement_timeout = '500ms'" -f "$server_home/text" \
		> "$server_home/said" 2>&1
	grep -q 'ERROR:  57014$' "$server_home/said" && [ "$("$psql" -X -qAt -c 'SELECT 1' 2>&1)" = 1 ]
	ok $? "its time ends $1"
}

for operator in '@>' '<@'; do
	echo "SELECT array_agg(g) $operator (array_agg(500001 - g)) FROM generate_series(1, 500000) g;" > "$server_home/text"
	ends "arrays in arrays, $operator"
	echo "SELECT jsonb_agg(g) $operator (jsonb_agg(100001 - g)) FROM generate_series(1, 100000) g;" > "$server_home/text"
	ends "JSON in JSON, $operator"
done
echo "SELECT array_agg(g) && array_agg(-g) FROM generate_series(1, 500000) g;" > "$server_home/text"
ends "arrays with common items"
server_stop
ok $? "the server ends in good order"
tap_end
