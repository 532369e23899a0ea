if HAVE_CHECK
check_PROGRAMS += tests/base/check_base
TESTS += tests/base/check_base
endif
EXTRA_DIST += %D%/vectors/datetime.tsv %D%/vectors/datetime_arithmetic.tsv %D%/vectors/decimal.tsv \
	%D%/vectors/number.tsv \
	%D%/vectors/zones.tsv
tests_base_check_base_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_base_check_base_LDADD = base/libbase.a $(CHECK_LIBS)
tests_base_check_base_SOURCES = \
	%D%/check_base.c %D%/suites.h \
	%D%/vectors.c %D%/vectors.h \
	%D%/check_arena.c \
	%D%/check_array_text.c \
	%D%/check_buf.c \
	%D%/check_crc32c.c \
	%D%/check_datetime.c \
	%D%/check_decimal.c \
	%D%/check_error.c \
	%D%/check_interval.c \
	%D%/check_json.c \
	%D%/check_lock.c \
	%D%/check_log.c \
	%D%/check_map.c \
	%D%/check_number.c \
	%D%/check_setting.c \
	%D%/check_edits.c \
	%D%/check_utf8.c \
	%D%/check_vec.c \
	%D%/check_zone.c \
	%D%/check_zone_file.c
