EXTRA_PROGRAMS += bench/micro_storage
bench_micro_storage_SOURCES = %D%/micro_storage.c
bench_micro_storage_LDADD = storage/libstorage.a base/libbase.a

EXTRA_PROGRAMS += bench/micro_exec
bench_micro_exec_SOURCES = %D%/micro_exec.c
bench_micro_exec_LDADD = query/libquery.a storage/libstorage.a base/libbase.a

EXTRA_DIST += %D%/archive_load.sh %D%/pgbench/run.sh %D%/pgbench/builtin.sh %D%/pgbench/point_read.sql \
	%D%/pgbench/two_hop.sql %D%/pgbench/insert.sql

EXTRA_PROGRAMS += bench/concurrent_throughput
bench_concurrent_throughput_SOURCES = %D%/concurrent_throughput.c %D%/bench.h
bench_concurrent_throughput_LDADD = storage/libstorage.a base/libbase.a

# The store by number of threads, through its C interface; BENCH_FLAGS as the program's head says.
.PHONY: bench-concurrent
bench-concurrent: bench/concurrent_throughput
	@bench/concurrent_throughput $(BENCH_FLAGS)

EXTRA_PROGRAMS += bench/scale
bench_scale_SOURCES = %D%/scale.c %D%/bench.h
bench_scale_LDADD = storage/libstorage.a base/libbase.a

# The store at scale: takes minutes and some gigabytes below TMPDIR, which are removed again.
.PHONY: bench-random bench-pool bench-hub bench-scan bench-checkpoint bench-size bench-storage
bench-random bench-pool bench-hub bench-scan bench-checkpoint bench-size: bench/scale
	@bench/scale $(@:bench-%=%) $(BENCH_FLAGS)
bench-storage: bench-concurrent bench-random bench-pool bench-hub bench-scan bench-checkpoint bench-size

.PHONY: bench
bench: all
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/bench/pgbench/run.sh
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/bench/pgbench/builtin.sh
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/bench/archive_load.sh

EXTRA_PROGRAMS += bench/wire_floor
bench_wire_floor_SOURCES = %D%/wire_floor.c
EXTRA_DIST += %D%/wire.sh

# The wire beside a bare responder and PostgreSQL 15: ratio_to_wire_floor=… and ratio_to_postgresql=….
.PHONY: bench-wire
bench-wire: all bench/wire_floor
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/bench/wire.sh $(BENCH_FLAGS)

EXTRA_DIST += %D%/questions/run.sh %D%/questions/questions.py %D%/questions/questions.toml

# Questions about a graph, asked of Quiver, PostgreSQL 15 and Kuzu in turns.
.PHONY: bench-questions
bench-questions: all
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/bench/questions/run.sh $(BENCH_FLAGS)

EXTRA_DIST += %D%/snb/run.sh %D%/snb/snb.py %D%/python.sh %D%/requirements.txt

# LDBC SNB's complex interactive queries beside PostgreSQL 15's SQL.
.PHONY: bench-snb
bench-snb: all
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/bench/snb/run.sh $(BENCH_FLAGS)
