# Sourced by tests that print TAP: counts the checks and ends with the plan.
#
#     . "$QUIVER_SOURCE/tests/lib/tap.sh"
#     ok STATUS NAME      … tap_end

tap_count=0
tap_failed=0

# ok STATUS NAME: a check; where it failed, with what the last command said ($server_home/said).
ok() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		head -n 40 "$server_home/said" | sed 's/^/# /'
		tap_failed=1
	fi
}

# Prints the plan and ends the script.
tap_end() {
	echo "1..$tap_count"
	exit $tap_failed
}
