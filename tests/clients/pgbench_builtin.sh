#!/bin/sh
# pgbench -i and its built-in scripts, unchanged, as a test of make check.
exec "$(dirname "$0")/../../bench/pgbench/builtin.sh" --tap
