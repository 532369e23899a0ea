#!/bin/sh
# All fuzz targets under the address and undefined sanitizers, side by side: run.sh [SECONDS [TARGET…]],
# in a build with --enable-fuzzing and --with-sanitizer=address,undefined; `make fuzz` in any build makes
# that one. Begins with each target's corpus and keeps what it finds beside the program, in found/TARGET,
# so that the next run goes on from there. Prints TAP: a target is ok if nothing crashed, leaked or hung.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${QUIVER_BUILD:=$QUIVER_SOURCE/build-fuzz}"
seconds=${1:-60}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- lex parse startup message scram bind copy wal page superblock property
here=$QUIVER_BUILD/tests/fuzz
mkdir -p "$here/found" && cd "$here/found" || exit 99
echo "1..$#"
for target in "$@"; do
	mkdir -p "$target"
	"$here/fuzz_$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -max_len=8192 \
		-verbosity=0 -print_final_stats=1 -artifact_prefix="$target-" \
		"$target" "$QUIVER_SOURCE/tests/fuzz/corpus/$target" > "$target.log" 2>&1 &
	eval "pid_$target=$!"
done
failed=0
number=0
for target in "$@"; do
	number=$((number + 1))
	eval "wait \$pid_$target" && word=ok || word="not ok"
	[ "$word" = ok ] || failed=1
	runs=$(sed -n 's/^stat::number_of_executed_units: //p' "$target.log")
	echo "$word $number - $target: $seconds seconds, ${runs:-no} inputs"
	[ "$word" = ok ] || tail -n 40 "$target.log" | sed 's/^/# /'
done
exit $failed
