#!/bin/sh
# Size limits: a function has at most 70 lines, 7 parameters and 4 levels of nested braces, a file at
# most 900 lines, code at most 100 columns. One exemption: a function whose switch is announced by a
# line with only the comment "dispatch" may be longer. exceptions.txt lists what is over a limit all
# the same; it may only shrink, since what is listed without need is a failure too.
. "${0%/*}/tap.sh"

found=$tap_state/found

# The house style puts the braces of a function, and only those, alone in the first column.
c_files | xargs awk '
	function strip(s) {
		gsub(/\\./, "", s)
		gsub(/"[^"]*"/, "", s)
		gsub(/\047[^\047]*\047/, "", s)
		gsub(/\/\*([^*]|\*[^\/])*\*\//, "", s)
		sub(/\/\/.*/, "", s)
		if (in_comment) {
			if (!match(s, /\*\//))
				return ""
			s = substr(s, RSTART + 2)
			in_comment = 0
		}
		if (match(s, /\/\*/)) {
			s = substr(s, 1, RSTART - 1)
			in_comment = 1
		}
		return s
	}
	function parameters(head,   i, c, depth, commas, last) {
		sub(/\)[^)]*$/, ")", head)
		for (i = length(head); i > 0; i--) { # back to the parenthesis that opens the list
			c = substr(head, i, 1)
			depth += c == ")" ? 1 : c == "(" ? -1 : 0
			if (c == "," && depth == 1)
				commas++
			if (depth == 0 && c == "(") {
				last = substr(head, 1, i - 1)
				if (last !~ /(RELEASES|ACQUIRES|HOLDS|EXCLUDES|THREAD_SAFETY|MUST_NOT_HOLD)[A-Z_]*[ ]*$/)
					break
				sub(/[A-Z_]+[ ]*$/, "", last) # an annotation behind the list
				head = last; i = length(head) + 1; commas = 0
			}
		}
		return commas + 1
	}
	FNR == 1 { in_function = 0; in_comment = 0; head = ""; depth = 0; dispatch = 0 }
	{
		columns = length($0) + 7 * gsub(/\t/, "&")
		raw = $0
		text = strip($0)
		lines[FILENAME] = FNR
		if (columns > 100 && text ~ /[^ \t]/) {
			code = raw
			sub(/[ \t]*\/\*.*/, "", code)
			if (width(code) > 100)
				print "column " FILENAME ":" FNR
		}
	}
	function width(s,   i, w) {
		gsub(/[\200-\277]/, "", s) # bytes that continue a character have no width
		for (i = 1; i <= length(s); i++)
			w += substr(s, i, 1) == "\t" ? 8 - w % 8 : 1
		return w
	}
	!in_function && /^\{/ {
		in_function = 1; start = FNR; depth = 0; deepest = 0; dispatch = 0
		name = head
		sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
		if (parameters(head) > 7)
			print "parameters " FILENAME ":" FNR " " name " " parameters(head)
	}
	in_function {
		if (raw ~ /^[\t ]*\/\* dispatch \*\/[ ]*$/)
			dispatch = 1
		opens = gsub(/\{/, "{", text); closes = gsub(/\}/, "}", text)
		depth += opens - closes
		if (depth - 1 > deepest && opens > closes && text !~ /(=|\(struct [a-z_0-9]+\)|,)[ ]*\{[ ]*$/)
			deepest = depth - 1
		if (/^\}/) {
			in_function = 0; head = ""
			if (FNR - start + 1 > 70 && !dispatch)
				print "function " FILENAME ":" start " " name " " FNR - start + 1
			if (deepest > 4)
				print "nesting " FILENAME ":" start " " name " " deepest
		}
		next
	}
	/^[#}]/ || /;[ \t]*$/ || text == "" { head = ""; next }
	{ head = head " " text }
	END { for (f in lines) if (lines[f] > 900) print "file " f " " lines[f] }
' > "$found"

# limit KIND: what is over one limit and not an exception.
limit() {
	sed -n "s/^$1 //p" "$found" | while read -r place name rest; do
		grep -qxF "$1 ${name:-$place}" tests/tidy/exceptions.txt || echo "$place $name $rest"
	done
}

limit function | rule "no function is longer than 70 lines"
limit parameters | rule "no function has more than 7 parameters"
limit nesting | rule "no function nests deeper than 4 braces"
sed -n 's/^file //p' "$found" | rule "no file is longer than 900 lines"
sed -n 's/^column //p' "$found" | rule "no code is wider than 100 columns"
grep -v '^#' tests/tidy/exceptions.txt | while read -r kind name; do
	grep -q "^$kind [^ ]* $name\( \|\$\)" "$found" || echo "$kind $name"
done | rule "every exception is needed"
finish
