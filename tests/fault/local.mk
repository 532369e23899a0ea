if HAVE_LIBPQ
check_PROGRAMS += tests/fault/crash_loop
endif
tests_fault_crash_loop_SOURCES = %D%/crash_loop.c
tests_fault_crash_loop_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
tests_fault_crash_loop_LDADD = $(LIBPQ_LIBS)
TESTS += %D%/crash_loop.sh
EXTRA_DIST += %D%/crash_loop.sh

# The same with two hundred rounds: some minutes.
.PHONY: check-crash
check-crash: all check-programs
	@$(AM_TESTS_ENVIRONMENT) CRASH_ROUNDS=200 $(SHELL) $(srcdir)/tests/fault/crash_loop.sh
