noinst_LIBRARIES += pgwire/libpgwire.a
pgwire_libpgwire_a_CFLAGS = $(AM_CFLAGS) $(OPENSSL_CFLAGS)
pgwire_libpgwire_a_SOURCES = \
	%D%/auth.c \
	%D%/connection.h \
	%D%/copy_binary.c %D%/copy_binary.h \
	%D%/inbuf.h \
	%D%/message.c %D%/messages.def \
	%D%/outbuf.c %D%/outbuf.h \
	%D%/output.c \
	%D%/pgtype.c %D%/pgtype.h \
	%D%/pgtype_array.c %D%/pgtype_binary.c %D%/pgtype_forms.h %D%/pgtype_text.c \
	%D%/pgwire.c %D%/pgwire.h \
	%D%/put.c \
	%D%/scram.c %D%/scram.h \
	%D%/startup.c \
	%D%/stream.h %D%/stream_plain.c %D%/stream_tls.c %D%/stream_tls.h \
	%D%/tls.c %D%/tls.h
