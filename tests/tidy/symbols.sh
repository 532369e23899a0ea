#!/bin/sh
# Every global symbol of a library starts with a word its folder owns: symbols/FOLDER.txt lists
# them. A new file adds its noun there. And no symbol is defined by two libraries.
. "${0%/*}/tap.sh"

build=${QUIVER_BUILD:-.}
for list in tests/tidy/symbols/*.txt; do
	folder=${list##*/}
	folder=${folder%.txt}
	library="$build/$folder/lib$folder.a"
	if [ ! -f "$library" ]; then
		skip_rule "globals of $folder start with a word of $list" "$library is not built"
		continue
	fi
	nm -g --defined-only "$library" 2>/dev/null |
		awk -v list="$list" '
			BEGIN { while ((getline word < list) > 0) if (word !~ /^#/) owned[word] = 1 }
			NF == 3 && $3 !~ /^_/ && $3 !~ /\./ { # what compilers add has a dot or underscore
				word = $3
				sub(/_.*/, "", word)
				if (!(word in owned))
					print $3
			}' | sort -u | rule "globals of $folder start with a word of $list"
done
for folder in base storage query pgwire; do
	nm -g --defined-only "$build/$folder/lib$folder.a" 2>/dev/null | awk 'NF == 3 && $3 !~ /^_/ { print $3 }'
done | sort | uniq -d | rule "no symbol is defined by two libraries"
finish
