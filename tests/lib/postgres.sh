# Sourced after server.sh by tests that hold this server against PostgreSQL 15: starts one on a socket
# in a folder of its own, with the same user and database.
#
#     postgres_require             skips the test where PostgreSQL 15 is not installed
#     postgres_start … postgres_stop     its socket is $postgres_socket, its port $postgres_port

: "${POSTGRES_BINDIR:=/usr/lib/postgresql/15/bin}"
postgres_home=
postgres_port=5456

# True if it cannot run here; says why.
postgres_missing() {
	if [ ! -x "$POSTGRES_BINDIR/initdb" ]; then
		echo "PostgreSQL 15 is not installed in $POSTGRES_BINDIR (POSTGRES_BINDIR names its programs)"
	elif [ "$(id -u)" = 0 ] && ! id postgres >/dev/null 2>&1; then
		echo "PostgreSQL does not run as root, and there is no user postgres"
	else
		return 1
	fi
}

postgres_require() {
	! postgres_why=$(postgres_missing) || skip_all "$postgres_why"
}

# PostgreSQL refuses to run as root.
postgres_run() {
	if [ "$(id -u)" = 0 ]; then
		su postgres -c "$*"
	else
		sh -c "$*"
	fi
}

postgres_start() {
	postgres_home=$(mktemp -d "${TMPDIR:-/tmp}/quiver-postgres-XXXXXX") || exit 99
	[ "$(id -u)" != 0 ] || chown postgres "$postgres_home"
	trap 'postgres_clean; server_clean' EXIT
	postgres_run "$POSTGRES_BINDIR/initdb -D $postgres_home/data -U ${PGUSER:-tester} -A trust -E UTF8 \
		--locale=C.UTF-8 -N" > "$postgres_home.log" 2>&1 &&
		postgres_run "$POSTGRES_BINDIR/pg_ctl -D $postgres_home/data -w -s -l $postgres_home/log \
			-o '-p $postgres_port -k $postgres_home -c fsync=off -c listen_addresses=$1' start" &&
		PGHOST=$postgres_home PGPORT=$postgres_port "$psql" -X -q -d postgres \
			-c "CREATE DATABASE ${PGDATABASE:-quiver}" || {
		echo "Bail out! PostgreSQL does not start"
		sed 's/^/# /' "$postgres_home.log"
		exit 1
	}
	postgres_socket=$postgres_home/.s.PGSQL.$postgres_port
}

postgres_stop() {
	[ -n "$postgres_home" ] || return 0
	postgres_run "$POSTGRES_BINDIR/pg_ctl -D $postgres_home/data -s -m immediate stop" >/dev/null 2>&1
}

postgres_clean() {
	postgres_stop
	[ -z "$postgres_home" ] || rm -rf "$postgres_home" "$postgres_home.log"
}
