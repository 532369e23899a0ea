# Sourced by the tidy checks: each rule is one TAP test, and what breaks it is listed below it.
# A check runs from the root of the source tree: $QUIVER_SOURCE under make, else two folders up.

cd "${QUIVER_SOURCE:-$(dirname "$0")/../..}" || exit 99
tap_state=$(mktemp -d) || exit 99 # a file for each count: rules run at the end of pipes, in subshells
trap 'rm -rf "$tap_state"' EXIT
: > "$tap_state/all"
: > "$tap_state/failed"

# rule NAME: passes if standard input is empty, else prints it as the places that break the rule.
rule() {
	cat > "$tap_state/places"
	echo >> "$tap_state/all"
	tap_number=$(grep -c '' "$tap_state/all")
	if [ ! -s "$tap_state/places" ]; then
		echo "ok $tap_number - $1"
		return
	fi
	echo "not ok $tap_number - $1"
	sed 's/^/# /' "$tap_state/places"
	echo >> "$tap_state/failed"
}

skip_rule() {
	echo >> "$tap_state/all"
	echo "ok $(grep -c '' "$tap_state/all") - $1 # SKIP $2"
}

finish() {
	echo "1..$(grep -c '' "$tap_state/all")"
	[ ! -s "$tap_state/failed" ]
}

# The C files of the tree, one a line, folders of build products left out.
c_files() {
	find base storage query pgwire src tests bench tools -name '*.[ch]' 2>/dev/null | sort
}
