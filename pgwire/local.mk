noinst_LIBRARIES += pgwire/libpgwire.a
pgwire_libpgwire_a_CFLAGS = $(AM_CFLAGS) $(OPENSSL_CFLAGS)
pgwire_libpgwire_a_SOURCES = %D%/pgwire.h
