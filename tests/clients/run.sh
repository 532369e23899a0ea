#!/bin/sh
# Runs the sample application of every driver, each against a fresh server; prints TAP. Drivers of
# Python and Node are fetched, pinned, by pip and npm into the build folder; one that cannot be
# fetched is skipped with the reason. Arguments choose drivers; none means all.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
server_require

clients=$QUIVER_SOURCE/tests/clients
made=$QUIVER_BUILD/clients
mkdir -p "$made"
count=0
status=0

# Renumbers one program's TAP into ours.
collect() {
	while IFS= read -r line; do
		case $line in
		ok* | "not ok"*)
			count=$((count + 1))
			echo "$line" | sed "s/^\(not ok\|ok\) [0-9]*/\1 $count/"
			;;
		1..*) ;;
		*) echo "# ${line#\# }" ;;
		esac
	done < "$1"
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# run DRIVER COMMAND…
run() {
	driver=$1
	shift
	( server_home= ; server_start; timeout 60 "$@" > "$made/$driver.tap" 2>&1; echo $? > "$made/$driver.rc"; server_stop )
	collect "$made/$driver.tap"
	if [ "$(cat "$made/$driver.rc")" -ne 0 ]; then
		status=1
		grep -q '^not ok' "$made/$driver.tap" || { count=$((count + 1)); echo "not ok $count - $driver: runs to its end"; }
	fi
}

run_python() {
	driver=$1
	venv=$made/venv-$driver
	if ! [ -e "$venv/ready" ] || ! cmp -s "$venv/ready" "$clients/$driver/requirements.txt"; then
		rm -rf "$venv"
		if ! /usr/bin/python3 -m venv "$venv" > "$made/$driver.log" 2>&1; then
			skip "$driver" "python3-venv is not installed"
			return
		fi
		if ! "$venv/bin/pip" install -q -r "$clients/$driver/requirements.txt" >> "$made/$driver.log" 2>&1; then
			skip "$driver" "pip cannot fetch the driver: $(tail -n 1 "$made/$driver.log" | cut -c 1-100)"
			return
		fi
		cp "$clients/$driver/requirements.txt" "$venv/ready"
	fi
	run "$driver" "$venv/bin/python3" -Bu "$clients/$driver/app.py"
}

run_node() {
	folder=$made/node-postgres
	if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
		skip node-postgres "node and npm are not installed"
		return
	fi
	mkdir -p "$folder"
	cp "$clients"/node-postgres/package*.json "$clients/node-postgres/app.js" "$folder"
	if ! [ -d "$folder/node_modules/pg" ] &&
		! (cd "$folder" && npm ci --no-audit --no-fund > ../node-postgres.log 2>&1); then
		skip node-postgres "npm cannot fetch the driver: $(tail -n 1 "$made/node-postgres.log" | cut -c 1-100)"
		return
	fi
	run node-postgres node "$folder/app.js"
}

[ $# -gt 0 ] || set -- libpq psql psycopg2 psycopg3 asyncpg node-postgres
for driver in "$@"; do
	case $driver in
	libpq)
		if [ -x "$QUIVER_BUILD/tests/clients/libpq/app" ]; then
			run libpq "$QUIVER_BUILD/tests/clients/libpq/app"
		else
			skip libpq "built without libpq"
		fi
		;;
	psql) run psql sh "$clients/psql/app.sh" ;;
	node-postgres) run_node ;;
	*) run_python "$driver" ;;
	esac
done
echo "1..$count"
exit $status
