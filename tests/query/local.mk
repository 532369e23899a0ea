if HAVE_CHECK
check_PROGRAMS += tests/query/check_query
TESTS += tests/query/check_query
endif
tests_query_check_query_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_query_check_query_LDADD = query/libquery.a storage/libstorage.a base/libbase.a $(CHECK_LIBS)
tests_query_check_query_SOURCES = %D%/check_query.c %D%/suites.h
tests_query_check_query_SOURCES += %D%/check_lex.c %D%/check_parse.c %D%/check_grammar.c
tests_query_check_query_SOURCES += %D%/check_copy_reader.c %D%/check_session.c %D%/check_plan_cache.c
tests_query_check_query_SOURCES += %D%/file_text.c %D%/file_text.h
tests_query_check_query_SOURCES += %D%/engine_fixture.c %D%/engine_fixture.h
tests_query_check_query_SOURCES += %D%/plan_fixture.c %D%/plan_fixture.h
tests_query_check_query_SOURCES += %D%/check_eval.c %D%/check_exec.c %D%/check_exec_path.c %D%/check_function.c
tests_query_check_query_SOURCES += %D%/check_moment.c %D%/check_search.c %D%/check_lattice.c
EXTRA_DIST += %D%/parse/accept.txt %D%/parse/dump.txt %D%/parse/reject.txt
tests_query_check_query_SOURCES += %D%/check_bind.c %D%/check_plan.c
tests_query_check_query_SOURCES += %D%/planner_fixture.c %D%/planner_fixture.h
EXTRA_DIST += %D%/plan/plans.txt
tests_query_check_query_SOURCES += %D%/check_procedure.c %D%/check_graphalytics.c
tests_query_check_query_SOURCES += %D%/check_relation.c
tests_query_check_query_SOURCES += %D%/procedure_fixture.c %D%/procedure_fixture.h
