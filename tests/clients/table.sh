#!/bin/sh
# The table in docs/clients.md has a row for each driver, at the version that its manifest pins.
# Prints TAP. (What the rows say of the steps is checked by `run.sh --all`.)
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
clients=$QUIVER_SOURCE/tests/clients
count=0
status=0

# The version that a driver's manifest pins; empty if the distribution chooses it.
pinned() {
	cd "$clients/$1" || exit 1
	if [ -f source.txt ]; then sed -n '1s/[^ ]* \([^ ]*\) .*/\1/p' source.txt
	elif [ -f packages.txt ]; then sed -n '1s/.* //p' packages.txt
	elif [ -f requirements.txt ]; then sed -n '1s/.*==//p' requirements.txt
	elif [ -f package.json ]; then sed -n 's/.*"\(pg\|postgres\)": "\(.*\)".*/\2/p' package.json
	elif [ -f go.mod ]; then sed -n 's/^\(require \|	\)\(github.com\/jackc\/pgx\/v5\|github.com\/lib\/pq\) v\([^ ]*\).*/\3/p' go.mod
	elif [ -f Cargo.toml ]; then sed -n 's/^\(tokio-postgres\|sqlx\) = .*"=\([0-9.]*\)".*/\2/p' Cargo.toml
	elif [ -f pom.xml ]; then sed -n 's/.*<version>\(.*\)<\/version><!-- the driver -->.*/\1/p' pom.xml
	fi
}

for folder in "$clients"/*/; do
	driver=$(basename "$folder")
	version=$(pinned "$driver")
	count=$((count + 1))
	if grep -q "^| $driver | $version" "$QUIVER_SOURCE/docs/clients.md"; then
		echo "ok $count - $driver is in the table at its version"
	else
		echo "not ok $count - $driver is in the table at its version"
		echo "# \"| $driver | $version\" is not in docs/clients.md"
		status=1
	fi
done
echo "1..$count"
exit $status
