#!/bin/sh
# The application in psql; the steps are those of the README. Beyond them what people do at its
# prompt: variables, \gset, \x, \timing, carets under errors.

psql=${PG_BINDIR:+$PG_BINDIR/}psql
count=0
failed=0

# check PROMISE EXPECTED GOT
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
	"$psql" -X -qAt -v ON_ERROR_STOP=1 "$@" 2>&1
}


echo "# version $("$psql" --version | sed 's/[^0-9]*\([0-9.]*\).*/\1/')"
echo "# connection psql '$APP_URL'"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

check "connects with TLS and SCRAM" "1 SSL connection" \
	"$(ask "$APP_URL" -c "$APP_ONE" -c '\conninfo' | grep -oE '^1$|SSL connection' | paste -sd' ')"
check "is refused with a wrong password" 'password authentication failed for user "app"' \
	"$(PGPASSWORD=wrong ask -c "$APP_ONE" | grep -o 'password authentication.*')"
check "declares labels" "CREATE LABEL CREATE LABEL CREATE LABEL" "$(echo "$APP_LABELS;" | "$psql" -X 2>&1 | paste -sd' ')"
{
	echo 'id,name'
	seq 1000 | sed 's/.*/&,n&/'
} > "$folder/person.csv"
check "loads 1000 nodes in bulk" "COPY 1000 1000|500500" \
	"$("$psql" -X -c "\\copy Person FROM '$folder/person.csv' WITH (FORMAT csv, HEADER)" 2>&1) $(ask -c "$APP_COUNT")"

# Binary COPY out and in again takes every type both ways.
sample() {
	cat <<- 'END'
		\set v1 1
		\set v2 t
		\set v3 4294967296123
		\set v4 -0.25
		\set v5 'Zoë "q" \\ 雪'
		\set v6 '\\x00ff275c'
		\set v7 12345678-1234-5678-1234-567812345678
		\set v8 2024-02-29
		\set v9 12:34:56.789012
		\set v10 '2024-02-29 12:34:56.789012'
		\set v11 '2024-02-29 12:34:56.789012+00'
		\set v12 '2 days 03:04:05'
	END
	echo "PREPARE sample AS $APP_SAMPLE;"
	echo "EXECUTE sample(:'v1', :'v2', :'v3', :'v4', :'v5', :'v6', :'v7', :'v8', :'v9', :'v10', :'v11', :'v12', [1, -2, 3], ['a', 'b,\"c\"', ''], 12.5M);"
	echo "$APP_SAMPLE_TEXT;"
}
check "takes parameters of every type in text" "$APP_SAMPLE_EXPECTED" "$(sample | ask)"
check "takes parameters of every type in binary" "COPY 1 DELETE 1 COPY 1 $APP_SAMPLE_EXPECTED" "$(
	printf '%s\n' "\\copy Sample TO '$folder/sample' WITH (FORMAT binary)" "$APP_SAMPLE_DROP;" \
		"\\copy Sample FROM '$folder/sample' WITH (FORMAT binary)" | "$psql" -X 2>&1 | paste -sd' '
) $(ask -c "$APP_SAMPLE_TEXT")"
check "is told when binary data has no type" 42P18 \
	"$("$psql" -X -v VERBOSITY=verbose -c "\\copy Sample (id, other) FROM '$folder/sample' WITH (FORMAT binary)" 2>&1 | grep -o 42P18)"
check "decodes a node, an edge and a path" '["Person"] n1 KNOWS 1843 2' "$(ask -c "$APP_EDGE"
	ask -c "$APP_ELEMENTS" | tr '|' '\n' | sed -n '
		1s/.*"labels":\([^,]*\),.*"name":"\(n1\)".*/\1 \2/p
		2s/.*"label":"\([^"]*\)".*"since":\([0-9]*\).*/\1 \2/p
		3s/.*"nodes":\[.*"n1".*"n2".*/2/p' | paste -sd' ')"
check "runs a prepared statement ten times" "$(seq -f n%g 10)" "$({
	echo "PREPARE by_id AS $APP_NAME;"
	seq -f 'EXECUTE by_id(%g);' 10
} | ask)"
check "commits and rolls back" "stays" "$({
	printf '\\set v1 2001\n\\set v2 gone\n'
	echo "PREPARE person AS $APP_PERSON; PREPARE name AS $APP_NAME;"
	echo "BEGIN; EXECUTE person(2001, 'gone'); ROLLBACK; BEGIN; EXECUTE person(2002, 'stays'); COMMIT;"
	echo "EXECUTE name(2001); EXECUTE name(2002);"
} | ask)"
check "tries again after 40001" "40001 2" "$({
	echo "$APP_REPEATABLE;"
	echo "$APP_VISITS;"
	printf '%s\n' "\\! '$psql' -X -q -c '$APP_VISIT'"
	echo "$APP_VISIT;"
	printf '%s\n' '\echo :SQLSTATE'
	printf '%s;\n' ROLLBACK "$APP_REPEATABLE" "$APP_VISIT" COMMIT "$APP_VISITS"
} | "$psql" -X -qAt 2>/dev/null | grep . | paste -sd' ')"
check "goes back to a savepoint" "23505 stays" "$({
	echo "PREPARE person AS $APP_PERSON; BEGIN; EXECUTE person(2003, 'stays'); SAVEPOINT here;"
	echo "$APP_DUPLICATE;"
	printf '%s\n' '\echo :SQLSTATE'
	echo "ROLLBACK TO SAVEPOINT here; COMMIT; MATCH (p IS Person {id: 2003}) RETURN p.name;"
} | "$psql" -X -qAt 2>/dev/null | paste -sd' ')"
check "fetches 1000 rows piece by piece" "$(seq 1000)" "$(printf '\\set FETCH_COUNT 100\n%s;\n' "$APP_IDS" | ask)"

# An interrupt, as Ctrl-C sends it.
printf '%s;\n' "$APP_LONG" > "$folder/long.sql"
setsid sh -c 'trap - INT; exec "$@"' sh "$psql" -X -qAt -v VERBOSITY=verbose -f "$folder/long.sql" > "$folder/long.out" 2>&1 &
child=$!
sleep 0.5
kill -INT $child
wait $child
check "cancels a long query" "57014 1" "$(grep -o 57014 "$folder/long.out") $(ask -c "$APP_ONE")"
check "receives a warning" "25P01" "$(ask -v VERBOSITY=verbose -c "$APP_WARNING" | grep -o 25P01)"
check "tells SQLSTATE, position and constraint" "42601                            ^ 23505 Person_pkey" "$(
	ask -v VERBOSITY=verbose -c "$APP_SYNTAX" | sed -n 's/.*\(42601\).*/\1/p; 3p' | paste -sd' '
) $(ask -v VERBOSITY=verbose -c "$APP_DUPLICATE" | grep -oE '23505|Person_pkey$' | paste -sd' ')"
check "connects again after the session ended" "57P05 1" "$(printf '\\set VERBOSITY verbose\n%s;\n\\! sleep 0.5\n%s;\n' "$APP_IDLE" "$APP_ONE" |
	"$psql" -X -qAt 2>&1 | grep -o 57P05) $(ask -c "$APP_ONE")"

check "takes a query over several lines" 3 "$(printf 'MATCH (p IS Person)\n  -- a comment\nWHERE p.id < 4 RETURN\n\n count(*);\n' | ask)"
check "puts variables in, quoted" 'n1 "H"' "$(printf "\\\\set who 'n1 \"H\"'\nRETURN :'who';\n" | ask)"
check "keeps results in variables" "got 3" "$(printf 'RETURN 3 AS n \\gset\n\\echo got :n\n' | ask)"
check "shows rows on their sides" "id|1 name|n1" "$(printf '\\x\nMATCH (p IS Person {id: 1}) RETURN p.id AS id, p.name AS name;\n' | ask | paste -sd' ')"
check "times" "Time:" "$(printf '\\timing on\nRETURN 1;\n' | ask | grep -o '^Time:')"
check "counts characters, not bytes, to the error" "LINE 1: RETURN 'äöü', 1 1;
                        ^" "$(printf "RETURN 'äöü', 1 1;\n" | ask | sed -n '2,3p')"
check "an error leaves the session usable" 2 "$(printf 'RETURN 1 / 0;\nRETURN 2;\n' | "$psql" -X -qAt 2>/dev/null)"
check "a bad line undoes the whole copy and is named" "line 3 0" "$(
	printf 'id,name\n5000,x\nnot a number,y\n' > "$folder/bad.csv"
	"$psql" -X -c "\\copy Person FROM '$folder/bad.csv' WITH (FORMAT csv, HEADER)" 2>&1 | grep -o 'line 3' | head -n 1 | tr '\n' ' '
	ask -c 'MATCH (p IS Person {id: 5000}) RETURN count(*)')"
check "a string of statements is one transaction" 0 "$(ask -c 'INSERT (IS Person {id: 5001}); RETURN 1 / 0' >/dev/null
	ask -c 'MATCH (p IS Person {id: 5001}) RETURN count(*)')"

echo "1..$count"
[ $failed -eq 0 ]
