#!/bin/sh
# The openCypher TCK through the wire; see README.md. Arguments go to run.py.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${QUIVER_BUILD:=$QUIVER_SOURCE/build}"
: "${QUIVER_DATA:=$QUIVER_SOURCE/../shared/data}"

skip() {
	echo "tck: skipped: $1"
	exit 0
}

python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null ||
	skip "python3 (3.8 or later) is not installed"
[ -r "$QUIVER_DATA/opencypher-tck.jsonl" ] ||
	skip "$QUIVER_DATA/opencypher-tck.jsonl is not there; QUIVER_DATA names its folder"
[ -x "$QUIVER_BUILD/src/quiverd" ] || skip "quiverd is not built"
exec python3 -B "$QUIVER_SOURCE/tests/tck/run.py" --quiverd "$QUIVER_BUILD/src/quiverd" \
	--data "$QUIVER_DATA" "$@"
