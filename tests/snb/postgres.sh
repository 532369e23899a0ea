#!/bin/sh
# The expected answers are what PostgreSQL 15 says to the SQL, where it is installed. Prints TAP.
exec "$(dirname "$0")/run.sh" --postgres
