#!/bin/sh
# All methods of pgjdbc's DatabaseMetaData (Metadata.java), on a server of its own and on PostgreSQL 15,
# with the same tables on both. The driver is the one that tests/clients installs; JDBC_JAR names
# another.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/server.sh"
. "$QUIVER_SOURCE/tests/lib/postgres.sh"
server_require
jar=$JDBC_JAR
for place in "$QUIVER_BUILD"/clients/pgjdbc-jars/postgresql-*.jar "$HOME"/.m2/repository/org/postgresql/postgresql/*/*.jar; do
	[ -n "$jar" ] || [ ! -f "$place" ] || jar=$place
done
[ -n "$jar" ] || skip_all "pgjdbc is not here: tests/clients/run.sh pgjdbc fetches it, JDBC_JAR names it"
java -version >/dev/null 2>&1 || skip_all "java is not installed"
postgres_require

port=${METADATA_PORT:-6280}
server_prepare
PGPORT=$port
server_start -c synchronous_commit=off -c listen_addresses=127.0.0.1
postgres_port=$((port + 1))
postgres_start 127.0.0.1
status=0
java -cp "$jar" "$QUIVER_SOURCE/tests/catalog/Metadata.java" "$QUIVER_SOURCE/tests/catalog/schema.sql" \
	"jdbc:postgresql://127.0.0.1:$port/quiver?user=tester&sslmode=disable" \
	"jdbc:postgresql://127.0.0.1:$postgres_port/quiver?user=tester" || status=1
server_stop || status=1
exit $status
