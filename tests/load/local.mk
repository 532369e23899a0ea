check_PROGRAMS += tests/load/load
tests_load_load_SOURCES = %D%/load.c %D%/wire.c %D%/wire.h
tests_load_load_LDADD = base/libbase.a
TESTS += %D%/run.sh
EXTRA_DIST += %D%/README.md %D%/run.sh

# Ten thousand idle clients, results of a hundred million rows, and the like: some minutes. A build
# without --enable-developer is meant. One mode alone: make check-load LOAD="idle 10000"
LOAD = full
.PHONY: check-load
check-load: all tests/load/load
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/load/run.sh $(LOAD)
