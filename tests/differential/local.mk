TESTS += %D%/run.sh %D%/postgres.sh
EXTRA_DIST += %D%/README.md %D%/run.sh %D%/postgres.sh %D%/tables.sql %D%/tables.out \
	%D%/select.sql %D%/select.out %D%/functions.sql %D%/functions.out %D%/errors.sql \
	%D%/errors.out %D%/mapped.sql %D%/mapped.out %D%/writing.sql %D%/writing.out %D%/views.sql %D%/views.out
