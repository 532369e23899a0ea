# Sourced by run.sh: makes a driver's program runnable by the package manager of its manifest, under
# $made (in the build folder). install_driver DRIVER sets $command; false with $why where it cannot.

log_end() {
	tail -n 1 "$made/$1.log" 2>/dev/null | cut -c 1-100
}

# need TOOL…: whether the toolchain is there.
need() {
	for tool in "$@"; do
		command -v "$tool" >/dev/null 2>&1 || { why="$tool is not installed"; return 1; }
	done
}

# fetch DRIVER MANIFEST COMMAND…: runs the command unless it succeeded with this manifest before.
fetch() {
	fetched=$made/$1.fetched
	fetch_driver=$1
	fetch_manifest=$2
	shift 2
	cmp -s "$fetched" "$fetch_manifest" && return 0
	if ("$@") > "$made/$fetch_driver.log" 2>&1; then
		cp "$fetch_manifest" "$fetched"
		return 0
	fi
	why="its package manager failed: $(log_end "$fetch_driver")"
	return 1
}

make_venv() {
	rm -rf "$made/venv-$1"
	/usr/bin/python3 -m venv "$made/venv-$1" &&
		"$made/venv-$1/bin/pip" install -q --disable-pip-version-check -r "$clients/$1/requirements.txt"
}

install_python() {
	need /usr/bin/python3 || return 1
	/usr/bin/python3 -c 'import ensurepip' 2>/dev/null || { why="python3-venv is not installed"; return 1; }
	fetch "$1" "$clients/$1/requirements.txt" make_venv "$1" || return 1
	command="$made/venv-$1/bin/python3 -Bu $clients/$1/app.py"
}

npm_fetch() {
	mkdir -p "$made/$1" && cp "$clients/$1"/package*.json "$made/$1" &&
		(cd "$made/$1" && npm ci --no-audit --no-fund)
}

install_node() {
	need node npm || return 1
	fetch "$1" "$clients/$1/package-lock.json" npm_fetch "$1" || return 1
	cp "$clients/application.js" "$clients/$1/app.js" "$made/$1"
	command="node $made/$1/app.js"
}

# Compilers look at the sources themselves, so they are always asked.
install_go() {
	need go || return 1
	(cd "$clients/$1" && GOFLAGS=-mod=readonly GOTOOLCHAIN=local nice go build -o "$made/$1.bin" .) > "$made/$1.log" 2>&1 ||
		{ why="go build failed: $(log_end "$1")"; return 1; }
	command=$made/$1.bin
}

install_rust() {
	need cargo || return 1
	(cd "$clients/$1" && CARGO_TARGET_DIR="$made/cargo" nice cargo build --locked --quiet) > "$made/$1.log" 2>&1 ||
		{ why="cargo build failed: $(log_end "$1")"; return 1; }
	command=$made/cargo/debug/$1-app
}

install_java() {
	need java mvn || return 1
	fetch "$1" "$clients/$1/pom.xml" mvn -q -B -f "$clients/$1/pom.xml" \
		dependency:copy-dependencies -DoutputDirectory="$made/$1-jars" || return 1
	command="java -cp $(find "$made/$1-jars" -name '*.jar' | paste -sd:) $clients/$1/App.java"
}

# What a driver needs of the distribution is there or not.
has_packages() {
	[ -f "$clients/$1/packages.txt" ] || return 0
	while read -r package _; do
		case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
		installed) ;;
		*) why="$package is not installed"; return 1 ;;
		esac
	done < "$clients/$1/packages.txt"
}

# A program newer than the distribution's: its source package, by apt, of the release that
# source.txt names, built here.
build_source() {
	read -r package version release < "$clients/$1/source.txt"
	folder=$made/source
	apt="apt-get -q -o Dir::Etc::sourcelist=$folder/$release.sources -o Dir::Etc::sourceparts=/nonexistent
		-o Dir::State::lists=$folder/lists -o Dir::Cache=$folder/cache"
	mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" && cd "$folder" || return
	printf '%s\n' 'Types: deb-src' 'URIs: http://deb.debian.org/debian' "Suites: $release" 'Components: main' \
		'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' > "$release.sources"
	# shellcheck disable=SC2086
	$apt update && $apt source --download-only "$package" && tar -xzf "$package"_"$version".orig.tar.gz || return
	# What its manual is made with is not needed.
	cd "$package-$version" && ./configure --without-cares && touch doc/*.1 doc/*.5 && nice make "$package" &&
		cp "$package" "$made/$package-$version"
}

use_program_of() {
	for program in "$clients/$1"/app.*; do
		case $program in
		*.rb) command="ruby $program" ;;
		*.pl) command="perl $program" ;;
		*.php) command="php $program" ;;
		*.py) command="/usr/bin/python3 -Bu $program" ;;
		*.sh) command="sh $program" ;;
		esac
	done
}

install_driver() {
	why=
	command=
	has_packages "$1" || return 1
	unset APP_SOURCE_PROGRAM
	if [ -f "$clients/$1/source.txt" ]; then
		fetch "$1-source" "$clients/$1/source.txt" build_source "$1" || return 1
		APP_SOURCE_PROGRAM=$made/$(sed 's/ /-/; s/ .*//' "$clients/$1/source.txt")
		export APP_SOURCE_PROGRAM
	fi
	if [ -f "$clients/$1/requirements.txt" ]; then install_python "$1"
	elif [ -f "$clients/$1/package.json" ]; then install_node "$1"
	elif [ -f "$clients/$1/go.mod" ]; then install_go "$1"
	elif [ -f "$clients/$1/Cargo.toml" ]; then install_rust "$1"
	elif [ -f "$clients/$1/pom.xml" ]; then install_java "$1"
	elif [ "$1" = libpq ]; then
		command=$QUIVER_BUILD/tests/clients/libpq/app
		[ -x "$command" ] || { why="built without libpq"; return 1; }
	else use_program_of "$1"
	fi
}

# Whether a driver's program must be compiled for long.
is_slow() {
	[ -f "$clients/$1/source.txt" ] || [ -f "$clients/$1/go.mod" ] || [ -f "$clients/$1/Cargo.toml" ] || [ -f "$clients/$1/pom.xml" ]
}
