#!/bin/sh
# Errors that Parse finds, see semantic.py. ACCEPT=1 writes what the server says into errors.txt.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
. "$QUIVER_SOURCE/tests/lib/cases.sh"
cases_run semantic
