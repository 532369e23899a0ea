# Turns descriptions of Debian packages (the format of /var/lib/dpkg/status and of apt-cache
# dumpavail) into CSV files of nodes and edges:
#
#     apt-cache dumpavail | awk -v out=FOLDER -f tools/package_graph.awk
#
#     package.csv   name,version,architecture,priority,installed_size,is_virtual
#     source.csv    name
#     section.csv   name
#     depends.csv … replaces.csv   _from,_to,op,version,group,alternative
#     built_from.csv               _from,_to,version
#     in_section.csv               _from,_to
#
# A relationship field is groups separated by commas, each of alternatives separated by bars:
# group and alternative count them from 1. A package that others name but nobody describes is a
# node too, with is_virtual true. Installed sizes are in KiB. Maintainers, their addresses and the
# descriptions are not read. Packages that are known but not installed are left out.

BEGIN {
	count = split("Depends Pre-Depends Recommends Suggests Provides Conflicts Breaks Replaces", fields, " ")
	for (i = 1; i <= count; i++) {
		file[fields[i]] = fields[i]
		gsub(/-/, "_", file[fields[i]])
		file[fields[i]] = out "/" tolower(file[fields[i]]) ".csv"
		print "_from,_to,op,version,group,alternative" > file[fields[i]]
	}
	print "name,version,architecture,priority,installed_size,is_virtual" > (out "/package.csv")
	print "name" > (out "/source.csv")
	print "name" > (out "/section.csv")
	print "_from,_to,version" > (out "/built_from.csv")
	print "_from,_to" > (out "/in_section.csv")
}

# A CSV field; one that needs quotes gets them.
function quoted(text) {
	if (text ~ /[",]/) {
		gsub(/"/, "\"\"", text)
		return "\"" text "\""
	}
	return text
}

function node_once(kind, name) {
	if (!((kind, name) in seen)) {
		seen[kind, name] = 1
		print quoted(name) > (out "/" kind ".csv")
	}
}

# Writes the edges of one relationship field.
function relate(from, field, text,   groups, g, alternatives, a, n, m, target, op, version) {
	n = split(text, groups, /[ \t]*,[ \t]*/)
	for (g = 1; g <= n; g++) {
		m = split(groups[g], alternatives, /[ \t]*\|[ \t]*/)
		for (a = 1; a <= m; a++) {
			target = alternatives[a]
			op = version = ""
			if (match(target, /\([^)]*\)/)) {
				version = substr(target, RSTART + 1, RLENGTH - 2)
				target = substr(target, 1, RSTART - 1)
				match(version, /^[<>=]*/)
				op = substr(version, 1, RLENGTH)
				version = substr(version, RLENGTH + 1)
				gsub(/[ \t]/, "", version)
			}
			sub(/\[.*/, "", target) # architectures
			gsub(/[ \t]/, "", target)
			sub(/:.*/, "", target) # the architecture of multi-arch
			if (target == "")
				continue
			named[target] = 1
			print quoted(from) "," quoted(target) "," op "," quoted(version) "," g "," a > file[field]
		}
	}
}

function package_end(   i, source, version, section) {
	name = value["Package"]
	if (name != "" && !(name in described) &&
	    (!("Status" in value) || value["Status"] ~ / installed$/)) {
		described[name] = 1
		print quoted(name) "," quoted(value["Version"]) "," value["Architecture"] "," \
			value["Priority"] "," value["Installed-Size"] ",false" > (out "/package.csv")
		for (i = 1; i <= count; i++)
			if (fields[i] in value)
				relate(name, fields[i], value[fields[i]])
		source = ("Source" in value) ? value["Source"] : name
		version = value["Version"]
		if (match(source, / *\([^)]*\)/)) {
			version = substr(source, RSTART, RLENGTH)
			gsub(/[ ()]/, "", version)
			source = substr(source, 1, RSTART - 1)
		}
		node_once("source", source)
		print quoted(name) "," quoted(source) "," quoted(version) > (out "/built_from.csv")
		section = ("Section" in value) ? value["Section"] : "unknown"
		node_once("section", section)
		print quoted(name) "," quoted(section) > (out "/in_section.csv")
	}
	split("", value)
	key = ""
}

/^$/ { package_end(); next }
/^[ \t]/ { if (key in file) value[key] = value[key] " " $0; next }
{
	key = $0
	sub(/:.*/, "", key)
	if (key in file || key ~ /^(Package|Status|Version|Architecture|Priority|Installed-Size|Source|Section)$/) {
		value[key] = $0
		sub(/^[^:]*:[ \t]*/, "", value[key])
	} else {
		key = ""
	}
}

END {
	package_end()
	for (name in named)
		if (!(name in described))
			print quoted(name) ",,,,,true" > (out "/package.csv")
}
