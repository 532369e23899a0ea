#!/bin/sh
# The sample application of the drivers that need no fetching, as a test of make check.
exec "$(dirname "$0")/run.sh" libpq psql
