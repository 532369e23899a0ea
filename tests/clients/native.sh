#!/bin/sh
# The sample application of the drivers that need no fetching, as a test of make check.
exec "${QUIVER_SOURCE:?}/tests/clients/run.sh" libpq psql
