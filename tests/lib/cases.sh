# A file of statements held to what the server says of them: sourced by a test's run.sh, which gives its own
# folder's name. The folder has setup.sql and a script of its name, on lib/cases.py.
#
#     cases_run NAME
. "$QUIVER_SOURCE/tests/lib/server.sh"

# Ends the test with what the script says. ACCEPT=1 writes what the server says into its file.
cases_run() {
	server_require
	command -v python3 > /dev/null 2>&1 || skip_all "python3 is not installed"
	server_start -c synchronous_commit=off
	"$psql" -X -q -v ON_ERROR_STOP=1 -f "$QUIVER_SOURCE/tests/$1/setup.sql" || exit 99
	python3 -B "$QUIVER_SOURCE/tests/$1/$1.py" "$PGHOST/.s.PGSQL.$PGPORT" ${ACCEPT:+--accept}
	cases_status=$?
	server_stop
	exit $cases_status
}
