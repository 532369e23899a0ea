TESTS += %D%/run.sh
EXTRA_DIST += %D%/README.md %D%/run.sh %D%/postgres.sh %D%/questions.sh %D%/questions.txt %D%/parameters.awk \
	%D%/load.awk %D%/rows.awk %D%/compare.awk %D%/edge_Person_WORKS_AT_Organisation.csv \
	%D%/sql %D%/rewritten %D%/expected

# Whether PostgreSQL 15 says what is expected of Quiver.
.PHONY: check-snb-postgres
check-snb-postgres:
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/snb/postgres.sh
