# Sourced, after lib/server.sh, by what asks LDBC SNB's questions of this server or of PostgreSQL.
#
#     snb_require              skips where the data is not there
#     snb_load WHERE DATES     a graph or tables, with moments or millis
#     snb_ask_graph SET        the published queries of a set: v1, v2, bi, v1-writes, v2-writes
#     snb_ask_tables SET       the same questions in SQL
#
# The answers stand each below a line with its question. Writes are undone.
snb_home=$QUIVER_SOURCE/tests/snb
snb_data=${QUIVER_DATA:-$QUIVER_SOURCE/../shared/data}
snb_csv=$snb_data/snb-sf0.003/csv
snb_made=$QUIVER_BUILD/tests/snb
PGTZ=UTC
export PGTZ
mkdir -p "$snb_made"

snb_require() {
	[ -d "$snb_csv" ] && [ -d "$snb_data/snb-queries" ] ||
		skip_all "LDBC SNB's data and queries are not in $snb_data (QUIVER_DATA names another folder)"
}

snb_load() {
	{
		awk -v "into=$1" -v "dates=$2" -f "$snb_home/load.awk" "$snb_csv"/node_*.csv "$snb_csv"/edge_*.csv \
			"$snb_home"/edge_*.csv
		cat "$snb_home/sql/views.sql"
	} | "$psql" -X -q -v ON_ERROR_STOP=1
}

# The questions of a set, a line each: NAME KEY = VALUE; KEY = VALUE …
snb_questions() {
	case $1 in
	v1) snb_generated="1 2 3 4 5 6 7 8 9 10 11 12 13 14" ;;
	v2) snb_generated="1 2 3 4 5 6 7 8 9 10 11 12 13" ;;
	*) snb_generated= ;;
	esac
	for snb_number in $snb_generated; do
		awk -f "$snb_home/parameters.awk" "$snb_data/snb-sf0.003/params/interactive_${snb_number}_param.txt"
	done
	sed -n "s/^\([a-z0-9-]* \)*$1\( [a-z0-9-]*\)*: //p" "$snb_home/questions.txt"
}

snb_is_write() {
	case $1 in *-update-* | *-delete-*) ;; *) false ;; esac
}

# What is there: of each file, how many rows and a number made of their keys.
snb_state() {
	snb_union=
	for snb_file in "$snb_csv"/*.csv "$snb_home"/*.csv; do
		snb_name=$(basename "$snb_file" .csv | tr A-Z a-z)
		snb_key="id % 1000003"
		[ "$snb_name" = "${snb_name#edge_}" ] || snb_key="src % 1000003 * 7 + dst % 1000033"
		snb_name=${snb_name#????_}
		printf "%s SELECT '%s', count(*), coalesce(sum(%s), 0) FROM %s" "$snb_union" "$snb_name" "$snb_key" "$snb_name"
		snb_union=" UNION ALL"
	done
	echo " ORDER BY 1"
}

# Rows without heads. Lists that have no order are put in one; of a state what is new is shown.
snb_rows() {
	"$psql" -X -q -A -t -P null=null "$@" 2>&1 | awk -f "$snb_home/rows.awk"
}

# The text that answers a question: that of FOLDER/VERSION where one version needs another, else the given one.
snb_text() {
	[ ! -r "$snb_home/$1" ] || set -- "$1" "$snb_home/$1"
	cat "$2"
}

# Each text is a message of its own: psql would take the apostrophes in comments for strings.
snb_ask_graph() {
	snb_version=${1%-writes}
	snb_now=
	[ "$snb_version" = "$1" ] || snb_now=$(snb_state)
	snb_questions "$1" > "$snb_made/$1.questions"
	set -- "$snb_made/$1.questions" -c "${snb_now:+\\echo == before}" -c "${snb_now:+BEGIN; $snb_now}"
	while read -r snb_name snb_values; do
		set -- "$@" -c "\\echo == $snb_name $snb_values" -c "SESSION RESET ALL PARAMETERS" \
			-c "SESSION SET VALUE \$$(echo "$snb_values" | sed 's/; /; SESSION SET VALUE $/g')" \
			-c "$(snb_text "rewritten/$snb_version/$snb_name.cypher" \
				"$snb_data/snb-queries/$snb_version-cypher/$snb_name.cypher")"
		! snb_is_write "$snb_name" || set -- "$@" -c "$snb_now"
	done < "$1"
	shift
	snb_rows "$@" -c "${snb_now:+ROLLBACK}"
}

snb_ask_tables() {
	snb_version=${1%-writes}
	snb_now=
	[ "$snb_version" = "$1" ] || snb_now="$(snb_state);"
	snb_questions "$1" > "$snb_made/$1.questions"
	{
		printf '\\set home %s\n\\set version %s\n' "$snb_home" "$snb_version"
		[ -z "$snb_now" ] || printf '\\echo == before\nBEGIN; %s\n' "$snb_now"
		while read -r snb_name snb_values; do
			printf '\\echo == %s\n' "$snb_name $snb_values"
			echo "$snb_values" | sed "s/'/''/g; s/^/\\\\set /; s/ = / '/g; s/; /'\\n\\\\set /g; s/\$/'/"
			snb_text "sql/$snb_version/$snb_name.sql" "$snb_home/sql/$snb_name.sql"
			! snb_is_write "$snb_name" || echo "$snb_now"
		done < "$snb_made/$1.questions"
		echo "${snb_now:+ROLLBACK;}"
	} | snb_rows -f -
}
