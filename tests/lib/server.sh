# Sourced by tests that need a server: one on a socket in a folder of its own, on /dev/shm where
# there is one, so that syncing costs nothing. libpq's variables point every client at it.
#
#     . "$QUIVER_SOURCE/tests/lib/server.sh"
#     server_start [-c name=value …]      … server_stop

: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${QUIVER_BUILD:=$QUIVER_SOURCE/build}"
: "${PG_BINDIR:=$(pg_config --bindir 2>/dev/null)}"
export QUIVER_SOURCE QUIVER_BUILD PG_BINDIR
quiverd=$QUIVER_BUILD/src/quiverd
quiverctl=$QUIVER_BUILD/src/quiverctl
psql=$PG_BINDIR/psql
[ -x "$psql" ] || psql=psql
server_pid=
server_home=

# Makes the folder and sets the variables; server_start calls it when nobody has.
server_prepare() {
	server_parent=${TMPDIR:-/tmp}
	[ ! -w /dev/shm ] || server_parent=/dev/shm
	server_home=$(mktemp -d "$server_parent/quiver-test-XXXXXX") || exit 99
	unset PGPASSWORD PGSERVICE PGOPTIONS PGSSLMODE PGAPPNAME PGTZ PGDATESTYLE PGCLIENTENCODING 2>/dev/null
	PGHOST=$server_home PGPORT=5455 PGUSER=tester PGDATABASE=quiver PGCONNECT_TIMEOUT=10
	export PGHOST PGPORT PGUSER PGDATABASE PGCONNECT_TIMEOUT
	trap server_clean EXIT
	trap 'exit 1' HUP INT TERM
}

server_is_ready() {
	"$psql" -X -qAt -c 'SELECT 1' >/dev/null 2>&1
}

# Starts the server (again, after server_stop or server_kill) and waits until it answers.
server_start() {
	[ -n "$server_home" ] || server_prepare
	"$quiverd" -D "$server_home/data" -k "$server_home" -p "$PGPORT" -c listen_addresses= "$@" \
		2>> "$server_home/log" < /dev/null &
	server_pid=$!
	server_tries=0
	until server_is_ready; do
		server_tries=$((server_tries + 1))
		if ! kill -0 "$server_pid" 2>/dev/null || [ $server_tries -gt 200 ]; then
			echo "Bail out! the server does not start"
			tail -n 20 "$server_home/log" | sed 's/^/# /'
			exit 1
		fi
		sleep 0.05
	done
}

# Stops it in good order; its exit status is the result. One that ends otherwise (a sanitizer found
# something) fails the whole test, whether or not the caller looks.
server_stop() {
	[ -n "$server_pid" ] || return 0
	kill -TERM "$server_pid" 2>/dev/null
	server_rc=0
	wait "$server_pid" 2>/dev/null || server_rc=$?
	if [ $server_rc -ne 0 ]; then
		echo "Bail out! the server ended with $server_rc"
		tail -n 100 "$server_home/log" | sed 's/^/# /'
	fi
	server_pid=
	return $server_rc
}

server_kill() {
	kill -KILL "$server_pid" 2>/dev/null
	wait "$server_pid" 2>/dev/null
	server_pid=
}

server_clean() {
	[ -z "$server_pid" ] || kill -KILL "$server_pid" 2>/dev/null
	[ -z "$server_home" ] || rm -rf "$server_home"
}

# For a test that cannot run: says why, in TAP.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

server_require() {
	[ -x "$quiverd" ] || skip_all "quiverd is not built"
	"$psql" --version >/dev/null 2>&1 || skip_all "psql is not installed"
}
