#!/bin/sh
# The architecture, as far as #include shows it: which folder may include what from which other,
# and that no files depend on each other in a circle.
. "${0%/*}/tap.sh"

includes=$tap_state/includes
c_files | xargs grep -H '^#include "' | sed 's/^\([^:]*\):#include "\([^"]*\)".*/\1 \2/' > "$includes"

# What each folder may include; a test folder of a layer also sees that layer's inner headers.
awk '
	BEGIN {
		allowed["base"] = "base"
		allowed["storage"] = "storage base"
		allowed["query"] = "query storage base"
		allowed["pgwire"] = "pgwire base"
		allowed["src"] = "src pgwire query storage base"
		allowed["tests/base"] = "base"
		allowed["tests/storage"] = "storage base"
		allowed["tests/query"] = "query storage base"
		allowed["tests/pgwire"] = "pgwire base"
		allowed["tests/src"] = "src pgwire query storage base"
	}
	function folder(path,   part) {
		split(path, part, "/")
		return part[1] == "tests" ? part[1] "/" part[2] : part[1]
	}
	{
		from = folder($1); to = folder($2)
		if (from == to || !(from in allowed) || to ~ /^tests\//)
			next
		if (index(" " allowed[from] " ", " " to " ") == 0)
			print $1 " includes " $2
	}' "$includes" | rule "includes follow the arrows"

awk '
	function top(path) { sub(/\/.*/, "", path); return path }
	{
		from = top($1); to = top($2)
		if (from == "tests") {
			split($1, part, "/")
			from = part[2]
			if (from == "fuzz" || from == "fault")
				next
		}
		if (from == "bench") # its micro benchmarks measure the insides
			next
		if (from != to && to ~ /^(storage|query|pgwire|src)$/ &&
		    $2 !~ /^(storage\/storage(_tally)?|storage\/value|query\/query|pgwire\/pgwire)\.h$/)
			print $1 " includes " $2
	}' "$includes" | rule "only public headers are included from outside their folder"

# Files that nothing remaining includes, or that include nothing remaining, are taken away until none
# is left or only circles are.
awk '
	!(($1, $2) in edge) { edge[$1, $2] = 1; from[++n] = $1; to[n] = $2; alive[n] = 1 }
	END {
		do {
			changed = 0
			split("", out); split("", into)
			for (i = 1; i <= n; i++)
				if (alive[i]) { out[from[i]]++; into[to[i]]++ }
			for (i = 1; i <= n; i++)
				if (alive[i] && (!(to[i] in out) || !(from[i] in into))) {
					alive[i] = 0; changed = 1
				}
		} while (changed)
		for (i = 1; i <= n; i++)
			if (alive[i])
				print from[i] " -> " to[i]
	}' "$includes" | rule "no circle of files including each other"

# Inside storage and query each folder stands on those named before it; headers beside the folders are
# everybody's.
awk '
	BEGIN {
		list["storage"] = "value store log page graph txn api care"
		list["query"] = "parse type tree table role eval sql function bind procedure plan exec " \
			"ddl copy session dump"
		for (layer in list) {
			count = split(list[layer], order, " ")
			for (i = 1; i <= count; i++)
				rank[layer "/" order[i]] = i
		}
	}
	function folder(path,   part) { return split(path, part, "/") > 2 ? part[1] "/" part[2] : "" }
	{
		from = folder($1); to = folder($2)
		if (from !~ /^(storage|query)\// || to !~ /^(storage|query)\//)
			next
		if (!(from in rank))
			print from " has no place in the order"
		else if (substr(from, 1, 5) == substr(to, 1, 5) && rank[to] > rank[from])
			print $1 " includes " $2
	}' "$includes" | rule "the folders of storage and of query stand on one another in one order"

awk '$2 !~ /\// { print $1 " includes " $2 }' "$includes" |
	rule "own headers are included by their path from the root"

for f in $(c_files | grep '\.c$'); do
	header="${f%.c}.h"
	[ -f "$header" ] || continue
	first=$(grep -m1 '^#include' "$f" | sed 's/^#include ["<]\([^">]*\)[">].*/\1/')
	[ "$first" = "$header" ] || echo "$f"
done | rule "a .c file includes its own header first"
finish
