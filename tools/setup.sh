# Sourced by quickstart and runtests: packages, building, and showing progress.
# The caller sets $root (the source tree) and $logs (a folder for the output of long steps).

if [ -t 1 ]; then
	is_terminal=yes
else
	is_terminal=no
fi

say() {
	printf '%s\n' "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# The last line of a log, cut to the width of a terminal.
last_line() {
	tail -c 400 "$1" 2>/dev/null | tr '\r\t' '  ' | sed '/^ *$/d' | tail -n 1 | cut -c 1-70
}

# step TEXT COMMAND…: runs the command with its output in a log, and shows that it is getting on: on
# a terminal the time and the last line of output, in place; else one such line every ten seconds.
step() {
	step_text=$1
	shift
	step_log="$logs/$(printf '%s' "$step_text" | tr -cs 'A-Za-z0-9' '-' | cut -c 1-40).log"
	step_start=$(date +%s)
	step_shown=0
	printf '%s ...' "$step_text"
	[ $is_terminal = yes ] || echo
	"$@" > "$step_log" 2>&1 &
	step_child=$!
	while kill -0 $step_child 2>/dev/null; do
		sleep 0.3
		step_seconds=$(($(date +%s) - step_start))
		if [ $is_terminal = yes ]; then
			printf '\r\033[K%s ... %d s  %s' "$step_text" "$step_seconds" "$(last_line "$step_log")"
		elif [ $((step_seconds / 10)) -gt $step_shown ]; then
			step_shown=$((step_seconds / 10))
			printf '    %d s  %s\n' "$step_seconds" "$(last_line "$step_log")"
		fi
	done
	step_rc=0
	wait $step_child || step_rc=$?
	step_seconds=$(($(date +%s) - step_start))
	[ $is_terminal = no ] || printf '\r\033[K'
	if [ $step_rc -eq 0 ]; then
		printf '%s: done in %d s\n' "$step_text" "$step_seconds"
		return 0
	fi
	printf '%s: FAILED after %d s; the end of %s:\n' "$step_text" "$step_seconds" "$step_log"
	if grep -q 'error: ' "$step_log"; then
		grep -A 3 'error: ' "$step_log" | head -n 40 | sed 's/^/    /'
	else
		tail -n 30 "$step_log" | sed 's/^/    /'
	fi
	return $step_rc
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

apt_run() {
	as_root apt-get update || return
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# install_packages NAME…: installs those that are not there. A name may list alternatives with |, of
# which any one will do: the first is installed if none is there.
install_packages() {
	missing=
	for package in "$@"; do
		found=no
		for choice in $(echo "$package" | tr '|' ' '); do
			case $(dpkg-query -W -f '${db:Status-Status}' "$choice" 2>/dev/null) in
			installed) found=yes ;;
			esac
		done
		[ $found = yes ] || missing="$missing ${package%%|*}"
	done
	[ -n "$missing" ] || return 0
	if ! command -v apt-get >/dev/null 2>&1; then
		say "This is no Debian or Ubuntu: please see to what these packages hold:$missing"
		return 0
	fi
	if [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
		say "Packages are to be installed:$missing"
		sudo true || die "cannot become root to install packages"
	fi
	step "Installing packages:$missing" apt_run $missing
}

# What the clients' drivers come from; a toolchain that is there, from wherever, will do.
client_packages="postgresql-15|postgresql ruby-pg libdbd-pg-perl php-cli php-pgsql odbc-postgresql unixodbc
	libevent-dev default-jdk-headless maven"
command -v go >/dev/null 2>&1 || client_packages="$client_packages golang-go"
command -v cargo >/dev/null 2>&1 || client_packages="$client_packages cargo"

build_packages="gcc make autoconf automake pkg-config libc6-dev libssl-dev libxxhash-dev libpcre2-dev libgmp-dev libutf8proc-dev libpq-dev"

# configure_in FOLDER OPTION…: makes configure if needed, and a build folder with these options; one
# that already has them is left as it is.
configure_in() {
	folder=$1
	shift
	if [ ! -x "$root/configure" ] || [ "$root/configure.ac" -nt "$root/configure" ]; then
		step "Making configure" "$root/autogen.sh" || exit 1
	fi
	mkdir -p "$folder"
	if [ ! -f "$folder/Makefile" ] || [ "$(cat "$folder/options" 2>/dev/null)" != "$*" ]; then
		step "Configuring ${folder#"$root"/}" sh -c 'cd "$1" && shift && "$@"' sh "$folder" "$root/configure" "$@" || exit 1
		echo "$*" > "$folder/options"
	fi
}

processors() {
	nproc 2>/dev/null || echo 2
}
