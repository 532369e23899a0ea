#!/bin/sh
# The tests of the storage engine under the address and undefined sanitizers, then under the thread
# sanitizer: its unit tests with the model, the crash matrix and failing memory, the replayed corpora, the
# isolation suites (specifications, LDBC ACID, list-append), kill -9, care and dump. Builds in
# build-asan and build-tsan beside the sources. SANITIZERS="asan" or "tsan" runs one of them.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
tests="tests/storage/check_storage tests/fuzz/fuzz_superblock tests/fuzz/fuzz_page tests/fuzz/fuzz_wal
	tests/fuzz/fuzz_property tests/isolation/run.sh tests/isolation/acid.sh tests/isolation/append.sh
	tests/fault/crash_loop.sh tests/src/care.sh tests/src/dump.sh"
status=0

for name in ${SANITIZERS:-asan tsan}; do
	case $name in
	asan) list=address,undefined ;;
	tsan) list=thread ;;
	*) echo "SANITIZERS are asan and tsan" && exit 1 ;;
	esac
	mkdir -p "$source/build-$name"
	cd "$source/build-$name"
	[ -f Makefile ] ||
		"$source/configure" --enable-developer --with-sanitizer=$list CC="${SANITIZE_CC:-gcc}"
	make -j2 all
	make -j2 check-programs
	make -j1 -k check TESTS="$(echo $tests)" || status=1
done
exit $status
