#!/bin/sh
# What may not stand in the source: calls that overrun or are not thread safe, and habits that the
# house does without.
. "${0%/*}/tap.sh"

code=$tap_state/code

# Every line of code as file:line:text, comments and the contents of strings taken out.
c_files | xargs awk '
	FNR == 1 { in_comment = 0 }
	{
		s = $0
		gsub(/\\./, "", s); gsub(/"[^"]*"/, "\"\"", s)
		gsub(/\/\*([^*]|\*[^\/])*\*\//, "", s)
		if (in_comment) {
			if (!match(s, /\*\//))
				next
			s = substr(s, RSTART + 2); in_comment = 0
		}
		if (match(s, /\/\*/)) { s = substr(s, 1, RSTART - 1); in_comment = 1 }
		sub(/\/\/.*/, "", s)
		if (s ~ /[^ \t]/)
			print FILENAME ":" FNR ":" s
	}' > "$code"

grep -E '[^A-Za-z0-9_.>](strcpy|stpcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|gets|alloca|atoi|atol|atoll|atof|localtime|gmtime|ctime|asctime|rand|srand|random|tmpnam|mktemp)[ ]*\(' \
	"$code" | rule "no call that the house forbids"
grep -E ':[ 	]*typedef (struct|union|enum)[^(]*$' "$code" | rule "no typedef of a struct, union or enum"
grep -E '(struct|enum|union) [a-z0-9_]+_t[ ]*\{|typedef .*[a-z0-9]_t;' "$code" | rule "no name of ours ends in _t"
grep -E ':(static )?(inline )?[a-z].*[ *]_[A-Za-z0-9_]+\(' "$code" | grep -v '_Static_assert\|_Alignas\|_Atomic\|_Thread_local\|_Noreturn' |
	rule "no function starts with an underscore"
c_files | xargs grep -nE '(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)' | rule "no note of work left undone"
for f in $(c_files; find base storage query pgwire src -name '*.def'); do
	case $f in
	*.def) ;;
	*) sed -n 2p "$f" | grep -q 'SPDX-License-Identifier: PostgreSQL' || echo "$f" ;;
	esac
done | rule "every C file starts with the licence's name"
for f in $(c_files | grep '\.h$'); do
	full=$(echo "${f%.h}_H" | tr 'a-z/-' 'A-Z__')
	short=$(echo "${f%%/*}_${f##*/}" | tr 'a-z/.-' 'A-Z___')
	grep -qE "^#ifndef ($full|$short)\$" "$f" || echo "$f: $short"
done | rule "every header has a guard named after its path"
{ c_files; git ls-files '*.md' '*.sh' '*.mk' '*.py' 2>/dev/null; } | sort -u | xargs grep -nE '[ 	]+$' 2>/dev/null |
	rule "no blanks at the end of a line"
grep -E ':[ \t]*(assert|assert_slow)\(.*[a-z0-9_)] && [a-z(!*]' "$code" | rule "an assertion checks one thing"
finish
