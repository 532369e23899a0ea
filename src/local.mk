bin_PROGRAMS += src/quiverd src/quiverctl
src_server_sources = \
	%D%/access.c %D%/access.h \
	%D%/auth_file.c %D%/auth_file.h %D%/auth_regex.c %D%/auth_regex.h \
	%D%/client.c %D%/client.h %D%/client_state.h \
	%D%/client_care.c %D%/client_copy.c %D%/client_extended.c %D%/client_portal.c %D%/client_simple.c \
	%D%/client_notify.c %D%/client_tell.c %D%/client_start.c \
	%D%/client_account.c %D%/client_outcome.c %D%/client_settings.c %D%/client_tell_locks.c %D%/client_tell_rules.c \
	%D%/config.c %D%/config.h \
	%D%/counters.c %D%/counters.h \
	%D%/follow.c %D%/follow.h \
	%D%/hba.c %D%/hba.h %D%/hba_read.c %D%/hba_rule.h \
	%D%/ident.c %D%/ident.h \
	%D%/listener.c %D%/listener.h \
	%D%/metrics.c %D%/metrics.h %D%/metrics_text.c \
	%D%/pool.c %D%/pool.h \
	%D%/registry.c %D%/registry.h \
	%D%/result.c %D%/result.h \
	%D%/server.c %D%/server.h \
	%D%/statements.c %D%/statements.h
src_quiverd_CFLAGS = $(AM_CFLAGS) $(OPENSSL_CFLAGS)
src_quiverd_SOURCES = %D%/main.c $(src_server_sources)
src_quiverd_LDADD = pgwire/libpgwire.a query/libquery.a storage/libstorage.a base/libbase.a $(OPENSSL_LIBS)
include src/ctl/local.mk
