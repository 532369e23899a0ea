#!/bin/sh
# The model test at length: QUIVER_MODEL_TOTAL operations (10 million), in games of 100,000 with seeds
# of their own. A game's graph grows, and all of it is read again and again, so that many games try more
# than one long one would. What fails says its seed.
total=${QUIVER_MODEL_TOTAL:-10000000}
seed=${QUIVER_MODEL_SEED:-1000}
program=${QUIVER_BUILD:-.}/tests/storage/check_storage
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT
done=0
while [ "$done" -lt "$total" ]; do
	# one run is two games
	if ! CK_RUN_SUITE=model QUIVER_MODEL_SEED=$seed QUIVER_MODEL_OPS=100000 "$program" > "$said" 2>&1; then
		cat "$said"
		echo "model test failed with seeds from $seed"
		exit 1
	fi
	seed=$((seed + 2))
	done=$((done + 200000))
	echo "$done operations"
done
