check_PROGRAMS += tests/hostile/hostile
tests_hostile_hostile_SOURCES = %D%/hostile.c
tests_hostile_hostile_LDADD = base/libbase.a
TESTS += %D%/run.sh
EXTRA_DIST += %D%/README.md %D%/run.sh

# A hundred thousand hostile sequences, after each of which a good client is served: some minutes.
.PHONY: check-hostile
check-hostile: all tests/hostile/hostile
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/hostile/run.sh 100000 $(HOSTILE_SEED)
