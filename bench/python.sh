# Sourced after tests/lib/server.sh by what asks from Python: $python has psycopg and Kuzu, installed by pip
# at the versions of requirements.txt into the build folder.
python=$QUIVER_BUILD/bench/venv/bin/python
bench_requirements=$QUIVER_SOURCE/bench/requirements.txt
if ! [ -x "$python" ] || [ "$bench_requirements" -nt "$python" ]; then
	rm -rf "$QUIVER_BUILD/bench/venv"
	/usr/bin/python3 -m venv "$QUIVER_BUILD/bench/venv" &&
		"$python" -m pip install -q --disable-pip-version-check -r "$bench_requirements" &&
		touch -h "$python" || skip_all "psycopg and Kuzu cannot be installed"
fi

# What the servers that such a script has started leave behind.
bench_end() {
	postgres_clean
	[ -z "$server_pid" ] || server_kill
	server_clean
}
