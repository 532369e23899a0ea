src_quiverctl_CFLAGS = $(AM_CFLAGS) $(OPENSSL_CFLAGS) $(LIBPQ_CFLAGS)
src_quiverctl_SOURCES = %D%/main.c %D%/ctl.h %D%/backup.c %D%/check.c %D%/complain.c %D%/dump.c %D%/password.c \
	%D%/server.c %D%/server.h
src_quiverctl_LDADD = pgwire/libpgwire.a storage/libstorage.a base/libbase.a $(OPENSSL_LIBS) $(LIBPQ_LIBS)
