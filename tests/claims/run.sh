#!/bin/sh
# What the server says of statements, see claims.py. ACCEPT=1 writes it into claims.txt.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/cases.sh"
cases_run claims
