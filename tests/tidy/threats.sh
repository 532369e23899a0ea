#!/bin/sh
# SECURITY.md names tests that are there: each `file`, and behind a colon names in it.
. "${0%/*}/tap.sh"

sed -n 's/^|.*| \([^|]*\) |$/\1/p' SECURITY.md | tr ';' '\n' | while read -r entry; do
	case $entry in
	'`'*) ;;
	*) continue ;;
	esac
	names=${entry#*: }
	[ "$names" != "$entry" ] || names=
	printf '%s\n' "${entry%%: *}" | grep -o '`[^`]*`' | tr -d '`' | while read -r file; do
		[ -e "$file" ] || echo "$file is not there"
		[ -n "$names" ] && [ -f "$file" ] || continue
		printf '%s\n' "$names" | tr ',' '\n' | sed 's/^ *//' | while read -r name; do
			case $name in
			its\ table*) name=STATEMENTS ;;
			esac
			grep -qF -e "$name" "$file" || echo "$file has no \"$name\""
		done
	done
done | rule "SECURITY.md names tests that are there"
finish
