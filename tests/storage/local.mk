if HAVE_CHECK
check_PROGRAMS += tests/storage/check_storage
TESTS += tests/storage/check_storage
endif
tests_storage_check_storage_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_storage_check_storage_LDADD = storage/libstorage.a base/libbase.a $(CHECK_LIBS)
tests_storage_check_storage_SOURCES = %D%/check_storage.c
