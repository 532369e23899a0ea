#!/bin/sh
# Fuzzes what reads bytes from the disk: superblock, page, log and property codec, each for FUZZ_SECONDS
# (180 if not set), with clang's libFuzzer under the address and undefined sanitizers. FUZZ_TARGETS names
# others. Builds them in build-fuzz beside the sources. What is found beyond the corpora stays in
# build-fuzz/found; an input that shows a bug is left there as crash-*, timeout-* or leak-*.
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${FUZZ_SECONDS:-180}
targets=${FUZZ_TARGETS:-superblock page wal property}
build=$source/build-fuzz
status=0

mkdir -p "$build"
cd "$build"
[ -f Makefile ] ||
	"$source/configure" --enable-fuzzing --with-sanitizer=address,undefined CC="${FUZZ_CC:-clang}"
for target in $targets; do
	make -j2 "tests/fuzz/fuzz_$target"
done
for target in $targets; do
	mkdir -p "found/$target"
	if "tests/fuzz/fuzz_$target" -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 \
		-artifact_prefix="found/" "found/$target" "$source/tests/fuzz/corpus/$target" \
		> "found/$target.log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "found/$target.log")
		echo "fuzz target=$target seconds=$seconds inputs=$runs found=0"
	else
		tail -n 40 "found/$target.log"
		echo "fuzz target=$target failed: see $build/found"
		status=1
	fi
done
exit $status
