#!/bin/sh
# The expected answers of the scripts are what PostgreSQL 15 prints, where it is installed. Prints TAP.
exec "$(dirname "$0")/run.sh" --postgres
