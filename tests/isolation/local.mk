if HAVE_LIBPQ
check_PROGRAMS += tests/isolation/tester
endif
tests_isolation_tester_SOURCES = %D%/tester.c %D%/spec.c %D%/spec.h
tests_isolation_tester_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
tests_isolation_tester_LDADD = $(LIBPQ_LIBS)
TESTS += %D%/run.sh %D%/acid.sh %D%/append.sh
ISOLATION_FILES = \
	%D%/specs/advisory.spec %D%/expected/advisory.out \
	%D%/specs/cancel.spec %D%/expected/cancel.out \
	%D%/specs/counter.spec %D%/expected/counter.out \
	%D%/specs/graphs.spec %D%/expected/graphs.out \
	%D%/specs/cursor.spec %D%/expected/cursor.out \
	%D%/specs/ddl.spec %D%/expected/ddl.out \
	%D%/specs/deadlock.spec %D%/expected/deadlock.out \
	%D%/specs/delete.spec %D%/expected/delete.out \
	%D%/specs/edge_skew.spec %D%/expected/edge_skew.out \
	%D%/specs/edges.spec %D%/expected/edges.out \
	%D%/specs/error_releases.spec %D%/expected/error_releases.out \
	%D%/specs/for_update.spec %D%/expected/for_update.out \
	%D%/specs/foreign_key.spec %D%/expected/foreign_key.out \
	%D%/specs/g0.spec %D%/expected/g0.out \
	%D%/specs/g1a.spec %D%/expected/g1a.out \
	%D%/specs/g1b.spec %D%/expected/g1b.out \
	%D%/specs/g1c.spec %D%/expected/g1c.out \
	%D%/specs/g2.spec %D%/expected/g2.out \
	%D%/specs/g2_item.spec %D%/expected/g2_item.out \
	%D%/specs/g_single.spec %D%/expected/g_single.out \
	%D%/specs/hub_edges.spec %D%/expected/hub_edges.out \
	%D%/specs/lock_strength.spec %D%/expected/lock_strength.out \
	%D%/specs/lock_table.spec %D%/expected/lock_table.out \
	%D%/specs/lock_timeout.spec %D%/expected/lock_timeout.out \
	%D%/specs/node_delete_edge_add.spec %D%/expected/node_delete_edge_add.out \
	%D%/specs/otv.spec %D%/expected/otv.out \
	%D%/specs/p4.spec %D%/expected/p4.out \
	%D%/specs/pmp.spec %D%/expected/pmp.out \
	%D%/specs/pmp_write.spec %D%/expected/pmp_write.out \
	%D%/specs/read_only.spec %D%/expected/read_only.out \
	%D%/specs/read_paths.spec %D%/expected/read_paths.out \
	%D%/specs/savepoint.spec %D%/expected/savepoint.out \
	%D%/specs/timeouts.spec %D%/expected/timeouts.out \
	%D%/specs/unique_race.spec %D%/expected/unique_race.out
EXTRA_DIST += %D%/run.sh %D%/acid.sh %D%/acid.py %D%/append.sh %D%/append.py $(ISOLATION_FILES)

# Rewrites the expected files from what the server answers now; review the diff like code.
.PHONY: check-accept-isolation
check-accept-isolation: all check-programs
	@$(AM_TESTS_ENVIRONMENT) ACCEPT=1 $(SHELL) $(srcdir)/tests/isolation/run.sh
