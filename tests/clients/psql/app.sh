#!/bin/sh
# The sample application in psql, by script and at a terminal of its own: variables, \copy, \gset,
# \x, \timing, \watch-free; an interrupted query. Prints TAP. PGHOST and its kin say where the server is.

psql=${PG_BINDIR:+$PG_BINDIR/}psql
count=0
failed=0

# check PROMISE EXPECTED GOT
check() {
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - psql: $1"
	else
		echo "not ok $count - psql: $1"
		printf '%s\n' "expected: $2" "got:      $3" | sed 's/^/# /'
		failed=$((failed + 1))
	fi
}

ask() {
	"$psql" -X -qAt -v ON_ERROR_STOP=1 "$@" 2>&1
}

check "connects" 1 "$(ask -c 'SELECT 1')"
check "creates labels" "CREATE LABEL CREATE LABEL " "$("$psql" -X -c 'CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING)' \
	-c 'CREATE EDGE LABEL KNOWS (FROM Person(id) TO Person(id), since INT64)' 2>&1 | tr '\n' ' ')"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf 'id,name\n1,Ada\n2,"Grace ""H"""\n3,\n' > "$folder/person.csv"
printf '_from,_to,since\n1,2,1843\n2,3,\n' > "$folder/knows.csv"
check "copies nodes" "COPY 3" "$("$psql" -X -c "\\copy Person FROM '$folder/person.csv' WITH (FORMAT csv, HEADER)" 2>&1)"
check "copies edges" "COPY 2" "$("$psql" -X -c "\\copy KNOWS FROM '$folder/knows.csv' WITH (FORMAT csv, HEADER)" 2>&1)"
check "reads what it copied" 'Ada|1843|Grace "H"' \
	"$(ask -c 'MATCH (a IS Person)-[k IS KNOWS]->(b) WHERE a.id = 1 RETURN a.name, k.since, b.name')"
check "takes a query over several lines" 3 "$(printf 'MATCH (p IS Person)\n  -- a comment\nRETURN\n\n count(*);\n' | ask)"
check "puts variables in, quoted" "Grace \"H\"" \
	"$(printf "\\\\set who 'Grace \"H\"'\nMATCH (p IS Person {name: :'who'}) RETURN p.name;\n" | ask)"
check "keeps results in variables" "got 3" \
	"$(printf 'MATCH (p IS Person) RETURN count(*) AS n \\gset\n\\echo got :n\n' | ask)"
check "shows rows on their sides" "[id|1, name|Ada]" \
	"$(printf '\\x\nMATCH (p IS Person {id: 1}) RETURN p.id AS id, p.name AS name;\n' | ask | paste -sd, | sed 's/,/, /;s/.*/[&]/')"
check "times" "Time:" "$(printf '\\timing on\nRETURN 1;\n' | ask | grep -o '^Time:')"
check "draws a caret under the error" "LINE 1: MATCH (p IS Person RETURN p;
                           ^" "$(printf 'MATCH (p IS Person RETURN p;\n' | ask | sed -n '2,3p')"
check "counts characters, not bytes, to the error" "LINE 1: RETURN 'äöü', 1 1;
                        ^" "$(printf "RETURN 'äöü', 1 1;\n" | ask | sed -n '2,3p')"
check "an error leaves the session usable" 2 "$(printf 'RETURN 1 / 0;\nRETURN 2;\n' | "$psql" -X -qAt 2>/dev/null)"
check "a bad line undoes the whole copy and is named" "line 3 0" "$(
	printf 'id,name\n10,x\nnot a number,y\n' > "$folder/bad.csv"
	"$psql" -X -c "\\copy Person FROM '$folder/bad.csv' WITH (FORMAT csv, HEADER)" 2>&1 | grep -o 'line 3' | head -n 1 | tr '\n' ' '
	ask -c 'MATCH (p IS Person {id: 10}) RETURN count(*)')"
check "rolls back" 3 "$(ask -c 'BEGIN' -c 'INSERT (IS Person {id: 9})' -c 'ROLLBACK' -c 'MATCH (p IS Person) RETURN count(*)')"
check "a string of statements is one transaction" 3 "$(ask -c 'INSERT (IS Person {id: 9}); RETURN 1 / 0' >/dev/null
	ask -c 'MATCH (p IS Person) RETURN count(*)')"

# An interrupt, as Ctrl-C sends it: psql asks the server to cancel and goes on with the next line.
printf 'UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*);\nRETURN 7;\n' > "$folder/long.sql"
setsid sh -c 'trap - INT; exec "$@"' sh "$psql" -X -qAt -f "$folder/long.sql" > "$folder/long.out" 2>&1 &
child=$!
sleep 0.5
kill -INT $child
wait $child
check "an interrupt cancels the query" "canceling statement due to user request" \
	"$(grep -o 'canceling statement due to user request' "$folder/long.out")"

echo "1..$count"
[ $failed -eq 0 ]
