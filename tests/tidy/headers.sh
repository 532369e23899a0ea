#!/bin/sh
# Every header compiles alone: it includes what it needs.
. "${0%/*}/tap.sh"

build=${QUIVER_BUILD:-.}
if [ ! -f "$build/config.h" ]; then
	skip_rule "every header compiles alone" "no config.h in $build"
	finish
	exit
fi
flags="-std=gnu11 -fsyntax-only -I. -include $build/config.h"
flags="$flags $(pkg-config --cflags check openssl libpq 2>/dev/null)"
c_files | grep '\.h$' | while read -r header; do
	echo "#include \"$header\""
	echo "#include \"$header\"" | ${CC:-cc} $flags -x c - 2>/dev/null || echo "FAILED $header"
done | sed -n 's/^FAILED //p' | rule "every header compiles alone"
finish
