check_PROGRAMS += tests/traces/trace
tests_traces_trace_SOURCES = %D%/trace.c
tests_traces_trace_LDADD = base/libbase.a
TESTS += %D%/run.sh %D%/checklist.sh
EXTRA_DIST += %D%/README.md %D%/checklist.md %D%/checklist.sh %D%/run.sh %D%/golden.trace %D%/rows.trace %D%/own.trace
