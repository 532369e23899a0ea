check_PROGRAMS += tests/traces/trace
tests_traces_trace_SOURCES = %D%/trace.c
tests_traces_trace_LDADD = base/libbase.a
TESTS += %D%/run.sh
EXTRA_DIST += %D%/README.md %D%/run.sh %D%/golden.trace %D%/rows.trace %D%/own.trace
