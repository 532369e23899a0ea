TESTS += %D%/corpus.sh %D%/terminal.sh
EXTRA_DIST += %D%/terminal.sh %D%/terminal.py %D%/corpus.sh %D%/corpus.py %D%/schema.sql %D%/metadata.sh %D%/Metadata.java

# DatabaseMetaData of pgjdbc, held against PostgreSQL's; needs java, the driver and PostgreSQL 15.
.PHONY: check-metadata
check-metadata: all
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/catalog/metadata.sh
