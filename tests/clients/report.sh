# Sourced by run.sh: the table of docs/clients.md, made from what the programs said in their last run.

report_table() {
	echo "| driver | version | passed | not possible in the driver | connection |"
	echo "|---|---|---|---|---|"
	for driver in $(every_driver); do
		result=$made/results/$driver
		if [ ! -f "$result" ]; then
			echo "| $driver | | not run | | |"
			continue
		fi
		skipped=$(sed -n 's/^ok [0-9]* - \(.*\) # SKIP \(.*\)/\1 (\2)/p' "$result" | paste -sd';' | sed 's/;/; /g')
		failed=$(grep -c '^not ok' "$result")
		passed=$(grep -E '^ok' "$result" | grep -vc '# SKIP')
		[ "$failed" -eq 0 ] || passed="$passed, $failed failed"
		echo "| $driver | $(sed -n 's/^# version //p' "$result") | $passed | $skipped |" \
			"\`$(sed -n 's/^# connection //p' "$result")\` |"
	done
}

report_document=$QUIVER_SOURCE/docs/clients.md

report_in_document() {
	sed -n '/^| driver | version /,/^$/p' "$report_document" | sed '/^$/d'
}

report_check() {
	report_table > "$made/table"
	if report_in_document | cmp -s - "$made/table"; then
		count=$((count + 1))
		echo "ok $count - the table in docs/clients.md says what ran"
	else
		not_ok "the table in docs/clients.md says what ran"
		report_in_document | diff - "$made/table" | sed 's/^/# /'
	fi
}

report_write() {
	report_table > "$made/table"
	awk -v table="$made/table" '
		/^\| driver \| version / { while ((getline line < table) > 0) print line; skipping = 1; next }
		skipping && /^\|/ { next }
		{ skipping = 0; print }
	' "$report_document" > "$made/document" && cp "$made/document" "$report_document"
}
