TESTS += %D%/run.sh %D%/postgres.sh
EXTRA_DIST += %D%/README.md %D%/run.sh %D%/postgres.sh %D%/tables.sql %D%/tables.out \
	%D%/select.sql %D%/select.out
