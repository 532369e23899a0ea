if HAVE_CHECK
check_PROGRAMS += tests/pgwire/check_pgwire
TESTS += tests/pgwire/check_pgwire
endif
tests_pgwire_check_pgwire_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS) $(OPENSSL_CFLAGS)
tests_pgwire_check_pgwire_LDADD = pgwire/libpgwire.a base/libbase.a $(OPENSSL_LIBS) $(CHECK_LIBS)
tests_pgwire_check_pgwire_SOURCES = \
	%D%/check_pgwire.c %D%/suites.h \
	%D%/peer.c %D%/peer.h \
	%D%/check_connection.c \
	%D%/check_copy_binary.c \
	%D%/check_message.c \
	%D%/check_pgtype.c \
	%D%/check_put.c \
	%D%/check_scram.c \
	%D%/check_startup.c \
	%D%/check_tls.c
