#!/bin/sh
# Care over the socket, with quiverctl against a whole server: check, backup, restore, recovery to a
# point in time. Prints TAP.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/tap.sh"
server_require
"$quiverctl" check --server "host=/nonexistent" 2>&1 | grep -q "without libpq" &&
	skip_all "quiverctl is built without libpq"

# does NAME COMMAND…: it succeeds; what it says is kept.
does() {
	name=$1
	shift
	"$@" > "$server_home/said" 2>&1
	ok $? "$name"
}

# says NAME WORDS: the last command said that.
says() {
	grep -qF -e "$2" "$server_home/said"
	ok $? "$1"
}

ask() {
	"$psql" -X -qAt -v ON_ERROR_STOP=1 -c "$1"
}

# is NAME QUERY ANSWER
is() {
	ask "$2" > "$server_home/said" 2>&1
	[ "$(cat "$server_home/said")" = "$3" ]
	ok $? "$1"
}

# Texts fill the log, so that whole segments come to the archive.
grow() {
	ask "UNWIND range($1, $2) AS i INSERT (:Thing {number: i, text: '$(printf '%03000d' "$1")'})" \
		> "$server_home/said" 2>&1
}

server_prepare
mkdir "$server_home/archive"
archived="-c archive_directory=$server_home/archive -c wal_segment_size=1024"
# shellcheck disable=SC2086 # these are several words
server_start $archived
grow 1 400
ok $? "there is something to care for"
does "check of a running server" "$quiverctl" check --server "" --level 4
says "which is sound" "server: 0 findings"
does "check in JSON" "$quiverctl" check --server "" --json
says "which a program can read" '"findings":0,"is_sound":true}'

does "full backup" "$quiverctl" backup --server "" --output "$server_home/full"
says "names its checkpoint" "full backup of checkpoint"
grow 401 500
does "incremental backup" "$quiverctl" backup --server "" --output "$server_home/more" \
	--since "$server_home/full"
says "is called so" "incremental backup of checkpoint"
"$quiverctl" backup --server "" --output "$server_home/full" > "$server_home/said" 2>&1
[ $? -eq 1 ]
ok $? "a backup overwrites nothing"

grow 501 600
sleep 0.1
moment=$(date -u '+%Y-%m-%d %H:%M:%S.%6N')
sleep 0.1
ask "MATCH (t:Thing) DETACH DELETE t" > "$server_home/said" 2>&1
grow 1001 2000
is "the disaster happened" "MATCH (t:Thing) RETURN count(*)" 1000
server_stop
ok $? "the server ends in good order"
does "check of a stopped server, with a replay" "$quiverctl" check --level 4 "$server_home/data"
says "finds nothing" "0 findings"

# restored NAME COUNT OPTION…: restores, looks, ends
restored() {
	name=$1
	expected=$2
	shift 2
	rm -rf "$server_home/data"
	"$quiverctl" restore --check "$@" > "$server_home/said" 2>&1
	ok $? "restore: $name"
	server_start
	is "$name" "MATCH (t:Thing) RETURN count(*)" "$expected"
	does "$name: sound" "$quiverctl" check --server "" --level 4
	server_stop
}

restored "a full backup" 400 "$server_home/data" "$server_home/full"
restored "with an increment" 500 "$server_home/data" "$server_home/full" "$server_home/more"
restored "to the moment before the disaster" 600 --archive "$server_home/archive" \
	--to-time "$moment" "$server_home/data" "$server_home/full"

"$quiverctl" restore "$server_home/data" "$server_home/full" > "$server_home/said" 2>&1
[ $? -eq 1 ]
ok $? "a restore over a database is refused"
says "with the reason" "holds a database already"
mkdir "$server_home/half"
: > "$server_home/half/restoring"
"$quiverctl" restore "$server_home/half" "$server_home/full" > "$server_home/said" 2>&1
[ $? -eq 1 ]
ok $? "what a restore left in the middle is not gone on with"
says "with a hint" "Remove the directory and restore again."
"$quiverctl" restore "$server_home/other" "$server_home/more" > "$server_home/said" 2>&1
[ $? -eq 1 ]
ok $? "an increment alone is refused"
says "with the reason" "is an incremental backup"
printf 'x' | dd of="$server_home/full" bs=1 seek=100000 conv=notrunc 2>/dev/null
"$quiverctl" restore "$server_home/other" "$server_home/full" > "$server_home/said" 2>&1
[ $? -eq 1 ]
ok $? "a damaged backup is refused"
says "as damaged" "backup is damaged"
block=4 # a byte of each of the first blocks
while [ $block -lt 20 ]; do
	printf 'x' | dd of="$server_home/data/data" bs=1 seek=$((block * 16384 + 5000)) conv=notrunc \
		2>/dev/null
	block=$((block + 1))
done
"$quiverctl" check "$server_home/data" > "$server_home/said" 2>&1
case $? in 1 | 3) true ;; *) false ;; esac
ok $? "check finds a damaged block"
tap_end
