#!/bin/sh
# The three pgbench scripts in the three protocol modes with 8 clients, as a test of make check.
exec "$(dirname "$0")/../../bench/pgbench/run.sh" --tap
