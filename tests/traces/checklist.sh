#!/bin/sh
# Every row of checklist.md names tests that are there, and no row is missing. Prints TAP.
: "${QUIVER_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
list=$QUIVER_SOURCE/tests/traces/checklist.md
count=0
status=0

# test_of FILE NAME: the name stands in the file.
test_of() {
	[ -f "$QUIVER_SOURCE/$1" ] && grep -qF -e "$2" "$QUIVER_SOURCE/$1"
}

for row in $(seq 1 45) $(seq 1 27 | sed 's/^/g/'); do
	count=$((count + 1))
	result="no test is named"
	sed -n "s/^| $row | .*| \`\([^\`]*\)\` | \`\([^\`]*\)\` |\$/\1 \2/p" "$list" > "${TMPDIR:-/tmp}/checklist.$$"
	while read -r file name; do
		result=
		test_of "$file" "$name" || {
			result="$file has no \"$name\""
			break
		}
	done < "${TMPDIR:-/tmp}/checklist.$$"
	if [ -z "$result" ]; then
		echo "ok $count - row $row"
	else
		echo "not ok $count - row $row"
		echo "#   $result"
		status=1
	fi
done
rm -f "${TMPDIR:-/tmp}/checklist.$$"
echo "1..$count"
exit $status
