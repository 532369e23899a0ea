#!/bin/sh
# A page on disk that is not what was written: who reads it gets XX001 and a text that says so, it is
# counted, everything else is served as before, and a check finds it. Prints TAP.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/tap.sh"
server_require

# says NAME WORDS STATEMENT…: all in one session, whose whole answer has a line with the words.
says() {
	name=$1
	words=$2
	shift 2
	for statement in "$@"; do
		set -- "$@" -c "$statement"
		shift
	done
	"$psql" -X -qAt -v VERBOSITY=verbose "$@" > "$server_home/said" 2>&1
	grep -qE -e "$words" "$server_home/said"
	ok $? "$name"
}

# break_blocks WORD: the first letter in each block of the data file that has the word; how many blocks it were.
break_blocks() {
	first=$(printf '%s' "$1" | cut -c 1 | tr 'a-y' 'b-z')
	LC_ALL=C grep -obUa -e "$1" "$server_home/data/data" | cut -d : -f 1 |
		awk '{ block = int($1 / 16384) } !(block in seen) { seen[block] = 1; print }' > "$server_home/places"
	while read -r place; do
		printf '%s' "$first" | dd of="$server_home/data/data" bs=1 seek="$place" conv=notrunc 2> /dev/null
	done < "$server_home/places"
	wc -l < "$server_home/places"
}

damaged='^ERROR:  XX001: page [0-9]+ in block [0-9]+ is damaged$'
server_start
# Tables share pages: rows of a third one keep the two apart, and what is inserted later.
says "two tables" '^20$' "CREATE TABLE broken (id int PRIMARY KEY, v text)" "CREATE TABLE whole (id int PRIMARY KEY, v text)" \
	"CREATE TABLE between (v text)" "INSERT INTO whole SELECT g, 'sound' FROM generate_series(1, 10000) g" \
	"INSERT INTO between SELECT 'b' FROM generate_series(1, 10000) g" \
	"INSERT INTO broken SELECT g, 'brittle' || repeat('x', 1500) FROM generate_series(1, 20) g" \
	"INSERT INTO between SELECT 'b' FROM generate_series(1, 10000) g" "SELECT count(*) FROM broken"
server_stop
[ "$(break_blocks brittle)" -gt 0 ]
ok $? "a letter in its pages changes on disk"
server_start -c log_error_statement=on
says "nothing is counted before" '^0\|t$' "SELECT checksum_failures, checksum_last_failure IS NULL FROM pg_stat_database"
says "who reads it gets XX001" "$damaged" "SELECT max(length(v)) FROM broken"
says "with what it means" '^DETAIL:  What was read is not what was written there\.$' "SELECT max(length(v)) FROM broken"
says "it is counted, with its time" '^2\|t$' \
	"SELECT checksum_failures, checksum_last_failure BETWEEN now() - interval '1 minute' AND now() FROM pg_stat_database"
"$psql" -X -qAt -v VERBOSITY=verbose -c "PREPARE p AS SELECT v FROM broken WHERE id = \$1" -c "EXECUTE p(1)" \
	-c "SELECT 'the session goes on'" > "$server_home/said" 2>&1
grep -qE "$damaged" "$server_home/said" && grep -q "the session goes on" "$server_home/said"
ok $? "so does a prepared statement, and the session goes on"
says "a change of it fails too" "$damaged" "UPDATE broken SET v = 'new' WHERE id = 1"
says "and a deletion" "$damaged" "DELETE FROM broken"
says "and a copy" "$damaged" "COPY broken TO STDOUT"
says "a block is rolled back by it" '^0$' "BEGIN" "INSERT INTO whole VALUES (20000, 'x')" "SELECT v FROM broken" "COMMIT" \
	"SELECT count(*) FROM whole WHERE id = 20000"
says "other tables are read" '^10000\|5$' "SELECT count(*), max(length(v)) FROM whole"
says "and written" '^7$' "INSERT INTO whole VALUES (30000, 'written')" "SELECT length(v) FROM whole WHERE id = 30000"
says "what needs none of the pages is answered" '^20$' "SELECT count(*) FROM broken"
says "every failure is counted" '^7$' "SELECT checksum_failures FROM pg_stat_database"
cp "$server_home/log" "$server_home/said"
grep -qE 'error client error .*code=XX001 .*is damaged' "$server_home/said"
ok $? "the log has it"
kill -0 "$server_pid"
ok $? "the server is the same"
says "a checkpoint and a restart keep what is sound" '^10001$' "CHECKPOINT" "SELECT count(*) FROM whole"
server_stop
ok $? "it ends in good order"
"$quiverctl" check "$server_home/data" > "$server_home/said" 2>&1
[ $? -ne 0 ] && grep -qE "damaged|checksum" "$server_home/said"
ok $? "a check finds it"
server_start
says "the damage is still there" "$damaged" "SELECT max(length(v)) FROM broken"
says "counts begin with the server" '^1$' "SELECT checksum_failures FROM pg_stat_database"
says "and again with pg_stat_reset" '^0\|t$' "SELECT pg_stat_reset()" \
	"SELECT checksum_failures, checksum_last_failure IS NULL FROM pg_stat_database"
server_stop
tap_end
