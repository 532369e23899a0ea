EXTRA_DIST += %D%/archive_load.sh %D%/pgbench/run.sh %D%/pgbench/point_read.sql \
	%D%/pgbench/two_hop.sql %D%/pgbench/insert.sql

.PHONY: bench
bench: all
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/bench/pgbench/run.sh
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/bench/archive_load.sh
