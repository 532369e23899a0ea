# Writes a psql script that loads LDBC SNB's CSV files, those of nodes first:
#
#     awk -v into=graph|tables -v dates=millis|moments -f load.awk node_*.csv edge_*.csv | psql
#
# A graph has labels by the names of the files; messages are also Message, places City, Country or
# Continent, organisations Company or University. Beside it stand views that look like the tables.
# Tables have the names of the files and columns, folded, and the ends of edges as src and dst. Dates
# are timestamps, or milliseconds since 1970. What the first version of the workload calls the joinDate
# of a member the second calls creationDate: members have both.

BEGIN {
	FS = OFS = ","
	type["id"] = type["length"] = type["classYear"] = type["workFrom"] = "bigint"
	type["speaks"] = type["email"] = "text[]"
	type["creationDate"] = type["joinDate"] = dates == "millis" ? "bigint" : "timestamptz"
	type["birthday"] = dates == "millis" ? "bigint" : "date"
	print "BEGIN;"
}

FNR == 1 {
	copy_ends()
	parts = split(FILENAME, path, "/")
	name = path[parts]
	sub(/\.csv$/, "", name)
	is_edge = sub(/^edge_/, "", name)
	sub(/^node_/, "", name)
	is_member = name == "Forum_HAS_MEMBER_Person"
	if (is_member)
		$0 = $0 OFS "creationDate"
	if (into == "tables")
		table_begins()
	else if (is_edge)
		edges_begin()
	else
		nodes_begin()
	next
}

{
	if (name == "Person")
		rewrite_person()
	if (dates == "millis")
		rewrite_moment()
	if (is_member)
		$0 = $0 OFS $3
	if (!by_type)
		print
	else {
		kind = $(by_type == "last" ? NF : by_type)
		kind = toupper(substr(kind, 1, 1)) substr(kind, 2)
		rows[kind] = rows[kind] $0 "\n"
	}
}

END {
	copy_ends()
	if (into == "graph")
		print "CREATE INDEX FOR (m:Message) ON (m.id);"
	print "COMMIT;"
	print "ANALYZE;"
}

function table_begins() {
	printf "CREATE TABLE %s (%s);\n", name,
		is_edge ? "src bigint, dst bigint" behind(declared("")) : declared("")
	if (is_edge)
		printf "CREATE INDEX ON %s (src, dst);\nCREATE INDEX ON %s (dst, src);\n", name, name
	copy_begins(name)
}

function nodes_begin() {
	printf "CREATE NODE LABEL \"%s\" (%s);\n", name, declared("\"")
	printf "CREATE VIEW %s AS SELECT %s FROM \"%s\";\n", tolower(name), viewed(""), name
	copied = sprintf("\"%s\" (%s)", name, keys())
	by_type = name == "Organisation" ? 2 : name == "Place" ? "last" : 0
	if (!by_type)
		copy_begins(copied, name ~ /^(Post|Comment)$/ ? ", LABELS (\"Message\")" : "")
}

# One label of edges stands between several labels of nodes: it is declared where it is first met.
function edges_begin(    from, to, label) {
	from = to = label = name
	sub(/_.*/, "", from)
	sub(/.*_/, "", to)
	label = substr(name, length(from) + 2, length(name) - length(from) - length(to) - 2)
	if (!(label in met))
		printf "CREATE EDGE LABEL \"%s\"%s;\n", label, (NF > 2 ? " (" declared("\"") ")" : "")
	met[label] = 1
	printf "CREATE VIEW %s AS SELECT * FROM GRAPH_TABLE (main MATCH (a IS \"%s\")-[e IS \"%s\"]->" \
		"(b IS \"%s\") COLUMNS (a.id AS src, b.id AS dst%s)) AS edges;\n",
		tolower(name), from, label, to, behind(viewed("e."))
	copy_begins(sprintf("\"%s\" (_from, _to%s)", label, behind(keys())),
		", FROM_KEY '" from ".id', TO_KEY '" to ".id'")
}

# The columns of the header, without the ends of edges: as they are declared, listed, and seen by a view.
function declared(quote,    i, list) {
	for (i = is_edge ? 3 : 1; i <= NF; i++)
		list = list ", " quote $i quote " " ($i in type ? type[$i] : "text") ($i == "id" ? " PRIMARY KEY" : "")
	return substr(list, 3)
}

function keys(    i, list) {
	for (i = is_edge ? 3 : 1; i <= NF; i++)
		list = list ", \"" $i "\""
	return substr(list, 3)
}

function viewed(of,    i, list) {
	for (i = is_edge ? 3 : 1; i <= NF; i++)
		list = list ", " of "\"" $i "\" AS " tolower($i)
	return substr(list, 3)
}

function behind(list) {
	return list == "" ? "" : ", " list
}

function copy_begins(what, options) {
	printf "COPY %s FROM STDIN (FORMAT csv%s);\n", what, options
	is_open = 1
}

function copy_ends(    kind) {
	if (is_open)
		print "\\."
	is_open = 0
	for (kind in rows) {
		copy_begins(copied, ", LABELS (\"" kind "\")")
		printf "%s\\.\n", rows[kind]
		delete rows[kind]
	}
	is_open = by_type = 0
}

function rewrite_person() {
	gsub(/;/, ",", $9)
	gsub(/;/, ",", $10)
	$9 = "\"{" $9 "}\""
	$10 = "\"{" $10 "}\""
	if (dates == "millis")
		$5 = millis($5)
}

# The first moment of a row: it stands before all text.
function rewrite_moment() {
	if (match($0, /,[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-9:.]*Z/))
		$0 = substr($0, 1, RSTART) millis(substr($0, RSTART + 1, RLENGTH - 1)) substr($0, RSTART + RLENGTH)
}

function millis(stamp,    seconds) {
	seconds = days(substr(stamp, 1, 4) + 0, substr(stamp, 6, 2) + 0, substr(stamp, 9, 2) + 0) * 86400
	seconds += substr(stamp, 12, 2) * 3600 + substr(stamp, 15, 2) * 60
	return sprintf("%.0f", seconds * 1000 + substr(stamp, 18, 6) * 1000)
}

# Days since 1970. A year begins in March here, so that leap days stand at its end.
function days(y, m, d) {
	if (m <= 2) {
		y--
		m += 12
	}
	return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) + d - 719469
}
