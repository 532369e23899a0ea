TESTS += %D%/run.sh
EXTRA_DIST += %D%/README.md %D%/run.sh %D%/tables.sql %D%/tables.out %D%/mapped.sql %D%/mapped.out
