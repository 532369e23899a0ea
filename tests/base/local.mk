if HAVE_CHECK
check_PROGRAMS += tests/base/check_base
TESTS += tests/base/check_base
endif
tests_base_check_base_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_base_check_base_LDADD = base/libbase.a $(CHECK_LIBS)
tests_base_check_base_SOURCES = %D%/check_base.c
